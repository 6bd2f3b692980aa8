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
 * What a server counts: one struct of counters per listener and process,
 * cheap enough for every packet, and sums and rates of them.  Pure.
 *
 * Every packet is either a reply or a drop with one reason, so that
 * packets = replies + all of drop[].  A new reason is a name in serve.h's
 * enum serve_drop; nothing here need know.
 */

#ifndef SERVESTAT_H
#define SERVESTAT_H

#include <stddef.h>
#include <stdint.h>

#include "serve.h"

/*
 * Buckets of the latency, from the arrival of a request to the time its
 * reply says it leaves: bucket i has those of at most 2^i us that are in no
 * lower one, the last has all others.
 */
#define SERVESTAT_BUCKETS	22

/* Counters since the start; nothing else, so that they can be added up. */
struct servestat {
	uint64_t	 packets;	/* received */
	uint64_t	 replies;	/* that the kernel took */
	uint64_t	 octets_in;	/* with the headers of UDP and IP */
	uint64_t	 octets_out;
	uint64_t	 ipv4;		/* packets */
	uint64_t	 ipv6;
	uint64_t	 kisses;	/* replies that are, DENY or RATE */
	uint64_t	 interleaved;	/* replies in that mode, RFC 9769 */
	uint64_t	 octets_shed;	/* not sent for the budget's sake */
	uint64_t	 unstamped;	/* packets without a kernel stamp */
	uint64_t	 version[8];	/* packets, by their first octet */
	uint64_t	 mode[8];
	uint64_t	 drop[SERVE__MAX];
	uint64_t	 nts;		/* replies that are sealed, */
	uint64_t	 nts_nak;	/* that ask for other keys */
	uint64_t	 latency[SERVESTAT_BUCKETS];
	uint64_t	 latency_ns;	/* sum */
};

/* The lengths of headers, octets. */
#define SERVESTAT_IPV4	28
#define SERVESTAT_IPV6	48

/* A packet came in; is it IPv6, its data and length. */
static inline void
servestat_packet(struct servestat *s, bool v6, const uint8_t *data,
    size_t len)
{
	s->packets++;
	s->octets_in += len + (v6 ? SERVESTAT_IPV6 : SERVESTAT_IPV4);
	*(v6 ? &s->ipv6 : &s->ipv4) += 1;
	if (len == 0)
		return;
	s->version[data[0] >> 3 & 7]++;
	s->mode[data[0] & 7]++;
}

/* It is not answered, and why. */
static inline void
servestat_drop(struct servestat *s, enum serve_drop why)
{
	s->drop[why]++;
}

/* It is, with so many octets, so many ns after it came; < 0 counts as 0. */
static inline void
servestat_reply(struct servestat *s, bool v6, size_t len, int64_t ns)
{
	uint64_t	 us = ns > 0 ? (uint64_t)(ns - 1) / 1000 : 0;
	unsigned int	 i = 0;

	s->replies++;
	s->octets_out += len + (v6 ? SERVESTAT_IPV6 : SERVESTAT_IPV4);
	while (us > 0 && i < SERVESTAT_BUCKETS - 1) {
		us >>= 1;
		i++;
	}
	s->latency[i]++;
	s->latency_ns += ns > 0 ? (uint64_t)ns : 0;
}

/* The kernel refused to send that reply after all. */
static inline void
servestat_unsent(struct servestat *s, bool v6, size_t len)
{
	s->replies--;
	s->octets_out -= len + (v6 ? SERVESTAT_IPV6 : SERVESTAT_IPV4);
	s->drop[SERVE_UNSENT]++;
}

/* Add the second to the first. */
void		 servestat_add(struct servestat *, const struct servestat *);

/* All that was dropped. */
uint64_t	 servestat_dropped(const struct servestat *);

/*
 * Rates, from marks of a sum of counters: one each second for a minute, one
 * each minute for an hour.
 */
enum servestat_span {
	SERVESTAT_SECOND,
	SERVESTAT_MINUTE,
	SERVESTAT_HOUR,
	SERVESTAT__MAX
};

#define SERVESTAT_MARKS	61	/* a span and its beginning */

struct servestat_mark {
	mono_t		 at;
	uint64_t	 packets;
	uint64_t	 replies;
	uint64_t	 octets_in;
	uint64_t	 octets_out;
};

struct servestat_ring {
	struct servestat_mark mark[SERVESTAT_MARKS];
	uint64_t	 n;		/* ever; n - 1 is the newest */
};

/* All zero at first. */
struct servestat_marks {
	struct servestat_ring second;
	struct servestat_ring minute;
};

/* Per second, over a span or over what there is of it. */
struct servestat_rate {
	double		 over;		/* s; 0: not known yet, all are NaN */
	double		 packets;
	double		 replies;
	double		 octets_in;
	double		 octets_out;
};

/*
 * The sum of all counters at a time; to be told each second.  A sum that
 * is told sooner than half a second after the last one is ignored.
 */
void		 servestat_mark(struct servestat_marks *, mono_t,
		    const struct servestat *);

/* The rate over a span that ends with the newest mark. */
void		 servestat_rate(const struct servestat_marks *,
		    enum servestat_span, struct servestat_rate *);

#endif /* SERVESTAT_H */
