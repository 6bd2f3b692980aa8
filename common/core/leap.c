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
 * Leap seconds: tzdata's table, votes and dates.  Pure: the text of the
 * table is an argument, and so is the time.
 */

#include <stdbool.h>
#include <string.h>

#include "civil.h"
#include "leap.h"
#include "ntptime.h"

#define DAY		86400
#define NUMBER_MAX	1000000000000LL	/* 30000 years of seconds */
#define TAI_MAX		1000		/* s; 37 in 2017 */

struct cursor {
	const char	*p;
	const char	*end;
};

static enum leap_parse	 parse_line(struct leap_table *, struct cursor);
static enum leap_parse	 add_entry(struct leap_table *, int64_t, int64_t);
static void		 skip_blanks(struct cursor *);
static bool		 get_number(struct cursor *, int64_t *);
static bool		 at_end(const struct cursor *);

enum leap_parse
leap_parse(struct leap_table *table, const char *text, size_t size,
    unsigned int *line)
{
	struct leap_table t;
	struct cursor c;
	const char *end = text + size, *p;
	enum leap_parse res;

	memset(table, 0, sizeof(*table));
	memset(&t, 0, sizeof(t));
	*line = 0;
	for (p = text; p < end; p = c.end + 1) {
		(*line)++;
		c.p = p;
		if ((c.end = memchr(p, '\n', (size_t)(end - p))) == NULL)
			c.end = end;
		if ((res = parse_line(&t, c)) != LEAP_PARSE_OK)
			return res;
	}
	if (t.n == 0 || t.expires == 0)
		return LEAP_PARSE_EMPTY;
	*table = t;
	return LEAP_PARSE_OK;
}

int
leap_table_now(const struct leap_table *t, int64_t now, int64_t *at)
{
	uint32_t i;

	*at = 0;
	if (t->n == 0 || now >= t->expires)
		return -1;
	/* the first entry says what held before there were leap seconds */
	for (i = 1; i < t->n; i++)
		if (now < t->entry[i].at && now >= t->entry[i].at - DAY) {
			*at = t->entry[i].at;
			return t->entry[i].tai > t->entry[i - 1].tai ?
			    LEAP_INSERT : LEAP_DELETE;
		}
	return LEAP_NONE;
}

int
leap_table_tai(const struct leap_table *t, int64_t now)
{
	uint32_t i;

	if (now >= t->expires)
		return 0;
	for (i = t->n; i > 0; i--)
		if (now >= t->entry[i - 1].at)
			return t->entry[i - 1].tai;
	return 0;
}

bool
leap_day(int64_t now)
{
	struct civil d = civil_date(civil_day(now));

	return (d.month == 6 && d.day == 30) || (d.month == 12 && d.day == 31);
}

enum leap_indicator
leap_vote(const uint8_t *votes, size_t n, int64_t now, int64_t *at)
{
	size_t	 insert = 0, delete = 0, i;

	*at = 0;
	if (!leap_day(now))
		return LEAP_NONE;
	for (i = 0; i < n; i++) {
		if (votes[i] == LEAP_INSERT)
			insert++;
		else if (votes[i] == LEAP_DELETE)
			delete++;
	}
	if (insert <= n / 2 && delete <= n / 2)
		return LEAP_NONE;
	*at = (civil_day(now) + 1) * DAY;
	return insert > n / 2 ? LEAP_INSERT : LEAP_DELETE;
}

/*
 * "#@ SECONDS" is the day of expiry, any other "#" a comment, and
 * "SECONDS OFFSET # comment" an entry.  Seconds are NTP's, since 1900; they
 * are not cut to 32 bits here.
 */
static enum leap_parse
parse_line(struct leap_table *t, struct cursor c)
{
	int64_t	 ntp, tai;

	if (c.end - c.p >= 2 && c.p[0] == '#' && c.p[1] == '@') {
		c.p += 2;
		skip_blanks(&c);
		if (!get_number(&c, &ntp) || !at_end(&c))
			return LEAP_PARSE_SYNTAX;
		t->expires = ntp - (int64_t)NTP_UNIX_OFFSET;
		return LEAP_PARSE_OK;
	}
	if (at_end(&c))
		return LEAP_PARSE_OK;
	skip_blanks(&c);
	if (!get_number(&c, &ntp))
		return LEAP_PARSE_SYNTAX;
	skip_blanks(&c);
	if (!get_number(&c, &tai) || !at_end(&c) || tai > TAI_MAX)
		return LEAP_PARSE_SYNTAX;
	return add_entry(t, ntp - (int64_t)NTP_UNIX_OFFSET, tai);
}

/*
 * A leap second ends a month (ITU-R TF.460): anything else is not a table
 * of leap seconds.
 */
static enum leap_parse
add_entry(struct leap_table *t, int64_t at, int64_t tai)
{
	const struct leap_entry *last;

	if (at % DAY != 0 || civil_date(civil_day(at)).day != 1)
		return LEAP_PARSE_SYNTAX;
	if (t->n > 0) {
		last = &t->entry[t->n - 1];
		if (at <= last->at || (tai != last->tai + 1 &&
		    tai != last->tai - 1))
			return LEAP_PARSE_ORDER;
	}
	if (t->n == LEAP_TABLE_MAX)
		return LEAP_PARSE_TOOMANY;
	t->entry[t->n].at = at;
	t->entry[t->n].tai = (int32_t)tai;
	t->n++;
	return LEAP_PARSE_OK;
}

static void
skip_blanks(struct cursor *c)
{
	while (c->p < c->end && (*c->p == ' ' || *c->p == '\t' ||
	    *c->p == '\r'))
		c->p++;
}

/* Decimal digits, and behind them a blank, a comment or the end. */
static bool
get_number(struct cursor *c, int64_t *v)
{
	const char *first = c->p;

	for (*v = 0; c->p < c->end && *c->p >= '0' && *c->p <= '9'; c->p++) {
		*v = *v * 10 + (*c->p - '0');
		if (*v > NUMBER_MAX)
			return false;
	}
	return c->p > first && (c->p == c->end || *c->p == ' ' ||
	    *c->p == '\t' || *c->p == '\r' || *c->p == '#');
}

/* Nothing but blanks and a comment follow. */
static bool
at_end(const struct cursor *c)
{
	struct cursor rest = *c;

	skip_blanks(&rest);
	return rest.p == rest.end || *rest.p == '#';
}
