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
 * The NTP Pool's scores, by tables where its monitor has chains of ifs.  Pure.
 */

#include <math.h>
#include <stdbool.h>

#include "packet.h"
#include "poolscore.h"

#define STRATUM_BAD	11	/* no time worth asking for */
#define STRATUM_NONE	16	/* unsynchronised, where 0 is not said */
#define STRATUM_HIGH	8	/* time, but not of the pool's kind */
#define CHECKS_MAX	100000	/* far more than any score takes */

/* First match wins; the step is base - slope * |offset|, at most 1. */
static const struct offset_rule {
	double		 above;		/* s */
	double		 base;
	double		 slope;		/* 1/s */
	double		 cap;
	const char	*text;
} offset_rules[] = {
	{ 3.0,	 -4.0,	0,	-20.0,	  "offset above 3 s" },
	{ 0.750, -2.0,	0,	INFINITY, "offset above 750 ms" },
	{ 0.100, 0.731, 2.308,	INFINITY, "offset above 100 ms" },
	{ 0.025, 1.167, 6.667,	INFINITY, "offset above 25 ms" },
	{ -1.0,	 1.0,	0,	INFINITY, "offset within 25 ms" },
};

#define OFFSET_RULES	(sizeof(offset_rules) / sizeof(offset_rules[0]))

/* The same for what is no time at all. */
static const struct result_rule {
	double		 step;
	double		 cap;
	const char	*text;
	const char	*result;
} result_rules[POOL__MAX] = {
	[POOL_OK] = { 0, INFINITY, "", "good" },
	[POOL_SILENT] = { -5.0, INFINITY, "no response", "no answer" },
	[POOL_UNREACHABLE] = { -5.0, INFINITY, "no response",
	    "cannot be reached" },
	[POOL_SHORT] = { -5.0, INFINITY, "no response",
	    "answer is too short" },
	[POOL_MODE] = { -5.0, INFINITY, "no response",
	    "answer is not of mode 4" },
	[POOL_ZERO] = { -5.0, INFINITY, "no response",
	    "answer has no transmit time" },
	[POOL_BOGUS] = { -5.0, INFINITY, "no response",
	    "answer's origin is not what was sent" },
	[POOL_ORDER] = { -5.0, INFINITY, "no response",
	    "answer says it left before the request came" },
	[POOL_RATE] = { -3.5, INFINITY, "RATE", "RATE" },
	[POOL_DENY] = { -10.0, -50.0, "DENY or RSTR", "DENY or RSTR" },
	[POOL_KISS] = { -4.0, INFINITY, "stratum 0", "stratum 0 with a code" },
	[POOL_STRATUM] = { -4.0, INFINITY, "bad stratum", "bad stratum" },
};

static const struct result_rule	high = {
	-4.0, INFINITY, "stratum 8 or above", ""
};

static enum pool_result
kiss(uint32_t refid)
{
	unsigned int	 i, c;

	switch (refid) {
	case KISS('R', 'A', 'T', 'E'):
		return POOL_RATE;
	case KISS('D', 'E', 'N', 'Y'):
	case KISS('R', 'S', 'T', 'R'):
		return POOL_DENY;
	}
	for (i = 0; i < 4; i++) {
		c = refid >> (8 * i) & 0xff;
		if (c < ' ' || c > '~')
			return POOL_STRATUM;
	}
	return POOL_KISS;
}

static enum pool_result
judge(const struct packet *p, uint64_t nonce)
{
	if (p->mode != MODE_SERVER)
		return POOL_MODE;
	if (ntptime_zero(p->transmit))
		return POOL_ZERO;
	if (p->origin.t != nonce)
		return POOL_BOGUS;
	if (ntptime_diff(p->transmit, p->receive) < 0)
		return POOL_ORDER;
	if (p->stratum == 0 || p->stratum == STRATUM_NONE)
		return kiss(p->refid);
	return p->stratum >= STRATUM_BAD ? POOL_STRATUM : POOL_OK;
}

void
pool_judge(const uint8_t *buf, size_t len, uint64_t nonce, ntptime_t t1,
    ntptime_t t4, struct pool_obs *obs)
{
	struct packet	 p;
	double		 rtt;

	*obs = (struct pool_obs){ .result = POOL_SHORT };
	if (packet_decode(&p, buf, len) == -1)
		return;
	obs->result = judge(&p, nonce);
	obs->stratum = p.stratum;
	obs->refid = p.refid;
	rtt = ntptime_diff(t4, t1) - ntptime_diff(p.transmit, p.receive);
	obs->rtt = fmax(rtt, 0);
	if (obs->result == POOL_OK)
		obs->offset = (ntptime_diff(p.receive, t1) +
		    ntptime_diff(p.transmit, t4)) / 2;
}

/* A kiss or a bad stratum ends a check at once, whatever came before. */
static bool
spoils(const struct pool_obs *obs)
{
	return obs->result >= POOL_RATE;
}

const struct pool_obs *
pool_best(const struct pool_obs *obs, size_t n)
{
	const struct pool_obs	*best = obs;
	size_t			 i;

	for (i = 0; i < n; i++) {
		if (spoils(&obs[i]))
			return &obs[i];
		if (obs[i].result == POOL_OK && (best->result != POOL_OK ||
		    obs[i].rtt < best->rtt))
			best = &obs[i];
	}
	return best;
}

static const struct offset_rule *
offset_rule(double offset)
{
	size_t	 i;

	for (i = 0; i < OFFSET_RULES - 1; i++) {
		/* not a number is above everything */
		if (!(fabs(offset) <= offset_rules[i].above))
			break;
	}
	return &offset_rules[i];
}

/* NULL: the offset decides. */
static const struct result_rule *
result_rule(const struct pool_obs *obs)
{
	if (obs->result != POOL_OK)
		return &result_rules[obs->result];
	/* an offset above 3 s is worse and comes first */
	if (obs->stratum >= STRATUM_HIGH &&
	    offset_rule(obs->offset) != &offset_rules[0])
		return &high;
	return NULL;
}

double
pool_step(const struct pool_obs *obs, double *cap)
{
	const struct result_rule	*r = result_rule(obs);
	const struct offset_rule	*o;

	if (r != NULL) {
		*cap = r->cap;
		return r->step;
	}
	o = offset_rule(obs->offset);
	*cap = o->cap;
	if (o->slope > 0)
		return fmin(o->base - o->slope * fabs(obs->offset), 1.0);
	return o->base;
}

const char *
pool_rule(const struct pool_obs *obs)
{
	const struct result_rule	*r = result_rule(obs);

	return r != NULL ? r->text : offset_rule(obs->offset)->text;
}

double
pool_score(double score, const struct pool_obs *obs)
{
	double	 cap, step = pool_step(obs, &cap);

	return fmin(score * POOL_DECAY + step, cap);
}

double
pool_level(const struct pool_obs *obs)
{
	double	 cap, step = pool_step(obs, &cap);

	return fmin(step / (1 - POOL_DECAY), cap);
}

int
pool_checks(double from, double to, const struct pool_obs *obs)
{
	double	 next, score = from;
	int	 n;

	for (n = 0; n < CHECKS_MAX; n++) {
		if (score >= to)
			return n;
		next = pool_score(score, obs);
		if (next <= score)
			return -1;
		score = next;
	}
	return -1;
}

const char *
pool_result_str(enum pool_result result)
{
	if ((unsigned int)result >= POOL__MAX)
		return "unknown";
	return result_rules[result].result;
}
