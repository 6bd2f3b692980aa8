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
 * The keys that NTS cookies are sealed with, oldest first: the past ones
 * still open cookies, one seals, the last is to come.  That one was in the
 * ring for a whole period before it seals, long enough to reach all servers
 * that share it.
 *
 * As text, a line for each key; "#" begins a line that does not count:
 *
 *	NUMBER (8 hex digits)  FROM (Unix s)  KEY (64 hex digits)
 */

#ifndef NTSRING_H
#define NTSRING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NTSRING_KEY	32	/* octets, of AES-SIV-CMAC-256 */
#define NTSRING_KEYS	10
#define NTSRING_TEXT	(256 + NTSRING_KEYS * 128)	/* octets at most */

struct ntsring_key {
	int64_t		 from;		/* it seals, Unix s, until the next */
	uint32_t	 id;
	uint32_t	 zero;
	uint8_t		 key[NTSRING_KEY];
};

struct ntsring {
	uint32_t	 n;
	uint32_t	 use;		/* index of the one that seals */
	struct ntsring_key key[NTSRING_KEYS];
};

/*
 * Is it one that can be used: some keys, in order, no number twice?  What
 * another process sent, or somebody wrote to a file.  0 or -1.
 */
int		 ntsring_check(const struct ntsring *)
		    __attribute__((__warn_unused_result__));

/*
 * Set use for that time (Unix s): the newest key that has begun; if none
 * has, the oldest.  Not for an empty ring.
 */
void		 ntsring_use(struct ntsring *, int64_t);

/*
 * What the time says of a ring whose keys change with this period (s): one
 * begins, another is added, the oldest goes.  The random octets, of two
 * keys, are for new ones: number, then key.  True when it is another ring.
 * A clock that was wrong, by however much, leaves nothing that time with
 * the right clock does not mend.
 */
#define NTSRING_RANDOM	(2 * (4 + NTSRING_KEY))
bool		 ntsring_turn(struct ntsring *, int64_t, int64_t,
		    const uint8_t [NTSRING_RANDOM]);

/*
 * Text to ring: 0, or the line (from 1) that is no key, or -1: there is
 * none, or they are not in order.
 */
int		 ntsring_parse(const char *, size_t, struct ntsring *)
		    __attribute__((__warn_unused_result__));
/* Ring to text, with a NUL; its length. */
size_t		 ntsring_print(const struct ntsring *, char [NTSRING_TEXT]);

#endif /* NTSRING_H */
