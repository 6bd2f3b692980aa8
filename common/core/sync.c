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
 * The pipeline, from samples to a command for the clock.  Pure.
 *
 * Everything lives on oscillator time, so neither our own steering nor a
 * step of CLOCK_REALTIME disturbs what is known; only the error left to
 * correct changes.
 */

#include <math.h>
#include <string.h>

#include "packet.h"
#include "sync.h"

#define FREQ_SD		1e-4	/* s/s, one sigma of an unknown oscillator */
#define DRIFT_AGED	1e-6	/* s/s, how a known frequency may have moved */
#define WANDER_UNKNOWN	1e-8	/* s/s per sqrt(s) */
#define MAXJITTER	1.0	/* s */
#define CLOCK_ERROR	1e-6	/* s/s, growth of the error bound (RFC: 15) */
#define SIGMAS		3.0	/* from a standard deviation to a bound */
#define MAXDISP		16.0	/* s, RFC 5905 7.2 */
#define SYNC_SETTLED	1e-3	/* s, error that ends the start-up */
#define WAIT_MAJORITY	2.0	/* s, for slower sources at the start, */
#define WAIT_MINORITY	6.0	/* s, while most are still missing */
#define LOCAL_AFTER	60.0	/* s without a source: the local clock */
#define LOCAL_REFID	0x7f7f0101	/* 127.127.1.1, as ever */
#define LEAP_GUARD	5	/* s around a leap when samples are dubious */
#define LEAP_LATE	1e-6	/* s, so that the leap has surely passed */
#define REBASE		16.0	/* s of offset that move the base */
#define INTERVAL_MEAN	8	/* updates */
#define AGAIN_WAIT	0.5	/* s */
#define AGAIN		64.0	/* s */
#define POLL_RATIO	0.2	/* of the Allan intercept */
#define POLL_DRIFT	1.0	/* of the noise, error of coasting so long */
#define POLL_SPAN	4.0	/* polls must fit into what we have seen */

/* What an update may change, to tell what it did. */
struct before {
	bool		 valid;
	bool		 synced;
	enum sync_state	 state;
	enum leap_indicator leap;
	uint64_t	 updates;
	int		 selected;
	uint8_t		 reason[SYNC_SOURCES];
};

static void	 remember(const struct sync *, struct before *);
static unsigned int events(const struct sync *, const struct before *);
static int	 selected(const struct sync *);
static enum sync_state judge(struct sync *, const struct sync_now *);
static size_t	 candidates(struct sync *, const struct sync_now *,
		    struct select_src *, int *);
static enum select_reason usable(const struct sync *,
		    const struct sync_source *);
static bool	 own_refid(const struct sync *, uint32_t);
static bool	 wait_for_more(struct sync *, const struct sync_now *, size_t);
static int	 estimate(struct sync *, osc_t);
static void	 rebase(struct sync *, struct osc *);
static void	 judge_synced(struct sync *, const struct sync_now *,
		    const struct osc *);
static void	 local_clock(struct sync *, const struct sync_now *,
		    const struct osc *);
static int64_t	 true_unix(const struct sync *, const struct sync_now *,
		    const struct osc *);
static bool	 near_leap(const struct sync *, int64_t);
static void	 pass_leap(struct sync *, const struct sync_now *,
		    struct osc *);
static void	 announce_leap(struct sync *, const struct sync_now *,
		    const struct osc *);
static mono_t	 next_time(const struct sync *, const struct sync_now *,
		    const struct osc *);

/*
 * One screen: what happens between a sample and a command.
 */
unsigned int
sync_update(struct sync *s, const struct sync_now *now, struct osc *osc,
    struct clock_cmd *cmd)
{
	struct before	 before;
	double		 error;

	memset(cmd, 0, sizeof(*cmd));
	remember(s, &before);
	if (s->began.ns == 0)
		s->began = now->mono;

	pass_leap(s, now, osc);
	s->state = judge(s, now);			/* srcstat, select */
	if (s->state == SYNC_OK && s->fresh &&
	    !near_leap(s, now->unixtime) &&
	    estimate(s, now->osc) == 0) {		/* combine */
		rebase(s, osc);
		error = sync_clock_error(s, osc, now);
		if (before.valid)
			s->interval += (mono_diff(now->mono, s->last_update) -
			    s->interval) / INTERVAL_MEAN;
		discipline_run(&s->disc, error, s->est.offset_sd,
		    s->est.freq, s->interval * s->ncombined,
		    cmd);				/* discipline */
		s->last_offset = error;
		s->last_update = now->mono;
		s->updates++;
		s->fresh = false;
	}
	judge_synced(s, now, osc);
	local_clock(s, now, osc);
	announce_leap(s, now, osc);
	cmd->again = next_time(s, now, osc);
	return events(s, &before);
}

void
sync_init(struct sync *s, const struct sync_conf *conf, double drift,
    double drift_error)
{
	memset(s, 0, sizeof(*s));
	s->conf = *conf;
	s->est.leap = LEAP_ALARM;
	discipline_init(&s->disc, &conf->discipline);
	if (drift_error >= 0 && fabs(drift) <= DISCIPLINE_MAXFREQ)
		combine_init(&s->joint, drift,
		    fmin(drift_error + DRIFT_AGED, FREQ_SD));
	else
		combine_init(&s->joint, 0, FREQ_SD);
}

void
sync_reconf(struct sync *s, const struct sync_conf *conf)
{
	s->conf = *conf;
	s->disc.conf = conf->discipline;
	s->fresh = true;
}

int
sync_add(struct sync *s, const struct sync_opts *opts, uint32_t refid)
{
	struct sync_source	*src;
	int			 slot;

	for (slot = 0; slot < SYNC_SOURCES; slot++)
		if (!s->src[slot].used)
			break;
	if (slot == SYNC_SOURCES)
		return -1;
	src = &s->src[slot];
	memset(src, 0, sizeof(*src));
	src->used = true;
	src->opts = *opts;
	src->refid = refid;
	src->reason = SELECT_EMPTY;
	srcstat_reset(&src->stat);
	return slot;
}

void
sync_source_reconf(struct sync *s, int slot, const struct sync_opts *opts)
{
	struct sync_source	*src = &s->src[slot];

	/* its samples have the old correction in them */
	srcstat_shift(&src->stat, src->opts.correction - opts->correction);
	src->opts = *opts;
	s->fresh = true;
}

void
sync_remove(struct sync *s, int slot)
{
	memset(&s->src[slot], 0, sizeof(s->src[slot]));
	s->fresh = true;
}

void
sync_own(struct sync *s, uint32_t refid)
{
	if (!own_refid(s, refid))
		s->own[s->nown++ % SYNC_OWN] = refid;
}

void
sync_sample(struct sync *s, int slot, const struct sample *sample,
    const struct sync_now *now)
{
	struct sync_source	*src = &s->src[slot];
	struct sample		 x = *sample;

	if (near_leap(s, now->unixtime))
		return;
	x.offset += src->opts.correction;
	if (srcstat_add(&src->stat, &x, s->est.valid ? s->est.wander :
	    WANDER_UNKNOWN) == SRCSTAT_REFUSED)
		return;
	if (s->first.ns == 0)
		s->first = x.at;
	src->unsync = false;
	src->reach |= 1;
	s->fresh = true;
}

void
sync_reach(struct sync *s, int slot, uint8_t reach)
{
	s->src[slot].reach = reach;
}

void
sync_unsync(struct sync *s, int slot)
{
	s->src[slot].unsync = true;
}

void
sync_stepped(struct sync *s, const struct sync_now *now, double delta)
{
	if (!near_leap(s, now->unixtime))	/* else the kernel's leap */
		discipline_stepped(&s->disc, delta);
	s->fresh = true;	/* the error left is another one */
}

void
sync_resumed(struct sync *s, const struct sync_now *now)
{
	int	 i;

	for (i = 0; i < SYNC_SOURCES; i++)
		if (s->src[i].used)
			srcstat_reset(&s->src[i].stat);
	if (s->est.valid && !s->local)
		combine_void(&s->joint, s->est.freq,
		    fmin(s->est.freq_sd + DRIFT_AGED, FREQ_SD));
	s->est.valid = false;
	s->local = false;
	s->state = SYNC_START;
	s->began = s->ready = (mono_t){ 0 };
	s->first = (osc_t){ 0 };
	s->interval = 0;
	discipline_start(&s->disc);
}

int
sync_poll(const struct sync *s, int slot)
{
	const struct sync_source	*src = &s->src[slot];
	double				 t, span, q = s->est.wander;
	int				 poll;

	if (s->state != SYNC_OK || s->local || s->odd || src->stat.n == 0 ||
	    !(q > 0))
		return src->opts.minpoll;
	t = srcstat_noise(&src->stat);
	t = fmin(POLL_RATIO * cbrt(3 * t * t / (q * q)),
	    POLL_DRIFT * t / s->est.freq_sd);
	span = osc_diff(s->est.at, s->first) / POLL_SPAN;
	poll = (int)floor(log2(fmax(fmin(t, span), 1)));
	if (poll > src->opts.maxpoll)
		poll = src->opts.maxpoll;
	if (poll < src->opts.minpoll)
		poll = src->opts.minpoll;
	return poll;
}

ntptime_t
sync_time(const struct sync *s, const struct osc *osc, osc_t at)
{
	const struct estimate	*e = &s->est;
	ntptime_t		 t;

	t = osc_free(osc, at);
	if (!e->valid)
		return t;
	return ntptime_add(t, e->offset + e->freq * osc_diff(at, e->at));
}

double
sync_clock_error(const struct sync *s, const struct osc *osc,
    const struct sync_now *now)
{
	if (!s->est.valid)
		return 0;
	return ntptime_diff(sync_time(s, osc, now->osc), now->real);
}

double
sync_rootdisp(const struct sync *s, osc_t at)
{
	const struct estimate	*e = &s->est;
	double			 age;

	if (!e->valid)
		return MAXDISP;
	age = fmax(osc_diff(at, e->at), 0);
	return fmin(e->rootdisp + age * (e->skew + CLOCK_ERROR) +
	    SIGMAS * e->wander * sqrt(age * age * age / 3), MAXDISP);
}

double
sync_maxerror(const struct sync *s, osc_t at)
{
	return sync_rootdisp(s, at) + s->est.rootdelay / 2;
}

double
sync_esterror(const struct sync *s, osc_t at)
{
	const struct estimate	*e = &s->est;
	double			 age, walk;

	if (!e->valid)
		return MAXDISP;
	age = fmax(osc_diff(at, e->at), 0);
	walk = e->wander * e->wander * age * age * age / 3;
	return fmin(sqrt(e->offset_sd * e->offset_sd + e->bias_sd * e->bias_sd +
	    age * age * e->freq_sd * e->freq_sd + walk), MAXDISP);
}

void
sync_source_view(const struct sync *s, int slot, osc_t now,
    struct sync_view *v)
{
	const struct sync_source	*src = &s->src[slot];
	const struct srcstat		*st = &src->stat;
	const struct estimate		*e = &s->est;
	struct srcstat_best		 best;
	double				 age;

	memset(v, 0, sizeof(*v));
	v->samples = st->valid;
	v->reason = src->reason;
	v->selected = src->selected;
	v->combined = src->combined;
	if (st->n == 0)
		return;
	age = osc_diff(now, st->at);
	v->offset = st->offset + st->freq * age;
	v->freq = st->freq;
	if (e->valid) {
		/* ours at the time of its last sample: both lines are firm */
		v->offset = st->offset - e->offset - e->freq *
		    osc_diff(st->at, e->at);
		v->freq -= e->freq;
	}
	v->offset_sd = st->offset_sd;
	v->delay = st->last.delay;
	v->jitter = st->jitter;
	v->skew = SIGMAS * st->freq_sd;
	srcstat_best(st, now, e->freq, e->valid ? e->skew :
	    SIGMAS * s->joint.freq_sd, &best);
	v->distance = best.dist;
}

static void
remember(const struct sync *s, struct before *b)
{
	int	 i;

	b->valid = s->est.valid && !s->local;
	b->synced = s->synced;
	b->state = s->state;
	b->leap = s->leap;
	b->updates = s->updates;
	b->selected = selected(s);
	for (i = 0; i < SYNC_SOURCES; i++)
		b->reason[i] = (uint8_t)s->src[i].reason;
}

static unsigned int
events(const struct sync *s, const struct before *b)
{
	unsigned int	 ev = 0;
	int		 i;

	if (s->synced != b->synced)
		ev |= SYNC_EV_SYNCED;
	if (selected(s) != b->selected)
		ev |= SYNC_EV_SELECTED;
	if (s->state != b->state)
		ev |= SYNC_EV_STATE;
	if (s->leap != b->leap)
		ev |= SYNC_EV_LEAP;
	if (s->updates != b->updates)
		ev |= SYNC_EV_UPDATE;
	for (i = 0; i < SYNC_SOURCES; i++)
		if (s->src[i].reason != b->reason[i])
			ev |= SYNC_EV_REASON;
	return ev;
}

static int
selected(const struct sync *s)
{
	int	 i;

	for (i = 0; i < SYNC_SOURCES; i++)
		if (s->src[i].selected)
			return i;
	return -1;
}

/*
 * Which sources are to be used?  Marks them, with a reason for each that is
 * not, and says what that makes of us.
 */
static enum sync_state
judge(struct sync *s, const struct sync_now *now)
{
	struct select_src	 sel[SYNC_SOURCES];
	int			 slot[SYNC_SOURCES];
	size_t			 i, n, best = 0;
	enum sync_state		 state = SYNC_OK;
	struct sync_source	*src;
	bool			 done = false;

	n = candidates(s, now, sel, slot);
	switch (select_run(sel, n, s->conf.minsources, &best)) {
	case SELECT_DONE:
		done = !wait_for_more(s, now, n);
		break;
	case SELECT_SPLIT:
		state = SYNC_UNDECIDED;
		break;
	case SELECT_NONE:
	case SELECT_TOOFEW:
		state = s->est.valid && !s->local ? SYNC_HOLD : SYNC_START;
		break;
	}
	for (i = 0; i < n; i++) {
		src = &s->src[slot[i]];
		if (sel[i].reason == SELECT_OK && !done)
			sel[i].reason = SELECT_WAIT;
		if (src->combined != (sel[i].reason == SELECT_OK))
			s->fresh = true;
		src->reason = sel[i].reason;
		src->combined = src->reason == SELECT_OK;
		src->selected = src->combined && i == best;
	}
	return state == SYNC_OK && !done ? SYNC_START : state;
}

/* All sources as select.c wants them. */
static size_t
candidates(struct sync *s, const struct sync_now *now,
    struct select_src *sel, int *slot)
{
	struct sync_source	*src;
	double			 freq, skew;
	size_t			 n = 0;
	int			 i;

	freq = s->est.valid ? s->est.freq : s->joint.freq;
	skew = s->est.valid ? s->est.skew : SIGMAS * s->joint.freq_sd;
	for (i = 0; i < SYNC_SOURCES; i++) {
		src = &s->src[i];
		if (!src->used)
			continue;
		memset(&sel[n], 0, sizeof(sel[n]));
		if (src->stat.n > 0) {
			srcstat_best(&src->stat, now->osc, freq, skew,
			    &src->best);
			sel[n].offset = src->best.offset;
			sel[n].dist = src->best.dist;
			sel[n].stratum = src->stat.last.stratum;
		}
		sel[n].weight = src->opts.weight > 0 ? src->opts.weight : 1;
		sel[n].trusted = src->opts.trusted;
		sel[n].prefer = src->opts.prefer;
		sel[n].current = src->selected;
		sel[n].combined = src->combined;
		sel[n].reason = usable(s, src);
		slot[n++] = i;
	}
	return n;
}

static enum select_reason
usable(const struct sync *s, const struct sync_source *src)
{
	const struct srcstat	*st = &src->stat;

	if (src->unsync)
		return SELECT_UNSYNC;
	if (st->n == 0)
		return SELECT_EMPTY;
	if (src->reach == 0)
		return SELECT_UNREACHABLE;
	if (st->valid < SRCSTAT_MIN)
		return SELECT_FEW;
	if (st->last.stratum > 1 && own_refid(s, st->last.refid))
		return SELECT_LOOP;
	if (st->last.stratum >= NTP_STRATUM_MAX)
		return SELECT_STRATUM;
	if (src->best.dist > s->conf.maxdist)
		return SELECT_DISTANCE;
	if (st->jitter > MAXJITTER)
		return SELECT_JITTER;
	if (src->opts.noselect)
		return SELECT_NOSELECT;
	return SELECT_OK;
}

static bool
own_refid(const struct sync *s, uint32_t refid)
{
	unsigned int	 i;

	for (i = 0; i < s->nown && i < SYNC_OWN; i++)
		if (s->own[i] == refid)
			return true;
	return false;
}

/*
 * At the start, some sources are usable; shall others be waited for?  Those
 * that answer are asked every two seconds, so not for long, and a dead one
 * is not worth a second more than its turn.
 */
static bool
wait_for_more(struct sync *s, const struct sync_now *now, size_t n)
{
	const struct sync_source	*src;
	size_t				 ready = 0, pending = 0;
	double				 waited;
	int				 i;

	if (s->est.valid && !s->local)
		return false;
	if (s->ready.ns == 0)
		s->ready = now->mono;
	for (i = 0; i < SYNC_SOURCES; i++) {
		src = &s->src[i];
		if (!src->used || src->opts.noselect)
			continue;
		if (src->stat.valid >= SRCSTAT_MIN)
			ready++;
		else if (!src->unsync)
			pending++;
	}
	waited = mono_diff(now->mono, s->ready);
	return pending > 0 && waited <
	    (ready > pending ? WAIT_MAJORITY : WAIT_MINORITY);
}

/* All agreeing sources become one estimate of true time. */
static int
estimate(struct sync *s, osc_t now)
{
	struct combine_src	 in[SYNC_SOURCES];
	struct combine_out	 out;
	const struct sync_source *src;
	struct estimate		*e = &s->est;
	size_t			 n = 0;
	int			 i;

	for (i = 0; i < SYNC_SOURCES; i++) {
		if (!s->src[i].combined)
			continue;
		in[n].st = &s->src[i].stat;
		in[n].dist = s->src[i].best.dist;
		in[n++].weight = fmax(s->src[i].opts.weight, 1);
	}
	s->ncombined = (unsigned int)n;
	i = selected(s);
	if (i == -1 || combine_run(&s->joint, in, n, now, &out) == -1)
		return -1;
	src = &s->src[i];
	e->valid = true;
	e->at = now;
	e->offset = out.offset;
	e->freq = fmin(fmax(out.freq, -DISCIPLINE_MAXFREQ),
	    DISCIPLINE_MAXFREQ);
	e->offset_sd = out.offset_sd;
	e->bias_sd = out.bias_sd;
	e->freq_sd = out.freq_sd;
	e->skew = SIGMAS * out.freq_sd;
	e->wander = out.wander;
	e->rootdelay = src->best.rootdelay;
	e->rootdisp = fmax(src->best.dist - src->best.rootdelay / 2, 0) +
	    fabs(src->best.offset - out.offset) + out.offset_sd;
	s->odd = out.odd;
	e->refid = src->refid;
	e->stratum = src->stat.last.stratum + 1;
	s->local = false;
	return 0;
}

/* Keep offsets small by moving the free-running clock by whole seconds. */
static void
rebase(struct sync *s, struct osc *osc)
{
	double	 delta = rint(s->est.offset);
	int	 i;

	if (fabs(delta) < REBASE)
		return;
	osc_rebase(osc, delta);
	for (i = 0; i < SYNC_SOURCES; i++) {
		srcstat_shift(&s->src[i].stat, delta);
		s->src[i].best.offset -= delta;
	}
	combine_shift(&s->joint, delta);
	s->est.offset -= delta;
}

static void
judge_synced(struct sync *s, const struct sync_now *now,
    const struct osc *osc)
{
	double	 bound = sync_maxerror(s, now->osc);

	if (!s->est.valid || s->local || bound > SYNC_BAD)
		s->synced = false;
	else if (s->state == SYNC_OK && bound < SYNC_GOOD)
		s->synced = true;
	if (s->synced && fabs(sync_clock_error(s, osc, now)) <=
	    fmax(s->conf.discipline.step_over, SYNC_SETTLED))
		discipline_settled(&s->disc);
}

/*
 * The last resort: with nothing better, and if the configuration wants it,
 * what the clock shows is what is served.
 */
static void
local_clock(struct sync *s, const struct sync_now *now,
    const struct osc *osc)
{
	struct estimate	*e = &s->est;
	int		 i;
	bool		 wanted = s->conf.local_stratum != 0 && !s->synced;

	for (i = 0; i < SYNC_SOURCES; i++)
		if (s->src[i].used &&
		    mono_diff(now->mono, s->began) < LOCAL_AFTER)
			wanted = false;
	if (s->local && !wanted)
		s->local = e->valid = false;
	if (!wanted)
		return;
	memset(e, 0, sizeof(*e));
	e->valid = s->local = s->synced = true;
	e->at = now->osc;
	e->offset = ntptime_diff(now->real, osc_free(osc, now->osc));
	e->freq = osc->adj;
	e->refid = LOCAL_REFID;
	e->stratum = s->conf.local_stratum;
}

static int64_t
true_unix(const struct sync *s, const struct sync_now *now,
    const struct osc *osc)
{
	int64_t		 sec;
	uint32_t	 nsec;

	ntptime_to_unix(sync_time(s, osc, now->osc), now->unixtime, &sec,
	    &nsec);
	return sec;
}

/* Is a leap second so near that kernels and servers may differ by it? */
static bool
near_leap(const struct sync *s, int64_t t)
{
	return (s->leap_at != 0 && t >= s->leap_at - LEAP_GUARD &&
	    t <= s->leap_at + LEAP_GUARD) || (s->leap_done != 0 &&
	    t >= s->leap_done - LEAP_GUARD && t <= s->leap_done + LEAP_GUARD);
}

/*
 * At the leap UTC itself jumps.  Moving the free-running clock along keeps
 * every offset as it was.
 */
static void
pass_leap(struct sync *s, const struct sync_now *now, struct osc *osc)
{
	if (s->leap_at == 0 || true_unix(s, now, osc) <
	    s->leap_at - (s->leap == LEAP_DELETE))
		return;
	osc_rebase(osc, s->leap == LEAP_DELETE ? 1 : -1);
	s->leap_done = s->leap_at;
	s->leap_at = 0;
	s->leap = LEAP_NONE;
}

/* The table knows; without a valid one, the sources vote. */
static void
announce_leap(struct sync *s, const struct sync_now *now,
    const struct osc *osc)
{
	uint8_t	 votes[SYNC_SOURCES];
	int64_t	 t, at = 0;
	size_t	 n = 0;
	int	 i, leap;

	if (s->est.valid && !s->local) {
		t = true_unix(s, now, osc);
		leap = leap_table_now(&s->leaps, t, &at);
		if (leap == -1 && s->state == SYNC_OK) {
			for (i = 0; i < SYNC_SOURCES; i++)
				if (s->src[i].combined)
					votes[n++] = s->src[i].stat.last.leap;
			leap = leap_vote(votes, n, t, &at);
		}
		if (leap != -1) {
			/* still announced in the second that repeats */
			if (at == s->leap_done)
				leap = LEAP_NONE;
			s->leap = (enum leap_indicator)leap;
			s->leap_at = leap == LEAP_NONE ? 0 : at;
		}
	}
	s->est.leap = (uint8_t)(s->synced ? s->leap : LEAP_ALARM);
}

/* When something may change without a sample. */
static mono_t
next_time(const struct sync *s, const struct sync_now *now,
    const struct osc *osc)
{
	ntptime_t	 leap;
	double		 wait = AGAIN, left;

	if (s->state == SYNC_START && s->ready.ns != 0)
		wait = AGAIN_WAIT;
	if (s->leap_at != 0) {
		leap = ntptime_from_unix(s->leap_at -
		    (s->leap == LEAP_DELETE), 0);
		left = ntptime_diff(leap, sync_time(s, osc, now->osc));
		if (left > 0 && left < wait)
			wait = left + LEAP_LATE;
	}
	return mono_add(now->mono, wait);
}
