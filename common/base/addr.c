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
 * Addresses: numeric text, the kernel's form, comparison.  Any process; no
 * names are resolved here.
 */

#include <sys/types.h>
#include <sys/socket.h>

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "addr.h"
#include "compat.h"

struct prefix {
	uint8_t		 family;
	uint8_t		 bits;
	uint8_t		 ip[16];
};

/*
 * Addresses that are nobody's on the Internet.  The documentation nets are
 * left out: in an example they stand for public addresses.
 */
static const struct prefix private[] = {
	{ ADDR_V4,   8, { 0 } },		/* this host */
	{ ADDR_V4,   8, { 10 } },
	{ ADDR_V4,  10, { 100, 64 } },		/* carriers' NAT */
	{ ADDR_V4,   8, { 127 } },
	{ ADDR_V4,  16, { 169, 254 } },		/* link-local */
	{ ADDR_V4,  12, { 172, 16 } },
	{ ADDR_V4,  16, { 192, 168 } },
	{ ADDR_V4,  15, { 198, 18 } },		/* benchmarks */
	{ ADDR_V6, 127, { 0 } },		/* :: and ::1 */
	{ ADDR_V6,   7, { 0xfc } },		/* unique local */
	{ ADDR_V6,  10, { 0xfe, 0x80 } },	/* link-local */
};

static const struct prefix loopback[] = {
	{ ADDR_V4,   8, { 127 } },
	{ ADDR_V6, 128, { [15] = 1 } },
};

static const struct prefix linklocal = { ADDR_V6, 10, { 0xfe, 0x80 } };

static bool
within(const struct addr *a, const struct prefix *p)
{
	unsigned int	 whole = p->bits / 8, rest = p->bits % 8;
	uint8_t		 mask = (uint8_t)(0xff00 >> rest);

	if (a->family != p->family || memcmp(a->ip, p->ip, whole) != 0)
		return false;
	return rest == 0 || ((a->ip[whole] ^ p->ip[whole]) & mask) == 0;
}

static size_t
iplen(const struct addr *a)
{
	return a->family == ADDR_V6 ? 16 : 4;
}

/* An interface by name or number; 0: neither. */
static uint32_t
scope_parse(const char *s)
{
	const char	*error;
	uint32_t	 scope;

	if ((scope = if_nametoindex(s)) != 0)
		return scope;
	scope = (uint32_t)strtonum(s, 1, UINT32_MAX, &error);
	return error == NULL ? scope : 0;
}

int
addr_parse(struct addr *a, const char *s, uint16_t port)
{
	char		 buf[INET6_ADDRSTRLEN];
	const char	*percent;
	size_t		 len;

	memset(a, 0, sizeof(*a));
	a->port = port;
	if (inet_pton(AF_INET, s, a->ip) == 1) {
		a->family = ADDR_V4;
		return 0;
	}
	percent = strchr(s, '%');
	len = percent == NULL ? strlen(s) : (size_t)(percent - s);
	if (len >= sizeof(buf))
		return -1;
	memcpy(buf, s, len);
	buf[len] = '\0';
	if (inet_pton(AF_INET6, buf, a->ip) != 1)
		return -1;
	a->family = ADDR_V6;
	if (percent == NULL)
		return 0;
	if (!within(a, &linklocal))
		return -1;
	a->scope = scope_parse(percent + 1);
	return a->scope == 0 ? -1 : 0;
}

const char *
addr_str(const struct addr *a, char buf[ADDR_STRLEN])
{
	char	 ifname[IF_NAMESIZE];
	size_t	 len;

	switch (a->family) {
	case ADDR_V4:
		inet_ntop(AF_INET, a->ip, buf, ADDR_STRLEN);
		break;
	case ADDR_V6:
		inet_ntop(AF_INET6, a->ip, buf, ADDR_STRLEN);
		if (a->scope == 0)
			break;
		len = strlen(buf);
		if (if_indextoname(a->scope, ifname) != NULL)
			snprintf(buf + len, ADDR_STRLEN - len, "%%%s",
			    ifname);
		else
			snprintf(buf + len, ADDR_STRLEN - len, "%%%u",
			    a->scope);
		break;
	default:
		snprintf(buf, ADDR_STRLEN, "none");
		break;
	}
	return buf;
}

const char *
addr_strport(const struct addr *a, char buf[ADDR_STRLEN])
{
	char	 ip[ADDR_STRLEN];

	addr_str(a, ip);
	/* an address with its scope is at most 62 octets */
	if (a->family == ADDR_V6)
		snprintf(buf, ADDR_STRLEN, "[%.70s]:%u", ip, a->port);
	else
		snprintf(buf, ADDR_STRLEN, "%.70s:%u", ip, a->port);
	return buf;
}

bool
addr_equal(const struct addr *a, const struct addr *b)
{
	return a->family == b->family && a->scope == b->scope &&
	    memcmp(a->ip, b->ip, iplen(a)) == 0;
}

int
addr_cmp(const struct addr *a, const struct addr *b)
{
	int	 c;

	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	if ((c = memcmp(a->ip, b->ip, iplen(a))) != 0)
		return c < 0 ? -1 : 1;
	if (a->scope != b->scope)
		return a->scope < b->scope ? -1 : 1;
	if (a->port != b->port)
		return a->port < b->port ? -1 : 1;
	return 0;
}

socklen_t
addr_to_sa(const struct addr *a, struct sockaddr_storage *ss)
{
	struct sockaddr_in	 sin;
	struct sockaddr_in6	 sin6;

	memset(ss, 0, sizeof(*ss));
	switch (a->family) {
	case ADDR_V4:
		memset(&sin, 0, sizeof(sin));
		sin.sin_family = AF_INET;
		sin.sin_port = htons(a->port);
		memcpy(&sin.sin_addr, a->ip, 4);
		memcpy(ss, &sin, sizeof(sin));
		SS_SETLEN(ss, sizeof(sin));
		return sizeof(sin);
	case ADDR_V6:
		memset(&sin6, 0, sizeof(sin6));
		sin6.sin6_family = AF_INET6;
		sin6.sin6_port = htons(a->port);
		sin6.sin6_scope_id = a->scope;
		memcpy(&sin6.sin6_addr, a->ip, 16);
		memcpy(ss, &sin6, sizeof(sin6));
		SS_SETLEN(ss, sizeof(sin6));
		return sizeof(sin6);
	default:
		return 0;
	}
}

int
addr_from_sa(struct addr *a, const struct sockaddr *sa)
{
	struct sockaddr_in	 sin;
	struct sockaddr_in6	 sin6;

	memset(a, 0, sizeof(*a));
	switch (sa->sa_family) {
	case AF_INET:
		memcpy(&sin, sa, sizeof(sin));
		a->family = ADDR_V4;
		a->port = ntohs(sin.sin_port);
		memcpy(a->ip, &sin.sin_addr, 4);
		return 0;
	case AF_INET6:
		memcpy(&sin6, sa, sizeof(sin6));
		a->family = ADDR_V6;
		a->port = ntohs(sin6.sin6_port);
		memcpy(a->ip, &sin6.sin6_addr, 16);
		/* the kernel names an interface for others, too */
		if (within(a, &linklocal))
			a->scope = sin6.sin6_scope_id;
		return 0;
	default:
		return -1;
	}
}

bool
addr_private(const struct addr *a)
{
	size_t	 i;

	for (i = 0; i < nitems(private); i++) {
		if (within(a, &private[i]))
			return true;
	}
	return false;
}

bool
addr_loopback(const struct addr *a)
{
	size_t	 i;

	for (i = 0; i < nitems(loopback); i++) {
		if (within(a, &loopback[i]))
			return true;
	}
	return false;
}

bool
addr_any(const struct addr *a)
{
	static const uint8_t	 zero[16];

	return a->family != ADDR_NONE && memcmp(a->ip, zero, iplen(a)) == 0;
}
