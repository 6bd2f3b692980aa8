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
 * The world's resolver: names of the scenario, whose answers may be a few of
 * many, chosen anew each time as a pool's name server does.
 */

#include <netdb.h>
#include <string.h>

#include "scenario.h"

static struct zone *
find(struct scenario *sc, const char *name)
{
	int	 i;

	for (i = 0; i < sc->nzone; i++)
		if (strcasecmp(sc->zone[i].name, name) == 0)
			return &sc->zone[i];
	return NULL;
}

/* One address a line. */
static void
answer(struct world_msg *m, const struct waddr *a, int family)
{
	size_t	 left = sizeof(m->data) - m->ndata;

	if (a->family == 0 || left < 64 ||
	    (family == AF_INET && a->family != 4) ||
	    (family == AF_INET6 && a->family != 6))
		return;
	m->ndata += snprintf(m->data + m->ndata, left, "%s\n",
	    waddr_text(a));
}

void
dns_resolve(struct world *w, struct host *h, struct world_msg *m)
{
	struct host	*pick[HOST_MAX], *tmp;
	struct zone	*z;
	int		 i, j, n;

	m->data[sizeof(m->data) - 1] = '\0';
	z = find(w->sc, m->data);
	m->ndata = 0;
	if (z == NULL || w->now < z->after || h->nodns) {
		m->t = NSEC / 2;
		m->ret = z == NULL ? EAI_NONAME : EAI_AGAIN;
		return;
	}
	m->t = z->delay;
	n = z->nmember;
	memcpy(pick, z->member, sizeof(pick));
	for (i = 0; i < n; i++) {
		j = i + (int)(rng_next(&z->rng) % (uint64_t)(n - i));
		tmp = pick[i];
		pick[i] = pick[j];
		pick[j] = tmp;
	}
	if (z->answers > 0 && z->answers < n)
		n = z->answers;
	for (i = 0; i < n; i++) {
		answer(m, &pick[i]->addr4, m->a);
		answer(m, &pick[i]->addr6, m->a);
	}
	m->data[m->ndata] = '\0';
	if (m->ndata == 0)
		m->ret = EAI_NODATA;
	else
		m->ndata++;
}
