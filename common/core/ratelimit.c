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
 * The table of clients and their buckets.  Pure, and cheap: a packet of a
 * known client costs a hash and two lines of cache.
 *
 * A bucket is kept as the one moment at which it is full again (the virtual
 * scheduling form of ITU-T I.371's generic cell rate algorithm): a request
 * moves it by an interval, and is too much when it would be more than a
 * burst away.  The same number says what an entry is worth: a bucket that
 * is full tells no more than a client that is not known.
 */

#include <math.h>
#include <string.h>

#include "be.h"
#include "ratelimit.h"

#define TICKS		256	/* per s; 32 bits of them are 194 days */
#define WINDOW		(32 * TICKS)	/* of the counts of requests */
#define KISS_GAP	(64 * TICKS)	/* between two to one client */
#define KISS_BURST	8	/* closer than 1/8 of the interval: a burst */
#define KISSES		16	/* per s, to all, */
#define KISSES_BURST	64	/* after a pause */

static uint32_t	 ticks(mono_t);
static struct ratelimit_client *find(struct ratelimit *, uint32_t,
		    const struct ratelimit_key *, uint32_t **);
static unsigned int oldest(const struct ratelimit *,
		    const struct ratelimit_set *, uint32_t, unsigned int,
		    unsigned int);
static unsigned int promote(struct ratelimit *, struct ratelimit_set *,
		    struct ratelimit_client *, unsigned int, uint32_t);
static uint32_t	 debt(const struct ratelimit *, uint32_t, uint32_t);
static void	 count(struct ratelimit_client *, uint32_t);
static enum ratelimit_verdict refuse(struct ratelimit *,
		    struct ratelimit_client *, uint32_t, uint32_t);
static bool	 kiss(struct ratelimit *, struct ratelimit_client *, uint32_t,
		    uint32_t);
static bool	 kiss_left(struct ratelimit *, uint32_t);

static size_t
sets(uint32_t clients)
{
	return (clients + RATELIMIT_WAYS - 1) / RATELIMIT_WAYS;
}

size_t
ratelimit_size(uint32_t clients)
{
	return sets(clients) * sizeof(struct ratelimit_set);
}

/* The first bits of 64. */
static uint64_t
mask(unsigned int len)
{
	return len == 0 ? 0 : len >= 64 ? UINT64_MAX :
	    ~(UINT64_MAX >> len);
}

void
ratelimit_init(struct ratelimit *rl, const struct ratelimit_opts *opts,
    void *memory, const uint8_t random[24])
{
	memset(rl, 0, sizeof(*rl));
	rl->opts = *opts;
	rl->nsets = sets(opts->clients);
	rl->set = memory;
	rl->mask4 = mask(opts->prefix4);
	rl->mask6[0] = mask(opts->prefix6);
	rl->mask6[1] = opts->prefix6 > 64 ? mask(opts->prefix6 - 64U) : 0;
	rl->key.k0 = be_get64(random);
	rl->key.k1 = be_get64(random + 8);
	rl->rnd = be_get64(random + 16);
	ratelimit_reconf(rl, opts);
}

void
ratelimit_reconf(struct ratelimit *rl, const struct ratelimit_opts *opts)
{
	rl->opts.interval = opts->interval;
	rl->opts.burst = opts->burst;
	rl->opts.leak = opts->leak;
	rl->opts.kod = opts->kod;
	rl->interval = (uint32_t)lround(opts->interval * TICKS);
	rl->deep = rl->interval * opts->burst;
}

/* Which set: the high half, scaled; the low one is the tag, never 0. */
static size_t
set_of(const struct ratelimit *rl, uint64_t h)
{
	return (size_t)((h >> 32) * rl->nsets >> 32);
}

void
ratelimit_key(const struct ratelimit *rl, uint8_t family, const uint8_t *ip,
    struct ratelimit_key *k)
{
	k->family = family;
	if (family == 4) {
		k->net[0] = (uint64_t)be_get32(ip) << 32 & rl->mask4;
		k->net[1] = 0;
		k->hash = siphash_words(&rl->key, k->net, 1);
	} else {
		k->net[0] = be_get64(ip) & rl->mask6[0];
		k->net[1] = be_get64(ip + 8) & rl->mask6[1];
		k->hash = siphash_words(&rl->key, k->net, 2);
	}
	__builtin_prefetch(&rl->set[set_of(rl, k->hash)], 1);
}

void
ratelimit_fetch(const struct ratelimit *rl, mono_t now,
    const struct ratelimit_key *k)
{
	const struct ratelimit_set	*s = &rl->set[set_of(rl, k->hash)];
	const unsigned int		 old = RATELIMIT_WAYS - RATELIMIT_NEW;
	unsigned int			 i;

	for (i = 0; i < RATELIMIT_WAYS; i++)
		if (s->tag[i] == ((uint32_t)k->hash | 1))
			break;
	if (i < RATELIMIT_WAYS)
		__builtin_prefetch(&s->client[i], 1);
	/* where it will be put, or changes places with */
	if (i == RATELIMIT_WAYS)
		i = oldest(rl, s, ticks(now), old, RATELIMIT_WAYS);
	else if (i >= old)
		i = oldest(rl, s, ticks(now), 0, old);
	else
		return;
	__builtin_prefetch(&s->client[i], 1);
}

enum ratelimit_verdict
ratelimit_check(struct ratelimit *rl, mono_t mono,
    const struct ratelimit_key *k, bool limit,
    struct ratelimit_client **client)
{
	struct ratelimit_client	*c;
	uint32_t		*full, now = ticks(mono), owed, gap;

	*client = c = find(rl, now, k, &full);
	gap = now - c->last;
	count(c, now);
	owed = debt(rl, *full, now);
	if (owed == 0)
		c->limited = 0;
	if (limit && owed + rl->interval > rl->deep)
		return refuse(rl, c, now, gap);
	if (owed + rl->interval <= rl->deep)
		*full = now + owed + rl->interval;
	return RATELIMIT_PASS;
}

/* Its place, or one that has just become its. */
static struct ratelimit_client *
find(struct ratelimit *rl, uint32_t now, const struct ratelimit_key *k,
    uint32_t **full)
{
	struct ratelimit_set	*s = &rl->set[set_of(rl, k->hash)];
	struct ratelimit_client	*c = s->client;
	uint32_t		 tag = (uint32_t)k->hash | 1;
	unsigned int		 i;

	for (i = 0; i < RATELIMIT_WAYS; i++)
		if (s->tag[i] == tag && c[i].net[0] == k->net[0] &&
		    c[i].net[1] == k->net[1] && c[i].family == k->family)
			break;
	if (i == RATELIMIT_WAYS) {
		i = oldest(rl, s, now, RATELIMIT_WAYS - RATELIMIT_NEW,
		    RATELIMIT_WAYS);
		memset(&c[i], 0, sizeof(c[i]));
		c[i].net[0] = k->net[0];
		c[i].net[1] = k->net[1];
		c[i].family = k->family;
		c[i].last = now;
		s->tag[i] = tag;
		s->full[i] = now;
	} else if (i >= RATELIMIT_WAYS - RATELIMIT_NEW)
		i = promote(rl, s, c, i, now);
	*full = &s->full[i];
	return &c[i];
}

/* Of the places from..to, the one to give up. */
static unsigned int
oldest(const struct ratelimit *rl, const struct ratelimit_set *s,
    uint32_t now, unsigned int from, unsigned int to)
{
	unsigned int	 i, best = from;
	uint32_t	 age, most = 0;

	for (i = from; i < to; i++) {
		if (s->tag[i] == 0)
			return i;
		/* none can be fuller than deep from now */
		age = now + rl->deep - s->full[i];
		if (age >= most) {
			most = age;
			best = i;
		}
	}
	return best;
}

/*
 * A newcomer came back: it changes places with the one of the others that
 * is worth least, unless that one is worth more.
 */
static unsigned int
promote(struct ratelimit *rl, struct ratelimit_set *s,
    struct ratelimit_client *c, unsigned int i, uint32_t now)
{
	struct ratelimit_client	 client;
	uint32_t		 tag = s->tag[i], full = s->full[i];
	unsigned int		 to;

	to = oldest(rl, s, now, 0, RATELIMIT_WAYS - RATELIMIT_NEW);
	if (s->tag[to] != 0 && debt(rl, s->full[to], now) > 0 &&
	    debt(rl, s->full[to], now) >= debt(rl, full, now))
		return i;
	client = c[i];
	c[i] = c[to];
	c[to] = client;
	s->tag[i] = s->tag[to];
	s->full[i] = s->full[to];
	s->tag[to] = tag;
	s->full[to] = full;
	return to;
}

/*
 * Ticks until the bucket is full.  More than a whole bucket there cannot
 * be: that is one of long ago, and the ticks have gone round, or the limits
 * were others.
 */
static uint32_t
debt(const struct ratelimit *rl, uint32_t full, uint32_t now)
{
	uint32_t	 owed = full - now;

	return owed <= rl->deep ? owed : 0;
}

static void
count(struct ratelimit_client *c, uint32_t now)
{
	uint32_t	 windows = now / WINDOW - c->last / WINDOW;

	if (windows != 0) {
		c->window[1] = windows == 1 ? c->window[0] : 0;
		c->window[0] = 0;
	}
	c->window[0]++;
	c->last = now;
	if (c->requests < UINT32_MAX)
		c->requests++;
}

static enum ratelimit_verdict
refuse(struct ratelimit *rl, struct ratelimit_client *c, uint32_t now,
    uint32_t gap)
{
	if (c->limited == 0)
		c->limited = now == 0 ? 1 : now;
	if (rl->opts.leak != 0 &&
	    ((uint64_t)ratelimit_random(rl) * rl->opts.leak) >> 32 == 0)
		return RATELIMIT_LEAKED;
	if (c->dropped < UINT32_MAX)
		c->dropped++;
	return rl->opts.kod && kiss(rl, c, now, gap) ? RATELIMIT_KISS :
	    RATELIMIT_DROP;
}

/*
 * RATE is for a client that polls too fast for as long as a whole bucket
 * takes to fill, and is not just in a burst.  One a minute may still learn
 * from it.
 */
static bool
kiss(struct ratelimit *rl, struct ratelimit_client *c, uint32_t now,
    uint32_t gap)
{
	if (now - c->limited < rl->deep || gap < rl->interval / KISS_BURST)
		return false;
	if (c->kiss != 0 && now - c->kiss < KISS_GAP)
		return false;
	if (!kiss_left(rl, now))
		return false;
	c->kiss = now == 0 ? 1 : now;
	return true;
}

/* All together get few, as anybody can ask in anybody's name. */
static bool
kiss_left(struct ratelimit *rl, uint32_t now)
{
	const uint32_t	 one = TICKS / KISSES, deep = KISSES_BURST * one;
	uint32_t	 owed = rl->kisses - now;

	if (owed > deep)
		owed = 0;
	if (owed + one > deep)
		return false;
	rl->kisses = now + owed + one;
	return true;
}

bool
ratelimit_deny(struct ratelimit *rl, mono_t mono,
    const struct ratelimit_key *k)
{
	struct ratelimit_client	*c;

	return ratelimit_check(rl, mono, k, true, &c) ==
	    RATELIMIT_PASS && kiss_left(rl, ticks(mono));
}

/* xorshift64*, from a secret state: fair, and nobody's to foresee. */
uint32_t
ratelimit_random(struct ratelimit *rl)
{
	uint64_t	 x = rl->rnd != 0 ? rl->rnd : 1;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	rl->rnd = x;
	return (uint32_t)((x * 0x2545f4914f6cdd1d) >> 32);
}

static uint32_t
ticks(mono_t mono)
{
	return (uint32_t)((uint64_t)mono.ns / (1000000000 / TICKS));
}

static double
rate(const struct ratelimit_client *c, uint32_t now)
{
	uint32_t	 windows = now / WINDOW - c->last / WINDOW, sum = 0;

	if (windows == 0)
		sum = c->window[0] + c->window[1];
	else if (windows == 1)
		sum = c->window[0];
	return sum * (double)TICKS / (WINDOW + now % WINDOW);
}

static void
view(const struct ratelimit *rl, size_t i, uint32_t now,
    struct ratelimit_view *v)
{
	const struct ratelimit_set	*s = &rl->set[i / RATELIMIT_WAYS];
	const struct ratelimit_client	*c = &s->client[i % RATELIMIT_WAYS];
	uint32_t			 full;

	memset(v, 0, sizeof(*v));
	be_put64(v->ip, c->net[0]);
	be_put64(v->ip + 8, c->net[1]);
	v->family = c->family;
	v->len = c->family == 4 ? rl->opts.prefix4 : rl->opts.prefix6;
	v->xleave = c->xleave != 0;
	v->requests = c->requests;
	v->dropped = c->dropped;
	v->rate = rate(c, now);
	v->idle = (double)(now - c->last) / TICKS;
	full = s->full[i % RATELIMIT_WAYS];
	v->limited = c->limited != 0 && debt(rl, full, now) > 0;
}

static bool
busier(const struct ratelimit_view *a, const struct ratelimit_view *b)
{
	return a->rate > b->rate ||
	    (!(a->rate < b->rate) && a->requests > b->requests);
}

size_t
ratelimit_top(const struct ratelimit *rl, mono_t mono,
    struct ratelimit_view *top, size_t n)
{
	struct ratelimit_view	 v;
	uint32_t		 now = ticks(mono);
	size_t			 i, at, found = 0;

	if (n == 0)
		return 0;
	for (i = 0; i < rl->nsets * RATELIMIT_WAYS; i++) {
		if (rl->set[i / RATELIMIT_WAYS].tag[i % RATELIMIT_WAYS] == 0)
			continue;
		view(rl, i, now, &v);
		if (found == n && !busier(&v, &top[n - 1]))
			continue;
		if (found < n)
			found++;
		for (at = found - 1; at > 0 && busier(&v, &top[at - 1]); at--)
			top[at] = top[at - 1];
		top[at] = v;
	}
	return found;
}

size_t
ratelimit_used(const struct ratelimit *rl)
{
	size_t	 i, way, used = 0;

	for (i = 0; i < rl->nsets; i++)
		for (way = 0; way < RATELIMIT_WAYS; way++)
			used += rl->set[i].tag[way] != 0;
	return used;
}
