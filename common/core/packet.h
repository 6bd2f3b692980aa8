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
 * The 48-byte NTP header (RFC 5905 7.3), coded byte by byte.
 */

#ifndef PACKET_H
#define PACKET_H

#include <stddef.h>
#include <stdint.h>

#include "leap.h"
#include "ntptime.h"

#define NTP_HEADER_LEN	48
#define NTP_PORT	123
#define NTP_VERSION	4	/* what we ask with */
#define NTP_STRATUM_MAX	15	/* 16 and, on the wire, 0: unsynchronised */

enum ntp_mode {
	MODE_RESERVED = 0,
	MODE_ACTIVE = 1,
	MODE_PASSIVE = 2,
	MODE_CLIENT = 3,
	MODE_SERVER = 4,
	MODE_BROADCAST = 5,
	MODE_CONTROL = 6,
	MODE_PRIVATE = 7
};

struct packet {
	uint8_t		 leap;		/* enum leap_indicator */
	uint8_t		 version;	/* 0..7 */
	uint8_t		 mode;		/* enum ntp_mode */
	uint8_t		 stratum;
	int8_t		 poll;		/* log2 s */
	int8_t		 precision;	/* log2 s */
	double		 rootdelay;	/* s */
	double		 rootdisp;	/* s */
	uint32_t	 refid;		/* host order: 'R'<<24|'A'<<16.. */
	ntptime_t	 reftime;
	ntptime_t	 origin;	/* T1: client's transmit, echoed */
	ntptime_t	 receive;	/* T2 */
	ntptime_t	 transmit;	/* T3 */
};

/* Decode a header; -1 if there are fewer than 48 bytes. */
int	 packet_decode(struct packet *, const uint8_t *, size_t)
	    __attribute__((__warn_unused_result__));

/* Encode exactly 48 bytes. */
void	 packet_encode(const struct packet *, uint8_t [NTP_HEADER_LEN]);

/*
 * A client's request that tells nothing about the client (RFC 9109 and
 * draft-ietf-ntp-data-minimization): all zero but version 4, mode 3 and a
 * random transmit field.
 */
void	 packet_request(uint8_t [NTP_HEADER_LEN], uint64_t);

/* Kiss code as four printable characters and a NUL; "????" if it is none. */
void	 packet_kiss(uint32_t, char [5]);

#define KISS(a, b, c, d)	((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | \
				 (uint32_t)(c) << 8 | (uint32_t)(d))

#endif /* PACKET_H */
