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
 * The part of sync.c that knows of leap seconds.
 */

#ifndef SYNC_LEAP_H
#define SYNC_LEAP_H

#include "sync.h"

/*
 * Is a leap second so near (Unix s) that clocks may differ by it?  Then
 * samples are worth nothing, and errors are not to be corrected.
 */
bool	 sync_leap_near(const struct sync *, int64_t);

/* If the announced moment has come, leap. */
void	 sync_leap_pass(struct sync *, const struct sync_now *,
	    struct osc *);

/* What to announce: the table knows; without a valid one, sources vote. */
void	 sync_leap_announce(struct sync *, const struct sync_now *,
	    const struct osc *);

/* Seconds until the announced leap has passed; negative: none. */
double	 sync_leap_left(const struct sync *, const struct sync_now *,
	    const struct osc *);

#endif /* SYNC_LEAP_H */
