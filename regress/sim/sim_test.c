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
 * The simulated world, a few seeds of each scenario: is the clock as good
 * as it was?  Bounds are twice or so of what is usual, medians of three
 * seeds; what must never happen is counted over all.
 */

#include "../unit/test.h"

#include "sim.h"

#define SEEDS	3
#define US	* 1e-6

static double	 median(double, double, double);
static void	 run(const char *, int, int, struct sim_result *);
static void	 test_bounds(void);
static void	 test_repeats(void);
static void	 test_split(void);

int
main(void)
{
	test_bounds();
	test_repeats();
	test_split();
	return test_done("sim");
}

static double
median(double a, double b, double c)
{
	return fmax(fmin(a, b), fmin(fmax(a, b), c));
}

static void
run(const char *name, int minpoll, int maxpoll, struct sim_result *r)
{
	const struct sim_options opt = { minpoll, maxpoll, false };
	unsigned int	 i, seed;

	for (i = 0; i < sim_nscenarios; i++)
		if (strcmp(sim_scenarios[i].name, name) == 0)
			for (seed = 0; seed < SEEDS; seed++)
				sim_run(&sim_scenarios[i], &opt, seed,
				    &r[seed]);
}

static void
test_bounds(void)
{
	static const struct {
		const char	*name;
		int		 minpoll, maxpoll;
		double		 rms, max;	/* s */
		double		 t1ms;		/* s; 0: not asked */
		double		 synced;	/* s */
		unsigned int	 sent;
	} tests[] = {
		{ "lan", 6, 10, 10 US, 40 US, 15, 10, 700 },
		{ "lan", 6, 6, 8 US, 40 US, 15, 10, 700 },
		{ "wan", 6, 10, 250 US, 800 US, 160, 10, 1000 },
		{ "wan", 6, 6, 60 US, 250 US, 160, 10, 7000 },
		{ "wander", 6, 10, 60 US, 250 US, 15, 10, 700 },
		{ "false", 6, 10, 100 US, 400 US, 160, 10, 1500 },
		{ "false", 6, 6, 35 US, 150 US, 160, 10, 7000 },
		{ "loss", 6, 10, 400 US, 1500 US, 300, 30, 1200 },
		{ "beyond", 6, 10, 300 US, 1000 US, 0, 10, 700 },
		{ "outage", 6, 10, 250 US, 800 US, 100, 10, 700 },
		{ "start1000", 6, 10, 250 US, 800 US, 160, 10, 500 },
		{ "heat", 6, 10, 200 US, 800 US, 160, 10, 5000 },
		{ "jump", 6, 10, 1000 US, 12000 US, 160, 10, 900 },
		{ "set", 6, 10, 250 US, 800 US, 160, 10, 700 },
		{ "srvstep", 6, 10, 250 US, 800 US, 160, 10, 700 },
		{ "srvstep5", 6, 10, 250 US, 800 US, 160, 10, 700 },
		{ "bursts", 6, 10, 300 US, 1000 US, 0, 10, 900 },
		{ "busy", 6, 10, 600 US, 3000 US, 160, 10, 2500 },
		{ "busy", 6, 6, 250 US, 1500 US, 160, 10, 17000 },
		{ "busyin", 6, 10, 600 US, 3000 US, 160, 10, 2500 },
		{ "busyhalf", 6, 10, 900 US, 4000 US, 160, 10, 2500 },
		{ "busyone", 6, 10, 900 US, 4000 US, 160, 10, 700 },
		{ "busytwo", 6, 10, 300 US, 1500 US, 160, 10, 2500 },
		{ "asym", 6, 10, 800 US, 1500 US, 0, 10, 900 },
		{ "reroute", 6, 10, 250 US, 900 US, 160, 10, 800 },
		{ "longer", 6, 10, 500 US, 1500 US, 400, 10, 600 },
		{ "mixed", 6, 10, 30 US, 100 US, 15, 12, 2000 },
		{ "drifty", 6, 10, 200 US, 1000 US, 15, 10, 700 }
	};
	struct sim_result	 r[SEEDS];
	size_t			 i;
	int			 k;

	for (i = 0; i < nitems(tests); i++) {
		run(tests[i].name, tests[i].minpoll, tests[i].maxpoll, r);
		CHECK_NEAR(tests[i].name, median(r[0].rms, r[1].rms,
		    r[2].rms), 0, tests[i].rms);
		CHECK_NEAR(tests[i].name, median(r[0].max, r[1].max,
		    r[2].max), 0, tests[i].max);
		CHECK_INT(tests[i].name, median(r[0].in1, r[1].in1,
		    r[2].in1) > 0.4, 1);
		CHECK_INT(tests[i].name, median(r[0].in3, r[1].in3,
		    r[2].in3) > 0.93, 1);
		if (tests[i].t1ms > 0)
			CHECK_NEAR(tests[i].name, median(r[0].t1ms, r[1].t1ms,
			    r[2].t1ms), tests[i].t1ms / 2,
			    tests[i].t1ms / 2);
		for (k = 0; k < SEEDS; k++) {
			CHECK_NEAR(tests[i].name, r[k].t_synced,
			    tests[i].synced / 2, tests[i].synced / 2);
			CHECK_INT(tests[i].name, r[k].sent <= tests[i].sent,
			    1);
			CHECK_INT("synced once and for all", r[k].changes, 1);
			CHECK_NEAR("maxerror is a bound", r[k].outside, 0, 0);
			CHECK_INT("never without a majority",
			    r[k].undecided > 0, 0);
		}
	}
}

static void
test_repeats(void)
{
	struct sim_result	 a[SEEDS], b[SEEDS];

	run("lan", 6, 10, a);
	run("lan", 6, 10, b);
	CHECK_NEAR("a seed is a world", a[1].rms - b[1].rms, 0, 0);
	CHECK_INT("another seed another world", a[0].rms != a[1].rms, 1);
}

/* Two of four begin to lie: no flip-flop, and it is said. */
static void
test_split(void)
{
	struct sim_result	 r[SEEDS];
	int			 k;

	run("half", 6, 10, r);
	for (k = 0; k < SEEDS; k++) {
		CHECK_INT("synced once", r[k].changes, 1);
		CHECK_NEAR("undecided from then on", r[k].undecided, 0.66,
		    0.02);
		CHECK_NEAR("coasting", r[k].max, 0, 10e-3);
		CHECK_NEAR("bound holds", r[k].outside, 0, 0);
	}
}
