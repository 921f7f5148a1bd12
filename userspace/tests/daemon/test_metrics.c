// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The metrics of a machine made by hand, under Prometheus' own eyes; and that
 * what is installed beside them agrees with them.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "tests/fake/head.h"
#include "tests/fake/tree.h"

#include "daemon/message.h"
#include "daemon/metrics.h"

static struct metrics metrics;
static struct metrics_count count;
static struct feed_stats history;
static struct action_stats action;
static char *text;
static size_t len;

static const struct drtmon_alg *sha256(void)
{
	return drtmon_alg_by_id(0x000b);
}

static void machine(void)
{
	static const uint8_t value[64];
	struct drtmon_chip *chip;
	struct drtmon_hook *hook = &metrics.machine.platform.hook[0];

	metrics.watching = true;
	chip = drtmon_chips_add(&metrics.machine.chips, 0, DRTMON_CHIP_FROM_MODULE);
	chip->have = 1ull << DRTMON_A_CHIP_COMMANDS | 1ull << DRTMON_A_CHIP_HOOK_STATE |
		     1ull << DRTMON_A_CHIP_CHECKED;
	chip->commands = 12345;
	chip->hook_state = DRTMON_HOOK_STATE_DEAD;
	chip->checked = 5000000000u;
	chip->banks = 1;
	chip->bank[0].alg = 0x000b;
	drtmon_pcrs_set(&chip->pcrs, sha256(), 7, value);
	drtmon_baseline_add(&chip->baseline, sha256(), 7, value, DRTMON_BASELINE_STATE_MISMATCH);
	drtmon_baseline_add(&chip->baseline, sha256(), 8, value, DRTMON_BASELINE_STATE_UNKNOWN);
	metrics.machine.platform.hooks = 1;
	metrics.machine.platform.have = 1ull << DRTMON_A_PLATFORM_MODULE_VERSION |
					1ull << DRTMON_A_PLATFORM_MODULE_STATE;
	strcpy(metrics.machine.platform.module_version, "1.\"2\\3\n");
	strcpy(hook->symbol, "tpm_transmit");
	hook->have = 1ull << DRTMON_A_HOOK_STATE | 1ull << DRTMON_A_HOOK_MISSED;
	hook->state = DRTMON_HOOK_STATE_ACTIVE;
	hook->missed = 3;
	metrics.launch.verdict.state = "contradictory";
	metrics.launch.verdict.answer = DRTMON_ANSWER_UNKNOWN;
	metrics.launch.chain.link[DRTMON_LINK_SENTER].state = DRTMON_LINK_BROKEN;
	metrics.has_stats = true;
	metrics.stats.queue_lost = 9;
}

static int setup(void **state)
{
	memset(&metrics, 0, sizeof(metrics));
	memset(&count, 0, sizeof(count));
	metrics.count = &count;
	metrics.history = &history;
	metrics.action = &action;
	metrics.looked = 1700000000500000000u;
	metrics.boottime = 10000000000u;
	return tree_setup(state);
}

static int teardown(void **state)
{
	drtmon_chips_free(&metrics.machine.chips);
	free(text);
	text = NULL;
	return tree_teardown(state);
}

static void print(void)
{
	FILE *out = open_memstream(&text, &len);

	metrics_print(out, &metrics);
	fclose(out);
}

static void has(const char *line)
{
	char want[256];

	snprintf(want, sizeof(want), "\n%s\n", line);
	if (!strstr(text, want))
		fail_msg("no line \"%s\"", line);
}

static void judge(enum drtmon_answer now, const char *state, const char *file)
{
	struct judged judged;
	char path[128];

	snprintf(path, sizeof(path), "%s/why", tree);
	tree_text("/why", file);
	judged_read(&judged, path);
	metrics.launch.by_chain = false;
	metrics.launch.verdict.answer = now;
	metrics.launch.verdict.state = state;
	judged_apply(&judged, &metrics.launch);
}

/* What root saw counts as long as PCRs do not exclude it. */
static void test_judged(void **state)
{
	static const char measured[] = "{\"verdict\":\"measured\",\"links\":[{\"id\":\"senter\","
				       "\"state\":\"ok\"},{\"id\":\"new\",\"state\":\"new\"}]}";
	static const char failed[] = "{\"verdict\":\"failed\",\"links\":[]}";

	judge(DRTMON_ANSWER_YES, "launched", measured);
	assert_string_equal(metrics.launch.verdict.state, "measured");
	assert_int_equal(metrics.launch.verdict.answer, DRTMON_ANSWER_YES);
	assert_int_equal(metrics.launch.chain.link[DRTMON_LINK_SENTER].state, DRTMON_LINK_OK);
	assert_int_equal(metrics.launch.chain.link[DRTMON_LINK_TPM].state, DRTMON_LINK_UNKNOWN);
	judge(DRTMON_ANSWER_NO, "not-launched", measured);
	assert_string_equal(metrics.launch.verdict.state, "contradictory");
	assert_int_equal(metrics.launch.verdict.answer, DRTMON_ANSWER_UNKNOWN);
	judge(DRTMON_ANSWER_UNKNOWN, "unknown", measured);
	assert_string_equal(metrics.launch.verdict.state, "unknown");
	judge(DRTMON_ANSWER_NO, "not-launched", failed);
	assert_string_equal(metrics.launch.verdict.state, "failed");
	judge(DRTMON_ANSWER_YES, "launched", "{\"verdict\":\"contradictory\"}");
	assert_string_equal(metrics.launch.verdict.state, "contradictory");
	judge(DRTMON_ANSWER_YES, "launched", "{\"verdict\":\"splendid\"}");
	assert_string_equal(metrics.launch.verdict.state, "launched");
	judge(DRTMON_ANSWER_YES, "launched", "{\"verdict\":\"unknown\"}");
	assert_string_equal(metrics.launch.verdict.state, "launched");
	judge(DRTMON_ANSWER_YES, "launched", "");
	assert_string_equal(metrics.launch.verdict.state, "launched");
}

/* What a glance does not ask a TPM 1.2 for is known from root, whatever became of the launch. */
static void test_judged_tpm(void **state)
{
	struct drtmon_chip *chip;
	struct judged judged;
	char path[128];

	machine();
	chip = metrics.machine.chips.chip;
	snprintf(path, sizeof(path), "%s/why", tree);
	tree_text("/why", "{\"verdict\":\"splendid\",\"tpm\":\"disabled\"}");
	judged_read(&judged, path);
	assert_false(judged.there);
	chip->version = DRTMON_CHIP_VERSION_TPM20;
	judged_tpm(&judged, &metrics.machine);
	assert_string_equal(chip->off, "");
	chip->version = DRTMON_CHIP_VERSION_TPM12;
	judged_tpm(&judged, &metrics.machine);
	print();
	has("drtmon_tpm_state{state=\"disabled\"} 1");
	tree_text("/why", "{\"verdict\":\"measured\",\"tpm\":\"no-driver\"}");
	judged_read(&judged, path);
	judged_tpm(&judged, &metrics.machine);
	assert_string_equal(chip->off, "");
	drtmon_chips_free(&metrics.machine.chips);
	judged_tpm(&judged, &metrics.machine);
}

/* 0 and no word: as Prometheus wants it. */
static void promtool(const char *args)
{
	char command[512];
	int status;

	if (system("command -v promtool >/dev/null")) {
		print_message("# promtool is not installed\n");
		skip();
	}
	snprintf(command, sizeof(command), "promtool %s >%s/said 2>&1", args, tree);
	status = WEXITSTATUS(system(command));
	snprintf(command, sizeof(command), "sed 's/^/# /' %s/said", tree);
	if (status)
		(void)!system(command);
	assert_int_equal(status, 0);
}

static void test_states(void **state)
{
	machine();
	count.events[DRTMON_EVENT_KIND_PCR_DRIFT][DRTMON_SEVERITY_CRITICAL] = 2;
	history.failing = true;
	action.timeout = 4;
	print();
	has("drtmon_pcr_baseline_state{chip=\"tpm0\",bank=\"sha256\",pcr=\"7\",state=\"mismatch\"} "
	    "1");
	has("drtmon_pcr_baseline_state{chip=\"tpm0\",bank=\"sha256\",pcr=\"7\",state=\"match\"} 0");
	has("drtmon_pcr_baseline_state{chip=\"tpm0\",bank=\"sha256\",pcr=\"8\",state=\"unknown\"} "
	    "1");
	has("drtmon_pcr_baseline_state{chip=\"tpm0\",bank=\"sha256\",pcr=\"9\",state=\"none\"} 1");
	has("drtmon_pcr_known{chip=\"tpm0\",bank=\"sha256\",pcr=\"7\"} 1");
	has("drtmon_pcr_known{chip=\"tpm0\",bank=\"sha256\",pcr=\"8\"} 0");
	has("drtmon_launch_state{state=\"contradictory\"} 1");
	has("drtmon_launch_state{state=\"measured\"} 0");
	has("drtmon_launch_enabled{answer=\"unknown\"} 1");
	has("drtmon_launch_enabled{answer=\"true\"} 0");
	has("drtmon_chain_link_state{link=\"senter\",state=\"broken\"} 1");
	has("drtmon_chip_hook_state{chip=\"tpm0\",state=\"dead\"} 1");
	has("drtmon_hook_state{symbol=\"tpm_transmit\",state=\"active\"} 1");
	has("drtmon_hook_missed_total{symbol=\"tpm_transmit\"} 3");
	has("drtmon_chip_commands_total{chip=\"tpm0\"} 12345");
	has("drtmon_chip_checked_timestamp_seconds{chip=\"tpm0\"} 1699999995.5");
	has("drtmon_look_timestamp_seconds 1700000000.5");
	has("drtmon_module_queue_lost_total 9");
	has("drtmon_events_total{kind=\"pcr-drift\",severity=\"critical\"} 2");
	has("drtmon_events_total{kind=\"pcr-drift\",severity=\"info\"} 0");
	has("drtmon_feed_failing{to=\"history\"} 1");
	has("drtmon_feed_failing{to=\"journal\"} 0");
	has("drtmon_alert_commands_total{result=\"timeout\"} 4");
	has("drtmon_module_info{version=\"1.\\\"2\\\\3\\n\"} 1");
}

/* Nobody watches: nothing is claimed of PCRs, launch or hooks. */
static void test_absent(void **state)
{
	print();
	has("drtmon_module_state{state=\"absent\"} 1");
	has("drtmon_module_state{state=\"running\"} 0");
	assert_null(strstr(text, "drtmon_pcr"));
	assert_null(strstr(text, "drtmon_launch"));
	assert_null(strstr(text, "drtmon_hook"));
}

static void test_promtool(void **state)
{
	char args[256];

	machine();
	print();
	tree_put("/metrics", text, len);
	snprintf(args, sizeof(args), "check metrics <%s/metrics", tree);
	promtool(args);
}

static void test_file(void **state)
{
	char path[128], got[64] = "";
	struct stat st;
	FILE *in;

	snprintf(path, sizeof(path), "%s/m.prom", tree);
	assert_int_equal(metrics_file(path, "one\n", 4), 0);
	assert_int_equal(metrics_file(path, "two\n", 4), 0);
	in = fopen(path, "r");
	assert_non_null(fgets(got, sizeof(got), in));
	fclose(in);
	assert_string_equal(got, "two\n");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_int_equal(metrics_file("/nonexistent/m.prom", "x", 1), -ENOENT);
	/* A collector sees the old one or the new one, and nothing beside. */
	snprintf(path, sizeof(path), "%s/m.prom.new", tree);
	assert_int_equal(access(path, F_OK), -1);
	/* It cannot be written whole: the old one stays. */
	snprintf(path, sizeof(path), "%s/full.prom", tree);
	assert_int_equal(metrics_file(path, "old\n", 4), 0);
	snprintf(path, sizeof(path), "%s/full.prom.new", tree);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/full.prom", tree);
	assert_true(metrics_file(path, "new\n", 4) < 0);
	in = fopen(path, "r");
	assert_non_null(fgets(got, sizeof(got), in));
	fclose(in);
	assert_string_equal(got, "old\n");
}

static char *whole(const char *path)
{
	static char buf[1 << 18];
	FILE *in = fopen(path, "r");
	size_t n;

	assert_non_null(in);
	n = fread(buf, 1, sizeof(buf) - 1, in);
	buf[n] = '\0';
	fclose(in);
	return buf;
}

static void test_rules(void **state)
{
	promtool("check rules " DRTMON_DIST "/drtmon.rules.yml");
	promtool("test rules " DRTMON_DIST "/../tests/daemon/rules_test.yml");
}

/* Every runbook link has its anchor, every rule its test. */
static void test_runbooks(void **state)
{
	char *rules = strdup(whole(DRTMON_DIST "/drtmon.rules.yml")), *at = rules;
	char *guide = strdup(whole(DRTMON_DIST "/../../Documentation/admin-guide/alerts.rst"));
	char *tests = whole(DRTMON_DIST "/../tests/daemon/rules_test.yml");
	char name[80], want[128];
	unsigned int links = 0, alerts = 0;

	while ((at = strstr(at, "alerts.html#"))) {
		at += strlen("alerts.html#");
		assert_int_equal(sscanf(at, "%79[a-z-]", name), 1);
		snprintf(want, sizeof(want), ".. _%s:\n", name);
		if (!strstr(guide, want))
			fail_msg("no anchor %s", name);
		links++;
	}
	for (at = rules; (at = strstr(at, "- alert: ")); alerts++) {
		at += strlen("- alert: ");
		assert_int_equal(sscanf(at, "%79[A-Za-z]", name), 1);
		snprintf(want, sizeof(want), "alertname: %s\n", name);
		if (!strstr(tests, want))
			fail_msg("no test of %s", name);
	}
	assert_int_equal(links, alerts);
	assert_true(alerts > 15);
	free(rules);
	free(guide);
}

/* Every metric that a rule or the dashboard names is one that is printed. */
static void test_names(void **state)
{
	static const char *const files[] = { DRTMON_DIST "/drtmon.rules.yml",
					     DRTMON_DIST "/grafana.json" };
	char name[80], want[128];
	size_t i;
	char *at;

	machine();
	print();
	for (i = 0; i < 2; i++)
		for (at = whole(files[i]); (at = strstr(at, "drtmon_"));) {
			assert_int_equal(sscanf(at, "%79[a-z_]", name), 1);
			at += strlen(name);
			snprintf(want, sizeof(want), "# TYPE %s ", name);
			if (!strstr(text, want))
				fail_msg("%s names %s, which is never printed", files[i], name);
		}
}

/* The catalog explains each kind of message, once. */
static void test_catalog(void **state)
{
	static const char *const notes[] = {
		MESSAGE_STARTED,	 MESSAGE_MODULE_LOAD,	   MESSAGE_MODULE_UNLOAD,
		MESSAGE_HISTORY_DAMAGED, MESSAGE_HISTORY_FAILING,  MESSAGE_HISTORY_WORKING,
		MESSAGE_ALERT_FAILED,	 MESSAGE_ALERT_SUPPRESSED, MESSAGE_METRICS_FAILING,
		MESSAGE_METRICS_WORKING, MESSAGE_CONFIG_PROBLEM,
	};
	char *catalog = whole(DRTMON_DIST "/drtmond.catalog"), *found, want[64];
	uint32_t kind;
	size_t i;

	for (kind = 1; kind < DRTMON_POLICY_KINDS; kind++) {
		const char *id = message_id(drtmon_event_kind_name(kind));

		assert_string_not_equal(id, message_id("no such kind"));
		snprintf(want, sizeof(want), "-- %s\n", id);
		found = strstr(catalog, want);
		if (!found)
			fail_msg("the catalog does not know %s", drtmon_event_kind_name(kind));
		assert_null(strstr(found + 1, want));
	}
	for (i = 0; i < sizeof(notes) / sizeof(notes[0]); i++) {
		assert_string_not_equal(message_id(notes[i]), message_id("no such kind"));
		snprintf(want, sizeof(want), "-- %s\n", message_id(notes[i]));
		assert_non_null(strstr(catalog, want));
	}
}

static void test_dashboard(void **state)
{
	json_error_t error;
	json_t *doc = json_load_file(DRTMON_DIST "/grafana.json", 0, &error);

	assert_non_null(doc);
	assert_true(json_array_size(json_object_get(doc, "panels")) > 5);
	json_decref(doc);
}

#undef T
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_states),	    T(test_absent),   T(test_promtool),	 T(test_file),
		T(test_rules),	    T(test_runbooks), T(test_names),	 T(test_judged),
		T(test_judged_tpm), T(test_catalog),  T(test_dashboard),
	};

	return cmocka_run_group_tests_name("metrics", tests, NULL, NULL);
}
