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
 * What we listen to: sockets, and the processes that have them.  Parent
 * only.
 *
 *	parent_open.c		what there has to be, opened and passed on
 *	parent_name.c		"listen on" a name: its addresses
 *	parent_if_<os>.c	"listen on" an interface: its addresses
 *	parent_server.c		the processes of a listener with "workers"
 */

#ifndef PARENT_LISTEN_H
#define PARENT_LISTEN_H

#include <sys/types.h>
#include <sys/queue.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "conf.h"
#include "imsgev.h"
#include "msg.h"
#include "parent_again.h"

struct parent;

/* One of the processes of a "listen on" with "workers": parent_server.c */
struct parent_server {
	TAILQ_ENTRY(parent_server) entry;
	struct parent	*parent;
	uint32_t	 id;		/* conf_listen.id */
	pid_t		 pid;		/* 0: not running */
	struct imsgev	 iev;
	bool		 open;		/* iev is */
	bool		 leaving;	/* it ends because we said so */
	struct parent_again again;
	struct event	 behind;	/* with reading, for a while */
};

/*
 * parent_server.c: the children a listener has.
 */
/* How many a listener has; 0: the engine serves it. */
unsigned int parent_server_count(const struct conf_listen *);
/* Start them, and end those of the listener with that id. */
void	 parent_server_start(struct parent *, const struct conf_listen *);
void	 parent_server_stop(struct parent *, uint32_t);
/* Is one about to end, with sockets that others may wait for? */
bool	 parent_server_leaving(const struct parent *);
/* A message to those of a listener, or with 0 to all. */
void	 parent_server_send(struct parent *, uint32_t, uint32_t,
	    const void *, size_t);
/* The configuration is another one. */
void	 parent_server_conf(struct parent *);
/* A child ended that is none of parent.child[]. */
void	 parent_server_reap(struct parent *, pid_t, int);
/* As parent_child_* in parent.h. */
void	 parent_server_shutdown(struct parent *);
bool	 parent_server_gone(const struct parent *);
void	 parent_server_kill(struct parent *);

/*
 * parent_open.c: sockets for the engine and others.
 *
 * Open what the configuration lists and is not open; what cannot be is
 * tried again.  True when nothing is in the way of a start: an address in
 * use or forbidden is.
 */
bool	 parent_open_listeners(struct parent *);
void	 parent_open_init(struct parent *);
/* What dns knows of the name in the listener of this id. */
void	 parent_open_answer(struct parent *, uint32_t,
	    const struct msg_answer *);
/* A number for each new listener, before the engine hears of it. */
void	 parent_open_number(struct parent *);
/* The nts process is gone, and its sockets with it: open them anew. */
void	 parent_open_forget(struct parent *);
/*
 * Between merge and sweep: have those sockets closed that are to be no
 * more, or are to be another process'.
 */
void	 parent_open_gone(struct parent *);
/* A server was started: open and give it its listener's sockets. */
void	 parent_open_server(struct parent *, struct parent_server *);

/*
 * parent_if_<os>.c: what "listen on interface" is bound to now.
 */
struct parent_want {
	struct addr	 addr;
	char		 device[16];	/* bind to it, or empty */
	uint32_t	 ifindex;	/* another one: open anew */
};
#define PARENT_WANT_MAX	16

/* How many, 0 when the interface is not there. */
size_t	 parent_if_expand(const struct conf_listen *, struct parent_want *,
	    size_t);
/* Before bind: the address may come later, if the system can do that. */
void	 parent_if_early(int, int);
/*
 * Can several sockets share an address and port, and each address that asks
 * have its own?  Then, before bind, and after it: that so many of a family
 * share it, by the first so many bits of the asker's address and a secret.
 */
bool	 parent_if_shares(void);
int	 parent_if_share(int)
	    __attribute__((__warn_unused_result__));
int	 parent_if_steer(int, int, unsigned int, unsigned int, uint32_t)
	    __attribute__((__warn_unused_result__));
/* Before bind: only packets of that device. */
int	 parent_if_device(int, const char *)
	    __attribute__((__warn_unused_result__));

/*
 * parent_name.c: what "listen on" a host name is bound to; all zero: not
 * asked yet.
 */
struct parent_name {
	struct addr	 addr[PARENT_WANT_MAX];
	uint32_t	 n;
	bool		 asking;
	bool		 failed;	/* there was an answer without any */
};

/* How many; 0 when there is no answer, which is asked for then. */
size_t	 parent_name_expand(struct parent *, const struct conf_listen *,
	    struct parent_name *, struct parent_want *, size_t);
void	 parent_name_answer(struct parent_name *, const struct msg_answer *);

#endif /* PARENT_LISTEN_H */
