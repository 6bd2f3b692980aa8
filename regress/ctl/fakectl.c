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
 * A daemon's control socket that answers as told:
 *
 *	fakectl SOCKET SCENARIO COMMAND [ARGUMENT ...]
 *
 * listens, plays the scenario to whoever connects, and runs the command,
 * whose exit status it returns.
 */

#include <sys/types.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <err.h>
#include <float.h>
#include <imsg.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compat.h"
#include "ctl.h"

struct world {
	const struct ctl_status *status;	/* NULL: no row */
	const struct ctl_peer	*peers;
	uint32_t		 npeers;
	const struct ctl_sensor	*sensors;
	uint32_t		 nsensors;
	const struct ctl_server	*server;
	const struct ctl_listener *listeners;
	uint32_t		 nlisteners;
	const struct ctl_nts	*nts;
	uint32_t		 nnts;
	const struct ctl_client	*clients;
	uint32_t		 nclients;
	const struct msg_process *processes;
	uint32_t		 nprocesses;
	const struct ctl_ke	*ke;	/* NULL: no row */
	const struct ctl_constraint *constraints;
	uint32_t		 nconstraints;
};

#define V4(a, b, c, d) \
	{ .family = ADDR_V4, .port = 123, .ip = { a, b, c, d } }
#define REFID(a, b, c, d) \
	((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (c) << 8 | (d))

/* 2026-07-30 12:34:56 UTC */
#define NOW	1785414896

static const struct ctl_status normal_status = {
	.peers = 5, .peers_valid = 3,
	.constraints = 4, .constraints_valid = 2,
	.constraint_errors = 1, .constraint_offset = -0.4,
	.clock = CTL_CLOCK_SYNCED, .synced = 1, .stratum = 2,
	.leap = LEAP_INSERT, .precision = -25, .verbose = 1,
	.refid = REFID(192, 0, 2, 1), .tai = 37,
	.refaddr = V4(192, 0, 2, 1),
	.clock_offset = 12.3456e-6, .last_offset = -345e-9,
	.freq = 12.3456e-6, .skew = 0.0123e-6, .wander = 0.06e-6,
	.adj = 12.4e-6, .residual = 0.0456e-6,
	.rootdelay = 1.234e-3, .rootdisp = 0.567e-3,
	.maxerror = 2.345e-3, .esterror = 45.6e-6,
	.last_update = 12.9, .uptime = 3 * 86400 + 4 * 3600 + 59,
	.leap_at = 1798761600, .now = NOW,
	.updates = 123, .steps = 1,
	.requests = 18446744073709551615U, .replies = 4711, .dropped = 7,
	.budget = 500e9, .budget_used = 123456789012, .budget_answered = 0.75,
	.version = "1.0",
};

static const struct ctl_peer normal_peers[] = {
	{
		.name = "pool.ntp.org", .addr = V4(192, 0, 2, 1), .pool = 1,
		.state = CTL_PEER_VALID, .tally = '*', .weight = 1,
		.trust = 10, .stratum = 1, .reach = 0377, .poll = 6,
		.minpoll = 6, .maxpoll = 10, .version = 4,
		.txstamp = CTL_STAMP_KERNEL, .rxstamp = CTL_STAMP_DAEMON,
		.samples = 17, .refid = REFID('G', 'P', 'S', 0),
		.next = 12.4, .interval = 33.2,
		.offset = -0.1424e-3, .offset_error = 31.2e-6,
		.delay = 0.6021e-3, .jitter = 1.0664e-3,
		.freq = 0.001e-6, .skew = 0.02e-6,
		.rootdelay = 0, .rootdisp = 1e-6, .distance = 0.3e-3,
		.last = 20.8,
		.sent = 40, .received = 42, .accepted = 39, .bogus = 1,
		.unsolicited = 2,
	}, {
		.name = "pool.ntp.org", .target = "n.pool.example.com",
		.addr = V4(198, 51, 100, 222),
		.pool = 1, .state = CTL_PEER_INVALID, .tally = 'x',
		.weight = 1, .trust = 3, .stratum = 2, .reach = 0376,
		.poll = 6, .minpoll = 6, .maxpoll = 10, .version = 4,
		.samples = 8, .refid = REFID(203, 0, 113, 255),
		.next = 60, .interval = 64, .offset = 0.3001,
		.offset_error = 55e-6, .delay = 21.7e-3, .jitter = 0.1e-3,
		.freq = -0.4e-6, .skew = 0.2e-6, .rootdelay = 12e-3,
		.rootdisp = 3e-3, .distance = 20e-3, .last = 85,
		.sent = 9, .received = 8, .accepted = 8,
		.reason = "falseticker",
	}, {
		.name = "ntp.example.org",
		.addr = { .family = ADDR_V6, .port = 1123,
		    .ip = { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 } },
		.state = CTL_PEER_VALID, .tally = '+', .weight = 10,
		.trust = 10, .trusted = 1, .prefer = 1, .stratum = 3,
		.reach = 1, .poll = 10, .minpoll = 6, .maxpoll = 10,
		.version = 4, .samples = 64, .refid = REFID(1, 2, 3, 4),
		.next = 1000, .interval = 1024, .offset = 0.9e-6,
		.offset_error = 12e-9, .delay = 99.96e-3, .jitter = 0,
		.freq = 0, .skew = 0, .rootdelay = 0.1, .rootdisp = 0.05,
		.distance = 0.2, .last = 1023, .sent = 100, .received = 100,
		.accepted = 100,
	}, {
		.name = "192.0.2.77", .addr = V4(192, 0, 2, 77),
		.state = CTL_PEER_VALID, .tally = '-', .weight = 1,
		.trust = 7, .noselect = 1, .stratum = 15, .reach = 0252,
		.poll = 3, .minpoll = 3, .maxpoll = 4, .version = 3,
		.samples = 6, .refid = REFID(127, 127, 1, 1), .next = 0.4,
		.interval = 8, .offset = 1.5, .offset_error = 0.25,
		.delay = 0.2, .jitter = 0.1, .last = 3, .sent = 1,
		.received = 1, .accepted = 1,
		.reason = "not to be selected",
	}, {
		.name = "late.example.org", .state = CTL_PEER_RESOLVING,
		.tally = ' ', .weight = 1, .minpoll = 6, .maxpoll = 10,
		.poll = 6, .next = 1, .offset = NAN, .offset_error = NAN,
		.delay = NAN, .jitter = NAN, .freq = NAN, .skew = NAN,
		.rootdelay = NAN, .rootdisp = NAN, .distance = NAN,
		.last = -1, .reason = "no address yet",
	},
};

static const struct ctl_sensor normal_sensors[] = {
	{
		.name = "nmea0", .refid = "GPS", .state = CTL_PEER_VALID,
		.tally = '*', .weight = 1, .good = 1, .stratum = 1,
		.reach = 255, .next = 3, .interval = 15, .last = 1,
		.offset = 0.123e-3, .offset_error = 0.4e-6,
		.correction = 70e-3,
	}, {
		.name = "nmea1", .state = CTL_PEER_STARTING, .tally = ' ',
		.weight = 1, .stratum = 1, .last = -1, .offset = NAN,
		.offset_error = NAN, .correction = 0,
		.reason = "says nothing",
	},
};

static const struct ctl_constraint normal_constraints[] = {
	{
		.name = "www.example.org", .path = "/",
		.addr = { .family = ADDR_V4, .port = 443,
		    .ip = { 192, 0, 2, 80 } },
		.state = CTL_CONSTRAINT_VALID, .all = 1, .checked = 1,
		.offset = -0.412, .rtt = 23.4e-3, .last = 4711, .next = 80000,
		.answers = 2,
	}, {
		.name = "www.example.org", .path = "/",
		.addr = { .family = ADDR_V6, .port = 443,
		    .ip = { 0x20, 0x01, 0x0d, 0xb8, [15] = 0x80 } },
		.state = CTL_CONSTRAINT_FAILING, .all = 1,
		.offset = 0.2, .rtt = 0.3, .last = 90000, .next = 61,
		.answers = 1, .errors = 3, .reason = "Connection refused",
	}, {
		.name = "192.0.2.99", .path = "/time",
		.addr = { .family = ADDR_V4, .port = 8443,
		    .ip = { 192, 0, 2, 99 } },
		.state = CTL_CONSTRAINT_INVALID, .offset = NAN, .rtt = NAN,
		.last = -1, .next = 14.2, .errors = 1,
		.reason = "no TLS handshake within 10 s",
	}, {
		.name = "late.example.org", .path = "/",
		.state = CTL_CONSTRAINT_RESOLVING, .offset = NAN, .rtt = NAN,
		.last = -1, .reason = "being resolved",
	},
};

/* Nothing configured, nothing known, never anything done. */
static const struct ctl_status empty_status = {
	.clock = CTL_CLOCK_STARTING, .leap = LEAP_ALARM, .noclock = 1,
	.constraint_offset = NAN,
	.clock_offset = NAN, .last_offset = NAN, .freq = NAN,
	.skew = NAN, .wander = NAN, .adj = NAN, .residual = NAN,
	.rootdelay = NAN, .rootdisp = NAN,
	.maxerror = NAN, .esterror = NAN, .last_update = -1,
	.budget = NAN, .budget_used = NAN, .budget_answered = NAN,
};

/* All that could go out of bounds does. */
static const struct ctl_status extreme_status = {
	.peers = UINT32_MAX, .peers_valid = UINT32_MAX,
	.sensors = 2, .sensors_valid = 1,
	.constraints = UINT32_MAX, .constraint_offset = INFINITY,
	.clock = 200, .stratum = 255, .leap = 9, .precision = 127,
	.verbose = 77, .refid = REFID('a', 27, '[', 'm'), .tai = INT32_MIN,
	.refaddr = { .family = 99, .port = 65535 },
	.clock_offset = -DBL_MAX, .last_offset = 1e-12,
	.freq = 1e300, .skew = INFINITY, .wander = 1e-300,
	.adj = -499.9999e-6, .residual = -1e300,
	.rootdelay = 65536, .rootdisp = 1e9, .maxerror = -INFINITY,
	.esterror = DBL_MIN, .last_update = 1e20, .uptime = -5,
	.leap_at = INT64_MIN, .now = INT64_MAX, .updates = UINT64_MAX,
	.version = "v\x1b[31mred\n\"\\\xff",
};

static const struct ctl_peer extreme_peers[] = {
	{
		.name = "a\x1b]0;title\x07\nb.example.org", .pool = 1,
		.addr = { .family = ADDR_V6, .scope = 4000000000U,
		    .ip = { 0xfe, 0x80, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } },
		.state = CTL_PEER_VALID, .tally = 0x1b, .weight = 255,
		.trust = 255, .stratum = 255, .leap = 255, .reach = 255,
		.poll = -128, .minpoll = 127, .maxpoll = 32, .version = 255,
		.txstamp = 255, .rxstamp = 255, .samples = UINT32_MAX,
		.refid = REFID(255, 255, 255, 255), .next = -1e6,
		.interval = 1e6, .offset = -1.7e9, .offset_error = 1e5,
		.delay = 86400e4, .jitter = NAN, .freq = -1, .skew = 1e9,
		.rootdelay = -1e-9, .rootdisp = DBL_MAX, .distance = -NAN,
		.last = 1e9, .sent = UINT64_MAX, .reason = "caf\xc3\xa9",
	}, {
		.name = "x", .addr = V4(203, 0, 113, 1),
		.state = 255, .tally = '?',
		.refid = REFID('R', 'A', 'T', 'E'), .offset = INFINITY,
		.delay = -INFINITY, .last = 999.99, .poll = 17,
		.interval = 131072, .next = 99999.5,
	},
};

static const struct ctl_sensor extreme_sensors[] = {
	{
		.name = "0123456789012345678901234567890123456789"
		    "01234567890123456789012",
		.refid = "ABCDEFG", .state = CTL_PEER_VALID, .tally = '+',
		.weight = 10, .good = 255, .stratum = 15, .reach = 255,
		.last = 1e20, .offset_error = DBL_MAX, .next = -1,
		.interval = 1e9, .offset = -12345.678, .correction = 127,
	},
};

static const struct ctl_constraint extreme_constraints[] = {
	{
		.name = "\x1b[31mred\n", .path = "/\"\\\xff",
		.addr = { .family = 99, .port = 65535 },
		.state = 200, .all = 255, .checked = 255,
		.offset = -1.7e9, .rtt = DBL_MAX, .last = 1e20, .next = -5,
		.answers = UINT64_MAX, .errors = UINT64_MAX,
		.reason = "caf\xc3\xa9\x07",
	}, {
		.name = "x", .state = CTL_CONSTRAINT_STARTING,
		.offset = INFINITY, .rtt = NAN, .last = -INFINITY,
		.next = 1e300,
	},
};

static const struct ctl_server normal_server = {
	.listeners = 2, .since = 3 * 86400 + 4 * 3600 + 59,
	.dropped = 40816, .latency = 12.3e-6,
	.count = {
		.packets = 1234567, .replies = 1193751,
		.octets_in = 93827092, .octets_out = 90725076,
		.ipv4 = 1000000, .ipv6 = 234567, .unstamped = 1,
		.kisses = 12, .interleaved = 3456, .octets_shed = 7890000,
		.version = { 0, 2, 1, 34567, 1199997 },
		.mode = { [1] = 3, [3] = 1234000, [6] = 564 },
		.drop = {
			[SERVE_SHORT] = 816, [SERVE_MODE] = 564,
			[SERVE_VERSION] = 39430, [SERVE_PORT0] = 1,
			[SERVE_NOTUS] = 2, [SERVE_UNSENT] = 3,
		},
		.latency = { 0, 0, 100, 1000000, 193000, 0, 651, 0, 0, 0, 3 },
		.latency_ns = 14683174200,
	},
	.rate = {
		{ 1.0004, 812, 799, 61712, 60724 },
		{ 60.01, 1234.5, 1200.25, 93822, 91219 },
		{ 3599.2, 4.51, 4.36, 342.6, 331.4 },
	},
};

static const struct ctl_listener normal_listeners[] = {
	{
		.addr = V4(0, 0, 0, 0), .packets = 1000000,
		.replies = 998000, .dropped = 2000, .octets_in = 76000000,
		.octets_out = 75848000, .latency = 12.1e-6,
	}, {
		.addr = { .family = ADDR_V6, .port = 123,
		    .ip = { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 } },
		.ifname = "eth0", .workers = 4, .packets = 234567,
		.replies = 195751,
		.dropped = 38816, .octets_in = 22518432,
		.octets_out = 18792096, .latency = NAN,
	},
};

static const struct ctl_server empty_server = {
	.latency = NAN,
	.rate = {
		{ 0, NAN, NAN, NAN, NAN },
		{ 0, NAN, NAN, NAN, NAN },
		{ 0, NAN, NAN, NAN, NAN },
	},
};

#define MAX	UINT64_MAX
static const struct ctl_server extreme_server = {
	.listeners = UINT32_MAX, .since = DBL_MAX, .dropped = MAX,
	.latency = -1,
	.count = {
		.packets = MAX, .replies = MAX, .octets_in = MAX,
		.octets_out = MAX, .ipv4 = MAX, .ipv6 = MAX,
		.unstamped = MAX, .kisses = MAX, .interleaved = MAX,
		.octets_shed = MAX,
		.version = { MAX, MAX, MAX, MAX, MAX, MAX, MAX, MAX },
		.mode = { MAX, MAX, MAX, MAX, MAX, MAX, MAX, MAX },
		.drop = { [SERVE_SHORT] = MAX, [SERVE_UNSENT] = MAX },
		.latency = { [0] = MAX - 1, [SERVESTAT_BUCKETS - 1] = 1 },
		.latency_ns = MAX,
	},
	.rate = {
		{ DBL_MAX, DBL_MAX, DBL_MAX, DBL_MAX, DBL_MAX },
		{ -1, -1, -1, -1, -1 },
		{ NAN, INFINITY, -INFINITY, 1e-300, 0 },
	},
};

static const struct ctl_listener extreme_listeners[] = {
	{
		.addr = { .family = 77 }, .packets = MAX, .replies = MAX,
		.dropped = MAX, .octets_in = MAX, .octets_out = MAX,
		.latency = INFINITY,
	}, {
		.addr = { .family = ADDR_V6, .scope = 4000000000U,
		    .ip = { 0xfe, 0x80, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } },
		.ifname = "\x1b[2Jeth0.\xff\xff__",
	},
};

static const struct ctl_nts normal_nts[] = {
	{ .name = "time.example.org", .addr = V4(192, 0, 2, 1),
	    .ke = V4(192, 0, 2, 1), .state = CTL_NTS_KEYS, .cookies = 8,
	    .cookielen = 100, .age = 86400 + 7200, .next = NAN,
	    .established = 1 },
	{ .name = "ntp.example.net", .target = "a.pool.example.com",
	    .addr = V4(198, 51, 100, 7), .ke = V4(203, 0, 113, 7), .state = CTL_NTS_DOUBT, .cookies = 5,
	    .pinned = 1, .cookielen = 104, .age = 300, .next = 12.3,
	    .established = 3, .failed = 1, .naks = 2, .rejected = 4 },
	{ .name = "no.example.com", .addr = V4(203, 0, 113, 9),
	    .ke = V4(203, 0, 113, 9), .state = CTL_NTS_NONE, .age = -1,
	    .next = 75.6, .failed = 7,
	    .reason = "connection failed: Connection refused" },
	{ .name = "nowhere.example.com", .age = -1, .next = NAN,
	    .reason = "no such name, or no address" },
};
static const struct ctl_nts extreme_nts[] = {
	{ .name = "\x1b[2J", .target = "\n\x9b", .state = 200, .cookies = 255, .pinned = 255,
	    .cookielen = 65535, .age = DBL_MAX, .next = INFINITY,
	    .established = UINT64_MAX, .failed = UINT64_MAX,
	    .naks = UINT64_MAX, .rejected = UINT64_MAX,
	    .reason = "\"\\\n" },
};

static const struct ctl_ke normal_ke = {
	.accepted = 1000, .done = 900, .refused = 10, .failed = 50, .bad = 20,
	.late = 11, .cut = 7, .open = 2, .keys = 10, .key = 2718281828U,
	.age = 43200, .expires = 86400 * 30,
};
static const struct ctl_ke extreme_ke = {
	.accepted = UINT64_MAX, .done = UINT64_MAX, .refused = UINT64_MAX,
	.failed = UINT64_MAX, .bad = UINT64_MAX, .late = UINT64_MAX,
	.cut = UINT64_MAX, .open = UINT32_MAX, .keys = UINT32_MAX,
	.key = UINT32_MAX, .age = DBL_MAX, .expires = NAN,
};

/* What shares a name, an address or both, and none of it is the same. */
#define UNRESOLVED \
	.state = CTL_PEER_RESOLVING, .tally = ' ', .weight = 1, .offset = NAN, \
	.offset_error = NAN, .delay = NAN, .jitter = NAN, .freq = NAN, \
	.skew = NAN, .distance = NAN, .last = -1, .reason = "being resolved"

static const struct ctl_peer twin_peers[] = {
	{ .name = "ntp.example.org", UNRESOLVED },
	{ .name = "ntp.example.org", .pool = 1, UNRESOLVED },
	{ .name = "ntp.example.net", UNRESOLVED },
	{ .name = "192.0.2.5", .addr = V4(192, 0, 2, 5), .weight = 1,
	    .tally = '?', .last = -1 },
	{ .name = "192.0.2.5", .weight = 1, .tally = '?', .last = -1,
	    .addr = { .family = ADDR_V4, .port = 124,
	    .ip = { 192, 0, 2, 5 } } },
};
static const struct ctl_nts twin_nts[] = {
	{ .name = "192.0.2.5", .addr = V4(192, 0, 2, 5),
	    .ke = V4(192, 0, 2, 5), .age = -1, .next = 1, .failed = 1 },
	{ .name = "192.0.2.5", .ke = V4(192, 0, 2, 5), .age = -1, .next = 1,
	    .failed = 2, .addr = { .family = ADDR_V4, .port = 124,
	    .ip = { 192, 0, 2, 5 } } },
};
#define TWIN(p, n) \
	{ .name = "192.0.2.80", .path = (p), .answers = (n), .last = 1, \
	    .addr = { .family = ADDR_V4, .port = 443, \
	    .ip = { 192, 0, 2, 80 } } }
static const struct ctl_constraint twin_constraints[] = {
	TWIN("/a", 1), TWIN("/b", 2),
};

static const struct msg_process normal_processes[] = {
	{ .name = "parent", .pid = 812, .cpu = 0.0123 },
	{ .name = "engine", .pid = 813, .cpu = 4711.25 },
	{ .name = "server", .pid = 814, .cpu = 3 * 86400 + 4 * 3600 },
	{ .name = "server", .pid = 4194303, .cpu = NAN },
};

static const struct ctl_client normal_clients[] = {
	{
		.addr = V4(192, 0, 2, 99), .len = 32, .limited = 1,
		.requests = 12345, .dropped = 11111, .rate = 20.25,
		.last = 0.04,
	}, {
		.addr = { .family = ADDR_V6,
		    .ip = { 0x20, 0x01, 0x0d, 0xb8, 0, 1, 0, 2 } },
		.len = 64, .interleaved = 1, .requests = 400, .rate = 0.0156,
		.last = 63.2,
	}, {
		.addr = V4(198, 51, 100, 0), .len = 24, .limited = 1,
		.interleaved = 1, .requests = 3, .dropped = 1,
		.rate = 0.001, .last = 4000,
	}, {
		.addr = V4(203, 0, 113, 7), .len = 32, .requests = 1,
		.rate = 0, .last = 86400,
	},
};

static const struct ctl_client extreme_clients[] = {
	{
		.addr = { .family = 77 }, .len = 255, .limited = 255,
		.interleaved = 255, .requests = UINT32_MAX,
		.dropped = UINT32_MAX, .rate = DBL_MAX, .last = DBL_MAX,
	}, {
		.addr = { .family = ADDR_V6,
		    .ip = { 0xfe, 0x80, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } },
		.len = 127, .rate = NAN, .last = -1,
	},
};

/* Rows, and how many. */
#define ROWS(member, a)	(a), .n##member = nitems(a)
static const struct world normal = {
	.status = &normal_status,
	.peers = ROWS(peers, normal_peers),
	.server = &normal_server,
	.listeners = ROWS(listeners, normal_listeners),
	.nts = ROWS(nts, normal_nts),
	.clients = ROWS(clients, normal_clients),
	.processes = ROWS(processes, normal_processes),
	.ke = &normal_ke,
	.constraints = ROWS(constraints, normal_constraints),
};
static const struct world sensors = {
	.status = &normal_status,
	.sensors = ROWS(sensors, normal_sensors),
	.server = &normal_server,
	.listeners = ROWS(listeners, normal_listeners),
	.clients = ROWS(clients, normal_clients),
	.processes = ROWS(processes, normal_processes),
};
static const struct world both = {
	.status = &normal_status,
	.peers = ROWS(peers, normal_peers),
	.sensors = ROWS(sensors, normal_sensors),
	.server = &normal_server,
	.listeners = ROWS(listeners, normal_listeners),
	.nts = ROWS(nts, normal_nts),
	.clients = ROWS(clients, normal_clients),
	.processes = ROWS(processes, normal_processes),
	.ke = &normal_ke,
	.constraints = ROWS(constraints, normal_constraints),
};
static const struct world empty = {
	.status = &empty_status,
	.server = &empty_server,
};
static const struct world twins = {
	.status = &normal_status,
	.peers = ROWS(peers, twin_peers),
	.server = &empty_server,
	.nts = ROWS(nts, twin_nts),
	.constraints = ROWS(constraints, twin_constraints),
};
static const struct world nothing = { NULL };
static const struct world extreme = {
	.status = &extreme_status,
	.peers = ROWS(peers, extreme_peers),
	.sensors = ROWS(sensors, extreme_sensors),
	.server = &extreme_server,
	.listeners = ROWS(listeners, extreme_listeners),
	.nts = ROWS(nts, extreme_nts),
	.clients = ROWS(clients, extreme_clients),
	.ke = &extreme_ke,
	.constraints = ROWS(constraints, extreme_constraints),
};

static void
put(struct imsgbuf *ibuf, uint32_t type, const void *data, size_t len)
{
	if (imsg_compose(ibuf, type, 0, 0, -1, data, len) == -1)
		err(1, "imsg_compose");
	while (imsgbuf_queuelen(ibuf) > 0) {
		if (imsgbuf_write(ibuf) == -1)
			_exit(0);	/* it hung up on us */
	}
}

static void
put_end(struct imsgbuf *ibuf, uint32_t result, uint32_t rows)
{
	struct ctl_end	 end = { result, rows };

	put(ibuf, IMSG_CTL_END, &end, sizeof(end));
}

static void
put_text(struct imsgbuf *ibuf, const char *s)
{
	put(ibuf, IMSG_CTL_TEXT, s, strlen(s) + 1);
}

static void
put_hello(struct imsgbuf *ibuf, uint32_t version)
{
	struct ctl_hello	 hello = { version };

	put(ibuf, IMSG_CTL_HELLO, &hello, sizeof(hello));
}

/* The next request; ends when there is none. */
static void
get(struct imsgbuf *ibuf, struct imsg *imsg)
{
	while (imsgbuf_get(ibuf, imsg) != 1) {
		if (imsgbuf_read(ibuf) != 1)
			_exit(0);
	}
}

static void
get_type(struct imsgbuf *ibuf, uint32_t type)
{
	struct imsg	 imsg;

	get(ibuf, &imsg);
	if (imsg_get_type(&imsg) != type)
		errx(1, "asked %s, want %s", msg_name(imsg_get_type(&imsg)),
		    msg_name(type));
	imsg_free(&imsg);
}

static void
get_hello(struct imsgbuf *ibuf)
{
	struct ctl_hello	 hello;
	struct imsg		 imsg;

	get(ibuf, &imsg);
	if (imsg_get_type(&imsg) != IMSG_CTL_HELLO ||
	    imsg_get_data(&imsg, &hello, sizeof(hello)) == -1 ||
	    hello.version != CTL_VERSION)
		errx(1, "that is no HELLO");
	imsg_free(&imsg);
}

static void
greet(struct imsgbuf *ibuf)
{
	get_hello(ibuf);
	put_hello(ibuf, CTL_VERSION);
}

/* n rows of a size, one after the other, and the end. */
static void
put_rows(struct imsgbuf *ibuf, uint32_t type, const void *row, size_t size,
    uint32_t n)
{
	uint32_t	 i;

	for (i = 0; i < n; i++)
		put(ibuf, type, (const char *)row + i * size, size);
	put_end(ibuf, CTL_OK, n);
}

#define PUT_ROWS(ibuf, type, row, n) \
	put_rows((ibuf), (type), (row), sizeof(*(row)), (n))

static void
show_rows(struct imsgbuf *ibuf, const struct world *w,
    const struct ctl_show *show)
{
	uint32_t	 n;

	switch (show->view) {
	case CTL_VIEW_STATUS:
		PUT_ROWS(ibuf, IMSG_CTL_ROW_STATUS, w->status,
		    w->status != NULL);
		return;
	case CTL_VIEW_PEERS:
		PUT_ROWS(ibuf, IMSG_CTL_ROW_PEER, w->peers, w->npeers);
		return;
	case CTL_VIEW_SENSORS:
		PUT_ROWS(ibuf, IMSG_CTL_ROW_SENSOR, w->sensors, w->nsensors);
		return;
	case CTL_VIEW_SERVER:
		PUT_ROWS(ibuf, IMSG_CTL_ROW_SERVER, w->server,
		    w->server != NULL);
		return;
	case CTL_VIEW_NTS:
		PUT_ROWS(ibuf, IMSG_CTL_ROW_NTS, w->nts, w->nnts);
		return;
	case CTL_VIEW_KE:
		PUT_ROWS(ibuf, IMSG_CTL_ROW_KE, w->ke, w->ke != NULL);
		return;
	case CTL_VIEW_CONSTRAINTS:
		PUT_ROWS(ibuf, IMSG_CTL_ROW_CONSTRAINT, w->constraints,
		    w->nconstraints);
		return;
	case CTL_VIEW_LISTENERS:
		PUT_ROWS(ibuf, IMSG_CTL_ROW_LISTENER, w->listeners,
		    w->nlisteners);
		return;
	case CTL_VIEW_PROCESSES:
		PUT_ROWS(ibuf, IMSG_CTL_ROW_PROCESS, w->processes,
		    w->nprocesses);
		return;
	case CTL_VIEW_CLIENTS:
		n = w->nclients < show->limit ? w->nclients : show->limit;
		PUT_ROWS(ibuf, IMSG_CTL_ROW_CLIENT, w->clients, n);
		return;
	}
	errx(1, "no view %u", show->view);
}

static void
answer(struct imsgbuf *ibuf, const struct world *w)
{
	struct ctl_show	 show;
	struct imsg	 imsg;

	greet(ibuf);
	for (;;) {
		get(ibuf, &imsg);
		if (imsg_get_type(&imsg) != IMSG_CTL_SHOW ||
		    imsg_get_data(&imsg, &show, sizeof(show)) == -1)
			errx(1, "that is no SHOW");
		imsg_free(&imsg);
		show_rows(ibuf, w, &show);
	}
}

static void
play_normal(struct imsgbuf *ibuf)
{
	answer(ibuf, &normal);
}

static void
play_sensors(struct imsgbuf *ibuf)
{
	answer(ibuf, &sensors);
}

static void
play_both(struct imsgbuf *ibuf)
{
	answer(ibuf, &both);
}

static void
play_empty(struct imsgbuf *ibuf)
{
	answer(ibuf, &empty);
}

static void
play_nothing(struct imsgbuf *ibuf)
{
	answer(ibuf, &nothing);
}

static void
play_extreme(struct imsgbuf *ibuf)
{
	answer(ibuf, &extreme);
}

static void
play_twins(struct imsgbuf *ibuf)
{
	answer(ibuf, &twins);
}

/* Say nothing until the other side gives up. */
static void
silent(struct imsgbuf *ibuf)
{
	char	 octet;

	while (read(ibuf->fd, &octet, 1) == 1)
		;
}

static void
play_silence(struct imsgbuf *ibuf)
{
	silent(ibuf);
}

static void
play_mute(struct imsgbuf *ibuf)
{
	greet(ibuf);
	silent(ibuf);
}

static void
play_version(struct imsgbuf *ibuf)
{
	get_hello(ibuf);
	put_hello(ibuf, 99);
}

static void
play_deaf(struct imsgbuf *ibuf)
{
	get_hello(ibuf);
}

static void
play_noise(struct imsgbuf *ibuf)
{
	char	 noise[64];

	get_hello(ibuf);
	memset(noise, 0xa5, sizeof(noise));
	if (write(ibuf->fd, noise, sizeof(noise)) == -1)
		err(1, "write");
}

static void
play_died(struct imsgbuf *ibuf)
{
	greet(ibuf);
	get_type(ibuf, IMSG_CTL_SHOW);
}

/* Two rows, and half of the third. */
static void
play_cut(struct imsgbuf *ibuf)
{
	struct imsg_hdr	 hdr = { IMSG_CTL_ROW_PEER,
			    IMSG_HEADER_SIZE + sizeof(struct ctl_peer), 0, 0 };

	greet(ibuf);
	get_type(ibuf, IMSG_CTL_SHOW);
	put(ibuf, IMSG_CTL_ROW_PEER, &normal_peers[0], sizeof(normal_peers[0]));
	put(ibuf, IMSG_CTL_ROW_PEER, &normal_peers[1], sizeof(normal_peers[1]));
	if (write(ibuf->fd, &hdr, sizeof(hdr)) == -1 ||
	    write(ibuf->fd, &normal_peers[2], 100) == -1)
		err(1, "write");
}

static void
play_few(struct imsgbuf *ibuf)
{
	greet(ibuf);
	get_type(ibuf, IMSG_CTL_SHOW);
	put(ibuf, IMSG_CTL_ROW_PEER, &normal_peers[0], sizeof(normal_peers[0]));
	put_end(ibuf, CTL_OK, 5);
}

static void
play_endless(struct imsgbuf *ibuf)
{
	greet(ibuf);
	get_type(ibuf, IMSG_CTL_SHOW);
	for (;;)
		put(ibuf, IMSG_CTL_ROW_PEER, &normal_peers[0],
		    sizeof(normal_peers[0]));
}

static void
play_shortrow(struct imsgbuf *ibuf)
{
	greet(ibuf);
	get_type(ibuf, IMSG_CTL_SHOW);
	put(ibuf, IMSG_CTL_ROW_PEER, &normal_peers[0], 100);
	put_end(ibuf, CTL_OK, 1);
}

static void
play_alien(struct imsgbuf *ibuf)
{
	greet(ibuf);
	get_type(ibuf, IMSG_CTL_SHOW);
	put(ibuf, IMSG_CTL_ROW_SENSOR, &normal_sensors[0],
	    sizeof(normal_sensors[0]));
	put_end(ibuf, CTL_OK, 1);
}

static void
play_refuse(struct imsgbuf *ibuf)
{
	greet(ibuf);
	get_type(ibuf, IMSG_CTL_SHOW);
	put_end(ibuf, CTL_DENIED, 0);
}

static void
play_reload(struct imsgbuf *ibuf)
{
	greet(ibuf);
	get_type(ibuf, IMSG_CTL_RELOAD);
	put_text(ibuf, "ntpd.conf:3:1: only 2 sources");
	put_end(ibuf, CTL_OK, 0);
}

static void
play_reload_bad(struct imsgbuf *ibuf)
{
	greet(ibuf);
	get_type(ibuf, IMSG_CTL_RELOAD);
	put_text(ibuf, "ntpd.conf:12:2: unknown keyword \"sever\", "
	    "did you mean \"server\"?");
	put_text(ibuf, "\tsever ntp.example.org \x1b[2J");
	put_text(ibuf, "\t^~~~~");
	put_end(ibuf, CTL_FAILED, 0);
}

static void
play_denied(struct imsgbuf *ibuf)
{
	greet(ibuf);
	get(ibuf, &(struct imsg){ .fd = -1 });
	put_end(ibuf, CTL_DENIED, 0);
}

static void
play_busy(struct imsgbuf *ibuf)
{
	greet(ibuf);
	get_type(ibuf, IMSG_CTL_RELOAD);
	put_end(ibuf, CTL_BUSY, 0);
}

static void
play_result(struct imsgbuf *ibuf)
{
	greet(ibuf);
	get_type(ibuf, IMSG_CTL_RELOAD);
	put_end(ibuf, 99, 0);
}

static void
play_notext(struct imsgbuf *ibuf)
{
	greet(ibuf);
	get_type(ibuf, IMSG_CTL_RELOAD);
	put(ibuf, IMSG_CTL_TEXT, NULL, 0);
	put_end(ibuf, CTL_OK, 0);
}

/* The level that was asked for comes back as text. */
static void
play_log(struct imsgbuf *ibuf)
{
	struct ctl_log	 level;
	struct imsg	 imsg;
	char		 text[32];

	greet(ibuf);
	get(ibuf, &imsg);
	if (imsg_get_type(&imsg) != IMSG_CTL_LOG ||
	    imsg_get_data(&imsg, &level, sizeof(level)) == -1)
		errx(1, "that is no LOG");
	imsg_free(&imsg);
	snprintf(text, sizeof(text), "verbose %d", level.verbose);
	put_text(ibuf, text);
	put_end(ibuf, CTL_OK, 0);
}

static const struct {
	const char	*name;
	void		 (*play)(struct imsgbuf *);
} scenario[] = {
	{ "normal", play_normal },
	{ "sensors", play_sensors },
	{ "both", play_both },
	{ "empty", play_empty },
	{ "nothing", play_nothing },
	{ "extreme", play_extreme },
	{ "twins", play_twins },
	{ "silence", play_silence },
	{ "mute", play_mute },
	{ "version", play_version },
	{ "deaf", play_deaf },
	{ "noise", play_noise },
	{ "died", play_died },
	{ "cut", play_cut },
	{ "few", play_few },
	{ "endless", play_endless },
	{ "shortrow", play_shortrow },
	{ "alien", play_alien },
	{ "refuse", play_refuse },
	{ "reload", play_reload },
	{ "reload_bad", play_reload_bad },
	{ "denied", play_denied },
	{ "busy", play_busy },
	{ "result", play_result },
	{ "notext", play_notext },
	{ "log", play_log },
};

static void
play(int listener, size_t n)
{
	struct imsgbuf	 ibuf;
	int		 fd;

	if ((fd = accept(listener, NULL, NULL)) == -1)
		err(1, "accept");
	if (imsgbuf_init(&ibuf, fd) == -1)
		err(1, "imsgbuf_init");
	scenario[n].play(&ibuf);
}

int
main(int argc, char *argv[])
{
	struct sockaddr_un	 sun = { .sun_family = AF_UNIX };
	pid_t			 server, command;
	size_t			 n;
	int			 fd, status;

	if (argc < 4)
		errx(2, "usage: fakectl socket scenario command ...");
	for (n = 0; n < nitems(scenario); n++) {
		if (strcmp(scenario[n].name, argv[2]) == 0)
			break;
	}
	if (n == nitems(scenario))
		errx(2, "no scenario %s", argv[2]);
	strlcpy(sun.sun_path, argv[1], sizeof(sun.sun_path));
	unlink(argv[1]);
	if ((fd = socket(AF_UNIX, SOCK_STREAM, 0)) == -1 ||
	    bind(fd, (struct sockaddr *)&sun, sizeof(sun)) == -1 ||
	    listen(fd, 1) == -1)
		err(2, "%s", argv[1]);
	if ((server = fork()) == 0) {
		play(fd, n);
		_exit(0);
	}
	if ((command = fork()) == 0) {
		close(fd);
		execvp(argv[3], argv + 3);
		err(2, "%s", argv[3]);
	}
	if (server == -1 || command == -1)
		err(2, "fork");
	waitpid(command, &status, 0);
	kill(server, SIGTERM);
	waitpid(server, NULL, 0);
	unlink(argv[1]);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 2;
}
