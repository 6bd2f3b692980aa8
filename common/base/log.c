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
 * Logging.  Any process.  In the foreground one write per line, so that
 * the lines of several processes do not mix; else syslog.
 */

#include <sys/types.h>

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "log.h"

#define LOG_LINE	2048

/* The one mutable object of this file: where and how much. */
static struct {
	const char	*name;
	bool		 to_syslog;
	int		 verbose;
} state = { "ntpd", false, 0 };

void
log_init(const char *name, bool to_stderr, int verbose)
{
	state.name = name;
	state.verbose = verbose;
	state.to_syslog = !to_stderr;
	/* opened now, while /dev/log can still be seen */
	if (state.to_syslog)
		openlog("ntpd", LOG_PID | LOG_NDELAY, LOG_DAEMON);
	tzset();
}

void
log_verbose(int verbose)
{
	state.verbose = verbose;
}

int
log_getverbose(void)
{
	return state.verbose;
}

/* A line is a line, whatever a peer managed to put into it. */
static void
clean(char *s)
{
	for (; *s != '\0'; s++) {
		if (((unsigned char)*s < ' ' && *s != '\t') || *s == 0x7f)
			*s = '?';
	}
}

static void
emit(int priority, char *line)
{
	size_t	 len;

	clean(line);
	if (state.to_syslog) {
		syslog(priority, "%s", line);
		return;
	}
	len = strlen(line);
	line[len++] = '\n';
	/* there is nobody to tell when this fails */
	if (write(STDERR_FILENO, line, len) == -1)
		return;
}

/* prefix, the message, and with error ": " and what it means. */
static void __attribute__((__format__(printf, 4, 0)))
vlog(int priority, const char *prefix, int error, const char *fmt, va_list ap)
{
	char	 text[LOG_LINE], line[LOG_LINE + 256];
	int	 saved = errno;

	vsnprintf(text, sizeof(text), fmt, ap);
	if (error != 0)
		/* room for the newline stays */
		snprintf(line, sizeof(line) - 1, "%s%s: %s", prefix, text,
		    strerror(error));
	else
		snprintf(line, sizeof(line) - 1, "%s%s", prefix, text);
	emit(priority, line);
	errno = saved;
}

void
log_warn(const char *fmt, ...)
{
	va_list	 ap;

	va_start(ap, fmt);
	vlog(LOG_ERR, "", errno, fmt, ap);
	va_end(ap);
}

void
log_warnx(const char *fmt, ...)
{
	va_list	 ap;

	va_start(ap, fmt);
	vlog(LOG_ERR, "", 0, fmt, ap);
	va_end(ap);
}

void
log_info(const char *fmt, ...)
{
	va_list	 ap;

	va_start(ap, fmt);
	vlog(LOG_INFO, "", 0, fmt, ap);
	va_end(ap);
}

void
log_debug(const char *fmt, ...)
{
	char	 prefix[32];
	va_list	 ap;

	if (state.verbose < 2)
		return;
	snprintf(prefix, sizeof(prefix), "[%s] ", state.name);
	va_start(ap, fmt);
	vlog(LOG_DEBUG, prefix, 0, fmt, ap);
	va_end(ap);
}

static __dead void __attribute__((__format__(printf, 2, 0)))
vfatal(int error, const char *fmt, va_list ap)
{
	char	 prefix[64];

	snprintf(prefix, sizeof(prefix), "fatal in %s: ", state.name);
	vlog(LOG_CRIT, prefix, error, fmt, ap);
	exit(1);
}

void
fatal(const char *fmt, ...)
{
	int	 error = errno;
	va_list	 ap;

	va_start(ap, fmt);
	vfatal(error, fmt, ap);
}

void
fatalx(const char *fmt, ...)
{
	va_list	 ap;

	va_start(ap, fmt);
	vfatal(0, fmt, ap);
}

bool
log_limit(struct log_limit *l, uint32_t *missed)
{
	struct timespec	 ts;
	int64_t		 now, gained;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	now = (int64_t)ts.tv_sec + 1;	/* 0 is "never" */
	if (l->last == 0) {
		l->last = now;
		l->tokens = LOG_LIMIT_BURST;
	}
	gained = (now - l->last) / LOG_LIMIT_SECONDS;
	l->last += gained * LOG_LIMIT_SECONDS;
	if (gained > LOG_LIMIT_BURST - (int64_t)l->tokens)
		l->tokens = LOG_LIMIT_BURST;
	else
		l->tokens += (uint32_t)gained;
	if (l->tokens == 0) {
		l->missed++;
		*missed = 0;
		return false;
	}
	l->tokens--;
	*missed = l->missed;
	l->missed = 0;
	return true;
}

bool
log_state(struct log_state *l, int64_t is, uint32_t *missed)
{
	uint32_t	 tries;

	*missed = 0;
	if (is != l->is) {
		l->is = is;
		l->changes++;
	}
	if (l->is == l->said || !log_limit(&l->limit, &tries))
		return false;
	*missed = l->changes - 1;
	l->changes = 0;
	l->said = l->is;
	return true;
}
