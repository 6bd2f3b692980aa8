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
 * The clock of OpenBSD, by adjfreq(2), adjtime(2) and settimeofday(2), the
 * three that pledge(2) lets pass.  Parent only, which decides; nothing else
 * may call them.  This kernel keeps no status for other programs, no leap
 * seconds and no TAI.
 */

#include <sys/types.h>
#include <sys/time.h>

#include <errno.h>
#include <math.h>
#include <time.h>

#include "clock.h"

#define FREQ_UNIT	(4294967296.0 * 1e9)	/* ns/s in 32.32, per s/s */
#define FREQ_MAX	0.1			/* s/s, ours */

int
clock_get(double *freq)
{
	int64_t	 old;

	if (adjfreq(NULL, &old) == -1)
		return -1;
	*freq = (double)old / FREQ_UNIT;
	return 0;
}

int
clock_init(void)
{
	struct timeval	 none = { 0, 0 };

	/* what is left of an earlier adjtime(2) */
	return adjtime(&none, NULL);
}

int
clock_freq(double freq, double *applied)
{
	int64_t	 set;

	if (!isfinite(freq)) {
		errno = EINVAL;
		return -1;
	}
	set = (int64_t)(fmax(-FREQ_MAX, fmin(FREQ_MAX, freq)) * FREQ_UNIT);
	if (adjfreq(&set, NULL) == -1)
		return -1;
	*applied = (double)set / FREQ_UNIT;
	return 0;
}

int
clock_step(double offset)
{
	struct timeval	 tv;
	double		 sec = floor(offset);

	if (!isfinite(offset)) {
		errno = EINVAL;
		return -1;
	}
	if (gettimeofday(&tv, NULL) == -1)
		return -1;
	tv.tv_sec += (time_t)sec;
	tv.tv_usec += (suseconds_t)((offset - sec) * 1e6);
	if (tv.tv_usec >= 1000000) {
		tv.tv_sec++;
		tv.tv_usec -= 1000000;
	}
	return settimeofday(&tv, NULL);
}

int
clock_status(bool synced, int leap, int tai, double maxerror, double esterror)
{
	return 0;
}
