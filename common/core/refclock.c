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
 * Readings of a reference clock become samples.  Pure.
 *
 * A receiver's message, an interrupt or a bus may be late: errors are
 * mostly small and now and then large, to one side.  So the readings of
 * some seconds are put in the order of their offsets, a fifth is cut off at
 * each end, and what is left is averaged.  All happens on oscillator time,
 * where our own steering does not smear them; the frequency that is known
 * is taken out before they are compared.
 */

#include <math.h>
#include <string.h>

#include "refclock.h"

#define CUT		5	/* one in so many goes, at each end */
#define ROUNDTRIP	1e-9	/* s; there is none, but a sample has one */
#define HALF		UINT64_C(0x80000000)
#define WHOLE		UINT64_C(0xffffffff00000000)

/* A reading by its offset at the time of the newest one. */
struct ranked {
	double		 offset;	/* s */
	double		 age;		/* s */
	double		 error;		/* s */
};

static void	 rank(const struct refclock *, const struct osc *, double,
		    struct ranked *);

void
refclock_add(struct refclock *c, const struct refreading *r)
{
	if (c->n == REFCLOCK_MAX)
		memmove(c->r, c->r + 1, --c->n * sizeof(c->r[0]));
	c->r[c->n++] = *r;
}

int
refclock_sample(struct refclock *c, const struct osc *osc, double freq,
    struct sample *s)
{
	struct ranked	 r[REFCLOCK_MAX];
	double		 offset = 0, age = 0, error = 0, var = 0, d;
	uint32_t	 i, cut = c->n / CUT, n = c->n - 2 * cut;

	if (c->n == 0)
		return -1;
	rank(c, osc, freq, r);
	for (i = cut; i < cut + n; i++) {
		offset += (r[i].offset - r[cut].offset) / n;
		age += r[i].age / n;
		error += r[i].error / n;
	}
	offset += r[cut].offset;
	for (i = cut; i < cut + n; i++) {
		d = r[i].offset - offset;
		var += d * d / n;
	}
	memset(s, 0, sizeof(*s));
	s->at = osc_add(c->r[c->n - 1].at, -age);
	s->offset = offset - freq * age;
	s->delay = ROUNDTRIP;
	s->disp = error + sqrt(var);
	s->leap = c->r[c->n - 1].leap;
	c->n = 0;
	return 0;
}

bool
refclock_number(ntptime_t known, double bound, ntptime_t *second)
{
	ntptime_t	 t = { (known.t + HALF) & WHOLE };

	*second = t;
	return fabs(ntptime_diff(known, t)) + fabs(bound) <= REFCLOCK_DOUBT;
}

/* Sorted by offset, by insertion. */
static void
rank(const struct refclock *c, const struct osc *osc, double freq,
    struct ranked *out)
{
	const struct refreading	*r;
	osc_t			 newest = c->r[c->n - 1].at;
	struct ranked		 x;
	uint32_t		 i, j;

	for (i = 0; i < c->n; i++) {
		r = &c->r[i];
		x.age = osc_diff(newest, r->at);
		x.offset = ntptime_diff(r->time, osc_free(osc, r->at)) +
		    freq * x.age;
		x.error = r->error;
		for (j = i; j > 0 && out[j - 1].offset > x.offset; j--)
			out[j] = out[j - 1];
		out[j] = x;
	}
}
