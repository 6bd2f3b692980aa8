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
 * What authenticated dates say about the time: a median, and how far from
 * it a time may be.
 *
 * A point is a date and when it was true, on a clock of the caller's that
 * counts the seconds nobody steers: it goes on while the machine sleeps
 * (CLOCK_BOOTTIME), and what the kernel's clock was slewed by is not in it.
 * Here it is called the age clock; ns, from anywhere.
 */

#ifndef CONSTRAIN_H
#define CONSTRAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A time is right within CONSTRAIN_MARGIN seconds of the median (that of
 * OpenNTPD), and within CONSTRAIN_AGING seconds more for each second since
 * then: no oscillator we steer is worse.
 */
#define CONSTRAIN_MARGIN	120.0
#define CONSTRAIN_AGING		500e-6
#define CONSTRAIN_MAX		64	/* points of a median */

struct constrain_point {
	int64_t		 at;	/* age clock, ns */
	int64_t		 base;	/* true Unix time - age clock, ns */
};

/*
 * A date (Unix seconds, as HTTP rounds it down) that a server answered
 * within rtt (s) of being asked; the answer was there at that age.
 */
void	 constrain_point(struct constrain_point *, int64_t, double, int64_t);

/*
 * The median of n points, of an even number the middle between two, as old
 * as the older one; false when there is none.  n <= CONSTRAIN_MAX.
 */
bool	 constrain_median(const struct constrain_point *, size_t,
	    struct constrain_point *)
	    __attribute__((__warn_unused_result__));

/* Unix time by a point, ns, at that age (ns). */
int64_t	 constrain_time(const struct constrain_point *, int64_t);

/* How far from it a right time may be at that age, s. */
double	 constrain_margin(const struct constrain_point *, int64_t);

#endif /* CONSTRAIN_H */
