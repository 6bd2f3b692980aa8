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
 * What each role may do, on OpenBSD: pledge(2), and unveil(2) for the
 * parent, which alone has files.  All roles.
 */

#include <sys/types.h>

#include <unistd.h>

#include "log.h"
#include "proc.h"
#include "sandbox.h"

static const struct {
	const char	*promises;
	int		 files;		/* unveil them */
} rows[ROLE__MAX] = {
	/*
	 * settime: the clock; rpath: a reload; wpath cpath fattr: drift
	 * file, statistics, sockets and pid file; inet unix route wroute
	 * sendfd: new listeners; proc: to end a child that does not
	 */
	[ROLE_PARENT] = {
		"stdio settime rpath wpath cpath fattr inet unix route "
		"wroute sendfd proc", 1
	},
	/* unix: ntpctl; recvfd: listeners of a reload, statistics */
	[ROLE_ENGINE] = { "stdio inet unix recvfd", 0 },
	[ROLE_DNS] = { "stdio recvfd dns", 0 },
	/* inet: servers' TLS ports; recvfd: listeners, certificates */
	[ROLE_NTS] = { "stdio inet recvfd", 0 },
	/* hw.sensors may be read by all */
	[ROLE_SENSOR] = { "stdio recvfd", 0 },
	/* inet: to answer who asked on a socket that was given to it */
	[ROLE_SERVER] = { "stdio inet recvfd", 0 },
	/* its socket it has */
	[ROLE_CONSTRAINT] = { "stdio", 0 },
};

/* A parent that may start children; they are not held by it. */
static const char	 spawning[] = "stdio settime rpath wpath cpath fattr "
    "inet unix route wroute sendfd proc exec";

void
sandbox_caps(enum role role, const struct proc_opts *opts)
{
	/* pledge does it, later */
}

void
sandbox(enum role role, const struct proc_opts *opts,
    const char *const *writable)
{
	if (opts->nosandbox) {
		log_info("sandbox: off for %s, as NTPD_SANDBOX says",
		    role_name(role));
		return;
	}
	if (rows[role].files) {
		if (unveil("/", "r") == -1)
			fatal("unveil /");
		for (; writable != NULL && *writable != NULL; writable++) {
			if (unveil(*writable, "rwc") == -1)
				fatal("unveil %s", *writable);
		}
	}
	if (opts->spawn != NULL && unveil(opts->spawn, "rx") == -1)
		fatal("unveil %s", opts->spawn);
	if (pledge(opts->spawn != NULL ? spawning : rows[role].promises,
	    NULL) == -1)
		fatal("pledge");
}
