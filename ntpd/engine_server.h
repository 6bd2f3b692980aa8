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
 * Those who ask us.  Engine only.
 *
 *	engine_server.c		requests to replies
 *	engine_worker.c		the processes that do that, too
 *	engine_budget.c		how many of them
 */

#ifndef ENGINE_SERVER_H
#define ENGINE_SERVER_H

#include <sys/types.h>
#include <sys/queue.h>

#include <event.h>
#include <stdint.h>

#include "batch.h"
#include "budget.h"
#include "imsgev.h"
#include "log.h"
#include "msg.h"
#include "ntptime.h"
#include "ntsring.h"
#include "servestat.h"
#include "sync.h"

struct engine;

/* A server process: engine_worker.c */
struct worker {
	TAILQ_ENTRY(worker) entry;
	struct engine	*engine;
	struct imsgev	 iev;
	uint32_t	 id;		/* of its listener */
};
TAILQ_HEAD(workers, worker);

/* A socket of the parent, or one that workers have: engine_server.c */
struct listener {
	TAILQ_ENTRY(listener) entry;
	struct server	*server;
	struct msg_listen listen;
	struct batch_socket socket;	/* with workers only its count */
	struct event	 ev;
	struct log_limit limit;
};
TAILQ_HEAD(listeners, listener);

struct server {
	struct engine	*engine;
	struct listeners listeners;
	struct workers	 workers;
	struct batch	 batch;
	struct ntsring	 ring;		/* of NTS cookies; n 0: none */
	struct servestat gone;		/* of listeners that are no more */
	struct servestat_marks marks;
};

/* engine_server.c */
void		 engine_server_init(struct engine *);
void		 engine_server_listen(void *, struct imsgev *,
		    const struct imsg_in *);
void		 engine_server_served(void *, struct imsgev *,
		    const struct imsg_in *);
void		 engine_server_gone(void *, struct imsgev *,
		    const struct imsg_in *);
void		 engine_server_start(struct engine *);
/* The symmetric keys. */
void		 engine_server_keys(struct engine *);
/* The keys of NTS cookies. */
void		 engine_server_ring(struct engine *,
		    const struct ntsring *);
/* engine.conf is another one. */
void		 engine_server_conf(struct engine *);
/* All that was counted since the start. */
void		 engine_server_count(const struct engine *,
		    struct servestat *);
/* Each second: for the rates. */
void		 engine_server_tick(struct engine *,
		    const struct sync_now *);
/* What replies say and the time in them follow sync. */
void		 engine_server_refresh(struct engine *,
		    const struct sync_now *);

/* engine_worker.c */
void		 engine_worker_fd(void *, struct imsgev *,
		    const struct imsg_in *);
/* server.batch.clock is another one. */
void		 engine_worker_tell(struct engine *);
/* What cookies are sealed with, and the symmetric keys. */
void		 engine_worker_ring(struct engine *);
void		 engine_worker_keys(struct engine *);

/* engine_budget.c: with what the parent knew at start */
void		 engine_budget_start(struct engine *,
		    const struct budget_state *, const struct sync_now *);
/* engine.conf is another one. */
void		 engine_budget_conf(struct engine *);
/* Each second, with the counters of all listeners. */
void		 engine_budget_tick(struct engine *, const struct servestat *,
		    const struct sync_now *);
/* What is used, for the parent to keep. */
void		 engine_budget_tell(struct engine *, mono_t);

#endif /* ENGINE_SERVER_H */
