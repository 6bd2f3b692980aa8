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
 * The leap second as sync.c lives through it.  Pure.
 *
 * At the leap UTC itself jumps.  The free-running clock is moved along, so
 * that every offset stays what it was; nothing is to be corrected but what
 * the kernel, which makes the leap by itself, may have missed.
 */

#include "sync_leap.h"

#define GUARD		5	/* s around a leap when nobody is believed */
#define LATE		1e-6	/* s, so that the leap has surely passed */

static int64_t	 true_unix(const struct sync *, const struct sync_now *,
		    const struct osc *);

static int64_t
true_unix(const struct sync *s, const struct sync_now *now,
    const struct osc *osc)
{
	int64_t		 sec;
	uint32_t	 nsec;

	ntptime_to_unix(sync_time(s, osc, now->osc), now->unixtime, &sec,
	    &nsec);
	return sec;
}

bool
sync_leap_near(const struct sync *s, int64_t t)
{
	return (s->leap_at != 0 && t >= s->leap_at - GUARD &&
	    t <= s->leap_at + GUARD) || (s->leap_done != 0 &&
	    t >= s->leap_done - GUARD && t <= s->leap_done + GUARD);
}

void
sync_leap_pass(struct sync *s, const struct sync_now *now, struct osc *osc)
{
	if (s->leap_at == 0 || true_unix(s, now, osc) <
	    s->leap_at - (s->leap == LEAP_DELETE))
		return;
	osc_rebase(osc, s->leap == LEAP_DELETE ? 1 : -1);
	s->leap_done = s->leap_at;
	s->leap_at = 0;
	s->leap = LEAP_NONE;
}

void
sync_leap_announce(struct sync *s, const struct sync_now *now,
    const struct osc *osc)
{
	uint8_t	 votes[SYNC_SOURCES];
	int64_t	 t, at = 0;
	size_t	 n = 0;
	int	 i, leap;

	if (s->est.valid && !s->local) {
		t = true_unix(s, now, osc);
		leap = leap_table_now(&s->leaps, t, &at);
		if (leap == -1 && s->state == SYNC_OK) {
			for (i = 0; i < SYNC_SOURCES; i++)
				if (s->src[i].combined)
					votes[n++] = s->src[i].stat.last.leap;
			leap = leap_vote(votes, n, t, &at);
		}
		if (leap != -1) {
			/* still announced in the second that repeats */
			if (at == s->leap_done)
				leap = LEAP_NONE;
			s->leap = (enum leap_indicator)leap;
			s->leap_at = leap == LEAP_NONE ? 0 : at;
		}
	}
	s->est.leap = (uint8_t)(s->synced ? s->leap : LEAP_ALARM);
}

double
sync_leap_left(const struct sync *s, const struct sync_now *now,
    const struct osc *osc)
{
	ntptime_t	 leap;

	if (s->leap_at == 0)
		return -1;
	leap = ntptime_from_unix(s->leap_at - (s->leap == LEAP_DELETE), 0);
	return ntptime_diff(leap, sync_time(s, osc, now->osc)) + LATE;
}
