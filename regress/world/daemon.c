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
 * The daemons a host may run: their configuration, in their own language,
 * and their command line.
 */

#include <sys/stat.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "scenario.h"

static void	 conf_ntpd(struct setup *, FILE *);
static void	 conf_chronyd(struct setup *, FILE *);
static void	 conf_openntpd(struct setup *, FILE *);

static const struct {
	const char	*name;
	void		(*conf)(struct setup *, FILE *);
	const char	*args[8];	/* before the configuration file */
} flavours[FLAVOUR__MAX] = {
	[FLAVOUR_NTPD] = { "ntpd", conf_ntpd, { "-d", "-f" } },
	[FLAVOUR_CHRONYD] = { "chronyd", conf_chronyd, { "-d", "-f" } },
	[FLAVOUR_OPENNTPD] = { "openntpd", conf_openntpd,
	    { "-d", "-s", "-f" } },
};

const char *
flavour_name(enum flavour f)
{
	return flavours[f].name;
}

bool
flavour_find(const char *name, enum flavour *f)
{
	int	 i;

	for (i = 0; i < FLAVOUR__MAX; i++) {
		if (strcmp(flavours[i].name, name) == 0) {
			*f = i;
			return true;
		}
	}
	return false;
}

static void
conf_ntpd(struct setup *s, FILE *f)
{
	int	 i;

	fprintf(f, "driftfile \"%s/drift\"\n", s->h->dir);
	for (i = 0; i < s->nuse; i++)
		fprintf(f, "%s %s\n", s->pool[i] ? "servers" : "server",
		    s->use[i]);
}

static void
conf_chronyd(struct setup *s, FILE *f)
{
	int	 i;

	fprintf(f, "driftfile %s/drift\npidfile %s/pid\n", s->h->dir,
	    s->h->dir);
	fprintf(f, "bindcmdaddress /\ncmdport 0\nmakestep 1 3\n");
	for (i = 0; i < s->nuse; i++)
		fprintf(f, "%s %s iburst\n", s->pool[i] ? "pool" : "server",
		    s->use[i]);
}

static void
conf_openntpd(struct setup *s, FILE *f)
{
	int	 i;

	for (i = 0; i < s->nuse; i++)
		fprintf(f, "%s %s\n", s->pool[i] ? "servers" : "server",
		    s->use[i]);
}

/* The folders that a daemon expects; errors show when it misses them. */
void
daemon_dirs(const struct host *h)
{
	static const char *const dirs[] = {
		"var", "var/run", "var/db", "var/lib", "var/empty",
		"var/lib/openntpd", "var/lib/openntpd/db",
		"var/lib/openntpd/run", "run"
	};
	char	 path[300];
	size_t	 i;

	for (i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", h->dir, dirs[i]);
		mkdir(path, 0755);
	}
}

static enum flavour
flavour_of(const struct scenario *sc, const struct setup *s)
{
	return s->own_flavour ? s->flavour : sc->flavour;
}

int
daemon_conf(struct scenario *sc, struct setup *s)
{
	enum flavour	 fl = flavour_of(sc, s);
	char		 path[300];
	FILE		*f;
	int		 i;

	snprintf(path, sizeof(path), "%s/conf", s->h->dir);
	if ((f = fopen(path, "w")) == NULL) {
		world_fail(sc->w, "%s: %s", path, strerror(errno));
		return -1;
	}
	flavours[fl].conf(s, f);
	for (i = 0; i < sc->nconf; i++)
		if (sc->conf[i].flavour == fl)
			fprintf(f, "%s\n", sc->conf[i].text);
	fclose(f);
	return 0;
}

void
daemon_start(struct world *w, void *arg)
{
	struct setup	*s = arg;
	struct scenario	*sc = w->sc;
	enum flavour	 fl = flavour_of(sc, s);
	char		*argv[12], path[300];
	int		 i, n = 0;

	if (sc->binary[fl] == NULL) {
		world_fail(w, "where is %s?", flavours[fl].name);
		return;
	}
	if (daemon_conf(sc, s) == -1)
		return;
	snprintf(path, sizeof(path), "%s/conf", s->h->dir);
	argv[n++] = strdup(sc->binary[fl]);
	for (i = 0; flavours[fl].args[i] != NULL; i++)
		argv[n++] = strdup(flavours[fl].args[i]);
	argv[n] = path;
	argv[n + 1] = NULL;
	proc_start(s->h, argv);
	while (n > 0)
		free(argv[--n]);
}
