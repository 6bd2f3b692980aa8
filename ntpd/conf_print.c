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
 * The canonical form of a configuration: everything there is one of with
 * its value, and of the rest what is not the default.  It parses to the
 * same configuration.  Parent only.
 */

#include <sys/types.h>
#include <sys/queue.h>

#include <stdio.h>
#include <string.h>

#include "assoc.h"
#include "compat.h"
#include "conf.h"
#include "conf_lex.h"
#include "ntske.h"

#define NTP_PORT	123
#define NTS_PORT	4460

static const char *const step_names[] = {
	[STEP_NEVER]	= "never",
	[STEP_START]	= "start",
	[STEP_ALWAYS]	= "always"
};

static const char *const limit_names[] = {
	[CONF_LIMIT_PUBLIC] = "public",
	[CONF_LIMIT_ON]	= "on",
	[CONF_LIMIT_OFF] = "off"
};

static const char *const period_names[] = {
	[BUDGET_DAY]	= "day",
	[BUDGET_WEEK]	= "week",
	[BUDGET_MONTH]	= "month"
};

static const char *const action_names[] = {
	[ACL_ALLOW]	= "allow",
	[ACL_DENY]	= "deny",
	[ACL_KISS]	= "deny",
	[ACL_IGNORE]	= "ignore"
};

static void	 print_global(const struct conf *, FILE *);
static void	 print_nts(const struct conf *, FILE *);
static void	 print_limits(const struct conf_global *, FILE *);
static void	 print_listen(const struct conf_listen *, FILE *);
static void	 print_rule(const struct conf *, const struct acl_rule *,
		    FILE *);
static void	 print_from(const struct addr *, struct addr *, FILE *);
static void	 print_server(const struct conf_server *, FILE *);
static void	 print_ask(const struct conf_server *, FILE *);
static void	 print_sensor(const struct conf_sensor *, FILE *);
static void	 print_constraint(const struct conf_constraint *, FILE *);
static void	 print_family(uint8_t, FILE *);
static void	 print_quoted(const char *, FILE *);
static void	 print_word(const char *, FILE *);
static void	 print_decimal(double, FILE *);

void
conf_print(const struct conf *conf, FILE *f)
{
	const struct conf_node *n;
	struct addr from4, from6;
	size_t i;

	memset(&from4, 0, sizeof(from4));
	memset(&from6, 0, sizeof(from6));
	print_global(conf, f);
	TAILQ_FOREACH(n, &conf->listens, entry)
		print_listen(&n->listen, f);
	for (i = 0; i < conf->nrules; i++)
		print_rule(conf, &conf->rules[i].rule, f);
	TAILQ_FOREACH(n, &conf->servers, entry) {
		print_from(&n->server.from4, &from4, f);
		print_from(&n->server.from6, &from6, f);
		print_server(&n->server, f);
	}
	TAILQ_FOREACH(n, &conf->sensors, entry)
		print_sensor(&n->sensor, f);
	TAILQ_FOREACH(n, &conf->constraints, entry)
		print_constraint(&n->constraint, f);
}

static void
print_global(const struct conf *conf, FILE *f)
{
	const struct conf_global *g = &conf->global;

	fprintf(f, "driftfile ");
	print_quoted(conf->driftfile, f);
	if (conf->cafile[0] != '\0') {
		fprintf(f, "\ncafile ");
		print_quoted(conf->cafile, f);
	}
	if (conf->leapfile[0] != '\0') {
		fprintf(f, "\nleapfile ");
		print_quoted(conf->leapfile, f);
	}
	if (conf->statistics[0] != '\0') {
		fprintf(f, "\nstatistics ");
		print_quoted(conf->statistics, f);
	}
	fprintf(f, "\ncontrol ");
	print_quoted(conf->control, f);
	fprintf(f, "\nstep %s", step_names[g->step]);
	if (g->step != STEP_NEVER) {
		fprintf(f, " over ");
		print_decimal(g->step_over, f);
	}
	fprintf(f, "\nminsources %u\n", g->minsources);
	if (conf->keys[0] != '\0') {
		fprintf(f, "keys ");
		print_quoted(conf->keys, f);
		fprintf(f, "%s\n", conf->keysweak ? " weak" : "");
	}
	if (conf->ntsca[0] != '\0') {
		fprintf(f, "nts-ca ");
		print_quoted(conf->ntsca, f);
		fprintf(f, "\n");
	}
	if (g->require_nts)
		fprintf(f, "require nts\n");
	if (g->local_stratum != 0)
		fprintf(f, "local stratum %u\n", g->local_stratum);
	print_limits(g, f);
	print_nts(conf, f);
}

static void
print_nts(const struct conf *conf, FILE *f)
{
	if (conf->ntscert[0] != '\0') {
		fprintf(f, "nts certificate ");
		print_quoted(conf->ntscert, f);
		fprintf(f, " key ");
		print_quoted(conf->ntskey, f);
		fprintf(f, "\n");
	}
	if (strcmp(conf->ntskeys, CONF_NTS_KEYS) != 0) {
		fprintf(f, "nts keys ");
		print_quoted(conf->ntskeys, f);
		fprintf(f, "\n");
	}
	if (conf->ntsrotate != CONF_NTS_ROTATE)
		fprintf(f, "nts rotate %u\n", conf->ntsrotate);
}

static void
print_limits(const struct conf_global *g, FILE *f)
{
	const struct ratelimit_opts *l = &g->limit;
	static const char units[] = " KMGT";
	uint64_t n = g->budget.octets;
	const char *unit = units;

	fprintf(f, "limit %s interval ", limit_names[g->limits]);
	print_decimal(l->interval, f);
	fprintf(f, " burst %u leak %u%s clients %u inet %u inet6 %u\n",
	    l->burst, l->leak, l->kod ? " kod" : "", l->clients, l->prefix4,
	    l->prefix6);
	if (g->budget.period == BUDGET_NONE)
		return;
	for (; n % 1000 == 0 && unit[1] != '\0'; n /= 1000)
		unit++;
	fprintf(f, "budget %llu", (unsigned long long)n);
	if (*unit != ' ')
		fputc(*unit, f);
	fprintf(f, " %s%s\n", period_names[g->budget.period],
	    g->budget.out ? " out" : "");
}

static void
print_place(const struct addr *addr, const char *name, const char *ifname,
    FILE *f)
{
	char buf[ADDR_STRLEN];

	if (ifname[0] != '\0') {
		fprintf(f, "interface ");
		print_word(ifname, f);
	} else
		fprintf(f, "%s", name[0] != '\0' ? name :
		    addr->family == ADDR_NONE ? "*" : addr_str(addr, buf));
}

static void
print_listen(const struct conf_listen *c, FILE *f)
{
	fprintf(f, "%slisten on ", c->nts ? "nts " : "");
	print_place(&c->addr, c->name, c->ifname, f);
	print_family(c->family, f);
	if (c->addr.port != (c->nts ? NTS_PORT : NTP_PORT))
		fprintf(f, " port %u", c->addr.port);
	if (c->rtable != -1)
		fprintf(f, " rtable %d", c->rtable);
	if (c->workers != 0)
		fprintf(f, " workers %u", c->workers);
	if (c->limit != 0)
		fprintf(f, " limit %s", limit_names[c->limit]);
	fprintf(f, "\n");
}

static void
print_rule(const struct conf *conf, const struct acl_rule *r, FILE *f)
{
	const struct conf_to *to;
	struct addr a;
	char buf[ADDR_STRLEN];

	memset(&a, 0, sizeof(a));
	a.family = r->family;
	memcpy(a.ip, r->ip, sizeof(a.ip));
	fprintf(f, "%s from ", action_names[r->action]);
	if (r->family == ACL_ANY)
		fprintf(f, "any");
	else if (r->len == (r->family == ACL_V4 ? 32 : 128))
		fprintf(f, "%s", addr_str(&a, buf));
	else
		fprintf(f, "%s/%u", addr_str(&a, buf), r->len);
	if (r->to != 0) {
		to = &conf->to[r->to - 1];
		fprintf(f, " to ");
		a = to->addr;
		/* the one form of "* inet" that is a place */
		if (a.family == ADDR_NONE && to->name[0] == '\0')
			a.family = to->family;
		print_place(&a, to->name, to->ifname, f);
		if (to->addr.port != 0)
			fprintf(f, " port %u", to->addr.port);
	}
	fprintf(f, "%s\n", r->action == ACL_KISS ? " kod" : "");
}

/* "query from" holds until the next of its family. */
static void
print_from(const struct addr *from, struct addr *last, FILE *f)
{
	char buf[ADDR_STRLEN];

	if (addr_cmp(from, last) == 0 || from->family == ADDR_NONE)
		return;
	*last = *from;
	fprintf(f, "query from %s\n", addr_str(from, buf));
}

static void
print_server(const struct conf_server *c, FILE *f)
{
	fprintf(f, "%s %s", c->pool ? "pool" : "server", c->name);
	print_family(c->family, f);
	if (c->pool && c->members != CONF_POOL_MEMBERS)
		fprintf(f, " members %u", c->members);
	if (c->port != NTP_PORT)
		fprintf(f, " port %u", c->port);
	if (c->minpoll != ASSOC_MINPOLL || c->maxpoll != ASSOC_MAXPOLL)
		fprintf(f, " poll %d %d", c->minpoll, c->maxpoll);
	if (c->aggressive)
		fprintf(f, " aggressive");
	print_ask(c, f);
	if (c->weight != 1)
		fprintf(f, " weight %u", c->weight);
	if (c->trusted)
		fprintf(f, " trusted");
	if (c->prefer)
		fprintf(f, " prefer");
	if (c->noselect)
		fprintf(f, " noselect");
	if (c->xleave)
		fprintf(f, " xleave");
	fprintf(f, "\n");
}

/* What authenticates it. */
static void
print_ask(const struct conf_server *c, FILE *f)
{
	size_t i;

	if (c->key != 0)
		fprintf(f, " key %u", c->key);
	if (!c->nts)
		return;
	fprintf(f, " nts");
	if (c->nts_port != NTSKE_PORT)
		fprintf(f, " nts-port %u", c->nts_port);
	if (!c->pinned)
		return;
	fprintf(f, " nts-pin ");
	for (i = 0; i < sizeof(c->pin); i++)
		fprintf(f, "%02x", c->pin[i]);
}

static void
print_sensor(const struct conf_sensor *c, FILE *f)
{
	fprintf(f, "sensor ");
	print_word(c->name, f);
	if (c->correction != 0)
		fprintf(f, " correction %d", c->correction);
	if (strcmp(c->refid, "HARD") != 0) {
		fprintf(f, " refid ");
		print_word(c->refid, f);
	}
	if (c->stratum != 1)
		fprintf(f, " stratum %u", c->stratum);
	if (c->weight != 1)
		fprintf(f, " weight %u", c->weight);
	if (c->trusted)
		fprintf(f, " trusted");
	fprintf(f, "\n");
}

/* The name alone if that says it all. */
static void
print_constraint(const struct conf_constraint *c, FILE *f)
{
	char url[sizeof(c->name) + sizeof(c->path) + 32], buf[ADDR_STRLEN];
	char number[8] = "";
	bool v6 = c->addr.family == ADDR_V6;
	uint8_t i;

	if (c->port != CONF_HTTPS_PORT)
		(void)snprintf(number, sizeof(number), ":%u", c->port);
	if (number[0] == '\0' && strcmp(c->path, "/") == 0)
		(void)strlcpy(url, c->name, sizeof(url));
	else
		(void)snprintf(url, sizeof(url), "https://%s%s%s%s%s",
		    v6 ? "[" : "", c->name, v6 ? "]" : "", number, c->path);
	fprintf(f, "%s from ", c->all ? "constraints" : "constraint");
	print_quoted(url, f);
	for (i = 0; i < c->nalso; i++)
		fprintf(f, " %s", addr_str(&c->also[i], buf));
	fprintf(f, "\n");
}

static void
print_family(uint8_t family, FILE *f)
{
	if (family != ADDR_NONE)
		fprintf(f, " %s", family == ADDR_V4 ? "inet" : "inet6");
}

static void
print_word(const char *s, FILE *f)
{
	size_t i;

	for (i = 0; s[i] != '\0'; i++)
		if (!lex_wordchar((unsigned char)s[i])) {
			print_quoted(s, f);
			return;
		}
	fprintf(f, "%s", s);
}

static void
print_quoted(const char *s, FILE *f)
{
	fputc('"', f);
	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '\\')
			fputc('\\', f);
		fputc(*s, f);
	}
	fputc('"', f);
}

/* Microseconds are enough; no zeros at the end. */
static void
print_decimal(double v, FILE *f)
{
	char buf[64];
	size_t len;

	(void)snprintf(buf, sizeof(buf), "%.6f", v);
	for (len = strlen(buf); len > 0 && buf[len - 1] == '0'; len--)
		;
	if (len > 0 && buf[len - 1] == '.')
		len--;
	fprintf(f, "%.*s", (int)len, buf);
}
