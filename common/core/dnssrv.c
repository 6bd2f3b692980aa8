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
 * SRV records from a reply of the DNS.  Core: no I/O, no clock; every octet
 * may be an attacker's.
 */

#include <string.h>

#include "be.h"
#include "dnssrv.h"

#define HEADER_LEN	12		/* RFC 1035 4.1.1 */
#define FLAG_REPLY	0x80		/* QR, in the third octet */
#define FLAG_AUTHENTIC	0x20		/* AD, in the fourth: RFC 4035 3.2.3 */
#define QUESTION_LEN	4		/* after its name: type, class */
#define RR_LEN		10		/* type, class, TTL, length */
#define SRV_LEN		6		/* priority, weight, port */
#define TYPE_SRV	33
#define CLASS_IN	1
#define LABEL_MAX	63		/* above: a pointer */
#define POINTER		0xc0
#define WIRE_MAX	255		/* octets of a name, RFC 1035 3.1 */

struct message {
	const uint8_t	*octets;
	size_t		 len;
};

/* What there is at the end of a name. */
enum name_kind {
	NAME_HOST,		/* it may be one */
	NAME_ROOT,
	NAME_ODD		/* other characters, or more like an address */
};

static bool
letter(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
hostlike(const uint8_t *label, size_t n)
{
	size_t	 i;

	for (i = 0; i < n; i++) {
		if (!letter(label[i]) && (label[i] < '0' || label[i] > '9') &&
		    label[i] != '-' && label[i] != '_')
			return false;
	}
	return true;
}

/*
 * The name at *at as text, and *at behind it; -1: there is none.  A pointer
 * only leads to what is before the name it is in, so there is an end.  A
 * name's last label begins with a letter (RFC 1123 2.1): addresses do not.
 */
static int
get_name(const struct message *m, size_t *at, char name[DNSSRV_NAME],
    enum name_kind *kind)
{
	size_t	 i = *at, start = i, out = 0, last = 0, n;
	bool	 jumped = false, odd = false;

	for (;;) {
		if (i >= m->len)
			return -1;
		n = m->octets[i++];
		if (n == 0)
			break;
		if (n >= POINTER) {
			if (i >= m->len)
				return -1;
			n = (n - POINTER) << 8 | m->octets[i++];
			if (!jumped)
				*at = i;
			jumped = true;
			if (n >= start)
				return -1;
			i = start = n;
			continue;
		}
		/* in text the first length and the root are not there */
		if (n > LABEL_MAX || i + n > m->len ||
		    out + (out > 0) + n + 2 > WIRE_MAX)
			return -1;
		odd |= !hostlike(m->octets + i, n);
		if (out > 0)
			name[out++] = '.';
		last = out;
		memcpy(name + out, m->octets + i, n);
		out += n;
		i += n;
	}
	if (!jumped)
		*at = i;
	name[out] = '\0';
	*kind = out == 0 ? NAME_ROOT :
	    odd || !letter((uint8_t)name[last]) ? NAME_ODD : NAME_HOST;
	return 0;
}

/* In its place by priority; with others of the same, behind them. */
static void
keep(struct dnssrv *s, const struct dnssrv_record *r)
{
	unsigned int	 i, at = 0;

	for (i = 0; i < s->n; i++) {
		if (s->record[i].port == r->port &&
		    strcmp(s->record[i].name, r->name) == 0)
			return;
		if (s->record[i].priority <= r->priority)
			at = i + 1;
	}
	if (at == DNSSRV_MAX)
		return;
	if (s->n < DNSSRV_MAX)
		s->n++;
	memmove(&s->record[at + 1], &s->record[at],
	    (s->n - 1 - at) * sizeof(s->record[0]));
	s->record[at] = *r;
}

/* One record of the answer, and *at behind it; -1: it is not one. */
static int
get_record(const struct message *m, size_t *at, struct dnssrv *s,
    bool *refused)
{
	struct dnssrv_record	 r;
	const uint8_t		*rr;
	enum name_kind		 kind;
	size_t			 end;

	if (get_name(m, at, r.name, &kind) == -1 || m->len - *at < RR_LEN)
		return -1;
	rr = m->octets + *at;
	*at += RR_LEN;
	if (m->len - *at < be_get16(rr + 8))
		return -1;
	end = *at + be_get16(rr + 8);
	if (be_get16(rr) != TYPE_SRV || be_get16(rr + 2) != CLASS_IN) {
		*at = end;
		return 0;
	}
	if (end - *at < SRV_LEN)
		return -1;
	rr = m->octets + *at;
	r.priority = be_get16(rr);
	r.weight = be_get16(rr + 2);
	r.port = be_get16(rr + 4);
	*at += SRV_LEN;
	if (get_name(m, at, r.name, &kind) == -1 || *at != end)
		return -1;
	if (kind == NAME_ROOT)
		*refused = true;
	else if (kind == NAME_HOST && r.port != 0)
		keep(s, &r);
	return 0;
}

enum dnssrv_verdict
dnssrv_parse(struct dnssrv *s, const uint8_t *octets, size_t len)
{
	const struct message	 m = { octets, len };
	char			 name[DNSSRV_NAME];
	enum name_kind		 kind;
	size_t			 at = HEADER_LEN;
	unsigned int		 i;
	bool			 refused = false;

	memset(s, 0, sizeof(*s));
	if (len < HEADER_LEN || (octets[2] & FLAG_REPLY) == 0)
		return DNSSRV_MALFORMED;
	s->authentic = (octets[3] & FLAG_AUTHENTIC) != 0;
	for (i = be_get16(octets + 4); i > 0; i--) {
		if (get_name(&m, &at, name, &kind) == -1 ||
		    m.len - at < QUESTION_LEN)
			return DNSSRV_MALFORMED;
		at += QUESTION_LEN;
	}
	for (i = be_get16(octets + 6); i > 0; i--) {
		if (get_record(&m, &at, s, &refused) == -1) {
			s->n = 0;
			return DNSSRV_MALFORMED;
		}
	}
	if (s->n > 0)
		return DNSSRV_OK;
	return refused ? DNSSRV_NOSERVICE : DNSSRV_NONE;
}

/*
 * Of n records of one priority, each is the first as often as its share of
 * the weights; those without any come first in the sum, and so have a small
 * chance.
 */
static void
draw(struct dnssrv_record *r, unsigned int n, uint32_t (*below)(uint32_t))
{
	struct dnssrv_record	 chosen;
	uint32_t		 sum = 0, so_far = 0, at;
	unsigned int		 i;

	for (i = 0; i < n; i++)
		sum += r[i].weight;
	at = below(sum + 1);
	for (i = 0; i < n - 1; i++) {
		so_far += r[i].weight;
		if (so_far >= at)
			break;
	}
	chosen = r[i];
	memmove(&r[1], &r[0], i * sizeof(r[0]));
	r[0] = chosen;
}

/* Those without a weight in front. */
static void
weightless_first(struct dnssrv_record *r, unsigned int n)
{
	struct dnssrv_record	 moved;
	unsigned int		 i, at = 0;

	for (i = 0; i < n; i++) {
		if (r[i].weight != 0)
			continue;
		moved = r[i];
		memmove(&r[at + 1], &r[at], (i - at) * sizeof(r[0]));
		r[at++] = moved;
	}
}

void
dnssrv_order(struct dnssrv *s, uint32_t (*below)(uint32_t))
{
	struct dnssrv_record	*r = s->record;
	unsigned int		 i, j;

	for (i = 0; i < s->n; i = j) {
		for (j = i; j < s->n && r[j].priority == r[i].priority; j++)
			;
		weightless_first(&r[i], j - i);
		for (; i + 1 < j; i++)
			draw(&r[i], j - i, below);
	}
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool
dnssrv_within(const char *name, const char *domain)
{
	size_t	 n = strlen(name), d = strlen(domain), i;

	if (d > 0 && domain[d - 1] == '.')
		d--;
	if (d == 0 || n < d || (n > d && name[n - d - 1] != '.'))
		return false;
	for (i = 0; i < d; i++) {
		if (lower(name[n - d + i]) != lower(domain[i]))
			return false;
	}
	return true;
}
