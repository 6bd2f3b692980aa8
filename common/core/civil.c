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
 * Dates to days and back.  Pure.
 *
 * Years are counted from March, so that the leap day is the last of one and
 * months have their lengths in an order that a line goes through: from 1
 * March to the first of the month m months later there are
 * floor((153 m + 2) / 5) days (after Zeller, Acta Mathematica 9, 1887).
 * The calendar repeats itself after 400 years, an era, whose days are
 * counted without a sign.
 */

#include "civil.h"

#define DAY		86400
#define ERA		400	/* years */
#define ERA_DAYS	146097	/* in them */
#define MARCH_0		(-719468) /* 0000-03-01, days since 1970 */

/* a / b, rounded towards the past. */
static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* From the beginning of an era to that of its year y, 0..400. */
static int64_t
year_days(int64_t y)
{
	return 365 * y + y / 4 - y / 100 + y / 400;
}

/* From 1 March to the first of the month that is m later, 0..11. */
static int
month_days(int m)
{
	return (153 * m + 2) / 5;
}

int64_t
civil_day(int64_t unixtime)
{
	return floor_div(unixtime, DAY);
}

struct civil
civil_date(int64_t days)
{
	struct civil	 d;
	int64_t		 era, rest, y;
	int		 m;

	era = floor_div(days - MARCH_0, ERA_DAYS);
	rest = days - MARCH_0 - era * ERA_DAYS;
	/* leap days make the guess too late, by less than a year */
	y = rest / 365;
	if (year_days(y) > rest)
		y--;
	rest -= year_days(y);
	m = (int)(5 * rest + 2) / 153;
	d.year = era * ERA + y + (m >= 10);
	d.month = m < 10 ? m + 3 : m - 9;
	d.day = (int)rest - month_days(m) + 1;
	return d;
}

int64_t
civil_days(int64_t year, int month, int day)
{
	int64_t	 era;

	year -= month < 3;
	era = floor_div(year, ERA);
	return MARCH_0 + era * ERA_DAYS + year_days(year - era * ERA) +
	    month_days((month + 9) % 12) + day - 1;
}

int
civil_month(int64_t year, int month)
{
	return (int)(civil_days(year + month / 12, month % 12 + 1, 1) -
	    civil_days(year, month, 1));
}
