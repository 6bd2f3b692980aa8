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
 * What the engine asks of the clock: asked of the policy
 * (parent_policy.c), then carried out (clock_<os>.c) and accounted for.
 * Parent only.  No events and no messages in here, so that a test can be
 * the engine, the kernel and the time.
 */

#include <sys/types.h>

#include <errno.h>
#include <math.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "log.h"
#include "parent.h"

#define OFFSET_MIN	1e-9	/* s; less is nothing */
#define SLEW_MIN	1.0	/* s; a slew lasts no less */
#define TICK_MIN	1e-3	/* s; a timer is no finer */
#define TICK_MAX	3600.0
#define ERROR_MAX	16.0	/* s; the kernel's worst */

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
	[CLOCK_REFUSED_UNBOUND] = { ERANGE, "so large, and no constraint has "
	    "answered" },
	[CLOCK_REFUSED_BOUND] =	{ ERANGE, "it is outside the constraints" },
};

/* True, and said in the log, when it was refused. */
static bool
refused(struct parent_clock *pc, enum clock_refusal why, const char *what)
{
	uint32_t	 missed;

	if (why == CLOCK_GRANTED)
		return false;
	if (log_limit(&pc->said[why], &missed)) {
		log_warnx("engine asked for %s: refused, %s", what,
		    refusals[why].text);
		if (missed != 0)
			log_warnx("%u more refused like that", missed);
	}
	return true;
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

void
parent_clock_init(struct parent_clock *pc, bool noclock, double freq,
    const struct now *now)
{
	memset(pc, 0, sizeof(*pc));
	policy_init(&pc->policy, now);
	pc->policy.noclock = noclock;
	pc->freq = pc->applied = freq;
	pc->mark = now->mono;
}

void
parent_clock_conf(struct parent_clock *pc, enum step_policy step, double over)
{
	pc->policy.step = step;
	pc->policy.step_over = over;
}

/* What the kernel did since the mark, off what is left and the budget. */
static void
account(struct parent_clock *pc, mono_t now)
{
	/* the clock that measured it was slewed itself */
	double	 passed = mono_diff(now, pc->mark) / (1 + pc->applied);
	double	 slew = pc->applied - pc->freq, left;

	if (passed <= 0)
		return;
	pc->mark = now;
	policy_moved(&pc->policy, passed, pc->slewing ? slew : 0);
	if (!pc->slewing)
		return;
	left = pc->left - slew * passed;
	if (fabs(left) < OFFSET_MIN || (left > 0) != (pc->left > 0))
		left = 0;
	pc->left = left;
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
	bool		 again;

	if (left != 0)
		slew = copysign(policy_rate(&pc->policy, fmin(rate,
		    fabs(left) / SLEW_MIN)), left);
	compare(pc);
	before = now_mono();
	if (clock_freq(freq + slew, &applied) == -1) {
		answer(pc, op, errno, before, done);
		again = pc->failed;
		pc->failed = true;
		if (!again && log_limit(&pc->said_kernel, &missed))
			log_warn("clock: cannot adjust the frequency");
		return -1;
	}
	after = now_mono();
	pc->failed = false;
	pc->freq = freq;
	pc->rate = rate;
	pc->applied = applied;
	pc->mark.ns = before.ns + (after.ns - before.ns) / 2;
	/* the kernel's grain may leave nothing of a very slow slew */
	pc->slewing = left != 0 && (applied - freq) * left > 0;
	pc->left = pc->slewing ? left : 0;
	answer(pc, op, 0, pc->mark, done);
	return 0;
}

void
parent_clock_slew(struct parent_clock *pc, const struct now *now,
    const struct msg_clock_slew *m, struct msg_clock_done *done)
{
	enum clock_refusal	 why;

	policy_watch(&pc->policy, now);
	/* first: how far it may go is counted from where it is */
	account(pc, now->mono);
	why = policy_slew(&pc->policy, now, m);
	if (refused(pc, why, "a slew")) {
		answer(pc, CLOCK_OP_SLEW, refusals[why].error, now->mono,
		    done);
		return;
	}
	if (set(pc, m->freq, m->offset, m->rate, CLOCK_OP_SLEW, done) == -1)
		return;
	log_debug("clock: frequency %.3f ppm, slewing %.9f s at %.1f ppm",
	    pc->freq * 1e6, pc->left, (pc->applied - pc->freq) * 1e6);
}

/* As OpenNTPD says it. */
static void
say_step(const struct now *now, double offset)
{
	struct tm	 tm;
	time_t		 t = (time_t)now->sec;
	char		 date[64];

	if (localtime_r(&t, &tm) == NULL || strftime(date, sizeof(date),
	    "%a %b %e %H:%M:%S %Z %Y", &tm) == 0)
		date[0] = '\0';
	log_info("set local clock to %s (offset %fs)", date, offset);
}

void
parent_clock_step(struct parent_clock *pc, const struct now *now,
    const struct msg_clock_step *m, struct msg_clock_done *done)
{
	enum clock_refusal	 why;
	struct now		 then;
	mono_t			 when;
	uint32_t		 missed;

	policy_watch(&pc->policy, now);
	account(pc, now->mono);
	why = policy_step(&pc->policy, now, m->offset);
	if (refused(pc, why, "a step")) {
		answer(pc, CLOCK_OP_STEP, refusals[why].error, now->mono,
		    done);
		return;
	}
	if (clock_step(m->offset) == -1) {
		answer(pc, CLOCK_OP_STEP, errno, now->mono, done);
		if (log_limit(&pc->said_kernel, &missed))
			log_warn("clock: cannot step by %f s", m->offset);
		return;
	}
	now_read(&then);
	policy_stepped(&pc->policy, &then, m->offset);
	when = then.mono;
	/*
	 * A slew was towards where we are now.  Only now, so that a step
	 * that failed has changed nothing; if it does not end, the timer
	 * will try again.
	 */
	pc->left = 0;
	if (pc->slewing &&
	    set(pc, pc->freq, 0, 0, CLOCK_OP_STEP, done) == 0)
		when = pc->mark;
	answer(pc, CLOCK_OP_STEP, 0, when, done);
	done->stepped = m->offset;
	say_step(&then, m->offset);
}

void
parent_clock_status(struct parent_clock *pc, const struct now *now,
    const struct msg_clock_status *m)
{
	uint32_t	 missed;
	int		 tai = m->tai;

	policy_watch(&pc->policy, now);
	if (pc->policy.noclock ||
	    refused(pc, policy_status(&pc->policy, now, m), "a status"))
		return;
	(void)refused(pc, policy_leap(&pc->policy, now, m->leap),
	    "a leap second");
	if (tai < 10 || tai > 100)
		tai = 0;	/* it was 10 in 1972 and moves slowly */
	if (clock_status(m->synced != 0, pc->policy.leap, tai,
	    fmin(m->maxerror, ERROR_MAX), fmin(m->esterror, ERROR_MAX)) ==
	    -1 && log_limit(&pc->said_kernel, &missed))
		log_warn("clock: cannot set the status");
}

int64_t
parent_clock_age(struct parent_clock *pc, const struct now *now, mono_t boot)
{
	account(pc, now->mono);
	return policy_age(&pc->policy, boot);
}

double
parent_clock_due(const struct parent_clock *pc, const struct now *now)
{
	double	 slew = pc->applied - pc->freq, due;

	if (!pc->slewing)
		return -1;
	due = fmin(pc->left / slew, policy_lasts(&pc->policy, slew));
	due = due * (1 + pc->applied) - mono_diff(now->mono, pc->mark);
	return fmax(pc->failed ? SLEW_MIN : TICK_MIN, fmin(TICK_MAX, due));
}

bool
parent_clock_tick(struct parent_clock *pc, const struct now *now,
    struct msg_clock_done *done)
{
	double	 slew = pc->applied - pc->freq;

	policy_watch(&pc->policy, now);
	if (!pc->slewing)
		return false;
	account(pc, now->mono);
	if (pc->left / slew < TICK_MIN) {
		(void)set(pc, pc->freq, 0, 0, CLOCK_OP_SLEWEND, done);
		return true;
	}
	/* the budget is spent: go on slowly */
	if (policy_lasts(&pc->policy, slew) < TICK_MIN) {
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

	if (pc->policy.noclock)
		return;
	if (pc->slewing && clock_freq(pc->freq, &applied) == 0) {
		pc->applied = applied;
		pc->left = 0;
		pc->slewing = false;
	}
	if (clock_status(false, LEAP_NONE, 0, ERROR_MAX, ERROR_MAX) == -1)
		log_debug("clock: cannot set the status");
}
