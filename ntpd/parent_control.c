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
 * The control socket: who has its name is the daemon.  What is said there
 * is the engine's business.
 */

#include <sys/types.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "parent.h"

#define BACKLOG		5

static int
unix_address(struct sockaddr_un *sun, const char *path)
{
	memset(sun, 0, sizeof(*sun));
	sun->sun_family = AF_UNIX;
	if (strlcpy(sun->sun_path, path, sizeof(sun->sun_path)) >=
	    sizeof(sun->sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return 0;
}

int
parent_control_probe(const char *path)
{
	struct sockaddr_un	 sun;
	struct stat		 st;
	int			 fd, error;

	if (unix_address(&sun, path) == -1)
		return -1;
	if (lstat(path, &st) == -1)
		return errno == ENOENT ? 0 : -1;
	if (!S_ISSOCK(st.st_mode)) {
		errno = ENOTSOCK;
		return -1;
	}
	/* one that hangs, its queue full, is there as well: do not wait */
	if ((fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
	    0)) == -1)
		return -1;
	error = connect(fd, (const struct sockaddr *)&sun,
	    sizeof(sun)) == -1 ? errno : 0;
	close(fd);
	if (error == 0 || error == EAGAIN)
		return 1;
	if (error == ECONNREFUSED && unlink(path) == 0)
		return 0;
	errno = error;
	return error == ENOENT ? 0 : -1;
}

/*
 * Bound under another name, given its owner and mode, and only then given
 * its own: nobody can connect before that, and of two that start in the
 * same moment one finds the name taken.
 */
int
parent_control_open(const char *path, gid_t group)
{
	struct sockaddr_un	 sun;
	char			 temp[sizeof(sun.sun_path)];
	mode_t			 mask;
	int			 fd, error, bound, done;

	if ((size_t)snprintf(temp, sizeof(temp), "%s.%ld", path,
	    (long)getpid()) >= sizeof(temp)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if (unix_address(&sun, temp) == -1 || (fd = socket(AF_UNIX,
	    SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) == -1)
		return -1;
	(void)unlink(temp);
	mask = umask(S_IRWXG | S_IRWXO | S_IXUSR);
	bound = bind(fd, (const struct sockaddr *)&sun, sizeof(sun));
	error = errno;
	(void)umask(mask);
	errno = error;
	done = bound == -1 || chown(temp, 0, group) == -1 ||
	    chmod(temp, S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP) == -1 ||
	    listen(fd, BACKLOG) == -1 || link(temp, path) == -1 ? -1 : 0;
	error = errno;
	if (bound == 0)
		(void)unlink(temp);
	if (done == 0)
		return fd;
	close(fd);
	errno = error;
	return -1;
}
