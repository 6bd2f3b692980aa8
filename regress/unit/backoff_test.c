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
 * backoff.h by a table.
 */

#include <limits.h>

#include "backoff.h"
#include "test.h"

static const struct {
	const char	*what;
	double		 least;
	double		 most;
	unsigned int	 failures;
	double		 want;
} row[] = {
	{ "none yet",		2,	60,	0,		2 },
	{ "the first",		2,	60,	1,		2 },
	{ "the second",		2,	60,	2,		4 },
	{ "the fifth",		2,	60,	5,		32 },
	{ "no more than most",	2,	60,	6,		60 },
	{ "without end",	2,	60,	UINT_MAX,	60 },
	{ "no room",		60,	60,	3,		60 },
	{ "most is less",	60,	10,	1,		10 },
};

int
main(void)
{
	size_t	 i;

	for (i = 0; i < nitems(row); i++)
		CHECK_NEAR(row[i].what, backoff(row[i].least, row[i].most,
		    row[i].failures), row[i].want, 0);
	return test_done("backoff");
}
