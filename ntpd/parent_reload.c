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
 * A new configuration while running, in two phases.  Parent only.
 *
 *	parse all; anything wrong: say so, and nothing has changed
 *	merge, close what is gone, send all to the engine
 *	the engine is ready: open what is new, commit
 *
 * The new sockets wait for the engine because it may have to close an old
 * one on the same address first.
 */

#include <sys/types.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "parent.h"

/* A line for the log and for the operator who asked. */
static void
say(void *arg, const char *line)
{
	struct parent	*p = arg;

	log_warnx("%s", line);
	parent_reload_text(p, line);
}

void
parent_reload_text(struct parent *p, const char *line)
{
	if (p->reload.asked)
		imsgev_send(&p->child[ROLE_ENGINE].iev, IMSG_RELOAD_TEXT,
		    p->reload.id, -1, line, strlen(line) + 1);
}

void
parent_reload_say(struct parent *p, const char *fmt, ...)
{
	char	 line[MSG_TEXT_MAX];
	va_list	 ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	say(p, line);
}

static void
done(struct parent *p, int32_t result)
{
	if (p->reload.asked)
		imsgev_send(&p->child[ROLE_ENGINE].iev, IMSG_RELOAD_DONE,
		    p->reload.id, -1, &result, sizeof(result));
	p->reload.asked = false;
}

static void
fixed(struct parent *p, const char *what, const char *new, const char *old)
{
	if (strcmp(new, old) != 0)
		parent_reload_say(p, "%s \"%s\": takes a restart, still %s",
		    what, new, old[0] == '\0' ? "none" : old);
}

/* What is fixed from the start, because the sandbox is. */
static void
check_fixed(struct parent *p, const struct conf *new)
{
	fixed(p, "control", new->control, p->control);
	fixed(p, "nts keys", new->ntskeys, p->nts.path);
	fixed(p, "driftfile", new->driftfile, p->drift.path);
	if (new->statistics[0] != '\0')
		fixed(p, "statistics", new->statistics, p->stats.dir);
}

static struct conf *
parse(struct parent *p)
{
	struct conf_report	 report;
	struct conf		*new;

	if (strcmp(p->conffile, "-") == 0) {
		say(p, "the configuration came from standard input: it "
		    "cannot be read again");
		return NULL;
	}
	memset(&report, 0, sizeof(report));
	report.line = say;
	report.arg = p;
	if ((new = conf_parse(p->conffile, &report)) == NULL)
		parent_reload_say(p, "%s: %u error%s, the old configuration "
		    "stays", p->conffile, report.errors,
		    report.errors == 1 ? "" : "s");
	return new;
}

static void
start(struct parent *p)
{
	struct imsgev	*engine = &p->child[ROLE_ENGINE].iev;
	struct conf	*new;
	bool		 sensors;

	if ((new = parse(p)) == NULL) {
		parent_stats_reload(p);
		done(p, -1);
		return;
	}
	check_fixed(p, new);
	conf_merge(p->conf, new);
	parent_open_gone(p);
	sensors = parent_sensor_changed(p);
	conf_sweep(p->conf);
	parent_open_number(p);
	parent_constraint_reconf(p);
	parent_clock_conf(&p->clock, p->conf->global.step,
	    p->conf->global.step_over);
	parent_leap_load(p);
	parent_keys_load(p);
	parent_stats_reload(p);
	p->reload.running = true;
	p->reload.waiting = 1U << ROLE_ENGINE;
	conf_send(p->conf, engine);
	p->reload.sent = imsgev_queued(engine);
	if (parent_nts_reload(p))
		p->reload.waiting |= 1U << ROLE_NTS;
	if (sensors)
		parent_sensor_renew(p);
}

/* Not now: an operator is told, a signal is kept for later. */
static void
put_off(struct parent *p, bool asked, uint32_t id)
{
	int32_t	 failed = -1;

	if (asked)
		imsgev_send(&p->child[ROLE_ENGINE].iev, IMSG_RELOAD_DONE, id,
		    -1, &failed, sizeof(failed));
	else
		p->reload.again = true;
}

void
parent_reload(struct parent *p, bool asked, uint32_t id)
{
	if (p->phase == PARENT_QUITTING || parent_deaf(p))
		return;
	if (p->phase == PARENT_STARTING || p->reload.running) {
		put_off(p, asked, id);
		return;
	}
	p->reload.asked = asked;
	p->reload.id = id;
	parent_notify("RELOADING=1\nMONOTONIC_USEC=%lld",
	    (long long)now_mono().ns / 1000);
	start(p);
	if (!p->reload.running)
		parent_notify("READY=1");
}

void
parent_reload_ready(struct parent *p, enum role role)
{
	if (!p->reload.running || (p->reload.waiting & 1U << role) == 0) {
		/* nts has another one when it is started again */
		if (role != ROLE_NTS)
			fatalx("%s is ready for no configuration",
			    role_name(role));
		return;
	}
	if ((p->reload.waiting &= ~(1U << role)) != 0)
		return;
	parent_server_conf(p);
	(void)parent_open_listeners(p);
	imsgev_send(&p->child[ROLE_ENGINE].iev, IMSG_CONF_COMMIT, 0, -1,
	    NULL, 0);
	p->reload.running = false;
	p->reload.sent = 0;
	done(p, 0);
	log_info("configuration %s reloaded", p->conffile);
	parent_notify("READY=1");
	if (p->reload.again) {
		p->reload.again = false;
		parent_reload(p, false, 0);
	}
}
