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
 * The statistics files: opened here for the engine, which writes them.
 * Parent only.
 *
 * They are called loopstats.YYYYMMDD and peerstats.YYYYMMDD, by the day of
 * UTC: what reads them (ntpviz) takes all files that begin with "loopstats."
 * for one, so that days can be compressed or removed, and finds nothing in
 * one that is called "loopstats" alone.
 *
 * They are opened anew on a reload, because they may have been renamed, and
 * when another day began.  The engine has no say in it.  As long as that
 * fails, the engine goes on with the file it has.
 */

#include <sys/types.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "parent.h"

#define DAY		86400
#define LOOK		60	/* s between looks at the day: it may be set */

static const char *const names[STATS__MAX] = {
	[STATS_LOOP] = "loopstats",
	[STATS_PEER] = "peerstats"
};

/* The file of a day, to append to; -1 and errno. */
static int
open_file(const char *path)
{
	struct stat	 st;
	int		 fd, error = EEXIST;

	if ((fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW |
	    O_NONBLOCK | O_CLOEXEC, 0644)) == -1)
		return -1;
	if (fstat(fd, &st) == -1)
		error = errno;
	else if (S_ISREG(st.st_mode))
		return fd;
	close(fd);
	errno = error;
	return -1;
}

/* Open one and give it away; what is wrong with that is said once. */
static void
give(struct parent *p, uint32_t which, const char *date)
{
	struct parent_stats	*s = &p->stats;
	char			 path[CONF_PATH_MAX + 32];
	int			 fd, error = 0;

	(void)snprintf(path, sizeof(path), "%s/%s.%s", s->dir, names[which],
	    date);
	if ((fd = open_file(path)) == -1)
		error = errno;
	else
		imsgev_send(&p->child[ROLE_ENGINE].iev, IMSG_FD_STATS, 0, fd,
		    &which, sizeof(which));
	if (error != 0 && error != s->error[which])
		log_warn("statistics: cannot open %s", path);
	else if (error == 0 && s->error[which] != 0)
		log_info("statistics: %s works now", path);
	s->error[which] = error;
}

static void
open_all(struct parent *p, int64_t sec)
{
	struct tm	 tm;
	time_t		 t = (time_t)sec;
	char		 date[16];
	uint32_t	 i;

	if (gmtime_r(&t, &tm) == NULL ||
	    strftime(date, sizeof(date), "%Y%m%d", &tm) == 0)
		return;
	for (i = 0; i < STATS__MAX; i++)
		give(p, i, date);
	p->stats.day = sec / DAY;
}

/* Open what failed, and all of another day; look again before the next. */
void
parent_stats_watch(struct parent *p)
{
	struct parent_stats	*s = &p->stats;
	struct timeval		 tv = { LOOK, 0 };
	struct now		 now;
	uint32_t		 i;
	bool			 missing = false;

	if (!s->on || p->phase != PARENT_RUNNING || parent_deaf(p))
		return;
	for (i = 0; i < STATS__MAX; i++) {
		if (s->error[i] != 0)
			missing = true;
	}
	now_read(&now);
	if (missing || now.sec / DAY != s->day)
		open_all(p, now.sec);
	if (DAY - now.sec % DAY < LOOK)
		tv.tv_sec = (time_t)(DAY - now.sec % DAY);
	evtimer_add(&s->ev, &tv);
}

static void
timer(int fd, short what, void *arg)
{
	parent_stats_watch(arg);
}

const char *
parent_stats_init(struct parent *p)
{
	struct parent_stats	*s = &p->stats;
	const char		*dir = p->conf->statistics;
	struct stat		 st;

	evtimer_set(&s->ev, timer, p);
	if (dir[0] == '\0')
		return NULL;
	errno = 0;
	if (stat(dir, &st) == 0)
		errno = S_ISDIR(st.st_mode) ? 0 : ENOTDIR;
	if (errno != 0) {
		log_warn("statistics \"%s\": none are written", dir);
		return NULL;
	}
	(void)strlcpy(s->dir, dir, sizeof(s->dir));
	return s->dir;
}

void
parent_stats_reload(struct parent *p)
{
	struct parent_stats	*s = &p->stats;
	bool			 on;

	on = s->dir[0] != '\0' && p->conf->statistics[0] != '\0';
	if (s->on && !on) {
		evtimer_del(&s->ev);
		imsgev_send(&p->child[ROLE_ENGINE].iev, IMSG_STATS_GONE, 0,
		    -1, NULL, 0);
		memset(s->error, 0, sizeof(s->error));
	}
	s->on = on;
	s->day = -1;
	parent_stats_watch(p);
}
