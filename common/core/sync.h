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
 * The pipeline from samples to a command for the clock, on one screen:
 *
 *	sample -> filter -> srcstat -> select -> combine -> discipline
 *
 * struct sync owns every source's statistics and the estimate of true
 * time.  It is plain data: no allocation, no clock; "now" is an argument.
 */

#ifndef SYNC_H
#define SYNC_H

#include "combine.h"
#include "discipline.h"
#include "leap.h"
#include "osc.h"
#include "select.h"
#include "srcstat.h"

#define SYNC_SOURCES	64
#define SYNC_OWN	16	/* own addresses remembered */
#define SYNC_MAXFREQ	5e-3	/* s/s, worse than any oscillator */
#define SYNC_SIGMAS	3.0	/* from a standard deviation to a bound */

/* What the configuration says about a source. */
struct sync_opts {
	uint8_t		 weight;	/* 1..10, multiplies its vote */
	bool		 trusted;
	bool		 prefer;
	bool		 noselect;
	bool		 unauthentic;	/* not to be used for that */
	int8_t		 minpoll;	/* log2 s */
	int8_t		 maxpoll;
	double		 correction;	/* added to its offsets, s */
};

/* What the configuration says about the clock as a whole. */
struct sync_conf {
	unsigned int	 minsources;	/* agreeing sources to move the clock */
	double		 maxdist;	/* s, sources beyond are not selected */
	uint8_t		 local_stratum;	/* 0: none */
	bool		 serving;	/* our sources may be our clients */
	struct discipline_conf discipline;
};

/* This moment, on every scale. */
struct sync_now {
	mono_t		 mono;
	osc_t		 osc;
	ntptime_t	 real;		/* CLOCK_REALTIME */
	int64_t		 unixtime;	/* the same, seconds */
};

/*
 * The estimate of true time: at osc time "at" the free-running clock is
 * offset behind true time and loses freq seconds each second.
 */
struct estimate {
	bool		 valid;
	osc_t		 at;
	double		 offset;	/* s, positive: clock slow */
	double		 freq;		/* s/s, positive: clock slow */
	double		 offset_sd;	/* s, one sigma */
	double		 bias_sd;	/* s, how far the sources are apart */
	double		 freq_sd;	/* s/s, one sigma */
	double		 cov;		/* of the two, s^2/s */
	double		 skew;		/* bound of freq's error, s/s */
	double		 wander;	/* of freq, s/s per sqrt(s) */
	double		 walk;		/* rms of what that may be */
	double		 rootdelay;	/* s, through the selected source */
	double		 rootdisp;	/* s, at "at" */
	uint32_t	 refid;		/* of the selected source, as served */
	uint8_t		 stratum;	/* ours */
	uint8_t		 leap;		/* enum leap_indicator */
};

struct sync_source {
	bool		 used;		/* slot taken */
	struct sync_opts opts;
	uint8_t		 reach;
	bool		 unsync;	/* the server says so itself */
	uint32_t	 refid;		/* of its address, as we would serve */
	struct srcstat	 stat;
	struct srcstat_best best;	/* at the last update */
	enum select_reason reason;
	bool		 selected;	/* the one with '*' */
	bool		 combined;	/* the ones with '+' */
	bool		 counts;	/* those, and who fell silent as one */
};

/* For people; "relative to us" is to the estimate of true time. */
struct sync_view {
	double		 offset;	/* source - our estimate, now, s */
	double		 offset_sd;	/* one sigma, s */
	double		 delay;		/* round trip of the latest sample, s */
	double		 jitter;	/* scatter of its offsets, s */
	double		 freq;		/* relative to us, s/s, + = faster */
	double		 skew;		/* bound of freq's error, s/s */
	double		 distance;	/* root distance, now, s */
	double		 beyond;	/* source - constraints, 0: none, s */
	uint32_t	 samples;	/* in the statistics */
	enum select_reason reason;
	bool		 selected;
	bool		 combined;
};

enum sync_state {
	SYNC_START,		/* never had an estimate */
	SYNC_OK,
	SYNC_HOLD,		/* no usable source, coasting */
	SYNC_UNDECIDED		/* sources disagree, no majority */
};

/* What constraints allow: true time is within margin of offset. */
struct sync_bound {
	double		 offset;	/* to the free-running clock, now, s */
	double		 margin;	/* s; 0: no constraint has answered */
};

struct sync {
	struct sync_conf conf;
	struct sync_bound bound;
	struct sync_source src[SYNC_SOURCES];
	struct combine	 joint;
	struct estimate	 est;
	struct discipline disc;
	struct leap_table leaps;
	enum leap_indicator leap;	/* announced now */
	int64_t		 leap_at;	/* Unix time after it, or 0 */
	int64_t		 leap_done;	/* the same of the last one passed */
	bool		 synced;	/* error bound small, with hysteresis */
	bool		 local;		/* est is the local clock, unchecked */
	bool		 odd;		/* the last sample did not fit */
	bool		 majority;	/* of the sources agree */
	bool		 fresh;		/* news since the last update */
	bool		 steer;		/* the kernel clock is to be told */
	uint64_t	 updates;	/* of the estimate */
	mono_t		 began;		/* first sync_update since the start */
	mono_t		 ready;		/* first source usable since then */
	mono_t		 right;		/* clock first right since then */
	mono_t		 held;		/* and held by most since; 0: not */
	mono_t		 last_update;
	osc_t		 first;		/* first sample since then */
	double		 interval;	/* mean, between updates, s */
	unsigned int	 ncombined;	/* sources in the last update */
	double		 last_offset;	/* clock's error at last_update, s */
	uint32_t	 own[SYNC_OWN];	/* our addresses as refids */
	unsigned int	 nown;
	enum sync_state	 state;
};

/*
 * The clock is called synced when the bound of its error falls below
 * SYNC_GOOD, and no longer when it exceeds SYNC_BAD: not because sources
 * are silent, but because nobody could trust it any more (RFC 5905 takes
 * servers up to 1.5 s).
 */
#define SYNC_GOOD	0.5	/* s */
#define SYNC_BAD	1.0	/* s */

/* Something an operator wants to read about happened; bits. */
#define SYNC_EV_SYNCED		0x01	/* synced changed */
#define SYNC_EV_SELECTED	0x02	/* another source is selected */
#define SYNC_EV_STATE		0x04	/* state changed */
#define SYNC_EV_LEAP		0x08	/* leap announcement changed */
#define SYNC_EV_UPDATE		0x10	/* the estimate was updated */
#define SYNC_EV_REASON		0x20	/* a source's reason changed */

/*
 * drift: frequency from the drift file, s/s positive: clock slow, and its
 * error bound; a negative bound: nothing known.
 */
void	 sync_init(struct sync *, const struct sync_conf *, double, double);
void	 sync_reconf(struct sync *, const struct sync_conf *);

/* A slot for a source, or -1 when all are taken. */
int	 sync_add(struct sync *, const struct sync_opts *, uint32_t);
void	 sync_source_reconf(struct sync *, int, const struct sync_opts *);
void	 sync_remove(struct sync *, int);

/* A sample of a source. */
void	 sync_sample(struct sync *, int, const struct sample *,
	    const struct sync_now *);

/* A poll of a source ended without a sample, or its register changed. */
void	 sync_reach(struct sync *, int, uint8_t);

/*
 * Run select, combine and discipline; the command says what the kernel
 * clock should do now (CLOCK_CMD_NONE: nothing new).  Call it after every
 * sample, after a reach register became 0, and when cmd.again has passed.
 * osc may be rebased.  Returns SYNC_EV_* bits.
 */
unsigned int sync_update(struct sync *, const struct sync_now *,
	    struct osc *, struct clock_cmd *);

/* The kernel clock was really stepped (by us or another hand) by delta s. */
void	 sync_stepped(struct sync *, const struct sync_now *, double);

/* The machine slept (or the oscillator jumped): offsets are void. */
void	 sync_resumed(struct sync *, const struct sync_now *);

/*
 * What constraints say at this moment, to be told before each sync_update.
 * Sources outside are not used, trusted ones aside; an estimate that is
 * outside, and not by a trusted source, is none any more.
 */
void	 sync_constrain(struct sync *, const struct sync_bound *, osc_t);
bool	 sync_outside(const struct sync *, const struct sync_source *);

/* Is a trusted source among those that are used? */
bool	 sync_trusted(const struct sync *);

/* The estimate is void; what is known of sources and oscillator stays. */
void	 sync_forget(struct sync *);

/*
 * The server answered, but says that it is not synchronised (REPLY_UNSYNC):
 * not selectable until its next sample.
 */
void	 sync_unsync(struct sync *, int);

/*
 * One of our own addresses, as others serve it in their refid (host
 * order): a source that names it follows us.  The last SYNC_OWN different
 * ones are remembered.
 */
void	 sync_own(struct sync *, uint32_t);
bool	 sync_is_own(const struct sync *, uint32_t);

/* One source as ntpctl shows it. */
void	 sync_source_view(const struct sync *, int, osc_t,
	    struct sync_view *);

/* The poll interval the source's statistics ask for, log2 s. */
int	 sync_poll(const struct sync *, int);

/* True time: the estimate at now, on the NTP scale. */
ntptime_t sync_time(const struct sync *, const struct osc *, osc_t);

/*
 * How far CLOCK_REALTIME is from the estimate, s, positive: slow.  0 when
 * there is no estimate.
 */
double	 sync_clock_error(const struct sync *, const struct osc *,
	    const struct sync_now *);

/* Root dispersion, and bound of the whole error (root distance), now, s. */
double	 sync_rootdisp(const struct sync *, osc_t);
double	 sync_maxerror(const struct sync *, osc_t);

/*
 * The estimate's standard deviation, now, s.  It grows as the filter would
 * make it grow without samples, F V F^T and the walk of the frequency: that
 * the errors of offset and frequency hang together is a good part of it.
 */
double	 sync_esterror(const struct sync *, osc_t);

#endif /* SYNC_H */
