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
 * ntpctl's connections and what they are shown.  Engine only.
 *
 *	engine_control.c	the connections
 *	engine_clients.c	who asks us most
 *	engine_show.c		all other answers;
 *	engine_show_*.c		those about constraints, NTS and the server
 */

#ifndef ENGINE_CONTROL_H
#define ENGINE_CONTROL_H

#include <sys/types.h>
#include <sys/queue.h>

#include <event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ctl.h"
#include "imsgev.h"
#include "ratelimit.h"
#include "sync.h"

struct engine;

/* Who asks us most, all processes together: engine_clients.c */
struct census {
	struct client	*client;	/* who wants to know */
	void		 (*done)(struct client *, enum ctl_result, uint32_t);
	uint32_t	 id;
	uint32_t	 limit;		/* of rows */
	unsigned int	 pending;	/* servers that have not answered */
	struct event	 timer;		/* no longer than that */
	struct ratelimit_view *view;
	size_t		 n;
};

/* A connection of ntpctl: engine_control.c */
struct client {
	TAILQ_ENTRY(client) entry;
	struct engine	*engine;
	struct imsgev	 iev;
	uint32_t	 id;
	uid_t		 uid;
	bool		 hello;		/* said its version */
	bool		 waits;		/* for the clock to be synced, */
	bool		 asked;		/* for the parent's processes */
	struct census	*census;	/* under way, or NULL */
};
TAILQ_HEAD(clients, client);

struct control {
	struct event	 ev;
	struct event	 pause;		/* out of descriptors */
	int		 fd;		/* -1: none */
	struct clients	 clients;
	unsigned int	 nclients;
	uint32_t	 nextid;
	uint32_t	 reloader;	/* whose reload is under way; 0: none */
	uint32_t	 census;	/* number of the last one */
	struct log_limit limit;
};

/* engine_control.c */
void		 engine_control_init(struct engine *);
void		 engine_control_fd(void *, struct imsgev *,
		    const struct imsg_in *);
void		 engine_control_process(void *, struct imsgev *,
		    const struct imsg_in *);
void		 engine_control_processes(void *, struct imsgev *,
		    const struct imsg_in *);
/* The clock is synced: tell those who wait for it. */
void		 engine_control_synced(struct engine *);
void		 engine_control_text(void *, struct imsgev *,
		    const struct imsg_in *);
void		 engine_control_done(void *, struct imsgev *,
		    const struct imsg_in *);

/*
 * engine_clients.c: the so many clients who ask most, when all servers have
 * told theirs or have had time to; then it is done, with so many rows.
 */
void		 engine_clients_ask(struct client *, uint32_t,
		    const struct sync_now *,
		    void (*)(struct client *, enum ctl_result, uint32_t));
/* The client is gone. */
void		 engine_clients_cancel(struct client *);
void		 engine_clients_answer(void *, struct imsgev *,
		    const struct imsg_in *);

/* engine_show.c: rows of a view; how many. */
uint32_t	 engine_show(struct engine *, struct imsgev *, enum ctl_view,
		    const struct sync_now *);
/* engine_show_constraint.c, _nts.c and _server.c: some of them. */
uint32_t	 engine_show_constraints(struct engine *, struct imsgev *,
		    const struct sync_now *);
uint32_t	 engine_show_nts(struct engine *, struct imsgev *,
		    const struct sync_now *);
uint32_t	 engine_show_ke(struct engine *, struct imsgev *,
		    const struct sync_now *);
uint32_t	 engine_show_server(struct engine *, struct imsgev *,
		    const struct sync_now *);
uint32_t	 engine_show_listeners(struct engine *, struct imsgev *,
		    const struct sync_now *);

#endif /* ENGINE_CONTROL_H */
