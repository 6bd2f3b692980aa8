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
 * servestat: every packet is counted once in every way, sums are sums, and
 * rates are over the time they say.
 */

#include "test.h"

#include "servestat.h"

static void
test_packets(void)
{
	struct servestat s = { 0 };
	uint8_t	 client = 4 << 3 | MODE_CLIENT, odd = 0xff;

	servestat_packet(&s, false, &client, 48);
	servestat_packet(&s, true, &client, 68);
	servestat_packet(&s, true, &odd, 1);
	servestat_packet(&s, false, NULL, 0);
	CHECK_INT("packets", s.packets, 4);
	CHECK_INT("IPv4", s.ipv4, 2);
	CHECK_INT("IPv6", s.ipv6, 2);
	CHECK_INT("octets on the wire", s.octets_in, 76 + 116 + 49 + 28);
	CHECK_INT("version 4", s.version[4], 2);
	CHECK_INT("version 7", s.version[7], 1);
	CHECK_INT("mode 3", s.mode[MODE_CLIENT], 2);
	CHECK_INT("mode 7", s.mode[MODE_PRIVATE], 1);
}

static void
test_latency(void)
{
	static const struct {
		const char	*what;
		int64_t		 ns;
		unsigned int	 bucket;
		uint64_t	 sum;
	} tests[] = {
		{ "before it came", -1, 0, 0 },
		{ "nothing", 0, 0, 0 },
		{ "1 ns", 1, 0, 1 },
		{ "1 us", 1000, 0, 1000 },
		{ "a little more", 1001, 1, 1001 },
		{ "2 us", 2000, 1, 2000 },
		{ "a little more", 2001, 2, 2001 },
		{ "4 us", 4000, 2, 4000 },
		{ "1.024 ms", 1024000, 10, 1024000 },
		{ "a little more", 1024001, 11, 1024001 },
		{ "the last with a bound", 1048576000, 20, 1048576000 },
		{ "beyond", 1048576001, 21, 1048576001 },
		{ "far beyond", INT64_MAX, 21, INT64_MAX },
	};
	struct servestat s;
	unsigned int i, b;

	for (i = 0; i < nitems(tests); i++) {
		memset(&s, 0, sizeof(s));
		servestat_reply(&s, false, 48, tests[i].ns);
		for (b = 0; b < SERVESTAT_BUCKETS; b++)
			CHECK_INT(tests[i].what, s.latency[b],
			    b == tests[i].bucket);
		CHECK_INT(tests[i].what, s.latency_ns, tests[i].sum);
	}
}

static void
test_sums(void)
{
	struct servestat s = { 0 }, sum = { 0 };
	uint8_t	 client = 4 << 3 | MODE_CLIENT;
	unsigned int i;

	for (i = 0; i < 5; i++)
		servestat_packet(&s, true, &client, 48);
	servestat_reply(&s, true, 48, 3000);
	servestat_reply(&s, true, 48, 3000);
	servestat_reply(&s, true, 48, 3000);
	servestat_unsent(&s, true, 48);
	servestat_drop(&s, SERVE_SHORT);
	servestat_drop(&s, SERVE_NOTUS);
	CHECK_INT("replies", s.replies, 2);
	CHECK_INT("octets", s.octets_out, 2 * 96);
	CHECK_INT("drops", servestat_dropped(&s), 3);
	CHECK_INT("all accounted for", s.replies + servestat_dropped(&s),
	    s.packets);
	CHECK_INT("unsent", s.drop[SERVE_UNSENT], 1);

	for (i = 0; i < 3; i++)
		servestat_add(&sum, &s);
	CHECK_INT("first", sum.packets, 15);
	CHECK_INT("drops", servestat_dropped(&sum), 9);
	CHECK_INT("bucket", sum.latency[2], 9);
	CHECK_INT("last", sum.latency_ns, 27000);
	sum.packets = UINT64_MAX;
	servestat_add(&sum, &s);
	CHECK_INT("wraps", sum.packets, 4);
}

/* n packets, n / 2 replies; then s later, a mark. */
static void
run(struct servestat_marks *m, struct servestat *s, int64_t *ns, uint64_t n,
    double later)
{
	s->packets += n;
	s->replies += n / 2;
	s->octets_in += n * 76;
	s->octets_out += n / 2 * 76;
	*ns += (int64_t)(later * 1e9);
	servestat_mark(m, (mono_t){ *ns }, s);
}

static void
check(const char *what, const struct servestat_marks *m,
    enum servestat_span span, double over, double packets)
{
	struct servestat_rate r;

	servestat_rate(m, span, &r);
	CHECK_NEAR(what, r.over, over, 1e-6);
	CHECK_NEAR(what, r.packets, packets, 1e-6);
	CHECK_NEAR(what, r.replies, packets / 2, 1e-6);
	CHECK_NEAR(what, r.octets_in, packets * 76, 1e-6);
	CHECK_NEAR(what, r.octets_out, packets / 2 * 76, 1e-6);
}

static void
test_rates(void)
{
	struct servestat_marks m = { 0 };
	struct servestat s = { 0 };
	struct servestat_rate r;
	int64_t	 ns = -5000000000;	/* no time is special */
	unsigned int i;

	servestat_rate(&m, SERVESTAT_SECOND, &r);
	CHECK_NEAR("nothing known", r.over, 0, 0);
	CHECK_INT("nothing known", isnan(r.packets), 1);
	run(&m, &s, &ns, 1000, 0);
	servestat_rate(&m, SERVESTAT_HOUR, &r);
	CHECK_NEAR("a beginning", r.over, 0, 0);
	run(&m, &s, &ns, 10, 1);
	check("one second", &m, SERVESTAT_SECOND, 1, 10);
	check("all there is", &m, SERVESTAT_MINUTE, 1, 10);
	check("all there is", &m, SERVESTAT_HOUR, 1, 10);
	run(&m, &s, &ns, 2, 0.1);
	check("too soon", &m, SERVESTAT_SECOND, 1, 10);
	run(&m, &s, &ns, 18, 0.9);
	check("the next", &m, SERVESTAT_SECOND, 1, 20);
	check("both", &m, SERVESTAT_MINUTE, 2, 15);

	for (i = 0; i < 58; i++)
		run(&m, &s, &ns, 20, 1);
	check("a minute", &m, SERVESTAT_MINUTE, 60, (30.0 + 58 * 20) / 60);
	run(&m, &s, &ns, 20, 1);
	check("the first has left", &m, SERVESTAT_MINUTE, 60, 20);
	check("an hour has not passed", &m, SERVESTAT_HOUR, 61,
	    (30.0 + 59 * 20) / 61);

	for (i = 0; i < 3600; i++)
		run(&m, &s, &ns, 40, 1);
	check("a second", &m, SERVESTAT_SECOND, 1, 40);
	check("a minute", &m, SERVESTAT_MINUTE, 60, 40);
	servestat_rate(&m, SERVESTAT_HOUR, &r);
	CHECK_NEAR("an hour", r.over, 3600, 30);
	CHECK_NEAR("an hour", r.packets, 40, 1);
	for (i = 0; i < 7200; i++)
		run(&m, &s, &ns, 8, 1);
	servestat_rate(&m, SERVESTAT_HOUR, &r);
	CHECK_NEAR("another", r.over, 3600, 30);
	CHECK_NEAR("another", r.packets, 8, 1e-6);

	/* we were stopped */
	run(&m, &s, &ns, 100, 500);
	check("a pause", &m, SERVESTAT_SECOND, 500, 0.2);
	check("a pause", &m, SERVESTAT_MINUTE, 500, 0.2);
	memset(&s, 0, sizeof(s));
	run(&m, &s, &ns, 10, 1);
	check("counters that go back", &m, SERVESTAT_SECOND, 1, 0);
}

int
main(void)
{
	test_packets();
	test_latency();
	test_sums();
	test_rates();
	return test_done("servestat");
}
