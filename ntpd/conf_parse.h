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
 * What conf_parse.c (how a statement is read) and conf_stmt.c (which
 * statements and options there are) share.
 */

#ifndef CONF_PARSE_H
#define CONF_PARSE_H

#include <stdbool.h>
#include <stddef.h>

#include "conf.h"
#include "conf_lex.h"

struct parser;

/*
 * A statement.  Its function finds the token behind the keyword in p->tok
 * and reads up to the end of the line; 0, or -1 when an error was reported.
 */
struct stmt {
	const char	*name;
	int		 (*parse)(struct parser *, const struct token *);
	bool		 once;		/* a second one is an error */
};

enum opt_kind {
	OPT_SET,		/* no argument; the octet becomes min */
	OPT_UINT8,		/* a number, min..max */
	OPT_UINT16,
	OPT_INT32,
	OPT_CALL
};

/* An option behind a statement; off is where in its struct it goes. */
struct opt {
	const char	*name;
	enum opt_kind	 kind;
	size_t		 off;
	long long	 min;
	long long	 max;
	int		 (*call)(struct parser *, void *, const struct token *);
};

#define PARSE_STMTS_MAX	32
#define PARSE_OPTS_MAX	16
#define PARSE_NTS_MAX	4

struct parser {
	struct conf	*conf;
	struct conf_report *rep;
	struct lex	*lex;
	struct token	 tok;		/* the one to be read next */
	struct addr	 from4;		/* "query from", so far */
	struct addr	 from6;
	struct conf_pos	 poll;		/* of the last "poll" option */
	struct conf_pos	 first[PARSE_STMTS_MAX]; /* of each statement, */
	struct conf_pos	 nts[PARSE_NTS_MAX];	/* of each of "nts" */
};

/* conf_serve.c */
int		 stmt_access(struct parser *, const struct token *);
int		 stmt_budget(struct parser *, const struct token *);
int		 stmt_limit(struct parser *, const struct token *);

/* conf_listen.c */
int		 stmt_listen(struct parser *, const struct token *);
/* "listen on" behind its keyword; for NTS-KE, or for NTP. */
int		 parse_listen(struct parser *, const struct token *, bool);
/*
 * Where to listen: address, name, ifname and family, as in "listen on"; and,
 * when options have been read, in the one form that there is of each.
 */
int		 parse_place(struct parser *, struct conf_listen *);
void		 parse_place_end(struct conf_listen *);

/* conf_server.c */
int		 stmt_server(struct parser *, const struct token *);

/* conf_stmt.c */
extern const struct stmt conf_stmts[];
extern const size_t conf_nstmts;

/* conf_foreign.c: for a word of another daemon's file, or NULL. */
const char	*conf_foreign(const char *);

/* conf_nts.c */
int		 parse_nts(struct parser *, const struct token *);

/* To the next token. */
void		 parse_next(struct parser *);
bool		 parse_at_end(const struct parser *);
/* If the next token is this keyword, take it. */
bool		 parse_accept(struct parser *, const char *);
/* All of these report what is wrong and return -1; what: "a number". */
int		 parse_expect(struct parser *, const char *);
int		 parse_expect_end(struct parser *, const char *);
int		 parse_word(struct parser *, const char *, struct token *);
int		 parse_number(struct parser *, const char *, long long,
		    long long, long long *);
int		 parse_decimal(struct parser *, const char *, double, double,
		    double *);
int		 parse_path(struct parser *, const char *,
		    char [CONF_PATH_MAX]);
int		 parse_options(struct parser *, const char *,
		    const struct opt *, size_t, void *);

/*
 * conf_host.c: a host to ask, its address if it is numeric (and the name
 * then the canonical form of that), else family NONE.
 */
int		 parse_host(struct parser *, const struct token *,
		    char [MSG_NAME_MAX], struct addr *);
/* conf_url.c: where a constraint is. */
int		 parse_url(struct parser *, const struct token *,
		    struct conf_constraint *);
/* "inet" or "inet6" beside a numeric address of the other family. */
int		 parse_family(struct parser *, const struct token *,
		    const struct addr *, uint8_t);
/* Say what is wrong with what looks, or has to be, an address; -1. */
int		 parse_not_address(struct parser *, const struct token *);

/* An error at a place; at the next token (what was expected there). */
int		 parse_error(struct parser *, struct conf_pos, const char *,
		    ...) __attribute__((__format__(printf, 3, 4)));
int		 parse_expected(struct parser *, const char *);

#endif /* CONF_PARSE_H */
