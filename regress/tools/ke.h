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
 * NTS-KE as a client of tests has it (RFC 8915 4), polite or not; it shares
 * no code with the daemon's.
 */

#ifndef KE_H
#define KE_H

#include <openssl/ssl.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KE_COOKIES	8
#define KE_COOKIE_MAX	256
#define KE_KEY		32
#define KE_TIMEOUT	20000	/* ms */

struct ke {
	const char	*host;		/* numeric, as all of them */
	const char	*port;
	const char	*from;		/* or NULL */
	const char	*alpn;
	int		 bad;		/* a bad request, see ke.c; 0: none */
	bool		 octets;	/* write octet by octet */
	SSL_CTX		*ctx;
	/* what the server gave */
	uint16_t	 aead;
	uint8_t		 c2s[KE_KEY];
	uint8_t		 s2c[KE_KEY];
	unsigned int	 ncookies;
	size_t		 cookielen;
	uint8_t		 cookie[KE_COOKIES][KE_COOKIE_MAX];
	uint16_t	 ntpport;
};

/* Nobody's certificate is looked at. */
void	 ke_init(struct ke *);

/*
 * A socket of that type connected to a host and a port, from an address or
 * NULL; and one to where the keys are.  -1 and errno.
 */
int	 ke_reach(const char *, const char *, const char *, int);
int	 ke_connect(const struct ke *);

/* The TLS session, after its handshake; NULL. */
SSL	*ke_shake(struct ke *, int);

/* All of it; -1, and a line on stdout that says what failed. */
int	 ke_establish(struct ke *);

/* "failed=" that, and what libssl says to it; -1. */
int	 ke_fail(const char *);

#endif /* KE_H */
