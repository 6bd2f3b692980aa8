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
 * Engine: the rows of ntpctl's views.
 */

#include <sys/types.h>
#include <sys/queue.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine.h"
#include "now.h"
#include "packet.h"

#define HOUR		3600.0	/* s */
#define TRUST_MAX	10	/* OpenNTPD's trust level goes so far */

static uint32_t	 show_status(struct engine *, struct imsgev *,
		    const struct sync_now *);
static uint32_t	 show_peers(struct engine *, struct imsgev *,
		    const struct sync_now *);
static uint32_t	 show_sensors(struct engine *, struct imsgev *,
		    const struct sync_now *);

static uint32_t	(*const views[CTL_VIEW__MAX])(struct engine *,
    struct imsgev *, const struct sync_now *) = {
	[CTL_VIEW_STATUS] = show_status,
	[CTL_VIEW_PEERS] = show_peers,
	[CTL_VIEW_SENSORS] = show_sensors,
	[CTL_VIEW_SERVER] = engine_show_server,
	[CTL_VIEW_LISTENERS] = engine_show_listeners,
	[CTL_VIEW_NTS] = engine_show_nts,
	[CTL_VIEW_KE] = engine_show_ke,
	[CTL_VIEW_CONSTRAINTS] = engine_show_constraints
};

/* Not used, and this is how the column says it. */
static const char	 tallies[SELECT__MAX] = {
	[SELECT_OK] = '+',
	[SELECT_EMPTY] = ' ',
	[SELECT_FEW] = ' ',
	[SELECT_UNSYNC] = '?',
	[SELECT_UNREACHABLE] = '?',
	[SELECT_LOOP] = '?',
	[SELECT_STRATUM] = '?',
	[SELECT_DISTANCE] = '?',
	[SELECT_JITTER] = '?',
	[SELECT_UNAUTHENTIC] = '-',
	[SELECT_NOSELECT] = '-',
	[SELECT_CONSTRAINT] = 'x',
	[SELECT_FALSE] = 'x',
	[SELECT_UNDECIDED] = '?',
	[SELECT_UNTRUSTED] = 'x',
	[SELECT_WAIT] = ' ',
	[SELECT_MINSOURCES] = '-',
	[SELECT_PREFER] = '-',
	[SELECT_WORSE] = '-',
	[SELECT_HIGHER] = '-'
};

uint32_t
engine_show(struct engine *e, struct imsgev *iev, enum ctl_view view,
    const struct sync_now *now)
{
	return views[view](e, iev, now);
}

static enum ctl_clock
clock_state(const struct engine *e)
{
	const struct sync	*s = &e->sync;

	if (s->local && !e->synced)
		return CTL_CLOCK_LOCAL;
	switch (s->state) {
	case SYNC_START:
		return CTL_CLOCK_STARTING;
	case SYNC_OK:
		return e->synced ? CTL_CLOCK_SYNCED : CTL_CLOCK_UNSYNCED;
	case SYNC_HOLD:
		return CTL_CLOCK_HOLDOVER;
	case SYNC_UNDECIDED:
		/* may be synced still: the bound of the error says that */
		return CTL_CLOCK_UNDECIDED;
	}
	return CTL_CLOCK_UNSYNCED;
}

static void
status_peers(const struct engine *e, struct ctl_status *st)
{
	const struct sync_source	*src;
	const struct name		*n;
	const struct peer		*p;

	TAILQ_FOREACH(n, &e->names, entry) {
		if (TAILQ_EMPTY(&n->peers))
			st->peers++;
		TAILQ_FOREACH(p, &n->peers, entry) {
			src = &e->sync.src[p->slot];
			st->peers++;
			if (engine_log_standing(src->reason) ==
			    CTL_PEER_VALID)
				st->peers_valid++;
			if (src->selected)
				st->refaddr = p->to;
		}
	}
}

static void
status_sensors(const struct engine *e, struct ctl_status *st)
{
	const struct sensor	*s;

	TAILQ_FOREACH(s, &e->sensors, entry) {
		st->sensors++;
		if (engine_log_standing(e->sync.src[s->slot].reason) ==
		    CTL_PEER_VALID)
			st->sensors_valid++;
	}
}

static void
status_constraints(const struct engine *e, const struct sync_now *now,
    struct ctl_status *st)
{
	st->constraints = e->constraints.total;
	st->constraints_valid = e->constraints.valid;
	st->constraint_errors = e->constraints.outside;
	st->constraint_offset = e->constraints.known ?
	    engine_bound_offset(e, &e->constraints.median, now) : NAN;
}

static void
status_server(const struct engine *e, struct ctl_status *st)
{
	const struct budget	*b = &e->budget.b;
	struct servestat	 count;

	engine_server_count(e, &count);
	st->requests = count.packets;
	st->replies = count.replies;
	st->dropped = servestat_dropped(&count);
	st->budget = st->budget_used = st->budget_answered = NAN;
	if (b->opts.period == BUDGET_NONE)
		return;
	st->budget = (double)b->opts.octets;
	st->budget_used = (double)b->state.used;
	st->budget_answered = b->keep;
}

static void
status_clock(const struct engine *e, const struct sync_now *now,
    struct ctl_status *st)
{
	const struct serve_state	*says = &e->server.batch.clock.st;
	const struct sync		*s = &e->sync;
	uint32_t			 nsec;

	st->clock = clock_state(e);
	st->synced = e->synced;
	st->stratum = says->stratum;
	st->leap = says->leap;
	st->refid = says->refid;
	st->tai = leap_table_tai(&s->leaps, now->unixtime);
	st->clock_offset = s->est.valid ? sync_clock_error(s, &e->osc, now) :
	    NAN;
	st->last_offset = s->updates == 0 ? NAN : s->last_offset;
	st->adj = e->osc.adj;
	st->last_update = s->updates == 0 ? -1 :
	    mono_diff(now->mono, s->last_update);
	st->leap_at = s->leap_at;
	st->updates = s->updates;
	st->now = now->unixtime;
	st->freq = st->skew = st->wander = st->residual = NAN;
	st->rootdelay = st->rootdisp = st->maxerror = st->esterror = NAN;
	if (!s->est.valid)
		return;
	ntptime_to_unix(sync_time(s, &e->osc, now->osc), now->unixtime,
	    &st->now, &nsec);
	st->freq = s->est.freq;
	st->skew = s->est.skew;
	st->wander = s->est.wander * sqrt(HOUR);
	st->residual = s->est.freq - e->kernel;
	st->rootdelay = s->est.rootdelay;
	st->rootdisp = sync_rootdisp(s, now->osc);
	st->maxerror = sync_maxerror(s, now->osc);
	st->esterror = sync_esterror(s, now->osc);
}

static uint32_t
show_status(struct engine *e, struct imsgev *iev, const struct sync_now *now)
{
	struct ctl_status	 st;

	memset(&st, 0, sizeof(st));
	status_peers(e, &st);
	status_sensors(e, &st);
	status_constraints(e, now, &st);
	status_server(e, &st);
	status_clock(e, now, &st);
	st.noclock = e->noclock;
	st.precision = (int8_t)e->precision;
	st.verbose = (uint8_t)log_getverbose();
	st.uptime = mono_diff(now->mono, e->born);
	st.steps = e->steps;
	strlcpy(st.version, NTPD_VERSION, sizeof(st.version));
	imsgev_send(iev, IMSG_CTL_ROW_STATUS, 0, -1, &st, sizeof(st));
	return 1;
}

static void
peer_conf(const struct name *n, struct ctl_peer *cp)
{
	const struct conf_server	*c = n->conf;

	strlcpy(cp->name, c->name, sizeof(cp->name));
	cp->pool = c->pool;
	cp->weight = c->weight;
	cp->trusted = c->trusted;
	cp->prefer = c->prefer;
	cp->noselect = c->noselect;
	cp->minpoll = c->minpoll;
	cp->maxpoll = c->maxpoll;
	cp->poll = c->minpoll;
	cp->last = -1;
	cp->offset = cp->offset_error = cp->delay = cp->jitter = NAN;
	cp->freq = cp->skew = cp->distance = NAN;
}

static void
peer_counts(const struct assoc *a, struct ctl_peer *cp)
{
	const struct assoc_count	*c = &a->count;

	cp->sent = c->sent - c->senterr;	/* those that left */
	cp->received = c->received;
	cp->accepted = c->verdict[REPLY_GOOD];
	cp->bogus = c->verdict[REPLY_BOGUS] + c->verdict[REPLY_SHORT] +
	    c->verdict[REPLY_MODE] + c->verdict[REPLY_VERSION] +
	    c->verdict[REPLY_ZERO] + c->verdict[REPLY_ORDER];
	cp->unsolicited = c->verdict[REPLY_UNSOLICITED] +
	    c->verdict[REPLY_DUPLICATE];
	cp->kisses = c->verdict[REPLY_KISS];
}

static void
peer_assoc(const struct assoc *a, const struct sync_now *now,
    struct ctl_peer *cp)
{
	cp->reach = a->reach;
	cp->poll = (int8_t)assoc_interval(a);
	cp->interval = a->burst > 0 ? ASSOC_BURSTGAP : ldexp(1, cp->poll);
	if (a->phase == ASSOC_IDLE && !a->denied)
		cp->next = fmax(mono_diff(a->due, now->mono), 0);
	cp->stratum = a->header.stratum;
	cp->leap = a->header.leap;
	cp->version = a->header.version;
	cp->refid = a->header.refid;
	cp->rootdelay = a->header.rootdelay;
	cp->rootdisp = a->header.rootdisp;
	if (a->count.verdict[REPLY_GOOD] > 0)
		cp->last = mono_diff(now->mono, a->answered);
	peer_counts(a, cp);
}

static void
peer_stats(const struct peer *p, const struct sync_now *now,
    struct ctl_peer *cp)
{
	struct sync_view	 v;

	sync_source_view(&p->engine->sync, p->slot, now->osc, &v);
	cp->tally = v.selected ? '*' : (uint8_t)tallies[v.reason];
	cp->state = engine_log_standing(v.reason);
	if (cp->state == CTL_PEER_VALID)
		cp->trust = v.samples < TRUST_MAX ? (uint8_t)v.samples :
		    TRUST_MAX;
	cp->samples = v.samples;
	if (v.samples == 0)
		return;
	cp->offset = v.offset;
	cp->offset_error = v.offset_sd;
	cp->delay = v.delay;
	cp->jitter = v.jitter;
	cp->freq = v.freq;
	cp->skew = v.skew;
	cp->distance = v.distance;
}

/* Why it is not used, as much as is known about it. */
static void
peer_reason(const struct peer *p, const struct sync_now *now,
    struct ctl_peer *cp)
{
	enum select_reason	 why = p->engine->sync.src[p->slot].reason;
	const struct assoc	*a = &p->assoc;
	char			 kiss[5];
	size_t			 size = sizeof(cp->reason);

	if (p->replaces != NULL)
		strlcpy(cp->reason, "on probation", size);
	else if (a->denied) {
		packet_kiss(a->header.refid, kiss);
		snprintf(cp->reason, size, "denied by the server (%s)", kiss);
	} else if (engine_jar_reason(p)[0] != '\0')
		strlcpy(cp->reason, engine_jar_reason(p), size);
	else if (engine_key_reason(p)[0] != '\0')
		strlcpy(cp->reason, engine_key_reason(p), size);
	else if (p->noroute > 0)
		strlcpy(cp->reason, "no route to it", size);
	else if (p->unsent > 0)
		strlcpy(cp->reason, "queries cannot be sent", size);
	else if (why == SELECT_EMPTY && a->count.received > 0)
		snprintf(cp->reason, size, "%s, last reply: %s",
		    select_reason_str(why), reply_str(a->last));
	else if (why != SELECT_OK)
		engine_log_reason(p->engine, p->slot, now, cp->reason, size);
}

static void
show_peer(const struct peer *p, struct imsgev *iev,
    const struct sync_now *now)
{
	struct ctl_peer	 cp;

	memset(&cp, 0, sizeof(cp));
	peer_conf(p->name, &cp);
	cp.addr = p->to;
	peer_assoc(&p->assoc, now, &cp);
	peer_stats(p, now, &cp);
	peer_reason(p, now, &cp);
	if (p->jar != NULL)
		strlcpy(cp.target, p->jar->target, sizeof(cp.target));
	cp.txstamp = p->txstamp;
	cp.rxstamp = p->rxstamp;
	imsgev_send(iev, IMSG_CTL_ROW_PEER, 0, -1, &cp, sizeof(cp));
}

static void
show_unresolved(const struct name *n, struct imsgev *iev)
{
	struct ctl_peer	 cp;

	memset(&cp, 0, sizeof(cp));
	peer_conf(n, &cp);
	cp.tally = ' ';
	cp.state = CTL_PEER_RESOLVING;
	strlcpy(cp.reason, engine_name_reason(n), sizeof(cp.reason));
	imsgev_send(iev, IMSG_CTL_ROW_PEER, 0, -1, &cp, sizeof(cp));
}

static uint32_t
show_peers(struct engine *e, struct imsgev *iev, const struct sync_now *now)
{
	const struct name	*n;
	const struct peer	*p;
	uint32_t		 rows = 0;

	TAILQ_FOREACH(n, &e->names, entry) {
		if (TAILQ_EMPTY(&n->peers)) {
			show_unresolved(n, iev);
			rows++;
		}
		TAILQ_FOREACH(p, &n->peers, entry) {
			show_peer(p, iev, now);
			rows++;
		}
	}
	return rows;
}

static void
show_sensor(const struct sensor *s, struct imsgev *iev,
    const struct sync_now *now)
{
	const struct conf_sensor	*c = s->conf;
	struct ctl_sensor		 cs;
	struct sync_view		 v;

	memset(&cs, 0, sizeof(cs));
	strlcpy(cs.name, s->name, sizeof(cs.name));
	strlcpy(cs.refid, c->refid, sizeof(cs.refid));
	cs.weight = c->weight;
	cs.stratum = c->stratum;
	cs.correction = c->correction * 1e-6;
	cs.good = s->reach & 1;
	cs.reach = s->reach;
	cs.last = s->readings == 0 ? -1 : mono_diff(now->mono, s->heard);
	cs.next = fmax(mono_diff(s->due, now->mono), 0);
	cs.interval = s->interval;
	sync_source_view(&s->engine->sync, s->slot, now->osc, &v);
	cs.state = engine_log_standing(v.reason);
	cs.tally = v.selected ? '*' : (uint8_t)tallies[v.reason];
	cs.offset = v.samples == 0 ? NAN : v.offset;
	cs.offset_error = v.samples == 0 ? NAN : v.offset_sd;
	strlcpy(cs.reason, engine_sensor_reason(s), sizeof(cs.reason));
	imsgev_send(iev, IMSG_CTL_ROW_SENSOR, 0, -1, &cs, sizeof(cs));
}

static uint32_t
show_sensors(struct engine *e, struct imsgev *iev, const struct sync_now *now)
{
	const struct sensor	*s;
	uint32_t		 rows = 0;

	TAILQ_FOREACH(s, &e->sensors, entry) {
		show_sensor(s, iev, now);
		rows++;
	}
	return rows;
}
