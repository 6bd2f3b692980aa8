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
 * ntpctl's view of the server.  The counters come in one row, so that they
 * belong together; the lists of them are derived from it.
 */

#include <sys/types.h>

#include <assert.h>
#include <math.h>
#include <string.h>

#include "ntpctl.h"
#include "packet.h"

#define BAR	40	/* characters for all of it */

static const char *const modes[8] = {
	[MODE_RESERVED]	 = "none",
	[MODE_ACTIVE]	 = "active",
	[MODE_PASSIVE]	 = "passive",
	[MODE_CLIENT]	 = "client",
	[MODE_SERVER]	 = "server",
	[MODE_BROADCAST] = "broadcast",
	[MODE_CONTROL]	 = "control",
	[MODE_PRIVATE]	 = "private",
};

static const double spans[] = {
	[SERVESTAT_SECOND] = 1,
	[SERVESTAT_MINUTE] = 60,
	[SERVESTAT_HOUR]   = 3600,
};
static_assert(nitems(spans) == SERVESTAT__MAX, "a span has no length");

static const struct field server_fields[] = {
	FIELD(server_row, "listeners", s.listeners, F_U32),
	FIELD(server_row, "since", s.since, F_SECONDS),
	FIELD(server_row, "packets", s.count.packets, F_U64),
	FIELD(server_row, "replies", s.count.replies, F_U64),
	FIELD(server_row, "dropped", s.dropped, F_U64),
	FIELD(server_row, "octets_in", s.count.octets_in, F_U64),
	FIELD(server_row, "octets_out", s.count.octets_out, F_U64),
	FIELD(server_row, "ipv4", s.count.ipv4, F_U64),
	FIELD(server_row, "ipv6", s.count.ipv6, F_U64),
	FIELD(server_row, "kisses", s.count.kisses, F_U64),
	FIELD(server_row, "interleaved", s.count.interleaved, F_U64),
	FIELD(server_row, "octets_shed", s.count.octets_shed, F_U64),
	FIELD(server_row, "unstamped", s.count.unstamped, F_U64),
	FIELD(server_row, "nts", s.count.nts, F_U64),
	FIELD(server_row, "nts_nak", s.count.nts_nak, F_U64),
	FIELD(server_row, "latency", s.latency, F_SECONDS),
};

static const struct field rate_fields[] = {
	FIELD(rate_row, "span", span, F_AGE),
	FIELD(rate_row, "over", r.over, F_SECONDS),
	FIELD(rate_row, "packets", r.packets, F_RATE),
	FIELD(rate_row, "replies", r.replies, F_RATE),
	FIELD(rate_row, "dropped", dropped, F_RATE),
	FIELD(rate_row, "octets_in", r.octets_in, F_RATE),
	FIELD(rate_row, "octets_out", r.octets_out, F_RATE),
};

/* Packets that have something in common. */
#define COUNT_FIELDS(what) {						\
	TEXT_FIELD(count_row, what, name),				\
	FIELD(count_row, "packets", packets, F_U64),			\
	FIELD(count_row, "share", share, F_SHARE),			\
}
static const struct field drop_fields[] = COUNT_FIELDS("reason");
static const struct field version_fields[] = COUNT_FIELDS("version");
static const struct field mode_fields[] = COUNT_FIELDS("mode");

static const struct field bucket_fields[] = {
	FIELD(bucket_row, "upto", upto, F_SECONDS),
	FIELD(bucket_row, "replies", replies, F_U64),
	FIELD(bucket_row, "share", share, F_SHARE),
};

static const struct field listener_fields[] = {
	FIELD(listener_row, "address", l.addr, F_ADDR),
	FIELD(listener_row, "port", l.addr.port, F_U16),
	TEXT_FIELD(listener_row, "interface", l.ifname),
	FIELD(listener_row, "workers", l.workers, F_U32),
	FIELD(listener_row, "packets", l.packets, F_U64),
	FIELD(listener_row, "replies", l.replies, F_U64),
	FIELD(listener_row, "dropped", l.dropped, F_U64),
	FIELD(listener_row, "octets_in", l.octets_in, F_U64),
	FIELD(listener_row, "octets_out", l.octets_out, F_U64),
	FIELD(listener_row, "latency", l.latency, F_SECONDS),
};

static const struct rowtype server_type = {
	.msg = IMSG_CTL_ROW_SERVER,
	.len = sizeof(struct ctl_server),
	.size = sizeof(struct server_row),
	.fields = server_fields,
	.nfields = nitems(server_fields),
};

static const struct rowtype listener_type = {
	.msg = IMSG_CTL_ROW_LISTENER,
	.len = sizeof(struct ctl_listener),
	.size = sizeof(struct listener_row),
	.fields = listener_fields,
	.nfields = nitems(listener_fields),
};

#define DERIVED(row, f) \
	{ .size = sizeof(struct row), .fields = (f), .nfields = nitems(f) }
static const struct rowtype rate_type = DERIVED(rate_row, rate_fields);
static const struct rowtype drop_type = DERIVED(count_row, drop_fields);
static const struct rowtype version_type = DERIVED(count_row, version_fields);
static const struct rowtype mode_type = DERIVED(count_row, mode_fields);
static const struct rowtype bucket_type = DERIVED(bucket_row, bucket_fields);

static bool
rate_row(const void *from, size_t i, void *to)
{
	const struct ctl_server	*s = from;
	struct rate_row		*row = to;

	if (i >= SERVESTAT__MAX)
		return false;
	row->span = spans[i];
	row->r = s->rate[i];
	row->dropped = fmax(row->r.packets - row->r.replies, 0);
	if (isnan(row->r.packets))
		row->dropped = NAN;
	return true;
}

static double
share(uint64_t part, uint64_t all)
{
	return all > 0 ? (double)part / (double)all : NAN;
}

static bool
drop_row(const void *from, size_t i, void *to)
{
	const struct servestat	*c = &((const struct ctl_server *)from)->count;
	struct count_row	*row = to;

	/* the first is SERVE_OK */
	if (++i >= SERVE__MAX)
		return false;
	strlcpy(row->name, serve_str((enum serve_drop)i), sizeof(row->name));
	row->packets = c->drop[i];
	row->share = share(row->packets, c->packets);
	return true;
}

static bool
version_row(const void *from, size_t i, void *to)
{
	const struct servestat	*c = &((const struct ctl_server *)from)->count;
	struct count_row	*row = to;

	if (i >= nitems(c->version))
		return false;
	snprintf(row->name, sizeof(row->name), "%zu", i);
	row->packets = c->version[i];
	row->share = share(row->packets, c->packets);
	return true;
}

static bool
mode_row(const void *from, size_t i, void *to)
{
	const struct servestat	*c = &((const struct ctl_server *)from)->count;
	struct count_row	*row = to;

	if (i >= nitems(c->mode))
		return false;
	strlcpy(row->name, modes[i], sizeof(row->name));
	row->packets = c->mode[i];
	row->share = share(row->packets, c->packets);
	return true;
}

static bool
bucket_row(const void *from, size_t i, void *to)
{
	const struct servestat	*c = &((const struct ctl_server *)from)->count;
	struct bucket_row	*row = to;
	uint64_t		 all = 0;
	size_t			 j;

	if (i >= SERVESTAT_BUCKETS)
		return false;
	for (j = 0; j < SERVESTAT_BUCKETS; j++)
		all += c->latency[j];
	row->upto = i < SERVESTAT_BUCKETS - 1 ? ldexp(1e-6, (int)i) : NAN;
	row->replies = c->latency[i];
	row->share = share(row->replies, all);
	row->sum = (double)c->latency_ns / 1e9;
	return true;
}

static const struct column server_lines[] = {
	{ "since",	 "counted for",	 S_SPAN },
	{ "packets",	 "packets" },
	{ "replies",	 "replies" },
	{ "dropped",	 "dropped" },
	{ "octets_in",	 "received",	 S_OCTETS },
	{ "octets_out",	 "sent",	 S_OCTETS },
	{ "ipv4",	 "over IPv4" },
	{ "ipv6",	 "over IPv6" },
	{ "kisses",	 "kisses" },
	{ "interleaved", "interleaved" },
	{ "octets_shed", "shed",	 S_OCTETS },
	{ "unstamped",	 "without a stamp" },
	{ "nts",	 "with NTS" },
	{ "nts_nak",	 "NTS refused" },
	{ "latency",	 "mean latency" },
};

static const struct column rate_columns[] = {
	{ "span",	"rates over", S_PLAIN, 0, 13, .left = true },
	{ "packets",	"packets",  S_PLAIN,  2, 8 },
	{ "replies",	"replies",  S_PLAIN,  2, 8 },
	{ "dropped",	"dropped",  S_PLAIN,  2, 8 },
	{ "octets_in",	"received", S_OCTETS, 2, 8 },
	{ "octets_out",	"sent",	    S_OCTETS, 2, 8 },
};

static const struct column drop_columns[] = {
	{ "reason",	"dropped",  S_PLAIN,  0, 13, .left = true },
	{ "packets",	"packets",  S_PLAIN,  2, 8 },
	{ "share",	"share",    S_PLAIN,  2, 6 },
};

static const struct column version_columns[] = {
	{ "version",	"version",  S_PLAIN,  0, 13, .left = true },
	{ "packets",	"packets",  S_PLAIN,  2, 8 },
	{ "share",	"share",    S_PLAIN,  2, 6 },
};

static const struct column mode_columns[] = {
	{ "mode",	"mode",	    S_PLAIN,  0, 13, .left = true },
	{ "packets",	"packets",  S_PLAIN,  2, 8 },
	{ "share",	"share",    S_PLAIN,  2, 6 },
};

static const struct column bucket_columns[] = {
	{ "upto",	"latency up to", S_PLAIN, 0, 13, .left = true },
	{ "replies",	"replies",  S_PLAIN,  2, 8 },
	{ "share",	"share",    S_PLAIN,  2, 6 },
};

static const struct column listener_columns[] = {
	{ "address",	"listener", S_PLAIN,  0, 13, .left = true },
	{ "port",	"port",	    S_PLAIN,  1, 5 },
	{ "packets",	"packets",  S_PLAIN,  1, 7 },
	{ "replies",	"replies",  S_PLAIN,  1, 7 },
	{ "dropped",	"dropped",  S_PLAIN,  1, 7 },
	{ "octets_in",	"received", S_OCTETS, 1, 8 },
	{ "octets_out",	"sent",	    S_OCTETS, 1, 6 },
	{ "latency",	"latency",  S_PLAIN,  1, 7 },
	{ "workers",	"workers",  S_DASH,   1, 7 },
	{ "interface",	"if",	    S_PLAIN,  1, 0, .left = true },
};

/* What an operator wants to know first. */
static void
server_title(FILE *out, const void *row)
{
	const struct ctl_server		*s = row;
	const struct servestat_rate	*r = &s->rate[SERVESTAT_MINUTE];

	if (s->listeners == 0) {
		fputs("not serving, nothing to listen on is configured\n",
		    out);
		return;
	}
	fprintf(out, "serving on %u socket%s", s->listeners,
	    s->listeners == 1 ? "" : "s");
	if (isfinite(r->packets)) {
		fprintf(out, ", %.1f packets/s", r->packets);
		if (r->packets > 0)
			fprintf(out, ", %.1f%% of them answered",
			    r->replies / r->packets * 100);
	}
	putc('\n', out);
}

static bool
count_hidden(const void *row)
{
	return ((const struct count_row *)row)->packets == 0;
}

static bool
bucket_hidden(const void *row)
{
	return ((const struct bucket_row *)row)->replies == 0;
}

/* A bar, with something of it for the least. */
static void
bucket_note(FILE *out, const void *row)
{
	int	 n;

	fputs("  ", out);
	n = (int)ceil(((const struct bucket_row *)row)->share * BAR);
	while (n-- > 0)
		putc('#', out);
}

static const struct layout server_layout = {
	.columns = server_lines,
	.ncolumns = nitems(server_lines),
	.lines = true,
	.title = server_title,
};

#define COLUMNS(c)	.columns = (c), .ncolumns = nitems(c), .fit = true

static const struct layout rate_layout = { COLUMNS(rate_columns) };
static const struct layout listener_layout = { COLUMNS(listener_columns) };
static const struct layout drop_layout = {
	COLUMNS(drop_columns), .hidden = count_hidden
};
static const struct layout version_layout = {
	COLUMNS(version_columns), .hidden = count_hidden
};
static const struct layout mode_layout = {
	COLUMNS(mode_columns), .hidden = count_hidden
};
static const struct layout bucket_layout = {
	COLUMNS(bucket_columns), .hidden = bucket_hidden, .note = bucket_note
};

const struct part server_parts[SERVER_PARTS] = {
	[PART_SERVER] = { "server", CTL_VIEW_SERVER, &server_type,
	    &server_layout, true, NULL },
	[PART_RATES] = { "rates", CTL_VIEW_SERVER, &rate_type,
	    &rate_layout, false, rate_row },
	[PART_DROPS] = { "drops", CTL_VIEW_SERVER, &drop_type,
	    &drop_layout, false, drop_row },
	[PART_VERSIONS] = { "versions", CTL_VIEW_SERVER, &version_type,
	    &version_layout, false, version_row },
	[PART_MODES] = { "modes", CTL_VIEW_SERVER, &mode_type,
	    &mode_layout, false, mode_row },
	[PART_LATENCY] = { "latency", CTL_VIEW_SERVER, &bucket_type,
	    &bucket_layout, false, bucket_row },
	[PART_LISTENERS] = { "listeners", CTL_VIEW_LISTENERS, &listener_type,
	    &listener_layout, false, NULL },
};
