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
 * Cookies: one that opens is, sealed again with the same nonce, the same.
 */

#include <string.h>

#include "be.h"
#include "fuzz.h"
#include "ntscookie.h"
#include "siv.h"

FUZZ_PLACES(1);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct siv	*siv;
	static struct ntsring	 ring;
	struct ntscookie	 cookie;
	uint8_t			 random[NTSRING_RANDOM];
	uint8_t			 again[NTSCOOKIE_LEN];

	if (siv == NULL) {
		memset(random, 7, sizeof(random));
		HOLDS((siv = siv_new()) != NULL);
		HOLDS(ntsring_turn(&ring, 1800000000, 86400, random));
	}
	memset(&cookie, 0, sizeof(cookie));
	if (ntscookie_open(siv, &ring, data, len, &cookie) == -1)
		return 0;
	REACHED(0);
	HOLDS(len == NTSCOOKIE_LEN);
	ring.use = be_get32(data) == ring.key[0].id ? 0 : 1;
	HOLDS(ntscookie_seal(siv, &ring, &cookie, data + 4, again) == 0);
	HOLDS(memcmp(again, data, len) == 0);
	return 0;
}
