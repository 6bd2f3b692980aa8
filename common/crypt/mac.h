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
 * NTP packets authenticated with a key both sides have (RFC 5905 7.3, RFC
 * 8573): behind the packet the key's number and a code over all before it.
 */

#ifndef MAC_H
#define MAC_H

#include <stddef.h>
#include <stdint.h>

#define MAC_KEYS	128	/* of a file */
#define MAC_KEY_MAX	64	/* octets */
#define MAC_MAX		68	/* octets behind a packet, number and code */

/*
 * AES is CMAC.  The others are a hash of key and packet, cut to 160 bits in
 * NTPv4, whose fields leave no room for more (RFC 7822 7.5.1.4), and whole
 * before that: chrony asks with version 3 for that reason.  The last two are
 * not to be trusted any more.
 */
enum mac_type {
	MAC_NONE,
	MAC_AES128,
	MAC_AES256,
	MAC_SHA256,
	MAC_SHA384,
	MAC_SHA512,
	MAC_SHA1,
	MAC_MD5,
	MAC__MAX
};

struct mackey {
	uint32_t	 id;		/* 1 and up */
	uint8_t		 type;		/* enum mac_type */
	uint8_t		 len;		/* octets of key */
	uint8_t		 zero[2];
	uint8_t		 key[MAC_KEY_MAX];
};

/* All there are, by id; a message, too. */
struct mackeys {
	uint32_t	 n;
	struct mackey	 key[MAC_KEYS];
};

enum mac_verdict {
	MAC_ABSENT,		/* nothing behind the packet and its fields */
	MAC_GOOD,
	MAC_UNKNOWN,		/* we do not have that key, or it is no code */
	MAC_BAD			/* the code is wrong */
};

struct mac;

/* NULL: no memory.  Without keys all are unknown. */
struct mac	*mac_new(void);
void		 mac_free(struct mac *);

/* These keys from now on; -1: they make no sense, and the old ones stay. */
int		 mac_set(struct mac *, const struct mackeys *)
		    __attribute__((__warn_unused_result__));
int		 mac_has(const struct mac *, uint32_t);

/*
 * Append number and code to the *len octets in a buffer of size.  -1: there
 * is no such key, it does not fit, or libcrypto failed.
 */
int		 mac_put(struct mac *, uint32_t, uint8_t *, size_t, size_t *)
		    __attribute__((__warn_unused_result__));

/* Look for a code behind a packet; *id is its key's, 0 if there is none. */
enum mac_verdict mac_verify(struct mac *, const uint8_t *, size_t,
		    uint32_t *)
		    __attribute__((__warn_unused_result__));

/* "AES128" and the like, in any case; MAC_NONE: not one we know. */
enum mac_type	 mac_type(const char *);
/* Octets a key of that type has; 0: any number. */
size_t		 mac_keylen(enum mac_type);

#endif /* MAC_H */
