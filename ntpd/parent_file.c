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
 * A small file of the parent's, replaced as a whole: who reads it sees the
 * old text or the new one, never half of it.
 */

#include <sys/types.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "parent.h"

/* What is in the directory survives a crash only once that is written. */
static void
sync_directory(const char *path)
{
	char	 dir[PATH_MAX], *slash;
	int	 fd;

	if (strlcpy(dir, path, sizeof(dir)) >= sizeof(dir) ||
	    (slash = strrchr(dir, '/')) == NULL)
		return;
	slash[slash == dir ? 1 : 0] = '\0';
	if ((fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1)
		return;
	(void)fsync(fd);
	close(fd);
}

int
parent_file_replace(const char *path, const char *text, mode_t mode)
{
	char	 temp[PATH_MAX];
	int	 fd, error;

	if ((size_t)snprintf(temp, sizeof(temp), "%s.XXXXXXXXXX", path) >=
	    sizeof(temp)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if ((fd = mkostemp(temp, O_CLOEXEC)) == -1)
		return -1;
	if (dprintf(fd, "%s", text) < 0 || fchmod(fd, mode) == -1 ||
	    fsync(fd) == -1 || rename(temp, path) == -1) {
		error = errno;
		close(fd);
		(void)unlink(temp);
		errno = error;
		return -1;
	}
	close(fd);
	sync_directory(path);
	return 0;
}
