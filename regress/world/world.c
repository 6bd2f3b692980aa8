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
 * Everything together: events, true time, and the one loop.
 */

#include <sys/stat.h>

#include <ftw.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "scenario.h"

#define EXIT_TIME	(10 * NSEC)	/* a daemon has to end in */

static bool	 before(const struct event *, const struct event *);
static void	 second(struct world *, void *);

int64_t
world_true(const struct world *w)
{
	return w->epoch + w->now;
}

void
world_log(struct world *w, const char *who, const char *fmt, ...)
{
	char	 line[1200], all[1400];
	va_list	 ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	snprintf(all, sizeof(all), "%s: %s", who, line);
	fprintf(w->log, "%.6f %s\n", w->now / 1e9, all);
	check_line(w->sc, all);
}

void
world_fail(struct world *w, const char *fmt, ...)
{
	va_list	 ap;
	FILE	*f[2] = { w->log, stderr };
	int	 i;

	if (w->failed)
		return;
	w->failed = true;
	for (i = 0; i < 2; i++) {
		fprintf(f[i], "%.6f world: ", w->now / 1e9);
		va_start(ap, fmt);
		vfprintf(f[i], fmt, ap);
		va_end(ap);
		putc('\n', f[i]);
	}
}

struct host *
world_find(struct world *w, const char *name)
{
	int	 i;

	for (i = 0; i < w->nhost; i++)
		if (strcmp(w->host[i]->name, name) == 0)
			return w->host[i];
	return NULL;
}

static bool
before(const struct event *a, const struct event *b)
{
	return a->t < b->t || (a->t == b->t && a->seq < b->seq);
}

/* The events are a heap, the earliest first. */
void
world_at(struct world *w, int64_t t, void (*fn)(struct world *, void *),
    void *arg)
{
	struct event	 e = { t, w->seq++, fn, arg };
	size_t		 i, up;

	if (w->nheap == w->heaproom) {
		w->heaproom = w->heaproom != 0 ? 2 * w->heaproom : 1024;
		w->heap = realloc(w->heap, w->heaproom * sizeof(*w->heap));
		if (w->heap == NULL)
			abort();
	}
	for (i = w->nheap++; i > 0; i = up) {
		up = (i - 1) / 2;
		if (before(&w->heap[up], &e))
			break;
		w->heap[i] = w->heap[up];
	}
	w->heap[i] = e;
}

static struct event
take_event(struct world *w)
{
	struct event	 first = w->heap[0], last;
	size_t		 i, c;

	last = w->heap[--w->nheap];
	for (i = 0; (c = 2 * i + 1) < w->nheap; i = c) {
		if (c + 1 < w->nheap &&
		    before(&w->heap[c + 1], &w->heap[c]))
			c++;
		if (before(&last, &w->heap[c]))
			break;
		w->heap[i] = w->heap[c];
	}
	w->heap[i] = last;
	return first;
}

void
world_pay(struct host *h)
{
	h->w->now += (int64_t)h->page->reads * WORLD_READCOST;
	h->page->reads = 0;
}

void
world_show(struct host *h)
{
	int	 c;

	for (c = 0; c < WCLOCK__MAX; c++)
		h->page->clock[c] = kclock_read(&h->clock, h->w->now, c);
}

double
world_error(const struct host *h)
{
	return (kclock_read(&h->clock, h->w->now, WCLOCK_REAL) -
	    world_true(h->w)) / 1e9;
}

/* A row; main.c names the columns. */
static void
plot(const struct host *h, double error)
{
	const struct kclock	*k = &h->clock;

	fprintf(h->w->plot, "%.1f\t%s\t%.9f\t%.6f\t%.6f\t%.6f\t%.6f\t%d"
	    "\t%llu\t%llu\n", h->w->now / 1e9, h->name, error,
	    k->rate * 1e6, k->y * 1e6, kclock_maxerror(k, h->w->now) / 1e6,
	    k->esterror / 1e6, !(k->status & STA_UNSYNC),
	    (unsigned long long)h->requests, (unsigned long long)h->replies);
}

/*
 * Each second, in its middle: the oscillators wander and the clocks are
 * looked at.  (Not when it turns: clocks that are right to a microsecond
 * are a whole second apart then if it is a leap second.)
 */
static void
second(struct world *w, void *arg)
{
	struct host	*h;
	double		 error;
	int		 i;

	for (i = 0; i < w->nhost; i++) {
		h = w->host[i];
		if (h->builtin || h->suspended)
			continue;
		osc_walk(&h->osc, &h->rng, w->tick / 1e9);
		kclock_osc(&h->clock, w->now,
		    osc_error(&h->osc, w->now / 1e9));
		if (w->ending)
			continue;
		if (w->now >= w->settle && h->rss == 0)
			h->rss = proc_rss(h);
		error = world_error(h);
		stats_add(&h->stats, w->now, w->now >= w->settle, error,
		    h->clock.rate, kclock_maxerror(&h->clock, w->now) / 1e6,
		    h->clock.esterror / 1e6);
		if (w->plot != NULL)
			plot(h, error);
	}
	world_at(w, (w->now / w->tick + 1) * w->tick + NSEC / 2, second,
	    NULL);
}

/* The next thing that a kernel's clock does by itself. */
static int64_t
clock_due(struct world *w, struct host **hp)
{
	int64_t	 t, best = NEVER;
	int	 i;

	for (i = 0; i < w->nhost; i++) {
		if (w->host[i]->builtin || w->host[i]->suspended)
			continue;
		t = kclock_due(&w->host[i]->clock);
		if (t < best) {
			best = t;
			*hp = w->host[i];
		}
	}
	return best;
}

/* Until the end of time, or until it is over. */
static void
run_until(struct world *w, int64_t end, bool (*over)(struct world *))
{
	struct host	*hc = NULL, *hp = NULL;
	struct proc	*p = NULL;
	struct event	 e;
	int64_t		 te, tc, tp, t;

	for (;;) {
		turn_all(w);
		if (w->failed || (over != NULL && over(w)))
			return;
		te = w->nheap > 0 ? w->heap[0].t : NEVER;
		tc = clock_due(w, &hc);
		tp = turn_due(w, &p, &hp);
		t = tc < te ? tc : te;
		t = tp < t ? tp : t;
		if (t > end) {
			w->now = end;
			return;
		}
		if (t > w->now)
			w->now = t;
		if (t == tc)
			kclock_second(&hc->clock, w->now);
		else if (t == te) {
			e = take_event(w);
			e.fn(w, e.arg);
		} else
			turn_timeout(hp, p);
	}
}

static bool
all_ended(struct world *w)
{
	int	 i;

	for (i = 0; i < w->nhost; i++)
		if (proc_alive(w->host[i]))
			return false;
	return true;
}

/* The end: daemons are asked to go, and have to. */
static void
finish(struct world *w)
{
	int	 i;

	w->ending = true;
	for (i = 0; i < w->nhost; i++)
		if (proc_alive(w->host[i]))
			proc_signal(w->host[i], "", SIGTERM);
	run_until(w, w->now + EXIT_TIME, all_ended);
	if (!all_ended(w))
		world_fail(w, "a daemon did not end on SIGTERM");
}

static int	 sockets;	/* for nftw() */

static int
count_socket(const char *path, const struct stat *st, int type,
    struct FTW *ftw)
{
	sockets += S_ISSOCK(st->st_mode);
	return 0;
}

/* What no daemon should leave in its file system. */
static int
stale_sockets(const char *dir)
{
	sockets = 0;
	if (dir[0] != '\0')
		nftw(dir, count_socket, 8, FTW_PHYS);
	return sockets;
}

void
world_run(struct world *w)
{
	int	 i;

	world_at(w, NSEC / 2, second, NULL);
	run_until(w, w->end, NULL);
	for (i = 0; i < w->nhost && !w->failed; i++) {
		w->host[i]->living = proc_count(w->host[i]);
		w->host[i]->rss_end = proc_rss(w->host[i]);
	}
	if (!w->failed)
		finish(w);
	for (i = 0; i < w->nhost; i++)
		w->host[i]->stale = stale_sockets(w->host[i]->dir);
	for (i = 0; i < w->nhost; i++)
		proc_kill_all(w->host[i]);
}
