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
 * The file of symmetric keys: read at start and on reload, and handed to
 * the engine.  Parent only.  Lines are as in chrony's and ntpsec's:
 *
 *	NUMBER TYPE KEY		# comment
 *
 * KEY is text, or HEX: and digits; ASCII: may be said before text.
 */

#include <sys/types.h>
#include <sys/stat.h>

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "parent.h"

#define PLAIN_MAX	20	/* longer ones are hexadecimal to ntpsec */

static const char *owner_wrong(const struct stat *);
static const char *parse(FILE *, bool, struct mackeys *, unsigned int *);
static const char *parse_line(char *, bool, struct mackeys *);
static const char *parse_key(const char *, struct mackey *);
static const char *add(struct mackeys *, const struct mackey *);

/* Say whose queries will not be sent for the lack of a key. */
static void
say_missing(struct parent *p, const struct mackeys *keys)
{
	const struct conf_node	*n;

	TAILQ_FOREACH(n, &p->conf->servers, entry) {
		if (n->reconf != RECONF_DELETE && n->server.key != 0 &&
		    !parent_keys_have(keys, n->server.key))
			parent_reload_say(p, "keys %s: there is no key %u "
			    "for %s, which will not be asked", p->conf->keys,
			    n->server.key, n->server.name);
	}
}

void
parent_keys_load(struct parent *p)
{
	struct mackeys	 keys;
	const char	*path = p->conf->keys, *why = NULL, *then;
	unsigned int	 line = 0;

	memset(&keys, 0, sizeof(keys));
	then = p->keyed ? "the old keys stay" : "there are no keys";
	if (path[0] != '\0')
		why = parent_keys_read(path, p->conf->keysweak, &keys, &line);
	if (why != NULL && line > 0)
		parent_reload_say(p, "keys %s:%u: %s; %s", path, line, why,
		    then);
	else if (why != NULL)
		parent_reload_say(p, "keys %s: %s; %s", path, why, then);
	else {
		say_missing(p, &keys);
		p->keyed = keys.n > 0;
		imsgev_send(&p->child[ROLE_ENGINE].iev, IMSG_KEYS, 0, -1,
		    &keys, sizeof(keys));
	}
	explicit_bzero(&keys, sizeof(keys));
}

const char *
parent_keys_read(const char *path, bool weak, struct mackeys *keys,
    unsigned int *line)
{
	struct stat	 st;
	const char	*why = NULL;
	FILE		*f = NULL;
	char		 buf[4096];	/* stdio's, which we can wipe */
	int		 fd;

	memset(keys, 0, sizeof(*keys));
	*line = 0;
	if ((fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)) == -1)
		return strerror(errno);
	if (fstat(fd, &st) == -1)
		why = strerror(errno);
	else if ((why = owner_wrong(&st)) == NULL &&
	    (f = fdopen(fd, "r")) == NULL)
		why = strerror(errno);
	if (f == NULL) {
		close(fd);
		return why;
	}
	(void)setvbuf(f, buf, _IOFBF, sizeof(buf));
	why = parse(f, weak, keys, line);
	fclose(f);
	explicit_bzero(buf, sizeof(buf));
	return why;
}

bool
parent_keys_have(const struct mackeys *keys, uint32_t id)
{
	uint32_t	 i;

	for (i = 0; i < keys->n; i++) {
		if (keys->key[i].id == id)
			return true;
	}
	return false;
}

/* Root's, or whose the daemon is run by, and nobody else's to see. */
static const char *
owner_wrong(const struct stat *st)
{
	if (!S_ISREG(st->st_mode))
		return "not a regular file";
	if (st->st_uid != 0 && st->st_uid != geteuid())
		return "it is not root's: please run chown root on it";
	if ((st->st_mode & (S_IWGRP | S_IRWXO)) != 0)
		return "others may read or write it: please run chmod 600 "
		    "on it";
	return NULL;
}

/* All of it, or the first mistake and its line. */
static const char *
parse(FILE *f, bool weak, struct mackeys *keys, unsigned int *line)
{
	const char	*why = NULL;
	char		 buf[512];
	long		 begin;

	while (why == NULL && (begin = ftell(f)) != -1 &&
	    fgets(buf, sizeof(buf), f) != NULL) {
		(*line)++;
		/* part of a key would be one, and another */
		if ((long)strlen(buf) != ftell(f) - begin)
			why = "there is a NUL in the line";
		else if (strchr(buf, '\n') == NULL && !feof(f))
			why = "the line is too long";
		else
			why = parse_line(buf, weak, keys);
	}
	if (why == NULL && ferror(f))
		why = strerror(errno);
	explicit_bzero(buf, sizeof(buf));
	return why;
}

static const char *
parse_line(char *s, bool weak, struct mackeys *keys)
{
	static const char	 blank[] = " \t\r\n";
	struct mackey		 k;
	const char		*why, *id, *type, *key;
	char			*end;
	unsigned long		 n;

	/* a key may have a "#" in it */
	for (end = s; (end = strchr(end, '#')) != NULL; end++) {
		if (end == s || isspace((unsigned char)end[-1])) {
			*end = '\0';
			break;
		}
	}
	if ((id = strtok_r(s, blank, &s)) == NULL)
		return NULL;
	type = strtok_r(NULL, blank, &s);
	key = strtok_r(NULL, blank, &s);
	if (type == NULL || key == NULL || strtok_r(NULL, blank, &s) != NULL)
		return "expected \"NUMBER TYPE KEY\"";
	memset(&k, 0, sizeof(k));
	errno = 0;
	n = strtoul(id, &end, 10);
	if (!isdigit((unsigned char)id[0]) || *end != '\0' || errno != 0 ||
	    n == 0 || n > UINT32_MAX)
		return "the number of a key is from 1 to 4294967295";
	k.id = (uint32_t)n;
	if ((k.type = (uint8_t)mac_type(type)) == MAC_NONE)
		return "the type is not one of AES128, AES256, SHA256, "
		    "SHA384, SHA512, SHA1 and MD5";
	if (!weak && (k.type == MAC_SHA1 || k.type == MAC_MD5))
		return "SHA1 and MD5 are refused without \"weak\" behind "
		    "the name of the file";
	if ((why = parse_key(key, &k)) == NULL)
		why = add(keys, &k);
	explicit_bzero(&k, sizeof(k));
	return why;
}

static const char *
parse_key(const char *s, struct mackey *k)
{
	static const char	 digits[] = "0123456789abcdef";
	const char		*d;
	size_t			 len, i, want = mac_keylen(k->type);
	bool			 hex = strncmp(s, "HEX:", 4) == 0;
	bool			 said = hex || strncmp(s, "ASCII:", 6) == 0;

	if (said)
		s += hex ? 4 : 6;
	len = strlen(s);
	if (!said && len > PLAIN_MAX)
		return "a long key needs \"HEX:\" or \"ASCII:\" before it";
	if (hex && len % 2 != 0)
		return "an odd number of hexadecimal digits";
	if ((hex ? len / 2 : len) > MAC_KEY_MAX || len == 0)
		return "a key has 1 to 64 octets";
	if (!hex)
		memcpy(k->key, s, len);
	for (i = 0; hex && i < len; i++) {
		if ((d = strchr(digits, tolower((unsigned char)s[i]))) ==
		    NULL)
			return "not a hexadecimal digit";
		k->key[i / 2] = (uint8_t)(k->key[i / 2] << 4 | (d - digits));
	}
	k->len = (uint8_t)(hex ? len / 2 : len);
	if (want != 0 && k->len != want)
		return want == 16 ? "a key of AES128 has 16 octets" :
		    "a key of AES256 has 32 octets";
	return NULL;
}

/* In order. */
static const char *
add(struct mackeys *keys, const struct mackey *k)
{
	uint32_t	 i;

	if (keys->n == MAC_KEYS)
		return "more than 128 keys";
	for (i = keys->n; i > 0 && keys->key[i - 1].id >= k->id; i--) {
		if (keys->key[i - 1].id == k->id)
			return "the number is there already";
		keys->key[i] = keys->key[i - 1];
	}
	keys->key[i] = *k;
	keys->n++;
	return NULL;
}
