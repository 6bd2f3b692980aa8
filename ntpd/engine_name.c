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
 * Engine: when the resolver is asked for a name, and what it says.
 *
 * Other addresses for a name are asked for at most once an hour (the
 * pool's rules), and quietly every two weeks, so that a name whose meaning
 * changed is followed.  While nothing was ever resolved it is asked more
 * often: the network may be late.
 */

#include <sys/types.h>
#include <sys/queue.h>

#include <event.h>
#include <stdlib.h>
#include <string.h>

#include "backoff.h"
#include "engine.h"

#define RETRY_MIN	2.0		/* s after a failed lookup, doubled */
#define RETRY_MAX	64.0		/* s: one that is back is seen soon */
#define REASK_SOON	10.0		/* s after the first answer */
#define REASK_CACHE	300.0		/* s: caches have forgotten by then */
#define REASK		3600.0		/* s, the pool's rule */
#define REFRESH		(14 * 86400.0)	/* s, less up to a tenth */

static void	 lookup_cb(int, short, void *);

void
engine_name_init(struct name *n)
{
	evtimer_set(&n->timer, lookup_cb, n);
}

void
engine_name_ask(struct name *n, const char *name)
{
	struct msg_lookup	 lookup;

	memset(&lookup, 0, sizeof(lookup));
	lookup.family = n->conf->family;
	strlcpy(lookup.name, name, sizeof(lookup.name));
	imsgev_send(&n->engine->dns, IMSG_DNS_LOOKUP, n->id, -1, &lookup,
	    sizeof(lookup));
}

static void
lookup_cb(int fd, short what, void *arg)
{
	struct name		*n = arg;
	struct engine		*e = n->engine;
	struct sync_now		 now;

	engine_wake(e, &now);
	if (n->asking || !e->dns_there)
		return;
	if (mono_diff(n->due, now.mono) > 0) {
		engine_timer(&n->timer, n->due, now.mono);
		return;
	}
	if (n->answered && n->failures == 0) {
		n->refreshing = mono_diff(now.mono, n->refresh) >= 0;
		n->reask = now.mono;
		n->reasks++;
	}
	/* There is an answer to every question: no timeout. */
	n->asking = true;
	if (!engine_service_ask(n))
		engine_name_ask(n, n->conf->name);
}

/*
 * When the resolver may be asked for other addresses: soon after the first
 * answer; once more if that was only what a cache had kept; then hourly.
 */
static mono_t
reask_at(const struct name *n)
{
	if (n->reasks == 0)
		return mono_add(n->answer, REASK_SOON);
	if (n->reasks == 1 && n->barren)
		return mono_add(n->reask, REASK_CACHE);
	return mono_add(n->reask, REASK);
}

void
engine_name_schedule(struct name *n, mono_t now)
{
	if (engine_pool_numeric(n) || n->asking)
		return;
	if (n->failures > 0)
		n->due = n->retry;
	else if (!n->answered)
		n->due = now;
	else if (engine_pool_wants(n))
		n->due = reask_at(n);
	else
		n->due = n->refresh;
	if (n->failures == 0 && engine_service_unsure(n) &&
	    mono_diff(n->due, n->retry) > 0)
		n->due = n->retry;
	engine_timer(&n->timer, n->due, now);
}

bool
engine_name_askable(const struct addr *a)
{
	switch ((enum addr_family)a->family) {
	case ADDR_V4:
		return !addr_any(a) && a->ip[0] < 224;
	case ADDR_V6:
		return !addr_any(a) && a->ip[0] != 0xff;
	case ADDR_NONE:
		break;
	}
	return false;
}

/* Addresses of both families in turn, each in the resolver's order. */
static void
interleave(struct name *n, const struct msg_answer *a)
{
	static const uint8_t	 family[] = { ADDR_V6, ADDR_V4 };
	unsigned int		 next[2] = { 0, 0 }, turn, i;

	n->ncand = 0;
	turn = a->addr[0].family == ADDR_V4;
	while (next[0] < a->n || next[1] < a->n) {
		for (i = next[turn]; i < a->n &&
		    a->addr[i].family != family[turn]; i++)
			;
		if (i < a->n && engine_name_askable(&a->addr[i])) {
			n->cand[n->ncand].service = NULL;
			n->cand[n->ncand].addr = a->addr[i];
			n->cand[n->ncand++].addr.port = n->conf->port;
		}
		next[turn] = i + 1;
		turn = !turn;
	}
}

struct name *
engine_name_find(const struct engine *e, uint32_t id)
{
	struct name	*n;

	TAILQ_FOREACH(n, &e->names, entry) {
		if (n->id == id)
			return n;
	}
	return NULL;
}

void
engine_name_failed(struct name *n, enum dns_result result, mono_t now)
{
	static const char *const	 str[] = {
		[DNS_TEMPFAIL] = "cannot be resolved now, will try again",
		[DNS_NOTFOUND] = "no such name or no address",
		[DNS_NOSERVICE] = "has no NTS servers, say its SRV records"
	};
	uint32_t			 missed;

	n->asking = false;
	if ((n->failures++ == 0 || n->result != result) &&
	    log_limit(&n->lookups, &missed)) {
		log_info("server %s: %s", n->conf->name, str[result]);
		if (missed != 0)
			log_info("server %s: %u failures not logged",
			    n->conf->name, missed);
	}
	n->result = result;
	n->retry = mono_add(now, backoff(RETRY_MIN, RETRY_MAX,
	    n->failures));
	engine_name_schedule(n, now);
}

void
engine_name_found(struct name *n, mono_t now)
{
	n->asking = false;
	n->result = DNS_OK;
	n->failures = 0;
	n->answered = true;
	n->answer = now;
	n->refresh = mono_add(now, REFRESH -
	    arc4random_uniform((uint32_t)(REFRESH / 10)));
	if (engine_service_unsure(n))
		n->retry = mono_add(now, backoff(RETRY_MIN, REASK,
		    n->services->failures));
	engine_pool_settle(n, now);
	engine_name_schedule(n, now);
}

void
engine_name_answer(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct engine			*e = arg;
	const struct msg_answer		*a = in->data;
	struct name			*n;
	struct sync_now			 now;

	if (a->n > MSG_ANSWER_MAX || a->result > DNS_NOTFOUND)
		imsgev_refuse(iev, in, "not an answer");
	engine_wake(e, &now);
	/* The name may have left the configuration meanwhile. */
	if ((n = engine_name_find(e, in->id)) == NULL) {
		if (!engine_constraint_answer(e, in->id, a, now.mono))
			engine_jar_answer(e, in->id, a, &now);
		return;
	}
	if (!n->asking || engine_service_answer(n, a, now.mono))
		return;
	if (a->result != DNS_OK || a->n == 0) {
		engine_name_failed(n, a->result == DNS_OK ? DNS_NOTFOUND :
		    (enum dns_result)a->result, now.mono);
		return;
	}
	log_debug("server %s: %u addresses", n->conf->name, a->n);
	interleave(n, a);
	engine_name_found(n, now.mono);
}

const char *
engine_name_reason(const struct name *n)
{
	if (n->noroom)
		return "not asked, there are too many servers";
	if (n->ncand > 0)
		return "all its addresses are asked already or given up";
	if (n->failures == 0)
		return "being resolved";
	if (n->result == DNS_NOSERVICE)
		return "it has no NTS servers, say its SRV records";
	if (n->result == DNS_NOTFOUND)
		return "no such name, or no address";
	return "the resolver does not answer";
}

void
engine_name_network(struct engine *e, mono_t now)
{
	struct name	*n;

	engine_constraint_network(e, now);
	TAILQ_FOREACH(n, &e->names, entry) {
		if (n->failures == 0 || n->asking)
			continue;
		n->failures = 1;
		n->retry = mono_add(now, RETRY_MIN);
		engine_name_schedule(n, now);
	}
}
