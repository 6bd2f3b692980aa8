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
#include <sys/uio.h>

#include <netinet/in.h>

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
	IO_STAMP_KERNEL
};

struct io_msg {
	struct addr	 peer;		/* source, or destination to send to */
	struct addr	 local;		/* the address it was sent to, if the */
					/* socket is bound to none; NONE: */
					/* broadcast, multicast or unknown */
	uint32_t	 ifindex;	/* where it came in */
	uint8_t		 stamp;		/* enum io_stamp */
	bool		 cut;		/* there was more than IO_MSGMAX */
	int64_t		 sec;		/* CLOCK_REALTIME of arrival, Unix */
	uint32_t	 nsec;
	size_t		 len;		/* octets in data */
	uint8_t		 data[IO_MSGMAX];
};

/* A datagram to be sent back to where in[to] came from. */
struct io_reply {
	unsigned int	 to;
	bool		 sent;		/* io_batch_send's answer */
	size_t		 len;
	uint8_t		 data[IO_MSGMAX];
};

union io_sockaddr {
	struct sockaddr	 sa;
	struct sockaddr_in sin;
	struct sockaddr_in6 sin6;
};

#define IO_CONTROL	256	/* octets of control messages, each way */

struct io_control {
	_Alignas(struct cmsghdr) uint8_t buf[IO_CONTROL];
};

/*
 * Requests in, replies out.  The memory is the caller's, who keeps it: the
 * headers are filled in once, and where the kernel writes to them.
 */
struct io_batch {
	struct io_msg	 in[IO_BATCH];
	struct io_reply	 out[IO_BATCH];
	/* for io.c alone */
	struct mmsghdr	 rx[IO_BATCH];
	struct mmsghdr	 tx[IO_BATCH];
	struct iovec	 rxdata[IO_BATCH];
	struct iovec	 txdata[IO_BATCH];
	union io_sockaddr peer[IO_BATCH];
	struct io_control rxcontrol[IO_BATCH];
	struct io_control txcontrol[IO_BATCH];
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
 * Receive one datagram: 1, 0 if none is there, -1 and errno.  What does not
 * fit in IO_MSGMAX is cut.
 */
int	 io_recv(int, struct io_msg *)
	    __attribute__((__warn_unused_result__));

/* Before the first use of a batch. */
void	 io_batch_init(struct io_batch *);

/* The same for up to IO_BATCH of them, in one system call: how many. */
int	 io_batch_recv(int, struct io_batch *)
	    __attribute__((__warn_unused_result__));

/*
 * Send the first n of out[], in one system call; with true from the address
 * that was asked (a socket bound to one needs no telling, and some refuse
 * it).  How many went out: one that the kernel refuses is skipped; when it
 * has no room the rest is dropped.
 */
size_t	 io_batch_send(int, struct io_batch *, size_t, bool);

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
 * A descriptor that can be read when somebody set CLOCK_REALTIME, on which
 * stamps are, or the machine slept; it is not blocking.  -1 when the system
 * does not tell.  And reading what there is, to be told again.
 */
int	 io_clock_watch(void)
	    __attribute__((__warn_unused_result__));
void	 io_clock_told(int);

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
/*
 * Ask for timestamps of what arrives and, with true, of what leaves.  -1
 * may be ignored: we read the clock ourselves then.
 */
int	 io_os_stamps(int, bool);
/* Ask for the destination address of what arrives. */
int	 io_os_dstaddr(int, int)
	    __attribute__((__warn_unused_result__));
/*
 * Replies leave in one piece whatever a router is said to have said of the
 * way's MTU: a reply is no longer than its request, which came in one, and
 * who can have it cut into fragments can put others in their place.
 */
void	 io_os_whole(int, int);
/* Read stamp, local address and interface from the control messages. */
void	 io_os_control(struct msghdr *, struct io_msg *);
/* Write a control message that sets the source; its length. */
size_t	 io_os_source(void *, const struct io_msg *);
/* Will io_txstamp ever answer? */
bool	 io_os_txstamps(void);

#endif /* IO_H */
