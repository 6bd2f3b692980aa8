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
 * Requests with NTS fields and cookies, as our server reads them; and the
 * same octets as a client's reply.  The keys are fixed, so that a corpus can
 * have what is good; what is answered is never longer than the request.
 */

#include <string.h>

#include "fuzz.h"
#include "ntsserve.h"
#include "packet.h"
#include "siv.h"

FUZZ_PLACES(5);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct ntsserve	*serve;
	static struct siv	*siv;
	struct ntsring		 ring;
	struct ntsserve_reply	 r;
	struct ntsfield_cookies	 cookies;
	enum ntsserve_act	 act;
	uint8_t			 random[NTSSERVE_RANDOM_MAX] = { 0 };
	uint8_t			 out[1024], key[32] = { 1 }, uid[32] = { 2 };
	size_t			 outlen;

	if (serve == NULL) {
		memset(&ring, 0, sizeof(ring));
		memset(out, 7, NTSRING_RANDOM);
		HOLDS((serve = ntsserve_new()) != NULL);
		HOLDS((siv = siv_new()) != NULL);
		HOLDS(ntsring_turn(&ring, 1800000000, 86400, out));
		ntsserve_ring(serve, &ring);
	}
	act = ntsserve_request(serve, data, len, random, &r);
	REACHED(act);
	memset(out, 0, sizeof(out));
	if (ntsserve_reply(serve, &r, out, sizeof(out), &outlen) == 0)
		HOLDS(act != NTSSERVE_DROP && (outlen <= len ||
		    act == NTSSERVE_PLAIN));
	else
		HOLDS(act == NTSSERVE_DROP || len > sizeof(out));
	if (ntsfield_verify(siv, key, uid, data, len, &cookies) ==
	    NTSFIELD_GOOD) {
		REACHED(4);
		HOLDS(cookies.n <= NTS_COOKIES);
	}
	return 0;
}
