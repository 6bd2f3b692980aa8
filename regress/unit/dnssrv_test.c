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
 * dnssrv.c: replies with SRV records, and their order.
 */

#include <stdlib.h>

#include "dnssrv.h"
#include "test.h"

/* Replies are written in these pieces; the question is at octet 12. */
#define HEAD(an)	"\x12\x34\x81\x80\0\1" an "\0\0\0\0"
#define HEAD_AD(an)	"\x12\x34\x81\xa0\0\1" an "\0\0\0\0"
#define ASKED		"\6_ntske\4_tcp\1p\4test\0\0\41\0\1"	/* test: 26 */
#define RR(len, rest)	"\300\14\0\41\0\1\0\0\0\36\0" len rest
#define ONE		"\0\1"
#define P(n)		"\0" n
#define KE		"\21\154"	/* 4460 */

#define REPLY(s)	{ s, sizeof(s) - 1 }
struct octets {
	const char	*text;
	size_t		 len;
};

/* prio weight port target, one after the other, a space between each */
static const struct {
	const char		*what;
	struct octets		 reply;
	enum dnssrv_verdict	 want;
	bool			 authentic;
	const char		*records;
} replies[] = {
	{ "one record", REPLY(HEAD(ONE) ASKED
	    RR("\16", P("\12") P("\74") KE "\1a\4test\0")), DNSSRV_OK,
	    false, "10 60 4460 a.test" },
	{ "from a resolver that checked", REPLY(HEAD_AD(ONE) ASKED
	    RR("\16", P("\12") P("\74") KE "\1a\4test\0")), DNSSRV_OK,
	    true, "10 60 4460 a.test" },
	{ "its name is compressed", REPLY(HEAD(ONE) ASKED
	    RR("\12", P("\12") P("\74") KE "\1a\300\32")), DNSSRV_OK,
	    false, "10 60 4460 a.test" },
	{ "by priority, as they come", REPLY(HEAD("\0\3") ASKED
	    RR("\12", P("\24") P("\0") KE "\1a\300\32")
	    RR("\12", P("\12") P("\1") P("\7") "\1b\300\32")
	    RR("\12", P("\12") P("\2") KE "\1c\300\32")), DNSSRV_OK,
	    false, "10 1 7 b.test 10 2 4460 c.test 20 0 4460 a.test" },
	{ "the same twice", REPLY(HEAD("\0\2") ASKED
	    RR("\12", P("\24") P("\0") KE "\1a\300\32")
	    RR("\12", P("\12") P("\0") KE "\1a\300\32")), DNSSRV_OK,
	    false, "20 0 4460 a.test" },
	{ "behind an alias, before an address", REPLY(HEAD("\0\3") ASKED
	    "\300\14\0\5\0\1\0\0\0\36\0\4\1q\300\32"
	    "\1q\300\32\0\41\0\1\0\0\0\36\0\12" P("\1") P("\1") KE
	    "\1a\300\32"
	    "\1a\300\32\0\1\0\1\0\0\0\36\0\4\12\0\0\1"), DNSSRV_OK,
	    false, "1 1 4460 a.test" },
	{ "none", REPLY(HEAD(P("\0")) ASKED), DNSSRV_NONE },
	{ "no question either", REPLY("\0\0\200\0\0\0\0\0\0\0\0\0"),
	    DNSSRV_NONE },
	{ "only others", REPLY(HEAD(ONE) ASKED
	    "\300\14\0\1\0\1\0\0\0\36\0\4\12\0\0\1"), DNSSRV_NONE },
	{ "another class", REPLY(HEAD(ONE) ASKED
	    "\300\14\0\41\0\3\0\0\0\36\0\16" P("\12") P("\74") KE
	    "\1a\4test\0"), DNSSRV_NONE },
	{ "no such service", REPLY(HEAD(ONE) ASKED
	    RR("\7", P("\0") P("\0") P("\0") "\0")), DNSSRV_NOSERVICE },
	{ "no such service, and one", REPLY(HEAD("\0\2") ASKED
	    RR("\7", P("\0") P("\0") KE "\0")
	    RR("\12", P("\12") P("\0") KE "\1a\300\32")), DNSSRV_OK,
	    false, "10 0 4460 a.test" },
	{ "port 0", REPLY(HEAD(ONE) ASKED
	    RR("\12", P("\12") P("\0") P("\0") "\1a\300\32")), DNSSRV_NONE },
	{ "characters no host has", REPLY(HEAD("\0\2") ASKED
	    RR("\13", P("\12") P("\0") KE "\2a\n\300\32")
	    RR("\13", P("\12") P("\0") KE "\2a.\300\32")), DNSSRV_NONE },
	{ "a NUL", REPLY(HEAD(ONE) ASKED
	    RR("\13", P("\12") P("\0") KE "\2a\0\300\32")), DNSSRV_NONE },
	{ "an address as a name", REPLY(HEAD(ONE) ASKED
	    RR("\17", P("\12") P("\0") KE "\00210\0010\0010\0011\0")),
	    DNSSRV_MALFORMED },
	{ "an address as a name, of the right length", REPLY(HEAD(ONE) ASKED
	    RR("\20", P("\12") P("\0") KE "\00210\0010\0010\0011\0")),
	    DNSSRV_NONE },
	{ "a number", REPLY(HEAD(ONE) ASKED
	    RR("\14", P("\12") P("\0") KE "\0040x7f\0")), DNSSRV_NONE },
	{ "nothing", REPLY(""), DNSSRV_MALFORMED },
	{ "less than a header", REPLY("\0\0\200\0\0\0\0\0\0\0\0"),
	    DNSSRV_MALFORMED },
	{ "a question", REPLY("\x12\x34\1\0\0\1\0\0\0\0\0\0" ASKED),
	    DNSSRV_MALFORMED },
	{ "more records said than there are", REPLY(HEAD("\0\2") ASKED
	    RR("\12", P("\12") P("\74") KE "\1a\300\32")),
	    DNSSRV_MALFORMED },
	{ "many more questions", REPLY("\0\0\200\0\377\377\0\0\0\0\0\0"
	    ASKED), DNSSRV_MALFORMED },
	{ "longer than the message", REPLY(HEAD(ONE) ASKED
	    RR("\13", P("\12") P("\74") KE "\1a\300\32")),
	    DNSSRV_MALFORMED },
	{ "shorter than a record", REPLY(HEAD(ONE) ASKED
	    RR("\5", P("\12") P("\74") KE "\1a\300\32")),
	    DNSSRV_MALFORMED },
	{ "something behind its name", REPLY(HEAD(ONE) ASKED
	    RR("\13", P("\12") P("\74") KE "\1a\300\32\0")),
	    DNSSRV_MALFORMED },
	{ "a pointer to itself", REPLY(HEAD(ONE) ASKED
	    RR("\10", P("\12") P("\74") KE "\300\66")), DNSSRV_MALFORMED },
	{ "a name that leads into itself", REPLY(HEAD(ONE) ASKED
	    RR("\12", P("\12") P("\74") KE "\1a\300\66")),
	    DNSSRV_MALFORMED },
	{ "a pointer ahead", REPLY(HEAD(ONE) ASKED
	    RR("\10", P("\12") P("\74") KE "\300\377")), DNSSRV_MALFORMED },
	{ "half a pointer", REPLY(HEAD(ONE) ASKED
	    RR("\7", P("\12") P("\74") KE "\300")), DNSSRV_MALFORMED },
	{ "a label of no known kind", REPLY(HEAD(ONE) ASKED
	    RR("\11", P("\12") P("\74") KE "\101a\0")), DNSSRV_MALFORMED },
	{ "a name without an end", REPLY(HEAD(ONE) ASKED
	    RR("\11", P("\12") P("\74") KE "\2aa")), DNSSRV_MALFORMED },
};

static const char *
records(const struct dnssrv *s)
{
	static char	 buf[DNSSRV_MAX * (DNSSRV_NAME + 20)];
	size_t		 n = 0;
	unsigned int	 i;

	buf[0] = '\0';
	for (i = 0; i < s->n; i++)
		n += (size_t)snprintf(buf + n, sizeof(buf) - n,
		    "%s%u %u %u %s", i > 0 ? " " : "", s->record[i].priority,
		    s->record[i].weight, s->record[i].port,
		    s->record[i].name);
	return buf;
}

/* From memory that ends where the reply does, for the sanitizers. */
static enum dnssrv_verdict
parse(struct dnssrv *s, const void *octets, size_t len)
{
	enum dnssrv_verdict	 v;
	uint8_t			*copy;

	if ((copy = malloc(len + 1)) == NULL)
		abort();
	memcpy(copy + 1, octets, len);
	v = dnssrv_parse(s, copy + 1, len);
	free(copy);
	return v;
}

static void
test_replies(void)
{
	static struct dnssrv	 s;
	const struct octets	*r;
	size_t			 i, n;

	for (i = 0; i < nitems(replies); i++) {
		r = &replies[i].reply;
		CHECK_INT(replies[i].what, parse(&s, r->text, r->len),
		    replies[i].want);
		CHECK_STR(replies[i].what, records(&s),
		    replies[i].records != NULL ? replies[i].records : "");
		if (replies[i].want == DNSSRV_OK)
			CHECK_INT(replies[i].what, s.authentic,
			    replies[i].authentic);
		for (n = 0; n < r->len; n++)
			CHECK_INT(replies[i].what, parse(&s, r->text, n),
			    DNSSRV_MALFORMED);
	}
}

/* A name of so many octets in text, in labels of at most 63. */
static size_t
long_name(uint8_t *p, size_t text)
{
	uint8_t	*start = p;
	size_t	 n;

	while (text > 0) {
		n = text > 63 ? 63 : text;
		if (text == n + 1)
			n--;		/* no label is empty */
		*p++ = (uint8_t)n;
		memset(p, 'a', n);
		p += n;
		text -= text > n ? n + 1 : n;
	}
	*p++ = 0;
	return (size_t)(p - start);
}

static void
test_names(void)
{
	static const struct {
		const char		*what;
		size_t			 text;
		enum dnssrv_verdict	 want;
	} tests[] = {
		{ "a label of 63", 63, DNSSRV_OK },
		{ "as long as a name may be", 253, DNSSRV_OK },
		{ "one longer", 254, DNSSRV_MALFORMED },
		{ "longer than the buffer", 300, DNSSRV_MALFORMED },
	};
	static struct dnssrv	 s;
	uint8_t			 buf[512] = HEAD(ONE) ASKED RR("\0", P("\1")
				    P("\1") KE);
	size_t			 i, at, n;

	at = sizeof(HEAD(ONE) ASKED RR("\0", P("\1") P("\1") KE)) - 1;
	for (i = 0; i < nitems(tests); i++) {
		n = long_name(buf + at, tests[i].text);
		buf[at - 8] = (uint8_t)((n + 6) >> 8);
		buf[at - 7] = (uint8_t)(n + 6);
		CHECK_INT(tests[i].what, parse(&s, buf, at + n),
		    tests[i].want);
		if (tests[i].want == DNSSRV_OK)
			CHECK_INT(tests[i].what, strlen(s.record[0].name),
			    tests[i].text);
	}
}

/* A thousand records, the best of them at the end. */
static void
test_many(void)
{
	static const uint8_t	 rr[] = RR("\15", P("\0") P("\0") KE
				    "\4a000\300\32");
	static uint8_t		 buf[65535] = HEAD("\3\350") ASKED;
	static struct dnssrv	 s;
	uint8_t			*p = buf + sizeof(HEAD("..") ASKED) - 1;
	unsigned int		 i, want;

	for (i = 0; i < 1000; i++) {
		memcpy(p, rr, sizeof(rr) - 1);
		p[12] = (uint8_t)((1000 - i) >> 8);
		p[13] = (uint8_t)(1000 - i);
		p[20] = (uint8_t)('0' + i / 100);
		p[21] = (uint8_t)('0' + i / 10 % 10);
		p[22] = (uint8_t)('0' + i % 10);
		p += sizeof(rr) - 1;
	}
	CHECK_INT("a thousand", parse(&s, buf, (size_t)(p - buf)),
	    DNSSRV_OK);
	CHECK_INT("as many as there is room for", s.n, DNSSRV_MAX);
	for (i = 0; i < s.n; i++) {
		want = i + 1;
		CHECK_INT("the best of them", s.record[i].priority, want);
	}
	CHECK_STR("with their names", s.record[0].name, "a999.test");
}

static uint32_t
below(uint32_t n)
{
	return (uint32_t)(test_rnd() % n);
}

/* How often each is the first, of so many draws. */
#define DRAWS	20000
static void
test_order(void)
{
	static const struct {
		const char	*what;
		uint16_t	 priority;
		uint16_t	 weight;
		double		 first;		/* share of all draws */
	} tests[] = {
		/* 1 of 101 draws is 0, and takes one without a weight */
		{ "light",	10, 20, 20 / 101.0 },
		{ "heavy",	10, 80, 80 / 101.0 },
		{ "weightless",	10, 0, 1 / 101.0 },
		{ "later",	20, 65535, 0 },
	};
	static struct dnssrv	 s;
	unsigned int		 first[4] = { 0 }, i, n, last = 0;

	for (n = 0; n < DRAWS; n++) {
		memset(&s, 0, sizeof(s));
		s.n = nitems(tests);
		for (i = 0; i < s.n; i++) {
			s.record[i].priority = tests[i].priority;
			s.record[i].weight = tests[i].weight;
			s.record[i].name[0] = (char)('0' + i);
		}
		dnssrv_order(&s, below);
		first[s.record[0].name[0] - '0']++;
		last += s.record[3].name[0] == '3';
	}
	for (i = 0; i < nitems(tests); i++)
		CHECK_NEAR(tests[i].what, first[i] / (double)DRAWS,
		    tests[i].first, 0.012);
	CHECK_INT("the other priority comes last", last, DRAWS);
	s.n = 0;
	dnssrv_order(&s, below);
	CHECK_INT("none", s.n, 0);
}

static void
test_within(void)
{
	static const struct {
		const char	*name;
		const char	*domain;
		bool		 want;
	} tests[] = {
		{ "a.test", "a.test", true },
		{ "A.TEST", "a.test.", true },
		{ "b.a.test", "a.test", true },
		{ "c.b.a.test", "A.Test", true },
		{ "ba.test", "a.test", false },
		{ "test", "a.test", false },
		{ "a.test.evil", "a.test", false },
		{ "a.test", "", false },
		{ "a.test", ".", false },
		{ "", "a.test", false },
	};
	size_t	 i;

	for (i = 0; i < nitems(tests); i++)
		CHECK_INT(tests[i].name, dnssrv_within(tests[i].name,
		    tests[i].domain), tests[i].want);
}

int
main(void)
{
	test_replies();
	test_names();
	test_many();
	test_order();
	test_within();
	return test_done("dnssrv");
}
