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
 * Preloaded into OpenNTPD by the tests, for two reasons.  It needs minutes
 * from its start to its first honest answer: here its monotonic clock and
 * its timeouts run TIMES faster, while the time of day stays the machine's.
 * And it calls itself synchronised only when adjtime(2) succeeds: here it
 * does, and nothing is adjusted.
 */

#include <sys/time.h>
#include <sys/timex.h>
#include <sys/syscall.h>

#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define TIMES	10

int
clock_gettime(clockid_t id, struct timespec *ts)
{
	long long	 ns;

	if (syscall(SYS_clock_gettime, id, ts) == -1)
		return -1;
	if (id == CLOCK_MONOTONIC) {
		ns = (ts->tv_sec * 1000000000LL + ts->tv_nsec) * TIMES;
		ts->tv_sec = ns / 1000000000;
		ts->tv_nsec = ns % 1000000000;
	}
	return 0;
}

int
poll(struct pollfd *fds, nfds_t n, int ms)
{
	struct timespec	 ts = { ms / TIMES / 1000,
	    ms / TIMES % 1000 * 1000000L };

	return ppoll(fds, n, ms < 0 ? NULL : &ts, NULL);
}

int
adjtime(const struct timeval *delta, struct timeval *left)
{
	if (left != NULL)
		memset(left, 0, sizeof(*left));
	return 0;
}

int
adjtimex(struct timex *tx)
{
	return TIME_OK;
}
