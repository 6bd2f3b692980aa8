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
 * The engine: asks servers, answers clients, works out what time it is,
 * and tells the parent what to do with the clock.  It reads all the
 * network's bytes, so it may touch nothing: no clock, no file, no other
 * process but through the edges below.
 */

#include <sys/types.h>
#include <sys/time.h>

#include <event.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine.h"
#include "now.h"
#include "sandbox.h"

#define TICK		1.0	/* s, while something is awaited */
#define TICK_REST	64.0	/* s, otherwise */
#define SLEEP_MIN	0.5	/* s */
#define TIMER_MAX	86400.0	/* s */

static void	 fd_dns(void *, struct imsgev *, const struct imsg_in *);
static void	 leaps(void *, struct imsgev *, const struct imsg_in *);
static void	 shutdown_engine(void *, struct imsgev *,
		    const struct imsg_in *);
static void	 start(void *, struct imsgev *, const struct imsg_in *);
static void	 parent_closed(void *, struct imsgev *);
static void	 dns_closed(void *, struct imsgev *);
static void	 clock_set(int, short, void *);
static void	 tick(int, short, void *);

/* E1, what the engine takes from the parent. */
static const struct imsg_handler from_parent[] = {
	CONF_HANDLERS(engine_conf_item),
	{ IMSG_CONF_COMMIT, 0, engine_conf_commit, 0 },
	{ IMSG_LOG_LEVEL, sizeof(int32_t), proc_log_level, 0 },
	{ IMSG_SHUTDOWN, 0, shutdown_engine, 0 },
	{ IMSG_FD_CONTROL, 0, engine_control_fd, 1 },
	{ IMSG_FD_DNS, 0, fd_dns, 1 },
	{ IMSG_FD_NTS, 0, engine_nts_fd, 1 },
	{ IMSG_FD_SENSOR, 0, engine_sensor_fd, 1 },
	{ IMSG_FD_LISTEN, sizeof(struct msg_listen), engine_server_listen, 1 },
	{ IMSG_LISTEN_SERVED, sizeof(struct msg_listen),
	    engine_server_served, 0 },
	{ IMSG_LISTEN_GONE, sizeof(uint32_t), engine_server_gone, 0 },
	{ IMSG_FD_SERVER, sizeof(uint32_t), engine_worker_fd, 1 },
	{ IMSG_FD_STATS, sizeof(uint32_t), engine_stats_fd, 1 },
	{ IMSG_STATS_GONE, 0, engine_stats_gone, 0 },
	{ IMSG_START, sizeof(struct msg_start), start, 0 },
	{ IMSG_CLOCK_DONE, sizeof(struct msg_clock_done), engine_sync_done,
	    0 },
	{ IMSG_CONSTRAINT_RESULT, sizeof(struct msg_constraint_result),
	    engine_bound_result, 0 },
	{ IMSG_LEAPS, sizeof(struct leap_table), leaps, 0 },
	{ IMSG_KEYS, sizeof(struct mackeys), engine_key_set, 0 },
	{ IMSG_RELOAD_TEXT, IMSG_VARLEN, engine_control_text, 0 },
	{ IMSG_RELOAD_DONE, sizeof(int32_t), engine_control_done, 0 },
	{ IMSG_PROCESS, sizeof(struct msg_process), engine_control_process,
	    0 },
	{ IMSG_PROCESSES_END, sizeof(uint32_t), engine_control_processes, 0 },
};

/* E2, what the engine takes from dns. */
static const struct imsg_handler from_dns[] = {
	{ IMSG_DNS_ANSWER, sizeof(struct msg_answer), engine_name_answer, 0 },
	{ IMSG_DNS_TARGETS, sizeof(struct msg_targets),
	    engine_service_targets, 0 },
};

void
engine_main(const struct proc_opts *opts)
{
	static struct engine	 engine;
	struct engine		*e = &engine;

	tzset();	/* while there is a /etc/localtime */
	proc_child(ROLE_ENGINE, opts);
	event_init();

	e->opts = opts;
	e->born = now_mono();
	e->precision = now_precision();
	e->warm = io_warm();
	e->watch = io_clock_watch();
	TAILQ_INIT(&e->names);
	TAILQ_INIT(&e->sensors);
	engine_constraint_init(e);
	engine_server_init(e);
	engine_control_init(e);
	engine_jar_init(e);
	engine_key_init(e);
	engine_stats_init();
	imsgev_init(&e->parent, PROC_PARENT_FD, "parent", from_parent,
	    nitems(from_parent), IMSGEV_FATAL, e, parent_closed);
	event_dispatch();
	fatalx("event loop ended");
}

static void
fd_dns(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct engine	*e = arg;

	if (e->dns_there)
		fatalx("second edge to dns");
	imsgev_init(&e->dns, in->fd, "dns", from_dns, nitems(from_dns),
	    IMSGEV_FATAL, e, dns_closed);
	e->dns_there = true;
}

/* All descriptors and the configuration have arrived. */
static void
start(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct engine	*e = arg;
	struct sync_now	 now;
	struct name	*n;

	if (e->started || e->conf == NULL || !e->dns_there)
		fatalx("told to start %s", e->started ? "twice" :
		    "before everything was there");
	sandbox(ROLE_ENGINE, e->opts, NULL);

	engine_wake(e, &now);
	engine_sync_start(e, in->data, &now);
	engine_budget_start(e, &((const struct msg_start *)in->data)->budget,
	    &now);
	e->started = true;
	engine_wake(e, &now);
	engine_constraint_reconf(e, &now);
	engine_sync_reconf(e, &now);
	TAILQ_FOREACH(n, &e->names, entry)
		engine_pool_start(n, now.mono);
	engine_sensor_reconf(e, now.mono);
	engine_server_start(e);

	evtimer_set(&e->tick, tick, e);
	engine_timer(&e->tick, mono_add(now.mono, TICK), now.mono);
	if (e->watch != -1) {
		event_set(&e->set, e->watch, EV_READ | EV_PERSIST, clock_set,
		    e);
		event_add(&e->set, NULL);
	}
	imsgev_send(&e->parent, IMSG_ENGINE_READY, 0, -1, NULL, 0);
	log_info("ntp engine ready");
	(void)engine_constraint_tick(e, &now);	/* now the parent listens */
}

/*
 * Each second while there is something to wait for: clients, a route, a
 * clock that is right.  Else rarely, for machines that would rather sleep.
 * That somebody set the clock is told at once where the system can do that.
 */
static void
tick(int fd, short what, void *arg)
{
	struct engine	*e = arg;
	struct sync_now	 now;
	bool		 cut, keyless, asking;

	engine_wake(e, &now);
	cut = engine_client_probe(e, now.mono);
	keyless = engine_jar_tick(e, &now);
	engine_pool_watch(e, now.mono);
	asking = engine_constraint_tick(e, &now);
	engine_sync_tick(e, &now);
	engine_server_refresh(e, &now);
	engine_server_tick(e, &now);
	e->resting = e->watch != -1 && e->synced && !cut && !keyless &&
	    !asking && TAILQ_EMPTY(&e->server.listeners);
	engine_timer(&e->tick,
	    mono_add(now.mono, e->resting ? TICK_REST : TICK), now.mono);
}

void
engine_hurry(struct engine *e, mono_t now)
{
	if (!e->resting)
		return;
	e->resting = false;
	engine_timer(&e->tick, mono_add(now, TICK), now);
}

static void
clock_set(int fd, short what, void *arg)
{
	struct engine	*e = arg;
	struct sync_now	 now;

	io_clock_told(fd);
	engine_wake(e, &now);
}

/*
 * CLOCK_REALTIME - CLOCK_MONOTONIC changes only when somebody sets the
 * clock (or the kernel, for a leap second), CLOCK_BOOTTIME -
 * CLOCK_MONOTONIC only when the machine slept; the first changes then, too.
 */
void
engine_wake(struct engine *e, struct sync_now *out)
{
	struct now	 now;
	int64_t		 wall, sleep;
	double		 stepped = 0, slept = 0;

	now_read(&now);
	wall = now_wall(&now);
	sleep = now.boot.ns - now.mono.ns;
	if (e->watching) {
		slept = (double)(sleep - e->sleep) * 1e-9;
		if (slept < SLEEP_MIN)
			slept = 0;
		stepped = (double)(wall - e->wall) * 1e-9 - slept;
	}
	if (!e->watching || slept > 0)
		e->sleep = sleep;
	e->wall = wall;
	e->watching = true;

	out->mono = now.mono;
	out->osc = osc_from_mono(&e->osc, now.mono);
	out->real = now.real;
	out->unixtime = now.sec;
	if (slept > 0) {
		e->jumps++;
		engine_sync_resumed(e, out, slept);
	}
	if (fabs(stepped) >= NOW_STEP) {
		e->jumps++;
		engine_sync_jumped(e, out, stepped);
	}
}

mono_t
engine_stamp(const struct engine *e, int64_t sec, uint32_t nsec)
{
	mono_t	 t = { sec * 1000000000 + nsec - e->wall };

	return t;
}

void
engine_timer(struct event *ev, mono_t when, mono_t now)
{
	struct timeval	 tv;
	double		 wait;

	wait = mono_diff(when, now);
	if (!(wait > 0))
		wait = 0;
	if (wait > TIMER_MAX)
		wait = TIMER_MAX;
	tv.tv_sec = (time_t)wait;
	tv.tv_usec = (suseconds_t)((wait - floor(wait)) * 1e6);
	evtimer_add(ev, &tv);
}

static void
leaps(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct engine			*e = arg;
	const struct leap_table		*table = in->data;

	if (table->n > LEAP_TABLE_MAX)
		imsgev_refuse(iev, in, "too many leap seconds");
	e->leaps = *table;
	e->sync.leaps = *table;
}

static void
shutdown_engine(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct engine	*e = arg;
	struct sync_now	 now;

	if (e->started) {
		engine_wake(e, &now);
		engine_sync_drift(e, &now);
		engine_budget_tell(e, now.mono);
	}
	imsgev_drain(&e->parent);
	exit(0);
}

static void
parent_closed(void *arg, struct imsgev *iev)
{
	exit(0);
}

/* Its loss ends the daemon, which the parent sees to. */
static void
dns_closed(void *arg, struct imsgev *iev)
{
	struct engine	*e = arg;

	log_debug("dns is gone");
	imsgev_close(&e->dns);
	e->dns_there = false;
}
