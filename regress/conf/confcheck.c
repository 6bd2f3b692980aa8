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
 * ntpd -nv without the resolver: messages to stderr, the canonical form to
 * stdout.  For regress/conf/run.sh, whose answers may not depend on what
 * names resolve to.
 */

#include <stdio.h>

#include "conf.h"
#include "log.h"

static void
line(void *arg, const char *text)
{
	fprintf(arg, "%s\n", text);
}

int
main(int argc, char *argv[])
{
	struct conf_report rep = { .line = line, .arg = stderr };
	struct conf *conf;

	log_init("confcheck", true, 0);
	if (argc != 2) {
		fprintf(stderr, "usage: confcheck.t file\n");
		return 2;
	}
	if ((conf = conf_parse(argv[1], &rep)) == NULL)
		return 1;
	conf_check(conf, &rep, true);
	conf_print(conf, stdout);
	conf_free(conf);
	return 0;
}
