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

static void	 log_state(const struct engine *);
static void	 log_leap(const struct engine *);
static void	 log_beyond(struct engine *);
static void	 log_peers(struct engine *, const struct sync_now *);

void
engine_log_synced(const struct engine *e, const struct sync_now *now)
{
	const struct sync	*s = &e->sync;

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
}

static void
log_state(const struct engine *e)
{
	switch (e->sync.state) {
	case SYNC_START:
		break;
	case SYNC_OK:
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
}

static void
log_leap(const struct engine *e)
{
	struct tm	 tm;
	time_t		 t = (time_t)e->sync.leap_at - 1;
	char		 date[32];

	if (e->sync.leap != LEAP_INSERT && e->sync.leap != LEAP_DELETE)
		return;
	if (gmtime_r(&t, &tm) == NULL ||
	    strftime(date, sizeof(date), "%Y-%m-%d", &tm) == 0)
		return;
	log_info("leap second: one will be %s at the end of %s UTC",
	    e->sync.leap == LEAP_INSERT ? "inserted" : "deleted", date);
}

void
engine_log_events(struct engine *e, unsigned int ev, const struct sync_now *now)
{
	if (ev & SYNC_EV_REASON) {
		log_peers(e, now);
		engine_sensor_log(e, now);
	}
	if (ev & SYNC_EV_STATE)
		log_state(e);
	if (ev & SYNC_EV_LEAP)
		log_leap(e);
	if (ev & SYNC_EV_UPDATE)
		log_beyond(e);
}

static void
log_beyond(struct engine *e)
{
	const struct estimate	*est = &e->sync.est;
	double			 freq = fabs(est->freq);

	if (freq < FREQ_BACK * DISCIPLINE_MAXFREQ)
		e->beyond = false;
	if (e->beyond || freq - est->skew <= DISCIPLINE_MAXFREQ)
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

void
engine_log_source(struct engine *e, struct verdict *v, const char *what,
    const char *name, int slot, const struct sync_now *now)
{
	enum select_reason	 reason = e->sync.src[slot].reason;
	enum ctl_peer_state	 state, before;
	uint32_t		 missed;

	if (reason == v->reason)
		return;
	state = engine_log_standing(reason);
	before = engine_log_standing(v->reason);
	v->reason = reason;
	if (state == CTL_PEER_STARTING)
		return;
	if (state == CTL_PEER_VALID && v->valid)
		return;
	if (state == CTL_PEER_INVALID && before == CTL_PEER_INVALID &&
	    reason != SELECT_FALSE && reason != SELECT_CONSTRAINT)
		return;
	v->valid = state == CTL_PEER_VALID;
	if (!log_limit(&v->limit, &missed))
		return;
	if (v->valid)
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
