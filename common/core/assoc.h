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
 * One association with one server address: when to ask, what the answer
 * means for when to ask next, and whether the address should be given up.
 * No sockets, no clock: events in, actions out.
 */

#ifndef ASSOC_H
#define ASSOC_H

#include "reply.h"

#define ASSOC_MINPOLL	6	/* log2 s: 64 s, the floor for public servers */
#define ASSOC_MAXPOLL	10	/* log2 s: 1024 s */
#define ASSOC_SPREAD	2.0	/* s; a start is random within */
#define ASSOC_BURST	8	/* start-up: so many queries, */
#define ASSOC_BURSTGAP	2.0	/* so many seconds apart; */
#define ASSOC_BURSTGOOD	4	/* after so many good samples, each gap is */
				/* twice the one before: in all 36 s */
#define ASSOC_BURSTHOLD	64.0	/* s from the end of one to the next */
#define ASSOC_TIMEOUT	3.0	/* s to wait for a reply */
#define ASSOC_JITTER	0.04	/* intervals are longer by up to this part */
#define ASSOC_RETRY	8.0	/* s, to twice that: no query ever got out */
#define ASSOC_LOSTPOLLS	8	/* unanswered: lost */
#define ASSOC_KODMAX	13	/* log2 s: RATE lengthens to 2^13 s at most */
#define ASSOC_KODGOOD	32	/* good replies that take one RATE back */

enum assoc_act {
	ASSOC_WAIT,	/* nothing to do until assoc.due */
	ASSOC_SEND,	/* send the packet, from a socket of its own */
	ASSOC_SAMPLE,	/* a sample is in the out argument */
	ASSOC_LOST,	/* 8 polls unanswered: try another address */
	ASSOC_DENIED	/* DENY or RSTR: do not ask this address again */
};

enum assoc_phase {
	ASSOC_IDLE,	/* waiting for due to ask */
	ASSOC_ASKED	/* a query is open; due is its timeout */
};

struct assoc_opts {
	int8_t		 minpoll;	/* log2 s */
	int8_t		 maxpoll;	/* log2 s */
	bool		 xleave;	/* ask in interleaved mode */
};

/*
 * The last exchange with a good reply: what an interleaved reply (RFC 9769)
 * to the next query is about.
 */
struct assoc_past {
	ntptime_t	 receive;	/* when the server got it; 0: none */
	struct pkt_times times;		/* ours of it */
	bool		 told;		/* it was a sample already */
};

struct assoc_count {
	uint64_t	 sent;		/* queries, failed ones included */
	uint64_t	 received;	/* every datagram */
	uint64_t	 verdict[REPLY__MAX];
	uint64_t	 senterr;
};

/*
 * A poll is one query, or one whole burst: reach is shifted once for each,
 * so one lost packet costs one bit and a start-up burst is not eight polls.
 * A poll without a good reply counts one unanswered.  A query that failed
 * to leave is a poll of its own and does not use up the burst.
 */
struct assoc {
	struct assoc_opts opts;
	enum assoc_phase phase;
	mono_t		 due;		/* call assoc_timer at this time */
	mono_t		 asked;		/* last query */
	mono_t		 answered;	/* last good reply; ns 0: never */
	mono_t		 bursted;	/* last query of a burst */
	uint64_t	 nonce;		/* transmit field of the open query */
	uint64_t	 lastnonce;	/* of the query before, closed */
	uint64_t	 leaved;	/* receive field of the open query, */
					/* if it asks for an interleaved */
					/* reply */
	struct assoc_past past;
	uint8_t		 reach;		/* last 8 polls, newest in bit 0 */
	uint8_t		 unanswered;	/* polls since the server was sound */
	int8_t		 poll;		/* log2 s, what sync asked for */
	int8_t		 kodpoll;	/* log2 s, floor set by RATE, or 0 */
	uint8_t		 kodgood;	/* good replies since the last RATE */
	uint8_t		 burst;		/* queries left, the open one too */
	uint8_t		 burstgood;	/* good samples of it so far */
	bool		 denied;
	bool		 counted;	/* reach has the bit of this burst */
	bool		 unsent;	/* the last query never left */
	bool		 lost;		/* to be told at the next assoc_timer */
	enum reply_verdict last;	/* of the latest datagram */
	struct packet	 header;	/* of the latest reply to our query */
	struct assoc_count count;
};

/*
 * Begin: first query at a random moment within ASSOC_SPREAD (no alignment of
 * many clients); rnd is 32 random bits.
 */
void		 assoc_init(struct assoc *, const struct assoc_opts *,
		    mono_t, uint32_t);

/*
 * New options after a reload; reach, poll and counters stay.  The next
 * query moves if the bounds demand it.
 */
void		 assoc_reconf(struct assoc *, const struct assoc_opts *,
		    mono_t);

/*
 * Start a burst soon: resume from suspend, network back, clock stepped.  An
 * open query is forgotten.  There is no burst for a server that said RATE,
 * nor within ASSOC_BURSTHOLD of the last one; then the next query only
 * comes as early as the interval's floor allows.
 */
void		 assoc_burst(struct assoc *, mono_t, uint32_t);

/*
 * The time due has come.  nonce: 64 random bits; rnd: 32 random bits.
 * ASSOC_SEND: pkt is to be sent now; call assoc_senterr if that fails.
 * ASSOC_LOST: told once each 8 unanswered polls; asking goes on.  After
 * each call due is the time of the next.
 */
enum assoc_act	 assoc_timer(struct assoc *, mono_t, uint64_t, uint32_t,
		    uint8_t [NTP_HEADER_LEN]);

/*
 * The packet could not be sent: counts as unanswered, retried in turn, at
 * minpoll.  While this address never answered anything it is retried each
 * 8 to 16 s: nothing leaves this host, and the start should not wait.
 */
void		 assoc_senterr(struct assoc *, mono_t, uint32_t);

/*
 * A datagram came in on the socket of the open query.  ASSOC_SAMPLE fills
 * the sample; assoc.last says what was thought of it.  What is not a reply
 * to the open query changes nothing but counters; an answer to the query
 * before counts as REPLY_DUPLICATE.
 */
enum assoc_act	 assoc_reply(struct assoc *, const uint8_t *, size_t,
		    const struct pkt_times *, const struct osc *, mono_t,
		    uint32_t, struct sample *);

/* Is a reply with that origin one to the open query? */
bool		 assoc_expects(const struct assoc *, ntptime_t);

/*
 * The same for one that should be authentic and is not: it changes nothing
 * but counters, and the right one may still come.
 */
void		 assoc_unauthentic(struct assoc *);

/*
 * The poll interval sync would like from now on, log2 s; clamped to the
 * options and to what RATE demanded.  Takes effect at the next query, or
 * sooner when it is shorter.
 */
void		 assoc_poll(struct assoc *, int, mono_t, uint32_t);

/* The interval in force, log2 s: what RATE demanded is a floor. */
int		 assoc_interval(const struct assoc *);

#endif /* ASSOC_H */
