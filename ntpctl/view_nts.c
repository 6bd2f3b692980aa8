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
 * ntpctl's view of NTS.
 */

#include <sys/types.h>

#include <stdio.h>
#include <string.h>

#include "ntpctl.h"

static const char *const state_names[] = {
	[CTL_NTS_NONE]	 = "none",
	[CTL_NTS_ASKING] = "asking",
	[CTL_NTS_KEYS]	 = "keys",
	[CTL_NTS_DOUBT]	 = "doubt",
};

#define NTS(n_, t)	FIELD(nts_row, #n_, n.n_, t)
static const struct field nts_fields[] = {
	FIELD(nts_row, "address", n.addr, F_ADDR),
	FIELD(nts_row, "port", n.addr.port, F_U16),
	TEXT_FIELD(nts_row, "name", n.name),
	TEXT_FIELD(nts_row, "hostname", host),
	TEXT_FIELD(nts_row, "target", n.target),
	FIELD(nts_row, "ke_address", n.ke, F_ADDR),
	FIELD(nts_row, "ke_port", n.ke.port, F_U16),
	ENUM_FIELD(nts_row, "state", n.state, state_names),
	TEXT_FIELD(nts_row, "reason", n.reason),
	NTS(pinned, F_BOOL),
	NTS(cookies, F_U8),
	NTS(cookielen, F_U16),
	NTS(age, F_AGE),
	NTS(next, F_SECONDS),
	NTS(established, F_U64),
	NTS(failed, F_U64),
	NTS(naks, F_U64),
	NTS(rejected, F_U64),
};

static const struct column nts_columns[] = {
	{ "address",	"address",  S_PLAIN, 0, 0, .left = true },
	{ "state",	"state",    S_PLAIN, 1, 0, .left = true },
	{ "cookies",	"cookies",  S_PLAIN, 1, 7 },
	{ "age",	"age",	    S_PLAIN, 1, 4 },
	{ "next",	"next",	    S_WHOLE, 1, 5 },
	{ "established", "ke",	    S_PLAIN, 1, 3 },
	{ "failed",	"fail",	    S_PLAIN, 1, 4 },
	{ "naks",	"nak",	    S_PLAIN, 1, 3 },
	{ "rejected",	"forged",   S_PLAIN, 1, 6 },
};

static const struct rowtype nts_type = {
	.msg = IMSG_CTL_ROW_NTS,
	.len = sizeof(struct ctl_nts),
	.size = sizeof(struct nts_row),
	.addr = offsetof(struct nts_row, n.addr),
	.host = offsetof(struct nts_row, host),
	.fields = nts_fields,
	.nfields = nitems(nts_fields),
};

/* The name it is configured by, and why there are no keys. */
static void
nts_note(FILE *out, const void *row)
{
	const struct nts_row	*r = row;
	char			 buf[VALUE_LEN];

	fprintf(out, "  %s", value_text(r->n.name, sizeof(r->n.name), buf));
	if (value_text(r->n.target, sizeof(r->n.target), buf)[0] != '\0')
		fprintf(out, ", %s", buf);
	if (value_text(r->n.reason, sizeof(r->n.reason), buf)[0] != '\0')
		fprintf(out, "  (%s)", buf);
}

static const struct layout nts_layout = {
	.empty = "no servers with nts configured",
	.columns = nts_columns,
	.ncolumns = nitems(nts_columns),
	.fit = true,
	.note_head = "  name  (why without keys)",
	.note = nts_note,
};

#define KE(n_, t)	FIELD(ke_row, #n_, k.n_, t)
static const struct field ke_fields[] = {
	KE(accepted, F_U64),
	KE(done, F_U64),
	KE(refused, F_U64),
	KE(failed, F_U64),
	KE(bad, F_U64),
	KE(late, F_U64),
	KE(cut, F_U64),
	KE(open, F_U32),
	KE(keys, F_U32),
	KE(key, F_U32),
	KE(age, F_SECONDS),
	KE(expires, F_SECONDS),
};

static const struct column ke_lines[] = {
	{ "accepted",	 "connections" },
	{ "done",	 "got cookies" },
	{ "bad",	 "bad requests" },
	{ "failed",	 "failed" },
	{ "late",	 "too slow" },
	{ "cut",	 "made room" },
	{ "refused",	 "refused" },
	{ "open",	 "open now" },
	{ "keys",	 "keys" },
	{ "age",	 "key in use for", S_SPAN },
	{ "expires",	 "certificate ends", S_UNTIL },
};

static const struct rowtype ke_type = {
	.msg = IMSG_CTL_ROW_KE,
	.len = sizeof(struct ctl_ke),
	.size = sizeof(struct ke_row),
	.fields = ke_fields,
	.nfields = nitems(ke_fields),
};

static void
ke_title(FILE *out, const void *row)
{
	fprintf(out, "our NTS server\n");
}

static const struct layout ke_layout = {
	.columns = ke_lines,
	.ncolumns = nitems(ke_lines),
	.lines = true,
	.title = ke_title,
};

const struct part ke_part = {
	"ke", CTL_VIEW_KE, &ke_type, &ke_layout, false
};

const struct part nts_part = {
	"servers", CTL_VIEW_NTS, &nts_type, &nts_layout, false
};
