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
 * The simulated world.
 *
 * True time t starts at 0.  The oscillator's time advances at 1 + y, y
 * drawn anew each second; the kernel's monotonic clock at 1 + adj times
 * that; CLOCK_REALTIME is a constant ahead of it until it is set.
 */

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "assoc.h"
#include "sim.h"
#include "sync.h"

#define EPOCH		1767225600LL	/* Unix time at t = 0 */
#define PACKETS		64
#define READ_ERROR	1e-7		/* s, of a kernel timestamp */
#define NEVER		1e18

typedef long double	 exact;		/* seconds, grain below a picosecond */

struct flight {
	bool		 used;
	bool		 reply;
	int		 server;
	double		 at;		/* true time of arrival */
	mono_t		 tx;
	uint64_t	 walls;
	uint8_t		 pkt[NTP_HEADER_LEN];
};

struct world {
	const struct sim_scenario *sc;
	const struct sim_options *opt;
	uint64_t	 rng;
	/* the machine */
	exact		 t;		/* true time, */
	exact		 osc;		/* oscillator's time and */
	exact		 mono;		/* kernel's, all at the last change */
	double		 y;		/* frequency error of the oscillator */
	double		 walk;		/* the random part of it */
	double		 adj;
	double		 freq;		/* adj without the slew */
	exact		 wall;		/* CLOCK_REALTIME - mono - EPOCH */
	uint64_t	 walls;		/* times it was set */
	double		 slew_end;	/* mono, s */
	/* the client */
	struct sync	 sync;
	struct osc	 o;
	struct assoc	 assoc[SIM_SERVERS];
	int		 slot[SIM_SERVERS];
	int		 n;
	double		 again;		/* mono, s */
	struct flight	 net[PACKETS];
	struct sim_result *r;
};

static void	 run(struct world *);
static void	 tick(struct world *);

/* xorshift64* */
static uint64_t
rnd64(struct world *w)
{
	w->rng ^= w->rng >> 12;
	w->rng ^= w->rng << 25;
	w->rng ^= w->rng >> 27;
	return w->rng * 2685821657736338717ULL;
}

static uint32_t
rnd32(struct world *w)
{
	return (uint32_t)(rnd64(w) >> 32);
}

static double
uniform(struct world *w)
{
	return ((double)(rnd64(w) >> 11) + 0.5) * 0x1p-53;
}

static double
normal(struct world *w)
{
	return sqrt(-2 * log(uniform(w))) * cos(2 * M_PI * uniform(w));
}

/* Let true time pass. */
static void
pass(struct world *w, exact t)
{
	exact	 d = (t - w->t) * (1 + (exact)w->y);

	w->osc += d;
	w->mono += d * (1 + (exact)w->adj);
	w->t = t;
}

static mono_t
mono_now(const struct world *w)
{
	return (mono_t){ (int64_t)llrintl(w->mono * 1e9L) };
}

/* True time at which the monotonic clock will show m seconds. */
static exact
when_mono(const struct world *w, double m)
{
	return w->t + (m - w->mono) / ((1 + (exact)w->adj) *
	    (1 + (exact)w->y));
}

/* CLOCK_REALTIME - true time, s */
static double
clock_error(const struct world *w)
{
	return (double)(w->mono + w->wall - w->t);
}

static ntptime_t
ntp(exact t)
{
	exact	 sec = floorl(t);

	return ntptime_add(ntptime_from_unix(EPOCH + (int64_t)sec, 0),
	    (double)(t - sec));
}

static struct sync_now
now(const struct world *w)
{
	struct sync_now	 n;

	n.mono = mono_now(w);
	n.osc = osc_from_mono(&w->o, n.mono);
	n.real = ntp(w->mono + w->wall);
	n.unixtime = EPOCH + (int64_t)floorl(w->mono + w->wall);
	return n;
}

/* The parent's part. */
static void
set_adj(struct world *w, double adj)
{
	/* the kernel's grain, 2^-16 ppm */
	w->adj = rint(adj * 65536e6) / 65536e6;
	osc_adjust(&w->o, mono_now(w), w->adj);
}

static void
command(struct world *w, const struct clock_cmd *cmd)
{
	struct sync_now	 n;

	w->again = (double)cmd->again.ns * 1e-9;
	switch (cmd->kind) {
	case CLOCK_CMD_NONE:
		break;
	case CLOCK_CMD_SLEW:
		w->freq = cmd->freq;
		w->slew_end = NEVER;
		if (cmd->offset == 0) {
			set_adj(w, w->freq);
			break;
		}
		set_adj(w, w->freq + copysign(cmd->rate, cmd->offset));
		w->slew_end = (double)w->mono + fabs(cmd->offset) / cmd->rate;
		break;
	case CLOCK_CMD_STEP:
		w->wall += cmd->offset;
		w->walls++;
		w->slew_end = NEVER;
		set_adj(w, w->freq);
		n = now(w);
		sync_stepped(&w->sync, &n, cmd->offset);
		w->r->steps++;
		w->again = (double)w->mono;
		break;
	}
}

static void
update(struct world *w)
{
	struct clock_cmd cmd;
	struct sync_now	 n = now(w);
	unsigned int	 ev;

	ev = sync_update(&w->sync, &n, &w->o, &cmd);
	if (ev & SYNC_EV_SYNCED) {
		w->r->changes++;
		if (w->sync.synced && w->r->t_synced < 0)
			w->r->t_synced = (double)w->t;
	}
	command(w, &cmd);
	if (w->opt->trace && ev & SYNC_EV_UPDATE)
		printf("%.3f clock %+.3e est %+.3e sd %.2e freq %+.4e sd "
		    "%.1e wander %.1e poll %d noise %.1e\n", (double)w->t,
		    clock_error(w), ntptime_diff(sync_time(&w->sync, &w->o,
		    now(w).osc), ntp(w->t)), w->sync.est.offset_sd,
		    w->sync.est.freq * 1e6, w->sync.est.freq_sd,
		    w->sync.est.wander, sync_poll(&w->sync, 0),
		    srcstat_noise(&w->sync.src[0].stat));
}

/* The network's part. */
static double
queue(struct world *w, const struct sim_server *s, bool out)
{
	double	 turn, phase;
	bool	 way = out;

	if (s->busy_every == 0)
		return 0;
	phase = modf((double)w->t / s->busy_every, &turn) * s->busy_every;
	if (s->busy_way == SIM_IN ||
	    (s->busy_way == SIM_TURNS && fmod(turn, 2) == 1))
		way = !out;
	if (!way || phase < s->busy_every - s->busy_for)
		return 0;
	return s->busy_base - s->busy * log(uniform(w));
}

static double
one_way(struct world *w, const struct sim_server *s, bool out)
{
	double	 d = s->base + queue(w, s, out);

	if (w->t >= s->reroute_at)
		d += s->reroute;
	if (out)
		d += s->asym;
	switch (s->kind) {
	case SIM_EXP:
		return d - s->jitter * log(uniform(w));
	case SIM_NORMAL:
		return d + fabs(s->jitter * normal(w));
	}
	return d;
}

static bool
lost(struct world *w, const struct sim_server *s)
{
	const struct sim_scenario	*sc = w->sc;

	return s->dead || uniform(w) < s->loss ||
	    (w->t >= sc->outage && w->t < sc->outage_end);
}

static void
transmit(struct world *w, int server, bool reply, const struct flight *from,
    const uint8_t *pkt)
{
	struct flight			*f;
	const struct sim_server		*s = &w->sc->server[server];
	double				 delay = one_way(w, s, !reply);
	int				 i;

	if (lost(w, s))
		return;
	for (i = 0; i < PACKETS && w->net[i].used; i++)
		;
	if (i == PACKETS)
		return;
	f = &w->net[i];
	f->used = true;
	f->reply = reply;
	f->server = server;
	f->at = (double)w->t + delay;
	f->tx = from != NULL ? from->tx : mono_now(w);
	f->walls = from != NULL ? from->walls : w->walls;
	memcpy(f->pkt, pkt, sizeof(f->pkt));
}

/* A perfect server, but for its lie. */
static void
serve_one(struct world *w, const struct flight *f)
{
	const struct sim_server	*s = &w->sc->server[f->server];
	struct packet		 p, q;
	uint8_t			 out[NTP_HEADER_LEN];
	double			 lie = w->t >= s->lie_at ? s->lie : 0;

	if (s->wobble_period > 0)
		lie += s->wobble * sin(2 * M_PI * (double)w->t /
		    s->wobble_period);
	if (packet_decode(&q, f->pkt, sizeof(f->pkt)) == -1)
		return;
	memset(&p, 0, sizeof(p));
	p.version = q.version;
	p.mode = MODE_SERVER;
	p.stratum = 1;
	p.precision = -23;
	p.refid = KISS('G', 'P', 'S', 0);
	p.origin = q.transmit;
	p.receive = p.transmit = p.reftime = ntp(w->t + lie);
	packet_encode(&p, out);
	transmit(w, f->server, true, f, out);
}

/* The engine's part. */
static void
receive(struct world *w, const struct flight *f)
{
	struct assoc	*a = &w->assoc[f->server];
	struct pkt_times times;
	struct sync_now	 n = now(w);
	struct sample	 sample;
	int		 i;

	times.tx = osc_from_mono(&w->o, f->tx);
	times.rx = n.osc;
	times.error = READ_ERROR;
	times.stepped = false;
	if (assoc_reply(a, f->pkt, sizeof(f->pkt), &times, &w->o, n.mono,
	    rnd32(w), &sample) == ASSOC_SAMPLE)
		sync_sample(&w->sync, w->slot[f->server], &sample, &n);
	sync_reach(&w->sync, w->slot[f->server], a->reach);
	update(w);
	n = now(w);
	for (i = 0; i < w->n; i++)
		assoc_poll(&w->assoc[i], sync_poll(&w->sync, w->slot[i]),
		    n.mono, rnd32(w));
}

static void
timer(struct world *w, int i)
{
	struct assoc	*a = &w->assoc[i];
	uint8_t		 pkt[NTP_HEADER_LEN];
	uint8_t		 reach = a->reach;

	switch (assoc_timer(a, mono_now(w), rnd64(w), rnd32(w), pkt)) {
	case ASSOC_SEND:
		w->r->sent++;
		transmit(w, i, false, NULL, pkt);
		break;
	case ASSOC_WAIT:
	case ASSOC_SAMPLE:
	case ASSOC_LOST:
	case ASSOC_DENIED:
		break;
	}
	if (a->reach != reach) {
		sync_reach(&w->sync, w->slot[i], a->reach);
		if (a->reach == 0)
			update(w);
	}
}

static void
setup(struct world *w)
{
	const struct sync_conf conf = {
		.minsources = 1,
		.maxdist = 3,
		.discipline = { .step = STEP_START, .step_over = 0.1 }
	};
	struct sync_opts opts = { .weight = 1 };
	struct assoc_opts ao = { 0 };
	int		 i;

	opts.minpoll = (int8_t)w->opt->minpoll;
	opts.maxpoll = (int8_t)w->opt->maxpoll;
	ao.minpoll = opts.minpoll;
	ao.maxpoll = opts.maxpoll;
	w->mono = w->osc = 1000;
	w->wall = w->sc->offset - w->mono;
	w->slew_end = NEVER;
	w->again = NEVER;
	osc_init(&w->o, mono_now(w), 0, ntp(w->mono + w->wall));
	sync_init(&w->sync, &conf, 0, -1);
	for (i = 0; i < SIM_SERVERS && w->sc->server[i].base > 0; i++) {
		w->slot[i] = sync_add(&w->sync, &opts, (uint32_t)i + 1);
		assoc_init(&w->assoc[i], &ao, mono_now(w), rnd32(w));
	}
	w->n = i;
}

void
sim_run(const struct sim_scenario *sc, const struct sim_options *opt,
    uint64_t seed, struct sim_result *r)
{
	static struct world	 w;

	memset(&w, 0, sizeof(w));
	memset(r, 0, sizeof(*r));
	r->t1ms = r->t_synced = -1;
	w.sc = sc;
	w.opt = opt;
	w.r = r;
	w.rng = (seed + 1) * 0x9e3779b97f4a7c15ULL;
	setup(&w);
	run(&w);
}

static void
run(struct world *w)
{
	exact		 next, t;
	double		 second = 0;
	int		 i, k;
	struct flight	 f;

	while (second < w->sc->length) {
		next = second;
		k = -1;
		for (i = 0; i < w->n; i++) {
			t = when_mono(w, (double)w->assoc[i].due.ns * 1e-9);
			if (t < next) {
				next = t;
				k = i;
			}
		}
		for (i = 0; i < PACKETS; i++)
			if (w->net[i].used && w->net[i].at < next) {
				next = w->net[i].at;
				k = SIM_SERVERS + i;
			}
		if (when_mono(w, w->slew_end) < next) {
			next = when_mono(w, w->slew_end);
			k = -2;
		}
		if (when_mono(w, w->again) < next) {
			next = when_mono(w, w->again);
			k = -3;
		}
		pass(w, next > w->t ? next : w->t);
		if (k == -1) {
			tick(w);
			second++;
		} else if (k == -2) {
			w->slew_end = NEVER;
			set_adj(w, w->freq);
		} else if (k == -3) {
			w->again = NEVER;
			update(w);
		} else if (k < SIM_SERVERS) {
			/* the timer is never early */
			pass(w, w->t + 1e-9L);
			timer(w, k);
		} else {
			f = w->net[k - SIM_SERVERS];
			w->net[k - SIM_SERVERS].used = false;
			if (f.reply)
				receive(w, &f);
			else
				serve_one(w, &f);
		}
	}
}

/* Once each second: measure, then let the oscillator wander. */
static void
tick(struct world *w)
{
	static double			 last_bad, n, f2, e2, s2;
	const struct sim_scenario	*sc = w->sc;
	struct sim_result		*r = w->r;
	double				 e, est, t = (double)w->t;
	struct sync_now			 x = now(w);

	if (t < 0.5)
		last_bad = n = f2 = e2 = s2 = 0;
	e = clock_error(w);
	est = ntptime_diff(sync_time(&w->sync, &w->o, x.osc), ntp(w->t));
	if (fabs(e) >= 1e-3) {
		last_bad = t;
		if (t < sc->settle)
			r->t1ms = -1;
	} else if (r->t1ms < 0 && t - last_bad >= 300)
		r->t1ms = last_bad + 1;
	if (t >= sc->settle) {
		n++;
		e2 += e * e;
		s2 += est * est;
		est = fabs(est);
		f2 += pow((1 + w->y) * (1 + w->adj) - 1, 2);
		r->max = fmax(r->max, fabs(e));
		r->outside += est > sync_maxerror(&w->sync, x.osc);
		r->in1 += est < sync_esterror(&w->sync, x.osc);
		r->in3 += est < 3 * sync_esterror(&w->sync, x.osc);
		r->undecided += w->sync.state == SYNC_UNDECIDED;
	}
	if (t + 1 >= sc->length && n > 0) {
		r->rms = sqrt(e2 / n);
		r->est = sqrt(s2 / n);
		r->frms = sqrt(f2 / n);
		r->outside /= n;
		r->in1 /= n;
		r->in3 /= n;
		r->undecided /= n;
	}
	w->walk += sc->wander * normal(w);
	w->y = sc->freq + w->walk;
	if (sc->heat_period > 0)
		w->y += sc->heat * sin(2 * M_PI * t / sc->heat_period);
	if (sc->jump_at > 0 && t >= sc->jump_at)
		w->y += sc->jump;
	if (sc->set_at > 0 && t >= sc->set_at && t < sc->set_at + 1) {
		w->wall += sc->set;
		w->walls++;
		x = now(w);
		sync_stepped(&w->sync, &x, sc->set);
		update(w);
	}
}
