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
 * A web server that tells the date over TLS, rightly or as a test wants it:
 *
 *	fakehttps [-t seconds] [-p port] cafile address=kind ...
 *
 * It makes an authority of its own and writes its certificate to cafile.
 * Each address answers as its kind says; the certificate there has the name
 * KIND.test and the address.  The date is CLOCK_REALTIME plus seconds, and
 * all certificates are made as of then: valid for a day before and after,
 * the authority's for thirty.  Each connection is one line on stdout.
 */

#include <sys/types.h>
#include <sys/socket.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <err.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "addr.h"
#include "compat.h"

#define DAY		86400
#define LISTENERS_MAX	32

enum manner {
	PLAIN_ANSWER,		/* head, and a date if it has one */
	NO_TLS,			/* the same, in the clear */
	MUTE,			/* not even a handshake */
	HANG_UP,		/* after the handshake */
	SLOW,			/* an octet a second */
	ENDLESS			/* head, and fields for ever */
};

static const struct kind {
	const char	*name;
	enum manner	 manner;
	const char	*head;
	int		 date;		/* s, off; NODATE */
	int		 from;		/* days, of the certificate */
	int		 to;
	bool		 middle;	/* there is an intermediate one, */
	int		 middle_to;	/* valid until then, days */
	const char	*other;		/* name in it, instead of ours */
	bool		 stranger;	/* of another authority */
} kinds[] = {
#define OK	"HTTP/1.1 200 OK\r\nServer: x\r\n"
#define NODATE	INT32_MAX
#define NOW	-1, 1
	{ "good",	PLAIN_ANSWER, OK, 0, NOW },
	{ "chain",	PLAIN_ANSWER, OK, 0, NOW, true, 1 },
	{ "expired",	PLAIN_ANSWER, OK, 0, -3, -2 },
	{ "midexpired",	PLAIN_ANSWER, OK, 0, NOW, true, -2 },
	{ "future",	PLAIN_ANSWER, OK, 0, 2, 3 },
	{ "name",	PLAIN_ANSWER, OK, 0, NOW, .other = "other.test" },
	{ "stranger",	PLAIN_ANSWER, OK, 0, NOW, .stranger = true },
	{ "later",	PLAIN_ANSWER, OK, 7200, NOW },
	{ "tomorrow",	PLAIN_ANSWER, OK, 2 * DAY, NOW },
	{ "redirect",	PLAIN_ANSWER, "HTTP/1.1 301 Moved\r\n"
	    "Location: https://elsewhere.test/\r\n", 0, NOW },
	{ "http10",	PLAIN_ANSWER, "HTTP/1.0 200 OK\r\n", 0, NOW },
	{ "cached",	PLAIN_ANSWER, OK "Age: 3600\r\n", 0, NOW },
	{ "nodate",	PLAIN_ANSWER, OK, NODATE, NOW },
	{ "garbage",	PLAIN_ANSWER, "\x01\x02\xff\x00 garbage\r\n", NODATE,
	    NOW },
	{ "clear",	NO_TLS, OK, 0, NOW },
	{ "mute",	MUTE, OK, 0, NOW },
	{ "hangup",	HANG_UP, OK, 0, NOW },
	{ "slow",	SLOW, OK, 0, NOW },
	{ "endless",	ENDLESS, OK, 0, NOW },
};

struct listener {
	const struct kind *kind;
	struct addr	 addr;
	int		 fd;
	SSL_CTX		*ctx;
};

static int64_t		 off;		/* s */
static struct listener	 listeners[LISTENERS_MAX];
static X509		*ca;
static EVP_PKEY		*ca_key;

static __dead void
usage(void)
{
	fprintf(stderr, "usage: fakehttps [-t seconds] [-p port] cafile "
	    "address=kind ...\n");
	exit(2);
}

/*
 * Certificates
 */

static EVP_PKEY *
new_key(void)
{
	EVP_PKEY	*key = EVP_EC_gen("P-256");

	if (key == NULL)
		errx(1, "key");
	return key;
}

static void
extend(X509 *x, X509 *issuer, int nid, const char *value)
{
	X509_EXTENSION	*ext;
	X509V3_CTX	 ctx;

	X509V3_set_ctx(&ctx, issuer, x, NULL, NULL, 0);
	if ((ext = X509V3_EXT_conf_nid(NULL, &ctx, nid, value)) == NULL ||
	    X509_add_ext(x, ext, -1) != 1)
		errx(1, "extension %s", value);
	X509_EXTENSION_free(ext);
}

/* Days from and to are from our now; issuer NULL: itself. */
static X509 *
new_cert(const char *name, EVP_PKEY *key, X509 *issuer, EVP_PKEY *by,
    int from, int to, const char *names)
{
	static long	 serial = 1;
	time_t		 now = time(NULL) + (time_t)off;
	X509_NAME	*n;
	X509		*x;

	if ((x = X509_new()) == NULL)
		errx(1, "certificate");
	X509_set_version(x, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(x), serial++);
	ASN1_TIME_set(X509_getm_notBefore(x), now + (time_t)from * DAY);
	ASN1_TIME_set(X509_getm_notAfter(x), now + (time_t)to * DAY);
	X509_set_pubkey(x, key);
	n = X509_get_subject_name(x);
	X509_NAME_add_entry_by_txt(n, "CN", MBSTRING_ASC,
	    (const unsigned char *)name, -1, -1, 0);
	X509_set_issuer_name(x, issuer == NULL ? n :
	    X509_get_subject_name(issuer));
	if (issuer == NULL)
		issuer = x;
	if (names != NULL) {
		extend(x, issuer, NID_basic_constraints, "CA:FALSE");
		extend(x, issuer, NID_ext_key_usage, "serverAuth");
		extend(x, issuer, NID_subject_alt_name, names);
	} else {
		extend(x, issuer, NID_basic_constraints, "critical,CA:TRUE");
		extend(x, issuer, NID_key_usage, "keyCertSign");
	}
	if (X509_sign(x, by, EVP_sha256()) == 0)
		errx(1, "signature");
	return x;
}

static void
make_ca(const char *path)
{
	FILE	*f;

	ca_key = new_key();
	ca = new_cert("test authority", ca_key, NULL, ca_key, -30, 30, NULL);
	if ((f = fopen(path, "w")) == NULL || PEM_write_X509(f, ca) != 1 ||
	    fclose(f) != 0)
		err(1, "%s", path);
}

static void
make_ctx(struct listener *l)
{
	const struct kind	*k = l->kind;
	EVP_PKEY		*key = new_key(), *by = ca_key;
	X509			*issuer = ca, *middle = NULL, *leaf;
	char			 names[256], buf[ADDR_STRLEN];

	(void)snprintf(names, sizeof(names), "DNS:%s%s,IP:%s",
	    k->other != NULL ? k->other : k->name,
	    k->other != NULL ? "" : ".test",
	    k->other != NULL ? "192.0.2.1" : addr_str(&l->addr, buf));
	if (k->middle) {
		by = new_key();
		issuer = middle = new_cert("test intermediate", by, ca,
		    ca_key, -3, k->middle_to, NULL);
	}
	if (k->stranger) {
		by = new_key();
		issuer = new_cert("stranger", by, NULL, by, -30, 30, NULL);
	}
	leaf = new_cert(k->name, key, issuer, by, k->from, k->to, names);
	if ((l->ctx = SSL_CTX_new(TLS_server_method())) == NULL ||
	    SSL_CTX_use_certificate(l->ctx, leaf) != 1 ||
	    SSL_CTX_use_PrivateKey(l->ctx, key) != 1 ||
	    (middle != NULL &&
	    SSL_CTX_add_extra_chain_cert(l->ctx, middle) != 1))
		errx(1, "%s: context", k->name);
}

/*
 * Connections, each in a process
 */

static void
fill_date(const struct kind *k, char *buf, size_t size)
{
	time_t		 t = time(NULL) + (time_t)(off + k->date);
	struct tm	 tm;

	buf[0] = '\0';
	if (k->date == NODATE)
		return;
	if (gmtime_r(&t, &tm) == NULL || strftime(buf, size,
	    "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &tm) == 0)
		errx(1, "date");
}

/* Its first line, for the log. */
static void
read_request(SSL *ssl, const struct listener *l)
{
	char	 req[2048];
	int	 n, len = 0;

	while (len < (int)sizeof(req) - 1) {
		n = SSL_read(ssl, req + len, (int)sizeof(req) - 1 - len);
		if (n <= 0)
			exit(0);
		req[len += n] = '\0';
		if (strstr(req, "\r\n\r\n") != NULL)
			break;
	}
	req[strcspn(req, "\r\n")] = '\0';
	printf("%s: %s\n", l->kind->name, req);
	fflush(stdout);
}

static void
put(SSL *ssl, const char *s, size_t len)
{
	if (SSL_write(ssl, s, (int)len) <= 0)
		exit(0);
}

static __dead void
serve(const struct listener *l, int fd)
{
	const struct kind	*k = l->kind;
	char			 date[64], all[512];
	size_t			 i, n;
	SSL			*ssl;

	alarm(60);
	fill_date(k, date, sizeof(date));
	n = (size_t)snprintf(all, sizeof(all), "%s%s\r\n", k->head, date);
	if (k->manner == MUTE) {
		printf("%s: connected\n", k->name);
		fflush(stdout);
		pause();
	}
	if (k->manner == NO_TLS) {
		if (write(fd, all, n) == -1)
			err(1, "write");
		exit(0);
	}
	if ((ssl = SSL_new(l->ctx)) == NULL || SSL_set_fd(ssl, fd) != 1)
		errx(1, "ssl");
	if (SSL_accept(ssl) != 1 || k->manner == HANG_UP)
		exit(0);
	read_request(ssl, l);
	switch (k->manner) {
	case PLAIN_ANSWER:
		put(ssl, all, n);
		(void)SSL_shutdown(ssl);
		break;
	case SLOW:
		for (i = 0; i < n; i++) {
			put(ssl, all + i, 1);
			sleep(1);
		}
		break;
	case ENDLESS:
		put(ssl, k->head, strlen(k->head));
		for (;;)
			put(ssl, "X-Field: yes\r\n", 14);
	case NO_TLS:
	case MUTE:
	case HANG_UP:
		break;
	}
	exit(0);
}

static void
begin_listening(struct listener *l, char *word, uint16_t port)
{
	struct sockaddr_storage	 ss;
	socklen_t		 len;
	char			*kind = strchr(word, '=');
	int			 on = 1;
	size_t			 i;

	if (kind == NULL)
		usage();
	*kind++ = '\0';
	for (i = 0; i < nitems(kinds); i++) {
		if (strcmp(kinds[i].name, kind) == 0)
			l->kind = &kinds[i];
	}
	if (l->kind == NULL || addr_parse(&l->addr, word, port) == -1)
		errx(2, "%s=%s: no such address or kind", word, kind);
	len = addr_to_sa(&l->addr, &ss);
	if ((l->fd = socket(ss.ss_family, SOCK_STREAM, 0)) == -1 ||
	    setsockopt(l->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ||
	    bind(l->fd, (struct sockaddr *)&ss, len) == -1 ||
	    listen(l->fd, 16) == -1)
		err(1, "%s", word);
	make_ctx(l);
}

static __dead void
accept_all(size_t n)
{
	struct pollfd	 pfd[LISTENERS_MAX];
	size_t		 i;
	int		 fd;

	for (;;) {
		for (i = 0; i < n; i++)
			pfd[i] = (struct pollfd){ listeners[i].fd, POLLIN, 0 };
		if (poll(pfd, (nfds_t)n, -1) == -1)
			err(1, "poll");
		for (i = 0; i < n; i++) {
			if (pfd[i].revents == 0 ||
			    (fd = accept(listeners[i].fd, NULL, NULL)) == -1)
				continue;
			if (fork() == 0)
				serve(&listeners[i], fd);
			close(fd);
		}
	}
}

int
main(int argc, char *argv[])
{
	uint16_t	 port = 443;
	size_t		 n = 0;
	int		 ch;

	while ((ch = getopt(argc, argv, "p:t:")) != -1) {
		switch (ch) {
		case 'p':
			port = (uint16_t)atoi(optarg);
			break;
		case 't':
			off = atoll(optarg);
			break;
		default:
			usage();
		}
	}
	argv += optind;
	if (*argv == NULL || signal(SIGCHLD, SIG_IGN) == SIG_ERR ||
	    signal(SIGPIPE, SIG_IGN) == SIG_ERR)
		usage();
	make_ca(*argv++);
	for (; *argv != NULL && n < LISTENERS_MAX; argv++)
		begin_listening(&listeners[n++], *argv, port);
	printf("ready\n");
	fflush(stdout);
	accept_all(n);
}
