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
 * The Date of an HTTP response: whole headers, dates, and what happens when
 * either is cut or changed anywhere.
 */

#include <stdlib.h>
#include <time.h>

#include "httpdate.h"
#include "test.h"

#define D	"Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
#define T	784111777

static const struct {
	const char	*what;
	const char	*in;
	enum httpdate_verdict want;
	int64_t		 date;
} headers[] = {
	{ "plain", "HTTP/1.1 200 OK\r\n" D "\r\n", HTTPDATE_OK, T },
	{ "HTTP/1.0", "HTTP/1.0 200 OK\r\n" D "\r\n", HTTPDATE_OK, T },
	{ "no reason phrase", "HTTP/1.1 200\r\n" D "\r\n", HTTPDATE_OK, T },
	{ "not found", "HTTP/1.1 404 No\r\n" D "\r\n", HTTPDATE_OK, T },
	{ "elsewhere", "HTTP/1.1 301 x\r\nLocation: http://x/\r\n" D "\r\n",
	    HTTPDATE_OK, T },
	{ "bare LF", "HTTP/1.1 200 OK\nDate: Sun, 06 Nov 1994 08:49:37 GMT\n"
	    "\n", HTTPDATE_OK, T },
	{ "capitals, blanks", "HTTP/1.1 200 OK\r\n"
	    "dAtE:\t Sun, 06 Nov 1994 08:49:37 GMT \t\r\n\r\n",
	    HTTPDATE_OK, T },
	{ "other fields", "HTTP/1.1 200 OK\r\nServer: x\r\nX-Date: y\r\n"
	    D "Dates: z\r\n\r\nbody: no field\r\n", HTTPDATE_OK, T },
	{ "interim", "HTTP/1.1 103 Early Hints\r\nDate: x\r\n\r\n"
	    "HTTP/1.1 200 OK\r\n" D "\r\n", HTTPDATE_OK, T },
	{ "young", "HTTP/1.1 200 OK\r\nAge: 60\r\n" D "\r\n",
	    HTTPDATE_OK, T },
	{ "nothing yet", "", HTTPDATE_MORE, 0 },
	{ "half a status", "HTTP/1.", HTTPDATE_MORE, 0 },
	{ "no end of the header", "HTTP/1.1 200 OK\r\n" D, HTTPDATE_MORE, 0 },
	{ "only an interim one", "HTTP/1.1 100 x\r\n\r\n", HTTPDATE_MORE, 0 },
	{ "garbage", "SSH-2.0", HTTPDATE_STATUS, 0 },
	{ "one wrong octet", "HTTQ", HTTPDATE_STATUS, 0 },
	{ "HTTP/2", "HTTP/2 200\r\n", HTTPDATE_STATUS, 0 },
	{ "no code", "HTTP/1.1 abc\r\n", HTTPDATE_STATUS, 0 },
	{ "short code", "HTTP/1.1 20\r\n", HTTPDATE_STATUS, 0 },
	{ "long code", "HTTP/1.1 2000 OK\r\n", HTTPDATE_STATUS, 0 },
	{ "code below all", "HTTP/1.1 099 x\r\n", HTTPDATE_STATUS, 0 },
	{ "garbage behind an interim one",
	    "HTTP/1.1 100 x\r\n\r\n200 OK\r\n", HTTPDATE_STATUS, 0 },
	{ "no colon", "HTTP/1.1 200 OK\r\nfoo\r\n" D "\r\n",
	    HTTPDATE_FIELD, 0 },
	{ "no name", "HTTP/1.1 200 OK\r\n: x\r\n\r\n", HTTPDATE_FIELD, 0 },
	{ "blank before the colon", "HTTP/1.1 200 OK\r\nDate : x\r\n\r\n",
	    HTTPDATE_FIELD, 0 },
	{ "continued", "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37\r\n"
	    " GMT\r\n\r\n", HTTPDATE_DATE, 0 },
	{ "continued below", "HTTP/1.1 200 OK\r\nDate:\r\n"
	    "\tSun, 06 Nov 1994 08:49:37 GMT\r\n  \r\n\r\n", HTTPDATE_OK, T },
	{ "another is continued", "HTTP/1.1 200 OK\r\nPolicy: a;\r\n"
	    "    b: c;\n\tDate: d\r\n" D " \r\n\r\n", HTTPDATE_OK, T },
	{ "nothing to continue", "HTTP/1.1 200 OK\r\n x: y\r\n" D "\r\n",
	    HTTPDATE_FIELD, 0 },
	{ "nor behind an interim one", "HTTP/1.1 103 x\r\nX: y\r\n\r\n"
	    "HTTP/1.1 200 OK\r\n x: y\r\n" D "\r\n", HTTPDATE_FIELD, 0 },
	{ "an age that goes on", "HTTP/1.1 200 OK\r\nAge: 1\r\n 0\r\n" D
	    "\r\n", HTTPDATE_CACHED, 0 },
	{ "an age below", "HTTP/1.1 200 OK\r\nAge:\r\n 3600\r\n" D "\r\n",
	    HTTPDATE_CACHED, 0 },
	{ "no date", "HTTP/1.1 200 OK\r\nServer: x\r\n\r\n",
	    HTTPDATE_NONE, 0 },
	{ "empty header", "HTTP/1.1 200 OK\r\n\r\n", HTTPDATE_NONE, 0 },
	{ "interim one's date is not ours",
	    "HTTP/1.1 103 x\r\n" D "\r\nHTTP/1.1 200 OK\r\n\r\n",
	    HTTPDATE_NONE, 0 },
	{ "two dates", "HTTP/1.1 200 OK\r\n" D D "\r\n", HTTPDATE_TWICE, 0 },
	{ "empty date", "HTTP/1.1 200 OK\r\nDate:\r\n\r\n",
	    HTTPDATE_DATE, 0 },
	{ "asctime", "HTTP/1.1 200 OK\r\nDate: Sun Nov  6 08:49:37 1994\r\n"
	    "\r\n", HTTPDATE_DATE, 0 },
	{ "out of a cache", "HTTP/1.1 200 OK\r\nAge: 61\r\n" D "\r\n",
	    HTTPDATE_CACHED, 0 },
	{ "very old", "HTTP/1.1 200 OK\r\nAge: 99999999999999\r\n" D "\r\n",
	    HTTPDATE_CACHED, 0 },
	{ "no age", "HTTP/1.1 200 OK\r\nAge: old\r\n" D "\r\n",
	    HTTPDATE_CACHED, 0 },
};

static const struct {
	const char	*in;
	int64_t		 want;		/* -1: refused */
} dates[] = {
	{ "Thu, 01 Jan 1970 00:00:00 GMT", 0 },
	{ "Sun, 06 Nov 1994 08:49:37 GMT", T },
	{ "Tue, 29 Feb 2000 23:59:59 GMT", 951868799 },
	{ "Sat, 31 Dec 2016 23:59:60 GMT", 1483228800 },
	{ "Tue, 19 Jan 2038 03:14:08 GMT", INT64_C(2147483648) },
	{ "Thu, 07 Feb 2036 06:28:16 GMT", INT64_C(2085978496) },
	{ "Tue, 31 Dec 2199 23:59:59 GMT", INT64_C(7258118399) },
	{ "Wed, 01 Jan 2200 00:00:00 GMT", -1 },
	{ "Wed, 31 Dec 1969 23:59:59 GMT", -1 },
	{ "Mon, 06 Nov 1994 08:49:37 GMT", -1 },	/* a Sunday */
	{ "Sun, 06 nov 1994 08:49:37 GMT", -1 },
	{ "Sun, 06 Nox 1994 08:49:37 GMT", -1 },
	{ "Sun, 6 Nov 1994 08:49:37 GMT", -1 },
	{ "Sun,  6 Nov 1994 08:49:37 GMT", -1 },
	{ "Sun, 06-Nov-1994 08:49:37 GMT", -1 },
	{ "Sunday, 06-Nov-94 08:49:37 GMT", -1 },
	{ "Sun, 06 Nov 1994 08:49:37 UTC", -1 },
	{ "Sun, 06 Nov 1994 08:49:37 GMT ", -1 },
	{ "Sun, 06 Nov 1994 08:49:37 GM", -1 },
	{ "Sun, 06 Nov 1994 24:49:37 GMT", -1 },
	{ "Sun, 06 Nov 1994 08:60:37 GMT", -1 },
	{ "Sun, 06 Nov 1994 08:49:61 GMT", -1 },
	{ "Sun, 06 Nov 1994 +8:49:37 GMT", -1 },
	{ "Thu, 29 Feb 1900 00:00:00 GMT", -1 },
	{ "Mon, 29 Feb 2100 00:00:00 GMT", -1 },
	{ "Sat, 00 Nov 1994 08:49:37 GMT", -1 },
	{ "Thu, 31 Nov 1994 08:49:37 GMT", -1 },
	{ "", -1 },
};

static void
test_headers(void)
{
	enum httpdate_verdict	 v;
	int64_t			 date;
	size_t			 i, len, n;
	char			*copy;

	for (i = 0; i < nitems(headers); i++) {
		date = 0;
		len = strlen(headers[i].in);
		CHECK_INT(headers[i].what, httpdate_parse(headers[i].in, len,
		    &date), headers[i].want);
		CHECK_INT(headers[i].what, date, headers[i].date);
		/* less of it says the same, or that there is to be more */
		for (n = 0; n < len; n++) {
			if ((copy = malloc(n + 1)) == NULL)
				abort();
			/* exactly so many: a sanitizer sees what is beyond */
			memcpy(copy + 1, headers[i].in, n);
			v = httpdate_parse(copy + 1, n, &date);
			free(copy);
			if (v != HTTPDATE_MORE)
				CHECK_INT(headers[i].what, v,
				    headers[i].want);
		}
	}
}

static void
test_long(void)
{
	static char	 buf[HTTPDATE_MAX];
	int64_t		 date;
	size_t		 len, n;

	len = n = (size_t)snprintf(buf, sizeof(buf), "HTTP/1.1 200 OK\r\n" D);
	for (; len < sizeof(buf); len++)
		buf[len] = "a: b\n"[(len - n) % 5];
	CHECK_INT("one octet less", httpdate_parse(buf, sizeof(buf) - 1,
	    &date), HTTPDATE_MORE);
	CHECK_INT("no end", httpdate_parse(buf, sizeof(buf), &date),
	    HTTPDATE_LONG);
	memset(buf + n, 'a', sizeof(buf) - n);
	CHECK_INT("one endless line", httpdate_parse(buf, sizeof(buf), &date),
	    HTTPDATE_LONG);
}

static void
test_dates(void)
{
	int64_t	 date;
	size_t	 i;

	for (i = 0; i < nitems(dates); i++) {
		date = -1;
		CHECK_INT(dates[i].in, httpdate_fixdate(dates[i].in,
		    strlen(dates[i].in), &date), dates[i].want == -1 ? -1 : 0);
		CHECK_INT(dates[i].in, date, dates[i].want);
	}
}

/* Every day of these years, as libc has it. */
static void
test_calendar(void)
{
	struct tm	 tm;
	char		 s[64];
	time_t		 t;
	int64_t		 date;
	size_t		 bad = 0, n = 0;

	for (t = 0; t < (time_t)7258118400; t += 86399) {
		if (gmtime_r(&t, &tm) == NULL || strftime(s, sizeof(s),
		    "%a, %d %b %Y %H:%M:%S GMT", &tm) == 0)
			abort();
		bad += httpdate_fixdate(s, strlen(s), &date) == -1 ||
		    date != (int64_t)t;
		n++;
	}
	CHECK_INT("all days", n > 84000, 1);
	CHECK_INT("days that differ from libc's", bad, 0);
}

/* Changed anywhere: never a date of another shape, never out of bounds. */
static void
test_mutations(void)
{
	char	 s[512], *copy;
	int64_t	 date;
	size_t	 i, k, len, wrong = 0, good = 0;

	for (i = 0; i < 200000; i++) {
		len = strlcpy(s, headers[i % nitems(headers)].in, sizeof(s));
		for (k = test_rnd() % 4 + 1; k > 0 && len > 0; k--) {
			switch (test_rnd() % 3) {
			case 0:
				s[test_rnd() % len] = (char)test_rnd();
				break;
			case 1:
				s[test_rnd() % len] ^=
				    (char)(1 << test_rnd() % 7);
				break;
			case 2:
				len = test_rnd() % len;
				break;
			}
		}
		if ((copy = malloc(len + 1)) == NULL)
			abort();
		memcpy(copy + 1, s, len);
		date = -1;
		if (httpdate_parse(copy + 1, len, &date) == HTTPDATE_OK) {
			good++;
			wrong += date < 0 || date >= INT64_C(7258118400);
		} else
			wrong += date != -1;
		free(copy);
	}
	CHECK_INT("some are still good", good > 1000, 1);
	CHECK_INT("wrong", wrong, 0);
}

int
main(void)
{
	test_headers();
	test_long();
	test_dates();
	test_calendar();
	test_mutations();
	CHECK_STR("text", httpdate_str(HTTPDATE_OK), "");
	CHECK_STR("text of nothing",
	    httpdate_str((enum httpdate_verdict)99), "?");
	return test_done("httpdate");
}
