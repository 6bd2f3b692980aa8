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
 * Engine: by which time the certificates of NTS-KE are judged, all of a
 * chain.  That is the clock's as soon as it is synced; until then that of
 * the constraints, who need no keys, and so are asked first; and without
 * any, the time that the server itself tells.
 *
 * nts checks the dates during the handshake, if there is a time by then;
 * else it tells from when to when the chain is valid, and here is what
 * comes of that.
 */

#include <sys/types.h>
#include <sys/queue.h>

#include "engine.h"
#include "packet.h"

int64_t
engine_dates_time(const struct engine *e, const struct sync_now *now)
{
	int64_t		 sec;
	uint32_t	 nsec;

	if (!e->synced)
		return engine_bound_time(e, now);
	ntptime_to_unix(sync_time(&e->sync, &e->osc, now->osc),
	    now->unixtime, &sec, &nsec);
	return sec;
}

bool
engine_dates_wait(const struct peer *p)
{
	return !p->name->conf->pinned && !p->engine->synced &&
	    engine_bound_asking(p->engine);
}

static bool
within(const struct jar *j, int64_t sec)
{
	return sec >= j->notbefore && sec <= j->notafter;
}

bool
engine_dates_judge(struct peer *p, const struct sync_now *now)
{
	struct jar	*j = p->jar;
	int64_t		 sec;

	if (!j->ready || j->judged ||
	    (sec = engine_dates_time(p->engine, now)) == 0)
		return true;
	j->judged = within(j, sec);
	if (!j->judged)
		engine_jar_drop(p, "its certificate is not valid now",
		    now->mono);
	return j->judged;
}

bool
engine_dates_reply(struct peer *p, const struct packet *reply,
    const struct sync_now *now)
{
	struct jar	*j = p->jar;
	int64_t		 sec;
	uint32_t	 nsec;

	if (!engine_dates_judge(p, now))
		return false;
	if (j->judged)
		return true;
	ntptime_to_unix(reply->transmit, now->unixtime, &sec, &nsec);
	if (within(j, sec))
		return true;
	engine_jar_drop(p, "its certificate is not valid at the time it tells",
	    now->mono);
	return false;
}
