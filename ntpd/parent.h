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
 * cannot even name a packet.  The clock is in parent_clock.h, sockets are in
 * parent_listen.h.
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
#include "parent_again.h"
#include "parent_clock.h"
#include "parent_listen.h"
#include "proc.h"

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

struct stat;

/* Which content of which file. */
struct parent_file_id {
	bool		 there;
	dev_t		 dev;
	ino_t		 ino;
	off_t		 size;
	int64_t		 sec;		/* modified, Unix s and ns */
	int64_t		 nsec;
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
	bool		 keyed;		/* the engine has symmetric keys */
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
		mono_t	 saved;		/* when that was; ns 0: never */
		struct ntsring unsaved;	/* to be written then, or n 0 */
		unsigned int lines;	/* for whom a reload is */
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

/* parent_show.c: our processes, for ntpctl's connection with that number. */
void		 parent_show(struct parent *, uint32_t);

/*
 * parent_sensor.c: the child that can be lost.
 */
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
/* The directory that a file is in. */
const char *parent_file_directory(const char *, char [CONF_PATH_MAX]);
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
 * The same; fresh: only if there is none (EEXIST), whoever else makes one at
 * this moment.  Which one it is goes to the last argument, if that is not
 * NULL: by now the path may be another's.
 */
int	 parent_file_put(const char *, const char *, mode_t, bool,
	    struct parent_file_id *)
	    __attribute__((__warn_unused_result__));
/* What tells one content of a file from another. */
void	 parent_file_identify(struct parent_file_id *, const struct stat *);
/*
 * What became of a write (0, or -1 and errno) of a file, which is what it
 * is: a failure is logged once, and its end, by the errno that is kept there.
 * True when it is written.
 */
bool	 parent_file_written(const char *, const char *, int, int *);

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
