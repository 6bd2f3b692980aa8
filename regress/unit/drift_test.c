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
 * parent_drift.c: the formats it reads, what it does not believe, and that
 * a file is replaced whole or not at all.
 */

#include <sys/types.h>
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "parent.h"
#include "test.h"

#define PPM	1e-6

static char	 dir[] = "/tmp/drift_test.XXXXXXXXXX";
static char	 path[64];

static void
put(const char *text, size_t len)
{
	FILE	*fp;

	if ((fp = fopen(path, "w")) == NULL ||
	    fwrite(text, 1, len, fp) != len || fclose(fp) != 0) {
		perror(path);
		exit(1);
	}
}

static const char *
get(void)
{
	static char	 text[256];
	ssize_t		 n;
	int		 fd;

	if ((fd = open(path, O_RDONLY)) == -1)
		return "(none)";
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[n < 0 ? 0 : n] = '\0';
	return text;
}

/* How many files there are. */
static int
files(void)
{
	struct dirent	*de;
	DIR		*d;
	int		 n = 0;

	if ((d = opendir(dir)) == NULL)
		return -1;
	while ((de = readdir(d)) != NULL)
		n += de->d_name[0] != '.';
	closedir(d);
	return n;
}

static void
test_read(void)
{
	static const struct {
		const char	*what;
		const char	*text;
		enum drift_verdict verdict;
		double		 ppm;
		double		 error;	/* ppm */
	} t[] = {
		{ "ours", "12.345678\n", DRIFT_OK, 12.345678, 2 },
		{ "OpenNTPD's", "-12.346\n", DRIFT_OK, -12.346, 2 },
		{ "ntp.org's", "7.000", DRIFT_OK, 7, 2 },
		{ "zero", "0.000\n", DRIFT_OK, 0, 2 },
		{ "chrony's: a fast clock", "   12.345678   3.5\n", DRIFT_OK,
		    -12.345678, 3.5 },
		{ "chrony's: a slow clock", "-4.25 0.001\n", DRIFT_OK, 4.25,
		    2 },
		{ "chrony's, hardly known", "1.0 1000000.0\n", DRIFT_OK, -1,
		    500 },
		{ "the greatest", "500\n", DRIFT_OK, 500, 2 },
		{ "more", "500.001\n", DRIFT_BAD, 0, 0 },
		{ "less", "-501\n", DRIFT_BAD, 0, 0 },
		{ "seconds per second", "1e9\n", DRIFT_BAD, 0, 0 },
		{ "not a number", "nan\n", DRIFT_BAD, 0, 0 },
		{ "infinite", "inf\n", DRIFT_BAD, 0, 0 },
		{ "overflow", "1e999\n", DRIFT_BAD, 0, 0 },
		{ "words", "slow\n", DRIFT_BAD, 0, 0 },
		{ "a number and words", "1.5 ppm\n", DRIFT_BAD, 0, 0 },
		{ "three numbers", "1 2 3\n", DRIFT_BAD, 0, 0 },
		{ "negative error", "1 -2\n", DRIFT_BAD, 0, 0 },
		{ "error not a number", "1 nan\n", DRIFT_BAD, 0, 0 },
		{ "empty", "", DRIFT_NONE, 0, 0 },
		{ "an empty line", "\n", DRIFT_NONE, 0, 0 },
	};
	double	 freq, error;
	size_t	 i;

	for (i = 0; i < nitems(t); i++) {
		put(t[i].text, strlen(t[i].text));
		freq = error = 0;
		CHECK_INT(t[i].what, drift_read(path, &freq, &error),
		    t[i].verdict);
		CHECK_NEAR(t[i].what, freq / PPM, t[i].ppm, 1e-9);
		CHECK_NEAR(t[i].what, error / PPM, t[i].error, 1e-9);
	}
	put("\0\0\0\0\n", 5);
	CHECK_INT("zero octets", drift_read(path, &freq, &error), DRIFT_BAD);
	(void)unlink(path);
	CHECK_INT("no file", drift_read(path, &freq, &error), DRIFT_NONE);
	CHECK_INT("a directory", drift_read(dir, &freq, &error),
	    DRIFT_UNREADABLE);
}

static void
test_write(void)
{
	static const double	 ppm[] = { 0, 12.345678, -499.999999, 500 };
	struct stat		 st;
	double			 freq, error;
	size_t			 i;

	for (i = 0; i < nitems(ppm); i++) {
		CHECK_INT("write", drift_write(path, ppm[i] * PPM), 0);
		CHECK_INT("read", drift_read(path, &freq, &error), DRIFT_OK);
		CHECK_NEAR("the same", freq / PPM, ppm[i], 1e-6);
		CHECK_INT("one file", files(), 1);
	}
	CHECK_INT("stat", stat(path, &st), 0);
	CHECK_INT("mode", st.st_mode & 0777, 0644);
	CHECK_INT("no directory", drift_write("/nonexistent/drift", 0), -1);
}

/* The file of the life before is a directory: renames fail. */
static void
test_memory(void)
{
	struct parent_drift	 d;
	struct msg_drift	 m = { 5 * PPM, 1 * PPM };
	struct now		 now;
	double			 freq, error;

	put("501\n", 4);
	parent_drift_init(&d, path, &freq, &error);
	CHECK_NEAR("nothing believed", freq, 0, 0);
	CHECK_INT("nothing known", error < 0, 1);
	parent_drift_save(&d);
	CHECK_STR("kept until there is better", get(), "501\n");

	memset(&now, 0, sizeof(now));
	now.mono.ns = INT64_C(1000000000000);
	parent_drift_set(&d, &m, &now);
	CHECK_STR("the first is written", get(), "5.000000\n");
	m.freq = 6 * PPM;
	now.mono.ns += INT64_C(1000000000);
	parent_drift_set(&d, &m, &now);
	CHECK_STR("the next is not, so soon", get(), "5.000000\n");
	parent_drift_save(&d);
	CHECK_STR("at the end it is", get(), "6.000000\n");
	m.freq = NAN;
	now.mono.ns += INT64_C(1000000000000);
	parent_drift_set(&d, &m, &now);
	m.freq = 1;
	parent_drift_set(&d, &m, &now);
	parent_drift_save(&d);
	CHECK_STR("nonsense is not", get(), "6.000000\n");

	/* not writable, then again: said once, and it recovers */
	CHECK_INT("unlink", unlink(path), 0);
	CHECK_INT("mkdir", mkdir(path, 0755), 0);
	m.freq = 7 * PPM;
	parent_drift_set(&d, &m, &now);
	CHECK_INT("error kept", d.error != 0, 1);
	CHECK_INT("nothing left behind", files(), 1);
	CHECK_INT("rmdir", rmdir(path), 0);
	parent_drift_save(&d);
	CHECK_STR("written again", get(), "7.000000\n");
	CHECK_INT("error forgotten", d.error, 0);
}

int
main(void)
{
	if (mkdtemp(dir) == NULL)
		return 1;
	(void)snprintf(path, sizeof(path), "%s/drift", dir);
	if (freopen("/dev/null", "w", stderr) == NULL)
		return 1;
	test_read();
	test_write();
	test_memory();
	(void)unlink(path);
	(void)rmdir(dir);
	return test_done("drift");
}
