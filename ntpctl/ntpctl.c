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
 * ntpctl: shows what ntpd does and tells it to reload or to say more.
 * Every failure is one line on stderr and exit status 1; a view is printed
 * only when all of it has arrived.
 */

#include <sys/types.h>

#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ntpctl.h"

static void
fetch(struct conn *conn, const struct options *opts, const struct view *view,
    uint32_t limit, struct rows rows[VIEW_PARTS])
{
	if (conn_open(conn, opts->socket, CONN_PATIENCE) == -1 ||
	    view_fetch(conn, view, limit, rows) == -1)
		errx(1, "%s", conn->error);
	conn_close(conn);
}

/* How many rows are wanted; words after a view are for this alone. */
static uint32_t
rows_limit(const struct view *view, char **args)
{
	const char	*error;
	long long	 n;

	if (args[0] == NULL)
		return view->limit;
	if (view->limit == 0 || args[1] != NULL)
		usage();
	n = strtonum(args[0], 1, CTL_CLIENTS_MAX, &error);
	if (error != NULL)
		errx(1, "number of clients \"%s\": %s", args[0], error);
	return (uint32_t)n;
}

static int
show(struct conn *conn, const struct options *opts, char **args)
{
	const struct view	*view;
	struct rows		 rows[VIEW_PARTS];
	uint32_t		 limit;
	int			 error;

	view = cmd_view(opts->view);
	limit = rows_limit(view, args);
	memset(rows, 0, sizeof(rows));
	fetch(conn, opts, view, limit, rows);
	if (!opts->numeric)
		resolve(view, rows);
	if (opts->json)
		error = json_view(stdout, view, rows);
	else
		error = text_view(stdout, view, rows);
	if (error == -1)
		err(1, "stdout");
	rows_free(rows);
	return 0;
}

/* One request; not the exit status of success. */
static enum ctl_result
order(struct conn *conn, const struct options *opts, uint32_t type,
    const void *data, size_t len)
{
	enum ctl_result	 result;

	if (conn_open(conn, opts->socket, CONN_PATIENCE) == -1 ||
	    conn_ask(conn, type, data, len) == -1 ||
	    conn_answer(conn, NULL, NULL, &result) == -1)
		errx(1, "%s", conn->error);
	conn_close(conn);
	return result;
}

/* Say what became of a command; not the exit status of success. */
static void
verdict(enum ctl_result result, const char *what, const char *failed)
{
	switch (result) {
	case CTL_OK:
		return;
	case CTL_DENIED:
		errx(1, "%s: permission denied, only root may do that", what);
	case CTL_FAILED:
		errx(1, "%s: %s", what, failed);
	case CTL_BUSY:
		errx(1, "%s: another reload is under way", what);
	}
	errx(1, "%s: ntpd's answer makes no sense: result %u", what, result);
}

static int
reload(struct conn *conn, const struct options *opts, char **args)
{
	if (args[1] != NULL)
		usage();
	verdict(order(conn, opts, IMSG_CTL_RELOAD, NULL, 0), "reload",
	    "failed, the old configuration stays in force");
	printf("ntpctl: configuration reloaded\n");
	return 0;
}

static int
loglevel(struct conn *conn, const struct options *opts, char **args)
{
	struct ctl_log	 level;

	if (args[1] == NULL || args[2] != NULL)
		usage();
	level.verbose = cmd_level(args[1]);
	verdict(order(conn, opts, IMSG_CTL_LOG, &level, sizeof(level)),
	    "log", "failed");
	return 0;
}

static int
metrics(struct conn *conn, const struct options *opts, char **args)
{
	enum metrics_form	 form = METRICS_OPENMETRICS;
	struct rows		 rows[VIEW_PARTS];

	if (args[1] != NULL) {
		if (args[2] != NULL)
			usage();
		form = cmd_form(args[1]);
	}
	memset(rows, 0, sizeof(rows));
	fetch(conn, opts, &metrics_view, 0, rows);
	if (metrics_view_print(stdout, form, rows) == -1)
		err(1, "stdout");
	rows_free(rows);
	return 0;
}

static int
live(struct conn *conn, const struct options *opts, char **args)
{
	if (args[1] != NULL && args[2] != NULL)
		usage();
	top(opts->socket, args[1]);
	return 0;
}

static int
wait_synced(struct conn *conn, const struct options *opts, char **args)
{
	if (args[1] != NULL && args[2] != NULL)
		usage();
	waitsync(opts->socket, args[1]);
	return 0;
}

/* Each gets its own name and the words after it, and gives the exit status. */
static const struct {
	int	(*run)(struct conn *, const struct options *, char **);
	bool	 prints;	/* something that -j and -n could change */
} commands[] = {
	[COMMAND_CHECK]		= { check, true },
	[COMMAND_LOG]		= { loglevel, false },
	[COMMAND_METRICS]	= { metrics, false },
	[COMMAND_QUERY]		= { query, true },
	[COMMAND_RELOAD]	= { reload, false },
	[COMMAND_TOP]		= { live, false },
	[COMMAND_WAITSYNC]	= { wait_synced, false },
};

int
main(int argc, char *argv[])
{
	struct options	 opts = { .socket = CTL_SOCKET };
	struct conn	 conn;
	enum command	 command;
	int		 ch, status;

	while ((ch = getopt(argc, argv, "+c:jns:")) != -1) {
		switch (ch) {
		case 'c':
			opts.socket = optarg;
			break;
		case 'j':
			opts.json = true;
			break;
		case 'n':
			opts.numeric = true;
			break;
		case 's':
			opts.view = optarg;
			break;
		default:
			usage();
		}
	}
	argc -= optind;
	argv += optind;

	if (opts.view != NULL)
		return show(&conn, &opts, argv);
	if (argc == 0)
		usage();
	command = cmd_command(argv[0]);
	if ((opts.json || opts.numeric) && !commands[command].prints)
		usage();
	status = commands[command].run(&conn, &opts, argv);
	if (fflush(stdout) == EOF)
		err(1, "stdout");
	return status;
}
