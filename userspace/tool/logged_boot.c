// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Secure Boot as PCR 7 proves it. Of a record only the digest is proved, and
 * only in a bank whose value is the TPM's: type and data are what the log says.
 */
#include "tool/logged_boot.h"

#include <errno.h>
#include <string.h>

#include "lib/log/check.h"
#include "lib/log/hash.h"
#include "lib/log/tcg.h"

void drtmon_logged_boot_init(struct drtmon_logged_boot *boot)
{
	size_t i;

	memset(boot, 0, sizeof(*boot));
	for (i = 0; i < DRTMON_LOGGED_BOOT_BANKS; i++)
		boot->bank[i].value = DRTMON_LOGGED_BOOT_UNKNOWN;
}

/*
 * The digest is of all of it, which proves the name as well.
 * UEFI_VARIABLE_DATA (PFP 10.2.6): GUID, u64 characters, u64 bytes, name, data.
 */
static enum drtmon_logged_boot_word event_value(const struct drtmon_log_event *event)
{
	static const uint8_t head[] = { 0x61, 0xdf, 0xe4, 0x8b, 0xca, 0x93, 0xd2, 0x11,
					0xaa, 0x0d, 0x00, 0xe0, 0x98, 0x03, 0x2b, 0x8c,
					10,   0,    0,	  0,	0,    0,    0,	  0,
					1,    0,    0,	  0,	0,    0,    0,	  0 };
	static const char name[] = "S\0e\0c\0u\0r\0e\0B\0o\0o\0t\0";
	const size_t at = sizeof(head) + 20;

	if (event->type != DRTMON_EV_EFI_VARIABLE_DRIVER_CONFIG || event->len != at + 1 ||
	    memcmp(event->data, head, sizeof(head)) || memcmp(event->data + sizeof(head), name, 20))
		return DRTMON_LOGGED_BOOT_UNKNOWN;
	return event->data[at] == 1 ? DRTMON_LOGGED_BOOT_ENABLED : DRTMON_LOGGED_BOOT_DISABLED;
}

/* Is it the digest of the data? One whose hash is not there does not contradict. */
static bool digest_fits(const struct drtmon_log_event *event,
			const struct drtmon_log_digest *digest)
{
	uint8_t value[DRTMON_ALG_DIGEST_MAX];
	struct drtmon_hash *hash;
	bool fits;

	if (!digest->alg)
		return true;
	hash = drtmon_hash_new(digest->alg);
	if (!hash)
		return errno == ENOTSUP;
	fits = digest->size == digest->alg->size &&
	       !drtmon_hash(hash, value, event->data, event->len) &&
	       !memcmp(value, digest->value, digest->size);
	drtmon_hash_free(hash);
	return fits;
}

/* Data that a digest contradicts is not what firmware measured, whichever bank's it is. */
static enum drtmon_logged_boot_word proved_value(const struct drtmon_log_event *event)
{
	enum drtmon_logged_boot_word value = event_value(event);
	size_t i;

	for (i = 0; i < event->n_digests && value != DRTMON_LOGGED_BOOT_UNKNOWN; i++)
		if (!digest_fits(event, &event->digest[i]))
			value = DRTMON_LOGGED_BOOT_UNKNOWN;
	return value;
}

/* A bank is extended once by a record, whatever the record repeats. */
static bool is_repeated(const struct drtmon_log_event *event, size_t at)
{
	size_t i;

	for (i = 0; i < at && event->digest[i].id != event->digest[at].id; i++)
		;
	return i < at;
}

static size_t bank_of(const struct drtmon_alg *alg)
{
	const struct drtmon_alg *known;
	size_t i;

	for (i = 0; (known = drtmon_alg_at(i)); i++)
		if (known == alg)
			break;
	return i;
}

static enum drtmon_logged_boot_word join(enum drtmon_logged_boot_word a,
					 enum drtmon_logged_boot_word b)
{
	if (a == DRTMON_LOGGED_BOOT_UNKNOWN || a == b)
		return b;
	return b == DRTMON_LOGGED_BOOT_UNKNOWN ? a : DRTMON_LOGGED_BOOT_CONTRADICTORY;
}

static void see_digest(struct drtmon_logged_boot *boot, const struct drtmon_log_digest *digest,
		       enum drtmon_logged_boot_word value)
{
	size_t i = digest->alg ? bank_of(digest->alg) : DRTMON_LOGGED_BOOT_BANKS;
	struct drtmon_hash *hash;

	if (i >= DRTMON_LOGGED_BOOT_BANKS || boot->bank[i].over ||
	    digest->size != digest->alg->size)
		return;
	hash = drtmon_hash_new(digest->alg);
	if (!hash)
		return;
	if (drtmon_separator_digest(hash, digest) != DRTMON_SEPARATOR_NONE)
		boot->bank[i].over = true;
	else
		boot->bank[i].value = join(boot->bank[i].value, value);
	drtmon_hash_free(hash);
}

void drtmon_logged_boot_event(struct drtmon_logged_boot *boot, const struct drtmon_log_event *event)
{
	enum drtmon_logged_boot_word value;
	size_t i;

	if (event->content != DRTMON_LOG_CONTENT_TCG || event->pcr != 7 ||
	    event->flags & DRTMON_LOG_NOT_EXTENDED)
		return;
	value = proved_value(event);
	for (i = 0; i < event->n_digests; i++)
		if (!is_repeated(event, i))
			see_digest(boot, &event->digest[i], value);
	for (i = 0; event->type == DRTMON_EV_SEPARATOR && i < DRTMON_LOGGED_BOOT_BANKS; i++)
		boot->bank[i].over = true;
}

enum drtmon_logged_boot_word drtmon_logged_boot_word(const struct drtmon_logged_boot *boot,
						     const struct drtmon_analysis *analysis)
{
	enum drtmon_logged_boot_word word = DRTMON_LOGGED_BOOT_UNKNOWN;
	const struct drtmon_alg *alg;
	size_t i;

	for (i = 0; i < DRTMON_LOGGED_BOOT_BANKS && (alg = drtmon_alg_at(i)); i++) {
		enum drtmon_compare c =
			analysis->expect ? drtmon_compare(analysis->pcrs, analysis->expect, alg, 7)
					 : DRTMON_COMPARE_NONE;

		if (c == DRTMON_COMPARE_MISMATCH)
			return DRTMON_LOGGED_BOOT_UNKNOWN;
		if (c == DRTMON_COMPARE_MATCH && boot->bank[i].over)
			word = join(word, boot->bank[i].value);
	}
	return word;
}
