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
 * A server process: one of the workers of a "listen on".  It answers
 * requests on sockets it is given, with the time and the state the engine
 * tells it, and counts them.  It has no other way to anything: no file, no
 * clock, no socket of its own.
 *
 * The engine's word comes as a message each second and whenever something
 * changes, and holds until the next one.  A page of memory shared with the
 * engine would be some microseconds fresher; but a message needs no lock
 * that one side could break, exists on every system, and what it says of
 * the clock is a time and a rate, which do not get old in a second.
 */

#include <sys/types.h>
#include <sys/queue.h>
#include <sys/time.h>

#include <event.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "batch.h"
#include "conf.h"
#include "ctl.h"
#include "imsgev.h"
#include "log.h"
#include "msg.h"
#include "now.h"
#include "proc.h"
#include "sandbox.h"

#define STALE		10.0	/* s without a word from the engine */
#define UNREAD_MAX	100	/* messages the engine may leave unread */

struct worker;

struct listener {
	TAILQ_ENTRY(listener) entry;
	struct worker	*worker;
	struct batch_socket socket;
	struct event	 ev;
	struct log_limit limit;
};

struct worker {
	struct imsgev	 parent;
	struct imsgev	 engine;
	bool		 engine_there;
	bool		 told;		/* what time it is, at least once */
	bool		 watching;	/* batch.wall has a value */
	struct conf	*conf;		/* in force */
	struct conf	*pending;	/* received in part */
	TAILQ_HEAD(, listener) listeners;
	struct event	 tick;
	struct batch	 batch;
};

static void	 conf_item(void *, struct imsgev *, const struct imsg_in *);
static void	 fd_engine(void *, struct imsgev *, const struct imsg_in *);
static void	 fd_listen(void *, struct imsgev *, const struct imsg_in *);
static void	 listen_gone(void *, struct imsgev *, const struct imsg_in *);
static void	 shutdown_server(void *, struct imsgev *,
		    const struct imsg_in *);
static void	 keys(void *, struct imsgev *, const struct imsg_in *);
static void	 ring(void *, struct imsgev *, const struct imsg_in *);
static void	 serve_clock(void *, struct imsgev *, const struct imsg_in *);
static void	 top(void *, struct imsgev *, const struct imsg_in *);
static void	 parent_closed(void *, struct imsgev *);
static void	 engine_closed(void *, struct imsgev *);
static void	 listen_cb(int, short, void *);
static void	 tick(int, short, void *);

/* P, what a server takes from the parent. */
static const struct imsg_handler from_parent[] = {
	CONF_HANDLERS(conf_item),
	{ IMSG_LOG_LEVEL, sizeof(int32_t), proc_log_level, 0 },
	{ IMSG_SHUTDOWN, 0, shutdown_server, 0 },
	{ IMSG_FD_SERVER, 0, fd_engine, 1 },
	{ IMSG_FD_LISTEN, sizeof(struct msg_listen), fd_listen, 1 },
	{ IMSG_LISTEN_GONE, sizeof(uint32_t), listen_gone, 0 },
};

/* E7, what it takes from the engine. */
static const struct imsg_handler from_engine[] = {
	{ IMSG_SERVE_CLOCK, sizeof(struct serve_clock), serve_clock, 0 },
	{ IMSG_NTS_RING, sizeof(struct ntsring), ring, 0 },
	{ IMSG_KEYS, sizeof(struct mackeys), keys, 0 },
	{ IMSG_SERVE_TOP, sizeof(uint32_t), top, 0 },
};

void
server_main(const struct proc_opts *opts)
{
	static struct worker	 worker;
	struct worker		*w = &worker;
	struct timeval		 tv = { 1, 0 };

	proc_child(ROLE_SERVER, opts);
	sandbox(ROLE_SERVER, opts, NULL);
	event_init();
	TAILQ_INIT(&w->listeners);
	batch_init(&w->batch);
	imsgev_init(&w->parent, PROC_PARENT_FD, "parent", from_parent,
	    nitems(from_parent), IMSGEV_FATAL, w, parent_closed);
	evtimer_set(&w->tick, tick, w);
	evtimer_add(&w->tick, &tv);
	event_dispatch();
	fatalx("event loop ended");
}

static void
conf_item(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct worker	*w = arg;
	struct listener	*l;

	if (!conf_recv(&w->pending, in))
		return;
	conf_free(w->conf);
	w->conf = w->pending;
	w->pending = NULL;
	if (conf_serves_nts(w->conf))
		batch_nts(&w->batch);
	gate_conf(&w->batch.gate, w->conf);
	TAILQ_FOREACH(l, &w->listeners, entry)
		gate_socket(&w->batch.gate, w->conf, l->socket.id,
		    &l->socket.addr, &l->socket.gate);
	gate_sweep(&w->batch.gate);
}

static void
fd_engine(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct worker	*w = arg;

	if (w->engine_there)
		fatalx("second edge to the engine");
	imsgev_init(&w->engine, in->fd, "engine", from_engine,
	    nitems(from_engine), IMSGEV_FATAL, w, engine_closed);
	w->engine_there = true;
}

static void
fd_listen(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct worker		*w = arg;
	const struct msg_listen	*m = in->data;
	struct listener		*l;
	char			 buf[ADDR_STRLEN];

	if ((l = calloc(1, sizeof(*l))) == NULL)
		fatal("listener");
	l->worker = w;
	l->socket.fd = in->fd;
	l->socket.id = m->id;
	l->socket.addr = m->addr;
	l->socket.any = addr_any(&m->addr);
	if (io_listener(l->socket.fd) == -1)
		log_warn("listener %s", addr_strport(&m->addr, buf));
	event_set(&l->ev, l->socket.fd, EV_READ | EV_PERSIST, listen_cb, l);
	TAILQ_INSERT_TAIL(&w->listeners, l, entry);
	if (w->conf != NULL)
		gate_socket(&w->batch.gate, w->conf, m->id, &m->addr,
		    &l->socket.gate);
	log_debug("listening on %s", addr_strport(&m->addr, buf));
	if (w->told)
		event_add(&l->ev, NULL);
}

/* What was counted since the last time. */
static void
report(struct worker *w, struct listener *l)
{
	struct batch_report	 r;

	if (!w->engine_there || l->socket.count.packets == 0 ||
	    imsgev_queued(&w->engine) >= UNREAD_MAX)
		return;
	memset(&r, 0, sizeof(r));
	r.id = l->socket.id;
	r.addr = l->socket.addr;
	r.count = l->socket.count;
	memset(&l->socket.count, 0, sizeof(l->socket.count));
	imsgev_send(&w->engine, IMSG_SERVE_COUNT, 0, -1, &r, sizeof(r));
}

static void
listen_gone(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct worker	*w = arg;
	struct listener	*l, *next;
	uint32_t	 id;

	memcpy(&id, in->data, sizeof(id));
	TAILQ_FOREACH_SAFE(l, &w->listeners, entry, next) {
		if (l->socket.id != id)
			continue;
		report(w, l);
		TAILQ_REMOVE(&w->listeners, l, entry);
		event_del(&l->ev);
		close(l->socket.fd);
		free(l);
	}
}

static void
serve_clock(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct worker	*w = arg;
	struct listener	*l;

	memcpy(&w->batch.clock, in->data, sizeof(w->batch.clock));
	if (w->told)
		return;
	w->told = true;
	TAILQ_FOREACH(l, &w->listeners, entry)
		event_add(&l->ev, NULL);
}

/* The engine has looked at it. */
static void
keys(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct worker	*w = arg;

	batch_keys(&w->batch, in->data);
}

static void
ring(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct worker	*w = arg;

	batch_ring(&w->batch, in->data);
}

/* Who asks most of those that come here; see engine_clients.c. */
static void
top(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct worker		*w = arg;
	struct ratelimit_view	 view[CTL_CLIENTS_MAX];
	uint32_t		 limit;
	size_t			 n = 0;

	memcpy(&limit, in->data, sizeof(limit));
	if (limit > CTL_CLIENTS_MAX)
		limit = CTL_CLIENTS_MAX;
	memset(view, 0, sizeof(view));
	if (w->batch.gate.memory != NULL)
		n = ratelimit_top(&w->batch.gate.limit, now_mono(), view,
		    limit);
	imsgev_send(iev, IMSG_SERVE_CLIENTS, in->id, -1, view,
	    n * sizeof(view[0]));
}

/*
 * What time it is by the kernel, and whether somebody set its clock, which
 * is what stamps of arrival are by.
 */
static void
wake(struct worker *w)
{
	struct batch	*b = &w->batch;
	struct now	 now;
	int64_t		 wall;

	now_read(&now);
	wall = now_wall(&now);
	if (w->watching && fabs((double)(wall - b->wall) * 1e-9) >= NOW_STEP)
		b->jumps++;
	w->watching = true;
	b->wall = wall;
	b->now = now.mono;
	/* an engine that is silent knows no time, or it would tell */
	if (mono_diff(b->now, b->clock.mono) > STALE)
		b->clock.st.leap = LEAP_ALARM;
}

static void
listen_cb(int fd, short what, void *arg)
{
	struct listener	*l = arg;
	struct worker	*w = l->worker;
	uint32_t	 missed;
	char		 buf[ADDR_STRLEN];

	wake(w);
	if (batch_run(&w->batch, &l->socket) == -1 &&
	    log_limit(&l->limit, &missed))
		log_warn("receive on %s",
		    addr_strport(&l->socket.addr, buf));
}

static void
tick(int fd, short what, void *arg)
{
	struct worker	*w = arg;
	struct listener	*l;
	struct timeval	 tv = { 1, 0 };

	evtimer_add(&w->tick, &tv);
	wake(w);
	TAILQ_FOREACH(l, &w->listeners, entry)
		report(w, l);
}

static void
shutdown_server(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct worker	*w = arg;
	struct listener	*l;

	TAILQ_FOREACH(l, &w->listeners, entry)
		report(w, l);
	if (w->engine_there)
		imsgev_drain(&w->engine);
	exit(0);
}

static void
parent_closed(void *arg, struct imsgev *iev)
{
	exit(0);
}

/* Its loss ends the daemon, which the parent sees to. */
static void
engine_closed(void *arg, struct imsgev *iev)
{
	struct worker	*w = arg;

	log_debug("engine is gone");
	imsgev_close(&w->engine);
	w->engine_there = false;
}
