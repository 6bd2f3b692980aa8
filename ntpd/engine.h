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
 * The engine's state and what its files ask of each other.  Engine only.
 *
 *	engine.c		main, edges, the passing of time
 *	engine_conf.c		configuration in, merged into what runs
 *	engine_key.c		queries and replies with a shared key
 *	engine_name.c		names: when to look them up
 *	engine_pool.c		names: which of their addresses to ask
 *	engine_client.c		addresses: when to ask, what is answered
 *	engine_jar.c		cookie jars: when to ask for keys
 *	engine_cookie.c		queries and replies that NTS protects
 *	engine_nts.c		the edge to the nts process
 *	engine_query.c		one query: socket, timestamps
 *	engine_constraint.c	constraints: when to ask
 *	engine_bound.c		what they answer, and allow
 *	engine_sensor.c		sensors: readings to samples
 *	engine_stats.c		samples and updates to statistics files
 *	engine_sync.c		samples to clock commands
 *	engine_log.c		what is said about it
 *	engine_server.c		requests to replies
 *	engine_worker.c		the processes that do that, too
 *	engine_budget.c		how many of them
 *	engine_clients.c	who asks us most
 *	engine_control.c	ntpctl's connections
 *	engine_show.c		their answers
 *	engine_show_constraint.c those about constraints
 *	engine_show_server.c	those about the server
 *
 * An exported function has its file's name in front.
 */

#ifndef ENGINE_H
#define ENGINE_H

#include <sys/types.h>
#include <sys/queue.h>

#include <event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "assoc.h"
#include "budget.h"
#include "batch.h"
#include "conf.h"
#include "constrain.h"
#include "ctl.h"
#include "imsgev.h"
#include "io.h"
#include "log.h"
#include "mac.h"
#include "msg.h"
#include "ntptime.h"
#include "ntsfield.h"
#include "osc.h"
#include "proc.h"
#include "refclock.h"
#include "servestat.h"
#include "sync.h"

struct engine;
struct name;

/* What selection made of a source, as the log knows it. */
struct verdict {
	enum select_reason reason;
	bool		 valid;
	struct log_limit limit;
};

/* The open query of a peer: a socket of its own, closed when it is over. */
struct query {
	int		 fd;		/* -1: none */
	struct event	 ev;		/* a reply, or our own stamp back */
	struct event	 wait;		/* for the stamp, with a reply held */
	mono_t		 sent;		/* when, by the best stamp so far */
	osc_t		 tx;		/* the same */
	uint8_t		 stamp;		/* enum io_stamp, of tx */
	uint32_t	 jumps;		/* engine.jumps when it was sent */
	bool		 held;		/* a reply waits in msg */
	struct io_msg	 msg;
};

/* Why an address should make room for another one. */
enum fault {
	FAULT_NONE,
	FAULT_NOROUTE,		/* we cannot send to it */
	FAULT_LOST,		/* 8 polls unanswered */
	FAULT_FALSE,		/* falseticker for long */
	FAULT_UNSYNC,		/* answers, but not synchronised, for long */
	FAULT_DENIED,		/* DENY or RSTR */
	FAULT__MAX
};

/* What NTS-KE gave us for a peer: engine_jar.c */
struct jar {
	uint32_t	 id;		/* of the question to nts */
	bool		 asking;	/* it is under way, */
	bool		 resolving;	/* or the server's name is */
	bool		 ready;		/* there are keys */
	bool		 judged;	/* the certificates' dates, by a time */
					/* that was trusted */
	bool		 suspect;	/* the server says they are no good */
	bool		 told;		/* why, to the log */
	int64_t		 notbefore;	/* the chain is valid, Unix time */
	int64_t		 notafter;
	uint8_t		 c2s[NTS_KEY_LEN];
	uint8_t		 s2c[NTS_KEY_LEN];
	uint8_t		 uid[NTS_UID_LEN];	/* of the latest query */
	struct ntsfield_cookies cookies;	/* oldest first */
	mono_t		 since;		/* the keys' age */
	mono_t		 next;		/* no NTS-KE before that */
	unsigned int	 tries;		/* since a reply was authentic */
	uint64_t	 established;
	uint64_t	 failed;
	uint64_t	 naks;		/* NTSN */
	uint64_t	 rejected;	/* replies that were not authentic */
	struct msg_nts_keys *held;	/* while its server is resolved */
	char		 why[128];	/* there are no keys */
};

/* One address being asked: engine_client.c */
struct peer {
	TAILQ_ENTRY(peer) entry;
	struct engine	*engine;
	struct name	*name;
	struct addr	 addr;		/* as the name has it, with port */
	struct addr	 to;		/* queries go there; another one if */
					/* NTS-KE said so */
	struct jar	*jar;		/* NULL: without NTS */
	struct assoc	 assoc;
	struct event	 timer;		/* assoc.due */
	struct query	 query;
	int		 slot;		/* in sync */
	uint8_t		 txstamp;	/* enum io_stamp, of the latest */
	uint8_t		 rxstamp;	/* sample */
	enum fault	 fault;		/* engine_pool.c's */
	struct verdict	 verdict;
	unsigned int	 unsent;	/* failures to send in a row, */
	unsigned int	 noroute;	/* those for want of a route */
	bool		 outvoted;	/* a falseticker when last judged */
	unsigned int	 bad;		/* replies in a row while unusable */
	mono_t		 badsince;
	mono_t		 burst;		/* last one we asked for */
	bool		 bursted;	/* burst has a time */
	struct peer	*replaces;	/* on probation: if it is good, */
					/* that one goes, else this one */
	struct log_limit limit;
};
TAILQ_HEAD(peers, peer);

/* Something that tells the time on this machine: engine_sensor.c */
struct sensor {
	TAILQ_ENTRY(sensor) entry;
	struct engine	*engine;
	const struct conf_sensor *conf;	/* its own, or that of "*" */
	char		 name[MSG_SENSOR_MAX];
	bool		 pulse;		/* it says only when seconds begin, */
	bool		 numbered;	/* and we know which */
	int		 slot;		/* in sync */
	uint8_t		 reach;		/* samples, newest in bit 0, */
	mono_t		 moved;		/* changed at this time */
	uint64_t	 readings;
	mono_t		 heard;		/* the last one */
	double		 pace;		/* s between readings */
	uint32_t	 jumps;		/* engine.jumps then */
	struct refclock	 clock;		/* readings for the next sample */
	struct event	 timer;
	mono_t		 due;		/* the next sample, */
	double		 interval;	/* this after the one before, s */
	struct verdict	 verdict;
};
TAILQ_HEAD(sensors, sensor);

/* An address given up, not to be taken again before a time. */
struct shun {
	struct addr	 addr;
	mono_t		 until;
};

#define POOL_SHUN	16

/* A server or pool statement: engine_pool.c, engine_name.c */
struct name {
	TAILQ_ENTRY(name) entry;
	struct engine	*engine;
	const struct conf_server *conf;
	uint32_t	 id;		/* of its lookups */
	struct peers	 peers;
	struct event	 timer;		/* due */
	mono_t		 due;		/* next lookup */
	mono_t		 retry;		/* after one that failed */
	bool		 asking;	/* a lookup is under way, */
	bool		 refreshing;	/* for a quiet refresh */
	bool		 barren;	/* the last answer had nothing new */
	bool		 answered;	/* answer has a time */
	mono_t		 answer;	/* last good answer */
	mono_t		 reask;		/* last lookup after the first answer */
	unsigned int	 reasks;	/* so many of them */
	unsigned int	 added;		/* peers, ever */
	unsigned int	 extra;		/* members over its number */
	mono_t		 refresh;	/* quiet refresh due */
	unsigned int	 failures;	/* of lookups in a row */
	enum dns_result	 result;	/* of the last one */
	struct addr	 cand[MSG_ANSWER_MAX];
	unsigned int	 ncand;
	struct shun	 shun[POOL_SHUN];
	unsigned int	 nshun;		/* ever; the ring's next place */
};
TAILQ_HEAD(names, name);

/*
 * One address that tells the date, or the one that does of those a
 * "constraint" may be asked at: engine_constraint.c
 */
struct target {
	TAILQ_ENTRY(target) entry;
	uint32_t	 id;		/* of its questions */
	struct addr	 addr;		/* with port */
	mono_t		 due;		/* to be asked */
	mono_t		 asked;
	bool		 asking;
	bool		 clock;		/* asked by our clock's leave; so was */
	bool		 checked;	/* the last answer */
	bool		 answered;	/* point is one */
	struct constrain_point point;
	double		 rtt;		/* s */
	unsigned int	 failures;	/* of all addresses in a row */
	uint64_t	 answers;
	uint64_t	 errors;
	char		 reason[MSG_REASON_MAX];	/* of the last error */
};
TAILQ_HEAD(targets, target);

#define TARGETS_MAX	8		/* of a "constraints" */

/* A constraint or constraints statement */
struct constraint {
	TAILQ_ENTRY(constraint) entry;
	struct engine	*engine;
	const struct conf_constraint *conf;
	uint32_t	 id;		/* of its lookups */
	bool		 resolving;
	bool		 notfound;	/* the last failure was for good */
	unsigned int	 failures;	/* of lookups in a row */
	mono_t		 due;		/* next lookup */
	struct addr	 cand[MSG_ANSWER_MAX];
	unsigned int	 ncand;
	unsigned int	 turn;		/* whose it is, of the one target */
	struct targets	 targets;
};
TAILQ_HEAD(constraints, constraint);

/* A server process: engine_worker.c */
struct worker {
	TAILQ_ENTRY(worker) entry;
	struct engine	*engine;
	struct imsgev	 iev;
	uint32_t	 id;		/* of its listener */
};
TAILQ_HEAD(workers, worker);

/* A socket of the parent, or one that workers have: engine_server.c */
struct listener {
	TAILQ_ENTRY(listener) entry;
	struct server	*server;
	struct msg_listen listen;
	struct batch_socket socket;	/* with workers only its count */
	struct event	 ev;
	struct log_limit limit;
};
TAILQ_HEAD(listeners, listener);

struct server {
	struct engine	*engine;
	struct listeners listeners;
	struct workers	 workers;
	struct batch	 batch;
	struct ntsring	 ring;		/* of NTS cookies; n 0: none */
	struct servestat gone;		/* of listeners that are no more */
	struct servestat_marks marks;
};

/* Who asks us most, all processes together: engine_clients.c */
struct census {
	struct client	*client;	/* who wants to know */
	void		 (*done)(struct client *, enum ctl_result, uint32_t);
	uint32_t	 id;
	uint32_t	 limit;		/* of rows */
	unsigned int	 pending;	/* servers that have not answered */
	struct event	 timer;		/* no longer than that */
	struct ratelimit_view *view;
	size_t		 n;
};

/* A connection of ntpctl: engine_control.c */
struct client {
	TAILQ_ENTRY(client) entry;
	struct engine	*engine;
	struct imsgev	 iev;
	uint32_t	 id;
	uid_t		 uid;
	bool		 hello;		/* said its version */
	bool		 waits;		/* for the clock to be synced, */
	bool		 asked;		/* for the parent's processes */
	struct census	*census;	/* under way, or NULL */
};
TAILQ_HEAD(clients, client);

struct control {
	struct event	 ev;
	struct event	 pause;		/* out of descriptors */
	int		 fd;		/* -1: none */
	struct clients	 clients;
	unsigned int	 nclients;
	uint32_t	 nextid;
	uint32_t	 reloader;	/* whose reload is under way; 0: none */
	uint32_t	 census;	/* number of the last one */
};

/* A file of the parent: engine_stats.c */
struct stats {
	bool		 open;
	int		 fd;
	int		 error;		/* of the last line, or 0 */
	bool		 said;		/* that there are errors */
	uint64_t	 lost;		/* lines, since that was last said */
	struct log_limit limit;
};

/* What loopstats' columns remember of the last update. */
struct stats_loop {
	bool		 begun;
	double		 offset;	/* s */
	double		 freq;		/* s/s */
	double		 jitter;	/* rms of their changes, s */
	double		 wander;	/* s/s */
};

struct engine {
	const struct proc_opts *opts;
	struct imsgev	 parent;
	struct imsgev	 dns;
	bool		 dns_there;
	struct imsgev	 sensor;
	bool		 sensor_there;
	bool		 started;
	struct conf	*conf;		/* in force */
	struct conf	*pending;	/* received, not yet in force */
	struct leap_table leaps;
	mono_t		 born;

	/* the passing of time: engine.c */
	struct event	 tick;
	bool		 resting;	/* the next tick is far away */
	int		 watch;		/* io_clock_watch's, or -1 */
	struct event	 set;		/* it was */
	bool		 watching;	/* wall and sleep have values */
	int64_t		 wall;		/* CLOCK_REALTIME - MONOTONIC, ns */
	int64_t		 sleep;		/* CLOCK_BOOTTIME - MONOTONIC, ns */
	uint32_t	 jumps;		/* of either, so far */
	struct osc	 osc;
	int		 precision;	/* log2 s */

	/* engine_sync.c */
	struct sync	 sync;
	struct event	 again;		/* clock_cmd.again */
	bool		 noclock;	/* the kernel clock is not ours, */
	bool		 denied;	/* any more: EPERM, and it was said */
	mono_t		 retry;		/* last time that happened */
	bool		 synced;	/* the clock, not only the estimate */
	bool		 nosteps;	/* the parent refused one */
	bool		 stepping;	/* one was asked for, */
	mono_t		 asked;		/* at this time */
	double		 freq;		/* commanded, as logged, s/s */
	double		 wish;		/* commanded last, s/s */
	double		 kernel;	/* in force, slews aside, s/s */
	double		 slewing;	/* offset of a slew, as logged, s */
	bool		 beyond;	/* that the frequency is, was logged */
	uint64_t	 steps;
	mono_t		 status;	/* last CLOCK_STATUS */
	mono_t		 drift;		/* last DRIFT */
	bool		 drifted;	/* drift has a time */

	/* engine_client.c */
	int		 warm;		/* io_warm's socket */
	mono_t		 lastsend;	/* of any query */
	unsigned int	 npeers;

	struct siv	*siv;		/* engine_jar.c */
	struct mac	*mac;		/* engine_key.c */
	struct mackeys	 keys;

	/* engine_nts.c */
	struct {
		struct imsgev	 iev;
		bool		 there;
		struct msg_nts_counts counts;
	} nts;

	struct stats	 stats[STATS__MAX];
	struct stats_loop stats_loop;

	/* engine_pool.c */
	struct {
		enum sync_state	 state;	/* of sync, */
		mono_t	 since;		/* so for so long */
		mono_t	 widened;	/* more were asked for; 0: never */
	} pools;

	struct {
		struct constraints list;
		uint32_t nextid;
		unsigned int asking;	/* questions under way */
		unsigned int total;	/* targets, */
		unsigned int valid;	/* those with an answer */
		unsigned int outside;	/* sources */
		bool	 known;		/* median is one */
		bool	 waiting;	/* for the first round to end */
		int	 news;		/* enum constraint_news */
		mono_t	 since;		/* we have any */
		struct constrain_point median;
	} constraints;

	struct names	 names;
	uint32_t	 nextname;	/* lookups, of constraints too */
	struct sensors	 sensors;
	struct server	 server;

	/* engine_budget.c */
	struct {
		struct budget	 b;
		struct servestat seen;	/* all counters, last time, */
		mono_t	 last;		/* at this time */
		mono_t	 told;		/* the parent */
		bool	 said;		/* that some are shed, */
		mono_t	 saying;	/* or not any more */
	} budget;

	struct control	 control;
};

/*
 * engine.c
 *
 * Every callback from the event loop begins with engine_wake: it reads the
 * clocks and deals with what happened to them since the last time (set by
 * another hand, suspended), so that what follows sees a consistent world.
 */
void		 engine_wake(struct engine *, struct sync_now *);
/* CLOCK_REALTIME of a kernel stamp on CLOCK_MONOTONIC. */
mono_t		 engine_stamp(const struct engine *, int64_t, uint32_t);
/* Something is to be watched each second, from now on. */
void		 engine_hurry(struct engine *, mono_t);
/* (Re)arm a timer. */
void		 engine_timer(struct event *, mono_t, mono_t);

/* engine_conf.c */
void		 engine_conf_item(void *, struct imsgev *,
		    const struct imsg_in *);
void		 engine_conf_commit(void *, struct imsgev *,
		    const struct imsg_in *);
/* What the configuration means to sync. */
void		 engine_conf_sync(const struct engine *, struct sync_conf *);
void		 engine_conf_source(const struct engine *,
		    const struct conf_server *, struct sync_opts *);

/* engine_pool.c */
struct name	*engine_pool_new(struct engine *, const struct conf_server *);
void		 engine_pool_free(struct name *);
/* The statement changed (not its identity). */
void		 engine_pool_reconf(struct name *, mono_t);
/* Begin: the engine has started. */
void		 engine_pool_start(struct name *, mono_t);
/* The name is an address. */
bool		 engine_pool_numeric(const struct name *);
/* New candidates: make the best of them. */
void		 engine_pool_settle(struct name *, mono_t);
/* Would other candidates be of use? */
bool		 engine_pool_wants(const struct name *);
/* Something about a peer; the peer may be gone when they return. */
void		 engine_pool_fault(struct peer *, enum fault, mono_t);
void		 engine_pool_good(struct peer *, mono_t);
/* Each second: do sources agree? */
void		 engine_pool_watch(struct engine *, mono_t);

/* engine_name.c */
void		 engine_name_init(struct name *);
/* Something changed: when to ask the resolver next. */
void		 engine_name_schedule(struct name *, mono_t);
/* An address one can ask at all, whatever the resolver was told to say. */
bool		 engine_name_askable(const struct addr *);
void		 engine_name_answer(void *, struct imsgev *,
		    const struct imsg_in *);
/* A route came back: ask the resolver again what it could not tell. */
void		 engine_name_network(struct engine *, mono_t);

/* engine_client.c */
struct peer	*engine_client_new(struct name *, const struct addr *, mono_t);
void		 engine_client_free(struct peer *);
void		 engine_client_reconf(struct peer *, mono_t);
/* Queries go to that address from now on; it is another clock. */
void		 engine_client_move(struct peer *, const struct addr *);
/* Ask soon, as at the start. */
void		 engine_client_soon(struct peer *, mono_t);
/* Its address for the log, with the port if it is not 123. */
const char	*engine_client_str(const struct peer *, char [ADDR_STRLEN]);
/* A datagram came in; the peer may be gone when it returns. */
void		 engine_client_reply(struct peer *, const struct io_msg *,
		    const struct pkt_times *, uint8_t,
		    const struct sync_now *);
/* All of them at once: resume, network back. */
void		 engine_client_burst(struct engine *, mono_t);
/*
 * Is the way to those free again that could not be sent to?  Returns whether
 * some of them still wait for that.
 */
bool		 engine_client_probe(struct engine *, mono_t);
/* The intervals sync would like. */
void		 engine_client_polls(struct engine *, mono_t);

/* engine_nts.c */
void		 engine_nts_fd(void *, struct imsgev *,
		    const struct imsg_in *);

/*
 * engine_jar.c
 */
void		 engine_jar_init(struct engine *);
/* What nts answers; it is gone and will not. */
void		 engine_jar_keys(void *, struct imsgev *,
		    const struct imsg_in *);
void		 engine_jar_forget(struct engine *);
/* The peer's name is to be asked with NTS: before its first query. */
int		 engine_jar_new(struct peer *, mono_t)
		    __attribute__((__warn_unused_result__));
void		 engine_jar_free(struct peer *);
/* Keys are on their way: a query had better wait. */
bool		 engine_jar_pending(const struct peer *);
/* Its keys must not be used any longer; why, for the log. */
void		 engine_jar_drop(struct peer *, const char *, mono_t);
/*
 * Were its certificates good at the time we trust?  False: no, and the keys
 * are gone.  Without such a time nothing is said.
 */
bool		 engine_jar_judge(struct peer *, const struct sync_now *);
/* Each second: who needs keys?  True: somebody still does. */
bool		 engine_jar_tick(struct engine *, const struct sync_now *);
/* An answer of dns that is no name's of the configuration. */
void		 engine_jar_answer(struct engine *, uint32_t,
		    const struct msg_answer *, const struct sync_now *);
/* The network is back: no need to wait on. */
void		 engine_jar_network(struct engine *, mono_t);
/* Why it has no keys; "": it has. */
const char	*engine_jar_reason(const struct peer *);

/*
 * engine_cookie.c
 *
 * Protect a query of *len octets in a buffer of that size.  -1: there are
 * no keys or cookies, and it must not be sent.
 */
int		 engine_cookie_protect(struct peer *, uint8_t *, size_t,
		    size_t *)
		    __attribute__((__warn_unused_result__));
/* Is this the authentic answer to the open query? */
bool		 engine_cookie_authentic(struct peer *, const uint8_t *,
		    size_t, const struct sync_now *)
		    __attribute__((__warn_unused_result__));

/*
 * engine_key.c
 */
void		 engine_key_init(struct engine *);
void		 engine_key_set(void *, struct imsgev *,
		    const struct imsg_in *);
/* As engine_cookie_protect, _authentic and engine_jar_reason. */
int		 engine_key_protect(struct peer *, uint8_t *, size_t, size_t *)
		    __attribute__((__warn_unused_result__));
bool		 engine_key_authentic(struct peer *, const uint8_t *, size_t)
		    __attribute__((__warn_unused_result__));
const char	*engine_key_reason(const struct peer *);

/* engine_query.c */
void		 engine_query_init(struct peer *);
/* Send; a failure is counted in the peer's association. */
void		 engine_query_send(struct peer *, const uint8_t *, mono_t);
/*
 * Would it pass the test of origin?  Then it is worth a wait, and the work
 * of authenticating it.
 */
bool		 engine_query_answers(const struct peer *,
		    const struct io_msg *);
/* The query has its answer. */
void		 engine_query_answered(struct query *, mono_t);
void		 engine_query_close(struct query *);
/* Could a query to that address leave? */
bool		 engine_query_route(const struct name *, const struct addr *);

/* engine_sync.c */
void		 engine_sync_start(struct engine *, const struct msg_start *,
		    const struct sync_now *);
void		 engine_sync_reconf(struct engine *, const struct sync_now *);
void		 engine_sync_run(struct engine *, const struct sync_now *);
/* CLOCK_REALTIME was set by delta s; the machine slept for s. */
void		 engine_sync_jumped(struct engine *, const struct sync_now *,
		    double);
void		 engine_sync_resumed(struct engine *, const struct sync_now *,
		    double);
void		 engine_sync_done(void *, struct imsgev *,
		    const struct imsg_in *);
void		 engine_sync_tick(struct engine *, const struct sync_now *);
/* The drift file's content, if it is worth writing. */
void		 engine_sync_drift(struct engine *, const struct sync_now *);

/*
 * engine_constraint.c
 *
 * The configuration is another one, or the engine has started: before
 * conf_sweep.
 */
void		 engine_constraint_init(struct engine *);
void		 engine_constraint_reconf(struct engine *,
		    const struct sync_now *);
/* Each second; true: there soon is something to do, do not rest. */
bool		 engine_constraint_tick(struct engine *,
		    const struct sync_now *);
/* The resolver's answer, if that question was ours; a route came back. */
bool		 engine_constraint_answer(struct engine *, uint32_t,
		    const struct msg_answer *, mono_t);
void		 engine_constraint_network(struct engine *, mono_t);
/*
 * The question of that number is over: the target and, in the pointer, the
 * constraint that asked it.  NULL: it left the configuration meanwhile.
 */
struct target	*engine_constraint_over(struct engine *, uint32_t,
		    struct constraint **, mono_t);
/* When to ask the next time, after an answer and after a failure. */
void		 engine_constraint_refresh(struct target *, mono_t);
void		 engine_constraint_retry(struct constraint *,
		    struct target *, mono_t);

/*
 * engine_bound.c
 *
 * The configuration is another one, or the engine has started.
 */
void		 engine_bound_reconf(struct engine *, mono_t);
/* Each second; true: there will soon be something to say. */
bool		 engine_bound_tick(struct engine *, const struct sync_now *);
void		 engine_bound_result(void *, struct imsgev *,
		    const struct imsg_in *);
/* Tell sync what is allowed now. */
void		 engine_bound_apply(struct engine *,
		    const struct sync_now *);
/* A point's time less CLOCK_REALTIME, s. */
double		 engine_bound_offset(const struct engine *,
		    const struct constrain_point *, const struct sync_now *);
/* Unix time by the median of all, s; 0: there is none. */
int64_t		 engine_bound_time(const struct engine *,
		    const struct sync_now *);
/* How old it is, s. */
double		 engine_bound_age(const struct engine *,
		    const struct constrain_point *, const struct sync_now *);
/* Errors over this are not to be stepped, s; 0: all may be. */
double		 engine_bound_large(const struct engine *);
/* They are asked for the first time, and none has answered; 20 s at most. */
bool		 engine_bound_asking(const struct engine *);
/* Constraints will soon have answered: wait with so large a correction? */
bool		 engine_bound_wait(const struct engine *, double);

/* engine_log.c */
/* SYNC_EV_* happened; the clock became synced, or no longer is. */
void		 engine_log_events(struct engine *, unsigned int,
		    const struct sync_now *);
void		 engine_log_synced(const struct engine *,
		    const struct sync_now *);
/* What became of a source: what it is, its name and slot. */
void		 engine_log_source(struct engine *, struct verdict *,
		    const char *, const char *, int, const struct sync_now *);
/* How a source with that reason is called. */
enum ctl_peer_state engine_log_usable(enum select_reason);

/* engine_sensor.c */
void		 engine_sensor_fd(void *, struct imsgev *,
		    const struct imsg_in *);
/*
 * The configuration is another one, or the engine has started: sensors
 * come, change and go.  Before conf_sweep, while names are there.
 */
void		 engine_sensor_reconf(struct engine *, mono_t);
void		 engine_sensor_log(struct engine *, const struct sync_now *);
/* Why it is not used; "" when it is. */
const char	*engine_sensor_reason(const struct sensor *);

/* engine_stats.c */
void		 engine_stats_init(void);
void		 engine_stats_fd(void *, struct imsgev *,
		    const struct imsg_in *);
void		 engine_stats_gone(void *, struct imsgev *,
		    const struct imsg_in *);
/*
 * What a sample says beside the estimate, s, + = we are slow; to be asked
 * before sync knows it.
 */
double		 engine_stats_offset(const struct engine *, int,
		    const struct sample *);
/* A line for a sample of the source with that name and slot, and offset. */
void		 engine_stats_sample(struct engine *, const char *, int,
		    const struct sample *, double, const struct sync_now *);
/* A line for an update of the estimate. */
void		 engine_stats_update(struct engine *,
		    const struct sync_now *);

/* engine_server.c */
void		 engine_server_init(struct engine *);
void		 engine_server_listen(void *, struct imsgev *,
		    const struct imsg_in *);
void		 engine_server_served(void *, struct imsgev *,
		    const struct imsg_in *);
void		 engine_server_gone(void *, struct imsgev *,
		    const struct imsg_in *);
void		 engine_server_start(struct engine *);
/* The symmetric keys. */
void		 engine_server_keys(struct engine *);
/* The keys of NTS cookies. */
void		 engine_server_ring(struct engine *,
		    const struct ntsring *);
/* engine.conf is another one. */
void		 engine_server_conf(struct engine *);
/* All that was counted since the start. */
void		 engine_server_count(const struct engine *,
		    struct servestat *);
/* Each second: for the rates. */
void		 engine_server_tick(struct engine *,
		    const struct sync_now *);
/* What replies say and the time in them follow sync. */
void		 engine_server_refresh(struct engine *,
		    const struct sync_now *);

/* engine_worker.c */
void		 engine_worker_fd(void *, struct imsgev *,
		    const struct imsg_in *);
/* server.batch.clock is another one. */
void		 engine_worker_tell(struct engine *);
/* and what cookies are sealed with. */
void		 engine_worker_ring(struct engine *);

/* engine_budget.c: with what the parent knew at start */
void		 engine_budget_start(struct engine *,
		    const struct budget_state *, const struct sync_now *);
/* engine.conf is another one. */
void		 engine_budget_conf(struct engine *);
/* Each second, with the counters of all listeners. */
void		 engine_budget_tick(struct engine *, const struct servestat *,
		    const struct sync_now *);
/* What is used, for the parent to keep. */
void		 engine_budget_tell(struct engine *, mono_t);

/* engine_control.c */
void		 engine_control_init(struct engine *);
void		 engine_control_fd(void *, struct imsgev *,
		    const struct imsg_in *);
void		 engine_control_process(void *, struct imsgev *,
		    const struct imsg_in *);
void		 engine_control_processes(void *, struct imsgev *,
		    const struct imsg_in *);
/* The clock is synced: tell those who wait for it. */
void		 engine_control_synced(struct engine *);
void		 engine_control_text(void *, struct imsgev *,
		    const struct imsg_in *);
void		 engine_control_done(void *, struct imsgev *,
		    const struct imsg_in *);

/*
 * engine_clients.c: the so many clients who ask most, when all servers have
 * told theirs or have had time to; then it is done, with so many rows.
 */
void		 engine_clients_ask(struct client *, uint32_t,
		    const struct sync_now *,
		    void (*)(struct client *, enum ctl_result, uint32_t));
/* The client is gone. */
void		 engine_clients_cancel(struct client *);
void		 engine_clients_answer(void *, struct imsgev *,
		    const struct imsg_in *);

/* engine_show.c: rows of a view; how many. */
uint32_t	 engine_show(struct engine *, struct imsgev *, enum ctl_view,
		    const struct sync_now *);
/* engine_show_constraint.c, _nts.c and _server.c: some of them. */
uint32_t	 engine_show_constraints(struct engine *, struct imsgev *,
		    const struct sync_now *);
uint32_t	 engine_show_nts(struct engine *, struct imsgev *,
		    const struct sync_now *);
uint32_t	 engine_show_ke(struct engine *, struct imsgev *,
		    const struct sync_now *);
uint32_t	 engine_show_server(struct engine *, struct imsgev *,
		    const struct sync_now *);
uint32_t	 engine_show_listeners(struct engine *, struct imsgev *,
		    const struct sync_now *);

#endif /* ENGINE_H */
