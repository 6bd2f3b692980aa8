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
 * What every process does to be born: one shape for all roles.
 */

#ifndef PROC_H
#define PROC_H

#include <sys/types.h>

#include <stddef.h>

#include "sandbox.h"

#define PROC_PARENT_FD	3	/* the edge to the parent, in a child */

/* Options that travel from the command line to every role. */
struct proc_opts {
	int		 verbose;
	int		 debug;		/* -d: foreground, stderr */
	int		 noclock;	/* -x: the clock is not ours */
	int		 nosandbox;	/* NTPD_SANDBOX=off with -d */
	const char	*spawn;		/* parent: our binary, if children may
					 * have to be started later */
};

/*
 * The user the children become, and his home, where they are locked up:
 * root's, nobody else's to write.  Fatal, with the command that helps, when
 * one of them is not as it must be.
 */
struct passwd;
struct passwd	*proc_user(void);

/*
 * The path of this binary, from argv[0], for proc_start: absolute, so that
 * it holds after chdir.  -1 and errno when there is none.
 */
int		 proc_self(const char *, char *, size_t)
		    __attribute__((__warn_unused_result__));

/*
 * Start a child of this binary (its path) with -P role; its end of a new
 * socketpair is PROC_PARENT_FD there.  Returns our end, non-blocking,
 * close-on-exec; -1 and errno when there can be no child now.
 */
int		 proc_start(const char *, enum role, const struct proc_opts *,
		    pid_t *)
		    __attribute__((__warn_unused_result__));

/*
 * The options of a child from its command line: what proc_start made of
 * them.  Fatal on nonsense.
 */
enum role	 proc_args(int, char **, struct proc_opts *);

/*
 * In the child, first thing: title, log, signals, chroot to the home of
 * NTPD_USER, drop to it.  dns is not chrooted: its libc needs files.
 * HUP, INT, TERM, USR1, USR2 and PIPE are ignored: a child ends when the
 * parent says so or its edge to the parent closes, so that a signal to the
 * whole process group or to all processes called ntpd is one orderly end.
 */
void		 proc_child(enum role, const struct proc_opts *);

/* Title, log and signals alone: what has to be done as root comes next. */
void		 proc_begin(enum role, const struct proc_opts *);

/* The mains; they do not return. */
__attribute__((__noreturn__)) void engine_main(const struct proc_opts *);
__attribute__((__noreturn__)) void dns_main(const struct proc_opts *);
__attribute__((__noreturn__)) void nts_main(const struct proc_opts *);
__attribute__((__noreturn__)) void sensor_main(const struct proc_opts *);
__attribute__((__noreturn__)) void server_main(const struct proc_opts *);
__attribute__((__noreturn__)) void constraint_main(const struct proc_opts *);

/* What every child does with LOG_LEVEL: an imsg_handler, int32_t verbose. */
struct imsgev;
struct imsg_in;
void		 proc_log_level(void *, struct imsgev *,
		    const struct imsg_in *);

#endif /* PROC_H */
