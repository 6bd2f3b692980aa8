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
 * Engine and server: what the BSDs call timestamps and addresses of
 * datagrams.  They stamp what arrives (OpenBSD in microseconds, FreeBSD in
 * nanoseconds by SO_TS_CLOCK) and do not report when a datagram left.
 */

#include <sys/types.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <netinet/in.h>

#include <stdint.h>
#include <string.h>
#include <time.h>

#include "addr.h"
#include "io.h"

static void	 set_stamp(struct io_msg *, const struct cmsghdr *);
static void	 set_local4(struct io_msg *, const struct in_addr *);
static void	 set_local6(struct io_msg *, const struct in6_pktinfo *);

int
io_os_stamps(int fd, bool tx)
{
	int	 on = 1;

#ifdef SO_TS_CLOCK
	int	 source = SO_TS_REALTIME;

	(void)setsockopt(fd, SOL_SOCKET, SO_TS_CLOCK, &source,
	    sizeof(source));
#endif
	return setsockopt(fd, SOL_SOCKET, SO_TIMESTAMP, &on, sizeof(on));
}

bool
io_os_txstamps(void)
{
	return false;
}

int
io_os_dstaddr(int fd, int family)
{
	int	 on = 1;

	if (family == AF_INET6)
		return setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on,
		    sizeof(on));
	return setsockopt(fd, IPPROTO_IP, IP_RECVDSTADDR, &on, sizeof(on));
}

/* IPv6 is cut by nobody on its way, and IPv4 needs the option. */
void
io_os_whole(int fd, int family)
{
#ifdef IP_DONTFRAG
	int	 on = 1;

	if (family == AF_INET)
		(void)setsockopt(fd, IPPROTO_IP, IP_DONTFRAG, &on,
		    sizeof(on));
#endif
}

void
io_os_control(struct msghdr *mh, struct io_msg *msg)
{
	struct in_addr		 dst;
	struct in6_pktinfo	 pi6;
	struct cmsghdr		*c;

	for (c = CMSG_FIRSTHDR(mh); c != NULL; c = CMSG_NXTHDR(mh, c)) {
		if (c->cmsg_level == SOL_SOCKET)
			set_stamp(msg, c);
		else if (c->cmsg_level == IPPROTO_IP &&
		    c->cmsg_type == IP_RECVDSTADDR &&
		    c->cmsg_len >= CMSG_LEN(sizeof(dst))) {
			memcpy(&dst, CMSG_DATA(c), sizeof(dst));
			set_local4(msg, &dst);
		} else if (c->cmsg_level == IPPROTO_IPV6 &&
		    c->cmsg_type == IPV6_PKTINFO &&
		    c->cmsg_len >= CMSG_LEN(sizeof(pi6))) {
			memcpy(&pi6, CMSG_DATA(c), sizeof(pi6));
			set_local6(msg, &pi6);
		}
	}
}

static void
set_stamp(struct io_msg *msg, const struct cmsghdr *c)
{
	struct timeval	 tv;
#ifdef SCM_REALTIME
	struct timespec	 ts;

	if (c->cmsg_type == SCM_REALTIME &&
	    c->cmsg_len >= CMSG_LEN(sizeof(ts))) {
		memcpy(&ts, CMSG_DATA(c), sizeof(ts));
		msg->stamp = IO_STAMP_KERNEL;
		msg->sec = ts.tv_sec;
		msg->nsec = (uint32_t)ts.tv_nsec;
		return;
	}
#endif
	if (c->cmsg_type == SCM_TIMESTAMP &&
	    c->cmsg_len >= CMSG_LEN(sizeof(tv))) {
		memcpy(&tv, CMSG_DATA(c), sizeof(tv));
		msg->stamp = IO_STAMP_KERNEL;
		msg->sec = tv.tv_sec;
		msg->nsec = (uint32_t)tv.tv_usec * 1000;
	}
}

/* The header's destination: broadcast and multicast are not for us. */
static void
set_local4(struct io_msg *msg, const struct in_addr *dst)
{
	if (dst->s_addr == INADDR_BROADCAST ||
	    IN_MULTICAST(ntohl(dst->s_addr)))
		return;
	msg->local.family = ADDR_V4;
	memcpy(msg->local.ip, dst, sizeof(*dst));
}

static void
set_local6(struct io_msg *msg, const struct in6_pktinfo *pi)
{
	msg->ifindex = pi->ipi6_ifindex;
	if (IN6_IS_ADDR_MULTICAST(&pi->ipi6_addr))
		return;
	msg->local.family = ADDR_V6;
	memcpy(msg->local.ip, &pi->ipi6_addr, sizeof(pi->ipi6_addr));
	if (IN6_IS_ADDR_LINKLOCAL(&pi->ipi6_addr))
		msg->local.scope = pi->ipi6_ifindex;
}

size_t
io_os_source(void *buf, const struct io_msg *msg)
{
	struct in6_pktinfo	 pi6;
	struct cmsghdr		*c = buf;

	switch ((enum addr_family)msg->local.family) {
	case ADDR_NONE:
		break;
	case ADDR_V4:
		memset(buf, 0, CMSG_SPACE(sizeof(struct in_addr)));
		c->cmsg_len = CMSG_LEN(sizeof(struct in_addr));
		c->cmsg_level = IPPROTO_IP;
		c->cmsg_type = IP_SENDSRCADDR;
		memcpy(CMSG_DATA(c), msg->local.ip, sizeof(struct in_addr));
		return CMSG_SPACE(sizeof(struct in_addr));
	case ADDR_V6:
		memset(&pi6, 0, sizeof(pi6));
		memcpy(&pi6.ipi6_addr, msg->local.ip, sizeof(pi6.ipi6_addr));
		pi6.ipi6_ifindex = msg->local.scope;
		memset(buf, 0, CMSG_SPACE(sizeof(pi6)));
		c->cmsg_len = CMSG_LEN(sizeof(pi6));
		c->cmsg_level = IPPROTO_IPV6;
		c->cmsg_type = IPV6_PKTINFO;
		memcpy(CMSG_DATA(c), &pi6, sizeof(pi6));
		return CMSG_SPACE(sizeof(pi6));
	}
	return 0;
}

int
io_txstamp(int fd, int64_t *sec, uint32_t *nsec)
{
	return 0;
}

int
io_clock_watch(void)
{
	return -1;
}

void
io_clock_told(int fd)
{
}

int
io_warm(void)
{
	return -1;
}
