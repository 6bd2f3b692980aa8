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
 * How a process is born, the same for every role: fork and exec of our own
 * binary, then, in the child, title, log, signals, chroot and another user
 * before anything else.  Parent and children.
 */

#include <sys/types.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "imsgev.h"
#include "log.h"
#include "proc.h"

static const struct {
	const char	*name;
	int		 jail;		/* chroot to the user's home */
} roles[ROLE__MAX] = {
	[ROLE_PARENT] =	{ "parent",	0 },
	[ROLE_ENGINE] =	{ "engine",	1 },
	/* the resolver wants its files under /etc, and more */
	[ROLE_DNS] =	{ "dns",	0 },
	[ROLE_NTS] =	{ "nts",	1 },
	[ROLE_SENSOR] =	{ "sensor",	1 },
	[ROLE_CONSTRAINT] = { "constraint", 1 },
	[ROLE_SERVER] =	{ "server",	1 },
};

const char *
role_name(enum role role)
{
	return roles[role].name;
}

struct passwd *
proc_user(void)
{
	struct passwd	*pw;
	struct stat	 st;

	errno = 0;
	if ((pw = getpwnam(NTPD_USER)) == NULL) {
		if (errno != 0)
			fatal("user %s", NTPD_USER);
		fatalx("there is no user %s: please run \"%s\"", NTPD_USER,
		    USERADD);
	}
	if (pw->pw_uid == 0)
		fatalx("user %s is root: it must be another", NTPD_USER);
	if (stat(pw->pw_dir, &st) == -1) {
		if (errno == ENOENT)
			fatalx("%s, home of %s, is not there: please run "
			    "\"mkdir -p -m 755 %s\"", pw->pw_dir, NTPD_USER,
			    pw->pw_dir);
		fatal("%s, home of %s", pw->pw_dir, NTPD_USER);
	}
	if (!S_ISDIR(st.st_mode))
		fatalx("%s, home of %s, is not a directory", pw->pw_dir,
		    NTPD_USER);
	if (st.st_uid != 0 || (st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		fatalx("%s, home of %s, is not root's alone to write: "
		    "please run \"chown root %s; chmod 755 %s\", or give the "
		    "user another home", pw->pw_dir, NTPD_USER, pw->pw_dir,
		    pw->pw_dir);
	return pw;
}

/* The first executable called name in PATH. */
static int
search_path(const char *name, char *buf, size_t size)
{
	const char	*path = getenv("PATH"), *end;
	char		 try[PATH_MAX];
	int		 n;

	for (; path != NULL && *path != '\0'; path = end) {
		end = path + strcspn(path, ":");
		n = snprintf(try, sizeof(try), "%.*s/%s", (int)(end - path),
		    path, name);
		if (*end == ':')
			end++;
		if (n > 0 && (size_t)n < sizeof(try) &&
		    access(try, X_OK) == 0 && realpath(try, buf) != NULL)
			return 0;
	}
	errno = ENOENT;
	return -1;
}

int
proc_self(const char *argv0, char *buf, size_t size)
{
	if (size < PATH_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if (strchr(argv0, '/') == NULL)
		return search_path(argv0, buf, size);
	return realpath(argv0, buf) == NULL ? -1 : 0;
}

/* In the forked child, until exec: only what is safe there. */
static void
become(const char *self, char *const *argv, int fd)
{
	if (fd == PROC_PARENT_FD)
		(void)fcntl(fd, F_SETFD, 0);
	else if (dup2(fd, PROC_PARENT_FD) == -1)
		_exit(126);
	closefrom(PROC_PARENT_FD + 1);
	execv(self, argv);
	_exit(127);
}

int
proc_start(const char *self, enum role role, const struct proc_opts *opts,
    pid_t *pid)
{
	char	 name[] = "ntpd", option[] = "-P", flags[32] = "-";
	char	 who[16];
	char	*argv[] = { name, option, who, NULL, NULL };
	pid_t	 child;
	int	 pair[2], i, error;

	(void)snprintf(who, sizeof(who), "%s", role_name(role));
	if (opts->debug)
		(void)strlcat(flags, "d", sizeof(flags));
	if (opts->noclock)
		(void)strlcat(flags, "x", sizeof(flags));
	for (i = 0; i < opts->verbose; i++)
		(void)strlcat(flags, "v", sizeof(flags));
	if (flags[1] != '\0')
		argv[3] = flags;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
	    0, pair) == -1)
		return -1;
	switch (child = fork()) {
	case -1:
		error = errno;
		close(pair[0]);
		close(pair[1]);
		errno = error;
		return -1;
	case 0:
		become(self, argv, pair[1]);
	}
	close(pair[1]);
	*pid = child;
	return pair[0];
}

enum role
proc_args(int argc, char **argv, struct proc_opts *opts)
{
	const char	*p;
	int		 role;

	memset(opts, 0, sizeof(*opts));
	if (argc < 3 || argc > 4)
		fatalx("-P is for our own use");
	for (p = argc == 4 ? argv[3] : ""; *p != '\0'; p++) {
		opts->debug |= *p == 'd';
		opts->noclock |= *p == 'x';
		opts->verbose += *p == 'v';
	}
	for (role = 0; role < ROLE__MAX; role++) {
		if (role != ROLE_PARENT &&
		    strcmp(argv[2], role_name((enum role)role)) == 0)
			return (enum role)role;
	}
	fatalx("-P is for our own use");
}

static void
ignore_signals(void)
{
	static const int	 list[] = {
		SIGHUP, SIGINT, SIGTERM, SIGUSR1, SIGUSR2, SIGPIPE
	};
	size_t			 i;

	for (i = 0; i < nitems(list); i++) {
		if (signal(list[i], SIG_IGN) == SIG_ERR)
			fatal("signal");
	}
}

void
proc_begin(enum role role, const struct proc_opts *opts)
{
	setproctitle("%s", role_name(role));
	log_init(role_name(role), opts->debug, opts->verbose);
	if (!opts->debug)	/* until all is well the terminal hears it */
		openlog("ntpd", LOG_PID | LOG_NDELAY | LOG_PERROR, LOG_DAEMON);
	ignore_signals();
}

void
proc_child(enum role role, const struct proc_opts *opts)
{
	const struct passwd	*pw;
	int			 null;

	proc_begin(role, opts);
	pw = proc_user();
	if ((null = open("/dev/null", O_RDWR | O_CLOEXEC)) == -1)
		fatal("/dev/null");
	if (roles[role].jail && chroot(pw->pw_dir) == -1)
		fatal("chroot %s", pw->pw_dir);
	if (chdir("/") == -1)
		fatal("chdir /");
	if (setgroups(1, &pw->pw_gid) == -1 ||
	    setresgid(pw->pw_gid, pw->pw_gid, pw->pw_gid) == -1)
		fatal("group of %s", NTPD_USER);
	sandbox_caps(role, opts);
	if (setresuid(pw->pw_uid, pw->pw_uid, pw->pw_uid) == -1)
		fatal("user %s", NTPD_USER);
	if (dup2(null, STDIN_FILENO) == -1 ||
	    dup2(null, STDOUT_FILENO) == -1 ||
	    (!opts->debug && dup2(null, STDERR_FILENO) == -1))
		fatal("standard descriptors");
	close(null);
	log_init(role_name(role), opts->debug, opts->verbose);
}

void
proc_log_level(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	int32_t	 verbose;

	memcpy(&verbose, in->data, sizeof(verbose));
	log_verbose(verbose);
}
