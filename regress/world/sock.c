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
 * Simulated sockets.  The descriptor in the program is one end of a socket
 * pair; a token written into our end makes it readable when something waits,
 * and its end of file tells us that the last copy, in whatever process, is
 * closed.
 */

#include <sys/socket.h>

#include <netinet/in.h>

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sock.h"

typedef void	 request_fn(struct wsock *, struct world_msg *);

static request_fn	 op_bind, op_getname, op_setopt, op_getopt, op_told;

/* By type; what is not there is not for it. */
static request_fn *const ops[][SOCK_RAW + 1] = {
	[OP_BIND] = {
		[SOCK_DGRAM] = op_bind, [SOCK_STREAM] = op_bind
	},
	[OP_CONNECT] = {
		[SOCK_DGRAM] = dgram_connect, [SOCK_STREAM] = stream_connect
	},
	[OP_LISTEN] = { [SOCK_STREAM] = stream_listen },
	[OP_SHUTDOWN] = { [SOCK_STREAM] = stream_shutdown },
	[OP_GETNAME] = {
		[SOCK_DGRAM] = op_getname, [SOCK_STREAM] = op_getname
	},
	[OP_SETOPT] = {
		[SOCK_DGRAM] = op_setopt, [SOCK_STREAM] = op_setopt
	},
	[OP_GETOPT] = {
		[SOCK_DGRAM] = op_getopt, [SOCK_STREAM] = op_getopt
	},
	[OP_SEND] = {
		[SOCK_DGRAM] = dgram_send, [SOCK_STREAM] = stream_send
	},
	[OP_RECV] = {
		[SOCK_DGRAM] = dgram_recv, [SOCK_STREAM] = stream_recv,
		[SOCK_RAW] = op_told		/* OP_WATCH's */
	},
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

void
sock_fail(struct world_msg *m, int error)
{
	m->ret = -1;
	m->err = error;
}

void
sock_ready(struct wsock *s, uint32_t in, uint32_t err, bool failed)
{
	struct world_sock	*p = sock_page(s->h, s);
	bool			 was = p->in != 0 || p->err != 0 || p->fail;

	p->in = in;
	p->err = err;
	p->fail = failed;
	if (was || (in == 0 && err == 0 && !failed))
		return;
	if (send(s->fd, "", 1, MSG_DONTWAIT | MSG_NOSIGNAL) == -1 &&
	    errno != EPIPE)
		world_fail(s->h->w, "%s: token: %s", s->h->name,
		    strerror(errno));
}

struct wsock *
sock_make(struct host *h, uint64_t ino, int fd, int domain, int type)
{
	struct wsock	*s;
	int		 slot;

	sock_sweep(h);
	for (slot = 0; slot < WORLD_SOCKS; slot++)
		if (h->sock[slot] == NULL)
			break;
	if (slot == WORLD_SOCKS)
		return NULL;
	if ((s = calloc(1, sizeof(*s))) == NULL)
		abort();
	s->h = h;
	s->ino = ino;
	s->slot = slot;
	s->fd = fd;
	s->domain = domain;
	s->type = type;
	s->local.family = domain == AF_INET6 ? 6 : 4;
	h->sock[slot] = s;
	if (h->page->nsock <= (uint32_t)slot)
		h->page->nsock = slot + 1;
	memset(&h->page->sock[slot], 0, sizeof(h->page->sock[slot]));
	h->page->sock[slot].stream = type == SOCK_STREAM;
	h->page->sock[slot].ino = ino;
	return s;
}

void
sock_new(struct host *h, struct world_msg *m, int fd)
{
	m->ret = 0;
	if (fd == -1 || (m->b != SOCK_DGRAM && m->b != SOCK_STREAM &&
	    m->op != OP_WATCH))
		sock_fail(m, EPROTONOSUPPORT);
	else if (sock_make(h, m->ino, fd, m->a, m->b) == NULL)
		sock_fail(m, EMFILE);
	if (m->ret < 0 && fd != -1)
		close(fd);
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
		if (s->type == SOCK_STREAM)
			stream_close(s);
		else
			dgram_close(s);
		close(s->fd);
		free(s);
		h->sock[i] = NULL;
		h->page->sock[i].ino = 0;
	}
}

void
sock_request(struct host *h, struct world_msg *m)
{
	struct wsock	*s = find(h, m->ino);
	request_fn	*fn;

	m->ret = 0;
	if (s == NULL)
		sock_fail(m, EBADF);
	else if ((fn = ops[m->op][s->type]) == NULL)
		sock_fail(m, EOPNOTSUPP);
	else
		fn(s, m);
	if (m->ret < 0)
		m->nname = m->ndata = m->nctl = 0;
}

/* What a watched clock's descriptor has to say, as timerfd does. */
static void
op_told(struct wsock *s, struct world_msg *m)
{
	bool	 news = sock_page(s->h, s)->in > 0;

	sock_ready(s, 0, 0, false);
	sock_fail(m, news ? ECANCELED : EAGAIN);
}

void
sock_clock_set(struct host *h)
{
	uint32_t	 i;

	for (i = 0; i < h->page->nsock; i++)
		if (h->sock[i] != NULL && h->sock[i]->type == SOCK_RAW)
			sock_ready(h->sock[i], 1, 0, false);
	turn_look(h);
}

void
sock_accept(struct host *h, struct world_msg *m, int fd)
{
	struct wsock	*s = find(h, m->ino);

	m->ret = 0;
	if (fd == -1 || s == NULL)
		sock_fail(m, EBADF);
	else if (!s->listening)
		sock_fail(m, EINVAL);
	else
		stream_accept(s, m, fd);
	if (m->ret < 0 && fd != -1)
		close(fd);
}

/* A connection may have the port of the socket it was accepted from. */
static bool
taken(struct host *h, const struct wsock *me, uint16_t port)
{
	uint32_t	 i;

	for (i = 0; i < h->page->nsock; i++)
		if (h->sock[i] != NULL && h->sock[i] != me &&
		    h->sock[i]->type == me->type &&
		    h->sock[i]->domain == me->domain &&
		    h->sock[i]->local.port == port &&
		    h->sock[i]->conn == NULL &&
		    (waddr_any(&h->sock[i]->local) || waddr_any(&me->local) ||
		    waddr_same(&h->sock[i]->local, &me->local)))
			return true;
	return false;
}

void
sock_port(struct wsock *s)
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
		sock_fail(m, EAFNOSUPPORT);
		return;
	}
	m->nname = 0;
	if (!own(s->h, &a)) {
		sock_fail(m, EADDRNOTAVAIL);
		return;
	}
	s->local = a;
	if (a.port != 0 && taken(s->h, s, a.port)) {
		s->local.port = 0;
		sock_fail(m, EADDRINUSE);
		return;
	}
	sock_port(s);
}

bool
sock_route(struct host *h, const struct waddr *to, struct waddr *from)
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
op_getname(struct wsock *s, struct world_msg *m)
{
	if (m->a && s->peer.family == 0) {
		sock_fail(m, ENOTCONN);
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

