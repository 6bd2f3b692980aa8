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
 * Whom to ask: "server", "servers" and "pool".  Parent only.  What
 * conf_stmt.c says of keywords holds here, too.
 */

#include <sys/types.h>
#include <sys/queue.h>

#include <assert.h>
#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "assoc.h"
#include "compat.h"
#include "conf.h"
#include "conf_lex.h"
#include "conf_parse.h"
#include "log.h"
#include "ntske.h"

#define NTP_PORT	123

static int	 opt_key(struct parser *, void *, const struct token *);
static int	 opt_nts_pin(struct parser *, void *, const struct token *);
static int	 opt_poll(struct parser *, void *, const struct token *);
static int	 check_nts(struct parser *, const struct token *,
		    const struct conf_server *);
static int	 check_poll(struct parser *, const struct conf_server *);

#define SERVER(field)	offsetof(struct conf_server, field)

/* server, servers, pool; "server" takes all but the last */
static const struct opt server_opts[] = {
	{ .name = "aggressive",	.kind = OPT_SET, .off = SERVER(aggressive),
	    .min = 1 },
	{ .name = "inet",	.kind = OPT_SET, .off = SERVER(family),
	    .min = ADDR_V4 },
	{ .name = "inet6",	.kind = OPT_SET, .off = SERVER(family),
	    .min = ADDR_V6 },
	{ .name = "key",	.kind = OPT_CALL, .call = opt_key },
	{ .name = "noselect",	.kind = OPT_SET, .off = SERVER(noselect),
	    .min = 1 },
	{ .name = "nts",	.kind = OPT_SET, .off = SERVER(nts),
	    .min = 1 },
	{ .name = "nts-pin",	.kind = OPT_CALL, .call = opt_nts_pin },
	{ .name = "nts-port",	.kind = OPT_UINT16, .off = SERVER(nts_port),
	    .min = 1, .max = 65535 },
	{ .name = "poll",	.kind = OPT_CALL, .call = opt_poll },
	{ .name = "port",	.kind = OPT_UINT16, .off = SERVER(port),
	    .min = 1, .max = 65535 },
	{ .name = "prefer",	.kind = OPT_SET, .off = SERVER(prefer),
	    .min = 1 },
	{ .name = "trusted",	.kind = OPT_SET, .off = SERVER(trusted),
	    .min = 1 },
	{ .name = "weight",	.kind = OPT_UINT8, .off = SERVER(weight),
	    .min = 1, .max = 10 },
	{ .name = "xleave",	.kind = OPT_SET, .off = SERVER(xleave),
	    .min = 1 },
	{ .name = "members",	.kind = OPT_UINT8, .off = SERVER(members),
	    .min = 1, .max = CONF_POOL_MAX },
};

static_assert(nitems(server_opts) <= PARSE_OPTS_MAX, "parse_options");

int
stmt_server(struct parser *p, const struct token *key)
{
	struct conf_server c;
	struct token name;

	memset(&c, 0, sizeof(c));
	c.pool = strcmp(key->text, "server") != 0;
	c.members = c.pool ? CONF_POOL_MEMBERS : 1;
	c.weight = 1;
	c.port = NTP_PORT;
	c.minpoll = ASSOC_MINPOLL;
	c.maxpoll = ASSOC_MAXPOLL;
	c.from4 = p->from4;
	c.from6 = p->from6;
	c.pos = key->pos;
	if (parse_word(p, "a host name or an address", &name) == -1 ||
	    parse_host(p, &name, c.name, &c.addr) == -1)
		return -1;
	if (parse_options(p, key->text, server_opts, nitems(server_opts) -
	    (c.pool ? 0 : 1), &c) == -1 ||
	    parse_family(p, &name, &c.addr, c.family) == -1 ||
	    check_nts(p, key, &c) == -1 || check_poll(p, &c) == -1)
		return -1;
	if (c.nts_port == 0)
		c.nts_port = NTSKE_PORT;
	if (c.addr.family != ADDR_NONE) {
		/* one address is one server, and has its own family */
		c.addr.port = c.port;
		c.pool = 0;
		c.members = 1;
		c.family = ADDR_NONE;
	}
	conf_node_add(&p->conf->servers)->server = c;
	return 0;
}

static int
opt_key(struct parser *p, void *dst, const struct token *key)
{
	struct conf_server *c = dst;
	long long v;

	if (parse_number(p, key->text, 1, UINT32_MAX, &v) == -1)
		return -1;
	c->key = (uint32_t)v;
	return 0;
}

/* SHA-256 of the public key: 64 hexadecimal digits. */
static int
opt_nts_pin(struct parser *p, void *dst, const struct token *key)
{
	static const char digits[] = "0123456789abcdef";
	struct conf_server *c = dst;
	const char *d;
	struct token t;
	size_t i;

	if (parse_word(p, "a SHA-256 behind \"nts-pin\"", &t) == -1)
		return -1;
	memset(c->pin, 0, sizeof(c->pin));
	for (i = 0; t.text[i] != '\0' && i < 2 * sizeof(c->pin); i++) {
		d = strchr(digits, tolower((unsigned char)t.text[i]));
		if (d == NULL)
			break;
		c->pin[i / 2] = (uint8_t)(c->pin[i / 2] << 4 | (d - digits));
	}
	if (i != 2 * sizeof(c->pin) || t.text[i] != '\0')
		return parse_error(p, t.pos, "a SHA-256 has %zu hexadecimal "
		    "digits, see ntpd.conf(5) for how to get it",
		    2 * sizeof(c->pin));
	c->pinned = 1;
	return 0;
}

static int
check_nts(struct parser *p, const struct token *key,
    const struct conf_server *c)
{
	if (c->nts && c->key != 0)
		return parse_error(p, key->pos, "\"key\" contradicts "
		    "\"nts\"");
	if (c->nts || (!c->pinned && c->nts_port == 0))
		return 0;
	return parse_error(p, key->pos, "\"%s\" has no meaning without "
	    "\"nts\"", c->pinned ? "nts-pin" : "nts-port");
}

static int
opt_poll(struct parser *p, void *dst, const struct token *key)
{
	struct conf_server *c = dst;
	long long min, max;

	p->poll = p->tok.pos;
	if (parse_number(p, key->text, CONF_MINPOLL, CONF_MAXPOLL, &min) == -1)
		return -1;
	if (p->tok.kind != TOK_WORD)
		return parse_expected(p, "the longest poll interval behind "
		    "the shortest");
	if (parse_number(p, key->text, CONF_MINPOLL, CONF_MAXPOLL, &max) == -1)
		return -1;
	if (min > max)
		return parse_error(p, p->poll, "the shortest poll interval, "
		    "%lld, is longer than the longest, %lld", min, max);
	c->minpoll = (int8_t)min;
	c->maxpoll = (int8_t)max;
	return 0;
}

/* Other people's servers are not asked more often than once in 64 s. */
static int
check_poll(struct parser *p, const struct conf_server *c)
{
	if (c->minpoll >= ASSOC_MINPOLL || c->aggressive ||
	    (c->addr.family != ADDR_NONE && addr_private(&c->addr)))
		return 0;
	return parse_error(p, p->poll, "poll %d is every %d s, too often for "
	    "a server that may be public: at least %d, or add \"aggressive\" "
	    "if its operator agreed", c->minpoll, 1 << c->minpoll,
	    ASSOC_MINPOLL);
}
