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
 *	-a ALPN			instead of ntske/1
 *	-i ADDRESS		each connection from another address (IPv4),
 *				of 65536 from this one on
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
#include "ke.h"
#include "ntsfield.h"

#define HEADER_LEN	48

struct probe {
	struct ke	 ke;
	const char	*ntp;
	struct siv	*siv;
	uint32_t	 first;		/* of -i, host order; 0: none */
	uint32_t	 connections;
	char		 from[INET_ADDRSTRLEN];
};

static volatile sig_atomic_t	 ending;

static void
on_signal(int sig)
{
	ending = 1;
}

static int
connect_next(struct probe *p)
{
	struct in_addr	 a;

	if (p->first != 0) {
		a.s_addr = htonl(p->first + p->connections++ % 65536);
		p->ke.from = inet_ntop(AF_INET, &a, p->from, sizeof(p->from));
	}
	return ke_connect(&p->ke);
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
	req.key = p->ke.c2s;
	req.uid = uid;
	req.nonce = nonce;
	req.cookie = cookie;
	req.cookielen = p->ke.cookielen;
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

	(void)snprintf(port, sizeof(port), "%u", p->ke.ntpport);
	len = compose(p, p->ke.cookie[0], b, sizeof(b), uid);
	pfd.fd = ke_reach(p->ntp, port, NULL, SOCK_DGRAM);
	pfd.events = POLLIN;
	if (pfd.fd == -1 || send(pfd.fd, b, len, 0) == -1 ||
	    poll(&pfd, 1, KE_TIMEOUT) != 1 ||
	    (n = recv(pfd.fd, b, sizeof(b), 0)) < HEADER_LEN) {
		close(pfd.fd);
		return ke_fail("reply");
	}
	close(pfd.fd);
	if ((size_t)n > len)
		return ke_fail("longer than the request");
	if (memcmp(b + 12, "NTSN", 4) == 0 && b[1] == 0)
		return ke_fail("NTSN");
	if (ntsfield_verify(p->siv, p->ke.s2c, uid, b, (size_t)n, &fresh) !=
	    NTSFIELD_GOOD)
		return ke_fail("verify");
	printf("aead=%u stratum=%u cookies=%u new=%u length=%zu\n",
	    p->ke.aead, b[1], p->ke.ncookies, fresh.n, p->ke.cookielen);
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
		if ((fd = connect_next(p)) == -1) {
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
		if ((fd = connect_next(p)) == -1)
			continue;
		if ((ssl = ke_shake(&p->ke, fd)) != NULL) {
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
			fd[i] = connect_next(p);
			opened += fd[i] != -1;
		}
		(void)nanosleep(&second, NULL);
	}
	printf("connections=%u\n", opened);
	return 0;
}

int
main(int argc, char **argv)
{
	static struct probe	 p;
	struct in_addr		 first;
	unsigned int		 n = 1, i;
	int			 c, what = 'n';

	ke_init(&p.ke);
	while ((c = getopt(argc, argv, "a:f:h:i:n:p:r:s:w")) != -1) {
		switch (c) {
		case 'a':
			p.ke.alpn = optarg;
			break;
		case 'f':
		case 'h':
		case 'n':
		case 's':
			what = c;
			n = (unsigned int)strtoul(optarg, NULL, 10);
			break;
		case 'i':
			if (inet_pton(AF_INET, optarg, &first) != 1)
				errx(2, "%s: not an IPv4 address", optarg);
			p.first = ntohl(first.s_addr);
			break;
		case 'p':
			p.ke.port = optarg;
			break;
		case 'r':
			p.ke.bad = optarg[0];
			break;
		case 'w':
			p.ke.octets = true;
			break;
		default:
			errx(2, "see the head of ntsprobe.c");
		}
	}
	if (argc - optind < 1)
		errx(2, "usage: ntsprobe [options] KE [NTP]");
	p.ke.host = argv[optind];
	p.ntp = argv[optind + 1];
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGTERM, on_signal);
	setvbuf(stdout, NULL, _IOLBF, 0);
	if ((p.siv = siv_new()) == NULL)
		errx(2, "AES-SIV");
	switch (what) {
	case 'f':
		return garbage(&p, n) == -1;
	case 'h':
		return handshakes(&p, n) == -1;
	case 's':
		return loris(&p, n) == -1;
	}
	for (i = 0; i < n; i++) {
		if (ke_establish(&p.ke) == -1 ||
		    (p.ntp != NULL && ask(&p) == -1))
			return 1;
	}
	return 0;
}
