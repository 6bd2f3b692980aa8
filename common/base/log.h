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
 * Logging, as in OpenBSD's daemons: to stderr in the foreground, to syslog
 * once log_init was told so.  Lines are lower case: subject, cause,
 * consequence; a state change is said once, at info.
 */

#ifndef LOG_H
#define LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "compat.h"

/*
 * name is the process as the log shows it ("parent", "engine"); to_stderr:
 * foreground; verbose 0 info, 1 also verbose facts, 2 debug and messages.
 */
void	 log_init(const char *, bool, int);
void	 log_verbose(int);
int	 log_getverbose(void);

void	 log_warn(const char *, ...) __attribute__((__format__(printf, 1, 2)));
void	 log_warnx(const char *, ...) __attribute__((__format__(printf, 1, 2)));
void	 log_info(const char *, ...) __attribute__((__format__(printf, 1, 2)));
void	 log_debug(const char *, ...)
	    __attribute__((__format__(printf, 1, 2)));

/* Start-up failures and broken invariants only; exit status 1. */
__dead void fatal(const char *, ...)
	    __attribute__((__format__(printf, 1, 2)));
__dead void fatalx(const char *, ...)
	    __attribute__((__format__(printf, 1, 2)));

/*
 * For what a peer can provoke: a bucket that holds LOG_LIMIT_BURST lines
 * and regains one each LOG_LIMIT_SECONDS, which is long beside the time
 * between two polls: what happens at each of them is limited, too.  True:
 * say it; *missed is how many were not said since the last one (say that
 * too when not 0).
 */
#define LOG_LIMIT_BURST		5
#define LOG_LIMIT_SECONDS	600

struct log_limit {
	int64_t		 last;		/* monotonic s, 0: never */
	uint32_t	 tokens;
	uint32_t	 missed;
};

bool	 log_limit(struct log_limit *, uint32_t *);

/*
 * The same for a state (0 at first), of which peers that take turns can make
 * flip: to be asked with what it is now, when it has changed and from time
 * to time after that, for a state that lasts is said in the end.  True: say
 * that it is this now; *missed is how many other changes there were since
 * one was said.
 */
struct log_state {
	int64_t		 is;
	int64_t		 said;
	uint32_t	 changes;	/* since that was said */
	struct log_limit limit;
};

bool	 log_state(struct log_state *, int64_t, uint32_t *);

#endif /* LOG_H */
