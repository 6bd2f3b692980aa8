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
 * ntsfield: a request is what its server verifies, the answer what its
 * client does; one bit changed anywhere, and it is neither.
 */

#include "test.h"

#include "be.h"
#include "extfield.h"
#include "ntsfield.h"
#include "packet.h"

#define COOKIE_LEN	104

/* A client and a server that have established keys. */
static struct {
	struct siv	*siv;
	uint8_t		 c2s[NTS_KEY_LEN];
	uint8_t		 s2c[NTS_KEY_LEN];
	uint8_t		 uid[NTS_UID_LEN];
	uint8_t		 nonce[NTS_NONCE_LEN];
	uint8_t		 cookie[NTS_COOKIE_MAX];
} w;
_Static_assert(NTS_COOKIES * COOKIE_LEN <= NTS_COOKIE_MAX, "cookies");

static void	 test_exchange(void);
static void	 test_peers(void);
static void	 test_request_bits(void);
static void	 test_reply_bits(void);
static void	 test_cut(void);
static void	 test_behind(void);
static void	 test_nak(void);
static void	 test_shapes(void);
static void	 test_limits(void);
static void	 test_hammer(void);
static size_t	 ask(uint8_t *, unsigned int);
static size_t	 answer(const uint8_t *, size_t, uint8_t *, unsigned int);
static void	 fill(void *, size_t);

int
main(void)
{
	w.siv = siv_new();
	fill(w.c2s, sizeof(w.c2s));
	fill(w.s2c, sizeof(w.s2c));
	fill(w.uid, sizeof(w.uid));
	fill(w.nonce, sizeof(w.nonce));
	fill(w.cookie, sizeof(w.cookie));
	test_exchange();
	test_peers();
	test_request_bits();
	test_reply_bits();
	test_cut();
	test_behind();
	test_nak();
	test_shapes();
	test_limits();
	test_hammer();
	siv_free(w.siv);
	return test_done("ntsfield");
}

/* A request with so many placeholders; its length. */
static size_t
ask(uint8_t *pkt, unsigned int placeholders)
{
	struct ntsfield_request	 r = {
		.key = w.c2s, .uid = w.uid, .nonce = w.nonce,
		.cookie = w.cookie, .cookielen = COOKIE_LEN,
		.placeholders = placeholders
	};
	size_t	 len = NTP_HEADER_LEN;

	packet_request(pkt, 0x0123456789abcdef);
	CHECK_INT("protect", ntsfield_protect(w.siv, &r, pkt, NTS_PACKET_MAX,
	    &len), 0);
	return len;
}

/* The answer to it with so many cookies. */
static size_t
answer(const uint8_t *req, size_t reqlen, uint8_t *pkt, unsigned int n)
{
	struct ntsfield	 f;
	size_t		 len = NTP_HEADER_LEN;

	memset(pkt, 0, NTP_HEADER_LEN);
	pkt[0] = 0x24;
	pkt[1] = 1;
	CHECK_INT("find", ntsfield_find(req, reqlen, &f), NTSFIELD_GOOD);
	CHECK_INT("respond", ntsfield_respond(w.siv, w.s2c, &f, w.nonce,
	    w.cookie, COOKIE_LEN, n, pkt, NTS_PACKET_MAX, &len), 0);
	return len;
}

/* Every number of cookies: as long as the request, and all arrive. */
static void
test_exchange(void)
{
	struct ntsfield_cookies	 got;
	struct ntsfield		 f;
	uint8_t			 req[NTS_PACKET_MAX], rep[NTS_PACKET_MAX];
	size_t			 reqlen, replen;
	unsigned int		 n, i;

	for (n = 0; n < NTS_COOKIES; n++) {
		reqlen = ask(req, n);
		/* RFC 8915 5.7 and what chrony 4.3 was seen to send */
		CHECK_INT("request", reqlen, 48 + 36 + 108 + 108 * n + 40);
		CHECK_INT("find", ntsfield_find(req, reqlen, &f),
		    NTSFIELD_GOOD);
		CHECK_INT("uid", f.uidlen, NTS_UID_LEN);
		CHECK_MEM("uid", f.uid, w.uid, NTS_UID_LEN);
		CHECK_INT("cookie", f.cookielen, COOKIE_LEN);
		CHECK_MEM("cookie", f.cookie, w.cookie, COOKIE_LEN);
		CHECK_INT("placeholders", f.placeholders, n);
		CHECK_INT("authentic", ntsfield_authentic(w.siv, w.c2s, req,
		    &f), NTSFIELD_GOOD);
		CHECK_INT("not with another key", ntsfield_authentic(w.siv,
		    w.s2c, req, &f), NTSFIELD_FORGED);
		replen = answer(req, reqlen, rep, n + 1);
		CHECK_INT("reply as long as the request", replen, reqlen);
		CHECK_INT("verify", ntsfield_verify(w.siv, w.s2c, w.uid, rep,
		    replen, &got), NTSFIELD_GOOD);
		CHECK_INT("cookies", got.n, n + 1);
		for (i = 0; i < got.n; i++) {
			CHECK_INT("cookie", got.len[i], COOKIE_LEN);
			CHECK_MEM("cookie", got.cookie[i],
			    w.cookie + i * COOKIE_LEN, COOKIE_LEN);
		}
		CHECK_INT("not with another key", ntsfield_verify(w.siv,
		    w.c2s, w.uid, rep, replen, &got), NTSFIELD_FORGED);
	}
}

/* Shapes of other implementations' requests. */
static void
test_peers(void)
{
	static const struct {
		const char	*what;
		size_t		 uid, nonce, extra;
		enum ntsfield_verdict want;
	} tests[] = {
		{ "ours", 32, 16, 0, NTSFIELD_GOOD },
		{ "a nonce of 12, with room for 16", 32, 12, 4,
		    NTSFIELD_GOOD },
		{ "a nonce of 12, and no room", 32, 12, 0,
		    NTSFIELD_MALFORMED },
		{ "a nonce of 24", 32, 24, 0, NTSFIELD_GOOD },
		{ "no nonce", 32, 0, 16, NTSFIELD_MALFORMED },
		{ "additional padding", 32, 16, 24, NTSFIELD_GOOD },
		{ "a unique identifier of 36", 36, 16, 0, NTSFIELD_GOOD },
		{ "one of 68", 68, 16, 0, NTSFIELD_GOOD },
		{ "one of 512", 512, 16, 0, NTSFIELD_GOOD },
		{ "the longest that fits", 824, 16, 0, NTSFIELD_GOOD },
		/* RFC 8915 5.3: at least 32 */
		{ "one of 28", 28, 16, 0, NTSFIELD_MALFORMED },
		{ "one of 12", 12, 16, 0, NTSFIELD_MALFORMED },
	};
	struct ntsfield	 f;
	uint8_t		 pkt[NTS_PACKET_MAX], rep[NTS_PACKET_MAX];
	uint8_t		 uid[824], nonce[24], *p;
	size_t		 i, len, at, replen;

	fill(uid, sizeof(uid));
	fill(nonce, sizeof(nonce));
	for (i = 0; i < nitems(tests); i++) {
		packet_request(pkt, 1);
		len = NTP_HEADER_LEN;
		CHECK_INT("put", extfield_put(pkt, sizeof(pkt), &len,
		    NTSFIELD_UID, uid, tests[i].uid, 0), 0);
		CHECK_INT("put", extfield_put(pkt, sizeof(pkt), &len,
		    NTSFIELD_COOKIE, w.cookie, COOKIE_LEN, 0), 0);
		at = len;
		p = pkt + at;
		len += 8 + tests[i].nonce + SIV_TAG_LEN + tests[i].extra;
		memset(p, 0, len - at);
		be_put16(p, NTSFIELD_AUTH);
		be_put16(p + 2, (uint16_t)(len - at));
		be_put16(p + 4, (uint16_t)tests[i].nonce);
		be_put16(p + 6, SIV_TAG_LEN);
		memcpy(p + 8, nonce, tests[i].nonce);
		CHECK_INT("seal", siv_seal(w.siv, w.c2s, pkt, at, nonce,
		    tests[i].nonce, NULL, 0, p + 8 + tests[i].nonce), 0);
		CHECK_INT(tests[i].what, ntsfield_find(pkt, len, &f),
		    tests[i].want);
		if (tests[i].want != NTSFIELD_GOOD)
			continue;
		CHECK_INT(tests[i].what, ntsfield_authentic(w.siv, w.c2s, pkt,
		    &f), NTSFIELD_GOOD);
		replen = answer(pkt, len, rep, 1);
		CHECK_INT("no longer than the request", replen <= len, 1);
		CHECK_INT("echoed", be_get16(rep + NTP_HEADER_LEN + 2),
		    4 + tests[i].uid);
		CHECK_MEM("verbatim", rep + NTP_HEADER_LEN + 4, uid,
		    tests[i].uid);
	}
}

/* No bit of a request can change unnoticed, but for mere padding. */
static void
test_request_bits(void)
{
	struct ntsfield	 f;
	uint8_t		 pkt[NTS_PACKET_MAX];
	size_t		 len, bit;
	int		 passed;

	len = ask(pkt, 1);
	for (bit = 0; bit < len * 8; bit++) {
		pkt[bit / 8] ^= (uint8_t)(1 << bit % 8);
		passed = ntsfield_find(pkt, len, &f) == NTSFIELD_GOOD &&
		    ntsfield_authentic(w.siv, w.c2s, pkt, &f) ==
		    NTSFIELD_GOOD;
		CHECK_INT("one bit of a request", passed, 0);
		pkt[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	CHECK_INT("unchanged", ntsfield_find(pkt, len, &f), NTSFIELD_GOOD);
}

static void
test_reply_bits(void)
{
	struct ntsfield_cookies	 got;
	uint8_t			 req[NTS_PACKET_MAX], rep[NTS_PACKET_MAX];
	size_t			 len, bit;
	int			 passed;

	len = ask(req, 1);
	len = answer(req, len, rep, 2);
	for (bit = 0; bit < len * 8; bit++) {
		rep[bit / 8] ^= (uint8_t)(1 << bit % 8);
		passed = ntsfield_verify(w.siv, w.s2c, w.uid, rep, len,
		    &got) == NTSFIELD_GOOD;
		CHECK_INT("one bit of a reply", passed, 0);
		CHECK_INT("no cookies of a forgery", got.n, 0);
		rep[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	w.uid[31] ^= 1;
	CHECK_INT("to another request", ntsfield_verify(w.siv, w.s2c, w.uid,
	    rep, len, &got), NTSFIELD_OTHER);
	w.uid[31] ^= 1;
	CHECK_INT("unchanged", ntsfield_verify(w.siv, w.s2c, w.uid, rep, len,
	    &got), NTSFIELD_GOOD);
}

/*
 * Truncated anywhere it is nothing; what is behind it, a field or not, is
 * not there (RFC 8915 5.7).
 */
static void
test_cut(void)
{
	struct ntsfield_cookies	 got;
	struct ntsfield		 f;
	uint8_t			 req[NTS_PACKET_MAX], rep[NTS_PACKET_MAX];
	size_t			 reqlen, replen, n;

	reqlen = ask(req, 0);
	replen = answer(req, reqlen, rep, 1);
	for (n = 0; n < reqlen; n++)
		CHECK_INT("a truncated request", ntsfield_find(req, n, &f) ==
		    NTSFIELD_GOOD, 0);
	for (n = 0; n < replen; n++)
		CHECK_INT("a truncated reply", ntsfield_verify(w.siv, w.s2c,
		    w.uid, rep, n, &got) == NTSFIELD_GOOD, 0);
	for (n = 1; n <= 64; n++) {
		fill(req + reqlen, n);
		fill(rep + replen, n);
		CHECK_INT("octets behind a request", ntsfield_find(req,
		    reqlen + n, &f), NTSFIELD_GOOD);
		CHECK_INT("octets behind a reply", ntsfield_verify(w.siv,
		    w.s2c, w.uid, rep, replen + n, &got), NTSFIELD_GOOD);
	}
}

/* Fields that nobody vouches for, behind a request and a reply to it. */
static void
test_behind(void)
{
	static const struct {
		const char	*what;
		uint16_t	 type;
		size_t		 len;
	} tests[] = {
		{ "a field of another kind", 0x2104, 28 },
		{ "the least field", 0x2104, 12 },
		{ "a cookie", NTSFIELD_COOKIE, COOKIE_LEN },
		{ "a placeholder", NTSFIELD_PLACEHOLDER, COOKIE_LEN },
		{ "a placeholder of another length", NTSFIELD_PLACEHOLDER,
		    12 },
		{ "a unique identifier", NTSFIELD_UID, NTS_UID_LEN },
		{ "an authenticator", NTSFIELD_AUTH, 36 },
	};
	struct ntsfield_cookies	 got;
	struct ntsfield		 f;
	uint8_t			 req[NTS_PACKET_MAX], rep[NTS_PACKET_MAX];
	uint8_t			 body[COOKIE_LEN];
	size_t			 i, reqlen, replen, len;

	fill(body, sizeof(body));
	reqlen = ask(req, 1);
	replen = answer(req, reqlen, rep, 2);
	for (i = 0; i < nitems(tests); i++) {
		len = reqlen;
		CHECK_INT("put", extfield_put(req, sizeof(req), &len,
		    tests[i].type, body, tests[i].len, 0), 0);
		CHECK_INT(tests[i].what, ntsfield_find(req, len, &f),
		    NTSFIELD_GOOD);
		CHECK_INT(tests[i].what, f.placeholders, 1);
		CHECK_INT(tests[i].what, f.authenticated, reqlen - 40);
		CHECK_MEM(tests[i].what, f.uid, w.uid, NTS_UID_LEN);
		CHECK_INT(tests[i].what, ntsfield_authentic(w.siv, w.c2s, req,
		    &f), NTSFIELD_GOOD);
		len = replen;
		CHECK_INT("put", extfield_put(rep, sizeof(rep), &len,
		    tests[i].type, body, tests[i].len, 0), 0);
		CHECK_INT(tests[i].what, ntsfield_verify(w.siv, w.s2c, w.uid,
		    rep, len, &got), NTSFIELD_GOOD);
		CHECK_INT(tests[i].what, got.n, 2);
		CHECK_MEM(tests[i].what, got.cookie[1],
		    w.cookie + COOKIE_LEN, COOKIE_LEN);
	}
}

/* NTSN is bound to its request, but not authenticated. */
static void
test_nak(void)
{
	struct ntsfield_cookies	 got;
	struct ntsfield		 f;
	uint8_t			 req[NTS_PACKET_MAX], nak[128];
	size_t			 len;

	len = ask(req, 0);
	CHECK_INT("find", ntsfield_find(req, len, &f), NTSFIELD_GOOD);
	memset(nak, 0, sizeof(nak));
	len = NTP_HEADER_LEN;
	CHECK_INT("nak", ntsfield_nak(&f, nak, sizeof(nak), &len), 0);
	CHECK_INT("as long as chrony's", len, 84);
	CHECK_INT("bound", ntsfield_verify(w.siv, w.s2c, w.uid, nak, len,
	    &got), NTSFIELD_NAKED);
	nak[60] ^= 1;
	CHECK_INT("to another", ntsfield_verify(w.siv, w.s2c, w.uid, nak,
	    len, &got), NTSFIELD_OTHER);
	CHECK_INT("plain", ntsfield_verify(w.siv, w.s2c, w.uid, nak, 48,
	    &got), NTSFIELD_PLAIN);
}

/* Each field twice, missing, or of the wrong size. */
static void
test_shapes(void)
{
	static const struct {
		const char	*what;
		struct { uint16_t type; size_t len; } field[5];
		enum ntsfield_verdict want;
	} tests[] = {
		{ "nothing", { { 0 } }, NTSFIELD_PLAIN },
		{ "a field that is not NTS'", { { 0x2104, 40 } },
		    NTSFIELD_PLAIN },
		{ "all there is", { { NTSFIELD_UID, 32 },
		    { NTSFIELD_COOKIE, 100 }, { NTSFIELD_AUTH, 36 } },
		    NTSFIELD_GOOD },
		{ "cookie first", { { NTSFIELD_COOKIE, 100 },
		    { NTSFIELD_UID, 32 }, { NTSFIELD_AUTH, 36 } },
		    NTSFIELD_GOOD },
		{ "a strange field between", { { NTSFIELD_UID, 32 },
		    { 0x2104, 40 }, { NTSFIELD_COOKIE, 100 },
		    { NTSFIELD_AUTH, 36 } }, NTSFIELD_GOOD },
		{ "placeholder first", { { NTSFIELD_PLACEHOLDER, 100 },
		    { NTSFIELD_UID, 32 }, { NTSFIELD_COOKIE, 100 },
		    { NTSFIELD_AUTH, 36 } }, NTSFIELD_GOOD },
		{ "placeholder longer", { { NTSFIELD_UID, 32 },
		    { NTSFIELD_COOKIE, 100 }, { NTSFIELD_PLACEHOLDER, 104 },
		    { NTSFIELD_AUTH, 36 } }, NTSFIELD_MALFORMED },
		{ "placeholder shorter", { { NTSFIELD_UID, 32 },
		    { NTSFIELD_COOKIE, 100 }, { NTSFIELD_PLACEHOLDER, 12 },
		    { NTSFIELD_AUTH, 36 } }, NTSFIELD_MALFORMED },
		{ "no unique identifier", { { NTSFIELD_COOKIE, 100 },
		    { NTSFIELD_AUTH, 36 } }, NTSFIELD_MALFORMED },
		{ "no cookie", { { NTSFIELD_UID, 32 },
		    { NTSFIELD_AUTH, 36 } }, NTSFIELD_MALFORMED },
		{ "no authenticator", { { NTSFIELD_UID, 32 },
		    { NTSFIELD_COOKIE, 100 } }, NTSFIELD_MALFORMED },
		{ "two unique identifiers", { { NTSFIELD_UID, 32 },
		    { NTSFIELD_UID, 32 }, { NTSFIELD_COOKIE, 100 },
		    { NTSFIELD_AUTH, 36 } }, NTSFIELD_MALFORMED },
		{ "two cookies", { { NTSFIELD_UID, 32 },
		    { NTSFIELD_COOKIE, 100 }, { NTSFIELD_COOKIE, 100 },
		    { NTSFIELD_AUTH, 36 } }, NTSFIELD_MALFORMED },
		{ "two authenticators", { { NTSFIELD_UID, 32 },
		    { NTSFIELD_COOKIE, 100 }, { NTSFIELD_AUTH, 36 },
		    { NTSFIELD_AUTH, 36 } }, NTSFIELD_GOOD },
		{ "a field behind the authenticator", { { NTSFIELD_UID, 32 },
		    { NTSFIELD_COOKIE, 100 }, { NTSFIELD_AUTH, 36 },
		    { 0x2104, 28 } }, NTSFIELD_GOOD },
		{ "the unique identifier behind it", {
		    { NTSFIELD_COOKIE, 100 }, { NTSFIELD_AUTH, 36 },
		    { NTSFIELD_UID, 32 } }, NTSFIELD_MALFORMED },
		{ "the cookie behind it", { { NTSFIELD_UID, 32 },
		    { NTSFIELD_AUTH, 36 }, { NTSFIELD_COOKIE, 100 } },
		    NTSFIELD_MALFORMED },
		{ "a cookie of 260", { { NTSFIELD_UID, 32 },
		    { NTSFIELD_COOKIE, 260 }, { NTSFIELD_AUTH, 36 } },
		    NTSFIELD_GOOD },
		{ "an authenticator without room for its tag",
		    { { NTSFIELD_UID, 32 }, { NTSFIELD_COOKIE, 100 },
		    { NTSFIELD_AUTH, 32 } }, NTSFIELD_MALFORMED },
	};
	static uint8_t	 body[300];
	struct ntsfield	 f;
	uint8_t		 pkt[NTS_PACKET_MAX];
	size_t		 i, j, len;

	be_put16(body, 16);		/* an authenticator's two lengths */
	be_put16(body + 2, 16);
	for (i = 0; i < nitems(tests); i++) {
		packet_request(pkt, 1);
		len = NTP_HEADER_LEN;
		for (j = 0; tests[i].field[j].type != 0; j++)
			CHECK_INT("put", extfield_put(pkt, sizeof(pkt), &len,
			    tests[i].field[j].type, body,
			    tests[i].field[j].len, 0), 0);
		CHECK_INT(tests[i].what, ntsfield_find(pkt, len, &f),
		    tests[i].want);
	}
}

static void
test_limits(void)
{
	static const struct {
		size_t		 len;
		int		 ok;
		unsigned int	 placeholders;
	} tests[] = {
		{ 0, 0, 7 }, { 1, 1, 7 }, { 12, 1, 7 }, { 13, 1, 7 },
		{ 100, 1, 7 }, { 104, 1, 7 }, { 108, 1, 7 }, { 109, 1, 6 },
		{ 192, 1, 3 }, { 256, 1, 2 }, { 257, 1, 2 }, { 444, 1, 1 },
		{ 445, 1, 0 }, { 893, 1, 0 }, { 896, 1, 0 }, { 897, 0, 0 },
		{ 2000, 0, 0 },
	};
	struct ntsfield_request	 r = {
		.key = w.c2s, .uid = w.uid, .nonce = w.nonce,
		.cookie = w.cookie
	};
	struct ntsfield	 f;
	uint8_t	 pkt[NTS_PACKET_MAX];
	size_t	 i, len, size;

	for (i = 0; i < nitems(tests); i++) {
		CHECK_INT("a cookie of that length",
		    ntsfield_cookie_ok(tests[i].len), tests[i].ok);
		CHECK_INT("placeholders of that length",
		    ntsfield_placeholders(tests[i].len),
		    tests[i].placeholders);
		if (!tests[i].ok)
			continue;
		r.cookielen = tests[i].len;
		r.placeholders = tests[i].placeholders;
		len = NTP_HEADER_LEN;
		CHECK_INT("fits", ntsfield_protect(w.siv, &r, pkt,
		    sizeof(pkt), &len), 0);
		/* RFC 8915 5.5: placeholders as long as the cookie */
		CHECK_INT("in order", ntsfield_find(pkt, len, &f),
		    NTSFIELD_GOOD);
		CHECK_INT("placeholders", f.placeholders, r.placeholders);
		CHECK_MEM("the cookie", f.cookie, w.cookie, r.cookielen);
		for (size = r.cookielen; size < f.cookielen; size++)
			CHECK_INT("padded", f.cookie[size], 0);
		if (r.placeholders == NTS_COOKIES - 1)
			continue;
		r.placeholders++;
		len = NTP_HEADER_LEN;
		CHECK_INT("one more does not", ntsfield_protect(w.siv, &r,
		    pkt, sizeof(pkt), &len), -1);
	}
	r.cookielen = COOKIE_LEN;
	r.placeholders = 0;
	for (size = NTP_HEADER_LEN; size < 232; size++) {
		len = NTP_HEADER_LEN;
		CHECK_INT("does not fit", ntsfield_protect(w.siv, &r, pkt,
		    size, &len), -1);
		CHECK_INT("nothing has changed", len, NTP_HEADER_LEN);
	}
}

/* Octets of chance behind a header: never good, never out of bounds. */
static void
test_hammer(void)
{
	struct ntsfield_cookies	 got;
	struct ntsfield		 f;
	uint8_t			 pkt[400];
	size_t			 i, len, at;

	for (i = 0; i < 20000; i++) {
		len = ask(pkt, 0);
		for (at = test_rnd() % 8; at < 8; at++)
			pkt[48 + test_rnd() % (len - 48)] =
			    (uint8_t)test_rnd();
		len -= test_rnd() % 4 == 0 ? test_rnd() % len : 0;
		if (ntsfield_find(pkt, len, &f) == NTSFIELD_GOOD) {
			CHECK_INT("inside", f.sealed + f.sealedlen <=
			    pkt + len && f.nonce + f.noncelen <= f.sealed &&
			    f.authenticated < len, 1);
			CHECK_INT("a verdict", ntsfield_authentic(w.siv,
			    w.c2s, pkt, &f) <= NTSFIELD_FORGED, 1);
		}
		CHECK_INT("good by chance", ntsfield_verify(w.siv, w.s2c,
		    w.uid, pkt, len, &got) == NTSFIELD_GOOD, 0);
	}
}

static void
fill(void *buf, size_t len)
{
	uint8_t	*p = buf;
	size_t	 i;

	for (i = 0; i < len; i++)
		p[i] = (uint8_t)test_rnd();
}
