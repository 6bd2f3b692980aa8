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
 * Engine: cookie jars, which is Network Time Security for the servers we
 * ask (RFC 8915 5).  The nts process speaks TLS and hands over keys and
 * cookies; here is when to ask it, and where they are kept.  They are spent
 * in engine_cookie.c; engine_dates.c judges the certificates.
 *
 * The keys live in this process' memory alone: new ones cost one handshake,
 * and a file with them would be one more secret to lose.
 *
 * Keys are asked for again when the cookies are spent, when the server says
 * that it cannot read them (NTSN, which anybody on the path can say, so it
 * is no more than a reason to ask, and none if a reply to the same query
 * still comes), when several polls were not answered, and when they are old.
 * The old ones stay until there are new ones.
 */

#include <sys/types.h>
#include <sys/queue.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backoff.h"
#include "engine.h"

#define KE_MIN		10.0		/* s from one NTS-KE to the next, */
#define KE_MAX		7200.0		/* doubled while they are no use, */
#define KE_NET_MAX	320.0		/* less long while none answers */
#define KEY_AGE		(28 * 86400.0)	/* s until they are renewed */
#define USELESS		3		/* tries, if there once were keys, */
					/* until another server is better */
#define UNANSWERED	3		/* polls: a server may say nothing */
					/* of a cookie that it cannot read */

void
engine_jar_init(struct engine *e)
{
	if ((e->siv = siv_new()) == NULL)
		fatalx("libcrypto has no AES");
}

/* What was asked of nts will be asked again. */
void
engine_jar_forget(struct engine *e)
{
	struct name	*n;
	struct peer	*p;

	TAILQ_FOREACH(n, &e->names, entry) {
		TAILQ_FOREACH(p, &n->peers, entry) {
			if (p->jar != NULL)
				p->jar->asking = false;
		}
	}
}

int
engine_jar_new(struct peer *p, mono_t now)
{
	if ((p->jar = calloc(1, sizeof(*p->jar))) == NULL)
		return -1;
	p->jar->next = now;
	engine_hurry(p->engine, now);
	strlcpy(p->jar->why, "no keys yet", sizeof(p->jar->why));
	return 0;
}

void
engine_jar_service(struct peer *p, const struct service *s)
{
	struct jar	*j = p->jar;

	j->target[0] = '\0';
	if (s == NULL)
		return;
	strlcpy(j->target, s->name, sizeof(j->target));
	j->port = s->port;
	j->stranger = s->stranger;
}

uint16_t
engine_jar_port(const struct peer *p)
{
	const struct jar	*j = p->jar;

	return j->target[0] == '\0' ? p->name->conf->nts_port : j->port;
}

static void
drop_held(struct jar *j)
{
	if (j->held == NULL)
		return;
	explicit_bzero(j->held, sizeof(*j->held));
	free(j->held);
	j->held = NULL;
	j->resolving = false;
}

void
engine_jar_free(struct peer *p)
{
	if (p->jar == NULL)
		return;
	drop_held(p->jar);
	explicit_bzero(p->jar, sizeof(*p->jar));
	free(p->jar);
	p->jar = NULL;
}

/*
 * Asking for keys
 */

static bool
lacks_keys(const struct jar *j)
{
	return !j->ready || j->cookies.n == 0;
}

const char *
engine_jar_reason(const struct peer *p)
{
	return p->jar != NULL && lacks_keys(p->jar) ? p->jar->why : "";
}

/* RFC 8915 5.7 */
static bool
in_need(const struct peer *p)
{
	const struct jar	*j = p->jar;

	return lacks_keys(j) ||
	    (j->suspect && p->assoc.phase != ASSOC_ASKED) ||
	    p->assoc.unanswered >= UNANSWERED;
}

static bool
wants_keys(const struct peer *p, mono_t now)
{
	const struct jar	*j = p->jar;

	if (j->asking || j->resolving || p->assoc.denied)
		return false;
	return in_need(p) || mono_diff(now, j->since) >= KEY_AGE;
}

bool
engine_jar_pending(const struct peer *p)
{
	const struct jar	*j = p->jar;

	return j != NULL && lacks_keys(j) && (j->asking || j->resolving ||
	    (j->tries == 0 && p->engine->nts.there));
}

/* Exponential back-off, RFC 8915 4.2; a success is no use until it is. */
static mono_t
not_before(const struct jar *j, double most, mono_t now)
{
	double	 wait = backoff(KE_MIN, most, j->tries);

	return mono_add(now, wait * (1 + arc4random_uniform(1000) / 4e3));
}

static void
ask(struct peer *p, const struct sync_now *now)
{
	const struct conf_server	*c = p->name->conf;
	struct engine			*e = p->engine;
	struct jar			*j = p->jar;
	struct msg_nts_want		 m;

	memset(&m, 0, sizeof(m));
	strlcpy(m.name, j->target[0] == '\0' || j->stranger ? c->name :
	    j->target, sizeof(m.name));
	m.addr = p->addr;
	m.addr.port = engine_jar_port(p);
	m.from = m.addr.family == ADDR_V6 ? c->from6 : c->from4;
	m.unixtime = engine_dates_time(e, now);
	m.pinned = c->pinned;
	memcpy(m.pin, c->pin, sizeof(m.pin));
	j->id = ++e->nextname;
	j->asking = true;
	j->tries++;
	j->asked = now->mono;
	j->next = not_before(j, KE_MAX, now->mono);
	imsgev_send(&e->nts.iev, IMSG_NTS_WANT, j->id, -1, &m, sizeof(m));
}

/*
 * No keys; the old ones, if there are any, stay.  Said once, and again
 * when the reason is another.
 */
static void
failed(struct peer *p, enum nts_result result, const char *why, mono_t now)
{
	struct jar	*j = p->jar;
	char		 buf[ADDR_STRLEN];
	uint32_t	 missed;
	bool		 net;

	net = result == NTS_UNREACHABLE || result == NTS_TIMEOUT ||
	    result == NTS_BUSY;
	j->failed++;
	j->next = not_before(j, net ? KE_NET_MAX : KE_MAX, now);
	if ((!j->told || strcmp(j->why, why) != 0) &&
	    log_limit(&j->limit, &missed)) {
		log_warnx("server %s (%s): no NTS keys: %s",
		    p->name->conf->name, addr_str(&p->addr, buf), why);
		if (missed != 0)
			log_info("server %s (%s): %u failures not logged",
			    p->name->conf->name, buf, missed);
		j->told = true;
	}
	/* not here, the caller needs the peer: engine_jar_tick */
	j->useless = lacks_keys(j) &&
	    (j->established == 0 || j->tries >= USELESS);
	engine_hurry(p->engine, now);
	strlcpy(j->why, why, sizeof(j->why));
}

void
engine_jar_drop(struct peer *p, const char *why, mono_t now)
{
	struct jar	*j = p->jar;

	j->ready = false;
	j->cookies.n = 0;
	explicit_bzero(j->c2s, sizeof(j->c2s));
	explicit_bzero(j->s2c, sizeof(j->s2c));
	failed(p, NTS_CERTIFICATE, why, now);
}

static void
take_keys(struct peer *p, const struct msg_nts_keys *m,
    const struct addr *to, const struct sync_now *now)
{
	struct jar	*j = p->jar;
	unsigned int	 i;
	char		 buf[ADDR_STRLEN];
	bool		 needed = lacks_keys(j) || p->assoc.unanswered > 0;

	engine_client_move(p, to);
	if (j->established++ == 0 || j->told)
		log_info("server %s (%s): NTS keys established",
		    p->name->conf->name, engine_client_str(p, buf));
	else
		log_debug("server %s (%s): NTS keys renewed",
		    p->name->conf->name, engine_client_str(p, buf));
	memcpy(j->c2s, m->c2s, sizeof(j->c2s));
	memcpy(j->s2c, m->s2c, sizeof(j->s2c));
	j->notbefore = m->notbefore;
	j->notafter = m->notafter;
	j->judged = p->name->conf->pinned;
	j->cookies.n = m->ncookies;
	for (i = 0; i < j->cookies.n; i++) {
		j->cookies.len[i] = m->cookielen[i];
		memcpy(j->cookies.cookie[i], m->cookie[i], m->cookielen[i]);
	}
	j->since = now->mono;
	j->ready = true;
	j->suspect = j->told = j->useless = false;
	strlcpy(j->why, "the cookies are spent", sizeof(j->why));
	if (needed)
		engine_client_soon(p, now->mono);
}

/*
 * The answers of nts and dns
 */

static struct peer *
by_id(const struct engine *e, uint32_t id)
{
	struct name	*n;
	struct peer	*p;

	TAILQ_FOREACH(n, &e->names, entry) {
		TAILQ_FOREACH(p, &n->peers, entry) {
			if (p->jar != NULL && p->jar->id == id)
				return p;
		}
	}
	return NULL;
}

static bool
sound(const struct msg_nts_keys *m)
{
	unsigned int	 i;

	if (m->result >= NTS__MAX ||
	    memchr(m->why, '\0', sizeof(m->why)) == NULL)
		return false;
	if (m->result != NTS_OK)
		return true;
	if (m->ncookies == 0 || m->ncookies > NTS_COOKIES ||
	    memchr(m->server, '\0', sizeof(m->server)) == NULL)
		return false;
	for (i = 0; i < m->ncookies; i++) {
		if (!ntsfield_cookie_ok(m->cookielen[i]))
			return false;
	}
	return true;
}

/* What it said is its NTP server is none that we could ask. */
static void
nowhere(struct peer *p, const struct msg_nts_keys *m, enum dns_result result,
    mono_t now)
{
	char	 why[sizeof(p->jar->why)];

	snprintf(why, sizeof(why), "its NTP server %.80s %s", m->server,
	    result == DNS_OK ? "has no address to be asked" :
	    "cannot be resolved");
	failed(p, NTS_UNREACHABLE, why, now);
}

/* RFC 8915 4.1.7, 4.1.8: the server for NTP may be another one. */
static void
locate(struct peer *p, const struct msg_nts_keys *m,
    const struct sync_now *now)
{
	const struct conf_server	*c = p->name->conf;
	struct engine			*e = p->engine;
	struct jar			*j = p->jar;
	struct msg_lookup		 lookup;
	struct addr			 to = p->addr;
	uint16_t			 port;

	port = m->port != 0 ? m->port : c->port;
	to.port = port;
	if (m->server[0] == '\0' ||
	    addr_parse(&to, m->server, port) == 0) {
		if (engine_name_askable(&to))
			take_keys(p, m, &to, now);
		else
			nowhere(p, m, DNS_OK, now->mono);
		return;
	}
	if (!e->dns_there || (j->held = malloc(sizeof(*j->held))) == NULL) {
		failed(p, NTS_BUSY, "its NTP server cannot be resolved now",
		    now->mono);
		return;
	}
	*j->held = *m;
	j->resolving = true;
	j->id = ++e->nextname;
	memset(&lookup, 0, sizeof(lookup));
	lookup.family = c->family;
	strlcpy(lookup.name, m->server, sizeof(lookup.name));
	imsgev_send(&e->dns, IMSG_DNS_LOOKUP, j->id, -1, &lookup,
	    sizeof(lookup));
}

void
engine_jar_keys(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct engine			*e = arg;
	const struct msg_nts_keys	*m = in->data;
	struct sync_now			 now;
	struct peer			*p;

	if (!sound(m))
		imsgev_refuse(iev, in, "not keys");
	engine_wake(e, &now);
	/* The peer may have gone meanwhile. */
	if ((p = by_id(e, in->id)) == NULL || !p->jar->asking)
		return;
	p->jar->asking = false;
	if (m->result == NTS_OK)
		locate(p, m, &now);
	else
		failed(p, (enum nts_result)m->result, m->why, now.mono);
}

void
engine_jar_answer(struct engine *e, uint32_t id, const struct msg_answer *a,
    const struct sync_now *now)
{
	struct msg_nts_keys	*m;
	struct peer		*p;
	struct addr		 to;
	unsigned int		 i;

	if ((p = by_id(e, id)) == NULL || !p->jar->resolving)
		return;
	m = p->jar->held;
	for (i = 0; a->result == DNS_OK && i < a->n; i++) {
		if (!engine_name_askable(&a->addr[i]))
			continue;
		to = a->addr[i];
		to.port = m->port != 0 ? m->port : p->name->conf->port;
		p->jar->resolving = false;
		take_keys(p, m, &to, now);
		drop_held(p->jar);
		return;
	}
	nowhere(p, m, (enum dns_result)a->result, now->mono);
	drop_held(p->jar);
}

/*
 * The passing of time
 */

/* One of them; the peer may be gone when it returns. */
static bool
tick(struct peer *p, const struct sync_now *now)
{
	struct jar	*j = p->jar;

	(void)engine_dates_judge(p, now);
	if (j->useless && engine_query_route(p->name, &p->addr)) {
		j->useless = false;
		engine_pool_fault(p, FAULT_KEYS, now->mono);
		return true;
	}
	if (!wants_keys(p, now->mono))
		return j->suspect;
	if (!p->engine->nts.there || engine_dates_wait(p) ||
	    mono_diff(now->mono, j->next) < 0)
		return true;
	ask(p, now);
	return false;
}

bool
engine_jar_tick(struct engine *e, const struct sync_now *now)
{
	struct name	*n;
	struct peer	*p, *next;
	bool		 wanting = false;

	TAILQ_FOREACH(n, &e->names, entry) {
		TAILQ_FOREACH_SAFE(p, &n->peers, entry, next) {
			if (p->jar != NULL)
				wanting |= tick(p, now);
		}
	}
	return wanting;
}

void
engine_jar_network(struct engine *e, mono_t now)
{
	struct name	*n;
	struct peer	*p;

	TAILQ_FOREACH(n, &e->names, entry) {
		TAILQ_FOREACH(p, &n->peers, entry) {
			if (p->jar == NULL || p->jar->ready)
				continue;
			p->jar->tries = 0;
			p->jar->useless = false;
			p->jar->next = now;
		}
	}
}

/*
 * Whoever reloads may have mended what was wrong, here or there, and wants
 * to see it.  KE_MIN is between two NTS-KE all the same.
 */
void
engine_jar_reload(struct engine *e, mono_t now)
{
	struct name	*n;
	struct peer	*p;
	struct jar	*j;
	mono_t		 soon;

	TAILQ_FOREACH(n, &e->names, entry) {
		TAILQ_FOREACH(p, &n->peers, entry) {
			if ((j = p->jar) == NULL || j->asking ||
			    j->tries == 0 || !in_need(p))
				continue;
			soon = mono_add(j->asked, KE_MIN);
			if (soon.ns < now.ns)
				soon = now;
			if (soon.ns < j->next.ns)
				j->next = soon;
			j->tries = 0;
			engine_hurry(e, now);
		}
	}
}
