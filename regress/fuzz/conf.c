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
 * ntpd.conf: whatever is in it is read or refused; what is read prints.
 */

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "conf.h"
#include "fuzz.h"
#include "log.h"

FUZZ_PLACES(1);

static void
line(void *arg, const char *text)
{
	HOLDS(text != NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static char		 path[] = "/tmp/ntpd-fuzz.XXXXXXXXXX";
	static FILE		*null;
	struct conf_report	 rep = { .line = line };
	struct conf		*conf;
	int			 fd;

	if (null == NULL) {
		log_init("fuzz", true, 0);
		HOLDS((null = fopen("/dev/null", "w")) != NULL);
	}
	memcpy(path + sizeof(path) - 11, "XXXXXXXXXX", 10);
	HOLDS((fd = mkstemp(path)) != -1);
	HOLDS(write(fd, data, len) == (ssize_t)len);
	close(fd);
	conf = conf_parse(path, &rep);
	unlink(path);
	HOLDS((conf == NULL) == (rep.errors > 0));
	if (conf != NULL) {
		REACHED(0);
		conf_check(conf, &rep, true);
		conf_print(conf, null);
		conf_free(conf);
	}
	return 0;
}
