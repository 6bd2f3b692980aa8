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
 * What a good operator would want to hear of a configuration (ntpd -n).
 * Parent only; the caller does the looking up of names.
 */

#include <sys/types.h>
#include <sys/queue.h>
#include <sys/socket.h>

#include <string.h>

#include "assoc.h"
#include "conf.h"
#include "conf_lex.h"
#include "poolname.h"
#include "sensor.h"
#include "sync.h"

#define SOURCES_GOOD	4	/* RFC 8633 3.2: outvote one that is wrong */
#define POOL_AT_MOST	4	/* servers of the pool for one client */
#define MAXPOLL_SANE	12	/* log2 s: 68 minutes */

/* A server and where it is. */
struct answer {
	const struct conf_server *server;
	const struct addr *addr;
	uint32_t	 n;
};

static const struct conf_pos nowhere = { 0, 0, 0 };
#ifdef SO_RTABLE
static const bool have_rtables = true;
#else
static const bool have_rtables = false;
#endif
#if defined(SO_ATTACH_REUSEPORT_CBPF) || defined(SO_REUSEPORT_LB)
static const bool have_workers = true;
#else
static const bool have_workers = false;
#endif

static void	 warn_count(const struct conf *, struct conf_report *);
static void	 warn_server(const struct conf *, const struct conf_server *,
		    struct conf_report *);
static void	 warn_sensor(const struct conf *, const struct conf_sensor *,
		    struct conf_report *);
static void	 warn_network(const struct conf *, struct conf_report *);
static void	 warn_pool(const struct conf *, struct conf_report *);
static void	 warn_room(const struct conf *, struct conf_report *);
static void	 warn_public(const struct conf *, struct conf_report *);
static bool	 compare(const struct conf *, const struct answer *,
		    const struct answer *, struct conf_report *);
static const struct conf_listen *public_listen(const struct conf *);
static bool	 same_network(const struct addr *, const struct addr *);

void
conf_check_warn(const struct conf *conf, struct conf_report *rep)
{
	const struct conf_node *n;

	TAILQ_FOREACH(n, &conf->servers, entry)
		warn_server(conf, &n->server, rep);
	TAILQ_FOREACH(n, &conf->listens, entry) {
		if (n->listen.rtable != -1 && !have_rtables)
			conf_warn(conf, rep, n->listen.pos, "this system has "
			    "no routing tables to listen in: this will fail");
		if (n->listen.workers > 0 && !have_workers)
			conf_warn(conf, rep, n->listen.pos, "this system does "
			    "not share a port among workers: there will be "
			    "none");
	}
	TAILQ_FOREACH(n, &conf->sensors, entry)
		warn_sensor(conf, &n->sensor, rep);
	warn_network(conf, rep);
	warn_pool(conf, rep);
	warn_public(conf, rep);
	warn_room(conf, rep);
	warn_count(conf, rep);
}

static void
warn_count(const struct conf *conf, struct conf_report *rep)
{
	unsigned int n = conf_check_sources(conf, true);
	bool seconds = conf_check_sources(conf, false) > 0;
	bool require = conf->global.require_nts;

	if (n > 0 && !seconds)
		conf_warn(conf, rep, nowhere, "pulses do not tell which "
		    "second it is: without another source they are no use");
	else if (n == 0 && TAILQ_EMPTY(&conf->servers))
		conf_warn(conf, rep, nowhere, "there is no \"server\" and no "
		    "\"pool\": nothing will correct this clock");
	else if (n == 0)
		conf_warn(conf, rep, nowhere, "every server is \"noselect\"%s: "
		    "nothing will correct this clock", require ?
		    " or has neither \"nts\" nor \"key\"" : "");
	else if (n < SOURCES_GOOD)
		conf_warn(conf, rep, nowhere, "only %u %ssource%s (a pool "
		    "counts its members): it takes %d to outvote one that is "
		    "wrong", n, require ? "authenticated " : "",
		    n == 1 ? "" : "s", SOURCES_GOOD);
}

static void
warn_sensor(const struct conf *conf, const struct conf_sensor *c,
    struct conf_report *rep)
{
	char buf[64];

	if (!sensor_known(c->name))
		conf_warn(conf, rep, c->pos, "sensor \"%s\" does nothing: "
		    "the sensors of this system are %s", c->name,
		    sensor_names(buf, sizeof(buf)));
}

static void
warn_server(const struct conf *conf, const struct conf_server *c,
    struct conf_report *rep)
{
	if (c->aggressive && poolname(c->name))
		conf_warn(conf, rep, c->pos, "servers of the NTP pool must "
		    "not be polled faster than every 64 s");
	else if (c->aggressive && c->minpoll >= ASSOC_MINPOLL)
		conf_warn(conf, rep, c->pos, "\"aggressive\" does nothing "
		    "unless \"poll\" begins below %d", ASSOC_MINPOLL);
	if (c->maxpoll > MAXPOLL_SANE)
		conf_warn(conf, rep, c->pos, "with polls up to 2^%d s a wrong "
		    "or dead server goes unnoticed for %d hours", c->maxpoll,
		    (1 << c->maxpoll) / 3600);
	if (c->addr.family == ADDR_V4 && c->addr.ip[0] == 127 &&
	    c->addr.ip[1] == 127)
		conf_warn(conf, rep, c->pos, "\"%s\" is a reference clock to "
		    "other daemons: here that is a \"sensor\"", c->name);
	/* the pool has IPv6 addresses in 2.pool.ntp.org and the like only */
	if (c->family == ADDR_V6 && poolname(c->name) && c->name[0] != '2')
		conf_warn(conf, rep, c->pos, "of the NTP pool only names that "
		    "begin with \"2.\" have IPv6 addresses");
}

/* Numeric servers that live and fail together; one word per server. */
static void
warn_network(const struct conf *conf, struct conf_report *rep)
{
	const struct conf_node *a, *b;
	char place[CONF_PLACE_MAX];

	TAILQ_FOREACH(b, &conf->servers, entry) {
		TAILQ_FOREACH(a, &conf->servers, entry) {
			if (a == b)
				break;
			if (!same_network(&a->server.addr, &b->server.addr))
				continue;
			conf_warn(conf, rep, b->server.pos, "%s is in the same "
			    "network as %s at %s: they may fail together",
			    b->server.name, a->server.name,
			    conf_place(conf, a->server.pos, place));
			break;
		}
	}
}

static void
warn_pool(const struct conf *conf, struct conf_report *rep)
{
	const struct conf_node *n;
	unsigned int members = 0;

	TAILQ_FOREACH(n, &conf->servers, entry) {
		if (!poolname(n->server.name))
			continue;
		members += n->server.members;
		if (members <= POOL_AT_MOST ||
		    members - n->server.members > POOL_AT_MOST)
			continue;
		conf_warn(conf, rep, n->server.pos, "more than %d servers of "
		    "the NTP pool, it asks its clients for no more: use one "
		    "name, or \"members\"", POOL_AT_MOST);
	}
}

/* Those that are only watched take a place, too. */
static void
warn_room(const struct conf *conf, struct conf_report *rep)
{
	const struct conf_node *n;
	unsigned int taken = 0;

	TAILQ_FOREACH(n, &conf->servers, entry) {
		taken += n->server.members;
		if (taken <= SYNC_SOURCES)
			continue;
		conf_warn(conf, rep, n->server.pos, "more than %d servers (a "
		    "pool counts its members): no more than that are asked",
		    SYNC_SOURCES);
		break;
	}
}

static void
warn_public(const struct conf *conf, struct conf_report *rep)
{
	const struct conf_listen *public = public_listen(conf);
	const struct conf_node *n;
	char place[CONF_PLACE_MAX];

	if (public == NULL)
		return;
	(void)conf_place(conf, public->pos, place);
	TAILQ_FOREACH(n, &conf->servers, entry)
		if (poolname(n->server.name))
			conf_warn(conf, rep, n->server.pos, "time from the NTP "
			    "pool is served to others (%s): a server that "
			    "joins the pool needs hand-picked upstreams",
			    place);
	if (conf->global.local_stratum != 0)
		conf_warn(conf, rep, public->pos, "\"local stratum %u\" with "
		    "a public address: with no source left, others get the "
		    "time of this clock alone", conf->global.local_stratum);
}

void
conf_check_resolved(const struct conf *conf, const struct conf_resolved *r,
    size_t n, struct conf_report *rep)
{
	const struct conf_node *s;
	struct answer a, b;
	size_t i, j;

	for (i = 0; i < n; i++) {
		if (r[i].n == 0)
			conf_warn(conf, rep, r[i].server->pos,
			    "\"%s\" has no address now", r[i].server->name);
		/* against numeric ones anywhere, and names before it */
		b = (struct answer){ r[i].server, r[i].addr, r[i].n };
		TAILQ_FOREACH(s, &conf->servers, entry) {
			a = (struct answer){ &s->server, &s->server.addr, 1 };
			if (s->server.addr.family != ADDR_NONE &&
			    compare(conf, &a, &b, rep))
				break;
		}
		for (j = 0; s == NULL && j < i; j++) {
			a = (struct answer){ r[j].server, r[j].addr, r[j].n };
			if (compare(conf, &a, &b, rep))
				break;
		}
	}
}

/*
 * Pools may have some members in common, those are dropped; a pool that
 * has no others than another one is of no use.
 */
static bool
compare(const struct conf *conf, const struct answer *a,
    const struct answer *b, struct conf_report *rep)
{
	const struct addr *common = NULL;
	char buf[ADDR_STRLEN], place[CONF_PLACE_MAX];
	uint32_t i, j, ncommon = 0, least = a->n < b->n ? a->n : b->n;
	bool near = false;

	for (i = 0; i < a->n; i++)
		for (j = 0; j < b->n; j++) {
			near |= same_network(&a->addr[i], &b->addr[j]);
			if (!addr_equal(&a->addr[i], &b->addr[j]))
				continue;
			common = &b->addr[j];
			ncommon++;
		}
	if (a->server->port == b->server->port && common != NULL &&
	    (ncommon >= least || (!a->server->pool && !b->server->pool))) {
		conf_warn(conf, rep, b->server->pos, "\"%s\" and \"%s\" at "
		    "%s are one host, %s", b->server->name, a->server->name,
		    conf_place(conf, a->server->pos, place),
		    addr_str(common, buf));
		return true;
	}
	if (!near || a->server->pool || b->server->pool)
		return false;
	conf_warn(conf, rep, b->server->pos, "\"%s\" is in the same network "
	    "as \"%s\" at %s: they may fail together", b->server->name,
	    a->server->name, conf_place(conf, a->server->pos, place));
	return true;
}

/* The first listener others than us and our neighbours may reach. */
static const struct conf_listen *
public_listen(const struct conf *conf)
{
	const struct conf_node *n;

	TAILQ_FOREACH(n, &conf->listens, entry)
		if (n->listen.ifname[0] == '\0' && !n->listen.nts &&
		    strcasecmp(n->listen.name, "localhost") != 0 &&
		    (n->listen.addr.family == ADDR_NONE ||
		    !addr_private(&n->listen.addr)))
			return &n->listen;
	return NULL;
}

/* One /24, or one /48; at home that is nothing to warn about. */
static bool
same_network(const struct addr *a, const struct addr *b)
{
	if (a->family == ADDR_NONE || a->family != b->family ||
	    addr_equal(a, b) || addr_private(a))
		return false;
	return memcmp(a->ip, b->ip, a->family == ADDR_V4 ? 3 : 6) == 0;
}
