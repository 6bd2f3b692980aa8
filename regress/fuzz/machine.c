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
 * What would touch the machine, end us, or tell others, and who else there
 * would be.  The clock's envelope is reckoned here once more, from what the
 * kernel is told.
 */

#include <sys/types.h>
#include <sys/socket.h>

#include <errno.h>
#include <event.h>
#include <fcntl.h>
#include <math.h>
#include <pwd.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "fuzz.h"
#include "machine.h"

#define UNREAD		2000	/* messages, more than parent.c lets be */
#define DATE_MIN	INT64_C(1793491200)	/* as parent_policy.c has */
#define DATE_MAX	INT64_C(7258118400)	/* them */
#define ADJ_MAX		(DISCIPLINE_MAXFREQ + DISCIPLINE_MAXSLEW + 1e-6)

struct kernel	 kernel;
struct machine	 machine;

/*
 * What would touch the machine
 */

int64_t
machine_real(void)
{
	return kernel.mono + kernel.sleep + kernel.wall;
}

/* How far the clock is from true time, s. */
static double
wrong(void)
{
	return fabs((double)(machine_real() - START * NS) / NS -
	    kernel.truth);
}

int
clock_get(double *freq)
{
	*freq = kernel.freq;
	return 0;
}

int
clock_init(void)
{
	return 0;
}

int
clock_freq(double freq, double *applied)
{
	HOLDS(fabs(freq) <= ADJ_MAX);
	kernel.freq = round(freq * 65536e6) / 65536e6;
	*applied = kernel.freq;
	return 0;
}

int
clock_step(double offset)
{
	const struct clock_policy	*cp = &machine.parent->clock.policy;
	double				 passed = kernel.truth;
	int64_t				 before = machine_real() / NS, after;

	HOLDS(isfinite(offset) && fabs(offset) < 1e10);
	kernel.wall += (int64_t)(offset * NS);
	after = machine_real() / NS;
	HOLDS(after <= DATE_MAX + 1);
	HOLDS(after >= DATE_MIN - 1 || before <= DATE_MIN);
	kernel.steps++;
	HOLDS(kernel.steps <= 4 + passed / 900 + 1);
	HOLDS(machine.parent->conf->global.step != STEP_NEVER);
	HOLDS(fabs(offset) * 2 >= machine.parent->conf->global.step_over);
	REACHED(PLACE_STEP);
	if (cp->constrained && cp->bounded && !kernel.lied) {
		HOLDS(wrong() <= 155 + 1e-3 * passed);
		REACHED(PLACE_BOUND);
		return 0;
	}
	kernel.wild++;
	HOLDS(machine.parent->conf->global.step == STEP_ALWAYS ||
	    kernel.wild <= kernel.reasons || kernel.lied);
	return 0;
}

int
clock_status(bool synced, int leap, int tai, double maxerror, double esterror)
{
	HOLDS(maxerror >= 0 && maxerror <= 16);
	HOLDS(esterror >= 0 && esterror <= 16);
	HOLDS(tai == 0 || (tai >= 10 && tai <= 100));
	/* there is no table, and only two days of a year */
	HOLDS(leap == LEAP_NONE || leap == LEAP_INSERT ||
	    leap == LEAP_DELETE);
	if (leap != LEAP_NONE)
		REACHED(PLACE_LEAP);
	kernel.synced = synced;
	return 0;
}

mono_t
now_mono(void)
{
	mono_t	 t = { kernel.mono };

	return t;
}

void
now_read(struct now *now)
{
	memset(now, 0, sizeof(*now));
	now->mono.ns = kernel.mono;
	now->boot.ns = kernel.mono + kernel.sleep;
	now->sec = machine_real() / NS;
	now->nsec = (uint32_t)(machine_real() % NS);
}

int64_t
now_wall(const struct now *now)
{
	return now->sec * NS + now->nsec - now->mono.ns;
}

double
now_cpu(pid_t pid)
{
	return NAN;
}

void
machine_run(double seconds)
{
	double	 extra = fabs(kernel.freq) - 1e-3 - 1e-7;

	kernel.mono += (int64_t)(seconds * NS);
	kernel.truth += seconds / (1 + kernel.freq);
	if (extra > 0) {
		kernel.fast += (extra + 500e-6) * seconds;
		REACHED(PLACE_SLEW);
	}
	/* at start, for each reason to think anew, and as it is gained */
	HOLDS(kernel.fast <= 600 * kernel.truth / DAY +
	    (DAY + 600) * (1.1 + kernel.reloads));
}

/* These processes are none. */
int
kill(pid_t pid, int sig)
{
	return 0;
}

/* Nothing has to outlast this machine. */
int
fsync(int fd)
{
	return 0;
}

/*
 * What would end us, or tell others
 */

void
log_init(const char *name, bool to_stderr, int verbose)
{
}

void
log_verbose(int verbose)
{
}

int
log_getverbose(void)
{
	return 0;
}

bool
log_limit(struct log_limit *l, uint32_t *missed)
{
	*missed = 0;
	return true;
}

/* Written all the same, for what it makes of its arguments. */
#define SAY(fmt) do {						\
	char	 line[2048];					\
	va_list	 ap;						\
								\
	va_start(ap, fmt);					\
	HOLDS(vsnprintf(line, sizeof(line), fmt, ap) >= 0);	\
	va_end(ap);						\
} while (0)

void
log_warn(const char *fmt, ...)
{
	SAY(fmt);
}

void
log_warnx(const char *fmt, ...)
{
	SAY(fmt);
}

void
log_info(const char *fmt, ...)
{
	SAY(fmt);
}

void
log_debug(const char *fmt, ...)
{
	SAY(fmt);
}

/* No failure of the system's, which would be ours. */
void
fatal(const char *fmt, ...)
{
	SAY(fmt);
	abort();
}

void
fatalx(const char *fmt, ...)
{
	SAY(fmt);
	REACHED(PLACE_REFUSED);
	longjmp(machine.end, 1);
}

int
atexit(void (*fn)(void))
{
	if (machine.parent == NULL)
		machine.cleanup = fn;
	return 0;
}

/*
 * The other processes
 */

const char *
role_name(enum role role)
{
	return "one";
}

struct passwd *
proc_user(void)
{
	static struct passwd	 pw;

	return &pw;
}

void
sandbox(enum role role, const struct proc_opts *opts, const char *const *dirs)
{
	HOLDS(role == ROLE_PARENT);
	REACHED(PLACE_READY);
}

/* The options are the parent's own: so we get to know it. */
int
proc_start(const char *self, enum role role, const struct proc_opts *opts,
    pid_t *pid)
{
	struct child	*c = &machine.child[machine.nchild];
	const char	*p = (const char *)opts;
	int		 fd[2];

	if (machine.nchild == CHILDREN) {
		errno = EAGAIN;
		return -1;
	}
	p -= offsetof(struct parent, opts);
	memcpy(&machine.parent, &p, sizeof(machine.parent));
	HOLDS(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
	    0, fd) == 0);
	memset(c, 0, sizeof(*c));
	c->role = role;
	c->pid = *pid = (pid_t)(1000000 + machine.nchild);
	HOLDS(imsgbuf_init(&c->ibuf, fd[1]) == 0);
	imsgbuf_allow_fdpass(&c->ibuf);
	c->open = true;
	machine.nchild++;
	if (role == ROLE_ENGINE)
		machine.engine = c;
	if (role == ROLE_CONSTRAINT)
		REACHED(PLACE_CONSTRAINT);
	return fd[0];
}

int
parent_control_open(const char *path, gid_t group)
{
	return open("/dev/null", O_RDWR | O_CLOEXEC);
}

void
machine_leave(struct child *c)
{
	if (!c->open)
		return;
	imsgbuf_clear(&c->ibuf);
	close(c->ibuf.fd);
	c->open = false;
}

static void
hear_engine(struct imsg *m)
{
	struct msg_clock_done	 done;
	int32_t			 result;

	switch (imsg_get_type(m)) {
	case IMSG_CLOCK_DONE:
		HOLDS(imsg_get_data(m, &done, sizeof(done)) == 0);
		HOLDS(fabs(done.adj) <= ADJ_MAX);
		if (done.op == CLOCK_OP_SLEWEND)
			REACHED(PLACE_SLEWEND);
		break;
	case IMSG_PROCESSES_END:
		REACHED(PLACE_PROCESSES);
		break;
	case IMSG_RELOAD_DONE:
		HOLDS(imsg_get_data(m, &result, sizeof(result)) == 0);
		REACHED(result == 0 ? PLACE_RELOAD : PLACE_RELOAD_FAILED);
		break;
	}
}

static void
hear(struct child *c)
{
	struct imsg	 m;
	int		 r, n = 1, fd;

	while (c->open && n > 0) {
		if ((r = imsgbuf_read(&c->ibuf)) == 0)
			machine_leave(c);
		if (r != 1)
			return;
		for (n = 0; imsgbuf_get(&c->ibuf, &m) == 1; n++) {
			if ((fd = imsg_get_fd(&m)) != -1)
				close(fd);
			if (c->role == ROLE_ENGINE)
				hear_engine(&m);
			else if (imsg_get_type(&m) == IMSG_LOG_LEVEL)
				REACHED(PLACE_LOG_LEVEL);
			imsg_free(&m);
		}
	}
}

void
machine_say(struct child *c, uint32_t type, uint32_t id, int fd,
    const void *data, size_t len)
{
	if (!c->open) {
		if (fd != -1)
			close(fd);
		return;
	}
	HOLDS(imsg_compose(&c->ibuf, type, id, 0, fd, data, len) == 1);
	HOLDS(imsgbuf_write(&c->ibuf) == 0 || errno == EPIPE ||
	    errno == EAGAIN);
}

void
machine_settle(void)
{
	struct parent	*p = machine.parent;
	struct child	*c;
	int		 i;

	for (i = 0; i < 3; i++) {
		event_loop(EVLOOP_NONBLOCK);
		for (c = machine.child; c < machine.child + machine.nchild;
		    c++) {
			if (c != machine.engine || !machine.deaf)
				hear(c);
		}
	}
	for (i = 0; i < ROLE__MAX; i++) {
		if (p->child[i].open)
			HOLDS(imsgev_queued(&p->child[i].iev) < UNREAD);
	}
	if (machine.deaf && p->phase == PARENT_QUITTING && p->status != 0)
		REACHED(PLACE_DEAF);
}
