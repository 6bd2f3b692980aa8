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
 * engine_pool.c and engine_name.c through hours and weeks: their
 * neighbours in the engine are replaced here by ones that do what the test
 * says, and so is time.
 */

#include <sys/types.h>
#include <sys/queue.h>

#include <event.h>
#include <stdlib.h>

#include "engine.h"
#include "test.h"

#define HOUR	3600.0
#define DAY	86400.0

static struct engine	 engine;
static mono_t		 now;
static unsigned int	 lookups;	/* sent */
static char		 asked[MSG_NAME_MAX + 4];	/* the last question */
static const char	*noroute;	/* addresses that begin like this */
static bool		 full;		/* no room for another source */

/*
 * The neighbours.
 */

void
engine_wake(struct engine *e, struct sync_now *out)
{
	memset(out, 0, sizeof(*out));
	out->mono = now;
}

void
engine_timer(struct event *ev, mono_t when, mono_t from)
{
}

struct peer *
engine_client_new(struct name *n, const struct candidate *c, mono_t at)
{
	static int	 slot;
	struct peer	*p;

	if (full)
		return NULL;
	if ((p = calloc(1, sizeof(*p))) == NULL)
		abort();
	p->engine = n->engine;
	p->name = n;
	p->addr = c->addr;
	if (n->conf->nts) {
		if ((p->jar = calloc(1, sizeof(*p->jar))) == NULL)
			abort();
		engine_jar_service(p, c->service);
	}
	p->slot = slot++ % SYNC_SOURCES;
	p->engine->sync.src[p->slot].reach = 1;
	TAILQ_INSERT_TAIL(&n->peers, p, entry);
	return p;
}

void
engine_client_free(struct peer *p)
{
	struct peer	*q;

	TAILQ_REMOVE(&p->name->peers, p, entry);
	TAILQ_FOREACH(q, &p->name->peers, entry) {
		if (q->replaces == p)
			q->replaces = NULL;
	}
	free(p->jar);
	free(p);
}

void
engine_client_reconf(struct peer *p, mono_t at)
{
}

const char *
engine_client_str(const struct peer *p, char buf[ADDR_STRLEN])
{
	return addr_str(&p->addr, buf);
}

bool
engine_query_route(const struct name *n, const struct addr *to)
{
	char	 buf[ADDR_STRLEN];

	return noroute == NULL ||
	    strncmp(addr_str(to, buf), noroute, strlen(noroute)) != 0;
}

bool
engine_constraint_answer(struct engine *e, uint32_t id,
    const struct msg_answer *a, mono_t at)
{
	return false;
}

void
engine_constraint_network(struct engine *e, mono_t at)
{
}

void
engine_jar_service(struct peer *p, const struct service *s)
{
	p->jar->target[0] = '\0';
	if (s == NULL)
		return;
	strlcpy(p->jar->target, s->name, sizeof(p->jar->target));
	p->jar->port = s->port;
	p->jar->stranger = s->stranger;
}

void
engine_jar_answer(struct engine *e, uint32_t id, const struct msg_answer *a,
    const struct sync_now *n)
{
}

void
imsgev_send(struct imsgev *iev, uint32_t type, uint32_t id, int fd,
    const void *data, size_t len)
{
	if (type == IMSG_DNS_LOOKUP)
		lookups++;
	if (type == IMSG_DNS_LOOKUP || type == IMSG_DNS_SERVICE) {
		strlcpy(asked, type == IMSG_DNS_SERVICE ? "SRV " : "",
		    sizeof(asked));
		strlcat(asked, ((const struct msg_lookup *)data)->name,
		    sizeof(asked));
	}
}

void
imsgev_refuse(struct imsgev *iev, const struct imsg_in *in, const char *why)
{
	printf("refused: %s\n", why);
	abort();
}

/*
 * What the tests are written in.
 */

static struct conf_server	 confs[8];
static size_t			 nconfs;

static struct name *
name(const char *str, bool pool, uint8_t members)
{
	struct conf_server	*c = &confs[nconfs++];
	struct name		*n;

	memset(c, 0, sizeof(*c));
	strlcpy(c->name, str, sizeof(c->name));
	c->port = 123;
	c->pool = pool;
	c->members = members;
	if (addr_parse(&c->addr, str, 0) == -1)
		memset(&c->addr, 0, sizeof(c->addr));
	n = engine_pool_new(&engine, c);
	engine_pool_start(n, now);
	return n;
}

/* Time passes; the timer goes off whenever it is due. */
static void
pass(struct name *n, double seconds)
{
	mono_t	 end = mono_add(now, seconds);

	while (!n->asking && mono_diff(end, n->due) >= 0) {
		if (mono_diff(n->due, now) > 0)
			now = n->due;
		event_active(&n->timer, EV_TIMEOUT, 1);
		event_loop(EVLOOP_NONBLOCK);
	}
	now = end;
}

/* The resolver answers with addresses, separated by spaces. */
static void
answer(struct name *n, enum dns_result result, const char *addrs)
{
	static struct msg_answer	 a;
	struct imsg_in			 in;
	char				 copy[512], *p, *addr;

	memset(&a, 0, sizeof(a));
	a.result = result;
	strlcpy(copy, addrs, sizeof(copy));
	for (p = copy; (addr = strsep(&p, " ")) != NULL; ) {
		if (*addr != '\0' &&
		    addr_parse(&a.addr[a.n++], addr, 0) == -1)
			abort();
	}
	memset(&in, 0, sizeof(in));
	in.type = IMSG_DNS_ANSWER;
	in.id = n->id;
	in.data = &a;
	in.len = sizeof(a);
	in.fd = -1;
	engine_name_answer(&engine, NULL, &in);
}

/* The addresses of a name, as a string. */
static const char *
peers(const struct name *n)
{
	static char	 str[512];
	char		 buf[ADDR_STRLEN];
	struct peer	*p;

	str[0] = '\0';
	TAILQ_FOREACH(p, &n->peers, entry) {
		if (str[0] != '\0')
			strlcat(str, " ", sizeof(str));
		if (p->replaces != NULL)
			strlcat(str, "?", sizeof(str));
		strlcat(str, addr_str(&p->addr, buf), sizeof(str));
	}
	return str;
}

static struct peer *
peer(const struct name *n, const char *addr)
{
	char		 buf[ADDR_STRLEN];
	struct peer	*p;

	TAILQ_FOREACH(p, &n->peers, entry) {
		if (strcmp(addr_str(&p->addr, buf), addr) == 0)
			return p;
	}
	printf("no peer %s\n", addr);
	abort();
}

static void
begin(void)
{
	struct name	*n;

	while ((n = TAILQ_FIRST(&engine.names)) != NULL)
		engine_pool_free(n);
	nconfs = 0;
	lookups = 0;
	noroute = NULL;
	now = mono_add(now, 1);
}

static struct name *
resolved(const char *str, bool pool, uint8_t members, const char *addrs)
{
	struct name	*n = name(str, pool, members);

	pass(n, 0);
	answer(n, DNS_OK, addrs);
	return n;
}

/*
 * The tests.
 */

static void
test_members(void)
{
	static const struct {
		const char	*what;
		bool		 pool;
		uint8_t		 members;
		const char	*answer;
		const char	*want;
	} tests[] = {
		{ "a server has one address", false, 4,
		    "10.0.0.1 10.0.0.2", "10.0.0.1" },
		{ "a pool as many as wanted", true, 2,
		    "10.0.0.1 10.0.0.2 10.0.0.3", "10.0.0.1 10.0.0.2" },
		{ "or as many as there are", true, 4,
		    "10.0.0.1 10.0.0.2", "10.0.0.1 10.0.0.2" },
		{ "both families in turn", true, 4,
		    "2001:db8::1 2001:db8::2 2001:db8::3 10.0.0.1 10.0.0.2",
		    "2001:db8::1 10.0.0.1 2001:db8::2 10.0.0.2" },
		{ "beginning with the resolver's choice", true, 3,
		    "10.0.0.1 10.0.0.2 2001:db8::1",
		    "10.0.0.1 2001:db8::1 10.0.0.2" },
		{ "nothing that is no host", true, 4,
		    "0.0.0.0 224.0.1.1 255.255.255.255 10.0.0.1", "10.0.0.1" },
		{ "in either family", true, 4,
		    ":: ff02::101 2001:db8::1", "2001:db8::1" },
		{ "loopback is a host", false, 1, "127.0.0.1", "127.0.0.1" },
	};
	struct name	*n;
	size_t		 i;

	for (i = 0; i < nitems(tests); i++) {
		begin();
		n = resolved("x.test", tests[i].pool, tests[i].members,
		    tests[i].answer);
		CHECK_STR(tests[i].what, peers(n), tests[i].want);
	}
}

static void
test_unique(void)
{
	struct name	*a, *b;

	begin();
	a = resolved("a.test", true, 2, "10.0.0.1 10.0.0.2");
	b = resolved("b.test", true, 2, "10.0.0.2 10.0.0.1 10.0.0.3");
	CHECK_STR("no address twice", peers(b), "10.0.0.3");
	name("10.0.0.2", false, 0);
	CHECK_STR("what is configured is not a pool's", peers(a), "10.0.0.1");
	(void)name("10.0.0.1", false, 0);
	CHECK_STR("nor its last one", peers(a), "");
}

/* The first answer is waited for ever more patiently, but always. */
static void
test_retry(void)
{
	static const double	 wait[] = {
		2, 4, 8, 16, 32, 64, 64, 64, 64
	};
	struct name		*n;
	size_t			 i;

	begin();
	n = name("x.test", true, 4);
	pass(n, 0);
	for (i = 0; i < nitems(wait); i++) {
		CHECK_INT("asked", lookups, i + 1);
		answer(n, i % 2 ? DNS_NOTFOUND : DNS_TEMPFAIL, "");
		CHECK_NEAR("the next", mono_diff(n->due, now), wait[i], 1e-6);
		pass(n, wait[i] / 2);
		engine_pool_reconf(n, now);
		CHECK_NEAR("is not put off", mono_diff(n->due, now),
		    wait[i] / 2, 1e-6);
		pass(n, wait[i] / 2);
	}
	answer(n, DNS_OK, "10.0.0.1");
	CHECK_STR("at last", peers(n), "10.0.0.1");
	CHECK_INT("forgiven", n->failures, 0);
}

static void
test_network(void)
{
	struct name	*n;
	int		 i;

	begin();
	n = name("x.test", false, 1);
	pass(n, 0);
	for (i = 0; i < 9; i++) {
		answer(n, DNS_TEMPFAIL, "");
		pass(n, 64);
	}
	answer(n, DNS_TEMPFAIL, "");
	engine_name_network(&engine, now);
	CHECK_NEAR("a route is back: soon", mono_diff(n->due, now), 2, 1e-6);
}

static void
test_spare(void)
{
	struct name	*n;

	begin();
	n = resolved("x.test", true, 2, "10.0.0.1 10.0.0.2 10.0.0.3");
	engine_pool_fault(peer(n, "10.0.0.1"), FAULT_LOST, now);
	CHECK_STR("the spare one comes in", peers(n), "10.0.0.2 10.0.0.3");
	pass(n, 10 * HOUR);
	CHECK_INT("nobody was asked", lookups, 1);
	engine_pool_fault(peer(n, "10.0.0.2"), FAULT_LOST, now);
	CHECK_STR("and later the old one", peers(n), "10.0.0.3 10.0.0.1");
}

static void
test_server_moves(void)
{
	struct name	*n;

	begin();
	n = resolved("x.test", false, 1, "10.0.0.1 10.0.0.2");
	engine_pool_fault(peer(n, "10.0.0.1"), FAULT_LOST, now);
	CHECK_STR("to the next", peers(n), "10.0.0.2");
	engine_pool_fault(peer(n, "10.0.0.2"), FAULT_LOST, now);
	CHECK_STR("not back at once", peers(n), "10.0.0.2");
	pass(n, 301);
	engine_pool_fault(peer(n, "10.0.0.2"), FAULT_LOST, now);
	CHECK_STR("but then", peers(n), "10.0.0.1");
}

/* The name is asked again for a dead member, at most once an hour. */
static void
test_hourly(void)
{
	struct name	*n;
	unsigned int	 i;

	begin();
	n = resolved("x.test", true, 2, "10.0.0.1 10.0.0.2");
	pass(n, DAY);
	CHECK_INT("all is well, nobody asks", lookups, 1);
	engine_pool_fault(peer(n, "10.0.0.1"), FAULT_LOST, now);
	CHECK_STR("kept until there is another", peers(n),
	    "10.0.0.1 10.0.0.2");
	pass(n, 1);
	CHECK_INT("asked", lookups, 2);
	answer(n, DNS_OK, "10.0.0.1 10.0.0.2");
	pass(n, 295);
	CHECK_INT("that may have been a cache", lookups, 2);
	pass(n, 10);
	CHECK_INT("so once more", lookups, 3);
	for (i = 4; i < 10; i++) {
		answer(n, DNS_OK, "10.0.0.1 10.0.0.2");
		engine_pool_fault(peer(n, "10.0.0.1"), FAULT_LOST, now);
		pass(n, HOUR - 20);
		CHECK_INT("not within the hour", lookups, i - 1);
		pass(n, 20);
		CHECK_INT("then", lookups, i);
	}
	answer(n, DNS_OK, "10.0.0.7 10.0.0.2");
	CHECK_STR("replaced", peers(n), "10.0.0.2 10.0.0.7");
	pass(n, DAY);
	CHECK_INT("and quiet", lookups, 9);
}

static void
test_recovers(void)
{
	struct name	*n;
	struct peer	*p;

	begin();
	n = resolved("x.test", false, 1, "10.0.0.1");
	p = peer(n, "10.0.0.1");
	engine_pool_fault(p, FAULT_LOST, now);
	engine_pool_good(p, now);
	CHECK_INT("it answers again", p->fault, FAULT_NONE);
	pass(n, 1);
	answer(n, DNS_OK, "10.0.0.2");
	CHECK_STR("and stays", peers(n), "10.0.0.1");
}

static void
test_denied(void)
{
	struct name	*n;

	begin();
	n = resolved("x.test", false, 1, "10.0.0.1");
	engine_pool_fault(peer(n, "10.0.0.1"), FAULT_DENIED, now);
	pass(n, 10);
	answer(n, DNS_OK, "10.0.0.1 10.0.0.2");
	CHECK_STR("another", peers(n), "10.0.0.2");
	engine_pool_fault(peer(n, "10.0.0.2"), FAULT_LOST, now);
	pass(n, 2 * HOUR);
	answer(n, DNS_OK, "10.0.0.1 10.0.0.2");
	CHECK_STR("it is not asked again", peers(n), "10.0.0.2");
	engine_pool_good(peer(n, "10.0.0.2"), now);
	pass(n, DAY);
	engine_pool_fault(peer(n, "10.0.0.2"), FAULT_LOST, now);
	CHECK_STR("until the day after", peers(n), "10.0.0.1");
}

static void
test_route(void)
{
	struct name	*n;
	unsigned int	 before;

	begin();
	noroute = "2001:";
	n = resolved("x.test", true, 2,
	    "2001:db8::1 2001:db8::2 10.0.0.1 10.0.0.2");
	CHECK_STR("those that can be reached", peers(n), "10.0.0.1 10.0.0.2");

	begin();
	noroute = "";
	n = resolved("x.test", true, 2, "2001:db8::1 10.0.0.1 10.0.0.2");
	CHECK_STR("better those than none", peers(n), "2001:db8::1 10.0.0.1");
	before = lookups;
	engine_pool_fault(peer(n, "10.0.0.1"), FAULT_NOROUTE, now);
	pass(n, DAY);
	CHECK_STR("none is better than another", peers(n),
	    "2001:db8::1 10.0.0.1");
	CHECK_INT("which is no question for the resolver", lookups, before);
	noroute = "2001:";
	engine_pool_fault(peer(n, "2001:db8::1"), FAULT_NOROUTE, now);
	CHECK_STR("one family is gone", peers(n), "10.0.0.1 10.0.0.2");
}

/* Every two weeks, and make before break. */
static void
test_refresh(void)
{
	struct name	*n;
	struct peer	*p;

	begin();
	n = resolved("x.test", true, 2, "10.0.0.1 10.0.0.2");
	pass(n, 12 * DAY);
	CHECK_INT("not yet", lookups, 1);
	pass(n, 2 * DAY + 1);
	CHECK_INT("the refresh", lookups, 2);
	answer(n, DNS_OK, "10.0.0.1 10.0.0.3 10.0.0.4");
	CHECK_STR("on probation", peers(n), "10.0.0.1 10.0.0.2 ?10.0.0.3");
	p = peer(n, "10.0.0.3");
	p->assoc.count.verdict[REPLY_GOOD] = 3;
	engine_pool_good(p, now);
	CHECK_STR("still", peers(n), "10.0.0.1 10.0.0.2 ?10.0.0.3");
	p->assoc.count.verdict[REPLY_GOOD] = 4;
	engine_pool_good(p, now);
	CHECK_STR("good enough", peers(n), "10.0.0.1 10.0.0.3");

	pass(n, 14 * DAY + 1);
	CHECK_INT("the next", lookups, 3);
	answer(n, DNS_OK, "10.0.0.5 10.0.0.6");
	CHECK_STR("one at a time", peers(n), "10.0.0.1 10.0.0.3 ?10.0.0.5");
	engine_pool_fault(peer(n, "10.0.0.5"), FAULT_LOST, now);
	CHECK_STR("not good: all stays", peers(n), "10.0.0.1 10.0.0.3");
	pass(n, 14 * DAY + 1);
	answer(n, DNS_OK, "10.0.0.1 10.0.0.3");
	CHECK_STR("nothing new", peers(n), "10.0.0.1 10.0.0.3");

	pass(n, 14 * DAY + 1);
	answer(n, DNS_OK, "10.0.0.8");
	engine_pool_fault(peer(n, "10.0.0.1"), FAULT_LOST, now);
	CHECK_STR("the old one dies during the probation", peers(n),
	    "10.0.0.3 10.0.0.8");
}

/* With more addresses to choose from there are still not too many. */
static void
test_heir(void)
{
	struct name	*n;

	begin();
	n = resolved("x.test", true, 2, "10.0.0.1 10.0.0.2");
	pass(n, 14 * DAY + 1);
	answer(n, DNS_OK, "10.0.0.2 10.0.0.3 10.0.0.4");
	CHECK_STR("on probation", peers(n), "10.0.0.1 10.0.0.2 ?10.0.0.3");
	noroute = "10.";
	engine_pool_fault(peer(n, "10.0.0.1"), FAULT_NOROUTE, now);
	CHECK_STR("no way to anybody: all stays", peers(n),
	    "10.0.0.1 10.0.0.2 ?10.0.0.3");
	noroute = NULL;
	engine_pool_fault(peer(n, "10.0.0.1"), FAULT_LOST, now);
	CHECK_STR("it takes the place", peers(n), "10.0.0.2 10.0.0.3");
}

/* There were too many sources for it; a reload is another chance. */
static void
test_full(void)
{
	struct name	*n;

	begin();
	full = true;
	n = name("10.0.0.1", false, 0);
	CHECK_STR("no room", peers(n), "");
	full = false;
	engine_pool_reconf(n, now);
	CHECK_STR("room", peers(n), "10.0.0.1");
	engine_pool_reconf(n, now);
	CHECK_STR("once", peers(n), "10.0.0.1");
}

static void
test_shrink(void)
{
	struct name		*n;
	struct sync_source	*src = engine.sync.src;

	begin();
	n = resolved("x.test", true, 4,
	    "10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4 10.0.0.5");
	src[peer(n, "10.0.0.1")->slot].reason = SELECT_FALSE;
	src[peer(n, "10.0.0.2")->slot].reach = 0;
	src[peer(n, "10.0.0.4")->slot].selected = true;
	confs[0].members = 3;
	engine_pool_reconf(n, now);
	CHECK_STR("the unreachable first", peers(n),
	    "10.0.0.1 10.0.0.3 10.0.0.4");
	confs[0].members = 2;
	engine_pool_reconf(n, now);
	CHECK_STR("then the false", peers(n), "10.0.0.3 10.0.0.4");
	confs[0].members = 1;
	engine_pool_reconf(n, now);
	CHECK_STR("last the selected", peers(n), "10.0.0.4");
	confs[0].members = 3;
	engine_pool_reconf(n, now);
	CHECK_STR("and back", peers(n), "10.0.0.4 10.0.0.1 10.0.0.2");
	memset(src, 0, sizeof(engine.sync.src));

	begin();
	n = resolved("x.test", true, 3, "10.0.0.1 10.0.0.2 10.0.0.3");
	confs[0].members = 2;
	engine_pool_reconf(n, now);
	CHECK_STR("of equals the youngest", peers(n), "10.0.0.1 10.0.0.2");
}

/* Without a majority more are asked, until there is one. */
static void
test_split(void)
{
	struct name	*n, *one;
	struct peer	*p;

	begin();
	memset(&engine.pools, 0, sizeof(engine.pools));
	n = resolved("x.test", true, 2, "10.0.0.1 10.0.0.2");
	one = resolved("y.test", false, 1, "10.0.1.1 10.0.1.2");
	pass(n, HOUR);
	engine.sync.state = SYNC_UNDECIDED;
	lookups = 0;
	engine_pool_watch(&engine, now);
	pass(n, 100);
	engine_pool_watch(&engine, now);
	pass(n, 0);
	CHECK_INT("for a while nothing", lookups, 0);
	pass(n, 80);
	engine_pool_watch(&engine, now);
	pass(n, 0);
	CHECK_INT("then the resolver is asked", lookups, 1);
	answer(n, DNS_OK, "10.0.0.3 10.0.0.4 10.0.0.5");
	CHECK_STR("and twice as many servers", peers(n),
	    "10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4");
	CHECK_STR("a server stays one", peers(one), "10.0.1.1");
	pass(n, 3500);
	engine_pool_watch(&engine, now);
	CHECK_STR("for an hour", peers(n),
	    "10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4");
	pass(n, 100);
	engine_pool_watch(&engine, now);
	CHECK_STR("then more of the last answer", peers(n),
	    "10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4 10.0.0.5");
	pass(n, 0);
	CHECK_INT("and of a new one", lookups, 2);
	answer(n, DNS_OK, "10.0.0.6 10.0.0.7");
	CHECK_STR("up to three times as many", peers(n),
	    "10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4 10.0.0.5 10.0.0.6");

	engine.sync.state = SYNC_OK;
	TAILQ_FOREACH(p, &n->peers, entry)
		engine.sync.src[p->slot].reason = SELECT_OK;
	engine.sync.src[peer(n, "10.0.0.1")->slot].reason = SELECT_FALSE;
	engine.sync.src[peer(n, "10.0.0.3")->slot].reason = SELECT_FALSE;
	engine_pool_watch(&engine, now);
	pass(n, 100);
	engine_pool_watch(&engine, now);
	CHECK_STR("a majority has to last", peers(n),
	    "10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4 10.0.0.5 10.0.0.6");
	pass(n, 20);
	engine_pool_watch(&engine, now);
	CHECK_STR("then the liars go, and the youngest", peers(n),
	    "10.0.0.2 10.0.0.4");
	pass(n, HOUR);
	engine_pool_watch(&engine, now);
	CHECK_INT("and all is quiet", lookups, 2);
	engine_pool_fault(peer(n, "10.0.0.4"), FAULT_LOST, now);
	engine_pool_fault(peer(n, "10.0.0.2"), FAULT_LOST, now);
	engine_pool_fault(peer(n, "10.0.0.6"), FAULT_LOST, now);
	pass(n, 0);
	answer(n, DNS_OK, "10.0.0.1 10.0.0.3 10.0.0.9");
	CHECK_STR("the liars do not come back", peers(n),
	    "10.0.0.7 10.0.0.9");
}

/* A timer goes off early; that changes nothing. */
static void
test_early(void)
{
	struct name	*n;

	begin();
	n = resolved("x.test", true, 2, "10.0.0.1 10.0.0.2");
	pass(n, DAY);
	event_active(&n->timer, EV_TIMEOUT, 1);
	event_loop(EVLOOP_NONBLOCK);
	CHECK_INT("not before the time", n->asking, 0);
}

/* An answer for a name that has left the configuration. */
static void
test_late(void)
{
	struct name	*n, gone;

	begin();
	n = name("x.test", true, 4);
	pass(n, 0);
	gone = *n;
	engine_pool_free(n);
	answer(&gone, DNS_OK, "10.0.0.1");
	CHECK_INT("nobody asks it", TAILQ_EMPTY(&engine.names), 1);
}

/*
 * Pools with NTS
 */

/* The answer to the question for SRV records: "PRIORITY TARGET ..." */
static void
targets(struct name *n, enum dns_result result, bool secure, const char *str)
{
	static struct msg_targets	 m;
	struct imsg_in			 in;
	char				 copy[512], *p = copy, *word;

	memset(&m, 0, sizeof(m));
	m.result = result;
	m.secure = secure;
	strlcpy(copy, str, sizeof(copy));
	while ((word = strsep(&p, " ")) != NULL && *word != '\0') {
		m.target[m.n].priority = (uint16_t)atoi(word);
		m.target[m.n].port = (uint16_t)(4460 + m.n);
		strlcpy(m.target[m.n].name, strsep(&p, " "),
		    sizeof(m.target[m.n].name));
		m.n++;
	}
	memset(&in, 0, sizeof(in));
	in.type = IMSG_DNS_TARGETS;
	in.id = n->id;
	in.data = &m;
	in.len = sizeof(m);
	in.fd = -1;
	engine_service_targets(&engine, NULL, &in);
}

static struct name *
nts_pool(const char *str, uint8_t members)
{
	struct name	*n = name(str, true, members);

	confs[nconfs - 1].nts = 1;
	pass(n, 0);
	return n;
}

/* Who gives out the keys of each, "!" if its own name proves nothing. */
static const char *
served(const struct name *n)
{
	static char	 str[512];
	struct peer	*p;

	str[0] = '\0';
	TAILQ_FOREACH(p, &n->peers, entry) {
		if (str[0] != '\0')
			strlcat(str, " ", sizeof(str));
		if (p->jar->target[0] != '\0' && p->jar->stranger)
			strlcat(str, "!", sizeof(str));
		strlcat(str, p->jar->target[0] != '\0' ? p->jar->target :
		    "-", sizeof(str));
	}
	return str;
}

/* Three targets, their addresses, and who is asked in the end. */
static void
test_service(void)
{
	static const struct {
		const char	*what;
		uint8_t		 members;
		bool		 secure;
		const char	*targets;
		const char	*addrs[3];	/* NULL: not asked for */
		const char	*peers;
		const char	*served;
	} tests[] = {
		{ "each of them", 3, true, "1 a.x.test 1 b.test 1 c.test",
		    { "10.0.0.1", "10.0.0.2", "10.0.0.3" },
		    "10.0.0.1 10.0.0.2 10.0.0.3", "a.x.test b.test c.test" },
		{ "no more than wanted", 2, true, "1 a.test 1 b.test 1 c.test",
		    { "10.0.0.1", "10.0.0.2", "10.0.0.3" },
		    "10.0.0.1 10.0.0.2", "a.test b.test" },
		{ "one of each before a second, by priority", 4, true,
		    "1 a.test 1 b.test 2 c.test",
		    { "10.0.0.1 10.0.0.4", "10.0.0.2", "10.0.0.3" },
		    "10.0.0.1 10.0.0.2 10.0.0.4 10.0.0.3",
		    "a.test b.test a.test c.test" },
		{ "not all of them resolve", 4, true,
		    "1 a.test 1 b.test 2 c.test",
		    { "", "10.0.0.2", "" }, "10.0.0.2", "b.test" },
		{ "without DNSSEC", 4, false, "1 a.x.test 1 x.test 2 ax.test",
		    { "10.0.0.1", "10.0.0.2", "10.0.0.3" },
		    "10.0.0.1 10.0.0.2 10.0.0.3", "a.x.test x.test !ax.test" },
		{ "one address twice", 4, true, "1 a.test 1 b.test 1 c.test",
		    { "10.0.0.1", "10.0.0.1", "10.0.0.3" },
		    "10.0.0.1 10.0.0.3", "a.test c.test" },
		{ "no host", 4, true, "1 a.test 1 b.test 1 c.test",
		    { "224.0.1.1", "0.0.0.0", "10.0.0.3" }, "10.0.0.3",
		    "c.test" },
	};
	struct name	*n;
	size_t		 i, k;

	for (i = 0; i < nitems(tests); i++) {
		begin();
		n = nts_pool("x.test", tests[i].members);
		CHECK_STR("records first", asked, "SRV x.test");
		targets(n, DNS_OK, tests[i].secure, tests[i].targets);
		for (k = 0; k < nitems(tests[i].addrs); k++)
			answer(n, tests[i].addrs[k][0] == '\0' ?
			    DNS_NOTFOUND : DNS_OK, tests[i].addrs[k]);
		CHECK_STR(tests[i].what, peers(n), tests[i].peers);
		CHECK_STR(tests[i].what, served(n), tests[i].served);
		CHECK_INT(tests[i].what, n->asking, 0);
		CHECK_INT(tests[i].what, n->failures, 0);
	}
}

/* When there are no records, or nobody says whether there are. */
static void
test_no_service(void)
{
	struct name	*n;

	begin();
	n = nts_pool("x.test", 1);
	targets(n, DNS_NOTFOUND, false, "");
	CHECK_STR("none: its own addresses", asked, "x.test");
	answer(n, DNS_OK, "10.0.0.1");
	CHECK_STR("are asked", peers(n), "10.0.0.1");
	CHECK_STR("by its own name", served(n), "-");
	CHECK_INT("that is an answer", mono_diff(n->due, now) >= HOUR, 1);

	begin();
	n = nts_pool("x.test", 1);
	targets(n, DNS_TEMPFAIL, false, "");
	answer(n, DNS_OK, "10.0.0.1");
	CHECK_STR("unknown: its own addresses", peers(n), "10.0.0.1");
	CHECK_INT("for the time being", mono_diff(n->due, now) <= 2, 1);
	pass(n, 2);
	CHECK_STR("the records again", asked, "SRV x.test");
	targets(n, DNS_OK, true, "1 a.test");
	answer(n, DNS_OK, "10.0.0.1");
	CHECK_STR("the same server", peers(n), "10.0.0.1");
	CHECK_STR("with another's keys", served(n), "a.test");

	begin();
	n = nts_pool("x.test", 4);
	targets(n, DNS_NOSERVICE, false, "");
	CHECK_STR("there decidedly is none", asked, "SRV x.test");
	CHECK_INT("which is a failure", n->failures, 1);
	CHECK_STR("and nobody is asked", peers(n), "");
	pass(n, 2);
	targets(n, DNS_OK, true, "1 a.test 1 b.test");
	answer(n, DNS_TEMPFAIL, "");
	answer(n, DNS_NOTFOUND, "");
	CHECK_INT("targets without addresses", n->failures, 2);
	CHECK_INT("which may come back", n->result, DNS_TEMPFAIL);
	CHECK_STR("nobody instead of them", peers(n), "");
	pass(n, 4);
	CHECK_STR("from the beginning", asked, "SRV x.test");
}

/* One that gives no keys makes room for the next. */
static void
test_keyless(void)
{
	struct name	*n;

	begin();
	n = nts_pool("x.test", 1);
	targets(n, DNS_OK, true, "1 a.test 2 b.test 3 c.test");
	answer(n, DNS_OK, "10.0.0.1");
	CHECK_STR("the first one need not wait", peers(n), "10.0.0.1");
	answer(n, DNS_OK, "10.0.0.2");
	answer(n, DNS_OK, "10.0.0.3");
	CHECK_STR("nor is it the last one's turn", peers(n), "10.0.0.1");
	engine_pool_fault(peer(n, "10.0.0.1"), FAULT_KEYS, now);
	CHECK_STR("the next priority", served(n), "b.test");
	engine_pool_fault(peer(n, "10.0.0.2"), FAULT_KEYS, now);
	CHECK_STR("and the next", served(n), "c.test");
	engine_pool_fault(peer(n, "10.0.0.3"), FAULT_KEYS, now);
	CHECK_STR("who stays, without any other", served(n), "c.test");
}

int
main(void)
{
	event_init();
	log_init("test", true, -1);
	TAILQ_INIT(&engine.names);
	engine.started = engine.dns_there = true;
	test_members();
	test_unique();
	test_retry();
	test_network();
	test_spare();
	test_server_moves();
	test_hourly();
	test_recovers();
	test_denied();
	test_route();
	test_refresh();
	test_heir();
	test_full();
	test_shrink();
	test_split();
	test_early();
	test_late();
	test_service();
	test_no_service();
	test_keyless();
	return test_done("engine_pool");
}
