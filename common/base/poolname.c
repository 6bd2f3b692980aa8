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
 * Is a name one of the NTP Pool's?  Any process.
 */

#include <string.h>
#include <strings.h>

#include "poolname.h"

#define POOL_ZONE	"pool.ntp.org"

bool
poolname(const char *name)
{
	size_t len = strlen(name), zlen = strlen(POOL_ZONE);

	if (len > 0 && name[len - 1] == '.')
		len--;
	if (len < zlen || strncasecmp(name + len - zlen, POOL_ZONE, zlen) != 0)
		return false;
	return len == zlen || name[len - zlen - 1] == '.';
}
