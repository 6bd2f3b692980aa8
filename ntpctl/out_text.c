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
 * ntpctl: any view as text, from the same field tables as the JSON.
 */

#include <sys/types.h>

#include <string.h>

#include "ntpctl.h"

#define LABEL_WIDTH	17	/* of a list of lines */

static const uint8_t *
row_at(const struct part *part, const struct rows *rows, size_t i)
{
	return rows->row + i * part->type->size;
}

static bool
hidden(const struct part *part, const uint8_t *row)
{
	return part->layout->hidden != NULL && part->layout->hidden(row);
}

/* How many rows there are to show. */
static size_t
shown(const struct part *part, const struct rows *rows)
{
	size_t	 i, n = 0;

	for (i = 0; i < rows->n; i++)
		n += !hidden(part, row_at(part, rows, i));
	return n;
}

static const char *
cell(const struct part *part, const struct column *c, const uint8_t *row,
    char buf[VALUE_LEN])
{
	const struct field	*f = field_find(part->type, c->field);

	return value_str(f, c->style, row, buf);
}

static void
spaces(FILE *out, size_t n)
{
	while (n-- > 0)
		putc(' ', out);
}

/*
 * How wide a column is: as the layout says, or as what is in it.  A width
 * of 0 at the end of the line stays: nothing comes after it.
 */
static size_t
width(const struct part *part, const struct column *c,
    const struct rows *rows)
{
	char	 buf[VALUE_LEN];
	size_t	 i, len, max = c->width;

	if (!part->layout->fit)
		return max;
	if (max < strlen(c->head))
		max = strlen(c->head);
	for (i = 0; i < rows->n; i++) {
		if (hidden(part, row_at(part, rows, i)))
			continue;
		len = strlen(cell(part, c, row_at(part, rows, i), buf));
		if (len > max)
			max = len;
	}
	return max;
}

static void
put(FILE *out, const struct column *c, size_t w, const char *s)
{
	size_t	 len = strlen(s), pad = len < w ? w - len : 0;

	spaces(out, c->gap);
	if (!c->left)
		spaces(out, pad);
	fputs(s, out);
	if (c->left)
		spaces(out, pad);
}

/* A left column at the end of the line needs no blanks after it. */
static bool
last(const struct layout *l, const struct column *c)
{
	return c->left && c == l->columns + l->ncolumns - 1 &&
	    l->note == NULL;
}

static void
heads(FILE *out, const struct part *part, const struct rows *rows)
{
	const struct layout	*l = part->layout;
	const struct column	*c;
	size_t			 w;

	if (l->top != NULL)
		fprintf(out, "%s\n", l->top);
	for (c = l->columns; c < l->columns + l->ncolumns; c++) {
		w = last(l, c) ? 0 : width(part, c, rows);
		put(out, c, w, c->head);
	}
	if (l->note_head != NULL)
		fputs(l->note_head, out);
	putc('\n', out);
}

static void
row_columns(FILE *out, const struct part *part, const struct rows *rows,
    const uint8_t *row)
{
	const struct layout	*l = part->layout;
	const struct column	*c;
	char			 buf[VALUE_LEN];
	size_t			 w, covered = 0;

	for (c = l->columns; c < l->columns + l->ncolumns; c++) {
		w = width(part, c, rows);
		if (c->span && l->spanned(row)) {
			if (covered == 0)
				fputs(l->span, out);
			covered += c->gap + w;
			continue;
		}
		if (covered > strlen(l->span != NULL ? l->span : ""))
			spaces(out, covered - strlen(l->span));
		covered = 0;
		if (last(l, c))
			w = 0;
		put(out, c, w, cell(part, c, row, buf));
	}
	if (l->note != NULL)
		l->note(out, row);
	putc('\n', out);
}

static void
lines(FILE *out, const struct part *part, const uint8_t *row)
{
	const struct layout	*l = part->layout;
	const struct column	*c;
	char			 buf[VALUE_LEN];

	l->title(out, row);
	for (c = l->columns; c < l->columns + l->ncolumns; c++)
		fprintf(out, "%-*s %s\n", LABEL_WIDTH, c->head,
		    cell(part, c, row, buf));
}

void
text_table(FILE *out, const struct part *part, const struct rows *rows)
{
	const uint8_t	*row;
	size_t		 i;

	heads(out, part, rows);
	for (i = 0; i < rows->n; i++) {
		row = row_at(part, rows, i);
		if (hidden(part, row))
			continue;
		if (part->layout->title != NULL)
			part->layout->title(out, row);
		row_columns(out, part, rows, row);
	}
}

int
text_view(FILE *out, const struct view *view, const struct rows *rows)
{
	const struct part	*part;
	size_t			 i;
	bool			 empty = true;

	for (i = 0; i < VIEW_PARTS && (part = view->part[i]) != NULL; i++) {
		if (shown(part, &rows[i]) == 0)
			continue;
		if (!empty)
			putc('\n', out);
		empty = false;
		if (part->layout->lines)
			lines(out, part, rows[i].row);
		else
			text_table(out, part, &rows[i]);
	}
	/* OpenNTPD says "no peers" only when asked for peers */
	if (empty)
		fprintf(out, "%s\n", view->part[0]->layout->empty);
	return fflush(out) == EOF || ferror(out) ? -1 : 0;
}
