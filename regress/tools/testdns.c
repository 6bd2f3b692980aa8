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
 * A DNS responder for the tests, not for the Internet.  It answers A and
 * AAAA over UDP from a file that it reads anew for every query, so a test
 * changes the world by replacing the file:
 *
 *	NAME A|AAAA ADDRESS ...
 *	NAME servfail|nxdomain|silent
 *
 * The addresses of a name are rotated by one from answer to answer, as the
 * pool's servers do.  Each query is one line on stdout.
 */

#include <sys/types.h>
#include <sys/socket.h>

#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
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
#define NAME_MAX_LEN	256
#define ANSWERS_MAX	24	/* as many as fit, mostly, are sent */

#define TYPE_A		1
#define TYPE_AAAA	28
#define CLASS_IN	1

#define FLAG_REPLY	0x84	/* QR, AA */
#define FLAG_RD		0x01
#define FLAG_RA		0x80

enum rcode {
	RCODE_OK = 0,
	RCODE_SERVFAIL = 2,
	RCODE_NXDOMAIN = 3,
	RCODE_SILENT = 256	/* ours: no answer at all */
};

struct question {
	char		 name[NAME_MAX_LEN];
	uint16_t	 type;
	size_t		 end;		/* first octet after the question */
};

struct answer {
	enum rcode	 rcode;
	size_t		 n;
	struct addr	 addr[ANSWERS_MAX];
};

static const struct {
	const char	*word;
	enum rcode	 rcode;
} verdicts[] = {
	{ .word = "servfail",	.rcode = RCODE_SERVFAIL },
	{ .word = "nxdomain",	.rcode = RCODE_NXDOMAIN },
	{ .word = "silent",	.rcode = RCODE_SILENT },
};

static const struct {
	const char	*word;
	uint16_t	 type;
	uint8_t		 family;	/* enum addr_family */
} types[] = {
	{ .word = "A",		.type = TYPE_A,		.family = ADDR_V4 },
	{ .word = "AAAA",	.type = TYPE_AAAA,	.family = ADDR_V6 },
};

static void	 serve_query(int, const char *, size_t, uint32_t);
static int	 parse_question(struct question *, const uint8_t *, size_t);
static void	 look_up(const char *, const struct question *,
		    struct answer *);
static void	 zone_line(char *, const struct question *, struct answer *,
		    bool *);
static size_t	 put_answers(uint8_t *, size_t, const struct question *,
		    const struct answer *, size_t, uint32_t, uint32_t);
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
	struct sockaddr_storage ss;
	struct addr	 addr;
	const char	*where = "127.0.0.1";
	uint32_t	 ttl = 30;
	size_t		 most = 4;
	uint16_t	 port = 53;
	socklen_t	 sslen;
	int		 ch, s;

	while ((ch = getopt(argc, argv, "a:n:p:t:")) != -1) {
		switch (ch) {
		case 'a':
			where = optarg;
			break;
		case 'n':
			most = (size_t)atoi(optarg);
			break;
		case 'p':
			port = (uint16_t)atoi(optarg);
			break;
		case 't':
			ttl = (uint32_t)atoi(optarg);
			break;
		default:
			usage();
		}
	}
	if (argc - optind != 1 || most < 1 || most > ANSWERS_MAX)
		usage();
	if (addr_parse(&addr, where, port) == -1)
		errx(2, "%s: not an address", where);
	setvbuf(stdout, NULL, _IOLBF, 0);

	sslen = addr_to_sa(&addr, &ss);
	if ((s = socket(ss.ss_family, SOCK_DGRAM, 0)) == -1)
		err(1, "socket");
	if (bind(s, (struct sockaddr *)&ss, sslen) == -1)
		err(1, "bind %s", where);
	printf("testdns ready\n");
	for (;;)
		serve_query(s, argv[optind], most, ttl);
}

/* One datagram in, at most one out. */
static void
serve_query(int s, const char *zone, size_t most, uint32_t ttl)
{
	static uint32_t	 turn;
	struct sockaddr_storage from;
	struct question	 q;
	struct answer	 a;
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
	if (parse_question(&q, buf, (size_t)n) == -1)
		return;
	look_up(zone, &q, &a);
	if (a.rcode == RCODE_SILENT) {
		printf("%s %s silent\n", type_name(q.type), q.name);
		return;
	}
	len = put_answers(buf, sizeof(buf), &q, &a, most, ttl, turn);
	if (q.type == TYPE_A)
		turn++;
	printf("%s %s rcode %d answers %d\n", type_name(q.type), q.name,
	    a.rcode, buf[7]);
	if (sendto(s, buf, len, 0, (struct sockaddr *)&from, fromlen) == -1)
		warn("sendto");
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
look_up(const char *zone, const struct question *q, struct answer *a)
{
	char	 line[1024];
	FILE	*fp;
	bool	 known = false;

	memset(a, 0, sizeof(*a));
	if ((fp = fopen(zone, "r")) == NULL) {
		a->rcode = RCODE_SERVFAIL;
		return;
	}
	while (fgets(line, sizeof(line), fp) != NULL)
		zone_line(line, q, a, &known);
	fclose(fp);
	if (!known)
		a->rcode = RCODE_NXDOMAIN;
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
	for (i = 0; i < nitems(verdicts); i++)
		if (strcmp(what, verdicts[i].word) == 0)
			a->rcode = verdicts[i].rcode;
	for (i = 0; i < nitems(types); i++)
		if (strcmp(what, types[i].word) == 0)
			break;
	if (i == nitems(types) || types[i].type != q->type)
		return;
	while ((word = strtok_r(NULL, " \t\n", &save)) != NULL) {
		if (a->n == nitems(a->addr) ||
		    addr_parse(&a->addr[a->n], word, 0) == -1 ||
		    a->addr[a->n].family != types[i].family)
			errx(1, "%s: cannot answer with %s", name, word);
		a->n++;
	}
}

/* Turn the query in buf into its reply; returns the length. */
static size_t
put_answers(uint8_t *buf, size_t size, const struct question *q,
    const struct answer *a, size_t most, uint32_t ttl, uint32_t turn)
{
	uint8_t		*p = buf + q->end;
	size_t		 i, n, alen;
	const struct addr *addr;

	n = a->rcode == RCODE_OK ? a->n : 0;
	if (n > most)
		n = most;
	buf[2] = (uint8_t)(FLAG_REPLY | (buf[2] & FLAG_RD));
	buf[3] = (uint8_t)(FLAG_RA | a->rcode);
	memset(buf + 6, 0, HEADER_LEN - 6);
	for (i = 0; i < n; i++) {
		addr = &a->addr[(turn + i) % a->n];
		alen = addr->family == ADDR_V4 ? 4 : 16;
		if (p + 12 + alen > buf + size)
			break;
		p = put16(p, 0xc000 | HEADER_LEN);	/* the name asked */
		p = put16(p, q->type);
		p = put16(p, CLASS_IN);
		p = put16(p, ttl >> 16);
		p = put16(p, ttl);
		p = put16(p, (uint32_t)alen);
		memcpy(p, addr->ip, alen);
		p += alen;
	}
	buf[7] = (uint8_t)i;
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
