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
 * Engine: one query on its way.  It has a socket of its own, so a fresh
 * random port, and the best timestamps there are of when it left and when
 * the reply came.  No errno of any of these calls is more than a query that
 * failed.
 */

#include <sys/types.h>

#include <errno.h>
#include <event.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine.h"
#include "now.h"
#include "packet.h"
#include "refid.h"

#define STAMP_WAIT	0.010	/* s a reply waits for its query's stamp */
#define STAMP_LATE	1.0	/* s after send(2); later is nonsense */
#define STAMP_EARLY	1e-3	/* s before it */
#define ERR_KERNEL	1e-6	/* s, bound of a kernel stamp's error */
#define ERR_DAEMON	50e-6	/* s, of ours: a wakeup may come between */
#define READS		8	/* datagrams per wakeup */

static void	 query_cb(int, short, void *);
static void	 wait_cb(int, short, void *);
static int	 query_open(struct peer *);
static void	 query_failed(struct peer *, int, mono_t);
static void	 query_stamp(struct peer *, mono_t);
static void	 reply(struct peer *, const struct io_msg *,
		    const struct sync_now *);

void
engine_query_init(struct peer *p)
{
	p->query.fd = -1;
	evtimer_set(&p->query.wait, wait_cb, p);
}

static const struct addr *
from(const struct name *n, const struct addr *to)
{
	const struct addr	*a;

	a = to->family == ADDR_V6 ? &n->conf->from6 : &n->conf->from4;
	return a->family == ADDR_NONE ? NULL : a;
}

bool
engine_query_route(const struct name *n, const struct addr *to)
{
	return io_route(to, from(n, to));
}

void
engine_query_send(struct peer *p, const uint8_t *pkt, mono_t now)
{
	struct query	*q = &p->query;
	uint8_t		 buf[NTS_PACKET_MAX];
	size_t		 len = NTP_HEADER_LEN;
	mono_t		 sent;

	engine_query_close(q);
	memcpy(buf, pkt, len);
	if ((p->jar != NULL && engine_cookie_protect(p, buf, sizeof(buf),
	    &len) == -1) || (p->name->conf->key != 0 &&
	    engine_key_protect(p, buf, sizeof(buf), &len) == -1)) {
		/* never without */
		engine_hurry(p->engine, now);
		assoc_senterr(&p->assoc, now, arc4random());
		return;
	}
	if (query_open(p) == -1) {
		query_failed(p, errno, now);
		return;
	}
	sent = now_mono();
	if (io_query(q->fd, buf, len) == -1) {
		query_failed(p, errno, now);
		engine_query_close(q);
		return;
	}
	p->noroute = p->unsent = 0;
	p->engine->lastsend = sent;
	q->sent = sent;
	q->tx = osc_from_mono(&p->engine->osc, sent);
	q->stamp = IO_STAMP_DAEMON;
	q->jumps = p->engine->jumps;
	q->held = false;
	query_stamp(p, now_mono());
	event_set(&q->ev, q->fd, EV_READ | EV_PERSIST, query_cb, p);
	event_add(&q->ev, NULL);
}

static int
query_open(struct peer *p)
{
	struct query	*q = &p->query;
	struct addr	 local;

	if ((q->fd = io_client(&p->to, from(p->name, &p->to))) == -1)
		return -1;
	/* A server that names this address as its source follows us. */
	if (io_local(q->fd, &local) == 0 && !addr_loopback(&local))
		sync_own(&p->engine->sync, refid_addr(&local));
	return 0;
}

/* The socket stays for a while, to count duplicates. */
void
engine_query_answered(struct query *q, mono_t now)
{
	engine_timer(&q->wait, mono_add(now, ASSOC_TIMEOUT), now);
}

void
engine_query_close(struct query *q)
{
	if (q->fd == -1)
		return;
	if (event_initialized(&q->ev))
		event_del(&q->ev);
	evtimer_del(&q->wait);
	close(q->fd);
	q->fd = -1;
	q->held = false;
}

/*
 * No route is what engine_query_route sees, too, and so sees the end of.  A
 * packet filter's refusal is not: that is only seen by trying.
 */
static void
query_failed(struct peer *p, int error, mono_t now)
{
	char		 buf[ADDR_STRLEN];
	uint32_t	 missed;

	assoc_senterr(&p->assoc, now, arc4random());
	if (io_noroute(error) && !engine_query_route(p->name, &p->to)) {
		p->noroute++;
		engine_hurry(p->engine, now);
	}
	if (p->unsent++ == 0 && log_limit(&p->unsents, &missed))
		log_info("peer %s: cannot send: %s",
		    engine_client_str(p, buf), strerror(error));
	else
		log_debug("peer %s: cannot send: %s",
		    engine_client_str(p, buf), strerror(error));
}

/* Fetch the kernel's stamp of the query, if it is there and makes sense. */
static void
query_stamp(struct peer *p, mono_t now)
{
	struct query	*q = &p->query;
	mono_t		 t;
	int64_t		 sec;
	uint32_t	 nsec;

	if (io_txstamp(q->fd, &sec, &nsec) == 0 ||
	    q->stamp != IO_STAMP_DAEMON || q->jumps != p->engine->jumps)
		return;
	t = engine_stamp(p->engine, sec, nsec);
	if (mono_diff(q->sent, t) > STAMP_EARLY ||
	    mono_diff(t, q->sent) > STAMP_LATE || t.ns > now.ns)
		return;
	q->sent = t;
	q->tx = osc_from_mono(&p->engine->osc, t);
	q->stamp = IO_STAMP_KERNEL;
}

bool
engine_query_answers(const struct peer *p, const struct io_msg *m)
{
	struct packet	 pkt;

	return p->assoc.phase == ASSOC_ASKED &&
	    packet_decode(&pkt, m->data, m->len) == 0 &&
	    assoc_expects(&p->assoc, pkt.origin);
}

/*
 * Something on the socket: a reply, an ICMP error, or our own stamp coming
 * back, before or after the reply.  A reply whose query has no stamp yet is
 * held for a moment; a second one is not.
 */
static void
query_cb(int fd, short what, void *arg)
{
	struct peer	*p = arg;
	struct query	*q = &p->query;
	struct io_msg	 m;
	struct sync_now	 now;
	char		 buf[ADDR_STRLEN];
	int		 i, n;

	engine_wake(p->engine, &now);
	query_stamp(p, now.mono);
	if (q->held && q->stamp != IO_STAMP_DAEMON) {
		evtimer_del(&q->wait);
		wait_cb(-1, EV_TIMEOUT, p);
		return;		/* and again if there is more */
	}
	for (i = 0; i < READS; i++) {
		if ((n = io_recv(fd, &m)) == -1) {
			log_debug("peer %s: receive: %s",
			    engine_client_str(p, buf), strerror(errno));
			continue;
		}
		if (n == 0)
			return;
		if (q->stamp == IO_STAMP_DAEMON && !q->held &&
		    io_os_txstamps() && engine_query_answers(p, &m)) {
			q->msg = m;
			q->held = true;
			engine_timer(&q->wait, mono_add(now.mono, STAMP_WAIT),
			    now.mono);
			continue;
		}
		reply(p, &m, &now);
		return;		/* p may be gone */
	}
}

/* The stamp did not come in time, or the query is long over. */
static void
wait_cb(int fd, short what, void *arg)
{
	struct peer	*p = arg;
	struct query	*q = &p->query;
	struct sync_now	 now;
	struct io_msg	 m;

	if (!q->held) {
		engine_query_close(q);
		return;
	}
	engine_wake(p->engine, &now);
	m = q->msg;
	q->held = false;
	reply(p, &m, &now);
}

/*
 * When the reply came in, if its stamp makes sense; else now.  The stamps
 * are of CLOCK_REALTIME: one from before a step is caught by jumps.
 */
static void
times_of(const struct peer *p, const struct io_msg *m, mono_t now,
    struct pkt_times *times, uint8_t *stamp)
{
	const struct engine	*e = p->engine;
	const struct query	*q = &p->query;
	mono_t			 rx;

	rx = engine_stamp(e, m->sec, m->nsec);
	*stamp = m->stamp;
	if (rx.ns > now.ns || mono_diff(q->sent, rx) > STAMP_EARLY) {
		rx = now;
		*stamp = IO_STAMP_DAEMON;
	}
	times->tx = q->tx;
	times->rx = osc_from_mono(&e->osc, rx);
	times->error = ldexp(1, e->precision) +
	    (q->stamp == IO_STAMP_DAEMON ? ERR_DAEMON : ERR_KERNEL) +
	    (*stamp == IO_STAMP_DAEMON ? ERR_DAEMON : ERR_KERNEL);
	times->stepped = q->jumps != e->jumps;
}

static void
reply(struct peer *p, const struct io_msg *m, const struct sync_now *now)
{
	struct pkt_times	 times;
	uint8_t			 stamp;

	times_of(p, m, now->mono, &times, &stamp);
	engine_reply(p, m, &times, stamp, now);
}
