// SPDX-License-Identifier: GPL-2.0-or-later
/* EFI_SIGNATURE_LIST (UEFI 32.4.1): GUID, u32 list, header and signature size, signatures. */
#include <string.h>

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/x509.h>

#include "lib/log/decode_out.h"

/* Signatures told one by one; a dbx has hundreds of hashes. */
#define LISTED 64u

/* Step into (@in) or over one ASN.1 element; its tag, or -1 when it does not fit. */
static int element(const uint8_t **p, const uint8_t *end, bool in)
{
	const uint8_t *at = *p;
	int tag, class, ret;
	long len;

	if (at >= end)
		return -1;
	ret = ASN1_get_object(&at, &len, &tag, &class, end - at);
	if (ret & 0x81 || len > end - at)
		return -1;
	*p = in ? at : at + len;
	return class << 8 | tag;
}

/*
 * Where the subject begins. d2i_X509() would decode the public key as well,
 * which takes longer than everything else this library does to a log.
 */
static const uint8_t *subject_find(const uint8_t *p, const uint8_t *end)
{
	const uint8_t *next;
	int i;

	if (element(&p, end, true) != V_ASN1_SEQUENCE || element(&p, end, true) != V_ASN1_SEQUENCE)
		return NULL;
	/* The version is there or not: [0]. */
	next = p;
	if (element(&next, end, false) == V_ASN1_CONTEXT_SPECIFIC << 8)
		p = next;
	/* Serial number, signature algorithm, issuer, validity */
	for (i = 0; i < 4; i++)
		if (element(&p, end, false) < 0)
			return NULL;
	return p < end ? p : NULL;
}

/* The subject as RFC 2253 has it; @max bytes, NUL included. */
static size_t subject(char *dst, size_t max, const uint8_t *der, size_t len)
{
	const uint8_t *end = der + len, *at = subject_find(der, end);
	X509_NAME *name = at ? d2i_X509_NAME(NULL, &at, (long)(end - at)) : NULL;
	BIO *bio = name ? BIO_new(BIO_s_mem()) : NULL;
	int n = 0;

	if (bio && X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253) >= 0)
		n = BIO_read(bio, dst, (int)max - 1);
	dst[n > 0 ? n : 0] = '\0';
	BIO_free(bio);
	X509_NAME_free(name);
	ERR_clear_error();
	return n > 0 ? (size_t)n : 0;
}

void drtmon_decode_certificate(struct drtmon_decoded *out, const uint8_t *data, size_t len)
{
	char name[512];
	size_t n = subject(name, sizeof(name), data, len);

	if (n) {
		drtmon_put_bytes(out, name, n);
		drtmon_detail_bytes(out, "subject", name, n);
	} else {
		drtmon_put_hex(out, data, len);
		drtmon_detail(out, "data", drtmon_json_hexed(data, len));
	}
}

static json_t *signature_json(const char *type, const uint8_t *p, size_t size, const char *name,
			      size_t n)
{
	char owner[DRTMON_GUID_SIZE];

	return json_pack("{s:s,s:s,s:o}", "type", type, "owner", drtmon_guid(owner, p),
			 n ? "subject" : "hash",
			 n ? drtmon_json_bytes(name, n) : drtmon_json_hexed(p + 16, size - 16));
}

/* One list; signatures are added to @list and certificates to the line. */
static void signatures(struct drtmon_decoded *out, json_t *list, const uint8_t *p, size_t len,
		       size_t size, unsigned int *count)
{
	char guid[DRTMON_GUID_SIZE], name[512];
	const char *type = drtmon_guid_name(p);
	bool cert = type && !strcmp(type, "X.509 certificate");
	size_t at, n;

	if (!type)
		type = drtmon_guid(guid, p);
	for (at = 28 + drtmon_le32(p + 20); size > 16 && at + size <= len; at += size, ++*count) {
		if (*count >= LISTED)
			continue;
		n = cert ? subject(name, sizeof(name), p + at + 16, size - 16) : 0;
		if (n) {
			drtmon_put(out, "%s", *count ? "; " : ": ");
			drtmon_put_bytes(out, name, n);
		}
		if (list)
			json_array_append_new(list, signature_json(type, p + at, size, name, n));
	}
}

void drtmon_decode_siglist(struct drtmon_decoded *out, const uint8_t *data, size_t len)
{
	json_t *list = out->details ? json_array() : NULL;
	unsigned int count = 0;

	while (len >= 28) {
		uint32_t size = drtmon_le32(data + 16), head = drtmon_le32(data + 20);

		if (size < 28 || size > len || head > size - 28)
			break;
		signatures(out, list, data, size, drtmon_le32(data + 24), &count);
		data += size;
		len -= size;
	}
	drtmon_put(out, count ? " (%u signature%s)%s" : ": %u signature%s%s", count,
		   count == 1 ? "" : "s", len ? ", then bytes that are no list" : "");
	drtmon_detail(out, "signatures", list);
	drtmon_detail(out, "signature_count", json_integer(count));
}
