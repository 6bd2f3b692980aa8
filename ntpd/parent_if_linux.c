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

#include <linux/filter.h>
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

bool
parent_if_shares(void)
{
	return true;
}

int
parent_if_share(int fd)
{
	int	 on = 1;

	return setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
}

#define SOURCE4		((uint32_t)SKF_NET_OFF + 12)
#define SOURCE6		((uint32_t)SKF_NET_OFF + 8)
#define MIX		0x9e3779b1	/* 2^32 over the golden ratio, odd */

/* The first n of 32 bits. */
static uint32_t
mask(unsigned int n)
{
	return n == 0 ? 0 : n >= 32 ? UINT32_MAX : ~(UINT32_MAX >> n);
}

/*
 * A program for the kernel: the number of the socket, in the order they
 * were bound, for a datagram.  Of IPv6 no more than the first 64 bits count:
 * what is behind them is one client's to choose.  The last socket to be
 * bound gives its program to all.
 */
int
parent_if_steer(int fd, int family, unsigned int n, unsigned int bits,
    uint32_t secret)
{
	bool			 v6 = family == AF_INET6;
	struct sock_filter	 code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, v6 ? SOURCE6 + 4 : SOURCE4),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K,
		    v6 ? mask(bits > 32 ? bits - 32 : 0) : mask(bits)),
		BPF_STMT(BPF_ALU | BPF_XOR | BPF_K, secret),
		BPF_STMT(BPF_ALU | BPF_MUL | BPF_K, MIX),
		BPF_STMT(BPF_ST, 0),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, v6 ? SOURCE6 : SOURCE4),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, v6 ? mask(bits) : 0),
		BPF_STMT(BPF_LDX | BPF_MEM, 0),
		BPF_STMT(BPF_ALU | BPF_XOR | BPF_X, 0),
		BPF_STMT(BPF_ALU | BPF_MUL | BPF_K, MIX),
		BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 16),
		BPF_STMT(BPF_ALU | BPF_MOD | BPF_K, n),
		BPF_STMT(BPF_RET | BPF_A, 0),
	};
	struct sock_fprog	 prog;

	/* the kernel copies what is between the members, too */
	memset(&prog, 0, sizeof(prog));
	prog.len = nitems(code);
	prog.filter = code;
	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &prog,
	    sizeof(prog));
}

int
parent_if_device(int fd, const char *device)
{
	return setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device,
	    (socklen_t)strlen(device) + 1);
}
