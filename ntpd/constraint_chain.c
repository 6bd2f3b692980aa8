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
 * A chain of certificates at another moment than now.  The constraint
 * process only.
 *
 * With a clock that may be wrong libtls is told not to look at dates.  What
 * it offers for looking at them afterwards is about the server's own
 * certificate alone, and an authority's that has expired, its key long sold
 * or stolen, would pass.  So the whole chain is verified once more, by
 * libcrypto and for the moment the server told.
 */

#include <sys/types.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <limits.h>
#include <stddef.h>
#include <time.h>

#include "constraint.h"

struct chain {
	BIO		*ca;
	BIO		*peer;
	X509_STORE	*store;
	X509_STORE_CTX	*ctx;
	X509		*leaf;
	STACK_OF(X509)	*others;
};

/* Authorities; one that cannot be read is none, the others still are. */
static int
load_store(struct chain *c)
{
	X509	*x;
	int	 n = 0;

	while ((x = PEM_read_bio_X509(c->ca, NULL, NULL, NULL)) != NULL) {
		n += X509_STORE_add_cert(c->store, x) == 1;
		X509_free(x);
	}
	ERR_clear_error();
	return n;
}

static int
load_peer(struct chain *c)
{
	X509	*x;

	if ((c->leaf = PEM_read_bio_X509(c->peer, NULL, NULL, NULL)) == NULL)
		return -1;
	while ((x = PEM_read_bio_X509(c->peer, NULL, NULL, NULL)) != NULL) {
		if (sk_X509_push(c->others, x) <= 0) {
			X509_free(x);
			return -1;
		}
	}
	ERR_clear_error();
	return 0;
}

static const char *
verify(struct chain *c, int64_t when)
{
	X509_VERIFY_PARAM	*param;

	if (X509_STORE_CTX_init(c->ctx, c->store, c->leaf, c->others) != 1)
		return "out of memory";
	param = X509_STORE_CTX_get0_param(c->ctx);
	X509_VERIFY_PARAM_set_time(param, (time_t)when);
	if (X509_VERIFY_PARAM_set_purpose(param,
	    X509_PURPOSE_SSL_SERVER) != 1)
		return "out of memory";
	if (X509_verify_cert(c->ctx) == 1)
		return NULL;
	return X509_verify_cert_error_string(
	    X509_STORE_CTX_get_error(c->ctx));
}

const char *
constraint_chain(const uint8_t *ca, size_t calen, const uint8_t *peer,
    size_t peerlen, int64_t when)
{
	struct chain	 c = { NULL };
	const char	*why = "out of memory";

	if (calen > INT_MAX || peerlen > INT_MAX)
		return "too long";
	c.ca = BIO_new_mem_buf(ca, (int)calen);
	c.peer = BIO_new_mem_buf(peer, (int)peerlen);
	c.store = X509_STORE_new();
	c.ctx = X509_STORE_CTX_new();
	c.others = sk_X509_new_null();
	if (c.ca != NULL && c.peer != NULL && c.store != NULL &&
	    c.ctx != NULL && c.others != NULL) {
		if (load_store(&c) == 0)
			why = "no authorities";
		else if (load_peer(&c) == -1)
			why = "no certificate";
		else
			why = verify(&c, when);
	}
	X509_STORE_CTX_free(c.ctx);
	sk_X509_pop_free(c.others, X509_free);
	X509_free(c.leaf);
	X509_STORE_free(c.store);
	BIO_free(c.peer);
	BIO_free(c.ca);
	return why;
}
