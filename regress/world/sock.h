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
 * Inside the simulated sockets: what sock.c, dgram.c and stream.c share.
 */

#ifndef SOCK_H
#define SOCK_H

#include "world.h"

#define BACKLOG		64

struct item;
struct conn;

struct wsock {
	struct host		*h;
	uint64_t		 ino;
	int			 slot, fd, domain, type;
	struct waddr		 local, peer;
	struct stamp_opts	 opts;
	bool			 v6only;
	int			 error;		/* SO_ERROR */
	/* of datagrams */
	uint32_t		 txid;
	struct item		*in, *err;	/* queues */
	/* of streams: a connection, or those that wait to be accepted */
	struct conn		*conn;
	int			 end;		/* which of its two is ours */
	bool			 listening;
	struct conn		*queue[BACKLOG];
	int			 nqueue;
};

/* An answer that is an error. */
void		 sock_fail(struct world_msg *, int);
/* A new socket at the end of a placeholder; NULL: too many. */
struct wsock	*sock_make(struct host *, uint64_t, int, int, int);
/*
 * What is there to be read, and whether an error waits: the placeholder
 * becomes readable when there is something and was nothing.
 */
void		 sock_ready(struct wsock *, uint32_t, uint32_t, bool);
/* Bind to a port of the host's choice, unless it has one. */
void		 sock_port(struct wsock *);
/* Which own address speaks to that one. */
bool		 sock_route(struct host *, const struct waddr *,
		    struct waddr *);

/* The requests; the answer is made in place. */
void		 dgram_connect(struct wsock *, struct world_msg *);
void		 dgram_send(struct wsock *, struct world_msg *);
void		 dgram_recv(struct wsock *, struct world_msg *);
void		 dgram_close(struct wsock *);
void		 stream_connect(struct wsock *, struct world_msg *);
void		 stream_listen(struct wsock *, struct world_msg *);
void		 stream_accept(struct wsock *, struct world_msg *, int);
void		 stream_send(struct wsock *, struct world_msg *);
void		 stream_recv(struct wsock *, struct world_msg *);
void		 stream_shutdown(struct wsock *, struct world_msg *);
void		 stream_close(struct wsock *);

#endif /* SOCK_H */
