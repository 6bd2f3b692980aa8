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
 * Constraints and the estimate: what is outside of them is not true time,
 * whatever the sources agree on.  Pure.
 *
 * Who is "trusted" is so above all constraints, as in OpenNTPD.
 */

#include <math.h>

#include "sync.h"

static bool
outside(const struct sync_bound *b, double offset)
{
	return b->margin > 0 && fabs(offset - b->offset) > b->margin;
}

void
sync_constrain(struct sync *s, const struct sync_bound *bound, osc_t now)
{
	const struct estimate	*e = &s->est;

	s->bound = *bound;
	if (e->valid && !s->local && !sync_trusted(s) &&
	    outside(bound, e->offset + e->freq * osc_diff(now, e->at)))
		sync_forget(s);
}

bool
sync_outside(const struct sync *s, const struct sync_source *src)
{
	return !src->opts.trusted && outside(&s->bound, src->best.offset);
}

bool
sync_trusted(const struct sync *s)
{
	int	 i;

	for (i = 0; i < SYNC_SOURCES; i++) {
		if (s->src[i].combined && s->src[i].opts.trusted)
			return true;
	}
	return false;
}
