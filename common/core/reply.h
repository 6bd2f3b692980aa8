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
 * Is this a believable reply to what we sent?  (RFC 5905 8 and 9.2, tests
 * in their order.)
 */

#ifndef REPLY_H
#define REPLY_H

#include <stddef.h>
#include <stdint.h>

#include "osc.h"
#include "packet.h"
#include "sample.h"

enum reply_verdict {
	REPLY_GOOD,
	REPLY_SHORT,		/* fewer than 48 bytes */
	REPLY_MODE,		/* not mode 4 */
	REPLY_VERSION,		/* not the version we asked with */
	REPLY_UNSOLICITED,	/* nothing was asked */
	REPLY_BOGUS,		/* origin is not our transmit field */
	REPLY_DUPLICATE,	/* answers the question before: see assoc.h */
	REPLY_UNAUTHENTIC,	/* not from who has our keys: see assoc.h */
	REPLY_KISS,		/* stratum 0 with a kiss code */
	REPLY_UNSYNC,		/* leap 3, or stratum 0 or above 15 */
	REPLY_DISTANCE,		/* root distance beyond REPLY_MAXDIST */
	REPLY_ZERO,		/* receive or transmit is zero */
	REPLY_ORDER,		/* receive after transmit */
	REPLY_STEPPED,		/* our clock was set while we waited */
	REPLY_DELAY,		/* negative round trip */
	REPLY_SLOW,		/* round trip above REPLY_MAXDELAY */
	REPLY__MAX
};

#define REPLY_MAXDIST	16.0	/* s, RFC 5905 MAXDISP */
#define REPLY_MAXDELAY	4.0	/* s; a later answer is no measurement */

/* When our packets left and arrived, by the best clock we have. */
struct pkt_times {
	osc_t		 tx;		/* T1 */
	osc_t		 rx;		/* T4 */
	double		 error;		/* bound of reading both, s */
	bool		 stepped;	/* CLOCK_REALTIME was set between */
};

/*
 * Judge a datagram that arrived for a query whose transmit field was
 * nonce; nonce 0: no query is open.  With REPLY_GOOD the sample is filled:
 * all its numbers are finite, delay and disp are above 0.  With REPLY_KISS
 * *kiss has the code, else 0.  header is filled whenever there are 48
 * bytes.  A round trip that is negative by less than the errors of reading
 * counts as the server's precision.
 */
enum reply_verdict	 reply_judge(const uint8_t *, size_t, uint64_t,
			    const struct pkt_times *, const struct osc *,
			    struct packet *, struct sample *, uint32_t *)
			    __attribute__((__warn_unused_result__));

/* "bogus (origin is not ours)" and the like, for logs and ntpctl. */
const char		*reply_str(enum reply_verdict);

#endif /* REPLY_H */
