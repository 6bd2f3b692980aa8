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
 * Questions to NTP servers from ntpctl itself: many at once, each at its
 * moment, each from a socket of its own, without privilege and without the
 * daemon.  Times are those of this process: read right before a request is
 * sent and right after the answer was read, as the pool's monitor does.
 */

#ifndef PROBE_H
#define PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "ntptime.h"

#define PROBE_REQUEST	128	/* octets, more than any we send */
#define PROBE_REPLY	1024	/* more than any we should get */

enum probe_state {
	PROBE_PLANNED,
	PROBE_WAITING,
	PROBE_ANSWERED,
	PROBE_SILENT,
	PROBE_FAILED		/* error says why */
};

struct probe {
	/* the caller's */
	struct addr	 addr;
	double		 at;		/* s after the start */
	double		 timeout;	/* s */
	uint8_t		 request[PROBE_REQUEST];
	size_t		 len;
	bool		 stranger;	/* an answer from elsewhere is one */

	/* what came of it */
	enum probe_state state;
	int		 error;
	uint64_t	 nonce;		/* the request's transmit field */
	mono_t		 sent;
	mono_t		 received;
	ntptime_t	 t1;		/* the same, CLOCK_REALTIME */
	ntptime_t	 t4;
	bool		 stepped;	/* that was set between them */
	struct addr	 from;
	uint16_t	 port;		/* ours */
	uint8_t		 reply[PROBE_REPLY];
	size_t		 replylen;	/* PROBE_REPLY: or more */

	int		 fd;
};

/*
 * A request as the pool's monitor sends it, length 48: all zero but the
 * version, the mode, a precision of 0x20 and a random transmit field.
 */
void	 probe_request(struct probe *, const struct addr *, double, double);

/* Run them all; returns when the last has come to its end. */
void	 probe_run(struct probe *, size_t);

/*
 * The addresses of a host: at most n, those of the family or of any
 * (ADDR_NONE), each once.  How many; 0 and a message on stderr.
 */
size_t	 probe_resolve(const char *, uint16_t, uint8_t, struct addr *,
	    size_t);

/* What query and check let one choose. */
struct asked {
	uint8_t		 family;	/* ADDR_NONE: any */
	uint16_t	 port;
	bool		 join;		/* check */
	double		 watch;		/* check: s between two; 0: one */
};

/*
 * Read the options in a command and its arguments.  Returns what follows
 * them; does not return when there is anything wrong.
 */
char	**probe_options(struct asked *, char **, bool);

#endif /* PROBE_H */
