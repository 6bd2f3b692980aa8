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
 * Files of the parent's: those of the administrator are looked at before
 * they are believed, and small ones of our own are replaced as a whole, so
 * that who reads them sees the old text or the new one, never half of it.
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

/* Without the privilege to read what others have, as on each reload. */
static bool
readable(const struct stat *st)
{
	if (st->st_uid == geteuid())
		return (st->st_mode & S_IRUSR) != 0;
	if (st->st_gid == getegid())
		return (st->st_mode & S_IRGRP) != 0;
	return (st->st_mode & S_IROTH) != 0;
}

int
parent_file_open(const char *path, bool secret, const char **why)
{
	struct stat	 st;
	int		 fd;

	*why = NULL;
	if ((fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)) == -1) {
		*why = conf_file_error(errno);
		return -1;
	}
	if (fstat(fd, &st) == -1)
		*why = strerror(errno);
	else if (!S_ISREG(st.st_mode))
		*why = "not a regular file";
	else if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		*why = "its group or others may write it: please run chmod "
		    "go-w on it";
	else if (secret && (st.st_mode & S_IROTH) != 0)
		*why = "others may read it: please run chmod o-r on it";
	else if (!readable(&st))
		*why = "it is not root's: please run chown root on it";
	if (*why == NULL)
		return fd;
	close(fd);
	return -1;
}

const char *
parent_file_directory(const char *path, char buf[CONF_PATH_MAX])
{
	char	*slash;

	(void)strlcpy(buf, path, CONF_PATH_MAX);
	if ((slash = strrchr(buf, '/')) == NULL)
		return ".";
	slash[slash == buf ? 1 : 0] = '\0';
	return buf;
}

const char *
parent_file_room(const char *path)
{
	char		 buf[CONF_PATH_MAX];
	const char	*dir = parent_file_directory(path, buf);
	struct stat	 st;

	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return "not a regular file";
	if (stat(dir, &st) == -1 || access(dir, W_OK) == -1)
		return strerror(errno);
	if (!S_ISDIR(st.st_mode))
		return strerror(ENOTDIR);
	/* locked up, root is a user like others */
	if (st.st_uid != 0 && (st.st_mode & S_IWOTH) == 0)
		return "its directory is not root's";
	return NULL;
}

/* What is in the directory survives a crash only once that is written. */
static void
sync_directory(const char *path)
{
	char	 buf[CONF_PATH_MAX];
	int	 fd;

	if ((fd = open(parent_file_directory(path, buf), O_RDONLY |
	    O_DIRECTORY | O_CLOEXEC)) == -1)
		return;
	(void)fsync(fd);
	close(fd);
}

/*
 * Give the file its name: over what has it, or only if nothing has.  A file
 * system without links cannot tell.
 */
static int
name_it(const char *temp, const char *path, bool fresh)
{
	if (!fresh)
		return rename(temp, path);
	if (link(temp, path) == 0) {
		(void)unlink(temp);
		return 0;
	}
	return errno == EEXIST ? -1 : rename(temp, path);
}

int
parent_file_replace(const char *path, const char *text, mode_t mode)
{
	return parent_file_put(path, text, mode, false, NULL);
}

int
parent_file_put(const char *path, const char *text, mode_t mode, bool fresh,
    struct parent_file_id *id)
{
	struct stat	 st;
	char		 temp[PATH_MAX];
	int		 fd, error;

	if ((size_t)snprintf(temp, sizeof(temp), "%s.XXXXXXXXXX", path) >=
	    sizeof(temp)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if ((fd = mkostemp(temp, O_CLOEXEC)) == -1)
		return -1;
	if (dprintf(fd, "%s", text) < 0 || fchmod(fd, mode) == -1 ||
	    fsync(fd) == -1 || fstat(fd, &st) == -1 ||
	    name_it(temp, path, fresh) == -1) {
		error = errno;
		close(fd);
		(void)unlink(temp);
		errno = error;
		return -1;
	}
	close(fd);
	sync_directory(path);
	if (id != NULL)
		parent_file_identify(id, &st);
	return 0;
}

void
parent_file_identify(struct parent_file_id *id, const struct stat *st)
{
	memset(id, 0, sizeof(*id));
	id->there = true;
	id->dev = st->st_dev;
	id->ino = st->st_ino;
	id->size = st->st_size;
	id->sec = st->st_mtim.tv_sec;
	id->nsec = st->st_mtim.tv_nsec;
}

bool
parent_file_written(const char *what, const char *path, int result,
    int *error)
{
	if (result == -1) {
		if (errno != *error)
			log_warn("%s %s: cannot write", what, path);
		*error = errno;
		return false;
	}
	if (*error != 0)
		log_info("%s %s: written again", what, path);
	*error = 0;
	return true;
}
