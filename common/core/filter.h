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
 * How good is a sample?  Its round trip, against the shortest the path
 * has shown, says how far its offset may be off.
 */

#ifndef FILTER_H
#define FILTER_H

#include <stdbool.h>
#include <stddef.h>

#define FILTER_MAX	64	/* delays looked at */

/* A path as its delays show it. */
struct filter {
	double		 floor;		/* shortest round trip, s */
	double		 spread;	/* median excess over it, s */
	double		 grain;		/* the floor is this uncertain, s */
	double		 lean;		/* of queues, learned by combine.c: */
					/* 1/2 all on the way out .. -1/2 */
};

/* Learn the path from 1..FILTER_MAX round trips (s, > 0). */
void	 filter_learn(struct filter *, const double *, size_t);

/*
 * A path just learned from its last round trips is the one known before,
 * so many seconds ago: a queue that stands for hours is not the path.
 */
void	 filter_remember(struct filter *, const struct filter *, double);

/*
 * What queues beyond the usual waits have added to this round trip, s.
 * lean times that is in the offset.
 */
double	 filter_queue(const struct filter *, double);

/*
 * Variance of the error (s^2, > 0) of an offset measured with this round
 * trip (s) and reading error (s), lean times the queue taken out of it.
 */
double	 filter_var(const struct filter *, double, double);

/*
 * Bound of the error that queueing can put into the offset measured with
 * this round trip: half of the excess, and the floor's own uncertainty.
 */
double	 filter_bound(const struct filter *, double, double);

/*
 * Of n delays, oldest first: how many of the newest ones belong to another,
 * longer path than those before?  0: all are of one path.  A shorter path
 * needs no such test, the floor simply falls.
 */
size_t	 filter_newpath(const double *, size_t);

#endif /* FILTER_H */
