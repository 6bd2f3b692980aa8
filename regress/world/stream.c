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
 * A little TCP: connections between hosts whose segments take as long as a
 * link's datagrams do, are sent again when they are lost, and arrive in
 * order.  There is a window, so a writer can be too fast for a reader, but
 * links have no bandwidth and so there is no congestion.
 */

#include <sys/socket.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sock.h"

#define LOOP_DELAY	5000		/* ns, within a host */
#define WINDOW		65536
#define SYN_AGAIN	NSEC		/* doubled each time */
#define SYN_TRIES	6
#define AGAIN		(NSEC / 5)
#define AGAIN_MAX	(120 * NSEC)
#define TRIES		15

enum kind {
	KIND_SYN,
	KIND_SYNACK,
	KIND_ACK,		/* the third of the handshake */
	KIND_DATA,
	KIND_FIN,
	KIND_CREDIT,		/* n octets were read */
	KIND_RST
};

struct segment {
	struct conn	*c;
	struct segment	*next;		/* that came too early */
	int		 to;
	enum kind	 kind;
	uint32_t	 seq;
	int		 tries;
	int64_t		 again;		/* ns until the next try */
	size_t		 n;
	uint8_t		 data[];
};

struct end {
	struct host	*h;
	struct wsock	*s;		/* NULL: not yet, or no more */
	struct waddr	 addr;
	uint8_t		*buf;		/* came and was not read */
	size_t		 len;
	size_t		 eaten;		/* read, and no credit sent */
	size_t		 room;		/* what the other end can take */
	uint32_t	 out, in;	/* sequence: to be sent, to come */
	int64_t		 last;		/* arrival of what it sent last */
	struct segment	*early;
	bool		 eof;		/* the other end has finished */
	bool		 shut;		/* this one has */
	bool		 dead;		/* reset, or given up */
	bool		 gone;		/* nobody has this end any more */
};

struct conn {
	struct end	 end[2];	/* who called, who was called */
	bool		 open;		/* as who called knows */
	int		 refs;		/* ends held, segments on their way */
};

static void	 arrive(struct world *, void *);
static void	 attempt(struct world *, void *);
static void	 update(struct end *, int, struct conn *);
static void	 die(struct conn *, int, int);

static void
release(struct conn *c)
{
	if (--c->refs > 0)
		return;
	free(c->end[0].buf);
	free(c->end[1].buf);
	free(c);
}

/* What the program sees of its end. */
static void
update(struct end *e, int error, struct conn *c)
{
	struct wsock		*s = e->s;
	struct world_sock	*p;

	if (s == NULL)
		return;
	if (error != 0)
		s->error = error;
	p = sock_page(s->h, s);
	p->full = !e->dead && (!c->open || e->room == 0);
	p->end = e->dead || (e->eof && e->shut) ? WORLD_END_BOTH :
	    e->eof ? WORLD_END_READ : 0;
	sock_ready(s, e->len > 0 || e->eof || e->dead, 0, s->error != 0);
	turn_look(s->h);
}

static void
post(struct conn *c, int from, enum kind kind, const void *data, size_t n)
{
	struct end	*e = &c->end[from];
	struct segment	*g;
	size_t		 len = data != NULL ? n : 0;

	if ((g = calloc(1, sizeof(*g) + len)) == NULL)
		abort();
	g->c = c;
	g->to = !from;
	g->kind = kind;
	g->n = n;
	if (len > 0)
		memcpy(g->data, data, len);
	if (kind == KIND_ACK || kind == KIND_DATA || kind == KIND_FIN)
		g->seq = e->out++;
	g->again = kind == KIND_SYN || kind == KIND_SYNACK ? SYN_AGAIN :
	    AGAIN;
	c->refs++;
	attempt(e->h->w, g);
}

/* Send a segment; if it is lost, again, until that makes no more sense. */
static void
attempt(struct world *w, void *arg)
{
	struct segment	*g = arg;
	struct end	*from = &g->c->end[!g->to], *to = &g->c->end[g->to];
	bool		 syn = g->kind == KIND_SYN || g->kind == KIND_SYNACK;
	struct link	*l;
	int64_t		 t;

	if (from->h == to->h) {
		world_at(w, w->now + LOOP_DELAY, arrive, g);
		return;
	}
	l = to->h != NULL ? net_link(w, from->h, to->h) : NULL;
	if (l != NULL && !l->m.down && !from->h->suspended &&
	    !to->h->suspended && rng_uniform(&l->rng) >= l->m.loss) {
		t = net_arrival(w, l);
		from->last = t > from->last ? t : from->last;
		world_at(w, from->last, arrive, g);
		return;
	}
	if (from->dead || ++g->tries == (syn ? SYN_TRIES : TRIES)) {
		die(g->c, !g->to, ETIMEDOUT);
		release(g->c);
		free(g);
		return;
	}
	world_at(w, w->now + g->again, attempt, g);
	g->again = 2 * g->again < AGAIN_MAX ? 2 * g->again : AGAIN_MAX;
}

/* It is over; the end that finds out is told why. */
static void
die(struct conn *c, int end, int error)
{
	struct end	*e = &c->end[end];
	struct segment	*g;

	if (e->dead)
		return;
	e->dead = true;
	while ((g = e->early) != NULL) {
		e->early = g->next;
		free(g);
		c->refs--;		/* not the last: who calls has one */
	}
	update(e, error, c);
}

static struct wsock *
listener(struct host *h, const struct waddr *a)
{
	struct wsock	*s;
	uint32_t	 i;

	for (i = 0; h != NULL && i < h->page->nsock; i++) {
		s = h->sock[i];
		if (s != NULL && s->listening && s->local.port == a->port &&
		    s->local.family == a->family && s->nqueue < BACKLOG &&
		    (waddr_any(&s->local) || waddr_same(&s->local, a)))
			return s;
	}
	return NULL;
}

/* The handshake is done: somebody may accept it. */
static void
enqueue(struct conn *c)
{
	struct wsock	*s = listener(c->end[1].h, &c->end[1].addr);

	if (s == NULL) {
		c->end[1].gone = c->end[1].dead = true;
		post(c, 1, KIND_RST, NULL, 0);
		return;
	}
	c->refs++;
	s->queue[s->nqueue++] = c;
	sock_ready(s, s->nqueue, 0, false);
	turn_look(s->h);
}

static void
take(struct conn *c, int end, const struct segment *g)
{
	struct end	*e = &c->end[end];
	uint8_t		*more;

	switch (g->kind) {
	case KIND_ACK:
		enqueue(c);
		break;
	case KIND_DATA:
		if (e->gone) {
			post(c, end, KIND_RST, NULL, 0);
			break;
		}
		if ((more = realloc(e->buf, e->len + g->n)) == NULL)
			abort();
		memcpy(more + e->len, g->data, g->n);
		e->buf = more;
		e->len += g->n;
		break;
	case KIND_FIN:
		e->eof = true;
		break;
	case KIND_SYN:
	case KIND_SYNACK:
	case KIND_CREDIT:
	case KIND_RST:
		break;
	}
	update(e, 0, c);
}

/* Segments that have an order are taken in it. */
static void
in_order(struct conn *c, int end, struct segment *g)
{
	struct end	*e = &c->end[end];
	struct segment	**gp;

	for (gp = &e->early; *gp != NULL && (*gp)->seq < g->seq;
	    gp = &(*gp)->next)
		;
	g->next = *gp;
	*gp = g;
	while ((g = e->early) != NULL && g->seq == e->in) {
		e->early = g->next;
		e->in++;
		take(c, end, g);
		free(g);
		release(c);
	}
}

static void
arrive(struct world *w, void *arg)
{
	struct segment	*g = arg;
	struct conn	*c = g->c;
	struct end	*e = &c->end[g->to];
	int		 end = g->to;

	switch (g->kind) {
	case KIND_SYN:
		if (!e->h->builtin && listener(e->h, &e->addr) != NULL)
			post(c, end, KIND_SYNACK, NULL, 0);
		else
			post(c, end, KIND_RST, NULL, 0);
		break;
	case KIND_SYNACK:
		if (e->gone) {
			post(c, end, KIND_RST, NULL, 0);
			break;
		}
		c->open = true;
		post(c, end, KIND_ACK, NULL, 0);
		update(e, 0, c);
		break;
	case KIND_ACK:
	case KIND_DATA:
	case KIND_FIN:
		if (e->dead) {
			post(c, end, KIND_RST, NULL, 0);
			break;
		}
		/* It holds on to the segment. */
		c->refs++;
		in_order(c, end, g);
		release(c);
		return;
	case KIND_CREDIT:
		e->room += g->n;
		update(e, 0, c);
		break;
	case KIND_RST:
		die(c, end, c->open ? ECONNRESET : ECONNREFUSED);
		break;
	}
	free(g);
	release(c);
}

void
stream_connect(struct wsock *s, struct world_msg *m)
{
	struct waddr	 a;
	struct conn	*c;
	struct end	*e;

	if (!waddr_from_sa(&a, m->data, m->nname) ||
	    a.family != s->local.family) {
		sock_fail(m, EAFNOSUPPORT);
		return;
	}
	m->nname = 0;
	if (s->conn != NULL || s->listening) {
		sock_fail(m, s->conn == NULL ? EINVAL :
		    s->conn->open ? EISCONN : EALREADY);
		return;
	}
	if (waddr_any(&s->local) && !sock_route(s->h, &a, &s->local)) {
		sock_fail(m, ENETUNREACH);
		return;
	}
	sock_port(s);
	if ((c = calloc(1, sizeof(*c))) == NULL)
		abort();
	s->peer = a;
	s->conn = c;
	s->end = 0;
	c->refs = 1;
	c->end[0].room = c->end[1].room = WINDOW;
	e = &c->end[0];
	e->h = s->h;
	e->s = s;
	e->addr = s->local;
	c->end[1].h = waddr_loop(&a) ? s->h : net_host(s->h->w, &a);
	c->end[1].addr = a;
	update(e, 0, c);
	post(c, 0, KIND_SYN, NULL, 0);
	sock_fail(m, EINPROGRESS);
}

void
stream_listen(struct wsock *s, struct world_msg *m)
{
	if (s->conn != NULL)
		sock_fail(m, EINVAL);
	else {
		sock_port(s);
		s->listening = true;
	}
}

/* The oldest that waits becomes a socket of its own. */
void
stream_accept(struct wsock *s, struct world_msg *m, int fd)
{
	struct wsock	*new;
	struct conn	*c;

	if (s->nqueue == 0) {
		sock_fail(m, EAGAIN);
		return;
	}
	new = sock_make(s->h, (uint64_t)m->t, fd, s->domain, SOCK_STREAM);
	if (new == NULL) {
		sock_fail(m, EMFILE);
		return;
	}
	c = s->queue[0];
	memmove(s->queue, s->queue + 1, --s->nqueue * sizeof(s->queue[0]));
	sock_ready(s, s->nqueue, 0, false);
	new->conn = c;
	new->end = 1;
	new->local = c->end[1].addr;
	new->peer = c->end[0].addr;
	c->end[1].s = new;
	update(&c->end[1], 0, c);
	m->nname = waddr_to_sa(&new->peer, m->data);
}

/* An error that waits is told once. */
static bool
failed(struct wsock *s, struct world_msg *m)
{
	struct world_sock	*p = sock_page(s->h, s);

	if (s->error == 0) {
		sock_ready(s, p->in, 0, false);
		return false;
	}
	sock_fail(m, s->error);
	s->error = 0;
	sock_ready(s, p->in, 0, false);
	return true;
}

void
stream_send(struct wsock *s, struct world_msg *m)
{
	struct end	*e;
	size_t		 n = m->ndata;
	const char	*data = m->data + m->nname;

	m->nname = m->ndata = m->nctl = 0;
	if (failed(s, m))
		return;
	if (s->conn == NULL) {
		sock_fail(m, ENOTCONN);
		return;
	}
	e = &s->conn->end[s->end];
	if (e->dead || e->shut) {
		sock_fail(m, EPIPE);
		return;
	}
	n = n < e->room ? n : e->room;
	if (!s->conn->open || n == 0) {
		sock_fail(m, EAGAIN);
		return;
	}
	e->room -= n;
	post(s->conn, s->end, KIND_DATA, data, n);
	update(e, 0, s->conn);
	m->ret = (int)n;
}

void
stream_recv(struct wsock *s, struct world_msg *m)
{
	struct end	*e;
	size_t		 n = (size_t)m->b;
	bool		 peek = m->a & MSG_PEEK;

	m->nname = m->ndata = m->nctl = 0;
	m->c = 0;
	if (failed(s, m))
		return;
	if (s->conn == NULL) {
		sock_fail(m, ENOTCONN);
		return;
	}
	e = &s->conn->end[s->end];
	n = n < e->len ? n : e->len;
	if (e->len == 0 && !e->eof && !e->dead) {
		sock_fail(m, EAGAIN);
		return;
	}
	if (n > 0)
		memcpy(m->data, e->buf, n);
	m->ndata = (uint32_t)n;
	m->ret = (int)n;
	if (peek || n == 0)
		return;
	memmove(e->buf, e->buf + n, e->len - n);
	e->len -= n;
	e->eaten += n;
	if (!e->dead && (e->len == 0 || e->eaten > WINDOW / 4)) {
		post(s->conn, s->end, KIND_CREDIT, NULL, e->eaten);
		e->eaten = 0;
	}
	update(e, 0, s->conn);
}

static void
finish(struct conn *c, int end)
{
	if (c->end[end].shut || c->end[end].dead || !c->open)
		return;
	c->end[end].shut = true;
	post(c, end, KIND_FIN, NULL, 0);
}

void
stream_shutdown(struct wsock *s, struct world_msg *m)
{
	if (s->conn == NULL || !s->conn->open) {
		sock_fail(m, ENOTCONN);
		return;
	}
	if (m->a == SHUT_WR || m->a == SHUT_RDWR)
		finish(s->conn, s->end);
	if (m->a == SHUT_RD || m->a == SHUT_RDWR)
		s->conn->end[s->end].eof = true;
	update(&s->conn->end[s->end], 0, s->conn);
}

/* What was sent still goes; what was not read is lost, which is told. */
static void
leave(struct conn *c, int end)
{
	struct end	*e = &c->end[end];

	e->s = NULL;
	e->gone = true;
	if (c->open && !e->dead && e->len > 0)
		post(c, end, KIND_RST, NULL, 0);
	else
		finish(c, end);
	release(c);
}

void
stream_close(struct wsock *s)
{
	int	 i;

	for (i = 0; i < s->nqueue; i++)
		leave(s->queue[i], 1);
	if (s->conn != NULL)
		leave(s->conn, s->end);
}
