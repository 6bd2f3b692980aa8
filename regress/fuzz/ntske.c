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
 * NTS-KE records, of a client and of a server: what is wrong stays wrong
 * with more of it, and what we answer is what we understand.
 */

#include "fuzz.h"
#include "ntske.h"

FUZZ_PLACES(2);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct ntske_response	 response;
	struct ntske_request		 request, prefix;
	enum ntske_verdict		 verdict, early;
	uint8_t				 out[2048], cookies[8 * 104] = { 0 };
	size_t				 n;

	verdict = ntske_parse_request(data, len, &request);
	for (n = 0; n < len; n++) {
		/* what is wrong does not become right with more of it */
		early = ntske_parse_request(data, n, &prefix);
		HOLDS(early == NTSKE_OK || early == NTSKE_MORE ||
		    verdict != NTSKE_OK);
	}
	if (verdict == NTSKE_OK) {
		REACHED(0);
		n = ntske_response(&request, cookies, 104, 8, 0, out,
		    sizeof(out));
		HOLDS(n > 0 && n <= sizeof(out));
		verdict = ntske_parse_response(out, n, &response);
		HOLDS((verdict == NTSKE_OK) ==
		    (request.ntpv4 && request.aead));
	}
	if (ntske_parse_response(data, len, &response) == NTSKE_OK) {
		REACHED(1);
		HOLDS(response.ncookies >= 1 &&
		    response.ncookies <= NTSKE_COOKIES);
	}
	return 0;
}
