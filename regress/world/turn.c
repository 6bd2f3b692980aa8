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
 * Turns: one process at a time runs until it would block; when nobody has
 * anything to do any more, true time may move.
 */

#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "world.h"

#define PATIENCE	60000		/* ms of real time */

enum served {
	SERVED_GO,
	SERVED_BLOCKED,
	SERVED_GONE
};

static bool	 await(struct host *, struct proc *);
static bool	 hear(struct host *, struct proc *, struct world_msg *,
		    int *);
static void	 serve(struct host *, struct proc *);
static bool	 turn(struct host *, struct proc *);

void
turn_listen(struct world *w)
{
	struct sockaddr_un	 sun;
	int			 n;

	memset(&sun, 0, sizeof(sun));
	sun.sun_family = AF_UNIX;
	n = snprintf(sun.sun_path, sizeof(sun.sun_path), "%s/world",
	    w->dir);
	if (n >= (int)sizeof(sun.sun_path)) {
		world_fail(w, "%s: too long a path", w->dir);
		return;
	}
	unlink(sun.sun_path);
	w->lfd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (w->lfd == -1 ||
	    bind(w->lfd, (struct sockaddr *)&sun, sizeof(sun)) == -1 ||
	    listen(w->lfd, 64) == -1)
		world_fail(w, "%s: %s", sun.sun_path, strerror(errno));
}

/* A new connection says who it is. */
static void
welcome(struct world *w)
{
	struct world_msg	 m;
	struct host		*h;
	struct proc		*p;
	struct timeval		 tv = { 0, 200000 };
	ssize_t			 n;
	int			 fd;

	if ((fd = accept4(w->lfd, NULL, NULL, SOCK_CLOEXEC)) == -1)
		return;
	n = recv(fd, &m, sizeof(m), 0);
	if (n < (ssize_t)WORLD_HDR || m.op != OP_HELLO ||
	    m.b < PID_STEP || m.b / PID_STEP > w->nhost) {
		close(fd);
		return;
	}
	h = w->host[m.b / PID_STEP - 1];
	p = proc_find(h, m.b);
	if (p == NULL || p->state != PROC_STARTING) {
		close(fd);
		return;
	}
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	p->fd = fd;
	p->state = PROC_HELLO;
	p->images++;
	proc_real(h, p, m.a);
}

/* Send a word to a process; it may be gone. */
static void
tell(struct proc *p, struct world_msg *m)
{
	send(p->fd, m, WORLD_HDR + m->nname + m->ndata + m->nctl,
	    MSG_NOSIGNAL);
}

static void
word(struct proc *p, enum world_op op)
{
	struct world_msg	 m;

	memset(&m, 0, WORLD_HDR);
	m.op = op;
	tell(p, &m);
}

/*
 * Wait until this process speaks, or, if it has no connection, until it has
 * or died; others may arrive meanwhile.  A process that runs is waited for
 * in hear() first.
 */
static bool
await(struct host *h, struct proc *p)
{
	struct pollfd	 pfd[2 + OUT_MAX];
	int		 i, n;

	for (;;) {
		pfd[0].fd = p->fd != -1 ? p->fd : p->pidfd;
		/* The end of the old image comes before the new one. */
		pfd[1].fd = p->execing ? -1 : h->w->lfd;
		for (i = 0; i < OUT_MAX; i++)
			pfd[2 + i].fd = h->out[i].fd;
		for (i = 0; i < 2 + OUT_MAX; i++)
			pfd[i].events = POLLIN;
		n = poll(pfd, 2 + OUT_MAX, PATIENCE);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0) {
			world_fail(h->w, "%s: a process neither speaks nor "
			    "blocks", h->name);
			return false;
		}
		if (pfd[1].revents != 0)
			welcome(h->w);
		proc_log(h);
		if (p->state == PROC_STARTING && pfd[0].revents != 0)
			turn_gone(h, p);
		if (pfd[0].revents != 0 || p->state == PROC_HELLO)
			return true;
	}
}

/* One message from a process, with the descriptor that may come along. */
static bool
hear(struct host *h, struct proc *p, struct world_msg *m, int *fd)
{
	union {
		struct cmsghdr	 hdr;
		char		 buf[CMSG_SPACE(sizeof(int))];
	} u;
	struct iovec	 iov = { m, sizeof(*m) };
	struct msghdr	 mh;
	ssize_t		 n;

	memset(&mh, 0, sizeof(mh));
	mh.msg_iov = &iov;
	mh.msg_iovlen = 1;
	mh.msg_control = u.buf;
	mh.msg_controllen = sizeof(u.buf);
	*fd = -1;
	while ((n = recvmsg(p->fd, &mh, MSG_CMSG_CLOEXEC)) == -1) {
		/* It takes its time: see to the others too. */
		if ((errno != EAGAIN && errno != EINTR) || !await(h, p))
			return false;
	}
	if (n < (ssize_t)WORLD_HDR)
		return false;
	if (mh.msg_controllen >= CMSG_LEN(sizeof(int)))
		memcpy(fd, CMSG_DATA(&u.hdr), sizeof(*fd));
	return true;
}

/* One message of a running process. */
static enum served
serve_one(struct host *h, struct proc *p)
{
	struct world_msg	 m;
	int			 fd;

	if (!hear(h, p, &m, &fd))
		return SERVED_GONE;
	proc_log(h);
	world_pay(h);
	if (m.op == OP_BLOCK) {
		p->deadline = m.t;
		p->fds = m.a;
		return SERVED_BLOCKED;
	}
	if (m.op > OP_STILL) {
		world_fail(h->w, "%s: unknown request %u", h->name, m.op);
		return SERVED_GONE;
	}
	request_answer(h, p, &m, fd);
	world_show(h);
	tell(p, &m);
	return SERVED_GO;
}

/* Let it run until it blocks; then others may have something to see. */
static void
serve(struct host *h, struct proc *p)
{
	enum served	 r;
	int		 i;

	p->state = PROC_RUNNING;
	h->wakes++;
	while ((r = serve_one(h, p)) == SERVED_GO)
		if (h->w->failed)
			return;
	if (r == SERVED_BLOCKED)
		p->state = PROC_BLOCKED;
	else
		turn_gone(h, p);
	p->look = false;
	if (h->page->touched) {
		h->page->touched = 0;
		for (i = 0; i < h->nproc; i++)
			if (&h->proc[i] != p)
				h->proc[i].look = true;
	}
}

/* One that we started. */
static void
ended(struct host *h, struct proc *p, int status)
{
	bool	 killed = WIFSIGNALED(status);

	world_log(h->w, p->out->name, "%sended: %s %d",
	    p->out->daemon ? "daemon " : "", killed ? "signal" : "status",
	    killed ? WTERMSIG(status) : WEXITSTATUS(status));
	if (p != &h->proc[h->first])
		return;
	h->main_status = status;
	if (!h->w->ending && !h->mortal)
		world_fail(h->w, "%s: the daemon ended", h->name);
}

/*
 * The connection ended: another image is coming, or the process is dying.
 * Wait until it is a zombie and its parent has been told: the notice of the
 * pidfd and SIGCHLD are sent under one lock, which kill of a group takes.
 */
void
turn_gone(struct host *h, struct proc *p)
{
	struct pollfd	 pfd;
	int		 status;

	if (p->fd != -1)
		close(p->fd);
	p->fd = -1;
	if (p->execing) {
		p->execing = false;
		p->state = PROC_STARTING;
		return;
	}
	p->state = PROC_DEAD;
	pfd.fd = p->pidfd;
	pfd.events = POLLIN;
	if (p->pidfd != -1 && poll(&pfd, 1, 10000) != 1 && !h->w->failed)
		world_fail(h->w, "%s: process %d lost us and lives on",
		    h->name, p->virt);
	if (p->pidfd != -1)
		close(p->pidfd);
	p->pidfd = -1;
	kill(-0x3fffffff, 0);
	h->page->signals++;		/* SIGCHLD */
	proc_log(h);
	h->page->touched = 1;
	sock_sweep(h);
	if (p->out != NULL && waitpid(p->real, &status, 0) == p->real)
		ended(h, p, status);
}

/* A process that has something to do gets its turn; did one? */
static bool
turn(struct host *h, struct proc *p)
{
	struct world_msg	 m;
	int			 fd;

	if (p->state == PROC_STARTING)
		while (p->state == PROC_STARTING && !h->w->failed)
			if (!await(h, p))
				return false;
	if (p->state == PROC_HELLO) {
		memset(&m, 0, WORLD_HDR);
		m.op = OP_HELLO;
		/* what its randomness is made of */
		m.ret = ((h->index + 1) * 1000 + p->virt % PID_STEP) * 16 +
		    p->images;
		world_show(h);
		tell(p, &m);
		serve(h, p);
		return true;
	}
	if (p->state != PROC_BLOCKED || !p->look)
		return false;
	p->look = false;
	world_show(h);
	word(p, OP_RECHECK);
	if (!hear(h, p, &m, &fd)) {
		turn_gone(h, p);
		turn_look(h);
		return true;
	}
	if (m.op == OP_RUN)
		serve(h, p);
	return true;
}

void
turn_all(struct world *w)
{
	struct host	*h;
	bool		 any;
	int		 i, j;

	do {
		any = false;
		for (i = 0; i < w->nhost && !w->failed; i++) {
			h = w->host[i];
			if (h->sets != h->clock.sets) {
				h->sets = h->clock.sets;
				sock_clock_set(h);
			}
			for (j = 0; j < h->nproc && !w->failed; j++)
				any |= turn(h, &h->proc[j]);
		}
	} while (any && !w->failed);
}

void
turn_look(struct host *h)
{
	int	 i;

	for (i = 0; i < h->nproc; i++)
		h->proc[i].look = true;
}

int64_t
turn_due(struct world *w, struct proc **pp, struct host **hp)
{
	struct host	*h;
	int64_t		 mono, best = NEVER, t;
	int		 i, j;

	for (i = 0; i < w->nhost; i++) {
		h = w->host[i];
		if (h->suspended)
			continue;
		for (j = 0; j < h->nproc; j++) {
			mono = h->proc[j].deadline;
			if (h->proc[j].state != PROC_BLOCKED || mono == NEVER)
				continue;
			t = kclock_when(&h->clock, mono);
			if (t < best) {
				best = t;
				*pp = &h->proc[j];
				*hp = h;
			}
		}
	}
	return best;
}

void
turn_timeout(struct host *h, struct proc *p)
{
	world_show(h);
	word(p, OP_WAKE);
	serve(h, p);
}
