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
 * Extension fields behind the header (RFC 7822): find them, append them.
 */

#ifndef EXTFIELD_H
#define EXTFIELD_H

#include <stddef.h>
#include <stdint.h>

#define EXTFIELD_MIN	16	/* octets, header included */
#define EXTFIELD_LAST	28	/* of the last one, when no MAC follows */
#define EXTFIELD_MACMAX	24	/* what is left of no more than this is no */
				/* field, RFC 7822 7.5.1 */

struct extfield {
	uint16_t	 type;
	const uint8_t	*body;
	size_t		 len;		/* of the body, padding included */
};

struct extfield_iter {
	const uint8_t	*p;
	size_t		 left;
};

/* Iterate what follows the header of a whole packet. */
void	 extfield_begin(struct extfield_iter *, const uint8_t *, size_t);

/*
 * 1: *ef is the next field; 0: none left, and iter.left is the length of
 * the MAC that remains: 0, 4 (crypto-NAK), 20 or 24; -1: malformed, now and
 * at each further call.
 */
int	 extfield_next(struct extfield_iter *, struct extfield *)
	    __attribute__((__warn_unused_result__));

/*
 * Append a field to the *len octets in a buffer of size: type, body and its
 * length, padded with zeros to a multiple of 4 and to at least min octets
 * in all (EXTFIELD_MIN or more).  *len grows.  -1, and nothing changed, if
 * it does not fit.
 */
int	 extfield_put(uint8_t *, size_t, size_t *, uint16_t, const void *,
	    size_t, size_t)
	    __attribute__((__warn_unused_result__));

#endif /* EXTFIELD_H */
