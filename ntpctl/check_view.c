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
 * How ntpctl check looks: its tables of fields and columns.
 */

#include <sys/types.h>

#include <err.h>
#include <string.h>

#include "check.h"
#include "ntpctl.h"

static const char *const verdict_names[CHECK__MAX] = {
	[CHECK_OK] = "ok",
	[CHECK_NOTE] = "note",
	[CHECK_BAD] = "bad",
};

#define SAMPLE(n, t)	FIELD(sample_row, #n, n, t)
static const struct field sample_fields[] = {
	SAMPLE(port, F_U16),
	SAMPLE(rtt, F_SECONDS),
	SAMPLE(offset, F_SECONDS),
	ENUM_FIELD(sample_row, "leap", leap, leap_names),
	SAMPLE(li, F_CHAR),
	SAMPLE(version, F_U8),
	SAMPLE(stratum, F_U8),
	SAMPLE(precision, F_SECONDS),
	REFID_FIELD(sample_row, "refid", refid, stratum),
	SAMPLE(rootdelay, F_SECONDS),
	SAMPLE(rootdisp, F_SECONDS),
	SAMPLE(distance, F_SECONDS),
	SAMPLE(age, F_AGE),
	TEXT_FIELD(sample_row, "error", error),
};

#define VERDICT(n, t)	FIELD(verdict_row, #n, n, t)
static const struct field verdict_fields[] = {
	FIELD(verdict_row, "address", addr, F_ADDR),
	FIELD(verdict_row, "port", addr.port, F_U16),
	VERDICT(step, F_NUMBER),
	TEXT_FIELD(verdict_row, "rule", rule),
	VERDICT(level, F_NUMBER),
	VERDICT(checks, F_NUMBER),
	VERDICT(time, F_AGE),
	VERDICT(in, F_BOOL),
};

static const struct field test_fields[] = {
	TEXT_FIELD(check_row, "test", test),
	ENUM_FIELD(check_row, "verdict", verdict, verdict_names),
	TEXT_FIELD(check_row, "text", text),
};

#define ROWTYPE(s, f) \
	{ .size = sizeof(struct s), .fields = (f), .nfields = nitems(f) }
static const struct rowtype sample_type = ROWTYPE(sample_row, sample_fields);
static const struct rowtype verdict_type =
    ROWTYPE(verdict_row, verdict_fields);
static const struct rowtype test_type = ROWTYPE(check_row, test_fields);

static const struct column sample_columns[] = {
	{ "port",	"port",	     S_PLAIN,  0, 5 },
	{ "rtt",	"rtt",	     S_PLAIN,  1, 6 },
	{ "offset",	"offset",    S_SIGNED, 1, 8 },
	{ "li",		"li",	     S_PLAIN,  1, 2 },
	{ "version",	"vn",	     S_DASH,   1, 2 },
	{ "stratum",	"st",	     S_DASH,   1, 2 },
	{ "precision",	"prec",	     S_PLAIN,  1, 5 },
	{ "rootdelay",	"rootdelay", S_PLAIN,  1, 6 },
	{ "rootdisp",	"disp",	     S_PLAIN,  1, 6 },
	{ "distance",	"distance",  S_PLAIN,  1, 6 },
	{ "age",	"ref",	     S_PLAIN,  1, 4 },
	{ "refid",	"refid",     S_PLAIN,  1, 0, .left = true },
};

static const struct column test_columns[] = {
	{ "verdict",	"",	S_PLAIN, 1, 4, .left = true },
	{ "test",	"test",	S_PLAIN, 1, 0, .left = true },
};

static void	 verdict_title(FILE *, const void *);
static void	 sample_note(FILE *, const void *);
static void	 test_note(FILE *, const void *);

static const struct layout sample_layout = {
	.columns = sample_columns,
	.ncolumns = nitems(sample_columns),
	.fit = true,
	.note = sample_note,
};

static const struct layout verdict_layout = {
	.lines = true,
	.title = verdict_title,
};

static const struct layout test_layout = {
	.columns = test_columns,
	.ncolumns = nitems(test_columns),
	.fit = true,
	.note_head = "  result",
	.note = test_note,
};

static const struct part verdict_part = {
	.name = "verdict", .type = &verdict_type, .layout = &verdict_layout,
	.single = true
};
static const struct part sample_part = {
	.name = "samples", .type = &sample_type, .layout = &sample_layout
};
static const struct part test_part = {
	.name = "tests", .type = &test_type, .layout = &test_layout
};

/* Text does not wait for what takes its time. */
static const struct view parts[] = {
	[CHECK_FIRST] = { .part = { &verdict_part, &sample_part } },
	[CHECK_SECOND] = { .part = { &test_part } },
	[CHECK_WHOLE] = { .part = { &verdict_part, &sample_part,
	    &test_part } },
};

static void
verdict_title(FILE *out, const void *row)
{
	const struct verdict_row	*r = row;
	char				 a[ADDR_STRLEN];

	fprintf(out, "%s: step %+.2f (%s), score goes to %.1f: ",
	    addr_str(&r->addr, a), r->step, r->rule, r->level);
	if (r->in)
		fprintf(out, "in the pool after %.0f checks, %.1f h, from 0\n",
		    r->checks, r->time / 3600);
	else
		fputs("out of the pool\n", out);
}

static void
sample_note(FILE *out, const void *row)
{
	const struct sample_row	*r = row;

	if (r->error[0] != '\0')
		fprintf(out, "  %s", r->error);
}

static void
test_note(FILE *out, const void *row)
{
	const struct check_row	*r = row;

	fprintf(out, "  %s", r->text);
}

void
check_print(enum check_part what, struct check_report *r, bool json)
{
	struct rows		 rows[VIEW_PARTS];
	const struct view	*view = &parts[what];
	const struct part	*part;
	size_t			 i;

	memset(rows, 0, sizeof(rows));
	for (i = 0; i < VIEW_PARTS && (part = view->part[i]) != NULL; i++) {
		if (part == &verdict_part)
			rows[i] = (struct rows){ (uint8_t *)&r->verdict, 1 };
		else if (part == &sample_part)
			rows[i] = (struct rows){ (uint8_t *)r->sample,
			    POOL_SAMPLES };
		else
			rows[i] = (struct rows){ (uint8_t *)r->test,
			    r->ntests };
	}
	if ((json ? json_view(stdout, view, rows) :
	    text_view(stdout, view, rows)) == -1)
		err(1, "stdout");
}
