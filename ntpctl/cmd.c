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
 * ntpctl's words: views, commands, log levels.  Any of them may be cut
 * short as long as only one begins so; capitals count, except where
 * nothing else would fit.
 */

#include <sys/types.h>

#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ntpctl.h"

#define WORDS_MAX	16

/* The words of one kind, in the order they are listed. */
struct words {
	const char	*what;
	size_t		 n;
	const char	*word[WORDS_MAX];
	bool		 first[WORDS_MAX];	/* wins over those without */
};

static const struct words commands = {
	"command", 7, {
		[COMMAND_CHECK]		= "check",
		[COMMAND_LOG]		= "log",
		[COMMAND_METRICS]	= "metrics",
		[COMMAND_QUERY]		= "query",
		[COMMAND_RELOAD]	= "reload",
		[COMMAND_TOP]		= "top",
		[COMMAND_WAITSYNC]	= "waitsync",
	}, { false }
};

/* As ctl_log.verbose counts. */
static const struct words levels = {
	"log level", 3, { "brief", "verbose", "debug" }, { false }
};

static const struct words forms = {
	"form", 2, {
		[METRICS_OPENMETRICS]	= "openmetrics",
		[METRICS_PROMETHEUS]	= "prometheus",
	}, { false }
};

static size_t
count(const struct words *w, const char *given, bool first,
    int (*compare)(const char *, const char *, size_t), size_t *found)
{
	size_t	 i, n = 0;

	for (i = 0; i < w->n; i++) {
		if (first && !w->first[i])
			continue;
		if (compare(w->word[i], given, strlen(given)) != 0)
			continue;
		*found = i;
		n++;
	}
	return n;
}

static size_t
find(const struct words *w, const char *given)
{
	char	 valid[256] = "";
	size_t	 found = 0, i, n;

	n = count(w, given, false, strncmp, &found);
	if (n == 0)
		n = count(w, given, false, strncasecmp, &found);
	else if (n > 1 && count(w, given, true, strncmp, &found) == 1)
		n = 1;
	if (n == 1)
		return found;
	for (i = 0; i < w->n; i++) {
		strlcat(valid, " ", sizeof(valid));
		strlcat(valid, w->word[i], sizeof(valid));
	}
	errx(1, "%s %s \"%s\", valid are:%s",
	    n == 0 ? "unknown" : "ambiguous", w->what, given, valid);
}

const struct view *
cmd_view(const char *given)
{
	struct words	 w = { "view", nviews, { NULL }, { false } };
	size_t		 i;

	for (i = 0; i < nviews; i++) {
		w.word[i] = views[i].word;
		/* what was unambiguous in OpenNTPD stays so */
		w.first[i] = views[i].compat;
	}
	return &views[find(&w, given)];
}

enum command
cmd_command(const char *given)
{
	return (enum command)find(&commands, given);
}

int32_t
cmd_level(const char *given)
{
	return (int32_t)find(&levels, given);
}

enum metrics_form
cmd_form(const char *given)
{
	return (enum metrics_form)find(&forms, given);
}

/* "a | b" */
static void
put_words(const struct words *w)
{
	size_t	 i;

	for (i = 0; i < w->n; i++)
		fprintf(stderr, "%s%s", i > 0 ? " | " : "", w->word[i]);
}

void
usage(void)
{
	size_t	 i;

	fprintf(stderr, "usage: ntpctl [-jn] [-c socket] -s ");
	for (i = 0; i < nviews; i++)
		fprintf(stderr, "%s%s%s", i == 0 ? "" :
		    i == nviews / 2 ? " |\n           " : " | ",
		    views[i].word, views[i].limit > 0 ? " [number]" : "");
	fprintf(stderr, "\n       ntpctl [-j] [-c socket] check [-46] "
	    "[-p port] [--join]\n           [--watch[=seconds]] host"
	    "\n       ntpctl [-c socket] log ");
	put_words(&levels);
	fprintf(stderr, "\n       ntpctl [-c socket] metrics [");
	put_words(&forms);
	fprintf(stderr, "]\n       ntpctl [-j] query [-46] [-p port] host ..."
	    "\n       ntpctl [-c socket] reload"
	    "\n       ntpctl [-c socket] top [seconds]"
	    "\n       ntpctl [-c socket] waitsync [seconds]\n");
	exit(1);
}
