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
 * Engine: the rows of "ntpctl -s nts".
 */

#include <sys/types.h>
#include <sys/queue.h>

#include <math.h>
#include <string.h>

#include "engine.h"

static enum ctl_nts_state
state(const struct jar *j)
{
	if (j->ready && j->cookies.n > 0)
		return j->suspect ? CTL_NTS_DOUBT : CTL_NTS_KEYS;
	return j->asking || j->resolving ? CTL_NTS_ASKING : CTL_NTS_NONE;
}

static void
show_jar(const struct peer *p, struct imsgev *iev,
    const struct sync_now *now)
{
	const struct jar	*j = p->jar;
	struct ctl_nts		 cn;

	memset(&cn, 0, sizeof(cn));
	strlcpy(cn.name, p->name->conf->name, sizeof(cn.name));
	strlcpy(cn.target, j->target, sizeof(cn.target));
	cn.addr = p->to;
	cn.ke = p->addr;
	cn.ke.port = engine_jar_port(p);
	cn.state = state(j);
	cn.cookies = (uint8_t)j->cookies.n;
	cn.cookielen = j->cookies.n > 0 ? j->cookies.len[0] : 0;
	cn.pinned = p->name->conf->pinned;
	cn.age = j->ready ? mono_diff(now->mono, j->since) : -1;
	cn.next = cn.state == CTL_NTS_KEYS ? NAN :
	    fmax(mono_diff(j->next, now->mono), 0);
	cn.established = j->established;
	cn.failed = j->failed;
	cn.naks = j->naks;
	cn.rejected = j->rejected;
	strlcpy(cn.reason, engine_jar_reason(p), sizeof(cn.reason));
	imsgev_send(iev, IMSG_CTL_ROW_NTS, 0, -1, &cn, sizeof(cn));
}

/* A name of which no address is asked has no jar, and no keys either. */
static void
show_unresolved(const struct name *n, struct imsgev *iev)
{
	struct ctl_nts	 cn;

	memset(&cn, 0, sizeof(cn));
	strlcpy(cn.name, n->conf->name, sizeof(cn.name));
	cn.state = CTL_NTS_NONE;
	cn.pinned = n->conf->pinned;
	cn.age = -1;
	cn.next = NAN;
	strlcpy(cn.reason, engine_name_reason(n), sizeof(cn.reason));
	imsgev_send(iev, IMSG_CTL_ROW_NTS, 0, -1, &cn, sizeof(cn));
}

uint32_t
engine_show_nts(struct engine *e, struct imsgev *iev,
    const struct sync_now *now)
{
	const struct name	*n;
	const struct peer	*p;
	uint32_t		 rows = 0;

	TAILQ_FOREACH(n, &e->names, entry) {
		if (n->conf->nts && TAILQ_EMPTY(&n->peers)) {
			show_unresolved(n, iev);
			rows++;
		}
		TAILQ_FOREACH(p, &n->peers, entry) {
			if (p->jar == NULL)
				continue;
			show_jar(p, iev, now);
			rows++;
		}
	}
	return rows;
}

/* Our own server: nts counts, and says so at most once a second. */
uint32_t
engine_show_ke(struct engine *e, struct imsgev *iev,
    const struct sync_now *now)
{
	const struct msg_nts_counts	*c = &e->nts.counts;
	struct ctl_ke			 k;

	if (!e->nts.there || c->keys == 0)
		return 0;
	memset(&k, 0, sizeof(k));
	k.accepted = c->accepted;
	k.done = c->done;
	k.refused = c->refused;
	k.failed = c->failed;
	k.bad = c->bad;
	k.late = c->late;
	k.cut = c->cut;
	k.open = c->open;
	k.keys = c->keys;
	k.key = c->key;
	k.age = fmax((double)(now->unixtime - c->since), 0);
	k.expires = c->notafter == 0 ? NAN :
	    (double)(c->notafter - now->unixtime);
	imsgev_send(iev, IMSG_CTL_ROW_KE, 0, -1, &k, sizeof(k));
	return 1;
}
