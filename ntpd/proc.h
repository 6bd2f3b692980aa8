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

#include "sandbox.h"

#define PROC_PARENT_FD	3	/* the edge to the parent, in a child */

/* Options that travel from the command line to every role. */
struct proc_opts {
	int		 verbose;
	int		 debug;		/* -d: foreground, stderr */
	int		 nosandbox;	/* NTPD_SANDBOX=off with -d */
};

/*
 * Start a child of this binary with -P role; its end of a new socketpair
 * is PROC_PARENT_FD there.  Returns our end, non-blocking, close-on-exec;
 * fatal on failure.
 */
int		 proc_start(enum role, const struct proc_opts *, pid_t *);

/*
 * In the child, first thing: title, log, signals, chroot to the home of
 * NTPD_USER, drop to it.  dns is not chrooted where its libc needs files.
 */
void		 proc_child(enum role, const struct proc_opts *);

/* The mains; they do not return. */
__attribute__((__noreturn__)) void engine_main(const struct proc_opts *);
__attribute__((__noreturn__)) void dns_main(const struct proc_opts *);

#endif /* PROC_H */
