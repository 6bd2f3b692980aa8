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
 * The control socket as it is: engine_control.c and what it calls, on an
 * engine with sources, constraints and server processes, through sockets.
 * The input is a story of up to STORY_MAX steps, an octet for what happens
 * and some for how: clients of root and of others come, say what they may
 * and what they may not, do not read, go; the parent and the servers
 * answer, early, late or twice.  With its highest bit an octet means that
 * the next thing happens at the same moment.
 */

#include <sys/types.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <errno.h>
#include <event.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "engine.h"
#include "fuzz.h"
#include "ratelimit.h"

#define STORY_MAX	200
#define CLIENTS		40	/* more than the engine takes */
#define SERVERS		2
#define ENGINE_CLIENTS	32	/* as engine_control.c has it */
#define NOBODY		65534
#define DESCRIPTORS	128	/* more than are ever open */

/* The other end of a connection. */
struct end {
	struct imsgbuf	 ibuf;
	int		 fd;		/* -1: none */
	bool		 deaf;
	bool		 root;
	bool		 greeted;	/* a good HELLO was sent */
};

/* What the input still has. */
struct story {
	const uint8_t	*p;
	size_t		 left;
};

FUZZ_PLACES(CTL_BUSY + 1 + IMSG_CTL_END - IMSG_CTL_ROW_STATUS);

static struct engine	 engine;
static struct end	 parent;	/* the other ends */
static struct end	 server[SERVERS];
static struct end	 client[CLIENTS];
static struct end	*current;
static struct sockaddr_un where;
static uid_t		 who;
static uint32_t		 asked[3];	/* ids: RELOAD, PROCESSES, TOP */
static unsigned int	 reloads;	/* under way */

/* Who connects is whom the story says. */
int
getpeereid(int fd, uid_t *uid, gid_t *gid)
{
	*uid = *gid = who;
	return 0;
}

static uint8_t
octet(struct story *s)
{
	if (s->left == 0)
		return 0;
	s->left--;
	return *s->p++;
}

static uint32_t
word(struct story *s)
{
	uint32_t	 v = octet(s);

	/* mostly small ones */
	return v < 0xf0 ? v : v << 24 | (uint32_t)octet(s) << 8 | octet(s);
}

/* So many octets, at most what there are. */
static const uint8_t *
octets(struct story *s, size_t *len)
{
	const uint8_t	*p = s->p;

	if (*len > s->left)
		*len = s->left;
	s->p += *len;
	s->left -= *len;
	return p;
}

/*
 * The engine
 */

static void
engine_closed(void *arg, struct imsgev *iev)
{
	abort();
}

static const struct imsg_handler from_parent[] = {
	{ IMSG_RELOAD_TEXT, IMSG_VARLEN, engine_control_text, 0 },
	{ IMSG_RELOAD_DONE, sizeof(int32_t), engine_control_done, 0 },
	{ IMSG_PROCESS, sizeof(struct msg_process), engine_control_process,
	    0 },
	{ IMSG_PROCESSES_END, sizeof(uint32_t), engine_control_processes, 0 },
};

static int
pair(struct end *end)
{
	int	 fd[2];

	HOLDS(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
	    0, fd) == 0);
	end->fd = fd[0];
	HOLDS(imsgbuf_init(&end->ibuf, fd[0]) == 0);
	return fd[1];
}

static void
listener(void)
{
	struct imsg_in	 in = { .type = IMSG_FD_CONTROL };
	socklen_t	 len = sizeof(where);

	/* a name of the kernel's choice, in no file system */
	where.sun_family = AF_UNIX;
	in.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
	    0);
	HOLDS(in.fd != -1);
	HOLDS(bind(in.fd, (struct sockaddr *)&where,
	    sizeof(where.sun_family)) == 0);
	HOLDS(listen(in.fd, 5) == 0);
	HOLDS(getsockname(in.fd, (struct sockaddr *)&where, &len) == 0);
	engine_control_fd(&engine, NULL, &in);
}

static void
quiet(void *arg, const char *line)
{
	fprintf(stderr, "%s\n", line);
	abort();
}

static struct conf *
configuration(void)
{
	static const char	 text[] =
	    "servers 192.0.2.1 nts\nserver 2001:db8::1 xleave\n"
	    "pool example.org\nconstraint from \"https://192.0.2.80/\"\n"
	    "constraints from \"https://www.example.org/x\"\n"
	    "listen on 127.0.0.1 workers 2\nsensor shm0\n";
	struct conf_report	 rep = { .line = quiet };
	char			 path[] = "/tmp/ntpd-fuzz.XXXXXXXXXX";
	struct conf		*conf;
	int			 fd;

	HOLDS((fd = mkstemp(path)) != -1);
	HOLDS(write(fd, text, sizeof(text) - 1) == sizeof(text) - 1);
	close(fd);
	conf = conf_parse(path, &rep);
	unlink(path);
	HOLDS(conf != NULL);
	return conf;
}

/* Sources, without a query ever. */
static void
sources(struct engine *e, mono_t now)
{
	struct conf_node	*s;
	struct peer		*p;
	struct name		*n;

	TAILQ_FOREACH(s, &e->conf->servers, entry) {
		s->state = engine_pool_new(e, &s->server);
		engine_pool_start(s->state, now);
	}
	TAILQ_FOREACH(n, &e->names, entry) {
		evtimer_del(&n->timer);
		TAILQ_FOREACH(p, &n->peers, entry)
			evtimer_del(&p->timer);
	}
}

static void
begin(void)
{
	static const struct proc_opts	 opts;
	static const uint32_t		 id = 1;
	static const struct msg_listen	 served = { .id = 1, .workers = 2 };
	struct engine	*e = &engine;
	struct msg_start m = { .noclock = 1 };
	struct imsg_in	 in = { .data = &served, .len = sizeof(served) };
	struct sync_now	 now;
	struct sensor	*sensor;
	int		 i;

	log_init("fuzz", true, 0);
	event_init();
	e->opts = &opts;
	TAILQ_INIT(&e->names);
	TAILQ_INIT(&e->sensors);
	engine_constraint_init(e);
	engine_server_init(e);
	engine_control_init(e);
	engine_jar_init(e);
	imsgev_init(&e->parent, pair(&parent), "parent", from_parent,
	    nitems(from_parent), IMSGEV_FATAL, e, engine_closed);
	e->conf = configuration();
	engine_server_conf(e);
	engine_wake(e, &now);
	engine_sync_start(e, &m, &now);
	engine_budget_start(e, &m.budget, &now);
	engine_constraint_reconf(e, &now);
	sources(e, now.mono);
	engine_sensor_reconf(e, now.mono);
	TAILQ_FOREACH(sensor, &e->sensors, entry)
		evtimer_del(&sensor->timer);
	engine_server_served(e, NULL, &in);
	/* what nts would have told */
	e->nts.there = true;
	e->nts.counts.keys = 2;
	in.data = &id;
	in.len = sizeof(id);
	for (i = 0; i < SERVERS; i++) {
		in.fd = pair(&server[i]);
		engine_worker_fd(e, NULL, &in);
	}
	listener();
}

/*
 * What the others get
 */

static void
hear_parent(struct imsg *m)
{
	struct client	*cl;

	switch (imsg_get_type(m)) {
	case IMSG_RELOAD:
		asked[0] = imsg_get_id(m);
		HOLDS(++reloads == 1);
		HOLDS(imsg_get_len(m) == 0);
		TAILQ_FOREACH(cl, &engine.control.clients, entry)
			HOLDS(cl->id != asked[0] || cl->uid == 0);
		break;
	case IMSG_PROCESSES:
		asked[1] = imsg_get_id(m);
		break;
	case IMSG_LOG_LEVEL:
		HOLDS(imsg_get_len(m) == sizeof(int32_t));
		break;
	default:
		abort();
	}
}

static void
hear_server(struct imsg *m)
{
	HOLDS(imsg_get_type(m) == IMSG_SERVE_TOP);
	asked[2] = imsg_get_id(m);
}

static void
hear_client(const struct end *c, struct imsg *m)
{
	struct ctl_end	 end;
	uint32_t	 type = imsg_get_type(m);

	if (type == IMSG_CTL_HELLO)
		return;
	HOLDS(c->greeted);
	HOLDS(type >= IMSG_CTL_ROW_STATUS && type <= IMSG_CTL_END);
	if (type != IMSG_CTL_END) {
		REACHED(CTL_BUSY + 1 + type - IMSG_CTL_ROW_STATUS);
		return;
	}
	HOLDS(imsg_get_data(m, &end, sizeof(end)) == 0);
	HOLDS(end.result <= CTL_BUSY);
	REACHED(end.result);
}

static void
drop(struct end *c)
{
	if (c->fd == -1)
		return;
	imsgbuf_clear(&c->ibuf);
	close(c->fd);
	c->fd = -1;
}

static void
hear(struct end *c)
{
	struct imsg	 m;
	int		 r = 1, n = 1;

	/* as many reads as bring something */
	while (c->fd != -1 && !c->deaf && n > 0) {
		if ((r = imsgbuf_read(&c->ibuf)) != 1)
			break;
		for (n = 0; imsgbuf_get(&c->ibuf, &m) == 1; n++) {
			if (c == &parent)
				hear_parent(&m);
			else if (c >= client && c < client + CLIENTS)
				hear_client(c, &m);
			else
				hear_server(&m);
			imsg_free(&m);
		}
	}
	if (r == 1)
		return;
	HOLDS(c >= client && c < client + CLIENTS);
	drop(c);
}

/* All that can happen now. */
static void
settle(void)
{
	int	 i;

	/* read and answered, written */
	event_loop(EVLOOP_NONBLOCK);
	event_loop(EVLOOP_NONBLOCK);
	log_verbose(0);
	hear(&parent);
	for (i = 0; i < SERVERS; i++)
		hear(&server[i]);
	for (i = 0; i < CLIENTS; i++)
		hear(&client[i]);
	HOLDS(engine.control.nclients <= ENGINE_CLIENTS);
}

/*
 * What happens
 */

static void
say(struct end *c, uint32_t type, uint32_t id, const void *data, size_t len)
{
	if (c->fd == -1)
		return;
	HOLDS(imsg_compose(&c->ibuf, type, id, 0, -1, data, len) == 1);
	HOLDS(imsgbuf_write(&c->ibuf) == 0 || errno == EPIPE);
}

static void
connects(struct story *s)
{
	uint8_t		 how = octet(s);
	struct end	*c = &client[how % CLIENTS];

	current = c;
	drop(c);
	memset(c, 0, sizeof(*c));
	c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
	    0);
	HOLDS(c->fd != -1);
	c->root = how < 128;
	who = c->root ? 0 : NOBODY;
	if (connect(c->fd, (struct sockaddr *)&where, sizeof(where.sun_family)
	    + 6) == -1) {
		HOLDS(errno == EAGAIN);
		close(c->fd);
		c->fd = -1;
		return;
	}
	HOLDS(imsgbuf_init(&c->ibuf, c->fd) == 0);
	imsgbuf_allow_fdpass(&c->ibuf);
}

static void
another(struct story *s)
{
	current = &client[octet(s) % CLIENTS];
}

static void
hello(struct story *s)
{
	struct ctl_hello	 m = { CTL_VERSION };
	uint8_t			 other = octet(s);

	if (other >= 0xf0)
		m.version = other;
	else
		current->greeted = true;
	say(current, IMSG_CTL_HELLO, 0, &m, sizeof(m));
}

static void
shows(struct story *s)
{
	struct ctl_show	 m;

	m.view = word(s);
	m.limit = word(s);
	say(current, IMSG_CTL_SHOW, 0, &m, sizeof(m));
}

static void
orders(struct story *s)
{
	struct ctl_log	 m;

	switch (octet(s) % 4) {
	case 0:
		say(current, IMSG_CTL_RELOAD, 0, NULL, 0);
		break;
	case 1:
		say(current, IMSG_CTL_WAITSYNC, 0, NULL, 0);
		break;
	default:
		m.verbose = (int32_t)word(s) - 1;
		say(current, IMSG_CTL_LOG, 0, &m, sizeof(m));
	}
}

/* A message of any type, with any content. */
static void
any(struct story *s)
{
	uint32_t	 type = word(s), id = word(s);
	size_t		 len = word(s);
	const uint8_t	*p = octets(s, &len);

	if (type == IMSG_CTL_HELLO)
		current->greeted = true;
	say(current, type, id, p, len);
}

/* Octets that need not be a message. */
static void
raw(struct story *s)
{
	size_t		 len = word(s);
	const uint8_t	*p = octets(s, &len);

	current->greeted = true;	/* it may have been a HELLO */
	if (current->fd != -1 && len > 0)
		(void)send(current->fd, p, len, MSG_NOSIGNAL);
}

/* A descriptor, which nobody wants. */
static void
passes(struct story *s)
{
	int	 fd;

	if (current->fd == -1 || (fd = dup(0)) == -1)
		return;
	HOLDS(imsg_compose(&current->ibuf, IMSG_CTL_RELOAD, 0, 0, fd, NULL,
	    0) == 1);
	HOLDS(imsgbuf_write(&current->ibuf) == 0 || errno == EPIPE);
}

static void
goes(struct story *s)
{
	if (octet(s) % 2 == 0)
		drop(current);
	else if (current->fd != -1)
		(void)shutdown(current->fd, SHUT_WR);
}

static void
listens(struct story *s)
{
	current->deaf = octet(s) % 2 == 0;
}

static void
parent_says(struct story *s)
{
	static const struct msg_process	 row;
	uint8_t		 what = octet(s);
	uint32_t	 id = what & 0x10 ? asked[what >> 1 & 1] : word(s);
	int32_t		 result = what & 0x20 ? -1 : 0;
	uint32_t	 n = 1;

	switch (what % 4) {
	case 0:
		say(&parent, IMSG_RELOAD_TEXT, id, "a line", 7);
		break;
	case 1:
		if (reloads > 0 && id == asked[0])
			reloads--;
		say(&parent, IMSG_RELOAD_DONE, id, &result, sizeof(result));
		break;
	case 2:
		say(&parent, IMSG_PROCESS, id, &row, sizeof(row));
		break;
	case 3:
		say(&parent, IMSG_PROCESSES_END, id, &n, sizeof(n));
		break;
	}
}

static void
server_says(struct story *s)
{
	struct ratelimit_view	 v[4];
	uint8_t			 how = octet(s);
	uint32_t		 id = how & 0x10 ? asked[2] : word(s);
	size_t			 len = sizeof(v);
	const uint8_t		*p = octets(s, &len);
	size_t			 i, n = how % 5;

	memset(v, 0, sizeof(v));
	memcpy(v, p, len);
	for (i = 0; i < nitems(v); i++) {
		/* what no other number can be */
		memset(&v[i].limited, how & 0x20 ? 1 : 0, 2);
		v[i].family = how & 0x40 ? 4 : 6;
	}
	say(&server[how >> 7], IMSG_SERVE_CLIENTS, id, v, n * sizeof(v[0]));
}

static void
time_passes(struct story *s)
{
	struct client	*cl;

	if (octet(s) % 2 == 0) {
		engine_control_synced(&engine);
		return;
	}
	TAILQ_FOREACH(cl, &engine.control.clients, entry) {
		if (cl->census != NULL) {
			event_active(&cl->census->timer, EV_TIMEOUT, 1);
			return;
		}
	}
}

static void
moves(struct story *s)
{
	listener();
}

static void	(*const steps[])(struct story *) = {
	connects, another, hello, shows, orders, any, raw, passes, goes,
	listens, parent_says, server_says, time_passes, moves,
};

/* Everybody goes, the parent has answered: nothing must be left. */
static void
end(void)
{
	int32_t	 result = 0;
	int	 i;

	for (i = 0; i < CLIENTS; i++)
		drop(&client[i]);
	for (i = 0; i < 3; i++)
		settle();
	if (reloads > 0)
		say(&parent, IMSG_RELOAD_DONE, asked[0], &result,
		    sizeof(result));
	reloads = 0;
	settle();
	settle();
	HOLDS(TAILQ_EMPTY(&engine.control.clients));
	HOLDS(engine.control.nclients == 0);
	HOLDS(engine.control.reloader == 0);
}

/* Descriptors that are open. */
static int
descriptors(void)
{
	int	 fd, n = 0;

	for (fd = 0; fd < DESCRIPTORS; fd++)
		n += fcntl(fd, F_GETFD) != -1;
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static bool	 begun;
	struct story	 s = { data, len };
	uint8_t		 step;
	int		 i, n;

	for (i = 0; i < CLIENTS; i++)
		client[i].fd = -1;
	current = &client[0];
	if (!begun)
		begin();
	begun = true;
	n = descriptors();
	for (i = 0; i < STORY_MAX && s.left > 0; i++) {
		step = octet(&s);
		steps[(step & 0x7f) % nitems(steps)](&s);
		if ((step & 0x80) == 0)
			settle();
	}
	end();
	HOLDS(descriptors() == n);
	return 0;
}
