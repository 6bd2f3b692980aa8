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
 * Who has asked lately, in a table of fixed size, and whether that was too
 * often.  A client is an IPv4 address or an IPv6 network; its bucket holds
 * a burst of requests and is filled by one each interval.  Pure: the caller
 * brings the memory, the time and the random bits.
 *
 * Nobody is refused for being unknown.  The table is cut into sets of a few
 * places, by a hash nobody outside can compute, and in a set the client
 * whose bucket is fullest, for longest, is the first to go: what is
 * forgotten is what was worth least.  Newcomers have places of their own,
 * and leave them for the others' only when they ask again; so a flood of
 * addresses that are used once pushes out nobody but itself.
 */

#ifndef RATELIMIT_H
#define RATELIMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ntptime.h"
#include "siphash.h"

/* What the limits may be, and are if nothing else is said. */
#define RATELIMIT_INTERVAL	4.0	/* s for a request */
#define RATELIMIT_INTERVAL_MIN	0.0625
#define RATELIMIT_INTERVAL_MAX	3600.0
#define RATELIMIT_BURST		16	/* requests at once */
#define RATELIMIT_BURST_MIN	8	/* what an honest client starts with */
#define RATELIMIT_BURST_MAX	255
#define RATELIMIT_LEAK		4	/* one in so many of those beyond */
#define RATELIMIT_LEAK_MAX	1024
#define RATELIMIT_PREFIX4	32
#define RATELIMIT_PREFIX6	64
#define RATELIMIT_CLIENTS	65536
#define RATELIMIT_CLIENTS_MIN	64
#define RATELIMIT_CLIENTS_MAX	16777216

#define RATELIMIT_WAYS		8	/* places of a set, */
#define RATELIMIT_NEW		2	/* the last of them for newcomers */

struct ratelimit_opts {
	double		 interval;	/* s */
	uint32_t	 burst;		/* requests */
	uint32_t	 leak;		/* 0: none gets through */
	uint32_t	 clients;	/* to remember */
	uint8_t		 prefix4;	/* bits of an address that count */
	uint8_t		 prefix6;
	uint8_t		 kod;		/* say RATE, sometimes */
	uint8_t		 zero;
};

enum ratelimit_verdict {
	RATELIMIT_PASS,
	RATELIMIT_LEAKED,	/* too often, but let it pass */
	RATELIMIT_KISS,		/* too often: answer RATE */
	RATELIMIT_DROP		/* too often: no answer */
};

/* A client: 64 octets, what is looked at for a packet in one cache line. */
struct ratelimit_client {
	uint64_t	 net[2];	/* its address, as in the key */
	uint64_t	 rx;		/* of the last reply: when its */
	uint64_t	 tx;		/* request came, and when it left; */
					/* NTP; 0: none */
	uint32_t	 requests;	/* since it is known; they stop at */
	uint32_t	 dropped;	/* UINT32_MAX */
	uint32_t	 last;		/* request; ticks */
	uint32_t	 limited;	/* since when, without a full bucket; */
					/* 0: not */
	uint32_t	 kiss;		/* the last one; 0: never */
	uint32_t	 window[2];	/* requests in this one, and before */
	uint8_t		 family;	/* 4 or 6; 0: free */
	uint8_t		 xleave;	/* asks for interleaved replies */
	uint8_t		 zero[2];
};

/*
 * A set: what decides about its places is in the first line, then come the
 * clients.  full: the tick at which the bucket is, or was, full again.
 */
struct ratelimit_set {
	uint32_t	 tag[RATELIMIT_WAYS];	/* of its hash; 0: free */
	uint32_t	 full[RATELIMIT_WAYS];
	struct ratelimit_client client[RATELIMIT_WAYS];
};

/* Who asks, as the table knows it. */
struct ratelimit_key {
	uint64_t	 net[2];	/* the bits of the address that */
					/* count, from the top down */
	uint64_t	 hash;
	uint8_t		 family;	/* 4 or 6 */
};

struct ratelimit {
	struct ratelimit_opts opts;
	struct siphash_key key;
	uint64_t	 rnd;		/* state of the leak's randomness */
	struct ratelimit_set *set;
	size_t		 nsets;
	uint64_t	 mask4;		/* of net[0] */
	uint64_t	 mask6[2];
	uint32_t	 interval;	/* ticks */
	uint32_t	 deep;		/* of a whole bucket, ticks */
	uint32_t	 kisses;	/* bucket of all of them: like full[] */
};

/* The octets for so many clients; to be aligned to 64. */
size_t		 ratelimit_size(uint32_t);

/*
 * An empty table in zeroed memory of ratelimit_size(opts->clients) octets;
 * 24 octets of randomness nobody else has.
 */
void		 ratelimit_init(struct ratelimit *,
		    const struct ratelimit_opts *, void *,
		    const uint8_t [24]);

/*
 * Other limits for the clients that are known; the number of clients and
 * the prefixes are those of the memory, and stay.
 */
void		 ratelimit_reconf(struct ratelimit *,
		    const struct ratelimit_opts *);

/*
 * The key of an address: family 4 or 6, network order, v4 in the first 4.
 * The memory that ratelimit_fetch will need is on its way then, and with
 * that the memory of ratelimit_check: who has many keys makes them all,
 * fetches all, and then looks at them.
 */
void		 ratelimit_key(const struct ratelimit *, uint8_t,
		    const uint8_t *, struct ratelimit_key *);
void		 ratelimit_fetch(const struct ratelimit *, mono_t,
		    const struct ratelimit_key *);

/*
 * A request, and now.  With false it is counted but never limited.  The
 * client is good until the next call.
 */
enum ratelimit_verdict
		 ratelimit_check(struct ratelimit *, mono_t,
		    const struct ratelimit_key *, bool,
		    struct ratelimit_client **);

/*
 * A request of somebody who is denied: may it be answered with the kiss?
 * No more often than the limit lets anybody ask, and few of all.
 */
bool		 ratelimit_deny(struct ratelimit *, mono_t,
		    const struct ratelimit_key *)
		    __attribute__((__warn_unused_result__));

/* 32 random bits, from the same source as the leak's. */
uint32_t	 ratelimit_random(struct ratelimit *);

/* What an operator wants to know about a client. */
struct ratelimit_view {
	uint8_t		 ip[16];
	uint8_t		 family;
	uint8_t		 len;		/* of its network, bits */
	bool		 limited;	/* refused, and its bucket was not */
					/* full since */
	bool		 xleave;
	uint32_t	 requests;	/* since it is known */
	uint32_t	 dropped;
	double		 rate;		/* requests per s, of about a minute */
	double		 idle;		/* s since the last one */
};

/*
 * The n who asked most in the last minute, the first the most; returns how
 * many there are.  O(clients).
 */
size_t		 ratelimit_top(const struct ratelimit *, mono_t,
		    struct ratelimit_view *, size_t);

/* Clients in the table. */
size_t		 ratelimit_used(const struct ratelimit *);

#endif /* RATELIMIT_H */
