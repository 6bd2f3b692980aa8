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
 * ntsring: what text is a ring, and what time makes of one, with clocks that
 * are right and others.
 */

#include "test.h"

#include "ntsring.h"

#define DAY	86400
#define KEY	"000102030405060708090a0b0c0d0e0f" \
		"101112131415161718191a1b1c1d1e1f"
#define T0	INT64_C(1800000000)

static const struct {
	const char	*what;
	const char	*text;
	int		 want;
	unsigned int	 n;
} texts[] = {
	{ "one key", "0000000a 5 " KEY "\n", 0, 1 },
	{ "no newline at the end", "0000000a 5 " KEY, 0, 1 },
	{ "upper case", "0000000A 5 000102030405060708090A0B0C0D0E0F"
	    "101112131415161718191A1B1C1D1E1F\n", 0, 1 },
	{ "blanks, tabs, CR", " \t0000000a\t 5  " KEY " \t\r\n", 0, 1 },
	{ "comments and empty lines", "# x\n\n  # y\n0000000a 5 " KEY "\n\n",
	    0, 1 },
	{ "two keys", "0000000a 5 " KEY "\n0000000b 5 " KEY "\n", 0, 2 },
	{ "nothing", "", -1, 0 },
	{ "only a comment", "# 0000000a 5 " KEY "\n", -1, 0 },
	{ "order", "0000000a 6 " KEY "\n0000000b 5 " KEY "\n", -1, 2 },
	{ "a number twice", "0000000a 5 " KEY "\n0000000a 6 " KEY "\n", -1,
	    2 },
	{ "number too short", "00000a 5 " KEY "\n", 1, 0 },
	{ "number too long", "0000000aa 5 " KEY "\n", 1, 0 },
	{ "number no hex", "0000000g 5 " KEY "\n", 1, 0 },
	{ "no time", "0000000a " KEY "\n", 1, 0 },
	{ "a negative time", "0000000a -5 " KEY "\n", 1, 0 },
	{ "a time beyond all", "0000000a 99999999999999999999 " KEY "\n", 1,
	    0 },
	{ "key too short", "0000000a 5 " KEY "\n0000000b 6 0011\n", 2, 1 },
	{ "key too long", "0000000a 5 " KEY "00\n", 1, 0 },
	{ "something behind", "0000000a 5 " KEY " x\n", 1, 0 },
	{ "no blank", "0000000a5 " KEY "\n", 1, 0 },
};

static void
test_text(void)
{
	struct ntsring r;
	size_t i;

	for (i = 0; i < nitems(texts); i++) {
		CHECK_INT(texts[i].what, ntsring_parse(texts[i].text,
		    strlen(texts[i].text), &r), texts[i].want);
		CHECK_INT(texts[i].what, r.n, texts[i].n);
	}
	CHECK_INT("a key", ntsring_parse(texts[0].text,
	    strlen(texts[0].text), &r), 0);
	CHECK_INT("its number", r.key[0].id, 10);
	CHECK_INT("its time", r.key[0].from, 5);
	for (i = 0; i < NTSRING_KEY; i++)
		CHECK_INT("its octets", r.key[0].key[i], i);
}

static void
fill(uint8_t *p, size_t n)
{
	while (n-- > 0)
		*p++ = (uint8_t)test_rnd();
}

/* As nts does at that time. */
static bool
turn(struct ntsring *r, int64_t now)
{
	uint8_t random[NTSRING_RANDOM];

	fill(random, sizeof(random));
	return ntsring_turn(r, now, DAY, random);
}

static void
test_print(void)
{
	struct ntsring r, back;
	char text[NTSRING_TEXT];
	size_t len;
	int i;

	memset(&r, 0, sizeof(r));
	for (i = 0; i < 30; i++) {
		turn(&r, T0 + (int64_t)i * DAY);
		len = ntsring_print(&r, text);
		CHECK_INT("its length", len, strlen(text));
		CHECK_INT("it is read again", ntsring_parse(text, len, &back),
		    0);
		back.use = r.use;
		CHECK_MEM("it is the same", &back, &r, sizeof(r));
	}
	/* what could be longest */
	r.key[NTSRING_KEYS - 1].from = INT64_MAX;
	CHECK_INT("room", ntsring_print(&r, text) < sizeof(text), 1);
}

static void
test_turn(void)
{
	struct ntsring r;
	uint32_t id;
	int i;

	memset(&r, 0, sizeof(r));
	CHECK_INT("the first", turn(&r, T0), 1);
	CHECK_INT("one in use, one to come", r.n, 2);
	CHECK_INT("in use", r.use, 0);
	CHECK_INT("to come", r.key[1].from, T0 + DAY);
	CHECK_INT("not yet", turn(&r, T0 + DAY - 1), 0);
	id = r.key[1].id;
	CHECK_INT("now", turn(&r, T0 + DAY), 1);
	CHECK_INT("three", r.n, 3);
	CHECK_INT("what came is in use", r.key[r.use].id, id);
	for (i = 2; i < 9; i++)
		CHECK_INT("a day", turn(&r, T0 + (int64_t)i * DAY), 1);
	CHECK_INT("full", r.n, NTSRING_KEYS);
	id = r.key[1].id;
	CHECK_INT("a day", turn(&r, T0 + 9 * (int64_t)DAY), 1);
	CHECK_INT("still full", r.n, NTSRING_KEYS);
	CHECK_INT("the oldest went", r.key[0].id, id);
	CHECK_INT("good", ntsring_check(&r), 0);
	/* off for a month: what was to come is in use, the rest stays */
	id = r.key[r.n - 1].id;
	CHECK_INT("a month later", turn(&r, T0 + 40 * (int64_t)DAY), 1);
	CHECK_INT("in use", r.key[r.use].id, id);
	CHECK_INT("to come", r.key[r.n - 1].from, T0 + 41 * (int64_t)DAY);
}

/* Clocks that were wrong, and then right for two days. */
static const struct {
	const char	*what;
	int64_t		 wrong;
} clocks[] = {
	{ "1970", 5 },
	{ "before", -1000 },
	{ "a day ahead", T0 + DAY },
	{ "ten years ahead", T0 + 3650 * (int64_t)DAY },
	{ "ten years behind", T0 - 3650 * (int64_t)DAY },
	{ "the end of time", INT64_C(99999990000) },
};

static void
test_clocks(void)
{
	struct ntsring r;
	uint32_t used;
	size_t i;
	int h;

	for (i = 0; i < nitems(clocks); i++) {
		memset(&r, 0, sizeof(r));
		turn(&r, T0 - DAY);
		turn(&r, clocks[i].wrong);
		turn(&r, clocks[i].wrong + 1);
		used = r.key[r.use].id;
		turn(&r, T0);
		CHECK_INT(clocks[i].what, ntsring_check(&r), 0);
		/* who got a cookie meanwhile keeps it */
		for (h = 0; h < (int)r.n && r.key[h].id != used; h++)
			;
		CHECK_INT(clocks[i].what, h < (int)r.n, 1);
		for (h = 1; h <= 48; h++)
			turn(&r, T0 + (int64_t)h * 3600);
		CHECK_INT(clocks[i].what, ntsring_check(&r), 0);
		CHECK_INT(clocks[i].what, r.key[r.use].from > T0, 1);
		CHECK_INT(clocks[i].what, r.key[r.n - 1].from >
		    T0 + 2 * DAY, 1);
		CHECK_INT(clocks[i].what, r.key[r.n - 1].from <=
		    T0 + 3 * DAY, 1);
	}
}

/* Whatever keys somebody wrote, time makes a ring of them that works. */
static void
test_any(void)
{
	struct ntsring r;
	char what[64];
	int a, b, n;
	uint32_t i;

	for (n = 1; n <= 3; n++) {
		for (a = -30; a <= 30; a++) {
			for (b = 0; b <= 30; b += 3) {
				memset(&r, 0, sizeof(r));
				for (i = 0; i < (uint32_t)n; i++) {
					r.key[i].id = i;
					r.key[i].from = T0 + (a +
					    (int)i * b) * (DAY / 10) + 1;
				}
				r.n = (uint32_t)n;
				turn(&r, T0);
				snprintf(what, sizeof(what), "%d keys, %d, "
				    "then %d tenths of a day", n, a, b);
				CHECK_INT(what, ntsring_check(&r), 0);
				CHECK_INT(what, r.key[r.n - 1].from > T0, 1);
				turn(&r, T0 + 3 * DAY);
				CHECK_INT(what, ntsring_check(&r), 0);
			}
		}
	}
}

static void
test_check(void)
{
	struct ntsring r;

	memset(&r, 0, sizeof(r));
	CHECK_INT("empty", ntsring_check(&r), -1);
	turn(&r, T0);
	CHECK_INT("good", ntsring_check(&r), 0);
	r.use = 2;
	CHECK_INT("use", ntsring_check(&r), -1);
	r.use = 0;
	r.n = NTSRING_KEYS + 1;
	CHECK_INT("n", ntsring_check(&r), -1);
	r.n = 2;
	r.key[0].from = -1;
	CHECK_INT("from", ntsring_check(&r), -1);
}

int
main(void)
{
	test_text();
	test_print();
	test_turn();
	test_clocks();
	test_any();
	test_check();
	return test_done("ntsring");
}
