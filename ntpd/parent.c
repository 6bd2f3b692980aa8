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
 * The parent: root.  It starts the others, opens what they need, checks
 * and carries out what the engine asks of the clock, and ends them.  It
 * never reads a byte that came from the network.
 *
 * from_engine below is all that the engine, which does, can ask of root.
 */

#include <sys/types.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <errno.h>
#include <math.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "clock.h"
#include "parent.h"

#define QUIT_TIME	2	/* s a child has to end */
#define UNREAD_MAX	1000	/* messages a child may leave unread */

static void	 conf_ready(void *, struct imsgev *, const struct imsg_in *);
static void	 clock_slew(void *, struct imsgev *, const struct imsg_in *);
static void	 clock_jump(void *, struct imsgev *, const struct imsg_in *);
static void	 clock_state(void *, struct imsgev *, const struct imsg_in *);
static void	 drift(void *, struct imsgev *, const struct imsg_in *);
static void	 budget(void *, struct imsgev *, const struct imsg_in *);
static void	 processes(void *, struct imsgev *, const struct imsg_in *);
static void	 reload(void *, struct imsgev *, const struct imsg_in *);
static void	 log_level(void *, struct imsgev *, const struct imsg_in *);
static void	 dns_answer(void *, struct imsgev *, const struct imsg_in *);

/* Messages the parent accepts from the engine.  Anything else is fatal. */
static const struct imsg_handler from_engine[] = {
	{ .type = IMSG_CONF_READY, .fn = conf_ready },
	{ .type = IMSG_ENGINE_READY, .fn = parent_ready },
	{ .type = IMSG_CLOCK_SLEW, .fn = clock_slew,
	    .len = sizeof(struct msg_clock_slew) },
	{ .type = IMSG_CLOCK_STEP, .fn = clock_jump,
	    .len = sizeof(struct msg_clock_step) },
	{ .type = IMSG_CLOCK_STATUS, .fn = clock_state,
	    .len = sizeof(struct msg_clock_status) },
	{ .type = IMSG_DRIFT, .fn = drift,
	    .len = sizeof(struct msg_drift) },
	{ .type = IMSG_BUDGET, .fn = budget,
	    .len = sizeof(struct budget_state) },
	{ .type = IMSG_PROCESSES, .fn = processes },
	{ .type = IMSG_RELOAD, .fn = reload },
	{ .type = IMSG_CONSTRAINT_WANT, .fn = parent_constraint_want,
	    .len = sizeof(struct msg_constraint_want) },
	{ .type = IMSG_LOG_LEVEL, .fn = log_level,
	    .len = sizeof(int32_t) },
};

/* Of the addresses of names in "listen on", and nothing else. */
static const struct imsg_handler from_dns[] = {
	{ .type = IMSG_DNS_ANSWER, .fn = dns_answer,
	    .len = sizeof(struct msg_answer) },
};

/* The process' state; only the exit handler knows it by name. */
static struct parent	 parent;

/*
 * However we end, by fatal() too: no slew runs on, and nothing that says
 * we are here stays.
 */
static void
cleanup(void)
{
	struct parent	*p = &parent;

	parent_clock_stop(&p->clock);
	parent_drift_save(&p->drift);
	parent_budget_save(&p->budget);
	parent_child_kill(p);
	if (p->control[0] != '\0')
		(void)unlink(p->control);
	if (p->pidfile != NULL)
		(void)unlink(p->pidfile);
}

/* The timer that ends a slew; after every change of the clock. */
static void
arm_slew(struct parent *p, const struct now *now)
{
	double		 due = parent_clock_due(&p->clock, now);
	struct timeval	 tv;

	if (due < 0) {
		evtimer_del(&p->ev_slew);
		return;
	}
	tv.tv_sec = (time_t)due;
	tv.tv_usec = (suseconds_t)((due - floor(due)) * 1e6);
	evtimer_add(&p->ev_slew, &tv);
}

bool
parent_deaf(struct parent *p)
{
	if (imsgev_queued(&p->child[ROLE_ENGINE].iev) <
	    UNREAD_MAX + p->reload.sent)
		return false;
	log_warnx("engine asks and does not listen, ending");
	parent_quit(p, 1);
	return true;
}

static void
clock_done(struct parent *p, const struct msg_clock_done *done)
{
	if (!parent_deaf(p))
		imsgev_send(&p->child[ROLE_ENGINE].iev, IMSG_CLOCK_DONE, 0,
		    -1, done, sizeof(*done));
}

static void
clock_slew(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct parent		*p = arg;
	struct msg_clock_done	 done;
	struct now		 now;

	if (p->phase != PARENT_RUNNING)
		return;
	now_read(&now);
	parent_clock_slew(&p->clock, &now, in->data, &done);
	clock_done(p, &done);
	arm_slew(p, &now);
}

static void
clock_jump(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct parent		*p = arg;
	struct msg_clock_done	 done;
	struct now		 now;

	if (p->phase != PARENT_RUNNING)
		return;
	now_read(&now);
	parent_clock_step(&p->clock, &now, in->data, &done);
	clock_done(p, &done);
	arm_slew(p, &now);
	parent_stats_watch(p);
}

static void
clock_state(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct parent	*p = arg;
	struct now	 now;

	if (p->phase != PARENT_RUNNING)
		return;
	now_read(&now);
	parent_clock_status(&p->clock, &now, in->data);
}

static void
slew_timer(int fd, short what, void *arg)
{
	struct parent		*p = arg;
	struct msg_clock_done	 done;
	struct now		 now;

	if (p->phase != PARENT_RUNNING)
		return;
	now_read(&now);
	if (parent_clock_tick(&p->clock, &now, &done))
		clock_done(p, &done);
	arm_slew(p, &now);
}

static void
drift(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct parent	*p = arg;
	struct now	 now;

	now_read(&now);
	parent_drift_set(&p->drift, in->data, &now);
}

static void
budget(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct parent	*p = arg;
	struct now	 now;

	now_read(&now);
	parent_budget_set(&p->budget, in->data, &now);
}

static void
reload(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	parent_reload(arg, true, in->id);
}

static void
processes(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	if (!parent_deaf(arg))
		parent_show(arg, in->id);
}

static void
dns_answer(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	const struct msg_answer	*a = in->data;

	if (a->n > MSG_ANSWER_MAX)
		imsgev_refuse(iev, in, "not an answer");
	parent_open_answer(arg, in->id, a);
}

static void
log_level(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct parent	*p = arg;
	struct imsgev	*dns = &p->child[ROLE_DNS].iev;
	static const enum role	 others[] = { ROLE_NTS, ROLE_SENSOR };
	struct imsgev	*other;
	size_t		 i;
	int32_t		 verbose;

	memcpy(&verbose, in->data, sizeof(verbose));
	log_verbose(verbose);
	/* it may be waiting for its resolver for long */
	if (imsgev_queued(dns) < UNREAD_MAX)
		imsgev_send(dns, IMSG_LOG_LEVEL, 0, -1, &verbose,
		    sizeof(verbose));
	for (i = 0; i < nitems(others); i++) {
		other = &p->child[others[i]].iev;
		if (p->child[others[i]].open &&
		    imsgev_queued(other) < UNREAD_MAX)
			imsgev_send(other, IMSG_LOG_LEVEL, 0, -1, &verbose,
			    sizeof(verbose));
	}
	parent_server_send(p, 0, IMSG_LOG_LEVEL, &verbose, sizeof(verbose));
}

/* Everything the engine needs is on its way; let it begin. */
static void
conf_ready(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct parent		*p = arg;
	struct msg_start	 m;

	if (p->phase == PARENT_RUNNING) {
		parent_reload_ready(p, ROLE_ENGINE);
		return;
	}
	if (p->phase != PARENT_STARTING || parent_deaf(p))
		return;
	imsgev_send(iev, IMSG_CONF_COMMIT, 0, -1, NULL, 0);
	memset(&m, 0, sizeof(m));
	m.freq = p->clock.applied;
	m.drift = p->drift.freq;
	m.drift_error = p->drift_error;
	m.noclock = p->clock.policy.noclock;
	m.budget = p->budget.state;
	imsgev_send(iev, IMSG_START, 0, -1, &m, sizeof(m));
}

static void
quit_timer(int fd, short what, void *arg)
{
	event_loopexit(NULL);	/* cleanup() does the rest */
}

void
parent_quit(struct parent *p, int status)
{
	struct timeval	 tv = { QUIT_TIME, 0 };

	if (status != 0)
		p->status = status;
	if (p->phase == PARENT_QUITTING)
		return;
	p->phase = PARENT_QUITTING;
	parent_notify("STOPPING=1");
	parent_clock_stop(&p->clock);
	parent_constraint_stop(p);
	parent_child_shutdown(p);
	evtimer_add(&p->ev_quit, &tv);
	if (parent_child_gone(p))
		event_loopexit(NULL);
}

static void
on_signal(int sig, short what, void *arg)
{
	struct parent	*p = arg;

	switch (sig) {
	case SIGTERM:
	case SIGINT:
		if (p->phase != PARENT_QUITTING)
			log_info("terminating");
		parent_quit(p, 0);
		break;
	case SIGHUP:
		parent_reload(p, false, 0);
		break;
	case SIGCHLD:
		parent_child_reap(p);
		if (p->phase == PARENT_QUITTING && parent_child_gone(p))
			event_loopexit(NULL);
		break;
	}
}

static void
set_signals(struct parent *p)
{
	signal_set(&p->ev_term, SIGTERM, on_signal, p);
	signal_set(&p->ev_int, SIGINT, on_signal, p);
	signal_set(&p->ev_hup, SIGHUP, on_signal, p);
	signal_set(&p->ev_chld, SIGCHLD, on_signal, p);
	signal_add(&p->ev_term, NULL);
	signal_add(&p->ev_int, NULL);
	signal_add(&p->ev_hup, NULL);
	signal_add(&p->ev_chld, NULL);
	if (signal(SIGPIPE, SIG_IGN) == SIG_ERR ||
	    signal(SIGUSR1, SIG_IGN) == SIG_ERR)
		fatal("signal");
	evtimer_set(&p->ev_quit, quit_timer, p);
	evtimer_set(&p->ev_slew, slew_timer, p);
}

/* Whose clock is it, and how fast does it run? */
static void
start_clock(struct parent *p)
{
	struct now	 now;
	double		 freq = 0;

	if (!p->opts.noclock && clock_init() == -1) {
		if (errno != EPERM && errno != EACCES && errno != ENOSYS)
			fatal("clock");
		log_warn("clock: we may not adjust it; measuring, and "
		    "serving corrected time");
		p->opts.noclock = 1;
	}
	if (clock_get(&freq) == -1)
		log_debug("clock: cannot read its frequency");
	/* left over from a daemon that was killed in the middle of a slew */
	if (!p->opts.noclock && fabs(freq) > DISCIPLINE_MAXFREQ &&
	    clock_freq(0, &freq) == -1)
		fatal("clock");
	now_read(&now);
	parent_clock_init(&p->clock, p->opts.noclock, freq, &now);
	parent_clock_conf(&p->clock, p->conf->global.step,
	    p->conf->global.step_over);
}

static void
start_files(struct parent *p, const struct parent_args *args)
{
	double	 freq;

	if (args->pidfile != NULL) {
		if (parent_pidfile(args->pidfile) == -1)
			fatal("pid file %s", args->pidfile);
		p->pidfile = args->pidfile;
	}
	parent_drift_init(&p->drift, p->conf->driftfile, &freq,
	    &p->drift_error);
	p->drift.freq = freq;
	parent_budget_init(&p->budget, p->conf->driftfile);
}

/*
 * The control socket, which there can be one of: whoever has it is the
 * daemon, and nothing was touched before.
 */
static int
start_control(struct parent *p)
{
	int	 fd;

	fd = parent_control_open(p->conf->control, proc_user()->pw_gid);
	if (fd == -1 && errno == EEXIST)
		fatalx("ntpd already running: control socket %s was made "
		    "this moment", p->conf->control);
	if (fd == -1)
		fatal("control socket %s", p->conf->control);
	(void)strlcpy(p->control, p->conf->control, sizeof(p->control));
	return fd;
}

/* Children, and what they need, in the order they need it. */
static void
start_children(struct parent *p, int control)
{
	struct imsgev	*engine = &p->child[ROLE_ENGINE].iev;
	int		 pair[2];

	if (parent_child_start(p, ROLE_DNS, from_dns,
	    nitems(from_dns)) == -1 ||
	    parent_child_start(p, ROLE_ENGINE, from_engine,
	    nitems(from_engine)) == -1)
		fatal("children");
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
	    0, pair) == -1)
		fatal("socketpair");
	imsgev_send(&p->child[ROLE_DNS].iev, IMSG_FD_DNS, 0, pair[0], NULL,
	    0);
	imsgev_send(engine, IMSG_FD_DNS, 0, pair[1], NULL, 0);
	imsgev_send(engine, IMSG_FD_CONTROL, 0, control, NULL, 0);
	parent_constraint_init(p);
	parent_sensor_start(p);
	parent_nts_init(p);
	parent_keys_load(p);
	parent_leap_init(p);
	parent_open_init(p);
	parent_open_number(p);
	parent_constraint_reconf(p);
	if (!parent_open_listeners(p)) {
		parent_quit(p, 1);
		return;
	}
	conf_send(p->conf, engine);
}

void
parent_main(const struct parent_args *args)
{
	struct parent	*p = &parent;
	int		 control;

	p->opts = args->opts;
	p->self = args->self;
	p->conffile = args->conffile;
	p->conf = args->conf;
	p->ready_fd = args->ready_fd;

	log_init(role_name(ROLE_PARENT), p->opts.debug, p->opts.verbose);
	if (!p->opts.debug)	/* until we are ready the terminal hears it */
		openlog("ntpd", LOG_PID | LOG_NDELAY | LOG_PERROR, LOG_DAEMON);
	TAILQ_INIT(&p->servers);
	event_init();
	p->clock.policy.noclock = true;		/* until start_clock() */
	if (atexit(cleanup) != 0)
		fatalx("atexit");
	control = start_control(p);
	start_clock(p);
	set_signals(p);
	start_files(p, args);
	start_children(p, control);
	if (event_dispatch() == -1)
		fatal("event loop");
	exit(p->status);
}
