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
 * The samples of all agreeing sources become one estimate: one filter for
 * the oscillator, fed by every sample of every source.
 */

#ifndef COMBINE_H
#define COMBINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "srcstat.h"

#define COMBINE_MODELS	10	/* oscillators it may be */
#define COMBINE_SRC	64	/* sources */
#define COMBINE_WINDOW	256	/* newest samples, computed afresh each time */
#define COMBINE_PERSRC	48	/* of one source among them */

/* One model of the oscillator, and what it makes of the samples so far. */
struct combine_model {
	double		 offset;	/* s */
	double		 freq;		/* s/s */
	double		 voo;		/* variances: offset, s^2 */
	double		 vof;		/* covariance */
	double		 vff;		/* frequency */
	double		 score;		/* log likelihood */
	double		 nu;		/* of the last sample: innovation, s */
	double		 var;		/* and its variance, s^2 */
	double		 oddspan;	/* s since before the odd ones */
	double		 oddnu;		/* innovation of the first of them, s */
	uint64_t	 oddsrc;	/* sources that had them */
	uint32_t	 odd;		/* odd samples in a row, alike */
};

struct combine {
	bool		 valid;		/* model[] has absorbed something */
	osc_t		 at;		/* samples up to here are in model[] */
	struct combine_model model[COMBINE_MODELS];
	int		 lead;		/* the likeliest */
	/* the latest frequency: what to start with when !valid */
	double		 freq;		/* s/s */
	double		 freq_sd;
};

/* A source that takes part. */
struct combine_src {
	struct srcstat	*st;
	double		 weight;	/* divides its variances */
	double		 dist;		/* root distance, s, > 0 */
	bool		 silent;	/* no sample will follow */
};

struct combine_out {
	double		 offset;	/* at now, s */
	double		 freq;		/* s/s */
	double		 offset_sd;
	double		 freq_sd;
	double		 cov;		/* of offset and frequency, s^2/s */
	double		 wander;	/* of the oscillator, s/s per sqrt(s) */
	double		 walk;		/* what it may be: rms of the models */
	double		 bias_sd;	/* how far the sources are apart, s */
	bool		 odd;		/* the last sample did not fit */
};

/* Frequency (s/s) and its standard deviation, before any sample. */
void	 combine_init(struct combine *, double, double);

/*
 * Estimate at a time from n > 0 sources.  The sources' bias, scale and lean
 * are learned on the way.  -1: no sample to start from.
 */
int	 combine_run(struct combine *, const struct combine_src *, size_t,
	    osc_t, struct combine_out *)
	    __attribute__((__warn_unused_result__));

/* The free-running clock was moved by delta seconds: osc_rebase. */
void	 combine_shift(struct combine *, double);

/*
 * All offsets are void (the machine slept): keep only the frequency, which
 * may have aged by so much (s/s), and what was learned of the oscillator.
 */
void	 combine_void(struct combine *, double);

#endif /* COMBINE_H */
