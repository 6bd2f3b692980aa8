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
 * HTTP responses: a date that is found is one.
 */

#include "fuzz.h"
#include "httpdate.h"

FUZZ_PLACES(2);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	int64_t	 t = -1;

	if (httpdate_parse((const char *)data, len, &t) == HTTPDATE_OK) {
		REACHED(0);
		HOLDS(t >= 0);
	}
	if (httpdate_fixdate((const char *)data, len, &t) == 0) {
		REACHED(1);
		HOLDS(t >= 0);
	}
	return 0;
}
