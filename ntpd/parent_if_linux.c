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
 * Interfaces of Linux: a socket can be tied to a device, and to an address
 * that is not there yet.  Parent only.
 */

#include <sys/types.h>
#include <sys/socket.h>

#include <net/if.h>
#include <netinet/in.h>

#include <string.h>

#include "parent.h"

/* One wildcard socket of each family, tied to the device. */
size_t
parent_if_expand(const struct conf_listen *c, struct parent_want *want,
    size_t max)
{
	static const uint8_t	 families[] = { ADDR_V4, ADDR_V6 };
	unsigned int		 ifindex;
	size_t			 i, n = 0;

	if ((ifindex = if_nametoindex(c->ifname)) == 0)
		return 0;
	for (i = 0; i < nitems(families) && n < max; i++) {
		if (c->family != ADDR_NONE && c->family != families[i])
			continue;
		memset(&want[n], 0, sizeof(want[n]));
		want[n].addr.family = families[i];
		want[n].addr.port = c->addr.port;
		want[n].ifindex = ifindex;
		(void)strlcpy(want[n].device, c->ifname,
		    sizeof(want[n].device));
		n++;
	}
	return n;
}

void
parent_if_early(int fd, int family)
{
	int	 on = 1;

	/* without it the bind is tried again until it works */
	if (family == AF_INET)
		(void)setsockopt(fd, IPPROTO_IP, IP_FREEBIND, &on,
		    sizeof(on));
	else
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_FREEBIND, &on,
		    sizeof(on));
}

int
parent_if_device(int fd, const char *device)
{
	return setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device,
	    (socklen_t)strlen(device) + 1);
}
