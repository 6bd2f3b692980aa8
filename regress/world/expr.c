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
 * Expressions of the time: numbers with units, t (seconds of true time), pi,
 * + - * / and parentheses, sin, cos, exp, abs, sqrt, min, max, and
 * step(a) = 1 from t = a on, 0 before.  An expression is read once, into
 * code for a machine with a stack.
 */

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scenario.h"

#define CODE_MAX	128

enum code {
	CODE_NUMBER,
	CODE_TIME,
	CODE_ADD,
	CODE_SUB,
	CODE_MUL,
	CODE_DIV,
	CODE_NEG,
	CODE_SIN,
	CODE_COS,
	CODE_EXP,
	CODE_ABS,
	CODE_SQRT,
	CODE_MIN,
	CODE_MAX_OF,
	CODE_STEP
};

struct expr {
	int		 n;
	enum code	 code[CODE_MAX];
	double		 number[CODE_MAX];
};

struct reader {
	struct expr	*e;
	const char	*s;
	const char	*error;
};

static const struct {
	const char	*name;
	int		 args;
	enum code	 code;
} functions[] = {
	{ "abs",	1,	CODE_ABS },
	{ "cos",	1,	CODE_COS },
	{ "exp",	1,	CODE_EXP },
	{ "max",	2,	CODE_MAX_OF },
	{ "min",	2,	CODE_MIN },
	{ "sin",	1,	CODE_SIN },
	{ "sqrt",	1,	CODE_SQRT },
	{ "step",	1,	CODE_STEP },
};

static void	 sum(struct reader *);

static void
emit(struct reader *r, enum code code, double number)
{
	if (r->e->n == CODE_MAX) {
		r->error = "too long an expression";
		return;
	}
	r->e->number[r->e->n] = number;
	r->e->code[r->e->n++] = code;
}

/* Take a character if it is next, blanks aside. */
static bool
take(struct reader *r, char c)
{
	while (isspace((unsigned char)*r->s))
		r->s++;
	if (*r->s != c)
		return false;
	r->s++;
	return true;
}

static void
number(struct reader *r)
{
	char	 text[64], *end;
	double	 v;
	size_t	 n;

	strtod(r->s, &end);
	while (isalpha((unsigned char)*end) || *end == '%')
		end++;
	n = (size_t)(end - r->s);
	if (n == 0 || n >= sizeof(text)) {
		r->error = "a number is missing";
		return;
	}
	memcpy(text, r->s, n);
	text[n] = '\0';
	if (!number_parse(text, &v))
		r->error = "not a number with a unit";
	r->s = end;
	emit(r, CODE_NUMBER, v);
}

static void
named(struct reader *r)
{
	size_t	 i, n = 0;
	int	 a;

	while (isalpha((unsigned char)r->s[n]))
		n++;
	if (n == 1 && r->s[0] == 't') {
		r->s += n;
		emit(r, CODE_TIME, 0.0);
		return;
	}
	if (n == 2 && strncmp(r->s, "pi", n) == 0) {
		r->s += n;
		emit(r, CODE_NUMBER, M_PI);
		return;
	}
	for (i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
		if (strlen(functions[i].name) == n &&
		    strncmp(r->s, functions[i].name, n) == 0)
			break;
	if (i == sizeof(functions) / sizeof(functions[0])) {
		r->error = "an unknown name";
		return;
	}
	r->s += n;
	for (a = 0; a < functions[i].args && r->error == NULL; a++) {
		if (!take(r, a == 0 ? '(' : ','))
			r->error = "an argument is missing";
		else
			sum(r);
	}
	if (r->error == NULL && !take(r, ')'))
		r->error = "a ) is missing";
	emit(r, functions[i].code, 0.0);
}

static void
factor(struct reader *r)
{
	if (r->error != NULL)
		return;
	if (take(r, '-')) {
		factor(r);
		emit(r, CODE_NEG, 0.0);
	} else if (take(r, '(')) {
		sum(r);
		if (r->error == NULL && !take(r, ')'))
			r->error = "a ) is missing";
	} else if (isalpha((unsigned char)*r->s))
		named(r);
	else
		number(r);
}

static void
product(struct reader *r)
{
	factor(r);
	while (r->error == NULL) {
		if (take(r, '*')) {
			factor(r);
			emit(r, CODE_MUL, 0.0);
		} else if (take(r, '/')) {
			factor(r);
			emit(r, CODE_DIV, 0.0);
		} else
			return;
	}
}

static void
sum(struct reader *r)
{
	product(r);
	while (r->error == NULL) {
		if (take(r, '+')) {
			product(r);
			emit(r, CODE_ADD, 0.0);
		} else if (take(r, '-')) {
			product(r);
			emit(r, CODE_SUB, 0.0);
		} else
			return;
	}
}

struct expr *
expr_parse(const char *text, const char **error)
{
	struct reader	 r = { .s = text };

	if ((r.e = calloc(1, sizeof(*r.e))) == NULL)
		abort();
	sum(&r);
	while (isspace((unsigned char)*r.s))
		r.s++;
	if (r.error == NULL && *r.s != '\0')
		r.error = "something follows the expression";
	*error = r.error;
	if (r.error != NULL) {
		free(r.e);
		return NULL;
	}
	return r.e;
}

double
expr_eval(const struct expr *e, double t)
{
	double	 s[CODE_MAX + 1], b;
	int	 i, n = 0;

	for (i = 0; i < e->n; i++) {
		b = n > 0 ? s[n - 1] : 0.0;
		switch (e->code[i]) {
		case CODE_NUMBER:
			s[n++] = e->number[i];
			break;
		case CODE_TIME:
			s[n++] = t;
			break;
		case CODE_ADD:
			s[--n - 1] += b;
			break;
		case CODE_SUB:
			s[--n - 1] -= b;
			break;
		case CODE_MUL:
			s[--n - 1] *= b;
			break;
		case CODE_DIV:
			s[--n - 1] /= b;
			break;
		case CODE_MIN:
			n--;
			s[n - 1] = fmin(s[n - 1], b);
			break;
		case CODE_MAX_OF:
			n--;
			s[n - 1] = fmax(s[n - 1], b);
			break;
		case CODE_NEG:
			s[n - 1] = -b;
			break;
		case CODE_SIN:
			s[n - 1] = sin(b);
			break;
		case CODE_COS:
			s[n - 1] = cos(b);
			break;
		case CODE_EXP:
			s[n - 1] = exp(b);
			break;
		case CODE_ABS:
			s[n - 1] = fabs(b);
			break;
		case CODE_SQRT:
			s[n - 1] = sqrt(b);
			break;
		case CODE_STEP:
			s[n - 1] = t >= b ? 1.0 : 0.0;
			break;
		}
	}
	return s[0];
}
