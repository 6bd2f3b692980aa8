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
 * Every message between our processes, grouped by edge.  Payloads have
 * fixed widths and no pointers; both ends are the same binary.
 */

#ifndef MSG_H
#define MSG_H

#include <stdint.h>

#include "addr.h"
#include "budget.h"
#include "leap.h"
#include "mac.h"
#include "ntptime.h"
#include "ntsring.h"

#define MSG_NAME_MAX	256	/* a host name with its NUL */
#define MSG_RULES_MAX	800	/* struct acl_rule in a message */
#define MSG_TEXT_MAX	1024	/* a line of text with its NUL */
#define MSG_SENSOR_MAX	64	/* a sensor's name with its NUL */
#define MSG_PIN_LEN	32	/* SHA-256 of a certificate's public key */
#define MSG_AEAD_KEY	32	/* the longest key of an AEAD we know */
#define MSG_COOKIES	8	/* as many as a client keeps */
#define MSG_COOKIE_MAX	896	/* octets of one that we take */
#define MSG_PATH_MAX	512	/* a path in a URL with its NUL */
#define MSG_REASON_MAX	160	/* why something failed, with its NUL */

enum imsg_type {
	IMSG_NONE,

	/* E6: its number stays, so that any two versions can tell theirs */
	IMSG_CTL_HELLO,

	/* P: parent to every child */
	IMSG_CONF_BEGIN,	/* struct conf_global, see conf.h */
	IMSG_CONF_SERVER,	/* struct conf_server */
	IMSG_CONF_LISTEN,	/* struct conf_listen */
	IMSG_CONF_SENSOR,	/* struct conf_sensor */
	IMSG_CONF_TO,		/* struct conf_to */
	IMSG_CONF_RULES,	/* struct acl_rule, up to MSG_RULES_MAX */
	IMSG_CONF_CONSTRAINT,	/* struct conf_constraint */
	IMSG_CONF_END,		/* child answers CONF_READY */
	IMSG_CONF_COMMIT,	/* the new configuration is in force */
	IMSG_CONF_READY,	/* child to parent */
	IMSG_LOG_LEVEL,		/* int32_t verbose; both directions on E1 */
	IMSG_SHUTDOWN,		/* end in order */

	/* E1: parent to engine */
	IMSG_FD_CONTROL,	/* fd: the listening control socket */
	IMSG_FD_DNS,		/* fd: edge E2 */
	IMSG_FD_SENSOR,		/* fd: edge E4, to sensor too */
	IMSG_FD_LISTEN,		/* struct msg_listen, fd: a bound socket */
	IMSG_FD_SERVER,		/* uint32_t id of its listener, fd: edge E7;
				 * to the server too, without id */
	IMSG_LISTEN_SERVED,	/* struct msg_listen: servers have it */
	IMSG_LISTEN_GONE,	/* uint32_t id: close all sockets with it */
	IMSG_FD_STATS,		/* uint32_t enum stats_file, fd: append */
	IMSG_STATS_GONE,	/* close them all */
	IMSG_START,		/* struct msg_start: all is there, begin */
	IMSG_CLOCK_DONE,	/* struct msg_clock_done */
	IMSG_LEAPS,		/* struct leap_table */
	IMSG_KEYS,		/* struct mackeys: of "keys" */
	IMSG_RELOAD_TEXT,	/* variable: a line of the answer to RELOAD,
				 * with its NUL; id as in RELOAD */
	IMSG_PROCESS,		/* struct msg_process; id as in PROCESSES */
	IMSG_PROCESSES_END,	/* uint32_t how many; id as in PROCESSES */
	IMSG_RELOAD_DONE,	/* int32_t result: 0, or -1 old one kept;
				 * id as in RELOAD */
	IMSG_CONSTRAINT_RESULT,	/* struct msg_constraint_result; id as in
				 * CONSTRAINT_WANT; E5 too */

	/* E1: engine to parent */
	IMSG_ENGINE_READY,	/* listening and about to poll */
	IMSG_CLOCK_SLEW,	/* struct msg_clock_slew */
	IMSG_CLOCK_STEP,	/* struct msg_clock_step */
	IMSG_CLOCK_STATUS,	/* struct msg_clock_status */
	IMSG_DRIFT,		/* struct msg_drift */
	IMSG_BUDGET,		/* struct budget_state */
	IMSG_PROCESSES,		/* an operator asked; answer by PROCESS */
	IMSG_RELOAD,		/* an operator asked; answer by RELOAD_* */
	IMSG_CONSTRAINT_WANT,	/* struct msg_constraint_want; id: the
				 * asker's */

	/* E2: engine and dns; P: parent (for "listen on") and dns */
	IMSG_DNS_LOOKUP,	/* struct msg_lookup; id: the asker's */
	IMSG_DNS_ANSWER,	/* struct msg_answer; id as asked */

	/* E2: who gives out the keys of a pool? */
	IMSG_DNS_SERVICE,	/* struct msg_lookup; id: the asker's */
	IMSG_DNS_TARGETS,	/* struct msg_targets; id as asked */

	/* P: parent and sensor */
	IMSG_FD_DEVICE,		/* char[MSG_SENSOR_MAX], fd: its device */
	IMSG_DEVICE_GONE,	/* the same name: please open it again */

	/* P: parent and nts */
	IMSG_NTS_CONF,		/* struct msg_nts_conf: begin (again) */
	IMSG_FD_NTS_FILE,	/* struct msg_nts_file, fd: read it now;
				 * CONF_END ends all, and is answered */
	IMSG_NTS_SAVE,		/* struct ntsring: keep this for us */
	IMSG_NTS_TEXT,		/* variable: a line, with its NUL, for the
				 * operator whose reload this is */

	/* E4: sensor to engine */
	IMSG_SENSOR_READING,	/* struct msg_sensor */

	/* P: parent to engine and nts */
	IMSG_FD_NTS,		/* fd: edge E3 */

	/* E3: engine and nts */
	IMSG_NTS_WANT,		/* struct msg_nts_want; id: the asker's */
	IMSG_NTS_KEYS,		/* struct msg_nts_keys; id as asked */
	IMSG_NTS_RING,		/* struct ntsring: open and seal by it */
	IMSG_NTS_COUNTS,	/* struct msg_nts_counts, as they change */

	/* E7: engine to server, see batch.h */
	IMSG_SERVE_CLOCK,	/* struct serve_clock: what replies say */

	IMSG_SERVE_TOP,		/* uint32_t n: who asks most? id: of that */

	/* E7: server to engine */
	IMSG_SERVE_COUNT,	/* struct batch_report: since the last one */
	IMSG_SERVE_CLIENTS,	/* struct ratelimit_view[]; id as in TOP */

	/* E5: parent to constraint */
	IMSG_CONSTRAINT_QUERY,	/* struct msg_constraint_query, fd: the
				 * certificates of authorities */

	/* E6: control, see ctl.h */
	IMSG_CTL_SHOW,
	IMSG_CTL_RELOAD,
	IMSG_CTL_LOG,
	IMSG_CTL_WAITSYNC,
	IMSG_CTL_ROW_STATUS,
	IMSG_CTL_ROW_PEER,
	IMSG_CTL_ROW_SENSOR,
	IMSG_CTL_ROW_SERVER,
	IMSG_CTL_ROW_NTS,
	IMSG_CTL_ROW_KE,
	IMSG_CTL_ROW_LISTENER,
	IMSG_CTL_ROW_CLIENT,
	IMSG_CTL_ROW_PROCESS,
	IMSG_CTL_ROW_CONSTRAINT,
	IMSG_CTL_TEXT,
	IMSG_CTL_END,

	IMSG__MAX
};

/* "CLOCK_SLEW" and the like, for traces and errors. */
const char	*msg_name(uint32_t);

/* A listening socket the parent has bound. */
struct msg_listen {
	uint32_t	 id;		/* conf_listen.id; "*" is two sockets */
	struct addr	 addr;		/* as bound */
	char		 ifname[16];	/* or empty */
	uint32_t	 workers;	/* that have it; 0: the engine */
};

/* One of our processes. */
struct msg_process {
	char		 name[16];	/* its role */
	uint32_t	 pid;
	uint32_t	 zero;
	double		 cpu;		/* time it has used, s; NaN: unknown */
};

/* The statistics files. */
enum stats_file {
	STATS_LOOP,		/* a line for each update of the estimate */
	STATS_PEER,		/* a line for each sample of a source */
	STATS__MAX
};

/* What the engine needs before its first query. */
struct msg_start {
	double		 freq;		/* kernel frequency now, s/s */
	double		 drift;		/* drift file, s/s, + = clock slow */
	double		 drift_error;	/* its bound, s/s; < 0: none known */
	uint8_t		 noclock;	/* -x or no CAP_SYS_TIME: only watch */
	uint8_t		 zero[7];
	struct budget_state budget;
};

/*
 * Run the kernel clock at freq (s/s, positive: sped up), and on top work
 * off offset (s, positive: clock is slow) at rate (s/s, > 0).  The parent
 * ends the slew by itself.  offset 0: frequency only.
 */
struct msg_clock_slew {
	double		 freq;
	double		 offset;
	double		 rate;
};

/* A slew that is under way ends with it. */
struct msg_clock_step {
	double		 offset;	/* s, added to CLOCK_REALTIME */
};

enum clock_op {
	CLOCK_OP_SLEW,		/* a slew began */
	CLOCK_OP_SLEWEND,	/* it ended, only freq remains */
	CLOCK_OP_STEP
};

/* What was really applied. */
struct msg_clock_done {
	uint32_t	 op;		/* enum clock_op */
	int32_t		 error;		/* 0, or an errno: nothing changed */
	mono_t		 mono;		/* when, CLOCK_MONOTONIC */
	double		 adj;		/* whole kernel frequency since, s/s */
	double		 stepped;	/* s, for CLOCK_OP_STEP */
};

/* For the kernel's STA_UNSYNC, maxerror, esterror, leap and TAI. */
struct msg_clock_status {
	double		 maxerror;	/* s */
	double		 esterror;	/* s */
	int32_t		 tai;		/* TAI - UTC, s; 0: unknown */
	uint8_t		 synced;
	uint8_t		 leap;		/* enum leap_indicator */
	uint8_t		 starting;	/* steps wanted at start-up */
	uint8_t		 zero;
};

struct msg_drift {
	double		 freq;		/* s/s, positive: clock slow */
	double		 error;		/* s/s */
};

struct msg_lookup {
	uint8_t		 family;	/* enum addr_family; ADDR_NONE: any */
	uint8_t		 zero[7];
	char		 name[MSG_NAME_MAX];
};

/* At mono a sensor said that it was time. */
struct msg_sensor {
	char		 name[MSG_SENSOR_MAX];
	mono_t		 mono;
	ntptime_t	 time;		/* UTC; 0 for a pulse */
	double		 error;		/* its bound, s, > 0 */
	uint8_t		 leap;		/* enum leap_indicator */
	uint8_t		 pulse;		/* a second began, of any number */
	uint8_t		 zero[6];
};

/* What nts has to know of the configuration. */
struct msg_nts_conf {
	uint32_t	 rotate;	/* s between cookie keys; 0: they are */
					/* another's, only to be read */
	uint16_t	 port;		/* of our NTP server; 0: 123 */
	uint8_t		 serve;		/* there is an "nts listen on" */
	uint8_t		 zero;
};

enum nts_file {
	NTS_FILE_CERT,		/* certificate chain, PEM */
	NTS_FILE_KEY,		/* its private key, PEM; after CERT */
	NTS_FILE_RING,		/* cookie keys, see nts_key.c */
	NTS_FILE_CA,		/* CA certificates, PEM, id: see want.ca */
	NTS_FILE__MAX
};

struct msg_nts_file {
	uint32_t	 file;		/* enum nts_file */
	uint32_t	 id;		/* of a CA file */
	char		 name[MSG_NAME_MAX];	/* its path, for messages */
};

/* What nts did as a server since it started. */
struct msg_nts_counts {
	uint64_t	 accepted;	/* connections */
	uint64_t	 done;		/* keys given out */
	uint64_t	 refused;	/* limits: too many, too fast */
	uint64_t	 failed;	/* handshake: TLS, ALPN */
	uint64_t	 bad;		/* request: nonsense, no AEAD of ours */
	uint64_t	 late;		/* deadline */
	uint64_t	 cut;		/* made room for others */
	uint32_t	 open;		/* connections now */
	uint32_t	 keys;		/* in the ring */
	uint32_t	 key;		/* id of the one that seals */
	uint32_t	 zero;
	int64_t		 since;		/* it does so, Unix s */
	int64_t		 notafter;	/* our certificate's, Unix s; 0: none */
};

/* Please ask a constraint at an address. */
struct msg_constraint_want {
	uint32_t	 id;		/* conf_constraint.id */
	uint8_t		 clock;		/* certificates are to be valid by */
	uint8_t		 zero[3];	/* our clock, not by their date */
	struct addr	 addr;		/* with port */
};

struct msg_constraint_query {
	struct addr	 addr;		/* with port */
	uint16_t	 port;		/* of the URL */
	uint8_t		 numeric;	/* name is an address */
	uint8_t		 clock;		/* as wanted */
	uint32_t	 zero;
	char		 name[MSG_NAME_MAX];
	char		 path[MSG_PATH_MAX];
};

enum constraint_result {
	CONSTRAINT_OK,
	CONSTRAINT_FAILED	/* no answer, or none of use */
};

struct msg_constraint_result {
	uint32_t	 result;	/* enum constraint_result */
	uint32_t	 zero;
	int64_t		 date;		/* Unix time it told, s */
	mono_t		 boot;		/* CLOCK_BOOTTIME when it was there */
	double		 rtt;		/* s, from question to answer */
	char		 reason[MSG_REASON_MAX];	/* why not */
};

#define MSG_ANSWER_MAX	32

enum dns_result {
	DNS_OK,
	DNS_TEMPFAIL,		/* try again soon: no network, no server */
	DNS_NOTFOUND,		/* the name has no such addresses */
	DNS_NOSERVICE		/* it says that there is none; TARGETS only */
};

struct msg_answer {
	uint32_t	 result;	/* enum dns_result */
	uint32_t	 n;
	struct addr	 addr[MSG_ANSWER_MAX];	/* port 0 */
};

#define MSG_TARGETS_MAX	16

struct msg_target {
	uint16_t	 priority;	/* the lowest first */
	uint16_t	 port;		/* of its NTS-KE */
	uint32_t	 zero;
	char		 name[MSG_NAME_MAX];
};

struct msg_targets {
	uint32_t	 result;	/* enum dns_result */
	uint32_t	 n;
	uint8_t		 secure;	/* by DNSSEC, says who is trusted */
	uint8_t		 zero[7];
	struct msg_target target[MSG_TARGETS_MAX];	/* as to be tried */
};

/*
 * Please establish keys with this NTS-KE server.  Each is answered once, by
 * NTS_KEYS.  The address was looked up before: nts has no resolver.
 */
struct msg_nts_want {
	char		 name[MSG_NAME_MAX];	/* as its certificate has it:
						 * a name or an address */
	struct addr	 addr;		/* with the port of NTS-KE */
	struct addr	 from;		/* to send from, or NONE */
	int64_t		 unixtime;	/* trusted; judge dates by it.  0: we
					 * know none, tell the dates */
	uint8_t		 pin[MSG_PIN_LEN];	/* of its public key */
	uint8_t		 pinned;	/* that is all that counts: neither
					 * issuer, nor name, nor dates */
	uint8_t		 zero[7];
};

enum nts_result {
	NTS_OK,
	NTS_UNREACHABLE,	/* no connection */
	NTS_TIMEOUT,
	NTS_CERTIFICATE,	/* it is not who it should be */
	NTS_TLS,		/* no TLS 1.3 with it, or not for NTS-KE */
	NTS_REFUSED,		/* it answered, but grants no keys */
	NTS_BUSY,		/* we have too many under way */
	NTS__MAX
};

struct msg_nts_keys {
	uint32_t	 result;	/* enum nts_result; if it is not NTS_OK
					 * only why has a meaning */
	uint16_t	 port;		/* for NTP; 0: not said */
	uint8_t		 ncookies;
	uint8_t		 zero;
	int64_t		 notbefore;	/* Unix s: the whole chain is valid */
	int64_t		 notafter;	/* from here to there */
	uint8_t		 c2s[MSG_AEAD_KEY];
	uint8_t		 s2c[MSG_AEAD_KEY];
	uint16_t	 cookielen[MSG_COOKIES];
	uint8_t		 cookie[MSG_COOKIES][MSG_COOKIE_MAX];
	char		 server[MSG_NAME_MAX];	/* for NTP, or empty */
	char		 why[128];	/* for people */
};

#endif /* MSG_H */
