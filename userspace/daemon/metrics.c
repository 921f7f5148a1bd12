// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/metrics.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/prom.h"
#include "lib/text.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define NS	     1e9
/* PCRs that a TPM of the PC Client profile has. */
#define PCRS 24

typedef struct drtmon_prom_label label;

static const char *const module_states[] = { "running", "degraded", "absent", "unknown", NULL };
static const char *const hook_states[] = { "active", "missing", "dead", "unknown", NULL };
static const char *const tpm_states[] = { "present", "disabled",  "deactivated", "unreadable",
					  "absent",  "no-driver", "unknown",	 NULL };
static const char *const boot_states[] = { "enabled",	  "disabled", "setup-mode",
					   "unsupported", "unknown",  NULL };
static const char *const launch_states[] = {
	"measured",    "launched",	     "not-launched", "failed",	"contradictory",
	"unsupported", "reset-not-measured", "no-tpm",	     "unknown", NULL
};
static const char *const answers[] = { "true", "false", "unknown", NULL };
static const char *const link_states[] = { "ok",      "broken",		"warning",
					   "unknown", "not-applicable", NULL };
static const char *const snapshot_states[] = { "none",	 "consistent", "torn",
					       "failed", "unknown",    NULL };
static const char *const baseline_states[] = { "none", "unknown", "match", "mismatch", NULL };

static uint64_t clock_ns(clockid_t clock)
{
	struct timespec now = { 0 };

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

void metrics_look(struct metrics *metrics, bool watching, const struct judged *judged)
{
	memset(metrics, 0, sizeof(*metrics));
	metrics->watching = watching;
	if (watching) {
		drtmon_machine_glance(&metrics->machine, "");
		judged_tpm(judged, &metrics->machine);
		drtmon_launch_judge(&metrics->launch, &metrics->machine, "");
		metrics->has_stats = metrics->machine.nl &&
				     !drtmon_stats_get(metrics->machine.nl, &metrics->stats, NULL);
	}
	metrics->looked = clock_ns(CLOCK_REALTIME);
	metrics->boottime = clock_ns(CLOCK_BOOTTIME);
	metrics->judged = metrics->looked;
	if (watching && judged_apply(judged, &metrics->launch))
		metrics->judged = judged->when;
}

void metrics_free(struct metrics *metrics)
{
	if (metrics->watching)
		drtmon_machine_free(&metrics->machine);
}

/* A family of one sample without labels. */
static void single(FILE *out, const char *name, const char *help, double value)
{
	drtmon_prom_family(out, name, help);
	drtmon_prom_sample(out, name, NULL, 0, value);
}

/* A family that is one set of states. */
static void state(FILE *out, const char *name, const char *help, const char *key,
		  const char *const *states, const char *now)
{
	label labels[] = { { key, "" } };

	drtmon_prom_family(out, name, help);
	drtmon_prom_states(out, name, labels, 1, states, now);
}

static const char *answer_name(enum drtmon_answer answer)
{
	return answer == DRTMON_ANSWER_YES  ? "true"
	       : answer == DRTMON_ANSWER_NO ? "false"
					    : "unknown";
}

static void print_module(FILE *out, const struct metrics *m)
{
	struct drtmon_verdict verdict = { .state = "absent" };
	const struct drtmon_platform *platform = &m->machine.platform;

	if (m->watching)
		drtmon_verdict_module(&m->machine, &verdict);
	state(out, "drtmon_module_state", "Whether the kernel module runs, whole.", "state",
	      module_states, verdict.state);
	if (!m->watching)
		return;
	if (drtmon_attr_has(platform->have, DRTMON_A_PLATFORM_MODULE_VERSION)) {
		label labels[] = { { "version", platform->module_version } };

		drtmon_prom_family(out, "drtmon_module_info", "The kernel module's version.");
		drtmon_prom_sample(out, "drtmon_module_info", labels, 1, 1);
	}
	if (drtmon_attr_has(platform->have, DRTMON_A_PLATFORM_BASELINE_LOCKED))
		single(out, "drtmon_baseline_locked",
		       "Whether baselines stay as they are until reboot.",
		       platform->baseline_locked);
}

static void print_hooks(FILE *out, const struct drtmon_platform *platform)
{
	uint32_t i;

	if (!platform->hooks)
		return;
	drtmon_prom_family(out, "drtmon_hook_state", "Whether a probe of the module is in place.");
	for (i = 0; i < platform->hooks; i++) {
		label labels[] = { { "symbol", platform->hook[i].symbol }, { "state", "" } };

		drtmon_prom_states(out, "drtmon_hook_state", labels, 2, hook_states,
				   drtmon_hook_state_name(&platform->hook[i]));
	}
	drtmon_prom_family(out, "drtmon_hook_missed_total", "Calls that a probe did not see.");
	for (i = 0; i < platform->hooks; i++) {
		label labels[] = { { "symbol", platform->hook[i].symbol } };

		if (drtmon_attr_has(platform->hook[i].have, DRTMON_A_HOOK_MISSED))
			drtmon_prom_sample(out, "drtmon_hook_missed_total", labels, 1,
					   (double)platform->hook[i].missed);
	}
}

static void print_verdicts(FILE *out, const struct metrics *m)
{
	struct drtmon_verdict tpm, secure_boot;
	unsigned int i;

	drtmon_verdict_tpm(&m->machine, &tpm);
	drtmon_verdict_secure_boot(&m->machine, &secure_boot);
	state(out, "drtmon_launch_enabled", "Whether a dynamic launch (DRTM) happened.", "answer",
	      answers, answer_name(m->launch.verdict.answer));
	state(out, "drtmon_launch_state", "The verdict on the dynamic launch.", "state",
	      launch_states, m->launch.verdict.state);
	state(out, "drtmon_tpm_state", "Whether there is a TPM that can be used.", "state",
	      tpm_states, tpm.state);
	state(out, "drtmon_secure_boot_state", "UEFI Secure Boot, as the firmware says.", "state",
	      boot_states, secure_boot.state);
	drtmon_prom_family(
		out, "drtmon_chain_link_state",
		"The links of the launch's chain, on the evidence that drtmond may see.");
	for (i = 0; i < DRTMON_LINKS; i++) {
		label labels[] = { { "link", drtmon_link_name(i) }, { "state", "" } };

		drtmon_prom_states(out, "drtmon_chain_link_state", labels, 2, link_states,
				   drtmon_link_state_name(m->launch.chain.link[i].state));
	}
}

/* What is told of a chip by one number each. */
static const struct {
	const char *name;
	const char *help;
	unsigned int type;
	size_t offset;
} chip_numbers[] = {
	{ "drtmon_chip_commands_total", "TPM commands that the hook saw.", DRTMON_A_CHIP_COMMANDS,
	  offsetof(struct drtmon_chip, commands) },
	{ "drtmon_chip_self_commands_total", "Of those, the module's own.",
	  DRTMON_A_CHIP_SELF_COMMANDS, offsetof(struct drtmon_chip, self_commands) },
	{ "drtmon_chip_reconciles_total", "Comparisons with the TPM that found nothing moved.",
	  DRTMON_A_CHIP_RECONCILES, offsetof(struct drtmon_chip, reconciles) },
};

static void print_chip_numbers(FILE *out, const struct drtmon_chips *chips)
{
	size_t n, i;
	uint64_t value;

	for (n = 0; n < COUNT(chip_numbers); n++) {
		drtmon_prom_family(out, chip_numbers[n].name, chip_numbers[n].help);
		for (i = 0; i < chips->count; i++) {
			const struct drtmon_chip *chip = &chips->chip[i];
			label labels[] = { { "chip", chip->name } };

			memcpy(&value, (const char *)chip + chip_numbers[n].offset, sizeof(value));
			if (drtmon_attr_has(chip->have, chip_numbers[n].type))
				drtmon_prom_sample(out, chip_numbers[n].name, labels, 1,
						   (double)value);
		}
	}
}

static void print_chip_states(FILE *out, const struct drtmon_chips *chips)
{
	static const char hook[] = "drtmon_chip_hook_state", snap[] = "drtmon_chip_snapshot_state";
	size_t i;

	drtmon_prom_family(out, hook, "Whether the module sees this TPM's commands.");
	for (i = 0; i < chips->count; i++) {
		const struct drtmon_chip *chip = &chips->chip[i];
		const char *word = drtmon_hook_word(chip->hook_state);
		label labels[] = { { "chip", chip->name }, { "state", "" } };

		if (!word || !drtmon_attr_has(chip->have, DRTMON_A_CHIP_HOOK_STATE))
			word = "unknown";
		drtmon_prom_states(out, hook, labels, 2, hook_states, word);
	}
	drtmon_prom_family(out, snap, "How the last full read of this TPM's PCRs went.");
	for (i = 0; i < chips->count; i++) {
		label labels[] = { { "chip", chips->chip[i].name }, { "state", "" } };

		drtmon_prom_states(out, snap, labels, 2, snapshot_states,
				   drtmon_snapshot_state_name(&chips->chip[i].snapshot));
	}
}

static void print_chip_times(FILE *out, const struct metrics *m)
{
	static const char name[] = "drtmon_chip_checked_timestamp_seconds";
	const struct drtmon_chips *chips = &m->machine.chips;
	size_t i;

	drtmon_prom_family(out, name, "When the module last compared this TPM with what it saw.");
	for (i = 0; i < chips->count; i++) {
		const struct drtmon_chip *chip = &chips->chip[i];
		label labels[] = { { "chip", chip->name } };

		if (drtmon_attr_has(chip->have, DRTMON_A_CHIP_CHECKED) && chip->checked)
			drtmon_prom_sample(
				out, name, labels, 1,
				((double)m->looked - (double)m->boottime + (double)chip->checked) /
					NS);
	}
}

static void print_chips(FILE *out, const struct metrics *m)
{
	const struct drtmon_chips *chips = &m->machine.chips;
	size_t i;

	single(out, "drtmon_chips", "TPMs of this machine.", (double)chips->count);
	if (!chips->count)
		return;
	drtmon_prom_family(out, "drtmon_chip_info", "A TPM and its version.");
	for (i = 0; i < chips->count; i++) {
		const char *version = drtmon_chip_version_name(&chips->chip[i]);
		label labels[] = { { "chip", chips->chip[i].name },
				   { "version", version ? version : "unknown" } };

		drtmon_prom_sample(out, "drtmon_chip_info", labels, 2, 1);
	}
	print_chip_numbers(out, chips);
	print_chip_states(out, chips);
	print_chip_times(out, m);
}

/* Call @print for each bank and PCR there can be a value of. */
static void each_pcr(FILE *out, const struct drtmon_chips *chips,
		     void (*print)(FILE *out, const struct drtmon_chip *chip,
				   const struct drtmon_alg *alg, unsigned int pcr))
{
	const struct drtmon_alg *alg;
	unsigned int bank, pcr;
	size_t i;

	for (i = 0; i < chips->count; i++)
		for (bank = 0; bank < chips->chip[i].banks; bank++) {
			alg = drtmon_alg_by_id(chips->chip[i].bank[bank].alg);
			for (pcr = 0; alg && pcr < PCRS; pcr++)
				print(out, &chips->chip[i], alg, pcr);
		}
}

static void print_pcr_known(FILE *out, const struct drtmon_chip *chip, const struct drtmon_alg *alg,
			    unsigned int pcr)
{
	char number[8];
	label labels[] = { { "chip", chip->name }, { "bank", alg->name }, { "pcr", number } };

	snprintf(number, sizeof(number), "%u", pcr);
	drtmon_prom_sample(out, "drtmon_pcr_known", labels, 3,
			   drtmon_pcrs_get(&chip->pcrs, alg, pcr) != NULL);
}

static void print_pcr_state(FILE *out, const struct drtmon_chip *chip, const struct drtmon_alg *alg,
			    unsigned int pcr)
{
	enum drtmon_baseline_state now = drtmon_baseline_state(&chip->baseline, alg, pcr);
	char number[8];
	label labels[] = {
		{ "chip", chip->name },
		{ "bank", alg->name },
		{ "pcr", number },
		{ "state", "" },
	};

	snprintf(number, sizeof(number), "%u", pcr);
	drtmon_prom_states(out, "drtmon_pcr_baseline_state", labels, 4, baseline_states,
			   drtmon_baseline_state_name(now));
}

static void print_pcrs(FILE *out, const struct drtmon_chips *chips)
{
	if (!chips->count)
		return;
	drtmon_prom_family(out, "drtmon_pcr_known", "Whether it is known now what this PCR holds.");
	each_pcr(out, chips, print_pcr_known);
	drtmon_prom_family(out, "drtmon_pcr_baseline_state",
			   "How this PCR stands towards the baseline.");
	each_pcr(out, chips, print_pcr_state);
}

static void print_stats(FILE *out, const struct drtmon_stats *stats)
{
	single(out, "drtmon_module_events_total", "Events that the module made.",
	       (double)stats->events);
	single(out, "drtmon_module_queue_lost_total", "TPM commands seen but not recorded.",
	       (double)stats->queue_lost);
	single(out, "drtmon_module_hook_missed_total", "Calls that the probes missed.",
	       (double)stats->hook_missed);
	single(out, "drtmon_module_malformed_total",
	       "TPM commands or responses with lengths that do not fit.", (double)stats->malformed);
	single(out, "drtmon_module_notify_failed_total", "Notifications that could not be sent.",
	       (double)stats->notify_failed);
}

/* Every kind is there from the start, so that the first one is an increase. */
static void print_events(FILE *out, const struct metrics_count *count)
{
	uint32_t kind, severity;

	drtmon_prom_family(out, "drtmon_events_total",
			   "Events since drtmond started, with the policy's severity.");
	for (kind = 0; kind < DRTMON_POLICY_KINDS; kind++) {
		const char *name = drtmon_event_kind_name(kind);

		for (severity = 0; severity < METRICS_SEVERITIES; severity++) {
			label labels[] = {
				{ "kind", name ? name : "unknown" },
				{ "severity", drtmon_event_severity_name(severity) },
			};

			drtmon_prom_sample(out, "drtmon_events_total", labels, 2,
					   (double)count->events[kind][severity]);
		}
	}
	single(out, "drtmon_events_lost_total", "Events that nobody can show any more.",
	       (double)count->lost);
}

static void print_feed(FILE *out, const struct feed_stats *stats, const char *to)
{
	label labels[] = { { "to", to } };

	drtmon_prom_sample(out, "drtmon_feed_written_total", labels, 1, (double)stats->written);
}

static void print_feeds(FILE *out, const struct metrics *m)
{
	const struct {
		const char *to;
		const struct feed_stats *stats;
	} feeds[] = { { "journal", &m->journal }, { "history", m->history } };
	size_t i;

	drtmon_prom_family(out, "drtmon_feed_written_total", "Entries written.");
	for (i = 0; i < COUNT(feeds); i++)
		if (feeds[i].stats)
			print_feed(out, feeds[i].stats, feeds[i].to);
	drtmon_prom_family(out, "drtmon_feed_lost_total", "Events that became part of a gap.");
	for (i = 0; i < COUNT(feeds); i++) {
		label labels[] = { { "to", feeds[i].to } };

		if (feeds[i].stats)
			drtmon_prom_sample(out, "drtmon_feed_lost_total", labels, 1,
					   (double)feeds[i].stats->lost);
	}
	drtmon_prom_family(out, "drtmon_feed_failing", "Whether the last attempt to write failed.");
	for (i = 0; i < COUNT(feeds); i++) {
		label labels[] = { { "to", feeds[i].to } };

		if (feeds[i].stats)
			drtmon_prom_sample(out, "drtmon_feed_failing", labels, 1,
					   feeds[i].stats->failing);
	}
}

static void print_action(FILE *out, const struct action_stats *stats)
{
	const struct {
		const char *result;
		uint64_t count;
	} results[] = {
		{ "ok", stats->ok },
		{ "failed", stats->failed },
		{ "timeout", stats->timeout },
		{ "suppressed", stats->suppressed },
	};
	size_t i;

	drtmon_prom_family(out, "drtmon_alert_commands_total",
			   "Alert commands by how they ended; suppressed ones were not run.");
	for (i = 0; i < COUNT(results); i++) {
		label labels[] = { { "result", results[i].result } };

		drtmon_prom_sample(out, "drtmon_alert_commands_total", labels, 1,
				   (double)results[i].count);
	}
}

void metrics_print(FILE *out, const struct metrics *m)
{
	label version[] = { { "version", DRTMON_VERSION } };

	drtmon_prom_family(out, "drtmon_build_info", "drtmond's version.");
	drtmon_prom_sample(out, "drtmon_build_info", version, 1, 1);
	single(out, "drtmon_start_timestamp_seconds", "When drtmond started.",
	       (double)m->count->started / NS);
	single(out, "drtmon_look_timestamp_seconds", "When drtmond last looked at all this.",
	       (double)m->looked / NS);
	print_module(out, m);
	if (m->watching) {
		print_hooks(out, &m->machine.platform);
		print_verdicts(out, m);
		print_chips(out, m);
		print_pcrs(out, &m->machine.chips);
	}
	if (m->has_stats)
		print_stats(out, &m->stats);
	print_events(out, m->count);
	print_feeds(out, m);
	if (m->action)
		print_action(out, m->action);
}

static int write_all(int fd, const char *text, size_t len)
{
	while (len) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		text += n;
		len -= (size_t)n;
	}
	/* Prometheus' collector is another user. */
	return fchmod(fd, 0644) ? -errno : 0;
}

int metrics_file(const char *path, const char *text, size_t len)
{
	char name[4200];
	int fd, ret;

	snprintf(name, sizeof(name), "%s.new", path);
	fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (fd < 0)
		return -errno;
	ret = write_all(fd, text, len);
	if (close(fd) && !ret)
		ret = -errno;
	if (!ret && rename(name, path))
		ret = -errno;
	if (ret)
		unlink(name);
	return ret;
}
