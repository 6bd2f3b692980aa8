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
 * What we listen to: sockets for NTP, which the engine or servers get, and
 * for NTS-KE, which nts gets.  Parent only; it binds and never reads.
 *
 * SO_REUSEADDR is not set for UDP: on Linux it would let two daemons share a
 * port and take each other's packets, and that they collide is the one way
 * to learn that another one is running.
 */

#include <sys/types.h>
#include <sys/socket.h>

#include <netinet/in.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "parent.h"

#define RETRY		5	/* s between looks at what is missing */
#define BACKLOG_NTS	512	/* handshakes, see nts_server.c */

/* conf_node.state: the sockets that were opened for it. */
struct listener {
	struct parent_want open[PARENT_WANT_MAX];
	size_t		 nopen;
	unsigned int	 workers;	/* who have them; 0: the engine */
	uint32_t	 secret;	/* of how the kernel chooses one, */
	uint8_t		 prefix4;	/* by so many bits of who asks: as */
	uint8_t		 prefix6;	/* many as are one client */
	int		 error;		/* said, until it works */
	struct parent_name name;
};

static void
name_of(const struct conf_listen *c, char *buf, size_t size)
{
	const char	*what = c->nts ? "nts listen on" : "listen on";
	char		 addr[ADDR_STRLEN];

	if (c->ifname[0] != '\0')
		(void)snprintf(buf, size, "%s interface %s port %u", what,
		    c->ifname, c->addr.port);
	else if (c->addr.family == ADDR_NONE)
		(void)snprintf(buf, size, "%s %s port %u", what,
		    c->name[0] != '\0' ? c->name : "*", c->addr.port);
	else
		(void)snprintf(buf, size, "%s %s", what,
		    addr_strport(&c->addr, addr));
}

/* The sockets a statement stands for at this moment. */
static size_t
expand(struct parent *p, struct conf_node *node,
    struct parent_want *want)
{
	static const uint8_t	 families[] = { ADDR_V4, ADDR_V6 };
	const struct conf_listen *c = &node->listen;
	struct listener		*l = node->state;
	size_t			 i, n = 0;

	if (c->name[0] != '\0')
		return parent_name_expand(p, c, &l->name, want,
		    PARENT_WANT_MAX);
	if (c->ifname[0] != '\0')
		return parent_if_expand(c, want, PARENT_WANT_MAX);
	if (c->addr.family != ADDR_NONE) {
		memset(want, 0, sizeof(*want));
		want->addr = c->addr;
		return 1;
	}
	for (i = 0; i < nitems(families); i++) {
		if (c->family != ADDR_NONE && c->family != families[i])
			continue;
		memset(&want[n], 0, sizeof(want[n]));
		want[n].addr.family = families[i];
		want[n].addr.port = c->addr.port;
		n++;
	}
	return n;
}

static bool
same(const struct parent_want *a, const struct parent_want *b)
{
	return addr_cmp(&a->addr, &b->addr) == 0 && a->ifindex == b->ifindex;
}

static bool
among(const struct parent_want *w, const struct parent_want *list, size_t n)
{
	size_t	 i;

	for (i = 0; i < n; i++) {
		if (same(w, &list[i]))
			return true;
	}
	return false;
}

static int
set_rtable(int fd, int rtable)
{
#ifdef SO_RTABLE
	return setsockopt(fd, SOL_SOCKET, SO_RTABLE, &rtable,
	    sizeof(rtable));
#else
	errno = EOPNOTSUPP;
	return -1;
#endif
}

static int
prepare(int fd, const struct conf_listen *c, const struct parent_want *w,
    int family)
{
	int	 on = 1;

	/* TCP alone: one that closed just now is no reason to wait */
	if (c->nts && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on,
	    sizeof(on)) == -1)
		return -1;
	if (family == AF_INET6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY,
	    &on, sizeof(on)) == -1)
		return -1;
	if (c->rtable != -1 && set_rtable(fd, c->rtable) == -1)
		return -1;
	if (w->device[0] != '\0')
		return parent_if_device(fd, w->device);
	if (!addr_any(&w->addr))
		parent_if_early(fd, family);
	return 0;
}

/* With workers, one of the sockets that share the address. */
static int
open_socket(const struct conf_listen *c, const struct listener *l,
    const struct parent_want *w)
{
	struct sockaddr_storage	 ss;
	socklen_t		 len = addr_to_sa(&w->addr, &ss);
	unsigned int		 bits;
	int			 fd, error;

	bits = ss.ss_family == AF_INET6 ? l->prefix6 : l->prefix4;
	if ((fd = socket(ss.ss_family, (c->nts ? SOCK_STREAM :
	    SOCK_DGRAM) | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) == -1)
		return -1;
	if (prepare(fd, c, w, ss.ss_family) == -1 ||
	    (l->workers > 0 && parent_if_share(fd) == -1) ||
	    bind(fd, (const struct sockaddr *)&ss, len) == -1 ||
	    (c->nts && listen(fd, BACKLOG_NTS) == -1) ||
	    (l->workers > 0 && parent_if_steer(fd, ss.ss_family, l->workers,
	    bits, l->secret) == -1)) {
		error = errno;
		close(fd);
		errno = error;
		return -1;
	}
	return fd;
}

/* Who has the sockets of a statement. */
static struct parent_child *
owner(struct parent *p, const struct conf_node *n)
{
	return &p->child[n->listen.nts ? ROLE_NTS : ROLE_ENGINE];
}

/* Who has sockets of this statement closes them. */
static void
retire(struct parent *p, struct conf_node *n)
{
	struct listener	*l = n->state;

	if (l->nopen > 0) {
		if (owner(p, n)->open)
			imsgev_send(&owner(p, n)->iev, IMSG_LISTEN_GONE, 0, -1,
			    &n->listen.id, sizeof(n->listen.id));
		parent_server_send(p, n->listen.id, IMSG_LISTEN_GONE,
		    &n->listen.id, sizeof(n->listen.id));
	}
	l->nopen = 0;
}

/* What goes with a socket. */
static void
describe(const struct conf_listen *c, const struct listener *l,
    const struct parent_want *w, struct msg_listen *m)
{
	memset(m, 0, sizeof(*m));
	m->id = c->id;
	m->addr = w->addr;
	m->workers = l->workers;
	(void)strlcpy(m->ifname, c->ifname, sizeof(m->ifname));
}

/* One for each server: all of them, or none. */
static int
share(struct parent *p, struct conf_node *n,
    const struct parent_want *w)
{
	struct parent_server	*s;
	struct listener		*l = n->state;
	struct msg_listen	 m;
	int			 fd[CONF_WORKERS_MAX], error;
	size_t			 i, nfd = 0;

	describe(&n->listen, l, w, &m);
	TAILQ_FOREACH(s, &p->servers, entry) {
		if (s->id != n->listen.id || s->leaving || !s->open ||
		    nfd == nitems(fd))
			continue;
		if ((fd[nfd] = open_socket(&n->listen, l, w)) == -1) {
			error = errno;
			while (nfd > 0)
				close(fd[--nfd]);
			errno = error;
			return -1;
		}
		nfd++;
	}
	i = 0;
	TAILQ_FOREACH(s, &p->servers, entry) {
		if (s->id != n->listen.id || s->leaving || !s->open || i == nfd)
			continue;
		imsgev_send(&s->iev, IMSG_FD_LISTEN, 0, fd[i++], &m,
		    sizeof(m));
	}
	imsgev_send(&p->child[ROLE_ENGINE].iev, IMSG_LISTEN_SERVED, 0, -1,
	    &m, sizeof(m));
	l->open[l->nopen++] = *w;
	return 0;
}

void
parent_open_server(struct parent *p, struct parent_server *s)
{
	struct conf_node	*n;
	struct listener		*l;
	struct msg_listen	 m;
	size_t			 i;
	int			 fd;

	TAILQ_FOREACH(n, &p->conf->listens, entry) {
		if (n->listen.id == s->id && n->state != NULL)
			break;
	}
	if (n == NULL)
		return;
	l = n->state;
	for (i = 0; i < l->nopen; i++) {
		describe(&n->listen, l, &l->open[i], &m);
		if ((fd = open_socket(&n->listen, l, &l->open[i])) == -1)
			log_warn("server: listen again");
		else
			imsgev_send(&s->iev, IMSG_FD_LISTEN, 0, fd, &m,
			    sizeof(m));
	}
}

/* Open one socket and give it away; -1 and errno. */
static int
give(struct parent *p, struct conf_node *n,
    const struct parent_want *w)
{
	struct listener		*l = n->state;
	struct msg_listen	 m;
	int			 fd;

	if (l->workers > 0)
		return share(p, n, w);
	if ((fd = open_socket(&n->listen, l, w)) == -1)
		return -1;
	describe(&n->listen, l, w, &m);
	imsgev_send(&owner(p, n)->iev, IMSG_FD_LISTEN, 0, fd, &m,
	    sizeof(m));
	l->open[l->nopen++] = *w;
	return 0;
}

/*
 * Say once what is wrong, and once that it is over; to whoever asks for a
 * reload it is said again.
 */
static void
report(struct parent *p, const struct conf_listen *c, struct listener *l,
    int error)
{
	char	 name[MSG_NAME_MAX + 32];

	if (l->error == error && (error == 0 || !p->reload.asked))
		return;
	l->error = error;
	name_of(c, name, sizeof(name));
	if (error == EADDRINUSE)
		parent_reload_say(p, "%s: address already in use: is another "
		    "time daemon running?", name);
	else if (error == ENODEV)
		parent_reload_say(p, "%s: not there yet", name);
	else if (error != 0)
		parent_reload_say(p, "%s: %s", name, strerror(error));
	else
		log_info("%s: works now", name);
}

/* Bring the sockets of a statement up to date; 0, or the errno. */
static int
update(struct parent *p, struct conf_node *n)
{
	struct parent_want	 want[PARENT_WANT_MAX];
	struct listener		*l = n->state;
	size_t			 i, nwant = expand(p, n, want);
	int			 error = nwant == 0 ? ENODEV : 0;
	bool			 retired = false;

	for (i = 0; i < l->nopen && !retired; i++) {
		if (!among(&l->open[i], want, nwant)) {
			retire(p, n);
			retired = true;
		}
	}
	for (i = 0; i < nwant; i++) {
		if (among(&want[i], l->open, l->nopen) ||
		    give(p, n, &want[i]) == 0)
			continue;
		/* "*" and names are content with the families there are */
		if (errno == EAFNOSUPPORT && nwant > 1)
			continue;
		error = errno;
	}
	/* the first answer is on its way */
	if (nwant == 0 && n->listen.name[0] != '\0' && !l->name.failed)
		return EAGAIN;
	/* who had the old ones may not have closed them yet */
	if ((retired || parent_server_leaving(p)) && error == EADDRINUSE)
		return EAGAIN;
	report(p, &n->listen, l, error);
	return error;
}

/* A new statement, or one with another number of workers, gets them. */
static void
attend(struct parent *p, struct conf_node *n)
{
	struct listener	*l = n->state;

	if (l == NULL) {
		if ((l = calloc(1, sizeof(*l))) == NULL)
			fatal("listener");
		l->secret = arc4random();
		n->state = l;
	}
	l->prefix4 = p->conf->global.limit.prefix4;
	l->prefix6 = p->conf->global.limit.prefix6;
	if (l->workers == parent_server_count(&n->listen))
		return;
	l->workers = parent_server_count(&n->listen);
	parent_server_start(p, &n->listen);
}

bool
parent_open_listeners(struct parent *p)
{
	struct conf_node	*n;
	struct timeval		 tv = { RETRY, 0 };
	bool			 again = false, fine = true;
	int			 error;

	TAILQ_FOREACH(n, &p->conf->listens, entry) {
		/* nts takes its sockets when it is there (again) */
		attend(p, n);
		if (!owner(p, n)->open)
			continue;
		error = update(p, n);
		if (error == EADDRINUSE || error == EACCES || error == EPERM)
			fine = false;
		/* interfaces come and go, and get another index */
		if (error != 0 || n->listen.ifname[0] != '\0')
			again = true;
	}
	if (again)
		evtimer_add(&p->ev_listen, &tv);
	else
		evtimer_del(&p->ev_listen);
	return fine;
}

void
parent_open_answer(struct parent *p, uint32_t id, const struct msg_answer *a)
{
	struct conf_node	*n;
	struct listener		*l;

	TAILQ_FOREACH(n, &p->conf->listens, entry) {
		if (n->listen.id != id || (l = n->state) == NULL ||
		    !l->name.asking)
			continue;
		parent_name_answer(&l->name, a);
		/* or else the timer asks again */
		if (l->name.n > 0 && p->phase != PARENT_QUITTING &&
		    !p->reload.running)
			(void)parent_open_listeners(p);
		return;
	}
}

void
parent_open_number(struct parent *p)
{
	struct conf_node	*n;

	TAILQ_FOREACH(n, &p->conf->listens, entry) {
		if (n->listen.id == 0)
			n->listen.id = ++p->listen_id;
	}
}

void
parent_open_gone(struct parent *p)
{
	struct conf_node	*n;
	struct listener		*l;

	TAILQ_FOREACH(n, &p->conf->listens, entry) {
		if ((l = n->state) == NULL || (n->reconf != RECONF_DELETE &&
		    l->workers == parent_server_count(&n->listen)))
			continue;
		retire(p, n);
		parent_server_stop(p, n->listen.id);
		free(l);
		n->state = NULL;
	}
}

void
parent_open_forget(struct parent *p)
{
	struct conf_node	*n;
	struct listener		*l;

	TAILQ_FOREACH(n, &p->conf->listens, entry) {
		l = n->state;
		if (n->listen.nts && l != NULL)
			l->nopen = 0;
	}
}

static void
retry(int fd, short what, void *arg)
{
	struct parent	*p = arg;

	if (p->phase == PARENT_RUNNING && !p->reload.running)
		(void)parent_open_listeners(p);
}

void
parent_open_init(struct parent *p)
{
	evtimer_set(&p->ev_listen, retry, p);
}
