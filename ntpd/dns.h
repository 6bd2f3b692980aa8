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
 * The resolver, for the dns process and for ntpd -n.
 */

#ifndef DNS_H
#define DNS_H

#include "msg.h"

/* Ask the system's resolver; blocks for as long as that likes. */
enum dns_result	 dns_resolve(const struct msg_lookup *, struct msg_answer *);

/*
 * The servers that give out keys for the pool of that name, in the order to
 * be tried.  DNS_NOTFOUND: nobody says, its addresses are those.
 */
enum dns_result	 dns_service(const char *, struct msg_targets *);

#endif /* DNS_H */
