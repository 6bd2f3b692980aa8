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
 * filter: a path learned from its delays, samples weighted by them, and a
 * new path told from congestion.
 */

#include "test.h"

#include "filter.h"

static void	 test_learn(void);
static void	 test_var(void);
static void	 test_queue(void);
static void	 test_remember(void);
static void	 test_newpath(void);

int
main(void)
{
	test_learn();
	test_var();
	test_queue();
	test_remember();
	test_newpath();
	return test_done("filter");
}

static void
test_learn(void)
{
	static const struct {
		const char	*what;
		size_t		 n;
		double		 delay[6];
		double		 floor;
		double		 grain_min, grain_max;
	} tests[] = {
		{ "one sample is no proof", 1, { 40e-3 }, 40e-3,
		    0.3e-3, 3e-3 },
		{ "scatter of 1 ms", 6,
		    { 42e-3, 40e-3, 41e-3, 41.5e-3, 43e-3, 40.5e-3 },
		    40e-3, 0.2e-3, 1.5e-3 },
		{ "no scatter", 6, { 1e-3, 1e-3, 1e-3, 1e-3, 1e-3, 1e-3 },
		    1e-3, 1e-6, 20e-6 },
		{ "one slow packet matters little", 6,
		    { 1e-3, 1.001e-3, 1.002e-3, 1.001e-3, 1.003e-3, 2 },
		    1e-3, 1e-6, 20e-6 }
	};
	struct filter	 f;
	double		 many[FILTER_MAX + 5];
	size_t		 i;

	for (i = 0; i < nitems(tests); i++) {
		filter_learn(&f, tests[i].delay, tests[i].n);
		CHECK_NEAR(tests[i].what, f.floor, tests[i].floor, 1e-12);
		CHECK_INT(tests[i].what, f.grain >= tests[i].grain_min &&
		    f.grain <= tests[i].grain_max, 1);
	}
	for (i = 0; i < nitems(many); i++)
		many[i] = i < 5 ? 1 : 2;
	filter_learn(&f, many, nitems(many));
	CHECK_NEAR("only the newest count", f.floor, 2, 0);
}

static void
test_var(void)
{
	static const struct filter f = { 40e-3, 1e-3, 0.1e-3 };
	double	 v;

	v = filter_var(&f, 40e-3, 0);
	CHECK_NEAR("at the floor, the grain", v, 1e-8 / 12, 1e-12);
	v = filter_var(&f, 42.9e-3, 0);
	CHECK_NEAR("uniform over the excess", v, 9e-6 / 12, 1e-9);
	v = filter_var(&f, 39e-3, 0);
	CHECK_NEAR("below the floor, as at it", v, 1e-8 / 12, 1e-12);
	v = filter_var(&f, 40e-3, 3e-3);
	CHECK_NEAR("error of reading", v, 3e-6 + 1e-8 / 12, 1e-12);
	CHECK_INT("never zero", filter_var(&(struct filter){ 0 }, 0, 0) > 0,
	    1);
	CHECK_NEAR("bound is half the excess",
	    filter_bound(&f, 42e-3, 0), 1.1e-3, 1e-6);
	CHECK_INT("bound covers three sigma of a middling one",
	    filter_bound(&f, 42e-3, 0) > 1.7 * sqrt(filter_var(&f, 42e-3,
	    0)), 1);
}

static void
test_queue(void)
{
	struct filter	 f = { 40e-3, 1e-3, 0.1e-3, 0.5 };

	CHECK_NEAR("usual waits are no queue", filter_queue(&f, 41.1e-3), 0,
	    0);
	CHECK_NEAR("what is beyond is", filter_queue(&f, 61.2e-3), 20e-3,
	    1e-9);
	CHECK_NEAR("all on one way: the other's noise is left",
	    sqrt(filter_var(&f, 61.2e-3, 0)), 0.6e-3, 0.1e-3);
	f.lean = 0.25;
	CHECK_NEAR("half known", sqrt(filter_var(&f, 61.2e-3, 0)),
	    sqrt(0.75) * 21.3e-3 / sqrt(12), 0.2e-3);
	f.lean = -0.5;
	CHECK_NEAR("at the floor nothing changes",
	    filter_var(&f, 40e-3, 0), 1e-8 / 12, 1e-12);
}

static void
test_remember(void)
{
	static const struct filter before = { 40e-3, 1e-3, 0.1e-3, 0 };
	static const struct {
		const char	*what;
		double		 age;		/* s */
		struct filter	 now;		/* as its delays show it */
		double		 floor, spread;	/* s */
	} tests[] = {
		{ "a queue", 64, { 46e-3, 20e-3, 2e-3, 0 }, 40e-3, 1e-3 },
		{ "another path", 64, { 46e-3, 1e-3, 0.1e-3, 0 }, 46e-3,
		    1e-3 },
		{ "a shorter path", 64, { 30e-3, 0.5e-3, 0.1e-3, 0 }, 30e-3,
		    0.5e-3 },
		{ "shorter, but noisy", 64, { 30e-3, 5e-3, 1e-3, 0 }, 30e-3,
		    1e-3 },
		{ "a queue for a month", 2.6e6, { 46e-3, 20e-3, 2e-3, 0 },
		    46e-3, 20e-3 }
	};
	struct filter	 f;
	size_t		 i;

	for (i = 0; i < nitems(tests); i++) {
		f = tests[i].now;
		filter_remember(&f, &before, tests[i].age);
		CHECK_NEAR(tests[i].what, f.floor, tests[i].floor, 10e-6);
		CHECK_NEAR(tests[i].what, f.spread, tests[i].spread, 10e-6);
		CHECK_NEAR("the grain goes with the spread",
		    f.grain / f.spread, tests[i].now.grain /
		    tests[i].now.spread, 1e-9);
	}
}

static void
test_newpath(void)
{
	static const struct {
		const char	*what;
		double		 before, after;	/* floors, ms */
		double		 spread, spread2;	/* of them, ms */
		size_t		 n, newest;
		size_t		 expected;
	} tests[] = {
		{ "longer by 5 ms", 40, 45, 1, 1, 24, 8, 8 },
		{ "not yet sure", 40, 45, 1, 1, 24, 7, 0 },
		{ "too little known of the old", 40, 45, 1, 1, 15, 8, 0 },
		{ "within the usual", 40, 45, 6, 1, 24, 8, 0 },
		{ "congestion scatters", 40, 45, 1, 6, 24, 8, 0 },
		{ "shorter needs no test", 45, 40, 1, 1, 24, 8, 0 },
		{ "a quiet path, by 50 us", 1, 1.05, 0.01, 0.01, 40, 8, 8 }
	};
	double	 d[64], u;
	size_t	 i, k;

	for (i = 0; i < nitems(tests); i++) {
		for (k = 0; k < tests[i].n; k++) {
			u = (double)(k * 7 % 10) / 10;
			if (k < tests[i].n - tests[i].newest)
				d[k] = tests[i].before + u * tests[i].spread;
			else
				d[k] = tests[i].after + u * tests[i].spread2;
			d[k] *= 1e-3;
		}
		CHECK_INT(tests[i].what, filter_newpath(d, tests[i].n),
		    tests[i].expected);
	}
}
