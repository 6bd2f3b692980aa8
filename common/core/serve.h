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
 * A request and our state become a reply or silence.  Pure, and cheap: it
 * runs for every packet of a server in the pool.
 */

#ifndef SERVE_H
#define SERVE_H

#include "packet.h"

enum serve_act {
	SERVE_REPLY,
	SERVE_DROP
};

enum serve_drop {		/* why; one counter each, servestat.h */
	SERVE_OK,
	SERVE_SHORT,		/* fewer than 48 bytes */
	SERVE_VERSION,		/* not 1..4 */
	SERVE_MODE,		/* not a request */
	SERVE_PORT0,		/* source port 0: nowhere to answer to */
	/* not serve's own reasons, but those of the loop around it */
	SERVE_NTS,		/* NTS fields that make no sense */
	SERVE_KEY,		/* a key we do not have, or a wrong code */
	SERVE_NOTUS,		/* sent to a broadcast or multicast address */
	SERVE_UNSENT,		/* the kernel would not send the reply */
	SERVE_DENIED,		/* by a rule */
	SERVE_IGNORED,		/* by a rule, too */
	SERVE_LIMITED,		/* asks too often */
	SERVE_BUDGET,		/* so that the budget lasts */
	SERVE__MAX
};

/* What every reply of a batch says; refreshed by the engine. */
struct serve_state {
	uint8_t		 leap;		/* LEAP_ALARM: unsynchronised */
	uint8_t		 stratum;	/* ours, 1..15; 0 unsynchronised */
	int8_t		 precision;	/* log2 s */
	uint32_t	 refid;		/* host order */
	double		 rootdelay;	/* s */
	double		 rootdisp;	/* s, now */
	ntptime_t	 reftime;	/* last update of the clock */
};

/*
 * The request, its length and source port become a reply but for its times.
 * It is always 48 bytes, so never longer than the request, and may be
 * written over it.  A stratum outside 1..15 or LEAP_ALARM makes it say LI 3,
 * stratum 0 and refid 0.  *why is SERVE_OK or why there is no reply.
 */
enum serve_act	 serve(const struct serve_state *, const uint8_t *, size_t,
		    uint16_t, uint8_t [NTP_HEADER_LEN], enum serve_drop *)
		    __attribute__((__warn_unused_result__));

/*
 * The corrected times of arrival and of departure of a reply.  What it says
 * it left at is later than what it says it came at, whatever the clock did
 * between, and neither is zero.
 */
void		 serve_stamp(uint8_t [NTP_HEADER_LEN], ntptime_t, ntptime_t);

/*
 * A reply with its times in it becomes one in interleaved mode (RFC 9769 2)
 * if the request is: true when it is.  *rx and *tx are when the request of
 * the last reply to this client came and when that reply left, 0 if there
 * was none, and become those of this one; who learns better when it left
 * changes *tx.
 */
bool		 serve_interleave(uint8_t [NTP_HEADER_LEN], const uint8_t *,
		    uint64_t *, uint64_t *);

/* A reply becomes a kiss of that code: RFC 5905 7.4. */
void		 serve_kiss(uint8_t [NTP_HEADER_LEN], uint32_t);

const char	*serve_str(enum serve_drop);

#endif /* SERVE_H */
