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
 * The NTP Pool's monitor, as far as it is arithmetic: what it makes of a
 * reply, of three of them, and of the score a server has with it.  The
 * rules are those of the pool's ntppool/monitor, v4: client/monitor and
 * scorer/statusscore.
 */

#ifndef POOLSCORE_H
#define POOLSCORE_H

#include <stddef.h>
#include <stdint.h>

#include "ntptime.h"

#define POOL_SAMPLES	3	/* requests in a check, */
#define POOL_SPACING	2.0	/* s apart, */
#define POOL_TIMEOUT	3.0	/* s until one is given up */
#define POOL_EVERY	540.0	/* s between an active monitor's checks */
#define POOL_IN		10.0	/* the score that puts a server into DNS */
#define POOL_DECAY	0.95	/* of the score, each check */

/* What one request came to. */
enum pool_result {
	POOL_OK,
	POOL_SILENT,		/* no answer in time */
	POOL_UNREACHABLE,	/* told so by ICMP, or it could not be sent */
	POOL_SHORT,		/* these four count as silence, too */
	POOL_MODE,
	POOL_ZERO,		/* no transmit time */
	POOL_BOGUS,		/* origin is not what was sent */
	POOL_ORDER,		/* received after it was sent */
	POOL_RATE,		/* from here on, one spoils the check */
	POOL_DENY,		/* or RSTR */
	POOL_KISS,		/* another code */
	POOL_STRATUM,		/* 0, or above 10 */
	POOL__MAX
};

struct pool_obs {
	enum pool_result result;
	uint8_t		 stratum;
	uint32_t	 refid;		/* host order */
	double		 offset;	/* s, theirs - ours; 0 if not OK */
	double		 rtt;		/* s, >= 0; 0 if there was no answer */
};

/*
 * A datagram of the length, for the request whose transmit field was nonce,
 * that left at t1 and was answered at t4 by our clock.
 */
void		 pool_judge(const uint8_t *, size_t, uint64_t, ntptime_t,
		    ntptime_t, struct pool_obs *);

/* The one of n > 0 that counts. */
const struct pool_obs *pool_best(const struct pool_obs *, size_t);

/* What it adds to the score, and the most the score may be then. */
double		 pool_step(const struct pool_obs *, double *);

/* The rule that gave the step: "offset above 3 s". */
const char	*pool_rule(const struct pool_obs *);

/* The score after a check. */
double		 pool_score(double, const struct pool_obs *);

/* Where the score goes if it is like that for ever. */
double		 pool_level(const struct pool_obs *);

/* Checks like that until the score is at least to; -1: it never is. */
int		 pool_checks(double, double, const struct pool_obs *);

/* "origin is not what was sent" and the like. */
const char	*pool_result_str(enum pool_result);

#endif /* POOLSCORE_H */
