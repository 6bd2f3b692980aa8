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
 * An oscillator, and the clocks that Linux makes of it: a second of the
 * oscillator counts as tick/10000 + freq seconds, to which the kernel's PLL
 * and adjtime(3) add what they have for this second (kernel/time/ntp.c).
 *
 * Everything is linear between two changes, so clocks are read and timers
 * are foretold exactly.
 */

#include <errno.h>
#include <math.h>
#include <string.h>

#include "world.h"

#define TICK_NOMINAL	10000		/* us, USER_HZ 100 */
#define FREQ_MAX	(500L << 16)	/* 500 ppm */
#define SINGLE_RATE	500e-6		/* MAX_TICKADJ */
#define PLL_SHIFT	2
#define FLL_SHIFT	2
#define PLL_MAXPHASE	500000000.0	/* ns */
#define PLL_MINSEC	256
#define PLL_MAXSEC	2048
#define TC_MAX		10
#define ERROR_MAX	16000000L	/* us */
#define DAY		86400LL

/* modes of adjtimex that glibc knows as combinations only */
#define MODE_ADJTIME	0x8000
#define MODE_READONLY	0x2000

static int64_t	 since(const struct kclock *, int64_t);
static void	 settle(struct kclock *, int64_t);
static void	 retune(struct kclock *);
static bool	 busy(const struct kclock *);
static void	 pll_offset(struct kclock *, int64_t, double);
static void	 forget(struct kclock *, int64_t);

void
kclock_init(struct kclock *k, int64_t now, int64_t wall, double y)
{
	memset(k, 0, sizeof(*k));
	k->at = now;
	/* Booted five minutes ago. */
	k->mono = k->raw = 300 * NSEC;
	k->wall = wall - k->mono;
	k->y = y;
	k->status = STA_UNSYNC;
	k->constant = 2;
	k->tick = TICK_NOMINAL;
	k->maxerror = k->esterror = ERROR_MAX;
	k->maxerror_at = now;
	k->leap = TIME_OK;
	retune(k);
}

/* ns of MONO since the segment began. */
static int64_t
since(const struct kclock *k, int64_t now)
{
	int64_t	 dt = now - k->at;

	return dt + (int64_t)floor(k->mono_frac + dt * k->rate);
}

int64_t
kclock_read(const struct kclock *k, int64_t now, enum world_clock c)
{
	int64_t	 mono = k->mono + since(k, now), dt;

	switch (c) {
	case WCLOCK_REAL:
		return mono + k->wall;
	case WCLOCK_MONO:
		return mono;
	case WCLOCK_RAW:
		dt = now - k->at;
		return k->raw + dt + (int64_t)floor(k->raw_frac + dt * k->y);
	case WCLOCK_BOOT:
		return mono + k->asleep;
	case WCLOCK_TAI:
		return mono + k->wall + k->tai * NSEC;
	case WCLOCK__MAX:
		break;
	}
	return 0;
}

int64_t
kclock_when(const struct kclock *k, int64_t mono)
{
	int64_t	 t;
	double	 dt;

	if (mono == NEVER)
		return NEVER;
	dt = ((double)(mono - k->mono) - k->mono_frac) / (1.0 + k->rate);
	if (dt > 4e18)
		return NEVER;
	t = k->at + (int64_t)floor(dt);
	while (k->mono + since(k, t) < mono)
		t++;
	return t;
}

/* Begin a new segment. */
static void
settle(struct kclock *k, int64_t now)
{
	int64_t	 dt = now - k->at;
	double	 x;

	x = k->mono_frac + dt * k->rate;
	k->mono += dt + (int64_t)floor(x);
	k->mono_frac = x - floor(x);
	x = k->raw_frac + dt * k->y;
	k->raw += dt + (int64_t)floor(x);
	k->raw_frac = x - floor(x);
	k->at = now;
}

static void
retune(struct kclock *k)
{
	double	 adj;

	adj = (double)(k->tick - TICK_NOMINAL) / TICK_NOMINAL +
	    k->freq / 65536e6 + k->pll_rate + k->single_rate;
	k->rate = k->y + adj + k->y * adj;
}

void
kclock_osc(struct kclock *k, int64_t now, double y)
{
	settle(k, now);
	k->y = y;
	retune(k);
}

static bool
busy(const struct kclock *k)
{
	return k->pll != 0.0 || k->pll_rate != 0.0 || k->single != 0.0 ||
	    k->single_rate != 0.0 || k->leap != TIME_OK ||
	    (k->status & (STA_INS | STA_DEL));
}

int64_t
kclock_due(const struct kclock *k)
{
	return busy(k) ? kclock_when(k, k->next - k->wall) : NEVER;
}

/* The leap second states, once a second. */
static void
leap_second(struct kclock *k, int64_t sec)
{
	switch (k->leap) {
	case TIME_OK:
		if (k->status & STA_INS)
			k->leap = TIME_INS;
		else if (k->status & STA_DEL)
			k->leap = TIME_DEL;
		break;
	case TIME_INS:
		if (!(k->status & STA_INS))
			k->leap = TIME_OK;
		else if (sec % DAY == 0) {
			k->wall -= NSEC;
			k->sets++;
			k->tai++;
			k->leap = TIME_OOP;
		}
		break;
	case TIME_DEL:
		if (!(k->status & STA_DEL))
			k->leap = TIME_OK;
		else if ((sec + 1) % DAY == 0) {
			k->wall += NSEC;
			k->sets++;
			k->tai--;
			k->leap = TIME_WAIT;
		}
		break;
	case TIME_OOP:
		k->leap = TIME_WAIT;
		break;
	case TIME_WAIT:
		if (!(k->status & (STA_INS | STA_DEL)))
			k->leap = TIME_OK;
		break;
	}
}

void
kclock_second(struct kclock *k, int64_t now)
{
	int64_t	 real;
	int	 shift;
	double	 chunk;

	settle(k, now);
	real = k->mono + k->wall;
	leap_second(k, real / NSEC);

	k->pll_rate = 0.0;
	if (k->pll != 0.0) {
		shift = k->status & STA_PLL ? PLL_SHIFT + k->constant : 0;
		chunk = ldexp(k->pll, -shift);
		if (fabs(k->pll) < 1.0)
			chunk = k->pll;
		k->pll -= chunk;
		k->pll_rate = chunk / NSEC;
	}
	k->single_rate = 0.0;
	if (k->single != 0.0) {
		chunk = fmax(-SINGLE_RATE * NSEC,
		    fmin(SINGLE_RATE * NSEC, k->single));
		k->single -= chunk;
		k->single_rate = chunk / NSEC;
	}
	retune(k);
	k->next = ((k->mono + k->wall) / NSEC + 1) * NSEC;
}

/* Something now depends on seconds: foresee the next. */
static void
arm(struct kclock *k, int64_t now)
{
	settle(k, now);
	k->next = ((k->mono + k->wall) / NSEC + 1) * NSEC;
}

/* ntp_update_offset() of the kernel; offset in ns. */
static void
pll_offset(struct kclock *k, int64_t now, double offset)
{
	int64_t	 sec, secs;
	double	 adj = 0.0;
	int	 tc = k->constant;

	if (!(k->status & STA_PLL))
		return;
	offset = fmax(-PLL_MAXPHASE, fmin(PLL_MAXPHASE, offset));
	sec = kclock_read(k, now, WCLOCK_REAL) / NSEC;
	if (k->status & STA_FREQHOLD)
		k->pll_ref = sec;
	secs = sec - k->pll_ref;
	k->pll_ref = sec;
	if (secs >= PLL_MINSEC && ((k->status & STA_FLL) ||
	    secs > PLL_MAXSEC))
		adj = offset / ldexp((double)secs, FLL_SHIFT);
	if (secs > 1LL << (PLL_SHIFT + 1 + tc))
		secs = 1LL << (PLL_SHIFT + 1 + tc);
	adj += ldexp(offset * secs, -2 * (PLL_SHIFT + 2 + tc));
	k->freq += lrint(adj / NSEC * 65536e6);
	k->freq = k->freq > FREQ_MAX ? FREQ_MAX :
	    k->freq < -FREQ_MAX ? -FREQ_MAX : k->freq;
	k->pll = offset;
}

/* ntp_clear() of the kernel: the clock was set, all is forgotten. */
static void
forget(struct kclock *k, int64_t now)
{
	k->single = k->single_rate = 0.0;
	k->pll = k->pll_rate = 0.0;
	k->status |= STA_UNSYNC;
	k->maxerror = k->esterror = ERROR_MAX;
	k->maxerror_at = now;
	k->sets++;
	retune(k);
}

/* maxerror grows by 500 us each second that nobody sets it. */
long
kclock_maxerror(const struct kclock *k, int64_t now)
{
	int64_t	 e;

	e = k->maxerror + (now - k->maxerror_at) / NSEC * 500;
	return e > ERROR_MAX ? ERROR_MAX : e;
}

static int
check(const struct timex *tx)
{
	if ((tx->modes & ADJ_TICK) &&
	    (tx->tick < TICK_NOMINAL - TICK_NOMINAL / 10 ||
	    tx->tick > TICK_NOMINAL + TICK_NOMINAL / 10))
		return -EINVAL;
	if ((tx->modes & ADJ_SETOFFSET) && (tx->time.tv_usec < 0 ||
	    tx->time.tv_usec >= (tx->modes & ADJ_NANO ? NSEC : 1000000)))
		return -EINVAL;
	return 0;
}

static void
set_modes(struct kclock *k, int64_t now, const struct timex *tx)
{
	const int	 ro = STA_RONLY;

	if (tx->modes & ADJ_STATUS) {
		if (!(tx->status & STA_PLL) && (k->status & STA_PLL)) {
			k->leap = TIME_OK;
			k->status |= STA_UNSYNC;
			k->pll = 0.0;
		}
		if (!(k->status & STA_PLL) && (tx->status & STA_PLL))
			k->pll_ref = kclock_read(k, now, WCLOCK_REAL) / NSEC;
		k->status = (k->status & ro) | (tx->status & ~ro);
	}
	if (tx->modes & ADJ_NANO)
		k->status |= STA_NANO;
	if (tx->modes & ADJ_MICRO)
		k->status &= ~STA_NANO;
	if (tx->modes & ADJ_FREQUENCY)
		k->freq = tx->freq > FREQ_MAX ? FREQ_MAX :
		    tx->freq < -FREQ_MAX ? -FREQ_MAX : tx->freq;
	if (tx->modes & ADJ_MAXERROR) {
		k->maxerror = tx->maxerror;
		k->maxerror_at = now;
	}
	if (tx->modes & ADJ_ESTERROR)
		k->esterror = tx->esterror;
	if (tx->modes & ADJ_TIMECONST) {
		k->constant = tx->constant +
		    (k->status & STA_NANO ? 0 : 4);
		k->constant = k->constant < 0 ? 0 :
		    k->constant > TC_MAX ? TC_MAX : k->constant;
	}
	if ((tx->modes & ADJ_TAI) && tx->constant > 0)
		k->tai = tx->constant;
	if (tx->modes & ADJ_OFFSET)
		pll_offset(k, now,
		    tx->offset * (k->status & STA_NANO ? 1.0 : 1000.0));
	if (tx->modes & ADJ_TICK)
		k->tick = tx->tick;
}

int
kclock_adjtimex(struct kclock *k, int64_t now, struct timex *tx)
{
	int64_t	 real, left;
	int	 error;
	bool	 nano;

	if (tx->modes & MODE_ADJTIME) {
		left = (int64_t)k->single / 1000;
		if (!(tx->modes & MODE_READONLY))
			kclock_adjtime(k, now, tx->offset * 1000LL);
		tx->offset = left;
	} else {
		if ((error = check(tx)) != 0)
			return error;
		settle(k, now);
		if (tx->modes & ADJ_SETOFFSET) {
			k->wall += tx->time.tv_sec * NSEC +
			    tx->time.tv_usec *
			    (tx->modes & ADJ_NANO ? 1LL : 1000LL);
			forget(k, now);
		}
		set_modes(k, now, tx);
		retune(k);
		arm(k, now);
		tx->offset = (long)(k->pll /
		    (k->status & STA_NANO ? 1.0 : 1000.0));
	}
	if (kclock_maxerror(k, now) == ERROR_MAX)
		k->status |= STA_UNSYNC;
	nano = k->status & STA_NANO;
	real = kclock_read(k, now, WCLOCK_REAL);
	tx->freq = k->freq;
	tx->maxerror = kclock_maxerror(k, now);
	tx->esterror = k->esterror;
	tx->status = k->status;
	tx->constant = k->constant;
	tx->precision = 1;
	tx->tolerance = FREQ_MAX;
	tx->tick = k->tick;
	tx->time.tv_sec = real / NSEC;
	tx->time.tv_usec = real % NSEC / (nano ? 1 : 1000);
	tx->tai = k->tai;
	return k->status & (STA_UNSYNC | STA_CLOCKERR) ? TIME_ERROR : k->leap;
}

/* INT64_MIN only asks.  What was left of the previous one, ns. */
int64_t
kclock_adjtime(struct kclock *k, int64_t now, int64_t delta)
{
	int64_t	 left = (int64_t)k->single;

	if (delta != INT64_MIN) {
		settle(k, now);
		k->single = (double)delta;
		arm(k, now);
	}
	return left;
}

void
kclock_step(struct kclock *k, int64_t now, int64_t delta)
{
	settle(k, now);
	k->wall += delta;
	forget(k, now);
	arm(k, now);
}

/* The machine slept for some ns: only BOOT and REAL went on. */
void
kclock_sleep(struct kclock *k, int64_t now, int64_t slept)
{
	settle(k, now);
	k->asleep += slept;
	k->wall += slept;
	k->sets++;
	k->at = now;
	arm(k, now);
}
