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
 * srcstat: lines, jumps, the best sample, and numbers that are none.
 */

#include <stdlib.h>

#include "test.h"

#include "srcstat.h"

#define WANDER	1e-9

static struct srcstat	 st;

static struct sample	 sample(double, double, double);
static enum srcstat_add	 feed(double, double, double);
static double		 noise(int);

static void	 test_line(void);
static void	 test_jump(void);
static void	 test_best(void);
static void	 test_refused(void);
static void	 test_path(void);
static void	 test_shift(void);
static void	 test_fuzz(void);

int
main(void)
{
	test_line();
	test_jump();
	test_best();
	test_refused();
	test_path();
	test_shift();
	test_fuzz();
	return test_done("srcstat");
}

static struct sample
sample(double t, double offset, double delay)
{
	struct sample	 s;

	memset(&s, 0, sizeof(s));
	s.at.ns = (int64_t)(t * 1e9);
	s.offset = offset;
	s.delay = delay;
	s.disp = 1e-6;
	s.stratum = 1;
	return s;
}

static enum srcstat_add
feed(double t, double offset, double delay)
{
	struct sample	 s = sample(t, offset, delay);

	return srcstat_add(&st, &s, WANDER);
}

/* -1..1, no pattern */
static double
noise(int i)
{
	return (double)(i * 7919 % 1009) / 504.5 - 1;
}

static void
test_line(void)
{
	int	 i;

	srcstat_reset(&st);
	CHECK_INT("first", feed(1, 0.5, 0.01), SRCSTAT_ADDED);
	CHECK_NEAR("one sample: its offset", st.offset, 0.5, 0);
	CHECK_NEAR("one sample: half its delay", st.offset_sd, 0.005, 1e-4);
	CHECK_INT("one sample: any frequency", st.freq_sd > 1e-4, 1);

	srcstat_reset(&st);
	for (i = 1; i <= 40; i++)
		CHECK_INT("added", feed(64.0 * i, 0.1 + 50e-6 * 64 * i +
		    1e-5 * noise(i), 0.01 + 2e-5 * fabs(noise(i))),
		    SRCSTAT_ADDED);
	CHECK_INT("all kept", st.n, 40);
	CHECK_NEAR("offset at the newest", st.offset, 0.1 + 50e-6 * 2560,
	    5e-6);
	CHECK_NEAR("frequency", st.freq, 50e-6, 5e-9);
	CHECK_NEAR("jitter", st.jitter, 6e-6, 2e-6);
	for (i = 41; i <= 100; i++)
		CHECK_INT("added", feed(64.0 * i, 0.1 + 50e-6 * 64 * i,
		    0.01), SRCSTAT_ADDED);
	CHECK_INT("only so many kept", st.n, SRCSTAT_MAX);

	/* frequency bends: the line lets go of what was before */
	srcstat_reset(&st);
	for (i = 1; i <= 60; i++)
		if (feed(64.0 * i, i < 30 ? 0 : 2e-7 * 64 * (i - 30) +
		    1e-6 * noise(i), 0.0101) == SRCSTAT_REFUSED)
			break;
	CHECK_INT("bent line is shortened", st.fitted < 50, 1);
	CHECK_NEAR("new frequency", st.freq, 2e-7, 5e-8);

	/* a slow curve, nothing odd in it: the runs test sees it */
	srcstat_reset(&st);
	for (i = 1; i <= 60; i++)
		CHECK_INT("curve", feed(64.0 * i, 2e-12 * 64 * i * 64 * i,
		    0.0101), SRCSTAT_ADDED);
	CHECK_INT("a curve is no line", st.fitted < 40, 1);
	CHECK_NEAR("its end is", st.freq, 2 * 2e-12 * 3840, 4e-9);
}

static void
test_jump(void)
{
	static const struct {
		const char	*what;
		double		 off[6];	/* beside the line, s */
		int		 jumped;	/* at this sample, or -1 */
	} tests[] = {
		{ "all in line", { 0, 0, 0, 0, 0, 0 }, -1 },
		{ "one outlier", { 0, 0.05, 0, 0, 0, 0 }, -1 },
		{ "two outliers", { 0.05, 0.05, 0, 0, 0, 0 }, -1 },
		{ "one on either side", { 0.05, -0.05, 0.05, -0.05, 0, 0 },
		    -1 },
		{ "three: jumped up", { 0.05, 0.05, 0.05, 0.05, 0.05, 0.05 },
		    2 },
		{ "three: jumped down", { 0, -0.05, -0.05, -0.05, -0.05,
		    -0.05 }, 3 }
	};
	struct srcstat_best	 b;
	double			 t;
	int			 i, k, jumped;

	for (i = 0; i < (int)nitems(tests); i++) {
		srcstat_reset(&st);
		for (k = 1; k <= 20; k++)
			if (feed(64.0 * k, 1e-5 * noise(k), 0.01 + 1e-5) !=
			    SRCSTAT_ADDED)
				CHECK_STR("no jump before", tests[i].what, "");
		jumped = -1;
		for (k = 0; k < 6; k++) {
			t = 64.0 * (21 + k);
			if (feed(t, tests[i].off[k], 0.01 + 1e-5) ==
			    SRCSTAT_JUMPED)
				jumped = k;
		}
		CHECK_INT(tests[i].what, jumped, tests[i].jumped);
		CHECK_INT(tests[i].what, st.n, 26);
		CHECK_INT(tests[i].what, st.valid, jumped == -1 ? 26 :
		    8 - jumped);
	}
	srcstat_reset(&st);
	for (k = 1; k <= 20; k++)
		CHECK_INT("steady", feed(64.0 * k, 0, 0.01), SRCSTAT_ADDED);
	CHECK_INT("one outlier", feed(64.0 * 21, 0.05, 0.0099),
	    SRCSTAT_ADDED);
	srcstat_best(&st, st.last.at, 0, 0, &b);
	CHECK_NEAR("is not the best", b.offset, 0, 1e-9);
	CHECK_INT("a good one", feed(64.0 * 22, 0, 0.01), SRCSTAT_ADDED);
	CHECK_NEAR("nor in the line", st.offset, 0, 1e-9);

	/* an excuse: the packets were slow */
	srcstat_reset(&st);
	for (k = 1; k <= 20; k++)
		CHECK_INT("steady", feed(64.0 * k, 0, 0.01), SRCSTAT_ADDED);
	for (k = 21; k <= 24; k++)
		CHECK_INT("slow packets prove nothing", feed(64.0 * k, 0.05,
		    0.12), SRCSTAT_ADDED);
}

static void
test_best(void)
{
	struct srcstat_best	 b;

	srcstat_reset(&st);
	CHECK_INT("near", feed(100, 1, 0.010), SRCSTAT_ADDED);
	CHECK_INT("far", feed(200, 1.1, 0.100), SRCSTAT_ADDED);
	srcstat_best(&st, (osc_t){ 200000000000 }, 1e-3, 0, &b);
	CHECK_NEAR("the nearer is carried on", b.offset, 1.1, 1e-12);
	CHECK_NEAR("root distance", b.dist, 0.005 + 1e-6 + 100e-6, 1e-9);
	CHECK_NEAR("root delay", b.rootdelay, 0.010, 1e-12);
	srcstat_best(&st, (osc_t){ 200000000000 }, 1e-3, 1e-3, &b);
	CHECK_NEAR("too old if little is known of the frequency", b.offset,
	    1.1, 1e-12);
	CHECK_NEAR("so the farther it is", b.rootdelay, 0.100, 1e-12);
}

static void
test_refused(void)
{
	static const struct {
		const char	*what;
		double		 t, offset, delay, disp, rootdelay, rootdisp;
	} tests[] = {
		{ "same time", 100, 0, 0.01, 0, 0, 0 },
		{ "older", 99, 0, 0.01, 0, 0, 0 },
		{ "NaN offset", 200, NAN, 0.01, 0, 0, 0 },
		{ "infinite offset", 200, INFINITY, 0.01, 0, 0, 0 },
		{ "offset beyond an era", 200, -5e9, 0.01, 0, 0, 0 },
		{ "no delay", 200, 0, 0, 0, 0, 0 },
		{ "negative delay", 200, 0, -1, 0, 0, 0 },
		{ "NaN delay", 200, 0, NAN, 0, 0, 0 },
		{ "NaN disp", 200, 0, 0.01, NAN, 0, 0 },
		{ "negative disp", 200, 0, 0.01, -1, 0, 0 },
		{ "NaN root delay", 200, 0, 0.01, 0, NAN, 0 },
		{ "NaN root dispersion", 200, 0, 0.01, 0, 0, NAN }
	};
	struct sample	 s;
	size_t		 i;

	for (i = 0; i < nitems(tests); i++) {
		srcstat_reset(&st);
		CHECK_INT("first", feed(100, 0, 0.01), SRCSTAT_ADDED);
		s = sample(tests[i].t, tests[i].offset, tests[i].delay);
		s.disp = tests[i].disp;
		s.rootdelay = tests[i].rootdelay;
		s.rootdisp = tests[i].rootdisp;
		CHECK_INT(tests[i].what, srcstat_add(&st, &s, WANDER),
		    SRCSTAT_REFUSED);
		CHECK_INT(tests[i].what, st.n, 1);
	}
}

static void
test_path(void)
{
	int	 i;

	srcstat_reset(&st);
	for (i = 1; i <= 30; i++)
		CHECK_INT("short path", feed(64.0 * i, 0, 0.040 + 1e-3 *
		    fabs(noise(i))), SRCSTAT_ADDED);
	for (i = 31; i <= 40; i++)
		CHECK_INT("long path", feed(64.0 * i, 0, 0.050 + 1e-3 *
		    fabs(noise(i))), SRCSTAT_ADDED);
	CHECK_INT("new path noticed", st.path, 10);
	CHECK_INT("its samples are believed", st.p[39].var < 1e-6, 1);
	CHECK_INT("and the old path's still are", st.p[10].var < 1e-6, 1);
	CHECK_INT("offsets are one history", st.valid, 40);
}

static void
test_shift(void)
{
	struct srcstat_best	 b;
	int			 i;

	srcstat_reset(&st);
	for (i = 1; i <= 10; i++)
		CHECK_INT("far off", feed(i, 1000 + 1e-3 * i, 0.01),
		    SRCSTAT_ADDED);
	srcstat_shift(&st, 1000);
	CHECK_NEAR("line moved", st.offset, 0.01, 1e-6);
	srcstat_best(&st, st.at, st.freq, 0, &b);
	CHECK_NEAR("samples moved", b.offset, 0.01, 1e-4);
	CHECK_INT("no jump after it", feed(11, 0.011, 0.01), SRCSTAT_ADDED);
}

/* Anything may come in; nothing but numbers may come out. */
static void
test_fuzz(void)
{
	static const double	 odd[] = { 0, -1, 1e-300, 1e300, -1e300,
	    4e9, 1e-12, 0.01, 1, NAN, INFINITY };
	struct srcstat_best	 b;
	struct sample		 s;
	int			 i, bad = 0;

	srand(1);
	srcstat_reset(&st);
	for (i = 0; i < 20000; i++) {
		s = sample(0, 0, 0);
		s.at.ns = rand() % 4 == 0 ? (int64_t)rand() << 20 :
		    st.last.at.ns + rand() % 3;
		s.offset = odd[(size_t)rand() % nitems(odd)] * noise(i);
		s.delay = odd[(size_t)rand() % nitems(odd)];
		s.disp = odd[(size_t)rand() % nitems(odd)];
		s.rootdelay = odd[(size_t)rand() % nitems(odd)];
		if (i % 500 == 0)
			srcstat_reset(&st);
		if (srcstat_add(&st, &s, WANDER) == SRCSTAT_REFUSED)
			continue;
		srcstat_best(&st, s.at, st.freq, 1e-4, &b);
		if (!isfinite(st.offset) || !isfinite(st.freq) ||
		    !isfinite(st.offset_sd) || !isfinite(st.freq_sd) ||
		    !isfinite(st.jitter) || !isfinite(b.offset) ||
		    !isfinite(b.dist) || !isfinite(srcstat_noise(&st)) ||
		    st.n > SRCSTAT_MAX || st.valid > st.n || st.path > st.n ||
		    st.fitted > st.n)
			bad++;
	}
	CHECK_INT("numbers only", bad, 0);
}
