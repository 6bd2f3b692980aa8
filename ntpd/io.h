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
 * Datagrams with the kernel's timestamps: io.c on every system, with one
 * small file per family of systems below it for what the kernel calls it.
 */

#ifndef IO_H
#define IO_H

#include <sys/types.h>
#include <sys/socket.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "ntptime.h"

#define IO_BATCH	32	/* datagrams per system call */
#define IO_MSGMAX	1024	/* octets kept of a datagram */

enum io_stamp {
	IO_STAMP_NONE,
	IO_STAMP_DAEMON,	/* we read the clock */
	IO_STAMP_KERNEL,
	IO_STAMP_HARDWARE
};

struct io_msg {
	struct addr	 peer;		/* source, or destination to send to */
	struct addr	 local;		/* the address it was sent to; NONE: */
					/* broadcast, multicast or unknown */
	uint32_t	 ifindex;	/* where it came in */
	uint8_t		 stamp;		/* enum io_stamp */
	bool		 cut;		/* there was more than IO_MSGMAX */
	int64_t		 sec;		/* CLOCK_REALTIME of arrival, Unix */
	uint32_t	 nsec;
	size_t		 len;		/* octets in data */
	uint8_t		 data[IO_MSGMAX];
};

/* A bound, non-blocking socket of the parent: ask for what we need. */
int	 io_listener(int)
	    __attribute__((__warn_unused_result__));

/*
 * A fresh socket connected to a server, from the given local address (or
 * NULL) and a random port, with timestamps both ways.  -1 and errno.
 */
int	 io_client(const struct addr *, const struct addr *)
	    __attribute__((__warn_unused_result__));

/* The address a socket sends from; -1 and errno. */
int	 io_local(int, struct addr *)
	    __attribute__((__warn_unused_result__));

/* Is there a route to it, from that local address?  Nothing is sent. */
bool	 io_route(const struct addr *, const struct addr *);

/*
 * An errno that says the way is closed on our side (no route, no address,
 * no such family), rather than what the other side did.
 */
bool	 io_noroute(int);

/*
 * Receive up to n datagrams; how many, 0 if none are there, -1 and errno.
 * What does not fit in IO_MSGMAX is cut.
 */
int	 io_recv(int, struct io_msg *, size_t)
	    __attribute__((__warn_unused_result__));

/*
 * Send n datagrams from msg.local; how many went out.  One that the kernel
 * refuses is skipped; when it has no room the rest is dropped.
 */
int	 io_send(int, const struct io_msg *, size_t);

/* Send on a connected socket; -1 and errno. */
int	 io_query(int, const void *, size_t)
	    __attribute__((__warn_unused_result__));

/*
 * The kernel's transmit timestamp of the datagram just sent, from the
 * error queue: 1 and Unix time when it is there, 0 when not (yet, or ever).
 * Empties the queue.
 */
int	 io_txstamp(int, int64_t *, uint32_t *)
	    __attribute__((__warn_unused_result__));

/*
 * A socket to keep open for as long as the process lives: kernels switch
 * timestamps on lazily, and without it the first datagrams go unstamped.
 * -1 when the system has no need of it.
 */
int	 io_warm(void)
	    __attribute__((__warn_unused_result__));

/*
 * The kernel's side, io_<os>.c; for io.c alone.
 */
#define IO_CONTROL	256	/* octets of control messages, each way */

/*
 * Ask for timestamps of what arrives and, with true, of what leaves.  -1
 * may be ignored: we read the clock ourselves then.
 */
int	 io_os_stamps(int, bool);
/* Ask for the destination address of what arrives. */
int	 io_os_dstaddr(int, int)
	    __attribute__((__warn_unused_result__));
/* Read stamp, local address and interface from the control messages. */
void	 io_os_control(struct msghdr *, struct io_msg *);
/* Write a control message that sets the source; its length. */
size_t	 io_os_source(void *, const struct io_msg *);
/* Will io_txstamp ever answer? */
bool	 io_os_txstamps(void);

#endif /* IO_H */
