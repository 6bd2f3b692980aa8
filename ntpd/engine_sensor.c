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
 * Engine: sensors as sources.  Their readings come from the sensor process;
 * here they are numbered if they are mere pulses, become a sample every few
 * seconds, and from there on are treated as any server's.
 *
 * A sensor that the configuration names is always there; one that "*"
 * stands for is while it is heard of.
 */

#include <sys/types.h>
#include <sys/queue.h>

#include <event.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine.h"
#include "refclock.h"

#define MINPOLL		1	/* log2 s between samples, while much is to */
#define MAXPOLL		4	/* be learned, and in the end */
#define SILENTPOLL	2	/* and when there was nothing to make one of */
#define PACE		64.0	/* s between readings, when it is not known, */
#define PACE_MAX	128.0	/* and at most: to be called silent */
#define PACE_GAIN	0.25	/* of a new gap; a late one is not the pace */
#define FORGET		900.0	/* s of silence end one found by "*" */
#define AGE_MAX		30.0	/* s, a reading that took so long is no use */
#define ERROR_MAX	10.0	/* s, a reading so bad is no reading */

static void	 reading(void *, struct imsgev *, const struct imsg_in *);
static void	 closed(void *, struct imsgev *);
static void	 timer_cb(int, short, void *);

/* E4, what the engine takes from sensor. */
static const struct imsg_handler from_sensor[] = {
	{ IMSG_SENSOR_READING, sizeof(struct msg_sensor), reading, 0 },
};

/* A new process takes the place of the one there was. */
void
engine_sensor_fd(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct engine	*e = arg;

	if (e->sensor_there)
		imsgev_close(&e->sensor);
	imsgev_init(&e->sensor, in->fd, "sensor", from_sensor,
	    nitems(from_sensor), IMSGEV_FATAL, e, closed);
	e->sensor_there = true;
}

/* Its parent starts it again; until then there are no readings. */
static void
closed(void *arg, struct imsgev *iev)
{
	struct engine	*e = arg;

	log_debug("sensor is gone");
	imsgev_close(&e->sensor);
	e->sensor_there = false;
}

/*
 * Sensors and the configuration
 */

static struct sensor *
sensor_named(const struct engine *e, const char *name)
{
	struct sensor	*s;

	TAILQ_FOREACH(s, &e->sensors, entry) {
		if (strcmp(s->name, name) == 0)
			return s;
	}
	return NULL;
}

/* The statement a sensor is under: its own, or the one with "*". */
static const struct conf_sensor *
statement(const struct engine *e, const char *name)
{
	const struct conf_node	*n;
	const struct conf_sensor	*all = NULL;

	TAILQ_FOREACH(n, &e->conf->sensors, entry) {
		if (n->reconf == RECONF_DELETE)
			continue;
		if (strcmp(n->sensor.name, name) == 0)
			return &n->sensor;
		if (strcmp(n->sensor.name, "*") == 0)
			all = &n->sensor;
	}
	return all;
}

/* Nobody named it: it goes when it is not heard of. */
static bool
found(const struct sensor *s)
{
	return strcmp(s->conf->name, "*") == 0;
}

static void
options(const struct conf_sensor *c, struct sync_opts *so)
{
	memset(so, 0, sizeof(*so));
	so->weight = c->weight;
	so->trusted = c->trusted;
	so->minpoll = MINPOLL;
	so->maxpoll = MAXPOLL;
	so->correction = c->correction * 1e-6;
}

/* As in a packet of stratum 1: up to four characters. */
static uint32_t
refid(const struct conf_sensor *c)
{
	uint32_t	 id = 0;
	size_t		 i;

	for (i = 0; i < 4 && c->refid[i] != '\0'; i++)
		id |= (uint32_t)(uint8_t)c->refid[i] << (24 - 8 * i);
	return id;
}

static struct sensor *
sensor_new(struct engine *e, const struct conf_sensor *c, const char *name,
    mono_t now)
{
	struct sync_opts	 so;
	struct sensor		*s;

	if ((s = calloc(1, sizeof(*s))) == NULL) {
		log_warn("sensor %s", name);
		return NULL;
	}
	options(c, &so);
	if ((s->slot = sync_add(&e->sync, &so, refid(c))) == -1) {
		log_warnx("sensor %s: more than %d sources, not used", name,
		    SYNC_SOURCES);
		free(s);
		return NULL;
	}
	s->engine = e;
	s->conf = c;
	(void)strlcpy(s->name, name, sizeof(s->name));
	s->verdict.reason = SELECT_EMPTY;
	s->pace = PACE;
	s->jumps = e->jumps;
	s->heard = s->moved = now;
	s->interval = ldexp(1, MINPOLL);
	s->due = mono_add(now, s->interval);
	evtimer_set(&s->timer, timer_cb, s);
	engine_timer(&s->timer, s->due, now);
	TAILQ_INSERT_TAIL(&e->sensors, s, entry);
	return s;
}

static void
sensor_free(struct sensor *s)
{
	TAILQ_REMOVE(&s->engine->sensors, s, entry);
	evtimer_del(&s->timer);
	sync_remove(&s->engine->sync, s->slot);
	free(s);
}

void
engine_sensor_reconf(struct engine *e, mono_t now)
{
	const struct conf_node	*n;
	struct sync_opts		 so;
	struct sensor			*s, *next;

	TAILQ_FOREACH_SAFE(s, &e->sensors, entry, next) {
		if ((s->conf = statement(e, s->name)) == NULL) {
			sensor_free(s);
			continue;
		}
		options(s->conf, &so);
		sync_source_reconf(&e->sync, s->slot, &so);
		e->sync.src[s->slot].refid = refid(s->conf);
	}
	TAILQ_FOREACH(n, &e->conf->sensors, entry) {
		if (n->reconf != RECONF_DELETE &&
		    strcmp(n->sensor.name, "*") != 0 &&
		    sensor_named(e, n->sensor.name) == NULL)
			sensor_new(e, &n->sensor, n->sensor.name, now);
	}
}

/*
 * Readings
 */

/* Readings from before a suspend say nothing of the clock after it. */
static void
forget_jumps(struct sensor *s)
{
	if (s->jumps != s->engine->jumps)
		s->clock.n = 0;
	s->jumps = s->engine->jumps;
}

/* Which second was it?  Only the others know. */
static bool
number(struct sensor *s, struct refreading *r)
{
	const struct engine	*e = s->engine;
	ntptime_t		 known;

	s->pulse = true;
	s->numbered = false;
	if (!e->sync.est.valid || e->sync.local)
		return false;
	known = ntptime_add(sync_time(&e->sync, &e->osc, r->at),
	    -s->conf->correction * 1e-6);
	s->numbered = refclock_number(known, sync_maxerror(&e->sync, r->at),
	    &r->time);
	return s->numbered;
}

static void
take(struct sensor *s, const struct msg_sensor *m, mono_t now)
{
	struct refreading	 r;
	double			 gap = fmin(mono_diff(now, s->heard), PACE_MAX);

	memset(&r, 0, sizeof(r));
	r.at = osc_from_mono(&s->engine->osc, m->mono);
	r.time = m->time;
	r.error = m->error;
	r.leap = m->leap;
	if (s->readings++ == 1)
		s->pace = gap;
	else if (s->readings > 2)
		s->pace += (gap - s->pace) * PACE_GAIN;
	s->heard = now;
	forget_jumps(s);
	if (m->pulse && !number(s, &r))
		return;
	refclock_add(&s->clock, &r);
}

static void
reading(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	const struct msg_sensor		*m = in->data;
	const struct conf_sensor	*c;
	struct engine			*e = arg;
	struct sync_now			 now;
	struct sensor			*s;

	if (memchr(m->name, '\0', sizeof(m->name)) == NULL ||
	    m->name[0] == '\0' || !(m->error > 0) || m->leap > LEAP_DELETE ||
	    m->pulse > 1)
		imsgev_refuse(iev, in, "not a reading");
	if (!e->started || m->error > ERROR_MAX)
		return;
	engine_wake(e, &now);
	if (!(fabs(mono_diff(now.mono, m->mono)) < AGE_MAX))
		return;
	if ((s = sensor_named(e, m->name)) == NULL) {
		if ((c = statement(e, m->name)) == NULL ||
		    (s = sensor_new(e, c, m->name, now.mono)) == NULL)
			return;
	}
	take(s, m, now.mono);
}

/*
 * Samples
 */

/* A register as a server has it, one bit for each turn with a reading. */
static void
reach(struct sensor *s, bool heard, const struct sync_now *now)
{
	struct engine	*e = s->engine;
	uint8_t		 before = s->reach;

	if (!heard && mono_diff(now->mono, s->moved) < s->pace)
		return;
	s->reach = (uint8_t)(s->reach << 1 | heard);
	s->moved = now->mono;
	sync_reach(&e->sync, s->slot, s->reach);
	if (before != 0 && s->reach == 0)
		engine_sync_run(e, now);
}

static void
timer_cb(int fd, short what, void *arg)
{
	struct sensor	*s = arg;
	struct engine	*e = s->engine;
	struct sync_now	 now;
	struct sample	 x;
	double		 offset = 0;
	bool		 heard;

	engine_wake(e, &now);
	if (found(s) && mono_diff(now.mono, s->heard) > FORGET) {
		log_info("sensor %s: not heard of for %.0f s, gone", s->name,
		    FORGET);
		sensor_free(s);
		engine_sync_run(e, &now);
		return;
	}
	forget_jumps(s);
	heard = refclock_sample(&s->clock, &e->osc, e->sync.est.valid ?
	    e->sync.est.freq : e->sync.joint.freq, &x) == 0;
	if (heard) {
		/* clients see one more */
		x.stratum = (uint8_t)(s->conf->stratum - 1);
		log_debug("sensor %s: offset %f error %f", s->name, x.offset,
		    x.disp);
		offset = engine_stats_offset(e, s->slot, &x);
		sync_sample(&e->sync, s->slot, &x, &now);
	}
	reach(s, heard, &now);
	if (heard) {
		engine_sync_run(e, &now);
		engine_stats_sample(e, s->name, s->slot, &x, offset, &now);
	}
	s->interval = ldexp(1, heard ? sync_poll(&e->sync, s->slot) :
	    SILENTPOLL);
	s->due = mono_add(now.mono, s->interval);
	engine_timer(&s->timer, s->due, now.mono);
}

void
engine_sensor_log(struct engine *e, const struct sync_now *now)
{
	struct sensor	*s;

	TAILQ_FOREACH(s, &e->sensors, entry)
		engine_log_source(e, &s->verdict, "sensor", s->name,
		    s->slot, now);
}

const char *
engine_sensor_reason(const struct sensor *s)
{
	enum select_reason	 why = s->engine->sync.src[s->slot].reason;

	if (why == SELECT_EMPTY && s->pulse && !s->numbered)
		return "no other source tells which second its pulse is";
	if (why == SELECT_EMPTY || why == SELECT_UNREACHABLE)
		return "says nothing";
	return select_reason_str(why);
}
