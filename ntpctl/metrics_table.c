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
 * ntpctl: the metrics.  A row here is a metric: its name stays for ever,
 * and ntpctl(8) says what it is.
 */

#include <sys/types.h>

#include "ntpctl.h"

#define GAUGE(n, u, f, h) \
	{ .name = "ntpd_" n, .type = M_GAUGE, .unit = (u), .field = (f), \
	    .help = (h) }
#define COUNTER(n, u, f, h) \
	{ .name = "ntpd_" n, .type = M_COUNTER, .unit = (u), .field = (f), \
	    .help = (h) }
#define STATE(n, f, h) \
	{ .name = "ntpd_" n, .type = M_STATE, .field = (f), .help = (h) }
#define INFO(n, h, ...) \
	{ .name = "ntpd_" n, .type = M_INFO, .help = (h),		\
	    .label = { __VA_ARGS__ } }
#define S	"seconds"
#define R	"ratio"
#define B	"bytes"

static const struct metric status_metrics[] = {
	INFO("build", "The daemon.", { "version", "version" }),
	GAUGE("uptime_seconds", S, "uptime", "Since the daemon's start."),
	GAUGE("time_seconds", S, "now",
	    "The daemon's idea of the time, since 1970."),
	STATE("log_level", "log", "How much it logs."),
	GAUGE("clock_synced", NULL, "synced",
	    "Whether the clock's error is known to be small."),
	STATE("clock_state", "clock", "What is known about the time."),
	GAUGE("clock_only_watching", NULL, "noclock",
	    "Whether the daemon does not touch the clock."),
	GAUGE("clock_stratum", NULL, "stratum", "Ours; 0: unsynchronised."),
	STATE("clock_leap", "leap", "The leap second at the end of the day."),
	GAUGE("clock_leap_time_seconds", S, "leap_at",
	    "The first second after it, since 1970."),
	GAUGE("clock_tai_offset_seconds", S, "tai", "TAI - UTC."),
	INFO("clock_reference", "What the clock follows.",
	    { "address", "reference" }, { "refid", "refid" }),
	GAUGE("clock_offset_seconds", S, "clock_offset",
	    "Still to be corrected; positive: the clock is slow."),
	GAUGE("clock_last_offset_seconds", S, "last_offset",
	    "Found by the last update."),
	GAUGE("clock_last_update_age_seconds", S, "last_update",
	    "Since the last update."),
	GAUGE("clock_frequency_ratio", R, "freq",
	    "Error of the oscillator; positive: it is slow."),
	GAUGE("clock_frequency_skew_ratio", R, "skew",
	    "Bound of the error of that."),
	GAUGE("clock_frequency_wander_ratio", R, "wander",
	    "Its likely change in an hour."),
	GAUGE("clock_frequency_kernel_ratio", R, "adj",
	    "What the kernel adds to the clock's speed."),
	GAUGE("clock_frequency_residual_ratio", R, "residual",
	    "What the kernel does not make up for yet."),
	GAUGE("clock_root_delay_seconds", S, "rootdelay",
	    "Round trip to the primary reference."),
	GAUGE("clock_root_dispersion_seconds", S, "rootdisp",
	    "Error piled up from there."),
	GAUGE("clock_maximum_error_seconds", S, "maxerror",
	    "Bound of the error of the time served."),
	GAUGE("clock_estimated_error_seconds", S, "esterror",
	    "Likely error, one standard deviation."),
	GAUGE("clock_precision_seconds", S, "precision",
	    "Time it takes to read the clock."),
	COUNTER("clock_updates", NULL, "updates", "Updates of the estimate."),
	COUNTER("clock_steps", NULL, "steps",
	    "Times the clock was set, not slewed."),
	GAUGE("budget_bytes", B, "budget", "Traffic for a period."),
	GAUGE("budget_used_bytes", B, "budget_used", "Used of it."),
	GAUGE("budget_answered_ratio", R, "budget_answered",
	    "Part of the requests that is answered."),
	GAUGE("peers", NULL, "peers", "Addresses asked for the time."),
	GAUGE("peers_valid", NULL, "peers_valid", "Those that can be used."),
	GAUGE("sensors", NULL, "sensors", "Sensors."),
	GAUGE("sensors_valid", NULL, "sensors_valid",
	    "Those that can be used."),
	GAUGE("constraints", NULL, "constraints", "Constraints."),
	GAUGE("constraints_valid", NULL, "constraints_valid",
	    "Those that have answered."),
	GAUGE("constraint_errors", NULL, "constraint_errors",
	    "Sources outside the constraints."),
	GAUGE("constraint_offset_seconds", S, "constraint_offset",
	    "Their median less our clock."),
};

static const struct metric peer_metrics[] = {
	STATE("peer_state", "state", "Whether it can be used."),
	STATE("peer_use", "tally", "What the clock makes of it."),
	INFO("peer_config", "As configured.", { "pool", "pool" },
	    { "trusted", "trusted" }, { "prefer", "prefer" },
	    { "noselect", "noselect" }),
	GAUGE("peer_weight", NULL, "weight", "As configured."),
	GAUGE("peer_trust", NULL, "trust", "The trust level, 0 to 10."),
	GAUGE("peer_stratum", NULL, "stratum", "Its stratum."),
	STATE("peer_leap", "leap", "The leap second it announces."),
	INFO("peer_reply", "Its last reply.", { "refid", "refid" },
	    { "version", "version" }),
	INFO("peer_stamp", "Where timestamps come from.",
	    { "transmit", "txstamp" }, { "receive", "rxstamp" }),
	GAUGE("peer_reach_ratio", R, "reach",
	    "Answered ones of the last 8 queries."),
	GAUGE("peer_interval_seconds", S, "interval", "Between queries."),
	GAUGE("peer_next_seconds", S, "next", "Until the next query."),
	GAUGE("peer_last_reply_age_seconds", S, "last",
	    "Since the last good reply."),
	GAUGE("peer_samples", NULL, "samples", "In its statistics."),
	GAUGE("peer_offset_seconds", S, "offset",
	    "Its time minus ours; positive: our clock is slow."),
	GAUGE("peer_offset_error_seconds", S, "offset_error",
	    "Standard deviation of that."),
	GAUGE("peer_delay_seconds", S, "delay", "Round trip."),
	GAUGE("peer_jitter_seconds", S, "jitter",
	    "How much the offsets vary."),
	GAUGE("peer_frequency_ratio", R, "freq", "Against our estimate."),
	GAUGE("peer_frequency_skew_ratio", R, "skew",
	    "Standard deviation of that."),
	GAUGE("peer_root_delay_seconds", S, "rootdelay",
	    "Its round trip to the primary reference."),
	GAUGE("peer_root_dispersion_seconds", S, "rootdisp",
	    "Error piled up on the way to it."),
	GAUGE("peer_root_distance_seconds", S, "distance",
	    "Bound of its error as seen from here."),
	COUNTER("peer_queries", NULL, "sent", "Sent to it."),
	COUNTER("peer_packets", NULL, "received", "Received from it."),
	COUNTER("peer_replies", NULL, "accepted", "Good ones among those."),
	COUNTER("peer_bogus_packets", NULL, "bogus",
	    "No answer to our query."),
	COUNTER("peer_unsolicited_packets", NULL, "unsolicited",
	    "Unasked, or twice."),
	COUNTER("peer_kisses", NULL, "kisses",
	    "To ask less, or not at all."),
};

static const struct metric nts_metrics[] = {
	STATE("nts_state", "state", "Whether there are keys."),
	INFO("nts_ke", "Its NTS-KE server.", { "address", "ke_address" },
	    { "port", "ke_port" }, { "pinned", "pinned" }),
	GAUGE("nts_cookies", NULL, "cookies", "Left; 8 when all is well."),
	GAUGE("nts_cookie_bytes", B, "cookielen", "Length of one."),
	GAUGE("nts_key_age_seconds", S, "age", "Age of the keys."),
	GAUGE("nts_next_seconds", S, "next", "NTS-KE not before that."),
	COUNTER("nts_exchanges", NULL, "established", "NTS-KE, done."),
	COUNTER("nts_failures", NULL, "failed", "NTS-KE, failed."),
	COUNTER("nts_naks", NULL, "naks", "Answers that want new keys."),
	COUNTER("nts_forgeries", NULL, "rejected",
	    "Replies that were not authentic."),
};

static const struct metric ke_metrics[] = {
	COUNTER("nts_server_connections", NULL, "accepted",
	    "To fetch keys; each is one of the next six, or open."),
	COUNTER("nts_server_exchanges", NULL, "done", "That got them."),
	COUNTER("nts_server_bad_requests", NULL, "bad",
	    "That asked for nothing we have."),
	COUNTER("nts_server_failed_connections", NULL, "failed",
	    "Without TLS or its protocol, or that broke."),
	COUNTER("nts_server_slow_connections", NULL, "late",
	    "That took too long."),
	COUNTER("nts_server_displaced_connections", NULL, "cut",
	    "That made room for others."),
	COUNTER("nts_server_refused_connections", NULL, "refused",
	    "Of clients with too many handshakes."),
	GAUGE("nts_server_open_connections", NULL, "open", "Now."),
	GAUGE("nts_server_keys", NULL, "keys",
	    "For cookies, one of them to come."),
	GAUGE("nts_server_key_age_seconds", S, "age",
	    "Since the present one is in use."),
	GAUGE("nts_server_certificate_left_seconds", S, "expires",
	    "Until the certificate ends; negative: since it has."),
};

static const struct metric constraint_metrics[] = {
	STATE("constraint_state", "state", "Whether it has answered."),
	INFO("constraint_config", "As configured.", { "all", "all" }),
	GAUGE("constraint_checked", NULL, "checked",
	    "Whether its certificate was valid by our clock."),
	GAUGE("constraint_answer_offset_seconds", S, "offset",
	    "Its time minus ours."),
	GAUGE("constraint_delay_seconds", S, "rtt", "To its answer."),
	GAUGE("constraint_last_answer_age_seconds", S, "last",
	    "Since its last answer."),
	GAUGE("constraint_next_seconds", S, "next",
	    "Until it is asked again."),
	COUNTER("constraint_answers", NULL, "answers", "Good ones."),
	COUNTER("constraint_failures", NULL, "errors",
	    "Questions without one."),
};

static const struct metric sensor_metrics[] = {
	STATE("sensor_state", "state", "Whether it can be used."),
	STATE("sensor_use", "tally", "What the clock makes of it."),
	GAUGE("sensor_weight", NULL, "weight", "As configured."),
	GAUGE("sensor_good", NULL, "good", "Whether there was a reading."),
	GAUGE("sensor_stratum", NULL, "stratum", "Its stratum."),
	GAUGE("sensor_reach_ratio", R, "reach",
	    "Of its last 8 samples, those that were made."),
	GAUGE("sensor_interval_seconds", S, "interval", "Between samples."),
	GAUGE("sensor_next_seconds", S, "next", "Until the next sample."),
	GAUGE("sensor_last_reading_age_seconds", S, "last",
	    "Since the last reading."),
	GAUGE("sensor_offset_seconds", S, "offset",
	    "Its time minus ours; positive: our clock is slow."),
	GAUGE("sensor_offset_error_seconds", S, "offset_error",
	    "Standard deviation of that."),
	GAUGE("sensor_correction_seconds", S, "correction",
	    "As configured."),
};

static const struct metric process_metrics[] = {
	COUNTER("process_cpu_seconds", S, "cpu", "Processor time used."),
};

static const struct metric server_metrics[] = {
	GAUGE("server_listeners", NULL, "listeners", "Sockets."),
	COUNTER("server_packets", NULL, "packets", "All that arrived."),
	COUNTER("server_replies", NULL, "replies", "Those answered."),
	COUNTER("server_dropped_packets", NULL, "dropped", "Those not."),
	COUNTER("server_receive_bytes", B, "octets_in",
	    "With UDP and IP headers."),
	COUNTER("server_transmit_bytes", B, "octets_out",
	    "With UDP and IP headers."),
	COUNTER("server_ipv4_packets", NULL, "ipv4", "Over IPv4."),
	COUNTER("server_ipv6_packets", NULL, "ipv6", "Over IPv6."),
	COUNTER("server_kisses", NULL, "kisses", "Replies of DENY or RATE."),
	COUNTER("server_interleaved_replies", NULL, "interleaved",
	    "In interleaved mode."),
	COUNTER("server_shed_bytes", B, "octets_shed",
	    "Not sent so that the budget lasts."),
	COUNTER("server_unstamped_packets", NULL, "unstamped",
	    "Of unknown time of arrival."),
	COUNTER("server_nts_replies", NULL, "nts", "With NTS."),
	COUNTER("server_nts_refusals", NULL, "nts_nak",
	    "That ask the client for a new key."),
};

static const struct metric drop_metrics[] = {
	COUNTER("server_drops", NULL, "packets",
	    "Packets not answered, by reason."),
};

static const struct metric version_metrics[] = {
	COUNTER("server_version_packets", NULL, "packets",
	    "Packets by their NTP version."),
};

static const struct metric mode_metrics[] = {
	COUNTER("server_mode_packets", NULL, "packets",
	    "Packets by their mode."),
};

static const struct metric bucket_metrics[] = {
	{ .name = "ntpd_server_latency_seconds", .type = M_HISTOGRAM,
	    .unit = S, .help = "From a request's arrival to its reply." },
};

static const struct metric listener_metrics[] = {
	GAUGE("listener_workers", NULL, "workers",
	    "Processes that serve it; 0: the engine does."),
	COUNTER("listener_packets", NULL, "packets", "All that arrived."),
	COUNTER("listener_replies", NULL, "replies", "Those answered."),
	COUNTER("listener_dropped_packets", NULL, "dropped", "Those not."),
	COUNTER("listener_receive_bytes", B, "octets_in",
	    "With UDP and IP headers."),
	COUNTER("listener_transmit_bytes", B, "octets_out",
	    "With UDP and IP headers."),
};

#define METRICS(m)	.metric = (m), .n = nitems(m)

const struct metric_group metric_groups[METRIC_GROUPS] = {
	{ &status_part, METRICS(status_metrics) },
	{ &peer_part, { { "address", "address" }, { "port", "port" },
	    { "name", "name" } }, METRICS(peer_metrics) },
	{ &nts_part, { { "peer", "address" }, { "peer_port", "port" },
	    { "name", "name" } }, METRICS(nts_metrics) },
	{ &ke_part, METRICS(ke_metrics) },
	{ &constraint_part, { { "address", "address" }, { "port", "port" },
	    { "name", "name" }, { "path", "path" } },
	    METRICS(constraint_metrics) },
	{ &sensor_part, { { "name", "name" }, { "refid", "refid" } },
	    METRICS(sensor_metrics) },
	{ &process_part, { { "process", "process" }, { "pid", "pid" } },
	    METRICS(process_metrics) },
	{ &server_parts[PART_SERVER], METRICS(server_metrics) },
	{ &server_parts[PART_DROPS], { { "reason", "reason" } },
	    METRICS(drop_metrics) },
	{ &server_parts[PART_VERSIONS], { { "version", "version" } },
	    METRICS(version_metrics) },
	{ &server_parts[PART_MODES], { { "mode", "mode" } },
	    METRICS(mode_metrics) },
	{ &server_parts[PART_LATENCY], METRICS(bucket_metrics) },
	{ &server_parts[PART_LISTENERS], { { "address", "address" },
	    { "port", "port" }, { "interface", "interface" } },
	    METRICS(listener_metrics) },
};

/* The parts in the order of the groups. */
const struct view	 metrics_view = {
	"metrics", false, {
		&status_part, &peer_part, &nts_part, &ke_part,
		&constraint_part, &sensor_part, &process_part,
		&server_parts[PART_SERVER], &server_parts[PART_DROPS],
		&server_parts[PART_VERSIONS], &server_parts[PART_MODES],
		&server_parts[PART_LATENCY], &server_parts[PART_LISTENERS]
	}
};
