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
 * The part of sync.c that says what the estimate is good for.
 */

#ifndef SYNC_SYNCED_H
#define SYNC_SYNCED_H

#include "sync.h"

/* Is it synced, by the bound of its error?  For long enough, it started. */
void	 sync_synced_judge(struct sync *, const struct sync_now *,
	    const struct osc *);

/*
 * The last resort: with nothing better, and if the configuration wants it,
 * what the clock shows is what is served.
 */
void	 sync_synced_local(struct sync *, const struct sync_now *,
	    const struct osc *);

#endif /* SYNC_SYNCED_H */
