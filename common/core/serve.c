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
 * A request becomes a reply or silence.  Pure.  Nothing here depends on
 * who asks, except that source port 0 cannot be answered and that version 1
 * told requests from replies by the port.
 */

#include "be.h"
#include "serve.h"

/* Polls outside are nobody's: RFC 5905's MAXPOLL, chrony's smallest. */
#define POLL_MIN	(-7)
#define POLL_MAX	17

static int	 reply_mode(unsigned int, unsigned int, uint16_t);

enum serve_act
serve(const struct serve_state *st, const uint8_t *req, size_t len,
    uint16_t port, uint8_t reply[NTP_HEADER_LEN], enum serve_drop *why)
{
	uint64_t nonce;
	unsigned int version;
	int	 mode;
	int8_t	 poll;
	bool	 synced;

	*why = SERVE_OK;
	version = len > 0 ? req[0] >> 3 & 7 : 0;
	mode = len > 0 ? reply_mode(req[0] & 7, version, port) : -1;
	if (len < NTP_HEADER_LEN)
		*why = SERVE_SHORT;
	else if (version < 1 || version > NTP_VERSION)
		*why = SERVE_VERSION;
	else if (mode == -1)
		*why = SERVE_MODE;
	else if (port == 0)
		*why = SERVE_PORT0;
	if (*why != SERVE_OK)
		return SERVE_DROP;

	/* read before the first write: reply may be the request's buffer */
	nonce = be_get64(req + 40);
	poll = (int8_t)req[2];
	if (poll > POLL_MAX)
		poll = POLL_MAX;
	else if (poll < POLL_MIN)
		poll = POLL_MIN;

	synced = st->leap != LEAP_ALARM && st->stratum >= 1 &&
	    st->stratum <= NTP_STRATUM_MAX;
	reply[0] = (uint8_t)((synced ? st->leap & 3U : LEAP_ALARM) << 6 |
	    version << 3 | (unsigned int)mode);
	reply[1] = synced ? st->stratum : 0;
	reply[2] = (uint8_t)poll;
	reply[3] = (uint8_t)st->precision;
	be_put32(reply + 4, ntpshort_from_double(st->rootdelay));
	be_put32(reply + 8, ntpshort_from_double(st->rootdisp));
	/* with stratum 0 a refid would be a kiss */
	be_put32(reply + 12, synced ? st->refid : 0);
	be_put64(reply + 16, st->reftime.t);
	be_put64(reply + 24, nonce);
	return SERVE_REPLY;
}

void
serve_stamp(uint8_t reply[NTP_HEADER_LEN], ntptime_t rx, ntptime_t tx)
{
	/*
	 * Zero means "no time" on the wire; it is also one moment of 2036.
	 * Equal stamps would break interleaved clients (RFC 9769), earlier
	 * ones cost a pool server its score.
	 */
	if (ntptime_zero(rx))
		rx.t = 1;
	if ((int64_t)(tx.t - rx.t) <= 0)
		tx.t = rx.t + 1;
	if (ntptime_zero(tx))
		tx.t = 1;
	be_put64(reply + 32, rx.t);
	be_put64(reply + 40, tx.t);
}

/*
 * An interleaved request has our receive time of the one before as its
 * origin, and a receive time that is not its transmit time.  The reply to
 * it has that receive time as its origin, which is how the client can tell,
 * and says when the reply before really left.
 */
bool
serve_interleave(uint8_t reply[NTP_HEADER_LEN], const uint8_t *req,
    uint64_t *rx, uint64_t *tx)
{
	const uint64_t	 origin = be_get64(req + 24);
	const uint64_t	 theirs = be_get64(req + 32);
	const uint64_t	 left = *tx;
	bool		 asked;

	asked = origin != 0 && origin == *rx && left != 0 &&
	    theirs != be_get64(req + 40) && (reply[0] & 7) == MODE_SERVER;
	*rx = be_get64(reply + 32);
	*tx = be_get64(reply + 40);
	if (!asked)
		return false;
	be_put64(reply + 24, theirs);
	be_put64(reply + 40, left);
	return true;
}

void
serve_kiss(uint8_t reply[NTP_HEADER_LEN], uint32_t code)
{
	reply[0] |= LEAP_ALARM << 6;
	reply[1] = 0;
	be_put32(reply + 12, code);
}

const char *
serve_str(enum serve_drop why)
{
	static const char *const str[SERVE__MAX] = {
		[SERVE_OK] = "ok",
		[SERVE_SHORT] = "short",
		[SERVE_VERSION] = "version",
		[SERVE_MODE] = "mode",
		[SERVE_PORT0] = "port 0",
		[SERVE_NTS] = "nts",
		[SERVE_KEY] = "key",
		[SERVE_NOTUS] = "not to us",
		[SERVE_UNSENT] = "not sent",
		[SERVE_DENIED] = "denied",
		[SERVE_IGNORED] = "ignored",
		[SERVE_LIMITED] = "rate limit",
		[SERVE_BUDGET] = "budget"
	};

	if ((unsigned int)why >= SERVE__MAX)
		return "unknown";
	return str[why];
}

/*
 * The mode of the reply, or -1 for what is not a request.  No reply's mode
 * is ever a request's mode, so that two servers cannot talk to each other.
 *
 * Mode 1 comes from Windows and old clients without a matching association
 * here.  Mode 2 is what RFC 5905 9.2 lets a symmetric active association
 * accept (mode 4 is an error to it), and what chrony and OpenNTPD answer.
 */
static int
reply_mode(unsigned int mode, unsigned int version, uint16_t port)
{
	switch ((enum ntp_mode)mode) {
	case MODE_CLIENT:
		return MODE_SERVER;
	case MODE_ACTIVE:
		return MODE_PASSIVE;
	case MODE_RESERVED:
		/* RFC 1059 had no mode field: from 123 it is a reply */
		if (version == 1 && port != NTP_PORT)
			return MODE_SERVER;
		return -1;
	case MODE_PASSIVE:
	case MODE_SERVER:
	case MODE_BROADCAST:
	case MODE_CONTROL:
	case MODE_PRIVATE:
		return -1;
	}
	return -1;
}
