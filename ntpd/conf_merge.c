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
 * A configuration's life: made, merged with the one that replaces it, and
 * freed.  Every process that holds one uses this.
 */

#include <sys/types.h>
#include <sys/queue.h>

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "conf.h"
#include "log.h"

static void	 free_nodes(struct conf_nodes *);
static void	 free_files(struct conf *);

struct conf *
conf_new(void)
{
	struct conf *conf;

	if ((conf = calloc(1, sizeof(*conf))) == NULL)
		fatal("calloc");
	TAILQ_INIT(&conf->servers);
	TAILQ_INIT(&conf->listens);
	TAILQ_INIT(&conf->sensors);
	TAILQ_INIT(&conf->constraints);
	conf->global.step = STEP_START;
	conf->global.step_over = CONF_STEP_OVER;
	conf->global.minsources = 1;
	conf->global.limits = CONF_LIMIT_PUBLIC;
	conf->global.limit.interval = RATELIMIT_INTERVAL;
	conf->global.limit.burst = RATELIMIT_BURST;
	conf->global.limit.leak = RATELIMIT_LEAK;
	conf->global.limit.clients = RATELIMIT_CLIENTS;
	conf->global.limit.prefix4 = RATELIMIT_PREFIX4;
	conf->global.limit.prefix6 = RATELIMIT_PREFIX6;
	(void)strlcpy(conf->driftfile, DBDIR "/ntpd.drift",
	    sizeof(conf->driftfile));
	(void)strlcpy(conf->ntskeys, CONF_NTS_KEYS, sizeof(conf->ntskeys));
	conf->ntsrotate = CONF_NTS_ROTATE;
	(void)strlcpy(conf->control, RUNDIR "/ntpd.sock",
	    sizeof(conf->control));
	return conf;
}

void
conf_free(struct conf *conf)
{
	if (conf == NULL)
		return;
	free_nodes(&conf->servers);
	free_nodes(&conf->listens);
	free_nodes(&conf->sensors);
	free_nodes(&conf->constraints);
	free_files(conf);
	free(conf->rules);
	free(conf);
}

struct conf_node *
conf_node_add(struct conf_nodes *nodes)
{
	struct conf_node *n;

	if ((n = calloc(1, sizeof(*n))) == NULL)
		fatal("calloc");
	TAILQ_INSERT_TAIL(nodes, n, entry);
	return n;
}

static void
free_nodes(struct conf_nodes *nodes)
{
	struct conf_node *n;

	while ((n = TAILQ_FIRST(nodes)) != NULL) {
		TAILQ_REMOVE(nodes, n, entry);
		free(n);
	}
}

static void
free_files(struct conf *conf)
{
	uint32_t i;

	for (i = 0; i < conf->nfiles; i++) {
		free(conf->files[i].name);
		free(conf->files[i].text);
	}
	free(conf->files);
	conf->files = NULL;
	conf->nfiles = 0;
}

/*
 * Identity, and new settings for an old node of the same one.
 */

static bool
same_server(const struct conf_node *a, const struct conf_node *b)
{
	const struct conf_server *s = &a->server, *t = &b->server;

	return strcasecmp(s->name, t->name) == 0 && s->port == t->port &&
	    s->pool == t->pool && s->family == t->family &&
	    s->nts == t->nts && s->nts_port == t->nts_port &&
	    s->pinned == t->pinned && s->key == t->key &&
	    memcmp(s->pin, t->pin, sizeof(s->pin)) == 0;
}

static void
take_server(struct conf_node *old, const struct conf_node *new)
{
	old->server = new->server;
}

bool
conf_same_listen(const struct conf_node *a, const struct conf_node *b)
{
	const struct conf_listen *l = &a->listen, *m = &b->listen;

	return addr_cmp(&l->addr, &m->addr) == 0 && l->family == m->family &&
	    l->nts == m->nts && l->rtable == m->rtable &&
	    strcmp(l->ifname, m->ifname) == 0 &&
	    strcmp(l->name, m->name) == 0;
}

static void
take_listen(struct conf_node *old, const struct conf_node *new)
{
	uint32_t id = old->listen.id;

	old->listen = new->listen;
	if (old->listen.id == 0)
		old->listen.id = id;
}

bool
conf_same_sensor(const struct conf_node *a, const struct conf_node *b)
{
	return strcmp(a->sensor.name, b->sensor.name) == 0;
}

static void
take_sensor(struct conf_node *old, const struct conf_node *new)
{
	old->sensor = new->sensor;
}

bool
conf_serves_nts(const struct conf *conf)
{
	const struct conf_node *n;

	TAILQ_FOREACH(n, &conf->listens, entry) {
		if (n->reconf != RECONF_DELETE && n->listen.nts)
			return true;
	}
	return false;
}

bool
conf_same_constraint(const struct conf_node *a, const struct conf_node *b)
{
	const struct conf_constraint *c = &a->constraint, *d = &b->constraint;

	return strcasecmp(c->name, d->name) == 0 && c->port == d->port &&
	    strcmp(c->path, d->path) == 0 && c->all == d->all;
}

static void
take_constraint(struct conf_node *old, const struct conf_node *new)
{
	uint32_t id = old->constraint.id;

	old->constraint = new->constraint;
	if (old->constraint.id == 0)
		old->constraint.id = id;
}

/*
 * What was there is taken aside; for each new node, in order, the old one of
 * the same identity comes back with new settings, or else the new one goes
 * in; what is left aside goes to the end to die.
 */
static void
merge(struct conf_nodes *old, struct conf_nodes *new,
    bool (*same)(const struct conf_node *, const struct conf_node *),
    void (*take)(struct conf_node *, const struct conf_node *))
{
	struct conf_nodes aside = TAILQ_HEAD_INITIALIZER(aside);
	struct conf_node *n, *o;

	TAILQ_CONCAT(&aside, old, entry);
	while ((n = TAILQ_FIRST(new)) != NULL) {
		TAILQ_REMOVE(new, n, entry);
		TAILQ_FOREACH(o, &aside, entry)
			if (same(o, n))
				break;
		if (o == NULL) {
			n->reconf = RECONF_NEW;
			TAILQ_INSERT_TAIL(old, n, entry);
			continue;
		}
		TAILQ_REMOVE(&aside, o, entry);
		take(o, n);
		o->reconf = RECONF_KEEP;
		TAILQ_INSERT_TAIL(old, o, entry);
		free(n);
	}
	TAILQ_FOREACH(o, &aside, entry)
		o->reconf = RECONF_DELETE;
	TAILQ_CONCAT(old, &aside, entry);
}

static void
sweep(struct conf_nodes *nodes)
{
	struct conf_node *n, *next;

	TAILQ_FOREACH_SAFE(n, nodes, entry, next) {
		if (n->reconf == RECONF_DELETE) {
			TAILQ_REMOVE(nodes, n, entry);
			free(n);
		} else
			n->reconf = RECONF_NONE;
	}
}

/* They have no state: the new ones are all there is. */
static void
merge_rules(struct conf *old, struct conf *new)
{
	free(old->rules);
	old->rules = new->rules;
	old->nrules = new->nrules;
	old->roomrules = new->roomrules;
	memcpy(old->to, new->to, sizeof(old->to));
	old->nto = new->nto;
	new->rules = NULL;
	new->nrules = new->roomrules = 0;
}

void
conf_merge(struct conf *old, struct conf *new)
{
	old->global = new->global;
	merge(&old->servers, &new->servers, same_server, take_server);
	merge(&old->listens, &new->listens, conf_same_listen, take_listen);
	merge(&old->sensors, &new->sensors, conf_same_sensor, take_sensor);
	merge(&old->constraints, &new->constraints, conf_same_constraint,
	    take_constraint);
	merge_rules(old, new);

	(void)strlcpy(old->cafile, new->cafile, sizeof(old->cafile));
	(void)strlcpy(old->driftfile, new->driftfile, sizeof(old->driftfile));
	(void)strlcpy(old->leapfile, new->leapfile, sizeof(old->leapfile));
	(void)strlcpy(old->keys, new->keys, sizeof(old->keys));
	old->keysweak = new->keysweak;
	(void)strlcpy(old->ntsca, new->ntsca, sizeof(old->ntsca));
	(void)strlcpy(old->statistics, new->statistics,
	    sizeof(old->statistics));
	(void)strlcpy(old->control, new->control, sizeof(old->control));
	(void)strlcpy(old->ntscert, new->ntscert, sizeof(old->ntscert));
	(void)strlcpy(old->ntskey, new->ntskey, sizeof(old->ntskey));
	(void)strlcpy(old->ntskeys, new->ntskeys, sizeof(old->ntskeys));
	old->ntsrotate = new->ntsrotate;
	free_files(old);
	old->files = new->files;
	old->nfiles = new->nfiles;
	new->files = NULL;
	new->nfiles = 0;
	conf_free(new);
}

void
conf_sweep(struct conf *conf)
{
	sweep(&conf->servers);
	sweep(&conf->listens);
	sweep(&conf->sensors);
	sweep(&conf->constraints);
}
