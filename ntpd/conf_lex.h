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
 * The configuration file as tokens with their places, and messages that
 * show those places.  Parent only; nothing outside conf_*.c includes this.
 */

#ifndef CONF_LEX_H
#define CONF_LEX_H

#include <sys/types.h>
#include <sys/queue.h>

#include <stdbool.h>
#include <stdint.h>

#include "conf.h"

#define LEX_TEXT_MAX	1024		/* a token with its NUL */
#define LEX_DEPTH_MAX	8		/* files within files */
#define LEX_FILES_MAX	256		/* files in all */
#define LEX_SIZE_MAX	(16 * 1024 * 1024) /* octets in all */
#define CONF_ERRORS_MAX	100		/* shown; then we give up */

enum tok_kind {
	TOK_WORD,
	TOK_STRING,		/* it was quoted */
	TOK_EQUALS,
	TOK_NL,			/* end of a statement */
	TOK_EOF,		/* of the last file */
	TOK_BAD			/* the error was reported already */
};

struct token {
	enum tok_kind	 kind;
	struct conf_pos	 pos;	/* out of a macro: where the macro is used */
	char		 text[LEX_TEXT_MAX];
};

/* conf_check_warn.c: the warnings of conf_check. */
void		 conf_check_warn(const struct conf *, struct conf_report *);
/*
 * conf_check.c: how many sources there can be to select from; with those
 * sensors that only give pulses, or without.
 */
unsigned int	 conf_check_sources(const struct conf *, bool);

/* conf_access.c: contradictions, and with true what is of no use. */
void		 conf_check_rules(const struct conf *, struct conf_report *,
		    bool);

struct lex;

/*
 * Begin with a file, "-" for standard input.  If it cannot be read that is
 * reported, and the first token is TOK_EOF.
 */
struct lex	*lex_open(struct conf *, struct conf_report *, const char *);
void		 lex_close(struct lex *);
void		 lex_next(struct lex *, struct token *);
/* Leave out the rest of the line, its TOK_NL too. */
void		 lex_skip(struct lex *);

/* May c stand in a word without quotes? */
bool		 lex_wordchar(int);

/*
 * Read the files that match the pattern next, before what follows.  To be
 * called when the line of the pattern is read to its end.
 */
void		 lex_include(struct lex *, const struct token *);

/* From now on $name stands for the words of value. */
void		 lex_macro(struct lex *, const char *, const char *);

/*
 * conf_file.c: take a file into conf, its number into *file; -1 when it
 * was reported at pos why not.  The main file has a pos of line 0.
 */
struct stat;
int		 conf_file_read(struct conf *, struct conf_report *,
		    const char *, struct conf_pos, uint32_t *, struct stat *)
		    __attribute__((__warn_unused_result__));

/*
 * conf_report.c: "file:line:col: text", the source line and a caret under
 * what stands at pos; with line 0 only "file: text".
 */
void		 conf_error(const struct conf *, struct conf_report *,
		    struct conf_pos, const char *, ...)
		    __attribute__((__format__(printf, 4, 5)));
void		 conf_warn(const struct conf *, struct conf_report *,
		    struct conf_pos, const char *, ...)
		    __attribute__((__format__(printf, 4, 5)));

/* "file:line" for "first at" in a message. */
#define CONF_PLACE_MAX	256
const char	*conf_place(const struct conf *, struct conf_pos,
		    char [CONF_PLACE_MAX]);

/* The word of a list that somebody who wrote another one may have meant. */
struct near {
	const char	*word;		/* as written */
	const char	*best;		/* NULL: nothing is near */
	unsigned int	 distance;
};

void		 near_init(struct near *, const char *);
void		 near_try(struct near *, const char *);
/* ", did you mean "x"?" or nothing. */
#define NEAR_TEXT_MAX	64
const char	*near_text(const struct near *, char [NEAR_TEXT_MAX]);

/* conf_macro.c: the last value of a name, or NULL; a value; all to near. */
struct macro;
TAILQ_HEAD(macros, macro);
const char	*macro_get(const struct macros *, const char *);
void		 macro_set(struct macros *, const char *, const char *);
void		 macro_near(const struct macros *, struct near *);
void		 macro_clear(struct macros *);

#endif /* CONF_LEX_H */
