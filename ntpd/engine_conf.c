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
 * Engine: the configuration arrives as messages, is kept aside until the
 * parent says commit, and is then merged into what runs: what stayed the
 * same keeps its state.
 */

#include <sys/types.h>
#include <sys/queue.h>

#include <string.h>

#include "engine.h"

#define MAXDIST	1.5	/* s; sources with a larger root distance are out */

static void	 first(struct engine *);
static void	 merge(struct engine *, const struct sync_now *);

void
engine_conf_item(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct engine	*e = arg;

	if (conf_recv(&e->pending, in))
		imsgev_send(iev, IMSG_CONF_READY, 0, -1, NULL, 0);
}

void
engine_conf_commit(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct engine	*e = arg;
	struct sync_now	 now;

	if (e->pending == NULL)
		imsgev_refuse(iev, in, "nothing to commit");
	engine_wake(e, &now);
	if (e->conf == NULL)
		first(e);
	else
		merge(e, &now);
	engine_server_conf(e);
	if (e->started) {
		engine_budget_conf(e);
		engine_sync_reconf(e, &now);
	}
}

static void
first(struct engine *e)
{
	struct conf_node	*s;

	e->conf = e->pending;
	e->pending = NULL;
	TAILQ_FOREACH(s, &e->conf->servers, entry)
		s->state = engine_pool_new(e, &s->server);
}

/* Those that go first, so that their slots and addresses are free. */
static void
merge(struct engine *e, const struct sync_now *now)
{
	struct conf_node	*s;

	conf_merge(e->conf, e->pending);
	e->pending = NULL;
	TAILQ_FOREACH(s, &e->conf->servers, entry) {
		if (s->reconf == RECONF_DELETE) {
			engine_pool_free(s->state);
			s->state = NULL;
		}
	}
	TAILQ_FOREACH(s, &e->conf->servers, entry) {
		switch (s->reconf) {
		case RECONF_NONE:
		case RECONF_DELETE:
			break;
		case RECONF_KEEP:
			engine_pool_reconf(s->state, now->mono);
			break;
		case RECONF_NEW:
			s->state = engine_pool_new(e, &s->server);
			if (e->started)
				engine_pool_start(s->state, now->mono);
			break;
		}
	}
	if (e->started) {
		engine_sensor_reconf(e, now->mono);
		engine_constraint_reconf(e, now);
		engine_jar_reload(e, now->mono);
	}
	conf_sweep(e->conf);
}

void
engine_conf_sync(const struct engine *e, struct sync_conf *sc)
{
	const struct conf_global	*g = &e->conf->global;

	memset(sc, 0, sizeof(*sc));
	sc->minsources = g->minsources;
	sc->maxdist = MAXDIST;
	sc->local_stratum = g->local_stratum;
	sc->discipline.step = e->nosteps ? STEP_NEVER :
	    (enum step_policy)g->step;
	sc->discipline.step_over = g->step_over;
	sc->discipline.large = engine_bound_large(e);
}

void
engine_conf_source(const struct engine *e, const struct conf_server *c,
    struct sync_opts *so)
{
	memset(so, 0, sizeof(*so));
	so->weight = c->weight;
	so->trusted = c->trusted;
	so->prefer = c->prefer;
	so->noselect = c->noselect;
	so->unauthentic = e->conf->global.require_nts && !c->nts &&
	    c->key == 0;
	so->minpoll = c->minpoll;
	so->maxpoll = c->maxpoll;
}
