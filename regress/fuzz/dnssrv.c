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
 * Replies of the DNS with SRV records: what is kept is a host's name each,
 * by priority, and an order is one of the same records.
 */

#include <string.h>

#include "dnssrv.h"
#include "fuzz.h"

FUZZ_PLACES(4);

static const uint8_t	*dice;
static size_t		 ndice;

static uint32_t
below(uint32_t n)
{
	return ndice == 0 ? n - 1 : dice[--ndice] % n;
}

static void
sound(const struct dnssrv *s)
{
	unsigned int	 i;

	HOLDS(s->n > 0 && s->n <= DNSSRV_MAX);
	for (i = 0; i < s->n; i++) {
		HOLDS(s->record[i].port != 0);
		HOLDS(s->record[i].name[0] != '\0');
		HOLDS(strlen(s->record[i].name) <= 253);
		HOLDS(strspn(s->record[i].name, "abcdefghijklmnopqrstuvwxyz"
		    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") ==
		    strlen(s->record[i].name));
		HOLDS(i == 0 ||
		    s->record[i - 1].priority <= s->record[i].priority);
		HOLDS(dnssrv_within(s->record[i].name, s->record[i].name));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct dnssrv	 s;
	uint32_t		 sum = 0;
	unsigned int		 i, n;

	switch (dnssrv_parse(&s, data, len)) {
	case DNSSRV_OK:
		REACHED(s.authentic ? 0 : 1);
		sound(&s);
		for (i = 0; i < s.n; i++)
			sum += s.record[i].weight;
		n = s.n;
		dice = data;
		ndice = len;
		dnssrv_order(&s, below);
		HOLDS(s.n == n);
		sound(&s);
		for (i = 0; i < s.n; i++)
			sum -= s.record[i].weight;
		HOLDS(sum == 0);
		break;
	case DNSSRV_NOSERVICE:
		REACHED(2);
		HOLDS(s.n == 0);
		break;
	case DNSSRV_NONE:
		REACHED(3);
		HOLDS(s.n == 0);
		break;
	case DNSSRV_MALFORMED:
	case DNSSRV__MAX:
		HOLDS(s.n == 0);
		break;
	}
	return 0;
}
