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
 * One association with one server address: events in, actions out.  Pure:
 * time and random bits are arguments.
 *
 *	IDLE --due: SEND--> ASKED --reply, timeout or failure--> IDLE
 *
 * Back to IDLE lead query_close, which counts a poll without an answer,
 * assoc_senterr, which counts a query that never left, and assoc_burst,
 * which forgets the query without counting anything.
 */

#include <math.h>
#include <string.h>

#include "assoc.h"
#include "be.h"

#define POLL_MIN	0	/* log2 s; what opts may ask for at all */
#define POLL_MAX	17

static enum assoc_act	 answer(struct assoc *, mono_t, uint32_t);
static enum assoc_act	 answer_good(struct assoc *, mono_t);
static enum assoc_act	 answer_kiss(struct assoc *, uint32_t);
static void		 query_close(struct assoc *);
static void		 query_end(struct assoc *);
static void		 unanswered(struct assoc *);
static void		 set_opts(struct assoc *, const struct assoc_opts *);
static int		 clamp(int, int, int);
static double		 unit(uint32_t);
static double		 interval(int, uint32_t);
static double		 burst_gap(const struct assoc *);
static mono_t		 next_query(const struct assoc *, uint32_t);
static mono_t		 later(mono_t, mono_t);
static mono_t		 sooner(mono_t, mono_t);
static uint64_t		 other_nonce(uint64_t);

static const mono_t	 never = { INT64_MAX };

void
assoc_init(struct assoc *a, const struct assoc_opts *opts, mono_t now,
    uint32_t rnd)
{
	memset(a, 0, sizeof(*a));
	set_opts(a, opts);
	a->phase = ASSOC_IDLE;
	a->poll = a->opts.minpoll;
	a->burst = ASSOC_BURST;
	a->due = mono_add(now, ASSOC_SPREAD * unit(rnd));
}

void
assoc_reconf(struct assoc *a, const struct assoc_opts *opts, mono_t now)
{
	int	 before = assoc_interval(a);

	set_opts(a, opts);
	if (a->denied || a->phase == ASSOC_ASKED || a->burst > 0 || a->unsent)
		return;
	if (assoc_interval(a) < before)
		a->due = sooner(a->due, later(now, mono_add(a->asked,
		    ldexp(1, assoc_interval(a)))));
	a->due = later(a->due, mono_add(a->asked, ldexp(1,
	    a->opts.minpoll)));
}

void
assoc_burst(struct assoc *a, mono_t now, uint32_t rnd)
{
	mono_t	 soon;

	if (a->denied)
		return;
	if (a->phase == ASSOC_ASKED) {
		query_end(a);	/* not the server's fault */
		a->due = next_query(a, rnd);
	}
	soon = mono_add(now, ASSOC_SPREAD * unit(rnd));
	if (a->burst == 0 && a->kodpoll == 0 &&
	    mono_diff(now, a->bursted) >= ASSOC_BURSTHOLD) {
		a->burst = ASSOC_BURST;
		a->burstgood = 0;
		a->counted = false;
	}
	if (a->count.sent > 0 && !a->unsent) {
		if (a->burst > 0)
			soon = later(soon, mono_add(a->asked,
			    fmin(burst_gap(a), ldexp(1, a->opts.minpoll))));
		else
			soon = later(soon, mono_add(a->asked, ldexp(1,
			    clamp(a->kodpoll, a->opts.minpoll,
			    ASSOC_KODMAX))));
	}
	a->due = a->burst > 0 ? soon : sooner(a->due, soon);
}

enum assoc_act
assoc_timer(struct assoc *a, mono_t now, uint64_t nonce, uint32_t rnd,
    uint8_t pkt[NTP_HEADER_LEN])
{
	if (a->denied || now.ns < a->due.ns)
		return ASSOC_WAIT;
	if (a->phase == ASSOC_ASKED) {
		query_close(a);
		a->due = next_query(a, rnd);
	}
	if (a->lost) {
		a->lost = false;
		a->due = next_query(a, rnd);
		return ASSOC_LOST;
	}
	if (now.ns < a->due.ns)
		return ASSOC_WAIT;

	if (a->burst == 0 || !a->counted)
		a->reach = (uint8_t)(a->reach << 1);
	if (a->burst > 0) {
		a->counted = true;
		a->bursted = now;
	}
	if (nonce == 0)		/* means "no query is open" */
		nonce = 1;
	a->phase = ASSOC_ASKED;
	a->nonce = nonce;
	a->asked = now;
	a->unsent = false;
	a->due = mono_add(now, ASSOC_TIMEOUT);
	a->count.sent++;
	packet_request(pkt, nonce);
	a->leaved = 0;
	if (a->opts.xleave && !ntptime_zero(a->past.receive)) {
		a->leaved = other_nonce(nonce);
		be_put64(pkt + 24, a->past.receive.t);
		be_put64(pkt + 32, a->leaved);
	}
	return ASSOC_SEND;
}

void
assoc_senterr(struct assoc *a, mono_t now, uint32_t rnd)
{
	if (a->phase != ASSOC_ASKED)
		return;
	a->count.senterr++;
	a->phase = ASSOC_IDLE;
	a->nonce = 0;
	a->unsent = true;
	a->counted = false;
	if ((a->reach & 1) == 0)
		unanswered(a);
	a->due = a->lost ? now : next_query(a, rnd);
}

enum assoc_act
assoc_reply(struct assoc *a, const uint8_t *buf, size_t len,
    const struct pkt_times *times, const struct osc *osc, mono_t now,
    uint32_t rnd, struct sample *sample)
{
	struct pkt_times then = *times;
	struct packet header;
	enum assoc_act act;
	uint8_t	 basic[NTP_HEADER_LEN];
	uint64_t nonce = a->nonce;
	uint32_t kiss;
	ntptime_t came = { 0 };
	bool	 leaved = false;

	memset(&header, 0, sizeof(header));
	if (len >= NTP_HEADER_LEN) {
		came.t = be_get64(buf + 32);
		leaved = a->leaved != 0 && a->nonce != 0 &&
		    be_get64(buf + 24) == a->leaved;
	}
	if (leaved) {
		/* it is about the exchange before: make it that one's reply */
		memcpy(basic, buf, sizeof(basic));
		be_put64(basic + 24, nonce);
		be_put64(basic + 32, a->past.receive.t);
		buf = basic;
		len = sizeof(basic);
		then = a->past.times;
	}
	a->last = reply_judge(buf, len, nonce, &then, osc, &header, sample,
	    &kiss);
	if ((a->last == REPLY_UNSOLICITED || a->last == REPLY_BOGUS) &&
	    a->lastnonce != 0 && header.origin.t == a->lastnonce)
		a->last = REPLY_DUPLICATE;
	a->count.received++;
	a->count.verdict[a->last]++;

	switch (a->last) {
	case REPLY_SHORT:
	case REPLY_MODE:
	case REPLY_VERSION:
	case REPLY_UNSOLICITED:
	case REPLY_BOGUS:
	case REPLY_DUPLICATE:
	case REPLY_UNAUTHENTIC:
	case REPLY__MAX:
		/* anybody may have sent it: keep waiting */
		return ASSOC_WAIT;
	case REPLY_KISS:
	case REPLY_GOOD:
	case REPLY_UNSYNC:
	case REPLY_DISTANCE:
	case REPLY_ZERO:
	case REPLY_ORDER:
	case REPLY_STEPPED:
	case REPLY_DELAY:
	case REPLY_SLOW:
		break;
	}
	a->header = header;
	act = answer(a, now, kiss);
	/* a reply that came at once was told by a basic one before it */
	if (act == ASSOC_SAMPLE && leaved && a->past.told)
		act = ASSOC_WAIT;
	a->past.receive.t = a->last == REPLY_GOOD ? came.t : 0;
	a->past.times = *times;
	a->past.told = !leaved;
	a->due = a->denied ? never : a->lost ? now : next_query(a, rnd);
	return act;
}

void
assoc_unauthentic(struct assoc *a)
{
	a->last = REPLY_UNAUTHENTIC;
	a->count.received++;
	a->count.verdict[REPLY_UNAUTHENTIC]++;
}

/*
 * Another 64 bits that nobody can know who does not know the nonce: the
 * finalizer of splitmix64, of which 0 is the image of 0 alone.
 */
static uint64_t
other_nonce(uint64_t nonce)
{
	nonce = (nonce ^ nonce >> 30) * 0xbf58476d1ce4e5b9;
	nonce = (nonce ^ nonce >> 27) * 0x94d049bb133111eb;
	return nonce ^ nonce >> 31;
}

bool
assoc_expects(const struct assoc *a, ntptime_t origin)
{
	return a->phase == ASSOC_ASKED && origin.t != 0 &&
	    (origin.t == a->nonce || origin.t == a->leaved);
}

void
assoc_poll(struct assoc *a, int poll, mono_t now, uint32_t rnd)
{
	int	 before = assoc_interval(a);

	a->poll = (int8_t)clamp(poll, a->opts.minpoll, a->opts.maxpoll);
	if (assoc_interval(a) >= before || a->denied || a->unsent ||
	    a->phase == ASSOC_ASKED || a->burst > 0)
		return;
	a->due = sooner(a->due, later(now, next_query(a, rnd)));
}

int
assoc_interval(const struct assoc *a)
{
	return a->kodpoll > a->poll ? a->kodpoll : a->poll;
}

/* The open query got its answer, good or not. */
static enum assoc_act
answer(struct assoc *a, mono_t now, uint32_t kiss)
{
	if (a->last == REPLY_GOOD)
		return answer_good(a, now);
	if (a->last == REPLY_KISS)
		return answer_kiss(a, kiss);
	if (a->last == REPLY_STEPPED) {
		/* the server did its part */
		a->reach |= 1;
		a->unanswered = 0;
	}
	query_close(a);
	return ASSOC_WAIT;
}

static enum assoc_act
answer_good(struct assoc *a, mono_t now)
{
	bool	 back;

	/* Out of reach until now: catch up, as at the start. */
	back = a->reach == 0 && a->burst == 0 && a->kodpoll == 0 &&
	    mono_diff(now, a->bursted) >= ASSOC_BURSTHOLD;
	if (back) {
		a->burst = ASSOC_BURST;
		a->burstgood = 0;
		a->counted = true;
	}
	a->reach |= 1;
	a->unanswered = 0;
	a->answered = now;
	if (a->burst > 0)
		a->burstgood++;
	if (a->kodpoll > 0 && ++a->kodgood == ASSOC_KODGOOD) {
		a->kodgood = 0;
		if (--a->kodpoll <= a->opts.minpoll)
			a->kodpoll = 0;
	}
	query_close(a);
	return ASSOC_SAMPLE;
}

/*
 * RFC 5905 7.4, RFC 8633 5.4.  The poll field of the kiss is not believed.
 * Codes other than these three say no more than stratum 0 does.
 */
static enum assoc_act
answer_kiss(struct assoc *a, uint32_t kiss)
{
	switch (kiss) {
	case KISS('R', 'A', 'T', 'E'):
		a->kodpoll = (int8_t)clamp(assoc_interval(a) + 1,
		    ASSOC_MINPOLL, ASSOC_KODMAX);
		a->kodgood = 0;
		if (a->burst > 0)
			a->burst = 1;
		break;
	case KISS('D', 'E', 'N', 'Y'):
	case KISS('R', 'S', 'T', 'R'):
		a->denied = true;
		a->reach = 0;	/* nothing newer will come */
		break;
	default:
		break;
	}
	query_close(a);
	return a->denied ? ASSOC_DENIED : ASSOC_WAIT;
}

static void
query_close(struct assoc *a)
{
	query_end(a);
	/* bit 0 belongs to this poll: was any of its queries answered? */
	if (a->burst == 0 && (a->reach & 1) == 0)
		unanswered(a);
}

static void
query_end(struct assoc *a)
{
	a->phase = ASSOC_IDLE;
	a->lastnonce = a->nonce;
	a->nonce = 0;
	if (a->burst > 0)
		a->burst--;
}

static void
unanswered(struct assoc *a)
{
	if (++a->unanswered % ASSOC_LOSTPOLLS == 0)
		a->lost = true;
	if (a->unanswered == 0)		/* full: go round the last eight */
		a->unanswered = 256 - ASSOC_LOSTPOLLS;
}

/* What the parser checked once is clamped here, not trusted. */
static void
set_opts(struct assoc *a, const struct assoc_opts *opts)
{
	a->opts.minpoll = (int8_t)clamp(opts->minpoll, POLL_MIN, POLL_MAX);
	a->opts.maxpoll = (int8_t)clamp(opts->maxpoll, a->opts.minpoll,
	    POLL_MAX);
	a->poll = (int8_t)clamp(a->poll, a->opts.minpoll, a->opts.maxpoll);
	a->opts.xleave = opts->xleave;
}

static int
clamp(int v, int low, int high)
{
	return v < low ? low : v > high ? high : v;
}

/* 32 random bits as [0, 1). */
static double
unit(uint32_t rnd)
{
	return rnd / 4294967296.0;
}

/* Never shorter than 2^poll, so that minpoll is a floor. */
static double
interval(int poll, uint32_t rnd)
{
	return ldexp(1 + ASSOC_JITTER * unit(rnd), poll);
}

/*
 * The first samples say what time it is.  The later ones say how fast the
 * oscillator is, and do so the better the longer they are apart: with the
 * span doubled each time, the error does not outgrow what is known between
 * the start-up and the first poll.
 */
static double
burst_gap(const struct assoc *a)
{
	int	 twice = a->burstgood - ASSOC_BURSTGOOD;

	return ldexp(ASSOC_BURSTGAP, twice > 0 ? twice : 0);
}

/* When to ask again; all spacing is measured from the last query. */
static mono_t
next_query(const struct assoc *a, uint32_t rnd)
{
	double	 wait;

	if (a->unsent)
		wait = a->count.received == 0 ?
		    ASSOC_RETRY * (1 + unit(rnd)) : interval(
		    a->kodpoll > a->opts.minpoll ? a->kodpoll :
		    a->opts.minpoll, rnd);
	else if (a->burst > 0)
		wait = fmin(burst_gap(a) * (1 + ASSOC_JITTER * unit(rnd)),
		    interval(a->opts.minpoll, rnd));
	else
		wait = interval(assoc_interval(a), rnd);
	return mono_add(a->asked, wait);
}

static mono_t
later(mono_t a, mono_t b)
{
	return a.ns > b.ns ? a : b;
}

static mono_t
sooner(mono_t a, mono_t b)
{
	return a.ns < b.ns ? a : b;
}
