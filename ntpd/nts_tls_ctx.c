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
 * What TLS sessions share: the certificate of our server with its key, the
 * authorities our client believes.  nts only.
 */

#include <sys/types.h>

#include <openssl/pem.h>

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "civil.h"
#include "now.h"
#include "nts_tls.h"

#define CHAIN_MAX	10	/* certificates of a chain we load */

/* ALPN, with its length in front (RFC 8915 4). */
static const unsigned char	 alpn[] = "\007" NTSKE_ALPN;
#define ALPN_LEN	(sizeof(alpn) - 1)

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
		return "it does not speak " NTSKE_ALPN;
	default:
		return code != 0 ? ERR_reason_error_string(code) : NULL;
	}
}

void
nts_tls_reason(char error[NTS_ERROR_MAX], const char *what)
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
	return civil_days(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday) *
	    86400 + tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec;
}

void
nts_tls_narrow(struct nts_chain *chain, const X509 *cert)
{
	int64_t	 t;

	if ((t = unixtime(X509_get0_notBefore(cert), INT64_MAX)) >
	    chain->notbefore)
		chain->notbefore = t;
	if ((t = unixtime(X509_get0_notAfter(cert), INT64_MIN)) <
	    chain->notafter)
		chain->notafter = t;
}

int
nts_tls_pin(X509 *cert, uint8_t pin[NTS_PIN_LEN])
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

/*
 * The next certificate of a text.  NULL: there is none (*end), or what is
 * there is damaged, which libcrypto has left for nts_tls_reason.
 */
static X509 *
next_cert(BIO *bio, bool *end)
{
	unsigned long	 code;
	X509		*cert;

	ERR_clear_error();
	*end = false;
	if ((cert = PEM_read_bio_X509(bio, NULL, no_password, NULL)) == NULL) {
		code = ERR_peek_last_error();
		*end = ERR_GET_LIB(code) == ERR_LIB_PEM &&
		    ERR_GET_REASON(code) == PEM_R_NO_START_LINE;
	}
	return cert;
}

/* In words: which certificate of a text cannot be read. */
static void
damaged(char error[NTS_ERROR_MAX], int n)
{
	char	 what[64];

	(void)snprintf(what, sizeof(what), "certificate %d in it is damaged",
	    n);
	nts_tls_reason(error, what);
}

/* The certificate, and those that lead to its CA, in that order. */
static int
load_chain(struct nts_tls_ctx *ctx, const void *pem, size_t len,
    char error[NTS_ERROR_MAX])
{
	BIO	*bio;
	X509	*cert;
	int	 n, ok = 1;
	bool	 end = false;

	if (len > INT_MAX || (bio = BIO_new_mem_buf(pem, (int)len)) == NULL) {
		(void)strlcpy(error, "no memory", NTS_ERROR_MAX);
		return -1;
	}
	ctx->chain.notbefore = INT64_MIN;
	ctx->chain.notafter = INT64_MAX;
	for (n = 0; ok == 1 && n < CHAIN_MAX &&
	    (cert = next_cert(bio, &end)) != NULL; n++) {
		nts_tls_narrow(&ctx->chain, cert);
		if (n == 0)
			ok = SSL_CTX_use_certificate(ctx->ssl, cert) == 1 &&
			    nts_tls_pin(cert, ctx->chain.pin) == 0;
		else
			ok = SSL_CTX_add1_chain_cert(ctx->ssl, cert) == 1;
		X509_free(cert);
	}
	BIO_free(bio);
	if (ok == 1 && n > 0 && (end || n == CHAIN_MAX)) {
		ERR_clear_error();	/* of the end of the text */
		return 0;
	}
	if (ok != 1)
		nts_tls_reason(error, "its certificate cannot be used");
	else if (end)
		(void)strlcpy(error, "no certificate in it", NTS_ERROR_MAX);
	else
		damaged(error, n + 1);
	return -1;
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
		nts_tls_reason(error, "no private key without a password in "
		    "its file");
		return -1;
	}
	ok = SSL_CTX_use_PrivateKey(ssl, key) == 1 &&
	    SSL_CTX_check_private_key(ssl) == 1;
	EVP_PKEY_free(key);
	if (!ok) {
		nts_tls_reason(error, "the key is not this certificate's");
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
		nts_tls_reason(error, "no TLS");
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
nts_tls_end(const struct nts_chain *chain, char date[NTS_ERROR_MAX])
{
	struct tm	 tm;
	time_t		 t = (time_t)chain->notafter;

	(void)strlcpy(date, "?", NTS_ERROR_MAX);
	if (gmtime_r(&t, &tm) != NULL)
		(void)strftime(date, NTS_ERROR_MAX, "%Y-%m-%d %H:%M UTC",
		    &tm);
}

bool
nts_tls_dated(const struct nts_chain *chain, char error[NTS_ERROR_MAX])
{
	struct now	 now;
	char		 date[NTS_ERROR_MAX];

	now_read(&now);
	if (now.sec >= chain->notafter) {
		nts_tls_end(chain, date);
		(void)snprintf(error, NTS_ERROR_MAX, "it ended %.32s", date);
	} else if (now.sec < chain->notbefore)
		(void)strlcpy(error, "it is not valid yet, by this clock",
		    NTS_ERROR_MAX);
	else
		return true;
	return false;
}

void
nts_tls_ctx_free(struct nts_tls_ctx *ctx)
{
	if (ctx == NULL)
		return;
	SSL_CTX_free(ctx->ssl);
	free(ctx);
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
	bool		 end;

	if (len > INT_MAX || (bio = BIO_new_mem_buf(pem, (int)len)) == NULL) {
		(void)strlcpy(error, "no memory", NTS_ERROR_MAX);
		return -1;
	}
	while ((cert = next_cert(bio, &end)) != NULL) {
		/* one that is in there twice is no error */
		n += X509_STORE_add_cert(store, cert) == 1;
		X509_free(cert);
	}
	BIO_free(bio);
	if (!end)
		damaged(error, n + 1);
	else if (n == 0)
		(void)strlcpy(error, "no certificate in it", NTS_ERROR_MAX);
	ERR_clear_error();
	return end && n > 0 ? 0 : -1;
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
		nts_tls_reason(error, "no TLS");
		nts_tls_ctx_free(ctx);
		return NULL;
	}
	if (ca != NULL && load_cas(ctx->ssl, ca, len, error) == -1) {
		nts_tls_ctx_free(ctx);
		return NULL;
	}
	return ctx;
}
