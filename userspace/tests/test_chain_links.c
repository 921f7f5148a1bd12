// SPDX-License-Identifier: GPL-2.0-or-later
/* One link after the other is broken: the chain has to name exactly that one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/chain_case.h"
#include "tests/chain_break.h"
#include "tests/txt_case.h"

static void judge(struct drtmon_chain *chain, const struct txt_case *c)
{
	struct drtmon_evidence ev;

	case_evidence(&ev, c);
	drtmon_chain_judge(chain, &ev);
	drtmon_evidence_free(&ev);
}

static void expect_case(const struct txt_case *c, enum drtmon_chain_verdict verdict, int broken)
{
	struct drtmon_chain chain;
	unsigned int i;

	judge(&chain, c);
	if (chain.verdict != verdict || (int)chain.broken != broken)
		print_error("%s: %s\n", drtmon_chain_verdict_name(chain.verdict), chain.reason);
	assert_string_equal(drtmon_chain_verdict_name(chain.verdict),
			    drtmon_chain_verdict_name(verdict));
	assert_int_equal(chain.broken, broken);
	assert_true(chain.reason[0]);
	for (i = 0; i < DRTMON_LINKS; i++) {
		assert_true(chain.link[i].evidence[0]);
		assert_non_null(chain.link[i].why);
		assert_true(chain.link[i].state != DRTMON_LINK_BROKEN || chain.link[i].fix[0]);
	}
}

#define MEASURED      DRTMON_CHAIN_MEASURED
#define NOT_LAUNCHED  DRTMON_CHAIN_NOT_LAUNCHED
#define FAILED	      DRTMON_CHAIN_FAILED
#define CONTRADICTORY DRTMON_CHAIN_CONTRADICTORY
#define UNSUPPORTED   DRTMON_CHAIN_UNSUPPORTED
#define UNKNOWN	      DRTMON_CHAIN_UNKNOWN
#define NONE	      DRTMON_LINKS

static const struct {
	const char *name;
	void (*change)(struct txt_case *c);
	enum drtmon_chain_verdict verdict;
	int broken;
} cases[] = {
	{ "all agrees", break_nothing, MEASURED, NONE },
	{ "no SMX, launched", break_cpu, CONTRADICTORY, DRTMON_LINK_CPU_SMX },
	{ "no SMX", break_cpu_off, UNSUPPORTED, DRTMON_LINK_CPU_SMX },
	{ "BIOS locked TXT off", break_feature, NOT_LAUNCHED, DRTMON_LINK_BIOS_FEATURE_CONTROL },
	{ "BIOS did not lock", break_feature_unlocked, NOT_LAUNCHED,
	  DRTMON_LINK_BIOS_FEATURE_CONTROL },
	{ "SENTER disabled, launched", break_feature_launched, CONTRADICTORY,
	  DRTMON_LINK_BIOS_FEATURE_CONTROL },
	{ "window all ones", break_window_ones, UNSUPPORTED, DRTMON_LINK_TXT_WINDOW },
	{ "window all zero", break_window_zero, UNSUPPORTED, DRTMON_LINK_TXT_WINDOW },
	{ "no window, PCR 17 measured", break_window_measured, CONTRADICTORY,
	  DRTMON_LINK_TXT_WINDOW },
	{ "startup ACM not authentic", break_acm_auth, NOT_LAUNCHED, DRTMON_LINK_ACM_STARTUP },
	{ "TXT disabled by policy", break_acm_policy, NOT_LAUNCHED, DRTMON_LINK_ACM_STARTUP },
	{ "BIOS ACM error", break_acm_status, NOT_LAUNCHED, DRTMON_LINK_ACM_STARTUP },
	{ "HEAP.BASE 0", break_heap_base, NOT_LAUNCHED, DRTMON_LINK_BIOS_HEAP },
	{ "HEAP.BASE 0, STS 3", break_heap_sts3, NOT_LAUNCHED, DRTMON_LINK_BIOS_HEAP },
	{ "HEAP.BASE 0, STS 1", break_heap_sts1, NOT_LAUNCHED, DRTMON_LINK_BIOS_HEAP },
	{ "SINIT.BASE 0", break_sinit, CONTRADICTORY, DRTMON_LINK_BIOS_HEAP },
	{ "DPR open", break_dpr, CONTRADICTORY, DRTMON_LINK_BIOS_HEAP },
	{ "DPR elsewhere", break_dpr_elsewhere, CONTRADICTORY, DRTMON_LINK_BIOS_HEAP },
	{ "BiosData of size 7", break_bios_data, CONTRADICTORY, DRTMON_LINK_BIOS_HEAP },
	{ "heap in System RAM", break_heap_ram, CONTRADICTORY, DRTMON_LINK_BIOS_HEAP },
	{ "TPM absent", break_tpm_absent, CONTRADICTORY, DRTMON_LINK_TPM },
	{ "TPM hidden", break_tpm_hidden, CONTRADICTORY, DRTMON_LINK_TPM },
	{ "TPM driver failed", break_tpm_driver, UNKNOWN, DRTMON_LINK_TPM },
	{ "TPM disabled", break_tpm_disabled, CONTRADICTORY, DRTMON_LINK_TPM },
	{ "TPM deactivated", break_tpm_deactivated, CONTRADICTORY, DRTMON_LINK_TPM },
	{ "TPM of the wrong family", break_tpm_version, FAILED, DRTMON_LINK_TPM },
	{ "no AUX", break_nv_aux, NOT_LAUNCHED, DRTMON_LINK_TPM_NV },
	{ "PS required", break_nv_ps, FAILED, DRTMON_LINK_TPM_NV },
	{ "no DMAR", break_dma_dmar, NOT_LAUNCHED, DRTMON_LINK_DMA },
	{ "IOMMU left on", break_dma_remapping, FAILED, DRTMON_LINK_DMA },
	{ "PMR not aligned", break_dma_pmr, CONTRADICTORY, DRTMON_LINK_DMA },
	{ "no launcher", break_launcher, NOT_LAUNCHED, DRTMON_LINK_LAUNCHER },
	{ "no launcher, no heap", break_launcher_no_heap, NOT_LAUNCHED, DRTMON_LINK_LAUNCHER },
	{ "not launched", break_senter, NOT_LAUNCHED, DRTMON_LINK_SENTER },
	{ "left again", break_senter_left, CONTRADICTORY, DRTMON_LINK_SENTER },
	{ "SENTER and SEXIT", break_senter_both, CONTRADICTORY, DRTMON_LINK_SENTER },
	{ "SINIT refused", break_senter_code, FAILED, DRTMON_LINK_SENTER },
	{ "processor refused", break_senter_processor, FAILED, DRTMON_LINK_SENTER },
	{ "error, launched", break_senter_code_launched, CONTRADICTORY, DRTMON_LINK_SENTER },
	{ "TXT reset", break_senter_ests, FAILED, DRTMON_LINK_SENTER },
	{ "SINIT's word of success", success_code, MEASURED, NONE },
	{ "PCR 17 ones", break_pcr17_ones, CONTRADICTORY, DRTMON_LINK_PCR17 },
	{ "PCR 17 zero", break_pcr17_zero, CONTRADICTORY, DRTMON_LINK_PCR17 },
	{ "PCR 18 ones", break_pcr18_ones, CONTRADICTORY, DRTMON_LINK_PCR17 },
	{ "PCR 19 to 22 ones", break_pcr19_ones, CONTRADICTORY, DRTMON_LINK_PCR17 },
	{ "PCR 19 to 22 zero", pcr19_zero, MEASURED, NONE },
	{ "only PCR 19 to 22 reset", break_pcr19_reset, CONTRADICTORY, DRTMON_LINK_PCR17 },
	{ "banks disagree", break_pcr17_banks, CONTRADICTORY, DRTMON_LINK_PCR17 },
	{ "PCR 19 in one bank", pcr19_one_bank, MEASURED, NONE },
	{ "PCR 18 in one bank", break_pcr18_one_bank, CONTRADICTORY, DRTMON_LINK_PCR17 },
	{ "log against PCR 17", break_log_pcr17, CONTRADICTORY, DRTMON_LINK_EVENT_LOG },
	{ "log against PCR 18", break_log_pcr18, CONTRADICTORY, DRTMON_LINK_EVENT_LOG },
	{ "log changed", break_log_record, CONTRADICTORY, DRTMON_LINK_EVENT_LOG },
	{ "log wiped", break_log_wiped, CONTRADICTORY, DRTMON_LINK_EVENT_LOG },
	{ "log outside itself", break_log_geometry, CONTRADICTORY, DRTMON_LINK_EVENT_LOG },
	{ "log ahead of the TPM", break_log_ahead, CONTRADICTORY, DRTMON_LINK_EVENT_LOG },
	{ "no log", no_log, MEASURED, NONE },
	{ "log out of reach", log_elsewhere, UNKNOWN, NONE },
	{ "log of another bank", log_other_bank, UNKNOWN, NONE },
	{ "PCR 17 of a bank that the log lacks", log_other_bank_17, UNKNOWN, NONE },
	{ "PCR 18 zero and not in the log", log_zero_18, UNKNOWN, NONE },
	{ "PCR 18 not compared", log_17_only, MEASURED, NONE },
	{ "a bank that the log lacks", log_uncovered_bank, MEASURED, NONE },
	{ "log explains PCR 19", log_later, MEASURED, NONE },
	{ "log longer than its mark explains PCR 19", log_later_appended, MEASURED, NONE },
	{ "log ahead of PCR 19", break_log_later_ahead, CONTRADICTORY, DRTMON_LINK_EVENT_LOG },
	{ "PCR 19 extended by nobody knows whom", log_later_extended, UNKNOWN, NONE },
	{ "PCR 19 in the log, and zero", log_later_zero, UNKNOWN, NONE },
	{ "PCR 20 reset and extended again", log_later_again, UNKNOWN, NONE },
	{ "log longer than its mark", log_appended, MEASURED, NONE },
	{ "log longer than its mark, PCR 19 extended", log_appended_later, UNKNOWN, NONE },
	{ "log longer than its mark against PCR 18", break_log_appended_later, CONTRADICTORY,
	  DRTMON_LINK_EVENT_LOG },
	{ "log longer than its mark by a cap", break_log_appended_cap, CONTRADICTORY,
	  DRTMON_LINK_EVENT_LOG },
	{ "only registers and PCRs", only_registers, MEASURED, NONE },
	{ "only registers", registers_no_pcrs, UNKNOWN, NONE },
	{ "nothing", empty, UNKNOWN, NONE },
	{ "one byte", one_byte, UNKNOWN, NONE },
	{ "8 bytes of zeros, no launch", window_zero_8, NOT_LAUNCHED, DRTMON_LINK_PCR17 },
	{ "8 bytes of ones", window_ones_8, UNKNOWN, NONE },
	{ "ones up to DIDVID, PCR 17 measured", window_ones_measured, UNKNOWN, NONE },
	{ "window cut before the heap", window_to_sts, UNKNOWN, NONE },
	{ "only PCRs", only_pcrs, UNKNOWN, NONE },
	{ "only PCRs, no launch", only_pcrs_ones, NOT_LAUNCHED, DRTMON_LINK_PCR17 },
	{ "only registers, TXT off", registers_off, NOT_LAUNCHED, DRTMON_LINK_BIOS_HEAP },
	{ "laboratory", lab, MEASURED, NONE },
	{ "laboratory without a window", lab_no_window, UNSUPPORTED, DRTMON_LINK_TXT_WINDOW },
	{ "guest with a launched TPM", guest_launched_tpm, CONTRADICTORY, DRTMON_LINK_CPU_SMX },
	{ "guest", guest, UNSUPPORTED, DRTMON_LINK_CPU_SMX },
	{ "AMD, PCR 17 measured, no log", amd, UNKNOWN, NONE },
	{ "AMD, PCR 18 and 19 in one bank", amd_one_bank, UNKNOWN, NONE },
	{ "AMD, not launched", amd_ones, NOT_LAUNCHED, DRTMON_LINK_PCR17 },
	{ "AMD, SVM disabled", amd_disabled, NOT_LAUNCHED, DRTMON_LINK_BIOS_FEATURE_CONTROL },
	{ "AMD, no SKINIT", amd_without, UNSUPPORTED, DRTMON_LINK_CPU_SMX },
};

static void test_case(void **state)
{
	size_t i = (size_t)*state;
	static struct txt_case c;

	case_good(&c);
	cases[i].change(&c);
	expect_case(&c, cases[i].verdict, cases[i].broken);
}

static void test_runtime_extend(void **state)
{
	static struct txt_case c;
	struct drtmon_chain chain;
	uint8_t digest[32];
	char hex[65], events[512];

	(void)state;
	case_good(&c);
	sha256("runtime", 7, NULL, 0, digest);
	sha256(c.pcr[0], 32, digest, 32, c.pcr[0]);
	expect_case(&c, CONTRADICTORY, DRTMON_LINK_EVENT_LOG);
	snprintf(events, sizeof(events),
		 "{\"seq\":1,\"kind\":\"pcr-extend\",\"pcr\":17,\"rc\":\"0x0\","
		 "\"digests\":{\"sha256\":\"%s\"}}\n",
		 drtmon_hex_encode(hex, digest, 32));
	c.events = events;
	judge(&chain, &c);
	assert_string_equal(drtmon_chain_verdict_name(chain.verdict), "measured");
	assert_int_equal(chain.link[DRTMON_LINK_EVENT_LOG].state, DRTMON_LINK_WARNING);
}

static void log_is(const struct txt_case *c, enum drtmon_case_log log, const char *text)
{
	struct drtmon_evidence ev;
	struct drtmon_case decoded;

	case_evidence(&ev, c);
	drtmon_case_init(&decoded, &ev, false);
	assert_int_equal(decoded.log, log);
	assert_non_null(strstr(decoded.log_text, text));
	assert_int_equal(drtmon_case_log_failed(&decoded), log == DRTMON_CASE_LOG_LATER);
	drtmon_case_free(&decoded);
	drtmon_evidence_free(&ev);
}

/* Which reading is kept, and what it says of each PCR. */
static void test_later_words(void **state)
{
	static struct txt_case c;

	(void)state;
	case_good(&c);
	log_appended_later(&c);
	log_is(&c, DRTMON_CASE_LOG_LATER,
	       "sha256 PCR 17: match, sha256 PCR 18: match, sha256 PCR 19: mismatch");
	case_good(&c);
	log_later_again(&c);
	log_is(&c, DRTMON_CASE_LOG_LATER, "sha256 PCR 20: log-ahead");
	case_good(&c);
	log_later_cut(&c);
	log_is(&c, DRTMON_CASE_LOG_TRUNCATED, "sha256 PCR 19: truncated");
}

/* Nothing is known of PCR 17, but the one PCR that was compared is not the log's. */
static void test_later_alone(void **state)
{
	static struct txt_case c;

	(void)state;
	case_good(&c);
	log_later_alone(&c);
	log_is(&c, DRTMON_CASE_LOG_LATER, "sha256 PCR 19: mismatch");
}

/* The launched system's own PCRs: what it extends later is its business, if it is seen. */
static void test_runtime_later(void **state)
{
	static struct txt_case c;
	struct drtmon_chain chain;
	uint8_t digest[32];
	char hex[65], events[512];

	(void)state;
	case_good(&c);
	log_later_extended(&c);
	judge(&chain, &c);
	assert_int_equal(chain.link[DRTMON_LINK_EVENT_LOG].state, DRTMON_LINK_WARNING);
	assert_non_null(strstr(chain.reason, "sha256 PCR 18: match, sha256 PCR 19: mismatch"));
	assert_null(strstr(chain.reason, "explains it"));
	sha256("module", 6, NULL, 0, digest);
	snprintf(events, sizeof(events),
		 "{\"seq\":1,\"kind\":\"pcr-extend\",\"pcr\":19,\"rc\":\"0x0\","
		 "\"digests\":{\"sha256\":\"%s\"}}\n",
		 drtmon_hex_encode(hex, digest, 32));
	c.events = events;
	expect_case(&c, MEASURED, NONE);
}

static void judge_log(struct drtmon_chain *chain, const struct txt_case *c, const void *log,
		      size_t len)
{
	struct drtmon_evidence ev;

	case_evidence(&ev, c);
	case_item(&ev, DRTMON_ITEM_DRTM_LOG, log, len);
	drtmon_chain_judge(chain, &ev);
	drtmon_evidence_free(&ev);
}

/* A log of its own beside the heap: records only, a whole container, or another one. */
static void test_log_file(void **state)
{
	static struct txt_case c;
	struct drtmon_chain chain;

	(void)state;
	case_good(&c);
	memset(c.heap + CASE_LOG_AT, 0, CASE_LOG_SIZE);
	judge_log(&chain, &c, c.log, c.log_len);
	assert_string_equal(drtmon_chain_verdict_name(chain.verdict), "measured");
	judge_log(&chain, &c, c.log, sizeof(c.log));
	assert_string_equal(drtmon_chain_verdict_name(chain.verdict), "measured");
	/* As many zeros as there should be records. */
	judge_log(&chain, &c, c.heap + CASE_LOG_AT, c.log_len);
	assert_string_equal(drtmon_chain_verdict_name(chain.verdict), "contradictory");
	assert_int_equal(chain.broken, DRTMON_LINK_EVENT_LOG);
	c.heap_len = 0;
	judge_log(&chain, &c, c.log, sizeof(c.log));
	assert_string_equal(drtmon_chain_verdict_name(chain.verdict), "measured");
	/* Bytes of something else say nothing about the launch. */
	judge_log(&chain, &c, c.heap, 64);
	assert_string_equal(drtmon_chain_verdict_name(chain.verdict), "unknown");
	assert_non_null(strstr(chain.link[DRTMON_LINK_EVENT_LOG].evidence, "not recognised"));
	c.log[65 + 20] ^= 1;
	judge_log(&chain, &c, c.log, sizeof(c.log));
	assert_string_equal(drtmon_chain_verdict_name(chain.verdict), "contradictory");
}

static void expect_log(const struct drtmon_chain *chain, const char *verdict,
		       enum drtmon_link_state state, const char *says)
{
	const struct drtmon_link *link = &chain->link[DRTMON_LINK_EVENT_LOG];

	assert_string_equal(drtmon_chain_verdict_name(chain->verdict), verdict);
	assert_int_equal(link->state, state);
	if (!strstr(link->evidence, says))
		fail_msg("\"%s\" does not say \"%s\"", link->evidence, says);
}

static bool record_boundary(const struct txt_case *c, size_t len)
{
	size_t at = 65;

	while (at < len)
		at += 50 + c->log[at + 46] + 256u * c->log[at + 47];
	return at == len;
}

/* What is cut off may be what explains the PCRs: that is no mismatch. */
static void test_log_cut(void **state)
{
	static struct txt_case c;
	struct drtmon_chain chain;
	size_t len, heap_len;

	(void)state;
	case_good(&c);
	heap_len = c.heap_len;
	for (len = 8; len < c.log_len; len++) {
		/* The heap tells how long the log was; without it only the last record can. */
		c.heap_len = heap_len;
		memset(c.heap + CASE_LOG_AT, 0, CASE_LOG_SIZE);
		judge_log(&chain, &c, c.log, len);
		expect_log(&chain, "unknown", DRTMON_LINK_UNKNOWN, "cut off");
		c.heap_len = 0;
		if (record_boundary(&c, len))
			continue;
		judge_log(&chain, &c, c.log, len);
		expect_log(&chain, "unknown", DRTMON_LINK_UNKNOWN, "cut off");
	}
	case_good(&c);
	c.heap_len = CASE_LOG_AT + c.log_len - 1;
	judge(&chain, &c);
	expect_log(&chain, "unknown", DRTMON_LINK_UNKNOWN, "cut off");
}

/* All bytes are there, but a record among them makes no sense. */
static void test_log_malformed(void **state)
{
	static const size_t at[] = { 65 + 8, 65 + 46 };
	static struct txt_case c;
	struct drtmon_chain chain;
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		case_good(&c);
		put(c.heap + CASE_LOG_AT + at[i], 0xdead, 4);
		judge(&chain, &c);
		expect_log(&chain, "contradictory", DRTMON_LINK_BROKEN, "");
		assert_int_equal(chain.broken, DRTMON_LINK_EVENT_LOG);
	}
	/* In one that the heap does not vouch for, only a length can be a cut. */
	for (i = 0; i < 2; i++) {
		case_good(&c);
		put(c.log + at[i], 0xdead, 4);
		c.heap_len = 0;
		judge_log(&chain, &c, c.log, c.log_len);
		assert_string_equal(drtmon_chain_verdict_name(chain.verdict),
				    i ? "unknown" : "contradictory");
	}
}

/* Of a log without its beginning nothing can be replayed. */
static void test_log_headless(void **state)
{
	static struct txt_case c;
	struct drtmon_chain chain;

	(void)state;
	case_good(&c);
	c.heap_len = 0;
	judge_log(&chain, &c, c.log + 65 + 20, c.log_len - 65 - 20);
	expect_log(&chain, "unknown", DRTMON_LINK_UNKNOWN, "no beginning");
	judge_log(&chain, &c, c.log + 65, c.log_len - 65);
	expect_log(&chain, "unknown", DRTMON_LINK_UNKNOWN, "no beginning");
}

/* What was not compared is said, and PCR 18 not compared is no full explanation. */
static void test_log_partly(void **state)
{
	static struct txt_case c;
	struct drtmon_chain chain;
	const struct drtmon_link *link = &chain.link[DRTMON_LINK_EVENT_LOG];

	(void)state;
	case_good(&c);
	log_17_only(&c);
	judge(&chain, &c);
	assert_int_equal(link->state, DRTMON_LINK_WARNING);
	assert_non_null(strstr(link->evidence, "explains PCR 17; PCR 18 was not compared"));
	assert_non_null(strstr(chain.reason, "explains PCR 17 (PCR 18 was not compared)"));
	log_uncovered_bank(&c);
	judge(&chain, &c);
	assert_int_equal(link->state, DRTMON_LINK_OK);
	assert_non_null(strstr(link->evidence, "sha384 PCR 17: not-compared"));
	log_other_bank_17(&c);
	judge(&chain, &c);
	assert_int_equal(link->state, DRTMON_LINK_UNKNOWN);
}

static void test_json(void **state)
{
	static const char *const ids[] = { "cpu-smx",	 "bios-feature-control",
					   "txt-window", "acm-startup",
					   "bios-heap",	 "tpm",
					   "tpm-nv",	 "dma",
					   "launcher",	 "senter",
					   "pcr17",	 "event-log" };
	static struct txt_case c;
	struct drtmon_chain chain;
	struct drtmon_verdict answer;
	json_t *doc, *link;
	size_t i;

	(void)state;
	case_good(&c);
	judge(&chain, &c);
	doc = drtmon_chain_json(&chain);
	assert_int_equal(json_integer_value(json_object_get(doc, "schema")), 1);
	assert_string_equal(json_string_value(json_object_get(doc, "verdict")), "measured");
	assert_true(json_is_null(json_object_get(doc, "broken_link")));
	assert_string_equal(json_string_value(json_object_get(doc, "tpm")), "present");
	assert_int_equal(json_array_size(json_object_get(doc, "links")), DRTMON_LINKS);
	json_array_foreach (json_object_get(doc, "links"), i, link) {
		assert_string_equal(json_string_value(json_object_get(link, "id")), ids[i]);
		assert_true(json_is_string(json_object_get(link, "state")));
		assert_true(json_is_string(json_object_get(link, "evidence")));
		assert_true(json_is_string(json_object_get(link, "why")));
		assert_true(json_is_string(json_object_get(link, "fix")));
	}
	json_decref(doc);
	drtmon_chain_answer(&chain, &answer);
	assert_int_equal(answer.answer, DRTMON_ANSWER_YES);
	break_log_pcr17(&c);
	judge(&chain, &c);
	drtmon_chain_answer(&chain, &answer);
	assert_int_equal(answer.answer, DRTMON_ANSWER_UNKNOWN);
	assert_string_equal(answer.state, "contradictory");
}

int main(void)
{
	struct CMUnitTest tests[sizeof(cases) / sizeof(cases[0]) + 10];
	size_t i, n = sizeof(cases) / sizeof(cases[0]);

	for (i = 0; i < n; i++)
		tests[i] = (struct CMUnitTest){ cases[i].name, test_case, NULL, NULL, (void *)i };
	tests[n] = (struct CMUnitTest)cmocka_unit_test(test_runtime_extend);
	tests[n + 1] = (struct CMUnitTest)cmocka_unit_test(test_json);
	tests[n + 2] = (struct CMUnitTest)cmocka_unit_test(test_log_file);
	tests[n + 3] = (struct CMUnitTest)cmocka_unit_test(test_log_partly);
	tests[n + 4] = (struct CMUnitTest)cmocka_unit_test(test_log_cut);
	tests[n + 5] = (struct CMUnitTest)cmocka_unit_test(test_log_malformed);
	tests[n + 6] = (struct CMUnitTest)cmocka_unit_test(test_log_headless);
	tests[n + 7] = (struct CMUnitTest)cmocka_unit_test(test_runtime_later);
	tests[n + 8] = (struct CMUnitTest)cmocka_unit_test(test_later_alone);
	tests[n + 9] = (struct CMUnitTest)cmocka_unit_test(test_later_words);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
