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
 * io.c and io_<os>.c over loopback, in a network namespace of our own where
 * the system lets us have one.
 */

#include <sys/types.h>
#include <sys/socket.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "addr.h"
#include "io.h"
#include "now.h"
#include "test.h"

#define WAIT	2000	/* ms, for what must come */
#define WARM_TRIES	1000	/* a millisecond apart */

static struct io_batch	 batch;
static struct io_msg	*in = batch.in;

static bool
own_namespace(void)
{
#ifdef CLONE_NEWNET
	return unshare(CLONE_NEWNET) == 0 &&
	    system("ip link set lo up && "
	    "ip addr add fd00::2/128 dev lo nodad && "
	    "ip addr add fd00::3/128 dev lo nodad") == 0;
#else
	return false;
#endif
}

static struct addr
address(const char *str, uint16_t port)
{
	struct addr	 a;

	if (addr_parse(&a, str, port) == -1) {
		printf("cannot parse %s\n", str);
		exit(1);
	}
	return a;
}

/* A bound socket as the parent would pass it; *a becomes its address. */
static int
bound(const char *str, struct addr *a)
{
	struct sockaddr_storage	 ss;
	socklen_t		 len;
	int			 fd;

	*a = address(str, 0);
	len = addr_to_sa(a, &ss);
	fd = socket(ss.ss_family, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	if (fd == -1 || bind(fd, (struct sockaddr *)&ss, len) == -1 ||
	    io_listener(fd) == -1 || io_local(fd, a) == -1) {
		perror(str);
		exit(1);
	}
	return fd;
}

static int
client_from(const struct addr *to, const struct addr *from)
{
	int	 fd;

	if ((fd = io_client(to, from)) == -1) {
		perror("io_client");
		exit(1);
	}
	return fd;
}

static int
client(const struct addr *to)
{
	return client_from(to, NULL);
}

static void
query(int fd, const void *data, size_t len)
{
	if (io_query(fd, data, len) == -1) {
		perror("io_query");
		exit(1);
	}
}

static int
wait_for(int fd)
{
	struct pollfd	 pfd = { fd, POLLIN, 0 };

	return poll(&pfd, 1, WAIT) == 1;
}

/* Wait until there is something, then receive. */
static int
receive(int fd)
{
	return wait_for(fd) ? io_recv(fd, in) : 0;
}

static int
receive_all(int fd)
{
	return wait_for(fd) ? io_batch_recv(fd, &batch) : 0;
}

static void
answer(size_t i, unsigned int to, const void *data, size_t len)
{
	batch.out[i].to = to;
	batch.out[i].len = len;
	memcpy(batch.out[i].data, data, len);
}

static int64_t
ns(int64_t sec, uint32_t nsec)
{
	return sec * 1000000000 + nsec;
}

static int64_t
wall(void)
{
	struct now	 now;

	now_read(&now);
	return ns(now.sec, now.nsec);
}

/* Kernels switch stamps on a little after they were asked to. */
static void
warm_up(void)
{
	struct addr	 a;
	int		 s, c, i;

	s = bound("127.0.0.1", &a);
	c = client(&a);
	for (i = 0; i < WAIT; i++) {
		query(c, "warm", 4);
		if (receive(s) == 1 && in[0].stamp == IO_STAMP_KERNEL)
			break;
		usleep(1000);
	}
	close(c);
	close(s);
}

/*
 * The kernel begins to stamp some time after the first socket asked for
 * it (a work queue does); the first packets of a boot may go without.
 */
static void
stamps_begin(const char *str)
{
	struct addr	 a;
	int		 s, c, i;

	s = bound(str, &a);
	c = client(&a);
	for (i = 0; i < WARM_TRIES; i++) {
		query(c, "warm", 4);
		if (receive(s) == 1 && in[0].stamp == IO_STAMP_KERNEL)
			break;
		poll(NULL, 0, 1);
	}
	close(c);
	close(s);
}

/* Departure and arrival are stamped by the kernel, in order. */
static void
test_stamps(const char *str)
{
	struct addr	 a;
	struct pollfd	 pfd;
	int64_t		 before, after, tx, sec = 0;
	uint32_t	 nsec = 0;
	int		 s, c;

	s = bound(str, &a);
	c = client(&a);
	before = wall();
	query(c, "hello", 5);
	CHECK_INT(str, receive(s), 1);
	after = wall();
	CHECK_INT(str, in[0].len, 5);
	CHECK_INT(str, in[0].stamp, IO_STAMP_KERNEL);
	CHECK_INT(str, ns(in[0].sec, in[0].nsec) >= before, 1);
	CHECK_INT(str, ns(in[0].sec, in[0].nsec) <= after, 1);
	if (!io_os_txstamps())
		goto done;
	pfd.fd = c;
	pfd.events = 0;		/* POLLERR comes by itself */
	CHECK_INT(str, poll(&pfd, 1, WAIT), 1);
	CHECK_INT(str, io_txstamp(c, &sec, &nsec), 1);
	tx = ns(sec, nsec);
	CHECK_INT(str, tx >= before, 1);
	CHECK_INT(str, tx <= ns(in[0].sec, in[0].nsec), 1);
	CHECK_INT("the queue is empty", io_txstamp(c, &sec, &nsec), 0);
	CHECK_INT("and nobody wakes up", poll(&pfd, 1, 0), 0);
done:
	close(c);
	close(s);
}

/* Every query has a port of its own. */
static void
test_ports(void)
{
	struct addr	 a, one, two;
	int		 s, c, d;

	s = bound("127.0.0.1", &a);
	c = client(&a);
	d = client(&a);
	CHECK_INT("local", io_local(c, &one), 0);
	CHECK_INT("local", io_local(d, &two), 0);
	CHECK_INT("family", one.family, ADDR_V4);
	CHECK_INT("not privileged", one.port >= 1024, 1);
	CHECK_INT("not the same", one.port != two.port, 1);
	close(c);
	close(d);
	close(s);
}

/*
 * A listener on the wildcard answers from the address that was asked: a
 * connected client gets to see nothing else.
 */
static void
test_source(const char *any, const char *asked, const char *asker)
{
	struct addr	 a, to, from;
	int		 s, c;

	s = bound(any, &a);
	to = address(asked, a.port);
	from = address(asker, 0);
	c = client_from(&to, &from);
	query(c, "ask", 3);
	CHECK_INT(asked, receive_all(s), 1);
	CHECK_INT(asked, addr_equal(&in[0].local, &to), 1);
	answer(0, 0, "answer", 6);
	CHECK_INT(asked, io_batch_send(s, &batch, 1, true), 1);
	CHECK_INT(asked, receive(c), 1);
	CHECK_INT(asked, in[0].len, 6);
	CHECK_MEM(asked, in[0].data, "answer", 6);
	close(c);
	close(s);
}

/* Nobody is to answer what was sent to many. */
static void
test_broadcast(void)
{
	struct sockaddr_storage	 ss;
	struct addr		 a, to;
	socklen_t		 len;
	int			 s, c, on = 1;

	s = bound("0.0.0.0", &a);
	to = address("127.255.255.255", a.port);
	len = addr_to_sa(&to, &ss);
	c = socket(AF_INET, SOCK_DGRAM, 0);
	CHECK_INT("broadcast", setsockopt(c, SOL_SOCKET, SO_BROADCAST, &on,
	    sizeof(on)), 0);
	CHECK_INT("broadcast", sendto(c, "all", 3, 0,
	    (struct sockaddr *)&ss, len), 3);
	CHECK_INT("broadcast", receive(s), 1);
	CHECK_INT("broadcast", in[0].local.family, ADDR_NONE);
	close(c);
	close(s);
}

static void
test_sizes(void)
{
	static const struct {
		const char	*what;
		size_t		 len;
		size_t		 kept;
		bool		 cut;
	} tests[] = {
		{ "empty",		0,		0,		false },
		{ "a request",		48,		48,		false },
		{ "just fits",		IO_MSGMAX,	IO_MSGMAX,	false },
		{ "one too many",	IO_MSGMAX + 1,	IO_MSGMAX,	true },
		{ "far too many",	5000,		IO_MSGMAX,	true },
	};
	static uint8_t	 data[5000];
	struct addr	 a;
	size_t		 i;
	int		 s, c;

	memset(data, 'x', sizeof(data));
	s = bound("127.0.0.1", &a);
	c = client(&a);
	for (i = 0; i < nitems(tests); i++) {
		query(c, data, tests[i].len);
		CHECK_INT(tests[i].what, receive(s), 1);
		CHECK_INT(tests[i].what, in[0].len, tests[i].kept);
		CHECK_INT(tests[i].what, in[0].cut, tests[i].cut);
	}
	close(c);
	close(s);
}

static void
test_batch(void)
{
	struct addr	 a;
	uint8_t		 i, n = IO_BATCH + 8;
	int		 s, c;

	s = bound("127.0.0.1", &a);
	c = client(&a);
	for (i = 0; i < n; i++)
		query(c, &i, 1);
	CHECK_INT("a full batch", receive_all(s), IO_BATCH);
	for (i = 0; i < IO_BATCH; i++)
		CHECK_INT("in order", in[i].data[0], i);
	CHECK_INT("the rest", io_batch_recv(s, &batch), 8);
	CHECK_INT("in order", in[0].data[0], IO_BATCH);
	CHECK_INT("and no more", io_batch_recv(s, &batch), 0);
	close(c);
	close(s);
}

/* One that cannot be sent does not take the others with it. */
static void
test_skip(void)
{
	struct addr	 a, to;
	int		 s, c;

	s = bound("0.0.0.0", &a);
	to = address("127.0.0.1", a.port);
	c = client(&to);
	query(c, "1", 1);
	query(c, "2", 1);
	query(c, "3", 1);
	CHECK_INT("ask", receive_all(s), 3);
	/* out of order, and with one from where we are not */
	in[1].local = address("192.0.2.77", 0);
	answer(0, 2, "a", 1);
	answer(1, 1, "b", 1);
	answer(2, 0, "c", 1);
	CHECK_INT("two of three", io_batch_send(s, &batch, 3, true), 2);
	CHECK_INT("first", receive(c), 1);
	CHECK_INT("first", in[0].data[0], 'a');
	CHECK_INT("third", receive(c), 1);
	CHECK_INT("third", in[0].data[0], 'c');
	close(c);
	close(s);
}

static void
test_errors(bool alone)
{
	struct addr	 a, nobody, notours;
	int		 s, c;

	s = bound("127.0.0.1", &a);
	close(s);
	c = client(&a);
	query(c, "ask", 3);
	CHECK_INT("closed port", receive(c), -1);
	CHECK_INT("closed port", errno, ECONNREFUSED);
	CHECK_INT("is no fault of ours", io_noroute(errno), 0);
	CHECK_INT("said once", io_recv(c, in), 0);
	close(c);

	notours = address("192.0.2.77", 0);
	CHECK_INT("not our address", io_client(&a, &notours), -1);
	CHECK_INT("not our address", io_noroute(errno), 1);
	CHECK_INT("a route", io_route(&a, NULL), 1);
	CHECK_INT("not from there", io_route(&a, &notours), 0);
	if (!alone)
		return;
	nobody = address("192.0.2.1", 123);
	CHECK_INT("no route", io_route(&nobody, NULL), 0);
	nobody = address("2001:db8::1", 123);
	CHECK_INT("no route", io_route(&nobody, NULL), 0);
	CHECK_INT("no route", io_client(&nobody, NULL), -1);
	CHECK_INT("no route", io_noroute(errno), 1);
}

int
main(void)
{
	bool	 alone = own_namespace();
	int	 warm = io_warm();

	io_batch_init(&batch);
	if (!alone)
		printf("no network namespace: ::1 only, routes not tested\n");
	warm_up();
	stamps_begin("127.0.0.1");
	test_stamps("127.0.0.1");
	test_stamps("::1");
	test_ports();
	test_source("0.0.0.0", "127.0.0.1", "127.0.0.1");
	test_source("0.0.0.0", "127.0.0.2", "127.0.0.1");
	test_source("::", "::1", "::1");
	if (alone)
		test_source("::", "fd00::2", "fd00::3");
	test_broadcast();
	test_sizes();
	test_batch();
	test_skip();
	test_errors(alone);
	if (warm != -1)
		close(warm);
	return test_done("io");
}
