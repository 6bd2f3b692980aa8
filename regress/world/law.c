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
 * Laws of chance for delays and errors: a constant and something drawn, from
 * a distribution, or from values that somebody measured.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "scenario.h"

#define VALUES_MAX	1000000

static int	 compare(const void *, const void *);
static double	 draw_table(const struct table *, struct rng *);

/*
 * Anything between the least and the greatest: the values are the quantiles
 * of a distribution, equally spaced.
 */
static double
draw_table(const struct table *t, struct rng *r)
{
	double	 x = rng_uniform(r) * (double)(t->n - 1);
	size_t	 i = (size_t)x;

	if (i + 1 >= t->n)
		return t->v[t->n - 1];
	return t->v[i] + (x - (double)i) * (t->v[i + 1] - t->v[i]);
}

double
law_draw(struct law *l, struct rng *r)
{
	switch (l->kind) {
	case LAW_EXACT:
		return l->base;
	case LAW_EXP:
		return l->base + rng_exp(r) * l->scale;
	case LAW_NORMAL:
		return l->base + rng_normal(r) * l->scale;
	case LAW_GAMMA:
		return l->base + rng_gamma(r, l->shape) * l->scale;
	case LAW_TABLE:
		return l->base + draw_table(l->table, r);
	case LAW_TRACE:
		return l->base + l->table->v[l->at++ % l->table->n];
	}
	return l->base;
}

static int
compare(const void *a, const void *b)
{
	double	 x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
add(struct words *ws, struct table *t, const char *text)
{
	double	*more;

	if (t->n == VALUES_MAX) {
		word_error(ws, "too many values");
		return;
	}
	if ((t->n & (t->n - 1)) == 0) {
		more = realloc(t->v, (t->n != 0 ? 2 * t->n : 1) *
		    sizeof(*t->v));
		if (more == NULL)
			abort();
		t->v = more;
	}
	if (number_parse(text, &t->v[t->n]))
		t->n++;
	else
		word_error(ws, "\"%s\" is not a number with a unit", text);
}

/* Numbers with units, of a file, or separated by commas. */
static void
add_all(struct words *ws, struct table *t, char *text)
{
	char	*word, *last;

	if ((word = strchr(text, '#')) != NULL)
		*word = '\0';
	for (word = strtok_r(text, ", \t\n", &last); word != NULL;
	    word = strtok_r(NULL, ", \t\n", &last))
		add(ws, t, word);
}

struct table *
table_read(struct words *ws)
{
	const char	*what = word_next(ws);
	struct table	*t;
	char		 path[256], line[1024];
	FILE		*f;

	if ((t = calloc(1, sizeof(*t))) == NULL)
		abort();
	if (what == NULL) {
		word_error(ws, "values or a file are missing");
		add(ws, t, "0");
		return t;
	}
	snprintf(line, sizeof(line), "%s", what);
	if (strchr(line, ',') != NULL)
		add_all(ws, t, line);
	else {
		word_path(ws->sc, path, sizeof(path), what);
		if ((f = fopen(path, "r")) == NULL)
			word_error(ws, "%s: %s", path, strerror(errno));
		while (f != NULL && fgets(line, sizeof(line), f) != NULL)
			add_all(ws, t, line);
		if (f != NULL)
			fclose(f);
	}
	if (t->n == 0) {
		word_error(ws, "%s: no values", what);
		add(ws, t, "0");
	}
	return t;
}

bool
law_word(struct words *ws, struct law *l)
{
	if (word_is(ws, "exact"))
		l->kind = LAW_EXACT;
	else if (word_is(ws, "exp")) {
		l->kind = LAW_EXP;
		l->scale = word_number(ws);
	} else if (word_is(ws, "normal")) {
		l->kind = LAW_NORMAL;
		l->scale = word_number(ws);
	} else if (word_is(ws, "gamma")) {
		l->kind = LAW_GAMMA;
		l->shape = word_number(ws);
		l->scale = word_number(ws);
	} else if (word_is(ws, "table")) {
		l->table = table_read(ws);
		qsort(l->table->v, l->table->n, sizeof(double), compare);
		l->kind = LAW_TABLE;
	} else if (word_is(ws, "trace")) {
		l->table = table_read(ws);
		l->at = 0;
		l->kind = LAW_TRACE;
	} else
		return false;
	return true;
}
