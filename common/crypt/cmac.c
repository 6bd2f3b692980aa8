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
 * AES-CMAC by libcrypto's AES-CBC, the interface OpenSSL and LibreSSL have
 * in common.
 *
 * What libcrypto is told besides a key costs more than a few blocks of AES,
 * so it is told nothing.  The IV is zero from the beginning, and a new key
 * starts from it again.  For the next message it is not set: CBC goes on
 * from the last block of the message before, so that block is XORed to the
 * first of the next one, which takes it out again.  Padding is not switched
 * off: it would come with EVP_EncryptFinal_ex, which nobody calls.
 */

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "block.h"
#include "cmac.h"

#define CHUNK	(16 * CMAC_LEN)	/* octets at a time */

struct cmac {
	EVP_CIPHER_CTX	*cbc;
	size_t		 keylen;
	bool		 keyed;
	uint8_t		 k1[CMAC_LEN];		/* subkeys */
	uint8_t		 k2[CMAC_LEN];
	uint8_t		 last[CMAC_LEN];	/* CBC goes on from here */
	uint8_t		 in[CHUNK + CMAC_LEN];
	uint8_t		 out[CHUNK + CMAC_LEN];	/* all but its end is waste */
};

static size_t	 last_block(const struct cmac *, uint8_t *, size_t);
static int	 cbc(struct cmac *, const uint8_t *, size_t);
static void	 xor(uint8_t *, const uint8_t *, size_t);
static void	 mask_chunk(uint8_t *, size_t, size_t, size_t,
		    const uint8_t *);

struct cmac *
cmac_new(size_t keylen)
{
	static const uint8_t	 zero[CMAC_LEN];
	struct cmac		*c;

	/* its configuration file is none of our business */
	(void)OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	if ((c = calloc(1, sizeof(*c))) == NULL)
		return NULL;
	c->keylen = keylen;
	if ((c->cbc = EVP_CIPHER_CTX_new()) == NULL ||
	    EVP_EncryptInit_ex(c->cbc, keylen == 32 ? EVP_aes_256_cbc() :
	    EVP_aes_128_cbc(), NULL, NULL, zero) != 1) {
		cmac_free(c);
		return NULL;
	}
	return c;
}

void
cmac_free(struct cmac *c)
{
	if (c == NULL)
		return;
	EVP_CIPHER_CTX_free(c->cbc);
	OPENSSL_cleanse(c, sizeof(*c));
	free(c);
}

int
cmac_key(struct cmac *c, const uint8_t *key)
{
	static const uint8_t	 zero[CMAC_LEN];

	c->keyed = false;
	if (EVP_EncryptInit_ex(c->cbc, NULL, NULL, key, NULL) != 1)
		return -1;
	memset(c->last, 0, sizeof(c->last));
	if (cbc(c, zero, sizeof(zero)) == -1)
		return -1;
	memcpy(c->k1, c->last, sizeof(c->k1));
	block_double(c->k1);
	memcpy(c->k2, c->k1, sizeof(c->k2));
	block_double(c->k2);
	c->keyed = true;
	return 0;
}

int
cmac_sum(struct cmac *c, const uint8_t *msg, size_t len,
    const uint8_t *mask, uint8_t out[CMAC_LEN])
{
	uint8_t	*in = c->in;
	size_t	 off = 0, n, total;

	if (!c->keyed || (mask != NULL && len < CMAC_LEN))
		return -1;
	do {
		n = len - off < CHUNK ? len - off : CHUNK;
		memset(in + n / CMAC_LEN * CMAC_LEN, 0, CMAC_LEN);
		/* gcc makes of memcpy instructions that are slow to start */
		if (n > 0)
			memmove(in, msg + off, n);
		total = off + n < len ? n : last_block(c, in, n);
		if (mask != NULL)
			mask_chunk(in, off, n, len, mask);
		if (off == 0)
			block_xor(in, c->last);
		if (cbc(c, in, total) == -1)
			return -1;
		off += n;
	} while (off < len);
	memcpy(out, c->last, CMAC_LEN);
	return 0;
}

/*
 * RFC 4493 2.4: the last block of the n octets that are left, whole, or
 * padded with what is zero yet.  How many octets there are now.
 */
static size_t
last_block(const struct cmac *c, uint8_t *in, size_t n)
{
	size_t	 begin = n / CMAC_LEN * CMAC_LEN;

	if (n > 0 && n == begin) {
		block_xor(in + n - CMAC_LEN, c->k1);
		return n;
	}
	in[n] = 0x80;
	block_xor(in + begin, c->k2);
	return begin + CMAC_LEN;
}

/* Whole blocks. */
static int
cbc(struct cmac *c, const uint8_t *in, size_t len)
{
	int	 outlen;

	if (EVP_EncryptUpdate(c->cbc, c->out, &outlen, in, (int)len) != 1 ||
	    outlen != (int)len) {
		c->keyed = false;
		return -1;
	}
	memcpy(c->last, c->out + len - CMAC_LEN, CMAC_LEN);
	return 0;
}

static void
xor(uint8_t *to, const uint8_t *from, size_t len)
{
	size_t	 i;

	for (i = 0; i < len; i++)
		to[i] ^= from[i];
}

/* What of the last 16 octets of len lies in the n at off. */
static void
mask_chunk(uint8_t *chunk, size_t off, size_t n, size_t len,
    const uint8_t *mask)
{
	size_t	 begin = len - CMAC_LEN;

	if (off + n <= begin)
		return;
	if (off <= begin && off + n == len)
		block_xor(chunk + (begin - off), mask);
	else if (off <= begin)
		xor(chunk + (begin - off), mask, off + n - begin);
	else
		xor(chunk, mask + (off - begin), n);
}
