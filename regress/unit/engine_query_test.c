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
 * engine_query.c with a kernel that stamps early, late, never or nonsense:
 * no reply is lost, and each gets the best times there are.  io.c, the
 * clocks and engine_client.c are replaced by what each test says.
 */

#include <sys/types.h>
#include <sys/socket.h>

#include <errno.h>
#include <event.h>
#include <stdlib.h>
#include <unistd.h>

#include "engine.h"
#include "now.h"
#include "packet.h"
#include "test.h"

#define NONCE	0x0123456789abcdefULL
#define T0	1000000000LL	/* ns, CLOCK_MONOTONIC of the query */
#define MS	1000000LL
#define WALL	(1800000000LL * 1000000000LL)

static struct engine	 engine;
static struct name	 name;
static struct conf_server conf;
static struct peer	 peer;

/* The kernel, as the test wants it. */
static int64_t		 mono;		/* now, ns */
static int64_t		 txstamp;	/* CLOCK_REALTIME, ns; 0: none yet */
static struct io_msg	 queue[8];
static int		 nqueue;
static int		 recv_error;
static int		 client_error, query_error;
static bool		 route = true;
static int		 far_end = -1;
static int64_t		 wait_due;	/* of query.wait; -1: not armed */

/* What came out. */
static struct pkt_times	 got[8];
static uint8_t		 got_stamp[8];
static uint8_t		 got_first[8];	/* octet of the header */
static bool		 hurried;	/* a route is awaited */
static int		 ngot;

int
io_client(const struct addr *to, const struct addr *from)
{
	int	 fd[2];

	if (client_error != 0) {
		errno = client_error;
		return -1;
	}
	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, fd) == -1)
		abort();
	if (far_end != -1)
		close(far_end);
	far_end = fd[1];
	return fd[0];
}

int
io_local(int fd, struct addr *a)
{
	return addr_parse(a, "192.0.2.9", 4711);
}

bool
io_route(const struct addr *to, const struct addr *from)
{
	return route;
}

bool
io_noroute(int error)
{
	return error == ENETUNREACH;
}

int
engine_cookie_protect(struct peer *p, uint8_t *pkt, size_t size, size_t *len)
{
	abort();
}

int
engine_key_protect(struct peer *p, uint8_t *pkt, size_t size, size_t *len)
{
	abort();
}

int
io_query(int fd, const void *data, size_t len)
{
	if (query_error != 0) {
		errno = query_error;
		return -1;
	}
	return 0;
}

bool
io_os_txstamps(void)
{
	return true;
}

int
io_txstamp(int fd, int64_t *sec, uint32_t *nsec)
{
	if (txstamp == 0)
		return 0;
	*sec = txstamp / 1000000000;
	*nsec = (uint32_t)(txstamp % 1000000000);
	txstamp = 0;
	return 1;
}

int
io_recv(int fd, struct io_msg *m)
{
	uint8_t	 drain[16];

	while (recv(fd, drain, sizeof(drain), 0) > 0)
		;
	if (recv_error != 0) {
		errno = recv_error;
		recv_error = 0;
		return -1;
	}
	if (nqueue == 0)
		return 0;
	*m = queue[0];
	memmove(queue, queue + 1, sizeof(queue) - sizeof(queue[0]));
	nqueue--;
	return 1;
}

mono_t
now_mono(void)
{
	mono_t	 t = { mono };

	return t;
}

void
engine_wake(struct engine *e, struct sync_now *now)
{
	memset(now, 0, sizeof(*now));
	now->mono.ns = mono;
}

mono_t
engine_stamp(const struct engine *e, int64_t sec, uint32_t nsec)
{
	mono_t	 t = { sec * 1000000000 + nsec - e->wall };

	return t;
}

void
engine_timer(struct event *ev, mono_t when, mono_t now)
{
	static const struct timeval	 hour = { 3600, 0 };

	if (ev != &peer.query.wait)
		return;
	wait_due = when.ns;
	evtimer_add(ev, &hour);
}

void
engine_hurry(struct engine *e, mono_t now)
{
	hurried = true;
}

const char *
engine_client_str(const struct peer *p, char buf[ADDR_STRLEN])
{
	return "peer";
}

void
engine_reply(struct peer *p, const struct io_msg *m,
    const struct pkt_times *times, uint8_t stamp, const struct sync_now *now)
{
	got[ngot] = *times;
	got_stamp[ngot] = stamp;
	got_first[ngot++] = m->data[0];
}

/*
 * What the tests are written in.
 */

static void
begin(int64_t stamp)
{
	uint8_t	 pkt[NTP_HEADER_LEN] = { 0 };
	mono_t	 now;

	engine_query_close(&peer.query);
	memset(&peer, 0, sizeof(peer));
	peer.engine = &engine;
	peer.name = &name;
	peer.assoc.phase = ASSOC_ASKED;
	peer.assoc.nonce = NONCE;
	engine_query_init(&peer);
	engine.wall = WALL;
	engine.jumps = 0;
	nqueue = ngot = 0;
	wait_due = -1;
	mono = now.ns = T0;
	txstamp = stamp == 0 ? 0 : WALL + stamp;
	/* the clock goes on while the packet is being sent */
	engine_query_send(&peer, pkt, now);
}

/* A datagram arrives: it, when, and what its origin field says. */
static void
arrives(uint8_t first, int64_t stamp, uint64_t origin)
{
	struct io_msg	*m = &queue[nqueue++];
	struct packet	 pkt;
	int64_t		 real = WALL + stamp;

	memset(m, 0, sizeof(*m));
	memset(&pkt, 0, sizeof(pkt));
	pkt.origin.t = origin;
	packet_encode(&pkt, m->data);
	m->data[0] = first;
	m->len = NTP_HEADER_LEN;
	m->stamp = IO_STAMP_KERNEL;
	m->sec = real / 1000000000;
	m->nsec = (uint32_t)(real % 1000000000);
}

static void
wakeup(int64_t at)
{
	mono = at;
	if (send(far_end, "x", 1, 0) == -1)
		abort();
	event_loop(EVLOOP_NONBLOCK);
}

static void
timeout(int64_t at)
{
	mono = at;
	wait_due = -1;
	event_active(&peer.query.wait, EV_TIMEOUT, 1);
	event_loop(EVLOOP_NONBLOCK);
}

static void
check(const char *what, int i, int64_t tx, int64_t rx, bool stepped)
{
	CHECK_INT(what, ngot > i, 1);
	CHECK_NEAR(what, (double)(got[i].tx.ns - osc_from_mono(&engine.osc,
	    (mono_t){ tx }).ns), 0, 1);
	CHECK_NEAR(what, (double)(got[i].rx.ns - osc_from_mono(&engine.osc,
	    (mono_t){ rx }).ns), 0, 1);
	CHECK_INT(what, got[i].stepped, stepped);
}

/*
 * The tests.
 */

static void
test_stamps(void)
{
	static const struct {
		const char	*what;
		int64_t		 txstamp;	/* from T0, ns; 0: none */
		int64_t		 rxstamp;
		int64_t		 wakeup;
		int64_t		 tx;		/* believed */
		int64_t		 rx;
		enum io_stamp	 stamp;
	} tests[] = {
		{ "both by the kernel", -20000, 5 * MS, 6 * MS,
		    -20000, 5 * MS, IO_STAMP_KERNEL },
		{ "arrival in the future", -20000, 9 * MS, 6 * MS,
		    -20000, 6 * MS, IO_STAMP_DAEMON },
		{ "arrival long before departure", -20000, -9 * MS, 6 * MS,
		    -20000, 6 * MS, IO_STAMP_DAEMON },
		{ "arrival just before departure: error of the clocks",
		    -20000, -100000, 6 * MS, -20000, -100000,
		    IO_STAMP_KERNEL },
		{ "departure long before sending", -2 * MS, 5 * MS, 6 * MS,
		    0, 5 * MS, IO_STAMP_KERNEL },
		{ "departure in the future", 8 * MS, 5 * MS, 20 * MS,
		    0, 5 * MS, IO_STAMP_KERNEL },
	};
	size_t	 i;

	for (i = 0; i < nitems(tests); i++) {
		begin(T0 + tests[i].txstamp);
		arrives('r', T0 + tests[i].rxstamp, NONCE);
		wakeup(T0 + tests[i].wakeup);
		if (tests[i].tx == 0) {
			CHECK_INT(tests[i].what, ngot, 0);
			timeout(T0 + tests[i].wakeup);
		}
		check(tests[i].what, 0, T0 + tests[i].tx,
		    T0 + tests[i].rx, false);
		CHECK_INT(tests[i].what, got_stamp[0], tests[i].stamp);
		CHECK_INT(tests[i].what, ngot, 1);
	}
}

static void
test_late_stamp(void)
{
	begin(0);
	CHECK_INT("no stamp yet", peer.query.stamp, IO_STAMP_DAEMON);
	txstamp = WALL + T0 + 30000;
	wakeup(T0 + MS);
	CHECK_INT("stamp before the reply", peer.query.stamp,
	    IO_STAMP_KERNEL);
	arrives('r', T0 + 5 * MS, NONCE);
	wakeup(T0 + 6 * MS);
	check("stamp before the reply", 0, T0 + 30000, T0 + 5 * MS, false);

	begin(0);
	arrives('r', T0 + 5 * MS, NONCE);
	wakeup(T0 + 6 * MS);
	CHECK_INT("the reply is held", ngot, 0);
	CHECK_INT("for 10 ms", wait_due, T0 + 16 * MS);
	txstamp = WALL + T0 + 30000;
	wakeup(T0 + 7 * MS);
	check("stamp after the reply", 0, T0 + 30000, T0 + 5 * MS, false);
	CHECK_INT("once", ngot, 1);
	CHECK_INT("there is no more to wait for",
	    evtimer_pending(&peer.query.wait, NULL), 0);

	begin(0);
	arrives('r', T0 + 5 * MS, NONCE);
	wakeup(T0 + 6 * MS);
	timeout(T0 + 16 * MS);
	check("no stamp at all", 0, T0, T0 + 5 * MS, false);
	CHECK_INT("is a larger error", got[0].error > 40e-6, 1);
	CHECK_INT("once", ngot, 1);
}

static void
test_held(void)
{
	begin(0);
	arrives('b', T0 + 4 * MS, NONCE + 1);
	wakeup(T0 + 4 * MS);
	CHECK_INT("a bogus one is not held", ngot, 1);
	arrives('r', T0 + 5 * MS, NONCE);
	arrives('b', T0 + 5 * MS, 0);
	wakeup(T0 + 6 * MS);
	CHECK_INT("nor while the true one is", got_first[1], 'b');
	timeout(T0 + 16 * MS);
	CHECK_INT("which is not lost", got_first[2], 'r');

	begin(0);
	arrives('r', T0 + 5 * MS, NONCE);
	wakeup(T0 + 6 * MS);
	engine_query_close(&peer.query);
	CHECK_INT("closed with a reply held", peer.query.held, 0);
	CHECK_INT("closed with a reply held", ngot, 0);
}

static void
test_jump(void)
{
	begin(T0 - 20000);
	engine.jumps++;
	engine.wall += 3600 * 1000 * MS;
	arrives('r', T0 + 5 * MS, NONCE);	/* on the old clock */
	wakeup(T0 + 6 * MS);
	check("the clock was set meanwhile", 0, T0 - 20000, T0 + 6 * MS,
	    true);

	begin(0);
	engine.jumps++;
	engine.wall += 3600 * 1000 * MS;
	txstamp = WALL + T0 + 30000;
	wakeup(T0 + MS);
	CHECK_INT("a stamp of the old clock", peer.query.stamp,
	    IO_STAMP_DAEMON);
}

static void
test_errors(void)
{
	static const int	 errors[] = {
		EACCES, EPERM, EMFILE, ENFILE, ENOBUFS, ENOMEM, ENETDOWN,
		ENETUNREACH, EHOSTUNREACH, EADDRNOTAVAIL, EAFNOSUPPORT,
		ECONNREFUSED, EINVAL, EIO, EAGAIN, EMSGSIZE, EINTR
	};
	size_t			 i;

	for (i = 0; i < nitems(errors); i++) {
		client_error = errors[i];
		begin(0);
		CHECK_INT("socket, bind, connect", peer.query.fd, -1);
		CHECK_INT("counted", peer.assoc.count.senterr, 1);
		CHECK_INT("no query is open", peer.assoc.phase, ASSOC_IDLE);
		client_error = 0;
		query_error = errors[i];
		begin(0);
		CHECK_INT("send", peer.query.fd, -1);
		CHECK_INT("counted", peer.assoc.count.senterr, 1);
		CHECK_INT("a route is there", peer.noroute, 0);
		CHECK_INT("but no way out", peer.unsent, 1);
		route = hurried = false;
		begin(0);
		CHECK_INT("whose fault", peer.noroute,
		    errors[i] == ENETUNREACH);
		CHECK_INT("its end is awaited", hurried,
		    errors[i] == ENETUNREACH);
		route = true;
		query_error = 0;
		begin(T0 - 20000);
		recv_error = errors[i];
		arrives('r', T0 + 5 * MS, NONCE);
		wakeup(T0 + 6 * MS);
		CHECK_INT("receive: the reply is behind it", ngot, 1);
	}
}

int
main(void)
{
	event_init();
	log_init("test", true, -1);
	name.engine = &engine;
	name.conf = &conf;
	/* slewing, so that no scale can pass for another */
	osc_init(&engine.osc, (mono_t){ 0 }, 1e-3,
	    ntptime_from_unix(1800000000, 0));
	peer.query.fd = -1;
	test_stamps();
	test_late_stamp();
	test_held();
	test_jump();
	test_errors();
	return test_done("engine_query");
}
