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
 * The budget file: what is used of a period's traffic, across restarts.
 * Beside the drift file, one line: the name of the period, when it began
 * (Unix time), the octets used, and the two means of budget.h in octets per
 * second.  Parent only.
 */

#include <sys/types.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "compat.h"
#include "parent.h"

#define SAVE_INTERVAL	300.0	/* s between writes */
#define MEAN_MAX	1e15	/* octets/s; no wire has so many */

static const char *const periods[BUDGET__MAX] = {
	[BUDGET_NONE]	= "none",
	[BUDGET_DAY]	= "day",
	[BUDGET_WEEK]	= "week",
	[BUDGET_MONTH]	= "month"
};

/* ntpd.drift has ntpd.budget beside it. */
static void
beside(const char *drift, char path[CONF_PATH_MAX])
{
	static const char	 ending[] = ".drift";
	size_t			 len = strlen(drift);

	if (len > strlen(ending) &&
	    strcmp(drift + len - strlen(ending), ending) == 0)
		len -= strlen(ending);
	(void)snprintf(path, CONF_PATH_MAX, "%.*s.budget", (int)len, drift);
}

/* What makes sense, in the file as from the engine. */
static bool
believable(const struct budget_state *s)
{
	return s->period != BUDGET_NONE && s->period < BUDGET__MAX &&
	    s->start >= 0 && s->in >= 0 && s->in <= MEAN_MAX &&
	    s->out >= 0 && s->out <= MEAN_MAX;
}

/* True when there is nothing wrong with it. */
static bool
parse(const char *text, struct budget_state *s)
{
	char	 name[16];
	size_t	 i;
	int	 end = 0;

	if (sscanf(text, "%15s %" SCNd64 " %" SCNu64 " %lf %lf %n", name,
	    &s->start, &s->used, &s->in, &s->out, &end) != 5 ||
	    text[end] != '\0')
		return false;
	for (i = 0; i < nitems(periods); i++)
		if (strcmp(name, periods[i]) == 0)
			s->period = (uint32_t)i;
	return believable(s);
}

void
parent_budget_init(struct parent_budget *b, const char *drift)
{
	char	 text[256];
	ssize_t	 n;
	int	 fd;

	memset(b, 0, sizeof(*b));
	beside(drift, b->path);
	if ((fd = open(b->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) == -1) {
		if (errno != ENOENT)
			log_warn("budget file %s", b->path);
		return;
	}
	n = read(fd, text, sizeof(text) - 1);
	if (n == -1)
		log_warn("budget file %s", b->path);
	close(fd);
	if (n == -1)
		return;
	text[n] = '\0';
	if (parse(text, &b->state))
		return;
	log_warnx("budget file %s: not what was written there, ignored",
	    b->path);
	memset(&b->state, 0, sizeof(b->state));
}

void
parent_budget_save(struct parent_budget *b)
{
	const struct budget_state	*s = &b->state;
	char				 text[256];

	if (!b->dirty)
		return;
	(void)snprintf(text, sizeof(text),
	    "%s %" PRId64 " %" PRIu64 " %.1f %.1f\n", periods[s->period],
	    s->start, s->used, s->in, s->out);
	b->dirty = !parent_file_written("budget file", b->path,
	    parent_file_replace(b->path, text, 0644), &b->error);
}

void
parent_budget_set(struct parent_budget *b, const struct budget_state *s,
    const struct now *now)
{
	if (!believable(s))
		return;
	b->state = *s;
	b->dirty = true;
	if (b->written.ns != 0 &&
	    mono_diff(now->mono, b->written) < SAVE_INTERVAL)
		return;
	b->written = now->mono;
	parent_budget_save(b);
}
