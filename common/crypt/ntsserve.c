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
 * Requests with NTS, and replies to them.  Pure but for libcrypto.
 */

#include <openssl/crypto.h>

#include <stdlib.h>
#include <string.h>

#include "be.h"
#include "ntsserve.h"
#include "packet.h"
#include "siv.h"

#define NTSN	0x4e54534eU	/* the kiss, RFC 8915 5.7 */

/*
 * To set a key takes longer than to use it: that of the cookies, nearly
 * always the same one, stays set.
 */
struct ntsserve {
	struct siv	*cookies;
	struct siv	*session;
	struct ntsring	 ring;
};

struct ntsserve *
ntsserve_new(void)
{
	struct ntsserve *s;

	if ((s = calloc(1, sizeof(*s))) == NULL)
		return NULL;
	if ((s->cookies = siv_new()) == NULL ||
	    (s->session = siv_new()) == NULL) {
		ntsserve_free(s);
		return NULL;
	}
	return s;
}

void
ntsserve_free(struct ntsserve *s)
{
	if (s == NULL)
		return;
	siv_free(s->cookies);
	siv_free(s->session);
	OPENSSL_cleanse(s, sizeof(*s));
	free(s);
}

void
ntsserve_ring(struct ntsserve *s, const struct ntsring *ring)
{
	s->ring = *ring;
}

/* As many new cookies as the request has room for. */
static int
make_cookies(struct ntsserve *s, const uint8_t *random,
    struct ntsserve_reply *r)
{
	unsigned int i;

	r->ncookies = 1 + r->field.placeholders;
	if (r->ncookies > NTS_COOKIES)
		r->ncookies = NTS_COOKIES;
	memcpy(r->nonce, random, NTS_NONCE_LEN);
	for (i = 0; i < r->ncookies; i++) {
		random += NTS_NONCE_LEN;
		if (ntscookie_seal(s->cookies, &s->ring, &r->session, random,
		    r->cookie + i * NTSCOOKIE_LEN) == -1)
			return -1;
	}
	return 0;
}

static enum ntsserve_act
judge(struct ntsserve *s, const uint8_t *req, size_t len,
    const uint8_t *random, struct ntsserve_reply *r)
{
	switch (ntsfield_find(req, len, &r->field)) {
	case NTSFIELD_GOOD:
		break;
	case NTSFIELD_PLAIN:
		return NTSSERVE_PLAIN;
	case NTSFIELD_MALFORMED:
	case NTSFIELD_OTHER:
	case NTSFIELD_NAKED:
	case NTSFIELD_FORGED:
		return NTSSERVE_DROP;
	}
	/* an NTSN would send its clients for other cookies, for nothing */
	if (s->ring.n == 0)
		return NTSSERVE_DROP;
	if (ntscookie_open(s->cookies, &s->ring, r->field.cookie,
	    r->field.cookielen, &r->session) == -1)
		return NTSSERVE_NAK;
	switch (ntsfield_authentic(s->session, r->session.c2s, req,
	    &r->field)) {
	case NTSFIELD_GOOD:
		break;
	case NTSFIELD_FORGED:
		return NTSSERVE_NAK;
	case NTSFIELD_PLAIN:
	case NTSFIELD_MALFORMED:
	case NTSFIELD_OTHER:
	case NTSFIELD_NAKED:
		return NTSSERVE_DROP;
	}
	return make_cookies(s, random, r) == -1 ? NTSSERVE_DROP :
	    NTSSERVE_SEAL;
}

enum ntsserve_act
ntsserve_request(struct ntsserve *s, const uint8_t *req, size_t len,
    const uint8_t *random, struct ntsserve_reply *r)
{
	r->ncookies = 0;
	if (len <= NTP_HEADER_LEN)
		r->act = NTSSERVE_PLAIN;
	else
		r->act = judge(s, req, len, random, r);
	return r->act;
}

int
ntsserve_reply(struct ntsserve *s, const struct ntsserve_reply *r,
    uint8_t *out, size_t size, size_t *len)
{
	*len = NTP_HEADER_LEN;
	switch (r->act) {
	case NTSSERVE_PLAIN:
		return 0;
	case NTSSERVE_SEAL:
		return ntsfield_respond(s->session, r->session.s2c, &r->field,
		    r->nonce, r->cookie, NTSCOOKIE_LEN, r->ncookies, out,
		    size, len);
	case NTSSERVE_NAK:
		out[0] |= LEAP_ALARM << 6;
		out[1] = 0;
		be_put32(out + 12, NTSN);
		return ntsfield_nak(&r->field, out, size, len);
	case NTSSERVE_DROP:
		break;
	}
	return -1;
}
