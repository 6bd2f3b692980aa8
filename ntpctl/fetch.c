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
 * ntpctl: the rows of a view.  Most are asked for; some say in a form of
 * their own what another part has in it.
 */

#include <sys/types.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ntpctl.h"

void *
rows_add(struct rows *rows, const struct rowtype *type)
{
	uint8_t	*row;

	row = reallocarray(rows->row, rows->n + 1, type->size);
	if (row == NULL)
		return NULL;
	rows->row = row;
	row += rows->n++ * type->size;
	memset(row, 0, type->size);
	return row;
}

void
rows_free(struct rows rows[VIEW_PARTS])
{
	size_t	 i;

	for (i = 0; i < VIEW_PARTS; i++)
		free(rows[i].row);
	memset(rows, 0, VIEW_PARTS * sizeof(*rows));
}

static int
ask(struct conn *conn, const struct part *part, uint32_t limit,
    struct rows *rows)
{
	struct ctl_show	 show = { 0 };
	enum ctl_result	 result;
	const char	*fmt = NULL;

	show.view = part->ask;
	show.limit = limit;
	if (conn_ask(conn, IMSG_CTL_SHOW, &show, sizeof(show)) == -1 ||
	    conn_answer(conn, part->type, rows, &result) == -1)
		return -1;
	if (result != CTL_OK)
		fmt = "ntpd refused to show %s";
	else if (part->single && rows->n != 1)
		fmt = "ntpd's answer has no %s";
	if (fmt == NULL)
		return 0;
	snprintf(conn->error, sizeof(conn->error), fmt, part->name);
	return -1;
}

static int
derive(struct conn *conn, const struct part *part, const void *from,
    struct rows *rows)
{
	void	*row;
	size_t	 i = 0;

	do {
		if ((row = rows_add(rows, part->type)) == NULL) {
			snprintf(conn->error, sizeof(conn->error), "%s",
			    strerror(errno));
			return -1;
		}
	} while (part->derive(from, i++, row));
	rows->n--;
	return 0;
}

int
view_fetch(struct conn *conn, const struct view *view, uint32_t limit,
    struct rows rows[VIEW_PARTS])
{
	const struct part	*part;
	const void		*from = NULL;
	size_t			 i;
	int			 error;

	for (i = 0; i < VIEW_PARTS && (part = view->part[i]) != NULL; i++) {
		if (part->derive == NULL)
			error = ask(conn, part, limit, &rows[i]);
		else
			error = derive(conn, part, from, &rows[i]);
		if (error == -1)
			return -1;
		if (part->single)
			from = rows[i].row;
	}
	return 0;
}
