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
 * ntpctl check: what the NTP Pool's monitor would make of a server, with
 * its packets and its rules, and then what the pool does not look at but
 * clients suffer from.  Asks by itself; no daemon is needed.
 */

#include <sys/types.h>

#include <err.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "now.h"
#include "ntpctl.h"
#include "poolname.h"
#include "poolscore.h"

#define ADDRS_MAX	16
#define STEP_GOOD	0.5	/* a step of at least this keeps a server in */
#define WATCH_PUBLIC	64.0	/* s, at least, between looks at others */
#define JOIN_STRATUM	5	/* the pool takes none above */

/* An address, and all there is to say of it. */
struct target {
	struct addr	 addr;
	struct probe	 monitor[POOL_SAMPLES];
	struct probe	 more[CHECK_PROBES];
	struct check_report report;
	struct pool_obs	 obs;
	double		 score;		/* --watch */
};

/* "bad stratum 16", "RATE", "connection refused". */
static void
sample_error(struct sample_row *r, const struct probe *p,
    const struct pool_obs *obs)
{
	switch (obs->result) {
	case POOL_OK:
		return;
	case POOL_UNREACHABLE:
		(void)strlcpy(r->error, strerror(p->error), sizeof(r->error));
		return;
	case POOL_STRATUM:
		snprintf(r->error, sizeof(r->error), "bad stratum %u",
		    obs->stratum);
		return;
	case POOL_RATE:
	case POOL_DENY:
	case POOL_KISS:
		packet_kiss(obs->refid, r->error);
		return;
	case POOL_SILENT:
	case POOL_SHORT:
	case POOL_MODE:
	case POOL_ZERO:
	case POOL_BOGUS:
	case POOL_ORDER:
	case POOL__MAX:
		break;
	}
	(void)strlcpy(r->error, pool_result_str(obs->result),
	    sizeof(r->error));
}

static void
sample_fill(struct sample_row *r, const struct packet *h,
    const struct pool_obs *obs, const struct probe *p)
{
	r->leap = h->leap;
	r->li = (uint8_t)('0' + h->leap);
	r->version = h->version;
	r->stratum = h->stratum;
	r->precision = ldexp(1, h->precision);
	r->refid = h->refid;
	r->rootdelay = h->rootdelay;
	r->rootdisp = h->rootdisp;
	r->rtt = obs->rtt;
	if (obs->result == POOL_OK)
		r->offset = obs->offset;
	r->distance = (obs->rtt + h->rootdelay) / 2 + h->rootdisp;
	if (!ntptime_zero(h->reftime))
		r->age = fmax(ntptime_diff(p->t4, h->reftime), 0);
}

static void
observe(const struct probe *p, struct pool_obs *obs, struct sample_row *r)
{
	struct packet	 header;

	*obs = (struct pool_obs){ .result = POOL_SILENT };
	memset(r, 0, sizeof(*r));
	r->port = p->port;
	r->leap = UINT8_MAX;
	r->li = '-';
	r->rtt = r->offset = r->precision = NAN;
	r->rootdelay = r->rootdisp = r->distance = NAN;
	r->age = -1;
	if (p->state == PROBE_FAILED)
		obs->result = POOL_UNREACHABLE;
	if (p->state == PROBE_ANSWERED) {
		pool_judge(p->reply, p->replylen, p->nonce, p->t1, p->t4, obs);
		if (packet_decode(&header, p->reply, p->replylen) == 0)
			sample_fill(r, &header, obs, p);
	}
	sample_error(r, p, obs);
}

/* All three samples of a check, and what they come to. */
static void
judge(struct target *t)
{
	struct pool_obs		 obs[POOL_SAMPLES];
	struct verdict_row	*v = &t->report.verdict;
	double			 cap;
	size_t			 i;
	int			 checks;

	for (i = 0; i < POOL_SAMPLES; i++)
		observe(&t->monitor[i], &obs[i], &t->report.sample[i]);
	t->obs = *pool_best(obs, POOL_SAMPLES);
	t->score = pool_score(t->score, &t->obs);
	memset(v, 0, sizeof(*v));
	v->addr = t->addr;
	v->step = pool_step(&t->obs, &cap);
	v->level = pool_level(&t->obs);
	checks = pool_checks(0, POOL_IN, &t->obs);
	v->in = checks >= 0;
	v->checks = v->in ? checks : NAN;
	v->time = v->in ? checks * POOL_EVERY : -1;
	(void)strlcpy(v->rule, pool_rule(&t->obs), sizeof(v->rule));
}

/* Ask all addresses at once. */
static void
run(struct target *targets, size_t n, bool more)
{
	struct probe	*probes, *p;
	size_t		 i, j, each = more ? CHECK_PROBES : POOL_SAMPLES;

	if ((p = probes = calloc(n * each, sizeof(*probes))) == NULL)
		err(1, NULL);
	for (i = 0; i < n; i++, p += each) {
		if (more)
			check_plan(p, &targets[i].addr);
		for (j = 0; j < each && !more; j++)
			probe_request(&p[j], &targets[i].addr,
			    (double)j * POOL_SPACING, POOL_TIMEOUT);
	}
	probe_run(probes, n * each);
	for (i = 0, p = probes; i < n; i++, p += each)
		memcpy(more ? targets[i].more : targets[i].monitor, p,
		    each * sizeof(*p));
	free(probes);
}

/* Not a word from it: nothing more can be learned. */
static bool
silent(const struct target *t)
{
	return t->obs.result > POOL_OK && t->obs.result < POOL_RATE;
}

/* The reply with the shortest way, which the pool would take. */
static const struct probe *
best(const struct target *t)
{
	const struct probe	*found = NULL;
	size_t			 i;

	for (i = 0; i < POOL_SAMPLES; i++) {
		if (t->report.sample[i].error[0] == '\0' && (found == NULL ||
		    t->report.sample[i].rtt <
		    t->report.sample[found - t->monitor].rtt))
			found = &t->monitor[i];
	}
	return found;
}

static void
tests(struct target *t)
{
	const struct probe	*p = best(t);
	struct packet		 header;

	if (p != NULL && packet_decode(&header, p->reply, p->replylen) == 0)
		t->report.ntests += check_reply(&header, p->replylen,
		    t->report.sample[p - t->monitor].distance, p->t4,
		    t->report.test + t->report.ntests);
	t->report.ntests += check_judge(t->more,
	    t->report.test + t->report.ntests);
}

/*
 * The pool's conditions for a new server, as far as they can be seen.
 */
static void
join(struct target *targets, size_t n, size_t i)
{
	struct target	*t = &targets[i];
	struct check_row *r = t->report.test + t->report.ntests;
	bool		 other = false;
	size_t		 j;

	for (j = 0; j < n; j++)
		other |= targets[j].addr.family != t->addr.family &&
		    targets[j].report.verdict.step >= STEP_GOOD;
	if (t->obs.stratum < 1 || t->obs.stratum > JOIN_STRATUM)
		check_row(r++, "join: stratum", CHECK_BAD,
		    "%u, the pool takes 1 to %d", t->obs.stratum,
		    JOIN_STRATUM);
	else
		check_row(r++, "join: stratum", CHECK_OK, "%u, the pool takes "
		    "1 to %d", t->obs.stratum, JOIN_STRATUM);
	if (addr_private(&t->addr))
		check_row(r++, "join: address", CHECK_BAD,
		    "not public: monitors cannot reach it");
	else
		check_row(r++, "join: address", CHECK_OK, "public; it has to "
		    "stay the same for years");
	check_row(r++, "join: family", other ? CHECK_OK : CHECK_NOTE,
	    other ? "good over IPv4 and over IPv6; each joins by itself" :
	    "nothing good over IPv%d; it would join by itself",
	    t->addr.family == ADDR_V4 ? 6 : 4);
	check_row(r++, "join: netspeed", CHECK_NOTE,
	    "begin with 0, monitoring only; then the least, and raise it");
	t->report.ntests = (size_t)(r - t->report.test);
}

static const struct peer_row *
pool_peer(const struct rows *rows)
{
	const struct peer_row	*r = (const void *)rows->row;
	char			 buf[VALUE_LEN];
	size_t			 i;

	for (i = 0; i < rows->n; i++) {
		if (poolname(value_text(r[i].p.name, sizeof(r[i].p.name),
		    buf)))
			return &r[i];
	}
	return NULL;
}

/* Only the daemon knows whom it asks: that of this host is taken for it. */
static void
join_upstream(const struct options *opts, struct conn *conn,
    struct check_row *row)
{
	const struct view	*peers = cmd_view("peers");
	const struct peer_row	*bad;
	struct rows		 rows[VIEW_PARTS];
	bool			 known;

	memset(rows, 0, sizeof(rows));
	known = conn_open(conn, opts->socket, CONN_PATIENCE) == 0;
	if (known) {
		known = view_fetch(conn, peers, 0, rows) == 0;
		conn_close(conn);
	}
	if (!known)
		check_row(row, "join: upstreams", CHECK_NOTE,
		    "not known here; the pool wants chosen ones, not itself");
	else if ((bad = pool_peer(&rows[0])) != NULL)
		check_row(row, "join: upstreams", CHECK_BAD,
		    "%.*s: the pool wants chosen servers, not itself",
		    MSG_NAME_MAX, bad->p.name);
	else
		check_row(row, "join: upstreams", CHECK_OK,
		    "this host's ntpd uses none of the pool");
	rows_free(rows);
}

/* 0: good; 1: time, but not good; 2: none. */
static int
worst(const struct target *targets, size_t n)
{
	int	 status = 0, s;
	size_t	 i;

	for (i = 0; i < n; i++) {
		s = targets[i].report.verdict.step >= STEP_GOOD ? 0 :
		    silent(&targets[i]) ? 2 : 1;
		if (s > status)
			status = s;
	}
	return status;
}

/* A line as the pool's own log of scores has it, and whose it is. */
static void
watch_line(const struct target *t)
{
	char		 when[32], a[ADDR_STRLEN];
	time_t		 now = time(NULL);
	struct tm	 tm;
	size_t		 i;
	const char	*error = "";

	for (i = 0; i < POOL_SAMPLES && t->obs.result != POOL_OK; i++) {
		if (t->report.sample[i].error[0] != '\0')
			error = t->report.sample[i].error;
	}
	if (gmtime_r(&now, &tm) == NULL ||
	    strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S", &tm) == 0)
		when[0] = '\0';
	printf("%lld,%s,", (long long)now, when);
	if (t->obs.result == POOL_OK)
		printf("%.9f", t->obs.offset);
	printf(",%.2f,%.1f,%s,%.3f,%c,%s\n", t->report.verdict.step, t->score,
	    addr_str(&t->addr, a), t->obs.rtt * 1e3, t->report.sample[0].li,
	    error);
	if (fflush(stdout) == EOF)
		err(1, "stdout");
}

static __dead void
watch(struct target *targets, size_t n, double every)
{
	mono_t	 next = now_mono();
	double	 left;
	size_t	 i;

	puts("ts_epoch,ts,offset,step,score,monitor,rtt,leap,error");
	for (;;) {
		next = mono_add(next, every);
		run(targets, n, false);
		for (i = 0; i < n; i++) {
			judge(&targets[i]);
			watch_line(&targets[i]);
		}
		while ((left = mono_diff(next, now_mono())) > 0)
			usleep((useconds_t)(fmin(left, 0.9) * 1e6));
	}
}

/* What came of an address, as text, of which the first part was printed. */
static void
print_tests(struct target *t, bool several)
{
	char	 a[ADDR_STRLEN];

	if (t->report.ntests == 0)
		return;
	putchar('\n');
	if (several)
		puts(addr_str(&t->addr, a));
	check_print(CHECK_SECOND, &t->report, false);
}

static void
check_all(const struct options *opts, const struct asked *asked,
    struct conn *conn, struct target *targets, size_t n)
{
	struct check_report	*r;
	size_t			 i, answers = 0;

	run(targets, n, false);
	for (i = 0; i < n; i++) {
		judge(&targets[i]);
		answers += !silent(&targets[i]);
		if (opts->json)
			continue;
		if (i > 0)
			putchar('\n');
		check_print(CHECK_FIRST, &targets[i].report, false);
	}
	if (answers > 0) {
		if (isatty(STDERR_FILENO))
			warnx("asking what the pool does not, a minute");
		run(targets, n, true);
	}
	for (i = 0; i < n; i++) {
		if (!silent(&targets[i]))
			tests(&targets[i]);
		if (!silent(&targets[i]) && asked->join) {
			join(targets, n, i);
			r = &targets[i].report;
			join_upstream(opts, conn, &r->test[r->ntests++]);
		}
		if (opts->json)
			check_print(CHECK_WHOLE, &targets[i].report, true);
		else
			print_tests(&targets[i], n > 1);
	}
}

int
check(struct conn *conn, const struct options *opts, char **args)
{
	struct target	*targets;
	struct asked	 asked;
	struct addr	 addrs[ADDRS_MAX];
	size_t		 i, n;

	args = probe_options(&asked, args, true);
	if (args[0] == NULL || args[1] != NULL ||
	    (asked.watch > 0 && (asked.join || opts->json)))
		usage();
	n = probe_resolve(args[0], asked.port, asked.family, addrs, ADDRS_MAX);
	if (n == 0)
		return 2;
	if ((targets = calloc(n, sizeof(*targets))) == NULL)
		err(1, NULL);
	for (i = 0; i < n; i++) {
		targets[i].addr = addrs[i];
		if (asked.watch > 0 && asked.watch < WATCH_PUBLIC &&
		    !addr_private(&addrs[i]))
			errx(1, "watch: a public server is asked every "
			    "%.0f s at most", WATCH_PUBLIC);
	}
	if (asked.watch > 0)
		watch(targets, n, asked.watch);
	check_all(opts, &asked, conn, targets, n);
	return worst(targets, n);
}
