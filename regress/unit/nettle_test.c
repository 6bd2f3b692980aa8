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
 * Our AES-SIV and AES-CMAC beside nettle's, another implementation: the
 * same octets for every length a packet may have.
 */

#include <nettle/cmac.h>
#include <nettle/siv-cmac.h>

#include "test.h"

#include "cmac.h"
#include "siv.h"

static void	 fill(uint8_t *, size_t);

int
main(void)
{
	struct siv_cmac_aes128_ctx	 nettle;
	struct cmac_aes128_ctx		 nmac;
	struct siv	*s = siv_new();
	struct cmac	*c = cmac_new(16);
	uint8_t		 key[32], ad[700], nonce[64], plain[700];
	uint8_t		 ours[716], theirs[716], open[700];
	size_t		 len, adlen, noncelen;

	for (len = 0; len <= 700; len++) {
		fill(key, sizeof(key));
		fill(ad, sizeof(ad));
		fill(nonce, sizeof(nonce));
		fill(plain, sizeof(plain));
		adlen = (size_t)test_rnd() % sizeof(ad);
		noncelen = 1 + (size_t)test_rnd() % sizeof(nonce);
		siv_cmac_aes128_set_key(&nettle, key);
		siv_cmac_aes128_encrypt_message(&nettle, noncelen, nonce,
		    adlen, ad, len + SIV_TAG_LEN, theirs, plain);
		CHECK_INT("seal", siv_seal(s, key, ad, adlen, nonce, noncelen,
		    plain, len, ours), 0);
		CHECK_MEM("seal", ours, theirs, len + SIV_TAG_LEN);
		CHECK_INT("nettle opens ours", siv_cmac_aes128_decrypt_message(
		    &nettle, noncelen, nonce, adlen, ad, len, open, ours), 1);
		CHECK_INT("open", siv_open(s, key, ad, adlen, nonce, noncelen,
		    theirs, len + SIV_TAG_LEN, open), 0);
		CHECK_MEM("open", open, plain, len);

		cmac_aes128_set_key(&nmac, key);
		cmac_aes128_update(&nmac, len, plain);
		cmac_aes128_digest(&nmac, CMAC_LEN, theirs);
		CHECK_INT("cmac", cmac_key(c, key), 0);
		CHECK_INT("cmac", cmac_sum(c, plain, len, NULL, ours), 0);
		CHECK_MEM("cmac", ours, theirs, CMAC_LEN);
	}
	siv_free(s);
	cmac_free(c);
	return test_done("nettle");
}

static void
fill(uint8_t *p, size_t len)
{
	size_t	 i;

	for (i = 0; i < len; i++)
		p[i] = (uint8_t)test_rnd();
}
