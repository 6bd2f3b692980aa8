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
 * ntpctl: names for the addresses of a view.
 *
 * A few children ask the resolver, side by side; after a second we take
 * what there is and end them, so a dead resolver costs a second and no
 * more.  No name is no error.
 */

#include <sys/types.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "now.h"
#include "ntpctl.h"

#define CHILDREN	8
#define PATIENCE	1.0	/* s, for all names together */

/* Shorter than PIPE_BUF: written and read whole. */
struct found {
	uint32_t	 part;
	uint32_t	 row;
	char		 name[MSG_NAME_MAX];
};

/* How many rows of a part have an address. */
static size_t
addresses(const struct view *view, const struct rows *rows, size_t part)
{
	if (view->part[part] == NULL || view->part[part]->type->host == 0)
		return 0;
	return rows[part].n;
}

static bool
look_up(const struct rowtype *type, const uint8_t *row,
    char name[MSG_NAME_MAX])
{
	struct sockaddr_storage	 ss;
	struct addr		 addr;
	socklen_t		 len;

	memcpy(&addr, row + type->addr, sizeof(addr));
	len = addr_to_sa(&addr, &ss);
	return len != 0 && getnameinfo((struct sockaddr *)&ss, len, name,
	    MSG_NAME_MAX, NULL, 0, NI_NAMEREQD | NI_DGRAM) == 0;
}

/* The child: every CHILDREN-th row. */
static __dead void
ask(const struct view *view, const struct rows *rows, size_t first, int fd)
{
	const struct rowtype	*type;
	struct found		 found;
	size_t			 part, i, n = 0;

	memset(&found, 0, sizeof(found));
	for (part = 0; part < VIEW_PARTS; part++) {
		for (i = 0; i < addresses(view, rows, part); i++) {
			type = view->part[part]->type;
			if (n++ % CHILDREN != first || !look_up(type,
			    rows[part].row + i * type->size, found.name))
				continue;
			found.part = (uint32_t)part;
			found.row = (uint32_t)i;
			if (write(fd, &found, sizeof(found)) !=
			    sizeof(found))
				_exit(1);
		}
	}
	_exit(0);
}

static void
collect(const struct view *view, struct rows *rows, int fd)
{
	mono_t			 deadline = mono_add(now_mono(), PATIENCE);
	const struct rowtype	*type;
	struct found		 found;
	struct pollfd		 pfd;
	double			 left;
	int			 n;

	pfd.fd = fd;
	pfd.events = POLLIN;
	for (;;) {
		left = mono_diff(deadline, now_mono());
		if (left <= 0)
			return;
		n = poll(&pfd, 1, (int)(left * 1e3) + 1);
		if (n == -1 && errno == EINTR)
			continue;
		if (n != 1 || read(fd, &found, sizeof(found)) !=
		    sizeof(found))
			return;
		if (found.part >= VIEW_PARTS ||
		    found.row >= addresses(view, rows, found.part))
			return;
		found.name[sizeof(found.name) - 1] = '\0';
		value_clean(found.name);
		type = view->part[found.part]->type;
		memcpy(rows[found.part].row + found.row * type->size +
		    type->host, found.name, sizeof(found.name));
	}
}

void
resolve(const struct view *view, struct rows *rows)
{
	pid_t	 child[CHILDREN];
	size_t	 i, total = 0, n = 0;
	int	 fds[2];

	for (i = 0; i < VIEW_PARTS; i++)
		total += addresses(view, rows, i);
	if (total == 0 || pipe(fds) == -1)
		return;
	for (i = 0; i < CHILDREN && i < total; i++) {
		switch (child[n] = fork()) {
		case -1:
			break;
		case 0:
			close(fds[0]);
			ask(view, rows, i, fds[1]);
		default:
			n++;
			break;
		}
	}
	close(fds[1]);
	collect(view, rows, fds[0]);
	close(fds[0]);
	for (i = 0; i < n; i++) {
		kill(child[i], SIGKILL);
		waitpid(child[i], NULL, 0);
	}
}
