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
 * ratelimit: an honest client is never refused, whatever others do; one
 * that asks too often is, also in a flood of addresses that mean nothing.
 */

#include "test.h"

#include <stdlib.h>

#include "be.h"
#include "ratelimit.h"

#define SEC(s)	((mono_t){ (int64_t)((s) * 1e9) })
#define START	1e6	/* s; some uptime */

static const struct ratelimit_opts defaults = {
	.interval = RATELIMIT_INTERVAL,
	.burst = RATELIMIT_BURST,
	.leak = 0,
	.clients = 4096,
	.prefix4 = RATELIMIT_PREFIX4,
	.prefix6 = RATELIMIT_PREFIX6
};

static void	 test_siphash(void);
static void	 test_patterns(void);
static void	 test_networks(void);
static void	 test_leak(void);
static void	 test_kiss(void);
static void	 test_deny(void);
static void	 test_flood(unsigned int, double);
static void	 test_wrap(void);
static void	 test_reconf(void);
static void	 test_top(void);
static void	*begin(struct ratelimit *, const struct ratelimit_opts *);
static enum ratelimit_verdict ask(struct ratelimit *, double, uint32_t);

int
main(void)
{
	CHECK_INT("one line of cache", sizeof(struct ratelimit_client), 64);
	CHECK_INT("one line and its clients", sizeof(struct ratelimit_set),
	    64 + RATELIMIT_WAYS * 64);
	test_siphash();
	test_patterns();
	test_networks();
	test_leak();
	test_kiss();
	test_deny();
	test_flood(1, 20);
	test_flood(2, 20);
	test_flood(1, 2);
	test_wrap();
	test_reconf();
	test_top();
	return test_done("ratelimit");
}

static void *
begin(struct ratelimit *rl, const struct ratelimit_opts *opts)
{
	uint8_t	 random[24];
	void	*memory;
	size_t	 i, size = ratelimit_size(opts->clients);

	for (i = 0; i < sizeof(random); i += 8)
		be_put64(random + i, test_rnd());
	if ((memory = aligned_alloc(64, size)) == NULL)
		exit(1);
	memset(memory, 0, size);
	ratelimit_init(rl, opts, memory, random);
	return memory;
}

static enum ratelimit_verdict
check(struct ratelimit *rl, double when, uint8_t family, const uint8_t *ip,
    bool limit)
{
	struct ratelimit_client	*c;
	struct ratelimit_key	 key;

	ratelimit_key(rl, family, ip, &key);
	ratelimit_fetch(rl, SEC(when), &key);
	return ratelimit_check(rl, SEC(when), &key, limit, &c);
}

static enum ratelimit_verdict
ask(struct ratelimit *rl, double when, uint32_t client)
{
	uint8_t	 ip[16] = { 0 };

	be_put32(ip, client);
	return check(rl, when, 4, ip, true);
}

static bool
deny(struct ratelimit *rl, double when, const uint8_t *ip)
{
	struct ratelimit_key	 key;

	ratelimit_key(rl, 4, ip, &key);
	return ratelimit_deny(rl, SEC(when), &key);
}

/* The vectors are OpenSSL's, of the octets 0, 1, 2... */
static void
test_siphash(void)
{
	const struct siphash_key key = {
		0x0706050403020100, 0x0f0e0d0c0b0a0908
	};
	const uint64_t	 word[2] = {
		0x0706050403020100, 0x0f0e0d0c0b0a0908
	};
	uint8_t		 out[8];

	be_put64(out, siphash_words(&key, word, 1));
	CHECK_MEM("8 octets", out, "\x36\x90\x95\x11\x8d\x29\x9a\x8e", 8);
	be_put64(out, siphash_words(&key, word, 2));
	CHECK_MEM("16 octets", out, "\xcc\x4f\xdd\x1a\x7d\x90\x8b\x66", 8);
}

/* Bursts of n requests, gap apart, and a pause between them. */
static const struct {
	const char	*what;
	unsigned int	 bursts, n;
	double		 gap, pause;
	double		 interval;
	uint32_t	 burst;
	unsigned int	 least, most;	/* that pass */
} patterns[] = {
	{ "the pool's monitor", 100, 3, 2, 540, 4, 16, 300, 300 },
	{ "a start of a client", 1, 8, 2, 0, 4, 16, 8, 8 },
	{ "the same with the least burst", 1, 8, 2, 0, 4, 8, 8, 8 },
	{ "the same with a long interval", 1, 8, 2, 0, 3600, 8, 8, 8 },
	{ "a start each minute", 60, 8, 2, 46, 4, 16, 480, 480 },
	{ "a start with a poll each 64 s", 20, 8, 2, 64, 4, 16, 160, 160 },
	{ "one at 64 s", 1000, 1, 0, 64, 4, 16, 1000, 1000 },
	{ "one at 16 s", 1000, 1, 0, 16, 4, 16, 1000, 1000 },
	{ "one at the interval", 10000, 1, 0, 4, 4, 16, 10000, 10000 },
	{ "three at once, RIPE Atlas", 100, 3, 0.01, 240, 4, 16, 300, 300 },
	{ "a whole burst at once", 1, 16, 0, 0, 4, 16, 16, 16 },
	{ "and one more", 1, 17, 0, 0, 4, 16, 16, 16 },
	{ "a burst comes back", 10, 16, 0, 64, 4, 16, 160, 160 },
	{ "but not sooner", 10, 16, 0, 32, 4, 16, 80, 96 },
	{ "each second for an hour", 3600, 1, 0, 1, 4, 16, 914, 918 },
	{ "1000 in a second", 1, 1000, 0.001, 0, 4, 16, 16, 17 },
	{ "the shortest interval", 1, 1000, 0.01, 0, 0.0625, 16, 173, 177 },
};

static void
test_patterns(void)
{
	struct ratelimit_opts	 opts = defaults;
	struct ratelimit	 rl;
	void			*memory;
	unsigned int		 i, j, k, pass;
	double			 now;

	for (i = 0; i < nitems(patterns); i++) {
		opts.interval = patterns[i].interval;
		opts.burst = patterns[i].burst;
		memory = begin(&rl, &opts);
		pass = 0;
		now = START;
		for (j = 0; j < patterns[i].bursts; j++) {
			for (k = 0; k < patterns[i].n; k++) {
				pass += ask(&rl, now, 1) == RATELIMIT_PASS;
				now += patterns[i].gap;
			}
			now += patterns[i].pause;
		}
		CHECK_INT(patterns[i].what, pass >= patterns[i].least, 1);
		CHECK_INT(patterns[i].what, pass <= patterns[i].most, 1);
		free(memory);
	}
}

/* Whether an address shares the bucket of another one, which is empty. */
static void
test_networks(void)
{
	static const struct {
		const char	*what;
		uint8_t		 family, prefix4, prefix6;
		uint8_t		 octet, bit;	/* what is different */
		bool		 shared;
	} tests[] = {
		{ "v4: the same", 4, 32, 64, 0, 0, true },
		{ "v4: the last bit", 4, 32, 64, 3, 1, false },
		{ "v4: /24", 4, 24, 64, 3, 0x80, true },
		{ "v4: /24, its last bit", 4, 24, 64, 2, 1, false },
		{ "v4: /25", 4, 25, 64, 3, 0x40, true },
		{ "v4: /25, its last bit", 4, 25, 64, 3, 0x80, false },
		{ "v6: one of a network", 6, 32, 64, 15, 1, true },
		{ "v6: the next network", 6, 32, 64, 7, 1, false },
		{ "v6: /56", 6, 32, 56, 7, 0xff, true },
		{ "v6: /128", 6, 32, 128, 15, 1, false },
	};
	struct ratelimit_opts	 opts = defaults;
	struct ratelimit	 rl;
	uint8_t			 ip[16] = { 0x20, 0x01, 0xd, 0xb8 };
	void			*memory;
	unsigned int		 i, j;

	for (i = 0; i < nitems(tests); i++) {
		opts.prefix4 = tests[i].prefix4;
		opts.prefix6 = tests[i].prefix6;
		memory = begin(&rl, &opts);
		for (j = 0; j < opts.burst; j++)
			CHECK_INT(tests[i].what, check(&rl, START,
			    tests[i].family, ip, true), RATELIMIT_PASS);
		ip[tests[i].octet] ^= tests[i].bit;
		CHECK_INT(tests[i].what, check(&rl, START, tests[i].family,
		    ip, true) == RATELIMIT_DROP, tests[i].shared);
		CHECK_INT(tests[i].what, ratelimit_used(&rl),
		    tests[i].shared ? 1 : 2);
		ip[tests[i].octet] ^= tests[i].bit;
		free(memory);
	}
}

/* Many clients with one address get their share of time. */
static void
test_leak(void)
{
	struct ratelimit_opts	 opts = defaults;
	struct ratelimit	 rl;
	enum ratelimit_verdict	 v;
	void			*memory;
	unsigned int		 i, leaked = 0, dropped = 0, without = 0;
	unsigned int		 worst = 0;

	opts.leak = 4;
	memory = begin(&rl, &opts);
	for (i = 0; i < 100000; i++) {
		v = ask(&rl, START + i * 0.01, 1);
		leaked += v == RATELIMIT_LEAKED;
		dropped += v == RATELIMIT_DROP;
		without = v == RATELIMIT_DROP ? without + 1 : 0;
		worst = without > worst ? without : worst;
	}
	CHECK_NEAR("one in four", leaked / (double)(leaked + dropped), 0.25,
	    0.01);
	CHECK_INT("not in a pattern", worst > 8 && worst < 100, 1);
	free(memory);
	opts.leak = 1;
	memory = begin(&rl, &opts);
	for (i = 0, dropped = 0; i < 1000; i++)
		dropped += ask(&rl, START, 1) == RATELIMIT_DROP;
	CHECK_INT("a leak of one in one", dropped, 0);
	free(memory);
}

/* How many kisses in an hour for requests of that gap. */
static void
test_kiss(void)
{
	static const struct {
		const char	*what;
		uint8_t		 kod;
		unsigned int	 n;		/* together, */
		double		 gap, pause;	/* then this, s */
		unsigned int	 least, most;
	} tests[] = {
		{ "not without kod", 0, 1, 0, 2, 0, 0 },
		{ "steady and too fast", 1, 1, 0, 2, 50, 56 },
		{ "steady, each second", 1, 1, 0, 1, 50, 56 },
		{ "good", 1, 1, 0, 4, 0, 0 },
		{ "one burst", 1, 1000, 0.1, 4000, 0, 0 },
		{ "a burst each two minutes", 1, 100, 0.1, 110, 0, 0 },
		{ "a start each two minutes", 1, 8, 2, 104, 0, 0 },
		{ "a flood", 1, 1000000, 0.004, 0, 0, 0 },
	};
	struct ratelimit_opts	 opts = defaults;
	struct ratelimit	 rl;
	void			*memory;
	unsigned int		 i, j, kisses;
	double			 now;

	for (i = 0; i < nitems(tests); i++) {
		opts.kod = tests[i].kod;
		memory = begin(&rl, &opts);
		kisses = 0;
		for (now = START; now < START + 3600; now += tests[i].pause)
			for (j = 0; j < tests[i].n && now < START + 3600;
			    j++, now += tests[i].gap)
				kisses += ask(&rl, now, 1) == RATELIMIT_KISS;
		CHECK_INT(tests[i].what, kisses >= tests[i].least, 1);
		CHECK_INT(tests[i].what, kisses <= tests[i].most, 1);
		free(memory);
	}

	/* ten thousand that poll each second: 16 kisses a second for all */
	opts.kod = 1;
	opts.clients = 65536;
	memory = begin(&rl, &opts);
	for (i = 0, kisses = 0; i < 200; i++)
		for (j = 0; j < 10000; j++)
			kisses += ask(&rl, START + i + j * 1e-4, j) ==
			    RATELIMIT_KISS;
	CHECK_INT("to many clients", kisses > 400, 1);
	CHECK_INT("few in all", kisses < 64 + 120 * 16, 1);
	free(memory);
}

static void
test_deny(void)
{
	struct ratelimit	 rl;
	uint8_t			 ip[16] = { 192, 0, 2, 1 };
	void			*memory;
	unsigned int		 i, said = 0;

	memory = begin(&rl, &defaults);
	for (i = 0; i < 1000; i++)
		said += deny(&rl, START + i * 0.01, ip);
	CHECK_INT("no more often than others may ask", said, 18);
	for (i = 0, said = 0; i < 10000; i++) {
		be_put32(ip, i);
		said += deny(&rl, START + 100, ip);
	}
	CHECK_INT("nor to all together", said, 64);
	free(memory);
}

/*
 * A minute of a thousand spoofed addresses a second for 4096 places, each
 * used times times.  One abuser, and good clients who begin with a burst.
 */
static void
test_flood(unsigned int times, double abuse)
{
	struct ratelimit	 rl;
	void			*memory;
	unsigned int		 i, j, good = 0, asked = 0, spoofed = 0;
	unsigned int		 refused = 0, sent = 0, late = 0;
	uint32_t		 spoof = 0;
	double			 now, next = START;

	memory = begin(&rl, &defaults);
	for (i = 0; i < 60000; i++) {
		now = START + i * 0.001;
		if (i % times == 0)
			spoof = (uint32_t)test_rnd() | 0x80000000;
		spoofed += ask(&rl, now, spoof) == RATELIMIT_PASS;
		if (now >= next) {
			next += 1 / abuse;
			sent++;
			refused += ask(&rl, now, 1) == RATELIMIT_DROP;
			late += now > START + 40 &&
			    ask(&rl, now, 1) == RATELIMIT_PASS;
		}
		for (j = 0; j < 10; j++) {
			if (i % 2000 != j * 199 || i >= 16000)
				continue;
			asked++;
			good += ask(&rl, now, 100 + j) == RATELIMIT_PASS;
		}
	}
	CHECK_INT("the good are answered", good, asked);
	CHECK_INT("and those who only seem to ask", spoofed, 60000);
	CHECK_INT("the abuser is refused", refused > sent * 2 / 5, 1);
	CHECK_INT("for good", late <= 20 / RATELIMIT_INTERVAL + 16, 1);
	CHECK_INT("within its memory", ratelimit_used(&rl) <= 4096, 1);
	free(memory);
}

/* 194 days are 2^32 ticks. */
static void
test_wrap(void)
{
	struct ratelimit	 rl;
	void			*memory;
	const double		 wrap = 4294967296.0 / 256;
	unsigned int		 i, pass = 0;

	memory = begin(&rl, &defaults);
	for (i = 0; i < 100; i++)
		pass += ask(&rl, wrap - 50 + i, 1) == RATELIMIT_PASS;
	CHECK_INT("refused across the end of the ticks", pass, 40);
	for (i = 0; i < 17; i++)
		ask(&rl, 2 * wrap + 300, 1);
	CHECK_INT("empty", ask(&rl, 2 * wrap + 300, 1), RATELIMIT_DROP);
	CHECK_INT("100 days later", ask(&rl, 2 * wrap + 300 + 8640000, 1),
	    RATELIMIT_PASS);
	CHECK_INT("150 days after that", ask(&rl, 2 * wrap + 300 + 21600000,
	    1), RATELIMIT_PASS);
	free(memory);
}

/* The clients stay; no bucket is deeper than it can be now. */
static void
test_reconf(void)
{
	struct ratelimit_opts	 opts = defaults;
	struct ratelimit	 rl;
	void			*memory;
	unsigned int		 i;

	memory = begin(&rl, &opts);
	for (i = 0; i < 17; i++)
		(void)ask(&rl, START, 1);
	CHECK_INT("empty", ask(&rl, START, 1), RATELIMIT_DROP);
	opts.burst = 32;
	ratelimit_reconf(&rl, &opts);
	CHECK_INT("a larger burst", ask(&rl, START, 1), RATELIMIT_PASS);
	opts.interval = 0.0625;
	opts.burst = 8;
	ratelimit_reconf(&rl, &opts);
	CHECK_INT("another limit", ask(&rl, START, 1), RATELIMIT_PASS);
	CHECK_INT("still known", ratelimit_used(&rl), 1);
	free(memory);
}

static void
test_top(void)
{
	struct ratelimit_view	 top[4];
	struct ratelimit	 rl;
	uint8_t			 ip[16] = { 0x20, 0x01, 0xd, 0xb8, 0, 0, 0,
				    1, 9 };
	void			*memory;
	unsigned int		 i, j;

	memory = begin(&rl, &defaults);
	CHECK_INT("nobody", ratelimit_top(&rl, SEC(START), top, 4), 0);
	for (i = 0; i < 64; i++) {
		for (j = 0; j < 20; j++)
			(void)ask(&rl, START + i + j * 0.01, 1);
		(void)ask(&rl, START + i, 2);
		if (i % 2 == 0)
			(void)check(&rl, START + i, 6, ip, false);
	}
	for (i = 0; i < 10; i++)
		(void)ask(&rl, START + 63, 3 + i);
	CHECK_INT("the first four", ratelimit_top(&rl, SEC(START + 64), top,
	    4), 4);
	CHECK_INT("the first", top[0].ip[3], 1);
	CHECK_NEAR("its rate", top[0].rate, 20, 0.5);
	CHECK_INT("its requests", top[0].requests, 64 * 20);
	CHECK_INT("its drops", top[0].dropped > 64 * 19, 1);
	CHECK_INT("it is limited", top[0].limited, 1);
	CHECK_INT("the second", top[1].ip[3], 2);
	CHECK_NEAR("its rate", top[1].rate, 1, 0.03);
	CHECK_INT("the third", top[2].family, 6);
	CHECK_INT("its network", top[2].len, 64);
	CHECK_INT("its network", top[2].ip[8], 0);
	CHECK_NEAR("its rate", top[2].rate, 0.5, 0.03);
	CHECK_NEAR("when it asked", top[2].idle, 2, 0.01);
	CHECK_INT("it is not limited", top[2].limited, 0);
	(void)ratelimit_top(&rl, SEC(START + 200), top, 1);
	CHECK_NEAR("nobody asks any more", top[0].rate, 0, 0);
	CHECK_INT("the most ever", top[0].requests, 64 * 20);
	free(memory);
}
