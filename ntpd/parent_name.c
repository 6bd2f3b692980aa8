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
 * Host names in "listen on".  The parent does not look them up: it asks the
 * dns process, for as long as there is no answer, and takes no more of it
 * than addresses.  What a name means is asked once; a reload of a changed
 * line, or a restart, asks again.
 */

#include <sys/types.h>

#include <string.h>

#include "parent.h"

size_t
parent_name_expand(struct parent *p, const struct conf_listen *c,
    struct parent_name *name, struct parent_want *want, size_t max)
{
	struct msg_lookup	 m;
	size_t			 i;

	if (name->n == 0 && !name->asking) {
		memset(&m, 0, sizeof(m));
		m.family = c->family;
		(void)strlcpy(m.name, c->name, sizeof(m.name));
		imsgev_send(&p->child[ROLE_DNS].iev, IMSG_DNS_LOOKUP, c->id,
		    -1, &m, sizeof(m));
		name->asking = true;
	}
	for (i = 0; i < name->n && i < max; i++) {
		memset(&want[i], 0, sizeof(want[i]));
		want[i].addr = name->addr[i];
		want[i].addr.port = c->addr.port;
	}
	return i;
}

void
parent_name_answer(struct parent_name *name, const struct msg_answer *a)
{
	uint32_t	 i;

	name->asking = false;
	for (i = 0; i < a->n && name->n < PARENT_WANT_MAX; i++) {
		if (a->addr[i].family == ADDR_V4 ||
		    a->addr[i].family == ADDR_V6)
			name->addr[name->n++] = a->addr[i];
	}
	name->failed = name->n == 0;
}
