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
 * Characters to tokens: words, quoted strings, comments, continued lines,
 * macros, and files within files.  Parent only.  Errors are reported here
 * and become TOK_BAD, so that the parser can go on with the next line.
 */

#include <sys/types.h>
#include <sys/queue.h>
#include <sys/stat.h>

#include <ctype.h>
#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "conf_lex.h"
#include "log.h"

/* A file being read, and the ones that the same include has still to give. */
struct frame {
	glob_t		 glob;
	bool		 globbed;
	size_t		 next;		/* of glob.gl_pathv */
	struct conf_pos	 at;		/* of the include; line 0: none */
	bool		 open;		/* the following is valid */
	dev_t		 dev;
	ino_t		 ino;
	uint32_t	 file;
	const char	*text;
	size_t		 len;
	size_t		 off;
	uint32_t	 line;
	size_t		 bol;		/* where the line begins */
};

struct lex {
	struct conf	*conf;
	struct conf_report *rep;
	struct frame	 frames[LEX_DEPTH_MAX];
	size_t		 nframes;
	bool		 begun;		/* a statement, it needs its TOK_NL */
	const char	*expansion;	/* what is left of a macro, or NULL */
	struct conf_pos	 used;		/* where that macro is used */
	struct macros	 macros;
};

static bool	 open_file(struct lex *, struct frame *, const char *);
static bool	 next_file(struct lex *);
static bool	 next_expanded(struct lex *, struct token *);
static size_t	 blank(const struct frame *);
static void	 skip_blanks(struct frame *);
static void	 advance(struct frame *, size_t);
static struct conf_pos place(const struct frame *);
static size_t	 word(const char *, size_t, struct token *);
static size_t	 string(struct lex *, const char *, size_t, struct token *);
static size_t	 lexeme(struct lex *, const char *, size_t, struct token *);
static size_t	 use_macro(struct lex *, const char *, size_t,
		    struct token *);
static size_t	 bad(struct lex *, const char *, size_t, struct token *);
static int	 glob_error(const char *, int);

struct lex *
lex_open(struct conf *conf, struct conf_report *rep, const char *path)
{
	struct lex *lex;

	if ((lex = calloc(1, sizeof(*lex))) == NULL)
		fatal("calloc");
	lex->conf = conf;
	lex->rep = rep;
	TAILQ_INIT(&lex->macros);
	lex->nframes = 1;
	(void)open_file(lex, &lex->frames[0], path);
	return lex;
}

void
lex_close(struct lex *lex)
{
	macro_clear(&lex->macros);
	while (lex->nframes > 0) {
		lex->nframes--;
		if (lex->frames[lex->nframes].globbed)
			globfree(&lex->frames[lex->nframes].glob);
	}
	free(lex);
}

/*
 * OpenNTPD's rule, but for the slash, which makes paths readable, and the
 * dollar, which only begins a macro.
 */
bool
lex_wordchar(int c)
{
	return c > ' ' && c < 0x7f && strchr("=!#,(){}<>\"'\\$", c) == NULL;
}

void
lex_next(struct lex *lex, struct token *t)
{
	struct frame *f;
	size_t n;

	t->text[0] = '\0';
	if (lex->expansion != NULL && next_expanded(lex, t))
		return;
	for (;;) {
		f = &lex->frames[lex->nframes - 1];
		if (!f->open || f->off >= f->len) {
			t->pos = place(f);
			if (lex->begun) {
				t->kind = TOK_NL;
				lex->begun = false;
				return;
			}
			if (next_file(lex))
				continue;
			t->kind = TOK_EOF;
			return;
		}
		t->pos = place(f);	/* right behind the last token */
		skip_blanks(f);
		if (f->off >= f->len)
			continue;
		if (f->text[f->off] == '\n') {
			advance(f, 1);
			if (!lex->begun)
				continue;
			t->kind = TOK_NL;
			lex->begun = false;
			return;
		}
		lex->begun = true;
		t->pos = place(f);
		n = lexeme(lex, f->text + f->off, f->len - f->off, t);
		f->off += n;
		if (lex->expansion == NULL || next_expanded(lex, t))
			return;
	}
}

void
lex_skip(struct lex *lex)
{
	struct frame *f = &lex->frames[lex->nframes - 1];

	lex->expansion = NULL;
	lex->begun = false;
	while (f->open && f->off < f->len && f->text[f->off] != '\n')
		advance(f, blank(f) > 1 ? blank(f) : 1);
	if (f->open && f->off < f->len)
		advance(f, 1);
}

/* A token out of the macro in use; false when there is none left. */
static bool
next_expanded(struct lex *lex, struct token *t)
{
	const char *p = lex->expansion;

	p += strspn(p, " \t");
	if (*p == '\0') {
		lex->expansion = NULL;
		return false;
	}
	t->pos = lex->used;
	t->text[0] = '\0';
	if (*p == '$' || *p == '#') {
		conf_error(lex->conf, lex->rep, t->pos,
		    "a macro cannot hold \"%c\" outside of quotes", *p);
		t->kind = TOK_BAD;
		lex->expansion = NULL;
		return true;
	}
	lex->expansion = p + lexeme(lex, p, strlen(p), t);
	return true;
}

/* One token at p; how many octets it took. */
static size_t
lexeme(struct lex *lex, const char *p, size_t left, struct token *t)
{
	size_t n;

	if (*p == '=') {
		t->kind = TOK_EQUALS;
		(void)strlcpy(t->text, "=", sizeof(t->text));
		return 1;
	}
	if (*p == '$')
		return use_macro(lex, p, left, t);
	if (*p == '"' || *p == '\'')
		n = string(lex, p, left, t);
	else if (lex_wordchar((unsigned char)*p))
		n = word(p, left, t);
	else
		return bad(lex, p, left, t);
	if (n >= sizeof(t->text) && t->text[0] == '\0' && t->kind != TOK_BAD) {
		conf_error(lex->conf, lex->rep, t->pos,
		    "a word cannot be longer than %d characters",
		    LEX_TEXT_MAX - 1);
		t->kind = TOK_BAD;
	}
	if (t->kind != TOK_BAD && n < left &&
	    strchr(" \t\f\r\n=#\\", p[n]) == NULL) {
		t->pos.col += lex->expansion == NULL ? (uint32_t)n : 0;
		return n + bad(lex, p + n, left - n, t);
	}
	return n;
}

static size_t
word(const char *p, size_t left, struct token *t)
{
	size_t n;

	for (n = 0; n < left && lex_wordchar((unsigned char)p[n]); n++)
		;
	t->kind = TOK_WORD;
	if (n < sizeof(t->text)) {
		memcpy(t->text, p, n);
		t->text[n] = '\0';
	}
	return n;
}

/*
 * A backslash keeps a quote, a blank or a backslash from meaning anything,
 * and joins lines; before others it is a backslash.  A string ends on its
 * line: a forgotten quote is found where it is.
 */
static size_t
string(struct lex *lex, const char *p, size_t left, struct token *t)
{
	struct frame *f = &lex->frames[lex->nframes - 1];
	size_t i, len = 0;
	char quote = *p;

	t->kind = TOK_STRING;
	for (i = 1; i < left && p[i] != quote && p[i] != '\n'; i++) {
		if (p[i] == '\\' && i + 1 < left) {
			if (p[i + 1] == '\r' && i + 2 < left &&
			    p[i + 2] == '\n')
				i++;
			if (p[i + 1] == '\n') {
				i++;
				f->line++;
				f->bol = f->off + i + 1;
				continue;
			}
			if (p[i + 1] == quote || p[i + 1] == '\\' ||
			    p[i + 1] == ' ' || p[i + 1] == '\t')
				i++;
		}
		if (len < sizeof(t->text))
			t->text[len] = p[i];
		len++;
	}
	if (i >= left || p[i] != quote) {
		conf_error(lex->conf, lex->rep, t->pos,
		    "this %c has no second one on its line", quote);
		t->kind = TOK_BAD;
		return i;
	}
	if (len < sizeof(t->text))
		t->text[len] = '\0';
	else
		t->text[0] = '\0';	/* too long, lexeme() says so */
	return i + 1;
}

static size_t
use_macro(struct lex *lex, const char *p, size_t left, struct token *t)
{
	struct near near;
	char hint[NEAR_TEXT_MAX];
	size_t n;

	for (n = 1; n < left && (isalnum((unsigned char)p[n]) || p[n] == '_');
	    n++)
		;
	t->kind = TOK_BAD;
	if (n == 1 || n >= sizeof(t->text)) {
		conf_error(lex->conf, lex->rep, t->pos,
		    "expected the name of a macro behind \"$\"");
		return n;
	}
	if (n < left && strchr(" \t\f\r\n#\\", p[n]) == NULL) {
		conf_error(lex->conf, lex->rep, t->pos,
		    "a macro stands for whole words: expected a blank "
		    "behind \"%.*s\"", (int)n, p);
		return n;
	}
	memcpy(t->text, p + 1, n - 1);
	t->text[n - 1] = '\0';
	if ((lex->expansion = macro_get(&lex->macros, t->text)) != NULL) {
		lex->used = t->pos;
		return n;
	}
	near_init(&near, t->text);
	macro_near(&lex->macros, &near);
	conf_error(lex->conf, lex->rep, t->pos, "no macro \"%s\" is defined%s",
	    t->text, near_text(&near, hint));
	return n;
}

/* A character that cannot stand here. */
static size_t
bad(struct lex *lex, const char *p, size_t left, struct token *t)
{
	unsigned char c = (unsigned char)*p;

	t->kind = TOK_BAD;
	if (c == '\\')
		conf_error(lex->conf, lex->rep, t->pos, "expected the end of "
		    "the line behind \"\\\"");
	else if (c >= 0x80)
		conf_error(lex->conf, lex->rep, t->pos, "unexpected character "
		    "(0x%02x) outside of quotes", c);
	else if (c == '\r')
		conf_error(lex->conf, lex->rep, t->pos,
		    "unexpected carriage return within the line");
	else if (c == '"' || c == '\'')
		conf_error(lex->conf, lex->rep, t->pos,
		    "expected a blank before this quote");
	else if (c == '$' || lex_wordchar(c))
		conf_error(lex->conf, lex->rep, t->pos,
		    "expected a blank before \"%c\"", c);
	else
		conf_error(lex->conf, lex->rep, t->pos, "unexpected \"%c\" "
		    "outside of quotes", c);
	return left > 0 ? 1 : 0;
}

static struct conf_pos
place(const struct frame *f)
{
	struct conf_pos pos = { .file = f->file, .line = f->line };

	pos.col = (uint32_t)(f->off - f->bol) + 1;
	return pos;
}

/* How much at this place is as good as a blank, line ends aside. */
static size_t
blank(const struct frame *f)
{
	const char *p = f->text + f->off;
	size_t left = f->len - f->off;

	if (left >= 1 && (*p == ' ' || *p == '\t' || *p == '\f'))
		return 1;
	if (*p == '\r' && (left == 1 || p[1] == '\n'))
		return 1;
	if (*p == '\\' && left >= 2 && p[1] == '\n')
		return 2;
	if (*p == '\\' && left >= 3 && p[1] == '\r' && p[2] == '\n')
		return 3;
	return 0;
}

/* Blanks, continued lines, and a comment, which may be continued too. */
static void
skip_blanks(struct frame *f)
{
	bool comment = false;
	size_t n;

	while (f->off < f->len && f->text[f->off] != '\n') {
		if ((n = blank(f)) == 0) {
			if (!comment && f->text[f->off] != '#')
				return;
			comment = true;
			n = 1;
		}
		advance(f, n);
	}
}

/* Over n octets, of which the last may end a line. */
static void
advance(struct frame *f, size_t n)
{
	f->off += n;
	if (f->text[f->off - 1] == '\n') {
		f->line++;
		f->bol = f->off;
	}
}

static bool
open_file(struct lex *lex, struct frame *f, const char *path)
{
	struct stat st;
	size_t i;

	f->open = false;
	if (conf_file_read(lex->conf, lex->rep, path, f->at, &f->file,
	    &st) == -1)
		return false;
	for (i = 0; i + 1 < lex->nframes; i++)
		if (lex->frames[i].dev == st.st_dev &&
		    lex->frames[i].ino == st.st_ino) {
			conf_error(lex->conf, lex->rep, f->at,
			    "\"%s\" includes itself", path);
			return false;
		}
	f->open = true;
	f->dev = st.st_dev;
	f->ino = st.st_ino;
	f->text = lex->conf->files[f->file].text;
	f->len = lex->conf->files[f->file].len;
	f->line = 1;
	f->off = f->bol = 0;
	if (f->len >= 3 && memcmp(f->text, "\xef\xbb\xbf", 3) == 0)
		f->off = f->bol = 3;
	return true;
}

/* On to the next file of this include, or back to where it was. */
static bool
next_file(struct lex *lex)
{
	struct frame *f = &lex->frames[lex->nframes - 1];

	while (f->globbed && f->next < f->glob.gl_pathc)
		if (open_file(lex, f, f->glob.gl_pathv[f->next++]))
			return true;
	if (lex->nframes == 1) {
		f->open = false;
		return false;
	}
	if (f->globbed)
		globfree(&f->glob);
	memset(f, 0, sizeof(*f));
	lex->nframes--;
	return true;
}

/* A directory that is not there has no files; one we cannot read might. */
static int
glob_error(const char *path, int error)
{
	return error != ENOENT && error != ENOTDIR;
}

void
lex_include(struct lex *lex, const struct token *pattern)
{
	struct frame *f;
	bool magic = strpbrk(pattern->text, "*?[") != NULL;

	if (lex->nframes == LEX_DEPTH_MAX) {
		conf_error(lex->conf, lex->rep, pattern->pos,
		    "files are included more than %d deep", LEX_DEPTH_MAX - 1);
		return;
	}
	f = &lex->frames[lex->nframes];
	memset(f, 0, sizeof(*f));
	f->at = pattern->pos;
	switch (glob(pattern->text, magic ? 0 : GLOB_NOCHECK | GLOB_NOESCAPE,
	    glob_error, &f->glob)) {
	case 0:
		f->globbed = true;
		lex->nframes++;
		break;
	case GLOB_NOMATCH:
		globfree(&f->glob);
		break;
	case GLOB_NOSPACE:
		fatalx("glob: out of memory");
	default:
		globfree(&f->glob);
		conf_error(lex->conf, lex->rep, pattern->pos,
		    "cannot read the directory of \"%s\"", pattern->text);
		break;
	}
}

void
lex_macro(struct lex *lex, const char *name, const char *value)
{
	macro_set(&lex->macros, name, value);
}
