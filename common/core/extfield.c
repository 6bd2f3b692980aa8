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
 * Extension fields (RFC 7822).  Pure.  A field points into the packet; its
 * type and body are a stranger's bytes.
 */

#include <string.h>

#include "be.h"
#include "extfield.h"
#include "packet.h"

#define HEADER		4	/* type and length, 2 octets each */
#define LENGTH_MAX	65532U	/* what 16 bits hold, in fours */

static int	 is_mac(size_t);

void
extfield_begin(struct extfield_iter *it, const uint8_t *pkt, size_t len)
{
	if (len < NTP_HEADER_LEN)
		len = NTP_HEADER_LEN;
	it->left = len - NTP_HEADER_LEN;
	it->p = it->left > 0 ? pkt + NTP_HEADER_LEN : NULL;
}

int
extfield_next(struct extfield_iter *it, struct extfield *ef)
{
	size_t	 len;

	if (it->left <= EXTFIELD_MACMAX)
		return is_mac(it->left) ? 0 : -1;
	len = be_get16(it->p + 2);
	if (len < EXTFIELD_MIN || len % 4 != 0 || len > it->left)
		return -1;
	ef->type = be_get16(it->p);
	ef->body = it->p + HEADER;
	ef->len = len - HEADER;
	it->p += len;
	it->left -= len;
	return 1;
}

int
extfield_put(uint8_t *buf, size_t size, size_t *len, uint16_t type,
    const void *body, size_t bodylen, size_t min)
{
	uint8_t	*p;
	size_t	 total;

	if (min < EXTFIELD_MIN)
		min = EXTFIELD_MIN;
	if (bodylen > LENGTH_MAX || min > LENGTH_MAX)
		return -1;
	total = HEADER + bodylen;
	if (total < min)
		total = min;
	total = (total + 3) / 4 * 4;
	if (total > LENGTH_MAX || *len > size || total > size - *len)
		return -1;
	p = buf + *len;
	be_put16(p, type);
	be_put16(p + 2, (uint16_t)total);
	if (bodylen > 0)
		memcpy(p + HEADER, body, bodylen);
	memset(p + HEADER + bodylen, 0, total - HEADER - bodylen);
	*len += total;
	return 0;
}

/* Nothing, a crypto-NAK, or a key id and 128 or 160 bits. */
static int
is_mac(size_t len)
{
	return len == 0 || len == 4 || len == 20 || len == 24;
}
