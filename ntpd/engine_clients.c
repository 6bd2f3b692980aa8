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
 * Engine: who asks us most.  Each process that serves has a table of the
 * clients it knows; ours is looked at, the servers are asked, and what they
 * say within a second is put together.  Only ntpctl gets to know it: these
 * are other people's addresses.
 */

#include <sys/types.h>
#include <sys/queue.h>
#include <sys/time.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine.h"

#define PATIENCE	1	/* s */

static void	 finish(struct census *);

/* Those of another process; a network may be known to several. */
static void
add(struct census *c, const struct ratelimit_view *more, size_t n)
{
	struct ratelimit_view	*v;
	size_t			 i, j;

	if (n == 0)
		return;		/* and of no size realloc might make a free */
	v = reallocarray(c->view, c->n + n, sizeof(*v));
	if (v == NULL) {
		log_warn("clients");
		return;
	}
	c->view = v;
	for (i = 0; i < n; i++) {
		for (j = 0; j < c->n; j++) {
			if (v[j].family == more[i].family &&
			    v[j].len == more[i].len && memcmp(v[j].ip,
			    more[i].ip, sizeof(v[j].ip)) == 0)
				break;
		}
		if (j == c->n) {
			v[c->n++] = more[i];
			continue;
		}
		v[j].requests += more[i].requests;
		v[j].dropped += more[i].dropped;
		v[j].rate += more[i].rate;
		v[j].idle = fmin(v[j].idle, more[i].idle);
		v[j].limited |= more[i].limited;
		v[j].xleave |= more[i].xleave;
	}
}

static void
add_ours(struct census *c, const struct engine *e, mono_t now)
{
	const struct gate	*gate = &e->server.batch.gate;
	struct ratelimit_view	*view;

	if (gate->memory == NULL)
		return;
	if ((view = calloc(c->limit, sizeof(*view))) == NULL) {
		log_warn("clients");
		return;
	}
	add(c, view, ratelimit_top(&gate->limit, now, view, c->limit));
	free(view);
}

static void
late(int fd, short what, void *arg)
{
	log_debug("clients: a server does not answer");
	finish(arg);
}

void
engine_clients_ask(struct client *cl, uint32_t limit,
    const struct sync_now *now,
    void (*done)(struct client *, enum ctl_result, uint32_t))
{
	struct engine	*e = cl->engine;
	struct timeval	 tv = { PATIENCE, 0 };
	struct census	*c;
	struct worker	*w;

	engine_clients_cancel(cl);
	if ((c = calloc(1, sizeof(*c))) == NULL) {
		log_warn("clients");
		done(cl, CTL_FAILED, 0);
		return;
	}
	c->client = cl;
	c->done = done;
	c->id = ++e->control.census;
	c->limit = limit;
	if (c->limit == 0 || c->limit > CTL_CLIENTS_MAX)
		c->limit = CTL_CLIENTS_MAX;
	cl->census = c;
	evtimer_set(&c->timer, late, c);
	evtimer_add(&c->timer, &tv);
	add_ours(c, e, now->mono);
	TAILQ_FOREACH(w, &e->server.workers, entry) {
		imsgev_send(&w->iev, IMSG_SERVE_TOP, c->id, -1, &c->limit,
		    sizeof(c->limit));
		c->pending++;
	}
	if (c->pending == 0)
		finish(c);
}

void
engine_clients_cancel(struct client *cl)
{
	struct census	*c = cl->census;

	if (c == NULL)
		return;
	cl->census = NULL;
	evtimer_del(&c->timer);
	free(c->view);
	free(c);
}

void
engine_clients_answer(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct worker	*w = arg;
	struct client	*cl;

	if (in->len % sizeof(struct ratelimit_view) != 0)
		imsgev_refuse(iev, in, "not a list of clients");
	TAILQ_FOREACH(cl, &w->engine->control.clients, entry) {
		if (cl->census != NULL && cl->census->id == in->id)
			break;
	}
	if (cl == NULL)
		return;		/* it was late, or nobody waits */
	add(cl->census, in->data, in->len / sizeof(struct ratelimit_view));
	if (--cl->census->pending == 0)
		finish(cl->census);
}

static int
busier(const void *one, const void *other)
{
	const struct ratelimit_view	*a = one, *b = other;

	if (a->rate != b->rate)
		return a->rate > b->rate ? -1 : 1;
	if (a->requests != b->requests)
		return a->requests > b->requests ? -1 : 1;
	return 0;
}

static void
row(struct imsgev *iev, const struct ratelimit_view *v)
{
	struct ctl_client	 cc;

	memset(&cc, 0, sizeof(cc));
	cc.addr.family = v->family == 4 ? ADDR_V4 : ADDR_V6;
	memcpy(cc.addr.ip, v->ip, v->family == 4 ? 4 : sizeof(cc.addr.ip));
	cc.len = v->len;
	cc.limited = v->limited;
	cc.interleaved = v->xleave;
	cc.requests = v->requests;
	cc.dropped = v->dropped;
	cc.rate = v->rate;
	cc.last = v->idle;
	imsgev_send(iev, IMSG_CTL_ROW_CLIENT, 0, -1, &cc, sizeof(cc));
}

static void
finish(struct census *c)
{
	struct client	*cl = c->client;
	uint32_t	 i;

	if (c->n > 0)
		qsort(c->view, c->n, sizeof(*c->view), busier);
	for (i = 0; i < c->n && i < c->limit; i++)
		row(&cl->iev, &c->view[i]);
	c->done(cl, CTL_OK, i);
	engine_clients_cancel(cl);
}
