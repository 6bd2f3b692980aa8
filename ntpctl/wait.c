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
 * ntpctl waitsync, for what must not start before the clock is right.  The
 * daemon tells when it is.  It may not be running yet, and may be restarted
 * meanwhile: then we knock once a second.
 */

#include <sys/types.h>

#include <err.h>
#include <math.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "now.h"
#include "ntpctl.h"

#define KNOCK		1.0	/* s */
#define ANSWER		1.0	/* s; what an answer may take */
#define SECONDS_MAX	1000000000

/* 1: synced; 0: not in that time; -1: conn.error says why not. */
static int
ask(struct conn *conn, const char *path, mono_t deadline)
{
	enum ctl_result	 result;
	int		 answer;

	if (conn_open(conn, path, CONN_PATIENCE) == -1)
		return -1;
	conn->patience = fmax(mono_diff(deadline, now_mono()), ANSWER);
	if (conn_ask(conn, IMSG_CTL_WAITSYNC, NULL, 0) == 0 &&
	    conn_answer(conn, NULL, NULL, &result) == 0)
		answer = 1;
	else
		answer = conn->silent ? 0 : -1;
	conn_close(conn);
	return answer;
}

void
waitsync(const char *path, const char *seconds)
{
	struct conn	 conn;
	const char	*error;
	mono_t		 deadline;
	double		 limit = INFINITY, left;
	int		 answer;

	if (seconds != NULL) {
		limit = (double)strtonum(seconds, 0, SECONDS_MAX, &error);
		if (error != NULL)
			errx(1, "seconds \"%s\": %s", seconds, error);
	}
	deadline = mono_add(now_mono(), limit);
	while ((answer = ask(&conn, path, deadline)) == -1 && conn.gone) {
		if ((left = mono_diff(deadline, now_mono())) <= 0)
			break;
		poll(NULL, 0, (int)(fmin(left, KNOCK) * 1e3) + 1);
	}
	if (answer == 0)
		errx(1, "not synced within %s seconds", seconds);
	if (answer == -1 && conn.gone)
		errx(1, "not synced within %s seconds: %s", seconds,
		    conn.error);
	if (answer == -1)
		errx(1, "%s", conn.error);
}
