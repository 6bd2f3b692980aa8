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
 * AES-SIV-CMAC-256 (RFC 5297; AEAD 15 of the IANA registry): the one that
 * every speaker of NTS has.
 */

#ifndef SIV_H
#define SIV_H

#include <stddef.h>
#include <stdint.h>

#define SIV_AEAD	15	/* its number, AEAD_AES_SIV_CMAC_256 */
#define SIV_KEY_LEN	32
#define SIV_TAG_LEN	16	/* in front of the ciphertext */

struct siv;

/* One is enough for many keys, one after the other; NULL: no memory. */
struct siv	*siv_new(void);
void		 siv_free(struct siv *);

/*
 * Encrypt len octets at plain to len + SIV_TAG_LEN at out: tag, then
 * ciphertext.  The associated data are two: ad, and the nonce (RFC 5297
 * 3).  plain may be out + SIV_TAG_LEN.  -1: libcrypto failed.
 */
int		 siv_seal(struct siv *, const uint8_t [SIV_KEY_LEN],
		    const uint8_t *, size_t, const uint8_t *, size_t,
		    const uint8_t *, size_t, uint8_t *)
		    __attribute__((__warn_unused_result__));

/*
 * The other way: len octets at in, tag first, to len - SIV_TAG_LEN at
 * plain, which may be in + SIV_TAG_LEN.  -1: too short, or not what was
 * sealed with this key, ad and nonce; plain is zero then.
 */
int		 siv_open(struct siv *, const uint8_t [SIV_KEY_LEN],
		    const uint8_t *, size_t, const uint8_t *, size_t,
		    const uint8_t *, size_t, uint8_t *)
		    __attribute__((__warn_unused_result__));

/* A piece of associated data. */
struct siv_ad {
	const uint8_t	*data;
	size_t		 len;
};

/* The same with any number of pieces, as RFC 5297 has it. */
int		 siv_seal_ad(struct siv *, const uint8_t [SIV_KEY_LEN],
		    const struct siv_ad *, size_t, const uint8_t *, size_t,
		    uint8_t *)
		    __attribute__((__warn_unused_result__));
int		 siv_open_ad(struct siv *, const uint8_t [SIV_KEY_LEN],
		    const struct siv_ad *, size_t, const uint8_t *, size_t,
		    uint8_t *)
		    __attribute__((__warn_unused_result__));

#endif /* SIV_H */
