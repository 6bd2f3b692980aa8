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
 * What the files of the constraint process ask of each other.
 */

#ifndef CONSTRAINT_H
#define CONSTRAINT_H

#include <stddef.h>
#include <stdint.h>

/*
 * constraint_chain.c: is a chain of certificates, the server's own first,
 * valid as a server's by these authorities (both PEM) at a moment (Unix s),
 * with every certificate on the way?  NULL when it is, or else why not.
 * The name in it is not looked at.
 */
const char	*constraint_chain(const uint8_t *, size_t, const uint8_t *,
		    size_t, int64_t)
		    __attribute__((__warn_unused_result__));

#endif /* CONSTRAINT_H */
