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
 * json.c: documents by tables.
 */

#include <float.h>
#include <stdlib.h>

#include "json.h"
#include "test.h"

static const struct {
	const char	*what;
	const char	*text;
	const char	*want;
} string[] = {
	{ "empty", "", "\"\"" },
	{ "plain", "ntp.example.org", "\"ntp.example.org\"" },
	{ "quote, backslash", "a\"b\\c/", "\"a\\\"b\\\\c/\"" },
	{ "controls", "\t\n\x01\x1f\x7f",
	    "\"\\u0009\\u000a\\u0001\\u001f\\u007f\"" },
	{ "utf-8", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x95\x92",
	    "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x95\x92\"" },
	{ "stray continuation", "a\x80z", "\"a\\ufffdz\"" },
	{ "cut short", "a\xe2\x82", "\"a\\ufffd\\ufffd\"" },
	{ "latin-1", "\xe4 ", "\"\\ufffd \"" },
	{ "overlong", "\xc0\xaf", "\"\\ufffd\\ufffd\"" },
	{ "overlong 3", "\xe0\x9f\xbf", "\"\\ufffd\\ufffd\\ufffd\"" },
	{ "overlong 4", "\xf0\x8f\xbf\xbf",
	    "\"\\ufffd\\ufffd\\ufffd\\ufffd\"" },
	{ "surrogate", "\xed\xa0\x80", "\"\\ufffd\\ufffd\\ufffd\"" },
	{ "beyond", "\xf4\x90\x80\x80",
	    "\"\\ufffd\\ufffd\\ufffd\\ufffd\"" },
};

static const struct {
	const char	*what;
	double		 value;
	const char	*want;		/* NULL: any that reads back */
} number[] = {
	{ "zero", 0.0, "0" },
	{ "minus zero", -0.0, "-0" },
	{ "tenth", 0.1, "0.1" },
	{ "small", -1.5e-9, "-1.5e-09" },
	{ "third", 1.0 / 3, NULL },
	{ "needs 17", 0.1 + 0.2, "0.30000000000000004" },
	{ "largest", DBL_MAX, NULL },
	{ "smallest", DBL_MIN, NULL },
	{ "denormal", 4.9406564584124654e-324, NULL },
	{ "2^53 + 2", 9007199254740994.0, NULL },
	{ "NaN", NAN, "null" },
	{ "infinity", INFINITY, "null" },
	{ "minus infinity", -INFINITY, "null" },
};

static char	*text;
static size_t	 textlen;

static void
start(struct json *j)
{
	FILE	*out;

	free(text);
	if ((out = open_memstream(&text, &textlen)) == NULL)
		exit(1);
	json_init(j, out);
}

static int
finish(struct json *j)
{
	int	 error;

	error = json_done(j);
	fclose(j->out);
	return error;
}

static void
test_scalars(void)
{
	struct json	 j;
	char		 want[128];
	size_t		 i;

	for (i = 0; i < nitems(string); i++) {
		start(&j);
		json_string(&j, NULL, string[i].text);
		CHECK_INT(string[i].what, finish(&j), 0);
		snprintf(want, sizeof(want), "%s\n", string[i].want);
		CHECK_STR(string[i].what, text, want);
	}
	for (i = 0; i < nitems(number); i++) {
		start(&j);
		json_double(&j, NULL, number[i].value);
		CHECK_INT(number[i].what, finish(&j), 0);
		if (number[i].want != NULL) {
			snprintf(want, sizeof(want), "%s\n", number[i].want);
			CHECK_STR(number[i].what, text, want);
		} else
			CHECK_INT(number[i].what, strtod(text, NULL) ==
			    number[i].value, 1);
	}
}

static void
test_document(void)
{
	struct json	 j;

	start(&j);
	json_object(&j, NULL);
	json_array(&j, "none");
	json_close(&j);
	json_int(&j, "min", INT64_MIN);
	json_uint(&j, "max", UINT64_MAX);
	json_array(&j, "list");
	json_bool(&j, NULL, true);
	json_bool(&j, NULL, false);
	json_object(&j, NULL);
	json_null(&j, "\"");
	json_close(&j);
	json_close(&j);
	json_object(&j, "empty");
	json_close(&j);
	json_close(&j);
	CHECK_INT("document", finish(&j), 0);
	CHECK_STR("document", text,
	    "{\n"
	    "\t\"none\": [],\n"
	    "\t\"min\": -9223372036854775808,\n"
	    "\t\"max\": 18446744073709551615,\n"
	    "\t\"list\": [\n"
	    "\t\ttrue,\n"
	    "\t\tfalse,\n"
	    "\t\t{\n"
	    "\t\t\t\"\\\"\": null\n"
	    "\t\t}\n"
	    "\t],\n"
	    "\t\"empty\": {}\n"
	    "}\n");
}

static void
test_misuse(void)
{
	struct json	 j;
	int		 i;

	start(&j);
	json_object(&j, NULL);
	CHECK_INT("open", finish(&j), -1);

	start(&j);
	json_close(&j);
	CHECK_INT("closed too often", finish(&j), -1);

	start(&j);
	for (i = 0; i < JSON_DEPTH + 1; i++)
		json_array(&j, NULL);
	for (i = 0; i < JSON_DEPTH; i++)
		json_close(&j);
	CHECK_INT("too deep", finish(&j), -1);

	/* a full disk is not success */
	if ((j.out = fopen("/dev/full", "w")) != NULL) {
		json_init(&j, j.out);
		json_int(&j, NULL, 1);
		CHECK_INT("full", finish(&j), -1);
	}
}

int
main(void)
{
	test_scalars();
	test_document();
	test_misuse();
	free(text);
	return test_done("json");
}
