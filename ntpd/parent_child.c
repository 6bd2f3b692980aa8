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
 * The parent's children: started together, ended together.  A child that
 * is lost ends the daemon, whose own supervisor knows what to do; only nts
 * (parent_nts.c), sensor (parent_sensor.c) and the servers (parent_server.c)
 * are started again, and constraints come and go (parent_constraint.c).
 */

#include <sys/types.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "parent.h"

#define ORPHAN_TIME	2	/* s from a closed edge to the child's end */

/* Those the daemon can be without for a while: who hears of their end. */
static void	(*const mourners[ROLE__MAX])(struct parent *, int) = {
	[ROLE_NTS] = parent_nts_lost,
	[ROLE_SENSOR] = parent_sensor_lost,
};

static struct parent_child *
child_of(struct parent *p, const struct imsgev *iev, enum role *role)
{
	int	 i;

	for (i = 0; i < ROLE__MAX; i++) {
		if (&p->child[i].iev == iev) {
			*role = (enum role)i;
			return &p->child[i];
		}
	}
	fatalx("an edge of nobody");
}

/* How it ended is for us to hear by SIGCHLD, which is on its way. */
static void
closed(void *arg, struct imsgev *iev)
{
	struct parent		*p = arg;
	struct parent_child	*c;
	struct timeval		 tv = { ORPHAN_TIME, 0 };
	enum role		 role;

	c = child_of(p, iev, &role);
	imsgev_close(iev);
	c->open = false;
	if (mourners[role] == NULL && c->pid != 0 &&
	    p->phase != PARENT_QUITTING)
		evtimer_add(&p->ev_orphan, &tv);
}

const char *
parent_child_end(int status, char buf[PARENT_CHILD_END])
{
	int	 sig;

	if (WIFSIGNALED(status)) {
		sig = WTERMSIG(status);
		(void)snprintf(buf, PARENT_CHILD_END,
		    "terminated by signal %d (%s)", sig, strsignal(sig));
	} else
		(void)snprintf(buf, PARENT_CHILD_END,
		    "exited with status %d", WEXITSTATUS(status));
	return buf;
}

static void
say_lost(enum role role, int status)
{
	char	 end[PARENT_CHILD_END];

	log_warnx("lost child: %s %s, ending", role_name(role),
	    parent_child_end(status, end));
}

static void
orphan(int fd, short what, void *arg)
{
	struct parent	*p = arg;
	int		 i;

	for (i = 0; i < ROLE__MAX; i++) {
		if (mourners[i] != NULL)
			continue;
		if (p->child[i].left)
			say_lost((enum role)i, 0);
		else if (p->child[i].pid != 0 && !p->child[i].open)
			log_warnx("lost child: %s closed its edge, ending",
			    role_name((enum role)i));
	}
	parent_quit(p, 1);
}

int
parent_child_start(struct parent *p, enum role role,
    const struct imsg_handler *handlers, size_t nhandlers)
{
	struct parent_child	*c = &p->child[role];
	int			 fd;

	if ((fd = proc_start(p->self, role, &p->opts, &c->pid)) == -1)
		return -1;
	if (mourners[role] == NULL)
		evtimer_set(&p->ev_orphan, orphan, p);
	imsgev_init(&c->iev, fd, role_name(role), handlers, nhandlers,
	    IMSGEV_FATAL, p, closed);
	c->open = true;
	return 0;
}

int
parent_child_attach(struct parent *p, enum role role,
    const struct imsg_handler *handlers, size_t nhandlers, uint32_t type)
{
	struct parent_child	*c = &p->child[role];
	int			 pair[2];

	if (c->open) {
		imsgev_close(&c->iev);
		c->open = false;
	}
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
	    0, pair) == -1) {
		log_warn("%s: socketpair", role_name(role));
		return -1;
	}
	if (parent_child_start(p, role, handlers, nhandlers) == -1) {
		log_warn("%s: cannot be started", role_name(role));
		close(pair[0]);
		close(pair[1]);
		return -1;
	}
	imsgev_send(&c->iev, type, 0, pair[0], NULL, 0);
	imsgev_send(&p->child[ROLE_ENGINE].iev, type, 0, pair[1], NULL, 0);
	return 0;
}

/*
 * A child that ended in order, unasked, mostly followed another one that
 * did not (the dns process a killed engine) and that we have not heard of
 * yet.  That one is to be named, so there is a moment to wait for it.
 */
static void
lost(struct parent *p, enum role role, int status)
{
	struct timeval	 tv = { ORPHAN_TIME, 0 };

	if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		p->child[role].left = true;
		evtimer_add(&p->ev_orphan, &tv);
		return;
	}
	say_lost(role, status);
	parent_quit(p, 1);
}

void
parent_child_reap(struct parent *p)
{
	pid_t	 pid;
	int	 i, status;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (!parent_constraint_reap(p, pid))
			parent_server_reap(p, pid, status);
		for (i = 0; i < ROLE__MAX; i++) {
			if (p->child[i].pid != pid)
				continue;
			p->child[i].pid = 0;
			if (mourners[i] != NULL)
				mourners[i](p, status);
			else if (p->phase != PARENT_QUITTING)
				lost(p, (enum role)i, status);
		}
	}
}

void
parent_child_shutdown(struct parent *p)
{
	struct parent_child	*c;
	int			 i;

	for (i = 0; i < ROLE__MAX; i++) {
		c = &p->child[i];
		if (!c->open)
			continue;
		imsgev_send(&c->iev, IMSG_SHUTDOWN, 0, -1, NULL, 0);
		imsgev_drain(&c->iev);
	}
	parent_server_shutdown(p);
}

bool
parent_child_gone(const struct parent *p)
{
	int	 i;

	for (i = 0; i < ROLE__MAX; i++) {
		if (p->child[i].pid != 0)
			return false;
	}
	return parent_server_gone(p);
}

/*
 * The last means.  In its sandbox the parent may not signal others any
 * more: there the kernel does it, when we are gone (sandbox_linux.c).
 */
void
parent_child_kill(struct parent *p)
{
	int	 i;

	for (i = 0; i < ROLE__MAX; i++) {
		if (p->child[i].pid == 0)
			continue;
		log_debug("%s does not end, killing it",
		    role_name((enum role)i));
		(void)kill(p->child[i].pid, SIGKILL);
	}
	parent_server_kill(p);
}
