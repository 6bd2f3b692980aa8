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
 * The surroundings of a daemon as the shim shows them: users, privileges,
 * paths, randomness, names and the system's log.
 */

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shim.h"

#define NEXT(fn, name)	(*(void **)&(fn) = dlsym(RTLD_NEXT, (name)))

/*
 * Randomness: one generator per process, seeded by the world (splitmix64).
 */

uint64_t
shim_random(void)
{
	uint64_t	 z;

	z = shim.rng += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

PUBLIC uint32_t	 arc4random(void);
PUBLIC void	 arc4random_buf(void *, size_t);
PUBLIC uint32_t	 arc4random_uniform(uint32_t);
PUBLIC int	 getentropy(void *, size_t);
PUBLIC ssize_t	 getrandom(void *, size_t, unsigned int);

PUBLIC void
arc4random_buf(void *buf, size_t n)
{
	uint8_t	*p = buf;
	size_t	 i;

	for (i = 0; i < n; i++)
		p[i] = shim_random() >> 24;
}

PUBLIC uint32_t
arc4random(void)
{
	return shim_random() >> 32;
}

PUBLIC uint32_t
arc4random_uniform(uint32_t bound)
{
	return bound < 2 ? 0 : (arc4random() * (uint64_t)bound) >> 32;
}

PUBLIC int
getentropy(void *buf, size_t n)
{
	arc4random_buf(buf, n);
	return 0;
}

PUBLIC ssize_t
getrandom(void *buf, size_t n, unsigned int flags)
{
	arc4random_buf(buf, n);
	return n;
}

/* /dev/urandom, as far as anyone will read. */
static int
random_file(void)
{
	char	 buf[4096];
	int	 fd, i;

	if ((fd = memfd_create("random", MFD_CLOEXEC)) == -1)
		return -1;
	for (i = 0; i < 16; i++) {
		arc4random_buf(buf, sizeof(buf));
		if (syscall(SYS_write, fd, buf, sizeof(buf)) == -1)
			break;
	}
	syscall(SYS_lseek, fd, 0, SEEK_SET);
	return fd;
}

/*
 * Paths: what daemons keep under /var and /run is kept per host.
 */

const char *
shim_path(const char *path, char *buf)
{
	static const char *const moved[] = { "/var/", "/run/" };
	size_t	 i;

	if (shim.page == NULL || path == NULL)
		return path;
	/* The host's own folder may itself lie under one of these. */
	if (strncmp(path, shim.page->root, strlen(shim.page->root)) == 0)
		return path;
	for (i = 0; i < sizeof(moved) / sizeof(moved[0]); i++) {
		if (strncmp(path, moved[i], strlen(moved[i])) != 0)
			continue;
		snprintf(buf, PATH_MAX, "%s%s", shim.page->root, path);
		return buf;
	}
	return path;
}

PUBLIC int
openat(int dir, const char *path, int flags, ...)
{
	char	 buf[PATH_MAX];
	va_list	 ap;
	mode_t	 mode;

	va_start(ap, flags);
	mode = va_arg(ap, mode_t);
	va_end(ap);
	if (shim.page != NULL && (strcmp(path, "/dev/urandom") == 0 ||
	    strcmp(path, "/dev/random") == 0))
		return random_file();
	return syscall(SYS_openat, dir, shim_path(path, buf), flags, mode);
}

PUBLIC int
open(const char *path, int flags, ...)
{
	va_list	 ap;
	mode_t	 mode;

	va_start(ap, flags);
	mode = va_arg(ap, mode_t);
	va_end(ap);
	return openat(AT_FDCWD, path, flags, mode);
}

PUBLIC int	 __open_2(const char *, int);
PUBLIC int
__open_2(const char *path, int flags)
{
	return openat(AT_FDCWD, path, flags, 0);
}

PUBLIC int
open64(const char *path, int flags, ...)
{
	va_list	 ap;
	mode_t	 mode;

	va_start(ap, flags);
	mode = va_arg(ap, mode_t);
	va_end(ap);
	return openat(AT_FDCWD, path, flags, mode);
}

/* A name that is the same in each run. */
PUBLIC int
mkostemp(char *template, int flags)
{
	static const char	 letters[] = "abcdefghijklmnopqrstuvwxyz";
	char			*end = template + strlen(template);
	int			 fd, i;

	do {
		for (i = 1; i <= 6 && end - i >= template; i++)
			end[-i] = letters[shim_random() % 26];
		fd = open(template, flags | O_RDWR | O_CREAT | O_EXCL, 0600);
	} while (fd == -1 && errno == EEXIST);
	return fd;
}

PUBLIC int
mkstemp(char *template)
{
	return mkostemp(template, 0);
}

PUBLIC FILE *
fopen(const char *path, const char *mode)
{
	FILE	*(*real)(const char *, const char *);
	char	 buf[PATH_MAX];

	if (shim.page != NULL && strcmp(path, "/dev/urandom") == 0)
		return fdopen(random_file(), "r");
	NEXT(real, "fopen");
	return real(shim_path(path, buf), mode);
}

PUBLIC FILE *
fopen64(const char *path, const char *mode)
{
	return fopen(path, mode);
}

PUBLIC int
unlink(const char *path)
{
	char	 buf[PATH_MAX];

	return syscall(SYS_unlink, shim_path(path, buf));
}

PUBLIC int
rename(const char *from, const char *to)
{
	char	 a[PATH_MAX], b[PATH_MAX];

	return syscall(SYS_rename, shim_path(from, a), shim_path(to, b));
}

PUBLIC int
link(const char *from, const char *to)
{
	char	 a[PATH_MAX], b[PATH_MAX];

	return syscall(SYS_link, shim_path(from, a), shim_path(to, b));
}

PUBLIC int
rmdir(const char *path)
{
	char	 buf[PATH_MAX];

	return syscall(SYS_rmdir, shim_path(path, buf));
}

PUBLIC int
mkdir(const char *path, mode_t mode)
{
	char	 buf[PATH_MAX];

	return syscall(SYS_mkdir, shim_path(path, buf), mode);
}

PUBLIC int
access(const char *path, int how)
{
	char	 buf[PATH_MAX];

	return syscall(SYS_access, shim_path(path, buf), how);
}

/* A file of ours looks like root's. */
PUBLIC int
stat(const char *path, struct stat *st)
{
	char	 buf[PATH_MAX];

	if (syscall(SYS_stat, shim_path(path, buf), st) == -1)
		return -1;
	st->st_uid = st->st_gid = 0;
	return 0;
}

PUBLIC int
lstat(const char *path, struct stat *st)
{
	char	 buf[PATH_MAX];

	if (syscall(SYS_lstat, shim_path(path, buf), st) == -1)
		return -1;
	st->st_uid = st->st_gid = 0;
	return 0;
}

/*
 * Users and privileges: all is granted, nothing changes.
 */

#define GRANT0(name, type)						\
	PUBLIC type name(void) { return 0; }
#define GRANT(name, ...)						\
	PUBLIC int name(__VA_ARGS__) { return 0; }

GRANT0(getuid, uid_t)
GRANT0(geteuid, uid_t)
GRANT0(getgid, gid_t)
GRANT0(getegid, gid_t)
GRANT(setuid, uid_t u)
GRANT(seteuid, uid_t u)
GRANT(setgid, gid_t g)
GRANT(setegid, gid_t g)
GRANT(setreuid, uid_t a, uid_t b)
GRANT(setregid, gid_t a, gid_t b)
GRANT(setresuid, uid_t a, uid_t b, uid_t c)
GRANT(setresgid, gid_t a, gid_t b, gid_t c)
GRANT(setgroups, size_t n, const gid_t *g)
GRANT(initgroups, const char *u, gid_t g)
GRANT(chroot, const char *path)
GRANT(chown, const char *path, uid_t u, gid_t g)
GRANT(lchown, const char *path, uid_t u, gid_t g)
GRANT(fchown, int fd, uid_t u, gid_t g)
GRANT(chmod, const char *path, mode_t mode)
GRANT(mlockall, int flags)
GRANT(setpriority, __priority_which_t w, id_t who, int prio)
GRANT(sched_setscheduler, pid_t p, int policy, const struct sched_param *s)
PUBLIC int	 cap_set_proc(void *);
PUBLIC int	 cap_get_bound(int);
GRANT(cap_set_proc, void *c)

PUBLIC int	 capng_apply(int);
PUBLIC int	 capng_change_id(int, int, int);
PUBLIC int	 capng_have_capability(int, unsigned int);
PUBLIC int
cap_get_bound(int cap)
{
	return 1;
}

PUBLIC int
capng_apply(int set)
{
	return 0;
}

PUBLIC int
capng_change_id(int uid, int gid, int flags)
{
	return 0;
}

PUBLIC int
capng_have_capability(int which, unsigned int cap)
{
	return 1;
}

static struct passwd *
fake_user(void)
{
	static char		 dir[] = "/var/empty", none[] = "", id[] = "d";
	static struct passwd	 pw;

	pw.pw_name = id;
	pw.pw_passwd = none;
	pw.pw_uid = pw.pw_gid = 65534;
	pw.pw_gecos = none;
	pw.pw_dir = dir;
	pw.pw_shell = none;
	return &pw;
}

PUBLIC struct passwd *
getpwnam(const char *name)
{
	struct passwd	*pw = fake_user();

	if (strcmp(name, "root") == 0)
		pw->pw_uid = pw->pw_gid = 0;
	return pw;
}

PUBLIC struct passwd *
getpwuid(uid_t uid)
{
	return fake_user();
}

PUBLIC struct group *
getgrnam(const char *name)
{
	static char		*none[1], id[] = "d", pass[] = "";
	static struct group	 gr;

	gr.gr_name = id;
	gr.gr_passwd = pass;
	gr.gr_gid = 65534;
	gr.gr_mem = none;
	return &gr;
}
