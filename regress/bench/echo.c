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
 * The floor of sockets: what came goes back, in batches, untouched.  No
 * server on the same sockets can be cheaper.
 *
 *	echo [-p PORT] ADDRESS
 */

#include <sys/types.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <netinet/in.h>

#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compat.h"

#define BATCH	32		/* as ntpd has it */
#define RCVBUF	(1 << 20)
#define OCTETS	1024

static void	 echo(int);
static int	 bound(const char *, const char *);
static void	 __dead usage(void);

int
main(int argc, char **argv)
{
	const char	*port = "123";
	int		 ch;

	while ((ch = getopt(argc, argv, "p:")) != -1) {
		switch (ch) {
		case 'p':
			port = optarg;
			break;
		default:
			usage();
		}
	}
	if (argc - optind != 1)
		usage();
	echo(bound(argv[optind], port));
	return 0;
}

static void
usage(void)
{
	fprintf(stderr, "usage: echo [-p port] address\n");
	exit(2);
}

static int
bound(const char *addr, const char *port)
{
	struct sockaddr_in	 sin;
	int			 fd, size = RCVBUF;

	memset(&sin, 0, sizeof(sin));
	sin.sin_family = AF_INET;
	sin.sin_port = htons((uint16_t)atoi(port));
	if (inet_pton(AF_INET, addr, &sin.sin_addr) != 1)
		errx(2, "%s: not an IPv4 address", addr);
	if ((fd = socket(AF_INET, SOCK_DGRAM, 0)) == -1 ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)) == -1 ||
	    bind(fd, (struct sockaddr *)&sin, sizeof(sin)) == -1)
		err(1, "%s", addr);
	return fd;
}

static void
echo(int fd)
{
	static uint8_t		 data[BATCH][OCTETS];
	static struct sockaddr_in peer[BATCH];
	struct mmsghdr		 mm[BATCH];
	struct iovec		 iov[BATCH];
	int			 i, n, sent, done;

	memset(mm, 0, sizeof(mm));
	for (i = 0; i < BATCH; i++) {
		iov[i].iov_base = data[i];
		mm[i].msg_hdr.msg_name = &peer[i];
		mm[i].msg_hdr.msg_iov = &iov[i];
		mm[i].msg_hdr.msg_iovlen = 1;
	}
	for (;;) {
		for (i = 0; i < BATCH; i++) {
			mm[i].msg_hdr.msg_namelen = sizeof(peer[i]);
			iov[i].iov_len = OCTETS;
		}
		n = recvmmsg(fd, mm, BATCH, MSG_WAITFORONE, NULL);
		if (n == -1 && errno != EINTR)
			err(1, "receive");
		for (i = 0; i < n; i++)
			iov[i].iov_len = mm[i].msg_len;
		for (done = 0; done < n; done += sent > 0 ? sent : 1)
			sent = sendmmsg(fd, mm + done,
			    (unsigned int)(n - done), 0);
	}
}
