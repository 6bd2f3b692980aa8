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
 * What each role may do, one table per OS.
 */

#ifndef SANDBOX_H
#define SANDBOX_H

enum role {
	ROLE_PARENT,
	ROLE_ENGINE,
	ROLE_DNS,
	ROLE_NTS,
	ROLE_SENSOR,
	ROLE_CONSTRAINT,
	ROLE_SERVER,
	ROLE__MAX
};

const char	*role_name(enum role);

/*
 * Drop everything the role does not need, for good.  Called once per
 * process: by the parent when its children run, by the dns process at
 * start, by the engine when its last descriptor has arrived, by the nts
 * process before its first connection, by the sensor process when it has its
 * units, by a server at once, by a constraint process when its connection is
 * on its way.  The parent names the directories it must
 * still write to, NULL last; the others pass NULL.  Fatal if the kernel
 * refuses what it supports; a kernel without a feature is logged.
 */
struct proc_opts;
void		 sandbox(enum role, const struct proc_opts *,
		    const char *const *);

/*
 * Narrow what the process could ever regain, as root and before the uid is
 * given up (Linux: no_new_privs and the bounding set).
 */
void		 sandbox_caps(enum role, const struct proc_opts *);

#endif /* SANDBOX_H */
