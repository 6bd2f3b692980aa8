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
 * combine: one oscillator, several sources.  The noise is drawn as real
 * packets have it: each way waits, and the delay tells.
 */

#include <stdlib.h>

#include "test.h"

#include "combine.h"

#define BASE	20e-3		/* one way, s */

struct world {
	double		 t;
	double		 offset;	/* of the free-running clock, s */
	double		 freq;
	double		 wander;
	double		 jitter;
	size_t		 n;
	double		 bias[8];
	unsigned int	 quiet;		/* bit: this source gives no samples */
	double		 swing;		/* of every source's clock, s */
	double		 out, in;	/* queues, mean, each way, s */
	struct srcstat	 st[8];
	struct combine_src src[8];
	struct combine	 c;
	struct combine_out est;
	int		 failed;
};

static struct world	 w;

static void	 begin(size_t, double, double);
static void	 run(int, double);
static double	 error(void);

static void	 test_line(void);
static void	 test_honest(void);
static void	 test_doubt(void);
static void	 test_wander(void);
static void	 test_coast(void);
static void	 test_bias(void);
static void	 test_lean(void);
static void	 test_jump(void);
static void	 test_liars(void);
static void	 test_outlier(void);
static void	 test_shift_void(void);
static void	 test_weight(void);
static void	 test_nothing(void);
static void	 test_fuzz(void);

int
main(void)
{
	srand(3);
	test_line();
	test_honest();
	test_doubt();
	test_wander();
	test_coast();
	test_bias();
	test_lean();
	test_jump();
	test_liars();
	test_outlier();
	test_shift_void();
	test_weight();
	test_nothing();
	test_fuzz();
	return test_done("combine");
}

static double
uniform(void)
{
	return (rand() + 0.5) / (RAND_MAX + 1.0);
}

static void
begin(size_t n, double jitter, double wander)
{
	size_t	 i;

	memset(&w, 0, sizeof(w));
	w.n = n;
	w.jitter = jitter;
	w.wander = wander;
	w.offset = 0.3;
	w.freq = 40e-6;
	combine_init(&w.c, 0, 1e-4);
	for (i = 0; i < n; i++) {
		srcstat_reset(&w.st[i]);
		w.src[i].st = &w.st[i];
		w.src[i].weight = 1;
		w.src[i].dist = BASE;
	}
}

/* Rounds of one sample of each source, interval seconds apart in all. */
static void
run(int rounds, double interval)
{
	struct sample	 s;
	double		 e1, e2, dt = interval / (double)w.n;
	int		 r, k;
	size_t		 i;

	for (r = 0; r < rounds; r++)
		for (i = 0; i < w.n; i++) {
			w.t += dt;
			w.offset += w.freq * dt;
			for (k = 0; k < 12; k++)
				w.freq += w.wander * sqrt(dt) *
				    (uniform() - 0.5);
			e1 = -w.jitter * log(uniform()) -
			    w.out * log(uniform());
			e2 = -w.jitter * log(uniform()) -
			    w.in * log(uniform());
			memset(&s, 0, sizeof(s));
			s.at.ns = (int64_t)(w.t * 1e9);
			s.offset = w.offset + w.bias[i] + (e1 - e2) / 2 +
			    w.swing * sin(w.t / (500 + 300 * (double)i));
			s.delay = 2 * BASE + e1 + e2;
			s.disp = 1e-7;
			if (w.quiet >> i & 1)
				continue;
			if (srcstat_add(&w.st[i], &s, 1e-9) ==
			    SRCSTAT_REFUSED || combine_run(&w.c, w.src, w.n,
			    s.at, &w.est) == -1)
				w.failed++;
		}
}

static double
error(void)
{
	return w.est.offset - w.offset;
}

static void
test_line(void)
{
	begin(1, 0, 0);
	run(4, 2);
	CHECK_NEAR("four samples without noise: offset", error(), 0, 1e-5);
	CHECK_NEAR("and frequency", w.est.freq, w.freq, 1e-5);
	run(100, 64);
	CHECK_NEAR("a hundred: offset", error(), 0, 1e-6);
	CHECK_NEAR("and frequency", w.est.freq, w.freq, 1e-10);
	CHECK_INT("all ran", w.failed, 0);
	CHECK_INT("old samples were absorbed", osc_diff((osc_t){
	    (int64_t)(w.t * 1e9) }, w.c.at) < 64 * 66, 1);
}

/* Errors in units of what is claimed. */
static void
test_honest(void)
{
	double	 o = 0, f = 0;
	int	 i, n = 60;

	for (i = 0; i < n; i++) {
		begin(4, 1e-3, 1e-9);
		run(30 + i, 64);
		o += pow(error() / w.est.offset_sd, 2);
		f += pow((w.est.freq - w.freq) / w.est.freq_sd, 2);
	}
	CHECK_NEAR("offset's sigma is true", sqrt(o / n), 1.1, 0.5);
	CHECK_NEAR("frequency's sigma is true", sqrt(f / n), 1.1, 0.6);
	CHECK_INT("and small", w.est.offset_sd < 2e-4, 1);
}

/* Sources that swing: errors that hang together are worth less. */
static void
test_doubt(void)
{
	static const struct {
		const char	*what;
		double		 swing;
		int		 within, thrice;	/* at least, of 1000 */
	} rows[] = {
		{ "independent errors", 0, 600, 985 },
		{ "swings below the noise", 50e-6, 500, 940 },
		{ "swings like the noise", 100e-6, 450, 900 }
	};
	double	 sd, e;
	size_t	 i;
	int	 r, within, thrice;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin(4, 100e-6, 1e-9);
		w.swing = rows[i].swing;
		run(100, 256);
		for (r = within = thrice = 0; r < 1000; r++) {
			run(1, 256);
			sd = hypot(w.est.offset_sd, w.est.bias_sd);
			e = fabs(error());
			within += e < sd;
			thrice += e < 3 * sd;
		}
		CHECK_INT(rows[i].what, within >= rows[i].within, 1);
		CHECK_INT(rows[i].what, thrice >= rows[i].thrice, 1);
		CHECK_INT("and not modest", within < 850, 1);
	}
}

static void
test_wander(void)
{
	static const double	 wander[] = { 1e-10, 1e-9, 1e-8, 1e-7 };
	size_t			 i;

	for (i = 0; i < nitems(wander); i++) {
		begin(1, 20e-6, wander[i]);
		run(300, 64);
		CHECK_NEAR("wander found, decades",
		    log10(w.est.wander / wander[i]), 0, 0.5);
	}
}

/* How fast doubt grows without samples: q t^3 / 3, when t is long. */
static void
test_coast(void)
{
	static const double	 wait[] = { 16, 64, 256, 1e4, 1e5 };
	struct combine_out	 was;
	osc_t			 at;
	double			 var, t;
	size_t			 i;

	begin(1, 20e-6, 1e-8);
	run(300, 64);
	at.ns = (int64_t)((w.t + 1e5) * 1e9);
	CHECK_INT("coasting", combine_run(&w.c, w.src, 1, at, &w.est), 0);
	CHECK_NEAR("doubt of the offset", w.est.offset_sd /
	    (1e-8 * sqrt(1e15 / 3)), 1, 0.5);
	CHECK_NEAR("doubt of the frequency", w.est.freq_sd /
	    (1e-8 * sqrt(1e5)), 1, 0.5);

	begin(4, 1e-3, 1e-9);
	run(60, 256);
	was = w.est;
	for (i = 0; i < nitems(wait); i++) {
		t = wait[i];
		at.ns = (int64_t)((w.t + t) * 1e9);
		CHECK_INT("later", combine_run(&w.c, w.src, w.n, at, &w.est),
		    0);
		var = was.offset_sd * was.offset_sd + t * (2 * was.cov +
		    t * (was.freq_sd * was.freq_sd +
		    was.walk * was.walk * t / 3));
		CHECK_NEAR("what is told suffices to foretell it",
		    sqrt(var) / w.est.offset_sd, 1, 0.03);
	}
}

static void
test_bias(void)
{
	double	 e;
	int	 i;

	begin(4, 1e-4, 1e-9);
	w.bias[0] = 2e-3;
	w.bias[1] = -2e-3;
	w.bias[2] = 1e-3;
	w.bias[3] = -1e-3;
	run(60, 64);
	for (i = 0; i < 4; i++)
		CHECK_NEAR("bias learned", w.st[i].bias, w.bias[i], 5e-4);
	CHECK_NEAR("mean is taken for the truth", error(), 0, 5e-4);
	CHECK_NEAR("and owned up to", w.est.bias_sd, 0.9e-3, 0.4e-3);

	begin(4, 1e-3, 1e-9);
	run(60, 64);
	CHECK_NEAR("noise is no bias", w.est.bias_sd, 0, 1e-4);

	begin(4, 1e-4, 1e-9);
	run(40, 64);
	w.bias[3] = 5e-3;
	run(100, 64);
	e = error();
	CHECK_NEAR("one that changes moves nothing", e, 0, 1e-4);

	begin(1, 1e-4, 1e-9);
	w.bias[0] = 1e-3;
	run(60, 64);
	CHECK_NEAR("a single one is believed", error(), 1e-3, 1e-4);
	CHECK_NEAR("it has no bias", w.st[0].bias, 0, 1e-9);
}

/* An hour of queues, after which nothing may be left of them. */
static void
test_lean(void)
{
	static const struct {
		const char	*what;
		size_t		 n;
		double		 out, in;	/* s */
		double		 lean, tolerance;
		double		 error;		/* s */
	} tests[] = {
		{ "our uplink is full", 4, 25e-3, 0, 0.5, 0.06, 500e-6 },
		{ "our downlink is full", 4, 0, 25e-3, -0.5, 0.06, 500e-6 },
		{ "both are", 4, 25e-3, 25e-3, 0, 0.2, 5e-3 },
		{ "one server, uplink", 1, 25e-3, 0, 0.5, 0.06, 700e-6 },
		{ "usual waits", 4, 0, 0, 0, 0.3, 500e-6 }
	};
	size_t	 i, k;

	for (i = 0; i < nitems(tests); i++) {
		begin(tests[i].n, 1e-3, 1e-9);
		run(60, 64);
		w.out = tests[i].out;
		w.in = tests[i].in;
		run(60, 64);
		for (k = 0; k < tests[i].n; k++)
			CHECK_NEAR(tests[i].what, w.st[k].filter.lean,
			    tests[i].lean, tests[i].tolerance);
		CHECK_NEAR(tests[i].what, error(), 0, tests[i].error);
		CHECK_INT("and it is known how well",
		    fabs(error()) < 3 * w.est.offset_sd, 1);
	}
}

static void
test_jump(void)
{
	begin(2, 1e-4, 1e-10);
	run(60, 64);
	w.freq += 5e-6;
	run(12, 64);
	CHECK_NEAR("new frequency found", w.est.freq, w.freq, 3e-7);
	CHECK_NEAR("offset follows", error(), 0, 2e-4);

	begin(2, 1e-4, 1e-10);
	run(60, 64);
	w.offset += 0.01;
	run(6, 64);
	CHECK_NEAR("an offset that all see is followed", error(), 0, 1e-3);
}

/* Those who begin to lie together are not taken for our own oscillator. */
static void
test_liars(void)
{
	begin(4, 1e-4, 1e-10);
	run(60, 64);
	w.bias[2] = w.bias[3] = 0.1;
	w.quiet = 1 << 0 | 1 << 1;
	run(3, 64);
	CHECK_NEAR("half of them, several times", error(), 0, 1e-3);

	begin(4, 1e-4, 1e-10);
	run(60, 64);
	w.bias[1] = 2e-3;
	w.bias[2] = w.bias[3] = 0.1;
	w.quiet = 1 << 0;
	run(1, 64);
	CHECK_NEAR("half of them, and a stray sample before", error(), 0,
	    1e-3);
}

static void
test_outlier(void)
{
	begin(3, 1e-4, 1e-9);
	run(40, 64);
	w.bias[1] = 0.05;
	run(1, 64);
	w.bias[1] = 0;
	CHECK_NEAR("one wild sample moves nothing", error(), 0, 1e-4);
	run(1, 64);
	CHECK_NEAR("nor later", error(), 0, 1e-4);
	CHECK_INT("noticed and over", w.est.odd, 0);
}

static void
test_shift_void(void)
{
	struct combine_out	 before;
	struct srcstat		*st;
	double			 freq;
	osc_t			 at;
	size_t			 i;

	begin(2, 1e-4, 1e-9);
	w.offset = 1000.3;
	run(60, 64);
	at.ns = (int64_t)(w.t * 1e9);
	CHECK_INT("ran", combine_run(&w.c, w.src, w.n, at, &before), 0);
	for (i = 0; i < w.n; i++)
		srcstat_shift(&w.st[i], 1000);
	combine_shift(&w.c, 1000);
	w.offset -= 1000;
	CHECK_INT("ran", combine_run(&w.c, w.src, w.n, at, &w.est), 0);
	CHECK_NEAR("rebased without a trace: offset", w.est.offset,
	    before.offset - 1000, 1e-7);
	CHECK_NEAR("and frequency", w.est.freq, before.freq, 5e-9);
	CHECK_NEAR("as sure as before", w.est.offset_sd / before.offset_sd,
	    1, 0.01);
	run(1, 64);
	CHECK_NEAR("and goes on", error(), 0, 1e-4);

	freq = w.est.freq;
	for (i = 0; i < w.n; i++)
		srcstat_reset(&w.st[i]);
	combine_void(&w.c, 1e-8);
	w.offset += 7;
	w.t += 3600;
	run(1, 2);
	CHECK_NEAR("offset is learned anew", error(), 0, 2e-3);
	CHECK_NEAR("frequency is kept", w.est.freq, freq, 1e-7);
	st = &w.st[0];
	CHECK_INT("nothing else kept", st->n, 1);
}

static void
test_weight(void)
{
	begin(2, 1e-4, 1e-9);
	w.src[0].weight = 10;
	w.bias[1] = 2e-4;
	run(5, 64);
	CHECK_NEAR("the heavier is nearer", error(), 0, 1e-4);
}

static void
test_nothing(void)
{
	begin(1, 0, 0);
	CHECK_INT("no sample, no estimate", combine_run(&w.c, w.src, 1,
	    (osc_t){ 1 }, &w.est), -1);
	run(5, 64);
	srcstat_reset(&w.st[0]);
	CHECK_INT("nor when it is gone again", combine_run(&w.c, w.src, 1,
	    (osc_t){ (int64_t)(w.t * 1e9) }, &w.est), -1);
	run(100, 64);
	srcstat_reset(&w.st[0]);
	CHECK_INT("what was absorbed is carried on", combine_run(&w.c, w.src,
	    1, (osc_t){ (int64_t)(w.t * 1e9) }, &w.est), 0);
	CHECK_NEAR("as it was", error(), 0, 1e-5);
}

static void
test_fuzz(void)
{
	static const double	 odd[] = { 0, 1e-9, 1e-3, 1, 4e9, -4e9, 1e-300,
	    1e9 };
	struct sample		 s;
	int			 i, k, bad = 0;

	begin(8, 0, 0);
	memset(&s, 0, sizeof(s));
	for (i = 0; i < 20000; i++) {
		k = rand() % 8;
		if (i % 1000 == 0)
			begin(8, 0, 0);
		s.at.ns += rand() % 3 == 0 ? (int64_t)rand() << (rand() % 25) :
		    rand() % 2;
		s.offset = odd[(size_t)rand() % nitems(odd)] * uniform();
		s.delay = fabs(odd[(size_t)rand() % nitems(odd)]) + 1e-300;
		s.disp = fabs(odd[(size_t)rand() % nitems(odd)]);
		if (s.at.ns > INT64_MAX / 4)
			s.at.ns = 0;
		if (srcstat_add(&w.st[k], &s, w.est.wander) ==
		    SRCSTAT_REFUSED)
			continue;
		w.src[k].dist = sample_distance(&s) + 1e-9;
		if (combine_run(&w.c, w.src, 8, s.at, &w.est) == -1)
			continue;
		if (!isfinite(w.est.offset) || !isfinite(w.est.freq) ||
		    !isfinite(w.est.offset_sd) || !isfinite(w.est.freq_sd) ||
		    !isfinite(w.est.bias_sd) || !isfinite(w.est.wander) ||
		    !(w.est.offset_sd >= 0) || !(w.est.freq_sd >= 0))
			bad++;
	}
	CHECK_INT("numbers only", bad, 0);
}
