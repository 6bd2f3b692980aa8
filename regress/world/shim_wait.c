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
 * Calls of the shim that wait: poll, select, epoll and sleep.
 *
 * The kernel tells whether a placeholder can be read, since the world makes
 * it so; what is corrected here is only the difference between data and the
 * error queue, which a socket pair does not have.
 */

#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/time.h>

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "shim.h"

#define EPOLL_FDS	128

struct poll_arg {
	struct pollfd	*pfd;
	nfds_t		 n;
	int		 got;
};

struct epoll_arg {
	struct epoll_event	*ev;
	int			 ep, max, got;
};

/* Which simulated socket an event of epoll means. */
struct epoll_reg {
	int			 ep, fd;
	struct epoll_event	 ev;
};

struct epoll_table {
	struct epoll_reg	 reg[EPOLL_FDS];
	int			 n;
};

static struct epoll_table	 table;

static int64_t	 ts_ns(const struct timespec *);
static int64_t	 tv_ns(const struct timeval *);

static int64_t
ts_ns(const struct timespec *ts)
{
	return ts == NULL ? -1 : ts->tv_sec * NSEC + ts->tv_nsec;
}

static int64_t
tv_ns(const struct timeval *tv)
{
	return tv == NULL ? -1 : tv->tv_sec * NSEC + tv->tv_usec * 1000LL;
}

/* What poll(2) would say of a simulated socket; its placeholder can be
 * written to always, and read if there is anything. */
static short
correct(const struct world_sock *s, short events, short revents)
{
	bool	 ready = revents & (POLLIN | POLLERR);

	if (s->full)
		revents &= ~(POLLOUT | POLLWRNORM);
	revents &= ~(POLLIN | POLLRDNORM | POLLERR | POLLPRI);
	if (!ready)
		return revents;
	if (s->in > 0)
		revents |= events & (POLLIN | POLLRDNORM);
	if (s->err > 0)
		revents |= POLLERR | (s->selerr ? events & POLLPRI : 0);
	if (s->fail)
		revents |= POLLERR | (events & POLLIN);
	if (s->end != 0)
		revents |= events & POLLRDHUP;
	if (s->end == WORLD_END_BOTH)
		revents |= POLLHUP;
	return revents;
}

static bool
poll_ready(void *arg)
{
	struct poll_arg		*a = arg;
	struct pollfd		*p;
	struct world_sock	*s;
	short			 asked;

	a->got = 0;
	for (p = a->pfd; p < a->pfd + a->n; p++) {
		p->revents = 0;
		if (p->fd < 0)
			continue;
		if ((s = shim_sock(p->fd)) == NULL) {
			if (syscall(SYS_poll, p, 1, 0) == -1)
				continue;
		} else {
			/* A token shows only in POLLIN. */
			asked = p->events;
			p->events |= POLLIN;
			syscall(SYS_poll, p, 1, 0);
			p->events = asked;
			p->revents = correct(s, asked, p->revents);
		}
		a->got += p->revents != 0;
	}
	return a->got > 0;
}

static int
do_poll(struct pollfd *pfd, nfds_t n, int64_t timeout)
{
	struct poll_arg	 a = { pfd, n, 0 };

	if (timeout == 0)
		poll_ready(&a);
	else if (shim_block(shim_deadline(timeout), poll_ready, &a) ==
	    WOKEN_SIGNAL) {
		errno = EINTR;
		return -1;
	}
	return a.got;
}

/* A mask in force for the time of one call. */
static void
swap_mask(const sigset_t *ss, sigset_t *save)
{
	*save = shim.mask;
	if (ss != NULL)
		shim.mask = *ss;
}

PUBLIC int
poll(struct pollfd *pfd, nfds_t n, int ms)
{
	if (shim.page == NULL)
		return syscall(SYS_poll, pfd, n, ms);
	return do_poll(pfd, n, ms * 1000000LL);
}

PUBLIC int
ppoll(struct pollfd *pfd, nfds_t n, const struct timespec *ts,
    const sigset_t *ss)
{
	sigset_t	 save;
	int		 r;

	swap_mask(ss, &save);
	r = do_poll(pfd, n, ts_ns(ts));
	shim.mask = save;
	return r;
}

PUBLIC int	 __poll_chk(struct pollfd *, nfds_t, int, size_t);
PUBLIC int
__poll_chk(struct pollfd *pfd, nfds_t n, int ms, size_t size)
{
	return poll(pfd, n, ms);
}

/* select in terms of poll, with the kernel's own equivalences. */
static int
do_select(int nfds, fd_set *r, fd_set *w, fd_set *e, int64_t timeout)
{
	struct pollfd	 pfd[FD_SETSIZE];
	short		 ev;
	int		 fd, n = 0, i, count = 0;

	for (fd = 0; fd < nfds; fd++) {
		ev = 0;
		ev |= r != NULL && FD_ISSET(fd, r) ? POLLIN : 0;
		ev |= w != NULL && FD_ISSET(fd, w) ? POLLOUT : 0;
		ev |= e != NULL && FD_ISSET(fd, e) ? POLLPRI : 0;
		if (ev == 0)
			continue;
		pfd[n].fd = fd;
		pfd[n++].events = ev;
	}
	if (do_poll(pfd, n, timeout) == -1)
		return -1;
	if (r != NULL)
		FD_ZERO(r);
	if (w != NULL)
		FD_ZERO(w);
	if (e != NULL)
		FD_ZERO(e);
	for (i = 0; i < n; i++) {
		ev = pfd[i].revents;
		if ((pfd[i].events & POLLIN) &&
		    (ev & (POLLIN | POLLHUP | POLLERR))) {
			FD_SET(pfd[i].fd, r);
			count++;
		}
		if ((pfd[i].events & POLLOUT) && (ev & (POLLOUT | POLLERR))) {
			FD_SET(pfd[i].fd, w);
			count++;
		}
		if ((pfd[i].events & POLLPRI) && (ev & POLLPRI)) {
			FD_SET(pfd[i].fd, e);
			count++;
		}
	}
	return count;
}

PUBLIC int
select(int nfds, fd_set *r, fd_set *w, fd_set *e, struct timeval *tv)
{
	int64_t	 until, left;
	int	 n;

	until = shim_deadline(tv_ns(tv));
	n = do_select(nfds, r, w, e, tv_ns(tv));
	if (tv != NULL && n != -1) {
		/* Linux leaves what was not slept. */
		left = until - shim.page->clock[WCLOCK_MONO];
		if (left < 0)
			left = 0;
		tv->tv_sec = left / NSEC;
		tv->tv_usec = left % NSEC / 1000;
	}
	return n;
}

PUBLIC int
pselect(int nfds, fd_set *r, fd_set *w, fd_set *e, const struct timespec *ts,
    const sigset_t *ss)
{
	sigset_t	 save;
	int		 n;

	swap_mask(ss, &save);
	n = do_select(nfds, r, w, e, ts_ns(ts));
	shim.mask = save;
	return n;
}

static int
find_reg(int ep, int fd)
{
	int	 i;

	for (i = 0; i < table.n; i++)
		if (table.reg[i].ep == ep && table.reg[i].fd == fd)
			return i;
	return -1;
}

PUBLIC int
epoll_ctl(int ep, int op, int fd, struct epoll_event *ev)
{
	struct epoll_event	 real;
	int			 i;

	i = find_reg(ep, fd);
	if (op == EPOLL_CTL_DEL || shim_sock(fd) == NULL) {
		/* Forget it, also what a reused number once meant. */
		if (i != -1)
			table.reg[i] = table.reg[--table.n];
		return syscall(SYS_epoll_ctl, ep, op, fd, ev);
	}
	real = *ev;
	real.events |= EPOLLIN;		/* for the error queue */
	if (syscall(SYS_epoll_ctl, ep, op, fd, &real) == -1)
		return -1;
	if (i == -1) {
		if (table.n == EPOLL_FDS)
			shim_die("too many sockets in epoll");
		i = table.n++;
	}
	table.reg[i].ep = ep;
	table.reg[i].fd = fd;
	table.reg[i].ev = *ev;
	return 0;
}

static bool
epoll_ready(void *arg)
{
	struct epoll_arg	*a = arg;
	struct epoll_reg	*reg;
	struct world_sock	*s;
	int			 i, j, n;

	a->got = 0;
	n = syscall(SYS_epoll_pwait, a->ep, a->ev, a->max, 0, NULL, 8);
	for (i = 0; i < n; i++) {
		for (j = 0; j < table.n; j++) {
			reg = &table.reg[j];
			if (reg->ep != a->ep ||
			    reg->ev.data.u64 != a->ev[i].data.u64 ||
			    (s = shim_sock(reg->fd)) == NULL)
				continue;
			a->ev[i].events = correct(s, reg->ev.events,
			    a->ev[i].events);
			break;
		}
		if (a->ev[i].events != 0)
			a->ev[a->got++] = a->ev[i];
	}
	return a->got > 0;
}

static int
do_epoll(int ep, struct epoll_event *ev, int max, int64_t timeout)
{
	struct epoll_arg	 a = { ev, ep, max, 0 };

	if (timeout == 0)
		epoll_ready(&a);
	else if (shim_block(shim_deadline(timeout), epoll_ready, &a) ==
	    WOKEN_SIGNAL) {
		errno = EINTR;
		return -1;
	}
	return a.got;
}

PUBLIC int
epoll_wait(int ep, struct epoll_event *ev, int max, int ms)
{
	return do_epoll(ep, ev, max, ms * 1000000LL);
}

PUBLIC int
epoll_pwait(int ep, struct epoll_event *ev, int max, int ms,
    const sigset_t *ss)
{
	sigset_t	 save;
	int		 n;

	swap_mask(ss, &save);
	n = do_epoll(ep, ev, max, ms * 1000000LL);
	shim.mask = save;
	return n;
}

PUBLIC int
epoll_pwait2(int ep, struct epoll_event *ev, int max,
    const struct timespec *ts, const sigset_t *ss)
{
	sigset_t	 save;
	int		 n;

	swap_mask(ss, &save);
	n = do_epoll(ep, ev, max, ts_ns(ts));
	shim.mask = save;
	return n;
}

static int
do_sleep(int64_t deadline, struct timespec *rem)
{
	int64_t	 left = 0;
	int	 r = 0;

	if (shim_block(deadline, NULL, NULL) == WOKEN_SIGNAL) {
		left = deadline - shim.page->clock[WCLOCK_MONO];
		errno = EINTR;
		r = -1;
	}
	if (rem != NULL) {
		rem->tv_sec = left > 0 ? left / NSEC : 0;
		rem->tv_nsec = left > 0 ? left % NSEC : 0;
	}
	return r;
}

PUBLIC int
nanosleep(const struct timespec *ts, struct timespec *rem)
{
	return do_sleep(shim_deadline(ts_ns(ts)), rem);
}

PUBLIC int
usleep(useconds_t us)
{
	return do_sleep(shim_deadline(us * 1000LL), NULL);
}

PUBLIC unsigned int
sleep(unsigned int s)
{
	struct timespec	 rem;

	do_sleep(shim_deadline(s * NSEC), &rem);
	return rem.tv_sec;
}

PUBLIC int
clock_nanosleep(clockid_t c, int flags, const struct timespec *ts,
    struct timespec *rem)
{
	struct timespec	 now;
	int64_t		 ns = ts_ns(ts);

	if (flags & TIMER_ABSTIME) {
		clock_gettime(c, &now);
		ns -= ts_ns(&now);
	}
	return do_sleep(shim_deadline(ns > 0 ? ns : 0), rem) == -1 ?
	    EINTR : 0;
}

PUBLIC int
pause(void)
{
	shim_block(FOREVER, NULL, NULL);
	errno = EINTR;
	return -1;
}

PUBLIC int
sigsuspend(const sigset_t *ss)
{
	sigset_t	 save;

	swap_mask(ss, &save);
	shim_block(FOREVER, NULL, NULL);
	shim.mask = save;
	errno = EINTR;
	return -1;
}
