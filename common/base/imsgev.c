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
 * The one dispatcher for messages between processes, over libevent's 1.4
 * interface.  Any process.  It checks type, length and descriptor against
 * the edge's table before a handler sees the message, and decides nothing
 * else.
 *
 * Handlers may close and free the imsgev they were called for: after each
 * call the dispatcher asks whether it still is the running one before it
 * touches it again.
 */

#include <sys/types.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "imsgev.h"
#include "log.h"
#include "msg.h"
#include "now.h"

#define DRAIN_TIME	1.0	/* s; imsgev_drain gives up after this */

/* A payload, aligned for any struct. */
union payload {
	max_align_t	 align;
	uint8_t		 data[MAX_IMSGSIZE];
};

static void	 dispatch(int, short, void *);

/* The one whose handlers run now; NULL: none, or it was closed by them. */
static struct imsgev	*running;

/* Ask for the events the state calls for. */
static void
rearm(struct imsgev *iev)
{
	short	 what = EV_READ;

	if (!iev->mute && imsgbuf_queuelen(&iev->ibuf) > 0)
		what |= EV_WRITE;
	event_del(&iev->ev);
	event_set(&iev->ev, iev->ibuf.fd, what, dispatch, iev);
	event_add(&iev->ev, NULL);
}

/* No more traffic; closed is called from the loop, never from here. */
static void
die(struct imsgev *iev)
{
	struct timeval	 now = { 0, 0 };

	if (iev->dead)
		return;
	iev->dead = true;
	event_del(&iev->ev);
	event_set(&iev->ev, -1, 0, dispatch, iev);
	event_add(&iev->ev, &now);
}

void
imsgev_init(struct imsgev *iev, int fd, const char *name,
    const struct imsg_handler *handlers, size_t nhandlers,
    enum imsgev_policy policy, void *arg,
    void (*closed)(void *, struct imsgev *))
{
	memset(iev, 0, sizeof(*iev));
	iev->name = name;
	iev->handlers = handlers;
	iev->nhandlers = nhandlers;
	iev->policy = policy;
	iev->arg = arg;
	iev->closed = closed;
	event_set(&iev->ev, fd, EV_READ, dispatch, iev);
	if (imsgbuf_init(&iev->ibuf, fd) == -1) {
		if (policy == IMSGEV_FATAL)
			fatal("%s: message buffer", name);
		log_warn("%s: message buffer", name);
		die(iev);
		return;
	}
	if (policy != IMSGEV_CLOSE)
		imsgbuf_allow_fdpass(&iev->ibuf);
	rearm(iev);
}

void
imsgev_close(struct imsgev *iev)
{
	if (running == iev)
		running = NULL;
	iev->dead = true;
	event_del(&iev->ev);
	imsgbuf_clear(&iev->ibuf);
	close(iev->ibuf.fd);
}

static void
refuse(struct imsgev *iev, uint32_t type, size_t len, const char *why)
{
	if (iev->policy == IMSGEV_FATAL)
		fatalx("message %s (%u) of %zu octets from %s: %s",
		    msg_name(type), type, len, iev->name, why);
	log_debug("message %s (%u) of %zu octets from %s: %s, closing",
	    msg_name(type), type, len, iev->name, why);
	die(iev);
}

void
imsgev_refuse(struct imsgev *iev, const struct imsg_in *in, const char *why)
{
	refuse(iev, in->type, in->len, why);
}

static const struct imsg_handler *
lookup(const struct imsgev *iev, uint32_t type)
{
	size_t	 i;

	for (i = 0; i < iev->nhandlers; i++) {
		if (iev->handlers[i].type == type)
			return &iev->handlers[i];
	}
	return NULL;
}

static void
refuse_length(struct imsgev *iev, const struct imsg_in *in, size_t want)
{
	char	 why[64];

	snprintf(why, sizeof(why), "its length must be %zu", want);
	refuse(iev, in->type, in->len, why);
}

/* Check one message and hand it over.  Takes the imsg. */
static void
deliver(struct imsgev *iev, struct imsg *imsg)
{
	const struct imsg_handler	*h;
	struct imsg_in			 in;
	union payload			 payload;

	in.type = imsg_get_type(imsg);
	in.id = imsg_get_id(imsg);
	in.len = imsg_get_len(imsg);
	in.data = payload.data;
	in.fd = imsg_get_fd(imsg);
	if (in.len > 0 && imsg_get_data(imsg, payload.data, in.len) == -1)
		fatal("message from %s", iev->name);
	imsg_free(imsg);

	if (log_getverbose() > 1)
		log_debug("got %s from %s, id %u, %zu octets%s",
		    msg_name(in.type), iev->name, in.id, in.len,
		    in.fd != -1 ? ", descriptor" : "");

	h = lookup(iev, in.type);
	if (h != NULL && h->fd == (in.fd != -1) &&
	    (h->len == IMSG_VARLEN || h->len == in.len)) {
		h->fn(iev->arg, iev, &in);
		explicit_bzero(payload.data, in.len);	/* keys, it may be */
		return;
	}
	if (in.fd != -1)
		close(in.fd);
	if (h == NULL)
		refuse(iev, in.type, in.len, "not expected here");
	else if (h->fd != (in.fd != -1))
		refuse(iev, in.type, in.len, h->fd ?
		    "descriptor missing" : "descriptor not expected");
	else
		refuse_length(iev, &in, h->len);
}

static void
receive(struct imsgev *iev)
{
	struct imsg	 imsg;

	switch (imsgbuf_read(&iev->ibuf)) {
	case -1:
		if (errno == EBADMSG)
			refuse(iev, IMSG_NONE, 0, "too many descriptors");
		else {
			if (errno != ECONNRESET)
				log_warn("read from %s", iev->name);
			die(iev);
		}
		return;
	case 0:
		die(iev);
		return;
	}
	while (running == iev && !iev->dead) {
		switch (imsgbuf_get(&iev->ibuf, &imsg)) {
		case -1:
			if (errno == ENOMEM && iev->policy == IMSGEV_FATAL)
				fatal("message from %s", iev->name);
			refuse(iev, IMSG_NONE, 0, "broken header");
			return;
		case 0:
			return;
		}
		deliver(iev, &imsg);
	}
}

static void
transmit(struct imsgev *iev)
{
	if (imsgbuf_write(&iev->ibuf) == 0)
		return;
	if (errno != EPIPE && errno != ECONNRESET)
		log_warn("write to %s", iev->name);
	/* a process that died may have said something before: read on */
	if (iev->policy == IMSGEV_FATAL)
		iev->mute = true;
	else
		die(iev);
}

static void
dispatch(int fd, short what, void *arg)
{
	struct imsgev	*iev = arg;

	running = iev;
	if (!iev->dead && (what & EV_READ))
		receive(iev);
	if (running != iev)
		return;
	running = NULL;
	if (!iev->dead && (what & EV_WRITE))
		transmit(iev);
	if (iev->dead) {
		event_del(&iev->ev);
		iev->closed(iev->arg, iev);
	} else
		rearm(iev);
}

void
imsgev_send(struct imsgev *iev, uint32_t type, uint32_t id, int fd,
    const void *data, size_t len)
{
	if (iev->dead || iev->mute) {
		if (fd != -1)
			close(fd);
		return;
	}
	if (log_getverbose() > 1)
		log_debug("send %s to %s, id %u, %zu octets%s",
		    msg_name(type), iev->name, id, len,
		    fd != -1 ? ", descriptor" : "");
	if (imsg_compose(&iev->ibuf, type, id, 0, fd, data, len) == -1) {
		if (fd != -1)
			close(fd);
		if (iev->policy == IMSGEV_FATAL)
			fatal("message %s to %s", msg_name(type), iev->name);
		log_warn("message %s to %s", msg_name(type), iev->name);
		die(iev);
		return;
	}
	rearm(iev);
}

/*
 * The second is for all of it: who reads an octet now and then must not
 * keep us.  A signal is no reason to say less.
 */
void
imsgev_drain(struct imsgev *iev)
{
	struct pollfd	 pfd;
	mono_t		 start = now_mono();
	double		 left;

	pfd.fd = iev->ibuf.fd;
	pfd.events = POLLOUT;
	while (!iev->dead && !iev->mute) {
		if (imsgbuf_write(&iev->ibuf) == -1 ||
		    imsgbuf_queuelen(&iev->ibuf) == 0)
			return;
		left = DRAIN_TIME - mono_diff(now_mono(), start);
		if (left <= 0)
			return;
		if (poll(&pfd, 1, (int)(left * 1000) + 1) == -1 &&
		    errno != EINTR)
			return;
	}
}

void
imsgev_flush(struct imsgev *iev)
{
	if (iev->dead || iev->mute)
		return;
	transmit(iev);
	if (!iev->dead)
		rearm(iev);
}

size_t
imsgev_queued(struct imsgev *iev)
{
	return imsgbuf_queuelen(&iev->ibuf);
}
