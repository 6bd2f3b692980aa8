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
 * Engine: the server processes.  They are told what replies say, and tell
 * what they did, which is counted as if it had been done here.
 */

#include <sys/types.h>
#include <sys/queue.h>

#include <stdlib.h>
#include <string.h>

#include "engine.h"

#define UNREAD_MAX	100	/* messages a server may leave unread */

static void	 count(void *, struct imsgev *, const struct imsg_in *);
static void	 closed(void *, struct imsgev *);

/* E7, what the engine takes from a server. */
static const struct imsg_handler from_server[] = {
	{ IMSG_SERVE_COUNT, sizeof(struct batch_report), count, 0 },
	{ IMSG_SERVE_CLIENTS, IMSG_VARLEN, engine_clients_answer, 0 },
};

static void
send_keys(struct worker *w)
{
	const struct mackeys	*keys = &w->engine->keys;

	imsgev_send(&w->iev, IMSG_KEYS, 0, -1, keys, sizeof(*keys));
}

static void
send_ring(struct worker *w)
{
	const struct ntsring	*ring = &w->engine->server.ring;

	imsgev_send(&w->iev, IMSG_NTS_RING, 0, -1, ring, sizeof(*ring));
}

void
engine_worker_fd(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct engine	*e = arg;
	struct sync_now	 now;
	struct worker	*w;

	if ((w = calloc(1, sizeof(*w))) == NULL)
		fatal("worker");
	w->engine = e;
	memcpy(&w->id, in->data, sizeof(w->id));
	imsgev_init(&w->iev, in->fd, "server", from_server,
	    nitems(from_server), IMSGEV_FATAL, w, closed);
	TAILQ_INSERT_TAIL(&e->server.workers, w, entry);
	if (e->keys.n > 0)
		send_keys(w);
	if (e->server.ring.n > 0)
		send_ring(w);
	if (e->started) {
		engine_wake(e, &now);
		engine_server_refresh(e, &now);
	}
}

/* Its parent starts it again, if that was not meant. */
static void
closed(void *arg, struct imsgev *iev)
{
	struct worker	*w = arg;

	imsgev_close(iev);
	TAILQ_REMOVE(&w->engine->server.workers, w, entry);
	free(w);
}

void
engine_worker_tell(struct engine *e)
{
	struct worker	*w;

	TAILQ_FOREACH(w, &e->server.workers, entry) {
		if (imsgev_queued(&w->iev) < UNREAD_MAX)
			imsgev_send(&w->iev, IMSG_SERVE_CLOCK, 0, -1,
			    &e->server.batch.clock,
			    sizeof(e->server.batch.clock));
	}
}

void
engine_worker_ring(struct engine *e)
{
	struct worker	*w;

	TAILQ_FOREACH(w, &e->server.workers, entry)
		send_ring(w);
}

void
engine_worker_keys(struct engine *e)
{
	struct worker	*w;

	TAILQ_FOREACH(w, &e->server.workers, entry)
		send_keys(w);
}

static void
count(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	const struct batch_report	*r = in->data;
	struct worker			*w = arg;
	struct server			*s = &w->engine->server;
	struct listener			*l;

	if (r->id != w->id)
		imsgev_refuse(iev, in, "another listener's");
	TAILQ_FOREACH(l, &s->listeners, entry) {
		if (l->listen.id == r->id &&
		    addr_cmp(&l->listen.addr, &r->addr) == 0) {
			servestat_add(&l->socket.count, &r->count);
			return;
		}
	}
	servestat_add(&s->gone, &r->count);
}
