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
static void	 authentic(const struct conf *, struct conf_report *, bool);
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
	authentic(conf, rep, warn);
	nts_server(conf, rep, warn);
	conf_check_rules(conf, rep, warn);
	same_constraints(conf, rep);
	/* a file with errors has more sources than we know of */
	if (complete)
		enough_sources(conf, rep);
	if (warn)
		conf_check_warn(conf, rep);
}

static void
same_servers(const struct conf *conf, struct conf_report *rep, bool warn)
{
	const struct conf_server_node *a, *b;
	char place[CONF_PLACE_MAX];

	TAILQ_FOREACH(b, &conf->servers, entry) {
		TAILQ_FOREACH(a, &conf->servers, entry) {
			if (a == b)
				break;
			if (strcasecmp(a->c.name, b->c.name) != 0 ||
			    a->c.port != b->c.port)
				continue;
			if (a->c.pool == b->c.pool &&
			    a->c.family == b->c.family) {
				conf_error(conf, rep, b->c.pos, "\"%s\" is a "
				    "server twice, first at %s", b->c.name,
				    conf_place(conf, a->c.pos, place));
				break;
			}
			if (warn && (a->c.family == b->c.family ||
			    a->c.family == ADDR_NONE ||
			    b->c.family == ADDR_NONE)) {
				conf_warn(conf, rep, b->c.pos, "\"%s\" is "
				    "also at %s, one of them is superfluous",
				    b->c.name,
				    conf_place(conf, a->c.pos, place));
				break;
			}
		}
	}
}

static void
same_listens(const struct conf *conf, struct conf_report *rep, bool warn)
{
	const struct conf_listen_node *a, *b;
	char place[CONF_PLACE_MAX];

	TAILQ_FOREACH(b, &conf->listens, entry) {
		TAILQ_FOREACH(a, &conf->listens, entry) {
			if (a == b)
				break;
			if (conf_same_listen(&a->c, &b->c)) {
				conf_error(conf, rep, b->c.pos, "duplicate "
				    "\"listen on\", first at %s",
				    conf_place(conf, a->c.pos, place));
				break;
			}
			if (!warn)
				continue;
			if (covers(&a->c, &b->c) || covers(&b->c, &a->c)) {
				conf_warn(conf, rep, b->c.pos, "\"listen on\" "
				    "overlaps with the one at %s",
				    conf_place(conf, a->c.pos, place));
				break;
			}
		}
	}
}

static void
same_sensors(const struct conf *conf, struct conf_report *rep)
{
	const struct conf_sensor_node *a, *b;
	char place[CONF_PLACE_MAX];

	TAILQ_FOREACH(b, &conf->sensors, entry) {
		TAILQ_FOREACH(a, &conf->sensors, entry) {
			if (a == b)
				break;
			if (strcmp(a->c.name, b->c.name) != 0)
				continue;
			conf_error(conf, rep, b->c.pos, "duplicate sensor "
			    "\"%s\", first at %s", b->c.name,
			    conf_place(conf, a->c.pos, place));
			break;
		}
	}
}

/* What NTS-KE gives out is good for NTP, and takes a certificate. */
static void
nts_server(const struct conf *conf, struct conf_report *rep, bool warn)
{
	const struct conf_listen_node *n, *ke = NULL, *ntp = NULL;

	TAILQ_FOREACH(n, &conf->listens, entry) {
		if (n->c.nts && ke == NULL)
			ke = n;
		else if (!n->c.nts)
			ntp = n;
	}
	if (ke != NULL && conf->ntscert[0] == '\0')
		conf_error(conf, rep, ke->c.pos, "there is no \"nts "
		    "certificate FILE key FILE\" to prove who this server "
		    "is");
	if (!warn)
		return;
	if (ke != NULL && ntp == NULL)
		conf_warn(conf, rep, ke->c.pos, "there is no \"listen on\" "
		    "for NTP: the cookies clients get here are of no use");
	if (ke == NULL && conf->ntscert[0] != '\0')
		conf_warn(conf, rep, nowhere, "\"nts certificate\" does "
		    "nothing without \"nts listen on\"");
}

/* Who is authenticated, and by what? */
static void
authentic(const struct conf *conf, struct conf_report *rep, bool warn)
{
	const struct conf_server_node *n;
	bool any = false;

	TAILQ_FOREACH(n, &conf->servers, entry) {
		any |= n->c.nts || n->c.key != 0;
		if (n->c.key != 0 && conf->keys[0] == '\0')
			conf_error(conf, rep, n->c.pos, "there is no \"keys "
			    "FILE\" to have key %u", n->c.key);
	}
	if (warn && conf->global.require_nts && !any &&
	    !TAILQ_EMPTY(&conf->servers))
		conf_warn(conf, rep, nowhere, "\"require nts\", but no "
		    "server has \"nts\" or \"key\": none will be used");
}

static void
same_constraints(const struct conf *conf, struct conf_report *rep)
{
	const struct conf_constraint_node *a, *b;
	char place[CONF_PLACE_MAX];

	TAILQ_FOREACH(b, &conf->constraints, entry) {
		TAILQ_FOREACH(a, &conf->constraints, entry) {
			if (a == b)
				break;
			if (!conf_same_constraint(&a->c, &b->c))
				continue;
			conf_error(conf, rep, b->c.pos, "duplicate constraint "
			    "\"%s\", first at %s", b->c.name,
			    conf_place(conf, a->c.pos, place));
			break;
		}
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
		    "can be only %u source%s to select from: the clock would "
		    "never be synced", conf->global.minsources, n,
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
	const struct conf_server_node *n;
	unsigned int sum = 0;

	TAILQ_FOREACH(n, &conf->servers, entry)
		if (!n->c.noselect)
			sum += n->c.members;
	return sum;
}

/* and how many sensors, those that only give pulses or not among them. */
static unsigned int
sensors(const struct conf *conf, bool pulses)
{
	const struct sensor_driver *driver;
	const struct conf_sensor_node *s;
	unsigned int unit, sum = 0;

	TAILQ_FOREACH(s, &conf->sensors, entry) {
		driver = sensor_find(s->c.name, &unit);
		if (sensor_known(s->c.name) &&
		    (pulses || driver == NULL || !driver->pulse))
			sum++;
	}
	return sum;
}

static bool
all_sensors(const struct conf *conf)
{
	const struct conf_sensor_node *s;

	TAILQ_FOREACH(s, &conf->sensors, entry)
		if (strcmp(s->c.name, "*") == 0)
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
