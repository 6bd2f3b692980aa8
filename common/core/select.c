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
 * Selection.  Pure.
 *
 * True time lies within every honest source's interval [offset - dist,
 * offset + dist].  Where most intervals overlap is where it is (Marzullo;
 * RFC 5905 11.2.1), if that is more than half of all votes; a tie decides
 * nothing.  Who has no part of the best overlap is a falseticker.
 *
 * Trusted sources, if there are any, vote alone; the others then have to
 * lie wholly inside what they allow.
 *
 * How near a source is, beside others, is judged without what our own
 * frequency adds to its distance while it is not asked: that is much in the
 * first seconds, says only whose turn it was, and is no fault of its own.
 *
 * Hosts that use each other would hold on to each other instead of to true
 * time.  Who may be using us is therefore combined only if its stratum is
 * below what ours becomes: then time flows down the strata and in no ring.
 */

#include <math.h>

#include "select.h"

#define WORSE_DIST	3.0	/* times the best distance: not combined */
#define WORSE_STAY	4.0	/* and while it is */
#define DIST_GRAIN	1e-4	/* s; distances this close are equal */
#define STRATUM_COST	1e-3	/* s of distance for each stratum */
#define SWITCH_GAIN	1.5	/* another one must be nearer by this */

struct edge {
	double		 at;
	int		 votes;		/* > 0: an interval begins */
};

static int	 overlap(const struct select_src *, size_t, bool, double *,
		    double *, int *);
static bool	 votes(const struct select_src *, bool);
static size_t	 mark_false(struct select_src *, size_t, bool, double, double);
static void	 set_all(struct select_src *, size_t, enum select_reason);
static size_t	 narrow(struct select_src *, size_t);
static double	 near(const struct select_src *);
static double	 cost(const struct select_src *);

static const char *const reasons[] = {
	[SELECT_OK] =		"",
	[SELECT_EMPTY] =	"no samples yet",
	[SELECT_FEW] =		"waiting for more samples",
	[SELECT_UNSYNC] =	"server is unsynchronised",
	[SELECT_UNREACHABLE] =	"unreachable",
	[SELECT_LOOP] =		"loop: server follows us",
	[SELECT_STRATUM] =	"stratum too high",
	[SELECT_DISTANCE] =	"root distance too large",
	[SELECT_JITTER] =	"jitter too large",
	[SELECT_UNAUTHENTIC] =	"not authenticated",
	[SELECT_NOSELECT] =	"noselect",
	[SELECT_CONSTRAINT] =	"falseticker: outside the constraints",
	[SELECT_FALSE] =	"falseticker",
	[SELECT_UNDECIDED] =	"no majority among sources",
	[SELECT_UNTRUSTED] =	"contradicts trusted sources",
	[SELECT_WAIT] =		"waiting for other sources",
	[SELECT_MINSOURCES] =	"fewer sources agree than minsources",
	[SELECT_PREFER] =	"preferred source is used",
	[SELECT_WORSE] =	"distance far above the best",
	[SELECT_HIGHER] =	"stratum not below ours"
};
_Static_assert(sizeof(reasons) / sizeof(reasons[0]) == SELECT__MAX,
    "a text for every reason");

enum select_verdict
select_run(struct select_src *src, size_t n, unsigned int minsources,
    size_t *best)
{
	double	 lo, hi;
	size_t	 i, agree;
	int	 all, depth;
	bool	 trusted = false;

	for (i = 0; i < n; i++)
		if (src[i].reason == SELECT_OK && src[i].trusted)
			trusted = true;
	all = overlap(src, n, trusted, &lo, &hi, &depth);
	if (all == 0)
		return SELECT_NONE;
	if (2 * depth <= all) {
		set_all(src, n, SELECT_UNDECIDED);
		return SELECT_SPLIT;
	}
	agree = mark_false(src, n, trusted, lo, hi);
	if (agree < minsources) {
		set_all(src, n, SELECT_MINSOURCES);
		return SELECT_TOOFEW;
	}
	*best = narrow(src, n);
	return SELECT_DONE;
}

const char *
select_reason_str(enum select_reason reason)
{
	return (unsigned int)reason < SELECT__MAX ? reasons[reason] : "?";
}

static bool
votes(const struct select_src *s, bool trusted)
{
	return s->reason == SELECT_OK && (!trusted || s->trusted);
}

/*
 * Find the interval most votes overlap in; of several equal ones the
 * span from the first to the last, which is what they cannot tell apart.
 * Returns the number of all votes.
 */
static int
overlap(const struct select_src *src, size_t n, bool trusted, double *lo,
    double *hi, int *depth)
{
	struct edge	 e[2 * SELECT_MAX], x;
	size_t		 i, j, k, m = 0;
	int		 all = 0, d = 0;

	for (i = 0; i < n && m < 2 * SELECT_MAX; i++) {
		if (!votes(&src[i], trusted))
			continue;
		all += src[i].weight;
		for (k = 0; k < 2; k++) {
			x.at = src[i].offset + (k ? 1 : -1) * src[i].dist;
			x.votes = (k ? -1 : 1) * (int)src[i].weight;
			/* by insertion; touching intervals overlap */
			for (j = m++; j > 0 && (e[j - 1].at > x.at ||
			    (e[j - 1].at == x.at && e[j - 1].votes < 0 &&
			    x.votes > 0)); j--)
				e[j] = e[j - 1];
			e[j] = x;
		}
	}
	*depth = 0;
	*lo = *hi = 0;
	for (i = 0; i < m; i++) {
		d += e[i].votes;
		if (d > *depth) {
			*depth = d;
			*lo = e[i].at;
		}
		if (e[i].votes < 0 && d - e[i].votes == *depth)
			*hi = e[i].at;
	}
	return all;
}

/* Who has no part in [lo, hi]?  Returns how many voters have. */
static size_t
mark_false(struct select_src *src, size_t n, bool trusted, double lo,
    double hi)
{
	size_t	 i, agree = 0;

	for (i = 0; i < n; i++) {
		if (src[i].reason != SELECT_OK)
			continue;
		if (votes(&src[i], trusted)) {
			if (src[i].offset + src[i].dist < lo ||
			    src[i].offset - src[i].dist > hi)
				src[i].reason = SELECT_FALSE;
			else
				agree++;
		} else if (src[i].offset < lo || src[i].offset > hi)
			src[i].reason = SELECT_UNTRUSTED;
		else
			agree++;
	}
	return agree;
}

static void
set_all(struct select_src *src, size_t n, enum select_reason reason)
{
	size_t	 i;

	for (i = 0; i < n; i++)
		if (src[i].reason == SELECT_OK)
			src[i].reason = reason;
}

/*
 * Among those that agree: only preferred ones if there are any, none much
 * farther than the nearest.  Returns the one to name as our reference,
 * which stays the same unless another is clearly nearer.
 */
static size_t
narrow(struct select_src *src, size_t n)
{
	double	 min = HUGE_VAL;
	size_t	 i, best = 0;
	bool	 prefer = false;

	for (i = 0; i < n; i++)
		if (src[i].reason == SELECT_OK && src[i].prefer)
			prefer = true;
	for (i = 0; i < n; i++) {
		if (src[i].reason != SELECT_OK)
			continue;
		if (prefer && !src[i].prefer)
			src[i].reason = SELECT_PREFER;
		else
			min = fmin(min, near(&src[i]));
	}
	for (i = 0; i < n; i++)
		if (src[i].reason == SELECT_OK && near(&src[i]) > DIST_GRAIN +
		    min * (src[i].combined ? WORSE_STAY : WORSE_DIST))
			src[i].reason = SELECT_WORSE;
	min = HUGE_VAL;
	for (i = 0; i < n; i++)
		if (src[i].reason == SELECT_OK && cost(&src[i]) < min) {
			min = cost(&src[i]);
			best = i;
		}
	for (i = 0; i < n; i++)
		if (src[i].reason == SELECT_OK && src[i].mutual &&
		    src[i].stratum > src[best].stratum)
			src[i].reason = SELECT_HIGHER;
	return best;
}

static double
near(const struct select_src *s)
{
	return s->dist - s->aged;
}

static double
cost(const struct select_src *s)
{
	return (near(s) + DIST_GRAIN + STRATUM_COST * s->stratum) /
	    (s->current ? SWITCH_GAIN : 1);
}
