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
 * Engine: queries and replies that NTS protects (RFC 8915 5), with the keys
 * and cookies of a peer's jar.
 *
 * A peer with NTS is never asked without: no cookie, no query.  What does
 * not verify is counted and forgotten.
 */

#include <sys/types.h>
#include <sys/queue.h>

#include <stdlib.h>
#include <string.h>

#include "engine.h"
#include "packet.h"

/* Never twice, RFC 8915 5.7, so it is gone whatever comes of it. */
static size_t
spend(struct ntsfield_cookies *c, uint8_t cookie[NTS_COOKIE_MAX])
{
	size_t	 len = c->len[0];

	memcpy(cookie, c->cookie[0], len);
	c->n--;
	memmove(c->len, c->len + 1, c->n * sizeof(c->len[0]));
	memmove(c->cookie, c->cookie + 1, c->n * sizeof(c->cookie[0]));
	return len;
}

int
engine_cookie_protect(struct peer *p, uint8_t *pkt, size_t size, size_t *len)
{
	struct jar		*j = p->jar;
	struct ntsfield_request	 r;
	uint8_t			 nonce[NTS_NONCE_LEN];
	uint8_t			 cookie[NTS_COOKIE_MAX];
	unsigned int		 most;

	if (!j->ready || j->cookies.n == 0)
		return -1;
	arc4random_buf(j->uid, sizeof(j->uid));
	arc4random_buf(nonce, sizeof(nonce));
	r.key = j->c2s;
	r.uid = j->uid;
	r.nonce = nonce;
	r.cookie = cookie;
	r.placeholders = NTS_COOKIES - j->cookies.n;
	r.cookielen = spend(&j->cookies, cookie);
	/* one comes back for the one that is spent, more for placeholders */
	most = ntsfield_placeholders(r.cookielen);
	if (r.placeholders > most)
		r.placeholders = most;
	return ntsfield_protect(p->engine->siv, &r, pkt, size, len);
}

static void
keep_cookies(struct jar *j, const struct ntsfield_cookies *c)
{
	unsigned int	 i, n = j->cookies.n;

	for (i = 0; i < c->n && n < NTS_COOKIES; i++, n++) {
		j->cookies.len[n] = c->len[i];
		memcpy(j->cookies.cookie[n], c->cookie[i], c->len[i]);
	}
	j->cookies.n = n;
}

/* RFC 8915 5.7: bound to our query, but anybody on the path could do it. */
static bool
nak(struct peer *p, const struct packet *reply, mono_t now)
{
	struct jar	*j = p->jar;
	char		 buf[ADDR_STRLEN];

	if (reply->stratum != 0 ||
	    reply->refid != KISS('N', 'T', 'S', 'N'))
		return false;
	j->naks++;
	if (!j->suspect)
		log_debug("peer %s: kiss NTSN, new keys are needed",
		    engine_client_str(p, buf));
	j->suspect = true;
	engine_hurry(p->engine, now);
	return true;
}

bool
engine_cookie_authentic(struct peer *p, const uint8_t *pkt, size_t len,
    const struct sync_now *now)
{
	struct jar		*j = p->jar;
	struct ntsfield_cookies	 cookies;
	struct packet		 reply;
	enum ntsfield_verdict	 verdict;

	if (!j->ready || packet_decode(&reply, pkt, len) == -1)
		return false;
	verdict = ntsfield_verify(p->engine->siv, j->s2c, j->uid, pkt, len,
	    &cookies);
	if (verdict == NTSFIELD_NAKED && nak(p, &reply, now->mono))
		return false;
	if (verdict != NTSFIELD_GOOD) {
		j->rejected++;
		return false;
	}
	if (reply.leap != LEAP_ALARM && reply.stratum != 0 &&
	    !engine_dates_reply(p, &reply, now))
		return false;
	keep_cookies(j, &cookies);
	j->suspect = false;
	j->tries = 0;
	return true;
}
