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
 * imsg for systems without it: framing, queues and descriptor passing over
 * a local stream socket.  Any process; knows nothing of the messages.
 *
 * A descriptor and its message find each other by order.  Each sendmsg
 * carries at most one descriptor, and only together with the first octet
 * of its message; the header says that there is one.  The kernel hands a
 * descriptor over no later than that octet, so when the message is
 * complete its descriptor is the oldest one that waits.
 */

#include <sys/types.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compat.h"
#include "imsg.h"

#define FD_MARK		0x80000000U	/* in imsg_hdr.len */
#define OUT_BATCH	32		/* messages per sendmsg */

struct imsg_out {
	TAILQ_ENTRY(imsg_out) entry;
	int		 fd;		/* -1: none, or already sent */
	size_t		 len;
	size_t		 pos;		/* first octet not sent */
	uint8_t		 data[];
};

/* Room for control data, aligned as the macros want it. */
union control {
	struct cmsghdr	 hdr;
	char		 buf[CMSG_SPACE(sizeof(int))];
};

int
imsgbuf_init(struct imsgbuf *ibuf, int fd)
{
	memset(ibuf, 0, sizeof(*ibuf));
	TAILQ_INIT(&ibuf->out);
	ibuf->fd = fd;
	ibuf->pid = getpid();
	if ((ibuf->in = malloc(MAX_IMSGSIZE)) == NULL)
		return -1;
	return 0;
}

void
imsgbuf_allow_fdpass(struct imsgbuf *ibuf)
{
	ibuf->fdpass = true;
}

static void
out_free(struct imsgbuf *ibuf, struct imsg_out *out)
{
	TAILQ_REMOVE(&ibuf->out, out, entry);
	ibuf->outlen--;
	if (out->fd != -1)
		close(out->fd);
	explicit_bzero(out->data, out->len);	/* keys, it may be */
	free(out);
}

void
imsgbuf_clear(struct imsgbuf *ibuf)
{
	struct imsg_out	*out;

	while ((out = TAILQ_FIRST(&ibuf->out)) != NULL)
		out_free(ibuf, out);
	while (ibuf->ninfd > 0)
		close(ibuf->infd[--ibuf->ninfd]);
	if (ibuf->in != NULL)
		explicit_bzero(ibuf->in, MAX_IMSGSIZE);
	free(ibuf->in);
	ibuf->in = NULL;
	ibuf->inpos = ibuf->inend = 0;
}

uint32_t
imsgbuf_queuelen(struct imsgbuf *ibuf)
{
	return ibuf->outlen;
}

/*
 * Is there a free slot in the descriptor table?  Without one the kernel
 * would drop the descriptor of the next message; better to leave that
 * message where it is until there is.
 */
static bool
slot_free(int fd)
{
	int	 probe;

	if ((probe = fcntl(fd, F_DUPFD_CLOEXEC, 0)) == -1)
		return errno != EMFILE;
	close(probe);
	return true;
}

/* Keep the descriptors of a recvmsg; -1 when there are too many. */
static int
keep_fds(struct imsgbuf *ibuf, struct msghdr *msg)
{
	struct cmsghdr	*cmsg;
	const uint8_t	*p;
	size_t		 n;
	int		 fd, error = 0;

	for (cmsg = CMSG_FIRSTHDR(msg); cmsg != NULL;
	    cmsg = CMSG_NXTHDR(msg, cmsg)) {
		if (cmsg->cmsg_level != SOL_SOCKET ||
		    cmsg->cmsg_type != SCM_RIGHTS)
			continue;
		p = CMSG_DATA(cmsg);
		n = (cmsg->cmsg_len - CMSG_LEN(0)) / sizeof(fd);
		for (; n > 0; n--, p += sizeof(fd)) {
			memcpy(&fd, p, sizeof(fd));
			if (ibuf->ninfd < IMSG_FDS_MAX)
				ibuf->infd[ibuf->ninfd++] = fd;
			else {
				close(fd);
				error = -1;
			}
		}
	}
	if (msg->msg_flags & MSG_CTRUNC)
		error = -1;
	return error;
}

static ssize_t
receive(struct imsgbuf *ibuf, uint8_t *buf, size_t len, struct msghdr *msg,
    union control *control)
{
	struct iovec	 iov;
	ssize_t		 n;

	memset(msg, 0, sizeof(*msg));
	iov.iov_base = buf;
	iov.iov_len = len;
	do {
		msg->msg_iov = &iov;
		msg->msg_iovlen = 1;
		/* with no room for them, descriptors end in the kernel */
		if (ibuf->fdpass) {
			msg->msg_control = control;
			msg->msg_controllen = sizeof(*control);
		}
		n = recvmsg(ibuf->fd, msg, MSG_CMSG_CLOEXEC);
	} while (n == -1 && errno == EINTR);
	return n;
}

int
imsgbuf_read(struct imsgbuf *ibuf)
{
	union control	 control;
	struct msghdr	 msg;
	ssize_t		 n;

	if (ibuf->inpos > 0) {
		memmove(ibuf->in, ibuf->in + ibuf->inpos,
		    ibuf->inend - ibuf->inpos);
		ibuf->inend -= ibuf->inpos;
		explicit_bzero(ibuf->in + ibuf->inend, ibuf->inpos);
		ibuf->inpos = 0;
	}
	if (ibuf->inend == MAX_IMSGSIZE) {
		errno = ENOBUFS;	/* a whole message was not taken */
		return -1;
	}
	if (ibuf->fdpass && !slot_free(ibuf->fd))
		return 1;
	n = receive(ibuf, ibuf->in + ibuf->inend, MAX_IMSGSIZE - ibuf->inend,
	    &msg, &control);
	if (n == -1)
		return errno == EAGAIN || errno == EWOULDBLOCK ? 1 : -1;
	if (ibuf->fdpass && keep_fds(ibuf, &msg) == -1) {
		errno = EBADMSG;
		return -1;
	}
	if (n == 0)
		return 0;
	ibuf->inend += (size_t)n;
	return 1;
}

/* Move the oldest waiting descriptor into the message. */
static void
take_fd(struct imsgbuf *ibuf, struct imsg *imsg)
{
	imsg->fd = ibuf->infd[0];
	ibuf->ninfd--;
	memmove(ibuf->infd, ibuf->infd + 1,
	    ibuf->ninfd * sizeof(ibuf->infd[0]));
}

int
imsgbuf_get(struct imsgbuf *ibuf, struct imsg *imsg)
{
	size_t		 left, len;
	bool		 marked;

	left = ibuf->inend - ibuf->inpos;
	if (left < IMSG_HEADER_SIZE)
		return 0;
	memset(imsg, 0, sizeof(*imsg));
	imsg->fd = -1;
	memcpy(&imsg->hdr, ibuf->in + ibuf->inpos, IMSG_HEADER_SIZE);
	marked = (imsg->hdr.len & FD_MARK) != 0;
	imsg->hdr.len &= ~FD_MARK;
	len = imsg->hdr.len;
	if (len < IMSG_HEADER_SIZE || len > MAX_IMSGSIZE) {
		errno = ERANGE;
		return -1;
	}
	if (left < len)
		return 0;
	if (marked && ibuf->ninfd == 0) {
		errno = EBADMSG;
		return -1;
	}
	len -= IMSG_HEADER_SIZE;
	if (len > 0) {
		if ((imsg->data = malloc(len)) == NULL)
			return -1;
		memcpy(imsg->data,
		    ibuf->in + ibuf->inpos + IMSG_HEADER_SIZE, len);
	}
	if (marked)
		take_fd(ibuf, imsg);
	explicit_bzero(ibuf->in + ibuf->inpos, imsg->hdr.len);
	ibuf->inpos += imsg->hdr.len;
	return 1;
}

void
imsg_free(struct imsg *imsg)
{
	if (imsg->fd != -1)
		close(imsg->fd);
	imsg->fd = -1;
	if (imsg->data != NULL)
		explicit_bzero(imsg->data, imsg_get_len(imsg));
	free(imsg->data);
	imsg->data = NULL;
}

uint32_t
imsg_get_type(struct imsg *imsg)
{
	return imsg->hdr.type;
}

uint32_t
imsg_get_id(struct imsg *imsg)
{
	return imsg->hdr.peerid;
}

size_t
imsg_get_len(struct imsg *imsg)
{
	return imsg->hdr.len - IMSG_HEADER_SIZE;
}

int
imsg_get_data(struct imsg *imsg, void *data, size_t len)
{
	if (len == 0 || len != imsg_get_len(imsg)) {
		errno = EBADMSG;
		return -1;
	}
	memcpy(data, imsg->data, len);
	return 0;
}

int
imsg_get_fd(struct imsg *imsg)
{
	int	 fd = imsg->fd;

	imsg->fd = -1;
	return fd;
}

int
imsg_compose(struct imsgbuf *ibuf, uint32_t type, uint32_t id, pid_t pid,
    int fd, const void *data, size_t len)
{
	struct imsg_hdr	 hdr;
	struct imsg_out	*out;

	if (len > MAX_IMSGSIZE - IMSG_HEADER_SIZE) {
		errno = ERANGE;
		return -1;
	}
	if (fd != -1 && !ibuf->fdpass) {
		errno = EINVAL;
		return -1;
	}
	if ((out = malloc(sizeof(*out) + IMSG_HEADER_SIZE + len)) == NULL)
		return -1;
	hdr.type = type;
	hdr.len = (uint32_t)(IMSG_HEADER_SIZE + len);
	hdr.peerid = id;
	hdr.pid = (uint32_t)(pid != 0 ? pid : ibuf->pid);
	out->fd = fd;
	out->len = hdr.len;
	out->pos = 0;
	if (fd != -1)
		hdr.len |= FD_MARK;
	memcpy(out->data, &hdr, IMSG_HEADER_SIZE);
	if (len > 0)
		memcpy(out->data + IMSG_HEADER_SIZE, data, len);
	TAILQ_INSERT_TAIL(&ibuf->out, out, entry);
	ibuf->outlen++;
	return 1;
}

/* One sendmsg, from the head up to the next message with a descriptor. */
static ssize_t
transmit(struct imsgbuf *ibuf)
{
	struct iovec	 iov[OUT_BATCH];
	struct imsg_out	*head, *out;
	union control	 control;
	struct msghdr	 msg;
	struct cmsghdr	*cmsg;
	size_t		 n = 0;

	head = TAILQ_FIRST(&ibuf->out);
	TAILQ_FOREACH(out, &ibuf->out, entry) {
		if (n == nitems(iov) || (out != head && out->fd != -1))
			break;
		iov[n].iov_base = out->data + out->pos;
		iov[n++].iov_len = out->len - out->pos;
	}
	memset(&msg, 0, sizeof(msg));
	msg.msg_iov = iov;
	msg.msg_iovlen = n;
	if (head->fd != -1) {
		memset(&control, 0, sizeof(control));
		msg.msg_control = &control;
		msg.msg_controllen = sizeof(control.buf);
		cmsg = CMSG_FIRSTHDR(&msg);
		cmsg->cmsg_level = SOL_SOCKET;
		cmsg->cmsg_type = SCM_RIGHTS;
		cmsg->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(cmsg), &head->fd, sizeof(int));
	}
	return sendmsg(ibuf->fd, &msg, MSG_NOSIGNAL);
}

/* n octets from the head of the queue have left. */
static void
sent(struct imsgbuf *ibuf, size_t n)
{
	struct imsg_out	*out;

	while ((out = TAILQ_FIRST(&ibuf->out)) != NULL && n > 0) {
		if (out->fd != -1) {
			close(out->fd);
			out->fd = -1;
		}
		if (n < out->len - out->pos) {
			out->pos += n;
			return;
		}
		n -= out->len - out->pos;
		out_free(ibuf, out);
	}
}

int
imsgbuf_write(struct imsgbuf *ibuf)
{
	ssize_t	 n;

	while (ibuf->outlen > 0) {
		if ((n = transmit(ibuf)) == -1) {
			switch (errno) {
			case EINTR:
				continue;
			case EAGAIN:
			case ENOBUFS:
			case ETOOMANYREFS:	/* descriptors in flight */
				return 0;
			}
			return -1;
		}
		sent(ibuf, (size_t)n);
	}
	return 0;
}
