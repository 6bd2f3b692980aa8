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
 * Reading a scenario: one statement a line.
 */

#include <errno.h>
#include <string.h>
#include <time.h>

#include "scenario.h"

static void	 st_about(struct words *);
static void	 st_at(struct words *);
static void	 st_config(struct words *);
static void	 st_every(struct words *);
static void	 st_expect(struct words *);
static void	 st_leap(struct words *);
static void	 st_log(struct words *);
static void	 st_name(struct words *);
static void	 st_run(struct words *);
static void	 st_settle(struct words *);
static void	 st_start(struct words *);
static void	 st_tick(struct words *);

static const struct statement {
	const char	*word;
	void		(*fn)(struct words *);
} statements[] = {
	{ "about",	st_about },
	{ "at",		st_at },
	{ "config",	st_config },
	{ "every",	st_every },
	{ "expect",	st_expect },
	{ "host",	host_words },
	{ "leap",	st_leap },
	{ "link",	link_words },
	{ "log",	st_log },
	{ "monitor",	monitor_words },
	{ "name",	st_name },
	{ "run",	st_run },
	{ "server",	server_words },
	{ "settle",	st_settle },
	{ "start",	st_start },
	{ "tick",	st_tick },
};

/* A statement: a line, and those after it that begin with a blank. */
static bool
read_statement(struct scenario *sc, FILE *f, char *buf, size_t size)
{
	size_t	 n = 0;
	int	 c;

	do {
		if (fgets(buf + n, (int)(size - n), f) == NULL)
			break;
		sc->lineno++;
		n = strlen(buf);
		if (n > 0 && buf[n - 1] == '\n')
			buf[n - 1] = ' ';
		if ((c = getc(f)) != EOF)
			ungetc(c, f);
	} while ((c == ' ' || c == '\t') && n + 1 < size);
	return n > 0;
}

int
scenario_read(struct scenario *sc, const char *path)
{
	struct words	 ws = { .sc = sc };
	char		 buf[4096];
	const char	*word;
	FILE		*f;
	size_t		 i, n = sizeof(statements) / sizeof(statements[0]);

	sc->path = path;
	if ((f = fopen(path, "r")) == NULL) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return -1;
	}
	while (read_statement(sc, f, buf, sizeof(buf))) {
		word_split(&ws, buf);
		if ((word = word_next(&ws)) == NULL)
			continue;
		for (i = 0; i < n; i++)
			if (strcmp(statements[i].word, word) == 0)
				break;
		if (i == n) {
			word_error(&ws, "unknown statement \"%s\"", word);
			continue;
		}
		statements[i].fn(&ws);
		if (ws.i < ws.n)
			word_error(&ws, "what is \"%s\"?", ws.w[ws.i]);
	}
	fclose(f);
	return sc->errors == 0 ? 0 : -1;
}

static void
copy(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from != NULL ? from : "");
}

static void
st_about(struct words *ws)
{
	copy(ws->sc->about, sizeof(ws->sc->about), word_next(ws));
}

static void
st_run(struct words *ws)
{
	ws->sc->w->end = word_time(ws);
}

static void
st_settle(struct words *ws)
{
	ws->sc->w->settle = word_time(ws);
}

/* tick T: how often oscillators wander and clocks are looked at */
static void
st_tick(struct words *ws)
{
	ws->sc->w->tick = word_time(ws);
}

static void
insert_leap(struct world *w, void *arg)
{
	w->epoch -= NSEC;
}

/* leap T: UTC inserts a second, which the servers follow */
static void
st_leap(struct words *ws)
{
	world_at(ws->sc->w, word_time(ws), insert_leap, NULL);
}

/* start 2026-06-30 [23:00:00] */
static void
st_start(struct words *ws)
{
	struct tm	 tm;
	const char	*date = word_next(ws), *clock = word_next(ws);

	memset(&tm, 0, sizeof(tm));
	if (date == NULL || strptime(date, "%Y-%m-%d", &tm) == NULL ||
	    (clock != NULL && strptime(clock, "%H:%M:%S", &tm) == NULL))
		word_error(ws, "a date is year-month-day [h:m:s]");
	ws->sc->w->epoch = timegm(&tm) * NSEC;
}

/* name NAME [answers N] [delay D] [after T] HOST... */
static void
st_name(struct words *ws)
{
	struct scenario	*sc = ws->sc;
	struct zone	*z = &sc->zone[sc->nzone];
	struct host	*h;
	char		 name[80];

	if (sc->nzone == NAMES_MAX) {
		word_error(ws, "too many names");
		return;
	}
	copy(z->name, sizeof(z->name), word_next(ws));
	snprintf(name, sizeof(name), "name %s", z->name);
	rng_init(&z->rng, sc->w->seed, name);
	z->delay = NSEC / 50;
	while (ws->i < ws->n) {
		if (word_is(ws, "answers"))
			z->answers = (int)word_number(ws);
		else if (word_is(ws, "delay"))
			z->delay = word_time(ws);
		else if (word_is(ws, "after"))
			z->after = word_time(ws);
		else if ((h = word_host(ws)) != NULL)
			z->member[z->nmember++] = h;
	}
	sc->nzone++;
}

/* config DAEMON "a line of its configuration" */
static void
st_config(struct words *ws)
{
	struct scenario	*sc = ws->sc;
	const char	*who = word_next(ws);

	if (sc->nconf == LINES_MAX || who == NULL ||
	    !flavour_find(who, &sc->conf[sc->nconf].flavour)) {
		word_error(ws, "config DAEMON \"line\"");
		return;
	}
	word_path(sc, sc->conf[sc->nconf].text, sizeof(sc->conf[0].text),
	    word_next(ws));
	sc->nconf++;
}

/* expect [DAEMON] [all] METRIC < BOUND: of the first host, or of all */
static void
st_expect(struct words *ws)
{
	struct scenario	*sc = ws->sc;
	struct expect	*e = &sc->expect[sc->nexpect];
	const char	*op;

	if (sc->nexpect == EXPECT_MAX) {
		word_error(ws, "too many expectations");
		return;
	}
	if (ws->i < ws->n && flavour_find(ws->w[ws->i], &e->flavour)) {
		e->only = true;
		ws->i++;
	}
	e->all = word_is(ws, "all");
	copy(e->metric, sizeof(e->metric), word_next(ws));
	op = word_next(ws);
	if (op == NULL || (strcmp(op, "<") != 0 && strcmp(op, ">") != 0)) {
		word_error(ws, "expect METRIC < BOUND");
		return;
	}
	e->less = op[0] == '<';
	snprintf(e->text, sizeof(e->text), "%s %s %s", ws->w[ws->i - 2], op,
	    ws->i < ws->n ? ws->w[ws->i] : "");
	e->bound = word_number(ws);
	sc->nexpect++;
}

/* log [DAEMON] [not] "text": a line with it was, or was not, written */
static void
st_log(struct words *ws)
{
	struct scenario	*sc = ws->sc;
	struct grep	*g = &sc->grep[sc->ngrep];

	if (sc->ngrep == EXPECT_MAX) {
		word_error(ws, "too many expectations");
		return;
	}
	if (ws->i < ws->n && flavour_find(ws->w[ws->i], &g->flavour)) {
		g->only = true;
		ws->i++;
	}
	g->want = !word_is(ws, "not");
	copy(g->text, sizeof(g->text), word_next(ws));
	sc->ngrep++;
}

/* at T ACTION */
static void
st_at(struct words *ws)
{
	int64_t	 t = word_time(ws);

	action_read(ws, t, 0, 0);
}

/* every P [from T] [until T] ACTION */
static void
st_every(struct words *ws)
{
	int64_t	 period = word_time(ws), from = period, until = NEVER;

	if (word_is(ws, "from"))
		from = word_time(ws);
	if (word_is(ws, "until"))
		until = word_time(ws);
	if (period <= 0)
		word_error(ws, "how often?");
	action_read(ws, from, period, until);
}
