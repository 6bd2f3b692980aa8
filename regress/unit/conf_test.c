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
 * ntpd/conf_*.c beyond what golden files can show: the merge, the messages
 * and what a child refuses, what names resolve to, and that the canonical
 * form of random configurations parses to the same.
 */

#include <sys/types.h>
#include <sys/wait.h>

#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include "conf.h"
#include "imsgev.h"
#include "log.h"
#include "test.h"

#define MESSAGES_MAX	64
#define RANDOM_CONFS	300

/* What conf_send() sent. */
static struct message {
	uint32_t	 type;
	size_t		 len;
	_Alignas(8) uint8_t data[1024];
} sent[MESSAGES_MAX];
static size_t	 nsent;

static char	 said[4096];
static char	 path[] = "/tmp/conf_test.XXXXXX";

/* Instead of the one in libbase. */
void
imsgev_send(struct imsgev *iev, uint32_t type, uint32_t id, int fd,
    const void *data, size_t len)
{
	struct message *m = &sent[nsent++];

	m->type = type;
	m->len = len;
	memset(m->data, 0, sizeof(m->data));
	if (len > 0)
		memcpy(m->data, data, len);
}

static void
line(void *arg, const char *text)
{
	(void)strlcat(said, text, sizeof(said));
	(void)strlcat(said, "\n", sizeof(said));
}

static struct conf *
parse(const char *text)
{
	struct conf_report rep = { .line = line };
	struct conf *conf;
	FILE *f;

	said[0] = '\0';
	if ((f = fopen(path, "w")) == NULL)
		fatal("%s", path);
	fputs(text, f);
	fclose(f);
	if ((conf = conf_parse(path, &rep)) == NULL)
		fatalx("test configuration is wrong: %s%s", text, said);
	return conf;
}

static char *
print(const struct conf *conf)
{
	char *buf = NULL;
	size_t len;
	FILE *f;

	if ((f = open_memstream(&buf, &len)) == NULL)
		fatal("open_memstream");
	conf_print(conf, f);
	fclose(f);
	return buf;
}

static const char *const marks[] = {
	[RECONF_NONE]	= "none",
	[RECONF_KEEP]	= "keep",
	[RECONF_NEW]	= "new",
	[RECONF_DELETE]	= "delete"
};

/* "a keep, b new;listener keep;..." */
static const char *
describe(const struct conf *conf, char *buf, size_t size)
{
	const struct conf_node *s, *l, *n;
	char part[512], addr[ADDR_STRLEN];

	buf[0] = '\0';
	TAILQ_FOREACH(s, &conf->servers, entry) {
		snprintf(part, sizeof(part), "%s%s %s %u;",
		    s->state != NULL ? "+" : "", s->server.name,
		    marks[s->reconf], s->server.weight);
		(void)strlcat(buf, part, size);
	}
	TAILQ_FOREACH(l, &conf->listens, entry) {
		snprintf(part, sizeof(part), "%s%s%s %s #%u;",
		    l->state != NULL ? "+" : "",
		    addr_str(&l->listen.addr, addr), l->listen.ifname,
		    marks[l->reconf], l->listen.id);
		(void)strlcat(buf, part, size);
	}
	TAILQ_FOREACH(n, &conf->sensors, entry) {
		snprintf(part, sizeof(part), "%s%s %s;",
		    n->state != NULL ? "+" : "", n->sensor.name,
		    marks[n->reconf]);
		(void)strlcat(buf, part, size);
	}
	return buf;
}

/* "+": the state of the old node is still there */
static const struct merge_row {
	const char	*what;
	const char	*old;
	const char	*new;
	const char	*merged;
	const char	*swept;
} merge_rows[] = {
	{ .what = "nothing to nothing", .old = "", .new = "",
	  .merged = "", .swept = "" },
	{ .what = "the same, another weight and case",
	  .old = "server a\nserver b\n", .new = "server A weight 3\nserver b\n",
	  .merged = "+A keep 3;+b keep 1;", .swept = "+A none 3;+b none 1;" },
	{ .what = "one new, one gone, in the new order",
	  .old = "server a\nserver b\nserver c\n",
	  .new = "server c\nserver d\nserver a\n",
	  .merged = "+c keep 1;d new 1;+a keep 1;+b delete 1;",
	  .swept = "+c none 1;d none 1;+a none 1;" },
	{ .what = "all gone", .old = "server a\nsensor nmea0\nlisten on *\n",
	  .new = "",
	  .merged = "+a delete 1;+none delete #1;+nmea0 delete;",
	  .swept = "" },
	{ .what = "a server that becomes a pool is another",
	  .old = "server a\n", .new = "pool a\n",
	  .merged = "a new 1;+a delete 1;", .swept = "a none 1;" },
	{ .what = "so is another port", .old = "server a\n",
	  .new = "server a port 124\n",
	  .merged = "a new 1;+a delete 1;", .swept = "a none 1;" },
	{ .what = "and another family", .old = "server a inet\n",
	  .new = "server a inet6\n",
	  .merged = "a new 1;+a delete 1;", .swept = "a none 1;" },
	{ .what = "poll, options and query from change in place",
	  .old = "server 10.0.0.1\n",
	  .new = "query from 10.0.0.2\n"
		"server 10.0.0.1 poll 4 5 prefer trusted weight 2\n",
	  .merged = "+10.0.0.1 keep 2;", .swept = "+10.0.0.1 none 2;" },
	{ .what = "listeners by address, port, interface, rtable, family",
	  .old = "listen on *\nlisten on 10.0.0.1\nlisten on 10.0.0.2\n"
		"listen on interface em0\n",
	  .new = "listen on interface em0\nlisten on 10.0.0.2 port 124\n"
		"listen on * inet\nlisten on 10.0.0.1 rtable 1\n"
		"listen on interface em1\n",
	  .merged = "+noneem0 keep #4;10.0.0.2 new #0;none new #0;"
		"10.0.0.1 new #0;noneem1 new #0;+none delete #1;"
		"+10.0.0.1 delete #2;+10.0.0.2 delete #3;",
	  .swept = "+noneem0 none #4;10.0.0.2 none #0;none none #0;"
		"10.0.0.1 none #0;noneem1 none #0;" },
	{ .what = "sensors by name", .old = "sensor *\nsensor nmea0\n",
	  .new = "sensor nmea0 weight 2\nsensor nmea1\n",
	  .merged = "+nmea0 keep;nmea1 new;+* delete;",
	  .swept = "+nmea0 none;nmea1 none;" },
};

static void
test_merge(void)
{
	const struct merge_row *r;
	struct conf *old, *new;
	struct conf_node *s, *l, *n;
	char buf[1024], *a, *b;
	uint32_t id;
	size_t i;

	for (i = 0; i < nitems(merge_rows); i++) {
		r = &merge_rows[i];
		old = parse(r->old);
		TAILQ_FOREACH(s, &old->servers, entry)
			s->state = s;
		id = 0;
		TAILQ_FOREACH(l, &old->listens, entry) {
			l->state = l;
			l->listen.id = ++id;
		}
		TAILQ_FOREACH(n, &old->sensors, entry)
			n->state = n;
		new = parse(r->new);
		a = print(new);
		conf_merge(old, new);
		CHECK_STR(r->what, describe(old, buf, sizeof(buf)), r->merged);
		/* a node keeps its state because it is the same node */
		TAILQ_FOREACH(s, &old->servers, entry)
			CHECK_INT(r->what, s->state == NULL || s->state == s,
			    1);
		conf_sweep(old);
		CHECK_STR(r->what, describe(old, buf, sizeof(buf)), r->swept);
		b = print(old);
		CHECK_STR(r->what, b, a);
		free(a);
		free(b);
		conf_free(old);
	}
}

/* A listener's number: the parent's to keep, the child's to be told. */
static void
test_merge_id(void)
{
	struct conf *old = parse("listen on *\n"), *new;

	TAILQ_FIRST(&old->listens)->listen.id = 7;
	conf_merge(old, parse("listen on *\n"));
	CHECK_INT("none given", TAILQ_FIRST(&old->listens)->listen.id, 7);
	conf_sweep(old);
	new = parse("listen on *\nminsources 1\nstep never\n");
	TAILQ_FIRST(&new->listens)->listen.id = 9;
	conf_merge(old, new);
	CHECK_INT("one given", TAILQ_FIRST(&old->listens)->listen.id, 9);
	CHECK_INT("globals too", old->global.step, STEP_NEVER);
	conf_free(old);
}

static const char everything[] =
    "step always over 0.25\nminsources 2\nlocal stratum 9\n"
    "listen on * rtable 3\nlisten on 2001:db8::1 port 1123\n"
    "listen on interface em0 inet6\n"
    "server before.example.org\nquery from 192.0.2.1\n"
    "query from 2001:db8::2\nserver 192.0.2.7 port 1123 poll 6 9 weight 3\n"
    "pool p.example.org members 2 inet6 prefer noselect trusted\n"
    "server 10.0.0.1 poll 4 17 aggressive\n"
    "sensor *\nsensor nmea0 correction -5 refid GPS stratum 2 weight 3\n";

static struct imsg_in
incoming(size_t i)
{
	struct imsg_in in = { .type = sent[i].type, .len = sent[i].len,
	    .data = sent[i].data, .fd = -1 };

	return in;
}

/* A child that gets all that was sent: what it has, or NULL. */
static struct conf *
receive(void)
{
	struct conf *conf = NULL;
	struct imsg_in in;
	size_t i;

	for (i = 0; i < nsent; i++) {
		in = incoming(i);
		if (conf_recv(&conf, &in)) {
			CHECK_INT("the end is last", i + 1, nsent);
			return conf;
		}
	}
	return NULL;
}

static void
test_messages(void)
{
	struct conf *conf = parse(everything), *got;
	char *a, *b;

	nsent = 0;
	conf_send(conf, NULL);
	CHECK_INT("begin, 4 servers, 3 listeners, 2 sensors, end", nsent, 11);
	got = receive();
	a = print(conf);
	b = print(got);
	CHECK_STR("everything arrives", b, a);
	free(a);
	free(b);
	conf_free(got);

	/* what a merge is about to delete is not sent */
	conf_merge(conf, parse("server a\n"));
	nsent = 0;
	conf_send(conf, NULL);
	CHECK_INT("begin, 1 server, end", nsent, 3);
	conf_free(conf);
}

/* One octet, or a run of them, of one message changed. */
enum part { BEGIN = 0, NAMED = 1, NUMERIC = 2, POOL = 3, LISTEN = 5,
	SENSOR = 9, END = 10 };

#define AT(s, f)	offsetof(struct s, f), sizeof(((struct s *)0)->f)

static const struct bad_row {
	const char	*what;
	enum part	 message;
	size_t		 off;
	size_t		 len;
	int		 fill;
} bad_rows[] = {
	{ "step policy", BEGIN, AT(conf_global, step), 3 },
	{ "step over is NaN", BEGIN, AT(conf_global, step_over), 0xff },
	{ "step over is 0", BEGIN, AT(conf_global, step_over), 0 },
	{ "no minsources", BEGIN, AT(conf_global, minsources), 0 },
	{ "many minsources", BEGIN, AT(conf_global, minsources), 1 },
	{ "local stratum", BEGIN, AT(conf_global, local_stratum), 16 },
	{ "name without end", NAMED, AT(conf_server, name), 'a' },
	{ "no name", NAMED, AT(conf_server, name), 0 },
	{ "address family", NUMERIC, AT(conf_server, addr.family), 5 },
	{ "address port", NUMERIC, AT(conf_server, addr.port), 1 },
	{ "numeric pool", NUMERIC, AT(conf_server, pool), 1 },
	{ "from4 is v6", NUMERIC, AT(conf_server, from4.family), 6 },
	{ "from6 is v4", NUMERIC, AT(conf_server, from6.family), 4 },
	{ "from6 is 9", NUMERIC, AT(conf_server, from6.family), 9 },
	{ "port 0", NAMED, AT(conf_server, port), 0 },
	{ "pool 2", POOL, AT(conf_server, pool), 2 },
	{ "no members", POOL, AT(conf_server, members), 0 },
	{ "many members", POOL, AT(conf_server, members), 17 },
	{ "weight 0", NAMED, AT(conf_server, weight), 0 },
	{ "weight 11", NAMED, AT(conf_server, weight), 11 },
	{ "trusted 2", NAMED, AT(conf_server, trusted), 2 },
	{ "noselect 2", NAMED, AT(conf_server, noselect), 2 },
	{ "prefer 2", NAMED, AT(conf_server, prefer), 2 },
	{ "aggressive 2", NAMED, AT(conf_server, aggressive), 2 },
	{ "family 1", NAMED, AT(conf_server, family), 1 },
	{ "minpoll below", NAMED, AT(conf_server, minpoll),
	  CONF_MINPOLL - 1 },
	{ "minpoll negative", NAMED, AT(conf_server, minpoll), 0xff },
	{ "minpoll above maxpoll", NAMED, AT(conf_server, minpoll), 11 },
	{ "maxpoll above", NAMED, AT(conf_server, maxpoll),
	  CONF_MAXPOLL + 1 },
	{ "rtable", LISTEN, AT(conf_listen, rtable), 0xfe },
	{ "listener's address family", LISTEN, AT(conf_listen, addr.family),
	  1 },
	{ "listener's port", LISTEN, AT(conf_listen, addr.port), 0 },
	{ "interface without end", LISTEN, AT(conf_listen, ifname), 'e' },
	{ "listener's family", LISTEN, AT(conf_listen, family), 7 },
	{ "sensor without end", SENSOR, AT(conf_sensor, name), 's' },
	{ "no sensor", SENSOR, AT(conf_sensor, name), 0 },
	{ "refid without end", SENSOR, AT(conf_sensor, refid), 'G' },
	{ "refid too long", SENSOR, offsetof(struct conf_sensor, refid), 5,
	  'G' },
	{ "no refid", SENSOR, AT(conf_sensor, refid), 0 },
	{ "correction", SENSOR, AT(conf_sensor, correction), 0x7f },
	{ "sensor's weight", SENSOR, AT(conf_sensor, weight), 0 },
	{ "sensor's stratum", SENSOR, AT(conf_sensor, stratum), 16 },
	{ "sensor's trusted", SENSOR, AT(conf_sensor, trusted), 3 },
};

/* True: the process that receives what was sent dies of it, in order. */
static int
dies(void)
{
	int status;
	pid_t pid;

	fflush(stdout);
	if ((pid = fork()) == -1)
		fatal("fork");
	if (pid == 0) {
		(void)freopen("/dev/null", "w", stderr);
		conf_free(receive());
		_exit(0);
	}
	if (waitpid(pid, &status, 0) == -1)
		fatal("waitpid");
	return WIFEXITED(status) && WEXITSTATUS(status) == 1;
}

static void
send_everything(void)
{
	struct conf *conf = parse(everything);

	nsent = 0;
	conf_send(conf, NULL);
	conf_free(conf);
}

static void
test_refused(void)
{
	const struct bad_row *r;
	size_t i, len;

	send_everything();
	CHECK_INT("as it is", dies(), 0);
	for (i = 0; i < nitems(bad_rows); i++) {
		r = &bad_rows[i];
		send_everything();
		memset(sent[r->message].data + r->off, r->fill, r->len);
		CHECK_INT(r->what, dies(), 1);
	}
	for (i = 0; i < nsent; i++) {
		send_everything();
		sent[i].len++;
		CHECK_INT("an octet more", dies(), 1);
		if ((len = sent[i].len - 1) == 0)
			continue;
		sent[i].len = len - 1;
		CHECK_INT("an octet less", dies(), 1);
	}
	send_everything();
	sent[1].type = IMSG_CONF_BEGIN;
	sent[1].len = sent[0].len;
	memcpy(sent[1].data, sent[0].data, sent[0].len);
	CHECK_INT("two beginnings", dies(), 1);
	send_everything();
	memmove(&sent[0], &sent[1], (nsent - 1) * sizeof(sent[0]));
	CHECK_INT("no beginning", dies(), 1);
	send_everything();
	sent[1].type = IMSG_CLOCK_STEP;
	CHECK_INT("no configuration", dies(), 1);
}

static const struct resolved_row {
	const char	*what;
	const char	*conf;
	const char	*answers;	/* "name=addr,addr name=" */
	const char	*said;		/* in the warnings */
	unsigned int	 warnings;
} resolved_rows[] = {
	{ .what = "different hosts", .conf = "server a\nserver b\n",
	  .answers = "a=192.0.2.1 b=198.51.100.1" },
	{ .what = "no address", .conf = "server a\n", .answers = "a=",
	  .said = "\"a\" has no address now", .warnings = 1 },
	{ .what = "two names of one host", .conf = "server a\nserver b\n",
	  .answers = "a=192.0.2.1,2001:db8::1 b=203.0.113.9,2001:db8::1",
	  .said = "\"b\" and \"a\" at", .warnings = 1 },
	{ .what = "another port is another server",
	  .conf = "server a\nserver b port 124\n",
	  .answers = "a=10.0.0.1 b=10.0.0.1" },
	{ .what = "a name and its address",
	  .conf = "server a\nserver 192.0.2.1\n", .answers = "a=192.0.2.1",
	  .said = "are one host, 192.0.2.1", .warnings = 1 },
	{ .what = "pools with some members in common",
	  .conf = "pool a\npool b\n",
	  .answers = "a=192.0.2.1,198.51.100.1 b=192.0.2.1,203.0.113.1" },
	{ .what = "pools with the same members",
	  .conf = "pool a\npool b\n",
	  .answers = "a=192.0.2.1,198.51.100.1 b=198.51.100.1,192.0.2.1",
	  .said = "are one host", .warnings = 1 },
	{ .what = "a pool and its only member",
	  .conf = "pool a\nserver b\n",
	  .answers = "a=192.0.2.1,198.51.100.1 b=198.51.100.1",
	  .said = "are one host", .warnings = 1 },
	{ .what = "one network", .conf = "server a\nserver b\n",
	  .answers = "a=192.0.2.1 b=192.0.2.2",
	  .said = "is in the same network as \"a\"", .warnings = 1 },
	{ .what = "one network, IPv6", .conf = "server a\nserver b\n",
	  .answers = "a=2001:db8:1:2::1 b=2001:db8:1:3::1",
	  .said = "is in the same network as \"a\"", .warnings = 1 },
	{ .what = "one network at home", .conf = "server a\nserver b\n",
	  .answers = "a=10.0.0.1 b=10.0.0.2" },
	{ .what = "no address is like no other",
	  .conf = "server a\nserver b\n", .answers = "a= b=",
	  .said = "\"b\" has no address now", .warnings = 2 },
};

static size_t
answers(const struct conf *conf, const char *text, struct conf_resolved *res)
{
	const struct conf_node *s;
	char buf[512], *name, *addr, *next, *last, *p = buf;
	size_t n = 0;

	(void)strlcpy(buf, text, sizeof(buf));
	for (; (name = strtok_r(p, " ", &last)) != NULL; p = NULL) {
		next = strchr(name, '=');
		*next++ = '\0';
		TAILQ_FOREACH(s, &conf->servers, entry)
			if (strcmp(s->server.name, name) == 0)
				break;
		res[n].server = &s->server;
		res[n].n = 0;
		while ((addr = strsep(&next, ",")) != NULL && *addr != '\0')
			if (addr_parse(&res[n].addr[res[n].n++], addr, 0))
				fatalx("%s", addr);
		n++;
	}
	return n;
}

static void
test_resolved(void)
{
	struct conf_resolved res[4];
	struct conf *conf;
	size_t i, n;

	for (i = 0; i < nitems(resolved_rows); i++) {
		const struct resolved_row *r = &resolved_rows[i];
		struct conf_report rep = { .line = line };

		conf = parse(r->conf);
		n = answers(conf, r->answers, res);
		conf_check_resolved(conf, res, n, &rep);
		CHECK_INT(r->what, rep.errors, 0);
		CHECK_INT(r->what, rep.warnings, r->warnings);
		if (r->said != NULL)
			CHECK_INT(r->what, strstr(said, r->said) != NULL, 1);
		conf_free(conf);
	}
}

/* Random configurations. */

static uint32_t	 seed = 1;

static unsigned int
below(unsigned int n)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % n;
}

static void
maybe(FILE *f, unsigned int one_in, const char *fmt, unsigned int max)
{
	if (below(one_in) == 0)
		fprintf(f, fmt, below(max) + 1);
}

static void
random_server(FILE *f, unsigned int i)
{
	static const char *const names[] = { "a%u.example.org", "10.1.%u.1",
	    "2001:db8::%u", "fd00::%u", "\"q%u.pool.ntp.org\"" };
	unsigned int which = below(nitems(names)), poll;
	bool pool = below(3) == 0;

	maybe(f, 4, "query from 192.0.2.%u\n", 9);
	maybe(f, 4, "query from 2001:db8::%u\n", 9);
	fprintf(f, "%s ", !pool ? "server" : below(2) ? "servers" : "pool");
	fprintf(f, names[which], i);
	if (below(3) == 0 && (which == 0 || which == 4))
		fprintf(f, " inet%s", below(2) ? "6" : "");
	maybe(f, 3, " weight %u", 10);
	maybe(f, 3, "\tport %u", 65535);
	maybe(f, 4, " trusted", 1);
	maybe(f, 4, " prefer", 1);
	maybe(f, 4, " noselect", 1);
	if (pool)
		maybe(f, 2, " members %u", CONF_POOL_MAX);
	if (below(3) == 0) {
		poll = CONF_MINPOLL + below(CONF_MAXPOLL - CONF_MINPOLL);
		fprintf(f, " aggressive poll %u %u", poll,
		    poll + below(CONF_MAXPOLL - poll + 1));
	}
	fprintf(f, "\n");
}

static void
random_conf(FILE *f)
{
	static const char *const steps[] = { "never", "start", "always" };
	unsigned int i, which;

	maybe(f, 2, "driftfile '/a \"%u\\\\\"'\n", 99);
	maybe(f, 2, "leapfile /b%u\n", 99);
	maybe(f, 2, "statistics '/s %u'\n", 99);
	maybe(f, 2, "control \"/c # %u\"\n", 99);
	maybe(f, 2, "local stratum %u\n", 15);
	if (below(2)) {
		which = below(nitems(steps));
		fprintf(f, "step %s", steps[which]);
		if (which > 0 && below(2))
			fprintf(f, " over %u.%0*u", below(100),
			    1 + below(6), below(10));
		else if (which > 0)
			maybe(f, 2, " over %u", 86400);
		fprintf(f, "\n");
	}
	for (i = below(4); i > 0; i--) {
		which = below(4);
		fprintf(f, "listen on %s%u%s", which == 0 ? "10.2.0." :
		    which == 1 ? "2001:db8::" : "interface em", i,
		    which == 2 ? " inet" : "");
		maybe(f, 3, " port %u", 65535);
		maybe(f, 3, " rtable %u", 255);
		fprintf(f, "\n");
	}
	for (i = below(8); i > 0; i--)
		random_server(f, i);
	for (i = below(3); i > 0; i--) {
		fprintf(f, "sensor '%u \\' \"#$'", i);
		maybe(f, 2, " correction -%u", 127000000);
		maybe(f, 2, " refid \"=%u\"", 999);
		maybe(f, 2, " stratum %u", 15);
		maybe(f, 2, " weight %u", 10);
		fprintf(f, "\n");
	}
}

static void
test_round_trip(void)
{
	struct conf *conf;
	char *text, *first, *second;
	size_t len;
	FILE *f;
	int i;

	for (i = 0; i < RANDOM_CONFS; i++) {
		if ((f = open_memstream(&text, &len)) == NULL)
			fatal("open_memstream");
		random_conf(f);
		fclose(f);
		if (strstr(text, "over 0.0") != NULL) {
			free(text);	/* out of range */
			continue;
		}
		conf = parse(text);
		first = print(conf);
		nsent = 0;
		conf_send(conf, NULL);
		conf_free(conf);
		conf = parse(first);
		second = print(conf);
		CHECK_STR(text, second, first);
		conf_free(conf);
		conf = receive();
		CHECK_INT(text, conf != NULL, 1);
		conf_free(conf);
		free(text);
		free(first);
		free(second);
	}
}

int
main(void)
{
	int fd;

	log_init("conf_test", true, 0);
	if ((fd = mkstemp(path)) == -1)
		fatal("%s", path);
	close(fd);
	test_merge();
	test_merge_id();
	test_messages();
	test_refused();
	test_resolved();
	test_round_trip();
	unlink(path);
	return test_done("conf_test");
}
