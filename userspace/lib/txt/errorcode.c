// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/txt/errorcode.h"

#include <stdio.h>
#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* SINIT's last word before it hands over to the measured environment */
#define SINIT_FINISHED 0xc0000001u

struct meaning {
	uint8_t class;
	uint8_t major;
	const char *text;
};

/* Intel TXT SDG, appendix I: classes that keep their number in every ACM. */
static const struct meaning classes[] = {
	{ 0x01, 0, "ACM entry" },  { 0x02, 0, "MTRR check" },
	{ 0x04, 0, "TPM access" }, { 0x06, 0, "launch control policy" },
	{ 0x09, 0, "TXT heap" },   { 0x0e, 0, "DMA protection (PMR)" },
	{ 0x0f, 0, "MLE header" }, { 0x10, 0, "MLE page tables" },
	{ 0x14, 0, "event log" },
};

static const struct meaning majors[] = {
	{ 0x01, 0x01, "launch error: not entered by SENTER, or reserved flags were set" },
	{ 0x01, 0x03, "SINIT for a client on a server, or the other way round" },
	{ 0x01, 0x09, "this ACM is revoked" },
	{ 0x02, 0x01, "MTRR rule 1 broken" },
	{ 0x02, 0x02, "MTRR rule 2 broken" },
	{ 0x02, 0x03, "MTRR rule 3 broken" },
	{ 0x02, 0x04, "MTRR rule 4 broken" },
	{ 0x02, 0x05, "MTRR rule 5 broken" },
	{ 0x02, 0x06, "MTRR rule 6 broken" },
	{ 0x02, 0x07, "invalid MTRR mask" },
	{ 0x04, 0x01, "the TPM returned an error" },
	{ 0x04, 0x05, "the TPM 1.2 is disabled" },
	{ 0x04, 0x06, "the TPM 1.2 is deactivated" },
	{ 0x04, 0x0d, "this TPM 2.0 interface (FIFO or CRB) is not supported" },
	{ 0x04, 0x0e, "this TPM family is not supported" },
	{ 0x04, 0x0f, "more than three PCR banks are active" },
	{ 0x04, 0x10, "a hash algorithm that is needed is not supported" },
	{ 0x06, 0x02, "the SINIT is older than the policy allows" },
	{ 0x06, 0x04, "no element of the policy matches" },
	{ 0x06, 0x05, "auto-promotion failed: the BIOS hash differs from the one in AUX" },
	{ 0x06, 0x06, "failsafe boot, or the FIT is missing or corrupt" },
	{ 0x06, 0x07, "the owner policy (PO) failed its integrity check" },
	{ 0x06, 0x08, "the supplier policy (PS) failed its integrity check" },
	{ 0x06, 0x09, "no policy permits an ACM that is not production worthy" },
	{ 0x06, 0x0a, "the supplier policy (PS) index is required but absent" },
	{ 0x09, 0x01, "wrong size of a heap table" },
	{ 0x09, 0x02, "wrong version of a heap table" },
	{ 0x09, 0x03, "the low PMR is not aligned" },
	{ 0x09, 0x04, "the high PMR is not aligned" },
	{ 0x09, 0x05, "the MLE lies above 4 GiB" },
	{ 0x09, 0x06, "the MLE's capabilities do not fit" },
	{ 0x09, 0x07, "the heap is overfilled" },
	{ 0x09, 0x08, "unknown extended data element" },
	{ 0x09, 0x09, "wrong size of an extended data element" },
	{ 0x09, 0x0a, "the list of extended data elements has no end" },
	{ 0x09, 0x0b, "wrong pointer to the event log" },
	{ 0x09, 0x0c, "wrong pointer to the RSDT or RSDP" },
	{ 0x0e, 0x01, "DMA remapping is on: an IOMMU was left enabled" },
	{ 0x0e, 0x02, "the low PMR is wrong" },
	{ 0x0e, 0x03, "the high PMR is wrong" },
	{ 0x0f, 0x01, "an address of the MLE header cannot be converted" },
	{ 0x0f, 0x02, "wrong GUID in the MLE header" },
	{ 0x0f, 0x03, "wrong version of the MLE header" },
	{ 0x0f, 0x04, "wrong first page" },
	{ 0x0f, 0x05, "wrong MLE size" },
	{ 0x0f, 0x06, "wrong entry point" },
	{ 0x0f, 0x07, "no common way to wake the other processors" },
	{ 0x10, 0x01, "page table in the wrong place" },
	{ 0x10, 0x02, "pages out of order" },
	{ 0x10, 0x03, "a 2 MiB page" },
	{ 0x10, 0x04, "page tables out of order" },
	{ 0x10, 0x05, "wrong hashed size" },
	{ 0x10, 0x06, "wrong entry for the other processors" },
	{ 0x14, 0x01, "wrong GUID of the event log" },
	{ 0x14, 0x02, "wrong version of the event log" },
	{ 0x14, 0x03, "inconsistent event log" },
	{ 0x14, 0x04, "the event log is too small" },
	{ 0x14, 0x05, "wrong version of an event record" },
};

/*
 * What one source or one machine's owner found out. An ACM's own error text
 * file outranks these. Class 0xc is from a test plan only.
 */
static const struct meaning probable[] = {
	{ 0x01, 0x0f,
	  "seen with a SINIT that no longer supports the platform's BIOS: take the "
	  "newest one for this processor" },
	{ 0x05, 0x1c,
	  "invalid input to the TPM driver: seen where the owner policy (PO) NV index "
	  "was not provisioned" },
	{ 0x07, 0x0a, "a page that neither DPR nor PMR protects" },
	{ 0x08, 0x08, "seen with the maximum-agility extend policy (extpol=agile) on TPM 2.0" },
	{ 0x0a, 0x03, "checksum of the ACPI RSDT is wrong" },
	{ 0x0c, 0x01, "ACPI RSDP" },
	{ 0x0c, 0x02, "ACPI RSDT" },
	{ 0x0c, 0x03, "ACPI RSDT" },
	{ 0x0c, 0x04, "ACPI DMAR is missing" },
	{ 0x0c, 0x05, "ACPI DMAR is invalid" },
	{ 0x0c, 0x07, "ACPI MADT" },
	{ 0x0c, 0x09, "ACPI XSDT" },
	{ 0x0c, 0x0a, "ACPI MCFG" },
	{ 0x0c, 0x10, "ACPI MADT" },
};

/* Intel TXT SDG, table I-2: bits 14:0 of a processor's code */
static const char *const processor[] = {
	[0x00] = "legacy shutdown: a processor stopped before SEXIT (triple fault, crash)",
	[0x05] = "wrong memory type of the ACM area",
	[0x06] = "unrecognised ACM format",
	[0x07] = "ACM authentication failed: wrong SINIT for this processor, or a damaged one",
	[0x08] = "invalid ACM format",
	[0x09] = "unexpected snoop hit",
	[0x0a] = "illegal event: reset, INIT or a processor that woke during the launch",
	[0x0b] = "invalid JOIN",
	[0x0c] = "unrecoverable machine check",
	[0x0d] = "VMX abort",
	[0x0e] = "ACM area corrupted",
	[0x0f] = "illegal voltage or bus ratio",
};

/* Linux Secure Launch v15 and v16, from 0xc0008001 on; earlier series differ. */
#define SL(name) "Linux Secure Launch (numbers of v15 and v16): " name

static const char *const slaunch[] = {
	SL("GENERIC"),
	SL("TPM_INIT"),
	SL("TPM_INVALID_LOG20"),
	SL("TPM_LOGGING_FAILED"),
	SL("REGION_STRADDLE_4GB"),
	SL("TPM_EXTEND"),
	SL("MTRR_INV_VCNT"),
	SL("MTRR_INV_DEF_TYPE"),
	SL("MTRR_INV_BASE"),
	SL("MTRR_INV_MASK"),
	SL("MSR_INV_MISC_EN"),
	SL("INV_AP_INTERRUPT"),
	SL("INTEGER_OVERFLOW"),
	SL("HEAP_WALK"),
	SL("HEAP_MAP"),
	SL("REGION_ABOVE_4GB"),
	SL("HEAP_INVALID_DMAR"),
	SL("HEAP_DMAR_SIZE"),
	SL("HEAP_DMAR_MAP"),
	SL("HI_PMR_BASE"),
	SL("HI_PMR_SIZE"),
	SL("LO_PMR_BASE"),
	SL("LO_PMR_MLE"),
	SL("INITRD_TOO_BIG"),
	SL("HEAP_ZERO_OFFSET"),
	SL("WAKE_BLOCK_TOO_SMALL"),
	SL("MLE_BUFFER_OVERLAP"),
	SL("BUFFER_BEYOND_PMR"),
	SL("OS_SINIT_BAD_VERSION"),
	SL("EVENTLOG_MAP"),
	SL("TPM_INVALID_ALGS"),
	SL("TPM_EVENT_COUNT"),
	SL("TPM_INVALID_EVENT"),
	SL("INVALID_SLRT"),
	SL("SLRT_MISSING_ENTRY"),
	SL("SLRT_MAP"),
};

static const char *meaning_find(const struct meaning *table, size_t n, uint32_t class,
				uint32_t major)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (table[i].class == class && table[i].major == major)
			return table[i].text;
	return NULL;
}

static void decode_acm(struct drtmon_txt_errorcode *e)
{
	e->class_name = meaning_find(classes, ARRAY_SIZE(classes), e->class, 0);
	e->failure = e->class || e->major;
	if (!e->failure) {
		e->meaning = e->minor ? "progress code, no failure" : "finished successfully";
		return;
	}
	e->meaning = meaning_find(majors, ARRAY_SIZE(majors), e->class, e->major);
	e->probable = meaning_find(probable, ARRAY_SIZE(probable), e->class, e->major);
}

static void decode_processor(struct drtmon_txt_errorcode *e)
{
	uint32_t type = e->code & 0x7fff;

	e->failure = true;
	if (type < ARRAY_SIZE(processor))
		e->meaning = processor[type];
	if (type == 0x10)
		e->probable = "SGX security version of the ACM is too low";
}

static void decode_mle(struct drtmon_txt_errorcode *e)
{
	uint32_t n = e->code & 0x7fff;

	e->failure = true;
	e->meaning = "written by the launched software itself";
	if (!(e->code & 0x3fff0000) && n >= 1 && n <= ARRAY_SIZE(slaunch))
		e->probable = slaunch[n - 1];
}

static struct drtmon_txt_errorcode split(uint32_t code)
{
	return (struct drtmon_txt_errorcode){
		.code = code,
		.valid = code >> 31,
		.class = code >> 4 & 0x3f,
		.major = code >> 10 & 0x1f,
		.minor = code >> 16 & 0xfff,
		.module = code & 0xf,
	};
}

struct drtmon_txt_errorcode drtmon_txt_errorcode_decode(uint32_t code)
{
	struct drtmon_txt_errorcode e = split(code);

	if (!e.valid) {
		e.meaning = code ? "not valid: bit 31 is clear" : "no error recorded";
	} else if (!(code & 1u << 30)) {
		e.source = DRTMON_TXT_SOURCE_PROCESSOR;
		decode_processor(&e);
	} else if (code & 1u << 15) {
		e.source = DRTMON_TXT_SOURCE_MLE;
		decode_mle(&e);
	} else {
		e.source = DRTMON_TXT_SOURCE_ACM;
		decode_acm(&e);
		if (code == SINIT_FINISHED)
			e.meaning = "SINIT finished successfully";
	}
	return e;
}

struct drtmon_txt_errorcode drtmon_txt_acm_status_decode(uint32_t code)
{
	struct drtmon_txt_errorcode e = split(code);

	if (!e.valid) {
		e.meaning = code ? "not valid: bit 31 is clear" : "nothing recorded";
		return e;
	}
	e.source = DRTMON_TXT_SOURCE_ACM;
	decode_acm(&e);
	return e;
}

const char *drtmon_txt_source_name(enum drtmon_txt_source source)
{
	static const char *const names[] = { "none", "processor", "acm", "mle" };

	return names[source];
}

const char *drtmon_txt_errorcode_meaning(const struct drtmon_txt_errorcode *code, char *buf,
					 size_t len)
{
	const char *class = code->class_name, *major = code->meaning;

	if (code->source == DRTMON_TXT_SOURCE_ACM && code->failure)
		snprintf(buf, len, "class 0x%x (%s), major 0x%x (%s), minor 0x%x", code->class,
			 class ? class : "not in the public documents", code->major,
			 major ? major : "not in the public documents", code->minor);
	else
		snprintf(buf, len, "%s", major ? major : "not in the public documents");
	if (code->probable)
		snprintf(buf + strlen(buf), len - strlen(buf), "; probable: %s", code->probable);
	return buf;
}

json_t *drtmon_txt_errorcode_json(const struct drtmon_txt_errorcode *code)
{
	char hex[16], text[512];

	snprintf(hex, sizeof(hex), "0x%08x", code->code);
	return json_pack("{s:s, s:b, s:s, s:i, s:i, s:i, s:i, s:s?, s:s, s:s?, s:b}", "code", hex,
			 "valid", code->valid, "source", drtmon_txt_source_name(code->source),
			 "class", (int)code->class, "major", (int)code->major, "minor",
			 (int)code->minor, "module", (int)code->module, "class_name",
			 code->class_name, "meaning",
			 drtmon_txt_errorcode_meaning(code, text, sizeof(text)), "probable",
			 code->probable, "failure", code->failure);
}
