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
	uint32_t	 row;
	char		 name[MSG_NAME_MAX];
};

static const struct addr *
row_addr(const struct rowtype *type, const struct rows *rows, size_t i,
    struct addr *addr)
{
	memcpy(addr, rows->row + i * type->size + type->addr, sizeof(*addr));
	return addr;
}

/* The child: every CHILDREN-th row. */
static __dead void
ask(const struct rowtype *type, const struct rows *rows, size_t first,
    int fd)
{
	struct sockaddr_storage	 ss;
	struct addr		 addr;
	struct found		 found;
	socklen_t		 len;
	size_t			 i;

	memset(&found, 0, sizeof(found));
	for (i = first; i < rows->n; i += CHILDREN) {
		len = addr_to_sa(row_addr(type, rows, i, &addr), &ss);
		if (len == 0 || getnameinfo((struct sockaddr *)&ss, len,
		    found.name, sizeof(found.name), NULL, 0,
		    NI_NAMEREQD | NI_DGRAM) != 0)
			continue;
		found.row = (uint32_t)i;
		if (write(fd, &found, sizeof(found)) != sizeof(found))
			break;
	}
	_exit(0);
}

static void
collect(const struct rowtype *type, struct rows *rows, int fd)
{
	mono_t		 deadline = mono_add(now_mono(), PATIENCE);
	struct found	 found;
	struct pollfd	 pfd;
	double		 left;
	int		 n;

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
		if (found.row >= rows->n)
			return;
		found.name[sizeof(found.name) - 1] = '\0';
		value_clean(found.name);
		memcpy(rows->row + found.row * type->size + type->host,
		    found.name, sizeof(found.name));
	}
}

void
resolve(const struct rowtype *type, struct rows *rows)
{
	pid_t	 child[CHILDREN];
	size_t	 i, n = 0;
	int	 fds[2];

	if (type->host == 0 || rows->n == 0 || pipe(fds) == -1)
		return;
	for (i = 0; i < CHILDREN && i < rows->n; i++) {
		switch (child[n] = fork()) {
		case -1:
			break;
		case 0:
			close(fds[0]);
			ask(type, rows, i, fds[1]);
		default:
			n++;
			break;
		}
	}
	close(fds[1]);
	collect(type, rows, fds[0]);
	close(fds[0]);
	for (i = 0; i < n; i++) {
		kill(child[i], SIGKILL);
		waitpid(child[i], NULL, 0);
	}
}
