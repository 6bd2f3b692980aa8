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
 * The sandbox of each role, from inside: what must be refused is, what the
 * role lives on works.  Each try is a process of its own.  As root: that
 * is who the sandbox has to hold.  Linux.
 */

#include <sys/types.h>
#include <sys/mman.h>
#include <sys/ipc.h>
#include <sys/ptrace.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <netinet/in.h>

#include <errno.h>
#include <event.h>
#include <fcntl.h>
#include <netdb.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "conf.h"
#include "log.h"
#include "now.h"
#include "proc.h"
#include "sandbox.h"
#include "test.h"

#define P	(1U << ROLE_PARENT)
#define E	(1U << ROLE_ENGINE)
#define D	(1U << ROLE_DNS)
#define N	(1U << ROLE_NTS)
#define S	(1U << ROLE_SENSOR)
#define C	(1U << ROLE_CONSTRAINT)
#define V	(1U << ROLE_SERVER)
#define NET	(P | E | D | N)
#define ALL	(NET | S | C | V)

static char	 dir[] = "/tmp/sandbox_test.XXXXXXXXXX";
static char	 file[64];		/* in it, and writable to the parent */
static pid_t	 victim;
static char	 late_dir[32];		/* in /run, made too late to be named */
static char	 late_file[64];		/* in it */

/* Who makes them when asked, and says so. */
static struct {
	pid_t		 pid;
	int		 ask[2];
	int		 done[2];
} late;

/* Tries: true when it was possible. */

static bool
try_exec(void)
{
	char	 name[] = "true";
	char	*argv[] = { name, NULL };

	execv("/bin/true", argv);
	return false;
}

/* Comes back, if it does, in main. */
static bool
try_exec_self(void)
{
	char	 name[] = "sandbox_test", word[] = "again";
	char	*argv[] = { name, word, NULL };

	execv("/proc/self/exe", argv);
	return false;
}

static bool
try_shm(void)
{
	return shmget(IPC_PRIVATE, 64, 0600) != -1;
}

static bool
try_fork(void)
{
	pid_t	 pid = fork();

	if (pid == 0)
		_exit(0);
	return pid != -1;
}

static bool
try_clone(void)
{
	long	 pid = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);

	if (pid == 0)
		_exit(0);
	return pid != -1;
}

static bool
opens(const char *path, int flags)
{
	int	 fd = open(path, flags, 0600);

	if (fd == -1)
		return false;
	close(fd);
	return true;
}

static bool
try_read_etc(void)
{
	return opens("/etc/passwd", O_RDONLY);
}

static bool
try_read_root(void)
{
	return opens("/", O_RDONLY | O_DIRECTORY);
}

static bool
try_write_tmp(void)
{
	return opens("/tmp/sandbox_test.stray", O_RDWR | O_CREAT);
}

static bool
try_write_ours(void)
{
	return opens(file, O_RDWR | O_CREAT | O_TRUNC) && unlink(file) == 0;
}

static bool
try_socket(int domain, int type)
{
	return socket(domain, type, 0) != -1;
}

static bool
try_udp(void)
{
	return try_socket(AF_INET, SOCK_DGRAM) &&
	    try_socket(AF_INET6, SOCK_DGRAM);
}

static bool
try_unix(void)
{
	return try_socket(AF_UNIX, SOCK_STREAM);
}

static bool
try_packet(void)
{
	return try_socket(AF_PACKET, SOCK_RAW);
}

static bool
try_netlink(void)
{
	return try_socket(AF_NETLINK, SOCK_RAW);
}

static bool
try_tcp_connect(void)
{
	struct sockaddr_in	 sin = { .sin_family = AF_INET };
	int			 fd;

	sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	sin.sin_port = htons(9);
	if ((fd = socket(AF_INET, SOCK_STREAM, 0)) == -1)
		return false;
	/* nobody is there: refused by him is as good as let through */
	return connect(fd, (struct sockaddr *)&sin, sizeof(sin)) == 0 ||
	    errno == ECONNREFUSED;
}

static bool
tcp_bind(uint16_t port)
{
	struct sockaddr_in	 sin = { .sin_family = AF_INET };
	int			 fd;

	sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	sin.sin_port = htons(port);
	if ((fd = socket(AF_INET, SOCK_STREAM, 0)) == -1)
		return false;
	return bind(fd, (struct sockaddr *)&sin, sizeof(sin)) == 0 ||
	    errno == EADDRINUSE;
}

static bool
try_tcp_bind(void)
{
	return tcp_bind(4460);
}

/* To have an address of ours, before it connects. */
static bool
try_tcp_address(void)
{
	return tcp_bind(0);
}

/* Modes 0: nothing is set. */
static bool
try_adjtimex(void)
{
	struct timex	 tx;

	memset(&tx, 0, sizeof(tx));
	return adjtimex(&tx) != -1;
}

/* A bad value, past libc: nothing is set. */
static bool
try_settime(void)
{
	struct timespec	 bad = { 0, -1 };

	return syscall(SYS_clock_settime, CLOCK_REALTIME, &bad) == 0 ||
	    errno == EINVAL || errno == EPERM;
}

static bool
try_kill(void)
{
	return kill(victim, 0) == 0;
}

static bool
try_ptrace(void)
{
	return ptrace(PTRACE_ATTACH, victim, NULL, NULL) == 0;
}

static bool
try_chroot(void)
{
	return chroot("/") == 0;
}

static bool
try_setuid(void)
{
	return setuid(0) == 0;
}

static bool
try_unshare(void)
{
	return unshare(CLONE_NEWUSER) == 0;
}

static bool
try_mount(void)
{
	return syscall(SYS_mount, "none", "/tmp", "tmpfs", 0, NULL) == 0;
}

static bool
try_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}

static bool
try_bpf(void)
{
	return syscall(SYS_bpf, 0, NULL, 0) != -1 || errno == EINVAL ||
	    errno == EFAULT;
}

static bool
try_io_uring(void)
{
	return syscall(SYS_io_uring_setup, 1, NULL) != -1 || errno == EFAULT;
}

static bool
try_memory(void)
{
	char	*p = malloc(1 << 20);

	if (p == NULL)
		return false;
	memset(p, 1, 1 << 20);
	free(p);
	return true;
}

static bool
try_random(void)
{
	return arc4random_uniform(2) < 2;
}

static bool
try_log(void)
{
	log_init("test", false, 2);
	log_info("sandbox_test");
	log_init("test", true, 2);
	return true;
}

static bool
try_clocks(void)
{
	struct now	 now;

	now_read(&now);
	return now.mono.ns > 0 && now_precision() < 0;
}

static void
tick(int fd, short what, void *arg)
{
	*(bool *)arg = true;
}

static bool
try_events(void)
{
	struct timeval	 tv = { 0, 1000 };
	struct event	 ev;
	bool		 ticked = false;

	event_init();
	evtimer_set(&ev, tick, &ticked);
	evtimer_add(&ev, &tv);
	event_dispatch();
	return ticked;
}

static bool
try_resolve(void)
{
	struct addrinfo	*ai, hints = { .ai_family = AF_INET };

	hints.ai_flags = AI_ADDRCONFIG;
	if (getaddrinfo("localhost", NULL, &hints, &ai) != 0)
		return false;
	freeaddrinfo(ai);
	return true;
}

static bool
try_reload(void)
{
	struct conf_report	 report;
	struct conf		*conf;

	memset(&report, 0, sizeof(report));
	if ((conf = conf_parse("/dev/null", &report)) == NULL)
		return false;
	conf_free(conf);
	return true;
}

/* The place of resolv.conf, made by somebody else when we are locked up. */
static bool
try_read_late(void)
{
	static const char	 go[] = "g";
	char			 made;

	return write(late.ask[1], go, 1) == 1 &&
	    read(late.done[0], &made, 1) == 1 &&
	    opens(late_file, O_RDONLY);
}

static const struct {
	const char	*what;
	bool		 (*try)(void);
	unsigned int	 allowed;	/* to these roles; no other */
} tries[] = {
	{ "execve",			try_exec,	0 },
	{ "fork",			try_fork,	0 },
	{ "clone",			try_clone,	0 },
	{ "read /etc/passwd",		try_read_etc,	P | D },
	{ "read /",			try_read_root,	P },
	{ "read what is new in /run",	try_read_late,	P | D },
	{ "write to /tmp",		try_write_tmp,	0 },
	{ "write to its directory",	try_write_ours,	P },
	{ "UDP socket",			try_udp,	NET },
	{ "unix socket",		try_unix,	P | D },
	{ "packet socket",		try_packet,	0 },
	{ "netlink socket",		try_netlink,	D },
	{ "TCP connect",		try_tcp_connect, P | D | N },
	{ "TCP bind",			try_tcp_bind,	P },
	{ "TCP bind to an address",	try_tcp_address, P | N },
	{ "adjtimex",			try_adjtimex,	P },
	{ "clock_settime",		try_settime,	0 },
	{ "kill another",		try_kill,	0 },
	{ "ptrace",			try_ptrace,	0 },
	{ "chroot",			try_chroot,	0 },
	{ "setuid",			try_setuid,	0 },
	{ "user namespace",		try_unshare,	0 },
	{ "mount",			try_mount,	0 },
	{ "memory to write and run",	try_code,	D },
	{ "bpf",			try_bpf,	0 },
	{ "io_uring",			try_io_uring,	0 },
	{ "memory",			try_memory,	ALL },
	{ "random numbers",		try_random,	ALL },
	{ "shared memory",		try_shm,	0 },
	{ "syslog",			try_log,	ALL },
	{ "clocks",			try_clocks,	ALL },
	{ "events and timers",		try_events,	ALL },
	{ "names",			try_resolve,	P | D },
	{ "a configuration",		try_reload,	P },
};

/* 1: possible, 0: refused, else the signal that ended it, negative. */
static int
inside(enum role role, const struct proc_opts *opts, bool (*try)(void))
{
	static const char	*writable[] = { dir, NULL };
	pid_t			 pid;
	int			 status;

	switch (pid = fork()) {
	case -1:
		return -1;
	case 0:
		sandbox(role, opts, role == ROLE_PARENT ? writable : NULL);
		_exit(try() ? 1 : 0);
	}
	if (waitpid(pid, &status, 0) != pid)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void
test_roles(const struct proc_opts *opts)
{
	char	 what[128];
	size_t	 i;
	int	 role;

	for (role = 0; role < ROLE__MAX; role++) {
		for (i = 0; i < nitems(tries); i++) {
			(void)snprintf(what, sizeof(what), "%s%s: %s",
			    role_name((enum role)role),
			    opts->debug ? " with -d" : "", tries[i].what);
			CHECK_INT(what, inside((enum role)role, opts,
			    tries[i].try), (tries[i].allowed >> role) & 1);
		}
	}
}

/* A parent that may have to start children: that, and no more. */
static const struct {
	const char	*what;
	bool		 (*try)(void);
	int		 allowed;
} spawns[] = {
	{ "fork",			try_fork,	1 },
	{ "exec of itself",		try_exec_self,	1 },
	{ "exec of others",		try_exec,	0 },
	{ "chroot",			try_chroot,	1 },
	{ "write to /tmp",		try_write_tmp,	0 },
	{ "packet socket",		try_packet,	0 },
	{ "clock_settime",		try_settime,	0 },
	{ "kill another",		try_kill,	0 },
	{ "ptrace",			try_ptrace,	0 },
	{ "user namespace",		try_unshare,	0 },
	{ "mount",			try_mount,	0 },
	{ "bpf",			try_bpf,	0 },
	{ "io_uring",			try_io_uring,	0 },
};

static void
test_spawn(void)
{
	struct proc_opts	 opts = { .spawn = "/proc/self/exe" };
	size_t			 i;

	for (i = 0; i < nitems(spawns); i++)
		CHECK_INT(spawns[i].what, inside(ROLE_PARENT, &opts,
		    spawns[i].try), spawns[i].allowed);
}

static void
late_remove(void)
{
	(void)unlink(late_file);
	(void)rmdir(late_dir);
}

static int
late_start(void)
{
	char	 octet;
	int	 fd;

	/* a copy of this test may run beside us */
	(void)snprintf(late_dir, sizeof(late_dir), "/run/sandbox_test.%d",
	    (int)getpid());
	(void)snprintf(late_file, sizeof(late_file), "%s/resolv.conf",
	    late_dir);
	if (pipe(late.ask) == -1 || pipe(late.done) == -1)
		return -1;
	late_remove();
	if ((late.pid = fork()) != 0)
		return late.pid == -1 ? -1 : 0;
	close(late.ask[1]);
	while (read(late.ask[0], &octet, 1) == 1) {
		late_remove();
		(void)mkdir(late_dir, 0755);
		if ((fd = open(late_file, O_WRONLY | O_CREAT, 0644)) != -1)
			close(fd);
		if (write(late.done[1], &octet, 1) != 1)
			break;
	}
	_exit(0);
}

static void
late_stop(void)
{
	close(late.ask[1]);
	(void)waitpid(late.pid, NULL, 0);
	late_remove();
}

int
main(int argc, char *argv[])
{
	struct proc_opts	 opts = { 0 };

	if (argc > 1)
		return 1;	/* try_exec_self got here */
	if (geteuid() != 0) {
		printf("skipped: needs root\n");
		return 77;
	}
	if (mkdtemp(dir) == NULL)
		return 1;
	(void)snprintf(file, sizeof(file), "%s/drift", dir);
	if (late_start() == -1)
		return 1;
	if ((victim = fork()) == 0) {
		pause();
		_exit(0);
	}
	/* what is refused with -d is reported there */
	if (freopen("/dev/null", "w", stderr) == NULL)
		return 1;
	test_roles(&opts);
	opts.debug = 1;
	test_roles(&opts);
	test_spawn();
	opts.debug = 0;
	opts.noclock = 1;
	CHECK_INT("-x: adjtimex", inside(ROLE_PARENT, &opts, try_adjtimex),
	    0);
	opts.nosandbox = 1;
	CHECK_INT("off: /etc", inside(ROLE_ENGINE, &opts, try_read_etc), 1);
	CHECK_INT("off: still no capabilities", inside(ROLE_ENGINE, &opts,
	    try_chroot), 0);
	(void)kill(victim, SIGKILL);
	late_stop();
	(void)unlink("/tmp/sandbox_test.stray");
	(void)rmdir(dir);
	return test_done("sandbox");
}
