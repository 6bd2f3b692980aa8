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
 * The one thing every source of time produces.
 */

#ifndef SAMPLE_H
#define SAMPLE_H

#include "ntptime.h"

struct sample {
	osc_t		 at;		/* middle of departure and arrival */
	double		 offset;	/* reference - free-running clock, s */
	double		 delay;		/* round trip, s, > 0 */
	double		 disp;		/* error of the reading, s, > 0 */
	double		 rootdelay;	/* the server's own, s */
	double		 rootdisp;	/* the server's own, s */
	uint32_t	 refid;		/* the server's own, host order */
	uint8_t		 leap;		/* enum leap_indicator */
	uint8_t		 stratum;	/* of the server, 0 for a refclock */
};

/* Root distance of a sample when it was taken, s (RFC 5905 11.2.1). */
static inline double
sample_distance(const struct sample *s)
{
	return (s->delay + s->rootdelay) / 2 + s->disp + s->rootdisp;
}

#endif /* SAMPLE_H */
