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
 * What main is made of.
 */

#ifndef NTPD_H
#define NTPD_H

#include "conf.h"

/*
 * ntpd_check.c: look up the names of a configuration and warn of what only
 * their addresses can tell.  Names that are not answered soon are skipped.
 */
void	 ntpd_check_names(const struct conf *, struct conf_report *);

/*
 * ntpd_check_file.c: warn of files named in a configuration that are not
 * there or cannot be used.
 */
void	 ntpd_check_files(const struct conf *, struct conf_report *);

#endif /* NTPD_H */
