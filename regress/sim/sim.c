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
 * Runs scenarios and prints their figures:
 *
 *	sim [-a] [-p min,max] [-s seeds] [-f first] [-t] [scenario ...]
 *
 * One line for each scenario, medians over the seeds; -a a line for each
 * seed as well, -t a line for each update of the clock.
 */

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim.h"

#define SEEDS_MAX	100

static int
compare(const void *a, const void *b)
{
	double	 x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Median of one member over the seeds. */
static double
median(const struct sim_result *r, int n, size_t member)
{
	double	 v[SEEDS_MAX];
	int	 i;

	for (i = 0; i < n; i++)
		v[i] = *(const double *)((const char *)&r[i] + member);
	qsort(v, (size_t)n, sizeof(v[0]), compare);
	return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}
#define MEDIAN(r, n, m)	median((r), (n), offsetof(struct sim_result, m))

static void
print(const char *name, const struct sim_result *r, int n)
{
	printf("%-10s %9.2f %9.1f %9.2f %7.4f %6.0f %6.1f %7llu %5.0f%% "
	    "%5.1f%% %7.4f%% %4u %2llu %4.0f%%\n", name,
	    MEDIAN(r, n, rms) * 1e6, MEDIAN(r, n, max) * 1e6,
	    MEDIAN(r, n, est) * 1e6, MEDIAN(r, n, frms) * 1e6,
	    MEDIAN(r, n, t1ms), MEDIAN(r, n, t_synced),
	    (unsigned long long)r[n / 2].sent, MEDIAN(r, n, in1) * 100,
	    MEDIAN(r, n, in3) * 100, MEDIAN(r, n, outside) * 100,
	    r[n / 2].changes, (unsigned long long)r[n / 2].steps,
	    MEDIAN(r, n, undecided) * 100);
	fflush(stdout);
}

static void
usage(void)
{
	fprintf(stderr, "usage: sim [-at] [-f first] [-p min,max] [-s seeds] "
	    "[scenario ...]\n");
	exit(1);
}

int
main(int argc, char *argv[])
{
	static struct sim_result r[SEEDS_MAX];
	struct sim_options opt = { .minpoll = 6, .maxpoll = 10 };
	const struct sim_scenario *sc;
	unsigned int	 k;
	int		 ch, i, all = 0, seeds = 5, first = 0, wanted;

	while ((ch = getopt(argc, argv, "af:p:s:t")) != -1) {
		switch (ch) {
		case 'a':
			all = 1;
			break;
		case 'f':
			first = atoi(optarg);
			break;
		case 'p':
			if (sscanf(optarg, "%d,%d", &opt.minpoll,
			    &opt.maxpoll) != 2)
				usage();
			break;
		case 's':
			seeds = atoi(optarg);
			if (seeds < 1 || seeds > SEEDS_MAX)
				usage();
			break;
		case 't':
			opt.trace = true;
			break;
		default:
			usage();
		}
	}
	argc -= optind;
	argv += optind;
	printf("%-10s %9s %9s %9s %7s %6s %6s %7s %6s %6s %8s %4s %2s %5s\n",
	    "scenario", "rms us", "max us", "est us", "frms", "t1ms", "synced",
	    "sent", "<sd", "<3sd", ">maxerr", "chg", "st", "undec");
	for (k = 0; k < sim_nscenarios; k++) {
		sc = &sim_scenarios[k];
		wanted = argc == 0;
		for (i = 0; i < argc; i++)
			wanted |= strcmp(argv[i], sc->name) == 0;
		if (!wanted)
			continue;
		for (i = 0; i < seeds; i++) {
			sim_run(sc, &opt, (uint64_t)(first + i), &r[i]);
			if (all)
				print(sc->name, &r[i], 1);
		}
		print(sc->name, r, seeds);
	}
	return 0;
}
