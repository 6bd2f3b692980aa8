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
 * Which system calls each role makes, by seccomp.  Linux, all roles.
 *
 * One that is not on the list fails with ENOSYS, so that a C library newer
 * than this list falls back to an older call instead of dying.  In the
 * foreground (-d) such a call is also reported, once per number: a report
 * from another libc is one line.
 */

#include <sys/types.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include <linux/pps.h>
#include <linux/ptp_clock.h>
#include <linux/sockios.h>

#include <errno.h>
#include <seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "log.h"
#include "sandbox_linux.h"

/*
 * System calls by name: what one kind of machine does not have is passed
 * over.
 */
static const struct {
	unsigned int	 roles;
	const char	*name;
} calls[] = {
	/* memory, and the life of a process */
	{ ALL,	"brk" },
	{ ALL,	"munmap" },
	{ ALL,	"mremap" },
	{ ALL,	"madvise" },
	{ ALL,	"exit" },
	{ ALL,	"exit_group" },
	{ ALL,	"futex" },
	{ ALL,	"futex_time64" },
	{ ALL,	"rseq" },
	{ ALL,	"sched_yield" },
	{ ALL,	"set_robust_list" },
	{ ALL,	"restart_syscall" },
	{ ALL,	"getrandom" },
	{ ALL,	"getpid" },
	{ ALL,	"getppid" },
	{ ALL,	"gettid" },
	{ ALL,	"getuid" },
	{ ALL,	"geteuid" },
	{ ALL,	"getgid" },
	{ ALL,	"getegid" },
	{ ALL,	"getrlimit" },
	{ ALL,	"ugetrlimit" },
	{ ALL,	"getrusage" },
	{ ALL,	"sysinfo" },
	{ ALL,	"uname" },
	{ ALL,	"rt_sigaction" },
	{ ALL,	"rt_sigprocmask" },
	{ ALL,	"rt_sigreturn" },
	{ ALL,	"sigaltstack" },
	{ ALL,	"sigreturn" },
	/* name services are loaded when they are needed */
	{ D,	"mmap" },
	{ D,	"mmap2" },
	{ D,	"mprotect" },
	{ P,	"wait4" },
	{ P,	"waitid" },
	{ P,	"umask" },

	/* reading the time, and waiting */
	{ ALL,	"clock_gettime" },
	{ ALL,	"clock_gettime64" },
	{ ALL,	"clock_getres" },
	{ ALL,	"clock_getres_time64" },
	{ ALL,	"gettimeofday" },
	{ ALL,	"time" },
	{ ALL,	"nanosleep" },
	{ ALL,	"clock_nanosleep" },
	{ ALL,	"clock_nanosleep_time64" },
	{ ALL,	"poll" },
	{ ALL,	"ppoll" },
	{ ALL,	"ppoll_time64" },
	{ ALL,	"select" },
	{ ALL,	"_newselect" },
	{ ALL,	"pselect6" },
	{ ALL,	"pselect6_time64" },
	{ ALL,	"epoll_create" },
	{ ALL,	"epoll_create1" },
	{ ALL,	"epoll_ctl" },
	{ ALL,	"epoll_wait" },
	{ ALL,	"epoll_pwait" },
	{ ALL,	"epoll_pwait2" },
	{ ALL,	"timerfd_create" },
	{ ALL,	"timerfd_settime" },
	{ ALL,	"timerfd_settime64" },
	{ ALL,	"eventfd2" },
	{ ALL,	"pipe2" },

	/* setting it */
	{ CLOCK, "adjtimex" },

	/* descriptors there are already */
	{ ALL,	"read" },
	{ ALL,	"readv" },
	{ ALL,	"pread64" },
	{ ALL,	"write" },
	{ ALL,	"writev" },
	{ ALL,	"close" },
	{ ALL,	"dup" },
	{ ALL,	"dup2" },
	{ ALL,	"dup3" },
	{ ALL,	"fcntl" },
	{ ALL,	"fcntl64" },
	{ ALL,	"fstat" },
	{ ALL,	"fstat64" },
	{ ALL,	"newfstatat" },
	{ ALL,	"fstatat64" },
	{ ALL,	"statx" },
	{ ALL,	"lseek" },
	{ ALL,	"_llseek" },

	/* files: landlock says which */
	{ P | D, "open" },
	{ P | D, "openat" },
	{ P | D, "stat" },
	{ P | D, "stat64" },
	{ P | D, "lstat" },
	{ P | D, "lstat64" },
	{ P | D, "fstatfs" },
	{ P | D, "fstatfs64" },
	{ P | D, "statfs" },
	{ P | D, "statfs64" },
	{ P | D, "access" },
	{ P | D, "faccessat" },
	{ P | D, "faccessat2" },
	{ P | D, "readlink" },
	{ P | D, "readlinkat" },
	{ P | D, "getdents" },
	{ P | D, "getdents64" },
	{ P | D, "getcwd" },
	{ P | D, "fadvise64" },
	{ P,	"fsync" },
	{ P,	"fdatasync" },
	/* engine: half a line of statistics on a full disk */
	{ P | E, "ftruncate" },
	{ P | E, "ftruncate64" },
	{ P,	"fchmod" },
	{ P,	"link" },
	{ P,	"linkat" },
	{ P,	"rename" },
	{ P,	"renameat" },
	{ P,	"renameat2" },
	{ P,	"unlink" },
	{ P,	"unlinkat" },

	/* sockets there are already, or that socket below allows */
	{ NET,	"bind" },
	{ NET,	"connect" },
	{ NET | V, "getsockname" },
	{ NET,	"getpeername" },
	{ ALL,	"getsockopt" },
	{ ALL,	"setsockopt" },
	{ ALL,	"sendto" },
	{ ALL,	"sendmsg" },
	{ NET | V, "sendmmsg" },
	{ ALL,	"recvfrom" },
	{ ALL,	"recvmsg" },
	{ ALL,	"recvmmsg" },
	{ ALL,	"recvmmsg_time64" },
	{ ALL,	"send" },
	{ ALL,	"recv" },
	{ ALL,	"shutdown" },
	{ P,	"listen" },
	{ E | N | SPAWN, "accept" },
	{ E | N | SPAWN, "accept4" },

	/*
	 * A parent that may start children: what they are born with, and how
	 * they get rid of it.  The filter is inherited, theirs come on top.
	 */
	{ SPAWN, "clone" },
	{ SPAWN, "clone3" },
	{ SPAWN, "fork" },
	{ SPAWN, "execve" },
	{ SPAWN, "close_range" },
	{ SPAWN, "socketpair" },
	{ SPAWN, "mmap" },
	{ SPAWN, "mmap2" },
	{ SPAWN, "mprotect" },
	{ SPAWN, "arch_prctl" },
	{ SPAWN, "set_thread_area" },
	{ SPAWN, "set_tls" },
	{ SPAWN, "set_tid_address" },
	{ SPAWN, "prctl" },
	{ SPAWN, "chdir" },
	{ SPAWN, "chroot" },
	{ SPAWN, "setgroups" },
	{ SPAWN, "setgroups32" },
	{ SPAWN, "setresgid" },
	{ SPAWN, "setresgid32" },
	{ SPAWN, "setresuid" },
	{ SPAWN, "setresuid32" },
	{ SPAWN, "capget" },
	{ SPAWN, "capset" },
	{ SPAWN, "landlock_create_ruleset" },
	{ SPAWN, "landlock_add_rule" },
	{ SPAWN, "landlock_restrict_self" },
	{ SPAWN, "seccomp" },
	{ SPAWN, "setpriority" },
	{ SPAWN, "shmget" },
	{ SPAWN, "shmctl" },
	{ SPAWN, "shmat" },
	{ S | SPAWN, "shmdt" },
};

/* Those of which one argument decides: (argument & mask) == value. */
static const struct {
	unsigned int	 roles;
	const char	*name;
	unsigned int	 arg;
	uint64_t	 mask;
	uint64_t	 value;
} argcalls[] = {
	{ NET,	"socket", 0, UINT32_MAX, AF_INET },
	{ NET,	"socket", 0, UINT32_MAX, AF_INET6 },
	/* syslog, the service manager; nscd and resolved */
	{ P | D, "socket", 0, UINT32_MAX, AF_UNIX },
	/* getaddrinfo asks which addresses the host has */
	{ D,	"socket", 0, UINT32_MAX, AF_NETLINK },
	{ P | E | N | S | C | V, "mmap", 2, PROT_EXEC, 0 },
	{ P | E | N | S | C | V, "mmap2", 2, PROT_EXEC, 0 },
	{ P | E | N | S | C | V, "mprotect", 2, PROT_EXEC, 0 },
	{ CLOCK, "clock_adjtime", 0, UINT32_MAX, CLOCK_REALTIME },
	{ CLOCK, "clock_adjtime64", 0, UINT32_MAX, CLOCK_REALTIME },
	/* stdio asks whether it writes to a terminal */
	{ ALL,	"ioctl", 1, UINT32_MAX, TCGETS },
	{ ALL,	"ioctl", 1, UINT32_MAX, FIONREAD },
	{ NET,	"ioctl", 1, UINT32_MAX, SIOCGIFINDEX },
	{ NET,	"ioctl", 1, UINT32_MAX, SIOCGIFNAME },
	{ S | SPAWN, "ioctl", 1, UINT32_MAX, PPS_GETPARAMS },
	{ S | SPAWN, "ioctl", 1, UINT32_MAX, PPS_SETPARAMS },
	{ S | SPAWN, "ioctl", 1, UINT32_MAX, PPS_FETCH },
	{ S | SPAWN, "ioctl", 1, UINT32_MAX, PTP_SYS_OFFSET },
	{ S | SPAWN, "ioctl", 1, UINT32_MAX, PTP_SYS_OFFSET_EXTENDED },
	{ S | SPAWN, "ioctl", 1, UINT32_MAX, PTP_SYS_OFFSET_PRECISE },
	/* limits may be read */
	{ ALL,	"prlimit64", 2, UINT64_MAX, 0 },
};

/* What libc tries first and has another way for: it fails without a word. */
static const struct {
	unsigned int	 roles;
	const char	*name;
	uint64_t	 value;		/* of the first argument */
	int		 error;
} failing[] = {
	/* the name of an interface, asked for through any socket */
	{ E | N | C | V, "socket", AF_UNIX, EAFNOSUPPORT },
};

/* Where the kernel looks for a system call's result. */
#if defined(__x86_64__)
#define RESULT(uc)	((uc)->uc_mcontext.gregs[REG_RAX])
#elif defined(__i386__)
#define RESULT(uc)	((uc)->uc_mcontext.gregs[REG_EAX])
#elif defined(__aarch64__)
#define RESULT(uc)	((uc)->uc_mcontext.regs[0])
#elif defined(__arm__)
#define RESULT(uc)	((uc)->uc_mcontext.arm_r0)
#elif defined(__riscv)
#define RESULT(uc)	((uc)->uc_mcontext.__gregs[REG_A0])
#endif

#ifdef RESULT
static struct {
	const char	*name;
	bool		 seen[1024];
} reporter;

/* Say what was refused, then let it fail as it would without us. */
static void
refused(int sig, siginfo_t *info, void *context)
{
	ucontext_t	*uc = context;
	char		 line[128];
	int		 n, call = info->si_syscall;

	RESULT(uc) = -ENOSYS;
	if (call < 0 || (size_t)call >= sizeof(reporter.seen) ||
	    reporter.seen[call])
		return;
	reporter.seen[call] = true;
	n = snprintf(line, sizeof(line), "sandbox: %s: system call %d "
	    "refused\n", reporter.name, call);
	if (n > 0 && write(STDERR_FILENO, line, (size_t)n) == -1)
		return;
}

static uint32_t
refusal(enum role role, const struct proc_opts *opts)
{
	struct sigaction	 sa;

	/* who is born under this filter has no handler yet */
	if (!opts->debug || opts->spawn != NULL)
		return SCMP_ACT_ERRNO(ENOSYS);
	reporter.name = role_name(role);
	memset(&sa, 0, sizeof(sa));
	sa.sa_sigaction = refused;
	sa.sa_flags = SA_SIGINFO | SA_NODEFER;
	if (sigaction(SIGSYS, &sa, NULL) == -1)
		fatal("sandbox: SIGSYS");
	return SCMP_ACT_TRAP;
}
#else
static uint32_t
refusal(enum role role, const struct proc_opts *opts)
{
	return SCMP_ACT_ERRNO(ENOSYS);
}
#endif

/* One more rule.  Calls this machine or library does not know: none. */
static void
rule(scmp_filter_ctx ctx, uint32_t action, const char *name, unsigned int n,
    struct scmp_arg_cmp cmp)
{
	int	 call = seccomp_syscall_resolve_name(name), error;

	if (call == __NR_SCMP_ERROR)
		return;
	error = n == 0 ? seccomp_rule_add(ctx, action, call, 0) :
	    seccomp_rule_add(ctx, action, call, 1, cmp);
	if (error != 0 && error != -EDOM && error != -EEXIST) {
		errno = -error;
		fatal("sandbox: rule for %s", name);
	}
}

static void
allow(scmp_filter_ctx ctx, const char *name, unsigned int n,
    struct scmp_arg_cmp cmp)
{
	rule(ctx, SCMP_ACT_ALLOW, name, n, cmp);
}

void
sandbox_seccomp(enum role role, unsigned int mine, const struct proc_opts *opts)
{
	struct scmp_arg_cmp	 none = { 0 };
	scmp_filter_ctx		 ctx;
	size_t			 i;
	int			 error;

	if (prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == -1) {
		log_info("sandbox: this kernel has no seccomp for %s",
		    role_name(role));
		return;
	}
	if ((ctx = seccomp_init(refusal(role, opts))) == NULL)
		fatalx("sandbox: seccomp");
	/* a search tree; an older library keeps its list */
	(void)seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	for (i = 0; i < nitems(calls); i++) {
		if ((calls[i].roles & mine) != 0)
			allow(ctx, calls[i].name, 0, none);
	}
	for (i = 0; i < nitems(argcalls); i++) {
		if ((argcalls[i].roles & mine) != 0)
			allow(ctx, argcalls[i].name, 1,
			    SCMP_CMP(argcalls[i].arg, SCMP_CMP_MASKED_EQ,
			    argcalls[i].mask, argcalls[i].value));
	}
	for (i = 0; i < nitems(failing); i++) {
		if ((failing[i].roles & mine) != 0)
			rule(ctx, SCMP_ACT_ERRNO((uint32_t)failing[i].error),
			    failing[i].name, 1, SCMP_A0(SCMP_CMP_EQ,
			    failing[i].value));
	}
	/* abort() signals nobody but us */
	allow(ctx, "tkill", 1, SCMP_CMP(0, SCMP_CMP_MASKED_EQ, UINT32_MAX,
	    (uint64_t)getpid()));
	allow(ctx, "tgkill", 1, SCMP_CMP(0, SCMP_CMP_MASKED_EQ, UINT32_MAX,
	    (uint64_t)getpid()));
	if ((error = seccomp_load(ctx)) != 0) {
		errno = -error;
		fatal("sandbox: seccomp");
	}
	seccomp_release(ctx);
}

