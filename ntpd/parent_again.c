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
 * The children that the daemon can be without for a while are started again
 * when they are lost, after a delay that grows with each loss.  Parent only.
 */

#include <sys/types.h>
#include <sys/time.h>

#include "backoff.h"
#include "parent.h"

#define DELAY_MIN	1.0	/* s until a lost one is started again */
#define LIVED		60.0	/* s that make it a new beginning */

void
parent_again_init(struct parent_again *a, double most,
    void (*start)(int, short, void *), void *arg)
{
	a->most = most;
	a->failures = 0;
	evtimer_set(&a->ev, start, arg);
}

void
parent_again_started(struct parent_again *a)
{
	a->started = now_mono();
}

double
parent_again_later(struct parent_again *a)
{
	struct timeval	 tv = { 0, 0 };
	double		 delay = backoff(DELAY_MIN, a->most, ++a->failures);

	tv.tv_sec = (time_t)delay;
	evtimer_add(&a->ev, &tv);
	return delay;
}

void
parent_again_lost(struct parent_again *a, enum role role, int status)
{
	char	 end[PARENT_CHILD_END];

	if (mono_diff(now_mono(), a->started) > LIVED)
		a->failures = 0;
	log_warnx("lost child: %s %s, starting it again in %.0f s",
	    role_name(role), parent_child_end(status, end),
	    parent_again_later(a));
}

void
parent_again_fresh(struct parent_again *a)
{
	a->failures = 0;
	evtimer_del(&a->ev);
}
