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
 * From the readings of a reference clock (a sensor: a receiver, a pulse, a
 * hardware clock) to samples.  A reading may be noisy, but there are many.
 */

#ifndef REFCLOCK_H
#define REFCLOCK_H

#include <stdbool.h>

#include "osc.h"
#include "sample.h"

#define REFCLOCK_MAX	64	/* readings kept for a sample */

/* At this moment the reference clock said this. */
struct refreading {
	osc_t		 at;
	ntptime_t	 time;		/* UTC */
	double		 error;		/* bound of the reading's, s, > 0 */
	uint8_t		 leap;		/* enum leap_indicator */
};

/* The readings since the last sample; all zero: none. */
struct refclock {
	struct refreading r[REFCLOCK_MAX];
	uint32_t	 n;
};

/* One more; the oldest goes when there is no room. */
void	 refclock_add(struct refclock *, const struct refreading *);

/*
 * Make one sample of all there are, and forget them: the mean of the
 * middle ones.  freq is what the free-running clock is known to lose, s/s.
 * The sample's correction, stratum and refid are the caller's.  -1: there
 * was no reading.
 */
int	 refclock_sample(struct refclock *, const struct osc *, double,
	    struct sample *)
	    __attribute__((__warn_unused_result__));

/*
 * A pulse says that a second began, not which: that is the one nearest to
 * the time known from others, if this and its error bound (s) leave no
 * doubt.  False when they do.
 */
#define REFCLOCK_DOUBT	0.4	/* s */

bool	 refclock_number(ntptime_t, double, ntptime_t *)
	    __attribute__((__warn_unused_result__));

#endif /* REFCLOCK_H */
