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
 * The machine that the target "parent" runs the parent on: the kernel's
 * clocks, the log, and the other processes, of which only the ends of their
 * edges are there.
 */

#ifndef MACHINE_H
#define MACHINE_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "parent.h"

#define CHILDREN	200	/* processes of a life */

#define START		INT64_C(1800000000)	/* 2027-01-15 08:00 UTC */
#define DAY		86400.0
#define NS		INT64_C(1000000000)

enum place {
	PLACE_READY,		/* the engine is */
	PLACE_SLEW,		/* a fast one */
	PLACE_SLEWEND,		/* by its timer */
	PLACE_STEP,
	PLACE_BOUND,		/* a step within constraints */
	PLACE_LEAP,
	PLACE_DRIFT,		/* was written */
	PLACE_BUDGET,
	PLACE_RELOAD,		/* done; */
	PLACE_RELOAD_FAILED,
	PLACE_PROCESSES,
	PLACE_CONSTRAINT,	/* asked one, */
	PLACE_RESULT,		/* and heard its answer */
	PLACE_LOG_LEVEL,
	PLACE_REFUSED,		/* the daemon ended because of the engine */
	PLACE_DEAF,
	PLACE__MAX
};
/* A process that the parent started: our end of its edge. */
struct child {
	enum role	 role;
	pid_t		 pid;
	struct imsgbuf	 ibuf;
	bool		 open;
};

/*
 * The kernel's clocks, and what became of them.  truth is the time it
 * really is; mono runs as fast as the clock is told to.
 */
struct kernel {
	int64_t		 mono;		/* ns */
	int64_t		 sleep;		/* ns, BOOTTIME ahead of it */
	int64_t		 wall;		/* ns, REALTIME ahead of BOOTTIME */
	double		 truth;		/* s since START */
	double		 freq;		/* s/s */
	double		 fast;		/* s moved by fast slews */
	bool		 synced;
	unsigned int	 steps;
	unsigned int	 wild;		/* of these, not to where it is */
	unsigned int	 reasons;	/* for such steps, at start and later */
	unsigned int	 reloads;
	bool		 lied;		/* a constraint did */
};

struct machine {
	struct parent	*parent;	/* NULL: it has started nobody yet */
	void		 (*cleanup)(void);	/* what it has for its end, */
	jmp_buf		 end;		/* which is this */
	struct child	 child[CHILDREN];
	size_t		 nchild;
	struct child	*engine;
	bool		 deaf;		/* it does not read */
};

extern struct kernel	 kernel;
extern struct machine	 machine;

/* CLOCK_REALTIME, ns. */
int64_t	 machine_real(void);
/* Let so many seconds of its own clock go by. */
void	 machine_run(double);
/* Let the parent do, and the others hear, all that there is now. */
void	 machine_settle(void);
/* A child says so; the descriptor (-1: none) is gone with it. */
void	 machine_say(struct child *, uint32_t, uint32_t, int, const void *,
	    size_t);
/* A child closes its edge. */
void	 machine_leave(struct child *);

#endif /* MACHINE_H */
