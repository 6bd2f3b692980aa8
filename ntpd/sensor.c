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
 * The sensor process: reads what tells the time and hangs on this machine,
 * each second, and hands every reading to the engine.  What it means is
 * the engine's business.
 *
 * It gets hold of its units while it still is root, then gives everything
 * up: the configuration, which has to come before that, comes from the
 * parent, who is root anyway.
 */

#include <sys/types.h>
#include <sys/queue.h>
#include <sys/time.h>

#include <errno.h>
#include <event.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "imsgev.h"
#include "log.h"
#include "msg.h"
#include "now.h"
#include "proc.h"
#include "sandbox.h"
#include "sensor.h"

#define TICK		1	/* s between readings */
#define SCAN		60	/* ticks between looks for new units */
#define AGE_MAX		5.0	/* s, an older reading is of another time */
#define AGE_MIN		-0.5	/* s, so is one of the future */
#define STEP_WAIT	5.0	/* s, for readings from before a step to end */
#define BORN		INT64_C(1577836800)	/* 2020; who shows less is
						 * wrong */
#define LIST_MAX	256	/* names looked at for "*" */

struct unit {
	TAILQ_ENTRY(unit) entry;
	char		 name[MSG_SENSOR_MAX];
	const struct sensor_driver *driver;
	unsigned int	 number;
	bool		 found;		/* by "*" */
	void		*state;		/* the driver's; NULL: not attached */
	bool		 said;		/* that it is not */
};
TAILQ_HEAD(units, unit);

struct sensors {
	struct imsgev	 parent;
	struct imsgev	 engine;
	bool		 engine_there;
	struct units	 units;
	bool		 all;		/* "sensor *" */
	struct event	 tick;
	unsigned int	 ticks;
	int64_t		 wall;		/* CLOCK_REALTIME - MONOTONIC, ns */
	mono_t		 stepped;	/* when that changed; 0: never */
};

static void	 fd_sensor(void *, struct imsgev *, const struct imsg_in *);
static void	 fd_device(void *, struct imsgev *, const struct imsg_in *);
static void	 conf_item(void *, struct imsgev *, const struct imsg_in *);
static void	 conf_end(void *, struct imsgev *, const struct imsg_in *);
static void	 shutdown_sensor(void *, struct imsgev *,
		    const struct imsg_in *);
static void	 closed(void *, struct imsgev *);
static void	 scan(struct sensors *);
static void	 tick(int, short, void *);

/* P, what sensor takes from the parent; CONF_END is the last of its kind. */
static const struct imsg_handler from_parent[] = {
	{ IMSG_FD_SENSOR, 0, fd_sensor, 1 },
	{ IMSG_FD_DEVICE, MSG_SENSOR_MAX, fd_device, 1 },
	{ IMSG_CONF_SENSOR, sizeof(struct conf_sensor), conf_item, 0 },
	{ IMSG_CONF_END, 0, conf_end, 0 },
	{ IMSG_LOG_LEVEL, sizeof(int32_t), proc_log_level, 0 },
	{ IMSG_SHUTDOWN, 0, shutdown_sensor, 0 },
};

/* E4: the engine has nothing to say to sensor. */

void
sensor_main(const struct proc_opts *opts)
{
	static struct sensors	 sensors;
	struct sensors		*s = &sensors;
	struct now		 now;

	proc_begin(ROLE_SENSOR, opts);
	TAILQ_INIT(&s->units);
	event_init();
	imsgev_init(&s->parent, PROC_PARENT_FD, "parent", from_parent,
	    nitems(from_parent), IMSGEV_FATAL, s, closed);
	event_dispatch();	/* until the configuration is complete */
	scan(s);
	proc_child(ROLE_SENSOR, opts);
	sandbox(ROLE_SENSOR, opts, NULL);

	now_read(&now);
	s->wall = now_wall(&now);
	evtimer_set(&s->tick, tick, s);
	tick(-1, 0, s);
	event_dispatch();
	fatalx("event loop ended");
}

static void
fd_sensor(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct sensors	*s = arg;

	if (s->engine_there)
		fatalx("second edge to the engine");
	imsgev_init(&s->engine, in->fd, "engine", NULL, 0, IMSGEV_FATAL, s,
	    closed);
	s->engine_there = true;
}

static void
conf_end(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct sensors	*s = arg;

	if (!s->engine_there || s->ticks != 0)
		imsgev_refuse(iev, in, "not now");
	event_loopexit(NULL);
}

static void
shutdown_sensor(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	exit(0);
}

/* Without either of them there is nothing to do. */
static void
closed(void *arg, struct imsgev *iev)
{
	exit(0);
}

/*
 * Units
 */

static struct unit *
unit_named(const struct sensors *s, const char *name)
{
	struct unit	*u;

	TAILQ_FOREACH(u, &s->units, entry) {
		if (strcmp(u->name, name) == 0)
			return u;
	}
	return NULL;
}

/* NULL when this system has no driver for it. */
static struct unit *
unit_new(struct sensors *s, const char *name, bool found)
{
	const struct sensor_driver	*driver;
	struct unit			*u;
	unsigned int			 number;

	if ((driver = sensor_find(name, &number)) == NULL)
		return NULL;
	if ((u = calloc(1, sizeof(*u))) == NULL)
		fatal("sensor %s", name);
	(void)strlcpy(u->name, name, sizeof(u->name));
	u->driver = driver;
	u->number = number;
	u->found = found;
	TAILQ_INSERT_TAIL(&s->units, u, entry);
	return u;
}

static void
unit_attach(struct unit *u, int fd)
{
	u->state = u->driver->attach(u->name, u->number, fd, u->found);
	if (u->state != NULL) {
		u->said = false;
		log_debug("sensor %s: there", u->name);
	} else if (!u->said && !u->found) {
		u->said = true;
		log_warn("sensor %s", u->name);
	}
}

/* What the parent opened for it, it may open again. */
static void
unit_gone(struct sensors *s, struct unit *u)
{
	char	 name[MSG_SENSOR_MAX];

	log_warn("sensor %s: gone", u->name);
	u->driver->detach(u->state);
	u->state = NULL;
	u->said = true;
	if (u->driver->device == NULL)
		return;
	memset(name, 0, sizeof(name));
	(void)strlcpy(name, u->name, sizeof(name));
	imsgev_send(&s->parent, IMSG_DEVICE_GONE, 0, -1, name, sizeof(name));
}

static void
conf_item(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	const struct conf_sensor	*c = in->data;
	struct sensors			*s = arg;

	if (s->ticks != 0 ||
	    memchr(c->name, '\0', sizeof(c->name)) == NULL)
		imsgev_refuse(iev, in, "not a sensor");
	if (strcmp(c->name, "*") == 0)
		s->all = true;
	else if (unit_named(s, c->name) != NULL ||
	    unit_new(s, c->name, false) == NULL)
		imsgev_refuse(iev, in, "not a sensor of this system");
}

static void
fd_device(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct sensors	*s = arg;
	struct unit	*u = NULL;

	if (memchr(in->data, '\0', in->len) != NULL)
		u = unit_named(s, in->data);
	if (u == NULL || u->driver->device == NULL || u->state != NULL)
		imsgev_refuse(iev, in, "no device of a sensor");
	unit_attach(u, in->fd);
}

/*
 * Look for what "*" means, and attach what is not.  After the start only
 * drivers that expect that are asked.
 */
static void
scan(struct sensors *s)
{
	const struct sensor_driver *const	*d;
	struct unit				*u;
	char					 name[MSG_SENSOR_MAX];
	unsigned int				 i;

	for (d = sensor_drivers; s->all && *d != NULL; d++) {
		if ((*d)->list == NULL || (s->ticks != 0 && !(*d)->late))
			continue;
		for (i = 0; i < LIST_MAX &&
		    (*d)->list(i, name, sizeof(name)); i++) {
			if (name[0] != '\0' && unit_named(s, name) == NULL)
				unit_new(s, name, true);
		}
	}
	TAILQ_FOREACH(u, &s->units, entry) {
		if (u->state == NULL && u->driver->device == NULL &&
		    (s->ticks == 0 || u->driver->late))
			unit_attach(u, -1);
	}
}

/*
 * Readings
 */

bool
sensor_sane(const struct sensor_reading *r, int64_t sec, uint32_t nsec)
{
	double	 age;

	if (r->sec < BORN || r->nsec > 999999999 || !(r->error > 0))
		return false;
	if (!r->pulse && (r->refsec < BORN || r->refsec > UINT32_MAX ||
	    r->refnsec > 999999999))
		return false;
	age = (double)(sec - r->sec) + ((double)nsec - r->nsec) * 1e-9;
	return age >= AGE_MIN && age <= AGE_MAX;
}

/*
 * Readings carry CLOCK_REALTIME.  When somebody has set that, those on
 * their way are of the clock it was before.
 */
static bool
settled(struct sensors *s, const struct now *now)
{
	int64_t	 wall = now_wall(now);

	if (fabs((double)(wall - s->wall) * 1e-9) >= NOW_STEP)
		s->stepped = now->mono;
	s->wall = wall;
	return s->stepped.ns == 0 ||
	    mono_diff(now->mono, s->stepped) > STEP_WAIT;
}

static void
send_reading(struct sensors *s, const struct unit *u,
    const struct sensor_reading *r)
{
	struct msg_sensor	 m;
	struct now		 now;

	now_read(&now);
	if (!settled(s, &now) || !sensor_sane(r, now.sec, now.nsec)) {
		log_debug("sensor %s: reading not used", u->name);
		return;
	}
	memset(&m, 0, sizeof(m));
	(void)strlcpy(m.name, u->name, sizeof(m.name));
	m.mono.ns = r->sec * 1000000000 + r->nsec - s->wall;
	if (!r->pulse)
		m.time = ntptime_from_unix(r->refsec, r->refnsec);
	m.error = r->error;
	m.leap = r->leap;
	m.pulse = r->pulse;
	imsgev_send(&s->engine, IMSG_SENSOR_READING, 0, -1, &m, sizeof(m));
}

static void
tick(int fd, short what, void *arg)
{
	struct sensors		*s = arg;
	struct sensor_reading	 r;
	struct timeval		 tv = { TICK, 0 };
	struct unit		*u;
	struct now		 now;

	evtimer_add(&s->tick, &tv);
	now_read(&now);
	(void)settled(s, &now);
	if (++s->ticks % SCAN == 0)
		scan(s);
	TAILQ_FOREACH(u, &s->units, entry) {
		if (u->state == NULL)
			continue;
		switch (u->driver->read(u->state, &r)) {
		case SENSOR_NEW:
			send_reading(s, u, &r);
			break;
		case SENSOR_NOTHING:
			break;
		case SENSOR_GONE:
			unit_gone(s, u);
			break;
		}
	}
}
