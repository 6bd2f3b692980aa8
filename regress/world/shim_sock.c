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
 * The socket calls of the shim.  What concerns a simulated socket goes to
 * the world; everything else goes to the kernel, and waits, if it must, in a
 * way the world knows of.
 */

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "shim.h"

static ssize_t	 sim_send(struct world_sock *, const struct msghdr *, int);
static ssize_t	 sim_recv(int, struct world_sock *, struct msghdr *, int);
static int	 sim_fcntl_nonblock(int);

/* Make the socket pair, give one end to the world, keep the other. */
PUBLIC int
socket(int domain, int type, int proto)
{
	struct world_msg	 m;
	struct stat		 st;
	int			 sv[2], flags;

	if (shim.page == NULL || (domain != AF_INET && domain != AF_INET6))
		return syscall(SYS_socket, domain, type, proto);
	flags = type & (SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (syscall(SYS_socketpair, AF_UNIX, SOCK_SEQPACKET | flags, 0, sv) ==
	    -1)
		return -1;
	syscall(SYS_fstat, sv[0], &st);
	shim_msg(&m, OP_SOCKET, st.st_ino);
	m.a = domain;
	m.b = type & ~flags;
	if (shim_rpc_fd(&m, sv[1]) < 0) {
		syscall(SYS_close, sv[0]);
		syscall(SYS_close, sv[1]);
		errno = m.err;
		return -1;
	}
	syscall(SYS_close, sv[1]);
	return sv[0];
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

PUBLIC int
connect(int fd, const struct sockaddr *sa, socklen_t len)
{
	return name_op(OP_CONNECT, SYS_connect, fd, sa, len);
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

static size_t
gather(char *p, size_t room, const struct iovec *iov, size_t n)
{
	size_t	 i, len = 0;

	for (i = 0; i < n; i++) {
		if (iov[i].iov_len > room - len)
			return SIZE_MAX;
		memcpy(p + len, iov[i].iov_base, iov[i].iov_len);
		len += iov[i].iov_len;
	}
	return len;
}

static ssize_t
sim_send(struct world_sock *s, const struct msghdr *h, int flags)
{
	struct world_msg	 m;
	size_t			 n;

	shim_msg(&m, OP_SEND, s->ino);
	m.a = flags;
	if (h->msg_name != NULL) {
		m.nname = h->msg_namelen;
		memcpy(m.data, h->msg_name, m.nname);
	}
	n = gather(m.data + m.nname, 4096, h->msg_iov, h->msg_iovlen);
	if (n == SIZE_MAX || h->msg_controllen > 1024) {
		errno = EMSGSIZE;
		return -1;
	}
	m.ndata = n;
	if (h->msg_control != NULL) {
		m.nctl = h->msg_controllen;
		memcpy(m.data + m.nname + m.ndata, h->msg_control, m.nctl);
	}
	return shim_rpc(&m);
}

PUBLIC ssize_t
sendmsg(int fd, const struct msghdr *h, int flags)
{
	struct world_sock	*s;

	if ((s = shim_sock(fd)) != NULL)
		return sim_send(s, h, flags);
	if (shim.page != NULL)
		shim.page->touched = 1;
	return syscall(SYS_sendmsg, fd, h, flags);
}

PUBLIC ssize_t
sendto(int fd, const void *buf, size_t n, int flags,
    const struct sockaddr *sa, socklen_t len)
{
	struct world_sock	*s;
	struct iovec		 iov;
	struct msghdr		 h;

	if ((s = shim_sock(fd)) == NULL) {
		if (shim.page != NULL)
			shim.page->touched = 1;
		return syscall(SYS_sendto, fd, buf, n, flags, sa, len);
	}
	memset(&h, 0, sizeof(h));
	iov.iov_base = (void *)(uintptr_t)buf;
	iov.iov_len = n;
	h.msg_iov = &iov;
	h.msg_iovlen = 1;
	h.msg_name = (void *)(uintptr_t)sa;
	h.msg_namelen = sa != NULL ? len : 0;
	return sim_send(s, &h, flags);
}

PUBLIC ssize_t
send(int fd, const void *buf, size_t n, int flags)
{
	return sendto(fd, buf, n, flags, NULL, 0);
}

PUBLIC int
sendmmsg(int fd, struct mmsghdr *v, unsigned int n, int flags)
{
	struct world_sock	*s;
	ssize_t			 r;
	unsigned int		 i;

	if ((s = shim_sock(fd)) == NULL) {
		if (shim.page != NULL)
			shim.page->touched = 1;
		return syscall(SYS_sendmmsg, fd, v, n, flags);
	}
	for (i = 0; i < n; i++) {
		if ((r = sim_send(s, &v[i].msg_hdr, flags)) == -1)
			return i > 0 ? (int)i : -1;
		v[i].msg_len = r;
	}
	return n;
}

static bool
sim_ready(void *arg)
{
	struct world_sock	*s = arg;

	return s->in > 0 || s->fail;
}

/* O_NONBLOCK stands on the placeholder. */
static int
sim_fcntl_nonblock(int fd)
{
	return syscall(SYS_fcntl, fd, F_GETFL) & O_NONBLOCK;
}

static void
scatter(struct msghdr *h, const char *p, size_t n)
{
	size_t	 i, c;

	for (i = 0; i < h->msg_iovlen && n > 0; i++) {
		c = n < h->msg_iov[i].iov_len ? n : h->msg_iov[i].iov_len;
		memcpy(h->msg_iov[i].iov_base, p, c);
		p += c;
		n -= c;
	}
}

static ssize_t
sim_recv(int fd, struct world_sock *s, struct msghdr *h, int flags)
{
	struct world_msg	 m;
	size_t			 i, room = 0;
	char			*p, token;

	if (!(flags & MSG_ERRQUEUE) && s->in == 0 && !s->fail) {
		if ((flags & MSG_DONTWAIT) || sim_fcntl_nonblock(fd)) {
			errno = EAGAIN;
			return -1;
		}
		if (shim_block(FOREVER, sim_ready, s) == WOKEN_SIGNAL) {
			errno = EINTR;
			return -1;
		}
	}
	for (i = 0; i < h->msg_iovlen; i++)
		room += h->msg_iov[i].iov_len;
	shim_msg(&m, OP_RECV, s->ino);
	m.a = flags;
	m.b = room < 4096 ? room : 4096;
	shim_rpc(&m);
	if (s->in == 0 && s->err == 0 && !s->fail)
		syscall(SYS_recvfrom, fd, &token, 1, MSG_DONTWAIT, NULL,
		    NULL);
	errno = m.err;
	if (m.ret < 0)
		return -1;
	p = m.data;
	if (h->msg_name != NULL) {
		memcpy(h->msg_name, p, m.nname < h->msg_namelen ?
		    m.nname : h->msg_namelen);
		h->msg_namelen = m.nname;
	}
	p += m.nname;
	scatter(h, p, m.ndata);
	p += m.ndata;
	h->msg_flags = m.c;
	if (h->msg_control != NULL && m.nctl <= h->msg_controllen) {
		memcpy(h->msg_control, p, m.nctl);
		h->msg_controllen = m.nctl;
	} else {
		h->msg_flags |= m.nctl > 0 ? MSG_CTRUNC : 0;
		h->msg_controllen = 0;
	}
	return m.ret;
}

PUBLIC ssize_t
recvmsg(int fd, struct msghdr *h, int flags)
{
	struct world_sock	*s;

	if ((s = shim_sock(fd)) != NULL)
		return sim_recv(fd, s, h, flags);
	if (!(flags & MSG_DONTWAIT) && !shim_wait_real(fd))
		return -1;
	return syscall(SYS_recvmsg, fd, h, flags);
}

PUBLIC ssize_t
recvfrom(int fd, void *buf, size_t n, int flags,
    struct sockaddr *sa, socklen_t *len)
{
	struct world_sock	*s;
	struct iovec		 iov;
	struct msghdr		 h;
	ssize_t			 r;

	if ((s = shim_sock(fd)) == NULL) {
		if (!(flags & MSG_DONTWAIT) && !shim_wait_real(fd))
			return -1;
		return syscall(SYS_recvfrom, fd, buf, n, flags, sa, len);
	}
	memset(&h, 0, sizeof(h));
	iov.iov_base = buf;
	iov.iov_len = n;
	h.msg_iov = &iov;
	h.msg_iovlen = 1;
	h.msg_name = sa;
	h.msg_namelen = sa != NULL ? *len : 0;
	r = sim_recv(fd, s, &h, flags);
	if (r >= 0 && sa != NULL)
		*len = h.msg_namelen;
	return r;
}

PUBLIC ssize_t
recv(int fd, void *buf, size_t n, int flags)
{
	return recvfrom(fd, buf, n, flags, NULL, NULL);
}

PUBLIC int
recvmmsg(int fd, struct mmsghdr *v, unsigned int n, int flags,
    struct timespec *ts)
{
	struct world_sock	*s;
	ssize_t			 r;
	unsigned int		 i;

	if ((s = shim_sock(fd)) == NULL) {
		if (!(flags & MSG_DONTWAIT) && !shim_wait_real(fd))
			return -1;
		return syscall(SYS_recvmmsg, fd, v, n, flags, ts);
	}
	for (i = 0; i < n; i++) {
		r = sim_recv(fd, s, &v[i].msg_hdr,
		    i > 0 ? flags | MSG_DONTWAIT : flags);
		if (r == -1)
			return i > 0 ? (int)i : -1;
		v[i].msg_len = r;
	}
	return n;
}

PUBLIC ssize_t
read(int fd, void *buf, size_t n)
{
	if (shim.page != NULL) {
		if (shim_sock(fd) != NULL)
			return recvfrom(fd, buf, n, 0, NULL, NULL);
		if (!shim_wait_real(fd))
			return -1;
	}
	return syscall(SYS_read, fd, buf, n);
}

PUBLIC ssize_t
readv(int fd, const struct iovec *iov, int n)
{
	if (!shim_wait_real(fd))
		return -1;
	return syscall(SYS_readv, fd, iov, n);
}

/* The fault "disk full" is for files, not for pipes and sockets. */
static bool
no_space(int fd)
{
	struct stat	 st;

	return shim.page->nospace &&
	    syscall(SYS_fstat, fd, &st) == 0 && S_ISREG(st.st_mode);
}

PUBLIC ssize_t
write(int fd, const void *buf, size_t n)
{
	if (shim.page != NULL) {
		if (shim_sock(fd) != NULL)
			return sendto(fd, buf, n, 0, NULL, 0);
		if (no_space(fd)) {
			errno = ENOSPC;
			return -1;
		}
		shim.page->touched |= fd != 2;
	}
	return syscall(SYS_write, fd, buf, n);
}

PUBLIC ssize_t
writev(int fd, const struct iovec *iov, int n)
{
	struct world_sock	*s;
	struct msghdr		 h;

	if ((s = shim_sock(fd)) == NULL) {
		if (shim.page != NULL)
			shim.page->touched |= fd != 2;
		return syscall(SYS_writev, fd, iov, n);
	}
	memset(&h, 0, sizeof(h));
	h.msg_iov = (struct iovec *)(uintptr_t)iov;
	h.msg_iovlen = n;
	return sim_send(s, &h, 0);
}

PUBLIC int
shutdown(int fd, int how)
{
	if (shim_sock(fd) != NULL)
		return 0;
	if (shim.page != NULL)
		shim.page->touched = 1;
	return syscall(SYS_shutdown, fd, how);
}

PUBLIC int
accept4(int fd, struct sockaddr *sa, socklen_t *len, int flags)
{
	if (!shim_wait_real(fd))
		return -1;
	return syscall(SYS_accept4, fd, sa, len, flags);
}

PUBLIC int
accept(int fd, struct sockaddr *sa, socklen_t *len)
{
	return accept4(fd, sa, len, 0);
}

PUBLIC int
listen(int fd, int backlog)
{
	if (shim_sock(fd) != NULL)
		return 0;
	return syscall(SYS_listen, fd, backlog);
}

/* What a fortified libc calls instead. */
PUBLIC ssize_t	 __recv_chk(int, void *, size_t, size_t, int);
PUBLIC ssize_t	 __recvfrom_chk(int, void *, size_t, size_t, int,
		    struct sockaddr *, socklen_t *);
PUBLIC ssize_t	 __read_chk(int, void *, size_t, size_t);

PUBLIC ssize_t
__recv_chk(int fd, void *buf, size_t n, size_t size, int flags)
{
	return recv(fd, buf, n, flags);
}

PUBLIC ssize_t
__recvfrom_chk(int fd, void *buf, size_t n, size_t size, int flags,
    struct sockaddr *sa, socklen_t *len)
{
	return recvfrom(fd, buf, n, flags, sa, len);
}

PUBLIC ssize_t
__read_chk(int fd, void *buf, size_t n, size_t size)
{
	return read(fd, buf, n);
}
