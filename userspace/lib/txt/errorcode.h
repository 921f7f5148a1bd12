/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_TXT_ERRORCODE_H
#define DRTMON_LIB_TXT_ERRORCODE_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

/* Who wrote an error code; bits 30 and 15 of the register. */
enum drtmon_txt_source {
	DRTMON_TXT_SOURCE_NONE, /* bit 31 is clear: nothing was recorded */
	DRTMON_TXT_SOURCE_PROCESSOR,
	DRTMON_TXT_SOURCE_ACM,
	DRTMON_TXT_SOURCE_MLE,
};

/* Classes of ACM errors that more than the decoder looks at. */
enum drtmon_txt_class {
	DRTMON_TXT_CLASS_TPM = 0x04,
	DRTMON_TXT_CLASS_LCP = 0x06,
	DRTMON_TXT_CLASS_HEAP = 0x09,
	DRTMON_TXT_CLASS_PMR = 0x0e,
};

/**
 * struct drtmon_txt_errorcode - TXT.ERRORCODE or ACM_STATUS, taken apart
 * @code: the register
 * @valid: bit 31
 * @failure: it records a failure; 0, 0xc0000001 and an ACM's progress codes
 *	(class and major both 0) do not
 * @source: who wrote it
 * @class: bits 9:4, raw whatever @source is
 * @major: bits 14:10, raw
 * @minor: bits 27:16, raw; what it counts depends on the ACM's generation
 * @module: bits 3:0, raw; of an ACM: 0 BIOS ACM, 1 SINIT
 * @class_name: firm, or NULL when no public document names it
 * @meaning: firm, or NULL
 * @probable: what some sources say and others may not, or NULL
 *
 * Strings are static. Source: Intel TXT SDG 315168, appendix I and table B-1.
 */
struct drtmon_txt_errorcode {
	uint32_t code;
	bool valid;
	bool failure;
	enum drtmon_txt_source source;
	uint32_t class;
	uint32_t major;
	uint32_t minor;
	uint32_t module;
	const char *class_name;
	const char *meaning;
	const char *probable;
};

/**
 * drtmon_txt_errorcode_decode() - take TXT.ERRORCODE apart
 * @code: register 0x030 in host byte order
 *
 * Return: the parts; every member is set.
 */
struct drtmon_txt_errorcode drtmon_txt_errorcode_decode(uint32_t code);

/**
 * drtmon_txt_acm_status_decode() - take ACM_STATUS (0x328) apart
 * @code: the register in host byte order
 *
 * Same shape, but bit 15 says "the ACM started" and bit 30 is not defined.
 *
 * Return: the parts; @source is ACM when bit 31 is set.
 */
struct drtmon_txt_errorcode drtmon_txt_acm_status_decode(uint32_t code);

/**
 * drtmon_txt_source_name() - "none", "processor", "acm" or "mle"
 * @source: which
 *
 * Return: a static string.
 */
const char *drtmon_txt_source_name(enum drtmon_txt_source source);

/**
 * drtmon_txt_errorcode_meaning() - one line for a person
 * @code: decoded
 * @buf: @len bytes, always ended by NUL
 * @len: size of @buf
 *
 * Return: @buf.
 */
const char *drtmon_txt_errorcode_meaning(const struct drtmon_txt_errorcode *code, char *buf,
					 size_t len);

/**
 * drtmon_txt_errorcode_json() - {"code","valid","source","class",…,"failure"}
 * @code: decoded
 *
 * Return: a new reference, NULL when out of memory.
 */
json_t *drtmon_txt_errorcode_json(const struct drtmon_txt_errorcode *code);

#endif
