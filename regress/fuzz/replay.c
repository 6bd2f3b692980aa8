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
 * Instead of libFuzzer: runs a target over files, and over so many variants
 * of each, the same in every run: octets changed, inserted, removed,
 * repeated, the end cut off.  Fails when the files do not reach all places
 * of the target.
 *
 *	TARGET.t [-n VARIANTS] FILE ...
 */

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"

#define INPUT_MAX	65536

static uint64_t	 state = 1;

static uint64_t
rnd(uint64_t below)
{
	uint64_t	 z = state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return (z ^ z >> 31) % below;
}

/* Each with memory of its own, so that one octet too far is seen. */
static void
run(const uint8_t *data, size_t len)
{
	uint8_t	*copy;

	if ((copy = malloc(len > 0 ? len : 1)) == NULL)
		err(1, "malloc");
	if (len > 0)
		memcpy(copy, data, len);
	(void)LLVMFuzzerTestOneInput(copy, len);
	free(copy);
}

static size_t
mutate(uint8_t *b, size_t len)
{
	static const uint8_t	 odd[] = { 0, 1, 0x7f, 0x80, 0xff };
	size_t			 at, n;

	if (len == 0)
		return 0;
	at = rnd(len);
	switch (rnd(7)) {
	case 0:
		b[at] ^= (uint8_t)(1 << rnd(8));
		break;
	case 1:
		b[at] = (uint8_t)rnd(256);
		break;
	case 2:
		b[at] = odd[rnd(sizeof(odd))];
		break;
	case 3:
		return at;
	case 4:			/* remove */
		n = 1 + rnd(len - at < 8 ? len - at : 8);
		memmove(b + at, b + at + n, len - at - n);
		return len - n;
	case 5:			/* insert */
		n = 1 + rnd(8);
		if (len + n > INPUT_MAX)
			break;
		memmove(b + at + n, b + at, len - at);
		while (n-- > 0) {
			b[at + n] = (uint8_t)rnd(256);
			len++;
		}
		break;
	case 6:			/* repeat */
		n = len - at < 64 ? len - at : 64;
		if (len + n > INPUT_MAX)
			break;
		memmove(b + at + n, b + at, len - at);
		len += n;
		break;
	}
	return len;
}

static void
check_places(void)
{
	unsigned int	 i;

	for (i = 0; i < fuzz_places; i++) {
		if ((fuzz_reached & 1U << i) == 0)
			errx(1, "no seed reaches place %u any more", i);
	}
}

int
main(int argc, char **argv)
{
	static uint8_t	 seed[INPUT_MAX], b[INPUT_MAX];
	unsigned int	 reached = 0;
	unsigned long	 i, j, variants = 500, runs = 0;
	size_t		 len, n;
	FILE		*f;
	int		 c;

	while ((c = getopt(argc, argv, "n:")) != -1) {
		if (c != 'n')
			errx(2, "usage: %s [-n variants] file ...", argv[0]);
		variants = strtoul(optarg, NULL, 10);
	}
	run(b, 0);
	for (; optind < argc; optind++) {
		if ((f = fopen(argv[optind], "rb")) == NULL)
			err(1, "%s", argv[optind]);
		len = fread(seed, 1, sizeof(seed), f);
		fclose(f);
		fuzz_reached = reached;
		run(seed, len);
		reached = fuzz_reached;
		for (i = 0; i < variants; i++, runs++) {
			memcpy(b, seed, len);
			n = len;
			for (j = 1 + rnd(4); j > 0; j--)
				n = mutate(b, n);
			run(b, n);
		}
	}
	printf("%s: %lu variants\n", argv[0], runs);
	fuzz_reached = reached;
	check_places();
	return 0;
}
