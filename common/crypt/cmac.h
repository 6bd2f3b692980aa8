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
 * AES-CMAC (RFC 4493, NIST SP 800-38B), keyed once for many messages.
 * Part of AES-SIV (siv.h), and the MAC of NTP packets with a shared key
 * (RFC 8573, mac.h).
 */

#ifndef CMAC_H
#define CMAC_H

#include <stddef.h>
#include <stdint.h>

#define CMAC_LEN	16	/* of the code, and a block of AES */

struct cmac;

/* For keys of 16 octets (AES-128) or 32 (AES-256); NULL: no memory. */
struct cmac	*cmac_new(size_t);
void		 cmac_free(struct cmac *);

/* Take this key, of the length told to cmac_new; -1: libcrypto failed. */
int		 cmac_key(struct cmac *, const uint8_t *)
		    __attribute__((__warn_unused_result__));

/*
 * The code of a message.  With a mask, which takes a message of 16 octets
 * or more, that of the message with the mask XORed to its end (the "xorend"
 * of RFC 5297 2.1).  -1: no key, or libcrypto failed; the key is forgotten.
 */
int		 cmac_sum(struct cmac *, const uint8_t *, size_t,
		    const uint8_t *, uint8_t [CMAC_LEN])
		    __attribute__((__warn_unused_result__));

#endif /* CMAC_H */
