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
 * Engine and server: who is answered.  The rules, the table of clients and
 * the budget of a configuration, as one process has them; batch.c asks for
 * every packet.
 */

#ifndef GATE_H
#define GATE_H

#include <sys/types.h>
#include <sys/queue.h>

#include <stdbool.h>
#include <stdint.h>

#include "acl.h"
#include "io.h"
#include "ratelimit.h"
#include "serve.h"

/* What there is for a socket; until it is told, nobody is answered there. */
struct gate_socket {
	const struct acl *acl;		/* NULL: not told yet */
	bool		 limit;
};

struct conf;
struct gate_table;

struct gate {
	TAILQ_HEAD(gate_tables, gate_table) tables;
	struct gate_tables old;		/* until gate_sweep */
	struct ratelimit limit;
	void		*memory;	/* of limit; NULL: no listener */
};

/* All zero before that. */
void		 gate_init(struct gate *);

/*
 * A configuration is in force.  Then gate_socket for every socket, then
 * gate_sweep, which frees what was before.  In between sockets go by the
 * old rules.  The clients that are known stay known, unless it is about
 * other networks, or another number of them.
 */
void		 gate_conf(struct gate *, const struct conf *);
/* A socket bound to that address for the listener with that id. */
void		 gate_socket(struct gate *, const struct conf *, uint32_t,
		    const struct addr *, struct gate_socket *);
void		 gate_sweep(struct gate *);

/* What to answer instead of the time. */
enum gate_kiss {
	GATE_TIME,		/* the time */
	GATE_DENY,
	GATE_RATE
};

/*
 * Before anything is made of a datagram: SERVE_OK or why it is dropped.
 * *kiss may become GATE_DENY.
 */
enum serve_drop	 gate_access(const struct gate_socket *,
		    const struct io_msg *, enum gate_kiss *);

/*
 * So many datagrams will be asked about at that time: the key of each, and
 * what is known of them on its way from memory, all together.  One that is
 * too short to be a request has none.
 */
void		 gate_ahead(const struct gate *, const struct io_msg *, size_t,
		    mono_t, struct ratelimit_key *);

/*
 * For a request that is right, at that time, of which the part shed of 2^32
 * is to be left unanswered.  *kiss is what gate_access made of it, and may
 * become GATE_RATE; the client is good until the next call, as memory until
 * the next gate_conf, or NULL.
 */
enum serve_drop	 gate_limit(struct gate *, const struct gate_socket *,
		    const struct ratelimit_key *, mono_t, uint32_t,
		    enum gate_kiss *, struct ratelimit_client **);

#endif /* GATE_H */
