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
 * Oscillators: an error at the start, a random walk, the temperature of the
 * day, an expression, a table.
 */

#include <math.h>

#include "scenario.h"

static double	 look_up(const struct table *, double);

/* Between two rows on a line; before the first and after the last, level. */
static double
look_up(const struct table *p, double t)
{
	const double	*v = p->v;
	size_t		 lo = 0, hi = p->n / 2 - 1, mid;

	if (t <= v[0])
		return v[1];
	if (t >= v[2 * hi])
		return v[2 * hi + 1];
	while (hi - lo > 1) {
		mid = (lo + hi) / 2;
		if (v[2 * mid] <= t)
			lo = mid;
		else
			hi = mid;
	}
	return v[2 * lo + 1] + (v[2 * hi + 1] - v[2 * lo + 1]) *
	    (t - v[2 * lo]) / (v[2 * hi] - v[2 * lo]);
}

double
osc_error(const struct osc_model *o, double t)
{
	double	 y = o->freq;

	if (o->period > 0.0)
		y += o->sine * sin(2 * M_PI * t / o->period);
	if (o->expr != NULL)
		y += expr_eval(o->expr, t);
	if (o->table != NULL)
		y += look_up(o->table, t);
	return y;
}

void
osc_walk(struct osc_model *o, struct rng *r, double dt)
{
	o->freq += o->wander * rng_normal(r) * sqrt(dt);
}

bool
osc_word(struct words *ws, struct osc_model *o)
{
	const char	*text, *error;
	size_t		 i;

	if (word_is(ws, "freq"))
		o->freq = word_number(ws);
	else if (word_is(ws, "wander"))
		o->wander = word_number(ws);
	else if (word_is(ws, "sine")) {
		o->sine = word_number(ws);
		o->period = word_number(ws);
	} else if (word_is(ws, "curve")) {
		o->table = table_read(ws);
		for (i = 2; i < o->table->n; i += 2)
			if (o->table->v[i] <= o->table->v[i - 2])
				break;
		if (o->table->n % 2 != 0 || i < o->table->n)
			word_error(ws, "a curve is rows of time and "
			    "frequency, in order");
	} else if (word_is(ws, "expr")) {
		text = word_next(ws);
		o->expr = expr_parse(text != NULL ? text : "", &error);
		if (o->expr == NULL)
			word_error(ws, "%s", error);
	} else
		return false;
	return true;
}
