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
 * Asks an NTP server questions, polite and hostile, and says what came
 * back.  It knows the protocol by its octets and shares no code with the
 * daemon, so that both cannot be wrong together.
 *
 *	ntpprobe ADDRESS	one query; a line of name=value; exit 1
 *				when there is no answer in time
 *	ntpprobe -s ADDRESS	the same, and exit 1 when the answer comes
 *				from an unsynchronised server
 *	ntpprobe -c ADDRESS	ask all the time, until SIGTERM; then say
 *				how many answers were missed
 *	ntpprobe -n COUNT [-g MS] ADDRESS
 *				ask so often, so far apart; how often the
 *				time came back, and how often a kiss
 *	ntpprobe -x ADDRESS	every length from 0 to 200 with every mode
 *				and version; a line for each kind answered
 */

#include <sys/types.h>
#include <sys/socket.h>

#include <netinet/in.h>

#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "compat.h"

#define HEADER_LEN	48
#define HOSTILE_MAX	200	/* octets */
#define REPLY_MAX	2048
#define NTP_UNIX	2208988800.0

enum field {			/* octets of the header, RFC 5905 7.3 */
	AT_FLAGS = 0,
	AT_STRATUM = 1,
	AT_POLL = 2,
	AT_PRECISION = 3,
	AT_ROOTDELAY = 4,
	AT_ROOTDISP = 8,
	AT_REFID = 12,
	AT_REFTIME = 16,
	AT_ORIGIN = 24,
	AT_RECEIVE = 32,
	AT_TRANSMIT = 40
};

struct probe {
	int		 fd;
	int		 timeout;	/* ms */
	int		 version;
	int		 mode;
	bool		 synced;	/* nothing less is an answer */
	unsigned int	 count;		/* questions, */
	int		 gap;		/* ms from one to the next */
	struct sockaddr_storage to;
	socklen_t	 tolen;
	struct sockaddr_storage from;	/* of the last answer */
	socklen_t	 fromlen;
	bool		 stranger;	/* something came from elsewhere */
	uint8_t		 asked[HOSTILE_MAX];
	uint8_t		 reply[REPLY_MAX];
	double		 t1;		/* Unix s */
	double		 t4;
};

static volatile sig_atomic_t	 quit;

static void	 open_socket(struct probe *, const char *, const char *,
		    const char *, const char *);
static int	 once(struct probe *);
static int	 continuous(struct probe *);
static int	 several(struct probe *);
static int	 hostile(struct probe *);
static size_t	 hostile_one(struct probe *, int, size_t);
static void	 ask(struct probe *);
static ssize_t	 listen_for(struct probe *, int);
static ssize_t	 query(struct probe *);
static void	 print_reply(const struct probe *, size_t);
static double	 now(void);
static uint32_t	 get32(const uint8_t *);
static double	 get_time(const uint8_t *);

static __dead void
usage(void)
{
	fprintf(stderr, "usage: ntpprobe [-csx] [-b address] [-B port] "
	    "[-g ms] [-m mode] [-n count] [-p port] [-t ms] [-V version] "
	    "address\n");
	exit(2);
}

int
main(int argc, char *argv[])
{
	struct probe	 probe = { .version = 4, .mode = 3 };
	const char	*port = "123", *from = NULL, *fromport = NULL;
	int		(*run)(struct probe *) = once;
	int		 ch;

	while ((ch = getopt(argc, argv, "B:b:cg:m:n:p:st:V:x")) != -1) {
		switch (ch) {
		case 'B':
			fromport = optarg;
			break;
		case 'b':
			from = optarg;
			break;
		case 'c':
			run = continuous;
			break;
		case 'g':
			probe.gap = atoi(optarg);
			break;
		case 'm':
			probe.mode = atoi(optarg);
			break;
		case 'n':
			probe.count = (unsigned int)atoi(optarg);
			run = several;
			break;
		case 'p':
			port = optarg;
			break;
		case 's':
			probe.synced = true;
			break;
		case 't':
			probe.timeout = atoi(optarg);
			break;
		case 'V':
			probe.version = atoi(optarg);
			break;
		case 'x':
			run = hostile;
			break;
		default:
			usage();
		}
	}
	if (argc - optind != 1)
		usage();
	/* the last of many may never be answered; one is, in its time */
	if (probe.timeout == 0)
		probe.timeout = run == several ? 1000 : 5000;
	setvbuf(stdout, NULL, _IOLBF, 0);
	open_socket(&probe, argv[optind], port, from, fromport);
	return run(&probe);
}

/* Unconnected: an answer from another address must be seen, not filtered. */
static void
open_socket(struct probe *p, const char *host, const char *port,
    const char *from, const char *fromport)
{
	struct addrinfo	 hints = { .ai_socktype = SOCK_DGRAM,
	    .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV };
	struct addrinfo	*res;
	int		 error;

	if ((error = getaddrinfo(host, port, &hints, &res)) != 0)
		errx(2, "%s: %s", host, gai_strerror(error));
	memcpy(&p->to, res->ai_addr, res->ai_addrlen);
	p->tolen = res->ai_addrlen;
	hints.ai_family = res->ai_family;
	freeaddrinfo(res);

	if ((p->fd = socket(hints.ai_family, SOCK_DGRAM, 0)) == -1)
		err(2, "socket");
	if (from == NULL && fromport == NULL)
		return;
	hints.ai_flags |= AI_PASSIVE;
	if ((error = getaddrinfo(from, fromport, &hints, &res)) != 0)
		errx(2, "%s: %s", from, gai_strerror(error));
	if (bind(p->fd, res->ai_addr, res->ai_addrlen) == -1)
		err(2, "bind");
	freeaddrinfo(res);
}

static int
once(struct probe *p)
{
	ssize_t	 n;

	if ((n = query(p)) == -1) {
		printf("no answer\n");
		return 1;
	}
	print_reply(p, (size_t)n);
	return p->synced && (p->reply[AT_FLAGS] >> 6 == 3 ||
	    p->reply[AT_STRATUM] == 0);
}

static void
on_term(int sig)
{
	quit = 1;
}

/* A query every 20 ms or as soon as the answer is there. */
static int
continuous(struct probe *p)
{
	struct sigaction sa = { .sa_handler = on_term };
	unsigned int	 sent = 0, missed = 0;

	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGINT, &sa, NULL);
	printf("asking\n");
	while (!quit) {
		sent++;
		if (query(p) == -1 && !quit)
			missed++;
		(void)poll(NULL, 0, 20);
	}
	printf("asked=%u missed=%u\n", sent, missed);
	return missed != 0;
}

/* What comes back in so many ms, or when all questions have an answer. */
static void
tally(struct probe *p, double until, unsigned int asked, unsigned int *times,
    unsigned int *kisses, char code[5])
{
	double	 left;
	ssize_t	 n;

	while (*times + *kisses < asked && (left = until - now()) > 0) {
		n = listen_for(p, (int)(left * 1000) + 1);
		if (n < HEADER_LEN)
			continue;
		if (p->reply[AT_STRATUM] != 0 ||
		    get32(p->reply + AT_REFID) == 0)
			(*times)++;
		else {
			(*kisses)++;
			memcpy(code, p->reply + AT_REFID, 4);
		}
	}
}

static int
several(struct probe *p)
{
	unsigned int	 i, times = 0, kisses = 0;
	char		 code[5] = "none";
	double		 next;

	for (i = 1; i <= p->count; i++) {
		ask(p);
		/* never closer: who was held up must not catch up */
		next = p->t1 + p->gap / 1000.0;
		tally(p, next, i, &times, &kisses, code);
		while (now() < next)
			(void)poll(NULL, 0, 1);
	}
	tally(p, now() + p->timeout / 1000.0, p->count, &times, &kisses,
	    code);
	printf("asked=%u answered=%u kissed=%u code=%s\n", p->count, times,
	    kisses, code);
	return 0;
}

/*
 * For each version and mode, with every leap indicator, the lengths that
 * were answered and the most octets that came back; 1 if that was ever more
 * than the question had, or came from another address.
 */
static int
hostile(struct probe *p)
{
	size_t	 len, got, least, most, octets;
	int	 flags, leap, bad = 0;

	for (flags = 0; flags < 64; flags++) {
		octets = least = most = 0;
		for (len = 0; len <= HOSTILE_MAX; len++) {
			for (leap = 0; leap < 4; leap++) {
				got = hostile_one(p, leap << 6 | flags, len);
				if (got == 0)
					continue;
				if (octets == 0)
					least = len;
				most = len;
				if (got > octets)
					octets = got;
				if (got > len || p->stranger)
					bad = 1;
			}
		}
		if (octets != 0)
			printf("version %d mode %d lengths %zu to %zu, "
			    "answers of %zu%s\n", flags >> 3, flags & 7,
			    least, most, octets, p->stranger ?
			    " from elsewhere" : "");
	}
	return bad;
}

/*
 * The octets an answer to such a question had, or 0.  A good question goes
 * right behind it: once that one's answer is here, no other will come.
 */
static size_t
hostile_one(struct probe *p, int flags, size_t len)
{
	static uint32_t	 noise = 1;
	uint8_t		 q[HOSTILE_MAX];
	ssize_t		 n;
	size_t		 i, got = 0;

	for (i = 0; i < len; i++) {
		noise = noise * 1664525 + 1013904223;
		q[i] = (uint8_t)(noise >> 24);
	}
	if (len > 0)
		q[0] = (uint8_t)flags;
	if (sendto(p->fd, q, len, 0, (struct sockaddr *)&p->to,
	    p->tolen) == -1)
		err(2, "sendto");
	ask(p);
	for (;;) {
		if ((n = listen_for(p, p->timeout)) == -1)
			errx(1, "no answer to the good question behind "
			    "length %zu flags 0x%02x", len, flags);
		if (n >= HEADER_LEN && memcmp(p->reply + AT_ORIGIN,
		    p->asked + AT_TRANSMIT, 8) == 0)
			return got;
		got += (size_t)n;
		if (memcmp(&p->from, &p->to, p->tolen) != 0)
			p->stranger = true;
	}
}

/* Send a plain question with a transmit field of its own. */
static void
ask(struct probe *p)
{
	memset(p->asked, 0, sizeof(p->asked));
	p->asked[AT_FLAGS] = (uint8_t)(p->version << 3 | p->mode);
	arc4random_buf(p->asked + AT_TRANSMIT, 8);
	p->t1 = now();
	/* unreachable now may be reachable next time */
	(void)sendto(p->fd, p->asked, HEADER_LEN, 0,
	    (struct sockaddr *)&p->to, p->tolen);
}

/* The next datagram, or -1 after ms. */
static ssize_t
listen_for(struct probe *p, int ms)
{
	struct pollfd	 pfd = { .fd = p->fd, .events = POLLIN };

	if (poll(&pfd, 1, ms) != 1)
		return -1;
	memset(&p->from, 0, sizeof(p->from));
	p->fromlen = sizeof(p->from);
	return recvfrom(p->fd, p->reply, sizeof(p->reply), 0,
	    (struct sockaddr *)&p->from, &p->fromlen);
}

/* Question and its own answer; octets, or -1. */
static ssize_t
query(struct probe *p)
{
	double	 left;
	ssize_t	 n;

	ask(p);
	for (;;) {
		left = p->timeout - (now() - p->t1) * 1e3;
		if (left <= 0 || quit ||
		    (n = listen_for(p, (int)left + 1)) == -1)
			return -1;
		p->t4 = now();
		if (n >= HEADER_LEN && memcmp(p->reply + AT_ORIGIN,
		    p->asked + AT_TRANSMIT, 8) == 0)
			return n;
	}
}

static void
print_reply(const struct probe *p, size_t len)
{
	const uint8_t	*r = p->reply;
	char		 host[64];
	double		 t2, t3;

	if (getnameinfo((const struct sockaddr *)&p->from, p->fromlen, host,
	    sizeof(host), NULL, 0, NI_NUMERICHOST) != 0)
		errx(1, "an answer from nowhere");
	t2 = get_time(r + AT_RECEIVE);
	t3 = get_time(r + AT_TRANSMIT);
	printf("from=%s length=%zu leap=%d version=%d mode=%d stratum=%d "
	    "poll=%d precision=%d rootdelay=%.6f rootdisp=%.6f refid=%08x "
	    "refage=%.3f offset=%.6f delay=%.6f\n", host, len,
	    r[AT_FLAGS] >> 6, r[AT_FLAGS] >> 3 & 7, r[AT_FLAGS] & 7,
	    r[AT_STRATUM], (int8_t)r[AT_POLL], (int8_t)r[AT_PRECISION],
	    get32(r + AT_ROOTDELAY) / 65536.0,
	    get32(r + AT_ROOTDISP) / 65536.0, get32(r + AT_REFID),
	    t3 - get_time(r + AT_REFTIME),
	    ((t2 - p->t1) + (t3 - p->t4)) / 2, (p->t4 - p->t1) - (t3 - t2));
}

/* Unix time; good to 0.3 us, and the tests ask for no more. */
static double
now(void)
{
	struct timespec	 ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (double)ts.tv_sec + ts.tv_nsec * 1e-9;
}

static uint32_t
get32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

/* Unix time from 1968 on: the top bit tells the era (RFC 4330 3). */
static double
get_time(const uint8_t *p)
{
	double	 s = get32(p);

	if ((p[0] & 0x80) == 0)
		s += 4294967296.0;
	return s - NTP_UNIX + get32(p + 4) / 4294967296.0;
}
