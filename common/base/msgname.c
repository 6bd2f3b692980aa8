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
 * The messages' names, for traces and errors.  Any process.
 */

#include <assert.h>
#include <stddef.h>

#include "compat.h"
#include "msg.h"

#define NAME(m)	[IMSG_##m] = #m

static const char *const names[] = {
	NAME(NONE),

	NAME(CTL_HELLO),

	NAME(CONF_BEGIN),
	NAME(CONF_SERVER),
	NAME(CONF_LISTEN),
	NAME(CONF_SENSOR),
	NAME(CONF_END),
	NAME(CONF_COMMIT),
	NAME(CONF_READY),
	NAME(LOG_LEVEL),
	NAME(SHUTDOWN),

	NAME(FD_CONTROL),
	NAME(FD_DNS),
	NAME(FD_SENSOR),
	NAME(FD_LISTEN),
	NAME(LISTEN_GONE),
	NAME(FD_STATS),
	NAME(STATS_GONE),
	NAME(START),
	NAME(CLOCK_DONE),
	NAME(LEAPS),
	NAME(RELOAD_TEXT),
	NAME(RELOAD_DONE),

	NAME(ENGINE_READY),
	NAME(CLOCK_SLEW),
	NAME(CLOCK_STEP),
	NAME(CLOCK_STATUS),
	NAME(DRIFT),
	NAME(RELOAD),

	NAME(DNS_LOOKUP),
	NAME(DNS_ANSWER),

	NAME(FD_DEVICE),
	NAME(DEVICE_GONE),

	NAME(NTS_CONF),
	NAME(FD_NTS_FILE),
	NAME(NTS_SAVE),
	NAME(NTS_TEXT),

	NAME(SENSOR_READING),

	NAME(FD_NTS),

	NAME(NTS_WANT),
	NAME(NTS_KEYS),
	NAME(NTS_RING),
	NAME(NTS_COUNTS),

	NAME(CTL_SHOW),
	NAME(CTL_RELOAD),
	NAME(CTL_LOG),
	NAME(CTL_WAITSYNC),
	NAME(CTL_ROW_STATUS),
	NAME(CTL_ROW_PEER),
	NAME(CTL_ROW_SENSOR),
	NAME(CTL_ROW_SERVER),
	NAME(CTL_ROW_LISTENER),
	NAME(CTL_TEXT),
	NAME(CTL_END),
};

static_assert(nitems(names) == IMSG__MAX, "a message has no name");

const char *
msg_name(uint32_t type)
{
	if (type >= nitems(names) || names[type] == NULL)
		return "unknown";
	return names[type];
}
