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
 * The nts process' state and what its files ask of each other.  nts only.
 *
 *	nts.c		main, edges
 *	nts_conn.c	connections: one handshake, one question, one answer
 *	nts_tls.c	libssl, behind names of our own
 *	nts_client.c	NTS-KE as client: keys for the engine
 *	nts_server.c	NTS-KE as server: who may connect, and the answer
 *	nts_limit.c	how much of it one client, and one network, may have
 *	nts_key.c	the keys that cookies are sealed with
 *
 * An exported function has its file's name in front.
 */

#ifndef NTS_H
#define NTS_H

#include <sys/types.h>
#include <sys/queue.h>

#include <event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "imsgev.h"
#include "log.h"
#include "msg.h"
#include "ntscookie.h"
#include "ntptime.h"
#include "proc.h"
#include "siphash.h"

struct nts;

#define NTS_PIN_LEN	32	/* SHA-256 of a certificate's public key */
#define NTS_ERROR_MAX	128	/* as in struct msg_nts_keys */
#define NTS_CERT_MAX	65536	/* octets of a certificate chain or key, */
#define NTS_CA_MAX	(4 << 20)	/* of a file of CAs, */
#define NTS_RING_MAX	16384	/* of one of cookie keys */

/*
 * nts_tls.c, nts_tls_ctx.c
 */
struct nts_tls;		/* a TLS session over a socket */
struct nts_tls_ctx;	/* what sessions share: certificate or CAs */

enum nts_io {
	NTS_IO_DONE,
	NTS_IO_WANT_READ,	/* again when the socket is readable, */
	NTS_IO_WANT_WRITE,	/* writable */
	NTS_IO_EOF,		/* the other side is through */
	NTS_IO_FAILED		/* nts_tls_error tells */
};

/* How a client knows the server. */
struct nts_verify {
	char		 name[MSG_NAME_MAX];	/* a name, or an address */
	uint8_t		 pin[NTS_PIN_LEN];	/* SHA-256 of its public */
	bool		 pinned;		/* key, which replaces CAs, */
						/* dates and name */
	int64_t		 time;		/* dates are checked at, Unix s; */
					/* 0: not at all */
};

/* The chain's common validity, Unix s, and the leaf's public key. */
struct nts_chain {
	int64_t		 notbefore;
	int64_t		 notafter;
	uint8_t		 pin[NTS_PIN_LEN];
};

/* Before the sandbox: libssl may want to look around. */
void	 nts_tls_init(void);
/*
 * Contexts from PEM text.  Of a server: certificate with its chain, key; of
 * a client: CA certificates (no text: pins only).  NULL and the reason.
 * Freed contexts live on in their sessions.
 */
struct nts_tls_ctx *nts_tls_server(const void *, size_t, const void *,
	    size_t, char [NTS_ERROR_MAX]);
struct nts_tls_ctx *nts_tls_client(const void *, size_t,
	    char [NTS_ERROR_MAX]);
void	 nts_tls_ctx_free(struct nts_tls_ctx *);
/* When the server's certificate begins and ends. */
void	 nts_tls_ctx_dates(const struct nts_tls_ctx *, struct nts_chain *);
/* Its end, as a date; and whether it is of use now, or else why not. */
void	 nts_tls_end(const struct nts_chain *, char [NTS_ERROR_MAX]);
bool	 nts_tls_dated(const struct nts_chain *, char [NTS_ERROR_MAX]);

/* A session over a connected, non-blocking socket; NULL: no memory. */
struct nts_tls	*nts_tls_accept(struct nts_tls_ctx *, int);
struct nts_tls	*nts_tls_connect(struct nts_tls_ctx *, int,
		    const struct nts_verify *);
/*
 * Done is a TLS 1.3 session with ALPN ntske/1 and, for a client, with a
 * server that is the one asked for.
 */
enum nts_io nts_tls_handshake(struct nts_tls *)
	    __attribute__((__warn_unused_result__));
enum nts_io nts_tls_read(struct nts_tls *, void *, size_t, size_t *)
	    __attribute__((__warn_unused_result__));
enum nts_io nts_tls_write(struct nts_tls *, const void *, size_t, size_t *)
	    __attribute__((__warn_unused_result__));
/* Say goodbye, without waiting for an answer, and free it. */
void	 nts_tls_close(struct nts_tls *);
const char *nts_tls_error(const struct nts_tls *);
/* The keys C2S and S2C of a session (RFC 8915 5.1) for NTSKE_AEAD. */
int	 nts_tls_export(struct nts_tls *, uint8_t [NTSCOOKIE_KEY],
	    uint8_t [NTSCOOKIE_KEY])
	    __attribute__((__warn_unused_result__));
/* Has the handshake come so far that it cost us something? */
bool	 nts_tls_costly(const struct nts_tls *);
/* After the handshake of a client. */
void	 nts_tls_chain(const struct nts_tls *, struct nts_chain *);

/*
 * nts_conn.c: connections, with a deadline for all of it.
 */
enum nts_end {
	NTS_END_DONE,		/* we finished it, and all was sent */
	NTS_END_EOF,		/* they closed it */
	NTS_END_NET,		/* no connection, or it broke: error text */
	NTS_END_TLS,		/* handshake or session failed: error text */
	NTS_END_LATE,		/* the deadline */
	NTS_END_CUT,		/* nts_conn_cut */
	NTS_END__MAX
};

enum nts_state {
	NTS_CONNECTING,
	NTS_HANDSHAKE,
	NTS_OPEN,
	NTS_OVER
};

/* What the owner of a connection wants to hear; NULL: nothing of it. */
struct nts_conn;
struct nts_conn_ops {
	/* the handshake is done */
	void		 (*up)(struct nts_conn *);
	/* octets came; all so far are c->in, c->nin */
	void		 (*data)(struct nts_conn *);
	/* it is over, and gone when this returns */
	void		 (*down)(struct nts_conn *, enum nts_end);
};

struct nts_conn {
	TAILQ_ENTRY(nts_conn) entry;
	struct nts	*nts;
	const struct nts_conn_ops *ops;
	void		*arg;		/* the owner's */
	enum nts_state	 state;
	enum nts_end	 end;		/* of NTS_OVER */
	int		 fd;
	struct addr	 peer;
	mono_t		 born;
	struct event	 ev;
	struct event	 deadline;
	struct nts_tls	*tls;
	bool		 busy;		/* in a callback of it */
	bool		 finish;	/* when all is sent */
	uint8_t		*in;
	size_t		 nin;
	size_t		 insize;
	uint8_t		*out;
	size_t		 nout;
	size_t		 sent;
	char		 error[NTS_ERROR_MAX];
};
TAILQ_HEAD(nts_conns, nts_conn);

/*
 * A connection to a server's address, from a local one or NULL; or one that
 * was accepted.  insize: octets of the answer or question at most; seconds
 * until it must be over.  NULL and errno; nothing is called then, nor
 * before these return.
 */
struct nts_conn	*nts_conn_connect(struct nts *, const struct addr *,
		    const struct addr *, struct nts_tls_ctx *,
		    const struct nts_verify *, size_t, unsigned int,
		    const struct nts_conn_ops *, void *);
struct nts_conn	*nts_conn_accept(struct nts *, int, const struct addr *,
		    struct nts_tls_ctx *, size_t, unsigned int,
		    const struct nts_conn_ops *, void *);
/* Queue what is to be sent: -1 and errno. */
int	 nts_conn_write(struct nts_conn *, const void *, size_t)
	    __attribute__((__warn_unused_result__));
/* Close it when all is sent; at once.  Then down is called. */
void	 nts_conn_finish(struct nts_conn *);
void	 nts_conn_cut(struct nts_conn *);
const char *nts_end_str(enum nts_end);

/*
 * nts_limit.c
 */
#define NTS_CONNS	256	/* to the server at once */
#define NTS_BUCKETS	8192
#define NTS_WAYS	4

/* Handshakes a client, or a network, has had. */
struct nts_bucket {
	struct addr	 addr;
	unsigned int	 level;		/* so much of it counts */
	mono_t		 last;
	double		 used;		/* and not regained by then */
};

struct nts_limit {
	struct siphash_key key;
	struct nts_bucket bucket[NTS_BUCKETS];
};

/*
 * Nobody has had anything: in zeroed memory; 16 octets of randomness nobody
 * else has.
 */
void	 nts_limit_init(struct nts_limit *, const uint8_t [16]);
/* Has that client, or a network around it, had all its handshakes? */
bool	 nts_limit_spent(struct nts_limit *, const struct addr *, mono_t)
	    __attribute__((__warn_unused_result__));
/* It had another one. */
void	 nts_limit_spend(struct nts_limit *, const struct addr *, mono_t);
/* Two addresses of one client. */
bool	 nts_limit_client(const struct addr *, const struct addr *);
/*
 * Connections from n > 0 addresses, at most NTS_CONNS, the oldest first: the
 * index of the one that has to go when another one comes.
 */
size_t	 nts_limit_crowd(const struct addr *const *, size_t)
	    __attribute__((__warn_unused_result__));

/*
 * nts_server.c
 */

/* A listening socket of the parent. */
struct nts_listener {
	TAILQ_ENTRY(nts_listener) entry;
	struct nts	*nts;
	struct msg_listen listen;
	int		 fd;
	struct event	 ev;
};
TAILQ_HEAD(nts_listeners, nts_listener);

struct siv;
struct nts_server {
	struct nts_listeners listeners;
	struct nts_tls_ctx *ctx;	/* NULL: no certificate yet */
	struct siv	*siv;
	unsigned int	 open;		/* connections */
	char		*cert;		/* until its key comes */
	size_t		 certlen;
	char		 certname[MSG_NAME_MAX];
	struct event	 pause;
	struct event	 report;
	struct nts_limit limit;
	struct log_limit said_refused;
	struct log_limit said_down;
};

/* nts_client.c */
struct nts_client {
	struct nts_tls_ctx *ctx;	/* with CAs; NULL: none came */
	struct nts_tls_ctx *bare;	/* for pins */
	unsigned int	 open;		/* connections */
};

/* nts_key.c */
struct nts_key {
	struct ntsring ring;
	uint32_t	 use;		/* as the engine knows it */
	struct event	 tick;
};

/*
 * The process.
 */
struct nts {
	const struct proc_opts *opts;
	struct imsgev	 parent;
	struct imsgev	 engine;
	int		 engine_fd;	/* not listened to until boxed */
	bool		 engine_there;
	bool		 boxed;
	struct nts_conns conns;
	struct msg_nts_conf conf;
	struct msg_nts_counts counts;
	struct nts_client client;
	struct nts_server server;
	struct nts_key	 key;
};

/* Handlers of messages and files. */
void	 nts_client_want(void *, struct imsgev *, const struct imsg_in *);
void	 nts_client_file(struct nts *, int, const struct msg_nts_file *);

void	 nts_server_init(struct nts *);
void	 nts_server_listen(void *, struct imsgev *, const struct imsg_in *);
void	 nts_server_gone(void *, struct imsgev *, const struct imsg_in *);
void	 nts_server_file(struct nts *, int, const struct msg_nts_file *);
/* The configuration, or what has to be there for service, is another. */
void	 nts_server_conf(struct nts *);
/* A counter has changed. */
void	 nts_server_count(struct nts *);

void	 nts_key_init(struct nts *);
void	 nts_key_file(struct nts *, int, const struct msg_nts_file *);
void	 nts_key_conf(struct nts *);

/*
 * nts.c: read a descriptor of the parent to its end, at most so many
 * octets, into memory with a NUL; NULL and errno.  The descriptor is
 * closed.
 */
char	*nts_slurp(int, size_t, size_t *);
/* A line for the log, and for the operator whose reload this is. */
void	 nts_say(struct nts *, const char *, ...)
	    __attribute__((__format__(printf, 2, 3)));

/*
 * After each part of a handshake: nice is about shares, and lets us finish
 * our slice, some ms long, while a reply is waiting for the processor.
 */
void	 nts_yield(void);

#endif /* NTS_H */
