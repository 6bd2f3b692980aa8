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
 * Engine and server: what Linux calls timestamps and addresses of datagrams.
 */

#include <sys/types.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

#include <linux/errqueue.h>
#include <linux/net_tstamp.h>
#include <netinet/in.h>

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "addr.h"
#include "io.h"

/*
 * Software stamps: hardware ones are on another clock.  TSONLY: the stamp
 * comes back without our packet, which unprivileged processes may be
 * refused (net.core.tstamp_allow_data).
 */
#define STAMP_RX	(SOF_TIMESTAMPING_SOFTWARE | \
			 SOF_TIMESTAMPING_RX_SOFTWARE)
#define STAMP_TX	(SOF_TIMESTAMPING_TX_SOFTWARE | \
			 SOF_TIMESTAMPING_OPT_TSONLY)

static void	 set_stamp(struct io_msg *, const struct timespec *);
static void	 set_local4(struct io_msg *, const struct in_pktinfo *);
static void	 set_local6(struct io_msg *, const struct in6_pktinfo *);

int
io_os_stamps(int fd, bool tx)
{
	int	 flags = STAMP_RX | STAMP_TX;
	int	 on = 1;

	/* of what arrives alone the older option tells in fewer octets */
	if (tx && setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPING, &flags,
	    sizeof(flags)) == 0)
		return 0;
	return setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on));
}

bool
io_os_txstamps(void)
{
	return true;
}

int
io_os_dstaddr(int fd, int family)
{
	int	 on = 1;

	if (family == AF_INET6)
		return setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on,
		    sizeof(on));
	return setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on));
}

/*
 * PROBE: don't fragment, and take no notice of ICMP.  Without it the kernel
 * also computes an identification that fragments would need.
 */
void
io_os_whole(int fd, int family)
{
	int	 probe = IP_PMTUDISC_PROBE, probe6 = IPV6_PMTUDISC_PROBE;

	if (family == AF_INET6)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER,
		    &probe6, sizeof(probe6));
	else
		(void)setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &probe,
		    sizeof(probe));
}

void
io_os_control(struct msghdr *mh, struct io_msg *msg)
{
	struct scm_timestamping	 stamps;
	struct timespec		 ts;
	struct in_pktinfo	 pi4;
	struct in6_pktinfo	 pi6;
	struct cmsghdr		*c;

	for (c = CMSG_FIRSTHDR(mh); c != NULL; c = CMSG_NXTHDR(mh, c)) {
		if (c->cmsg_level == SOL_SOCKET &&
		    c->cmsg_type == SCM_TIMESTAMPING &&
		    c->cmsg_len >= CMSG_LEN(sizeof(stamps))) {
			memcpy(&stamps, CMSG_DATA(c), sizeof(stamps));
			set_stamp(msg, &stamps.ts[0]);
		} else if (c->cmsg_level == SOL_SOCKET &&
		    c->cmsg_type == SCM_TIMESTAMPNS &&
		    c->cmsg_len >= CMSG_LEN(sizeof(ts))) {
			memcpy(&ts, CMSG_DATA(c), sizeof(ts));
			set_stamp(msg, &ts);
		} else if (c->cmsg_level == IPPROTO_IP &&
		    c->cmsg_type == IP_PKTINFO &&
		    c->cmsg_len >= CMSG_LEN(sizeof(pi4))) {
			memcpy(&pi4, CMSG_DATA(c), sizeof(pi4));
			set_local4(msg, &pi4);
		} else if (c->cmsg_level == IPPROTO_IPV6 &&
		    c->cmsg_type == IPV6_PKTINFO &&
		    c->cmsg_len >= CMSG_LEN(sizeof(pi6))) {
			memcpy(&pi6, CMSG_DATA(c), sizeof(pi6));
			set_local6(msg, &pi6);
		}
	}
}

static void
set_stamp(struct io_msg *msg, const struct timespec *ts)
{
	if (ts->tv_sec == 0 && ts->tv_nsec == 0)
		return;
	msg->stamp = IO_STAMP_KERNEL;
	msg->sec = ts->tv_sec;
	msg->nsec = (uint32_t)ts->tv_nsec;
}

/*
 * spec_dst is where an answer would come from, addr what the header said:
 * they differ for broadcast and multicast, which nobody should answer.
 */
static void
set_local4(struct io_msg *msg, const struct in_pktinfo *pi)
{
	msg->ifindex = (uint32_t)pi->ipi_ifindex;
	if (pi->ipi_addr.s_addr != pi->ipi_spec_dst.s_addr)
		return;
	msg->local.family = ADDR_V4;
	memcpy(msg->local.ip, &pi->ipi_addr, sizeof(pi->ipi_addr));
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
	struct in_pktinfo	 pi4;
	struct in6_pktinfo	 pi6;
	struct cmsghdr		*c = buf;

	switch ((enum addr_family)msg->local.family) {
	case ADDR_NONE:
		break;
	case ADDR_V4:
		/* The way out is the routing table's business: no ifindex. */
		memset(&pi4, 0, sizeof(pi4));
		memcpy(&pi4.ipi_spec_dst, msg->local.ip,
		    sizeof(pi4.ipi_spec_dst));
		memset(buf, 0, CMSG_SPACE(sizeof(pi4)));
		c->cmsg_len = CMSG_LEN(sizeof(pi4));
		c->cmsg_level = IPPROTO_IP;
		c->cmsg_type = IP_PKTINFO;
		memcpy(CMSG_DATA(c), &pi4, sizeof(pi4));
		return CMSG_SPACE(sizeof(pi4));
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
	_Alignas(struct cmsghdr) uint8_t control[IO_CONTROL];
	uint8_t			 data[64];
	struct scm_timestamping	 stamps;
	struct iovec		 iov = { data, sizeof(data) };
	struct msghdr		 mh;
	struct cmsghdr		*c;
	int			 found = 0;

	for (;;) {
		memset(&mh, 0, sizeof(mh));
		mh.msg_iov = &iov;
		mh.msg_iovlen = 1;
		mh.msg_control = control;
		mh.msg_controllen = sizeof(control);
		if (recvmsg(fd, &mh, MSG_ERRQUEUE | MSG_DONTWAIT) == -1) {
			if (errno == EINTR)
				continue;
			return found;
		}
		for (c = CMSG_FIRSTHDR(&mh); c != NULL;
		    c = CMSG_NXTHDR(&mh, c)) {
			if (c->cmsg_level != SOL_SOCKET ||
			    c->cmsg_type != SCM_TIMESTAMPING ||
			    c->cmsg_len < CMSG_LEN(sizeof(stamps)))
				continue;
			memcpy(&stamps, CMSG_DATA(c), sizeof(stamps));
			if (stamps.ts[0].tv_sec == 0)
				continue;
			*sec = stamps.ts[0].tv_sec;
			*nsec = (uint32_t)stamps.ts[0].tv_nsec;
			found = 1;
		}
	}
}

/*
 * A timer that is never due, and is cancelled when the clock is set: read
 * then fails with ECANCELED, and the timer goes on as it was.
 */
int
io_clock_watch(void)
{
	const struct itimerspec	 never = { .it_value.tv_sec = INT32_MAX };
	int			 fd;

	fd = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
	if (fd != -1 && timerfd_settime(fd, TFD_TIMER_ABSTIME |
	    TFD_TIMER_CANCEL_ON_SET, &never, NULL) == -1) {
		close(fd);
		return -1;
	}
	return fd;
}

void
io_clock_told(int fd)
{
	uint64_t	 times;

	/* ECANCELED is what we want to hear, and there is no more to it. */
	if (read(fd, &times, sizeof(times)) == -1)
		return;
}

int
io_warm(void)
{
	int	 fd;

	fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd != -1 && io_os_stamps(fd, false) == -1) {
		close(fd);
		return -1;
	}
	return fd;
}
