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
 * A client of NTS, polite and hostile, that shares no code with the daemon's
 * TLS or cookies: what it knows of RFC 8915 is here, but for the fields of
 * packets (ntsfield.c) and AES-SIV.
 *
 *	ntsprobe KE NTP		fetch cookies at address KE (port 4460), use
 *				one at address NTP (port 123); exit 1 when
 *				either fails; a line that says what failed
 *	ntsprobe -n N KE NTP	so many times, one after the other
 *	ntsprobe -f N KE	N connections that say something else than
 *				TLS, as fast as they are accepted
 *	ntsprobe -h N KE	N whole handshakes with no request
 *	ntsprobe -s N KE	N connections held open that send an octet a
 *				second, until SIGTERM
 *	ntsprobe -b SECONDS KE NTP	requests as fast as they are answered
 *				by one socket; with -r x plain NTP
 *	-a ALPN			instead of ntske/1
 *	-r CHAR			a bad request: e(mpty), c(ritical record),
 *				p(rotocol), a(lgorithm), l(ong), w(ithout end)
 *	-p PORT			of NTS-KE
 *	-w			write octet by octet, a TLS record each
 */

#include <sys/types.h>
#include <sys/socket.h>

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <netdb.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "be.h"
#include "compat.h"
#include "ntsfield.h"

#define HEADER_LEN	48
#define TIMEOUT		5000	/* ms */
#define WINDOW		64	/* requests under way with -b */
#define KEPT		8

struct probe {
	const char	*ke;
	const char	*ntp;
	const char	*port;
	const char	*alpn;
	int		 bad;		/* a letter of -r */
	bool		 octets;	/* -w */
	SSL_CTX		*ctx;
	struct siv	*siv;
	uint8_t		 c2s[32];
	uint8_t		 s2c[32];
	unsigned int	 ncookies;
	size_t		 cookielen;
	uint8_t		 cookie[KEPT][256];
	uint16_t	 ntpport;
};

static volatile sig_atomic_t	 ending;

static void
on_signal(int sig)
{
	ending = 1;
}

/* A socket connected to that; -1 and errno. */
static int
reach(const char *host, const char *port, int type)
{
	struct addrinfo	 hints, *ai;
	int		 fd, on = 1, error;

	memset(&hints, 0, sizeof(hints));
	hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
	hints.ai_socktype = type;
	if ((error = getaddrinfo(host, port, &hints, &ai)) != 0)
		errx(2, "%s: %s", host, gai_strerror(error));
	if ((fd = socket(ai->ai_family, type | SOCK_CLOEXEC, 0)) == -1)
		err(2, "socket");
	error = connect(fd, ai->ai_addr, ai->ai_addrlen) == -1 ? errno : 0;
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

static int
fail(const char *what)
{
	const char	*why = ERR_reason_error_string(ERR_peek_last_error());

	printf("failed=%s%s%s\n", what, why != NULL ? " why=" : "",
	    why != NULL ? why : "");
	ERR_clear_error();
	return -1;
}

/* The TLS session, after its handshake; NULL. */
static SSL *
shake(struct probe *p, int fd)
{
	struct timeval	 tv = { TIMEOUT / 1000, 0 };
	unsigned char	 alpn[64];
	SSL		*ssl;

	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	if ((ssl = SSL_new(p->ctx)) == NULL || SSL_set_fd(ssl, fd) != 1)
		errx(2, "TLS");
	alpn[0] = (unsigned char)strlen(p->alpn);
	memcpy(alpn + 1, p->alpn, alpn[0]);
	if (alpn[0] > 0)
		(void)SSL_set_alpn_protos(ssl, alpn, alpn[0] + 1U);
	if (SSL_connect(ssl) == 1)
		return ssl;
	SSL_free(ssl);
	return NULL;
}

static size_t
request(const struct probe *p, uint8_t *b)
{
	static const uint8_t	 good[] = { 0x80, 1, 0, 2, 0, 0, 0x80, 4, 0,
				    2, 0, 15, 0x80, 0, 0, 0 };

	memcpy(b, good, sizeof(good));
	switch (p->bad) {
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
take_record(struct probe *p, unsigned int type, const uint8_t *b, size_t n)
{
	switch (type & 0x7fff) {
	case 2:
		printf("error=%u ", n == 2 ? be_get16(b) : 9999U);
		break;
	case 4:
		printf("aead=%u ", n == 2 ? be_get16(b) : 0U);
		break;
	case 5:
		if (p->ncookies == KEPT || n > sizeof(p->cookie[0]))
			break;
		memcpy(p->cookie[p->ncookies++], b, n);
		p->cookielen = n;
		break;
	case 7:
		p->ntpport = be_get16(b);
		break;
	}
}

/* Everything up to the end; -1 when End of Message did not come. */
static int
answer(struct probe *p, SSL *ssl)
{
	uint8_t	 b[8192];
	size_t	 len = 0, at = 0, n;
	int	 got;

	p->ncookies = 0;
	p->ntpport = 123;
	while (len < sizeof(b) &&
	    (got = SSL_read(ssl, b + len, (int)(sizeof(b) - len))) > 0)
		len += (size_t)got;
	while (len - at >= 4) {
		n = be_get16(b + at + 2);
		if (len - at - 4 < n)
			break;
		if ((be_get16(b + at) & 0x7fff) == 0)
			return 0;
		take_record(p, be_get16(b + at), b + at + 4, n);
		at += 4 + n;
	}
	return -1;
}

static int
establish(struct probe *p)
{
	uint8_t	 context[5] = { 0, 0, 0, 15, 0 }, b[4096];
	size_t	 len = request(p, b), i;
	SSL	*ssl;
	int	 fd, r = 0;

	if ((fd = reach(p->ke, p->port, SOCK_STREAM)) == -1)
		return fail("connect");
	if ((ssl = shake(p, fd)) == NULL) {
		close(fd);
		return fail("handshake");
	}
	if (p->octets) {
		for (i = 0; i < len && SSL_write(ssl, b + i, 1) == 1; i++)
			;
	} else if (SSL_write(ssl, b, (int)len) != (int)len)
		r = fail("request");
	if (r == 0 && answer(p, ssl) == -1)
		r = fail("answer");
	if (r == 0 && p->ncookies == 0)
		r = fail("no cookies");
	SSL_export_keying_material(ssl, p->c2s, 32,
	    "EXPORTER-network-time-security", 30, context, 5, 1);
	context[4] = 1;
	SSL_export_keying_material(ssl, p->s2c, 32,
	    "EXPORTER-network-time-security", 30, context, 5, 1);
	SSL_free(ssl);
	close(fd);
	return r;
}

/* A request with the cookie; its length. */
static size_t
compose(struct probe *p, const uint8_t *cookie, uint8_t *b, size_t size,
    uint8_t uid[NTS_UID_LEN])
{
	struct ntsfield_request	 req;
	uint8_t			 nonce[NTS_NONCE_LEN];
	size_t			 len = HEADER_LEN;

	memset(b, 0, HEADER_LEN);
	b[0] = 4 << 3 | 3;
	arc4random_buf(b + 40, 8);
	arc4random_buf(uid, NTS_UID_LEN);
	arc4random_buf(nonce, sizeof(nonce));
	memset(&req, 0, sizeof(req));
	req.key = p->c2s;
	req.uid = uid;
	req.nonce = nonce;
	req.cookie = cookie;
	req.cookielen = p->cookielen;
	if (ntsfield_protect(p->siv, &req, b, size, &len) == -1)
		errx(2, "request");
	return len;
}

static int
ask(struct probe *p)
{
	struct ntsfield_cookies	 fresh;
	struct pollfd		 pfd;
	uint8_t			 b[1024], uid[NTS_UID_LEN];
	char			 port[8];
	ssize_t			 n;
	size_t			 len;

	(void)snprintf(port, sizeof(port), "%u", p->ntpport);
	len = compose(p, p->cookie[0], b, sizeof(b), uid);
	pfd.fd = reach(p->ntp, port, SOCK_DGRAM);
	pfd.events = POLLIN;
	if (pfd.fd == -1 || send(pfd.fd, b, len, 0) == -1 ||
	    poll(&pfd, 1, TIMEOUT) != 1 ||
	    (n = recv(pfd.fd, b, sizeof(b), 0)) < HEADER_LEN) {
		close(pfd.fd);
		return fail("reply");
	}
	close(pfd.fd);
	if ((size_t)n > len)
		return fail("longer than the request");
	if (memcmp(b + 12, "NTSN", 4) == 0 && b[1] == 0)
		return fail("NTSN");
	if (ntsfield_verify(p->siv, p->s2c, uid, b, (size_t)n, &fresh) !=
	    NTSFIELD_GOOD)
		return fail("verify");
	printf("stratum=%u cookies=%u new=%u length=%zu\n", b[1],
	    p->ncookies, fresh.n, p->cookielen);
	return 0;
}

/* Something else than TLS: a few kinds of it. */
static int
garbage(struct probe *p, unsigned int n)
{
	static const struct {
		const char	*octets;
		size_t		 len;
	} kinds[] = {
		{ "GET / HTTP/1.1\r\n\r\n", 18 },
		{ "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11 },
		{ "\x16\x03\x01\xff\xff", 5 },
		{ "", 0 },
	};
	const size_t		 nkinds = nitems(kinds) + 1;
	uint8_t			 noise[600];
	unsigned int		 i, refused = 0;
	int			 fd;

	for (i = 0; i < n && !ending; i++) {
		if ((fd = reach(p->ke, p->port, SOCK_STREAM)) == -1) {
			refused++;
			continue;
		}
		if (i % nkinds < nitems(kinds))
			(void)send(fd, kinds[i % nkinds].octets,
			    kinds[i % nkinds].len, MSG_NOSIGNAL);
		else {
			arc4random_buf(noise, sizeof(noise));
			(void)send(fd, noise, sizeof(noise), MSG_NOSIGNAL);
		}
		close(fd);
	}
	printf("connections=%u refused=%u\n", i, refused);
	return 0;
}

static int
handshakes(struct probe *p, unsigned int n)
{
	unsigned int	 i, done = 0;
	SSL		*ssl;
	int		 fd;

	for (i = 0; i < n && !ending; i++) {
		if ((fd = reach(p->ke, p->port, SOCK_STREAM)) == -1)
			continue;
		if ((ssl = shake(p, fd)) != NULL) {
			done++;
			SSL_free(ssl);
		}
		ERR_clear_error();
		close(fd);
	}
	printf("connections=%u handshakes=%u\n", i, done);
	return 0;
}

/* All that were closed are opened again. */
static int
loris(struct probe *p, unsigned int n)
{
	struct timespec	 second = { 1, 0 };
	unsigned int	 i, opened = 0;
	int		*fd;

	if ((fd = calloc(n, sizeof(*fd))) == NULL)
		err(2, "calloc");
	for (i = 0; i < n; i++)
		fd[i] = -1;
	printf("ready\n");
	while (!ending) {
		for (i = 0; i < n && !ending; i++) {
			if (fd[i] != -1 && send(fd[i], "\x16", 1,
			    MSG_NOSIGNAL | MSG_DONTWAIT) == 1)
				continue;
			if (fd[i] != -1)
				close(fd[i]);
			fd[i] = reach(p->ke, p->port, SOCK_STREAM);
			opened += fd[i] != -1;
		}
		(void)nanosleep(&second, NULL);
	}
	printf("connections=%u\n", opened);
	return 0;
}

static double
seconds(void)
{
	struct timespec	 ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

/*
 * One request again and again, as a server without a memory answers it each
 * time; so many are under way at once.
 */
static int
bench(struct probe *p, double length)
{
	struct timeval	 tv = { 0, 20000 };
	struct mmsghdr	 out[WINDOW], in[WINDOW];
	struct iovec	 outv, inv[WINDOW];
	uint8_t		 b[1024], uid[NTS_UID_LEN];
	static uint8_t	 got[WINDOW][1024];
	char		 port[8];
	uint64_t	 sent = 0, replies = 0, kisses = 0;
	double		 end;
	int		 i, n, fd;

	if (establish(p) == -1)
		return -1;
	outv.iov_base = b;
	outv.iov_len = HEADER_LEN;
	if (p->bad == 'x') {
		memset(b, 0, sizeof(b));
		b[0] = 4 << 3 | 3;
		b[47] = 1;
	} else
		outv.iov_len = compose(p, p->cookie[0], b, sizeof(b), uid);
	(void)snprintf(port, sizeof(port), "%u", p->ntpport);
	if ((fd = reach(p->ntp, port, SOCK_DGRAM)) == -1)
		return fail("connect");
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	memset(out, 0, sizeof(out));
	memset(in, 0, sizeof(in));
	for (i = 0; i < WINDOW; i++) {
		out[i].msg_hdr.msg_iov = &outv;
		out[i].msg_hdr.msg_iovlen = 1;
		inv[i].iov_base = got[i];
		inv[i].iov_len = sizeof(got[i]);
		in[i].msg_hdr.msg_iov = &inv[i];
		in[i].msg_hdr.msg_iovlen = 1;
	}
	for (end = seconds() + length; seconds() < end;) {
		/* as many as came back; after a loss all of them */
		n = replies < sent && sent - replies < WINDOW ?
		    WINDOW - (int)(sent - replies) : WINDOW;
		if ((n = sendmmsg(fd, out, (unsigned int)n, 0)) > 0)
			sent += (uint64_t)n;
		if ((n = recvmmsg(fd, in, WINDOW, MSG_WAITFORONE, NULL)) <= 0) {
			sent = replies;		/* those are lost */
			continue;
		}
		replies += (uint64_t)n;
		for (i = 0; i < n; i++)
			kisses += got[i][1] == 0;
	}
	close(fd);
	printf("replies=%llu kisses=%llu length=%zu\n",
	    (unsigned long long)replies, (unsigned long long)kisses,
	    outv.iov_len);
	return replies > 0 ? 0 : -1;
}

int
main(int argc, char **argv)
{
	static struct probe	 p = { .port = "4460", .alpn = "ntske/1" };
	unsigned int		 n = 1, i;
	double			 length = 1;
	int			 c, what = 'n';

	while ((c = getopt(argc, argv, "a:b:f:h:n:p:r:s:w")) != -1) {
		switch (c) {
		case 'a':
			p.alpn = optarg;
			break;
		case 'b':
			what = c;
			length = strtod(optarg, NULL);
			break;
		case 'f':
		case 'h':
		case 'n':
		case 's':
			what = c;
			n = (unsigned int)strtoul(optarg, NULL, 10);
			break;
		case 'p':
			p.port = optarg;
			break;
		case 'r':
			p.bad = optarg[0];
			break;
		case 'w':
			p.octets = true;
			break;
		default:
			errx(2, "see the head of ntsprobe.c");
		}
	}
	if (argc - optind < 1)
		errx(2, "usage: ntsprobe [options] KE [NTP]");
	p.ke = argv[optind];
	p.ntp = argv[optind + 1];
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGTERM, on_signal);
	setvbuf(stdout, NULL, _IOLBF, 0);
	if ((p.ctx = SSL_CTX_new(TLS_client_method())) == NULL ||
	    (p.siv = siv_new()) == NULL)
		errx(2, "TLS");
	switch (what) {
	case 'b':
		return bench(&p, length) == -1;
	case 'f':
		return garbage(&p, n) == -1;
	case 'h':
		return handshakes(&p, n) == -1;
	case 's':
		return loris(&p, n) == -1;
	}
	for (i = 0; i < n; i++) {
		if (establish(&p) == -1 || (p.ntp != NULL && ask(&p) == -1))
			return 1;
	}
	return 0;
}
