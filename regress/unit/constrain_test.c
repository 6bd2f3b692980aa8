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
 * The median of constraints and its margin.
 */

#include "constrain.h"
#include "test.h"

#define S	INT64_C(1000000000)

static void
test_point(void)
{
	struct constrain_point	 p;

	constrain_point(&p, 1000, 0.2, 7 * S);
	CHECK_INT("at", p.at, 7 * S);
	CHECK_NEAR("half a second was cut off, half the round trip is over",
	    (double)constrain_time(&p, 7 * S) / S, 1000.6, 1e-6);
	CHECK_NEAR("an hour later",
	    (double)constrain_time(&p, 3607 * S) / S, 4600.6, 1e-6);
	constrain_point(&p, 1000, NAN, 0);
	CHECK_NEAR("no round trip", (double)p.base / S, 1000.5, 1e-9);
	constrain_point(&p, INT64_C(7258118399), 1, -5 * S);
	CHECK_INT("the last second there is",
	    constrain_time(&p, -5 * S) / S, INT64_C(7258118400));
}

static const struct {
	const char	*what;
	size_t		 n;
	double		 base[5];
	double		 want;
} medians[] = {
	{ "one", 1, { 5 }, 5 },
	{ "two", 2, { 10, 4 }, 7 },
	{ "three", 3, { 9, -100, 4 }, 4 },
	{ "four", 4, { 3, 1, 1000000, 5 }, 4 },
	{ "a liar more than half has no say", 5,
	    { 1, 2, 3, 1e9, -1e9 }, 2 },
	{ "the same", 3, { 2, 2, 2 }, 2 },
};

static void
test_median(void)
{
	struct constrain_point	 p[5], m, many[CONSTRAIN_MAX + 1];
	size_t			 i, k;

	CHECK_INT("none", constrain_median(NULL, 0, &m), 0);
	for (i = 0; i < nitems(medians); i++) {
		for (k = 0; k < medians[i].n; k++) {
			p[k].base = (int64_t)(medians[i].base[k] * S);
			p[k].at = 0;
		}
		CHECK_INT(medians[i].what,
		    constrain_median(p, medians[i].n, &m), 1);
		CHECK_NEAR(medians[i].what, (double)m.base / S,
		    medians[i].want, 1e-6);
	}
	p[0] = (struct constrain_point){ 10 * S, 1 * S };
	p[1] = (struct constrain_point){ 30 * S, 2 * S };
	p[2] = (struct constrain_point){ 20 * S, 3 * S };
	CHECK_INT("ages", constrain_median(p, 3, &m), 1);
	CHECK_INT("as old as the one in the middle", m.at, 30 * S);
	CHECK_INT("ages of two", constrain_median(p, 2, &m), 1);
	CHECK_INT("as old as the older one", m.at, 10 * S);
	for (i = 0; i < nitems(many); i++)
		many[i] = (struct constrain_point){ 0, (int64_t)i };
	CHECK_INT("too many", constrain_median(many, nitems(many), &m), 1);
	CHECK_INT("the last one is left out", m.base, 31);
}

static void
test_margin(void)
{
	struct constrain_point	 p = { 100 * S, 0 };

	CHECK_NEAR("fresh", constrain_margin(&p, 100 * S), 120, 1e-9);
	CHECK_NEAR("of the future", constrain_margin(&p, 0), 120, 1e-9);
	CHECK_NEAR("a day old", constrain_margin(&p, 86500 * S), 163.2,
	    1e-9);
}

int
main(void)
{
	test_point();
	test_median();
	test_margin();
	return test_done("constrain");
}
