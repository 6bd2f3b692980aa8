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
 * acl: the longest prefix wins, whatever the order and the nesting; and a
 * lookup in a large list costs little.
 */

#include "test.h"

#include <stdlib.h>
#include <time.h>

#include "acl.h"
#include "addr.h"

static void	 test_table(void);
static void	 test_random(enum acl_family, unsigned int);
static void	 test_many(size_t);
static struct acl_rule rule(const char *, uint8_t, enum acl_action, uint8_t);
static void	*build(struct acl *, const struct acl_rule *, size_t);

int
main(void)
{
	unsigned int i;

	test_table();
	for (i = 0; i < 200; i++) {
		test_random(ACL_V4, 1 + i % 60);
		test_random(ACL_V6, 1 + i % 60);
	}
	test_many(100000);
	return test_done("acl");
}

static const struct {
	const char	*what;
	struct {
		const char	*prefix;
		uint8_t		 len;
		enum acl_action	 action;
		uint8_t		 to;
	}		 rules[5];
	const char	*addr;
	enum acl_action	 want;
} tests[] = {
	{ "no rule", { { NULL } }, "192.0.2.1", ACL_ALLOW },
	{ "no rule, v6", { { NULL } }, "2001:db8::1", ACL_ALLOW },
	{ "any", { { "any", 0, ACL_DENY } }, "192.0.2.1", ACL_DENY },
	{ "any, v6", { { "any", 0, ACL_DENY } }, "2001:db8::1", ACL_DENY },
	{ "any but one net", { { "any", 0, ACL_DENY },
	    { "192.0.2.0", 24, ACL_ALLOW } }, "192.0.2.255", ACL_ALLOW },
	{ "behind the net", { { "any", 0, ACL_DENY },
	    { "192.0.2.0", 24, ACL_ALLOW } }, "192.0.3.0", ACL_DENY },
	{ "before the net", { { "any", 0, ACL_DENY },
	    { "192.0.2.0", 24, ACL_ALLOW } }, "192.0.1.255", ACL_DENY },
	{ "0/0 is one family", { { "0.0.0.0", 0, ACL_DENY } },
	    "2001:db8::1", ACL_ALLOW },
	{ "0/0 is the other", { { "0.0.0.0", 0, ACL_DENY } },
	    "192.0.2.1", ACL_DENY },
	{ "0/0 is longer than any", { { "0.0.0.0", 0, ACL_ALLOW },
	    { "any", 0, ACL_DENY } }, "192.0.2.1", ACL_ALLOW },
	{ "the whole of v6", { { "::", 0, ACL_IGNORE } }, "ffff::1",
	    ACL_IGNORE },
	{ "within within", { { "10.0.0.0", 8, ACL_DENY },
	    { "10.1.0.0", 16, ACL_ALLOW }, { "10.1.2.0", 24, ACL_IGNORE },
	    { "10.1.2.3", 32, ACL_KISS } }, "10.1.2.3", ACL_KISS },
	{ "within within, behind it", { { "10.0.0.0", 8, ACL_DENY },
	    { "10.1.0.0", 16, ACL_ALLOW }, { "10.1.2.0", 24, ACL_IGNORE },
	    { "10.1.2.3", 32, ACL_KISS } }, "10.1.2.4", ACL_IGNORE },
	{ "within within, back out", { { "10.0.0.0", 8, ACL_DENY },
	    { "10.1.0.0", 16, ACL_ALLOW }, { "10.1.2.0", 24, ACL_IGNORE },
	    { "10.1.2.3", 32, ACL_KISS } }, "10.1.3.0", ACL_ALLOW },
	{ "all end together", { { "128.0.0.0", 1, ACL_DENY },
	    { "192.0.0.0", 2, ACL_ALLOW }, { "255.0.0.0", 8, ACL_DENY },
	    { "255.255.255.255", 32, ACL_KISS } }, "255.255.255.255",
	    ACL_KISS },
	{ "the last but one", { { "128.0.0.0", 1, ACL_DENY },
	    { "192.0.0.0", 2, ACL_ALLOW }, { "255.0.0.0", 8, ACL_DENY },
	    { "255.255.255.255", 32, ACL_KISS } }, "255.255.255.254",
	    ACL_DENY },
	{ "two together in the middle", { { "10.0.0.0", 8, ACL_DENY },
	    { "10.128.0.0", 9, ACL_ALLOW } }, "11.0.0.0", ACL_ALLOW },
	{ "the first address", { { "0.0.0.0", 32, ACL_DENY } }, "0.0.0.0",
	    ACL_DENY },
	{ "the second", { { "0.0.0.0", 32, ACL_DENY } }, "0.0.0.1",
	    ACL_ALLOW },
	{ "neighbours", { { "10.0.0.0", 24, ACL_DENY },
	    { "10.0.1.0", 24, ACL_DENY } }, "10.0.1.255", ACL_DENY },
	{ "behind neighbours", { { "10.0.0.0", 24, ACL_DENY },
	    { "10.0.1.0", 24, ACL_DENY } }, "10.0.2.0", ACL_ALLOW },
	{ "/63", { { "2001:db8:0:2::", 63, ACL_DENY } }, "2001:db8:0:3::1",
	    ACL_DENY },
	{ "/65", { { "2001:db8::", 65, ACL_DENY } },
	    "2001:db8::7fff:ffff:ffff:ffff", ACL_DENY },
	{ "behind /65", { { "2001:db8::", 65, ACL_DENY } },
	    "2001:db8::8000:0:0:0", ACL_ALLOW },
	{ "/64", { { "2001:db8::", 64, ACL_DENY } },
	    "2001:db8::ffff:ffff:ffff:ffff", ACL_DENY },
	{ "/128, the last", {
	    { "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 128, ACL_DENY } },
	    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ACL_DENY },
	{ "one listener before all", { { "10.0.0.0", 8, ACL_DENY, 0 },
	    { "10.0.0.0", 8, ACL_ALLOW, 1 } }, "10.0.0.1", ACL_ALLOW },
	{ "the same in another order", { { "10.0.0.0", 8, ACL_ALLOW, 1 },
	    { "10.0.0.0", 8, ACL_DENY, 0 } }, "10.0.0.1", ACL_ALLOW },
	{ "length before listener", { { "10.0.0.0", 8, ACL_DENY, 1 },
	    { "10.0.0.0", 16, ACL_ALLOW, 0 } }, "10.0.0.1", ACL_ALLOW },
	{ "twice: the stricter", { { "10.0.0.0", 8, ACL_DENY, 0 },
	    { "10.0.0.0", 8, ACL_ALLOW, 0 } }, "10.0.0.1", ACL_DENY },
};

static void
test_table(void)
{
	struct acl_rule	 rules[5];
	struct acl	 acl;
	struct addr	 a;
	void		*memory;
	size_t		 i, n;

	for (i = 0; i < nitems(tests); i++) {
		for (n = 0; n < 5 && tests[i].rules[n].prefix != NULL; n++)
			rules[n] = rule(tests[i].rules[n].prefix,
			    tests[i].rules[n].len, tests[i].rules[n].action,
			    tests[i].rules[n].to);
		memory = build(&acl, rules, n);
		CHECK_INT(tests[i].what, addr_parse(&a, tests[i].addr, 0), 0);
		CHECK_INT(tests[i].what, acl_check(&acl,
		    (enum acl_family)a.family, a.ip), tests[i].want);
		free(memory);
	}
}

static struct acl_rule
rule(const char *prefix, uint8_t len, enum acl_action action, uint8_t to)
{
	struct acl_rule	 r;
	struct addr	 a;

	memset(&r, 0, sizeof(r));
	r.len = len;
	r.action = (uint8_t)action;
	r.to = to;
	if (strcmp(prefix, "any") == 0)
		return r;
	CHECK_INT(prefix, addr_parse(&a, prefix, 0), 0);
	r.family = a.family;
	memcpy(r.ip, a.ip, sizeof(r.ip));
	return r;
}

static void *
build(struct acl *acl, const struct acl_rule *rules, size_t n)
{
	struct acl_rule	*scratch;
	void		*memory;

	scratch = calloc(n + 1, sizeof(*scratch));
	memory = malloc(acl_size(n));
	if (scratch == NULL || memory == NULL)
		exit(1);
	if (n > 0)
		memcpy(scratch, rules, n * sizeof(*rules));
	acl_build(acl, memory, scratch, n);
	free(scratch);
	return memory;
}

static bool
within(const struct acl_rule *r, enum acl_family family, const uint8_t *ip)
{
	unsigned int	 bit;

	if (r->family == ACL_ANY)
		return true;
	if (r->family != family)
		return false;
	for (bit = 0; bit < r->len; bit++)
		if ((r->ip[bit / 8] ^ ip[bit / 8]) & 0x80 >> bit % 8)
			return false;
	return true;
}

/* By looking at each rule. */
static enum acl_action
slow(const struct acl_rule *rules, size_t n, enum acl_family family,
    const uint8_t *ip)
{
	const struct acl_rule	*best = NULL, *r;
	size_t			 i;

	for (i = 0; i < n; i++) {
		r = &rules[i];
		if (!within(r, family, ip))
			continue;
		if (best == NULL || (r->family != ACL_ANY) >
		    (best->family != ACL_ANY) ||
		    ((r->family != ACL_ANY) == (best->family != ACL_ANY) &&
		    (r->len > best->len || (r->len == best->len &&
		    (r->to > best->to || (r->to == best->to &&
		    r->action > best->action))))))
			best = r;
	}
	return best == NULL ? ACL_ALLOW : (enum acl_action)best->action;
}

/* Few different bits, so that prefixes meet; all rules and their edges. */
static void
test_random(enum acl_family family, unsigned int n)
{
	struct acl_rule	 rules[64];
	struct acl	 acl;
	uint8_t		 ip[16];
	void		*memory;
	unsigned int	 i, bits = family == ACL_V4 ? 32 : 128, bad = 0;
	uint64_t	 rnd;

	memset(rules, 0, sizeof(rules));
	for (i = 0; i < n; i++) {
		rnd = test_rnd();
		rules[i].family = (uint8_t)(rnd % 32 == 0 ? ACL_ANY : family);
		rules[i].len = rules[i].family == ACL_ANY ? 0 :
		    (uint8_t)(rnd >> 8) % (bits + 1);
		rules[i].action = (uint8_t)(rnd >> 16) % ACL__MAX;
		rules[i].to = (uint8_t)(rnd >> 24) % 2;
		for (rnd >>= 32; rules[i].family != ACL_ANY && rnd != 0;
		    rnd >>= 8)
			if (rnd % 160 < rules[i].len)
				rules[i].ip[rnd % 160 / 8] |=
				    (uint8_t)(0x80 >> rnd % 160 % 8);
	}
	memory = build(&acl, rules, n);
	for (i = 0; i < 2000; i++) {
		rnd = test_rnd();
		memcpy(ip, rules[rnd % n].ip, sizeof(ip));
		rnd >>= 16;
		if (rnd % 4 != 0)	/* often just inside or outside */
			ip[rnd / 4 % bits / 8] ^=
			    (uint8_t)(0x80 >> rnd / 4 % bits % 8);
		if (rnd % 3 == 0)
			memset(ip + (rnd >> 16) % (bits / 8), 0xff,
			    bits / 8 - (rnd >> 16) % (bits / 8));
		bad += acl_check(&acl, family, ip) !=
		    slow(rules, n, family, ip);
	}
	CHECK_INT("like looking at each rule", bad, 0);
	free(memory);
}

static double
cpu(void)
{
	return (double)clock() / CLOCKS_PER_SEC;
}

/* A long list takes a moment to build and none to look up. */
static void
test_many(size_t n)
{
	struct acl_rule	*rules;
	struct acl	 acl;
	uint8_t		 ip[16] = { 0 };
	void		*memory;
	uint64_t	 rnd, denied = 0;
	size_t		 i;
	double		 begin, built;

	if ((rules = calloc(n, sizeof(*rules))) == NULL)
		exit(1);
	for (i = 0; i < n; i++) {
		rnd = test_rnd();
		rules[i].family = ACL_V4;
		rules[i].len = (uint8_t)(16 + rnd % 17);
		rules[i].action = ACL_DENY;
		rnd = rnd >> 32 & ~(0xffffffffULL >> rules[i].len);
		rules[i].ip[0] = (uint8_t)(rnd >> 24);
		rules[i].ip[1] = (uint8_t)(rnd >> 16);
		rules[i].ip[2] = (uint8_t)(rnd >> 8);
		rules[i].ip[3] = (uint8_t)rnd;
	}
	begin = cpu();
	memory = build(&acl, rules, n);
	built = cpu();
	for (i = 0; i < 1000000; i++) {
		rnd = test_rnd();
		memcpy(ip, &rnd, 4);
		denied += acl_check(&acl, ACL_V4, ip) != ACL_ALLOW;
	}
	CHECK_INT("some are denied", denied > 1000, 1);
	CHECK_INT("and some are not", denied < 999000, 1);
	/* ten times what it takes, for slow machines and sanitizers */
	CHECK_INT("built in time", built - begin < 2.0, 1);
	CHECK_INT("looked up in time", cpu() - built < 5.0, 1);
	printf("acl: %zu prefixes built in %.0f ms, looked up in %.0f ns\n",
	    n, (built - begin) * 1e3, (cpu() - built) * 1e3);
	free(memory);
	free(rules);
}
