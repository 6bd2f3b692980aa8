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
 * Who tells the date by HTTPS, and what that allows.  Engine only.
 *
 *	engine_constraint.c	constraints: when to ask
 *	engine_bound.c		what they answer, and allow
 */

#ifndef ENGINE_CONSTRAINT_H
#define ENGINE_CONSTRAINT_H

#include <sys/types.h>
#include <sys/queue.h>

#include <stdbool.h>
#include <stdint.h>

#include "addr.h"
#include "conf.h"
#include "constrain.h"
#include "imsgev.h"
#include "log.h"
#include "msg.h"
#include "ntptime.h"
#include "sync.h"

struct engine;

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
	struct log_limit limit;
};
TAILQ_HEAD(targets, target);

#define TARGETS_MAX	8		/* of a "constraints" */

/* What the log was told of all of them last. */
enum constraint_news {
	NEWS_NONE,
	NEWS_GOOD,
	NEWS_BAD
};

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

#endif /* ENGINE_CONSTRAINT_H */
