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
 * What the load measures: processor time of others, and how long replies
 * took.
 */

#ifndef MEASURE_H
#define MEASURE_H

#include <sys/types.h>

#include <stddef.h>

/* CLOCK_MONOTONIC, s. */
double	 measure_now(void);

/* s the threads of a process have run; 0 for no process. */
double	 measure_cpu(pid_t);

struct delays {
	float	*us;
	size_t	 n;
	size_t	 size;
};

/* One more; s. */
void	 delays_add(struct delays *, double);

/* The part (0 to 1) of them that is shorter; us, 0 if there are none. */
double	 delays_part(struct delays *, double);

#endif /* MEASURE_H */
