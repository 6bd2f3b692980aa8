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
 * A simulated world for the pure core: an oscillator, paths, servers, and
 * a client that drives assoc.c and sync.c as the engine does, with the
 * parent's clock.  Deterministic: a seed gives the same numbers every time.
 */

#ifndef SIM_H
#define SIM_H

#include <stdbool.h>
#include <stdint.h>

#define SIM_SERVERS	12

enum sim_jitter {
	SIM_EXP,		/* exponential, mean jitter, each way */
	SIM_NORMAL		/* |normal|, sigma jitter, each way */
};

enum sim_way {
	SIM_OUT,		/* to the server */
	SIM_IN,
	SIM_TURNS		/* out the first time, in the second, ... */
};

struct sim_server {
	double		 base;		/* one way, s */
	double		 jitter;	/* s */
	double		 asym;		/* added on the way out, s */
	double		 loss;		/* of a packet, each way */
	double		 lie;		/* its clock is ahead by this, s, */
	double		 lie_at;	/* from then on, s */
	double		 wobble;	/* its clock swings by this, s, */
	double		 wobble_period;	/* s */
	double		 reroute;	/* base grows by this, s, */
	double		 reroute_at;	/* from then on */
	enum sim_jitter	 kind;
	double		 busy;		/* mean of a queue on one way, s, */
	double		 busy_base;	/* and how long it is at least, */
	double		 busy_for;	/* so long, s, */
	double		 busy_every;	/* at the end of each so many s */
	enum sim_way	 busy_way;
	bool		 dead;		/* never answers */
};

struct sim_scenario {
	const char	*name;
	const char	*what;
	struct sim_server server[SIM_SERVERS];	/* until base is 0 */
	double		 wander;	/* s/s per sqrt(s) */
	double		 freq;		/* s/s, + = clock fast */
	double		 offset;	/* s, clock - true at the start */
	double		 heat;		/* sine of frequency: amplitude, s/s */
	double		 heat_period;	/* s */
	double		 jump;		/* of frequency, s/s, */
	double		 jump_at;	/* s */
	double		 outage;	/* nothing gets through from then, s */
	double		 outage_end;
	double		 set;		/* another hand sets the clock by so */
	double		 set_at;	/* s */
	double		 length;	/* s */
	double		 settle;	/* figures are from then on, s */
};

struct sim_options {
	int		 minpoll;	/* log2 s */
	int		 maxpoll;
	bool		 trace;		/* a line for every update */
};

struct sim_result {
	double		 rms;		/* of the kernel clock, s */
	double		 max;
	double		 est;		/* rms of the estimate, s */
	double		 frms;		/* of its frequency, s/s */
	double		 t1ms;		/* s until below 1 ms for good, or -1 */
	double		 t_synced;	/* s until first synced, or -1 */
	double		 outside;	/* share of seconds beyond maxerror */
	double		 in1;		/* share with |est| < esterror */
	double		 in3;		/* and < 3 esterror */
	double		 undecided;	/* share in SYNC_UNDECIDED */
	unsigned int	 changes;	/* of synced */
	uint64_t	 sent;
	uint64_t	 steps;
};

extern const struct sim_scenario sim_scenarios[];
extern const unsigned int	 sim_nscenarios;

void	 sim_run(const struct sim_scenario *, const struct sim_options *,
	    uint64_t, struct sim_result *);

#endif /* SIM_H */
