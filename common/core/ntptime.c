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
 * Moments and intervals.  Pure; all arithmetic on moments is modulo 2^64,
 * so the end of an NTP era (2036-02-07) is no event.
 */

#include <math.h>

#include "ntptime.h"

#define NS_PER_S	1000000000
#define TWO32		4294967296.0

static int64_t	 add_sat(int64_t, double);
static uint64_t	 frac_from_ns(uint32_t);

ntptime_t
ntptime_from_unix(int64_t sec, uint32_t nsec)
{
	ntptime_t t;

	t.t = (((uint64_t)sec + NTP_UNIX_OFFSET) << 32) + frac_from_ns(nsec);
	return t;
}

void
ntptime_to_unix(ntptime_t t, int64_t pivot, int64_t *sec, uint32_t *nsec)
{
	uint64_t ns;
	int32_t	 diff;

	/* modulo 2^32: the nearer of the two ways round */
	diff = (int32_t)(uint32_t)((t.t >> 32) - ((uint64_t)pivot +
	    NTP_UNIX_OFFSET));
	*sec = (int64_t)((uint64_t)pivot + (uint64_t)(int64_t)diff);
	ns = ((t.t & UINT32_MAX) * NS_PER_S + (1ULL << 31)) >> 32;
	if (ns == NS_PER_S) {
		ns = 0;
		*sec = (int64_t)((uint64_t)*sec + 1);
	}
	*nsec = (uint32_t)ns;
}

double
ntptime_diff(ntptime_t a, ntptime_t b)
{
	return (double)(int64_t)(a.t - b.t) / TWO32;
}

ntptime_t
ntptime_add(ntptime_t t, double s)
{
	/* also keeps a NaN out of the cast, where it is undefined */
	if (!(fabs(s) < TWO32 / 2))
		return t;
	t.t += (uint64_t)(int64_t)rint(s * TWO32);
	return t;
}

ntptime_t
ntptime_add_ns(ntptime_t t, int64_t ns)
{
	int64_t	 sec;
	int32_t	 rest;

	sec = ns / NS_PER_S;
	rest = (int32_t)(ns % NS_PER_S);
	if (rest < 0) {
		sec--;
		rest += NS_PER_S;
	}
	t.t += ((uint64_t)sec << 32) + frac_from_ns((uint32_t)rest);
	return t;
}

double
ntpshort_to_double(uint32_t v)
{
	return v / 65536.0;
}

uint32_t
ntpshort_from_double(double s)
{
	double	 scaled;
	uint32_t v;

	scaled = s * 65536;
	if (scaled <= 0)
		return 0;
	/* an error bound that is not a number is no bound: say the most */
	if (!(scaled <= UINT32_MAX))
		return UINT32_MAX;
	v = (uint32_t)scaled;
	if (v < scaled)
		v++;
	return v;
}

mono_t
mono_add(mono_t t, double s)
{
	t.ns = add_sat(t.ns, s);
	return t;
}

osc_t
osc_add(osc_t t, double s)
{
	t.ns = add_sat(t.ns, s);
	return t;
}

/* A timer set by a NaN comes due at once rather than never. */
static int64_t
add_sat(int64_t t, double s)
{
	double	 ns;
	int64_t	 d;

	ns = rint(s * 1e9);
	if (isnan(ns))
		return t;
	if (ns >= 0x1p63)
		d = INT64_MAX;
	else if (ns < -0x1p63)
		d = INT64_MIN;
	else
		d = (int64_t)ns;
	if (d > 0 && t > INT64_MAX - d)
		return INT64_MAX;
	if (d < 0 && t < INT64_MIN - d)
		return INT64_MIN;
	return t + d;
}

/* Rounded to the nearest, so that ns -> NTP -> ns is exact. */
static uint64_t
frac_from_ns(uint32_t ns)
{
	return (((uint64_t)ns << 32) + NS_PER_S / 2) / NS_PER_S;
}
