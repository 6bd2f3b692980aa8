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
 * The clock of FreeBSD, by ntp_adjtime(2).  Parent only, which decides;
 * nothing else may call it.  The kernel takes no more than 500 ppm, so a
 * faster slew comes out slower: the caller is told what was applied.
 */

#include <sys/types.h>
#include <sys/time.h>
#include <sys/timex.h>

#include <errno.h>
#include <math.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "leap.h"

#define PPM		1e-6
#define FREQ_MAX	500.0		/* ppm, of MOD_FREQUENCY */
#define FREQ_UNIT	65536.0		/* of timex.freq, per ppm */
#define PHASE_LIMIT	16.0		/* s, the kernel's worst error */

int
clock_get(double *freq)
{
	struct timex	 tx;

	memset(&tx, 0, sizeof(tx));
	if (ntp_adjtime(&tx) == -1)
		return -1;
	*freq = (double)tx.freq / FREQ_UNIT * PPM;
	return 0;
}

int
clock_init(void)
{
	struct timeval	 none = { 0, 0 };
	struct timex	 tx;

	/* what is left of an adjtime(2), then of the kernel's own loop */
	if (adjtime(&none, NULL) == -1)
		return -1;
	memset(&tx, 0, sizeof(tx));
	tx.modes = MOD_OFFSET | MOD_STATUS;
	tx.status = STA_PLL | STA_UNSYNC;
	if (ntp_adjtime(&tx) == -1)
		return -1;
	memset(&tx, 0, sizeof(tx));
	tx.modes = MOD_STATUS;
	tx.status = STA_UNSYNC;
	return ntp_adjtime(&tx) == -1 ? -1 : 0;
}

int
clock_freq(double freq, double *applied)
{
	struct timex	 tx;

	if (!isfinite(freq)) {
		errno = EINVAL;
		return -1;
	}
	memset(&tx, 0, sizeof(tx));
	tx.modes = MOD_FREQUENCY;
	tx.freq = lround(fmax(-FREQ_MAX, fmin(FREQ_MAX, freq / PPM)) *
	    FREQ_UNIT);
	if (ntp_adjtime(&tx) == -1)
		return -1;
	*applied = (double)tx.freq / FREQ_UNIT * PPM;
	return 0;
}

int
clock_step(double offset)
{
	struct timespec	 ts;
	double		 sec = floor(offset);

	if (!isfinite(offset)) {
		errno = EINVAL;
		return -1;
	}
	if (clock_gettime(CLOCK_REALTIME, &ts) == -1)
		return -1;
	ts.tv_sec += (time_t)sec;
	ts.tv_nsec += (long)((offset - sec) * 1e9);
	if (ts.tv_nsec >= 1000000000) {
		ts.tv_sec++;
		ts.tv_nsec -= 1000000000;
	}
	return clock_settime(CLOCK_REALTIME, &ts);
}

int
clock_status(bool synced, int leap, int tai, double maxerror, double esterror)
{
	struct timex	 tx;

	memset(&tx, 0, sizeof(tx));
	tx.modes = MOD_STATUS | MOD_MAXERROR | MOD_ESTERROR;
	tx.status = synced ? 0 : STA_UNSYNC;
	if (leap == LEAP_INSERT)
		tx.status |= STA_INS;
	else if (leap == LEAP_DELETE)
		tx.status |= STA_DEL;
	tx.maxerror = lround(fmin(maxerror, PHASE_LIMIT) * 1e6);
	tx.esterror = lround(fmin(esterror, PHASE_LIMIT) * 1e6);
	if (ntp_adjtime(&tx) == -1)
		return -1;
	if (tai == 0)
		return 0;
	memset(&tx, 0, sizeof(tx));
	tx.modes = MOD_TAI;
	tx.constant = tai;
	return ntp_adjtime(&tx) == -1 ? -1 : 0;
}
