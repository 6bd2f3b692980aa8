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
 * linfit: lines found, errors stated, nonsense refused, bends noticed.
 */

#include "test.h"

#include "linfit.h"

static void	 test_line(void);
static void	 test_errors(void);
static void	 test_refused(void);
static void	 test_random(void);

int
main(void)
{
	test_line();
	test_errors();
	test_refused();
	test_random();
	return test_done("linfit");
}

static void
test_line(void)
{
	static const struct {
		const char	*what;
		size_t		 n;
		double		 x[5], y[5], var[5];
		double		 offset, slope;
	} tests[] = {
		{ "two points", 2, { 0, 1 }, { 3, 5 }, { 1, 1 }, 3, 2 },
		{ "a horizontal line", 3, { -2, -1, 0 }, { 7, 7, 7 },
		    { 1, 1, 1 }, 7, 0 },
		{ "far from the origin", 3, { 1e6, 1e6 + 1, 1e6 + 2 },
		    { 1, 2, 3 }, { 1, 1, 1 }, 1 - 1e6, 1 },
		{ "a heavy point draws the line", 3, { -1, 0, 1 },
		    { 0, 0, 3 }, { 1e-9, 1e-9, 1e9 }, 0, 0 },
		{ "equal weights, by hand", 4, { 0, 1, 2, 3 },
		    { 0, 2, 1, 3 }, { 1, 1, 1, 1 }, 0.3, 0.8 },
		{ "frequency of 50 ppm over a day", 3,
		    { -86400, -43200, 0 }, { -4.32, -2.16, 0 },
		    { 1e-8, 1e-8, 1e-8 }, 0, 5e-5 }
	};
	struct linfit	 f;
	size_t		 i;

	for (i = 0; i < nitems(tests); i++) {
		CHECK_INT(tests[i].what, linfit_line(&f, tests[i].x,
		    tests[i].y, tests[i].var, tests[i].n), 0);
		CHECK_NEAR(tests[i].what, f.offset, tests[i].offset, 1e-9 *
		    (1 + fabs(tests[i].offset)));
		CHECK_NEAR(tests[i].what, f.slope, tests[i].slope, 1e-9);
	}
}

/* Of many lines drawn with known noise, do the stated errors hold? */
static void
test_errors(void)
{
	struct linfit	 f;
	double		 x[20], y[20], v[20], so = 0, ss = 0;
	uint64_t	 r = 1;
	int		 i, k, j, n = 2000;

	for (k = 0; k < n; k++) {
		for (i = 0; i < 20; i++) {
			x[i] = i - 19;
			v[i] = i % 2 ? 1 : 4;
			for (y[i] = 0, j = 0; j < 12; j++) {
				r = r * 6364136223846793005ULL + 1;
				y[i] += (double)(r >> 33) / 0x1p31 - 0.5;
			}
			y[i] = y[i] * sqrt(v[i]) + 5 + 0.1 * x[i];
		}
		if (linfit_line(&f, x, y, v, 20) == -1)
			break;
		so += pow((f.offset - 5) / f.offset_sd, 2);
		ss += pow((f.slope - 0.1) / f.slope_sd, 2);
	}
	CHECK_INT("all fitted", k, n);
	CHECK_NEAR("offset in its own sigmas", sqrt(so / n), 1, 0.1);
	CHECK_NEAR("slope in its own sigmas", sqrt(ss / n), 1, 0.1);
	CHECK_NEAR("scatter as expected", f.scale, 1, 0.5);
}

static void
test_refused(void)
{
	static const struct {
		const char	*what;
		size_t		 n;
		double		 x[3], y[3], var[3];
	} tests[] = {
		{ "one point", 1, { 0 }, { 0 }, { 1 } },
		{ "none", 0, { 0 }, { 0 }, { 0 } },
		{ "no span", 3, { 2, 2, 2 }, { 1, 2, 3 }, { 1, 1, 1 } },
		{ "NaN in x", 2, { 0, NAN }, { 0, 0 }, { 1, 1 } },
		{ "NaN in y", 2, { 0, 1 }, { NAN, 0 }, { 1, 1 } },
		{ "NaN in var", 2, { 0, 1 }, { 0, 0 }, { NAN, 1 } },
		{ "infinite y", 2, { 0, 1 }, { 0, INFINITY }, { 1, 1 } },
		{ "variance 0", 2, { 0, 1 }, { 0, 0 }, { 0, 1 } },
		{ "variance below 0", 2, { 0, 1 }, { 0, 0 }, { 1, -1 } },
		{ "overflow", 2, { -1e300, 1e300 }, { 0, 1 }, { 1, 1 } },
		{ "weight overflow", 2, { 0, 1 }, { 0, 1 },
		    { 1e-320, 1e-320 } }
	};
	struct linfit	 f;
	size_t		 i;

	for (i = 0; i < nitems(tests); i++) {
		f.offset = 42;
		CHECK_INT(tests[i].what, linfit_line(&f, tests[i].x,
		    tests[i].y, tests[i].var, tests[i].n), -1);
		CHECK_NEAR(tests[i].what, f.offset, 42, 0);
	}
}

static void
test_random(void)
{
	static const struct {
		const char	*what;
		const char	*signs;
		bool		 random;
	} tests[] = {
		{ "seven of a side are too few to tell", "+++++++", true },
		{ "eight on one side", "++++++++", false },
		{ "a parabola", "+++------+++", false },
		{ "a step", "++++++++--------", false },
		{ "like a coin", "++-+---+-+--+-++", true },
		{ "alternating", "+-+-+-+-+-+-", true },
		{ "four runs of four", "++++----++++----", false },
		{ "just enough", "+++--++---+-++--", true }
	};
	double	 r[32];
	size_t	 i, k;

	for (i = 0; i < nitems(tests); i++) {
		for (k = 0; tests[i].signs[k] != '\0'; k++)
			r[k] = tests[i].signs[k] == '+' ? 1 : -1;
		CHECK_INT(tests[i].what, linfit_random(r, k),
		    tests[i].random);
	}
}
