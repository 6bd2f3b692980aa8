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
 * Processes: starting them, letting one at a time run until it would block,
 * and knowing when all are blocked.
 */

#include <sys/personality.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "world.h"

#define PATIENCE	60000		/* ms of real time */

enum served {
	SERVED_GO,
	SERVED_BLOCKED,
	SERVED_GONE
};

static void	 serve(struct host *, struct proc *);
static void	 gone(struct host *, struct proc *);

static struct proc *
find_virt(struct host *h, int virt)
{
	int	 i;

	for (i = 0; i < h->nproc; i++)
		if (h->proc[i].virt == virt)
			return &h->proc[i];
	return NULL;
}

static struct proc *
new_proc(struct host *h, int parent)
{
	struct proc	*p;

	if (h->nproc == WORLD_PROCS) {
		world_fail(h->w, "%s: too many processes", h->name);
		return NULL;
	}
	p = &h->proc[h->nproc];
	memset(p, 0, sizeof(*p));
	p->virt = (h->index + 1) * 1000 + h->nproc;
	p->parent = parent;
	p->fd = p->pidfd = -1;
	h->page->pid[h->nproc].parent = parent;
	h->page->pid[h->nproc].real = -1;
	h->page->pid[h->nproc].virt = p->virt;
	h->nproc++;
	return p;
}

static void
set_real(struct host *h, struct proc *p, int real)
{
	p->real = real;
	h->page->pid[p - h->proc].real = real;
	if (p->pidfd == -1)
		p->pidfd = syscall(SYS_pidfd_open, real, 0);
}

void
proc_listen(struct world *w)
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

/* In the child of the world: become the daemon. */
static void
become(struct host *h, struct proc *p, int out, char *const argv[])
{
	static char	 preload[300], page[300], pid[32];
	char		*env[] = { preload, page, pid, NULL, NULL, NULL,
			    NULL, NULL };
	static char	 path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
	static char	 tz[] = "TZ=UTC", lang[] = "LC_ALL=C";
	static char	 off[] = "NTPD_SANDBOX=off";
	int		 null;

	snprintf(preload, sizeof(preload), "LD_PRELOAD=%s", h->w->shim);
	snprintf(page, sizeof(page), "WORLD_PAGE=%s", h->page->page);
	snprintf(pid, sizeof(pid), "WORLD_PID=%d", p->virt);
	env[3] = path;
	env[4] = tz;
	env[5] = lang;
	env[6] = off;
	setsid();
	null = open("/dev/null", O_RDWR);
	dup2(null, 0);
	dup2(out, 1);
	dup2(out, 2);
	closefrom(3);
	if (chdir(h->dir) == -1)
		_exit(126);
	/* The same addresses each time: nothing may hang on them. */
	personality(ADDR_NO_RANDOMIZE);
	execve(argv[0], argv, env);
	_exit(127);
}

void
proc_start(struct host *h, char *const argv[])
{
	struct proc	*p;
	int		 out[2], pid;

	h->first = h->nproc;
	if ((p = new_proc(h, 1)) == NULL)
		return;
	if (pipe2(out, O_CLOEXEC) == -1 ||
	    fcntl(out[0], F_SETFL, O_NONBLOCK) == -1) {
		world_fail(h->w, "pipe: %s", strerror(errno));
		return;
	}
	h->log = out[0];
	h->main_status = -1;
	switch (pid = fork()) {
	case -1:
		world_fail(h->w, "fork: %s", strerror(errno));
		return;
	case 0:
		become(h, p, out[1], argv);
		break;
	}
	close(out[1]);
	p->state = PROC_STARTING;
	set_real(h, p, pid);
}

/* What the daemon wrote: lines of the log, at this moment. */
static void
drain_log(struct host *h)
{
	char	 buf[4096];
	ssize_t	 i, n;

	if (h->log == -1)
		return;
	while ((n = read(h->log, buf, sizeof(buf))) > 0) {
		for (i = 0; i < n; i++) {
			if (buf[i] != '\n') {
				if (h->linelen < sizeof(h->line) - 1)
					h->line[h->linelen++] = buf[i];
				continue;
			}
			h->line[h->linelen] = '\0';
			h->linelen = 0;
			world_log(h->w, h->name, "%s", h->line);
		}
	}
	if (n == 0) {
		close(h->log);
		h->log = -1;
	}
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
	if (n < (ssize_t)WORLD_HDR || m.op != OP_HELLO || m.b < 1000 ||
	    m.b / 1000 > w->nhost) {
		close(fd);
		return;
	}
	h = w->host[m.b / 1000 - 1];
	p = find_virt(h, m.b);
	if (p == NULL || p->state != PROC_STARTING) {
		close(fd);
		return;
	}
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	p->fd = fd;
	p->state = PROC_HELLO;
	p->images++;
	set_real(h, p, m.a);
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
	struct pollfd	 pfd[3];
	int		 n;

	for (;;) {
		pfd[0].fd = p->fd != -1 ? p->fd : p->pidfd;
		/* The end of the old image comes before the new one. */
		pfd[1].fd = p->execing ? -1 : h->w->lfd;
		pfd[2].fd = h->log;
		pfd[0].events = pfd[1].events = pfd[2].events = POLLIN;
		n = poll(pfd, 3, PATIENCE);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0) {
			world_fail(h->w, "%s: a process neither speaks nor "
			    "blocks", h->name);
			return false;
		}
		if (pfd[1].revents != 0)
			welcome(h->w);
		if (pfd[2].revents != 0)
			drain_log(h);
		if (p->state == PROC_STARTING && pfd[0].revents != 0)
			gone(h, p);
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

static void
op_fork(struct host *h, struct proc *p, struct world_msg *m)
{
	struct proc	*c;

	if ((c = new_proc(h, p->virt)) == NULL) {
		m->ret = -1;
		m->err = EAGAIN;
		return;
	}
	c->state = PROC_STARTING;
	m->ret = c->virt;
}

static void
op_forked(struct host *h, struct world_msg *m)
{
	struct proc	*c;

	if ((c = find_virt(h, m->a)) == NULL)
		return;
	if (m->b == -1)
		c->state = PROC_DEAD;
	else
		set_real(h, c, m->b);
}

static void
op_adjtimex(struct host *h, struct world_msg *m)
{
	struct timex	 tx;

	memcpy(&tx, m->data, sizeof(tx));
	m->ret = kclock_adjtimex(&h->clock, h->w->now, &tx);
	if (m->ret < 0) {
		m->err = -m->ret;
		m->ret = -1;
	}
	memcpy(m->data, &tx, sizeof(tx));
	m->ndata = sizeof(tx);
}

/* A call that is to fail now and then. */
static bool
faulty(struct host *h, struct world_msg *m)
{
	const struct fault	*f = &h->fault[m->op];

	if (f->p <= 0.0 || rng_uniform(&h->faultrng) >= f->p)
		return false;
	m->ret = -1;
	m->err = f->error;
	m->nname = m->nctl = 0;
	/* adjtimex gives back what it got */
	m->ndata = m->op == OP_ADJTIMEX ? m->ndata : 0;
	return true;
}

/* A request; the answer is made in place. */
static void
request(struct host *h, struct proc *p, struct world_msg *m, int fd)
{
	struct world	*w = h->w;

	m->ret = m->err = 0;
	switch ((enum world_op)m->op) {
	case OP_FORK:
		op_fork(h, p, m);
		break;
	case OP_FORKED:
		op_forked(h, m);
		break;
	case OP_EXEC:
		p->execing = true;
		break;
	case OP_EXECFAIL:
		p->execing = false;
		break;
	case OP_SOCKET:
		sock_new(h, m, fd);
		break;
	case OP_BIND:
	case OP_CONNECT:
	case OP_GETNAME:
	case OP_SETOPT:
	case OP_GETOPT:
	case OP_SEND:
	case OP_RECV:
		sock_request(h, m);
		break;
	case OP_CLOSED:
	case OP_SWEEP:
		sock_sweep(h);
		break;
	case OP_ADJTIMEX:
		op_adjtimex(h, m);
		break;
	case OP_ADJTIME:
		m->t = kclock_adjtime(&h->clock, w->now, m->t);
		break;
	case OP_SETTIME:
		kclock_step(&h->clock, w->now, m->t -
		    kclock_read(&h->clock, w->now, WCLOCK_REAL));
		break;
	case OP_RESOLVE:
		dns_resolve(w, h, m);
		break;
	case OP_LOG:
		m->data[m->ndata] = '\0';
		world_log(w, h->name, "%s", m->data);
		m->ndata = 0;
		break;
	case OP_HELLO:
	case OP_BLOCK:
	case OP_WAKE:
	case OP_RECHECK:
	case OP_RUN:
	case OP_STILL:
		world_fail(w, "%s: unexpected request %u", h->name, m->op);
		break;
	}
}

/* One message of a running process. */
static enum served
serve_one(struct host *h, struct proc *p)
{
	struct world_msg	 m;
	int			 fd;

	if (!hear(h, p, &m, &fd))
		return SERVED_GONE;
	drain_log(h);
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
	if (!faulty(h, &m))
		request(h, p, &m, fd);
	else if (fd != -1)
		close(fd);
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
	while ((r = serve_one(h, p)) == SERVED_GO)
		if (h->w->failed)
			return;
	if (r == SERVED_BLOCKED)
		p->state = PROC_BLOCKED;
	else
		gone(h, p);
	p->look = false;
	if (h->page->touched) {
		h->page->touched = 0;
		for (i = 0; i < h->nproc; i++)
			if (&h->proc[i] != p)
				h->proc[i].look = true;
	}
}

/*
 * The connection ended: another image is coming, or the process is dying.
 * Wait until it is a zombie and its parent has been told: the notice of the
 * pidfd and SIGCHLD are sent under one lock, which kill of a group takes.
 */
static void
gone(struct host *h, struct proc *p)
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
	drain_log(h);
	h->page->touched = 1;
	sock_sweep(h);
	if (p == &h->proc[h->first] && waitpid(p->real, &status, 0) == p->real) {
		h->main_status = status;
		world_log(h->w, h->name, "daemon ended: %s %d",
		    WIFSIGNALED(status) ? "signal" : "status",
		    WIFSIGNALED(status) ? WTERMSIG(status) :
		    WEXITSTATUS(status));
		if (!h->w->ending && !h->mortal)
			world_fail(h->w, "%s: the daemon ended", h->name);
	}
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
		m.ret = p->virt * 16 + p->images;
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
		gone(h, p);
		proc_look(h);
		return true;
	}
	if (m.op == OP_RUN)
		serve(h, p);
	return true;
}

void
proc_settle(struct world *w)
{
	struct host	*h;
	bool		 any;
	int		 i, j;

	do {
		any = false;
		for (i = 0; i < w->nhost && !w->failed; i++) {
			h = w->host[i];
			for (j = 0; j < h->nproc && !w->failed; j++)
				any |= turn(h, &h->proc[j]);
		}
	} while (any && !w->failed);
}

void
proc_look(struct host *h)
{
	int	 i;

	for (i = 0; i < h->nproc; i++)
		h->proc[i].look = true;
}

int64_t
proc_due(struct world *w, struct proc **pp, struct host **hp)
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
proc_timeout(struct host *h, struct proc *p)
{
	world_show(h);
	word(p, OP_WAKE);
	serve(h, p);
}

bool
proc_alive(const struct host *h)
{
	return h->nproc > 0 && h->main_status == -1;
}

/* Titles and arguments of the children tell what they are. */
static bool
is_called(const struct proc *p, const char *name)
{
	char	 path[64], title[256];
	ssize_t	 n;
	int	 fd;

	snprintf(path, sizeof(path), "/proc/%d/cmdline", p->real);
	if ((fd = open(path, O_RDONLY)) == -1)
		return false;
	n = read(fd, title, sizeof(title) - 1);
	close(fd);
	if (n <= 0)
		return false;
	for (fd = 0; fd < n; fd++)
		if (title[fd] == '\0')
			title[fd] = ' ';
	title[n] = '\0';
	return strstr(title, name) != NULL;
}

void
proc_signal(struct host *h, const char *name, int sig)
{
	struct proc	*p;
	int		 i;

	for (i = 0; i < h->nproc; i++) {
		p = &h->proc[i];
		if (p->state == PROC_DEAD || p->fd == -1 ||
		    (name[0] == '\0' ? i != h->first :
		    i == h->first || !is_called(p, name)))
			continue;
		kill(p->real, sig);
		h->page->signals++;
		if (sig == SIGKILL)
			gone(h, p);
		proc_look(h);
		return;
	}
	world_fail(h->w, "%s: no process called \"%s\"", h->name, name);
}

void
proc_kill_all(struct host *h)
{
	struct proc	*p;
	int		 i;

	for (i = 0; i < h->nproc; i++) {
		p = &h->proc[i];
		if (p->state == PROC_DEAD || p->real <= 0)
			continue;
		kill(p->real, SIGKILL);
		if (i == h->first)
			waitpid(p->real, NULL, 0);
		p->state = PROC_DEAD;
	}
}

long
proc_rss(const struct host *h)
{
	char	 path[64], buf[128];
	long	 size, pages, sum = 0;
	FILE	*f;
	int	 i;

	for (i = 0; i < h->nproc; i++) {
		if (h->proc[i].state == PROC_DEAD)
			continue;
		snprintf(path, sizeof(path), "/proc/%d/statm",
		    h->proc[i].real);
		if ((f = fopen(path, "r")) == NULL)
			continue;
		if (fgets(buf, sizeof(buf), f) != NULL &&
		    sscanf(buf, "%ld %ld", &size, &pages) == 2)
			sum += pages * (sysconf(_SC_PAGESIZE) / 1024);
		fclose(f);
	}
	return sum;
}

int
proc_count(const struct host *h)
{
	int	 i, n = 0;

	for (i = 0; i < h->nproc; i++)
		n += h->proc[i].state != PROC_DEAD;
	return n;
}
