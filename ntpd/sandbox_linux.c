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
 * What each role may do, on Linux: capabilities here, files and TCP in
 * sandbox_landlock.c, system calls in sandbox_seccomp.c.  All roles.
 */

#include <sys/types.h>
#include <sys/prctl.h>

#include <cap-ng.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#include "log.h"
#include "proc.h"
#include "sandbox.h"
#include "sandbox_linux.h"

/*
 * Capabilities.  The parent's children run when it comes here: what is
 * left is the clock, and ports below 1024 for a reload.  What a child that
 * is started later needs to give up its rights, it inherits.
 *
 * CAP_KILL is not for the parent, which seccomp leaves no call to signal
 * others: the kernel asks for it when it delivers the signal below to
 * children of another user.
 */
static const struct {
	unsigned int	 cap;
	unsigned int	 roles;
} caps[] = {
	{ CAP_SYS_TIME,		CLOCK },
	{ CAP_KILL,		P },
	{ CAP_NET_BIND_SERVICE,	P },
	{ CAP_SETGID,		SPAWN },
	{ CAP_SETPCAP,		SPAWN },
	{ CAP_SETUID,		SPAWN },
	{ CAP_SYS_CHROOT,	SPAWN },
};

static unsigned int
bits(enum role role, const struct proc_opts *opts)
{
	unsigned int	 b = 1U << role;

	if (role == ROLE_PARENT && !opts->noclock)
		b |= CLOCK;
	if (role == ROLE_PARENT && opts->spawn != NULL)
		b |= SPAWN;
	return b;
}

/* Fill libcap-ng's state with what the role keeps of what there is. */
static void
choose_caps(unsigned int mine)
{
	bool	 have[nitems(caps)];
	size_t	 i;

	if (capng_get_caps_process() == -1)
		fatalx("sandbox: cannot read our capabilities");
	for (i = 0; i < nitems(caps); i++)
		have[i] = capng_have_capability(CAPNG_PERMITTED, caps[i].cap);
	capng_clear(CAPNG_SELECT_ALL);
	for (i = 0; i < nitems(caps); i++) {
		if (have[i] && (caps[i].roles & mine) != 0)
			capng_update(CAPNG_ADD, CAPNG_EFFECTIVE |
			    CAPNG_PERMITTED | CAPNG_BOUNDING_SET,
			    caps[i].cap);
	}
}

void
sandbox_caps(enum role role, const struct proc_opts *opts)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		fatal("sandbox: no_new_privs");
	choose_caps(bits(role, opts));
	/* without CAP_SETPCAP the rest of this function must do */
	if (capng_apply(CAPNG_SELECT_BOUNDS) != 0)
		log_debug("sandbox: the bounding set stays as it is");
}

void
sandbox(enum role role, const struct proc_opts *opts,
    const char *const *writable)
{
	unsigned int	 mine = bits(role, opts);

	/* should the parent be killed, no child outlives it */
	if (role != ROLE_PARENT &&
	    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == -1)
		fatal("sandbox: parent death signal");
	sandbox_caps(role, opts);
	choose_caps(mine);
	if (capng_apply(CAPNG_SELECT_CAPS) != 0)
		fatalx("sandbox: cannot drop capabilities");
	if (opts->nosandbox) {
		log_info("sandbox: off for %s, as NTPD_SANDBOX says",
		    role_name(role));
		return;
	}
	sandbox_landlock(role, mine, writable);
	sandbox_seccomp(role, mine, opts);
}
