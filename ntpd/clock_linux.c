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
 * The clock of Linux, by adjtimex(2).  Parent only, which decides; nothing
 * else may call it.
 *
 * Frequency within 500 ppm is set by ADJ_FREQUENCY alone; beyond that the
 * length of the tick carries the coarse part.
 */

#include <sys/timex.h>

#include <errno.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "leap.h"

#define PPM		1e-6
#define FREQ_MAX	500.0		/* ppm, of ADJ_FREQUENCY */
#define TICK_MAX	100000.0	/* ppm, of ADJ_TICK */
#define FREQ_UNIT	65536.0		/* of timex.freq, per ppm */
#define NTP_PHASE_LIMIT	16.0		/* s, the kernel's worst error */

/* One microsecond more or less per tick, in ppm: the rate of ticks. */
static double
tick_ppm(void)
{
	return (double)sysconf(_SC_CLK_TCK);
}

static long
tick_nominal(void)
{
	return lround(1e6 / tick_ppm());
}

static double
frequency(const struct timex *tx)
{
	return ((double)(tx->tick - tick_nominal()) * tick_ppm() +
	    (double)tx->freq / FREQ_UNIT) * PPM;
}

int
clock_get(double *freq)
{
	struct timex	 tx;

	memset(&tx, 0, sizeof(tx));
	if (adjtimex(&tx) == -1)
		return -1;
	*freq = frequency(&tx);
	return 0;
}

int
clock_init(void)
{
	struct timex	 tx;

	/* what is left of an adjtime(3) */
	memset(&tx, 0, sizeof(tx));
	tx.modes = ADJ_OFFSET_SINGLESHOT;
	if (adjtimex(&tx) == -1)
		return -1;
	/* what is left of the kernel's own loop: it takes a 0 only while on */
	memset(&tx, 0, sizeof(tx));
	tx.modes = ADJ_OFFSET | ADJ_STATUS;
	tx.status = STA_PLL | STA_UNSYNC;
	if (adjtimex(&tx) == -1)
		return -1;
	memset(&tx, 0, sizeof(tx));
	tx.modes = ADJ_STATUS;
	tx.status = STA_UNSYNC;
	return adjtimex(&tx) == -1 ? -1 : 0;
}

int
clock_freq(double freq, double *applied)
{
	struct timex	 tx;
	double		 ppm = freq / PPM, coarse = 0;

	if (!isfinite(freq)) {
		errno = EINVAL;
		return -1;
	}
	if (fabs(ppm) > FREQ_MAX)
		coarse = round(fmax(-TICK_MAX, fmin(TICK_MAX, ppm)) /
		    tick_ppm());
	ppm -= coarse * tick_ppm();
	ppm = fmax(-FREQ_MAX, fmin(FREQ_MAX, ppm));

	memset(&tx, 0, sizeof(tx));
	tx.modes = ADJ_TICK | ADJ_FREQUENCY;
	tx.tick = tick_nominal() + lround(coarse);
	tx.freq = lround(ppm * FREQ_UNIT);
	if (adjtimex(&tx) == -1)
		return -1;
	*applied = frequency(&tx);
	return 0;
}

int
clock_step(double offset)
{
	struct timex	 tx;
	double		 sec = floor(offset);

	if (!isfinite(offset)) {
		errno = EINVAL;
		return -1;
	}
	memset(&tx, 0, sizeof(tx));
	tx.modes = ADJ_SETOFFSET | ADJ_NANO;
	tx.time.tv_sec = (time_t)sec;
	tx.time.tv_usec = (suseconds_t)((offset - sec) * 1e9);
	if (tx.time.tv_usec >= 1000000000) {
		tx.time.tv_sec++;	/* -1e-20 - -1 is 1 */
		tx.time.tv_usec = 0;
	}
	return adjtimex(&tx) == -1 ? -1 : 0;
}

int
clock_status(bool synced, int leap, int tai, double maxerror, double esterror)
{
	struct timex	 tx;

	memset(&tx, 0, sizeof(tx));
	tx.modes = ADJ_STATUS | ADJ_MAXERROR | ADJ_ESTERROR;
	tx.status = synced ? 0 : STA_UNSYNC;
	if (leap == LEAP_INSERT)
		tx.status |= STA_INS;
	else if (leap == LEAP_DELETE)
		tx.status |= STA_DEL;
	tx.maxerror = lround(fmin(maxerror, NTP_PHASE_LIMIT) * 1e6);
	tx.esterror = lround(fmin(esterror, NTP_PHASE_LIMIT) * 1e6);
	if (adjtimex(&tx) == -1)
		return -1;
	if (tai == 0 || tai == tx.tai)
		return 0;
	memset(&tx, 0, sizeof(tx));
	tx.modes = ADJ_TAI;
	tx.constant = tai;
	return adjtimex(&tx) == -1 ? -1 : 0;
}
