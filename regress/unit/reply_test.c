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
 * reply: one row per test of RFC 5905 8 and 9.2, then what a good reply
 * measures, then any bytes at all.
 */

#include "test.h"

#include "be.h"
#include "reply.h"

#define MS	1000000LL
#define SEC	1000000000LL
#define NONCE	0xfedcba9876543210ULL
#define NTP_S	(1ULL << 32)
#define BASE	(0xe1000000ULL << 32)	/* free-running clock at osc 0 */

static void	 test_verdicts(void);
static void	 test_order(void);
static void	 test_kiss(void);
static void	 test_lengths(void);
static void	 test_measure(void);
static void	 test_carry(void);
static void	 test_hammer(void);
static void	 test_names(void);
static void	 make_osc(struct osc *, double);
static void	 make_reply(uint8_t [NTP_HEADER_LEN]);

int
main(void)
{
	test_verdicts();
	test_order();
	test_kiss();
	test_lengths();
	test_measure();
	test_carry();
	test_hammer();
	test_names();
	return test_done("reply");
}

/*
 * A good reply with a few bytes changed.  The reply says: received 10 ms
 * after BASE + 100 s, sent 1 ms later; it left here at 100 s and is back
 * at 100.021 s.
 */
static void
test_verdicts(void)
{
	static const struct {
		const char	*what;
		size_t		 at, n;		/* bytes changed */
		uint8_t		 bytes[8];
		uint64_t	 nonce;
		int64_t		 rtt;		/* ns */
		bool		 stepped;
		enum reply_verdict verdict;
		uint32_t	 kiss;
	} tests[] = {
		{ "good", 0, 0, { 0 }, NONCE, 21 * MS, false, REPLY_GOOD, 0 },
		{ "leap 1 is good", 0, 1, { 0x64 }, NONCE, 21 * MS, false,
		    REPLY_GOOD, 0 },
		{ "leap 2 is good", 0, 1, { 0xa4 }, NONCE, 21 * MS, false,
		    REPLY_GOOD, 0 },
		{ "stratum 15 is good", 1, 1, { 15 }, NONCE, 21 * MS, false,
		    REPLY_GOOD, 0 },
		{ "mode 3", 0, 1, { 0x23 }, NONCE, 21 * MS, false,
		    REPLY_MODE, 0 },
		{ "mode 5", 0, 1, { 0x25 }, NONCE, 21 * MS, false,
		    REPLY_MODE, 0 },
		{ "mode 2", 0, 1, { 0x22 }, NONCE, 21 * MS, false,
		    REPLY_MODE, 0 },
		{ "version 3", 0, 1, { 0x1c }, NONCE, 21 * MS, false,
		    REPLY_VERSION, 0 },
		{ "version 5", 0, 1, { 0x2c }, NONCE, 21 * MS, false,
		    REPLY_VERSION, 0 },
		{ "nothing was asked", 0, 0, { 0 }, 0, 21 * MS, false,
		    REPLY_UNSOLICITED, 0 },
		{ "nothing was asked, origin zero", 24, 8, { 0 }, 0,
		    21 * MS, false, REPLY_UNSOLICITED, 0 },
		{ "origin zero", 24, 8, { 0 }, NONCE, 21 * MS, false,
		    REPLY_BOGUS, 0 },
		{ "origin wrong in the last bit", 31, 1, { 0x11 }, NONCE,
		    21 * MS, false, REPLY_BOGUS, 0 },
		{ "origin wrong in the first bit", 24, 1, { 0x7e }, NONCE,
		    21 * MS, false, REPLY_BOGUS, 0 },
		{ "RATE", 1, 1, { 0 }, NONCE, 21 * MS, false, REPLY_KISS,
		    KISS('R', 'A', 'T', 'E') },
		{ "stratum 1 is good", 1, 1, { 1 }, NONCE, 21 * MS, false,
		    REPLY_GOOD, 0 },
		{ "leap 3", 0, 1, { 0xe4 }, NONCE, 21 * MS, false,
		    REPLY_UNSYNC, 0 },
		{ "stratum 16", 1, 1, { 16 }, NONCE, 21 * MS, false,
		    REPLY_UNSYNC, 0 },
		{ "stratum 255", 1, 1, { 255 }, NONCE, 21 * MS, false,
		    REPLY_UNSYNC, 0 },
		{ "root delay 31.5 s", 4, 4, { 0, 31, 0x80, 0 }, NONCE,
		    21 * MS, false, REPLY_GOOD, 0 },
		{ "a distance of just 16 s", 4, 4, { 0, 31, 0xc0, 0 }, NONCE,
		    21 * MS, false, REPLY_DISTANCE, 0 },
		{ "root delay 32 s", 4, 4, { 0, 32, 0, 0 }, NONCE, 21 * MS,
		    false, REPLY_DISTANCE, 0 },
		{ "root delay negative once", 4, 4, { 0xff, 0xff, 0xf0, 0 },
		    NONCE, 21 * MS, false, REPLY_DISTANCE, 0 },
		{ "root dispersion 16 s", 8, 4, { 0, 16, 0, 0 }, NONCE,
		    21 * MS, false, REPLY_DISTANCE, 0 },
		{ "receive zero", 32, 8, { 0 }, NONCE, 21 * MS, false,
		    REPLY_ZERO, 0 },
		{ "transmit zero", 40, 8, { 0 }, NONCE, 21 * MS, false,
		    REPLY_ZERO, 0 },
		{ "receive after transmit", 35, 1, { 0x65 }, NONCE, 21 * MS,
		    false, REPLY_ORDER, 0 },
		{ "clock set meanwhile", 0, 0, { 0 }, NONCE, 21 * MS, true,
		    REPLY_STEPPED, 0 },
		{ "no round trip but the server's", 0, 0, { 0 }, NONCE, MS,
		    false, REPLY_GOOD, 0 },
		{ "shorter by less than the errors", 0, 0, { 0 }, NONCE,
		    MS - MS / 100, false, REPLY_GOOD, 0 },
		{ "shorter by more than the errors", 0, 0, { 0 }, NONCE,
		    MS - MS / 50, false, REPLY_DELAY, 0 },
		{ "back before it left", 0, 0, { 0 }, NONCE, -MS, false,
		    REPLY_DELAY, 0 },
		{ "4 s", 0, 0, { 0 }, NONCE, 4 * SEC, false, REPLY_GOOD, 0 },
		{ "more than 4 s", 0, 0, { 0 }, NONCE, 4 * SEC + 1, false,
		    REPLY_SLOW, 0 },
	};
	struct pkt_times times;
	struct packet header;
	struct sample s;
	struct osc osc;
	uint8_t	 buf[NTP_HEADER_LEN];
	uint32_t kiss;
	size_t	 i;

	make_osc(&osc, 0);
	for (i = 0; i < nitems(tests); i++) {
		make_reply(buf);
		/* what would be a kiss, if the stratum were 0 */
		memcpy(buf + 12, "RATE", 4);
		memcpy(buf + tests[i].at, tests[i].bytes, tests[i].n);
		times.tx.ns = 100 * SEC;
		times.rx.ns = 100 * SEC + tests[i].rtt;
		times.error = 15e-6;
		times.stepped = tests[i].stepped;
		kiss = 1;
		CHECK_INT(tests[i].what, reply_judge(buf, sizeof(buf),
		    tests[i].nonce, &times, &osc, &header, &s, &kiss),
		    tests[i].verdict);
		CHECK_INT(tests[i].what, kiss, tests[i].kiss);
	}
}

/*
 * A packet wrong in every way is repaired test by test; the verdict is
 * always that of the first test it fails.
 */
static void
test_order(void)
{
	static const struct {
		const char	*what;
		size_t		 at, n;		/* repaired before the test */
		uint8_t		 bytes[8];
		uint64_t	 nonce;
		bool		 stepped;
		int64_t		 rtt;
		enum reply_verdict verdict;
	} tests[] = {
		{ "all wrong", 0, 0, { 0 }, 0, true, -SEC, REPLY_MODE },
		{ "mode", 0, 1, { 0xdc }, 0, true, -SEC, REPLY_VERSION },
		{ "version", 0, 1, { 0xe4 }, 0, true, -SEC,
		    REPLY_UNSOLICITED },
		{ "asked", 0, 0, { 0 }, NONCE, true, -SEC, REPLY_BOGUS },
		{ "origin", 24, 8, { 0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54,
		    0x32, 0x10 }, NONCE, true, -SEC, REPLY_KISS },
		{ "stratum 0 without a code", 12, 4, { 0, 0, 0, 0 }, NONCE,
		    true, -SEC, REPLY_UNSYNC },
		{ "leap", 0, 1, { 0x24 }, NONCE, true, -SEC, REPLY_UNSYNC },
		{ "stratum", 1, 1, { 2 }, NONCE, true, -SEC,
		    REPLY_DISTANCE },
		{ "root delay", 4, 4, { 0, 0, 0, 1 }, NONCE, true, -SEC,
		    REPLY_DISTANCE },
		{ "root dispersion", 8, 4, { 0, 0, 0, 1 }, NONCE, true,
		    -SEC, REPLY_ZERO },
		{ "transmit", 40, 8, { 0xe0 }, NONCE, true, -SEC,
		    REPLY_ORDER },
		{ "receive", 32, 8, { 0xdf, 0xff, 0xff, 0xff, 0xff }, NONCE,
		    true, -SEC, REPLY_STEPPED },
		{ "not stepped", 0, 0, { 0 }, NONCE, false, -SEC,
		    REPLY_DELAY },
		{ "positive", 0, 0, { 0 }, NONCE, false, 5 * SEC,
		    REPLY_SLOW },
		{ "fast", 0, 0, { 0 }, NONCE, false, SEC, REPLY_GOOD },
	};
	uint8_t	 buf[NTP_HEADER_LEN];
	struct pkt_times times = { .error = 1e-6 };
	struct packet header;
	struct sample s;
	struct osc osc;
	uint32_t kiss;
	size_t	 i;

	make_osc(&osc, 0);
	memset(buf, 0, sizeof(buf));
	buf[0] = 0xdd;			/* LI 3, VN 3, mode 5 */
	memset(buf + 4, 0xff, 8);	/* root distance */
	memcpy(buf + 12, "DENY", 4);
	buf[32] = 0xf0;			/* received after it was sent at 0 */
	for (i = 0; i < nitems(tests); i++) {
		memcpy(buf + tests[i].at, tests[i].bytes, tests[i].n);
		times.stepped = tests[i].stepped;
		times.tx.ns = 0;
		times.rx.ns = tests[i].rtt;
		CHECK_INT(tests[i].what, reply_judge(buf, sizeof(buf),
		    tests[i].nonce, &times, &osc, &header, &s, &kiss),
		    tests[i].verdict);
	}
}

/* With stratum 0, what is in the refid decides. */
static void
test_kiss(void)
{
	static const struct {
		const char	*what, *refid;
		enum reply_verdict verdict;
	} tests[] = {
		{ "RATE", "RATE", REPLY_KISS },
		{ "the first letters and digits", "A0A0", REPLY_KISS },
		{ "the last ones", "Z9Z9", REPLY_KISS },
		{ "nothing", "\0\0\0\0", REPLY_UNSYNC },
		{ "an address", "\300\0\2\1", REPLY_UNSYNC },
		{ "three letters", "GPS\0", REPLY_UNSYNC },
		{ "lower case", "rATE", REPLY_UNSYNC },
		{ "a control character at the end", "RAT\033", REPLY_UNSYNC },
		{ "before A", "@ATE", REPLY_UNSYNC },
		{ "behind Z", "R[TE", REPLY_UNSYNC },
		{ "before 0", "RA/E", REPLY_UNSYNC },
		{ "behind 9", "RAT:", REPLY_UNSYNC },
	};
	struct pkt_times times = { .rx = { 100 * SEC + 21 * MS },
	    .tx = { 100 * SEC }, .error = 1e-6 };
	struct packet header;
	struct sample s;
	struct osc osc;
	uint8_t	 buf[NTP_HEADER_LEN];
	uint32_t kiss;
	size_t	 i;

	make_osc(&osc, 0);
	for (i = 0; i < nitems(tests); i++) {
		make_reply(buf);
		buf[1] = 0;
		memcpy(buf + 12, tests[i].refid, 4);
		CHECK_INT(tests[i].what, reply_judge(buf, sizeof(buf), NONCE,
		    &times, &osc, &header, &s, &kiss), tests[i].verdict);
		CHECK_INT(tests[i].what, kiss, tests[i].verdict ==
		    REPLY_KISS ? be_get32(buf + 12) : 0);
	}
}

static void
test_lengths(void)
{
	struct pkt_times times = { .rx = { 100 * SEC + 21 * MS },
	    .tx = { 100 * SEC }, .error = 1e-6 };
	struct packet header;
	struct sample s;
	struct osc osc;
	uint8_t	 buf[200] = { 0 };
	uint32_t kiss;
	size_t	 len;

	make_osc(&osc, 0);
	make_reply(buf);
	for (len = 0; len <= sizeof(buf); len++)
		CHECK_INT("length", reply_judge(buf, len, NONCE, &times,
		    &osc, &header, &s, &kiss),
		    len < 48 ? REPLY_SHORT : REPLY_GOOD);
}

/*
 * Known truth: the reference is off ahead of the free-running clock, the
 * way out takes out, the server proc, the way back back.
 */
static void
test_measure(void)
{
	static const struct {
		const char	*what;
		double		 off, out, proc, back;	/* s */
		int8_t		 precision;
		double		 error;			/* s */
		double		 offset, delay, disp;	/* s */
		double		 tol;
	} tests[] = {
		{ "equal clocks", 0, 0.01, 0.001, 0.01, -23, 1e-6,
		    0, 0.02, 1.434e-6, 2e-9 },
		{ "slow by 5 ms", 0.005, 0.01, 0.001, 0.01, -23, 1e-6,
		    0.005, 0.02, 1.434e-6, 2e-9 },
		{ "fast by an hour", -3600, 0.01, 0.001, 0.01, -23, 1e-6,
		    -3600, 0.02, 1.434e-6, 2e-9 },
		{ "slow by 30 years", 946080000, 0.01, 0, 0.01, -23, 1e-6,
		    946080000, 0.02, 1.42e-6, 3e-7 },
		{ "into the next era", 600000000, 0.01, 0, 0.01, -23, 1e-6,
		    600000000, 0.02, 1.42e-6, 3e-7 },
		{ "all delay on the way out", 0, 0.1, 0, 0, -23, 1e-6,
		    0.05, 0.1, 2.62e-6, 2e-9 },
		{ "all delay on the way back", 0, 0, 0, 0.1, -23, 1e-6,
		    -0.05, 0.1, 2.62e-6, 2e-9 },
		{ "a slow server", 0, 0.01, 2, 0.01, -23, 1e-6,
		    0, 0.02, 31.42e-6, 3e-9 },
		{ "no delay at all: precision", 0, 0, 0.001, 0, -20, 1e-6,
		    0, 0x1p-20, 1.969e-6, 2e-9 },
		{ "slightly negative: precision", 0, -2e-6, 0.001, 0, -20,
		    2e-6, -1e-6, 0x1p-20, 2.969e-6, 2e-9 },
		{ "precision better than possible", 0, 0, 0.001, 0, -128, 0,
		    0, 0x1p-30, 1.6e-8, 2e-9 },
		{ "precision worse than any use", 0, 0.01, 0, 0.01, 127, 0,
		    0, 16, 16, 1e-6 },
		{ "reading errors not a number", 0, 0.01, 0, 0.01, -20, NAN,
		    0, 0.02, 1.254e-6, 2e-9 },
		{ "reading errors infinite", 0, 0.01, 0, 0.01, -20,
		    INFINITY, 0, 0.02, 16, 1e-5 },
		{ "reading errors negative", 0, 0.01, 0, 0.01, -20, -5,
		    0, 0.02, 1.254e-6, 2e-9 },
	};
	struct pkt_times times = { .stepped = false };
	struct packet header;
	struct sample s;
	struct osc osc;
	uint8_t	 buf[NTP_HEADER_LEN];
	ntptime_t t;
	uint32_t kiss;
	size_t	 i;

	make_osc(&osc, 0);
	for (i = 0; i < nitems(tests); i++) {
		times.tx.ns = 77 * SEC;
		times.error = tests[i].error;
		t = ntptime_add(osc_free(&osc, times.tx), tests[i].off);
		make_reply(buf);
		buf[3] = (uint8_t)tests[i].precision;
		t = ntptime_add(t, tests[i].out);
		be_put64(buf + 32, t.t);
		t = ntptime_add(t, tests[i].proc);
		be_put64(buf + 40, t.t);
		times.rx = osc_add(times.tx, tests[i].out + tests[i].proc +
		    tests[i].back);
		CHECK_INT(tests[i].what, reply_judge(buf, sizeof(buf), NONCE,
		    &times, &osc, &header, &s, &kiss), REPLY_GOOD);
		CHECK_NEAR(tests[i].what, s.offset, tests[i].offset,
		    tests[i].tol);
		CHECK_NEAR(tests[i].what, s.delay, tests[i].delay,
		    tests[i].tol);
		CHECK_INT("at least our grain", s.delay >= 0x1p-30 &&
		    s.disp >= 0x1p-30, 1);
		CHECK_NEAR(tests[i].what, s.disp, tests[i].disp,
		    tests[i].tol);
		CHECK_NEAR(tests[i].what, osc_diff(s.at, times.tx),
		    (tests[i].out + tests[i].proc + tests[i].back) / 2, 2e-9);
	}
}

/* What the server says of itself reaches the sample. */
static void
test_carry(void)
{
	struct pkt_times times = { .rx = { 100 * SEC + 21 * MS },
	    .tx = { 100 * SEC }, .error = 1e-6 };
	struct packet header;
	struct sample s;
	struct osc osc;
	uint8_t	 buf[NTP_HEADER_LEN];
	uint32_t kiss;

	make_osc(&osc, 0);
	make_reply(buf);
	buf[0] = 0x64;
	CHECK_INT("good", reply_judge(buf, sizeof(buf), NONCE, &times, &osc,
	    &header, &s, &kiss), REPLY_GOOD);
	CHECK_INT("leap", s.leap, LEAP_INSERT);
	CHECK_INT("stratum", s.stratum, 2);
	CHECK_INT("refid", s.refid, 0xc0000201);
	CHECK_NEAR("root delay", s.rootdelay, 0.25, 0);
	CHECK_NEAR("root dispersion", s.rootdisp, 0.125, 0);
	CHECK_NEAR("distance", sample_distance(&s), 0.26 + s.disp, 1e-8);
	CHECK_INT("header", header.precision, -23);
}

/*
 * Any bytes behind a valid origin, any times: a verdict; and what is good
 * is finite and positive.
 */
static void
test_hammer(void)
{
	static const double errors[] = { 0, -1, 1e300, NAN, INFINITY, 1e-6 };
	unsigned int seen[REPLY__MAX] = { 0 };
	struct pkt_times times;
	struct packet header;
	struct sample s;
	struct osc osc;
	uint8_t	 buf[200];
	uint64_t nonce;
	uint32_t kiss;
	enum reply_verdict v;
	size_t	 i, len;
	int	 k;

	for (k = 0; k < 200000; k++) {
		make_osc(&osc, (double)(test_rnd() % 1000) * 1e-6 - 5e-4);
		for (i = 0; i < sizeof(buf); i++)
			buf[i] = (uint8_t)test_rnd();
		nonce = test_rnd() % 16 == 0 ? 0 : NONCE;
		if (test_rnd() % 8 != 0)
			be_put64(buf + 24, NONCE);
		if (test_rnd() % 8 != 0)
			buf[0] = (uint8_t)((test_rnd() % 16 == 0 ? 0xc0 : 0) |
			    0x24);
		if (test_rnd() % 8 != 0)
			buf[1] = (uint8_t)(test_rnd() % 17);
		if (test_rnd() % 32 == 0)
			memcpy(buf + 12, "RSTR", 4);
		if (test_rnd() % 4 != 0)
			buf[4] = buf[5] = buf[8] = buf[9] = 0;
		if (test_rnd() % 2 != 0)
			memcpy(buf + 40, buf + 32, 6);
		if (test_rnd() % 32 == 0)
			memset(buf + 32, 0, 8);
		times.tx.ns = (int64_t)(test_rnd() >> 4);
		times.rx.ns = times.tx.ns + (int64_t)(test_rnd() %
		    (uint64_t)(6 * SEC)) - SEC / 8;
		times.error = errors[test_rnd() % nitems(errors)];
		times.stepped = test_rnd() % 64 == 0;
		len = test_rnd() % 16 == 0 ? test_rnd() % sizeof(buf) : 48;
		v = reply_judge(buf, len, nonce, &times, &osc, &header, &s,
		    &kiss);
		CHECK_INT("a verdict", v < REPLY__MAX, 1);
		if (v < REPLY__MAX)
			seen[v]++;
		if (v != REPLY_GOOD)
			continue;
		CHECK_INT("finite", isfinite(s.offset) && isfinite(s.delay) &&
		    isfinite(s.disp) && isfinite(s.rootdelay) &&
		    isfinite(s.rootdisp), 1);
		CHECK_INT("positive", s.delay > 0 && s.disp > 0, 1);
		CHECK_INT("bounded", s.delay <= 16 && s.disp <= 33 &&
		    fabs(s.offset) <= 0x1p31 + 16, 1);
		CHECK_INT("in the middle", s.at.ns >= times.tx.ns - SEC &&
		    s.at.ns <= times.tx.ns + 2 * SEC + 1, 1);
	}
	for (i = 0; i < REPLY__MAX; i++)
		/* two are assoc's words */
		if (i != REPLY_DUPLICATE && i != REPLY_UNAUTHENTIC)
			CHECK_INT(reply_str((enum reply_verdict)i),
			    seen[i] > 50, 1);
}

static void
test_names(void)
{
	int	 i, j;

	for (i = 0; i < REPLY__MAX; i++)
		for (j = 0; j < i; j++)
			CHECK_INT("every verdict has a name of its own",
			    strcmp(reply_str((enum reply_verdict)i),
			    reply_str((enum reply_verdict)j)) != 0, 1);
	CHECK_STR("out of range", reply_str(REPLY__MAX), "unknown");
}

static void
make_osc(struct osc *osc, double adj)
{
	osc_init(osc, (mono_t){ 0 }, adj, (ntptime_t){ BASE });
}

/* Good: arrived there 10 ms after BASE + 100 s, left 1 ms later. */
static void
make_reply(uint8_t buf[NTP_HEADER_LEN])
{
	struct packet p = {
		.leap = LEAP_NONE,
		.version = 4,
		.mode = MODE_SERVER,
		.stratum = 2,
		.precision = -23,
		.rootdelay = 0.25,
		.rootdisp = 0.125,
		.refid = 0xc0000201,
		.reftime = { BASE },
		.origin = { NONCE }
	};

	p.receive = ntptime_add((ntptime_t){ BASE + 100 * NTP_S }, 0.010);
	p.transmit = ntptime_add(p.receive, 0.001);
	packet_encode(&p, buf);
}
