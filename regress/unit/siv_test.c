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
 * AES-CMAC against RFC 4493, AES-SIV against RFC 5297; that what is sealed
 * opens again, and nothing else does.
 */

#include <stdlib.h>

#include "test.h"

#include "cmac.h"
#include "siv.h"

static void	 test_cmac(void);
static void	 test_cmac_mask(void);
static void	 test_vectors(void);
static void	 test_roundtrip(void);
static void	 test_mutation(void);
static void	 test_inplace(void);
static size_t	 hex(const char *, uint8_t *);
static void	 fill(uint8_t *, size_t);

int
main(void)
{
	test_cmac();
	test_cmac_mask();
	test_vectors();
	test_roundtrip();
	test_mutation();
	test_inplace();
	return test_done("siv");
}

/* RFC 4493 4, and AES-256 of NIST SP 800-38B D.3. */
static void
test_cmac(void)
{
	static const char	 msg[] =
	    "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
	    "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710";
	static const char	 key128[] = "2b7e151628aed2a6abf7158809cf4f3c";
	static const char	 key256[] =
	    "603deb1015ca71be2b73aef0857d7781"
	    "1f352c073b6108d72d9810a30914dff4";
	static const struct {
		const char	*what, *key;
		size_t		 len;
		const char	*code;
	} tests[] = {
		{ "AES-128, nothing", key128, 0,
		    "bb1d6929e95937287fa37d129b756746" },
		{ "AES-128, a block", key128, 16,
		    "070a16b46b4d4144f79bdd9dd04a287c" },
		{ "AES-128, 40 octets", key128, 40,
		    "dfa66747de9ae63030ca32611497c827" },
		{ "AES-128, four blocks", key128, 64,
		    "51f0bebf7e3b9d92fc49741779363cfe" },
		{ "AES-256, nothing", key256, 0,
		    "028962f61b7bf89efc6b551f4667d983" },
		{ "AES-256, a block", key256, 16,
		    "28a7023f452e8f82bd4bf28d8c37c35c" },
		{ "AES-256, 40 octets", key256, 40,
		    "aaf3d8f1de5640c232f5b169b9c911e6" },
		{ "AES-256, four blocks", key256, 64,
		    "e1992190549f6ed5696a2c056c315410" },
	};
	struct cmac	*c;
	uint8_t		 m[64], key[32], want[16], got[16];
	size_t		 i, round, keylen;

	hex(msg, m);
	for (i = 0; i < nitems(tests); i++) {
		keylen = hex(tests[i].key, key);
		hex(tests[i].code, want);
		c = cmac_new(keylen);
		CHECK_INT(tests[i].what, c != NULL, 1);
		CHECK_INT(tests[i].what, cmac_sum(c, m, 0, NULL, got), -1);
		CHECK_INT(tests[i].what, cmac_key(c, key), 0);
		/* the state of one message must not leak into the next */
		for (round = 0; round < 3; round++) {
			CHECK_INT(tests[i].what, cmac_sum(c, m, tests[i].len,
			    NULL, got), 0);
			CHECK_MEM(tests[i].what, got, want, 16);
		}
		cmac_free(c);
	}
}

/* The mask is the same as XOR by hand, wherever chunks end. */
static void
test_cmac_mask(void)
{
	struct cmac	*c = cmac_new(16);
	uint8_t		 key[16], m[700], mask[16], want[16], got[16];
	size_t		 len, i;

	fill(key, sizeof(key));
	fill(m, sizeof(m));
	fill(mask, sizeof(mask));
	CHECK_INT("key", cmac_key(c, key), 0);
	CHECK_INT("shorter than the mask", cmac_sum(c, m, 15, mask, got), -1);
	for (len = 16; len <= sizeof(m); len++) {
		CHECK_INT("mask", cmac_sum(c, m, len, mask, got), 0);
		for (i = 0; i < 16; i++)
			m[len - 16 + i] ^= mask[i];
		CHECK_INT("by hand", cmac_sum(c, m, len, NULL, want), 0);
		for (i = 0; i < 16; i++)
			m[len - 16 + i] ^= mask[i];
		CHECK_MEM("mask", got, want, 16);
	}
	cmac_free(c);
}

/* RFC 5297 A.1 and A.2. */
static void
test_vectors(void)
{
	static const struct {
		const char	*what, *key, *ad[3], *plain, *sealed;
	} tests[] = {
		{ "A.1, deterministic",
		    "fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0"
		    "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
		    { "101112131415161718191a1b1c1d1e1f2021222324252627" },
		    "112233445566778899aabbccddee",
		    "85632d07c6e8f37f950acd320a2ecc93"
		    "40c02b9690c4dc04daef7f6afe5c" },
		{ "A.2, with a nonce",
		    "7f7e7d7c7b7a79787776757473727170"
		    "404142434445464748494a4b4c4d4e4f",
		    { "00112233445566778899aabbccddeeffdeaddadadeaddada"
		    "ffeeddccbbaa99887766554433221100",
		    "102030405060708090a0",
		    "09f911029d74e35bd84156c5635688c0" },
		    "7468697320697320736f6d6520706c61696e7465787420746f20656e"
		    "6372797074207573696e67205349562d414553",
		    "7bdb6e3b432667eb06f4d14bff2fbd0f"
		    "cb900f2fddbe404326601965c889bf17dba77ceb094fa663b7a3f748"
		    "ba8af829ea64ad544a272e9c485b62a3fd5c0d" },
	};
	struct siv	*s = siv_new();
	struct siv_ad	 ad[3];
	uint8_t		 key[32], data[3][64], plain[64], want[80], got[80];
	size_t		 i, n, len, total;

	CHECK_INT("new", s != NULL, 1);
	for (i = 0; i < nitems(tests); i++) {
		hex(tests[i].key, key);
		for (n = 0; n < 3 && tests[i].ad[n] != NULL; n++) {
			ad[n].data = data[n];
			ad[n].len = hex(tests[i].ad[n], data[n]);
		}
		len = hex(tests[i].plain, plain);
		total = hex(tests[i].sealed, want);
		CHECK_INT(tests[i].what, total, len + SIV_TAG_LEN);
		CHECK_INT(tests[i].what, siv_seal_ad(s, key, ad, n, plain,
		    len, got), 0);
		CHECK_MEM(tests[i].what, got, want, total);
		memset(got, 0, sizeof(got));
		CHECK_INT(tests[i].what, siv_open_ad(s, key, ad, n, want,
		    total, got), 0);
		CHECK_MEM(tests[i].what, got, plain, len);
	}
	siv_free(s);
}

static void
test_roundtrip(void)
{
	struct siv	*s = siv_new(), *other = siv_new();
	uint8_t		 key[32], ad[600], nonce[16], plain[600];
	uint8_t		 sealed[616], again[616], open[600];
	size_t		 len;

	fill(ad, sizeof(ad));
	fill(plain, sizeof(plain));
	for (len = 0; len <= sizeof(plain); len++) {
		fill(key, sizeof(key));
		fill(nonce, sizeof(nonce));
		CHECK_INT("seal", siv_seal(s, key, ad, sizeof(ad) - len,
		    nonce, sizeof(nonce), plain, len, sealed), 0);
		CHECK_INT("open by another", siv_open(other, key, ad,
		    sizeof(ad) - len, nonce, sizeof(nonce), sealed,
		    len + SIV_TAG_LEN, open), 0);
		CHECK_MEM("round trip", open, plain, len);
		/* the same key again, which is not expanded again */
		CHECK_INT("seal again", siv_seal(s, key, ad,
		    sizeof(ad) - len, nonce, sizeof(nonce), plain, len,
		    again), 0);
		CHECK_MEM("seal again", again, sealed, len + SIV_TAG_LEN);
	}
	for (len = 0; len < SIV_TAG_LEN; len++)
		CHECK_INT("shorter than a tag", siv_open(s, key, ad, 1,
		    nonce, 16, sealed, len, open), -1);
	siv_free(s);
	siv_free(other);
}

/* One bit of anything, and it does not open. */
static void
test_mutation(void)
{
	struct siv	*s = siv_new();
	uint8_t		 key[32], ad[48], nonce[16], plain[40], zero[40];
	uint8_t		 sealed[56], open[40];
	struct {
		const char	*what;
		uint8_t		*data;
		size_t		 len;
	} parts[] = {
		{ "key", key, sizeof(key) },
		{ "associated data", ad, sizeof(ad) },
		{ "nonce", nonce, sizeof(nonce) },
		{ "tag and ciphertext", sealed, sizeof(sealed) },
	};
	size_t		 i, bit;

	fill(key, sizeof(key));
	fill(ad, sizeof(ad));
	fill(nonce, sizeof(nonce));
	fill(plain, sizeof(plain));
	memset(zero, 0, sizeof(zero));
	CHECK_INT("seal", siv_seal(s, key, ad, sizeof(ad), nonce,
	    sizeof(nonce), plain, sizeof(plain), sealed), 0);
	for (i = 0; i < nitems(parts); i++) {
		for (bit = 0; bit < parts[i].len * 8; bit++) {
			parts[i].data[bit / 8] ^= (uint8_t)(1 << bit % 8);
			memset(open, 0xff, sizeof(open));
			CHECK_INT(parts[i].what, siv_open(s, key, ad,
			    sizeof(ad), nonce, sizeof(nonce), sealed,
			    sizeof(sealed), open), -1);
			CHECK_MEM("nothing is told", open, zero,
			    sizeof(open));
			parts[i].data[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
	}
	CHECK_INT("a shorter ad", siv_open(s, key, ad, sizeof(ad) - 1, nonce,
	    sizeof(nonce), sealed, sizeof(sealed), open), -1);
	CHECK_INT("a shorter nonce", siv_open(s, key, ad, sizeof(ad), nonce,
	    sizeof(nonce) - 1, sealed, sizeof(sealed), open), -1);
	CHECK_INT("a shorter ciphertext", siv_open(s, key, ad, sizeof(ad),
	    nonce, sizeof(nonce), sealed, sizeof(sealed) - 1, open), -1);
	CHECK_INT("unchanged", siv_open(s, key, ad, sizeof(ad), nonce,
	    sizeof(nonce), sealed, sizeof(sealed), open), 0);
	siv_free(s);
}

static void
test_inplace(void)
{
	struct siv	*s = siv_new();
	uint8_t		 key[32], plain[100], want[116], buf[116];

	fill(key, sizeof(key));
	fill(plain, sizeof(plain));
	CHECK_INT("seal", siv_seal(s, key, key, 5, key, 16, plain,
	    sizeof(plain), want), 0);
	memcpy(buf + SIV_TAG_LEN, plain, sizeof(plain));
	CHECK_INT("seal in place", siv_seal(s, key, key, 5, key, 16,
	    buf + SIV_TAG_LEN, sizeof(plain), buf), 0);
	CHECK_MEM("seal in place", buf, want, sizeof(want));
	CHECK_INT("open in place", siv_open(s, key, key, 5, key, 16, buf,
	    sizeof(buf), buf + SIV_TAG_LEN), 0);
	CHECK_MEM("open in place", buf + SIV_TAG_LEN, plain, sizeof(plain));
	siv_free(s);
}

static size_t
hex(const char *s, uint8_t *out)
{
	char	 pair[3] = "";
	size_t	 n;

	for (n = 0; s[2 * n] != '\0'; n++) {
		memcpy(pair, s + 2 * n, 2);
		out[n] = (uint8_t)strtoul(pair, NULL, 16);
	}
	return n;
}

static void
fill(uint8_t *p, size_t len)
{
	size_t	 i;

	for (i = 0; i < len; i++)
		p[i] = (uint8_t)test_rnd();
}
