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
 * Addresses of the world, in text and as a program sees them.
 */

#include <netinet/in.h>
#include <arpa/inet.h>

#include <string.h>

#include "world.h"

bool
waddr_parse(struct waddr *a, const char *text)
{
	memset(a, 0, sizeof(*a));
	if (inet_pton(AF_INET, text, a->a) == 1)
		a->family = 4;
	else if (inet_pton(AF_INET6, text, a->a) == 1)
		a->family = 6;
	return a->family != 0;
}

const char *
waddr_text(const struct waddr *a)
{
	static char	 buf[INET6_ADDRSTRLEN];

	inet_ntop(a->family == 6 ? AF_INET6 : AF_INET, a->a, buf,
	    sizeof(buf));
	return buf;
}

/* Ports aside. */
bool
waddr_same(const struct waddr *a, const struct waddr *b)
{
	return a->family == b->family &&
	    memcmp(a->a, b->a, a->family == 6 ? 16 : 4) == 0;
}

bool
waddr_any(const struct waddr *a)
{
	static const uint8_t	 zero[16];

	return memcmp(a->a, zero, sizeof(zero)) == 0;
}

bool
waddr_loop(const struct waddr *a)
{
	return a->family == 6 ?
	    IN6_IS_ADDR_LOOPBACK((const struct in6_addr *)a->a) :
	    a->a[0] == 127;
}

bool
waddr_from_sa(struct waddr *a, const void *sa, size_t len)
{
	struct sockaddr_in	 sin;
	struct sockaddr_in6	 sin6;
	sa_family_t		 family;

	memset(a, 0, sizeof(*a));
	if (len < sizeof(family))
		return false;
	memcpy(&family, sa, sizeof(family));
	if (family == AF_INET && len >= sizeof(sin)) {
		memcpy(&sin, sa, sizeof(sin));
		a->family = 4;
		a->port = ntohs(sin.sin_port);
		memcpy(a->a, &sin.sin_addr, 4);
		return true;
	}
	if (family == AF_INET6 && len >= sizeof(sin6)) {
		memcpy(&sin6, sa, sizeof(sin6));
		a->family = 6;
		a->port = ntohs(sin6.sin6_port);
		memcpy(a->a, &sin6.sin6_addr, 16);
		return true;
	}
	return false;
}

size_t
waddr_to_sa(const struct waddr *a, void *out)
{
	struct sockaddr_in	 sin;
	struct sockaddr_in6	 sin6;

	if (a->family == 6) {
		memset(&sin6, 0, sizeof(sin6));
		sin6.sin6_family = AF_INET6;
		sin6.sin6_port = htons(a->port);
		memcpy(&sin6.sin6_addr, a->a, 16);
		memcpy(out, &sin6, sizeof(sin6));
		return sizeof(sin6);
	}
	memset(&sin, 0, sizeof(sin));
	sin.sin_family = AF_INET;
	sin.sin_port = htons(a->port);
	memcpy(&sin.sin_addr, a->a, 4);
	memcpy(out, &sin, sizeof(sin));
	return sizeof(sin);
}
