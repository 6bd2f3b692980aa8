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
 * The file of cookie keys: a ring that is read is one, is written, and is
 * read again as the same.
 */

#include <string.h>

#include "fuzz.h"
#include "ntsring.h"

FUZZ_PLACES(1);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static char	 text[NTSRING_TEXT];
	struct ntsring	 ring, again;
	uint8_t		 random[NTSRING_RANDOM] = { 0 };
	size_t		 n;

	if (ntsring_parse((const char *)data, len, &ring) != 0)
		return 0;
	REACHED(0);
	HOLDS(ntsring_check(&ring) == 0);
	n = ntsring_print(&ring, text);
	HOLDS(n < sizeof(text) && strlen(text) == n);
	HOLDS(ntsring_parse(text, n, &again) == 0);
	HOLDS(memcmp(&ring, &again, sizeof(ring)) == 0);
	(void)ntsring_turn(&ring, 1800000000, 86400, random);
	HOLDS(ntsring_check(&ring) == 0);
	return 0;
}
