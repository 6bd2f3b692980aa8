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
 * The statement "nts": where others get cookies from us, with which
 * certificate, and the keys of the cookies.  Parent only.
 */

#include <sys/types.h>

#include <string.h>

#include "compat.h"
#include "conf.h"
#include "conf_lex.h"
#include "conf_parse.h"

#define ROTATE_MIN	60	/* s: the file has to reach the others */
#define ROTATE_MAX	31536000

static int	 certificate(struct parser *, const struct token *);
static int	 keys(struct parser *, const struct token *);
static int	 listen_on(struct parser *, const struct token *);
static int	 rotate(struct parser *, const struct token *);

static const struct stmt	 parts[PARSE_NTS_MAX] = {
	{ .name = "certificate", .parse = certificate, .once = true },
	{ .name = "keys",	.parse = keys, .once = true },
	{ .name = "listen",	.parse = listen_on },
	{ .name = "rotate",	.parse = rotate, .once = true },
};

int
parse_nts(struct parser *p, const struct token *key)
{
	struct token word = p->tok;
	struct near near;
	char place[CONF_PLACE_MAX], hint[NEAR_TEXT_MAX];
	size_t i;

	near_init(&near, p->tok.text);
	for (i = 0; i < nitems(parts); i++) {
		near_try(&near, parts[i].name);
		if (parse_accept(p, parts[i].name))
			break;
	}
	if (i == nitems(parts) && p->tok.kind == TOK_WORD)
		return parse_error(p, p->tok.pos, "expected \"listen\", "
		    "\"certificate\", \"keys\" or \"rotate\", got \"%.40s\"%s",
		    p->tok.text, near_text(&near, hint));
	if (i == nitems(parts))
		return parse_expected(p, "\"listen\", \"certificate\", "
		    "\"keys\" or \"rotate\"");
	if (parts[i].parse(p, &word) == -1)
		return -1;
	if (p->nts[i].line != 0 && parts[i].once)
		return parse_error(p, key->pos, "\"nts %s\" is given twice, "
		    "first at %s", parts[i].name,
		    conf_place(p->conf, p->nts[i], place));
	if (p->nts[i].line == 0)
		p->nts[i] = key->pos;
	return 0;
}

static int
certificate(struct parser *p, const struct token *key)
{
	if (parse_path(p, key->text, p->conf->ntscert) == -1 ||
	    parse_expect(p, "key") == -1 ||
	    parse_path(p, "key", p->conf->ntskey) == -1)
		return -1;
	return parse_expect_end(p, NULL);
}

static int
keys(struct parser *p, const struct token *key)
{
	if (parse_path(p, key->text, p->conf->ntskeys) == -1)
		return -1;
	return parse_expect_end(p, NULL);
}

static int
listen_on(struct parser *p, const struct token *key)
{
	return parse_listen(p, key, true);
}

/* 0 is never: a period of it would be none. */
static int
rotate(struct parser *p, const struct token *key)
{
	struct conf_pos pos = p->tok.pos;
	long long v;

	if (parse_number(p, key->text, 0, ROTATE_MAX, &v) == -1)
		return -1;
	if (v > 0 && v < ROTATE_MIN)
		return parse_error(p, pos, "rotate must be 0 (never) or "
		    "between %d and %d, got %lld", ROTATE_MIN, ROTATE_MAX, v);
	p->conf->ntsrotate = (uint32_t)v;
	return parse_expect_end(p, NULL);
}
