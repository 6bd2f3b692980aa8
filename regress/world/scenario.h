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
 * A scenario: what a file says about a world.  scenario.c reads it, action.c
 * does what is to happen later, check.c judges.
 */

#ifndef SCENARIO_H
#define SCENARIO_H

#include "world.h"

#define USE_MAX		16
#define EXPECT_MAX	32
#define NAMES_MAX	8
#define LINES_MAX	32
#define WORDS_MAX	64	/* of a statement */

/* Which daemon lives on the hosts. */
enum flavour {
	FLAVOUR_NTPD,
	FLAVOUR_CHRONYD,
	FLAVOUR_OPENNTPD,
	FLAVOUR__MAX
};

/* A name whose answers may change, as a pool zone's do. */
struct zone {
	char		 name[64];
	struct host	*member[HOST_MAX];
	int		 nmember;
	int		 answers;	/* of one lookup; 0: all */
	int64_t		 after;		/* it fails before, ns */
	int64_t		 delay;
	struct rng	 rng;
};

struct expect {
	char		 metric[16];
	bool		 less, all;	/* all: of every host */
	double		 bound;
	char		 text[64];	/* as it was written */
	bool		 only;		/* for one flavour */
	enum flavour	 flavour;
};

struct grep {
	char		 text[128];
	bool		 want;
	bool		 only;
	enum flavour	 flavour;
	bool		 seen;
};

struct line {
	enum flavour	 flavour;
	char		 text[256];
};

/* What one host's daemon is told. */
struct setup {
	struct host	*h;
	char		 use[USE_MAX][64];	/* addresses or names */
	bool		 pool[USE_MAX];
	int		 nuse;
	int64_t		 delay;			/* it starts so late */
	enum flavour	 flavour;
	bool		 own_flavour;
};

struct scenario {
	struct world	*w;
	const char	*path;
	int		 lineno;
	int		 errors;
	char		 about[256];
	enum flavour	 flavour;
	const char	*binary[FLAVOUR__MAX];
	struct setup	 setup[HOST_MAX];
	int		 nsetup;
	struct zone	 zone[NAMES_MAX];
	int		 nzone;
	struct line	 conf[LINES_MAX];
	int		 nconf;
	struct expect	 expect[EXPECT_MAX];
	int		 nexpect;
	struct grep	 grep[EXPECT_MAX];
	int		 ngrep;
};

/* The words of a statement, and how far they were read. */
struct words {
	struct scenario	*sc;
	char		*w[WORDS_MAX];
	int		 n, i;
};

int		 scenario_read(struct scenario *, const char *);
void		 word_split(struct words *, char *);
const char	*word_next(struct words *);	/* NULL: no more */
bool		 word_is(struct words *, const char *);	/* and take it */
double		 word_number(struct words *);	/* with its unit, SI */
bool		 number_parse(const char *, double *);
int64_t		 word_time(struct words *);	/* ns */
struct host	*word_host(struct words *);
/* A path; @ is the folder of the scenario. */
void		 word_path(struct scenario *, char *, size_t, const char *);
void		 word_error(struct words *, const char *, ...)
		    __attribute__((__format__(printf, 2, 3)));
/*
 * Words that several statements have; false: it is none of them.
 */
bool		 use_words(struct words *, struct setup *);
bool		 peer_word(struct words *, struct peer *);
bool		 osc_word(struct words *, struct osc_model *);
bool		 law_word(struct words *, struct law *);
bool		 stamp_word(struct words *, struct host *);
/* A list of values, or a file of them; at least one. */
struct table	*table_read(struct words *);

/* Whole statements. */
void		 host_words(struct words *);
void		 link_words(struct words *);
void		 monitor_words(struct words *);
void		 server_words(struct words *);

/* Actions that have a file of their own. */
void		 packet_words(struct words *);

/* To be done at a time, and again each period unless that is 0. */
void		 action_read(struct words *, int64_t, int64_t, int64_t);

const char	*flavour_name(enum flavour);
bool		 flavour_find(const char *, enum flavour *);
/* Make the folders of a host. */
void		 daemon_dirs(const struct host *);
/* Write its configuration; -1: the world failed. */
int		 daemon_conf(struct scenario *, struct setup *);
/* The same, and start it; an event. */
void		 daemon_start(struct world *, void *);

/* Judge: true if all expectations hold; prints one line. */
bool		 check_print(struct scenario *, struct host *, FILE *);
void		 check_line(struct scenario *, const char *);

#endif /* SCENARIO_H */
