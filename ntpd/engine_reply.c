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
 * Engine: what becomes of an answer.  assoc.c says what it means; here a
 * sample goes to sync, and a server that is of no use for long is a fault
 * for engine_pool.c.
 */

#include <sys/types.h>

#include <stdlib.h>

#include "engine.h"
#include "packet.h"

#define BAD_REPLIES	8	/* unusable for so many answers, and */
#define BAD_SECONDS	300.0	/* for so long: a fault */

/* Reasons that speak against a source, not against the circumstances. */
static bool
bad_reason(enum select_reason reason)
{
	switch (reason) {
	case SELECT_LOOP:
	case SELECT_STRATUM:
	case SELECT_DISTANCE:
	case SELECT_JITTER:
	case SELECT_CONSTRAINT:
	case SELECT_FALSE:
	case SELECT_UNTRUSTED:
		return true;
	case SELECT_OK:
	case SELECT_EMPTY:
	case SELECT_FEW:
	case SELECT_UNSYNC:
	case SELECT_UNREACHABLE:
	case SELECT_UNAUTHENTIC:
	case SELECT_NOSELECT:
	case SELECT_UNDECIDED:
	case SELECT_WAIT:
	case SELECT_MINSOURCES:
	case SELECT_PREFER:
	case SELECT_WORSE:
	case SELECT_HIGHER:
	case SELECT__MAX:
		break;
	}
	return false;
}

/* True when it has been bad for long. */
static bool
count_bad(struct peer *p, bool bad, mono_t now)
{
	if (!bad) {
		p->bad = 0;
		return false;
	}
	if (p->bad++ == 0)
		p->badsince = now;
	return p->bad >= BAD_REPLIES &&
	    mono_diff(now, p->badsince) >= BAD_SECONDS;
}

static void
reply_sample(struct peer *p, const struct sample *s,
    const struct sync_now *now)
{
	struct engine	*e = p->engine;
	double		 offset = engine_stats_offset(e, p->slot, s);
	char		 buf[ADDR_STRLEN];

	sync_sample(&e->sync, p->slot, s, now);
	(void)engine_client_reach(e);
	engine_sync_run(e, now);
	engine_stats_sample(e, engine_client_str(p, buf), p->slot, s, offset,
	    now);
	if (count_bad(p, bad_reason(e->sync.src[p->slot].reason), now->mono))
		engine_pool_fault(p, FAULT_FALSE, now->mono);
	else if (p->bad == 0)
		engine_pool_good(p, now->mono);
}

/* The peer may be gone when it returns. */
static void
reply_unsync(struct peer *p, const struct sync_now *now)
{
	struct engine	*e = p->engine;

	sync_unsync(&e->sync, p->slot);
	engine_sync_run(e, now);
	if (count_bad(p, true, now->mono))
		engine_pool_fault(p, FAULT_UNSYNC, now->mono);
}

/*
 * RATE asks us to wait.  Any other is how a server without the time calls
 * its state, as "INIT" or "STEP" (RFC 5905 7.4).
 */
static void
reply_kiss(struct peer *p, const struct sync_now *now)
{
	uint32_t	 missed, code = p->assoc.header.refid;
	char		 buf[ADDR_STRLEN], kiss[5];

	packet_kiss(code, kiss);
	if (log_limit(&p->limit, &missed)) {
		log_info("peer %s: kiss %s, next query in %.0f s",
		    engine_client_str(p, buf), kiss,
		    mono_diff(p->assoc.due, now->mono));
		if (missed != 0)
			log_info("peer %s: %u kisses not logged", buf, missed);
	}
	if (code != KISS('R', 'A', 'T', 'E'))
		reply_unsync(p, now);
}

static void
reply_other(struct peer *p, const struct sync_now *now)
{
	switch (p->assoc.last) {
	case REPLY_KISS:
		reply_kiss(p, now);
		break;
	case REPLY_UNSYNC:
		reply_unsync(p, now);
		break;
	case REPLY_GOOD:
	case REPLY_SHORT:
	case REPLY_MODE:
	case REPLY_VERSION:
	case REPLY_UNSOLICITED:
	case REPLY_BOGUS:
	case REPLY_DUPLICATE:
	case REPLY_UNAUTHENTIC:
	case REPLY_DISTANCE:
	case REPLY_ZERO:
	case REPLY_ORDER:
	case REPLY_DELAY:
	case REPLY_SLOW:
	case REPLY_STEPPED:
	case REPLY__MAX:
		break;
	}
}

/* If it has to be, and it answers our query. */
static bool
authentic(struct peer *p, const struct io_msg *m, const struct sync_now *now)
{
	if (p->jar != NULL)
		return engine_cookie_authentic(p, m->data, m->len, now);
	if (p->name->conf->key != 0)
		return engine_key_authentic(p, m->data, m->len);
	return true;
}

void
engine_reply(struct peer *p, const struct io_msg *m,
    const struct pkt_times *times, uint8_t stamp, const struct sync_now *now)
{
	struct engine	*e = p->engine;
	struct sample	 s;
	enum assoc_act	 act;
	bool		 open = p->assoc.phase == ASSOC_ASKED;
	char		 buf[ADDR_STRLEN];

	if (engine_query_answers(p, m) && !authentic(p, m, now)) {
		assoc_unauthentic(&p->assoc);
		log_debug("reply from %s: %s", engine_client_str(p, buf),
		    reply_str(p->assoc.last));
		return;
	}
	act = assoc_reply(&p->assoc, m->data, m->len, times, &e->osc,
	    now->mono, arc4random(), &s);
	log_debug("reply from %s: %s, next query %.0fs",
	    engine_client_str(p, buf), reply_str(p->assoc.last),
	    mono_diff(p->assoc.due, now->mono));

	if (open && p->assoc.phase != ASSOC_ASKED) {
		engine_query_answered(&p->query, now->mono);
		engine_timer(&p->timer, p->assoc.due, now->mono);
		if (engine_client_reach(e))
			engine_sync_run(e, now);
	}
	if (act == ASSOC_SAMPLE) {
		log_debug("reply from %s: offset %f delay %f",
		    engine_client_str(p, buf), s.offset, s.delay);
		p->txstamp = p->query.stamp;
		p->rxstamp = stamp;
		reply_sample(p, &s, now);
	} else if (act == ASSOC_DENIED)
		engine_pool_fault(p, FAULT_DENIED, now->mono);
	else
		reply_other(p, now);
}
