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
 * The drift file: the clock's frequency across restarts, one number, parts
 * per million, positive when the clock is slow.  Parent only.
 *
 * OpenNTPD and ntp.org write the same number.  chrony writes two, the
 * second its error, and counts the other way: positive when the clock is
 * fast.
 */

#include <sys/types.h>

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "parent.h"

#define PPM		1e-6
#define DRIFT_MAX	500.0	/* ppm; more is no crystal */
#define DRIFT_ERROR	2.0	/* ppm; what a restart does to a crystal */
#define SAVE_INTERVAL	900.0	/* s between writes */

/* A number at *p, which moves behind it and the space after it. */
static bool
number(const char **p, double *value)
{
	char	*end;

	errno = 0;
	*value = strtod(*p, &end);
	if (end == *p || !isfinite(*value))
		return false;
	end += strspn(end, " \t\r\n");
	*p = end;
	return true;
}

enum drift_verdict
drift_read(const char *path, double *freq, double *error)
{
	char		 text[128];
	const char	*p = text;
	double		 ppm, skew = DRIFT_ERROR;
	ssize_t		 n;
	int		 fd, saved;

	if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) == -1)
		return errno == ENOENT ? DRIFT_NONE : DRIFT_UNREADABLE;
	n = read(fd, text, sizeof(text) - 1);
	saved = errno;
	close(fd);
	if (n == -1) {
		errno = saved;
		return DRIFT_UNREADABLE;
	}
	text[n] = '\0';
	if (text[strspn(text, " \t\r\n")] == '\0')
		return n == (ssize_t)strlen(text) ? DRIFT_NONE : DRIFT_BAD;
	if (!number(&p, &ppm))
		return DRIFT_BAD;
	if (*p != '\0') {
		if (!number(&p, &skew) || skew < 0)
			return DRIFT_BAD;
		ppm = -ppm;
	}
	if (*p != '\0' || fabs(ppm) > DRIFT_MAX)
		return DRIFT_BAD;
	*freq = ppm * PPM;
	*error = fmin(fmax(skew, DRIFT_ERROR), DRIFT_MAX) * PPM;
	return DRIFT_OK;
}

int
drift_write(const char *path, double freq)
{
	char	 text[64];

	(void)snprintf(text, sizeof(text), "%.6f\n", freq / PPM);
	return parent_file_replace(path, text, 0644);
}

void
parent_drift_init(struct parent_drift *d, const char *path, double *freq,
    double *error)
{
	const char	*why;

	memset(d, 0, sizeof(*d));
	(void)strlcpy(d->path, path, sizeof(d->path));
	*freq = 0;
	*error = -1;
	switch (drift_read(path, freq, error)) {
	case DRIFT_OK:
		log_debug("drift file %s: %.3f ppm", path, *freq / PPM);
		return;
	case DRIFT_NONE:
		if ((why = parent_file_room(path)) != NULL)
			log_warnx("drift file %s: %s; the frequency will not "
			    "be kept", path, why);
		else
			log_debug("drift file %s: none yet", path);
		return;
	case DRIFT_BAD:
		log_warnx("drift file %s: not a frequency within %.0f ppm, "
		    "ignored", path, DRIFT_MAX);
		return;
	case DRIFT_UNREADABLE:
		log_warn("drift file %s", path);
		return;
	}
}

void
parent_drift_save(struct parent_drift *d)
{
	if (!d->dirty)
		return;
	d->dirty = !parent_file_written("drift file", d->path,
	    drift_write(d->path, d->freq), &d->error);
}

void
parent_drift_set(struct parent_drift *d, const struct msg_drift *m,
    const struct now *now)
{
	if (!isfinite(m->freq) || fabs(m->freq) > DRIFT_MAX * PPM)
		return;
	d->freq = m->freq;
	d->dirty = true;
	if (d->written.ns != 0 &&
	    mono_diff(now->mono, d->written) < SAVE_INTERVAL)
		return;
	d->written = now->mono;
	parent_drift_save(d);
}
