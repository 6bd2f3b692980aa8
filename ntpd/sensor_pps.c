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
 * Sensor driver: pulses at the beginning of each second, timed by the
 * kernel (RFC 2783, as Linux has it).  ppsN is /dev/ppsN, the rising edge.
 * Which second began the pulse does not say; the engine numbers it by its
 * other sources.  Sensor process.
 */

#include <sys/types.h>
#include <sys/ioctl.h>

#include <linux/pps.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "sensor.h"

#define ERROR	1e-6	/* s, an interrupt's delay */

static void	*pps_attach(const char *, unsigned int, int, bool);
static void	 pps_detach(void *);
static enum sensor_got pps_read(void *, struct sensor_reading *);

const struct sensor_driver sensor_pps = {
	.name = "pps",
	.units = 256,
	.device = "/dev/pps",
	.pulse = true,
	.attach = pps_attach,
	.detach = pps_detach,
	.read = pps_read
};

struct pps {
	int		 fd;
	uint32_t	 last;		/* edge seen, counted by the kernel */
};

/* Mostly the kernel captures already; to tell it needs CAP_SYS_TIME. */
static int
capture(const char *name, int fd)
{
	struct pps_kparams	 params;

	memset(&params, 0, sizeof(params));
	if (ioctl(fd, PPS_GETPARAMS, &params) == -1)
		return -1;
	if ((params.mode & PPS_CAPTUREASSERT) != 0)
		return 0;
	params.api_version = PPS_API_VERS;
	params.mode |= PPS_CAPTUREASSERT;
	if (ioctl(fd, PPS_SETPARAMS, &params) == -1) {
		log_warn("sensor %s: its rising edge is not captured, and we "
		    "cannot change that", name);
		return -1;
	}
	return 0;
}

static void *
pps_attach(const char *name, unsigned int unit, int fd, bool found)
{
	struct pps	*p;

	if (capture(name, fd) == -1 ||
	    (p = calloc(1, sizeof(*p))) == NULL) {
		close(fd);
		return NULL;
	}
	p->fd = fd;
	return p;
}

static void
pps_detach(void *state)
{
	struct pps	*p = state;

	close(p->fd);
	free(p);
}

static enum sensor_got
pps_read(void *state, struct sensor_reading *r)
{
	struct pps		*p = state;
	struct pps_fdata	 data;

	/* a timeout of 0: what there is, without waiting */
	memset(&data, 0, sizeof(data));
	if (ioctl(p->fd, PPS_FETCH, &data) == -1)
		return errno == EINTR || errno == ETIMEDOUT ?
		    SENSOR_NOTHING : SENSOR_GONE;
	if (data.info.assert_sequence == p->last)
		return SENSOR_NOTHING;
	p->last = data.info.assert_sequence;
	memset(r, 0, sizeof(*r));
	r->sec = data.info.assert_tu.sec;
	r->nsec = (uint32_t)data.info.assert_tu.nsec;
	r->pulse = true;
	r->error = ERROR;
	return SENSOR_NEW;
}
