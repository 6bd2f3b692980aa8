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
 * What is known about one source: its last samples, the path they came
 * by, and the line through them.
 */

#ifndef SRCSTAT_H
#define SRCSTAT_H

#include "filter.h"
#include "sample.h"

#define SRCSTAT_MAX	64	/* samples kept */
#define SRCSTAT_MIN	3	/* samples that make a source usable */

struct srcpoint {
	osc_t		 at;
	double		 offset;	/* reference - free-running clock, s */
	double		 delay;		/* round trip, s */
	double		 disp;		/* error of the reading, s */
	double		 dist;		/* root distance then, s */
	double		 rootdelay;	/* round trip to the root, s */
	double		 var;		/* of offset's error, s^2: filter.h */
	bool		 odd;		/* contradicted the line */
};

struct srcstat {
	struct srcpoint	 p[SRCSTAT_MAX];	/* oldest first */
	uint32_t	 n;
	uint32_t	 path;		/* newest ones, by the present path */
	uint32_t	 valid;		/* newest ones, since its time jumped */
	uint32_t	 fitted;	/* newest ones, in the line */
	uint32_t	 odd;		/* newest ones, contradict the line, */
	int32_t		 side;		/* so many above it, < 0: below */
	struct sample	 last;
	struct filter	 filter;
	/* the line: at "at" the clock was offset behind, losing freq */
	osc_t		 at;
	double		 offset;	/* s */
	double		 freq;		/* s/s */
	double		 offset_sd;
	double		 freq_sd;
	double		 jitter;	/* rms of the residuals, s */
	/* what combine.c learns of it */
	double		 scale;		/* factor on every var */
	double		 bias;		/* its path's asymmetry, s */
};

enum srcstat_add {
	SRCSTAT_ADDED,
	SRCSTAT_JUMPED,		/* added: what came before says nothing of the
				 * source's time any more */
	SRCSTAT_REFUSED		/* not newer than the last, or not a number */
};

void	 srcstat_reset(struct srcstat *);

/*
 * Take a sample.  wander: how much the oscillator's frequency may have
 * walked, s/s per sqrt(s): a sample that the line misses by more than
 * queueing, noise and wander explain is odd and left out of account, but
 * three odd ones in a row on one side mean that the source (or our clock)
 * jumped, and eight on any side that it is not what it was.
 */
enum srcstat_add srcstat_add(struct srcstat *, const struct sample *, double)
	    __attribute__((__warn_unused_result__));

/* The free-running clock was moved by delta seconds: osc_rebase. */
void	 srcstat_shift(struct srcstat *, double);

/* The best that a source's samples say about a moment. */
struct srcstat_best {
	double		 offset;	/* s */
	double		 dist;		/* root distance, its error bound, s */
	double		 rootdelay;	/* round trip to the root, s */
};

/*
 * Of the samples, carried to a moment with the oscillator's frequency
 * (s/s) that is uncertain by skew, the one with the least root distance.
 * n must not be 0.
 */
void	 srcstat_best(const struct srcstat *, osc_t, double, double,
	    struct srcstat_best *);

/* Standard deviation of one typical sample, s; what polls are chosen by. */
double	 srcstat_noise(const struct srcstat *);

#endif /* SRCSTAT_H */
