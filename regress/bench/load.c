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
 * A load for NTP servers: requests from many source addresses, so many
 * under way at a time, for so long; then a line of what became of them and
 * what the server's process spent on it.
 *
 *	load [-e] [-a ADDRESS] [-c CLIENTS] [-j KIND] [-l OCTETS]
 *	    [-n SESSIONS] [-P PID] [-p PORT] [-r RATE] [-t SECONDS] [-u]
 *	    [-w WINDOW] SERVER
 *
 *	-a	the first client; the others follow (192.0.2.1, .2, ...); all
 *		have to be addresses of this host, as by
 *		"ip route add local 10.64.0.0/10 dev lo"
 *	-c	so many clients; each request is of one at random
 *	-e	the server is an echo: what comes back is what was sent
 *	-j	junk instead of requests, see junk[] below; no reply is good
 *	-l	a request to an echo is so long
 *	-n	with NTS, so many sessions, of the first so many clients; each
 *		cookie is used once, as a client does (session.h)
 *	-P	measure the CPU time of that process
 *	-r	so many per second whatever comes back, instead of a window
 *	-t	for so long; 0, with -n: NTS-KE alone
 *	-u	a reply that says it is not synchronised is good as well
 *	-w	so many under way; what is not answered for 100 ms is lost
 *
 * A reply is valid when it is of 48 octets, mode 4, stratum 1 to 15, and
 * repeats what was random in a request of that client; with NTS when it is
 * authentic and the answer to that very request.
 */

#include <sys/types.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <netinet/in.h>

#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compat.h"
#include "measure.h"
#include "session.h"

#define BATCH		64
#define BUFFERS		(4 << 20)
#define OCTETS		SESSION_OCTETS
#define PLACES		2048	/* cookies: a wave has so many requests */
#define FILLS		16	/* waves it may take to have so many */
#define HEADER_LEN	48
#define LOST_MS		100
#define SECRET		0x6e747062656e6368ULL
#define TICK		1e-7	/* s */

enum junk {
	JUNK_NONE,
	JUNK_SHORT,
	JUNK_MODE6,
	JUNK_MODE7,
	JUNK_REPLY,
	JUNK_VERSION,
	JUNK_LONG,
	JUNK_FIELDS,
	JUNK_RANDOM,
	JUNK__MAX
};

/* What is sent, and how long it is; -1: any length. */
static const struct {
	const char	*name;
	uint8_t		 first;
	int		 len;
} junk[JUNK__MAX] = {
	[JUNK_NONE] =	{ "none",	0x23, HEADER_LEN },
	[JUNK_SHORT] =	{ "short",	0x23, HEADER_LEN - 1 },
	[JUNK_MODE6] =	{ "mode6",	0x16, 12 },
	[JUNK_MODE7] =	{ "mode7",	0x17, 192 },
	[JUNK_REPLY] =	{ "reply",	0x24, HEADER_LEN },
	[JUNK_VERSION] = { "version",	0x3b, HEADER_LEN },
	/* a good request with a tail of zeros */
	[JUNK_LONG] =	{ "long",	0x23, OCTETS },
	/* and one full of extension fields that say nothing */
	[JUNK_FIELDS] =	{ "fields",	0x23, OCTETS },
	[JUNK_RANDOM] =	{ "random",	0x00, -1 }
};

struct packet {
	uint8_t		 data[OCTETS];
	struct sockaddr_in peer;
	union {
		struct cmsghdr	 align;
		uint8_t	 buf[CMSG_SPACE(sizeof(struct in_pktinfo))];
	} control;
};

struct load {
	int		 fd;
	struct sockaddr_in server;
	uint32_t	 first;		/* client, host order */
	uint32_t	 clients;
	unsigned int	 window;
	unsigned int	 rate;		/* per second; 0: by the window */
	bool		 echo;
	size_t		 len;		/* of a request to an echo */
	bool		 unsynced;	/* is good enough */
	enum junk	 kind;
	unsigned int	 nsessions;	/* of NTS; 0: without */
	struct sessions	*nts;
	unsigned int	 quota;		/* requests left of a wave */
	pid_t		 pid;		/* 0: none */
	double		 seconds;
	uint64_t	 random;
	uint64_t	 sent;
	uint64_t	 valid;
	uint64_t	 invalid;
	uint64_t	 lost;
	double		 begin;		/* ticks count from here */
	double		 persession;	/* s of that process for an NTS-KE */
	struct delays	 delays;	/* with a rate */
	struct packet	 out[BATCH];
	struct packet	 in[BATCH];
	struct mmsghdr	 tx[BATCH];
	struct mmsghdr	 rx[BATCH];
	struct iovec	 txdata[BATCH];
	struct iovec	 rxdata[BATCH];
};

static void	 set_up(struct load *);
static void	 run(struct load *);
static void	 options(struct load *, int, char **);
static void	 __dead usage(void);

int
main(int argc, char **argv)
{
	static struct load	 load;

	options(&load, argc, argv);
	set_up(&load);
	run(&load);
	return load.valid == 0 && load.kind == JUNK_NONE && load.seconds > 0;
}

static void
usage(void)
{
	fprintf(stderr, "usage: load [-e] [-a address] [-c clients] [-j kind] "
	    "[-l octets]\n    [-n sessions] [-P pid] [-p port] [-r rate] "
	    "[-t seconds] [-u]\n    [-w window] server\n");
	exit(2);
}

static enum junk
junk_kind(const char *name)
{
	int	 i;

	for (i = 0; i < JUNK__MAX; i++) {
		if (strcmp(junk[i].name, name) == 0)
			return (enum junk)i;
	}
	errx(2, "%s: no such junk", name);
}

static void
options(struct load *l, int argc, char **argv)
{
	struct in_addr	 first;
	uint16_t	 port = 123;
	int		 ch;

	if (inet_pton(AF_INET, "10.64.0.1", &first) != 1)
		abort();
	l->clients = 100;
	l->window = 4 * BATCH;
	l->len = HEADER_LEN;
	l->quota = UINT_MAX;
	l->seconds = 1;
	while ((ch = getopt(argc, argv, "a:c:ej:l:n:P:p:r:t:uw:")) != -1) {
		switch (ch) {
		case 'a':
			if (inet_pton(AF_INET, optarg, &first) != 1)
				errx(2, "%s: not an IPv4 address", optarg);
			break;
		case 'c':
			l->clients = (uint32_t)strtoul(optarg, NULL, 10);
			break;
		case 'e':
			l->echo = true;
			break;
		case 'j':
			l->kind = junk_kind(optarg);
			break;
		case 'l':
			l->len = (size_t)strtoul(optarg, NULL, 10);
			break;
		case 'n':
			l->nsessions = (unsigned int)strtoul(optarg, NULL, 10);
			break;
		case 'P':
			l->pid = (pid_t)strtol(optarg, NULL, 10);
			break;
		case 'p':
			port = (uint16_t)strtoul(optarg, NULL, 10);
			break;
		case 'r':
			l->rate = (unsigned int)strtoul(optarg, NULL, 10);
			break;
		case 't':
			l->seconds = strtod(optarg, NULL);
			break;
		case 'u':
			l->unsynced = true;
			break;
		case 'w':
			l->window = (unsigned int)strtoul(optarg, NULL, 10);
			break;
		default:
			usage();
		}
	}
	if (argc - optind != 1 || l->clients == 0 || l->window == 0 ||
	    (l->nsessions > 0 && (l->rate > 0 || l->kind != JUNK_NONE)) ||
	    l->len < HEADER_LEN || l->len > OCTETS ||
	    (l->len > HEADER_LEN && !l->echo))
		usage();
	l->first = ntohl(first.s_addr);
	l->server.sin_family = AF_INET;
	l->server.sin_port = htons(port);
	if (inet_pton(AF_INET, argv[optind], &l->server.sin_addr) != 1)
		errx(2, "%s: not an IPv4 address", argv[optind]);
}

static void
set_up(struct load *l)
{
	struct sockaddr_in	 any = { .sin_family = AF_INET };
	struct msghdr		*mh;
	struct cmsghdr		*c;
	int			 i, size = BUFFERS;

	l->random = (uint64_t)getpid() << 32 | 1;
	if ((l->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0)) == -1 ||
	    bind(l->fd, (struct sockaddr *)&any, sizeof(any)) == -1)
		err(1, "socket");
	if (setsockopt(l->fd, SOL_SOCKET, SO_RCVBUFFORCE, &size,
	    sizeof(size)) == -1)
		(void)setsockopt(l->fd, SOL_SOCKET, SO_RCVBUF, &size,
		    sizeof(size));
	for (i = 0; i < BATCH; i++) {
		l->rxdata[i].iov_base = l->in[i].data;
		l->rxdata[i].iov_len = OCTETS;
		mh = &l->rx[i].msg_hdr;
		mh->msg_name = &l->in[i].peer;
		mh->msg_iov = &l->rxdata[i];
		mh->msg_iovlen = 1;
		l->txdata[i].iov_base = l->out[i].data;
		mh = &l->tx[i].msg_hdr;
		mh->msg_name = &l->server;
		mh->msg_namelen = sizeof(l->server);
		mh->msg_iov = &l->txdata[i];
		mh->msg_iovlen = 1;
		mh->msg_control = l->out[i].control.buf;
		mh->msg_controllen = sizeof(l->out[i].control.buf);
		c = CMSG_FIRSTHDR(mh);
		c->cmsg_level = IPPROTO_IP;
		c->cmsg_type = IP_PKTINFO;
		c->cmsg_len = CMSG_LEN(sizeof(struct in_pktinfo));
	}
}

static uint64_t
rnd(struct load *l)
{
	l->random ^= l->random << 13;
	l->random ^= l->random >> 7;
	l->random ^= l->random << 17;
	return l->random;
}

static void
put64(uint8_t *p, uint64_t v)
{
	int	 i;

	for (i = 7; i >= 0; i--, v >>= 8)
		p[i] = (uint8_t)v;
}

static uint64_t
get64(const uint8_t *p)
{
	uint64_t	 v = 0;
	int		 i;

	for (i = 0; i < 8; i++)
		v = v << 8 | p[i];
	return v;
}

/* The upper half is known by the lower one. */
static uint64_t
nonce(uint32_t low)
{
	return (uint64_t)(uint32_t)((low ^ SECRET) * 2654435761U) << 32 | low;
}

/* The lower half: with a rate the time, else random. */
static uint32_t
ticks(const struct load *l)
{
	return (uint32_t)((measure_now() - l->begin) / TICK);
}

static size_t
request(struct load *l, uint8_t *data)
{
	size_t	 i, len;

	if (l->nts != NULL)
		return sessions_request(l->nts, data);
	if (l->kind == JUNK_RANDOM) {
		len = rnd(l) % OCTETS;
		for (i = 0; i < len; i += 8)
			put64(data + (i + 8 <= OCTETS ? i : OCTETS - 8),
			    rnd(l));
		return len;
	}
	memset(data, 0, HEADER_LEN);
	data[0] = junk[l->kind].first;
	put64(data + 40, nonce(l->rate > 0 ? ticks(l) : (uint32_t)rnd(l)));
	if (l->len > HEADER_LEN) {
		memset(data + HEADER_LEN, 0, l->len - HEADER_LEN);
		return l->len;
	}
	len = (size_t)junk[l->kind].len;
	for (i = HEADER_LEN; l->kind == JUNK_FIELDS && i < len; i += 16) {
		memset(data + i, 0, 16);
		data[i] = data[i + 1] = 0x7f;	/* of a type nobody has */
		data[i + 3] = 16;
	}
	return len;
}

/* Send n; how many the kernel took. */
static unsigned int
ask(struct load *l, unsigned int n)
{
	struct in_pktinfo	 pi;
	unsigned int		 i;
	int			 sent;

	memset(&pi, 0, sizeof(pi));
	for (i = 0; i < n; i++) {
		pi.ipi_spec_dst.s_addr = htonl(l->first +
		    (uint32_t)((rnd(l) >> 16) % l->clients));
		memcpy(CMSG_DATA(CMSG_FIRSTHDR(&l->tx[i].msg_hdr)), &pi,
		    sizeof(pi));
		l->txdata[i].iov_len = request(l, l->out[i].data);
	}
	l->quota -= n;		/* what is not sent is lost */
	if ((sent = sendmmsg(l->fd, l->tx, n, 0)) == -1) {
		if (errno != EAGAIN && errno != ENOBUFS)
			err(1, "send");
		return 0;
	}
	l->sent += (uint64_t)sent;
	return (unsigned int)sent;
}

static bool
good(struct load *l, const uint8_t *d, size_t len)
{
	uint64_t	 seen;

	if (len != l->len)
		return false;
	seen = get64(d + (l->echo ? 40 : 24));
	if (seen != nonce((uint32_t)seen))
		return false;
	if (l->rate > 0)
		delays_add(&l->delays, (uint32_t)(ticks(l) -
		    (uint32_t)seen) * TICK);
	return l->echo || ((d[0] & 7) == 4 && (l->unsynced ||
	    (d[0] >> 6 != 3 && d[1] >= 1 && d[1] <= 15)));
}

/* Take what has come; how many. */
static unsigned int
take(struct load *l)
{
	int	 i, n;

	for (i = 0; i < BATCH; i++)
		l->rx[i].msg_hdr.msg_namelen = sizeof(l->in[i].peer);
	if ((n = recvmmsg(l->fd, l->rx, BATCH, 0, NULL)) == -1) {
		if (errno != EAGAIN && errno != EINTR && errno != ECONNREFUSED)
			err(1, "receive");
		return 0;
	}
	for (i = 0; i < n; i++) {
		if (l->nts != NULL)
			sessions_reply(l->nts, l->in[i].data,
			    l->rx[i].msg_len);
		else if (good(l, l->in[i].data, l->rx[i].msg_len))
			l->valid++;
		else
			l->invalid++;
	}
	return (unsigned int)n;
}

/* So many under way, refilled as they come back. */
static void
closed_loop(struct load *l, double end)
{
	struct pollfd	 pfd = { l->fd, POLLIN, 0 };
	unsigned int	 n, under = 0;

	while (measure_now() < end && l->quota > 0) {
		if ((n = l->window - under) > BATCH)
			n = BATCH;
		if (n > l->quota)
			n = l->quota;
		if (n > 0)
			under += ask(l, n);
		if ((n = take(l)) > 0) {
			under -= n < under ? n : under;
			continue;
		}
		if (under < l->window && n > 0)
			continue;
		if (poll(&pfd, 1, LOST_MS) == 0) {
			l->lost += under;
			under = 0;
		}
	}
	while (under > 0 && poll(&pfd, 1, LOST_MS) == 1) {
		n = take(l);
		under -= n < under ? n : under;
	}
	l->lost += under;
}

/* So many per second. */
static void
open_loop(struct load *l, double start, double end)
{
	struct pollfd	 pfd = { l->fd, POLLIN, 0 };
	double		 t, due;

	while ((t = measure_now()) < end) {
		due = (t - start) * l->rate - (double)l->sent;
		if (due >= 1)
			(void)ask(l, due < BATCH ? (unsigned int)due : BATCH);
		else
			(void)poll(&pfd, 1, 1);
		while (take(l) == BATCH)
			;
	}
	while (poll(&pfd, 1, LOST_MS) == 1)
		(void)take(l);
	if (l->kind == JUNK_NONE)
		l->lost = l->sent - l->valid - l->invalid;
}

/* A wave of what has a cookie to go with it; see session.h. */
static void
wave(struct load *l)
{
	l->quota = sessions_wave(l->nts);
	closed_loop(l, measure_now() + l->seconds);
	l->valid += sessions_settle(l->nts);
}

/* Before anything is measured, as many cookies as there are places. */
static void
fill(struct load *l)
{
	char	 host[INET_ADDRSTRLEN];
	double	 used;
	int	 i;

	if (inet_ntop(AF_INET, &l->server.sin_addr, host,
	    sizeof(host)) == NULL)
		abort();
	used = measure_cpu(l->pid);
	l->nts = sessions_open(host, l->first, l->nsessions, PLACES);
	l->persession = (measure_cpu(l->pid) - used) / l->nsessions;
	for (i = 0; i < FILLS && l->seconds > 0 && !sessions_full(l->nts); i++)
		wave(l);
	l->sent = l->valid = l->invalid = l->lost = 0;
}

static void
run(struct load *l)
{
	double	 start, took, used;

	if (l->nsessions > 0)
		fill(l);
	used = measure_cpu(l->pid);
	start = l->begin = measure_now();
	if (l->nts != NULL) {
		while (measure_now() < start + l->seconds)
			wave(l);
	} else if (l->rate > 0)
		open_loop(l, start, start + l->seconds);
	else
		closed_loop(l, start + l->seconds);
	took = measure_now() - start;
	used = measure_cpu(l->pid) - used;
	printf("sent=%llu valid=%llu invalid=%llu lost=%llu seconds=%.3f "
	    "unanswered=%.3f cpu=%.6f share=%.3f per_reply=%.3f "
	    "per_packet=%.3f per_session=%.1f delay=%.1f delay99=%.1f\n",
	    (unsigned long long)l->sent, (unsigned long long)l->valid,
	    (unsigned long long)l->invalid, (unsigned long long)l->lost,
	    took, l->sent > 0 ? 100 * (double)l->lost / (double)l->sent : 0,
	    used, 100 * used / took,
	    l->valid > 0 ? used * 1e6 / (double)l->valid : 0,
	    l->sent > 0 ? used * 1e6 / (double)l->sent : 0,
	    l->persession * 1e6, delays_part(&l->delays, 0.5),
	    delays_part(&l->delays, 0.99));
}
