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
 * The end of the start: the engine is ready, so the parent locks itself up
 * and leaves the terminal.
 */

#include <sys/types.h>

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "parent.h"

/* Leave the terminal, and tell who waits for us that we are there. */
static void
announce(struct parent *p, int null)
{
	if (!p->opts.debug) {
		if (dup2(null, STDIN_FILENO) == -1 ||
		    dup2(null, STDOUT_FILENO) == -1 ||
		    dup2(null, STDERR_FILENO) == -1)
			fatal("standard descriptors");
		log_init(role_name(ROLE_PARENT), false, log_getverbose());
	}
	if (p->ready_fd != -1) {
		if (write(p->ready_fd, "", 1) == -1)
			log_debug("nobody waits for us any more");
		close(p->ready_fd);
		p->ready_fd = -1;
	}
	parent_notify("MAINPID=%ld\nREADY=1", (long)getpid());
}

static void
lock_up(struct parent *p)
{
	char		 dirs[4][CONF_PATH_MAX];
	const char	*writable[6], *stats;
	size_t		 n = 0;

	writable[n++] = parent_file_directory(p->control, dirs[0]);
	writable[n++] = parent_file_directory(p->drift.path, dirs[1]);
	writable[n++] = parent_file_directory(p->nts.path, dirs[2]);
	if (p->pidfile != NULL)
		writable[n++] = parent_file_directory(p->pidfile, dirs[3]);
	if ((stats = parent_stats_init(p)) != NULL)
		writable[n++] = stats;
	writable[n] = NULL;
	/* a reload may need a child that is not there, a lost one is needed */
	p->opts.spawn = p->self;
	sandbox(ROLE_PARENT, &p->opts, writable);
}

void
parent_ready(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct parent	*p = arg;
	int		 null;

	if (p->phase == PARENT_RUNNING)
		fatalx("engine is ready twice");
	if (p->phase != PARENT_STARTING)
		return;
	if ((null = open("/dev/null", O_RDWR | O_CLOEXEC)) == -1)
		fatal("/dev/null");
	lock_up(p);
	p->phase = PARENT_RUNNING;
	parent_stats_reload(p);
	announce(p, null);
	close(null);
	if (p->reload.again) {
		p->reload.again = false;
		parent_reload(p, false, 0);
	}
}
