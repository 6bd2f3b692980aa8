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
 * ntpctl's view of constraints.
 */

#include <sys/types.h>

#include <math.h>

#include "ntpctl.h"

static const char *const states[] = {
	[CTL_CONSTRAINT_RESOLVING] = "resolving",
	[CTL_CONSTRAINT_STARTING]  = "starting",
	[CTL_CONSTRAINT_VALID]	   = "valid",
	[CTL_CONSTRAINT_FAILING]   = "failing",
	[CTL_CONSTRAINT_INVALID]   = "invalid",
};

static const struct field fields[] = {
	TEXT_FIELD(constraint_row, "name", c.name),
	TEXT_FIELD(constraint_row, "path", c.path),
	FIELD(constraint_row, "address", c.addr, F_ADDR),
	FIELD(constraint_row, "port", c.addr.port, F_U16),
	ENUM_FIELD(constraint_row, "state", c.state, states),
	TEXT_FIELD(constraint_row, "reason", c.reason),
	FIELD(constraint_row, "all", c.all, F_BOOL),
	FIELD(constraint_row, "checked", c.checked, F_BOOL),
	FIELD(constraint_row, "offset", c.offset, F_SECONDS),
	FIELD(constraint_row, "rtt", c.rtt, F_SECONDS),
	FIELD(constraint_row, "last", c.last, F_AGE),
	FIELD(constraint_row, "next", c.next, F_SECONDS),
	FIELD(constraint_row, "answers", c.answers, F_U64),
	FIELD(constraint_row, "errors", c.errors, F_U64),
};

static const struct rowtype type = {
	.msg = IMSG_CTL_ROW_CONSTRAINT,
	.len = sizeof(struct ctl_constraint),
	.size = sizeof(struct constraint_row),
	.fields = fields,
	.nfields = nitems(fields),
};

static const struct column columns[] = {
	{ "address",	"address", S_PLAIN,  0, 0, .left = true },
	{ "state",	"state",   S_PLAIN,  1, 0, .left = true },
	{ "offset",	"offset",  S_SIGNED, 1, 7 },
	{ "rtt",	"delay",   S_PLAIN,  1, 6 },
	{ "last",	"last",	   S_PLAIN,  1, 4 },
	{ "next",	"next",	   S_SPAN,   1, 4 },
};

/* Whose certificate it is, and what is wrong. */
static void
note(FILE *out, const void *row)
{
	const struct constraint_row	*r = row;
	char				 buf[VALUE_LEN];

	fprintf(out, "  %s",
	    value_text(r->c.name, sizeof(r->c.name), buf));
	if (value_text(r->c.reason, sizeof(r->c.reason), buf)[0] != '\0')
		fprintf(out, "  (%s)", buf);
}

static const struct layout layout = {
	.empty = "no constraints configured",
	.columns = columns,
	.ncolumns = nitems(columns),
	.fit = true,
	.note_head = "  name  (why it fails)",
	.note = note,
};

const struct part constraint_part = {
	"constraints", CTL_VIEW_CONSTRAINTS, &type, &layout, false
};

void
constraint_status(FILE *out, const struct ctl_status *s)
{
	if (s->constraints == 0)
		return;
	if (!isfinite(s->constraint_offset)) {
		fputs("constraints configured but none available, ", out);
		return;
	}
	fprintf(out, "constraint offset %llds",
	    llround(s->constraint_offset));
	if (s->constraint_errors > 0)
		fprintf(out, " (%u errors)", s->constraint_errors);
	fputs(", ", out);
}
