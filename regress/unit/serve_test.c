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
 * serve: who is answered, with what, and that nothing else ever is.
 */

#include "test.h"

#include "be.h"
#include "serve.h"

static const struct serve_state synced = {
	.leap = LEAP_INSERT,
	.stratum = 2,
	.precision = -24,
	.refid = 0xc0000201,
	.rootdelay = 0.25,
	.rootdisp = 0.125,
	.reftime = { 0xe0000000ULL << 32 }
};

static void	 test_table(void);
static void	 test_matrix(void);
static void	 test_fields(void);
static void	 test_unsynced(void);
static void	 test_times(void);
static void	 test_poll(void);
static void	 test_interleave(void);
static void	 test_kiss(void);
static void	 test_hammer(void);
static void	 test_names(void);
static void	 request(uint8_t [200], unsigned int, unsigned int);

int
main(void)
{
	test_table();
	test_matrix();
	test_fields();
	test_unsynced();
	test_times();
	test_poll();
	test_interleave();
	test_kiss();
	test_hammer();
	test_names();
	return test_done("serve");
}

/* One row per rule of who is answered. */
static void
test_table(void)
{
	static const struct {
		const char	*what;
		unsigned int	 version, mode;
		size_t		 len;
		uint16_t	 port;
		enum serve_drop	 why;
		int		 reply;		/* mode */
	} tests[] = {
		{ "client, v4", 4, 3, 48, 40000, SERVE_OK, 4 },
		{ "client, v3", 3, 3, 48, 40000, SERVE_OK, 4 },
		{ "client, v2", 2, 3, 48, 40000, SERVE_OK, 4 },
		{ "client, v1", 1, 3, 48, 40000, SERVE_OK, 4 },
		{ "client from 123", 4, 3, 48, 123, SERVE_OK, 4 },
		{ "client from port 1", 4, 3, 48, 1, SERVE_OK, 4 },
		{ "client with a MAC", 4, 3, 68, 40000, SERVE_OK, 4 },
		{ "client with an extension", 4, 3, 76, 40000, SERVE_OK, 4 },
		{ "client with odd bytes behind", 4, 3, 49, 40000, SERVE_OK,
		    4 },
		{ "symmetric active", 4, 1, 48, 123, SERVE_OK, 2 },
		{ "symmetric active, v3 (Windows)", 3, 1, 48, 123, SERVE_OK,
		    2 },
		{ "v1 without a mode", 1, 0, 48, 40000, SERVE_OK, 4 },
		{ "v1 without a mode from 123", 1, 0, 48, 123, SERVE_MODE, -1 },
		{ "v2 without a mode", 2, 0, 48, 40000, SERVE_MODE, -1 },
		{ "v4 without a mode", 4, 0, 48, 40000, SERVE_MODE, -1 },
		{ "symmetric passive", 4, 2, 48, 123, SERVE_MODE, -1 },
		{ "a server's reply", 4, 4, 48, 123, SERVE_MODE, -1 },
		{ "broadcast", 4, 5, 48, 123, SERVE_MODE, -1 },
		{ "control (readvar)", 2, 6, 48, 40000, SERVE_MODE, -1 },
		{ "private (monlist)", 2, 7, 192, 40000, SERVE_MODE, -1 },
		{ "v0", 0, 3, 48, 40000, SERVE_VERSION, -1 },
		{ "v5", 5, 3, 48, 40000, SERVE_VERSION, -1 },
		{ "v7", 7, 3, 48, 40000, SERVE_VERSION, -1 },
		{ "empty", 4, 3, 0, 40000, SERVE_SHORT, -1 },
		{ "one byte", 4, 3, 1, 40000, SERVE_SHORT, -1 },
		{ "47 bytes", 4, 3, 47, 40000, SERVE_SHORT, -1 },
		{ "control, 12 bytes", 2, 6, 12, 40000, SERVE_SHORT, -1 },
		{ "from port 0", 4, 3, 48, 0, SERVE_PORT0, -1 },
		{ "v1 without a mode from port 0", 1, 0, 48, 0, SERVE_PORT0,
		    -1 },
	};
	uint8_t	 req[200], reply[NTP_HEADER_LEN];
	enum serve_drop why;
	enum serve_act act;
	size_t	 i;

	for (i = 0; i < nitems(tests); i++) {
		request(req, tests[i].version, tests[i].mode);
		why = SERVE__MAX;
		act = serve(&synced, req, tests[i].len, tests[i].port, reply,
		    &why);
		CHECK_INT(tests[i].what, act, tests[i].why == SERVE_OK ?
		    SERVE_REPLY : SERVE_DROP);
		CHECK_INT(tests[i].what, why, tests[i].why);
		if (act == SERVE_DROP)
			continue;
		CHECK_INT(tests[i].what, reply[0], LEAP_INSERT << 6 |
		    (int)tests[i].version << 3 | tests[i].reply);
	}
}

/* Every length 0..200, version and mode, from three ports. */
static void
test_matrix(void)
{
	static const uint16_t ports[] = { 0, NTP_PORT, 40000 };
	uint8_t	 req[200], copy[200], reply[NTP_HEADER_LEN];
	enum serve_drop why;
	enum serve_act act;
	unsigned int v, m, mode;
	size_t	 len, i;
	bool	 want;
	int	 answered = 0;

	for (v = 0; v < 8; v++)
	for (m = 0; m < 8; m++)
	for (len = 0; len <= sizeof(req); len++)
	for (i = 0; i < nitems(ports); i++) {
		request(req, v, m);
		memcpy(copy, req, sizeof(copy));
		act = serve(&synced, req, len, ports[i], reply, &why);
		want = len >= 48 && v >= 1 && v <= 4 && ports[i] != 0 &&
		    (m == 3 || m == 1 || (m == 0 && v == 1 &&
		    ports[i] != NTP_PORT));
		CHECK_INT("answered", act == SERVE_REPLY, want);
		CHECK_INT("dropped for a reason", why != SERVE_OK, !want);
		CHECK_MEM("request untouched", req, copy, sizeof(req));
		if (act == SERVE_DROP)
			continue;
		answered++;
		mode = reply[0] & 7;
		CHECK_INT("mode", mode, m == 1 ? MODE_PASSIVE : MODE_SERVER);
		CHECK_INT("version", reply[0] >> 3 & 7, v);
		CHECK_MEM("origin", reply + 24, req + 40, 8);
		/* what we say must never make us, or a twin, speak again */
		CHECK_INT("our reply is no request", serve(&synced, reply,
		    sizeof(reply), ports[i], copy, &why), SERVE_DROP);
	}
	CHECK_INT("answered", answered, 153 * (4 * 2 * 2 + 1));
}

static void
test_fields(void)
{
	static const uint8_t want[NTP_HEADER_LEN] = {
		0x64, 0x02, 0x0a, 0xe8,
		0x00, 0x00, 0x40, 0x00,
		0x00, 0x00, 0x20, 0x00,
		0xc0, 0x00, 0x02, 0x01,
		0xe0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
		0x28, 0x29, 0x2a, 0x2b, 0x2c, 0x2d, 0x2e, 0x2f,
		0xe0, 0x00, 0x00, 0x10, 0x00, 0x00, 0x00, 0x07,
		0xe0, 0x00, 0x00, 0x10, 0x80, 0x00, 0x00, 0x00
	};
	uint8_t	 req[200], reply[NTP_HEADER_LEN];
	enum serve_drop why;

	request(req, 4, MODE_CLIENT);
	CHECK_INT("reply", serve(&synced, req, 48, 40000, reply, &why),
	    SERVE_REPLY);
	serve_stamp(reply, (ntptime_t){ 0xe000001000000007 },
	    (ntptime_t){ 0xe000001080000000 });
	CHECK_MEM("every byte", reply, want, sizeof(want));
	CHECK_INT("in place", serve(&synced, req, 48, 40000, req, &why),
	    SERVE_REPLY);
	serve_stamp(req, (ntptime_t){ 0xe000001000000007 },
	    (ntptime_t){ 0xe000001080000000 });
	CHECK_MEM("over the request", req, want, sizeof(want));
}

static void
test_unsynced(void)
{
	static const struct {
		const char	*what;
		uint8_t		 leap, stratum;
		uint8_t		 wire_leap, wire_stratum;
		uint32_t	 refid;
	} tests[] = {
		{ "synced", LEAP_NONE, 1, LEAP_NONE, 1, 0x7f7f0101 },
		{ "stratum 15", LEAP_DELETE, 15, LEAP_DELETE, 15,
		    0x7f7f0101 },
		{ "alarm", LEAP_ALARM, 2, LEAP_ALARM, 0, 0 },
		{ "stratum 0", LEAP_NONE, 0, LEAP_ALARM, 0, 0 },
		{ "stratum 16", LEAP_NONE, 16, LEAP_ALARM, 0, 0 },
		{ "stratum 255", LEAP_INSERT, 255, LEAP_ALARM, 0, 0 },
	};
	struct serve_state st = synced;
	uint8_t	 req[200], reply[NTP_HEADER_LEN];
	enum serve_drop why;
	size_t	 i;

	st.refid = 0x7f7f0101;
	request(req, 4, MODE_CLIENT);
	for (i = 0; i < nitems(tests); i++) {
		st.leap = tests[i].leap;
		st.stratum = tests[i].stratum;
		CHECK_INT(tests[i].what, serve(&st, req, 48, 40000, reply,
		    &why), SERVE_REPLY);
		CHECK_INT(tests[i].what, reply[0] >> 6, tests[i].wire_leap);
		CHECK_INT(tests[i].what, reply[1], tests[i].wire_stratum);
		CHECK_INT(tests[i].what, be_get32(reply + 12),
		    tests[i].refid);
	}
}

static void
test_times(void)
{
	static const struct {
		const char	*what;
		uint64_t	 rx, tx, wire_rx, wire_tx;
	} tests[] = {
		{ "in order", 100, 200, 100, 200 },
		{ "one grain", 100, 101, 100, 101 },
		{ "equal", 100, 100, 100, 101 },
		{ "clock set back between", 1ULL << 40, 1ULL << 39,
		    1ULL << 40, (1ULL << 40) + 1 },
		{ "across the era", UINT64_MAX - 5, 7, UINT64_MAX - 5, 7 },
		{ "back across the era", 7, UINT64_MAX - 5, 7, 8 },
		{ "arrived at zero", 0, 7, 1, 7 },
		{ "arrived and left at zero", 0, 0, 1, 2 },
		{ "left at zero", UINT64_MAX - 5, 0, UINT64_MAX - 5, 1 },
		{ "bumped onto zero", UINT64_MAX, UINT64_MAX, UINT64_MAX, 1 },
	};
	uint8_t	 reply[NTP_HEADER_LEN];
	size_t	 i;

	for (i = 0; i < nitems(tests); i++) {
		serve_stamp(reply, (ntptime_t){ tests[i].rx },
		    (ntptime_t){ tests[i].tx });
		CHECK_INT(tests[i].what, be_get64(reply + 32),
		    tests[i].wire_rx);
		CHECK_INT(tests[i].what, be_get64(reply + 40),
		    tests[i].wire_tx);
	}
}

static void
test_poll(void)
{
	uint8_t	 req[200], reply[NTP_HEADER_LEN];
	enum serve_drop why;
	int	 poll;

	request(req, 4, MODE_CLIENT);
	for (poll = -128; poll < 128; poll++) {
		req[2] = (uint8_t)poll;
		CHECK_INT("any poll", serve(&synced, req, 48, 40000, reply,
		    &why), SERVE_REPLY);
		CHECK_INT("poll", (int8_t)reply[2], poll < -7 ? -7 :
		    poll > 17 ? 17 : poll);
	}
}

/* Any bytes, any state: a well-formed reply or silence. */
static void
test_hammer(void)
{
	static const double odd[] = { 0, -1, 1e300, NAN, INFINITY, 0.1 };
	struct serve_state st;
	struct packet p;
	uint8_t	 req[200], reply[NTP_HEADER_LEN];
	ntptime_t rx, tx;
	enum serve_drop why;
	uint16_t port;
	size_t	 i, len;
	int	 k, answered = 0;

	for (k = 0; k < 100000; k++) {
		for (i = 0; i < sizeof(req); i++)
			req[i] = (uint8_t)test_rnd();
		st.leap = (uint8_t)test_rnd();
		st.stratum = (uint8_t)(test_rnd() >> test_rnd() % 64);
		st.precision = (int8_t)test_rnd();
		st.refid = (uint32_t)test_rnd();
		st.rootdelay = odd[test_rnd() % nitems(odd)];
		st.rootdisp = odd[test_rnd() % nitems(odd)];
		st.reftime.t = test_rnd();
		rx.t = test_rnd() >> test_rnd() % 64;
		tx.t = test_rnd() >> test_rnd() % 64;
		len = test_rnd() % (sizeof(req) + 1);
		port = (uint16_t)(test_rnd() % 3 * NTP_PORT);
		memset(reply, 0x5a, sizeof(reply));
		if (serve(&st, req, len, port, reply, &why) == SERVE_DROP) {
			CHECK_INT("silence leaves the buffer alone",
			    reply[0] == 0x5a && reply[47] == 0x5a, 1);
			continue;
		}
		answered++;
		serve_stamp(reply, rx, tx);
		CHECK_INT("48 bytes", packet_decode(&p, reply,
		    sizeof(reply)), 0);
		CHECK_INT("a reply's mode", p.mode == MODE_SERVER ||
		    p.mode == MODE_PASSIVE, 1);
		CHECK_INT("transmit after receive",
		    ntptime_diff(p.transmit, p.receive) > 0, 1);
		CHECK_INT("no zero time", !ntptime_zero(p.receive) &&
		    !ntptime_zero(p.transmit), 1);
		CHECK_INT("stratum", p.stratum <= NTP_STRATUM_MAX, 1);
		CHECK_INT("unsynchronised says so, without a kiss",
		    p.stratum != 0 || (p.leap == LEAP_ALARM && p.refid == 0),
		    1);
	}
	CHECK_INT("some were answered", answered > 1000, 1);
}

/* RFC 9769 2: which requests are, with 10 and 20 known of the last reply. */
static const struct {
	const char	*what;
	unsigned int	 mode;
	uint64_t	 rx, tx;	/* known of the last reply */
	uint64_t	 origin, receive, transmit;	/* of the request */
	bool		 interleaved;
} interleaves[] = {
	{ "interleaved", 3, 10, 20, 10, 33, 44, true },
	{ "nothing is known", 3, 0, 0, 10, 33, 44, false },
	{ "nothing is known, nothing is asked", 3, 0, 0, 0, 33, 44, false },
	{ "it is not known when that left", 3, 10, 0, 10, 33, 44, false },
	{ "a client that tells nothing", 3, 10, 20, 0, 0, 44, false },
	{ "basic: our transmit time", 3, 10, 20, 20, 33, 44, false },
	{ "of another reply", 3, 10, 20, 11, 33, 44, false },
	{ "receive and transmit are one", 3, 10, 20, 10, 44, 44, false },
	{ "symmetric", 1, 10, 20, 10, 33, 44, false },
};

static void
test_interleave(void)
{
	uint8_t	 req[200], reply[NTP_HEADER_LEN];
	enum serve_drop why;
	uint64_t rx, tx;
	size_t	 i;

	for (i = 0; i < nitems(interleaves); i++) {
		const char *what = interleaves[i].what;
		bool yes = interleaves[i].interleaved;

		request(req, 4, interleaves[i].mode);
		be_put64(req + 24, interleaves[i].origin);
		be_put64(req + 32, interleaves[i].receive);
		be_put64(req + 40, interleaves[i].transmit);
		rx = interleaves[i].rx;
		tx = interleaves[i].tx;
		CHECK_INT(what, serve(&synced, req, 48, 40000, reply, &why),
		    SERVE_REPLY);
		serve_stamp(reply, (ntptime_t){ 50 }, (ntptime_t){ 60 });
		CHECK_INT(what, serve_interleave(reply, req, &rx, &tx), yes);
		CHECK_INT(what, be_get64(reply + 24), yes ?
		    interleaves[i].receive : interleaves[i].transmit);
		CHECK_INT(what, be_get64(reply + 32), 50);
		CHECK_INT(what, be_get64(reply + 40), yes ?
		    interleaves[i].tx : 60);
		CHECK_INT("known of this one", rx, 50);
		CHECK_INT("known of this one", tx, 60);
	}
}

static void
test_kiss(void)
{
	uint8_t	 req[200], reply[NTP_HEADER_LEN];
	enum serve_drop why;

	request(req, 4, 3);
	CHECK_INT("a kiss", serve(&synced, req, 48, 40000, reply, &why),
	    SERVE_REPLY);
	serve_kiss(reply, KISS('R', 'A', 'T', 'E'));
	CHECK_INT("leap alarm, version, mode", reply[0], 3 << 6 | 4 << 3 | 4);
	CHECK_INT("stratum", reply[1], 0);
	CHECK_MEM("code", reply + 12, "RATE", 4);
	CHECK_MEM("origin", reply + 24, req + 40, 8);
}

static void
test_names(void)
{
	int	 i, j;

	for (i = 0; i < SERVE__MAX; i++)
		for (j = 0; j < i; j++)
			CHECK_INT("every reason has a name of its own",
			    strcmp(serve_str((enum serve_drop)i),
			    serve_str((enum serve_drop)j)) != 0, 1);
	CHECK_STR("out of range", serve_str(SERVE__MAX), "unknown");
}

/* A request full of bytes that are not in a reply by chance. */
static void
request(uint8_t req[200], unsigned int version, unsigned int mode)
{
	size_t	 i;

	for (i = 0; i < 200; i++)
		req[i] = (uint8_t)i;
	req[0] = (uint8_t)(version << 3 | mode);
	req[2] = 10;
}
