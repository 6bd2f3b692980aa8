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
 * NTP packets as a server and as a client read them, and their extension
 * fields.
 */

#include <math.h>
#include <string.h>

#include "be.h"
#include "extfield.h"
#include "fuzz.h"
#include "osc.h"
#include "reply.h"
#include "serve.h"

FUZZ_PLACES(3);

static void
as_client(const uint8_t *data, size_t len)
{
	struct pkt_times	 times = { .tx = { 1000000000 },
				    .rx = { 1010000000 }, .error = 1e-6 };
	struct osc		 osc;
	struct packet		 header;
	struct sample		 sample;
	uint32_t		 kiss;
	uint64_t		 nonce = len >= 32 ? be_get64(data + 24) : 1;

	memset(&osc, 0, sizeof(osc));
	if (reply_judge(data, len, nonce, &times, &osc, &header, &sample,
	    &kiss) == REPLY_GOOD) {
		REACHED(0);
		HOLDS(isfinite(sample.offset) && sample.delay > 0);
	}
}

static void
as_server(const uint8_t *data, size_t len)
{
	struct serve_state	 state = { .stratum = 3, .precision = -20 };
	enum serve_drop		 why;
	uint8_t			 out[NTP_HEADER_LEN];
	ntptime_t		 rx = { 5 }, tx = { 3 };

	if (serve(&state, data, len, 123, out, &why) == SERVE_DROP) {
		HOLDS(why != SERVE_OK);
		return;
	}
	REACHED(1);
	serve_stamp(out, rx, tx);
	HOLDS(len >= NTP_HEADER_LEN);
	HOLDS(be_get64(out + 40) > be_get64(out + 32));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct extfield_iter	 it;
	struct extfield		 ef;

	as_client(data, len);
	as_server(data, len);
	if (len < NTP_HEADER_LEN)
		return 0;
	extfield_begin(&it, data, len);
	while (extfield_next(&it, &ef) == 1) {
		REACHED(2);
		HOLDS(ef.body >= data && ef.body + ef.len <= data + len);
	}
	return 0;
}
