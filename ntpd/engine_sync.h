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
 * From samples to the clock, to the log, and to the statistics files.
 * Engine only.
 *
 *	engine_sync.c		samples to clock commands
 *	engine_log.c		what is said about it
 *	engine_stats.c		samples and updates to statistics files
 */

#ifndef ENGINE_SYNC_H
#define ENGINE_SYNC_H

#include <stdbool.h>
#include <stdint.h>

#include "ctl.h"
#include "imsgev.h"
#include "log.h"
#include "msg.h"
#include "sample.h"
#include "sync.h"

struct engine;

/* What selection made of a source, as the log knows it. */
struct verdict {
	enum select_reason reason;
	int64_t		 news;		/* of that, what is worth a line */
	struct log_state told;
};

/* What the log knows of the clock: engine_log.c */
struct told {
	struct log_state synced;
	struct log_state state;		/* enum sync_state */
	struct log_state leap;		/* which, and when */
	struct log_state bound;		/* enum constraint_news */
	struct log_limit beyond;
	struct log_limit slew;
	struct log_limit freq;
	struct log_limit nostep;
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

/* engine_log.c */
/*
 * SYNC_EV_* happened; is the clock synced?  To be asked for nothing, too:
 * what is not said at once, for it changes too often, is said later.
 */
void		 engine_log_events(struct engine *, unsigned int,
		    const struct sync_now *);
void		 engine_log_synced(struct engine *, const struct sync_now *);
/* After a line about that: so many of its kind were not said. */
void		 engine_log_missed(const char *, uint32_t);
/* What became of a source: what it is, its name and slot. */
void		 engine_log_source(struct engine *, struct verdict *,
		    const char *, const char *, int, const struct sync_now *);
/* Why the source in a slot is not used, with the figures that show it. */
void		 engine_log_reason(const struct engine *, int,
		    const struct sync_now *, char *, size_t);
/* What a source with that reason is to an operator. */
enum ctl_peer_state engine_log_standing(enum select_reason);

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

#endif /* ENGINE_SYNC_H */
