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
 * The reference identifier of an address.  Pure, apart from libmd.
 */

#include <sys/types.h>

#include <md5.h>

#include "refid.h"

uint32_t
refid_addr(const struct addr *addr)
{
	uint8_t		 digest[MD5_DIGEST_LENGTH];
	const uint8_t	*p = addr->ip;
	MD5_CTX		 ctx;

	if (addr->family == ADDR_V6) {
		MD5Init(&ctx);
		MD5Update(&ctx, addr->ip, sizeof(addr->ip));
		MD5Final(digest, &ctx);
		p = digest;
	}
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}
