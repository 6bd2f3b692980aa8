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
 * What happens later in a scenario: faults, and the hand of an operator.
 */

#include <errno.h>
#include <fnmatch.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scenario.h"

/* A statement kept until its time; it is read again then. */
struct action {
	struct scenario	*sc;
	char		*word[WORDS_MAX];
	int		 n, lineno;
	int64_t		 period, until;	/* 0: once */
};

static void	 do_disk(struct words *);
static void	 do_dns(struct words *);
static void	 do_fail(struct words *);
static void	 do_freq(struct words *);
static void	 do_kernel(struct words *);
static void	 do_kill(struct words *);
static void	 do_reboot(struct words *);
static void	 do_reconf(struct words *);
static void	 do_run(struct words *);
static void	 do_server(struct words *);
static void	 do_signal(struct words *);
static void	 do_start(struct words *);
static void	 do_step(struct words *);
static void	 do_stop(struct words *);
static void	 do_suspend(struct words *);

static const struct {
	const char	*word;
	void		(*fn)(struct words *);
} actions[] = {
	{ "disk",	do_disk },
	{ "dns",	do_dns },
	{ "fail",	do_fail },
	{ "freq",	do_freq },
	{ "kernel",	do_kernel },
	{ "kill",	do_kill },
	{ "link",	link_words },
	{ "packet",	packet_words },
	{ "reboot",	do_reboot },
	{ "reconf",	do_reconf },
	{ "run",	do_run },
	{ "server",	do_server },
	{ "signal",	do_signal },
	{ "start",	do_start },
	{ "step",	do_step },
	{ "stop",	do_stop },
	{ "suspend",	do_suspend },
};

static const struct {
	const char	*name;
	int		 sig;
} signals[] = {
	{ "HUP",	SIGHUP },
	{ "INT",	SIGINT },
	{ "TERM",	SIGTERM },
	{ "USR1",	SIGUSR1 },
	{ "KILL",	SIGKILL },
};

static const struct {
	const char	*name;
	enum world_op	 op;
} calls[] = {
	{ "accept",	OP_ACCEPT },
	{ "adjtimex",	OP_ADJTIMEX },
	{ "bind",	OP_BIND },
	{ "connect",	OP_CONNECT },
	{ "listen",	OP_LISTEN },
	{ "recv",	OP_RECV },
	{ "send",	OP_SEND },
	{ "setsockopt",	OP_SETOPT },
	{ "settime",	OP_SETTIME },
	{ "socket",	OP_SOCKET },
};

static const struct {
	const char	*name;
	int		 error;
} errors[] = {
	{ "EACCES",	EACCES },
	{ "EADDRINUSE",	EADDRINUSE },
	{ "EADDRNOTAVAIL", EADDRNOTAVAIL },
	{ "EAGAIN",	EAGAIN },
	{ "ECONNREFUSED", ECONNREFUSED },
	{ "EHOSTUNREACH", EHOSTUNREACH },
	{ "EINTR",	EINTR },
	{ "EINVAL",	EINVAL },
	{ "EIO",	EIO },
	{ "EMFILE",	EMFILE },
	{ "ENETDOWN",	ENETDOWN },
	{ "ENETUNREACH", ENETUNREACH },
	{ "ENOBUFS",	ENOBUFS },
	{ "ENOMEM",	ENOMEM },
	{ "EPERM",	EPERM },
};

static void
perform(struct world *w, void *arg)
{
	struct action	*a = arg;
	struct words	 ws = { .sc = a->sc };
	const char	*word;
	size_t		 i;

	memcpy(ws.w, a->word, sizeof(ws.w));
	ws.n = a->n;
	a->sc->lineno = a->lineno;
	word = word_next(&ws);
	for (i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		if (strcmp(actions[i].word, word) == 0)
			actions[i].fn(&ws);
	if (ws.i < ws.n)
		word_error(&ws, "what is \"%s\"?", ws.w[ws.i]);
	if (a->sc->errors > 0)
		world_fail(w, "a bad action");
	if (a->period > 0 && w->now + a->period <= a->until &&
	    w->now + a->period < w->end)
		world_at(w, w->now + a->period, perform, a);
}

void
action_read(struct words *ws, int64_t t, int64_t period, int64_t until)
{
	struct action	*a;
	size_t		 i;

	for (i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		if (ws->i < ws->n &&
		    strcmp(actions[i].word, ws->w[ws->i]) == 0)
			break;
	if (i == sizeof(actions) / sizeof(actions[0])) {
		word_error(ws, "what should happen then?");
		return;
	}
	if ((a = calloc(1, sizeof(*a))) == NULL)
		abort();
	a->sc = ws->sc;
	a->lineno = ws->sc->lineno;
	a->period = period;
	a->until = until;
	while (ws->i < ws->n)
		a->word[a->n++] = strdup(ws->w[ws->i++]);
	world_at(ws->sc->w, t, perform, a);
}

/* at T server PATTERN offset 1s | silent | kod RATE | good ... */
static void
do_server(struct words *ws)
{
	struct world	*w = ws->sc->w;
	const char	*name = word_next(ws);
	int		 i, start = ws->i;
	bool		 any = false;

	for (i = 0; name != NULL && i < w->nhost; i++) {
		if (!w->host[i]->builtin ||
		    fnmatch(name, w->host[i]->name, 0) != 0)
			continue;
		any = true;
		ws->i = start;
		while (ws->i < ws->n && peer_word(ws, &w->host[i]->peer))
			;
	}
	if (!any)
		word_error(ws, "no such server");
}

/* at T signal HOST HUP [process] */
static void
do_signal(struct words *ws)
{
	struct host	*h = word_host(ws);
	const char	*name = word_next(ws), *who = word_next(ws);
	size_t		 i;

	for (i = 0; h != NULL && name != NULL &&
	    i < sizeof(signals) / sizeof(signals[0]); i++)
		if (strcmp(signals[i].name, name) == 0) {
			proc_signal(h, who != NULL ? who : "",
			    signals[i].sig);
			return;
		}
	word_error(ws, "no such signal");
}

/* at T kill HOST [process]: as kill -9 does */
static void
do_kill(struct words *ws)
{
	struct host	*h = word_host(ws);
	const char	*who = word_next(ws);

	if (h == NULL)
		return;
	h->mortal = true;
	proc_signal(h, who != NULL ? who : "", SIGKILL);
}

static struct setup *
find_setup(struct scenario *sc, const struct host *h)
{
	int	 i;

	for (i = 0; i < sc->nsetup; i++)
		if (sc->setup[i].h == h)
			return &sc->setup[i];
	return NULL;
}

/* A program's file, where the runner said that programs are. */
static bool
find_program(const struct world *w, const char *name, char *out)
{
	const char	*dir;
	char		 path[PATH_MAX];
	size_t		 n;

	if (strchr(name, '/') != NULL)
		return realpath(name, out) != NULL;
	for (dir = w->path; *dir != '\0'; dir += n + (dir[n] == ':')) {
		n = strcspn(dir, ":");
		snprintf(path, sizeof(path), "%.*s/%s", (int)n, dir, name);
		if (access(path, X_OK) == 0 && realpath(path, out) != NULL)
			return true;
	}
	return false;
}

/* at T run [DAEMON] HOST 'program arguments': beside that daemon */
static void
do_run(struct words *ws)
{
	struct words	 args = { .sc = ws->sc };
	enum flavour	 only = ws->sc->flavour;
	struct host	*h;
	const char	*line;
	char		 copy[512], path[PATH_MAX];

	if (ws->i < ws->n && flavour_find(ws->w[ws->i], &only))
		ws->i++;
	h = word_host(ws);
	if ((line = word_next(ws)) == NULL || h == NULL) {
		word_error(ws, "run HOST 'program arguments'");
		return;
	}
	if (only != ws->sc->flavour)
		return;
	snprintf(copy, sizeof(copy), "%s", line);
	word_split(&args, copy);
	if (args.n == 0 || args.n == WORDS_MAX ||
	    !find_program(ws->sc->w, args.w[0], path)) {
		word_error(ws, "no program \"%s\"", line);
		return;
	}
	args.w[0] = path;
	args.w[args.n] = NULL;
	proc_run(h, args.w);
}

/* at T stop HOST: its daemon is asked to end */
static void
do_stop(struct words *ws)
{
	struct host	*h = word_host(ws);

	if (h == NULL)
		return;
	h->mortal = true;
	proc_signal(h, "", SIGTERM);
}

/* at T start HOST: again; what it left on the disk is still there */
static void
do_start(struct words *ws)
{
	struct host	*h = word_host(ws);
	struct setup	*s;

	if (h == NULL || (s = find_setup(ws->sc, h)) == NULL)
		return;
	if (proc_alive(h))
		world_fail(ws->sc->w, "%s: the daemon has not ended",
		    h->name);
	h->mortal = false;
	daemon_start(ws->sc->w, s);
}

/* at T reconf HOST use NAME ...: other servers, and a SIGHUP */
static void
do_reconf(struct words *ws)
{
	struct host	*h = word_host(ws);
	struct setup	*s;

	if (h == NULL || (s = find_setup(ws->sc, h)) == NULL)
		return;
	s->nuse = 0;
	while (use_words(ws, s))
		;
	if (daemon_conf(ws->sc, s) == 0)
		proc_signal(h, "", SIGHUP);
}

/* at T reboot HOST 0.7s: power fails; the RTC is so much fast */
static void
do_reboot(struct words *ws)
{
	struct host	*h = word_host(ws);
	int64_t		 error = word_time(ws);
	struct world	*w = ws->sc->w;
	struct setup	*s;

	if (h == NULL || (s = find_setup(ws->sc, h)) == NULL)
		return;
	proc_kill_all(h);
	sock_sweep(h);
	kclock_init(&h->clock, w->now, world_true(w) + error, h->clock.y);
	world_at(w, w->now + 30 * NSEC, daemon_start, s);
}

/* at T step HOST 0.2s: another hand sets the clock forward by so much */
static void
do_step(struct words *ws)
{
	struct host	*h = word_host(ws);
	int64_t		 by = word_time(ws);

	if (h != NULL)
		kclock_step(&h->clock, ws->sc->w->now, by);
}

/* at T freq HOST 10ppm: the oscillator changes suddenly by so much */
static void
do_freq(struct words *ws)
{
	struct host	*h = word_host(ws);
	double		 by = word_number(ws);

	if (h != NULL)
		h->osc.freq += by;
}

/* at T disk HOST full | free */
static void
do_disk(struct words *ws)
{
	struct host	*h = word_host(ws);

	if (h != NULL)
		h->page->nospace = word_is(ws, "full");
	word_is(ws, "free");
}

/* at T kernel HOST -20ppm: another program sets the kernel's frequency */
static void
do_kernel(struct words *ws)
{
	struct host	*h = word_host(ws);
	double		 freq = word_number(ws);
	struct timex	 tx;

	if (h == NULL)
		return;
	memset(&tx, 0, sizeof(tx));
	tx.modes = ADJ_FREQUENCY | ADJ_TICK;
	tx.freq = (long)(freq * 65536e6);
	tx.tick = 10000;
	kclock_adjtimex(&h->clock, ws->sc->w->now, &tx);
}

/* at T fail HOST send ENOBUFS 10%: the call fails so often, 0% no more */
static void
do_fail(struct words *ws)
{
	struct host	*h = word_host(ws);
	const char	*call = word_next(ws), *error = word_next(ws);
	double		 p = word_number(ws);
	struct fault	*f = NULL;
	size_t		 i;

	for (i = 0; h != NULL && call != NULL &&
	    i < sizeof(calls) / sizeof(calls[0]); i++)
		if (strcmp(calls[i].name, call) == 0)
			f = &h->fault[calls[i].op];
	for (i = 0; f != NULL && error != NULL &&
	    i < sizeof(errors) / sizeof(errors[0]); i++) {
		if (strcmp(errors[i].name, error) == 0) {
			f->error = errors[i].error;
			f->p = p;
			return;
		}
	}
	word_error(ws, "fail HOST CALL ERRNO PROBABILITY");
}

/* at T dns HOST off | on */
static void
do_dns(struct words *ws)
{
	struct host	*h = word_host(ws);

	if (h != NULL)
		h->nodns = word_is(ws, "off");
	word_is(ws, "on");
}

static void
resume(struct world *w, void *arg)
{
	struct host	*h = arg;

	h->suspended = false;
	/* The clocks stood still; the kernel adds what the RTC says. */
	h->clock.at = w->now;
	kclock_sleep(&h->clock, w->now, w->now - h->suspended_at +
	    h->rtc_error);
	turn_look(h);
}

/* at T suspend HOST 8h [rtc 0.5s]: the RTC gained so much */
static void
do_suspend(struct words *ws)
{
	struct host	*h = word_host(ws);
	int64_t		 length = word_time(ws);
	int64_t		 error = word_is(ws, "rtc") ? word_time(ws) : 0;
	struct world	*w = ws->sc->w;

	if (h == NULL)
		return;
	kclock_osc(&h->clock, w->now, h->clock.y);
	h->suspended = true;
	h->suspended_at = w->now;
	h->rtc_error = error;
	world_at(w, w->now + length, resume, h);
}
