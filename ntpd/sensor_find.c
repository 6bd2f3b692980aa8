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
 * Which driver is a sensor's, by its name?  Parent, for what to open and
 * what to warn of, and sensor.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compat.h"
#include "sensor.h"

/* A decimal number as we would write it, below limit. */
static bool
number(const char *s, unsigned int limit, unsigned int *n)
{
	size_t	 i, len = strlen(s);

	if (len < 1 || len > 5 || (s[0] == '0' && len > 1))
		return false;
	*n = 0;
	for (i = 0; i < len; i++) {
		if (s[i] < '0' || s[i] > '9')
			return false;
		*n = *n * 10 + (unsigned int)(s[i] - '0');
	}
	return *n < limit;
}

const struct sensor_driver *
sensor_find(const char *name, unsigned int *unit)
{
	const struct sensor_driver *const	*d;
	size_t					 len;

	for (d = sensor_drivers; *d != NULL; d++) {
		*unit = 0;
		if ((*d)->name == NULL)
			return *d;
		len = strlen((*d)->name);
		if (strncmp(name, (*d)->name, len) == 0 &&
		    number(name + len, (*d)->units, unit))
			return *d;
	}
	return NULL;
}

bool
sensor_known(const char *name)
{
	const struct sensor_driver *const	*d;
	unsigned int				 unit;

	if (strcmp(name, "*") != 0)
		return sensor_find(name, &unit) != NULL;
	for (d = sensor_drivers; *d != NULL; d++) {
		if ((*d)->list != NULL)
			return true;
	}
	return false;
}

const char *
sensor_names(char *buf, size_t size)
{
	const struct sensor_driver *const	*d;

	buf[0] = '\0';
	for (d = sensor_drivers; *d != NULL; d++) {
		if ((*d)->name == NULL)
			continue;
		if (buf[0] != '\0')
			(void)strlcat(buf, ", ", size);
		(void)strlcat(buf, (*d)->name, size);
		(void)strlcat(buf, "N", size);
	}
	return buf;
}
