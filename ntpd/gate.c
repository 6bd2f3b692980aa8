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
 * Engine and server: who is answered.  What the core decides is kept here
 * in the memory of a process, and changed with its configuration.
 */

#include <sys/types.h>
#include <sys/queue.h>

#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "gate.h"
#include "log.h"

#define LINE	64		/* octets of a line of cache */

/* The rules for listeners that the same "to" are about. */
struct gate_table {
	TAILQ_ENTRY(gate_table) entry;
	uint32_t	 to;		/* a bit for each of conf.to */
	struct acl	 acl;
	void		*memory;
};

static void	 clients(struct gate *, const struct conf *);
static struct gate_table *table(struct gate *, const struct conf *, uint32_t);

void
gate_init(struct gate *g)
{
	TAILQ_INIT(&g->tables);
	TAILQ_INIT(&g->old);
}

void
gate_conf(struct gate *g, const struct conf *conf)
{
	TAILQ_CONCAT(&g->old, &g->tables, entry);
	clients(g, conf);
}

void
gate_sweep(struct gate *g)
{
	struct gate_table	*t;

	while ((t = TAILQ_FIRST(&g->old)) != NULL) {
		TAILQ_REMOVE(&g->old, t, entry);
		free(t->memory);
		free(t);
	}
}

/* A table of them is made once, and only where somebody is served. */
static void
clients(struct gate *g, const struct conf *conf)
{
	const struct ratelimit_opts	*opts = &conf->global.limit;
	const struct ratelimit_opts	*old = &g->limit.opts;
	uint8_t				 random[24];
	uintptr_t			 lines;

	if (g->memory != NULL && opts->clients == old->clients &&
	    opts->prefix4 == old->prefix4 && opts->prefix6 == old->prefix6) {
		ratelimit_reconf(&g->limit, opts);
		return;
	}
	free(g->memory);
	g->memory = NULL;
	if (TAILQ_EMPTY(&conf->listens))
		return;
	/* zeroed, and not touched before it is used */
	g->memory = calloc(1, ratelimit_size(opts->clients) + LINE - 1);
	if (g->memory == NULL)
		fatal("table of %u clients", opts->clients);
	lines = ((uintptr_t)g->memory + LINE - 1) / LINE * LINE;
	arc4random_buf(random, sizeof(random));
	ratelimit_init(&g->limit, opts, (void *)lines, random);
}

/* A bit for each "to" that means this listener. */
static uint32_t
meant(const struct conf *conf, const struct conf_listen *c)
{
	uint32_t	 i, to = 0;

	for (i = 0; i < conf->nto; i++)
		if (conf_to_match(&conf->to[i], c))
			to |= 1U << i;
	return to;
}

/* Those that strangers may reach, unless something else is said. */
static bool
limited(const struct conf *conf, const struct conf_listen *c,
    const struct addr *bound)
{
	uint8_t	 limit = c->limit != 0 ? c->limit : conf->global.limits;

	if (limit == CONF_LIMIT_PUBLIC)
		return addr_any(bound) || !addr_private(bound);
	return limit == CONF_LIMIT_ON;
}

void
gate_socket(struct gate *g, const struct conf *conf, uint32_t id,
    const struct addr *bound, struct gate_socket *s)
{
	const struct conf_node	*l;

	TAILQ_FOREACH(l, &conf->listens, entry)
		if (l->listen.id == id && l->reconf != RECONF_DELETE)
			break;
	s->acl = NULL;
	if (l == NULL || g->memory == NULL)
		return;
	s->acl = &table(g, conf, meant(conf, &l->listen))->acl;
	s->limit = limited(conf, &l->listen, bound);
}

static struct gate_table *
table(struct gate *g, const struct conf *conf, uint32_t to)
{
	struct gate_table	*t;
	struct acl_rule		*rules, r;
	size_t			 i, n = 0;

	TAILQ_FOREACH(t, &g->tables, entry)
		if (t->to == to)
			return t;
	rules = calloc(conf->nrules + 1, sizeof(*rules));
	t = calloc(1, sizeof(*t));
	if (rules == NULL || t == NULL)
		fatal("rules");
	for (i = 0; i < conf->nrules; i++) {
		r = conf->rules[i].rule;
		if (r.to == 0 || (to & 1U << (r.to - 1)) != 0)
			rules[n++] = r;
	}
	if ((t->memory = malloc(acl_size(n))) == NULL)
		fatal("rules");
	t->to = to;
	acl_build(&t->acl, t->memory, rules, n);
	free(rules);
	TAILQ_INSERT_TAIL(&g->tables, t, entry);
	return t;
}

enum serve_drop
gate_access(const struct gate_socket *s, const struct io_msg *m,
    enum gate_kiss *kiss)
{
	*kiss = GATE_TIME;
	if (s->acl == NULL)
		return SERVE_DENIED;
	switch (acl_check(s->acl, (enum acl_family)m->peer.family,
	    m->peer.ip)) {
	case ACL_ALLOW:
	case ACL__MAX:
		break;
	case ACL_DENY:
		return SERVE_DENIED;
	case ACL_KISS:
		*kiss = GATE_DENY;
		break;
	case ACL_IGNORE:
		return SERVE_IGNORED;
	}
	return SERVE_OK;
}

void
gate_ahead(const struct gate *g, const struct io_msg *m, size_t n,
    mono_t now, struct ratelimit_key *k)
{
	size_t	 i;

	for (i = 0; i < n; i++) {
		k[i].family = ADDR_NONE;
		if (g->memory != NULL && m[i].len >= NTP_HEADER_LEN &&
		    m[i].peer.family != ADDR_NONE)
			ratelimit_key(&g->limit, m[i].peer.family,
			    m[i].peer.ip, &k[i]);
	}
	if (n == 1)
		return;
	for (i = 0; i < n; i++)
		if (k[i].family != ADDR_NONE)
			ratelimit_fetch(&g->limit, now, &k[i]);
}

enum serve_drop
gate_limit(struct gate *g, const struct gate_socket *s,
    const struct ratelimit_key *k, mono_t now, uint32_t shed,
    enum gate_kiss *kiss, struct ratelimit_client **client)
{
	*client = NULL;
	if (*kiss == GATE_DENY)
		return ratelimit_deny(&g->limit, now, k) ? SERVE_OK :
		    SERVE_DENIED;
	switch (ratelimit_check(&g->limit, now, k, s->limit, client)) {
	case RATELIMIT_PASS:
	case RATELIMIT_LEAKED:
		break;
	case RATELIMIT_KISS:
		*kiss = GATE_RATE;
		break;
	case RATELIMIT_DROP:
		return SERVE_LIMITED;
	}
	if (shed != 0 && ratelimit_random(&g->limit) < shed)
		return SERVE_BUDGET;
	return SERVE_OK;
}
