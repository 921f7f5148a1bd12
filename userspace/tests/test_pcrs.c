// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/hex.h"
#include "lib/pcrs.h"

#define ONES20 "ffffffffffffffffffffffffffffffffffffffff"
#define ZERO20 "0000000000000000000000000000000000000000"
#define MIX20  "000102030405060708090a0b0c0d0e0f10111213"
#define MIX32  MIX20 "1415161718191a1b1c1d1e1f"

static int parse(struct drtmon_pcrs *pcrs, const char *text)
{
	struct drtmon_err err = { 0 };
	int ret;

	memset(pcrs, 0, sizeof(*pcrs));
	ret = drtmon_pcrs_parse(pcrs, text, strlen(text), &err);
	assert_int_equal(ret < 0, err.code < 0);
	assert_int_equal(ret < 0, err.msg[0] != '\0');
	return ret;
}

static void expect(const struct drtmon_pcrs *pcrs, const char *bank, uint32_t index,
		   const char *hex)
{
	const struct drtmon_alg *alg = drtmon_alg_by_name(bank, strlen(bank));
	const uint8_t *value = drtmon_pcrs_get(pcrs, alg, index);
	char got[2 * DRTMON_ALG_DIGEST_MAX + 1];

	assert_non_null(value);
	assert_string_equal(drtmon_hex_encode(got, value, alg->size), hex);
}

static void test_forms(void **state)
{
	struct drtmon_pcrs pcrs;

	assert_int_equal(parse(&pcrs, "{\"sha1\":{\"0\":\"" MIX20 "\"},"
				      "\"SHA256\":{\"23\":\"" MIX32 "\"},\"odd\":{}}"),
			 2);
	expect(&pcrs, "sha1", 0, MIX20);
	expect(&pcrs, "sha256", 23, MIX32);
	assert_int_equal(parse(&pcrs, "{\"schema\":1,\"pcrs\":{\"sha1\":{\"7\":\"" MIX20 "\"}}}"),
			 1);
	expect(&pcrs, "sha1", 7, MIX20);
	assert_int_equal(parse(&pcrs, "  sha1:\r\n    0 : 0x" MIX20 "\r\n  sha256:\n"
				      "    10: 0x" MIX32 "\n"),
			 2);
	expect(&pcrs, "sha256", 10, MIX32);
	assert_int_equal(parse(&pcrs,
			       "pcr-sha1/3: " MIX20 "\n/sys/class/tpm/tpm0/pcr-sha256/4:" MIX32
			       "\n# comment\n\npcr-sha256/5=" MIX32 "\n"
			       "pcr-sha256/6 " MIX32),
			 4);
	expect(&pcrs, "sha1", 3, MIX20);
	expect(&pcrs, "sha256", 4, MIX32);
	assert_int_equal(parse(&pcrs, "PCR-09: 00 01 02 03 04 05 06 07 08 09 "
				      "0A 0B 0C 0D 0E 0F 10 11 12 13 \n"),
			 1);
	expect(&pcrs, "sha1", 9, MIX20);
	/* tpm2-tools 3 puts a blank before the colon; Windows a mark before the text. */
	assert_int_equal(parse(&pcrs, "\xef\xbb\xbf\tsha256 :\r\n\t11\t:\t0X" MIX32 " \r\n"), 1);
	expect(&pcrs, "sha256", 11, MIX32);
	/* drtmon's own answer of one TPM; a word before "pcr-" that is no path. */
	assert_int_equal(parse(&pcrs, "{\"chips\":[{\"name\":\"tpm0\",\"pcrs\":{\"sha1\":"
				      "{\"2\":\"" MIX20 "\"}}}]}"),
			 1);
	expect(&pcrs, "sha1", 2, MIX20);
	assert_int_equal(parse(&pcrs, "a_bank_with_a_long_name:\n 0 : 0x00\nsha1:\n1=" MIX20), 1);
	assert_int_equal(parse(&pcrs, "sha1:\n 0x-pcr-1"), -EINVAL);
	/* A bank nobody knows is skipped, its values with it. */
	assert_int_equal(parse(&pcrs, "  md5:\n    0 : 0x00\n  sha1:\n    0 : 0x" MIX20 "\n"), 1);
	assert_int_equal(parse(&pcrs, ""), 0);
	assert_int_equal(parse(&pcrs, "  sha1:\n"), 0);
}

/* What the tools print around the values is passed over, by its name and no other. */
static void test_quotes(void **state)
{
	struct drtmon_pcrs pcrs;

	assert_int_equal(parse(&pcrs, "quoted: ff54434780180022\nsignature:\n  alg: rsassa\n"
				      "  sig: 00112233\npcrs:\n  sha1:\n    10: 0x" MIX20 "\n"
				      "  sha256:\n    0 : 0x" MIX32 "\ncalcDigest: " MIX32 "\n"),
			 2);
	expect(&pcrs, "sha1", 10, MIX20);
	expect(&pcrs, "sha256", 0, MIX32);
	assert_int_equal(parse(&pcrs, "pcrs:\n  sha1:\n    10 : 0x" MIX20 "\nsig: 0011\n"), 1);
	assert_int_equal(parse(&pcrs, "selected-pcrs:\n  - sha1: [ 0, 1 ]\n  - sha256: [ ]\n"
				      "sha1:\n 1 : " MIX20 "\n"),
			 1);
	expect(&pcrs, "sha1", 1, MIX20);
	assert_int_equal(parse(&pcrs, "sha1:\n - sha1: [ 0 ]\n"), -EINVAL);
	assert_int_equal(parse(&pcrs, "selected-pcrs:\n - sha1: [ 0\n"), -EINVAL);
	assert_int_equal(parse(&pcrs, "selected-pcrs:\n - sha1\n"), -EINVAL);
	assert_int_equal(parse(&pcrs, "selected-pcrs:\nsha1:\n - sha1: [ 0 ]\n"), -EINVAL);
	assert_int_equal(parse(&pcrs, "sha1:\n 1 : " MIX20 "\nsigs: 00\n"), -EINVAL);
	/* A value behind them is of no bank. */
	assert_int_equal(parse(&pcrs, "sha1:\nsig: 00\n 1 : " MIX20 "\n"), -EINVAL);
	assert_int_equal(parse(&pcrs, "sha1:\n 1 : " MIX20 "\nsignature:\n 2 : 00\n"), -EINVAL);
}

/* Numbers and banks as people and other tools write them. */
static void test_spellings(void **state)
{
	struct drtmon_pcrs pcrs;

	assert_int_equal(parse(&pcrs, "SHA-256:\nPCR_10: " MIX32 "\nPCR11: " MIX32
				      "\nPCR 12: " MIX32 "\npcr-13 = " MIX32 "\n"),
			 4);
	expect(&pcrs, "sha256", 10, MIX32);
	expect(&pcrs, "sha256", 11, MIX32);
	expect(&pcrs, "sha256", 12, MIX32);
	expect(&pcrs, "sha256", 13, MIX32);
	assert_int_equal(parse(&pcrs, "SHA-1:\n 0: " MIX20 "\nSHA3-256:\n 0: " MIX32
				      "\nSM3-256:\n 0: " MIX32 "\npcr-sha-1/4: " MIX20),
			 4);
	expect(&pcrs, "sha1", 0, MIX20);
	expect(&pcrs, "sha3_256", 0, MIX32);
	expect(&pcrs, "sm3_256", 0, MIX32);
	expect(&pcrs, "sha1", 4, MIX20);
	/* Where nothing names a bank it is TPM 1.2's. */
	assert_int_equal(parse(&pcrs, "PCR_10: " MIX20), 1);
	expect(&pcrs, "sha1", 10, MIX20);
	assert_int_equal(parse(&pcrs, "PCR_10: " MIX32), -EINVAL);
	assert_int_equal(parse(&pcrs, "sha1:\nPCR 32: " MIX20), -EINVAL);
	assert_int_equal(parse(&pcrs, "sha1:\nPCR 10:"), -EINVAL);
	assert_int_equal(parse(&pcrs, "sha1:\nPCR__10: " MIX20), -EINVAL);
	assert_int_equal(parse(&pcrs, "sha1:\nPCR 10x: " MIX20), -EINVAL);
}

/* Headings of tpm2_listpcrs and of systemd-analyze's table. */
static void test_headings(void **state)
{
	struct drtmon_pcrs pcrs;

	assert_int_equal(parse(&pcrs, "Bank/Algorithm: TPM_ALG_SHA1(0x0004)\n"
				      "PCR_00: 00 01 02 03 04 05 06 07 08 09 "
				      "0a 0b 0c 0d 0e 0f 10 11 12 13\n\n"
				      "Bank/Algorithm: TPM_ALG_SHA256(0x000b)\nPCR_23: " MIX32
				      "\nBank/Algorithm: SM3_256\nPCR_23: " MIX32),
			 3);
	expect(&pcrs, "sha1", 0, MIX20);
	expect(&pcrs, "sha256", 23, MIX32);
	expect(&pcrs, "sm3_256", 23, MIX32);
	assert_int_equal(parse(&pcrs, "Bank/Algorithm: TPM_ALG_SHA9(0x0004)\nPCR_00: " MIX20),
			 -EINVAL);
	assert_int_equal(parse(&pcrs, "Bank/Algorithm:\nPCR_00: " MIX20), -EINVAL);
	assert_int_equal(parse(&pcrs, "NR NAME                SHA256\n 0 platform-code       " MIX32
				      "\n 1 -                   " MIX32 "\n"
				      "10 kernel-ima          " MIX32 "\nsha1:\n 1 : " MIX20),
			 4);
	expect(&pcrs, "sha256", 0, MIX32);
	expect(&pcrs, "sha256", 1, MIX32);
	expect(&pcrs, "sha256", 10, MIX32);
	expect(&pcrs, "sha1", 1, MIX20);
	assert_int_equal(parse(&pcrs, "NR NAME SHA1\n 0 platform-code " MIX32), -EINVAL);
	assert_int_equal(parse(&pcrs, "NR NAME SHA1\n 0 platform-code\n"), -EINVAL);
	assert_int_equal(parse(&pcrs, "NR NAME\n 0 platform-code\n"), -EINVAL);
	assert_int_equal(parse(&pcrs, "sha1:\n 0 platform-code " MIX20), -EINVAL);
}

static void refused(const char *text, const char *why)
{
	struct drtmon_pcrs pcrs = { 0 };
	struct drtmon_err err = { 0 };

	assert_int_equal(drtmon_pcrs_parse(&pcrs, text, strlen(text), &err), -EINVAL);
	if (!strstr(err.msg, why))
		fail_msg("not \"%s\" but \"%s\"", why, err.msg);
}

#define SYS(tpm, n) "/sys/class/tpm/" tpm "/pcr-sha1/" n ":"

/* What is there twice says the same twice, and all of it is of one TPM. */
static void test_contradictory(void **state)
{
	struct drtmon_pcrs pcrs;

	assert_int_equal(parse(&pcrs, "sha1:\n 0 : " MIX20 "\n 0 : 0x" MIX20), 2);
	refused("sha1:\n  0 : 0x" ZERO20 "\n  0 : 0x" MIX20 "\n",
		"line 3: PCR 0 of bank sha1 has another value above");
	refused("sha1:\n 0 : " ZERO20 "\nsha256:\n 0 : " MIX32 "\nSHA-1:\n 0 : " MIX20,
		"line 6: PCR 0 of bank sha1");
	refused("PCR-00: " ZERO20 "\nPCR-00: " MIX20, "line 2: PCR 0 of bank sha1");
	refused("pcr-sha1/3: " ZERO20 "\n" SYS("tpm0", "3") MIX20, "line 2: PCR 3 of bank sha1");
	assert_int_equal(parse(&pcrs, SYS("tpm0", "1") MIX20 "\n" SYS("tpm0", "2") ZERO20
			       "\npcr-sha1/3:" MIX20),
			 3);
	refused(SYS("tpm0", "1") MIX20 "\n" SYS("tpm1", "2") MIX20,
		"line 2 is of tpm1, those above are of tpm0");
	refused("tpm1/pcr-sha1/1: " MIX20 "\ntpm10/pcr-sha1/2: " MIX20, "line 2 is of tpm10");
	/* Another directory is no other TPM. */
	assert_int_equal(parse(&pcrs, "a/pcr-sha1/1: " MIX20 "\nb/pcr-sha1/2: " MIX20), 2);
}

/* A bank or PCR of which a tool has no value is absent; systemd lists by PCR. */
static void test_json_forms(void **state)
{
	static const char *const bad[] = {
		"[{\"sha1\":\"" MIX20 "\"}]",
		"[{\"nr\":\"10\",\"sha1\":\"" MIX20 "\"}]",
		"[{\"nr\":-1,\"sha1\":\"" MIX20 "\"}]",
		"[{\"nr\":32,\"sha1\":\"" MIX20 "\"}]",
		"[{\"nr\":4294967306,\"sha1\":\"" MIX20 "\"}]",
		"[{\"nr\":10,\"sha1\":\"" MIX32 "\"}]",
		"[{\"nr\":10,\"sha1\":1}]",
		"[{\"nr\":1,\"sha1\":\"" MIX20 "\"},{\"nr\":1,\"sha1\":\"" ZERO20 "\"}]",
		"[7]",
		"[{\"nr\":10",
		"{\"sha1\":{\"x\":null}}",
	};
	struct drtmon_pcrs pcrs;
	size_t i;

	assert_int_equal(parse(&pcrs, "{\"sha1\":{\"10\":\"" MIX20 "\",\"11\":null},"
				      "\"sha256\":null}"),
			 1);
	expect(&pcrs, "sha1", 10, MIX20);
	assert_null(drtmon_pcrs_get(&pcrs, drtmon_alg_by_name("sha1", 4), 11));
	assert_int_equal(parse(&pcrs, "{\"sha1\":null}"), 0);
	assert_int_equal(parse(&pcrs, " [{\"nr\":10,\"name\":\"ima\",\"sha1\":\"" MIX20 "\","
				      "\"SHA-256\":\"" MIX32 "\"},{\"nr\":11,\"sha1\":null}]"),
			 2);
	expect(&pcrs, "sha1", 10, MIX20);
	expect(&pcrs, "sha256", 10, MIX32);
	assert_int_equal(parse(&pcrs, "[]"), 0);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(parse(&pcrs, bad[i]), -EINVAL);
}

static void test_refused(void **state)
{
	static const char *const bad[] = {
		"hello",
		"{\"sha1\":{\"0\":\"" MIX20 "\"}",
		"{\"sha1\":{\"0\":\"" MIX32 "\"}}",
		"{\"sha1\":{\"x\":\"" MIX20 "\"}}",
		"{\"sha1\":{\"32\":\"" MIX20 "\"}}",
		"{\"sha1\":{\"0\":1}}",
		"{\"sha1\":[]}",
		"{\"sha1\":{\"0\":\"" MIX20 "\",\"0\":\"" MIX20 "\"}}",
		"0 : 0x" MIX20,
		"sha1:\n 32 : 0x" MIX20,
		"sha1:\n 0 : 0x" MIX32,
		"sha1:\n 0 :",
		"sha1:\n what",
		"pcr-sha1/: " MIX20,
		"{\"chips\":[]}",
		"{\"chips\":[{\"pcrs\":{}},{\"pcrs\":{}}]}",
		"{\"sha1\":{\"\":\"" MIX20 "\"}}",
		"{\"sha1\":{\"1x\":\"" MIX20 "\"}}",
		"sha1:\n 0 : 0x" MIX32 MIX32 MIX32 MIX32 MIX32,
		"sha1:\n 12345 : 0x" MIX20,
		"pcr-sha512/0: " MIX32 MIX32 MIX32 MIX32,
		/* A value that is not taken is never passed over in silence. */
		"sha1:\n 0 : 0x" MIX20 "\nnotes of host b:\nPCR_1: " MIX20,
		"sha1:\n 0 : 0x" MIX20 "\npcrs: 1: " MIX20,
		"{\"sha1\":{\"0\":\"" MIX20 "\"},\"SHA-1\":{\"0\":\"" MIX20 "\"}}",
		"{\"sha1\":{\"0\":\"" MIX20 "\",\"00\":\"" MIX20 "\"}}",
	};
	struct drtmon_pcrs pcrs;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(parse(&pcrs, bad[i]), -EINVAL);
}

static void test_json(void **state)
{
	struct drtmon_pcrs pcrs;
	json_t *obj;

	parse(&pcrs, "sha1:\n 3 : 0x" MIX20);
	obj = drtmon_pcrs_json(&pcrs);
	assert_string_equal(json_string_value(json_object_get(json_object_get(obj, "sha1"), "3")),
			    MIX20);
	json_decref(obj);
}

static void test_drtm(void **state)
{
	struct drtmon_pcrs pcrs;

	parse(&pcrs, "sha1:\n 17 : " ONES20 "\n 18 : " ZERO20 "\n 19 : " MIX20 "\n 20 : " ONES20
		     "\nsha256:\n 20 : " MIX32);
	assert_int_equal(drtmon_pcrs_drtm(&pcrs, 17), DRTMON_PCRS_DRTM_NONE);
	assert_int_equal(drtmon_pcrs_drtm(&pcrs, 18), DRTMON_PCRS_DRTM_RESET);
	assert_int_equal(drtmon_pcrs_drtm(&pcrs, 19), DRTMON_PCRS_DRTM_MEASURED);
	assert_int_equal(drtmon_pcrs_drtm(&pcrs, 20), DRTMON_PCRS_DRTM_CONTRADICTORY);
	assert_int_equal(drtmon_pcrs_drtm(&pcrs, 21), DRTMON_PCRS_DRTM_UNKNOWN);
}

/* PCR 17 and another, in two banks: F all ones, 0 all zero, m measured. */
static unsigned int belied(const char *pcr17, unsigned int pcr, const char *other, bool sinit)
{
	static const char *const banks[] = { "sha1", "sha256" };
	uint8_t value[2][DRTMON_ALG_DIGEST_MAX];
	struct drtmon_pcrs pcrs = { 0 };
	size_t i;

	for (i = 0; i < 2; i++) {
		const struct drtmon_alg *alg = drtmon_alg_by_name(banks[i], strlen(banks[i]));

		memset(value[0], pcr17[i] == 'F' ? 0xff : 0, sizeof(value[0]));
		memset(value[1], other[i] == 'F' ? 0xff : 0, sizeof(value[1]));
		value[0][3] |= pcr17[i] == 'm' ? 0x5a : 0;
		value[1][3] |= other[i] == 'm' ? 0x5a : 0;
		drtmon_pcrs_set(&pcrs, alg, 17, value[0]);
		drtmon_pcrs_set(&pcrs, alg, pcr, value[1]);
	}
	if (drtmon_pcrs_drtm(&pcrs, 17) == DRTMON_PCRS_DRTM_CONTRADICTORY)
		return 17;
	return drtmon_pcrs_belied(&pcrs, sinit);
}

/* A launcher that knows one bank leaves the others of 19 to 22 at zero. */
static void test_one_bank(void **state)
{
	unsigned int pcr;

	(void)state;
	for (pcr = 19; pcr <= 22; pcr++) {
		assert_int_equal(belied("mm", pcr, "0m", true), 0);
		assert_int_equal(belied("mm", pcr, "m0", false), 0);
		assert_int_equal(belied("mm", pcr, "Fm", false), pcr);
		assert_int_equal(belied("mm", pcr, "0F", false), pcr);
		assert_int_equal(belied("FF", pcr, "0m", false), pcr);
	}
	assert_int_equal(belied("mm", 18, "0m", false), 0);
	assert_int_equal(belied("mm", 18, "0m", true), 18);
	assert_int_equal(belied("mm", 18, "00", true), 0);
	assert_int_equal(belied("mm", 18, "F0", false), 18);
	assert_int_equal(belied("00", 18, "0m", false), 18);
	assert_int_equal(belied("0m", 18, "mm", false), 17);
}

static void test_limits(void **state)
{
	uint8_t value[DRTMON_ALG_DIGEST_MAX] = { 0 };
	struct drtmon_pcrs pcrs = { 0 };
	const struct drtmon_alg *alg;
	size_t i;

	for (i = 0; (alg = drtmon_alg_at(i)); i++)
		assert_int_equal(drtmon_pcrs_set(&pcrs, alg, 31, value),
				 i < DRTMON_PCRS_BANKS ? 0 : -ENOSPC);
	assert_int_equal(drtmon_pcrs_set(&pcrs, drtmon_alg_at(0), 32, value), -ERANGE);
	assert_null(drtmon_pcrs_get(&pcrs, drtmon_alg_at(0), 30));
	assert_null(drtmon_pcrs_get(&pcrs, NULL, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),	      cmocka_unit_test(test_refused),
		cmocka_unit_test(test_json),	      cmocka_unit_test(test_drtm),
		cmocka_unit_test(test_limits),	      cmocka_unit_test(test_quotes),
		cmocka_unit_test(test_spellings),     cmocka_unit_test(test_json_forms),
		cmocka_unit_test(test_one_bank),      cmocka_unit_test(test_headings),
		cmocka_unit_test(test_contradictory),
	};

	return cmocka_run_group_tests_name("pcrs", tests, NULL, NULL);
}
