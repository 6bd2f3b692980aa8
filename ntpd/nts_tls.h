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
 * What nts_tls.c, the sessions, and nts_tls_ctx.c, what they share, know of
 * each other: the only two files that know libssl.  It comes in here.
 *
 * Everything of it that they use is in OpenSSL 3 and in LibreSSL.
 */

#ifndef NTS_TLS_H
#define NTS_TLS_H

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "nts.h"
#include "ntske.h"

struct nts_tls_ctx {
	SSL_CTX		*ssl;
	struct nts_chain chain;		/* of a server */
};

/*
 * Why libssl refused, behind what we were at ("": nothing): the last of its
 * errors, the others are causes.  All of them are forgotten then.
 */
void	 nts_tls_reason(char [NTS_ERROR_MAX], const char *);
/* The time in which a chain and this certificate are both valid. */
void	 nts_tls_narrow(struct nts_chain *, const X509 *);
/*
 * SHA-256 of the public key with its algorithm, as RFC 7469 2.4 has it; -1
 * when there is none.
 */
int	 nts_tls_pin(X509 *, uint8_t [NTS_PIN_LEN]);

#endif /* NTS_TLS_H */
