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
 * packet: the header's layout, byte by byte.
 */

#include "test.h"

#include "packet.h"

/* A header in which every field and every byte differs. */
static const uint8_t wire[NTP_HEADER_LEN] = {
	0x64, 0x02, 0x06, 0xe9,		/* LI 1, VN 4, mode 4; -23 */
	0x00, 0x01, 0x80, 0x00,		/* 1.5 s */
	0x00, 0x00, 0x00, 0x42,		/* 66 / 65536 s */
	0xc0, 0x00, 0x02, 0x7b,		/* 192.0.2.123 */
	0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17,
	0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27,
	0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37,
	0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47
};

static void	 test_fields(void);
static void	 test_lengths(void);
static void	 test_bits(void);
static void	 test_request(void);
static void	 test_kiss(void);

int
main(void)
{
	test_fields();
	test_lengths();
	test_bits();
	test_request();
	test_kiss();
	return test_done("packet");
}

static void
test_fields(void)
{
	struct packet p;
	uint8_t	 buf[NTP_HEADER_LEN];

	CHECK_INT("48 bytes", packet_decode(&p, wire, sizeof(wire)), 0);
	CHECK_INT("leap", p.leap, LEAP_INSERT);
	CHECK_INT("version", p.version, 4);
	CHECK_INT("mode", p.mode, MODE_SERVER);
	CHECK_INT("stratum", p.stratum, 2);
	CHECK_INT("poll", p.poll, 6);
	CHECK_INT("precision is signed", p.precision, -23);
	CHECK_NEAR("root delay", p.rootdelay, 1.5, 0);
	CHECK_NEAR("root dispersion", p.rootdisp, 66 / 65536.0, 0);
	CHECK_INT("refid", p.refid, 0xc000027b);
	CHECK_INT("reference", p.reftime.t, 0x1011121314151617);
	CHECK_INT("origin", p.origin.t, 0x2021222324252627);
	CHECK_INT("receive", p.receive.t, 0x3031323334353637);
	CHECK_INT("transmit", p.transmit.t, 0x4041424344454647);
	packet_encode(&p, buf);
	CHECK_MEM("encode", buf, wire, sizeof(wire));
}

static void
test_lengths(void)
{
	struct packet p;
	uint8_t	 buf[200] = { 0 };
	size_t	 len;

	for (len = 0; len <= sizeof(buf); len++)
		CHECK_INT("length", packet_decode(&p, buf, len),
		    len < 48 ? -1 : 0);
}

static void
test_bits(void)
{
	struct packet p;
	uint8_t	 buf[NTP_HEADER_LEN], in[NTP_HEADER_LEN];
	unsigned int i;

	memcpy(in, wire, sizeof(in));
	for (i = 0; i < 256; i++) {
		memset(in, (int)i, 4);
		CHECK_INT("48 bytes", packet_decode(&p, in, sizeof(in)), 0);
		CHECK_INT("leap", p.leap, i / 64);
		CHECK_INT("version", p.version, i / 8 % 8);
		CHECK_INT("mode", p.mode, i % 8);
		CHECK_INT("poll", p.poll, i < 128 ? (int)i : (int)i - 256);
		packet_encode(&p, buf);
		CHECK_MEM("there and back", buf, in, sizeof(in));
	}
}

/* Data minimisation: nothing in it but the version, mode and nonce. */
static void
test_request(void)
{
	static const uint8_t want[NTP_HEADER_LEN] = {
		[0] = 0x23,
		[40] = 0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32, 0x10
	};
	uint8_t	 buf[NTP_HEADER_LEN];

	memset(buf, 0xff, sizeof(buf));
	packet_request(buf, 0xfedcba9876543210);
	CHECK_MEM("request", buf, want, sizeof(want));
}

static void
test_kiss(void)
{
	static const struct {
		const char	*what;
		uint32_t	 refid;
		const char	*code;
	} tests[] = {
		{ "rate", KISS('R', 'A', 'T', 'E'), "RATE" },
		{ "deny", 0x44454e59, "DENY" },
		{ "an address", 0xc000027b, "????" },
		{ "nothing", 0, "????" },
		{ "padded", KISS('G', 'P', 'S', 0), "????" },
		{ "a blank", KISS('G', 'P', 'S', ' '), "????" },
		{ "an escape", KISS(27, '[', '2', 'J'), "????" },
		{ "the last one", KISS('A', 'A', 'A', '~'), "AAA~" },
		{ "one more", KISS('A', 'A', 'A', 127), "????" },
	};
	char	 code[5];
	size_t	 i;

	for (i = 0; i < nitems(tests); i++) {
		memset(code, 'x', sizeof(code));
		packet_kiss(tests[i].refid, code);
		CHECK_STR(tests[i].what, code, tests[i].code);
	}
}
