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
 * Dates of the Gregorian calendar and days since 1970-01-01.
 *
 * The calendar is proleptic: its rules hold for all years, before 1582 too
 * (ISO 8601).  Year 0 is the one before year 1.  Moments are UTC's as POSIX
 * counts it, with 86400 seconds in each day.
 */

#ifndef CIVIL_H
#define CIVIL_H

#include <stdint.h>

struct civil {
	int64_t		 year;
	int		 month;		/* 1..12 */
	int		 day;		/* 1..31 */
};

/* The day of a moment (s since 1970), rounded towards the past. */
int64_t		 civil_day(int64_t);

/*
 * The date of a day; of any that a moment in an int64_t can have, which is
 * within 1.1e14.
 */
struct civil	 civil_date(int64_t);

/*
 * The day of year, month (1..12) and day of the month.  The latter may be
 * any number: 0 is the day before the first.  Within the same years.
 */
int64_t		 civil_days(int64_t, int, int);

/* How many days a month (1..12) of a year has. */
int		 civil_month(int64_t, int);

#endif /* CIVIL_H */
