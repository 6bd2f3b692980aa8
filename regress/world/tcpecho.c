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
 * To be run inside the world: a server that sends back what it gets, and a
 * client that asks it to and compares.
 *
 *	tcpecho PORT			serve, for ever
 *	tcpecho [-b] [-k] HOST PORT OCTETS
 *
 * The client waits by poll, or (-b) in the calls themselves; -k: it goes
 * away without reading.  It prints how long it took.
 */

#include <sys/socket.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define CLIENTS	16

struct client {
	int	 fd;
	char	 buf[3000];
	size_t	 n;		/* to be sent back */
	bool	 done;		/* it sends no more */
};

static uint8_t
octet(size_t i)
{
	return (uint8_t)(i * 2654435761u >> 13);
}

static void
part(struct client *c, const char *why)
{
	printf("a client left: %s\n", why);
	fflush(stdout);
	close(c->fd);
	c->fd = -1;
}

/* Take what came if there is room, send back what there is. */
static void
serve_one(struct client *c)
{
	ssize_t	 n;

	if (c->n == 0 && !c->done) {
		n = read(c->fd, c->buf, sizeof(c->buf));
		if (n == -1 && errno != EAGAIN) {
			part(c, strerror(errno));
			return;
		}
		c->done = n == 0;
		c->n = n > 0 ? (size_t)n : 0;
	}
	if (c->n > 0) {
		n = send(c->fd, c->buf, c->n, MSG_NOSIGNAL);
		if (n == -1 && errno != EAGAIN) {
			part(c, strerror(errno));
			return;
		}
		if (n > 0) {
			memmove(c->buf, c->buf + n, c->n - (size_t)n);
			c->n -= (size_t)n;
		}
	}
	if (c->n == 0 && c->done)
		part(c, "done");
}

__attribute__((__noreturn__))
static void
serve(const char *port)
{
	struct addrinfo	 hints = { .ai_flags = AI_PASSIVE }, *ai;
	struct client	 client[CLIENTS];
	struct pollfd	 pfd[CLIENTS + 1];
	int		 i, l, one = 1;

	hints.ai_family = AF_INET;
	hints.ai_socktype = SOCK_STREAM;
	if ((i = getaddrinfo(NULL, port, &hints, &ai)) != 0)
		errx(1, "%s", gai_strerror(i));
	if ((l = socket(ai->ai_family, ai->ai_socktype, 0)) == -1)
		err(1, "socket");
	setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(l, ai->ai_addr, ai->ai_addrlen) == -1 || listen(l, 5) == -1)
		err(1, "bind");
	for (i = 0; i < CLIENTS; i++)
		client[i].fd = -1;
	for (;;) {
		pfd[CLIENTS].fd = l;
		pfd[CLIENTS].events = POLLIN;
		for (i = 0; i < CLIENTS; i++) {
			pfd[i].fd = client[i].fd;
			pfd[i].events = client[i].n > 0 ? POLLOUT : POLLIN;
		}
		if (poll(pfd, CLIENTS + 1, -1) == -1)
			err(1, "poll");
		for (i = 0; i < CLIENTS; i++)
			if (client[i].fd != -1 && pfd[i].revents != 0)
				serve_one(&client[i]);
		for (i = 0; i < CLIENTS && client[i].fd != -1; i++)
			;
		if (pfd[CLIENTS].revents == 0 || i == CLIENTS)
			continue;
		memset(&client[i], 0, sizeof(client[i]));
		client[i].fd = accept4(l, NULL, NULL, SOCK_NONBLOCK);
		if (client[i].fd == -1)
			err(1, "accept");
	}
}

static void
wait_for(int fd, short events)
{
	struct pollfd	 pfd = { .fd = fd, .events = events };

	if (poll(&pfd, 1, -1) == -1)
		err(1, "poll");
}

static int
dial(const struct addrinfo *ai, bool blocking)
{
	int		 fd, error = 0;
	socklen_t	 len = sizeof(error);

	fd = socket(ai->ai_family, SOCK_STREAM |
	    (blocking ? 0 : SOCK_NONBLOCK), 0);
	if (fd == -1)
		err(1, "socket");
	if (connect(fd, ai->ai_addr, ai->ai_addrlen) == 0)
		return fd;
	if (blocking || errno != EINPROGRESS)
		err(1, "connect");
	wait_for(fd, POLLOUT);
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) == -1)
		err(1, "SO_ERROR");
	errno = error;
	if (error != 0)
		err(1, "connect");
	return fd;
}

/* Send all and then read all: the window must be large enough. */
static void
talk(int fd, size_t octets)
{
	uint8_t	 buf[1000];
	size_t	 sent = 0, got = 0, i;
	ssize_t	 n;
	bool	 ended = false;

	while (!ended) {
		for (i = 0; i < sizeof(buf) && sent + i < octets; i++)
			buf[i] = octet(sent + i);
		if (i > 0) {
			if ((n = write(fd, buf, i)) == -1 && errno != EAGAIN)
				err(1, "write");
			sent += n > 0 ? (size_t)n : 0;
			if (sent == octets && shutdown(fd, SHUT_WR) == -1)
				err(1, "shutdown");
			if (n > 0)
				continue;
		}
		wait_for(fd, POLLIN | (sent < octets ? POLLOUT : 0));
		if ((n = read(fd, buf, sizeof(buf))) == -1 && errno != EAGAIN)
			err(1, "read");
		ended = n == 0;
		for (i = 0; n > 0 && i < (size_t)n; i++, got++)
			if (buf[i] != octet(got))
				errx(1, "octet %zu is another", got);
	}
	if (got != octets)
		errx(1, "%zu octets came back", got);
}

static double
seconds(void)
{
	struct timespec	 ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

int
main(int argc, char **argv)
{
	struct addrinfo	 hints = { .ai_socktype = SOCK_STREAM }, *ai;
	bool		 blocking = false, leave = false;
	double		 began;
	int		 ch, e, fd;

	while ((ch = getopt(argc, argv, "bk")) != -1) {
		blocking |= ch == 'b';
		leave |= ch == 'k';
	}
	argc -= optind;
	argv += optind;
	if (argc == 1)
		serve(argv[0]);
	if (argc != 3)
		errx(2, "usage: tcpecho [-bk] [host] port [octets]");
	if ((e = getaddrinfo(argv[0], argv[1], &hints, &ai)) != 0)
		errx(1, "%s", gai_strerror(e));
	began = seconds();
	fd = dial(ai, blocking);
	printf("connected after %.3f s\n", seconds() - began);
	if (leave) {
		if (write(fd, argv[2], strlen(argv[2])) == -1)
			err(1, "write");
		sleep(1);
		return 0;
	}
	talk(fd, (size_t)atol(argv[2]));
	printf("%s octets came back after %.3f s\n", argv[2],
	    seconds() - began);
	return 0;
}
