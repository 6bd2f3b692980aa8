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
 * A constraint process: asks one web server for the date, tells the parent,
 * and ends.
 *
 * What it needs comes with the one message of the parent: where to ask, and
 * a descriptor to read the authorities' certificates from.  When the
 * connection is on its way it gives up all it has but that socket, so that
 * nothing that arrives over it can do more than lie about the time.
 */

#include <sys/types.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>

#include <errno.h>
#include <event.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tls.h>
#include <unistd.h>

#include "addr.h"
#include "constraint.h"
#include "httpdate.h"
#include "imsgev.h"
#include "log.h"
#include "msg.h"
#include "now.h"
#include "proc.h"
#include "sandbox.h"

#define TIMEOUT		10	/* s for all of it */
#define HTTPS_PORT	443
#define CA_MAX		(8 * 1024 * 1024)	/* octets of certificates */

enum step {
	STEP_CONNECT,
	STEP_HANDSHAKE,
	STEP_ASK,
	STEP_READ
};

struct constraint {
	const struct proc_opts *opts;
	struct imsgev	 parent;
	bool		 asked;
	struct msg_constraint_query q;
	uint8_t		*ca;
	size_t		 calen;
	struct tls	*tls;
	struct event	 ev;
	struct event	 timeout;
	enum step	 step;
	mono_t		 sent;
	char		 request[MSG_PATH_MAX + MSG_NAME_MAX + 128];
	size_t		 len;
	size_t		 done;
	char		 header[HTTPDATE_MAX];
	size_t		 received;
};

static void	 query(void *, struct imsgev *, const struct imsg_in *);
static void	 closed(void *, struct imsgev *);
static void	 run(int, short, void *);

/* E5, what a constraint process takes from the parent. */
static const struct imsg_handler from_parent[] = {
	{ IMSG_CONSTRAINT_QUERY, sizeof(struct msg_constraint_query), query,
	    1 },
};

/* The parent has no more use for us. */
static void
closed(void *arg, struct imsgev *iev)
{
	exit(0);
}

static __attribute__((__noreturn__)) void
answer(struct constraint *c, const struct msg_constraint_result *m)
{
	imsgev_send(&c->parent, IMSG_CONSTRAINT_RESULT, 0, -1, m, sizeof(*m));
	imsgev_drain(&c->parent);
	exit(0);
}

static __attribute__((__noreturn__, __format__(printf, 2, 3))) void
failed(struct constraint *c, const char *fmt, ...)
{
	struct msg_constraint_result	 m;
	va_list				 ap;

	memset(&m, 0, sizeof(m));
	m.result = CONSTRAINT_FAILED;
	va_start(ap, fmt);
	(void)vsnprintf(m.reason, sizeof(m.reason), fmt, ap);
	va_end(ap);
	log_debug("%s: %s", c->q.name, m.reason);
	answer(c, &m);
}

static void
timed_out(int fd, short what, void *arg)
{
	static const char *const	 waiting[] = {
		[STEP_CONNECT] = "no connection",
		[STEP_HANDSHAKE] = "no TLS handshake",
		[STEP_ASK] = "the question was not taken",
		[STEP_READ] = "no whole answer"
	};
	struct constraint		*c = arg;

	failed(c, "%s within %d s", waiting[c->step], TIMEOUT);
}

void
constraint_main(const struct proc_opts *opts)
{
	static struct constraint	 constraint;
	struct constraint		*c = &constraint;
	struct timeval			 tv = { TIMEOUT, 0 };

	proc_child(ROLE_CONSTRAINT, opts);
	event_init();
	c->opts = opts;
	imsgev_init(&c->parent, PROC_PARENT_FD, "parent", from_parent,
	    nitems(from_parent), IMSGEV_FATAL, c, closed);
	evtimer_set(&c->timeout, timed_out, c);
	evtimer_add(&c->timeout, &tv);
	event_dispatch();
	fatalx("event loop ended");
}

/* The authorities' certificates, all of them at once. */
static void
read_ca(struct constraint *c, int fd)
{
	struct stat	 st;
	ssize_t		 n;

	if (fstat(fd, &st) == -1)
		failed(c, "certificates: %s", strerror(errno));
	if (!S_ISREG(st.st_mode) || st.st_size < 1 || st.st_size > CA_MAX)
		failed(c, "certificates: not a file of them");
	if ((c->ca = malloc((size_t)st.st_size)) == NULL)
		failed(c, "certificates: %s", strerror(errno));
	while (c->calen < (size_t)st.st_size) {
		n = read(fd, c->ca + c->calen, (size_t)st.st_size - c->calen);
		if (n == -1)
			failed(c, "certificates: %s", strerror(errno));
		if (n == 0)
			break;
		c->calen += (size_t)n;
	}
	close(fd);
}

static void
setup_tls(struct constraint *c)
{
	struct tls_config	*config;

	if (tls_init() == -1 || (config = tls_config_new()) == NULL ||
	    (c->tls = tls_client()) == NULL)
		failed(c, "TLS: cannot begin");
	if (tls_config_set_ca_mem(config, c->ca, c->calen) == -1)
		failed(c, "TLS: %s", tls_config_error(config));
	if (!c->q.clock)
		tls_config_insecure_noverifytime(config);
	if (tls_configure(c->tls, config) == -1)
		failed(c, "TLS: %s", tls_error(c->tls));
	tls_config_free(config);
}

/* On its way when it returns. */
static int
start_connect(struct constraint *c)
{
	struct sockaddr_storage	 ss;
	socklen_t		 len = addr_to_sa(&c->q.addr, &ss);
	int			 fd;

	if ((fd = socket(ss.ss_family, SOCK_STREAM | SOCK_NONBLOCK |
	    SOCK_CLOEXEC, 0)) == -1)
		failed(c, "socket: %s", strerror(errno));
	if (connect(fd, (struct sockaddr *)&ss, len) == -1 &&
	    errno != EINPROGRESS)
		failed(c, "%s", strerror(errno));
	return fd;
}

/*
 * Nobody between us and the server shall answer from memory.  The status
 * is not looked at, so whether the path exists does not matter.
 */
static void
make_request(struct constraint *c)
{
	bool	 v6 = c->q.numeric && strchr(c->q.name, ':') != NULL;
	char	 port[8] = "";
	int	 n;

	if (c->q.port != HTTPS_PORT)
		(void)snprintf(port, sizeof(port), ":%u", c->q.port);
	n = snprintf(c->request, sizeof(c->request),
	    "HEAD %s HTTP/1.1\r\nHost: %s%s%s%s\r\n"
	    "Cache-Control: no-cache\r\nConnection: close\r\n\r\n",
	    c->q.path, v6 ? "[" : "", c->q.name, v6 ? "]" : "", port);
	if (n < 0 || (size_t)n >= sizeof(c->request))
		failed(c, "the URL is too long");
	c->len = (size_t)n;
}

static void
query(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct constraint	*c = arg;
	int			 fd;

	if (c->asked)
		imsgev_refuse(iev, in, "one question is enough");
	c->asked = true;
	memcpy(&c->q, in->data, sizeof(c->q));
	if (memchr(c->q.name, '\0', sizeof(c->q.name)) == NULL ||
	    memchr(c->q.path, '\0', sizeof(c->q.path)) == NULL)
		imsgev_refuse(iev, in, "text without an end");
	setproctitle("constraint %s", c->q.name);
	read_ca(c, in->fd);
	make_request(c);
	setup_tls(c);
	fd = start_connect(c);
	sandbox(ROLE_CONSTRAINT, c->opts, NULL);

	if (tls_connect_socket(c->tls, fd, c->q.name) == -1)
		failed(c, "TLS: %s", tls_error(c->tls));
	event_set(&c->ev, fd, EV_WRITE, run, c);
	event_add(&c->ev, NULL);
}

static __attribute__((__noreturn__)) void
finish(struct constraint *c, int64_t date)
{
	struct msg_constraint_result	 m;
	struct now			 now;
	const uint8_t			*pem;
	const char			*why;
	size_t				 len;

	now_read(&now);
	if (!c->q.clock) {
		if ((pem = tls_peer_cert_chain_pem(c->tls, &len)) == NULL)
			failed(c, "the server has no certificates");
		why = constraint_chain(c->ca, c->calen, pem, len, date);
		if (why != NULL)
			failed(c, "certificates at the date it tells: %s",
			    why);
	}
	memset(&m, 0, sizeof(m));
	m.result = CONSTRAINT_OK;
	m.date = date;
	m.boot = now.boot;
	m.rtt = mono_diff(now.mono, c->sent);
	answer(c, &m);
}

static void
read_answer(struct constraint *c, ssize_t n)
{
	enum httpdate_verdict	 v;
	int64_t			 date;

	c->received += (size_t)n;
	v = httpdate_parse(c->header, c->received, &date);
	if (v == HTTPDATE_OK)
		finish(c, date);
	if (v != HTTPDATE_MORE || n == 0)
		failed(c, "%s", httpdate_str(v));
}

static void
connected(struct constraint *c, int fd)
{
	socklen_t	 len = sizeof(int);
	int		 error = 0;

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) == -1)
		error = errno;
	if (error != 0)
		failed(c, "%s", strerror(error));
	c->step = STEP_HANDSHAKE;
}

/* The step that is on, as far as it goes without waiting. */
static ssize_t
go_on(struct constraint *c)
{
	switch (c->step) {
	case STEP_CONNECT:
	case STEP_HANDSHAKE:
		break;
	case STEP_ASK:
		return tls_write(c->tls, c->request + c->done,
		    c->len - c->done);
	case STEP_READ:
		return tls_read(c->tls, c->header + c->received,
		    sizeof(c->header) - c->received);
	}
	return tls_handshake(c->tls);
}

/* It went on: is that the end of a step? */
static void
went_on(struct constraint *c, ssize_t n)
{
	switch (c->step) {
	case STEP_CONNECT:
	case STEP_HANDSHAKE:
		c->step = STEP_ASK;
		break;
	case STEP_ASK:
		if ((c->done += (size_t)n) == c->len) {
			c->sent = now_mono();
			c->step = STEP_READ;
		}
		break;
	case STEP_READ:
		read_answer(c, n);
		break;
	}
}

static void
run(int fd, short what, void *arg)
{
	struct constraint	*c = arg;
	ssize_t			 n;

	if (c->step == STEP_CONNECT)
		connected(c, fd);
	while ((n = go_on(c)) >= 0)
		went_on(c, n);
	if (n == -1)
		failed(c, "TLS: %s", tls_error(c->tls));
	event_set(&c->ev, fd, n == TLS_WANT_POLLIN ? EV_READ : EV_WRITE, run,
	    c);
	event_add(&c->ev, NULL);
}
