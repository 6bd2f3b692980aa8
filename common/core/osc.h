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
 * The oscillator's own time, and the free-running clock made of it.
 *
 * The kernel's clocks tick at (1 + adj) times the rate of the oscillator,
 * where adj is the frequency we told the kernel to add.  Dividing that out
 * again gives a time scale nobody steers: osc.  All samples and all
 * estimates live on it, so steering the clock never moves history, and a
 * step of CLOCK_REALTIME is no event at all for the estimator.
 *
 *	free-running clock = base + osc
 *
 * It starts equal to CLOCK_REALTIME and drifts away from true time by the
 * oscillator's error.  Every "offset" in this program is
 *
 *	offset = reference - local	(seconds, positive: local is slow)
 *
 * with local = this free-running clock unless a name says otherwise.  The
 * base is moved (osc_rebase) when offsets get large, to keep the grain of
 * a double small; the holders of offsets are moved with it.
 */

#ifndef OSC_H
#define OSC_H

#include "ntptime.h"

struct osc {
	mono_t		 mono;	/* last change of adj, CLOCK_MONOTONIC */
	osc_t		 at;	/* the same moment, oscillator time */
	double		 adj;	/* kernel frequency since then, s/s, */
	double		 prev;	/* and before it */
	ntptime_t	 base;	/* free-running clock at osc 0 */
};

/*
 * Start: at mono the kernel runs with frequency adj (s/s, positive: the
 * kernel clock is sped up) and CLOCK_REALTIME shows real.  A frequency
 * that is none (not finite, beyond 0.5) counts as 0 here and is ignored by
 * osc_adjust.
 */
void		 osc_init(struct osc *, mono_t, double, ntptime_t);

/* The kernel's frequency became adj (s/s) at mono, not before. */
void		 osc_adjust(struct osc *, mono_t, double);

/* Move the free-running clock by delta seconds. */
void		 osc_rebase(struct osc *, double);

/*
 * Oscillator time of a moment.  A moment before the last change is taken
 * with the frequency that ruled before it: a query may be on its way while
 * the clock is being steered.
 */
osc_t		 osc_from_mono(const struct osc *, mono_t);

/* The inverse, for timers. */
mono_t		 osc_to_mono(const struct osc *, osc_t);

/* What the free-running clock shows at a moment. */
ntptime_t	 osc_free(const struct osc *, osc_t);

#endif /* OSC_H */
