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
 * What the innovations of one run of combine.c tell of its sources.
 */

#ifndef COMBINE_LEARN_H
#define COMBINE_LEARN_H

#include "combine.h"

/* Zeroed before a run. */
struct combine_learn {
	struct {
		double	 w;		/* how much the source's noise is in */
		double	 wzz;		/* and squares of them, in sigma */
		double	 info;		/* sum of 1 / variance */
		double	 sum;		/* of innovations / variance */
		double	 pull;		/* its part in the offset, s, */
		double	 pullvar;	/* and the variance of that, s^2 */
		/* queues and what they did: sums of weights, s^-2, */
		double	 one, q, e;	/* times 1, queue, error, */
		double	 qq, qe, ee;	/* and products of these */
	}		 src[COMBINE_SRC];
	double		 seen;		/* pulls squared, s^2 */
	double		 due;		/* what they should be, s^2 */
};

/*
 * One of n sources made an innovation (s) of a variance (s^2), of which the
 * sample's own part is the last argument.
 */
void	 combine_learn(struct combine_learn *, size_t, size_t, double, double,
	    double);

/*
 * The same one, whose path's usual spread (s) is the third argument, was
 * held up in queues for so long (s), and off by so much (s).
 */
void	 combine_learn_queue(struct combine_learn *, size_t, double, double,
	    double);

/* On which way are each source's queues? */
void	 combine_learn_lean(const struct combine_learn *,
	    const struct combine_src *, size_t);

/* By what factor is the offset less sure than the filter says?  >= 1 */
double	 combine_learn_doubt(const struct combine_learn *, size_t);

/* How noisy is each source compared with what its delays say? */
void	 combine_learn_scale(const struct combine_learn *,
	    const struct combine_src *, size_t);

/*
 * By how much is each source beside the others?  Returns the uncertainty
 * of their centre, s.
 */
double	 combine_learn_bias(const struct combine_learn *,
	    const struct combine_src *, size_t);

#endif /* COMBINE_LEARN_H */
