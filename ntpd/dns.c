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
 * The dns process: the system's resolver, for the engine.  It may use the
 * network and the resolver's files, and has nothing else.
 *
 * The resolver blocks, so questions are answered one after the other; each
 * of them is answered, whatever the resolver says.
 *
 * AI_ADDRCONFIG is not used: it would hide addresses of a family that has
 * no interface at this moment, and a machine that boots has none.  Whether
 * an address can be reached is seen by the engine when it is asked.
 *
 * The resolvers of all systems we run on look for a changed resolv.conf by
 * themselves, so there is no res_init here.
 */

#include <sys/types.h>
#include <sys/socket.h>

#include <netinet/in.h>

#include <errno.h>
#include <event.h>
#include <fcntl.h>
#include <imsg.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "addr.h"
#include "dns.h"
#include "imsgev.h"
#include "log.h"
#include "msg.h"
#include "proc.h"
#include "sandbox.h"

struct dns {
	struct imsgev	 parent;
	struct imsgev	 engine;
	bool		 engine_there;
};

static void	 fd_dns(void *, struct imsgev *, const struct imsg_in *);
static void	 shutdown_dns(void *, struct imsgev *,
		    const struct imsg_in *);
static void	 lookup(void *, struct imsgev *, const struct imsg_in *);
static void	 service(void *, struct imsgev *, const struct imsg_in *);
static void	 closed(void *, struct imsgev *);
static void	 watch_parent(void);

/* P, what dns takes from the parent. */
static const struct imsg_handler from_parent[] = {
	{ IMSG_FD_DNS, 0, fd_dns, 1 },
	{ IMSG_DNS_LOOKUP, sizeof(struct msg_lookup), lookup, 0 },
	{ IMSG_LOG_LEVEL, sizeof(int32_t), proc_log_level, 0 },
	{ IMSG_SHUTDOWN, 0, shutdown_dns, 0 },
};

/* E2, what dns takes from the engine. */
static const struct imsg_handler from_engine[] = {
	{ IMSG_DNS_LOOKUP, sizeof(struct msg_lookup), lookup, 0 },
	{ IMSG_DNS_SERVICE, sizeof(struct msg_lookup), service, 0 },
};

void
dns_main(const struct proc_opts *opts)
{
	static struct dns	 dns;

	proc_child(ROLE_DNS, opts);
	event_init();
	imsgev_init(&dns.parent, PROC_PARENT_FD, "parent", from_parent,
	    nitems(from_parent), IMSGEV_FATAL, &dns, closed);
	watch_parent();
	sandbox(ROLE_DNS, opts, NULL);
	event_dispatch();
	fatalx("event loop ended");
}

/* The parent has something to say: if it is the end, now is the time. */
static void
interrupted(int sig)
{
	struct pollfd	 pfd = { PROC_PARENT_FD, POLLIN, 0 };
	struct imsg_hdr	 hdr;
	int		 error = errno;

	if (poll(&pfd, 1, 0) == 1 && (pfd.revents & POLLHUP))
		_exit(0);
	if (recv(PROC_PARENT_FD, &hdr, sizeof(hdr), MSG_PEEK |
	    MSG_DONTWAIT) == sizeof(hdr) && hdr.type == IMSG_SHUTDOWN)
		_exit(0);
	errno = error;
}

/*
 * A lookup may take as long as the resolver likes, and nobody should wait
 * for that to end the daemon: a word of the parent interrupts it.
 */
static void
watch_parent(void)
{
	struct sigaction	 sa;
	int			 flags;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = interrupted;
	sa.sa_flags = SA_RESTART;
	sigemptyset(&sa.sa_mask);
	if (sigaction(SIGIO, &sa, NULL) == -1 ||
	    fcntl(PROC_PARENT_FD, F_SETOWN, getpid()) == -1 ||
	    (flags = fcntl(PROC_PARENT_FD, F_GETFL)) == -1 ||
	    fcntl(PROC_PARENT_FD, F_SETFL, flags | O_ASYNC) == -1)
		fatal("watching the parent");
}

static void
fd_dns(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct dns	*d = arg;

	if (d->engine_there)
		fatalx("second edge to the engine");
	imsgev_init(&d->engine, in->fd, "engine", from_engine,
	    nitems(from_engine), IMSGEV_FATAL, d, closed);
	d->engine_there = true;
}

static void
shutdown_dns(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	exit(0);
}

/* Without either of them there is nothing to do. */
static void
closed(void *arg, struct imsgev *iev)
{
	exit(0);
}

static void
get_lookup(struct imsgev *iev, const struct imsg_in *in, struct msg_lookup *m)
{
	memcpy(m, in->data, sizeof(*m));
	if (memchr(m->name, '\0', sizeof(m->name)) == NULL)
		imsgev_refuse(iev, in, "name without an end");
}

static void
service(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	static struct msg_targets	 targets;
	struct msg_lookup		 m;

	get_lookup(iev, in, &m);
	memset(&targets, 0, sizeof(targets));
	targets.result = dns_service(m.name, &targets);
	imsgev_send(iev, IMSG_DNS_TARGETS, in->id, -1, &targets,
	    sizeof(targets));
}

static void
lookup(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct msg_lookup	 m;
	struct msg_answer	 answer;

	get_lookup(iev, in, &m);
	memset(&answer, 0, sizeof(answer));
	answer.result = dns_resolve(&m, &answer);
	imsgev_send(iev, IMSG_DNS_ANSWER, in->id, -1, &answer,
	    sizeof(answer));
}

static enum dns_result
result_of(int error, const char *name)
{
	switch (error) {
	case 0:
		return DNS_OK;
	case EAI_NONAME:
#if defined(EAI_NODATA) && EAI_NODATA != EAI_NONAME
	case EAI_NODATA:
#endif
#ifdef EAI_ADDRFAMILY
	case EAI_ADDRFAMILY:
#endif
		log_debug("%s: %s", name, gai_strerror(error));
		return DNS_NOTFOUND;
	case EAI_SYSTEM:
		log_debug("%s: %m", name);
		return DNS_TEMPFAIL;
	default:
		log_debug("%s: %s", name, gai_strerror(error));
		return DNS_TEMPFAIL;
	}
}

static bool
known(const struct msg_answer *answer, const struct addr *addr)
{
	uint32_t	 i;

	for (i = 0; i < answer->n; i++) {
		if (addr_equal(&answer->addr[i], addr))
			return true;
	}
	return false;
}

enum dns_result
dns_resolve(const struct msg_lookup *m, struct msg_answer *answer)
{
	struct addrinfo	 hints, *res = NULL, *ai;
	struct addr	 addr;
	int		 error;

	memset(&hints, 0, sizeof(hints));
	hints.ai_family = m->family == ADDR_V4 ? AF_INET :
	    m->family == ADDR_V6 ? AF_INET6 : AF_UNSPEC;
	hints.ai_socktype = SOCK_DGRAM;
	hints.ai_protocol = IPPROTO_UDP;
	error = getaddrinfo(m->name, NULL, &hints, &res);
	if (error != 0)
		return result_of(error, m->name);
	for (ai = res; ai != NULL && answer->n < MSG_ANSWER_MAX;
	    ai = ai->ai_next) {
		if (addr_from_sa(&addr, ai->ai_addr) == -1)
			continue;
		addr.port = 0;
		if (!known(answer, &addr))
			answer->addr[answer->n++] = addr;
	}
	freeaddrinfo(res);
	return answer->n > 0 ? DNS_OK : DNS_NOTFOUND;
}
