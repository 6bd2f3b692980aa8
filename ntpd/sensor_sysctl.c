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
 * Sensor driver: the timedelta sensors of OpenBSD's hw.sensors (nmea(4),
 * udcf(4), mbg(4), vmmci(4) and others), called as their device.  Sensor
 * process.
 *
 * The kernel says how far the system's clock was ahead of the sensor, in
 * ns, when it last heard of it.
 */

#include <sys/types.h>
#include <sys/time.h>
#include <sys/sensors.h>
#include <sys/sysctl.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "compat.h"
#include "sensor.h"

#define ERROR	1e-6	/* s, the grain of the kernel's stamp */

static void	*sysctl_attach(const char *, unsigned int, int, bool);
static void	 sysctl_detach(void *);
static enum sensor_got sysctl_read(void *, struct sensor_reading *);
static bool	 sysctl_list(unsigned int, char *, size_t);

const struct sensor_driver sensor_sysctl = {
	.late = true,
	.attach = sysctl_attach,
	.detach = sysctl_detach,
	.read = sysctl_read,
	.list = sysctl_list
};

struct timedelta {
	char		 name[16];
	int		 dev;
	struct timeval	 last;
};

/* The name of a device, empty when it tells no time; -1 and errno. */
static int
device(int dev, char *name, size_t size)
{
	int			 mib[] = { CTL_HW, HW_SENSORS, dev };
	struct sensordev	 sd;
	size_t			 len = sizeof(sd);

	if (sysctl(mib, nitems(mib), &sd, &len, NULL, 0) == -1)
		return -1;
	(void)strlcpy(name, sd.maxnumt[SENSOR_TIMEDELTA] > 0 ? sd.xname : "",
	    size);
	return 0;
}

/* ENXIO: a gap in the numbers; ENOENT: the last one was before it. */
static bool
sysctl_list(unsigned int n, char *name, size_t size)
{
	name[0] = '\0';
	return device((int)n, name, size) == 0 || errno == ENXIO;
}

static void *
sysctl_attach(const char *name, unsigned int unit, int fd, bool found)
{
	struct timedelta	*t;
	char			 xname[sizeof(t->name)];
	unsigned int		 dev;

	for (dev = 0; sysctl_list(dev, xname, sizeof(xname)); dev++) {
		if (strcmp(xname, name) != 0)
			continue;
		if ((t = calloc(1, sizeof(*t))) == NULL)
			return NULL;
		(void)strlcpy(t->name, xname, sizeof(t->name));
		t->dev = (int)dev;
		return t;
	}
	errno = ENOENT;
	return NULL;
}

static void
sysctl_detach(void *state)
{
	free(state);
}

static enum sensor_got
sysctl_read(void *state, struct sensor_reading *r)
{
	struct timedelta	*t = state;
	int			 mib[] = { CTL_HW, HW_SENSORS, t->dev,
				    SENSOR_TIMEDELTA, 0 };
	char			 name[sizeof(t->name)];
	struct sensor		 s;
	size_t			 len = sizeof(s);
	int64_t			 ref;

	if (device(t->dev, name, sizeof(name)) == -1)
		return SENSOR_GONE;
	if (strcmp(name, t->name) != 0) {
		errno = ENXIO;
		return SENSOR_GONE;
	}
	if (sysctl(mib, nitems(mib), &s, &len, NULL, 0) == -1)
		return SENSOR_GONE;
	if ((s.flags & (SENSOR_FINVALID | SENSOR_FUNKNOWN)) != 0 ||
	    s.status != SENSOR_S_OK || (s.tv.tv_sec == t->last.tv_sec &&
	    s.tv.tv_usec == t->last.tv_usec))
		return SENSOR_NOTHING;
	t->last = s.tv;
	memset(r, 0, sizeof(*r));
	r->sec = s.tv.tv_sec;
	r->nsec = (uint32_t)s.tv.tv_usec * 1000;
	ref = r->sec * 1000000000 + r->nsec - s.value;
	r->refsec = ref / 1000000000;
	r->refnsec = (uint32_t)(ref % 1000000000);
	r->error = ERROR;
	return SENSOR_NEW;
}
