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
 * A budget of traffic for a day, a week or a month of UTC: what is used of
 * it, and what part of the requests can be answered so that it lasts.
 * Octets are counted as who sells them does, with the headers of IP and UDP
 * (28 for IPv4, 48 for IPv6), without those of the link.  Pure.
 *
 * All requests are alike: of each the same part is answered, by chance.
 */

#ifndef BUDGET_H
#define BUDGET_H

#include <stdbool.h>
#include <stdint.h>

enum budget_period {
	BUDGET_NONE,
	BUDGET_DAY,
	BUDGET_WEEK,		/* from Monday */
	BUDGET_MONTH,
	BUDGET__MAX
};

struct budget_opts {
	uint64_t	 octets;	/* in a period */
	uint8_t		 period;	/* enum budget_period */
	uint8_t		 out;		/* only what is sent counts */
	uint8_t		 zero[6];
};

/* What outlives a restart. */
struct budget_state {
	uint32_t	 period;	/* enum budget_period */
	uint32_t	 zero;
	int64_t		 start;		/* of the period, Unix; 0: none yet */
	uint64_t	 used;		/* octets in it */
	double		 in;		/* octets/s received, running mean */
	double		 out;		/* octets/s if all were answered */
};

/* What the caller should say, once. */
enum budget_event {
	BUDGET_QUIET,
	BUDGET_PERIOD,		/* a new one has begun */
	BUDGET_USED75,		/* of 100 */
	BUDGET_USED90,
	BUDGET_USED100,
	BUDGET_SHEDS,		/* not all are answered now, */
	BUDGET_RELAXES		/* all are again */
};

struct budget {
	struct budget_opts opts;
	struct budget_state state;
	double		 keep;		/* part to be answered, 0..1 */
	enum budget_event said;		/* the last USED of this period */
	bool		 shedding;	/* that was said */
};

/*
 * Begin with what is known from before (all zero: nothing).  Of another
 * period only the means are of use.
 */
void		 budget_init(struct budget *, const struct budget_opts *,
		    const struct budget_state *);

/* Another budget; of another period: from nothing. */
void		 budget_reconf(struct budget *, const struct budget_opts *);

/*
 * Since the last call dt seconds went by, and so many octets came in, went
 * out, and would have gone out but for keep.  It is now so late (Unix);
 * with sure, a period may end.
 */
enum budget_event budget_add(struct budget *, int64_t, bool, double,
		    uint64_t, uint64_t, uint64_t);

/* The part not to be answered, of 2^32: leave out what 32 random bits say */
/* is below. */
uint32_t	 budget_shed(const struct budget *);

/* The period that a time is in: its first second, and that of the next. */
void		 budget_period(enum budget_period, int64_t, int64_t *,
		    int64_t *);

#endif /* BUDGET_H */
