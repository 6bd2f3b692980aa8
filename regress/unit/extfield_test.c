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
 * extfield: what is found behind the header, and that what is put there is
 * found again.
 */

#include "test.h"

#include "be.h"
#include "extfield.h"
#include "packet.h"

static void	 test_find(void);
static void	 test_body(void);
static void	 test_put(void);
static void	 test_fit(void);
static void	 test_hammer(void);

int
main(void)
{
	test_find();
	test_body();
	test_put();
	test_fit();
	test_hammer();
	return test_done("extfield");
}

/* Fields of these lengths are announced in a packet of this length. */
static void
test_find(void)
{
	static const struct {
		const char	*what;
		uint16_t	 announce[3];
		size_t		 len;		/* behind the header */
		int		 found, end;
		size_t		 left;
	} tests[] = {
		{ "nothing", { 0 }, 0, 0, 0, 0 },
		{ "crypto-NAK", { 0 }, 4, 0, 0, 4 },
		{ "a MAC of 20", { 0 }, 20, 0, 0, 20 },
		{ "a MAC of 24", { 0 }, 24, 0, 0, 24 },
		{ "one byte", { 0 }, 1, 0, -1, 1 },
		{ "16: too short without a MAC", { 16 }, 16, 0, -1, 16 },
		{ "a field of 28", { 28 }, 28, 1, 0, 0 },
		{ "a field of 28 and a MAC of 20", { 28 }, 48, 1, 0, 20 },
		{ "a field of 16 and a MAC of 20", { 16 }, 36, 1, 0, 20 },
		{ "a field of 16 and a MAC of 24", { 16 }, 40, 1, 0, 24 },
		{ "two fields", { 16, 28 }, 44, 2, 0, 0 },
		{ "three fields and a MAC", { 32, 16, 20 }, 92, 3, 0, 24 },
		{ "a field of 16 and 12 bytes", { 16 }, 28, 1, -1, 12 },
		{ "announces 0", { 0 }, 28, 0, -1, 28 },
		{ "announces 4", { 4 }, 28, 0, -1, 28 },
		{ "announces 12", { 12 }, 28, 0, -1, 28 },
		{ "announces 17", { 17 }, 28, 0, -1, 28 },
		{ "announces more than there is", { 32 }, 28, 0, -1, 28 },
		{ "announces 65532", { 65532 }, 152, 0, -1, 152 },
		{ "announces 65535", { 65535 }, 152, 0, -1, 152 },
		{ "second announces too much", { 16, 48 }, 60, 1, -1, 44 },
		{ "29 bytes", { 28 }, 29, 1, -1, 1 },
	};
	struct extfield_iter it;
	struct extfield ef;
	uint8_t	 pkt[200];
	size_t	 i, k, at;
	int	 n, res;

	for (i = 0; i < nitems(tests); i++) {
		memset(pkt, 0, sizeof(pkt));
		at = NTP_HEADER_LEN;
		for (k = 0; k < nitems(tests[i].announce) &&
		    at + 4 <= NTP_HEADER_LEN + tests[i].len; k++) {
			be_put16(pkt + at, (uint16_t)(0x100 + k));
			be_put16(pkt + at + 2, tests[i].announce[k]);
			at += tests[i].announce[k];
		}
		extfield_begin(&it, pkt, NTP_HEADER_LEN + tests[i].len);
		for (n = 0; (res = extfield_next(&it, &ef)) == 1; n++) {
			CHECK_INT(tests[i].what, ef.type, 0x100 + n);
			CHECK_INT(tests[i].what, ef.len + 4,
			    tests[i].announce[n]);
		}
		CHECK_INT(tests[i].what, n, tests[i].found);
		CHECK_INT(tests[i].what, res, tests[i].end);
		CHECK_INT(tests[i].what, it.left, tests[i].left);
		CHECK_INT(tests[i].what, extfield_next(&it, &ef),
		    tests[i].end);
	}
	for (i = 0; i <= NTP_HEADER_LEN; i++) {
		extfield_begin(&it, pkt, i);
		CHECK_INT("no more than a header", extfield_next(&it, &ef),
		    0);
	}
}

static void
test_body(void)
{
	struct extfield_iter it;
	struct extfield ef;
	uint8_t	 pkt[NTP_HEADER_LEN + 28];
	size_t	 i;

	for (i = 0; i < sizeof(pkt); i++)
		pkt[i] = (uint8_t)i;
	be_put16(pkt + NTP_HEADER_LEN + 2, 28);
	extfield_begin(&it, pkt, sizeof(pkt));
	CHECK_INT("found", extfield_next(&it, &ef), 1);
	CHECK_INT("type", ef.type, 48 << 8 | 49);
	CHECK_INT("length", ef.len, 24);
	CHECK_MEM("body", ef.body, pkt + 52, 24);
}

static void
test_put(void)
{
	static const struct {
		const char	*what;
		size_t		 body, min, total;
	} tests[] = {
		{ "no body", 0, 0, 16 },
		{ "one byte", 1, 0, 16 },
		{ "just the least", 12, 0, 16 },
		{ "padded to four", 13, 0, 20 },
		{ "no padding", 16, 16, 20 },
		{ "the last one", 4, EXTFIELD_LAST, 28 },
		{ "an odd minimum", 4, 29, 32 },
		{ "longer than the minimum", 40, EXTFIELD_LAST, 44 },
		{ "a minimum below the least", 0, 5, 16 },
	};
	uint8_t	 buf[100], body[100];
	size_t	 i, k, len;

	for (i = 0; i < sizeof(body); i++)
		body[i] = (uint8_t)(0x80 + i);
	for (i = 0; i < nitems(tests); i++) {
		memset(buf, 0x5a, sizeof(buf));
		len = NTP_HEADER_LEN;
		CHECK_INT(tests[i].what, extfield_put(buf, sizeof(buf), &len,
		    0xfedc, body, tests[i].body, tests[i].min), 0);
		CHECK_INT(tests[i].what, len, NTP_HEADER_LEN +
		    tests[i].total);
		CHECK_INT(tests[i].what, be_get16(buf + 48), 0xfedc);
		CHECK_INT(tests[i].what, be_get16(buf + 50), tests[i].total);
		CHECK_MEM(tests[i].what, buf + 52, body, tests[i].body);
		for (k = 4 + tests[i].body; k < tests[i].total; k++)
			CHECK_INT(tests[i].what, buf[48 + k], 0);
		CHECK_INT(tests[i].what, buf[47], 0x5a);
		CHECK_INT(tests[i].what, buf[len], 0x5a);
	}
}

static void
test_fit(void)
{
	static const struct {
		const char	*what;
		size_t		 size, len, body, min;
		int		 res;
	} tests[] = {
		{ "just fits", 64, 48, 12, 16, 0 },
		{ "one byte too few", 63, 48, 12, 16, -1 },
		{ "the padding does not fit", 66, 48, 13, 16, -1 },
		{ "the minimum does not fit", 75, 48, 4, 28, -1 },
		{ "already full", 48, 48, 0, 16, -1 },
		{ "more than full", 40, 48, 0, 16, -1 },
		{ "the longest", 70000, 48, 65528, 16, 0 },
		{ "longer", 70000, 48, 65529, 16, -1 },
		{ "a minimum longer than a field", 70000, 48, 4, 65533, -1 },
		{ "a length that wraps", 70000, 48, SIZE_MAX - 2, 16, -1 },
		{ "a minimum that wraps", 70000, 48, 0, SIZE_MAX, -1 },
	};
	static uint8_t buf[70000], body[70000];
	size_t	 i, len;

	for (i = 0; i < nitems(tests); i++) {
		len = tests[i].len;
		CHECK_INT(tests[i].what, extfield_put(buf, tests[i].size,
		    &len, 1, body, tests[i].body, tests[i].min),
		    tests[i].res);
		if (tests[i].res == -1)
			CHECK_INT(tests[i].what, len, tests[i].len);
	}
}

/* Any bytes: it ends, and stays inside. */
static void
test_hammer(void)
{
	struct extfield_iter it;
	struct extfield ef;
	uint8_t	 pkt[200];
	size_t	 i, len, at;
	int	 k, n, res, found = 0;

	for (k = 0; k < 100000; k++) {
		len = test_rnd() % (sizeof(pkt) + 1);
		for (i = 0; i < len; i++)
			pkt[i] = (uint8_t)test_rnd();
		for (i = 48; i + 4 < len; i += 4)
			if (test_rnd() % 3 == 0)
				be_put16(pkt + i + 2,
				    (uint16_t)(test_rnd() % 24 * 4));
		extfield_begin(&it, pkt, len);
		at = NTP_HEADER_LEN;
		for (n = 0; (res = extfield_next(&it, &ef)) == 1; n++) {
			CHECK_INT("one behind the other",
			    ef.body == pkt + at + 4, 1);
			at += ef.len + 4;
			CHECK_INT("inside", at <= len && n < 10, 1);
		}
		found += n;
		CHECK_INT("what is left", len < 48 ? it.left == 0 :
		    at + it.left == len, 1);
		CHECK_INT("no MAC of another length", res == -1 ||
		    it.left == 0 || it.left == 4 || it.left == 20 ||
		    it.left == 24, 1);
	}
	CHECK_INT("some were found", found > 1000, 1);
}
