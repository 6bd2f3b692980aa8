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
 * Engine: what an operator reads about the clock and its sources.  Every
 * change is told once, and what a source can provoke without end is limited.
 */

#include <sys/types.h>

#include <event.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "engine.h"

#define FREQ_BACK	0.98	/* of the bound, to be within it again */

/* What is told of a source: it is valid, or (plus the reason) it is not. */
#define VERDICT_VALID	1
#define VERDICT_INVALID	2

static void	 log_agree(struct engine *);
static void	 log_leap(struct engine *);
static void	 log_beyond(struct engine *);
static void	 log_peers(struct engine *, const struct sync_now *);

void
engine_log_missed(const char *what, uint32_t missed)
{
	if (missed != 0)
		log_info("%s: %u changes not logged", what, missed);
}

void
engine_log_synced(struct engine *e, const struct sync_now *now)
{
	const struct sync	*s = &e->sync;
	uint32_t		 missed;

	if (!log_state(&e->told.synced, e->synced, &missed))
		return;
	if (e->synced) {
		log_info("clock is now synced");
		if (e->noclock)
			log_info("the local clock is off by %+fs, and is not "
			    "ours to set", -sync_clock_error(s, &e->osc,
			    now));
	} else if (s->state == SYNC_HOLD)
		log_info("clock is now unsynced due to lack of replies");
	else
		log_info("clock is now unsynced");
	engine_log_missed("clock", missed);
}

static void
log_agree(struct engine *e)
{
	enum sync_state	 before = (enum sync_state)e->told.state.said;
	uint32_t	 missed;

	if (!log_state(&e->told.state, e->sync.state, &missed))
		return;
	switch (e->sync.state) {
	case SYNC_START:
		break;
	case SYNC_OK:
		if (before == SYNC_UNDECIDED)
			log_info("sources agree again");
		else if (before == SYNC_HOLD)
			log_info("there is a usable source again");
		else
			log_debug("sources agree");
		break;
	case SYNC_HOLD:
		log_info("no usable source left, going on at %.3f ppm",
		    e->sync.est.freq * 1e6);
		break;
	case SYNC_UNDECIDED:
		log_warnx("sources disagree without a majority, the clock is "
		    "left as it is");
		break;
	}
	engine_log_missed("sources", missed);
}

/* One that is called off and announced again is the same. */
static void
log_leap(struct engine *e)
{
	struct tm	 tm;
	time_t		 t = (time_t)e->sync.leap_at - 1;
	char		 date[32];
	uint32_t	 missed;

	if (e->sync.leap != LEAP_INSERT && e->sync.leap != LEAP_DELETE)
		return;
	if (!log_state(&e->told.leap, e->sync.leap_at * 2 +
	    (e->sync.leap == LEAP_DELETE), &missed) ||
	    gmtime_r(&t, &tm) == NULL ||
	    strftime(date, sizeof(date), "%Y-%m-%d", &tm) == 0)
		return;
	log_info("leap second: one will be %s at the end of %s UTC",
	    e->sync.leap == LEAP_INSERT ? "inserted" : "deleted", date);
	engine_log_missed("leap second", missed);
}

void
engine_log_events(struct engine *e, unsigned int ev, const struct sync_now *now)
{
	if (ev & (SYNC_EV_REASON | SYNC_EV_UPDATE)) {
		log_peers(e, now);
		engine_sensor_log(e, now);
	}
	log_agree(e);
	log_leap(e);
	if (ev & SYNC_EV_UPDATE)
		log_beyond(e);
}

static void
log_beyond(struct engine *e)
{
	const struct estimate	*est = &e->sync.est;
	double			 freq = fabs(est->freq);
	uint32_t		 missed;

	if (freq < FREQ_BACK * DISCIPLINE_MAXFREQ)
		e->beyond = false;
	if (e->beyond || freq - est->skew <= DISCIPLINE_MAXFREQ ||
	    !log_limit(&e->told.beyond, &missed))
		return;
	e->beyond = true;
	log_warnx("oscillator is beyond %.0f ppm (%+.1f ppm): the rest is "
	    "slewed all the time", DISCIPLINE_MAXFREQ * 1e6, est->freq * 1e6);
}

enum ctl_peer_state
engine_log_standing(enum select_reason reason)
{
	switch (reason) {
	case SELECT_EMPTY:
	case SELECT_FEW:
	case SELECT_WAIT:
		return CTL_PEER_STARTING;
	case SELECT_OK:
	case SELECT_UNAUTHENTIC:
	case SELECT_NOSELECT:
	case SELECT_MINSOURCES:
	case SELECT_PREFER:
	case SELECT_WORSE:
	case SELECT_HIGHER:
		return CTL_PEER_VALID;
	case SELECT_UNSYNC:
	case SELECT_UNREACHABLE:
	case SELECT_LOOP:
	case SELECT_STRATUM:
	case SELECT_DISTANCE:
	case SELECT_JITTER:
	case SELECT_CONSTRAINT:
	case SELECT_FALSE:
	case SELECT_UNDECIDED:
	case SELECT_UNTRUSTED:
	case SELECT__MAX:
		break;
	}
	return CTL_PEER_INVALID;
}

void
engine_log_reason(const struct engine *e, int slot, const struct sync_now *now,
    char *buf, size_t size)
{
	enum select_reason	 why = e->sync.src[slot].reason;
	const char		*str = select_reason_str(why);
	struct sync_view	 v;

	sync_source_view(&e->sync, slot, now->osc, &v);
	if (why == SELECT_FALSE || why == SELECT_UNTRUSTED)
		(void)snprintf(buf, size, "%s, offset %+.3f ms", str,
		    v.offset * 1e3);
	else if (why == SELECT_CONSTRAINT)
		(void)snprintf(buf, size, "%s, %+.0f s from their median", str,
		    v.beyond);
	else if (why == SELECT_DISTANCE)
		(void)snprintf(buf, size, "%s, %.3f s", str, v.distance);
	else
		(void)strlcpy(buf, str, size);
}

static void
log_invalid(struct engine *e, const char *what, const char *name, int slot,
    const struct sync_now *now)
{
	char	 why[MSG_REASON_MAX];

	engine_log_reason(e, slot, now, why, sizeof(why));
	log_info("%s %s now invalid: %s", what, name, why);
}

/* What a change of reason means for the log: the same as before is none. */
static int64_t
news(const struct verdict *v, enum select_reason reason)
{
	enum ctl_peer_state	 state = engine_log_standing(reason);

	if (state == CTL_PEER_STARTING)
		return v->news;
	if (state == CTL_PEER_VALID)
		return VERDICT_VALID;
	if (engine_log_standing(v->reason) == CTL_PEER_INVALID &&
	    reason != SELECT_FALSE && reason != SELECT_CONSTRAINT)
		return v->news;
	return VERDICT_INVALID + reason;
}

void
engine_log_source(struct engine *e, struct verdict *v, const char *what,
    const char *name, int slot, const struct sync_now *now)
{
	enum select_reason	 reason = e->sync.src[slot].reason;
	uint32_t		 missed;

	if (reason != v->reason)
		v->news = news(v, reason);
	v->reason = reason;
	if (engine_log_standing(reason) == CTL_PEER_STARTING ||
	    !log_state(&v->told, v->news, &missed))
		return;
	if (v->news == VERDICT_VALID)
		log_info("%s %s now valid", what, name);
	else
		log_invalid(e, what, name, slot, now);
	if (missed != 0)
		log_info("%s %s: %u changes not logged", what, name, missed);
}

static void
log_peers(struct engine *e, const struct sync_now *now)
{
	struct name	*n;
	struct peer	*p;
	char		 buf[ADDR_STRLEN];

	TAILQ_FOREACH(n, &e->names, entry) {
		TAILQ_FOREACH(p, &n->peers, entry)
			engine_log_source(e, &p->verdict, "peer",
			    engine_client_str(p, buf), p->slot, now);
	}
}
