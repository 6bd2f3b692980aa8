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
 * The configuration as messages, and back.  The parent sends; a child
 * receives, and believes nothing it has not looked at: a message that no
 * parser of ours could have meant is a broken invariant, and fatal.
 */

#include <sys/types.h>
#include <sys/queue.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "compat.h"
#include "conf.h"
#include "imsgev.h"
#include "log.h"
#include "msg.h"

/* No padding: the octets of these go from one process to another. */
static_assert(sizeof(struct addr) == 24, "struct addr");
static_assert(sizeof(struct ratelimit_opts) == 24, "struct ratelimit_opts");
static_assert(sizeof(struct budget_opts) == 16, "struct budget_opts");
static_assert(sizeof(struct conf_global) == 16 + 24 + 16 + 8,
    "struct conf_global");
static_assert(sizeof(struct acl_rule) == 20, "struct acl_rule");
static_assert(sizeof(struct conf_to) == 24 + 12 + MSG_NAME_MAX + 16 + 4,
    "struct conf_to");
static_assert(sizeof(struct conf_server) == MSG_NAME_MAX + 3 * 24 + 12 + 16 +
    4 + MSG_PIN_LEN + 4,
    "struct conf_server");
static_assert(sizeof(struct conf_listen) == 8 + 24 + 12 + MSG_NAME_MAX + 16 +
    4,
    "struct conf_listen");
static_assert(sizeof(struct conf_sensor) == 64 + 8 + 12 + 4 + 4,
    "struct conf_sensor");
static_assert(sizeof(struct conf_constraint) == 4 + MSG_NAME_MAX +
    MSG_PATH_MAX + (1 + CONF_ALSO_MAX) * 24 + 12 + 4,
    "struct conf_constraint");

static bool	 global_ok(const struct conf_global *);
static bool	 server_ok(const struct conf_server *);
static bool	 listen_ok(const struct conf_listen *);
static bool	 sensor_ok(const struct conf_sensor *);
static bool	 to_ok(const struct conf_to *);
static bool	 rule_ok(const struct conf *, const struct acl_rule *);
static bool	 constraint_ok(const struct conf_constraint *);
static bool	 addr_ok(const struct addr *);
static bool	 text_ok(const char *, size_t, bool);
static void	 take(const struct imsg_in *, void *, size_t);
static void	 take_item(struct conf *, const struct imsg_in *);
static bool	 take_to(struct conf *, const struct imsg_in *);
static bool	 take_rules(struct conf *, const struct imsg_in *);
__dead static void nonsense(const struct imsg_in *, const char *);

/* As many to a message as there is room for. */
static void
send_rules(const struct conf *conf, struct imsgev *iev)
{
	struct acl_rule rules[MSG_RULES_MAX];
	uint32_t i;
	size_t j, n;

	for (i = 0; i < conf->nto; i++)
		imsgev_send(iev, IMSG_CONF_TO, 0, -1, &conf->to[i],
		    sizeof(conf->to[i]));
	for (j = 0, n = 0; j < conf->nrules; j++) {
		rules[n++] = conf->rules[j].rule;
		if (n < nitems(rules) && j + 1 < conf->nrules)
			continue;
		imsgev_send(iev, IMSG_CONF_RULES, 0, -1, rules,
		    n * sizeof(rules[0]));
		n = 0;
	}
}

void
conf_send(const struct conf *conf, struct imsgev *iev)
{
	const struct conf_node *n;

	imsgev_send(iev, IMSG_CONF_BEGIN, 0, -1, &conf->global,
	    sizeof(conf->global));
	TAILQ_FOREACH(n, &conf->servers, entry)
		if (n->reconf != RECONF_DELETE)
			imsgev_send(iev, IMSG_CONF_SERVER, 0, -1,
			    &n->server, sizeof(n->server));
	TAILQ_FOREACH(n, &conf->listens, entry)
		if (n->reconf != RECONF_DELETE)
			imsgev_send(iev, IMSG_CONF_LISTEN, 0, -1,
			    &n->listen, sizeof(n->listen));
	TAILQ_FOREACH(n, &conf->sensors, entry)
		if (n->reconf != RECONF_DELETE)
			imsgev_send(iev, IMSG_CONF_SENSOR, 0, -1,
			    &n->sensor, sizeof(n->sensor));
	send_rules(conf, iev);
	TAILQ_FOREACH(n, &conf->constraints, entry)
		if (n->reconf != RECONF_DELETE)
			imsgev_send(iev, IMSG_CONF_CONSTRAINT, 0, -1,
			    &n->constraint, sizeof(n->constraint));
	imsgev_send(iev, IMSG_CONF_END, 0, -1, NULL, 0);
}

bool
conf_recv(struct conf **pending, const struct imsg_in *in)
{
	if (in->type == IMSG_CONF_BEGIN) {
		if (*pending != NULL)
			nonsense(in, "the last one has not ended");
		*pending = conf_new();
		take(in, &(*pending)->global, sizeof((*pending)->global));
		if (!global_ok(&(*pending)->global))
			nonsense(in, "a value is out of its range");
		return false;
	}
	if (*pending == NULL)
		nonsense(in, "there was no CONF_BEGIN");
	if (in->type == IMSG_CONF_END) {
		take(in, NULL, 0);
		return true;
	}
	take_item(*pending, in);
	return false;
}

static void
take_item(struct conf *conf, const struct imsg_in *in)
{
	struct conf_node *n;
	bool ok;

	switch (in->type) {
	case IMSG_CONF_SERVER:
		n = conf_node_add(&conf->servers);
		take(in, &n->server, sizeof(n->server));
		ok = server_ok(&n->server);
		break;
	case IMSG_CONF_LISTEN:
		n = conf_node_add(&conf->listens);
		take(in, &n->listen, sizeof(n->listen));
		ok = listen_ok(&n->listen);
		break;
	case IMSG_CONF_SENSOR:
		n = conf_node_add(&conf->sensors);
		take(in, &n->sensor, sizeof(n->sensor));
		ok = sensor_ok(&n->sensor);
		break;
	case IMSG_CONF_TO:
		ok = take_to(conf, in);
		break;
	case IMSG_CONF_RULES:
		ok = take_rules(conf, in);
		break;
	case IMSG_CONF_CONSTRAINT:
		n = conf_node_add(&conf->constraints);
		take(in, &n->constraint, sizeof(n->constraint));
		ok = constraint_ok(&n->constraint);
		break;
	default:
		nonsense(in, "it is no part of a configuration");
	}
	if (!ok)
		nonsense(in, "a value is out of its range");
}

static bool
take_to(struct conf *conf, const struct imsg_in *in)
{
	if (conf->nto == CONF_TO_MAX)
		nonsense(in, "too many of them");
	take(in, &conf->to[conf->nto], sizeof(conf->to[0]));
	return to_ok(&conf->to[conf->nto++]);
}

static bool
take_rules(struct conf *conf, const struct imsg_in *in)
{
	const struct conf_pos nowhere = { 0, 0, 0 };
	struct acl_rule rules[MSG_RULES_MAX];
	size_t i, n = in->len / sizeof(rules[0]);

	if (n < 1 || n > nitems(rules))
		nonsense(in, "its length is wrong");
	take(in, rules, n * sizeof(rules[0]));
	for (i = 0; i < n; i++) {
		if (!rule_ok(conf, &rules[i]))
			return false;
		conf_rule_add(conf, &rules[i], nowhere);
	}
	return true;
}

static void
take(const struct imsg_in *in, void *dst, size_t len)
{
	if (in->len != len)
		nonsense(in, "its length is wrong");
	if (len > 0)
		memcpy(dst, in->data, len);
}

static void
nonsense(const struct imsg_in *in, const char *why)
{
	fatalx("bad %s from the parent: %s", msg_name(in->type), why);
}

static bool
limit_ok(const struct ratelimit_opts *l)
{
	return l->interval >= RATELIMIT_INTERVAL_MIN &&
	    l->interval <= RATELIMIT_INTERVAL_MAX &&
	    l->burst >= RATELIMIT_BURST_MIN &&
	    l->burst <= RATELIMIT_BURST_MAX &&
	    l->leak <= RATELIMIT_LEAK_MAX &&
	    l->clients >= RATELIMIT_CLIENTS_MIN &&
	    l->clients <= RATELIMIT_CLIENTS_MAX &&
	    l->prefix4 <= 32 && l->prefix6 <= 128 && l->kod <= 1;
}

static bool
global_ok(const struct conf_global *g)
{
	return g->step <= STEP_ALWAYS &&
	    g->step_over > 0 && g->step_over <= 86400 &&
	    g->minsources >= 1 && g->minsources <= 64 &&
	    g->local_stratum <= 15 && g->require_nts <= 1 &&
	    g->limits >= CONF_LIMIT_PUBLIC && g->limits <= CONF_LIMIT_OFF &&
	    limit_ok(&g->limit) && g->budget.period < BUDGET__MAX &&
	    g->budget.out <= 1;
}

static bool
server_ok(const struct conf_server *c)
{
	return text_ok(c->name, sizeof(c->name), false) &&
	    addr_ok(&c->addr) && addr_ok(&c->from4) && addr_ok(&c->from6) &&
	    c->from4.family != ADDR_V6 && c->from6.family != ADDR_V4 &&
	    (c->addr.family == ADDR_NONE || c->addr.port == c->port) &&
	    (c->addr.family == ADDR_NONE || c->pool == 0) &&
	    (c->family == ADDR_NONE || c->family == ADDR_V4 ||
	    c->family == ADDR_V6) &&
	    c->port != 0 && c->pool <= 1 &&
	    c->members >= 1 && c->members <= CONF_POOL_MAX &&
	    c->weight >= 1 && c->weight <= 10 && c->trusted <= 1 &&
	    c->noselect <= 1 && c->prefer <= 1 && c->aggressive <= 1 &&
	    c->xleave <= 1 && c->nts <= 1 && c->pinned <= c->nts &&
	    !(c->nts && c->key) && c->nts_port != 0 &&
	    c->minpoll >= CONF_MINPOLL && c->minpoll <= c->maxpoll &&
	    c->maxpoll <= CONF_MAXPOLL;
}

static bool
listen_ok(const struct conf_listen *c)
{
	return c->rtable >= -1 && c->rtable <= 255 && addr_ok(&c->addr) &&
	    c->addr.port != 0 && text_ok(c->name, sizeof(c->name), true) &&
	    text_ok(c->ifname, sizeof(c->ifname), true) &&
	    c->nts <= 1 &&
	    (c->limit == 0 || c->limit == CONF_LIMIT_ON ||
	    c->limit == CONF_LIMIT_OFF) &&
	    (c->family == ADDR_NONE || c->family == ADDR_V4 ||
	    c->family == ADDR_V6) && c->workers <= CONF_WORKERS_MAX;
}

static bool
sensor_ok(const struct conf_sensor *c)
{
	return text_ok(c->name, sizeof(c->name), false) &&
	    text_ok(c->refid, sizeof(c->refid), false) &&
	    strlen(c->refid) <= 4 &&
	    c->correction >= -127000000 && c->correction <= 127000000 &&
	    c->weight >= 1 && c->weight <= 10 &&
	    c->stratum >= 1 && c->stratum <= 15 && c->trusted <= 1;
}

static bool
to_ok(const struct conf_to *c)
{
	return addr_ok(&c->addr) && text_ok(c->name, sizeof(c->name), true) &&
	    text_ok(c->ifname, sizeof(c->ifname), true) &&
	    (c->family == ADDR_NONE || c->family == ADDR_V4 ||
	    c->family == ADDR_V6);
}

static bool
rule_ok(const struct conf *conf, const struct acl_rule *r)
{
	return (r->family == ACL_ANY || r->family == ACL_V4 ||
	    r->family == ACL_V6) &&
	    r->len <= (r->family == ACL_ANY ? 0 : r->family == ACL_V4 ? 32 :
	    128) && r->action < ACL__MAX && r->to <= conf->nto;
}

static bool
constraint_ok(const struct conf_constraint *c)
{
	size_t i;

	for (i = 0; i < CONF_ALSO_MAX; i++)
		if (!addr_ok(&c->also[i]) ||
		    (c->also[i].family != ADDR_NONE) != (i < c->nalso))
			return false;
	return c->id != 0 && text_ok(c->name, sizeof(c->name), false) &&
	    text_ok(c->path, sizeof(c->path), false) && c->path[0] == '/' &&
	    addr_ok(&c->addr) && c->port != 0 && c->nalso <= CONF_ALSO_MAX &&
	    c->all <= 1 && (c->all == 0 || c->nalso == 0);
}

static bool
addr_ok(const struct addr *a)
{
	return a->family == ADDR_NONE || a->family == ADDR_V4 ||
	    a->family == ADDR_V6;
}

static bool
text_ok(const char *s, size_t size, bool empty)
{
	return memchr(s, '\0', size) != NULL && (empty || s[0] != '\0');
}
