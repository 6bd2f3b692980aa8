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
 * Reproducible randomness (splitmix64), and the distributions made of it.
 */

#include <math.h>

#include "world.h"

void
rng_init(struct rng *r, uint64_t seed, const char *name)
{
	/* FNV-1a of the name: a generator's stream depends on it alone. */
	uint64_t	 h = UINT64_C(0xcbf29ce484222325);

	for (; *name != '\0'; name++)
		h = (h ^ (uint8_t)*name) * UINT64_C(0x100000001b3);
	r->s = h ^ (seed * UINT64_C(0xd1342543de82ef95));
	r->has_spare = false;
	rng_next(r);
}

uint64_t
rng_next(struct rng *r)
{
	uint64_t	 z;

	z = r->s += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

double
rng_uniform(struct rng *r)
{
	return (rng_next(r) >> 11) * 0x1p-53;
}

/* Marsaglia's polar method. */
double
rng_normal(struct rng *r)
{
	double	 u, v, q;

	if (r->has_spare) {
		r->has_spare = false;
		return r->spare;
	}
	do {
		u = 2.0 * rng_uniform(r) - 1.0;
		v = 2.0 * rng_uniform(r) - 1.0;
		q = u * u + v * v;
	} while (q >= 1.0 || q == 0.0);
	q = sqrt(-2.0 * log(q) / q);
	r->spare = v * q;
	r->has_spare = true;
	return u * q;
}

double
rng_exp(struct rng *r)
{
	return -log(1.0 - rng_uniform(r));
}

/* Marsaglia and Tsang, 2000; shape k, scaled to mean 1. */
double
rng_gamma(struct rng *r, double k)
{
	double	 d, c, x, v, u, boost = 1.0, shape = k;

	if (k < 1.0) {
		boost = pow(1.0 - rng_uniform(r), 1.0 / k);
		k += 1.0;
	}
	d = k - 1.0 / 3.0;
	c = 1.0 / sqrt(9.0 * d);
	for (;;) {
		x = rng_normal(r);
		v = 1.0 + c * x;
		if (v <= 0.0)
			continue;
		v = v * v * v;
		u = 1.0 - rng_uniform(r);
		if (log(u) < 0.5 * x * x + d - d * v + d * log(v))
			return boost * d * v / shape;
	}
}
