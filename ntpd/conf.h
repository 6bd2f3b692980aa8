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
 * The configuration as plain data.  The parent parses it, once; children
 * get it as messages and never see a path.
 */

#ifndef CONF_H
#define CONF_H

#include <sys/types.h>
#include <sys/queue.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "acl.h"
#include "addr.h"
#include "budget.h"
#include "discipline.h"
#include "msg.h"
#include "ratelimit.h"

#define CONF_FILE	SYSCONFDIR "/ntpd.conf"
#define CONF_POOL_MEMBERS	4	/* of a pool, if it says nothing */
#define CONF_POOL_MAX		16
#define CONF_WORKERS_MAX	64
#define CONF_PATH_MAX		1024
#define CONF_MINPOLL		2	/* log2 s, the least "poll" takes */
#define CONF_MAXPOLL		17
#define CONF_STEP_OVER		0.1	/* s */
#define CONF_NTS_KEYS		DBDIR "/ntpd.ntskeys"
#define CONF_NTS_ROTATE		86400	/* s, as RFC 8915 6 suggests */
#define CONF_TO_MAX		32	/* different "to" of rules */
#define CONF_BUDGET_MIN		1000LL	/* octets */
#define CONF_BUDGET_MAX		1000000000000000000LL
#define CONF_HTTPS_PORT		443
#define CONF_ALSO_MAX		8	/* addresses of a constraint */

/* Where a statement stood; file is an index into conf.files. */
struct conf_pos {
	uint32_t	 file;
	uint32_t	 line;		/* from 1; 0: the file as a whole */
	uint32_t	 col;		/* octets, from 1 */
};

/* A file that was read; the text stays so that messages can show it. */
struct conf_file {
	char		*name;
	char		*text;		/* len octets and a NUL */
	size_t		 len;
};

/* What a merge decided about a node. */
enum reconf {
	RECONF_NONE,
	RECONF_KEEP,		/* same identity: settings copied, state kept */
	RECONF_NEW,
	RECONF_DELETE
};

/* server, servers, pool */
struct conf_server {
	char		 name[MSG_NAME_MAX];
	struct addr	 addr;		/* if name is numeric, else NONE; */
					/* name is then addr_str() of it */
	struct addr	 from4;		/* "query from", or NONE */
	struct addr	 from6;
	struct conf_pos	 pos;
	uint16_t	 port;
	uint8_t		 pool;		/* servers or pool: many addresses */
	uint8_t		 members;	/* of a pool */
	uint8_t		 weight;	/* 1..10 */
	uint8_t		 trusted;
	uint8_t		 noselect;
	uint8_t		 prefer;
	uint8_t		 aggressive;	/* polls below 64 s allowed */
	uint8_t		 family;	/* enum addr_family; NONE: both */
	int8_t		 minpoll;	/* log2 s */
	int8_t		 maxpoll;
	uint8_t		 nts;		/* never without */
	uint8_t		 pinned;	/* pin is its key's, and enough */
	uint16_t	 nts_port;	/* of NTS-KE */
	uint32_t	 key;		/* of "keys"; 0: none */
	uint8_t		 pin[MSG_PIN_LEN];
	uint8_t		 xleave;	/* ask in interleaved mode */
	uint8_t		 zero[3];
};

/* listen on */
struct conf_listen {
	uint32_t	 id;		/* given by the parent, stable */
	int32_t		 rtable;	/* -1: the current one */
	struct addr	 addr;		/* family NONE: "*", interface or */
					/* name; the port is addr.port always */
	struct conf_pos	 pos;
	char		 name[MSG_NAME_MAX];	/* a host's, or empty */
	char		 ifname[16];	/* interface NAME, or empty */
	uint8_t		 family;	/* with "*", interface or name */
	uint8_t		 nts;		/* for NTS-KE, by TCP */
	uint8_t		 workers;	/* processes; 0: the engine serves */
	uint8_t		 limit;		/* enum conf_limit, or 0: as "limit" */
};

/* Which listeners the rate limit is for. */
enum conf_limit {
	CONF_LIMIT_PUBLIC = 1,	/* those strangers may reach */
	CONF_LIMIT_ON,		/* all, */
	CONF_LIMIT_OFF		/* or none, that say nothing themselves */
};

/* allow, deny, ignore; rule.to is 0, or 1 and on: the place in conf.to */
struct conf_rule {
	struct acl_rule	 rule;
	struct conf_pos	 pos;
};

/* A "to": the same place as in the "listen on" that it means. */
struct conf_to {
	struct addr	 addr;		/* as in conf_listen; port 0: any */
	struct conf_pos	 pos;		/* of the first rule with it */
	char		 name[MSG_NAME_MAX];
	char		 ifname[16];
	uint8_t		 family;
	uint8_t		 zero[3];
};

/* sensor */
struct conf_sensor {
	char		 name[MSG_SENSOR_MAX];	/* or "*" */
	char		 refid[8];
	struct conf_pos	 pos;
	int32_t		 correction;	/* us */
	uint8_t		 weight;
	uint8_t		 stratum;
	uint8_t		 trusted;
	uint8_t		 zero;
};

/* constraint, constraints */
struct conf_constraint {
	uint32_t	 id;		/* given by the parent, stable */
	char		 name[MSG_NAME_MAX];	/* in its certificate; */
	char		 path[MSG_PATH_MAX];
	struct addr	 addr;		/* if name is numeric, else NONE */
	struct addr	 also[CONF_ALSO_MAX];	/* to be asked, too */
	struct conf_pos	 pos;
	uint16_t	 port;
	uint8_t		 nalso;
	uint8_t		 all;		/* each address is a constraint */
};

/* Everything there is one of. */
struct conf_global {
	double		 step_over;	/* s */
	uint32_t	 step;		/* enum step_policy */
	uint32_t	 minsources;	/* default 1 */
	struct ratelimit_opts limit;
	struct budget_opts budget;
	uint8_t		 local_stratum;	/* 0: no local clock */
	uint8_t		 require_nts;	/* only authentic ones are used */
	uint8_t		 limits;	/* enum conf_limit */
	uint8_t		 zero[5];
};

/*
 * A statement in its list, which says what kind it is.  The state is that
 * of the process whose configuration it is.
 */
struct conf_node {
	TAILQ_ENTRY(conf_node) entry;
	enum reconf	 reconf;
	void		*state;
	union {
		struct conf_server server;
		struct conf_listen listen;
		struct conf_sensor sensor;
		struct conf_constraint constraint;
	};
};
TAILQ_HEAD(conf_nodes, conf_node);

struct conf {
	struct conf_global global;
	struct conf_nodes servers;
	struct conf_nodes listens;
	struct conf_nodes sensors;
	struct conf_nodes constraints;
	struct conf_rule *rules;	/* in the order of the file */
	size_t		 nrules;
	size_t		 roomrules;
	struct conf_to	 to[CONF_TO_MAX];
	uint32_t	 nto;

	/* the parent's alone: not sent */
	char		 cafile[CONF_PATH_MAX];	/* empty: the system's */
	char		 driftfile[CONF_PATH_MAX];
	char		 keys[CONF_PATH_MAX];		/* or empty, */
	bool		 keysweak;	/* SHA1 and MD5 will do */
	char		 leapfile[CONF_PATH_MAX];	/* or empty */
	char		 ntsca[CONF_PATH_MAX];		/* or empty */
	char		 statistics[CONF_PATH_MAX];	/* or empty */
	char		 control[CONF_PATH_MAX];	/* socket */
	char		 ntscert[CONF_PATH_MAX];	/* or empty */
	char		 ntskey[CONF_PATH_MAX];		/* of ntscert */
	char		 ntskeys[CONF_PATH_MAX];	/* of cookies */
	uint32_t	 ntsrotate;	/* s; 0: never */
	struct conf_file *files;
	uint32_t	 nfiles;
};

struct conf	*conf_new(void);
void		 conf_free(struct conf *);
/* A node of zeros at the end of a list. */
struct conf_node *conf_node_add(struct conf_nodes *);
/* One more rule. */
void		 conf_rule_add(struct conf *, const struct acl_rule *,
		    struct conf_pos);
/* Is a listener one that a rule with this "to" is for? */
bool		 conf_to_match(const struct conf_to *,
		    const struct conf_listen *);

/*
 * Errors and warnings, whole lines as an operator should see them
 * ("file:line:col: text" and, on two more lines, the source and a caret).
 */
struct conf_report {
	void		 (*line)(void *, const char *);
	void		*arg;
	unsigned int	 errors;
	unsigned int	 warnings;
};

/*
 * Parse a file ("-": standard input) and what it includes, and check it as
 * a whole (conf_check without warnings); all errors are reported, not the
 * first.  NULL when there was any: nothing of it may be used.
 */
struct conf	*conf_parse(const char *, struct conf_report *)
		    __attribute__((__warn_unused_result__));

/*
 * strerror for a file that cannot be opened, with what it means to root that
 * the permission is denied.
 */
const char	*conf_file_error(int);

/*
 * What only the whole file can tell: duplicates and conflicts (errors; a
 * conf that conf_parse returned has none), and with warn what a good
 * operator would want to hear.
 */
void		 conf_check(const struct conf *, struct conf_report *, bool);

/*
 * The warnings that need a resolver, for ntpd -n: the caller has looked up
 * the servers that are names; n is 0 for a name that gave no address.
 */
struct conf_resolved {
	const struct conf_server *server;
	uint32_t	 n;
	struct addr	 addr[MSG_ANSWER_MAX];	/* port not looked at */
};

void		 conf_check_resolved(const struct conf *,
		    const struct conf_resolved *, size_t,
		    struct conf_report *);

/* ntpd -nv: canonical form, parses to itself. */
void		 conf_print(const struct conf *, FILE *);

/*
 * New into old, in place, by mark and sweep: nodes of old with the same
 * identity get the new settings and RECONF_KEEP, others RECONF_DELETE; new
 * ones are moved over as RECONF_NEW.  The lists are in the order of new,
 * what is to be deleted last.  A kept listener or constraint keeps its id
 * unless the new one has one.  The caller acts on the marks and takes care of
 * state, then calls conf_sweep, which removes what is marked DELETE and clears
 * the marks.  new is freed.
 *
 * Identity: server: name, port, pool, family, and what authenticates it;
 * listener: address, interface, port, rtable, family, nts; sensor: name;
 * constraint: name, port, path, all.
 */
void		 conf_merge(struct conf *, struct conf *);
void		 conf_sweep(struct conf *);
/* Is there an "nts listen on"? */
bool		 conf_serves_nts(const struct conf *);
/* Identity alone; two of them in one file are an error. */
bool		 conf_same_listen(const struct conf_node *,
		    const struct conf_node *);
bool		 conf_same_sensor(const struct conf_node *,
		    const struct conf_node *);
bool		 conf_same_constraint(const struct conf_node *,
		    const struct conf_node *);

/* config <-> CONF_* messages */
struct imsgev;
struct imsg_in;
void		 conf_send(const struct conf *, struct imsgev *);
/* The rows for all it sends, in the table of a child. */
#define CONF_HANDLERS(fn)						\
	{ IMSG_CONF_BEGIN, sizeof(struct conf_global), fn, 0 },		\
	{ IMSG_CONF_SERVER, sizeof(struct conf_server), fn, 0 },	\
	{ IMSG_CONF_LISTEN, sizeof(struct conf_listen), fn, 0 },	\
	{ IMSG_CONF_SENSOR, sizeof(struct conf_sensor), fn, 0 },	\
	{ IMSG_CONF_TO, sizeof(struct conf_to), fn, 0 },		\
	{ IMSG_CONF_RULES, IMSG_VARLEN, fn, 0 },			\
	{ IMSG_CONF_CONSTRAINT, sizeof(struct conf_constraint), fn, 0 }, \
	{ IMSG_CONF_END, 0, fn, 0 }
/*
 * In the child: feed CONF_* messages; builds *pending; fatal on nonsense.
 * True when CONF_END has arrived.
 */
bool		 conf_recv(struct conf **, const struct imsg_in *)
		    __attribute__((__warn_unused_result__));

#endif /* CONF_H */
