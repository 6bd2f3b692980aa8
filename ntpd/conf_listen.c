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
 * Where to listen: "listen on", and the place in it, which rules of access
 * name again.  Parent only.  What conf_stmt.c says of keywords holds here.
 */

#include <sys/types.h>
#include <sys/queue.h>

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "compat.h"
#include "conf.h"
#include "conf_lex.h"
#include "conf_parse.h"
#include "log.h"

#define NTP_PORT	123
#define NTS_PORT	4460

static int	 opt_interface(struct parser *, void *, const struct token *);
static int	 opt_limit(struct parser *, void *, const struct token *);
static int	 interface(struct parser *, struct conf_listen *);

#define LISTEN(field)	offsetof(struct conf_listen, field)

static const struct opt listen_opts[] = {
	{ .name = "inet",	.kind = OPT_SET, .off = LISTEN(family),
	    .min = ADDR_V4 },
	{ .name = "inet6",	.kind = OPT_SET, .off = LISTEN(family),
	    .min = ADDR_V6 },
	{ .name = "interface",	.kind = OPT_CALL, .call = opt_interface },
	{ .name = "limit",	.kind = OPT_CALL, .call = opt_limit },
	{ .name = "port",	.kind = OPT_UINT16, .off = LISTEN(addr.port),
	    .min = 1, .max = 65535 },
	{ .name = "rtable",	.kind = OPT_INT32, .off = LISTEN(rtable),
	    .min = 0, .max = 255 },
	{ .name = "workers",	.kind = OPT_UINT8, .off = LISTEN(workers),
	    .min = 1, .max = CONF_WORKERS_MAX },
};

int
stmt_listen(struct parser *p, const struct token *key)
{
	return parse_listen(p, key, false);
}

int
parse_listen(struct parser *p, const struct token *key, bool nts)
{
	uint16_t port = nts ? NTS_PORT : NTP_PORT;
	struct conf_listen c;
	struct token at;

	memset(&c, 0, sizeof(c));
	c.rtable = -1;
	c.nts = nts;
	c.addr.port = port;
	c.pos = key->pos;
	if (parse_expect(p, "on") == -1)
		return -1;
	at = p->tok;
	if (parse_place(p, &c) == -1)
		return -1;
	if (parse_options(p, nts ? "nts listen on" : "listen on", listen_opts,
	    nitems(listen_opts), &c) == -1 ||
	    parse_family(p, &at, &c.addr, c.family) == -1)
		return -1;
	if (nts && c.workers > 0)
		return parse_error(p, key->pos, "the workers answer NTP: "
		    "write \"workers\" behind a \"listen on\" without nts");
	if (nts && c.limit != 0)
		return parse_error(p, at.pos, "\"limit\" is for the requests "
		    "for time, at \"listen on\"");
	parse_place_end(&c);
	conf_node_add(&p->conf->listens)->listen = c;
	return 0;
}

int
parse_place(struct parser *p, struct conf_listen *c)
{
	uint16_t port = c->addr.port;
	struct token at;

	if (parse_accept(p, "interface"))
		return interface(p, c);
	if (parse_word(p, "an address, a host name, \"*\" or \"interface\"",
	    &at) == -1)
		return -1;
	if (strcmp(at.text, "*") != 0 &&
	    addr_parse(&c->addr, at.text, port) == -1 &&
	    parse_host(p, &at, c->name, &c->addr) == -1)
		return -1;
	c->addr.port = port;	/* of what is not an address, too */
	return 0;
}

void
parse_place_end(struct conf_listen *c)
{
	if (c->addr.family == ADDR_NONE)
		return;
	c->family = ADDR_NONE;
	if (addr_any(&c->addr)) {
		/* 0.0.0.0 is "* inet", :: is "* inet6" */
		c->family = c->addr.family;
		c->addr.family = ADDR_NONE;
	}
}

static int
interface(struct parser *p, struct conf_listen *c)
{
	struct token name;
	size_t len;

	if (parse_word(p, "the name of an interface", &name) == -1)
		return -1;
	len = strcspn(name.text, "/ ");
	if (len == 0 || name.text[len] != '\0' || len >= sizeof(c->ifname))
		return parse_error(p, name.pos, "the name of an interface has "
		    "1 to %zu characters, no blank and no \"/\"",
		    sizeof(c->ifname) - 1);
	(void)strlcpy(c->ifname, name.text, sizeof(c->ifname));
	return 0;
}

static int
opt_limit(struct parser *p, void *dst, const struct token *key)
{
	struct conf_listen *c = dst;

	if (parse_accept(p, "on"))
		c->limit = CONF_LIMIT_ON;
	else if (parse_accept(p, "off"))
		c->limit = CONF_LIMIT_OFF;
	else
		return parse_expected(p, "\"on\" or \"off\"");
	return 0;
}

/* Here only to say where it belongs. */
static int
opt_interface(struct parser *p, void *dst, const struct token *key)
{
	return parse_error(p, key->pos, "\"interface\" stands in the place "
	    "of the address: \"listen on interface NAME\"");
}
