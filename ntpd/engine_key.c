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
 * Engine: queries and replies that a key both sides have authenticates.
 */

#include <sys/types.h>

#include <string.h>

#include "engine.h"

void
engine_key_init(struct engine *e)
{
	if ((e->mac = mac_new()) == NULL)
		fatalx("libcrypto has no AES");
}

void
engine_key_set(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct engine	*e = arg;

	if (mac_set(e->mac, in->data) == -1)
		imsgev_refuse(iev, in, "no keys");
	memcpy(&e->keys, in->data, sizeof(e->keys));
	engine_server_keys(e);
}

int
engine_key_protect(struct peer *p, uint8_t *pkt, size_t size, size_t *len)
{
	return mac_put(p->engine->mac, p->name->conf->key, pkt, size, len);
}

/* Another good key would do for others, not for this one. */
bool
engine_key_authentic(struct peer *p, const uint8_t *pkt, size_t len)
{
	uint32_t	 id;

	return mac_verify(p->engine->mac, pkt, len, &id) == MAC_GOOD &&
	    id == p->name->conf->key;
}

const char *
engine_key_reason(const struct peer *p)
{
	uint32_t	 key = p->name->conf->key;

	return key == 0 || mac_has(p->engine->mac, key) ? "" :
	    "its key is not in the file";
}
