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
 * ntpctl check: what is asked besides, and what the answers are worth.  Builds
 * requests and judges replies; probe.c sends and receives them.
 */

#include <sys/types.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "check.h"
#include "civil.h"
#include "compat.h"
#include "leap.h"
#include "poolscore.h"

#define PACE		8.0	/* s between two that want an answer, as the
				 * strictest of common limits allows */
#define TIMEOUT		3.0	/* s */
#define BURST		8	/* a client's start, the monitor's included */
#define DISTANCE_MAX	1.0	/* s, RFC 5905 MAXDIST */
#define REFTIME_MAX	86400.0	/* s */
#define FIELD_TYPE	0x7fff	/* of no extension field there is */
#define FIELD_LEN	28
#define CONTROL_LEN	12	/* of a mode 6 request, RFC 9327 2 */
#define CONTROL_READVAR	2
#define PRIVATE_LEN	48
#define PRIVATE_XNTPD	3	/* implementation, and the request for the */
#define PRIVATE_MONLIST	42	/* list of clients: the great amplifier */

#define LOCL		KISS('L', 'O', 'C', 'L')
#define LOCAL_NET	0x7f7f0100	/* 127.127.1.x: a clock of its own */
#define LOCAL_MASK	0xffffff00
#define SMEAR_NET	0xfe000000	/* 254.x: leap smearing, by custom */
#define SMEAR_MASK	0xff000000

enum want {
	WANT_ANSWER,		/* 48 octets, of the version asked with */
	WANT_SILENCE,		/* or at least not what is named */
};

static void	 version(struct probe *, uint8_t);
static void	 control(struct probe *, uint8_t);
static void	 private(struct probe *, uint8_t);
static void	 field(struct probe *, uint8_t);
static void	 nothing(struct probe *, uint8_t);

/* After the burst, in this order. */
static const struct {
	const char	*name;
	enum want	 want;
	double		 at;		/* s after the burst */
	void		 (*make)(struct probe *, uint8_t);
	uint8_t		 arg;
	bool		 stranger;
	const char	*bad;		/* what it means if it is not so */
} extras[] = {
	{ "version 1", WANT_ANSWER, 1 * PACE, version, 1, false,
	    "the oldest clients get no time" },
	{ "version 2", WANT_ANSWER, 2 * PACE, version, 2, false,
	    "old clients get no time" },
	{ "version 3", WANT_ANSWER, 3 * PACE, version, 3, false,
	    "most simple clients get no time" },
	{ "version 5", WANT_SILENCE, 3.5 * PACE, version, 5, false,
	    "answered as if it were version 4" },
	{ "mode 6 (control)", WANT_SILENCE, 3.6 * PACE, control, 0, false,
	    "answered: others can read it, and use it to flood third parties" },
	{ "mode 7 (monlist)", WANT_SILENCE, 3.7 * PACE, private, 0, false,
	    "answered: others can use it to flood third parties" },
	{ "extension field", WANT_ANSWER, 4 * PACE, field, 0, false,
	    "clients that send one unknown to it get no time" },
	{ "address of answers", WANT_ANSWER, 5 * PACE, nothing, 0, true,
	    "not the one that was asked" },
};

_Static_assert(CHECK_PROBES == BURST - POOL_SAMPLES + nitems(extras),
    "room for every request");

void
check_row(struct check_row *row, const char *test, enum check_verdict verdict,
    const char *fmt, ...)
{
	va_list	 ap;

	memset(row, 0, sizeof(*row));
	(void)strlcpy(row->test, test, sizeof(row->test));
	row->verdict = (uint8_t)verdict;
	va_start(ap, fmt);
	(void)vsnprintf(row->text, sizeof(row->text), fmt, ap);
	va_end(ap);
}

/*
 * Requests
 */

static void
nothing(struct probe *p, uint8_t arg)
{
}

static void
version(struct probe *p, uint8_t v)
{
	p->request[0] = (uint8_t)(v << 3 | MODE_CLIENT);
}

static void
control(struct probe *p, uint8_t arg)
{
	memset(p->request, 0, sizeof(p->request));
	p->request[0] = 2 << 3 | MODE_CONTROL;
	p->request[1] = CONTROL_READVAR;
	p->request[3] = 1;		/* sequence */
	p->len = CONTROL_LEN;
}

static void
private(struct probe *p, uint8_t arg)
{
	memset(p->request, 0, sizeof(p->request));
	p->request[0] = 2 << 3 | MODE_PRIVATE;
	p->request[2] = PRIVATE_XNTPD;
	p->request[3] = PRIVATE_MONLIST;
	p->len = PRIVATE_LEN;
}

static void
field(struct probe *p, uint8_t arg)
{
	uint8_t	*f = p->request + p->len;

	memset(f, 0, FIELD_LEN);
	f[0] = FIELD_TYPE >> 8;
	f[1] = FIELD_TYPE & 0xff;
	f[3] = FIELD_LEN;
	p->len += FIELD_LEN;
}

void
check_plan(struct probe probes[CHECK_PROBES], const struct addr *addr)
{
	struct probe	*p = probes;
	double		 at = 0;
	size_t		 i;

	for (i = POOL_SAMPLES; i < BURST; i++) {
		at += POOL_SPACING;
		probe_request(p++, addr, at, TIMEOUT);
	}
	for (i = 0; i < nitems(extras); i++) {
		probe_request(p, addr, at + extras[i].at, TIMEOUT);
		p->stranger = extras[i].stranger;
		extras[i].make(p++, extras[i].arg);
	}
}

/*
 * Answers
 */

static bool
stratum0(const struct probe *p)
{
	return p->state == PROBE_ANSWERED && p->replylen >= NTP_HEADER_LEN &&
	    p->reply[1] == 0;
}

static void
burst(const struct probe *probes, struct check_row *row)
{
	size_t	 i, answered = 0, zeros = 0, n = BURST - POOL_SAMPLES;

	for (i = 0; i < n; i++) {
		answered += probes[i].state == PROBE_ANSWERED;
		zeros += stratum0(&probes[i]);
	}
	if (zeros > 0)
		check_row(row, "burst", CHECK_BAD,
		    "%zu of the last %zu in a burst of %d got stratum 0",
		    zeros, n, BURST);
	else if (answered < n)
		check_row(row, "burst", CHECK_NOTE,
		    "%zu of the last %zu in a burst of %d, 2 s apart, answered",
		    answered, n, BURST);
	else
		check_row(row, "burst", CHECK_OK,
		    "%d requests, 2 s apart, all answered", BURST);
}

static void
length(const struct probe *p, struct check_row *row, const char *name)
{
	if (p->replylen > p->len)
		check_row(row, name, CHECK_BAD, "%zu octets for %zu: "
		    "others can use it to flood third parties", p->replylen,
		    p->len);
	else if (p->replylen > NTP_HEADER_LEN)
		check_row(row, name, CHECK_NOTE, "answered with %zu octets",
		    p->replylen);
	else
		check_row(row, name, CHECK_OK, "answered");
}

static void
want_answer(const struct probe *p, size_t i, struct check_row *row)
{
	const char	*name = extras[i].name;
	char		 a[ADDR_STRLEN];

	if (p->state == PROBE_FAILED)
		check_row(row, name, CHECK_BAD, "%s", strerror(p->error));
	else if (p->state != PROBE_ANSWERED)
		check_row(row, name, CHECK_NOTE, "no answer: %s",
		    p->stranger ? "lost, or limited" : extras[i].bad);
	else if (p->stranger && addr_cmp(&p->from, &p->addr) != 0)
		check_row(row, name, CHECK_BAD, "%s: %s", extras[i].bad,
		    addr_strport(&p->from, a));
	else if (p->replylen < NTP_HEADER_LEN)
		check_row(row, name, CHECK_BAD, "answered with %zu octets",
		    p->replylen);
	else if (stratum0(p))
		check_row(row, name, CHECK_NOTE, "answered with stratum 0");
	else if ((p->reply[0] >> 3 & 7) != (p->request[0] >> 3 & 7))
		check_row(row, name, CHECK_BAD, "answered with version %d",
		    p->reply[0] >> 3 & 7);
	else
		length(p, row, name);
}

static void
want_silence(const struct probe *p, size_t i, struct check_row *row)
{
	const char	*name = extras[i].name;

	if (p->state != PROBE_ANSWERED)
		check_row(row, name, CHECK_OK, "not answered");
	else if (extras[i].arg != 0 && p->replylen > 0 &&
	    (p->reply[0] >> 3 & 7) == extras[i].arg)
		check_row(row, name, CHECK_NOTE, "answered with that version");
	else
		check_row(row, name, CHECK_BAD, "%s", extras[i].bad);
}

size_t
check_judge(const struct probe probes[CHECK_PROBES], struct check_row *row)
{
	const struct probe	*p = probes + BURST - POOL_SAMPLES;
	size_t			 i;

	burst(probes, row++);
	for (i = 0; i < nitems(extras); i++) {
		if (extras[i].want == WANT_ANSWER)
			want_answer(&p[i], i, row++);
		else
			want_silence(&p[i], i, row++);
	}
	return nitems(extras) + 1;
}

/*
 * What a good reply says
 */

/* A leap second ends a month: a day before that, clients may be told. */
static bool
leap_due(ntptime_t now)
{
	int64_t		 sec;
	uint32_t	 nsec;

	ntptime_to_unix(now, time(NULL), &sec, &nsec);
	return civil_date(civil_day(sec) + 1).day == 1;
}

static void
reply_leap(const struct packet *h, ntptime_t now, struct check_row *row)
{
	if (h->leap == LEAP_ALARM)
		check_row(row, "leap", CHECK_BAD, "says it is not "
		    "synchronised: the pool takes it, clients do not");
	else if (h->leap != LEAP_NONE && !leap_due(now))
		check_row(row, "leap", CHECK_BAD, "announces a leap second, "
		    "and none is due today");
	else if (h->leap != LEAP_NONE)
		check_row(row, "leap", CHECK_NOTE,
		    "announces a leap second for the end of this day");
	else
		check_row(row, "leap", CHECK_OK, "none announced");
}

static void
reply_reference(const struct packet *h, ntptime_t now, struct check_row *row)
{
	double	 age = ntptime_diff(now, h->reftime);

	if (ntptime_zero(h->reftime))
		check_row(row, "reference time", CHECK_NOTE, "not given");
	else if (age > REFTIME_MAX)
		check_row(row, "reference time", CHECK_BAD,
		    "it last heard of the time %.0f hours ago", age / 3600);
	else
		check_row(row, "reference time", CHECK_OK, "%.0f s ago", age);
}

static void
reply_source(const struct packet *h, struct check_row *row)
{
	if (h->refid == LOCL || (h->refid & LOCAL_MASK) == LOCAL_NET)
		check_row(row, "reference", CHECK_BAD, "its own clock: "
		    "the pool forbids servers without a source");
	else if ((h->refid & SMEAR_MASK) == SMEAR_NET)
		check_row(row, "reference", CHECK_BAD, "smears leap seconds: "
		    "not for a public server");
	else
		check_row(row, "reference", CHECK_OK, "a source of time");
}

size_t
check_reply(const struct packet *h, size_t len, double distance,
    ntptime_t now, struct check_row *row)
{
	size_t	 n = 0;

	reply_leap(h, now, &row[n++]);
	if (!(distance <= DISTANCE_MAX))
		check_row(&row[n++], "root distance", CHECK_BAD, "%.3f s: "
		    "clients refuse more than %.0f s", distance, DISTANCE_MAX);
	else
		check_row(&row[n++], "root distance", CHECK_OK, "%.3f s",
		    distance);
	reply_reference(h, now, &row[n++]);
	reply_source(h, &row[n++]);
	if (len != NTP_HEADER_LEN)
		check_row(&row[n++], "length", CHECK_BAD,
		    "%zu octets for 48", len);
	else
		check_row(&row[n++], "length", CHECK_OK, "48 octets for 48");
	return n;
}
