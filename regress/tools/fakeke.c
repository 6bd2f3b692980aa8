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
 * An NTS-KE server that answers as it is told:
 *
 *	fakeke [-p] [-a alpn] [-k ring] [-t version] certificate key
 *	    address [word ...]
 *
 * It takes connections at TCP port 4460 of the address, one after the other.
 * With TLS of at most that version it selects that ALPN, whatever the
 * client offers, or "none", or all are "refused"; waits for a request, and
 * says the words:
 *
 *	proto=N  aead=N		the records of that; without N an empty one
 *	cookies=N		so many cookies for whoever has the ring
 *	cookie=LENGTH		one of so many octets, good for nothing
 *	server=NAME  port=N	where NTP is served
 *	error=N  warning=N
 *	record=TYPE		one without a body; TYPE with its critical bit
 *	end
 *	hold			says nothing more until the client goes
 *	flood			never stops
 *
 * -p: the answer is in the clear, the client's octets are not looked at.
 * Each connection is a line on stdout.
 */

#include <sys/types.h>
#include <sys/socket.h>

#include <err.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "addr.h"
#include "be.h"
#include "compat.h"
#include "ntscookie.h"
#include "siv.h"

#define PORT		4460
#define TIMEOUT		15	/* s; longer than a client's patience */
#define CRITICAL	0x8000

struct fake {
	const char	*alpn;
	bool		 plain;
	struct ntsring	 ring;		/* n 0: none */
	struct siv	*siv;
	SSL_CTX		*ctx;
	char		**words;
};

/* Where the answer goes to. */
struct answer {
	SSL		*ssl;		/* NULL: in the clear */
	int		 fd;
	uint8_t		 b[8192];
	size_t		 len;
	bool		 hold;
	bool		 flood;
};

static __dead void
usage(void)
{
	fprintf(stderr, "usage: fakeke [-p] [-a alpn] [-k ring] "
	    "[-t version] certificate key address [word ...]\n");
	exit(2);
}

static int
select_alpn(SSL *ssl, const unsigned char **out, unsigned char *outlen,
    const unsigned char *in, unsigned int inlen, void *arg)
{
	const struct fake	*f = arg;

	if (strcmp(f->alpn, "none") == 0)
		return SSL_TLSEXT_ERR_NOACK;
	if (strcmp(f->alpn, "refused") == 0)
		return SSL_TLSEXT_ERR_ALERT_FATAL;
	*out = (const unsigned char *)f->alpn;
	*outlen = (unsigned char)strlen(f->alpn);
	return SSL_TLSEXT_ERR_OK;
}

static void
put(struct answer *a, unsigned int type, const void *body, size_t len)
{
	if (sizeof(a->b) - a->len < 4 + len)
		errx(2, "the answer is too long");
	be_put16(a->b + a->len, (uint16_t)type);
	be_put16(a->b + a->len + 2, (uint16_t)len);
	if (len > 0)
		memcpy(a->b + a->len + 4, body, len);
	a->len += 4 + len;
}

static void
put_number(struct answer *a, unsigned int type, const char *arg)
{
	uint8_t	 body[2];

	be_put16(body, (uint16_t)strtoul(arg, NULL, 0));
	put(a, type, body, arg[0] != '\0' ? sizeof(body) : 0);
}

static void
put_cookies(const struct fake *f, struct answer *a, unsigned int n)
{
	uint8_t			 context[5] = { 0, 0, 0, 15, 0 };
	uint8_t			 cookie[NTSCOOKIE_LEN];
	uint8_t			 nonce[NTSCOOKIE_NONCE];
	struct ntscookie	 session = { .aead = 15 };
	uint8_t			*key[2] = { session.c2s, session.s2c };

	for (context[4] = 0; context[4] < 2; context[4]++) {
		if (SSL_export_keying_material(a->ssl, key[context[4]], 32,
		    "EXPORTER-network-time-security", 30, context,
		    sizeof(context), 1) != 1)
			errx(2, "exporter");
	}
	while (n-- > 0) {
		arc4random_buf(nonce, sizeof(nonce));
		arc4random_buf(cookie, sizeof(cookie));
		if (f->ring.n > 0 && ntscookie_seal(f->siv, &f->ring,
		    &session, nonce, cookie) == -1)
			errx(2, "cookie");
		put(a, 5, cookie, sizeof(cookie));
	}
}

static void
word(const struct fake *f, struct answer *a, const char *w)
{
	static const struct {
		const char	*name;
		unsigned int	 type;
	} numbers[] = {
		{ "proto", 1 | CRITICAL },
		{ "error", 2 | CRITICAL },
		{ "warning", 3 | CRITICAL },
		{ "aead", 4 | CRITICAL },
		{ "port", 7 | CRITICAL },
	};
	static const uint8_t	 cookie[2048];
	const char		*arg = strchr(w, '=');
	size_t			 len = strcspn(w, "="), i;

	arg = arg != NULL ? arg + 1 : "";
	for (i = 0; i < nitems(numbers); i++) {
		if (strncmp(w, numbers[i].name, len) == 0) {
			put_number(a, numbers[i].type, arg);
			return;
		}
	}
	if (strncmp(w, "cookies=", 8) == 0)
		put_cookies(f, a, (unsigned int)strtoul(arg, NULL, 10));
	else if (strncmp(w, "cookie=", 7) == 0)
		put(a, 5, cookie, strtoul(arg, NULL, 10));
	else if (strncmp(w, "server=", 7) == 0)
		put(a, 6 | CRITICAL, arg, strlen(arg));
	else if (strncmp(w, "record=", 7) == 0)
		put(a, (unsigned int)strtoul(arg, NULL, 16), NULL, 0);
	else if (strcmp(w, "end") == 0)
		put(a, CRITICAL, NULL, 0);
	else if (strcmp(w, "hold") == 0)
		a->hold = true;
	else if (strcmp(w, "flood") == 0)
		a->flood = true;
	else
		errx(2, "word %s", w);
}

/* -1: the client has gone. */
static int
say(const struct answer *a)
{
	if (a->len == 0)
		return 0;
	if (a->ssl != NULL)
		return SSL_write(a->ssl, a->b, (int)a->len) > 0 ? 0 : -1;
	return send(a->fd, a->b, a->len, MSG_NOSIGNAL) > 0 ? 0 : -1;
}

/* What it says next, if anything. */
static int
hear(const struct answer *a, uint8_t b[1024])
{
	if (a->ssl != NULL)
		return SSL_read(a->ssl, b, 1024);
	return (int)recv(a->fd, b, 1024, 0);
}

static void
serve(const struct fake *f, int fd)
{
	struct timeval	 tv = { TIMEOUT, 0 };
	struct answer	 a = { .fd = fd };
	uint8_t		 b[1024];
	const char	*result = "done";
	char		**w;

	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	if (!f->plain) {
		if ((a.ssl = SSL_new(f->ctx)) == NULL ||
		    SSL_set_fd(a.ssl, fd) != 1)
			errx(2, "TLS");
		if (SSL_accept(a.ssl) != 1 || hear(&a, b) <= 0) {
			result = "no request";
			goto out;
		}
	}
	for (w = f->words; *w != NULL; w++)
		word(f, &a, *w);
	if (say(&a) == -1)
		result = "not heard";
	while (a.flood && say(&a) == 0)
		;
	while (a.hold && hear(&a, b) > 0)
		;
out:
	printf("connection: %s\n", result);
	if (a.ssl != NULL) {
		(void)SSL_shutdown(a.ssl);
		SSL_free(a.ssl);
	}
	ERR_clear_error();
	close(fd);
}

static int
listener(const char *str)
{
	struct sockaddr_storage	 ss;
	struct addr		 a;
	socklen_t		 len;
	int			 fd, on = 1;

	if (addr_parse(&a, str, PORT) == -1)
		errx(2, "%s: no address", str);
	len = addr_to_sa(&a, &ss);
	if ((fd = socket(ss.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0)) == -1 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == -1 ||
	    bind(fd, (const struct sockaddr *)&ss, len) == -1 ||
	    listen(fd, 16) == -1)
		err(2, "%s", str);
	return fd;
}

static void
read_ring(struct fake *f, const char *path)
{
	static char	 text[NTSRING_TEXT];
	FILE		*file;
	size_t		 len;

	if ((file = fopen(path, "r")) == NULL)
		err(2, "%s", path);
	len = fread(text, 1, sizeof(text), file);
	fclose(file);
	if (ntsring_parse(text, len, &f->ring) != 0)
		errx(2, "%s: not a ring", path);
	if ((f->siv = siv_new()) == NULL)
		errx(2, "AES-SIV");
}

static void
context(struct fake *f, const char *cert, const char *key, const char *max)
{
	int	 version = strcmp(max, "1.2") == 0 ? TLS1_2_VERSION :
		    TLS1_3_VERSION;

	if ((f->ctx = SSL_CTX_new(TLS_server_method())) == NULL ||
	    SSL_CTX_set_max_proto_version(f->ctx, version) != 1 ||
	    SSL_CTX_use_certificate_chain_file(f->ctx, cert) != 1 ||
	    SSL_CTX_use_PrivateKey_file(f->ctx, key, SSL_FILETYPE_PEM) != 1)
		errx(2, "%s, %s: TLS", cert, key);
	SSL_CTX_set_alpn_select_cb(f->ctx, select_alpn, f);
}

int
main(int argc, char **argv)
{
	static struct fake	 f = { .alpn = "ntske/1" };
	const char		*max = "1.3";
	int			 c, fd, s;

	while ((c = getopt(argc, argv, "a:k:pt:")) != -1) {
		switch (c) {
		case 'a':
			f.alpn = optarg;
			break;
		case 'k':
			read_ring(&f, optarg);
			break;
		case 'p':
			f.plain = true;
			break;
		case 't':
			max = optarg;
			break;
		default:
			usage();
		}
	}
	argc -= optind;
	argv += optind;
	if (argc < 3)
		usage();
	(void)signal(SIGPIPE, SIG_IGN);
	setvbuf(stdout, NULL, _IOLBF, 0);
	context(&f, argv[0], argv[1], max);
	f.words = argv + 3;
	fd = listener(argv[2]);
	printf("ready\n");
	for (;;) {
		if ((s = accept(fd, NULL, NULL)) != -1)
			serve(&f, s);
	}
}
