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
 * The network: a link from every host to every other, each direction with
 * its own delay, loss and generator.
 */

#include <stdlib.h>
#include <string.h>

#include "world.h"

#define LOOP_DELAY	5000		/* ns, within a host */

static void	 arrive(struct world *, void *);
static void	 post(struct world *, struct packet *, int64_t);

void
net_start(struct world *w)
{
	char		 name[2 * NAME_MAX_LEN + 8];
	struct link	*l;
	int		 i, j;

	for (i = 0; i < w->nhost; i++) {
		for (j = 0; j < w->nhost; j++) {
			l = &w->link[i * HOST_MAX + j];
			snprintf(name, sizeof(name), "link %s %s",
			    w->host[i]->name, w->host[j]->name);
			rng_init(&l->rng, w->seed, name);
		}
	}
}

struct link *
net_link(struct world *w, const struct host *from, const struct host *to)
{
	return &w->link[from->index * HOST_MAX + to->index];
}

struct host *
net_host(struct world *w, const struct waddr *a)
{
	int	 i;

	for (i = 0; i < w->nhost; i++)
		if (waddr_same(&w->host[i]->addr4, a) ||
		    waddr_same(&w->host[i]->addr6, a))
			return w->host[i];
	return NULL;
}

static void
post(struct world *w, struct packet *p, int64_t when)
{
	struct packet	*copy;

	if ((copy = malloc(sizeof(*copy))) == NULL)
		abort();
	*copy = *p;
	world_at(w, when, arrive, copy);
}

int64_t
net_arrival(struct world *w, struct link *l)
{
	double	 x = law_draw(&l->m.delay, &l->rng);
	int64_t	 t;

	if (l->m.reorder > 0.0 && rng_uniform(&l->rng) < l->m.reorder)
		x += l->m.held;
	t = w->now + (int64_t)((x > 0.0 ? x : 0.0) * NSEC);
	if (l->m.ordered && t < l->last)
		t = l->last;
	l->last = t;
	return t;
}

static void
travel(struct world *w, struct packet *p)
{
	struct link	*l;
	int		 copies = 1;

	if (p->from == p->to) {
		post(w, p, w->now + LOOP_DELAY);
		return;
	}
	l = net_link(w, p->from, p->to);
	l->port = p->src.port;
	if (l->m.down || p->to->suspended)
		return;
	/* The same draws whatever happens: a change of one thing only. */
	if (rng_uniform(&l->rng) < l->m.loss)
		copies = 0;
	else if (l->m.dup > 0.0 && rng_uniform(&l->rng) < l->m.dup)
		copies = 2;
	while (copies-- > 0)
		post(w, p, net_arrival(w, l));
}

/* From when on does a host give time to its clients? */
static void
note_serving(struct host *h, const struct packet *p)
{
	if (h->serving == -1 && p->src.port == 123 && p->len >= 48 &&
	    (p->data[0] & 7) == 4 && p->data[0] >> 6 != 3 &&
	    p->data[1] >= 1 && p->data[1] <= 15)
		h->serving = p->sent;
}

void
net_send(struct world *w, struct host *from, const struct waddr *src,
    const struct waddr *dst, const void *data, size_t len)
{
	struct packet	 p;

	memset(&p, 0, offsetof(struct packet, data));
	p.w = w;
	p.src = *src;
	p.dst = *dst;
	p.sent = w->now;
	p.from = from;
	p.to = waddr_loop(dst) ? from : net_host(w, dst);
	p.len = len < sizeof(p.data) ? len : sizeof(p.data);
	memcpy(p.data, data, p.len);
	if (dst->port == 123)
		from->requests++;
	note_serving(from, &p);
	if (p.to != NULL)
		travel(w, &p);
}

/* Nobody listened: tell the sender. */
void
net_unreach(struct world *w, const struct packet *old)
{
	struct packet	 p;

	memset(&p, 0, offsetof(struct packet, data));
	p.w = w;
	p.src = old->dst;
	p.dst = old->src;
	p.from = old->to;
	p.to = old->from;
	p.unreach = true;
	travel(w, &p);
}

static void
arrive(struct world *w, void *arg)
{
	struct packet	*p = arg;

	if (!p->to->suspended) {
		if (p->src.port == 123 && !p->unreach)
			p->to->replies++;
		if (p->to->mon != NULL)
			monitor_receive(w, p->to, p);
		else if (p->to->builtin)
			peer_receive(w, p->to, p);
		else
			sock_deliver(p->to, p);
	}
	free(p);
}
