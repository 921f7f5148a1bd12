// SPDX-License-Identifier: GPL-2.0-or-later
#include "tool/state.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/chip_json.h"
#include "lib/stream.h"
#include "tool/line.h"
#include "tool/out.h"

static int alert_event(void *ctx, const struct drtmon_event *event)
{
	struct drtmon_state *state = ctx;

	if (drtmon_event_has(event, DRTMON_A_EVENT_SEVERITY) &&
	    event->severity >= DRTMON_SEVERITY_WARNING) {
		state->last_alert = *event;
		state->alert = DRTMON_ALERT_FOUND;
	}
	return 0;
}

static void alert_look(struct drtmon_state *state)
{
	const struct drtmon_stream_ops ops = { .event = alert_event, .ctx = state };

	if (!state->machine.nl)
		return;
	state->alert = DRTMON_ALERT_NONE;
	if (drtmon_stream_dump(&ops, 1, NULL))
		state->alert = DRTMON_ALERT_UNREADABLE;
}

void drtmon_state_look(struct drtmon_state *state)
{
	memset(state, 0, sizeof(*state));
	drtmon_machine_look(&state->machine, "");
	drtmon_verdict_drtm(&state->machine, &state->drtm);
	drtmon_verdict_tpm(&state->machine, &state->tpm);
	drtmon_verdict_secure_boot(&state->machine, &state->secure_boot);
	drtmon_verdict_module(&state->machine, &state->module);
	alert_look(state);
}

void drtmon_state_free(struct drtmon_state *state)
{
	drtmon_machine_free(&state->machine);
}

static const struct drtmon_chip *state_chip(const struct drtmon_state *state)
{
	return state->machine.chips.count ? &state->machine.chips.chip[0] : NULL;
}

static json_t *answer_json(const struct drtmon_verdict *verdict)
{
	if (verdict->answer == DRTMON_ANSWER_UNKNOWN)
		return json_null();
	return json_boolean(verdict->answer == DRTMON_ANSWER_YES);
}

json_t *drtmon_state_hooks_json(const struct drtmon_platform *platform)
{
	json_t *list = json_array();
	uint32_t i;

	for (i = 0; i < platform->hooks; i++) {
		const struct drtmon_hook *hook = &platform->hook[i];
		bool required = drtmon_attr_has(hook->have, DRTMON_A_HOOK_REQUIRED);
		bool missed = drtmon_attr_has(hook->have, DRTMON_A_HOOK_MISSED);
		bool loss = drtmon_attr_has(hook->have, DRTMON_A_HOOK_LOSS);

		json_array_append_new(list, json_pack("{s:s,s:s,s:o,s:o,s:s?}",
			"symbol", hook->symbol,
			"state", drtmon_hook_state_name(hook),
			"required", required ? json_boolean(hook->required) : json_null(),
			"missed", missed ? json_integer((json_int_t)hook->missed) : json_null(),
			"loss", loss ? hook->loss : NULL));
	}
	return list;
}

static json_t *module_json(const struct drtmon_state *state)
{
	const struct drtmon_platform *p = &state->machine.platform;
	bool version = drtmon_attr_has(p->have, DRTMON_A_PLATFORM_MODULE_VERSION);
	bool uapi = drtmon_attr_has(p->have, DRTMON_A_PLATFORM_UAPI_VERSION);
	bool load = drtmon_attr_has(p->have, DRTMON_A_PLATFORM_LOAD_ID);

	return json_pack("{s:s,s:s,s:s?,s:o,s:o,s:o}",
		"state", state->module.state,
		"reason", state->module.reason,
		"version", version ? p->module_version : NULL,
		"uapi_version", uapi ? json_integer(p->uapi_version) : json_null(),
		"load_id", load ? json_sprintf("0x%016" PRIx64, p->load_id) : json_null(),
		"hooks", drtmon_state_hooks_json(p));
}

static json_t *tpm_json(const struct drtmon_state *state)
{
	const struct drtmon_chip *chip = state_chip(state);
	json_t *chips = json_array();
	size_t i;

	for (i = 0; i < state->machine.chips.count; i++)
		json_array_append_new(chips, drtmon_chip_json(&state->machine.chips.chip[i]));
	return json_pack("{s:o,s:s,s:s,s:s?,s:o,s:o}",
		"present", answer_json(&state->tpm),
		"state", state->tpm.state,
		"reason", state->tpm.reason,
		"version", chip ? drtmon_chip_version_name(chip) : NULL,
		"banks", chip ? drtmon_chip_banks_json(chip) : json_array(),
		"chips", chips);
}

static json_t *fact_json(enum drtmon_fact fact)
{
	return fact == DRTMON_FACT_UNREADABLE ? json_null() :
						json_boolean(fact == DRTMON_FACT_PRESENT);
}

static const char *alert_name(enum drtmon_alert alert)
{
	static const char *const names[] = { "unknown", "unreadable", "none", "found" };

	return names[alert];
}

json_t *drtmon_state_json(const struct drtmon_state *s)
{
	const struct drtmon_chip *chip = state_chip(s);
	json_t *doc = json_pack("{s:i,s:{s:o,s:s,s:s,s:s,s:s?},s:o,s:{s:s,s:s}}",
		"schema", 1,
		"drtm", "enabled", answer_json(&s->drtm), "state", s->drtm.state,
		"reason", s->drtm.reason, "judged_by", "pcrs", "chip", chip ? chip->name : NULL,
		"tpm", tpm_json(s),
		"secure_boot", "state", s->secure_boot.state, "reason", s->secure_boot.reason);

	json_object_update_new(doc, json_pack("{s:o,s:s,s:{s:o,s:o,s:o},s:s,s:o}",
		"module", module_json(s),
		"lockdown", drtmon_lockdown_name(s->machine.lockdown),
		"acpi_tables", "TPM2", fact_json(s->machine.acpi_tpm2),
		"TCPA", fact_json(s->machine.acpi_tcpa), "DRTM", fact_json(s->machine.acpi_drtm),
		"last_alert_state", alert_name(s->alert),
		"last_alert", s->alert == DRTMON_ALERT_FOUND ? drtmon_event_json(&s->last_alert) :
							       json_null()));
	return doc;
}

static void print_verdict(const struct drtmon_opts *opts, const char *what, const char *word,
			  const struct drtmon_verdict *verdict)
{
	printf("%s: %s%s%s (%s)\n", what, drtmon_out_tone(opts, drtmon_out_answer(verdict)), word,
	       drtmon_out_tone(opts, DRTMON_TONE_PLAIN), verdict->reason);
}

static const char *answer_word(const struct drtmon_verdict *verdict)
{
	if (verdict->answer == DRTMON_ANSWER_UNKNOWN)
		return "unknown";
	return verdict->answer == DRTMON_ANSWER_YES ? "true" : "false";
}

static void print_chip(const struct drtmon_chip *chip)
{
	const char *version = chip ? drtmon_chip_version_name(chip) : NULL;
	char name[16];
	uint32_t i;

	printf("TPM Version: %s\n", version ? version :
	       chip ? "unknown (the kernel does not say)" : "unknown (no TPM to ask)");
	printf("TPM Banks:");
	for (i = 0; chip && i < chip->banks; i++)
		printf(" %s", drtmon_chip_bank_name(name, sizeof(name), chip->bank[i].alg));
	printf("%s\n", chip && chip->banks ? "" : " unknown");
}

static void print_hooks(const struct drtmon_platform *platform)
{
	uint32_t i;

	printf("Hooks:");
	for (i = 0; i < platform->hooks; i++)
		printf("%s %s %s", i ? "," : "", platform->hook[i].symbol,
		       drtmon_hook_state_name(&platform->hook[i]));
	printf("%s\n", platform->hooks ? "" : " none");
}

static void print_alert(const struct drtmon_opts *opts, const struct drtmon_state *state)
{
	printf("Last Alert: ");
	if (state->alert == DRTMON_ALERT_FOUND)
		drtmon_line_event(opts, &state->last_alert);
	else if (state->alert == DRTMON_ALERT_NONE)
		printf("none\n");
	else
		printf("unknown (%s)\n", state->alert == DRTMON_ALERT_UNREADABLE ?
		       "events are for CAP_NET_ADMIN only; run it as root" :
		       "without the module nobody watches");
}

void drtmon_state_print(const struct drtmon_opts *opts, const struct drtmon_state *state)
{
	print_verdict(opts, "DRTM Enabled", answer_word(&state->drtm), &state->drtm);
	print_verdict(opts, "TPM Present", answer_word(&state->tpm), &state->tpm);
	print_chip(state_chip(state));
	print_verdict(opts, "Secure Boot", state->secure_boot.state, &state->secure_boot);
	printf("Lockdown: %s\n", drtmon_lockdown_name(state->machine.lockdown));
	print_verdict(opts, "Module", state->module.state, &state->module);
	if (state->machine.platform.have)
		print_hooks(&state->machine.platform);
	print_alert(opts, state);
}

int drtmon_state_exit(const struct drtmon_state *state)
{
	if (state->tpm.answer == DRTMON_ANSWER_NO)
		return EXIT_NO_TPM;
	if (state->drtm.answer == DRTMON_ANSWER_UNKNOWN ||
	    state->tpm.answer == DRTMON_ANSWER_UNKNOWN ||
	    strcmp(state->tpm.state, "present") ||
	    state->module.answer == DRTMON_ANSWER_UNKNOWN ||
	    !strcmp(state->module.state, "degraded"))
		return EXIT_FINDING;
	return EXIT_GOOD;
}
