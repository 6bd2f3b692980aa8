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
 * ntpctl top: what is on the screen, as text.
 */

#ifndef TOP_H
#define TOP_H

#include "ntpctl.h"

enum top_sort {
	TOP_SORT_CONFIG,	/* as they come */
	TOP_SORT_OFFSET,	/* the others: the largest first */
	TOP_SORT_DELAY,
	TOP_SORT_JITTER,
	TOP_SORT_AGE,
	TOP_SORT__MAX
};

/* Its rows are those of these functions. */
extern const struct view	 top_view;

const char	*top_sort_name(enum top_sort);

/*
 * Lines, to be freed; they exit when there is no memory.  The traffic has
 * bars, as wide as the screen allows, and no line when nothing is served.
 */
char		*top_head(const struct rows *);
char		*top_traffic(const struct rows *, int);
char		*top_sources(struct rows *, enum top_sort);

#endif /* TOP_H */
