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
 * The parent's side of the nts process: start it when the configuration
 * needs it, open certificates and keys for it, keep its cookie keys, start
 * it again when it was lost.  What it reads comes from the network, so its
 * end is not the daemon's.
 */

#include <sys/types.h>
#include <sys/stat.h>
#include <sys/time.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "parent.h"

#define DELAY_MAX	60	/* s until a lost one is started again */
#define WATCH		10	/* s between looks at the cookie keys */
#define NTP_PORT	123
#define LINES_MAX	32	/* it may say to whom a reload is */

static void	 conf_ready(void *, struct imsgev *, const struct imsg_in *);
static void	 save(void *, struct imsgev *, const struct imsg_in *);
static void	 text(void *, struct imsgev *, const struct imsg_in *);
static void	 start(struct parent *);

/* Messages the parent accepts from nts.  Anything else is fatal. */
static const struct imsg_handler from_nts[] = {
	{ .type = IMSG_CONF_READY, .fn = conf_ready },
	{ .type = IMSG_NTS_SAVE, .fn = save,
	    .len = sizeof(struct ntsring) },
	{ .type = IMSG_NTS_TEXT, .fn = text, .len = IMSG_VARLEN },
};

/* Is there one that has to be asked with NTS, and known by a CA? */
static bool
asks(const struct conf *conf, bool ca)
{
	const struct conf_node	*n;

	TAILQ_FOREACH(n, &conf->servers, entry) {
		if (n->reconf != RECONF_DELETE && n->server.nts &&
		    !(ca && n->server.pinned))
			return true;
	}
	return false;
}

/* Does the configuration need it? */
static bool
wanted(const struct conf *conf)
{
	return conf_serves_nts(conf) || asks(conf, false);
}

static void
watch_later(struct parent *p)
{
	struct timeval	 tv = { WATCH, 0 };

	evtimer_add(&p->nts.watch, &tv);
}

/*
 * Files
 */

static void
give(struct parent *p, enum nts_file file, uint32_t id, const char *path,
    int fd)
{
	struct msg_nts_file	 m;

	memset(&m, 0, sizeof(m));
	m.file = file;
	m.id = id;
	(void)strlcpy(m.name, path, sizeof(m.name));
	imsgev_send(&p->child[ROLE_NTS].iev, IMSG_FD_NTS_FILE, 0, fd, &m,
	    sizeof(m));
}

static void
give_certificate(struct parent *p)
{
	const char	*why, *path = p->conf->ntscert;
	int		 cert, key;

	if ((cert = parent_file_open(path, false, &why)) != -1) {
		path = p->conf->ntskey;
		if ((key = parent_file_open(path, true, &why)) != -1) {
			give(p, NTS_FILE_CERT, 0, p->conf->ntscert, cert);
			give(p, NTS_FILE_KEY, 0, p->conf->ntskey, key);
			return;
		}
	}
	parent_reload_say(p, "nts certificate: %s: %s; not used", path,
	    why);
	if (cert != -1)
		close(cert);
}

static void
give_ca(struct parent *p)
{
	const char	*why, *path;
	int		 fd;

	path = p->conf->ntsca[0] != '\0' ? p->conf->ntsca : CAFILE;
	if ((fd = parent_file_open(path, false, &why)) != -1) {
		give(p, NTS_FILE_CA, 0, path, fd);
		return;
	}
	parent_reload_say(p, "certificates of CAs %s: %s", path, why);
}

static void
identify(const char *path, struct parent_file_id *id)
{
	struct stat	 st;

	memset(id, 0, sizeof(*id));
	if (stat(path, &st) == 0)
		parent_file_identify(id, &st);
}

static bool
same_id(const struct parent_file_id *a, const struct parent_file_id *b)
{
	return a->there == b->there && a->dev == b->dev &&
	    a->ino == b->ino && a->size == b->size && a->sec == b->sec &&
	    a->nsec == b->nsec;
}

/* The cookie keys as they are in their file; not there yet is no error. */
static void
give_ring(struct parent *p)
{
	const char	*why, *path = p->nts.path;
	int		 fd;

	identify(path, &p->nts.seen);
	if (!p->nts.seen.there && p->conf->ntsrotate > 0)
		return;
	if ((fd = parent_file_open(path, true, &why)) != -1) {
		give(p, NTS_FILE_RING, 0, path, fd);
		return;
	}
	parent_reload_say(p, "nts keys %s: %s", path, why);
}

static bool
ring_changed(struct parent *p)
{
	struct parent_file_id	 id;

	identify(p->nts.path, &id);
	return id.there && !same_id(&id, &p->nts.seen);
}

/*
 * Servers that share the file may write it in the same moment.  Each writes
 * the whole of it: of those that make it the first one's stays, of those
 * that turn the keys the last one's, and the others read that one.  To see
 * this we remember what we wrote, not what is there when that is done.
 */
static void
write_ring(struct parent *p, const struct ntsring *r)
{
	char	 buf[NTSRING_TEXT];
	bool	 fresh = !p->nts.seen.there;
	int	 error = 0;

	(void)ntsring_print(r, buf);
	if (parent_file_put(p->nts.path, buf, S_IRUSR | S_IWUSR, fresh,
	    &p->nts.seen) == -1)
		error = errno;
	explicit_bzero(buf, sizeof(buf));
	if (fresh && error == EEXIST) {
		give_ring(p);
		return;
	}
	if (error != 0 && error != p->nts.error) {
		errno = error;
		log_warn("nts keys %s: not saved, a restart will cost all "
		    "clients their cookies", p->nts.path);
	}
	p->nts.error = error;
}

static void
forget_ring(struct parent *p)
{
	explicit_bzero(&p->nts.unsaved, sizeof(p->nts.unsaved));
}

/* What nts wants to be kept, unless another of the fleet was first. */
static void
save_ring(struct parent *p)
{
	p->nts.saved = now_mono();
	if (ring_changed(p))
		give_ring(p);
	else
		write_ring(p, &p->nts.unsaved);
	forget_ring(p);
}

/* Who shares the file has written it: theirs are the keys. */
static void
watch(int fd, short what, void *arg)
{
	struct parent	*p = arg;

	if (p->phase == PARENT_QUITTING || !p->child[ROLE_NTS].open)
		return;
	if (p->nts.unsaved.n > 0)
		save_ring(p);
	else if (ring_changed(p))
		give_ring(p);
	watch_later(p);
}

/*
 * Keys turn once a minute at most (ROTATE_MIN), and a write may take as long
 * as the disk does: who wants more of them has to wait for the next look.
 */
static void
save(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct parent	*p = arg;
	struct ntsring	 r;

	memcpy(&r, in->data, sizeof(r));
	if (ntsring_check(&r) == -1)
		imsgev_refuse(iev, in, "no ring of keys");
	if (p->conf->ntsrotate > 0) {
		p->nts.unsaved = r;
		if (p->nts.saved.ns == 0 ||
		    mono_diff(now_mono(), p->nts.saved) >= WATCH)
			save_ring(p);
	}
	explicit_bzero(&r, sizeof(r));
}

/*
 * The process
 */

/* Where clients find our NTP server, if it is not at port 123. */
static uint16_t
ntp_port(const struct conf *conf)
{
	const struct conf_node	*n;
	uint16_t			 port = 0;

	TAILQ_FOREACH(n, &conf->listens, entry) {
		if (n->reconf == RECONF_DELETE || n->listen.nts)
			continue;
		if (n->listen.addr.port == NTP_PORT)
			return 0;
		if (port == 0)
			port = n->listen.addr.port;
	}
	return port;
}

static void
configure(struct parent *p)
{
	struct imsgev		*iev = &p->child[ROLE_NTS].iev;
	struct msg_nts_conf	 m;

	p->nts.lines = 0;
	memset(&m, 0, sizeof(m));
	m.serve = conf_serves_nts(p->conf);
	m.rotate = p->conf->ntsrotate;
	m.port = ntp_port(p->conf);
	imsgev_send(iev, IMSG_NTS_CONF, 0, -1, &m, sizeof(m));
	if (asks(p->conf, true))
		give_ca(p);
	if (m.serve) {
		give_certificate(p);
		if (!p->nts.ringed || ring_changed(p))
			give_ring(p);
		p->nts.ringed = true;
		watch_later(p);
	} else
		evtimer_del(&p->nts.watch);
	imsgev_send(iev, IMSG_CONF_END, 0, -1, NULL, 0);
}

static void
conf_ready(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct parent	*p = arg;

	if (p->phase == PARENT_RUNNING)
		parent_reload_ready(p, ROLE_NTS);
}

/* For the operator; nts has logged it. */
static void
text(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct parent	*p = arg;
	const char	*line = in->data;

	if (in->len == 0 || in->len > MSG_TEXT_MAX ||
	    line[in->len - 1] != '\0')
		imsgev_refuse(iev, in, "not a line");
	if (p->nts.lines++ < LINES_MAX)
		parent_reload_text(p, line);
}

static void
again_timer(int fd, short what, void *arg)
{
	struct parent	*p = arg;

	if (p->phase == PARENT_QUITTING)
		return;
	start(p);
	if (!p->reload.running)
		(void)parent_open_listeners(p);
}

static void
start(struct parent *p)
{
	if (p->child[ROLE_NTS].pid != 0 || !wanted(p->conf))
		return;
	if (parent_child_attach(p, ROLE_NTS, from_nts, nitems(from_nts),
	    IMSG_FD_NTS) == -1) {
		(void)parent_again_later(&p->nts.again);
		return;
	}
	parent_again_started(&p->nts.again);
	p->nts.ringed = false;
	configure(p);
}

void
parent_nts_init(struct parent *p)
{
	parent_again_init(&p->nts.again, DELAY_MAX, again_timer, p);
	evtimer_set(&p->nts.watch, watch, p);
	(void)strlcpy(p->nts.path, p->conf->ntskeys, sizeof(p->nts.path));
	start(p);
}

/* Does it read?  What was queued a moment ago says nothing about that. */
static bool
deaf(struct imsgev *iev)
{
	imsgev_flush(iev);
	return imsgev_queued(iev) > 0;
}

bool
parent_nts_reload(struct parent *p)
{
	struct parent_child	*c = &p->child[ROLE_NTS];

	if (!wanted(p->conf)) {
		parent_again_fresh(&p->nts.again);
		if (c->pid != 0 && c->open)
			imsgev_send(&c->iev, IMSG_SHUTDOWN, 0, -1, NULL, 0);
		p->nts.ending = c->pid != 0;
		return false;
	}
	if (c->pid == 0) {
		parent_again_fresh(&p->nts.again);
		start(p);
	} else if (p->nts.ending || !c->open)
		return false;	/* when it has ended it is started again */
	else if (deaf(&c->iev)) {
		/* hung, or worse: nothing is put on top of that */
		log_warnx("nts does not listen, it is let go");
		imsgev_close(&c->iev);
		c->open = false;
		return false;
	} else
		configure(p);
	return c->pid != 0;
}

void
parent_nts_lost(struct parent *p, int status)
{
	bool	 asked = p->nts.ending;

	p->nts.ending = false;
	forget_ring(p);
	evtimer_del(&p->nts.watch);
	parent_open_forget(p);
	if (p->phase == PARENT_RUNNING)
		parent_reload_ready(p, ROLE_NTS);
	if (p->phase == PARENT_QUITTING || !wanted(p->conf))
		return;
	if (asked)
		again_timer(-1, 0, p);
	else
		parent_again_lost(&p->nts.again, ROLE_NTS, status);
}
