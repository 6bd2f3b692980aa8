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
 * The oscillator's own time and the free-running clock.  Pure.
 */

#include <math.h>

#include "osc.h"

#define ADJ_SANE	0.5	/* s/s; beyond is no frequency at all */

static int64_t	 osc_elapsed(int64_t, double);
static int64_t	 kernel_elapsed(int64_t, double);

void
osc_init(struct osc *o, mono_t mono, double adj, ntptime_t real)
{
	if (!(fabs(adj) <= ADJ_SANE))
		adj = 0;
	o->mono = mono;
	o->at.ns = mono.ns;	/* any would do; this one reads well in logs */
	o->adj = o->prev = adj;
	o->base = ntptime_add_ns(real, -mono.ns);
}

void
osc_adjust(struct osc *o, mono_t mono, double adj)
{
	if (!(fabs(adj) <= ADJ_SANE))
		return;
	o->at = osc_from_mono(o, mono);
	/* a report older than the last one leaves prev: it rules there */
	if (mono.ns >= o->mono.ns)
		o->prev = o->adj;
	o->mono = mono;
	o->adj = adj;
}

void
osc_rebase(struct osc *o, double delta)
{
	o->base = ntptime_add(o->base, delta);
}

osc_t
osc_from_mono(const struct osc *o, mono_t t)
{
	osc_t	 at;
	int64_t	 d;

	d = t.ns - o->mono.ns;
	at.ns = o->at.ns + osc_elapsed(d, d < 0 ? o->prev : o->adj);
	return at;
}

mono_t
osc_to_mono(const struct osc *o, osc_t t)
{
	mono_t	 m;
	int64_t	 d;

	d = t.ns - o->at.ns;
	m.ns = o->mono.ns + kernel_elapsed(d, d < 0 ? o->prev : o->adj);
	return m;
}

ntptime_t
osc_free(const struct osc *o, osc_t t)
{
	return ntptime_add_ns(o->base, t.ns);
}

/*
 * Only the small correction passes through a double: its grain of 1e-16 of
 * the correction stays below the nanosecond for years.
 */
static int64_t
osc_elapsed(int64_t kernel, double adj)
{
	return kernel - (int64_t)rint((double)kernel * (adj / (1 + adj)));
}

static int64_t
kernel_elapsed(int64_t osc, double adj)
{
	return osc + (int64_t)rint((double)osc * adj);
}
