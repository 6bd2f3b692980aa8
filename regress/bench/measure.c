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
 * Clocks and lists of the load.
 */

#include <sys/types.h>

#include <err.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "measure.h"

double
measure_now(void)
{
	struct timespec	 ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

double
measure_cpu(pid_t pid)
{
	char			 pattern[64];
	unsigned long long	 ns, sum = 0;
	glob_t			 tasks;
	FILE			*f;
	size_t			 i;

	if (pid == 0)
		return 0;
	snprintf(pattern, sizeof(pattern), "/proc/%ld/task/*/schedstat",
	    (long)pid);
	if (glob(pattern, GLOB_NOSORT, NULL, &tasks) != 0)
		errx(1, "process %ld is not there", (long)pid);
	for (i = 0; i < tasks.gl_pathc; i++) {
		/* a thread may have ended by now */
		if ((f = fopen(tasks.gl_pathv[i], "r")) == NULL)
			continue;
		if (fscanf(f, "%llu", &ns) == 1)
			sum += ns;
		fclose(f);
	}
	globfree(&tasks);
	return (double)sum * 1e-9;
}

void
delays_add(struct delays *d, double s)
{
	if (d->n == d->size) {
		d->size = d->size > 0 ? 2 * d->size : 1024;
		if ((d->us = realloc(d->us, d->size * sizeof(*d->us))) ==
		    NULL)
			err(1, "delays");
	}
	d->us[d->n++] = (float)(s * 1e6);
}

static int
shorter(const void *a, const void *b)
{
	const float	*x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

double
delays_part(struct delays *d, double part)
{
	if (d->n == 0)
		return 0;
	qsort(d->us, d->n, sizeof(*d->us), shorter);
	return d->us[(size_t)(part * (double)(d->n - 1))];
}
