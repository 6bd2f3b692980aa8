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
 * The median of constraints.  Pure.
 *
 * A constraint is right to some seconds only, so it never moves the clock;
 * it says which sources cannot be right.  The median needs more than half
 * of the constraints to lie before it does.
 */

#include <math.h>
#include <string.h>

#include "constrain.h"

#define NS	1000000000

void
constrain_point(struct constrain_point *p, int64_t date, double rtt,
    int64_t at)
{
	if (!(rtt >= 0 && rtt < CONSTRAIN_MARGIN))
		rtt = 0;
	/* the date was cut off, and said somewhere in the round trip */
	p->at = at;
	p->base = date * NS + NS / 2 + (int64_t)(rtt / 2 * NS) - at;
}

bool
constrain_median(const struct constrain_point *p, size_t n,
    struct constrain_point *median)
{
	struct constrain_point	 sorted[CONSTRAIN_MAX];
	const struct constrain_point *lo, *hi;
	size_t			 i, j;

	if (n > CONSTRAIN_MAX)
		n = CONSTRAIN_MAX;
	if (n == 0)
		return false;
	for (i = 0; i < n; i++) {
		for (j = i; j > 0 && sorted[j - 1].base > p[i].base; j--)
			sorted[j] = sorted[j - 1];
		sorted[j] = p[i];
	}
	lo = &sorted[(n - 1) / 2];
	hi = &sorted[n / 2];
	median->base = lo->base + (hi->base - lo->base) / 2;
	median->at = lo->at < hi->at ? lo->at : hi->at;
	return true;
}

int64_t
constrain_time(const struct constrain_point *p, int64_t at)
{
	return p->base + at;
}

double
constrain_margin(const struct constrain_point *p, int64_t at)
{
	return CONSTRAIN_MARGIN + CONSTRAIN_AGING *
	    fmax((double)(at - p->at) / NS, 0);
}
