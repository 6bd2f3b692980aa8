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
 * The parent's side of the server processes: N for a "listen on" with
 * "workers N".  Each has its own sockets, which share an address and port;
 * the kernel chooses among them by the address of who asks.  One that is
 * lost is started again, after a delay that grows; meanwhile the others of
 * its listener have its clients.
 */

#include <sys/types.h>
#include <sys/socket.h>

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "parent.h"

#define DELAY_MAX	300	/* s until a lost one is started again */
#define BEHIND		1	/* s to the next look at one that is slow */
#define UNREAD_MAX	1000	/* messages it may leave unread */

static void	 start(struct parent_server *);
static void	 configure(struct parent_server *);

/* From server: nothing.  The parent asks it no questions. */

unsigned int
parent_server_count(const struct conf_listen *c)
{
	return parent_if_shares() ? c->workers : 0;
}

static void
closed(void *arg, struct imsgev *iev)
{
	struct parent_server	*s = arg;

	imsgev_close(iev);
	evtimer_del(&s->behind);
	s->open = false;
}

static void
again_timer(int fd, short what, void *arg)
{
	struct parent_server	*s = arg;

	if (s->parent->phase != PARENT_QUITTING)
		start(s);
}

static void
behind_timer(int fd, short what, void *arg)
{
	configure(arg);
}

/* A process, its edges, the configuration, and its listener's sockets. */
static void
start(struct parent_server *s)
{
	struct parent	*p = s->parent;
	int		 fd, pair[2];

	if (s->open)
		closed(s, &s->iev);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
	    0, pair) == -1) {
		log_warn("server: socketpair");
		(void)parent_again_later(&s->again);
		return;
	}
	if ((fd = proc_start(p->self, ROLE_SERVER, &p->opts,
	    &s->pid)) == -1) {
		log_warn("server: cannot be started");
		close(pair[0]);
		close(pair[1]);
		s->pid = 0;
		(void)parent_again_later(&s->again);
		return;
	}
	parent_again_started(&s->again);
	evtimer_del(&s->behind);
	s->open = true;
	imsgev_init(&s->iev, fd, role_name(ROLE_SERVER), NULL, 0,
	    IMSGEV_FATAL, s, closed);
	imsgev_send(&s->iev, IMSG_FD_SERVER, 0, pair[0], NULL, 0);
	imsgev_send(&p->child[ROLE_ENGINE].iev, IMSG_FD_SERVER, 0, pair[1],
	    &s->id, sizeof(s->id));
	conf_send(p->conf, &s->iev);
	parent_open_server(p, s);
}

void
parent_server_start(struct parent *p, const struct conf_listen *c)
{
	struct parent_server	*s;
	unsigned int		 i, n = parent_server_count(c);

	for (i = 0; i < n; i++) {
		if ((s = calloc(1, sizeof(*s))) == NULL)
			fatal("server");
		s->parent = p;
		s->id = c->id;
		parent_again_init(&s->again, DELAY_MAX, again_timer, s);
		evtimer_set(&s->behind, behind_timer, s);
		TAILQ_INSERT_TAIL(&p->servers, s, entry);
		start(s);
	}
}

void
parent_server_stop(struct parent *p, uint32_t id)
{
	struct parent_server	*s, *next;

	TAILQ_FOREACH_SAFE(s, &p->servers, entry, next) {
		if (s->id != id || s->leaving)
			continue;
		s->leaving = true;
		parent_again_fresh(&s->again);
		evtimer_del(&s->behind);
		if (s->open)
			imsgev_send(&s->iev, IMSG_SHUTDOWN, 0, -1, NULL, 0);
		if (s->pid == 0) {
			TAILQ_REMOVE(&p->servers, s, entry);
			if (s->open)
				closed(s, &s->iev);
			free(s);
		}
	}
}

bool
parent_server_leaving(const struct parent *p)
{
	const struct parent_server	*s;

	TAILQ_FOREACH(s, &p->servers, entry) {
		if (s->leaving)
			return true;
	}
	return false;
}

void
parent_server_send(struct parent *p, uint32_t id, uint32_t type,
    const void *data, size_t len)
{
	struct parent_server	*s;

	TAILQ_FOREACH(s, &p->servers, entry) {
		if ((id != 0 && s->id != id) || !s->open || s->leaving)
			continue;
		/* the engine can have that said as often as it likes */
		if (type != IMSG_LOG_LEVEL ||
		    imsgev_queued(&s->iev) < UNREAD_MAX)
			imsgev_send(&s->iev, type, 0, -1, data, len);
	}
}

void
parent_server_conf(struct parent *p)
{
	struct parent_server	*s;

	TAILQ_FOREACH(s, &p->servers, entry)
		configure(s);
}

/*
 * One that has not taken the last configuration gets none on top of it, but
 * the one that is in force when it has.
 */
static void
configure(struct parent_server *s)
{
	struct timeval	 tv = { BEHIND, 0 };

	if (!s->open || s->leaving || s->parent->phase == PARENT_QUITTING)
		return;
	if (imsgev_queued(&s->iev) > 0)
		evtimer_add(&s->behind, &tv);
	else
		conf_send(s->parent->conf, &s->iev);
}

void
parent_server_reap(struct parent *p, pid_t pid, int status)
{
	struct parent_server	*s;

	TAILQ_FOREACH(s, &p->servers, entry) {
		if (s->pid == pid)
			break;
	}
	if (s == NULL)
		return;
	s->pid = 0;
	if (p->phase == PARENT_QUITTING)
		return;
	if (!s->leaving) {
		parent_again_lost(&s->again, ROLE_SERVER, status);
		return;
	}
	TAILQ_REMOVE(&p->servers, s, entry);
	if (s->open)
		closed(s, &s->iev);
	free(s);
	/* somebody else may wait for the address it had */
	if (p->phase == PARENT_RUNNING && !p->reload.running)
		(void)parent_open_listeners(p);
}

void
parent_server_shutdown(struct parent *p)
{
	struct parent_server	*s;

	TAILQ_FOREACH(s, &p->servers, entry) {
		parent_again_fresh(&s->again);
		evtimer_del(&s->behind);
		if (!s->open)
			continue;
		imsgev_send(&s->iev, IMSG_SHUTDOWN, 0, -1, NULL, 0);
		imsgev_drain(&s->iev);
	}
}

bool
parent_server_gone(const struct parent *p)
{
	const struct parent_server	*s;

	TAILQ_FOREACH(s, &p->servers, entry) {
		if (s->pid != 0)
			return false;
	}
	return true;
}

void
parent_server_kill(struct parent *p)
{
	struct parent_server	*s;

	TAILQ_FOREACH(s, &p->servers, entry) {
		if (s->pid == 0)
			continue;
		log_debug("server does not end, killing it");
		(void)kill(s->pid, SIGKILL);
	}
}
