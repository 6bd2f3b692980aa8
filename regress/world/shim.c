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
 * The shim's heart: joining the world, asking it, and being blocked.
 *
 * A process runs from the moment the world answers it until it would block;
 * then it says so, and looks at its own descriptors and signals when it is
 * told to.  Nothing else makes it run again, so the order of events does not
 * depend on the machine.
 *
 * Only system calls are used here, never an interposed function.
 */

#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shim.h"

struct shim	 shim;

static void	 hello(sigset_t *);
static void	 transmit(struct world_msg *);
static void	 receive(struct world_msg *);

void
shim_die(const char *what)
{
	char	 buf[128];
	int	 n;

	n = snprintf(buf, sizeof(buf), "shim: %s: %s\n", what,
	    strerror(errno));
	syscall(SYS_write, 2, buf, n);
	syscall(SYS_exit_group, 99);
	__builtin_unreachable();
}

__attribute__((__constructor__))
static void
start(void)
{
	shim_join();
}

void
shim_join(void)
{
	const char	*path, *vpid;
	void		*page;
	int		 fd;

	if (shim.page != NULL)
		return;
	path = getenv("WORLD_PAGE");
	vpid = getenv("WORLD_PID");
	if (path == NULL || vpid == NULL)
		return;
	if ((fd = syscall(SYS_open, path, O_RDWR | O_CLOEXEC)) == -1)
		shim_die(path);
	page = mmap(NULL, sizeof(*shim.page), PROT_READ | PROT_WRITE,
	    MAP_SHARED, fd, 0);
	if (page == MAP_FAILED)
		shim_die("mmap");
	syscall(SYS_close, fd);
	shim.page = page;
	shim.vpid = atoi(vpid);
	hello(&shim.mask);
}

void
shim_rejoin(int vpid)
{
	syscall(SYS_close, WORLD_FD);
	shim.vpid = vpid;
	hello(NULL);
}

/* Connect, and return when it is our turn to run. */
static void
hello(sigset_t *mask)
{
	struct sockaddr_un	 sun;
	struct world_msg	 m;
	sigset_t		 all;
	int			 fd;

	memset(&sun, 0, sizeof(sun));
	sun.sun_family = AF_UNIX;
	memcpy(sun.sun_path, shim.page->sockpath, sizeof(sun.sun_path));
	fd = syscall(SYS_socket, AF_UNIX, SOCK_SEQPACKET, 0);
	if (fd == -1 || syscall(SYS_connect, fd, &sun, sizeof(sun)) == -1)
		shim_die("connect to the world");
	if (syscall(SYS_dup3, fd, WORLD_FD, O_CLOEXEC) == -1)
		shim_die("dup3");
	syscall(SYS_close, fd);

	/* Signals wait in the kernel until we are blocked and told to look. */
	sigfillset(&all);
	sigdelset(&all, SIGSEGV);
	sigdelset(&all, SIGBUS);
	sigdelset(&all, SIGFPE);
	sigdelset(&all, SIGILL);
	sigdelset(&all, SIGABRT);
	sigdelset(&all, SIGTRAP);
	if (syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, mask, 8) == -1)
		shim_die("sigprocmask");

	shim_msg(&m, OP_HELLO, 0);
	m.a = syscall(SYS_getpid);
	m.b = shim.vpid;
	shim_rpc(&m);
	shim.waiting = true;		/* who knows what came before */
	shim.rng = shim.page->seed ^
	    (uint64_t)m.ret * UINT64_C(0x9e3779b97f4a7c15);
}

void
shim_msg(struct world_msg *m, enum world_op op, uint64_t ino)
{
	memset(m, 0, WORLD_HDR);
	m->op = op;
	m->ino = ino;
}

static void
transmit(struct world_msg *m)
{
	size_t	 len;

	len = WORLD_HDR + m->nname + m->ndata + m->nctl;
	if (syscall(SYS_sendto, WORLD_FD, m, len, MSG_NOSIGNAL, NULL, 0) ==
	    -1)
		syscall(SYS_exit_group, 98);	/* the world has ended */
}

static void
receive(struct world_msg *m)
{
	ssize_t	 n;

	do {
		n = syscall(SYS_recvfrom, WORLD_FD, m, sizeof(*m), 0, NULL,
		    NULL);
	} while (n == -1 && errno == EINTR);
	if (n < (ssize_t)WORLD_HDR)
		syscall(SYS_exit_group, 98);
}

int
shim_rpc(struct world_msg *m)
{
	int	 save = errno;

	transmit(m);
	receive(m);
	errno = m->ret < 0 ? m->err : save;
	return m->ret;
}

int
shim_op(enum world_op op, int a, int b)
{
	struct world_msg	 m;

	shim_msg(&m, op, 0);
	m.a = a;
	m.b = b;
	return shim_rpc(&m);
}

int
shim_rpc_fd(struct world_msg *m, int fd)
{
	union {
		struct cmsghdr	 hdr;
		char		 buf[CMSG_SPACE(sizeof(int))];
	} u;
	struct iovec	 iov;
	struct msghdr	 h;

	memset(&u, 0, sizeof(u));
	memset(&h, 0, sizeof(h));
	iov.iov_base = m;
	iov.iov_len = WORLD_HDR;
	h.msg_iov = &iov;
	h.msg_iovlen = 1;
	h.msg_control = u.buf;
	h.msg_controllen = sizeof(u.buf);
	u.hdr.cmsg_len = CMSG_LEN(sizeof(int));
	u.hdr.cmsg_level = SOL_SOCKET;
	u.hdr.cmsg_type = SCM_RIGHTS;
	memcpy(CMSG_DATA(&u.hdr), &fd, sizeof(fd));
	if (syscall(SYS_sendmsg, WORLD_FD, &h, MSG_NOSIGNAL) == -1)
		syscall(SYS_exit_group, 98);
	receive(m);
	errno = m->ret < 0 ? m->err : 0;
	return m->ret;
}

enum woken
shim_block(int64_t deadline, bool (*ready)(void *), void *arg)
{
	struct world_msg	 m;

	if (shim.page == NULL)
		shim_die("blocked outside a world");
	if (shim_signals()) {
		shim_deliver();
		return WOKEN_SIGNAL;
	}
	if (ready != NULL && ready(arg))
		return WOKEN_READY;
	shim_msg(&m, OP_BLOCK, 0);
	m.t = deadline;
	m.a = ready != NULL;
	transmit(&m);
	for (;;) {
		receive(&m);
		if (m.op == OP_WAKE)
			return WOKEN_TIMEOUT;
		if (m.op != OP_RECHECK)
			shim_die("unexpected word from the world");
		if (shim_signals()) {
			shim_msg(&m, OP_RUN, 0);
			transmit(&m);
			shim_deliver();
			return WOKEN_SIGNAL;
		}
		if (ready != NULL && ready(arg)) {
			shim_msg(&m, OP_RUN, 0);
			transmit(&m);
			return WOKEN_READY;
		}
		shim_msg(&m, OP_STILL, 0);
		transmit(&m);
	}
}

int64_t
shim_clock(enum world_clock c)
{
	struct world_page	*p = shim.page;

	return p->clock[c] + (int64_t)p->reads++ * WORLD_READCOST;
}

int64_t
shim_deadline(int64_t timeout)
{
	int64_t	 now;

	if (timeout < 0)
		return FOREVER;
	now = shim.page->clock[WCLOCK_MONO] +
	    (int64_t)shim.page->reads * WORLD_READCOST;
	return timeout > FOREVER - now ? FOREVER : now + timeout;
}

/*
 * A simulated socket is one end of a real socket pair whose other end the
 * world holds.  The inode tells it, whatever descriptor it has after fork,
 * exec, dup or a journey through a UNIX socket.
 */
struct world_sock *
shim_sock(int fd)
{
	struct world_page	*p = shim.page;
	struct stat		 st;
	uint32_t		 i;
	int			 save = errno;

	if (p == NULL || fd < 0 || p->nsock == 0)
		return NULL;
	if (syscall(SYS_fstat, fd, &st) == -1 || !S_ISSOCK(st.st_mode)) {
		errno = save;
		return NULL;
	}
	for (i = 0; i < p->nsock; i++)
		if (p->sock[i].ino == st.st_ino)
			return &p->sock[i];
	return NULL;
}

static bool
readable(void *arg)
{
	struct pollfd	 pfd;

	pfd.fd = *(int *)arg;
	pfd.events = POLLIN;
	return syscall(SYS_poll, &pfd, 1, 0) > 0;
}

bool
shim_wait_real(int fd)
{
	struct stat	 st;
	int		 flags;

	if (shim.page == NULL || syscall(SYS_fstat, fd, &st) == -1 ||
	    !(S_ISSOCK(st.st_mode) || S_ISFIFO(st.st_mode)))
		return true;
	flags = syscall(SYS_fcntl, fd, F_GETFL);
	if (flags & O_NONBLOCK)
		return true;
	if (shim_block(FOREVER, readable, &fd) == WOKEN_SIGNAL) {
		errno = EINTR;
		return false;
	}
	return true;
}
