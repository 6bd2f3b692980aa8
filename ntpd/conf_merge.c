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

static bool	 same_server(const struct conf_server *,
		    const struct conf_server *);
static void	 merge_servers(struct conf_servers *, struct conf_servers *);
static void	 merge_listens(struct conf_listens *, struct conf_listens *);
static void	 merge_sensors(struct conf_sensors *, struct conf_sensors *);
static void	 merge_rules(struct conf *, struct conf *);
static void	 merge_constraints(struct conf_constraints *,
		    struct conf_constraints *);
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
	struct conf_server_node *server;
	struct conf_listen_node *listen;
	struct conf_sensor_node *sensor;
	struct conf_constraint_node *constraint;

	if (conf == NULL)
		return;
	while ((server = TAILQ_FIRST(&conf->servers)) != NULL) {
		TAILQ_REMOVE(&conf->servers, server, entry);
		free(server);
	}
	while ((listen = TAILQ_FIRST(&conf->listens)) != NULL) {
		TAILQ_REMOVE(&conf->listens, listen, entry);
		free(listen);
	}
	while ((sensor = TAILQ_FIRST(&conf->sensors)) != NULL) {
		TAILQ_REMOVE(&conf->sensors, sensor, entry);
		free(sensor);
	}
	while ((constraint = TAILQ_FIRST(&conf->constraints)) != NULL) {
		TAILQ_REMOVE(&conf->constraints, constraint, entry);
		free(constraint);
	}
	free_files(conf);
	free(conf->rules);
	free(conf);
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

void
conf_merge(struct conf *old, struct conf *new)
{
	old->global = new->global;
	merge_servers(&old->servers, &new->servers);
	merge_listens(&old->listens, &new->listens);
	merge_sensors(&old->sensors, &new->sensors);
	merge_rules(old, new);
	merge_constraints(&old->constraints, &new->constraints);

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

/*
 * All four alike: what was there is taken aside; for each new node, in
 * order, the old one of the same identity comes back with new settings, or
 * else the new one goes in; what is left aside goes to the end to die.
 */
static void
merge_servers(struct conf_servers *old, struct conf_servers *new)
{
	struct conf_servers aside = TAILQ_HEAD_INITIALIZER(aside);
	struct conf_server_node *n, *o;

	TAILQ_CONCAT(&aside, old, entry);
	while ((n = TAILQ_FIRST(new)) != NULL) {
		TAILQ_REMOVE(new, n, entry);
		TAILQ_FOREACH(o, &aside, entry)
			if (same_server(&o->c, &n->c))
				break;
		if (o == NULL) {
			n->reconf = RECONF_NEW;
			TAILQ_INSERT_TAIL(old, n, entry);
			continue;
		}
		TAILQ_REMOVE(&aside, o, entry);
		o->c = n->c;
		o->reconf = RECONF_KEEP;
		TAILQ_INSERT_TAIL(old, o, entry);
		free(n);
	}
	TAILQ_FOREACH(o, &aside, entry)
		o->reconf = RECONF_DELETE;
	TAILQ_CONCAT(old, &aside, entry);
}

static void
merge_listens(struct conf_listens *old, struct conf_listens *new)
{
	struct conf_listens aside = TAILQ_HEAD_INITIALIZER(aside);
	struct conf_listen_node *n, *o;
	uint32_t id;

	TAILQ_CONCAT(&aside, old, entry);
	while ((n = TAILQ_FIRST(new)) != NULL) {
		TAILQ_REMOVE(new, n, entry);
		TAILQ_FOREACH(o, &aside, entry)
			if (conf_same_listen(&o->c, &n->c))
				break;
		if (o == NULL) {
			n->reconf = RECONF_NEW;
			TAILQ_INSERT_TAIL(old, n, entry);
			continue;
		}
		TAILQ_REMOVE(&aside, o, entry);
		id = n->c.id != 0 ? n->c.id : o->c.id;
		o->c = n->c;
		o->c.id = id;
		o->reconf = RECONF_KEEP;
		TAILQ_INSERT_TAIL(old, o, entry);
		free(n);
	}
	TAILQ_FOREACH(o, &aside, entry)
		o->reconf = RECONF_DELETE;
	TAILQ_CONCAT(old, &aside, entry);
}

static void
merge_sensors(struct conf_sensors *old, struct conf_sensors *new)
{
	struct conf_sensors aside = TAILQ_HEAD_INITIALIZER(aside);
	struct conf_sensor_node *n, *o;

	TAILQ_CONCAT(&aside, old, entry);
	while ((n = TAILQ_FIRST(new)) != NULL) {
		TAILQ_REMOVE(new, n, entry);
		TAILQ_FOREACH(o, &aside, entry)
			if (strcmp(o->c.name, n->c.name) == 0)
				break;
		if (o == NULL) {
			n->reconf = RECONF_NEW;
			TAILQ_INSERT_TAIL(old, n, entry);
			continue;
		}
		TAILQ_REMOVE(&aside, o, entry);
		o->c = n->c;
		o->reconf = RECONF_KEEP;
		TAILQ_INSERT_TAIL(old, o, entry);
		free(n);
	}
	TAILQ_FOREACH(o, &aside, entry)
		o->reconf = RECONF_DELETE;
	TAILQ_CONCAT(old, &aside, entry);
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

static void
merge_constraints(struct conf_constraints *old, struct conf_constraints *new)
{
	struct conf_constraints aside = TAILQ_HEAD_INITIALIZER(aside);
	struct conf_constraint_node *n, *o;
	uint32_t id;

	TAILQ_CONCAT(&aside, old, entry);
	while ((n = TAILQ_FIRST(new)) != NULL) {
		TAILQ_REMOVE(new, n, entry);
		TAILQ_FOREACH(o, &aside, entry)
			if (conf_same_constraint(&o->c, &n->c))
				break;
		if (o == NULL) {
			n->reconf = RECONF_NEW;
			TAILQ_INSERT_TAIL(old, n, entry);
			continue;
		}
		TAILQ_REMOVE(&aside, o, entry);
		id = n->c.id != 0 ? n->c.id : o->c.id;
		o->c = n->c;
		o->c.id = id;
		o->reconf = RECONF_KEEP;
		TAILQ_INSERT_TAIL(old, o, entry);
		free(n);
	}
	TAILQ_FOREACH(o, &aside, entry)
		o->reconf = RECONF_DELETE;
	TAILQ_CONCAT(old, &aside, entry);
}

void
conf_sweep(struct conf *conf)
{
	struct conf_server_node *server, *nserver;
	struct conf_listen_node *listen, *nlisten;
	struct conf_sensor_node *sensor, *nsensor;
	struct conf_constraint_node *constraint, *nconstraint;

	TAILQ_FOREACH_SAFE(server, &conf->servers, entry, nserver) {
		if (server->reconf == RECONF_DELETE) {
			TAILQ_REMOVE(&conf->servers, server, entry);
			free(server);
		} else
			server->reconf = RECONF_NONE;
	}
	TAILQ_FOREACH_SAFE(listen, &conf->listens, entry, nlisten) {
		if (listen->reconf == RECONF_DELETE) {
			TAILQ_REMOVE(&conf->listens, listen, entry);
			free(listen);
		} else
			listen->reconf = RECONF_NONE;
	}
	TAILQ_FOREACH_SAFE(sensor, &conf->sensors, entry, nsensor) {
		if (sensor->reconf == RECONF_DELETE) {
			TAILQ_REMOVE(&conf->sensors, sensor, entry);
			free(sensor);
		} else
			sensor->reconf = RECONF_NONE;
	}
	TAILQ_FOREACH_SAFE(constraint, &conf->constraints, entry,
	    nconstraint) {
		if (constraint->reconf == RECONF_DELETE) {
			TAILQ_REMOVE(&conf->constraints, constraint, entry);
			free(constraint);
		} else
			constraint->reconf = RECONF_NONE;
	}
}

static bool
same_server(const struct conf_server *a, const struct conf_server *b)
{
	return strcasecmp(a->name, b->name) == 0 && a->port == b->port &&
	    a->pool == b->pool && a->family == b->family &&
	    a->nts == b->nts && a->nts_port == b->nts_port &&
	    a->pinned == b->pinned && a->key == b->key &&
	    memcmp(a->pin, b->pin, sizeof(a->pin)) == 0;
}

bool
conf_same_listen(const struct conf_listen *a, const struct conf_listen *b)
{
	return addr_cmp(&a->addr, &b->addr) == 0 && a->family == b->family &&
	    a->nts == b->nts && a->rtable == b->rtable &&
	    strcmp(a->ifname, b->ifname) == 0 &&
	    strcmp(a->name, b->name) == 0;
}

bool
conf_same_constraint(const struct conf_constraint *a,
    const struct conf_constraint *b)
{
	return strcasecmp(a->name, b->name) == 0 && a->port == b->port &&
	    strcmp(a->path, b->path) == 0 && a->all == b->all;
}
