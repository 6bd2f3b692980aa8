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
 * mac: codes as others make them, of every type; one bit changed, and they
 * are wrong.
 */

#include <stdlib.h>

#include "test.h"

#include "be.h"
#include "extfield.h"
#include "mac.h"
#include "packet.h"

static void	 test_vectors(void);
static void	 test_verify(void);
static void	 test_keys(void);

static struct mackeys	 keys = {
	.n = 7,
	.key = {
		{ 1, MAC_AES128, 16, { 0 }, "0123456789abcdef" },
		{ 2, MAC_AES256, 32, { 0 },
		    "0123456789abcdef0123456789abcdef" },
		{ 3, MAC_SHA256, 6, { 0 }, "secret" },
		{ 4, MAC_SHA384, 6, { 0 }, "secret" },
		{ 5, MAC_SHA512, 6, { 0 }, "secret" },
		{ 60, MAC_SHA1, 6, { 0 }, "secret" },
		{ 4000000000, MAC_MD5, 6, { 0 }, "secret" },
	},
};

int
main(void)
{
	test_vectors();
	test_verify();
	test_keys();
	return test_done("mac");
}

/*
 * Of a request with the transmit field 0123456789abcdef; the codes were made
 * with the openssl command: dgst of key and packet, and mac -cipher CMAC.
 */
static void
test_vectors(void)
{
	static const struct {
		uint32_t	 id;
		size_t		 len;
		const char	*code;
	} tests[] = {
		{ 1, 68, "97e6d00942fc34768b1b18c149aa64b8" },
		{ 2, 68, "47d893f2940c5e59dfd9868d1991a979" },
		{ 3, 72, "6a0ffc8ca19335984ee47ae46dd0efc9cd1576ca" },
		{ 4, 72, "6c7b196024971e9963c64d8e25da9b4e9a557ee1" },
		{ 5, 72, "d17936a66a4c35de13afdf2b057b9cfca69c1c32" },
		{ 60, 72, "aef39ba6f21abe8003dba01958360851f8ebbc1d" },
		{ 4000000000, 68, "76f31737706e8ee5135fb1a778e808cc" },
	};
	struct mac	*m = mac_new();
	uint8_t		 pkt[128];
	char		 got[48];
	size_t		 i, j, len;

	CHECK_INT("set", mac_set(m, &keys), 0);
	for (i = 0; i < nitems(tests); i++) {
		packet_request(pkt, 0x0123456789abcdef);
		len = NTP_HEADER_LEN;
		CHECK_INT("put", mac_put(m, tests[i].id, pkt, sizeof(pkt),
		    &len), 0);
		CHECK_INT("length", len, tests[i].len);
		CHECK_INT("number", be_get32(pkt + 48), tests[i].id);
		for (j = 0; j < len - 52; j++)
			snprintf(got + 2 * j, 3, "%02x", pkt[52 + j]);
		CHECK_STR("code", got, tests[i].code);
	}
	len = NTP_HEADER_LEN;
	CHECK_INT("no such key", mac_put(m, 7, pkt, sizeof(pkt), &len), -1);
	CHECK_INT("no room", mac_put(m, 1, pkt, 67, &len), -1);
	CHECK_INT("nothing has changed", len, NTP_HEADER_LEN);
	mac_free(m);
}

static void
test_verify(void)
{
	struct mac	*m = mac_new();
	uint8_t		 pkt[128], body[28] = { 0 };
	uint32_t	 id, i;
	size_t		 len, bit;

	CHECK_INT("set", mac_set(m, &keys), 0);
	for (i = 0; i < keys.n; i++) {
		packet_request(pkt, test_rnd());
		len = NTP_HEADER_LEN;
		if (i == 2)		/* whole, before version 4 */
			pkt[0] = 3 << 3 | MODE_CLIENT;
		else if (i % 2 == 1)	/* what is between is covered */
			CHECK_INT("field", extfield_put(pkt, sizeof(pkt),
			    &len, 0x2104, body, sizeof(body), 0), 0);
		CHECK_INT("no code", mac_verify(m, pkt, len, &id),
		    MAC_ABSENT);
		CHECK_INT("put", mac_put(m, keys.key[i].id, pkt, sizeof(pkt),
		    &len), 0);
		CHECK_INT("good", mac_verify(m, pkt, len, &id), MAC_GOOD);
		CHECK_INT("by this key", id, keys.key[i].id);
		if (i == 2)
			CHECK_INT("whole", len, 48 + 4 + 32);
		for (bit = 0; bit < len * 8; bit++) {
			pkt[bit / 8] ^= (uint8_t)(1 << bit % 8);
			CHECK_INT("one bit", mac_verify(m, pkt, len, &id) ==
			    MAC_GOOD, 0);
			pkt[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
		CHECK_INT("truncated", mac_verify(m, pkt, len - 4, &id) ==
		    MAC_GOOD, 0);
	}
	packet_request(pkt, 1);
	memset(pkt + 48, 0, 4);
	CHECK_INT("crypto-NAK", mac_verify(m, pkt, 52, &id), MAC_UNKNOWN);
	mac_free(m);
}

/* What no file of ours could have said. */
static void
test_keys(void)
{
	static const struct {
		const char	*what;
		struct mackeys	 keys;
		int		 want;
	} tests[] = {
		{ "none", { 0 }, 0 },
		{ "number 0", { 1, { { 0, MAC_SHA256, 1 } } }, -1 },
		{ "empty", { 1, { { 1, MAC_SHA256, 0 } } }, -1 },
		{ "no type", { 1, { { 1, MAC_NONE, 1 } } }, -1 },
		{ "another type", { 1, { { 1, MAC__MAX, 1 } } }, -1 },
		{ "AES-128 of 15", { 1, { { 1, MAC_AES128, 15 } } }, -1 },
		{ "too long", { 1, { { 1, MAC_SHA256, 65 } } }, -1 },
		{ "twice", { 2, { { 1, MAC_SHA256, 1 },
		    { 1, MAC_SHA256, 1 } } }, -1 },
		{ "out of order", { 2, { { 2, MAC_SHA256, 1 },
		    { 1, MAC_SHA256, 1 } } }, -1 },
		{ "too many", { MAC_KEYS + 1, { { 0 } } }, -1 },
	};
	struct mac	*m = mac_new();
	size_t		 i;

	for (i = 0; i < nitems(tests); i++) {
		CHECK_INT(tests[i].what, mac_set(m, &keys), 0);
		CHECK_INT(tests[i].what, mac_set(m, &tests[i].keys),
		    tests[i].want);
		CHECK_INT(tests[i].what, mac_has(m, 60),
		    tests[i].want == -1);
	}
	CHECK_INT("type", mac_type("aes128"), MAC_AES128);
	CHECK_INT("type", mac_type("AES"), MAC_AES128);
	CHECK_INT("type", mac_type("AES128CMAC"), MAC_AES128);
	CHECK_INT("type", mac_type("sha512"), MAC_SHA512);
	CHECK_INT("type", mac_type("SHA3-256"), MAC_NONE);
	CHECK_INT("type", mac_type(""), MAC_NONE);
	mac_free(m);
}
