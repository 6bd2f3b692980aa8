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
 * Per-source sample filter: weight by excess delay.  Pure.
 *
 * The packet's two ways wait e1 and e2 in queues; the offset is wrong by
 * (e1 - e2) / 2 and the round trip is e = e1 + e2 above the floor.  For
 * equal, exponentially distributed waits e1 is uniform in 0..e once e is
 * known, so that
 *
 *	var(error | e) = e^2 / 12,	|error| <= e / 2
 *
 * No sample is thrown away for its delay: a bad one just weighs nothing.
 * The floor itself is known to within about the smallest excess among n
 * packets, which for two exponential waits of mean j is j sqrt(pi/2n);
 * the median excess is 1.68 j.
 *
 * A queue that stands on one way only is another matter: what it adds to
 * the round trip, q = e - 2 j, is with its sign, lean (-1/2 back .. 1/2
 * out), in the offset.  Which way is learned in combine_learn.c.  Once
 * lean q is taken out, j of the other way's wait is left; in between
 *
 *	var(error | e) = ((1 - 4 lean^2) e^2 + 4 lean^2 (12 j^2)) / 12
 */

#include <math.h>
#include <string.h>

#include "filter.h"
#include "median.h"

#define NEWPATH_RUN	8	/* delays in a row to call it a new path */
#define PRIOR_COUNT	3.0	/* weight of the assumed spread, samples */
#define PRIOR_SPREAD	0.03	/* of the delay */
#define GRAIN		1.0	/* sqrt(pi/2) / 1.68, and some caution */
#define MEAN_EXCESS	1.2	/* in spreads: 2 / 1.68 */
#define OTHER_WAY	2.1	/* in spreads: sqrt(12) / 1.68 */
#define SCATTER		2.0	/* times the usual spread: queues */
#define RISE		1e6	/* s, for more to become usual */
#define NOISE_MIN	1e-9	/* s; nothing is more exact than that */

static double	 middle(const double *, size_t);

void
filter_learn(struct filter *f, const double *delay, size_t n)
{
	double	 med;
	size_t	 i;

	if (n > FILTER_MAX) {
		delay += n - FILTER_MAX;
		n = FILTER_MAX;
	}
	f->floor = delay[0];
	for (i = 1; i < n; i++)
		f->floor = fmin(f->floor, delay[i]);
	med = middle(delay, n) - f->floor;
	/* few samples say little of the spread: lean on an assumed one */
	f->spread = ((double)n * med + PRIOR_COUNT * PRIOR_SPREAD * f->floor) /
	    ((double)n + PRIOR_COUNT);
	f->grain = GRAIN * f->spread / sqrt((double)n);
}

/*
 * Round trips that have become longer but scatter no more are those of
 * another path; queues scatter.
 */
void
filter_remember(struct filter *f, const struct filter *before, double age)
{
	double	 hold = 1 - fmin(age / RISE, 1), share, back;

	share = f->grain / f->spread;
	if (f->spread > SCATTER * before->spread &&
	    f->floor > before->floor) {
		back = hold * (f->floor - before->floor);
		f->floor -= back;
		f->spread += back;
	}
	if (f->spread > before->spread)
		f->spread -= hold * (f->spread - before->spread);
	f->grain = share * f->spread;
}

double
filter_queue(const struct filter *f, double delay)
{
	return fmax(delay - f->floor - MEAN_EXCESS * f->spread, 0);
}

double
filter_var(const struct filter *f, double delay, double disp)
{
	double	 e = fmax(delay - f->floor, 0) + f->grain;
	double	 known = 4 * f->lean * f->lean, left;

	left = fmin(e, OTHER_WAY * f->spread + f->grain);
	return ((1 - known) * e * e + known * left * left) / 12 +
	    disp * disp / 3 + NOISE_MIN * NOISE_MIN;
}

double
filter_bound(const struct filter *f, double delay, double disp)
{
	return fmax(delay - f->floor, 0) / 2 + f->grain + disp + NOISE_MIN;
}

size_t
filter_newpath(const double *delay, size_t n)
{
	double	 lo, hi, floor, med;
	size_t	 i, m;

	if (n < 2 * NEWPATH_RUN)
		return 0;
	m = n - NEWPATH_RUN;
	lo = hi = delay[m];
	for (i = m + 1; i < n; i++) {
		lo = fmin(lo, delay[i]);
		hi = fmax(hi, delay[i]);
	}
	floor = delay[0];
	for (i = 1; i < m; i++)
		floor = fmin(floor, delay[i]);
	med = middle(delay, m < FILTER_MAX ? m : FILTER_MAX) - floor;
	/*
	 * All of the newest are far above what was usual, and close
	 * together compared with that: congestion would scatter them.
	 */
	if (lo - floor > 4 * med && lo - floor > 2 * (hi - lo))
		return NEWPATH_RUN;
	return 0;
}

static double
middle(const double *delay, size_t n)
{
	double	 v[FILTER_MAX] = { 0 };

	memcpy(v, delay, n * sizeof(v[0]));
	return median(v, n);
}
