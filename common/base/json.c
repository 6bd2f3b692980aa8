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
 * A JSON writer.  Any process; used by ntpctl.
 */

#include <sys/types.h>

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

void
json_init(struct json *j, FILE *out)
{
	memset(j, 0, sizeof(*j));
	j->out = out;
}

static void
newline(struct json *j)
{
	unsigned int	 i;

	putc('\n', j->out);
	for (i = 0; i < j->depth; i++)
		putc('\t', j->out);
}

/*
 * How many octets the UTF-8 sequence at s has, 0 if it is none (RFC 3629:
 * shortest form, no surrogates, up to U+10FFFF).
 */
static size_t
utf8(const uint8_t *s)
{
	uint8_t	 low = 0x80, high = 0xbf;
	size_t	 i, n;

	if (s[0] < 0x80)
		return 1;
	if (s[0] >= 0xc2 && s[0] <= 0xdf)
		n = 2;
	else if (s[0] >= 0xe0 && s[0] <= 0xef)
		n = 3;
	else if (s[0] >= 0xf0 && s[0] <= 0xf4)
		n = 4;
	else
		return 0;
	if (s[0] == 0xe0)
		low = 0xa0;
	else if (s[0] == 0xed)
		high = 0x9f;
	else if (s[0] == 0xf0)
		low = 0x90;
	else if (s[0] == 0xf4)
		high = 0x8f;
	if (s[1] < low || s[1] > high)
		return 0;
	for (i = 2; i < n; i++) {
		if (s[i] < 0x80 || s[i] > 0xbf)
			return 0;
	}
	return n;
}

static void
quoted(struct json *j, const char *text)
{
	const uint8_t	*s = (const uint8_t *)text;
	size_t		 n;

	putc('"', j->out);
	while (*s != '\0') {
		n = utf8(s);
		if (n == 0) {
			fputs("\\ufffd", j->out);
			s++;
			continue;
		}
		if (*s == '"' || *s == '\\')
			fprintf(j->out, "\\%c", *s);
		else if (*s < ' ' || *s == 0x7f)
			fprintf(j->out, "\\u%04x", *s);
		else
			fwrite(s, 1, n, j->out);
		s += n;
	}
	putc('"', j->out);
}

/* What comes before any value: comma, line, name. */
static void
member(struct json *j, const char *name)
{
	if (j->depth > 0) {
		if (j->level[j->depth - 1].filled)
			putc(',', j->out);
		j->level[j->depth - 1].filled = true;
		newline(j);
	}
	if (name != NULL) {
		quoted(j, name);
		fputs(": ", j->out);
	}
}

static void
begin(struct json *j, const char *name, char open, char end)
{
	if (j->depth == JSON_DEPTH) {
		j->misused = true;
		return;
	}
	member(j, name);
	putc(open, j->out);
	j->level[j->depth].end = end;
	j->level[j->depth].filled = false;
	j->depth++;
}

void
json_object(struct json *j, const char *name)
{
	begin(j, name, '{', '}');
}

void
json_array(struct json *j, const char *name)
{
	begin(j, name, '[', ']');
}

void
json_close(struct json *j)
{
	if (j->depth == 0) {
		j->misused = true;
		return;
	}
	j->depth--;
	if (j->level[j->depth].filled)
		newline(j);
	putc(j->level[j->depth].end, j->out);
}

void
json_string(struct json *j, const char *name, const char *value)
{
	member(j, name);
	quoted(j, value);
}

void
json_int(struct json *j, const char *name, int64_t value)
{
	member(j, name);
	fprintf(j->out, "%" PRId64, value);
}

void
json_uint(struct json *j, const char *name, uint64_t value)
{
	member(j, name);
	fprintf(j->out, "%" PRIu64, value);
}

void
json_bool(struct json *j, const char *name, bool value)
{
	member(j, name);
	fputs(value ? "true" : "false", j->out);
}

void
json_null(struct json *j, const char *name)
{
	member(j, name);
	fputs("null", j->out);
}

const char *
json_number(double value, char buf[JSON_NUMBER])
{
	int	 digits;

	/* 17 digits always suffice, fewer often do */
	for (digits = 15; digits <= 17; digits++) {
		snprintf(buf, JSON_NUMBER, "%.*g", digits, value);
		if (strtod(buf, NULL) == value)
			break;
	}
	return buf;
}

void
json_double(struct json *j, const char *name, double value)
{
	char	 buf[JSON_NUMBER];

	if (!isfinite(value)) {
		json_null(j, name);
		return;
	}
	member(j, name);
	fputs(json_number(value, buf), j->out);
}

int
json_done(struct json *j)
{
	putc('\n', j->out);
	if (fflush(j->out) == EOF || ferror(j->out))
		return -1;
	return j->misused || j->depth != 0 ? -1 : 0;
}
