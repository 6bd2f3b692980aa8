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
 * The calls of the shim that move data: through simulated sockets by way of
 * the world, elsewhere by the kernel, after waiting in a way the world knows
 * of.
 */

#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <string.h>

#include "shim.h"

static ssize_t	 sim_send(int, struct world_sock *, const struct msghdr *,
		    int);
static ssize_t	 sim_recv(int, struct world_sock *, struct msghdr *, int);

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
send_datagram(struct world_sock *s, const struct msghdr *h, int flags)
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

static bool
sim_writable(void *arg)
{
	struct world_sock	*s = arg;

	return !s->full || s->fail;
}

/* As much of one piece as there is room for; all, if we may wait. */
static ssize_t
send_piece(int fd, struct world_sock *s, const char *p, size_t n, bool wait)
{
	struct world_msg	 m;
	size_t			 done = 0;

	while (done < n) {
		shim_msg(&m, OP_SEND, s->ino);
		m.ndata = n - done < 4096 ? n - done : 4096;
		memcpy(m.data, p + done, m.ndata);
		shim_rpc(&m);
		shim_token(fd, s);
		if (m.ret > 0) {
			done += m.ret;
			continue;
		}
		errno = m.err;
		if (errno != EAGAIN || !wait)
			break;
		if (shim_block(FOREVER, sim_writable, s) == WOKEN_SIGNAL) {
			errno = EINTR;
			break;
		}
	}
	return done > 0 || n == 0 ? (ssize_t)done : -1;
}

static ssize_t
send_stream(int fd, struct world_sock *s, const struct msghdr *h, int flags)
{
	bool	 wait = !(flags & MSG_DONTWAIT) && !shim_nonblock(fd);
	ssize_t	 r, sum = 0;
	size_t	 i;

	for (i = 0; i < h->msg_iovlen; i++) {
		r = send_piece(fd, s, h->msg_iov[i].iov_base,
		    h->msg_iov[i].iov_len, wait);
		if (r == -1)
			break;
		sum += r;
		if ((size_t)r < h->msg_iov[i].iov_len)
			break;
	}
	if (sum > 0 || i == h->msg_iovlen)
		return sum;
	if (errno == EPIPE && !(flags & MSG_NOSIGNAL)) {
		raise(SIGPIPE);
		errno = EPIPE;
	}
	return -1;
}

static ssize_t
sim_send(int fd, struct world_sock *s, const struct msghdr *h, int flags)
{
	return s->stream ? send_stream(fd, s, h, flags) :
	    send_datagram(s, h, flags);
}

PUBLIC ssize_t
sendmsg(int fd, const struct msghdr *h, int flags)
{
	struct world_sock	*s;

	if ((s = shim_sock(fd)) != NULL)
		return sim_send(fd, s, h, flags);
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
	return sim_send(fd, s, &h, flags);
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
		if ((r = sim_send(fd, s, &v[i].msg_hdr, flags)) == -1)
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
bool
shim_nonblock(int fd)
{
	return syscall(SYS_fcntl, fd, F_GETFL) & O_NONBLOCK;
}

bool
shim_readable(int fd, struct world_sock *s, int flags)
{
	if (sim_ready(s))
		return true;
	if ((flags & MSG_DONTWAIT) || shim_nonblock(fd)) {
		errno = EAGAIN;
		return false;
	}
	if (shim_block(FOREVER, sim_ready, s) == WOKEN_SIGNAL) {
		errno = EINTR;
		return false;
	}
	return true;
}

void
shim_token(int fd, const struct world_sock *s)
{
	char	 token;

	if (s->in == 0 && s->err == 0 && !s->fail)
		syscall(SYS_recvfrom, fd, &token, 1, MSG_DONTWAIT, NULL,
		    NULL);
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
	char			*p;

	if (!(flags & MSG_ERRQUEUE) && !shim_readable(fd, s, flags))
		return -1;
	for (i = 0; i < h->msg_iovlen; i++)
		room += h->msg_iov[i].iov_len;
	shim_msg(&m, OP_RECV, s->ino);
	m.a = flags;
	m.b = room < 4096 ? room : 4096;
	shim_rpc(&m);
	shim_token(fd, s);
	if (m.ret < 0) {
		errno = m.err;
		return -1;
	}
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
	return sim_send(fd, s, &h, 0);
}

/* How much can be read; everything else is the kernel's. */
PUBLIC int
ioctl(int fd, unsigned long request, ...)
{
	struct world_sock	*s;
	va_list			 ap;
	void			*arg;

	va_start(ap, request);
	arg = va_arg(ap, void *);
	va_end(ap);
	if (request != FIONREAD || (s = shim_sock(fd)) == NULL)
		return syscall(SYS_ioctl, fd, request, arg);
	*(int *)arg = s->in > 0 ? 4096 : 0;
	return 0;
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
