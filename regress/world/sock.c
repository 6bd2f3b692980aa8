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
 * Simulated sockets: UDP as programs know it.  The descriptor in the program
 * is one end of a socket pair; a token written into our end makes it
 * readable when something waits, and its end of file tells us that the last
 * copy, in whatever process, is closed.
 */

#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <netinet/in.h>

#include <errno.h>
#include <linux/net_tstamp.h>
#include <netdb.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "world.h"

#define QUEUE_MAX	256

struct item {
	struct item	*next;
	struct waddr	 from, to;
	int64_t		 real;		/* CLOCK_REALTIME of arrival */
	uint32_t	 id;
	size_t		 len;
	uint8_t		 data[];
};

struct wsock {
	struct host		*h;
	uint64_t		 ino;
	int			 slot, fd, domain, type;
	struct waddr		 local, peer;
	struct stamp_opts	 opts;
	bool			 v6only;
	uint32_t		 txid;
	int			 error;		/* SO_ERROR */
	struct item		*in, *err;	/* queues */
};

static void	 op_bind(struct wsock *, struct world_msg *);
static void	 op_connect(struct wsock *, struct world_msg *);
static void	 op_getname(struct wsock *, struct world_msg *);
static void	 op_setopt(struct wsock *, struct world_msg *);
static void	 op_getopt(struct wsock *, struct world_msg *);
static void	 op_send(struct wsock *, struct world_msg *);
static void	 op_recv(struct wsock *, struct world_msg *);

static const struct {
	void	(*fn)(struct wsock *, struct world_msg *);
} ops[] = {
	[OP_BIND]	= { op_bind },
	[OP_CONNECT]	= { op_connect },
	[OP_GETNAME]	= { op_getname },
	[OP_SETOPT]	= { op_setopt },
	[OP_GETOPT]	= { op_getopt },
	[OP_SEND]	= { op_send },
	[OP_RECV]	= { op_recv },
};

static struct wsock *
find(struct host *h, uint64_t ino)
{
	uint32_t	 i;

	for (i = 0; i < h->page->nsock; i++)
		if (h->sock[i] != NULL && h->sock[i]->ino == ino)
			return h->sock[i];
	return NULL;
}

struct world_sock *
sock_page(struct host *h, struct wsock *s)
{
	return &h->page->sock[s->slot];
}

static void
fail(struct world_msg *m, int error)
{
	m->ret = -1;
	m->err = error;
}

/* Make the placeholder readable if it was not. */
static void
token(struct wsock *s)
{
	struct world_sock	*p = sock_page(s->h, s);

	if (p->in + p->err + p->fail != 1)
		return;
	if (send(s->fd, "", 1, MSG_DONTWAIT | MSG_NOSIGNAL) == -1 &&
	    errno != EPIPE)
		world_fail(s->h->w, "%s: token: %s", s->h->name,
		    strerror(errno));
}

void
sock_new(struct host *h, struct world_msg *m, int fd)
{
	struct wsock	*s;
	int		 slot;

	if (fd == -1 || (m->b != SOCK_DGRAM && m->b != SOCK_STREAM)) {
		if (fd != -1)
			close(fd);
		fail(m, EPROTONOSUPPORT);
		return;
	}
	sock_sweep(h);
	for (slot = 0; slot < WORLD_SOCKS; slot++)
		if (h->sock[slot] == NULL)
			break;
	if (slot == WORLD_SOCKS) {
		close(fd);
		fail(m, EMFILE);
		return;
	}
	if ((s = calloc(1, sizeof(*s))) == NULL)
		abort();
	s->h = h;
	s->ino = m->ino;
	s->slot = slot;
	s->fd = fd;
	s->domain = m->a;
	s->type = m->b;
	s->local.family = s->domain == AF_INET6 ? 6 : 4;
	h->sock[slot] = s;
	if (h->page->nsock <= (uint32_t)slot)
		h->page->nsock = slot + 1;
	memset(&h->page->sock[slot], 0, sizeof(h->page->sock[slot]));
	h->page->sock[slot].ino = s->ino;
	m->ret = 0;
}

static void
drop_items(struct item *i)
{
	struct item	*next;

	for (; i != NULL; i = next) {
		next = i->next;
		free(i);
	}
}

void
sock_sweep(struct host *h)
{
	struct pollfd	 pfd;
	struct wsock	*s;
	uint32_t	 i;

	for (i = 0; i < h->page->nsock; i++) {
		if ((s = h->sock[i]) == NULL)
			continue;
		pfd.fd = s->fd;
		pfd.events = POLLIN;
		if (poll(&pfd, 1, 0) <= 0 || !(pfd.revents & POLLHUP))
			continue;
		close(s->fd);
		drop_items(s->in);
		drop_items(s->err);
		free(s);
		h->sock[i] = NULL;
		h->page->sock[i].ino = 0;
	}
}

void
sock_request(struct host *h, struct world_msg *m)
{
	struct wsock	*s;
	uint32_t	 op = m->op;

	if ((s = find(h, m->ino)) == NULL)
		fail(m, EBADF);
	else {
		m->ret = 0;
		ops[op].fn(s, m);
	}
	if (m->ret < 0)
		m->nname = m->ndata = m->nctl = 0;
}

static bool
taken(struct host *h, const struct wsock *me, uint16_t port)
{
	uint32_t	 i;

	for (i = 0; i < h->page->nsock; i++)
		if (h->sock[i] != NULL && h->sock[i] != me &&
		    h->sock[i]->type == me->type &&
		    h->sock[i]->domain == me->domain &&
		    h->sock[i]->local.port == port &&
		    (waddr_any(&h->sock[i]->local) || waddr_any(&me->local) ||
		    waddr_same(&h->sock[i]->local, &me->local)))
			return true;
	return false;
}

static void
any_port(struct wsock *s)
{
	if (s->local.port != 0)
		return;
	do {
		s->local.port = 32768 + rng_next(&s->h->portrng) % 28232;
	} while (taken(s->h, s, s->local.port));
}

static bool
own(struct host *h, const struct waddr *a)
{
	return waddr_any(a) || waddr_loop(a) || waddr_same(a, &h->addr4) ||
	    waddr_same(a, &h->addr6);
}

static void
op_bind(struct wsock *s, struct world_msg *m)
{
	struct waddr	 a;

	if (!waddr_from_sa(&a, m->data, m->nname) ||
	    a.family != s->local.family) {
		fail(m, EAFNOSUPPORT);
		return;
	}
	m->nname = 0;
	if (!own(s->h, &a)) {
		fail(m, EADDRNOTAVAIL);
		return;
	}
	s->local = a;
	if (a.port != 0 && taken(s->h, s, a.port)) {
		s->local.port = 0;
		fail(m, EADDRINUSE);
		return;
	}
	any_port(s);
}

/* Which own address speaks to that one. */
static bool
route(struct host *h, const struct waddr *to, struct waddr *from)
{
	const struct waddr	*own_addr;

	own_addr = to->family == 6 ? &h->addr6 : &h->addr4;
	from->family = to->family;
	if (waddr_loop(to)) {
		memcpy(from->a, to->a, sizeof(from->a));
		return true;
	}
	memcpy(from->a, own_addr->a, sizeof(from->a));
	return own_addr->family != 0;
}

static void
op_connect(struct wsock *s, struct world_msg *m)
{
	struct waddr	 a;

	if (!waddr_from_sa(&a, m->data, m->nname)) {
		/* AF_UNSPEC dissolves it. */
		memset(&s->peer, 0, sizeof(s->peer));
		m->nname = 0;
		return;
	}
	m->nname = 0;
	if (a.family != s->local.family) {
		fail(m, EAFNOSUPPORT);
		return;
	}
	if (s->type != SOCK_DGRAM) {
		fail(m, ECONNREFUSED);
		return;
	}
	if (waddr_any(&s->local) && !route(s->h, &a, &s->local)) {
		fail(m, ENETUNREACH);
		return;
	}
	s->peer = a;
	any_port(s);
}

static void
op_getname(struct wsock *s, struct world_msg *m)
{
	if (m->a && s->peer.family == 0) {
		fail(m, ENOTCONN);
		return;
	}
	m->nname = waddr_to_sa(m->a ? &s->peer : &s->local, m->data);
}

static void
op_setopt(struct wsock *s, struct world_msg *m)
{
	int	 v = 0;

	if (m->ndata >= sizeof(v))
		memcpy(&v, m->data, sizeof(v));
	m->ndata = 0;
	if (m->a == SOL_SOCKET && (m->b == SO_TIMESTAMP ||
	    m->b == SO_TIMESTAMPNS))
		s->opts.timestamp = v ? m->b : 0;
	else if (m->a == SOL_SOCKET && m->b == SO_TIMESTAMPING)
		s->opts.stamping = v;
	else if (m->a == SOL_SOCKET && m->b == SO_SELECT_ERR_QUEUE)
		sock_page(s->h, s)->selerr = v != 0;
	else if ((m->a == IPPROTO_IP && m->b == IP_PKTINFO) ||
	    (m->a == IPPROTO_IPV6 && m->b == IPV6_RECVPKTINFO))
		s->opts.pktinfo = v != 0;
	else if (m->a == IPPROTO_IPV6 && m->b == IPV6_V6ONLY)
		s->v6only = v != 0;
}

static void
op_getopt(struct wsock *s, struct world_msg *m)
{
	int	 v = 0;

	if (m->a == SOL_SOCKET) {
		switch (m->b) {
		case SO_ERROR:
			v = s->error;
			s->error = 0;
			break;
		case SO_TYPE:
			v = s->type;
			break;
		case SO_DOMAIN:
			v = s->domain;
			break;
		case SO_TIMESTAMPING:
			v = s->opts.stamping;
			break;
		case SO_RCVBUF:
		case SO_SNDBUF:
			v = 212992;
			break;
		}
	}
	memcpy(m->data, &v, sizeof(v));
	m->ndata = sizeof(v);
}

static struct item *
new_item(struct item **queue, const void *data, size_t len)
{
	struct item	*i;

	if ((i = calloc(1, sizeof(*i) + len)) == NULL)
		abort();
	i->len = len;
	memcpy(i->data, data, len);
	while (*queue != NULL)
		queue = &(*queue)->next;
	*queue = i;
	return i;
}

/* The loop of a sent frame into the error queue, with its time. */
static void
transmit_stamp(struct wsock *s, const struct waddr *src,
    const struct waddr *dst, const uint8_t *data, size_t len)
{
	uint8_t		 frame[PACKET_MAX + 64];
	struct item	*i;
	size_t		 n;

	if (!(s->opts.stamping & SOF_TIMESTAMPING_TX_SOFTWARE) ||
	    !(s->opts.stamping & SOF_TIMESTAMPING_SOFTWARE) ||
	    sock_page(s->h, s)->err >= QUEUE_MAX)
		return;
	n = s->opts.stamping & SOF_TIMESTAMPING_OPT_TSONLY ? 0 :
	    stamp_frame(src, dst, data, len, frame);
	i = new_item(&s->err, frame, n);
	i->from = *dst;
	i->real = kclock_read(&s->h->clock, s->h->w->now, WCLOCK_REAL) -
	    (int64_t)(law_draw(&s->h->txerror, &s->h->stamprng) * NSEC);
	i->id = s->opts.stamping & SOF_TIMESTAMPING_OPT_ID ? s->txid++ : 0;
	sock_page(s->h, s)->err++;
	token(s);
}

static void
op_send(struct wsock *s, struct world_msg *m)
{
	const uint8_t	*data = (const uint8_t *)m->data + m->nname;
	struct waddr	 dst = s->peer, src = s->local, asked;
	size_t		 len = m->ndata;

	if (m->nname != 0 && !waddr_from_sa(&dst, m->data, m->nname)) {
		fail(m, EAFNOSUPPORT);
		return;
	}
	if (s->error != 0) {
		fail(m, s->error);
		s->error = 0;
		return;
	}
	if (dst.family == 0) {
		fail(m, EDESTADDRREQ);
		return;
	}
	if (len > PACKET_MAX) {
		fail(m, EMSGSIZE);
		return;
	}
	any_port(s);
	src.port = s->local.port;
	if (waddr_any(&src) && !route(s->h, &dst, &src)) {
		fail(m, ENETUNREACH);
		return;
	}
	asked = src;
	if (m->nctl != 0 && stamp_source(data + len, m->nctl, &asked))
		src = asked;
	src.port = s->local.port;
	net_send(s->h->w, s->h, &src, &dst, data, len);
	transmit_stamp(s, &src, &dst, data, len);
	m->nname = m->ndata = m->nctl = 0;
	m->ret = len;
}

static void
op_recv(struct wsock *s, struct world_msg *m)
{
	struct world_sock	*p = sock_page(s->h, s);
	bool			 errq = m->a & MSG_ERRQUEUE;
	struct item		*i;
	size_t			 room = m->b;

	m->nname = m->ndata = m->nctl = 0;
	m->c = 0;
	if (!errq && s->error != 0) {
		fail(m, s->error);
		s->error = 0;
		p->fail = 0;
		return;
	}
	p->fail = 0;
	if ((i = errq ? s->err : s->in) == NULL) {
		fail(m, EAGAIN);
		return;
	}
	m->nname = waddr_to_sa(&i->from, m->data);
	m->ndata = i->len < room ? i->len : room;
	m->c = (i->len > room ? MSG_TRUNC : 0) | (errq ? MSG_ERRQUEUE : 0);
	memcpy(m->data + m->nname, i->data, m->ndata);
	m->nctl = errq ?
	    stamp_transmit(s->local.family, i->real, i->id,
	    (uint8_t *)m->data + m->nname + m->ndata) :
	    stamp_receive(&s->opts, i->real, &i->to,
	    (uint8_t *)m->data + m->nname + m->ndata);
	m->ret = m->a & MSG_TRUNC ? i->len : m->ndata;
	if (m->a & MSG_PEEK)
		return;
	if (errq) {
		s->err = i->next;
		p->err--;
	} else {
		s->in = i->next;
		p->in--;
	}
	free(i);
}

/* How well a socket fits a datagram; 0: not at all. */
static int
fits(const struct wsock *s, const struct packet *q)
{
	int	 score = 1;

	if (s->type != SOCK_DGRAM || s->local.port != q->dst.port ||
	    s->local.family != q->dst.family)
		return 0;
	if (!waddr_any(&s->local)) {
		if (!waddr_same(&s->local, &q->dst))
			return 0;
		score += 1;
	}
	if (s->peer.family != 0) {
		if (!waddr_same(&s->peer, &q->src) ||
		    s->peer.port != q->src.port)
			return 0;
		score += 2;
	}
	return score;
}

void
sock_deliver(struct host *h, const struct packet *q)
{
	struct world_sock	*p;
	struct wsock		*best = NULL;
	struct item		*item;
	uint32_t		 i;
	int			 score = 0;

	sock_sweep(h);
	for (i = 0; i < h->page->nsock; i++)
		if (h->sock[i] != NULL && fits(h->sock[i], q) > score) {
			best = h->sock[i];
			score = fits(best, q);
		}
	if (best == NULL) {
		if (!q->unreach)
			net_unreach(h->w, q);
		return;
	}
	p = sock_page(h, best);
	if (q->unreach) {
		if (best->peer.family == 0 || p->fail)
			return;
		best->error = ECONNREFUSED;
		p->fail = 1;
	} else {
		if (p->in >= QUEUE_MAX)
			return;
		item = new_item(&best->in, q->data, q->len);
		item->from = q->src;
		item->to = q->dst;
		item->real = kclock_read(&h->clock, h->w->now, WCLOCK_REAL) +
		    (int64_t)(law_draw(&h->rxerror, &h->stamprng) * NSEC);
		p->in++;
	}
	token(best);
	turn_look(h);
}
