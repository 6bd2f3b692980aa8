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
 * The parent against an engine that was taken over.  Each input is a life
 * of the daemon: parent_main() as it is, the others and the kernel's clock
 * played here, and an engine that says what the input has it say, most of it
 * on the edge as it is.  Meanwhile time goes by, the machine sleeps, another
 * hand sets the clock, an operator reloads, constraints answer.
 *
 * Whatever is said, it is refused at most, which ends the life; the clock
 * never leaves the envelope that the head of parent_policy.c promises, as
 * it is reckoned here once more, from what the kernel was told; what is
 * written to files can be read again, and no queue grows without end.
 */

#include <sys/types.h>
#include <sys/socket.h>

#include <errno.h>
#include <event.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "machine.h"

#define STORY_MAX	200
#define TICKS_MAX	1000
#define DESCRIPTORS	256	/* more than are ever open */

FUZZ_PLACES(PLACE__MAX);

/* What the input still has. */
static struct {
	const uint8_t	*p;
	size_t		 left;
} story;

static char	 dir[] = "/tmp/ntpd-fuzz.XXXXXXXXXX";
static char	 conffile[64], driftfile[64], budgetfile[96];

/*
 * The story's words
 */

static uint8_t
octet(void)
{
	if (story.left == 0)
		return 0;
	story.left--;
	return *story.p++;
}

static void
octets(void *p, size_t len)
{
	size_t	 n = len < story.left ? len : story.left;

	memset(p, 0, len);
	memcpy(p, story.p, n);
	story.p += n;
	story.left -= n;
}

/* One that matters, its negative with the highest bit, or any. */
static double
number(void)
{
	static const double	 values[] = {
		0, 1e-9, 1e-6, 20e-6, 500e-6, 500.1e-6, 1e-3, 0.05, 0.1,
		0.11, 0.4, 1, 10, 119, 121, 600, 3600, 1e5, 1e6, 1e7, 1e9,
		5e9, 1e300, 5e-324, INFINITY, NAN
	};
	uint8_t			 o = octet();
	double			 d;

	if (o == 0xff) {
		octets(&d, sizeof(d));
		return d;
	}
	d = values[(o & 0x7f) % nitems(values)];
	return (o & 0x80) != 0 ? -d : d;
}

/*
 * What the engine says
 */

static void
slew(void)
{
	struct msg_clock_slew	 m;

	m.freq = number();
	m.offset = number();
	m.rate = number();
	machine_say(machine.engine, IMSG_CLOCK_SLEW, 0, -1, &m, sizeof(m));
}

static void
step(void)
{
	struct msg_clock_step	 m = { number() };

	machine_say(machine.engine, IMSG_CLOCK_STEP, 0, -1, &m, sizeof(m));
}

/* To where the clock is right, or nearly so. */
static void
step_right(void)
{
	struct msg_clock_step	 m;

	m.offset = number() + kernel.truth -
	    (double)(machine_real() - START * NS) / NS;
	machine_say(machine.engine, IMSG_CLOCK_STEP, 0, -1, &m, sizeof(m));
}

static void
status(void)
{
	struct msg_clock_status	 m;
	uint8_t			 how = octet();

	memset(&m, 0, sizeof(m));
	m.synced = how & 1;
	m.starting = how >> 1 & 1;
	m.leap = how >> 2 & 7;
	m.tai = (int8_t)octet();
	m.maxerror = number();
	m.esterror = number();
	machine_say(machine.engine, IMSG_CLOCK_STATUS, 0, -1, &m, sizeof(m));
}

static void
drift(void)
{
	struct msg_drift	 m;

	m.freq = number();
	m.error = number();
	machine_say(machine.engine, IMSG_DRIFT, 0, -1, &m, sizeof(m));
}

static void
budget(void)
{
	struct budget_state	 m;

	memset(&m, 0, sizeof(m));
	m.period = octet();
	octets(&m.start, octet() % (sizeof(m.start) + 1));
	octets(&m.used, octet() % (sizeof(m.used) + 1));
	m.in = number();
	m.out = number();
	machine_say(machine.engine, IMSG_BUDGET, 0, -1, &m, sizeof(m));
}

/* What has nothing in it, and is said up to 255 times. */
static void
bare(void)
{
	static const uint32_t	 types[] = {
		IMSG_CONF_READY, IMSG_ENGINE_READY, IMSG_PROCESSES,
		IMSG_RELOAD
	};
	uint8_t			 which = octet(), id = octet(), n = octet();

	do {
		machine_say(machine.engine, types[which % nitems(types)], id,
		    -1, NULL, 0);
		machine_settle();
	} while (n-- > 0);
}

static void
level(void)
{
	int32_t	 verbose = (int8_t)octet();

	machine_say(machine.engine, IMSG_LOG_LEVEL, 0, -1, &verbose,
	    sizeof(verbose));
}

static void
want(void)
{
	struct msg_constraint_want	 m;
	uint8_t				 how = octet();

	memset(&m, 0, sizeof(m));
	m.id = how & 3;
	m.clock = how >> 2 & 1;
	m.addr.family = how >> 3 & 1 ? ADDR_V6 : ADDR_V4;
	m.addr.port = 443;
	if (how & 0x80)
		octets(&m.addr, sizeof(m.addr));
	machine_say(machine.engine, IMSG_CONSTRAINT_WANT, how, -1, &m,
	    sizeof(m));
}

/* A message of any type, length and content, with a descriptor or not. */
static void
any(void)
{
	uint8_t		 data[1024];
	uint8_t		 how = octet();
	size_t		 len = octet() * (how & 2 ? 4 : 1);
	uint32_t	 type = octet(), id = octet();
	int		 fd = -1;

	if (how & 1)
		fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	octets(data, len);
	machine_say(machine.engine, type, id, fd, data, len);
}

static void
raw(void)
{
	uint8_t	 data[255];
	size_t	 len = octet();

	octets(data, len);
	if (machine.engine->open && len > 0)
		(void)send(machine.engine->ibuf.fd, data, len, MSG_NOSIGNAL);
}

static void
listens(void)
{
	machine.deaf = octet() & 1;
}

static void
goes(void)
{
	machine_leave(machine.engine);
}

/*
 * What happens besides
 */

/* The timer of slews fires when it would. */
static void
passes(void)
{
	static const double	 values[] = { 1e-3, 1, 10, 900, 3600, DAY };
	double			 left = values[octet() % nitems(values)];
	double			 due, dt;
	struct now		 now;
	int			 i;

	left *= 1 + octet();
	for (i = 0; i < TICKS_MAX && left > 0; i++) {
		now_read(&now);
		due = parent_clock_due(&machine.parent->clock, &now);
		if (due < 0 || machine.parent->phase != PARENT_RUNNING)
			due = left;
		dt = fmin(due, left);
		machine_run(dt);
		left -= dt;
		if (dt == due && machine.parent->phase == PARENT_RUNNING) {
			event_active(&machine.parent->ev_slew, EV_TIMEOUT, 1);
			machine_settle();
		}
	}
}

static void
sleeps(void)
{
	int64_t	 s = 2 + octet() * 100;

	kernel.sleep += s * NS;
	kernel.truth += (double)s;
	kernel.reasons += 2;
}

static void
other_hand(void)
{
	double	 d = number();

	if (!isfinite(d) || fabs(d) > 1e6)
		return;
	kernel.wall += (int64_t)(d * NS);
	kernel.reasons++;
}

/* A constraint that is asked tells the time, or anything, or ends. */
static void
constraint(void)
{
	struct msg_constraint_result	 m;
	struct child			*c = NULL;
	uint8_t				 how = octet();
	size_t				 i;

	for (i = 0; i < machine.nchild && c == NULL; i++) {
		if (machine.child[i].role == ROLE_CONSTRAINT &&
		    machine.child[i].open)
			c = &machine.child[i];
	}
	if (c == NULL)
		return;
	memset(&m, 0, sizeof(m));
	if (how & 1) {
		octets(&m, sizeof(m));
		kernel.lied = true;
	} else {
		m.date = START + (int64_t)kernel.truth;
		m.boot.ns = kernel.mono + kernel.sleep;
	}
	if ((how & 2) == 0)
		machine_say(c, IMSG_CONSTRAINT_RESULT, 0, -1, &m, sizeof(m));
	machine_settle();
	machine_leave(c);
	machine_settle();
	(void)parent_constraint_reap(machine.parent, c->pid);
	if (how == 0)
		REACHED(PLACE_RESULT);
}

static void
write_conf(uint8_t which)
{
	static const char *const	 texts[] = {
		"server 192.0.2.1\n",
		"server 192.0.2.1\n"
		"constraint from \"https://192.0.2.80/\"\n"
		"constraints from \"https://www.example.org/x\"\n",
		"server 192.0.2.1\nstep never\n",
		"server 192.0.2.1 nts\nstep always over 0.5\n"
		"constraint from \"https://192.0.2.80/\"\n",
		"server 192.0.2.1\nstep always\n",
		"server 192.0.2.1 trusted\nstep start over 10\n"
		"constraint from \"https://192.0.2.80/\"\nkeys \"/dev/null\"\n",
		"sever 192.0.2.1\n",
	};
	FILE				*f;

	HOLDS((f = fopen(conffile, "w")) != NULL);
	fprintf(f, "%scontrol \"%s/sock\"\ndriftfile \"%s\"\n"
	    "cafile \"%s\"\n", texts[which % nitems(texts)], dir, driftfile,
	    conffile);
	HOLDS(fclose(f) == 0);
}

static void
operator(void)
{
	uint8_t	 how = octet();

	write_conf(how & 0x7f);
	kernel.reloads++;
	if (how & 0x80)
		parent_reload(machine.parent, false, 0);
}

static void	(*const steps[])(void) = {
	slew, step, status, drift, budget, bare, level, want, any, raw,
	listens, passes, sleeps, other_hand, constraint, operator, goes,
	step_right,
};

/* An engine that is as it should be, up to here. */
static void
begin(void)
{
	machine_settle();
	machine_say(machine.engine, IMSG_CONF_READY, 0, -1, NULL, 0);
	machine_settle();
	machine_say(machine.engine, IMSG_ENGINE_READY, 0, -1, NULL, 0);
	machine_settle();
	HOLDS(machine.parent->phase == PARENT_RUNNING);
}

/* Where parent_main() waits for what happens. */
int
event_dispatch(void)
{
	uint8_t	 o;
	int	 i;

	if ((octet() & 1) == 0)
		begin();
	for (i = 0; i < STORY_MAX && story.left > 0; i++) {
		o = octet();
		steps[(o & 0x7f) % nitems(steps)]();
		if ((o & 0x80) == 0)
			machine_settle();
	}
	longjmp(machine.end, 1);
}

/* What the last life left, as the next start would find it. */
static void
check_files(void)
{
	struct parent_budget	 b;
	double			 freq, error;

	if (access(driftfile, F_OK) == 0) {
		HOLDS(drift_read(driftfile, &freq, &error) == DRIFT_OK);
		HOLDS(fabs(freq) <= 500e-6);
		REACHED(PLACE_DRIFT);
	}
	if (access(budgetfile, F_OK) == 0) {
		parent_budget_init(&b, driftfile);
		HOLDS(b.state.period != BUDGET_NONE);
		REACHED(PLACE_BUDGET);
	}
	(void)unlink(driftfile);
	(void)unlink(budgetfile);
}

/* However it ended: no slew goes on, and nobody is told that all is well. */
static void
finish(void)
{
	size_t	 i;

	machine.cleanup();
	HOLDS(fabs(kernel.freq) <= DISCIPLINE_MAXFREQ * (1 + 1e-6));
	HOLDS(!kernel.synced);
	check_files();
	parent_constraint_stop(machine.parent);
	for (i = 0; i < machine.nchild; i++) {
		machine_leave(&machine.child[i]);
		(void)parent_constraint_reap(machine.parent,
		    machine.child[i].pid);
	}
	for (i = 0; i < ROLE__MAX; i++) {
		if (machine.parent->child[i].open)
			imsgev_close(&machine.parent->child[i].iev);
	}
	conf_free(machine.parent->conf);
	event_base_free(NULL);
	memset(machine.parent, 0, sizeof(*machine.parent));
	machine.parent = NULL;
}

static int
descriptors(void)
{
	int	 fd, n = 0;

	for (fd = 0; fd < DESCRIPTORS; fd++)
		n += fcntl(fd, F_GETFD) != -1;
	return n;
}

static void __attribute__((__destructor__))
tidy(void)
{
	(void)unlink(conffile);
	(void)rmdir(dir);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct parent_args	 args;
	static int			 open_before;
	struct conf_report		 rep = { .line = NULL };
	static bool			 begun;

	if (!begun) {
		HOLDS(mkdtemp(dir) != NULL);
		snprintf(conffile, sizeof(conffile), "%s/conf", dir);
		snprintf(driftfile, sizeof(driftfile), "%s/drift", dir);
		snprintf(budgetfile, sizeof(budgetfile), "%s.budget",
		    driftfile);
		begun = true;
	}
	story.p = data;
	story.left = len;
	memset(&kernel, 0, sizeof(kernel));
	kernel.mono = 60 * NS;
	kernel.wall = START * NS - kernel.mono;
	kernel.reasons = 4;
	machine.nchild = 0;
	machine.deaf = false;
	write_conf(octet() % 6);
	open_before = descriptors();
	memset(&args, 0, sizeof(args));
	args.opts.debug = 1;
	args.self = "ntpd";
	args.conffile = conffile;
	args.ready_fd = -1;
	HOLDS((args.conf = conf_parse(conffile, &rep)) != NULL);
	if (setjmp(machine.end) == 0)
		parent_main(&args);
	finish();
	HOLDS(descriptors() == open_before);
	return 0;
}
