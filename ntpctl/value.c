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
 * ntpctl: the value of a field as text.  Units are chosen per value, so
 * that three digits say it.
 */

#include <sys/types.h>

#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <time.h>

#include "ntpctl.h"

#define DAY	86400.0
#define YEAR	(365.25 * DAY)

struct unit {
	double		 below;		/* for values smaller than this, s */
	double		 size;		/* s */
	const char	*name;
};

/* Errors, offsets, delays. */
static const struct unit fine[] = {
	{ 1e-6,		1e-9,	"ns" },
	{ 1e-3,		1e-6,	"us" },
	{ 1,		1e-3,	"ms" },
	{ 1e5,		1,	"s" },
	{ 1e4 * DAY,	DAY,	"d" },
	{ INFINITY,	YEAR,	"y" },
};

/* Ages and intervals: whole, at most three digits. */
static const struct unit coarse[] = {
	{ 1e3,		1,	"s" },
	{ 1e3 * 60,	60,	"m" },
	{ 1e3 * 3600,	3600,	"h" },
	{ 1e3 * DAY,	DAY,	"d" },
	{ INFINITY,	YEAR,	"y" },
};

/* Spans: the two largest that fit. */
static const struct unit span[] = {
	{ .size = YEAR,	.name = "y" },
	{ .size = DAY,	.name = "d" },
	{ .size = 3600,	.name = "h" },
	{ .size = 60,	.name = "m" },
	{ .size = 1,	.name = "s" },
};

const char *
value_text(const char *s, size_t size, char buf[VALUE_LEN])
{
	size_t	 len = strnlen(s, size < VALUE_LEN ? size : VALUE_LEN - 1);

	memcpy(buf, s, len);
	buf[len] = '\0';
	value_clean(buf);
	return buf;
}

void
value_clean(char *s)
{
	for (; *s != '\0'; s++) {
		if (*s < ' ' || *s > '~')
			*s = '?';
	}
}

/*
 * Stratum 1 (and 0, a kiss) has four characters; above it is the address
 * of the server's own source, or the hash of an IPv6 one, as a dotted quad.
 */
static const char *
refid_word(uint32_t refid, uint8_t stratum, char buf[VALUE_LEN])
{
	size_t	 i, len;

	if (refid == 0)
		return NULL;
	for (i = 0; i < 4; i++)
		buf[i] = (char)(refid >> (24 - 8 * i) & 0xff);
	/* padded with zeros, or with blanks by some */
	for (len = 4; len > 0 && (buf[len - 1] == '\0' ||
	    buf[len - 1] == ' '); len--)
		;
	for (i = 0; i < len && buf[i] > ' ' && buf[i] <= '~'; i++)
		;
	buf[len] = '\0';
	if (stratum > 1 || len == 0 || i < len)
		snprintf(buf, VALUE_LEN, "%u.%u.%u.%u", refid >> 24,
		    refid >> 16 & 0xff, refid >> 8 & 0xff, refid & 0xff);
	return buf;
}

static void
get_text(const struct field *f, const uint8_t *p, struct value *v)
{
	size_t	 len;

	len = strnlen((const char *)p,
	    f->size < VALUE_LEN ? f->size : VALUE_LEN - 1);
	memcpy(v->buf, p, len);
	v->buf[len] = '\0';
	v->s = len > 0 ? v->buf : NULL;
}

static void
get_addr(const uint8_t *p, struct value *v)
{
	char		 buf[ADDR_STRLEN];
	struct addr	 addr;

	memcpy(&addr, p, sizeof(addr));
	v->s = NULL;
	if (addr.family != ADDR_V4 && addr.family != ADDR_V6)
		return;
	snprintf(v->buf, sizeof(v->buf), "%s", addr_str(&addr, buf));
	v->s = v->buf;
}

/* The length of a network, unless it is one address. */
static void
add_length(uint8_t len, const uint8_t *p, char buf[VALUE_LEN])
{
	struct addr	 addr;
	size_t		 n = strlen(buf);

	memcpy(&addr, p, sizeof(addr));
	if (len < (addr.family == ADDR_V4 ? 32 : 128))
		snprintf(buf + n, VALUE_LEN - n, "/%u", len);
}

/* An unsigned integer of this type. */
#define GET_UINT(v, p, type) do {					\
	type get_;							\
	memcpy(&get_, (p), sizeof(get_));				\
	(v)->kind = V_UINT;						\
	(v)->u = get_;							\
} while (0)

static void
get_double(const uint8_t *p, struct value *v)
{
	memcpy(&v->d, p, sizeof(v->d));
	v->kind = isfinite(v->d) ? V_DOUBLE : V_NULL;
}

void
value_get(const struct field *f, const void *row, struct value *v)
{
	const uint8_t	*p = (const uint8_t *)row + f->offset;
	uint32_t	 refid;
	int32_t		 i32;

	v->s = NULL;
	switch (f->type) {
	case F_BOOL:
		v->kind = V_BOOL;
		v->u = *p;
		return;
	case F_OCTAL:
	case F_U8:
		GET_UINT(v, p, uint8_t);
		return;
	case F_U16:
		GET_UINT(v, p, uint16_t);
		return;
	case F_U32:
		GET_UINT(v, p, uint32_t);
		return;
	case F_U64:
		GET_UINT(v, p, uint64_t);
		return;
	case F_TAI:
		memcpy(&i32, p, sizeof(i32));
		v->i = i32;
		v->kind = v->i != 0 ? V_INT : V_NULL;
		return;
	case F_UNIX:
		memcpy(&v->i, p, sizeof(v->i));
		v->kind = v->i != 0 ? V_INT : V_NULL;
		return;
	case F_LOG2:
		v->d = ldexp(1, (int8_t)*p);
		v->kind = V_DOUBLE;
		return;
	case F_SECONDS:
	case F_RATE:
	case F_SHARE:
	case F_FREQ:
	case F_NUMBER:
		get_double(p, v);
		return;
	case F_AGE:
		get_double(p, v);
		if (v->d < 0)
			v->kind = V_NULL;
		return;
	case F_CHAR:
		snprintf(v->buf, sizeof(v->buf), "%c", *p == 0 ? ' ' : *p);
		v->s = v->buf;
		break;
	case F_ENUM:
		v->s = *p < f->nnames ? f->names[*p] : "unknown";
		break;
	case F_ADDR:
		get_addr(p, v);
		break;
	case F_NET:
		get_addr(p, v);
		if (v->s != NULL)
			add_length(((const uint8_t *)row)[f->also],
			    p, v->buf);
		break;
	case F_REFID:
		memcpy(&refid, p, sizeof(refid));
		v->s = refid_word(refid, ((const uint8_t *)row)[f->also],
		    v->buf);
		break;
	case F_TEXT:
		get_text(f, p, v);
		break;
	}
	v->kind = v->s != NULL ? V_WORD : V_NULL;
}

static void
add(char buf[VALUE_LEN], const char *s)
{
	strlcat(buf, s, VALUE_LEN);
}

/* The absurd is told from the large by its exponent. */
static void
unit_str(const char *sign, double x, int digits, const char *unit,
    char buf[VALUE_LEN])
{
	if (x < 1e9)
		snprintf(buf, VALUE_LEN, "%s%.*f%s", sign, digits, x, unit);
	else
		snprintf(buf, VALUE_LEN, "%s%.2e%s", sign, x, unit);
}

static void
fine_str(double v, bool sign, char buf[VALUE_LEN])
{
	const struct unit	*u = fine;
	const char		*s = "";
	double			 x;
	int			 digits = 0;

	while (u < &fine[nitems(fine) - 1] && !(fabs(v) < u->below))
		u++;
	x = fabs(v) / u->size;
	/* nobody measures less than a nanosecond, nor cares for its sign */
	if (u != fine)
		digits = x < 9.995 ? 2 : x < 99.95 ? 1 : 0;
	else if (x < 0.5)
		v = 0;
	if (v < 0)
		s = "-";
	else if (sign)
		s = "+";
	unit_str(s, x, digits, u->name, buf);
}

static void
coarse_str(double v, char buf[VALUE_LEN])
{
	const struct unit	*u = coarse;

	while (u < &coarse[nitems(coarse) - 1] && !(v < u->below))
		u++;
	unit_str("", floor(v / u->size), 0, u->name, buf);
}

/* In thousands, as networks and disks are sold. */
static void
octets_str(double v, char buf[VALUE_LEN])
{
	static const char *const units[] = {
		"B", "kB", "MB", "GB", "TB", "PB", "EB"
	};
	size_t	 i = 0;

	while (i < nitems(units) - 1 && v >= 999.5) {
		v /= 1000;
		i++;
	}
	unit_str("", v, i == 0 ? 0 : v < 9.995 ? 2 : v < 99.95 ? 1 : 0,
	    units[i], buf);
}

/* A client that asks once in a quarter of an hour is worth a digit. */
static void
rate_str(double v, char buf[VALUE_LEN])
{
	int	 digits = v < 999.95 ? 1 : 0;

	if (v > 0 && v < 0.9995)
		digits = 3;
	unit_str("", v, digits, "", buf);
}

static void
span_str(double v, char buf[VALUE_LEN])
{
	char	 small[VALUE_LEN];
	double	 n;
	size_t	 i;

	for (i = 0; i < nitems(span) - 1 && v < span[i].size; i++)
		;
	n = floor(v / span[i].size);
	unit_str("", n, 0, span[i].name, buf);
	if (++i == nitems(span) || n >= 1e9)
		return;
	n = floor((v - n * span[i - 1].size) / span[i].size);
	unit_str(" ", n, 0, span[i].name, small);
	add(buf, small);
}

static void
seconds_str(double v, enum style style, char buf[VALUE_LEN])
{
	switch (style) {
	case S_MS:
		/* no sign where there is nothing to see of it */
		snprintf(buf, VALUE_LEN, "%.3fms", fabs(v) < 5e-7 ? 0 :
		    v * 1e3);
		return;
	case S_WHOLE:
		snprintf(buf, VALUE_LEN, "%.0fs", v);
		return;
	case S_SPAN:
		span_str(v > 0 ? v : 0, buf);
		return;
	case S_UNTIL:
		span_str(fabs(v), buf);
		if (v < 0)
			add(buf, " ago");
		return;
	case S_SLOWFAST:
		fine_str(fabs(v), false, buf);
		if (v != 0)
			add(buf, v > 0 ? " slow" : " fast");
		return;
	case S_SIGNED:
		fine_str(v, true, buf);
		return;
	case S_PLAIN:
	case S_AGO:
	case S_OCTETS:
	case S_DASH:
		fine_str(v, false, buf);
		return;
	}
}

static void
freq_str(double v, enum style style, char buf[VALUE_LEN])
{
	const char	*s = "";
	double		 ppm = fabs(v) * 1e6;

	/* no sign where there is nothing to see of it */
	if (ppm < 5e-4)
		v = 0;
	if (v < 0 && style != S_SLOWFAST)
		s = "-";
	else if (style == S_SIGNED)
		s = "+";
	unit_str(s, ppm, 3, "ppm", buf);
	if (style == S_SLOWFAST && v != 0)
		add(buf, v > 0 ? " slow" : " fast");
}

static void
unix_str(int64_t t, char buf[VALUE_LEN])
{
	struct tm	 tm;
	time_t		 when = (time_t)t;

	if (gmtime_r(&when, &tm) == NULL ||
	    strftime(buf, VALUE_LEN, "%Y-%m-%d %H:%M:%S UTC", &tm) == 0)
		snprintf(buf, VALUE_LEN, "%" PRId64, t);
}

/* What stands for a value that is not there. */
static const char *
null_str(const struct field *f, enum style style)
{
	if (f->type == F_ADDR && style != S_DASH)
		return "not resolved";
	return style == S_AGO ? "never" : "-";
}

const char *
value_str(const struct field *f, enum style style, const void *row,
    char buf[VALUE_LEN])
{
	struct value	 v;

	value_get(f, row, &v);
	if (v.kind == V_NULL) {
		snprintf(buf, VALUE_LEN, "%s", null_str(f, style));
		return buf;
	}
	switch (f->type) {
	case F_BOOL:
		snprintf(buf, VALUE_LEN, "%s", v.u ? "yes" : "no");
		break;
	case F_OCTAL:
		snprintf(buf, VALUE_LEN, "%" PRIo64, v.u);
		break;
	case F_U8:
	case F_U16:
	case F_U32:
	case F_U64:
		if (v.u == 0 && style == S_DASH)
			snprintf(buf, VALUE_LEN, "-");
		else if (style == S_OCTETS)
			octets_str((double)v.u, buf);
		else
			snprintf(buf, VALUE_LEN, "%" PRIu64, v.u);
		break;
	case F_TAI:
		snprintf(buf, VALUE_LEN, "%" PRId64 "s", v.i);
		break;
	case F_LOG2:
		/* a precision is small, an interval is not */
		if (v.d < 1)
			fine_str(v.d, false, buf);
		else
			coarse_str(v.d, buf);
		break;
	case F_SECONDS:
		seconds_str(v.d, style, buf);
		break;
	case F_RATE:
		if (style == S_OCTETS)
			octets_str(v.d, buf);
		else
			rate_str(v.d, buf);
		break;
	case F_SHARE:
		snprintf(buf, VALUE_LEN, "%.1f%%", v.d * 100);
		break;
	case F_AGE:
		if (style == S_AGO) {
			span_str(v.d, buf);
			add(buf, " ago");
		} else
			coarse_str(v.d, buf);
		break;
	case F_FREQ:
		freq_str(v.d, style, buf);
		break;
	case F_NUMBER:
		snprintf(buf, VALUE_LEN, "%.2f", v.d);
		break;
	case F_UNIX:
		unix_str(v.i, buf);
		break;
	case F_CHAR:
	case F_ENUM:
	case F_ADDR:
	case F_NET:
	case F_REFID:
	case F_TEXT:
		strlcpy(buf, v.s, VALUE_LEN);
		value_clean(buf);
		break;
	}
	return buf;
}
