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
 * The policy in front of the clock.  Parent only; it decides and touches
 * nothing.  The engine reads what the network sends; should it ever be
 * taken over, this file says how far it can move the clock:
 *
 *	frequency	within +-500 ppm
 *	slews		within 500 ppm without limit; faster, up to 10 %,
 *			only as long as a budget of moved seconds lasts
 *	steps		when the configuration allows one at that moment
 *			and the parent itself saw why, a few at a time,
 *			and never to a date before this program was made
 *	leap seconds	on the days the table or the calendar has them
 *
 * With constraints, and nobody trusted above them, also
 *
 *	steps, slews	only to where the median of their answers allows
 *	no answer	steps up to CONSTRAIN_MARGIN, and so much in fast
 *			slews a day
 *
 * All of it is decided on numbers the engine cannot touch: the kernel's
 * clocks, the configuration, what was done before, and the answers of
 * constraints that proved their names.
 */

#include <sys/types.h>

#include <math.h>
#include <string.h>

#include "log.h"
#include "parent.h"

/* This program did not exist before 2026-11-01; nor will it in 2200. */
#define DATE_MIN	INT64_C(1793491200)
#define DATE_MAX	INT64_C(7258118400)

#define MAXFREQ		(DISCIPLINE_MAXFREQ * (1 + 1e-9))
#define MAXRATE		(DISCIPLINE_MAXSLEW * (1 + 1e-9))

#define SLOW		500e-6	/* s/s: slews up to here cost no budget; */
#define FAST		(SLOW + 1e-9)	/* the kernel's grain is less */
#define FAST_START	86400.0	/* s of fast slews until first synced, */
#define FAST_MAX	600.0	/* at most saved up after that, */
#define FAST_TIME	86400.0	/* s to gain all of it */

#define COMMANDS_MAX	100	/* commands at once, */
#define COMMANDS_GAIN	10.0	/* and each second */
#define STEPS_MAX	4	/* steps at once, */
#define STEPS_GAIN	(1.0 / 900)	/* and each second */
#define GRANTS_START	4	/* steps of a start-up */
#define GRANTS_RESUME	2	/* after the machine slept */
#define WINDOW		3600.0	/* s in which such a reason counts */
#define WINDOW_SYNCED	900.0	/* s of it left once synchronised */

#define JUMP_MIN	0.05	/* s; reading two clocks is not exact */
#define JUMP_SLACK	0.5	/* s; to undo one is not exact either */
#define SLEPT_MIN	1.0	/* s */
#define BOUND_SLACK	30.0	/* s; the engine's median is a little off */

bool
policy_take(struct clock_bucket *b, mono_t now, double max, double gain)
{
	b->tokens = fmin(max, b->tokens + mono_diff(now, b->last) * gain);
	b->last = now;
	if (b->tokens < 1)
		return false;
	b->tokens--;
	return true;
}

/* CLOCK_REALTIME against the clock that goes on while the machine sleeps. */
static int64_t
wall(const struct now *now)
{
	return now_wall(now) - (now->boot.ns - now->mono.ns);
}

void
policy_init(struct clock_policy *cp, const struct now *now)
{
	memset(cp, 0, sizeof(*cp));
	cp->fast = FAST_START;
	cp->commands.tokens = COMMANDS_MAX;
	cp->steps.tokens = STEPS_MAX;
	cp->commands.last = cp->steps.last = now->mono;
	cp->grants = GRANTS_START;
	cp->closing = true;
	cp->wall = wall(now);
	cp->slept = now->boot.ns - now->mono.ns;
}

/* A leap second we armed moves CLOCK_REALTIME by one. */
static bool
leapt(const struct clock_policy *cp, double jump)
{
	return cp->leap != LEAP_NONE && fabs(fabs(jump) - 1) < JUMP_MIN;
}

void
policy_watch(struct clock_policy *cp, const struct now *now)
{
	int64_t		 slept = now->boot.ns - now->mono.ns;
	double		 jump = (double)(wall(now) - cp->wall) * 1e-9;
	uint32_t	 missed;

	if ((double)(slept - cp->slept) * 1e-9 > SLEPT_MIN) {
		log_debug("the machine slept for %.0f s",
		    (double)(slept - cp->slept) * 1e-9);
		if (cp->grants < GRANTS_RESUME)
			cp->grants = GRANTS_RESUME;
		cp->window = mono_add(now->mono, WINDOW);
		cp->closing = false;
	}
	if (fabs(jump) > JUMP_MIN && !leapt(cp, jump)) {
		if (log_limit(&cp->said_jump, &missed))
			log_debug("the clock was set by %+.3f s, and not by "
			    "us", jump);	/* the engine tells it all */
		cp->jump += jump;
		cp->undo = mono_add(now->mono, WINDOW);
	}
	if (cp->jump != 0 && mono_diff(now->mono, cp->undo) > 0)
		cp->jump = 0;
	cp->wall = wall(now);
	cp->slept = slept;
}

int64_t
policy_age(const struct clock_policy *cp, mono_t boot)
{
	return boot.ns - cp->slewed;
}

/* Nothing says how far the clock may be from true time. */
static bool
unbound(const struct clock_policy *cp)
{
	return cp->constrained && !cp->bounded;
}

void
policy_constrain(struct clock_policy *cp, bool constrained,
    const struct constrain_point *median)
{
	bool	 before = unbound(cp);

	cp->constrained = constrained;
	cp->bounded = median != NULL;
	if (median != NULL)
		cp->median = *median;
	if (unbound(cp))
		cp->fast = fmin(cp->fast, CONSTRAIN_MARGIN);
	else if (before)
		cp->fast = cp->settled ? FAST_MAX : FAST_START;
}

/* How far it would be from the median, set forward by offset (s), s. */
static double
distance(const struct clock_policy *cp, const struct now *now, double offset)
{
	int64_t	 real = now->sec * 1000000000 + now->nsec;

	return fabs(offset + 1e-9 * (double)(real -
	    constrain_time(&cp->median, policy_age(cp, now->boot))));
}

/* Is so far (s) from the median too far for a right clock? */
static bool
too_far(const struct clock_policy *cp, const struct now *now, double far)
{
	return far > BOUND_SLACK +
	    constrain_margin(&cp->median, policy_age(cp, now->boot));
}

/* A clock that was left outside may be led back by any way. */
static enum clock_refusal
check_slew(const struct clock_policy *cp, const struct now *now,
    double offset)
{
	double	 far;

	if (!cp->constrained || !cp->bounded || offset == 0)
		return CLOCK_GRANTED;
	far = distance(cp, now, offset);
	if (too_far(cp, now, far) && far > distance(cp, now, 0))
		return CLOCK_REFUSED_BOUND;
	return CLOCK_GRANTED;
}

static bool
undoes(const struct clock_policy *cp, double offset)
{
	return cp->jump != 0 && fabs(offset + cp->jump) < JUMP_SLACK;
}

static enum clock_refusal
check_step(const struct clock_policy *cp, const struct now *now,
    double offset)
{
	if (!cp->constrained)
		return CLOCK_GRANTED;
	if (!cp->bounded)
		return fabs(offset) <= CONSTRAIN_MARGIN ||
		    undoes(cp, offset) ? CLOCK_GRANTED :
		    CLOCK_REFUSED_UNBOUND;
	return too_far(cp, now, distance(cp, now, offset)) ?
	    CLOCK_REFUSED_BOUND : CLOCK_GRANTED;
}

static enum clock_refusal
check_command(struct clock_policy *cp, mono_t now)
{
	if (cp->noclock)
		return CLOCK_REFUSED_NOCLOCK;
	if (!policy_take(&cp->commands, now, COMMANDS_MAX, COMMANDS_GAIN))
		return CLOCK_REFUSED_FLOOD;
	return CLOCK_GRANTED;
}

enum clock_refusal
policy_slew(struct clock_policy *cp, const struct now *now,
    const struct msg_clock_slew *m)
{
	enum clock_refusal	 why;

	if ((why = check_command(cp, now->mono)) != CLOCK_GRANTED)
		return why;
	if (!isfinite(m->freq) || !isfinite(m->offset) || !isfinite(m->rate))
		return CLOCK_REFUSED_NUMBER;
	if (fabs(m->freq) > MAXFREQ)
		return CLOCK_REFUSED_FREQ;
	if (m->rate > MAXRATE || (m->offset != 0 && m->rate <= 0))
		return CLOCK_REFUSED_RATE;
	return check_slew(cp, now, m->offset);
}

double
policy_rate(const struct clock_policy *cp, double rate)
{
	/* a budget for less than a second is none */
	return rate > FAST && cp->fast < rate ? SLOW : rate;
}

double
policy_lasts(const struct clock_policy *cp, double slew)
{
	return fabs(slew) > FAST ? cp->fast / fabs(slew) : INFINITY;
}

void
policy_moved(struct clock_policy *cp, double passed, double slew)
{
	double	 max = unbound(cp) ? CONSTRAIN_MARGIN : FAST_MAX;

	cp->slewed += (int64_t)(slew * passed * 1e9);
	if (cp->fast < max)
		cp->fast = fmin(max, cp->fast + passed * max / FAST_TIME);
	if (fabs(slew) > FAST)
		cp->fast = fmax(0, cp->fast - fabs(slew) * passed);
}

/* Does the configuration allow a step by offset at this moment? */
static bool
allowed(const struct clock_policy *cp, const struct now *now, double offset)
{
	/* the engine's judgement of "over" may be a little off ours */
	if (fabs(offset) * 2 < cp->step_over)
		return false;
	switch (cp->step) {
	case STEP_NEVER:
		return false;
	case STEP_ALWAYS:
		return true;
	case STEP_START:
		break;
	}
	if (cp->grants > 0 && (cp->window.ns == 0 ||
	    mono_diff(cp->window, now->mono) > 0))
		return true;
	/* constraints say that the clock is wrong */
	if (cp->constrained && cp->bounded &&
	    too_far(cp, now, distance(cp, now, 0)))
		return true;
	return undoes(cp, offset);
}

enum clock_refusal
policy_step(struct clock_policy *cp, const struct now *now, double offset)
{
	enum clock_refusal	 why;
	double			 target;

	if ((why = check_command(cp, now->mono)) != CLOCK_GRANTED)
		return why;
	if (!isfinite(offset))
		return CLOCK_REFUSED_NUMBER;
	target = (double)now->sec + offset;
	/*
	 * A good date is not given up for one before this program was made
	 * (RFC 8633 5.2).  A clock that is there already, with no battery
	 * or in a simulation, has none to lose.
	 */
	if (!(target <= (double)DATE_MAX) ||
	    (target < (double)DATE_MIN && now->sec >= DATE_MIN))
		return CLOCK_REFUSED_DATE;
	if (!allowed(cp, now, offset))
		return CLOCK_REFUSED_POLICY;
	if ((why = check_step(cp, now, offset)) != CLOCK_GRANTED)
		return why;
	if (!policy_take(&cp->steps, now->mono, STEPS_MAX, STEPS_GAIN))
		return CLOCK_REFUSED_STORM;
	return CLOCK_GRANTED;
}

void
policy_stepped(struct clock_policy *cp, const struct now *now, double offset)
{
	cp->wall = wall(now);
	cp->closing = true;
	if (undoes(cp, offset))
		cp->jump = 0;
	else if (cp->grants > 0)
		cp->grants--;
}

/*
 * Synchronised once more: what start or resume allowed is over.  While the
 * engine is not sure yet, it may undo for some minutes what it did on the
 * word of the first sources that answered.
 */
static void
synced(struct clock_policy *cp, mono_t now, bool starting)
{
	mono_t	 end = mono_add(now, WINDOW_SYNCED);

	if (starting && (cp->window.ns == 0 ||
	    mono_diff(cp->window, now) > 0)) {
		if (cp->window.ns == 0 || mono_diff(cp->window, end) > 0)
			cp->window = end;
		return;
	}
	cp->grants = 0;
	cp->closing = false;
	cp->window.ns = 0;
	cp->settled = true;
	cp->fast = fmin(cp->fast, FAST_MAX);
}

enum clock_refusal
policy_status(struct clock_policy *cp, const struct now *now,
    const struct msg_clock_status *m)
{
	enum clock_refusal	 why;

	if ((why = check_command(cp, now->mono)) != CLOCK_GRANTED)
		return why;
	if (!(m->maxerror >= 0) || !(m->esterror >= 0))
		return CLOCK_REFUSED_NUMBER;
	if (!m->synced)
		cp->closing = true;
	else if (cp->closing)
		synced(cp, now->mono, m->starting);
	return CLOCK_GRANTED;
}

enum clock_refusal
policy_leap(struct clock_policy *cp, const struct now *now, int leap)
{
	int64_t	 at;
	int	 known;

	if (leap == LEAP_ALARM)
		leap = LEAP_NONE;
	if (leap != LEAP_NONE) {
		known = leap_table_now(&cp->leaps, now->sec, &at);
		if (known != leap && (known != -1 || !leap_day(now->sec) ||
		    (leap != LEAP_INSERT && leap != LEAP_DELETE))) {
			cp->leap = LEAP_NONE;
			return CLOCK_REFUSED_LEAP;
		}
	}
	cp->leap = leap;
	return CLOCK_GRANTED;
}
