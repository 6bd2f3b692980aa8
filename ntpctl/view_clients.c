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
 * ntpctl's view of the clients: who asks most, and what becomes of it.
 */

#include <sys/types.h>

#include "ntpctl.h"

static const struct field client_fields[] = {
	NET_FIELD(client_row, "address", c.addr, c.len),
	TEXT_FIELD(client_row, "hostname", host),
	FIELD(client_row, "requests", c.requests, F_U32),
	FIELD(client_row, "dropped", c.dropped, F_U32),
	FIELD(client_row, "rate", c.rate, F_RATE),
	FIELD(client_row, "last", c.last, F_AGE),
	FIELD(client_row, "limited", c.limited, F_BOOL),
	FIELD(client_row, "interleaved", c.interleaved, F_BOOL),
};

static const struct rowtype client_type = {
	.msg = IMSG_CTL_ROW_CLIENT,
	.len = sizeof(struct ctl_client),
	.size = sizeof(struct client_row),
	.addr = offsetof(struct client_row, c.addr),
	.host = offsetof(struct client_row, host),
	.fields = client_fields,
	.nfields = nitems(client_fields),
};

static const struct column client_columns[] = {
	{ "address",	"client",   S_PLAIN, 0, 15, .left = true },
	{ "requests",	"requests", S_PLAIN, 1, 8 },
	{ "dropped",	"dropped",  S_PLAIN, 1, 7 },
	{ "rate",	"per s",    S_PLAIN, 1, 6 },
	{ "last",	"last",	    S_PLAIN, 1, 4 },
};

/* What is special about it, and its name. */
static void
client_note(FILE *out, const void *row)
{
	const struct client_row	*r = row;
	const char		*gap = "  ";

	if (r->c.limited) {
		fprintf(out, "%slimited", gap);
		gap = ", ";
	}
	if (r->c.interleaved)
		fprintf(out, "%sinterleaved", gap);
	if (r->host[0] != '\0')
		fprintf(out, "  (%s)", r->host);
}

static const struct layout client_layout = {
	.empty = "no clients",
	.columns = client_columns,
	.ncolumns = nitems(client_columns),
	.fit = true,
	.note_head = "  state  (name)",
	.note = client_note,
};

const struct part client_part = {
	"clients", CTL_VIEW_CLIENTS, &client_type, &client_layout, false, NULL
};
