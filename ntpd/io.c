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
 * Engine and server: datagrams with timestamps.  What differs per kernel
 * is in io_<os>.c.  No decisions about packets here.
 */

#include <sys/types.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "addr.h"
#include "io.h"
#include "now.h"

#define RCVBUF	(1 << 20)	/* of a listener: a burst of a busy server */

static int	 client_socket(const struct addr *, const struct addr *);

int
io_listener(int fd)
{
	struct addr	 local;
	int		 family, size = RCVBUF;

	if (io_local(fd, &local) == -1)
		return -1;
	family = local.family == ADDR_V6 ? AF_INET6 : AF_INET;
	if (addr_any(&local) && io_os_dstaddr(fd, family) == -1)
		return -1;
	io_os_whole(fd, family);
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

void
io_batch_init(struct io_batch *b)
{
	struct msghdr	*mh;
	size_t		 i;

	memset(b, 0, sizeof(*b));
	for (i = 0; i < IO_BATCH; i++) {
		b->rxdata[i].iov_base = b->in[i].data;
		b->rxdata[i].iov_len = sizeof(b->in[i].data);
		mh = &b->rx[i].msg_hdr;
		mh->msg_name = &b->peer[i];
		mh->msg_iov = &b->rxdata[i];
		mh->msg_iovlen = 1;
		mh->msg_control = b->rxcontrol[i].buf;
		b->txdata[i].iov_base = b->out[i].data;
		mh = &b->tx[i].msg_hdr;
		mh->msg_iov = &b->txdata[i];
		mh->msg_iovlen = 1;
	}
}

/* What the kernel said of a datagram in msg->data, n octets long. */
static void
received(struct io_msg *msg, struct msghdr *mh, size_t n)
{
	memset(msg, 0, offsetof(struct io_msg, data));
	msg->len = n < sizeof(msg->data) ? n : sizeof(msg->data);
	msg->cut = (mh->msg_flags & MSG_TRUNC) != 0;
	/* Not an internet address: NONE, and nobody answers it. */
	if (mh->msg_namelen == 0 ||
	    addr_from_sa(&msg->peer, mh->msg_name) == -1)
		memset(&msg->peer, 0, sizeof(msg->peer));
	io_os_control(mh, msg);
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
io_recv(int fd, struct io_msg *msg)
{
	union io_sockaddr	 peer;
	struct io_control	 control;
	struct iovec		 iov = { msg->data, sizeof(msg->data) };
	struct msghdr		 mh;
	ssize_t			 n;

	memset(&mh, 0, sizeof(mh));
	mh.msg_name = &peer;
	mh.msg_iov = &iov;
	mh.msg_iovlen = 1;
	mh.msg_control = control.buf;
	do {
		mh.msg_namelen = sizeof(peer);
		mh.msg_controllen = sizeof(control.buf);
		n = recvmsg(fd, &mh, MSG_DONTWAIT);
	} while (n == -1 && errno == EINTR);
	if (n == -1)
		return errno == EAGAIN || errno == EWOULDBLOCK ? 0 : -1;
	received(msg, &mh, (size_t)n);
	daemon_stamps(msg, 1);
	return 1;
}

int
io_batch_recv(int fd, struct io_batch *b)
{
	int	 i, got;

	for (i = 0; i < IO_BATCH; i++) {
		b->rx[i].msg_hdr.msg_namelen = sizeof(b->peer[i]);
		b->rx[i].msg_hdr.msg_controllen = sizeof(b->rxcontrol[i].buf);
	}
	do
		got = recvmmsg(fd, b->rx, IO_BATCH, MSG_DONTWAIT, NULL);
	while (got == -1 && errno == EINTR);
	if (got == -1)
		return errno == EAGAIN || errno == EWOULDBLOCK ? 0 : -1;
	for (i = 0; i < got; i++)
		received(&b->in[i], &b->rx[i].msg_hdr, b->rx[i].msg_len);
	daemon_stamps(b->in, (size_t)got);
	return got;
}

/* A reply's headers: to whom, from which address, how long. */
static void
address(struct io_batch *b, size_t i, bool source)
{
	struct msghdr	*mh = &b->tx[i].msg_hdr;
	unsigned int	 to = b->out[i].to;

	mh->msg_name = &b->peer[to];
	mh->msg_namelen = b->rx[to].msg_hdr.msg_namelen;
	mh->msg_control = NULL;
	mh->msg_controllen = 0;
	b->txdata[i].iov_len = b->out[i].len;
	b->out[i].sent = false;
	if (!source)
		return;
	mh->msg_controllen = io_os_source(b->txcontrol[i].buf, &b->in[to]);
	if (mh->msg_controllen > 0)
		mh->msg_control = b->txcontrol[i].buf;
}

size_t
io_batch_send(int fd, struct io_batch *b, size_t n, bool source)
{
	size_t	 i, done = 0, total = 0;
	int	 sent;

	if (n > IO_BATCH)
		n = IO_BATCH;
	for (i = 0; i < n; i++)
		address(b, i, source);
	while (done < n) {
		sent = sendmmsg(fd, b->tx + done, (unsigned int)(n - done),
		    MSG_DONTWAIT);
		if (sent > 0) {
			total += (size_t)sent;
			for (; sent > 0; sent--)
				b->out[done++].sent = true;
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
