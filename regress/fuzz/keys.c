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
 * The file of symmetric keys: what is read is in order, of types and lengths
 * that mac.c takes, and without "weak" of no weak type; what is refused is
 * so with a line that is there.  Written anew in our words it is read again
 * as the same.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "parent.h"

FUZZ_PLACES(MAC__MAX - 1);	/* each type but MAC_NONE */

static const char *const names[MAC__MAX] = {
	[MAC_AES128] = "aes128",
	[MAC_AES256] = "AES256",
	[MAC_SHA256] = "SHA256",
	[MAC_SHA384] = "SHA384",
	[MAC_SHA512] = "SHA512",
	[MAC_SHA1] = "SHA1",
	[MAC_MD5] = "MD5",
};

static char	 path[] = "/tmp/ntpd-fuzz.XXXXXXXXXX";

/* The file, which is there while it is read. */
static const char *
read_keys(const void *data, size_t len, bool weak, struct mackeys *keys,
    unsigned int *line)
{
	const char	*why;
	int		 fd;

	memcpy(path + sizeof(path) - 11, "XXXXXXXXXX", 10);
	HOLDS((fd = mkstemp(path)) != -1);
	HOLDS(write(fd, data, len) == (ssize_t)len);
	close(fd);
	why = parent_keys_read(path, weak, keys, line);
	unlink(path);
	return why;
}

static void
check(const struct mackeys *keys, bool weak)
{
	const struct mackey	*k;
	uint32_t		 i;

	HOLDS(keys->n <= MAC_KEYS);
	for (i = 0; i < keys->n; i++) {
		k = &keys->key[i];
		HOLDS(k->id != 0 && (i == 0 || k->id > k[-1].id));
		HOLDS(k->type > MAC_NONE && k->type < MAC__MAX);
		HOLDS(weak || (k->type != MAC_SHA1 && k->type != MAC_MD5));
		HOLDS(k->len > 0 && k->len <= MAC_KEY_MAX);
		HOLDS(mac_keylen(k->type) == 0 ||
		    mac_keylen(k->type) == k->len);
		HOLDS(parent_keys_have(keys, k->id));
		REACHED(k->type - 1);
	}
}

static void
again(const struct mackeys *keys)
{
	static char	 text[MAC_KEYS * 256];
	struct mackeys	 same;
	size_t		 len = 0;
	unsigned int	 line;
	uint32_t	 i;
	uint8_t		 j;

	for (i = 0; i < keys->n; i++) {
		len += (size_t)snprintf(text + len, sizeof(text) - len,
		    "%u %s HEX:", keys->key[i].id,
		    names[keys->key[i].type]);
		for (j = 0; j < keys->key[i].len; j++)
			len += (size_t)snprintf(text + len,
			    sizeof(text) - len, "%02x", keys->key[i].key[j]);
		text[len++] = '\n';
	}
	HOLDS(read_keys(text, len, true, &same, &line) == NULL);
	HOLDS(memcmp(keys, &same, sizeof(same)) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct mackeys	 keys, strong;
	unsigned int	 line, where;
	size_t		 i, lines = 1;
	const char	*why;

	if (len > 65536)
		return 0;
	for (i = 0; i < len; i++)
		lines += data[i] == '\n';
	why = read_keys(data, len, true, &keys, &line);
	HOLDS(line <= lines);
	HOLDS(why == NULL || (why[0] != '\0' && line > 0));
	HOLDS(why != NULL || memchr(data, '\0', len) == NULL);
	if (why != NULL)
		return 0;
	check(&keys, true);
	again(&keys);
	if (read_keys(data, len, false, &strong, &where) == NULL) {
		check(&strong, false);
		HOLDS(memcmp(&keys, &strong, sizeof(keys)) == 0);
	}
	return 0;
}
