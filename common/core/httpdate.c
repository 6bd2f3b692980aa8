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
 * The Date of an HTTP response.  Pure.
 *
 * Whoever sent it was authenticated by TLS and may still be hostile, so
 * the grammar is taken strictly, but for the line end of a single LF (RFC
 * 9112 2.2) and lines that continue a field (5.2): servers configured with
 * a long value over several lines send it so.  The two obsolete forms of a
 * date are none: HTTP/1.1 forbids to send them, and one has no century.
 */

#include <stdbool.h>
#include <string.h>

#include "civil.h"
#include "httpdate.h"

#define FIXDATE_LEN	29
#define YEAR_MIN	1970
#define YEAR_MAX	2199
#define DAY		86400

struct line {
	const char	*s;
	size_t		 len;		/* without its end */
};

/* What the fields of one header said. */
struct fields {
	size_t		 dates;
	struct line	 date;
	enum { NONE, DATE, AGE, OTHER } last;	/* to be continued */
	int64_t		 age;		/* s */
};

static bool	 next_line(const char **, size_t *, struct line *);
static int	 status(const struct line *);
static int	 field(const struct line *, struct fields *);
static int	 continued(const struct line *, struct fields *);
static struct line trim(const char *, size_t);
static bool	 prefix(const char *, size_t);
static bool	 named(const struct line *, size_t, const char *);
static enum httpdate_verdict judge(const struct fields *, int64_t *);
static int	 digits(const char *, size_t);
static int	 word(const char *, const char *, size_t);

static const char *const verdicts[] = {
	[HTTPDATE_OK] =		"",
	[HTTPDATE_MORE] =	"the answer ended within its header",
	[HTTPDATE_STATUS] =	"the answer is not HTTP/1",
	[HTTPDATE_FIELD] =	"the answer has a malformed header",
	[HTTPDATE_LONG] =	"the answer's header is too long",
	[HTTPDATE_NONE] =	"the answer has no date",
	[HTTPDATE_TWICE] =	"the answer has more than one date",
	[HTTPDATE_DATE] =	"the answer's date is malformed",
	[HTTPDATE_CACHED] =	"the answer is an old one out of a cache"
};
_Static_assert(sizeof(verdicts) / sizeof(verdicts[0]) == HTTPDATE__MAX,
    "a text for every verdict");

const char *
httpdate_str(enum httpdate_verdict v)
{
	return (unsigned int)v < HTTPDATE__MAX ? verdicts[v] : "?";
}

enum httpdate_verdict
httpdate_parse(const char *buf, size_t len, int64_t *date)
{
	struct fields	 f = { 0 };
	struct line	 l;
	size_t		 all = len;
	int		 code = 0;

	if (!prefix(buf, len))
		return HTTPDATE_STATUS;
	while (next_line(&buf, &len, &l)) {
		if (code == 0) {
			if ((code = status(&l)) == -1)
				return HTTPDATE_STATUS;
		} else if (l.len > 0) {
			if (field(&l, &f) == -1)
				return HTTPDATE_FIELD;
		} else if (code >= 200)
			return judge(&f, date);
		else {
			/* an interim response: another one follows */
			code = 0;
			memset(&f, 0, sizeof(f));
			if (!prefix(buf, len))
				return HTTPDATE_STATUS;
		}
	}
	return all < HTTPDATE_MAX ? HTTPDATE_MORE : HTTPDATE_LONG;
}

/* A whole line off the front of what is there. */
static bool
next_line(const char **buf, size_t *len, struct line *l)
{
	const char	*end = NULL;

	if (*len > 0)
		end = memchr(*buf, '\n', *len);
	if (end == NULL)
		return false;
	l->s = *buf;
	l->len = (size_t)(end - *buf);
	*buf = end + 1;
	*len -= l->len + 1;
	if (l->len > 0 && l->s[l->len - 1] == '\r')
		l->len--;
	return true;
}

/* As much as there is of it: garbage is not waited for. */
static bool
prefix(const char *s, size_t len)
{
	static const char	 http[] = "HTTP/1.";
	size_t			 n = sizeof(http) - 1;

	return len == 0 || memcmp(s, http, len < n ? len : n) == 0;
}

/* "HTTP/1.1 301 Moved" (RFC 9112 4): the code, or -1. */
static int
status(const struct line *l)
{
	int	 code;

	if (l->len < 12 || !prefix(l->s, l->len) || digits(l->s + 7, 1) < 0 ||
	    l->s[8] != ' ' || (l->len > 12 && l->s[12] != ' '))
		return -1;
	code = digits(l->s + 9, 3);
	return code >= 100 ? code : -1;
}

static bool
blank(char c)
{
	return c == ' ' || c == '\t';
}

/* "Name: value" (RFC 9112 5). */
static int
field(const struct line *l, struct fields *f)
{
	const char	*colon = memchr(l->s, ':', l->len);
	struct line	 v;
	size_t		 name, i;

	if (blank(l->s[0]))
		return continued(l, f);
	if (colon == NULL || colon == l->s)
		return -1;
	name = (size_t)(colon - l->s);
	for (i = 0; i < name; i++) {
		if (l->s[i] <= ' ' || l->s[i] >= 0x7f)
			return -1;
	}
	v = trim(colon + 1, l->len - name - 1);
	f->last = OTHER;
	if (named(l, name, "date")) {
		f->last = DATE;
		f->dates++;
		f->date = v;
	} else if (named(l, name, "age")) {
		f->last = AGE;
		/* what is not a number, or too large for one, is old */
		f->age = v.len > 0 && v.len < 10 ? digits(v.s, v.len) : -1;
		if (f->age < 0)
			f->age = INT64_MAX;
	}
	return 0;
}

/* A date that is torn in two stays so, with its line end, and is none. */
static int
continued(const struct line *l, struct fields *f)
{
	struct line	 v = trim(l->s, l->len);

	if (f->last == NONE)
		return -1;
	if (v.len == 0)
		return 0;
	if (f->last == AGE)
		f->age = INT64_MAX;
	else if (f->last == DATE && f->date.len == 0)
		f->date = v;
	else if (f->last == DATE)
		f->date.len = (size_t)(v.s + v.len - f->date.s);
	return 0;
}

static struct line
trim(const char *s, size_t len)
{
	struct line	 v = { s, len };

	while (v.len > 0 && blank(v.s[0])) {
		v.s++;
		v.len--;
	}
	while (v.len > 0 && blank(v.s[v.len - 1]))
		v.len--;
	return v;
}

static bool
named(const struct line *l, size_t len, const char *name)
{
	size_t	 i;
	char	 c;

	for (i = 0; i < len && name[i] != '\0'; i++) {
		c = l->s[i];
		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (c != name[i])
			return false;
	}
	return i == len && name[i] == '\0';
}

static enum httpdate_verdict
judge(const struct fields *f, int64_t *date)
{
	if (f->dates == 0)
		return HTTPDATE_NONE;
	if (f->dates > 1)
		return HTTPDATE_TWICE;
	/*
	 * The Date of an answer out of a cache may be that of its making
	 * or that of its sending: caches differ, so it is no use.
	 */
	if (f->age > HTTPDATE_AGE)
		return HTTPDATE_CACHED;
	if (httpdate_fixdate(f->date.s, f->date.len, date) == -1)
		return HTTPDATE_DATE;
	return HTTPDATE_OK;
}

int
httpdate_fixdate(const char *s, size_t len, int64_t *date)
{
	static const char	 shape[] = "---, ## --- #### ##:##:## GMT";
	static const char	 weekdays[] = "ThuFriSatSunMonTueWed";
	static const char	 months[] =
	    "JanFebMarAprMayJunJulAugSepOctNovDec";
	int			 year, month, day, hour, min, sec;
	int64_t			 n;
	size_t			 i;

	if (len != FIXDATE_LEN)
		return -1;
	for (i = 0; i < len; i++) {
		if (shape[i] == '#' ? digits(s + i, 1) < 0 :
		    shape[i] != '-' && s[i] != shape[i])
			return -1;
	}
	day = digits(s + 5, 2);
	month = 1 + word(s + 8, months, 12);
	year = digits(s + 12, 4);
	hour = digits(s + 17, 2);
	min = digits(s + 20, 2);
	sec = digits(s + 23, 2);
	if (month < 1 || year < YEAR_MIN || year > YEAR_MAX || day < 1 ||
	    day > civil_month(year, month) || hour > 23 || min > 59 ||
	    sec > 60)
		return -1;
	n = civil_days(year, month, day);	/* day 0 is a Thursday */
	if (word(s, weekdays, 7) != (int)(n % 7))
		return -1;
	*date = n * DAY + hour * 3600 + min * 60 + sec;
	return 0;
}

/* At most 9 of them, or -1. */
static int
digits(const char *s, size_t n)
{
	int	 v = 0;

	while (n-- > 0) {
		if (*s < '0' || *s > '9')
			return -1;
		v = v * 10 + *s++ - '0';
	}
	return v;
}

/* Which of n words of three letters is it?  Capitals count. */
static int
word(const char *s, const char *words, size_t n)
{
	size_t	 i;

	for (i = 0; i < n; i++) {
		if (memcmp(s, words + 3 * i, 3) == 0)
			return (int)i;
	}
	return -1;
}
