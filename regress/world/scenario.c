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

#include <sys/mman.h>
#include <sys/stat.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <ftw.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "scenario.h"

static void	 st_about(struct words *);
static void	 st_at(struct words *);
static void	 st_config(struct words *);
static void	 st_expect(struct words *);
static void	 st_host(struct words *);
static void	 st_leap(struct words *);
static void	 st_link(struct words *);
static void	 st_log(struct words *);
static void	 st_monitor(struct words *);
static void	 st_name(struct words *);
static void	 st_run(struct words *);
static void	 st_server(struct words *);
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
	{ "expect",	st_expect },
	{ "host",	st_host },
	{ "leap",	st_leap },
	{ "link",	st_link },
	{ "log",	st_log },
	{ "monitor",	st_monitor },
	{ "name",	st_name },
	{ "run",	st_run },
	{ "server",	st_server },
	{ "settle",	st_settle },
	{ "start",	st_start },
	{ "tick",	st_tick },
};

int
scenario_read(struct scenario *sc, const char *path)
{
	struct words	 ws = { .sc = sc };
	char		 buf[1024];
	const char	*word;
	FILE		*f;
	size_t		 i, n = sizeof(statements) / sizeof(statements[0]);

	sc->path = path;
	if ((f = fopen(path, "r")) == NULL) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return -1;
	}
	while (fgets(buf, sizeof(buf), f) != NULL) {
		sc->lineno++;
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

static struct host *
new_host(struct words *ws)
{
	struct world	*w = ws->sc->w;
	const char	*name = word_next(ws), *addr;
	struct host	*h;
	struct waddr	 a;

	if (name == NULL || w->nhost == HOST_MAX ||
	    world_find(w, name) != NULL) {
		word_error(ws, "a new host needs a name of its own");
		return NULL;
	}
	if ((h = calloc(1, sizeof(*h))) == NULL)
		abort();
	h->w = w;
	copy(h->name, sizeof(h->name), name);
	h->index = w->nhost;
	h->main_status = -1;
	h->log = -1;
	h->peer.stratum = 1;
	h->peer.rootdisp = 2e-5;
	h->score_min = 20.0;
	h->stats.good_since = h->stats.t1ms = -1;
	w->host[w->nhost++] = h;
	while (ws->i < ws->n && waddr_parse(&a, ws->w[ws->i])) {
		*(a.family == 6 ? &h->addr6 : &h->addr4) = a;
		ws->i++;
	}
	if (h->addr4.family == 0 && h->addr6.family == 0) {
		addr = word_next(ws);
		word_error(ws, "\"%s\" is not an address",
		    addr != NULL ? addr : "");
	}
	return h;
}

/* server NAME ADDRESS... [what it is like] */
static void
st_server(struct words *ws)
{
	struct host	*h;

	if ((h = new_host(ws)) == NULL)
		return;
	h->builtin = true;
	while (ws->i < ws->n && peer_word(ws, &h->peer))
		;
}

/* monitor NAME ADDRESS... HOST */
static void
st_monitor(struct words *ws)
{
	struct host	*h, *target;

	if ((h = new_host(ws)) == NULL || (target = word_host(ws)) == NULL)
		return;
	h->builtin = true;
	monitor_new(h, target);
}

bool
peer_word(struct words *ws, struct peer *p)
{
	if (word_is(ws, "offset"))
		p->offset = word_number(ws);
	else if (word_is(ws, "stratum"))
		p->stratum = (int)word_number(ws);
	else if (word_is(ws, "leap"))
		p->leap = (int)word_number(ws);
	else if (word_is(ws, "rootdelay"))
		p->rootdelay = word_number(ws);
	else if (word_is(ws, "rootdisp"))
		p->rootdisp = word_number(ws);
	else if (word_is(ws, "silent"))
		p->silent = true;
	else if (word_is(ws, "forged"))
		p->forged = true;
	else if (word_is(ws, "unsynchronised"))
		p->unsynced = true;
	else if (word_is(ws, "kod"))
		copy(p->kod, sizeof(p->kod), word_next(ws));
	else if (word_is(ws, "good")) {
		p->silent = p->unsynced = false;
		p->offset = 0.0;
		p->kod[0] = '\0';
	} else
		return false;
	return true;
}

static int
remove_one(const char *path, const struct stat *st, int type,
    struct FTW *ftw)
{
	return remove(path);
}

static void
map_page(struct host *h)
{
	char	 path[240];
	int	 fd;

	snprintf(h->dir, sizeof(h->dir), "%s/%s", h->w->dir, h->name);
	snprintf(path, sizeof(path), "%s/%s.page", h->w->dir, h->name);
	/* Nothing of an earlier run may be found. */
	nftw(h->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	mkdir(h->dir, 0755);
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd == -1 || ftruncate(fd, sizeof(*h->page)) == -1) {
		world_fail(h->w, "%s: %s", path, strerror(errno));
		exit(1);
	}
	h->page = mmap(NULL, sizeof(*h->page), PROT_READ | PROT_WRITE,
	    MAP_SHARED, fd, 0);
	close(fd);
	if (h->page == MAP_FAILED)
		abort();
	h->page->seed = rng_next(&h->rng);
	copy(h->page->page, sizeof(h->page->page), path);
	copy(h->page->shim, sizeof(h->page->shim), h->w->shim);
	if (snprintf(h->page->sockpath, sizeof(h->page->sockpath),
	    "%s/world", h->w->dir) >= (int)sizeof(h->page->sockpath))
		errx(1, "%s: too long a path", h->w->dir);
	copy(h->page->root, sizeof(h->page->root), h->dir);
	if (h->addr4.family != 0)
		copy(h->page->addr4, sizeof(h->page->addr4),
		    waddr_text(&h->addr4));
	if (h->addr6.family != 0)
		copy(h->page->addr6, sizeof(h->page->addr6),
		    waddr_text(&h->addr6));
}

bool
use_words(struct words *ws, struct setup *s)
{
	struct host	*other;
	const char	*name;

	if (ws->i + 1 >= ws->n || s->nuse == USE_MAX ||
	    (strcmp(ws->w[ws->i], "use") != 0 &&
	    strcmp(ws->w[ws->i], "pool") != 0))
		return false;
	s->pool[s->nuse] = ws->w[ws->i++][0] == 'p';
	name = word_next(ws);
	if ((other = world_find(s->h->w, name)) != NULL)
		name = waddr_text(other->addr4.family != 0 ?
		    &other->addr4 : &other->addr6);
	copy(s->use[s->nuse++], sizeof(s->use[0]), name);
	return true;
}

static bool
host_word(struct words *ws, struct setup *s)
{
	struct host	*h = s->h;
	const char	*name;

	if (word_is(ws, "clock"))
		h->start_error = word_number(ws);
	else if (word_is(ws, "freq"))
		h->osc.freq = word_number(ws);
	else if (word_is(ws, "wander"))
		h->osc.wander = word_number(ws);
	else if (word_is(ws, "sine")) {
		h->osc.sine = word_number(ws);
		h->osc.period = word_number(ws);
	} else if (word_is(ws, "late"))
		s->delay = word_time(ws);
	else if (word_is(ws, "runs")) {
		name = word_next(ws);
		s->own_flavour = true;
		if (name == NULL || !flavour_find(name, &s->flavour))
			word_error(ws, "no such daemon");
	} else
		return use_words(ws, s);
	return true;
}

/* host NAME ADDRESS... [clock, oscillator, servers it uses] */
static void
st_host(struct words *ws)
{
	struct scenario	*sc = ws->sc;
	struct setup	*s = &sc->setup[sc->nsetup];
	struct host	*h;
	char		 name[NAME_MAX_LEN + 16];

	if ((h = new_host(ws)) == NULL)
		return;
	s->h = h;
	s->delay = NSEC;
	sc->nsetup++;
	while (ws->i < ws->n && host_word(ws, s))
		;
	snprintf(name, sizeof(name), "oscillator %s", h->name);
	rng_init(&h->rng, sc->w->seed, name);
	snprintf(name, sizeof(name), "ports %s", h->name);
	rng_init(&h->portrng, sc->w->seed, name);
	snprintf(name, sizeof(name), "faults %s", h->name);
	rng_init(&h->faultrng, sc->w->seed, name);
	map_page(h);
}

/* link FROM TO words: both directions, unless "one-way". */
void
link_words(struct words *ws)
{
	struct world		*w = ws->sc->w;
	const char		*from = word_next(ws), *to = word_next(ws);
	int			 start = ws->i, i, j;
	bool			 oneway, any = false;
	struct link_model	*m;

	oneway = word_is(ws, "one-way");
	start = ws->i;
	for (i = 0; from != NULL && to != NULL && i < w->nhost; i++) {
		for (j = 0; j < w->nhost; j++) {
			if (i == j || !((fnmatch(from, w->host[i]->name,
			    0) == 0 && fnmatch(to, w->host[j]->name, 0) ==
			    0) || (!oneway &&
			    fnmatch(to, w->host[i]->name, 0) == 0 &&
			    fnmatch(from, w->host[j]->name, 0) == 0)))
				continue;
			any = true;
			m = &w->link[i * HOST_MAX + j].m;
			ws->i = start;
			while (ws->i < ws->n) {
				if (word_is(ws, "delay"))
					m->delay = word_number(ws);
				else if (word_is(ws, "exp")) {
					m->law = JITTER_EXP;
					m->jitter = word_number(ws);
				} else if (word_is(ws, "normal")) {
					m->law = JITTER_NORMAL;
					m->jitter = word_number(ws);
				} else if (word_is(ws, "gamma")) {
					m->law = JITTER_GAMMA;
					m->shape = word_number(ws);
					m->jitter = word_number(ws);
				} else if (word_is(ws, "loss"))
					m->loss = word_number(ws);
				else if (word_is(ws, "dup"))
					m->dup = word_number(ws);
				else if (word_is(ws, "down"))
					m->down = true;
				else if (word_is(ws, "up"))
					m->down = false;
				else
					break;
			}
		}
	}
	if (!any)
		word_error(ws, "no such link");
}

static void
st_link(struct words *ws)
{
	link_words(ws);
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

/* An @ stands for the folder of the scenario. */
static void
copy_here(struct scenario *sc, char *to, size_t size, const char *from)
{
	const char	*at = from != NULL ? strchr(from, '@') : NULL;
	char		 path[PATH_MAX], *slash;

	if (at == NULL || realpath(sc->path, path) == NULL) {
		copy(to, size, from);
		return;
	}
	if ((slash = strrchr(path, '/')) != NULL)
		*slash = '\0';
	if (snprintf(to, size, "%.*s%s%s", (int)(at - from), from, path,
	    at + 1) >= (int)size)
		errx(1, "%s: too long a path", path);
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
	copy_here(sc, sc->conf[sc->nconf].text, sizeof(sc->conf[0].text),
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

static void
st_at(struct words *ws)
{
	int64_t	 t = word_time(ws);

	action_read(ws, t);
}
