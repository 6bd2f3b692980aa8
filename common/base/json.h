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
 * A JSON writer: one document, valid by construction (RFC 8259).
 *
 *	json_init(&j, stdout);
 *	json_object(&j, NULL);
 *	json_int(&j, "stratum", 2);
 *	json_array(&j, "peers");
 *	...
 *	json_close(&j);
 *	json_close(&j);
 *	if (json_done(&j) == -1)
 *
 * name is the member's name within an object, NULL within an array and for
 * the document itself.
 */

#ifndef JSON_H
#define JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define JSON_DEPTH	8
#define JSON_NUMBER	32	/* a double as text, with its NUL */

struct json {
	FILE		*out;
	unsigned int	 depth;
	struct {
		char	 end;		/* '}' or ']' */
		bool	 filled;	/* has a member: a comma is due */
	} level[JSON_DEPTH];
	bool		 misused;	/* too deep, or closed too often */
};

void	 json_init(struct json *, FILE *);

void	 json_object(struct json *, const char *);
void	 json_array(struct json *, const char *);
void	 json_close(struct json *);

/* Octets that are not UTF-8 become U+FFFD. */
void	 json_string(struct json *, const char *, const char *);
void	 json_int(struct json *, const char *, int64_t);
void	 json_uint(struct json *, const char *, uint64_t);
void	 json_bool(struct json *, const char *, bool);
void	 json_null(struct json *, const char *);

/* The shortest text that reads back as the same double; NaN, inf: null. */
void	 json_double(struct json *, const char *, double);

/* That text, of a finite number alone.  Returns buf. */
const char *json_number(double, char [JSON_NUMBER]);

/* End the line; 0 when the document is whole and was written. */
int	 json_done(struct json *)
	    __attribute__((__warn_unused_result__));

#endif /* JSON_H */
