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
 * The date in the header of an HTTP/1 response (RFC 9110, RFC 9112), as a
 * bound for what time it may be.
 */

#ifndef HTTPDATE_H
#define HTTPDATE_H

#include <stddef.h>
#include <stdint.h>

#define HTTPDATE_MAX	8192	/* octets of a header, to its empty line */
#define HTTPDATE_AGE	60	/* s an answer may have been in a cache */

enum httpdate_verdict {
	HTTPDATE_OK,
	HTTPDATE_MORE,		/* the header has not ended yet */
	HTTPDATE_STATUS,	/* not a status line of HTTP/1 */
	HTTPDATE_FIELD,		/* a line that is no header field */
	HTTPDATE_LONG,		/* HTTPDATE_MAX octets and no end */
	HTTPDATE_NONE,		/* no Date */
	HTTPDATE_TWICE,		/* more than one */
	HTTPDATE_DATE,		/* not an IMF-fixdate of 1970 to 2199 */
	HTTPDATE_CACHED,	/* its Age is over HTTPDATE_AGE */
	HTTPDATE__MAX
};

/*
 * All that was received so far, which need not have an end: the date of the
 * final response in Unix seconds.  Interim responses (1xx) are passed over;
 * the status does not matter: a server that says "not found" or "elsewhere"
 * has a clock, too.
 */
enum httpdate_verdict httpdate_parse(const char *, size_t, int64_t *)
		    __attribute__((__warn_unused_result__));

/* What is wrong, for people; "" for HTTPDATE_OK. */
const char	*httpdate_str(enum httpdate_verdict);

/*
 * "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 5.6.7, IMF-fixdate), all of it
 * and nothing else: -1 when it is not one, or no day of the calendar.
 */
int		 httpdate_fixdate(const char *, size_t, int64_t *)
		    __attribute__((__warn_unused_result__));

#endif /* HTTPDATE_H */
