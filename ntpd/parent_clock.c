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
 * The policy in front of the clock.  Parent only.  The engine reads what
 * the network sends; should it ever be taken over, this file says how far
 * it can move the clock:
 *
 *	frequency	within +-500 ppm
 *	slews		within 500 ppm without limit; faster, up to 10 %,
 *			only as long as a budget of moved seconds lasts
 *	steps		when the configuration allows one at that moment
 *			and the parent itself saw why, a few at a time,
 *			and never to a date before this program was made
 *	leap seconds	on the days the table or the calendar has them
 *
 * All of it is decided on numbers the engine cannot touch: the kernel's
 * clocks, the configuration and what was done before.
 */

#include <sys/types.h>

#include <errno.h>
#include <math.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "log.h"
#include "parent.h"

/* This program did not exist before 2026-11-01; nor will it in 2200. */
#define DATE_MIN	INT64_C(1793491200)
#define DATE_MAX	INT64_C(7258118400)

#define MAXFREQ		(DISCIPLINE_MAXFREQ * (1 + 1e-9))
#define MAXRATE		(DISCIPLINE_MAXSLEW * (1 + 1e-9))
#define SLOW		500e-6	/* s/s: slews up to here cost no budget */
#define OFFSET_MIN	1e-9	/* s; less is nothing */
#define SLEW_MIN	1.0	/* s; a slew lasts no less */
#define TICK_MIN	1e-3	/* s; a timer is no finer */
#define TICK_MAX	3600.0

#define FAST_START	86400.0	/* s of fast slews until first synced, */
#define FAST_MAX	600.0	/* at most saved up after that, */
#define FAST_GAIN	(FAST_MAX / 86400)	/* and gained, s/s */

#define COMMANDS_MAX	100	/* commands at once, */
#define COMMANDS_GAIN	10.0	/* and each second */
#define STEPS_MAX	4	/* steps at once, */
#define STEPS_GAIN	(1.0 / 900)	/* and each second */
#define GRANTS_START	4	/* steps of a start-up */
#define GRANTS_RESUME	2	/* after the machine slept */
#define WINDOW		3600.0	/* s in which such a reason counts */

#define JUMP_MIN	0.05	/* s; reading two clocks is not exact */
#define JUMP_SLACK	0.5	/* s; to undo one is not exact either */
#define SLEPT_MIN	1.0	/* s */

static const struct {
	int		 error;
	const char	*text;
} refusals[CLOCK_REFUSED__MAX] = {
	[CLOCK_GRANTED] =	{ 0, "granted" },
	[CLOCK_REFUSED_NOCLOCK] = { EPERM, "the clock is not ours" },
	[CLOCK_REFUSED_FLOOD] =	{ EAGAIN, "too many commands" },
	[CLOCK_REFUSED_NUMBER] = { ERANGE, "not a number" },
	[CLOCK_REFUSED_FREQ] =	{ ERANGE, "frequency beyond 500 ppm" },
	[CLOCK_REFUSED_RATE] =	{ ERANGE, "rate beyond 10 %" },
	[CLOCK_REFUSED_DATE] =	{ ERANGE, "no date of today" },
	[CLOCK_REFUSED_POLICY] = { EPERM, "the step policy forbids it now" },
	[CLOCK_REFUSED_STORM] =	{ EPERM, "too many steps" },
	[CLOCK_REFUSED_LEAP] =	{ EPERM, "no leap second is due today" },
};

static bool
take(struct clock_bucket *b, mono_t now, double max, double gain)
{
	b->tokens = fmin(max, b->tokens + mono_diff(now, b->last) * gain);
	b->last = now;
	if (b->tokens < 1)
		return false;
	b->tokens--;
	return true;
}

static enum clock_refusal
refuse(struct parent_clock *pc, enum clock_refusal why, const char *what)
{
	uint32_t	 missed;

	if (why == CLOCK_GRANTED || !log_limit(&pc->said[why], &missed))
		return why;
	log_warnx("engine asked for %s: refused, %s", what,
	    refusals[why].text);
	if (missed != 0)
		log_warnx("%u more refused like that", missed);
	return why;
}

static void
answer(const struct parent_clock *pc, enum clock_op op, int error,
    mono_t mono, struct msg_clock_done *done)
{
	memset(done, 0, sizeof(*done));
	done->op = op;
	done->error = error;
	done->mono = mono;
	done->adj = pc->applied;
}

/* CLOCK_REALTIME against the clock that goes on while the machine sleeps. */
static int64_t
wall(const struct now *now)
{
	return now_wall(now) - (now->boot.ns - now->mono.ns);
}

void
parent_clock_init(struct parent_clock *pc, bool noclock, double freq,
    const struct now *now)
{
	memset(pc, 0, sizeof(*pc));
	pc->noclock = noclock;
	pc->freq = pc->applied = freq;
	pc->mark = now->mono;
	pc->fast = FAST_START;
	pc->commands.tokens = COMMANDS_MAX;
	pc->steps.tokens = STEPS_MAX;
	pc->commands.last = pc->steps.last = now->mono;
	pc->grants = GRANTS_START;
	pc->closing = true;
	pc->wall = wall(now);
	pc->slept = now->boot.ns - now->mono.ns;
}

void
parent_clock_conf(struct parent_clock *pc, enum step_policy step, double over)
{
	pc->step = step;
	pc->step_over = over;
}

/* A leap second we armed moves CLOCK_REALTIME by one. */
static bool
leapt(const struct parent_clock *pc, double jump)
{
	return pc->leap != LEAP_NONE && fabs(fabs(jump) - 1) < JUMP_MIN;
}

/*
 * Look at the clocks: did the machine sleep, did another hand set the
 * time?  Both are reasons for a step the engine cannot make up.
 */
static void
watch(struct parent_clock *pc, const struct now *now)
{
	int64_t		 slept = now->boot.ns - now->mono.ns;
	double		 jump = (double)(wall(now) - pc->wall) * 1e-9;
	uint32_t	 missed;

	if ((double)(slept - pc->slept) * 1e-9 > SLEPT_MIN) {
		log_info("the machine slept for %.0f s",
		    (double)(slept - pc->slept) * 1e-9);
		if (pc->grants < GRANTS_RESUME)
			pc->grants = GRANTS_RESUME;
		pc->window = mono_add(now->mono, WINDOW);
		pc->closing = false;
	}
	if (fabs(jump) > JUMP_MIN && !leapt(pc, jump)) {
		if (log_limit(&pc->said_jump, &missed))
			log_warnx("the clock was set by %+.3f s, and not by "
			    "us", jump);
		pc->jump += jump;
		pc->undo = mono_add(now->mono, WINDOW);
	}
	if (pc->jump != 0 && mono_diff(now->mono, pc->undo) > 0)
		pc->jump = 0;
	pc->wall = wall(now);
	pc->slept = slept;
}

/* What the kernel did since the mark, off what is left and the budget. */
static void
account(struct parent_clock *pc, mono_t now)
{
	double	 passed = mono_diff(now, pc->mark);
	double	 slew = pc->applied - pc->freq, moved;

	if (passed <= 0)
		return;
	pc->mark = now;
	if (pc->fast < FAST_MAX)
		pc->fast = fmin(FAST_MAX, pc->fast + passed * FAST_GAIN);
	if (pc->left == 0)
		return;
	/* the clock that measured it was slewed itself */
	moved = slew * passed / (1 + pc->applied);
	if (fabs(slew) > SLOW)
		pc->fast = fmax(0, pc->fast - fabs(moved));
	if (fabs(pc->left - moved) < OFFSET_MIN ||
	    (pc->left - moved > 0) != (pc->left > 0))
		pc->left = 0;
	else
		pc->left -= moved;
}

/* Nobody else should steer; that we noticed is worth a line. */
static void
compare(struct parent_clock *pc)
{
	double		 freq;
	uint32_t	 missed;

	if (clock_get(&freq) == -1 || fabs(freq - pc->applied) < 1e-9)
		return;
	if (log_limit(&pc->said_kernel, &missed))
		log_warnx("another program changed the kernel's frequency "
		    "from %.3f to %.3f ppm: is it steering the clock too?",
		    pc->applied * 1e6, freq * 1e6);
}

/*
 * Tell the kernel: freq, and on top what takes left off at rate.  The
 * state changes only when the kernel agreed.
 */
static int
set(struct parent_clock *pc, double freq, double left, double rate,
    enum clock_op op, struct msg_clock_done *done)
{
	double		 slew = 0, applied;
	mono_t		 before, after;
	uint32_t	 missed;
	int		 error;

	if (left != 0) {
		slew = fmin(rate, fabs(left) / SLEW_MIN);
		if (slew > SLOW && pc->fast < slew * SLEW_MIN)
			slew = SLOW;
	}
	compare(pc);
	before = now_mono();
	if (clock_freq(freq + copysign(slew, left), &applied) == -1) {
		error = errno;
		pc->failed = true;
		if (log_limit(&pc->said_kernel, &missed))
			log_warn("clock: cannot adjust the frequency");
		answer(pc, op, error, before, done);
		return -1;
	}
	after = now_mono();
	pc->failed = false;
	pc->freq = freq;
	pc->left = left;
	pc->rate = rate;
	pc->applied = applied;
	pc->mark.ns = before.ns + (after.ns - before.ns) / 2;
	/* the kernel's grain may leave nothing of a very slow slew */
	if (left != 0 && !((applied - freq) * left > 0))
		pc->left = 0;
	answer(pc, op, 0, pc->mark, done);
	return 0;
}

static enum clock_refusal
check_slew(struct parent_clock *pc, const struct now *now,
    const struct msg_clock_slew *m)
{
	if (pc->noclock)
		return CLOCK_REFUSED_NOCLOCK;
	if (!take(&pc->commands, now->mono, COMMANDS_MAX, COMMANDS_GAIN))
		return CLOCK_REFUSED_FLOOD;
	if (!isfinite(m->freq) || !isfinite(m->offset) || !isfinite(m->rate))
		return CLOCK_REFUSED_NUMBER;
	if (fabs(m->freq) > MAXFREQ)
		return CLOCK_REFUSED_FREQ;
	if (m->rate > MAXRATE || (m->offset != 0 && m->rate <= 0))
		return CLOCK_REFUSED_RATE;
	return CLOCK_GRANTED;
}

void
parent_clock_slew(struct parent_clock *pc, const struct now *now,
    const struct msg_clock_slew *m, struct msg_clock_done *done)
{
	enum clock_refusal	 why;
	double			 left = m->offset;

	watch(pc, now);
	why = refuse(pc, check_slew(pc, now, m), "a slew");
	if (why != CLOCK_GRANTED) {
		answer(pc, CLOCK_OP_SLEW, refusals[why].error, now->mono,
		    done);
		return;
	}
	account(pc, now->mono);
	if (fabs(left) < OFFSET_MIN)
		left = 0;
	if (set(pc, m->freq, left, m->rate, CLOCK_OP_SLEW, done) == -1)
		return;
	log_debug("clock: frequency %.3f ppm, slewing %.9f s at %.1f ppm",
	    pc->freq * 1e6, pc->left, (pc->applied - pc->freq) * 1e6);
}

/* Does the configuration allow a step by offset at this moment? */
static bool
allowed(struct parent_clock *pc, const struct now *now, double offset)
{
	/* the engine's judgement of "over" may be a little off ours */
	if (fabs(offset) * 2 < pc->step_over)
		return false;
	switch (pc->step) {
	case STEP_NEVER:
		return false;
	case STEP_ALWAYS:
		return true;
	case STEP_START:
		break;
	}
	if (pc->grants > 0 && (pc->window.ns == 0 ||
	    mono_diff(pc->window, now->mono) > 0))
		return true;
	return pc->jump != 0 && fabs(offset + pc->jump) < JUMP_SLACK;
}

static enum clock_refusal
check_step(struct parent_clock *pc, const struct now *now, double offset)
{
	double	 target;

	if (pc->noclock)
		return CLOCK_REFUSED_NOCLOCK;
	if (!take(&pc->commands, now->mono, COMMANDS_MAX, COMMANDS_GAIN))
		return CLOCK_REFUSED_FLOOD;
	if (!isfinite(offset))
		return CLOCK_REFUSED_NUMBER;
	target = (double)now->sec + offset;
	if (!(target >= (double)DATE_MIN && target <= (double)DATE_MAX))
		return CLOCK_REFUSED_DATE;
	if (!allowed(pc, now, offset))
		return CLOCK_REFUSED_POLICY;
	if (!take(&pc->steps, now->mono, STEPS_MAX, STEPS_GAIN))
		return CLOCK_REFUSED_STORM;
	return CLOCK_GRANTED;
}

/* As OpenNTPD says it. */
static void
say_step(double offset)
{
	struct now	 now;
	struct tm	 tm;
	time_t		 t;
	char		 date[64];

	now_read(&now);
	t = (time_t)now.sec;
	if (localtime_r(&t, &tm) == NULL ||
	    strftime(date, sizeof(date), "%a %b %e %H:%M:%S %Z %Y",
	    &tm) == 0)
		date[0] = '\0';
	log_info("set local clock to %s (offset %fs)", date, offset);
}

void
parent_clock_step(struct parent_clock *pc, const struct now *now,
    const struct msg_clock_step *m, struct msg_clock_done *done)
{
	enum clock_refusal	 why;
	struct now		 then;
	uint32_t		 missed;

	watch(pc, now);
	why = refuse(pc, check_step(pc, now, m->offset), "a step");
	if (why != CLOCK_GRANTED) {
		answer(pc, CLOCK_OP_STEP, refusals[why].error, now->mono,
		    done);
		return;
	}
	account(pc, now->mono);
	/* a slew was towards where we go now */
	if (pc->left != 0 &&
	    set(pc, pc->freq, 0, 0, CLOCK_OP_STEP, done) == -1)
		return;
	if (clock_step(m->offset) == -1) {
		answer(pc, CLOCK_OP_STEP, errno, now->mono, done);
		if (log_limit(&pc->said_kernel, &missed))
			log_warn("clock: cannot step by %f s", m->offset);
		return;
	}
	now_read(&then);
	pc->wall = wall(&then);
	pc->closing = true;
	if (pc->jump != 0 && fabs(m->offset + pc->jump) < JUMP_SLACK)
		pc->jump = 0;
	else if (pc->grants > 0)
		pc->grants--;
	answer(pc, CLOCK_OP_STEP, 0, then.mono, done);
	done->stepped = m->offset;
	say_step(m->offset);
}

/* The last day of June or December, UTC: the only ones ever used. */
static bool
leap_day(int64_t now)
{
	time_t		 t = (time_t)now;
	struct tm	 tm;

	if (gmtime_r(&t, &tm) == NULL)
		return false;
	return (tm.tm_mon == 5 && tm.tm_mday == 30) ||
	    (tm.tm_mon == 11 && tm.tm_mday == 31);
}

static enum clock_refusal
check_leap(const struct parent_clock *pc, const struct now *now, int leap)
{
	int64_t	 at;
	int	 known;

	if (leap == LEAP_NONE || leap == LEAP_ALARM)
		return CLOCK_GRANTED;
	known = leap_table_now(&pc->leaps, now->sec, &at);
	if (known == leap || (known == -1 && leap_day(now->sec) &&
	    (leap == LEAP_INSERT || leap == LEAP_DELETE)))
		return CLOCK_GRANTED;
	return CLOCK_REFUSED_LEAP;
}

/* Synchronised once more: what start-up or resume allowed is over. */
static void
settle(struct parent_clock *pc, bool synced)
{
	pc->synced = synced;
	if (!synced) {
		pc->closing = true;
		return;
	}
	if (!pc->closing)
		return;
	pc->grants = 0;
	pc->closing = false;
	pc->window.ns = 0;
	pc->fast = fmin(pc->fast, FAST_MAX);
}

void
parent_clock_status(struct parent_clock *pc, const struct now *now,
    const struct msg_clock_status *m)
{
	enum clock_refusal	 why;
	uint32_t		 missed;
	int			 leap = m->leap, tai = m->tai;

	watch(pc, now);
	if (pc->noclock)
		return;
	if (!take(&pc->commands, now->mono, COMMANDS_MAX, COMMANDS_GAIN))
		why = CLOCK_REFUSED_FLOOD;
	else if (!(m->maxerror >= 0) || !(m->esterror >= 0))
		why = CLOCK_REFUSED_NUMBER;
	else
		why = CLOCK_GRANTED;
	if (refuse(pc, why, "a status") != CLOCK_GRANTED)
		return;
	account(pc, now->mono);
	settle(pc, m->synced != 0);
	if (refuse(pc, check_leap(pc, now, leap), "a leap second") !=
	    CLOCK_GRANTED || leap == LEAP_ALARM)
		leap = LEAP_NONE;
	if (tai < 10 || tai > 100)
		tai = 0;	/* it was 10 in 1972 and moves slowly */
	pc->leap = leap;
	if (clock_status(m->synced != 0, leap, tai, m->maxerror,
	    m->esterror) == -1 && log_limit(&pc->said_kernel, &missed))
		log_warn("clock: cannot set the status");
}

double
parent_clock_due(const struct parent_clock *pc, const struct now *now)
{
	double	 slew = fabs(pc->applied - pc->freq), due;

	if (pc->left == 0)
		return -1;
	due = fabs(pc->left) / slew;
	if (slew > SLOW)
		due = fmin(due, pc->fast / slew);
	due = due * (1 + pc->applied) - mono_diff(now->mono, pc->mark);
	return fmax(pc->failed ? SLEW_MIN : TICK_MIN, fmin(TICK_MAX, due));
}

bool
parent_clock_tick(struct parent_clock *pc, const struct now *now,
    struct msg_clock_done *done)
{
	double	 slew = fabs(pc->applied - pc->freq);

	watch(pc, now);
	if (pc->left == 0)
		return false;
	account(pc, now->mono);
	if (fabs(pc->left) < slew * TICK_MIN) {
		(void)set(pc, pc->freq, 0, 0, CLOCK_OP_SLEWEND, done);
		return true;
	}
	/* the budget is spent: go on slowly */
	if (slew > SLOW && pc->fast < slew * TICK_MIN) {
		(void)set(pc, pc->freq, pc->left, pc->rate, CLOCK_OP_SLEW,
		    done);
		return true;
	}
	return false;
}

void
parent_clock_stop(struct parent_clock *pc)
{
	double	 applied;

	if (pc->noclock)
		return;
	if (pc->left != 0 && clock_freq(pc->freq, &applied) == 0) {
		pc->applied = applied;
		pc->left = 0;
	}
	if (clock_status(false, LEAP_NONE, 0, 16, 16) == -1)
		log_debug("clock: cannot set the status");
}
