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
 * Octets against a budget.  Pure.
 *
 * What is left, divided by the time that is left, is what may flow from now
 * on; what would flow is a running mean over three days of a month (and in
 * proportion).  While that is less, all are answered.  So a busy evening is
 * no reason to shed, a busy week is, and what is shed is as little in the
 * first week as in the last.
 */

#include <math.h>
#include <string.h>

#include "budget.h"
#include "civil.h"

#define DAY		86400
#define THURSDAY	3	/* 1 January 1970, days from Monday */
#define SPAN		10	/* the mean is over this part of a period */
#define RELAXED		0.98	/* less than this is shedding, to be said */

static const int64_t length[BUDGET__MAX] = {	/* s, of a usual period */
	[BUDGET_NONE]	= 0,
	[BUDGET_DAY]	= DAY,
	[BUDGET_WEEK]	= 7 * DAY,
	[BUDGET_MONTH]	= 30 * DAY
};

static void	 mean(struct budget *, double, uint64_t, uint64_t);
static double	 part(const struct budget *, double);
static void	 another(struct budget *);
static enum budget_event tell(struct budget *, bool);

void
budget_init(struct budget *b, const struct budget_opts *opts,
    const struct budget_state *state)
{
	memset(b, 0, sizeof(*b));
	b->opts = *opts;
	b->state = *state;
	b->keep = 1;
	if (state->period != opts->period)
		another(b);
}

static void
another(struct budget *b)
{
	b->state.period = b->opts.period;
	b->state.start = 0;
	b->state.used = 0;
}

void
budget_reconf(struct budget *b, const struct budget_opts *opts)
{
	bool	 same = b->opts.period == opts->period &&
	    b->opts.out == opts->out;

	b->opts = *opts;
	if (!same)
		another(b);
	b->keep = 1;
	b->said = BUDGET_QUIET;
}

enum budget_event
budget_add(struct budget *b, int64_t now, bool sure, double dt, uint64_t in,
    uint64_t out, uint64_t shed)
{
	struct budget_state	*s = &b->state;
	int64_t			 start, end;
	bool			 began = false;

	if (b->opts.period == BUDGET_NONE)
		return BUDGET_QUIET;
	budget_period((enum budget_period)b->opts.period, now, &start, &end);
	if (s->start == 0)
		s->start = start;
	else if (sure && s->start != start) {
		/* to an earlier one only the clock's error leads back */
		began = s->start < start;
		s->start = start;
		if (began)
			s->used = 0;
		b->said = BUDGET_QUIET;
	}
	s->used += b->opts.out ? out : in + out;
	mean(b, dt, in, out + shed);
	b->keep = part(b, (double)(end - now));
	return tell(b, began);
}

/* What flows, or would; from nothing, so that nobody is shed on a guess. */
static void
mean(struct budget *b, double dt, uint64_t in, uint64_t out)
{
	struct budget_state	*s = &b->state;
	double			 gain;

	if (!(dt > 0))
		return;
	gain = fmin(dt / ((double)length[b->opts.period] / SPAN), 1);
	s->in += gain * ((double)in / dt - s->in);
	s->out += gain * ((double)out / dt - s->out);
}

/* What may be answered, with so many seconds left. */
static double
part(const struct budget *b, double left)
{
	const struct budget_state	*s = &b->state;
	double				 may;

	if (s->used >= b->opts.octets)
		return 0;
	may = (double)(b->opts.octets - s->used) / fmax(left, 1);
	if (!b->opts.out)
		may -= s->in;
	if (may >= s->out)
		return 1;
	return may > 0 ? may / s->out : 0;
}

/* One thing at a time, the most important first. */
static enum budget_event
tell(struct budget *b, bool began)
{
	const double		 used = (double)b->state.used;
	const double		 all = (double)b->opts.octets;
	enum budget_event	 level = BUDGET_QUIET;

	if (began)
		return BUDGET_PERIOD;
	if (used >= all)
		level = BUDGET_USED100;
	else if (used >= 0.90 * all)
		level = BUDGET_USED90;
	else if (used >= 0.75 * all)
		level = BUDGET_USED75;
	if (level > b->said) {
		b->said = level;
		return level;
	}
	if (!b->shedding && b->keep < RELAXED) {
		b->shedding = true;
		return BUDGET_SHEDS;
	}
	if (b->shedding && b->keep >= 1) {
		b->shedding = false;
		return BUDGET_RELAXES;
	}
	return BUDGET_QUIET;
}

uint32_t
budget_shed(const struct budget *b)
{
	return (uint32_t)((1 - b->keep) * UINT32_MAX);
}

void
budget_period(enum budget_period period, int64_t now, int64_t *start,
    int64_t *end)
{
	int64_t		 day = now > 0 ? civil_day(now) : 0, next = 0;
	struct civil	 d;

	switch (period) {
	case BUDGET_NONE:
	case BUDGET__MAX:
		break;
	case BUDGET_DAY:
		next = day + 1;
		break;
	case BUDGET_WEEK:
		day -= (day + THURSDAY) % 7;
		next = day + 7;
		break;
	case BUDGET_MONTH:
		d = civil_date(day);
		day -= d.day - 1;
		next = day + civil_month(d.year, d.month);
		break;
	}
	*start = day * DAY;
	*end = next * DAY;
}
