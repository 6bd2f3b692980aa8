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
 * What the joint filter learns of its sources.  Pure.
 *
 * Four things come out of the innovations: each source's scale, how much
 * noisier it is than its delays say; its bias, by how much its path's
 * asymmetry puts it beside the others; its lean, on which way its queues
 * are; and a doubt about the filter's own variances, which take the errors
 * of samples for independent.
 */

#include <math.h>

#include "combine_learn.h"
#include "median.h"

#define ZZ_MAX		16.0	/* squared sigma that a source's noise learns */
#define SCALE_PRIOR	8.0	/* samples worth of scale 1 */
#define SCALE_GAIN	0.1
#define SCALE_MIN	0.05
#define SCALE_MAX	1e4
#define DOUBT_MAX	10.0	/* factor on a standard deviation */
#define QUEUE_CLEAR	4.0	/* times the usual spread */
#define QUEUE_MEMORY	32.0	/* samples */
#define QUEUE_FEW	1e-3	/* samples worth of queues */
#define LEAN_PRIOR	3.0	/* samples worth of variance 1/12 */
#define LEAN_SURE	3.0	/* sigma */
#define BIAS_MIN	8	/* samples before a bias is looked for */
#define BIAS_SURE	2.0	/* sigma */
#define BIAS_GAIN	0.1
#define BIAS_LEAK	0.02
#define BIAS_FAR	3.0	/* times the median distance from the median */

static double	 centre(const struct combine_src *, size_t, double *);

/*
 * A source's pull is what its innovations made of the offset, forgotten as
 * the filter forgets.  The squares of the pulls are seen, their variances
 * are due.
 */
void
combine_learn(struct combine_learn *l, size_t n, size_t source, double nu,
    double var, double noise)
{
	double	 zz = nu * nu / var, part = noise / var, gain = 1 - part;
	size_t	 i;

	l->src[source].w += part;
	l->src[source].wzz += part * fmin(zz, ZZ_MAX);
	if (zz < ZZ_MAX) {
		l->src[source].info += 1 / var;
		l->src[source].sum += nu / var;
	} else
		nu *= sqrt(ZZ_MAX / zz);
	for (i = 0; i < n; i++) {
		l->src[i].pull *= part;
		l->src[i].pullvar *= part * part;
		if (i == source) {
			l->src[i].pull += gain * nu;
			l->src[i].pullvar += gain * gain * var;
		}
		l->seen += l->src[i].pull * l->src[i].pull;
		l->due += l->src[i].pullvar;
	}
}

/*
 * Does the error grow with the queue, and by how much of it?  That is the
 * slope of a line through (queue, error): a common part of the errors, what
 * the filter itself has been misled by, does not matter (chrony's idea).
 * The more of a queue there is, the less says its size.
 */
void
combine_learn_queue(struct combine_learn *l, size_t source, double spread,
    double queue, double error)
{
	double	 clear = QUEUE_CLEAR * spread;
	double	 w = 1 / (queue * queue + clear * clear);
	double	 keep = 1 - 1 / QUEUE_MEMORY;

	l->src[source].one = keep * l->src[source].one + w;
	l->src[source].q = keep * l->src[source].q + w * queue;
	l->src[source].e = keep * l->src[source].e + w * error;
	l->src[source].qq = keep * l->src[source].qq + w * queue * queue;
	l->src[source].qe = keep * l->src[source].qe + w * queue * error;
	l->src[source].ee = keep * l->src[source].ee + w * error * error;
}

/*
 * Believed wholly or not at all: what a half of it left in the samples of
 * one uplink would be the same in all of them.
 */
void
combine_learn_lean(const struct combine_learn *l,
    const struct combine_src *src, size_t n)
{
	double	 qq, qe, ee, lean, var, one;
	size_t	 i;

	for (i = 0; i < n; i++) {
		src[i].st->filter.lean = 0;
		if (!((one = l->src[i].one) > 0))
			continue;
		qq = l->src[i].qq - l->src[i].q * l->src[i].q / one;
		qe = l->src[i].qe - l->src[i].q * l->src[i].e / one;
		ee = l->src[i].ee - l->src[i].e * l->src[i].e / one;
		if (!(qq > QUEUE_FEW))
			continue;
		lean = qe / qq;
		var = (fmax(ee - qe * lean, 0) + LEAN_PRIOR / 12) /
		    (qq + LEAN_PRIOR) / qq;
		if (lean * lean > LEAN_SURE * LEAN_SURE * var)
			src[i].st->filter.lean = fmin(fmax(lean, -0.5), 0.5);
	}
}

/*
 * A server whose own clock swings, or a queue that stands for hours, errs
 * the same way for a while and takes the estimate along: more is seen than
 * due (Birge's ratio).  What a source has in the estimate, 1/n, is missing
 * from its innovations.
 */
double
combine_learn_doubt(const struct combine_learn *l, size_t n)
{
	double	 share = n > 1 ? 1 - 1 / (double)n : 1;

	if (!(l->seen > l->due))
		return 1;
	return fmin(sqrt(1 + (l->seen / l->due - 1) / (share * share)),
	    DOUBT_MAX);
}

/* Innovations count by how much of their variance is the source's. */
void
combine_learn_scale(const struct combine_learn *l,
    const struct combine_src *src, size_t n)
{
	double	 scale;
	size_t	 i;

	for (i = 0; i < n; i++) {
		scale = src[i].st->scale;
		scale += SCALE_GAIN * ((l->src[i].wzz * scale + SCALE_PRIOR) /
		    (l->src[i].w + SCALE_PRIOR) - scale);
		src[i].st->scale = fmin(fmax(scale, SCALE_MIN), SCALE_MAX);
	}
}

/*
 * Only what stands out of its own noise is taken for a bias.  Nobody knows
 * where the truth lies between them: their centre is kept at 0, but slowly,
 * so that a source that comes or goes moves nothing.
 */
double
combine_learn_bias(const struct combine_learn *l,
    const struct combine_src *src, size_t n)
{
	struct srcstat	*st;
	double		 b, var, mid, sd, limit;
	size_t		 i;

	for (i = 0; i < n && n > 1; i++) {
		st = src[i].st;
		if (st->n < BIAS_MIN || !(l->src[i].info > 0))
			continue;
		b = st->bias + l->src[i].sum / l->src[i].info;
		var = BIAS_SURE * BIAS_SURE / l->src[i].info;
		if (b * b > var)
			b -= var / b;
		else
			b = 0;
		st->bias += BIAS_GAIN * (b - st->bias);
	}
	mid = centre(src, n, &sd);
	for (i = 0; i < n; i++) {
		st = src[i].st;
		limit = st->filter.floor / 2;
		st->bias -= BIAS_LEAK * mid;
		st->bias = fmin(fmax(st->bias, -limit), limit);
	}
	return sd;
}

/*
 * The centre of the biases: their mean, weighted by root distance, but
 * without those that are far from the median for the others' spread.
 */
static double
centre(const struct combine_src *src, size_t n, double *sd)
{
	double	 v[COMBINE_SRC] = { 0 }, med, spread, w, d, mean = 0, sum = 0;
	size_t	 i, m = 0;

	for (i = 0; i < n; i++)
		v[i] = src[i].st->bias;
	med = median(v, n);
	for (i = 0; i < n; i++)
		v[i] = fabs(src[i].st->bias - med);
	spread = BIAS_FAR * median(v, n);
	*sd = 0;
	for (i = 0; i < n; i++) {
		d = src[i].st->bias - med;
		if (fabs(d) > spread)
			continue;
		w = 1 / (src[i].dist * src[i].dist);
		mean += w * d;
		sum += w;
		*sd += d * d;
		m++;
	}
	*sd = m > 1 ? sqrt(*sd / (double)(m * (m - 1))) : 0;
	return sum > 0 ? med + mean / sum : med;
}
