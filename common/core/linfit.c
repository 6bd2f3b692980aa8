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
 * Weighted least squares and the runs test.  Pure.
 *
 * With weights w = 1/var, W = sum w, u = sum(w x)/W and v = sum(w y)/W,
 *
 *	slope  = sum w (x - u)(y - v) / V,	V = sum w (x - u)^2
 *	offset = v - slope * u
 *
 * whose errors are sd(slope) = 1/sqrt(V), sd(v) = 1/sqrt(W), times the
 * square root of the residuals' chi-square per degree of freedom.  All
 * sums are over centred values (Numerical Recipes 15.2).
 */

#include <math.h>

#include "linfit.h"

/* var is believed as much as so many degrees of freedom would be */
#define PRIOR_DOF	4.0

int
linfit_line(struct linfit *fit, const double *x, const double *y,
    const double *var, size_t n)
{
	double	 W = 0, u = 0, v = 0, V = 0, b = 0, chi = 0, r, scale;
	size_t	 i;

	if (n < 2)
		return -1;
	for (i = 0; i < n; i++) {
		if (!isfinite(x[i]) || !isfinite(y[i]) || !(var[i] > 0))
			return -1;
		W += 1 / var[i];
		u += x[i] / var[i];
		v += y[i] / var[i];
	}
	if (!isfinite(W) || !(W > 0))
		return -1;
	u /= W;
	v /= W;
	for (i = 0; i < n; i++) {
		V += (x[i] - u) * (x[i] - u) / var[i];
		b += (x[i] - u) * (y[i] - v) / var[i];
	}
	if (!isfinite(V) || !isfinite(b) || !(V > 0) || !isfinite(b / V))
		return -1;
	b /= V;
	for (i = 0; i < n; i++) {
		r = y[i] - v - b * (x[i] - u);
		chi += r * r / var[i];
	}
	scale = sqrt((chi + PRIOR_DOF) / ((double)n - 2 + PRIOR_DOF));
	if (!isfinite(scale))
		return -1;

	fit->slope = b;
	fit->offset = v - b * u;
	fit->slope_sd = scale / sqrt(V);
	fit->offset_sd = scale * sqrt(1 / W + u * u / V);
	fit->scale = scale;
	return 0;
}

/*
 * Of k residuals with random signs the number of runs has the mean
 * 1 + k/2 and the variance k(k-2)/(4(k-1)), a line having been fitted;
 * 1.645 sigma is 5 % of the lower tail.
 */
bool
linfit_random(const double *r, size_t n)
{
	double	 k = (double)n, critical;
	size_t	 i, runs = 1;

	if (n < 8)
		return true;
	for (i = 1; i < n; i++)
		if ((r[i] < 0) != (r[i - 1] < 0))
			runs++;
	critical = 1 + k / 2 - 1.645 * sqrt(k * (k - 2) / (4 * (k - 1)));
	return (double)runs > floor(critical);
}
