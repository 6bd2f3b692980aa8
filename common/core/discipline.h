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
 * Estimate to command: step, or a frequency and a slew on top of it.
 */

#ifndef DISCIPLINE_H
#define DISCIPLINE_H

#include "ntptime.h"

#define DISCIPLINE_MAXFREQ	500e-6	/* s/s; bound of what is stored */
#define DISCIPLINE_MAXSLEW	1e-1	/* s/s on top; 10 %, ADJ_TICK's reach */
#define DISCIPLINE_SLOWSLEW	500e-6	/* s/s, of an error that is "large" */

enum step_policy {
	STEP_NEVER,
	STEP_START,	/* during start-up and after resume */
	STEP_ALWAYS
};

struct discipline_conf {
	enum step_policy step;
	double		 step_over;	/* s; smaller errors are slewed */
	double		 large;		/* s; larger ones are not stepped, */
					/* and slewed slowly; 0: none is */
};

enum clock_cmd_kind {
	CLOCK_CMD_NONE,
	CLOCK_CMD_SLEW,
	CLOCK_CMD_STEP
};

struct clock_cmd {
	enum clock_cmd_kind kind;
	double		 freq;	/* SLEW: keep this frequency, s/s, */
	double		 offset; /* SLEW: and work off this much, s; STEP: by */
	double		 rate;	/* SLEW: at this speed, s/s, > 0 */
	mono_t		 again;	/* run sync_update again by then; 0: no need */
};

struct discipline {
	struct discipline_conf conf;
	bool		 starting;	/* steps allowed by STEP_START */
	unsigned int	 tries;		/* steps asked for since then */
	double		 stepped;	/* the step last asked for, s */
};

void	 discipline_init(struct discipline *, const struct discipline_conf *);

/* Begin anew: steps are allowed again if the policy is STEP_START. */
void	 discipline_start(struct discipline *);

/* The clock is right now: the start-up is over. */
void	 discipline_settled(struct discipline *);

/*
 * The clock was set by delta seconds.  If it was not us, one more step is
 * allowed, to undo it.
 */
void	 discipline_stepped(struct discipline *, double);

/*
 * What the kernel clock should do now, given its error (s, positive:
 * slow), the standard deviation of what is known of it (s), the frequency
 * to run at (s/s) and the time since the last update (s).  A frequency
 * beyond DISCIPLINE_MAXFREQ is made up for by slews: run it again within
 * a minute, news or not.
 */
void	 discipline_run(struct discipline *, double, double, double, double,
	    struct clock_cmd *);

#endif /* DISCIPLINE_H */
