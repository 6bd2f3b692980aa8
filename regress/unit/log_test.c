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
 * log.c: what reaches stderr, and the bucket.
 */

#include <sys/types.h>
#include <sys/wait.h>

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "log.h"
#include "test.h"

static void
say_warn(void)
{
	errno = ENOENT;
	log_warn("can't open %s", "/x");
	/* errno survives */
	log_warnx("%d", errno == ENOENT);
}

/* Even when it cannot be said. */
static void
say_nowhere(void)
{
	close(STDERR_FILENO);
	errno = ENOENT;
	log_warn("can't open %s", "/x");
	_exit(errno == ENOENT ? 3 : 4);
}

static void
say_info(void)
{
	log_info("peer %s now valid", "192.0.2.1");
}

static void
say_debug(void)
{
	log_debug("facts");
}

static void
say_debug_on(void)
{
	log_verbose(2);
	log_debug("facts");
	log_verbose(1);
	log_debug("not said");
}

static void
say_control(void)
{
	log_info("a\nb\x1b[1mc\x7f\td\xc3\xa4");
}

static void
say_fatal(void)
{
	errno = EPERM;
	fatal("chroot %s", "/x");
}

static void
say_fatalx(void)
{
	fatalx("message %d", 7);
}

static void
say_long(void)
{
	char	 big[5000];

	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	log_info("%s", big);
}

static const struct {
	const char	*what;
	void		 (*fn)(void);
	const char	*want;		/* NULL: one long line */
	int		 status;
} row[] = {
	{ "warn", say_warn,
	    "can't open /x: No such file or directory\n1\n", 0 },
	{ "no stderr", say_nowhere, "", 3 },
	{ "info", say_info, "peer 192.0.2.1 now valid\n", 0 },
	{ "debug when brief", say_debug, "", 0 },
	{ "debug", say_debug_on, "[unit] facts\n", 0 },
	{ "control characters", say_control, "a?b?[1mc?\td\xc3\xa4\n", 0 },
	{ "fatal", say_fatal,
	    "fatal in unit: chroot /x: Operation not permitted\n", 1 },
	{ "fatalx", say_fatalx, "fatal in unit: message 7\n", 1 },
	{ "long line", say_long, NULL, 0 },
};

/* Run fn in a child; what it wrote to stderr, and its status. */
static int
capture(void (*fn)(void), char *buf, size_t size)
{
	size_t	 len = 0;
	ssize_t	 n;
	pid_t	 pid;
	int	 fds[2], status;

	if (pipe(fds) == -1 || (pid = fork()) == -1)
		exit(1);
	if (pid == 0) {
		dup2(fds[1], STDERR_FILENO);
		close(fds[0]);
		close(fds[1]);
		log_init("unit", true, 0);
		fn();
		_exit(0);
	}
	close(fds[1]);
	while ((n = read(fds[0], buf + len, size - 1 - len)) > 0)
		len += (size_t)n;
	buf[len] = '\0';
	close(fds[0]);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
test_lines(void)
{
	char	 buf[8192];
	size_t	 i;

	for (i = 0; i < nitems(row); i++) {
		CHECK_INT(row[i].what, capture(row[i].fn, buf, sizeof(buf)),
		    row[i].status);
		if (row[i].want != NULL)
			CHECK_STR(row[i].what, buf, row[i].want);
		else {
			CHECK_INT(row[i].what, strlen(buf) > 1000, 1);
			CHECK_INT(row[i].what, strchr(buf, '\n') -
			    buf, strlen(buf) - 1);
		}
	}
}

static void
test_limit(void)
{
	struct log_limit	 l = { 0 };
	uint32_t		 missed;
	int			 i;

	for (i = 0; i < LOG_LIMIT_BURST; i++) {
		CHECK_INT("burst", log_limit(&l, &missed), true);
		CHECK_INT("burst", missed, 0);
	}
	for (i = 0; i < 10; i++)
		CHECK_INT("empty", log_limit(&l, &missed), false);

	/* as if the time had passed */
	l.last -= LOG_LIMIT_SECONDS;
	CHECK_INT("one more", log_limit(&l, &missed), true);
	CHECK_INT("one more", missed, 10);
	CHECK_INT("only one", log_limit(&l, &missed), false);
	/* half an interval is not lost */
	l.last -= LOG_LIMIT_SECONDS + LOG_LIMIT_SECONDS / 2;
	CHECK_INT("one and a half", log_limit(&l, &missed), true);
	CHECK_INT("the half", log_limit(&l, &missed), false);
	l.last -= LOG_LIMIT_SECONDS / 2;
	CHECK_INT("the other half", log_limit(&l, &missed), true);
	CHECK_INT("no more", log_limit(&l, &missed), false);
	l.last -= 1000 * LOG_LIMIT_SECONDS;
	for (i = 0; i < LOG_LIMIT_BURST; i++)
		CHECK_INT("full", log_limit(&l, &missed), true);
	CHECK_INT("not more than full", log_limit(&l, &missed), false);
}

/* What a state is, whether that is to be said, and what was missed. */
static void
test_state(void)
{
	static const struct {
		const char	*what;
		int		 wait;	/* intervals of the limit, before */
		int64_t		 state;
		bool		 say;
		uint32_t	 missed;
	} flip[] = {
		{ "as it was at first", 0, 0, false, 0 },
		{ "another", 0, 1, true, 0 },
		{ "asked again, nothing new", 0, 1, false, 0 },
		{ "flips", 0, 2, true, 0 },
		{ "flips back", 0, 1, true, 0 },
		{ "flips", 0, 2, true, 0 },
		{ "flips back", 0, 1, true, 0 },
		{ "too often", 0, 2, false, 0 },
		{ "too often, as the log has it", 0, 1, false, 0 },
		{ "too often, a third one", 0, 3, false, 0 },
		{ "still too early", 0, 3, false, 0 },
		{ "it lasts: said at last", 1, 3, true, 2 },
		{ "said once", 1, 3, false, 0 },
		{ "there is one left", 0, 1, true, 0 },
		{ "too often", 0, 2, false, 0 },
		{ "what was not said is over", 1, 1, false, 0 },
		{ "but is counted", 0, 4, true, 2 },
	};
	struct log_state	 l = { 0 };
	uint32_t		 missed;
	size_t			 i;

	for (i = 0; i < nitems(flip); i++) {
		l.limit.last -= flip[i].wait * LOG_LIMIT_SECONDS;
		CHECK_INT(flip[i].what, log_state(&l, flip[i].state, &missed),
		    flip[i].say);
		CHECK_INT(flip[i].what, missed, flip[i].missed);
	}
}

int
main(void)
{
	test_lines();
	test_limit();
	test_state();
	return test_done("log");
}
