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
 * gate: which rules and which limit a socket gets from a configuration, and
 * what a reload keeps.
 */

#include <sys/types.h>
#include <sys/queue.h>

#include <stdlib.h>

#include "conf.h"
#include "gate.h"
#include "test.h"

#define NOW	((mono_t){ 1000000000000 })

static struct conf	*conf;
static struct gate	 gate;

/* listen on ADDRESS port PORT, with that id; "*" is all */
static struct conf_listen *
listen_on(uint32_t id, const char *address, uint16_t port)
{
	struct conf_node	*n;

	if ((n = calloc(1, sizeof(*n))) == NULL)
		exit(1);
	n->listen.id = id;
	if (strcmp(address, "*") != 0 &&
	    addr_parse(&n->listen.addr, address, port) == -1)
		exit(1);
	n->listen.addr.port = port;
	TAILQ_INSERT_TAIL(&conf->listens, n, entry);
	return &n->listen;
}

/* A rule for one address, or for all, to one listener, or to all. */
static void
rule(const char *from, enum acl_action action, uint8_t to)
{
	const struct conf_pos	 nowhere = { 0, 0, 0 };
	struct acl_rule		 r;
	struct addr		 a;

	memset(&r, 0, sizeof(r));
	if (strcmp(from, "any") != 0) {
		if (addr_parse(&a, from, 0) == -1)
			exit(1);
		memcpy(r.ip, a.ip, sizeof(r.ip));
		r.family = a.family;
		r.len = a.family == ADDR_V4 ? 32 : 128;
	}
	r.action = (uint8_t)action;
	r.to = to;
	conf_rule_add(conf, &r, nowhere);
}

/* A configuration without a listener takes all memory away. */
static void
end(void)
{
	struct conf	*none = conf_new();

	gate_conf(&gate, none);
	gate_sweep(&gate);
	conf_free(none);
	conf_free(conf);
}

static struct gate_socket
sock(uint32_t id, const char *bound)
{
	struct gate_socket	 s;
	struct addr		 a;

	memset(&s, 0, sizeof(s));
	if (addr_parse(&a, bound, 123) == -1)
		exit(1);
	gate_socket(&gate, conf, id, &a, &s);
	return s;
}

static enum serve_drop
access_of(const struct gate_socket *s, const char *from)
{
	struct io_msg	 m;
	enum gate_kiss	 kiss;
	enum serve_drop	 why;

	memset(&m, 0, sizeof(m));
	if (addr_parse(&m.peer, from, 1234) == -1)
		exit(1);
	why = gate_access(s, &m, &kiss);
	CHECK_INT(from, kiss != GATE_TIME, why == SERVE_OK &&
	    strcmp(from, "192.0.2.66") == 0);
	return why;
}

/* Ask so often at once; how many pass. */
static unsigned int
asks(const struct gate_socket *s, const char *from, unsigned int n)
{
	static struct io_msg	 m;
	struct ratelimit_client	*client;
	struct ratelimit_key	 key;
	enum gate_kiss		 kiss;
	unsigned int		 i, pass = 0;

	memset(&m, 0, sizeof(m));
	if (addr_parse(&m.peer, from, 1234) == -1)
		exit(1);
	m.len = 48;
	for (i = 0; i < n; i++) {
		gate_ahead(&gate, &m, 1, NOW, &key);
		kiss = GATE_TIME;
		pass += gate_limit(&gate, s, &key, NOW, 0, &kiss, &client) ==
		    SERVE_OK;
	}
	return pass;
}

/* What is public, and who says otherwise. */
static void
test_limited(void)
{
	static const struct {
		const char	*what, *bound;
		uint8_t		 all, one;	/* enum conf_limit */
		bool		 limited;
	} tests[] = {
		{ "all addresses", "0.0.0.0", CONF_LIMIT_PUBLIC, 0, true },
		{ "all addresses, v6", "::", CONF_LIMIT_PUBLIC, 0, true },
		{ "a public one", "198.51.100.1", CONF_LIMIT_PUBLIC, 0, true },
		{ "a private one", "192.168.0.1", CONF_LIMIT_PUBLIC, 0,
		    false },
		{ "loopback", "127.0.0.1", CONF_LIMIT_PUBLIC, 0, false },
		{ "loopback, v6", "::1", CONF_LIMIT_PUBLIC, 0, false },
		{ "unique local", "fd00::1", CONF_LIMIT_PUBLIC, 0, false },
		{ "link-local", "fe80::1", CONF_LIMIT_PUBLIC, 0, false },
		{ "all are", "127.0.0.1", CONF_LIMIT_ON, 0, true },
		{ "none is", "0.0.0.0", CONF_LIMIT_OFF, 0, false },
		{ "none but this", "127.0.0.1", CONF_LIMIT_OFF, CONF_LIMIT_ON,
		    true },
		{ "all but this", "0.0.0.0", CONF_LIMIT_ON, CONF_LIMIT_OFF,
		    false },
		{ "a private one that says so", "10.0.0.1",
		    CONF_LIMIT_PUBLIC, CONF_LIMIT_ON, true },
	};
	struct conf_listen	*c;
	size_t			 i;

	conf = conf_new();
	c = listen_on(1, "*", 123);
	gate_init(&gate);
	gate_conf(&gate, conf);
	for (i = 0; i < nitems(tests); i++) {
		conf->global.limits = tests[i].all;
		c->limit = tests[i].one;
		CHECK_INT(tests[i].what, sock(1, tests[i].bound).limit,
		    tests[i].limited);
	}
	end();
}

static void
test_to(void)
{
	struct gate_socket	 all, one, port, none;

	conf = conf_new();
	listen_on(1, "*", 123);
	listen_on(2, "192.0.2.1", 123);
	listen_on(3, "192.0.2.1", 1123);
	if (addr_parse(&conf->to[0].addr, "192.0.2.1", 0) == -1 ||
	    addr_parse(&conf->to[1].addr, "192.0.2.1", 1123) == -1)
		exit(1);
	conf->nto = 2;
	rule("any", ACL_DENY, 0);
	rule("192.0.2.7", ACL_ALLOW, 0);
	rule("192.0.2.8", ACL_ALLOW, 1);
	rule("192.0.2.7", ACL_IGNORE, 2);
	rule("192.0.2.66", ACL_KISS, 0);
	gate_init(&gate);
	gate_conf(&gate, conf);
	all = sock(1, "0.0.0.0");
	one = sock(2, "192.0.2.1");
	port = sock(3, "192.0.2.1");
	none = sock(4, "192.0.2.1");
	CHECK_INT("all", access_of(&all, "192.0.2.7"), SERVE_OK);
	CHECK_INT("all", access_of(&all, "192.0.2.8"), SERVE_DENIED);
	CHECK_INT("one", access_of(&one, "192.0.2.7"), SERVE_OK);
	CHECK_INT("one", access_of(&one, "192.0.2.8"), SERVE_OK);
	CHECK_INT("port", access_of(&port, "192.0.2.7"), SERVE_IGNORED);
	CHECK_INT("port", access_of(&port, "192.0.2.8"), SERVE_OK);
	CHECK_INT("kiss", access_of(&all, "192.0.2.66"), SERVE_OK);
	CHECK_INT("v6", access_of(&all, "2001:db8::7"), SERVE_DENIED);
	CHECK_INT("not known yet", access_of(&none, "192.0.2.7"),
	    SERVE_DENIED);
	end();
}

/* Clients stay over a reload, unless the table is another one. */
static void
test_reload(void)
{
	struct gate_socket	 s;

	conf = conf_new();
	conf->global.limit.leak = 0;
	listen_on(1, "*", 123);
	gate_init(&gate);
	gate_conf(&gate, conf);
	s = sock(1, "0.0.0.0");
	CHECK_INT("a burst", asks(&s, "192.0.2.7", 100), 16);
	CHECK_INT("no rule", access_of(&s, "192.0.2.7"), SERVE_OK);

	rule("any", ACL_DENY, 0);
	conf->global.limit.burst = 20;
	gate_conf(&gate, conf);
	CHECK_INT("until it is told", access_of(&s, "192.0.2.7"), SERVE_OK);
	s = sock(1, "0.0.0.0");
	gate_sweep(&gate);
	CHECK_INT("the new rule", access_of(&s, "192.0.2.7"), SERVE_DENIED);
	CHECK_INT("what is left of it", asks(&s, "192.0.2.7", 100), 4);

	conf->global.limit.prefix4 = 24;
	gate_conf(&gate, conf);
	CHECK_INT("nobody is known", asks(&s, "192.0.2.7", 100), 20);
	CHECK_INT("it is a network", asks(&s, "192.0.2.8", 100), 0);
	conf->global.limit.clients = 128;
	gate_conf(&gate, conf);
	CHECK_INT("nobody is known", asks(&s, "192.0.2.7", 100), 20);
	end();
}

int
main(void)
{
	test_limited();
	test_to();
	test_reload();
	return test_done("gate");
}
