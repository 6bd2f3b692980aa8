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
 * Engine: ntpctl's connections.  Whoever may connect (the socket's group)
 * may read; only root may change anything, and that is decided by what the
 * kernel says about the other side.
 */

#include <sys/types.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <errno.h>
#include <event.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine.h"

#define CLIENTS_MAX	32
#define QUEUE_MAX	1024	/* messages a client may leave unread */

static void	 accept_cb(int, short, void *);
static void	 pause_cb(int, short, void *);
static void	 hello(void *, struct imsgev *, const struct imsg_in *);
static void	 show(void *, struct imsgev *, const struct imsg_in *);
static void	 reload(void *, struct imsgev *, const struct imsg_in *);
static void	 log_ctl(void *, struct imsgev *, const struct imsg_in *);
static void	 waitsync(void *, struct imsgev *, const struct imsg_in *);
static void	 client_closed(void *, struct imsgev *);

/* E6, what the engine takes from ntpctl. */
static const struct imsg_handler from_client[] = {
	{ IMSG_CTL_HELLO, sizeof(struct ctl_hello), hello, 0 },
	{ IMSG_CTL_SHOW, sizeof(struct ctl_show), show, 0 },
	{ IMSG_CTL_RELOAD, 0, reload, 0 },
	{ IMSG_CTL_LOG, sizeof(struct ctl_log), log_ctl, 0 },
	{ IMSG_CTL_WAITSYNC, 0, waitsync, 0 },
};

void
engine_control_init(struct engine *e)
{
	e->control.fd = -1;
	TAILQ_INIT(&e->control.clients);
}

void
engine_control_fd(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct engine	*e = arg;
	struct control	*c = &e->control;

	if (c->fd != -1) {
		/* A reload moved it. */
		event_del(&c->ev);
		evtimer_del(&c->pause);
		close(c->fd);
	}
	c->fd = in->fd;
	event_set(&c->ev, c->fd, EV_READ | EV_PERSIST, accept_cb, e);
	event_add(&c->ev, NULL);
	evtimer_set(&c->pause, pause_cb, e);
}

static void
client_free(struct client *cl)
{
	struct control	*c = &cl->engine->control;

	engine_clients_cancel(cl);
	TAILQ_REMOVE(&c->clients, cl, entry);
	c->nclients--;
	imsgev_close(&cl->iev);
	free(cl);
}

static void
client_closed(void *arg, struct imsgev *iev)
{
	client_free(arg);
}

/* The oldest one that waits for nothing makes room. */
static bool
make_room(struct control *c)
{
	struct client	*cl;

	if (c->nclients < CLIENTS_MAX)
		return true;
	TAILQ_FOREACH(cl, &c->clients, entry) {
		if (cl->id != c->reloader) {
			client_free(cl);
			return true;
		}
	}
	return false;
}

static void
client_new(struct engine *e, int fd)
{
	struct control	*c = &e->control;
	struct client	*cl;
	uid_t		 uid;
	gid_t		 gid;
	uint32_t	 missed;

	if (getpeereid(fd, &uid, &gid) == -1) {
		log_warn("control: peer credentials");
		close(fd);
		return;
	}
	if (!make_room(c) || (cl = calloc(1, sizeof(*cl))) == NULL) {
		if (log_limit(&c->limit, &missed))
			log_warnx("control: no room for another client");
		close(fd);
		return;
	}
	cl->engine = e;
	cl->uid = uid;
	if (++c->nextid == 0)
		c->nextid = 1;	/* 0 is nobody */
	cl->id = c->nextid;
	TAILQ_INSERT_TAIL(&c->clients, cl, entry);
	c->nclients++;
	imsgev_init(&cl->iev, fd, "ntpctl", from_client, nitems(from_client),
	    IMSGEV_CLOSE, cl, client_closed);
}

static void
accept_cb(int fd, short what, void *arg)
{
	struct engine	*e = arg;
	struct timeval	 second = { 1, 0 };
	int		 s;

	s = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (s != -1) {
		client_new(e, s);
		return;
	}
	if (errno == EMFILE || errno == ENFILE || errno == ENOMEM ||
	    errno == ENOBUFS) {
		/* It would ask again at once, for ever. */
		event_del(&e->control.ev);
		evtimer_add(&e->control.pause, &second);
	}
}

static void
pause_cb(int fd, short what, void *arg)
{
	struct engine	*e = arg;

	event_add(&e->control.ev, NULL);
}

static void
end(struct client *cl, enum ctl_result result, uint32_t rows)
{
	struct ctl_end	 m;

	memset(&m, 0, sizeof(m));
	m.result = result;
	m.rows = rows;
	imsgev_send(&cl->iev, IMSG_CTL_END, 0, -1, &m, sizeof(m));
}

static void
hello(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	const struct ctl_hello	*theirs = in->data;
	struct client		*cl = arg;
	struct ctl_hello	 ours;

	/* Ours is said in any case, for a good error over there. */
	ours.version = CTL_VERSION;
	imsgev_send(iev, IMSG_CTL_HELLO, 0, -1, &ours, sizeof(ours));
	cl->hello = theirs->version == CTL_VERSION;
	if (!cl->hello) {
		imsgev_drain(iev);
		client_free(cl);
	}
}

/* The version must have been agreed on before anything else is said. */
static bool
greeted(struct client *cl, const struct imsg_in *in)
{
	if (cl->hello && imsgev_queued(&cl->iev) < QUEUE_MAX)
		return true;
	imsgev_refuse(&cl->iev, in, cl->hello ? "answers are not read" :
	    "no agreement on the version");
	return false;
}

static bool
root(struct client *cl)
{
	if (cl->uid == 0)
		return true;
	end(cl, CTL_DENIED, 0);
	return false;
}

/* Only the parent knows its children; one question at a time. */
static void
ask_parent(struct client *cl)
{
	if (cl->asked) {
		end(cl, CTL_BUSY, 0);
		return;
	}
	cl->asked = true;
	imsgev_send(&cl->engine->parent, IMSG_PROCESSES, cl->id, -1, NULL, 0);
}

static void
show(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	const struct ctl_show	*m = in->data;
	struct client		*cl = arg;
	struct sync_now		 now;
	uint32_t		 rows;

	if (!greeted(cl, in))
		return;
	if (m->view >= CTL_VIEW__MAX) {
		imsgev_refuse(iev, in, "no such view");
		return;
	}
	engine_wake(cl->engine, &now);
	switch (m->view) {
	case CTL_VIEW_CLIENTS:
		engine_clients_ask(cl, m->limit, &now, end);
		return;
	case CTL_VIEW_PROCESSES:
		ask_parent(cl);
		return;
	}
	rows = engine_show(cl->engine, iev, (enum ctl_view)m->view, &now);
	end(cl, CTL_OK, rows);
}

static void
reload(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct client	*cl = arg;
	struct control	*c = &cl->engine->control;

	if (!greeted(cl, in) || !root(cl))
		return;
	if (c->reloader != 0) {
		end(cl, CTL_BUSY, 0);
		return;
	}
	c->reloader = cl->id;
	imsgev_send(&cl->engine->parent, IMSG_RELOAD, cl->id, -1, NULL, 0);
}

static void
log_ctl(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	const struct ctl_log	*m = in->data;
	struct client		*cl = arg;
	int32_t			 verbose = m->verbose;

	if (!greeted(cl, in) || !root(cl))
		return;
	if (verbose < 0 || verbose > 2) {
		imsgev_refuse(iev, in, "no such level");
		return;
	}
	log_verbose(verbose);
	imsgev_send(&cl->engine->parent, IMSG_LOG_LEVEL, 0, -1, &verbose,
	    sizeof(verbose));
	end(cl, CTL_OK, 0);
}

static void
waitsync(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct client	*cl = arg;
	struct sync_now	 now;

	if (!greeted(cl, in))
		return;
	engine_wake(cl->engine, &now);
	if (cl->engine->synced)
		end(cl, CTL_OK, 0);
	else
		cl->waits = true;
}

void
engine_control_synced(struct engine *e)
{
	struct client	*cl;

	TAILQ_FOREACH(cl, &e->control.clients, entry) {
		if (cl->waits)
			end(cl, CTL_OK, 0);
		cl->waits = false;
	}
}

/*
 * The parent's answers.  The client may have gone meanwhile.
 */

static struct client *
by_id(const struct control *c, uint32_t id)
{
	struct client	*cl;

	TAILQ_FOREACH(cl, &c->clients, entry) {
		if (cl->id == id)
			return cl;
	}
	return NULL;
}

void
engine_control_text(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	const char	*text = in->data;
	struct engine	*e = arg;
	struct client	*cl;

	if (in->len == 0 || in->len > MSG_TEXT_MAX ||
	    memchr(text, '\0', in->len) != text + in->len - 1)
		imsgev_refuse(iev, in, "not a line of text");
	if ((cl = by_id(&e->control, in->id)) != NULL)
		imsgev_send(&cl->iev, IMSG_CTL_TEXT, 0, -1, text, in->len);
}

void
engine_control_done(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct engine	*e = arg;
	struct client	*cl;
	int32_t		 result;

	memcpy(&result, in->data, sizeof(result));
	if (e->control.reloader == in->id)
		e->control.reloader = 0;
	if ((cl = by_id(&e->control, in->id)) != NULL)
		end(cl, result == 0 ? CTL_OK : CTL_FAILED, 0);
}

void
engine_control_process(void *arg, struct imsgev *iev,
    const struct imsg_in *in)
{
	struct engine	*e = arg;
	struct client	*cl;

	if ((cl = by_id(&e->control, in->id)) != NULL)
		imsgev_send(&cl->iev, IMSG_CTL_ROW_PROCESS, 0, -1, in->data,
		    in->len);
}

void
engine_control_processes(void *arg, struct imsgev *iev,
    const struct imsg_in *in)
{
	struct engine	*e = arg;
	struct client	*cl;
	uint32_t	 n;

	memcpy(&n, in->data, sizeof(n));
	if ((cl = by_id(&e->control, in->id)) == NULL)
		return;
	cl->asked = false;
	end(cl, CTL_OK, n);
}
