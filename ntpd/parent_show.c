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
 * The parent: which processes there are, for ntpctl.  Only it knows them.
 */

#include <sys/types.h>
#include <sys/queue.h>

#include <string.h>
#include <unistd.h>

#include "parent.h"

static void
show(struct parent *p, uint32_t id, const char *name, pid_t pid, uint32_t *n)
{
	struct msg_process	 m;

	if (pid == 0)
		return;
	memset(&m, 0, sizeof(m));
	strlcpy(m.name, name, sizeof(m.name));
	m.pid = (uint32_t)pid;
	m.cpu = now_cpu(pid);
	imsgev_send(&p->child[ROLE_ENGINE].iev, IMSG_PROCESS, id, -1, &m,
	    sizeof(m));
	(*n)++;
}

void
parent_show(struct parent *p, uint32_t id)
{
	const struct parent_server	*s;
	uint32_t			 n = 0;
	unsigned int			 i;

	if (parent_deaf(p))
		return;
	show(p, id, "parent", getpid(), &n);
	for (i = 0; i < ROLE__MAX; i++)
		show(p, id, role_name((enum role)i), p->child[i].pid, &n);
	TAILQ_FOREACH(s, &p->servers, entry)
		show(p, id, role_name(ROLE_SERVER), s->pid, &n);
	imsgev_send(&p->child[ROLE_ENGINE].iev, IMSG_PROCESSES_END, id, -1,
	    &n, sizeof(n));
}
