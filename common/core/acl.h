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
 * Who may ask: rules by prefix, of which the longest wins.  Rules become a
 * sorted list of where the answer changes, one for each family, so that a
 * lookup is a binary search in an array however the prefixes nest.  Pure:
 * the caller brings the memory.
 */

#ifndef ACL_H
#define ACL_H

#include <stddef.h>
#include <stdint.h>

enum acl_action {
	ACL_ALLOW,
	ACL_DENY,		/* silently */
	ACL_KISS,		/* with the kiss DENY */
	ACL_IGNORE,		/* silently, and without a trace */
	ACL__MAX
};

enum acl_family {		/* the values of enum addr_family */
	ACL_ANY = 0,		/* everybody, of both */
	ACL_V4 = 4,
	ACL_V6 = 6
};

/* Fit for messages: no padding. */
struct acl_rule {
	uint8_t		 ip[16];	/* network order, v4 in the first 4; */
					/* zero behind the prefix */
	uint8_t		 family;	/* enum acl_family */
	uint8_t		 len;		/* of the prefix, bits */
	uint8_t		 action;	/* enum acl_action */
	uint8_t		 to;		/* whose rule it is: the caller's */
};

struct acl_key {
	uint64_t	 hi;
	uint64_t	 lo;
};

/* From start[i] up to the next one, action[i]. */
struct acl {
	const uint32_t	*start4;
	const struct acl_key *start6;
	const uint8_t	*action4;
	const uint8_t	*action6;
	size_t		 n4;
	size_t		 n6;
};

/* The octets that acl_build may need for so many rules. */
size_t		 acl_size(size_t);

/*
 * Sort the rules, and build their table into memory of acl_size octets,
 * aligned for any type, which belongs to the table from then on; the rules
 * are not needed any more.  Of two rules for one prefix the one with the
 * greater "to" wins, then the stricter (greater) action.  What no rule
 * matches is allowed.  O(n log n).
 */
void		 acl_build(struct acl *, void *, struct acl_rule *, size_t);

/* Order as acl_build sorts: <0, 0, >0; rules for one prefix are together. */
int		 acl_compare(const struct acl_rule *, const struct acl_rule *);

/* What to do with that address, 16 octets, v4 in the first 4. */
enum acl_action	 acl_check(const struct acl *, enum acl_family,
		    const uint8_t *);

#endif /* ACL_H */
