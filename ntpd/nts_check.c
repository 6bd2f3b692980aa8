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
 * The files of NTS, looked at without a process for it: ntpd -n reads them
 * as nts would (nts_server.c, nts_client.c, nts_key.c), and keeps nothing.
 */

#include <sys/types.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nts.h"
#include "nts_check.h"

_Static_assert(NTS_CHECK_MAX == NTS_ERROR_MAX, "one kind of reason");

/* The whole of a file, or NULL and why not. */
static char *
slurp(int fd, size_t max, size_t *len, char error[NTS_CHECK_MAX])
{
	char	*text;

	if ((text = nts_slurp(fd, max, len)) == NULL)
		(void)strlcpy(error, strerror(errno), NTS_CHECK_MAX);
	return text;
}

int
nts_check_certificate(int certfd, int keyfd, char error[NTS_CHECK_MAX])
{
	struct nts_tls_ctx	*ctx = NULL;
	struct nts_chain	 chain;
	char			*cert, *key;
	size_t			 certlen, keylen;
	bool			 good;

	if ((cert = slurp(certfd, NTS_CERT_MAX, &certlen, error)) == NULL) {
		close(keyfd);
		return -1;
	}
	if ((key = slurp(keyfd, NTS_CERT_MAX, &keylen, error)) != NULL) {
		nts_tls_init();
		ctx = nts_tls_server(cert, certlen, key, keylen, error);
		freezero(key, keylen);
	}
	free(cert);
	if ((good = ctx != NULL)) {
		nts_tls_ctx_dates(ctx, &chain);
		good = nts_tls_dated(&chain, error);
	}
	nts_tls_ctx_free(ctx);
	return good ? 0 : -1;
}

int
nts_check_ca(int fd, char error[NTS_CHECK_MAX])
{
	struct nts_tls_ctx	*ctx;
	char			*text;
	size_t			 len;

	if ((text = slurp(fd, NTS_CA_MAX, &len, error)) == NULL)
		return -1;
	nts_tls_init();
	ctx = nts_tls_client(text, len, error);
	free(text);
	nts_tls_ctx_free(ctx);
	return ctx != NULL ? 0 : -1;
}

int
nts_check_ring(int fd, char error[NTS_CHECK_MAX])
{
	struct ntsring	 r;
	char		*text;
	size_t		 len;
	int		 bad;

	if ((text = slurp(fd, NTS_RING_MAX, &len, error)) == NULL)
		return -1;
	bad = ntsring_parse(text, len, &r);
	freezero(text, len);
	explicit_bzero(&r, sizeof(r));
	if (bad > 0)
		(void)snprintf(error, NTS_CHECK_MAX, "line %d: not a key",
		    bad);
	else if (bad < 0)
		(void)strlcpy(error, "no keys, or not in order",
		    NTS_CHECK_MAX);
	return bad == 0 ? 0 : -1;
}
