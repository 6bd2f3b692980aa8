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
 * Interfaces of the BSDs: no socket is tied to a device there, so each
 * address of it gets one.  Parent only.
 */

#include <sys/types.h>
#include <sys/socket.h>

#include <net/if.h>

#include <errno.h>
#include <ifaddrs.h>
#include <string.h>

#include "parent.h"

size_t
parent_if_expand(const struct conf_listen *c, struct parent_want *want,
    size_t max)
{
	struct ifaddrs	*list, *ifa;
	struct addr	 addr;
	size_t		 n = 0;

	if (getifaddrs(&list) == -1)
		return 0;
	for (ifa = list; ifa != NULL && n < max; ifa = ifa->ifa_next) {
		if (ifa->ifa_addr == NULL ||
		    strcmp(ifa->ifa_name, c->ifname) != 0 ||
		    addr_from_sa(&addr, ifa->ifa_addr) == -1)
			continue;
		if (c->family != ADDR_NONE && c->family != addr.family)
			continue;
		memset(&want[n], 0, sizeof(want[n]));
		want[n].addr = addr;
		want[n].addr.port = c->addr.port;
		want[n].ifindex = if_nametoindex(ifa->ifa_name);
		n++;
	}
	freeifaddrs(list);
	return n;
}

/* An address that is not there yet is tried again until it is. */
void
parent_if_early(int fd, int family)
{
}

/*
 * FreeBSD spreads datagrams over such sockets by a hash of its own, of both
 * addresses and ports; others give all to one of them.
 */
bool
parent_if_shares(void)
{
#ifdef SO_REUSEPORT_LB
	return true;
#else
	return false;
#endif
}

int
parent_if_share(int fd)
{
#ifdef SO_REUSEPORT_LB
	int	 on = 1;

	return setsockopt(fd, SOL_SOCKET, SO_REUSEPORT_LB, &on, sizeof(on));
#else
	errno = EOPNOTSUPP;
	return -1;
#endif
}

int
parent_if_steer(int fd, int family, unsigned int n, unsigned int bits,
    uint32_t secret)
{
	return 0;
}

int
parent_if_device(int fd, const char *device)
{
	errno = EOPNOTSUPP;
	return -1;
}
