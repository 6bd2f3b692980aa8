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
 * Engine: which addresses of a name are asked.
 *
 * "server" asks one address of its name, "pool" up to so many members.  No
 * address is asked twice, whatever names lead to it.  An address that is
 * dead, denies us, or is wrong for long makes room for another one of the
 * last answer, or of a new one (engine_name.c asks for that); but it is
 * only let go when there is one.
 *
 * While sources disagree without a majority, a pool has more members than
 * its number: the more are asked, the likelier is a majority.
 */

#include <sys/types.h>
#include <sys/queue.h>

#include <event.h>
#include <stdlib.h>
#include <string.h>

#include "engine.h"

#define SHUN_LOST	300.0		/* s */
#define SHUN_FALSE	(4 * 3600.0)	/* s */
#define SHUN_DENIED	(24 * 3600.0)	/* s */
#define RANK_USED	3		/* and better */
#define PROBATION	4		/* good answers that end it */
#define SPLIT		180.0		/* s without a majority: ask more, */
#define SPLIT_MORE	3600.0		/* s, and still more, */
#define SPLIT_MAX	3		/* up to so many times their number, */
#define AGREED		120.0		/* until most agree for so long, s */

static bool	 replace(struct peer *, mono_t);

/* For so long an address with this fault is not taken again, s. */
static const double	 shun_time[FAULT__MAX] = {
	[FAULT_NOROUTE] = SHUN_LOST,
	[FAULT_KEYS] = SHUN_LOST,
	[FAULT_LOST] = SHUN_LOST,
	[FAULT_FALSE] = SHUN_FALSE,
	[FAULT_UNSYNC] = SHUN_FALSE,
	[FAULT_DENIED] = SHUN_DENIED
};

static const char *const fault_str[FAULT__MAX] = {
	[FAULT_NONE] = "moved",
	[FAULT_NOROUTE] = "no route to it",
	[FAULT_KEYS] = "no keys from it",
	[FAULT_LOST] = "no answer",
	[FAULT_FALSE] = "wrong for long",
	[FAULT_UNSYNC] = "unsynchronised for long",
	[FAULT_DENIED] = "it denied us"
};

bool
engine_pool_numeric(const struct name *n)
{
	return n->conf->addr.family != ADDR_NONE;
}

static unsigned int
wanted(const struct name *n)
{
	return n->conf->pool ? n->conf->members + n->extra : 1;
}

struct name *
engine_pool_new(struct engine *e, const struct conf_server *c)
{
	struct name	*n;

	if ((n = calloc(1, sizeof(*n))) == NULL)
		fatal("server %s", c->name);
	n->engine = e;
	n->conf = c;
	n->id = ++e->nextname;
	TAILQ_INIT(&n->peers);
	engine_name_init(n);
	TAILQ_INSERT_TAIL(&e->names, n, entry);
	return n;
}

void
engine_pool_free(struct name *n)
{
	struct peer	*p;

	while ((p = TAILQ_FIRST(&n->peers)) != NULL)
		engine_client_free(p);
	evtimer_del(&n->timer);
	TAILQ_REMOVE(&n->engine->names, n, entry);
	free(n->services);
	free(n);
}

/* The peer that asks an address already, for whatever name. */
static struct peer *
asked(const struct engine *e, const struct addr *addr)
{
	struct name	*n;
	struct peer	*p;

	TAILQ_FOREACH(n, &e->names, entry) {
		TAILQ_FOREACH(p, &n->peers, entry) {
			if (addr_cmp(&p->addr, addr) == 0)
				return p;
		}
	}
	return NULL;
}

static struct peer *
add(struct name *n, const struct candidate *c, mono_t now)
{
	struct peer	*p;

	if ((p = engine_client_new(n, c, now)) != NULL)
		n->added++;
	return p;
}

/* Its addresses, without those on probation. */
static unsigned int
members(const struct name *n)
{
	const struct peer	*p;
	unsigned int		 count = 0;

	TAILQ_FOREACH(p, &n->peers, entry)
		count += p->replaces == NULL;
	return count;
}

void
engine_pool_start(struct name *n, mono_t now)
{
	struct name		*other = NULL;
	struct candidate	 c;
	struct peer		*p;

	if (!engine_pool_numeric(n)) {
		engine_name_schedule(n, now);
		return;
	}
	/* An address that was configured is not a pool's to ask. */
	c.addr = n->conf->addr;
	c.addr.port = n->conf->port;
	c.service = NULL;
	if ((p = asked(n->engine, &c.addr)) != NULL) {
		if (engine_pool_numeric(p->name))
			return;
		other = p->name;
		engine_client_free(p);
	}
	(void)add(n, &c, now);
	if (other != NULL) {
		engine_pool_fill(other, now);
		engine_name_schedule(other, now);
	}
}

/* How much a peer is worth; the one in use most. */
static int
rank(const struct peer *p)
{
	const struct sync_source	*s = &p->engine->sync.src[p->slot];

	if (p->fault != FAULT_NONE)
		return 0;
	if (s->reach == 0)
		return 1;
	if (s->reason != SELECT_OK)
		return 2;
	return s->selected ? RANK_USED + 1 : RANK_USED;
}

/* Members beyond what is wanted go, the least useful and youngest first. */
static struct peer *
worst(const struct name *n)
{
	struct peer	*p, *w = NULL;

	TAILQ_FOREACH(p, &n->peers, entry) {
		if (w == NULL || rank(p) <= rank(w))
			w = p;
	}
	return w;
}

void
engine_pool_reconf(struct name *n, mono_t now)
{
	struct peer	*p;

	TAILQ_FOREACH(p, &n->peers, entry)
		engine_client_reconf(p, now);
	if (!n->engine->started)
		return;
	if (engine_pool_numeric(n)) {
		/* There may be room for it now. */
		if (TAILQ_EMPTY(&n->peers))
			engine_pool_start(n, now);
		return;
	}
	while (members(n) > wanted(n))
		engine_client_free(worst(n));
	n->barren = false;
	engine_pool_fill(n, now);
	engine_name_schedule(n, now);
}

/*
 * Candidates.
 */

static bool
shunned(const struct name *n, const struct addr *addr, mono_t now)
{
	unsigned int	 i;

	for (i = 0; i < POOL_SHUN; i++) {
		if (n->shun[i].addr.family != ADDR_NONE &&
		    addr_cmp(&n->shun[i].addr, addr) == 0 &&
		    mono_diff(n->shun[i].until, now) > 0)
			return true;
	}
	return false;
}

static void
shun(struct name *n, const struct addr *addr, enum fault fault, mono_t now)
{
	struct shun	*s = &n->shun[n->nshun++ % POOL_SHUN];

	s->addr = *addr;
	s->until = mono_add(now, shun_time[fault]);
}

/*
 * The next address of the last answer that is not asked yet and not
 * shunned; with route, only one that a query could be sent to.
 */
static const struct candidate *
candidate(const struct name *n, bool route, mono_t now)
{
	unsigned int	 i;

	for (i = 0; i < n->ncand; i++) {
		if (asked(n->engine, &n->cand[i].addr) != NULL ||
		    shunned(n, &n->cand[i].addr, now) ||
		    (route && !engine_query_route(n, &n->cand[i].addr)))
			continue;
		return &n->cand[i];
	}
	return NULL;
}

/* Those with faults make room, then empty places are filled. */
void
engine_pool_fill(struct name *n, mono_t now)
{
	const struct candidate	*c;
	struct peer		*p, *next;

	TAILQ_FOREACH_SAFE(p, &n->peers, entry, next) {
		if (p->fault != FAULT_NONE && p->replaces == NULL)
			replace(p, now);
	}
	while (members(n) < wanted(n)) {
		if ((c = candidate(n, true, now)) == NULL &&
		    (c = candidate(n, false, now)) == NULL)
			break;
		if (add(n, c, now) == NULL)
			break;
	}
}

/* The one on probation to take the peer's place. */
static struct peer *
heir(const struct peer *p)
{
	struct peer	*q;

	TAILQ_FOREACH(q, &p->name->peers, entry) {
		if (q->replaces == p)
			return q;
	}
	return NULL;
}

/* A name with many addresses, all bad, would have much to tell. */
static void
log_swap(const struct peer *old, const struct peer *new, const char *why)
{
	struct name	*n = old->name;
	uint32_t	 missed;
	char		 a[ADDR_STRLEN], b[ADDR_STRLEN];

	if (!log_limit(&n->swaps, &missed))
		return;
	log_info("peer %s of %s replaced by %s: %s",
	    engine_client_str(old, a), n->conf->name,
	    engine_client_str(new, b), why);
	if (missed != 0)
		log_info("pool %s: %u replacements not logged",
		    n->conf->name, missed);
}

/*
 * Put another address in the peer's place; false: there is none.  One that
 * is on probation for it comes first, or else it would be one too many; it
 * is as good as any new one.
 */
static bool
replace(struct peer *p, mono_t now)
{
	struct name		*n = p->name;
	const struct candidate	*c;
	struct peer		*new;

	if ((new = heir(p)) != NULL) {
		if (!engine_query_route(n, &new->addr))
			return false;
	} else if ((c = candidate(n, true, now)) == NULL ||
	    (new = add(n, c, now)) == NULL)
		return false;
	log_swap(p, new, fault_str[p->fault]);
	if (shun_time[p->fault] > 0)
		shun(n, &p->addr, p->fault, now);
	engine_client_free(p);
	return true;
}

/*
 * The quiet refresh: a member the name no longer leads to makes room for a
 * new one, but only when the new one has proved good.
 */
static void
refresh(struct name *n, mono_t now)
{
	const struct candidate	*c;
	struct peer		*p, *new;
	unsigned int		 i;

	TAILQ_FOREACH(p, &n->peers, entry) {
		if (p->replaces != NULL)
			return;		/* one at a time */
	}
	TAILQ_FOREACH(p, &n->peers, entry) {
		for (i = 0; i < n->ncand; i++) {
			if (addr_cmp(&n->cand[i].addr, &p->addr) == 0)
				break;
		}
		if (i < n->ncand)
			continue;
		if ((c = candidate(n, true, now)) == NULL ||
		    (new = add(n, c, now)) == NULL)
			return;
		new->replaces = p;
		return;
	}
}

void
engine_pool_settle(struct name *n, mono_t now)
{
	unsigned int	 before = n->added;

	engine_service_tell(n);
	engine_pool_fill(n, now);
	n->barren = n->added == before;
	if (n->refreshing)
		refresh(n, now);
	n->refreshing = false;
}

bool
engine_pool_wants(const struct name *n)
{
	const struct peer	*p;

	TAILQ_FOREACH(p, &n->peers, entry) {
		if (p->fault > FAULT_NOROUTE)
			return true;
	}
	return TAILQ_EMPTY(&n->peers) ||
	    (members(n) < wanted(n) && !n->barren);
}

/*
 * What the client finds out.
 */

void
engine_pool_fault(struct peer *p, enum fault fault, mono_t now)
{
	struct name	*n = p->name;
	char		 buf[ADDR_STRLEN];
	uint32_t	 missed;
	bool		 first;

	if (p->replaces != NULL) {
		/* It did not prove good: the old one stays. */
		shun(n, &p->addr, fault, now);
		engine_client_free(p);
		return;
	}
	first = p->fault < fault;
	if (first)
		p->fault = fault;
	if (!engine_pool_numeric(n) && replace(p, now))
		first = false;
	if (first && fault > FAULT_KEYS && log_limit(&p->faults, &missed)) {
		log_info("peer %s: %s", engine_client_str(p, buf),
		    fault_str[fault]);
		if (missed != 0)
			log_info("peer %s: %u faults not logged", buf, missed);
	}
	engine_name_schedule(n, now);
}

void
engine_pool_good(struct peer *p, mono_t now)
{
	struct peer	*old = p->replaces;

	p->fault = FAULT_NONE;
	if (old == NULL ||
	    p->assoc.count.verdict[REPLY_GOOD] < PROBATION)
		return;
	log_swap(old, p, fault_str[FAULT_NONE]);
	engine_client_free(old);	/* clears p->replaces */
}

/*
 * Disagreement.
 */

static void
widen(struct name *n, mono_t now)
{
	unsigned int	 most = n->conf->members * (SPLIT_MAX - 1);

	if (!n->conf->pool || engine_pool_numeric(n))
		return;
	if (n->extra == 0)
		log_info("pool %s: without a majority, asking more of it",
		    n->conf->name);
	if (n->extra < most)
		n->extra += n->conf->members;
	n->barren = false;
	engine_pool_fill(n, now);
	engine_name_schedule(n, now);
}

/* Those that disagree go first, and are not asked again soon. */
static void
narrow(struct name *n, mono_t now)
{
	struct peer	*p;
	char		 buf[ADDR_STRLEN];

	if (n->extra == 0)
		return;
	n->extra = 0;
	while (members(n) > wanted(n)) {
		p = worst(n);
		log_info("peer %s of %s let go: others agree",
		    engine_client_str(p, buf), n->conf->name);
		if (rank(p) < RANK_USED)
			shun(n, &p->addr, FAULT_FALSE, now);
		engine_client_free(p);
	}
	engine_name_schedule(n, now);
}

void
engine_pool_watch(struct engine *e, mono_t now)
{
	enum sync_state	 state = e->sync.state;
	struct name	*n;
	double		 since;

	if (state != e->pools.state) {
		e->pools.state = state;
		e->pools.since = now;
	}
	since = mono_diff(now, e->pools.since);
	if (state == SYNC_UNDECIDED && since >= SPLIT &&
	    (e->pools.widened.ns == 0 ||
	    mono_diff(now, e->pools.widened) >= SPLIT_MORE)) {
		e->pools.widened = now;
		TAILQ_FOREACH(n, &e->names, entry)
			widen(n, now);
	} else if (state == SYNC_OK && since >= AGREED) {
		TAILQ_FOREACH(n, &e->names, entry)
			narrow(n, now);
	}
}
