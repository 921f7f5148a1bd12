/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_TESTS_CHAIN_BREAK_H
#define DRTMON_TESTS_CHAIN_BREAK_H

/* What can be wrong with a machine: each function breaks one thing of a good one. */

#include "lib/evidence.h"
#include "tests/txt_case.h"

#define REG(c, off, value) put((c)->window + (off), value, 8)
#define FACTS(c, from, to) fact_replace(c, from, to)

static char facts_text[sizeof(case_facts) + 512];

static void fact_replace(struct txt_case *c, const char *from, const char *to)
{
	const char *at = strstr(c->facts, from);

	assert_non_null(at);
	if (c->facts != facts_text)
		strcpy(facts_text, c->facts);
	at = strstr(facts_text, from);
	memmove((char *)at + strlen(to), at + strlen(from), strlen(at + strlen(from)) + 1);
	memcpy((char *)at, to, strlen(to));
	c->facts = facts_text;
}

static void break_nothing(struct txt_case *c)
{
	(void)c;
}

static void break_cpu(struct txt_case *c)
{
	FACTS(c, "\"smx\":true", "\"smx\":false");
}

static void ones(struct txt_case *c)
{
	memset(c->pcr, 0xff, sizeof(c->pcr));
}

static void off(struct txt_case *c)
{
	REG(c, 0, 0x2);
	ones(c);
	c->heap_len = 0;
}

static void break_cpu_off(struct txt_case *c)
{
	break_cpu(c);
	memset(c->window, 0xff, sizeof(c->window));
	ones(c);
	c->heap_len = 0;
}

static void break_feature(struct txt_case *c)
{
	FACTS(c, "0xff07", "0x5");
	off(c);
}

static void break_feature_unlocked(struct txt_case *c)
{
	FACTS(c, "0xff07", "0xff06");
	off(c);
}

static void break_feature_launched(struct txt_case *c)
{
	FACTS(c, "0xff07", "0x5");
}

static void break_window_ones(struct txt_case *c)
{
	memset(c->window, 0xff, sizeof(c->window));
	ones(c);
	c->heap_len = 0;
}

static void break_window_zero(struct txt_case *c)
{
	break_window_ones(c);
	memset(c->window, 0, sizeof(c->window));
}

static void break_window_measured(struct txt_case *c)
{
	memset(c->window, 0xff, sizeof(c->window));
	c->heap_len = 0;
}

static void break_acm_auth(struct txt_case *c)
{
	off(c);
	REG(c, 0xa0, UINT64_C(1) << 62);
}

static void break_acm_policy(struct txt_case *c)
{
	off(c);
	REG(c, 0xa0, UINT64_C(1) << 60 | UINT64_C(1) << 63);
}

static void break_acm_status(struct txt_case *c)
{
	off(c);
	put(c->window + 0x328, 0x8000a4c0, 4);
}

static void break_heap_base(struct txt_case *c)
{
	off(c);
	REG(c, 0x300, 0);
}

static void break_heap_sts3(struct txt_case *c)
{
	break_heap_base(c);
	REG(c, 0, 0x3);
}

static void break_heap_sts1(struct txt_case *c)
{
	break_heap_base(c);
	REG(c, 0, 0x1);
}

static void break_sinit(struct txt_case *c)
{
	REG(c, 0x270, 0);
}

static void break_dpr(struct txt_case *c)
{
	REG(c, 0x330, 0xa3000040);
}

static void break_dpr_elsewhere(struct txt_case *c)
{
	REG(c, 0x330, 0x83000041);
}

static void break_bios_data(struct txt_case *c)
{
	put(c->heap, 7, 8);
}

static void break_heap_ram(struct txt_case *c)
{
	c->heap_len = 0;
	FACTS(c, "\"iommu\":true",
	      "\"iommu\":true,\"items\":{\"txt/heap.bin\":{\"state\":"
	      "\"unreadable\",\"why\":\"" DRTMON_WHY_SYSTEM_RAM "\"}}");
}

static void no_pcrs(struct txt_case *c)
{
	c->pcrs = "";
}

static void break_tpm_absent(struct txt_case *c)
{
	no_pcrs(c);
	FACTS(c, "\"TPM2\":true", "\"TPM2\":false");
	FACTS(c, "\"smbios\":true", "\"smbios\":false");
	FACTS(c, "{\"name\":\"tpm0\",\"version\":\"2.0\"}", "");
}

static void break_tpm_hidden(struct txt_case *c)
{
	no_pcrs(c);
	FACTS(c, "\"TPM2\":true", "\"TPM2\":false");
	FACTS(c, "{\"name\":\"tpm0\",\"version\":\"2.0\"}", "");
}

static void break_tpm_driver(struct txt_case *c)
{
	no_pcrs(c);
	FACTS(c, "{\"name\":\"tpm0\",\"version\":\"2.0\"}", "");
}

static void break_tpm_disabled(struct txt_case *c)
{
	no_pcrs(c);
	FACTS(c, "\"version\":\"2.0\"", "\"version\":\"1.2\",\"enabled\":false");
}

static void break_tpm_deactivated(struct txt_case *c)
{
	no_pcrs(c);
	FACTS(c, "\"version\":\"2.0\"", "\"version\":\"1.2\",\"active\":false");
}

static void break_tpm_version(struct txt_case *c)
{
	REG(c, 0, 0x2);
	put(c->window + 0x30, 0xc0003841, 4);
	ones(c);
}

static void break_nv_aux(struct txt_case *c)
{
	REG(c, 0, 0x2);
	ones(c);
	FACTS(c, "\"0x01800003\":{\"size\":104}", "\"0x01800003\":false");
}

static void break_nv_ps(struct txt_case *c)
{
	REG(c, 0, 0x2);
	put(c->window + 0x30, 0xc0002861, 4);
	ones(c);
}

static void break_dma_dmar(struct txt_case *c)
{
	REG(c, 0, 0x2);
	ones(c);
	FACTS(c, "\"DMAR\":true", "\"DMAR\":false");
}

static void break_dma_remapping(struct txt_case *c)
{
	REG(c, 0, 0x2);
	put(c->window + 0x30, 0xc00004e1, 4);
	ones(c);
}

static void break_dma_pmr(struct txt_case *c)
{
	put(c->heap + CASE_OS_SINIT + 40, 0x8fa00001, 8);
}

static void break_launcher(struct txt_case *c)
{
	REG(c, 0, 0x2);
	ones(c);
	put(c->heap + CASE_OS_MLE - 8, 0, 8);
}

static void break_launcher_no_heap(struct txt_case *c)
{
	REG(c, 0, 0x2);
	ones(c);
	c->heap_len = 0;
}

static void break_senter(struct txt_case *c)
{
	REG(c, 0, 0x2);
	ones(c);
}

static void break_senter_left(struct txt_case *c)
{
	REG(c, 0, 0x2);
}

static void break_senter_both(struct txt_case *c)
{
	REG(c, 0, 0x18093);
}

static void break_senter_code(struct txt_case *c)
{
	REG(c, 0, 0x12);
	put(c->window + 0x30, 0xc0003c11, 4);
	ones(c);
}

static void break_senter_processor(struct txt_case *c)
{
	REG(c, 0, 0x2);
	put(c->window + 0x30, 0x80000007, 4);
	ones(c);
}

static void break_senter_code_launched(struct txt_case *c)
{
	put(c->window + 0x30, 0xc0003c11, 4);
}

static void break_senter_ests(struct txt_case *c)
{
	REG(c, 0, 0x2);
	REG(c, 8, 1);
	ones(c);
}

static void success_code(struct txt_case *c)
{
	put(c->window + 0x30, 0xc0000001, 4);
}

static void break_pcr17_ones(struct txt_case *c)
{
	ones(c);
}

static void break_pcr17_zero(struct txt_case *c)
{
	memset(c->pcr, 0, sizeof(c->pcr));
}

static void break_pcr18_ones(struct txt_case *c)
{
	memset(c->pcr[1], 0xff, 32);
}

static void late_pcrs(struct txt_case *c, char fill)
{
	static char text[1024];
	char a[65], b[65], rest[65] = "";
	size_t n;
	int i;

	memset(rest, fill, 64);
	n = (size_t)snprintf(text, sizeof(text), "{\"sha256\":{\"17\":\"%s\",\"18\":\"%s\"",
			     drtmon_hex_encode(a, c->pcr[0], 32),
			     drtmon_hex_encode(b, c->pcr[1], 32));
	for (i = 19; i <= 22; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, ",\"%d\":\"%s\"", i, rest);
	strcpy(text + n, "}}");
	c->pcrs = text;
}

static void break_pcr19_ones(struct txt_case *c)
{
	late_pcrs(c, 'f');
}

static void pcr19_zero(struct txt_case *c)
{
	late_pcrs(c, '0');
}

static void break_pcr19_reset(struct txt_case *c)
{
	c->heap_len = 0;
	c->window_len = 0;
	c->facts = NULL;
	memset(c->pcr, 0xff, sizeof(c->pcr));
	late_pcrs(c, '0');
}

#define SHA1_MIX  "000102030405060708090a0b0c0d0e0f10111213"
#define SHA1_ZERO "0000000000000000000000000000000000000000"

/* A second bank whose PCR 19 is zero, as where tboot extended that of sha256 only. */
static void second_bank(struct txt_case *c, const char *sha1_18)
{
	static char text[512];
	char a[65], b[65];

	snprintf(text, sizeof(text),
		 "{\"sha1\":{\"17\":\"" SHA1_MIX "\",\"18\":\"%s\",\"19\":\"" SHA1_ZERO "\"},"
		 "\"sha256\":{\"17\":\"%s\",\"18\":\"%s\",\"19\":\"" SHA1_MIX
		 "1415161718191a1b1c1d1e1f\"}}",
		 sha1_18, drtmon_hex_encode(a, c->pcr[0], 32), drtmon_hex_encode(b, c->pcr[1], 32));
	c->pcrs = text;
}

static void pcr19_one_bank(struct txt_case *c)
{
	second_bank(c, SHA1_MIX);
}

static void break_pcr18_one_bank(struct txt_case *c)
{
	second_bank(c, SHA1_ZERO);
}

static void break_pcr17_banks(struct txt_case *c)
{
	c->pcrs = "{\"sha1\":{\"17\":\"ffffffffffffffffffffffffffffffffffffffff\"},\"sha256\":{"
		  "\"17\":\"0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20\"}}";
	c->heap_len = 0;
}

static void break_log_pcr17(struct txt_case *c)
{
	c->pcr[0][5] ^= 1;
}

static void break_log_pcr18(struct txt_case *c)
{
	c->pcr[1][5] ^= 1;
}

static void break_log_record(struct txt_case *c)
{
	c->heap[CASE_LOG_AT + 65 + 20] ^= 1;
}

static void break_log_wiped(struct txt_case *c)
{
	memset(c->heap + CASE_LOG_AT, 0, CASE_LOG_SIZE);
}

static void break_log_geometry(struct txt_case *c)
{
	put(c->heap + CASE_OS_SINIT + 116, CASE_LOG_SIZE + 1, 4);
}

static void break_log_ahead(struct txt_case *c)
{
	uint8_t spare[32] = { 0 };
	size_t n = log_record(c->heap + CASE_LOG_AT + c->log_len, 17, 0x502, "later", 5, spare);

	put(c->heap + CASE_OS_SINIT + 116, c->log_len + n, 4);
}

static void no_log(struct txt_case *c)
{
	put(c->heap + CASE_OS_SINIT + 92, 0, 4);
	put(c->heap + CASE_OS_SINIT + 96, 8, 4);
}

static void log_elsewhere(struct txt_case *c)
{
	put(c->heap + CASE_OS_SINIT + 100, 0x12345000, 8);
}

static void log_other_bank(struct txt_case *c)
{
	c->pcrs = "{\"sha1\":{\"17\":\"000102030405060708090a0b0c0d0e0f10111213\","
		  "\"18\":\"000102030405060708090a0b0c0d0e0f10111213\"}}";
}

/* One PCR of the good values, behind other banks. */
static void pcrs_one(struct txt_case *c, const char *banks, unsigned int pcr)
{
	static char text[512];
	char hex[65];

	snprintf(text, sizeof(text), "{%s\"sha256\":{\"%u\":\"%s\"}}", banks, pcr,
		 drtmon_hex_encode(hex, c->pcr[pcr - 17], 32));
	c->pcrs = text;
}

#define SHA384_17                                                                     \
	"\"sha384\":{\"17\":\"111111111111111111111111111111111111111111111111111111" \
	"111111111111111111111111111111111111111111\"},"

/* PCR 17 is of a bank that the log does not have; PCR 18 of another matches. */
static void log_other_bank_17(struct txt_case *c)
{
	pcrs_one(c, SHA384_17, 18);
}

/* The same, and PCR 18 is zero and not in the log: nothing was compared at all. */
static void log_zero_18(struct txt_case *c)
{
	uint8_t spare[32] = { 0 };
	size_t n = log_header(c->heap + CASE_LOG_AT);

	n += log_record(c->heap + CASE_LOG_AT + n, 17, 0x404, "mle", 3, spare);
	put(c->heap + CASE_OS_SINIT + 116, n, 4);
	c->pcrs = "{" SHA384_17 "\"sha256\":{\"18\":\"0000000000000000000000000000000000000000"
		  "000000000000000000000000\"}}";
}

static void log_17_only(struct txt_case *c)
{
	pcrs_one(c, "", 17);
}

static void log_uncovered_bank(struct txt_case *c)
{
	static char text[512];
	char a[65], b[65];

	snprintf(text, sizeof(text), "{" SHA384_17 "\"sha256\":{\"17\":\"%s\",\"18\":\"%s\"}}",
		 drtmon_hex_encode(a, c->pcr[0], 32), drtmon_hex_encode(b, c->pcr[1], 32));
	c->pcrs = text;
}

/* The launcher appended a record and left the heap's mark where SINIT had set it. */
static void log_appended(struct txt_case *c)
{
	size_t n =
		log_record(c->heap + CASE_LOG_AT + c->log_len, 17, 0x501, "policy", 6, c->pcr[0]);

	assert_true(n);
}

/* @logged records of @pcr, @marked of them before the heap's mark; the TPM got @got. */
static void later_pcr(struct txt_case *c, uint32_t pcr, unsigned int logged, unsigned int marked,
		      unsigned int got)
{
	static char text[512];
	uint8_t spare[32], value[32] = { 0 };
	char a[65], b[65], d[65];
	size_t len = c->log_len;
	unsigned int i;

	for (i = 0; i < logged || i < got; i++) {
		uint8_t *record = i < logged ? c->heap + CASE_LOG_AT + len : c->log;

		len += log_record(record, pcr, 0x501, "module", 6, i < got ? value : spare);
		if (i + 1 == marked)
			put(c->heap + CASE_OS_SINIT + 116, len, 4);
	}
	snprintf(text, sizeof(text), "{\"sha256\":{\"17\":\"%s\",\"18\":\"%s\",\"%u\":\"%s\"}}",
		 drtmon_hex_encode(a, c->pcr[0], 32), drtmon_hex_encode(b, c->pcr[1], 32), pcr,
		 drtmon_hex_encode(d, value, 32));
	c->pcrs = text;
}

static void log_later(struct txt_case *c)
{
	later_pcr(c, 19, 1, 1, 1);
}

static void log_later_appended(struct txt_case *c)
{
	later_pcr(c, 19, 2, 1, 2);
}

static void break_log_later_ahead(struct txt_case *c)
{
	later_pcr(c, 19, 2, 2, 1);
}

static void log_later_extended(struct txt_case *c)
{
	later_pcr(c, 19, 1, 1, 2);
}

/* PCR 20 was reset, and given the first of the two again. */
static void log_later_again(struct txt_case *c)
{
	later_pcr(c, 20, 2, 2, 1);
}

/* The launcher did not move the mark, and the launched system extended PCR 19. */
static void log_appended_later(struct txt_case *c)
{
	c->log_len +=
		log_record(c->heap + CASE_LOG_AT + c->log_len, 17, 0x501, "policy", 6, c->pcr[0]);
	later_pcr(c, 19, 1, 0, 2);
}

static void break_log_appended_later(struct txt_case *c)
{
	c->pcr[1][5] ^= 1;
	log_appended_later(c);
}

/* Behind a cap value nothing is compared: that explains no PCR 17. */
static void break_log_appended_cap(struct txt_case *c)
{
	uint8_t spare[32] = { 0 };

	c->pcr[0][5] ^= 1;
	c->log_len += log_record(c->heap + CASE_LOG_AT + c->log_len, 17, 0x4ff, "cap", 3, spare);
	later_pcr(c, 19, 1, 0, 2);
}

/* The kept part of the heap ends between the two records. */
static void log_later_cut(struct txt_case *c)
{
	uint8_t spare[32];

	later_pcr(c, 19, 2, 2, 2);
	c->heap_len = CASE_LOG_AT + c->log_len;
	c->heap_len += log_record(c->log, 19, 0x501, "module", 6, spare);
}

static void log_later_alone(struct txt_case *c)
{
	later_pcr(c, 19, 1, 1, 0);
	c->pcrs = "{\"sha256\":{\"19\":"
		  "\"0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20\"}}";
}

static void log_later_zero(struct txt_case *c)
{
	later_pcr(c, 19, 1, 1, 0);
}

static void only_registers(struct txt_case *c)
{
	c->heap_len = 0;
	c->facts = NULL;
}

static void registers_no_pcrs(struct txt_case *c)
{
	only_registers(c);
	no_pcrs(c);
}

static void empty(struct txt_case *c)
{
	registers_no_pcrs(c);
	c->window_len = 0;
}

static void one_byte(struct txt_case *c)
{
	registers_no_pcrs(c);
	c->window_len = 1;
}

/* Registers nobody read say neither that there is a window nor that there is none. */
static void window_zero_8(struct txt_case *c)
{
	only_registers(c);
	ones(c);
	memset(c->window, 0, sizeof(c->window));
	c->window_len = 8;
}

static void window_ones_8(struct txt_case *c)
{
	registers_no_pcrs(c);
	memset(c->window, 0xff, sizeof(c->window));
	c->window_len = 8;
}

static void window_ones_measured(struct txt_case *c)
{
	only_registers(c);
	memset(c->window, 0xff, sizeof(c->window));
	c->window_len = 0x117;
}

static void window_to_sts(struct txt_case *c)
{
	only_registers(c);
	c->window_len = 0x100;
}

static void only_pcrs(struct txt_case *c)
{
	only_registers(c);
	c->window_len = 0;
}

static void only_pcrs_ones(struct txt_case *c)
{
	only_pcrs(c);
	ones(c);
}

static void registers_off(struct txt_case *c)
{
	registers_no_pcrs(c);
	REG(c, 0, 3);
	REG(c, 0x270, 0);
	REG(c, 0x278, 0);
	REG(c, 0x300, 0);
	REG(c, 0x308, 0);
	REG(c, 0x330, 0);
}

static void lab(struct txt_case *c)
{
	FACTS(c, "\"smx\":true", "\"smx\":false");
	FACTS(c, "\"hypervisor\":false", "\"hypervisor\":true");
	FACTS(c, "\"DMAR\":true", "\"DMAR\":false");
	FACTS(c, "0xfed30000", "0x30000000");
	FACTS(c, "\"msrs\":{\"0x3a\":\"0xff07\"}", "\"msrs\":{\"0x3a\":null}");
	FACTS(c, "\"0x01800001\":{\"size\":70}", "\"0x01800001\":false");
	FACTS(c, "\"0x01800003\":{\"size\":104}", "\"0x01800003\":false");
}

/* A laboratory on an AMD processor, whose window answers nothing. */
static void lab_no_window(struct txt_case *c)
{
	lab(c);
	FACTS(c, "\"intel\"", "\"amd\"");
	break_window_ones(c);
}

/* A guest with a vTPM that was resumed with a launched state, and no window. */
static void guest_launched_tpm(struct txt_case *c)
{
	FACTS(c, "\"smx\":true", "\"smx\":false");
	FACTS(c, "\"hypervisor\":false", "\"hypervisor\":true");
	c->window_len = 0;
	c->heap_len = 0;
}

static void guest(struct txt_case *c)
{
	guest_launched_tpm(c);
	ones(c);
}

static void amd(struct txt_case *c)
{
	c->window_len = 0;
	c->heap_len = 0;
	c->facts =
		"{\"cpu\":{\"vendor\":\"amd\",\"svm\":true,\"skinit\":true,\"hypervisor\":false},"
		"\"msrs\":{\"0xc0010114\":\"0x8\"},\"tpm\":{\"class\":true,"
		"\"chips\":[{\"name\":\"tpm0\",\"version\":\"2.0\"}]}}";
}

/* SKINIT and its loader measure into PCR 17 of every bank, into 18 of those they know. */
static void amd_one_bank(struct txt_case *c)
{
	amd(c);
	second_bank(c, SHA1_ZERO);
}

static void amd_ones(struct txt_case *c)
{
	amd(c);
	ones(c);
}

static void amd_disabled(struct txt_case *c)
{
	amd_ones(c);
	c->facts =
		"{\"cpu\":{\"vendor\":\"amd\",\"skinit\":true},\"msrs\":{\"0xc0010114\":\"0x18\"}}";
}

static void amd_without(struct txt_case *c)
{
	amd_ones(c);
	c->facts = "{\"cpu\":{\"vendor\":\"amd\",\"skinit\":false}}";
}

#endif
