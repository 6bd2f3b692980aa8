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
 * addr.c by tables.
 */

#include <netinet/in.h>

#include "addr.h"
#include "test.h"

static const struct {
	const char	*what;
	const char	*text;
	int		 error;
	enum addr_family family;
	const char	*str;		/* NULL: as text */
	const char	*strport;
} parse[] = {
	{ "v4", "192.0.2.1", 0, ADDR_V4, NULL, "192.0.2.1:123" },
	{ "v4 any", "0.0.0.0", 0, ADDR_V4, NULL, "0.0.0.0:123" },
	{ "v6", "2001:db8::1", 0, ADDR_V6, NULL, "[2001:db8::1]:123" },
	{ "v6, other spelling", "2001:DB8:0:0:0:0:0:1", 0, ADDR_V6,
	    "2001:db8::1", "[2001:db8::1]:123" },
	{ "v6 any", "::", 0, ADDR_V6, NULL, "[::]:123" },
	{ "v4 in v6", "::ffff:192.0.2.1", 0, ADDR_V6, NULL,
	    "[::ffff:192.0.2.1]:123" },
	{ "longest v6", "1111:2222:3333:4444:5555:6666:7777:8888", 0, ADDR_V6,
	    NULL, "[1111:2222:3333:4444:5555:6666:7777:8888]:123" },
	{ "link-local by name", "fe80::1%lo", 0, ADDR_V6, NULL,
	    "[fe80::1%lo]:123" },
	{ "link-local by number", "fe80::1%4000000000", 0, ADDR_V6, NULL,
	    "[fe80::1%4000000000]:123" },
	{ "link-local bare", "fe80::1", 0, ADDR_V6, NULL, "[fe80::1]:123" },
	{ "scope of no interface", "fe80::1%nosuchif0", .error = -1 },
	{ "scope empty", "fe80::1%", .error = -1 },
	{ "scope 0", "fe80::1%0", .error = -1 },
	{ "scope of a global address", "2001:db8::1%lo", .error = -1 },
	{ "scope of a v4 address", "192.0.2.1%lo", .error = -1 },
	{ "empty", "", .error = -1 },
	{ "a name", "localhost", .error = -1 },
	{ "short v4", "10.1", .error = -1 },
	{ "v4 out of range", "192.0.2.256", .error = -1 },
	{ "v4 and more", "192.0.2.1 ", .error = -1 },
	{ "brackets", "[::1]", .error = -1 },
	{ "too long", "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa",
	    .error = -1 },
};

static const struct {
	const char	*text;
	bool		 private, loopback, any;
} kind[] = {
	{ "0.0.0.0", true, false, true },
	{ "0.0.0.1", true, false, false },
	{ "9.255.255.255", false, false, false },
	{ "10.0.0.0", true, false, false },
	{ "10.255.255.255", true, false, false },
	{ "11.0.0.0", false, false, false },
	{ "100.63.255.255", false, false, false },
	{ "100.64.0.0", true, false, false },
	{ "100.127.255.255", true, false, false },
	{ "100.128.0.0", false, false, false },
	{ "127.0.0.1", true, true, false },
	{ "127.127.1.1", true, true, false },
	{ "128.0.0.1", false, false, false },
	{ "169.254.0.1", true, false, false },
	{ "172.15.255.255", false, false, false },
	{ "172.16.0.0", true, false, false },
	{ "172.31.255.255", true, false, false },
	{ "172.32.0.0", false, false, false },
	{ "192.0.2.1", false, false, false },
	{ "192.168.0.0", true, false, false },
	{ "192.169.0.0", false, false, false },
	{ "198.17.255.255", false, false, false },
	{ "198.19.255.255", true, false, false },
	{ "::", true, false, true },
	{ "::1", true, true, false },
	{ "::2", false, false, false },
	{ "fbff::1", false, false, false },
	{ "fc00::1", true, false, false },
	{ "fdff::1", true, false, false },
	{ "fe00::1", false, false, false },
	{ "fe80::1", true, false, false },
	{ "febf::1", true, false, false },
	{ "fec0::1", false, false, false },
	{ "2001:db8::1", false, false, false },
};

/* ascending */
static const struct {
	const char	*text;
	uint16_t	 port;
} order[] = {
	{ "9.0.0.1", 200 },
	{ "192.0.2.1", 1 },
	{ "192.0.2.1", 2 },
	{ "192.0.2.2", 1 },
	{ "::1", 1 },
	{ "fe80::1%1", 9 },
	{ "fe80::1%2", 1 },
};

static void
test_parse(void)
{
	struct sockaddr_storage	 ss;
	struct addr		 a, b;
	char			 buf[ADDR_STRLEN];
	socklen_t		 len;
	size_t			 i;

	for (i = 0; i < nitems(parse); i++) {
		CHECK_INT(parse[i].what, addr_parse(&a, parse[i].text, 123),
		    parse[i].error);
		if (parse[i].error != 0)
			continue;
		CHECK_INT(parse[i].what, a.family, parse[i].family);
		CHECK_INT(parse[i].what, a.port, 123);
		CHECK_STR(parse[i].what, addr_str(&a, buf),
		    parse[i].str != NULL ? parse[i].str : parse[i].text);
		CHECK_STR(parse[i].what, addr_strport(&a, buf),
		    parse[i].strport);

		len = addr_to_sa(&a, &ss);
		CHECK_INT(parse[i].what, len, a.family == ADDR_V4 ?
		    sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6));
		CHECK_INT(parse[i].what,
		    addr_from_sa(&b, (const struct sockaddr *)&ss), 0);
		CHECK_MEM(parse[i].what, &b, &a, sizeof(a));
	}
}

static void
test_sa(void)
{
	struct sockaddr_storage	 ss;
	struct sockaddr_in6	 sin6;
	struct addr		 a;
	char			 buf[ADDR_STRLEN];

	memset(&ss, 0, sizeof(ss));
	ss.ss_family = AF_UNIX;
	CHECK_INT("unix address", addr_from_sa(&a, (struct sockaddr *)&ss),
	    -1);
	memset(&a, 0, sizeof(a));
	CHECK_INT("no address", addr_to_sa(&a, &ss), 0);
	CHECK_STR("no address", addr_str(&a, buf), "none");
	CHECK_INT("no address", addr_any(&a), false);
	CHECK_INT("no address", addr_private(&a), false);

	memset(&sin6, 0, sizeof(sin6));
	sin6.sin6_family = AF_INET6;
	sin6.sin6_addr.s6_addr[0] = 0x20;
	sin6.sin6_scope_id = 3;
	CHECK_INT("scope of a global address",
	    addr_from_sa(&a, (struct sockaddr *)&sin6), 0);
	CHECK_INT("scope of a global address", a.scope, 0);
}

static void
test_compare(void)
{
	struct addr	 a, b;
	size_t		 i, j;

	for (i = 0; i < nitems(order); i++) {
		for (j = 0; j < nitems(order); j++) {
			CHECK_INT(order[i].text, addr_parse(&a,
			    order[i].text, order[i].port), 0);
			CHECK_INT(order[j].text, addr_parse(&b,
			    order[j].text, order[j].port), 0);
			CHECK_INT(order[i].text, addr_cmp(&a, &b),
			    (i > j) - (i < j));
			CHECK_INT(order[i].text, addr_equal(&a, &b),
			    strcmp(order[i].text, order[j].text) == 0);
		}
	}
}

static void
test_kind(void)
{
	struct addr	 a;
	size_t		 i;

	for (i = 0; i < nitems(kind); i++) {
		CHECK_INT(kind[i].text, addr_parse(&a, kind[i].text, 0), 0);
		CHECK_INT(kind[i].text, addr_private(&a), kind[i].private);
		CHECK_INT(kind[i].text, addr_loopback(&a), kind[i].loopback);
		CHECK_INT(kind[i].text, addr_any(&a), kind[i].any);
	}
}

int
main(void)
{
	test_parse();
	test_sa();
	test_compare();
	test_kind();
	return test_done("addr");
}
