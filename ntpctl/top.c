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
 * ntpctl top: the terminal.  The screen is drawn anew each time and curses
 * sends what has changed; whatever ends the program, the terminal is as it
 * was.  The daemon may go away and come back.
 */

#include <sys/types.h>
#include <sys/ioctl.h>
#include <sys/time.h>

#include <curses.h>
#include <err.h>
#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "now.h"
#include "ntpctl.h"
#include "top.h"

#define INTERVAL	1	/* s */
#define INTERVAL_MAX	3600
#define PATIENCE	1.0	/* s; somebody looks at the screen */
#define KEYS		"q quit  s sort: %s  p pause  j/k scroll"

struct top {
	struct conn	 conn;
	const char	*path;
	bool		 connected;
	bool		 filled;	/* rows are of that time */
	mono_t		 when;
	struct rows	 rows[VIEW_PARTS];
	double		 interval;	/* s */
	enum top_sort	 sort;
	bool		 paused;
	int		 first;		/* line of the sources shown first */
	int		 y;		/* the next line */
	sigset_t	 outside;	/* signals as they were */
};

static const int	 signals[] = {
	SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGTSTP
};
static volatile sig_atomic_t caught[nitems(signals)];

static void
catch(int sig)
{
	size_t	 i;

	for (i = 0; i < nitems(signals); i++) {
		if (signals[i] == sig)
			caught[i] = 1;
	}
}

/* They come only while we wait, so that none is missed. */
static void
signals_init(struct top *t)
{
	struct sigaction sa;
	sigset_t	 set;
	size_t		 i;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = catch;
	sigemptyset(&sa.sa_mask);
	sigemptyset(&set);
	for (i = 0; i < nitems(signals); i++)
		sigaddset(&set, signals[i]);
	if (sigprocmask(SIG_BLOCK, &set, &t->outside) == -1)
		err(1, "sigprocmask");
	for (i = 0; i < nitems(signals); i++) {
		if (sigaction(signals[i], &sa, NULL) == -1)
			err(1, "sigaction");
	}
}

static void
restore(void)
{
	if (!isendwin())
		endwin();
}

static void
terminal_init(void)
{
	const char	*term = getenv("TERM");

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		errx(1, "top needs a terminal; ntpctl -s all does not");
	if (newterm(NULL, stdout, stdin) == NULL)
		errx(1, "the terminal \"%s\" is not known, see TERM",
		    term != NULL ? term : "");
	if (tigetstr("cup") == NULL || tigetstr("cup") == (char *)-1) {
		endwin();
		errx(1, "the terminal \"%s\" cannot move its cursor",
		    term != NULL ? term : "");
	}
	atexit(restore);
	cbreak();
	noecho();
	nonl();
	nodelay(stdscr, TRUE);
	keypad(stdscr, TRUE);
	curs_set(0);
}

/* It has another size. */
static void
resized(void)
{
	struct winsize	 ws;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == -1 || ws.ws_row == 0 ||
	    ws.ws_col == 0)
		return;
	resizeterm(ws.ws_row, ws.ws_col);
	clearok(curscr, TRUE);
}

/* ^Z: the terminal is the shell's until we are wanted again. */
static void
suspended(struct top *t)
{
	struct sigaction sa, ours;
	sigset_t	 stop;

	endwin();
	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = SIG_DFL;
	sigemptyset(&stop);
	sigaddset(&stop, SIGTSTP);
	sigaction(SIGTSTP, &sa, &ours);
	raise(SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &stop, NULL);
	/* here it stops, and goes on */
	sigprocmask(SIG_BLOCK, &stop, NULL);
	sigaction(SIGTSTP, &ours, NULL);
	resized();
}

/* What has come meanwhile; a signal to end by ends it as it would. */
static void
signals_look(struct top *t)
{
	size_t	 i;

	for (i = 0; i < nitems(signals); i++) {
		if (!caught[i])
			continue;
		caught[i] = 0;
		if (signals[i] == SIGWINCH)
			resized();
		else if (signals[i] == SIGTSTP)
			suspended(t);
		else {
			restore();
			signal(signals[i], SIG_DFL);
			raise(signals[i]);
			sigprocmask(SIG_SETMASK, &t->outside, NULL);
			exit(1);
		}
	}
}

/*
 * The daemon.
 */

static void
ask(struct top *t)
{
	struct rows	 rows[VIEW_PARTS];

	if (!t->connected &&
	    conn_open(&t->conn, t->path, PATIENCE) == -1)
		return;
	t->connected = true;
	memset(rows, 0, sizeof(rows));
	if (view_fetch(&t->conn, &top_view, 0, rows) == -1) {
		rows_free(rows);
		conn_close(&t->conn);
		t->connected = false;
		return;
	}
	rows_free(t->rows);
	memcpy(t->rows, rows, sizeof(rows));
	t->filled = true;
	t->when = now_mono();
}

/*
 * The screen.
 */

/*
 * Lines of text from the given one, as far as there is room for them above
 * the last lines, and their first one in that way.
 */
static void
put(struct top *t, const char *text, int from, int below, attr_t first)
{
	const char	*end;
	int		 n;

	for (n = 0; *text != '\0'; text = end + (*end == '\n'), n++) {
		end = text + strcspn(text, "\n");
		if ((n > 0 && n <= from) || t->y >= LINES - below)
			continue;
		if (n == 0)
			attron(first);
		mvaddnstr(t->y++, 0, text, end - text < COLS ?
		    (int)(end - text) : COLS);
		if (n == 0)
			attroff(first);
	}
}

static int
lines_of(const char *text)
{
	int	 n = 0;

	for (; *text != '\0'; text++)
		n += *text == '\n';
	return n;
}

static void
put_bottom(struct top *t)
{
	char	 line[256];

	if (t->paused)
		snprintf(line, sizeof(line), "paused; p goes on, q quits");
	else
		snprintf(line, sizeof(line), KEYS, top_sort_name(t->sort));
	attron(A_REVERSE);
	mvaddnstr(LINES - 1, 0, line, COLS);
	attroff(A_REVERSE);
}

static void
put_trouble(struct top *t)
{
	char	 line[640];

	if (t->connected)
		return;
	if (t->filled)
		snprintf(line, sizeof(line), "%.0f s old: %s",
		    mono_diff(now_mono(), t->when), t->conn.error);
	else
		snprintf(line, sizeof(line), "%s", t->conn.error);
	put(t, line, 0, 1, A_BOLD | A_REVERSE);
}

/* In a low window the sources are worth more than the traffic. */
static void
put_figures(struct top *t)
{
	char	*head, *traffic, *sources;
	int	 room, most;

	head = top_head(t->rows);
	traffic = top_traffic(t->rows, COLS);
	sources = top_sources(t->rows, t->sort);
	put(t, head, 0, 1, A_BOLD);
	room = LINES - 1 - t->y;
	if (*traffic != '\0' && room >= lines_of(traffic) + 1 + 4) {
		t->y++;
		put(t, traffic, 0, 1, A_REVERSE);
	}
	if (room > 4)
		t->y++;
	room = LINES - 1 - t->y;
	most = lines_of(sources) - room;
	if (t->first > most)
		t->first = most;
	if (t->first < 0)
		t->first = 0;
	put(t, sources, t->first, 1, A_REVERSE);
	free(head);
	free(traffic);
	free(sources);
}

static void
draw(struct top *t)
{
	erase();
	t->y = 0;
	put_trouble(t);
	if (t->filled)
		put_figures(t);
	put_bottom(t);
	refresh();
}

/* 0 when it is enough. */
static int
keys(struct top *t)
{
	int	 key;

	while ((key = getch()) != ERR) {
		switch (key) {
		case 'q':
		case 'Q':
			return 0;
		case 's':
			t->sort = (t->sort + 1) % TOP_SORT__MAX;
			break;
		case 'p':
		case ' ':
			t->paused = !t->paused;
			break;
		case 'j':
		case KEY_DOWN:
			t->first++;
			break;
		case 'k':
		case KEY_UP:
			t->first--;
			break;
		case KEY_NPAGE:
			t->first += LINES / 2;
			break;
		case KEY_PPAGE:
			t->first -= LINES / 2;
			break;
		case 'L' & 0x1f:
			clearok(curscr, TRUE);
			break;
		}
	}
	return 1;
}

/* Until then, or a key, or a signal; 0 when it is enough. */
static int
rest(struct top *t, mono_t until)
{
	struct pollfd	 pfd = { STDIN_FILENO, POLLIN, 0 };
	struct timespec	 ts;
	double		 left = fmax(mono_diff(until, now_mono()), 0);
	int		 n;

	ts.tv_sec = (time_t)left;
	ts.tv_nsec = (long)((left - floor(left)) * 1e9);
	n = ppoll(&pfd, 1, &ts, &t->outside);
	if (n == -1 && errno != EINTR)
		err(1, "ppoll");
	signals_look(t);
	/* the terminal is gone */
	if (n == 1 && (pfd.revents & (POLLERR | POLLHUP | POLLNVAL)))
		return 0;
	return keys(t);
}

void
top(const char *path, const char *seconds)
{
	struct top	 t;
	const char	*error;
	mono_t		 due;

	memset(&t, 0, sizeof(t));
	t.path = path;
	t.interval = INTERVAL;
	if (seconds != NULL) {
		t.interval = (double)strtonum(seconds, 1, INTERVAL_MAX,
		    &error);
		if (error != NULL)
			errx(1, "seconds \"%s\": %s", seconds, error);
	}
	/* what will not do with a terminal need not begin with one */
	ask(&t);
	if (!t.connected)
		errx(1, "%s", t.conn.error);
	signals_init(&t);
	terminal_init();
	due = mono_add(now_mono(), t.interval);
	do {
		if (mono_diff(due, now_mono()) <= 0) {
			if (!t.paused)
				ask(&t);
			due = mono_add(now_mono(), t.interval);
		}
		draw(&t);
	} while (rest(&t, due));
	if (t.connected)
		conn_close(&t.conn);
	rows_free(t.rows);
}
