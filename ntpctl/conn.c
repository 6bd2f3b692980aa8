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
 * ntpctl's connection to the daemon: greeting, requests, answers.  The
 * daemon may be gone, silent, of another version or not ours at all; each
 * has one line in conn.error.
 */

#include <sys/types.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/time.h>

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "now.h"
#include "ntpctl.h"

#define POLL_MAX	86400.0	/* s; ms must fit in an int */
#define ROWS_MAX	4096	/* no daemon has more to say */

/* Say why; always -1. */
static int __attribute__((__format__(printf, 2, 3)))
failed(struct conn *conn, const char *fmt, ...)
{
	va_list	 ap;

	va_start(ap, fmt);
	vsnprintf(conn->error, sizeof(conn->error), fmt, ap);
	va_end(ap);
	return -1;
}

/* Not allowed to connect: who is? */
static int
denied(struct conn *conn)
{
	const char	*path = conn->path;
	struct group	*gr;
	struct stat	 st;

	if (stat(path, &st) == -1)
		return failed(conn, "%s: permission denied", path);
	if (st.st_gid == 0 || !(st.st_mode & S_IWGRP))
		return failed(conn, "%s: permission denied, "
		    "only root may connect", path);
	if ((gr = getgrgid(st.st_gid)) != NULL)
		return failed(conn, "%s: permission denied, "
		    "be root or in group %s", path, gr->gr_name);
	return failed(conn, "%s: permission denied, be root or in group %u",
	    path, st.st_gid);
}

static int
cannot_connect(struct conn *conn)
{
	switch (errno) {
	case EACCES:
	case EPERM:
		return denied(conn);
	case ENOENT:
	case ECONNREFUSED:
		conn->gone = true;
		return failed(conn, "ntpd is not running: %s: %s", conn->path,
		    strerror(errno));
	case ENAMETOOLONG:
		return failed(conn, "%s: path too long for a socket",
		    conn->path);
	case EAGAIN:
	case ETIMEDOUT:
		return failed(conn, "%s: ntpd does not answer", conn->path);
	}
	return failed(conn, "%s: %s", conn->path, strerror(errno));
}

static int
nonsense(struct conn *conn, struct imsg *imsg)
{
	return failed(conn, "ntpd's answer makes no sense: %s of %zu octets",
	    msg_name(imsg_get_type(imsg)), imsg_get_len(imsg));
}

/* Wait until the socket is ready; only so long. */
static int
await(struct conn *conn, short events, mono_t deadline)
{
	struct pollfd	 pfd;
	double		 left;
	int		 n;

	pfd.fd = conn->ibuf.fd;
	pfd.events = events;
	while ((left = mono_diff(deadline, now_mono())) > 0) {
		if (left > POLL_MAX)
			left = POLL_MAX;
		n = poll(&pfd, 1, (int)(left * 1e3) + 1);
		if (n > 0)
			return 0;
		if (n == -1 && errno != EINTR)
			return failed(conn, "poll: %s", strerror(errno));
	}
	conn->silent = true;
	return failed(conn, "no answer from ntpd within %.0f seconds",
	    conn->patience);
}

/*
 * The next message of the daemon, to be freed; what says what it would be
 * part of.
 */
static int
next(struct conn *conn, struct imsg *imsg, const char *what)
{
	mono_t	 deadline = mono_add(now_mono(), conn->patience);
	int	 n;

	while ((n = imsgbuf_get(&conn->ibuf, imsg)) == 0) {
		if (await(conn, POLLIN, deadline) == -1)
			return -1;
		n = imsgbuf_read(&conn->ibuf);
		if (n == 0 || (n == -1 && errno == ECONNRESET)) {
			conn->gone = true;
			return failed(conn, "ntpd closed the connection %s",
			    what);
		}
		if (n == -1)
			return failed(conn, "%s: %s", conn->path,
			    strerror(errno));
	}
	if (n == -1)
		return failed(conn, "%s: what answers there is not ntpd",
		    conn->path);
	return 0;
}

static int
dial(struct conn *conn)
{
	struct sockaddr_un	 sun;
	struct timeval		 patience = { CONN_PATIENCE, 0 };
	int			 fd, saved;

	memset(&sun, 0, sizeof(sun));
	sun.sun_family = AF_UNIX;
	if (strlcpy(sun.sun_path, conn->path, sizeof(sun.sun_path)) >=
	    sizeof(sun.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if ((fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) == -1)
		return -1;
	/* on some systems connect waits while the daemon's queue is full */
	if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience,
	    sizeof(patience)) == -1 ||
	    connect(fd, (struct sockaddr *)&sun, sizeof(sun)) == -1 ||
	    fcntl(fd, F_SETFL, O_NONBLOCK) == -1) {
		saved = errno;
		close(fd);
		errno = saved;
		return -1;
	}
	return fd;
}

static int
greet(struct conn *conn)
{
	struct ctl_hello	 hello = { CTL_VERSION };
	struct imsg		 imsg;

	if (conn_ask(conn, IMSG_CTL_HELLO, &hello, sizeof(hello)) == -1 ||
	    next(conn, &imsg, "without a greeting") == -1)
		return -1;
	if (imsg_get_type(&imsg) != IMSG_CTL_HELLO ||
	    imsg_get_data(&imsg, &hello, sizeof(hello)) == -1) {
		nonsense(conn, &imsg);
		imsg_free(&imsg);
		return -1;
	}
	imsg_free(&imsg);
	if (hello.version != CTL_VERSION)
		return failed(conn, "ntpd speaks version %u of the control "
		    "protocol, this ntpctl version %u", hello.version,
		    CTL_VERSION);
	return 0;
}

int
conn_open(struct conn *conn, const char *path, double patience)
{
	int	 fd;

	memset(conn, 0, sizeof(*conn));
	conn->path = path;
	conn->patience = patience;
	if ((fd = dial(conn)) == -1)
		return cannot_connect(conn);
	if (imsgbuf_init(&conn->ibuf, fd) == -1) {
		close(fd);
		return failed(conn, "%s", strerror(errno));
	}
	if (greet(conn) == -1) {
		conn_close(conn);
		return -1;
	}
	return 0;
}

void
conn_close(struct conn *conn)
{
	imsgbuf_clear(&conn->ibuf);
	close(conn->ibuf.fd);
}

int
conn_ask(struct conn *conn, uint32_t type, const void *data, size_t len)
{
	mono_t	 deadline = mono_add(now_mono(), conn->patience);

	if (imsg_compose(&conn->ibuf, type, 0, 0, -1, data, len) == -1)
		return failed(conn, "%s", strerror(errno));
	while (imsgbuf_queuelen(&conn->ibuf) > 0) {
		if (await(conn, POLLOUT, deadline) == -1)
			return -1;
		if (imsgbuf_write(&conn->ibuf) != -1)
			continue;
		/* if it is gone, its last words may say why */
		if (errno == EPIPE || errno == ECONNRESET)
			return 0;
		return failed(conn, "%s: %s", conn->path, strerror(errno));
	}
	return 0;
}

static int
add_row(struct conn *conn, struct rows *rows, const struct rowtype *type,
    struct imsg *imsg)
{
	uint8_t	*row;

	if (rows->n == ROWS_MAX)
		return failed(conn, "ntpd's answer does not end");
	if ((row = rows_add(rows, type)) == NULL)
		return failed(conn, "%s", strerror(errno));
	if (imsg_get_data(imsg, row, type->len) == -1)
		return nonsense(conn, imsg);
	return 0;
}

static int
say(struct conn *conn, struct imsg *imsg)
{
	char	 text[MSG_TEXT_MAX];
	size_t	 len = imsg_get_len(imsg), i;

	if (len == 0 || len > sizeof(text) ||
	    imsg_get_data(imsg, text, len) == -1)
		return nonsense(conn, imsg);
	text[len - 1] = '\0';
	/* it quotes files: tabs stay, so that carets point right */
	for (i = 0; text[i] != '\0'; i++) {
		if (((unsigned char)text[i] < ' ' && text[i] != '\t') ||
		    text[i] == 0x7f)
			text[i] = '?';
	}
	fprintf(stderr, "%s\n", text);
	return 0;
}

/* One message of an answer; 1 when it was the last. */
static int
part_of(struct conn *conn, const struct rowtype *type, struct rows *rows,
    struct imsg *imsg, struct ctl_end *end)
{
	if (type != NULL && imsg_get_type(imsg) == type->msg)
		return add_row(conn, rows, type, imsg);
	if (imsg_get_type(imsg) == IMSG_CTL_TEXT)
		return say(conn, imsg);
	if (imsg_get_type(imsg) != IMSG_CTL_END ||
	    imsg_get_data(imsg, end, sizeof(*end)) == -1)
		return nonsense(conn, imsg);
	return 1;
}

int
conn_answer(struct conn *conn, const struct rowtype *type, struct rows *rows,
    enum ctl_result *result)
{
	struct ctl_end	 end;
	struct imsg	 imsg;
	size_t		 before = rows != NULL ? rows->n : 0;
	int		 last;

	do {
		if (next(conn, &imsg, "in the middle of its answer") == -1)
			return -1;
		last = part_of(conn, type, rows, &imsg, &end);
		imsg_free(&imsg);
		if (last == -1)
			return -1;
	} while (!last);
	if (end.result == CTL_OK && rows != NULL &&
	    end.rows != rows->n - before)
		return failed(conn, "ntpd's answer is not complete: "
		    "%zu of %u rows", rows->n - before, end.rows);
	*result = (enum ctl_result)end.result;
	return 0;
}
