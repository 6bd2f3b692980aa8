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
 * Datagrams with the kernel's timestamps.  One file per family of systems.
 */

#ifndef IO_H
#define IO_H

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
	struct addr	 local;		/* the address it was sent to */
	uint32_t	 ifindex;
	uint8_t		 stamp;		/* enum io_stamp */
	int64_t		 sec;		/* CLOCK_REALTIME of arrival, Unix */
	uint32_t	 nsec;
	size_t		 len;		/* of the datagram */
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

/*
 * Receive up to n datagrams; how many, 0 if none are there, -1 and errno.
 * Longer datagrams are cut to IO_MSGMAX and keep their true len.
 */
int	 io_recv(int, struct io_msg *, size_t)
	    __attribute__((__warn_unused_result__));

/* Send n datagrams from msg.local; how many went out; errors are skipped. */
int	 io_send(int, const struct io_msg *, size_t);

/* Send on a connected socket; -1 and errno. */
int	 io_query(int, const void *, size_t)
	    __attribute__((__warn_unused_result__));

/*
 * The kernel's transmit timestamp of the datagram just sent, from the
 * error queue: 1 and Unix time when it is there, 0 when not (yet, or ever).
 */
int	 io_txstamp(int, int64_t *, uint32_t *)
	    __attribute__((__warn_unused_result__));

#endif /* IO_H */
