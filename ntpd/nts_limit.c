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
 * NTS-KE as server: how much one client, and one network, may have of it.
 * nts only.
 *
 * Addresses are cheap: who has one IPv6 address has a /64, who asks for a
 * /48 gets it, and a provider has a /32.  So what is a client's share is
 * counted three times, for it and for two networks around it, each of which
 * may have more than its part would be if all of it behaved, and much less
 * than what all of it could ask for.
 *
 * When there is no room for another connection, one of the widest network
 * that has most goes; of that network's, one of the narrower one that has
 * most; then one of the client who has most; and of those that are equal in
 * all this, the oldest.  So whoever comes from one place pushes out himself,
 * however many addresses he has there, and nobody else.
 */

#include <stdlib.h>
#include <string.h>

#include "nts.h"

#define LEVELS		3

/* The octets of an address that count, and handshakes for all it covers. */
static const struct {
	size_t		 v4;
	size_t		 v6;
	double		 burst;
	double		 rate;		/* regained per second */
} levels[LEVELS] = {
	{ 4, 8,	 256,  32 },
	{ 3, 6, 1024, 128 },
	{ 2, 4, 4096, 512 }
};

/* A connection, when one has to go. */
struct guest {
	const struct addr *addr;
	size_t		 age;		/* 0: the oldest */
	size_t		 of;		/* so many in its network */
	bool		 in;		/* it may be the one */
};

static size_t
octets(const struct addr *a, unsigned int level)
{
	return a->family == ADDR_V4 ? levels[level].v4 : levels[level].v6;
}

static bool
same(const struct addr *a, const struct addr *b, unsigned int level)
{
	return a->family == b->family &&
	    memcmp(a->ip, b->ip, octets(a, level)) == 0;
}

static uint64_t
hash(const struct nts_limit *l, const struct addr *a, unsigned int level)
{
	uint64_t	 word[2] = { (uint64_t)a->family << 8 | level, 0 };

	memcpy(&word[1], a->ip, octets(a, level));
	return siphash_words(&l->key, word, 2);
}

void
nts_limit_init(struct nts_limit *l, const uint8_t seed[16])
{
	memcpy(&l->key, seed, sizeof(l->key));
}

/*
 * A network's bucket as it is now, or NULL.  Four places are looked at; with
 * take a stranger gets the one of them in which least is remembered.
 */
static struct nts_bucket *
bucket(struct nts_limit *l, const struct addr *a, unsigned int level,
    mono_t now, bool take)
{
	struct nts_bucket	*b, *least = NULL;
	uint64_t		 h = hash(l, a, level);
	unsigned int		 i;

	for (i = 0; i < NTS_WAYS; i++) {
		b = &l->bucket[(h + i) % NTS_BUCKETS];
		b->used -= mono_diff(now, b->last) * levels[b->level].rate;
		if (b->used < 0)
			b->used = 0;
		b->last = now;
		if (b->level == level && same(&b->addr, a, level))
			return b;
		if (least == NULL || b->used < least->used)
			least = b;
	}
	if (!take)
		return NULL;
	least->addr = *a;
	least->level = level;
	least->used = 0;
	return least;
}

bool
nts_limit_spent(struct nts_limit *l, const struct addr *a, mono_t now)
{
	struct nts_bucket	*b;
	unsigned int		 i;

	for (i = 0; i < LEVELS; i++) {
		if ((b = bucket(l, a, i, now, false)) != NULL &&
		    b->used > levels[i].burst - 1)
			return true;
	}
	return false;
}

void
nts_limit_spend(struct nts_limit *l, const struct addr *a, mono_t now)
{
	unsigned int	 i;

	for (i = 0; i < LEVELS; i++)
		bucket(l, a, i, now, true)->used++;
}

bool
nts_limit_client(const struct addr *a, const struct addr *b)
{
	return same(a, b, 0);
}

/* Neighbours come together. */
static int
by_addr(const void *va, const void *vb)
{
	const struct guest	*a = va, *b = vb;

	if (a->addr->family != b->addr->family)
		return a->addr->family < b->addr->family ? -1 : 1;
	return memcmp(a->addr->ip, b->addr->ip, sizeof(a->addr->ip));
}

/* Of those still in, only the largest networks of a level stay in. */
static void
largest(struct guest *g, size_t n, unsigned int level)
{
	size_t	 i, j, k, most = 0;

	for (i = 0; i < n; i = j) {
		for (j = i + 1; j < n && same(g[i].addr, g[j].addr, level); j++)
			;
		for (k = i; k < j; k++)
			g[k].of = j - i;
		if (g[i].in && j - i > most)
			most = j - i;
	}
	for (i = 0; i < n; i++)
		g[i].in = g[i].in && g[i].of == most;
}

size_t
nts_limit_crowd(const struct addr *const *a, size_t n)
{
	struct guest	 g[NTS_CONNS];
	unsigned int	 level = LEVELS;
	size_t		 i, oldest = n;

	for (i = 0; i < n; i++) {
		g[i].addr = a[i];
		g[i].age = i;
		g[i].in = true;
	}
	qsort(g, n, sizeof(g[0]), by_addr);
	while (level-- > 0)
		largest(g, n, level);
	for (i = 0; i < n; i++) {
		if (g[i].in && g[i].age < oldest)
			oldest = g[i].age;
	}
	return oldest;
}
