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
 * The part of ntpd -n that needs a resolver.  Before there is a parent; it
 * runs as whoever called it.
 *
 * The resolver blocks, so it is asked in a process of its own, which has a
 * few seconds for all names together.
 */

#include <sys/types.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dns.h"
#include "log.h"
#include "now.h"
#include "ntpd.h"

#define PATIENCE	3.0	/* s for all names together */

static __attribute__((__noreturn__)) void
ask(const struct conf_resolved *names, size_t n, int fd)
{
	struct msg_lookup	 question;
	struct msg_answer	 answer;
	size_t			 i;

	for (i = 0; i < n; i++) {
		memset(&question, 0, sizeof(question));
		memset(&answer, 0, sizeof(answer));
		question.family = names[i].server->family;
		(void)strlcpy(question.name, names[i].server->name,
		    sizeof(question.name));
		answer.result = dns_resolve(&question, &answer);
		if (write(fd, &answer, sizeof(answer)) !=
		    (ssize_t)sizeof(answer))
			break;
	}
	_exit(0);
}

/* One answer, or -1 when it does not come in time. */
static int
await(int fd, mono_t since, struct msg_answer *answer)
{
	struct pollfd	 pfd = { .fd = fd, .events = POLLIN };
	size_t		 len = 0;
	ssize_t		 n;
	double		 left;

	while (len < sizeof(*answer)) {
		left = PATIENCE - mono_diff(now_mono(), since);
		if (left <= 0 || poll(&pfd, 1, (int)(left * 1000)) != 1)
			return -1;
		n = read(fd, (char *)answer + len, sizeof(*answer) - len);
		if (n <= 0)
			return -1;
		len += (size_t)n;
	}
	return 0;
}

/* Those that are names; how many have an answer, in front. */
static size_t
resolve(struct conf_resolved *names, size_t n)
{
	struct msg_answer	 answer;
	mono_t			 since = now_mono();
	size_t			 i, good = 0;
	pid_t			 pid;
	int			 fds[2];

	if (pipe2(fds, O_CLOEXEC) == -1)
		return 0;
	switch (pid = fork()) {
	case -1:
		close(fds[0]);
		close(fds[1]);
		return 0;
	case 0:
		close(fds[0]);
		ask(names, n, fds[1]);
	}
	close(fds[1]);
	for (i = 0; i < n && await(fds[0], since, &answer) == 0; i++) {
		if (answer.result == DNS_TEMPFAIL ||
		    answer.n > MSG_ANSWER_MAX)
			continue;
		names[good].server = names[i].server;
		names[good].n = answer.n;
		memcpy(names[good].addr, answer.addr, sizeof(answer.addr));
		good++;
	}
	close(fds[0]);
	(void)kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) == -1 && errno == EINTR)
		;
	return good;
}

void
ntpd_check_names(const struct conf *conf, struct conf_report *report)
{
	const struct conf_node	*node;
	struct conf_resolved		*names;
	size_t				 n = 0, good;

	TAILQ_FOREACH(node, &conf->servers, entry)
		n += node->server.addr.family == ADDR_NONE;
	if (n == 0)
		return;
	if ((names = calloc(n, sizeof(*names))) == NULL)
		fatal("names");
	n = 0;
	TAILQ_FOREACH(node, &conf->servers, entry) {
		if (node->server.addr.family == ADDR_NONE)
			names[n++].server = &node->server;
	}
	if ((good = resolve(names, n)) < n)
		log_info("%zu of %zu names could not be looked up now",
		    n - good, n);
	conf_check_resolved(conf, names, good, report);
	free(names);
}
