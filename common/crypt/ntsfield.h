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
 * The extension fields of Network Time Security (RFC 8915 5): what they
 * look like, and how a packet is protected and verified with them.  AEAD 15
 * only (siv.h).  Random octets are arguments.
 */

#ifndef NTSFIELD_H
#define NTSFIELD_H

#include <stddef.h>
#include <stdint.h>

#include "siv.h"

/* RFC 8915 7.5 */
#define NTSFIELD_UID		0x0104	/* Unique Identifier */
#define NTSFIELD_COOKIE		0x0204	/* NTS Cookie */
#define NTSFIELD_PLACEHOLDER	0x0304	/* NTS Cookie Placeholder */
#define NTSFIELD_AUTH		0x0404	/* NTS Authenticator and Encrypted
					 * Extension Fields */

#define NTS_KEY_LEN	SIV_KEY_LEN
#define NTS_NONCE_LEN	16	/* of ours; ntpsec takes no other */
#define NTS_UID_LEN	32	/* of ours, and the least there may be */
#define NTS_COOKIES	8	/* a client keeps so many, RFC 8915 5.7 */
#define NTS_PACKET_MAX	1024	/* octets; well below IPv6's least MTU */
#define NTS_COOKIE_MAX	896	/* octets of one that a query has room for */

enum ntsfield_verdict {
	NTSFIELD_GOOD,
	NTSFIELD_PLAIN,		/* no field of NTS in it */
	NTSFIELD_MALFORMED,	/* not the fields RFC 8915 prescribes */
	NTSFIELD_OTHER,		/* not our unique identifier */
	NTSFIELD_NAKED,		/* our unique identifier, but nothing that
				 * authenticates: good for an NTSN, no more */
	NTSFIELD_FORGED		/* the tag is wrong */
};

/* Where the fields of a packet are.  All of it points into the packet. */
struct ntsfield {
	const uint8_t	*uid;		/* NULL: there is none */
	size_t		 uidlen;
	const uint8_t	*cookie;	/* NULL: there is none in the clear */
	size_t		 cookielen;
	unsigned int	 placeholders;	/* each as long as the cookie */
	size_t		 placelen;
	size_t		 authenticated;	/* octets in front of the
					 * authenticator; 0: there is none */
	const uint8_t	*nonce;
	size_t		 noncelen;
	const uint8_t	*sealed;	/* tag and ciphertext */
	size_t		 sealedlen;
};

/* What a client asks with. */
struct ntsfield_request {
	const uint8_t	*key;		/* C2S, NTS_KEY_LEN */
	const uint8_t	*uid;		/* NTS_UID_LEN random octets */
	const uint8_t	*nonce;		/* NTS_NONCE_LEN, never twice */
	const uint8_t	*cookie;
	size_t		 cookielen;
	unsigned int	 placeholders;	/* for so many cookies more */
};

/* Cookies that came with a reply. */
struct ntsfield_cookies {
	unsigned int	 n;
	uint16_t	 len[NTS_COOKIES];
	uint8_t		 cookie[NTS_COOKIES][NTS_COOKIE_MAX];
};

/* A cookie of that length can be kept and sent: any that fits a query. */
int		 ntsfield_cookie_ok(size_t);

/* So many placeholders for cookies of that length leave the packet and
 * its answer within NTS_PACKET_MAX. */
unsigned int	 ntsfield_placeholders(size_t);

/*
 * Client: append the fields to the request of *len octets in a buffer of
 * size; *len grows.  -1: it does not fit, or libcrypto failed.
 */
int		 ntsfield_protect(struct siv *,
		    const struct ntsfield_request *, uint8_t *, size_t,
		    size_t *)
		    __attribute__((__warn_unused_result__));

/*
 * Client: is the reply from who has the key, and to the request with this
 * unique identifier?  key is S2C.  Of it counts what is authenticated: fields
 * behind the authenticator are ignored (RFC 8915 5.7).  With NTSFIELD_GOOD the
 * new cookies are in the last argument, else it has none.
 */
enum ntsfield_verdict	 ntsfield_verify(struct siv *,
			    const uint8_t [NTS_KEY_LEN],
			    const uint8_t [NTS_UID_LEN], const uint8_t *,
			    size_t, struct ntsfield_cookies *)
			    __attribute__((__warn_unused_result__));

/*
 * Server: find the fields of a request.  NTSFIELD_GOOD: there are exactly
 * one unique identifier, of any length that RFC 8915 5.3 allows, and one
 * cookie in front of an authenticator; NTSFIELD_PLAIN: no NTS;
 * NTSFIELD_MALFORMED: say nothing.
 */
enum ntsfield_verdict	 ntsfield_find(const uint8_t *, size_t,
			    struct ntsfield *)
			    __attribute__((__warn_unused_result__));

/*
 * Server: is the request what its sender sealed with this key (C2S, from
 * the cookie)?  Placeholders among the encrypted fields are counted in,
 * other fields there ignored.  NTSFIELD_GOOD, _FORGED or _MALFORMED.
 */
enum ntsfield_verdict	 ntsfield_authentic(struct siv *,
			    const uint8_t [NTS_KEY_LEN], const uint8_t *,
			    struct ntsfield *)
			    __attribute__((__warn_unused_result__));

/*
 * Server: append to the reply of *len octets the unique identifier of the
 * request and, sealed with S2C and a nonce of NTS_NONCE_LEN, n cookies of
 * cookielen, one behind the other.  With no more than 1 + placeholders
 * cookies of the length of the request's the reply is no longer than the
 * request.  -1: it does not fit, or libcrypto failed.
 */
int		 ntsfield_respond(struct siv *, const uint8_t [NTS_KEY_LEN],
		    const struct ntsfield *, const uint8_t [NTS_NONCE_LEN],
		    const uint8_t *, size_t, unsigned int, uint8_t *, size_t,
		    size_t *)
		    __attribute__((__warn_unused_result__));

/* Server: append to a kiss (NTSN) what binds it to the request. */
int		 ntsfield_nak(const struct ntsfield *, uint8_t *, size_t,
		    size_t *)
		    __attribute__((__warn_unused_result__));

#endif /* NTSFIELD_H */
