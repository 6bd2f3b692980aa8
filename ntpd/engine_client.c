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
 * Engine: one address of a server being asked.  When to ask and what an
 * answer means is assoc.c's business, sending and timestamps are
 * engine_query.c's; here are the timers.  What becomes of an answer is in
 * engine_reply.c.
 */

#include <sys/types.h>
#include <sys/queue.h>

#include <event.h>
#include <stdlib.h>

#include "engine.h"
#include "packet.h"
#include "refid.h"

#define STAGGER		0.2	/* s between queries, when there is room */
#define KEYS_WAIT	0.5	/* s a query waits for keys, and again */
#define BURST_AGAIN	30.0	/* s between bursts that we ask for */
#define NOROUTE_FAULT	2	/* failures to send until it is a fault */

static void	 timer_cb(int, short, void *);

struct peer *
engine_client_new(struct name *name, const struct candidate *c, mono_t now)
{
	struct engine		*e = name->engine;
	struct sync_opts	 so;
	struct assoc_opts	 ao;
	struct peer		*p;

	if ((p = calloc(1, sizeof(*p))) == NULL) {
		log_warn("server %s", name->conf->name);
		return NULL;
	}
	p->engine = e;
	p->name = name;
	p->addr = p->to = c->addr;
	p->verdict.reason = SELECT_EMPTY;
	engine_conf_source(e, name->conf, &so);
	if ((p->slot = sync_add(&e->sync, &so, refid_addr(&c->addr))) == -1) {
		if (!name->noroom)
			log_warnx("server %s: more than %d sources, not "
			    "asked", name->conf->name, SYNC_SOURCES);
		name->noroom = true;
		free(p);
		return NULL;
	}
	name->noroom = false;
	ao.minpoll = name->conf->minpoll;
	ao.xleave = name->conf->xleave != 0;
	ao.maxpoll = name->conf->maxpoll;
	assoc_init(&p->assoc, &ao, now, arc4random());
	if (name->conf->nts && engine_jar_new(p, now) == -1) {
		log_warn("server %s", name->conf->name);
		sync_remove(&e->sync, p->slot);
		free(p);
		return NULL;
	}
	if (p->jar != NULL)
		engine_jar_service(p, c->service);
	evtimer_set(&p->timer, timer_cb, p);
	engine_query_init(p);
	engine_timer(&p->timer, p->assoc.due, now);
	TAILQ_INSERT_TAIL(&name->peers, p, entry);
	e->npeers++;
	return p;
}

void
engine_client_free(struct peer *p)
{
	struct peer	*q;

	TAILQ_REMOVE(&p->name->peers, p, entry);
	TAILQ_FOREACH(q, &p->name->peers, entry) {
		if (q->replaces == p)
			q->replaces = NULL;
	}
	engine_query_close(&p->query);
	evtimer_del(&p->timer);
	sync_remove(&p->engine->sync, p->slot);
	p->engine->npeers--;
	engine_jar_free(p);
	free(p);
}

void
engine_client_reconf(struct peer *p, mono_t now)
{
	const struct conf_server	*c = p->name->conf;
	struct sync_opts		 so;
	struct assoc_opts		 ao;

	engine_conf_source(p->engine, c, &so);
	sync_source_reconf(&p->engine->sync, p->slot, &so);
	ao.minpoll = c->minpoll;
	ao.xleave = c->xleave != 0;
	ao.maxpoll = c->maxpoll;
	assoc_reconf(&p->assoc, &ao, now);
	engine_timer(&p->timer, p->assoc.due, now);
}

void
engine_client_move(struct peer *p, const struct addr *to)
{
	struct sync		*sync = &p->engine->sync;
	struct sync_opts	 so;
	bool			 same = addr_equal(&p->to, to);

	if (addr_cmp(&p->to, to) == 0)
		return;
	engine_query_close(&p->query);
	p->to = *to;
	if (same)
		return;		/* but for the port */
	/* the slot that was freed is there to be taken */
	engine_conf_source(p->engine, p->name->conf, &so);
	sync_remove(sync, p->slot);
	if ((p->slot = sync_add(sync, &so, refid_addr(to))) == -1)
		fatalx("server %s: its slot is gone", p->name->conf->name);
}

const char *
engine_client_str(const struct peer *p, char buf[ADDR_STRLEN])
{
	return p->to.port == NTP_PORT ? addr_str(&p->to, buf) :
	    addr_strport(&p->to, buf);
}

static void
burst(struct peer *p, mono_t now)
{
	p->burst = now;
	p->bursted = true;
	assoc_burst(&p->assoc, now, arc4random());
	engine_timer(&p->timer, p->assoc.due, now);
}

void
engine_client_soon(struct peer *p, mono_t now)
{
	burst(p, now);
}

void
engine_client_burst(struct engine *e, mono_t now)
{
	struct name	*n;
	struct peer	*p;

	TAILQ_FOREACH(n, &e->names, entry) {
		TAILQ_FOREACH(p, &n->peers, entry)
			burst(p, now);
	}
}

bool
engine_client_probe(struct engine *e, mono_t now)
{
	struct name	*n;
	struct peer	*p;
	bool		 back = false, cut = false;

	TAILQ_FOREACH(n, &e->names, entry) {
		TAILQ_FOREACH(p, &n->peers, entry) {
			if (p->noroute == 0)
				continue;
			if ((p->bursted &&
			    mono_diff(now, p->burst) < BURST_AGAIN) ||
			    !engine_query_route(n, &p->to)) {
				cut = true;
				continue;
			}
			p->noroute = 0;
			back = true;
			burst(p, now);
		}
	}
	if (back) {
		log_info("network is back");
		engine_name_network(e, now);
		engine_jar_network(e, now);
	}
	return cut;
}

void
engine_client_polls(struct engine *e, mono_t now)
{
	struct name	*n;
	struct peer	*p;

	TAILQ_FOREACH(n, &e->names, entry) {
		TAILQ_FOREACH(p, &n->peers, entry) {
			assoc_poll(&p->assoc, sync_poll(&e->sync, p->slot),
			    now, arc4random());
			engine_timer(&p->timer, p->assoc.due, now);
		}
	}
}

/*
 * Queries keep a distance from each other, so that handling one does not
 * fall into the timestamps of the next.
 */
static double
stagger(const struct engine *e, mono_t now)
{
	double	 gap = STAGGER, since;

	if (e->npeers * gap > 1.0)
		gap = 1.0 / e->npeers;
	since = mono_diff(now, e->lastsend);
	return since < gap ? gap - since : 0;
}

/* Was it outvoted when it was last judged by others? */
static void
judged(struct peer *p)
{
	enum select_reason	 reason;

	reason = p->engine->sync.src[p->slot].reason;
	if (reason == SELECT_FALSE)
		p->outvoted = true;
	else if (reason == SELECT_OK || reason == SELECT_WORSE ||
	    reason == SELECT_PREFER || reason == SELECT_HIGHER)
		p->outvoted = false;
}

/* Is there anybody to be heard who was not? */
static bool
anybody(struct engine *e)
{
	const struct sensor	*s;
	struct name		*n;
	struct peer		*p;
	bool			 any = false;

	TAILQ_FOREACH(s, &e->sensors, entry)
		any |= s->reach != 0;
	TAILQ_FOREACH(n, &e->names, entry) {
		TAILQ_FOREACH(p, &n->peers, entry) {
			judged(p);
			any |= !p->outvoted && p->assoc.reach != 0;
		}
	}
	return any;
}

/*
 * When those who outvoted a falseticker fall silent, all of them, it is not
 * right for that: it then has to answer eight polls in a row.  Else the liar
 * may be the last one heard before the network goes away, or the first one
 * when it is back.
 */
bool
engine_client_reach(struct engine *e)
{
	struct name	*n;
	struct peer	*p;
	bool		 lost = false, any = anybody(e);
	uint8_t		 reach;

	TAILQ_FOREACH(n, &e->names, entry) {
		TAILQ_FOREACH(p, &n->peers, entry) {
			reach = p->assoc.reach;
			if (!any && p->outvoted && reach != 0xff)
				reach = 0;
			if (reach == 0 && e->sync.src[p->slot].reach != 0)
				lost = true;
			sync_reach(&e->sync, p->slot, reach);
		}
	}
	return lost;
}

/* Never a sign of life, and the burst is over: no need to wait for more. */
static bool
silent(const struct peer *p)
{
	return p->assoc.phase == ASSOC_IDLE && p->fault < FAULT_LOST &&
	    p->assoc.count.received == 0 &&
	    p->assoc.count.sent - p->assoc.count.senterr >= ASSOC_BURST;
}

static void
timer_cb(int fd, short what, void *arg)
{
	struct peer	*p = arg;
	struct engine	*e = p->engine;
	struct sync_now	 now;
	uint8_t		 pkt[NTP_HEADER_LEN];
	uint64_t	 nonce;
	enum assoc_act	 act;
	double		 wait;

	engine_wake(e, &now);
	wait = mono_diff(p->assoc.due, now.mono);
	if (wait <= 0 && p->assoc.phase == ASSOC_IDLE)
		wait = engine_jar_pending(p) ? KEYS_WAIT :
		    stagger(e, now.mono);
	if (wait > 0) {
		engine_timer(&p->timer, mono_add(now.mono, wait), now.mono);
		return;
	}

	do
		arc4random_buf(&nonce, sizeof(nonce));
	while (nonce == 0);	/* 0 means that nothing was asked */
	act = assoc_timer(&p->assoc, now.mono, nonce, arc4random(), pkt);
	if (act == ASSOC_SEND)
		engine_query_send(p, pkt, now.mono);
	else
		engine_query_close(&p->query);
	engine_timer(&p->timer, p->assoc.due, now.mono);
	if (p->assoc.phase == ASSOC_IDLE && engine_client_reach(e))
		engine_sync_run(e, &now);

	/* p may be gone after these */
	if (act == ASSOC_LOST || silent(p))
		engine_pool_fault(p, FAULT_LOST, now.mono);
	else if (p->noroute >= NOROUTE_FAULT)
		engine_pool_fault(p, FAULT_NOROUTE, now.mono);
}
