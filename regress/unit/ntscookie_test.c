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
 * ntscookie and ntsserve: what we sealed we open, by any key of the ring;
 * one bit changed anywhere in a cookie or a request, and there is no sealed
 * reply.
 */

#include "test.h"

#include "be.h"
#include "ntsserve.h"
#include "packet.h"
#include "siv.h"

#define DAY	86400
#define T0	INT64_C(1800000000)

static struct {
	struct siv	*siv;
	struct ntsserve	*serve;
	struct ntsring	 ring;
	struct ntscookie session;
	uint8_t		 cookie[NTSCOOKIE_LEN];
	uint8_t		 random[NTSSERVE_RANDOM_MAX];
} w;

static void
fill(void *to, size_t n)
{
	uint8_t *p = to;

	while (n-- > 0)
		*p++ = (uint8_t)test_rnd();
}

static void
turn(int64_t now)
{
	uint8_t random[NTSRING_RANDOM];

	fill(random, sizeof(random));
	ntsring_turn(&w.ring, now, DAY, random);
	ntsserve_ring(w.serve, &w.ring);
}

static void
seal(uint8_t cookie[NTSCOOKIE_LEN])
{
	uint8_t nonce[NTSCOOKIE_NONCE];

	fill(nonce, sizeof(nonce));
	CHECK_INT("sealed", ntscookie_seal(w.siv, &w.ring, &w.session, nonce,
	    cookie), 0);
}

static void
test_cookie(void)
{
	struct ntscookie c;
	uint8_t bad[NTSCOOKIE_LEN + 4];
	size_t i;

	memset(&c, 0, sizeof(c));
	CHECK_INT("opened", ntscookie_open(w.siv, &w.ring, w.cookie,
	    sizeof(w.cookie), &c), 0);
	CHECK_MEM("the same", &c, &w.session, sizeof(c));
	memcpy(bad, w.cookie, NTSCOOKIE_LEN);
	for (i = 0; i < NTSCOOKIE_LEN * 8; i++) {
		bad[i / 8] ^= (uint8_t)(1 << i % 8);
		CHECK_INT("a bit", ntscookie_open(w.siv, &w.ring, bad,
		    NTSCOOKIE_LEN, &c), -1);
		bad[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	for (i = 0; i <= sizeof(bad); i++)
		CHECK_INT("its length", ntscookie_open(w.siv, &w.ring, bad, i,
		    &c), i == NTSCOOKIE_LEN ? 0 : -1);
}

/* Good for eight periods after the one it was given out in, no longer. */
static void
test_age(void)
{
	struct ntscookie c;
	int i;

	for (i = 1; i <= NTSRING_KEYS - 2; i++) {
		turn(T0 + (int64_t)i * DAY);
		CHECK_INT("an old one", ntscookie_open(w.siv, &w.ring,
		    w.cookie, sizeof(w.cookie), &c), 0);
	}
	turn(T0 + (int64_t)i * DAY);
	CHECK_INT("too old", ntscookie_open(w.siv, &w.ring, w.cookie,
	    sizeof(w.cookie), &c), -1);
	seal(w.cookie);
}

/* Sealed well, but for another algorithm, or not as we do it. */
static void
test_inside(void)
{
	struct ntscookie other = w.session, c;
	uint8_t nonce[NTSCOOKIE_NONCE], cookie[NTSCOOKIE_LEN];

	fill(nonce, sizeof(nonce));
	other.aead = 16;
	CHECK_INT("sealed", ntscookie_seal(w.siv, &w.ring, &other, nonce,
	    cookie), 0);
	CHECK_INT("AEAD", ntscookie_open(w.siv, &w.ring, cookie,
	    sizeof(cookie), &c), -1);
}

/* A request with so many placeholders; its length. */
static size_t
ask(uint8_t *pkt, size_t size, unsigned int placeholders)
{
	struct ntsfield_request req;
	uint8_t uid[NTS_UID_LEN], nonce[NTS_NONCE_LEN];
	size_t len = NTP_HEADER_LEN;

	fill(uid, sizeof(uid));
	fill(nonce, sizeof(nonce));
	memset(pkt, 0, size);
	pkt[0] = NTP_VERSION << 3 | MODE_CLIENT;
	fill(pkt + 40, 8);
	memset(&req, 0, sizeof(req));
	req.key = w.session.c2s;
	req.uid = uid;
	req.nonce = nonce;
	req.cookie = w.cookie;
	req.cookielen = sizeof(w.cookie);
	req.placeholders = placeholders;
	CHECK_INT("asked", ntsfield_protect(w.siv, &req, pkt, size, &len), 0);
	return len;
}

static void
test_exchange(void)
{
	struct ntsserve_reply r;
	struct ntsfield_cookies got;
	struct ntsfield f;
	struct ntscookie c;
	uint8_t req[1024], out[1024];
	unsigned int n, i;
	size_t len, outlen;

	for (n = 0; n < NTS_COOKIES; n++) {
		len = ask(req, sizeof(req), n);
		fill(w.random, sizeof(w.random));
		CHECK_INT("a good request", ntsserve_request(w.serve, req,
		    len, w.random, &r), NTSSERVE_SEAL);
		CHECK_INT("cookies", r.ncookies, n + 1);
		memset(out, 0, sizeof(out));
		CHECK_INT("the reply", ntsserve_reply(w.serve, &r, out,
		    sizeof(out), &outlen), 0);
		CHECK_INT("as long as the request", outlen, len);
		CHECK_INT("found", ntsfield_find(req, len, &f),
		    NTSFIELD_GOOD);
		CHECK_INT("verified", ntsfield_verify(w.siv, w.session.s2c,
		    f.uid, out, outlen, &got), NTSFIELD_GOOD);
		CHECK_INT("new cookies", got.n, n + 1);
		for (i = 0; i < got.n; i++) {
			CHECK_INT("each opens", ntscookie_open(w.siv, &w.ring,
			    got.cookie[i], got.len[i], &c), 0);
			CHECK_MEM("the same", &c, &w.session, sizeof(c));
			CHECK_INT("none twice", i > 0 &&
			    memcmp(got.cookie[i], got.cookie[i - 1],
			    NTSCOOKIE_LEN) == 0, 0);
		}
	}
}

/* One bit of a request is another: a kiss or silence, never a seal. */
static void
test_bits(void)
{
	struct ntsserve_reply r;
	enum ntsserve_act act;
	uint8_t req[1024], out[1024];
	size_t len, outlen, i, plain = 0;

	len = ask(req, sizeof(req), 1);
	for (i = 0; i < len * 8; i++) {
		req[i / 8] ^= (uint8_t)(1 << i % 8);
		act = ntsserve_request(w.serve, req, len, w.random, &r);
		CHECK_INT("a bit: no seal", act == NTSSERVE_SEAL, 0);
		plain += act == NTSSERVE_PLAIN;
		memset(out, 0, sizeof(out));
		if (act == NTSSERVE_NAK) {
			CHECK_INT("the kiss", ntsserve_reply(w.serve, &r, out,
			    sizeof(out), &outlen), 0);
			CHECK_INT("shorter", outlen < len, 1);
			CHECK_MEM("NTSN", out + 12, "NTSN", 4);
			CHECK_INT("unsynchronised, a kiss", out[0] >> 6 == 3 &&
			    out[1] == 0, 1);
		} else if (act == NTSSERVE_DROP)
			CHECK_INT("nothing", ntsserve_reply(w.serve, &r, out,
			    sizeof(out), &outlen), -1);
		req[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	CHECK_INT("never taken for a request without NTS", plain, 0);
	for (i = NTP_HEADER_LEN + 1; i < len; i++)
		CHECK_INT("cut: no seal", ntsserve_request(w.serve, req, i,
		    w.random, &r) == NTSSERVE_SEAL, 0);
	CHECK_INT("the whole", ntsserve_request(w.serve, req, len, w.random,
	    &r), NTSSERVE_SEAL);
	CHECK_INT("no room", ntsserve_reply(w.serve, &r, out, len - 1,
	    &outlen), -1);
}

static void
test_plain(void)
{
	struct ntsserve_reply r;
	struct ntsserve *none = ntsserve_new();
	uint8_t req[1024], out[1024];
	size_t len = ask(req, sizeof(req), 0), outlen;

	CHECK_INT("a header", ntsserve_request(w.serve, req, NTP_HEADER_LEN,
	    w.random, &r), NTSSERVE_PLAIN);
	CHECK_INT("as it is", ntsserve_reply(w.serve, &r, out, sizeof(out),
	    &outlen), 0);
	CHECK_INT("48", outlen, NTP_HEADER_LEN);
	CHECK_INT("no keys yet", ntsserve_request(none, req, len, w.random,
	    &r), NTSSERVE_DROP);
	CHECK_INT("no keys, no NTS", ntsserve_request(none, req,
	    NTP_HEADER_LEN, w.random, &r), NTSSERVE_PLAIN);
	ntsserve_free(none);
}

#define AUTH	40	/* octets of a request's authenticator */

static void
test_hammer(void)
{
	struct ntsserve_reply r;
	uint8_t req[1024], good[1024];
	size_t len, goodlen = ask(good, sizeof(good), 3), i, j;
	unsigned int sealed = 0;

	for (i = 0; i < 20000; i++) {
		memcpy(req, good, sizeof(req));
		for (j = test_rnd() % 4 + 1; j > 0; j--)
			req[test_rnd() % goodlen] = (uint8_t)test_rnd();
		len = test_rnd() % 4 != 0 ? goodlen :
		    test_rnd() % (sizeof(req) + 1);
		/* nobody vouches for the length of the authenticator */
		memcpy(req + goodlen - AUTH, good + goodlen - AUTH, 4);
		if (memcmp(req, good, goodlen) != 0 || len < goodlen)
			sealed += ntsserve_request(w.serve, req, len,
			    w.random, &r) == NTSSERVE_SEAL;
	}
	CHECK_INT("nonsense is not sealed", sealed, 0);
}

int
main(void)
{
	w.siv = siv_new();
	w.serve = ntsserve_new();
	w.session.aead = SIV_AEAD;
	fill(w.session.c2s, sizeof(w.session.c2s));
	fill(w.session.s2c, sizeof(w.session.s2c));
	turn(T0);
	seal(w.cookie);
	test_cookie();
	test_age();
	test_inside();
	test_exchange();
	test_bits();
	test_plain();
	test_hammer();
	siv_free(w.siv);
	ntsserve_free(w.serve);
	return test_done("ntscookie");
}
