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
 * leap: the table's text, what is announced when, and the vote.
 */

#include "test.h"

#include <stdlib.h>
#include <time.h>

#include "leap.h"

#define NTP0	2208988800LL
#define JAN2017	1483228800LL		/* the leap second of 2016 is over */
#define JUL2030	1909094400LL		/* not in any table yet */
#define DAY	86400

static void	 test_errors(void);
static void	 test_toomany(void);
static void	 test_table(void);
static void	 test_now(void);
static void	 test_vote(void);
static void	 test_dates(void);
static void	 test_hammer(void);
static int64_t	 when(int, int, int);

/* The real table's beginning and end, and leap seconds that never were. */
static const char text[] =
    "#\tATOMIC TIME\n"
    "#$\t 3945196800\n"
    "#@\t4133980800\n"			/* 2031-01-01 */
    "2272060800\t10\t# 1 Jan 1972\n"
    "\n"
    "2287785600 11 # 1 Jul 1972\r\n"
    "  3692217600      12      # 1 Jan 2017\n"
    "4102444800 11 # 1 Jan 2030, one less\n"
    "4118083200 12#1 Jul 2030\n"
    "#h\t49db2447 571e5e1b 2f002a53 9c8da8e4 39b8e49e";

int
main(void)
{
	test_errors();
	test_toomany();
	test_table();
	test_now();
	test_vote();
	test_dates();
	test_hammer();
	return test_done("leap");
}

static void
test_errors(void)
{
	static const struct {
		const char	*what, *text;
		enum leap_parse	 res;
		unsigned int	 line;
	} tests[] = {
		{ "whole", text, LEAP_PARSE_OK, 10 },
		{ "nothing", "", LEAP_PARSE_EMPTY, 0 },
		{ "comments", "# a\n# b\n\n", LEAP_PARSE_EMPTY, 3 },
		{ "no expiry", "2272060800 10\n", LEAP_PARSE_EMPTY, 1 },
		{ "no entry", "#@ 4133980800\n", LEAP_PARSE_EMPTY, 1 },
		{ "least", "#@ 4133980800\n2272060800 10", LEAP_PARSE_OK, 2 },
		{ "a word", "#\nleap\n", LEAP_PARSE_SYNTAX, 2 },
		{ "no offset", "2272060800\n", LEAP_PARSE_SYNTAX, 1 },
		{ "no offset but a comment", "2272060800 # 10\n",
		    LEAP_PARSE_SYNTAX, 1 },
		{ "three numbers", "2272060800 10 11\n", LEAP_PARSE_SYNTAX,
		    1 },
		{ "a letter in the seconds", "22720608o0 10\n",
		    LEAP_PARSE_SYNTAX, 1 },
		{ "a letter behind the offset", "2272060800 10s\n",
		    LEAP_PARSE_SYNTAX, 1 },
		{ "a sign", "2272060800 -10\n", LEAP_PARSE_SYNTAX, 1 },
		{ "a fraction", "2272060800.5 10\n", LEAP_PARSE_SYNTAX, 1 },
		{ "seconds too large",
		    "99999999999999999999999999999 10\n",
		    LEAP_PARSE_SYNTAX, 1 },
		{ "offset too large", "2272060800 1001\n",
		    LEAP_PARSE_SYNTAX, 1 },
		{ "not at midnight", "2272060801 10\n", LEAP_PARSE_SYNTAX,
		    1 },
		{ "not the first of a month", "2272147200 10\n",
		    LEAP_PARSE_SYNTAX, 1 },
		{ "expiry without a number", "#@\n", LEAP_PARSE_SYNTAX, 1 },
		{ "expiry with a word", "#@ soon\n", LEAP_PARSE_SYNTAX, 1 },
		{ "expiry with two", "#@ 1 2\n", LEAP_PARSE_SYNTAX, 1 },
		{ "backwards", "2287785600 10\n2272060800 11\n",
		    LEAP_PARSE_ORDER, 2 },
		{ "twice", "2287785600 10\n2287785600 11\n",
		    LEAP_PARSE_ORDER, 2 },
		{ "no change", "2272060800 10\n2287785600 10\n",
		    LEAP_PARSE_ORDER, 2 },
		{ "two seconds at once", "2272060800 10\n2287785600 12\n",
		    LEAP_PARSE_ORDER, 2 },
	};
	struct leap_table t;
	unsigned int line;
	size_t	 i;

	for (i = 0; i < nitems(tests); i++) {
		memset(&t, 0x5a, sizeof(t));
		CHECK_INT(tests[i].what, leap_parse(&t, tests[i].text,
		    strlen(tests[i].text), &line), tests[i].res);
		CHECK_INT(tests[i].what, line, tests[i].line);
		CHECK_INT(tests[i].what, t.n != 0,
		    tests[i].res == LEAP_PARSE_OK);
	}
	CHECK_INT("a NUL", leap_parse(&t, "\0", 1, &line),
	    LEAP_PARSE_SYNTAX);
}

static void
test_toomany(void)
{
	struct leap_table t;
	char	 buf[65 * 40];
	unsigned int line;
	size_t	 len;
	int	 i;

	len = (size_t)snprintf(buf, sizeof(buf), "#@ 9999999999\n");
	for (i = 0; i < 65; i++) {
		len += (size_t)snprintf(buf + len, sizeof(buf) - len,
		    "%lld %d\n", (long long)(when(1972 + i, 1, 1) + NTP0),
		    10 + i);
		CHECK_INT("entries", leap_parse(&t, buf, len, &line),
		    i < 64 ? LEAP_PARSE_OK : LEAP_PARSE_TOOMANY);
		CHECK_INT("line", line, i + 2);
	}
}

static void
test_table(void)
{
	static const struct {
		const char	*what;
		int64_t		 now;
		int		 tai;
	} tests[] = {
		{ "1970", 0, 0 },
		{ "before the first", 63072000 - 1, 0 },
		{ "the first", 63072000, 10 },
		{ "1999", 940000000, 11 },
		{ "just before 2017", JAN2017 - 1, 11 },
		{ "2017", JAN2017, 12 },
		{ "a second less", 1893456000, 11 },
		{ "the last", JUL2030, 12 },
		{ "before it expires", 4133980800LL - NTP0 - 1, 12 },
		{ "expired", 4133980800LL - NTP0, 0 },
	};
	struct leap_table t;
	unsigned int line;
	size_t	 i;

	CHECK_INT("parse", leap_parse(&t, text, sizeof(text) - 1, &line),
	    LEAP_PARSE_OK);
	CHECK_INT("entries", t.n, 5);
	CHECK_INT("expires", t.expires, 4133980800LL - NTP0);
	for (i = 0; i < nitems(tests); i++)
		CHECK_INT(tests[i].what, leap_table_tai(&t, tests[i].now),
		    tests[i].tai);
	memset(&t, 0, sizeof(t));
	CHECK_INT("no table", leap_table_tai(&t, JAN2017), 0);
}

static void
test_now(void)
{
	static const struct {
		const char	*what;
		int64_t		 now;
		int		 leap;
		int64_t		 at;
	} tests[] = {
		{ "an ordinary day", 1770000000, LEAP_NONE, 0 },
		{ "the first entry is no leap", 63072000 - 1, LEAP_NONE, 0 },
		{ "the second is", 78796800 - 1, LEAP_INSERT, 78796800 },
		{ "the day before the day", JAN2017 - DAY - 1, LEAP_NONE, 0 },
		{ "the day", JAN2017 - DAY, LEAP_INSERT, JAN2017 },
		{ "the last second", JAN2017 - 1, LEAP_INSERT, JAN2017 },
		{ "over", JAN2017, LEAP_NONE, 0 },
		{ "a second less", 1893456000 - 5, LEAP_DELETE, 1893456000 },
		{ "a second less, over", 1893456000, LEAP_NONE, 0 },
		{ "July", JUL2030 - 5, LEAP_INSERT, JUL2030 },
		{ "before it expires", 4133980800LL - NTP0 - 1, LEAP_NONE,
		    0 },
		{ "expired", 4133980800LL - NTP0, -1, 0 },
	};
	struct leap_table t;
	unsigned int line;
	int64_t	 at;
	size_t	 i;

	CHECK_INT("parse", leap_parse(&t, text, sizeof(text) - 1, &line),
	    LEAP_PARSE_OK);
	for (i = 0; i < nitems(tests); i++) {
		at = 1;
		CHECK_INT(tests[i].what, leap_table_now(&t, tests[i].now,
		    &at), tests[i].leap);
		CHECK_INT(tests[i].what, at, tests[i].at);
	}
	memset(&t, 0, sizeof(t));
	CHECK_INT("no table", leap_table_now(&t, JAN2017 - 1, &at), -1);
	CHECK_INT("no table", at, 0);
}

static void
test_vote(void)
{
	static const struct {
		const char	*what;
		size_t		 n;
		uint8_t		 votes[5];
		int		 y, m, d;
		enum leap_indicator leap;
	} tests[] = {
		{ "nobody", 0, { 0 }, 2026, 6, 30, LEAP_NONE },
		{ "one", 1, { 1 }, 2026, 6, 30, LEAP_INSERT },
		{ "one, December", 1, { 1 }, 2026, 12, 31, LEAP_INSERT },
		{ "one less", 1, { 2 }, 2026, 12, 31, LEAP_DELETE },
		{ "half is no majority", 2, { 1, 0 }, 2026, 6, 30,
		    LEAP_NONE },
		{ "two of three", 3, { 1, 1, 0 }, 2026, 6, 30, LEAP_INSERT },
		{ "two of four", 4, { 1, 1, 0, 0 }, 2026, 6, 30, LEAP_NONE },
		{ "three of five", 5, { 1, 1, 0, 1, 0 }, 2026, 6, 30,
		    LEAP_INSERT },
		{ "one each way", 2, { 1, 2 }, 2026, 6, 30, LEAP_NONE },
		{ "three against two", 5, { 2, 1, 2, 1, 2 }, 2026, 6, 30,
		    LEAP_DELETE },
		{ "an alarm is no vote", 3, { 3, 3, 1 }, 2026, 6, 30,
		    LEAP_NONE },
		{ "nor is nonsense", 3, { 9, 255, 1 }, 2026, 6, 30,
		    LEAP_NONE },
		{ "June, a day early", 1, { 1 }, 2026, 6, 29, LEAP_NONE },
		{ "June, over", 1, { 1 }, 2026, 7, 1, LEAP_NONE },
		{ "March", 1, { 1 }, 2026, 3, 31, LEAP_NONE },
		{ "September", 1, { 1 }, 2026, 9, 30, LEAP_NONE },
		{ "30 December", 1, { 1 }, 2026, 12, 30, LEAP_NONE },
		{ "31 December before 1970", 1, { 1 }, 1969, 12, 31,
		    LEAP_INSERT },
		{ "31 December of a leap year", 1, { 1 }, 2028, 12, 31,
		    LEAP_INSERT },
		{ "30 June 2100, no leap year", 1, { 1 }, 2100, 6, 30,
		    LEAP_INSERT },
	};
	int64_t	 day, at, want;
	size_t	 i;

	for (i = 0; i < nitems(tests); i++) {
		day = when(tests[i].y, tests[i].m, tests[i].d);
		want = tests[i].leap == LEAP_NONE ? 0 : day + DAY;
		at = 1;
		CHECK_INT(tests[i].what, leap_vote(tests[i].votes, tests[i].n,
		    day, &at), tests[i].leap);
		CHECK_INT(tests[i].what, at, want);
		CHECK_INT(tests[i].what, leap_vote(tests[i].votes, tests[i].n,
		    day + DAY - 1, &at), tests[i].leap);
		CHECK_INT(tests[i].what, at, want);
	}
}

/* Each day of a thousand years, against the libc's calendar. */
static void
test_dates(void)
{
	static const uint8_t vote[] = { LEAP_INSERT };
	struct tm tm;
	time_t	 t;
	int64_t	 at;
	int	 want, wrong = 0;

	for (t = (time_t)when(1900, 1, 1); t < (time_t)when(2900, 1, 1);
	    t += DAY) {
		gmtime_r(&t, &tm);
		want = (tm.tm_mon == 5 && tm.tm_mday == 30) ||
		    (tm.tm_mon == 11 && tm.tm_mday == 31);
		if ((leap_vote(vote, 1, t, &at) == LEAP_INSERT) != want)
			wrong++;
	}
	CHECK_INT("days taken for another", wrong, 0);
	CHECK_INT("before the year 1", leap_vote(vote, 1,
	    INT64_MIN / 4, &at), LEAP_NONE);
	CHECK_INT("and far after now", leap_vote(vote, 1, INT64_MAX / 4,
	    &at) <= LEAP_INSERT, 1);
}

/* A damaged text: never a table that breaks the rules. */
static void
test_hammer(void)
{
	static const char some[] = "0123456789 \t\n#@x";
	struct leap_table t;
	char	 buf[sizeof(text)];
	unsigned int line;
	uint32_t k;
	int	 i, j, good = 0;

	for (i = 0; i < 20000; i++) {
		memcpy(buf, text, sizeof(buf));
		for (j = (int)(test_rnd() % 4); j >= 0; j--)
			buf[test_rnd() % (sizeof(buf) - 1)] =
			    some[test_rnd() % (sizeof(some) - 1)];
		if (leap_parse(&t, buf, test_rnd() % sizeof(buf), &line) !=
		    LEAP_PARSE_OK) {
			CHECK_INT("nothing of an error", t.n, 0);
			continue;
		}
		good++;
		CHECK_INT("size", t.n > 0 && t.n <= LEAP_TABLE_MAX, 1);
		for (k = 1; k < t.n; k++) {
			CHECK_INT("ascending", t.entry[k].at >
			    t.entry[k - 1].at, 1);
			CHECK_INT("by one", llabs((long long)t.entry[k].tai -
			    t.entry[k - 1].tai), 1);
		}
	}
	CHECK_INT("some were good", good > 100, 1);
}

static int64_t
when(int y, int m, int d)
{
	struct tm tm = { .tm_year = y - 1900, .tm_mon = m - 1, .tm_mday = d };

	return timegm(&tm);
}
