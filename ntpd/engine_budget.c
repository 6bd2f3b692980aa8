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
 * Engine: the budget of traffic.  Each second what all listeners counted
 * goes to budget.c, and what it says of how much may be answered goes to
 * where answers are made.
 */

#include <sys/types.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine.h"

#define TELL_EVERY	60.0	/* s between messages to the parent */
#define SAY_EVERY	3600.0	/* s between lines about shedding */

static const char *const periods[BUDGET__MAX] = {
	[BUDGET_NONE]	= "none",
	[BUDGET_DAY]	= "day",
	[BUDGET_WEEK]	= "week",
	[BUDGET_MONTH]	= "month"
};

void
engine_budget_start(struct engine *e, const struct budget_state *state,
    const struct sync_now *now)
{
	budget_init(&e->budget.b, &e->conf->global.budget, state);
	e->budget.last = now->mono;
	e->budget.told = now->mono;
}

void
engine_budget_conf(struct engine *e)
{
	const struct budget_opts	*opts = &e->conf->global.budget;
	const struct budget_opts	*old = &e->budget.b.opts;

	if (opts->octets == old->octets && opts->period == old->period &&
	    opts->out == old->out)
		return;
	budget_reconf(&e->budget.b, opts);
	e->server.batch.clock.shed = 0;
}

/* 1234567890 octets are "1.23G". */
static const char *
octets(double n, char buf[16])
{
	static const char	 units[] = " KMGTPE";
	const char		*unit = units;

	for (; n >= 999.5 && unit[1] != '\0'; n /= 1000)
		unit++;
	(void)snprintf(buf, 16, "%.*f%.*s", *unit == ' ' || n >= 99.5 ? 0 :
	    n >= 9.95 ? 1 : 2, n, *unit != ' ', unit);
	return buf;
}

/* Once each, but shedding may come and go with the hours of the day. */
static void
say(struct engine *e, enum budget_event event, mono_t now)
{
	const struct budget	*b = &e->budget.b;
	const char		*period = periods[b->opts.period];
	char			 used[16], all[16];
	double			 part;

	octets((double)b->state.used, used);
	octets((double)b->opts.octets, all);
	part = 100 * (double)b->state.used / (double)b->opts.octets;
	switch (event) {
	case BUDGET_QUIET:
		return;
	case BUDGET_PERIOD:
		log_info("budget: a new %s has begun, %s are left", period,
		    all);
		return;
	case BUDGET_USED75:
	case BUDGET_USED90:
		log_warnx("budget: %.0f%% of this %s's are used, %s of %s",
		    part, period, used, all);
		return;
	case BUDGET_USED100:
		log_warnx("budget: %s of %s are used, nobody is answered in "
		    "what is left of this %s", used, all, period);
		return;
	case BUDGET_SHEDS:
	case BUDGET_RELAXES:
		break;
	}
	if (e->budget.said && mono_diff(now, e->budget.saying) < SAY_EVERY)
		return;
	e->budget.said = true;
	e->budget.saying = now;
	if (event == BUDGET_SHEDS)
		log_warnx("budget: %s would not last for this %s, %.0f%% of "
		    "the requests are answered", all, period, 100 * b->keep);
	else
		log_info("budget: all requests are answered again");
}

void
engine_budget_tell(struct engine *e, mono_t now)
{
	const struct budget	*b = &e->budget.b;

	if (b->opts.period == BUDGET_NONE)
		return;
	imsgev_send(&e->parent, IMSG_BUDGET, 0, -1, &b->state,
	    sizeof(b->state));
	e->budget.told = now;
}

void
engine_budget_tick(struct engine *e, const struct servestat *count,
    const struct sync_now *now)
{
	struct budget		*b = &e->budget.b;
	struct servestat	*seen = &e->budget.seen;
	enum budget_event	 event;
	int64_t			 time;
	uint32_t		 nsec;
	double			 dt = mono_diff(now->mono, e->budget.last);

	time = now->unixtime;
	if (e->sync.est.valid)
		ntptime_to_unix(sync_time(&e->sync, &e->osc, now->osc),
		    now->unixtime, &time, &nsec);
	event = budget_add(b, time, e->sync.synced, dt,
	    count->octets_in - seen->octets_in,
	    count->octets_out - seen->octets_out,
	    count->octets_shed - seen->octets_shed);
	*seen = *count;
	e->budget.last = now->mono;
	e->server.batch.clock.shed = budget_shed(b);
	say(e, event, now->mono);
	if (mono_diff(now->mono, e->budget.told) >= TELL_EVERY ||
	    event == BUDGET_USED100)
		engine_budget_tell(e, now->mono);
}
