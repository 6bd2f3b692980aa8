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
 * Which sources tell the time: intersection of their error intervals, and
 * a reason for every one that is not used.
 */

#ifndef SELECT_H
#define SELECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SELECT_MAX	64	/* sources */

/* Why a source is not used; in the order in which it is found out. */
enum select_reason {
	SELECT_OK,		/* selected or combined */
	SELECT_EMPTY,		/* no sample yet */
	SELECT_FEW,		/* too few samples yet */
	SELECT_UNSYNC,		/* the server says it is unsynchronised */
	SELECT_UNREACHABLE,	/* no answer to the last 8 polls */
	SELECT_LOOP,		/* the server follows us */
	SELECT_STRATUM,		/* we would be at stratum 16 */
	SELECT_DISTANCE,	/* root distance too large */
	SELECT_JITTER,		/* offsets scatter too much */
	SELECT_UNAUTHENTIC,	/* "require nts", and it is without */
	SELECT_NOSELECT,	/* configured to be watched only */
	SELECT_CONSTRAINT,	/* falseticker: outside the constraints */
	SELECT_FALSE,		/* falseticker: disagrees with the majority */
	SELECT_UNDECIDED,	/* no majority among the sources */
	SELECT_UNTRUSTED,	/* outside what the trusted ones allow */
	SELECT_WAIT,		/* waiting for other sources to start */
	SELECT_MINSOURCES,	/* too few sources agree */
	SELECT_PREFER,		/* a preferred source is used instead */
	SELECT_WORSE,		/* distance far above the best one's */
	SELECT_HIGHER,		/* its stratum is not below ours: a check */
	SELECT__MAX
};

/*
 * A source as selection sees it.  The caller sets reason to SELECT_OK for
 * those that may take part and to what is wrong with the others.
 */
struct select_src {
	double		 offset;	/* now, s */
	double		 dist;		/* root distance now, s, > 0, */
	double		 aged;		/* of which we add so much: what our */
					/* frequency may be wrong since its */
					/* newest sample */
	uint8_t		 weight;	/* votes, 1..10 */
	uint8_t		 stratum;
	bool		 trusted;
	bool		 prefer;
	bool		 current;	/* selected until now */
	bool		 combined;	/* used until now */
	bool		 mutual;	/* it may be using us */
	enum select_reason reason;	/* in and out */
};

enum select_verdict {
	SELECT_NONE,		/* nothing may take part */
	SELECT_SPLIT,		/* no majority */
	SELECT_TOOFEW,		/* agreement, but of fewer than minsources */
	SELECT_DONE		/* reason SELECT_OK: to be combined */
};

/*
 * Judge n sources; minsources must agree.  With SELECT_DONE *best is the
 * index of the one to name as our reference.
 */
enum select_verdict select_run(struct select_src *, size_t, unsigned int,
	    size_t *)
	    __attribute__((__warn_unused_result__));

/* "falseticker" and the like, for logs and ntpctl; "" for SELECT_OK. */
const char	*select_reason_str(enum select_reason);

#endif /* SELECT_H */
