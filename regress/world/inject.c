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
 * Datagrams that somebody makes up: any octets, from any host and port to
 * any, in the name of whomever.
 */

#include <ctype.h>
#include <string.h>

#include "scenario.h"

struct point {
	struct host	*h;
	int		 port;		/* -1: where the other one heard it */
};

static bool	 read_point(struct words *, struct point *);
static size_t	 read_octets(struct words *, struct rng *, uint8_t *);

/* HOST:PORT, or HOST:* for the port it last spoke to the other one from */
static bool
read_point(struct words *ws, struct point *p)
{
	const char	*word = word_next(ws), *colon;
	char		 name[NAME_MAX_LEN];
	double		 port;

	if (word == NULL || (colon = strrchr(word, ':')) == NULL)
		return false;
	snprintf(name, sizeof(name), "%.*s", (int)(colon - word), word);
	if ((p->h = world_find(ws->sc->w, name)) == NULL)
		return false;
	p->port = -1;
	if (strcmp(colon + 1, "*") == 0)
		return true;
	if (!number_parse(colon + 1, &port) || port < 0 || port > 65535)
		return false;
	p->port = (int)port;
	return true;
}

static int
nibble(char c)
{
	static const char	 digits[] = "0123456789abcdef";
	const char		*d;

	d = strchr(digits, tolower((unsigned char)c));
	return c != '\0' && d != NULL ? (int)(d - digits) : -1;
}

/* Words of hexadecimal digits, and "random N": so many octets */
static size_t
read_octets(struct words *ws, struct rng *r, uint8_t *out)
{
	const char	*p;
	size_t		 n = 0, more;

	while (ws->i < ws->n && strcmp(ws->w[ws->i], "as") != 0) {
		if (word_is(ws, "random")) {
			more = (size_t)word_number(ws);
			while (more-- > 0 && n < PACKET_MAX)
				out[n++] = (uint8_t)rng_next(r);
			continue;
		}
		for (p = word_next(ws); *p != '\0'; p += 2) {
			if (nibble(p[0]) == -1 || nibble(p[1]) == -1 ||
			    n == PACKET_MAX) {
				word_error(ws, "octets are pairs of "
				    "hexadecimal digits");
				return 0;
			}
			out[n++] = (uint8_t)(nibble(p[0]) << 4 |
			    nibble(p[1]));
		}
	}
	return n;
}

/* Somebody, another one each time; nobody who could be here. */
static void
anybody(struct rng *r, struct waddr *a)
{
	size_t	 i, n = a->family == 4 ? 4 : 16;

	for (i = 0; i < n; i++)
		a->a[i] = (uint8_t)rng_next(r);
	a->a[0] = a->family == 4 ? (uint8_t)(128 + a->a[0] % 64) : 0x20;
}

/*
 * at T packet FROM:PORT TO:PORT OCTETS [as ADDRESS | any]: over the link from
 * FROM, but it says that it is from ADDRESS, or from anybody
 */
void
packet_words(struct words *ws)
{
	struct world	*w = ws->sc->w;
	struct point	 from, to;
	struct waddr	 src, dst, as;
	const char	*name;
	uint8_t		 data[PACKET_MAX];
	size_t		 n;

	if (!read_point(ws, &from) || !read_point(ws, &to)) {
		word_error(ws, "packet HOST:PORT HOST:PORT OCTETS");
		return;
	}
	n = read_octets(ws, &w->inject, data);
	dst = to.h->addr4.family != 0 ? to.h->addr4 : to.h->addr6;
	src = dst.family == 4 ? from.h->addr4 : from.h->addr6;
	if (word_is(ws, "as") && !word_is(ws, "any")) {
		name = word_next(ws);
		if (name == NULL || !waddr_parse(&as, name) ||
		    as.family != dst.family) {
			word_error(ws, "as whom?");
			return;
		}
		src = as;
	} else if (ws->i > 0 && strcmp(ws->w[ws->i - 1], "any") == 0)
		anybody(&w->inject, &src);
	src.port = from.port != -1 ? from.port :
	    net_link(w, from.h, to.h)->port;
	dst.port = to.port != -1 ? to.port :
	    net_link(w, to.h, from.h)->port;
	net_send(w, from.h, &src, &dst, data, n);
}
