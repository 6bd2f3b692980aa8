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
 * NTS-KE as client: for each NTS_WANT of the engine one connection, and one
 * NTS_KEYS with what came of it (RFC 8915 4).  nts only.  The engine decides
 * whom to ask, and when; the addresses are looked up already.
 */

#include <sys/types.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nts.h"
#include "ntske.h"

#define DEADLINE	10	/* s for all of it */
#define OPEN_MAX_CONNS	64	/* at once: as many as there are sources */

/* What the engine is waiting for. */
struct ask {
	struct nts	*nts;
	uint32_t	 id;		/* the engine's */
	bool		 answered;
};

static void	 up(struct nts_conn *);
static void	 data(struct nts_conn *);
static void	 down(struct nts_conn *, enum nts_end);

static const struct nts_conn_ops ops = {
	.up = up,
	.data = data,
	.down = down,
};

/* The engine's words for how a connection ended. */
static const enum nts_result	 results[NTS_END__MAX] = {
	[NTS_END_DONE] = NTS_REFUSED,
	[NTS_END_EOF] = NTS_REFUSED,
	[NTS_END_NET] = NTS_UNREACHABLE,
	[NTS_END_TLS] = NTS_TLS,
	[NTS_END_LATE] = NTS_TIMEOUT,
	[NTS_END_CUT] = NTS_BUSY
};

static const char *
stay(const struct nts *n)
{
	return n->client.ctx != NULL ? ", the old ones stay" : "";
}

void
nts_client_file(struct nts *n, int fd, const struct msg_nts_file *m)
{
	struct nts_tls_ctx	*ctx;
	char			*text, error[NTS_ERROR_MAX];
	size_t			 len;

	if ((text = nts_slurp(fd, NTS_CA_MAX, &len)) == NULL) {
		nts_say(n, "certificates of CAs %s: %s%s", m->name,
		    strerror(errno), stay(n));
		return;
	}
	ctx = nts_tls_client(text, len, error);
	free(text);
	if (ctx == NULL) {
		nts_say(n, "certificates of CAs %s: %s%s", m->name, error,
		    stay(n));
		return;
	}
	nts_tls_ctx_free(n->client.ctx);
	n->client.ctx = ctx;
}

/* Without a file of CAs only servers with a pin can be known. */
static struct nts_tls_ctx *
context(struct nts *n, bool pinned)
{
	char	 error[NTS_ERROR_MAX];

	if (n->client.ctx != NULL || !pinned)
		return n->client.ctx;
	if (n->client.bare == NULL)
		n->client.bare = nts_tls_client(NULL, 0, error);
	return n->client.bare;
}

static void
answer(struct ask *a, struct msg_nts_keys *m)
{
	struct nts	*n = a->nts;

	if (!a->answered && n->engine_there)
		imsgev_send(&n->engine, IMSG_NTS_KEYS, a->id, -1, m,
		    sizeof(*m));
	a->answered = true;
	explicit_bzero(m, sizeof(*m));
}

static void __attribute__((__format__(printf, 3, 4)))
refuse(struct ask *a, enum nts_result result, const char *fmt, ...)
{
	struct msg_nts_keys	 m;
	va_list			 ap;

	memset(&m, 0, sizeof(m));
	m.result = result;
	va_start(ap, fmt);
	(void)vsnprintf(m.why, sizeof(m.why), fmt, ap);
	va_end(ap);
	answer(a, &m);
}

/* What the parser of the engine's question has to be sure of. */
static bool
sound(const struct msg_nts_want *m)
{
	return memchr(m->name, '\0', sizeof(m->name)) != NULL &&
	    m->name[0] != '\0' && m->addr.port != 0 && m->pinned <= 1 &&
	    (m->addr.family == ADDR_V4 || m->addr.family == ADDR_V6);
}

void
nts_client_want(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct nts			*n = arg;
	const struct msg_nts_want	*m = in->data;
	struct nts_tls_ctx		*ctx;
	struct nts_verify		 v;
	struct ask			*a, once = { n, in->id, false };

	if (!sound(m))
		imsgev_refuse(iev, in, "no server");
	if ((ctx = context(n, m->pinned)) == NULL) {
		refuse(&once, NTS_CERTIFICATE, "there are no certificates of "
		    "CAs to check its own by");
		return;
	}
	memset(&v, 0, sizeof(v));
	(void)strlcpy(v.name, m->name, sizeof(v.name));
	memcpy(v.pin, m->pin, sizeof(v.pin));
	v.pinned = m->pinned;
	v.time = m->unixtime;
	if (n->client.open >= OPEN_MAX_CONNS ||
	    (a = calloc(1, sizeof(*a))) == NULL) {
		refuse(&once, NTS_BUSY, "too many others are being asked");
		return;
	}
	*a = once;
	if (nts_conn_connect(n, &m->addr, &m->from, ctx, &v,
	    NTSKE_RESPONSE_MAX, DEADLINE, &ops, a) == NULL) {
		refuse(a, NTS_UNREACHABLE, "%s", strerror(errno));
		free(a);
		return;
	}
	n->client.open++;
}

/* The handshake is done: ask. */
static void
up(struct nts_conn *c)
{
	uint8_t	 buf[64];
	size_t	 len = ntske_request(buf, sizeof(buf));

	if (nts_conn_write(c, buf, len) == -1)
		nts_conn_cut(c);
}

static void
grant(struct nts_conn *c, const struct ntske_response *r)
{
	struct msg_nts_keys	 m;
	struct nts_chain	 chain;
	unsigned int		 i;

	memset(&m, 0, sizeof(m));
	if (nts_tls_export(c->tls, m.c2s, m.s2c) == -1) {
		refuse(c->arg, NTS_TLS, "no keys can be derived");
		return;
	}
	nts_tls_chain(c->tls, &chain);
	m.result = NTS_OK;
	m.port = r->port;
	m.notbefore = chain.notbefore;
	m.notafter = chain.notafter;
	m.ncookies = (uint8_t)r->ncookies;
	for (i = 0; i < r->ncookies; i++) {
		m.cookielen[i] = r->cookielen[i];
		memcpy(m.cookie[i], r->cookie[i], r->cookielen[i]);
	}
	(void)strlcpy(m.server, r->server, sizeof(m.server));
	answer(c->arg, &m);
}

static void
data(struct nts_conn *c)
{
	struct ntske_response	 r;
	enum ntske_verdict	 verdict;

	verdict = ntske_parse_response(c->in, c->nin, &r);
	switch (verdict) {
	case NTSKE_MORE:
		return;
	case NTSKE_OK:
		grant(c, &r);
		break;
	case NTSKE_REFUSED:
		refuse(c->arg, NTS_REFUSED, "%s with code %u (%s)",
		    ntske_str(verdict), r.code, ntske_error_str(r.code));
		break;
	case NTSKE_WARNED:		/* no codes are assigned */
		refuse(c->arg, NTS_REFUSED, "%s with code %u",
		    ntske_str(verdict), r.code);
		break;
	case NTSKE_MALFORMED:
	case NTSKE_TOOLONG:
	case NTSKE_CRITICAL:
	case NTSKE_NOPROTOCOL:
	case NTSKE_NOAEAD:
	case NTSKE_UNOFFERED:
	case NTSKE_NOCOOKIES:
	case NTSKE__MAX:
		refuse(c->arg, NTS_REFUSED, "NTS-KE: %s",
		    ntske_str(verdict));
		break;
	}
	explicit_bzero(&r, sizeof(r));
	nts_conn_finish(c);
}

static void
down(struct nts_conn *c, enum nts_end end)
{
	struct ask	*a = c->arg;

	if (end == NTS_END_LATE)
		refuse(a, results[end], "no answer within %d s", DEADLINE);
	else
		refuse(a, results[end], "%s%s%s", nts_end_str(end),
		    c->error[0] != '\0' ? ": " : "", c->error);
	c->nts->client.open--;
	free(a);
}
