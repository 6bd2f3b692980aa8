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
 * Reading one file of the configuration into memory, whole, with what can
 * be said about it as a file.  Parent only; the only part of conf_*.c that
 * opens anything.
 */

#include <sys/types.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf.h"
#include "conf_lex.h"
#include "log.h"

static int	 slurp(int, size_t, char **, size_t *);
static size_t	 total(const struct conf *);
static const char *not_text(const char *, size_t, struct conf_pos *);
static void	 refuse(const struct conf *, struct conf_report *,
		    const char *, struct conf_pos, const char *);

int
conf_file_read(struct conf *conf, struct conf_report *rep, const char *path,
    struct conf_pos at, uint32_t *file, struct stat *st)
{
	struct conf_pos pos = { .line = 1, .col = 1 };
	struct conf_file *f;
	const char *why;
	char *text = NULL;
	size_t len = 0;
	int fd;

	if (conf->nfiles >= LEX_FILES_MAX) {
		refuse(conf, rep, path, at, "too many files are included");
		return -1;
	}
	if (strcmp(path, "-") == 0) {
		path = "stdin";
		fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
	} else
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY |
		    (at.line == 0 ? 0 : O_NONBLOCK));
	if (fd == -1) {
		refuse(conf, rep, path, at, conf_file_error(errno));
		return -1;
	}
	why = NULL;
	if (fstat(fd, st) == -1)
		why = strerror(errno);
	else if (S_ISDIR(st->st_mode))
		why = "it is a directory";
	else if (at.line != 0 && !S_ISREG(st->st_mode))
		why = "it is not a regular file";
	else if (slurp(fd, LEX_SIZE_MAX - total(conf), &text, &len) == -1)
		why = errno == EFBIG ? "the configuration is larger than 16 MB"
		    : strerror(errno);
	close(fd);
	if (why != NULL) {
		refuse(conf, rep, path, at, why);
		return -1;
	}

	f = reallocarray(conf->files, conf->nfiles + 1, sizeof(*f));
	if (f == NULL)
		fatal("reallocarray");
	conf->files = f;
	f = &conf->files[conf->nfiles];
	if ((f->name = strdup(path)) == NULL)
		fatal("strdup");
	f->text = text;
	f->len = len;
	pos.file = *file = conf->nfiles++;
	if ((why = not_text(text, len, &pos)) != NULL) {
		conf_error(conf, rep, pos, "this is not a text file: %s", why);
		return -1;
	}
	return 0;
}

const char *
conf_file_error(int error)
{
	if (error == EACCES && geteuid() == 0)
		return "Permission denied: it, or a directory it is in, is "
		    "not root's, and root is a user like others here";
	return strerror(error);
}

/* All there is, with a NUL behind it; -1 and EFBIG for more than max. */
static int
slurp(int fd, size_t max, char **textp, size_t *lenp)
{
	size_t size = 8192, len = 0;
	ssize_t n;
	char *text = NULL, *p;

	for (;;) {
		if ((p = realloc(text, size + 1)) == NULL)
			fatal("realloc");
		text = p;
		n = read(fd, text + len, size - len);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 || len + (size_t)n > max) {
			if (n != -1)
				errno = EFBIG;
			free(text);
			return -1;
		}
		if (n == 0)
			break;
		len += (size_t)n;
		if (len == size)
			size *= 2;
	}
	text[len] = '\0';
	*textp = text;
	*lenp = len;
	return 0;
}

static size_t
total(const struct conf *conf)
{
	size_t sum = 0;
	uint32_t i;

	for (i = 0; i < conf->nfiles; i++)
		sum += conf->files[i].len;
	return sum;
}

/* Control characters are found before they can confuse anything else. */
static const char *
not_text(const char *text, size_t len, struct conf_pos *pos)
{
	size_t i;
	unsigned char c;

	for (i = 0; i < len; i++) {
		c = (unsigned char)text[i];
		if (c == '\n') {
			pos->line++;
			pos->col = 1;
			continue;
		}
		if (c == '\0')
			return "it has NUL characters";
		if ((c < ' ' && c != '\t' && c != '\r' && c != '\f') ||
		    c == 0x7f)
			return "it has control characters";
		pos->col++;
	}
	return NULL;
}

/* An included file is refused at its include, the main file by its name. */
static void
refuse(const struct conf *conf, struct conf_report *rep, const char *path,
    struct conf_pos at, const char *why)
{
	struct conf none = { .nfiles = 0 };
	struct conf_file f;

	if (at.line != 0) {
		conf_error(conf, rep, at, "cannot read \"%s\": %s", path, why);
		return;
	}
	if ((f.name = strdup(path)) == NULL)
		fatal("strdup");
	none.files = &f;
	none.nfiles = 1;
	conf_error(&none, rep, at, "cannot read it: %s", why);
	free(f.name);
}
