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
 * A DNS responder for the tests, not for the Internet.  It answers A, AAAA
 * and SRV over UDP, and over TCP what is too long, from a file that it reads
 * anew for every query, so a test changes the world by replacing the file:
 *
 *	NAME A|AAAA ADDRESS ...
 *	NAME SRV PRIORITY WEIGHT PORT TARGET
 *	NAME servfail|nxdomain|silent
 *	NAME broken		a record longer than the message
 *	NAME secure		what a resolver says that checked DNSSEC
 *
 * The addresses of a name are rotated by one from answer to answer, as the
 * pool's servers do.  Each query is one line on stdout.
 */

#include <sys/types.h>
#include <sys/socket.h>

#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "addr.h"
#include "compat.h"

#define HEADER_LEN	12
#define MESSAGE_MAX	512	/* RFC 1035 2.3.4, without EDNS */
#define STREAM_MAX	65535	/* over TCP, 4.2.2 */
#define NAME_MAX_LEN	256
#define ANSWERS_MAX	1024	/* as many as fit, mostly, are sent */

#define TYPE_A		1
#define TYPE_AAAA	28
#define TYPE_SRV	33
#define CLASS_IN	1

#define FLAG_REPLY	0x84	/* QR, AA */
#define FLAG_TC		0x02	/* truncated */
#define FLAG_RD		0x01
#define FLAG_RA		0x80
#define FLAG_AD		0x20	/* authentic data */

enum rcode {
	RCODE_OK = 0,
	RCODE_SERVFAIL = 2,
	RCODE_NXDOMAIN = 3,
	RCODE_SILENT = 256,	/* ours: no answer at all */
	RCODE_BROKEN		/* ours: one that cannot be read */
};

struct question {
	char		 name[NAME_MAX_LEN];
	uint16_t	 type;
	size_t		 end;		/* first octet after the question */
};

struct rdata {
	size_t		 len;
	uint8_t		 octets[6 + NAME_MAX_LEN];
};

struct answer {
	enum rcode	 rcode;
	bool		 secure;
	bool		 turns;		/* the next answer begins elsewhere */
	size_t		 n;
	struct rdata	 rdata[ANSWERS_MAX];
};

static const struct {
	const char	*word;
	enum rcode	 rcode;
} verdicts[] = {
	{ .word = "servfail",	.rcode = RCODE_SERVFAIL },
	{ .word = "nxdomain",	.rcode = RCODE_NXDOMAIN },
	{ .word = "silent",	.rcode = RCODE_SILENT },
	{ .word = "broken",	.rcode = RCODE_BROKEN },
};

static const struct {
	const char	*word;
	uint16_t	 type;
	uint8_t		 family;	/* enum addr_family */
} types[] = {
	{ .word = "A",		.type = TYPE_A,		.family = ADDR_V4 },
	{ .word = "AAAA",	.type = TYPE_AAAA,	.family = ADDR_V6 },
	{ .word = "SRV",	.type = TYPE_SRV,	.family = ADDR_NONE },
};

/* What the command line says. */
static struct {
	const char	*zone;
	size_t		 most;		/* addresses of an answer */
	uint32_t	 ttl;
} opts = { .most = 4, .ttl = 30 };

static int	 open_socket(const struct addr *, int);
static void	 serve_datagram(int);
static void	 serve_stream(int);
static size_t	 reply(uint8_t *, size_t, size_t);
static int	 parse_question(struct question *, const uint8_t *, size_t);
static void	 look_up(const struct question *, struct answer *);
static void	 zone_line(char *, const struct question *, struct answer *,
		    bool *);
static size_t	 put_answers(uint8_t *, size_t, const struct question *,
		    const struct answer *);
static uint8_t	*put16(uint8_t *, uint32_t);
static const char *type_name(uint16_t);

static __dead void
usage(void)
{
	fprintf(stderr, "usage: testdns [-a address] [-n answers] [-p port] "
	    "[-t ttl] zonefile\n");
	exit(2);
}

int
main(int argc, char *argv[])
{
	struct pollfd	 pfd[2];
	struct addr	 addr;
	const char	*where = "127.0.0.1";
	uint16_t	 port = 53;
	int		 ch;

	while ((ch = getopt(argc, argv, "a:n:p:t:")) != -1) {
		switch (ch) {
		case 'a':
			where = optarg;
			break;
		case 'n':
			opts.most = (size_t)atoi(optarg);
			break;
		case 'p':
			port = (uint16_t)atoi(optarg);
			break;
		case 't':
			opts.ttl = (uint32_t)atoi(optarg);
			break;
		default:
			usage();
		}
	}
	if (argc - optind != 1 || opts.most < 1)
		usage();
	opts.zone = argv[optind];
	if (addr_parse(&addr, where, port) == -1)
		errx(2, "%s: not an address", where);
	setvbuf(stdout, NULL, _IOLBF, 0);

	pfd[0].fd = open_socket(&addr, SOCK_DGRAM);
	pfd[1].fd = open_socket(&addr, SOCK_STREAM);
	pfd[0].events = pfd[1].events = POLLIN;
	if (listen(pfd[1].fd, 8) == -1)
		err(1, "listen");
	printf("testdns ready\n");
	for (;;) {
		if (poll(pfd, nitems(pfd), -1) == -1)
			continue;
		if (pfd[0].revents & POLLIN)
			serve_datagram(pfd[0].fd);
		if (pfd[1].revents & POLLIN)
			serve_stream(pfd[1].fd);
	}
}

static int
open_socket(const struct addr *addr, int type)
{
	struct sockaddr_storage	 ss;
	socklen_t		 len = addr_to_sa(addr, &ss);
	int			 s, on = 1;

	if ((s = socket(ss.ss_family, type, 0)) == -1 ||
	    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == -1 ||
	    bind(s, (struct sockaddr *)&ss, len) == -1)
		err(1, "socket");
	return s;
}

/* One datagram in, at most one out. */
static void
serve_datagram(int s)
{
	struct sockaddr_storage from;
	uint8_t		 buf[MESSAGE_MAX];
	socklen_t	 fromlen = sizeof(from);
	ssize_t		 n;
	size_t		 len;

	n = recvfrom(s, buf, sizeof(buf), 0, (struct sockaddr *)&from,
	    &fromlen);
	if (n == -1) {
		if (errno != EINTR)
			warn("recvfrom");
		return;
	}
	len = reply(buf, (size_t)n, sizeof(buf));
	if (len > 0 && sendto(s, buf, len, 0, (struct sockaddr *)&from,
	    fromlen) == -1)
		warn("sendto");
}

/* One question on a connection, if it comes in one piece and soon. */
static void
serve_stream(int listener)
{
	static uint8_t	 buf[2 + STREAM_MAX];
	struct pollfd	 pfd = { .events = POLLIN };
	ssize_t		 n;
	size_t		 len;

	if ((pfd.fd = accept(listener, NULL, NULL)) == -1)
		return;
	if (poll(&pfd, 1, 1000) == 1 &&
	    (n = read(pfd.fd, buf, sizeof(buf))) > 2 &&
	    (len = reply(buf + 2, (size_t)n - 2, sizeof(buf) - 2)) > 0) {
		put16(buf, (uint32_t)len);
		if (write(pfd.fd, buf, len + 2) == -1)
			warn("write");
	}
	close(pfd.fd);
}

/* Turn the query in buf into its reply; 0: there is none. */
static size_t
reply(uint8_t *buf, size_t n, size_t size)
{
	static struct answer	 a;
	struct question		 q;
	size_t			 len;

	if (parse_question(&q, buf, n) == -1)
		return 0;
	look_up(&q, &a);
	if (a.rcode == RCODE_SILENT) {
		printf("%s %s silent\n", type_name(q.type), q.name);
		return 0;
	}
	len = put_answers(buf, size, &q, &a);
	printf("%s %s rcode %d answers %d\n", type_name(q.type), q.name,
	    a.rcode, buf[6] << 8 | buf[7]);
	return len;
}

/* The one question of a query (RFC 1035 4.1.2), name as dotted text. */
static int
parse_question(struct question *q, const uint8_t *buf, size_t len)
{
	size_t	 i = HEADER_LEN, label, out = 0;

	if (len < HEADER_LEN || (buf[2] & 0x80) != 0 || buf[4] != 0 ||
	    buf[5] != 1)
		return -1;
	for (;;) {
		if (i >= len)
			return -1;
		label = buf[i++];
		if (label == 0)
			break;
		if (label > 63 || i + label > len ||
		    out + label + 1 >= sizeof(q->name))
			return -1;
		if (out > 0)
			q->name[out++] = '.';
		memcpy(q->name + out, buf + i, label);
		out += label;
		i += label;
	}
	q->name[out] = '\0';
	if (i + 4 > len)
		return -1;
	q->type = (uint16_t)(buf[i] << 8 | buf[i + 1]);
	q->end = i + 4;
	return 0;
}

/* What the file says about the question now; NXDOMAIN if nothing. */
static void
look_up(const struct question *q, struct answer *a)
{
	char	 line[1024];
	FILE	*fp;
	bool	 known = false;

	memset(a, 0, sizeof(*a));
	if ((fp = fopen(opts.zone, "r")) == NULL) {
		a->rcode = RCODE_SERVFAIL;
		return;
	}
	while (fgets(line, sizeof(line), fp) != NULL)
		zone_line(line, q, a, &known);
	fclose(fp);
	if (!known)
		a->rcode = RCODE_NXDOMAIN;
}

/* PRIORITY WEIGHT PORT TARGET, the last in labels; "." is the root. */
static void
add_srv(struct rdata *r, char *rest)
{
	char		*save, *word, *label;
	uint8_t		*p = r->octets;
	int		 i;

	for (i = 0; i < 3; i++) {
		if ((word = strtok_r(i == 0 ? rest : NULL, " \t\n",
		    &save)) == NULL)
			errx(1, "SRV record without numbers");
		p = put16(p, (uint32_t)atoi(word));
	}
	if ((word = strtok_r(NULL, " \t\n", &save)) == NULL ||
	    strlen(word) > NAME_MAX_LEN - 2)
		errx(1, "SRV record without a target");
	while ((label = strsep(&word, ".")) != NULL) {
		if (*label == '\0')
			continue;
		*p++ = (uint8_t)strlen(label);
		memcpy(p, label, strlen(label));
		p += strlen(label);
	}
	*p++ = 0;
	r->len = (size_t)(p - r->octets);
}

static void
add_addr(struct rdata *r, const char *word, uint8_t family)
{
	struct addr	 addr;

	if (addr_parse(&addr, word, 0) == -1 || addr.family != family)
		errx(1, "cannot answer with %s", word);
	r->len = family == ADDR_V4 ? 4 : 16;
	memcpy(r->octets, addr.ip, r->len);
}

static void
zone_line(char *line, const struct question *q, struct answer *a, bool *known)
{
	char	*name, *what, *word, *save;
	size_t	 i;

	if ((name = strtok_r(line, " \t\n", &save)) == NULL ||
	    (what = strtok_r(NULL, " \t\n", &save)) == NULL ||
	    strcasecmp(name, q->name) != 0)
		return;
	*known = true;
	a->secure |= strcmp(what, "secure") == 0;
	for (i = 0; i < nitems(verdicts); i++)
		if (strcmp(what, verdicts[i].word) == 0)
			a->rcode = verdicts[i].rcode;
	for (i = 0; i < nitems(types); i++)
		if (strcmp(what, types[i].word) == 0)
			break;
	if (i == nitems(types) || types[i].type != q->type ||
	    a->n == nitems(a->rdata))
		return;
	if (q->type == TYPE_SRV) {
		add_srv(&a->rdata[a->n++], save);
		return;
	}
	a->turns = true;
	while ((word = strtok_r(NULL, " \t\n", &save)) != NULL &&
	    a->n < nitems(a->rdata))
		add_addr(&a->rdata[a->n++], word, types[i].family);
}

/* Turn the query in buf into its reply; returns the length. */
static size_t
put_answers(uint8_t *buf, size_t size, const struct question *q,
    const struct answer *a)
{
	static size_t	 turn;
	uint8_t		*p = buf + q->end;
	size_t		 i, n, skip;
	const struct rdata *r;

	n = a->rcode == RCODE_OK ? a->n : a->rcode == RCODE_BROKEN;
	if (a->turns && n > opts.most)
		n = opts.most;
	skip = a->turns ? turn : 0;
	turn += q->type == TYPE_A;
	buf[2] = (uint8_t)(FLAG_REPLY | (buf[2] & FLAG_RD));
	buf[3] = (uint8_t)(FLAG_RA | (a->secure ? FLAG_AD : 0) |
	    (a->rcode < RCODE_SILENT ? a->rcode : RCODE_OK));
	memset(buf + 6, 0, HEADER_LEN - 6);
	for (i = 0; i < n; i++) {
		r = &a->rdata[a->n > 0 ? (skip + i) % a->n : 0];
		if (p + 12 + r->len > buf + size) {
			if (!a->turns)
				buf[2] |= FLAG_TC;
			break;
		}
		p = put16(p, 0xc000 | HEADER_LEN);	/* the name asked */
		p = put16(p, q->type);
		p = put16(p, CLASS_IN);
		p = put16(p, opts.ttl >> 16);
		p = put16(p, opts.ttl);
		p = put16(p, a->rcode == RCODE_BROKEN ? 999 :
		    (uint32_t)r->len);
		memcpy(p, r->octets, r->len);
		p += r->len;
	}
	put16(buf + 6, (uint32_t)i);
	return (size_t)(p - buf);
}

static uint8_t *
put16(uint8_t *p, uint32_t v)
{
	*p++ = (uint8_t)(v >> 8);
	*p++ = (uint8_t)v;
	return p;
}

static const char *
type_name(uint16_t type)
{
	size_t	 i;

	for (i = 0; i < nitems(types); i++)
		if (types[i].type == type)
			return types[i].word;
	return "OTHER";
}
