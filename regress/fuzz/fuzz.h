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
 * What every target has: libFuzzer's function.  Returns 0; what it finds
 * wrong ends it.
 */

#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int	 LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* What has to hold whatever the input is. */
#define HOLDS(condition) do {	\
	if (!(condition))	\
		abort();	\
} while (0)

/*
 * So many places only good input reaches, and the seeds together have to
 * reach them all, lest a corpus goes stale and nobody sees it.
 */
#define FUZZ_PLACES(n) \
	const unsigned int	 fuzz_places = (n); \
	unsigned int		 fuzz_reached

extern const unsigned int fuzz_places;
extern unsigned int	 fuzz_reached;

#define REACHED(place)	(fuzz_reached |= 1U << (place))

#endif /* FUZZ_H */
