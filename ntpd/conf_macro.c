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
 * Macros of the configuration: a name for words.  Parent only.
 */

#include <sys/types.h>
#include <sys/queue.h>

#include <stdlib.h>
#include <string.h>

#include "conf_lex.h"
#include "log.h"

struct macro {
	TAILQ_ENTRY(macro) entry;
	char		*name;
	char		*value;
};

static struct macro *
find(const struct macros *macros, const char *name)
{
	struct macro *m;

	TAILQ_FOREACH(m, macros, entry)
		if (strcmp(m->name, name) == 0)
			return m;
	return NULL;
}

const char *
macro_get(const struct macros *macros, const char *name)
{
	const struct macro *m = find(macros, name);

	return m != NULL ? m->value : NULL;
}

void
macro_set(struct macros *macros, const char *name, const char *value)
{
	struct macro *m;

	if ((m = find(macros, name)) == NULL) {
		if ((m = calloc(1, sizeof(*m))) == NULL ||
		    (m->name = strdup(name)) == NULL)
			fatal("macro");
		TAILQ_INSERT_TAIL(macros, m, entry);
	} else
		free(m->value);
	if ((m->value = strdup(value)) == NULL)
		fatal("macro");
}

void
macro_near(const struct macros *macros, struct near *near)
{
	const struct macro *m;

	TAILQ_FOREACH(m, macros, entry)
		near_try(near, m->name);
}

void
macro_clear(struct macros *macros)
{
	struct macro *m;

	while ((m = TAILQ_FIRST(macros)) != NULL) {
		TAILQ_REMOVE(macros, m, entry);
		free(m->name);
		free(m->value);
		free(m);
	}
}
