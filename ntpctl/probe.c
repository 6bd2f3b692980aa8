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
 * Requests on their way: one loop sends each at its moment and waits for all
 * answers.  The only sockets of ntpctl besides the control socket are here.
 */

#include <sys/types.h>
#include <sys/socket.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <math.h>
#include <netdb.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "now.h"
#include "ntpctl.h"
#include "packet.h"
#include "poolscore.h"
#include "probe.h"

#define AT_PRECISION	3	/* octets of the header, RFC 5905 7.3 */
#define AT_TRANSMIT	40
#define MONITOR_PRECISION 0x20
#define WATCH_MIN	10	/* s between two checks */
#define WATCH_MAX	86400
#define STEPPED		1e-3	/* s, more than slewing does in a timeout */

void
probe_request(struct probe *p, const struct addr *addr, double at,
    double timeout)
{
	memset(p, 0, sizeof(*p));
	p->addr = *addr;
	p->at = at;
	p->timeout = timeout;
	p->len = NTP_HEADER_LEN;
	p->fd = -1;
	do {
		arc4random_buf(&p->nonce, sizeof(p->nonce));
	} while (p->nonce == 0);
	packet_request(p->request, p->nonce);
	p->request[AT_PRECISION] = MONITOR_PRECISION;
}

static void
end(struct probe *p, enum probe_state state, int error)
{
	p->state = state;
	p->error = error;
	if (p->fd != -1)
		close(p->fd);
	p->fd = -1;
}

/*
 * A connected socket hears of ICMP errors and of nobody else; one that is
 * to hear strangers cannot be connected.
 */
static int
send_request(struct probe *p)
{
	struct sockaddr_storage	 ss;
	struct addr		 ours;
	struct now		 now;
	socklen_t		 len = addr_to_sa(&p->addr, &ss);
	ssize_t			 n;

	p->fd = socket(ss.ss_family, SOCK_DGRAM, 0);
	if (p->fd == -1 || fcntl(p->fd, F_SETFL, O_NONBLOCK) == -1)
		return -1;
	if (!p->stranger &&
	    connect(p->fd, (struct sockaddr *)&ss, len) == -1)
		return -1;
	now_read(&now);
	p->t1 = now.real;
	p->sent = now.mono;
	if (p->stranger)
		n = sendto(p->fd, p->request, p->len, 0,
		    (struct sockaddr *)&ss, len);
	else
		n = send(p->fd, p->request, p->len, 0);
	if (n == -1)
		return -1;
	len = sizeof(ss);
	if (getsockname(p->fd, (struct sockaddr *)&ss, &len) == 0 &&
	    addr_from_sa(&ours, (struct sockaddr *)&ss) == 0)
		p->port = ours.port;
	return 0;
}

static void
start(struct probe *p)
{
	if (send_request(p) == -1)
		end(p, PROBE_FAILED, errno);
	else
		p->state = PROBE_WAITING;
}

/* Only the first answer counts, whatever it is. */
static void
receive(struct probe *p)
{
	struct sockaddr_storage	 ss;
	struct now		 now;
	socklen_t		 len = sizeof(ss);
	ssize_t			 n;

	n = recvfrom(p->fd, p->reply, sizeof(p->reply), 0,
	    (struct sockaddr *)&ss, &len);
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	now_read(&now);
	if (n == -1) {
		end(p, PROBE_FAILED, errno);
		return;
	}
	p->t4 = now.real;
	p->received = now.mono;
	p->replylen = (size_t)n;
	/* the two clocks went apart by what one of them was set */
	p->stepped = fabs(ntptime_diff(p->t4, p->t1) -
	    mono_diff(p->received, p->sent)) > STEPPED;
	if (addr_from_sa(&p->from, (struct sockaddr *)&ss) == -1)
		p->from = p->addr;
	end(p, PROBE_ANSWERED, 0);
}

/* What is due is sent, what is over is ended; s until the next of these. */
static double
timers(struct probe *probes, size_t n, mono_t began)
{
	double		 at, left, next = -1, t = mono_diff(now_mono(), began);
	struct probe	*p;

	for (p = probes; p < probes + n; p++) {
		if (p->state == PROBE_PLANNED && p->at <= t)
			start(p);
		if (p->state == PROBE_PLANNED)
			at = p->at;
		else if (p->state == PROBE_WAITING)
			at = mono_diff(p->sent, began) + p->timeout;
		else
			continue;
		left = at - mono_diff(now_mono(), began);
		if (left <= 0 && p->state == PROBE_WAITING) {
			end(p, PROBE_SILENT, 0);
			continue;
		}
		if (left < 0)
			left = 0;
		if (next < 0 || left < next)
			next = left;
	}
	return next;
}

void
probe_run(struct probe *probes, size_t n)
{
	mono_t		 began = now_mono();
	struct pollfd	*pfd;
	size_t		 i;
	double		 left;

	if ((pfd = calloc(n, sizeof(*pfd))) == NULL)
		err(1, NULL);
	while ((left = timers(probes, n, began)) >= 0) {
		for (i = 0; i < n; i++) {
			pfd[i].fd = probes[i].fd;	/* -1: not looked at */
			pfd[i].events = POLLIN;
			pfd[i].revents = 0;
		}
		if (poll(pfd, (nfds_t)n, (int)(left * 1e3) + 1) == -1 &&
		    errno != EINTR)
			err(1, "poll");
		for (i = 0; i < n; i++) {
			if (pfd[i].revents != 0)
				receive(&probes[i]);
		}
	}
	free(pfd);
}

static bool
known(const struct addr *addrs, size_t n, const struct addr *addr)
{
	size_t	 i;

	for (i = 0; i < n; i++) {
		if (addr_equal(&addrs[i], addr))
			return true;
	}
	return false;
}

size_t
probe_resolve(const char *host, uint16_t port, uint8_t family,
    struct addr *addrs, size_t max)
{
	static const int	 families[] = {
		[ADDR_NONE] = AF_UNSPEC,
		[ADDR_V4] = AF_INET,
		[ADDR_V6] = AF_INET6,
	};
	struct addrinfo		 hints, *res, *ai;
	size_t			 n = 0;
	int			 error;

	memset(&hints, 0, sizeof(hints));
	hints.ai_family = families[family];
	hints.ai_socktype = SOCK_DGRAM;
	if ((error = getaddrinfo(host, NULL, &hints, &res)) != 0) {
		warnx("%s: %s", host, error == EAI_SYSTEM ? strerror(errno) :
		    gai_strerror(error));
		return 0;
	}
	for (ai = res; ai != NULL && n < max; ai = ai->ai_next) {
		if (addr_from_sa(&addrs[n], ai->ai_addr) == -1)
			continue;
		addrs[n].port = port;
		if (!known(addrs, n, &addrs[n]))
			n++;
	}
	freeaddrinfo(res);
	if (n == 0)
		warnx("%s: no address", host);
	return n;
}

static double
number(const char *what, const char *given, long long min, long long max)
{
	const char	*bad;
	long long	 n = strtonum(given, min, max, &bad);

	if (bad != NULL)
		errx(1, "%s \"%s\" is %s, want %lld to %lld", what, given, bad,
		    min, max);
	return (double)n;
}

char **
probe_options(struct asked *asked, char **args, bool check)
{
	static const struct option	 query_words[] = {
		{ NULL, 0, NULL, 0 }
	};
	static const struct option	 check_words[] = {
		{ "join", no_argument, NULL, 'J' },
		{ "watch", optional_argument, NULL, 'W' },
		{ NULL, 0, NULL, 0 }
	};
	int	 argc, ch;

	*asked = (struct asked){ .port = NTP_PORT };
	for (argc = 0; args[argc] != NULL; argc++)
		;
	optind = 1;	/* the same words as all of a command line's */
	while ((ch = getopt_long(argc, args, "+46p:",
	    check ? check_words : query_words, NULL)) != -1) {
		switch (ch) {
		case '4':
			asked->family = ADDR_V4;
			break;
		case '6':
			asked->family = ADDR_V6;
			break;
		case 'p':
			asked->port = (uint16_t)number("port", optarg, 1,
			    UINT16_MAX);
			break;
		case 'J':
			asked->join = true;
			break;
		case 'W':
			asked->watch = optarg == NULL ? POOL_EVERY :
			    number("watch", optarg, WATCH_MIN, WATCH_MAX);
			break;
		default:
			usage();
		}
	}
	return args + optind;
}
