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
 * The parent process: root, the clock, descriptors for the others.  It
 * cannot even name a packet.
 */

#ifndef PARENT_H
#define PARENT_H

#include <sys/types.h>
#include <sys/time.h>

#include <event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "conf.h"
#include "constrain.h"
#include "imsgev.h"
#include "leap.h"
#include "log.h"
#include "msg.h"
#include "now.h"
#include "proc.h"

/*
 * parent_policy.c: what the engine may do to the clock.
 */

/* Why a command was refused. */
enum clock_refusal {
	CLOCK_GRANTED,
	CLOCK_REFUSED_NOCLOCK,		/* the clock is not ours */
	CLOCK_REFUSED_FLOOD,		/* too many commands */
	CLOCK_REFUSED_NUMBER,		/* not finite */
	CLOCK_REFUSED_FREQ,		/* beyond DISCIPLINE_MAXFREQ */
	CLOCK_REFUSED_RATE,		/* none, or beyond DISCIPLINE_MAXSLEW */
	CLOCK_REFUSED_DATE,		/* it would be before this program */
	CLOCK_REFUSED_POLICY,		/* no step allowed now */
	CLOCK_REFUSED_STORM,		/* too many steps */
	CLOCK_REFUSED_LEAP,		/* no leap second can be due */
	CLOCK_REFUSED_UNBOUND,		/* large, and no constraint answered */
	CLOCK_REFUSED_BOUND,		/* outside the constraints */
	CLOCK_REFUSED__MAX
};

/* A bucket of tokens. */
struct clock_bucket {
	double		 tokens;
	mono_t		 last;
};

struct clock_policy {
	bool		 noclock;
	enum step_policy step;
	double		 step_over;	/* s */
	struct leap_table leaps;
	int		 leap;		/* granted: enum leap_indicator */
	double		 fast;		/* s left for slews beyond 500 ppm */
	struct clock_bucket commands;
	struct clock_bucket steps;
	unsigned int	 grants;	/* steps allowed in this window */
	mono_t		 window;	/* its end; 0: when synced */
	bool		 closing;	/* synced will end it */
	bool		 settled;	/* it did, once */
	double		 jump;		/* by another hand, s, may be undone */
	mono_t		 undo;		/* until then */
	int64_t		 wall;		/* CLOCK_REALTIME - BOOTTIME, ns */
	int64_t		 slept;		/* BOOTTIME - MONOTONIC, ns */
	int64_t		 slewed;	/* by us, ns */
	bool		 constrained;	/* the configuration has some, */
	bool		 bounded;	/* and this is their median: */
	struct constrain_point median;
	struct log_limit said_jump;
};

void	 policy_init(struct clock_policy *, const struct now *);
/*
 * Look at the clocks, before every decision: did the machine sleep, did
 * another hand set the time?  Both are reasons for a step that the engine
 * cannot make up.
 */
void	 policy_watch(struct clock_policy *, const struct now *);
/* Verdicts.  A granted status or leap second is in force with that. */
enum clock_refusal policy_slew(struct clock_policy *, const struct now *,
	    const struct msg_clock_slew *)
	    __attribute__((__warn_unused_result__));
enum clock_refusal policy_step(struct clock_policy *, const struct now *,
	    double)
	    __attribute__((__warn_unused_result__));
enum clock_refusal policy_status(struct clock_policy *, const struct now *,
	    const struct msg_clock_status *)
	    __attribute__((__warn_unused_result__));
enum clock_refusal policy_leap(struct clock_policy *, const struct now *,
	    int)
	    __attribute__((__warn_unused_result__));
/* The clock was stepped: by how much (s), and it is now now. */
void	 policy_stepped(struct clock_policy *, const struct now *, double);
/*
 * Are there constraints to hold the engine to, and what is their median
 * (NULL: none has answered)?
 */
void	 policy_constrain(struct clock_policy *, bool,
	    const struct constrain_point *);
/* The age clock of constrain.h at a moment of CLOCK_BOOTTIME, ns. */
int64_t	 policy_age(const struct clock_policy *, mono_t);
/* A token, if there is one: the most there are, and gained each second. */
bool	 policy_take(struct clock_bucket *, mono_t, double, double);
/* The rate (s/s) the budget has for a wish, and how long it lasts (s). */
double	 policy_rate(const struct clock_policy *, double);
double	 policy_lasts(const struct clock_policy *, double);
/* The clock was slewed for so long (s) at that rate (s/s, signed). */
void	 policy_moved(struct clock_policy *, double, double);

/*
 * parent_clock.c: the engine's commands carried out.  No events and no
 * messages in there: "now" is an argument, answers are results, the
 * kernel is behind clock.h.
 */
struct parent_clock {
	struct clock_policy policy;
	double		 freq;		/* to stay, s/s */
	double		 applied;	/* freq and the slew, s/s */
	bool		 slewing;
	double		 left;		/* s still to be slewed, signed */
	double		 rate;		/* asked for, s/s */
	mono_t		 mark;		/* all is accounted up to here */
	bool		 failed;	/* the kernel did not take the last */
	struct log_limit said[CLOCK_REFUSED__MAX];
	struct log_limit said_kernel;
};

/* At freq the kernel runs now (s/s). */
void	 parent_clock_init(struct parent_clock *, bool, double,
	    const struct now *);
/* The configuration's word about steps. */
void	 parent_clock_conf(struct parent_clock *, enum step_policy, double);

/* Commands of the engine; *done is the answer. */
void	 parent_clock_slew(struct parent_clock *, const struct now *,
	    const struct msg_clock_slew *, struct msg_clock_done *);
void	 parent_clock_step(struct parent_clock *, const struct now *,
	    const struct msg_clock_step *, struct msg_clock_done *);
void	 parent_clock_status(struct parent_clock *, const struct now *,
	    const struct msg_clock_status *);

/*
 * Seconds until parent_clock_tick wants to run, negative: no slew is under
 * way.  It returns true when it changed the clock: *done tells how.
 */
double	 parent_clock_due(const struct parent_clock *, const struct now *);
bool	 parent_clock_tick(struct parent_clock *, const struct now *,
	    struct msg_clock_done *);

/* The end: no slew, the frequency stays, unsynchronised. */
void	 parent_clock_stop(struct parent_clock *);

/*
 * parent_drift.c: the frequency across restarts.
 */
struct parent_drift {
	char		 path[CONF_PATH_MAX];
	double		 freq;		/* of the last DRIFT, s/s, + = slow */
	bool		 dirty;		/* not written yet */
	mono_t		 written;
	int		 error;		/* said, until it works again */
};

/* What a drift file says, s/s, positive: clock slow, and its bound. */
enum drift_verdict {
	DRIFT_OK,
	DRIFT_NONE,		/* no such file, or empty */
	DRIFT_BAD,		/* not a frequency we believe */
	DRIFT_UNREADABLE	/* errno */
};
enum drift_verdict drift_read(const char *, double *, double *)
	    __attribute__((__warn_unused_result__));
/* Atomically, by a rename; -1 and errno. */
int	 drift_write(const char *, double)
	    __attribute__((__warn_unused_result__));

/* The same with log lines and memory.  Read: error < 0 when none known. */
void	 parent_drift_init(struct parent_drift *, const char *, double *,
	    double *);
void	 parent_drift_set(struct parent_drift *, const struct msg_drift *,
	    const struct now *);
void	 parent_drift_save(struct parent_drift *);

/*
 * parent_budget.c: what is used of a budget, across restarts.
 */
struct parent_budget {
	char		 path[CONF_PATH_MAX];
	struct budget_state state;	/* of the last BUDGET, or the file */
	bool		 dirty;		/* not written yet */
	mono_t		 written;
	int		 error;		/* said, until it works again */
};

/* Beside that drift file; a file that makes no sense is one of nothing. */
void	 parent_budget_init(struct parent_budget *, const char *);
void	 parent_budget_set(struct parent_budget *,
	    const struct budget_state *, const struct now *);
void	 parent_budget_save(struct parent_budget *);

/*
 * parent_stats.c: where the statistics files are.
 */
struct parent_stats {
	char		 dir[CONF_PATH_MAX];	/* as at start; "": none */
	bool		 on;		/* the engine has them, or should */
	int64_t		 day;		/* those it has are of, since 1970 */
	int		 error[STATS__MAX];	/* said, until it works */
	struct event	 ev;
};

/*
 * parent_constraint.c: what a constraint told, by conf_constraint.id.
 */
struct parent_answer {
	uint32_t	 conf;		/* 0: none */
	struct addr	 addr;
	struct constrain_point point;
};

struct parent_query;
TAILQ_HEAD(parent_queries, parent_query);

/*
 * The process.
 */
enum parent_phase {
	PARENT_STARTING,
	PARENT_RUNNING,
	PARENT_QUITTING
};

struct parent_child {
	pid_t		 pid;		/* 0: not running */
	struct imsgev	 iev;
	bool		 open;		/* iev is */
	bool		 left;		/* ended in order, unasked */
};

/* When a child that was lost is started again: parent_again.c */
struct parent_again {
	struct event	 ev;
	mono_t		 started;	/* the last time */
	unsigned int	 failures;	/* in a row */
	double		 most;		/* delay before the next start, s */
};

/* Which content of which file. */
struct parent_file_id {
	bool		 there;
	dev_t		 dev;
	ino_t		 ino;
	off_t		 size;
	int64_t		 sec;		/* modified, Unix s and ns */
	int64_t		 nsec;
};

/* One of the processes of a "listen on" with "workers": parent_server.c */
struct parent_server {
	TAILQ_ENTRY(parent_server) entry;
	struct parent	*parent;
	uint32_t	 id;		/* conf_listen.id */
	pid_t		 pid;		/* 0: not running */
	struct imsgev	 iev;
	bool		 open;		/* iev is */
	bool		 leaving;	/* it ends because we said so */
	struct parent_again again;
};

struct parent {
	enum parent_phase phase;
	struct proc_opts opts;
	const char	*self;		/* path of our binary */
	const char	*conffile;
	const char	*pidfile;	/* or NULL */
	char		 control[CONF_PATH_MAX];	/* as it was at start */
	int		 ready_fd;	/* foreground process waits; or -1 */
	int		 status;	/* to exit with */

	struct conf	*conf;
	struct parent_clock clock;
	struct parent_drift drift;
	struct parent_budget budget;
	struct parent_stats stats;
	double		 drift_error;	/* of the file, s/s; < 0: none */
	struct parent_child child[ROLE__MAX];
	TAILQ_HEAD(, parent_server) servers;
	uint32_t	 listen_id;	/* last one given */

	struct {
		struct parent_again again;
		bool	 renew;		/* it ends because we said so */
		char	 passed;	/* conf_node.state points to */
		char	 missing;	/* one of these: what is its device */
		struct event devices;
	} sensor;

	struct {
		struct parent_again again;
		bool	 ending;	/* because we said so */
		bool	 ringed;	/* it has the cookie keys, */
		char	 path[CONF_PATH_MAX];	/* of this file, as at start */
		struct parent_file_id seen;	/* as it was then */
		int	 error;		/* of the last write, said */
		struct event watch;
	} nts;

	struct {
		uint32_t last;		/* id given */
		struct parent_queries queries;
		unsigned int nqueries;
		struct clock_bucket bucket;
		struct parent_answer answer[CONSTRAIN_MAX];
	} constraint;

	struct {
		bool	 running;	/* waiting for CONF_READY of */
		unsigned int waiting;	/* these roles, as bits */
		size_t	 sent;		/* messages to be read before that */
		bool	 again;		/* SIGHUP came meanwhile */
		bool	 asked;		/* by the engine, for client id */
		uint32_t id;
	} reload;

	struct event	 ev_term;
	struct event	 ev_int;
	struct event	 ev_hup;
	struct event	 ev_chld;
	struct event	 ev_slew;
	struct event	 ev_listen;
	struct event	 ev_leap;
	struct event	 ev_quit;
	struct event	 ev_orphan;
};

/* What main found out before there was a parent. */
struct parent_args {
	struct proc_opts opts;
	const char	*self;
	const char	*conffile;
	const char	*pidfile;
	struct conf	*conf;
	int		 ready_fd;
};

/* parent.c */
__attribute__((__noreturn__)) void
	 parent_main(const struct parent_args *);
/* End in order, with that status. */
void	 parent_quit(struct parent *, int);
/*
 * An engine that asks without end and reads no answer would fill our
 * memory: true when it is one, which ends the daemon.
 */
bool	 parent_deaf(struct parent *);

/* parent_ready.c: the engine is, once. */
void	 parent_ready(void *, struct imsgev *, const struct imsg_in *);

/* parent_child.c; -1 and errno: it cannot be started now. */
int	 parent_child_start(struct parent *, enum role,
	    const struct imsg_handler *, size_t)
	    __attribute__((__warn_unused_result__));
/*
 * The same with an edge between it and the engine, of which both get their
 * end by a message of that type; a failure is logged.
 */
int	 parent_child_attach(struct parent *, enum role,
	    const struct imsg_handler *, size_t, uint32_t)
	    __attribute__((__warn_unused_result__));
/* How a child ended that has this status, as log lines say it. */
#define PARENT_CHILD_END	64
const char *parent_child_end(int, char [PARENT_CHILD_END]);
/*
 * After SIGCHLD: who was it?  A lost child, but sensor or a server, ends the
 * daemon.
 */
void	 parent_child_reap(struct parent *);
/* Ask them to end. */
void	 parent_child_shutdown(struct parent *);
bool	 parent_child_gone(const struct parent *);
void	 parent_child_kill(struct parent *);

/*
 * parent_again.c: the longest delay before a start, in s, and what is called
 * then.
 */
void	 parent_again_init(struct parent_again *, double,
	    void (*)(int, short, void *), void *);
/* It was started. */
void	 parent_again_started(struct parent_again *);
/* It could not be started: later, after that delay (s); */
double	 parent_again_later(struct parent_again *);
/* the same, it was lost with that status, and that is logged. */
void	 parent_again_lost(struct parent_again *, enum role, int);
/* All failures are forgotten, and no start is due. */
void	 parent_again_fresh(struct parent_again *);

/* parent_show.c: our processes, for ntpctl's connection with that number. */
void		 parent_show(struct parent *, uint32_t);

/*
 * parent_sensor.c: the child that can be lost.
 */
/* Is there a sensor that this system can have? */
bool	 parent_sensor_wanted(const struct conf *);
/* If there are any. */
void	 parent_sensor_start(struct parent *);
/* It ended, with that status. */
void	 parent_sensor_lost(struct parent *, int);
/* Between merge and sweep: is it to read others?  Then, after it: */
bool	 parent_sensor_changed(const struct parent *);
void	 parent_sensor_renew(struct parent *);

/*
 * parent_keys.c: read the file of symmetric keys and hand them to the
 * engine; one with a mistake is not used, and that is said.
 */
void	 parent_keys_load(struct parent *);
/*
 * Read such a file; weak: SHA1 and MD5 are let in.  NULL, or what is wrong
 * and the line, 0 for all of it; the keys are to be wiped by the caller.
 */
const char *parent_keys_read(const char *, bool, struct mackeys *,
	    unsigned int *)
	    __attribute__((__warn_unused_result__));
bool	 parent_keys_have(const struct mackeys *, uint32_t);

/*
 * parent_nts.c: the child that speaks TLS.
 */
/* Does the configuration need it? */
bool	 parent_nts_wanted(const struct conf *);
/* Start it, if it is wanted. */
void	 parent_nts_init(struct parent *);
/*
 * The configuration is another one: start it, tell it, or end it.  True
 * when a CONF_READY of it will come.
 */
bool	 parent_nts_reload(struct parent *);
/* It ended, with that status. */
void	 parent_nts_lost(struct parent *, int);

/*
 * parent_server.c: the children a listener has.
 */
/* How many a listener has; 0: the engine serves it. */
unsigned int parent_server_count(const struct conf_listen *);
/* Start them, and end those of the listener with that id. */
void	 parent_server_start(struct parent *, const struct conf_listen *);
void	 parent_server_stop(struct parent *, uint32_t);
/* Is one about to end, with sockets that others may wait for? */
bool	 parent_server_leaving(const struct parent *);
/* A message to those of a listener, or with 0 to all. */
void	 parent_server_send(struct parent *, uint32_t, uint32_t,
	    const void *, size_t);
/* The configuration is another one. */
void	 parent_server_conf(struct parent *);
/* A child ended that is none of parent.child[]. */
void	 parent_server_reap(struct parent *, pid_t, int);
/* As parent_child_*, below. */
void	 parent_server_shutdown(struct parent *);
bool	 parent_server_gone(const struct parent *);
void	 parent_server_kill(struct parent *);

/*
 * parent_constraint.c: short-lived children.
 */
void	 parent_constraint_init(struct parent *);
/* A number for each new one, before the engine hears of it. */
void	 parent_constraint_reconf(struct parent *);
/* The engine asks. */
void	 parent_constraint_want(void *, struct imsgev *,
	    const struct imsg_in *);
/* Was that child one of them?  Then it is done with. */
bool	 parent_constraint_reap(struct parent *, pid_t);
void	 parent_constraint_stop(struct parent *);

/*
 * parent_stats.c.  At start: the directory to be written to, NULL for none.
 */
const char *parent_stats_init(struct parent *);
/* The configuration was read, or should have been: open them anew. */
void	 parent_stats_reload(struct parent *);
/* The clock was set, or time went by. */
void	 parent_stats_watch(struct parent *);

/* parent_leap.c: read the leap file, tell the engine, again each day. */
void	 parent_leap_init(struct parent *);
void	 parent_leap_load(struct parent *);

/*
 * parent_notify.c: the service manager and the pid file.  A line of state
 * as sd_notify(3) has it; nothing without NOTIFY_SOCKET.
 */
void	 parent_notify(const char *, ...)
	    __attribute__((__format__(printf, 1, 2)));
int	 parent_pidfile(const char *)
	    __attribute__((__warn_unused_result__));

/*
 * parent_file.c
 *
 * Open a file of the administrator's to read it; secret: it must be nobody
 * else's to read.  -1 and why it cannot be used, which is not to be freed.
 */
int	 parent_file_open(const char *, bool, const char **)
	    __attribute__((__warn_unused_result__));
/* Why no file of ours could be put there; NULL when it can, now at least. */
const char *parent_file_room(const char *)
	    __attribute__((__warn_unused_result__));
/*
 * Put a file with this text and mode in the place of the one at this path,
 * at once and to stay; -1 and errno: the old one is as it was.
 */
int	 parent_file_replace(const char *, const char *, mode_t)
	    __attribute__((__warn_unused_result__));

/*
 * parent_control.c
 *
 * Is another daemon there?  1 when the control socket answers, 0 when not
 * (a stale one is removed), -1 and errno.
 */
int	 parent_control_probe(const char *)
	    __attribute__((__warn_unused_result__));
/* The listening control socket, root:group 0660; -1, EEXIST: it is there. */
int	 parent_control_open(const char *, gid_t)
	    __attribute__((__warn_unused_result__));

/*
 * parent_open.c: sockets for the engine and others.
 *
 * Open what the configuration lists and is not open; what cannot be is
 * tried again.  True when nothing is in the way of a start: an address in
 * use or forbidden is.
 */
bool	 parent_open_listeners(struct parent *);
void	 parent_open_init(struct parent *);
/* What dns knows of the name in the listener of this id. */
void	 parent_open_answer(struct parent *, uint32_t,
	    const struct msg_answer *);
/* A number for each new listener, before the engine hears of it. */
void	 parent_open_number(struct parent *);
/* The nts process is gone, and its sockets with it: open them anew. */
void	 parent_open_forget(struct parent *);
/*
 * Between merge and sweep: have those sockets closed that are to be no
 * more, or are to be another process'.
 */
void	 parent_open_gone(struct parent *);
/* A server was started: open and give it its listener's sockets. */
void	 parent_open_server(struct parent *, struct parent_server *);

/*
 * parent_if_<os>.c: what "listen on interface" is bound to now.
 */
struct parent_want {
	struct addr	 addr;
	char		 device[16];	/* bind to it, or empty */
	uint32_t	 ifindex;	/* another one: open anew */
};
#define PARENT_WANT_MAX	16

/*
 * parent_name.c: what "listen on" a host name is bound to; all zero: not
 * asked yet.
 */
struct parent_name {
	struct addr	 addr[PARENT_WANT_MAX];
	uint32_t	 n;
	bool		 asking;
	bool		 failed;	/* there was an answer without any */
};

/* How many; 0 when there is no answer, which is asked for then. */
size_t	 parent_name_expand(struct parent *, const struct conf_listen *,
	    struct parent_name *, struct parent_want *, size_t);
void	 parent_name_answer(struct parent_name *, const struct msg_answer *);

/* How many, 0 when the interface is not there. */
size_t	 parent_if_expand(const struct conf_listen *, struct parent_want *,
	    size_t);
/* Before bind: the address may come later, if the system can do that. */
void	 parent_if_early(int, int);
/*
 * Can several sockets share an address and port, and each address that asks
 * have its own?  Then, before bind, and after it: that so many of a family
 * share it, by the first so many bits of the asker's address and a secret.
 */
bool	 parent_if_shares(void);
int	 parent_if_share(int)
	    __attribute__((__warn_unused_result__));
int	 parent_if_steer(int, int, unsigned int, unsigned int, uint32_t)
	    __attribute__((__warn_unused_result__));
/* Before bind: only packets of that device. */
int	 parent_if_device(int, const char *)
	    __attribute__((__warn_unused_result__));

/* parent_reload.c */
void	 parent_reload(struct parent *, bool, uint32_t);
/* A child has its new configuration, or will never have it. */
void	 parent_reload_ready(struct parent *, enum role);
/* For the log, and for the operator whose reload it is, if there is one; */
void	 parent_reload_say(struct parent *, const char *, ...)
	    __attribute__((__format__(printf, 2, 3)));
/* for the latter only. */
void	 parent_reload_text(struct parent *, const char *);

#endif /* PARENT_H */
