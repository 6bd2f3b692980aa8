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
 * The cookies of our NTS server (RFC 8915 6): what a client was given in
 * NTS-KE and shows with each request, sealed with a key that only we, and
 * who serves under our name, have.  So a server keeps nothing of a client.
 *
 *	octets
 *	  0..3	number of the key, big endian; associated data of the seal
 *	  4..19	nonce
 *	 20..35	tag of AES-SIV-CMAC-256
 *	 36..103  sealed: AEAD 2, zero 2, C2S 32, S2C 32
 *
 * All have one length, a multiple of 4 below 105: chrony asks for fewer
 * cookies when they are longer.
 */

#ifndef NTSCOOKIE_H
#define NTSCOOKIE_H

#include <stddef.h>
#include <stdint.h>

#include "ntsring.h"

#define NTSCOOKIE_LEN	104
#define NTSCOOKIE_NONCE	16
#define NTSCOOKIE_KEY	32	/* of a session */

/* What is in a cookie. */
struct ntscookie {
	uint16_t	 aead;
	uint8_t		 c2s[NTSCOOKIE_KEY];
	uint8_t		 s2c[NTSCOOKIE_KEY];
};

struct siv;

/* Seal with a nonce that is random; -1: libcrypto failed. */
int		 ntscookie_seal(struct siv *, const struct ntsring *,
		    const struct ntscookie *, const uint8_t [NTSCOOKIE_NONCE],
		    uint8_t [NTSCOOKIE_LEN])
		    __attribute__((__warn_unused_result__));
/* Open so many octets; -1: not one of ours, or of a key that is gone. */
int		 ntscookie_open(struct siv *, const struct ntsring *,
		    const uint8_t *, size_t, struct ntscookie *)
		    __attribute__((__warn_unused_result__));

#endif /* NTSCOOKIE_H */
