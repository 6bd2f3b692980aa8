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
 * nts_limit.c: who goes when there are too many, and who has had enough;
 * with addresses that cost nothing.
 */

#include <stdio.h>
#include <string.h>

#include "nts.h"
#include "test.h"

#define V4(a, b, c, d)	{ .family = ADDR_V4, .ip = { a, b, c, d } }
/* 2001:X::/32, and in it a /48 and a /64 */
#define V6(x, y, z)	{ .family = ADDR_V6, .ip = { 0x20, 0x01, 0, x, 0, y, \
			    0, z, [15] = 1 } }
#define N		8

static const uint8_t	 seed[16] = "not random, here";

static const struct {
	const char	*what;
	struct addr	 a[N];		/* until there is no family */
	size_t		 goes;
} crowds[] = {
	{ "the only one", { V4(192, 0, 2, 1) }, 0 },
	{ "each from elsewhere: the oldest", {
		V4(192, 0, 2, 1), V4(198, 51, 100, 1), V6(1, 1, 1) }, 0 },
	{ "a client with two", {
		V4(192, 0, 2, 1), V4(198, 51, 100, 1), V4(198, 51, 100, 1) },
	    1 },
	{ "a /64 is one client, whatever is behind it", {
		V6(1, 1, 1), V6(2, 1, 1),
		{ ADDR_V6, .ip = { 0x20, 0x01, 0, 2, 0, 1, 0, 1, 9, 9 } } },
	    1 },
	{ "a /48 with many /64s", {
		V6(1, 1, 1), V6(2, 1, 1), V6(2, 1, 2), V6(2, 1, 3) }, 1 },
	{ "a /32 with many /48s", {
		V6(1, 1, 1), V6(2, 1, 1), V6(2, 2, 1), V6(2, 3, 1) }, 1 },
	{ "many /48s, and a client with several who is elsewhere", {
		V6(1, 1, 1), V6(1, 1, 1), V6(2, 1, 1), V6(2, 2, 1),
		V6(2, 3, 1) }, 2 },
	{ "a good one beside him, in the same /32", {
		V6(2, 9, 1), V6(2, 1, 1), V6(2, 1, 2), V6(2, 1, 3) }, 1 },
	{ "a good one beside him, in the same /48", {
		V6(2, 1, 9), V6(2, 1, 1), V6(2, 1, 1) }, 1 },
	{ "a /24", {
		V4(192, 0, 2, 1), V4(198, 51, 100, 1), V4(198, 51, 100, 2) },
	    1 },
	{ "a /16", {
		V4(192, 0, 2, 1), V4(198, 51, 100, 1), V4(198, 51, 101, 1) },
	    1 },
	{ "a good one beside him, in the same /16", {
		V4(198, 51, 1, 1), V4(198, 51, 100, 1), V4(198, 51, 100, 2) },
	    1 },
	{ "the same octets, but of two families", {
		{ ADDR_V4, .ip = { 0x20, 0x01, 0, 2 } }, V6(2, 1, 1),
		V4(192, 0, 2, 1) }, 0 }
};

/* Handshakes of addresses that follow one another, until one is refused. */
static const struct {
	const char	*what;
	uint8_t		 family;
	size_t		 octet;		/* of the address, that counts up */
	unsigned int	 got;
} shares[] = {
	{ "one IPv4 address", ADDR_V4, 16, 256 },
	{ "a /24", ADDR_V4, 3, 1024 },
	{ "a /16", ADDR_V4, 2, 4096 },
	{ "all of IPv4", ADDR_V4, 1, 9999 },
	{ "one IPv6 address", ADDR_V6, 16, 256 },
	{ "a /64", ADDR_V6, 15, 256 },
	{ "a /48", ADDR_V6, 7, 1024 },
	{ "a /32", ADDR_V6, 5, 4096 },
	{ "all of IPv6", ADDR_V6, 3, 9999 }
};

static void
test_crowd(void)
{
	const struct addr	*a[N];
	size_t			 i, n;

	for (i = 0; i < nitems(crowds); i++) {
		for (n = 0; n < N && crowds[i].a[n].family != ADDR_NONE; n++)
			a[n] = &crowds[i].a[n];
		CHECK_INT(crowds[i].what, nts_limit_crowd(a, n),
		    crowds[i].goes);
	}
}

/*
 * One provider's customer against the world: he opens as many as he likes,
 * each from another network of his, and the good ones among them stay.
 */
static void
test_siege(void)
{
	static struct addr	 from[NTS_CONNS];
	const struct addr	*a[NTS_CONNS];
	struct addr		 bad = V6(66, 0, 0);
	size_t			 i, n, goes, lost = 0;

	for (i = 0; i < NTS_CONNS; i++) {
		from[i] = (struct addr)V4((uint8_t)i, 1, 1, 1);
		if (i % 4 > 0)
			from[i] = bad;
		from[i].ip[5] = (uint8_t)i;
	}
	for (n = 0; n < 10000; n++) {
		for (i = 0; i < NTS_CONNS; i++)
			a[i] = &from[i];
		goes = nts_limit_crowd(a, NTS_CONNS);
		lost += from[goes].family == ADDR_V4;
		memmove(&from[goes], &from[goes + 1],
		    (NTS_CONNS - 1 - goes) * sizeof(from[0]));
		bad.ip[4] = (uint8_t)(n >> 8);
		bad.ip[5] = (uint8_t)n;
		from[NTS_CONNS - 1] = bad;
	}
	CHECK_INT("good ones lost", lost, 0);
}

static void
test_share(void)
{
	static struct nts_limit	 l;
	struct addr		 a;
	mono_t			 now = { 1000000000 };
	size_t			 i;
	unsigned int		 got;

	for (i = 0; i < nitems(shares); i++) {
		memset(&l, 0, sizeof(l));
		nts_limit_init(&l, seed);
		memset(&a, 0, sizeof(a));
		a.family = shares[i].family;
		for (got = 0; got < 9999; got++) {
			if (shares[i].octet < sizeof(a.ip))
				a.ip[shares[i].octet] = (uint8_t)got;
			if (nts_limit_spent(&l, &a, now))
				break;
			nts_limit_spend(&l, &a, now);
		}
		CHECK_INT(shares[i].what, got, shares[i].got);
	}
}

int
main(void)
{
	test_crowd();
	test_siege();
	test_share();
	return test_done("nts_limit");
}
