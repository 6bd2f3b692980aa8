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
 * parent_stats.c in a time of the test's own: which files are opened when
 * the day ends, the clock is set, the operator asks or a disk is there
 * again, and that nothing but a file is ever written to.
 */

#include <sys/stat.h>

#include <stdlib.h>
#include <unistd.h>

#include "parent.h"
#include "test.h"

#define NOON	INT64_C(1795435200)	/* 2026-11-23 12:00:00 UTC */

static struct parent	 parent;
static int64_t		 now_sec = NOON;
static char		 dir[] = "/tmp/ntpd-stats.XXXXXX";
static int		 gave[STATS__MAX], gone, odd;

/* In the place of now.c, parent.c and imsgev.c. */

void
now_read(struct now *now)
{
	memset(now, 0, sizeof(*now));
	now->sec = now_sec;
}

bool
parent_deaf(struct parent *p)
{
	return false;
}

void
imsgev_send(struct imsgev *iev, uint32_t type, uint32_t id, int fd,
    const void *data, size_t len)
{
	uint32_t	 which;

	if (type == IMSG_STATS_GONE) {
		gone++;
		return;
	}
	memcpy(&which, data, sizeof(which));
	gave[which]++;
	if (write(fd, "x", 1) != 1 || lseek(fd, 0, SEEK_SET) == -1 ||
	    write(fd, "y", 1) != 1)
		odd++;
	close(fd);
}

/* What the day's file is. */
enum made {
	MADE_NOTHING,
	MADE_FILE,
	MADE_LINK,
	MADE_FIFO,
	MADE_DIR
};

static void
make(enum made made, const char *path)
{
	FILE	*f;

	switch (made) {
	case MADE_NOTHING:
		break;
	case MADE_FILE:
		if ((f = fopen(path, "w")) == NULL ||
		    fputs("before", f) == EOF || fclose(f) == EOF)
			exit(1);
		break;
	case MADE_LINK:
		if (symlink("target", path) == -1)
			exit(1);
		break;
	case MADE_FIFO:
		if (mkfifo(path, 0600) == -1)
			exit(1);
		break;
	case MADE_DIR:
		if (mkdir(path, 0700) == -1)
			exit(1);
		break;
	}
}

static void
test_days(void)
{
	static const struct {
		const char	*what;
		int64_t		 sec;
		enum made	 made;
		bool		 reload;
		int		 gave;	/* loopstats, with this row */
		const char	*file;	/* that there is then */
		off_t		 size;	/* of it */
	} t[] = {
		{ "the start", NOON, MADE_NOTHING, true, 1,
		    "loopstats.20261123", 2 },
		{ "the same day", NOON + 43199, MADE_NOTHING, false, 0,
		    "loopstats.20261123", 2 },
		{ "the day is over", NOON + 43200, MADE_NOTHING, false, 1,
		    "loopstats.20261124", 2 },
		{ "no longer", NOON + 43201, MADE_NOTHING, false, 0,
		    "loopstats.20261124", 2 },
		{ "the clock is set back", NOON, MADE_NOTHING, false, 1,
		    "loopstats.20261123", 4 },
		{ "a reload", NOON + 1, MADE_NOTHING, true, 1,
		    "loopstats.20261123", 6 },
		{ "there is a file", NOON + 10 * 86400, MADE_FILE, false, 1,
		    "loopstats.20261203", 8 },
		{ "a link", NOON + 11 * 86400, MADE_LINK, false, 0,
		    "target", -1 },
		{ "still", NOON + 11 * 86400, MADE_NOTHING, false, 0,
		    "target", -1 },
		{ "a pipe", NOON + 12 * 86400, MADE_FIFO, false, 0,
		    "loopstats.20261205", 0 },
		{ "a directory", NOON + 13 * 86400, MADE_DIR, true, 0,
		    "target", -1 },
		{ "better again", NOON + 14 * 86400, MADE_NOTHING, false, 1,
		    "loopstats.20261207", 2 },
	};
	char		 path[64];
	struct stat	 st;
	struct tm	 tm;
	time_t		 when;
	size_t		 i;
	int		 before;

	for (i = 0; i < nitems(t); i++) {
		before = gave[STATS_LOOP];
		when = (time_t)(now_sec = t[i].sec);
		gmtime_r(&when, &tm);
		strftime(path, sizeof(path), "loopstats.%Y%m%d", &tm);
		make(t[i].made, path);
		if (t[i].reload)
			parent_stats_reload(&parent);
		else
			parent_stats_watch(&parent);
		CHECK_INT(t[i].what, gave[STATS_LOOP] - before, t[i].gave);
		CHECK_INT(t[i].what, stat(t[i].file, &st) == -1 ? -1 :
		    S_ISREG(st.st_mode) ? st.st_size : 0, t[i].size);
	}
	CHECK_INT("all are to be appended to", odd, 0);
}

/* A disk that is not there for a while. */
static void
test_missing(void)
{
	char	 away[64];
	int	 before = gave[STATS_PEER];

	(void)snprintf(away, sizeof(away), "%s.away", dir);
	if (rename(dir, away) == -1)
		exit(1);
	now_sec += 86400;
	parent_stats_watch(&parent);
	CHECK_INT("gone", gave[STATS_PEER], before);
	if (rename(away, dir) == -1)
		exit(1);
	now_sec += 60;
	parent_stats_watch(&parent);
	CHECK_INT("there again", gave[STATS_PEER], before + 1);
	CHECK_INT("the other one", gave[STATS_LOOP] > 0, 1);
}

static void
test_off(void)
{
	int	 before = gave[STATS_LOOP];

	parent.conf->statistics[0] = '\0';
	parent_stats_reload(&parent);
	CHECK_INT("told to close them", gone, 1);
	now_sec += 86400;
	parent_stats_watch(&parent);
	CHECK_INT("none is opened", gave[STATS_LOOP], before);
	(void)strlcpy(parent.conf->statistics, "/elsewhere",
	    sizeof(parent.conf->statistics));
	parent_stats_reload(&parent);
	CHECK_INT("on again, where they were", gave[STATS_LOOP], before + 1);
}

int
main(void)
{
	char	 cmd[64];

	log_init("test", true, -1);
	event_init();
	if (mkdtemp(dir) == NULL || chdir(dir) == -1)
		return 1;
	parent.conf = conf_new();
	parent.phase = PARENT_RUNNING;
	CHECK_INT("no statement", parent_stats_init(&parent) == NULL, 1);
	parent_stats_reload(&parent);
	CHECK_INT("no files", gave[STATS_LOOP] + gone, 0);
	(void)strlcpy(parent.conf->statistics, dir,
	    sizeof(parent.conf->statistics));
	CHECK_STR("statement", parent_stats_init(&parent), dir);
	test_days();
	test_missing();
	test_off();
	(void)snprintf(cmd, sizeof(cmd), "rm -r %s", dir);
	if (system(cmd) != 0)
		return 1;
	return test_done("parent_stats");
}
