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
 * Judging a world that ended: metrics against what was expected.
 */

#include <math.h>
#include <string.h>

#include "scenario.h"

static double	 m_rms(struct host *);
static double	 m_max(struct host *);
static double	 m_total(struct host *);
static double	 m_frms(struct host *);
static double	 m_t10ms(struct host *);
static double	 m_t1ms(struct host *);
static double	 m_t100us(struct host *);
static double	 m_p50(struct host *);
static double	 m_p95(struct host *);
static double	 m_p99(struct host *);
static double	 m_tserve(struct host *);
static double	 m_last(struct host *);
static double	 m_requests(struct host *);
static double	 m_replies(struct host *);
static double	 m_status(struct host *);
static double	 m_leapt(struct host *);
static double	 m_growth(struct host *);
static double	 m_overmax(struct host *);
static double	 m_est1(struct host *);
static double	 m_est3(struct host *);
static double	 m_rss(struct host *);
static double	 m_stale(struct host *);
static double	 m_wakes(struct host *);
static double	 m_alive(struct host *);
static double	 m_score(struct host *);
static double	 m_served(struct host *);
static double	 m_beyond(struct host *);

static const struct {
	const char	*name;
	double		(*fn)(struct host *);
	double		 scale;		/* to print */
	const char	*unit;
} metrics[] = {
	{ "rms",	m_rms,		1e6,	"us" },
	{ "p50",	m_p50,		1e6,	"us" },
	{ "p95",	m_p95,		1e6,	"us" },
	{ "p99",	m_p99,		1e6,	"us" },
	{ "max",	m_max,		1e6,	"us" },
	{ "frms",	m_frms,		1e6,	"ppm" },
	{ "t10ms",	m_t10ms,	1.0,	"s" },
	{ "t1ms",	m_t1ms,		1.0,	"s" },
	{ "t100us",	m_t100us,	1.0,	"s" },
	{ "tserve",	m_tserve,	1.0,	"s" },
	{ "last",	m_last,		1e6,	"us" },
	{ "ever",	m_total,	1e6,	"us" },
	{ "requests",	m_requests,	1.0,	"" },
	{ "replies",	m_replies,	1.0,	"" },
	{ "status",	m_status,	1.0,	"" },
	{ "tai",	m_leapt,	1.0,	"" },
	{ "overmax",	m_overmax,	1.0,	"" },
	{ "est1",	m_est1,		1e2,	"%" },
	{ "est3",	m_est3,		1e2,	"%" },
	{ "rss",	m_rss,		1.0,	"KiB" },
	{ "growth",	m_growth,	1.0,	"KiB" },
	{ "alive",	m_alive,	1.0,	"" },
	{ "stale",	m_stale,	1.0,	"" },
	{ "wakes",	m_wakes,	1.0,	"" },
	{ "score",	m_score,	1.0,	"" },
	{ "served",	m_served,	1e6,	"us" },
	{ "beyond",	m_beyond,	1.0,	"" },
};

static double
m_rms(struct host *h)
{
	return stats_rms(&h->stats);
}

static double
m_max(struct host *h)
{
	return h->stats.n > 0 ? h->stats.max : NAN;
}

static double
m_total(struct host *h)
{
	return h->stats.total_max;
}

static double
m_frms(struct host *h)
{
	return stats_frms(&h->stats);
}

static double
good_after(const struct host *h, int which)
{
	int64_t	 t = h->stats.good[which];

	return t == -1 ? INFINITY : t / 1e9;
}

static double
m_t10ms(struct host *h)
{
	return good_after(h, STATS_10MS);
}

static double
m_t1ms(struct host *h)
{
	return good_after(h, STATS_1MS);
}

static double
m_t100us(struct host *h)
{
	return good_after(h, STATS_100US);
}

static double
m_tserve(struct host *h)
{
	return h->serving == -1 ? INFINITY : h->serving / 1e9;
}

static double
m_p50(struct host *h)
{
	return stats_percentile(&h->stats, 50.0);
}

static double
m_p95(struct host *h)
{
	return stats_percentile(&h->stats, 95.0);
}

static double
m_p99(struct host *h)
{
	return stats_percentile(&h->stats, 99.0);
}

static double
m_last(struct host *h)
{
	return fabs(h->stats.last);
}

static double
m_requests(struct host *h)
{
	return (double)h->requests;
}

static double
m_replies(struct host *h)
{
	return (double)h->replies;
}

static double
m_status(struct host *h)
{
	return h->clock.status & STA_UNSYNC ? 0.0 : 1.0;
}

static double
m_leapt(struct host *h)
{
	return h->clock.tai;
}

static double
m_alive(struct host *h)
{
	return h->living;
}

/* The lowest the pool would have seen after settling. */
static double
m_score(struct host *h)
{
	return h->served > 0 ? h->score_min : NAN;
}

/* The greatest error in a reply, and the replies beyond their promise. */
static double
m_served(struct host *h)
{
	return h->served > 0 ? h->served_max : NAN;
}

static double
m_beyond(struct host *h)
{
	return h->served > 0 ? (double)h->beyond : NAN;
}

/* Resident memory of all processes, from settling to the end. */
static double
m_growth(struct host *h)
{
	return h->rss_end - h->rss;
}

static double
m_rss(struct host *h)
{
	return h->rss_end;
}

/* How often the kernel's maximum error was not one, after settling. */
static double
m_overmax(struct host *h)
{
	return (double)h->stats.beyond;
}

/* The share of looks at less than its estimated error, three times it. */
static double
m_est1(struct host *h)
{
	return (double)h->stats.within / h->stats.n;
}

static double
m_est3(struct host *h)
{
	return (double)h->stats.within3 / h->stats.n;
}

static double
m_stale(struct host *h)
{
	return h->stale;
}

static double
m_wakes(struct host *h)
{
	return (double)h->wakes;
}

void
check_line(struct scenario *sc, const char *line)
{
	int	 i;

	for (i = 0; i < sc->ngrep; i++)
		if (strstr(line, sc->grep[i].text) != NULL)
			sc->grep[i].seen = true;
}

static bool
applies(const struct scenario *sc, bool only, enum flavour f)
{
	return !only || f == sc->flavour;
}

static double
value(struct host *h, const char *metric)
{
	size_t	 i;

	for (i = 0; i < sizeof(metrics) / sizeof(metrics[0]); i++)
		if (strcmp(metrics[i].name, metric) == 0)
			return metrics[i].fn(h);
	return NAN;
}

/* An unknown metric or one without a value fails either way. */
static int
check_all(struct scenario *sc, struct host *h, FILE *f)
{
	double	 v;
	int	 i, bad = 0;

	for (i = 0; i < sc->nexpect; i++) {
		if (!applies(sc, sc->expect[i].only, sc->expect[i].flavour) ||
		    (h != sc->setup[0].h && !sc->expect[i].all))
			continue;
		v = value(h, sc->expect[i].metric);
		if (sc->expect[i].less ? v < sc->expect[i].bound :
		    v > sc->expect[i].bound)
			continue;
		fprintf(f, " [not: %s]", sc->expect[i].text);
		bad++;
	}
	for (i = 0; i < sc->ngrep; i++) {
		if (!applies(sc, sc->grep[i].only, sc->grep[i].flavour) ||
		    sc->grep[i].seen == sc->grep[i].want)
			continue;
		fprintf(f, " [%s: \"%s\"]", sc->grep[i].want ? "not logged" :
		    "logged", sc->grep[i].text);
		bad++;
	}
	/* A daemon that hears nobody has no figures. */
	if (h->replies == 0) {
		fprintf(f, " [never had an answer]");
		bad++;
	}
	return bad;
}

bool
check_print(struct scenario *sc, struct host *h, FILE *f)
{
	const char	*base;
	size_t		 i, n;
	bool		 ok;

	base = strrchr(sc->path, '/');
	base = base != NULL ? base + 1 : sc->path;
	n = strlen(base);
	if (n > 6 && strcmp(base + n - 6, ".world") == 0)
		n -= 6;
	fprintf(f, "%.*s", (int)n, base);
	if (h != sc->setup[0].h)
		fprintf(f, "/%s", h->name);
	fprintf(f, " %s %llu", flavour_name(sc->flavour),
	    (unsigned long long)sc->w->seed);
	for (i = 0; i < sizeof(metrics) / sizeof(metrics[0]); i++)
		fprintf(f, " %s=%.6g%s", metrics[i].name,
		    metrics[i].fn(h) * metrics[i].scale, metrics[i].unit);
	ok = !sc->w->failed && check_all(sc, h, f) == 0;
	fprintf(f, " %s\n", sc->w->failed ? "BROKEN" : ok ? "ok" : "FAILED");
	return ok;
}
