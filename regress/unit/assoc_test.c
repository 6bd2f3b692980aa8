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
 * assoc: scenarios as scripts of events, every state against every event,
 * and long random lives that must keep the rules of politeness.
 */

#include "test.h"

#include "assoc.h"
#include "be.h"

#define MS	1000000LL
#define SEC	1000000000LL

enum event {
	EV_END,
	EV_TIMER,	/* at due */
	EV_EARLY,	/* assoc_timer just before due */
	EV_SENDERR,
	EV_GOOD,	/* 10 ms after now, as all replies */
	EV_UNSYNC,
	EV_STEPPED,
	EV_RATE,
	EV_DENY,
	EV_RSTR,
	EV_INIT,	/* a kiss without a meaning for us */
	EV_FAKEDENY,	/* with a wrong origin */
	EV_BOGUS,
	EV_SHORT,
	EV_LATE,	/* answers the query before */
	EV_POLL,	/* arg */
	EV_BURST,
	EV_SKIP,	/* arg seconds pass */
	EV_RECONF,	/* arg: minpoll * 100 + maxpoll */
	EV__MAX
};

struct life {
	struct assoc	 a;
	struct osc	 osc;
	mono_t		 now;
	bool		 wild;		/* random bits, else the middle */
	uint8_t		 pkt[NTP_HEADER_LEN];
	struct sample	 sample;
};

struct step {
	enum event	 ev;
	int		 arg;
	enum assoc_act	 act;
	int		 reach;		/* octal, as it is shown */
	int		 unanswered;
	int		 burst;
	double		 gap;		/* due after asked, s; -1: any */
};

static void		 test_scripts(void);
static void		 test_matrix(void);
static void		 test_init(void);
static void		 test_jitter(void);
static void		 test_poll(void);
static void		 test_rate(void);
static void		 test_lost(void);
static void		 test_reconf(void);
static void		 test_counters(void);
static void		 test_xleave(void);
static void		 test_hammer(void);
static void		 begin(struct life *, int, int, bool);
static enum assoc_act	 play(struct life *, enum event, int);
static enum assoc_act	 reply(struct life *, enum event);

int
main(void)
{
	test_scripts();
	test_matrix();
	test_init();
	test_jitter();
	test_poll();
	test_rate();
	test_lost();
	test_reconf();
	test_counters();
	test_xleave();
	test_hammer();
	return test_done("assoc");
}

/*
 * Random bits are in the middle here: intervals are 2 % longer than their
 * power of two.
 */
static const struct step normal[] = {
	{ EV_TIMER, 0, ASSOC_SEND, 000, 0, 8, 3 },
	{ EV_GOOD, 0, ASSOC_SAMPLE, 001, 0, 7, 2.04 },
	{ EV_EARLY, 0, ASSOC_WAIT, 001, 0, 7, 2.04 },
	{ EV_TIMER, 0, ASSOC_SEND, 001, 0, 7, 3 },
	{ EV_GOOD, 0, ASSOC_SAMPLE, 001, 0, 6, 2.04 },
	{ EV_TIMER, 0, ASSOC_SEND, 001, 0, 6, 3 },
	{ EV_GOOD, 0, ASSOC_SAMPLE, 001, 0, 5, 2.04 },
	{ EV_TIMER, 0, ASSOC_SEND, 001, 0, 5, 3 },
	{ EV_GOOD, 0, ASSOC_SAMPLE, 001, 0, 4, 2.04 },
	{ EV_TIMER, 0, ASSOC_SEND, 001, 0, 4, 3 },
	{ EV_GOOD, 0, ASSOC_SAMPLE, 001, 0, 3, 4.08 },
	{ EV_TIMER, 0, ASSOC_SEND, 001, 0, 3, 3 },
	{ EV_GOOD, 0, ASSOC_SAMPLE, 001, 0, 2, 8.16 },
	{ EV_TIMER, 0, ASSOC_SEND, 001, 0, 2, 3 },
	{ EV_GOOD, 0, ASSOC_SAMPLE, 001, 0, 1, 16.32 },
	{ EV_TIMER, 0, ASSOC_SEND, 001, 0, 1, 3 },
	{ EV_GOOD, 0, ASSOC_SAMPLE, 001, 0, 0, 65.28 },
	{ EV_TIMER, 0, ASSOC_SEND, 002, 0, 0, 3 },
	{ EV_GOOD, 0, ASSOC_SAMPLE, 003, 0, 0, 65.28 },
	{ EV_TIMER, 0, ASSOC_SEND, 006, 0, 0, 3 },
	{ EV_TIMER, 0, ASSOC_WAIT, 006, 1, 0, 65.28 },
	{ EV_TIMER, 0, ASSOC_SEND, 014, 1, 0, 3 },
	{ EV_GOOD, 0, ASSOC_SAMPLE, 015, 0, 0, 65.28 },
	{ .ev = EV_END }
};

static const struct step burst_with_losses[] = {
	{ EV_TIMER, 0, ASSOC_SEND, 000, 0, 8, 3 },
	{ EV_TIMER, 0, ASSOC_SEND, 000, 0, 7, 3 },
	{ EV_GOOD, 0, ASSOC_SAMPLE, 001, 0, 6, 2.04 },
	{ EV_TIMER, 0, ASSOC_SEND, 001, 0, 6, 3 },
	{ EV_TIMER, 0, ASSOC_SEND, 001, 0, 5, 3 },
	{ EV_UNSYNC, 0, ASSOC_WAIT, 001, 0, 4, 2.04 },
	{ EV_TIMER, 0, ASSOC_SEND, 001, 0, 4, 3 },
	{ EV_GOOD, 0, ASSOC_SAMPLE, 001, 0, 3, 2.04 },
	{ EV_TIMER, 0, ASSOC_SEND, 001, 0, 3, 3 },
	{ EV_GOOD, 0, ASSOC_SAMPLE, 001, 0, 2, 2.04 },
	{ EV_TIMER, 0, ASSOC_SEND, 001, 0, 2, 3 },
	{ EV_TIMER, 0, ASSOC_SEND, 001, 0, 1, 3 },
	{ EV_TIMER, 0, ASSOC_WAIT, 001, 0, 0, 65.28 },
	{ .ev = EV_END }
};

static const struct step burst_unanswered_then_back[] = {
	{ EV_TIMER, 0, ASSOC_SEND, 000, 0, 8, 3 },
	{ EV_TIMER, 0, ASSOC_SEND, 000, 0, 7, 3 },
	{ EV_TIMER, 0, ASSOC_SEND, 000, 0, 6, 3 },
	{ EV_TIMER, 0, ASSOC_SEND, 000, 0, 5, 3 },
	{ EV_TIMER, 0, ASSOC_SEND, 000, 0, 4, 3 },
	{ EV_TIMER, 0, ASSOC_SEND, 000, 0, 3, 3 },
	{ EV_TIMER, 0, ASSOC_SEND, 000, 0, 2, 3 },
	{ EV_TIMER, 0, ASSOC_SEND, 000, 0, 1, 3 },
	{ EV_TIMER, 0, ASSOC_WAIT, 000, 1, 0, 65.28 },
	{ EV_TIMER, 0, ASSOC_SEND, 000, 1, 0, 3 },
	{ EV_TIMER, 0, ASSOC_WAIT, 000, 2, 0, 65.28 },
	{ EV_TIMER, 0, ASSOC_SEND, 000, 2, 0, 3 },
	/* there it is: seven more, as at the start */
	{ EV_GOOD, 0, ASSOC_SAMPLE, 001, 0, 7, 2.04 },
	{ EV_TIMER, 0, ASSOC_SEND, 001, 0, 7, 3 },
	{ EV_GOOD, 0, ASSOC_SAMPLE, 001, 0, 6, 2.04 },
	{ EV_TIMER, 0, ASSOC_SEND, 001, 0, 6, 3 },
	{ EV_GOOD, 0, ASSOC_SAMPLE, 001, 0, 5, 2.04 },
	{ EV_TIMER, 0, ASSOC_SEND, 001, 0, 5, 3 },
	{ EV_GOOD, 0, ASSOC_SAMPLE, 001, 0, 4, 2.04 },
	{ EV_TIMER, 0, ASSOC_SEND, 001, 0, 4, 3 },
	{ EV_GOOD, 0, ASSOC_SAMPLE, 001, 0, 3, 4.08 },
	{ EV_TIMER, 0, ASSOC_SEND, 001, 0, 3, 3 },
	{ EV_GOOD, 0, ASSOC_SAMPLE, 001, 0, 2, 8.16 },
	{ EV_TIMER, 0, ASSOC_SEND, 001, 0, 2, 3 },
	{ EV_GOOD, 0, ASSOC_SAMPLE, 001, 0, 1, 16.32 },
	{ EV_TIMER, 0, ASSOC_SEND, 001, 0, 1, 3 },
	{ EV_GOOD, 0, ASSOC_SAMPLE, 001, 0, 0, 65.28 },
	{ .ev = EV_END }
};

static const struct step never_synchronised[] = {
	{ EV_TIMER, 0, ASSOC_SEND, 000, 0, 8, 3 },
	{ EV_UNSYNC, 0, ASSOC_WAIT, 000, 0, 7, 2.04 },
	{ EV_TIMER, 0, ASSOC_SEND, 000, 0, 7, 3 },
	{ EV_INIT, 0, ASSOC_WAIT, 000, 0, 6, 2.04 },
	{ EV_TIMER, 0, ASSOC_SEND, 000, 0, 6, 3 },
	{ EV_STEPPED, 0, ASSOC_WAIT, 001, 0, 5, 2.04 },
	{ .ev = EV_END }
};

static const struct step no_network_at_start[] = {
	{ EV_TIMER, 0, ASSOC_SEND, 000, 0, 8, 3 },
	{ EV_SENDERR, 0, ASSOC_WAIT, 000, 1, 8, 12 },
	{ EV_TIMER, 0, ASSOC_SEND, 000, 1, 8, 3 },
	{ EV_SENDERR, 0, ASSOC_WAIT, 000, 2, 8, 12 },
	{ EV_TIMER, 0, ASSOC_SEND, 000, 2, 8, 3 },
	{ EV_SENDERR, 0, ASSOC_WAIT, 000, 3, 8, 12 },
	{ EV_TIMER, 0, ASSOC_SEND, 000, 3, 8, 3 },
	{ EV_SENDERR, 0, ASSOC_WAIT, 000, 4, 8, 12 },
	{ EV_TIMER, 0, ASSOC_SEND, 000, 4, 8, 3 },
	{ EV_SENDERR, 0, ASSOC_WAIT, 000, 5, 8, 12 },
	{ EV_TIMER, 0, ASSOC_SEND, 000, 5, 8, 3 },
	{ EV_SENDERR, 0, ASSOC_WAIT, 000, 6, 8, 12 },
	{ EV_TIMER, 0, ASSOC_SEND, 000, 6, 8, 3 },
	{ EV_SENDERR, 0, ASSOC_WAIT, 000, 7, 8, 12 },
	{ EV_TIMER, 0, ASSOC_SEND, 000, 7, 8, 3 },
	/* told at once, then on as before */
	{ EV_SENDERR, 0, ASSOC_WAIT, 000, 8, 8, 0 },
	{ EV_TIMER, 0, ASSOC_LOST, 000, 8, 8, 12 },
	{ EV_TIMER, 0, ASSOC_SEND, 000, 8, 8, 3 },
	/* the whole burst is still there */
	{ EV_GOOD, 0, ASSOC_SAMPLE, 001, 0, 7, 2.04 },
	{ .ev = EV_END }
};

static const struct step network_back_is_told[] = {
	{ EV_TIMER, 0, ASSOC_SEND, 000, 0, 8, 3 },
	{ EV_SENDERR, 0, ASSOC_WAIT, 000, 1, 8, 12 },
	{ EV_BURST, 0, ASSOC_WAIT, 000, 1, 8, 1 },
	{ EV_TIMER, 0, ASSOC_SEND, 000, 1, 8, 3 },
	{ .ev = EV_END }
};

static const struct step send_fails_later[] = {
	{ EV_TIMER, 0, ASSOC_SEND, 000, 0, 8, 3 },
	{ EV_GOOD, 0, ASSOC_SAMPLE, 001, 0, 7, 2.04 },
	{ EV_TIMER, 0, ASSOC_SEND, 001, 0, 7, 3 },
	/* in the poll of an answered query: it costs no poll, but waits */
	{ EV_SENDERR, 0, ASSOC_WAIT, 001, 0, 7, 65.28 },
	{ EV_TIMER, 0, ASSOC_SEND, 002, 0, 7, 3 },
	{ EV_SENDERR, 0, ASSOC_WAIT, 002, 1, 7, 65.28 },
	{ EV_TIMER, 0, ASSOC_SEND, 004, 1, 7, 3 },
	{ EV_GOOD, 0, ASSOC_SAMPLE, 005, 0, 6, 2.04 },
	{ .ev = EV_END }
};

static const struct step rate_in_burst[] = {
	{ EV_TIMER, 0, ASSOC_SEND, 000, 0, 8, 3 },
	{ EV_GOOD, 0, ASSOC_SAMPLE, 001, 0, 7, 2.04 },
	{ EV_TIMER, 0, ASSOC_SEND, 001, 0, 7, 3 },
	{ EV_RATE, 0, ASSOC_WAIT, 001, 0, 0, 130.56 },
	{ EV_TIMER, 0, ASSOC_SEND, 002, 0, 0, 3 },
	{ EV_RATE, 0, ASSOC_WAIT, 002, 1, 0, 261.12 },
	{ EV_TIMER, 0, ASSOC_SEND, 004, 1, 0, 3 },
	{ EV_GOOD, 0, ASSOC_SAMPLE, 005, 0, 0, 261.12 },
	/* no burst for who said RATE, and no query before its time */
	{ EV_SKIP, 100, ASSOC_WAIT, 005, 0, 0, 261.12 },
	{ EV_BURST, 0, ASSOC_WAIT, 005, 0, 0, 256 },
	{ .ev = EV_END }
};

static const struct step denied[] = {
	{ EV_TIMER, 0, ASSOC_SEND, 000, 0, 8, 3 },
	{ EV_FAKEDENY, 0, ASSOC_WAIT, 000, 0, 8, 3 },
	{ EV_DENY, 0, ASSOC_DENIED, 000, 0, 7, -1 },
	{ EV_EARLY, 0, ASSOC_WAIT, 000, 0, 7, -1 },
	{ EV_BURST, 0, ASSOC_WAIT, 000, 0, 7, -1 },
	{ EV_POLL, 6, ASSOC_WAIT, 000, 0, 7, -1 },
	{ EV_RECONF, 406, ASSOC_WAIT, 000, 0, 7, -1 },
	{ EV_TIMER, 0, ASSOC_WAIT, 000, 0, 7, -1 },
	{ EV_LATE, 0, ASSOC_WAIT, 000, 0, 7, -1 },
	{ .ev = EV_END }
};

static const struct step restricted[] = {
	{ EV_TIMER, 0, ASSOC_SEND, 000, 0, 8, 3 },
	{ EV_RSTR, 0, ASSOC_DENIED, 000, 0, 7, -1 },
	{ .ev = EV_END }
};

static const struct step strangers[] = {
	{ EV_LATE, 0, ASSOC_WAIT, 000, 0, 8, -1 },
	{ EV_TIMER, 0, ASSOC_SEND, 000, 0, 8, 3 },
	{ EV_BOGUS, 0, ASSOC_WAIT, 000, 0, 8, 3 },
	{ EV_SHORT, 0, ASSOC_WAIT, 000, 0, 8, 3 },
	{ EV_GOOD, 0, ASSOC_SAMPLE, 001, 0, 7, 2.04 },
	{ EV_LATE, 0, ASSOC_WAIT, 001, 0, 7, 2.04 },
	{ EV_GOOD, 0, ASSOC_WAIT, 001, 0, 7, 2.04 },
	{ EV_SENDERR, 0, ASSOC_WAIT, 001, 0, 7, 2.04 },
	{ .ev = EV_END }
};

static const struct step resume[] = {
	{ EV_TIMER, 0, ASSOC_SEND, 000, 0, 8, 3 },
	{ EV_GOOD, 0, ASSOC_SAMPLE, 001, 0, 7, 2.04 },
	/* in the middle of a burst nothing comes early */
	{ EV_BURST, 0, ASSOC_WAIT, 001, 0, 7, 2 },
	{ EV_TIMER, 0, ASSOC_SEND, 001, 0, 7, 3 },
	/* the open query is forgotten, but it did leave */
	{ EV_BURST, 0, ASSOC_WAIT, 001, 0, 6, 2 },
	{ EV_TIMER, 0, ASSOC_SEND, 001, 0, 6, 3 },
	{ EV_GOOD, 0, ASSOC_SAMPLE, 001, 0, 5, 2.04 },
	{ EV_TIMER, 0, ASSOC_SEND, 001, 0, 5, 3 },
	{ EV_GOOD, 0, ASSOC_SAMPLE, 001, 0, 4, 2.04 },
	{ EV_TIMER, 0, ASSOC_SEND, 001, 0, 4, 3 },
	{ EV_GOOD, 0, ASSOC_SAMPLE, 001, 0, 3, 2.04 },
	{ EV_TIMER, 0, ASSOC_SEND, 001, 0, 3, 3 },
	{ EV_GOOD, 0, ASSOC_SAMPLE, 001, 0, 2, 4.08 },
	{ EV_TIMER, 0, ASSOC_SEND, 001, 0, 2, 3 },
	{ EV_GOOD, 0, ASSOC_SAMPLE, 001, 0, 1, 8.16 },
	{ EV_TIMER, 0, ASSOC_SEND, 001, 0, 1, 3 },
	{ EV_GOOD, 0, ASSOC_SAMPLE, 001, 0, 0, 65.28 },
	/* too soon after the burst */
	{ EV_SKIP, 30, ASSOC_WAIT, 001, 0, 0, 65.28 },
	{ EV_BURST, 0, ASSOC_WAIT, 001, 0, 0, 64 },
	{ EV_TIMER, 0, ASSOC_SEND, 002, 0, 0, 3 },
	{ EV_GOOD, 0, ASSOC_SAMPLE, 003, 0, 0, 65.28 },
	{ EV_SKIP, 30, ASSOC_WAIT, 003, 0, 0, 65.28 },
	{ EV_BURST, 0, ASSOC_WAIT, 003, 0, 8, 31.01 },
	{ EV_TIMER, 0, ASSOC_SEND, 006, 0, 8, 3 },
	{ EV_GOOD, 0, ASSOC_SAMPLE, 007, 0, 7, 2.04 },
	{ EV_TIMER, 0, ASSOC_SEND, 007, 0, 7, 3 },
	{ EV_GOOD, 0, ASSOC_SAMPLE, 007, 0, 6, 2.04 },
	{ EV_TIMER, 0, ASSOC_SEND, 007, 0, 6, 3 },
	{ EV_GOOD, 0, ASSOC_SAMPLE, 007, 0, 5, 2.04 },
	{ EV_TIMER, 0, ASSOC_SEND, 007, 0, 5, 3 },
	{ EV_GOOD, 0, ASSOC_SAMPLE, 007, 0, 4, 2.04 },
	{ EV_TIMER, 0, ASSOC_SEND, 007, 0, 4, 3 },
	{ EV_GOOD, 0, ASSOC_SAMPLE, 007, 0, 3, 4.08 },
	{ EV_TIMER, 0, ASSOC_SEND, 007, 0, 3, 3 },
	{ EV_GOOD, 0, ASSOC_SAMPLE, 007, 0, 2, 8.16 },
	{ EV_TIMER, 0, ASSOC_SEND, 007, 0, 2, 3 },
	{ EV_GOOD, 0, ASSOC_SAMPLE, 007, 0, 1, 16.32 },
	{ EV_TIMER, 0, ASSOC_SEND, 007, 0, 1, 3 },
	{ EV_GOOD, 0, ASSOC_SAMPLE, 007, 0, 0, 65.28 },
	{ .ev = EV_END }
};

static const struct step resume_with_a_query_open[] = {
	{ EV_TIMER, 0, ASSOC_SEND, 000, 0, 8, 3 },
	{ EV_RATE, 0, ASSOC_WAIT, 000, 1, 0, 130.56 },
	{ EV_TIMER, 0, ASSOC_SEND, 000, 1, 0, 3 },
	/* no burst, and the timeout is not taken for the next query */
	{ EV_BURST, 0, ASSOC_WAIT, 000, 1, 0, 128 },
	{ .ev = EV_END }
};

static const struct {
	const char		*what;
	const struct step	*step;
} scripts[] = {
	{ "normal", normal },
	{ "burst with losses", burst_with_losses },
	{ "burst unanswered, then back", burst_unanswered_then_back },
	{ "never synchronised", never_synchronised },
	{ "no network at start", no_network_at_start },
	{ "network back is told", network_back_is_told },
	{ "send fails later", send_fails_later },
	{ "RATE in the burst", rate_in_burst },
	{ "denied", denied },
	{ "restricted", restricted },
	{ "strangers", strangers },
	{ "resume", resume },
	{ "resume with a query open", resume_with_a_query_open },
};

static void
test_scripts(void)
{
	const struct step *s;
	struct life l;
	char	 what[100];
	size_t	 i;

	for (i = 0; i < nitems(scripts); i++) {
		begin(&l, 6, 10, false);
		for (s = scripts[i].step; s->ev != EV_END; s++) {
			snprintf(what, sizeof(what), "%s, step %d",
			    scripts[i].what, (int)(s - scripts[i].step) + 1);
			CHECK_INT(what, play(&l, s->ev, s->arg), s->act);
			CHECK_INT(what, l.a.reach, s->reach);
			CHECK_INT(what, l.a.unanswered, s->unanswered);
			CHECK_INT(what, l.a.burst, s->burst);
			if (s->gap >= 0)
				CHECK_NEAR(what, mono_diff(l.a.due,
				    l.a.asked), s->gap, 1e-6);
		}
	}
}

/* Every state against every event: the action, and the state after. */
enum state {
	ST_START,	/* idle, never asked */
	ST_BURST,	/* idle, between two queries of a burst */
	ST_BURSTASKED,
	ST_IDLE,
	ST_ASKED,
	ST_UNSENT,	/* idle after a query that did not leave */
	ST_LOST,	/* to be told */
	ST_DENIED,
	ST__MAX
};

static enum state
classify(const struct assoc *a)
{
	if (a->denied)
		return ST_DENIED;
	if (a->lost)
		return ST_LOST;
	if (a->phase == ASSOC_ASKED)
		return a->burst > 0 ? ST_BURSTASKED : ST_ASKED;
	if (a->unsent)
		return ST_UNSENT;
	if (a->burst > 0)
		return a->count.sent == 0 ? ST_START : ST_BURST;
	return ST_IDLE;
}

static void
reach_state(struct life *l, enum state st)
{
	int	 i;

	begin(l, 6, 10, false);
	if (st == ST_START)
		return;
	play(l, EV_TIMER, 0);
	if (st == ST_BURSTASKED)
		return;
	if (st == ST_DENIED) {
		play(l, EV_DENY, 0);
		return;
	}
	if (st == ST_LOST) {
		play(l, EV_SENDERR, 0);
		for (i = 1; i < 8; i++) {
			play(l, EV_TIMER, 0);
			play(l, EV_SENDERR, 0);
		}
		return;
	}
	play(l, EV_GOOD, 0);
	if (st == ST_BURST)
		return;
	for (i = 1; i < ASSOC_BURST; i++) {
		play(l, EV_TIMER, 0);
		play(l, EV_GOOD, 0);
	}
	if (st == ST_IDLE)
		return;
	play(l, EV_TIMER, 0);
	if (st == ST_UNSENT)
		play(l, EV_SENDERR, 0);
}

static void
test_matrix(void)
{
	static const char *const name[ST__MAX] = {
		[ST_START] = "start", [ST_BURST] = "burst",
		[ST_BURSTASKED] = "burst, asked", [ST_IDLE] = "idle",
		[ST_ASKED] = "asked", [ST_UNSENT] = "unsent",
		[ST_LOST] = "lost", [ST_DENIED] = "denied"
	};
	/* what differs from "WAIT and stay" */
	static const struct {
		enum state	 st;
		enum event	 ev;
		enum assoc_act	 act;
		enum state	 to;
	} rows[] = {
		{ ST_START, EV_TIMER, ASSOC_SEND, ST_BURSTASKED },
		{ ST_BURST, EV_TIMER, ASSOC_SEND, ST_BURSTASKED },
		{ ST_BURSTASKED, EV_TIMER, ASSOC_SEND, ST_BURSTASKED },
		{ ST_BURSTASKED, EV_SENDERR, ASSOC_WAIT, ST_UNSENT },
		{ ST_BURSTASKED, EV_GOOD, ASSOC_SAMPLE, ST_BURST },
		{ ST_BURSTASKED, EV_UNSYNC, ASSOC_WAIT, ST_BURST },
		{ ST_BURSTASKED, EV_STEPPED, ASSOC_WAIT, ST_BURST },
		{ ST_BURSTASKED, EV_RATE, ASSOC_WAIT, ST_IDLE },
		{ ST_BURSTASKED, EV_DENY, ASSOC_DENIED, ST_DENIED },
		{ ST_BURSTASKED, EV_RSTR, ASSOC_DENIED, ST_DENIED },
		{ ST_BURSTASKED, EV_INIT, ASSOC_WAIT, ST_BURST },
		{ ST_BURSTASKED, EV_BURST, ASSOC_WAIT, ST_BURST },
		{ ST_IDLE, EV_TIMER, ASSOC_SEND, ST_ASKED },
		{ ST_ASKED, EV_TIMER, ASSOC_WAIT, ST_IDLE },
		{ ST_ASKED, EV_SENDERR, ASSOC_WAIT, ST_UNSENT },
		{ ST_ASKED, EV_GOOD, ASSOC_SAMPLE, ST_IDLE },
		{ ST_ASKED, EV_UNSYNC, ASSOC_WAIT, ST_IDLE },
		{ ST_ASKED, EV_STEPPED, ASSOC_WAIT, ST_IDLE },
		{ ST_ASKED, EV_RATE, ASSOC_WAIT, ST_IDLE },
		{ ST_ASKED, EV_DENY, ASSOC_DENIED, ST_DENIED },
		{ ST_ASKED, EV_RSTR, ASSOC_DENIED, ST_DENIED },
		{ ST_ASKED, EV_INIT, ASSOC_WAIT, ST_IDLE },
		{ ST_ASKED, EV_BURST, ASSOC_WAIT, ST_BURST },
		{ ST_UNSENT, EV_TIMER, ASSOC_SEND, ST_ASKED },
		{ ST_LOST, EV_TIMER, ASSOC_LOST, ST_UNSENT },
	};
	struct life l;
	enum assoc_act act, want;
	enum state to;
	char	 what[100];
	size_t	 i;
	int	 st, ev;

	for (st = 0; st < ST__MAX; st++)
		for (ev = EV_TIMER; ev < EV__MAX; ev++) {
			reach_state(&l, (enum state)st);
			snprintf(what, sizeof(what), "state %s, event %d",
			    name[st], ev);
			CHECK_INT(what, classify(&l.a), st);
			want = ASSOC_WAIT;
			to = (enum state)st;
			for (i = 0; i < nitems(rows); i++)
				if ((int)rows[i].st == st &&
				    (int)rows[i].ev == ev) {
					want = rows[i].act;
					to = rows[i].to;
				}
			act = play(&l, (enum event)ev, ev == EV_RECONF ?
			    610 : ev == EV_SKIP ? 1 : 6);
			CHECK_INT(what, act, want);
			CHECK_INT(what, classify(&l.a), to);
			CHECK_INT(what, l.a.phase == ASSOC_ASKED,
			    l.a.nonce != 0);
		}
}

static void
test_init(void)
{
	static const struct {
		const char	*what;
		int8_t		 min, max;
		int		 first, longest;
	} tests[] = {
		{ "default", 6, 10, 6, 10 },
		{ "fixed", 8, 8, 8, 8 },
		{ "fast", 0, 4, 0, 4 },
		{ "the wrong way round", 9, 7, 9, 9 },
		{ "below zero", -5, 3, 0, 3 },
		{ "beyond the protocol", 4, 127, 4, 17 },
	};
	struct assoc_opts opts = { 0 };
	struct assoc a;
	size_t	 i;

	for (i = 0; i < nitems(tests); i++) {
		opts.minpoll = tests[i].min;
		opts.maxpoll = tests[i].max;
		assoc_init(&a, &opts, (mono_t){ 50 * SEC }, UINT32_MAX);
		CHECK_INT(tests[i].what, assoc_interval(&a), tests[i].first);
		CHECK_NEAR(tests[i].what, mono_diff(a.due,
		    (mono_t){ 50 * SEC }), 2, 1e-8);
		CHECK_INT(tests[i].what, a.reach, 0);
		assoc_poll(&a, 127, (mono_t){ 50 * SEC }, 0);
		CHECK_INT(tests[i].what, assoc_interval(&a),
		    tests[i].longest);
		assoc_poll(&a, -128, (mono_t){ 50 * SEC }, 0);
		CHECK_INT(tests[i].what, assoc_interval(&a), tests[i].first);
		assoc_init(&a, &opts, (mono_t){ 50 * SEC }, 0);
		CHECK_INT(tests[i].what, a.due.ns, 50 * SEC);
	}
}

/* The first query falls anywhere in 2 s, later ones in 4 % of the poll. */
static void
test_jitter(void)
{
	struct life l;
	double	 d, first[2] = { 9, 0 }, gap[2] = { 99, 0 };
	double	 poll[2] = { 9999, 0 };
	int	 i, k;

	for (k = 0; k < 300; k++) {
		begin(&l, 6, 10, true);
		assoc_init(&l.a, &(struct assoc_opts){ 6, 10 }, l.now,
		    (uint32_t)test_rnd());
		d = mono_diff(l.a.due, l.now);
		first[0] = fmin(first[0], d);
		first[1] = fmax(first[1], d);
		for (i = 0; i < ASSOC_BURST; i++) {
			play(&l, EV_TIMER, 0);
			play(&l, EV_GOOD, 0);
			d = mono_diff(l.a.due, l.a.asked);
			if (i == ASSOC_BURST - 1)
				break;
			if (i >= ASSOC_BURSTGOOD)
				continue;	/* these double, see normal */
			gap[0] = fmin(gap[0], d);
			gap[1] = fmax(gap[1], d);
		}
		poll[0] = fmin(poll[0], d);
		poll[1] = fmax(poll[1], d);
	}
	CHECK_NEAR("first query, earliest", first[0], 0, 0.05);
	CHECK_NEAR("first query, latest", first[1], 2, 0.05);
	CHECK_NEAR("in the burst, shortest", gap[0], 2.0005, 0.0005);
	CHECK_NEAR("in the burst, longest", gap[1], 2.0795, 0.0005);
	CHECK_NEAR("poll, shortest", poll[0], 64.05, 0.05);
	CHECK_NEAR("poll, longest", poll[1], 66.51, 0.05);
}

static void
test_poll(void)
{
	struct life l;
	int	 i;

	begin(&l, 6, 10, false);
	for (i = 0; i < ASSOC_BURST; i++) {
		assoc_poll(&l.a, 9, l.now, 1U << 31);
		play(&l, EV_TIMER, 0);
		play(&l, EV_GOOD, 0);
	}
	CHECK_NEAR("longer, set before the query",
	    mono_diff(l.a.due, l.a.asked), 522.24, 1e-6);
	play(&l, EV_POLL, 10);
	CHECK_NEAR("longer: from the next query on",
	    mono_diff(l.a.due, l.a.asked), 522.24, 1e-6);
	play(&l, EV_POLL, 7);
	CHECK_NEAR("shorter: now", mono_diff(l.a.due, l.a.asked), 130.56,
	    1e-6);
	play(&l, EV_POLL, 7);
	CHECK_NEAR("again: no change", mono_diff(l.a.due, l.a.asked), 130.56,
	    1e-6);
	play(&l, EV_SKIP, 100);
	play(&l, EV_POLL, 6);
	CHECK_INT("shorter than what has passed: at once", l.a.due.ns,
	    l.now.ns);
	play(&l, EV_TIMER, 0);
	play(&l, EV_POLL, 10);
	play(&l, EV_POLL, 6);
	CHECK_NEAR("the timeout of an open query stays",
	    mono_diff(l.a.due, l.a.asked), 3, 1e-6);
	play(&l, EV_POLL, 10);
	play(&l, EV_DENY, 0);
	CHECK_INT("denied: never", l.a.due.ns, INT64_MAX);
	play(&l, EV_POLL, 6);
	CHECK_INT("and sync cannot undo it", l.a.due.ns, INT64_MAX);
}

/* Each RATE doubles the interval up to 2^13 s; 32 good replies halve it. */
static void
test_rate(void)
{
	static const int after[] = { 7, 8, 9, 10, 11, 12, 13, 13, 13 };
	struct life l;
	size_t	 i;
	int	 k;

	begin(&l, 6, 10, false);
	for (i = 0; i < nitems(after); i++) {
		if (play(&l, EV_TIMER, 0) == ASSOC_LOST)
			play(&l, EV_TIMER, 0);
		play(&l, EV_RATE, 0);
		CHECK_INT("RATE", assoc_interval(&l.a), after[i]);
		CHECK_INT("and no burst", l.a.burst, 0);
	}
	play(&l, EV_POLL, 6);
	CHECK_INT("sync cannot undo it", assoc_interval(&l.a), 13);
	for (k = 12; k >= 6; k--) {
		for (i = 0; i < 32; i++) {
			CHECK_INT("before", assoc_interval(&l.a), k + 1);
			while (play(&l, EV_TIMER, 0) != ASSOC_SEND)
				;
			play(&l, EV_GOOD, 0);
		}
		CHECK_INT("taken back", assoc_interval(&l.a), k);
	}
	CHECK_INT("all", l.a.kodpoll, 0);

	play(&l, EV_TIMER, 0);
	play(&l, EV_RATE, 0);
	for (k = 0; k < 63; k++) {
		CHECK_INT("not before 32 after the last RATE",
		    assoc_interval(&l.a), k < 31 ? 7 : 8);
		while (play(&l, EV_TIMER, 0) != ASSOC_SEND)
			;
		play(&l, k == 30 ? EV_RATE : EV_GOOD, 0);
	}
	CHECK_INT("but then", assoc_interval(&l.a), 7);

	begin(&l, 2, 4, false);
	play(&l, EV_TIMER, 0);
	play(&l, EV_RATE, 0);
	CHECK_INT("an aggressive poll falls back to the public floor",
	    assoc_interval(&l.a), 6);
}

/* LOST after 8 polls, and again each 8, for as long as it takes. */
static void
test_lost(void)
{
	struct life l;
	int	 polls = 0, lost = 0, i;

	begin(&l, 6, 10, false);
	for (i = 0; i < ASSOC_BURST; i++) {
		play(&l, EV_TIMER, 0);
		play(&l, EV_GOOD, 0);
	}
	while (polls < 800) {
		switch (play(&l, EV_TIMER, 0)) {
		case ASSOC_LOST:
			lost++;
			CHECK_INT("unanswered polls", polls, lost * 8);
			CHECK_INT("reach", l.a.reach, 0);
			break;
		case ASSOC_SEND:
			CHECK_INT("the counter does not start again",
			    l.a.unanswered >= (polls < 248 ? polls : 248), 1);
			polls++;
			break;
		case ASSOC_WAIT:
			CHECK_NEAR("polls go on", mono_diff(l.a.due,
			    l.a.asked), 65.28, 1e-6);
			break;
		case ASSOC_SAMPLE:
		case ASSOC_DENIED:
			CHECK_INT("no such action", 0, 1);
			break;
		}
	}
	CHECK_INT("each 8", lost, 99);
	play(&l, EV_GOOD, 0);
	CHECK_INT("back", l.a.unanswered, 0);
	CHECK_INT("answered", l.a.answered.ns, l.now.ns);
	for (i = 7; i > 0; i--) {
		CHECK_INT("with a burst", l.a.burst, i);
		play(&l, EV_TIMER, 0);
		CHECK_INT("that is one poll", l.a.reach, 1);
		play(&l, EV_GOOD, 0);
	}
	CHECK_INT("of eight", l.a.burst, 0);
	/* the same, when it was our side that failed */
	for (i = 0; i < 9; i++) {
		while (play(&l, EV_TIMER, 0) != ASSOC_SEND)
			;
		play(&l, i < 8 ? EV_SENDERR : EV_GOOD, 0);
	}
	CHECK_INT("back again", l.a.burst, 7);
	play(&l, EV_TIMER, 0);
	CHECK_INT("one poll again", l.a.reach, 1);
}

static void
test_reconf(void)
{
	static const struct {
		const char	*what;
		int		 poll;		/* before */
		int		 arg;
		double		 gap;		/* after */
		int		 interval;
	} tests[] = {
		{ "nothing changed", 8, 610, 261.12, 8 },
		{ "maxpoll below the interval", 10, 607, 128, 7 },
		{ "minpoll above it", 6, 910, 512, 9 },
		{ "minpoll lower", 6, 310, 65.28, 6 },
		{ "both lower", 8, 304, 16, 4 },
	};
	static const int st[] = { ST_START, ST_BURST, ST_BURSTASKED,
	    ST_ASKED, ST_UNSENT, ST_LOST, ST_DENIED };
	struct life l;
	struct assoc before;
	size_t	 i;
	int	 k;

	for (i = 0; i < nitems(st); i++)
		for (k = 304; k <= 910; k += 606) {
			reach_state(&l, (enum state)st[i]);
			before = l.a;
			play(&l, EV_RECONF, k);
			CHECK_INT("what is due is no poll", l.a.due.ns,
			    before.due.ns);
		}
	for (i = 0; i < nitems(tests); i++) {
		begin(&l, 6, 10, false);
		for (k = 0; k < ASSOC_BURST; k++) {
			play(&l, EV_POLL, tests[i].poll);
			play(&l, EV_TIMER, 0);
			play(&l, EV_GOOD, 0);
		}
		before = l.a;
		play(&l, EV_RECONF, tests[i].arg);
		CHECK_NEAR(tests[i].what, mono_diff(l.a.due, l.a.asked),
		    tests[i].gap, 1e-6);
		CHECK_INT(tests[i].what, assoc_interval(&l.a),
		    tests[i].interval);
		CHECK_INT(tests[i].what, l.a.reach, before.reach);
		CHECK_INT(tests[i].what, l.a.count.sent, before.count.sent);
		CHECK_INT(tests[i].what, l.a.answered.ns, before.answered.ns);
	}
}

/* What came is counted under what it was, and only once. */
static void
test_counters(void)
{
	static const struct {
		const char	*what;
		enum event	 ev;
		enum reply_verdict verdict;
	} tests[] = {
		{ "late", EV_LATE, REPLY_DUPLICATE },
		{ "bogus", EV_BOGUS, REPLY_BOGUS },
		{ "a false kiss", EV_FAKEDENY, REPLY_BOGUS },
		{ "short", EV_SHORT, REPLY_SHORT },
		{ "good", EV_GOOD, REPLY_GOOD },
		{ "good, again", EV_GOOD, REPLY_DUPLICATE },
		{ "nothing asked", EV_BOGUS, REPLY_UNSOLICITED },
	};
	struct life l;
	uint64_t want[REPLY__MAX] = { 0 };
	size_t	 i, v;

	begin(&l, 6, 10, false);
	play(&l, EV_LATE, 0);
	CHECK_INT("an origin of zero, nothing asked", l.a.last,
	    REPLY_UNSOLICITED);
	l.now = l.a.due;
	CHECK_INT("a nonce of zero", assoc_timer(&l.a, l.now, 0, 0, l.pkt),
	    ASSOC_SEND);
	CHECK_INT("is none", l.a.nonce != 0 && be_get64(l.pkt + 40) ==
	    l.a.nonce, 1);

	begin(&l, 6, 10, false);
	play(&l, EV_TIMER, 0);
	play(&l, EV_TIMER, 0);
	CHECK_INT("two queries", l.a.count.sent, 2);
	for (i = 0; i < nitems(tests); i++) {
		play(&l, tests[i].ev, 0);
		want[tests[i].verdict]++;
		CHECK_INT(tests[i].what, l.a.last, tests[i].verdict);
		CHECK_INT(tests[i].what, l.a.count.received, i + 1);
		for (v = 0; v < REPLY__MAX; v++)
			CHECK_INT(tests[i].what, l.a.count.verdict[v],
			    want[v]);
	}
	CHECK_INT("the header is the good one's", l.a.header.stratum, 2);
	play(&l, EV_TIMER, 0);
	play(&l, EV_SENDERR, 0);
	CHECK_INT("not sent", l.a.count.senterr, 1);
}

/*
 * A server that interleaves, one that forgets, and one that never does.
 * The n-th exchange leaves at n s, is there at n + 0.1 by its clock, leaves
 * it at n + 0.2, says n + 0.15 if it cannot know better, is here at n + 0.3.
 */
static void
test_xleave(void)
{
	static const struct {
		const char	*what;
		bool		 asks, does;	/* interleaved */
		enum assoc_act	 act;
		int		 of;		/* which exchange, */
		double		 delay;		/* with that delay */
	} tests[] = {
		{ "the first is basic", false, false, ASSOC_SAMPLE, 1, 0.25 },
		{ "of the first again", true, true, ASSOC_WAIT, 1, 0 },
		{ "of the second", true, true, ASSOC_SAMPLE, 2, 0.2 },
		{ "of the third", true, true, ASSOC_SAMPLE, 3, 0.2 },
		{ "it forgot us", true, false, ASSOC_SAMPLE, 5, 0.25 },
		{ "of that again", true, true, ASSOC_WAIT, 5, 0 },
		{ "of the sixth", true, true, ASSOC_SAMPLE, 6, 0.2 },
	};
	struct assoc_opts opts = { 6, 10, true };
	struct pkt_times times;
	struct packet	 p;
	struct sample	 sample;
	struct assoc	 a;
	struct osc	 osc;
	ntptime_t	 base = { 0xe0000000ULL << 32 };
	uint8_t		 req[NTP_HEADER_LEN], buf[NTP_HEADER_LEN];
	uint64_t	 nonce;
	mono_t		 now = { 0 };
	size_t		 i;

	osc_init(&osc, now, 0, base);
	assoc_init(&a, &opts, now, 0);
	for (i = 0; i < nitems(tests); i++) {
		now = a.due;
		nonce = test_rnd();
		CHECK_INT(tests[i].what, assoc_timer(&a, now, nonce, 0, req),
		    ASSOC_SEND);
		CHECK_INT("its transmit field", be_get64(req + 40) == nonce,
		    1);
		CHECK_INT("asks", be_get64(req + 24) != 0, tests[i].asks);
		CHECK_INT("by chance", be_get64(req + 32) != 0 &&
		    be_get64(req + 32) != nonce, tests[i].asks);
		if (tests[i].asks)
			CHECK_INT("about the last one", be_get64(req + 24) ==
			    ntptime_add(base, (double)i + 0.1).t, 1);
		memset(&p, 0, sizeof(p));
		p.version = NTP_VERSION;
		p.mode = MODE_SERVER;
		p.precision = -20;
		p.stratum = 2;
		p.origin.t = be_get64(req + (tests[i].does ? 32 : 40));
		p.receive = ntptime_add(base, (double)i + 1.1);
		p.transmit = ntptime_add(base, tests[i].does ?
		    (double)i + 0.2 : (double)i + 1.15);
		packet_encode(&p, buf);
		CHECK_INT("expected", assoc_expects(&a, p.origin), 1);
		memset(&times, 0, sizeof(times));
		times.tx.ns = (int64_t)(i + 1) * 1000000000;
		times.rx.ns = times.tx.ns + 300000000;
		times.error = 1e-6;
		memset(&sample, 0, sizeof(sample));
		CHECK_INT(tests[i].what, assoc_reply(&a, buf, sizeof(buf),
		    &times, &osc, now, 0, &sample), tests[i].act);
		CHECK_INT("good", a.last, REPLY_GOOD);
		CHECK_INT("not twice", assoc_expects(&a, p.origin), 0);
		if (tests[i].act != ASSOC_SAMPLE)
			continue;
		CHECK_NEAR(tests[i].what, (double)sample.at.ns * 1e-9,
		    tests[i].of + 0.15, 1e-6);
		CHECK_NEAR(tests[i].what, sample.delay, tests[i].delay, 1e-5);
	}
}

/*
 * Random lives: whatever happens, never less than 2 s between two queries
 * that left, never more than 9 in 64 s (a poll and a burst), nothing after
 * a denial, and always a next time.
 */
static void
test_hammer(void)
{
	mono_t	 left[9] = { { 0 } };
	struct life l;
	enum assoc_act act;
	uint64_t choice;
	unsigned int n;
	int	 i, k, ev;

	for (k = 0; k < 200; k++) {
		begin(&l, 6, 10, true);
		n = 0;
		for (i = 0; i < 1000 && !l.a.denied; i++) {
			choice = test_rnd();
			ev = choice % 3 != 0 ? EV_TIMER :
			    EV_TIMER + (int)(choice / 4 % (EV__MAX - 1));
			/* a query fails at once or not at all: below */
			if (ev == EV_RECONF || ev == EV_SENDERR ||
			    ((ev == EV_DENY ||
			    ev == EV_RSTR) && choice / 128 % 64 != 0))
				ev = EV_GOOD;
			act = play(&l, (enum event)ev, ev == EV_SKIP ?
			    (int)(choice >> 32 & 3) : (int)(choice >> 32 &
			    15));
			CHECK_INT("a time for the next call", l.a.denied ||
			    mono_diff(l.a.due, l.now) <= 8192 * 1.04, 1);
			CHECK_INT("burst", l.a.burst <= ASSOC_BURST, 1);
			if (act == ASSOC_SAMPLE)
				CHECK_INT("reach", l.a.reach & 1, 1);
			if (l.a.unanswered >= 8)
				CHECK_INT("unreachable", l.a.reach, 0);
			if (act != ASSOC_SEND)
				continue;
			if (test_rnd() % 8 == 0) {
				play(&l, EV_SENDERR, 0);
				continue;
			}
			CHECK_INT("2 s apart", n == 0 || mono_diff(l.now,
			    left[(n - 1) % 9]) >= 2, 1);
			CHECK_INT("9 in 64 s", n < 9 || mono_diff(l.now,
			    left[n % 9]) >= 64, 1);
			left[n++ % 9] = l.now;
		}
	}
}

static void
begin(struct life *l, int min, int max, bool wild)
{
	struct assoc_opts opts = { (int8_t)min, (int8_t)max };

	memset(l, 0, sizeof(*l));
	memset(&l->a, 0x5a, sizeof(l->a));
	l->now.ns = 1000 * SEC;
	l->wild = wild;
	osc_init(&l->osc, l->now, 0, (ntptime_t){ 0xe100000000000000 });
	assoc_init(&l->a, &opts, l->now, 1U << 31);
}

static enum assoc_act
play(struct life *l, enum event ev, int arg)
{
	uint32_t r = l->wild ? (uint32_t)test_rnd() : 1U << 31;
	uint8_t	 want[NTP_HEADER_LEN];
	enum assoc_act act;
	mono_t	 early;

	switch (ev) {
	case EV_TIMER:
		if (l->a.due.ns > l->now.ns && l->a.due.ns != INT64_MAX)
			l->now = l->a.due;
		act = assoc_timer(&l->a, l->now, test_rnd(), r, l->pkt);
		packet_request(want, l->a.nonce);
		if (act == ASSOC_SEND)
			CHECK_MEM("the request", l->pkt, want, sizeof(want));
		return act;
	case EV_EARLY:
		early.ns = l->a.due.ns - 1;
		return assoc_timer(&l->a, early, test_rnd(), r, l->pkt);
	case EV_SENDERR:
		assoc_senterr(&l->a, l->now, r);
		return ASSOC_WAIT;
	case EV_POLL:
		assoc_poll(&l->a, arg, l->now, r);
		return ASSOC_WAIT;
	case EV_BURST:
		assoc_burst(&l->a, l->now, r);
		return ASSOC_WAIT;
	case EV_SKIP:
		l->now = mono_add(l->now, arg);
		return ASSOC_WAIT;
	case EV_RECONF:
		assoc_reconf(&l->a, &(struct assoc_opts){
		    (int8_t)(arg / 100), (int8_t)(arg % 100) }, l->now);
		return ASSOC_WAIT;
	case EV_GOOD:
	case EV_UNSYNC:
	case EV_STEPPED:
	case EV_RATE:
	case EV_DENY:
	case EV_RSTR:
	case EV_INIT:
	case EV_FAKEDENY:
	case EV_BOGUS:
	case EV_SHORT:
	case EV_LATE:
		return reply(l, ev);
	case EV_END:
	case EV__MAX:
		break;
	}
	return ASSOC_WAIT;
}

static enum assoc_act
reply(struct life *l, enum event ev)
{
	static const char *const kiss[EV__MAX] = {
		[EV_RATE] = "RATE", [EV_DENY] = "DENY", [EV_RSTR] = "RSTR",
		[EV_INIT] = "INIT", [EV_FAKEDENY] = "DENY"
	};
	struct packet p = {
		.version = 4,
		.mode = MODE_SERVER,
		.stratum = 2,
		.precision = -20
	};
	struct pkt_times times = { .error = 1e-6 };
	uint8_t	 buf[NTP_HEADER_LEN];

	times.tx = osc_from_mono(&l->osc, l->now);
	l->now = mono_add(l->now, 0.010);
	times.rx = osc_from_mono(&l->osc, l->now);
	times.stepped = ev == EV_STEPPED;
	p.origin.t = l->a.nonce != 0 ? l->a.nonce : l->a.lastnonce;
	if (ev == EV_LATE)
		p.origin.t = l->a.lastnonce;
	if (ev == EV_BOGUS || ev == EV_FAKEDENY)
		p.origin.t ^= 1;
	p.receive = ntptime_add(osc_free(&l->osc, times.tx), 0.005);
	p.transmit = p.receive;
	if (ev == EV_UNSYNC)
		p.leap = LEAP_ALARM;
	if (kiss[ev] != NULL) {
		p.stratum = 0;
		p.refid = be_get32((const uint8_t *)kiss[ev]);
	}
	packet_encode(&p, buf);
	return assoc_reply(&l->a, buf, ev == EV_SHORT ? 47 : sizeof(buf),
	    &times, &l->osc, l->now, l->wild ? (uint32_t)test_rnd() :
	    1U << 31, &l->sample);
}
