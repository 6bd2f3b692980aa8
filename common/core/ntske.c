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

/* A set of types of records. */
#define BIT(type)	(1U << (type))
#define HAS(set, type)	(((set) & BIT(type)) != 0)

struct record {
	bool		 critical;
	uint16_t	 type;
	const uint8_t	*body;
	size_t		 len;
};

/*
 * What one side makes of the records of a type, for a request or a response;
 * all known types have a rule.
 */
typedef enum ntske_verdict take_fn(const struct record *, void *);

struct rule {
	bool		 once;		/* another one is malformed */
	take_fn		*take;
};

static take_fn	 asked_protocol, asked_algorithm, ignored, misplaced;
static take_fn	 granted_protocol, granted_algorithm, granted_server,
		    granted_port, refused, cookie;
static enum ntske_verdict	 walk(const uint8_t *, size_t,
				    const struct rule [NTSKE__TYPES], void *,
				    unsigned int *);
static enum ntske_verdict	 record_next(const uint8_t *, size_t,
				    size_t *, struct record *);
static bool	 well_formed(const struct record *);
static bool	 offers(const struct record *, uint16_t);
static bool	 put(uint8_t *, size_t, size_t *, uint16_t, const void *,
		    size_t);
static bool	 put16(uint8_t *, size_t, size_t *, uint16_t, uint16_t);

/* Of a client; which server and port it would like is not ours to grant. */
static const struct rule request_rules[NTSKE__TYPES] = {
	[NTSKE_NEXT_PROTOCOL] = { .once = true, .take = asked_protocol },
	[NTSKE_ERROR] = { .take = misplaced },
	[NTSKE_WARNING] = { .take = misplaced },
	[NTSKE_ALGORITHM] = { .once = true, .take = asked_algorithm },
	[NTSKE_COOKIE] = { .take = misplaced },
	[NTSKE_SERVER] = { .once = true, .take = ignored },
	[NTSKE_PORT_NUMBER] = { .once = true, .take = ignored },
};

/* Of a server. */
static const struct rule response_rules[NTSKE__TYPES] = {
	[NTSKE_NEXT_PROTOCOL] = { .once = true, .take = granted_protocol },
	[NTSKE_ERROR] = { .take = refused },
	[NTSKE_WARNING] = { .take = refused },
	[NTSKE_ALGORITHM] = { .once = true, .take = granted_algorithm },
	[NTSKE_COOKIE] = { .take = cookie },
	[NTSKE_SERVER] = { .once = true, .take = granted_server },
	[NTSKE_PORT_NUMBER] = { .once = true, .take = granted_port },
};

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
	enum ntske_verdict	 verdict;
	unsigned int		 seen;

	memset(r, 0, sizeof(*r));
	if (len > NTSKE_RESPONSE_MAX)
		return NTSKE_TOOLONG;
	if ((verdict = walk(buf, len, response_rules, r, &seen)) != NTSKE_OK)
		return verdict;
	if (!HAS(seen, NTSKE_NEXT_PROTOCOL) || !HAS(seen, NTSKE_ALGORITHM))
		return NTSKE_MALFORMED;
	return r->ncookies == 0 ? NTSKE_NOCOOKIES : NTSKE_OK;
}

enum ntske_verdict
ntske_parse_request(const uint8_t *buf, size_t len, struct ntske_request *r)
{
	enum ntske_verdict	 verdict;
	unsigned int		 seen;

	memset(r, 0, sizeof(*r));
	if (len > NTSKE_REQUEST_MAX)
		return NTSKE_TOOLONG;
	if ((verdict = walk(buf, len, request_rules, r, &seen)) != NTSKE_OK)
		return verdict;
	/* the algorithms may be missing when NTPv4 is not asked for */
	if (!HAS(seen, NTSKE_NEXT_PROTOCOL) ||
	    (r->ntpv4 && !HAS(seen, NTSKE_ALGORITHM)))
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

/*
 * All records up to the end, which must be the end of the buffer, each to
 * its rule; which types there were, as bits.
 */
static enum ntske_verdict
walk(const uint8_t *buf, size_t len, const struct rule rules[NTSKE__TYPES],
    void *result, unsigned int *seen)
{
	const struct rule	*rule;
	struct record		 rec;
	enum ntske_verdict	 verdict;
	size_t			 off = 0;

	*seen = 0;
	while ((verdict = record_next(buf, len, &off, &rec)) == NTSKE_OK) {
		if (rec.type == NTSKE_END)
			return off == len ? NTSKE_OK : NTSKE_MALFORMED;
		if (rec.type >= NTSKE__TYPES) {
			if (rec.critical)
				return NTSKE_CRITICAL;
			continue;
		}
		rule = &rules[rec.type];
		if (rule->once && HAS(*seen, rec.type))
			return NTSKE_MALFORMED;
		*seen |= BIT(rec.type);
		if ((verdict = rule->take(&rec, result)) != NTSKE_OK)
			return verdict;
	}
	return verdict;
}

static enum ntske_verdict
asked_protocol(const struct record *rec, void *result)
{
	struct ntske_request	*r = result;

	r->ntpv4 = offers(rec, NTSKE_NTPV4);
	return rec->len == 0 ? NTSKE_MALFORMED : NTSKE_OK;
}

static enum ntske_verdict
asked_algorithm(const struct record *rec, void *result)
{
	struct ntske_request	*r = result;

	r->aead = offers(rec, NTSKE_AEAD);
	return rec->len == 0 ? NTSKE_MALFORMED : NTSKE_OK;
}

static enum ntske_verdict
ignored(const struct record *rec, void *result)
{
	return NTSKE_OK;
}

/* A server's to send. */
static enum ntske_verdict
misplaced(const struct record *rec, void *result)
{
	return NTSKE_MALFORMED;
}

static enum ntske_verdict
granted_protocol(const struct record *rec, void *result)
{
	if (rec->len > 2)
		return NTSKE_MALFORMED;
	return offers(rec, NTSKE_NTPV4) ? NTSKE_OK : NTSKE_NOPROTOCOL;
}

static enum ntske_verdict
granted_algorithm(const struct record *rec, void *result)
{
	if (rec->len > 2)
		return NTSKE_MALFORMED;
	if (rec->len == 0)
		return NTSKE_NOAEAD;
	return offers(rec, NTSKE_AEAD) ? NTSKE_OK : NTSKE_UNOFFERED;
}

static enum ntske_verdict
refused(const struct record *rec, void *result)
{
	struct ntske_response	*r = result;

	r->code = be_get16(rec->body);
	return rec->type == NTSKE_ERROR ? NTSKE_REFUSED : NTSKE_WARNED;
}

/* More than we keep are ignored, and such as we could not send. */
static enum ntske_verdict
cookie(const struct record *rec, void *result)
{
	struct ntske_response	*r = result;

	if (r->ncookies == NTSKE_COOKIES || rec->len == 0 ||
	    rec->len > NTSKE_COOKIE_MAX)
		return NTSKE_OK;
	memcpy(r->cookie[r->ncookies], rec->body, rec->len);
	r->cookielen[r->ncookies++] = (uint16_t)rec->len;
	return NTSKE_OK;
}

/* RFC 8915 4.1.7: an address or a name, in ASCII. */
static enum ntske_verdict
granted_server(const struct record *rec, void *result)
{
	struct ntske_response	*r = result;
	size_t			 i;

	if (rec->len == 0 || rec->len >= sizeof(r->server))
		return NTSKE_MALFORMED;
	for (i = 0; i < rec->len; i++) {
		if (rec->body[i] <= ' ' || rec->body[i] >= 0x7f)
			return NTSKE_MALFORMED;
	}
	memcpy(r->server, rec->body, rec->len);
	r->server[rec->len] = '\0';
	return NTSKE_OK;
}

static enum ntske_verdict
granted_port(const struct record *rec, void *result)
{
	struct ntske_response	*r = result;

	r->port = be_get16(rec->body);
	return r->port == 0 ? NTSKE_MALFORMED : NTSKE_OK;
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
