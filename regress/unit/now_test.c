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
 * now.c: the clocks agree with each other.
 */

#include <time.h>

#include "now.h"
#include "test.h"

int
main(void)
{
	struct timespec	 ts;
	struct now	 a, b;
	mono_t		 before, after;
	int64_t		 ns, sec;
	uint32_t	 nsec;
	int		 i, p;

	for (i = 0; i < 1000; i++) {
		before = now_mono();
		now_read(&a);
		after = now_mono();
		CHECK_INT("mono", a.mono.ns >= before.ns &&
		    a.mono.ns <= after.ns, 1);
		CHECK_INT("nsec", a.nsec < 1000000000, 1);
		ntptime_to_unix(a.real, a.sec, &sec, &nsec);
		CHECK_INT("real", sec, a.sec);
		CHECK_NEAR("real", nsec, a.nsec, 1);
	}

	/* the same second as time(2) says, give or take one */
	CHECK_NEAR("sec", (double)(a.sec - (int64_t)time(NULL)), 0, 1);

	/* the wall does not move in a moment; 1 ms if we are preempted */
	now_read(&a);
	now_read(&b);
	CHECK_NEAR("wall", (double)(now_wall(&b) - now_wall(&a)), 0, 1e6);
	ns = b.sec * 1000000000 + b.nsec - b.mono.ns;
	CHECK_INT("wall", now_wall(&b), ns);

	clock_gettime(NOW_BOOT, &ts);
	ns = (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
	CHECK_NEAR("boot", (double)(ns - b.boot.ns), 0, 1e9);
	CHECK_INT("boot", b.boot.ns <= ns, 1);

	/* no machine reads its clock in less than 1 ns or more than 16 ms */
	p = now_precision();
	CHECK_INT("precision", p >= -30 && p <= -6, 1);
	return test_done("now");
}
