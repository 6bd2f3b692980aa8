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
 * Engine: what constraints answer, what the answers make together, and what
 * that tells sync.c at every moment: how far from it the time may be.
 *
 * An answer is good for long: it says how far wrong a time may be, and on
 * the age clock, which nobody steers, that grows by less than a minute a
 * day.  Whom to ask, and when, is engine_constraint.c's.
 */

#include <sys/types.h>
#include <sys/queue.h>

#include <math.h>
#include <string.h>

#include "constrain.h"
#include "engine.h"

#define FIRST_ROUND	20.0		/* s a large step and NTS-KE wait for */
					/* it, at most */

/* CLOCK_BOOTTIME with our steering divided out, ns: constrain.h's. */
static int64_t
age_clock(const struct engine *e, const struct sync_now *now)
{
	return now->osc.ns + e->sleep;
}

/*
 * All of them together
 */

/* The median of what was answered. */
static void
settle(struct engine *e)
{
	struct constrain_point	 points[CONSTRAIN_MAX];
	const struct constraint	*c;
	const struct target	*t;
	size_t			 n = 0;

	e->constraints.total = 0;
	TAILQ_FOREACH(c, &e->constraints.list, entry) {
		if (TAILQ_EMPTY(&c->targets))
			e->constraints.total++;
		TAILQ_FOREACH(t, &c->targets, entry) {
			e->constraints.total++;
			if (t->answered && n < CONSTRAIN_MAX)
				points[n++] = t->point;
		}
	}
	e->constraints.valid = (unsigned int)n;
	e->constraints.known = constrain_median(points, n,
	    &e->constraints.median);
}

/* Is there one that was not asked to the end yet? */
static bool
undecided(const struct engine *e)
{
	const struct constraint	*c;
	const struct target	*t;

	TAILQ_FOREACH(c, &e->constraints.list, entry) {
		if (TAILQ_EMPTY(&c->targets) && c->failures == 0)
			return true;
		TAILQ_FOREACH(t, &c->targets, entry) {
			if (!t->answered && t->failures == 0)
				return true;
		}
	}
	return false;
}

/* Are there any to be had now?  True: that is news. */
static bool
news(struct engine *e)
{
	enum constraint_news	 before = e->constraints.news;

	settle(e);
	if (e->constraints.total == 0)
		e->constraints.news = NEWS_NONE;
	else if (e->constraints.known)
		e->constraints.news = NEWS_GOOD;
	else if (!undecided(e))
		e->constraints.news = NEWS_BAD;
	if (e->constraints.news == before)
		return false;
	e->constraints.waiting = false;
	return true;
}

/* Ones that come and go are not told each time. */
static void
say(struct engine *e)
{
	enum constraint_news	 before;
	uint32_t		 missed;

	before = (enum constraint_news)e->told.bound.said;
	if (!log_state(&e->told.bound, e->constraints.news, &missed))
		return;
	if (e->constraints.news == NEWS_BAD)
		log_warnx("constraints configured but none available: no "
		    "steps over %.0f s, larger errors are slewed slowly",
		    CONSTRAIN_MARGIN);
	else if (before == NEWS_BAD && e->constraints.known)
		log_info("constraints are available again");
	engine_log_missed("constraints", missed);
}

void
engine_bound_reconf(struct engine *e, mono_t now)
{
	settle(e);
	if (e->constraints.since.ns == 0) {
		e->constraints.since = now;
		e->constraints.waiting = e->constraints.total > 0;
	}
}

bool
engine_bound_tick(struct engine *e, const struct sync_now *now)
{
	bool	 over, changed;

	over = e->constraints.waiting &&
	    mono_diff(now->mono, e->constraints.since) > FIRST_ROUND;
	if (over)
		e->constraints.waiting = false;
	changed = news(e);
	say(e);
	if (changed || over)
		engine_sync_reconf(e, now);
	return e->constraints.waiting;
}

/*
 * Answers
 */

/* Servers may fail in turns, and each in many ways. */
static void
missing(const struct target *t, uint32_t missed)
{
	char	 buf[ADDR_STRLEN];

	if (missed != 0)
		log_info("constraint %s: %u changes not logged",
		    addr_str(&t->addr, buf), missed);
}

static void
answered(struct engine *e, struct target *t,
    const struct msg_constraint_result *m, const struct sync_now *now)
{
	int64_t		 boot = now->mono.ns + e->sleep, ago;
	bool		 first = !t->answered || t->failures > 0;
	uint32_t	 missed;
	double		 offset;
	char		 buf[ADDR_STRLEN];

	ago = boot - m->boot.ns;
	if (ago < 0)
		ago = 0;
	constrain_point(&t->point, m->date, m->rtt, age_clock(e, now) - ago);
	t->answered = true;
	t->checked = t->clock;
	t->answers++;
	t->rtt = m->rtt;
	t->reason[0] = '\0';
	engine_constraint_refresh(t, now->mono);
	offset = engine_bound_offset(e, &t->point, now);
	if (first && log_limit(&t->limit, &missed)) {
		log_info("constraint reply from %s: offset %f",
		    addr_str(&t->addr, buf), offset);
		missing(t, missed);
	} else
		log_debug("constraint reply from %s: offset %f",
		    addr_str(&t->addr, buf), offset);
}

/* Text that came by way of the network. */
static void
clean(char *s)
{
	for (; *s != '\0'; s++) {
		if (*s < ' ' || *s > '~')
			*s = '?';
	}
}

static void
failed(struct constraint *c, struct target *t,
    const struct msg_constraint_result *m, mono_t now)
{
	char		 buf[ADDR_STRLEN], before[MSG_REASON_MAX];
	uint32_t	 missed;

	strlcpy(before, t->reason, sizeof(before));
	strlcpy(t->reason, m->reason, sizeof(t->reason));
	clean(t->reason);
	t->errors++;
	if (strcmp(before, t->reason) != 0 && log_limit(&t->limit, &missed)) {
		log_info("constraint %s (%s): %s", c->conf->name,
		    addr_str(&t->addr, buf), t->reason);
		missing(t, missed);
	}
	engine_constraint_retry(c, t, now);
}

void
engine_bound_result(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	const struct msg_constraint_result	*m = in->data;
	struct engine				*e = arg;
	struct constraint			*c;
	struct target				*t;
	struct sync_now				 now;

	if (m->result > CONSTRAINT_FAILED ||
	    memchr(m->reason, '\0', sizeof(m->reason)) == NULL)
		imsgev_refuse(iev, in, "not an answer");
	engine_wake(e, &now);
	/* it may have left the configuration meanwhile */
	if ((t = engine_constraint_over(e, in->id, &c, now.mono)) == NULL)
		return;
	if (m->result == CONSTRAINT_OK)
		answered(e, t, m, &now);
	else
		failed(c, t, m, now.mono);
	(void)news(e);
	engine_sync_reconf(e, &now);
}

/*
 * What they say
 */

double
engine_bound_offset(const struct engine *e, const struct constrain_point *p,
    const struct sync_now *now)
{
	int64_t	 t = constrain_time(p, age_clock(e, now));

	return ntptime_diff(ntptime_from_unix(t / 1000000000,
	    (uint32_t)(t % 1000000000)), now->real);
}

double
engine_bound_age(const struct engine *e, const struct constrain_point *p,
    const struct sync_now *now)
{
	return (double)(age_clock(e, now) - p->at) * 1e-9;
}

int64_t
engine_bound_time(const struct engine *e, const struct sync_now *now)
{
	if (!e->constraints.known)
		return 0;
	return constrain_time(&e->constraints.median, age_clock(e, now)) /
	    1000000000;
}

void
engine_bound_apply(struct engine *e, const struct sync_now *now)
{
	const struct constrain_point	*p = &e->constraints.median;
	struct sync_bound		 b = { 0, 0 };

	if (e->constraints.known) {
		b.offset = engine_bound_offset(e, p, now) +
		    ntptime_diff(now->real, osc_free(&e->osc, now->osc));
		b.margin = constrain_margin(p, age_clock(e, now));
	}
	sync_constrain(&e->sync, &b, now->osc);
}

double
engine_bound_large(const struct engine *e)
{
	return e->constraints.total > 0 && !e->constraints.known ?
	    CONSTRAIN_MARGIN : 0;
}

bool
engine_bound_asking(const struct engine *e)
{
	return e->constraints.waiting && !e->constraints.known;
}

bool
engine_bound_wait(const struct engine *e, double offset)
{
	return e->constraints.waiting && fabs(offset) > CONSTRAIN_MARGIN;
}
