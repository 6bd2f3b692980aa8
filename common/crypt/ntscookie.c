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
 * Cookies of the NTS server, sealed and opened.  Pure but for libcrypto.
 */

#include <openssl/crypto.h>

#include <string.h>

#include "be.h"
#include "ntscookie.h"
#include "siv.h"

#define NONCE_AT	4
#define SEALED_AT	(NONCE_AT + NTSCOOKIE_NONCE)
#define PLAIN_LEN	(4 + 2 * NTSCOOKIE_KEY)

_Static_assert(SEALED_AT + SIV_TAG_LEN + PLAIN_LEN == NTSCOOKIE_LEN,
    "length of a cookie");
_Static_assert(NTSCOOKIE_KEY == SIV_KEY_LEN &&
    NTSRING_KEY == SIV_KEY_LEN, "length of a key");

int
ntscookie_seal(struct siv *siv, const struct ntsring *r,
    const struct ntscookie *c, const uint8_t nonce[NTSCOOKIE_NONCE],
    uint8_t out[NTSCOOKIE_LEN])
{
	const struct ntsring_key *k = &r->key[r->use];
	uint8_t plain[PLAIN_LEN];
	int result;

	be_put16(plain, c->aead);
	be_put16(plain + 2, 0);
	memcpy(plain + 4, c->c2s, NTSCOOKIE_KEY);
	memcpy(plain + 4 + NTSCOOKIE_KEY, c->s2c, NTSCOOKIE_KEY);
	be_put32(out, k->id);
	memcpy(out + NONCE_AT, nonce, NTSCOOKIE_NONCE);
	result = siv_seal(siv, k->key, out, NONCE_AT, out + NONCE_AT,
	    NTSCOOKIE_NONCE, plain, sizeof(plain), out + SEALED_AT);
	OPENSSL_cleanse(plain, sizeof(plain));
	return result;
}

int
ntscookie_open(struct siv *siv, const struct ntsring *r,
    const uint8_t *in, size_t len, struct ntscookie *c)
{
	uint8_t plain[PLAIN_LEN];
	uint32_t id, i;
	int result = -1;

	if (len != NTSCOOKIE_LEN)
		return -1;
	id = be_get32(in);
	for (i = 0; i < r->n && r->key[i].id != id; i++)
		;
	if (i == r->n || siv_open(siv, r->key[i].key, in, NONCE_AT,
	    in + NONCE_AT, NTSCOOKIE_NONCE, in + SEALED_AT,
	    NTSCOOKIE_LEN - SEALED_AT, plain) == -1)
		return -1;
	c->aead = be_get16(plain);
	if (c->aead == SIV_AEAD && be_get16(plain + 2) == 0) {
		memcpy(c->c2s, plain + 4, NTSCOOKIE_KEY);
		memcpy(c->s2c, plain + 4 + NTSCOOKIE_KEY, NTSCOOKIE_KEY);
		result = 0;
	}
	OPENSSL_cleanse(plain, sizeof(plain));
	return result;
}
