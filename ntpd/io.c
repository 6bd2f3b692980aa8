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
 * Engine: datagrams in batches, with timestamps.  What differs per kernel
 * is in io_<os>.c.  No decisions about packets here.
 */

#include <sys/types.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <errno.h>
#include <stdalign.h>
#include <string.h>
#include <unistd.h>

#include "addr.h"
#include "io.h"
#include "now.h"

#define RCVBUF	(1 << 20)	/* of a listener: a burst of a busy server */

struct control {
	alignas(struct cmsghdr) uint8_t buf[IO_CONTROL];
};

static int	 client_socket(const struct addr *, const struct addr *);
static void	 daemon_stamps(struct io_msg *, size_t);

int
io_listener(int fd)
{
	struct addr	 local;
	int		 size = RCVBUF;

	if (io_local(fd, &local) == -1)
		return -1;
	if (io_os_dstaddr(fd, local.family == ADDR_V6 ? AF_INET6 :
	    AF_INET) == -1)
		return -1;
	/* Both are wishes: without stamps we read the clock ourselves. */
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	(void)io_os_stamps(fd, false);
	return 0;
}

int
io_client(const struct addr *server, const struct addr *from)
{
	int	 fd;

	if ((fd = client_socket(server, from)) != -1)
		(void)io_os_stamps(fd, true);
	return fd;
}

int
io_local(int fd, struct addr *local)
{
	struct sockaddr_storage	 ss;
	socklen_t		 len = sizeof(ss);

	if (getsockname(fd, (struct sockaddr *)&ss, &len) == -1)
		return -1;
	return addr_from_sa(local, (struct sockaddr *)&ss);
}

bool
io_route(const struct addr *server, const struct addr *from)
{
	int	 fd;

	if ((fd = client_socket(server, from)) == -1)
		return !io_noroute(errno);
	close(fd);
	return true;
}

bool
io_noroute(int error)
{
	static const int	 ours[] = {
		ENETUNREACH, EHOSTUNREACH, ENETDOWN, EADDRNOTAVAIL,
		EAFNOSUPPORT, EPROTONOSUPPORT, EACCES, EPERM, EINVAL,
#ifdef ENONET
		ENONET,
#endif
	};
	size_t			 i;

	for (i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (error == ours[i])
			return true;
	return false;
}

/*
 * The port is the kernel's choice: all three systems choose at random
 * (RFC 6056), which RFC 9109 asks for.
 */
static int
client_socket(const struct addr *server, const struct addr *from)
{
	struct sockaddr_storage	 ss;
	struct addr		 any_port;
	socklen_t		 len;
	int			 fd, error;

	fd = socket(server->family == ADDR_V6 ? AF_INET6 : AF_INET,
	    SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return -1;
	if (from != NULL && from->family == server->family) {
		any_port = *from;
		any_port.port = 0;
		len = addr_to_sa(&any_port, &ss);
		if (bind(fd, (struct sockaddr *)&ss, len) == -1)
			goto fail;
	}
	len = addr_to_sa(server, &ss);
	if (connect(fd, (struct sockaddr *)&ss, len) == -1)
		goto fail;
	return fd;
fail:
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

int
io_recv(int fd, struct io_msg *msg, size_t n)
{
	struct mmsghdr		 mm[IO_BATCH];
	struct iovec		 iov[IO_BATCH];
	struct sockaddr_storage	 ss[IO_BATCH];
	struct control		 control[IO_BATCH];
	int			 i, got;

	if (n > IO_BATCH)
		n = IO_BATCH;
	memset(mm, 0, n * sizeof(mm[0]));
	for (i = 0; i < (int)n; i++) {
		iov[i].iov_base = msg[i].data;
		iov[i].iov_len = sizeof(msg[i].data);
		mm[i].msg_hdr.msg_name = &ss[i];
		mm[i].msg_hdr.msg_namelen = sizeof(ss[i]);
		mm[i].msg_hdr.msg_iov = &iov[i];
		mm[i].msg_hdr.msg_iovlen = 1;
		mm[i].msg_hdr.msg_control = control[i].buf;
		mm[i].msg_hdr.msg_controllen = sizeof(control[i].buf);
	}

	do
		got = recvmmsg(fd, mm, n, MSG_DONTWAIT, NULL);
	while (got == -1 && errno == EINTR);
	if (got == -1)
		return errno == EAGAIN || errno == EWOULDBLOCK ? 0 : -1;

	for (i = 0; i < got; i++) {
		memset(&msg[i], 0, offsetof(struct io_msg, data));
		msg[i].len = mm[i].msg_len < sizeof(msg[i].data) ?
		    mm[i].msg_len : sizeof(msg[i].data);
		msg[i].cut = (mm[i].msg_hdr.msg_flags & MSG_TRUNC) != 0;
		/* Not an internet address: NONE, and nobody answers it. */
		if (mm[i].msg_hdr.msg_namelen == 0 ||
		    addr_from_sa(&msg[i].peer,
		    (struct sockaddr *)&ss[i]) == -1)
			memset(&msg[i].peer, 0, sizeof(msg[i].peer));
		io_os_control(&mm[i].msg_hdr, &msg[i]);
	}
	daemon_stamps(msg, (size_t)got);
	return got;
}

/* The kernel did not stamp them: now is the best there is. */
static void
daemon_stamps(struct io_msg *msg, size_t n)
{
	struct now	 now;
	bool		 read = false;
	size_t		 i;

	for (i = 0; i < n; i++) {
		if (msg[i].stamp != IO_STAMP_NONE)
			continue;
		if (!read)
			now_read(&now);
		read = true;
		msg[i].stamp = IO_STAMP_DAEMON;
		msg[i].sec = now.sec;
		msg[i].nsec = now.nsec;
	}
}

int
io_send(int fd, const struct io_msg *msg, size_t n)
{
	struct mmsghdr		 mm[IO_BATCH];
	struct iovec		 iov[IO_BATCH];
	struct sockaddr_storage	 ss[IO_BATCH];
	struct control		 control[IO_BATCH];
	size_t			 i, done, len;
	int			 sent, total = 0;

	if (n > IO_BATCH)
		n = IO_BATCH;
	memset(mm, 0, n * sizeof(mm[0]));
	for (i = 0; i < n; i++) {
		iov[i].iov_base = (void *)(uintptr_t)msg[i].data;
		iov[i].iov_len = msg[i].len;
		mm[i].msg_hdr.msg_name = &ss[i];
		mm[i].msg_hdr.msg_namelen = addr_to_sa(&msg[i].peer, &ss[i]);
		mm[i].msg_hdr.msg_iov = &iov[i];
		mm[i].msg_hdr.msg_iovlen = 1;
		if ((len = io_os_source(control[i].buf, &msg[i])) == 0)
			continue;
		mm[i].msg_hdr.msg_control = control[i].buf;
		mm[i].msg_hdr.msg_controllen = len;
	}

	for (done = 0; done < n; ) {
		sent = sendmmsg(fd, mm + done, n - done, MSG_DONTWAIT);
		if (sent > 0) {
			done += (size_t)sent;
			total += sent;
		} else if (errno == EAGAIN || errno == EWOULDBLOCK ||
		    errno == ENOBUFS)
			break;
		else if (errno != EINTR)
			done++;
	}
	return total;
}

int
io_query(int fd, const void *data, size_t len)
{
	ssize_t	 n;

	do
		n = send(fd, data, len, MSG_DONTWAIT);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		return -1;
	if ((size_t)n != len) {
		errno = EMSGSIZE;
		return -1;
	}
	return 0;
}
