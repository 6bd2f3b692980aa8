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
 * The clocks as the shim shows them.  They are read from the host's page;
 * whatever changes one is asked of the world.
 */

#include <sys/time.h>
#include <sys/timex.h>

#include <errno.h>
#include <string.h>
#include <time.h>

#include "shim.h"

/* -1: a clock of the process itself, which the kernel may keep. */
static int
which(clockid_t c)
{
	switch (c) {
	case CLOCK_REALTIME:
	case CLOCK_REALTIME_COARSE:
		return WCLOCK_REAL;
	case CLOCK_MONOTONIC:
	case CLOCK_MONOTONIC_COARSE:
		return WCLOCK_MONO;
	case CLOCK_MONOTONIC_RAW:
		return WCLOCK_RAW;
	case CLOCK_BOOTTIME:
		return WCLOCK_BOOT;
	case CLOCK_TAI:
		return WCLOCK_TAI;
	default:
		return -1;
	}
}

static void
to_ts(int64_t ns, struct timespec *ts)
{
	ts->tv_sec = ns / NSEC;
	ts->tv_nsec = ns % NSEC;
	if (ts->tv_nsec < 0) {
		ts->tv_nsec += NSEC;
		ts->tv_sec--;
	}
}

PUBLIC int
clock_gettime(clockid_t c, struct timespec *ts)
{
	int	 w = which(c);

	if (w == -1 || shim.page == NULL)
		return syscall(SYS_clock_gettime, c, ts);
	to_ts(shim_clock(w), ts);
	return 0;
}

PUBLIC int
gettimeofday(struct timeval *tv, void *tz)
{
	struct timespec	 ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	tv->tv_sec = ts.tv_sec;
	tv->tv_usec = ts.tv_nsec / 1000;
	return 0;
}

PUBLIC time_t
time(time_t *t)
{
	struct timespec	 ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	if (t != NULL)
		*t = ts.tv_sec;
	return ts.tv_sec;
}

PUBLIC int
clock_settime(clockid_t c, const struct timespec *ts)
{
	struct world_msg	 m;

	if (c != CLOCK_REALTIME) {
		errno = EINVAL;
		return -1;
	}
	shim_msg(&m, OP_SETTIME, 0);
	m.t = ts->tv_sec * NSEC + ts->tv_nsec;
	return shim_rpc(&m);
}

PUBLIC int
settimeofday(const struct timeval *tv, const struct timezone *tz)
{
	struct timespec	 ts;

	if (tv == NULL)
		return 0;
	ts.tv_sec = tv->tv_sec;
	ts.tv_nsec = tv->tv_usec * 1000;
	return clock_settime(CLOCK_REALTIME, &ts);
}

PUBLIC int
clock_adjtime(clockid_t c, struct timex *tx)
{
	struct world_msg	 m;
	int			 r;

	if (c != CLOCK_REALTIME) {
		errno = EOPNOTSUPP;
		return -1;
	}
	shim_msg(&m, OP_ADJTIMEX, 0);
	m.ndata = sizeof(*tx);
	memcpy(m.data, tx, sizeof(*tx));
	r = shim_rpc(&m);
	memcpy(tx, m.data, sizeof(*tx));
	return r;
}

PUBLIC int
adjtimex(struct timex *tx)
{
	return clock_adjtime(CLOCK_REALTIME, tx);
}

PUBLIC int
ntp_adjtime(struct timex *tx)
{
	return clock_adjtime(CLOCK_REALTIME, tx);
}

PUBLIC int
adjtime(const struct timeval *delta, struct timeval *old)
{
	struct world_msg	 m;
	int			 r;

	shim_msg(&m, OP_ADJTIME, 0);
	m.t = delta == NULL ? INT64_MIN :
	    delta->tv_sec * NSEC + delta->tv_usec * 1000LL;
	r = shim_rpc(&m);
	if (old != NULL) {
		old->tv_sec = m.t / NSEC;
		old->tv_usec = m.t % NSEC / 1000;
	}
	return r;
}
