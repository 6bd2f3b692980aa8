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
 * osc: what is taken out of CLOCK_MONOTONIC, and that it goes back in.
 */

#include "test.h"

#include "osc.h"

#define SEC	1000000000LL

static void	 test_table(void);
static void	 test_late(void);
static void	 test_refused(void);
static void	 test_inverse(void);
static void	 test_free(void);

int
main(void)
{
	test_table();
	test_late();
	test_refused();
	test_inverse();
	test_free();
	return test_done("osc");
}

/*
 * Kernel frequency f0 until the first change, then f1, then f2: how much
 * oscillator time has passed between two monotonic moments.
 */
static void
test_table(void)
{
	static const struct {
		const char	*what;
		double		 f0;
		int64_t		 when1;
		double		 f1;
		int64_t		 when2;
		double		 f2;
		int64_t		 t;	/* asked for, after the start */
		int64_t		 osc;	/* expected, after the start */
	} tests[] = {
		{ "never steered", 0, 10 * SEC, 0, 20 * SEC, 0,
		    100 * SEC, 100 * SEC },
		{ "constant +100 ppm", 1e-4, 10 * SEC, 1e-4, 20 * SEC, 1e-4,
		    100010000000LL, 100 * SEC },
		{ "constant -500 ppm", -5e-4, 10 * SEC, -5e-4, 20 * SEC,
		    -5e-4, 99950000000LL, 100 * SEC },
		{ "a slew at 10 %", 0, 10 * SEC, 0.1, 21 * SEC, 0,
		    30 * SEC, 29 * SEC },
		{ "in the middle of the slew", 0, 10 * SEC, 0.1,
		    15 * SEC + SEC / 2, 0.1, 21 * SEC, 20 * SEC },
		{ "just before the last change", 0, 10 * SEC, 0.1,
		    21 * SEC, 0, 21 * SEC - 1100000000, 19 * SEC },
		{ "at the last change", 0, 10 * SEC, 0.1,
		    21 * SEC, 0, 21 * SEC, 20 * SEC },
		{ "long after, 1 ppm", 0, 1, 1e-6, 2, 1e-6,
		    1000001 * SEC, 1000000 * SEC },
	};
	struct osc o;
	mono_t	 start = { 7 * SEC + 3 };
	osc_t	 zero, got;
	size_t	 i;

	for (i = 0; i < nitems(tests); i++) {
		osc_init(&o, start, tests[i].f0, (ntptime_t){ 0 });
		zero = osc_from_mono(&o, start);
		osc_adjust(&o, (mono_t){ start.ns + tests[i].when1 },
		    tests[i].f1);
		osc_adjust(&o, (mono_t){ start.ns + tests[i].when2 },
		    tests[i].f2);
		got = osc_from_mono(&o, (mono_t){ start.ns + tests[i].t });
		CHECK_NEAR(tests[i].what, (double)(got.ns - zero.ns),
		    (double)tests[i].osc, 3);
	}
}

/* A change told late or twice does not tear the scale. */
static void
test_late(void)
{
	struct osc o;
	osc_t	 before, after;

	osc_init(&o, (mono_t){ 0 }, 1e-4, (ntptime_t){ 0 });
	osc_adjust(&o, (mono_t){ 100 * SEC }, 5e-4);
	before = osc_from_mono(&o, (mono_t){ 90 * SEC });
	osc_adjust(&o, (mono_t){ 90 * SEC }, 2e-4);
	after = osc_from_mono(&o, (mono_t){ 90 * SEC });
	CHECK_INT("an older report", after.ns, before.ns);
	after = osc_from_mono(&o, (mono_t){ 80 * SEC });
	CHECK_NEAR("and before it", (double)(before.ns - after.ns),
	    10 / 1.0001 * 1e9, 2);
	before = osc_from_mono(&o, (mono_t){ 200 * SEC });
	osc_adjust(&o, (mono_t){ 200 * SEC }, 2e-4);
	osc_adjust(&o, (mono_t){ 200 * SEC }, 2e-4);
	after = osc_from_mono(&o, (mono_t){ 200 * SEC });
	CHECK_INT("the same report twice", after.ns, before.ns);
}

static void
test_refused(void)
{
	static const struct {
		const char	*what;
		double		 adj;
	} tests[] = {
		{ "not a number", NAN },
		{ "infinite", INFINITY },
		{ "stops the clock", -1 },
		{ "one and a half", 1.5 },
	};
	struct osc o;
	size_t	 i;

	for (i = 0; i < nitems(tests); i++) {
		osc_init(&o, (mono_t){ 0 }, tests[i].adj, (ntptime_t){ 0 });
		CHECK_INT(tests[i].what, osc_from_mono(&o,
		    (mono_t){ 5 * SEC }).ns, 5 * SEC);
		osc_adjust(&o, (mono_t){ 5 * SEC }, tests[i].adj);
		CHECK_INT(tests[i].what, osc_from_mono(&o,
		    (mono_t){ 9 * SEC }).ns, 9 * SEC);
	}
}

static void
test_inverse(void)
{
	static const double adj[] = { 0, 1e-4, -5e-4, 0.1, -0.1, 0 };
	struct osc o;
	mono_t	 m, back;
	osc_t	 last = { INT64_MIN }, t;
	size_t	 i;
	int64_t	 k;

	osc_init(&o, (mono_t){ 1000 * SEC }, 2e-5, (ntptime_t){ 0 });
	for (i = 0; i < nitems(adj); i++) {
		for (k = -40; k < 40; k++) {
			m.ns = o.mono.ns + k * SEC / 7 * 3;
			back = osc_to_mono(&o, osc_from_mono(&o, m));
			CHECK_NEAR("there and back",
			    (double)(back.ns - m.ns), 0, 2);
		}
		t = osc_from_mono(&o, (mono_t){ o.mono.ns + 50 * SEC });
		CHECK_INT("never backwards", t.ns > last.ns, 1);
		last = t;
		osc_adjust(&o, (mono_t){ o.mono.ns + 50 * SEC }, adj[i]);
		CHECK_INT("no jump at a change", osc_from_mono(&o, o.mono).ns,
		    t.ns);
	}
}

static void
test_free(void)
{
	static const struct {
		const char	*what;
		int64_t		 mono;
	} tests[] = {
		{ "just booted", 0 },
		{ "up for 10 years", 315360000 * SEC },
		{ "odd nanoseconds", 123456789012345LL },
	};
	ntptime_t real = { 0xffffffff80000000 };	/* end of era 0 */
	struct osc o;
	osc_t	 t;
	size_t	 i;

	for (i = 0; i < nitems(tests); i++) {
		osc_init(&o, (mono_t){ tests[i].mono }, 1e-4, real);
		t = osc_from_mono(&o, (mono_t){ tests[i].mono });
		CHECK_NEAR(tests[i].what, ntptime_diff(osc_free(&o, t), real),
		    0, 1e-9);
		t = osc_from_mono(&o,
		    (mono_t){ tests[i].mono + 10001 * SEC / 1000 });
		CHECK_NEAR(tests[i].what, ntptime_diff(osc_free(&o, t), real),
		    10, 2e-9);
		osc_rebase(&o, -3.25);
		CHECK_NEAR(tests[i].what, ntptime_diff(osc_free(&o, t), real),
		    6.75, 2e-9);
		CHECK_INT(tests[i].what, osc_from_mono(&o,
		    (mono_t){ tests[i].mono + 10001 * SEC / 1000 }).ns, t.ns);
	}
}
