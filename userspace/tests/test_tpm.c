// SPDX-License-Identifier: GPL-2.0-or-later
/* What a TPM is, and what is bound to it, on machines made of files. */
#include "tests/fake/head.h"

#include <stdio.h>
#include <string.h>

#include "lib/html.h"
#include "lib/luks.h"
#include "lib/ppi.h"
#include "lib/tpm_bound.h"
#include "tests/fake/tree.h"

#define SYSTEMD                                                                \
	"{\"tokens\":{\"0\":{\"type\":\"systemd-tpm2\",\"keyslots\":[\"1\"]}," \
	"\"1\":{\"type\":\"systemd-recovery\"}}}"
/* {"clevis":{"pin":"tpm2"}} and {"clevis":{"pin":"tang"}} */
#define CLEVIS_TPM2                                                       \
	"{\"tokens\":{\"0\":{\"type\":\"clevis\",\"jwe\":{\"protected\":" \
	"\"eyJjbGV2aXMiOnsicGluIjoidHBtMiJ9fQ\"}}}}"
#define CLEVIS_TANG                                                       \
	"{\"tokens\":{\"0\":{\"type\":\"clevis\",\"jwe\":{\"protected\":" \
	"\"eyJjbGV2aXMiOnsicGluIjoidGFuZyJ9fQ\"}}}}"

static uint8_t volume[16384];

/* A volume with a header of @size bytes that holds @json; its length. */
static size_t luks2(const char *json, uint64_t size)
{
	size_t i;

	memset(volume, 0, sizeof(volume));
	memcpy(volume, "LUKS\xba\xbe\0\2", 8);
	for (i = 0; i < 8; i++)
		volume[8 + i] = (uint8_t)(size >> (56 - 8 * i));
	memcpy(volume + 4096, json, strlen(json));
	return sizeof(volume);
}

static enum drtmon_luks parse(size_t len, size_t *tokens)
{
	json_t *metadata, *token;
	enum drtmon_luks ret = drtmon_luks_parse(volume, len, &metadata);
	const char *id;

	*tokens = 0;
	json_object_foreach (json_object_get(metadata, "tokens"), id, token)
		*tokens += drtmon_luks_tpm_token(token) != 0;
	json_decref(metadata);
	return ret;
}

static void test_luks(void **state)
{
	size_t n;

	assert_int_equal(parse(luks2(SYSTEMD, 16384), &n), DRTMON_LUKS_2);
	assert_int_equal(n, 1);
	assert_int_equal(parse(luks2(CLEVIS_TPM2, 16384), &n), DRTMON_LUKS_2);
	assert_int_equal(n, 1);
	assert_int_equal(parse(luks2(CLEVIS_TANG, 16384), &n), DRTMON_LUKS_2);
	assert_int_equal(n, 0);
	assert_int_equal(parse(luks2(SYSTEMD, 4096), &n), DRTMON_LUKS_DAMAGED);
	assert_int_equal(parse(luks2(SYSTEMD, UINT64_MAX), &n), DRTMON_LUKS_DAMAGED);
	assert_int_equal(parse(luks2(SYSTEMD, 4100), &n), DRTMON_LUKS_DAMAGED);
	assert_int_equal(parse(luks2("{\"tokens\":[", 16384), &n), DRTMON_LUKS_DAMAGED);
	assert_int_equal(parse(luks2("{\"tokens\":7}", 16384), &n), DRTMON_LUKS_2);
	for (n = 0; n < 16; n++) {
		size_t none;

		luks2(SYSTEMD, 16384);
		assert_int_equal(parse(n, &none), DRTMON_LUKS_NONE);
	}
	/* A token without a type, one that is no base64, a header of a version to come. */
	assert_int_equal(parse(luks2("{\"tokens\":{\"0\":{},\"1\":{\"type\":\"clevis\",\"jwe\":"
				     "{\"protected\":\"e*\"}},\"2\":{\"type\":\"clevis\"}}}",
				     16384),
			       &n),
			 DRTMON_LUKS_2);
	assert_int_equal(n, 0);
	volume[7] = 3;
	assert_int_equal(parse(sizeof(volume), &n), DRTMON_LUKS_DAMAGED);
	volume[7] = 1;
	assert_int_equal(parse(sizeof(volume), &n), DRTMON_LUKS_1);
	memcpy(volume + 3, "-FVE-FS-", 8);
	assert_int_equal(parse(sizeof(volume), &n), DRTMON_LUKS_BITLOCKER);
}

static size_t found(const json_t *bound, const char *kind, const char *where)
{
	const json_t *items = json_object_get(bound, "items");
	size_t i, n = 0;

	for (i = 0; i < json_array_size(items); i++) {
		const json_t *item = json_array_get(items, i);

		n += !strcmp(drtmon_html_word(item, "kind"), kind) &&
		     !strcmp(drtmon_html_word(item, "where"), where);
	}
	return n;
}

static void test_bound(void **state)
{
	static struct drtmon_tpm_info info;
	json_t *bound;

	info.keys = 2;
	info.key[0].handle = 0x81000001;
	info.key[1].handle = 0x81800001;
	info.nvs = -1;
	tree_put("/dev/sda1", volume, luks2(SYSTEMD, 16384));
	tree_put("/dev/cciss/c0d0", volume, luks2(CLEVIS_TPM2, 16384));
	tree_text("/dev/sdb", "nothing");
	tree_text("/sys/class/block/sda1/x", "");
	tree_text("/sys/class/block/sdb/x", "");
	tree_text("/sys/class/block/cciss!c0d0/x", "");
	tree_text("/sys/class/block/gone/x", "");
	tree_text("/etc/credstore.encrypted/a", "DHzAexF2RZGcSwvqCLwg/gAAAA");
	tree_text("/etc/credstore.encrypted/host", "WhxqKt+dQJax1aYeCGLxmgAAAA");
	bound = drtmon_tpm_bound(tree, &info);
	assert_int_equal(found(bound, "luks", "/dev/sda1"), 1);
	assert_int_equal(found(bound, "luks", "/dev/cciss/c0d0"), 1);
	assert_int_equal(found(bound, "luks", "/dev/sdb"), 0);
	assert_int_equal(found(bound, "systemd-credential", "/etc/credstore.encrypted/a"), 1);
	assert_int_equal(found(bound, "systemd-credential", "/etc/credstore.encrypted/host"), 0);
	assert_int_equal(found(bound, "persistent-key", "0x81000001"), 1);
	/* What could not be looked at is named: the volume that is gone, and the NV indices. */
	assert_int_equal(json_array_size(json_object_get(bound, "unseen")), 2);
	assert_true(json_is_true(drtmon_html_get(bound, "items.3.lost")) ||
		    json_is_true(drtmon_html_get(bound, "items.4.lost")));
	json_decref(bound);
}

static void test_kind(void **state)
{
	static struct drtmon_tpm_info info;

	drtmon_tpm_kind(&info, DRTMON_KNOWN_NO);
	assert_string_equal(info.kind, "unknown");
	strcpy(info.manufacturer, "IBM");
	strcpy(info.vendor, "SW   TPM");
	drtmon_tpm_kind(&info, DRTMON_KNOWN_NO);
	assert_string_equal(info.kind, "virtual");
	strcpy(info.manufacturer, "VMW");
	strcpy(info.vendor, "VMware TPM");
	drtmon_tpm_kind(&info, DRTMON_KNOWN_YES);
	assert_string_equal(info.kind, "virtual");
	strcpy(info.manufacturer, "IFX");
	strcpy(info.vendor, "SLB9672");
	drtmon_tpm_kind(&info, DRTMON_KNOWN_NO);
	assert_string_equal(info.kind, "discrete");
	drtmon_tpm_kind(&info, DRTMON_KNOWN_YES);
	assert_string_equal(info.kind, "unknown");
	strcpy(info.manufacturer, "INTC");
	drtmon_tpm_kind(&info, DRTMON_KNOWN_NO);
	assert_string_equal(info.kind, "firmware");
	strcpy(info.manufacturer, "XXXX");
	drtmon_tpm_kind(&info, DRTMON_KNOWN_NO);
	assert_string_equal(info.kind, "unknown");
}

static void test_recovery(void **state)
{
	static struct drtmon_tpm_info info;
	uint64_t seconds;

	assert_false(drtmon_tpm_recovery(&info, &seconds));
	info.permanent.known = info.lockout_counter.known = true;
	info.lockout_max.known = info.lockout_interval.known = true;
	info.lockout_counter.value = 31;
	info.lockout_max.value = 31;
	info.lockout_interval.value = 600;
	assert_true(drtmon_tpm_recovery(&info, &seconds));
	assert_int_equal(seconds, 0);
	info.permanent.value = DRTMON_TPM_IN_LOCKOUT;
	assert_true(drtmon_tpm_recovery(&info, &seconds));
	assert_int_equal(seconds, 600);
	info.lockout_counter.value = UINT32_MAX;
	info.lockout_interval.value = UINT32_MAX;
	assert_true(drtmon_tpm_recovery(&info, &seconds));
	assert_true(seconds > UINT32_MAX);
}

static void test_ppi(void **state)
{
	struct drtmon_err err = { 0 };

	assert_int_equal(drtmon_ppi_state(tree, 0, DRTMON_PPI_CLEAR), DRTMON_PPI_ABSENT);
	tree_text("/sys/class/tpm/tpm0/ppi/tcg_operations",
		  "0 4: User not required\n5 3: User required\n14 2: Blocked for OS by BIOS\n");
	assert_int_equal(drtmon_ppi_state(tree, 0, DRTMON_PPI_CLEAR), DRTMON_PPI_ASKS);
	assert_int_equal(drtmon_ppi_state(tree, 0, 14), DRTMON_PPI_BLOCKED);
	assert_int_equal(drtmon_ppi_state(tree, 0, 99), DRTMON_PPI_NOT_IMPLEMENTED);
	assert_true(drtmon_ppi_request(tree, 0, DRTMON_PPI_CLEAR, &err) < 0);
	tree_text("/sys/class/tpm/tpm0/ppi/request", "");
	assert_int_equal(drtmon_ppi_request(tree, 0, DRTMON_PPI_CLEAR, &err), 0);
}

/* A real TPM 2.0, made by swtpm, asked by the real tpm2-tss. */
static void test_swtpm(void **state)
{
	static struct drtmon_tpm_info info;
	char command[512], tcti[64];
	int port = 20000 + getpid() % 20000 * 2;
	json_t *tpm;

	if (access("/usr/bin/swtpm", X_OK)) {
		print_message("skipped: no swtpm\n");
		skip();
	}
	snprintf(command, sizeof(command),
		 "swtpm socket --tpm2 --tpmstate dir=%s --server type=tcp,port=%d,disconnect "
		 "--ctrl type=tcp,port=%d --flags not-need-init,startup-clear --daemon "
		 "--pid file=%s/pid",
		 tree, port, port + 1, tree);
	assert_int_equal(system(command), 0);
	snprintf(tcti, sizeof(tcti), "swtpm:port=%d", port);
	drtmon_tpm_info_ask(&info, tcti);
	drtmon_tpm_kind(&info, DRTMON_KNOWN_NO);
	snprintf(command, sizeof(command), "kill $(cat %s/pid)", tree);
	assert_int_equal(system(command), 0);
	tpm = drtmon_tpm_info_json(&info);
	assert_string_equal(info.why, "");
	assert_string_equal(drtmon_html_word(tpm, "manufacturer"), "IBM");
	assert_string_equal(drtmon_html_word(tpm, "version"), "2.0");
	assert_string_equal(drtmon_html_word(tpm, "kind"), "virtual");
	assert_true(json_array_size(json_object_get(tpm, "algorithms")) > 10);
	assert_true(json_array_size(json_object_get(tpm, "banks")) > 0);
	assert_int_equal(json_array_size(json_object_get(tpm, "persistent_keys")), 0);
	assert_true(json_is_array(json_object_get(tpm, "nv_indices")));
	assert_true(json_is_true(drtmon_html_get(tpm, "random.answers")));
	assert_true(json_is_false(drtmon_html_get(tpm, "lockout.locked")));
	assert_true(json_is_integer(drtmon_html_get(tpm, "lockout.max_tries")));
	assert_true(json_is_false(drtmon_html_get(tpm, "ownership.owner_auth_set")));
	assert_true(json_is_false(drtmon_html_get(tpm, "ek_certificate")));
	json_decref(tpm);
	memset(&info, 0, sizeof(info));
	drtmon_tpm_info_ask(&info, "device:/dev/nosuch");
	assert_string_not_equal(info.why, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_luks),	 T(test_bound), cmocka_unit_test(test_kind),
		cmocka_unit_test(test_recovery), T(test_ppi),	T(test_swtpm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
