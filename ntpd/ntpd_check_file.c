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
 * The part of ntpd -n that looks at the files a configuration names: what
 * the daemon would complain of in its log is better heard before.  Before
 * there is a parent; it runs as whoever called it, and what only root can
 * look at it leaves alone.
 */

#include <sys/types.h>
#include <sys/stat.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "conf_lex.h"
#include "ntpd.h"
#include "nts_check.h"
#include "parent.h"

static const struct conf_pos nowhere = { 0, 0, 0 };

/* One of the administrator's: a descriptor, or -1. */
static int
to_open(const struct conf *conf, struct conf_report *rep, const char *what,
    const char *path, bool secret)
{
	const char	*why;
	int		 fd;

	if ((fd = parent_file_open(path, secret, &why)) == -1 &&
	    (geteuid() == 0 || access(path, R_OK) == 0 || errno != EACCES))
		conf_warn(conf, rep, nowhere, "%s \"%s\": %s", what, path,
		    why);
	return fd;
}

/* The same of one whose content is not looked at. */
static void
to_read(const struct conf *conf, struct conf_report *rep, const char *what,
    const char *path, bool secret)
{
	int	 fd;

	if ((fd = to_open(conf, rep, what, path, secret)) != -1)
		close(fd);
}

/* One of ours, to be written. */
static void
to_write(const struct conf *conf, struct conf_report *rep, const char *what,
    const char *path)
{
	const char	*why;

	errno = 0;
	if ((why = parent_file_room(path)) != NULL &&
	    (geteuid() == 0 || errno != EACCES))
		conf_warn(conf, rep, nowhere, "%s \"%s\" cannot be written: "
		    "%s", what, path, why);
}

static void
keys(const struct conf *conf, struct conf_report *rep)
{
	const struct conf_node	*n;
	struct mackeys		 k;
	const char		*why;
	unsigned int		 line;

	if (conf->keys[0] == '\0' ||
	    (geteuid() != 0 && access(conf->keys, R_OK) == -1 &&
	    errno == EACCES))
		return;
	why = parent_keys_read(conf->keys, conf->keysweak, &k, &line);
	if (why != NULL && line > 0)
		conf_warn(conf, rep, nowhere, "keys %s:%u: %s", conf->keys,
		    line, why);
	else if (why != NULL)
		conf_warn(conf, rep, nowhere, "keys \"%s\": %s", conf->keys,
		    why);
	TAILQ_FOREACH(n, &conf->servers, entry) {
		if (why == NULL && n->server.key != 0 &&
		    !parent_keys_have(&k, n->server.key))
			conf_warn(conf, rep, n->server.pos, "there is no key "
			    "%u in %s: %s will not be asked", n->server.key,
			    conf->keys, n->server.name);
	}
	explicit_bzero(&k, sizeof(k));
}

/* Keys that are turned are ours to write; others come from elsewhere. */
static void
cookie_keys(const struct conf *conf, struct conf_report *rep)
{
	char	 why[NTS_CHECK_MAX];
	int	 fd;

	if (conf->ntsrotate > 0) {
		to_write(conf, rep, "nts keys", conf->ntskeys);
		if (access(conf->ntskeys, F_OK) == -1)
			return;
	}
	if ((fd = to_open(conf, rep, "nts keys", conf->ntskeys,
	    true)) != -1 && nts_check_ring(fd, why) == -1)
		conf_warn(conf, rep, nowhere, "nts keys \"%s\": %s",
		    conf->ntskeys, why);
}

static void
certificate(const struct conf *conf, struct conf_report *rep)
{
	char	 why[NTS_CHECK_MAX];
	int	 cert, key;

	cert = to_open(conf, rep, "nts certificate", conf->ntscert, false);
	key = to_open(conf, rep, "key of the nts certificate", conf->ntskey,
	    true);
	if (cert != -1 && key != -1) {
		if (nts_check_certificate(cert, key, why) == -1)
			conf_warn(conf, rep, nowhere, "nts certificate "
			    "\"%s\" key \"%s\": %s", conf->ntscert,
			    conf->ntskey, why);
	} else if (cert != -1 || key != -1)
		close(cert != -1 ? cert : key);
}

/* Is anything known by the certificates of CAs? */
static bool
need_ca(const struct conf *conf)
{
	const struct conf_node	*n;

	TAILQ_FOREACH(n, &conf->servers, entry) {
		if (n->server.nts && !n->server.pinned)
			return true;
	}
	return false;
}

static void
authorities(const struct conf *conf, struct conf_report *rep)
{
	const char	*path;
	char		 why[NTS_CHECK_MAX];
	int		 fd;

	path = conf->ntsca[0] != '\0' ? conf->ntsca : CAFILE;
	if ((fd = to_open(conf, rep, "nts-ca", path, false)) != -1 &&
	    nts_check_ca(fd, why) == -1)
		conf_warn(conf, rep, nowhere, "nts-ca \"%s\": %s", path, why);
}

static void
statistics(const struct conf *conf, struct conf_report *rep)
{
	char	 path[CONF_PATH_MAX + 16];

	(void)snprintf(path, sizeof(path), "%s/loopstats", conf->statistics);
	to_write(conf, rep, "statistics", path);
}

void
ntpd_check_files(const struct conf *conf, struct conf_report *rep)
{
	to_write(conf, rep, "driftfile", conf->driftfile);
	keys(conf, rep);
	if (conf->leapfile[0] != '\0')
		to_read(conf, rep, "leapfile", conf->leapfile, false);
	if (!TAILQ_EMPTY(&conf->constraints))
		to_read(conf, rep, "cafile", conf->cafile[0] != '\0' ?
		    conf->cafile : CAFILE, false);
	if (need_ca(conf))
		authorities(conf, rep);
	if (conf_serves_nts(conf))
		cookie_keys(conf, rep);
	if (conf->ntscert[0] != '\0')
		certificate(conf, rep);
	if (conf->statistics[0] != '\0')
		statistics(conf, rep);
}
