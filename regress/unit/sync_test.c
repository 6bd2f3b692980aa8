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
 * sync: the pipeline as the engine drives it.  The world here is plain:
 * sources answer without noise when told to, the kernel clock obeys steps
 * and lives without slews (adj 0, so osc is mono).
 */

#include <stdlib.h>

#include "test.h"

#include "packet.h"
#include "sync.h"

#define T0	1782820000LL	/* Unix; 2026-06-30 11:46:40 UTC */
#define LEAP	1782864000LL	/* 2026-07-01 00:00:00 UTC */
#define NSRC	8

static struct sync	 s;
static struct osc	 osc;
static struct clock_cmd	 cmd;
static double		 t;		/* true time since T0 */
static double		 clock_off;	/* CLOCK_REALTIME - true, s */
static double		 utc_off;	/* UTC - true: leap seconds passed */
static double		 freq;		/* of the oscillator, + = fast */
static unsigned int	 ev;		/* of the last update */
static int		 steps, slews;
static bool		 obey = true;	/* steps are carried out */

static const struct sync_opts	 plain = { .weight = 1, .minpoll = 6,
				    .maxpoll = 10 };
static struct sync_conf		 conf;

static void	 begin(double, int);
static struct sync_now now(void);
static void	 update(void);
static void	 answer(int, double);
static void	 answer_full(int, double, double, int, uint32_t, int);
static void	 answer_late(int, double, double);
static void	 burst(int, int);
static double	 served(void);

static void	 test_start(void);
static void	 test_wait(void);
static void	 test_undo(void);
static void	 test_majority(void);
static void	 test_reasons(void);
static void	 test_serving(void);
static void	 test_options(void);
static void	 test_constrain(void);
static void	 test_hold(void);
static void	 test_silence(void);
static void	 test_local(void);
static void	 test_resume(void);
static void	 test_set(void);
static void	 test_rebase(void);
static void	 test_leap(void);
static void	 test_vote(void);
static void	 test_poll(void);
static void	 test_slots(void);
static void	 test_drift(void);
static void	 test_view(void);
static void	 test_fuzz(void);

int
main(void)
{
	test_start();
	test_wait();
	test_undo();
	test_majority();
	test_reasons();
	test_serving();
	test_options();
	test_constrain();
	test_hold();
	test_silence();
	test_local();
	test_resume();
	test_set();
	test_rebase();
	test_leap();
	test_vote();
	test_poll();
	test_slots();
	test_drift();
	test_view();
	test_fuzz();
	return test_done("sync");
}

static void
begin(double off, int n)
{
	struct sync_now	 x;

	conf = (struct sync_conf){ .minsources = 1, .maxdist = 3,
	    .discipline = { STEP_START, 0.1 } };
	t = 100;
	clock_off = off;
	utc_off = 0;
	freq = 0;
	steps = slews = 0;
	obey = true;
	osc_init(&osc, (mono_t){ (int64_t)(t * 1e9) }, 0, (ntptime_t){ 0 });
	x = now();
	osc_init(&osc, x.mono, 0, x.real);
	sync_init(&s, &conf, 0, -1);
	while (n-- > 0)
		(void)sync_add(&s, &plain, (uint32_t)n + 1);
}

static struct sync_now
now(void)
{
	struct sync_now	 x;
	double		 real = t * (1 + freq) + clock_off + utc_off;

	x.mono.ns = (int64_t)(t * (1 + freq) * 1e9);
	x.osc = osc_from_mono(&osc, x.mono);
	x.unixtime = T0 + (int64_t)floor(real);
	x.real = ntptime_add(ntptime_from_unix(x.unixtime, 0),
	    real - floor(real));
	return x;
}

static void
update(void)
{
	struct sync_now	 x = now();

	ev = sync_update(&s, &x, &osc, &cmd);
	if (cmd.kind == CLOCK_CMD_SLEW)
		slews++;
	if (cmd.kind != CLOCK_CMD_STEP)
		return;
	steps++;
	if (obey) {
		clock_off += cmd.offset;
		x = now();
		sync_stepped(&s, &x, cmd.offset);
	}
}

/* True UTC on the NTP scale. */
static ntptime_t
utc(void)
{
	return ntptime_add(ntptime_from_unix(T0, 0), t + utc_off);
}

static void
answer_full(int slot, double lie, double delay, int stratum, uint32_t refid,
    int leap)
{
	struct sync_now	 x = now();
	struct sample	 p;

	memset(&p, 0, sizeof(p));
	p.at = x.osc;
	p.offset = ntptime_diff(utc(), osc_free(&osc, x.osc)) + lie;
	p.delay = delay;
	p.disp = 1e-6;
	p.stratum = (uint8_t)stratum;
	p.refid = refid;
	p.leap = (uint8_t)leap;
	sync_sample(&s, slot, &p, &x);
	update();
}

static void
answer(int slot, double lie)
{
	answer_full(slot, lie, 0.02, 2, 0x01020304, LEAP_NONE);
}

/* Sources 0..n-1 answer k times, 2 s apart. */
static void
burst(int n, int k)
{
	int	 i;

	for (; k > 0; k--) {
		t += 2;
		for (i = 0; i < n; i++) {
			t += 0.01;
			answer(i, 0);
		}
	}
}

/* Served time - true time, s. */
static double
served(void)
{
	struct sync_now	 x = now();

	return ntptime_diff(sync_time(&s, &osc, x.osc), utc());
}

static void
test_start(void)
{
	static const struct {
		const char	*what;
		double		 off;
		int		 steps;
	} tests[] = {
		{ "0.2 s ahead", 0.2, 1 },
		{ "0.2 s behind", -0.2, 1 },
		{ "1000 s ahead", 1000, 1 },
		{ "a day behind", -86400, 1 },
		{ "20 years behind", -6.3e8, 1 },
		{ "50 years ahead", 1.5e9, 1 },
		{ "50 ms ahead", 0.05, 0 },
		{ "right", 0, 0 }
	};
	struct sync_now	 x;
	size_t		 i;

	for (i = 0; i < nitems(tests); i++) {
		begin(tests[i].off, 1);
		burst(1, 2);
		CHECK_INT(tests[i].what, s.est.valid, 0);
		CHECK_INT(tests[i].what, s.src[0].reason, SELECT_FEW);
		CHECK_INT(tests[i].what, s.est.leap, LEAP_ALARM);
		burst(1, 1);
		CHECK_INT(tests[i].what, s.state, SYNC_OK);
		CHECK_INT(tests[i].what, s.synced, 1);
		CHECK_INT(tests[i].what, ev & (SYNC_EV_SYNCED |
		    SYNC_EV_SELECTED | SYNC_EV_STATE | SYNC_EV_UPDATE |
		    SYNC_EV_REASON), SYNC_EV_SYNCED | SYNC_EV_SELECTED |
		    SYNC_EV_STATE | SYNC_EV_UPDATE | SYNC_EV_REASON);
		CHECK_INT(tests[i].what, steps, tests[i].steps);
		CHECK_NEAR(tests[i].what, served(), 0, 2e-3);
		CHECK_INT(tests[i].what, s.src[0].selected, 1);
		CHECK_INT(tests[i].what, s.est.stratum, 3);
		CHECK_INT(tests[i].what, s.est.refid, 1);
		CHECK_INT(tests[i].what, s.est.leap, LEAP_NONE);
		if (tests[i].steps > 0) {
			x = now();
			CHECK_NEAR(tests[i].what, sync_clock_error(&s, &osc,
			    &x), 0, 2e-3);
			update();
			CHECK_INT("frequency follows the step", cmd.kind,
			    CLOCK_CMD_SLEW);
			update();
			CHECK_INT("and no more without a sample", cmd.kind,
			    CLOCK_CMD_NONE);
		}
	}
	begin(1000, 1);
	s.conf.discipline.step = conf.discipline.step = STEP_NEVER;
	sync_reconf(&s, &conf);
	burst(1, 3);
	CHECK_INT("never step", steps, 0);
	CHECK_NEAR("but slew as fast as can be", cmd.rate,
	    DISCIPLINE_MAXSLEW, 1e-9);
	CHECK_NEAR("and serve the truth", served(), 0, 2e-3);

	begin(1000, 1);
	obey = false;
	burst(1, 8);
	CHECK_INT("a step that is refused is not asked for ever",
	    steps, 3);
	CHECK_INT("slew instead", cmd.kind, CLOCK_CMD_SLEW);
}

static void
test_wait(void)
{
	int	 i, k;

	begin(5, 4);
	burst(3, 3);
	CHECK_INT("three of four ready: wait a little", s.src[0].reason,
	    SELECT_WAIT);
	CHECK_INT("no command yet", steps + slews, 0);
	CHECK_INT("asked to come again soon", mono_diff(cmd.again,
	    now().mono) < 1, 1);
	t += 2.1;
	update();
	CHECK_INT("then without the fourth", s.state, SYNC_OK);
	CHECK_INT("stepped", steps, 1);

	begin(5, 4);
	burst(1, 3);
	t += 2.1;
	update();
	CHECK_INT("one of four ready: wait longer", s.est.valid, 0);
	t += 10;
	update();
	CHECK_INT("while bursts may go on", s.est.valid, 0);
	t += 4;
	update();
	CHECK_INT("but not for ever", s.state, SYNC_OK);

	/* three are ready, and two of four are no majority */
	begin(5, 4);
	for (k = 0; k < 3; k++) {
		t += 2;
		for (i = 0; i < 3; i++)
			answer(i, i < 2 ? 0 : 400);
	}
	t += 2.1;
	update();
	CHECK_INT("two of three agree: wait for the fourth", s.est.valid, 0);

	begin(5, 4);
	burst(4, 3);
	CHECK_INT("all ready: at once", s.state, SYNC_OK);

	begin(5, 2);
	sync_unsync(&s, 1);
	burst(1, 3);
	CHECK_INT("one that says it is no use is not waited for", s.state,
	    SYNC_OK);
}

/* What the first source to answer made of the clock is undone by a step. */
static void
test_undo(void)
{
	static const struct {
		const char	*what;
		int		 sources;
		int		 honest;	/* of them answer later, */
		double		 after;		/* s of belief in the first */
		int		 steps;
	} tests[] = {
		{ "three others, at once", 4, 3, 10, 2 },
		{ "three others, minutes later", 4, 3, 600, 2 },
		{ "three others, much later", 4, 3, 1000, 1 },
		{ "a single source is sure after three minutes", 1, 0, 200,
		    1 },
		{ "but not at once", 1, 0, 100, 2 }
	};
	double	 end;
	size_t	 i;
	int	 j;

	for (i = 0; i < nitems(tests); i++) {
		begin(20, tests[i].sources);
		for (j = 0; j < 12; j++) {
			t += 2;
			answer(0, -400);
		}
		CHECK_INT(tests[i].what, steps, 1);
		CHECK_NEAR(tests[i].what, clock_off, -400, 1e-3);
		for (end = t + tests[i].after; t < end; t += 8)
			answer(0, -400);
		if (tests[i].honest == 0)
			CHECK_INT(tests[i].what, s.disc.starting,
			    tests[i].steps > 1);
		else
			burst(tests[i].sources, 12);
		if (tests[i].honest > 0)
			CHECK_INT(tests[i].what, steps, tests[i].steps);
	}
}

static void
test_majority(void)
{
	int	 i, k;

	begin(0, 4);
	for (k = 0; k < 20; k++) {
		t += 2;
		for (i = 0; i < 4; i++)
			answer(i, i < 2 ? 0 : 0.3);
	}
	CHECK_INT("two against two", s.state, SYNC_UNDECIDED);
	CHECK_INT("never synced", s.synced, 0);
	CHECK_INT("no command", steps + slews, 0);
	for (i = 0; i < 4; i++)
		CHECK_INT("the reason", s.src[i].reason, SELECT_UNDECIDED);

	begin(0, 4);
	for (k = 0; k < 5; k++) {
		t += 2;
		for (i = 0; i < 4; i++)
			answer(i, i < 3 ? 0 : 0.3);
	}
	CHECK_INT("three against one", s.state, SYNC_OK);
	CHECK_INT("the liar", s.src[3].reason, SELECT_FALSE);
	CHECK_INT("is not used", s.src[3].combined, 0);
	CHECK_NEAR("and harmless", served(), 0, 1e-3);

	/* the liar is the first to be heard, and alone for a while */
	begin(0, 4);
	for (k = 0; k < 12; k++) {
		t += 2;
		answer(3, 0.3);
	}
	CHECK_INT("believed, there is no other", s.src[3].selected, 1);
	for (k = 0; k < 5; k++) {
		t += 2;
		for (i = 0; i < 4; i++)
			answer(i, i < 3 ? 0 : 0.3);
	}
	CHECK_INT("then outvoted", s.src[3].reason, SELECT_FALSE);
	CHECK_NEAR("and nothing of it left", served(), 0, 1e-3);
	CHECK_NEAR("in the frequency, either", s.est.freq, 0, 1e-4);

	/* two of four begin to lie */
	begin(0, 4);
	burst(4, 20);
	slews = 0;
	for (k = 0; k < 40; k++) {
		t += 64;
		for (i = 0; i < 4; i++)
			answer(i, i < 2 ? 0 : 0.3);
	}
	CHECK_INT("undecided", s.state, SYNC_UNDECIDED);
	CHECK_INT("still good enough", s.synced, 1);
	CHECK_NEAR("nothing moved", served(), 0, 1e-3);
	slews = 0;
	for (k = 0; k < 10; k++) {
		t += 64;
		for (i = 0; i < 4; i++)
			answer(i, i < 2 ? 0 : 0.3);
	}
	CHECK_INT("the clock is left alone", steps + slews, 0);
	for (k = 0; k < 6; k++) {
		t += 64;
		for (i = 0; i < 4; i++)
			answer(i, i < 3 ? 0 : 0.3);
	}
	CHECK_INT("one comes back to reason", s.state, SYNC_OK);

	/* one of four jumps by 50 ms */
	begin(0, 4);
	burst(4, 20);
	for (k = 0; k < 20; k++) {
		t += 64;
		for (i = 0; i < 4; i++) {
			answer(i, i < 3 ? 0 : 0.05);
			CHECK_NEAR("a source jumps, we do not", served(), 0,
			    1e-4);
		}
	}
	CHECK_INT("it is found out", s.src[3].reason, SELECT_FALSE);
}

static void
test_reasons(void)
{
	static const struct {
		const char	*what;
		double		 delay;
		int		 stratum;
		uint32_t	 refid;
		enum select_reason reason;
	} tests[] = {
		{ "fine", 0.02, 2, 7, SELECT_OK },
		{ "follows us", 0.02, 3, 0x0a000001, SELECT_LOOP },
		{ "stratum 1 cannot follow us", 0.02, 1, 0x0a000001,
		    SELECT_OK },
		{ "we would be 16", 0.02, 15, 7, SELECT_STRATUM },
		{ "we may be 15", 0.02, 14, 7, SELECT_OK },
		{ "too far", 7, 2, 7, SELECT_DISTANCE }
	};
	size_t	 i;
	int	 k;

	for (i = 0; i < nitems(tests); i++) {
		begin(0, 1);
		sync_own(&s, 0x0a000001);
		for (k = 0; k < 4; k++) {
			t += 2;
			answer_full(0, 0, tests[i].delay, tests[i].stratum,
			    tests[i].refid, LEAP_NONE);
		}
		CHECK_STR(tests[i].what, select_reason_str(s.src[0].reason),
		    select_reason_str(tests[i].reason));
	}
	begin(0, 1);
	update();
	CHECK_INT("nothing heard", s.src[0].reason, SELECT_EMPTY);
	burst(1, 4);
	sync_unsync(&s, 0);
	update();
	CHECK_INT("says so itself", s.src[0].reason, SELECT_UNSYNC);
	CHECK_INT("so nothing is left", s.state, SYNC_HOLD);
	burst(1, 1);
	CHECK_INT("until it is good again", s.src[0].reason, SELECT_OK);
	sync_reach(&s, 0, 0);
	update();
	CHECK_INT("silent", s.src[0].reason, SELECT_UNREACHABLE);
	begin(0, 1);
	for (k = 0; k < 10; k++) {
		t += 2;
		answer(0, k % 2 ? 4 : 0);
	}
	CHECK_INT("all over the place", s.src[0].reason, SELECT_JITTER);
	for (k = 0; k < 20; k++)
		sync_own(&s, (uint32_t)k);
	CHECK_INT("own addresses: the newest", sync_is_own(&s, 19), 1);
	CHECK_INT("own addresses: not for ever", sync_is_own(&s, 3), 0);
}

/* A neighbour that has its time where we have ours. */
static void
test_serving(void)
{
	static const struct {
		const char	*what;
		bool		 serving;
		int		 stratum[3];
		enum select_reason reason;
	} tests[] = {
		{ "we serve nobody", false, { 1, 1, 2 }, SELECT_OK },
		{ "we may be its source", true, { 1, 1, 2 }, SELECT_HIGHER },
		{ "it is above us", true, { 2, 2, 1 }, SELECT_OK },
		{ "so are the others", true, { 2, 2, 2 }, SELECT_OK }
	};
	size_t	 i;
	int	 k;

	for (i = 0; i < nitems(tests); i++) {
		begin(0, 3);
		conf.serving = tests[i].serving;
		sync_reconf(&s, &conf);
		for (k = 0; k < 18; k++) {
			t += 2;
			answer_full(k % 3, 0, 0.02, tests[i].stratum[k % 3],
			    7, LEAP_NONE);
		}
		CHECK_STR(tests[i].what, select_reason_str(s.src[2].reason),
		    select_reason_str(tests[i].reason));
		CHECK_INT(tests[i].what, s.src[0].combined, 1);
	}
	sync_reach(&s, 0, 0);
	sync_reach(&s, 1, 0);
	update();
	CHECK_INT("and used when it is all there is", s.src[2].selected, 1);
}

static void
test_options(void)
{
	struct sync_opts	 o = plain;
	int			 k;

	begin(0, 2);
	o.noselect = true;
	sync_source_reconf(&s, 0, &o);
	burst(2, 4);
	CHECK_INT("noselect", s.src[0].reason, SELECT_NOSELECT);
	CHECK_INT("the other is used", s.src[1].selected, 1);

	begin(0, 2);
	o = plain;
	o.prefer = true;
	sync_source_reconf(&s, 1, &o);
	burst(2, 4);
	CHECK_INT("prefer", s.src[0].reason, SELECT_PREFER);

	begin(0, 3);
	o = plain;
	o.trusted = true;
	sync_source_reconf(&s, 2, &o);
	for (k = 0; k < 4; k++) {
		t += 2;
		answer(0, 0);
		answer(1, 0);
		answer(2, 0.5);
	}
	CHECK_INT("trusted wins", s.src[2].selected, 1);
	CHECK_INT("against the others", s.src[0].reason, SELECT_UNTRUSTED);

	begin(0, 3);
	o = plain;
	o.weight = 3;
	sync_source_reconf(&s, 2, &o);
	for (k = 0; k < 4; k++) {
		t += 2;
		answer(0, 0);
		answer(1, 0);
		answer(2, 0.5);
	}
	CHECK_INT("weight outvotes", s.src[0].reason, SELECT_FALSE);

	begin(0, 3);
	conf.minsources = 3;
	sync_reconf(&s, &conf);
	for (k = 0; k < 6; k++) {
		t += 2;
		answer(0, 0);
		answer(1, 0);
		answer(2, 0.5);
	}
	CHECK_INT("minsources", s.src[0].reason, SELECT_MINSOURCES);
	CHECK_INT("so no estimate", s.est.valid, 0);
	conf.minsources = 2;
	sync_reconf(&s, &conf);
	update();
	CHECK_INT("changed while running", s.state, SYNC_OK);

	begin(0, 1);
	o = plain;
	o.correction = 0.25;
	sync_source_reconf(&s, 0, &o);
	burst(1, 4);
	CHECK_NEAR("correction", served(), 0.25, 1e-3);
	o.correction = 0.5;
	sync_source_reconf(&s, 0, &o);
	burst(1, 1);
	CHECK_INT("correction changed: old samples moved along",
	    s.src[0].stat.valid, 5);
}

/* Constraints say it is true time, but for so much; 0: nothing. */
static void
constrain(double lie, double margin)
{
	struct sync_bound	 b = { .margin = margin };
	struct sync_now		 x = now();

	b.offset = ntptime_diff(utc(), osc_free(&osc, x.osc)) + lie;
	sync_constrain(&s, &b, x.osc);
}

static void
test_constrain(void)
{
	struct sync_opts	 o = plain;
	struct sync_view	 view;
	int			 k;

	/* a majority that lies by an hour */
	begin(0, 3);
	constrain(60, 120);
	for (k = 0; k < 4; k++) {
		t += 2;
		constrain(60, 120);
		answer(0, 3600);
		answer(1, 3600);
		answer(2, 0);
	}
	CHECK_STR("outside", select_reason_str(s.src[0].reason),
	    "falseticker: outside the constraints");
	CHECK_INT("inside", s.src[2].selected, 1);
	CHECK_NEAR("what is served", served(), 0, 1e-3);
	sync_source_view(&s, 0, now().osc, &view);
	CHECK_NEAR("how far outside", view.beyond, 3540, 1);

	/* the same, and the constraint comes later */
	begin(0, 3);
	conf.discipline.large = 120;
	sync_reconf(&s, &conf);
	for (k = 0; k < 4; k++) {
		t += 2;
		constrain(0, 0);
		answer(0, 3600);
		answer(1, 3600);
		answer(2, 0);
	}
	CHECK_INT("nothing else is known", s.synced, 1);
	CHECK_INT("no large step without one", steps, 0);
	CHECK_NEAR("a slow slew", cmd.rate, DISCIPLINE_SLOWSLEW, 1e-15);
	constrain(0, 120);
	CHECK_INT("such an estimate is none", s.est.valid, 0);
	update();
	CHECK_INT("not any more", s.src[0].reason, SELECT_CONSTRAINT);
	CHECK_INT("the other at once", s.src[2].selected, 1);
	CHECK_NEAR("what is served then", served(), 0, 1e-3);

	/* a clock that is wrong by ten years, and everybody else right */
	begin(-315360000, 3);
	conf.discipline.large = 120;
	sync_reconf(&s, &conf);
	burst(3, 4);
	CHECK_INT("not on their word", steps, 0);
	constrain(100, 120);
	CHECK_INT("true time stays", s.est.valid, 1);
	conf.discipline.large = 0;
	sync_reconf(&s, &conf);
	s.steer = true;
	update();
	CHECK_INT("vouched for", steps, 1);
	CHECK_NEAR("right", clock_off, 0, 1e-3);

	/* in the very update that finds the clock wrong by an hour */
	begin(-3600, 2);
	do {
		t += 2;
		constrain(0, 120);
		answer(1, -3600);
		answer(0, 0);
	} while (!s.est.valid && t < 200);
	CHECK_NEAR("free-running time is moved", s.est.offset, 0, 1);
	sync_source_view(&s, 1, now().osc, &view);
	CHECK_NEAR("how far outside then", view.beyond, -3600, 1);

	/* trusted ones are above constraints */
	begin(0, 3);
	conf.discipline.large = 120;
	sync_reconf(&s, &conf);
	o.trusted = true;
	sync_source_reconf(&s, 0, &o);
	for (k = 0; k < 8; k++) {
		t += 2;
		constrain(0, 120);
		answer(0, 3600);
		answer(1, 0);
		answer(2, 0);
	}
	CHECK_INT("trusted", s.src[0].selected, 1);
	CHECK_INT("and its estimate stands", s.est.valid, 1);
	CHECK_INT("it may step", steps, 1);
}

static void
test_hold(void)
{
	double	 before;
	int	 i;

	begin(0, 2);
	freq = 20e-6;
	burst(2, 4);
	for (i = 0; i < 60; i++) {
		t += 64;
		answer(0, 0);
		answer(1, 0);
	}
	before = sync_maxerror(&s, now().osc);
	sync_reach(&s, 0, 0);
	sync_reach(&s, 1, 0);
	update();
	CHECK_INT("all silent: hold", s.state, SYNC_HOLD);
	CHECK_INT("told", ev & SYNC_EV_STATE, SYNC_EV_STATE);
	CHECK_INT("synced all the same", s.synced, 1);
	t += 3600;
	update();
	CHECK_NEAR("frequency is kept", served(), 0, 1e-3);
	CHECK_INT("the bound grows", sync_maxerror(&s, now().osc) > before +
	    3e-3, 1);
	CHECK_INT("so does the estimated error", sync_esterror(&s,
	    now().osc) > s.est.offset_sd, 1);
	CHECK_INT("synced for an hour", s.synced, 1);
	for (i = 0; i < 60 && s.synced; i++) {
		t += 86400;
		update();
	}
	CHECK_INT("not for ever", s.synced, 0);
	CHECK_INT("but for a day at least", i > 1, 1);
	CHECK_INT("told", ev & SYNC_EV_SYNCED, SYNC_EV_SYNCED);
	CHECK_INT("alarm", s.est.leap, LEAP_ALARM);
	burst(2, 4);
	CHECK_INT("back", s.synced, 1);
}

/* An answer that waited in queues. */
static void
answer_late(int slot, double lie, double wait)
{
	double	 out = wait * rand() / RAND_MAX, in = wait * rand() / RAND_MAX;

	answer_full(slot, lie + (out - in) / 2, 0.02 + out + in, 2, 0x01020304,
	    LEAP_NONE);
}

/* Who falls silent takes along nothing of what it said. */
static void
test_silence(void)
{
	struct estimate	 before;
	int		 i, k;

	begin(0, 4);
	burst(4, 4);
	for (i = 0; i < 60; i++) {
		t += 256;
		for (k = 0; k < 4; k++)
			answer_late(k, k == 3 ? 50e-3 : 0, 2e-3);
	}
	before = s.est;
	sync_reach(&s, 3, 0);
	for (k = 0; k < 3; k++) {
		t += 64;
		sync_reach(&s, k, 0);
		update();
		CHECK_INT("no news, no update", ev & SYNC_EV_UPDATE, 0);
		CHECK_INT("frequency stays", s.est.freq == before.freq, 1);
		CHECK_INT("not shown as used", s.src[k].combined, 0);
		CHECK_INT("but it counts", s.src[k].counts, 1);
	}
	CHECK_INT("a falseticker does not", s.src[3].counts, 0);

	/* one goes on, the worst, among three that do not */
	begin(0, 4);
	burst(4, 4);
	for (i = 0; i < 40; i++) {
		t += 256;
		for (k = 0; k < 4; k++)
			answer_late(k, 0, k == 3 ? 10e-3 : 1e-3);
	}
	before = s.est;
	for (k = 0; k < 3; k++)
		sync_reach(&s, k, 0);
	t += 64;
	answer_late(3, 0, 10e-3);
	CHECK_INT("in use", s.src[3].selected, 1);
	CHECK_INT("no less sure", s.est.freq_sd < 1.1 * before.freq_sd, 1);
	freq = 5e-6;	/* since t was 0: the oscillator leaps, too */
	for (i = 0; i < 8; i++) {
		t += 64;
		answer(3, 0);
	}
	CHECK_NEAR("a jump is found by the one", served(), 0, 1e-3);
}

static void
test_local(void)
{
	struct sync_now	 x;

	begin(5, 0);
	conf.local_stratum = 10;
	sync_reconf(&s, &conf);
	update();
	CHECK_INT("no sources: local at once", s.local, 1);
	CHECK_INT("synced", s.synced, 1);
	CHECK_INT("stratum", s.est.stratum, 10);
	CHECK_INT("told", ev & SYNC_EV_SYNCED, SYNC_EV_SYNCED);
	x = now();
	CHECK_NEAR("what the clock shows", sync_clock_error(&s, &osc, &x), 0,
	    1e-6);
	CHECK_INT("no command", cmd.kind, CLOCK_CMD_NONE);
	update();
	CHECK_INT("told once", ev & SYNC_EV_SYNCED, 0);
	conf.local_stratum = 0;
	sync_reconf(&s, &conf);
	update();
	CHECK_INT("switched off", s.synced || s.est.valid, 0);

	begin(5, 1);
	conf.local_stratum = 10;
	sync_reconf(&s, &conf);
	update();
	CHECK_INT("sources: they come first", s.local, 0);
	t += 61;
	update();
	CHECK_INT("for a minute", s.local, 1);
	burst(1, 3);
	CHECK_INT("a source at last", s.local, 0);
	CHECK_INT("stratum of it", s.est.stratum, 3);
	CHECK_INT("and the clock is set", steps, 1);
}

static void
test_resume(void)
{
	struct sync_now	 x;
	int		 i;

	begin(0, 1);
	freq = -30e-6;
	burst(1, 4);
	for (i = 0; i < 30; i++) {
		t += 64;
		answer(0, 0);
	}
	CHECK_NEAR("frequency", s.est.freq, 30e-6, 1e-6);
	steps = slews = 0;
	clock_off -= 5000;	/* slept; the clock did not */
	x = now();
	sync_resumed(&s, &x);
	update();
	CHECK_INT("nothing is known", s.est.valid, 0);
	CHECK_INT("unsynced", s.synced, 0);
	CHECK_INT("told", ev & SYNC_EV_SYNCED, SYNC_EV_SYNCED);
	burst(1, 2);
	CHECK_INT("not yet", s.est.valid, 0);
	burst(1, 1);
	CHECK_INT("three samples later", s.synced, 1);
	CHECK_INT("set by a step", steps, 1);
	CHECK_NEAR("frequency was kept", s.est.freq, 30e-6, 2e-6);
}

static void
test_set(void)
{
	struct sync_now	 x;

	begin(0, 2);
	burst(2, 10);
	steps = slews = 0;
	clock_off += 0.2;
	x = now();
	sync_stepped(&s, &x, 0.2);
	CHECK_NEAR("served time does not care", served(), 0, 1e-3);
	update();
	CHECK_INT("set back", steps, 1);
	CHECK_NEAR("by as much", cmd.offset, -0.2, 1e-3);

	slews = 0;
	clock_off += 0.05;
	x = now();
	sync_stepped(&s, &x, 0.05);
	update();
	CHECK_INT("a little: slewed", cmd.kind, CLOCK_CMD_SLEW);
	CHECK_NEAR("by as much", cmd.offset, -0.05, 1e-3);

	sync_reach(&s, 0, 0);
	sync_reach(&s, 1, 0);
	update();
	clock_off += 3;
	x = now();
	sync_stepped(&s, &x, 3);
	update();
	CHECK_INT("while coasting, too", s.state, SYNC_HOLD);
	CHECK_NEAR("by as much", cmd.offset, -3, 0.1);
}

static void
test_rebase(void)
{
	int	 i;

	begin(-7e8, 2);
	burst(2, 4);
	CHECK_INT("offsets are kept small", fabs(s.est.offset) < 16, 1);
	for (i = 0; i < 50; i++) {
		t += 64;
		answer(0, 0);
		answer(1, 0);
	}
	CHECK_NEAR("and exact", served(), 0, 1e-6);
}

/* The kernel leaps by itself, 0.1 s late at most. */
static void
test_leap(void)
{
	static const struct {
		const char	*what;
		int32_t		 tai;	/* after the leap */
		enum leap_indicator leap;
		double		 jump;
	} tests[] = {
		{ "inserted", 38, LEAP_INSERT, -1 },
		{ "deleted", 36, LEAP_DELETE, 1 }
	};
	struct sync_now	 x;
	double		 left;
	size_t		 i;
	uint32_t	 n;
	osc_t		 last;

	for (i = 0; i < nitems(tests); i++) {
		begin(0, 2);
		s.leaps.n = 2;
		s.leaps.entry[0].at = 1483228800;
		s.leaps.entry[0].tai = 37;
		s.leaps.entry[1].at = LEAP;
		s.leaps.entry[1].tai = tests[i].tai;
		s.leaps.expires = LEAP + 86400 * 100;
		burst(2, 10);
		CHECK_INT(tests[i].what, s.leap, tests[i].leap);
		CHECK_INT(tests[i].what, s.est.leap, tests[i].leap);
		CHECK_INT(tests[i].what, s.leap_at, LEAP);
		left = (double)(LEAP - T0) - (tests[i].jump > 0 ? 1 : 0);
		while (t < left - 64) {
			t += 64;
			answer(0, 0);
			answer(1, 0);
		}
		slews = steps = 0;
		t = left - 10;
		update();
		CHECK_NEAR("woken at the leap", mono_diff(cmd.again,
		    now().mono), 10, 1e-3);
		t = left - 3;
		n = s.src[0].stat.n;
		last = s.src[0].stat.last.at;
		answer(0, 0);
		CHECK_INT("samples are dubious", s.src[0].stat.last.at.ns,
		    last.ns);
		t = left + 1e-3;
		utc_off = tests[i].jump;
		clock_off = -tests[i].jump;	/* the kernel is late */
		CHECK_INT(tests[i].what, s.leap, tests[i].leap);
		update();
		CHECK_INT("announced no more", s.leap, LEAP_NONE);
		CHECK_INT("told", ev & SYNC_EV_LEAP, SYNC_EV_LEAP);
		CHECK_NEAR("served time leapt", served(), 0, 1e-4);
		t += 0.1;
		clock_off = 0;
		x = now();
		sync_stepped(&s, &x, tests[i].jump);
		update();
		CHECK_INT("no word to the kernel", slews + steps, 0);
		CHECK_INT("nor a second leap", s.leap, LEAP_NONE);
		for (t += 1; t < left + 30; t += 1)
			update();
		CHECK_NEAR("served once only", served(), 0, 1e-4);
		slews = steps = 0;
		answer(0, 0);
		CHECK_INT("then as ever", steps, 0);
		CHECK_NEAR("no error", cmd.offset, 0, 1e-4);
		CHECK_INT("offsets are one history", s.src[0].stat.valid, n);
	}

	/* a kernel that does not leap is put right */
	begin(0, 2);
	s.leaps.n = 2;
	s.leaps.entry[0].at = 1483228800;
	s.leaps.entry[0].tai = 37;
	s.leaps.entry[1].at = LEAP;
	s.leaps.entry[1].tai = 38;
	s.leaps.expires = LEAP + 86400 * 100;
	burst(2, 10);
	t = (double)(LEAP - T0) - 20;
	answer(0, 0);
	answer(1, 0);
	t += 20.1;
	utc_off = -1;
	clock_off = 1;
	update();
	steps = slews = 0;
	for (; t < (double)(LEAP - T0) + 20; t += 1)
		update();
	answer(0, 0);
	CHECK_INT("slewed", cmd.kind, CLOCK_CMD_SLEW);
	CHECK_NEAR("by a second", cmd.offset, -1, 1e-3);
}

static void
test_vote(void)
{
	static const struct {
		const char	*what;
		int		 leap[3];
		enum leap_indicator want;
	} tests[] = {
		{ "nobody", { 0, 0, 0 }, LEAP_NONE },
		{ "one of three", { 1, 0, 0 }, LEAP_NONE },
		{ "two of three", { 1, 1, 0 }, LEAP_INSERT },
		{ "all", { 2, 2, 2 }, LEAP_DELETE }
	};
	size_t	 i;
	int	 k, j;

	for (i = 0; i < nitems(tests); i++) {
		begin(0, 3);
		for (k = 0; k < 4; k++) {
			t += 2;
			for (j = 0; j < 3; j++)
				answer_full(j, 0, 0.02, 2, 7,
				    tests[i].leap[j]);
		}
		CHECK_INT(tests[i].what, s.leap, tests[i].want);
		CHECK_INT(tests[i].what, s.leap_at, tests[i].want ==
		    LEAP_NONE ? 0 : LEAP);
	}
}

static void
test_poll(void)
{
	struct sync_opts	 o = plain;
	double			 out, back;
	int			 i;

	begin(0, 3);
	CHECK_INT("at the start", sync_poll(&s, 0), 6);
	burst(2, 4);
	CHECK_INT("after the burst", sync_poll(&s, 0), 6);
	srand(5);
	for (i = 0; i < 800; i++) {
		t += 32;
		out = rand() % 1000 * 1e-5;
		back = rand() % 1000 * 1e-5;
		answer_full(i % 2, (out - back) / 2, 0.02 + out + back, 2, 7,
		    LEAP_NONE);
	}
	CHECK_INT("calm and noisy: rarely", sync_poll(&s, 0) > 8, 1);
	CHECK_INT("a dead one: rarely", sync_poll(&s, 2), 10);
	o.maxpoll = 7;
	sync_source_reconf(&s, 0, &o);
	CHECK_INT("within its options", sync_poll(&s, 0), 7);
	o.minpoll = o.maxpoll = 4;
	sync_source_reconf(&s, 0, &o);
	CHECK_INT("within its options", sync_poll(&s, 0), 4);
	t += 64;
	answer(1, 0.03);
	CHECK_INT("something odd: look closer", sync_poll(&s, 1), 6);
}

static void
test_slots(void)
{
	int	 i;

	begin(0, SYNC_SOURCES);
	CHECK_INT("all taken", sync_add(&s, &plain, 1), -1);
	burst(3, 12);
	sync_remove(&s, 1);
	sync_remove(&s, 0);
	CHECK_INT("the first free one", sync_add(&s, &plain, 1), 0);
	CHECK_INT("is as new", s.src[0].stat.n, 0);
	CHECK_INT("with its reason", s.src[0].reason, SELECT_EMPTY);
	update();
	CHECK_INT("others go on", s.state, SYNC_OK);
	for (i = 2; i < SYNC_SOURCES; i++)
		sync_remove(&s, i);
	update();
	CHECK_INT("none left: hold", s.state, SYNC_HOLD);
}

static void
test_drift(void)
{
	static const struct {
		const char	*what;
		double		 drift, bound;
		double		 freq;
		double		 tol;
	} tests[] = {
		{ "known", 80e-6, 1e-7, -80e-6, 2e-6 },
		{ "none", 0, -1, 0, 1e-4 },
		{ "absurd is not believed", 1e-3, 1e-9, 0, 1e-4 },
		{ "nor NaN", NAN, 1e-9, 0, 1e-4 }
	};
	size_t	 i;

	for (i = 0; i < nitems(tests); i++) {
		begin(0, 1);
		freq = tests[i].freq;
		sync_init(&s, &conf, tests[i].drift, tests[i].bound);
		(void)sync_add(&s, &plain, 1);
		burst(1, 3);
		CHECK_NEAR(tests[i].what, s.est.freq, -tests[i].freq,
		    tests[i].tol);
		CHECK_INT(tests[i].what, s.est.skew < (tests[i].tol < 1e-5 ?
		    2e-5 : 1), 1);
	}
}

static void
test_view(void)
{
	struct sync_view	 v;
	int			 i;

	begin(2, 3);
	sync_source_view(&s, 0, now().osc, &v);
	CHECK_INT("empty", v.reason, SELECT_EMPTY);
	CHECK_INT("no samples", v.samples, 0);
	for (i = 0; i < 20; i++) {
		t += 16;
		answer(0, 0);
		answer(1, 0);
		answer(2, 0.25);
	}
	sync_source_view(&s, 2, now().osc, &v);
	CHECK_INT("reason", v.reason, SELECT_FALSE);
	CHECK_NEAR("beside us", v.offset, 0.25, 1e-3);
	CHECK_NEAR("at our frequency", v.freq, 0, 1e-5);
	CHECK_NEAR("delay", v.delay, 0.02, 1e-9);
	CHECK_NEAR("distance", v.distance, 0.0101, 1e-3);
	CHECK_INT("samples", v.samples, 20);
	sync_source_view(&s, 0, now().osc, &v);
	CHECK_NEAR("beside us", v.offset, 0, 1e-3);
	CHECK_INT("used", v.combined, 1);
}

/* Anything in any order: numbers, a time to come again, no crash. */
static void
test_fuzz(void)
{
	static const double	 odd[] = { 0, 1e-6, 0.01, 1, -1, 1000, 1e9,
	    -1e9, NAN, INFINITY, 1e300 };
	struct sync_now		 x;
	struct sample		 p;
	int			 i, k, bad = 0;

	srand(4);
	for (i = 0; i < 30000; i++) {
		if (i % 2000 == 0) {
			begin((rand() % 2000 - 1000) * 1e6, 6);
			conf.local_stratum = (uint8_t)(i / 2000 % 2 * 10);
			sync_reconf(&s, &conf);
		}
		t += rand() % 50 == 0 ? rand() % 100000 : rand() % 100 * 0.1;
		x = now();
		k = rand() % 6;
		memset(&p, 0, sizeof(p));
		p.at = x.osc;
		if (rand() % 10 == 0)
			p.at.ns += (rand() % 100 - 50) * 1000000000LL;
		p.offset = ntptime_diff(utc(), osc_free(&osc, x.osc));
		if (rand() % 4 == 0)
			p.offset += odd[(size_t)rand() % nitems(odd)];
		p.delay = 0.01 * (rand() % 10 + 1);
		if (rand() % 8 == 0)
			p.delay = odd[(size_t)rand() % nitems(odd)];
		p.disp = rand() % 16 == 0 ?
		    odd[(size_t)rand() % nitems(odd)] : 1e-6;
		p.rootdisp = rand() % 16 == 0 ?
		    odd[(size_t)rand() % nitems(odd)] : 1e-3;
		p.stratum = (uint8_t)(rand() % 16);
		p.leap = (uint8_t)(rand() % 3);
		switch (rand() % 40) {
		case 0:
			sync_reach(&s, k, 0);
			break;
		case 1:
			sync_unsync(&s, k);
			break;
		case 2:
			sync_stepped(&s, &x, odd[(size_t)rand() % 8]);
			break;
		case 3:
			if (rand() % 8 == 0)
				sync_resumed(&s, &x);
			break;
		case 4:
			sync_remove(&s, k);
			if (sync_add(&s, &plain, 1) == -1)
				bad++;
			break;
		default:
			sync_sample(&s, k, &p, &x);
			break;
		}
		update();
		x = now();
		if (!isfinite(sync_maxerror(&s, x.osc)) ||
		    !isfinite(sync_esterror(&s, x.osc)) ||
		    !isfinite(sync_rootdisp(&s, x.osc)) ||
		    !isfinite(sync_clock_error(&s, &osc, &x)) ||
		    !isfinite(s.est.freq) || fabs(s.est.freq) > SYNC_MAXFREQ ||
		    (cmd.kind == CLOCK_CMD_SLEW && !(cmd.rate > 0)) ||
		    cmd.again.ns <= x.mono.ns || sync_poll(&s, k) < 6 ||
		    sync_poll(&s, k) > 10)
			bad++;
	}
	CHECK_INT("numbers only", bad, 0);
}
