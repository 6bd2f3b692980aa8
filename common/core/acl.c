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
 * Rules by prefix to ranges, and an address to its range.  Pure, and cheap:
 * a lookup is made for every packet of a busy server, whose operator may
 * have loaded a list of a hundred thousand prefixes.
 */

#include <stdbool.h>
#include <string.h>

#include "acl.h"
#include "be.h"

#define DEPTH_MAX	130	/* prefixes within prefixes: 0 to 128 bits */

/* Prefixes that have begun and not ended, the longest last. */
struct open {
	struct acl_key	 end;		/* the last address of it */
	uint8_t		 action;
};

struct builder {
	uint32_t	*start4;
	struct acl_key	*start6;
	uint8_t		*action4;
	uint8_t		*action6;
	size_t		 n4;
	size_t		 n6;
	enum acl_family	 family;	/* being built */
	struct open	 stack[DEPTH_MAX];
	size_t		 depth;
};

static void	 build_family(struct builder *, enum acl_family,
		    const struct acl_rule *, size_t, uint8_t);
static void	 close_before(struct builder *, const struct acl_key *);
static void	 emit(struct builder *, const struct acl_key *, uint8_t);
static struct acl_key key_of(enum acl_family, const uint8_t *);
static struct acl_key key_last(struct acl_key, enum acl_family, unsigned int);
static bool	 key_next(struct acl_key *, enum acl_family);
static bool	 key_less(const struct acl_key *, const struct acl_key *);
static void	 sort(struct acl_rule *, size_t);
static void	 sift(struct acl_rule *, size_t, size_t);

size_t
acl_size(size_t rules)
{
	/* a prefix begins and ends; what is around it comes first */
	return (2 * rules + 1) * (sizeof(struct acl_key) + sizeof(uint32_t) +
	    2 * sizeof(uint8_t));
}

void
acl_build(struct acl *acl, void *memory, struct acl_rule *rules, size_t n)
{
	struct builder	 b;
	size_t		 i, room = 2 * n + 1;
	uint8_t		 any = ACL_ALLOW;

	sort(rules, n);
	memset(&b, 0, sizeof(b));
	b.start6 = memory;
	b.start4 = (uint32_t *)(void *)(b.start6 + room);
	b.action6 = (uint8_t *)(b.start4 + room);
	b.action4 = b.action6 + room;
	for (i = 0; i < n && rules[i].family == ACL_ANY; i++)
		any = rules[i].action;
	build_family(&b, ACL_V4, rules + i, n - i, any);
	build_family(&b, ACL_V6, rules + i, n - i, any);

	acl->start4 = b.start4;
	acl->start6 = b.start6;
	acl->action4 = b.action4;
	acl->action6 = b.action6;
	acl->n4 = b.n4;
	acl->n6 = b.n6;
}

/*
 * From the lowest address to the highest.  Sorted, a prefix comes before
 * those within it, and is what is returned to when they end.
 */
static void
build_family(struct builder *b, enum acl_family family,
    const struct acl_rule *rules, size_t n, uint8_t any)
{
	const struct acl_key	 zero = { 0, 0 };
	struct acl_key		 start, end;
	struct open		*top;
	size_t			 i;

	b->family = family;
	b->stack[0].end = key_last(zero, family, 0);
	b->stack[0].action = any;
	b->depth = 1;
	emit(b, &zero, any);
	for (i = 0; i < n; i++) {
		if (rules[i].family != family)
			continue;
		start = key_of(family, rules[i].ip);
		end = key_last(start, family, rules[i].len);
		close_before(b, &start);
		top = &b->stack[b->depth - 1];
		/* where both end together, nothing returns to the outer */
		if (key_less(&end, &top->end)) {
			top = &b->stack[b->depth++];
			top->end = end;
		}
		top->action = rules[i].action;
		emit(b, &start, rules[i].action);
	}
	end = key_last(zero, family, 0);
	close_before(b, &end);
}

/* What ends before an address gives way to what it is within. */
static void
close_before(struct builder *b, const struct acl_key *at)
{
	struct acl_key	 next;

	while (b->depth > 1 && key_less(&b->stack[b->depth - 1].end, at)) {
		next = b->stack[--b->depth].end;
		if (key_next(&next, b->family))
			emit(b, &next, b->stack[b->depth - 1].action);
	}
}

/* From here on, action: a new range unless nothing changes. */
static void
emit(struct builder *b, const struct acl_key *at, uint8_t action)
{
	if (b->family == ACL_V4) {
		if (b->n4 > 0 && b->start4[b->n4 - 1] == (uint32_t)at->lo)
			b->n4--;
		if (b->n4 > 0 && b->action4[b->n4 - 1] == action)
			return;
		b->start4[b->n4] = (uint32_t)at->lo;
		b->action4[b->n4++] = action;
		return;
	}
	if (b->n6 > 0 && b->start6[b->n6 - 1].hi == at->hi &&
	    b->start6[b->n6 - 1].lo == at->lo)
		b->n6--;
	if (b->n6 > 0 && b->action6[b->n6 - 1] == action)
		return;
	b->start6[b->n6] = *at;
	b->action6[b->n6++] = action;
}

/*
 * Where the last start is that is not above the address.  There is nothing
 * to predict in these branches, so there are none: both loops compile to
 * conditional moves.
 */
static size_t
find4(const uint32_t *start, size_t n, uint32_t key)
{
	const uint32_t	*base = start;
	size_t		 half;

	for (; n > 1; n -= half) {
		half = n / 2;
		base = base[half] <= key ? base + half : base;
	}
	return (size_t)(base - start);
}

static size_t
find6(const struct acl_key *start, size_t n, const struct acl_key *key)
{
	const struct acl_key	*base = start, *mid;
	size_t			 half;

	for (; n > 1; n -= half) {
		half = n / 2;
		mid = base + half;
		base = (mid->hi < key->hi) |
		    ((mid->hi == key->hi) & (mid->lo <= key->lo)) ?
		    mid : base;
	}
	return (size_t)(base - start);
}

enum acl_action
acl_check(const struct acl *acl, enum acl_family family, const uint8_t *ip)
{
	struct acl_key	 key;

	if (family == ACL_V4)
		return (enum acl_action)acl->action4[find4(acl->start4,
		    acl->n4, be_get32(ip))];
	key = key_of(ACL_V6, ip);
	return (enum acl_action)acl->action6[find6(acl->start6, acl->n6,
	    &key)];
}

/* An IPv4 address is the low 32 bits. */
static struct acl_key
key_of(enum acl_family family, const uint8_t *ip)
{
	struct acl_key	 key = { 0, 0 };

	if (family == ACL_V4)
		key.lo = be_get32(ip);
	else {
		key.hi = be_get64(ip);
		key.lo = be_get64(ip + 8);
	}
	return key;
}

/* The last address of the prefix that begins there. */
static struct acl_key
key_last(struct acl_key key, enum acl_family family, unsigned int len)
{
	if (family == ACL_V4)
		key.lo |= len < 32 ? 0xffffffffU >> len : 0;
	else if (len < 64) {
		key.hi |= UINT64_MAX >> len;
		key.lo = UINT64_MAX;
	} else
		key.lo |= len < 128 ? UINT64_MAX >> (len - 64) : 0;
	return key;
}

/* False behind the last one. */
static bool
key_next(struct acl_key *key, enum acl_family family)
{
	if (family == ACL_V4)
		return key->lo++ < 0xffffffffU;
	if (++key->lo == 0)
		key->hi++;
	return key->hi != 0 || key->lo != 0;
}

static bool
key_less(const struct acl_key *a, const struct acl_key *b)
{
	return a->hi < b->hi || (a->hi == b->hi && a->lo < b->lo);
}

int
acl_compare(const struct acl_rule *a, const struct acl_rule *b)
{
	int	 order;

	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	if ((order = memcmp(a->ip, b->ip, sizeof(a->ip))) != 0)
		return order;
	if (a->len != b->len)
		return a->len < b->len ? -1 : 1;
	if (a->to != b->to)
		return a->to < b->to ? -1 : 1;
	return (a->action > b->action) - (a->action < b->action);
}

/* Heapsort: no list, however ordered, makes it slow, or needs a stack. */
static void
sort(struct acl_rule *rules, size_t n)
{
	struct acl_rule	 swap;
	size_t		 i;

	for (i = n / 2; i > 0; i--)
		sift(rules, i - 1, n);
	for (i = n; i > 1; i--) {
		swap = rules[0];
		rules[0] = rules[i - 1];
		rules[i - 1] = swap;
		sift(rules, 0, i - 1);
	}
}

static void
sift(struct acl_rule *rules, size_t at, size_t n)
{
	struct acl_rule	 swap;
	size_t		 child;

	for (; (child = 2 * at + 1) < n; at = child) {
		if (child + 1 < n &&
		    acl_compare(&rules[child], &rules[child + 1]) < 0)
			child++;
		if (acl_compare(&rules[at], &rules[child]) >= 0)
			return;
		swap = rules[at];
		rules[at] = rules[child];
		rules[child] = swap;
	}
}
