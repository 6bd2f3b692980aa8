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
 * Processes: starting a daemon, finding, counting and ending what came of
 * it, and what it wrote.
 */

#include <sys/personality.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "world.h"

struct proc *
proc_find(struct host *h, int virt)
{
	int	 i;

	for (i = 0; i < h->nproc; i++)
		if (h->proc[i].virt == virt)
			return &h->proc[i];
	return NULL;
}

struct proc *
proc_new(struct host *h, int parent)
{
	struct proc	*p = NULL;
	int		 i;

	/* When the table is full, the place of who died first. */
	if (h->nproc < WORLD_PROCS)
		p = &h->proc[h->nproc++];
	for (i = 0; p == NULL && i < h->nproc; i++)
		if (h->proc[i].state == PROC_DEAD && i != h->first)
			p = &h->proc[i];
	if (p == NULL || h->nvirt == PID_STEP) {
		world_fail(h->w, "%s: too many processes", h->name);
		return NULL;
	}
	i = (int)(p - h->proc);
	memset(p, 0, sizeof(*p));
	p->virt = (h->index + 1) * PID_STEP + h->nvirt++;
	p->parent = parent;
	p->fd = p->pidfd = -1;
	h->page->pid[i].parent = parent;
	h->page->pid[i].real = -1;
	h->page->pid[i].virt = p->virt;
	return p;
}

void
proc_real(struct host *h, struct proc *p, int real)
{
	p->real = real;
	h->page->pid[p - h->proc].real = real;
	if (p->pidfd == -1)
		p->pidfd = syscall(SYS_pidfd_open, real, 0);
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

/* Fork a program whose output is ours. */
static struct proc *
start(struct host *h, struct capture *c, char *const argv[])
{
	struct proc	*p;
	int		 out[2], pid;

	if ((p = proc_new(h, 1)) == NULL)
		return NULL;
	if (pipe2(out, O_CLOEXEC) == -1 ||
	    fcntl(out[0], F_SETFL, O_NONBLOCK) == -1) {
		world_fail(h->w, "pipe: %s", strerror(errno));
		return NULL;
	}
	switch (pid = fork()) {
	case -1:
		world_fail(h->w, "fork: %s", strerror(errno));
		return NULL;
	case 0:
		become(h, p, out[1], argv);
		break;
	}
	close(out[1]);
	if (c->fd != -1)
		close(c->fd);		/* of one that died */
	c->fd = out[0];
	c->len = 0;
	p->out = c;
	p->state = PROC_STARTING;
	proc_real(h, p, pid);
	return p;
}

void
proc_start(struct host *h, char *const argv[])
{
	struct capture	*c = &h->out[0];
	struct proc	*p;

	c->daemon = true;
	snprintf(c->name, sizeof(c->name), "%s", h->name);
	h->main_status = -1;
	if ((p = start(h, c, argv)) != NULL)
		h->first = (int)(p - h->proc);
}

void
proc_run(struct host *h, char *const argv[])
{
	const char	*base = strrchr(argv[0], '/');
	struct capture	*c = NULL;
	int		 i;

	for (i = 1; i < OUT_MAX && c == NULL; i++)
		if (h->out[i].fd == -1)
			c = &h->out[i];
	if (c == NULL) {
		world_fail(h->w, "%s: too many programs", h->name);
		return;
	}
	snprintf(c->name, sizeof(c->name), "%s %.*s", h->name, NAME_MAX_LEN,
	    base != NULL ? base + 1 : argv[0]);
	start(h, c, argv);
}

static void
capture(struct world *w, struct capture *c)
{
	char	 buf[4096];
	ssize_t	 i, n;

	while ((n = read(c->fd, buf, sizeof(buf))) > 0) {
		for (i = 0; i < n; i++) {
			if (buf[i] != '\n') {
				if (c->len < sizeof(c->line) - 1)
					c->line[c->len++] = buf[i];
				continue;
			}
			c->line[c->len] = '\0';
			c->len = 0;
			world_log(w, c->name, "%s", c->line);
		}
	}
	if (n == 0) {
		close(c->fd);
		c->fd = -1;
	}
}

void
proc_log(struct host *h)
{
	int	 i;

	for (i = 0; i < OUT_MAX; i++)
		if (h->out[i].fd != -1)
			capture(h->w, &h->out[i]);
}

bool
proc_alive(const struct host *h)
{
	return h->out[0].daemon && h->main_status == -1;
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
			turn_gone(h, p);
		turn_look(h);
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
		if (p->out != NULL)
			waitpid(p->real, NULL, 0);
		if (p->fd != -1)
			close(p->fd);
		if (p->pidfd != -1)
			close(p->pidfd);
		p->fd = p->pidfd = -1;
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
