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
 * E6, the control protocol on ntpd.sock: one fixed struct per row.
 *
 *	ntpctl	HELLO {version}
 *	engine	HELLO {version}; closes if they are not the same
 *	ntpctl	SHOW {view} | RELOAD | LOG {verbose} | WAITSYNC
 *	engine	ROW_* ... TEXT ... END {result}
 *
 * The answer to WAITSYNC comes when the clock is synced, at once if it is.
 * Reading needs the right to connect (the socket's group); RELOAD and LOG
 * need uid 0, checked by peer credentials.  Requests may follow each other
 * on one connection.  In a row, a double that is not known is NaN.
 */

#ifndef CTL_H
#define CTL_H

#include <stdint.h>

#include "addr.h"
#include "msg.h"
#include "servestat.h"

#define CTL_VERSION	4
#define CTL_SOCKET	RUNDIR "/ntpd.sock"

struct ctl_hello {
	uint32_t	 version;
};

enum ctl_view {
	CTL_VIEW_STATUS,
	CTL_VIEW_PEERS,		/* rows: ROW_PEER */
	CTL_VIEW_SENSORS,
	CTL_VIEW_SERVER,
	CTL_VIEW_LISTENERS,
	CTL_VIEW_CLIENTS,
	CTL_VIEW_PROCESSES,	/* rows: struct msg_process */
	CTL_VIEW_NTS,		/* rows: ROW_NTS */
	CTL_VIEW_KE,		/* ROW_KE, if there is an "nts listen on" */
	CTL_VIEW_CONSTRAINTS,
	CTL_VIEW__MAX
};

struct ctl_show {
	uint32_t	 view;		/* enum ctl_view */
	uint32_t	 limit;		/* of rows, for CTL_VIEW_CLIENTS */
};

#define CTL_CLIENTS_MAX	256	/* of that */

struct ctl_log {
	int32_t		 verbose;	/* 0 brief, 1 verbose, 2 debug */
};

enum ctl_result {
	CTL_OK,
	CTL_DENIED,		/* not root */
	CTL_FAILED,		/* TEXT said why */
	CTL_BUSY		/* another reload is under way */
};

struct ctl_end {
	uint32_t	 result;	/* enum ctl_result */
	uint32_t	 rows;
};

/* TEXT is a line of text with its NUL, of variable length. */

/* enum sync_state and more, for people */
enum ctl_clock {
	CTL_CLOCK_STARTING,
	CTL_CLOCK_SYNCED,
	CTL_CLOCK_UNSYNCED,
	CTL_CLOCK_HOLDOVER,	/* was synced, no usable source, coasting */
	CTL_CLOCK_UNDECIDED,	/* sources disagree, no majority */
	CTL_CLOCK_LOCAL		/* nothing better than itself: "local" */
};

struct ctl_status {
	uint32_t	 peers;		/* configured addresses */
	uint32_t	 peers_valid;	/* usable at the moment */
	uint32_t	 sensors;
	uint32_t	 sensors_valid;
	uint32_t	 constraints;
	uint32_t	 constraints_valid;	/* have answered */
	uint32_t	 constraint_errors;	/* sources outside them */
	uint32_t	 zero4;
	double		 constraint_offset;	/* median to our clock, s */
	uint8_t		 clock;		/* enum ctl_clock */
	uint8_t		 synced;	/* error bound is good */
	uint8_t		 stratum;	/* ours; 0 when unsynchronised */
	uint8_t		 leap;		/* enum leap_indicator */
	uint8_t		 noclock;	/* the kernel clock is not ours */
	int8_t		 precision;	/* log2 s */
	uint8_t		 verbose;
	uint8_t		 zero;
	uint32_t	 refid;		/* host order */
	int32_t		 tai;		/* TAI - UTC, s; 0: unknown */
	struct addr	 refaddr;	/* of the selected source, or NONE */
	double		 clock_offset;	/* still to be slewed, s, + = slow */
	double		 last_offset;	/* of the last update, s */
	double		 freq;		/* s/s, + = clock slow */
	double		 skew;		/* bound of freq's error, s/s */
	double		 wander;	/* of freq in an hour, one sigma, s/s */
	double		 adj;		/* what the kernel runs at, s/s */
	double		 residual;	/* freq less adj without slews, s/s */
	double		 rootdelay;	/* s */
	double		 rootdisp;	/* s */
	double		 maxerror;	/* s */
	double		 esterror;	/* s */
	double		 last_update;	/* age of it, s; < 0: never */
	double		 uptime;	/* s */
	int64_t		 leap_at;	/* Unix time after the leap, or 0 */
	int64_t		 now;		/* corrected Unix time, s */
	uint64_t	 updates;
	uint64_t	 steps;
	uint64_t	 requests;	/* of clients, received */
	uint64_t	 replies;	/* to clients */
	uint64_t	 dropped;
	double		 budget;	/* octets in a period; NaN: none */
	double		 budget_used;
	double		 budget_answered; /* part of the requests, 0..1 */
	char		 version[32];
};

/* Where a timestamp came from; enum io_stamp has the same order. */
enum ctl_stamp {
	CTL_STAMP_NONE,
	CTL_STAMP_DAEMON,
	CTL_STAMP_KERNEL
};

enum ctl_peer_state {
	CTL_PEER_RESOLVING,	/* no address yet */
	CTL_PEER_STARTING,	/* asked, too few samples */
	CTL_PEER_VALID,		/* usable */
	CTL_PEER_INVALID	/* not usable, see reason */
};

struct ctl_peer {
	char		 name[MSG_NAME_MAX];	/* as configured */
	char		 target[MSG_NAME_MAX];	/* of the pool's SRV records */
	struct addr	 addr;		/* NONE: not resolved */
	uint8_t		 pool;		/* name is a pool */
	uint8_t		 state;		/* enum ctl_peer_state */
	uint8_t		 tally;		/* '*' selected '+' combined 'x'
					 * falseticker '-' not combined
					 * '?' unusable ' ' nothing yet */
	uint8_t		 weight;
	uint8_t		 trust;		/* 0..10, OpenNTPD's trust level */
	uint8_t		 trusted;	/* keyword in the config */
	uint8_t		 prefer;
	uint8_t		 noselect;
	uint8_t		 stratum;
	uint8_t		 leap;
	uint8_t		 reach;		/* 8 polls, newest in bit 0 */
	int8_t		 poll;		/* log2 s */
	int8_t		 minpoll;
	int8_t		 maxpoll;
	uint8_t		 version;	/* NTP, of the last reply */
	uint8_t		 txstamp;	/* enum ctl_stamp: where T1 came from */
	uint8_t		 rxstamp;
	uint8_t		 zero[7];
	uint32_t	 samples;	/* in the statistics */
	uint32_t	 refid;		/* the server's own, host order */
	double		 next;		/* s to the next query */
	double		 interval;	/* s between queries */
	double		 offset;	/* to our clock, s, + = we are slow */
	double		 offset_error;	/* one sigma, s */
	double		 delay;		/* s */
	double		 jitter;	/* s */
	double		 freq;		/* against our estimate, s/s */
	double		 skew;		/* s/s */
	double		 rootdelay;	/* the server's, s */
	double		 rootdisp;	/* the server's, s */
	double		 distance;	/* root distance to it, s */
	double		 last;		/* age of a good reply, s; < 0 never */
	uint64_t	 sent;
	uint64_t	 received;
	uint64_t	 accepted;
	uint64_t	 bogus;		/* wrong origin, wrong shape */
	uint64_t	 unsolicited;	/* and duplicates */
	uint64_t	 kisses;
	char		 reason[80];	/* why it is not used; empty: it is */
};

enum ctl_constraint_state {
	CTL_CONSTRAINT_RESOLVING,	/* no address yet */
	CTL_CONSTRAINT_STARTING,	/* no answer and no error yet */
	CTL_CONSTRAINT_VALID,	/* has answered, and counts */
	CTL_CONSTRAINT_FAILING,	/* the last question; an older answer counts */
	CTL_CONSTRAINT_INVALID	/* never answered, see reason */
};

struct ctl_constraint {
	char		 name[MSG_NAME_MAX];	/* as in its certificate */
	char		 path[MSG_PATH_MAX];
	struct addr	 addr;		/* NONE: not resolved */
	uint8_t		 state;		/* enum ctl_constraint_state */
	uint8_t		 all;		/* of a "constraints" */
	uint8_t		 checked;	/* certificate was valid by our */
					/* clock, not by the date it told */
	uint8_t		 zero[5];
	double		 offset;	/* to our clock, s, + = we are slow */
	double		 rtt;		/* of the answer, s */
	double		 last;		/* age of the answer, s; < 0: none */
	double		 next;		/* s to the next question */
	uint64_t	 answers;
	uint64_t	 errors;
	char		 reason[MSG_REASON_MAX];	/* of the last error */
};

struct ctl_sensor {
	char		 name[MSG_SENSOR_MAX];
	char		 refid[8];
	uint8_t		 state;		/* enum ctl_peer_state */
	uint8_t		 tally;
	uint8_t		 weight;
	uint8_t		 good;
	uint8_t		 stratum;
	uint8_t		 reach;		/* 8 samples, newest in bit 0 */
	uint8_t		 zero[2];
	double		 next;
	double		 interval;
	double		 last;		/* age of a reading, s; < 0 never */
	double		 offset;
	double		 offset_error;	/* one sigma, s */
	double		 correction;	/* s */
	char		 reason[80];	/* why it is not used; empty: it is */
};

/* All listeners together; what was counted by those that are gone, too. */
struct ctl_server {
	uint32_t	 listeners;
	uint32_t	 zero;
	double		 since;		/* age of the counters, s */
	uint64_t	 dropped;	/* all of count.drop */
	double		 latency;	/* mean, s; NaN: no reply yet */
	struct servestat count;
	struct servestat_rate rate[SERVESTAT__MAX];
};

struct ctl_listener {
	struct addr	 addr;		/* as bound */
	char		 ifname[16];	/* or empty */
	uint32_t	 workers;	/* 0: the engine serves */
	uint32_t	 zero;
	uint64_t	 packets;
	uint64_t	 replies;
	uint64_t	 dropped;
	uint64_t	 octets_in;
	uint64_t	 octets_out;
	double		 latency;	/* mean, s; NaN: no reply yet */
};

/* Of a server that is asked with NTS: has it keys? */
enum ctl_nts_state {
	CTL_NTS_NONE,		/* no, see reason */
	CTL_NTS_ASKING,		/* no, NTS-KE is under way */
	CTL_NTS_KEYS,		/* and cookies */
	CTL_NTS_DOUBT		/* yes, and the server says it cannot read */
};				/* our cookies */

struct ctl_nts {
	char		 name[MSG_NAME_MAX];	/* as configured */
	char		 target[MSG_NAME_MAX];	/* of the pool's SRV records */
	struct addr	 addr;		/* of its NTP; NONE: not resolved */
	struct addr	 ke;		/* of its NTS-KE */
	uint8_t		 state;		/* enum ctl_nts_state */
	uint8_t		 cookies;	/* in the jar; 8 when it is full */
	uint8_t		 pinned;
	uint8_t		 zero;
	uint16_t	 cookielen;	/* octets of one */
	uint16_t	 zero2;
	double		 age;		/* of the keys, s; < 0: none */
	double		 next;		/* s, NTS-KE not before; NaN: no need */
	uint64_t	 established;	/* so many times */
	uint64_t	 failed;	/* NTS-KE, */
	uint64_t	 naks;		/* NTSN */
	uint64_t	 rejected;	/* replies that were not authentic */
	char		 reason[128];	/* why there are no keys; empty: */
};					/* there are */

/* One who asks: an address, or a network whose addresses count as one. */
struct ctl_client {
	struct addr	 addr;
	uint8_t		 len;		/* of the network, bits */
	uint8_t		 limited;	/* asks too often */
	uint8_t		 interleaved;	/* asks for such replies */
	uint8_t		 zero;
	uint32_t	 requests;	/* since it is known */
	uint32_t	 dropped;	/* of these */
	uint32_t	 zero2;
	double		 rate;		/* requests per s, lately */
	double		 last;		/* age of the last request, s */
};

/* Our own NTS server, since its process was started. */
struct ctl_ke {
	uint64_t	 accepted;	/* connections: sum of what follows */
	uint64_t	 done;		/* got keys and cookies */
	uint64_t	 refused;	/* too many handshakes of one client */
	uint64_t	 failed;	/* no TLS, no ntske/1, or it broke */
	uint64_t	 bad;		/* asked for nothing we have */
	uint64_t	 late;		/* too slow */
	uint64_t	 cut;		/* made room for others */
	uint32_t	 open;		/* and those of now */
	uint32_t	 keys;		/* for cookies, one of them to come */
	uint32_t	 key;		/* number of the one that seals */
	uint32_t	 zero;
	double		 age;		/* it does so, s */
	double		 expires;	/* our certificate, in s; < 0: it */
};					/* has; NaN: there is none */

#endif /* CTL_H */
