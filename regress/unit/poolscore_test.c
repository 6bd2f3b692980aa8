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
 * poolscore: what the pool's monitor makes of replies, and of the scores.
 */

#include "test.h"

#include "packet.h"
#include "poolscore.h"

#define NONCE	UINT64_C(0x0123456789abcdef)
#define START	UINT64_C(0xe800000000000000)

static void	 test_judge(void);
static void	 test_best(void);
static void	 test_step(void);
static void	 test_score(void);

int
main(void)
{
	test_judge();
	test_best();
	test_step();
	test_score();
	return test_done("poolscore");
}

/* A server 10 ms ahead, 40 ms away, that took 1 ms. */
static void
good(struct packet *p)
{
	ntptime_t	 t1 = { START };

	memset(p, 0, sizeof(*p));
	p->version = 4;
	p->mode = MODE_SERVER;
	p->stratum = 2;
	p->refid = KISS('R', 'A', 'T', 'E');
	p->origin.t = NONCE;
	p->receive = ntptime_add(t1, 0.010 + 0.020);
	p->transmit = ntptime_add(t1, 0.010 + 0.021);
}

static void
test_judge(void)
{
	static const struct {
		const char	*what;
		uint8_t		 mode;
		uint8_t		 stratum;
		uint64_t	 origin;
		uint32_t	 refid;
		double		 transmit;	/* added, s; NaN: zero */
		size_t		 len;
		enum pool_result want;
	} row[] = {
		{ .what = "good", .want = POOL_OK },
		{ .what = "stratum 10", .stratum = 10, .want = POOL_OK },
		{ .what = "stratum 11", .stratum = 11, .want = POOL_STRATUM },
		{ .what = "stratum 15", .stratum = 15, .want = POOL_STRATUM },
		{ .what = "stratum 17", .stratum = 17, .want = POOL_STRATUM },
		{ .what = "RATE", .stratum = UINT8_MAX, .want = POOL_RATE },
		{ .what = "RATE, stratum 16", .stratum = 16,
		    .want = POOL_RATE },
		{ .what = "DENY", .stratum = UINT8_MAX,
		    .refid = KISS('D', 'E', 'N', 'Y'), .want = POOL_DENY },
		{ .what = "RSTR", .stratum = UINT8_MAX,
		    .refid = KISS('R', 'S', 'T', 'R'), .want = POOL_DENY },
		{ .what = "INIT", .stratum = UINT8_MAX,
		    .refid = KISS('I', 'N', 'I', 'T'), .want = POOL_KISS },
		{ .what = "unsynchronised", .stratum = UINT8_MAX,
		    .refid = 1, .want = POOL_STRATUM },
		{ .what = "mode 3", .mode = 3, .want = POOL_MODE },
		{ .what = "mode 5", .mode = 5, .want = POOL_MODE },
		{ .what = "another origin", .origin = 1, .want = POOL_BOGUS },
		{ .what = "no transmit", .transmit = NAN, .want = POOL_ZERO },
		{ .what = "backwards", .transmit = -0.002,
		    .want = POOL_ORDER },
		{ .what = "no time in the server", .transmit = -0.001,
		    .want = POOL_OK },
		{ .what = "47 octets", .len = 47, .want = POOL_SHORT },
		{ .what = "more than a header", .len = 68, .want = POOL_OK },
	};
	uint8_t		 buf[NTP_HEADER_LEN + 20] = { 0 };
	ntptime_t	 t1 = { START };
	struct packet	 p;
	struct pool_obs	 obs;
	size_t		 i;

	for (i = 0; i < nitems(row); i++) {
		good(&p);
		if (row[i].mode != 0)
			p.mode = row[i].mode;
		if (row[i].stratum != 0)
			p.stratum = row[i].stratum == UINT8_MAX ? 0 :
			    row[i].stratum;
		if (row[i].refid != 0)
			p.refid = row[i].refid;
		p.origin.t += row[i].origin;
		if (isnan(row[i].transmit))
			p.transmit.t = 0;
		else
			p.transmit = ntptime_add(p.transmit, row[i].transmit);
		packet_encode(&p, buf);
		pool_judge(buf, row[i].len != 0 ? row[i].len : NTP_HEADER_LEN,
		    NONCE, t1, ntptime_add(t1, 0.041), &obs);
		CHECK_INT(row[i].what, obs.result, row[i].want);
		if (i != 0)
			continue;
		CHECK_NEAR("offset", obs.offset, 0.010, 1e-6);
		CHECK_NEAR("rtt", obs.rtt, 0.040, 1e-6);
		CHECK_INT("stratum", obs.stratum, 2);
	}
	/* said to have taken longer than the whole way */
	good(&p);
	p.transmit = ntptime_add(p.transmit, 1);
	packet_encode(&p, buf);
	pool_judge(buf, NTP_HEADER_LEN, NONCE, t1, ntptime_add(t1, 0.041),
	    &obs);
	CHECK_NEAR("never negative", obs.rtt, 0, 0);
}

static void
test_best(void)
{
	static const struct {
		const char	*what;
		struct pool_obs	 obs[POOL_SAMPLES];
		size_t		 want;
	} row[] = {
		{ "the shortest way",
		    { { POOL_OK, .rtt = 3 }, { POOL_OK, .rtt = 1 },
		    { POOL_OK, .rtt = 2 } }, 1 },
		{ "one of three is enough",
		    { { POOL_SILENT }, { POOL_SILENT }, { POOL_OK, .rtt = 9 }
		    }, 2 },
		{ "silence", { { POOL_SILENT }, { POOL_BOGUS },
		    { POOL_SILENT } }, 0 },
		{ "a kiss ends it",
		    { { POOL_OK, .rtt = 1 }, { POOL_RATE }, { POOL_DENY } },
		    1 },
		{ "so does a bad stratum",
		    { { POOL_OK, .rtt = 1 }, { POOL_OK, .rtt = 1 },
		    { POOL_STRATUM } }, 2 },
	};
	size_t	 i;

	for (i = 0; i < nitems(row); i++)
		CHECK_INT(row[i].what, pool_best(row[i].obs, POOL_SAMPLES) -
		    row[i].obs, row[i].want);
}

static void
test_step(void)
{
	static const struct {
		const char	*what;
		struct pool_obs	 obs;
		double		 step;
		double		 level;		/* where it goes */
	} row[] = {
		{ "silence", { POOL_SILENT }, -5, -100 },
		{ "unreachable", { POOL_UNREACHABLE }, -5, -100 },
		{ "backwards counts as silence", { POOL_ORDER }, -5, -100 },
		{ "RATE", { POOL_RATE }, -3.5, -70 },
		{ "DENY", { POOL_DENY }, -10, -200 },
		{ "INIT", { POOL_KISS }, -4, -80 },
		{ "bad stratum", { POOL_STRATUM, .stratum = 12 }, -4, -80 },
		{ "good", { POOL_OK, .stratum = 2 }, 1, 20 },
		{ "25 ms", { POOL_OK, 2, .offset = -0.025 }, 1, 20 },
		{ "25.01 ms", { POOL_OK, 2, .offset = 0.02501 }, 1, 20 },
		{ "50 ms", { POOL_OK, 2, .offset = 0.050 }, 0.834, 16.67 },
		{ "75 ms", { POOL_OK, 2, .offset = -0.075 }, 0.667, 13.34 },
		{ "100.04 ms, the limit", { POOL_OK, 2, .offset = 0.10004 },
		    0.5, 10.0 },
		{ "125 ms", { POOL_OK, 2, .offset = 0.125 }, 0.4425, 8.85 },
		{ "200 ms", { POOL_OK, 2, .offset = 0.2 }, 0.2694, 5.39 },
		{ "317 ms", { POOL_OK, 2, .offset = 0.3167 }, 0, 0 },
		{ "750 ms", { POOL_OK, 2, .offset = 0.750 }, -1, -20 },
		{ "751 ms", { POOL_OK, 2, .offset = -0.751 }, -2, -40 },
		{ "3 s", { POOL_OK, 2, .offset = 3 }, -2, -40 },
		{ "above 3 s", { POOL_OK, 2, .offset = 3.1 }, -4, -80 },
		{ "stratum 7", { POOL_OK, 7 }, 1, 20 },
		{ "stratum 8", { POOL_OK, 8 }, -4, -80 },
		{ "not a number", { POOL_OK, 2, .offset = NAN }, -4, -80 },
	};
	double	 cap;
	size_t	 i;

	for (i = 0; i < nitems(row); i++) {
		CHECK_NEAR(row[i].what, pool_step(&row[i].obs, &cap),
		    row[i].step, 1e-3);
		CHECK_NEAR(row[i].what, pool_level(&row[i].obs),
		    row[i].level, 0.02);
	}
	CHECK_STR("rule", pool_rule(&row[7].obs), "offset within 25 ms");
	CHECK_STR("rule", pool_rule(&row[21].obs), "stratum 8 or above");
}

/* The consequences, as computed for the pool's real scores. */
static void
test_score(void)
{
	static const struct {
		const char	*what;
		double		 from;
		double		 to;
		struct pool_obs	 obs;
		int		 want;
	} row[] = {
		{ "a new server", 0, 10, { POOL_OK, 2 }, 14 },
		{ "to all but perfect", 0, 19.9, { POOL_OK, 2 }, 104 },
		{ "out after two", 8.3, 10, { POOL_OK, 2 }, 4 },
		{ "out after three", 2.9, 10, { POOL_OK, 2 }, 11 },
		{ "after six", -11.8, 10, { POOL_OK, 2 }, 23 },
		{ "after DENY", -50, 10, { POOL_OK, 2 }, 38 },
		{ "after 3 s", -20, 10, { POOL_OK, 2 }, 28 },
		{ "from the bottom", -100, 10, { POOL_OK, 2 }, 49 },
		{ "there already", 12, 10, { POOL_SILENT }, 0 },
		{ "never", 0, 10, { POOL_OK, 2, .offset = 0.125 }, -1 },
		{ "never, from below", -100, 10, { POOL_SILENT }, -1 },
	};
	struct pool_obs	 silent = { POOL_SILENT }, deny = { POOL_DENY };
	struct pool_obs	 late = { POOL_OK, 2, .offset = 4 };
	size_t		 i;

	for (i = 0; i < nitems(row); i++)
		CHECK_INT(row[i].what, pool_checks(row[i].from, row[i].to,
		    &row[i].obs), row[i].want);
	CHECK_NEAR("one timeout", pool_score(20, &silent), 14, 1e-9);
	CHECK_NEAR("the next", pool_score(14, &silent), 8.3, 1e-9);
	CHECK_NEAR("DENY", pool_score(20, &deny), -50, 1e-9);
	CHECK_NEAR("4 s off", pool_score(20, &late), -20, 1e-9);
}
