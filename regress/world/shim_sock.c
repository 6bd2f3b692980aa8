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
 * The socket calls of the shim, except those that move data (shim_io.c).
 * What concerns a simulated socket goes to the world; everything else goes to
 * the kernel, and waits, if it must, in a way the world knows of.
 */

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/un.h>

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "shim.h"

static int	 placeholder(int, int *, uint64_t *);

/* One end of a socket pair for us, one to be given to the world. */
static int
placeholder(int flags, int *theirs, uint64_t *ino)
{
	struct stat	 st;
	int		 sv[2];

	if (syscall(SYS_socketpair, AF_UNIX, SOCK_SEQPACKET | flags, 0, sv) ==
	    -1)
		return -1;
	syscall(SYS_fstat, sv[0], &st);
	*ino = st.st_ino;
	*theirs = sv[1];
	return sv[0];
}

PUBLIC int
socket(int domain, int type, int proto)
{
	struct world_msg	 m;
	uint64_t		 ino;
	int			 fd, theirs, flags;

	if (shim.page == NULL || (domain != AF_INET && domain != AF_INET6))
		return syscall(SYS_socket, domain, type, proto);
	flags = type & (SOCK_NONBLOCK | SOCK_CLOEXEC);
	if ((fd = placeholder(flags, &theirs, &ino)) == -1)
		return -1;
	shim_msg(&m, OP_SOCKET, ino);
	m.a = domain;
	m.b = type & ~flags;
	if (shim_rpc_fd(&m, theirs) < 0) {
		syscall(SYS_close, fd);
		syscall(SYS_close, theirs);
		errno = m.err;
		return -1;
	}
	syscall(SYS_close, theirs);
	return fd;
}

/*
 * Of timer descriptors there are only those that tell when the clock was
 * set, and that are never due: programs can do without others.
 */
PUBLIC int
timerfd_create(int clock, int flags)
{
	struct world_msg	 m;
	uint64_t		 ino;
	int			 fd, theirs;

	if (shim.page == NULL)
		return syscall(SYS_timerfd_create, clock, flags);
	if (clock != CLOCK_REALTIME) {
		errno = ENOSYS;
		return -1;
	}
	if ((fd = placeholder(flags, &theirs, &ino)) == -1)
		return -1;
	shim_msg(&m, OP_WATCH, ino);
	shim_rpc_fd(&m, theirs);
	syscall(SYS_close, theirs);
	return fd;
}

PUBLIC int
timerfd_settime(int fd, int flags, const struct itimerspec *new,
    struct itimerspec *old)
{
	if (shim_sock(fd) == NULL)
		return syscall(SYS_timerfd_settime, fd, flags, new, old);
	if (flags & TFD_TIMER_CANCEL_ON_SET)
		return 0;
	errno = ENOSYS;
	return -1;
}

PUBLIC int
socketpair(int domain, int type, int proto, int sv[2])
{
	return syscall(SYS_socketpair, domain, type, proto, sv);
}

/* bind and connect, of either kind. */
static int
name_op(enum world_op op, long number, int fd, const struct sockaddr *sa,
    socklen_t len)
{
	struct world_sock	*s;
	struct world_msg	 m;
	struct sockaddr_un	 sun;
	char			 buf[PATH_MAX];

	if ((s = shim_sock(fd)) != NULL) {
		shim_msg(&m, op, s->ino);
		m.nname = len;
		memcpy(m.data, sa, len);
		return shim_rpc(&m);
	}
	if (shim.page != NULL)
		shim.page->touched = 1;
	if (sa->sa_family != AF_UNIX || len > sizeof(sun) ||
	    len <= offsetof(struct sockaddr_un, sun_path))
		return syscall(number, fd, sa, len);
	memset(&sun, 0, sizeof(sun));
	memcpy(&sun, sa, len);
	if (sun.sun_path[0] == '\0')
		return syscall(number, fd, sa, len);
	strncpy(sun.sun_path, shim_path(sun.sun_path, buf),
	    sizeof(sun.sun_path) - 1);
	return syscall(number, fd, &sun, sizeof(sun));
}

PUBLIC int
bind(int fd, const struct sockaddr *sa, socklen_t len)
{
	return name_op(OP_BIND, SYS_bind, fd, sa, len);
}

static bool
connected(void *arg)
{
	struct world_sock	*s = arg;

	return !s->full || s->fail;
}

/* A connection of a stream takes its time. */
PUBLIC int
connect(int fd, const struct sockaddr *sa, socklen_t len)
{
	struct world_sock	*s;
	socklen_t		 n = sizeof(int);
	int			 error = 0;

	if (name_op(OP_CONNECT, SYS_connect, fd, sa, len) == 0)
		return 0;
	if (errno != EINPROGRESS || (s = shim_sock(fd)) == NULL ||
	    shim_nonblock(fd))
		return -1;
	if (shim_block(FOREVER, connected, s) == WOKEN_SIGNAL) {
		errno = EINTR;
		return -1;
	}
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &n) == -1 ||
	    error == 0)
		return error;
	errno = error;
	return -1;
}

static int
get_name(long number, int peer, int fd, struct sockaddr *sa, socklen_t *len)
{
	struct world_sock	*s;
	struct world_msg	 m;

	if ((s = shim_sock(fd)) == NULL)
		return syscall(number, fd, sa, len);
	shim_msg(&m, OP_GETNAME, s->ino);
	m.a = peer;
	if (shim_rpc(&m) < 0)
		return -1;
	memcpy(sa, m.data, m.nname < *len ? m.nname : *len);
	*len = m.nname;
	return 0;
}

PUBLIC int
getsockname(int fd, struct sockaddr *sa, socklen_t *len)
{
	return get_name(SYS_getsockname, 0, fd, sa, len);
}

PUBLIC int
getpeername(int fd, struct sockaddr *sa, socklen_t *len)
{
	return get_name(SYS_getpeername, 1, fd, sa, len);
}

PUBLIC int
setsockopt(int fd, int level, int opt, const void *val, socklen_t len)
{
	struct world_sock	*s;
	struct world_msg	 m;

	if ((s = shim_sock(fd)) == NULL)
		return syscall(SYS_setsockopt, fd, level, opt, val, len);
	shim_msg(&m, OP_SETOPT, s->ino);
	m.a = level;
	m.b = opt;
	m.ndata = len < 256 ? len : 256;
	memcpy(m.data, val, m.ndata);
	return shim_rpc(&m);
}

PUBLIC int
getsockopt(int fd, int level, int opt, void *val, socklen_t *len)
{
	struct world_sock	*s;
	struct world_msg	 m;

	if ((s = shim_sock(fd)) == NULL)
		return syscall(SYS_getsockopt, fd, level, opt, val, len);
	shim_msg(&m, OP_GETOPT, s->ino);
	m.a = level;
	m.b = opt;
	if (shim_rpc(&m) < 0)
		return -1;
	memcpy(val, m.data, m.ndata < *len ? m.ndata : *len);
	*len = m.ndata;
	return 0;
}

PUBLIC int
close(int fd)
{
	struct world_sock	*s;
	uint64_t		 ino;
	struct world_msg	 m;
	int			 r;

	if (shim.page == NULL)
		return syscall(SYS_close, fd);
	if (fd == WORLD_FD) {
		errno = EBADF;
		return -1;
	}
	ino = (s = shim_sock(fd)) != NULL ? s->ino : 0;
	shim.page->touched = 1;
	r = syscall(SYS_close, fd);
	if (ino != 0) {
		shim_msg(&m, OP_CLOSED, ino);
		shim_rpc(&m);
	}
	return r;
}

PUBLIC int
close_range(unsigned int lo, unsigned int hi, int flags)
{
	int	 r = 0;

	if (shim.page == NULL || lo > WORLD_FD || hi < WORLD_FD)
		r = syscall(SYS_close_range, lo, hi, flags);
	else {
		if (lo < WORLD_FD)
			r = syscall(SYS_close_range, lo, WORLD_FD - 1, flags);
		if (hi > WORLD_FD)
			r = syscall(SYS_close_range, WORLD_FD + 1, hi, flags);
	}
	if (shim.page != NULL)
		shim_op(OP_SWEEP, 0, 0);
	return r;
}

PUBLIC void
closefrom(int lo)
{
	close_range(lo, ~0U, 0);
}

/* Requests that are but a number. */
static int
plain_op(enum world_op op, struct world_sock *s, int a)
{
	struct world_msg	 m;

	shim_msg(&m, op, s->ino);
	m.a = a;
	return shim_rpc(&m);
}

PUBLIC int
shutdown(int fd, int how)
{
	struct world_sock	*s;

	if ((s = shim_sock(fd)) != NULL)
		return plain_op(OP_SHUTDOWN, s, how);
	if (shim.page != NULL)
		shim.page->touched = 1;
	return syscall(SYS_shutdown, fd, how);
}

PUBLIC int
listen(int fd, int backlog)
{
	struct world_sock	*s;

	if ((s = shim_sock(fd)) != NULL)
		return plain_op(OP_LISTEN, s, backlog);
	return syscall(SYS_listen, fd, backlog);
}

static int
sim_accept(int fd, struct world_sock *s, struct sockaddr *sa, socklen_t *len,
    int flags)
{
	struct world_msg	 m;
	uint64_t		 ino;
	int			 new, theirs, error;

	if (!shim_readable(fd, s, 0))
		return -1;
	if ((new = placeholder(flags, &theirs, &ino)) == -1)
		return -1;
	shim_msg(&m, OP_ACCEPT, s->ino);
	m.t = (int64_t)ino;
	shim_rpc_fd(&m, theirs);
	error = m.ret < 0 ? m.err : 0;
	shim_token(fd, s);
	syscall(SYS_close, theirs);
	if (error != 0) {
		syscall(SYS_close, new);
		errno = error;
		return -1;
	}
	if (sa != NULL) {
		memcpy(sa, m.data, m.nname < *len ? m.nname : *len);
		*len = m.nname;
	}
	return new;
}

PUBLIC int
accept4(int fd, struct sockaddr *sa, socklen_t *len, int flags)
{
	struct world_sock	*s;

	if ((s = shim_sock(fd)) != NULL)
		return sim_accept(fd, s, sa, len, flags);
	if (!shim_wait_real(fd))
		return -1;
	return syscall(SYS_accept4, fd, sa, len, flags);
}

PUBLIC int
accept(int fd, struct sockaddr *sa, socklen_t *len)
{
	return accept4(fd, sa, len, 0);
}
