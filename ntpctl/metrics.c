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
 * ntpctl metrics: all figures in the format of OpenMetrics 1.0, or of
 * Prometheus before it, which node_exporter's textfile collector reads.
 *
 * What is not known has no sample; a metric without samples is left out.
 * Who reads this takes none of it if two samples have the same labels: of
 * rows that the labels do not tell apart only the first is printed.
 */

#include <sys/types.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "ntpctl.h"

/* The word for a tally, as a state. */
static const char *const uses[] = {
	"selected", "combined", "spare", "falseticker", "unusable", "none"
};
static const char	 tallies[] = "*+-x? ";

/* A metric, while it is printed. */
struct printer {
	FILE			*out;
	enum metrics_form	 form;
	const struct metric_group *group;
	const struct metric	*metric;
	const bool		*again;	/* of each row: it is left out */
	bool			 begun;	/* has a sample */
	const uint8_t		*row;
	unsigned int		 labels; /* of this sample, so far */
};

static const char *
type_name(const struct printer *p)
{
	static const char *const names[][2] = {
		[M_GAUGE]	= { "gauge", "gauge" },
		[M_COUNTER]	= { "counter", "counter" },
		[M_INFO]	= { "info", "gauge" },
		[M_STATE]	= { "stateset", "gauge" },
		[M_HISTOGRAM]	= { "histogram", "histogram" },
	};

	return names[p->metric->type][p->form];
}

/* What samples have behind the metric's name; before OpenMetrics that is */
/* part of it. */
static const char *
suffix(const struct metric *m)
{
	switch (m->type) {
	case M_COUNTER:
		return "_total";
	case M_INFO:
		return "_info";
	case M_GAUGE:
	case M_STATE:
	case M_HISTOGRAM:
		break;
	}
	return "";
}

static void
descriptor(struct printer *p)
{
	const struct metric	*m = p->metric;
	const char		*end = "";

	if (p->form == METRICS_PROMETHEUS)
		end = suffix(m);
	fprintf(p->out, "# TYPE %s%s %s\n", m->name, end, type_name(p));
	if (m->unit != NULL && p->form == METRICS_OPENMETRICS)
		fprintf(p->out, "# UNIT %s %s\n", m->name, m->unit);
	fprintf(p->out, "# HELP %s%s %s\n", m->name, end, m->help);
}

static void
label(struct printer *p, const char *name, const char *value)
{
	fprintf(p->out, "%s%s=\"", p->labels++ == 0 ? "{" : ",", name);
	for (; *value != '\0'; value++) {
		if (*value == '\\' || *value == '"')
			putc('\\', p->out);
		/* no control characters: see value_clean */
		putc(*value, p->out);
	}
	putc('"', p->out);
}

/* As the text has it, but nothing for what is not known. */
static const char *
label_value(const struct printer *p, const struct metric_label *l,
    const uint8_t *row, char buf[VALUE_LEN])
{
	const struct field	*f = field_find(p->group->part->type, l->field);
	struct value		 v;

	value_get(f, row, &v);
	return v.kind == V_NULL ? "" : value_str(f, S_PLAIN, row, buf);
}

static void
label_field(struct printer *p, const struct metric_label *l)
{
	char	 buf[VALUE_LEN];

	label(p, l->name, label_value(p, l, p->row, buf));
}

/* Do the labels of two rows say the same? */
static bool
alike(const struct printer *p, const uint8_t *a, const uint8_t *b)
{
	const struct metric_label	*l = p->group->label;
	char				 abuf[VALUE_LEN], bbuf[VALUE_LEN];
	size_t				 i;

	for (i = 0; i < METRIC_LABELS && l[i].name != NULL; i++) {
		if (strcmp(label_value(p, &l[i], a, abuf),
		    label_value(p, &l[i], b, bbuf)) != 0)
			return false;
	}
	return true;
}

/* Which rows have the labels of one before them; the caller frees it. */
static bool *
find_again(const struct printer *p, const struct rows *rows)
{
	size_t	 i, j, size = p->group->part->type->size;
	bool	*again;

	if ((again = calloc(rows->n + 1, sizeof(*again))) == NULL)
		return NULL;
	/* the steps of a histogram have none but their own */
	if (p->group->label[0].name == NULL)
		return again;
	for (i = 0; i < rows->n; i++) {
		for (j = 0; j < i && !again[i]; j++)
			again[i] = !again[j] && alike(p,
			    rows->row + i * size, rows->row + j * size);
	}
	return again;
}

static void
begin_sample(struct printer *p, const char *end)
{
	size_t	 i;

	if (!p->begun)
		descriptor(p);
	p->begun = true;
	p->labels = 0;
	fprintf(p->out, "%s%s", p->metric->name, end);
	for (i = 0; i < METRIC_LABELS; i++) {
		if (p->group->label[i].name != NULL)
			label_field(p, &p->group->label[i]);
	}
}

static void
end_sample(struct printer *p, const char *value)
{
	fprintf(p->out, "%s %s\n", p->labels > 0 ? "}" : "", value);
}

/* Bits that are set, of eight. */
static double
reach(uint64_t reg)
{
	unsigned int	 n = 0;

	for (; reg != 0; reg >>= 1)
		n += reg & 1;
	return n / 8.0;
}

static void
number(struct printer *p)
{
	const struct field	*f;
	struct value		 v;
	char			 buf[JSON_NUMBER];

	f = field_find(p->group->part->type, p->metric->field);
	value_get(f, p->row, &v);
	if (f->type == F_OCTAL) {
		v.kind = V_DOUBLE;
		v.d = reach(v.u);
	}
	switch (v.kind) {
	case V_NULL:
	case V_WORD:
		return;
	case V_BOOL:
		snprintf(buf, sizeof(buf), "%d", v.u != 0);
		break;
	case V_UINT:
		snprintf(buf, sizeof(buf), "%llu", (unsigned long long)v.u);
		break;
	case V_INT:
		snprintf(buf, sizeof(buf), "%lld", (long long)v.i);
		break;
	case V_DOUBLE:
		json_number(v.d, buf);
		break;
	}
	begin_sample(p, suffix(p->metric));
	end_sample(p, buf);
}

static void
info(struct printer *p)
{
	size_t	 i;

	begin_sample(p, suffix(p->metric));
	for (i = 0; i < METRIC_LABELS; i++) {
		if (p->metric->label[i].name != NULL)
			label_field(p, &p->metric->label[i]);
	}
	end_sample(p, "1");
}

static void
states(struct printer *p)
{
	const struct field	*f;
	const char *const	*names;
	size_t			 i, n, is;
	uint8_t			 v;

	f = field_find(p->group->part->type, p->metric->field);
	v = p->row[f->offset];
	if (f->type == F_CHAR) {
		names = uses;
		n = nitems(uses);
		for (is = 0; is < n && (uint8_t)tallies[is] != v; is++)
			;
	} else {
		names = f->names;
		n = f->nnames;
		is = v;
	}
	for (i = 0; i < n; i++) {
		begin_sample(p, "");
		label(p, p->metric->name, names[i]);
		end_sample(p, i == is ? "1" : "0");
	}
}

static void
histogram(struct printer *p, const struct rows *rows)
{
	const struct bucket_row	*row = (const void *)rows->row;
	uint64_t		 n = 0;
	size_t			 i;
	char			 buf[JSON_NUMBER];

	for (i = 0; i < rows->n; i++) {
		n += row[i].replies;
		begin_sample(p, "_bucket");
		label(p, "le", isfinite(row[i].upto) ?
		    json_number(row[i].upto, buf) : "+Inf");
		snprintf(buf, sizeof(buf), "%llu", (unsigned long long)n);
		end_sample(p, buf);
	}
	if (rows->n == 0)
		return;
	begin_sample(p, "_count");
	end_sample(p, buf);
	begin_sample(p, "_sum");
	end_sample(p, json_number(row[0].sum, buf));
}

static void
metric(struct printer *p, const struct rows *rows)
{
	size_t	 i;

	p->begun = false;
	if (p->metric->type == M_HISTOGRAM) {
		histogram(p, rows);
		return;
	}
	for (i = 0; i < rows->n; i++) {
		if (p->again[i])
			continue;
		p->row = rows->row + i * p->group->part->type->size;
		switch (p->metric->type) {
		case M_GAUGE:
		case M_COUNTER:
			number(p);
			break;
		case M_INFO:
			info(p);
			break;
		case M_STATE:
			states(p);
			break;
		case M_HISTOGRAM:
			break;
		}
	}
}

int
metrics_view_print(FILE *out, enum metrics_form form,
    const struct rows *rows)
{
	struct printer	 p;
	bool		*again;
	size_t		 i, j;

	memset(&p, 0, sizeof(p));
	p.out = out;
	p.form = form;
	for (i = 0; i < METRIC_GROUPS; i++) {
		p.group = &metric_groups[i];
		if ((again = find_again(&p, &rows[i])) == NULL)
			return -1;
		p.again = again;
		for (j = 0; j < p.group->n; j++) {
			p.metric = &p.group->metric[j];
			metric(&p, &rows[i]);
		}
		free(again);
	}
	if (form == METRICS_OPENMETRICS)
		fputs("# EOF\n", out);
	return fflush(out) == EOF || ferror(out) ? -1 : 0;
}
