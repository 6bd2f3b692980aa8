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
 * discipline: when to step, how fast to slew, and within which bounds.
 */

#include "test.h"

#include "discipline.h"

static void	 test_step(void);
static void	 test_start(void);
static void	 test_large(void);
static void	 test_slew(void);
static void	 test_carry(void);
static void	 test_nonsense(void);

int
main(void)
{
	test_step();
	test_start();
	test_large();
	test_slew();
	test_carry();
	test_nonsense();
	return test_done("discipline");
}

static void
test_step(void)
{
	static const struct {
		const char	*what;
		enum step_policy policy;
		double		 over;
		bool		 starting;
		double		 error;
		enum clock_cmd_kind kind;
	} tests[] = {
		{ "start: large", STEP_START, 0.1, true, 0.2,
		    CLOCK_CMD_STEP },
		{ "start: large, other sign", STEP_START, 0.1, true, -0.2,
		    CLOCK_CMD_STEP },
		{ "start: small", STEP_START, 0.1, true, 0.05,
		    CLOCK_CMD_SLEW },
		{ "start: just not over", STEP_START, 0.1, true, 0.1,
		    CLOCK_CMD_SLEW },
		{ "start: 56 years", STEP_START, 0.1, true, 1.767e9,
		    CLOCK_CMD_STEP },
		{ "running: large", STEP_START, 0.1, false, 1000,
		    CLOCK_CMD_SLEW },
		{ "never", STEP_NEVER, 0.1, true, 1000, CLOCK_CMD_SLEW },
		{ "always", STEP_ALWAYS, 1, false, -2, CLOCK_CMD_STEP },
		{ "always, but small", STEP_ALWAYS, 1, false, -0.9,
		    CLOCK_CMD_SLEW }
	};
	struct discipline	 d;
	struct discipline_conf	 conf = { .large = 0 };
	struct clock_cmd	 cmd;
	size_t			 i;

	for (i = 0; i < nitems(tests); i++) {
		conf.step = tests[i].policy;
		conf.step_over = tests[i].over;
		discipline_init(&d, &conf);
		if (!tests[i].starting)
			discipline_settled(&d);
		discipline_run(&d, tests[i].error, 1e-3, 1e-5, 16, &cmd);
		CHECK_INT(tests[i].what, cmd.kind, tests[i].kind);
		CHECK_NEAR(tests[i].what, cmd.offset, tests[i].error, 0);
		if (cmd.kind == CLOCK_CMD_SLEW)
			CHECK_INT(tests[i].what, cmd.rate > 0 &&
			    cmd.rate <= DISCIPLINE_MAXSLEW, 1);
	}
}

/* Nobody vouches for an error over 120 s. */
static void
test_large(void)
{
	static const struct discipline_conf conf = { STEP_ALWAYS, 0.1, 120 };
	struct discipline	 d;
	struct clock_cmd	 cmd;

	discipline_init(&d, &conf);
	discipline_run(&d, -121, 1e-3, 1e-5, 16, &cmd);
	CHECK_INT("not stepped", cmd.kind, CLOCK_CMD_SLEW);
	CHECK_NEAR("slewed", cmd.offset, -121, 0);
	CHECK_NEAR("slowly", cmd.rate, DISCIPLINE_SLOWSLEW, 1e-15);
	discipline_run(&d, 119, 1e-3, 1e-5, 16, &cmd);
	CHECK_INT("a smaller one is as ever", cmd.kind, CLOCK_CMD_STEP);
	d.conf.large = 0;
	discipline_run(&d, -121, 1e-3, 1e-5, 16, &cmd);
	CHECK_INT("when somebody does", cmd.kind, CLOCK_CMD_STEP);
}

static void
test_start(void)
{
	static const struct discipline_conf conf = { STEP_START, 0.1 };
	struct discipline	 d;
	struct clock_cmd	 cmd;
	int			 i, steps;

	discipline_init(&d, &conf);
	for (i = steps = 0; i < 10; i++) {
		discipline_run(&d, 5, 1e-3, 0, 16, &cmd);
		steps += cmd.kind == CLOCK_CMD_STEP;
	}
	CHECK_INT("a step that does not help is not asked for ever", steps,
	    3);

	discipline_init(&d, &conf);
	discipline_run(&d, 5, 1e-3, 0, 16, &cmd);
	discipline_stepped(&d, 5.0001);
	discipline_settled(&d);
	discipline_run(&d, 1, 1e-3, 0, 16, &cmd);
	CHECK_INT("our own step ends nothing and begins nothing", cmd.kind,
	    CLOCK_CMD_SLEW);
	discipline_stepped(&d, -3);
	discipline_run(&d, 3, 1e-3, 0, 16, &cmd);
	CHECK_INT("another hand's is undone", cmd.kind, CLOCK_CMD_STEP);
	discipline_run(&d, 3, 1e-3, 0, 16, &cmd);
	CHECK_INT("once", cmd.kind, CLOCK_CMD_SLEW);
	discipline_start(&d);
	discipline_run(&d, 3, 1e-3, 0, 16, &cmd);
	CHECK_INT("after resume it may step again", cmd.kind,
	    CLOCK_CMD_STEP);
}

static void
test_slew(void)
{
	static const struct discipline_conf conf = { STEP_NEVER, 0.1 };
	static const struct {
		const char	*what;
		double		 error, sd, interval;
		double		 rate;
	} tests[] = {
		{ "first update: in a second", 0.01, 1e-3, 0, 0.01 },
		{ "huge: as fast as can be", 1000, 1e-3, 64, 0.1 },
		{ "one sigma: over the interval", 1e-4, 1e-4, 64,
		    1e-4 / 64 },
		{ "below a sigma: slower", 1e-5, 1e-4, 64, 1e-5 / 640 },
		{ "surely an error: faster", 1e-3, 1e-4, 64, 1e-3 / 6.4 },
		{ "negative, the same", -1e-3, 1e-4, 64, 1e-3 / 6.4 }
	};
	static const double	 freqs[] = { 0, 1e-4, -1e-4, 5e-4, 6e-4, -1,
	    1e9 };
	struct discipline	 d;
	struct clock_cmd	 cmd;
	size_t			 i;

	discipline_init(&d, &conf);
	for (i = 0; i < nitems(tests); i++) {
		discipline_run(&d, tests[i].error, tests[i].sd, 0,
		    tests[i].interval, &cmd);
		CHECK_INT(tests[i].what, cmd.kind, CLOCK_CMD_SLEW);
		CHECK_NEAR(tests[i].what, cmd.rate, tests[i].rate,
		    tests[i].rate * 1e-6);
	}
	discipline_run(&d, 0, 1e-4, 3e-5, 64, &cmd);
	CHECK_INT("no error: frequency alone", cmd.kind, CLOCK_CMD_SLEW);
	CHECK_NEAR("no error: no slew", cmd.offset, 0, 0);
	CHECK_NEAR("no error: frequency", cmd.freq, 3e-5, 0);
	CHECK_INT("a rate all the same", cmd.rate > 0, 1);
	for (i = 0; i < nitems(freqs); i++) {
		discipline_run(&d, 1e-3, 1e-4, freqs[i], 64, &cmd);
		CHECK_NEAR("frequency is bounded", cmd.freq,
		    fmin(fmax(freqs[i], -500e-6), 500e-6), 0);
	}
}

/* What may not be stored is slewed; the error goes with it. */
static void
test_carry(void)
{
	static const struct discipline_conf conf = { STEP_NEVER, 0.1 };
	static const struct {
		const char	*what;
		double		 freq, error, interval;
		double		 slew;		/* signed, s/s */
	} tests[] = {
		{ "the rest alone", 6e-4, 0, 64, 1e-4 },
		{ "negative", -6e-4, 0, 64, -1e-4 },
		{ "an error in its direction", 6e-4, 0.0128, 64, 2e-4 },
		{ "an error against it", 6e-4, -0.0256, 64, -1e-4 },
		{ "an error that has time", 6e-4, 1e-3, 10240, 1e-4 +
		    1e-3 / 1024 },
		{ "as fast as can be", 6e-4, 1000, 64, 0.1 }
	};
	struct discipline	 d;
	struct clock_cmd	 cmd;
	size_t			 i;

	discipline_init(&d, &conf);
	for (i = 0; i < nitems(tests); i++) {
		discipline_run(&d, tests[i].error, 1e-4, tests[i].freq,
		    tests[i].interval, &cmd);
		CHECK_INT(tests[i].what, cmd.kind, CLOCK_CMD_SLEW);
		CHECK_NEAR(tests[i].what, copysign(cmd.rate, cmd.offset),
		    tests[i].slew, 1e-9);
		CHECK_INT("lasts longer than a minute",
		    fabs(cmd.offset) > 64 * cmd.rate, 1);
	}
	discipline_init(&d, &(struct discipline_conf){ STEP_START, 0.1 });
	discipline_run(&d, 5, 1e-4, 6e-4, 64, &cmd);
	CHECK_INT("steps come first", cmd.kind, CLOCK_CMD_STEP);
	CHECK_NEAR("by the error", cmd.offset, 5, 0);
}

static void
test_nonsense(void)
{
	static const struct discipline_conf conf = { STEP_ALWAYS, 0.1 };
	struct discipline	 d;
	struct clock_cmd	 cmd;

	discipline_init(&d, &conf);
	discipline_run(&d, NAN, 1e-3, 0, 16, &cmd);
	CHECK_INT("no error", cmd.kind, CLOCK_CMD_NONE);
	discipline_run(&d, INFINITY, 1e-3, 0, 16, &cmd);
	CHECK_INT("endless error", cmd.kind, CLOCK_CMD_NONE);
	discipline_run(&d, 1, 1e-3, NAN, 16, &cmd);
	CHECK_INT("no frequency", cmd.kind, CLOCK_CMD_NONE);
	discipline_run(&d, 1e-3, NAN, 0, 16, &cmd);
	CHECK_INT("no deviation: still bounded", cmd.kind == CLOCK_CMD_NONE ||
	    (cmd.rate > 0 && cmd.rate <= DISCIPLINE_MAXSLEW), 1);
}
