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
 * Engine: constraints, and when to ask which of their addresses.  The
 * asking itself is done by processes of the parent's, and what they bring
 * back is engine_bound.c's: here is only when to ask the next time.
 *
 * An answer is good for a day, so there is little to do once all of them
 * have given one.
 */

#include <sys/types.h>
#include <sys/queue.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "backoff.h"
#include "engine.h"

#define RETRY_MIN	15.0		/* s after a failure, doubled */
#define RETRY_MAX	900.0		/* s */
#define NEXT		1.0		/* s to the next address */
#define REFRESH		86400.0		/* s from an answer to a question, */
#define JITTER		0.1		/* and all of these less so much */
#define RECHECK		20.0		/* s in which all are asked again */
#define DISPUTE		900.0		/* s between such times, if sources */
					/* are outside */
#define ASKING_MAX	8		/* questions at once */
#define SOON		70.0		/* s; more than the engine's rest */
#define CLOCK_RIGHT	60.0		/* s; good enough for certificates */

/* On average so long, and never longer. */
static mono_t
later(mono_t now, double wait)
{
	double	 less = arc4random_uniform(1000) * 1e-3 * JITTER;

	return mono_add(now, wait * (1 - less));
}

/* Our own clock, by which a certificate may be judged. */
static bool
clock_right(const struct engine *e, const struct sync_now *now)
{
	return e->synced &&
	    fabs(sync_clock_error(&e->sync, &e->osc, now)) < CLOCK_RIGHT;
}

/*
 * Targets
 */

static struct target *
target_new(struct constraint *c, const struct addr *addr, mono_t now)
{
	struct target	*t;

	if ((t = calloc(1, sizeof(*t))) == NULL)
		fatal("constraint %s", c->conf->name);
	t->id = ++c->engine->constraints.nextid;
	t->addr = *addr;
	t->due = now;
	TAILQ_INSERT_TAIL(&c->targets, t, entry);
	return t;
}

static void
target_free(struct constraint *c, struct target *t)
{
	if (t->asking)
		c->engine->constraints.asking--;
	TAILQ_REMOVE(&c->targets, t, entry);
	free(t);
}

static struct target *
target_at(const struct constraint *c, const struct addr *addr)
{
	struct target	*t;

	TAILQ_FOREACH(t, &c->targets, entry) {
		if (addr_cmp(&t->addr, addr) == 0)
			return t;
	}
	return NULL;
}

/* One more address to be asked, if it is none of those there are. */
static void
candidate(struct constraint *c, const struct addr *addr)
{
	unsigned int	 i;

	for (i = 0; i < c->ncand; i++) {
		if (addr_equal(&c->cand[i], addr))
			return;
	}
	if (c->ncand == nitems(c->cand))
		return;
	c->cand[c->ncand] = *addr;
	c->cand[c->ncand++].port = c->conf->port;
}

/* The list begins with what the configuration says. */
static void
candidates(struct constraint *c, const struct msg_answer *a)
{
	uint32_t	 i;

	c->ncand = 0;
	for (i = 0; i < c->conf->nalso; i++)
		candidate(c, &c->conf->also[i]);
	if (c->conf->addr.family != ADDR_NONE)
		candidate(c, &c->conf->addr);
	for (i = 0; a != NULL && i < a->n; i++)
		candidate(c, &a->addr[i]);
}

/* A target for each address, or one for all of them. */
static void
retarget(struct constraint *c, mono_t now)
{
	struct target	*t, *next;
	unsigned int	 i;

	if (c->ncand == 0)
		return;
	if (!c->conf->all) {
		if ((t = TAILQ_FIRST(&c->targets)) == NULL)
			(void)target_new(c, &c->cand[0], now);
		else if (t->failures > 0 && !t->asking) {
			c->turn = 0;
			t->addr = c->cand[0];
			t->due = mono_add(now, NEXT);
		}
		return;
	}
	TAILQ_FOREACH_SAFE(t, &c->targets, entry, next) {
		for (i = 0; i < c->ncand; i++) {
			if (addr_cmp(&c->cand[i], &t->addr) == 0)
				break;
		}
		if (i == c->ncand)
			target_free(c, t);
	}
	for (i = 0; i < c->ncand && i < TARGETS_MAX; i++) {
		if (target_at(c, &c->cand[i]) == NULL)
			(void)target_new(c, &c->cand[i], now);
	}
}

/*
 * Statements
 */

static struct constraint *
constraint_new(struct engine *e, const struct conf_constraint *conf,
    mono_t now)
{
	struct constraint	*c;

	if ((c = calloc(1, sizeof(*c))) == NULL)
		fatal("constraint %s", conf->name);
	c->engine = e;
	c->conf = conf;
	c->id = ++e->nextname;
	/* the resolver is asked when what the file says has failed */
	c->due = conf->nalso > 0 ? later(now, REFRESH) : now;
	TAILQ_INIT(&c->targets);
	TAILQ_INSERT_TAIL(&e->constraints.list, c, entry);
	candidates(c, NULL);
	retarget(c, now);
	return c;
}

static void
constraint_free(struct constraint *c)
{
	struct target	*t;

	while ((t = TAILQ_FIRST(&c->targets)) != NULL)
		target_free(c, t);
	TAILQ_REMOVE(&c->engine->constraints.list, c, entry);
	free(c);
}

/* Before the engine, at rest, would look again. */
static bool
soon(mono_t due, mono_t now)
{
	return mono_diff(due, now) < SOON;
}

void
engine_constraint_init(struct engine *e)
{
	TAILQ_INIT(&e->constraints.list);
}

/* Other addresses in the statement?  Else all stays as it is. */
static void
reconf(struct constraint *c, mono_t now)
{
	unsigned int	 i;

	for (i = 0; i < c->conf->nalso && i < c->ncand; i++) {
		if (addr_cmp(&c->cand[i], &c->conf->also[i]) != 0)
			break;
	}
	if (i == c->conf->nalso)
		return;
	candidates(c, NULL);
	retarget(c, now);
	c->due = now;
}

void
engine_constraint_reconf(struct engine *e, const struct sync_now *now)
{
	struct conf_node	*n;

	TAILQ_FOREACH(n, &e->conf->constraints, entry) {
		switch (n->reconf) {
		case RECONF_NONE:
		case RECONF_NEW:
			if (n->state == NULL)
				n->state = constraint_new(e, &n->constraint,
				    now->mono);
			break;
		case RECONF_KEEP:
			reconf(n->state, now->mono);
			break;
		case RECONF_DELETE:
			constraint_free(n->state);
			n->state = NULL;
			break;
		}
	}
	engine_hurry(e, now->mono);
	engine_bound_reconf(e, now->mono);
}

/*
 * Asking
 */

static void
look_up(struct constraint *c)
{
	struct engine		*e = c->engine;
	struct msg_lookup	 m;

	if (!e->dns_there)
		return;
	memset(&m, 0, sizeof(m));
	strlcpy(m.name, c->conf->name, sizeof(m.name));
	c->resolving = true;
	imsgev_send(&e->dns, IMSG_DNS_LOOKUP, c->id, -1, &m, sizeof(m));
}

static void
ask(struct constraint *c, struct target *t, const struct sync_now *now)
{
	struct engine			*e = c->engine;
	struct msg_constraint_want	 m;
	char				 buf[ADDR_STRLEN];

	memset(&m, 0, sizeof(m));
	m.id = c->conf->id;
	m.addr = t->addr;
	m.clock = t->clock = clock_right(e, now);
	t->asking = true;
	t->asked = now->mono;
	e->constraints.asking++;
	log_debug("constraint %s: asking %s", c->conf->name,
	    addr_str(&t->addr, buf));
	imsgev_send(&e->parent, IMSG_CONSTRAINT_WANT, t->id, -1, &m,
	    sizeof(m));
}

/*
 * An answer whose certificate was judged by the date it told is asked for
 * once more when the clock is right, as in OpenNTPD.  So are all, now and
 * then, while sources are outside: one side is wrong.
 */
static void
recheck(struct engine *e, struct target *t, const struct sync_now *now)
{
	mono_t	 soon = mono_add(now->mono, RECHECK);

	if (!t->answered || t->asking || t->failures > 0 ||
	    mono_diff(t->due, soon) <= 0)
		return;
	if ((!t->checked && clock_right(e, now)) ||
	    (e->constraints.outside > 0 &&
	    mono_diff(now->mono, t->asked) > DISPUTE))
		t->due = later(now->mono, arc4random_uniform(1000) * 1e-3 *
		    RECHECK);
}

static void
count_outside(struct engine *e)
{
	int	 i;

	e->constraints.outside = 0;
	for (i = 0; i < SYNC_SOURCES; i++) {
		if (e->sync.src[i].used &&
		    e->sync.src[i].reason == SELECT_CONSTRAINT)
			e->constraints.outside++;
	}
}

bool
engine_constraint_tick(struct engine *e, const struct sync_now *now)
{
	struct constraint	*c;
	struct target		*t;
	bool			 waiting, busy = false;

	count_outside(e);
	TAILQ_FOREACH(c, &e->constraints.list, entry) {
		if (c->conf->addr.family == ADDR_NONE && !c->resolving &&
		    mono_diff(c->due, now->mono) <= 0)
			look_up(c);
		busy |= c->conf->addr.family == ADDR_NONE &&
		    soon(c->due, now->mono);
		TAILQ_FOREACH(t, &c->targets, entry) {
			recheck(e, t, now);
			busy |= soon(t->due, now->mono);
			if (!t->asking && mono_diff(t->due, now->mono) <= 0 &&
			    e->constraints.asking < ASKING_MAX)
				ask(c, t, now);
		}
	}
	waiting = engine_bound_tick(e, now);
	return busy || waiting;
}

static double
patience(unsigned int failures)
{
	return backoff(RETRY_MIN, RETRY_MAX, failures);
}

/* It is the engine's to tell them apart: names and constraints share ids. */
bool
engine_constraint_answer(struct engine *e, uint32_t id,
    const struct msg_answer *a, mono_t now)
{
	struct constraint	*c;

	TAILQ_FOREACH(c, &e->constraints.list, entry) {
		if (c->id == id)
			break;
	}
	if (c == NULL)
		return false;
	if (!c->resolving)
		return true;
	c->resolving = false;
	engine_hurry(e, now);
	if (a->result == DNS_OK && a->n > 0) {
		c->failures = 0;
		c->due = later(now, REFRESH);
		candidates(c, a);
		retarget(c, now);
		return true;
	}
	if (c->failures++ == 0)
		log_info("constraint %s: %s", c->conf->name,
		    a->result == DNS_TEMPFAIL ?
		    "cannot be resolved now, will try again" :
		    "no such name or no address");
	c->notfound = a->result != DNS_TEMPFAIL;
	c->due = later(now, patience(c->failures));
	return true;
}

void
engine_constraint_network(struct engine *e, mono_t now)
{
	struct constraint	*c;
	struct target		*t;

	engine_hurry(e, now);
	TAILQ_FOREACH(c, &e->constraints.list, entry) {
		if (c->failures > 0 && !c->resolving) {
			c->failures = 1;
			c->due = mono_add(now, NEXT);
		}
		TAILQ_FOREACH(t, &c->targets, entry) {
			if (t->failures > 0 && !t->asking) {
				t->failures = 1;
				t->due = mono_add(now, NEXT);
			}
		}
	}
}

/*
 * A question is over
 */

struct target *
engine_constraint_over(struct engine *e, uint32_t id, struct constraint **cp,
    mono_t now)
{
	struct constraint	*c;
	struct target		*t;

	TAILQ_FOREACH(c, &e->constraints.list, entry) {
		TAILQ_FOREACH(t, &c->targets, entry) {
			if (t->id != id || !t->asking)
				continue;
			t->asking = false;
			e->constraints.asking--;
			engine_hurry(e, now);
			*cp = c;
			return t;
		}
	}
	return NULL;
}

void
engine_constraint_refresh(struct target *t, mono_t now)
{
	t->failures = 0;
	t->due = later(now, REFRESH);
}

void
engine_constraint_retry(struct constraint *c, struct target *t, mono_t now)
{
	if (!c->conf->all && c->turn + 1 < c->ncand) {
		t->addr = c->cand[++c->turn];
		t->due = mono_add(now, NEXT);
		return;
	}
	t->failures++;
	t->due = later(now, patience(t->failures));
	if (!c->conf->all && c->ncand > 0)
		t->addr = c->cand[c->turn = 0];
	/* perhaps the name means something else by now */
	if (!c->resolving && mono_diff(c->due, t->due) > 0)
		c->due = c->ncand == c->conf->nalso ? now : t->due;
}
