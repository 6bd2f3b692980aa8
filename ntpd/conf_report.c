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
 * Messages about the configuration file: where, what, the line itself and
 * a caret; and the word that was probably meant.  Parent only.  What is
 * shown comes from a file anybody may have written, so nothing but
 * printable text goes out.
 */

#include <sys/types.h>

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "conf.h"
#include "conf_lex.h"

#define SHOW_INDENT	"    "
#define SHOW_WIDTH	96	/* octets of a long line that are shown */
#define SHOW_BEFORE	48	/* of them before the caret */
#define NEAR_WORD_MAX	24

/* The part of a source line that is shown. */
struct window {
	const char	*line;
	size_t		 from;		/* first octet shown */
	size_t		 to;		/* behind the last */
	size_t		 col;		/* where the caret is, from 0 */
	size_t		 len;		/* of what is underlined */
};

static void	 report(const struct conf *, struct conf_report *,
		    struct conf_pos, const char *, const char *, va_list)
		    __attribute__((__format__(printf, 5, 0)));
static void	 show(const struct conf_file *, struct conf_report *,
		    struct conf_pos);
static bool	 find(const struct conf_file *, struct conf_pos,
		    struct window *);
static size_t	 token_len(const char *, size_t);
static size_t	 character(const char *, size_t);
static void	 clean(char *);
static void	 emit(struct conf_report *, const char *);

void
conf_error(const struct conf *conf, struct conf_report *rep,
    struct conf_pos pos, const char *fmt, ...)
{
	va_list ap;

	rep->errors++;
	if (rep->errors == CONF_ERRORS_MAX + 1)
		emit(rep, "too many errors, the rest is not shown");
	if (rep->errors > CONF_ERRORS_MAX)
		return;
	va_start(ap, fmt);
	report(conf, rep, pos, "", fmt, ap);
	va_end(ap);
}

void
conf_warn(const struct conf *conf, struct conf_report *rep,
    struct conf_pos pos, const char *fmt, ...)
{
	va_list ap;

	rep->warnings++;
	if (rep->warnings > CONF_ERRORS_MAX)
		return;
	va_start(ap, fmt);
	report(conf, rep, pos, "warning: ", fmt, ap);
	va_end(ap);
}

const char *
conf_place(const struct conf *conf, struct conf_pos pos,
    char buf[CONF_PLACE_MAX])
{
	const char *name = "-";

	if (pos.file < conf->nfiles)
		name = conf->files[pos.file].name;
	(void)snprintf(buf, CONF_PLACE_MAX, "%s:%u", name, pos.line);
	return buf;
}

static void
report(const struct conf *conf, struct conf_report *rep, struct conf_pos pos,
    const char *kind, const char *fmt, va_list ap)
{
	char text[LEX_TEXT_MAX + 256], line[LEX_TEXT_MAX + CONF_PATH_MAX + 512];
	const char *name = "-";

	(void)vsnprintf(text, sizeof(text), fmt, ap);
	if (pos.file < conf->nfiles)
		name = conf->files[pos.file].name;
	if (pos.line == 0) {
		(void)snprintf(line, sizeof(line), "%.*s: %s%s", CONF_PATH_MAX,
		    name, kind, text);
		clean(line);
		emit(rep, line);
		return;
	}
	(void)snprintf(line, sizeof(line), "%.*s:%u:%u: %s%s", CONF_PATH_MAX,
	    name, pos.line, pos.col, kind, text);
	clean(line);
	emit(rep, line);
	if (pos.file < conf->nfiles)
		show(&conf->files[pos.file], rep, pos);
}

static void
emit(struct conf_report *rep, const char *line)
{
	if (rep->line != NULL)
		rep->line(rep->arg, line);
}

/*
 * Print the line and the caret.  The caret's line has a tab where the
 * source has one, so that they stand under each other whatever a tab is.
 */
static void
show(const struct conf_file *f, struct conf_report *rep, struct conf_pos pos)
{
	char src[SHOW_WIDTH + 16], mark[SHOW_WIDTH + 16];
	struct window w;
	size_t i, n, s, m;
	const char *p;

	if (!find(f, pos, &w))
		return;
	s = strlcpy(src, SHOW_INDENT, sizeof(src));
	m = strlcpy(mark, SHOW_INDENT, sizeof(mark));
	if (w.from > 0) {
		s = strlcat(src, "...", sizeof(src));
		m = strlcat(mark, "   ", sizeof(mark));
	}
	for (i = w.from; i < w.to; i += n) {
		p = w.line + i;
		if ((n = character(p, w.to - i)) > 0) {
			memcpy(src + s, p, n);
			s += n;
		} else {
			n = 1;
			src[s++] = *p == '\t' ? '\t' : '?';
		}
		if (i == w.col)
			mark[m++] = '^';
		else if (i > w.col && i < w.col + w.len)
			mark[m++] = '~';
		else if (i < w.col)
			mark[m++] = *p == '\t' ? '\t' : ' ';
	}
	if (w.col >= w.to)
		mark[m++] = '^';	/* something is missing at the end */
	src[s] = mark[m] = '\0';
	if (w.line[w.to] != '\0' && w.line[w.to] != '\n' &&
	    w.line[w.to] != '\r')
		(void)strlcat(src, "...", sizeof(src));
	emit(rep, src);
	emit(rep, mark);
}

/* The line of a position, and which part of it to show. */
static bool
find(const struct conf_file *f, struct conf_pos pos, struct window *w)
{
	const char *p = f->text, *end = f->text + f->len, *nl;
	uint32_t n;
	size_t len;

	if (f->len >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
		p += 3;
	for (n = 1; n < pos.line; n++) {
		if ((p = memchr(p, '\n', (size_t)(end - p))) == NULL)
			return false;
		p++;
	}
	if ((nl = memchr(p, '\n', (size_t)(end - p))) == NULL)
		nl = end;
	len = (size_t)(nl - p);
	if (len > 0 && p[len - 1] == '\r')
		len--;
	w->line = p;
	w->col = pos.col == 0 ? 0 : pos.col - 1;
	if (w->col > len)
		w->col = len;
	w->len = token_len(p + w->col, len - w->col);
	w->from = 0;
	w->to = len;
	if (len > SHOW_WIDTH) {
		if (w->col > SHOW_BEFORE)
			w->from = w->col - SHOW_BEFORE;
		if (w->to - w->from > SHOW_WIDTH)
			w->to = w->from + SHOW_WIDTH;
		/* do not begin or end within a character */
		while (w->from < w->col && (p[w->from] & 0xc0) == 0x80)
			w->from++;
		while (w->to > w->col + 1 && (p[w->to] & 0xc0) == 0x80)
			w->to--;
	}
	return true;
}

/* How much of the line is the token that begins here. */
static size_t
token_len(const char *p, size_t left)
{
	size_t n = 1;

	if (left == 0)
		return 1;
	if (*p == '"' || *p == '\'') {
		for (; n < left && p[n] != *p; n++)
			if (p[n] == '\\' && n + 1 < left)
				n++;
		return n < left ? n + 1 : left;
	}
	if (*p == '$' || lex_wordchar((unsigned char)*p))
		while (n < left && lex_wordchar((unsigned char)p[n]))
			n++;
	return n;
}

/*
 * How many octets the character at p has, if it is one that a terminal
 * shows and does nothing else with; 0 if not.
 */
static size_t
character(const char *s, size_t left)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t i, n;

	if (p[0] < 0x80)
		return p[0] >= ' ' && p[0] != 0x7f;
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	n = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (n > left || (p[0] == 0xc2 && p[1] < 0xa0))
		return 0;		/* C1 control characters */
	for (i = 1; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return n;
}

static void
clean(char *s)
{
	size_t n, left = strlen(s);

	for (; left > 0; s += n, left -= n)
		if ((n = character(s, left)) == 0) {
			*s = '?';
			n = 1;
		}
}

void
near_init(struct near *n, const char *word)
{
	n->word = word;
	n->best = NULL;
	n->distance = (unsigned int)strlen(word) / 3 + 1;
}

/* Optimal string alignment: insert, delete, replace, swap neighbours. */
static unsigned int
distance(const char *a, size_t alen, const char *b, size_t blen)
{
	unsigned int d[3][NEAR_WORD_MAX + 1], *row, *up, *up2, best;
	size_t i, j;
	int ca, cb;

	for (j = 0; j <= blen; j++)
		d[0][j] = (unsigned int)j;
	for (i = 1; i <= alen; i++) {
		row = d[i % 3];
		up = d[(i + 2) % 3];
		up2 = d[(i + 1) % 3];
		ca = tolower((unsigned char)a[i - 1]);
		row[0] = (unsigned int)i;
		for (j = 1; j <= blen; j++) {
			cb = tolower((unsigned char)b[j - 1]);
			best = up[j - 1] + (ca != cb);
			if (up[j] + 1 < best)
				best = up[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			if (i > 1 && j > 1 && up2[j - 2] + 1 < best &&
			    ca == tolower((unsigned char)b[j - 2]) &&
			    cb == tolower((unsigned char)a[i - 2]))
				best = up2[j - 2] + 1;
			row[j] = best;
		}
	}
	return d[alen % 3][blen];
}

void
near_try(struct near *n, const char *name)
{
	size_t wlen = strlen(n->word), nlen = strlen(name);
	unsigned int d;

	if (wlen < 2 || wlen > NEAR_WORD_MAX || nlen > NEAR_WORD_MAX)
		return;
	if ((d = distance(n->word, wlen, name, nlen)) < n->distance) {
		n->distance = d;
		n->best = name;
	}
}

const char *
near_text(const struct near *n, char buf[NEAR_TEXT_MAX])
{
	buf[0] = '\0';
	if (n->best != NULL)
		(void)snprintf(buf, NEAR_TEXT_MAX, ", did you mean \"%s\"?",
		    n->best);
	return buf;
}
