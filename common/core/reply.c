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
 * Is this a believable reply, and what does it measure?  Pure.  Everything
 * but the times and the nonce is a stranger's bytes.
 */

#include <math.h>

#include "reply.h"

#define PHI		15e-6	/* s/s, frequency tolerance, RFC 5905 7.2 */
#define PRECISION_MIN	(-30)	/* log2 s, 1 ns: our own grain */
#define PRECISION_MAX	4	/* log2 s, 16 s: beyond any use */

/* What a reply's four times say, before anybody believes it. */
struct exchange {
	double		 local;		/* departure to arrival here, s */
	double		 remote;	/* arrival to departure there, s */
	double		 precision;	/* of the server, s */
	double		 error;		/* of all readings together, s */
};

static bool		 is_kiss(const struct packet *);
static void		 exchange_measure(const struct packet *,
			    const struct pkt_times *, struct exchange *);
static void		 exchange_sample(const struct packet *,
			    const struct exchange *, const struct pkt_times *,
			    const struct osc *, struct sample *);

enum reply_verdict
reply_judge(const uint8_t *buf, size_t len, uint64_t nonce,
    const struct pkt_times *times, const struct osc *osc,
    struct packet *header, struct sample *sample, uint32_t *kiss)
{
	struct exchange ex;

	*kiss = 0;
	if (packet_decode(header, buf, len) == -1)
		return REPLY_SHORT;
	if (header->mode != MODE_SERVER)
		return REPLY_MODE;
	if (header->version != NTP_VERSION)
		return REPLY_VERSION;
	if (nonce == 0)
		return REPLY_UNSOLICITED;
	if (header->origin.t != nonce)
		return REPLY_BOGUS;

	/* From here on the sender has seen our question. */
	if (is_kiss(header)) {
		*kiss = header->refid;
		return REPLY_KISS;
	}
	if (header->leap == LEAP_ALARM || header->stratum == 0 ||
	    header->stratum > NTP_STRATUM_MAX)
		return REPLY_UNSYNC;
	if (header->rootdelay / 2 + header->rootdisp >= REPLY_MAXDIST)
		return REPLY_DISTANCE;
	if (ntptime_zero(header->receive) || ntptime_zero(header->transmit))
		return REPLY_ZERO;
	if (ntptime_diff(header->transmit, header->receive) < 0)
		return REPLY_ORDER;

	/* From here on the server is sound, only the measurement may fail. */
	if (times->stepped)
		return REPLY_STEPPED;
	exchange_measure(header, times, &ex);
	if (ex.local - ex.remote < -ex.error)
		return REPLY_DELAY;
	if (ex.local > REPLY_MAXDELAY)
		return REPLY_SLOW;
	exchange_sample(header, &ex, times, osc, sample);
	return REPLY_GOOD;
}

const char *
reply_str(enum reply_verdict verdict)
{
	static const char *const str[REPLY__MAX] = {
		[REPLY_GOOD] = "good",
		[REPLY_SHORT] = "short",
		[REPLY_MODE] = "wrong mode",
		[REPLY_VERSION] = "wrong version",
		[REPLY_UNSOLICITED] = "unsolicited",
		[REPLY_BOGUS] = "bogus (origin is not ours)",
		[REPLY_DUPLICATE] = "duplicate or late",
		[REPLY_UNAUTHENTIC] = "not authentic",
		[REPLY_KISS] = "kiss-o'-death",
		[REPLY_UNSYNC] = "server is not synchronised",
		[REPLY_DISTANCE] = "root distance too large",
		[REPLY_ZERO] = "zero timestamp",
		[REPLY_ORDER] = "received after it was sent",
		[REPLY_STEPPED] = "our clock was set meanwhile",
		[REPLY_DELAY] = "negative round trip",
		[REPLY_SLOW] = "round trip too long"
	};

	if ((unsigned int)verdict >= REPLY__MAX)
		return "unknown";
	return str[verdict];
}

/* Stratum 0 and four upper-case letters or digits (RFC 5905 7.4). */
static bool
is_kiss(const struct packet *p)
{
	unsigned int i, c;

	if (p->stratum != 0)
		return false;
	for (i = 0; i < 4; i++) {
		c = p->refid >> (8 * i) & 0xff;
		if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')))
			return false;
	}
	return true;
}

static void
exchange_measure(const struct packet *p, const struct pkt_times *times,
    struct exchange *ex)
{
	int	 precision;

	precision = p->precision;
	if (precision < PRECISION_MIN)
		precision = PRECISION_MIN;
	if (precision > PRECISION_MAX)
		precision = PRECISION_MAX;
	ex->precision = ldexp(1, precision);
	ex->local = osc_diff(times->rx, times->tx);
	ex->remote = ntptime_diff(p->transmit, p->receive);
	ex->error = ex->precision + PHI * fabs(ex->local);
	if (times->error > 0)	/* not when it is a NaN */
		ex->error += fmin(times->error, REPLY_MAXDIST);
}

/*
 * RFC 5905 8, with the difference that local times are on the free-running
 * clock.  The average of two differences, not the difference of two
 * averages: sums of moments overflow.
 */
static void
exchange_sample(const struct packet *p, const struct exchange *ex,
    const struct pkt_times *times, const struct osc *osc, struct sample *s)
{
	double	 out, back;

	out = ntptime_diff(p->receive, osc_free(osc, times->tx));
	back = ntptime_diff(p->transmit, osc_free(osc, times->rx));
	s->at = osc_add(times->tx, ex->local / 2);
	s->offset = (out + back) / 2;
	s->delay = fmax(ex->local - ex->remote, ex->precision);
	s->disp = ex->error;
	s->rootdelay = p->rootdelay;
	s->rootdisp = p->rootdisp;
	s->refid = p->refid;
	s->leap = p->leap;
	s->stratum = p->stratum;
}
