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
 * Sources come, go, answer and fall silent; sync.c judges them.  Pure.
 */

#include <string.h>

#include "sync.h"
#include "sync_leap.h"

#define WANDER_UNKNOWN	1e-8	/* s/s per sqrt(s) */

int
sync_add(struct sync *s, const struct sync_opts *opts, uint32_t refid)
{
	struct sync_source	*src;
	int			 slot;

	for (slot = 0; slot < SYNC_SOURCES; slot++)
		if (!s->src[slot].used)
			break;
	if (slot == SYNC_SOURCES)
		return -1;
	src = &s->src[slot];
	memset(src, 0, sizeof(*src));
	src->used = true;
	src->opts = *opts;
	src->refid = refid;
	src->reason = SELECT_EMPTY;
	srcstat_reset(&src->stat);
	return slot;
}

void
sync_source_reconf(struct sync *s, int slot, const struct sync_opts *opts)
{
	struct sync_source	*src = &s->src[slot];

	/* its samples have the old correction in them */
	srcstat_shift(&src->stat, src->opts.correction - opts->correction);
	src->opts = *opts;
	s->fresh = true;
}

void
sync_remove(struct sync *s, int slot)
{
	memset(&s->src[slot], 0, sizeof(s->src[slot]));
	s->fresh = true;
}

void
sync_own(struct sync *s, uint32_t refid)
{
	if (!sync_is_own(s, refid))
		s->own[s->nown++ % SYNC_OWN] = refid;
}

void
sync_sample(struct sync *s, int slot, const struct sample *sample,
    const struct sync_now *now)
{
	struct sync_source	*src = &s->src[slot];
	struct sample		 x = *sample;

	if (sync_leap_near(s, now->unixtime))
		return;
	x.offset += src->opts.correction;
	if (srcstat_add(&src->stat, &x, s->est.valid ? s->est.wander :
	    WANDER_UNKNOWN) == SRCSTAT_REFUSED)
		return;
	if (s->first.ns == 0)
		s->first = x.at;
	src->unsync = false;
	src->reach |= 1;
	s->fresh = true;
}

void
sync_reach(struct sync *s, int slot, uint8_t reach)
{
	s->src[slot].reach = reach;
}

void
sync_unsync(struct sync *s, int slot)
{
	s->src[slot].unsync = true;
}

bool
sync_is_own(const struct sync *s, uint32_t refid)
{
	unsigned int	 i;

	for (i = 0; i < s->nown && i < SYNC_OWN; i++)
		if (s->own[i] == refid)
			return true;
	return false;
}
