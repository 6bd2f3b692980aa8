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
 * Sums and rates of a server's counters.  Pure.
 */

#include <math.h>
#include <stdbool.h>

#include "servestat.h"

#define NS		1000000000LL
#define TOO_SOON	(NS / 2)
#define NEXT_MINUTE	(60 * NS - TOO_SOON)

/* What a span may be longer than its name: the next mark is not far. */
static const int64_t	 spans[SERVESTAT__MAX] = {
	[SERVESTAT_SECOND] = 1 * NS + TOO_SOON,
	[SERVESTAT_MINUTE] = 60 * NS + TOO_SOON,
	[SERVESTAT_HOUR] = 3600 * NS + 30 * NS
};

_Static_assert(sizeof(struct servestat) % sizeof(uint64_t) == 0,
    "counters and nothing else");

void
servestat_add(struct servestat *sum, const struct servestat *more)
{
	const uint64_t	*from = (const uint64_t *)(const void *)more;
	uint64_t	*to = (uint64_t *)(void *)sum;
	size_t		 i;

	for (i = 0; i < sizeof(*sum) / sizeof(*to); i++)
		to[i] += from[i];
}

uint64_t
servestat_dropped(const struct servestat *s)
{
	uint64_t	 n = 0;
	unsigned int	 i;

	for (i = 0; i < SERVE__MAX; i++)
		n += s->drop[i];
	return n;
}

/* The i-th newest. */
static const struct servestat_mark *
newest(const struct servestat_ring *r, uint64_t i)
{
	return &r->mark[(r->n - 1 - i) % SERVESTAT_MARKS];
}

static void
put(struct servestat_ring *r, int64_t gap, const struct servestat_mark *m)
{
	if (r->n > 0 && m->at.ns - newest(r, 0)->at.ns < gap)
		return;
	r->mark[r->n++ % SERVESTAT_MARKS] = *m;
}

void
servestat_mark(struct servestat_marks *marks, mono_t now,
    const struct servestat *s)
{
	struct servestat_mark	 m;

	m.at = now;
	m.packets = s->packets;
	m.replies = s->replies;
	m.octets_in = s->octets_in;
	m.octets_out = s->octets_out;
	put(&marks->second, TOO_SOON, &m);
	put(&marks->minute, NEXT_MINUTE, &m);
}

/* The oldest mark that is within the span before the end, or NULL. */
static const struct servestat_mark *
oldest(const struct servestat_ring *r, mono_t end, int64_t span)
{
	const struct servestat_mark	*m, *found = NULL;
	uint64_t			 i;

	for (i = 0; i < r->n && i < SERVESTAT_MARKS; i++) {
		m = newest(r, i);
		if (end.ns - m->at.ns > span)
			break;
		if (end.ns > m->at.ns)
			found = m;
	}
	return found;
}

static double
per_second(uint64_t from, uint64_t to, double over)
{
	return to > from ? (double)(to - from) / over : 0;
}

void
servestat_rate(const struct servestat_marks *marks, enum servestat_span span,
    struct servestat_rate *rate)
{
	const struct servestat_mark	*from = NULL, *to;

	rate->over = 0;
	rate->packets = rate->replies = NAN;
	rate->octets_in = rate->octets_out = NAN;
	if (marks->second.n < 2)
		return;
	to = newest(&marks->second, 0);
	if (span == SERVESTAT_HOUR)
		from = oldest(&marks->minute, to->at, spans[span]);
	else
		from = oldest(&marks->second, to->at, spans[span]);
	/* after a pause the last second is as long as the pause */
	if (from == NULL)
		from = newest(&marks->second, 1);
	rate->over = mono_diff(to->at, from->at);
	rate->packets = per_second(from->packets, to->packets, rate->over);
	rate->replies = per_second(from->replies, to->replies, rate->over);
	rate->octets_in = per_second(from->octets_in, to->octets_in,
	    rate->over);
	rate->octets_out = per_second(from->octets_out, to->octets_out,
	    rate->over);
}
