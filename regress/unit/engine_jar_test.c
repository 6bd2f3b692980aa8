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
 * engine_jar.c and engine_cookie.c through hours and weeks, beside a server
 * of NTS whose keys turn: their neighbours in the engine are replaced by
 * ones that do what the test says, and so is time.
 */

#include <sys/types.h>
#include <sys/queue.h>

#include <setjmp.h>
#include <stdlib.h>

#include "be.h"
#include "engine.h"
#include "ntsserve.h"
#include "packet.h"
#include "test.h"

#define START	INT64_C(1800000000)	/* Unix s */
#define DAY	86400.0
#define WIDTH	1.25			/* of a back-off's chance */

static struct engine	 engine;
static struct sync_now	 now;
static struct conf_server conf;
static struct name	 name;
static struct peer	 peer;

/* What it sent, and was told. */
static struct {
	unsigned int	 wants;
	struct msg_nts_want want;
	unsigned int	 lookups;
	struct msg_lookup lookup;
	uint32_t	 id;		/* of the latest of both */
	unsigned int	 soon;
	int64_t		 bound;		/* the constraints' time, */
	bool		 bounding;	/* or they are being asked */
	bool		 noroute;
	unsigned int	 faults;	/* FAULT_KEYS */
} did;
static jmp_buf		 refused;

/*
 * The neighbours.
 */

void
engine_wake(struct engine *e, struct sync_now *out)
{
	*out = now;
}

void
engine_hurry(struct engine *e, mono_t at)
{
}

int64_t
engine_bound_time(const struct engine *e, const struct sync_now *at)
{
	return did.bound;
}

bool
engine_bound_asking(const struct engine *e)
{
	return did.bounding;
}

bool
engine_name_askable(const struct addr *a)
{
	return a->family != ADDR_V4 || (a->ip[0] != 0 && a->ip[0] < 224);
}

void
engine_client_move(struct peer *p, const struct addr *to)
{
	p->to = *to;
}

const char *
engine_client_str(const struct peer *p, char buf[ADDR_STRLEN])
{
	return addr_str(&p->to, buf);
}

bool
engine_query_route(const struct name *n, const struct addr *to)
{
	return !did.noroute;
}

void
engine_pool_fault(struct peer *p, enum fault fault, mono_t at)
{
	did.faults += fault == FAULT_KEYS;
}

void
engine_client_soon(struct peer *p, mono_t at)
{
	did.soon++;
}

void
imsgev_send(struct imsgev *iev, uint32_t type, uint32_t id, int fd,
    const void *data, size_t len)
{
	did.id = id;
	switch (type) {
	case IMSG_NTS_WANT:
		did.wants++;
		memcpy(&did.want, data, sizeof(did.want));
		break;
	case IMSG_DNS_LOOKUP:
		did.lookups++;
		memcpy(&did.lookup, data, sizeof(did.lookup));
		break;
	default:
		abort();
	}
}

void
imsgev_refuse(struct imsgev *iev, const struct imsg_in *in, const char *why)
{
	longjmp(refused, 1);
}

/*
 * What the tests are written in.
 */

static void
pass(double seconds)
{
	now.mono = mono_add(now.mono, seconds);
	now.osc.ns = now.mono.ns;
	now.unixtime = START + now.mono.ns / 1000000000;
	now.real = ntptime_from_unix(now.unixtime, 0);
}

/* A server with NTS at 192.0.2.1, nothing asked yet. */
static void
begin(void)
{
	engine_jar_free(&peer);
	memset(&did, 0, sizeof(did));
	memset(&conf, 0, sizeof(conf));
	memset(&name, 0, sizeof(name));
	memset(&peer, 0, sizeof(peer));
	strlcpy(conf.name, "ntp.example.org", sizeof(conf.name));
	conf.port = 123;
	conf.nts = true;
	conf.nts_port = 4460;
	TAILQ_INIT(&engine.names);
	name.engine = peer.engine = &engine;
	name.conf = &conf;
	TAILQ_INIT(&name.peers);
	TAILQ_INSERT_TAIL(&engine.names, &name, entry);
	peer.name = &name;
	if (addr_parse(&peer.addr, "192.0.2.1", 123) == -1)
		abort();
	peer.to = peer.addr;
	TAILQ_INSERT_TAIL(&name.peers, &peer, entry);
	engine.synced = false;
	engine.dns_there = engine.nts.there = true;
	memset(&engine.sync, 0, sizeof(engine.sync));
	pass(1);
	osc_init(&engine.osc, now.mono, 0, now.real);
	if (engine_jar_new(&peer, now.mono) == -1)
		abort();
}

/* Whether it asks, now. */
static bool
asks(void)
{
	unsigned int	 wants = did.wants;

	(void)engine_jar_tick(&engine, &now);
	return did.wants > wants;
}

/* Seconds until it asks, to a second; NAN: not in so many. */
static double
asks_within(double most)
{
	double	 waited = 0;

	for (; waited <= most; waited++, pass(1)) {
		if (asks())
			return waited;
	}
	return NAN;
}

/* Good keys: eight cookies of that length. */
static struct msg_nts_keys
keys(size_t len)
{
	struct msg_nts_keys	 m;
	unsigned int		 i;

	memset(&m, 0, sizeof(m));
	m.result = NTS_OK;
	m.notbefore = START - (int64_t)DAY;
	m.notafter = START + (int64_t)(1000 * DAY);
	m.ncookies = NTS_COOKIES;
	for (i = 0; i < NTS_COOKIES; i++) {
		m.cookielen[i] = (uint16_t)len;
		memset(m.cookie[i], (int)i + 1, len);
	}
	return m;
}

/* False: it was refused. */
static bool
nts_says(uint32_t id, const struct msg_nts_keys *m)
{
	struct imsg_in	 in = { .type = IMSG_NTS_KEYS, .id = id, .data = m,
			    .len = sizeof(*m), .fd = -1 };

	if (setjmp(refused) != 0)
		return false;
	engine_jar_keys(&engine, NULL, &in);
	return true;
}

static void
nts_fails(enum nts_result result, const char *why)
{
	struct msg_nts_keys	 m;

	memset(&m, 0, sizeof(m));
	m.result = result;
	strlcpy(m.why, why, sizeof(m.why));
	(void)nts_says(did.id, &m);
}

static void
established(void)
{
	struct msg_nts_keys	 m = keys(100);

	begin();
	(void)asks();
	(void)nts_says(did.id, &m);
}

/*
 * The tests.
 */

static void
test_question(void)
{
	char	 buf[ADDR_STRLEN];

	begin();
	CHECK_INT("pending", engine_jar_pending(&peer), 1);
	CHECK_STR("why", engine_jar_reason(&peer), "no keys yet");
	CHECK_INT("at once", asks(), 1);
	CHECK_STR("its name", did.want.name, "ntp.example.org");
	CHECK_STR("where", addr_strport(&did.want.addr, buf),
	    "192.0.2.1:4460");
	CHECK_INT("no time is trusted", did.want.unixtime, 0);
	CHECK_INT("no pin", did.want.pinned, 0);
	CHECK_INT("once", asks(), 0);
	CHECK_INT("pending", engine_jar_pending(&peer), 1);

	begin();
	conf.pinned = 1;
	conf.pin[0] = 7;
	did.bounding = true;
	CHECK_INT("a pin needs no date", asks(), 1);
	CHECK_INT("a pin", did.want.pinned, 1);
	CHECK_INT("that pin", did.want.pin[0], 7);

	begin();
	did.bounding = true;
	CHECK_INT("constraints first", asks(), 0);
	did.bounding = false;
	did.bound = START + 77;
	CHECK_INT("then", asks(), 1);
	CHECK_INT("by their time", did.want.unixtime, START + 77);

	begin();
	engine.synced = true;
	did.bounding = true;
	CHECK_INT("with a clock that is right", asks(), 1);
	CHECK_INT("by it", did.want.unixtime, now.unixtime);

	begin();
	engine.nts.there = false;
	CHECK_INT("nobody to ask", asks(), 0);
	CHECK_INT("but wanting", engine_jar_tick(&engine, &now), 1);
	CHECK_INT("nor pending", engine_jar_pending(&peer), 0);
}

/* A pool's servers have names and ports of their own. */
static void
test_target(void)
{
	struct service	 s = { .port = 4470, .name = "a.example.net" };
	char		 buf[ADDR_STRLEN];

	begin();
	engine_jar_service(&peer, &s);
	(void)asks();
	CHECK_STR("its name", did.want.name, "a.example.net");
	CHECK_STR("its port", addr_strport(&did.want.addr, buf),
	    "192.0.2.1:4470");

	begin();
	s.stranger = true;
	engine_jar_service(&peer, &s);
	(void)asks();
	CHECK_STR("a stranger's is the pool's", did.want.name,
	    "ntp.example.org");
	CHECK_INT("at its port", did.want.addr.port, 4470);
	CHECK_INT("the same for others", engine_jar_port(&peer), 4470);

	begin();
	engine_jar_service(&peer, &s);
	engine_jar_service(&peer, NULL);
	(void)asks();
	CHECK_STR("no longer", did.want.name, "ntp.example.org");
	CHECK_INT("but where it says", did.want.addr.port, 4460);
}

/* Who gives no keys had better make room, if one could be asked at all. */
static void
test_useless(void)
{
	unsigned int	 i;

	begin();
	(void)asks();
	did.noroute = true;
	nts_fails(NTS_UNREACHABLE, "no");
	(void)asks();
	CHECK_INT("not while there is no way", did.faults, 0);
	did.noroute = false;
	(void)asks();
	CHECK_INT("at once", did.faults, 1);
	(void)asks();
	CHECK_INT("once", did.faults, 1);

	established();
	peer.jar->cookies.n = peer.jar->tries = 0;
	for (i = 0; i < 3; i++) {
		CHECK_INT("not yet", did.faults, 0);
		(void)asks_within(300);
		nts_fails(NTS_TIMEOUT, "no");
		(void)asks();
	}
	CHECK_INT("who had some is given a chance", did.faults, 1);

	established();
	peer.jar->suspect = true;
	for (i = 0; i < 5; i++) {
		(void)asks_within(20000);
		nts_fails(NTS_TIMEOUT, "no");
		(void)asks();
	}
	CHECK_INT("the keys there are will do", did.faults, 0);
}

/* RFC 8915 4.2: at least 10 s, at most 5 days; no more than it has to be. */
static void
test_backoff(void)
{
	static const struct {
		const char	*what;
		enum nts_result	 result;
		double		 most;
	} tests[] = {
		{ "refused", NTS_REFUSED, 7200 },
		{ "TLS", NTS_TLS, 7200 },
		{ "certificate", NTS_CERTIFICATE, 7200 },
		{ "unreachable", NTS_UNREACHABLE, 320 },
		{ "no answer", NTS_TIMEOUT, 320 },
		{ "busy", NTS_BUSY, 320 },
	};
	double	 wait, want;
	size_t	 i, n;

	for (i = 0; i < nitems(tests); i++) {
		begin();
		(void)asks();
		want = 10;
		for (n = 0; n < 14; n++) {
			nts_fails(tests[i].result, "no");
			wait = asks_within(20000);
			CHECK_INT(tests[i].what, wait >= want &&
			    wait <= want * WIDTH + 1, 1);
			want = fmin(want * 2, tests[i].most);
		}
		CHECK_INT(tests[i].what, peer.jar->failed, 14);
		CHECK_STR(tests[i].what, engine_jar_reason(&peer), "no");
		engine_jar_network(&engine, now.mono);
		nts_fails(tests[i].result, "no");
		engine_jar_network(&engine, now.mono);
		CHECK_INT("at once when the network is back", asks(), 1);
	}
}

/* A reload is a reason to try again, however often there is one. */
static void
test_reload(void)
{
	unsigned int	 i, wants;

	begin();
	(void)asks();
	for (i = 0; i < 8; i++) {
		nts_fails(NTS_REFUSED, "no");
		(void)asks_within(20000);
	}
	nts_fails(NTS_REFUSED, "no");
	pass(60);
	CHECK_INT("not yet", asks(), 0);
	engine_jar_reload(&engine, now.mono);
	CHECK_INT("at once", asks(), 1);
	engine_jar_reload(&engine, now.mono);
	CHECK_INT("not while it is being asked", asks(), 0);
	nts_fails(NTS_REFUSED, "no");
	wants = did.wants;
	for (i = 0; i < 95; i++, pass(1)) {
		engine_jar_reload(&engine, now.mono);
		if (asks())
			nts_fails(NTS_REFUSED, "no");
	}
	CHECK_INT("each 10 s at most", did.wants - wants, 9);
	pass(1);
	engine_jar_reload(&engine, now.mono);
	(void)asks_within(100);
	nts_fails(NTS_REFUSED, "no");
	CHECK_INT("and then it is as at first", asks_within(100) < 14, 1);

	established();
	pass(60);
	engine_jar_reload(&engine, now.mono);
	CHECK_INT("not with keys that are good", asks(), 0);
}

/* RFC 8915 4.1.7, 4.1.8 */
static void
test_elsewhere(void)
{
	static const struct {
		const char	*what;
		const char	*server;
		uint16_t	 port;
		const char	*answer;	/* of dns; NULL: not asked */
		const char	*to;		/* NULL: no keys */
	} tests[] = {
		{ "the same", "", 0, NULL, "192.0.2.1:123" },
		{ "another port", "", 1123, NULL, "192.0.2.1:1123" },
		{ "an address", "192.0.2.7", 0, NULL, "192.0.2.7:123" },
		{ "both", "192.0.2.7", 1123, NULL, "192.0.2.7:1123" },
		{ "IPv6", "2001:db8::7", 0, NULL, "[2001:db8::7]:123" },
		{ "no host", "224.0.1.1", 0, NULL, NULL },
		{ "a name", "time.example", 0, "192.0.2.8", "192.0.2.8:123" },
		{ "name and port", "time.example", 1123, "2001:db8::8",
		    "[2001:db8::8]:1123" },
		{ "the first of use", "time.example", 0,
		    "0.0.0.0 224.0.0.1 192.0.2.9", "192.0.2.9:123" },
		{ "a name without address", "time.example", 0, "", NULL },
		{ "nor any of use", "time.example", 0, "0.0.0.0", NULL },
	};
	static struct msg_answer a;
	struct msg_nts_keys	 m;
	char			 copy[64], buf[ADDR_STRLEN], *p, *s;
	size_t			 i;

	for (i = 0; i < nitems(tests); i++) {
		begin();
		(void)asks();
		m = keys(100);
		strlcpy(m.server, tests[i].server, sizeof(m.server));
		m.port = tests[i].port;
		CHECK_INT(tests[i].what, nts_says(did.id, &m), 1);
		CHECK_INT(tests[i].what, did.lookups,
		    tests[i].answer != NULL);
		if (tests[i].answer != NULL) {
			CHECK_STR(tests[i].what, did.lookup.name,
			    tests[i].server);
			CHECK_INT(tests[i].what, peer.jar->ready, 0);
			CHECK_INT("no second question", asks(), 0);
			memset(&a, 0, sizeof(a));
			strlcpy(copy, tests[i].answer, sizeof(copy));
			for (p = copy; (s = strsep(&p, " ")) != NULL;) {
				if (*s != '\0' && addr_parse(&a.addr[a.n++],
				    s, 0) == -1)
					abort();
			}
			a.result = a.n > 0 ? DNS_OK : DNS_NOTFOUND;
			engine_jar_answer(&engine, did.id + 1, &a, &now);
			CHECK_INT("another's answer", peer.jar->resolving, 1);
			engine_jar_answer(&engine, did.id, &a, &now);
			CHECK_INT("nothing held", peer.jar->held == NULL, 1);
		}
		CHECK_INT(tests[i].what, peer.jar->ready,
		    tests[i].to != NULL);
		CHECK_INT(tests[i].what, did.soon, tests[i].to != NULL);
		if (tests[i].to != NULL)
			CHECK_STR(tests[i].what, addr_strport(&peer.to, buf),
			    tests[i].to);
		else
			CHECK_INT(tests[i].what, peer.jar->failed, 1);
	}
	begin();
	engine.dns_there = false;
	(void)asks();
	m = keys(100);
	strlcpy(m.server, "time.example", sizeof(m.server));
	(void)nts_says(did.id, &m);
	CHECK_INT("no resolver", peer.jar->failed, 1);
}

/* What nts could only say if somebody had taken it over. */
static void
test_unsound(void)
{
	static const struct {
		const char	*what;
		size_t		 offset;
		uint8_t		 octet;
		size_t		 n;	/* so many of them */
	} tests[] = {
#define AT(m)	offsetof(struct msg_nts_keys, m)
		{ "result", AT(result), 0x77, 1 },
		{ "no cookie", AT(ncookies), 0, 1 },
		{ "nine cookies", AT(ncookies), 9, 1 },
		{ "a length that fits no query", AT(cookielen[0]), 4, 2 },
		{ "no length", AT(cookielen[7]), 0, 2 },
		{ "more than there is room for", AT(cookielen[3]), 0xfc, 2 },
		{ "a name without end", AT(server), 'x', MSG_NAME_MAX },
		{ "a reason without end", AT(why), 'x',
		    sizeof(((struct msg_nts_keys *)0)->why) },
	};
	struct msg_nts_keys	 m;
	size_t			 i;

	for (i = 0; i < nitems(tests); i++) {
		begin();
		(void)asks();
		m = keys(100);
		memset((uint8_t *)&m + tests[i].offset, tests[i].octet,
		    tests[i].n);
		CHECK_INT(tests[i].what, nts_says(did.id, &m), 0);
		CHECK_INT(tests[i].what, peer.jar->ready, 0);
	}
	begin();
	m = keys(100);
	CHECK_INT("not asked", nts_says(did.id, &m), 1);
	CHECK_INT("not asked", peer.jar->ready, 0);
	(void)asks();
	CHECK_INT("another's", nts_says(did.id + 1, &m), 1);
	CHECK_INT("another's", peer.jar->ready, 0);
	engine_jar_forget(&engine);
	CHECK_INT("nts has gone", nts_says(did.id, &m), 1);
	CHECK_INT("nts has gone", peer.jar->ready, 0);
	CHECK_NEAR("and is asked again", asks_within(100), 11, 2.5);
}

/* Reasons to ask again, while the old keys go on. */
static void
test_again(void)
{
	static const struct {
		const char	*what;
		double		 age;		/* s */
		unsigned int	 unanswered;
		unsigned int	 cookies;
		bool		 suspect;
		bool		 denied;
		bool		 asks;
	} tests[] = {
		{ "all is well", 100, 2, 1, false, false, false },
		{ "spent", 100, 0, 0, false, false, true },
		{ "NTSN", 100, 0, 8, true, false, true },
		{ "unanswered", 100, 3, 8, false, false, true },
		{ "old", 28 * DAY, 0, 8, false, false, true },
		{ "not yet old", 28 * DAY - 2, 0, 8, false, false, false },
		{ "too soon", 5, 3, 0, true, false, false },
		{ "not wanted there", 100, 3, 0, true, true, false },
	};
	struct jar	*j;
	size_t		 i;

	for (i = 0; i < nitems(tests); i++) {
		established();
		j = peer.jar;
		CHECK_STR(tests[i].what, engine_jar_reason(&peer), "");
		pass(tests[i].age);
		j->cookies.n = tests[i].cookies;
		j->suspect = tests[i].suspect;
		peer.assoc.unanswered = tests[i].unanswered;
		peer.assoc.denied = tests[i].denied;
		CHECK_INT(tests[i].what, asks(), tests[i].asks);
		CHECK_INT(tests[i].what, j->ready, 1);
		if (!tests[i].asks)
			continue;
		nts_fails(NTS_TIMEOUT, "no answer");
		CHECK_INT("the old ones stay", j->ready, 1);
		CHECK_INT("the old ones stay", j->cookies.n,
		    tests[i].cookies);
	}
}

/* Certificates that were good by no time we knew, once we know one. */
static void
test_dates(void)
{
	static const struct {
		const char	*what;
		double		 from, to;	/* days from now */
		bool		 synced;
		double		 bound;		/* days; 0: no constraints */
		bool		 pinned;
		bool		 keeps;
	} tests[] = {
		{ "good", -1, 1, true, 0, false, true },
		{ "ended", -2, -1, true, 0, false, false },
		{ "not begun", 1, 2, true, 0, false, false },
		{ "ended, but pinned", -2, -1, true, 0, true, true },
		{ "ended, and no time is trusted", -2, -1, false, 0, false,
		    true },
		{ "by constraints", -1, 1, false, 0.5, false, true },
		{ "ended by constraints", -1, 1, false, 3, false, false },
	};
	struct msg_nts_keys	 m;
	size_t			 i;

	for (i = 0; i < nitems(tests); i++) {
		begin();
		conf.pinned = tests[i].pinned;
		(void)asks();
		m = keys(100);
		m.notbefore = now.unixtime + (int64_t)(tests[i].from * DAY);
		m.notafter = now.unixtime + (int64_t)(tests[i].to * DAY);
		(void)nts_says(did.id, &m);
		engine.synced = tests[i].synced;
		if (tests[i].bound != 0)
			did.bound = now.unixtime +
			    (int64_t)(tests[i].bound * DAY);
		(void)engine_jar_tick(&engine, &now);
		CHECK_INT(tests[i].what, peer.jar->ready, tests[i].keeps);
		CHECK_STR(tests[i].what, engine_jar_reason(&peer),
		    tests[i].keeps ? "" : "its certificate is not valid now");
		if (tests[i].keeps)
			continue;
		for (; m.ncookies > 0; m.ncookies--)
			CHECK_INT("no key is left", peer.jar->c2s[
			    m.ncookies] | peer.jar->cookies.n, 0);
	}
}

/*
 * Beside a server
 */

static struct ntsserve	*server;
static struct ntsring	 ring;
static struct ntscookie	 session;
static struct siv	*siv;

static void
turn(void)
{
	uint8_t	 random[NTSRING_RANDOM];
	size_t	 i;

	for (i = 0; i < sizeof(random); i++)
		random[i] = (uint8_t)test_rnd();
	(void)ntsring_turn(&ring, now.unixtime, (int64_t)DAY, random);
	ntsserve_ring(server, &ring);
}

/* What NTS-KE would hand over. */
static void
exchange(void)
{
	struct msg_nts_keys	 m = keys(NTSCOOKIE_LEN);
	uint8_t			 nonce[NTSCOOKIE_NONCE];
	size_t			 i;

	for (i = 0; i < sizeof(session.c2s); i++) {
		session.c2s[i] = (uint8_t)test_rnd();
		session.s2c[i] = (uint8_t)test_rnd();
	}
	session.aead = 15;
	memcpy(m.c2s, session.c2s, sizeof(m.c2s));
	memcpy(m.s2c, session.s2c, sizeof(m.s2c));
	for (i = 0; i < NTS_COOKIES; i++) {
		memset(nonce, (int)test_rnd(), sizeof(nonce));
		if (ntscookie_seal(siv, &ring, &session, nonce,
		    m.cookie[i]) == -1)
			abort();
	}
	(void)nts_says(did.id, &m);
}

/* A query, and the reply to it; 0: there is none. */
static size_t
ask(uint8_t out[NTS_PACKET_MAX])
{
	struct ntsserve_reply	 r;
	uint8_t			 pkt[NTS_PACKET_MAX];
	uint8_t			 random[NTSSERVE_RANDOM_MAX];
	size_t			 len = NTP_HEADER_LEN, outlen = 0, i;

	packet_request(pkt, test_rnd());
	if (engine_cookie_protect(&peer, pkt, sizeof(pkt), &len) == -1)
		return 0;
	for (i = 0; i < sizeof(random); i++)
		random[i] = (uint8_t)test_rnd();
	if (ntsserve_request(server, pkt, len, random, &r) == NTSSERVE_DROP)
		return 0;
	memset(out, 0, NTP_HEADER_LEN);
	out[0] = 4 << 3 | 4;
	out[1] = 2;
	memcpy(out + 24, pkt + 40, 8);
	be_put64(out + 32, now.real.t);
	be_put64(out + 40, now.real.t);
	if (ntsserve_reply(server, &r, out, NTS_PACKET_MAX, &outlen) == -1)
		abort();
	CHECK_INT("no longer than the request", outlen <= len, 1);
	return outlen;
}

static bool
authentic(const uint8_t *pkt, size_t len)
{
	return engine_cookie_authentic(&peer, pkt, len, &now);
}

/* A poll, and what else a second brings; true: it was answered. */
static bool
poll(bool lost)
{
	uint8_t	 pkt[NTS_PACKET_MAX];
	size_t	 len = ask(pkt);
	bool	 good = len > 0 && !lost && authentic(pkt, len);

	if (good)
		peer.assoc.unanswered = 0;
	else
		peer.assoc.unanswered++;
	if (asks())
		exchange();
	return good;
}

static void
meet(void)
{
	begin();
	engine.synced = true;
	memset(&ring, 0, sizeof(ring));
	turn();
	(void)asks();
	exchange();
}

/* RFC 8915 5.7: eight cookies, filled up again by placeholders. */
static void
test_cookies(void)
{
	unsigned int	 i, left;

	meet();
	for (i = 0; i < 20; i++) {
		CHECK_INT("answered", poll(false), 1);
		CHECK_INT("eight again", peer.jar->cookies.n, NTS_COOKIES);
	}
	for (i = 1; i < 5; i++) {
		peer.assoc.unanswered = 0;
		CHECK_INT("lost", poll(true), 0);
		CHECK_INT("spent", peer.jar->cookies.n, NTS_COOKIES - i);
	}
	for (i = 0; i < 20; i++) {
		left = peer.jar->cookies.n;
		CHECK_INT("answered", poll(false), 1);
		CHECK_INT("no fewer", peer.jar->cookies.n >= left, 1);
	}
	CHECK_INT("filled up", peer.jar->cookies.n, NTS_COOKIES);
	CHECK_INT("with the first keys", peer.jar->established, 1);
	CHECK_INT("nothing was forged", peer.jar->rejected, 0);
}

/*
 * A server of another make: the reply to the query, with so many cookies of
 * that length, as far as the query has room for more than one.
 */
static bool
foreign(size_t cookielen)
{
	static uint8_t		 cookies[NTS_COOKIE_MAX];
	struct ntsfield		 f;
	uint8_t			 pkt[NTS_PACKET_MAX], out[NTS_PACKET_MAX];
	uint8_t			 nonce[NTS_NONCE_LEN] = { 7 };
	size_t			 len = NTP_HEADER_LEN, outlen = len;
	unsigned int		 n;

	packet_request(pkt, test_rnd());
	if (engine_cookie_protect(&peer, pkt, sizeof(pkt), &len) == -1 ||
	    ntsfield_find(pkt, len, &f) != NTSFIELD_GOOD ||
	    ntsfield_authentic(siv, session.c2s, pkt, &f) != NTSFIELD_GOOD)
		return false;
	n = (1 + f.placeholders) * (4 + f.cookielen) / (4 + cookielen);
	if (n * cookielen > sizeof(cookies))
		n = (unsigned int)(sizeof(cookies) / cookielen);
	memset(out, 0, NTP_HEADER_LEN);
	out[0] = 4 << 3 | 4;
	out[1] = 2;
	be_put64(out + 32, now.real.t);
	be_put64(out + 40, now.real.t);
	if (ntsfield_respond(siv, session.s2c, &f, nonce, cookies, cookielen,
	    n, out, sizeof(out), &outlen) == -1)
		abort();
	return authentic(out, outlen);
}

/* RFC 8915 5.4: what is in a cookie, and how much, is the server's to say. */
static void
test_lengths(void)
{
	static const struct {
		const char	*what;
		size_t		 first;		/* octets, by NTS-KE */
		size_t		 then;		/* by NTP */
		unsigned int	 left;		/* cookies, at least */
	} tests[] = {
		{ "ours", 100, 100, 8 },
		{ "not in fours", 101, 104, 8 },
		{ "short", 1, 12, 8 },
		{ "chrony's of another algorithm", 68, 68, 8 },
		{ "long", 300, 300, 2 },
		{ "as long as a query can be", 896, 896, 1 },
		{ "so, and not in fours", 893, 896, 1 },
		{ "longer ones, where there is room", 100, 220, 2 },
		{ "shorter ones", 220, 100, 2 },
	};
	struct msg_nts_keys	 m;
	unsigned int		 n;
	size_t			 i;

	for (i = 0; i < nitems(tests); i++) {
		begin();
		memset(&session, 0, sizeof(session));
		m = keys(tests[i].first);
		(void)asks();
		CHECK_INT(tests[i].what, nts_says(did.id, &m), 1);
		CHECK_INT(tests[i].what, peer.jar->cookies.n, NTS_COOKIES);
		for (n = 0; n < 12; n++) {
			if (peer.jar->cookies.n == 0)
				break;
			CHECK_INT(tests[i].what, foreign(tests[i].then), 1);
		}
		CHECK_INT(tests[i].what, n, 12);
		CHECK_INT(tests[i].what, peer.jar->cookies.n >=
		    tests[i].left, 1);
		CHECK_INT(tests[i].what, peer.jar->cookies.len[0],
		    tests[i].then);
		CHECK_INT(tests[i].what, peer.jar->rejected, 0);
	}
}

/*
 * One bit of a reply: none that is authenticated may be another one, and
 * the others do not matter to us.
 */
static void
test_bits(void)
{
	uint8_t		 pkt[NTS_PACKET_MAX];
	char		 what[64];
	size_t		 len, i;

	meet();
	len = ask(pkt);
	CHECK_INT("a reply with cookies", len > 200, 1);
	for (i = 0; i < len * 8; i++) {
		pkt[i / 8] ^= (uint8_t)(1 << i % 8);
		snprintf(what, sizeof(what), "bit %zu of octet %zu", i % 8,
		    i / 8);
		CHECK_INT(what, authentic(pkt, len), 0);
		pkt[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	CHECK_INT("none kept a cookie", peer.jar->cookies.n, NTS_COOKIES - 1);
	CHECK_INT("all counted", peer.jar->rejected, len * 8);
	for (i = 0; i < len; i++) {
		snprintf(what, sizeof(what), "%zu octets of it", i);
		CHECK_INT(what, authentic(pkt, i), 0);
	}
	CHECK_INT("itself", authentic(pkt, len), 1);
	CHECK_INT("without NTS", authentic(pkt, NTP_HEADER_LEN), 0);
}

static void
test_replay(void)
{
	uint8_t	 old[NTS_PACKET_MAX], pkt[NTS_PACKET_MAX];
	size_t	 oldlen, len;

	meet();
	oldlen = ask(old);
	CHECK_INT("then", authentic(old, oldlen), 1);
	len = ask(pkt);
	CHECK_INT("again, to another query", authentic(old, oldlen), 0);
	memcpy(old + 24, pkt + 24, 8);
	CHECK_INT("with its origin", authentic(old, oldlen), 0);
	CHECK_INT("the right one", authentic(pkt, len), 1);
}

/* NTSN, true or not: keys are asked for, the old ones used meanwhile. */
static void
test_nak(void)
{
	uint8_t	 pkt[NTS_PACKET_MAX], other[NTS_PACKET_MAX];
	size_t	 len;

	meet();
	pass(60);
	memset(&ring, 0, sizeof(ring));
	turn();				/* the server has lost its keys */
	len = ask(pkt);
	peer.assoc.phase = ASSOC_ASKED;
	CHECK_INT("a kiss", len > NTP_HEADER_LEN && pkt[1] == 0, 1);
	memcpy(other, pkt, len);
	other[NTP_HEADER_LEN + 10] ^= 1;
	CHECK_INT("of another query", authentic(other, len), 0);
	CHECK_INT("is nothing", peer.jar->suspect, 0);
	CHECK_INT("not time", authentic(pkt, len), 0);
	CHECK_INT("counted", peer.jar->naks, 1);
	CHECK_INT("once; the other was forged", peer.jar->rejected, 1);
	CHECK_INT("the keys stay", peer.jar->ready, 1);
	CHECK_INT("the tick goes on", engine_jar_tick(&engine, &now), 1);
	CHECK_INT("not while a reply may come", asks(), 0);
	peer.assoc.phase = ASSOC_IDLE;
	CHECK_INT("others are asked for", asks(), 1);
	exchange();
	CHECK_INT("answered", poll(false), 1);
	CHECK_INT("no doubt", peer.jar->suspect, 0);
}

/*
 * Kisses of somebody on the path who is faster than the server: the reply
 * to the same query counts, and nothing comes of them.
 */
static void
test_forged_kiss(void)
{
	static const struct {
		const char	*what;
		uint32_t	 code;
		bool		 uid;	/* with the unique identifier */
		unsigned int	 naks;
	} tests[] = {
		{ "RATE", KISS('R', 'A', 'T', 'E'), false, 0 },
		{ "DENY", KISS('D', 'E', 'N', 'Y'), false, 0 },
		{ "NTSN", KISS('N', 'T', 'S', 'N'), false, 0 },
		{ "RATE, bound", KISS('R', 'A', 'T', 'E'), true, 0 },
		{ "DENY, bound", KISS('D', 'E', 'N', 'Y'), true, 0 },
		{ "NTSN, bound", KISS('N', 'T', 'S', 'N'), true, 1 },
	};
	uint8_t	 pkt[NTS_PACKET_MAX], kiss[NTS_PACKET_MAX];
	size_t	 i, len;

	for (i = 0; i < nitems(tests); i++) {
		meet();
		pass(60);
		len = ask(pkt);
		peer.assoc.phase = ASSOC_ASKED;
		memcpy(kiss, pkt, len);
		kiss[1] = 0;
		be_put32(kiss + 12, tests[i].code);
		CHECK_INT(tests[i].what, authentic(kiss, NTP_HEADER_LEN +
		    (tests[i].uid ? 4 + NTS_UID_LEN : 0)), 0);
		CHECK_INT(tests[i].what, peer.jar->naks, tests[i].naks);
		CHECK_INT("no keys are asked for", asks(), 0);
		CHECK_INT("the reply", authentic(pkt, len), 1);
		CHECK_INT("no doubt", peer.jar->suspect, 0);
		peer.assoc.phase = ASSOC_IDLE;
		CHECK_INT("nor afterwards", asks(), 0);
		CHECK_INT("all cookies", peer.jar->cookies.n, NTS_COOKIES);
	}
}

/*
 * Weeks beside a server whose keys turn each day and open cookies for nine
 * more; after ten days the client is cut off or asleep for a while.
 */
static void
test_weeks(void)
{
	static const struct {
		const char	*what;
		double		 interval;	/* s, of polls */
		double		 cut;		/* days */
		double		 asleep;	/* days */
		unsigned int	 established;
		unsigned int	 naks;
	} tests[] = {
		/* a reply brings a cookie of the present key */
		{ "polls of 64 s", 64, 0, 0, 1, 0 },
		{ "polls of 17 minutes", 1024, 0, 0, 1, 0 },
		{ "polls of 36 hours", 36 * 3600, 0, 0, 1, 0 },
		{ "cut off", 1024, 3, 0, 2, 0 },
		{ "asleep", 1024, 0, 5, 1, 0 },
		{ "asleep for longer than keys are kept", 1024, 0, 12, 2, 1 },
	};
	unsigned int	 lost;
	bool		 away;
	double		 t;
	size_t		 i;

	for (i = 0; i < nitems(tests); i++) {
		meet();
		for (t = lost = 0; t < 27 * DAY; t += tests[i].interval) {
			pass(tests[i].interval);
			turn();
			away = t > 10 * DAY && t < 10 * DAY + DAY *
			    (tests[i].cut + tests[i].asleep);
			if (!away)
				lost += !poll(false);
			else if (tests[i].cut > 0)
				(void)ask((uint8_t[NTS_PACKET_MAX]) { 0 });
		}
		CHECK_INT(tests[i].what, peer.jar->established,
		    tests[i].established);
		CHECK_INT(tests[i].what, peer.jar->naks, tests[i].naks);
		CHECK_INT(tests[i].what, lost, tests[i].established - 1);
		CHECK_INT(tests[i].what, peer.jar->cookies.n, NTS_COOKIES);
	}
}

int
main(void)
{
	log_init("test", true, -1);
	if ((server = ntsserve_new()) == NULL || (siv = siv_new()) == NULL)
		abort();
	engine_jar_init(&engine);
	test_question();
	test_target();
	test_useless();
	test_backoff();
	test_reload();
	test_elsewhere();
	test_unsound();
	test_again();
	test_dates();
	test_cookies();
	test_lengths();
	test_bits();
	test_replay();
	test_nak();
	test_forged_kiss();
	test_weeks();
	return test_done("engine_jar");
}
