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
 * Children that are started again when they are lost: parent_again.c.
 */

#ifndef PARENT_AGAIN_H
#define PARENT_AGAIN_H

#include <event.h>

#include "now.h"
#include "sandbox.h"

struct parent_again {
	struct event	 ev;
	mono_t		 started;	/* the last time */
	unsigned int	 failures;	/* in a row */
	double		 most;		/* delay before the next start, s */
};

/* The longest delay before a start, in s, and what is called then. */
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

#endif /* PARENT_AGAIN_H */
