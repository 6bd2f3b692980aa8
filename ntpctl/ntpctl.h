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
 * ntpctl: what its files share.  One table of fields per kind of row; text
 * and JSON both walk it.
 */

#ifndef NTPCTL_H
#define NTPCTL_H

#include <sys/types.h>
#include <sys/queue.h>

#include <imsg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "compat.h"
#include "ctl.h"

/* What is said before the command. */
struct options {
	const char	*socket;
	const char	*view;
	bool		 json;
	bool		 numeric;	/* -n: no names for addresses */
};

#define VALUE_LEN	256	/* a value as text, with its NUL */

/*
 * What a field holds, and so its C type and how it is printed.
 */
enum field_type {
	F_BOOL,		/* uint8_t */
	F_CHAR,		/* uint8_t, one character */
	F_ENUM,		/* uint8_t, index of names */
	F_OCTAL,	/* uint8_t, a register of bits */
	F_U8,
	F_U16,
	F_U32,
	F_U64,
	F_TAI,		/* int32_t, s; 0: unknown */
	F_LOG2,		/* int8_t, log2 s; shown as seconds */
	F_SECONDS,	/* double, s; NaN: unknown */
	F_RATE,		/* double, 1/s; NaN: unknown */
	F_SHARE,	/* double, 0 to 1; NaN: of nothing */
	F_AGE,		/* double, s; negative: never */
	F_FREQ,		/* double, s/s */
	F_NUMBER,	/* double, of no unit; NaN: none */
	F_UNIX,		/* int64_t, Unix time; 0: none */
	F_ADDR,		/* struct addr */
	F_NET,		/* struct addr; its length besides */
	F_REFID,	/* uint32_t; meaning depends on the stratum */
	F_TEXT		/* char [size] */
};

struct field {
	const char	*name;		/* in JSON */
	enum field_type	 type;
	size_t		 offset;
	size_t		 size;		/* F_TEXT */
	size_t		 also;		/* F_REFID, F_NET: offset of the */
					/* uint8_t: stratum, length */
	const char *const *names;	/* F_ENUM */
	size_t		 nnames;
};

/* Rows of a table of fields: row struct, name, member, and what it is. */
#define FIELD(s, n, m, t) \
	{ .name = (n), .type = (t), .offset = offsetof(struct s, m) }
#define TEXT_FIELD(s, n, m) \
	{ .name = (n), .type = F_TEXT, .offset = offsetof(struct s, m),	\
	    .size = sizeof(((struct s *)0)->m) }
#define ENUM_FIELD(s, n, m, a) \
	{ .name = (n), .type = F_ENUM, .offset = offsetof(struct s, m),	\
	    .names = (a), .nnames = nitems(a) }
#define REFID_FIELD(s, n, m, st) \
	{ .name = (n), .type = F_REFID, .offset = offsetof(struct s, m), \
	    .also = offsetof(struct s, st) }
#define NET_FIELD(s, n, m, l) \
	{ .name = (n), .type = F_NET, .offset = offsetof(struct s, m),	\
	    .also = offsetof(struct s, l) }

/* A kind of row as we keep it: what came, and what we found out. */
struct rowtype {
	uint32_t	 msg;		/* enum imsg_type */
	size_t		 len;		/* of the message */
	size_t		 size;		/* of the row: begins with it */
	size_t		 addr;		/* offset of an address to resolve, */
	size_t		 host;		/* of its name, MSG_NAME_MAX */
	const struct field *fields;
	size_t		 nfields;
};

struct status_row {
	struct ctl_status s;
	char		 host[MSG_NAME_MAX];	/* of s.refaddr, or empty */
};

struct peer_row {
	struct ctl_peer	 p;
	char		 host[MSG_NAME_MAX];	/* of p.addr, or empty */
};

struct sensor_row {
	struct ctl_sensor s;
};

struct nts_row {
	struct ctl_nts	 n;
	char		 host[MSG_NAME_MAX];	/* of n.addr, or empty */
};

struct ke_row {
	struct ctl_ke	 k;
};

struct server_row {
	struct ctl_server s;
};

struct listener_row {
	struct ctl_listener l;
};

struct process_row {
	struct msg_process p;
};

struct client_row {
	struct ctl_client c;
	char		 host[MSG_NAME_MAX];	/* of c.addr, or empty */
};

/* Derived from a server_row. */
struct rate_row {
	double		 span;		/* s, nominal */
	struct servestat_rate r;
	double		 dropped;	/* 1/s */
};

struct count_row {
	char		 name[16];
	uint64_t	 packets;
	double		 share;		/* of all packets */
};

struct bucket_row {
	double		 upto;		/* s; NaN: no bound */
	uint64_t	 replies;	/* that took so long, and no less */
	double		 share;		/* of all replies */
	double		 sum;		/* s, of all replies; for metrics */
};

struct constraint_row {
	struct ctl_constraint c;
};

struct rows {
	uint8_t		*row;		/* n times type->size octets */
	size_t		 n;
};

/* How text shows a value, where the type leaves a choice. */
enum style {
	S_PLAIN,	/* scaled: "12.3us"; ages "17m" */
	S_SIGNED,	/* the same, always with a sign */
	S_SLOWFAST,	/* "12.3us slow", "1.000ppm fast" */
	S_AGO,		/* "12s ago", "never" */
	S_SPAN,		/* two units: "3d 4h" */
	S_UNTIL,	/* the same; once it is over, "3d 4h ago" */
	S_MS,		/* OpenNTPD's "12.345ms" */
	S_WHOLE,	/* OpenNTPD's "64s" */
	S_OCTETS,	/* "12.3MB" */
	S_DASH		/* 0 is "-" */
};

struct column {
	const char	*field;
	const char	*head;		/* or label, in a list of lines */
	enum style	 style;
	unsigned int	 gap;		/* spaces before */
	unsigned int	 width;
	bool		 left;
	bool		 span;		/* layout.span may replace it */
};

struct layout {
	const char	*top;		/* a line above all, or NULL */
	const char	*empty;		/* of the first part, when there */
					/* are no rows in all the view */
	const struct column *columns;
	size_t		 ncolumns;
	bool		 lines;		/* a line per field, not per row */
	bool		 fit;		/* columns as wide as what is in them */
	bool		 (*hidden)(const void *);	/* rows not shown */
	const char	*span;		/* replaces the span columns */
	bool		 (*spanned)(const void *);
	void		 (*title)(FILE *, const void *);
	const char	*note_head;
	void		 (*note)(FILE *, const void *);
};

/* A request, its rows, and how they are shown. */
struct part {
	const char	*name;		/* in JSON */
	enum ctl_view	 ask;
	const struct rowtype *type;
	const struct layout *layout;
	bool		 single;	/* one row: an object, not a list */
	/* instead of asking: the i-th row, out of the latest single one */
	bool		 (*derive)(const void *, size_t, void *);
};

#define VIEW_PARTS	14

struct view {
	const char	*word;
	bool		 compat;	/* OpenNTPD has it, too */
	const struct part *part[VIEW_PARTS];
	uint32_t	 limit;		/* of rows, if no other is given; */
					/* 0: none can be */
};

/* view.c */
extern const struct view	 views[];
extern const size_t		 nviews;
extern const char *const	 leap_names[LEAP_ALARM + 1];
const struct field	*field_find(const struct rowtype *, const char *);

extern const struct part	 status_part, peer_part, sensor_part;
extern const struct part	 source_part, sensor_source_part;

/* view_nts.c */
extern const struct part	 nts_part;
extern const struct part	 ke_part;

/* view_server.c */
enum {
	PART_SERVER,
	PART_RATES,
	PART_DROPS,
	PART_VERSIONS,
	PART_MODES,
	PART_LATENCY,
	PART_LISTENERS,
	SERVER_PARTS
};
extern const struct part	 server_parts[SERVER_PARTS];
/* view_constraint.c */
extern const struct part	 constraint_part;
/* OpenNTPD's words in the line of the status, with a comma. */
void		 constraint_status(FILE *, const struct ctl_status *);

/* view_clients.c, view_process.c */
extern const struct part	 client_part;
extern const struct part	 process_part;

/* A value taken out of a row: what JSON says, and what text is made of. */
enum value_kind {
	V_NULL,		/* unknown, none, never */
	V_BOOL,		/* u */
	V_UINT,		/* u */
	V_INT,		/* i */
	V_DOUBLE,	/* d, finite */
	V_WORD		/* s */
};

struct value {
	enum value_kind	 kind;
	uint64_t	 u;
	int64_t		 i;
	double		 d;
	const char	*s;		/* buf, or a constant */
	char		 buf[VALUE_LEN];
};

/* value.c */
void		 value_get(const struct field *, const void *, struct value *);
/* As text.  Returns buf. */
const char	*value_str(const struct field *, enum style, const void *,
		    char [VALUE_LEN]);
/* Text of a row, with an end and without control characters.  Returns buf. */
const char	*value_text(const char *, size_t, char [VALUE_LEN]);
/* Text of others, fit for a terminal. */
void		 value_clean(char *);

/* out_text.c, out_json.c: -1 and errno if it could not be written. */
int		 text_view(FILE *, const struct view *, const struct rows *)
		    __attribute__((__warn_unused_result__));
/* The table of a part with its heads. */
void		 text_table(FILE *, const struct part *,
		    const struct rows *);
int		 json_view(FILE *, const struct view *, const struct rows *)
		    __attribute__((__warn_unused_result__));

/*
 * metrics.c: all figures, for machines.  -1 and errno if it could not be
 * written.
 */
enum metrics_form {
	METRICS_OPENMETRICS,	/* OpenMetrics 1.0 */
	METRICS_PROMETHEUS	/* Prometheus' text format 0.0.4 */
};

enum metric_type {
	M_GAUGE,
	M_COUNTER,	/* its samples end in _total */
	M_INFO,		/* 1, with labels; its samples end in _info */
	M_STATE,	/* 1 for the state it is in, 0 for others */
	M_HISTOGRAM	/* of bucket_rows */
};

#define METRIC_LABELS	4

struct metric_label {
	const char	*name;
	const char	*field;
};

struct metric {
	const char	*name;
	enum metric_type type;
	const char	*unit;		/* the end of its name, or NULL */
	const char	*field;		/* NULL: M_INFO, M_HISTOGRAM */
	const char	*help;
	struct metric_label label[METRIC_LABELS];	/* M_INFO */
};

/* Metrics of the rows of a part. */
struct metric_group {
	const struct part *part;
	struct metric_label label[METRIC_LABELS];	/* of each row */
	const struct metric *metric;
	size_t		 n;
};

/* metrics_table.c */
#define METRIC_GROUPS	13
extern const struct metric_group metric_groups[METRIC_GROUPS];
extern const struct view	 metrics_view;

int		 metrics_view_print(FILE *, enum metrics_form,
		    const struct rows *)
		    __attribute__((__warn_unused_result__));

/* cmd.c: these exit when there is no such word, and say which there are. */
enum command {
	COMMAND_CHECK,
	COMMAND_LOG,
	COMMAND_METRICS,
	COMMAND_QUERY,
	COMMAND_RELOAD,
	COMMAND_TOP,
	COMMAND_WAITSYNC
};

const struct view *cmd_view(const char *);
enum command	 cmd_command(const char *);
int32_t		 cmd_level(const char *);
enum metrics_form cmd_form(const char *);
__dead void	 usage(void);

/*
 * conn.c: the connection.  -1: conn.error has the reason, in one line, and
 * the connection is only good for closing; after conn_open not even that.
 */
struct conn {
	struct imsgbuf	 ibuf;
	const char	*path;
	double		 patience;	/* s of silence */
	bool		 gone;		/* nobody listens, or it hung up */
	bool		 silent;	/* patience was over */
	char		 error[512];
};

#define CONN_PATIENCE	5	/* s of silence, for most */

/* The path, and how many seconds of silence are too many. */
int		 conn_open(struct conn *, const char *, double)
		    __attribute__((__warn_unused_result__));
void		 conn_close(struct conn *);
int		 conn_ask(struct conn *, uint32_t, const void *, size_t)
		    __attribute__((__warn_unused_result__));
/* Rows of the type (or NULL: none) are added; text goes to stderr. */
int		 conn_answer(struct conn *, const struct rowtype *,
		    struct rows *, enum ctl_result *)
		    __attribute__((__warn_unused_result__));

/*
 * fetch.c: the rows of all parts of a view, so many where there is a limit,
 * which are empty before; -1 as above, and what there is of them.
 */
int		 view_fetch(struct conn *, const struct view *, uint32_t,
		    struct rows [VIEW_PARTS])
		    __attribute__((__warn_unused_result__));
/* Another row, all zero, at the end; NULL and errno. */
void		*rows_add(struct rows *, const struct rowtype *);
void		 rows_free(struct rows [VIEW_PARTS]);

/*
 * top.c: a live view, until somebody quits it.  The socket's path, and how
 * many seconds between updates, or NULL.  Exits when that cannot be.
 */
void		 top(const char *, const char *);

/*
 * wait.c: wait until the clock is synced, or for so many seconds, or for
 * ever with NULL.  Exits when that cannot be.
 */
void		 waitsync(const char *, const char *);

/* query.c, check.c: commands that need no daemon. */
int		 query(struct conn *, const struct options *, char **);
int		 check(struct conn *, const struct options *, char **);

/* resolve.c: fill in the names that can be had within a second. */
void		 resolve(const struct view *, struct rows *);

#endif /* NTPCTL_H */
