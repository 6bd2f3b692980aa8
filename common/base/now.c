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
 * The only readers of the clocks outside clock_<os>.c.  Any process;
 * nothing here can set one.
 *
 * config.mk says per system which clock stops during suspend (NOW_MONO)
 * and which, if any, goes on (NOW_BOOT).
 */

#include <sys/types.h>

#include <math.h>
#include <time.h>

#include "now.h"

#define TRIES		3	/* pairs per now_read */
#define TICKS		32	/* increments seen per now_precision, */
#define READS		100000	/* in at most so many readings */

static int64_t
read_ns(clockid_t id)
{
	struct timespec	 ts;

	clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

mono_t
now_mono(void)
{
	mono_t	 t = { read_ns(NOW_MONO) };

	return t;
}

void
now_read(struct now *now)
{
	struct timespec	 real;
	int64_t		 before, after, boot, gap, best = INT64_MAX;
	int		 i;

	for (i = 0; i < TRIES; i++) {
		before = read_ns(NOW_MONO);
		clock_gettime(CLOCK_REALTIME, &real);
		after = read_ns(NOW_MONO);
		boot = read_ns(NOW_BOOT);
		if ((gap = after - before) >= best)
			continue;
		best = gap;
		now->mono.ns = before + gap / 2;
		now->boot.ns = boot;
		now->sec = real.tv_sec;
		now->nsec = (uint32_t)real.tv_nsec;
	}
	now->real = ntptime_from_unix(now->sec, now->nsec);
}

double
now_cpu(pid_t pid)
{
	struct timespec	 ts;
	clockid_t	 clock;

	if (clock_getcpuclockid(pid, &clock) != 0 ||
	    clock_gettime(clock, &ts) == -1)
		return NAN;
	return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

int64_t
now_wall(const struct now *now)
{
	return now->sec * 1000000000 + now->nsec - now->mono.ns;
}

int
now_precision(void)
{
	struct timespec	 res;
	int64_t		 last, t, best = INT64_MAX;
	int		 exponent, i, seen = 0;

	last = read_ns(CLOCK_REALTIME);
	for (i = 0; i < READS && seen < TICKS; i++) {
		t = read_ns(CLOCK_REALTIME);
		if (t > last) {
			seen++;
			if (t - last < best)
				best = t - last;
		}
		last = t;
	}
	if (seen == 0) {
		/* it ticks slower than we could wait for */
		clock_getres(CLOCK_REALTIME, &res);
		best = (int64_t)res.tv_sec * 1000000000 + res.tv_nsec;
	}
	/* the next power of two: best = f * 2^exponent, f in [1/2, 1) */
	if (frexp((double)best * 1e-9, &exponent) == 0.5)
		exponent--;
	return exponent;
}
