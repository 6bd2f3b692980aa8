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
 * The parent's side of constraints: a process for each question of the
 * engine's, and what the answers mean to the clock.
 *
 * The engine says at which address to ask; what is asked, and whose
 * certificate the answer has to come with, is the configuration's.  So the
 * median that parent_policy.c holds the engine to is one that the engine
 * cannot make up.
 *
 * A child that does not end by itself takes a place until the daemon ends,
 * when the kernel ends it, too: in its sandbox the parent cannot.
 */

#include <sys/types.h>
#include <sys/queue.h>
#include <sys/time.h>

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "parent.h"

#define CHILDREN_MAX	16	/* at once */
#define QUERIES_MAX	128	/* questions at once, */
#define QUERIES_GAIN	0.1	/* and each second */
#define TIMEOUT		15	/* s; a child gives up before that */
#define DATE_MAX	INT64_C(7258118400)	/* 2200 */

struct parent_query {
	TAILQ_ENTRY(parent_query) entry;
	struct parent	*parent;
	pid_t		 pid;		/* 0: it has ended */
	struct imsgev	 iev;
	bool		 open;		/* iev is, no answer yet */
	uint32_t	 id;		/* the engine's */
	uint32_t	 conf;		/* conf_constraint.id */
	struct addr	 addr;
	mono_t		 started;	/* CLOCK_BOOTTIME */
	struct event	 timeout;
};

static void	 result(void *, struct imsgev *, const struct imsg_in *);

/* E5, what the parent takes from a constraint process. */
static const struct imsg_handler from_constraint[] = {
	{ .type = IMSG_CONSTRAINT_RESULT, .fn = result,
	    .len = sizeof(struct msg_constraint_result) },
};

static bool
wanted(const struct conf *conf)
{
	const struct conf_node	*n;

	TAILQ_FOREACH(n, &conf->constraints, entry) {
		if (n->reconf != RECONF_DELETE)
			return true;
	}
	return false;
}

/* Who is trusted may set any time: then constraints do not bind the clock. */
static bool
trusted(const struct conf *conf)
{
	const struct conf_node	*n;

	TAILQ_FOREACH(n, &conf->servers, entry) {
		if (n->server.trusted && !n->server.noselect)
			return true;
	}
	TAILQ_FOREACH(n, &conf->sensors, entry) {
		if (n->sensor.trusted)
			return true;
	}
	return false;
}

static const struct conf_constraint *
by_id(const struct parent *p, uint32_t id)
{
	const struct conf_node	*n;

	TAILQ_FOREACH(n, &p->conf->constraints, entry) {
		if (n->constraint.id == id)
			return &n->constraint;
	}
	return NULL;
}

/* The points of what is configured, and their median to the policy. */
static void
settle(struct parent *p)
{
	struct constrain_point	 points[CONSTRAIN_MAX], median;
	size_t			 i, n = 0;
	bool			 bind;

	for (i = 0; i < CONSTRAIN_MAX; i++) {
		if (p->constraint.answer[i].conf == 0)
			continue;
		if (by_id(p, p->constraint.answer[i].conf) == NULL)
			p->constraint.answer[i].conf = 0;
		else
			points[n++] = p->constraint.answer[i].point;
	}
	bind = wanted(p->conf) && !trusted(p->conf);
	policy_constrain(&p->clock.policy, bind,
	    constrain_median(points, n, &median) ? &median : NULL);
}

/* Where the answer of a constraint goes: its place, or the oldest one. */
static struct parent_answer *
place(struct parent *p, const struct conf_constraint *c,
    const struct addr *addr)
{
	struct parent_answer	*a, *old = &p->constraint.answer[0];
	size_t			 i;

	for (i = 0; i < CONSTRAIN_MAX; i++) {
		a = &p->constraint.answer[i];
		if (a->conf == c->id &&
		    (!c->all || addr_cmp(&a->addr, addr) == 0))
			return a;
		if (old->conf != 0 &&
		    (a->conf == 0 || a->point.at < old->point.at))
			old = a;
	}
	return old;
}

static void
tell(struct parent *p, uint32_t id, const struct msg_constraint_result *m)
{
	if (!parent_deaf(p))
		imsgev_send(&p->child[ROLE_ENGINE].iev,
		    IMSG_CONSTRAINT_RESULT, id, -1, m, sizeof(*m));
}

static void
refuse(struct parent *p, uint32_t id, const char *why, int error)
{
	struct msg_constraint_result	 m;

	memset(&m, 0, sizeof(m));
	m.result = CONSTRAINT_FAILED;
	(void)snprintf(m.reason, sizeof(m.reason), "%s%s%s", why,
	    error != 0 ? ": " : "", error != 0 ? strerror(error) : "");
	tell(p, id, &m);
}

/*
 * The children.
 */

static void
drop(struct parent_query *q)
{
	if (q->open) {
		imsgev_close(&q->iev);
		evtimer_del(&q->timeout);
		q->open = false;
	}
	if (q->pid != 0)
		return;		/* once it was reaped */
	TAILQ_REMOVE(&q->parent->constraint.queries, q, entry);
	q->parent->constraint.nqueries--;
	free(q);
}

static void
closed(void *arg, struct imsgev *iev)
{
	struct parent_query	*q = arg;

	refuse(q->parent, q->id, "its process ended without an answer", 0);
	drop(q);
}

static void
timed_out(int fd, short what, void *arg)
{
	struct parent_query	*q = arg;

	refuse(q->parent, q->id, "its process gave no answer", 0);
	drop(q);
}

/* Could it be true?  The child has read what a stranger sent. */
static bool
plausible(const struct parent_query *q, const struct now *now,
    const struct msg_constraint_result *m)
{
	return m->result <= CONSTRAINT_FAILED &&
	    memchr(m->reason, '\0', sizeof(m->reason)) != NULL &&
	    (m->result != CONSTRAINT_OK ||
	    (m->date >= 0 && m->date < DATE_MAX &&
	    m->boot.ns >= q->started.ns && m->boot.ns <= now->boot.ns &&
	    m->rtt >= 0 && m->rtt <= mono_diff(now->boot, q->started)));
}

static void
result(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	const struct msg_constraint_result	*m = in->data;
	const struct conf_constraint		*c;
	struct parent_query			*q = arg;
	struct parent				*p = q->parent;
	struct parent_answer			*a;
	struct now				 now;

	now_read(&now);
	if (!plausible(q, &now, m)) {
		refuse(p, q->id, "its process told nonsense", 0);
		drop(q);
		return;
	}
	/* it may have left the configuration meanwhile */
	if (m->result == CONSTRAINT_OK && (c = by_id(p, q->conf)) != NULL) {
		a = place(p, c, &q->addr);
		a->conf = c->id;
		a->addr = q->addr;
		constrain_point(&a->point, m->date, m->rtt,
		    parent_clock_age(&p->clock, &now, m->boot));
		settle(p);
	}
	tell(p, q->id, m);
	drop(q);
}

/* The descriptor of the file with the authorities, or -1 and errno. */
static int
open_ca(const struct parent *p)
{
	return open(p->conf->cafile[0] != '\0' ? p->conf->cafile : CAFILE,
	    O_RDONLY | O_NONBLOCK | O_CLOEXEC);
}

static void
ask(struct parent_query *q, const struct conf_constraint *c, bool clock,
    int ca)
{
	struct msg_constraint_query	 m;

	memset(&m, 0, sizeof(m));
	m.addr = q->addr;
	m.port = c->port;
	m.numeric = c->addr.family != ADDR_NONE;
	m.clock = clock;
	(void)strlcpy(m.name, c->name, sizeof(m.name));
	(void)strlcpy(m.path, c->path, sizeof(m.path));
	imsgev_send(&q->iev, IMSG_CONSTRAINT_QUERY, 0, ca, &m, sizeof(m));
}

static void
start(struct parent *p, const struct conf_constraint *c,
    const struct msg_constraint_want *want, uint32_t id)
{
	struct parent_query	*q;
	struct timeval		 tv = { TIMEOUT, 0 };
	struct now		 now;
	int			 ca, fd;

	if ((ca = open_ca(p)) == -1) {
		refuse(p, id, p->conf->cafile[0] != '\0' ? p->conf->cafile :
		    CAFILE, errno);
		return;
	}
	now_read(&now);
	if ((q = calloc(1, sizeof(*q))) == NULL ||
	    (fd = proc_start(p->self, ROLE_CONSTRAINT, &p->opts,
	    &q->pid)) == -1) {
		refuse(p, id, "its process cannot be started", errno);
		close(ca);
		free(q);
		return;
	}
	q->parent = p;
	q->id = id;
	q->conf = c->id;
	q->addr = want->addr;
	q->started = now.boot;
	q->open = true;
	TAILQ_INSERT_TAIL(&p->constraint.queries, q, entry);
	p->constraint.nqueries++;
	/* whatever it says, it is not the end of the daemon */
	imsgev_init(&q->iev, fd, role_name(ROLE_CONSTRAINT), from_constraint,
	    nitems(from_constraint), IMSGEV_SUSPECT, q, closed);
	evtimer_set(&q->timeout, timed_out, q);
	evtimer_add(&q->timeout, &tv);
	ask(q, c, want->clock != 0, ca);
}

void
parent_constraint_want(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	const struct msg_constraint_want	*m = in->data;
	const struct conf_constraint		*c;
	struct parent				*p = arg;

	if (p->phase == PARENT_QUITTING)
		return;
	if (p->phase == PARENT_STARTING)
		refuse(p, in->id, "not yet", 0);
	else if ((c = by_id(p, m->id)) == NULL)
		refuse(p, in->id, "it has left the configuration", 0);
	else if ((m->addr.family != ADDR_V4 && m->addr.family != ADDR_V6) ||
	    m->addr.port != c->port)
		imsgev_refuse(iev, in, "not an address of it");
	else if (p->constraint.nqueries >= CHILDREN_MAX ||
	    !policy_take(&p->constraint.bucket, now_mono(), QUERIES_MAX,
	    QUERIES_GAIN))
		refuse(p, in->id, "too many questions at once", 0);
	else
		start(p, c, m, in->id);
}

bool
parent_constraint_reap(struct parent *p, pid_t pid)
{
	struct parent_query	*q;

	TAILQ_FOREACH(q, &p->constraint.queries, entry) {
		if (q->pid != pid)
			continue;
		q->pid = 0;
		/* what it said last may not be read yet */
		if (!q->open)
			drop(q);
		return true;
	}
	return false;
}

void
parent_constraint_stop(struct parent *p)
{
	struct parent_query	*q, *next;

	TAILQ_FOREACH_SAFE(q, &p->constraint.queries, entry, next)
		drop(q);
}

void
parent_constraint_init(struct parent *p)
{
	TAILQ_INIT(&p->constraint.queries);
	p->constraint.bucket.tokens = QUERIES_MAX;
	p->constraint.bucket.last = now_mono();
}

void
parent_constraint_reconf(struct parent *p)
{
	struct conf_node	*n;

	TAILQ_FOREACH(n, &p->conf->constraints, entry) {
		if (n->constraint.id == 0)
			n->constraint.id = ++p->constraint.last;
	}
	settle(p);
}
