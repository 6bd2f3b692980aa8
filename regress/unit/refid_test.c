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
 * refid.c by a table: RFC 5905 7.3.
 */

#include "refid.h"
#include "test.h"

static const struct {
	const char	*text;
	uint32_t	 refid;
} row[] = {
	{ "192.0.2.1", 0xc0000201 },
	{ "255.255.255.255", 0xffffffff },
	{ "127.127.1.1", 0x7f7f0101 },
	/* the first octets of the MD5 of the 16 octets, by md5sum */
	{ "::", 0x4ae71336 },
	{ "::1", 0xcf404dc8 },
	{ "2001:db8::1", 0x39ab9b37 },
};

int
main(void)
{
	struct addr	 a;
	size_t		 i;

	for (i = 0; i < nitems(row); i++) {
		CHECK_INT(row[i].text, addr_parse(&a, row[i].text, 123), 0);
		CHECK_INT(row[i].text, refid_addr(&a), row[i].refid);
	}
	return test_done("refid");
}
