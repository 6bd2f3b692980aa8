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
 * select: majorities, ties, trust, preference; a reason for everybody.
 */

#include <stdlib.h>

#include "test.h"

#include "select.h"

#define N	7

#define OK	SELECT_OK
#define FALSE_	SELECT_FALSE
#define UND	SELECT_UNDECIDED
#define UNT	SELECT_UNTRUSTED
#define MIN_	SELECT_MINSOURCES
#define PREF	SELECT_PREFER
#define WORSE	SELECT_WORSE
#define HIGHER	SELECT_HIGHER
#define EMPTY	SELECT_EMPTY
#define NOSEL	SELECT_NOSELECT

/* offset and distance in ms, and what is not usual */
#define S(o, d, ...)	{ .offset = (o), .dist = (d), __VA_ARGS__ }

struct row_src {
	double		 offset, dist;
	int		 weight;	/* 0: 1 */
	enum select_reason in, out;
	bool		 trusted, prefer, current, combined, mutual;
	int		 stratum;
	double		 aged;		/* ms */
};

static void	 test_table(void);
static void	 test_strings(void);
static void	 test_fuzz(void);

int
main(void)
{
	test_table();
	test_strings();
	test_fuzz();
	return test_done("select");
}

static void
test_table(void)
{
	static const struct {
		const char	*what;
		struct row_src	 s[N];	/* until dist is 0 */
		unsigned int	 min;
		enum select_verdict verdict;
		size_t		 best;
	} tests[] = {
		{ "none", { S(0, 0) }, 1, SELECT_NONE, 0 },
		{ "none that may take part", {
			S(0, 10, .in = EMPTY, .out = EMPTY) },
		    1, SELECT_NONE, 0 },
		{ "a single one", { S(5, 10) }, 1, SELECT_DONE, 0 },
		{ "two that agree, the nearer is named", {
			S(0, 20), S(5, 10) }, 1, SELECT_DONE, 1 },
		{ "two that touch", {
			S(0, 10), S(20, 10) }, 1, SELECT_DONE, 0 },
		{ "two that contradict", {
			S(0, 10, .out = UND), S(25, 10, .out = UND) },
		    1, SELECT_SPLIT, 0 },
		{ "one of three lies", {
			S(0, 10), S(2, 10), S(300, 10, .out = FALSE_) },
		    1, SELECT_DONE, 0 },
		{ "two against two", {
			S(0, 10, .out = UND), S(1, 10, .out = UND),
			S(100, 10, .out = UND), S(101, 10, .out = UND) },
		    1, SELECT_SPLIT, 0 },
		{ "two against two, one pair weighs more", {
			S(0, 10, .weight = 2), S(1, 10),
			S(100, 10, .out = FALSE_),
			S(101, 10, .out = FALSE_) },
		    1, SELECT_DONE, 0 },
		{ "two liars of seven who disagree", {
			S(0, 20), S(1, 20), S(2, 20), S(3, 20), S(4, 20),
			S(50, 20, .out = FALSE_),
			S(120, 20, .out = FALSE_) },
		    1, SELECT_DONE, 0 },
		{ "each for itself", {
			S(0, 1, .out = UND), S(10, 1, .out = UND),
			S(20, 1, .out = UND) },
		    1, SELECT_SPLIT, 0 },
		{ "a chain: the one in the middle decides", {
			S(0, 10), S(15, 10), S(30, 10) },
		    1, SELECT_DONE, 0 },
		{ "the others do not vote", {
			S(0, 10), S(300, 10, .in = EMPTY, .out = EMPTY),
			S(300, 10, .in = NOSEL, .out = NOSEL) },
		    1, SELECT_DONE, 0 },
		{ "the trusted one of three lies alone: it is believed", {
			S(0, 10, .out = UNT), S(1, 10, .out = UNT),
			S(300, 10, .trusted = true) },
		    1, SELECT_DONE, 2 },
		{ "others inside the trusted one's", {
			S(0, 10), S(2, 10), S(1, 5, .trusted = true) },
		    1, SELECT_DONE, 2 },
		{ "two trusted ones contradict", {
			S(0, 10, .out = UND, .trusted = true),
			S(300, 10, .out = UND, .trusted = true),
			S(1, 10, .out = UND) },
		    1, SELECT_SPLIT, 0 },
		{ "too few agree", {
			S(0, 10, .out = MIN_), S(1, 10, .out = MIN_),
			S(300, 10, .out = FALSE_) },
		    3, SELECT_TOOFEW, 0 },
		{ "just enough agree", {
			S(0, 10), S(1, 10), S(300, 10, .out = FALSE_) },
		    2, SELECT_DONE, 0 },
		{ "preferred", {
			S(0, 10, .out = PREF),
			S(1, 20, .prefer = true) },
		    1, SELECT_DONE, 1 },
		{ "preferred, but a liar", {
			S(0, 10), S(1, 10),
			S(300, 10, .out = FALSE_, .prefer = true) },
		    1, SELECT_DONE, 0 },
		{ "near and far", {
			S(0, 20, .out = WORSE), S(0.1, 0.3),
			S(1, 20, .out = WORSE) },
		    1, SELECT_DONE, 1 },
		{ "not that far", { S(0, 29), S(1, 10) },
		    1, SELECT_DONE, 1 },
		{ "farther, and not used until now", {
			S(0, 35, .out = WORSE), S(1, 10) },
		    1, SELECT_DONE, 1 },
		{ "as far, but in use", {
			S(0, 35, .combined = true),
			S(1, 10) },
		    1, SELECT_DONE, 1 },
		{ "only asked before it, by a clock of unknown frequency", {
			S(0, 5, .aged = 4.5), S(0, 0.7, .aged = 0.1) },
		    1, SELECT_DONE, 0 },
		{ "asked before it, but far by itself, too", {
			S(0, 25, .aged = 4.5, .out = WORSE),
			S(0, 0.7, .aged = 0.1) },
		    1, SELECT_DONE, 1 },
		{ "what it may be wrong by in all is its interval", {
			S(0, 5, .aged = 4.5), S(5, 0.7, .aged = 0.1) },
		    1, SELECT_DONE, 0 },
		{ "the current one stays", {
			S(0, 10), S(1, 12, .current = true) },
		    1, SELECT_DONE, 1 },
		{ "until another is much nearer", {
			S(0, 10), S(1, 16, .current = true) },
		    1, SELECT_DONE, 0 },
		{ "stratum is worth a little", {
			S(0, 10.5, .stratum = 1),
			S(0, 10, .stratum = 3) },
		    1, SELECT_DONE, 0 },
		{ "distance is worth more", {
			S(0, 20, .stratum = 1),
			S(0, 10, .stratum = 3) },
		    1, SELECT_DONE, 1 },
		{ "higher strata, but none that could use us", {
			S(0, 10, .stratum = 1), S(0, 12, .stratum = 2) },
		    1, SELECT_DONE, 0 },
		{ "it may be using us", {
			S(0, 10, .stratum = 1, .mutual = true),
			S(0, 10, .stratum = 1, .mutual = true),
			S(0, 10, .stratum = 2, .mutual = true,
			    .out = HIGHER),
			S(0, 10, .stratum = 3, .mutual = true,
			    .out = HIGHER) },
		    1, SELECT_DONE, 0 },
		{ "lower strata than the one named are good", {
			S(0, 20, .stratum = 1, .mutual = true),
			S(0, 10, .stratum = 2, .mutual = true),
			S(0, 15, .stratum = 2, .mutual = true) },
		    1, SELECT_DONE, 1 },
		{ "what is only a check has its vote", {
			S(0, 10, .stratum = 1, .mutual = true),
			S(300, 10, .stratum = 1, .mutual = true,
			    .out = FALSE_),
			S(0, 10, .stratum = 2, .mutual = true,
			    .out = HIGHER) },
		    1, SELECT_DONE, 0 },
		{ "nothing lower is there", {
			S(0, 10, .stratum = 3, .mutual = true),
			S(0, 12, .stratum = 3, .mutual = true) },
		    1, SELECT_DONE, 0 }
	};
	struct select_src	 s[N];
	size_t			 i, k, n, best;

	for (i = 0; i < nitems(tests); i++) {
		memset(s, 0, sizeof(s));
		for (n = 0; n < N && tests[i].s[n].dist > 0; n++) {
			s[n].offset = tests[i].s[n].offset * 1e-3;
			s[n].dist = tests[i].s[n].dist * 1e-3;
			s[n].weight = (uint8_t)(tests[i].s[n].weight > 0 ?
			    tests[i].s[n].weight : 1);
			s[n].stratum = (uint8_t)tests[i].s[n].stratum;
			s[n].trusted = tests[i].s[n].trusted;
			s[n].prefer = tests[i].s[n].prefer;
			s[n].current = tests[i].s[n].current;
			s[n].combined = tests[i].s[n].combined;
			s[n].mutual = tests[i].s[n].mutual;
			s[n].aged = tests[i].s[n].aged * 1e-3;
			s[n].reason = tests[i].s[n].in;
		}
		best = 0;
		CHECK_INT(tests[i].what, select_run(s, n, tests[i].min,
		    &best), tests[i].verdict);
		CHECK_INT(tests[i].what, best, tests[i].best);
		for (k = 0; k < n; k++)
			CHECK_STR(tests[i].what,
			    select_reason_str(s[k].reason),
			    select_reason_str(tests[i].s[k].out));
	}
}

static void
test_strings(void)
{
	int	 i, k;

	CHECK_STR("in use, no reason", select_reason_str(SELECT_OK), "");
	for (i = 1; i < SELECT__MAX; i++) {
		CHECK_INT("a text for each",
		    strlen(select_reason_str((enum select_reason)i)) > 3, 1);
		for (k = 0; k < i; k++)
			CHECK_INT("and a different one",
			    strcmp(select_reason_str((enum select_reason)i),
			    select_reason_str((enum select_reason)k)) != 0, 1);
	}
	CHECK_STR("no such reason", select_reason_str(SELECT__MAX), "?");
}

/*
 * Whatever the intervals, the liars in a minority never win: with more
 * than half honest (true time is 0 and inside their intervals), none of
 * them is called false for an interval that has no honest majority.
 */
static void
test_fuzz(void)
{
	struct select_src	 s[SELECT_MAX];
	size_t			 i, k, n, honest, best;
	int			 bad = 0;

	srand(2);
	for (i = 0; i < 20000; i++) {
		memset(s, 0, sizeof(s));
		n = (size_t)(rand() % SELECT_MAX) + 1;
		honest = n / 2 + 1;
		for (k = 0; k < n; k++) {
			s[k].weight = 1;
			s[k].dist = (rand() % 100 + 1) * 1e-3;
			if (k < honest)
				s[k].offset = (rand() % 199 - 99) * 1e-2 *
				    s[k].dist;
			else
				s[k].offset = (rand() % 1000 - 500) * 1e-3;
		}
		if (select_run(s, n, 1, &best) != SELECT_DONE ||
		    s[best].reason != SELECT_OK)
			bad++;
		/* who is used overlaps with the majority's intersection */
		for (k = 0; k < honest; k++)
			if (s[k].reason == SELECT_UNDECIDED)
				bad++;
	}
	CHECK_INT("an honest majority decides", bad, 0);
}
