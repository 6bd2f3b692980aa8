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
 * AES-SIV-CMAC-256 (RFC 5297) on libcrypto's AES-CBC (cmac.c) and AES-ECB.
 *
 * libcrypto has an SIV of its own, of no use here: that of OpenSSL 3.0
 * cannot process the empty plaintext of every ordinary NTS request, and
 * LibreSSL has none.  Its CTR is not used either: to tell it where to count
 * from takes longer than to encrypt all that is in a packet.
 */

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "be.h"
#include "block.h"
#include "cmac.h"
#include "siv.h"

#define BLOCKS	16		/* of the key stream at a time */

struct siv {
	struct cmac	*mac;
	EVP_CIPHER_CTX	*ecb;
	bool		 keyed;		/* mac is, */
	bool		 ecbkeyed;	/* ecb is; not before it is needed */
	uint8_t		 key[SIV_KEY_LEN];
	uint8_t		 zero[CMAC_LEN];	/* CMAC of a block of zeros */
};

static int	 rekey(struct siv *, const uint8_t [SIV_KEY_LEN]);
static int	 s2v(struct siv *, const struct siv_ad *, size_t,
		    const uint8_t *, size_t, uint8_t [CMAC_LEN]);
static int	 ctr(struct siv *, const uint8_t [CMAC_LEN],
		    const uint8_t *, size_t, uint8_t *);
static void	 xor(const uint8_t *, const uint8_t *, size_t, uint8_t *);

struct siv *
siv_new(void)
{
	struct siv	*s;

	if ((s = calloc(1, sizeof(*s))) == NULL)
		return NULL;
	if ((s->mac = cmac_new(SIV_KEY_LEN / 2)) == NULL ||
	    (s->ecb = EVP_CIPHER_CTX_new()) == NULL ||
	    EVP_EncryptInit_ex(s->ecb, EVP_aes_128_ecb(), NULL, NULL,
	    NULL) != 1) {
		siv_free(s);
		return NULL;
	}
	return s;
}

void
siv_free(struct siv *s)
{
	if (s == NULL)
		return;
	cmac_free(s->mac);
	EVP_CIPHER_CTX_free(s->ecb);
	OPENSSL_cleanse(s, sizeof(*s));
	free(s);
}

int
siv_seal(struct siv *s, const uint8_t key[SIV_KEY_LEN], const uint8_t *ad,
    size_t adlen, const uint8_t *nonce, size_t noncelen,
    const uint8_t *plain, size_t len, uint8_t *out)
{
	const struct siv_ad	 all[] = { { ad, adlen }, { nonce, noncelen } };

	return siv_seal_ad(s, key, all, 2, plain, len, out);
}

int
siv_open(struct siv *s, const uint8_t key[SIV_KEY_LEN], const uint8_t *ad,
    size_t adlen, const uint8_t *nonce, size_t noncelen, const uint8_t *in,
    size_t len, uint8_t *plain)
{
	const struct siv_ad	 all[] = { { ad, adlen }, { nonce, noncelen } };

	return siv_open_ad(s, key, all, 2, in, len, plain);
}

/* RFC 5297 2.6 */
int
siv_seal_ad(struct siv *s, const uint8_t key[SIV_KEY_LEN],
    const struct siv_ad *ad, size_t nad, const uint8_t *plain, size_t len,
    uint8_t *out)
{
	uint8_t	 v[CMAC_LEN];

	if (rekey(s, key) == -1 || s2v(s, ad, nad, plain, len, v) == -1 ||
	    ctr(s, v, plain, len, out + SIV_TAG_LEN) == -1)
		return -1;
	memcpy(out, v, SIV_TAG_LEN);
	return 0;
}

/* RFC 5297 2.7 */
int
siv_open_ad(struct siv *s, const uint8_t key[SIV_KEY_LEN],
    const struct siv_ad *ad, size_t nad, const uint8_t *in, size_t len,
    uint8_t *plain)
{
	uint8_t	 tag[SIV_TAG_LEN], v[CMAC_LEN];

	if (len < SIV_TAG_LEN)
		return -1;
	memcpy(tag, in, SIV_TAG_LEN);
	len -= SIV_TAG_LEN;
	if (rekey(s, key) == -1 ||
	    ctr(s, tag, in + SIV_TAG_LEN, len, plain) == -1 ||
	    s2v(s, ad, nad, plain, len, v) == -1 ||
	    CRYPTO_memcmp(v, tag, SIV_TAG_LEN) != 0) {
		if (len > 0)
			OPENSSL_cleanse(plain, len);
		return -1;
	}
	return 0;
}

/* In a time that says nothing of either. */
static bool
same(const uint8_t a[SIV_KEY_LEN], const uint8_t b[SIV_KEY_LEN])
{
	uint64_t	 x[SIV_KEY_LEN / 8], y[SIV_KEY_LEN / 8];

	memcpy(x, a, sizeof(x));
	memcpy(y, b, sizeof(y));
	return ((x[0] ^ y[0]) | (x[1] ^ y[1]) | (x[2] ^ y[2]) |
	    (x[3] ^ y[3])) == 0;
}

/* The first half of the key is S2V's, the second one CTR's. */
static int
rekey(struct siv *s, const uint8_t key[SIV_KEY_LEN])
{
	static const uint8_t	 zero[CMAC_LEN];

	if (s->keyed && same(s->key, key))
		return 0;
	s->keyed = s->ecbkeyed = false;
	if (cmac_key(s->mac, key) == -1 ||
	    cmac_sum(s->mac, zero, sizeof(zero), NULL, s->zero) == -1)
		return -1;
	memcpy(s->key, key, SIV_KEY_LEN);
	s->keyed = true;
	return 0;
}

/* RFC 5297 2.4 */
static int
s2v(struct siv *s, const struct siv_ad *ad, size_t nad,
    const uint8_t *plain, size_t len, uint8_t v[CMAC_LEN])
{
	uint8_t	 d[CMAC_LEN], t[CMAC_LEN];
	size_t	 i;
	int	 result;

	memcpy(d, s->zero, sizeof(d));
	for (i = 0; i < nad; i++) {
		block_double(d);
		if (cmac_sum(s->mac, ad[i].data, ad[i].len, NULL, t) == -1) {
			s->keyed = false;
			return -1;
		}
		block_xor(d, t);
	}
	if (len >= CMAC_LEN)
		result = cmac_sum(s->mac, plain, len, d, v);
	else {
		block_double(d);
		memset(t, 0, sizeof(t));
		if (len > 0)
			memcpy(t, plain, len);
		t[len] = 0x80;
		block_xor(t, d);
		result = cmac_sum(s->mac, t, sizeof(t), NULL, v);
	}
	if (result == -1)
		s->keyed = false;
	return result;
}

/*
 * From a counter with the two bits cleared that RFC 5297 2.5 names, so that
 * counting never goes beyond its last 32.
 */
static int
ctr(struct siv *s, const uint8_t v[CMAC_LEN], const uint8_t *in, size_t len,
    uint8_t *out)
{
	uint8_t		 q[BLOCKS * BLOCK_LEN], stream[BLOCKS * BLOCK_LEN];
	uint32_t	 count = be_get32(v + 12) & 0x7fffffff;
	size_t		 i, n;
	int		 outlen;

	if (len == 0)
		return 0;
	if (len > INT_MAX || (!s->ecbkeyed && EVP_EncryptInit_ex(s->ecb, NULL,
	    NULL, s->key + SIV_KEY_LEN / 2, NULL) != 1))
		return -1;
	s->ecbkeyed = true;
	for (; len > 0; len -= n, in += n, out += n) {
		n = len < sizeof(q) ? len : sizeof(q);
		for (i = 0; i < n; i += BLOCK_LEN) {
			memcpy(q + i, v, BLOCK_LEN);
			q[i + 8] &= 0x7f;
			be_put32(q + i + 12, count++);
		}
		if (EVP_EncryptUpdate(s->ecb, stream, &outlen, q,
		    (int)i) != 1 || outlen != (int)i) {
			s->ecbkeyed = false;
			return -1;
		}
		xor(in, stream, n, out);
	}
	return 0;
}

/* out may be in. */
static void
xor(const uint8_t *in, const uint8_t *stream, size_t len, uint8_t *out)
{
	uint8_t	 b[BLOCK_LEN];
	size_t	 i;

	for (i = 0; len - i >= BLOCK_LEN; i += BLOCK_LEN) {
		memcpy(b, in + i, BLOCK_LEN);
		block_xor(b, stream + i);
		memcpy(out + i, b, BLOCK_LEN);
	}
	for (; i < len; i++)
		out[i] = in[i] ^ stream[i];
}
