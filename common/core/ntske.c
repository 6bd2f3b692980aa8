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
 * NTS-KE records (RFC 8915 4).  Pure.  What is parsed is a stranger's: a
 * client's before he is known, a server's after its certificate was.
 */

#include <string.h>

#include "be.h"
#include "ntske.h"

#define RECORD_HEADER	4	/* type and length of the body */
#define CRITICAL	0x8000

struct record {
	bool		 critical;
	uint16_t	 type;
	const uint8_t	*body;
	size_t		 len;
};

/* How many of those that may come once have come. */
struct seen {
	unsigned int	 protocol;
	unsigned int	 algorithm;
	unsigned int	 server;
	unsigned int	 port;
};

static enum ntske_verdict	 record_next(const uint8_t *, size_t,
				    size_t *, struct record *);
static bool	 well_formed(const struct record *);
static bool	 offers(const struct record *, uint16_t);
static enum ntske_verdict	 request_record(const struct record *,
				    struct ntske_request *, struct seen *);
static enum ntske_verdict	 response_record(const struct record *,
				    struct ntske_response *, struct seen *);
static enum ntske_verdict	 response_end(const struct ntske_response *,
				    const struct seen *);
static void	 take_cookie(const struct record *, struct ntske_response *);
static bool	 take_server(const struct record *, struct ntske_response *);
static bool	 put(uint8_t *, size_t, size_t *, uint16_t, const void *,
		    size_t);
static bool	 put16(uint8_t *, size_t, size_t *, uint16_t, uint16_t);

size_t
ntske_request(uint8_t *buf, size_t size)
{
	size_t	 len = 0;

	if (!put16(buf, size, &len, CRITICAL | NTSKE_NEXT_PROTOCOL,
	    NTSKE_NTPV4) ||
	    !put16(buf, size, &len, CRITICAL | NTSKE_ALGORITHM,
	    NTSKE_AEAD) ||
	    !put(buf, size, &len, CRITICAL | NTSKE_END, NULL, 0))
		return 0;
	return len;
}

enum ntske_verdict
ntske_parse_response(const uint8_t *buf, size_t len,
    struct ntske_response *r)
{
	struct record		 rec;
	struct seen		 seen;
	enum ntske_verdict	 verdict;
	size_t			 off = 0;

	memset(r, 0, sizeof(*r));
	memset(&seen, 0, sizeof(seen));
	if (len > NTSKE_RESPONSE_MAX)
		return NTSKE_TOOLONG;
	while ((verdict = record_next(buf, len, &off, &rec)) == NTSKE_OK) {
		if (rec.type == NTSKE_END)
			return off == len ? response_end(r, &seen) :
			    NTSKE_MALFORMED;
		if ((verdict = response_record(&rec, r, &seen)) != NTSKE_OK)
			return verdict;
	}
	return verdict;
}

enum ntske_verdict
ntske_parse_request(const uint8_t *buf, size_t len, struct ntske_request *r)
{
	struct record		 rec;
	struct seen		 seen;
	enum ntske_verdict	 verdict;
	size_t			 off = 0;

	memset(r, 0, sizeof(*r));
	memset(&seen, 0, sizeof(seen));
	if (len > NTSKE_REQUEST_MAX)
		return NTSKE_TOOLONG;
	while ((verdict = record_next(buf, len, &off, &rec)) == NTSKE_OK) {
		if (rec.type == NTSKE_END)
			break;
		if ((verdict = request_record(&rec, r, &seen)) != NTSKE_OK)
			return verdict;
	}
	if (verdict != NTSKE_OK)
		return verdict;
	/* the algorithms may be missing when NTPv4 is not asked for */
	if (off != len || seen.protocol != 1 ||
	    (r->ntpv4 && seen.algorithm != 1))
		return NTSKE_MALFORMED;
	return NTSKE_OK;
}

enum ntske_error
ntske_code(enum ntske_verdict verdict)
{
	return verdict == NTSKE_CRITICAL ? NTSKE_ERROR_CRITICAL :
	    NTSKE_ERROR_REQUEST;
}

/*
 * RFC 8915 4.1.2, 4.1.5: nothing in common is an empty list.  Critical is
 * what a client cannot do without.
 */
size_t
ntske_response(const struct ntske_request *r, const uint8_t *cookies,
    size_t cookielen, unsigned int n, uint16_t port, uint8_t *buf,
    size_t size)
{
	uint8_t		 id[2];
	size_t		 len = 0;
	unsigned int	 i;

	be_put16(id, NTSKE_NTPV4);
	if (!put(buf, size, &len, CRITICAL | NTSKE_NEXT_PROTOCOL, id,
	    r->ntpv4 ? sizeof(id) : 0))
		return 0;
	be_put16(id, NTSKE_AEAD);
	if (r->ntpv4 && !put(buf, size, &len, CRITICAL | NTSKE_ALGORITHM, id,
	    r->aead ? sizeof(id) : 0))
		return 0;
	if (r->ntpv4 && r->aead) {
		if (port != 0 && !put16(buf, size, &len,
		    CRITICAL | NTSKE_PORT_NUMBER, port))
			return 0;
		for (i = 0; i < n; i++) {
			if (!put(buf, size, &len, NTSKE_COOKIE,
			    cookies + i * cookielen, cookielen))
				return 0;
		}
	}
	if (!put(buf, size, &len, CRITICAL | NTSKE_END, NULL, 0))
		return 0;
	return len;
}

size_t
ntske_refuse(enum ntske_error code, uint8_t *buf, size_t size)
{
	size_t	 len = 0;

	if (!put16(buf, size, &len, CRITICAL | NTSKE_ERROR,
	    (uint16_t)code) ||
	    !put(buf, size, &len, CRITICAL | NTSKE_END, NULL, 0))
		return 0;
	return len;
}

void
ntske_context(bool s2c, uint8_t context[NTSKE_CONTEXT_LEN])
{
	be_put16(context, NTSKE_NTPV4);
	be_put16(context + 2, NTSKE_AEAD);
	context[4] = s2c;
}

const char *
ntske_str(enum ntske_verdict verdict)
{
	static const char *const	 str[NTSKE__MAX] = {
		[NTSKE_OK] = "good",
		[NTSKE_MORE] = "incomplete",
		[NTSKE_MALFORMED] = "malformed records",
		[NTSKE_TOOLONG] = "too long",
		[NTSKE_CRITICAL] = "unknown critical record",
		[NTSKE_REFUSED] = "refused by the server",
		[NTSKE_WARNED] = "warned by the server",
		[NTSKE_NOPROTOCOL] = "NTPv4 is not spoken there",
		[NTSKE_NOAEAD] = "no common algorithm",
		[NTSKE_UNOFFERED] = "algorithm not offered",
		[NTSKE_NOCOOKIES] = "no usable cookies"
	};

	if ((unsigned int)verdict >= NTSKE__MAX)
		return "unknown";
	return str[verdict];
}

const char *
ntske_error_str(unsigned int code)
{
	static const char *const	 str[] = {
		[NTSKE_ERROR_CRITICAL] = "unrecognized critical record",
		[NTSKE_ERROR_REQUEST] = "bad request",
		[NTSKE_ERROR_INTERNAL] = "internal server error"
	};

	return code < sizeof(str) / sizeof(str[0]) ? str[code] : "unknown";
}

/* The record at *off, if all of it is there. */
static enum ntske_verdict
record_next(const uint8_t *buf, size_t len, size_t *off, struct record *rec)
{
	uint16_t	 type;

	if (len - *off < RECORD_HEADER)
		return NTSKE_MORE;
	type = be_get16(buf + *off);
	rec->critical = (type & CRITICAL) != 0;
	rec->type = type & (CRITICAL - 1);
	rec->len = be_get16(buf + *off + 2);
	rec->body = buf + *off + RECORD_HEADER;
	if (!well_formed(rec))
		return NTSKE_MALFORMED;
	if (len - *off - RECORD_HEADER < rec->len)
		return NTSKE_MORE;
	*off += RECORD_HEADER + rec->len;
	return NTSKE_OK;
}

/* By its header alone, so that nobody waits for a body that cannot be. */
static bool
well_formed(const struct record *rec)
{
	switch (rec->type) {
	case NTSKE_END:
		return rec->critical && rec->len == 0;
	case NTSKE_NEXT_PROTOCOL:
		return rec->critical && rec->len % 2 == 0;
	case NTSKE_ALGORITHM:
		return rec->len % 2 == 0;
	case NTSKE_ERROR:
	case NTSKE_WARNING:
	case NTSKE_PORT_NUMBER:
		return rec->len == 2;
	default:
		return true;
	}
}

/* Is that number on the list? */
static bool
offers(const struct record *rec, uint16_t id)
{
	size_t	 i;

	for (i = 0; i < rec->len; i += 2) {
		if (be_get16(rec->body + i) == id)
			return true;
	}
	return false;
}

/* Of a client; which server and port it would like is not ours to grant. */
static enum ntske_verdict
request_record(const struct record *rec, struct ntske_request *r,
    struct seen *seen)
{
	switch (rec->type) {
	case NTSKE_NEXT_PROTOCOL:
		r->ntpv4 = offers(rec, NTSKE_NTPV4);
		return seen->protocol++ > 0 || rec->len == 0 ?
		    NTSKE_MALFORMED : NTSKE_OK;
	case NTSKE_ALGORITHM:
		r->aead = offers(rec, NTSKE_AEAD);
		return seen->algorithm++ > 0 || rec->len == 0 ?
		    NTSKE_MALFORMED : NTSKE_OK;
	case NTSKE_SERVER:
		return seen->server++ > 0 ? NTSKE_MALFORMED : NTSKE_OK;
	case NTSKE_PORT_NUMBER:
		return seen->port++ > 0 ? NTSKE_MALFORMED : NTSKE_OK;
	case NTSKE_ERROR:
	case NTSKE_WARNING:
	case NTSKE_COOKIE:
		return NTSKE_MALFORMED;		/* a server's to send */
	default:
		return rec->critical ? NTSKE_CRITICAL : NTSKE_OK;
	}
}

static enum ntske_verdict
response_record(const struct record *rec, struct ntske_response *r,
    struct seen *seen)
{
	switch (rec->type) {
	case NTSKE_NEXT_PROTOCOL:
		if (seen->protocol++ > 0 || rec->len > 2)
			return NTSKE_MALFORMED;
		return offers(rec, NTSKE_NTPV4) ? NTSKE_OK :
		    NTSKE_NOPROTOCOL;
	case NTSKE_ALGORITHM:
		if (seen->algorithm++ > 0 || rec->len > 2)
			return NTSKE_MALFORMED;
		if (rec->len == 0)
			return NTSKE_NOAEAD;
		return offers(rec, NTSKE_AEAD) ? NTSKE_OK : NTSKE_UNOFFERED;
	case NTSKE_ERROR:
	case NTSKE_WARNING:
		r->code = be_get16(rec->body);
		return rec->type == NTSKE_ERROR ? NTSKE_REFUSED :
		    NTSKE_WARNED;
	case NTSKE_COOKIE:
		take_cookie(rec, r);
		return NTSKE_OK;
	case NTSKE_SERVER:
		return seen->server++ > 0 || !take_server(rec, r) ?
		    NTSKE_MALFORMED : NTSKE_OK;
	case NTSKE_PORT_NUMBER:
		r->port = be_get16(rec->body);
		return seen->port++ > 0 || r->port == 0 ?
		    NTSKE_MALFORMED : NTSKE_OK;
	default:
		return rec->critical ? NTSKE_CRITICAL : NTSKE_OK;
	}
}

static enum ntske_verdict
response_end(const struct ntske_response *r, const struct seen *seen)
{
	if (seen->protocol != 1 || seen->algorithm != 1)
		return NTSKE_MALFORMED;
	return r->ncookies == 0 ? NTSKE_NOCOOKIES : NTSKE_OK;
}

/* More than we keep are ignored, and such as we could not send. */
static void
take_cookie(const struct record *rec, struct ntske_response *r)
{
	if (r->ncookies == NTSKE_COOKIES || rec->len % 4 != 0 ||
	    rec->len < NTSKE_COOKIE_MIN || rec->len > NTSKE_COOKIE_MAX)
		return;
	memcpy(r->cookie[r->ncookies], rec->body, rec->len);
	r->cookielen[r->ncookies++] = (uint16_t)rec->len;
}

/* RFC 8915 4.1.7: an address or a name, in ASCII. */
static bool
take_server(const struct record *rec, struct ntske_response *r)
{
	size_t	 i;

	if (rec->len == 0 || rec->len >= sizeof(r->server))
		return false;
	for (i = 0; i < rec->len; i++) {
		if (rec->body[i] <= ' ' || rec->body[i] >= 0x7f)
			return false;
	}
	memcpy(r->server, rec->body, rec->len);
	r->server[rec->len] = '\0';
	return true;
}

static bool
put(uint8_t *buf, size_t size, size_t *len, uint16_t type, const void *body,
    size_t n)
{
	if (n > UINT16_MAX || size - *len < RECORD_HEADER + n)
		return false;
	be_put16(buf + *len, type);
	be_put16(buf + *len + 2, (uint16_t)n);
	if (n > 0)
		memcpy(buf + *len + RECORD_HEADER, body, n);
	*len += RECORD_HEADER + n;
	return true;
}

static bool
put16(uint8_t *buf, size_t size, size_t *len, uint16_t type, uint16_t v)
{
	uint8_t	 body[2];

	be_put16(body, v);
	return put(buf, size, len, type, body, sizeof(body));
}
