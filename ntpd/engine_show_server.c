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
 * Engine: the rows of ntpctl's views of the server.
 */

#include <sys/types.h>
#include <sys/queue.h>

#include <math.h>
#include <string.h>

#include "engine.h"

/* The mean, s. */
static double
latency(const struct servestat *s)
{
	uint64_t	 n = 0;
	size_t		 i;

	/* not the replies: some may not have been sent */
	for (i = 0; i < SERVESTAT_BUCKETS; i++)
		n += s->latency[i];
	return n > 0 ? (double)s->latency_ns * 1e-9 / (double)n : NAN;
}

uint32_t
engine_show_server(struct engine *e, struct imsgev *iev,
    const struct sync_now *now)
{
	struct ctl_server	 cs;
	const struct listener	*l;
	unsigned int		 i;

	memset(&cs, 0, sizeof(cs));
	TAILQ_FOREACH(l, &e->server.listeners, entry)
		cs.listeners++;
	cs.since = mono_diff(now->mono, e->born);
	engine_server_count(e, &cs.count);
	cs.dropped = servestat_dropped(&cs.count);
	cs.latency = latency(&cs.count);
	for (i = 0; i < SERVESTAT__MAX; i++)
		servestat_rate(&e->server.marks, (enum servestat_span)i,
		    &cs.rate[i]);
	imsgev_send(iev, IMSG_CTL_ROW_SERVER, 0, -1, &cs, sizeof(cs));
	return 1;
}

static void
show_listener(const struct listener *l, struct imsgev *iev)
{
	const struct servestat	*c = &l->socket.count;
	struct ctl_listener	 cl;

	memset(&cl, 0, sizeof(cl));
	cl.addr = l->listen.addr;
	strlcpy(cl.ifname, l->listen.ifname, sizeof(cl.ifname));
	cl.workers = l->listen.workers;
	cl.packets = c->packets;
	cl.replies = c->replies;
	cl.dropped = servestat_dropped(c);
	cl.octets_in = c->octets_in;
	cl.octets_out = c->octets_out;
	cl.latency = latency(c);
	imsgev_send(iev, IMSG_CTL_ROW_LISTENER, 0, -1, &cl, sizeof(cl));
}

uint32_t
engine_show_listeners(struct engine *e, struct imsgev *iev,
    const struct sync_now *now)
{
	const struct listener	*l;
	uint32_t		 rows = 0;

	TAILQ_FOREACH(l, &e->server.listeners, entry) {
		show_listener(l, iev);
		rows++;
	}
	return rows;
}
