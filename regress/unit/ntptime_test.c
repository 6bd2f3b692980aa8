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
 * ntptime: conversions, eras, the short format, saturation.
 */

#include "test.h"

#include "ntptime.h"

/* 2036-02-07 06:28:16 UTC: the NTP seconds wrap to zero */
#define ERA1	((int64_t)(4294967296LL - 2208988800LL))

static void	 test_unix(void);
static void	 test_pivot(void);
static void	 test_diff(void);
static void	 test_eras(void);
static void	 test_short(void);
static void	 test_sat(void);

int
main(void)
{
	test_unix();
	test_pivot();
	test_diff();
	test_eras();
	test_short();
	test_sat();
	return test_done("ntptime");
}

static void
test_unix(void)
{
	static const struct {
		const char	*what;
		int64_t		 sec;
		uint32_t	 nsec;
		uint64_t	 ntp;
	} tests[] = {
		{ "1970", 0, 0, 2208988800ULL << 32 },
		{ "half a second", 0, 500000000, 2208988800ULL << 32 |
		    0x80000000 },
		{ "1972-01-01", 63072000, 0, 2272060800ULL << 32 },
		{ "last ns of a second", 0, 999999999,
		    2208988800ULL << 32 | 0xfffffffc },
		{ "1900", -2208988800LL, 0, 0 },
		{ "before 1900", -2208988801LL, 0, 0xffffffffULL << 32 },
		{ "last second of era 0", ERA1 - 1, 0, 0xffffffffULL << 32 },
		{ "first second of era 1", ERA1, 0, 0 },
		{ "era 1", ERA1 + 5, 250000000, 5ULL << 32 | 0x40000000 },
	};
	int64_t	 sec;
	uint32_t nsec;
	size_t	 i;

	for (i = 0; i < nitems(tests); i++) {
		ntptime_t t = ntptime_from_unix(tests[i].sec, tests[i].nsec);

		CHECK_INT(tests[i].what, t.t, tests[i].ntp);
		ntptime_to_unix(t, tests[i].sec, &sec, &nsec);
		CHECK_INT(tests[i].what, sec, tests[i].sec);
		CHECK_INT(tests[i].what, nsec, tests[i].nsec);
	}
}

static void
test_pivot(void)
{
	static const struct {
		const char	*what;
		uint64_t	 ntp;
		int64_t		 pivot;
		int64_t		 sec;
		uint32_t	 nsec;
	} tests[] = {
		{ "0 seen from 2026", 0, 1770000000, ERA1, 0 },
		{ "0 seen from 1910", 0, -1893456000, -2208988800LL, 0 },
		{ "last second seen from after the wrap",
		    0xffffffffULL << 32, ERA1 + 100, ERA1 - 1, 0 },
		{ "68 years ahead", 0x7fffffffULL << 32,
		    -2208988800LL, -2208988800LL + 0x7fffffff, 0 },
		{ "more is behind", 0x80000000ULL << 32,
		    -2208988800LL, -2208988800LL - 0x80000000LL, 0 },
		{ "2^32 ns carried into the second", 0xffffffff,
		    -2208988800LL, -2208988799LL, 0 },
	};
	int64_t	 sec;
	uint32_t nsec;
	size_t	 i;

	for (i = 0; i < nitems(tests); i++) {
		ntptime_to_unix((ntptime_t){ tests[i].ntp }, tests[i].pivot,
		    &sec, &nsec);
		CHECK_INT(tests[i].what, sec, tests[i].sec);
		CHECK_INT(tests[i].what, nsec, tests[i].nsec);
	}
}

static void
test_diff(void)
{
	static const struct {
		const char	*what;
		uint64_t	 a, b;
		double		 diff;
	} tests[] = {
		{ "same", 5, 5, 0 },
		{ "one second", 2ULL << 32, 1ULL << 32, 1 },
		{ "minus one second", 1ULL << 32, 2ULL << 32, -1 },
		{ "one grain", 1, 0, 0x1p-32 },
		{ "across the era", 1ULL << 32, UINT64_MAX - (1ULL << 32) + 1,
		    2 },
		{ "back across the era", UINT64_MAX - (1ULL << 32) + 1,
		    1ULL << 32, -2 },
		{ "one grain across the era", 0, UINT64_MAX, 0x1p-32 },
		{ "68 years", 0x7fffffffULL << 32, 0, 2147483647.0 },
	};
	static const struct {
		const char	*what;
		uint64_t	 t;
		double		 s;
		uint64_t	 sum;
	} adds[] = {
		{ "nothing", 77, 0, 77 },
		{ "a second", 0, 1, 1ULL << 32 },
		{ "a grain", 0, 0x1p-32, 1 },
		{ "minus a grain at the era", 0, -0x1p-32, UINT64_MAX },
		{ "into the next era", UINT64_MAX, 0x1p-32, 0 },
		{ "one and a half", 1ULL << 32, 1.5, 0x280000000 },
		{ "minus one and a half", 2ULL << 32, -1.5, 0x80000000 },
		{ "the most", 0, 2147483647.5, 0x7fffffff80000000 },
		{ "too much", 3, 2147483648.0, 3 },
		{ "too little", 3, -2147483648.0, 3 },
		{ "not a number", 3, NAN, 3 },
		{ "infinite", 3, -INFINITY, 3 },
	};
	size_t	 i;

	for (i = 0; i < nitems(tests); i++)
		CHECK_NEAR(tests[i].what, ntptime_diff((ntptime_t)
		    { tests[i].a }, (ntptime_t){ tests[i].b }), tests[i].diff,
		    0);
	for (i = 0; i < nitems(adds); i++)
		CHECK_INT(adds[i].what, ntptime_add((ntptime_t){ adds[i].t },
		    adds[i].s).t, adds[i].sum);
}

/*
 * What holds in one era holds across its end: the same steps from starting
 * points around 1996, 2036 and 2106.
 */
static void
test_eras(void)
{
	static const int64_t around[] = { 820454400, ERA1, 1LL << 32 };
	ntptime_t a, b, c;
	int64_t	 sec, s, d;
	uint32_t nsec, n;
	size_t	 i;
	int	 k;

	for (i = 0; i < nitems(around); i++)
		for (k = 0; k < 2000; k++) {
			s = around[i] - 1000 + (int64_t)(test_rnd() % 2000);
			n = (uint32_t)(test_rnd() % 1000000000);
			d = (int64_t)(test_rnd() % 4000000000000000000ULL) -
			    2000000000000000000LL;
			d >>= test_rnd() % 50;
			a = ntptime_from_unix(s, n);
			ntptime_to_unix(a, s + 1000000000, &sec, &nsec);
			CHECK_INT("there and back, seconds", sec, s);
			CHECK_INT("there and back, ns", nsec, n);
			b = ntptime_add_ns(a, d);
			CHECK_NEAR("sum and difference", ntptime_diff(b, a),
			    (double)d * 1e-9, 1e-9 + fabs((double)d) * 1e-24);
			c = ntptime_add_ns(b, -d);
			CHECK_NEAR("and back", ntptime_diff(c, a), 0,
			    0x1p-31);
			CHECK_NEAR("difference is odd", ntptime_diff(a, b),
			    -ntptime_diff(b, a), 0);
			c = ntptime_add(a, ntptime_diff(b, a));
			CHECK_NEAR("add undoes diff", ntptime_diff(c, b), 0,
			    fabs((double)d) * 1e-9 * 0x1p-53);
		}
}

static void
test_short(void)
{
	static const struct {
		const char	*what;
		double		 s;
		uint32_t	 v;
	} tests[] = {
		{ "zero", 0, 0 },
		{ "minus", -1, 0 },
		{ "minus infinity", -INFINITY, 0 },
		{ "a grain", 1 / 65536.0, 1 },
		{ "rounds up", 1e-9, 1 },
		{ "just over a grain", 1.01 / 65536, 2 },
		{ "one", 1, 0x10000 },
		{ "16 s", 16, 0x100000 },
		{ "the largest", 65536 - 1 / 65536.0, UINT32_MAX },
		{ "between the largest and 65536", 65536 - 1e-9, UINT32_MAX },
		{ "too large", 65536, UINT32_MAX },
		{ "infinite", INFINITY, UINT32_MAX },
		{ "not a number", NAN, UINT32_MAX },
	};
	size_t	 i;
	uint32_t v;
	int	 k;

	for (i = 0; i < nitems(tests); i++)
		CHECK_INT(tests[i].what, ntpshort_from_double(tests[i].s),
		    tests[i].v);
	CHECK_NEAR("the largest", ntpshort_to_double(UINT32_MAX),
	    65536 - 1 / 65536.0, 0);
	for (k = 0; k < 1000; k++) {
		v = (uint32_t)(test_rnd() >> (32 + test_rnd() % 32));
		CHECK_INT("there and back",
		    ntpshort_from_double(ntpshort_to_double(v)), v);
	}
}

static void
test_sat(void)
{
	static const struct {
		const char	*what;
		int64_t		 t;
		double		 s;
		int64_t		 sum;
	} tests[] = {
		{ "a second", 5, 1, 1000000005 },
		{ "minus", 5, -1e-9, 4 },
		{ "rounds", 0, 1.6e-9, 2 },
		{ "infinite", 5, INFINITY, INT64_MAX },
		{ "minus infinity", -5, -INFINITY, INT64_MIN },
		{ "minus infinity from above", 5, -INFINITY,
		    INT64_MIN + 5 },
		{ "not a number", 5, NAN, 5 },
		{ "overflow of the sum", INT64_MAX - 5, 1, INT64_MAX },
		{ "underflow of the sum", INT64_MIN + 5, -1, INT64_MIN },
		{ "overflow of the ns", 0, 1e10, INT64_MAX },
	};
	size_t	 i;

	for (i = 0; i < nitems(tests); i++) {
		CHECK_INT(tests[i].what, mono_add((mono_t){ tests[i].t },
		    tests[i].s).ns, tests[i].sum);
		CHECK_INT(tests[i].what, osc_add((osc_t){ tests[i].t },
		    tests[i].s).ns, tests[i].sum);
	}
	CHECK_NEAR("difference of moments", mono_diff((mono_t){ 1 },
	    (mono_t){ 1500000001 }), -1.5, 0);
	CHECK_NEAR("of the oscillator's", osc_diff((osc_t){ 1500000001 },
	    (osc_t){ 1 }), 1.5, 0);
}
