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
 * Rings of cookie keys: their text, and how time turns them.  Pure.
 */

#include <string.h>

#include "be.h"
#include "ntsring.h"

#define ID_DIGITS	8
#define KEY_DIGITS	(2 * NTSRING_KEY)
#define FROM_MAX	INT64_C(99999999999)	/* s: the year 5138 */

static const char digits[] = "0123456789abcdef";

int
ntsring_check(const struct ntsring *r)
{
	uint32_t i, j;

	if (r->n == 0 || r->n > NTSRING_KEYS || r->use >= r->n)
		return -1;
	for (i = 0; i < r->n; i++) {
		if (r->key[i].from < 0 || r->key[i].from > FROM_MAX)
			return -1;
		if (i > 0 && r->key[i].from < r->key[i - 1].from)
			return -1;
		for (j = 0; j < i; j++)
			if (r->key[i].id == r->key[j].id)
				return -1;
	}
	return 0;
}

void
ntsring_use(struct ntsring *r, int64_t now)
{
	uint32_t i;

	r->use = 0;
	for (i = 1; i < r->n; i++)
		if (r->key[i].from <= now)
			r->use = i;
}

/* A number that is not in the ring: from the random one upwards. */
static uint32_t
unused(const struct ntsring *r, uint32_t id)
{
	uint32_t i;

	for (i = 0; i < r->n; i++)
		if (r->key[i].id == id) {
			id++;
			i = UINT32_MAX;		/* look again, from the first */
		}
	return id;
}

static void
add(struct ntsring *r, int64_t from, const uint8_t *random)
{
	struct ntsring_key *k;

	if (r->n == NTSRING_KEYS) {
		memmove(&r->key[0], &r->key[1],
		    (NTSRING_KEYS - 1) * sizeof(r->key[0]));
		r->n--;
	}
	k = &r->key[r->n];
	memset(k, 0, sizeof(*k));
	k->from = from;
	k->id = unused(r, be_get32(random));
	memcpy(k->key, random + 4, NTSRING_KEY);
	r->n++;
}

/*
 * Made while the clock was ahead, the key to come would not come for long:
 * it comes a period from now, and the others have begun.
 */
static bool
mend(struct ntsring *r, int64_t now, int64_t period)
{
	uint32_t i;

	if (r->n == 0 || r->key[r->n - 1].from <= now + 2 * period)
		return false;
	r->key[r->n - 1].from = now + period;
	for (i = 0; i + 1 < r->n; i++)
		if (r->key[i].from > now)
			r->key[i].from = now;
	return true;
}

bool
ntsring_turn(struct ntsring *r, int64_t now, int64_t period,
    const uint8_t random[NTSRING_RANDOM])
{
	bool changed;

	if (now < 0)
		now = 0;
	changed = mend(r, now, period);
	if (r->n == 0) {
		add(r, now, random);
		changed = true;
	}
	ntsring_use(r, now);
	if (r->use == r->n - 1) {
		/* the only one seals, even before its time */
		if (r->key[r->use].from > now)
			r->key[r->use].from = now;
		add(r, now + period, random + NTSRING_RANDOM / 2);
		changed = true;
	}
	ntsring_use(r, now);
	return changed;
}

/*
 * Text
 */

struct cursor {
	const char	*p;
	const char	*end;
};

static void
blanks(struct cursor *c)
{
	while (c->p < c->end && (*c->p == ' ' || *c->p == '\t' ||
	    *c->p == '\r'))
		c->p++;
}

/* So many hex digits, two for an octet. */
static int
hex(struct cursor *c, uint8_t *out, size_t n)
{
	const char *d;
	char lower;
	size_t i;

	for (i = 0; i < n; i++, c->p++) {
		if (c->p == c->end)
			return -1;
		lower = *c->p >= 'A' && *c->p <= 'F' ?
		    (char)(*c->p - 'A' + 'a') : *c->p;
		if ((d = memchr(digits, lower, sizeof(digits) - 1)) == NULL)
			return -1;
		out[i / 2] = (uint8_t)(out[i / 2] << 4 | (d - digits));
	}
	return 0;
}

static int
number(struct cursor *c, int64_t *v)
{
	const char *from = c->p;

	for (*v = 0; c->p < c->end && *c->p >= '0' && *c->p <= '9'; c->p++) {
		*v = *v * 10 + (*c->p - '0');
		if (*v > FROM_MAX)
			return -1;
	}
	return c->p > from ? 0 : -1;
}

/* One line with a key. */
static int
parse_key(struct cursor c, struct ntsring_key *k)
{
	uint8_t id[ID_DIGITS / 2];

	memset(k, 0, sizeof(*k));
	if (hex(&c, id, ID_DIGITS) == -1)
		return -1;
	k->id = be_get32(id);
	if (c.p == c.end || (*c.p != ' ' && *c.p != '\t'))
		return -1;
	blanks(&c);
	if (number(&c, &k->from) == -1 || c.p == c.end ||
	    (*c.p != ' ' && *c.p != '\t'))
		return -1;
	blanks(&c);
	if (hex(&c, k->key, KEY_DIGITS) == -1)
		return -1;
	blanks(&c);
	return c.p == c.end ? 0 : -1;
}

int
ntsring_parse(const char *text, size_t len, struct ntsring *r)
{
	const char *end = text + len, *nl;
	struct cursor c;
	int no = 0;

	memset(r, 0, sizeof(*r));
	for (; text < end; text = nl + 1) {
		no++;
		nl = memchr(text, '\n', (size_t)(end - text));
		if (nl == NULL)
			nl = end;
		c.p = text;
		c.end = nl;
		blanks(&c);
		if (c.p < c.end && *c.p != '#') {
			if (r->n == NTSRING_KEYS ||
			    parse_key(c, &r->key[r->n]) == -1)
				return no;
			r->n++;
		}
		if (nl == end)
			break;
	}
	return ntsring_check(r);
}

static char *
print_hex(char *p, const uint8_t *octets, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		*p++ = digits[octets[i] >> 4];
		*p++ = digits[octets[i] & 15];
	}
	return p;
}

static char *
print_number(char *p, int64_t v)
{
	char buf[20];
	size_t n = sizeof(buf);

	do
		buf[--n] = (char)('0' + v % 10);
	while ((v /= 10) > 0 && n > 0);
	memcpy(p, buf + n, sizeof(buf) - n);
	return p + (sizeof(buf) - n);
}

size_t
ntsring_print(const struct ntsring *r, char text[NTSRING_TEXT])
{
	static const char head[] =
	    "# Keys of NTS cookies, oldest first; see ntpd.conf(5).\n"
	    "# number, seals from (Unix time), key\n";
	uint8_t id[ID_DIGITS / 2];
	char *p = text;
	uint32_t i;

	memcpy(p, head, sizeof(head) - 1);
	p += sizeof(head) - 1;
	for (i = 0; i < r->n && i < NTSRING_KEYS; i++) {
		be_put32(id, r->key[i].id);
		p = print_hex(p, id, sizeof(id));
		*p++ = ' ';
		p = print_number(p, r->key[i].from < 0 ? 0 : r->key[i].from);
		*p++ = ' ';
		p = print_hex(p, r->key[i].key, NTSRING_KEY);
		*p++ = '\n';
	}
	*p = '\0';
	return (size_t)(p - text);
}
