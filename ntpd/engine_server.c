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
 * Engine: requests to replies, in batches.  The batch loop knows nothing of
 * the engine but struct serve_clock, which is refreshed before it: one day
 * it may run in processes of its own.
 *
 * What a reply says is serve.c's decision.  Its times are corrected time:
 * what the estimate says it is, however the kernel's clock is being slewed,
 * and both on the same steady clock, so that no step comes between them.
 */

#include <sys/types.h>
#include <sys/queue.h>
#include <sys/socket.h>

#include <errno.h>
#include <event.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine.h"
#include "now.h"

#define BATCHES		4	/* per wakeup: others wait, too */
#define RX_MAX		1.0	/* s a datagram may have waited for us */
#define COST_MAX	1e-4	/* s; more is a pause, not a cost */
#define COST_GAIN	0.1	/* of the running mean */
#define AHEAD		1.0	/* s; how far to look for the rate */

static void	 listen_cb(int, short, void *);
static void	 batch(struct server *, struct listener *, size_t, mono_t,
		    bool);
static void	 unlisten(struct listener *);

void
engine_server_init(struct engine *e)
{
	e->server.engine = e;
	TAILQ_INIT(&e->server.listeners);
}

void
engine_server_listen(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct engine	*e = arg;
	struct listener	*l;
	char		 buf[ADDR_STRLEN];

	if ((l = calloc(1, sizeof(*l))) == NULL)
		fatal("listener");
	l->server = &e->server;
	memcpy(&l->listen, in->data, sizeof(l->listen));
	l->listen.ifname[sizeof(l->listen.ifname) - 1] = '\0';
	l->fd = in->fd;
	if (io_listener(l->fd) == -1)
		log_warn("listener %s", addr_strport(&l->listen.addr, buf));
	event_set(&l->ev, l->fd, EV_READ | EV_PERSIST, listen_cb, l);
	TAILQ_INSERT_TAIL(&e->server.listeners, l, entry);
	log_info("listening on %s%s%s", addr_strport(&l->listen.addr, buf),
	    l->listen.ifname[0] != '\0' ? " " : "", l->listen.ifname);
	if (e->started)
		event_add(&l->ev, NULL);
}

void
engine_server_gone(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct engine	*e = arg;
	struct listener	*l, *next;
	uint32_t	 id;

	memcpy(&id, in->data, sizeof(id));
	for (l = TAILQ_FIRST(&e->server.listeners); l != NULL; l = next) {
		next = TAILQ_NEXT(l, entry);
		if (l->listen.id == id)
			unlisten(l);
	}
}

static void
unlisten(struct listener *l)
{
	char	 buf[ADDR_STRLEN];

	log_info("no longer listening on %s",
	    addr_strport(&l->listen.addr, buf));
	TAILQ_REMOVE(&l->server->listeners, l, entry);
	servestat_add(&l->server->gone, &l->count);
	event_del(&l->ev);
	close(l->fd);
	free(l);
}

void
engine_server_start(struct engine *e)
{
	struct listener	*l;

	TAILQ_FOREACH(l, &e->server.listeners, entry)
		event_add(&l->ev, NULL);
}

void
engine_server_count(const struct engine *e, struct servestat *count)
{
	const struct listener	*l;

	*count = e->server.gone;
	TAILQ_FOREACH(l, &e->server.listeners, entry)
		servestat_add(count, &l->count);
}

void
engine_server_tick(struct engine *e, mono_t now)
{
	struct servestat	 count;

	engine_server_count(e, &count);
	servestat_mark(&e->server.marks, now, &count);
}

/* What replies say until the next refresh. */
static void
refresh_state(const struct engine *e, const struct sync_now *now,
    ntptime_t time, struct serve_state *st)
{
	const struct sync	*s = &e->sync;

	memset(st, 0, sizeof(*st));
	st->precision = (int8_t)e->precision;
	st->leap = LEAP_ALARM;
	if (!s->est.valid || !(s->synced || s->local))
		return;
	st->leap = s->leap;
	st->stratum = s->est.stratum;
	st->refid = s->est.refid;
	st->rootdelay = s->est.rootdelay;
	st->rootdisp = sync_rootdisp(s, now->osc);
	st->reftime = s->local ? time :
	    ntptime_add(time, -mono_diff(now->mono, s->last_update));
}

void
engine_server_refresh(struct engine *e, const struct sync_now *now)
{
	struct serve_clock	*c = &e->server.clock;
	ntptime_t		 ahead;

	if (!e->started)
		return;
	c->mono = now->mono;
	c->wall = e->wall;
	c->jumps = e->jumps;
	if (e->sync.est.valid) {
		c->time = sync_time(&e->sync, &e->osc, now->osc);
		ahead = sync_time(&e->sync, &e->osc,
		    osc_from_mono(&e->osc, mono_add(now->mono, AHEAD)));
		c->rate = ntptime_diff(ahead, c->time) - AHEAD;
	} else {
		c->time = now->real;
		c->rate = 0;
	}
	refresh_state(e, now, c->time, &c->st);
}

static void
listen_cb(int fd, short what, void *arg)
{
	struct listener	*l = arg;
	struct server	*s = l->server;
	struct sync_now	 now;
	uint32_t	 missed, jumps = s->clock.jumps;
	char		 buf[ADDR_STRLEN];
	int		 i, n;

	engine_wake(s->engine, &now);
	if (mono_diff(now.mono, s->clock.mono) > AHEAD ||
	    s->engine->jumps != jumps)
		engine_server_refresh(s->engine, &now);
	for (i = 0; i < BATCHES; i++) {
		if ((n = io_recv(fd, s->in, IO_BATCH)) == -1) {
			if (log_limit(&l->limit, &missed))
				log_warn("receive on %s",
				    addr_strport(&l->listen.addr, buf));
			return;
		}
		if (n > 0)
			batch(s, l, (size_t)n, now_mono(),
			    s->engine->jumps != jumps);
		if (n < IO_BATCH)
			return;
	}
}

static ntptime_t
corrected(const struct serve_clock *c, mono_t t)
{
	double	 passed = mono_diff(t, c->mono);

	return ntptime_add(c->time, passed + passed * c->rate);
}

/*
 * When it came in.  A stamp from before the clock was set is on another
 * scale: then, and when it makes no sense, it is now.
 */
static mono_t
arrival(const struct serve_clock *c, const struct io_msg *m, mono_t now,
    bool jumped)
{
	mono_t	 rx = { m->sec * 1000000000 + m->nsec - c->wall };

	if (jumped || rx.ns > now.ns || mono_diff(now, rx) > RX_MAX)
		return now;
	return rx;
}

static bool
answerable(struct servestat *s, bool v6, const struct io_msg *m)
{
	servestat_packet(s, v6, m->data, m->len);
	if (m->stamp != IO_STAMP_KERNEL)
		s->unstamped++;
	if (m->peer.family != ADDR_NONE && m->local.family != ADDR_NONE)
		return true;
	servestat_drop(s, SERVE_NOTUS);
	return false;
}

/*
 * The datagrams in s->in become replies in s->out.  The kernel takes its
 * time for each of a batch: the later ones say a later time.
 */
static void
batch(struct server *s, struct listener *l, size_t n, mono_t now, bool jumped)
{
	const struct serve_clock	*c = &s->clock;
	struct io_msg			*out;
	const struct io_msg		*in;
	enum serve_drop			 why;
	mono_t				 rx, tx;
	size_t				 i, sent, replies = 0;
	double				 cost;
	bool				 v6;

	v6 = l->listen.addr.family == ADDR_V6;
	for (i = 0; i < n; i++) {
		in = &s->in[i];
		out = &s->out[replies];
		if (!answerable(&l->count, v6, in))
			continue;
		rx = arrival(c, in, now, jumped);
		tx = mono_add(now_mono(), (double)replies * s->sendcost);
		if (serve(&c->st, in->data, in->len, in->peer.port,
		    corrected(c, rx), corrected(c, tx), out->data,
		    &why) == SERVE_DROP) {
			servestat_drop(&l->count, why);
			continue;
		}
		servestat_reply(&l->count, v6, NTP_HEADER_LEN,
		    tx.ns - rx.ns);
		out->peer = in->peer;
		/* A bound socket needs no telling, and some refuse it. */
		memset(&out->local, 0, sizeof(out->local));
		if (addr_any(&l->listen.addr))
			out->local = in->local;
		out->len = NTP_HEADER_LEN;
		replies++;
	}
	if (replies == 0)
		return;
	now = now_mono();
	sent = (size_t)io_send(l->fd, s->out, replies);
	cost = mono_diff(now_mono(), now) / (double)replies;
	if (cost < COST_MAX)
		s->sendcost += COST_GAIN * (cost - s->sendcost);
	for (; sent < replies; sent++)
		servestat_unsent(&l->count, v6, NTP_HEADER_LEN);
}
