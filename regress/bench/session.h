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
 * NTS for the load: sessions with cookies of a real NTS-KE, and requests and
 * replies with them.  They go in waves.  A wave has a request for each
 * cookie there is; no cookie is used twice, and what the replies bring are
 * those of the next wave.  Replies are kept, and verified when the wave is
 * over, so that the server does not wait for the load.
 */

#ifndef SESSION_H
#define SESSION_H

#include <stddef.h>
#include <stdint.h>

#define SESSION_OCTETS	1024	/* a request or a reply at most */

struct sessions;

/*
 * So many sessions with the server at that address, fetched from as many
 * addresses of ours, of which the first is given in host order; and room
 * for so many cookies in all.
 */
struct sessions	*sessions_open(const char *, uint32_t, unsigned int,
		    unsigned int);

/* Make the requests of a wave; how many. */
unsigned int	 sessions_wave(struct sessions *);

/* The next one of the wave; its octets. */
size_t		 sessions_request(struct sessions *, uint8_t *);

/* This came. */
void		 sessions_reply(struct sessions *, const uint8_t *, size_t);

/* The wave is over: how many of the replies are valid, */
unsigned int	 sessions_settle(struct sessions *);

/* and does the next one have a request for each place? */
int		 sessions_full(const struct sessions *);

#endif /* SESSION_H */
