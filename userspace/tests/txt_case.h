/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_TESTS_TXT_CASE_H
#define DRTMON_TESTS_TXT_CASE_H

/* A machine with a dynamic launch in which all evidence agrees, made to be broken. */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "lib/evidence.h"
#include "lib/hex.h"

#define CASE_HEAP_BASE 0xa2f20000u
#define CASE_HEAP_SIZE 0xe0000u
#define CASE_WINDOW    0x1000
#define CASE_LOG_AT    0x1000 /* of the heap */
#define CASE_LOG_SIZE  0x800

#define UNUSED	       __attribute__((unused))

struct txt_case {
	uint8_t window[CASE_WINDOW];
	size_t window_len;
	uint8_t heap[0x4000];
	size_t heap_len;
	uint8_t log[CASE_LOG_SIZE];
	size_t log_len;
	uint8_t pcr[2][32]; /* 17 and 18 */
	const char *facts;
	const char *pcrs; /* instead of @pcr */
	const char *events;
};

static UNUSED void put(uint8_t *p, uint64_t value, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		p[i] = (uint8_t)(value >> 8 * i);
}

static UNUSED void sha256(const void *a, size_t a_len, const void *b, size_t b_len, uint8_t *out)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	EVP_DigestInit_ex(ctx, EVP_sha256(), NULL);
	EVP_DigestUpdate(ctx, a, a_len);
	EVP_DigestUpdate(ctx, b, b_len);
	EVP_DigestFinal_ex(ctx, out, NULL);
	EVP_MD_CTX_free(ctx);
}

static UNUSED size_t log_header(uint8_t *p)
{
	memset(p, 0, 32);
	put(p + 4, 3, 4);
	put(p + 28, 33, 4);
	memcpy(p + 32, "Spec ID Event03", 16);
	put(p + 48, 0, 4);
	p[52] = 0;
	p[53] = 2;
	p[54] = 0;
	p[55] = 2;
	put(p + 56, 1, 4);
	put(p + 60, 0xb, 2);
	put(p + 62, 32, 2);
	p[64] = 0;
	return 65;
}

static UNUSED size_t log_record(uint8_t *p, uint32_t pcr, uint32_t type, const void *data,
				uint32_t len, uint8_t value[32])
{
	put(p, pcr, 4);
	put(p + 4, type, 4);
	put(p + 8, 1, 4);
	put(p + 12, 0xb, 2);
	sha256(data, len, NULL, 0, p + 14);
	put(p + 46, len, 4);
	memcpy(p + 50, data, len);
	sha256(value, 32, p + 14, 32, value);
	return 50 + len;
}

static UNUSED void case_log(struct txt_case *c)
{
	static const uint8_t sinit[36] = { 0x75, 0x54, 0x14, 0xdf };
	uint8_t *p = c->log;

	memset(c->log, 0, sizeof(c->log));
	memset(c->pcr, 0, sizeof(c->pcr));
	p += log_header(p);
	p += log_record(p, 17, 0x402, sinit, sizeof(sinit), c->pcr[0]);
	p += log_record(p, 17, 0x40b, "\1\0\0\0", 4, c->pcr[0]);
	p += log_record(p, 17, 0x404, "mle", 3, c->pcr[0]);
	p += log_record(p, 18, 0x410, "key", 3, c->pcr[1]);
	p += log_record(p, 18, 0x40b, "\1\0\0\0", 4, c->pcr[1]);
	c->log_len = (size_t)(p - c->log);
}

static UNUSED uint8_t *heap_table(struct txt_case *c, size_t *pos, size_t size)
{
	uint8_t *data = c->heap + *pos + 8;

	put(c->heap + *pos, size + 8, 8);
	*pos += size + 8;
	return data;
}

/* Offsets of the four tables' data are fixed by their sizes. */
#define CASE_BIOS      8
#define CASE_OS_MLE    (8 + 58 + 8)
#define CASE_OS_SINIT  (CASE_OS_MLE + 104 + 8)
#define CASE_SINIT_MLE (CASE_OS_SINIT + 128 + 8)

static UNUSED void case_heap(struct txt_case *c)
{
	size_t pos = 0;
	uint8_t *p;

	memset(c->heap, 0, sizeof(c->heap));
	p = heap_table(c, &pos, 58);
	put(p, 6, 4);
	put(p + 24, 4, 4);
	put(p + 32, 2, 4);
	put(p + 36, 1, 4); /* BIOS_SPEC_VER 2.1.0 */
	put(p + 40, 14, 4);
	put(p + 44, 2, 2);
	put(p + 46, 1, 2);
	put(p + 54, 8, 4); /* END */
	p = heap_table(c, &pos, 104);
	put(p, 1, 4);
	p = heap_table(c, &pos, 128);
	put(p, 7, 4);
	put(p + 4, 1, 4);
	put(p + 40, 0x8fa00000, 8);
	put(p + 48, 0x100000000, 8);
	put(p + 56, 0x13f800000, 8);
	put(p + 80, 0x202, 4);
	put(p + 92, 8, 4);
	put(p + 96, 28, 4);
	put(p + 100, CASE_HEAP_BASE + CASE_LOG_AT, 8);
	put(p + 108, CASE_LOG_SIZE, 4);
	put(p + 116, c->log_len, 4);
	put(p + 124, 8, 4);
	p = heap_table(c, &pos, 156);
	put(p, 9, 4);
	put(p + 152, 8, 4);
	memcpy(c->heap + CASE_LOG_AT, c->log, sizeof(c->log));
	c->heap_len = sizeof(c->heap);
}

static UNUSED void case_window(struct txt_case *c)
{
	memset(c->window, 0, sizeof(c->window));
	put(c->window, 0x18091, 8);
	put(c->window + 0x110, 0x1b0058086, 8);
	memset(c->window + 0x100, 0xff, 8);
	put(c->window + 0x200, 0x9d003000, 8);
	put(c->window + 0x270, 0xa2ef0000, 8);
	put(c->window + 0x278, 0x30000, 8);
	put(c->window + 0x300, CASE_HEAP_BASE, 8);
	put(c->window + 0x308, CASE_HEAP_SIZE, 8);
	put(c->window + 0x330, 0xa3000041, 8);
	put(c->window + 0x8f0, 6, 8);
	c->window_len = sizeof(c->window);
}

static const char case_facts[] UNUSED =
	"{\"cpu\":{\"vendor\":\"intel\",\"smx\":true,\"vmx\":true,\"hypervisor\":false},"
	"\"msrs\":{\"0x3a\":\"0xff07\"},\"acpi\":{\"TPM2\":true,\"TCPA\":false,\"DMAR\":true},"
	"\"tpm\":{\"class\":true,\"smbios\":true,\"chips\":[{\"name\":\"tpm0\",\"version\":\"2.0\"}"
	"],"
	"\"nv\":{\"0x01800001\":{\"size\":70},\"0x01800003\":{\"size\":104}}},"
	"\"launcher\":{\"tboot\":false,\"slaunch\":false},\"iommu\":true,"
	"\"txt_base\":\"0xfed30000\"}";

static UNUSED void case_good(struct txt_case *c)
{
	memset(c, 0, sizeof(*c));
	case_log(c);
	case_heap(c);
	case_window(c);
	c->facts = case_facts;
}

static UNUSED void case_item(struct drtmon_evidence *ev, enum drtmon_item_id id, const void *data,
			     size_t len)
{
	struct drtmon_item *item = &ev->item[id];

	item->blob.data = malloc(len + 1);
	memcpy(item->blob.data, data, len);
	item->blob.data[len] = '\0';
	item->blob.len = len;
	item->state = DRTMON_ITEM_PRESENT;
}

/* What is 0 or NULL in @c is not in the evidence. */
static UNUSED void case_evidence(struct drtmon_evidence *ev, const struct txt_case *c)
{
	char text[320], a[65], b[65];

	memset(ev, 0, sizeof(*ev));
	if (c->window_len)
		case_item(ev, DRTMON_ITEM_REGISTERS, c->window, c->window_len);
	if (c->heap_len)
		case_item(ev, DRTMON_ITEM_HEAP, c->heap, c->heap_len);
	if (c->facts)
		case_item(ev, DRTMON_ITEM_FACTS, c->facts, strlen(c->facts));
	if (c->events)
		case_item(ev, DRTMON_ITEM_EVENTS, c->events, strlen(c->events));
	snprintf(text, sizeof(text), "{\"sha256\":{\"17\":\"%s\",\"18\":\"%s\"}}",
		 drtmon_hex_encode(a, c->pcr[0], 32), drtmon_hex_encode(b, c->pcr[1], 32));
	if (!c->pcrs || *c->pcrs)
		case_item(ev, DRTMON_ITEM_PCRS, c->pcrs ? c->pcrs : text,
			  strlen(c->pcrs ? c->pcrs : text));
	drtmon_evidence_decode(ev);
}

#endif
