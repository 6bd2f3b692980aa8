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
 * The answer of a resolver to a question for SRV records (RFC 2782), in the
 * DNS's wire format (RFC 1035 4).  There is ns_parserr in some C libraries,
 * but not in OpenBSD's.
 */

#ifndef DNSSRV_H
#define DNSSRV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DNSSRV_MAX	16	/* records of an answer that are kept */
#define DNSSRV_NAME	256	/* a name as text with its NUL */

enum dnssrv_verdict {
	DNSSRV_OK,		/* there are some */
	DNSSRV_NONE,		/* there are none, or none of use */
	DNSSRV_NOSERVICE,	/* ".": there decidedly is no such service */
	DNSSRV_MALFORMED,	/* not a DNS message */
	DNSSRV__MAX
};

struct dnssrv_record {
	uint16_t	 priority;	/* the lowest first */
	uint16_t	 weight;
	uint16_t	 port;		/* not 0 */
	char		 name[DNSSRV_NAME];	/* letters, digits, "-_." */
};

struct dnssrv {
	bool		 authentic;	/* AD: the resolver says it checked */
	unsigned int	 n;
	struct dnssrv_record record[DNSSRV_MAX];	/* by priority */
};

/*
 * Read a reply of that many octets.  Records whose target is not the name
 * of a host, or whose port is 0, are passed over; of more than there is
 * room for those with the best priority are kept.  What is not DNSSRV_OK has
 * no records.
 */
enum dnssrv_verdict dnssrv_parse(struct dnssrv *, const uint8_t *, size_t)
	    __attribute__((__warn_unused_result__));

/*
 * Put them in the order to be tried (RFC 2782, "Weight").  The function
 * gives a random number below its argument.
 */
void	 dnssrv_order(struct dnssrv *, uint32_t (*)(uint32_t));

/* Is the first name the second one, or one within it? */
bool	 dnssrv_within(const char *, const char *);

#endif /* DNSSRV_H */
