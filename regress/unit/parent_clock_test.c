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
 * parent_policy.c and parent_clock.c against a kernel that is only
 * arithmetic, and against an engine that has been taken over: whatever it
 * sends, the clock stays in the envelope that the head of parent_policy.c
 * promises.
 */

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "clock.h"
#include "parent.h"
#include "test.h"

#define START		INT64_C(1800000000)	/* 2027-01-15 08:00 UTC */
#define LEAPDAY		INT64_C(1814313600)	/* 2027-06-30 00:00 UTC */
#define DAY		86400.0

/*
 * The kernel.  pull is how far it was moved from where the oscillator
 * alone would have taken it, by frequency, slews and steps.
 */
static struct {
	int64_t		 mono;		/* ns */
	int64_t		 sleep;		/* ns, BOOTTIME ahead of it */
	int64_t		 wall;		/* ns, REALTIME ahead of it */
	double		 freq;
	double		 pull;		/* s */
	unsigned int	 freqs;		/* calls */
	unsigned int	 steps;
	unsigned int	 statuses;
	unsigned int	 nonsense;	/* in a status */
	bool		 synced;
	int		 leap;
	int		 tai;
	double		 grain;		/* of its frequency */
	int		 error;		/* to fail with */
	int		 step_error;	/* the same for steps alone */
} kernel;

int
clock_get(double *freq)
{
	*freq = kernel.freq;
	return 0;
}

int
clock_init(void)
{
	return 0;
}

int
clock_freq(double freq, double *applied)
{
	kernel.freqs++;
	if (kernel.error != 0) {
		errno = kernel.error;
		return -1;
	}
	kernel.freq = round(freq / kernel.grain) * kernel.grain;
	*applied = kernel.freq;
	return 0;
}

int
clock_step(double offset)
{
	kernel.steps++;
	if (kernel.error != 0 || kernel.step_error != 0) {
		errno = kernel.error != 0 ? kernel.error : kernel.step_error;
		return -1;
	}
	kernel.wall += (int64_t)(offset * 1e9);
	kernel.pull += offset;
	return 0;
}

int
clock_status(bool synced, int leap, int tai, double maxerror, double esterror)
{
	kernel.statuses++;
	kernel.nonsense += !(maxerror >= 0) || !(esterror >= 0) || tai < 0;
	kernel.synced = synced;
	kernel.leap = leap;
	kernel.tai = tai;
	return 0;
}

mono_t
now_mono(void)
{
	mono_t	 t = { kernel.mono };

	return t;
}

void
now_read(struct now *now)
{
	int64_t	 real = kernel.mono + kernel.wall;

	now->mono.ns = kernel.mono;
	now->boot.ns = kernel.mono + kernel.sleep;
	now->sec = real / 1000000000;
	now->nsec = (uint32_t)(real % 1000000000);
}

int64_t
now_wall(const struct now *now)
{
	return now->sec * 1000000000 + now->nsec - now->mono.ns;
}

static struct parent_clock	 pc;

/* A machine that has been up for a minute, at a date, with a policy. */
static void
boot(int64_t date, enum step_policy step, double over)
{
	struct now	 now;

	memset(&kernel, 0, sizeof(kernel));
	kernel.grain = 1e-6 / 65536;
	kernel.mono = INT64_C(60000000000);
	kernel.wall = date * 1000000000 - kernel.mono;
	now_read(&now);
	parent_clock_init(&pc, false, 0, &now);
	parent_clock_conf(&pc, step, over);
}

/* Let time pass, with the timer where it wants to be. */
static void
pass(double seconds)
{
	struct msg_clock_done	 done;
	struct now		 now;
	double			 due, dt;

	while (seconds > 0) {
		now_read(&now);
		due = parent_clock_due(&pc, &now);
		dt = due >= 0 && due < seconds ? due : seconds;
		kernel.mono += (int64_t)(dt * 1e9);
		kernel.pull += kernel.freq * dt / (1 + kernel.freq);
		seconds -= dt;
		now_read(&now);
		if (due >= 0)
			(void)parent_clock_tick(&pc, &now, &done);
	}
}

static int
slew(double freq, double offset, double rate)
{
	struct msg_clock_slew	 m = { freq, offset, rate };
	struct msg_clock_done	 done;
	struct now		 now;

	now_read(&now);
	parent_clock_slew(&pc, &now, &m, &done);
	return done.error;
}

static int
step(double offset)
{
	struct msg_clock_step	 m = { offset };
	struct msg_clock_done	 done;
	struct now		 now;

	now_read(&now);
	parent_clock_step(&pc, &now, &m, &done);
	return done.error;
}

static void
status_starting(bool synced, int leap, bool starting)
{
	struct msg_clock_status	 m = {
		.maxerror = 0.01, .esterror = 0.001, .synced = synced,
		.leap = (uint8_t)leap, .starting = starting
	};
	struct now		 now;

	now_read(&now);
	parent_clock_status(&pc, &now, &m);
}

static void
status(bool synced, int leap)
{
	status_starting(synced, leap, false);
}

/* Start-up done: what it allowed is over. */
static void
settled(int64_t date, enum step_policy policy, double over)
{
	boot(date, policy, over);
	status(true, LEAP_NONE);
}

static void
test_numbers(void)
{
	static const struct {
		const char	*what;
		double		 freq;
		double		 offset;
		double		 rate;
		int		 error;
		double		 adj;	/* that the kernel runs at then */
	} t[] = {
		{ "frequency alone", 20e-6, 0, 0, 0, 20e-6 },
		{ "frequency and a slew", 20e-6, 0.01, 1e-4, 0, 120e-6 },
		{ "a slew backwards", 20e-6, -0.01, 1e-4, 0, -80e-6 },
		{ "the greatest frequency", 500e-6, 0, 0, 0, 500e-6 },
		{ "more", 501e-6, 0, 0, ERANGE, 0 },
		{ "more, slower", -501e-6, 0, 0, ERANGE, 0 },
		{ "far more", 1e300, 0, 0, ERANGE, 0 },
		{ "the fastest slew", 0, 10, 0.1, 0, 0.1 },
		{ "a faster one", 0, 10, 0.11, ERANGE, 0 },
		{ "much faster", 0, 1, 1e300, ERANGE, 0 },
		{ "rate nought", 0, 1, 0, ERANGE, 0 },
		{ "rate negative", 0, 1, -1e-4, ERANGE, 0 },
		{ "rate negative and nothing to slew", 0, 0, -1, 0, 0 },
		{ "frequency NaN", NAN, 0, 0, ERANGE, 0 },
		{ "offset NaN", 0, NAN, 1e-4, ERANGE, 0 },
		{ "rate NaN", 0, 1, NAN, ERANGE, 0 },
		{ "rate NaN and nothing to slew", 0, 0, NAN, ERANGE, 0 },
		{ "frequency infinite", INFINITY, 0, 0, ERANGE, 0 },
		{ "offset infinite", 0, -INFINITY, 1e-4, ERANGE, 0 },
		{ "rate infinite", 0, 1, INFINITY, ERANGE, 0 },
		{ "denormal frequency", 5e-324, 0, 0, 0, 0 },
		{ "denormal offset", 0, 5e-324, 1e-4, 0, 0 },
		{ "denormal rate", 0, 1, 5e-324, 0, 0 },
		{ "negative zero", -0.0, -0.0, -0.0, 0, 0 },
		{ "huge offset, slowly", 0, 1e300, 1e-4, 0, 1e-4 },
		{ "a slew lasts a second or more", 0, 1e-3, 0.1, 0, 1e-3 },
	};
	size_t	 i;

	for (i = 0; i < nitems(t); i++) {
		boot(START, STEP_START, 0.1);
		CHECK_INT(t[i].what, slew(t[i].freq, t[i].offset, t[i].rate),
		    t[i].error);
		CHECK_NEAR(t[i].what, kernel.freq, t[i].adj, 1e-11);
	}
}

/* A slew works off what was asked, and its end is reported. */
static void
test_slew(void)
{
	static const struct {
		const char	*what;
		double		 offset;
		double		 rate;
	} t[] = {
		{ "slow", 0.01, 1e-4 },
		{ "slow, backwards", -0.01, 1e-4 },
		{ "fast", 5, 0.1 },
		{ "fast, backwards", -5, 0.1 },
		{ "short", 2e-6, 1e-3 },
	};
	size_t	 i;

	for (i = 0; i < nitems(t); i++) {
		settled(START, STEP_NEVER, 0);
		CHECK_INT(t[i].what, slew(0, t[i].offset, t[i].rate), 0);
		pass(200);
		CHECK_NEAR(t[i].what, kernel.pull, t[i].offset,
		    1e-9 + fabs(t[i].offset) * 1e-6);
		CHECK_NEAR(t[i].what, kernel.freq, 0, 1e-12);
		CHECK_INT(t[i].what, kernel.freqs, 2);
	}
}

/* One slew replaces the other: they do not add up. */
static void
test_replace(void)
{
	unsigned int	 i;

	settled(START, STEP_NEVER, 0);
	for (i = 0; i < 50; i++)
		(void)slew(0, 1, 4e-4);
	pass(100);
	CHECK_NEAR("fifty slews", kernel.pull, 0.04, 1e-3);
	CHECK_INT("and then none", slew(0, 0, 0), 0);
	pass(10000);
	CHECK_NEAR("none", kernel.pull, 0.04, 1e-3);
}

static void
test_budget(void)
{
	unsigned int	 i;
	double		 before;

	settled(START, STEP_NEVER, 0);
	(void)slew(0, 1e6, 0.1);
	pass(DAY);
	/* 600 s and what is gained meanwhile, the rest of it at 500 ppm */
	CHECK_NEAR("a fast slew of a day", kernel.pull, 660, 30);
	before = kernel.pull;
	for (i = 0; i < 8640; i++) {
		(void)slew(0, i % 2 ? 1e6 : -1e6, 0.1);
		pass(10);
	}
	CHECK_NEAR("to and fro", fabs(kernel.pull - before), 0, 700);

	/* frequencies that are no multiple of the grain */
	for (i = 0; i < 20; i++) {
		settled(START, STEP_NEVER, 0);
		(void)slew(1.2345678e-6 * i, 1e6, 0.1);
		pass(DAY);
		CHECK_NEAR("the same, rounded", kernel.pull, 661, 30);
		CHECK_INT("and at rest", kernel.freqs, 2);
	}

	boot(START, STEP_NEVER, 0);
	(void)slew(0, 3600, 0.1);
	pass(40000);
	CHECK_NEAR("an hour while starting", kernel.pull, 3600, 0.01);
}

/* A slew that the kernel cannot express is none. */
static void
test_grain(void)
{
	struct now	 now;

	settled(START, STEP_NEVER, 0);
	CHECK_INT("far below the grain", slew(0, 1, 1e-14), 0);
	now_read(&now);
	CHECK_INT("no timer", parent_clock_due(&pc, &now) < 0, 1);
	CHECK_NEAR("nothing left", pc.left, 0, 0);
}

static void
test_kernel_fails(void)
{
	boot(START, STEP_START, 0.1);
	CHECK_INT("good", slew(10e-6, 0, 0), 0);
	kernel.error = EINVAL;
	CHECK_INT("the kernel refuses", slew(20e-6, 1, 1e-4), EINVAL);
	kernel.error = 0;
	pass(1000);
	CHECK_NEAR("nothing changed", kernel.freq, 10e-6, 1e-11);
	CHECK_NEAR("no slew", pc.left, 0, 0);
	kernel.error = EINVAL;
	CHECK_INT("nor does it step", step(1), EINVAL);

	kernel.error = 0;
	CHECK_INT("a slew", slew(0, 0.01, 1e-4), 0);
	kernel.error = EPERM;
	kernel.freqs = 0;
	pass(200);
	CHECK_INT("its end is tried again, not too often",
	    kernel.freqs > 10 && kernel.freqs <= 101, 1);
	kernel.error = 0;
	pass(2);
	CHECK_NEAR("until it works", kernel.freq, 0, 1e-12);
}

/* What an answer says of the frequency is so: the engine counts on it. */
static void
test_step_and_slew(void)
{
	boot(START, STEP_ALWAYS, 0.1);
	CHECK_INT("a slew", slew(10e-6, 1, 1e-4), 0);
	kernel.step_error = EPERM;
	CHECK_INT("a step that fails", step(1), EPERM);
	CHECK_NEAR("leaves the slew", kernel.freq, 110e-6, 1e-11);
	CHECK_INT("with its timer", pc.slewing, 1);
	kernel.step_error = 0;
	CHECK_INT("one that works", step(1), 0);
	CHECK_NEAR("ends it", kernel.freq, 10e-6, 1e-11);
	CHECK_INT("for good", pc.slewing, 0);
}

/* Policy and moment. */
enum scene {
	SCENE_START,		/* just started */
	SCENE_SETTLED,		/* synchronised since */
	SCENE_SLEPT,		/* and then slept for an hour */
	SCENE_SLEPT_LONG_AGO,	/* and two hours passed */
	SCENE_SLEPT_SYNCED,	/* and found it well */
	SCENE_SLEPT_UNSYNCED,	/* it was not well before */
	SCENE_JUMPED,		/* another hand set it by +100 s */
	SCENE_JUMPED_LONG_AGO
};

static void
play(enum scene scene, enum step_policy policy, double over)
{
	boot(START, policy, over);
	if (scene == SCENE_START)
		return;
	status(true, LEAP_NONE);
	pass(1000);
	status(scene != SCENE_SLEPT_UNSYNCED, LEAP_NONE);
	switch (scene) {
	case SCENE_START:
	case SCENE_SETTLED:
		return;
	case SCENE_SLEPT:
	case SCENE_SLEPT_LONG_AGO:
	case SCENE_SLEPT_SYNCED:
	case SCENE_SLEPT_UNSYNCED:
		kernel.sleep += INT64_C(3600000000000);
		kernel.wall += INT64_C(3600000000000);
		break;
	case SCENE_JUMPED:
	case SCENE_JUMPED_LONG_AGO:
		kernel.wall += INT64_C(100000000000);
		break;
	}
	/* a status that was on its way */
	status(true, LEAP_NONE);
	if (scene == SCENE_SLEPT_SYNCED) {
		status(false, LEAP_NONE);
		pass(60);
		status(true, LEAP_NONE);
	}
	if (scene == SCENE_SLEPT_LONG_AGO || scene == SCENE_JUMPED_LONG_AGO)
		pass(7200);
}

static void
test_steps(void)
{
	static const struct {
		const char	*what;
		enum scene	 scene;
		enum step_policy policy;
		double		 over;
		double		 offset;
		int		 error;
	} t[] = {
		{ "at start", SCENE_START, STEP_START, 0.1, 5, 0 },
		{ "at start, back", SCENE_START, STEP_START, 0.1, -5, 0 },
		{ "at start, a year", SCENE_START, STEP_START, 0.1, 3e7, 0 },
		{ "at start, small", SCENE_START, STEP_START, 1, 0.4, EPERM },
		{ "at start, NaN", SCENE_START, STEP_START, 0, NAN, ERANGE },
		{ "at start, inf", SCENE_START, STEP_START, 0, INFINITY,
		    ERANGE },
		{ "before we were", SCENE_START, STEP_START, 0, -1e8,
		    ERANGE },
		{ "to the year 3000", SCENE_START, STEP_START, 0, 3e10,
		    ERANGE },
		{ "never", SCENE_START, STEP_NEVER, 0, 5, EPERM },
		{ "later", SCENE_SETTLED, STEP_START, 0.1, 5, EPERM },
		{ "later, always", SCENE_SETTLED, STEP_ALWAYS, 0.1, 5, 0 },
		{ "always, small", SCENE_SETTLED, STEP_ALWAYS, 10, 4, EPERM },
		{ "always, too old", SCENE_SETTLED, STEP_ALWAYS, 1, -1e8,
		    ERANGE },
		{ "after sleep", SCENE_SLEPT, STEP_START, 0.1, 5, 0 },
		{ "after sleep, never", SCENE_SLEPT, STEP_NEVER, 0, 5, EPERM },
		{ "long after", SCENE_SLEPT_LONG_AGO, STEP_START, 0.1, 5,
		    EPERM },
		{ "slept and synced", SCENE_SLEPT_SYNCED, STEP_START, 0.1, 5,
		    EPERM },
		{ "sleep is no jump", SCENE_SLEPT_SYNCED, STEP_START, 0.1,
		    -3600, EPERM },
		{ "unsynced, then slept", SCENE_SLEPT_UNSYNCED, STEP_START,
		    0.1, 5, 0 },
		{ "undo", SCENE_JUMPED, STEP_START, 0.1, -100.2, 0 },
		{ "undo too much", SCENE_JUMPED, STEP_START, 0.1, -101,
		    EPERM },
		{ "undo the wrong way", SCENE_JUMPED, STEP_START, 0.1, 100,
		    EPERM },
		{ "undo, never", SCENE_JUMPED, STEP_NEVER, 0, -100, EPERM },
		{ "undo late", SCENE_JUMPED_LONG_AGO, STEP_START, 0.1, -100,
		    EPERM },
	};
	size_t	 i;

	for (i = 0; i < nitems(t); i++) {
		play(t[i].scene, t[i].policy, t[i].over);
		CHECK_INT(t[i].what, step(t[i].offset), t[i].error);
		CHECK_INT(t[i].what, kernel.steps, t[i].error == 0);
	}
	play(SCENE_JUMPED, STEP_START, 0.1);
	CHECK_INT("undo once", step(-100), 0);
	CHECK_INT("not twice", step(-100), EPERM);
}

/* A step of the start-up can be undone for a while. */
static void
test_undo(void)
{
	static const struct {
		const char	*what;
		double		 after;	/* s, a status each minute */
		bool		 sure;	/* at the end: no more starting */
		int		 error;
	} t[] = {
		{ "at once", 0, false, 0 },
		{ "minutes later", 840, false, 0 },
		{ "too late", 960, false, EPERM },
		{ "the engine was sure", 180, true, EPERM },
	};
	double	 s;
	size_t	 i;

	for (i = 0; i < nitems(t); i++) {
		boot(START, STEP_START, 0.1);
		status_starting(false, LEAP_NONE, true);
		CHECK_INT(t[i].what, step(-420), 0);
		status_starting(true, LEAP_NONE, true);
		for (s = 0; s < t[i].after; s += 60) {
			pass(60);
			status_starting(s != 120, LEAP_NONE, true);
		}
		if (t[i].sure)
			status(true, LEAP_NONE);
		CHECK_INT(t[i].what, step(400), t[i].error);
	}
}

/* Steps one after the other. */
static void
test_storm(void)
{
	static const struct {
		const char	*what;
		enum step_policy policy;
		unsigned int	 most;	/* in a day, tried each second */
	} t[] = {
		{ "start", STEP_START, 4 },
		{ "always", STEP_ALWAYS, 4 + 95 },
		{ "never", STEP_NEVER, 0 },
	};
	unsigned int	 s;
	size_t		 i;

	for (i = 0; i < nitems(t); i++) {
		boot(START, t[i].policy, 0.1);
		for (s = 0; s < 86400; s++) {
			(void)step(s % 2 ? 1 : -1);
			pass(1);
		}
		CHECK_INT(t[i].what, kernel.steps, t[i].most);
	}
}

/* A clock that shows 1970 has no good date to lose. */
static void
test_no_battery(void)
{
	boot(0, STEP_START, 0.1);
	CHECK_INT("forward, still in 1970", step(1e6), 0);
	CHECK_INT("back, still in 1970", step(-1e5), 0);
	CHECK_INT("to today", step((double)START), 0);
	CHECK_INT("and not back there", step(-(double)START), ERANGE);
}

static void
test_leaps(void)
{
	static const struct {
		const char	*what;
		int64_t		 date;
		bool		 table;	/* one that knows of LEAPDAY's end */
		int		 asked;
		int		 armed;
	} t[] = {
		{ "none", START, false, LEAP_NONE, LEAP_NONE },
		{ "unsynchronised", START, false, LEAP_ALARM, LEAP_NONE },
		{ "no day for it", START, false, LEAP_INSERT, LEAP_NONE },
		{ "no day to delete", START, false, LEAP_DELETE, LEAP_NONE },
		{ "end of June", LEAPDAY, false, LEAP_INSERT, LEAP_INSERT },
		{ "end of June, less", LEAPDAY, false, LEAP_DELETE,
		    LEAP_DELETE },
		{ "as the table says", LEAPDAY, true, LEAP_INSERT,
		    LEAP_INSERT },
		{ "against the table", LEAPDAY, true, LEAP_DELETE,
		    LEAP_NONE },
		{ "not by the table", LEAPDAY - 10 * 86400, true,
		    LEAP_INSERT, LEAP_NONE },
		{ "nonsense", LEAPDAY, false, 77, LEAP_NONE },
	};
	size_t	 i;

	for (i = 0; i < nitems(t); i++) {
		boot(t[i].date, STEP_START, 0.1);
		if (t[i].table) {
			pc.policy.leaps.n = 2;
			pc.policy.leaps.entry[0].at = 1483228800;
			pc.policy.leaps.entry[0].tai = 37;
			pc.policy.leaps.entry[1].at = LEAPDAY + 86400;
			pc.policy.leaps.entry[1].tai = 38;
			pc.policy.leaps.expires = LEAPDAY + 86400 * 180;
		}
		status(true, t[i].asked);
		CHECK_INT(t[i].what, kernel.leap, t[i].armed);
		CHECK_INT(t[i].what, kernel.synced, true);
	}
	boot(LEAPDAY, STEP_START, 0.1);
	status(true, LEAP_INSERT);
	kernel.wall -= INT64_C(1000000000);
	status(true, LEAP_NONE);
	CHECK_INT("a leap is not another hand's", step(1), EPERM);
}

static void
test_noclock(void)
{
	struct now	 now;

	boot(START, STEP_ALWAYS, 0);
	now_read(&now);
	parent_clock_init(&pc, true, 0, &now);
	parent_clock_conf(&pc, STEP_ALWAYS, 0);
	CHECK_INT("slew", slew(1e-6, 0, 0), EPERM);
	CHECK_INT("step", step(1), EPERM);
	status(true, LEAP_NONE);
	parent_clock_stop(&pc);
	CHECK_INT("not one call", kernel.freqs + kernel.steps +
	    kernel.statuses, 0);
}

static void
test_stop(void)
{
	boot(START, STEP_START, 0.1);
	status(true, LEAP_NONE);
	(void)slew(30e-6, 5, 0.1);
	pass(1);
	parent_clock_stop(&pc);
	CHECK_NEAR("the frequency stays, the slew ends", kernel.freq, 30e-6,
	    1e-11);
	CHECK_INT("and nobody is told we are synchronised", kernel.synced,
	    false);
}

static uint64_t
chance(void)
{
	static uint64_t	 x = 88172645463325252u;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return x;
}

/* A double of any bit pattern, or one that looks as if it could pass. */
static double
evil(double scale)
{
	static const double	 edges[] = {
		0, -0.0, NAN, INFINITY, -INFINITY, 5e-324, 1e308, -1e308,
		500e-6, -500e-6, 0.1, 1, -1, 0.5, 1e9, -1e9
	};
	double			 d;
	uint64_t		 u = chance();

	switch (chance() % 3) {
	case 0:
		memcpy(&d, &u, sizeof(d));
		return d;
	case 1:
		return edges[u % nitems(edges)];
	default:
		return scale * ((double)(u >> 11) / 4503599627370496.0 - 1);
	}
}

static void
evil_message(void)
{
	struct msg_clock_status	 m;
	struct now		 now;

	switch (chance() % 4) {
	case 0:
		(void)step(evil(1000));
		break;
	case 1:
		memset(&m, 0, sizeof(m));
		m.maxerror = evil(1);
		m.esterror = evil(1);
		m.tai = (int32_t)chance();
		m.synced = (uint8_t)chance();
		m.leap = (uint8_t)chance();
		m.starting = (uint8_t)chance();
		now_read(&now);
		parent_clock_status(&pc, &now, &m);
		break;
	default:
		(void)slew(evil(500e-6), evil(1000), fabs(evil(0.1)));
	}
}

/*
 * A million messages of any kind, in a second or in a day, then a day of
 * the worst the envelope allows.
 */
static void
test_hostile(void)
{
	static const struct {
		const char	*what;
		double		 seconds;
	} t[] = {
		{ "a million in a second", 1 },
		{ "a million in a day", DAY },
	};
	double	 most, fastest;
	size_t	 i;
	int	 n;

	for (i = 0; i < nitems(t); i++) {
		settled(START, STEP_START, 0.1);
		most = fastest = 0;
		for (n = 0; n < 1000000; n++) {
			evil_message();
			if (n % 100 == 99)
				pass(t[i].seconds / 10000);
			most = fmax(most, fabs(kernel.pull));
			fastest = fmax(fastest, fabs(kernel.freq));
		}
		CHECK_INT(t[i].what, kernel.steps, 0);
		CHECK_INT(t[i].what, fastest <= 0.1005 + 1e-9, 1);
		CHECK_INT(t[i].what, most <= 600 + t[i].seconds *
		    (600 / DAY + 1e-3), 1);
		CHECK_INT(t[i].what, isfinite(kernel.pull), 1);
		CHECK_INT(t[i].what, kernel.freqs <= 100 + t[i].seconds * 10 +
		    20000, 1);
		CHECK_INT(t[i].what, kernel.leap, LEAP_NONE);
		CHECK_INT(t[i].what, kernel.nonsense, 0);
	}

	settled(START, STEP_START, 0.1);
	for (n = 0; n < 86400; n++) {
		(void)slew(500e-6, 1e9, 0.1);
		(void)step(1);
		pass(1);
	}
	CHECK_INT("a day of the worst", kernel.pull <= 1200 + 87, 1);
	CHECK_INT("a day of the worst", kernel.pull > 600, 1);
	CHECK_INT("a day of the worst", kernel.steps, 0);
}

/* What constraints allow, whatever the engine asks. */
static void
test_constrain(void)
{
	struct clock_policy	 cp;
	struct constrain_point	 p = { 0, 0 };
	struct msg_clock_slew	 slew = { 0, 0, 1e-3 };
	struct now		 t;

	memset(&t, 0, sizeof(t));
	t.sec = INT64_C(1800000000);
	t.mono.ns = t.boot.ns = INT64_C(1000000000000);
	policy_init(&cp, &t);
	cp.step = STEP_ALWAYS;
	cp.step_over = 0.1;
	policy_constrain(&cp, true, NULL);
	CHECK_INT("large, no answer", policy_step(&cp, &t, 121),
	    CLOCK_REFUSED_UNBOUND);
	CHECK_INT("not so large", policy_step(&cp, &t, -119), CLOCK_GRANTED);
	CHECK_INT("fast slews, no answer", cp.fast <= CONSTRAIN_MARGIN, 1);
	p.at = t.boot.ns;
	p.base = (t.sec + 3600) * 1000000000 - t.boot.ns;
	policy_constrain(&cp, true, &p);
	CHECK_INT("to it", policy_step(&cp, &t, 3600), CLOCK_GRANTED);
	CHECK_INT("away from it", policy_step(&cp, &t, -3600),
	    CLOCK_REFUSED_BOUND);
	CHECK_INT("beyond it", policy_step(&cp, &t, 3600 + 200),
	    CLOCK_REFUSED_BOUND);
	slew.offset = 10;
	CHECK_INT("slew towards it", policy_slew(&cp, &t, &slew),
	    CLOCK_GRANTED);
	slew.offset = -10;
	CHECK_INT("slew away from it", policy_slew(&cp, &t, &slew),
	    CLOCK_REFUSED_BOUND);
	slew.offset = 0;
	CHECK_INT("a frequency", policy_slew(&cp, &t, &slew), CLOCK_GRANTED);
	policy_constrain(&cp, false, NULL);
	CHECK_INT("none configured", policy_step(&cp, &t, -3600),
	    CLOCK_GRANTED);
}

/*
 * The same while a slew is under way that no timer has accounted for yet:
 * what it did is no reason to go further.
 */
static void
test_constrain_slewed(void)
{
	static const struct {
		const char	*what;
		double		 slewed;	/* s at 10 %, just before */
		bool		 late;		/* the answer is from after it */
		double		 step;		/* 0: a slew, by */
		double		 offset;
		int		 error;
	} t[] = {
		{ "a slew on top of one", 100, false, 0, 60, ERANGE },
		{ "less of it", 100, false, 0, 40, 0 },
		{ "a slew back", 100, false, 0, -100, 0 },
		{ "a step on top of one", 100, false, 60, 0, ERANGE },
		{ "less of that", 100, false, 40, 0, 0 },
		{ "a step back", 100, false, -100, 0, 0 },
		{ "backwards, on top", -100, false, -60, 0, ERANGE },
		{ "an answer after it", 100, true, 140, 0, 0 },
		{ "back from that", 100, true, -160, 0, ERANGE },
	};
	struct constrain_point	 p;
	struct now		 now;
	size_t			 i;
	int			 error;

	for (i = 0; i < nitems(t); i++) {
		settled(START, STEP_ALWAYS, 0.1);
		now_read(&now);
		p.at = parent_clock_age(&pc, &now, now.boot);
		p.base = kernel.mono + kernel.wall - p.at;
		policy_constrain(&pc.policy, true, &p);
		CHECK_INT(t[i].what, slew(0, t[i].slewed, 0.1), 0);
		kernel.mono += (int64_t)(9.99 * fabs(t[i].slewed) * 1e9);
		if (t[i].late) {
			now_read(&now);
			p.at = parent_clock_age(&pc, &now, now.boot);
			p.base = kernel.mono + kernel.wall - p.at;
			policy_constrain(&pc.policy, true, &p);
		}
		error = t[i].step != 0 ? step(t[i].step) :
		    slew(0, t[i].offset, 0.1);
		CHECK_INT(t[i].what, error, t[i].error);
	}
}

int
main(void)
{
	/* what is refused is logged; nobody reads it here */
	if (freopen("/dev/null", "w", stderr) == NULL)
		return 1;
	test_numbers();
	test_slew();
	test_replace();
	test_budget();
	test_grain();
	test_kernel_fails();
	test_step_and_slew();
	test_steps();
	test_undo();
	test_storm();
	test_no_battery();
	test_leaps();
	test_noclock();
	test_stop();
	test_hostile();
	test_constrain();
	test_constrain_slewed();
	return test_done("parent_clock");
}
