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
 * Engine: its edge to the nts process.  What that gets from servers goes to
 * cookie jars (engine_jar.c).  What it gives out as one, we have to open:
 * the ring of cookie keys goes to the batch loop.
 */

#include <sys/types.h>

#include <string.h>

#include "engine.h"

static void	 ring(void *, struct imsgev *, const struct imsg_in *);
static void	 counts(void *, struct imsgev *, const struct imsg_in *);
static void	 closed(void *, struct imsgev *);

/* E3, what the engine takes from nts. */
static const struct imsg_handler from_nts[] = {
	{ IMSG_NTS_KEYS, sizeof(struct msg_nts_keys), engine_jar_keys, 0 },
	{ IMSG_NTS_RING, sizeof(struct ntsring), ring, 0 },
	{ IMSG_NTS_COUNTS, sizeof(struct msg_nts_counts), counts, 0 },
};

/* The parent starts it when it is needed, and again when it was lost. */
void
engine_nts_fd(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct engine	*e = arg;

	if (e->nts.there)
		closed(e, &e->nts.iev);
	imsgev_init(&e->nts.iev, in->fd, "nts", from_nts, nitems(from_nts),
	    IMSGEV_FATAL, e, closed);
	e->nts.there = true;
}

/* Cookies are good without it, until the keys rotate. */
static void
closed(void *arg, struct imsgev *iev)
{
	struct engine	*e = arg;

	log_debug("nts is gone");
	imsgev_close(&e->nts.iev);
	e->nts.there = false;
	memset(&e->nts.counts, 0, sizeof(e->nts.counts));
	engine_jar_forget(e);
}

static void
ring(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct ntsring	 r;

	memcpy(&r, in->data, sizeof(r));
	if (ntsring_check(&r) == -1)
		imsgev_refuse(iev, in, "no ring of keys");
	engine_server_ring(arg, &r);
	explicit_bzero(&r, sizeof(r));
}

static void
counts(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct engine	*e = arg;

	memcpy(&e->nts.counts, in->data, sizeof(e->nts.counts));
}
