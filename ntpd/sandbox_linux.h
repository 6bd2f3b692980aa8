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
 * Inside the sandbox of Linux.
 */

#ifndef SANDBOX_LINUX_H
#define SANDBOX_LINUX_H

#include "proc.h"

/* Roles as bits, for the tables. */
#define P	(1U << ROLE_PARENT)
#define E	(1U << ROLE_ENGINE)
#define D	(1U << ROLE_DNS)
#define N	(1U << ROLE_NTS)
#define S	(1U << ROLE_SENSOR)
#define C	(1U << ROLE_CONSTRAINT)
#define V	(1U << ROLE_SERVER)
#define NET	(P | E | D | N)
#define ALL	(NET | S | C | V)
#define CLOCK	(1U << ROLE__MAX)	/* a parent whose clock it is */
#define SPAWN	(CLOCK << 1)		/* one that may start children */

/* Files and TCP: the role, its bits, the directories it may write to. */
void	 sandbox_landlock(enum role, unsigned int, const char *const *);

/* System calls. */
void	 sandbox_seccomp(enum role, unsigned int, const struct proc_opts *);

#endif /* SANDBOX_LINUX_H */
