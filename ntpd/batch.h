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
 * Engine and server: requests to replies, in batches.  What a batch has to
 * know of the clock and of the state of the daemon is in struct serve_clock
 * and comes from the engine; it may be a little old.
 */

#ifndef BATCH_H
#define BATCH_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "gate.h"
#include "io.h"
#include "log.h"
#include "mac.h"
#include "ntptime.h"
#include "ntsserve.h"
#include "serve.h"
#include "servestat.h"

/*
 * Corrected time: at mono it was time, and it gains rate seconds per second
 * of CLOCK_MONOTONIC.  Good for a few seconds.
 */
struct serve_clock {
	struct serve_state st;
	mono_t		 mono;
	ntptime_t	 time;
	double		 rate;
	uint32_t	 shed;		/* of 2^32 requests, for the budget */
	uint32_t	 zero;
};

/* A socket of the parent, where it is bound, and what happened on it. */
struct batch_socket {
	int		 fd;
	uint32_t	 id;		/* conf_listen.id: which listener */
	struct addr	 addr;
	bool		 any;		/* addr is the wildcard */
	uint32_t	 jumps;		/* batch.jumps when it was empty */
	struct gate_socket gate;
	struct servestat count;
};

#define BATCH_RANDOM	4096	/* octets fetched at once */

/* What it takes to answer with NTS; there is none without keys. */
struct batch_nts {
	struct ntsserve	*serve;
	size_t		 left;		/* of random */
	uint8_t		 random[BATCH_RANDOM];
	struct ntsserve_reply reply[IO_BATCH];	/* of io.out */
};

struct batch {
	struct serve_clock clock;
	struct batch_nts *nts;		/* or NULL */
	struct mac	*mac;		/* NULL: no symmetric keys */
	uint32_t	 keyid[IO_BATCH]; /* of io.out; 0: without */
	mono_t		 now;		/* of this wakeup, and the same */
	int64_t		 wall;		/* CLOCK_REALTIME - MONOTONIC, ns */
	uint32_t	 jumps;		/* of that, so far */
	double		 sendcost;	/* s, of one datagram, running mean */
	double		 sealcost;	/* s, of making one authentic, too */
	uint32_t	 sends;		/* batches sent */
	struct ratelimit_key key[IO_BATCH];	/* of io.in */
	struct ratelimit_client *client[IO_BATCH]; /* of io.out, or NULL */
	struct gate	 gate;
	struct io_batch	 io;
};

/* What a server tells the engine: counted on a socket since the last one. */
struct batch_report {
	uint32_t	 id;		/* of the listener */
	uint32_t	 zero;
	struct addr	 addr;		/* as bound */
	struct servestat count;
};

void	 batch_init(struct batch *);

/*
 * There are clients of ours with NTS: who shows NTS is not answered without
 * from now on, before there are keys for its cookies either.
 */
void		 batch_nts(struct batch *);

/* Cookies are opened and sealed with these keys from now on. */
void	 batch_ring(struct batch *, const struct ntsring *);

/* Who asks with one of these keys is answered with it from now on. */
void	 batch_keys(struct batch *, const struct mackeys *);

/*
 * The socket is readable: answer what is there, up to a few batches, so
 * that others get their turn.  The caller has just set now, wall and jumps,
 * and clock is as fresh as can be.  -1 and errno when receiving failed.
 */
int	 batch_run(struct batch *, struct batch_socket *)
	    __attribute__((__warn_unused_result__));

#endif /* BATCH_H */
