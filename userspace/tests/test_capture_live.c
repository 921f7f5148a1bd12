// SPDX-License-Identifier: GPL-2.0-or-later
/* Evidence of a running machine, from a tree of files that looks like one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "lib/chain.h"
#include "lib/evidence_live.h"
#include "lib/txt/journal.h"
#include "tests/txt_case.h"

static char root[64];

static int setup(void **state)
{
	(void)state;
	strcpy(root, "/tmp/drtmon-test-XXXXXX");
	return mkdtemp(root) ? 0 : -1;
}

static int teardown(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", root);
	return system(command);
}

static void file(const char *name, const void *data, size_t len)
{
	char path[256], *slash;
	FILE *out;

	snprintf(path, sizeof(path), "%s%s", root, name);
	for (slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(path, 0755);
		*slash = '/';
	}
	out = fopen(path, "w");
	assert_non_null(out);
	assert_int_equal(fwrite(data, 1, len, out), len);
	fclose(out);
}

static void text(const char *name, const char *line)
{
	file(name, line, strlen(line));
}

static void machine_make(const struct txt_case *c)
{
	char hex[66];

	text("/proc/cpuinfo", "processor\t: 0\nvendor_id\t: GenuineIntel\ncpu family\t: 6\n"
			      "model\t\t: 94\nmodel name\t: x\nstepping\t: 3\n"
			      "flags\t\t: fpu vmx smx est\n\nprocessor\t: 1\n");
	text("/proc/sys/kernel/osrelease", "6.1.0\n");
	text("/proc/sys/kernel/random/boot_id", "0a0a0a0a-0000-4000-8000-000000000000\n");
	text("/sys/class/dmi/id/sys_vendor", "Maker\n");
	text("/sys/class/dmi/id/product_name", "Model\n");
	text("/sys/firmware/acpi/tables/TPM2", "TPM2");
	text("/sys/firmware/acpi/tables/DMAR", "DMAR");
	text("/sys/class/tpm/tpm0/tpm_version_major", "2\n");
	snprintf(hex, sizeof(hex), "%s\n", drtmon_hex_encode((char[65]){ 0 }, c->pcr[0], 32));
	text("/sys/class/tpm/tpm0/pcr-sha256/17", hex);
	snprintf(hex, sizeof(hex), "%s\n", drtmon_hex_encode((char[65]){ 0 }, c->pcr[1], 32));
	text("/sys/class/tpm/tpm0/pcr-sha256/18", hex);
	text("/sys/module/drtmon/parameters/txt_base", "4275240960\n");
	file("/sys/kernel/security/drtmon/txt/registers", c->window, c->window_len);
	file("/sys/kernel/security/drtmon/txt/heap", c->heap, c->heap_len);
}

static void test_machine(void **state)
{
	static struct txt_case c;
	struct drtmon_evidence ev;
	struct drtmon_chain chain;

	(void)state;
	case_good(&c);
	machine_make(&c);
	drtmon_evidence_live(&ev, root);
	assert_int_equal(ev.facts.smx, DRTMON_KNOWN_YES);
	assert_int_equal(ev.facts.skinit, DRTMON_KNOWN_NO);
	assert_int_equal(ev.facts.hypervisor, DRTMON_KNOWN_NO);
	assert_int_equal(ev.facts.signature, 0x506e3);
	assert_int_equal(ev.facts.txt_base, 0xfed30000);
	assert_false(drtmon_facts_lab(&ev.facts));
	assert_int_equal(drtmon_facts_acpi(&ev.facts, "DMAR"), DRTMON_KNOWN_YES);
	assert_int_equal(drtmon_facts_acpi(&ev.facts, "TCPA"), DRTMON_KNOWN_NO);
	assert_int_equal(ev.facts.chips, 1);
	assert_string_equal(ev.facts.chip[0].version, "2.0");
	assert_string_equal(ev.facts.system, "Maker Model");
	assert_int_equal(ev.item[DRTMON_ITEM_HEAP].state, DRTMON_ITEM_PRESENT);
	drtmon_chain_judge(&chain, &ev);
	assert_string_equal(drtmon_chain_verdict_name(chain.verdict), "measured");
	drtmon_evidence_free(&ev);
}

static const char *live_why(uint32_t window, uint32_t heap, enum drtmon_item_id id,
			    enum drtmon_item_state state)
{
	struct drtmon_live_txt txt = { .have = 1 << DRTMON_A_TXT_STATE | 1 << DRTMON_A_TXT_BASE,
				       .state = window,
				       .base = 0x30000000 };
	static struct drtmon_evidence ev;

	txt.heap.have = 1 << DRTMON_A_REGION_STATE | 1 << DRTMON_A_REGION_ADDR;
	txt.heap.state = heap;
	txt.heap.addr = 0x1000;
	memset(&ev, 0, sizeof(ev));
	drtmon_live_txt_apply(&ev, &txt);
	assert_int_equal(ev.item[id].state, state);
	assert_true(drtmon_facts_lab(&ev.facts));
	return ev.item[id].why;
}

static void test_reasons(void **state)
{
	(void)state;
	assert_non_null(strstr(live_why(DRTMON_TXT_STATE_UNSUPPORTED, 0, DRTMON_ITEM_REGISTERS,
					DRTMON_ITEM_ABSENT),
			       "SMX"));
	assert_non_null(strstr(live_why(DRTMON_TXT_STATE_REFUSED, 0, DRTMON_ITEM_REGISTERS,
					DRTMON_ITEM_UNREADABLE),
			       "System RAM"));
	assert_non_null(strstr(live_why(DRTMON_TXT_STATE_FAILED, 0, DRTMON_ITEM_REGISTERS,
					DRTMON_ITEM_UNREADABLE),
			       "mapped"));
	assert_non_null(strstr(live_why(DRTMON_TXT_STATE_PRESENT, DRTMON_REGION_STATE_REFUSED,
					DRTMON_ITEM_HEAP, DRTMON_ITEM_UNREADABLE),
			       "0x1000"));
	assert_non_null(strstr(live_why(DRTMON_TXT_STATE_PRESENT, DRTMON_REGION_STATE_TOO_LARGE,
					DRTMON_ITEM_HEAP, DRTMON_ITEM_UNREADABLE),
			       "larger"));
	assert_non_null(strstr(live_why(DRTMON_TXT_STATE_PRESENT, DRTMON_REGION_STATE_ABSENT,
					DRTMON_ITEM_HEAP, DRTMON_ITEM_ABSENT),
			       "no heap"));
}

static void test_journal(void **state)
{
	static struct txt_case c;
	struct drtmon_evidence ev;
	struct drtmon_err err;
	json_t *list;
	char path[128];

	(void)state;
	snprintf(path, sizeof(path), "%s/lib/drtmon/errors.ndjson", root);
	text("/lib/made", "");
	case_good(&c);
	case_evidence(&ev, &c);
	assert_int_equal(drtmon_txt_journal_note(path, &ev, &err), 0);
	put(ev.item[DRTMON_ITEM_REGISTERS].blob.data + 0x30, 0xc0000001, 4);
	assert_int_equal(drtmon_txt_journal_note(path, &ev, &err), 0);
	put(ev.item[DRTMON_ITEM_REGISTERS].blob.data + 0x30, 0xc0003c11, 4);
	assert_int_equal(drtmon_txt_journal_note(path, &ev, &err), 1);
	assert_int_equal(drtmon_txt_journal_note(path, &ev, &err), 0);
	strcpy(ev.facts.boot_id, "another");
	assert_int_equal(drtmon_txt_journal_note(path, &ev, &err), 1);
	assert_int_equal(drtmon_txt_journal_read(path, &list, &err), 0);
	assert_int_equal(json_array_size(list), 2);
	assert_string_equal(json_string_value(json_object_get(json_array_get(list, 1), "boot_id")),
			    "another");
	json_decref(list);
	text("/lib/drtmon/errors.ndjson", "{\"errorcode\":\"0x80000007\"}\nnonsense\n{}\n");
	assert_int_equal(drtmon_txt_journal_read(path, &list, &err), 0);
	assert_int_equal(json_array_size(list), 1);
	json_decref(list);
	/* A full one is put aside: the same code is still written once. */
	assert_int_equal(truncate(path, 1 << 20), 0);
	assert_int_equal(drtmon_txt_journal_note(path, &ev, &err), 1);
	assert_int_equal(drtmon_txt_journal_note(path, &ev, &err), 0);
	strcat(path, ".1");
	assert_int_equal(access(path, R_OK), 0);
	drtmon_evidence_free(&ev);
}

static void test_no_journal(void **state)
{
	json_t *list;

	(void)state;
	assert_int_equal(drtmon_txt_journal_read("/nonexistent/journal", &list, NULL), 0);
	assert_int_equal(json_array_size(list), 0);
	json_decref(list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_machine),
		cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_journal),
		cmocka_unit_test(test_no_journal),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
