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
 * engine_server.c on real sockets over loopback: what replies say, what
 * time is in them while the clock is being slewed or set, and that every
 * request is accounted for.
 */

#include <sys/types.h>
#include <sys/socket.h>

#include <event.h>
#include <stdlib.h>
#include <unistd.h>

#include "engine.h"
#include "now.h"
#include "packet.h"
#include "test.h"

#define SLEWED	20000	/* us between a refresh and a reply */
#define CLOSE	20e-6	/* s, what a reply may be off */
#define QUEUED	150	/* more than one wakeup answers */

static struct engine	 engine;
static int64_t		 wall_error;	/* ns, of the next wakeup */
static bool		 jump;		/* seen by the next wakeup */
static uint8_t		 answer[IO_MSGMAX];

void
engine_wake(struct engine *e, struct sync_now *out)
{
	struct now	 now;

	now_read(&now);
	e->wall = now_wall(&now) + wall_error;
	e->jumps += jump;
	jump = false;
	out->mono = now.mono;
	out->osc = osc_from_mono(&e->osc, now.mono);
	out->real = now.real;
	out->unixtime = now.sec;
}

void
engine_hurry(struct engine *e, mono_t now)
{
}

static void
listen_on(const char *str, uint32_t id, struct addr *a)
{
	struct sockaddr_storage	 ss;
	struct msg_listen	 m;
	struct imsg_in		 in;
	socklen_t		 len;

	memset(&in, 0, sizeof(in));
	memset(&m, 0, sizeof(m));
	if (addr_parse(a, str, 0) == -1)
		abort();
	len = addr_to_sa(a, &ss);
	in.fd = socket(ss.ss_family, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	if (in.fd == -1 || bind(in.fd, (struct sockaddr *)&ss, len) == -1 ||
	    io_local(in.fd, a) == -1) {
		perror(str);
		exit(1);
	}
	m.id = id;
	m.addr = *a;
	in.data = &m;
	in.len = sizeof(m);
	engine_server_listen(&engine, NULL, &in);
}

static void
gone(uint32_t id)
{
	struct imsg_in	 in;

	memset(&in, 0, sizeof(in));
	in.data = &id;
	in.len = sizeof(id);
	engine_server_gone(&engine, NULL, &in);
}

/* A configuration with those listeners, without limits. */
static void
configure(void)
{
	struct conf_node	*n;
	uint32_t		 id;

	engine.conf = conf_new();
	engine.conf->global.limits = CONF_LIMIT_OFF;
	for (id = 1; id <= 2; id++) {
		if ((n = calloc(1, sizeof(*n))) == NULL)
			abort();
		n->listen.id = id;
		TAILQ_INSERT_TAIL(&engine.conf->listens, n, entry);
	}
	engine_server_conf(&engine);
}

static unsigned int
listening(void)
{
	struct listener	*l;
	unsigned int	 n = 0;

	TAILQ_FOREACH(l, &engine.server.listeners, entry)
		n++;
	return n;
}

static int
client(const char *str, uint16_t port)
{
	struct addr	 to;
	int		 fd;

	if (addr_parse(&to, str, port) == -1 ||
	    (fd = io_client(&to, NULL)) == -1) {
		perror(str);
		exit(1);
	}
	return fd;
}

/* Send len octets of a request; let the server run; the answer's length. */
static ssize_t
ask(int fd, size_t len)
{
	uint8_t		 pkt[64] = { 0 };
	ssize_t		 n;

	packet_request(pkt, 0x1122334455667788ULL);
	if (send(fd, pkt, len, 0) == -1)
		abort();
	/* over loopback all has happened when the server has run */
	event_loop(EVLOOP_ONCE);
	n = recv(fd, answer, sizeof(answer), MSG_DONTWAIT);
	return n > 0 ? n : 0;
}

static struct servestat
counted(void)
{
	struct servestat	 s;

	engine_server_count(&engine, &s);
	return s;
}

/* Kernels switch stamps on a little after they were asked to. */
static void
warm_up(int fd)
{
	uint64_t unstamped;
	int	 i;

	for (i = 0; i < 2000; i++) {
		unstamped = counted().unstamped;
		if (ask(fd, NTP_HEADER_LEN) > 0 &&
		    counted().unstamped == unstamped)
			break;
		usleep(1000);
	}
}

static struct packet
decoded(void)
{
	struct packet	 p;

	if (packet_decode(&p, answer, NTP_HEADER_LEN) == -1)
		abort();
	return p;
}

/* An estimate: the clock is 100 s slow and being slewed. */
static void
estimate(double adj)
{
	struct estimate	*est = &engine.sync.est;
	struct now	 now;

	now_read(&now);
	osc_init(&engine.osc, now.mono, adj, now.real);
	memset(est, 0, sizeof(*est));
	est->valid = true;
	est->at = osc_from_mono(&engine.osc, now.mono);
	est->offset = 100;
	est->freq = 1e-4;
	est->rootdelay = 0.25;
	est->rootdisp = 0.125;
	est->stratum = 3;
	est->refid = 0x01020304;
	engine.sync.synced = true;
	engine.sync.last_update = now.mono;
}

static void
refresh(void)
{
	struct sync_now	 now;

	engine_wake(&engine, &now);
	engine_server_refresh(&engine, &now);
}

/* True time, as the estimate has it, now. */
static ntptime_t
truth(void)
{
	return sync_time(&engine.sync, &engine.osc,
	    osc_from_mono(&engine.osc, now_mono()));
}

static void
check_times(const char *what, int fd)
{
	ntptime_t	 before = truth(), after;
	struct packet	 p;

	CHECK_INT(what, ask(fd, NTP_HEADER_LEN), NTP_HEADER_LEN);
	after = truth();
	p = decoded();
	CHECK_INT(what, p.origin.t, 0x1122334455667788ULL);
	CHECK_INT(what, ntptime_diff(p.receive, before) > -CLOSE, 1);
	CHECK_INT(what, ntptime_diff(p.transmit, p.receive) > 0, 1);
	CHECK_INT(what, ntptime_diff(after, p.transmit) > -CLOSE, 1);
}

static void
test_says(int fd)
{
	struct packet	 p;

	engine.sync.synced = false;
	refresh();
	CHECK_INT("unsynced", ask(fd, NTP_HEADER_LEN), NTP_HEADER_LEN);
	p = decoded();
	CHECK_INT("unsynced", p.leap, LEAP_ALARM);
	CHECK_INT("unsynced", p.stratum, 0);

	estimate(0);
	engine.sync.synced = false;
	refresh();
	CHECK_INT("too uncertain", ask(fd, NTP_HEADER_LEN), NTP_HEADER_LEN);
	CHECK_INT("too uncertain", decoded().leap, LEAP_ALARM);

	estimate(0);
	engine.sync.leap = LEAP_INSERT;
	refresh();
	CHECK_INT("synced", ask(fd, NTP_HEADER_LEN), NTP_HEADER_LEN);
	p = decoded();
	CHECK_INT("synced", p.mode, MODE_SERVER);
	CHECK_INT("synced", p.leap, LEAP_INSERT);
	CHECK_INT("synced", p.stratum, 3);
	CHECK_INT("synced", p.refid, 0x01020304);
	CHECK_NEAR("synced", p.rootdelay, 0.25, 1e-4);
	CHECK_NEAR("synced", p.rootdisp, 0.125, 1e-3);
	CHECK_NEAR("reference time", ntptime_diff(sync_time(&engine.sync,
	    &engine.osc, osc_from_mono(&engine.osc,
	    engine.sync.last_update)), p.reftime), 0, 1e-3);
	engine.sync.leap = LEAP_NONE;
}

static void
test_times(int fd)
{
	estimate(0);
	refresh();
	check_times("on time", fd);
	estimate(0.1);
	refresh();
	usleep(SLEWED);
	check_times("slewed by 10 %", fd);
	estimate(-0.1);
	refresh();
	usleep(SLEWED);
	check_times("the other way", fd);

	/* the stamp is of a clock that was set since */
	estimate(0);
	refresh();
	wall_error = 3600 * INT64_C(1000000000);
	jump = true;
	check_times("set back by an hour", fd);
	wall_error = -wall_error;
	jump = true;
	check_times("set forward by an hour", fd);
	wall_error = INT64_C(100000000);
	jump = true;
	check_times("set back by 100 ms", fd);
	wall_error = -wall_error;
	jump = true;
	check_times("set forward by 100 ms", fd);
	/* no jump, and yet no sense in it */
	refresh();
	check_times("a stamp from the future", fd);
	wall_error = 2 * INT64_C(1000000000);
	refresh();
	check_times("a stamp of long ago", fd);
	wall_error = 0;
}

/*
 * More than one wakeup takes, and the clock is set while they wait: stamps
 * from before that are not believed in the next wakeup either.
 */
static void
test_queue(int fd)
{
	uint8_t		 pkt[NTP_HEADER_LEN];
	ntptime_t	 before;
	struct packet	 p;
	int64_t		 sec;
	uint32_t	 nsec;
	int		 i, n = 0;

	estimate(0);
	refresh();
	before = truth();
	packet_request(pkt, 1);
	for (i = 0; i < QUEUED; i++) {
		if (send(fd, pkt, sizeof(pkt), 0) == -1)
			abort();
		/* stamps in the error queue take the place of answers */
		if (io_txstamp(fd, &sec, &nsec) == -1)
			abort();
	}
	wall_error = -INT64_C(100000000);
	jump = true;
	/* a busy machine may deliver some of them late */
	for (i = 0; i < 2000 && n < QUEUED; i++) {
		event_loop(EVLOOP_NONBLOCK);
		while (recv(fd, answer, sizeof(answer), MSG_DONTWAIT) > 0) {
			n++;
			p = decoded();
			CHECK_INT("not before it was sent",
			    ntptime_diff(p.receive, before) > -CLOSE, 1);
			CHECK_INT("and in order",
			    ntptime_diff(p.transmit, p.receive) > 0, 1);
		}
		if (n < QUEUED)
			usleep(1000);
	}
	CHECK_INT("all answered", n, QUEUED);
	wall_error = 0;
	jump = true;
	(void)ask(fd, NTP_HEADER_LEN);
}

static void
test_counts(int fd)
{
	struct servestat before = counted(), s;
	uint8_t		 pkt[NTP_HEADER_LEN];
	int		 i, n = 0;

	CHECK_INT("too short", ask(fd, NTP_HEADER_LEN - 1), 0);
	s = counted();
	CHECK_INT("counted", s.packets, before.packets + 1);
	CHECK_INT("its octets", s.octets_in, before.octets_in + 75);
	CHECK_INT("as dropped", s.drop[SERVE_SHORT],
	    before.drop[SERVE_SHORT] + 1);
	CHECK_INT("not as answered", s.replies, before.replies);

	packet_request(pkt, 1);
	for (i = 0; i < 100; i++) {
		if (send(fd, pkt, sizeof(pkt), 0) == -1)
			abort();
	}
	event_loop(EVLOOP_ONCE);
	while (recv(fd, answer, sizeof(answer), MSG_DONTWAIT) > 0)
		n++;
	s = counted();
	CHECK_INT("a hundred at once", n, 100);
	CHECK_INT("counted", s.packets, before.packets + 101);
	CHECK_INT("counted", s.replies, before.replies + 100);
	CHECK_INT("IPv4", s.ipv4, s.packets);
	CHECK_INT("version", s.version[4], s.packets);
	CHECK_INT("all accounted for", s.replies + servestat_dropped(&s),
	    s.packets);
	CHECK_INT("stamped by the kernel", s.unstamped, before.unstamped);
	CHECK_INT("later than they came", s.latency_ns > before.latency_ns, 1);
}

static void
test_broadcast(uint16_t port)
{
	struct sockaddr_storage	 ss;
	struct servestat	 before = counted(), s;
	uint8_t			 pkt[NTP_HEADER_LEN];
	struct addr		 to;
	socklen_t		 len;
	int			 fd, on = 1;

	if (addr_parse(&to, "127.255.255.255", port) == -1)
		abort();
	len = addr_to_sa(&to, &ss);
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	packet_request(pkt, 1);
	if (setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on)) == -1 ||
	    sendto(fd, pkt, sizeof(pkt), 0, (struct sockaddr *)&ss,
	    len) == -1)
		abort();
	event_loop(EVLOOP_ONCE);
	s = counted();
	CHECK_INT("to everybody: seen", s.drop[SERVE_NOTUS],
	    before.drop[SERVE_NOTUS] + 1);
	CHECK_INT("and not answered", s.replies, before.replies);
	close(fd);
}

int
main(void)
{
	struct addr	 any, one, six;
	struct servestat s, before;
	int		 fd, warm = io_warm();

	event_init();
	log_init("test", true, -1);
	engine_server_init(&engine);
	configure();
	engine.precision = -20;
	listen_on("0.0.0.0", 1, &any);
	listen_on("127.0.0.1", 2, &one);
	engine.started = true;
	engine_server_start(&engine);
	listen_on("::1", 2, &six);

	fd = client("127.0.0.3", any.port);
	warm_up(fd);
	test_says(fd);
	test_times(fd);
	test_queue(fd);
	test_counts(fd);
	test_broadcast(any.port);
	close(fd);
	fd = client("127.0.0.1", one.port);
	CHECK_INT("bound to an address", ask(fd, NTP_HEADER_LEN),
	    NTP_HEADER_LEN);
	close(fd);
	fd = client("::1", six.port);
	CHECK_INT("added later", ask(fd, NTP_HEADER_LEN), NTP_HEADER_LEN);
	close(fd);
	before = counted();
	CHECK_INT("counted as IPv6", before.ipv6, 1);

	gone(3);
	CHECK_INT("nobody has that number", listening(), 3);
	gone(2);
	CHECK_INT("two have that", listening(), 1);
	s = counted();
	CHECK_MEM("what they counted stays", &s, &before, sizeof(s));
	if (warm != -1)
		close(warm);
	return test_done("engine_server");
}
