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
 * Connections of the nts process, to servers and from clients: each is one
 * handshake, one question and one answer, all of it before a deadline, and
 * none of them waits for another.
 */

#include <sys/types.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <errno.h>
#include <event.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "now.h"
#include "nts.h"

#define OUT_MAX		65536	/* octets queued */

static void	 step(int, short, void *);
static void	 late(int, short, void *);

static void
wait_for(struct nts_conn *c, short what)
{
	event_set(&c->ev, c->fd, what, step, c);
	event_add(&c->ev, NULL);
}

static struct nts_conn *
new_conn(struct nts *n, int fd, const struct addr *peer, size_t insize,
    unsigned int seconds, const struct nts_conn_ops *ops, void *arg)
{
	struct nts_conn	*c;
	struct timeval	 tv = { (time_t)seconds, 0 };
	int		 on = 1;

	if ((c = calloc(1, sizeof(*c))) == NULL)
		return NULL;
	if ((c->in = malloc(insize)) == NULL) {
		free(c);
		errno = ENOMEM;
		return NULL;
	}
	/*
	 * The last flight of a handshake and what comes behind it are two
	 * small segments: without this the second waits for an ACK that the
	 * other side delays.
	 */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	c->nts = n;
	c->ops = ops;
	c->arg = arg;
	c->fd = fd;
	c->peer = *peer;
	c->insize = insize;
	c->born = now_mono();
	evtimer_set(&c->deadline, late, c);
	evtimer_add(&c->deadline, &tv);
	TAILQ_INSERT_TAIL(&n->conns, c, entry);
	return c;
}

static void
free_conn(struct nts_conn *c)
{
	if (event_initialized(&c->ev))
		event_del(&c->ev);
	evtimer_del(&c->deadline);
	TAILQ_REMOVE(&c->nts->conns, c, entry);
	if (c->tls != NULL)
		nts_tls_close(c->tls);
	close(c->fd);
	/* keys are not in there, but cookies are */
	explicit_bzero(c->in, c->nin);
	free(c->in);
	if (c->out != NULL) {
		explicit_bzero(c->out, c->nout);
		free(c->out);
	}
	free(c);
}

static void
over(struct nts_conn *c, enum nts_end end)
{
	if (c->state == NTS_OVER)
		return;
	c->state = NTS_OVER;
	c->end = end;
}

/* Tell the owner what has come to an end, unless it is in our callback. */
static void
settle(struct nts_conn *c)
{
	if (c->state != NTS_OVER || c->busy)
		return;
	c->busy = true;
	if (c->ops->down != NULL)
		c->ops->down(c, c->end);
	free_conn(c);
}

static int
start_connect(const struct addr *to, const struct addr *from)
{
	struct sockaddr_storage	 ss;
	socklen_t		 len = addr_to_sa(to, &ss);
	int			 fd, error;

	if ((fd = socket(ss.ss_family, SOCK_STREAM | SOCK_CLOEXEC |
	    SOCK_NONBLOCK, 0)) == -1)
		return -1;
	if (from != NULL && from->family == to->family) {
		len = addr_to_sa(from, &ss);
		if (bind(fd, (const struct sockaddr *)&ss, len) == -1)
			goto fail;
		len = addr_to_sa(to, &ss);
	}
	if (connect(fd, (const struct sockaddr *)&ss, len) == 0 ||
	    errno == EINPROGRESS)
		return fd;
fail:
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

struct nts_conn *
nts_conn_connect(struct nts *n, const struct addr *to,
    const struct addr *from, struct nts_tls_ctx *ctx,
    const struct nts_verify *verify, size_t insize, unsigned int seconds,
    const struct nts_conn_ops *ops, void *arg)
{
	struct nts_conn	*c;
	int		 fd, error;

	if ((fd = start_connect(to, from)) == -1)
		return NULL;
	if ((c = new_conn(n, fd, to, insize, seconds, ops, arg)) == NULL ||
	    (c->tls = nts_tls_connect(ctx, fd, verify)) == NULL) {
		error = errno;
		if (c != NULL)
			free_conn(c);
		else
			close(fd);
		errno = error;
		return NULL;
	}
	c->state = NTS_CONNECTING;
	wait_for(c, EV_WRITE);
	return c;
}

struct nts_conn *
nts_conn_accept(struct nts *n, int fd, const struct addr *peer,
    struct nts_tls_ctx *ctx, size_t insize, unsigned int seconds,
    const struct nts_conn_ops *ops, void *arg)
{
	struct nts_conn	*c;

	if ((c = new_conn(n, fd, peer, insize, seconds, ops, arg)) == NULL) {
		close(fd);
		return NULL;
	}
	if ((c->tls = nts_tls_accept(ctx, fd)) == NULL) {
		free_conn(c);
		return NULL;
	}
	c->state = NTS_HANDSHAKE;
	wait_for(c, EV_READ);
	return c;
}

/* What libssl said is what happens next; true: go on. */
static bool
go_on(struct nts_conn *c, enum nts_io io, bool handshake)
{
	switch (io) {
	case NTS_IO_DONE:
		return c->state != NTS_OVER;
	case NTS_IO_WANT_READ:
		wait_for(c, EV_READ);
		return false;
	case NTS_IO_WANT_WRITE:
		wait_for(c, EV_WRITE);
		return false;
	case NTS_IO_EOF:
		over(c, NTS_END_EOF);
		return false;
	case NTS_IO_FAILED:
		(void)strlcpy(c->error, nts_tls_error(c->tls),
		    sizeof(c->error));
		over(c, handshake ? NTS_END_TLS : NTS_END_NET);
		return false;
	}
	return false;
}

static bool
do_connecting(struct nts_conn *c)
{
	socklen_t	 len = sizeof(int);
	int		 error = 0;

	if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &len) == -1)
		error = errno;
	if (error != 0) {
		(void)strlcpy(c->error, strerror(error), sizeof(c->error));
		over(c, NTS_END_NET);
		return false;
	}
	c->state = NTS_HANDSHAKE;
	return true;
}

static bool
do_handshake(struct nts_conn *c)
{
	if (!go_on(c, nts_tls_handshake(c->tls), true))
		return false;
	c->state = NTS_OPEN;
	if (c->ops->up != NULL)
		c->ops->up(c);
	return c->state != NTS_OVER;
}

static bool
do_write(struct nts_conn *c)
{
	size_t	 n;
	bool	 more;

	more = go_on(c, nts_tls_write(c->tls, c->out + c->sent,
	    c->nout - c->sent, &n), false);
	c->sent += n;
	return more;
}

static bool
do_read(struct nts_conn *c)
{
	size_t	 n;

	if (c->nin == c->insize) {
		(void)strlcpy(c->error, "says too much", sizeof(c->error));
		over(c, NTS_END_NET);
		return false;
	}
	if (!go_on(c, nts_tls_read(c->tls, c->in + c->nin,
	    c->insize - c->nin, &n), false))
		return false;
	c->nin += n;
	if (c->ops->data != NULL)
		c->ops->data(c);
	return c->state != NTS_OVER;
}

/* As far as it goes without waiting; what is read is at most insize. */
static void
step(int fd, short what, void *arg)
{
	struct nts_conn	*c = arg;
	bool		 more = true;

	c->busy = true;
	while (more) {
		if (c->state == NTS_CONNECTING)
			more = do_connecting(c);
		else if (c->state == NTS_HANDSHAKE)
			more = do_handshake(c);
		else if (c->state == NTS_OVER)
			more = false;
		else if (c->sent < c->nout)
			more = do_write(c);
		else if (c->finish) {
			over(c, NTS_END_DONE);
			more = false;
		} else
			more = do_read(c);
	}
	c->busy = false;
	settle(c);
	nts_yield();
}

static void
late(int fd, short what, void *arg)
{
	struct nts_conn	*c = arg;

	over(c, NTS_END_LATE);
	settle(c);
}

int
nts_conn_write(struct nts_conn *c, const void *data, size_t len)
{
	uint8_t	*out;

	/* what was there is wiped where it moves */
	if (len > OUT_MAX - c->nout) {
		errno = ENOBUFS;
		return -1;
	}
	if (len == 0 || c->state == NTS_OVER)
		return 0;
	if ((out = recallocarray(c->out, c->nout, c->nout + len, 1)) == NULL)
		return -1;
	memcpy(out + c->nout, data, len);
	c->out = out;
	c->nout += len;
	return 0;
}

void
nts_conn_finish(struct nts_conn *c)
{
	c->finish = true;
}

void
nts_conn_cut(struct nts_conn *c)
{
	over(c, NTS_END_CUT);
	settle(c);
}

const char *
nts_end_str(enum nts_end end)
{
	static const char *const	 str[NTS_END__MAX] = {
		[NTS_END_DONE] = "done",
		[NTS_END_EOF] = "closed by the other side",
		[NTS_END_NET] = "connection failed",
		[NTS_END_TLS] = "TLS failed",
		[NTS_END_LATE] = "too slow",
		[NTS_END_CUT] = "cut",
	};

	return (unsigned int)end < NTS_END__MAX ? str[end] : "unknown";
}
