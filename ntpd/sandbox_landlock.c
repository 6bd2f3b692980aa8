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
 * Which files each role sees, and TCP, by landlock.  Linux, all roles.
 *
 * By raw calls: libc has no names for them, and older headers do not know
 * all of it.  Bits and structures are those of linux/landlock.h.
 */

#include <sys/types.h>
#include <sys/syscall.h>

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "sandbox_linux.h"

#define LL_EXECUTE	(UINT64_C(1) << 0)
#define LL_WRITE_FILE	(UINT64_C(1) << 1)
#define LL_READ_FILE	(UINT64_C(1) << 2)
#define LL_READ_DIR	(UINT64_C(1) << 3)
#define LL_REMOVE_FILE	(UINT64_C(1) << 5)
#define LL_MAKE_REG	(UINT64_C(1) << 8)
#define LL_TRUNCATE	(UINT64_C(1) << 14)
#define LL_IOCTL_DEV	(UINT64_C(1) << 15)
#define LL_READ		(LL_READ_FILE | LL_READ_DIR)
#define LL_WRITE	(LL_WRITE_FILE | LL_REMOVE_FILE | LL_MAKE_REG | \
			    LL_TRUNCATE)
#define LL_TCP_BIND	(UINT64_C(1) << 0)
#define LL_TCP_CONNECT	(UINT64_C(1) << 1)
#define LL_SCOPE_UNIX	(UINT64_C(1) << 0)
#define LL_SCOPE_SIGNAL	(UINT64_C(1) << 1)
#define LL_RULE_PATH	1
#define LL_RULE_PORT	2	/* ABI 4 */
#define LL_VERSION	1U

struct ll_ruleset {
	uint64_t	 fs;
	uint64_t	 net;		/* ABI 4 */
	uint64_t	 scoped;	/* ABI 6 */
};

struct ll_path {
	uint64_t	 access;
	int32_t		 fd;
} __attribute__((__packed__));

struct ll_port {
	uint64_t	 access;
	uint64_t	 port;
};

/* The rights there are to take away, by ABI. */
static const struct {
	long		 abi;
	uint64_t	 fs;
} ll_abi[] = {
	{ 5,	(UINT64_C(1) << 16) - 1 },
	{ 3,	(UINT64_C(1) << 15) - 1 },
	{ 2,	(UINT64_C(1) << 14) - 1 },
	{ 1,	(UINT64_C(1) << 13) - 1 },
};

/* TCP and scopes, per role. */
static const struct {
	uint64_t	 net;
	uint64_t	 scoped;
} ll_roles[ROLE__MAX] = {
	/*
	 * It binds for nts; nts and constraint, started later, inherit this.
	 * A scope would keep its death from the children that are older.
	 */
	[ROLE_PARENT] =	{ 0, 0 },
	[ROLE_ENGINE] =	{ LL_TCP_BIND | LL_TCP_CONNECT,
			    LL_SCOPE_UNIX | LL_SCOPE_SIGNAL },
	/* long answers come by TCP */
	[ROLE_DNS] =	{ LL_TCP_BIND, LL_SCOPE_SIGNAL },
	/* its listening sockets are the parent's; see ll_allow_any_port */
	[ROLE_NTS] =	{ LL_TCP_BIND, LL_SCOPE_UNIX | LL_SCOPE_SIGNAL },
	[ROLE_SENSOR] =	{ LL_TCP_BIND | LL_TCP_CONNECT,
			    LL_SCOPE_UNIX | LL_SCOPE_SIGNAL },
	[ROLE_CONSTRAINT] = { LL_TCP_BIND | LL_TCP_CONNECT,
			    LL_SCOPE_UNIX | LL_SCOPE_SIGNAL },
	[ROLE_SERVER] =	{ LL_TCP_BIND | LL_TCP_CONNECT,
			    LL_SCOPE_UNIX | LL_SCOPE_SIGNAL },
};

/*
 * Where the roles may look: engine, nts, sensor, constraint and server
 * nowhere.  What is not there is passed over.
 */
static const struct {
	unsigned int	 roles;
	const char	*path;
	uint64_t	 access;
} paths[] = {
	{ P,	"/",		LL_READ },
	/* libraries: of children started later, and of libc's resolver */
	{ SPAWN | D, "/lib",	LL_READ | LL_EXECUTE },
	{ SPAWN | D, "/lib32",	LL_READ | LL_EXECUTE },
	{ SPAWN | D, "/lib64",	LL_READ | LL_EXECUTE },
	{ SPAWN | D, "/nix/store", LL_READ | LL_EXECUTE },
	{ SPAWN | D, "/gnu/store", LL_READ | LL_EXECUTE },
	/* the children themselves, and devices for one of them */
	{ SPAWN, "/proc/self/exe", LL_READ_FILE | LL_EXECUTE },
	{ SPAWN, "/usr/lib",	LL_READ | LL_EXECUTE },
	{ SPAWN, "/usr/lib64",	LL_READ | LL_EXECUTE },
	{ SPAWN, "/usr/local/lib", LL_READ | LL_EXECUTE },
	{ SPAWN, "/dev",	LL_READ | LL_IOCTL_DEV },
	{ SPAWN, "/dev/null",	LL_READ_FILE | LL_WRITE_FILE },
	/* the resolver: its configuration, modules, nscd and friends */
	{ D,	"/etc",		LL_READ },
	{ D,	"/usr",		LL_READ | LL_EXECUTE },
	{ D,	"/var/lib/sss",	LL_READ },
	{ D,	"/proc/sys",	LL_READ },
	/*
	 * Where resolv.conf really is, here or there below it.  Who makes
	 * that directory may start after us, and a rule is about what
	 * exists: it has to be the whole.
	 */
	{ D,	"/run",		LL_READ },
};

static long
ll_create(const struct ll_ruleset *rules, size_t size, unsigned int flags)
{
#ifdef SYS_landlock_create_ruleset
	return syscall(SYS_landlock_create_ruleset, rules, size, flags);
#else
	errno = ENOSYS;
	return -1;
#endif
}

static void
ll_allow(int ruleset, const char *path, uint64_t access)
{
#ifdef SYS_landlock_add_rule
	struct ll_path	 rule;

	if (access == 0)
		return;
	memset(&rule, 0, sizeof(rule));
	rule.access = access;
	if ((rule.fd = open(path, O_PATH | O_CLOEXEC)) == -1)
		return;
	if (syscall(SYS_landlock_add_rule, ruleset, LL_RULE_PATH, &rule,
	    0) == -1)
		fatal("sandbox: landlock %s", path);
	close(rule.fd);
#endif
}

/*
 * To bind to an address alone, with "query from": the kernel chooses the
 * port, which port 0 stands for in rules as it does in bind().
 */
static void
ll_allow_any_port(int ruleset)
{
#ifdef SYS_landlock_add_rule
	struct ll_port	 rule = { LL_TCP_BIND, 0 };

	if (syscall(SYS_landlock_add_rule, ruleset, LL_RULE_PORT, &rule,
	    0) == -1)
		fatal("sandbox: landlock port 0");
#endif
}

static void
ll_enforce(int ruleset)
{
#ifdef SYS_landlock_restrict_self
	if (syscall(SYS_landlock_restrict_self, ruleset, 0) == -1)
		fatal("sandbox: landlock");
#endif
}

void
sandbox_landlock(enum role role, unsigned int mine, const char *const *writable)
{
	struct ll_ruleset	 rules;
	size_t			 i, size = sizeof(rules);
	long			 abi, ruleset;

	if ((abi = ll_create(NULL, 0, LL_VERSION)) < 1) {
		log_info("sandbox: this kernel has no landlock for %s",
		    role_name(role));
		return;
	}
	for (i = 0; abi < ll_abi[i].abi; i++)
		;
	memset(&rules, 0, sizeof(rules));
	rules.fs = ll_abi[i].fs;
	rules.net = ll_roles[role].net;
	rules.scoped = ll_roles[role].scoped;
	if (abi < 4)
		size = offsetof(struct ll_ruleset, net);
	else if (abi < 6)
		size = offsetof(struct ll_ruleset, scoped);
	if ((ruleset = ll_create(&rules, size, 0)) == -1)
		fatal("sandbox: landlock");
	for (i = 0; i < nitems(paths); i++) {
		if ((paths[i].roles & mine) != 0)
			ll_allow((int)ruleset, paths[i].path,
			    paths[i].access & rules.fs);
	}
	if (role == ROLE_NTS && abi >= 4)
		ll_allow_any_port((int)ruleset);
	for (; writable != NULL && *writable != NULL; writable++)
		ll_allow((int)ruleset, *writable, LL_WRITE & rules.fs);
	ll_enforce((int)ruleset);
	close((int)ruleset);
}

