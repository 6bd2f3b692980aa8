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
 * The load's NTS.  The unique identifier of a request begins with the number
 * of the place its cookie was in.
 */

#include <sys/types.h>
#include <sys/socket.h>

#include <netinet/in.h>

#include <arpa/inet.h>
#include <err.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "be.h"
#include "compat.h"
#include "ke.h"
#include "ntsfield.h"
#include "packet.h"
#include "session.h"

struct session {
	uint8_t		 c2s[NTS_KEY_LEN];
	uint8_t		 s2c[NTS_KEY_LEN];
	unsigned int	 empty;		/* places */
};

/* A cookie, or none; and what became of it in this wave. */
struct place {
	struct session	*session;
	size_t		 cookielen;	/* 0: none */
	uint8_t		 cookie[NTS_COOKIE_MAX];
	uint8_t		 uid[NTS_UID_LEN];
	size_t		 outlen;	/* 0: not in this wave */
	size_t		 inlen;		/* 0: no reply */
	uint8_t		 out[SESSION_OCTETS];
	uint8_t		 in[SESSION_OCTETS];
};

struct sessions {
	struct siv	*siv;
	struct session	*session;
	struct place	*place;
	unsigned int	 n;		/* sessions */
	unsigned int	 nplaces;
	unsigned int	 next;		/* place to be sent */
};

/* Put a cookie of that session where there is none. */
static void
keep(struct sessions *s, struct session *session, const uint8_t *cookie,
    size_t len)
{
	struct place	*p;
	unsigned int	 i;

	if (session->empty == 0)
		return;
	for (i = (unsigned int)(session - s->session); i < s->nplaces;
	    i += s->n) {
		p = &s->place[i];
		if (p->cookielen > 0)
			continue;
		memcpy(p->cookie, cookie, len);
		p->cookielen = len;
		session->empty--;
		return;
	}
}

static void
fetch(struct sessions *s, struct ke *ke, struct session *session)
{
	unsigned int	 i;

	if (ke_establish(ke) == -1)
		errx(1, "%s: no cookies", ke->host);
	memcpy(session->c2s, ke->c2s, sizeof(session->c2s));
	memcpy(session->s2c, ke->s2c, sizeof(session->s2c));
	for (i = 0; i < ke->ncookies; i++)
		keep(s, session, ke->cookie[i], ke->cookielen);
}

struct sessions *
sessions_open(const char *host, uint32_t first, unsigned int n,
    unsigned int nplaces)
{
	struct sessions	*s;
	struct ke	 ke;
	struct in_addr	 from;
	char		 buf[INET_ADDRSTRLEN];
	unsigned int	 i;

	if ((s = calloc(1, sizeof(*s))) == NULL ||
	    (s->session = calloc(n, sizeof(*s->session))) == NULL ||
	    (s->place = calloc(nplaces, sizeof(*s->place))) == NULL ||
	    (s->siv = siv_new()) == NULL)
		err(1, "sessions");
	s->n = n;
	s->nplaces = nplaces;
	for (i = 0; i < nplaces; i++) {
		s->place[i].session = &s->session[i % n];
		s->session[i % n].empty++;
	}
	ke_init(&ke);
	ke.host = host;
	for (i = 0; i < n; i++) {
		from.s_addr = htonl(first + i);
		ke.from = inet_ntop(AF_INET, &from, buf, sizeof(buf));
		fetch(s, &ke, &s->session[i]);
	}
	SSL_CTX_free(ke.ctx);
	return s;
}

/* As a client that has lost some, it asks for more. */
static void
compose(struct sessions *s, unsigned int i)
{
	struct ntsfield_request	 req;
	struct place		*p = &s->place[i];
	uint8_t			 nonce[NTS_NONCE_LEN];
	size_t			 len = NTP_HEADER_LEN;

	memset(p->out, 0, len);
	p->out[0] = NTP_VERSION << 3 | MODE_CLIENT;
	arc4random_buf(p->out + 40, 8);
	arc4random_buf(p->uid, sizeof(p->uid));
	arc4random_buf(nonce, sizeof(nonce));
	be_put32(p->uid, i);
	memset(&req, 0, sizeof(req));
	req.key = p->session->c2s;
	req.uid = p->uid;
	req.nonce = nonce;
	req.cookie = p->cookie;
	req.cookielen = p->cookielen;
	while (p->session->empty > 0 && req.placeholders <
	    ntsfield_placeholders(p->cookielen)) {
		p->session->empty--;
		req.placeholders++;
	}
	if (ntsfield_protect(s->siv, &req, p->out, sizeof(p->out), &len) == -1)
		errx(1, "request");
	p->outlen = len;
}

unsigned int
sessions_wave(struct sessions *s)
{
	unsigned int	 i, n = 0;

	for (i = 0; i < s->nplaces; i++) {
		s->place[i].inlen = s->place[i].outlen = 0;
		if (s->place[i].cookielen == 0)
			continue;
		compose(s, i);
		n++;
	}
	s->next = 0;
	return n;
}

size_t
sessions_request(struct sessions *s, uint8_t *data)
{
	struct place	*p;

	while (s->place[s->next].outlen == 0)
		s->next++;
	p = &s->place[s->next++];
	memcpy(data, p->out, p->outlen);
	return p->outlen;
}

void
sessions_reply(struct sessions *s, const uint8_t *data, size_t len)
{
	const size_t	 at = NTP_HEADER_LEN + 4;
	uint32_t	 i;

	if (len < at + NTS_UID_LEN || len > SESSION_OCTETS ||
	    (i = be_get32(data + at)) >= s->nplaces ||
	    s->place[i].outlen < len || s->place[i].inlen > 0)
		return;
	memcpy(s->place[i].in, data, len);
	s->place[i].inlen = len;
}

static bool
good(const uint8_t *request, const uint8_t *d)
{
	return (d[0] & 7) == MODE_SERVER && d[0] >> 6 != LEAP_ALARM &&
	    d[1] >= 1 && d[1] <= 15 && memcmp(d + 24, request + 40, 8) == 0;
}

unsigned int
sessions_settle(struct sessions *s)
{
	static struct ntsfield_cookies	 fresh;
	struct place			*p;
	unsigned int			 i, n, valid = 0;

	for (i = 0; i < s->nplaces; i++)
		if (s->place[i].outlen > 0)
			s->place[i].cookielen = 0;
	for (i = 0; i < s->n; i++)
		s->session[i].empty = 0;
	for (i = 0; i < s->nplaces; i++)
		s->place[i].session->empty += s->place[i].cookielen == 0;
	for (i = 0; i < s->nplaces; i++) {
		p = &s->place[i];
		if (p->inlen == 0 || !good(p->out, p->in) ||
		    ntsfield_verify(s->siv, p->session->s2c, p->uid, p->in,
		    p->inlen, &fresh) != NTSFIELD_GOOD)
			continue;
		valid++;
		for (n = 0; n < fresh.n; n++)
			keep(s, p->session, fresh.cookie[n], fresh.len[n]);
	}
	return valid;
}

int
sessions_full(const struct sessions *s)
{
	unsigned int	 i;

	for (i = 0; i < s->n; i++)
		if (s->session[i].empty > 0)
			return 0;
	return 1;
}
