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
 * What others ask of the estimate: the time, how wrong it may be, how each
 * source looks beside it, and how often to ask it.  Pure.
 */

#include <math.h>
#include <string.h>

#include "sync.h"

#define CLOCK_ERROR	1e-6	/* s/s, what an oscillator may do unseen */
#define MAXDISP		16.0	/* s, RFC 5905 7.2 */
#define POLL_RATIO	0.2	/* of the Allan intercept */
#define POLL_DRIFT	1.0	/* of the noise, error of coasting so long */
#define POLL_SPAN	4.0	/* polls must fit into what we have seen */
#define POLL_MAX	131072.0	/* s, 2^17 */

/*
 * The interval is where the oscillator's random walk, sqrt(q T^3 / 3) in T
 * seconds, becomes as large as one sample's noise (the Allan intercept),
 * times POLL_RATIO: asking sooner averages noise only.  But while the
 * frequency is not yet firm, no longer than it may be trusted.
 */
int
sync_poll(const struct sync *s, int slot)
{
	const struct sync_source	*src = &s->src[slot];
	double				 t, noise, q = s->est.wander;
	int				 poll;

	if (!s->est.valid || s->local || s->odd)
		return src->opts.minpoll;
	t = osc_diff(s->est.at, s->first) / POLL_SPAN;
	if (src->stat.n > 0) {
		noise = srcstat_noise(&src->stat);
		t = fmin(t, POLL_RATIO * cbrt(3 * noise * noise / (q * q)));
		t = fmin(t, POLL_DRIFT * noise / s->est.freq_sd);
	}
	poll = (int)floor(log2(fmin(fmax(t, 1), POLL_MAX)));
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
	    SYNC_SIGMAS * e->walk * sqrt(age * age * age / 3), MAXDISP);
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
	double			 age, var;

	if (!e->valid)
		return MAXDISP;
	age = fmax(osc_diff(at, e->at), 0);
	var = e->offset_sd * e->offset_sd + age * (2 * e->cov +
	    age * (e->freq_sd * e->freq_sd + e->walk * e->walk * age / 3));
	return fmin(sqrt(fmax(var, 0) + e->bias_sd * e->bias_sd), MAXDISP);
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
	v->skew = SYNC_SIGMAS * st->freq_sd;
	srcstat_best(st, now, e->freq, e->valid ? e->skew :
	    SYNC_SIGMAS * s->joint.freq_sd, &best);
	v->distance = best.dist;
	if (s->bound.margin > 0)
		v->beyond = src->best.offset - s->bound.offset;
}
