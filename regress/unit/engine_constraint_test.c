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
 * engine_constraint.c through hours and days: whom it asks and when, its
 * neighbours in the engine being replaced, and time, too.
 */

#include <sys/types.h>
#include <sys/queue.h>

#include <stdlib.h>

#include "engine.h"
#include "test.h"

#define DAY	86400.0
#define ASKED	64

static struct engine	 engine;
static struct sync_now	 now;
static unsigned int	 lookups;
static uint32_t		 lookup_id;
static unsigned int	 nasked;	/* questions since begin */
static struct {
	uint32_t	 id;
	struct msg_constraint_want want;
} asked[ASKED];

/*
 * The neighbours.
 */

void
engine_hurry(struct engine *e, mono_t at)
{
}

bool
engine_bound_tick(struct engine *e, const struct sync_now *at)
{
	return false;
}

void
engine_bound_reconf(struct engine *e, mono_t at)
{
}

void
imsgev_send(struct imsgev *iev, uint32_t type, uint32_t id, int fd,
    const void *data, size_t len)
{
	if (type == IMSG_DNS_LOOKUP) {
		lookups++;
		lookup_id = id;
		return;
	}
	if (type != IMSG_CONSTRAINT_WANT || nasked == ASKED)
		abort();
	asked[nasked].id = id;
	memcpy(&asked[nasked].want, data, sizeof(asked[0].want));
	nasked++;
}

/*
 * What the tests are written in.
 */

static struct conf_constraint *
configure(const char *host, bool all)
{
	struct conf_node	*n;
	struct conf_constraint	*c;

	if ((n = conf_node_add(&engine.conf->constraints)) == NULL)
		abort();
	c = &n->constraint;
	c->id = 7;
	c->port = 443;
	c->all = all;
	strlcpy(c->name, host, sizeof(c->name));
	if (addr_parse(&c->addr, host, 443) == -1)
		memset(&c->addr, 0, sizeof(c->addr));
	return c;
}

static void
also(struct conf_constraint *c, const char *addr)
{
	if (addr_parse(&c->also[c->nalso++], addr, 443) == -1)
		abort();
}

static void
tick(void)
{
	(void)engine_constraint_tick(&engine, &now);
}

static void
begin(void)
{
	struct conf_node	*n;

	if (engine.conf != NULL) {
		TAILQ_FOREACH(n, &engine.conf->constraints, entry)
			n->reconf = RECONF_DELETE;
		engine_constraint_reconf(&engine, &now);
		conf_free(engine.conf);
	}
	CHECK_INT("nothing is left", TAILQ_EMPTY(&engine.constraints.list) &&
	    engine.constraints.asking == 0, 1);
	memset(&engine, 0, sizeof(engine));
	engine_constraint_init(&engine);
	engine.dns_there = true;
	engine.conf = conf_new();
	now.mono = mono_add(now.mono, 1);
	osc_init(&engine.osc, now.mono, 0, now.real);
	lookups = nasked = 0;
}

static void
reconf(void)
{
	engine_constraint_reconf(&engine, &now);
	tick();
}

static void
pass(double seconds)
{
	now.mono = mono_add(now.mono, seconds);
	now.osc.ns = now.mono.ns;
	now.real = ntptime_add(now.real, seconds);
}

/* Seconds until there are so many questions, to a second; NAN. */
static double
until(unsigned int n, double most)
{
	double	 waited;

	for (waited = 0; waited <= most; waited++) {
		tick();
		if (nasked >= n)
			return waited;
		pass(1);
	}
	return NAN;
}

/* The last question is over. */
static void
ends(bool good)
{
	struct constraint	*c;
	struct target		*t;

	t = engine_constraint_over(&engine, asked[nasked - 1].id, &c,
	    now.mono);
	if (t == NULL)
		abort();
	if (good) {
		t->answered = true;
		t->checked = t->clock;
		engine_constraint_refresh(t, now.mono);
	} else
		engine_constraint_retry(c, t, now.mono);
}

static void
resolves(enum dns_result result, const char *addrs)
{
	static struct msg_answer a;
	char			 copy[512], *p, *s;

	memset(&a, 0, sizeof(a));
	a.result = result;
	strlcpy(copy, addrs, sizeof(copy));
	for (p = copy; (s = strsep(&p, " ")) != NULL;) {
		if (*s != '\0' && addr_parse(&a.addr[a.n++], s, 0) == -1)
			abort();
	}
	CHECK_INT("ours", engine_constraint_answer(&engine, lookup_id, &a,
	    now.mono), 1);
}

/* Whom the n-th question went to. */
static const char *
whom(unsigned int n)
{
	static char	 buf[ADDR_STRLEN];

	return n < nasked ? addr_strport(&asked[n].want.addr, buf) : "nobody";
}

/*
 * The tests.
 */

static void
test_whom(void)
{
	static const struct {
		const char	*what;
		const char	*host;
		const char	*also;
		const char	*answer;	/* NULL: not to be looked up */
		bool		 all;
		unsigned int	 n;
		const char	*first;
	} tests[] = {
		{ "an address", "192.0.2.1", NULL, NULL, false, 1,
		    "192.0.2.1:443" },
		{ "an address of many", "192.0.2.1", NULL, NULL, true, 1,
		    "192.0.2.1:443" },
		{ "a name", "www.example", NULL, "192.0.2.2 192.0.2.3", false,
		    1, "192.0.2.2:443" },
		{ "all of its addresses", "www.example", NULL,
		    "192.0.2.2 192.0.2.3 2001:db8::1", true, 3,
		    "192.0.2.2:443" },
		{ "twice the same", "www.example", NULL,
		    "192.0.2.2 192.0.2.2", true, 1, "192.0.2.2:443" },
		{ "no more than eight", "www.example", NULL,
		    "192.0.2.1 192.0.2.2 192.0.2.3 192.0.2.4 192.0.2.5 "
		    "192.0.2.6 192.0.2.7 192.0.2.8 192.0.2.9", true, 8,
		    "192.0.2.1:443" },
		{ "one that is said comes first", "www.example", "192.0.2.9",
		    NULL, false, 1, "192.0.2.9:443" },
	};
	struct conf_constraint	*c;
	struct constraint	*con;
	struct target		*t;
	unsigned int		 n;
	size_t			 i;

	for (i = 0; i < nitems(tests); i++) {
		begin();
		c = configure(tests[i].host, tests[i].all);
		if (tests[i].also != NULL)
			also(c, tests[i].also);
		reconf();
		CHECK_INT(tests[i].what, lookups, tests[i].answer != NULL);
		if (tests[i].answer != NULL) {
			CHECK_INT("nobody yet", nasked, 0);
			resolves(DNS_OK, tests[i].answer);
			tick();
		}
		CHECK_INT(tests[i].what, nasked, tests[i].n);
		n = 0;
		con = TAILQ_FIRST(&engine.constraints.list);
		TAILQ_FOREACH(t, &con->targets, entry)
			n++;
		CHECK_INT(tests[i].what, n, tests[i].n);
		CHECK_STR(tests[i].what, whom(0), tests[i].first);
		CHECK_INT("of which statement", asked[0].want.id, 7);
		CHECK_INT("by the date it tells", asked[0].want.clock, 0);
		tick();
		CHECK_INT("once", nasked, tests[i].n);
	}
}

/* Failures: 15 s, doubled up to 900, and a tenth less by chance. */
static void
test_retry(void)
{
	double	 want = 15, wait;
	int	 i;

	begin();
	(void)configure("192.0.2.1", false);
	reconf();
	for (i = 0; i < 12; i++) {
		ends(false);
		wait = until((unsigned int)i + 2, 2000);
		CHECK_INT("later each time", wait >= want * 0.9 &&
		    wait <= want + 1, 1);
		want = fmin(want * 2, 900);
	}
	ends(false);
	engine_constraint_network(&engine, now.mono);
	CHECK_NEAR("the network is back", until(14, 100), 1, 1);
	ends(false);
	CHECK_NEAR("but not for long", until(15, 100), 29, 2.5);
	ends(true);
	CHECK_NEAR("good for a day", until(16, 2 * DAY), 0.95 * DAY,
	    0.051 * DAY);
	ends(false);
	CHECK_NEAR("from the beginning", until(17, 100), 14.5, 1.5);
	/* also when nobody answers for a while: */
	CHECK_INT("one question at a time", until(18, 4000) > 0, 0);
}

/* The addresses of a constraint in turn, then the resolver once more. */
static void
test_turns(void)
{
	begin();
	(void)configure("www.example", false);
	reconf();
	resolves(DNS_OK, "192.0.2.1 192.0.2.2");
	tick();
	ends(false);
	CHECK_NEAR("the next", until(2, 10), 1, 1);
	CHECK_STR("the next", whom(1), "192.0.2.2:443");
	ends(false);
	CHECK_INT("then with patience", until(3, 100) >= 13, 1);
	CHECK_STR("the first again", whom(2), "192.0.2.1:443");
	CHECK_INT("the name, too", lookups, 2);
	resolves(DNS_OK, "192.0.2.3");
	ends(false);
	CHECK_INT("a new address", until(4, 100) >= 0, 1);
	CHECK_STR("a new address", whom(3), "192.0.2.3:443");
	ends(true);

	/* addresses of "all" come and go with the name's */
	begin();
	(void)configure("www.example", true);
	reconf();
	resolves(DNS_OK, "192.0.2.1 192.0.2.2");
	tick();
	CHECK_INT("both", nasked, 2);
	pass(2 * DAY);
	tick();
	CHECK_INT("each day", lookups, 2);
	resolves(DNS_OK, "192.0.2.2 192.0.2.3");
	tick();
	CHECK_INT("one more", nasked, 3);
	CHECK_STR("the new one", whom(2), "192.0.2.3:443");
	CHECK_INT("the lost one's question does not count",
	    engine.constraints.asking, 2);
}

static void
test_names(void)
{
	double	 t;

	begin();
	(void)configure("www.example", false);
	engine.dns_there = false;
	reconf();
	CHECK_INT("nobody to ask", lookups, 0);
	engine.dns_there = true;
	tick();
	CHECK_INT("somebody", lookups, 1);
	tick();
	CHECK_INT("once", lookups, 1);
	resolves(DNS_TEMPFAIL, "");
	CHECK_INT("perhaps there is one",
	    TAILQ_FIRST(&engine.constraints.list)->notfound, 0);
	for (t = 0; lookups < 2 && t < 100; t++, pass(1))
		tick();
	CHECK_NEAR("again", t, 14.5, 2);
	resolves(DNS_NOTFOUND, "");
	CHECK_INT("there is none",
	    TAILQ_FIRST(&engine.constraints.list)->notfound, 1);
	for (t = 0; lookups < 3 && t < 100; t++, pass(1))
		tick();
	CHECK_NEAR("and again", t, 29, 3);
	resolves(DNS_OK, "");
	CHECK_INT("an empty answer is none",
	    TAILQ_FIRST(&engine.constraints.list)->failures, 3);
	CHECK_INT("an answer to nobody", engine_constraint_answer(&engine,
	    lookup_id + 1, &(struct msg_answer){ .result = DNS_OK },
	    now.mono), 0);
	CHECK_INT("nobody was asked", nasked, 0);
}

/* More than eight at once wait for each other. */
static void
test_crowd(void)
{
	char	 host[32];
	int	 i;

	begin();
	for (i = 1; i <= 12; i++) {
		snprintf(host, sizeof(host), "192.0.2.%d", i);
		(void)configure(host, false);
	}
	reconf();
	CHECK_INT("eight", nasked, 8);
	ends(true);
	tick();
	CHECK_INT("one more", nasked, 9);
	CHECK_INT("still eight", engine.constraints.asking, 8);
}

static void
synchronised(double error)
{
	engine.synced = true;
	engine.sync.est.valid = true;
	engine.sync.est.at = now.osc;
	engine.sync.est.offset = error;
	osc_init(&engine.osc, now.mono, 0, now.real);
}

/* Asked by their own date, they are asked again when the clock is right. */
static void
test_recheck(void)
{
	static const struct {
		const char	*what;
		bool		 synced;
		double		 error;		/* of the clock, s */
		unsigned int	 outside;	/* sources */
		bool		 clock;		/* it was asked by the clock */
		double		 least, most;	/* s; most 0: in a day */
	} tests[] = {
		{ "by the clock from the start", true, 0, 0, true, 0, 0 },
		{ "the clock is right", true, 59, 0, false, 0, 21 },
		{ "the clock is wrong", true, 61, 0, false, 0, 0 },
		{ "not synchronised", false, 0, 0, false, 0, 0 },
		{ "a source outside", true, 0, 1, true, 880, 923 },
	};
	double	 wait;
	size_t	 i;

	for (i = 0; i < nitems(tests); i++) {
		begin();
		(void)configure("192.0.2.1", false);
		if (tests[i].clock)
			synchronised(tests[i].error);
		reconf();
		CHECK_INT(tests[i].what, asked[0].want.clock, tests[i].clock);
		ends(true);
		if (tests[i].synced)
			synchronised(tests[i].error);
		engine.sync.src[3].used = tests[i].outside > 0;
		engine.sync.src[3].reason = SELECT_CONSTRAINT;
		wait = until(2, 2000);
		CHECK_INT(tests[i].what, engine.constraints.outside,
		    tests[i].outside);
		CHECK_INT(tests[i].what, isnan(wait), tests[i].most == 0);
		if (tests[i].most > 0)
			CHECK_INT(tests[i].what, wait >= tests[i].least &&
			    wait <= tests[i].most, 1);
	}
}

/* A reload: what stays keeps its answer, what goes is gone. */
static void
test_reload(void)
{
	struct conf_constraint	*c;
	struct constraint	*con;
	struct conf_node	*n;
	struct target		*t;

	begin();
	c = configure("www.example", false);
	also(c, "192.0.2.1");
	reconf();
	ends(true);
	n = TAILQ_FIRST(&engine.conf->constraints);
	n->reconf = RECONF_KEEP;
	reconf();
	CHECK_INT("as it was", nasked, 1);
	c->nalso = 0;
	also(c, "192.0.2.7");
	reconf();
	CHECK_INT("what it has told is good", nasked, 1);
	con = TAILQ_FIRST(&engine.constraints.list);
	t = TAILQ_FIRST(&con->targets);
	t->due = now.mono;
	tick();
	ends(false);
	CHECK_INT("the next question", until(3, 100) >= 0, 1);
	CHECK_STR("goes elsewhere", whom(2), "192.0.2.7:443");
	n->reconf = RECONF_DELETE;
	reconf();
	CHECK_INT("gone", TAILQ_EMPTY(&engine.constraints.list), 1);
	CHECK_INT("its question, too", engine.constraints.asking, 0);
	CHECK_INT("an answer to it", engine_constraint_over(&engine,
	    asked[2].id, &con, now.mono) == NULL, 1);
}

int
main(void)
{
	log_init("test", true, -1);
	now.real = ntptime_from_unix(1800000000, 0);
	engine_constraint_init(&engine);
	test_whom();
	test_retry();
	test_turns();
	test_names();
	test_crowd();
	test_recheck();
	test_reload();
	return test_done("engine_constraint");
}
