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
 * Engine: the statistics files, written to descriptors from the parent.
 * One line for each sample, one for each update of the estimate, in the
 * columns of ntp.org's peerstats and loopstats.
 *
 * What cannot be written is lost, said once, and holds up nothing.
 */

#include <sys/types.h>
#include <sys/stat.h>

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "engine.h"

#define LINE		512
#define MJD_UNIX	40587	/* the day of 1970-01-01 */
#define DAY		86400
#define AVERAGE		8.0	/* updates, RFC 5905 A.5.5.6: AVG */
#define PPM		1e-6

/* The status word of a peer, RFC 9327 3.2: the upper octet. */
#define STATUS_CONFIG	0x80
#define STATUS_REACH	0x10
#define STATUS_SELECTED	6

static const char *const names[STATS__MAX] = {
	[STATS_LOOP] = "loopstats",
	[STATS_PEER] = "peerstats"
};

/* Its lower three bits: what selection made of it. */
static const uint8_t	 selections[SELECT__MAX] = {
	[SELECT_OK] = 4,		/* candidate, "+" */
	[SELECT_FALSE] = 1,		/* "x" */
	[SELECT_UNTRUSTED] = 1,
	[SELECT_CONSTRAINT] = 1,
	[SELECT_UNAUTHENTIC] = 3,	/* outlier, "-" */
	[SELECT_NOSELECT] = 3,
	[SELECT_MINSOURCES] = 3,
	[SELECT_PREFER] = 3,
	[SELECT_WORSE] = 3
	/* the others are 0, rejected */
};

void
engine_stats_init(void)
{
	/* a limit of the size of files is an error like others */
	if (signal(SIGXFSZ, SIG_IGN) == SIG_ERR)
		fatal("signal");
}

void
engine_stats_fd(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct engine	*e = arg;
	struct stats	*f;
	uint32_t	 which;

	memcpy(&which, in->data, sizeof(which));
	if (which >= STATS__MAX)
		imsgev_refuse(iev, in, "no such file");
	f = &e->stats[which];
	if (f->open)
		close(f->fd);
	f->fd = in->fd;
	f->open = true;
}

void
engine_stats_gone(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct engine	*e = arg;
	size_t		 i;

	for (i = 0; i < STATS__MAX; i++) {
		if (e->stats[i].open)
			close(e->stats[i].fd);
		memset(&e->stats[i], 0, sizeof(e->stats[i]));
	}
}

/* A line on a full disk may end in the middle: all of it, or nothing. */
static int
append(int fd, const char *line, size_t len)
{
	struct stat	 st;
	ssize_t		 n;

	do
		n = write(fd, line, len);
	while (n == -1 && errno == EINTR);
	if (n == (ssize_t)len)
		return 0;
	if (n == -1)
		return -1;
	if (fstat(fd, &st) == 0 && st.st_size >= n &&
	    ftruncate(fd, st.st_size - n) == -1)
		return -1;
	errno = ENOSPC;
	return -1;
}

static void
written(struct stats *f, const char *name)
{
	f->error = 0;
	if (!f->said)
		return;
	log_info("statistics: %s is written again, lines lost: %llu", name,
	    (unsigned long long)f->lost);
	f->said = false;
	f->lost = 0;
}

/* A file gets a line, after the moment it is about. */
static void __attribute__((__format__(printf, 4, 5)))
put(struct engine *e, enum stats_file which, const struct sync_now *now,
    const char *fmt, ...)
{
	struct stats	*f = &e->stats[which];
	char		 line[LINE];
	int64_t		 sec;
	uint32_t	 nsec, missed;
	int		 n, m;
	va_list		 ap;

	ntptime_to_unix(sync_time(&e->sync, &e->osc, now->osc), now->unixtime,
	    &sec, &nsec);
	n = snprintf(line, sizeof(line), "%lld %lld.%03u ",
	    (long long)(sec / DAY + MJD_UNIX), (long long)(sec % DAY),
	    nsec / 1000000);
	va_start(ap, fmt);
	m = vsnprintf(line + n, sizeof(line) - (size_t)n, fmt, ap);
	va_end(ap);
	if (m < 0 || (size_t)(n + m) >= sizeof(line))
		return;
	if (append(f->fd, line, (size_t)(n + m)) == 0) {
		written(f, names[which]);
		return;
	}
	f->lost++;
	if (errno != f->error && log_limit(&f->limit, &missed)) {
		log_warn("statistics: cannot write %s, lines are lost",
		    names[which]);
		f->said = true;
	}
	f->error = errno;
}

double
engine_stats_offset(const struct engine *e, int slot, const struct sample *s)
{
	ntptime_t	 said;

	said = ntptime_add(osc_free(&e->osc, s->at), s->offset +
	    e->sync.src[slot].opts.correction);
	return ntptime_diff(said, sync_time(&e->sync, &e->osc, s->at));
}

void
engine_stats_sample(struct engine *e, const char *name, int slot,
    const struct sample *s, double offset, const struct sync_now *now)
{
	const struct sync_source	*src = &e->sync.src[slot];
	char				 word[ADDR_STRLEN + MSG_SENSOR_MAX];
	unsigned int			 status;
	size_t				 i;

	if (!e->stats[STATS_PEER].open)
		return;
	(void)strlcpy(word, name, sizeof(word));
	for (i = 0; word[i] != '\0'; i++) {
		if (word[i] <= ' ' || word[i] > '~')
			word[i] = '_';
	}
	status = STATUS_CONFIG | STATUS_REACH | (src->selected ?
	    STATUS_SELECTED : selections[src->reason]);
	put(e, STATS_PEER, now, "%s %x %.9f %.9f %.9f %.9f\n", word,
	    status << 8, offset, s->delay, s->disp, src->stat.jitter);
}

/* log2 s between queries of the source we follow. */
static int
interval(const struct sync *s)
{
	int	 i;

	for (i = 0; i < SYNC_SOURCES; i++) {
		if (s->src[i].selected)
			return sync_poll(s, i);
	}
	return 0;
}

/* A running mean of squares. */
static void
average(double *mean, double x)
{
	*mean = sqrt(*mean * *mean + (x * x - *mean * *mean) / AVERAGE);
}

/*
 * Jitter and wander are computed as everybody computes them, so that they
 * can be compared: not our estimates, but how much offset and frequency
 * change from one update to the next.
 */
void
engine_stats_update(struct engine *e, const struct sync_now *now)
{
	const struct sync	*s = &e->sync;
	struct stats_loop	*l = &e->stats_loop;

	if (l->begun) {
		average(&l->jitter, s->last_offset - l->offset);
		average(&l->wander, s->est.freq - l->freq);
	}
	l->begun = true;
	l->offset = s->last_offset;
	l->freq = s->est.freq;
	if (!e->stats[STATS_LOOP].open)
		return;
	put(e, STATS_LOOP, now, "%.9f %.6f %.9f %.6f %d\n", l->offset,
	    l->freq / PPM, l->jitter, l->wander / PPM, interval(s));
}
