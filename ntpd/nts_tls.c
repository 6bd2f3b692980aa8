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
 * libssl behind names of our own: contexts, handshakes that do not block,
 * who the other side is, the exporter of RFC 8915.  nts only, and the only
 * file that knows libssl: libtls, which would be nicer, has no exporter.
 *
 * Everything here is in OpenSSL 3 and in LibreSSL.
 */

#include <sys/types.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "nts.h"

#define EXPORTER	"EXPORTER-network-time-security"
#define EXPORTER_CTX	5	/* protocol, AEAD, direction: RFC 8915 5.1 */
#define COSTLY		256	/* octets sent: more than an alert */
#define CHAIN_MAX	10	/* certificates of a chain we load */

/* ALPN, with its length in front (RFC 8915 4). */
static const unsigned char	 alpn[] = "\007ntske/1";
#define ALPN_LEN	(sizeof(alpn) - 1)

struct nts_tls_ctx {
	SSL_CTX		*ssl;
	struct nts_chain chain;		/* of a server */
};

struct nts_tls {
	SSL		*ssl;
	bool		 client;
	bool		 up;		/* handshake done, not failed */
	bool		 broken;	/* nothing more may be said */
	bool		 pinned;
	uint8_t		 pin[NTS_PIN_LEN];
	char		 error[NTS_ERROR_MAX];
};

void
nts_tls_init(void)
{
	if (OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) != 1)
		fatalx("libssl");
}

/* What libssl has odd words for. */
static const char *
plain(unsigned long code)
{
	switch (ERR_GET_LIB(code) == ERR_LIB_SSL ? ERR_GET_REASON(code) : 0) {
	case SSL_R_WRONG_VERSION_NUMBER:
		return "that is not TLS";
	case SSL_AD_REASON_OFFSET + SSL_AD_PROTOCOL_VERSION:
		return "it does not speak TLS 1.3";
	case SSL_AD_REASON_OFFSET + SSL_AD_NO_APPLICATION_PROTOCOL:
		return "it does not speak ntske/1";
	default:
		return code != 0 ? ERR_reason_error_string(code) : NULL;
	}
}

/* Why libssl refused: the last of its errors, the others are causes. */
static void
reason(char error[NTS_ERROR_MAX], const char *what)
{
	const char	*text = plain(ERR_peek_last_error());

	(void)snprintf(error, NTS_ERROR_MAX, "%s%s%s", what,
	    text != NULL && what[0] != '\0' ? ": " : "",
	    text != NULL ? text : "");
	ERR_clear_error();
}

static int64_t
unixtime(const ASN1_TIME *at, int64_t otherwise)
{
	struct tm	 tm;

	memset(&tm, 0, sizeof(tm));
	if (ASN1_TIME_to_tm(at, &tm) != 1)
		return otherwise;
	return (int64_t)timegm(&tm);
}

/* The time in which a certificate and those before it are all valid. */
static void
narrow(struct nts_chain *chain, const X509 *cert)
{
	int64_t	 t;

	if ((t = unixtime(X509_get0_notBefore(cert), INT64_MAX)) >
	    chain->notbefore)
		chain->notbefore = t;
	if ((t = unixtime(X509_get0_notAfter(cert), INT64_MIN)) <
	    chain->notafter)
		chain->notafter = t;
}

/* SHA-256 of the public key with its algorithm, as RFC 7469 2.4 has it. */
static int
pin_of(X509 *cert, uint8_t pin[NTS_PIN_LEN])
{
	unsigned char	*der = NULL;
	unsigned int	 n = 0;
	int		 len, ok;

	if ((len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(cert), &der)) <= 0)
		return -1;
	ok = EVP_Digest(der, (size_t)len, pin, &n, EVP_sha256(), NULL);
	OPENSSL_free(der);
	return ok == 1 && n == NTS_PIN_LEN ? 0 : -1;
}

static SSL_CTX *
new_ctx(const SSL_METHOD *method)
{
	SSL_CTX	*ssl;

	if ((ssl = SSL_CTX_new(method)) == NULL)
		return NULL;
	if (SSL_CTX_set_min_proto_version(ssl, TLS1_3_VERSION) != 1) {
		SSL_CTX_free(ssl);
		return NULL;
	}
	SSL_CTX_set_options(ssl, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
	SSL_CTX_set_mode(ssl, SSL_MODE_ENABLE_PARTIAL_WRITE |
	    SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_OFF);
	return ssl;
}

/*
 * Server
 */

static int
choose_alpn(SSL *ssl, const unsigned char **out, unsigned char *outlen,
    const unsigned char *in, unsigned int inlen, void *arg)
{
	unsigned int	 i;

	for (i = 0; i < inlen && inlen - i > in[i]; i += in[i] + 1U) {
		if (in[i] + 1U == ALPN_LEN &&
		    memcmp(in + i, alpn, ALPN_LEN) == 0) {
			*out = in + i + 1;
			*outlen = in[i];
			return SSL_TLSEXT_ERR_OK;
		}
	}
	return SSL_TLSEXT_ERR_ALERT_FATAL;
}

/* An encrypted key would make libcrypto ask the terminal. */
static int
no_password(char *buf, int size, int writing, void *arg)
{
	return -1;
}

/* The certificate, and those that lead to its CA, in that order. */
static int
load_chain(struct nts_tls_ctx *ctx, const void *pem, size_t len,
    char error[NTS_ERROR_MAX])
{
	BIO	*bio;
	X509	*cert;
	int	 n, ok = 1;

	if (len > INT_MAX || (bio = BIO_new_mem_buf(pem, (int)len)) == NULL) {
		(void)strlcpy(error, "no memory", NTS_ERROR_MAX);
		return -1;
	}
	ctx->chain.notbefore = INT64_MIN;
	ctx->chain.notafter = INT64_MAX;
	for (n = 0; ok == 1 && n < CHAIN_MAX && (cert = PEM_read_bio_X509(bio,
	    NULL, no_password, NULL)) != NULL; n++) {
		narrow(&ctx->chain, cert);
		if (n == 0)
			ok = SSL_CTX_use_certificate(ctx->ssl, cert) == 1 &&
			    pin_of(cert, ctx->chain.pin) == 0;
		else
			ok = SSL_CTX_add1_chain_cert(ctx->ssl, cert) == 1;
		X509_free(cert);
	}
	BIO_free(bio);
	if (n == 0 || !ok) {
		reason(error, n == 0 ? "no certificate in it" :
		    "its certificate cannot be used");
		return -1;
	}
	ERR_clear_error();	/* of the end of the text */
	return 0;
}

static int
load_key(SSL_CTX *ssl, const void *pem, size_t len,
    char error[NTS_ERROR_MAX])
{
	EVP_PKEY	*key = NULL;
	BIO		*bio;
	int		 ok;

	if (len <= INT_MAX &&
	    (bio = BIO_new_mem_buf(pem, (int)len)) != NULL) {
		key = PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL);
		BIO_free(bio);
	}
	if (key == NULL) {
		reason(error, "no private key without a password in its "
		    "file");
		return -1;
	}
	ok = SSL_CTX_use_PrivateKey(ssl, key) == 1 &&
	    SSL_CTX_check_private_key(ssl) == 1;
	EVP_PKEY_free(key);
	if (!ok) {
		reason(error, "the key is not this certificate's");
		return -1;
	}
	return 0;
}

struct nts_tls_ctx *
nts_tls_server(const void *cert, size_t certlen, const void *key,
    size_t keylen, char error[NTS_ERROR_MAX])
{
	struct nts_tls_ctx	*ctx;

	ERR_clear_error();
	if ((ctx = calloc(1, sizeof(*ctx))) == NULL ||
	    (ctx->ssl = new_ctx(TLS_server_method())) == NULL) {
		reason(error, "no TLS");
		free(ctx);
		return NULL;
	}
	/* one question, one answer: there is nothing to resume */
	if (SSL_CTX_set_num_tickets(ctx->ssl, 0) != 1 ||
	    load_chain(ctx, cert, certlen, error) == -1 ||
	    load_key(ctx->ssl, key, keylen, error) == -1) {
		nts_tls_ctx_free(ctx);
		return NULL;
	}
	SSL_CTX_set_alpn_select_cb(ctx->ssl, choose_alpn, NULL);
	return ctx;
}

void
nts_tls_ctx_dates(const struct nts_tls_ctx *ctx, struct nts_chain *chain)
{
	*chain = ctx->chain;
}

void
nts_tls_ctx_free(struct nts_tls_ctx *ctx)
{
	if (ctx == NULL)
		return;
	SSL_CTX_free(ctx->ssl);
	free(ctx);
}

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

/*
 * Client
 */

static int
load_cas(SSL_CTX *ssl, const void *pem, size_t len,
    char error[NTS_ERROR_MAX])
{
	X509_STORE	*store = SSL_CTX_get_cert_store(ssl);
	BIO		*bio;
	X509		*cert;
	int		 n = 0;

	if (len > INT_MAX || (bio = BIO_new_mem_buf(pem, (int)len)) == NULL) {
		(void)strlcpy(error, "no memory", NTS_ERROR_MAX);
		return -1;
	}
	while ((cert = PEM_read_bio_X509(bio, NULL, no_password, NULL)) !=
	    NULL) {
		/* one that is in there twice is no error */
		n += X509_STORE_add_cert(store, cert) == 1;
		X509_free(cert);
	}
	BIO_free(bio);
	if (n == 0) {
		reason(error, "no certificate in it");
		return -1;
	}
	ERR_clear_error();
	return 0;
}

struct nts_tls_ctx *
nts_tls_client(const void *ca, size_t len, char error[NTS_ERROR_MAX])
{
	struct nts_tls_ctx	*ctx;

	ERR_clear_error();
	if ((ctx = calloc(1, sizeof(*ctx))) == NULL ||
	    (ctx->ssl = new_ctx(TLS_client_method())) == NULL ||
	    /* 0 is success here, and nowhere else */
	    SSL_CTX_set_alpn_protos(ctx->ssl, alpn, ALPN_LEN) != 0) {
		reason(error, "no TLS");
		if (ctx != NULL)
			nts_tls_ctx_free(ctx);
		return NULL;
	}
	if (len > 0 && load_cas(ctx->ssl, ca, len, error) == -1) {
		nts_tls_ctx_free(ctx);
		return NULL;
	}
	return ctx;
}

/* What its certificate has to be: the name, the dates, or the pin alone. */
static int
expect(struct nts_tls *t, const struct nts_verify *v)
{
	X509_VERIFY_PARAM	*param = SSL_get0_param(t->ssl);
	struct addr		 addr;
	char			 name[MSG_NAME_MAX];	/* its macro's */
	bool			 numeric;

	numeric = addr_parse(&addr, v->name, 0) == 0;
	(void)strlcpy(name, v->name, sizeof(name));
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
	return SSL_set1_host(t->ssl, v->name) == 1 ? 0 : -1;
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
		narrow(chain, sk_X509_value(certs, i));
	if (leaf != NULL) {
		(void)pin_of(leaf, chain->pin);
		X509_free(leaf);
	}
}

/*
 * Both
 */

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
		reason(t->error, "");
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
	if (name == NULL || len != ALPN_LEN - 1 ||
	    memcmp(name, alpn + 1, len) != 0)
		return refuse(t, "it does not speak ntske/1");
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

int
nts_tls_export(struct nts_tls *t, uint16_t aead, uint8_t c2s[NTSCOOKIE_KEY],
    uint8_t s2c[NTSCOOKIE_KEY])
{
	uint8_t	 context[EXPORTER_CTX] = { 0, 0, (uint8_t)(aead >> 8),
		    (uint8_t)aead, 0 };

	ERR_clear_error();
	if (!t->up || SSL_export_keying_material(t->ssl, c2s, NTSCOOKIE_KEY,
	    EXPORTER, sizeof(EXPORTER) - 1, context, sizeof(context), 1) != 1)
		return -1;
	context[EXPORTER_CTX - 1] = 1;
	if (SSL_export_keying_material(t->ssl, s2c, NTSCOOKIE_KEY, EXPORTER,
	    sizeof(EXPORTER) - 1, context, sizeof(context), 1) != 1)
		return -1;
	return 0;
}
