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
 * Codes of NTP packets with a shared key.  Pure, but for libcrypto.
 */

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "be.h"
#include "cmac.h"
#include "extfield.h"
#include "mac.h"
#include "packet.h"

#define ID_LEN		4
#define CODE_MAX	(MAC_MAX - ID_LEN)
#define CODE_MAX_V4	20

struct mac {
	struct mackeys	 keys;
	struct cmac	*aes128;
	struct cmac	*aes256;
	EVP_MD_CTX	*hash;
};

static const struct {
	const char	*name;
	size_t		 keylen;	/* octets; 0: any */
	const EVP_MD	*(*md)(void);	/* NULL: CMAC */
} types[MAC__MAX] = {
	[MAC_NONE] =	{ "",		0,	NULL },
	[MAC_AES128] =	{ "AES128",	16,	NULL },
	[MAC_AES256] =	{ "AES256",	32,	NULL },
	[MAC_SHA256] =	{ "SHA256",	0,	EVP_sha256 },
	[MAC_SHA384] =	{ "SHA384",	0,	EVP_sha384 },
	[MAC_SHA512] =	{ "SHA512",	0,	EVP_sha512 },
	[MAC_SHA1] =	{ "SHA1",	0,	EVP_sha1 },
	[MAC_MD5] =	{ "MD5",	0,	EVP_md5 },
};

static unsigned int version(const uint8_t *);
static size_t	 covered(const uint8_t *, size_t);
static const struct mackey *find(const struct mac *, uint32_t);
static int	 code(struct mac *, const struct mackey *, const uint8_t *,
		    size_t, uint8_t [CODE_MAX], size_t *);
static int	 hash(struct mac *, const struct mackey *, const uint8_t *,
		    size_t, uint8_t [CODE_MAX], size_t *);

struct mac *
mac_new(void)
{
	struct mac	*m;

	if ((m = calloc(1, sizeof(*m))) == NULL)
		return NULL;
	if ((m->aes128 = cmac_new(16)) == NULL ||
	    (m->aes256 = cmac_new(32)) == NULL ||
	    (m->hash = EVP_MD_CTX_new()) == NULL) {
		mac_free(m);
		return NULL;
	}
	return m;
}

void
mac_free(struct mac *m)
{
	if (m == NULL)
		return;
	cmac_free(m->aes128);
	cmac_free(m->aes256);
	EVP_MD_CTX_free(m->hash);
	OPENSSL_cleanse(m, sizeof(*m));
	free(m);
}

int
mac_set(struct mac *m, const struct mackeys *keys)
{
	const struct mackey	*k;
	uint32_t		 i;

	if (keys->n > MAC_KEYS)
		return -1;
	for (i = 0; i < keys->n; i++) {
		k = &keys->key[i];
		if (k->type == MAC_NONE || k->type >= MAC__MAX ||
		    k->id == 0 || k->len == 0 || k->len > MAC_KEY_MAX ||
		    (types[k->type].keylen != 0 &&
		    types[k->type].keylen != k->len) ||
		    (i > 0 && k->id <= keys->key[i - 1].id))
			return -1;
	}
	m->keys = *keys;
	return 0;
}

int
mac_has(const struct mac *m, uint32_t id)
{
	return find(m, id) != NULL;
}

int
mac_put(struct mac *m, uint32_t id, uint8_t *pkt, size_t size, size_t *len)
{
	const struct mackey	*k = find(m, id);
	uint8_t			 out[CODE_MAX];
	size_t			 n;

	if (k == NULL || *len < NTP_HEADER_LEN || *len > size ||
	    code(m, k, pkt, *len, out, &n) == -1 || size - *len < ID_LEN + n)
		return -1;
	be_put32(pkt + *len, id);
	memcpy(pkt + *len + ID_LEN, out, n);
	*len += ID_LEN + n;
	return 0;
}

/* A crypto-NAK, which is a number without a code, is no code of ours. */
enum mac_verdict
mac_verify(struct mac *m, const uint8_t *pkt, size_t len, uint32_t *id)
{
	const struct mackey	*k;
	uint8_t			 want[CODE_MAX];
	size_t			 n, body;

	*id = 0;
	if ((body = covered(pkt, len)) == len)
		return MAC_ABSENT;
	if (body == 0 || len - body < ID_LEN)
		return MAC_UNKNOWN;
	*id = be_get32(pkt + body);
	if ((k = find(m, *id)) == NULL ||
	    code(m, k, pkt, body, want, &n) == -1)
		return MAC_UNKNOWN;
	return len - body == ID_LEN + n && CRYPTO_memcmp(want,
	    pkt + body + ID_LEN, n) == 0 ? MAC_GOOD : MAC_BAD;
}

enum mac_type
mac_type(const char *name)
{
	int	 i;

	if (strcasecmp(name, "AES") == 0 || strcasecmp(name, "AES-128") == 0)
		return MAC_AES128;	/* ntpsec's words, */
	if (strcasecmp(name, "AES128CMAC") == 0)
		return MAC_AES128;	/* ntp.org's */
	for (i = MAC_AES128; i < MAC__MAX; i++) {
		if (strcasecmp(name, types[i].name) == 0)
			return (enum mac_type)i;
	}
	return MAC_NONE;
}

size_t
mac_keylen(enum mac_type type)
{
	return types[type].keylen;
}

static unsigned int
version(const uint8_t *pkt)
{
	return pkt[0] >> 3 & 7;
}

/* The octets in front of the code; 0: what is there makes no sense. */
static size_t
covered(const uint8_t *pkt, size_t len)
{
	struct extfield_iter	 it;
	struct extfield		 ef;
	int			 found;

	if (len < NTP_HEADER_LEN)
		return 0;
	if (version(pkt) < NTP_VERSION)
		return NTP_HEADER_LEN;
	extfield_begin(&it, pkt, len);
	while ((found = extfield_next(&it, &ef)) == 1)
		;
	return found == -1 ? 0 : len - it.left;
}

static const struct mackey *
find(const struct mac *m, uint32_t id)
{
	size_t	 low = 0, high = m->keys.n, mid;

	while (low < high) {
		mid = (low + high) / 2;
		if (m->keys.key[mid].id == id)
			return &m->keys.key[mid];
		if (m->keys.key[mid].id < id)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

static int
code(struct mac *m, const struct mackey *k, const uint8_t *pkt, size_t len,
    uint8_t out[CODE_MAX], size_t *n)
{
	struct cmac	*c = k->type == MAC_AES128 ? m->aes128 : m->aes256;

	if (types[k->type].md != NULL)
		return hash(m, k, pkt, len, out, n);
	*n = CMAC_LEN;
	return cmac_key(c, k->key) == -1 ||
	    cmac_sum(c, pkt, len, NULL, out) == -1 ? -1 : 0;
}

static int
hash(struct mac *m, const struct mackey *k, const uint8_t *pkt, size_t len,
    uint8_t out[CODE_MAX], size_t *n)
{
	uint8_t		 all[EVP_MAX_MD_SIZE];
	unsigned int	 size;

	if (EVP_DigestInit_ex(m->hash, types[k->type].md(), NULL) != 1 ||
	    EVP_DigestUpdate(m->hash, k->key, k->len) != 1 ||
	    EVP_DigestUpdate(m->hash, pkt, len) != 1 ||
	    EVP_DigestFinal_ex(m->hash, all, &size) != 1)
		return -1;
	*n = size;
	if (version(pkt) >= NTP_VERSION && *n > CODE_MAX_V4)
		*n = CODE_MAX_V4;
	memcpy(out, all, *n);
	return 0;
}
