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
 * parent_server.c and workers that do not read, whatever the engine asks
 * for: none has more to read than one configuration.
 */

#include <stdlib.h>
#include <unistd.h>

#include "parent.h"
#include "test.h"

static struct parent	 parent;
static struct conf	 conf;

static struct {
	unsigned int	 confs;
	unsigned int	 sent;
	size_t		 queued;
	bool		 deaf;		/* the engine is */
} did;

/* In the place of the other files of the parent, and of imsgev.c. */

int
proc_start(const char *self, enum role role, const struct proc_opts *opts,
    pid_t *pid)
{
	*pid = 77;
	return dup(0);
}

void
imsgev_init(struct imsgev *iev, int fd, const char *name,
    const struct imsg_handler *handlers, size_t nhandlers,
    enum imsgev_policy policy, void *arg,
    void (*closed)(void *, struct imsgev *))
{
	memset(iev, 0, sizeof(*iev));
	iev->ibuf.fd = fd;
}

void
imsgev_send(struct imsgev *iev, uint32_t type, uint32_t id, int fd,
    const void *data, size_t len)
{
	did.sent++;
	if (fd != -1)
		close(fd);
}

size_t
imsgev_queued(struct imsgev *iev)
{
	return did.queued;
}

void
imsgev_close(struct imsgev *iev)
{
	close(iev->ibuf.fd);
}

void
imsgev_drain(struct imsgev *iev)
{
}

void
conf_send(const struct conf *c, struct imsgev *iev)
{
	did.confs++;
}

bool
parent_if_shares(void)
{
	return true;
}

const char *
role_name(enum role role)
{
	return "child";
}

const char *
parent_child_end(int status, char buf[PARENT_CHILD_END])
{
	return "ended";
}

void
parent_open_server(struct parent *p, struct parent_server *s)
{
}

bool
parent_open_listeners(struct parent *p)
{
	return true;
}

bool
parent_deaf(struct parent *p)
{
	return did.deaf;
}

static struct parent_server *
worker(void)
{
	return TAILQ_FIRST(&parent.servers);
}

static void
look(void)
{
	if (!evtimer_pending(&worker()->behind, NULL))
		return;
	evtimer_del(&worker()->behind);
	event_active(&worker()->behind, EV_TIMEOUT, 1);
	(void)event_loop(EVLOOP_NONBLOCK);
}

static void
test_behind(void)
{
	unsigned int	 i;

	CHECK_INT("one to begin with", did.confs, 1);
	parent_server_conf(&parent);
	CHECK_INT("another", did.confs, 2);
	did.queued = 100;
	for (i = 0; i < 1000; i++) {
		parent_server_conf(&parent);
		look();
	}
	CHECK_INT("none on top of it", did.confs, 2);
	did.queued = 0;
	look();
	CHECK_INT("one when it has read that", did.confs, 3);
	look();
	CHECK_INT("one alone", did.confs, 3);
	did.queued = 1;
	parent_server_conf(&parent);
	parent_server_reap(&parent, 77, 0);
	look();
	CHECK_INT("nothing for who has gone", did.confs, 3);
}

/* What the engine can have us say without end. */
static void
test_level(void)
{
	int32_t		 level = 1;
	unsigned int	 i;

	did.queued = did.sent = 0;
	for (i = 0; i < 100000; i++) {
		did.queued = did.sent;
		parent_server_send(&parent, 0, IMSG_LOG_LEVEL, &level,
		    sizeof(level));
	}
	CHECK_INT("bounded", did.sent, 1000);
	parent_server_send(&parent, 0, IMSG_LISTEN_GONE, &level,
	    sizeof(level));
	CHECK_INT("but not what has to be said", did.sent, 1001);
}

/* parent_show.c answers with several messages for one. */
static void
test_show(void)
{
	did.sent = 0;
	parent_show(&parent, 1);
	CHECK_INT("who listens is answered", did.sent > 1, 1);
	did.sent = 0;
	did.deaf = true;
	parent_show(&parent, 1);
	CHECK_INT("who does not is not", did.sent, 0);
}

int
main(void)
{
	static struct conf_listen	 listen = { .id = 3, .workers = 1 };

	log_init("test", true, -1);
	event_init();
	TAILQ_INIT(&parent.servers);
	parent.conf = &conf;
	parent.phase = PARENT_RUNNING;
	parent_server_start(&parent, &listen);
	test_level();
	did.queued = 0;
	test_show();
	test_behind();
	return test_done("parent_server");
}
