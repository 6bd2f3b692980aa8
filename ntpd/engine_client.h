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
 * The servers we ask.  Engine only.
 *
 *	engine_name.c		names: when to look them up
 *	engine_pool.c		names: which of their addresses to ask
 *	engine_client.c		addresses: when to ask
 *	engine_reply.c		what becomes of an answer
 *	engine_query.c		one query: socket, timestamps
 *	engine_key.c		queries and replies with a shared key
 *	engine_service.c	pools: who gives out their keys
 *	engine_jar.c		cookie jars: when to ask for keys
 *	engine_dates.c		by which time certificates are judged
 *	engine_cookie.c		queries and replies that NTS protects
 *	engine_nts.c		the edge to the nts process
 */

#ifndef ENGINE_CLIENT_H
#define ENGINE_CLIENT_H

#include <sys/types.h>
#include <sys/queue.h>

#include <event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "assoc.h"
#include "conf.h"
#include "engine_sync.h"
#include "imsgev.h"
#include "io.h"
#include "log.h"
#include "msg.h"
#include "ntptime.h"
#include "ntsfield.h"
#include "osc.h"
#include "sync.h"

struct engine;
struct name;

/* The open query of a peer: a socket of its own, closed when it is over. */
struct query {
	int		 fd;		/* -1: none */
	struct event	 ev;		/* a reply, or our own stamp back */
	struct event	 wait;		/* for the stamp, with a reply held */
	mono_t		 sent;		/* when, by the best stamp so far */
	osc_t		 tx;		/* the same */
	uint8_t		 stamp;		/* enum io_stamp, of tx */
	uint32_t	 jumps;		/* engine.jumps when it was sent */
	bool		 held;		/* a reply waits in msg */
	struct io_msg	 msg;
};

/* Why an address should make room for another one. */
enum fault {
	FAULT_NONE,
	FAULT_NOROUTE,		/* we cannot send to it */
	FAULT_KEYS,		/* its NTS-KE gives us none */
	FAULT_LOST,		/* 8 polls unanswered */
	FAULT_FALSE,		/* falseticker for long */
	FAULT_UNSYNC,		/* answers, but not synchronised, for long */
	FAULT_DENIED,		/* DENY or RSTR */
	FAULT__MAX
};

#define SERVICE_ADDRS	8		/* of a target */

/* A target of a pool's SRV records: engine_service.c */
struct service {
	uint16_t	 priority;	/* the lowest first */
	uint16_t	 port;		/* of its NTS-KE */
	bool		 stranger;	/* its own name would prove nothing */
	enum dns_result	 result;	/* of its lookup */
	unsigned int	 n;
	struct addr	 addr[SERVICE_ADDRS];	/* as candidates */
	char		 name[MSG_NAME_MAX];
};

struct services {
	bool		 asking;	/* for the records */
	unsigned int	 failures;	/* of that in a row */
	bool		 told;		/* the log, of them, and that they */
	bool		 secure;	/* were, or were not */
	struct log_limit limit;
	unsigned int	 n;		/* 0: the addresses are the name's */
	unsigned int	 next;		/* to be looked up, or n */
	struct service	 list[MSG_TARGETS_MAX];
};

/* What NTS-KE gave us for a peer: engine_jar.c */
struct jar {
	char		 target[MSG_NAME_MAX];	/* of the pool's, or "" */
	uint16_t	 port;		/* of its NTS-KE, */
	bool		 stranger;	/* as in struct service */
	bool		 useless;	/* no keys: let another have a try */
	uint32_t	 id;		/* of the question to nts */
	bool		 asking;	/* it is under way, */
	bool		 resolving;	/* or the server's name is */
	bool		 ready;		/* there are keys */
	bool		 judged;	/* the certificates' dates, by a time */
					/* that was trusted */
	bool		 suspect;	/* the server says they are no good */
	bool		 told;		/* why, to the log */
	int64_t		 notbefore;	/* the chain is valid, Unix time */
	int64_t		 notafter;
	uint8_t		 c2s[NTS_KEY_LEN];
	uint8_t		 s2c[NTS_KEY_LEN];
	uint8_t		 uid[NTS_UID_LEN];	/* of the latest query */
	struct ntsfield_cookies cookies;	/* oldest first */
	mono_t		 since;		/* the keys' age */
	mono_t		 asked;		/* the last NTS-KE, */
	mono_t		 next;		/* none before that */
	unsigned int	 tries;		/* since a reply was authentic */
	uint64_t	 established;
	uint64_t	 failed;
	uint64_t	 naks;		/* NTSN */
	uint64_t	 rejected;	/* replies that were not authentic */
	struct msg_nts_keys *held;	/* while its server is resolved */
	char		 why[128];	/* there are no keys */
	struct log_limit limit;		/* of that in the log */
};

/* One address being asked: engine_client.c */
struct peer {
	TAILQ_ENTRY(peer) entry;
	struct engine	*engine;
	struct name	*name;
	struct addr	 addr;		/* as the name has it, with port */
	struct addr	 to;		/* queries go there; another one if */
					/* NTS-KE said so */
	struct jar	*jar;		/* NULL: without NTS */
	struct assoc	 assoc;
	struct event	 timer;		/* assoc.due */
	struct query	 query;
	int		 slot;		/* in sync */
	uint8_t		 txstamp;	/* enum io_stamp, of the latest */
	uint8_t		 rxstamp;	/* sample */
	enum fault	 fault;		/* engine_pool.c's */
	struct verdict	 verdict;
	unsigned int	 unsent;	/* failures to send in a row, */
	unsigned int	 noroute;	/* those for want of a route */
	bool		 outvoted;	/* a falseticker when last judged */
	unsigned int	 bad;		/* replies in a row while unusable */
	mono_t		 badsince;
	mono_t		 burst;		/* last one we asked for */
	bool		 bursted;	/* burst has a time */
	struct peer	*replaces;	/* on probation: if it is good, */
					/* that one goes, else this one */
	struct log_limit limit;		/* of kisses, */
	struct log_limit faults;
	struct log_limit unsents;
};
TAILQ_HEAD(peers, peer);

/* An address given up, not to be taken again before a time. */
struct shun {
	struct addr	 addr;
	mono_t		 until;
};

/* One that could be asked; of a pool's SRV records or (NULL) the name. */
struct candidate {
	struct addr	 addr;		/* with the port of NTP */
	const struct service *service;
};

#define POOL_SHUN	16

/* A server or pool statement: engine_pool.c, engine_name.c */
struct name {
	TAILQ_ENTRY(name) entry;
	struct engine	*engine;
	const struct conf_server *conf;
	uint32_t	 id;		/* of its lookups */
	struct peers	 peers;
	struct event	 timer;		/* due */
	mono_t		 due;		/* next lookup */
	mono_t		 retry;		/* after one that failed */
	bool		 asking;	/* a lookup is under way, */
	bool		 refreshing;	/* for a quiet refresh */
	bool		 barren;	/* the last answer had nothing new */
	bool		 noroom;	/* all slots for sources are taken */
	bool		 answered;	/* answer has a time */
	mono_t		 answer;	/* last good answer */
	mono_t		 reask;		/* last lookup after the first answer */
	unsigned int	 reasks;	/* so many of them */
	unsigned int	 added;		/* peers, ever */
	unsigned int	 extra;		/* members over its number */
	mono_t		 refresh;	/* quiet refresh due */
	unsigned int	 failures;	/* of lookups in a row */
	enum dns_result	 result;	/* of the last one */
	struct services	*services;	/* NULL: was not asked for */
	struct candidate cand[MSG_ANSWER_MAX];
	unsigned int	 ncand;
	struct shun	 shun[POOL_SHUN];
	unsigned int	 nshun;		/* ever; the ring's next place */
	struct log_limit lookups;	/* failed ones, and */
	struct log_limit swaps;		/* peers replaced, in the log */
};
TAILQ_HEAD(names, name);

/* engine_pool.c */
struct name	*engine_pool_new(struct engine *, const struct conf_server *);
void		 engine_pool_free(struct name *);
/* The statement changed (not its identity). */
void		 engine_pool_reconf(struct name *, mono_t);
/* Begin: the engine has started. */
void		 engine_pool_start(struct name *, mono_t);
/* The name is an address. */
bool		 engine_pool_numeric(const struct name *);
/* New candidates: make the best of them. */
void		 engine_pool_settle(struct name *, mono_t);
/* Some candidates, others may follow: fill the places that are empty. */
void		 engine_pool_fill(struct name *, mono_t);
/* Would other candidates be of use? */
bool		 engine_pool_wants(const struct name *);
/* Something about a peer; the peer may be gone when they return. */
void		 engine_pool_fault(struct peer *, enum fault, mono_t);
void		 engine_pool_good(struct peer *, mono_t);
/* Each second: do sources agree? */
void		 engine_pool_watch(struct engine *, mono_t);

/* engine_name.c */
void		 engine_name_init(struct name *);
/* Something changed: when to ask the resolver next. */
void		 engine_name_schedule(struct name *, mono_t);
/* An address one can ask at all, whatever the resolver was told to say. */
bool		 engine_name_askable(const struct addr *);
void		 engine_name_answer(void *, struct imsgev *,
		    const struct imsg_in *);
/* The name whose lookup has that number, or NULL. */
struct name	*engine_name_find(const struct engine *, uint32_t);
/* Ask for addresses, of that name or of one that stands for it. */
void		 engine_name_ask(struct name *, const char *);
/* The lookup is over: there are candidates; there are none. */
void		 engine_name_found(struct name *, mono_t);
void		 engine_name_failed(struct name *, enum dns_result, mono_t);
/* Why none of its addresses is asked, for people. */
const char	*engine_name_reason(const struct name *);
/* A route came back: ask the resolver again what it could not tell. */
void		 engine_name_network(struct engine *, mono_t);

/*
 * engine_service.c
 *
 * A lookup begins: ask for SRV records; false: there is no need to.
 */
bool		 engine_service_ask(struct name *);
void		 engine_service_targets(void *, struct imsgev *,
		    const struct imsg_in *);
/* The addresses that were asked for; false: they are the name's own. */
bool		 engine_service_answer(struct name *,
		    const struct msg_answer *, mono_t);
/* There are candidates: those of them that are peers know whose they are. */
void		 engine_service_tell(struct name *);
/* Perhaps there are records, but they could not be had. */
bool		 engine_service_unsure(const struct name *);

/* engine_client.c */
struct peer	*engine_client_new(struct name *, const struct candidate *,
		    mono_t);
void		 engine_client_free(struct peer *);
void		 engine_client_reconf(struct peer *, mono_t);
/* Queries go to that address from now on; it is another clock. */
void		 engine_client_move(struct peer *, const struct addr *);
/* Ask soon, as at the start. */
void		 engine_client_soon(struct peer *, mono_t);
/* Its address for the log, with the port if it is not 123. */
const char	*engine_client_str(const struct peer *, char [ADDR_STRLEN]);
/*
 * Tell sync who can be reached: a poll ended, or there was an answer.  True:
 * somebody no longer can be.
 */
bool		 engine_client_reach(struct engine *);
/* All of them at once: resume, network back. */
void		 engine_client_burst(struct engine *, mono_t);
/*
 * Is the way to those free again that could not be sent to?  Returns whether
 * some of them still wait for that.
 */
bool		 engine_client_probe(struct engine *, mono_t);
/* The intervals sync would like. */
void		 engine_client_polls(struct engine *, mono_t);

/*
 * engine_reply.c: a datagram came in, with its times and what stamped its
 * arrival (enum io_stamp).  The peer may be gone when it returns.
 */
void		 engine_reply(struct peer *, const struct io_msg *,
		    const struct pkt_times *, uint8_t,
		    const struct sync_now *);

/* engine_nts.c */
void		 engine_nts_fd(void *, struct imsgev *,
		    const struct imsg_in *);

/*
 * engine_jar.c
 */
void		 engine_jar_init(struct engine *);
/* What nts answers; it is gone and will not. */
void		 engine_jar_keys(void *, struct imsgev *,
		    const struct imsg_in *);
void		 engine_jar_forget(struct engine *);
/* The peer's name is to be asked with NTS: before its first query. */
int		 engine_jar_new(struct peer *, mono_t)
		    __attribute__((__warn_unused_result__));
/* Who gives out its keys; NULL: its own name, where "nts-port" says. */
void		 engine_jar_service(struct peer *, const struct service *);
/* The port of NTS-KE. */
uint16_t	 engine_jar_port(const struct peer *);
void		 engine_jar_free(struct peer *);
/* Keys are on their way: a query had better wait. */
bool		 engine_jar_pending(const struct peer *);
/* Its keys must not be used any longer; why, for the log. */
void		 engine_jar_drop(struct peer *, const char *, mono_t);
/* Each second: who needs keys?  True: somebody still does. */
bool		 engine_jar_tick(struct engine *, const struct sync_now *);
/* An answer of dns that is no name's of the configuration. */
void		 engine_jar_answer(struct engine *, uint32_t,
		    const struct msg_answer *, const struct sync_now *);
/* The network is back: no need to wait on. */
void		 engine_jar_network(struct engine *, mono_t);
/* Another configuration is in force: the same, but not for every reload. */
void		 engine_jar_reload(struct engine *, mono_t);
/* Why it has no keys; "": it has. */
const char	*engine_jar_reason(const struct peer *);

/*
 * engine_dates.c
 *
 * The time to check certificates by, Unix s; 0: there is none to be trusted.
 */
int64_t		 engine_dates_time(const struct engine *,
		    const struct sync_now *);
/* There may soon be one, worth waiting for: 20 s at most. */
bool		 engine_dates_wait(const struct peer *);
/*
 * Were the certificates of its keys good then?  False: no, and the keys are
 * gone.  Without such a time nothing is said.
 */
bool		 engine_dates_judge(struct peer *, const struct sync_now *);
/* The same; without such a time, by that of an authentic reply. */
struct packet;
bool		 engine_dates_reply(struct peer *, const struct packet *,
		    const struct sync_now *);

/*
 * engine_cookie.c
 *
 * Protect a query of *len octets in a buffer of that size.  -1: there are
 * no keys or cookies, and it must not be sent.
 */
int		 engine_cookie_protect(struct peer *, uint8_t *, size_t,
		    size_t *)
		    __attribute__((__warn_unused_result__));
/* Is this the authentic answer to the open query? */
bool		 engine_cookie_authentic(struct peer *, const uint8_t *,
		    size_t, const struct sync_now *)
		    __attribute__((__warn_unused_result__));

/*
 * engine_key.c
 */
void		 engine_key_init(struct engine *);
void		 engine_key_set(void *, struct imsgev *,
		    const struct imsg_in *);
/* As engine_cookie_protect, _authentic and engine_jar_reason. */
int		 engine_key_protect(struct peer *, uint8_t *, size_t, size_t *)
		    __attribute__((__warn_unused_result__));
bool		 engine_key_authentic(struct peer *, const uint8_t *, size_t)
		    __attribute__((__warn_unused_result__));
const char	*engine_key_reason(const struct peer *);

/* engine_query.c */
void		 engine_query_init(struct peer *);
/* Send; a failure is counted in the peer's association. */
void		 engine_query_send(struct peer *, const uint8_t *, mono_t);
/*
 * Would it pass the test of origin?  Then it is worth a wait, and the work
 * of authenticating it.
 */
bool		 engine_query_answers(const struct peer *,
		    const struct io_msg *);
/* The query has its answer. */
void		 engine_query_answered(struct query *, mono_t);
void		 engine_query_close(struct query *);
/* Could a query to that address leave? */
bool		 engine_query_route(const struct name *, const struct addr *);

#endif /* ENGINE_CLIENT_H */
