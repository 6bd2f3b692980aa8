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
 * The URL of a constraint in ntpd.conf.  Parent only.  What it names is
 * checked for what it looks like and nothing else.
 */

#include <sys/types.h>

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "conf.h"
#include "conf_lex.h"
#include "conf_parse.h"

#define HTTPS	"https://"

static bool	 scheme(const char *);
static int	 host_port(struct parser *, struct token *, uint16_t *);
static int	 port(struct parser *, const struct token *, const char *,
		    uint16_t *);

/* "https:/host", "https//host": an error, and no host of that name. */
static bool
scheme(const char *s)
{
	size_t len = strcspn(s, ":/");

	return s[len] != '\0' && (len == 4 || len == 5) &&
	    strncasecmp(s, HTTPS, len) == 0;
}

/*
 * "name", "address" or "https://host[:port][/path]", the host of which may
 * be [an IPv6 address].
 */
int
parse_url(struct parser *p, const struct token *t, struct conf_constraint *c)
{
	struct token host = *t;
	const char *s = t->text;
	struct addr numeric;
	size_t len, i;

	for (i = 0; s[i] != '\0'; i++)
		if (s[i] <= ' ' || s[i] >= 0x7f || s[i] == '#')
			return parse_error(p, t->pos, "a URL has no blank, no "
			    "\"#\" and only ASCII characters");
	if (strncasecmp(s, HTTPS, strlen(HTTPS)) == 0)
		s += strlen(HTTPS);
	else if (strstr(s, "://") != NULL || scheme(s))
		return parse_error(p, t->pos, "a constraint is asked by "
		    "\"https://\" only, got \"%.80s\"", t->text);
	len = strcspn(s, "/?");
	(void)strlcpy(c->path, s[len] == '/' ? "" : "/", sizeof(c->path));
	if (strlcat(c->path, s + len, sizeof(c->path)) >= sizeof(c->path))
		return parse_error(p, t->pos, "the path of a URL cannot be "
		    "longer than %zu characters", sizeof(c->path) - 1);
	memcpy(host.text, s, len);
	host.text[len] = '\0';
	if (strchr(host.text, '@') != NULL)
		return parse_error(p, t->pos, "the URL of a constraint has no "
		    "user");
	c->port = CONF_HTTPS_PORT;
	if (addr_parse(&numeric, host.text, 0) == -1 &&
	    host_port(p, &host, &c->port) == -1)
		return -1;
	return parse_host(p, &host, c->name, &c->addr);
}

/* Split the port off; only what is in brackets may have colons. */
static int
host_port(struct parser *p, struct token *host, uint16_t *number)
{
	char *end = host->text + strcspn(host->text, ":");

	if (host->text[0] == '[') {
		if ((end = strchr(host->text, ']')) == NULL)
			return parse_error(p, host->pos, "there is no \"]\" "
			    "in this URL");
		*end++ = '\0';
		memmove(host->text, host->text + 1,
		    (size_t)(end - host->text) - 1);
		if (*end != ':' && *end != '\0')
			return parse_error(p, host->pos, "expected \":\" and "
			    "a port behind \"]\" in this URL");
	} else if (strchr(end, ':') != strrchr(end, ':'))
		return 0;	/* parse_host has the words for it */
	if (*end == '\0')
		return 0;
	*end++ = '\0';
	return port(p, host, end, number);
}

static int
port(struct parser *p, const struct token *host, const char *s,
    uint16_t *number)
{
	size_t len = strlen(s);
	long v = 0;

	if (len > 0 && len < 6 && strspn(s, "0123456789") == len)
		v = strtol(s, NULL, 10);
	if (v < 1 || v > 65535)
		return parse_error(p, host->pos, "the port of a URL must be "
		    "between 1 and 65535, got \"%.40s\"", s);
	*number = (uint16_t)v;
	return 0;
}
