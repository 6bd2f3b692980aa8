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
 * Readings to samples, and which second a pulse is.
 */

#include "refclock.h"
#include "test.h"

#define S	1000000000LL	/* ns */

/* True time minus the free-running clock of all tests, at osc 0. */
static const ntptime_t	epoch = { UINT64_C(0xee000000) << 32 };

static struct osc
clock_of(void)
{
	struct osc	 osc;
	mono_t		 zero = { 0 };

	osc_init(&osc, zero, 0, epoch);
	return osc;
}

static struct refreading
reading(int64_t ns, double offset, double error)
{
	struct refreading	 r;

	memset(&r, 0, sizeof(r));
	r.at.ns = ns;
	r.time = ntptime_add(ntptime_add_ns(epoch, ns), offset);
	r.error = error;
	return r;
}

static const struct {
	const char	*what;
	unsigned int	 n;
	double		 offset[12];	/* one second apart */
	double		 freq;		/* known, s/s */
	double		 want;		/* offset, s */
	double		 at;		/* s */
	double		 disp;		/* s, with an error of 1e-6 each */
} samples[] = {
	{ "one", 1, { 5e-3 }, 0, 5e-3, 0, 1e-6 },
	{ "two", 2, { 1e-3, 3e-3 }, 0, 2e-3, 0.5, 1.001e-3 },
	{ "four equal", 4, { 2e-3, 2e-3, 2e-3, 2e-3 }, 0, 2e-3, 1.5, 1e-6 },
	{ "negative", 1, { -7.5 }, 0, -7.5, 0, 1e-6 },
	{ "one late of five", 5, { 1e-3, 1e-3, -0.4, 1e-3, 1e-3 }, 0,
	    1e-3, -1, 1e-6 },
	{ "two late of ten", 10, { 1e-3, -0.4, 1e-3, 1e-3, 1e-3, 1e-3, 1e-3,
	    -0.3, 1e-3, 1e-3 }, 0, 1e-3, -1, 1e-6 },
	{ "one each way", 5, { 1, 1e-3, 1e-3, 1e-3, -1 }, 0, 1e-3, 2, 1e-6 },
	/* the clock is known to lose 100 ppm: no scatter, no cut by age */
	{ "known drift", 6, { 0, 1e-4, 2e-4, 3e-4, 4e-4, 5e-4 }, 1e-4,
	    -1, -1, 1e-6 },
	{ "unknown drift", 6, { 0, 1e-4, 2e-4, 3e-4, 4e-4, 5e-4 }, 0,
	    2.5e-4, 2.5, 1.12803e-4 },
	{ "known drift and one late", 5, { 0, 1e-4, 1, 3e-4, 4e-4 }, 1e-4,
	    -1, -1, 1e-6 },
};

static void
test_samples(void)
{
	struct osc		 osc = clock_of();
	struct refclock		 c;
	struct refreading	 r;
	struct sample		 s;
	double			 want;
	unsigned int		 i, j;

	for (i = 0; i < nitems(samples); i++) {
		memset(&c, 0, sizeof(c));
		for (j = 0; j < samples[i].n; j++) {
			r = reading(j * S, samples[i].offset[j], 1e-6);
			refclock_add(&c, &r);
		}
		CHECK_INT(samples[i].what, refclock_sample(&c, &osc,
		    samples[i].freq, &s), 0);
		/* -1: on the line of the known frequency, wherever it is */
		want = samples[i].want != -1 ? samples[i].want :
		    samples[i].freq * (double)s.at.ns * 1e-9;
		CHECK_NEAR(samples[i].what, s.offset, want, 1e-9);
		if (samples[i].at != -1)
			CHECK_NEAR(samples[i].what, (double)s.at.ns * 1e-9,
			    samples[i].at, 1e-9);
		CHECK_NEAR(samples[i].what, s.disp, samples[i].disp, 2e-9);
		CHECK_INT(samples[i].what, s.delay > 0, 1);
		CHECK_INT(samples[i].what, c.n, 0);
	}
	CHECK_INT("none", refclock_sample(&c, &osc, 0, &s), -1);
}

/* More than there is room for: the newest stay. */
static void
test_full(void)
{
	struct osc		 osc = clock_of();
	struct refclock		 c;
	struct refreading	 r;
	struct sample		 s;
	int			 i;

	memset(&c, 0, sizeof(c));
	for (i = 0; i < 3 * REFCLOCK_MAX; i++) {
		r = reading(i * S, i < 2 * REFCLOCK_MAX ? 1 : 2, 1e-6);
		r.leap = i == 3 * REFCLOCK_MAX - 1;
		refclock_add(&c, &r);
	}
	CHECK_INT("full", c.n, REFCLOCK_MAX);
	CHECK_INT("full", refclock_sample(&c, &osc, 0, &s), 0);
	CHECK_NEAR("full: the newest", s.offset, 2, 1e-9);
	CHECK_INT("full: the newest's leap", s.leap, 1);
}

/* Steering the clock, or its base, between readings changes nothing. */
static void
test_steering(void)
{
	struct osc		 osc = clock_of();
	struct refclock		 c;
	struct refreading	 r;
	struct sample		 s;
	mono_t			 mono;
	int			 i;

	memset(&c, 0, sizeof(c));
	for (i = 0; i < 10; i++) {
		/* the oscillator is exact: osc time is true time, off by 3 */
		r = reading(i * S, 3, 1e-6);
		refclock_add(&c, &r);
		mono = osc_to_mono(&osc, r.at);
		osc_adjust(&osc, mono, i % 2 ? 0.05 : -0.01);
		if (i == 5)
			osc_rebase(&osc, 2);
	}
	CHECK_INT("steered", refclock_sample(&c, &osc, 0, &s), 0);
	CHECK_NEAR("steered", s.offset, 1, 1e-6);
	CHECK_NEAR("steered: no scatter", s.disp, 1e-6, 1e-7);
}

static const struct {
	const char	*what;
	double		 known;		/* s after a second began */
	double		 bound;		/* s */
	int		 second;	/* which one, or */
	int		 ok;
} pulses[] = {
	{ "exact",			0, 0, 0, 1 },
	{ "a little late",		0.003, 0.01, 0, 1 },
	{ "a little early",		-0.003, 0.01, 0, 1 },
	{ "the next one",		0.98, 0.05, 1, 1 },
	{ "as late as can be",		0.3, 0.099, 0, 1 },
	{ "as early as can be",		-0.3, 0.099, 0, 1 },
	{ "too uncertain",		0, 0.41, 0, 0 },
	{ "too late",			0.35, 0.06, 0, 0 },
	{ "too early",			0.65, 0.06, 1, 0 },
	{ "in the middle",		0.5, 0, 1, 0 },
	{ "nothing known",		0, 16, 0, 0 },
	{ "no number",			0, NAN, 0, 0 },
};

static void
test_pulses(void)
{
	ntptime_t	 known, second;
	unsigned int	 i;

	for (i = 0; i < nitems(pulses); i++) {
		known = ntptime_add(epoch, pulses[i].known);
		CHECK_INT(pulses[i].what, refclock_number(known,
		    pulses[i].bound, &second), pulses[i].ok);
		if (pulses[i].ok)
			CHECK_NEAR(pulses[i].what, ntptime_diff(second,
			    epoch), pulses[i].second, 0);
	}
	/* the last second of the era is followed by the first */
	known.t = UINT64_MAX - 1000;
	CHECK_INT("era", refclock_number(known, 0, &second), 1);
	CHECK_INT("era", second.t, 0);
}

int
main(void)
{
	test_samples();
	test_full();
	test_steering();
	test_pulses();
	return test_done("refclock");
}
