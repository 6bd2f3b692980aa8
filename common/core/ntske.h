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
 * The records of NTS Key Establishment (RFC 8915 4): octets that came out
 * of TLS in, what they say out, and the other way round.  NTPv4 with AEAD
 * 15 only.  The stream is collected by the caller, who asks again with all
 * of it when more has come.
 */

#ifndef NTSKE_H
#define NTSKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NTSKE_PORT		4460
#define NTSKE_ALPN		"ntske/1"
#define NTSKE_EXPORTER		"EXPORTER-network-time-security"
#define NTSKE_CONTEXT_LEN	5

#define NTSKE_NTPV4		0	/* the protocol's number */
#define NTSKE_AEAD		15	/* AEAD_AES_SIV_CMAC_256 */

#define NTSKE_REQUEST_MAX	1024	/* octets we read of a client, */
#define NTSKE_RESPONSE_MAX	65536	/* and of a server */
#define NTSKE_COOKIES		8	/* we keep so many */
#define NTSKE_COOKIE_MAX	896	/* octets of one, as in ntsfield.h */
#define NTSKE_HOST_MAX		256	/* a name with its NUL */

/* RFC 8915 4.1; 0x8000 on the wire: critical */
enum ntske_record {
	NTSKE_END = 0,
	NTSKE_NEXT_PROTOCOL = 1,
	NTSKE_ERROR = 2,
	NTSKE_WARNING = 3,
	NTSKE_ALGORITHM = 4,
	NTSKE_COOKIE = 5,
	NTSKE_SERVER = 6,
	NTSKE_PORT_NUMBER = 7,
	NTSKE__TYPES
};

/* RFC 8915 4.1.3 */
enum ntske_error {
	NTSKE_ERROR_CRITICAL = 0,	/* unrecognised critical record */
	NTSKE_ERROR_REQUEST = 1,	/* bad request */
	NTSKE_ERROR_INTERNAL = 2	/* internal server error */
};

enum ntske_verdict {
	NTSKE_OK,
	NTSKE_MORE,		/* End of Message has not come yet */
	NTSKE_MALFORMED,	/* records that RFC 8915 does not allow */
	NTSKE_TOOLONG,
	NTSKE_CRITICAL,		/* a critical record we do not know */
	NTSKE_REFUSED,		/* the server sent an error, see code */
	NTSKE_WARNED,		/* the same with a warning */
	NTSKE_NOPROTOCOL,	/* NTPv4 is not spoken */
	NTSKE_NOAEAD,		/* there is no algorithm in common */
	NTSKE_UNOFFERED,	/* an algorithm we had not offered */
	NTSKE_NOCOOKIES,
	NTSKE__MAX
};

/* What a client asks for. */
struct ntske_request {
	bool		 ntpv4;
	bool		 aead;		/* offers NTSKE_AEAD */
};

/* What a server grants. */
struct ntske_response {
	uint16_t	 code;		/* of an error or a warning */
	uint16_t	 port;		/* for NTP; 0: not said */
	char		 server[NTSKE_HOST_MAX];	/* or "" */
	unsigned int	 ncookies;
	uint16_t	 cookielen[NTSKE_COOKIES];
	uint8_t		 cookie[NTSKE_COOKIES][NTSKE_COOKIE_MAX];
};

/* Client: the whole request; its length, 0 if size is too small. */
size_t		 ntske_request(uint8_t *, size_t);

/*
 * Client: what the server answered so far.  NTSKE_OK: all of it, with
 * cookies; NTSKE_MORE: read on; else it failed.
 */
enum ntske_verdict	 ntske_parse_response(const uint8_t *, size_t,
			    struct ntske_response *)
			    __attribute__((__warn_unused_result__));

/*
 * Server: what the client sent so far.  NTSKE_OK: answer by
 * ntske_response; NTSKE_MORE: read on; else answer by ntske_refuse, with
 * the code ntske_code has for the verdict.
 */
enum ntske_verdict	 ntske_parse_request(const uint8_t *, size_t,
			    struct ntske_request *)
			    __attribute__((__warn_unused_result__));
enum ntske_error	 ntske_code(enum ntske_verdict);

/*
 * Server: the whole response to a request: n cookies of cookielen, one
 * behind the other, and the port for NTP if it is not 0.  Cookies are left
 * out when there is no common protocol or algorithm.  Its length; 0 if size
 * is too small.
 */
size_t		 ntske_response(const struct ntske_request *,
		    const uint8_t *, size_t, unsigned int, uint16_t,
		    uint8_t *, size_t);

/* Server: the whole response to a bad request. */
size_t		 ntske_refuse(enum ntske_error, uint8_t *, size_t);

/* RFC 8915 5.1: the exporter's context of the C2S (false) or S2C key. */
void		 ntske_context(bool, uint8_t [NTSKE_CONTEXT_LEN]);

/* "no usable cookies" and the like. */
const char	*ntske_str(enum ntske_verdict);
/* What RFC 8915 4.1.3 calls that code, or "unknown". */
const char	*ntske_error_str(unsigned int);

#endif /* NTSKE_H */
