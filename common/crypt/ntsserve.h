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
 * Our side of an NTS protected packet (RFC 8915 5.7): is the request what a
 * client we gave a cookie to has sent, and the reply to it.  All there is
 * to know of a client is in its cookie.  Pure but for libcrypto.
 *
 * In two steps, with the clock to be read between them: what takes longest
 * is done before it, and the seal is over a reply that has its times.
 */

#ifndef NTSSERVE_H
#define NTSSERVE_H

#include <stddef.h>
#include <stdint.h>

#include "ntscookie.h"
#include "ntsfield.h"

/* Random octets for one reply: a nonce for it and for each cookie. */
#define NTSSERVE_RANDOM(cookies)	(NTS_NONCE_LEN * (1 + (cookies)))
#define NTSSERVE_RANDOM_MAX		NTSSERVE_RANDOM(NTS_COOKIES)

enum ntsserve_act {
	NTSSERVE_PLAIN,		/* no NTS in it: a reply as to anybody */
	NTSSERVE_SEAL,		/* a reply, to be sealed */
	NTSSERVE_NAK,		/* a kiss: get other keys, or prove yours */
	NTSSERVE_DROP		/* nonsense: silence */
};

/* What the second step has to know of the first. */
struct ntsserve_reply {
	enum ntsserve_act act;
	struct ntsfield	 field;		/* points into the request */
	struct ntscookie session;
	unsigned int	 ncookies;
	uint8_t		 nonce[NTS_NONCE_LEN];
	uint8_t		 cookie[NTS_COOKIES * NTSCOOKIE_LEN];
};

struct ntsserve;

/* NULL: no memory.  Without a ring nobody who shows NTS is answered. */
struct ntsserve	*ntsserve_new(void);
void		 ntsserve_free(struct ntsserve *);
void		 ntsserve_ring(struct ntsserve *,
		    const struct ntsring *);

/*
 * A request of NTPv4, of len octets, with NTSSERVE_RANDOM_MAX random ones;
 * so many as NTSSERVE_RANDOM(ncookies) says are used.
 */
enum ntsserve_act ntsserve_request(struct ntsserve *, const uint8_t *,
		    size_t, const uint8_t *, struct ntsserve_reply *)
		    __attribute__((__warn_unused_result__));

/*
 * Append to a header of 48 octets with its times, in a buffer of that size,
 * what makes it the reply (SEAL), or turn it into the kiss (NAK).  *len is
 * its length then: no more than that of the request.  -1: it cannot be.
 */
int		 ntsserve_reply(struct ntsserve *,
		    const struct ntsserve_reply *, uint8_t *, size_t,
		    size_t *)
		    __attribute__((__warn_unused_result__));

#endif /* NTSSERVE_H */
