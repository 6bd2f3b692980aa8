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
 * Statistics of one source.  Pure.
 *
 * The joint filter in combine.c makes the estimate; the line here is what
 * one source says by itself.  It finds jumps and drives the views.  Its
 * span is as long as the runs test lets it be: oldest points are dropped
 * until the residuals look random (chrony's idea).
 */

#include <math.h>
#include <string.h>

#include "linfit.h"
#include "srcstat.h"

#define ODD_MAX		3	/* odd samples in a row on one side: a jump */
#define ODD_ANY		8	/* odd samples in a row on either side */
#define ODD_SIGMA	4.0
#define ODD_MIN		4	/* points before a line can be contradicted */
#define CLOCK_ERROR	1e-6	/* s/s, what an oscillator may do unseen */
#define FREQ_UNKNOWN	5e-4	/* s/s, sigma before there is a line */
#define OFFSET_MAX	4294967296.0	/* s */

static bool	 plausible(const struct srcstat *, const struct sample *);
static bool	 odd(struct srcstat *, struct srcpoint *, double);
static void	 begin_again(struct srcstat *);
static void	 drop_oldest(struct srcstat *);
static void	 learn_path(struct srcstat *);
static void	 learn_line(struct srcstat *);

void
srcstat_reset(struct srcstat *st)
{
	memset(st, 0, sizeof(*st));
	st->scale = 1;
}

enum srcstat_add
srcstat_add(struct srcstat *st, const struct sample *s, double wander)
{
	struct srcpoint	*p;
	bool		 jumped;

	if (!plausible(st, s))
		return SRCSTAT_REFUSED;
	if (st->n == SRCSTAT_MAX)
		drop_oldest(st);
	p = &st->p[st->n];
	p->at = s->at;
	p->offset = s->offset;
	p->delay = s->delay;
	p->disp = s->disp;
	p->dist = sample_distance(s);
	p->rootdelay = s->delay + s->rootdelay;
	st->n++;
	st->path++;
	st->valid++;
	st->fitted++;
	st->last = *s;
	jumped = odd(st, p, wander);
	if (jumped)
		begin_again(st);
	learn_path(st);
	if (st->odd == 0)
		learn_line(st);
	return jumped ? SRCSTAT_JUMPED : SRCSTAT_ADDED;
}

void
srcstat_shift(struct srcstat *st, double delta)
{
	uint32_t	 i;

	for (i = 0; i < st->n; i++)
		st->p[i].offset -= delta;
	st->offset -= delta;
	st->last.offset -= delta;
}

void
srcstat_best(const struct srcstat *st, osc_t now, double freq, double skew,
    struct srcstat_best *best)
{
	const struct srcpoint	*p;
	double			 age, dist;
	uint32_t		 i;

	best->dist = HUGE_VAL;
	best->offset = best->rootdelay = 0;
	for (i = st->n - st->valid; i < st->n; i++) {
		p = &st->p[i];
		if (p->odd)
			continue;
		age = osc_diff(now, p->at);
		dist = p->dist + fabs(age) * (skew + CLOCK_ERROR);
		if (dist <= best->dist) {
			best->dist = dist;
			best->offset = p->offset + freq * age;
			best->rootdelay = p->rootdelay;
		}
	}
}

/* Samples are weighted by 1/var, so their harmonic mean is what counts. */
double
srcstat_noise(const struct srcstat *st)
{
	double		 sum = 0;
	uint32_t	 i;

	for (i = 0; i < st->n; i++)
		sum += 1 / st->p[i].var;
	return st->n > 0 ? sqrt(st->scale * st->n / sum) : 0;
}

/* Numbers that arithmetic survives, in the order of time. */
static bool
plausible(const struct srcstat *st, const struct sample *s)
{
	if (st->n > 0 && s->at.ns <= st->p[st->n - 1].at.ns)
		return false;
	return fabs(s->offset) < OFFSET_MAX && s->delay > 0 &&
	    s->delay < OFFSET_MAX && s->disp >= 0 && s->disp < OFFSET_MAX &&
	    s->rootdelay >= 0 && s->rootdelay < OFFSET_MAX &&
	    s->rootdisp >= 0 && s->rootdisp < OFFSET_MAX;
}

/*
 * Does the newest sample contradict the line?  Returns whether so many of
 * them did that the line cannot be true any more.
 */
static bool
odd(struct srcstat *st, struct srcpoint *p, double wander)
{
	double	 dt, miss, var;
	int	 side;

	p->odd = false;
	dt = osc_diff(p->at, st->at);
	miss = p->offset - (st->offset + st->freq * dt);
	var = st->offset_sd * st->offset_sd +
	    dt * dt * st->freq_sd * st->freq_sd +
	    wander * wander * dt * dt * dt / 3;
	if (st->valid <= ODD_MIN || fabs(miss) <= ODD_SIGMA * sqrt(var) +
	    filter_bound(&st->filter, p->delay, p->disp)) {
		st->odd = 0;
		st->side = 0;
		return false;
	}
	p->odd = true;
	side = miss > 0 ? 1 : -1;
	if ((st->side > 0) != (side > 0))
		st->side = 0;
	st->side += side;
	st->odd++;
	return st->odd >= ODD_ANY || st->side >= ODD_MAX ||
	    st->side <= -ODD_MAX;
}

/* Only what contradicted the old line is true of the new one. */
static void
begin_again(struct srcstat *st)
{
	uint32_t	 i, fresh = st->odd;

	if (st->odd < ODD_ANY)
		fresh = (uint32_t)(st->side < 0 ? -st->side : st->side);
	st->valid = st->fitted = fresh;
	st->odd = 0;
	st->side = 0;
	for (i = st->n - fresh; i < st->n; i++)
		st->p[i].odd = false;
}

static void
drop_oldest(struct srcstat *st)
{
	memmove(st->p, st->p + 1, --st->n * sizeof(st->p[0]));
	if (st->path > st->n)
		st->path = st->n;
	if (st->valid > st->n)
		st->valid = st->n;
	if (st->fitted > st->n)
		st->fitted = st->n;
}

/*
 * The path's floor, and by it the variance of every sample that came this
 * way; those of an earlier path keep theirs.
 */
static void
learn_path(struct srcstat *st)
{
	double		 delay[SRCSTAT_MAX];
	struct srcpoint	*p = &st->p[st->n - st->path];
	struct filter	 before = st->filter;
	uint32_t	 i, fresh;

	for (i = 0; i < st->path; i++)
		delay[i] = p[i].delay;
	if ((fresh = filter_newpath(delay, st->path)) > 0) {
		st->path = fresh;
		p = &st->p[st->n - fresh];
		for (i = 0; i < fresh; i++)
			delay[i] = p[i].delay;
	}
	filter_learn(&st->filter, delay, st->path);
	if (st->path == SRCSTAT_MAX)
		filter_remember(&st->filter, &before, osc_diff(
		    st->p[st->n - 1].at, st->p[st->n - 2].at));
	for (i = 0; i < st->path; i++)
		p[i].var = filter_var(&st->filter, p[i].delay, p[i].disp);
}

static void
learn_line(struct srcstat *st)
{
	double		 x[SRCSTAT_MAX], y[SRCSTAT_MAX], v[SRCSTAT_MAX];
	double		 r[SRCSTAT_MAX], sum = 0, origin;
	struct srcpoint	*p;
	struct linfit	 fit;
	uint32_t	 i, n, m;

	st->at = st->last.at;
	origin = st->last.offset;
	for (n = st->fitted; n >= SRCSTAT_MIN; n--) {
		for (m = 0, i = st->n - n; i < st->n; i++) {
			p = &st->p[i];
			if (p->odd)
				continue;
			x[m] = osc_diff(p->at, st->at);
			y[m] = p->offset - origin;
			v[m++] = p->var;
		}
		if (m < SRCSTAT_MIN || linfit_line(&fit, x, y, v, m) == -1)
			break;
		for (i = 0; i < m; i++)
			r[i] = y[i] - fit.offset - fit.slope * x[i];
		if (!linfit_random(r, m))
			continue;
		for (i = 0; i < m; i++)
			sum += r[i] * r[i];
		st->fitted = n;
		st->offset = origin + fit.offset;
		st->freq = fit.slope;
		st->offset_sd = fit.offset_sd;
		st->freq_sd = fit.slope_sd;
		st->jitter = sqrt(sum / (m - 2));
		return;
	}
	/* no line yet: the newest sample, and any frequency */
	st->offset = origin;
	st->freq = 0;
	st->offset_sd = st->last.delay / 2 + st->last.disp;
	st->freq_sd = FREQ_UNKNOWN;
	st->jitter = st->last.delay / 2;
}
