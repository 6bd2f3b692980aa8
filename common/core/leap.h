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
 * Leap seconds: tzdata's table, the sources' votes, and the schedule.
 */

#ifndef LEAP_H
#define LEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LEAP_TABLE_MAX	64

/* As packets carry it (RFC 5905 7.3). */
enum leap_indicator {
	LEAP_NONE = 0,
	LEAP_INSERT = 1,	/* the last minute has 61 seconds */
	LEAP_DELETE = 2,	/* the last minute has 59 seconds */
	LEAP_ALARM = 3		/* unsynchronised */
};

struct leap_entry {
	int64_t		 at;	/* Unix time of the first second after it */
	int32_t		 tai;	/* TAI - UTC from then on, s */
};

struct leap_table {
	struct leap_entry entry[LEAP_TABLE_MAX];
	uint32_t	 n;	/* 0: no table */
	int64_t		 expires;	/* Unix time */
};

enum leap_parse {
	LEAP_PARSE_OK,
	LEAP_PARSE_SYNTAX,	/* not numbers, or not the first of a month */
	LEAP_PARSE_ORDER,	/* not ascending, or a jump other than 1 s */
	LEAP_PARSE_TOOMANY,
	LEAP_PARSE_EMPTY	/* no entry, or no date of expiry */
};

/*
 * Parse the text of leap-seconds.list (NTP seconds, TAI offsets, #@).  *line
 * is the line of an error.  With an error the table is empty.  The file's
 * hash is not looked at: it guards against accidents, not against hands.
 */
enum leap_parse	 leap_parse(struct leap_table *, const char *, size_t,
		    unsigned int *)
		    __attribute__((__warn_unused_result__));

/*
 * What the clock should announce now (Unix s): LEAP_INSERT or LEAP_DELETE
 * from 24 h before the leap (last day of the month only, RFC 8633 3.7),
 * else LEAP_NONE.  *at is the Unix time of the second after the leap, or 0.
 * An expired or empty table answers -1: ask the sources.
 */
int		 leap_table_now(const struct leap_table *, int64_t, int64_t *);

/* TAI - UTC at a Unix time, or 0 when the table does not know. */
int		 leap_table_tai(const struct leap_table *, int64_t);

/*
 * Is it (Unix s) the last day of June or December, the only ones on which
 * there ever was a leap second?
 */
bool		 leap_day(int64_t);

/*
 * The sources' vote: more than half of n announcements, and only on the
 * last day of June or December.  *at as above.
 */
enum leap_indicator leap_vote(const uint8_t *, size_t, int64_t, int64_t *);

#endif /* LEAP_H */
