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
 * The leap file: read at start, on reload and once a day, parsed, and told
 * to the engine and to the policy of the clock.  Parent only.
 */

#include <sys/types.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "parent.h"

#define DAY		86400
#define LEAP_FILE_MAX	65536	/* octets; the real one has 11 k */

static const char *
parse_error(enum leap_parse result)
{
	switch (result) {
	case LEAP_PARSE_OK:
		break;
	case LEAP_PARSE_SYNTAX:
		return "not a leap-seconds.list";
	case LEAP_PARSE_ORDER:
		return "leap seconds out of order";
	case LEAP_PARSE_TOOMANY:
		return "too many leap seconds";
	case LEAP_PARSE_EMPTY:
		return "no leap seconds in it";
	}
	return "";
}

/* The whole file, at most size octets; how many, or -1 and errno. */
static ssize_t
read_file(const char *path, char *buf, size_t size)
{
	size_t	 len = 0;
	ssize_t	 n;
	int	 fd, error;

	if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) == -1)
		return -1;
	while ((n = read(fd, buf + len, size - len)) > 0)
		len += (size_t)n;
	error = n == -1 ? errno : len == size ? EFBIG : 0;
	close(fd);
	errno = error;
	return error != 0 ? -1 : (ssize_t)len;
}

/* Into *table; an unusable file leaves it as it was. */
static int
load(const char *path, struct leap_table *table)
{
	static char		 text[LEAP_FILE_MAX];
	struct leap_table	 fresh;
	enum leap_parse		 result;
	unsigned int		 line = 0;
	ssize_t			 len;

	if ((len = read_file(path, text, sizeof(text))) == -1) {
		log_warn("leap file %s", path);
		return -1;
	}
	memset(&fresh, 0, sizeof(fresh));
	result = leap_parse(&fresh, text, (size_t)len, &line);
	if (result != LEAP_PARSE_OK) {
		log_warnx("leap file %s:%u: %s, not used", path, line,
		    parse_error(result));
		return -1;
	}
	*table = fresh;
	return 0;
}

void
parent_leap_load(struct parent *p)
{
	struct leap_table	*table = &p->clock.policy.leaps;
	struct now		 now;

	if (p->conf->leapfile[0] == '\0')
		memset(table, 0, sizeof(*table));
	else if (load(p->conf->leapfile, table) == 0) {
		now_read(&now);
		if (table->expires <= now.sec)
			log_warnx("leap file %s has expired: asking the "
			    "servers instead", p->conf->leapfile);
	}
	imsgev_send(&p->child[ROLE_ENGINE].iev, IMSG_LEAPS, 0, -1, table,
	    sizeof(*table));
}

static void
daily(int fd, short what, void *arg)
{
	struct parent	*p = arg;
	struct timeval	 tv = { DAY, 0 };

	if (p->conf->leapfile[0] != '\0' && p->phase == PARENT_RUNNING)
		parent_leap_load(p);
	evtimer_add(&p->ev_leap, &tv);
}

void
parent_leap_init(struct parent *p)
{
	struct timeval	 tv = { DAY, 0 };

	evtimer_set(&p->ev_leap, daily, p);
	evtimer_add(&p->ev_leap, &tv);
	parent_leap_load(p);
}
