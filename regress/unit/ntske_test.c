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
 * ntske: what is read of records, and that what one side builds the other
 * one understands.
 */

#include <stdlib.h>

#include "test.h"

#include "ntske.h"

static void	 test_request(void);
static void	 test_response(void);
static void	 test_parse_request(void);
static void	 test_parse_response(void);
static void	 test_cookies(void);
static void	 test_server(void);
static void	 test_context(void);
static void	 test_hammer(void);
static size_t	 hex(const char *, uint8_t *);

#define NEXT	"800100020000 "		/* NTPv4 */
#define AEAD	"80040002000f "		/* AES-SIV-CMAC-256 */
#define END	"80000000 "
#define COOKIE	"0005000c 0102030405060708090a0b0c "

/* Each verdict and code has words; what has none is unknown. */
static void
test_words(void)
{
	unsigned int	 i, j;

	for (i = 0; i < NTSKE__MAX; i++) {
		CHECK_INT(ntske_str(i), strlen(ntske_str(i)) > 3, 1);
		for (j = 0; j < i; j++)
			CHECK_INT(ntske_str(i), strcmp(ntske_str(i),
			    ntske_str(j)) != 0, 1);
	}
	CHECK_STR("no verdict", ntske_str(NTSKE__MAX), "unknown");
	CHECK_STR("code 0", ntske_error_str(0),
	    "unrecognized critical record");
	CHECK_STR("code 1", ntske_error_str(1), "bad request");
	CHECK_STR("code 2", ntske_error_str(2), "internal server error");
	CHECK_STR("no code", ntske_error_str(3), "unknown");
}

int
main(void)
{
	test_request();
	test_response();
	test_parse_request();
	test_parse_response();
	test_cookies();
	test_server();
	test_context();
	test_words();
	test_hammer();
	return test_done("ntske");
}

/* The request of the RFC, and what the server's side makes of it. */
static void
test_request(void)
{
	struct ntske_request	 r;
	uint8_t			 buf[64], want[64];
	size_t			 len, n;

	len = ntske_request(buf, sizeof(buf));
	CHECK_INT("length", len, hex(NEXT AEAD END, want));
	CHECK_MEM("request", buf, want, len);
	for (n = 0; n < len; n++) {
		CHECK_INT("no room", ntske_request(want, n), 0);
		CHECK_INT("half a request", ntske_parse_request(buf, n, &r),
		    NTSKE_MORE);
	}
	CHECK_INT("understood", ntske_parse_request(buf, len, &r), NTSKE_OK);
	CHECK_INT("NTPv4", r.ntpv4, 1);
	CHECK_INT("AEAD", r.aead, 1);
}

/* Ours, read by ourselves. */
static void
test_response(void)
{
	static const struct {
		const char	*what;
		struct ntske_request req;
		uint16_t	 port;
		enum ntske_verdict want;
		size_t		 len;
	} tests[] = {
		{ "granted", { true, true }, 0, NTSKE_OK,
		    6 + 6 + 8 * 108 + 4 },
		{ "granted on another port", { true, true }, 11123, NTSKE_OK,
		    6 + 6 + 6 + 8 * 108 + 4 },
		{ "no common algorithm", { true, false }, 0, NTSKE_NOAEAD,
		    6 + 4 + 4 },
		{ "no common protocol", { false, true }, 0, NTSKE_NOPROTOCOL,
		    4 + 4 },
	};
	struct ntske_response	 r;
	uint8_t			 buf[1024], cookies[8 * 104];
	size_t			 i, len, n;

	for (i = 0; i < sizeof(cookies); i++)
		cookies[i] = (uint8_t)test_rnd();
	for (i = 0; i < nitems(tests); i++) {
		len = ntske_response(&tests[i].req, cookies, 104, 8,
		    tests[i].port, buf, sizeof(buf));
		CHECK_INT(tests[i].what, len, tests[i].len);
		CHECK_INT(tests[i].what, ntske_parse_response(buf, len, &r),
		    tests[i].want);
		for (n = 0; n < len; n++)
			CHECK_INT("no room", ntske_response(&tests[i].req,
			    cookies, 104, 8, tests[i].port, buf, n), 0);
		if (tests[i].want != NTSKE_OK)
			continue;
		CHECK_INT(tests[i].what, r.port, tests[i].port);
		CHECK_INT(tests[i].what, r.ncookies, 8);
		for (n = 0; n < r.ncookies; n++) {
			CHECK_INT(tests[i].what, r.cookielen[n], 104);
			CHECK_MEM(tests[i].what, r.cookie[n],
			    cookies + 104 * n, 104);
		}
	}
	len = ntske_refuse(NTSKE_ERROR_REQUEST, buf, sizeof(buf));
	CHECK_INT("refused", ntske_parse_response(buf, len, &r),
	    NTSKE_REFUSED);
	CHECK_INT("refused", r.code, 1);
	CHECK_INT("no room", ntske_refuse(NTSKE_ERROR_REQUEST, buf, 9), 0);
	CHECK_INT("code", ntske_code(NTSKE_CRITICAL), NTSKE_ERROR_CRITICAL);
	CHECK_INT("code", ntske_code(NTSKE_MALFORMED), NTSKE_ERROR_REQUEST);
}

static void
test_parse_request(void)
{
	static const struct {
		const char	*what, *octets;
		enum ntske_verdict want;
		int		 ntpv4, aead;
	} tests[] = {
		{ "ours", NEXT AEAD END, NTSKE_OK, 1, 1 },
		{ "algorithm first", AEAD NEXT END, NTSKE_OK, 1, 1 },
		{ "algorithm not critical", NEXT "00040002000f" END,
		    NTSKE_OK, 1, 1 },
		{ "a choice of algorithms", NEXT "80040006001e000f0010" END,
		    NTSKE_OK, 1, 1 },
		{ "only others", NEXT "80040004001e0010" END, NTSKE_OK, 1,
		    0 },
		{ "a choice of protocols", "800100048001 0000" AEAD END,
		    NTSKE_OK, 1, 1 },
		{ "only another", "800100028001" AEAD END, NTSKE_OK, 0, 1 },
		{ "only another, without algorithms", "800100028001" END,
		    NTSKE_OK, 0, 0 },
		{ "no protocol", AEAD END, NTSKE_MALFORMED, 0, 0 },
		{ "no algorithms", NEXT END, NTSKE_MALFORMED, 0, 0 },
		{ "protocol not critical", "000100020000" AEAD END,
		    NTSKE_MALFORMED, 0, 0 },
		{ "an empty list of protocols", "80010000" AEAD END,
		    NTSKE_MALFORMED, 0, 0 },
		{ "an empty list of algorithms", NEXT "80040000" END,
		    NTSKE_MALFORMED, 0, 0 },
		{ "protocols twice", NEXT NEXT AEAD END, NTSKE_MALFORMED, 0,
		    0 },
		{ "algorithms twice", NEXT AEAD AEAD END, NTSKE_MALFORMED, 0,
		    0 },
		{ "an odd list", "8001000300 0000" AEAD END,
		    NTSKE_MALFORMED, 0, 0 },
		{ "an odd list of algorithms", NEXT "80040001 00" END,
		    NTSKE_MALFORMED, 0, 0 },
		{ "end not critical", NEXT AEAD "00000000", NTSKE_MALFORMED,
		    0, 0 },
		{ "end with a body", NEXT AEAD "8000000100", NTSKE_MALFORMED,
		    0, 0 },
		{ "more behind the end", NEXT AEAD END "00",
		    NTSKE_MALFORMED, 0, 0 },
		{ "unknown, critical", NEXT AEAD "c0010002 7878" END,
		    NTSKE_CRITICAL, 0, 0 },
		{ "unknown, not critical", NEXT AEAD "40010002 7878" END,
		    NTSKE_OK, 1, 1 },
		{ "a wish for a server", NEXT AEAD "000600036e7470" END,
		    NTSKE_OK, 1, 1 },
		{ "a wish for a port", NEXT AEAD "00070002007b" END,
		    NTSKE_OK, 1, 1 },
		{ "a port of three octets", NEXT AEAD "00070003007b00" END,
		    NTSKE_MALFORMED, 0, 0 },
		{ "an error", NEXT AEAD "800200020001" END, NTSKE_MALFORMED,
		    0, 0 },
		{ "a cookie", NEXT AEAD COOKIE END, NTSKE_MALFORMED, 0, 0 },
		{ "the end at once", END, NTSKE_MALFORMED, 0, 0 },
		{ "no end", NEXT AEAD, NTSKE_MORE, 0, 0 },
		{ "a body that does not come", NEXT AEAD "4001ffff 00",
		    NTSKE_MORE, 0, 0 },
		{ "HTTP", "474554202f20485454502f312e310d0a", NTSKE_MORE, 0,
		    0 },
	};
	struct ntske_request	 r;
	static uint8_t		 buf[NTSKE_REQUEST_MAX + 1];
	size_t			 i, len;

	for (i = 0; i < nitems(tests); i++) {
		len = hex(tests[i].octets, buf);
		CHECK_INT(tests[i].what, ntske_parse_request(buf, len, &r),
		    tests[i].want);
		if (tests[i].want != NTSKE_OK)
			continue;
		CHECK_INT(tests[i].what, r.ntpv4, tests[i].ntpv4);
		CHECK_INT(tests[i].what, r.aead, tests[i].aead);
	}
	CHECK_INT("too long", ntske_parse_request(buf, sizeof(buf), &r),
	    NTSKE_TOOLONG);
}

static void
test_parse_response(void)
{
	static const struct {
		const char	*what, *octets;
		enum ntske_verdict want;
		unsigned int	 cookies;
		int		 port;
	} tests[] = {
		{ "chrony's", NEXT AEAD "800700022b73" COOKIE COOKIE END,
		    NTSKE_OK, 2, 11123 },
		{ "ntpsec's", NEXT "00040002000f" COOKIE END, NTSKE_OK, 1,
		    0 },
		{ "in another order", COOKIE AEAD NEXT END, NTSKE_OK, 1, 0 },
		{ "no protocol", AEAD COOKIE END, NTSKE_MALFORMED, 0, 0 },
		{ "no common protocol", "80010000" END, NTSKE_NOPROTOCOL, 0,
		    0 },
		{ "another protocol", "800100028001" AEAD COOKIE END,
		    NTSKE_NOPROTOCOL, 0, 0 },
		{ "two protocols", "8001000400008001" AEAD COOKIE END,
		    NTSKE_MALFORMED, 0, 0 },
		{ "no algorithm", NEXT COOKIE END, NTSKE_MALFORMED, 0, 0 },
		{ "no common algorithm", NEXT "80040000" END, NTSKE_NOAEAD,
		    0, 0 },
		{ "one not offered", NEXT "80040002001e" COOKIE END,
		    NTSKE_UNOFFERED, 0, 0 },
		{ "two algorithms", NEXT "80040004000f001e" COOKIE END,
		    NTSKE_MALFORMED, 0, 0 },
		{ "no cookies", NEXT AEAD END, NTSKE_NOCOOKIES, 0, 0 },
		{ "an error", "800200020001" END, NTSKE_REFUSED, 0, 0 },
		{ "an error behind cookies", NEXT AEAD COOKIE "800200020002"
		    END, NTSKE_REFUSED, 0, 0 },
		{ "a warning", NEXT AEAD COOKIE "800300020001" END,
		    NTSKE_WARNED, 0, 0 },
		{ "an error without a code", "80020000" END,
		    NTSKE_MALFORMED, 0, 0 },
		{ "unknown, critical", NEXT AEAD COOKIE "c0010000" END,
		    NTSKE_CRITICAL, 0, 0 },
		{ "unknown, not critical", NEXT AEAD COOKIE "40010000" END,
		    NTSKE_OK, 1, 0 },
		{ "port 0", NEXT AEAD COOKIE "800700020000" END,
		    NTSKE_MALFORMED, 0, 0 },
		{ "two ports", NEXT AEAD COOKIE "800700020001" "800700020002"
		    END, NTSKE_MALFORMED, 0, 0 },
		{ "more behind the end", NEXT AEAD COOKIE END "80",
		    NTSKE_MALFORMED, 0, 0 },
		{ "end of the stream before the end", NEXT AEAD COOKIE,
		    NTSKE_MORE, 0, 0 },
	};
	struct ntske_response	 r;
	static uint8_t		 buf[NTSKE_RESPONSE_MAX + 1];
	size_t			 i, len;

	for (i = 0; i < nitems(tests); i++) {
		len = hex(tests[i].octets, buf);
		CHECK_INT(tests[i].what, ntske_parse_response(buf, len, &r),
		    tests[i].want);
		if (tests[i].want != NTSKE_OK)
			continue;
		CHECK_INT(tests[i].what, r.ncookies, tests[i].cookies);
		CHECK_INT(tests[i].what, r.port, tests[i].port);
	}
	CHECK_INT("too long", ntske_parse_response(buf, sizeof(buf), &r),
	    NTSKE_TOOLONG);
}

/* Which of them are kept. */
static void
test_cookies(void)
{
	static const struct {
		const char	*what;
		size_t		 len;
		unsigned int	 sent, kept;
	} tests[] = {
		{ "eight", 100, 8, 8 },
		{ "nine", 100, 9, 8 },
		{ "longer", 257, 8, 8 },
		{ "longest", 896, 8, 8 },
		{ "too long for a query", 897, 8, 0 },
		{ "not in fours", 101, 8, 8 },
		{ "short", 8, 1, 1 },
		{ "shortest", 1, 1, 1 },
		{ "empty", 0, 1, 0 },
	};
	const struct ntske_request req = { true, true };
	static uint8_t		 buf[8192], cookies[8192];
	struct ntske_response	 r;
	size_t			 i, len;

	for (i = 0; i < nitems(tests); i++) {
		len = ntske_response(&req, cookies, tests[i].len,
		    tests[i].sent, 0, buf, sizeof(buf));
		CHECK_INT(tests[i].what, ntske_parse_response(buf, len, &r),
		    tests[i].kept > 0 ? NTSKE_OK : NTSKE_NOCOOKIES);
		CHECK_INT(tests[i].what, r.ncookies, tests[i].kept);
	}
}

static void
test_server(void)
{
	static const struct {
		const char	*what, *record, *want;
	} tests[] = {
		{ "a name", "000600086e74702e74657374", "ntp.test" },
		{ "critical", "800600086e74702e74657374", "ntp.test" },
		{ "empty", "00060000", NULL },
		{ "with a NUL", "000600036e0070", NULL },
		{ "with a blank", "000600036e2070", NULL },
		{ "beyond ASCII", "000600036ee470", NULL },
		{ "with a line end", "000600036e7470" "00060001 0a", NULL },
	};
	struct ntske_response	 r;
	uint8_t			 buf[512];
	size_t			 i, len;

	for (i = 0; i < nitems(tests); i++) {
		len = hex(NEXT AEAD COOKIE, buf);
		len += hex(tests[i].record, buf + len);
		len += hex(END, buf + len);
		CHECK_INT(tests[i].what, ntske_parse_response(buf, len, &r),
		    tests[i].want != NULL ? NTSKE_OK : NTSKE_MALFORMED);
		if (tests[i].want != NULL)
			CHECK_STR(tests[i].what, r.server, tests[i].want);
	}
	/* 255 octets and a NUL fit, 256 do not */
	len = hex(NEXT AEAD COOKIE "000600ff", buf);
	memset(buf + len, 'a', 255);
	len += 255;
	len += hex(END, buf + len);
	CHECK_INT("255 octets", ntske_parse_response(buf, len, &r), NTSKE_OK);
	CHECK_INT("255 octets", strlen(r.server), 255);
	len = hex(NEXT AEAD COOKIE "00060100", buf);
	memset(buf + len, 'a', 256);
	len += 256;
	CHECK_INT("256 octets", ntske_parse_response(buf, len, &r),
	    NTSKE_MALFORMED);
}

static void
test_context(void)
{
	uint8_t	 c[NTSKE_CONTEXT_LEN];

	ntske_context(false, c);
	CHECK_MEM("C2S", c, "\0\0\0\x0f\0", sizeof(c));
	ntske_context(true, c);
	CHECK_MEM("S2C", c, "\0\0\0\x0f\1", sizeof(c));
}

static void
test_hammer(void)
{
	struct ntske_response	 r;
	struct ntske_request	 q;
	uint8_t			 buf[256];
	size_t			 i, j, len, full;

	full = hex(NEXT AEAD "800700022b73" COOKIE COOKIE
	    "000600086e74702e74657374" END, buf);
	for (i = 0; i < 50000; i++) {
		full = hex(NEXT AEAD "800700022b73" COOKIE COOKIE
		    "000600086e74702e74657374" END, buf);
		for (j = test_rnd() % 4; j < 4; j++)
			buf[test_rnd() % full] = (uint8_t)test_rnd();
		len = test_rnd() % (full + 1);
		if (ntske_parse_response(buf, len, &r) == NTSKE_OK)
			CHECK_INT("sane", r.ncookies >= 1 &&
			    r.ncookies <= NTSKE_COOKIES &&
			    memchr(r.server, 0, sizeof(r.server)) != NULL, 1);
		CHECK_INT("a verdict", ntske_parse_request(buf, len, &q) <
		    NTSKE__MAX, 1);
	}
}

/* Blanks between octets are for the eye. */
static size_t
hex(const char *s, uint8_t *out)
{
	char	 pair[3] = "";
	size_t	 n = 0;

	for (; *s != '\0'; s++) {
		if (*s == ' ')
			continue;
		pair[0] = *s++;
		pair[1] = *s;
		out[n++] = (uint8_t)strtoul(pair, NULL, 16);
	}
	return n;
}
