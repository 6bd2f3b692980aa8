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
 * NTS extension fields (RFC 8915 5).  Pure, with libcrypto below siv.c.
 * All that is parsed here is a stranger's, until its tag was found right.
 *
 *	header | unique identifier | cookie | placeholders | authenticator
 *	`------------ associated data, in the clear -----'
 *
 * What follows the authenticator is not authenticated and not looked at.
 */

#include <openssl/crypto.h>

#include <string.h>

#include "be.h"
#include "extfield.h"
#include "ntsfield.h"
#include "packet.h"

#define FIELD_HEADER	4	/* type and length, 2 octets each */
#define AUTH_HEADER	4	/* lengths of nonce and ciphertext */
#define NONCE_MIN	1	/* octets; RFC 5116 leaves the length open */

/* Of a query with a cookie, all that is not the cookie. */
#define FIXED_LEN	(NTP_HEADER_LEN + FIELD_HEADER + NTS_UID_LEN + \
			    FIELD_HEADER + FIELD_HEADER + AUTH_HEADER + \
			    NTS_NONCE_LEN + SIV_TAG_LEN)
_Static_assert(FIXED_LEN + NTS_COOKIE_MAX == NTS_PACKET_MAX,
    "the longest cookie");

static enum ntsfield_verdict	 find(const uint8_t *, size_t,
				    struct ntsfield *);
static int	 find_auth(const struct extfield *, size_t,
		    struct ntsfield *);
static int	 placeholder(struct ntsfield *, size_t);
static int	 placeholders_ok(const struct ntsfield *);
static int	 seal(struct siv *, const uint8_t *, const uint8_t *,
		    size_t, uint8_t *, size_t, size_t *);
static int	 inner(const uint8_t *, size_t, size_t *, struct extfield *);
static int	 take_cookies(const uint8_t *, size_t,
		    struct ntsfield_cookies *);
static size_t	 padded(size_t);

int
ntsfield_cookie_ok(size_t len)
{
	return len > 0 && len <= NTS_COOKIE_MAX;
}

unsigned int
ntsfield_placeholders(size_t len)
{
	size_t		 body = padded(len), n;

	if (body > NTS_COOKIE_MAX)
		return 0;
	if (body < EXTFIELD_MIN - FIELD_HEADER)
		body = EXTFIELD_MIN - FIELD_HEADER;
	n = (NTS_COOKIE_MAX - body) / (FIELD_HEADER + body);
	return n < NTS_COOKIES ? (unsigned int)n : NTS_COOKIES - 1;
}

int
ntsfield_protect(struct siv *siv, const struct ntsfield_request *r,
    uint8_t *pkt, size_t size, size_t *len)
{
	static const uint8_t	 zero[NTS_COOKIE_MAX];
	unsigned int		 i;
	size_t			 end = *len;

	if (!ntsfield_cookie_ok(r->cookielen) ||
	    extfield_put(pkt, size, &end, NTSFIELD_UID, r->uid, NTS_UID_LEN,
	    0) == -1 ||
	    extfield_put(pkt, size, &end, NTSFIELD_COOKIE, r->cookie,
	    r->cookielen, 0) == -1)
		return -1;
	for (i = 0; i < r->placeholders; i++) {
		if (extfield_put(pkt, size, &end, NTSFIELD_PLACEHOLDER, zero,
		    r->cookielen, 0) == -1)
			return -1;
	}
	if (seal(siv, r->key, r->nonce, 0, pkt, size, &end) == -1)
		return -1;
	*len = end;
	return 0;
}

enum ntsfield_verdict
ntsfield_verify(struct siv *siv, const uint8_t key[NTS_KEY_LEN],
    const uint8_t uid[NTS_UID_LEN], const uint8_t *pkt, size_t len,
    struct ntsfield_cookies *cookies)
{
	struct ntsfield		 f;
	uint8_t			 plain[NTS_PACKET_MAX];
	enum ntsfield_verdict	 verdict;

	cookies->n = 0;
	if ((verdict = find(pkt, len, &f)) != NTSFIELD_GOOD)
		return verdict;
	if (f.uid == NULL && f.authenticated == 0)
		return NTSFIELD_PLAIN;
	if (f.uid == NULL || f.uidlen != NTS_UID_LEN ||
	    CRYPTO_memcmp(f.uid, uid, NTS_UID_LEN) != 0)
		return NTSFIELD_OTHER;
	if (f.authenticated == 0)
		return NTSFIELD_NAKED;
	if (f.sealedlen > sizeof(plain))
		return NTSFIELD_MALFORMED;
	if (siv_open(siv, key, pkt, f.authenticated, f.nonce, f.noncelen,
	    f.sealed, f.sealedlen, plain) == -1)
		return NTSFIELD_FORGED;
	if (take_cookies(plain, f.sealedlen - SIV_TAG_LEN, cookies) == -1) {
		cookies->n = 0;
		return NTSFIELD_MALFORMED;
	}
	return NTSFIELD_GOOD;
}

enum ntsfield_verdict
ntsfield_find(const uint8_t *pkt, size_t len, struct ntsfield *f)
{
	enum ntsfield_verdict	 verdict;

	if ((verdict = find(pkt, len, f)) != NTSFIELD_GOOD)
		return verdict;
	if (f->uid == NULL && f->cookie == NULL && f->authenticated == 0)
		return NTSFIELD_PLAIN;
	if (f->uid == NULL || f->cookie == NULL || f->authenticated == 0)
		return NTSFIELD_MALFORMED;
	return NTSFIELD_GOOD;
}

enum ntsfield_verdict
ntsfield_authentic(struct siv *siv, const uint8_t key[NTS_KEY_LEN],
    const uint8_t *pkt, struct ntsfield *f)
{
	uint8_t		 plain[NTS_PACKET_MAX];
	struct extfield	 ef;
	size_t		 off = 0, len;
	int		 found;

	if (f->sealedlen > sizeof(plain))
		return NTSFIELD_MALFORMED;
	if (siv_open(siv, key, pkt, f->authenticated, f->nonce, f->noncelen,
	    f->sealed, f->sealedlen, plain) == -1)
		return NTSFIELD_FORGED;
	len = f->sealedlen - SIV_TAG_LEN;
	while ((found = inner(plain, len, &off, &ef)) == 1) {
		if (ef.type == NTSFIELD_PLACEHOLDER &&
		    placeholder(f, ef.len) == -1)
			return NTSFIELD_MALFORMED;
	}
	return found == -1 || !placeholders_ok(f) ? NTSFIELD_MALFORMED :
	    NTSFIELD_GOOD;
}

int
ntsfield_respond(struct siv *siv, const uint8_t key[NTS_KEY_LEN],
    const struct ntsfield *f, const uint8_t nonce[NTS_NONCE_LEN],
    const uint8_t *cookies, size_t cookielen, unsigned int n, uint8_t *pkt,
    size_t size, size_t *len)
{
	const size_t	 behind = FIELD_HEADER + AUTH_HEADER + NTS_NONCE_LEN +
	    SIV_TAG_LEN;
	size_t		 end = *len, plain, start;
	unsigned int	 i;

	if (extfield_put(pkt, size, &end, NTSFIELD_UID, f->uid, f->uidlen,
	    0) == -1 || size - end < behind)
		return -1;
	/* the plaintext is written where its ciphertext will be */
	plain = start = end + behind;
	for (i = 0; i < n; i++) {
		if (extfield_put(pkt, size, &plain, NTSFIELD_COOKIE,
		    cookies + i * cookielen, cookielen, 0) == -1)
			return -1;
	}
	if (seal(siv, key, nonce, plain - start, pkt, size, &end) == -1)
		return -1;
	*len = end;
	return 0;
}

int
ntsfield_nak(const struct ntsfield *f, uint8_t *pkt, size_t size,
    size_t *len)
{
	return extfield_put(pkt, size, len, NTSFIELD_UID, f->uid, f->uidlen,
	    EXTFIELD_LAST);
}

/*
 * Walk the fields, each kind at most once, as far as the authenticator.
 * Fields of other kinds are not ours to judge.  What is behind it anybody
 * may have put there, so it is discarded as RFC 8915 5.7 wants it, and the
 * packet is what it would be without: a field we need that is only there is
 * missing.
 */
static enum ntsfield_verdict
find(const uint8_t *pkt, size_t len, struct ntsfield *f)
{
	struct extfield_iter	 it;
	struct extfield		 ef;
	int			 found = 1;

	memset(f, 0, sizeof(*f));
	extfield_begin(&it, pkt, len);
	while (f->authenticated == 0 &&
	    (found = extfield_next(&it, &ef)) == 1) {
		switch (ef.type) {
		case NTSFIELD_UID:
			/* RFC 8915 5.3: at least so long */
			if (f->uid != NULL || ef.len < NTS_UID_LEN)
				return NTSFIELD_MALFORMED;
			f->uid = ef.body;
			f->uidlen = ef.len;
			break;
		case NTSFIELD_COOKIE:
			if (f->cookie != NULL || ef.len > NTS_COOKIE_MAX)
				return NTSFIELD_MALFORMED;
			f->cookie = ef.body;
			f->cookielen = ef.len;
			break;
		case NTSFIELD_PLACEHOLDER:
			if (placeholder(f, ef.len) == -1)
				return NTSFIELD_MALFORMED;
			break;
		case NTSFIELD_AUTH:
			if (find_auth(&ef, (size_t)(ef.body - pkt) -
			    FIELD_HEADER, f) == -1)
				return NTSFIELD_MALFORMED;
			break;
		}
	}
	return found == -1 || !placeholders_ok(f) ? NTSFIELD_MALFORMED :
	    NTSFIELD_GOOD;
}

/*
 * RFC 8915 5.6: nonce and ciphertext, each padded to a multiple of 4, and
 * room for a nonce of NTS_NONCE_LEN even if it is shorter, so that the
 * answer needs no more octets than the request.
 */
static int
find_auth(const struct extfield *ef, size_t at, struct ntsfield *f)
{
	size_t	 nonce, sealed, room;

	if (ef->len < AUTH_HEADER)
		return -1;
	nonce = be_get16(ef->body);
	sealed = be_get16(ef->body + 2);
	room = ef->len - AUTH_HEADER;
	if (nonce < NONCE_MIN || sealed < SIV_TAG_LEN ||
	    padded(nonce) + padded(sealed) > room ||
	    NTS_NONCE_LEN + padded(sealed) > room)
		return -1;
	f->authenticated = at;
	f->nonce = ef->body + AUTH_HEADER;
	f->noncelen = nonce;
	f->sealed = f->nonce + padded(nonce);
	f->sealedlen = sealed;
	return 0;
}

/* RFC 8915 5.5: each as long as the cookie, wherever that is. */
static int
placeholder(struct ntsfield *f, size_t len)
{
	if (f->placeholders > 0 && len != f->placelen)
		return -1;
	f->placelen = len;
	f->placeholders++;
	return 0;
}

static int
placeholders_ok(const struct ntsfield *f)
{
	return f->placeholders == 0 ||
	    (f->cookie != NULL && f->placelen == f->cookielen);
}

/*
 * Put the authenticator behind *len octets; the plaintext, of a length that
 * is a multiple of 4, is where its ciphertext will be.
 */
static int
seal(struct siv *siv, const uint8_t *key, const uint8_t *nonce,
    size_t plainlen, uint8_t *pkt, size_t size, size_t *len)
{
	const size_t	 total = FIELD_HEADER + AUTH_HEADER + NTS_NONCE_LEN +
	    SIV_TAG_LEN + plainlen;
	uint8_t		*p, *out;

	if (*len > size || size - *len < total || total > UINT16_MAX)
		return -1;
	p = pkt + *len;
	be_put16(p, NTSFIELD_AUTH);
	be_put16(p + 2, (uint16_t)total);
	be_put16(p + 4, NTS_NONCE_LEN);
	be_put16(p + 6, (uint16_t)(SIV_TAG_LEN + plainlen));
	memcpy(p + FIELD_HEADER + AUTH_HEADER, nonce, NTS_NONCE_LEN);
	out = p + FIELD_HEADER + AUTH_HEADER + NTS_NONCE_LEN;
	if (siv_seal(siv, key, pkt, *len, nonce, NTS_NONCE_LEN,
	    out + SIV_TAG_LEN, plainlen, out) == -1)
		return -1;
	*len += total;
	return 0;
}

/* Encrypted fields have no least length and no MAC behind them. */
static int
inner(const uint8_t *plain, size_t len, size_t *off, struct extfield *ef)
{
	size_t	 total;

	if (*off == len)
		return 0;
	if (len - *off < FIELD_HEADER)
		return -1;
	total = be_get16(plain + *off + 2);
	if (total < FIELD_HEADER || total % 4 != 0 || total > len - *off)
		return -1;
	ef->type = be_get16(plain + *off);
	ef->body = plain + *off + FIELD_HEADER;
	ef->len = total - FIELD_HEADER;
	*off += total;
	return 1;
}

/* More than we keep are ignored, and such as we could not send. */
static int
take_cookies(const uint8_t *plain, size_t len,
    struct ntsfield_cookies *cookies)
{
	struct extfield	 ef;
	size_t		 off = 0;
	int		 found;

	while ((found = inner(plain, len, &off, &ef)) == 1) {
		if (ef.type != NTSFIELD_COOKIE || !ntsfield_cookie_ok(ef.len) ||
		    cookies->n == NTS_COOKIES)
			continue;
		memcpy(cookies->cookie[cookies->n], ef.body, ef.len);
		cookies->len[cookies->n++] = (uint16_t)ef.len;
	}
	return found;
}

static size_t
padded(size_t len)
{
	return (len + 3) / 4 * 4;
}
