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
 * What ntpctl check asks besides the monitor's three requests: the things
 * the pool does not look at but clients suffer from.
 */

#ifndef CHECK_H
#define CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "packet.h"
#include "poolscore.h"
#include "probe.h"

enum check_verdict {
	CHECK_OK,
	CHECK_NOTE,		/* worth knowing */
	CHECK_BAD,
	CHECK__MAX
};

#define CHECK_TEXT	96

struct check_row {
	char		 test[24];
	uint8_t		 verdict;	/* enum check_verdict */
	char		 text[CHECK_TEXT];
};

struct sample_row {
	uint16_t	 port;		/* ours */
	double		 rtt;
	double		 offset;
	uint8_t		 leap;
	uint8_t		 li;		/* the same, a character */
	uint8_t		 version;
	uint8_t		 stratum;
	double		 precision;	/* s */
	uint32_t	 refid;
	double		 rootdelay;
	double		 rootdisp;
	double		 distance;	/* from here */
	double		 age;		/* of the reference time, s */
	char		 error[48];	/* as the pool would log it */
};

struct verdict_row {
	struct addr	 addr;
	double		 step;
	double		 level;		/* where the score goes */
	double		 checks;	/* to come in from 0; NaN: never */
	double		 time;		/* that takes, s; -1 */
	uint8_t		 in;		/* the pool */
	char		 rule[48];
};

/* Requests for one address, and rows they and a good reply give at most. */
#define CHECK_PROBES	13
#define CHECK_ROWS	24

/* Plan all requests to the address; the burst is the monitor's, went on. */
void	 check_plan(struct probe [CHECK_PROBES], const struct addr *);

/* Rows for what became of them.  How many. */
size_t	 check_judge(const struct probe [CHECK_PROBES],
	    struct check_row *);

/* Rows for what a reply says; its distance from here is given, s. */
size_t	 check_reply(const struct packet *, size_t, double, ntptime_t,
	    struct check_row *);

/* One row; printf's arguments. */
void	 check_row(struct check_row *, const char *, enum check_verdict,
	    const char *, ...) __attribute__((__format__(printf, 4, 5)));

/* All that is said of an address, and which part of it to print. */
struct check_report {
	struct verdict_row verdict;
	struct sample_row sample[POOL_SAMPLES];
	struct check_row test[CHECK_ROWS];
	size_t		 ntests;
};

enum check_part {
	CHECK_FIRST,		/* verdict and samples */
	CHECK_SECOND,		/* tests */
	CHECK_WHOLE
};

/* As text or as JSON; does not return if it cannot be written. */
void	 check_print(enum check_part, struct check_report *, bool);

#endif /* CHECK_H */
