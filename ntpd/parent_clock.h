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
 * The clock: what the engine may do to it, and how it is done.  Parent only.
 *
 *	parent_policy.c		may it?
 *	parent_clock.c		carried out and accounted for
 *	parent_drift.c		the frequency across restarts
 */

#ifndef PARENT_CLOCK_H
#define PARENT_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "conf.h"
#include "constrain.h"
#include "leap.h"
#include "log.h"
#include "msg.h"
#include "now.h"

/*
 * parent_policy.c: what the engine may do to the clock.
 */

/* Why a command was refused. */
enum clock_refusal {
	CLOCK_GRANTED,
	CLOCK_REFUSED_NOCLOCK,		/* the clock is not ours */
	CLOCK_REFUSED_FLOOD,		/* too many commands */
	CLOCK_REFUSED_NUMBER,		/* not finite */
	CLOCK_REFUSED_FREQ,		/* beyond DISCIPLINE_MAXFREQ */
	CLOCK_REFUSED_RATE,		/* none, or beyond DISCIPLINE_MAXSLEW */
	CLOCK_REFUSED_DATE,		/* it would be before this program */
	CLOCK_REFUSED_POLICY,		/* no step allowed now */
	CLOCK_REFUSED_STORM,		/* too many steps */
	CLOCK_REFUSED_LEAP,		/* no leap second can be due */
	CLOCK_REFUSED_UNBOUND,		/* large, and no constraint answered */
	CLOCK_REFUSED_BOUND,		/* outside the constraints */
	CLOCK_REFUSED__MAX
};

/* A bucket of tokens. */
struct clock_bucket {
	double		 tokens;
	mono_t		 last;
};

struct clock_policy {
	bool		 noclock;
	enum step_policy step;
	double		 step_over;	/* s */
	struct leap_table leaps;
	int		 leap;		/* granted: enum leap_indicator */
	double		 fast;		/* s left for slews beyond 500 ppm */
	struct clock_bucket commands;
	struct clock_bucket steps;
	unsigned int	 grants;	/* steps allowed in this window */
	mono_t		 window;	/* its end; 0: when synced */
	bool		 closing;	/* synced will end it */
	bool		 settled;	/* it did, once */
	double		 jump;		/* by another hand, s, may be undone */
	mono_t		 undo;		/* until then */
	int64_t		 wall;		/* CLOCK_REALTIME - BOOTTIME, ns */
	int64_t		 slept;		/* BOOTTIME - MONOTONIC, ns */
	int64_t		 slewed;	/* by us, ns */
	bool		 constrained;	/* the configuration has some, */
	bool		 bounded;	/* and this is their median: */
	struct constrain_point median;
	struct log_limit said_jump;
};

void	 policy_init(struct clock_policy *, const struct now *);
/*
 * Look at the clocks, before every decision: did the machine sleep, did
 * another hand set the time?  Both are reasons for a step that the engine
 * cannot make up.
 */
void	 policy_watch(struct clock_policy *, const struct now *);
/* Verdicts.  A granted status or leap second is in force with that. */
enum clock_refusal policy_slew(struct clock_policy *, const struct now *,
	    const struct msg_clock_slew *)
	    __attribute__((__warn_unused_result__));
enum clock_refusal policy_step(struct clock_policy *, const struct now *,
	    double)
	    __attribute__((__warn_unused_result__));
enum clock_refusal policy_status(struct clock_policy *, const struct now *,
	    const struct msg_clock_status *)
	    __attribute__((__warn_unused_result__));
enum clock_refusal policy_leap(struct clock_policy *, const struct now *,
	    int)
	    __attribute__((__warn_unused_result__));
/* The clock was stepped: by how much (s), and it is now now. */
void	 policy_stepped(struct clock_policy *, const struct now *, double);
/*
 * Are there constraints to hold the engine to, and what is their median
 * (NULL: none has answered)?
 */
void	 policy_constrain(struct clock_policy *, bool,
	    const struct constrain_point *);
/* The age clock of constrain.h at a moment of CLOCK_BOOTTIME, ns. */
int64_t	 policy_age(const struct clock_policy *, mono_t);
/* A token, if there is one: the most there are, and gained each second. */
bool	 policy_take(struct clock_bucket *, mono_t, double, double);
/* The rate (s/s) the budget has for a wish, and how long it lasts (s). */
double	 policy_rate(const struct clock_policy *, double);
double	 policy_lasts(const struct clock_policy *, double);
/* The clock was slewed for so long (s) at that rate (s/s, signed). */
void	 policy_moved(struct clock_policy *, double, double);

/*
 * parent_clock.c: the engine's commands carried out.  No events and no
 * messages in there: "now" is an argument, answers are results, the
 * kernel is behind clock.h.
 */
struct parent_clock {
	struct clock_policy policy;
	double		 freq;		/* to stay, s/s */
	double		 applied;	/* freq and the slew, s/s */
	bool		 slewing;
	double		 left;		/* s still to be slewed, signed */
	double		 rate;		/* asked for, s/s */
	mono_t		 mark;		/* all is accounted up to here */
	bool		 failed;	/* the kernel did not take the last */
	struct log_limit said[CLOCK_REFUSED__MAX];
	struct log_limit said_kernel;
};

/* At freq the kernel runs now (s/s). */
void	 parent_clock_init(struct parent_clock *, bool, double,
	    const struct now *);
/* The configuration's word about steps. */
void	 parent_clock_conf(struct parent_clock *, enum step_policy, double);

/* Commands of the engine; *done is the answer. */
void	 parent_clock_slew(struct parent_clock *, const struct now *,
	    const struct msg_clock_slew *, struct msg_clock_done *);
void	 parent_clock_step(struct parent_clock *, const struct now *,
	    const struct msg_clock_step *, struct msg_clock_done *);
void	 parent_clock_status(struct parent_clock *, const struct now *,
	    const struct msg_clock_status *);

/*
 * The age clock of constrain.h at a moment of CLOCK_BOOTTIME that was just
 * now, ns: all that we slewed until now is off it.
 */
int64_t	 parent_clock_age(struct parent_clock *, const struct now *, mono_t);

/*
 * Seconds until parent_clock_tick wants to run, negative: no slew is under
 * way.  It returns true when it changed the clock: *done tells how.
 */
double	 parent_clock_due(const struct parent_clock *, const struct now *);
bool	 parent_clock_tick(struct parent_clock *, const struct now *,
	    struct msg_clock_done *);

/* The end: no slew, the frequency stays, unsynchronised. */
void	 parent_clock_stop(struct parent_clock *);

/*
 * parent_drift.c: the frequency across restarts.
 */
struct parent_drift {
	char		 path[CONF_PATH_MAX];
	double		 freq;		/* of the last DRIFT, s/s, + = slow */
	bool		 dirty;		/* not written yet */
	mono_t		 written;
	int		 error;		/* said, until it works again */
};

/* What a drift file says, s/s, positive: clock slow, and its bound. */
enum drift_verdict {
	DRIFT_OK,
	DRIFT_NONE,		/* no such file, or empty */
	DRIFT_BAD,		/* not a frequency we believe */
	DRIFT_UNREADABLE	/* errno */
};
enum drift_verdict drift_read(const char *, double *, double *)
	    __attribute__((__warn_unused_result__));
/* Atomically, by a rename; -1 and errno. */
int	 drift_write(const char *, double)
	    __attribute__((__warn_unused_result__));

/* The same with log lines and memory.  Read: error < 0 when none known. */
void	 parent_drift_init(struct parent_drift *, const char *, double *,
	    double *);
void	 parent_drift_set(struct parent_drift *, const struct msg_drift *,
	    const struct now *);
void	 parent_drift_save(struct parent_drift *);

#endif /* PARENT_CLOCK_H */
