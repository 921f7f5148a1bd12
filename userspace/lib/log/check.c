// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/log/check.h"

#include <stdlib.h>
#include <string.h>

#include "lib/log/bytes.h"
#include "lib/log/hash.h"
#include "lib/log/reader.h"
#include "lib/log/tcg.h"

/* One hash per algorithm drtmon knows. */
#define HASHES 8

/**
 * struct drtmon_check - what has been seen of a log
 * @hash: made when first needed
 * @alg: of each
 * @measured: some record extends a PCR
 * @boot_option: firmware says it starts a boot option, and logs its actions
 * @image: a boot application was loaded after it
 * @exited: the last ExitBootServices action, or a return to firmware, was seen
 */
struct drtmon_check {
	struct drtmon_hash *hash[HASHES];
	const struct drtmon_alg *alg[HASHES];
	bool measured;
	bool boot_option;
	bool image;
	bool exited;
};

struct drtmon_check *drtmon_check_new(void)
{
	return calloc(1, sizeof(struct drtmon_check));
}

void drtmon_check_free(struct drtmon_check *check)
{
	size_t i;

	if (!check)
		return;
	for (i = 0; i < HASHES; i++)
		drtmon_hash_free(check->hash[i]);
	free(check);
}

static struct drtmon_hash *hash_get(struct drtmon_check *check, const struct drtmon_alg *alg)
{
	size_t i;

	for (i = 0; i < HASHES; i++) {
		if (check->alg[i] == alg)
			return check->hash[i];
		if (!check->alg[i]) {
			check->alg[i] = alg;
			check->hash[i] = drtmon_hash_new(alg);
			return check->hash[i];
		}
	}
	return NULL;
}

/* PC Client 1.21, 3.3.2.2: an error is the number 1; some write it big-endian. */
static const struct {
	const char *data;
	enum drtmon_separator kind;
} separators[] = {
	{ "\x00\x00\x00\x00", DRTMON_SEPARATOR_NORMAL },
	{ "\xff\xff\xff\xff", DRTMON_SEPARATOR_NORMAL },
	{ "\x01\x00\x00\x00", DRTMON_SEPARATOR_ERROR },
	{ "\x00\x00\x00\x01", DRTMON_SEPARATOR_ERROR },
	{ "WBCL", DRTMON_SEPARATOR_WINDOWS },
};

#define SEPARATORS (sizeof(separators) / sizeof(separators[0]))

enum drtmon_separator drtmon_separator_digest(struct drtmon_hash *hash,
					      const struct drtmon_log_digest *digest)
{
	uint8_t value[DRTMON_ALG_DIGEST_MAX];
	size_t i;

	for (i = 0; i < SEPARATORS; i++)
		if (!drtmon_hash(hash, value, separators[i].data, 4) &&
		    !memcmp(value, digest->value, digest->size))
			return separators[i].kind;
	return DRTMON_SEPARATOR_NONE;
}

/* Are all digests that can be computed those of the bytes? false when none can. */
static bool digests_are(struct drtmon_check *check, const struct drtmon_log_event *event,
			const uint8_t *data, size_t len)
{
	uint8_t value[DRTMON_ALG_DIGEST_MAX];
	unsigned int i, n = 0;

	for (i = 0; i < event->n_digests; i++) {
		const struct drtmon_log_digest *d = &event->digest[i];
		struct drtmon_hash *hash = d->alg ? hash_get(check, d->alg) : NULL;

		if (!hash)
			continue;
		if (drtmon_hash(hash, value, data, len) || memcmp(value, d->value, d->size))
			return false;
		n++;
	}
	return n;
}

/*
 * PFP 10.4: a driver or authority variable is hashed as the whole structure,
 * a boot variable as its data; older firmware does either for any.
 */
static enum drtmon_check_result variable(struct drtmon_check *check,
					 const struct drtmon_log_event *event, const char **why)
{
	uint64_t name, len, at;

	*why = "the event is no whole UEFI variable";
	if (event->len < 32)
		return DRTMON_CHECK_UNCHECKABLE;
	name = drtmon_le64(event->data + 16);
	len = drtmon_le64(event->data + 24);
	if (name > event->len / 2 || len > event->len || 32 + 2 * name + len > event->len)
		return DRTMON_CHECK_UNCHECKABLE;
	at = 32 + 2 * name;
	*why = "digest of the variable's data";
	if (digests_are(check, event, event->data + at, len))
		return DRTMON_CHECK_MATCH;
	/* shim before 15.3 hashed bytes that did not go into the log. */
	*why = "the event has bytes behind the variable";
	return at + len == event->len ? DRTMON_CHECK_MISMATCH : DRTMON_CHECK_UNCHECKABLE;
}

/* GRUB hashes the text behind its own prefix, without the NUL. */
static enum drtmon_check_result ipl(struct drtmon_check *check,
				    const struct drtmon_log_event *event, const char **why)
{
	static const char *const prefixes[] = { "grub_cmd: ", "kernel_cmdline: ",
						"module_cmdline: ", "grub_kernel_cmdline: " };
	size_t i, n, len = event->len;

	while (len && !event->data[len - 1])
		len--;
	for (i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		n = strlen(prefixes[i]);
		if (len < n || memcmp(event->data, prefixes[i], n))
			continue;
		*why = "digest of the text behind the prefix";
		return digests_are(check, event, event->data + n, len - n) ? DRTMON_CHECK_MATCH
									   : DRTMON_CHECK_MISMATCH;
	}
	*why = "the data names what was measured";
	return DRTMON_CHECK_UNCHECKABLE;
}

/*
 * Types whose digest must be that of the data (PFP 10.4.1, SDG appendix G). Of
 * EV_EFI_HCRTM_EVENT it may be: "HCRTM" names the code that the TPM was given.
 */
static bool data_is_hashed(const struct drtmon_log_event *event)
{
	switch (event->type) {
	case DRTMON_EV_SEPARATOR:
	case DRTMON_EV_ACTION:
	case DRTMON_EV_S_CRTM_VERSION:
	case DRTMON_EV_EFI_ACTION:
	case DRTMON_EV_EFI_GPT_EVENT:
	case DRTMON_EV_EFI_GPT_EVENT2:
		return true;
	default:
		/* Without data the hash is of something else, as of the launched module. */
		return event->type >= 0x40a && event->type <= 0x414 && event->len;
	}
}

/* All digests that can be computed are of one separator. */
static enum drtmon_separator digests_kind(struct drtmon_check *check,
					  const struct drtmon_log_event *event)
{
	size_t i;

	for (i = 0; i < SEPARATORS; i++)
		if (digests_are(check, event, (const uint8_t *)separators[i].data, 4))
			return separators[i].kind;
	return DRTMON_SEPARATOR_NONE;
}

/* The data is then the vendor's, unless it is that of a separator of another kind. */
static bool error_described(struct drtmon_check *check, const struct drtmon_log_event *event)
{
	return event->type == DRTMON_EV_SEPARATOR &&
	       digests_kind(check, event) == DRTMON_SEPARATOR_ERROR &&
	       (event->len != 4 ||
		(memcmp(event->data, "\0\0\0\0", 4) && memcmp(event->data, "\xff\xff\xff\xff", 4)));
}

static bool is_variable(uint32_t type)
{
	return type == DRTMON_EV_EFI_VARIABLE_DRIVER_CONFIG ||
	       type == DRTMON_EV_EFI_VARIABLE_BOOT || type == DRTMON_EV_EFI_VARIABLE_BOOT2 ||
	       type == DRTMON_EV_EFI_VARIABLE_AUTHORITY;
}

/* The data only describes what was measured: images, firmware, tables, handoff. */
static bool is_description(uint32_t type)
{
	return type == DRTMON_EV_POST_CODE ||
	       (type >= DRTMON_EV_EFI_BOOT_SERVICES_APPLICATION &&
		type <= DRTMON_EV_EFI_RUNTIME_SERVICES_DRIVER) ||
	       (type >= DRTMON_EV_EFI_PLATFORM_FIRMWARE_BLOB &&
		type <= DRTMON_EV_EFI_HANDOFF_TABLES2);
}

static enum drtmon_check_result check_tcg(struct drtmon_check *check,
					  const struct drtmon_log_event *event, const char **why)
{
	enum drtmon_check_result result = DRTMON_CHECK_UNCHECKABLE;

	*why = "the data describes what was measured";
	if (is_description(event->type))
		return result;
	if (event->type == DRTMON_EV_IPL)
		result = ipl(check, event, why);
	if (result != DRTMON_CHECK_UNCHECKABLE)
		return result;
	if (digests_are(check, event, event->data, event->len)) {
		*why = "digest of the event data";
		return DRTMON_CHECK_MATCH;
	}
	if (is_variable(event->type))
		return variable(check, event, why);
	if (error_described(check, event)) {
		*why = "error separator; the data says why";
		return result;
	}
	return data_is_hashed(event) ? DRTMON_CHECK_MISMATCH : DRTMON_CHECK_UNCHECKABLE;
}

static bool text_is(const struct drtmon_log_event *event, const char *text)
{
	size_t len = strlen(text);

	return event->len >= len && !memcmp(event->data, text, len);
}

/* Watch for the end of the firmware's part, where a log may have been cut. */
static void check_phase(struct drtmon_check *check, const struct drtmon_log_event *event)
{
	if (event->type == DRTMON_EV_EFI_BOOT_SERVICES_APPLICATION)
		check->image |= check->boot_option;
	if (event->type != DRTMON_EV_EFI_ACTION || !event->data)
		return;
	check->boot_option |= text_is(event, "Calling EFI Application");
	check->exited |= text_is(event, "Exit Boot Services") ||
			 text_is(event, "Returning from EFI");
}

static bool has_digest(const struct drtmon_log_event *event)
{
	unsigned int i, j;

	for (i = 0; i < event->n_digests; i++)
		for (j = 0; j < event->digest[i].size; j++)
			if (event->digest[i].value[j])
				return true;
	return false;
}

/*
 * PFP 10.4.5: the digest of EV_NO_ACTION is zero, or the type may hide an extend.
 * What Windows writes of no PCR has one.
 */
static const char *check_not_extended(struct drtmon_log *log, const struct drtmon_log_event *event)
{
	if (event->content != DRTMON_LOG_CONTENT_TCG || event->type != DRTMON_EV_NO_ACTION ||
	    event->pcr == DRTMON_LOG_NO_PCR || !has_digest(event))
		return "the event extends no PCR";
	if (log)
		drtmon_log_event_problem(log, event,
					 "EV_NO_ACTION has a digest: it is not extended, and the "
					 "digest should be zero");
	return "the event extends no PCR, and has a digest all the same";
}

enum drtmon_check_result drtmon_check_event(struct drtmon_check *check, struct drtmon_log *log,
					    const struct drtmon_log_event *event, const char **why)
{
	enum drtmon_check_result result = DRTMON_CHECK_UNCHECKABLE;

	if (event->flags & DRTMON_LOG_NOT_EXTENDED) {
		*why = check_not_extended(log, event);
		return result;
	}
	if (!event->n_digests) {
		*why = "the record has no digest";
		if (event->content == DRTMON_LOG_CONTENT_TCG && log)
			drtmon_log_event_problem(log, event,
						 "record has no digest: it extends nothing");
		return result;
	}
	check->measured = true;
	if (event->content != DRTMON_LOG_CONTENT_TCG) {
		*why = event->content == DRTMON_LOG_CONTENT_IMA
			       ? "the replay checks template digests"
			       : "the record does not hold what was hashed";
		return result;
	}
	check_phase(check, event);
	result = check_tcg(check, event, why);
	if (result == DRTMON_CHECK_MISMATCH && log)
		drtmon_log_event_problem(log, event, "digest is not that of the event data");
	return result;
}

enum drtmon_separator drtmon_check_separator(struct drtmon_check *check,
					     const struct drtmon_log_event *event)
{
	const bool typed = event->content == DRTMON_LOG_CONTENT_TCG &&
			   event->type == DRTMON_EV_SEPARATOR;
	enum drtmon_separator kind;

	/* Only where firmware or Windows draws a line: a launch extends numbers too. */
	if (event->flags & DRTMON_LOG_NOT_EXTENDED || event->pcr >= 16)
		return DRTMON_SEPARATOR_NONE;
	/* With four bytes of data whatever the type says; with others only firmware's error. */
	if (event->len != 4 && !typed)
		return DRTMON_SEPARATOR_NONE;
	kind = digests_kind(check, event);
	return event->len == 4 || kind == DRTMON_SEPARATOR_ERROR ? kind : DRTMON_SEPARATOR_NONE;
}

/* Does PCR 5 of some bank prove that nothing is missing? */
static bool pcr5_proven(const struct drtmon_pcrs *replayed, const struct drtmon_pcrs *expect)
{
	const struct drtmon_alg *alg;
	size_t i;

	for (i = 0; expect && (alg = drtmon_alg_at(i)); i++) {
		const uint8_t *a = drtmon_pcrs_get(replayed, alg, 5);
		const uint8_t *b = drtmon_pcrs_get(expect, alg, 5);

		if (a && b && !memcmp(a, b, alg->size))
			return true;
	}
	return false;
}

void drtmon_check_end(struct drtmon_check *check, struct drtmon_log *log,
		      const struct drtmon_pcrs *replayed, const struct drtmon_pcrs *expect)
{
	if (!check->measured && log->info.format != DRTMON_LOG_UNKNOWN && log->info.complete)
		drtmon_log_note(log, log->info.end, "nothing in the log extends a PCR");
	if (check->image && !check->exited && !pcr5_proven(replayed, expect))
		drtmon_log_note(
			log, log->info.end,
			"ExitBootServices events are missing: the log ends before firmware did");
}

const char *drtmon_check_result_name(enum drtmon_check_result result)
{
	switch (result) {
	case DRTMON_CHECK_MATCH:
		return "match";
	case DRTMON_CHECK_MISMATCH:
		return "mismatch";
	default:
		return "not-checkable";
	}
}

const char *drtmon_separator_name(enum drtmon_separator separator)
{
	static const char *const names[] = { NULL, "normal", "error", "windows" };

	return (size_t)separator < sizeof(names) / sizeof(names[0]) ? names[separator] : NULL;
}
