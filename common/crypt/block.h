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
 * Blocks of 16 octets, wherever they lie.
 */

#ifndef BLOCK_H
#define BLOCK_H

#include <stdint.h>
#include <string.h>

#include "be.h"

#define BLOCK_LEN	16

static inline void
block_xor(uint8_t to[BLOCK_LEN], const uint8_t from[BLOCK_LEN])
{
	uint64_t	 t[2], f[2];

	memcpy(t, to, sizeof(t));
	memcpy(f, from, sizeof(f));
	t[0] ^= f[0];
	t[1] ^= f[1];
	memcpy(to, t, sizeof(t));
}

/*
 * Multiply by x in GF(2^128): the subkeys of CMAC, and S2V.  Written as
 * numbers: octet by octet a compiler makes much of it.
 */
static inline void
block_double(uint8_t b[BLOCK_LEN])
{
	uint64_t	 high = be_get64(b), low = be_get64(b + 8), r[2];

	r[0] = high << 1 | low >> 63;
	r[1] = low << 1 ^ (0x87 & -(high >> 63));
	/* to octets: on whatever machine, as they were read */
	high = be_get64((const uint8_t *)&r[0]);
	low = be_get64((const uint8_t *)&r[1]);
	memcpy(b, &high, sizeof(high));
	memcpy(b + 8, &low, sizeof(low));
}

#endif /* BLOCK_H */
