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
 * Scalars of time.  Three kinds that must not be mixed are three types:
 *
 *	ntptime_t	a moment on the NTP scale (RFC 5905 6): 32.32 fixed
 *			point, seconds since 1900 modulo 2^32, grain 0.23 ns
 *	mono_t		a moment of this machine's CLOCK_MONOTONIC, ns
 *	double		an interval, seconds
 *
 * Moments are subtracted into intervals, never held in a double: a double
 * since 1900 has a grain of 0.48 us.
 */

#ifndef NTPTIME_H
#define NTPTIME_H

#include <stdbool.h>
#include <stdint.h>

#define NTP_UNIX_OFFSET	2208988800ULL	/* 1900 to 1970, seconds */

typedef struct {
	uint64_t	 t;
} ntptime_t;

typedef struct {
	int64_t		 ns;
} mono_t;

/*
 * A moment of the oscillator's own time, ns: see osc.h.
 */
typedef struct {
	int64_t		 ns;
} osc_t;

/* Unix seconds and nanoseconds (0..999999999) to NTP, era dropped. */
ntptime_t	 ntptime_from_unix(int64_t, uint32_t);

/*
 * NTP to Unix seconds and nanoseconds; the era is the one that puts the
 * result within 68 years of the pivot (Unix seconds), RFC 5905 6.
 */
void		 ntptime_to_unix(ntptime_t, int64_t, int64_t *, uint32_t *);

/* a - b in seconds, right across an era boundary, within +-68 years. */
double		 ntptime_diff(ntptime_t, ntptime_t);

/*
 * t + seconds to the full grain of the format; t itself when |seconds| is
 * 2^31 or more, or not a number.
 */
ntptime_t	 ntptime_add(ntptime_t, double);

/* t + nanoseconds, exact to the grain of the format. */
ntptime_t	 ntptime_add_ns(ntptime_t, int64_t);

static inline bool
ntptime_zero(ntptime_t t)
{
	return t.t == 0;
}

/* The 16.16 short format (root delay and dispersion), seconds. */
double		 ntpshort_to_double(uint32_t);

/* Rounds up; saturates below 65536 s, as does NaN; negative becomes 0. */
uint32_t	 ntpshort_from_double(double);

/* a - b in seconds. */
static inline double
mono_diff(mono_t a, mono_t b)
{
	return (double)(a.ns - b.ns) * 1e-9;
}

static inline double
osc_diff(osc_t a, osc_t b)
{
	return (double)(a.ns - b.ns) * 1e-9;
}

/* t + seconds; saturates rather than overflows; NaN adds nothing. */
mono_t		 mono_add(mono_t, double);
osc_t		 osc_add(osc_t, double);

#endif /* NTPTIME_H */
