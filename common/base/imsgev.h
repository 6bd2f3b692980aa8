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
 * imsg over libevent: one dispatcher for every edge between processes.
 *
 * The receiving process keeps one table per edge.  The table is the access
 * control list of that edge: what is not in it, or has another length, is
 * refused.  From a process that is fatal; from a control client it closes
 * the client.
 */

#ifndef IMSGEV_H
#define IMSGEV_H

#include <sys/types.h>
#include <sys/queue.h>
#include <sys/uio.h>

#include <event.h>
#include <imsg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IMSG_VARLEN	SIZE_MAX	/* the handler checks the length */

struct imsgev;

struct imsg_in {
	uint32_t	 type;
	uint32_t	 id;		/* imsg peerid: the asker's number */
	const void	*data;		/* aligned for any type */
	size_t		 len;
	int		 fd;		/* -1: none; the handler owns it */
};

struct imsg_handler {
	uint32_t	 type;
	size_t		 len;		/* exact, or IMSG_VARLEN */
	void		 (*fn)(void *, struct imsgev *, const struct imsg_in *);
	bool		 fd;		/* must carry a descriptor */
};

enum imsgev_policy {
	IMSGEV_FATAL,		/* an edge between our processes */
	IMSGEV_SUSPECT,		/* one of them that may lie: closed likewise */
	IMSGEV_CLOSE		/* a control client: closed on any error */
};

struct imsgev {
	struct imsgbuf	 ibuf;
	struct event	 ev;
	const char	*name;		/* of the other side, for the log */
	const struct imsg_handler *handlers;
	size_t		 nhandlers;
	enum imsgev_policy policy;
	void		*arg;		/* first argument of handlers */
	void		 (*closed)(void *, struct imsgev *);
	bool		 dead;		/* nothing more in or out */
	bool		 mute;		/* nothing more out: only read */
};

/*
 * Take over a non-blocking socket.  closed is called once, from the event
 * loop, when the other side is gone (or, for IMSGEV_CLOSE, misbehaved); it
 * calls imsgev_close and may then free the imsgev.  So may a handler.
 */
void		 imsgev_init(struct imsgev *, int, const char *,
		    const struct imsg_handler *, size_t, enum imsgev_policy,
		    void *, void (*)(void *, struct imsgev *));
void		 imsgev_close(struct imsgev *);

/*
 * Queue a message: type, id, descriptor or -1 (owned from here on), data.
 * Out of memory is fatal between processes, closes a client.
 */
void		 imsgev_send(struct imsgev *, uint32_t, uint32_t, int,
		    const void *, size_t);

/* Send what is queued, waiting up to 1 s: the last words before an exit. */
void		 imsgev_drain(struct imsgev *);

/* Send what the other side has room for: what stays queued it does not read. */
void		 imsgev_flush(struct imsgev *);

/* Messages queued and not sent: for closing a client that does not read. */
size_t		 imsgev_queued(struct imsgev *);

/*
 * A handler's verdict on the message it got: its content makes no sense.
 * Fatal between processes (does not return), closes a client.
 */
void		 imsgev_refuse(struct imsgev *, const struct imsg_in *,
		    const char *);

#endif /* IMSGEV_H */
