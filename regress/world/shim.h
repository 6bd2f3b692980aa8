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
 * Inside the shim: the library preloaded into every process of a host.
 */

#ifndef SHIM_H
#define SHIM_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "proto.h"

/* Every interposed call is exported; nothing else is. */
#define PUBLIC	__attribute__((__visibility__("default")))

#define NSEC	1000000000LL
#define FOREVER	INT64_MAX

/* How a wait ended. */
enum woken {
	WOKEN_TIMEOUT,
	WOKEN_READY,
	WOKEN_SIGNAL
};

/* The one state of the shim in this process. */
struct shim {
	struct world_page	*page;		/* NULL: not in a world */
	int			 vpid;
	uint64_t		 rng;
	sigset_t		 mask;		/* the program's signal mask */
	uint32_t		 signals;	/* the page's, when we looked */
	bool			 waiting;	/* some did, maybe still do */
	bool			 async;		/* descriptors send them too */
};

extern struct shim	 shim;

/* Join the world if the environment names one; returns when told to run. */
void			 shim_join(void);
/* In a child after fork. */
void			 shim_rejoin(int);

/* A request and its answer: ret, with errno set when it is negative. */
int			 shim_rpc(struct world_msg *);
void			 shim_msg(struct world_msg *, enum world_op, uint64_t);
int			 shim_op(enum world_op, int, int);
/* The same, passing a descriptor along. */
int			 shim_rpc_fd(struct world_msg *, int);

/*
 * Wait until CLOCK_MONOTONIC is deadline (ns), until ready says so (it may
 * be NULL), or a signal handler has run.
 */
enum woken		 shim_block(int64_t, bool (*)(void *), void *);

/* A clock in ns; reading it costs time. */
int64_t			 shim_clock(enum world_clock);
/* A deadline for a timeout in ns (negative: none). */
int64_t			 shim_deadline(int64_t);

/* The simulated socket behind a descriptor, or NULL. */
struct world_sock	*shim_sock(int);
/*
 * Wait until there is something to be read; false: not without waiting, or
 * a signal came, as errno says.
 */
bool			 shim_readable(int, struct world_sock *, int);
bool			 shim_nonblock(int);
/* Nothing is left to be read: the placeholder must not be readable. */
void			 shim_token(int, const struct world_sock *);
/* For a real blocking socket or pipe: wait until it can be read. */
bool			 shim_wait_real(int);

/* Signals that a handler waits for, and running those handlers. */
bool			 shim_signals(void);
void			 shim_deliver(void);

uint64_t		 shim_random(void);
/* A path as this host has it; the buffer is PATH_MAX long. */
const char		*shim_path(const char *, char *);

__attribute__((__noreturn__))
void			 shim_die(const char *);

#endif /* SHIM_H */
