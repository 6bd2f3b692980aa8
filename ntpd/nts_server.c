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
 * NTS-KE as server: who may connect, and what they get.  nts only.
 *
 * Anybody can connect, so nobody may cost much.  There are never more than
 * NTS_CONNS connections, nor more than CONNS_ADDR of one client.  Beyond
 * that a new one takes the place of an old one: the client's oldest, or the
 * oldest where there are most (nts_limit.c), which a slow or silent one soon
 * is and a good one never gets to be.  Each has SECONDS for everything.  And
 * each client and each network has a bucket of handshakes; a connection that
 * never came to one has cost next to nothing and takes nothing from it.
 */

#include <sys/types.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <errno.h>
#include <event.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "now.h"
#include "nts.h"
#include "ntske.h"
#include "siv.h"

#define CONNS_ADDR	16
#define SECONDS		5
#define ACCEPTS		32	/* per wakeup: others wait, too */
#define PAUSE		1	/* s without descriptors or memory */

static void	 accept_cb(int, short, void *);
static void	 resume(int, short, void *);
static void	 report(int, short, void *);
static void	 request(struct nts_conn *);
static void	 down(struct nts_conn *, enum nts_end);

static const struct nts_conn_ops ops = {
	.data = request,
	.down = down,
};

void
nts_server_init(struct nts *n)
{
	struct nts_server	*s = &n->server;
	uint8_t			 seed[16];

	TAILQ_INIT(&s->listeners);
	arc4random_buf(seed, sizeof(seed));
	nts_limit_init(&s->limit, seed);
	evtimer_set(&s->pause, resume, n);
	evtimer_set(&s->report, report, n);
	if ((s->siv = siv_new()) == NULL)
		fatalx("AES-SIV");
}

/*
 * Counters, to the engine at most once a second
 */

void
nts_server_count(struct nts *n)
{
	struct timeval	 tv = { 1, 0 };

	if (!evtimer_pending(&n->server.report, NULL))
		evtimer_add(&n->server.report, &tv);
}

static void
report(int fd, short what, void *arg)
{
	struct nts	*n = arg;

	n->counts.open = n->server.open;
	imsgev_send(&n->engine, IMSG_NTS_COUNTS, 0, -1, &n->counts,
	    sizeof(n->counts));
}

/*
 * Listening sockets
 */

/* Nobody is accepted before there is a certificate and a key. */
static void
open_up(struct nts *n)
{
	struct nts_listener	*l;
	bool			 ready;

	ready = n->server.ctx != NULL && n->key.ring.n > 0 && n->boxed;
	TAILQ_FOREACH(l, &n->server.listeners, entry) {
		if (ready)
			event_add(&l->ev, NULL);
		else
			event_del(&l->ev);
	}
}

void
nts_server_listen(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct nts		*n = arg;
	struct nts_listener	*l;
	char			 buf[ADDR_STRLEN];

	if ((l = calloc(1, sizeof(*l))) == NULL)
		fatal("listener");
	memcpy(&l->listen, in->data, sizeof(l->listen));
	l->nts = n;
	l->fd = in->fd;
	event_set(&l->ev, l->fd, EV_READ | EV_PERSIST, accept_cb, l);
	TAILQ_INSERT_TAIL(&n->server.listeners, l, entry);
	log_info("listening on %s for NTS",
	    addr_strport(&l->listen.addr, buf));
	open_up(n);
}

void
nts_server_gone(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct nts		*n = arg;
	struct nts_listener	*l, *next;
	char			 buf[ADDR_STRLEN];
	uint32_t		 id;

	memcpy(&id, in->data, sizeof(id));
	TAILQ_FOREACH_SAFE(l, &n->server.listeners, entry, next) {
		if (l->listen.id != id)
			continue;
		log_info("no longer listening on %s for NTS",
		    addr_strport(&l->listen.addr, buf));
		TAILQ_REMOVE(&n->server.listeners, l, entry);
		event_del(&l->ev);
		close(l->fd);
		free(l);
	}
}

void
nts_server_conf(struct nts *n)
{
	open_up(n);
}

/*
 * The certificate
 */

static void
forget(struct nts_server *s)
{
	free(s->cert);
	s->cert = NULL;
}

/* When a certificate is of no use now, clients will say so; say it first. */
static void
check_dates(struct nts *n, const struct nts_chain *chain, const char *name)
{
	char	 text[NTS_ERROR_MAX];

	n->counts.notafter = chain->notafter;
	if (!nts_tls_dated(chain, text)) {
		nts_say(n, "nts certificate %s: %s", name, text);
		return;
	}
	nts_tls_end(chain, text);
	log_info("nts: certificate %s, valid until %s", name, text);
}

static void
use(struct nts *n, const char *key, size_t keylen, const char *keyname)
{
	struct nts_server	*s = &n->server;
	struct nts_tls_ctx	*ctx;
	struct nts_chain	 chain;
	char			 error[NTS_ERROR_MAX];

	if ((ctx = nts_tls_server(s->cert, s->certlen, key, keylen,
	    error)) == NULL) {
		nts_say(n, "nts certificate %s key %s: %s, %s", s->certname,
		    keyname, error, s->ctx != NULL ? "the old one stays" :
		    "no cookies for anybody");
		return;
	}
	nts_tls_ctx_free(s->ctx);
	s->ctx = ctx;
	nts_tls_ctx_dates(ctx, &chain);
	check_dates(n, &chain, s->certname);
	nts_server_count(n);
	open_up(n);
}

void
nts_server_file(struct nts *n, int fd, const struct msg_nts_file *m)
{
	struct nts_server	*s = &n->server;
	char			*text;
	size_t			 len = 0;

	if ((text = nts_slurp(fd, NTS_CERT_MAX, &len)) == NULL)
		nts_say(n, "nts certificate: %s: %s", m->name,
		    strerror(errno));
	if (m->file == NTS_FILE_CERT) {
		forget(s);
		s->cert = text;
		s->certlen = len;
		(void)strlcpy(s->certname, m->name, sizeof(s->certname));
		return;
	}
	if (text == NULL)
		return;
	if (s->cert != NULL)
		use(n, text, len, m->name);
	explicit_bzero(text, len);
	free(text);
	forget(s);
}

/*
 * Who may connect
 */

static void
make_room(struct nts *n, const struct addr *a)
{
	struct nts_conn		*c, *all[NTS_CONNS], *same = NULL;
	const struct addr	*from[NTS_CONNS];
	unsigned int		 of = 0;
	size_t			 i = 0;

	TAILQ_FOREACH(c, &n->conns, entry) {
		if (c->ops != &ops || i == NTS_CONNS)
			continue;
		all[i] = c;
		from[i++] = &c->peer;
		if (!nts_limit_client(&c->peer, a))
			continue;
		if (same == NULL)
			same = c;
		of++;
	}
	if (of >= CONNS_ADDR)
		nts_conn_cut(same);
	else if (i == NTS_CONNS)
		nts_conn_cut(all[nts_limit_crowd(from, i)]);
}

static void
welcome(struct nts *n, int fd, const struct addr *a)
{
	struct nts_server	*s = &n->server;
	uint32_t		 missed;
	char			 buf[ADDR_STRLEN];

	n->counts.accepted++;
	nts_server_count(n);
	if (nts_limit_spent(&s->limit, a, now_mono())) {
		n->counts.refused++;
		if (log_limit(&s->said_refused, &missed)) {
			log_info("nts: %s: too many handshakes, refused",
			    addr_str(a, buf));
			if (missed != 0)
				log_info("nts: %u more were not logged",
				    missed);
		}
		close(fd);
		return;
	}
	make_room(n, a);
	if (nts_conn_accept(n, fd, a, s->ctx, NTSKE_REQUEST_MAX, SECONDS,
	    &ops, NULL) == NULL) {
		log_debug("nts: no memory for a connection");
		return;
	}
	s->open++;
}

static void
accept_cb(int fd, short what, void *arg)
{
	struct nts_listener	*l = arg;
	struct sockaddr_storage	 ss;
	struct timeval		 tv = { PAUSE, 0 };
	struct nts		*n = l->nts;
	struct addr		 a;
	socklen_t		 len;
	int			 i, c;

	for (i = 0; i < ACCEPTS; i++) {
		len = sizeof(ss);
		if ((c = accept4(fd, (struct sockaddr *)&ss, &len,
		    SOCK_CLOEXEC | SOCK_NONBLOCK)) == -1) {
			if (errno == EMFILE || errno == ENFILE ||
			    errno == ENOBUFS || errno == ENOMEM) {
				event_del(&l->ev);
				evtimer_add(&n->server.pause, &tv);
			}
			return;
		}
		if (addr_from_sa(&a, (const struct sockaddr *)&ss) == -1)
			close(c);
		else
			welcome(n, c, &a);
		nts_yield();
	}
}

static void
resume(int fd, short what, void *arg)
{
	open_up(arg);
}

/*
 * What they get
 */

static size_t
answer(struct nts_conn *c, const struct ntske_request *req, uint8_t *out,
    size_t size)
{
	struct nts		*n = c->nts;
	struct ntscookie	 session;
	uint8_t			 cookies[NTSKE_COOKIES * NTSCOOKIE_LEN];
	uint8_t			 nonce[NTSKE_COOKIES][NTSCOOKIE_NONCE];
	size_t			 i, len = 0;

	memset(&session, 0, sizeof(session));
	session.aead = NTSKE_AEAD;
	arc4random_buf(nonce, sizeof(nonce));
	if (nts_tls_export(c->tls, session.c2s, session.s2c) == -1)
		goto out;
	for (i = 0; i < NTSKE_COOKIES; i++) {
		if (ntscookie_seal(n->server.siv, &n->key.ring, &session,
		    nonce[i], cookies + i * NTSCOOKIE_LEN) == -1)
			goto out;
	}
	len = ntske_response(req, cookies, NTSCOOKIE_LEN, NTSKE_COOKIES,
	    n->conf.port, out, size);
out:
	explicit_bzero(&session, sizeof(session));
	return len;
}

/* Octets came; when the request is complete, the answer goes out. */
static void
request(struct nts_conn *c)
{
	struct ntske_request	 req;
	enum ntske_verdict	 verdict;
	struct nts		*n = c->nts;
	uint8_t			 out[2048];
	size_t			 len = 0;

	if (c->finish)
		return;
	if ((verdict = ntske_parse_request(c->in, c->nin, &req)) ==
	    NTSKE_MORE)
		return;
	c->arg = &n->counts.bad;
	if (verdict == NTSKE_OK) {
		if (req.ntpv4 && req.aead)
			c->arg = &n->counts.done;
		if ((len = answer(c, &req, out, sizeof(out))) == 0)
			len = ntske_refuse(NTSKE_ERROR_INTERNAL, out,
			    sizeof(out));
	} else {
		(void)strlcpy(c->error, ntske_str(verdict), sizeof(c->error));
		len = ntske_refuse(ntske_code(verdict), out, sizeof(out));
	}
	if (nts_conn_write(c, out, len) == -1)
		log_debug("nts: no memory for an answer");
	nts_conn_finish(c);
}

static void
say_down(struct nts_conn *c, enum nts_end end)
{
	uint32_t	 missed;
	char		 buf[ADDR_STRLEN];

	if (!log_limit(&c->nts->server.said_down, &missed))
		return;
	if (missed > 0)
		log_info("nts: %u failed clients more were not logged",
		    missed);
	log_info("nts: client %s: %s%s%s", addr_strport(&c->peer, buf),
	    end == NTS_END_DONE ? "bad request" : nts_end_str(end),
	    c->error[0] != '\0' ? ": " : "", c->error);
}

static void
down(struct nts_conn *c, enum nts_end end)
{
	struct nts	*n = c->nts;
	uint64_t	*count = NULL;
	bool		 good;

	n->server.open--;
	if (nts_tls_costly(c->tls))
		nts_limit_spend(&n->server.limit, &c->peer, now_mono());
	switch (end) {
	case NTS_END_DONE:
		count = c->arg;
		break;
	case NTS_END_EOF:
	case NTS_END_NET:
	case NTS_END_TLS:
		count = &n->counts.failed;
		break;
	case NTS_END_LATE:
		count = &n->counts.late;
		break;
	case NTS_END_CUT:
		count = &n->counts.cut;
		break;
	case NTS_END__MAX:
		return;
	}
	(*count)++;
	nts_server_count(n);
	good = count == &n->counts.done;
	if (!good)
		say_down(c, end);
	else if (log_getverbose() > 0)
		log_debug("nts: cookies given out");
}
