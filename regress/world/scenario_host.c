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
 * What a scenario says of hosts, with daemons or built in.
 */

#include <sys/mman.h>
#include <sys/stat.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scenario.h"

static void
copy(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from != NULL ? from : "");
}

static struct host *
new_host(struct words *ws)
{
	struct world	*w = ws->sc->w;
	const char	*name = word_next(ws), *addr;
	struct host	*h;
	struct waddr	 a;
	int		 i;

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
	h->first = -1;
	for (i = 0; i < OUT_MAX; i++)
		h->out[i].fd = -1;
	h->peer.stratum = 1;
	h->peer.rootdisp = 2e-5;
	h->score_min = 20.0;
	h->serving = -1;
	for (i = 0; i < STATS_GOOD; i++)
		h->stats.since[i] = h->stats.good[i] = -1;
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
void
server_words(struct words *ws)
{
	struct host	*h;

	if ((h = new_host(ws)) == NULL)
		return;
	h->builtin = true;
	while (ws->i < ws->n && peer_word(ws, &h->peer))
		;
}

/* monitor NAME ADDRESS... HOST */
void
monitor_words(struct words *ws)
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

static bool
use_one(struct words *ws, struct setup *s, bool pool, const char *name)
{
	if (s->nuse == USE_MAX) {
		word_error(ws, "too many servers");
		return false;
	}
	s->pool[s->nuse] = pool;
	copy(s->use[s->nuse++], sizeof(s->use[0]), name);
	return true;
}

/* use PATTERN of hosts, or use and pool NAME or ADDRESS */
bool
use_words(struct words *ws, struct setup *s)
{
	struct world	*w = s->h->w;
	const char	*name;
	bool		 pool = word_is(ws, "pool"), any = false;
	int		 i;

	if ((!pool && !word_is(ws, "use")) || (name = word_next(ws)) == NULL)
		return false;
	for (i = 0; i < w->nhost; i++) {
		if (w->host[i] == s->h ||
		    fnmatch(name, w->host[i]->name, 0) != 0)
			continue;
		any = true;
		if (!use_one(ws, s, pool,
		    waddr_text(w->host[i]->addr4.family != 0 ?
		    &w->host[i]->addr4 : &w->host[i]->addr6)))
			return false;
	}
	return any || use_one(ws, s, pool, name);
}

static bool
host_word(struct words *ws, struct setup *s)
{
	struct host	*h = s->h;
	const char	*name;

	if (word_is(ws, "clock"))
		h->start_error = word_number(ws);
	else if (word_is(ws, "late"))
		s->delay = word_time(ws);
	else if (word_is(ws, "runs")) {
		name = word_next(ws);
		s->own_flavour = true;
		if (name == NULL || !flavour_find(name, &s->flavour))
			word_error(ws, "no such daemon");
	} else
		return use_words(ws, s) || osc_word(ws, &h->osc) ||
		    stamp_word(ws, h);
	return true;
}

/* host NAME ADDRESS... [clock, oscillator, servers it uses] */
void
host_words(struct words *ws)
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
	snprintf(name, sizeof(name), "stamps %s", h->name);
	rng_init(&h->stamprng, sc->w->seed, name);
	snprintf(name, sizeof(name), "faults %s", h->name);
	rng_init(&h->faultrng, sc->w->seed, name);
	map_page(h);
}
