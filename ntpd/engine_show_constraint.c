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
 * Engine: the rows of ntpctl's view of constraints.
 */

#include <sys/types.h>
#include <sys/queue.h>

#include <math.h>
#include <string.h>

#include "engine.h"

static void
constraint_conf(const struct constraint *c, struct ctl_constraint *cc)
{
	strlcpy(cc->name, c->conf->name, sizeof(cc->name));
	strlcpy(cc->path, c->conf->path, sizeof(cc->path));
	cc->all = c->conf->all;
	cc->offset = cc->rtt = NAN;
	cc->last = -1;
}

static enum ctl_constraint_state
constraint_state(const struct target *t)
{
	if (t->answered)
		return t->reason[0] != '\0' ? CTL_CONSTRAINT_FAILING :
		    CTL_CONSTRAINT_VALID;
	return t->reason[0] != '\0' ? CTL_CONSTRAINT_INVALID :
	    CTL_CONSTRAINT_STARTING;
}

static void
show_target(const struct constraint *c, const struct target *t,
    struct imsgev *iev, const struct sync_now *now)
{
	struct ctl_constraint	 cc;

	memset(&cc, 0, sizeof(cc));
	constraint_conf(c, &cc);
	cc.addr = t->addr;
	cc.state = constraint_state(t);
	cc.next = t->asking ? 0 : fmax(mono_diff(t->due, now->mono), 0);
	cc.answers = t->answers;
	cc.errors = t->errors;
	strlcpy(cc.reason, t->reason, sizeof(cc.reason));
	if (t->answered) {
		cc.checked = t->checked;
		cc.offset = engine_bound_offset(c->engine, &t->point,
		    now);
		cc.rtt = t->rtt;
		cc.last = engine_bound_age(c->engine, &t->point, now);
	}
	imsgev_send(iev, IMSG_CTL_ROW_CONSTRAINT, 0, -1, &cc, sizeof(cc));
}

static void
show_nameless(const struct constraint *c, struct imsgev *iev,
    const struct sync_now *now)
{
	struct ctl_constraint	 cc;

	memset(&cc, 0, sizeof(cc));
	constraint_conf(c, &cc);
	cc.state = CTL_CONSTRAINT_RESOLVING;
	cc.next = c->resolving ? 0 : fmax(mono_diff(c->due, now->mono), 0);
	cc.errors = c->failures;
	strlcpy(cc.reason, c->failures == 0 ? "being resolved" :
	    c->notfound ? "no such name, or no address" :
	    "the resolver does not answer", sizeof(cc.reason));
	imsgev_send(iev, IMSG_CTL_ROW_CONSTRAINT, 0, -1, &cc, sizeof(cc));
}

uint32_t
engine_show_constraints(struct engine *e, struct imsgev *iev,
    const struct sync_now *now)
{
	const struct constraint	*c;
	const struct target	*t;
	uint32_t		 rows = 0;

	TAILQ_FOREACH(c, &e->constraints.list, entry) {
		if (TAILQ_EMPTY(&c->targets)) {
			show_nameless(c, iev, now);
			rows++;
		}
		TAILQ_FOREACH(t, &c->targets, entry) {
			show_target(c, t, iev, now);
			rows++;
		}
	}
	return rows;
}
