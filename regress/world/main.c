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
 * world: one scenario, one daemon, one seed; prints one line of figures.
 *
 *	world [-p] [-d daemon] [-s seed] [-w dir] [-x shim] [-P path]
 *	    [-C chronyd] [-N ntpd] [-O openntpd] scenario
 *
 * Exit status 0 when all that was expected holds.  In dir it leaves `log',
 * what all daemons said with the true time, and with -p `plot', a row per
 * host and second, whose first line names the columns.
 */

#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <err.h>
#include <linux/capability.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scenario.h"

__attribute__((__noreturn__))
static void
usage(void)
{
	fprintf(stderr, "usage: world [-p] [-d daemon] [-s seed] [-w dir] "
	    "[-x shim] [-P path]\n\t[-C chronyd] [-N ntpd] "
	    "[-O openntpd] scenario\n");
	exit(2);
}

/* A hole in the shim must not reach the clock of this machine. */
static void
drop_clock(void)
{
	struct __user_cap_header_struct	 hdr;
	struct __user_cap_data_struct	 data[2];
	unsigned int			 bit = 1U << CAP_SYS_TIME;

	prctl(PR_CAPBSET_DROP, CAP_SYS_TIME, 0, 0, 0);
	memset(&hdr, 0, sizeof(hdr));
	hdr.version = _LINUX_CAPABILITY_VERSION_3;
	if (syscall(SYS_capget, &hdr, data) == -1)
		err(1, "capget");
	data[0].effective &= ~bit;
	data[0].permitted &= ~bit;
	data[0].inheritable &= ~bit;
	if (syscall(SYS_capset, &hdr, data) == -1)
		err(1, "capset");
}

/*
 * One process runs at a time: on one processor the turn passes much faster
 * than between two.
 */
static void
stay(void)
{
	cpu_set_t	 set;

	CPU_ZERO(&set);
	CPU_SET(sched_getcpu(), &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static void
set_defaults(struct world *w, struct scenario *sc)
{
	memset(w, 0, sizeof(*w));
	memset(sc, 0, sizeof(*sc));
	w->sc = sc;
	sc->w = w;
	w->seed = 1;
	w->end = 3600 * NSEC;
	w->epoch = 1835568000 * NSEC;	/* 2028-03-02 */
	w->tick = NSEC;
	w->lfd = -1;
	w->path = "/usr/sbin:/usr/bin:/sbin:/bin";
	w->link = calloc(HOST_MAX * HOST_MAX, sizeof(*w->link));
	if (w->link == NULL)
		err(1, NULL);
}

/* A daemon starts in its host's folder: no relative path. */
static const char *
absolute(const char *path)
{
	char	*full = realpath(path, NULL);

	return full != NULL ? full : path;
}

static void
options(struct world *w, struct scenario *sc, int argc, char **argv,
    const char **dir, const char **shim, bool *plot)
{
	int	 ch;

	while ((ch = getopt(argc, argv, "C:d:N:O:P:ps:w:x:")) != -1) {
		switch (ch) {
		case 'C':
			sc->binary[FLAVOUR_CHRONYD] = absolute(optarg);
			break;
		case 'd':
			if (!flavour_find(optarg, &sc->flavour))
				errx(2, "%s: no such daemon", optarg);
			break;
		case 'N':
			sc->binary[FLAVOUR_NTPD] = absolute(optarg);
			break;
		case 'O':
			sc->binary[FLAVOUR_OPENNTPD] = absolute(optarg);
			break;
		case 'P':
			w->path = optarg;
			break;
		case 'p':
			*plot = true;
			break;
		case 's':
			w->seed = strtoull(optarg, NULL, 0);
			break;
		case 'w':
			*dir = optarg;
			break;
		case 'x':
			*shim = optarg;
			break;
		default:
			usage();
		}
	}
	if (optind != argc - 1)
		usage();
}

static void
open_files(struct world *w, const char *dir, const char *shim, bool plot)
{
	char	 path[PATH_MAX];

	if (mkdir(dir, 0755) == -1 && access(dir, W_OK) == -1)
		err(1, "%s", dir);
	if (realpath(dir, path) == NULL ||
	    snprintf(w->dir, sizeof(w->dir), "%s", path) >=
	    (int)sizeof(w->dir))
		err(1, "%s", dir);
	if (realpath(shim, path) == NULL ||
	    snprintf(w->shim, sizeof(w->shim), "%s", path) >=
	    (int)sizeof(w->shim))
		err(1, "%s", shim);
	snprintf(path, sizeof(path), "%s/log", w->dir);
	if ((w->log = fopen(path, "w")) == NULL)
		err(1, "%s", path);
	snprintf(path, sizeof(path), "%s/plot", w->dir);
	if (plot && (w->plot = fopen(path, "w")) == NULL)
		err(1, "%s", path);
	if (plot)
		fprintf(w->plot, "time\thost\terror\tfreq\toscillator\t"
		    "maxerror\testerror\tsynced\trequests\treplies\n");
}

int
main(int argc, char **argv)
{
	static struct world	 w;
	static struct scenario	 sc;
	const char		*dir = "world.out", *shim = "shim.so";
	bool			 plot = false, ok = true;
	struct host		*h;
	int			 i;

	drop_clock();
	stay();
	signal(SIGPIPE, SIG_IGN);
	set_defaults(&w, &sc);
	options(&w, &sc, argc, argv, &dir, &shim, &plot);
	open_files(&w, dir, shim, plot);
	rng_init(&w.inject, w.seed, "made-up datagrams");
	if (scenario_read(&sc, argv[optind]) == -1)
		return 2;
	net_start(&w);
	turn_listen(&w);
	for (i = 0; i < sc.nsetup; i++) {
		h = sc.setup[i].h;
		daemon_dirs(h);
		kclock_init(&h->clock, 0, w.epoch +
		    (int64_t)(h->start_error * NSEC),
		    osc_error(&h->osc, 0.0));
		world_at(&w, sc.setup[i].delay, daemon_start, &sc.setup[i]);
	}
	world_run(&w);
	for (i = 0; i < sc.nsetup; i++)
		ok &= check_print(&sc, sc.setup[i].h, stdout);
	fclose(w.log);
	return ok && !w.failed ? 0 : 1;
}
