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
 * NTS-KE as a client of tests has it: keys and cookies, or requests that
 * make no sense.
 */

#include <sys/types.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <err.h>
#include <errno.h>
#include <netdb.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "be.h"
#include "ke.h"

void
ke_init(struct ke *k)
{
	memset(k, 0, sizeof(*k));
	k->port = "4460";
	k->alpn = "ntske/1";
	if ((k->ctx = SSL_CTX_new(TLS_client_method())) == NULL)
		errx(2, "TLS");
}

/* What getaddrinfo makes of something numeric. */
static struct addrinfo *
numeric(const char *host, const char *port, int type)
{
	struct addrinfo	 hints, *ai;
	int		 error;

	memset(&hints, 0, sizeof(hints));
	hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
	hints.ai_socktype = type;
	if ((error = getaddrinfo(host, port, &hints, &ai)) != 0)
		errx(2, "%s: %s", host, gai_strerror(error));
	return ai;
}

int
ke_reach(const char *host, const char *port, const char *from, int type)
{
	struct addrinfo	*ai = numeric(host, port, type), *local;
	int		 fd, on = 1, error = 0;

	if ((fd = socket(ai->ai_family, type | SOCK_CLOEXEC, 0)) == -1)
		err(2, "socket");
	if (from != NULL) {
		local = numeric(from, "0", type);
		if (bind(fd, local->ai_addr, local->ai_addrlen) == -1)
			error = errno;
		freeaddrinfo(local);
	}
	if (error == 0 && connect(fd, ai->ai_addr, ai->ai_addrlen) == -1)
		error = errno;
	freeaddrinfo(ai);
	if (error != 0) {
		close(fd);
		errno = error;
		return -1;
	}
	if (type == SOCK_STREAM)
		(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on,
		    sizeof(on));
	return fd;
}

int
ke_connect(const struct ke *k)
{
	return ke_reach(k->host, k->port, k->from, SOCK_STREAM);
}

int
ke_fail(const char *what)
{
	const char	*why = ERR_reason_error_string(ERR_peek_last_error());

	printf("failed=%s%s%s\n", what, why != NULL ? " why=" : "",
	    why != NULL ? why : "");
	ERR_clear_error();
	return -1;
}

SSL *
ke_shake(struct ke *k, int fd)
{
	struct timeval	 tv = { KE_TIMEOUT / 1000, 0 };
	unsigned char	 alpn[64];
	SSL		*ssl;

	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	if ((ssl = SSL_new(k->ctx)) == NULL || SSL_set_fd(ssl, fd) != 1)
		errx(2, "TLS");
	alpn[0] = (unsigned char)strlen(k->alpn);
	memcpy(alpn + 1, k->alpn, alpn[0]);
	if (alpn[0] > 0)
		(void)SSL_set_alpn_protos(ssl, alpn, alpn[0] + 1U);
	if (SSL_connect(ssl) == 1)
		return ssl;
	SSL_free(ssl);
	return NULL;
}

static size_t
request(const struct ke *k, uint8_t *b)
{
	static const uint8_t	 good[] = { 0x80, 1, 0, 2, 0, 0, 0x80, 4, 0,
				    2, 0, 15, 0x80, 0, 0, 0 };

	memcpy(b, good, sizeof(good));
	switch (k->bad) {
	case 'e':		/* End of Message alone */
		memcpy(b, good + 12, 4);
		return 4;
	case 'c':		/* a critical record nobody knows */
		memcpy(b, "\xc0\x01\x00\x00", 4);
		memcpy(b + 4, good, sizeof(good));
		return sizeof(good) + 4;
	case 'p':		/* another protocol */
		b[5] = 9;
		return sizeof(good);
	case 'a':		/* another algorithm */
		b[11] = 30;
		return sizeof(good);
	case 'l':		/* a record without an end in sight */
		memset(b, 0, 4096);
		memcpy(b, "\x40\x00\xff\xff", 4);
		return 4096;
	case 'w':		/* no End of Message */
		return 12;
	}
	return sizeof(good);
}

static void
take_record(struct ke *k, unsigned int type, const uint8_t *b, size_t n)
{
	switch (type & 0x7fff) {
	case 2:
		printf("error=%u ", n == 2 ? be_get16(b) : 9999U);
		break;
	case 4:
		k->aead = n == 2 ? be_get16(b) : 0;
		break;
	case 5:
		if (k->ncookies == KE_COOKIES || n > sizeof(k->cookie[0]))
			break;
		memcpy(k->cookie[k->ncookies++], b, n);
		k->cookielen = n;
		break;
	case 7:
		k->ntpport = be_get16(b);
		break;
	}
}

/* Everything up to the end; -1 when End of Message did not come. */
static int
answer(struct ke *k, SSL *ssl)
{
	uint8_t	 b[8192];
	size_t	 len = 0, at = 0, n;
	int	 got;

	k->aead = 0;
	k->ncookies = 0;
	k->ntpport = 123;
	while (len < sizeof(b) &&
	    (got = SSL_read(ssl, b + len, (int)(sizeof(b) - len))) > 0)
		len += (size_t)got;
	while (len - at >= 4) {
		n = be_get16(b + at + 2);
		if (len - at - 4 < n)
			break;
		if ((be_get16(b + at) & 0x7fff) == 0)
			return 0;
		take_record(k, be_get16(b + at), b + at + 4, n);
		at += 4 + n;
	}
	return -1;
}

int
ke_establish(struct ke *k)
{
	uint8_t	 context[5] = { 0, 0, 0, 15, 0 }, b[4096];
	size_t	 len = request(k, b), i;
	SSL	*ssl;
	int	 fd, r = 0;

	if ((fd = ke_connect(k)) == -1)
		return ke_fail("connect");
	if ((ssl = ke_shake(k, fd)) == NULL) {
		close(fd);
		return ke_fail("handshake");
	}
	if (k->octets) {
		for (i = 0; i < len && SSL_write(ssl, b + i, 1) == 1; i++)
			;
	} else if (SSL_write(ssl, b, (int)len) != (int)len)
		r = ke_fail("request");
	if (r == 0 && answer(k, ssl) == -1)
		r = ke_fail("answer");
	if (r == 0 && k->ncookies == 0)
		r = ke_fail("no cookies");
	SSL_export_keying_material(ssl, k->c2s, 32,
	    "EXPORTER-network-time-security", 30, context, 5, 1);
	context[4] = 1;
	SSL_export_keying_material(ssl, k->s2c, 32,
	    "EXPORTER-network-time-security", 30, context, 5, 1);
	SSL_free(ssl);
	close(fd);
	return r;
}
