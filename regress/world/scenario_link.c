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
 * What a scenario says of links, and of the kernel's time stamps.
 */

#include <fnmatch.h>

#include "scenario.h"

static bool	 link_word(struct words *, struct link_model *);

static bool
link_word(struct words *ws, struct link_model *m)
{
	if (word_is(ws, "delay"))
		m->delay.base = word_number(ws);
	else if (word_is(ws, "loss"))
		m->loss = word_number(ws);
	else if (word_is(ws, "dup"))
		m->dup = word_number(ws);
	else if (word_is(ws, "reorder")) {
		m->reorder = word_number(ws);
		m->held = word_number(ws);
	} else if (word_is(ws, "ordered"))
		m->ordered = true;
	else if (word_is(ws, "unordered"))
		m->ordered = false;
	else if (word_is(ws, "down"))
		m->down = true;
	else if (word_is(ws, "up"))
		m->down = false;
	else
		return law_word(ws, &m->delay);
	return true;
}

/* link FROM TO words: both directions, unless "one-way". */
void
link_words(struct words *ws)
{
	struct world	*w = ws->sc->w;
	const char	*from = word_next(ws), *to = word_next(ws);
	const char	*a, *b;
	int		 start, i, j;
	bool		 oneway = word_is(ws, "one-way"), any = false;

	start = ws->i;
	for (i = 0; from != NULL && to != NULL && i < w->nhost; i++) {
		for (j = 0; j < w->nhost; j++) {
			a = w->host[i]->name;
			b = w->host[j]->name;
			if (i == j || ((fnmatch(from, a, 0) != 0 ||
			    fnmatch(to, b, 0) != 0) && (oneway ||
			    fnmatch(to, a, 0) != 0 ||
			    fnmatch(from, b, 0) != 0)))
				continue;
			any = true;
			ws->i = start;
			while (ws->i < ws->n && link_word(ws,
			    &net_link(w, w->host[i], w->host[j])->m))
				;
		}
	}
	if (!any)
		word_error(ws, "no such link");
}

/* rx D [law] and tx D [law]: how late a stamp is, how early */
bool
stamp_word(struct words *ws, struct host *h)
{
	struct law	*l;

	if (word_is(ws, "rx"))
		l = &h->rxerror;
	else if (word_is(ws, "tx"))
		l = &h->txerror;
	else
		return false;
	l->base = word_number(ws);
	law_word(ws, l);
	return true;
}
