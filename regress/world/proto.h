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
 * What the shim, inside a daemon's process, and the world say to each other.
 *
 * One SEQPACKET connection per process carries requests and their replies.
 * One page per host, mapped by all its processes, holds what is read often:
 * the clocks, and how much waits in each simulated socket.  Only one process
 * of the whole world runs at any moment, so the page needs no locks.
 */

#ifndef PROTO_H
#define PROTO_H

#include <stddef.h>
#include <stdint.h>

#define WORLD_FD	900		/* the connection, in every process */
#define WORLD_MAXDATA	8192		/* octets behind a message */
#define WORLD_SOCKS	1024		/* simulated sockets of a host */
#define WORLD_PROCS	64		/* processes of a host, ever living */
#define WORLD_READCOST	20		/* ns that reading a clock takes */

enum world_clock {
	WCLOCK_REAL,
	WCLOCK_MONO,
	WCLOCK_RAW,
	WCLOCK_BOOT,
	WCLOCK_TAI,
	WCLOCK__MAX
};

enum world_op {
	/* requests, each answered by the same message */
	OP_HELLO,		/* a: pid, b: virtual pid.  Answered to run */
	OP_FORK,		/* ret: virtual pid of the child to be */
	OP_FORKED,		/* a: its virtual pid, b: its pid or -1 */
	OP_EXEC,		/* the image goes; OP_HELLO will follow */
	OP_EXECFAIL,
	OP_SOCKET,		/* ino, a: domain, b: type; fd passed along */
	OP_WATCH,		/* ino; fd passed along: tell when the clock
				   was set */
	OP_BIND,		/* ino, name */
	OP_CONNECT,		/* ino, name */
	OP_LISTEN,		/* ino */
	OP_ACCEPT,		/* ino, t: ino of the new; fd passed along */
	OP_SHUTDOWN,		/* ino, a: SHUT_RD ... */
	OP_GETNAME,		/* ino, a: 0 own, 1 peer; name */
	OP_SETOPT,		/* ino, a: level, b: option, data */
	OP_GETOPT,		/* ino, a: level, b: option; data */
	OP_SEND,		/* ino, a: flags, name, data, control */
	OP_RECV,		/* ino, a: flags, b: room; all three */
	OP_CLOSED,		/* ino: a descriptor of it went */
	OP_SWEEP,		/* many descriptors went */
	OP_ADJTIMEX,		/* data: struct timex */
	OP_ADJTIME,		/* t: ns, INT64_MIN asks; t: what was left */
	OP_SETTIME,		/* t: CLOCK_REALTIME, ns */
	OP_RESOLVE,		/* data: name, a: family; data: addresses */
	OP_LOG,			/* data: a line for the system's log */
	OP_BLOCK,		/* t: deadline, MONO ns; a: look again at fds */
	/* from the world to a blocked process */
	OP_WAKE,		/* the deadline has come */
	OP_RECHECK,		/* look at descriptors and signals: */
	OP_RUN,			/*   something is there, I run */
	OP_STILL		/*   nothing: still blocked */
};

struct world_msg {
	uint32_t	 op;
	int32_t		 ret, err;
	int32_t		 a, b, c;
	uint32_t	 nname, ndata, nctl;	/* octets in data, in order */
	uint64_t	 ino;
	int64_t		 t;
	char		 data[WORLD_MAXDATA];
};

#define WORLD_HDR	offsetof(struct world_msg, data)

/* A simulated socket, as its processes see it without asking. */
struct world_sock {
	uint64_t	 ino;		/* of the placeholder; 0: free slot */
	uint32_t	 in;		/* datagrams, connections, octets */
	uint32_t	 err;		/* entries in the error queue */
	uint8_t		 fail;		/* a pending so_error */
	uint8_t		 selerr;	/* SO_SELECT_ERR_QUEUE */
	uint8_t		 stream;
	uint8_t		 full;		/* cannot be written to now */
	uint8_t		 end;		/* no more will come, WORLD_END_* */
};

#define WORLD_END_READ	1		/* the other side has finished */
#define WORLD_END_BOTH	2		/* we have, too */

struct world_pid {
	int32_t		 virt, real, parent;	/* virt 0: free slot */
};

struct world_page {
	int64_t			 clock[WCLOCK__MAX];	/* ns */
	uint64_t		 seed;
	uint32_t		 reads;		/* of clocks, not yet paid */
	uint32_t		 touched;	/* another may be ready now */
	uint32_t		 signals;	/* were sent, so many times */
	uint32_t		 nospace;	/* writing to files fails */
	uint32_t		 nsock;		/* slots ever in use */
	struct world_sock	 sock[WORLD_SOCKS];
	struct world_pid	 pid[WORLD_PROCS];
	char			 addr4[16];	/* of this host, text or "" */
	char			 addr6[48];
	char			 sockpath[108];
	char			 shim[256];
	char			 page[256];
	char			 root[256];	/* where /var and /run are */
};

#endif /* PROTO_H */
