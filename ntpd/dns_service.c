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
 * The dns process: who gives out keys for a pool, by the SRV records of
 * _ntske._tcp.NAME (RFC 2782; the service is registered by RFC 8915 7.1).
 *
 * res_query is all that the C libraries of our systems have in common.  It
 * asks for exactly this name, without the domains of resolv.conf, over TCP
 * when the answer is too long, and blocks as getaddrinfo does.
 */

#include <sys/types.h>
#include <sys/socket.h>

#include <netinet/in.h>
#include <arpa/nameser.h>

#include <assert.h>
#include <netdb.h>
#include <resolv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compat.h"
#include "dns.h"
#include "dnssrv.h"
#include "log.h"

#define SERVICE		"_ntske._tcp."
#define REPLY_MAX	65535		/* octets, RFC 1035 4.2.2 */

/*
 * Where RES_TRUSTAD is known the library takes the resolver's word, that
 * DNSSEC was checked, out of the answer unless "options trust-ad" says
 * that he and the way to him are to be trusted.  Elsewhere nobody says so.
 */
#ifdef RES_TRUSTAD
#define TRUST_AD	true
#else
#define TRUST_AD	false
#endif

static const enum dns_result	 results[DNSSRV__MAX] = {
	[DNSSRV_OK] = DNS_OK,
	[DNSSRV_NONE] = DNS_NOTFOUND,
	[DNSSRV_NOSERVICE] = DNS_NOSERVICE,
	[DNSSRV_MALFORMED] = DNS_TEMPFAIL
};

static_assert(DNSSRV_MAX == MSG_TARGETS_MAX &&
    DNSSRV_NAME == MSG_NAME_MAX, "what is read can be sent");

static void
put_targets(const struct dnssrv *s, struct msg_targets *m)
{
	unsigned int	 i;

	m->n = s->n;
	m->secure = TRUST_AD && s->authentic;
	for (i = 0; i < s->n; i++) {
		m->target[i].priority = s->record[i].priority;
		m->target[i].port = s->record[i].port;
		(void)strlcpy(m->target[i].name, s->record[i].name,
		    sizeof(m->target[i].name));
	}
}

enum dns_result
dns_service(const char *name, struct msg_targets *m)
{
	static uint8_t	 reply[REPLY_MAX];
	static struct dnssrv srv;
	char		 question[sizeof(SERVICE) + MSG_NAME_MAX];
	enum dnssrv_verdict verdict;
	int		 len;

	(void)snprintf(question, sizeof(question), "%s%s", SERVICE, name);
	len = res_query(question, C_IN, T_SRV, reply, sizeof(reply));
	if (len < 0 || (size_t)len > sizeof(reply)) {
		log_debug("%s: %s", question, hstrerror(h_errno));
		return h_errno == HOST_NOT_FOUND || h_errno == NO_DATA ?
		    DNS_NOTFOUND : DNS_TEMPFAIL;
	}
	verdict = dnssrv_parse(&srv, reply, (size_t)len);
	if (verdict == DNSSRV_MALFORMED)
		log_debug("%s: malformed answer", question);
	dnssrv_order(&srv, arc4random_uniform);
	put_targets(&srv, m);
	return results[verdict];
}
