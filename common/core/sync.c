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
#include "sync_leap.h"
#include "sync_synced.h"

#define FREQ_SD		1e-4	/* s/s, one sigma of an unknown oscillator */
#define DRIFT_AGED	1e-6	/* s/s, how a known frequency may have moved */
#define MAXJITTER	1.0	/* s */
#define WAIT_MAJORITY	2.0	/* s, for slower sources at the start, */
#define WAIT_MINORITY	16.0	/* s, while few agree; bursts are over then */
#define REBASE		16.0	/* s of offset that move the base */
#define INTERVAL_MEAN	8	/* updates */
#define AGAIN_WAIT	0.5	/* s */
#define AGAIN		64.0	/* s */

/* What an update may change, to tell what it did. */
struct before {
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
static size_t	 agreeing(const struct select_src *, size_t);
static bool	 wait_for_more(struct sync *, const struct sync_now *, size_t);
static int	 estimate(struct sync *, const struct sync_now *);
static void	 steer(struct sync *, const struct sync_now *,
		    const struct osc *, struct clock_cmd *);
static void	 rebase(struct sync *, struct osc *);
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

	memset(cmd, 0, sizeof(*cmd));
	remember(s, &before);
	if (s->began.ns == 0)
		s->began = now->mono;

	sync_leap_pass(s, now, osc);
	s->state = judge(s, now);		/* srcstat, select */
	if (!sync_leap_near(s, now->unixtime)) {
		if (s->state == SYNC_OK && s->fresh &&
		    estimate(s, now) == 0)	/* combine */
			rebase(s, osc);
		if (s->steer || fabs(s->est.freq) > DISCIPLINE_MAXFREQ)
			steer(s, now, osc, cmd);	/* discipline */
	}
	sync_synced_judge(s, now, osc);
	sync_synced_local(s, now, osc);
	sync_leap_announce(s, now, osc);
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
		    fmin(drift_error / SYNC_SIGMAS + DRIFT_AGED, FREQ_SD));
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

void
sync_stepped(struct sync *s, const struct sync_now *now, double delta)
{
	if (!sync_leap_near(s, now->unixtime))	/* else the kernel's leap */
		discipline_stepped(&s->disc, delta);
	s->steer = true;	/* the error left is another one */
}

void
sync_resumed(struct sync *s, const struct sync_now *now)
{
	int	 i;

	for (i = 0; i < SYNC_SOURCES; i++)
		if (s->src[i].used)
			srcstat_reset(&s->src[i].stat);
	s->first = (osc_t){ 0 };
	sync_forget(s);
}

void
sync_forget(struct sync *s)
{
	combine_void(&s->joint, DRIFT_AGED);
	s->est.valid = s->local = s->odd = s->steer = false;
	s->state = SYNC_START;
	s->began = s->ready = s->right = s->held = (mono_t){ 0 };
	s->interval = 0;
	discipline_start(&s->disc);
}

static void
remember(const struct sync *s, struct before *b)
{
	int	 i;

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
	bool			 counts, done = false;

	s->majority = false;
	n = candidates(s, now, sel, slot);
	switch (select_run(sel, n, s->conf.minsources, &best)) {
	case SELECT_DONE:
		done = !wait_for_more(s, now, agreeing(sel, n));
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
		src->reason = sel[i].reason;
		src->combined = src->reason == SELECT_OK;
		src->selected = src->combined && i == best;
		/* silence makes no sample wrong that came before it */
		counts = src->combined || (src->counts &&
		    src->reason == SELECT_UNREACHABLE);
		if (src->counts != counts)
			s->fresh = true;
		src->counts = counts;
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
	skew = s->est.valid ? s->est.skew :
	    SYNC_SIGMAS * s->joint.freq_sd;
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
			sel[n].aged = fmin(src->best.dist, skew *
			    fabs(osc_diff(now->osc, src->stat.last.at)));
			sel[n].stratum = src->stat.last.stratum;
		}
		sel[n].weight = src->opts.weight > 0 ? src->opts.weight : 1;
		sel[n].trusted = src->opts.trusted;
		sel[n].prefer = src->opts.prefer;
		sel[n].current = src->selected;
		sel[n].combined = src->combined;
		sel[n].mutual = s->conf.serving;
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
	if (st->last.stratum > 1 && sync_is_own(s, st->last.refid))
		return SELECT_LOOP;
	if (st->last.stratum >= NTP_STRATUM_MAX)
		return SELECT_STRATUM;
	if (src->best.dist > s->conf.maxdist)
		return SELECT_DISTANCE;
	if (st->jitter > MAXJITTER)
		return SELECT_JITTER;
	if (src->opts.unauthentic)
		return SELECT_UNAUTHENTIC;
	if (src->opts.noselect)
		return SELECT_NOSELECT;
	if (sync_outside(s, src))
		return SELECT_CONSTRAINT;
	return SELECT_OK;
}

/* How many sources tell the same time, used or not. */
static size_t
agreeing(const struct select_src *sel, size_t n)
{
	size_t	 count = 0;

	for (; n-- > 0; sel++)
		count += sel->reason == SELECT_OK ||
		    sel->reason == SELECT_PREFER ||
		    sel->reason == SELECT_WORSE;
	return count;
}

/*
 * At the start, some sources agree; shall others be waited for?  Few that
 * happened to be first do not set the clock on their word alone.  Who does
 * not answer is asked every two seconds, eight times: no dead one is waited
 * for longer.
 */
static bool
wait_for_more(struct sync *s, const struct sync_now *now, size_t agree)
{
	const struct sync_source	*src;
	size_t				 all = 0, pending = 0;
	int				 i;

	for (i = 0; i < SYNC_SOURCES; i++) {
		src = &s->src[i];
		if (!src->used || src->opts.noselect ||
		    src->opts.unauthentic || src->unsync)
			continue;
		all++;
		pending += src->stat.valid < SRCSTAT_MIN;
	}
	s->majority = 2 * agree > all;
	if (s->est.valid && !s->local)
		return false;
	if (s->ready.ns == 0)
		s->ready = now->mono;
	return pending > 0 && mono_diff(now->mono, s->ready) <
	    (s->majority ? WAIT_MAJORITY : WAIT_MINORITY);
}

/* All agreeing sources become one estimate of true time. */
static int
estimate(struct sync *s, const struct sync_now *now)
{
	struct combine_src	 in[SYNC_SOURCES];
	struct combine_out	 out;
	const struct sync_source *src;
	struct estimate		*e = &s->est;
	size_t			 n = 0;
	unsigned int		 live = 0;
	int			 i;

	for (i = 0; i < SYNC_SOURCES; i++) {
		if (!s->src[i].counts)
			continue;
		in[n].st = &s->src[i].stat;
		in[n].dist = s->src[i].best.dist;
		in[n].silent = !s->src[i].combined;
		in[n++].weight = fmax(s->src[i].opts.weight, 1);
		live += s->src[i].combined;
	}
	s->ncombined = live;
	i = selected(s);
	if (i == -1 || combine_run(&s->joint, in, n, now->osc, &out) == -1)
		return -1;
	src = &s->src[i];
	if (e->valid && !s->local)
		s->interval += (mono_diff(now->mono, s->last_update) -
		    s->interval) / INTERVAL_MEAN;
	e->valid = true;
	e->at = now->osc;
	e->offset = out.offset;
	e->freq = fmin(fmax(out.freq, -SYNC_MAXFREQ), SYNC_MAXFREQ);
	e->offset_sd = out.offset_sd;
	e->bias_sd = out.bias_sd;
	e->freq_sd = out.freq_sd;
	e->cov = out.cov;
	e->skew = SYNC_SIGMAS * out.freq_sd;
	e->wander = out.wander;
	e->walk = out.walk;
	e->rootdelay = src->best.rootdelay;
	e->rootdisp = fmax(src->best.dist - src->best.rootdelay / 2, 0) +
	    fabs(src->best.offset - out.offset) + out.offset_sd;
	e->refid = src->refid;
	e->stratum = src->stat.last.stratum + 1;
	s->odd = out.odd;
	s->local = false;
	s->fresh = false;
	s->steer = true;
	s->last_update = now->mono;
	s->updates++;
	return 0;
}

/* Make the kernel clock follow. */
static void
steer(struct sync *s, const struct sync_now *now, const struct osc *osc,
    struct clock_cmd *cmd)
{
	s->steer = false;
	if (!s->est.valid || s->local)
		return;
	s->last_offset = sync_clock_error(s, osc, now);
	s->disc.conf.large = sync_trusted(s) ? 0 : s->conf.discipline.large;
	discipline_run(&s->disc, s->last_offset, s->est.offset_sd,
	    s->est.freq, s->interval * s->ncombined, cmd);
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
	s->bound.offset -= delta;
}

/* When something may change without a sample. */
static mono_t
next_time(const struct sync *s, const struct sync_now *now,
    const struct osc *osc)
{
	double	 wait = AGAIN, left = sync_leap_left(s, now, osc);

	if (s->state == SYNC_START && s->ready.ns != 0)
		wait = AGAIN_WAIT;
	if (left > 0 && left < wait)
		wait = left;
	return mono_add(now->mono, wait);
}
