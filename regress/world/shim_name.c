/*
 * Copyright (c) 2026 the ntpd authors
 *
 * Permission to use, copy, modify, and distribute this software for any
 * purpose with or without fee is hereby granted, provided that the above
 * copyright notice and this permission notice appear in all copies.
 *
 * THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES
 * WITH REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF
 * MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR
 * ANY SPECIAL, DIRECT, INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES
 * WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN
 * ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF
 * OR IN CONNECTION WITH THE USE OR PERFORMANCE OF THIS SOFTWARE.
 */

/*
 * Names, interfaces and the system's log as the shim shows them.
 */

#include <sys/socket.h>

#include <net/if.h>
#include <netinet/in.h>
#include <arpa/inet.h>

#include <dlfcn.h>
#include <errno.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <resolv.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "shim.h"

#define NEXT(fn, name)	(*(void **)&(fn) = dlsym(RTLD_NEXT, (name)))

struct interface {
	struct ifaddrs		 ifa;
	struct sockaddr_storage	 addr, mask;
};

/* libc's resolver for a number; it asks nobody. */
static int
resolve_number(const char *node, const char *service,
    const struct addrinfo *hints, struct addrinfo **res)
{
	int		 (*real)(const char *, const char *,
			    const struct addrinfo *, struct addrinfo **);
	struct addrinfo	 h;

	NEXT(real, "getaddrinfo");
	memset(&h, 0, sizeof(h));
	if (hints != NULL)
		h = *hints;
	h.ai_flags &= ~AI_ADDRCONFIG;
	h.ai_flags |= AI_NUMERICHOST;
	return real(node, service, &h, res);
}

/*
 * A name: the world answers with addresses in text, one a line, after a
 * time; each becomes an addrinfo as libc makes it, so libc can free it.
 */
PUBLIC int
getaddrinfo(const char *node, const char *service,
    const struct addrinfo *hints, struct addrinfo **res)
{
	struct world_msg	 m;
	struct addrinfo		**tail;
	char			*line, *last;
	int			 error;

	error = resolve_number(node, service, hints, res);
	if (error == 0 || node == NULL ||
	    (hints != NULL && (hints->ai_flags & AI_NUMERICHOST)))
		return error;
	shim_msg(&m, OP_RESOLVE, 0);
	m.a = hints != NULL ? hints->ai_family : AF_UNSPEC;
	m.ndata = strlen(node) + 1;
	memcpy(m.data, node, m.ndata);
	error = shim_rpc(&m);
	shim_block(shim_deadline(m.t), NULL, NULL);
	if (error != 0)
		return error;
	*res = NULL;
	tail = res;
	for (line = strtok_r(m.data, "\n", &last); line != NULL;
	    line = strtok_r(NULL, "\n", &last)) {
		if (resolve_number(line, service, hints, tail) != 0)
			continue;
		while (*tail != NULL)
			tail = &(*tail)->ai_next;
	}
	return *res != NULL ? 0 : EAI_NODATA;
}

/*
 * The world's names have addresses and nothing else, but it takes a lookup
 * to know that.
 */
PUBLIC int
res_query(const char *name, int class, int type, unsigned char *answer,
    int size)
{
	struct addrinfo	*res = NULL;
	int		 error = getaddrinfo(name, NULL, NULL, &res);

	if (error == 0)
		freeaddrinfo(res);
	h_errno = error == 0 ? NO_DATA : error == EAI_AGAIN ? TRY_AGAIN :
	    HOST_NOT_FOUND;
	return -1;
}

/* No names for addresses. */
PUBLIC int
getnameinfo(const struct sockaddr *sa, socklen_t len, char *host,
    socklen_t hostlen, char *serv, socklen_t servlen, int flags)
{
	int	 (*real)(const struct sockaddr *, socklen_t, char *,
		    socklen_t, char *, socklen_t, int);

	NEXT(real, "getnameinfo");
	return real(sa, len, host, hostlen, serv, servlen,
	    flags | NI_NUMERICHOST | NI_NUMERICSERV);
}

static void
set_addr(struct interface *i, const char *addr, int prefix)
{
	struct sockaddr_in	*sin = (struct sockaddr_in *)&i->addr;
	struct sockaddr_in6	*sin6 = (struct sockaddr_in6 *)&i->addr;
	uint8_t			*mask;

	if (inet_pton(AF_INET, addr, &sin->sin_addr) == 1) {
		sin->sin_family = AF_INET;
		mask = (uint8_t *)&((struct sockaddr_in *)
		    &i->mask)->sin_addr;
	} else {
		inet_pton(AF_INET6, addr, &sin6->sin6_addr);
		sin6->sin6_family = AF_INET6;
		mask = (uint8_t *)&((struct sockaddr_in6 *)
		    &i->mask)->sin6_addr;
	}
	i->mask.ss_family = i->addr.ss_family;
	memset(mask, 0xff, prefix / 8);
}

PUBLIC int
getifaddrs(struct ifaddrs **out)
{
	static char		 lo[] = "lo", eth[] = "eth0";
	struct interface	*t;
	const char		*addr[3];
	int			 i, n = 0;

	addr[n++] = "127.0.0.1";
	if (shim.page->addr4[0] != '\0')
		addr[n++] = shim.page->addr4;
	if (shim.page->addr6[0] != '\0')
		addr[n++] = shim.page->addr6;
	if ((t = calloc(n, sizeof(*t))) == NULL)
		return -1;
	for (i = 0; i < n; i++) {
		set_addr(&t[i], addr[i], i == 0 ? 8 : 16);
		t[i].ifa.ifa_name = i == 0 ? lo : eth;
		t[i].ifa.ifa_flags = IFF_UP | IFF_RUNNING |
		    (i == 0 ? IFF_LOOPBACK : 0);
		t[i].ifa.ifa_addr = (struct sockaddr *)&t[i].addr;
		t[i].ifa.ifa_netmask = (struct sockaddr *)&t[i].mask;
		t[i].ifa.ifa_next = i + 1 < n ? &t[i + 1].ifa : NULL;
	}
	*out = &t[0].ifa;
	return 0;
}

PUBLIC void
freeifaddrs(struct ifaddrs *ifa)
{
	free(ifa);
}

PUBLIC unsigned int
if_nametoindex(const char *name)
{
	if (strcmp(name, "lo") == 0)
		return 1;
	if (strcmp(name, "eth0") == 0)
		return 2;
	errno = ENODEV;
	return 0;
}

PUBLIC char *
if_indextoname(unsigned int i, char name[IF_NAMESIZE])
{
	if (i != 1 && i != 2) {
		errno = ENXIO;
		return NULL;
	}
	return strcpy(name, i == 1 ? "lo" : "eth0");
}

PUBLIC int
gethostname(char *name, size_t n)
{
	snprintf(name, n, "%s", "world");
	return 0;
}

PUBLIC void
openlog(const char *ident, int option, int facility)
{
}

PUBLIC void
closelog(void)
{
}

PUBLIC void
vsyslog(int prio, const char *fmt, va_list ap)
{
	struct world_msg	 m;
	int			 n;

	shim_msg(&m, OP_LOG, 0);
	n = vsnprintf(m.data, 1024, fmt, ap);
	m.ndata = n < 0 ? 0 : n < 1024 ? n : 1023;
	shim_rpc(&m);
}

PUBLIC void
syslog(int prio, const char *fmt, ...)
{
	va_list	 ap;

	va_start(ap, fmt);
	vsyslog(prio, fmt, ap);
	va_end(ap);
}

PUBLIC void	 __syslog_chk(int, int, const char *, ...);
PUBLIC void	 __vsyslog_chk(int, int, const char *, va_list);

PUBLIC void
__vsyslog_chk(int prio, int flag, const char *fmt, va_list ap)
{
	vsyslog(prio, fmt, ap);
}

PUBLIC void
__syslog_chk(int prio, int flag, const char *fmt, ...)
{
	va_list	 ap;

	va_start(ap, fmt);
	vsyslog(prio, fmt, ap);
	va_end(ap);
}
