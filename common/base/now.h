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
 * The only readers of the clocks outside clock_<os>.c.
 */

#ifndef NOW_H
#define NOW_H

#include <sys/types.h>

#include "ntptime.h"

struct now {
	mono_t		 mono;		/* CLOCK_MONOTONIC */
	mono_t		 boot;		/* CLOCK_BOOTTIME: counts suspend */
	int64_t		 sec;		/* CLOCK_REALTIME, Unix seconds */
	uint32_t	 nsec;
	ntptime_t	 real;		/* the same */
};

/*
 * Read all clocks together: CLOCK_REALTIME between two readings of
 * CLOCK_MONOTONIC, the closest pair of three tries.
 */
void		 now_read(struct now *);

/* CLOCK_MONOTONIC alone, for timers and timeouts. */
mono_t		 now_mono(void);

/* Processor time a process has used, s; NaN: that cannot be known. */
double		 now_cpu(pid_t);

/*
 * CLOCK_REALTIME - CLOCK_MONOTONIC, ns: constant on all systems we know
 * except when the clock is set or a leap second is inserted.
 */
int64_t		 now_wall(const struct now *);
/* s; a smaller change of it may be how the two clocks were read. */
#define NOW_STEP	50e-6

/* Precision of reading CLOCK_REALTIME, log2 s, measured (RFC 5905 7.3). */
int		 now_precision(void);

#endif /* NOW_H */
