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
 *
 * The last key of a ring is one to come: it was in the file for a whole
 * period before the first cookie is sealed with it, long enough to reach
 * all servers that share the file.  The file's lines, oldest key first:
 *
 *	NUMBER (8 hex digits)  FROM (Unix s)  KEY (64 hex digits)
 */

#include <sys/types.h>

#include <ctype.h>
#include <errno.h>
#include <event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "now.h"
#include "nts.h"

#define FILE_MAX	16384	/* octets */
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
	const struct ntscookie_ring	*r = &n->key.ring;

	imsgev_send(&n->engine, IMSG_NTS_RING, 0, -1, r, sizeof(*r));
	n->counts.keys = r->n;
	n->counts.key = r->key[r->use].id;
	n->counts.since = r->key[r->use].from;
	nts_server_count(n);
}

/*
 * The file
 */

/* So many hex digits, and no more of them; -1. */
static int
hex(const char **s, uint8_t *out, size_t n)
{
	unsigned int	 v;
	size_t		 i;
	char		 c;

	for (i = 0; i < 2 * n; i++) {
		c = (*s)[i];
		if (!isxdigit((unsigned char)c))
			return -1;
		v = isdigit((unsigned char)c) ? (unsigned int)(c - '0') :
		    (unsigned int)(tolower((unsigned char)c) - 'a') + 10;
		out[i / 2] = (uint8_t)(out[i / 2] << 4 | v);
	}
	*s += 2 * n;
	return 0;
}

static int
blanks(const char **s)
{
	const char	*from = *s;

	*s += strspn(*s, " \t");
	return *s > from ? 0 : -1;
}

/* One line with a key; -1: it is none. */
static int
parse_key(const char *s, struct ntscookie_key *k)
{
	uint8_t	 id[4];
	char	*end;

	memset(k, 0, sizeof(*k));
	if (hex(&s, id, sizeof(id)) == -1 || blanks(&s) == -1)
		return -1;
	k->id = (uint32_t)id[0] << 24 | (uint32_t)id[1] << 16 |
	    (uint32_t)id[2] << 8 | id[3];
	errno = 0;
	k->from = strtoll(s, &end, 10);
	if (end == s || errno != 0)
		return -1;
	s = end;
	if (blanks(&s) == -1 || hex(&s, k->key, sizeof(k->key)) == -1)
		return -1;
	return s[strspn(s, " \t\r")] == '\0' ? 0 : -1;
}

/* The whole text; 0, or the line (from 1) that is wrong, -1: the whole. */
static int
parse(char *text, struct ntscookie_ring *r)
{
	char	*line;
	int	 no = 0;

	memset(r, 0, sizeof(*r));
	while ((line = strsep(&text, "\n")) != NULL) {
		no++;
		line += strspn(line, " \t\r");
		if (*line == '\0' || *line == '#')
			continue;
		if (r->n == NTSCOOKIE_RING ||
		    parse_key(line, &r->key[r->n]) == -1)
			return no;
		r->n++;
	}
	return ntscookie_ring_check(r);
}

void
nts_key_file(struct nts *n, int fd, const struct msg_nts_file *m)
{
	struct ntscookie_ring	 r;
	char			*text;
	size_t			 len;
	int			 bad;

	if ((text = nts_slurp(fd, FILE_MAX, &len)) == NULL) {
		nts_say(n, "nts keys %s: %s", m->name, strerror(errno));
		return;
	}
	bad = parse(text, &r);
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
	if (n->boxed)
		nts_key_conf(n);
}

/*
 * Rotation
 */

static bool
known(const struct ntscookie_ring *r, uint32_t id)
{
	uint32_t	 i;

	for (i = 0; i < r->n; i++) {
		if (r->key[i].id == id)
			return true;
	}
	return false;
}

static void
add(struct ntscookie_ring *r, int64_t from)
{
	struct ntscookie_key	 k;

	memset(&k, 0, sizeof(k));
	k.from = from;
	do
		k.id = arc4random();
	while (known(r, k.id));
	arc4random_buf(k.key, sizeof(k.key));
	if (r->n == NTSCOOKIE_RING) {
		memmove(&r->key[0], &r->key[1],
		    (NTSCOOKIE_RING - 1) * sizeof(r->key[0]));
		r->n--;
	}
	r->key[r->n++] = k;
	explicit_bzero(&k, sizeof(k));
}

/*
 * A clock that was far ahead left a key to come that will not come for
 * years.  True when there was something to mend.
 */
static bool
mend(struct ntscookie_ring *r, int64_t now, int64_t period)
{
	uint32_t	 i;

	if (r->n == 0 || r->key[r->n - 1].from <= now + 2 * period)
		return false;
	r->key[r->n - 1].from = now + period;
	for (i = 0; i + 1 < r->n; i++) {
		if (r->key[i].from > now)
			r->key[i].from = now;
	}
	return true;
}

/* What the time says of the ring; true when there is another key. */
static bool
turn(struct ntscookie_ring *r, int64_t now, int64_t period)
{
	bool	 changed;

	changed = mend(r, now, period);
	if (r->n == 0) {
		add(r, now);
		changed = true;
	}
	ntscookie_ring_use(r, now);
	if (r->use == r->n - 1) {
		add(r, now + period);
		changed = true;
	}
	ntscookie_ring_use(r, now);
	return changed;
}

static void
tick(int fd, short what, void *arg)
{
	struct nts		*n = arg;
	struct ntscookie_ring	*r = &n->key.ring;
	struct timeval		 tv = { LOOK, 0 };
	int64_t			 now = unixtime(), next;

	if (n->conf.rotate > 0) {
		if (turn(r, now, n->conf.rotate)) {
			n->key.use = UINT32_MAX;
			imsgev_send(&n->parent, IMSG_NTS_SAVE, 0, -1, r,
			    sizeof(*r));
		}
	} else if (r->n > 0)
		ntscookie_ring_use(r, now);
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
