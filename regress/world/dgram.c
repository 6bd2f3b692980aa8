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
 * UDP, as programs know it: queues of datagrams, and of the time stamps of
 * those that were sent.
 */

#include <sys/socket.h>

#include <errno.h>
#include <linux/net_tstamp.h>
#include <stdlib.h>
#include <string.h>

#include "sock.h"

#define QUEUE_MAX	256

struct item {
	struct item	*next;
	struct waddr	 from, to;
	int64_t		 real;		/* CLOCK_REALTIME of arrival */
	uint32_t	 id;
	size_t		 len;
	uint8_t		 data[];
};

void
dgram_connect(struct wsock *s, struct world_msg *m)
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
		sock_fail(m, EAFNOSUPPORT);
		return;
	}
	if (waddr_any(&s->local) && !sock_route(s->h, &a, &s->local)) {
		sock_fail(m, ENETUNREACH);
		return;
	}
	s->peer = a;
	sock_port(s);
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
dgram_close(struct wsock *s)
{
	drop_items(s->in);
	drop_items(s->err);
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
	uint8_t			 frame[PACKET_MAX + 64];
	struct world_sock	*p;
	struct item		*i;
	size_t			 n;

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
	p = sock_page(s->h, s);
	sock_ready(s, p->in, p->err + 1, p->fail);
}

void
dgram_send(struct wsock *s, struct world_msg *m)
{
	const uint8_t	*data = (const uint8_t *)m->data + m->nname;
	struct waddr	 dst = s->peer, src = s->local, asked;
	size_t		 len = m->ndata;

	if (m->nname != 0 && !waddr_from_sa(&dst, m->data, m->nname)) {
		sock_fail(m, EAFNOSUPPORT);
		return;
	}
	if (s->error != 0) {
		sock_fail(m, s->error);
		s->error = 0;
		return;
	}
	if (dst.family == 0) {
		sock_fail(m, EDESTADDRREQ);
		return;
	}
	if (len > PACKET_MAX) {
		sock_fail(m, EMSGSIZE);
		return;
	}
	sock_port(s);
	src.port = s->local.port;
	if (waddr_any(&src) && !sock_route(s->h, &dst, &src)) {
		sock_fail(m, ENETUNREACH);
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

void
dgram_recv(struct wsock *s, struct world_msg *m)
{
	struct world_sock	*p = sock_page(s->h, s);
	bool			 errq = m->a & MSG_ERRQUEUE;
	struct item		*i;
	size_t			 room = m->b;

	m->nname = m->ndata = m->nctl = 0;
	m->c = 0;
	if (!errq && s->error != 0) {
		sock_fail(m, s->error);
		s->error = 0;
		p->fail = 0;
		return;
	}
	p->fail = 0;
	if ((i = errq ? s->err : s->in) == NULL) {
		sock_fail(m, EAGAIN);
		return;
	}
	m->nname = waddr_to_sa(&i->from, m->data);
	m->ndata = i->len < room ? i->len : room;
	m->c = (i->len > room ? MSG_TRUNC : 0) | (errq ? MSG_ERRQUEUE : 0);
	memcpy(m->data + m->nname, i->data, m->ndata);
	m->nctl = errq ?
	    stamp_transmit(&s->opts, i->real, i->id, &i->from,
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
		sock_ready(best, p->in, p->err, true);
	} else {
		if (p->in >= QUEUE_MAX)
			return;
		item = new_item(&best->in, q->data, q->len);
		item->from = q->src;
		item->to = q->dst;
		item->real = kclock_read(&h->clock, h->w->now, WCLOCK_REAL) +
		    (int64_t)(law_draw(&h->rxerror, &h->stamprng) * NSEC);
		sock_ready(best, p->in + 1, p->err, p->fail);
	}
	turn_look(h);
}
