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
 * The joint estimator.  Pure.
 *
 * The oscillator is modelled as an offset and a frequency, the frequency
 * walking at random with the intensity q (s/s)^2 per second:
 *
 *	offset' = offset + freq dt
 *	V' = F V F^T + q (dt^3/3, dt^2/2; dt^2/2, dt)
 *
 * and every sample of every agreeing source is a measurement of the offset
 * with the variance its excess delay gives it (filter.c).  That is a Kalman
 * filter of two states.  q is not known: COMBINE_MODELS filters, each with
 * its own, run side by side and are averaged by their likelihood (multiple
 * model estimation, Magill 1965), so that a lazy crystal is averaged long
 * and a warm laptop is followed closely.
 *
 * The newest samples are run through afresh at each update, because what
 * is thought of them changes: who agrees, a path's floor, a source's noise.
 * Older ones are absorbed for good into the state they start from, which
 * is thereby the long memory of the frequency.
 *
 * What the innovations tell of the sources is learned in combine_learn.c.
 */

#include <math.h>
#include <string.h>

#include "combine.h"
#include "combine_learn.h"

#define WANDER_TYPICAL	1e-9	/* s/s per sqrt(s) */
#define WANDER_DECADES	1.5	/* sigma of what is typical */
#define SCORE_MEMORY	1000.0	/* samples */
#define VFF_MIN		1e-30	/* (s/s)^2 */
#define GATE		3.0	/* sigma; beyond, a sample is odd */
#define ODD_MAX		3	/* odd ones in a row: the oscillator jumped */
#define ODD_ALIKE	4.0	/* as much greater or less may one be */
#define JUMP_MAX	1e-4	/* s/s, of a frequency */

/* The merged samples of all sources, in the order of time. */
struct merge {
	const struct combine_src *src;
	size_t		 n;			/* sources */
	uint32_t	 next[COMBINE_SRC];	/* each one's next sample */
	size_t		 left;			/* samples to come */
};

static void	 merge_begin(struct merge *, const struct combine *,
		    const struct combine_src *, size_t);
static const struct srcpoint *merge_next(struct merge *, size_t *, bool *);
static void	 start(const struct combine *, struct combine_model *,
		    double, double);
static void	 step(struct combine_model *, double, double, double, double,
		    uint64_t, size_t);
static void	 predict(struct combine_model *, double, double);
static bool	 jumped(struct combine_model *, double, uint64_t, size_t);
static void	 mix(struct combine *, const struct combine_model *,
		    struct combine_out *);
static double	 model_wander(int);

void
combine_init(struct combine *c, double freq, double freq_sd)
{
	memset(c, 0, sizeof(*c));
	c->freq = freq;
	c->freq_sd = freq_sd;
}

int
combine_run(struct combine *c, const struct combine_src *src, size_t n,
    osc_t now, struct combine_out *out)
{
	struct combine_model	 m[COMBINE_MODELS], *lead = &m[c->lead];
	struct combine_learn	 learn;
	struct merge		 mg;
	const struct srcpoint	*p;
	const struct filter	*f;
	osc_t			 at;
	double			 var, y, queue, doubt;
	size_t			 s, live = 0;
	int			 i;
	bool			 absorb, begun = c->valid;

	for (s = 0; s < n; s++)
		live += !src[s].silent;
	memset(&learn, 0, sizeof(learn));
	merge_begin(&mg, c, src, n);
	if (!c->valid && mg.left == 0)
		return -1;
	memcpy(m, c->model, sizeof(m));
	at = c->at;
	while ((p = merge_next(&mg, &s, &absorb)) != NULL) {
		f = &src[s].st->filter;
		queue = filter_queue(f, p->delay);
		y = p->offset - src[s].st->bias - f->lean * queue;
		var = p->var * src[s].st->scale / src[s].weight;
		if (!begun) {
			start(c, m, y, var);
			at = p->at;
			begun = true;
			continue;
		}
		for (i = 0; i < COMBINE_MODELS; i++)
			step(&m[i], model_wander(i), osc_diff(p->at, at), y,
			    var, (uint64_t)1 << s, live);
		at = p->at;
		combine_learn(&learn, n, s, lead->nu, lead->var, var);
		combine_learn_queue(&learn, s, f->spread, queue,
		    lead->nu + f->lean * queue);
		if (absorb) {
			memcpy(c->model, m, sizeof(m));
			c->at = at;
			c->valid = true;
		}
	}
	for (i = 0; i < COMBINE_MODELS; i++)
		predict(&m[i], osc_diff(now, at), model_wander(i));
	mix(c, m, out);
	doubt = combine_learn_doubt(&learn, n);
	out->offset_sd *= doubt;
	out->cov *= doubt;
	out->odd = lead->odd != 0;
	combine_learn_lean(&learn, src, n);
	combine_learn_scale(&learn, src, n);
	out->bias_sd = combine_learn_bias(&learn, src, n);
	return 0;
}

void
combine_shift(struct combine *c, double delta)
{
	int	 i;

	for (i = 0; i < COMBINE_MODELS; i++)
		c->model[i].offset -= delta;
}

void
combine_void(struct combine *c, double aged)
{
	/* the models' scores stay: start() keeps them */
	c->freq_sd = sqrt(c->freq_sd * c->freq_sd + aged * aged);
	c->valid = false;
}

static void
merge_begin(struct merge *mg, const struct combine *c,
    const struct combine_src *src, size_t n)
{
	size_t	 i;
	uint32_t j;

	mg->src = src;
	mg->n = n;
	mg->left = 0;
	for (i = 0; i < n; i++) {
		for (j = 0; j < src[i].st->n; j++)
			if (!c->valid || src[i].st->p[j].at.ns > c->at.ns)
				break;
		mg->next[i] = j;
		mg->left += src[i].st->n - j;
	}
}

/*
 * The next sample, its source, and whether it is so old that it is to be
 * absorbed with all before it.
 */
static const struct srcpoint *
merge_next(struct merge *mg, size_t *source, bool *absorb)
{
	const struct srcpoint	*p, *first = NULL;
	const struct srcstat	*st;
	size_t			 i;

	for (i = 0; i < mg->n; i++) {
		st = mg->src[i].st;
		if (mg->next[i] == st->n)
			continue;
		p = &st->p[mg->next[i]];
		if (first == NULL || p->at.ns < first->at.ns) {
			first = p;
			*source = i;
		}
	}
	if (first != NULL) {
		st = mg->src[*source].st;
		*absorb = mg->left > COMBINE_WINDOW ||
		    st->n - mg->next[*source] > COMBINE_PERSRC;
		mg->next[*source]++;
		mg->left--;
	}
	return first;
}

/* All models begin at the first sample; only what is typical tells them. */
static void
start(const struct combine *c, struct combine_model *m, double offset,
    double var)
{
	int	 i;

	for (i = 0; i < COMBINE_MODELS; i++, m++) {
		m->offset = offset;
		m->freq = c->freq;
		m->voo = var;
		m->vof = 0;
		m->vff = c->freq_sd * c->freq_sd;
		m->odd = 0;
	}
}

/* One sample, dt after the one before, into one model. */
static void
step(struct combine_model *m, double wander, double dt, double y, double var,
    uint64_t source, size_t n)
{
	double	 S, zz, ko, kf, jump;

	predict(m, dt, wander);
	m->nu = y - m->offset;
	if (m->nu * m->nu <= GATE * GATE * (m->voo + var))
		m->odd = 0;
	else if (jumped(m, dt, source, n)) {
		m->voo += m->nu * m->nu;
		jump = fmin(fabs(m->nu) / (m->oddspan + 1), JUMP_MAX);
		m->vff += jump * jump;
		m->odd = 0;
	}

	S = m->var = m->voo + var;
	zz = m->nu * m->nu / S;
	m->score -= m->score / SCORE_MEMORY;
	if (zz > GATE * GATE) {
		/* less and less is believed: a tail like Cauchy's */
		m->score -= (log(S) + GATE * GATE +
		    2 * log(zz / (GATE * GATE))) / 2;
		S = m->nu * m->nu / (GATE * GATE);
	} else
		m->score -= (log(S) + zz) / 2;
	ko = m->voo / S;
	kf = m->vof / S;
	m->offset += ko * m->nu;
	m->freq += kf * m->nu;
	/* what rounding must not make negative is not subtracted */
	m->vff = fmax(m->vff - kf * m->vof, VFF_MIN);
	m->vof *= (S - m->voo) / S;
	m->voo *= (S - m->voo) / S;
}

/* To a moment dt later; or earlier, which makes nothing more certain. */
static void
predict(struct combine_model *m, double dt, double wander)
{
	double	 q = wander * wander * fabs(dt);

	m->offset += m->freq * dt;
	m->voo = fmax(m->voo + dt * (2 * m->vof + dt * (m->vff + q / 3)), 0);
	m->vof += dt * (m->vff + q / 2);
	m->vff += q;
}

/*
 * Odd samples, several in a row, that tell about the same and come from
 * more than half of the sources: it was us.  Half of them may be liars who
 * began together, and a stray sample before theirs does not make them more.
 */
static bool
jumped(struct combine_model *m, double dt, uint64_t source, size_t n)
{
	uint64_t	 b;
	size_t		 sources = 0;
	double		 ratio = m->odd > 0 ? m->nu / m->oddnu : 0;

	if (ratio < 1 / ODD_ALIKE || ratio > ODD_ALIKE) {
		m->odd = 0;
		m->oddnu = m->nu;
		m->oddspan = 0;
		m->oddsrc = 0;
	}
	m->odd++;
	m->oddspan += dt;
	m->oddsrc |= source;
	for (b = m->oddsrc; b != 0; b &= b - 1)
		sources++;
	return m->odd >= ODD_MAX && 2 * sources > n;
}

/* Average the models by their likelihood. */
static void
mix(struct combine *c, const struct combine_model *m,
    struct combine_out *out)
{
	double	 p[COMBINE_MODELS], max = -HUGE_VAL, sum = 0, d, w = 0;
	double	 vo = 0, cov = 0, vf = 0, q = 0, o, f, wander;
	int	 i;

	for (i = 0; i < COMBINE_MODELS; i++) {
		d = log10(model_wander(i) / WANDER_TYPICAL) / WANDER_DECADES;
		p[i] = m[i].score - d * d / 2;
		if (p[i] > max) {
			max = p[i];
			c->lead = i;
		}
	}
	for (i = 0; i < COMBINE_MODELS; i++)
		sum += p[i] = exp(p[i] - max);
	out->offset = out->freq = 0;
	for (i = 0; i < COMBINE_MODELS; i++) {
		p[i] /= sum;
		out->offset += p[i] * (m[i].offset - m[c->lead].offset);
		out->freq += p[i] * m[i].freq;
		wander = model_wander(i);
		w += p[i] * log(wander);
		q += p[i] * wander * wander;
	}
	out->offset += m[c->lead].offset;
	for (i = 0; i < COMBINE_MODELS; i++) {
		o = m[i].offset - out->offset;
		f = m[i].freq - out->freq;
		vo += p[i] * (m[i].voo + o * o);
		cov += p[i] * (m[i].vof + o * f);
		vf += p[i] * (m[i].vff + f * f);
	}
	out->offset_sd = sqrt(vo);
	out->freq_sd = sqrt(vf);
	out->cov = cov;
	c->freq = out->freq;
	c->freq_sd = out->freq_sd;
	out->wander = exp(w);
	out->walk = sqrt(q);
}

static double
model_wander(int i)
{
	static const double	 wander[COMBINE_MODELS] = {
		1e-11, 3e-11, 1e-10, 3e-10, 1e-9, 3e-9, 1e-8, 3e-8, 1e-7,
		3e-7
	};

	return wander[i];
}
