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
 * budget: periods begin when the calendar says so, and what is answered is
 * as much as lasts to the end of one.
 */

#include "test.h"

#include <time.h>

#include "budget.h"

#define DAY	86400
#define NOV	1793491200	/* 2026-11-01 00:00 UTC */

static void	 test_periods(void);
static void	 test_calendar(void);
static void	 test_month(void);
static void	 test_events(void);
static void	 test_rolls(void);
static void	 test_restart(void);
static const struct budget_state fresh;

int
main(void)
{
	test_periods();
	test_calendar();
	test_month();
	test_events();
	test_rolls();
	test_restart();
	return test_done("budget");
}

static void
test_periods(void)
{
	static const struct {
		const char	*what;
		enum budget_period period;
		int64_t		 now, start, end;
	} tests[] = {
		{ "day", BUDGET_DAY, NOV + 5, NOV, NOV + DAY },
		{ "end of a day", BUDGET_DAY, NOV + DAY - 1, NOV, NOV + DAY },
		{ "next day", BUDGET_DAY, NOV + DAY, NOV + DAY,
		    NOV + 2 * DAY },
		{ "week: a Sunday", BUDGET_WEEK, NOV, NOV - 6 * DAY,
		    NOV + DAY },
		{ "week: a Monday", BUDGET_WEEK, NOV + DAY, NOV + DAY,
		    NOV + 8 * DAY },
		{ "month", BUDGET_MONTH, NOV, NOV, NOV + 30 * DAY },
		{ "end of a month", BUDGET_MONTH, NOV + 30 * DAY - 1, NOV,
		    NOV + 30 * DAY },
		{ "the month before", BUDGET_MONTH, NOV - 1, NOV - 31 * DAY,
		    NOV },
		{ "before 1970", BUDGET_DAY, -5, 0, DAY },
	};
	int64_t	 start, end;
	size_t	 i;

	for (i = 0; i < nitems(tests); i++) {
		budget_period(tests[i].period, tests[i].now, &start, &end);
		CHECK_INT(tests[i].what, start, tests[i].start);
		CHECK_INT(tests[i].what, end, tests[i].end);
	}
}

/* Each day from 1970 to 2170, by the C library. */
static void
test_calendar(void)
{
	struct tm	 tm;
	int64_t		 start, end, day;
	time_t		 t;
	unsigned int	 bad = 0;

	for (day = 0; day < 200 * 366; day++) {
		t = (time_t)(day * DAY + 12345);
		gmtime_r(&t, &tm);
		budget_period(BUDGET_MONTH, t, &start, &end);
		bad += start != (day - tm.tm_mday + 1) * DAY;
		t = (time_t)end;
		gmtime_r(&t, &tm);
		bad += tm.tm_mday != 1 || end <= day * DAY;
		t = (time_t)(end - DAY);
		gmtime_r(&t, &tm);
		bad += end - start != tm.tm_mday * DAY;
	}
	CHECK_INT("months like gmtime's", bad, 0);
}

/*
 * A November, minute by minute, of a server that is asked by so many (in
 * octets a second, requests alone), more by day than by night, and answers
 * what keep says.  Of a budget of 1.
 */
static double
month(struct budget *b, double asked, double *least, double *last)
{
	uint64_t	 in, out, shed;
	int64_t		 now;
	double		 rate;

	*least = 1;
	for (now = NOV; now < NOV + 30 * DAY; now += 60) {
		rate = asked * (1 + 0.8 * sin((double)now / DAY * 2 * M_PI));
		in = (uint64_t)(rate * 60);
		out = (uint64_t)(rate * 60 * b->keep);
		shed = in - out;
		(void)budget_add(b, now, true, 60, in, out, shed);
		if (now < NOV + 26 * DAY && b->keep < *least)
			*least = b->keep;
		*last = b->keep;
	}
	return (double)b->state.used / (double)b->opts.octets;
}

static void
test_month(void)
{
	static const struct {
		const char	*what;
		double		 asked;		/* of what would use it up */
		uint8_t		 out;
		double		 used, usedtol;
		double		 least, leasttol;	/* to the 27th */
	} tests[] = {
		{ "half of it", 0.5, 0, 0.5, 0.001, 1, 0 },
		{ "nine tenths of it", 0.9, 0, 0.9, 0.001, 1, 0 },
		{ "a third too much", 4.0 / 3, 0, 1, 0.01, 0.38, 0.14 },
		{ "too much, only sent counts", 4, 1, 1, 0.02, 0.23, 0.06 },
		{ "requests alone are too much", 3, 0, 1.5, 0.1, 0, 0 },
	};
	const struct budget_opts opts = {
		.octets = 500000000000, .period = BUDGET_MONTH
	};
	struct budget	 b;
	double		 used, least, last;
	size_t		 i;

	for (i = 0; i < nitems(tests); i++) {
		budget_init(&b, &opts, &fresh);
		b.opts.out = tests[i].out;
		used = month(&b, tests[i].asked * 5e11 / (30 * DAY) /
		    (tests[i].out ? 1 : 2), &least, &last);
		CHECK_NEAR(tests[i].what, used, tests[i].used,
		    tests[i].usedtol);
		CHECK_NEAR(tests[i].what, least, tests[i].least,
		    tests[i].leasttol);
	}
}

/* Each thing is said once. */
static void
test_events(void)
{
	const struct budget_opts opts = {
		.octets = 1000000, .period = BUDGET_DAY
	};
	static const enum budget_event wanted[] = {
		BUDGET_USED75, BUDGET_USED90, BUDGET_USED100, BUDGET_PERIOD,
		BUDGET_RELAXES
	};
	struct budget	 b;
	enum budget_event event;
	unsigned int	 i, n = 0, sheds = 0;

	budget_init(&b, &opts, &fresh);
	for (i = 0; i < DAY + 7200; i += 60) {
		event = budget_add(&b, NOV + i, true, 60,
		    i < DAY ? 1000 : 0, 0, 0);
		sheds += event == BUDGET_SHEDS;
		if (event == BUDGET_QUIET || event == BUDGET_SHEDS)
			continue;
		CHECK_INT("in order", event, n < nitems(wanted) ?
		    wanted[n] : BUDGET_QUIET);
		n++;
	}
	CHECK_INT("all of it", n, nitems(wanted));
	CHECK_INT("shedding, once", sheds, 1);
}

static void
test_rolls(void)
{
	const struct budget_opts opts = {
		.octets = 1000, .period = BUDGET_DAY
	};
	const struct budget_opts week = {
		.octets = 1000, .period = BUDGET_WEEK
	};
	struct budget	 b;

	budget_init(&b, &opts, &fresh);
	(void)budget_add(&b, NOV, false, 1, 600, 500, 0);
	CHECK_INT("used", b.state.used, 1100);
	CHECK_INT("nothing left", budget_shed(&b), UINT32_MAX);
	(void)budget_add(&b, NOV + 2 * DAY, false, 1, 10, 0, 0);
	CHECK_INT("a clock that is not sure ends no day", b.state.used, 1110);
	CHECK_INT("one that is does", budget_add(&b, NOV + 2 * DAY, true, 1,
	    10, 0, 0), BUDGET_PERIOD);
	CHECK_INT("from nothing", b.state.used, 10);
	(void)budget_add(&b, NOV + DAY, true, 1, 10, 0, 0);
	CHECK_INT("the clock went back: nothing is given back",
	    b.state.used, 20);
	CHECK_INT("its day", b.state.start, NOV + DAY);
	budget_reconf(&b, &opts);
	CHECK_INT("reload: the same", b.state.used, 20);
	budget_reconf(&b, &week);
	CHECK_INT("reload: another period", b.state.used, 0);
	b.opts.period = BUDGET_NONE;
	CHECK_INT("none", budget_add(&b, NOV, true, 1, 1, 1, 1),
	    BUDGET_QUIET);
}

/* With what was known before, it goes on as if nothing had been. */
static void
test_restart(void)
{
	const struct budget_opts opts = {
		.octets = 500000000000, .period = BUDGET_MONTH
	};
	struct budget_state	 state;
	struct budget		 b;
	double			 before, least, last;

	budget_init(&b, &opts, &fresh);
	(void)month(&b, 3e5, &least, &last);
	state = b.state;
	state.used /= 2;
	budget_init(&b, &opts, &state);
	CHECK_NEAR("at first", b.keep, 1, 0);
	(void)budget_add(&b, NOV + 20 * DAY, true, 1, 300000, 300000, 0);
	before = b.keep;
	(void)budget_add(&b, NOV + 20 * DAY + 60, true, 60, 18000000,
	    9000000, 9000000);
	CHECK_INT("sheds at once", before < 0.9, 1);
	CHECK_NEAR("and evenly", b.keep, before, 0.01);
	b.opts.period = BUDGET_WEEK;
	budget_init(&b, &b.opts, &state);
	CHECK_INT("of another period", b.state.used, 0);
	state.start = NOV - 31 * DAY;
	budget_init(&b, &opts, &state);
	CHECK_INT("of last month", budget_add(&b, NOV + DAY, true, 1, 0, 0,
	    0), BUDGET_PERIOD);
	CHECK_INT("of last month", b.state.used, 0);
}
