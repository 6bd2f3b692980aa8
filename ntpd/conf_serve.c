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
 * The statements about whom to serve and how much: allow, deny, ignore,
 * limit, budget.  Parent only.  What conf_stmt.c says of keywords holds
 * here, too.
 */

#include <sys/types.h>

#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "compat.h"
#include "conf.h"
#include "conf_lex.h"
#include "conf_parse.h"

static int	 prefix(struct parser *, struct acl_rule *);
static int	 to(struct parser *, const struct token *, struct acl_rule *);
static int	 opt_interval(struct parser *, void *, const struct token *);
static int	 octets(struct parser *, uint64_t *);

#define LIMIT(field)	offsetof(struct ratelimit_opts, field)

static const struct opt limit_opts[] = {
	{ .name = "burst",	.kind = OPT_INT32, .off = LIMIT(burst),
	    .min = RATELIMIT_BURST_MIN, .max = RATELIMIT_BURST_MAX },
	{ .name = "clients",	.kind = OPT_INT32, .off = LIMIT(clients),
	    .min = RATELIMIT_CLIENTS_MIN, .max = RATELIMIT_CLIENTS_MAX },
	{ .name = "inet",	.kind = OPT_UINT8, .off = LIMIT(prefix4),
	    .min = 8, .max = 32 },
	{ .name = "inet6",	.kind = OPT_UINT8, .off = LIMIT(prefix6),
	    .min = 16, .max = 128 },
	{ .name = "interval",	.kind = OPT_CALL, .call = opt_interval },
	{ .name = "kod",	.kind = OPT_SET, .off = LIMIT(kod),
	    .min = 1 },
	{ .name = "leak",	.kind = OPT_INT32, .off = LIMIT(leak),
	    .min = 0, .max = RATELIMIT_LEAK_MAX },
};

/* (allow | deny | ignore) from prefix [to listener] [kod] */
int
stmt_access(struct parser *p, const struct token *key)
{
	struct acl_rule	 rule;

	memset(&rule, 0, sizeof(rule));
	rule.action = ACL_ALLOW;
	if (strcmp(key->text, "deny") == 0)
		rule.action = ACL_DENY;
	else if (strcmp(key->text, "ignore") == 0)
		rule.action = ACL_IGNORE;
	if (parse_expect(p, "from") == -1 || prefix(p, &rule) == -1)
		return -1;
	if (parse_accept(p, "to") && to(p, key, &rule) == -1)
		return -1;
	if (rule.action == ACL_DENY && parse_accept(p, "kod"))
		rule.action = ACL_KISS;
	if (parse_expect_end(p, rule.action == ACL_KISS ? NULL :
	    rule.action == ACL_DENY ? "\"to\", \"kod\"" : "\"to\"") == -1)
		return -1;
	conf_rule_add(p->conf, &rule, key->pos);
	return 0;
}

/* What the prefix does not cover is zero, or it is not what was meant. */
static int
stray(struct parser *p, const struct token *t, struct acl_rule *rule)
{
	struct addr	 meant;
	char		 buf[ADDR_STRLEN];
	unsigned int	 i;
	bool		 bits = false;

	memset(&meant, 0, sizeof(meant));
	meant.family = rule->family;
	for (i = 0; i < 8 * sizeof(rule->ip); i++) {
		if (i < rule->len)
			meant.ip[i / 8] |= rule->ip[i / 8] &
			    (uint8_t)(0x80 >> i % 8);
		else
			bits |= (rule->ip[i / 8] & 0x80 >> i % 8) != 0;
	}
	if (!bits)
		return 0;
	return parse_error(p, t->pos, "the address has bits behind the "
	    "prefix, did you mean %s/%u?", addr_str(&meant, buf), rule->len);
}

/* any, an address, or an address and the length of a prefix */
static int
prefix(struct parser *p, struct acl_rule *rule)
{
	struct token	 t;
	struct addr	 a;
	char		*slash;
	long		 len = -1, max;

	if (parse_accept(p, "any"))
		return 0;
	if (parse_word(p, "an address, a prefix or \"any\"", &t) == -1)
		return -1;
	if ((slash = strchr(t.text, '/')) != NULL) {
		*slash++ = '\0';
		if (isdigit((unsigned char)slash[0]) &&
		    slash[strspn(slash, "0123456789")] == '\0' &&
		    strlen(slash) <= 3)
			len = strtol(slash, NULL, 10);
	}
	if (addr_parse(&a, t.text, 0) == -1)
		return parse_not_address(p, &t);
	if (a.scope != 0)
		return parse_error(p, t.pos, "a prefix has no interface");
	max = a.family == ADDR_V4 ? 32 : 128;
	if (slash == NULL)
		len = max;
	if (len < 0 || len > max)
		return parse_error(p, t.pos, "the length of this prefix must "
		    "be between 0 and %ld, got \"%.40s\"", max, slash);
	rule->family = a.family;
	rule->len = (uint8_t)len;
	memcpy(rule->ip, a.ip, sizeof(rule->ip));
	return stray(p, &t, rule);
}

/* The place of a "listen on", and perhaps its port. */
static int
to(struct parser *p, const struct token *key, struct acl_rule *rule)
{
	struct conf_listen	 place;
	struct conf_to		 c;
	long long		 port = 0;
	uint32_t		 i;

	memset(&place, 0, sizeof(place));
	memset(&c, 0, sizeof(c));
	if (parse_place(p, &place) == -1)
		return -1;
	parse_place_end(&place);
	if (parse_accept(p, "port") &&
	    parse_number(p, "port", 1, 65535, &port) == -1)
		return -1;
	c.addr = place.addr;
	c.addr.port = (uint16_t)port;
	c.family = place.family;
	(void)strlcpy(c.name, place.name, sizeof(c.name));
	(void)strlcpy(c.ifname, place.ifname, sizeof(c.ifname));
	c.pos = key->pos;
	for (i = 0; i < p->conf->nto; i++)
		if (addr_cmp(&p->conf->to[i].addr, &c.addr) == 0 &&
		    p->conf->to[i].family == c.family &&
		    strcmp(p->conf->to[i].name, c.name) == 0 &&
		    strcmp(p->conf->to[i].ifname, c.ifname) == 0)
			break;
	if (i == CONF_TO_MAX)
		return parse_error(p, key->pos, "rules for more than %d "
		    "listeners", CONF_TO_MAX);
	if (i == p->conf->nto)
		p->conf->to[p->conf->nto++] = c;
	rule->to = (uint8_t)(i + 1);
	return 0;
}

/* limit [public | on | off] {option} */
int
stmt_limit(struct parser *p, const struct token *key)
{
	struct conf_global	*g = &p->conf->global;

	if (parse_accept(p, "on"))
		g->limits = CONF_LIMIT_ON;
	else if (parse_accept(p, "off"))
		g->limits = CONF_LIMIT_OFF;
	else if (parse_accept(p, "public"))
		g->limits = CONF_LIMIT_PUBLIC;
	return parse_options(p, key->text, limit_opts, nitems(limit_opts),
	    &g->limit);
}

static int
opt_interval(struct parser *p, void *dst, const struct token *key)
{
	struct ratelimit_opts	*limit = dst;

	return parse_decimal(p, key->text, RATELIMIT_INTERVAL_MIN,
	    RATELIMIT_INTERVAL_MAX, &limit->interval);
}

/* budget octets period [out] */
int
stmt_budget(struct parser *p, const struct token *key)
{
	struct budget_opts	*b = &p->conf->global.budget;

	if (octets(p, &b->octets) == -1)
		return -1;
	if (parse_accept(p, "day"))
		b->period = BUDGET_DAY;
	else if (parse_accept(p, "week"))
		b->period = BUDGET_WEEK;
	else if (parse_accept(p, "month"))
		b->period = BUDGET_MONTH;
	else
		return parse_expected(p, "\"day\", \"week\" or \"month\"");
	if (parse_accept(p, "out"))
		b->out = 1;
	return parse_expect_end(p, b->out ? NULL : "\"out\"");
}

/* A number, with K, M, G or T behind it, by the thousand. */
static int
octets(struct parser *p, uint64_t *v)
{
	static const char	 units[] = "KMGT";
	struct token		 t;
	const char		*unit;
	char			*end;
	long long		 n = -1, times = 1;

	if (p->tok.kind != TOK_WORD)
		return parse_expected(p, "octets, such as \"500G\"");
	t = p->tok;
	if (isdigit((unsigned char)t.text[0]))
		n = strtoll(t.text, &end, 10);
	else
		return parse_expected(p, "octets, such as \"500G\"");
	if (*end != '\0') {
		if ((unit = strchr(units, *end)) == NULL || end[1] != '\0')
			return parse_error(p, t.pos, "expected a number, or "
			    "one and K, M, G or T, got \"%.40s\"", t.text);
		for (; unit >= units; unit--)
			times *= 1000;
	}
	if (n > CONF_BUDGET_MAX / times || n * times < CONF_BUDGET_MIN)
		return parse_error(p, t.pos, "a budget must be between 1K "
		    "and 1000000T, got %.40s", t.text);
	*v = (uint64_t)(n * times);
	parse_next(p);
	return 0;
}
