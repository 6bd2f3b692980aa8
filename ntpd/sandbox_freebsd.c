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
 * What each role may do, on FreeBSD.  All roles.
 *
 * Capability mode would fit the engine, were it not for connect(2) and
 * sendto(2) with an address, which it forbids: an NTP client lives on
 * fresh sockets, a server on answers to strangers.  What is left is the
 * chroot, the user, Capsicum rights on the descriptors that were inherited,
 * and limits that cannot be raised again: no new process, and for all but
 * the engine no file with anything in it.
 */

#include <sys/param.h>
#include <sys/capsicum.h>
#include <sys/procctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "log.h"
#include "proc.h"
#include "sandbox.h"

#define UNLIMITED	(-1)

static const struct {
	int		 processes;	/* it may have */
	int		 filesize;	/* it may write */
	int		 edge;		/* it has one to the parent */
} rows[ROLE__MAX] = {
	[ROLE_PARENT] =	{ UNLIMITED,	UNLIMITED,	0 },
	/* statistics, to descriptors it is given */
	[ROLE_ENGINE] =	{ 0,		UNLIMITED,	1 },
	[ROLE_DNS] =	{ 0,		0,		1 },
	[ROLE_NTS] =	{ 0,		0,		1 },
	[ROLE_SENSOR] =	{ 0,		0,		1 },
	[ROLE_SERVER] =	{ 0,		0,		1 },
	[ROLE_CONSTRAINT] = { 0,	0,		1 },
};

void
sandbox_caps(enum role role, const struct proc_opts *opts)
{
#ifdef PROC_NO_NEW_PRIVS_CTL
	int	 on = PROC_NO_NEW_PRIVS_ENABLE;

	if (procctl(P_PID, getpid(), PROC_NO_NEW_PRIVS_CTL, &on) == -1)
		fatal("sandbox: no new privileges");
#endif
}

static void
limit(int resource, int value)
{
	struct rlimit	 rl;

	if (value == UNLIMITED)
		return;
	rl.rlim_cur = rl.rlim_max = (rlim_t)value;
	if (setrlimit(resource, &rl) == -1)
		fatal("sandbox: limits");
}

static void
rights(int fd, const cap_rights_t *r)
{
	if (cap_rights_limit(fd, r) == -1 && errno != ENOSYS &&
	    errno != EBADF)
		fatal("sandbox: rights of descriptor %d", fd);
}

void
sandbox(enum role role, const struct proc_opts *opts,
    const char *const *writable)
{
	int		 trace = PROC_TRACE_CTL_DISABLE, death = SIGKILL;
	cap_rights_t	 r;

	/* should the parent be killed, no child outlives it */
	if (role != ROLE_PARENT &&
	    procctl(P_PID, 0, PROC_PDEATHSIG_CTL, &death) == -1)
		fatal("sandbox: parent death signal");
	if (opts->nosandbox) {
		log_info("sandbox: off for %s, as NTPD_SANDBOX says",
		    role_name(role));
		return;
	}
	if (procctl(P_PID, getpid(), PROC_TRACE_CTL, &trace) == -1)
		fatal("sandbox: no debugger");
	limit(RLIMIT_NPROC, rows[role].processes);
	limit(RLIMIT_FSIZE, rows[role].filesize);
	if (!rows[role].edge)
		return;
	/* messages and descriptors over the edge, and nothing else */
	rights(PROC_PARENT_FD, cap_rights_init(&r, CAP_READ, CAP_WRITE,
	    CAP_EVENT, CAP_KQUEUE_EVENT, CAP_FCNTL, CAP_GETSOCKOPT));
	rights(STDIN_FILENO, cap_rights_init(&r));
	rights(STDOUT_FILENO, cap_rights_init(&r, CAP_WRITE, CAP_FSTAT));
	rights(STDERR_FILENO, cap_rights_init(&r, CAP_WRITE, CAP_FSTAT,
	    CAP_IOCTL));
}
