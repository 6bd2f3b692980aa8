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
 * ntpctl's view of the daemon's processes.
 */

#include <sys/types.h>

#include "ntpctl.h"

static const struct field process_fields[] = {
	TEXT_FIELD(process_row, "process", p.name),
	FIELD(process_row, "pid", p.pid, F_U32),
	FIELD(process_row, "cpu", p.cpu, F_SECONDS),
};

static const struct rowtype process_type = {
	.msg = IMSG_CTL_ROW_PROCESS,
	.len = sizeof(struct msg_process),
	.size = sizeof(struct process_row),
	.fields = process_fields,
	.nfields = nitems(process_fields),
};

static const struct column process_columns[] = {
	{ "process",	"process", S_PLAIN, 0, 8, .left = true },
	{ "pid",	"pid",	   S_PLAIN, 1, 7 },
	{ "cpu",	"cpu time", S_PLAIN, 1, 8 },
};

static const struct layout process_layout = {
	.empty = "no processes",
	.columns = process_columns,
	.ncolumns = nitems(process_columns),
	.fit = true,
};

const struct part process_part = {
	"processes", CTL_VIEW_PROCESSES, &process_type, &process_layout,
	false, NULL
};
