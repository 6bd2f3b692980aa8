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
 * The statements of ntpd.conf and their options, as tables and a function
 * per statement.  Parent only.  A new keyword is a row here, a line in
 * conf_print.c, and an example in ntpd.conf.5 (regress/conf/keywords.sh
 * looks).
 */

#include <sys/types.h>
#include <sys/queue.h>

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "compat.h"
#include "conf.h"
#include "conf_lex.h"
#include "conf_parse.h"
#include "log.h"

#define SOCKPATH_MAX	103	/* the least of all systems, without NUL */

static int	 stmt_cafile(struct parser *, const struct token *);
static int	 stmt_constraint(struct parser *, const struct token *);
static int	 stmt_control(struct parser *, const struct token *);
static int	 stmt_driftfile(struct parser *, const struct token *);
static int	 stmt_include(struct parser *, const struct token *);
static int	 stmt_keys(struct parser *, const struct token *);
static int	 stmt_leapfile(struct parser *, const struct token *);
static int	 stmt_local(struct parser *, const struct token *);
static int	 stmt_minsources(struct parser *, const struct token *);
static int	 stmt_nts_ca(struct parser *, const struct token *);
static int	 stmt_query(struct parser *, const struct token *);
static int	 stmt_require(struct parser *, const struct token *);
static int	 stmt_sensor(struct parser *, const struct token *);
static int	 stmt_statistics(struct parser *, const struct token *);
static int	 stmt_step(struct parser *, const struct token *);
static int	 opt_refid(struct parser *, void *, const struct token *);

const struct stmt conf_stmts[] = {
	{ .name = "allow",	.parse = stmt_access },
	{ .name = "budget",	.parse = stmt_budget, .once = true },
	{ .name = "cafile",	.parse = stmt_cafile, .once = true },
	{ .name = "constraint",	.parse = stmt_constraint },
	{ .name = "constraints", .parse = stmt_constraint },
	{ .name = "control",	.parse = stmt_control, .once = true },
	{ .name = "deny",	.parse = stmt_access },
	{ .name = "driftfile",	.parse = stmt_driftfile, .once = true },
	{ .name = "ignore",	.parse = stmt_access },
	{ .name = "include",	.parse = stmt_include },
	{ .name = "keys",	.parse = stmt_keys, .once = true },
	{ .name = "leapfile",	.parse = stmt_leapfile, .once = true },
	{ .name = "limit",	.parse = stmt_limit, .once = true },
	{ .name = "listen",	.parse = stmt_listen },
	{ .name = "local",	.parse = stmt_local, .once = true },
	{ .name = "minsources",	.parse = stmt_minsources, .once = true },
	{ .name = "nts",	.parse = parse_nts },
	{ .name = "nts-ca",	.parse = stmt_nts_ca, .once = true },
	{ .name = "pool",	.parse = stmt_server },
	{ .name = "query",	.parse = stmt_query },
	{ .name = "require",	.parse = stmt_require, .once = true },
	{ .name = "sensor",	.parse = stmt_sensor },
	{ .name = "server",	.parse = stmt_server },
	{ .name = "servers",	.parse = stmt_server },
	{ .name = "statistics",	.parse = stmt_statistics, .once = true },
	{ .name = "step",	.parse = stmt_step, .once = true },
};
const size_t conf_nstmts = nitems(conf_stmts);

static_assert(nitems(conf_stmts) <= PARSE_STMTS_MAX, "struct parser");

#define SENSOR(field)	offsetof(struct conf_sensor, field)

static const struct opt sensor_opts[] = {
	{ .name = "correction",	.kind = OPT_INT32, .off = SENSOR(correction),
	    .min = -127000000, .max = 127000000 },
	{ .name = "refid",	.kind = OPT_CALL, .call = opt_refid },
	{ .name = "stratum",	.kind = OPT_UINT8, .off = SENSOR(stratum),
	    .min = 1, .max = 15 },
	{ .name = "trusted",	.kind = OPT_SET, .off = SENSOR(trusted),
	    .min = 1 },
	{ .name = "weight",	.kind = OPT_UINT8, .off = SENSOR(weight),
	    .min = 1, .max = 10 },
};

static const struct step {
	const char	*name;
	enum step_policy policy;
} steps[] = {
	{ .name = "never",	.policy = STEP_NEVER },
	{ .name = "start",	.policy = STEP_START },
	{ .name = "always",	.policy = STEP_ALWAYS },
};

static int
stmt_cafile(struct parser *p, const struct token *key)
{
	if (parse_path(p, key->text, p->conf->cafile) == -1)
		return -1;
	return parse_expect_end(p, NULL);
}

/* constraint has addresses to ask besides, constraints means all there are */
static int
stmt_constraint(struct parser *p, const struct token *key)
{
	struct conf_constraint c;
	struct token t;

	memset(&c, 0, sizeof(c));
	c.all = strcmp(key->text, "constraints") == 0;
	c.pos = key->pos;
	if (parse_expect(p, "from") == -1 ||
	    parse_word(p, "a URL, a host name or an address", &t) == -1 ||
	    parse_url(p, &t, &c) == -1)
		return -1;
	while (!c.all && !parse_at_end(p)) {
		if (parse_word(p, "an address", &t) == -1)
			return -1;
		if (c.nalso == CONF_ALSO_MAX)
			return parse_error(p, t.pos, "a constraint has at "
			    "most %d addresses", CONF_ALSO_MAX);
		if (addr_parse(&c.also[c.nalso++], t.text, c.port) == -1)
			return parse_not_address(p, &t);
	}
	if (parse_expect_end(p, NULL) == -1)
		return -1;
	if (c.addr.family != ADDR_NONE)
		c.addr.port = c.port;
	conf_node_add(&p->conf->constraints)->constraint = c;
	return 0;
}

static int
stmt_control(struct parser *p, const struct token *key)
{
	struct conf_pos pos = p->tok.pos;

	if (parse_path(p, key->text, p->conf->control) == -1)
		return -1;
	if (strlen(p->conf->control) > SOCKPATH_MAX)
		return parse_error(p, pos, "the path of a socket cannot be "
		    "longer than %d characters", SOCKPATH_MAX);
	return parse_expect_end(p, NULL);
}

static int
stmt_driftfile(struct parser *p, const struct token *key)
{
	if (parse_path(p, key->text, p->conf->driftfile) == -1)
		return -1;
	return parse_expect_end(p, NULL);
}

static int
stmt_keys(struct parser *p, const struct token *key)
{
	if (parse_path(p, key->text, p->conf->keys) == -1)
		return -1;
	p->conf->keysweak = parse_accept(p, "weak");
	return parse_expect_end(p, "\"weak\"");
}

static int
stmt_leapfile(struct parser *p, const struct token *key)
{
	if (parse_path(p, key->text, p->conf->leapfile) == -1)
		return -1;
	return parse_expect_end(p, NULL);
}

static int
stmt_statistics(struct parser *p, const struct token *key)
{
	if (parse_path(p, key->text, p->conf->statistics) == -1)
		return -1;
	return parse_expect_end(p, NULL);
}

static int
stmt_include(struct parser *p, const struct token *key)
{
	struct token pattern = p->tok;
	char path[CONF_PATH_MAX];

	if (parse_path(p, key->text, path) == -1 ||
	    parse_expect_end(p, NULL) == -1)
		return -1;
	lex_include(p->lex, &pattern);
	return 0;
}

static int
stmt_local(struct parser *p, const struct token *key)
{
	long long v;

	if (parse_expect(p, "stratum") == -1 ||
	    parse_number(p, "stratum", 1, 15, &v) == -1)
		return -1;
	p->conf->global.local_stratum = (uint8_t)v;
	return parse_expect_end(p, NULL);
}

static int
stmt_minsources(struct parser *p, const struct token *key)
{
	long long v;

	if (parse_number(p, key->text, 1, 64, &v) == -1)
		return -1;
	p->conf->global.minsources = (uint32_t)v;
	return parse_expect_end(p, NULL);
}

static int
stmt_step(struct parser *p, const struct token *key)
{
	struct near near;
	char hint[NEAR_TEXT_MAX];
	size_t i;

	near_init(&near, p->tok.text);
	for (i = 0; i < nitems(steps); i++) {
		near_try(&near, steps[i].name);
		if (p->tok.kind == TOK_WORD &&
		    strcmp(p->tok.text, steps[i].name) == 0)
			break;
	}
	if (i == nitems(steps) && p->tok.kind == TOK_WORD)
		return parse_error(p, p->tok.pos, "expected \"never\", "
		    "\"start\" or \"always\", got \"%.40s\"%s", p->tok.text,
		    near_text(&near, hint));
	if (i == nitems(steps))
		return parse_expected(p, "\"never\", \"start\" or \"always\"");
	p->conf->global.step = steps[i].policy;
	parse_next(p);
	if (parse_at_end(p))
		return 0;
	if (steps[i].policy == STEP_NEVER)
		return parse_expect_end(p, NULL);
	if (parse_accept(p, "over")) {
		if (parse_decimal(p, "over", 0.001, 86400,
		    &p->conf->global.step_over) == -1)
			return -1;
		return parse_expect_end(p, NULL);
	}
	return parse_expect_end(p, "\"over\"");
}

static int
stmt_nts_ca(struct parser *p, const struct token *key)
{
	if (parse_path(p, key->text, p->conf->ntsca) == -1)
		return -1;
	return parse_expect_end(p, NULL);
}

static int
stmt_require(struct parser *p, const struct token *key)
{
	if (parse_expect(p, "nts") == -1)
		return -1;
	p->conf->global.require_nts = 1;
	return parse_expect_end(p, NULL);
}

/* For the servers that follow. */
static int
stmt_query(struct parser *p, const struct token *key)
{
	struct token at;
	struct addr a;

	if (parse_expect(p, "from") == -1 ||
	    parse_word(p, "an address behind \"from\"", &at) == -1)
		return -1;
	if (addr_parse(&a, at.text, 0) == -1)
		return parse_not_address(p, &at);
	if (parse_expect_end(p, NULL) == -1)
		return -1;
	if (a.family == ADDR_V4)
		p->from4 = a;
	else
		p->from6 = a;
	return 0;
}

static int
stmt_sensor(struct parser *p, const struct token *key)
{
	struct conf_sensor c;
	struct token name;

	memset(&c, 0, sizeof(c));
	c.weight = 1;
	c.stratum = 1;
	c.pos = key->pos;
	(void)strlcpy(c.refid, "HARD", sizeof(c.refid));
	if (parse_word(p, "the name of a sensor or \"*\"", &name) == -1)
		return -1;
	if (name.text[0] == '\0' || strlcpy(c.name, name.text,
	    sizeof(c.name)) >= sizeof(c.name))
		return parse_error(p, name.pos, "the name of a sensor has 1 "
		    "to %zu characters", sizeof(c.name) - 1);
	if (parse_options(p, "sensor", sensor_opts, nitems(sensor_opts),
	    &c) == -1)
		return -1;
	conf_node_add(&p->conf->sensors)->sensor = c;
	return 0;
}

static int
opt_refid(struct parser *p, void *dst, const struct token *key)
{
	struct conf_sensor *c = dst;
	struct token t;
	size_t i;

	if (parse_word(p, "a string behind \"refid\"", &t) == -1)
		return -1;
	for (i = 0; t.text[i] > ' ' && t.text[i] < 0x7f; i++)
		;
	if (i < 1 || i > 4 || t.text[i] != '\0')
		return parse_error(p, t.pos, "refid has 1 to 4 ASCII "
		    "characters and no blank, got \"%.40s\"", t.text);
	memset(c->refid, 0, sizeof(c->refid));
	(void)strlcpy(c->refid, t.text, sizeof(c->refid));
	return 0;
}
