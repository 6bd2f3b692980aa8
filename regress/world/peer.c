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
 * Servers that are built in: perfect, or wrong in the way a scenario says.
 */

#include <string.h>

#include "world.h"

#define NTP_UNIX	2208988800ULL	/* 1900 to 1970, s */
#define NTP_LEN		48

static void
put32(uint8_t *p, uint32_t v)
{
	p[0] = v >> 24;
	p[1] = v >> 16;
	p[2] = v >> 8;
	p[3] = v;
}

static void
put_time(uint8_t *p, int64_t unix_ns)
{
	uint64_t	 frac;

	frac = (((uint64_t)(unix_ns % NSEC)) << 32) / NSEC;
	put32(p, (uint32_t)(unix_ns / NSEC + NTP_UNIX));
	put32(p + 4, (uint32_t)frac);
}

/*
 * What somebody off the path can send in the server's name: he knows the
 * addresses and ports, but not what was asked.
 */
static void
forge(struct world *w, struct host *h, const struct packet *q)
{
	uint8_t	 r[NTP_LEN];
	int64_t	 t = world_true(w) + 1000 * NSEC;

	memset(r, 0, sizeof(r));
	r[0] = 4 << 3 | 4;
	r[1] = 1;
	r[2] = 6;
	r[3] = (uint8_t)-23;
	put_time(r + 16, t);
	put_time(r + 24, world_true(w));
	put_time(r + 32, t);
	put_time(r + 40, t);
	net_send(w, h, &q->dst, &q->src, r, sizeof(r));
	net_send(w, h, &q->dst, &q->src, r, 20);
	/* no origin at all, and a kiss */
	memset(r + 24, 0, 8);
	net_send(w, h, &q->dst, &q->src, r, sizeof(r));
	r[0] |= 0xc0;
	r[1] = 0;
	memcpy(r + 12, "DENY", 4);
	net_send(w, h, &q->dst, &q->src, r, sizeof(r));
}

void
peer_receive(struct world *w, struct host *h, const struct packet *q)
{
	struct peer	*s = &h->peer;
	uint8_t		 r[NTP_LEN];
	int64_t		 t;
	int		 mode;

	if (q->unreach || q->len < NTP_LEN || s->silent)
		return;
	if (q->dst.port != 123) {
		net_unreach(w, q);
		return;
	}
	mode = q->data[0] & 7;
	if (mode != 3 && mode != 1)
		return;
	s->requests++;
	if (s->forged)
		forge(w, h, q);
	t = world_true(w) + (int64_t)(s->offset * NSEC);
	memset(r, 0, sizeof(r));
	r[0] = (s->unsynced ? 3 : s->leap) << 6 | (q->data[0] & 0x38) |
	    (mode == 3 ? 4 : 2);
	r[1] = s->unsynced ? 16 : s->stratum;
	r[2] = q->data[2];
	r[3] = (uint8_t)-23;
	put32(r + 4, (uint32_t)(s->rootdelay * 65536.0));
	put32(r + 8, (uint32_t)(s->rootdisp * 65536.0));
	memcpy(r + 12, s->stratum == 1 ? "GPS\0" : "\xc0\0\2\1", 4);
	if (s->kod[0] != '\0') {
		r[0] |= 0xc0;
		r[1] = 0;
		memcpy(r + 12, s->kod, 4);
	}
	put_time(r + 16, t - t % (16 * NSEC));
	memcpy(r + 24, q->data + 40, 8);
	put_time(r + 32, t);
	put_time(r + 40, t);
	net_send(w, h, &q->dst, &q->src, r, sizeof(r));
}
