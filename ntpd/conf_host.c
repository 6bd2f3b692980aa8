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
 * Hosts and addresses in ntpd.conf.  Parent only.  Names are checked for
 * what they look like and nothing else: no resolver here.
 */

#include <sys/types.h>

#include <ctype.h>
#include <string.h>

#include "conf.h"
#include "conf_lex.h"
#include "conf_parse.h"

#define LABEL_MAX	63	/* RFC 1035 2.3.4 */

static int	 host_name(struct parser *, const struct token *);

int
parse_family(struct parser *p, const struct token *t, const struct addr *a,
    uint8_t family)
{
	if (family == ADDR_NONE || a->family == ADDR_NONE ||
	    a->family == family)
		return 0;
	return parse_error(p, t->pos, "\"%s\" contradicts \"%s\"", t->text,
	    family == ADDR_V4 ? "inet" : "inet6");
}

int
parse_host(struct parser *p, const struct token *t, char name[MSG_NAME_MAX],
    struct addr *a)
{
	char buf[ADDR_STRLEN];

	if (addr_parse(a, t->text, 0) == 0) {
		if (addr_any(a) ||
		    (a->family == ADDR_V4 && a->ip[0] >= 224) ||
		    (a->family == ADDR_V6 && a->ip[0] == 0xff))
			return parse_error(p, t->pos, "\"%s\" is not the "
			    "address of one host", t->text);
		(void)strlcpy(name, addr_str(a, buf), MSG_NAME_MAX);
		return 0;
	}
	memset(a, 0, sizeof(*a));
	if (t->text[0] == '\0')
		return parse_error(p, t->pos, "expected a host name or an "
		    "address, got \"\"");
	if (t->text[strspn(t->text, "0123456789.")] == '\0' ||
	    strpbrk(t->text, ":%[]") != NULL)
		return parse_not_address(p, t);
	if (host_name(p, t) == -1)
		return -1;
	(void)strlcpy(name, t->text, MSG_NAME_MAX);
	return 0;
}

/* Labels of 1 to 63 letters, digits, "-" and (as DNS has it) "_". */
static int
host_name(struct parser *p, const struct token *t)
{
	size_t i, label = 0;
	unsigned char c;

	for (i = 0; (c = (unsigned char)t->text[i]) != '\0'; i++) {
		if (c >= 0x80)
			return parse_error(p, t->pos, "\"%s\" is not a host "
			    "name: write it in its \"xn--\" form", t->text);
		if (c == '.' ? label == 0 : !isalnum(c) && c != '-' &&
		    c != '_')
			return parse_error(p, t->pos, "\"%.80s\" is neither "
			    "an address nor a host name", t->text);
		label = c == '.' ? 0 : label + 1;
		if (label > LABEL_MAX || i >= MSG_NAME_MAX - 2)
			return parse_error(p, t->pos, "this host name is too "
			    "long");
	}
	return 0;
}

int
parse_not_address(struct parser *p, const struct token *t)
{
	const char *s = t->text, *colon = strchr(s, ':');

	if (strchr(s, '/') != NULL)
		return parse_error(p, t->pos, "\"%.80s\" is not an address",
		    s);
	if (*s == '[' || (colon != NULL && strchr(colon + 1, ':') == NULL))
		return parse_error(p, t->pos, "\"%.80s\" is not an address: "
		    "write the address alone, and \"port N\" behind it", s);
	if (colon != NULL && strchr(s, '%') != NULL)
		return parse_error(p, t->pos, "\"%.80s\" is not a link-local "
		    "address, or there is no such interface", s);
	if (colon != NULL || s[strspn(s, "0123456789.")] == '\0')
		return parse_error(p, t->pos, "\"%.80s\" is not a valid "
		    "address", s);
	return parse_error(p, t->pos, "expected a numeric address, got "
	    "\"%.80s\": names are not looked up here", s);
}
