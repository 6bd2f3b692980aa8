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
 * ntpctl: any view as JSON, from the same field tables as the text.
 *
 * A view of one single row is an object with its fields; others are an
 * object with a member per part.  Numbers are in SI units, what is not
 * known is null.
 */

#include "json.h"
#include "ntpctl.h"

static void
members(struct json *j, const struct rowtype *type, const uint8_t *row)
{
	const struct field	*f;
	struct value		 v;

	for (f = type->fields; f < type->fields + type->nfields; f++) {
		value_get(f, row, &v);
		switch (v.kind) {
		case V_NULL:
			json_null(j, f->name);
			break;
		case V_BOOL:
			json_bool(j, f->name, v.u != 0);
			break;
		case V_UINT:
			json_uint(j, f->name, v.u);
			break;
		case V_INT:
			json_int(j, f->name, v.i);
			break;
		case V_DOUBLE:
			json_double(j, f->name, v.d);
			break;
		case V_WORD:
			json_string(j, f->name, v.s);
			break;
		}
	}
}

static void
list(struct json *j, const struct part *part, const struct rows *rows)
{
	size_t	 i;

	json_array(j, part->name);
	for (i = 0; i < rows->n; i++) {
		json_object(j, NULL);
		members(j, part->type, rows->row + i * part->type->size);
		json_close(j);
	}
	json_close(j);
}

int
json_view(FILE *out, const struct view *view, const struct rows *rows)
{
	const struct part	*part;
	struct json		 j;
	size_t			 i;

	json_init(&j, out);
	json_object(&j, NULL);
	for (i = 0; i < VIEW_PARTS && (part = view->part[i]) != NULL; i++) {
		if (!part->single)
			list(&j, part, &rows[i]);
		else if (view->part[1] == NULL)
			members(&j, part->type, rows[i].row);
		else {
			json_object(&j, part->name);
			members(&j, part->type, rows[i].row);
			json_close(&j);
		}
	}
	json_close(&j);
	return json_done(&j);
}
