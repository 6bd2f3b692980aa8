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
 * Engine and server: the batch loop.  One system call receives, one sends;
 * between them nothing is allocated and the clock is read once.
 *
 *	gate.c	who is answered at all
 *	reply()	what the reply says
 *	stamp()	when the request came and the reply leaves
 *
 * The times in a reply are corrected time: what the estimate says it is,
 * however the kernel's clock is being slewed, and both on the same steady
 * clock, so that no step comes between them.
 */

#include <sys/types.h>

#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "be.h"
#include "now.h"

#define BATCHES		4	/* per wakeup: others wait, too */
#define RX_MAX		1.0	/* s a datagram may have waited for us */
#define COST_EVERY	16	/* batches between looks at what one costs */
#define COST_MAX	1e-4	/* s; more is a pause, not a cost */
#define COST_GAIN	0.1	/* of the running mean */

void
batch_init(struct batch *b)
{
	memset(b, 0, sizeof(*b));
	gate_init(&b->gate);
	io_batch_init(&b->io);
}

void
batch_nts(struct batch *b)
{
	if (b->nts == NULL && ((b->nts = calloc(1,
	    sizeof(*b->nts))) == NULL ||
	    (b->nts->serve = ntsserve_new()) == NULL))
		fatal("NTS");
}

void
batch_ring(struct batch *b, const struct ntsring *ring)
{
	batch_nts(b);
	ntsserve_ring(b->nts->serve, ring);
}

void
batch_keys(struct batch *b, const struct mackeys *keys)
{
	if (keys->n == 0) {
		mac_free(b->mac);
		b->mac = NULL;
		return;
	}
	if (b->mac == NULL && (b->mac = mac_new()) == NULL)
		fatalx("libcrypto has no AES");
	if (mac_set(b->mac, keys) == -1)
		fatalx("the symmetric keys make no sense");
}

static ntptime_t
corrected(const struct serve_clock *c, mono_t t)
{
	double	 passed = mono_diff(t, c->mono);

	return ntptime_add(c->time, passed + passed * c->rate);
}

/*
 * When it came in.  A stamp from before the clock was set is on another
 * scale: then, and when it makes no sense, it is now.
 */
static mono_t
arrival(const struct batch *b, const struct io_msg *m, mono_t now,
    bool jumped)
{
	mono_t	 rx = { m->sec * 1000000000 + m->nsec - b->wall };

	if (jumped || rx.ns > now.ns || mono_diff(now, rx) > RX_MAX)
		return now;
	return rx;
}

/*
 * Is there NTS in the request, and is it good?  What can be done before the
 * clock is read is done.
 */
static enum serve_drop
authentic(struct batch *b, const struct io_msg *m, struct ntsserve_reply *r)
{
	struct batch_nts	*nts = b->nts;

	r->act = NTSSERVE_PLAIN;
	if (m->len == NTP_HEADER_LEN ||
	    (m->data[0] >> 3 & 7) != NTP_VERSION)
		return SERVE_OK;
	if (nts->left < NTSSERVE_RANDOM_MAX) {
		arc4random_buf(nts->random, sizeof(nts->random));
		nts->left = sizeof(nts->random);
	}
	if (ntsserve_request(nts->serve, m->data, m->len, nts->random +
	    sizeof(nts->random) - nts->left, r) == NTSSERVE_DROP) {
		explicit_bzero(&r->session, sizeof(r->session));
		return SERVE_NTS;
	}
	if (r->act == NTSSERVE_SEAL)
		nts->left -= NTSSERVE_RANDOM(r->ncookies);
	return SERVE_OK;
}

/*
 * Who shows a code wants one.  We have none for a key we do not know, and a
 * wrong one is nobody's we know: both get nothing.
 */
static enum serve_drop
keyed(struct batch *b, const struct io_msg *m, uint32_t *key)
{
	switch (mac_verify(b->mac, m->data, m->len, key)) {
	case MAC_GOOD:
		return SERVE_OK;
	case MAC_ABSENT:
		*key = 0;
		return SERVE_OK;
	case MAC_UNKNOWN:
	case MAC_BAD:
		break;
	}
	return SERVE_KEY;
}

/* No time for this one, but a word. */
static void
kiss_off(struct batch *b, struct batch_socket *s, struct io_reply *out,
    enum gate_kiss kiss)
{
	serve_kiss(out->data, kiss == GATE_DENY ? KISS('D', 'E', 'N', 'Y') :
	    KISS('R', 'A', 'T', 'E'));
	if (b->nts != NULL)
		b->nts->reply[out - b->io.out].act = NTSSERVE_PLAIN;
	b->client[out - b->io.out] = NULL;
	s->count.kisses++;
}

/*
 * A request becomes a reply, but for its times: SERVE_OK, or why not.  It
 * may become longer than a header, never longer than the request.  What
 * costs least comes first, and only a good request is counted against
 * anybody, so that one that is not costs less.
 */
static enum serve_drop
reply(struct batch *b, struct batch_socket *s, const struct io_msg *m,
    struct io_reply *out)
{
	const struct addr	*local = s->any ? &m->local : &s->addr;
	struct ratelimit_client	**client = &b->client[out - b->io.out];
	struct ntsserve_reply	*r;
	enum gate_kiss		 kiss;
	enum serve_drop		 why;

	if (m->peer.family == ADDR_NONE || local->family == ADDR_NONE)
		return SERVE_NOTUS;
	if ((why = gate_access(&s->gate, m, &kiss)) != SERVE_OK)
		return why;
	if (serve(&b->clock.st, m->data, m->len, m->peer.port, out->data,
	    &why) == SERVE_DROP)
		return why;
	out->len = NTP_HEADER_LEN;
	b->keyid[out - b->io.out] = 0;
	why = gate_limit(&b->gate, &s->gate, &b->key[m - b->io.in], b->now,
	    b->clock.shed, &kiss, client);
	if (why == SERVE_BUDGET)
		/* with NTS a reply is as long as its request */
		s->count.octets_shed += m->len + (s->addr.family == ADDR_V6 ?
		    SERVESTAT_IPV6 : SERVESTAT_IPV4);
	if (why != SERVE_OK)
		return why;
	if (kiss != GATE_TIME) {
		kiss_off(b, s, out, kiss);
		return SERVE_OK;
	}
	if (b->nts != NULL) {
		r = &b->nts->reply[out - b->io.out];
		if ((why = authentic(b, m, r)) != SERVE_OK)
			return why;
		/* no code authenticates more than NTS has */
		if (r->act != NTSSERVE_PLAIN)
			return SERVE_OK;
	}
	if (b->mac != NULL && m->len > NTP_HEADER_LEN)
		return keyed(b, m, &b->keyid[out - b->io.out]);
	return SERVE_OK;
}

/* The reply has its times: no octet of it changes any more. */
static void
seal(struct batch *b, struct batch_socket *s, struct io_reply *out,
    struct ntsserve_reply *r)
{
	if (ntsserve_reply(b->nts->serve, r, out->data, sizeof(out->data),
	    &out->len) == -1)
		out->len = 0;
	else if (r->act == NTSSERVE_SEAL)
		s->count.nts++;
	else if (r->act == NTSSERVE_NAK)
		s->count.nts_nak++;
	explicit_bzero(&r->session, sizeof(r->session));
}

/*
 * Does the client want to know when the last reply really left?  Another
 * client may have its place in the table by now: then no time of one is a
 * time of the other, and it gets a plain reply.
 */
static void
interleave(struct batch *b, struct batch_socket *s, struct io_reply *out)
{
	struct ratelimit_client	*c = b->client[out - b->io.out];
	const struct io_msg	*in = &b->io.in[out->to];

	if (c == NULL)
		return;
	if (serve_interleave(out->data, in->data, &c->rx, &c->tx)) {
		c->xleave = 1;
		s->count.interleaved++;
	} else if (be_get64(in->data + 24) == 0)
		c->xleave = 0;
}

/*
 * They have left between begin and end, one after the other: each in the
 * middle of its share, as far as we know.
 */
static void
departed(struct batch *b, size_t n, mono_t begin)
{
	struct ratelimit_client	*c;
	double			 share = -1;
	size_t			 i;

	for (i = 0; i < n; i++) {
		c = b->client[i];
		if (c == NULL || c->xleave == 0 ||
		    c->rx != be_get64(b->io.out[i].data + 32))
			continue;
		if (share < 0)
			share = mono_diff(now_mono(), begin) / (double)n;
		c->tx = corrected(&b->clock, mono_add(begin,
		    ((double)i + 0.5) * share)).t;
	}
}

/*
 * The kernel takes its time for each of a batch: the later ones say a later
 * time.  What is computed over the whole reply has its place here.
 */
static void
stamp(struct batch *b, struct batch_socket *s, size_t n, mono_t now,
    mono_t leaves)
{
	const struct serve_clock	*c = &b->clock;
	struct io_reply			*out = b->io.out;
	mono_t				 rx, tx;
	size_t				 i;
	bool				 jumped = s->jumps != b->jumps;

	for (i = 0; i < n; i++, out++) {
		rx = arrival(b, &b->io.in[out->to], now, jumped);
		tx = mono_add(leaves, (double)i * b->sendcost);
		serve_stamp(out->data, corrected(c, rx), corrected(c, tx));
		interleave(b, s, out);
		if (b->keyid[i] != 0 && mac_put(b->mac, b->keyid[i], out->data,
		    sizeof(out->data), &out->len) == -1)
			out->len = 0;
		else if (b->keyid[i] == 0 && b->nts != NULL)
			seal(b, s, out, &b->nts->reply[i]);
		servestat_reply(&s->count, s->addr.family == ADDR_V6,
		    out->len, tx.ns - rx.ns);
	}
}

/* A running mean of what n of something have cost since. */
static void
learn(double *mean, mono_t since, mono_t now, size_t n)
{
	double	 cost = mono_diff(now, since) / (double)n;

	if (cost < COST_MAX)
		*mean += COST_GAIN * (cost - *mean);
}

/*
 * The clock is read, and all replies have their times: the first leaves when
 * the last is sealed.  Returns when that is.
 */
static mono_t
stamp_all(struct batch *b, struct batch_socket *s, size_t n)
{
	mono_t	 now = now_mono(), sealed;
	size_t	 i, seals = 0;

	for (i = 0; b->nts != NULL && i < n; i++)
		seals += b->nts->reply[i].act == NTSSERVE_SEAL;
	stamp(b, s, n, now, mono_add(now, (double)seals * b->sealcost));
	if (seals == 0)
		return now;
	sealed = now_mono();
	learn(&b->sealcost, now, sealed, seals);
	return sealed;
}

static void
send_all(struct batch *b, struct batch_socket *s, size_t n, mono_t now)
{
	size_t	 i, sent;

	sent = io_batch_send(s->fd, &b->io, n, s->any);
	departed(b, n, now);
	if (sent < n) {
		for (i = 0; i < n; i++) {
			if (!b->io.out[i].sent)
				servestat_unsent(&s->count, s->addr.family ==
				    ADDR_V6, b->io.out[i].len);
		}
	}
	if (n == 1 || b->sends++ % COST_EVERY != 0)
		return;
	learn(&b->sendcost, now, now_mono(), n);
}

/* The datagrams in io.in become replies in io.out, and leave. */
static void
answer(struct batch *b, struct batch_socket *s, size_t n)
{
	const struct io_msg	*in = b->io.in;
	struct io_reply		*out = b->io.out;
	enum serve_drop		 why;
	size_t			 i, replies = 0;

	gate_ahead(&b->gate, in, n, b->now, b->key);
	for (i = 0; i < n; i++, in++) {
		servestat_packet(&s->count, s->addr.family == ADDR_V6,
		    in->data, in->len);
		if (in->stamp != IO_STAMP_KERNEL)
			s->count.unstamped++;
		if ((why = reply(b, s, in, out)) != SERVE_OK) {
			servestat_drop(&s->count, why);
			continue;
		}
		out->to = (unsigned int)i;
		out++;
		replies++;
	}
	if (replies == 0)
		return;
	send_all(b, s, replies, stamp_all(b, s, replies));
}

int
batch_run(struct batch *b, struct batch_socket *s)
{
	int	 i, n;

	for (i = 0; i < BATCHES; i++) {
		if ((n = io_batch_recv(s->fd, &b->io)) == -1)
			return -1;
		if (n > 0)
			answer(b, s, (size_t)n);
		if (n < IO_BATCH) {
			/* what comes from now on is stamped after the jump */
			s->jumps = b->jumps;
			break;
		}
	}
	return 0;
}
