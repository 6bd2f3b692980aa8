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
 * An address and port as plain data: fixed width, no padding, fit for
 * messages, memcmp and hashing.
 */

#ifndef ADDR_H
#define ADDR_H

#include <sys/types.h>
#include <sys/socket.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum addr_family {
	ADDR_NONE = 0,
	ADDR_V4 = 4,
	ADDR_V6 = 6
};

struct addr {
	uint8_t		 family;	/* enum addr_family */
	uint8_t		 zero;
	uint16_t	 port;		/* host order */
	uint32_t	 scope;		/* IPv6 link-local interface */
	uint8_t		 ip[16];	/* network order, v4 in the first 4 */
};

#define ADDR_STRLEN	80	/* address, %scope, port */

/* A numeric address ("192.0.2.1", "2001:db8::1", "fe80::1%eth0"); or -1. */
int		 addr_parse(struct addr *, const char *, uint16_t)
		    __attribute__((__warn_unused_result__));

/* Numeric, without the port.  Returns buf. */
const char	*addr_str(const struct addr *, char [ADDR_STRLEN]);

/* With the port: "192.0.2.1:123", "[2001:db8::1]:123".  Returns buf. */
const char	*addr_strport(const struct addr *, char [ADDR_STRLEN]);

/* Same address, port aside.  addr_cmp orders by all fields. */
bool		 addr_equal(const struct addr *, const struct addr *);
int		 addr_cmp(const struct addr *, const struct addr *);

/* To and from the kernel's form. */
socklen_t	 addr_to_sa(const struct addr *, struct sockaddr_storage *);
int		 addr_from_sa(struct addr *, const struct sockaddr *)
		    __attribute__((__warn_unused_result__));

/* Loopback, link-local, RFC 1918 and the like: not a public address. */
bool		 addr_private(const struct addr *);
bool		 addr_loopback(const struct addr *);
bool		 addr_any(const struct addr *);

#endif /* ADDR_H */
