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
 * ntpctl's views: the fields of each kind of row, and how text lays them
 * out.  The leading columns and words are OpenNTPD's, to the letter.
 */

#include <sys/types.h>

#include <math.h>
#include <string.h>

#include "ntpctl.h"

static const char *const clock_names[] = {
	[CTL_CLOCK_STARTING]	= "starting",
	[CTL_CLOCK_SYNCED]	= "synced",
	[CTL_CLOCK_UNSYNCED]	= "unsynced",
	[CTL_CLOCK_HOLDOVER]	= "holdover",
	[CTL_CLOCK_UNDECIDED]	= "undecided",
	[CTL_CLOCK_LOCAL]	= "local",
};

static const char *const peer_names[] = {
	[CTL_PEER_RESOLVING]	= "resolving",
	[CTL_PEER_STARTING]	= "starting",
	[CTL_PEER_VALID]	= "valid",
	[CTL_PEER_INVALID]	= "invalid",
};

static const char *const stamp_names[] = {
	[CTL_STAMP_NONE]	= "none",
	[CTL_STAMP_DAEMON]	= "daemon",
	[CTL_STAMP_KERNEL]	= "kernel",
};

const char *const leap_names[LEAP_ALARM + 1] = {
	[LEAP_NONE]		= "none",
	[LEAP_INSERT]		= "insert",
	[LEAP_DELETE]		= "delete",
	[LEAP_ALARM]		= "unsynchronised",
};

/* As ctl_log.verbose counts. */
static const char *const verbose_names[] = { "brief", "verbose", "debug" };

#define ST(n, t)	FIELD(status_row, #n, s.n, t)
static const struct field status_fields[] = {
	ST(peers, F_U32),
	ST(peers_valid, F_U32),
	ST(sensors, F_U32),
	ST(sensors_valid, F_U32),
	ST(constraints, F_U32),
	ST(constraints_valid, F_U32),
	ST(constraint_errors, F_U32),
	ST(constraint_offset, F_SECONDS),
	ENUM_FIELD(status_row, "clock", s.clock, clock_names),
	ST(synced, F_BOOL),
	ST(stratum, F_U8),
	FIELD(status_row, "reference", s.refaddr, F_ADDR),
	TEXT_FIELD(status_row, "hostname", host),
	REFID_FIELD(status_row, "refid", s.refid, s.stratum),
	ENUM_FIELD(status_row, "leap", s.leap, leap_names),
	ST(leap_at, F_UNIX),
	ST(tai, F_TAI),
	ST(noclock, F_BOOL),
	ST(clock_offset, F_SECONDS),
	ST(last_offset, F_SECONDS),
	ST(freq, F_FREQ),
	ST(skew, F_FREQ),
	ST(wander, F_FREQ),
	ST(adj, F_FREQ),
	ST(residual, F_FREQ),
	ST(rootdelay, F_SECONDS),
	ST(rootdisp, F_SECONDS),
	ST(maxerror, F_SECONDS),
	ST(esterror, F_SECONDS),
	ST(precision, F_LOG2),
	ST(last_update, F_AGE),
	ST(updates, F_U64),
	ST(steps, F_U64),
	ST(requests, F_U64),
	ST(replies, F_U64),
	ST(dropped, F_U64),
	ST(budget, F_RATE),
	ST(budget_used, F_RATE),
	ST(budget_answered, F_SHARE),
	ST(now, F_UNIX),
	ST(uptime, F_SECONDS),
	ENUM_FIELD(status_row, "log", s.verbose, verbose_names),
	TEXT_FIELD(status_row, "version", s.version),
};

#define PEER(n, t)	FIELD(peer_row, #n, p.n, t)
static const struct field peer_fields[] = {
	FIELD(peer_row, "address", p.addr, F_ADDR),
	FIELD(peer_row, "port", p.addr.port, F_U16),
	TEXT_FIELD(peer_row, "name", p.name),
	TEXT_FIELD(peer_row, "hostname", host),
	PEER(pool, F_BOOL),
	TEXT_FIELD(peer_row, "target", p.target),
	ENUM_FIELD(peer_row, "state", p.state, peer_names),
	PEER(tally, F_CHAR),
	TEXT_FIELD(peer_row, "reason", p.reason),
	PEER(weight, F_U8),
	PEER(trust, F_U8),
	PEER(trusted, F_BOOL),
	PEER(prefer, F_BOOL),
	PEER(noselect, F_BOOL),
	PEER(stratum, F_U8),
	REFID_FIELD(peer_row, "refid", p.refid, p.stratum),
	ENUM_FIELD(peer_row, "leap", p.leap, leap_names),
	PEER(version, F_U8),
	PEER(reach, F_OCTAL),
	PEER(poll, F_LOG2),
	PEER(minpoll, F_LOG2),
	PEER(maxpoll, F_LOG2),
	PEER(next, F_SECONDS),
	PEER(interval, F_SECONDS),
	PEER(last, F_AGE),
	PEER(samples, F_U32),
	PEER(offset, F_SECONDS),
	PEER(offset_error, F_SECONDS),
	PEER(delay, F_SECONDS),
	PEER(jitter, F_SECONDS),
	PEER(freq, F_FREQ),
	PEER(skew, F_FREQ),
	PEER(rootdelay, F_SECONDS),
	PEER(rootdisp, F_SECONDS),
	PEER(distance, F_SECONDS),
	ENUM_FIELD(peer_row, "txstamp", p.txstamp, stamp_names),
	ENUM_FIELD(peer_row, "rxstamp", p.rxstamp, stamp_names),
	PEER(sent, F_U64),
	PEER(received, F_U64),
	PEER(accepted, F_U64),
	PEER(bogus, F_U64),
	PEER(unsolicited, F_U64),
	PEER(kisses, F_U64),
};

#define SENSOR(n, t)	FIELD(sensor_row, #n, s.n, t)
static const struct field sensor_fields[] = {
	TEXT_FIELD(sensor_row, "name", s.name),
	TEXT_FIELD(sensor_row, "refid", s.refid),
	ENUM_FIELD(sensor_row, "state", s.state, peer_names),
	SENSOR(tally, F_CHAR),
	SENSOR(weight, F_U8),
	SENSOR(good, F_U8),
	SENSOR(stratum, F_U8),
	SENSOR(reach, F_OCTAL),
	SENSOR(next, F_SECONDS),
	SENSOR(interval, F_SECONDS),
	SENSOR(last, F_AGE),
	SENSOR(offset, F_SECONDS),
	SENSOR(offset_error, F_SECONDS),
	SENSOR(correction, F_SECONDS),
	TEXT_FIELD(sensor_row, "reason", s.reason),
};

static const struct rowtype status_type = {
	.msg = IMSG_CTL_ROW_STATUS,
	.len = sizeof(struct ctl_status),
	.size = sizeof(struct status_row),
	.addr = offsetof(struct status_row, s.refaddr),
	.host = offsetof(struct status_row, host),
	.fields = status_fields,
	.nfields = nitems(status_fields),
};

static const struct rowtype peer_type = {
	.msg = IMSG_CTL_ROW_PEER,
	.len = sizeof(struct ctl_peer),
	.size = sizeof(struct peer_row),
	.addr = offsetof(struct peer_row, p.addr),
	.host = offsetof(struct peer_row, host),
	.fields = peer_fields,
	.nfields = nitems(peer_fields),
};

static const struct rowtype sensor_type = {
	.msg = IMSG_CTL_ROW_SENSOR,
	.len = sizeof(struct ctl_sensor),
	.size = sizeof(struct sensor_row),
	.fields = sensor_fields,
	.nfields = nitems(sensor_fields),
};

static const struct column status_lines[] = {
	{ "clock",	 "clock" },
	{ "reference",	 "reference",	 S_DASH },
	{ "hostname",	 "its name" },
	{ "refid",	 "reference id" },
	{ "stratum",	 "stratum",	 S_DASH },
	{ "leap",	 "leap second" },
	{ "leap_at",	 "leap at" },
	{ "tai",	 "TAI - UTC" },
	{ "clock_offset", "clock offset", S_SLOWFAST },
	{ "last_offset", "last offset",	 S_SLOWFAST },
	{ "last_update", "last update",	 S_AGO },
	{ "freq",	 "frequency",	 S_SLOWFAST },
	{ "skew",	 "skew" },
	{ "wander",	 "wander in 1 h" },
	{ "adj",	 "kernel frequency", S_SIGNED },
	{ "residual",	 "residual", S_SIGNED },
	{ "rootdelay",	 "root delay" },
	{ "rootdisp",	 "root dispersion" },
	{ "maxerror",	 "maximum error" },
	{ "esterror",	 "estimated error" },
	{ "precision",	 "precision" },
	{ "noclock",	 "only watching" },
	{ "updates",	 "updates" },
	{ "steps",	 "steps" },
	{ "requests",	 "requests" },
	{ "replies",	 "replies" },
	{ "dropped",	 "dropped" },
	{ "budget",	 "budget",	 S_OCTETS },
	{ "budget_used", "used of it",	 S_OCTETS },
	{ "budget_answered", "answered" },
	{ "now",	 "time" },
	{ "uptime",	 "uptime",	 S_SPAN },
	{ "log",	 "log" },
	{ "version",	 "version" },
};

static const struct column peer_columns[] = {
	{ "tally",	"",	  S_PLAIN, 1, 1 },
	{ "weight",	"wt",	  S_PLAIN, 1, 2 },
	{ "trust",	"tl",	  S_PLAIN, 1, 2 },
	{ "stratum",	"st",	  S_DASH,  1, 2 },
	{ "next",	"next",	  S_WHOLE, 1, 5 },
	{ "interval",	"poll",	  S_WHOLE, 1, 5 },
	{ "offset",	"offset", S_MS,	   2, 14, .span = true },
	{ "delay",	"delay",  S_MS,	   1, 11, .span = true },
	{ "jitter",	"jitter", S_MS,	   2, 10, .span = true },
	{ "reach",	"reach",  S_PLAIN, 1, 5 },
	{ "refid",	"refid",  S_PLAIN, 1, 0, .left = true },
};

static const struct column sensor_columns[] = {
	{ "tally",	"",	  S_PLAIN, 1, 1 },
	{ "weight",	"wt",	  S_PLAIN, 1, 2 },
	{ "good",	"gd",	  S_PLAIN, 1, 2 },
	{ "stratum",	"st",	  S_PLAIN, 1, 2 },
	{ "next",	"next",	  S_WHOLE, 1, 5 },
	{ "interval",	"poll",	  S_WHOLE, 1, 5 },
	{ "offset",	"offset", S_MS,	   3, 13, .span = true },
	{ "correction",	"correction", S_MS, 1, 11, .span = true },
};

static const struct column source_columns[] = {
	{ "tally",	"",	   S_PLAIN,  1, 1 },
	{ "address",	"address", S_PLAIN,  1, 0, .left = true },
	{ "stratum",	"st",	   S_DASH,   1, 2 },
	{ "reach",	"reach",   S_PLAIN,  1, 5 },
	{ "poll",	"poll",	   S_PLAIN,  1, 4 },
	{ "last",	"last",	   S_PLAIN,  1, 4 },
	{ "offset",	"offset",  S_SIGNED, 1, 7 },
	{ "offset_error", "+-",	   S_PLAIN,  1, 6 },
	{ "delay",	"delay",   S_PLAIN,  1, 6 },
};

/* As near to the servers' as can be; an interval is not a power of two. */
static const struct column sensor_source_columns[] = {
	{ "tally",	"",	   S_PLAIN,  1, 1 },
	{ "name",	"sensor",  S_PLAIN,  1, 0, .left = true },
	{ "refid",	"refid",   S_PLAIN,  1, 0, .left = true },
	{ "stratum",	"st",	   S_PLAIN,  1, 2 },
	{ "reach",	"reach",   S_PLAIN,  1, 5 },
	{ "interval",	"poll",	   S_WHOLE,  1, 4 },
	{ "last",	"last",	   S_PLAIN,  1, 4 },
	{ "offset",	"offset",  S_SIGNED, 1, 7 },
	{ "offset_error", "+-",	   S_PLAIN,  1, 6 },
};

static const char *
peer_addr(const struct peer_row *r, char buf[ADDR_STRLEN])
{
	if (r->p.addr.family == ADDR_NONE)
		return "not resolved";
	return addr_str(&r->p.addr, buf);
}

/* OpenNTPD's "192.0.2.1 from pool pool.ntp.org", and what we know more. */
static void
peer_title(FILE *out, const void *row)
{
	const struct peer_row	*r = row;
	const char		*addr;
	char			 a[ADDR_STRLEN], buf[VALUE_LEN];

	addr = peer_addr(r, a);
	fputs(addr, out);
	value_text(r->p.name, sizeof(r->p.name), buf);
	if (r->p.pool)
		fprintf(out, " from pool %s", buf);
	else if (strcmp(buf, addr) != 0)
		fprintf(out, " %s", buf);
	if (value_text(r->p.target, sizeof(r->p.target), buf)[0] != '\0')
		fprintf(out, ", %s", buf);
	if (r->host[0] != '\0' && strcmp(r->host, r->p.name) != 0)
		fprintf(out, " (%s)", r->host);
	if (value_text(r->p.reason, sizeof(r->p.reason), buf)[0] != '\0')
		fprintf(out, ": %s", buf);
	putc('\n', out);
}

/* The name people know the address by, and what is wrong with it. */
static void
source_note(FILE *out, const void *row)
{
	const struct peer_row	*r = row;
	char			 a[ADDR_STRLEN], buf[VALUE_LEN];

	if (value_text(r->p.target, sizeof(r->p.target), buf)[0] == '\0')
		value_text(r->p.name, sizeof(r->p.name), buf);
	if (r->host[0] != '\0')
		fprintf(out, "  %s", r->host);
	else if (strcmp(buf, peer_addr(r, a)) != 0)
		fprintf(out, "  %s", buf);
	if (value_text(r->p.reason, sizeof(r->p.reason), buf)[0] != '\0')
		fprintf(out, "  (%s)", buf);
}

static bool
peer_not_valid(const void *row)
{
	const struct peer_row	*r = row;

	return r->p.state != CTL_PEER_VALID;
}

static bool
sensor_not_valid(const void *row)
{
	const struct sensor_row	*r = row;

	return r->s.state != CTL_PEER_VALID;
}

static void
sensor_title(FILE *out, const void *row)
{
	const struct sensor_row	*r = row;
	char			 buf[VALUE_LEN];

	fprintf(out, "%s  ", value_text(r->s.name, sizeof(r->s.name), buf));
	fputs(value_text(r->s.refid, sizeof(r->s.refid), buf), out);
	if (value_text(r->s.reason, sizeof(r->s.reason), buf)[0] != '\0')
		fprintf(out, "  (%s)", buf);
	putc('\n', out);
}

static void
sensor_note(FILE *out, const void *row)
{
	const struct sensor_row	*r = row;
	char			 buf[VALUE_LEN];

	if (value_text(r->s.reason, sizeof(r->s.reason), buf)[0] != '\0')
		fprintf(out, "  (%s)", buf);
}

/* OpenNTPD's one line. */
static void
status_title(FILE *out, const void *row)
{
	const struct ctl_status	*s = &((const struct status_row *)row)->s;

	if (s->peers > 0)
		fprintf(out, "%u/%u peers valid, ", s->peers_valid, s->peers);
	if (s->sensors > 0)
		fprintf(out, "%u/%u sensors valid, ", s->sensors_valid,
		    s->sensors);
	constraint_status(out, s);
	if (s->peers == 0 && s->sensors == 0)
		fputs("no peers and no sensors configured\n", out);
	if (s->synced) {
		fprintf(out, "clock synced, stratum %u\n", s->stratum);
		return;
	}
	fputs("clock unsynced", out);
	/* what would be shown as 0.000 is not shown */
	if (isfinite(s->clock_offset * 1e3) && fabs(s->clock_offset) >= 5e-7)
		fprintf(out, ", clock offset is %.3fms",
		    s->clock_offset * 1e3);
	putc('\n', out);
}

static const struct layout status_layout = {
	.columns = status_lines,
	.ncolumns = nitems(status_lines),
	.lines = true,
	.title = status_title,
};

static const struct layout peer_layout = {
	.top = "peer",
	.empty = "no peers configured",
	.columns = peer_columns,
	.ncolumns = nitems(peer_columns),
	.span = "             ---- peer not valid ----",
	.spanned = peer_not_valid,
	.title = peer_title,
};

static const struct layout sensor_layout = {
	.top = "sensor",
	.empty = "no sensors configured",
	.columns = sensor_columns,
	.ncolumns = nitems(sensor_columns),
	.span = "         - sensor not valid -",
	.spanned = sensor_not_valid,
	.title = sensor_title,
};

static const struct layout source_layout = {
	.empty = "no sources configured",
	.columns = source_columns,
	.ncolumns = nitems(source_columns),
	.fit = true,
	.note_head = "  name  (why not used)",
	.note = source_note,
};

static const struct layout sensor_source_layout = {
	.columns = sensor_source_columns,
	.ncolumns = nitems(sensor_source_columns),
	.fit = true,
	.note_head = "  (why not used)",
	.note = sensor_note,
};

const struct part status_part = {
	"status", CTL_VIEW_STATUS, &status_type, &status_layout, true
};
const struct part peer_part = {
	"peers", CTL_VIEW_PEERS, &peer_type, &peer_layout, false
};
const struct part sensor_part = {
	"sensors", CTL_VIEW_SENSORS, &sensor_type, &sensor_layout, false
};
const struct part source_part = {
	"sources", CTL_VIEW_PEERS, &peer_type, &source_layout, false
};
const struct part sensor_source_part = {
	"sensors", CTL_VIEW_SENSORS, &sensor_type, &sensor_source_layout,
	false
};

const struct view views[] = {
	{ "all",     true,  { &status_part, &peer_part, &sensor_part } },
	{ "clients", false, { &client_part }, 20 },
	{ "constraints", false, { &constraint_part } },
	{ "nts",     false, { &nts_part, &ke_part } },
	{ "peers",   true,  { &peer_part } },
	{ "processes", false, { &process_part } },
	{ "Sensors", true,  { &sensor_part } },
	{ "server",  false, {
	    &server_parts[PART_SERVER], &server_parts[PART_RATES],
	    &server_parts[PART_DROPS], &server_parts[PART_VERSIONS],
	    &server_parts[PART_MODES], &server_parts[PART_LATENCY],
	    &server_parts[PART_LISTENERS] } },
	{ "sources", false, { &source_part, &sensor_source_part } },
	{ "status",  true,  { &status_part } },
};
const size_t nviews = nitems(views);

const struct field *
field_find(const struct rowtype *type, const char *name)
{
	size_t	 i;

	for (i = 0; i < type->nfields; i++) {
		if (strcmp(type->fields[i].name, name) == 0)
			return &type->fields[i];
	}
	return NULL;
}
