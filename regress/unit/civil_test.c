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
 * civil: dates that everybody knows, what a month ends with, and each day
 * of some centuries against a calendar that is turned page by page.
 */

#include "test.h"

#include "civil.h"

static void	 test_known(void);
static void	 test_moments(void);
static void	 test_carry(void);
static void	 test_every_day(void);

int
main(void)
{
	test_known();
	test_moments();
	test_carry();
	test_every_day();
	return test_done("civil");
}

static void
test_known(void)
{
	static const struct {
		const char	*what;
		int64_t		 year;
		int		 month, day;
		int64_t		 days;
		int		 length;	/* of the month */
	} t[] = {
		{ "the Unix epoch", 1970, 1, 1, 0, 31 },
		{ "the day before", 1969, 12, 31, -1, 31 },
		{ "NTP's epoch", 1900, 1, 1, -25567, 31 },
		{ "1900 had no leap day", 1900, 2, 28, -25509, 28 },
		{ "the day after", 1900, 3, 1, -25508, 31 },
		{ "the day 0 of the MJD", 1858, 11, 17, -40587, 30 },
		{ "UTC as it is now", 1972, 1, 1, 730, 31 },
		{ "a leap year", 1972, 2, 29, 789, 29 },
		{ "2000 had a leap day", 2000, 2, 29, 11016, 29 },
		{ "the day after that", 2000, 3, 1, 11017, 31 },
		{ "the last of a leap year", 2000, 12, 31, 11322, 31 },
		{ "a leap second", 2016, 12, 31, 17166, 31 },
		{ "NTP's second era", 2036, 2, 7, 24143, 29 },
		{ "the end of 32 bits", 2038, 1, 19, 24855, 31 },
		{ "2100 has no leap day", 2100, 2, 28, 47540, 28 },
		{ "the day after in 2100", 2100, 3, 1, 47541, 31 },
		{ "2400 has one", 2400, 2, 29, 157113, 29 },
		{ "the last of four digits", 9999, 12, 31, 2932896, 31 },
		{ "the calendar's first day", 1582, 10, 15, -141427, 31 },
		{ "the day before, by its rules", 1582, 10, 14, -141428, 31 },
		{ "year 1", 1, 1, 1, -719162, 31 },
		{ "year 0, a leap year", 0, 2, 29, -719469, 29 },
		{ "and its March", 0, 3, 1, -719468, 31 },
		{ "year -1", -1, 12, 31, -719529, 31 },
		{ "the Julian day 0", -4713, 11, 24, -2440588, 30 },
	};
	struct civil	 d;
	size_t		 i;

	for (i = 0; i < nitems(t); i++) {
		CHECK_INT(t[i].what, civil_days(t[i].year, t[i].month,
		    t[i].day), t[i].days);
		d = civil_date(t[i].days);
		CHECK_INT(t[i].what, d.year, t[i].year);
		CHECK_INT(t[i].what, d.month, t[i].month);
		CHECK_INT(t[i].what, d.day, t[i].day);
		CHECK_INT(t[i].what, civil_month(t[i].year, t[i].month),
		    t[i].length);
	}
}

static void
test_moments(void)
{
	static const struct {
		const char	*what;
		int64_t		 sec;
		int64_t		 day;
	} t[] = {
		{ "the first second", 0, 0 },
		{ "the last of the day", 86399, 0 },
		{ "the next day", 86400, 1 },
		{ "the last second before", -1, -1 },
		{ "midnight before", -86400, -1 },
		{ "a second before that", -86401, -2 },
		{ "NTP's epoch", -INT64_C(2208988800), -25567 },
		{ "the last there is", INT64_MAX, INT64_C(106751991167300) },
		{ "the first there is", INT64_MIN,
		    -INT64_C(106751991167301) },
	};
	struct civil	 d;
	size_t		 i;

	for (i = 0; i < nitems(t); i++) {
		CHECK_INT(t[i].what, civil_day(t[i].sec), t[i].day);
		d = civil_date(t[i].day);
		CHECK_INT(t[i].what, civil_days(d.year, d.month, d.day),
		    t[i].day);
	}
}

/* Days that no month has. */
static void
test_carry(void)
{
	CHECK_INT("the last of February", civil_days(2000, 3, 0),
	    civil_days(2000, 2, 29));
	CHECK_INT("30 February", civil_days(2001, 2, 30),
	    civil_days(2001, 3, 2));
	CHECK_INT("the day 366", civil_days(2001, 1, 366),
	    civil_days(2002, 1, 1));
}

/* From year -1200 to 2800: no day is left out, none comes twice. */
static void
test_every_day(void)
{
	static const int	 length[] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
	};
	struct civil	 d;
	int64_t		 day = civil_days(-1200, 1, 1), year;
	int		 month, n, last, there = 0, back = 0, months = 0;

	for (year = -1200; year < 2800; year++) {
		for (month = 1; month <= 12; month++) {
			last = length[month - 1] + (month == 2 &&
			    year % 4 == 0 &&
			    (year % 100 != 0 || year % 400 == 0));
			months += civil_month(year, month) != last;
			for (n = 1; n <= last; n++, day++) {
				d = civil_date(day);
				there += civil_days(year, month, n) != day;
				back += d.year != year || d.month != month ||
				    d.day != n;
			}
		}
	}
	CHECK_INT("dates of another day", there, 0);
	CHECK_INT("days of another date", back, 0);
	CHECK_INT("months of another length", months, 0);
	CHECK_INT("4000 years, ten eras", day - civil_days(-1200, 1, 1),
	    10 * 146097);
}
