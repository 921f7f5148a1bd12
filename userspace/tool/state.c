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
	struct drtmon_judgement judgement;

	drtmon_judge_event(state->judge, event, &judgement);
	if (judgement.severity >= DRTMON_SEVERITY_WARNING) {
		state->last_alert = *event;
		state->alert_judgement = judgement;
		state->alert = DRTMON_ALERT_FOUND;
	}
	return 0;
}

static void alert_lost(void *ctx, uint64_t first, uint64_t last)
{
	struct drtmon_state *state = ctx;

	state->alert_lost += last - first + 1;
}

/* What is lost came before what is held, so an alert that was found is the newest. */
static void alert_look(struct drtmon_state *state)
{
	const struct drtmon_stream_ops ops = {
		.event = alert_event,
		.lost = alert_lost,
		.ctx = state,
	};
	int ret;

	if (!state->machine.nl)
		return;
	ret = drtmon_stream_dump(&ops, 1, &state->alert_err);
	if (ret == -EPERM || ret == -EACCES)
		state->alert = DRTMON_ALERT_UNREADABLE;
	else if (ret)
		state->alert = DRTMON_ALERT_UNKNOWN;
	else if (state->alert != DRTMON_ALERT_FOUND)
		state->alert = state->alert_lost ? DRTMON_ALERT_LOST : DRTMON_ALERT_NONE;
}

void drtmon_state_look(struct drtmon_state *state, const struct drtmon_judge *judge)
{
	memset(state, 0, sizeof(*state));
	state->judge = judge;
	drtmon_machine_look(&state->machine, "");
	drtmon_launch_judge(&state->launch, &state->machine, "");
	drtmon_verdict_tpm(&state->machine, &state->tpm);
	drtmon_verdict_secure_boot(&state->machine, &state->secure_boot);
	drtmon_verdict_module(&state->machine, &state->module);
	alert_look(state);
}

void drtmon_state_free(struct drtmon_state *state)
{
	json_decref(state->alert_json);
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

static json_t *hook_json(const struct drtmon_hook *hook)
{
	bool required = drtmon_attr_has(hook->have, DRTMON_A_HOOK_REQUIRED);
	bool missed = drtmon_attr_has(hook->have, DRTMON_A_HOOK_MISSED);
	bool loss = drtmon_attr_has(hook->have, DRTMON_A_HOOK_LOSS);
	json_t *obj = json_object();

	json_object_set_new(obj, "symbol", json_string(hook->symbol));
	json_object_set_new(obj, "state", json_string(drtmon_hook_state_name(hook)));
	json_object_set_new(obj, "required", required ? json_boolean(hook->required) : json_null());
	json_object_set_new(obj, "missed",
			    missed ? json_integer((json_int_t)hook->missed) : json_null());
	json_object_set_new(obj, "loss", loss ? json_string(hook->loss) : json_null());
	return obj;
}

json_t *drtmon_state_hooks_json(const struct drtmon_platform *platform)
{
	json_t *list = json_array();
	uint32_t i;

	for (i = 0; i < platform->hooks; i++)
		json_array_append_new(list, hook_json(&platform->hook[i]));
	return list;
}

static json_t *drtm_json(const struct drtmon_state *state)
{
	const struct drtmon_chip *chip = state_chip(state);
	json_t *obj = json_object();

	json_object_set_new(obj, "enabled", answer_json(&state->launch.verdict));
	json_object_set_new(obj, "state", json_string(state->launch.verdict.state));
	json_object_set_new(obj, "reason", json_string(state->launch.verdict.reason));
	json_object_set_new(obj, "judged_by",
			    json_string(state->launch.by_chain ? "chain" : "pcrs"));
	json_object_set_new(obj, "chip", chip ? json_string(chip->name) : json_null());
	return obj;
}

static json_t *tpm_json(const struct drtmon_state *state)
{
	const struct drtmon_chip *chip = state_chip(state);
	const char *version = chip ? drtmon_chip_version_name(chip) : NULL;
	json_t *obj = json_object(), *chips = json_array();
	size_t i;

	for (i = 0; i < state->machine.chips.count; i++)
		json_array_append_new(chips, drtmon_chip_json(&state->machine.chips.chip[i]));
	json_object_set_new(obj, "present", answer_json(&state->tpm));
	json_object_set_new(obj, "state", json_string(state->tpm.state));
	json_object_set_new(obj, "reason", json_string(state->tpm.reason));
	json_object_set_new(obj, "version", version ? json_string(version) : json_null());
	json_object_set_new(obj, "banks", chip ? drtmon_chip_banks_json(chip) : json_array());
	json_object_set_new(obj, "chips", chips);
	json_object_set_new(obj, "interrupted", json_boolean(state->machine.chips.interrupted));
	return obj;
}

static json_t *secure_boot_json(const struct drtmon_state *state)
{
	return json_pack("{s:s,s:s}", "state", state->secure_boot.state, "reason",
			 state->secure_boot.reason);
}

static json_t *module_json(const struct drtmon_state *state)
{
	const struct drtmon_platform *p = &state->machine.platform;
	bool version = drtmon_attr_has(p->have, DRTMON_A_PLATFORM_MODULE_VERSION);
	bool uapi = drtmon_attr_has(p->have, DRTMON_A_PLATFORM_UAPI_VERSION);
	bool load = drtmon_attr_has(p->have, DRTMON_A_PLATFORM_LOAD_ID);
	json_t *obj = json_object();

	json_object_set_new(obj, "state", json_string(state->module.state));
	json_object_set_new(obj, "reason", json_string(state->module.reason));
	json_object_set_new(obj, "version", version ? json_string(p->module_version) : json_null());
	json_object_set_new(obj, "uapi_version",
			    uapi ? json_integer(p->uapi_version) : json_null());
	json_object_set_new(obj, "load_id",
			    load ? json_sprintf("0x%016" PRIx64, p->load_id) : json_null());
	json_object_set_new(obj, "hooks", drtmon_state_hooks_json(p));
	return obj;
}

static json_t *fact_json(enum drtmon_fact fact)
{
	if (fact == DRTMON_FACT_UNREADABLE)
		return json_null();
	return json_boolean(fact == DRTMON_FACT_PRESENT);
}

static json_t *tables_json(const struct drtmon_machine *machine)
{
	return json_pack("{s:o,s:o,s:o}", "TPM2", fact_json(machine->acpi_tpm2), "TCPA",
			 fact_json(machine->acpi_tcpa), "DRTM", fact_json(machine->acpi_drtm));
}

static void alert_json(json_t *doc, const struct drtmon_state *state)
{
	static const char *const names[] = {
		[DRTMON_ALERT_UNKNOWN] = "unknown", [DRTMON_ALERT_UNREADABLE] = "unreadable",
		[DRTMON_ALERT_LOST] = "lost",	    [DRTMON_ALERT_NONE] = "none",
		[DRTMON_ALERT_FOUND] = "found",
	};
	json_t *alert = json_null();

	if (state->alert == DRTMON_ALERT_FOUND) {
		alert = state->alert_json ? json_deep_copy(state->alert_json)
					  : drtmon_event_json(&state->last_alert);
		drtmon_judge_put(state->judge, alert, &state->alert_judgement);
	}
	/* Lost events and a reason are told whatever the state, so that no reader guesses. */
	json_object_set_new(doc, "events_lost",
			    state->alert > DRTMON_ALERT_UNREADABLE
				    ? json_integer((json_int_t)state->alert_lost)
				    : json_null());
	json_object_set_new(doc, "last_alert_reason",
			    state->alert_err.code ? json_string(state->alert_err.msg)
						  : json_null());
	json_object_set_new(doc, "last_alert_state", json_string(names[state->alert]));
	json_object_set_new(doc, "last_alert", alert);
	json_object_set_new(doc, "alert_policy", drtmon_judge_json(state->judge));
}

json_t *drtmon_state_json(const struct drtmon_state *state)
{
	json_t *doc = json_pack("{s:i}", "schema", 1);

	json_object_set_new(doc, "drtm", drtm_json(state));
	json_object_set_new(doc, "tpm", tpm_json(state));
	json_object_set_new(doc, "secure_boot", secure_boot_json(state));
	json_object_set_new(doc, "module", module_json(state));
	json_object_set_new(doc, "lockdown",
			    json_string(drtmon_lockdown_name(state->machine.lockdown)));
	json_object_set_new(doc, "acpi_tables", tables_json(&state->machine));
	alert_json(doc, state);
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

	printf("TPM Version: %s\n", version ? version
				    : chip  ? "unknown (the kernel does not say)"
					    : "unknown (no TPM to ask)");
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

/* As it was judged; the module's own severity is in the JSON. */
static void print_last(const struct drtmon_opts *opts, const struct drtmon_state *state)
{
	struct drtmon_event event = state->last_alert;

	event.severity = state->alert_judgement.severity;
	event.have |= 1ull << DRTMON_A_EVENT_SEVERITY;
	drtmon_line_event(opts, &event);
	if (state->alert_judgement.reason[0])
		printf("Judged So: %s\n", state->alert_judgement.reason);
}

static void print_alert(const struct drtmon_opts *opts, const struct drtmon_state *state)
{
	printf("Last Alert: ");
	if (state->alert == DRTMON_ALERT_FOUND && state->alert_err.code)
		printf("(%s) ", state->alert_err.msg);
	if (state->alert == DRTMON_ALERT_FOUND)
		print_last(opts, state);
	else if (state->alert == DRTMON_ALERT_NONE)
		printf("none\n");
	else if (state->alert == DRTMON_ALERT_LOST)
		printf("unknown (none among the events that are still held; %llu older ones are "
		       "lost)\n",
		       (unsigned long long)state->alert_lost);
	else if (state->alert == DRTMON_ALERT_UNREADABLE)
		printf("unknown (events are for CAP_NET_ADMIN only; run it as root)\n");
	else
		printf("unknown (%s)\n", state->alert_err.code
						 ? state->alert_err.msg
						 : "without the module nobody watches");
	printf("Alert Policy: ");
	drtmon_judge_print(state->judge);
}

void drtmon_state_print(const struct drtmon_opts *opts, const struct drtmon_state *state)
{
	print_verdict(opts, "DRTM Enabled", answer_word(&state->launch.verdict),
		      &state->launch.verdict);
	print_verdict(opts, "TPM Present", answer_word(&state->tpm), &state->tpm);
	print_chip(state_chip(state));
	if (state->machine.chips.interrupted)
		printf("TPM Values: interrupted (they changed each time they were read; run it "
		       "again)\n");
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
	if (state->launch.verdict.answer == DRTMON_ANSWER_UNKNOWN ||
	    state->tpm.answer == DRTMON_ANSWER_UNKNOWN || strcmp(state->tpm.state, "present") ||
	    state->secure_boot.answer == DRTMON_ANSWER_UNKNOWN ||
	    state->module.answer == DRTMON_ANSWER_UNKNOWN || state->machine.chips.interrupted ||
	    !strcmp(state->module.state, "degraded"))
		return EXIT_FINDING;
	return EXIT_GOOD;
}
