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
 * The scenarios: those the project is measured against, and others that
 * keep us from tuning to them.
 */

#include "sim.h"

#define X4(...)	{ { __VA_ARGS__ }, { __VA_ARGS__ }, { __VA_ARGS__ },	\
    { __VA_ARGS__ } }
#define WAN	.base = 20e-3, .jitter = 1e-3
#define BUSY	.busy = 25e-3, .busy_base = 5e-3
#define DAILY	.busy_for = 14400, .busy_every = 86400

const struct sim_scenario sim_scenarios[] = {
	{
		.name = "lan", .what = "one server near by",
		.server = { { .base = 100e-6, .jitter = 20e-6 } },
		.wander = 1e-9, .freq = 37e-6, .offset = 0.05,
		.length = 40000, .settle = 10000
	}, {
		.name = "wan", .what = "four servers far away",
		.server = X4(WAN),
		.wander = 1e-9, .freq = 50e-6, .offset = 0.1,
		.length = 100000, .settle = 20000
	}, {
		.name = "wander", .what = "a poor oscillator",
		.server = { { .base = 1e-3, .jitter = 100e-6 } },
		.wander = 1e-8, .freq = 100e-6, .offset = 0.2,
		.length = 40000, .settle = 10000
	}, {
		.name = "false", .what = "two of seven lie",
		.server = {
			{ .base = 20e-3, .jitter = 500e-6 },
			{ .base = 20e-3, .jitter = 500e-6 },
			{ .base = 20e-3, .jitter = 500e-6 },
			{ .base = 20e-3, .jitter = 500e-6 },
			{ .base = 20e-3, .jitter = 500e-6 },
			{ .base = 20e-3, .jitter = 500e-6, .lie = 50e-3 },
			{ .base = 20e-3, .jitter = 500e-6, .lie = 120e-3 }
		},
		.wander = 1e-9, .freq = 20e-6, .offset = 0.1,
		.length = 60000, .settle = 10000
	}, {
		.name = "loss", .what = "40 % of packets lost each way",
		.server = X4(WAN, .loss = 0.4),
		.wander = 1e-9, .freq = 50e-6, .offset = 0.1,
		.length = 100000, .settle = 20000
	}, {
		.name = "beyond", .what = "600 ppm slow, more than is stored",
		.server = X4(WAN),
		.wander = 1e-9, .freq = -600e-6, .offset = 0.05,
		.length = 40000, .settle = 10000
	}, {
		.name = "outage", .what = "six hours without a network",
		.server = X4(.base = 10e-3, .jitter = 300e-6),
		.wander = 1e-10, .freq = 20e-6, .offset = 0.1,
		.outage = 30000, .outage_end = 51600,
		.length = 80000, .settle = 10000
	}, {
		.name = "start1000", .what = "a clock 1000 s ahead",
		.server = X4(WAN),
		.wander = 1e-9, .freq = 80e-6, .offset = 1000,
		.length = 40000, .settle = 10000
	}, {
		.name = "calm", .what = "a very good oscillator",
		.server = X4(WAN),
		.wander = 1e-11, .freq = 5e-6, .offset = -0.01,
		.length = 100000, .settle = 20000
	}, {
		.name = "heat", .what = "frequency swings 1 ppm in an hour",
		.server = X4(WAN),
		.wander = 1e-10, .freq = 30e-6, .offset = 0.1,
		.heat = 1e-6, .heat_period = 3600,
		.length = 60000, .settle = 10000
	}, {
		.name = "heatlan", .what = "as heat, one server near by",
		.server = { { .base = 100e-6, .jitter = 20e-6 } },
		.wander = 1e-10, .freq = 30e-6, .offset = 0.1,
		.heat = 1e-6, .heat_period = 3600,
		.length = 60000, .settle = 10000
	}, {
		.name = "jump", .what = "frequency jumps by 10 ppm",
		.server = X4(WAN),
		.wander = 1e-10, .freq = 30e-6, .offset = 0.1,
		.jump = 10e-6, .jump_at = 30000,
		.length = 60000, .settle = 10000
	}, {
		.name = "set", .what = "another hand sets the clock by 0.2 s",
		.server = X4(WAN),
		.wander = 1e-9, .freq = 30e-6, .offset = 0.1,
		.set = 0.2, .set_at = 30000,
		.length = 40000, .settle = 30200
	}, {
		.name = "srvstep", .what = "one server of four steps by 50 ms",
		.server = {
			{ WAN }, { WAN }, { WAN },
			{ WAN, .lie = 50e-3, .lie_at = 30000 }
		},
		.wander = 1e-9, .freq = 30e-6, .offset = 0.1,
		.length = 50000, .settle = 10000
	}, {
		.name = "srvstep5", .what = "one server of four steps by 5 ms",
		.server = {
			{ WAN }, { WAN }, { WAN },
			{ WAN, .lie = 5e-3, .lie_at = 30000 }
		},
		.wander = 1e-9, .freq = 30e-6, .offset = 0.1,
		.length = 50000, .settle = 10000
	}, {
		.name = "half", .what = "two of four begin to lie",
		.server = {
			{ WAN }, { WAN },
			{ WAN, .lie = 0.1, .lie_at = 20000 },
			{ WAN, .lie = 0.1, .lie_at = 20000 }
		},
		.wander = 1e-9, .freq = 30e-6, .offset = 0.1,
		.length = 40000, .settle = 10000
	}, {
		.name = "bursts", .what = "one-way congestion",
		.server = X4(WAN, .busy = 20e-3, .busy_for = 300,
		    .busy_every = 1800),
		.wander = 1e-9, .freq = 30e-6, .offset = 0.1,
		.length = 60000, .settle = 10000
	}, {
		.name = "busy", .what = "our uplink is full for 4 h a day",
		.server = X4(WAN, BUSY, DAILY),
		.wander = 1e-9, .freq = 50e-6, .offset = 0.1,
		.length = 259200, .settle = 20000
	}, {
		.name = "busyin", .what = "as busy, of the downlink",
		.server = X4(WAN, BUSY, DAILY, .busy_way = SIM_IN),
		.wander = 1e-9, .freq = 50e-6, .offset = 0.1,
		.length = 259200, .settle = 20000
	}, {
		.name = "busyhalf", .what = "as busy, for 10 h a day",
		.server = X4(WAN, BUSY, .busy_for = 36000,
		    .busy_every = 86400),
		.wander = 1e-9, .freq = 50e-6, .offset = 0.1,
		.length = 259200, .settle = 20000
	}, {
		.name = "busyturn", .what = "uplink and downlink by turns",
		.server = X4(WAN, BUSY, .busy_every = 28800,
		    .busy_for = 7200, .busy_way = SIM_TURNS),
		.wander = 1e-9, .freq = 50e-6, .offset = 0.1,
		.length = 259200, .settle = 20000
	}, {
		.name = "busytwo", .what = "as busy, on two of four paths",
		.server = {
			{ WAN, BUSY, DAILY }, { WAN, BUSY, DAILY },
			{ WAN }, { WAN }
		},
		.wander = 1e-9, .freq = 50e-6, .offset = 0.1,
		.length = 259200, .settle = 20000
	}, {
		.name = "busyone", .what = "as busy, one server",
		.server = { { WAN, BUSY, DAILY } },
		.wander = 1e-9, .freq = 50e-6, .offset = 0.1,
		.length = 259200, .settle = 20000
	}, {
		.name = "rough", .what = "100 ms of jitter",
		.server = X4(.base = 50e-3, .jitter = 100e-3),
		.wander = 1e-9, .freq = 30e-6, .offset = 0.1,
		.length = 60000, .settle = 20000
	}, {
		.name = "normal", .what = "Gaussian delays",
		.server = X4(.base = 20e-3, .jitter = 1e-3,
		    .kind = SIM_NORMAL),
		.wander = 1e-9, .freq = 30e-6, .offset = 0.1,
		.length = 60000, .settle = 10000
	}, {
		.name = "asym", .what = "asymmetric paths, mean error 0",
		.server = {
			{ WAN, .asym = 2e-3 }, { WAN, .asym = -2e-3 },
			{ WAN, .asym = 4e-3 }, { WAN, .asym = -4e-3 }
		},
		.wander = 1e-9, .freq = 30e-6, .offset = 0.1,
		.length = 60000, .settle = 10000
	}, {
		.name = "reroute", .what = "one path of four gets longer",
		.server = {
			{ WAN }, { WAN }, { WAN },
			{ WAN, .reroute = 5e-3, .reroute_at = 30000 }
		},
		.wander = 1e-9, .freq = 30e-6, .offset = 0.1,
		.length = 60000, .settle = 10000
	}, {
		.name = "longer", .what = "the only path gets longer",
		.server = { { WAN, .reroute = 10e-3, .reroute_at = 30000 } },
		.wander = 1e-9, .freq = 30e-6, .offset = 0.1,
		.length = 160000, .settle = 120000
	}, {
		.name = "wobbly", .what = "servers that swing themselves",
		.server = {
			{ WAN, .wobble = 300e-6, .wobble_period = 1900 },
			{ WAN, .wobble = 200e-6, .wobble_period = 3100 },
			{ WAN, .wobble = 400e-6, .wobble_period = 4300 },
			{ WAN, .wobble = 300e-6, .wobble_period = 7900 }
		},
		.wander = 1e-9, .freq = 30e-6, .offset = 0.1,
		.length = 60000, .settle = 10000
	}, {
		.name = "mixed", .what = "one near, three far, one dead",
		.server = {
			{ .base = 200e-6, .jitter = 50e-6 },
			{ WAN }, { WAN }, { WAN }, { WAN, .dead = true }
		},
		.wander = 1e-9, .freq = 30e-6, .offset = 0.1,
		.length = 40000, .settle = 10000
	}, {
		.name = "drifty", .what = "wander of 1e-7, one server",
		.server = { { .base = 1e-3, .jitter = 100e-6 } },
		.wander = 1e-7, .freq = -200e-6, .offset = -3,
		.length = 40000, .settle = 10000
	}, {
		.name = "one", .what = "one server far away",
		.server = { { WAN } },
		.wander = 1e-9, .freq = 50e-6, .offset = 0.1,
		.length = 100000, .settle = 20000
	}
};
const unsigned int sim_nscenarios =
    sizeof(sim_scenarios) / sizeof(sim_scenarios[0]);
