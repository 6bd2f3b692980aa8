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
 * What nts would say of the files that it is given, for ntpd -n.
 */

#ifndef NTS_CHECK_H
#define NTS_CHECK_H

#define NTS_CHECK_MAX	128	/* octets of a reason, with its NUL */

/*
 * The file of a certificate and that of its key; of CAs; of cookie keys:
 * each by a descriptor, which is closed.  0, or -1 and why it cannot be used.
 */
int	 nts_check_certificate(int, int, char [NTS_CHECK_MAX]);
int	 nts_check_ca(int, char [NTS_CHECK_MAX]);
int	 nts_check_ring(int, char [NTS_CHECK_MAX]);

#endif /* NTS_CHECK_H */
