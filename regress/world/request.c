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
 * What a running process asks of the world, answered.
 */

#include <sys/socket.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "world.h"

static void
op_fork(struct host *h, struct proc *p, struct world_msg *m)
{
	struct proc	*c;

	if ((c = proc_new(h, p->virt)) == NULL) {
		m->ret = -1;
		m->err = EAGAIN;
		return;
	}
	c->state = PROC_STARTING;
	m->ret = c->virt;
}

static void
op_forked(struct host *h, struct world_msg *m)
{
	struct proc	*c;

	if ((c = proc_find(h, m->a)) == NULL)
		return;
	if (m->b == -1)
		c->state = PROC_DEAD;
	else
		proc_real(h, c, m->b);
}

static void
op_adjtimex(struct host *h, struct world_msg *m)
{
	struct timex	 tx;

	memcpy(&tx, m->data, sizeof(tx));
	m->ret = kclock_adjtimex(&h->clock, h->w->now, &tx);
	if (m->ret < 0) {
		m->err = -m->ret;
		m->ret = -1;
	}
	memcpy(m->data, &tx, sizeof(tx));
	m->ndata = sizeof(tx);
}

/* A call that is to fail now and then. */
static bool
faulty(struct host *h, struct world_msg *m)
{
	const struct fault	*f = &h->fault[m->op];

	if (f->p <= 0.0 || rng_uniform(&h->faultrng) >= f->p)
		return false;
	m->ret = -1;
	m->err = f->error;
	m->nname = m->nctl = 0;
	/* adjtimex gives back what it got */
	m->ndata = m->op == OP_ADJTIMEX ? m->ndata : 0;
	return true;
}

void
request_answer(struct host *h, struct proc *p, struct world_msg *m, int fd)
{
	struct world	*w = h->w;

	if (faulty(h, m)) {
		if (fd != -1)
			close(fd);
		return;
	}
	m->ret = m->err = 0;
	switch ((enum world_op)m->op) {
	case OP_FORK:
		op_fork(h, p, m);
		break;
	case OP_FORKED:
		op_forked(h, m);
		break;
	case OP_EXEC:
		p->execing = true;
		break;
	case OP_EXECFAIL:
		p->execing = false;
		break;
	case OP_SOCKET:
		sock_new(h, m, fd);
		break;
	case OP_WATCH:
		m->a = AF_UNSPEC;
		m->b = SOCK_RAW;
		sock_new(h, m, fd);
		break;
	case OP_ACCEPT:
		sock_accept(h, m, fd);
		break;
	case OP_BIND:
	case OP_CONNECT:
	case OP_LISTEN:
	case OP_SHUTDOWN:
	case OP_GETNAME:
	case OP_SETOPT:
	case OP_GETOPT:
	case OP_SEND:
	case OP_RECV:
		sock_request(h, m);
		break;
	case OP_CLOSED:
	case OP_SWEEP:
		sock_sweep(h);
		break;
	case OP_ADJTIMEX:
		op_adjtimex(h, m);
		break;
	case OP_ADJTIME:
		m->t = kclock_adjtime(&h->clock, w->now, m->t);
		break;
	case OP_SETTIME:
		kclock_step(&h->clock, w->now, m->t -
		    kclock_read(&h->clock, w->now, WCLOCK_REAL));
		break;
	case OP_RESOLVE:
		dns_resolve(w, h, m);
		break;
	case OP_LOG:
		m->data[m->ndata] = '\0';
		world_log(w, h->name, "%s", m->data);
		m->ndata = 0;
		break;
	case OP_HELLO:
	case OP_BLOCK:
	case OP_WAKE:
	case OP_RECHECK:
	case OP_RUN:
	case OP_STILL:
		world_fail(w, "%s: unexpected request %u", h->name, m->op);
		break;
	}
}
