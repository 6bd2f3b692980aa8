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
 * ntpctl top: what is on the screen, as text.  The sources are the view of
 * that name; no name is looked up.
 */

#include <sys/types.h>

#include <err.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "top.h"

#define BAR	48	/* characters at most, for the fastest */

enum {
	TOP_STATUS,
	TOP_PEERS,
	TOP_SENSORS,
	TOP_SERVER,
	TOP_RATES
};

const struct view	 top_view = {
	"top", false, {
		[TOP_STATUS]	= &status_part,
		[TOP_PEERS]	= &source_part,
		[TOP_SENSORS]	= &sensor_source_part,
		[TOP_SERVER]	= &server_parts[PART_SERVER],
		[TOP_RATES]	= &server_parts[PART_RATES],
	}
};

static const struct {
	const char	*name;
	const char	*field;		/* of peer_part */
} sorts[TOP_SORT__MAX] = {
	[TOP_SORT_CONFIG] = { "as configured", NULL },
	[TOP_SORT_OFFSET] = { "offset", "offset" },
	[TOP_SORT_DELAY] = { "delay", "delay" },
	[TOP_SORT_JITTER] = { "jitter", "jitter" },
	[TOP_SORT_AGE] = { "last reply", "last" },
};

const char *
top_sort_name(enum top_sort sort)
{
	return sorts[sort].name;
}

static FILE *
text_open(char **text, size_t *len)
{
	FILE	*out;

	if ((out = open_memstream(text, len)) == NULL)
		err(1, NULL);
	return out;
}

static void
text_close(FILE *out)
{
	if (fclose(out) == EOF)
		err(1, NULL);
}

/* A field of the status with something before it. */
static void
say(FILE *out, const struct rows *rows, const char *what, const char *field,
    enum style style)
{
	const struct field	*f = field_find(status_part.type, field);
	char			 buf[VALUE_LEN];

	fprintf(out, "%s%s", what, value_str(f, style, rows->row, buf));
}

char *
top_head(const struct rows *rows)
{
	const struct rows	*st = &rows[TOP_STATUS];
	size_t			 len;
	char			*text;
	FILE			*out = text_open(&text, &len);

	status_part.layout->title(out, st->row);
	say(out, st, "offset ", "clock_offset", S_SLOWFAST);
	say(out, st, "   maximum error ", "maxerror", S_PLAIN);
	say(out, st, "   frequency ", "freq", S_SLOWFAST);
	say(out, st, "\nreference ", "reference", S_DASH);
	say(out, st, "   root delay ", "rootdelay", S_PLAIN);
	say(out, st, "   dispersion ", "rootdisp", S_PLAIN);
	say(out, st, "   leap ", "leap", S_PLAIN);
	say(out, st, "\n", "now", S_PLAIN);
	say(out, st, "   up ", "uptime", S_SPAN);
	say(out, st, "   ntpd ", "version", S_PLAIN);
	putc('\n', out);
	text_close(out);
	return text;
}

/* In so many characters, '#' for packets that are answered, '.' for others. */
static void
bar(FILE *out, const struct rate_row *r, double most, int width)
{
	int	 all, answered, i;

	if (width > BAR)
		width = BAR;
	if (!(r->r.packets > 0) || !isfinite(most))
		return;
	all = (int)ceil(r->r.packets / most * width);
	answered = (int)lround(r->r.replies / most * width);
	for (i = 0; i < all; i++)
		putc(i < answered ? '#' : '.', out);
}

char *
top_traffic(const struct rows *rows, int width)
{
	const struct ctl_server	*server = (const void *)rows[TOP_SERVER].row;
	const struct rate_row	*r = (const void *)rows[TOP_RATES].row;
	double			 most = 0;
	size_t			 i, n, len;
	char			*text, *table, *line, *next;
	FILE			*out;

	out = text_open(&table, &len);
	if (server->listeners > 0)
		text_table(out, top_view.part[TOP_RATES], &rows[TOP_RATES]);
	text_close(out);
	for (i = 0; i < rows[TOP_RATES].n; i++)
		most = fmax(most, r[i].r.packets);
	out = text_open(&text, &len);
	/* a line of heads, and one for each row */
	for (line = table, n = 0; *line != '\0'; line = next, n++) {
		len = strcspn(line, "\n");
		next = line + len + (line[len] == '\n');
		fprintf(out, "%.*s  ", (int)len, line);
		if (n > 0 && n <= rows[TOP_RATES].n)
			bar(out, &r[n - 1], most, width - (int)len - 2);
		putc('\n', out);
	}
	text_close(out);
	free(table);
	return text;
}

static double
key(const struct field *f, const uint8_t *row)
{
	struct value	 v;

	value_get(f, row, &v);
	return v.kind == V_DOUBLE ? fabs(v.d) : -1;
}

/* Few rows, and in order already but for the first time. */
static void
sort_rows(struct rows *rows, const struct rowtype *type, const char *name)
{
	const struct field	*f = field_find(type, name);
	size_t			 size = type->size, i, j;
	uint8_t			*row = rows->row, *held;

	if (rows->n < 2)
		return;
	if ((held = malloc(size)) == NULL)
		err(1, NULL);
	for (i = 1; i < rows->n; i++) {
		for (j = i; j > 0 && key(f, row + (j - 1) * size) <
		    key(f, row + i * size); j--)
			;
		memcpy(held, row + i * size, size);
		memmove(row + (j + 1) * size, row + j * size,
		    (i - j) * size);
		memcpy(row + j * size, held, size);
	}
	free(held);
}

char *
top_sources(struct rows *rows, enum top_sort sort)
{
	const struct view	 sources = {
		"sources", false, {
			top_view.part[TOP_PEERS], top_view.part[TOP_SENSORS]
		}
	};
	size_t			 len;
	char			*text;
	FILE			*out;

	if (sorts[sort].field != NULL)
		sort_rows(&rows[TOP_PEERS], top_view.part[TOP_PEERS]->type,
		    sorts[sort].field);
	out = text_open(&text, &len);
	if (text_view(out, &sources, &rows[TOP_PEERS]) == -1)
		err(1, NULL);
	text_close(out);
	return text;
}
