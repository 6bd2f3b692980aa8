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
 * parent_nts.c and the cookie keys it keeps: beside other servers that write
 * the same file in the same moment, and under an nts that has been taken
 * over, which costs neither the disk's time nor memory.
 */

#include <sys/stat.h>

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "parent.h"
#include "test.h"

static struct parent	 parent;
static struct conf	 conf;
static char		 dir[] = "/tmp/ntpd-ring.XXXXXX";
static char		 path[64];
static mono_t		 now = { INT64_C(1000000000000) };

static struct {
	const struct imsg_handler *handlers;	/* of what nts says */
	size_t		 nhandlers;
	unsigned int	 gave;		/* files of keys to nts */
	struct ntsring	 ring;		/* in the last one */
	unsigned int	 confs;
	unsigned int	 texts;
	unsigned int	 closed;
	size_t		 queued;
	bool		 hung;
	unsigned int	 syncs;
	unsigned int	 at;		/* the sync at which another server */
	struct ntsring	 other;		/* writes these keys */
} did;

/* In the place of the other files of the parent, and of imsgev.c. */

mono_t
now_mono(void)
{
	return now;
}

void
imsgev_send(struct imsgev *iev, uint32_t type, uint32_t id, int fd,
    const void *data, size_t len)
{
	char	 text[NTSRING_TEXT];
	ssize_t	 n;

	if (type == IMSG_NTS_CONF)
		did.confs++;
	if (fd == -1)
		return;
	did.gave++;
	if ((n = pread(fd, text, sizeof(text), 0)) == -1 ||
	    ntsring_parse(text, (size_t)n, &did.ring) != 0)
		memset(&did.ring, 0, sizeof(did.ring));
	close(fd);
}

/* Who reads has room for all there is. */
void
imsgev_flush(struct imsgev *iev)
{
	if (!did.hung)
		did.queued = 0;
}

size_t
imsgev_queued(struct imsgev *iev)
{
	return did.queued;
}

void
imsgev_close(struct imsgev *iev)
{
	did.closed++;
}

void
imsgev_refuse(struct imsgev *iev, const struct imsg_in *in, const char *why)
{
	abort();
}

int
parent_child_attach(struct parent *p, enum role role,
    const struct imsg_handler *handlers, size_t nhandlers, uint32_t type)
{
	did.handlers = handlers;
	did.nhandlers = nhandlers;
	p->child[role].open = true;
	p->child[role].pid = 1;
	return 0;
}

void
parent_again_init(struct parent_again *a, double most,
    void (*start)(int, short, void *), void *arg)
{
}

void
parent_again_started(struct parent_again *a)
{
}

double
parent_again_later(struct parent_again *a)
{
	return 0;
}

void
parent_again_lost(struct parent_again *a, enum role role, int status)
{
}

void
parent_again_fresh(struct parent_again *a)
{
}

void
parent_open_forget(struct parent *p)
{
}

bool
parent_open_listeners(struct parent *p)
{
	return true;
}

void
parent_reload_ready(struct parent *p, enum role role)
{
}

void
parent_reload_text(struct parent *p, const char *line)
{
	did.texts++;
}

void
parent_reload_say(struct parent *p, const char *fmt, ...)
{
}

static void
another_writes(void)
{
	char	 text[NTSRING_TEXT], temp[80];
	int	 fd;

	(void)ntsring_print(&did.other, text);
	(void)snprintf(temp, sizeof(temp), "%s.other", path);
	if ((fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC, 0600)) == -1 ||
	    dprintf(fd, "%s", text) < 0 || close(fd) == -1 ||
	    rename(temp, path) == -1)
		abort();
}

/* The disk: of the file, then of its directory, when it has its name. */
int
fsync(int fd)
{
	if (++did.syncs == did.at)
		another_writes();
	return 0;
}

/* The tests' words. */

static struct ntsring
ring_of(uint8_t number)
{
	struct ntsring	 r;
	uint8_t		 random[NTSRING_RANDOM];

	memset(&r, 0, sizeof(r));
	memset(random, number, sizeof(random));
	(void)ntsring_turn(&r, 1800000000, 86400, random);
	return r;
}

static bool
same(const struct ntsring *a, const struct ntsring *b)
{
	return a->n == b->n && a->n > 0 && a->key[0].id == b->key[0].id;
}

static bool
in_file(const struct ntsring *r)
{
	struct ntsring	 there;
	char		 text[NTSRING_TEXT];
	ssize_t		 n;
	int		 fd;

	if ((fd = open(path, O_RDONLY)) == -1)
		return false;
	n = read(fd, text, sizeof(text));
	close(fd);
	return n > 0 && ntsring_parse(text, (size_t)n, &there) == 0 &&
	    same(&there, r);
}

static void
nts_says(uint32_t type, const void *data, size_t len)
{
	struct imsg_in	 in = { .type = type, .data = data, .len = len,
			    .fd = -1 };
	size_t		 i;

	for (i = 0; i < did.nhandlers; i++) {
		if (did.handlers[i].type == type)
			did.handlers[i].fn(&parent, NULL, &in);
	}
}

static void
save(const struct ntsring *r)
{
	nts_says(IMSG_NTS_SAVE, r, sizeof(*r));
}

/* So many seconds, and the look at the file then. */
static void
pass(double seconds)
{
	now = mono_add(now, seconds);
	event_active(&parent.nts.watch, EV_TIMEOUT, 1);
	(void)event_loop(EVLOOP_NONBLOCK);
}

static void
begin(const struct ntsring *there)
{
	static struct conf_node	 node;

	(void)unlink(path);
	memset(&did, 0, sizeof(did));
	if (there != NULL) {
		did.other = *there;
		another_writes();
	}
	memset(&parent, 0, sizeof(parent));
	memset(&conf, 0, sizeof(conf));
	memset(&node, 0, sizeof(node));
	TAILQ_INIT(&conf.servers);
	TAILQ_INIT(&conf.listens);
	node.listen.nts = true;
	TAILQ_INSERT_TAIL(&conf.listens, &node, entry);
	conf.ntsrotate = 86400;
	(void)strlcpy(conf.ntskeys, path, sizeof(conf.ntskeys));
	parent.conf = &conf;
	parent.phase = PARENT_RUNNING;
	now = mono_add(now, 3600);
	parent_nts_init(&parent);
}

/*
 * Two servers: ours writes keys number 1, another one number 2, before,
 * while or after ours has its name.
 */
static void
test_fleet(void)
{
	static const struct {
		const char	*what;
		bool		 there;		/* a file of both, 9 */
		unsigned int	 at;		/* the other's write; 0: no */
		bool		 ours;		/* keys are in the file */
	} tests[] = {
		{ "the first file, alone", false, 0, true },
		{ "another was first", false, 1, false },
		{ "another after us", false, 2, false },
		{ "keys turn, alone", true, 0, true },
		{ "another one's are replaced", true, 1, true },
		{ "another replaces ours", true, 2, false },
	};
	struct ntsring	 one = ring_of(1), two = ring_of(2), nine = ring_of(9);
	size_t		 i;

	for (i = 0; i < nitems(tests); i++) {
		begin(tests[i].there ? &nine : NULL);
		CHECK_INT(tests[i].what, did.gave, tests[i].there);
		did.gave = did.syncs = 0;
		did.at = tests[i].at;
		did.other = two;
		save(&one);
		CHECK_INT(tests[i].what, in_file(tests[i].ours ? &one : &two),
		    1);
		pass(10);
		CHECK_INT("who lost reads the other's", did.gave,
		    !tests[i].ours);
		if (!tests[i].ours)
			CHECK_INT("those", same(&did.ring, &two), 1);
		pass(10);
		CHECK_INT("once", did.gave, !tests[i].ours);
	}
	begin(&nine);
	did.gave = did.syncs = did.at = 0;
	did.other = two;
	another_writes();
	save(&one);
	CHECK_INT("another had turned them", in_file(&two), 1);
	CHECK_INT("and is read", did.gave == 1 && same(&did.ring, &two), 1);
}

/* Saves as fast as they can be sent: a write each ten seconds. */
static void
test_saves(void)
{
	struct ntsring	 one = ring_of(1), two = ring_of(2);
	unsigned int	 i;

	begin(NULL);
	for (i = 0; i < 5000; i++)
		save(i % 2 == 0 ? &one : &two);
	CHECK_INT("one write, of a file and its directory", did.syncs, 2);
	CHECK_INT("the first", in_file(&one), 1);
	pass(10);
	CHECK_INT("the second", did.syncs, 4);
	CHECK_INT("is the last that was said", in_file(&two), 1);
	CHECK_INT("nothing is kept", parent.nts.unsaved.n, 0);
	pass(10);
	CHECK_INT("no third", did.syncs, 4);
	save(&one);
	CHECK_INT("at once, when there was none for long", did.syncs, 6);
	begin(NULL);
	conf.ntsrotate = 0;
	save(&one);
	pass(10);
	CHECK_INT("not with keys of somebody else", did.syncs, 0);
}

/* Lines for whoever reloads, without end: some of them. */
static void
test_lines(void)
{
	unsigned int	 i;

	begin(NULL);
	for (i = 0; i < 5000; i++)
		nts_says(IMSG_NTS_TEXT, "no", 3);
	CHECK_INT("passed on", did.texts, 32);
	(void)parent_nts_reload(&parent);
	nts_says(IMSG_NTS_TEXT, "no", 3);
	CHECK_INT("and with another reload", did.texts, 33);
}

/* It does not read: it is let go, and gets nothing more. */
static void
test_deaf(void)
{
	begin(NULL);
	CHECK_INT("the first configuration", did.confs, 1);
	CHECK_INT("waited for", parent_nts_reload(&parent), 1);
	CHECK_INT("another", did.confs, 2);
	did.queued = 3;
	CHECK_INT("waited for: it had no time yet", parent_nts_reload(&parent),
	    1);
	CHECK_INT("a third", did.confs, 3);
	did.queued = 3;
	did.hung = true;
	CHECK_INT("not waited for", parent_nts_reload(&parent), 0);
	CHECK_INT("nothing on top", did.confs, 3);
	CHECK_INT("let go", did.closed, 1);
	CHECK_INT("nor later", parent_nts_reload(&parent), 0);
	CHECK_INT("nor later", did.confs + did.closed, 4);
}

int
main(void)
{
	log_init("test", true, -1);
	event_init();
	if (mkdtemp(dir) == NULL)
		return 1;
	(void)snprintf(path, sizeof(path), "%s/ntskeys", dir);
	test_fleet();
	test_saves();
	test_lines();
	test_deaf();
	(void)unlink(path);
	(void)rmdir(dir);
	return test_done("parent_nts");
}
