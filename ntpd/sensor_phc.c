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
 * Sensor driver: the clock of a network card or of the machine below a
 * virtual one, as Linux has it.  ptpN is /dev/ptpN, and is taken to show
 * UTC.  Sensor process.
 */

#include <sys/types.h>
#include <sys/ioctl.h>

#include <linux/ptp_clock.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compat.h"
#include "sensor.h"

#define TRIPLES		10	/* readings, of which one is used */
#define SEC_MAX		INT64_C(9000000000)	/* as ns it fits an int64_t */
#define ERROR		50e-9	/* s, that no reading is better than */

struct phc;

static void	*phc_attach(const char *, unsigned int, int, bool);
static void	 phc_detach(void *);
static enum sensor_got phc_read(void *, struct sensor_reading *);
static int	 precise(int, struct sensor_reading *);
static int	 extended(int, struct sensor_reading *);
static int	 plain(int, struct sensor_reading *);

const struct sensor_driver sensor_phc = {
	.name = "ptp",
	.units = 256,
	.device = "/dev/ptp",
	.attach = phc_attach,
	.detach = phc_detach,
	.read = phc_read
};

/* Ways to read both clocks, the best one first: 0, or -1 and errno. */
static int	(*const ways[])(int, struct sensor_reading *) = {
	precise,
	extended,
	plain
};

struct phc {
	int		 fd;
	size_t		 way;
};

static void *
phc_attach(const char *name, unsigned int unit, int fd, bool found)
{
	struct phc	*p;

	if ((p = calloc(1, sizeof(*p))) == NULL) {
		close(fd);
		return NULL;
	}
	p->fd = fd;
	return p;
}

static void
phc_detach(void *state)
{
	struct phc	*p = state;

	close(p->fd);
	free(p);
}

static enum sensor_got
phc_read(void *state, struct sensor_reading *r)
{
	struct phc	*p = state;

	memset(r, 0, sizeof(*r));
	for (; p->way < nitems(ways); p->way++) {
		if (ways[p->way](p->fd, r) == 0)
			return SENSOR_NEW;
		switch (errno) {
		case EAGAIN:
		case EBUSY:
		case EINTR:
		case ETIMEDOUT:
			return SENSOR_NOTHING;
		case ENODEV:
			return SENSOR_GONE;
		}
	}
	return SENSOR_GONE;
}

/* What is out of all bounds becomes a time that nobody believes. */
static int64_t
ns(const struct ptp_clock_time *t)
{
	if (t->sec < 0 || t->sec > SEC_MAX)
		return 0;
	return t->sec * 1000000000 + t->nsec;
}

/* Split as a clock does: the rest is never negative. */
static void
split(int64_t t, int64_t *sec, uint32_t *nsec)
{
	*sec = t / 1000000000;
	if (t % 1000000000 < 0)
		(*sec)--;
	*nsec = (uint32_t)(t - *sec * 1000000000);
}

int
sensor_phc_best(int64_t (*t)[3], size_t n, struct sensor_reading *r)
{
	int64_t	 gap, best = INT64_MAX;
	size_t	 i;

	for (i = 0; i < n; i++) {
		gap = t[i][2] - t[i][0];
		if (gap < 0 || gap >= best)
			continue;
		best = gap;
		split(t[i][0] + gap / 2, &r->sec, &r->nsec);
		split(t[i][1], &r->refsec, &r->refnsec);
		r->error = (double)gap * 0.5e-9 + ERROR;
	}
	return best == INT64_MAX ? -1 : 0;
}

/* The hardware takes both at once. */
static int
precise(int fd, struct sensor_reading *r)
{
	struct ptp_sys_offset_precise	 both;

	memset(&both, 0, sizeof(both));
	if (ioctl(fd, PTP_SYS_OFFSET_PRECISE, &both) == -1)
		return -1;
	split(ns(&both.sys_realtime), &r->sec, &r->nsec);
	split(ns(&both.device), &r->refsec, &r->refnsec);
	r->error = ERROR;
	return 0;
}

/* The driver reads the system's clock right before and after. */
static int
extended(int fd, struct sensor_reading *r)
{
	struct ptp_sys_offset_extended	 x;
	int64_t				 t[TRIPLES][3];
	size_t				 i, j;

	memset(&x, 0, sizeof(x));
	x.n_samples = TRIPLES;
	if (ioctl(fd, PTP_SYS_OFFSET_EXTENDED, &x) == -1)
		return -1;
	for (i = 0; i < TRIPLES; i++) {
		for (j = 0; j < 3; j++)
			t[i][j] = ns(&x.ts[i][j]);
	}
	errno = EAGAIN;
	return sensor_phc_best(t, TRIPLES, r);
}

/* The kernel does, around the driver. */
static int
plain(int fd, struct sensor_reading *r)
{
	struct ptp_sys_offset	 x;
	int64_t			 t[TRIPLES][3];
	size_t			 i, j;

	memset(&x, 0, sizeof(x));
	x.n_samples = TRIPLES;
	if (ioctl(fd, PTP_SYS_OFFSET, &x) == -1)
		return -1;
	for (i = 0; i < TRIPLES; i++) {
		for (j = 0; j < 3; j++)
			t[i][j] = ns(&x.ts[2 * i + j]);
	}
	errno = EAGAIN;
	return sensor_phc_best(t, TRIPLES, r);
}
