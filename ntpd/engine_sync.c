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
 * Engine: from the estimate to commands for the parent.  What is to be done
 * is sync.c's decision; this file sends it, and takes note of what was
 * really done.
 */

#include <sys/types.h>

#include <errno.h>
#include <event.h>
#include <math.h>
#include <string.h>

#include "engine.h"
#include "sync_leap.h"

#define SLEW_INFO	32e-3	/* s; smaller corrections are debug */
#define FREQ_INFO	1e-6	/* s/s, likewise */
#define SLEW_GREW	1.1	/* of a slew already told about */
#define STATUS_EVERY	64.0	/* s between reports to the kernel */
#define DRIFT_EVERY	3600.0	/* s between writes of the drift file */
#define DRIFT_MAXERR	5e-6	/* s/s; a worse frequency is not kept */
#define DENIED_RETRY	3600.0	/* s until the kernel is asked once more */
#define STEP_WAIT	5.0	/* s for the parent to answer */
#define CLOCK_GOOD	0.1	/* s; of the kernel's clock, to be synced */
#define CLOCK_BAD	0.5	/* s; not to be any longer */

static void	 ask_again(struct engine *);
static void	 again_cb(int, short, void *);
static void	 command(struct engine *, const struct clock_cmd *,
		    const struct sync_now *);
static void	 judge(struct engine *, const struct sync_now *);
static void	 status(struct engine *, const struct sync_now *);

void
engine_sync_start(struct engine *e, const struct msg_start *m,
    const struct sync_now *now)
{
	struct sync_conf	 sc;

	e->noclock = m->noclock;
	e->freq = e->kernel = m->freq;
	osc_init(&e->osc, now->mono, m->freq, now->real);
	engine_conf_sync(e, &sc);
	sync_init(&e->sync, &sc, m->drift, m->drift_error);
	e->sync.leaps = e->leaps;
	evtimer_set(&e->again, again_cb, e);
}

void
engine_sync_reconf(struct engine *e, const struct sync_now *now)
{
	struct sync_conf	 sc;

	e->nosteps = false;
	ask_again(e);
	engine_conf_sync(e, &sc);
	sync_reconf(&e->sync, &sc);
	engine_sync_run(e, now);
}

static void
again_cb(int fd, short what, void *arg)
{
	struct engine	*e = arg;
	struct sync_now	 now;

	engine_wake(e, &now);
	engine_sync_run(e, &now);
}

void
engine_sync_run(struct engine *e, const struct sync_now *now)
{
	struct clock_cmd	 cmd;
	unsigned int		 ev;

	/* listeners come and go without a reload, too */
	e->sync.conf.serving = !TAILQ_EMPTY(&e->server.listeners);
	engine_bound_apply(e, now);
	ev = sync_update(&e->sync, now, &e->osc, &cmd);
	engine_log_events(e, ev, now);
	if (ev & SYNC_EV_UPDATE)
		engine_stats_update(e, now);
	command(e, &cmd, now);
	if (cmd.again.ns != 0)
		engine_timer(&e->again, cmd.again, now->mono);
	engine_client_polls(e, now->mono);
	engine_server_refresh(e, now);
	judge(e, now);
	if (ev & (SYNC_EV_UPDATE | SYNC_EV_STATE | SYNC_EV_LEAP))
		status(e, now);
}

/*
 * The estimate is synced when its error is small; the clock is when it
 * shows that, too, and has it from somebody else.
 */
static void
judge(struct engine *e, const struct sync_now *now)
{
	const struct sync	*s = &e->sync;
	bool			 synced = s->synced && !s->local, changed;
	double			 error;

	if (sync_leap_near(s, now->unixtime))
		return;		/* one of the two has leapt already */
	if (synced && !e->noclock) {
		error = fabs(sync_clock_error(s, &e->osc, now));
		synced = !e->stepping &&
		    error < (e->synced ? CLOCK_BAD : CLOCK_GOOD);
	}
	changed = synced != e->synced;
	e->synced = synced;
	engine_log_synced(e, now);
	if (!changed)
		return;
	if (!synced)
		engine_hurry(e, now->mono);
	status(e, now);
	engine_sync_drift(e, now);
	if (synced)
		engine_control_synced(e);
}

/*
 * Commands, and what became of them.
 */

static void
slew(struct engine *e, const struct clock_cmd *cmd)
{
	struct msg_clock_slew	 m;
	double			 by = cmd->freq - e->freq;
	uint32_t		 missed;

	memset(&m, 0, sizeof(m));
	m.freq = cmd->freq;
	m.offset = cmd->offset;
	m.rate = cmd->rate;
	imsgev_send(&e->parent, IMSG_CLOCK_SLEW, 0, -1, &m, sizeof(m));
	e->wish = cmd->freq;
	e->rate = cmd->rate;
	if (fabs(e->sync.est.freq) > DISCIPLINE_MAXFREQ)
		e->rate = 0;	/* most of it is not for the error */

	if (fabs(cmd->offset) < SLEW_INFO)
		e->slewing = 0;
	if (fabs(cmd->offset) >= SLEW_INFO &&
	    (cmd->offset * e->slewing <= 0 ||
	    fabs(cmd->offset) > SLEW_GREW * fabs(e->slewing)) &&
	    log_limit(&e->told.slew, &missed)) {
		log_info("adjusting local clock by %fs", cmd->offset);
		engine_log_missed("adjusting local clock", missed);
		e->slewing = cmd->offset;
	} else if (cmd->offset != 0)
		log_debug("adjusting local clock by %fs", cmd->offset);
	if (fabs(by) >= FREQ_INFO && log_limit(&e->told.freq, &missed)) {
		log_info("adjusting clock frequency by %f to %fppm",
		    by * 1e6, cmd->freq * 1e6);
		engine_log_missed("adjusting clock frequency", missed);
		e->freq = cmd->freq;
	}
}

static void
command(struct engine *e, const struct clock_cmd *cmd,
    const struct sync_now *now)
{
	struct msg_clock_step	 m;

	if (e->noclock || cmd->kind == CLOCK_CMD_NONE ||
	    engine_bound_wait(e, cmd->offset))
		return;
	/* What was decided before a step is not what is right after it. */
	if (e->stepping && mono_diff(now->mono, e->asked) < STEP_WAIT)
		return;
	if (cmd->kind == CLOCK_CMD_SLEW) {
		slew(e, cmd);
		return;
	}
	memset(&m, 0, sizeof(m));
	m.offset = cmd->offset;
	e->stepping = true;
	e->asked = now->mono;
	imsgev_send(&e->parent, IMSG_CLOCK_STEP, 0, -1, &m, sizeof(m));
}

static void
not_ours(struct engine *e, int error, mono_t now)
{
	e->noclock = true;
	e->retry = now;
	if (e->denied)
		return;
	e->denied = true;
	log_warnx("cannot adjust the clock: %s; only measuring it and "
	    "serving corrected time", strerror(error));
}

/* It was ours when we started; perhaps it is again. */
static void
ask_again(struct engine *e)
{
	if (!e->denied)
		return;
	e->noclock = false;
	e->sync.steer = true;
}

static void
refused(struct engine *e, const struct msg_clock_done *m,
    const struct sync_now *now)
{
	struct sync_conf	 sc;
	uint32_t		 missed;

	switch ((enum clock_op)m->op) {
	case CLOCK_OP_SLEW:
	case CLOCK_OP_SLEWEND:
		if (m->error == EPERM && !e->noclock)
			not_ours(e, m->error, now->mono);
		break;
	case CLOCK_OP_STEP:
		e->stepping = false;
		e->nosteps = true;
		if (log_limit(&e->told.nostep, &missed))
			log_info("not stepping the clock: %s; slewing it "
			    "instead", strerror(m->error));
		engine_conf_sync(e, &sc);
		sync_reconf(&e->sync, &sc);
		engine_sync_run(e, now);
		break;
	}
}

void
engine_sync_done(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	const struct msg_clock_done	*m = in->data;
	struct engine			*e = arg;
	struct sync_now			 now;

	if (m->op > CLOCK_OP_STEP || !isfinite(m->adj))
		imsgev_refuse(iev, in, "not an answer");
	/* If it was a step, this sees it. */
	engine_wake(e, &now);
	if (m->error != 0) {
		refused(e, m, &now);
		return;
	}
	if (e->denied && !e->noclock && m->op == CLOCK_OP_SLEW) {
		e->denied = false;
		log_info("the clock can be adjusted again");
	}
	osc_adjust(&e->osc, m->mono, m->adj);
	e->kernel = m->op == CLOCK_OP_SLEW ? e->wish : m->adj;
	if (m->op == CLOCK_OP_STEP) {
		e->stepping = false;
		e->steps++;
		e->slewing = 0;
		log_debug("clock stepped by %fs", m->stepped);
		engine_wake(e, &now);
		engine_sync_run(e, &now);
		return;
	}
	engine_wake(e, &now);
	engine_server_refresh(e, &now);
}

/*
 * CLOCK_REALTIME was set; by the parent if it was asked to, or by the
 * kernel for a leap second, or by another hand.  Either way the estimate
 * stands: it does not live on that clock.
 */
void
engine_sync_jumped(struct engine *e, const struct sync_now *now, double by)
{
	if (!e->started)
		return;
	if (!e->stepping && !sync_leap_near(&e->sync, now->unixtime))
		log_info("the clock was set by %+fs, not by us", by);
	sync_stepped(&e->sync, now, by);
	if (!e->stepping)
		engine_sync_reconf(e, now);	/* it may be undone */
	engine_server_refresh(e, now);
}

void
engine_sync_resumed(struct engine *e, const struct sync_now *now, double by)
{
	if (!e->started)
		return;
	log_info("back after %.0f s of sleep, measuring anew", by);
	e->stepping = false;
	sync_resumed(&e->sync, now);
	engine_client_burst(e, now->mono);
	engine_sync_reconf(e, now);
}

/*
 * What the kernel and the drift file are told.
 */

/*
 * The kernel keeps one number until it is told again, before long: the
 * rms of the estimated error in the meantime (Simpson's rule), that of the
 * estimate and what is left to slew, s.
 */
static double
esterror(const struct engine *e, const struct sync_now *now, double left)
{
	static const double	 weight[] = { 1.0 / 6, 4.0 / 6, 1.0 / 6 };
	double			 wait, error, sum = 0;
	osc_t			 at;
	int			 i;

	for (i = 0; i < 3; i++) {
		wait = STATUS_EVERY / 2 * i;
		at.ns = now->osc.ns + (int64_t)(wait * 1e9);
		error = hypot(sync_esterror(&e->sync, at),
		    fmax(left - e->rate * wait, 0));
		sum += weight[i] * error * error;
	}
	return sqrt(sum);
}

static void
status(struct engine *e, const struct sync_now *now)
{
	const struct sync	*s = &e->sync;
	struct msg_clock_status	 m;
	double			 left;

	/* It must not lose its flag before it has leapt, by its own clock. */
	if (e->noclock || sync_leap_near(s, now->unixtime))
		return;
	memset(&m, 0, sizeof(m));
	/* of the kernel's clock, which may still be on its way */
	left = fabs(sync_clock_error(s, &e->osc, now));
	m.maxerror = sync_maxerror(s, now->osc) + left;
	m.esterror = esterror(e, now, left);
	m.tai = leap_table_tai(&s->leaps, now->unixtime);
	m.synced = e->synced;
	m.leap = s->leap;
	m.starting = s->disc.starting;
	imsgev_send(&e->parent, IMSG_CLOCK_STATUS, 0, -1, &m, sizeof(m));
	e->status = now->mono;
}

void
engine_sync_drift(struct engine *e, const struct sync_now *now)
{
	const struct estimate	*est = &e->sync.est;
	struct msg_drift	 m;

	/* A frequency of the oscillator alone, and checked by others. */
	if (e->noclock || !e->synced || est->skew > DRIFT_MAXERR)
		return;
	m.freq = est->freq;
	m.error = est->skew;
	imsgev_send(&e->parent, IMSG_DRIFT, 0, -1, &m, sizeof(m));
	e->drift = now->mono;
	e->drifted = true;
}

void
engine_sync_tick(struct engine *e, const struct sync_now *now)
{
	if (e->noclock && e->denied &&
	    mono_diff(now->mono, e->retry) >= DENIED_RETRY) {
		ask_again(e);
		engine_sync_run(e, now);
	}
	judge(e, now);
	if (mono_diff(now->mono, e->status) >= STATUS_EVERY)
		status(e, now);
	if (!e->drifted || mono_diff(now->mono, e->drift) >= DRIFT_EVERY)
		engine_sync_drift(e, now);
}
