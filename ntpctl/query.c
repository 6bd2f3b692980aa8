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
 * ntpctl query: what servers say, asked by ntpctl itself.  Several requests
 * to each address, and the answer with the shortest way is the one shown.
 */

#include <sys/types.h>

#include <err.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "now.h"
#include "ntpctl.h"
#include "osc.h"
#include "probe.h"
#include "reply.h"

#define SAMPLES		4	/* of each address, */
#define SPACING		2.0	/* s apart, as servers' limits allow */
#define TIMEOUT		3.0	/* s */
#define ADDRS_MAX	64	/* in all */
#define VERDICT_LEN	64

struct query_row {
	struct addr	 addr;
	char		 name[MSG_NAME_MAX];	/* as it was given */
	uint8_t		 usable;
	uint8_t		 answers;
	uint8_t		 stratum;
	uint8_t		 leap;
	uint32_t	 refid;
	double		 offset;	/* s, theirs - CLOCK_REALTIME */
	double		 delay;		/* s */
	double		 distance;	/* s, its root distance from here */
	char		 verdict[VERDICT_LEN];
};

#define QUERY(n, t)	FIELD(query_row, #n, n, t)
static const struct field fields[] = {
	FIELD(query_row, "address", addr, F_ADDR),
	FIELD(query_row, "port", addr.port, F_U16),
	TEXT_FIELD(query_row, "name", name),
	QUERY(usable, F_BOOL),
	QUERY(answers, F_U8),
	QUERY(stratum, F_U8),
	REFID_FIELD(query_row, "refid", refid, stratum),
	ENUM_FIELD(query_row, "leap", leap, leap_names),
	QUERY(offset, F_SECONDS),
	QUERY(distance, F_SECONDS),
	QUERY(delay, F_SECONDS),
	TEXT_FIELD(query_row, "verdict", verdict),
};

static const struct rowtype type = {
	.size = sizeof(struct query_row),
	.fields = fields,
	.nfields = nitems(fields),
};

static const struct column columns[] = {
	{ "address",	"address",  S_PLAIN,  0, 0, .left = true },
	{ "stratum",	"st",	    S_DASH,   1, 2 },
	{ "refid",	"refid",    S_PLAIN,  1, 0, .left = true },
	{ "offset",	"offset",   S_SIGNED, 1, 9 },
	{ "distance",	"+-",	    S_PLAIN,  1, 6 },
	{ "delay",	"delay",    S_PLAIN,  1, 6 },
};

static void	 note(FILE *, const void *);

static const struct layout layout = {
	.columns = columns,
	.ncolumns = nitems(columns),
	.fit = true,
	.note_head = "  verdict",
	.note = note,
};

static const struct part part = {
	.name = "servers",
	.type = &type,
	.layout = &layout,
};

static const struct view view = { .word = "query", .part = { &part } };

/* The verdict, and the name where there is one besides the address. */
static void
note(FILE *out, const void *row)
{
	const struct query_row	*r = row;
	char			 buf[ADDR_STRLEN];

	fprintf(out, "  %s", r->verdict);
	if (strcmp(r->name, addr_str(&r->addr, buf)) != 0)
		fprintf(out, "  (%s)", r->name);
}

/* What one request came to; the sample is of the clock, not of osc time. */
static enum reply_verdict
judge(const struct probe *p, struct packet *header, struct sample *sample,
    uint32_t *kiss)
{
	struct pkt_times	 times;
	struct osc		 osc;

	/* a free-running clock that shows what CLOCK_REALTIME does */
	osc_init(&osc, p->sent, 0, p->t1);
	times.tx = osc_from_mono(&osc, p->sent);
	times.rx = osc_from_mono(&osc, p->received);
	times.error = ldexp(1, now_precision());
	times.stepped = p->stepped;
	return reply_judge(p->reply, p->replylen, p->nonce, &times, &osc,
	    header, sample, kiss);
}

static void
fill(struct query_row *r, const struct packet *h, const struct sample *s)
{
	r->usable = true;
	r->stratum = h->stratum;
	r->leap = h->leap;
	r->refid = h->refid;
	r->offset = s->offset;
	r->delay = s->delay;
	r->distance = sample_distance(s);
	(void)strlcpy(r->verdict, "good", sizeof(r->verdict));
}

/* Why it is of no use: the last reason stays. */
static void
complain(struct query_row *r, const struct probe *p,
    enum reply_verdict verdict, const struct packet *h, uint32_t kiss)
{
	char	 code[5];

	switch (p->state) {
	case PROBE_FAILED:
		(void)strlcpy(r->verdict, strerror(p->error),
		    sizeof(r->verdict));
		return;
	case PROBE_PLANNED:
	case PROBE_WAITING:
	case PROBE_SILENT:
		/* says less than any answer does */
		if (r->answers == 0)
			(void)strlcpy(r->verdict, "no answer",
			    sizeof(r->verdict));
		return;
	case PROBE_ANSWERED:
		break;
	}
	if (verdict == REPLY_KISS) {
		packet_kiss(kiss, code);
		snprintf(r->verdict, sizeof(r->verdict), "%s: %s",
		    reply_str(verdict), code);
		return;
	}
	(void)strlcpy(r->verdict, reply_str(verdict), sizeof(r->verdict));
	if (verdict == REPLY_UNSYNC) {
		r->stratum = h->stratum;
		r->leap = h->leap;
		r->refid = h->refid;
	}
}

static void
sum_up(struct query_row *r, const struct probe *probes)
{
	enum reply_verdict	 verdict = REPLY_SHORT;
	const struct probe	*p;
	struct packet		 header;
	struct sample		 sample;
	uint32_t		 kiss = 0;

	for (p = probes; p < probes + SAMPLES; p++) {
		if (p->state == PROBE_ANSWERED) {
			r->answers++;
			verdict = judge(p, &header, &sample, &kiss);
			if (verdict == REPLY_GOOD) {
				if (!r->usable || sample.delay < r->delay)
					fill(r, &header, &sample);
				continue;
			}
		}
		if (!r->usable)
			complain(r, p, verdict, &header, kiss);
	}
}

/* Addresses of all hosts; one that has none has been complained of. */
static void
resolve_all(const struct asked *asked, char **hosts, struct query_row *rows,
    size_t *n)
{
	struct addr	 addrs[ADDRS_MAX];
	size_t		 i, found;

	for (*n = 0; *hosts != NULL; hosts++) {
		found = probe_resolve(*hosts, asked->port, asked->family,
		    addrs, ADDRS_MAX - *n);
		for (i = 0; i < found; i++) {
			memset(&rows[*n], 0, sizeof(rows[*n]));
			rows[*n].addr = addrs[i];
			rows[*n].leap = LEAP_ALARM;
			rows[*n].offset = rows[*n].delay =
			    rows[*n].distance = NAN;
			(void)strlcpy(rows[*n].name, *hosts,
			    sizeof(rows[*n].name));
			(*n)++;
		}
	}
}

int
query(struct conn *conn, const struct options *opts, char **args)
{
	static struct query_row	 row[ADDRS_MAX];
	struct asked		 asked;
	struct rows		 rows[VIEW_PARTS];
	struct probe		*probes;
	size_t			 i, j, n;
	int			 status = 1;

	args = probe_options(&asked, args, false);
	if (args[0] == NULL)
		usage();
	resolve_all(&asked, args, row, &n);
	if (n == 0)
		return 1;
	if ((probes = calloc(n * SAMPLES, sizeof(*probes))) == NULL)
		err(1, NULL);
	for (i = 0; i < n; i++) {
		for (j = 0; j < SAMPLES; j++)
			probe_request(&probes[i * SAMPLES + j], &row[i].addr,
			    (double)j * SPACING, TIMEOUT);
	}
	probe_run(probes, n * SAMPLES);
	for (i = 0; i < n; i++) {
		sum_up(&row[i], &probes[i * SAMPLES]);
		if (row[i].usable)
			status = 0;
	}
	free(probes);
	memset(rows, 0, sizeof(rows));
	rows[0].row = (uint8_t *)row;
	rows[0].n = n;
	if ((opts->json ? json_view(stdout, &view, rows) :
	    text_view(stdout, &view, rows)) == -1)
		err(1, "stdout");
	return status;
}
