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
 * ntpctl's tables: nothing the daemon says is left out, columns name
 * fields there are, and values as text.
 */

#include <float.h>
#include <stdlib.h>

#include "ntpctl.h"
#include "test.h"

/* Octets of a row nobody needs to see. */
struct blank {
	size_t	 offset, size;
};

#define BLANK(s, m)	{ offsetof(struct s, m), sizeof(((struct s *)0)->m) }

static const struct blank status_blank[] = {
	BLANK(ctl_status, zero),
	BLANK(ctl_status, zero4),
	BLANK(ctl_status, refaddr),
};
static const struct blank peer_blank[] = {
	BLANK(ctl_peer, zero),
	BLANK(ctl_peer, addr),
};
static const struct blank constraint_blank[] = {
	BLANK(ctl_constraint, addr),
	BLANK(ctl_constraint, zero),
};
static const struct blank sensor_blank[] = {
	BLANK(ctl_sensor, zero),
};

/* What is not the row's is that of parts derived from it. */
static const struct blank server_blank[] = {
	BLANK(ctl_server, zero),
	BLANK(ctl_server, rate),
	BLANK(ctl_server, count.version),
	BLANK(ctl_server, count.mode),
	BLANK(ctl_server, count.drop),
	BLANK(ctl_server, count.latency),
	BLANK(ctl_server, count.latency_ns),
};
static const struct blank listener_blank[] = {
	BLANK(ctl_listener, addr),
	BLANK(ctl_listener, zero),
};

static const struct blank nts_blank[] = {
	BLANK(ctl_nts, zero),
	BLANK(ctl_nts, zero2),
	BLANK(ctl_nts, addr),
	BLANK(ctl_nts, ke),
};

static const struct blank process_blank[] = {
	BLANK(msg_process, zero),
};
static const struct blank client_blank[] = {
	BLANK(ctl_client, len),		/* with the address */
	BLANK(ctl_client, zero),
	BLANK(ctl_client, zero2),
};

static const struct blank ke_blank[] = {
	BLANK(ctl_ke, zero),
};

static const struct {
	uint32_t	 msg;
	const struct blank *blank;
	size_t		 n;
} blanks[] = {
	{ IMSG_CTL_ROW_STATUS, status_blank, nitems(status_blank) },
	{ IMSG_CTL_ROW_PEER, peer_blank, nitems(peer_blank) },
	{ IMSG_CTL_ROW_SENSOR, sensor_blank, nitems(sensor_blank) },
	{ IMSG_CTL_ROW_CONSTRAINT, constraint_blank,
	    nitems(constraint_blank) },
	{ IMSG_CTL_ROW_SERVER, server_blank, nitems(server_blank) },
	{ IMSG_CTL_ROW_NTS, nts_blank, nitems(nts_blank) },
	{ IMSG_CTL_ROW_PROCESS, process_blank, nitems(process_blank) },
	{ IMSG_CTL_ROW_CLIENT, client_blank, nitems(client_blank) },
	{ IMSG_CTL_ROW_KE, ke_blank, nitems(ke_blank) },
	{ IMSG_CTL_ROW_LISTENER, listener_blank, nitems(listener_blank) },
};

static size_t
field_size(const struct field *f)
{
	switch (f->type) {
	case F_BOOL:
	case F_CHAR:
	case F_ENUM:
	case F_OCTAL:
	case F_U8:
	case F_LOG2:
		return 1;
	case F_U16:
		return 2;
	case F_U32:
	case F_TAI:
	case F_REFID:
		return 4;
	case F_U64:
	case F_SECONDS:
	case F_RATE:
	case F_SHARE:
	case F_AGE:
	case F_FREQ:
	case F_NUMBER:
	case F_UNIX:
		return 8;
	case F_ADDR:
	case F_NET:
		return sizeof(struct addr);
	case F_TEXT:
		return f->size;
	}
	return 0;
}

/* Each octet of the message belongs to a field, and to one only. */
static void
test_covered(const struct rowtype *type)
{
	const struct field	*f;
	uint8_t			*mark;
	size_t			 i, j;
	char			 what[64];

	if ((mark = calloc(1, type->len)) == NULL)
		exit(1);
	for (f = type->fields; f < type->fields + type->nfields; f++) {
		for (i = f->offset; i < f->offset + field_size(f) &&
		    i < type->len; i++)
			mark[i]++;
	}
	for (i = 0; i < nitems(blanks); i++) {
		if (blanks[i].msg != type->msg)
			continue;
		for (j = 0; j < blanks[i].n; j++)
			memset(mark + blanks[i].blank[j].offset, 1,
			    blanks[i].blank[j].size);
	}
	for (i = 0; i < type->len; i++) {
		snprintf(what, sizeof(what), "%s, octet %zu",
		    msg_name(type->msg), i);
		CHECK_INT(what, mark[i], 1);
	}
	free(mark);
}

static void
test_tables(void)
{
	const struct part	*part;
	const struct field	*f, *g;
	size_t			 i, j, k;

	for (i = 0; i < nviews; i++) {
		for (j = 0; j < VIEW_PARTS && views[i].part[j] != NULL; j++) {
			part = views[i].part[j];
			test_covered(part->type);
			for (k = 0; k < part->layout->ncolumns; k++)
				CHECK_INT(part->layout->columns[k].field,
				    field_find(part->type, part->layout->
				    columns[k].field) != NULL, 1);
			for (f = part->type->fields; f <
			    part->type->fields + part->type->nfields; f++) {
				g = field_find(part->type, f->name);
				CHECK_INT(f->name, g == f, 1);
				CHECK_INT(f->name, (f->type == F_ENUM) ==
				    (f->names != NULL), 1);
				CHECK_INT(f->name, (f->type == F_TEXT) ==
				    (f->size != 0), 1);
				CHECK_INT(f->name, (f->type == F_REFID ||
				    f->type == F_NET) == (f->also != 0), 1);
			}
		}
	}
}

/*
 * Fields that are no metric: names and reasons have too many values, means
 * and shares are for Prometheus to work out, the rest is said elsewhere.
 */
static const char *const unmeasured[] = {
	"status.hostname", "status.requests", "status.replies",
	"status.dropped",
	"peers.hostname", "peers.reason", "peers.poll", "peers.minpoll",
	"peers.maxpoll", "peers.target",
	"servers.port", "servers.hostname", "servers.reason",
	"servers.target",
	"ke.key",
	"constraints.reason",
	"sensors.reason",
	"server.since", "server.latency",
	"drops.share", "versions.share", "modes.share",
	"listeners.latency",
};

static bool
labelled(const struct metric_label *l, const char *field)
{
	size_t	 i;

	for (i = 0; i < METRIC_LABELS; i++) {
		if (l[i].field != NULL && strcmp(l[i].field, field) == 0)
			return true;
	}
	return false;
}

static bool
measured(const struct metric_group *g, const char *field)
{
	const struct metric	*m;
	char			 name[64];
	size_t			 i;

	if (labelled(g->label, field))
		return true;
	for (m = g->metric; m < g->metric + g->n; m++) {
		if (m->type == M_HISTOGRAM || labelled(m->label, field) ||
		    (m->field != NULL && strcmp(m->field, field) == 0))
			return true;
	}
	snprintf(name, sizeof(name), "%s.%s", g->part->name, field);
	for (i = 0; i < nitems(unmeasured); i++) {
		if (strcmp(unmeasured[i], name) == 0)
			return true;
	}
	return false;
}

static bool
ends(const char *s, const char *end)
{
	size_t	 len = strlen(s), n = strlen(end);

	return len > n && s[len - n - 1] == '_' &&
	    strcmp(s + len - n, end) == 0;
}

/* Every field is a metric, and every metric has a field. */
static void
test_metrics(void)
{
	const struct metric_group *g;
	const struct metric	*m;
	const struct field	*f;
	size_t			 i, j;

	for (i = 0; i < METRIC_GROUPS; i++) {
		g = &metric_groups[i];
		CHECK_STR("the same order", metrics_view.part[i]->name,
		    g->part->name);
		for (f = g->part->type->fields; f <
		    g->part->type->fields + g->part->type->nfields; f++)
			CHECK_INT(f->name, measured(g, f->name), 1);
		for (j = 0; j < METRIC_LABELS; j++) {
			if (g->label[j].field != NULL)
				CHECK_INT(g->label[j].field, field_find(
				    g->part->type, g->label[j].field) != NULL,
				    1);
		}
		for (m = g->metric; m < g->metric + g->n; m++) {
			CHECK_INT(m->name, m->help != NULL, 1);
			CHECK_INT(m->name, m->unit == NULL ||
			    ends(m->name, m->unit), 1);
			for (j = 0; j < METRIC_LABELS; j++) {
				if (m->label[j].field != NULL)
					CHECK_INT(m->name, field_find(
					    g->part->type,
					    m->label[j].field) != NULL, 1);
			}
			if (m->field == NULL)
				continue;
			f = field_find(g->part->type, m->field);
			CHECK_INT(m->name, f != NULL, 1);
			CHECK_INT(m->name, f == NULL || (m->type == M_STATE) ==
			    (f->type == F_ENUM || f->type == F_CHAR), 1);
		}
	}
	CHECK_INT("no other parts", metrics_view.part[METRIC_GROUPS] == NULL,
	    1);
}

/*
 * Parts of views without metrics: clients are nobody else's business, rates
 * are for Prometheus to work out, the sources' columns are those of peers
 * and sensors.
 */
static const char *const ungrouped[] = {
	"clients.clients", "server.rates", "sources.sources",
	"sources.sensors",
};

static bool
grouped(const struct view *view, const struct part *part)
{
	char	 name[64];
	size_t	 i;

	for (i = 0; i < METRIC_GROUPS; i++) {
		if (metric_groups[i].part == part)
			return true;
	}
	snprintf(name, sizeof(name), "%s.%s", view->word, part->name);
	for (i = 0; i < nitems(ungrouped); i++) {
		if (strcmp(ungrouped[i], name) == 0)
			return true;
	}
	return false;
}

/* Nothing that is shown is without metrics. */
static void
test_grouped(void)
{
	size_t	 i, j;

	for (i = 0; i < nviews; i++) {
		for (j = 0; j < VIEW_PARTS && views[i].part[j] != NULL; j++)
			CHECK_INT(views[i].part[j]->name,
			    grouped(&views[i], views[i].part[j]), 1);
	}
}

static const struct {
	double		 v;
	enum field_type	 type;
	enum style	 style;
	const char	*want;
} number[] = {
	{ 0, F_SECONDS, S_PLAIN, "0ns" },
	{ 0.4e-9, F_SECONDS, S_PLAIN, "0ns" },
	{ 1e-9, F_SECONDS, S_PLAIN, "1ns" },
	{ 999e-9, F_SECONDS, S_PLAIN, "999ns" },
	{ 1e-6, F_SECONDS, S_PLAIN, "1.00us" },
	{ 9.994e-6, F_SECONDS, S_PLAIN, "9.99us" },
	{ 9.996e-6, F_SECONDS, S_PLAIN, "10.0us" },
	{ 99.94e-6, F_SECONDS, S_PLAIN, "99.9us" },
	{ 99.96e-6, F_SECONDS, S_PLAIN, "100us" },
	{ 999.4e-6, F_SECONDS, S_PLAIN, "999us" },
	{ 1.5e-3, F_SECONDS, S_PLAIN, "1.50ms" },
	{ -0.25, F_SECONDS, S_PLAIN, "-250ms" },
	{ 1, F_SECONDS, S_PLAIN, "1.00s" },
	{ 99999, F_SECONDS, S_PLAIN, "99999s" },
	{ 100000, F_SECONDS, S_PLAIN, "1.16d" },
	{ 1e9, F_SECONDS, S_PLAIN, "31.7y" },
	{ DBL_MAX, F_SECONDS, S_PLAIN, "5.70e+300y" },
	{ -DBL_MAX, F_SECONDS, S_PLAIN, "-5.70e+300y" },
	{ NAN, F_SECONDS, S_PLAIN, "-" },
	{ INFINITY, F_SECONDS, S_MS, "-" },
	{ 0, F_SECONDS, S_SIGNED, "+0ns" },
	{ -1e-12, F_SECONDS, S_SIGNED, "+0ns" },
	{ -1e-12, F_SECONDS, S_PLAIN, "0ns" },
	{ 2e-3, F_SECONDS, S_SIGNED, "+2.00ms" },
	{ -2e-3, F_SECONDS, S_SIGNED, "-2.00ms" },
	{ 0, F_SECONDS, S_SLOWFAST, "0ns" },
	{ 2e-3, F_SECONDS, S_SLOWFAST, "2.00ms slow" },
	{ -2e-3, F_SECONDS, S_SLOWFAST, "2.00ms fast" },
	{ -12.3456789e-3, F_SECONDS, S_MS, "-12.346ms" },
	{ 63.5, F_SECONDS, S_WHOLE, "64s" },
	{ 0, F_SECONDS, S_SPAN, "0s" },
	{ 59.9, F_SECONDS, S_SPAN, "59s" },
	{ 60, F_SECONDS, S_SPAN, "1m 0s" },
	{ 3599, F_SECONDS, S_SPAN, "59m 59s" },
	{ 86399, F_SECONDS, S_SPAN, "23h 59m" },
	{ 86400 * 365, F_SECONDS, S_SPAN, "365d 0h" },
	{ 86400 * 366, F_SECONDS, S_SPAN, "1y 0d" },
	{ 1e30, F_SECONDS, S_SPAN, "3.17e+22y" },
	{ -1, F_SECONDS, S_SPAN, "0s" },
	{ 0, F_SECONDS, S_UNTIL, "0s" },
	{ 90000, F_SECONDS, S_UNTIL, "1d 1h" },
	{ -90000, F_SECONDS, S_UNTIL, "1d 1h ago" },
	{ -1e30, F_SECONDS, S_UNTIL, "3.17e+22y ago" },
	{ -1, F_AGE, S_PLAIN, "-" },
	{ -1, F_AGE, S_AGO, "never" },
	{ NAN, F_AGE, S_AGO, "never" },
	{ 0.9, F_AGE, S_AGO, "0s ago" },
	{ 90, F_AGE, S_AGO, "1m 30s ago" },
	{ 0, F_AGE, S_PLAIN, "0s" },
	{ 999.9, F_AGE, S_PLAIN, "999s" },
	{ 1000, F_AGE, S_PLAIN, "16m" },
	{ 59999, F_AGE, S_PLAIN, "999m" },
	{ 60000, F_AGE, S_PLAIN, "16h" },
	{ 3599999, F_AGE, S_PLAIN, "999h" },
	{ 3600000, F_AGE, S_PLAIN, "41d" },
	{ 86400e3, F_AGE, S_PLAIN, "2y" },
	{ 1e300, F_AGE, S_PLAIN, "3.17e+292y" },
	{ 0, F_RATE, S_PLAIN, "0.0" },
	{ 0.0156, F_RATE, S_PLAIN, "0.016" },
	{ 0.9994, F_RATE, S_PLAIN, "0.999" },
	{ 0.9996, F_RATE, S_PLAIN, "1.0" },
	{ 999.94, F_RATE, S_PLAIN, "999.9" },
	{ 999.96, F_RATE, S_PLAIN, "1000" },
	{ 1e300, F_RATE, S_PLAIN, "1.00e+300" },
	{ NAN, F_RATE, S_PLAIN, "-" },
	{ 0, F_RATE, S_OCTETS, "0B" },
	{ 999.4, F_RATE, S_OCTETS, "999B" },
	{ 999.6, F_RATE, S_OCTETS, "1.00kB" },
	{ 12345, F_RATE, S_OCTETS, "12.3kB" },
	{ 999.4e6, F_RATE, S_OCTETS, "999MB" },
	{ 999.6e6, F_RATE, S_OCTETS, "1.00GB" },
	{ 18.4e18, F_RATE, S_OCTETS, "18.4EB" },
	{ 1e30, F_RATE, S_OCTETS, "1.00e+12EB" },
	{ 0, F_SHARE, S_PLAIN, "0.0%" },
	{ 0.12345, F_SHARE, S_PLAIN, "12.3%" },
	{ 1, F_SHARE, S_PLAIN, "100.0%" },
	{ NAN, F_SHARE, S_PLAIN, "-" },
	{ 0, F_FREQ, S_PLAIN, "0.000ppm" },
	{ -1e-10, F_FREQ, S_PLAIN, "0.000ppm" },
	{ -1e-10, F_FREQ, S_SIGNED, "+0.000ppm" },
	{ -1e-10, F_FREQ, S_SLOWFAST, "0.000ppm" },
	{ -1e-6, F_FREQ, S_PLAIN, "-1.000ppm" },
	{ 1e-6, F_FREQ, S_SIGNED, "+1.000ppm" },
	{ -1e-6, F_FREQ, S_SIGNED, "-1.000ppm" },
	{ 1e-6, F_FREQ, S_SLOWFAST, "1.000ppm slow" },
	{ -1e-6, F_FREQ, S_SLOWFAST, "1.000ppm fast" },
	{ NAN, F_FREQ, S_SLOWFAST, "-" },
	{ 1e300, F_FREQ, S_PLAIN, "1.00e+306ppm" },
};

static const struct {
	const char	*what;
	uint32_t	 refid;
	uint8_t		 stratum;
	const char	*want;		/* NULL: null */
} refid[] = {
	{ "none", 0, 0, NULL },
	{ "none", 0, 3, NULL },
	{ "clock", 0x47505300, 1, "GPS" },
	{ "padded", 0x50505320, 1, "PPS" },
	{ "four", 0x44434637, 1, "DCF7" },
	{ "kiss", 0x52415445, 0, "RATE" },
	{ "not to be printed", 0x1b5b6d61, 1, "27.91.109.97" },
	{ "a hole", 0x47005300, 1, "71.0.83.0" },
	{ "a blank first", 0x20475053, 1, "32.71.80.83" },
	{ "blanks", 0x20202020, 1, "32.32.32.32" },
	{ "address", 0xc0000201, 2, "192.0.2.1" },
	{ "address of letters", 0x47505300, 2, "71.80.83.0" },
};

static void
test_values(void)
{
	struct peer_row		 row;
	struct field		 f = { .name = "x" };
	struct value		 v;
	char			 buf[VALUE_LEN];
	size_t			 i;

	for (i = 0; i < nitems(number); i++) {
		f.type = number[i].type;
		CHECK_STR(number[i].want, value_str(&f, number[i].style,
		    &number[i].v, buf), number[i].want);
	}
	f.type = F_REFID;
	f.offset = offsetof(struct peer_row, p.refid);
	f.also = offsetof(struct peer_row, p.stratum);
	memset(&row, 0, sizeof(row));
	for (i = 0; i < nitems(refid); i++) {
		row.p.refid = refid[i].refid;
		row.p.stratum = refid[i].stratum;
		value_get(&f, &row, &v);
		CHECK_STR(refid[i].what, v.kind == V_NULL ? "null" : v.s,
		    refid[i].want == NULL ? "null" : refid[i].want);
	}
}

int
main(void)
{
	test_tables();
	test_metrics();
	test_grouped();
	test_values();
	return test_done("view");
}
