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
 * From the clock's error to a command for it.  Pure.
 *
 * A large error, when the policy allows, is stepped.  All else is slewed at
 * a constant rate, over a time that is shorter the clearer the error stands
 * out of its own uncertainty,
 *
 *	duration = SLEW_TIME * interval * sd / |error|,  at least SLEW_MIN
 *
 * so that noise is followed lazily and what is surely an error goes at once
 * (chrony's idea: speed proportional to the square of the error).
 *
 * An error too large to be believed on the word of these sources is slewed
 * no faster than adjtime(2) would on most systems.
 *
 * What an oscillator is wrong beyond the frequency that may be stored is
 * one long slew, renewed before it ends.
 */

#include <math.h>
#include <string.h>

#include "discipline.h"

#define SLEW_TIME	1.0	/* in intervals, for an error of one sigma */
#define SLEW_MIN	1.0	/* s */
#define STEP_TRIES	3	/* one that changes nothing is not repeated */
#define NEGLIGIBLE	1e-10	/* s */
#define CARRY		128.0	/* s, of such a slew: two of sync.c's turns */

static bool	 may_step(const struct discipline *, double);
static void	 carry(double, double, double, struct clock_cmd *);

void
discipline_init(struct discipline *d, const struct discipline_conf *conf)
{
	memset(d, 0, sizeof(*d));
	d->conf = *conf;
	discipline_start(d);
}

void
discipline_start(struct discipline *d)
{
	d->starting = true;
	d->tries = 0;
	d->stepped = 0;
}

void
discipline_settled(struct discipline *d)
{
	d->starting = false;
}

void
discipline_stepped(struct discipline *d, double delta)
{
	if (d->stepped == 0 ||
	    fabs(delta - d->stepped) > 0.1 * fabs(d->stepped)) {
		d->starting = true;
		d->tries = STEP_TRIES - 1;
	}
	d->stepped = 0;
}

void
discipline_run(struct discipline *d, double error, double sd, double freq,
    double interval, struct clock_cmd *cmd)
{
	double	 size = fabs(error), duration, fastest;
	bool	 large = d->conf.large > 0 && size > d->conf.large;

	memset(cmd, 0, sizeof(*cmd));
	if (!isfinite(error) || !isfinite(freq))
		return;
	cmd->freq = fmin(fmax(freq, -DISCIPLINE_MAXFREQ), DISCIPLINE_MAXFREQ);
	cmd->offset = error;
	if (!large && may_step(d, size)) {
		cmd->kind = CLOCK_CMD_STEP;
		d->stepped = error;
		d->tries++;
		return;
	}
	cmd->kind = CLOCK_CMD_SLEW;
	if (size < NEGLIGIBLE) {
		cmd->offset = 0;
		size = NEGLIGIBLE;
	}
	duration = fmax(SLEW_TIME * interval * sd / size, SLEW_MIN);
	if (freq != cmd->freq) {
		carry(freq - cmd->freq, error, duration, cmd);
		return;
	}
	fastest = large ? DISCIPLINE_SLOWSLEW : DISCIPLINE_MAXSLEW;
	cmd->rate = fmin(size / duration, fastest);
}

/*
 * A slew that makes up for a frequency (s/s) and, on top, for its share of
 * the error (s): none that would be worked off before its end.
 */
static void
carry(double freq, double error, double duration, struct clock_cmd *cmd)
{
	double	 rate;

	rate = freq + error / fmax(duration, CARRY);
	rate = fmin(fmax(rate, -DISCIPLINE_MAXSLEW), DISCIPLINE_MAXSLEW);
	cmd->offset = rate * CARRY;
	cmd->rate = fmax(fabs(rate), NEGLIGIBLE);
}

static bool
may_step(const struct discipline *d, double size)
{
	if (size <= d->conf.step_over)
		return false;
	switch (d->conf.step) {
	case STEP_NEVER:
		return false;
	case STEP_START:
		return d->starting && d->tries < STEP_TRIES;
	case STEP_ALWAYS:
		return true;
	}
	return false;
}
