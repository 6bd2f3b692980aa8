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
 * Control messages and error queue entries, as Linux makes them.
 */

#include <sys/time.h>

#include <netinet/in.h>

#include <linux/errqueue.h>
#include <linux/net_tstamp.h>
#include <string.h>
#include <time.h>

#include "world.h"

#define ETHER_LEN	14
#define UDP_LEN		8
#define ETH_INDEX	2		/* if_nametoindex("eth0") */

static size_t
put_cmsg(uint8_t *buf, size_t at, int level, int type, const void *data,
    size_t len)
{
	struct cmsghdr	 c;

	memset(&c, 0, sizeof(c));
	c.cmsg_len = CMSG_LEN(len);
	c.cmsg_level = level;
	c.cmsg_type = type;
	memset(buf + at, 0, CMSG_SPACE(len));
	memcpy(buf + at, &c, sizeof(c));
	memcpy(buf + at + CMSG_LEN(0), data, len);
	return at + CMSG_SPACE(len);
}

static struct timespec
to_ts(int64_t ns)
{
	struct timespec	 ts = { ns / NSEC, ns % NSEC };

	return ts;
}

static size_t
put_pktinfo(uint8_t *buf, size_t at, const struct waddr *dst)
{
	struct in_pktinfo	 p4;
	struct in6_pktinfo	 p6;
	int			 index = waddr_loop(dst) ? 1 : ETH_INDEX;

	if (dst->family == 6) {
		memset(&p6, 0, sizeof(p6));
		memcpy(&p6.ipi6_addr, dst->a, 16);
		p6.ipi6_ifindex = index;
		return put_cmsg(buf, at, IPPROTO_IPV6, IPV6_PKTINFO, &p6,
		    sizeof(p6));
	}
	memset(&p4, 0, sizeof(p4));
	memcpy(&p4.ipi_addr, dst->a, 4);
	memcpy(&p4.ipi_spec_dst, dst->a, 4);
	p4.ipi_ifindex = index;
	return put_cmsg(buf, at, IPPROTO_IP, IP_PKTINFO, &p4, sizeof(p4));
}

/* Of a datagram that came to dst at a time of CLOCK_REALTIME. */
size_t
stamp_receive(const struct stamp_opts *o, int64_t real,
    const struct waddr *dst, uint8_t *buf)
{
	struct timespec	 ts[3];
	struct timeval	 tv;
	size_t		 at = 0;

	memset(ts, 0, sizeof(ts));
	ts[0] = to_ts(real);
	tv.tv_sec = ts[0].tv_sec;
	tv.tv_usec = ts[0].tv_nsec / 1000;
	if (o->timestamp == SO_TIMESTAMPNS)
		at = put_cmsg(buf, at, SOL_SOCKET, SCM_TIMESTAMPNS, &ts[0],
		    sizeof(ts[0]));
	else if (o->timestamp == SO_TIMESTAMP)
		at = put_cmsg(buf, at, SOL_SOCKET, SCM_TIMESTAMP, &tv,
		    sizeof(tv));
	if ((o->stamping & SOF_TIMESTAMPING_RX_SOFTWARE) &&
	    (o->stamping & SOF_TIMESTAMPING_SOFTWARE))
		at = put_cmsg(buf, at, SOL_SOCKET, SCM_TIMESTAMPING, ts,
		    sizeof(ts));
	if (o->pktinfo)
		at = put_pktinfo(buf, at, dst);
	return at;
}

/* Of an error queue entry: sent to dst at a time of CLOCK_REALTIME. */
size_t
stamp_transmit(const struct stamp_opts *o, int64_t real, uint32_t id,
    const struct waddr *dst, uint8_t *buf)
{
	struct timespec			 ts[3];
	struct {
		struct sock_extended_err	 ee;
		struct sockaddr_in6		 sin6;
	} e;
	bool				 v6 = dst->family == 6;
	size_t				 at, len;

	memset(ts, 0, sizeof(ts));
	ts[0] = to_ts(real);
	at = put_cmsg(buf, 0, SOL_SOCKET, SCM_TIMESTAMPING, ts, sizeof(ts));
	memset(&e, 0, sizeof(e));
	e.ee.ee_errno = 42;			/* ENOMSG */
	e.ee.ee_origin = SO_EE_ORIGIN_TIMESTAMPING;
	e.ee.ee_info = SCM_TSTAMP_SND;
	e.ee.ee_data = id;
	len = sizeof(e.ee) + (v6 ? sizeof(struct sockaddr_in6) :
	    sizeof(struct sockaddr_in));
	at = put_cmsg(buf, at, v6 ? IPPROTO_IPV6 : IPPROTO_IP,
	    v6 ? IPV6_RECVERR : IP_RECVERR, &e, len);
	if (o->pktinfo && (o->stamping & SOF_TIMESTAMPING_OPT_CMSG))
		at = put_pktinfo(buf, at, dst);
	return at;
}

/* The frame as the driver had it, which Linux gives back. */
size_t
stamp_frame(const struct waddr *src, const struct waddr *dst,
    const uint8_t *data, size_t len, uint8_t *out)
{
	size_t	 at = ETHER_LEN;

	memset(out, 0, ETHER_LEN + 40 + UDP_LEN);
	if (dst->family == 6) {
		out[12] = 0x86;
		out[13] = 0xdd;
		out[at] = 0x60;
		out[at + 4] = (len + UDP_LEN) >> 8;
		out[at + 5] = (uint8_t)(len + UDP_LEN);
		out[at + 6] = IPPROTO_UDP;
		memcpy(out + at + 8, src->a, 16);
		memcpy(out + at + 24, dst->a, 16);
		at += 40;
	} else {
		out[12] = 0x08;
		out[at] = 0x45;
		out[at + 2] = (len + 20 + UDP_LEN) >> 8;
		out[at + 3] = (uint8_t)(len + 20 + UDP_LEN);
		out[at + 9] = IPPROTO_UDP;
		memcpy(out + at + 12, src->a, 4);
		memcpy(out + at + 16, dst->a, 4);
		at += 20;
	}
	out[at] = src->port >> 8;
	out[at + 1] = (uint8_t)src->port;
	out[at + 2] = dst->port >> 8;
	out[at + 3] = (uint8_t)dst->port;
	at += UDP_LEN;
	memcpy(out + at, data, len);
	return at + len;
}

bool
stamp_source(const uint8_t *ctl, size_t len, struct waddr *src)
{
	struct cmsghdr		 c;
	struct in_pktinfo	 p4;
	struct in6_pktinfo	 p6;
	size_t			 at = 0;

	while (at + sizeof(c) <= len) {
		memcpy(&c, ctl + at, sizeof(c));
		if (c.cmsg_len < sizeof(c) || at + c.cmsg_len > len)
			break;
		if (c.cmsg_level == IPPROTO_IP && c.cmsg_type == IP_PKTINFO &&
		    c.cmsg_len >= CMSG_LEN(sizeof(p4))) {
			memcpy(&p4, ctl + at + CMSG_LEN(0), sizeof(p4));
			src->family = 4;
			memcpy(src->a, &p4.ipi_spec_dst, 4);
			return p4.ipi_spec_dst.s_addr != 0;
		}
		if (c.cmsg_level == IPPROTO_IPV6 &&
		    c.cmsg_type == IPV6_PKTINFO &&
		    c.cmsg_len >= CMSG_LEN(sizeof(p6))) {
			memcpy(&p6, ctl + at + CMSG_LEN(0), sizeof(p6));
			src->family = 6;
			memcpy(src->a, &p6.ipi6_addr, 16);
			return !waddr_any(src);
		}
		at += CMSG_ALIGN(c.cmsg_len);
	}
	return false;
}
