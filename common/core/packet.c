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
 * The 48-byte header to and from bytes (RFC 5905 7.3).  Pure.
 */

#include <string.h>

#include "be.h"
#include "packet.h"

int
packet_decode(struct packet *p, const uint8_t *buf, size_t len)
{
	if (len < NTP_HEADER_LEN)
		return -1;
	p->leap = buf[0] >> 6;
	p->version = buf[0] >> 3 & 7;
	p->mode = buf[0] & 7;
	p->stratum = buf[1];
	p->poll = (int8_t)buf[2];
	p->precision = (int8_t)buf[3];
	p->rootdelay = ntpshort_to_double(be_get32(buf + 4));
	p->rootdisp = ntpshort_to_double(be_get32(buf + 8));
	p->refid = be_get32(buf + 12);
	p->reftime.t = be_get64(buf + 16);
	p->origin.t = be_get64(buf + 24);
	p->receive.t = be_get64(buf + 32);
	p->transmit.t = be_get64(buf + 40);
	return 0;
}

void
packet_encode(const struct packet *p, uint8_t buf[NTP_HEADER_LEN])
{
	buf[0] = (uint8_t)((p->leap & 3) << 6 | (p->version & 7) << 3 |
	    (p->mode & 7));
	buf[1] = p->stratum;
	buf[2] = (uint8_t)p->poll;
	buf[3] = (uint8_t)p->precision;
	be_put32(buf + 4, ntpshort_from_double(p->rootdelay));
	be_put32(buf + 8, ntpshort_from_double(p->rootdisp));
	be_put32(buf + 12, p->refid);
	be_put64(buf + 16, p->reftime.t);
	be_put64(buf + 24, p->origin.t);
	be_put64(buf + 32, p->receive.t);
	be_put64(buf + 40, p->transmit.t);
}

void
packet_request(uint8_t buf[NTP_HEADER_LEN], uint64_t nonce)
{
	memset(buf, 0, NTP_HEADER_LEN);
	buf[0] = LEAP_NONE << 6 | NTP_VERSION << 3 | MODE_CLIENT;
	be_put64(buf + 40, nonce);
}

void
packet_kiss(uint32_t refid, char code[5])
{
	unsigned int i, c;

	for (i = 0; i < 4; i++) {
		c = refid >> (24 - 8 * i) & 0xff;
		if (c <= ' ' || c > '~') {
			memcpy(code, "????", 5);
			return;
		}
		code[i] = (char)c;
	}
	code[4] = '\0';
}
