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
 * The nts process: all that speaks TLS.  As a server it gives out cookies
 * (NTS-KE, RFC 8915 4), as a client it fetches them for the engine.  It has
 * neither a clock nor an NTP socket nor a file: certificates and keys come
 * as descriptors from the parent, and a server's address from the engine.
 *
 * Handshakes cost a thousand times what an NTP reply does, so whatever else
 * there is to do on a busy machine goes first.
 */

#include <sys/types.h>
#include <sys/queue.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <errno.h>
#include <event.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nts.h"
#include "sandbox.h"

#define NICE		10	/* of 19 */

static void	 fd_engine(void *, struct imsgev *, const struct imsg_in *);
static void	 conf(void *, struct imsgev *, const struct imsg_in *);
static void	 file(void *, struct imsgev *, const struct imsg_in *);
static void	 conf_end(void *, struct imsgev *, const struct imsg_in *);
static void	 shutdown_nts(void *, struct imsgev *, const struct imsg_in *);
static void	 closed(void *, struct imsgev *);

/* P, what nts takes from the parent. */
static const struct imsg_handler from_parent[] = {
	{ IMSG_FD_NTS, 0, fd_engine, 1 },
	{ IMSG_NTS_CONF, sizeof(struct msg_nts_conf), conf, 0 },
	{ IMSG_FD_NTS_FILE, sizeof(struct msg_nts_file), file, 1 },
	{ IMSG_FD_LISTEN, sizeof(struct msg_listen), nts_server_listen, 1 },
	{ IMSG_LISTEN_GONE, sizeof(uint32_t), nts_server_gone, 0 },
	{ IMSG_CONF_END, 0, conf_end, 0 },
	{ IMSG_LOG_LEVEL, sizeof(int32_t), proc_log_level, 0 },
	{ IMSG_SHUTDOWN, 0, shutdown_nts, 0 },
};

/* E3, what nts takes from the engine. */
static const struct imsg_handler from_engine[] = {
	{ IMSG_NTS_WANT, sizeof(struct msg_nts_want), nts_client_want, 0 },
};

/* Who reads which file; the descriptor goes with it. */
static void	(*const readers[NTS_FILE__MAX])(struct nts *, int,
		    const struct msg_nts_file *) = {
	[NTS_FILE_CERT] = nts_server_file,
	[NTS_FILE_KEY] = nts_server_file,
	[NTS_FILE_RING] = nts_key_file,
	[NTS_FILE_CA] = nts_client_file,
};

void
nts_main(const struct proc_opts *opts)
{
	static struct nts	 nts;
	struct nts		*n = &nts;

	/* TLS before the chroot, niceness before anything costs */
	(void)setpriority(PRIO_PROCESS, 0, NICE);
	nts_tls_init();
	proc_child(ROLE_NTS, opts);
	event_init();
	n->opts = opts;
	n->engine_fd = -1;
	TAILQ_INIT(&n->conns);
	nts_server_init(n);
	nts_key_init(n);
	imsgev_init(&n->parent, PROC_PARENT_FD, "parent", from_parent,
	    nitems(from_parent), IMSGEV_FATAL, n, closed);
	event_dispatch();
	fatalx("event loop ended");
}

static void
fd_engine(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct nts	*n = arg;

	if (n->engine_fd != -1)
		fatalx("second edge to the engine");
	n->engine_fd = in->fd;
}

static void
conf(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct nts	*n = arg;

	memcpy(&n->conf, in->data, sizeof(n->conf));
}

static void
file(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct nts		*n = arg;
	struct msg_nts_file	 m;

	memcpy(&m, in->data, sizeof(m));
	m.name[sizeof(m.name) - 1] = '\0';
	if (m.file >= NTS_FILE__MAX || readers[m.file] == NULL)
		imsgev_refuse(iev, in, "no such file");
	readers[m.file](n, in->fd, &m);
}

/* Boxed, and with the certificates to judge by: now the engine may ask. */
static void
begin(struct nts *n)
{
	sandbox(ROLE_NTS, n->opts, NULL);
	n->boxed = true;
	imsgev_init(&n->engine, n->engine_fd, "engine", from_engine,
	    nitems(from_engine), IMSGEV_FATAL, n, closed);
	n->engine_there = true;
}

/* All that a configuration has is there; what comes later is news. */
static void
conf_end(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct nts	*n = arg;

	if (n->engine_fd == -1)
		imsgev_refuse(iev, in, "not now");
	if (!n->boxed)
		begin(n);
	nts_key_conf(n);
	nts_server_conf(n);
	imsgev_send(iev, IMSG_CONF_READY, 0, -1, NULL, 0);
}

static void
shutdown_nts(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	exit(0);
}

/* Without either of them there is nothing to do. */
static void
closed(void *arg, struct imsgev *iev)
{
	exit(0);
}

char *
nts_slurp(int fd, size_t max, size_t *len)
{
	struct stat	 st;
	char		*text = NULL;
	ssize_t		 n;
	int		 error;

	if (fstat(fd, &st) == -1)
		goto fail;
	if (st.st_size < 0 || (uintmax_t)st.st_size > max) {
		errno = EFBIG;
		goto fail;
	}
	if ((text = malloc((size_t)st.st_size + 1)) == NULL)
		goto fail;
	for (*len = 0; *len < (size_t)st.st_size; *len += (size_t)n) {
		if ((n = pread(fd, text + *len, (size_t)st.st_size - *len,
		    (off_t)*len)) == -1)
			goto fail;
		if (n == 0)
			break;
	}
	text[*len] = '\0';
	close(fd);
	return text;
fail:
	error = errno;
	if (text != NULL)
		explicit_bzero(text, *len);
	free(text);
	close(fd);
	errno = error;
	return NULL;
}

void
nts_say(struct nts *n, const char *fmt, ...)
{
	char	 line[MSG_TEXT_MAX];
	va_list	 ap;

	va_start(ap, fmt);
	(void)vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	log_warnx("%s", line);
	imsgev_send(&n->parent, IMSG_NTS_TEXT, 0, -1, line, strlen(line) + 1);
}

void
nts_yield(void)
{
	(void)sched_yield();
}
