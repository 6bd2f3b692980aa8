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
 * The world: hosts with clocks of their own, a network between them, and
 * the daemons that live there.  True time is `now', ns since the beginning;
 * it moves only when every process of every host is blocked.
 */

#ifndef WORLD_H
#define WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/timex.h>

#include "proto.h"

#define NSEC		1000000000LL
#define NEVER		INT64_MAX
#define HOST_MAX	40
#define NAME_MAX_LEN	32
#define OUT_MAX		8	/* programs of a host that we started */
#define PID_STEP	10000	/* virtual numbers of a host */
#define PACKET_MAX	2048

/*
 * rng.c: reproducible randomness, one generator per host and per link.
 */
struct rng {
	uint64_t	 s;
	double		 spare;
	bool		 has_spare;
};

void		 rng_init(struct rng *, uint64_t, const char *);
uint64_t	 rng_next(struct rng *);
double		 rng_uniform(struct rng *);		/* [0, 1) */
double		 rng_normal(struct rng *);
double		 rng_exp(struct rng *);			/* mean 1 */
double		 rng_gamma(struct rng *, double);	/* shape k, mean 1 */

/*
 * law.c: a constant and something drawn; values of a file or a list.
 */
enum law_kind {
	LAW_EXACT,
	LAW_EXP,
	LAW_NORMAL,
	LAW_GAMMA,
	LAW_TABLE,		/* drawn from the values' distribution */
	LAW_TRACE		/* the values, one after the other */
};

struct table {
	double		*v;
	size_t		 n;
};

struct law {
	enum law_kind	 kind;
	double		 base, scale;	/* s */
	double		 shape;		/* of gamma */
	struct table	*table;
	size_t		 at;		/* in a trace */
};

double		 law_draw(struct law *, struct rng *);

/*
 * expr.c: expressions of the time.  NULL and what is wrong with the text.
 */
struct expr;

struct expr	*expr_parse(const char *, const char **);
double		 expr_eval(const struct expr *, double);

/*
 * osc.c: oscillators.  Errors are s/s, positive: runs fast; time is true
 * time, s.
 */
struct osc_model {
	double		 freq;		/* at the start, and the walk */
	double		 wander;	/* random walk, per root second */
	double		 sine, period;	/* temperature */
	struct expr	*expr;
	struct table	*table;		/* time, error, time, error ... */
};

double		 osc_error(const struct osc_model *, double);
void		 osc_walk(struct osc_model *, struct rng *, double);

/*
 * clock.c: the clocks a kernel makes of an oscillator.  Times are true ns.
 */
struct kclock {
	int64_t		 at;		/* the clocks below were so then */
	int64_t		 mono, raw;	/* ns */
	double		 mono_frac, raw_frac;
	double		 y;		/* the oscillator's error */
	double		 rate;		/* of mono: y and the kernel */
	int64_t		 wall;		/* REALTIME - MONO */
	int64_t		 asleep;	/* BOOT - MONO */
	/* what adjtimex knows */
	int		 status, constant, tai;
	long		 freq;		/* 2^-16 ppm */
	long		 tick;		/* us per 1/100 s */
	long		 maxerror, esterror;	/* us */
	int64_t		 maxerror_at;
	double		 pll;		/* offset left, ns */
	double		 pll_rate;	/* being added this second */
	int64_t		 pll_ref;	/* REALTIME second of last offset */
	double		 single;	/* adjtime's rest, ns */
	double		 single_rate;
	int		 leap;		/* TIME_OK ... */
	int64_t		 next;		/* REALTIME of the next second */
	uint32_t	 sets;		/* how often REALTIME was set */
};

void		 kclock_init(struct kclock *, int64_t, int64_t, double);
int64_t		 kclock_read(const struct kclock *, int64_t,
		    enum world_clock);
/* The true time when MONO will show a value. */
int64_t		 kclock_when(const struct kclock *, int64_t);
void		 kclock_osc(struct kclock *, int64_t, double);
int		 kclock_adjtimex(struct kclock *, int64_t, struct timex *);
long		 kclock_maxerror(const struct kclock *, int64_t);	/* us */
int64_t		 kclock_adjtime(struct kclock *, int64_t, int64_t);
void		 kclock_step(struct kclock *, int64_t, int64_t);
void		 kclock_sleep(struct kclock *, int64_t, int64_t);
/* When the kernel's second ends, if something depends on that. */
int64_t		 kclock_due(const struct kclock *);
void		 kclock_second(struct kclock *, int64_t);

/*
 * addr.c: addresses of the world, in text and as a program sees them.
 */
struct waddr {
	uint8_t		 family;	/* 4, 6; 0 none */
	uint16_t	 port;
	uint8_t		 a[16];
};

bool		 waddr_parse(struct waddr *, const char *);
const char	*waddr_text(const struct waddr *);
bool		 waddr_same(const struct waddr *, const struct waddr *);
bool		 waddr_any(const struct waddr *);
bool		 waddr_loop(const struct waddr *);
bool		 waddr_from_sa(struct waddr *, const void *, size_t);
size_t		 waddr_to_sa(const struct waddr *, void *);

/*
 * stats.c: what is asked of a host's clock.
 */
enum {
	STATS_10MS,
	STATS_1MS,
	STATS_100US,
	STATS_GOOD
};

struct stats {
	double		*error;		/* |error|, s, after settling */
	size_t		 n, room;
	double		 sum2, fsum2, max;
	int64_t		 since[STATS_GOOD];	/* good since, ns, or -1 */
	int64_t		 good[STATS_GOOD];	/* for long since, or -1 */
	double		 last;
	double		 total_max;	/* since the beginning */
	size_t		 beyond;	/* looks at more than maxerror */
	size_t		 within, within3; /* less than esterror, 3 times it */
};

struct host;
struct world;

/* An error (s), a frequency error (s/s), and what the kernel promises (s). */
void		 stats_add(struct stats *, int64_t, bool, double, double,
		    double, double);
double		 stats_rms(const struct stats *);
double		 stats_frms(const struct stats *);
double		 stats_percentile(struct stats *, double);

/*
 * net.c: links and packets.
 */
struct link_model {
	struct law	 delay;
	double		 loss, dup;	/* probabilities */
	double		 reorder, held;	/* held back, how often and long, s */
	bool		 ordered;	/* none overtakes another */
	bool		 down;
};

struct link {
	struct link_model	 m;
	struct rng		 rng;
	int64_t			 last;	/* arrival of the last one */
	uint16_t		 port;	/* it came from */
};

struct packet {
	struct world	*w;
	struct waddr	 src, dst;
	struct host	*from, *to;
	int64_t		 sent;
	bool		 unreach;	/* says that src's packet found none */
	size_t		 len;
	uint8_t		 data[PACKET_MAX];
};

void		 net_start(struct world *);
void		 net_send(struct world *, struct host *, const struct waddr *,
		    const struct waddr *, const void *, size_t);
void		 net_unreach(struct world *, const struct packet *);
struct link	*net_link(struct world *, const struct host *,
		    const struct host *);
struct host	*net_host(struct world *, const struct waddr *);
/* When something sent now over a link comes, if it does. */
int64_t		 net_arrival(struct world *, struct link *);

/*
 * peer.c: servers that are built in, perfect or lying.
 */
struct peer {
	double		 offset;	/* its clock - true time, s */
	int		 stratum, leap;
	double		 rootdelay, rootdisp;
	bool		 silent, unsynced;
	bool		 forged;	/* somebody answers in its name too */
	char		 kod[5];
	uint64_t	 requests;
};

void		 peer_receive(struct world *, struct host *,
		    const struct packet *);

/*
 * monitor.c: hosts that judge a server.
 */
struct monitor;

void		 monitor_new(struct host *, struct host *);
void		 monitor_receive(struct world *, struct host *,
		    const struct packet *);

/*
 * sock.c, dgram.c, stream.c: simulated sockets.
 */
struct wsock;

struct world_sock *sock_page(struct host *, struct wsock *);
void		 sock_new(struct host *, struct world_msg *, int);
void		 sock_accept(struct host *, struct world_msg *, int);
void		 sock_request(struct host *, struct world_msg *);
void		 sock_deliver(struct host *, const struct packet *);
/* CLOCK_REALTIME was set: tell those who watch it. */
void		 sock_clock_set(struct host *);
/* Free those whose last descriptor went. */
void		 sock_sweep(struct host *);

/*
 * stamp.c: control messages, as Linux makes them.
 */
#define STAMP_ROOM	512

struct stamp_opts {
	int		 timestamp;	/* SO_TIMESTAMP, ...NS or 0 */
	int		 stamping;	/* flags of SO_TIMESTAMPING */
	bool		 pktinfo;
};

size_t		 stamp_receive(const struct stamp_opts *, int64_t,
		    const struct waddr *, uint8_t *);
size_t		 stamp_transmit(const struct stamp_opts *, int64_t, uint32_t,
		    const struct waddr *, uint8_t *);
size_t		 stamp_frame(const struct waddr *, const struct waddr *,
		    const uint8_t *, size_t, uint8_t *);
/* The source address a program asked for, or false. */
bool		 stamp_source(const uint8_t *, size_t, struct waddr *);

/*
 * proc.c: processes.
 */
enum proc_state {
	PROC_STARTING,		/* forked, or between two images */
	PROC_HELLO,		/* there, waits for its first turn */
	PROC_RUNNING,
	PROC_BLOCKED,
	PROC_DEAD
};

struct proc {
	enum proc_state	 state;
	int		 virt, parent;
	int		 real, pidfd;
	int		 fd;		/* the connection, or -1 */
	int64_t		 deadline;	/* MONO */
	bool		 fds;		/* it looks at descriptors */
	bool		 look;		/* it should look again */
	bool		 execing;
	int		 images;	/* how often it has said hello */
	struct capture	*out;		/* of one that we started, or NULL */
};

/* What a program writes, until it is a whole line of the log. */
struct capture {
	int		 fd;		/* -1: free */
	bool		 daemon;
	char		 name[NAME_MAX_LEN * 2 + 2];
	char		 line[1024];
	size_t		 len;
};

/* Start a daemon; or a program beside it, whose lines have its name. */
void		 proc_start(struct host *, char *const []);
void		 proc_run(struct host *, char *const []);
struct proc	*proc_find(struct host *, int);		/* by virtual number */
struct proc	*proc_new(struct host *, int);
void		 proc_real(struct host *, struct proc *, int);
/* What programs wrote becomes lines of the log, at this moment. */
void		 proc_log(struct host *);
bool		 proc_alive(const struct host *);
/* The first process ("") or the child of that name. */
void		 proc_signal(struct host *, const char *, int);
void		 proc_kill_all(struct host *);
int		 proc_count(const struct host *);	/* that live */
long		 proc_rss(const struct host *);		/* KiB, of all */

/*
 * turn.c: who runs when.
 */
void		 turn_listen(struct world *);
/* Let everything run until all are blocked. */
void		 turn_all(struct world *);
/* The next timeout of any process, and letting it have it. */
int64_t		 turn_due(struct world *, struct proc **, struct host **);
void		 turn_timeout(struct host *, struct proc *);
/* Something may have become ready for any process of the host. */
void		 turn_look(struct host *);
/* Its connection ended. */
void		 turn_gone(struct host *, struct proc *);

/*
 * request.c: a request of a process, with the descriptor that came along or
 * -1; the answer is made in place.
 */
void		 request_answer(struct host *, struct proc *,
		    struct world_msg *, int);

/*
 * dns.c: names that change.
 */
void		 dns_resolve(struct world *, struct host *,
		    struct world_msg *);

/*
 * world.c: everything together.
 */
struct event {
	int64_t		 t;
	uint64_t	 seq;
	void		 (*fn)(struct world *, void *);
	void		*arg;
};

/* A call that fails with a probability. */
struct fault {
	int		 error;
	double		 p;
};

struct host {
	struct world		*w;
	char			 name[NAME_MAX_LEN];
	int			 index;
	struct waddr		 addr4, addr6;
	bool			 builtin;
	struct peer		 peer;
	struct monitor		*mon;
	/* of hosts with daemons */
	struct osc_model	 osc;
	double			 start_error;	/* s */
	struct rng		 rng, portrng;
	struct kclock		 clock;
	uint32_t		 sets;		/* of it, that were told */
	struct stats		 stats;
	struct world_page	*page;
	char			 dir[256];
	struct proc		 proc[WORLD_PROCS];
	int			 nproc, first;	/* its daemon's first */
	int			 nvirt;		/* numbers ever given */
	int			 main_status;	/* -1 while it lives */
	struct capture		 out[OUT_MAX];	/* the first: its daemon's */
	struct wsock		*sock[WORLD_SOCKS];
	uint64_t		 requests, replies;
	struct fault		 fault[OP_STILL + 1];
	struct rng		 faultrng;
	struct law		 rxerror, txerror;	/* of stamps */
	struct rng		 stamprng;
	/* what monitors say of it */
	double			 score, score_min, served_max;
	uint64_t		 served, beyond;
	int64_t			 serving;	/* since, ns; -1: never */
	long			 rss, rss_end;	/* KiB, when it settled */
	uint64_t		 wakes;		/* turns of its processes */
	int			 living;	/* processes, at the end */
	int			 stale;		/* sockets left, after it */
	bool			 suspended, nodns;
	bool			 mortal;	/* may end before the end */
	int64_t			 suspended_at, rtc_error;
};

struct world {
	int64_t			 now, end, settle;
	int64_t			 tick;		/* between two looks */
	int64_t			 epoch;		/* Unix ns at now = 0 */
	uint64_t		 seed;
	struct host		*host[HOST_MAX];
	int			 nhost;
	struct link		*link;		/* nhost * nhost */
	struct event		*heap;
	size_t			 nheap, heaproom;
	uint64_t		 seq;
	int			 lfd;
	char			 dir[200];
	char			 shim[256];
	const char		*path;		/* where programs are */
	FILE			*log;		/* everything that happened */
	FILE			*plot;		/* one line per host, second */
	bool			 failed;
	bool			 ending;	/* daemons may exit now */
	struct scenario		*sc;
	struct rng		 inject;	/* of made-up datagrams */
};

void		 world_at(struct world *, int64_t,
		    void (*)(struct world *, void *), void *);
void		 world_log(struct world *, const char *, const char *, ...)
		    __attribute__((__format__(printf, 3, 4)));
void		 world_fail(struct world *, const char *, ...)
		    __attribute__((__format__(printf, 2, 3)));
/* Pay for the clock readings of a host; refresh what it sees. */
void		 world_pay(struct host *);
void		 world_show(struct host *);
int64_t		 world_true(const struct world *);	/* Unix ns */
double		 world_error(const struct host *);	/* clock - true, s */
void		 world_run(struct world *);
struct host	*world_find(struct world *, const char *);

#endif /* WORLD_H */
