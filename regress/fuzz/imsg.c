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
 * imsg frames, and in them messages of exact lengths, like those of E6, and
 * one of a variable length.  Nothing but a closed connection comes of
 * nonsense.  Types have numbers of their own, so that
 * the corpus stays good when a message is added; the real ones are
 * control.c's.
 */

#include <sys/types.h>
#include <sys/socket.h>

#include <event.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "imsgev.h"
#include "log.h"

FUZZ_PLACES(4);

enum type {
	FOUR_OCTETS = 1,
	EIGHT_OCTETS,
	NOTHING,
	TEXT,
	END
};

static void
exact(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	uint8_t	 copy[8];

	REACHED(in->type - FOUR_OCTETS);
	HOLDS(in->len <= sizeof(copy));
	if (in->len > 0)
		memcpy(copy, in->data, in->len);
	if (in->fd != -1)
		close(in->fd);
	imsgev_send(iev, END, in->id, -1, NULL, 0);
}

static void
variable(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	char	 text[32];

	if (in->len == 0 || in->len > sizeof(text)) {
		imsgev_refuse(iev, in, "no text");
		return;
	}
	REACHED(3);
	memcpy(text, in->data, in->len);
}

static const struct imsg_handler from_client[] = {
	{ FOUR_OCTETS, 4, exact, 0 },
	{ EIGHT_OCTETS, 8, exact, 0 },
	{ NOTHING, 0, exact, 0 },
	{ TEXT, IMSG_VARLEN, variable, 0 },
};

static void
closed(void *arg, struct imsgev *iev)
{
	imsgev_close(iev);
	event_loopexit(NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static int	 begun;
	struct imsgev	 iev;
	int		 pair[2];

	if (!begun) {
		log_init("fuzz", false, -1);
		event_init();
		begun = 1;
	}
	if (len > 32768)
		return 0;
	HOLDS(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
	    0, pair) == 0);
	HOLDS(write(pair[1], data, len) == (ssize_t)len);
	HOLDS(shutdown(pair[1], SHUT_WR) == 0);
	memset(&iev, 0, sizeof(iev));
	imsgev_init(&iev, pair[0], "fuzz", from_client, nitems(from_client),
	    IMSGEV_CLOSE, NULL, closed);
	event_dispatch();
	close(pair[1]);
	return 0;
}
