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
 * Is the clock synced, is the start-up over, and what is served when there
 * is nothing better?  Pure.
 */

#include <math.h>
#include <string.h>

#include "sync.h"
#include "sync_synced.h"

#define SYNC_SETTLED	1e-3	/* s, error that ends the start-up */
#define HOLD_MAJORITY	180.0	/* s right with most: the start-up is over; */
#define HOLD_MINORITY	900.0	/* s with few, or since it first was */
#define LOCAL_AFTER	60.0	/* s without a source: the local clock */
#define LOCAL_REFID	0x7f7f0101	/* 127.127.1.1, as ever */

static void	 settle(struct sync *, const struct sync_now *, bool);

void
sync_synced_judge(struct sync *s, const struct sync_now *now,
    const struct osc *osc)
{
	double	 bound = sync_maxerror(s, now->osc);

	if (!s->est.valid || s->local || bound > SYNC_BAD)
		s->synced = false;
	else if (s->state == SYNC_OK && bound < SYNC_GOOD)
		s->synced = true;
	settle(s, now, s->synced && fabs(sync_clock_error(s, osc, now)) <=
	    fmax(s->conf.discipline.step_over, SYNC_SETTLED));
}

/*
 * Is the start-up over?  Most sources have to find the clock right for a
 * while: what the first ones made of it may have to be undone by a step.
 */
static void
settle(struct sync *s, const struct sync_now *now, bool right)
{
	if (right && s->right.ns == 0)
		s->right = now->mono;
	if (!right || !s->majority)
		s->held.ns = 0;
	else if (s->held.ns == 0)
		s->held = now->mono;
	if ((s->held.ns != 0 &&
	    mono_diff(now->mono, s->held) >= HOLD_MAJORITY) ||
	    (right && mono_diff(now->mono, s->right) >= HOLD_MINORITY))
		discipline_settled(&s->disc);
}

void
sync_synced_local(struct sync *s, const struct sync_now *now,
    const struct osc *osc)
{
	struct estimate	*e = &s->est;
	int		 i;
	bool		 wanted = s->conf.local_stratum != 0 && !s->synced;

	for (i = 0; i < SYNC_SOURCES; i++)
		if (s->src[i].used &&
		    mono_diff(now->mono, s->began) < LOCAL_AFTER)
			wanted = false;
	if (s->local && !wanted)
		s->local = e->valid = false;
	if (!wanted)
		return;
	memset(e, 0, sizeof(*e));
	e->valid = s->local = s->synced = true;
	e->at = now->osc;
	e->offset = ntptime_diff(now->real, osc_free(osc, now->osc));
	e->freq = osc->adj;
	e->refid = LOCAL_REFID;
	e->stratum = s->conf.local_stratum;
}
