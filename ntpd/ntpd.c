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
 * main: which process are we, and what does the command line say?  The
 * children know at once and read nothing else; the parent-to-be checks
 * what a person can get wrong, while that person still watches.
 */

#include <sys/types.h>
#include <sys/stat.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf.h"
#include "log.h"
#include "ntpd.h"
#include "parent.h"
#include "proc.h"

static __dead void
usage(void)
{
	fprintf(stderr,
	    "usage: ntpd [-dnvx] [-f file] [-p pidfile]\n");
	exit(1);
}

/* A debugger or a simulator holds us: honoured only in the foreground. */
static void
sandbox_env(struct proc_opts *opts)
{
	const char	*value = getenv("NTPD_SANDBOX");

	if (value != NULL && strcmp(value, "off") == 0 && opts->debug)
		opts->nosandbox = 1;
}

/* Descriptors 0 to 2 exist, whoever called us: 3 has its own meaning. */
static void
standard_descriptors(void)
{
	int	 fd;

	do {
		if ((fd = open("/dev/null", O_RDWR)) == -1)
			err(1, "/dev/null");
	} while (fd <= STDERR_FILENO);
	close(fd);
}

/* We change to / soon. */
static const char *
absolute(const char *path, char *buf, size_t size)
{
	char	 cwd[PATH_MAX];

	if (path == NULL || path[0] == '/' || strcmp(path, "-") == 0)
		return path;
	if (getcwd(cwd, sizeof(cwd)) == NULL)
		err(1, "current directory");
	if ((size_t)snprintf(buf, size, "%s/%s", cwd, path) >= size)
		errx(1, "%s: path too long", path);
	return buf;
}

static void
report_line(void *arg, const char *line)
{
	fprintf(stderr, "%s\n", line);
}

static struct conf *
read_conf(const char *path, bool warn)
{
	struct conf_report	 report;
	struct conf		*conf;

	memset(&report, 0, sizeof(report));
	report.line = report_line;
	if ((conf = conf_parse(path, &report)) == NULL)
		exit(1);
	if (warn) {
		conf_check(conf, &report, true);
		ntpd_check_files(conf, &report);
		ntpd_check_names(conf, &report);
	}
	return conf;
}

/* -n: is the file good?  With -v also what it means, in full. */
static __dead void
check(const char *path, int verbose)
{
	struct conf	*conf = read_conf(path, true);

	if (verbose > 0)
		conf_print(conf, stdout);
	if (fflush(stdout) != 0)
		err(1, "standard output");
	fprintf(stderr, "configuration OK\n");
	conf_free(conf);
	exit(0);
}

static void
check_alone(const char *control)
{
	switch (parent_control_probe(control)) {
	case 0:
		return;
	case 1:
		errx(1, "ntpd already running: control socket %s answers",
		    control);
	}
	if (errno == ENOTSOCK)
		errx(1, "control socket %s: something else has that name, "
		    "please remove it", control);
	err(1, "control socket %s", control);
}

/*
 * Into the background; comes back in the daemon alone.  The process that
 * was called waits until the daemon serves (0) or has ended (1); why, the
 * daemon has said on our stderr.  Returns where to write when ready.
 */
static int
daemonize(void)
{
	char	 byte;
	int	 ready[2];

	if (pipe2(ready, O_CLOEXEC) == -1)
		fatal("pipe");
	switch (fork()) {
	case -1:
		fatal("fork");
	case 0:
		break;
	default:
		close(ready[1]);
		_exit(read(ready[0], &byte, 1) == 1 ? 0 : 1);
	}
	close(ready[0]);
	if (setsid() == -1)
		fatal("setsid");
	return ready[1];
}

static __dead void
child(int argc, char **argv)
{
	struct proc_opts	 opts;
	enum role		 role;

	role = proc_args(argc, argv, &opts);
	sandbox_env(&opts);
	switch (role) {
	case ROLE_ENGINE:
		engine_main(&opts);
	case ROLE_DNS:
		dns_main(&opts);
	case ROLE_NTS:
		nts_main(&opts);
	case ROLE_SERVER:
		server_main(&opts);
	case ROLE_SENSOR:
		sensor_main(&opts);
	case ROLE_CONSTRAINT:
		constraint_main(&opts);
	case ROLE_PARENT:
	case ROLE__MAX:
		break;
	}
	fatalx("no such role");
}

static void
options(int argc, char **argv, struct parent_args *args, bool *check_only)
{
	int	 c;

	while ((c = getopt(argc, argv, "df:np:sSvx")) != -1) {
		switch (c) {
		case 'd':
			args->opts.debug = 1;
			break;
		case 'f':
			args->conffile = optarg;
			break;
		case 'n':
			*check_only = true;
			break;
		case 'p':
			args->pidfile = optarg;
			break;
		case 's':
		case 'S':
			log_warnx("-%c has no effect any more: see \"step\" "
			    "in ntpd.conf(5)", c);
			break;
		case 'v':
			args->opts.verbose++;
			break;
		case 'x':
			args->opts.noclock = 1;
			break;
		default:
			usage();
		}
	}
	if (optind != argc)
		usage();
}

int
main(int argc, char **argv)
{
	static char		 self[PATH_MAX], conf[PATH_MAX],
				 pidfile[PATH_MAX];
	struct parent_args	 args;
	bool			 check_only = false;

	if (argc > 1 && strcmp(argv[1], "-P") == 0)
		child(argc, argv);

	standard_descriptors();
	memset(&args, 0, sizeof(args));
	args.conffile = CONF_FILE;
	args.ready_fd = -1;
	log_init("ntpd", true, 0);
	options(argc, argv, &args, &check_only);
	log_init("ntpd", true, args.opts.verbose);
	if (check_only)
		check(args.conffile, args.opts.verbose);

	if (geteuid() != 0)
		errx(1, "only root can start it; ntpd -n checks a "
		    "configuration without");
	sandbox_env(&args.opts);
	if (proc_self(argv[0], self, sizeof(self)) == -1)
		err(1, "%s: where is our binary?", argv[0]);
	args.self = self;
	args.conffile = absolute(args.conffile, conf, sizeof(conf));
	args.pidfile = absolute(args.pidfile, pidfile, sizeof(pidfile));
	args.conf = read_conf(args.conffile, false);
	(void)proc_user();
	check_alone(args.conf->control);
	if (!args.opts.debug)
		args.ready_fd = daemonize();
	if (chdir("/") == -1)
		fatal("chdir /");
	(void)umask(022);
	parent_main(&args);
}
