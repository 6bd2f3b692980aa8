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
 * What only the whole configuration can tell: contradictions and things
 * said twice, which are errors, or warnings where it may be meant.  Parent
 * only.  All other warnings are in conf_check_warn.c.
 */

#include <sys/types.h>
#include <sys/queue.h>

#include <string.h>
#include <strings.h>

#include "conf.h"
#include "conf_lex.h"
#include "sensor.h"

static const struct conf_pos nowhere = { 0, 0, 0 };

static void	 same_servers(const struct conf *, struct conf_report *, bool);
static void	 same_listens(const struct conf *, struct conf_report *, bool);
static void	 same_sensors(const struct conf *, struct conf_report *);
static void	 authentic(const struct conf *, struct conf_report *);
static void	 nts_server(const struct conf *, struct conf_report *, bool);
static void	 same_constraints(const struct conf *, struct conf_report *);
static void	 enough_sources(const struct conf *, struct conf_report *);
static unsigned int servers(const struct conf *);
static unsigned int sensors(const struct conf *, bool);
static bool	 all_sensors(const struct conf *);
static bool	 covers(const struct conf_listen *,
		    const struct conf_listen *);

void
conf_check(const struct conf *conf, struct conf_report *rep, bool warn)
{
	bool complete = rep->errors == 0;

	same_servers(conf, rep, warn);
	same_listens(conf, rep, warn);
	same_sensors(conf, rep);
	authentic(conf, rep);
	nts_server(conf, rep, warn);
	conf_check_rules(conf, rep, warn);
	same_constraints(conf, rep);
	/* a file with errors has more sources than we know of */
	if (complete)
		enough_sources(conf, rep);
	if (warn)
		conf_check_warn(conf, rep);
}

/* The first before b that is like it, or NULL. */
static const struct conf_node *
earlier(const struct conf_nodes *nodes, const struct conf_node *b,
    bool (*alike)(const struct conf_node *, const struct conf_node *))
{
	const struct conf_node *a;

	TAILQ_FOREACH(a, nodes, entry) {
		if (a == b)
			break;
		if (alike(a, b))
			return a;
	}
	return NULL;
}

static bool
same_server(const struct conf_node *a, const struct conf_node *b)
{
	return strcasecmp(a->server.name, b->server.name) == 0 &&
	    a->server.port == b->server.port &&
	    a->server.pool == b->server.pool &&
	    a->server.family == b->server.family;
}

static bool
same_addresses(const struct conf_node *a, const struct conf_node *b)
{
	return strcasecmp(a->server.name, b->server.name) == 0 &&
	    a->server.port == b->server.port &&
	    (a->server.family == b->server.family ||
	    a->server.family == ADDR_NONE || b->server.family == ADDR_NONE);
}

static void
same_servers(const struct conf *conf, struct conf_report *rep, bool warn)
{
	const struct conf_nodes *nodes = &conf->servers;
	const struct conf_node *a, *b;
	char place[CONF_PLACE_MAX];

	TAILQ_FOREACH(b, nodes, entry) {
		if ((a = earlier(nodes, b, same_server)) != NULL)
			conf_error(conf, rep, b->server.pos, "\"%s\" is a "
			    "server twice, first at %s", b->server.name,
			    conf_place(conf, a->server.pos, place));
		else if (warn &&
		    (a = earlier(nodes, b, same_addresses)) != NULL)
			conf_warn(conf, rep, b->server.pos, "\"%s\" is also "
			    "at %s, one of them is superfluous",
			    b->server.name,
			    conf_place(conf, a->server.pos, place));
	}
}

static bool
overlap(const struct conf_node *a, const struct conf_node *b)
{
	return covers(&a->listen, &b->listen) ||
	    covers(&b->listen, &a->listen);
}

static void
same_listens(const struct conf *conf, struct conf_report *rep, bool warn)
{
	const struct conf_nodes *nodes = &conf->listens;
	const struct conf_node *a, *b;
	char place[CONF_PLACE_MAX];

	TAILQ_FOREACH(b, nodes, entry) {
		if ((a = earlier(nodes, b, conf_same_listen)) != NULL)
			conf_error(conf, rep, b->listen.pos, "duplicate "
			    "\"listen on\", first at %s",
			    conf_place(conf, a->listen.pos, place));
		else if (warn && (a = earlier(nodes, b, overlap)) != NULL)
			conf_warn(conf, rep, b->listen.pos, "\"listen on\" "
			    "overlaps with the one at %s",
			    conf_place(conf, a->listen.pos, place));
	}
}

static void
same_sensors(const struct conf *conf, struct conf_report *rep)
{
	const struct conf_node *a, *b;
	char place[CONF_PLACE_MAX];

	TAILQ_FOREACH(b, &conf->sensors, entry) {
		a = earlier(&conf->sensors, b, conf_same_sensor);
		if (a != NULL)
			conf_error(conf, rep, b->sensor.pos, "duplicate "
			    "sensor \"%s\", first at %s", b->sensor.name,
			    conf_place(conf, a->sensor.pos, place));
	}
}

/* What NTS-KE gives out is good for NTP, and takes a certificate. */
static void
nts_server(const struct conf *conf, struct conf_report *rep, bool warn)
{
	const struct conf_node *n, *ke = NULL, *ntp = NULL;

	TAILQ_FOREACH(n, &conf->listens, entry) {
		if (n->listen.nts && ke == NULL)
			ke = n;
		else if (!n->listen.nts)
			ntp = n;
	}
	if (ke != NULL && conf->ntscert[0] == '\0')
		conf_error(conf, rep, ke->listen.pos, "there is no \"nts "
		    "certificate FILE key FILE\" to prove who this server "
		    "is");
	if (!warn)
		return;
	if (ke != NULL && ntp == NULL)
		conf_warn(conf, rep, ke->listen.pos, "there is no \"listen "
		    "on\" for NTP: the cookies clients get here are of no use");
	if (ke == NULL && conf->ntscert[0] != '\0')
		conf_warn(conf, rep, nowhere, "\"nts certificate\" does "
		    "nothing without \"nts listen on\"");
}

/* Who is authenticated, and by what? */
static void
authentic(const struct conf *conf, struct conf_report *rep)
{
	const struct conf_node *n;

	TAILQ_FOREACH(n, &conf->servers, entry) {
		if (n->server.key != 0 && conf->keys[0] == '\0')
			conf_error(conf, rep, n->server.pos, "there is no "
			    "\"keys FILE\" to have key %u", n->server.key);
	}
}

static void
same_constraints(const struct conf *conf, struct conf_report *rep)
{
	const struct conf_node *a, *b;
	char place[CONF_PLACE_MAX];

	TAILQ_FOREACH(b, &conf->constraints, entry) {
		a = earlier(&conf->constraints, b, conf_same_constraint);
		if (a != NULL)
			conf_error(conf, rep, b->constraint.pos, "duplicate "
			    "constraint \"%s\", first at %s",
			    b->constraint.name,
			    conf_place(conf, a->constraint.pos, place));
	}
}

static void
enough_sources(const struct conf *conf, struct conf_report *rep)
{
	unsigned int n = conf_check_sources(conf, true);

	/* nobody knows how many "*" is */
	if (conf->global.minsources > 1 && conf->global.minsources > n &&
	    !all_sensors(conf))
		conf_error(conf, rep, nowhere, "minsources is %u, but there "
		    "can be only %u %ssource%s to select from: the clock "
		    "would never be synced", conf->global.minsources, n,
		    conf->global.require_nts ? "authenticated " : "",
		    n == 1 ? "" : "s");
}

unsigned int
conf_check_sources(const struct conf *conf, bool pulses)
{
	return servers(conf) + sensors(conf, pulses);
}

/* How many servers there can be to select from, */
static unsigned int
servers(const struct conf *conf)
{
	const struct conf_node *n;
	unsigned int sum = 0;

	TAILQ_FOREACH(n, &conf->servers, entry)
		if (!n->server.noselect && (!conf->global.require_nts ||
		    n->server.nts || n->server.key != 0))
			sum += n->server.members;
	return sum;
}

/* and how many sensors, those that only give pulses or not among them. */
static unsigned int
sensors(const struct conf *conf, bool pulses)
{
	const struct sensor_driver *driver;
	const struct conf_node *s;
	unsigned int unit, sum = 0;

	TAILQ_FOREACH(s, &conf->sensors, entry) {
		driver = sensor_find(s->sensor.name, &unit);
		if (sensor_known(s->sensor.name) &&
		    (pulses || driver == NULL || !driver->pulse))
			sum++;
	}
	return sum;
}

static bool
all_sensors(const struct conf *conf)
{
	const struct conf_node *s;

	TAILQ_FOREACH(s, &conf->sensors, entry)
		if (strcmp(s->sensor.name, "*") == 0)
			return sensor_known("*");
	return false;
}

/* Are a's addresses among those of the wider b? */
static bool
covers(const struct conf_listen *b, const struct conf_listen *a)
{
	uint8_t family = a->addr.family != ADDR_NONE ? a->addr.family :
	    a->family;

	return b->addr.family == ADDR_NONE && b->ifname[0] == '\0' &&
	    b->name[0] == '\0' && b->nts == a->nts &&
	    b->addr.port == a->addr.port && b->rtable == a->rtable &&
	    (b->family == ADDR_NONE || family == ADDR_NONE ||
	    b->family == family);
}
