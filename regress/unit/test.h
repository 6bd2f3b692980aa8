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
 * The little a table test needs.  Each row of a table has a .what; a check
 * that fails prints file:line, the row and both values; test_done prints
 * the count and gives the exit status.
 */

#ifndef TEST_H
#define TEST_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "compat.h"

static int	 test_checks, test_failures;

#define CHECK_INT(what, got, want) do {					\
	long long got_ = (long long)(got), want_ = (long long)(want);	\
	test_checks++;							\
	if (got_ != want_) {						\
		test_failures++;					\
		printf("%s:%d: %s: %s is %lld, want %lld\n", __FILE__,	\
		    __LINE__, (what), #got, got_, want_);		\
	}								\
} while (0)

/* |got - want| <= tol; NaN fails */
#define CHECK_NEAR(what, got, want, tol) do {				\
	double got_ = (got), want_ = (want), tol_ = (tol);		\
	test_checks++;							\
	if (!(fabs(got_ - want_) <= tol_)) {				\
		test_failures++;					\
		printf("%s:%d: %s: %s is %.12g, want %.12g +- %.3g\n",	\
		    __FILE__, __LINE__, (what), #got, got_, want_,	\
		    tol_);						\
	}								\
} while (0)

#define CHECK_STR(what, got, want) do {					\
	const char *got_ = (got), *want_ = (want);			\
	test_checks++;							\
	if (strcmp(got_, want_) != 0) {					\
		test_failures++;					\
		printf("%s:%d: %s: %s is \"%s\", want \"%s\"\n",	\
		    __FILE__, __LINE__, (what), #got, got_, want_);	\
	}								\
} while (0)

#define CHECK_MEM(what, got, want, len) do {				\
	const uint8_t *got_ = (const void *)(got);			\
	const uint8_t *want_ = (const void *)(want);			\
	size_t i_, len_ = (len);					\
	test_checks++;							\
	for (i_ = 0; i_ < len_ && got_[i_] == want_[i_]; i_++)		\
		;							\
	if (i_ < len_) {						\
		test_failures++;					\
		printf("%s:%d: %s: %s[%zu] is 0x%02x, want 0x%02x\n",	\
		    __FILE__, __LINE__, (what), #got, i_, got_[i_],	\
		    want_[i_]);						\
	}								\
} while (0)

/* Pseudo-random numbers, the same in every run: splitmix64. */
static inline uint64_t
test_rnd(void)
{
	static uint64_t state;
	uint64_t z;

	z = state += 0x9e3779b97f4a7c15;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static inline int
test_done(const char *name)
{
	printf("%s: %d checks, %d failed\n", name, test_checks,
	    test_failures);
	return test_failures != 0;
}

#endif /* TEST_H */
