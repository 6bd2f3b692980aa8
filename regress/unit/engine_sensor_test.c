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
 * engine_sensor.c: readings in, sources of sync out, in a time of the
 * test's own.  Pulses are numbered by others or not at all; slow sensors
 * are not called silent; a reload keeps what it can.
 */

#include <event.h>
#include <stdlib.h>

#include "engine.h"
#include "test.h"

#define START	(1000 * S)
#define S	1000000000LL	/* ns */

static struct engine	 engine;
static int64_t		 now_ns = START;
static ntptime_t	 truth0;	/* true time at mono 0 */
static const struct imsg_handler *handler;
static struct event	*timers[8];	/* armed, and for when */
static int64_t		 due[8];
static int		 refused, closed;

/* In the place of engine.c, engine_sync.c and imsgev.c. */

void
engine_wake(struct engine *e, struct sync_now *out)
{
	out->mono.ns = now_ns;
	out->osc = osc_from_mono(&e->osc, out->mono);
	out->real = osc_free(&e->osc, out->osc);
	out->unixtime = 1800000000 + now_ns / S;
}

void
engine_timer(struct event *ev, mono_t when, mono_t now)
{
	size_t	 i;

	for (i = 0; timers[i] != NULL && timers[i] != ev; i++)
		;
	timers[i] = ev;
	due[i] = when.ns;
}

void
engine_sync_run(struct engine *e, const struct sync_now *now)
{
	struct clock_cmd	 cmd;

	(void)sync_update(&e->sync, now, &e->osc, &cmd);
}

void
engine_log_source(struct engine *e, struct verdict *v, const char *what,
    const char *name, int slot, const struct sync_now *now)
{
}

void
imsgev_init(struct imsgev *iev, int fd, const char *name,
    const struct imsg_handler *handlers, size_t n,
    enum imsgev_policy policy, void *arg,
    void (*fn)(void *, struct imsgev *))
{
	handler = handlers;
}

void
imsgev_close(struct imsgev *iev)
{
	closed++;
}

void
imsgev_refuse(struct imsgev *iev, const struct imsg_in *in, const char *why)
{
	refused++;
}

/* The world */

static struct sensor *
named(const char *name)
{
	struct sensor	*s;

	TAILQ_FOREACH(s, &engine.sensors, entry)
		if (strcmp(s->name, name) == 0)
			return s;
	return NULL;
}

static const struct sync_source *
source(const char *name)
{
	struct sensor	*s = named(name);

	return s == NULL ? NULL : &engine.sync.src[s->slot];
}

static void
deliver(const struct msg_sensor *m)
{
	struct imsg_in	 in = { .type = IMSG_SENSOR_READING, .data = m,
			    .len = sizeof(*m), .fd = -1 };

	handler->fn(&engine, &engine.sensor, &in);
}

/* A reading of this moment, of a sensor that is ahead of the truth. */
static void
says(const char *name, double ahead, bool pulse)
{
	struct msg_sensor	 m;

	memset(&m, 0, sizeof(m));
	(void)strlcpy(m.name, name, sizeof(m.name));
	m.mono.ns = now_ns;
	m.error = 1e-6;
	m.pulse = pulse;
	if (!pulse)
		m.time = ntptime_add(ntptime_add_ns(truth0, now_ns), ahead);
	deliver(&m);
}

/* Let a second pass, and the timers that are due in it. */
static void
second(void)
{
	int64_t	 until = now_ns + S;
	size_t	 i;

	for (i = 0; i < nitems(timers) && timers[i] != NULL; i++) {
		if (due[i] > until)
			continue;
		now_ns = due[i] > now_ns ? due[i] : now_ns;
		due[i] = INT64_MAX;
		event_active(timers[i], EV_TIMEOUT, 1);
		event_loop(EVLOOP_NONBLOCK);
	}
	now_ns = until;
}

/* The configuration: names and what follows, as the parser would give it. */
static struct conf_node *
sensor(const char *name, const char *refid, int stratum, int correction)
{
	struct conf_node	*n;

	if ((n = calloc(1, sizeof(*n))) == NULL)
		abort();
	(void)strlcpy(n->sensor.name, name, sizeof(n->sensor.name));
	(void)strlcpy(n->sensor.refid, refid, sizeof(n->sensor.refid));
	n->sensor.weight = 1;
	n->sensor.stratum = (uint8_t)stratum;
	n->sensor.correction = correction;
	TAILQ_INSERT_TAIL(&engine.conf->sensors, n, entry);
	return n;
}

static void
reconf(void)
{
	mono_t	 now = { now_ns };

	engine_sensor_reconf(&engine, now);
	conf_sweep(engine.conf);
}

/* The daemon before it, if there was one, leaves nothing. */
static void
end(void)
{
	struct conf_node	*n;

	if (engine.conf == NULL)
		return;
	TAILQ_FOREACH(n, &engine.conf->sensors, entry)
		n->reconf = RECONF_DELETE;
	reconf();
	conf_free(engine.conf);
	engine.conf = NULL;
}

/* A daemon that has just started; its clock is 2.25 s slow. */
static void
fresh(void)
{
	struct imsg_in		 in = { .fd = 3 };
	struct sync_conf	 conf = { .minsources = 1, .maxdist = 1.5 };
	mono_t			 now = { now_ns };

	end();
	memset(&engine, 0, sizeof(engine));
	memset(timers, 0, sizeof(timers));
	TAILQ_INIT(&engine.sensors);
	engine.conf = conf_new();
	truth0.t = UINT64_C(0xee000000) << 32;
	osc_init(&engine.osc, now, 0, ntptime_add(ntptime_add_ns(truth0,
	    now_ns), -2.25));
	sync_init(&engine.sync, &conf, 0, 1e-6);
	engine.started = true;
	engine_sensor_fd(&engine, NULL, &in);
}

/* A server that knows the time to within bound. */
static void
server(int slot, double bound)
{
	struct sample	 s;
	struct sync_now	 now;

	engine_wake(&engine, &now);
	memset(&s, 0, sizeof(s));
	s.at = now.osc;
	s.offset = 2.25 + bound / 8;
	s.delay = bound;
	s.disp = bound / 8;
	s.stratum = 1;
	sync_sample(&engine.sync, slot, &s, &now);
	engine_sync_run(&engine, &now);
}

static void
test_time(void)
{
	const struct sync_source	*src;
	int				 i;

	fresh();
	sensor("shm0", "GPS", 1, 0);
	sensor("shm1", "X", 3, -250000);
	reconf();
	CHECK_INT("both are there", named("shm0") != NULL &&
	    named("shm1") != NULL, 1);
	CHECK_STR("nothing yet", engine_sensor_reason(named("shm0")),
	    "says nothing");
	for (i = 0; i < 20; i++) {
		says("shm0", 0.001, false);
		says("shm1", 0.251, false);
		says("shm9", 0, false);
		second();
	}
	src = source("shm0");
	CHECK_NEAR("offset", src->stat.last.offset, 2.251, 2e-6);
	CHECK_INT("stratum 1 is a sample of 0", src->stat.last.stratum, 0);
	CHECK_INT("refid", src->refid, 0x47505300);
	CHECK_INT("used", src->reason, SELECT_OK);
	CHECK_STR("used", engine_sensor_reason(named("shm0")), "");
	src = source("shm1");
	CHECK_NEAR("correction", src->stat.last.offset, 2.251, 2e-6);
	CHECK_INT("stratum 3", src->stat.last.stratum, 2);
	CHECK_INT("refid", src->refid, 0x58000000);
	CHECK_INT("nobody asked for that one", named("shm9") == NULL, 1);
	CHECK_INT("served", engine.sync.est.valid &&
	    (engine.sync.est.stratum == 1 || engine.sync.est.stratum == 3),
	    1);
}

static const struct {
	const char	*what;
	double		 bound;		/* of the server, s; 0: none */
	int		 correction;	/* us */
	double		 late;		/* the pulse is, s */
	bool		 numbered;
	double		 want;		/* offset, s */
} pulses[] = {
	{ "nobody knows", 0, 0, 0, false, 0 },
	{ "a good server", 0.02, 0, 0, true, 2.25 },
	{ "a pulse 1 ms late", 0.02, 0, 0.001, true, 2.249 },
	{ "and corrected", 0.02, 1000, 0.001, true, 2.25 },
	{ "half a second, corrected", 0.02, 500000, 0.5, true, 2.25 },
	{ "half a second, not corrected", 0.02, 0, 0.5, false, 0 },
	{ "a bad server", 0.9, 0, 0, false, 0 },
};

static void
test_pulses(void)
{
	const struct sync_source	*src;
	struct sync_opts		 so = { .weight = 1, .minpoll = 6,
					    .maxpoll = 10 };
	size_t				 i;
	int				 j, slot;

	for (i = 0; i < nitems(pulses); i++) {
		now_ns = START;
		fresh();
		sensor("pps0", "PPS", 1, pulses[i].correction);
		reconf();
		slot = sync_add(&engine.sync, &so, 1);
		for (j = 0; j < 26; j++) {
			if (pulses[i].bound > 0)
				server(slot, pulses[i].bound);
			now_ns += (int64_t)(pulses[i].late * S);
			if (j > 18)
				says("pps0", 0, true);
			now_ns -= (int64_t)(pulses[i].late * S);
			second();
		}
		src = source("pps0");
		CHECK_INT(pulses[i].what, src->stat.n > 0,
		    pulses[i].numbered);
		if (pulses[i].numbered)
			CHECK_NEAR(pulses[i].what, src->stat.last.offset,
			    pulses[i].want, 3e-6);
		else
			CHECK_STR(pulses[i].what,
			    engine_sensor_reason(named("pps0")),
			    "no other source tells which second its pulse "
			    "is");
	}
}

/* Told each second, or only each minute: silence is another thing. */
static void
test_silence(void)
{
	int	 i, reached;

	fresh();
	sensor("fast", "F", 1, 0);
	sensor("slow", "S", 1, 0);
	reconf();
	for (i = 0; i < 600; i++) {
		says("fast", 0, false);
		if (i % 60 == 0)
			says("slow", 0, false);
		second();
		if (i > 130 && named("slow")->reach == 0)
			break;
	}
	CHECK_INT("slow, and never called silent", i, 600);
	CHECK_INT("fast", named("fast")->reach, 0xff);
	for (reached = 0; reached < 1000; reached++) {
		if (named("fast")->reach == 0)
			break;
		second();
	}
	CHECK_INT("fast is silent within a minute", reached > 8 &&
	    reached < 60, 1);
	CHECK_INT("and not used", source("fast")->reason ==
	    SELECT_UNREACHABLE, 1);
	CHECK_STR("because", engine_sensor_reason(named("fast")),
	    "says nothing");
	says("fast", 0, false);
	for (i = 0; i < 5; i++)
		second();
	CHECK_INT("one word brings it back", source("fast")->reason,
	    SELECT_OK);
}

static void
test_reload(void)
{
	struct conf_node	*all, *one;
	uint32_t		 n;
	int			 i, slot;

	fresh();
	all = sensor("*", "ALL", 1, 0);
	reconf();
	CHECK_INT("* alone is no sensor", TAILQ_EMPTY(&engine.sensors), 1);
	for (i = 0; i < 20; i++) {
		says("nmea0", 0.5, false);
		says("nmea1", 0.5, false);
		second();
	}
	CHECK_INT("found", source("nmea0")->refid, 0x414c4c00);
	slot = named("nmea0")->slot;
	n = source("nmea0")->stat.n;

	one = sensor("nmea0", "ONE", 1, -500000);
	one->reconf = RECONF_NEW;
	reconf();
	CHECK_INT("named now: the same slot", named("nmea0")->slot, slot);
	CHECK_INT("and samples", source("nmea0")->stat.n, n);
	CHECK_INT("but another refid", source("nmea0")->refid, 0x4f4e4500);
	CHECK_NEAR("and correction", source("nmea0")->stat.last.offset,
	    2.25, 2e-6);

	all->reconf = RECONF_DELETE;
	reconf();
	CHECK_INT("no * any more", named("nmea1") == NULL, 1);
	CHECK_INT("the named one stays", source("nmea0")->stat.n, n);
	one->reconf = RECONF_DELETE;
	reconf();
	CHECK_INT("nor that", TAILQ_EMPTY(&engine.sensors), 1);
	CHECK_INT("nor its slot", engine.sync.src[slot].used, 0);
	says("nmea0", 0, false);
	CHECK_INT("what it says now is nothing to us",
	    TAILQ_EMPTY(&engine.sensors), 1);
}

/* One that "*" found is forgotten; one with a name is not. */
static void
test_forget(void)
{
	struct conf_node	*gone;
	int			 i;

	fresh();
	sensor("*", "ALL", 1, 0);
	sensor("shm0", "GPS", 1, 0);
	gone = sensor("shm2", "OLD", 1, 0);
	reconf();
	says("shm0", 0, false);
	says("shm1", 0, false);
	says("shm2", 0, false);
	says("usb0", 0, false);
	/* a reload gives one a name, and takes another one's */
	gone->reconf = RECONF_DELETE;
	sensor("shm1", "NEW", 1, 0);
	reconf();
	for (i = 0; i < 890; i++)
		second();
	CHECK_INT("not yet", named("usb0") != NULL, 1);
	for (i = 0; i < 30; i++)
		second();
	CHECK_INT("forgotten", named("usb0") == NULL, 1);
	CHECK_INT("named: not", named("shm0") != NULL, 1);
	CHECK_INT("named by a reload: not", named("shm1") != NULL, 1);
	CHECK_INT("no longer named: forgotten", named("shm2") == NULL, 1);
}

/* What was read before a sleep is not mixed with what comes after. */
static void
test_jump(void)
{
	int	 i;

	fresh();
	sensor("shm0", "GPS", 1, 0);
	reconf();
	says("shm0", 100, false);
	engine.jumps++;
	for (i = 0; i < 3; i++) {
		says("shm0", 0, false);
		second();
	}
	CHECK_NEAR("after the jump", source("shm0")->stat.last.offset, 2.25,
	    2e-6);
}

static const struct {
	const char	*what;
	struct msg_sensor m;
	int		 refused;
} bad[] = {
	{ "good", { .name = "shm0", .error = 1e-6 }, 0 },
	{ "no name", { .name = "", .error = 1e-6 }, 1 },
	{ "no error", { .name = "shm0" }, 1 },
	{ "error NaN", { .name = "shm0", .error = NAN }, 1 },
	{ "negative error", { .name = "shm0", .error = -1 }, 1 },
	{ "large error", { .name = "shm0", .error = 1e9 }, 0 },
	{ "leap", { .name = "shm0", .error = 1, .leap = 3 }, 1 },
	{ "pulse", { .name = "shm0", .error = 1, .pulse = 2 }, 1 },
	{ "long ago", { .name = "shm0", .error = 1, .mono = { 1 } }, 0 },
	{ "far off", { .name = "shm0", .error = 1,
	    .mono = { INT64_MAX / 2 } }, 0 },
};

static void
test_bad(void)
{
	struct msg_sensor	 m;
	struct imsg_in		 in = { .fd = 3 };
	size_t			 i;

	fresh();
	sensor("shm0", "GPS", 1, 0);
	reconf();
	for (i = 0; i < nitems(bad); i++) {
		m = bad[i].m;
		if (m.mono.ns == 0)
			m.mono.ns = now_ns;
		refused = 0;
		deliver(&m);
		CHECK_INT(bad[i].what, refused, bad[i].refused);
		if (!refused)	/* else it would not have come back */
			CHECK_INT(bad[i].what, named("shm0")->clock.n, 1);
		named("shm0")->clock.n = 1;
	}
	engine.started = false;
	says("shm0", 0, false);
	CHECK_INT("not started", named("shm0")->clock.n, 1);
	closed = 0;
	engine_sensor_fd(&engine, NULL, &in);
	CHECK_INT("a new process: the old edge is closed", closed, 1);
}

int
main(void)
{
	event_init();
	test_time();
	test_pulses();
	test_silence();
	test_reload();
	test_forget();
	test_jump();
	test_bad();
	end();
	return test_done("engine_sensor");
}
