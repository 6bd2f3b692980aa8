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
 * Statements and options out of tokens, driven by the tables in
 * conf_stmt.c.  Parent only.  An error is reported and ends its line, not
 * the file; nothing here is fatal but the lack of memory.
 */

#include <sys/types.h>

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "conf_lex.h"
#include "conf_parse.h"
#include "log.h"

#define GOT_MAX		64
#define WORDS_MAX	256

static int	 statement(struct parser *);
static int	 macro(struct parser *, const struct token *);
static int	 unknown(struct parser *, const struct token *);
static int	 unknown_option(struct parser *, const char *,
		    const struct opt *, size_t);
static const struct opt *clash(const struct opt *const *, size_t,
		    const struct opt *);
static int	 option(struct parser *, const struct opt *,
		    const struct token *, void *);
static const char *got(const struct token *, char [GOT_MAX]);

struct conf *
conf_parse(const char *path, struct conf_report *rep)
{
	struct parser *p;
	struct conf *conf;
	unsigned int before = rep->errors;

	if ((p = calloc(1, sizeof(*p))) == NULL)
		fatal("calloc");
	p->conf = conf_new();
	p->rep = rep;
	p->lex = lex_open(p->conf, rep, path);
	parse_next(p);
	while (p->tok.kind != TOK_EOF && rep->errors <= CONF_ERRORS_MAX) {
		if (statement(p) == -1 && !parse_at_end(p))
			lex_skip(p->lex);
		parse_next(p);
	}
	lex_close(p->lex);
	conf = p->conf;
	free(p);
	if (conf->nfiles > 0)
		conf_check(conf, rep, false);
	if (rep->errors != before) {
		conf_free(conf);
		return NULL;
	}
	return conf;
}

static int
statement(struct parser *p)
{
	struct token key = p->tok;
	const struct stmt *s = NULL;
	char place[CONF_PLACE_MAX];
	size_t i;

	if (key.kind == TOK_NL)
		return 0;
	if (key.kind != TOK_WORD)
		return parse_expected(p, "a keyword");
	parse_next(p);
	if (p->tok.kind == TOK_EQUALS)
		return macro(p, &key);
	for (i = 0; i < conf_nstmts; i++)
		if (strcmp(key.text, conf_stmts[i].name) == 0)
			s = &conf_stmts[i];
	if (s == NULL)
		return unknown(p, &key);
	if (s->parse(p, &key) == -1)
		return -1;
	i = (size_t)(s - conf_stmts);
	if (p->first[i].line != 0 && s->once)
		return parse_error(p, key.pos,
		    "\"%s\" is given twice, first at %s", s->name,
		    conf_place(p->conf, p->first[i], place));
	if (p->first[i].line == 0)
		p->first[i] = key.pos;
	return 0;
}

/* NAME = word ...; quotes around all of it are as good, as in pf.conf. */
static int
macro(struct parser *p, const struct token *name)
{
	char value[LEX_TEXT_MAX];
	size_t i;

	for (i = 0; i < conf_nstmts; i++)
		if (strcmp(name->text, conf_stmts[i].name) == 0)
			return parse_error(p, p->tok.pos, "\"%s\" is a "
			    "keyword: it takes no \"=\" and cannot name a "
			    "macro", name->text);
	for (i = 0; name->text[i] != '\0'; i++)
		if (!isalnum((unsigned char)name->text[i]) &&
		    name->text[i] != '_')
			return parse_error(p, name->pos, "the name of a macro "
			    "has only letters, digits and \"_\"");
	parse_next(p);
	if (p->tok.kind != TOK_WORD && p->tok.kind != TOK_STRING)
		return parse_expected(p, "the value of the macro");
	value[0] = '\0';
	for (; p->tok.kind == TOK_WORD || p->tok.kind == TOK_STRING;
	    parse_next(p)) {
		if (value[0] != '\0')
			(void)strlcat(value, " ", sizeof(value));
		if (strlcat(value, p->tok.text, sizeof(value)) >=
		    sizeof(value))
			return parse_error(p, p->tok.pos, "the value of a "
			    "macro cannot be longer than %zu characters",
			    sizeof(value) - 1);
	}
	if (parse_expect_end(p, "a word") == -1)
		return -1;
	lex_macro(p->lex, name->text, value);
	return 0;
}

static int
unknown(struct parser *p, const struct token *key)
{
	struct near near;
	const char *advice;
	char hint[NEAR_TEXT_MAX];
	size_t i;

	if ((advice = conf_foreign(key->text)) != NULL)
		return parse_error(p, key->pos, "unknown keyword \"%.40s\": %s",
		    key->text, advice);
	near_init(&near, key->text);
	for (i = 0; i < conf_nstmts; i++)
		near_try(&near, conf_stmts[i].name);
	return parse_error(p, key->pos, "unknown keyword \"%.40s\"%s",
	    key->text, near.best == NULL ? ", see ntpd.conf(5)" :
	    near_text(&near, hint));
}

/* Options in any order, each at most once, up to the end of the line. */
int
parse_options(struct parser *p, const char *of, const struct opt *opts,
    size_t n, void *dst)
{
	const struct opt *given[PARSE_OPTS_MAX], *o, *other;
	struct token key;
	size_t i, ngiven = 0;

	while (!parse_at_end(p)) {
		if (p->tok.kind != TOK_WORD)
			return parse_expected(p, "an option");
		key = p->tok;
		for (i = 0; i < n; i++)
			if (strcmp(key.text, opts[i].name) == 0)
				break;
		if (i == n)
			return unknown_option(p, of, opts, n);
		o = &opts[i];
		if ((other = clash(given, ngiven, o)) == o)
			return parse_error(p, key.pos, "\"%s\" is given twice",
			    o->name);
		if (other != NULL)
			return parse_error(p, key.pos,
			    "\"%s\" contradicts \"%s\"", o->name,
			    other->name);
		given[ngiven++] = o;
		parse_next(p);
		if (option(p, o, &key, dst) == -1)
			return -1;
	}
	return 0;
}

/* One that was given and sets what o sets, as "inet" and "inet6" do. */
static const struct opt *
clash(const struct opt *const *given, size_t n, const struct opt *o)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (given[i] == o || (o->kind == OPT_SET &&
		    given[i]->kind == OPT_SET && given[i]->off == o->off))
			return given[i];
	return NULL;
}

static int
option(struct parser *p, const struct opt *o, const struct token *key,
    void *dst)
{
	uint8_t *at = (uint8_t *)dst + o->off, u8;
	uint16_t u16;
	int32_t i32;
	long long v = 0;

	if (o->kind != OPT_SET && o->kind != OPT_CALL &&
	    parse_number(p, o->name, o->min, o->max, &v) == -1)
		return -1;
	switch (o->kind) {
	case OPT_SET:
		*at = (uint8_t)o->min;
		break;
	case OPT_UINT8:
		u8 = (uint8_t)v;
		memcpy(at, &u8, sizeof(u8));
		break;
	case OPT_UINT16:
		u16 = (uint16_t)v;
		memcpy(at, &u16, sizeof(u16));
		break;
	case OPT_INT32:
		i32 = (int32_t)v;
		memcpy(at, &i32, sizeof(i32));
		break;
	case OPT_CALL:
		return o->call(p, dst, key);
	}
	return 0;
}

static int
unknown_option(struct parser *p, const char *of, const struct opt *opts,
    size_t n)
{
	struct near near;
	const char *advice;
	char hint[NEAR_TEXT_MAX], words[WORDS_MAX];
	size_t i;

	if ((advice = conf_foreign(p->tok.text)) != NULL)
		return parse_error(p, p->tok.pos,
		    "unknown option \"%.40s\": %s", p->tok.text, advice);
	near_init(&near, p->tok.text);
	words[0] = '\0';
	for (i = 0; i < n; i++) {
		near_try(&near, opts[i].name);
		if (i > 0)
			(void)strlcat(words, i + 1 == n ? " or " : ", ",
			    sizeof(words));
		(void)strlcat(words, opts[i].name, sizeof(words));
	}
	if (near.best != NULL)
		return parse_error(p, p->tok.pos,
		    "unknown option \"%.40s\" of \"%s\"%s", p->tok.text, of,
		    near_text(&near, hint));
	return parse_error(p, p->tok.pos,
	    "unknown option \"%.40s\": \"%s\" takes %s", p->tok.text, of,
	    words);
}

void
parse_next(struct parser *p)
{
	lex_next(p->lex, &p->tok);
}

bool
parse_at_end(const struct parser *p)
{
	return p->tok.kind == TOK_NL || p->tok.kind == TOK_EOF;
}

bool
parse_accept(struct parser *p, const char *word)
{
	if (p->tok.kind != TOK_WORD || strcmp(p->tok.text, word) != 0)
		return false;
	parse_next(p);
	return true;
}

int
parse_expect(struct parser *p, const char *word)
{
	char what[GOT_MAX];

	if (parse_accept(p, word))
		return 0;
	(void)snprintf(what, sizeof(what), "\"%s\"", word);
	return parse_expected(p, what);
}

int
parse_expect_end(struct parser *p, const char *or)
{
	char what[GOT_MAX];

	if (parse_at_end(p))
		return 0;
	(void)snprintf(what, sizeof(what), "%s%sthe end of the line",
	    or == NULL ? "" : or, or == NULL ? "" : " or ");
	return parse_expected(p, what);
}

int
parse_word(struct parser *p, const char *what, struct token *t)
{
	if (p->tok.kind != TOK_WORD && p->tok.kind != TOK_STRING)
		return parse_expected(p, what);
	*t = p->tok;
	parse_next(p);
	return 0;
}

int
parse_number(struct parser *p, const char *of, long long min, long long max,
    long long *v)
{
	char what[GOT_MAX], *end;
	const char *s = p->tok.text;

	(void)snprintf(what, sizeof(what), "a number behind \"%s\"", of);
	if (p->tok.kind != TOK_WORD)
		return parse_expected(p, what);
	errno = 0;
	*v = strtoll(s, &end, 10);
	if (!(isdigit((unsigned char)s[0]) ||
	    (s[0] == '-' && isdigit((unsigned char)s[1]))) || *end != '\0')
		return parse_expected(p, what);
	if (errno == ERANGE || *v < min || *v > max)
		return parse_error(p, p->tok.pos,
		    "%s must be between %lld and %lld, got %.40s", of, min,
		    max, s);
	parse_next(p);
	return 0;
}

/* Digits and at most one point: neither locale nor exponents. */
int
parse_decimal(struct parser *p, const char *of, double min, double max,
    double *v)
{
	char what[GOT_MAX];
	const char *s = p->tok.text;
	double scale = 1;
	size_t digits = 0;

	(void)snprintf(what, sizeof(what), "a number behind \"%s\"", of);
	if (p->tok.kind != TOK_WORD)
		return parse_expected(p, what);
	*v = 0;
	for (; isdigit((unsigned char)*s); s++, digits++)
		*v = *v * 10 + (*s - '0');
	if (*s == '.')
		for (s++; isdigit((unsigned char)*s); s++, digits++) {
			*v = *v * 10 + (*s - '0');
			scale *= 10;
		}
	*v /= scale;
	if (digits == 0 || *s != '\0')
		return parse_expected(p, what);
	if (!(*v >= min && *v <= max))
		return parse_error(p, p->tok.pos,
		    "%s must be between %g and %g, got %.40s", of, min, max,
		    p->tok.text);
	parse_next(p);
	return 0;
}

/* Absolute: what a relative path means would depend on who starts us. */
int
parse_path(struct parser *p, const char *of, char path[CONF_PATH_MAX])
{
	char what[GOT_MAX];

	(void)snprintf(what, sizeof(what), "a path behind \"%s\"", of);
	if (p->tok.kind != TOK_WORD && p->tok.kind != TOK_STRING)
		return parse_expected(p, what);
	if (p->tok.text[0] != '/')
		return parse_error(p, p->tok.pos,
		    "expected a path from the root (\"/...\"), got \"%.40s\"",
		    p->tok.text);
	(void)strlcpy(path, p->tok.text, CONF_PATH_MAX);
	parse_next(p);
	return 0;
}

int
parse_error(struct parser *p, struct conf_pos pos, const char *fmt, ...)
{
	char text[LEX_TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	conf_error(p->conf, p->rep, pos, "%s", text);
	return -1;
}

int
parse_expected(struct parser *p, const char *what)
{
	char buf[GOT_MAX];

	if (p->tok.kind == TOK_BAD)
		return -1;
	return parse_error(p, p->tok.pos, "expected %s, got %s", what,
	    got(&p->tok, buf));
}

static const char *
got(const struct token *t, char buf[GOT_MAX])
{
	switch (t->kind) {
	case TOK_NL:
	case TOK_EOF:
		return "the end of the line";
	case TOK_WORD:
	case TOK_STRING:
	case TOK_EQUALS:
	case TOK_BAD:
		break;
	}
	(void)snprintf(buf, GOT_MAX, "%s\"%.40s\"%s",
	    t->kind == TOK_STRING ? "the string " : "", t->text,
	    strlen(t->text) > 40 ? "..." : "");
	return buf;
}
