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
 * Engine: its listeners, and what replies say.  How a request becomes a
 * reply is batch.c's business.
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

#define AHEAD		1.0	/* s; how far to look for the rate */

static void	 listen_cb(int, short, void *);
static void	 unlisten(struct listener *);

void
engine_server_init(struct engine *e)
{
	e->server.engine = e;
	batch_init(&e->server.batch);
	TAILQ_INIT(&e->server.listeners);
	TAILQ_INIT(&e->server.workers);
}

static struct listener *
new_listener(struct engine *e, const struct msg_listen *m, int fd)
{
	struct listener	*l;

	if ((l = calloc(1, sizeof(*l))) == NULL)
		fatal("listener");
	l->server = &e->server;
	l->listen = *m;
	l->listen.ifname[sizeof(l->listen.ifname) - 1] = '\0';
	l->socket.fd = fd;
	l->socket.id = m->id;
	l->socket.addr = m->addr;
	l->socket.any = addr_any(&m->addr);
	TAILQ_INSERT_TAIL(&e->server.listeners, l, entry);
	if (e->started)
		engine_hurry(e, now_mono());
	return l;
}

void
engine_server_listen(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct engine	*e = arg;
	struct listener	*l;
	char		 buf[ADDR_STRLEN];

	l = new_listener(e, in->data, in->fd);
	if (io_listener(l->socket.fd) == -1)
		log_warn("listener %s", addr_strport(&l->listen.addr, buf));
	event_set(&l->ev, l->socket.fd, EV_READ | EV_PERSIST, listen_cb, l);
	log_info("listening on %s%s%s", addr_strport(&l->listen.addr, buf),
	    l->listen.ifname[0] != '\0' ? " " : "", l->listen.ifname);
	if (e->conf != NULL)
		gate_socket(&e->server.batch.gate, e->conf, l->socket.id,
		    &l->socket.addr, &l->socket.gate);
	if (e->started)
		event_add(&l->ev, NULL);
}

/* Servers have the sockets; what they count comes here. */
void
engine_server_served(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct listener	*l;
	char		 buf[ADDR_STRLEN];

	l = new_listener(arg, in->data, -1);
	log_info("listening on %s%s%s, %u worker%s",
	    addr_strport(&l->listen.addr, buf),
	    l->listen.ifname[0] != '\0' ? " " : "", l->listen.ifname,
	    l->listen.workers, l->listen.workers == 1 ? "" : "s");
}

/* Another configuration is in force; a packet sees the old one or this. */
void
engine_server_conf(struct engine *e)
{
	struct gate	*gate = &e->server.batch.gate;
	struct listener	*l;

	if (conf_serves_nts(e->conf))
		batch_nts(&e->server.batch);
	gate_conf(gate, e->conf);
	TAILQ_FOREACH(l, &e->server.listeners, entry)
		if (l->socket.fd != -1)
			gate_socket(gate, e->conf, l->socket.id,
			    &l->socket.addr, &l->socket.gate);
	gate_sweep(gate);
}

void
engine_server_gone(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct engine	*e = arg;
	struct listener	*l, *next;
	uint32_t	 id;

	memcpy(&id, in->data, sizeof(id));
	TAILQ_FOREACH_SAFE(l, &e->server.listeners, entry, next) {
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
	servestat_add(&l->server->gone, &l->socket.count);
	if (l->socket.fd != -1) {
		event_del(&l->ev);
		close(l->socket.fd);
	}
	free(l);
}

void
engine_server_start(struct engine *e)
{
	struct listener	*l;

	TAILQ_FOREACH(l, &e->server.listeners, entry) {
		if (l->socket.fd != -1)
			event_add(&l->ev, NULL);
	}
}

void
engine_server_count(const struct engine *e, struct servestat *count)
{
	const struct listener	*l;

	*count = e->server.gone;
	TAILQ_FOREACH(l, &e->server.listeners, entry)
		servestat_add(count, &l->socket.count);
}

void
engine_server_tick(struct engine *e, const struct sync_now *now)
{
	struct servestat	 count;

	engine_server_count(e, &count);
	servestat_mark(&e->server.marks, now->mono, &count);
	engine_budget_tick(e, &count, now);
}

void
engine_server_keys(struct engine *e)
{
	batch_keys(&e->server.batch, &e->keys);
	engine_worker_keys(e);
}

void
engine_server_ring(struct engine *e, const struct ntsring *ring)
{
	e->server.ring = *ring;
	batch_ring(&e->server.batch, ring);
	engine_worker_ring(e);
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
	struct serve_clock	*c = &e->server.batch.clock;
	ntptime_t		 ahead;

	if (!e->started)
		return;
	c->mono = now->mono;
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
	engine_worker_tell(e);
}

static void
listen_cb(int fd, short what, void *arg)
{
	struct listener	*l = arg;
	struct engine	*e = l->server->engine;
	struct batch	*b = &l->server->batch;
	struct sync_now	 now;
	uint32_t	 missed;
	char		 buf[ADDR_STRLEN];

	engine_wake(e, &now);
	if (mono_diff(now.mono, b->clock.mono) > AHEAD ||
	    e->jumps != b->jumps)
		engine_server_refresh(e, &now);
	b->now = now.mono;
	b->wall = e->wall;
	b->jumps = e->jumps;
	if (batch_run(b, &l->socket) == -1 && log_limit(&l->limit, &missed))
		log_warn("receive on %s",
		    addr_strport(&l->listen.addr, buf));
}
