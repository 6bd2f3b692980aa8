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
 * The keys that seal our server's cookies: made, read from their file,
 * rotated.  nts only; the parent writes the file, the engine gets each new
 * ring to open and seal by.
 */

#include <sys/types.h>

#include <errno.h>
#include <event.h>
#include <stdlib.h>
#include <string.h>

#include "now.h"
#include "nts.h"

#define LOOK		60	/* s, at most, to the next look at the time */

static void	 tick(int, short, void *);

void
nts_key_init(struct nts *n)
{
	evtimer_set(&n->key.tick, tick, n);
}

static int64_t
unixtime(void)
{
	struct now	 now;

	now_read(&now);
	return now.sec;
}

/* The engine opens and seals by it from now on. */
static void
publish(struct nts *n)
{
	const struct ntsring	*r = &n->key.ring;

	imsgev_send(&n->engine, IMSG_NTS_RING, 0, -1, r, sizeof(*r));
	n->counts.keys = r->n;
	n->counts.key = r->key[r->use].id;
	n->counts.since = r->key[r->use].from;
	nts_server_count(n);
}

void
nts_key_file(struct nts *n, int fd, const struct msg_nts_file *m)
{
	struct ntsring	 r;
	char		*text;
	size_t		 len;
	int		 bad;

	if ((text = nts_slurp(fd, NTS_RING_MAX, &len)) == NULL) {
		nts_say(n, "nts keys %s: %s", m->name, strerror(errno));
		return;
	}
	bad = ntsring_parse(text, len, &r);
	explicit_bzero(text, len);
	free(text);
	if (bad != 0) {
		if (bad > 0)
			nts_say(n, "nts keys %s:%d: not a key%s", m->name,
			    bad, n->key.ring.n > 0 ? ", the old ones stay" :
			    "");
		else
			nts_say(n, "nts keys %s: no keys, or not in order%s",
			    m->name, n->key.ring.n > 0 ?
			    ", the old ones stay" : "");
		return;
	}
	n->key.ring = r;
	n->key.use = UINT32_MAX;
	explicit_bzero(&r, sizeof(r));
	log_info("nts: %u cookie keys from %s", n->key.ring.n, m->name);
	if (n->boxed) {
		nts_key_conf(n);
		nts_server_conf(n);
	}
}

static void
tick(int fd, short what, void *arg)
{
	struct nts	*n = arg;
	struct ntsring	*r = &n->key.ring;
	struct timeval	 tv = { LOOK, 0 };
	uint8_t		 random[NTSRING_RANDOM];
	int64_t		 now = unixtime(), next;

	if (n->conf.rotate > 0) {
		arc4random_buf(random, sizeof(random));
		if (ntsring_turn(r, now, n->conf.rotate, random)) {
			n->key.use = UINT32_MAX;
			imsgev_send(&n->parent, IMSG_NTS_SAVE, 0, -1, r,
			    sizeof(*r));
		}
		explicit_bzero(random, sizeof(random));
	} else if (r->n > 0)
		ntsring_use(r, now);
	if (r->n > 0 && r->use != n->key.use) {
		n->key.use = r->use;
		log_debug("nts: cookies are sealed with key %08x of %u",
		    r->key[r->use].id, r->n);
		publish(n);
	}
	if (r->n > r->use + 1) {
		next = r->key[r->use + 1].from - now;
		tv.tv_sec = next < 1 ? 1 : next > LOOK ? LOOK : (time_t)next;
	}
	evtimer_add(&n->key.tick, &tv);
}

void
nts_key_conf(struct nts *n)
{
	if (n->conf.serve)
		tick(-1, 0, n);
	else
		evtimer_del(&n->key.tick);
}
