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
 * imsg for systems without it: messages with descriptors over a local
 * stream socket.  The names and meanings are those of OpenBSD's
 * imsg_init(3), as far as we use them; the code is ours.
 */

#ifndef IMSG_H
#define IMSG_H

#include <sys/types.h>
#include <sys/queue.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IMSG_HEADER_SIZE	sizeof(struct imsg_hdr)
#define MAX_IMSGSIZE		16384	/* with the header */
#define IMSG_FDS_MAX		8	/* descriptors ahead of their message */

struct imsg_hdr {
	uint32_t	 type;
	uint32_t	 len;		/* with the header; top bit: has fd */
	uint32_t	 peerid;
	uint32_t	 pid;
};

struct imsg {
	struct imsg_hdr	 hdr;
	void		*data;
	int		 fd;
};

struct imsg_out;
TAILQ_HEAD(imsg_outs, imsg_out);

struct imsgbuf {
	struct imsg_outs out;		/* to be sent, oldest first */
	uint32_t	 outlen;	/* how many */
	uint8_t		*in;		/* received, MAX_IMSGSIZE octets */
	size_t		 inpos;		/* first octet not handed out */
	size_t		 inend;
	int		 infd[IMSG_FDS_MAX];	/* received, oldest first */
	unsigned int	 ninfd;
	bool		 fdpass;
	pid_t		 pid;
	int		 fd;
};

/* The descriptor stays the caller's. */
int		 imsgbuf_init(struct imsgbuf *, int)
		    __attribute__((__warn_unused_result__));
void		 imsgbuf_allow_fdpass(struct imsgbuf *);

/* Free what is queued, close the descriptors in it. */
void		 imsgbuf_clear(struct imsgbuf *);

/*
 * One read.  1: go on with imsgbuf_get (there may be nothing new), 0: the
 * other side is gone, -1 and errno.
 */
int		 imsgbuf_read(struct imsgbuf *)
		    __attribute__((__warn_unused_result__));

/* Send what the socket takes: 0, or -1 and errno. */
int		 imsgbuf_write(struct imsgbuf *)
		    __attribute__((__warn_unused_result__));

/* Messages waiting to be sent. */
uint32_t	 imsgbuf_queuelen(struct imsgbuf *);

/* 1: a message, to be freed; 0: none is complete; -1: nonsense came. */
int		 imsgbuf_get(struct imsgbuf *, struct imsg *)
		    __attribute__((__warn_unused_result__));
void		 imsg_free(struct imsg *);

uint32_t	 imsg_get_type(struct imsg *);
uint32_t	 imsg_get_id(struct imsg *);
size_t		 imsg_get_len(struct imsg *);	/* without the header */

/* The payload, if it has exactly this length; else -1. */
int		 imsg_get_data(struct imsg *, void *, size_t)
		    __attribute__((__warn_unused_result__));

/* Its descriptor or -1; the caller's to close from here on. */
int		 imsg_get_fd(struct imsg *);

/*
 * Queue a message: type, id, pid (0: ours), descriptor or -1, data.  1, and
 * the descriptor is closed when it was sent; or -1, and it still is the
 * caller's.
 */
int		 imsg_compose(struct imsgbuf *, uint32_t, uint32_t, pid_t, int,
		    const void *, size_t)
		    __attribute__((__warn_unused_result__));

#endif /* IMSG_H */
