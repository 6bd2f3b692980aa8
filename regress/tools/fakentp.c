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
 * An NTP server that does what a test tells it to: right, wrong, late,
 * twice, rude or not at all.  Settings are words on the command line and,
 * later, lines on stdin:
 *
 *	fakentp [-v] [-p port] address [NAME=VALUE ...]
 *
 * Its time is the machine's CLOCK_REALTIME plus "offset"; nothing is ever
 * set.  With -v each query is one line on stdout.
 */

#include <sys/types.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <err.h>
#include <errno.h>
#include <event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "addr.h"
#include "compat.h"
#include "packet.h"

#define REPLY_LEN_MAX	512

/* Everything a test can turn. */
struct settings {
	double	 offset;	/* s, our time - the machine's */
	double	 delay;		/* s, held before the reply is sent */
	double	 rootdelay;	/* s */
	double	 rootdisp;	/* s */
	double	 leap;
	double	 version;	/* -1: the client's */
	double	 mode;
	double	 stratum;
	double	 poll;
	double	 limit;		/* replies left, then silence; < 0: all */
	double	 copies;	/* of each reply; 0: silence */
	double	 origin;	/* 1: spoil the origin field */
	double	 zero;		/* 1: no transmit time */
	double	 order;		/* 1: transmit before receive */
	double	 length;	/* octets of a reply */
	double	 stray;		/* extra replies before one, bad origin */
	char	 refid[5];
	char	 kiss[5];	/* kiss code; empty: none */
};

struct reply {
	struct event	 ev;
	struct sockaddr_storage to;
	socklen_t	 tolen;
	struct packet	 packet;
	struct server	*server;
};

struct server {
	struct settings	 set;
	struct event	 ev_udp;
	struct event	 ev_stdin;
	int		 fd;
	bool		 verbose;
	uint64_t	 queries;
	size_t		 linelen;
	char		 line[128];
};

#define NUMBER(n)	{ .name = #n, .at = offsetof(struct settings, n) }
#define CODE(n)		{ .name = #n, .at = offsetof(struct settings, n), \
			    .code = true }

static const struct {
	const char	*name;
	size_t		 at;
	bool		 code;		/* four characters, not a number */
} words[] = {
	NUMBER(offset),	NUMBER(delay),	NUMBER(rootdelay),
	NUMBER(rootdisp), NUMBER(leap),	NUMBER(version),
	NUMBER(mode),	NUMBER(stratum), NUMBER(poll),
	NUMBER(limit),	NUMBER(copies),	NUMBER(origin),
	NUMBER(zero),	NUMBER(order),	NUMBER(length),
	NUMBER(stray),	CODE(refid),	CODE(kiss),
};

static void	 set_word(struct settings *, const char *);
static void	 stdin_cb(int, short, void *);
static void	 udp_cb(int, short, void *);
static void	 print_query(const struct server *, const uint8_t *, size_t,
		    const struct sockaddr *);
static void	 fill_reply(const struct settings *, const uint8_t *,
		    struct packet *);
static void	 reply_cb(int, short, void *);
static ntptime_t our_time(const struct settings *);
static uint32_t	 refid_code(const char *);

static __dead void
usage(void)
{
	fprintf(stderr,
	    "usage: fakentp [-v] [-p port] address [NAME=VALUE ...]\n");
	exit(2);
}

int
main(int argc, char *argv[])
{
	struct server	 server = {
		.set = { .version = -1, .mode = MODE_SERVER, .stratum = 1,
		    .limit = -1, .copies = 1, .length = NTP_HEADER_LEN,
		    .rootdisp = 0.0001, .refid = "FAKE" },
	};
	struct sockaddr_storage ss;
	struct addr	 addr;
	uint16_t	 port = NTP_PORT;
	socklen_t	 sslen;
	int		 ch, i;

	while ((ch = getopt(argc, argv, "p:v")) != -1) {
		switch (ch) {
		case 'p':
			port = (uint16_t)atoi(optarg);
			break;
		case 'v':
			server.verbose = true;
			break;
		default:
			usage();
		}
	}
	if (optind == argc)
		usage();
	if (addr_parse(&addr, argv[optind], port) == -1)
		errx(2, "%s: not an address", argv[optind]);
	for (i = optind + 1; i < argc; i++)
		set_word(&server.set, argv[i]);
	setvbuf(stdout, NULL, _IOLBF, 0);

	sslen = addr_to_sa(&addr, &ss);
	if ((server.fd = socket(ss.ss_family, SOCK_DGRAM, 0)) == -1)
		err(1, "socket");
	if (bind(server.fd, (struct sockaddr *)&ss, sslen) == -1)
		err(1, "bind %s", argv[optind]);

	event_init();
	event_set(&server.ev_udp, server.fd, EV_READ | EV_PERSIST, udp_cb,
	    &server);
	event_add(&server.ev_udp, NULL);
	event_set(&server.ev_stdin, STDIN_FILENO, EV_READ | EV_PERSIST,
	    stdin_cb, &server);
	/* fails for /dev/null: then there are no orders */
	(void)event_add(&server.ev_stdin, NULL);
	printf("fakentp ready\n");
	event_dispatch();
	return 0;
}

/* NAME=VALUE */
static void
set_word(struct settings *set, const char *text)
{
	const char	*value;
	char		*end;
	size_t		 i, len;

	len = strcspn(text, "=");
	for (i = 0; i < nitems(words); i++)
		if (strlen(words[i].name) == len &&
		    strncmp(words[i].name, text, len) == 0)
			break;
	if (i == nitems(words) || text[len] != '=')
		errx(2, "%s: no such setting", text);
	value = text + len + 1;
	if (words[i].code) {
		snprintf((char *)set + words[i].at, sizeof(set->kiss), "%s",
		    value);
		return;
	}
	*(double *)(void *)((char *)set + words[i].at) = strtod(value, &end);
	if (end == value || *end != '\0')
		errx(2, "%s: not a number", text);
}

/* Orders, a line each; the end of stdin ends the orders, not the server. */
static void
stdin_cb(int fd, short what, void *arg)
{
	struct server	*server = arg;
	char		*nl;
	ssize_t		 n;

	n = read(fd, server->line + server->linelen,
	    sizeof(server->line) - 1 - server->linelen);
	if (n <= 0) {
		event_del(&server->ev_stdin);
		return;
	}
	server->linelen += (size_t)n;
	server->line[server->linelen] = '\0';
	while ((nl = strchr(server->line, '\n')) != NULL) {
		*nl++ = '\0';
		set_word(&server->set, server->line);
		printf("set %s\n", server->line);
		server->linelen = strlen(nl);
		memmove(server->line, nl, server->linelen + 1);
	}
	if (server->linelen == sizeof(server->line) - 1)
		errx(2, "an order is too long");
}

static void
udp_cb(int fd, short what, void *arg)
{
	struct server	*server = arg;
	struct settings	*set = &server->set;
	struct reply	*r;
	uint8_t		 buf[REPLY_LEN_MAX];
	struct timeval	 tv;
	ssize_t		 n;

	if ((r = calloc(1, sizeof(*r))) == NULL)
		err(1, NULL);
	r->tolen = sizeof(r->to);
	n = recvfrom(fd, buf, sizeof(buf), 0, (struct sockaddr *)&r->to,
	    &r->tolen);
	if (n < NTP_HEADER_LEN) {
		free(r);
		return;
	}
	server->queries++;
	if (server->verbose)
		print_query(server, buf, (size_t)n,
		    (struct sockaddr *)&r->to);
	if (set->limit == 0) {
		free(r);
		return;
	}
	if (set->limit > 0)
		set->limit--;
	fill_reply(set, buf, &r->packet);
	r->server = server;
	evtimer_set(&r->ev, reply_cb, r);
	tv.tv_sec = (time_t)set->delay;
	tv.tv_usec = (suseconds_t)((set->delay - (double)tv.tv_sec) * 1e6);
	evtimer_add(&r->ev, &tv);
}

/*
 * query N from ADDRESS:PORT len L version V mode M minimal|SPOKEN: minimal
 * says that nothing but version, mode and transmit field was not zero.
 */
static void
print_query(const struct server *server, const uint8_t *buf, size_t len,
    const struct sockaddr *sa)
{
	struct addr	 from;
	char		 text[ADDR_STRLEN];
	size_t		 i;
	bool		 said = (buf[0] & 0xc0) != 0;

	for (i = 1; i < 40; i++)
		said = said || buf[i] != 0;
	if (addr_from_sa(&from, sa) == -1)
		return;
	printf("query %llu from %s len %zu version %d mode %d %s\n",
	    (unsigned long long)server->queries, addr_strport(&from, text),
	    len, buf[0] >> 3 & 7, buf[0] & 7, said ? "spoken" : "minimal");
}

static void
fill_reply(const struct settings *set, const uint8_t *query,
    struct packet *p)
{
	struct packet	 asked;

	if (packet_decode(&asked, query, NTP_HEADER_LEN) == -1)
		errx(1, "48 octets do not decode");
	memset(p, 0, sizeof(*p));
	p->leap = (uint8_t)set->leap;
	p->version = set->version < 0 ? asked.version :
	    (uint8_t)set->version;
	p->mode = (uint8_t)set->mode;
	p->stratum = (uint8_t)set->stratum;
	p->poll = (int8_t)set->poll;
	p->precision = -20;
	p->rootdelay = set->rootdelay;
	p->rootdisp = set->rootdisp;
	p->refid = refid_code(set->refid);
	p->receive = our_time(set);
	p->reftime = ntptime_add(p->receive, -10);
	p->origin = asked.transmit;
	if (set->origin != 0)
		p->origin.t ^= 1;
	if (set->kiss[0] != '\0') {
		p->leap = LEAP_ALARM;
		p->stratum = 0;
		p->refid = refid_code(set->kiss);
	}
}

static void
reply_cb(int fd, short what, void *arg)
{
	struct reply	*r = arg;
	struct server	*server = r->server;
	struct settings	*set = &server->set;
	struct packet	 stray;
	uint8_t		 buf[REPLY_LEN_MAX] = { 0 };
	size_t		 len;
	int		 i;

	len = set->length < sizeof(buf) ? (size_t)set->length : sizeof(buf);
	for (i = 0; i < set->stray; i++) {
		stray = r->packet;
		stray.transmit = our_time(set);
		stray.origin.t += (uint64_t)i + 1;
		packet_encode(&stray, buf);
		(void)sendto(server->fd, buf, NTP_HEADER_LEN, 0,
		    (struct sockaddr *)&r->to, r->tolen);
	}
	if (set->zero == 0)
		r->packet.transmit = our_time(set);
	if (set->order != 0)
		r->packet.transmit = ntptime_add(r->packet.receive, -1);
	packet_encode(&r->packet, buf);
	/* the client's socket may be gone: that is its affair */
	for (i = 0; i < set->copies; i++)
		(void)sendto(server->fd, buf, len, 0,
		    (struct sockaddr *)&r->to, r->tolen);
	free(r);
}

static ntptime_t
our_time(const struct settings *set)
{
	struct timespec	 ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return ntptime_add(ntptime_from_unix(ts.tv_sec,
	    (uint32_t)ts.tv_nsec), set->offset);
}

static uint32_t
refid_code(const char *s)
{
	uint8_t	 c[4] = { 0 };

	memcpy(c, s, strnlen(s, sizeof(c)));
	return KISS(c[0], c[1], c[2], c[3]);
}
