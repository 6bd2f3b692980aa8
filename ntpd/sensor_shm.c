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
 * Sensor driver: shared memory, as gpsd and other programs that have a
 * receiver fill it for ntpd (its reference clock 28).  shmN is the segment
 * NTPN.  Sensor process.
 *
 * Units 0 and 1 are root's alone, and made so; the others anybody may
 * write, so "*" takes only what nobody but root can.
 */

#include <sys/types.h>
#include <sys/ipc.h>
#include <sys/shm.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "log.h"
#include "sensor.h"

#define UNITS		256
#define FOUND		4	/* "*" looks at so many */
#define ROOTS		2	/* units that are made for root alone */
#define PRECISION_MIN	-30	/* log2 s; finer than that is a mistake */
#define PRECISION_MAX	0
#define ERROR_MAX	0.1	/* s; with a message and no pulse gpsd says
				 * 0.5: that nobody would call synchronised,
				 * and the scatter it means is measured */

static void	*shm_attach(const char *, unsigned int, int, bool);
static void	 shm_detach(void *);
static enum sensor_got shm_read(void *, struct sensor_reading *);
static bool	 shm_list(unsigned int, char *, size_t);

const struct sensor_driver sensor_shm = {
	.name = "shm",
	.units = UNITS,
	.attach = shm_attach,
	.detach = shm_detach,
	.read = shm_read,
	.list = shm_list
};

/* May others than root write it?  -1 and errno: it cannot be used. */
static int
check(const char *name, int id, bool found)
{
	struct shmid_ds	 ds;

	if (shmctl(id, IPC_STAT, &ds) == -1)
		return -1;
	if (ds.shm_segsz < sizeof(struct sensor_shm)) {
		errno = EINVAL;
		return -1;
	}
	if ((ds.shm_perm.mode & 022) == 0 && ds.shm_perm.uid == 0)
		return 0;
	if (found) {
		errno = EPERM;
		return -1;
	}
	log_info("sensor %s: others than root can write it, and so set this "
	    "clock (owner uid %u, mode %04o)", name,
	    (unsigned int)ds.shm_perm.uid, ds.shm_perm.mode & 0777U);
	return 0;
}

static void *
shm_attach(const char *name, unsigned int unit, int fd, bool found)
{
	int	 id, flags = unit < ROOTS ? 0600 : 0666;
	void	*p;

	if (unit < ROOTS || !found)
		flags |= IPC_CREAT;
	if ((id = shmget(SENSOR_SHM_KEY + (key_t)unit,
	    sizeof(struct sensor_shm), flags)) == -1 ||
	    check(name, id, found) == -1)
		return NULL;
	p = shmat(id, NULL, 0);
	return (intptr_t)p == -1 ? NULL : p;
}

static void
shm_detach(void *state)
{
	(void)shmdt(state);
}

static enum sensor_got
shm_read(void *state, struct sensor_reading *r)
{
	return sensor_shm_take(state, r);
}

static bool
shm_list(unsigned int n, char *name, size_t size)
{
	(void)snprintf(name, size, "shm%u", n);
	return n < FOUND;
}

/*
 * Who knows of nanoseconds writes both; from others they are 0, or what is
 * left of somebody else's.
 */
static uint32_t
finer(int32_t usec, uint32_t nsec)
{
	return nsec / 1000 == (uint32_t)usec ? nsec : (uint32_t)usec * 1000;
}

enum sensor_got
sensor_shm_take(volatile struct sensor_shm *shm, struct sensor_reading *r)
{
	struct sensor_shm	 s;
	int32_t			 count;

	if (!shm->valid)
		return SENSOR_NOTHING;
	count = shm->count;
	__sync_synchronize();
	s.mode = shm->mode;
	s.refsec = shm->refsec;
	s.refusec = shm->refusec;
	s.sec = shm->sec;
	s.usec = shm->usec;
	s.leap = shm->leap;
	s.precision = shm->precision;
	s.refnsec = shm->refnsec;
	s.nsec = shm->nsec;
	__sync_synchronize();
	/* written meanwhile; with mode 0 the writer waits for us instead */
	if (s.mode != 0 && count != shm->count)
		return SENSOR_NOTHING;
	shm->valid = 0;

	if ((s.mode != 0 && s.mode != 1) || s.leap < 0 || s.leap > 2 ||
	    s.usec < 0 || s.usec > 999999 || s.refusec < 0 ||
	    s.refusec > 999999 || s.precision < PRECISION_MIN ||
	    s.precision > PRECISION_MAX)
		return SENSOR_NOTHING;
	memset(r, 0, sizeof(*r));
	r->sec = s.sec;
	r->nsec = finer(s.usec, s.nsec);
	r->refsec = s.refsec;
	r->refnsec = finer(s.refusec, s.refnsec);
	r->leap = (uint8_t)s.leap;
	r->error = fmin(ldexp(1, s.precision), ERROR_MAX);
	return SENSOR_NEW;
}
