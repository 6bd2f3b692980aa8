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
 * imsgev.c: what reaches a handler and what does not, in children of this
 * test where the answer is to die.
 */

#include <sys/types.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "imsgev.h"
#include "log.h"
#include "msg.h"
#include "now.h"
#include "test.h"

struct client {
	struct imsgev	 iev;
	int		 handled;
	int		 closed;
	int		 fd;
	uint32_t	 value;
};

static void	 on_value(void *, struct imsgev *, const struct imsg_in *);
static void	 on_fd(void *, struct imsgev *, const struct imsg_in *);
static void	 on_text(void *, struct imsgev *, const struct imsg_in *);
static void	 on_quit(void *, struct imsgev *, const struct imsg_in *);
static void	 on_nonsense(void *, struct imsgev *, const struct imsg_in *);

static const struct imsg_handler handlers[] = {
	{ IMSG_LOG_LEVEL,	sizeof(uint32_t),	on_value, false },
	{ IMSG_FD_CONTROL,	0,			on_fd,	  true },
	{ IMSG_RELOAD_TEXT,	IMSG_VARLEN,		on_text,  false },
	{ IMSG_SHUTDOWN,	0,			on_quit,  false },
	{ IMSG_DRIFT,		0,			on_nonsense, false },
};

static void
on_value(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct client	*c = arg;

	c->handled++;
	/* aligned: sanitizers watch */
	c->value = *(const uint32_t *)in->data;
}

static void
on_fd(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct client	*c = arg;

	c->handled++;
	c->fd = in->fd;
}

static void
on_text(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct client	*c = arg;

	c->handled++;
	c->value = (uint32_t)in->len;
	imsgev_send(iev, in->type, in->id, -1, in->data, in->len);
}

static void
on_quit(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct client	*c = arg;

	imsgev_close(iev);
	free(c);
}

static void
on_nonsense(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct client	*c = arg;

	c->handled++;
	imsgev_refuse(iev, in, "nonsense");
}

static void
on_closed(void *arg, struct imsgev *iev)
{
	struct client	*c = arg;

	c->closed++;
	imsgev_close(iev);
}

static struct client *
client_new(enum imsgev_policy policy, int *peer)
{
	struct client	*c;
	int		 sp[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0,
	    sp) == -1 || (c = calloc(1, sizeof(*c))) == NULL)
		exit(1);
	c->fd = -1;
	imsgev_init(&c->iev, sp[0], "engine", handlers, nitems(handlers),
	    policy, c, on_closed);
	*peer = sp[1];
	return c;
}

/* The messages, as the other side sends them. */
static const struct {
	const char	*what;
	uint32_t	 type;
	size_t		 len;
	bool		 fd;
	const char	*fatal;		/* why; NULL: accepted */
} row[] = {
	{ "value", IMSG_LOG_LEVEL, 4, false, NULL },
	{ "value short", IMSG_LOG_LEVEL, 3, false, "its length must be 4" },
	{ "value long", IMSG_LOG_LEVEL, 5, false, "its length must be 4" },
	{ "value empty", IMSG_LOG_LEVEL, 0, false, "its length must be 4" },
	{ "value and descriptor", IMSG_LOG_LEVEL, 4, true,
	    "descriptor not expected" },
	{ "descriptor", IMSG_FD_CONTROL, 0, true, NULL },
	{ "descriptor missing", IMSG_FD_CONTROL, 0, false,
	    "descriptor missing" },
	{ "text", IMSG_RELOAD_TEXT, 99, false, NULL },
	{ "text empty", IMSG_RELOAD_TEXT, 0, false, NULL },
	{ "text longest", IMSG_RELOAD_TEXT, MAX_IMSGSIZE - IMSG_HEADER_SIZE,
	    false, NULL },
	{ "not in the table", IMSG_CLOCK_STEP, 8, false, "not expected here" },
	{ "no such message", 9999, 0, true, "not expected here" },
	{ "handler refuses", IMSG_DRIFT, 0, false, "nonsense" },
};

static void
send_row(int peer, size_t i)
{
	static uint8_t	 data[MAX_IMSGSIZE];
	struct imsgbuf	 ibuf;
	int		 fd;

	if (imsgbuf_init(&ibuf, peer) == -1)
		exit(1);
	imsgbuf_allow_fdpass(&ibuf);
	fd = row[i].fd ? dup(STDOUT_FILENO) : -1;
	memset(data, 1, sizeof(data));
	if (imsg_compose(&ibuf, row[i].type, 5, 0, fd, data, row[i].len) ==
	    -1 || imsgbuf_write(&ibuf) == -1)
		exit(1);
	imsgbuf_clear(&ibuf);
}

static int
open_fds(void)
{
	int	 fd, n = 0;

	for (fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) != -1;
	return n;
}

/* Between processes: the receiver dies and says of what. */
static void
test_fatal(void)
{
	struct client	*c;
	char		 buf[512], want[512];
	ssize_t		 n;
	pid_t		 pid;
	size_t		 i;
	int		 fds[2], peer, status;

	for (i = 0; i < nitems(row); i++) {
		if (pipe(fds) == -1 || (pid = fork()) == -1)
			exit(1);
		if (pid == 0) {
			dup2(fds[1], STDERR_FILENO);
			event_init();
			c = client_new(IMSGEV_FATAL, &peer);
			send_row(peer, i);
			event_loop(EVLOOP_ONCE);
			_exit(c->handled == 1 && c->closed == 0 ? 0 : 2);
		}
		close(fds[1]);
		if ((n = read(fds[0], buf, sizeof(buf) - 1)) < 0)
			n = 0;
		buf[n] = '\0';
		close(fds[0]);
		waitpid(pid, &status, 0);
		CHECK_INT(row[i].what, WIFEXITED(status), 1);
		CHECK_INT(row[i].what, WEXITSTATUS(status),
		    row[i].fatal != NULL);
		want[0] = '\0';
		if (row[i].fatal != NULL)
			snprintf(want, sizeof(want), "fatal in unit: message "
			    "%s (%u) of %zu octets from engine: %s\n",
			    msg_name(row[i].type), row[i].type, row[i].len,
			    row[i].fatal);
		CHECK_STR(row[i].what, buf, want);
	}
}

/* A control client: the same makes it a closed client, once. */
static void
test_close(void)
{
	struct client	*c;
	size_t		 i;
	int		 before = open_fds(), peer, refused;

	for (i = 0; i < nitems(row); i++) {
		c = client_new(IMSGEV_CLOSE, &peer);
		send_row(peer, i);
		/* more behind it, which must not be looked at */
		send_row(peer, 0);
		event_loop(EVLOOP_ONCE);
		if (!c->closed)		/* a long one fills the buffer */
			event_loop(EVLOOP_NONBLOCK);
		/* a client cannot pass descriptors at all */
		refused = row[i].fatal != NULL || row[i].fd;
		CHECK_INT(row[i].what, c->closed, refused);
		if (row[i].type == IMSG_DRIFT)
			c->handled--;
		CHECK_INT(row[i].what, c->handled, refused ? 0 : 2);
		if (!c->closed)
			imsgev_close(&c->iev);
		free(c);
		close(peer);
	}
	CHECK_INT("no leak", open_fds(), before);
}

/* Closed and freed by its own handler, with more to come. */
static void
test_suicide(void)
{
	struct imsgbuf	 ibuf;
	int		 before = open_fds(), peer;

	client_new(IMSGEV_FATAL, &peer);
	if (imsgbuf_init(&ibuf, peer) == -1 ||
	    imsg_compose(&ibuf, IMSG_SHUTDOWN, 0, 0, -1, NULL, 0) == -1 ||
	    imsgbuf_write(&ibuf) == -1)
		exit(1);
	imsgbuf_clear(&ibuf);
	send_row(peer, 0);
	event_loop(EVLOOP_ONCE);
	close(peer);
	CHECK_INT("closed by a handler", open_fds(), before);
}

/* The other side misbehaves on the stream itself, or is gone. */
static void
test_stream(void)
{
	struct imsg_hdr	 hdr = { .type = IMSG_LOG_LEVEL, .len = 7 };
	struct client	*c;
	int		 before = open_fds(), peer;

	c = client_new(IMSGEV_CLOSE, &peer);
	CHECK_INT("write", write(peer, &hdr, sizeof(hdr)), sizeof(hdr));
	event_loop(EVLOOP_ONCE);
	CHECK_INT("broken header", c->closed, 1);
	free(c);
	close(peer);

	c = client_new(IMSGEV_FATAL, &peer);
	close(peer);
	event_loop(EVLOOP_ONCE);
	CHECK_INT("hang-up", c->closed, 1);
	free(c);

	/* last words are heard although we cannot answer any more */
	c = client_new(IMSGEV_FATAL, &peer);
	send_row(peer, 0);
	send_row(peer, 0);
	close(peer);
	imsgev_send(&c->iev, IMSG_CONF_COMMIT, 0, -1, NULL, 0);
	event_loop(EVLOOP_ONCE);
	CHECK_INT("last words", c->handled, 2);
	/* a descriptor for nobody is closed */
	imsgev_send(&c->iev, IMSG_FD_DNS, 0, dup(STDOUT_FILENO), NULL, 0);
	CHECK_INT("not yet", c->closed, 0);
	event_loop(EVLOOP_ONCE);
	CHECK_INT("then the end", c->closed, 1);
	free(c);
	CHECK_INT("no leak", open_fds(), before);
}

/* What we send cannot be sent. */
static void
test_send(void)
{
	static uint8_t	 big[MAX_IMSGSIZE];
	struct client	*c;
	char		 octet;
	int		 before = open_fds(), peer;

	c = client_new(IMSGEV_CLOSE, &peer);
	shutdown(peer, SHUT_RD);
	imsgev_send(&c->iev, IMSG_CTL_END, 0, -1, "x", 1);
	CHECK_INT("queued", imsgev_queued(&c->iev), 1);
	CHECK_INT("from the loop", c->closed, 0);
	event_loop(EVLOOP_ONCE);
	CHECK_INT("deaf client", c->closed, 1);
	free(c);
	close(peer);

	c = client_new(IMSGEV_CLOSE, &peer);
	imsgev_send(&c->iev, IMSG_CTL_TEXT, 0, -1, big, sizeof(big));
	CHECK_INT("from the loop", c->closed, 0);
	event_loop(EVLOOP_ONCE);
	CHECK_INT("oversized", c->closed, 1);
	free(c);
	close(peer);

	c = client_new(IMSGEV_FATAL, &peer);
	imsgev_send(&c->iev, IMSG_SHUTDOWN, 0, -1, NULL, 0);
	CHECK_INT("nothing yet", read(peer, &octet, 1), -1);
	imsgev_drain(&c->iev);
	CHECK_INT("drained", read(peer, &octet, 1), 1);
	CHECK_INT("drained", imsgev_queued(&c->iev), 0);
	imsgev_close(&c->iev);
	free(c);
	close(peer);
	CHECK_INT("no leak", open_fds(), before);
}

/* Somebody who reads, but slowly: a message, three times a second. */
static pid_t
slow_reader(int fd)
{
	static uint8_t	 buf[MAX_IMSGSIZE];
	struct timespec	 pause = { 0, 300000000 };
	pid_t		 pid;

	if ((pid = fork()) != 0)
		return pid;
	for (;;) {
		(void)read(fd, buf, sizeof(buf));
		nanosleep(&pause, NULL);
	}
}

/* Who reads gets it at once; what there is no room for stays. */
static void
test_flush(void)
{
	static uint8_t	 big[MAX_IMSGSIZE - IMSG_HEADER_SIZE];
	struct client	*c;
	char		 octet;
	int		 i, peer;

	c = client_new(IMSGEV_FATAL, &peer);
	imsgev_send(&c->iev, IMSG_SHUTDOWN, 0, -1, NULL, 0);
	imsgev_flush(&c->iev);
	CHECK_INT("flushed", read(peer, &octet, 1), 1);
	CHECK_INT("flushed", imsgev_queued(&c->iev), 0);
	for (i = 0; i < 200; i++)
		imsgev_send(&c->iev, IMSG_CTL_TEXT, 0, -1, big, sizeof(big));
	imsgev_flush(&c->iev);
	CHECK_INT("some of it", imsgev_queued(&c->iev) < 200, 1);
	CHECK_INT("not all of it", imsgev_queued(&c->iev) > 0, 1);
	imsgev_close(&c->iev);
	free(c);
	close(peer);

	c = client_new(IMSGEV_CLOSE, &peer);
	imsgev_send(&c->iev, IMSG_CTL_END, 0, -1, "x", 1);
	close(peer);
	imsgev_flush(&c->iev);
	imsgev_flush(&c->iev);
	CHECK_INT("from the loop", c->closed, 0);
	event_loop(EVLOOP_ONCE);
	CHECK_INT("a client that is gone", c->closed, 1);
	free(c);
}

/* Last words are not waited with for longer than was said. */
static void
test_drain(void)
{
	static uint8_t	 big[MAX_IMSGSIZE - IMSG_HEADER_SIZE];
	struct client	*c;
	mono_t		 start;
	pid_t		 pid;
	int		 i, peer;

	c = client_new(IMSGEV_FATAL, &peer);
	for (i = 0; i < 200; i++)
		imsgev_send(&c->iev, IMSG_CTL_TEXT, 0, -1, big, sizeof(big));
	pid = slow_reader(peer);
	start = now_mono();
	imsgev_drain(&c->iev);
	/* a busy machine takes longer, but all of it would take a minute */
	CHECK_NEAR("one second", mono_diff(now_mono(), start), 6, 5.1);
	CHECK_INT("some of it", imsgev_queued(&c->iev) < 200, 1);
	CHECK_INT("not all of it", imsgev_queued(&c->iev) > 0, 1);
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
	imsgev_close(&c->iev);
	free(c);
	close(peer);
}

static void
test_names(void)
{
	uint32_t	 a, b;

	for (a = 0; a < IMSG__MAX; a++) {
		CHECK_INT("named", strcmp(msg_name(a), "unknown") != 0, 1);
		for (b = 0; b < a; b++)
			CHECK_INT(msg_name(a), strcmp(msg_name(a),
			    msg_name(b)) != 0, 1);
	}
	CHECK_STR("name", msg_name(IMSG_CLOCK_SLEW), "CLOCK_SLEW");
	CHECK_STR("beyond", msg_name(IMSG__MAX), "unknown");
	CHECK_STR("beyond", msg_name(UINT32_MAX), "unknown");
}

int
main(void)
{
	log_init("unit", true, 0);
	test_fatal();
	event_init();
	test_close();
	test_suicide();
	test_stream();
	test_send();
	test_flush();
	test_drain();
	test_names();
	return test_done("imsgev");
}
