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
 * Engine: who gives out keys for a pool with NTS.  Its SRV records name
 * servers, each with a priority, a weight and a port (RFC 2782); without
 * such records its own addresses are the servers.
 *
 * A certificate says who a server is, and who says that he is one of the
 * pool?  The DNS, which anybody on the way can forge.  So the name of a
 * target counts only when DNSSEC has secured the answer, or when it is
 * within the pool's name, where its owner alone gets certificates (RFC 9525
 * 6.1); any other server needs the pool's own name in its certificate.
 */

#include <sys/types.h>
#include <sys/queue.h>

#include <stdlib.h>
#include <string.h>

#include "dnssrv.h"
#include "engine.h"

static void	 next_target(struct name *, mono_t);

bool
engine_service_ask(struct name *n)
{
	struct msg_lookup	 m;

	if (!n->conf->pool || !n->conf->nts)
		return false;
	if (n->services == NULL &&
	    (n->services = calloc(1, sizeof(*n->services))) == NULL) {
		log_warn("pool %s", n->conf->name);
		return false;
	}
	memset(&m, 0, sizeof(m));
	strlcpy(m.name, n->conf->name, sizeof(m.name));
	n->services->asking = true;
	imsgev_send(&n->engine->dns, IMSG_DNS_SERVICE, n->id, -1, &m,
	    sizeof(m));
	return true;
}

bool
engine_service_unsure(const struct name *n)
{
	return n->services != NULL && n->services->failures > 0;
}

/* Nothing is left that points into the list. */
static void
clear(struct name *n)
{
	n->ncand = 0;
	n->services->n = n->services->next = 0;
}

/* Once, and again after it was otherwise. */
static void
say(struct name *n, bool secure, unsigned int strangers)
{
	struct services	*s = n->services;
	bool		 first = !s->told || secure != s->secure;
	uint32_t	 missed;

	if (first && !log_limit(&s->limit, &missed))
		return;
	if (first)
		log_info("pool %s: %u NTS servers by its SRV records",
		    n->conf->name, s->n);
	if (first && strangers > 0 && !n->conf->pinned)
		log_warnx("pool %s: DNSSEC does not secure its SRV records: "
		    "%u of its servers are outside of it, and need its name "
		    "in their certificates", n->conf->name, strangers);
	s->told = true;
	s->secure = secure;
}

static void
take_targets(struct name *n, const struct msg_targets *m)
{
	struct services	*s = n->services;
	struct service	*t;
	unsigned int	 strangers = 0;

	for (s->n = 0; s->n < m->n; s->n++) {
		t = &s->list[s->n];
		memset(t, 0, sizeof(*t));
		t->priority = m->target[s->n].priority;
		t->port = m->target[s->n].port;
		strlcpy(t->name, m->target[s->n].name, sizeof(t->name));
		t->stranger = !m->secure &&
		    !dnssrv_within(t->name, n->conf->name);
		strangers += t->stranger;
	}
	say(n, m->secure, strangers);
}

static bool
sound(const struct msg_targets *m)
{
	uint32_t	 i;

	if (m->result > DNS_NOSERVICE || m->n > MSG_TARGETS_MAX ||
	    (m->result == DNS_OK) != (m->n > 0))
		return false;
	for (i = 0; i < m->n; i++) {
		if (m->target[i].port == 0 || memchr(m->target[i].name, '\0',
		    sizeof(m->target[i].name)) == NULL)
			return false;
	}
	return true;
}

void
engine_service_targets(void *arg, struct imsgev *iev,
    const struct imsg_in *in)
{
	const struct msg_targets	*m = in->data;
	struct engine			*e = arg;
	struct sync_now			 now;
	struct name			*n;

	if (!sound(m))
		imsgev_refuse(iev, in, "not targets");
	engine_wake(e, &now);
	/* The name may have left the configuration meanwhile. */
	if ((n = engine_name_find(e, in->id)) == NULL ||
	    n->services == NULL || !n->services->asking)
		return;
	n->services->asking = false;
	clear(n);
	if (m->result == DNS_TEMPFAIL)
		n->services->failures++;
	else
		n->services->failures = 0;
	switch ((enum dns_result)m->result) {
	case DNS_OK:
		take_targets(n, m);
		next_target(n, now.mono);
		break;
	case DNS_NOSERVICE:
		engine_name_failed(n, DNS_NOSERVICE, now.mono);
		break;
	case DNS_TEMPFAIL:
	case DNS_NOTFOUND:
		n->services->told = false;
		engine_name_ask(n, n->conf->name);
		break;
	}
}

/*
 * The addresses of the targets
 */

static void
put(struct name *n, const struct service *t, unsigned int i)
{
	if (n->ncand == nitems(n->cand))
		return;
	n->cand[n->ncand].addr = t->addr[i];
	n->cand[n->ncand++].service = t;
}

/*
 * Of each priority the targets in turn, so that an address of each of them
 * comes before the second one of any.
 */
static void
candidates(struct name *n)
{
	const struct services	*s = n->services;
	const struct service	*t;
	unsigned int		 from, to, round, i;

	n->ncand = 0;
	for (from = 0; from < s->n; from = to) {
		for (to = from; to < s->n && s->list[to].priority ==
		    s->list[from].priority; to++)
			;
		for (round = 0; round < SERVICE_ADDRS; round++) {
			for (i = from; i < to; i++) {
				t = &s->list[i];
				if (round < t->n)
					put(n, t, round);
			}
		}
	}
}

/* Until all are resolved, one address of each: others may be better. */
static void
candidates_so_far(struct name *n)
{
	const struct services	*s = n->services;
	const struct service	*t;
	unsigned int		 i, k;

	n->ncand = 0;
	for (i = 0; i < s->next; i++) {
		t = &s->list[i];
		for (k = 0; k < t->n; k++) {
			if (engine_query_route(n, &t->addr[k])) {
				put(n, t, k);
				break;
			}
		}
	}
}

static void
all_resolved(struct name *n, mono_t now)
{
	struct services	*s = n->services;
	enum dns_result	 result = DNS_NOTFOUND;
	unsigned int	 i;

	candidates(n);
	if (n->ncand > 0) {
		engine_name_found(n, now);
		return;
	}
	for (i = 0; i < s->n; i++) {
		if (s->list[i].result == DNS_TEMPFAIL)
			result = DNS_TEMPFAIL;
	}
	engine_name_failed(n, result, now);
}

/* One after the other; what is known already need not wait for the rest. */
static void
next_target(struct name *n, mono_t now)
{
	struct services	*s = n->services;

	if (s->next == s->n) {
		all_resolved(n, now);
		return;
	}
	engine_name_ask(n, s->list[s->next].name);
	candidates_so_far(n);
	engine_pool_fill(n, now);
}

bool
engine_service_answer(struct name *n, const struct msg_answer *a, mono_t now)
{
	struct services	*s = n->services;
	struct service	*t;
	uint32_t	 i;

	if (s == NULL || s->next == s->n)
		return false;
	t = &s->list[s->next++];
	t->result = (enum dns_result)a->result;
	for (i = 0; a->result == DNS_OK && i < a->n &&
	    t->n < SERVICE_ADDRS; i++) {
		if (!engine_name_askable(&a->addr[i]))
			continue;
		t->addr[t->n] = a->addr[i];
		t->addr[t->n++].port = n->conf->port;
	}
	log_debug("pool %s: %s: %u addresses", n->conf->name, t->name, t->n);
	next_target(n, now);
	return true;
}

void
engine_service_tell(struct name *n)
{
	struct peer	*p;
	unsigned int	 i;

	TAILQ_FOREACH(p, &n->peers, entry) {
		for (i = 0; i < n->ncand; i++) {
			if (p->jar != NULL &&
			    addr_cmp(&n->cand[i].addr, &p->addr) == 0) {
				engine_jar_service(p, n->cand[i].service);
				break;
			}
		}
	}
}
