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
 * The actuator: the only code that may touch the machine's clock, one file
 * per OS.  Parent only; what may be done is parent_policy.c's to say, before.
 */

#ifndef CLOCK_H
#define CLOCK_H

#include <stdbool.h>

/* The kernel's frequency adjustment now, s/s, positive: faster. */
int	 clock_get(double *)
	    __attribute__((__warn_unused_result__));

/*
 * Take the clock over from other disciplines (kernel PLL off, a pending
 * adjtime cancelled).  -1 and errno when we may not touch it; nothing was
 * changed then.
 */
int	 clock_init(void)
	    __attribute__((__warn_unused_result__));

/*
 * Set the whole frequency adjustment (s/s, positive: faster).  *applied is
 * what the kernel made of it: rounded to its grain and cut to what it can
 * do, which is +-0.1 on Linux and OpenBSD and +-500e-6 on FreeBSD.
 */
int	 clock_freq(double, double *)
	    __attribute__((__warn_unused_result__));

/* Add seconds to CLOCK_REALTIME at once. */
int	 clock_step(double)
	    __attribute__((__warn_unused_result__));

/*
 * What the kernel tells other programs: synced, leap (enum leap_indicator;
 * inserted or deleted at the end of this UTC day), TAI - UTC (s, 0: leave
 * it), maximum and estimated error (s).
 */
int	 clock_status(bool, int, int, double, double)
	    __attribute__((__warn_unused_result__));

#endif /* CLOCK_H */
