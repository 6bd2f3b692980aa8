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
 * libssl behind names of our own: handshakes that do not block, who the
 * other side is, the exporter of RFC 8915.  nts only.  libtls, which would
 * be nicer, has no exporter.  What sessions share is in nts_tls_ctx.c.
 */

#include <sys/types.h>

#include <openssl/x509v3.h>

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nts_tls.h"

#define COSTLY		256	/* octets sent: more than an alert */

struct nts_tls {
	SSL		*ssl;
	bool		 client;
	bool		 up;		/* handshake done, not failed */
	bool		 broken;	/* nothing more may be said */
	bool		 pinned;
	uint8_t		 pin[NTS_PIN_LEN];
	char		 error[NTS_ERROR_MAX];
};

struct nts_tls *
nts_tls_accept(struct nts_tls_ctx *ctx, int fd)
{
	struct nts_tls	*t;

	ERR_clear_error();
	if ((t = calloc(1, sizeof(*t))) == NULL ||
	    (t->ssl = SSL_new(ctx->ssl)) == NULL ||
	    SSL_set_fd(t->ssl, fd) != 1) {
		if (t != NULL)
			SSL_free(t->ssl);
		free(t);
		errno = ENOMEM;
		return NULL;
	}
	SSL_set_accept_state(t->ssl);
	return t;
}

/* What its certificate has to be: the name, the dates, or the pin alone. */
static int
expect(struct nts_tls *t, const struct nts_verify *v)
{
	X509_VERIFY_PARAM	*param = SSL_get0_param(t->ssl);
	struct addr		 addr;
	char			 name[MSG_NAME_MAX];
	size_t			 len;
	bool			 numeric;

	numeric = addr_parse(&addr, v->name, 0) == 0;
	/* the dot of the root is the resolver's: no certificate has it */
	len = strlcpy(name, v->name, sizeof(name));
	if (len > 1 && len < sizeof(name) && name[len - 1] == '.')
		name[len - 1] = '\0';
	/* an address is no name to send (RFC 6066 3) */
	if (!numeric && SSL_set_tlsext_host_name(t->ssl, name) != 1)
		return -1;
	if (v->pinned) {
		t->pinned = true;
		memcpy(t->pin, v->pin, sizeof(t->pin));
		SSL_set_verify(t->ssl, SSL_VERIFY_NONE, NULL);
		return 0;
	}
	SSL_set_verify(t->ssl, SSL_VERIFY_PEER, NULL);
	if (v->time == 0)
		(void)X509_VERIFY_PARAM_set_flags(param,
		    X509_V_FLAG_NO_CHECK_TIME);
	else
		X509_VERIFY_PARAM_set_time(param, (time_t)v->time);
	if (numeric)
		return X509_VERIFY_PARAM_set1_ip_asc(param, v->name) == 1 ?
		    0 : -1;
	X509_VERIFY_PARAM_set_hostflags(param,
	    X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	return SSL_set1_host(t->ssl, name) == 1 ? 0 : -1;
}

struct nts_tls *
nts_tls_connect(struct nts_tls_ctx *ctx, int fd, const struct nts_verify *v)
{
	struct nts_tls	*t;

	ERR_clear_error();
	if ((t = calloc(1, sizeof(*t))) == NULL ||
	    (t->ssl = SSL_new(ctx->ssl)) == NULL ||
	    SSL_set_fd(t->ssl, fd) != 1 || expect(t, v) == -1) {
		if (t != NULL)
			SSL_free(t->ssl);
		free(t);
		ERR_clear_error();
		errno = ENOMEM;
		return NULL;
	}
	t->client = true;
	SSL_set_connect_state(t->ssl);
	return t;
}

void
nts_tls_chain(const struct nts_tls *t, struct nts_chain *chain)
{
	STACK_OF(X509)	*certs = SSL_get0_verified_chain(t->ssl);
	X509		*leaf = SSL_get_peer_certificate(t->ssl);
	int		 i;

	memset(chain, 0, sizeof(*chain));
	chain->notbefore = INT64_MIN;
	chain->notafter = INT64_MAX;
	if (t->pinned)
		certs = NULL;
	for (i = 0; certs != NULL && i < sk_X509_num(certs); i++)
		nts_tls_narrow(chain, sk_X509_value(certs, i));
	if (leaf != NULL) {
		(void)nts_tls_pin(leaf, chain->pin);
		X509_free(leaf);
	}
}

/* Into one of our words; what went wrong is kept. */
static enum nts_io
result(struct nts_tls *t, int ret)
{
	long	 verify;

	switch (SSL_get_error(t->ssl, ret)) {
	case SSL_ERROR_WANT_READ:
		return NTS_IO_WANT_READ;
	case SSL_ERROR_WANT_WRITE:
		return NTS_IO_WANT_WRITE;
	case SSL_ERROR_ZERO_RETURN:
		return NTS_IO_EOF;
	case SSL_ERROR_SYSCALL:
		t->broken = true;
		if (ERR_peek_error() == 0) {
			if (ret == 0 || errno == 0)
				return NTS_IO_EOF;
			(void)strlcpy(t->error, strerror(errno),
			    sizeof(t->error));
			return NTS_IO_FAILED;
		}
		break;
	default:
		t->broken = true;
		break;
	}
	verify = SSL_get_verify_result(t->ssl);
	if (t->client && !t->up && !t->pinned && verify != X509_V_OK) {
		(void)snprintf(t->error, sizeof(t->error), "certificate: %s",
		    X509_verify_cert_error_string(verify));
		ERR_clear_error();
	} else
		nts_tls_reason(t->error, "");
	return NTS_IO_FAILED;
}

static enum nts_io
refuse(struct nts_tls *t, const char *why)
{
	(void)strlcpy(t->error, why, sizeof(t->error));
	t->broken = true;
	return NTS_IO_FAILED;
}

/* The handshake is done: is it what we need? */
static enum nts_io
check(struct nts_tls *t)
{
	struct nts_chain	 chain;
	const unsigned char	*name;
	unsigned int		 len;

	SSL_get0_alpn_selected(t->ssl, &name, &len);
	if (name == NULL || len != sizeof(NTSKE_ALPN) - 1 ||
	    memcmp(name, NTSKE_ALPN, len) != 0)
		return refuse(t, "it does not speak " NTSKE_ALPN);
	if (t->pinned) {
		nts_tls_chain(t, &chain);
		if (CRYPTO_memcmp(chain.pin, t->pin, sizeof(t->pin)) != 0)
			return refuse(t, "certificate: its key is not the "
			    "pinned one");
	}
	t->up = true;
	return NTS_IO_DONE;
}

enum nts_io
nts_tls_handshake(struct nts_tls *t)
{
	int	 ret;

	ERR_clear_error();
	errno = 0;
	if ((ret = SSL_do_handshake(t->ssl)) == 1)
		return check(t);
	return result(t, ret);
}

enum nts_io
nts_tls_read(struct nts_tls *t, void *buf, size_t size, size_t *n)
{
	int	 ret;

	ERR_clear_error();
	errno = 0;
	*n = 0;
	if ((ret = SSL_read(t->ssl, buf, size > INT_MAX ? INT_MAX :
	    (int)size)) > 0) {
		*n = (size_t)ret;
		return NTS_IO_DONE;
	}
	return result(t, ret);
}

enum nts_io
nts_tls_write(struct nts_tls *t, const void *buf, size_t len, size_t *n)
{
	int	 ret;

	ERR_clear_error();
	errno = 0;
	*n = 0;
	if ((ret = SSL_write(t->ssl, buf, len > INT_MAX ? INT_MAX :
	    (int)len)) > 0) {
		*n = (size_t)ret;
		return NTS_IO_DONE;
	}
	return result(t, ret);
}

void
nts_tls_close(struct nts_tls *t)
{
	if (t->up && !t->broken)
		(void)SSL_shutdown(t->ssl);
	ERR_clear_error();
	SSL_free(t->ssl);
	free(t);
}

bool
nts_tls_costly(const struct nts_tls *t)
{
	return t->up ||
	    BIO_number_written(SSL_get_wbio(t->ssl)) > COSTLY;
}

const char *
nts_tls_error(const struct nts_tls *t)
{
	return t->error[0] != '\0' ? t->error : "closed";
}

static int
export(struct nts_tls *t, bool s2c, uint8_t key[NTSCOOKIE_KEY])
{
	uint8_t	 context[NTSKE_CONTEXT_LEN];

	ntske_context(s2c, context);
	return SSL_export_keying_material(t->ssl, key, NTSCOOKIE_KEY,
	    NTSKE_EXPORTER, sizeof(NTSKE_EXPORTER) - 1, context,
	    sizeof(context), 1) == 1 ? 0 : -1;
}

int
nts_tls_export(struct nts_tls *t, uint8_t c2s[NTSCOOKIE_KEY],
    uint8_t s2c[NTSCOOKIE_KEY])
{
	ERR_clear_error();
	if (!t->up || export(t, false, c2s) == -1)
		return -1;
	return export(t, true, s2c);
}
