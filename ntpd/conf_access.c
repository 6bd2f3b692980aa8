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
 * Rules of access as part of a configuration: kept, checked as a whole, and
 * told whose they are.  Every process that holds a configuration uses this.
 */

#include <sys/types.h>
#include <sys/queue.h>

#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "conf_lex.h"
#include "log.h"

void
conf_rule_add(struct conf *conf, const struct acl_rule *rule,
    struct conf_pos pos)
{
	struct conf_rule	*more;

	if (conf->nrules == conf->roomrules) {
		conf->roomrules = conf->roomrules == 0 ? 64 :
		    2 * conf->roomrules;
		more = reallocarray(conf->rules, conf->roomrules,
		    sizeof(*more));
		if (more == NULL)
			fatal("reallocarray");
		conf->rules = more;
	}
	conf->rules[conf->nrules].rule = *rule;
	conf->rules[conf->nrules++].pos = pos;
}

bool
conf_to_match(const struct conf_to *to, const struct conf_listen *c)
{
	struct addr	 addr = c->addr;

	if (to->addr.port == 0)
		addr.port = 0;
	return !c->nts && addr_cmp(&to->addr, &addr) == 0 &&
	    strcmp(to->ifname, c->ifname) == 0 &&
	    strcmp(to->name, c->name) == 0 &&
	    (to->family == ADDR_NONE || to->family == c->family);
}

static int
by_rule(const void *a, const void *b)
{
	const struct conf_rule	*ra = *(const struct conf_rule *const *)a;
	const struct conf_rule	*rb = *(const struct conf_rule *const *)b;
	int			 order;

	order = acl_compare(&ra->rule, &rb->rule);
	return order != 0 ? order : (ra > rb) - (ra < rb);
}

/* One prefix, one listener, two answers: the file cannot mean both. */
static void
contradictions(const struct conf *conf, struct conf_report *rep)
{
	const struct conf_rule	*a, *b, *first, *second, **sorted;
	char			 place[CONF_PLACE_MAX];
	size_t			 i;

	if (conf->nrules < 2)
		return;
	if ((sorted = calloc(conf->nrules, sizeof(*sorted))) == NULL)
		fatal("calloc");
	for (i = 0; i < conf->nrules; i++)
		sorted[i] = &conf->rules[i];
	qsort(sorted, conf->nrules, sizeof(*sorted), by_rule);
	for (i = 1; i < conf->nrules; i++) {
		a = sorted[i - 1];
		b = sorted[i];
		if (a->rule.family != b->rule.family ||
		    a->rule.len != b->rule.len || a->rule.to != b->rule.to ||
		    a->rule.action == b->rule.action ||
		    memcmp(a->rule.ip, b->rule.ip, sizeof(a->rule.ip)) != 0)
			continue;
		first = a < b ? a : b;
		second = a < b ? b : a;
		conf_error(conf, rep, second->pos, "this contradicts the "
		    "rule for the same prefix at %s",
		    conf_place(conf, first->pos, place));
	}
	free(sorted);
}

void
conf_check_rules(const struct conf *conf, struct conf_report *rep, bool warn)
{
	const struct conf_node	*l;
	uint32_t			 i;

	contradictions(conf, rep);
	for (i = 0; i < conf->nto; i++) {
		TAILQ_FOREACH(l, &conf->listens, entry)
			if (conf_to_match(&conf->to[i], &l->listen))
				break;
		if (l == NULL)
			conf_error(conf, rep, conf->to[i].pos, "there is no "
			    "\"listen on\" for this \"to\"");
	}
	if (!warn || !TAILQ_EMPTY(&conf->listens))
		return;
	if (conf->nrules > 0)
		conf_warn(conf, rep, conf->rules[0].pos, "there is no "
		    "\"listen on\": nobody is served, with rules or without");
}
