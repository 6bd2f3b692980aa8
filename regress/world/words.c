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
 * The words of a scenario, and numbers with their units.
 */

#include <ctype.h>
#include <err.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "scenario.h"

static const struct unit {
	const char	*name;
	double		 factor;
} units[] = {
	{ "", 1.0 },
	{ "s", 1.0 },
	{ "ms", 1e-3 },
	{ "us", 1e-6 },
	{ "ns", 1e-9 },
	{ "min", 60.0 },
	{ "h", 3600.0 },
	{ "d", 86400.0 },
	{ "y", 31556952.0 },
	{ "ppm", 1e-6 },
	{ "ppb", 1e-9 },
	{ "%", 1e-2 },
};

void
word_error(struct words *ws, const char *fmt, ...)
{
	va_list	 ap;

	fprintf(stderr, "%s:%d: ", ws->sc->path, ws->sc->lineno);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	putc('\n', stderr);
	ws->sc->errors++;
}

const char *
word_next(struct words *ws)
{
	return ws->i < ws->n ? ws->w[ws->i++] : NULL;
}

bool
word_is(struct words *ws, const char *word)
{
	if (ws->i >= ws->n || strcmp(ws->w[ws->i], word) != 0)
		return false;
	ws->i++;
	return true;
}

bool
number_parse(const char *s, double *v)
{
	char	*end;
	size_t	 i;

	*v = strtod(s, &end);
	for (i = 0; end != s && i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(end, units[i].name) == 0) {
			*v *= units[i].factor;
			return true;
		}
	}
	*v = 0.0;
	return false;
}

double
word_number(struct words *ws)
{
	const char	*s = word_next(ws);
	double		 v = 0.0;

	if (s == NULL)
		word_error(ws, "a number is missing");
	else if (!number_parse(s, &v))
		word_error(ws, "\"%s\" is not a number with a unit", s);
	return v;
}

int64_t
word_time(struct words *ws)
{
	return llround(word_number(ws) * NSEC);
}

struct host *
word_host(struct words *ws)
{
	const char	*s = word_next(ws);
	struct host	*h;

	if (s == NULL || (h = world_find(ws->sc->w, s)) == NULL) {
		word_error(ws, "no host called \"%s\"", s != NULL ? s : "");
		return NULL;
	}
	return h;
}

/* An @ stands for the folder of the scenario. */
void
word_path(struct scenario *sc, char *to, size_t size, const char *from)
{
	const char	*at = from != NULL ? strchr(from, '@') : NULL;
	char		 path[PATH_MAX], *slash;

	if (at == NULL || realpath(sc->path, path) == NULL) {
		snprintf(to, size, "%s", from != NULL ? from : "");
		return;
	}
	if ((slash = strrchr(path, '/')) != NULL)
		*slash = '\0';
	if (snprintf(to, size, "%.*s%s%s", (int)(at - from), from, path,
	    at + 1) >= (int)size)
		errx(1, "%s: too long a path", path);
}

/* Split; a word in quotes of either kind may hold blanks. */
void
word_split(struct words *ws, char *s)
{
	char	*end;

	ws->n = ws->i = 0;
	for (;;) {
		while (isspace((unsigned char)*s))
			s++;
		if (*s == '\0' || *s == '#' || ws->n == WORDS_MAX)
			return;
		if (*s == '"' || *s == '\'') {
			ws->w[ws->n++] = s + 1;
			end = strchr(s + 1, *s);
		} else {
			ws->w[ws->n++] = s;
			end = s + strcspn(s, " \t\n");
		}
		if (end == NULL || *end == '\0')
			return;
		*end = '\0';
		s = end + 1;
	}
}
