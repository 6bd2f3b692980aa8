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
 * ends ntpctl with one line.
 */

#include <sys/types.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "now.h"
#include "ntpctl.h"

#define PATIENCE	5	/* s of silence */
#define ROWS_MAX	4096	/* no daemon has more to say */

/* Not allowed to connect: who is? */
static __dead void
denied(const char *path)
{
	struct group	*gr;
	struct stat	 st;

	if (stat(path, &st) == -1)
		errx(1, "%s: permission denied", path);
	if (st.st_gid == 0 || !(st.st_mode & S_IWGRP))
		errx(1, "%s: permission denied, only root may connect", path);
	if ((gr = getgrgid(st.st_gid)) != NULL)
		errx(1, "%s: permission denied, be root or in group %s",
		    path, gr->gr_name);
	errx(1, "%s: permission denied, be root or in group %u", path,
	    st.st_gid);
}

static __dead void
cannot_connect(const char *path)
{
	switch (errno) {
	case EACCES:
	case EPERM:
		denied(path);
	case ENOENT:
	case ECONNREFUSED:
		err(1, "ntpd is not running: %s", path);
	case EAGAIN:
	case ETIMEDOUT:
		errx(1, "%s: ntpd does not answer", path);
	}
	err(1, "%s", path);
}

static __dead void
nonsense(struct imsg *imsg)
{
	errx(1, "ntpd's answer makes no sense: %s of %zu octets",
	    msg_name(imsg_get_type(imsg)), imsg_get_len(imsg));
}

/* Wait until the socket is ready; only so long. */
static void
await(struct conn *conn, short events, mono_t deadline)
{
	struct pollfd	 pfd;
	double		 left;
	int		 n;

	pfd.fd = conn->ibuf.fd;
	pfd.events = events;
	do {
		left = mono_diff(deadline, now_mono());
		n = left > 0 ? poll(&pfd, 1, (int)(left * 1e3) + 1) : 0;
	} while (n == -1 && errno == EINTR);
	if (n == -1)
		err(1, "poll");
	if (n == 0)
		errx(1, "no answer from ntpd within %d seconds", PATIENCE);
}

/* The next message of the daemon; what says what it would be part of. */
static void
next(struct conn *conn, struct imsg *imsg, const char *what)
{
	mono_t	 deadline = mono_add(now_mono(), PATIENCE);
	int	 n;

	while ((n = imsgbuf_get(&conn->ibuf, imsg)) == 0) {
		await(conn, POLLIN, deadline);
		n = imsgbuf_read(&conn->ibuf);
		if (n == 0 || (n == -1 && errno == ECONNRESET))
			errx(1, "ntpd closed the connection %s", what);
		if (n == -1)
			err(1, "%s", conn->path);
	}
	if (n == -1)
		errx(1, "%s: what answers there is not ntpd", conn->path);
}

static int
dial(const char *path)
{
	struct sockaddr_un	 sun;
	struct timeval		 patience = { PATIENCE, 0 };
	int			 fd;

	memset(&sun, 0, sizeof(sun));
	sun.sun_family = AF_UNIX;
	if (strlcpy(sun.sun_path, path, sizeof(sun.sun_path)) >=
	    sizeof(sun.sun_path))
		errx(1, "%s: path too long for a socket", path);
	if ((fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) == -1)
		err(1, "socket");
	/* on some systems connect waits while the daemon's queue is full */
	if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience,
	    sizeof(patience)) == -1)
		err(1, "setsockopt");
	if (connect(fd, (struct sockaddr *)&sun, sizeof(sun)) == -1)
		cannot_connect(path);
	if (fcntl(fd, F_SETFL, O_NONBLOCK) == -1)
		err(1, "fcntl");
	return fd;
}

void
conn_open(struct conn *conn, const char *path)
{
	struct ctl_hello	 hello = { CTL_VERSION };
	struct imsg		 imsg;

	conn->path = path;
	if (imsgbuf_init(&conn->ibuf, dial(path)) == -1)
		err(1, NULL);
	conn_ask(conn, IMSG_CTL_HELLO, &hello, sizeof(hello));
	next(conn, &imsg, "without a greeting");
	if (imsg_get_type(&imsg) != IMSG_CTL_HELLO ||
	    imsg_get_data(&imsg, &hello, sizeof(hello)) == -1)
		nonsense(&imsg);
	imsg_free(&imsg);
	if (hello.version != CTL_VERSION)
		errx(1, "ntpd speaks version %u of the control protocol, "
		    "this ntpctl version %u", hello.version, CTL_VERSION);
}

void
conn_close(struct conn *conn)
{
	imsgbuf_clear(&conn->ibuf);
	close(conn->ibuf.fd);
}

void
conn_ask(struct conn *conn, uint32_t type, const void *data, size_t len)
{
	mono_t	 deadline = mono_add(now_mono(), PATIENCE);

	if (imsg_compose(&conn->ibuf, type, 0, 0, -1, data, len) == -1)
		err(1, NULL);
	while (imsgbuf_queuelen(&conn->ibuf) > 0) {
		await(conn, POLLOUT, deadline);
		/* if it is gone, its last words may say why */
		if (imsgbuf_write(&conn->ibuf) == -1) {
			if (errno != EPIPE && errno != ECONNRESET)
				err(1, "%s", conn->path);
			return;
		}
	}
}

static void
add_row(struct rows *rows, const struct rowtype *type, struct imsg *imsg)
{
	uint8_t	*row;

	if (rows->n == ROWS_MAX)
		errx(1, "ntpd's answer does not end");
	row = reallocarray(rows->row, rows->n + 1, type->size);
	if (row == NULL)
		err(1, NULL);
	rows->row = row;
	row += rows->n * type->size;
	memset(row, 0, type->size);
	if (imsg_get_data(imsg, row, type->len) == -1)
		nonsense(imsg);
	rows->n++;
}

static void
say(struct imsg *imsg)
{
	char	 text[MSG_TEXT_MAX];
	size_t	 len = imsg_get_len(imsg), i;

	if (len == 0 || len > sizeof(text) ||
	    imsg_get_data(imsg, text, len) == -1)
		nonsense(imsg);
	text[len - 1] = '\0';
	/* it quotes files: tabs stay, so that carets point right */
	for (i = 0; text[i] != '\0'; i++) {
		if (((unsigned char)text[i] < ' ' && text[i] != '\t') ||
		    text[i] == 0x7f)
			text[i] = '?';
	}
	fprintf(stderr, "%s\n", text);
}

enum ctl_result
conn_answer(struct conn *conn, const struct rowtype *type, struct rows *rows)
{
	struct ctl_end	 end;
	struct imsg	 imsg;
	size_t		 n = 0;

	for (;;) {
		next(conn, &imsg, "in the middle of its answer");
		if (type != NULL && imsg_get_type(&imsg) == type->msg) {
			add_row(rows, type, &imsg);
			n++;
		} else if (imsg_get_type(&imsg) == IMSG_CTL_TEXT)
			say(&imsg);
		else
			break;
		imsg_free(&imsg);
	}
	if (imsg_get_type(&imsg) != IMSG_CTL_END ||
	    imsg_get_data(&imsg, &end, sizeof(end)) == -1)
		nonsense(&imsg);
	imsg_free(&imsg);
	if (end.result == CTL_OK && end.rows != n)
		errx(1, "ntpd's answer is not complete: %zu of %u rows", n,
		    end.rows);
	return (enum ctl_result)end.result;
}
