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
 *
 * All others have their state and their functions in the header of what
 * they are about: engine_client.h, engine_sensor.h, engine_constraint.h,
 * engine_sync.h, engine_server.h and engine_control.h.
 *
 * An exported function has its file's name in front.
 */

#ifndef ENGINE_H
#define ENGINE_H

#include <event.h>
#include <stdbool.h>
#include <stdint.h>

#include "budget.h"
#include "conf.h"
#include "constrain.h"
#include "engine_client.h"
#include "engine_constraint.h"
#include "engine_control.h"
#include "engine_sensor.h"
#include "engine_server.h"
#include "engine_sync.h"
#include "imsgev.h"
#include "leap.h"
#include "mac.h"
#include "msg.h"
#include "ntptime.h"
#include "osc.h"
#include "proc.h"
#include "servestat.h"
#include "sync.h"

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
	double		 wish;		/* commanded last, s/s, */
	double		 rate;		/* and how fast to slew, s/s */
	double		 kernel;	/* in force, slews aside, s/s */
	double		 slewing;	/* offset of a slew, as logged, s */
	bool		 beyond;	/* that the frequency is, was logged */
	struct told	 told;		/* engine_log.c */
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
		enum constraint_news news;
		mono_t	 since;		/* that began, or did not need to */
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

#endif /* ENGINE_H */
