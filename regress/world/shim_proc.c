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
 * Processes and signals as the shim shows them.  Process numbers are
 * virtual, so that logs and seeds made of them are the same in each run;
 * signals are held back until the process is blocked and told to look.
 */

#include <sys/types.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shim.h"

extern char	**environ;

static struct world_pid *
find_pid(int virt)
{
	int	 i;

	for (i = 0; i < WORLD_PROCS; i++)
		if (shim.page->pid[i].virt == virt)
			return &shim.page->pid[i];
	return NULL;
}

PUBLIC pid_t
getpid(void)
{
	return shim.page != NULL ? shim.vpid : syscall(SYS_getpid);
}

PUBLIC pid_t
getppid(void)
{
	struct world_pid	*p;

	if (shim.page == NULL)
		return syscall(SYS_getppid);
	return (p = find_pid(shim.vpid)) != NULL ? p->parent : 1;
}

PUBLIC int
kill(pid_t pid, int sig)
{
	struct world_pid	*p;

	shim.page->touched = 1;
	shim.page->signals++;
	if (pid <= 0)
		return syscall(SYS_kill, pid, sig);
	if ((p = find_pid(pid)) == NULL) {
		errno = ESRCH;
		return -1;
	}
	return syscall(SYS_kill, p->real, sig);
}

/* A descriptor's signals go to a process, whose number is virtual. */
PUBLIC int
fcntl(int fd, int cmd, ...)
{
	struct world_pid	*p;
	va_list			 ap;
	long			 arg;

	va_start(ap, cmd);
	arg = va_arg(ap, long);
	va_end(ap);
	if (cmd == F_SETOWN && shim.page != NULL && (int)arg > 0 &&
	    (p = find_pid((int)arg)) != NULL) {
		arg = p->real;
		shim.async = true;
	}
	return syscall(SYS_fcntl, fd, cmd, arg);
}

PUBLIC int	 fcntl64(int, int, ...);
PUBLIC int
fcntl64(int fd, int cmd, ...)
{
	va_list	 ap;
	long	 arg;

	va_start(ap, cmd);
	arg = va_arg(ap, long);
	va_end(ap);
	return fcntl(fd, cmd, arg);
}

PUBLIC int
raise(int sig)
{
	int	 r;

	r = syscall(SYS_kill, syscall(SYS_getpid), sig);
	shim.page->signals++;
	if (shim_signals())
		shim_deliver();
	return r;
}

PUBLIC pid_t
fork(void)
{
	pid_t	(*real)(void);
	pid_t	 pid;
	int	 virt;

	*(void **)&real = dlsym(RTLD_NEXT, "fork");
	if ((virt = shim_op(OP_FORK, 0, 0)) < 0)
		return -1;
	pid = real();
	if (pid == 0) {
		shim_rejoin(virt);
		return 0;
	}
	shim_op(OP_FORKED, virt, pid);
	return pid == -1 ? -1 : virt;
}

PUBLIC pid_t
vfork(void)
{
	return fork();
}

/* Children: virtual numbers outside, real ones inside. */
static int
to_real(int virt)
{
	int	 i;

	for (i = 0; i < WORLD_PROCS; i++)
		if (shim.page->pid[i].virt == virt)
			return shim.page->pid[i].real;
	return -1;
}

static int
to_virt(int real)
{
	int	 i;

	for (i = WORLD_PROCS - 1; i >= 0; i--)
		if (shim.page->pid[i].virt != 0 &&
		    shim.page->pid[i].real == real)
			return shim.page->pid[i].virt;
	return real;
}

static bool
child_ready(void *arg)
{
	siginfo_t	 si;
	int		 pid = *(int *)arg;

	memset(&si, 0, sizeof(si));
	if (syscall(SYS_waitid, pid > 0 ? P_PID : P_ALL, pid > 0 ? pid : 0,
	    &si, WEXITED | WNOHANG | WNOWAIT, NULL) == -1)
		return true;
	return si.si_pid != 0;
}

PUBLIC pid_t
wait4(pid_t pid, int *status, int options, struct rusage *ru)
{
	int	 real, r;

	if (shim.page == NULL)
		return syscall(SYS_wait4, pid, status, options, ru);
	real = pid > 0 ? to_real(pid) : -1;
	if (pid > 0 && real == -1) {
		errno = ECHILD;
		return -1;
	}
	if (!(options & WNOHANG) &&
	    shim_block(FOREVER, child_ready, &real) == WOKEN_SIGNAL &&
	    !child_ready(&real)) {
		errno = EINTR;
		return -1;
	}
	r = syscall(SYS_wait4, real, status, options | WNOHANG, ru);
	return r > 0 ? to_virt(r) : r;
}

PUBLIC pid_t
waitpid(pid_t pid, int *status, int options)
{
	return wait4(pid, status, options, NULL);
}

PUBLIC pid_t
wait(int *status)
{
	return wait4(-1, status, 0, NULL);
}

/* The foreground process stays: the world sees who lives. */
PUBLIC int
daemon(int nochdir, int noclose)
{
	return 0;
}

/* The environment that keeps a new image in the world. */
static char **
with_world(char *const env[])
{
	static char	 vars[3][512];
	static char	*out[256];
	size_t		 i, n;

	snprintf(vars[0], sizeof(vars[0]), "LD_PRELOAD=%s", shim.page->shim);
	snprintf(vars[1], sizeof(vars[1]), "WORLD_PAGE=%s", shim.page->page);
	snprintf(vars[2], sizeof(vars[2]), "WORLD_PID=%d", shim.vpid);
	for (n = 0; n < 3; n++)
		out[n] = vars[n];
	for (i = 0; env != NULL && env[i] != NULL && n < 255; i++)
		if (strncmp(env[i], "LD_PRELOAD=", 11) != 0 &&
		    strncmp(env[i], "WORLD_", 6) != 0)
			out[n++] = env[i];
	out[n] = NULL;
	return out;
}

static int
do_exec(const char *path, char *const argv[], char *const env[])
{
	int		 (*real)(const char *, char *const[], char *const[]);
	sigset_t	 all;
	int		 save;

	*(void **)&real = dlsym(RTLD_NEXT, "execvpe");
	shim_op(OP_EXEC, 0, 0);
	sigfillset(&all);
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &shim.mask, NULL, 8);
	real(path, argv, with_world(env));
	save = errno;
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, NULL, 8);
	shim_op(OP_EXECFAIL, 0, 0);
	errno = save;
	return -1;
}

PUBLIC int
execve(const char *path, char *const argv[], char *const env[])
{
	return do_exec(path, argv, env);
}

PUBLIC int
execv(const char *path, char *const argv[])
{
	return do_exec(path, argv, environ);
}

PUBLIC int
execvp(const char *path, char *const argv[])
{
	return do_exec(path, argv, environ);
}

PUBLIC int
execvpe(const char *path, char *const argv[], char *const env[])
{
	return do_exec(path, argv, env);
}

/*
 * A thread runs to its end before its creator goes on: the programs here
 * use them only to wait for a resolver, and here nothing waits in real time.
 */
PUBLIC int
pthread_create(pthread_t *t, const pthread_attr_t *attr,
    void *(*run)(void *), void *arg)
{
	*t = pthread_self();
	run(arg);
	return 0;
}

PUBLIC int
pthread_join(pthread_t t, void **ret)
{
	if (ret != NULL)
		*ret = NULL;
	return 0;
}

PUBLIC int
sigprocmask(int how, const sigset_t *set, sigset_t *old)
{
	int	 s;

	if (old != NULL)
		*old = shim.mask;
	if (set == NULL)
		return 0;
	if (how == SIG_SETMASK)
		shim.mask = *set;
	for (s = 1; s < NSIG && how != SIG_SETMASK; s++) {
		if (sigismember(set, s) != 1)
			continue;
		if (how == SIG_BLOCK)
			sigaddset(&shim.mask, s);
		else
			sigdelset(&shim.mask, s);
	}
	return 0;
}

PUBLIC int
pthread_sigmask(int how, const sigset_t *set, sigset_t *old)
{
	return sigprocmask(how, set, old);
}

/* Does an unmasked signal wait that does something? */
bool
shim_signals(void)
{
	static const sigset_t	 none;
	struct sigaction	 sa;
	sigset_t		 set;
	int			 s;

	/* Asking the kernel is dear; ask when there is news only. */
	if (shim.signals == shim.page->signals && !shim.waiting &&
	    !shim.async)
		return false;
	shim.signals = shim.page->signals;
	sigemptyset(&set);
	if (syscall(SYS_rt_sigpending, &set, 8) == -1)
		return false;
	shim.waiting = memcmp(&set, &none, 8) != 0;
	for (s = 1; s < NSIG; s++) {
		if (sigismember(&set, s) != 1 ||
		    sigismember(&shim.mask, s) == 1 ||
		    sigaction(s, NULL, &sa) == -1 ||
		    sa.sa_handler == SIG_IGN)
			continue;
		if (sa.sa_handler == SIG_DFL && (s == SIGCHLD ||
		    s == SIGURG || s == SIGWINCH || s == SIGCONT))
			continue;
		return true;
	}
	return false;
}

/* Open the gate for a moment: the handlers run here. */
void
shim_deliver(void)
{
	sigset_t	 all;

	sigfillset(&all);
	sigdelset(&all, SIGSEGV);
	sigdelset(&all, SIGBUS);
	sigdelset(&all, SIGFPE);
	sigdelset(&all, SIGILL);
	sigdelset(&all, SIGABRT);
	sigdelset(&all, SIGTRAP);
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &shim.mask, NULL, 8);
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, NULL, 8);
}
