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
 * A straight line through weighted points, and whether the points scatter
 * about it at random.
 */

#ifndef LINFIT_H
#define LINFIT_H

#include <stdbool.h>
#include <stddef.h>

struct linfit {
	double		 offset;	/* of the line at x = 0 */
	double		 slope;
	double		 offset_sd;	/* one sigma */
	double		 slope_sd;
	double		 scale;		/* scatter found / scatter expected */
};

/*
 * Fit y = offset + slope * x to n points whose errors have the variances
 * var (> 0).  Errors of the result are scaled by what the residuals say,
 * blended with var so that three points on a line are no proof.
 * -1 when n < 2, x has no span, or an argument is not finite: *fit is
 * then untouched.
 */
int	 linfit_line(struct linfit *, const double *, const double *,
	    const double *, size_t)
	    __attribute__((__warn_unused_result__));

/*
 * Runs test (Wald and Wolfowitz): do n residuals change sign as often as
 * chance would have it?  False: too few changes (5 % level), the points
 * bend away from the line.  Fewer than 8 points always pass.
 */
bool	 linfit_random(const double *, size_t);

#endif /* LINFIT_H */
