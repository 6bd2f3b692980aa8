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
 * Figures of a host's clock, from one look each second.
 */

#include <math.h>
#include <stdlib.h>

#include "world.h"

#define GOOD_FOR	(300 * NSEC)

static const double	 good[STATS_GOOD] = { 1e-2, 1e-3, 1e-4 };	/* s */

void
stats_add(struct stats *s, int64_t now, bool settled, double error,
    double rate, double maxerror, double esterror)
{
	double	 e = fabs(error);
	int	 i;

	s->last = error;
	if (e > s->total_max)
		s->total_max = e;
	for (i = 0; i < STATS_GOOD; i++) {
		if (e >= good[i])
			s->since[i] = -1;
		else if (s->since[i] == -1)
			s->since[i] = now;
		if (s->good[i] == -1 && s->since[i] != -1 &&
		    now - s->since[i] >= GOOD_FOR)
			s->good[i] = s->since[i];
	}
	if (!settled)
		return;
	if (s->n == s->room) {
		s->room = s->room != 0 ? s->room * 2 : 65536;
		s->error = realloc(s->error, s->room * sizeof(*s->error));
		if (s->error == NULL)
			abort();
	}
	s->error[s->n++] = e;
	s->sum2 += e * e;
	s->fsum2 += rate * rate;
	s->beyond += e > maxerror;
	s->within += e < esterror;
	s->within3 += e < 3 * esterror;
	if (e > s->max)
		s->max = e;
}

double
stats_rms(const struct stats *s)
{
	return s->n != 0 ? sqrt(s->sum2 / s->n) : NAN;
}

double
stats_frms(const struct stats *s)
{
	return s->n != 0 ? sqrt(s->fsum2 / s->n) : NAN;
}

static int
compare(const void *a, const void *b)
{
	double	 x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double
stats_percentile(struct stats *s, double p)
{
	if (s->n == 0)
		return NAN;
	qsort(s->error, s->n, sizeof(*s->error), compare);
	return s->error[(size_t)(p / 100.0 * (s->n - 1) + 0.5)];
}
