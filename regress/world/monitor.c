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
 * Monitors: hosts that judge a server as the NTP pool's monitors do, by
 * three requests every nine to ten minutes, and that besides know true time
 * and so can tell whether what is served keeps its own promise: its error
 * within root delay / 2 + root dispersion.
 */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "be.h"
#include "poolscore.h"
#include "world.h"

#define TIMEOUT		((int64_t)(POOL_TIMEOUT * NSEC))
#define SPACING		((int64_t)(POOL_SPACING * NSEC))
#define MORE		60.0		/* s, at most, above POOL_EVERY */
#define FRESH		(1200 * NSEC)
#define NTP_UNIX	2208988800ULL
#define NTP_LEN		48

struct monitor {
	struct host	*target;
	struct rng	 rng;
	double		 score;
	int64_t		 at;		/* of the score, or -1 */
	/* the check that is going on */
	int		 sample;
	bool		 waiting, failed;
	uint16_t	 port;
	uint64_t	 org;		/* what we sent as transmit time */
	int64_t		 sent;
	struct pool_obs	 obs[POOL_SAMPLES];
};

static void	 begin(struct world *, void *);
static void	 ask(struct world *, void *);
static void	 expire(struct world *, void *);
static void	 finish(struct world *, struct host *);

void
monitor_new(struct host *h, struct host *target)
{
	struct monitor	*m;
	char		 name[NAME_MAX_LEN + 16];

	if ((m = calloc(1, sizeof(*m))) == NULL)
		abort();
	snprintf(name, sizeof(name), "monitor %s", h->name);
	rng_init(&m->rng, h->w->seed, name);
	m->target = target;
	m->at = -1;
	h->mon = m;
	world_at(h->w, (int64_t)(rng_uniform(&m->rng) * 600 * NSEC), begin,
	    h);
}

static void
begin(struct world *w, void *arg)
{
	struct host	*h = arg;
	struct monitor	*m = h->mon;
	int		 i;

	m->sample = 0;
	m->failed = false;
	for (i = 0; i < POOL_SAMPLES; i++)
		m->obs[i] = (struct pool_obs){ .result = POOL_SILENT };
	ask(w, h);
	world_at(w, w->now + (int64_t)((POOL_EVERY + MORE *
	    rng_uniform(&m->rng)) * NSEC), begin, h);
}

static void
ask(struct world *w, void *arg)
{
	struct host	*h = arg;
	struct monitor	*m = h->mon;
	struct waddr	 src, dst;
	uint8_t		 q[NTP_LEN];

	memset(q, 0, sizeof(q));
	q[0] = 4 << 3 | 3;
	q[3] = 0x20;
	m->org = rng_next(&m->rng);
	be_put64(q + 40, m->org);
	m->port = 20000 + rng_next(&m->rng) % 40000;
	src = h->addr4.family != 0 ? h->addr4 : h->addr6;
	dst = src.family == 4 ? m->target->addr4 : m->target->addr6;
	src.port = m->port;
	dst.port = 123;
	m->sent = w->now;
	m->waiting = true;
	net_send(w, h, &src, &dst, q, sizeof(q));
	world_at(w, w->now + TIMEOUT, expire, h);
}

static void
next_sample(struct world *w, struct host *h)
{
	struct monitor	*m = h->mon;

	m->waiting = false;
	if (++m->sample == POOL_SAMPLES || m->failed)
		finish(w, h);
	else
		world_at(w, w->now + SPACING, ask, h);
}

static void
expire(struct world *w, void *arg)
{
	struct host	*h = arg;

	if (h->mon->waiting && w->now - h->mon->sent >= TIMEOUT)
		next_sample(w, h);
}

static uint32_t
get32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
}

static ntptime_t
moment(int64_t unix_ns)
{
	return ntptime_from_unix(unix_ns / NSEC, (uint32_t)(unix_ns % NSEC));
}

/* Unix ns, in the era that true time is near to. */
static int64_t
get_time(const struct world *w, const uint8_t *p)
{
	uint64_t	 now = world_true(w) / NSEC + NTP_UNIX;
	int32_t		 diff = (int32_t)(get32(p) - (uint32_t)now);
	uint64_t	 frac = get32(p + 4);

	return (int64_t)(now + diff - NTP_UNIX) * NSEC +
	    (int64_t)((frac * NSEC) >> 32);
}

/* What is served, against the truth and its own promise. */
static void
audit(struct world *w, struct host *t, const struct packet *q)
{
	const uint8_t	*r = q->data;
	double		 error, bound;

	if (r[0] >> 6 == 3 || r[1] == 0 || r[1] > 15 || w->now < w->settle)
		return;
	error = (get_time(w, r + 40) - (w->epoch + q->sent)) / 1e9;
	bound = get32(r + 4) / 65536.0 / 2 + get32(r + 8) / 65536.0;
	t->served++;
	if (fabs(error) > t->served_max)
		t->served_max = fabs(error);
	if (fabs(error) > bound)
		t->beyond++;
}

void
monitor_receive(struct world *w, struct host *h, const struct packet *q)
{
	struct monitor	*m = h->mon;
	struct pool_obs	*obs = &m->obs[m->sample];

	if (!m->waiting || q->unreach || q->dst.port != m->port)
		return;
	pool_judge(q->data, q->len, m->org, moment(w->epoch + m->sent),
	    moment(world_true(w)), obs);
	if (obs->result == POOL_OK || obs->result >= POOL_RATE)
		audit(w, m->target, q);
	/* one of these spoils the check, and ends it */
	m->failed = obs->result >= POOL_RATE;
	next_sample(w, h);
}

static int
compare(const void *a, const void *b)
{
	double	 x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The lower median of the fresh scores of all monitors of the target. */
static void
overall(struct world *w, struct host *t)
{
	double	 v[HOST_MAX];
	int	 i, n = 0;

	for (i = 0; i < w->nhost; i++)
		if (w->host[i]->mon != NULL &&
		    w->host[i]->mon->target == t &&
		    w->host[i]->mon->at != -1 &&
		    w->now - w->host[i]->mon->at <= FRESH)
			v[n++] = w->host[i]->mon->score;
	if (n < 3)
		return;
	qsort(v, n, sizeof(v[0]), compare);
	t->score = v[(n - 1) / 2];
	if (w->now >= w->settle && t->score < t->score_min)
		t->score_min = t->score;
}

static void
finish(struct world *w, struct host *h)
{
	struct monitor	*m = h->mon;

	m->score = pool_score(m->score, pool_best(m->obs, POOL_SAMPLES));
	m->at = w->now;
	overall(w, m->target);
}
