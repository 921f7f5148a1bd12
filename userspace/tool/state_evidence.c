// SPDX-License-Identifier: GPL-2.0-or-later
#include "tool/state_evidence.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/text.h"
#include "tool/events_file.h"

static enum drtmon_fact fact(enum drtmon_known known)
{
	if (known == DRTMON_KNOWN_NOTHING)
		return DRTMON_FACT_UNREADABLE;
	return known == DRTMON_KNOWN_YES ? DRTMON_FACT_PRESENT : DRTMON_FACT_ABSENT;
}

static void __attribute__((format(printf, 4, 5)))
judge(struct drtmon_verdict *verdict, enum drtmon_answer answer, const char *word, const char *fmt,
      ...)
{
	va_list ap;

	verdict->answer = answer;
	verdict->state = word;
	va_start(ap, fmt);
	drtmon_text_vprintf(verdict->reason, sizeof(verdict->reason), fmt, ap);
	va_end(ap);
}

/* Banks are those that have values: a capture has no list of its own. */
static void chip_values(struct drtmon_chip *chip, const struct drtmon_evidence *ev)
{
	const struct drtmon_item *item = &ev->item[DRTMON_ITEM_PCRS];
	uint32_t i;

	chip->pcrs = ev->pcrs;
	for (i = 0; i < DRTMON_PCRS_BANKS && ev->pcrs.bank[i].alg && i < DRTMON_BANKS_MAX; i++) {
		chip->bank[i].alg = ev->pcrs.bank[i].alg->id;
		chip->bank[i].digest_size = (uint32_t)ev->pcrs.bank[i].alg->size;
		chip->banks++;
	}
	if (!chip->banks)
		drtmon_text_copy(chip->why, sizeof(chip->why),
				 item->why[0] ? item->why : "the capture has no PCR values");
}

static void chip_facts(struct drtmon_chip *chip, const struct drtmon_facts_chip *facts)
{
	chip->version = !strcmp(facts->version, "2.0") ? DRTMON_CHIP_VERSION_TPM20
						       : DRTMON_CHIP_VERSION_TPM12;
	if (facts->version[0])
		chip->have |= 1ull << DRTMON_A_CHIP_VERSION;
	if (facts->enabled == DRTMON_KNOWN_NO)
		snprintf(chip->off, sizeof(chip->off), "disabled");
	else if (facts->active == DRTMON_KNOWN_NO)
		snprintf(chip->off, sizeof(chip->off), "deactivated");
}

static void take_chips(struct drtmon_machine *m, const struct drtmon_evidence *ev)
{
	const struct drtmon_facts *facts = &ev->facts;
	struct drtmon_chip *chip;
	unsigned int i, id;

	for (i = 0; i < facts->chips; i++) {
		if (sscanf(facts->chip[i].name, "tpm%u", &id) != 1)
			id = i;
		chip = drtmon_chips_add(&m->chips, id, DRTMON_CHIP_FROM_CAPTURE);
		if (chip)
			chip_facts(chip, &facts->chip[i]);
	}
	if (!facts->chips && ev->pcrs.bank[0].alg)
		drtmon_chips_add(&m->chips, 0, DRTMON_CHIP_FROM_CAPTURE);
	if (m->chips.count)
		chip_values(&m->chips.chip[0], ev);
	else if (facts->tpm_class == DRTMON_KNOWN_NO)
		drtmon_err_set(&m->chips_err, -ENODEV, "the kernel had no TPM");
	else if (facts->tpm_class == DRTMON_KNOWN_NOTHING)
		drtmon_err_set(&m->chips_err, -ENODATA,
			       "the capture does not say whether there is a TPM");
}

static enum drtmon_lockdown lockdown(const char *name)
{
	unsigned int i;

	for (i = 0; i <= DRTMON_LOCKDOWN_CONFIDENTIALITY; i++)
		if (!strcmp(drtmon_lockdown_name(i), name))
			return i;
	return DRTMON_LOCKDOWN_UNREADABLE;
}

/* The words that verdicts use are kept in facts.json. */
static void judge_secure_boot(struct drtmon_state *state, const char *word)
{
	static const char *const words[] = { "enabled", "disabled", "setup-mode", "unsupported" };
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(word, words[i])) {
			judge(&state->secure_boot, i ? DRTMON_ANSWER_NO : DRTMON_ANSWER_YES,
			      words[i], "when the capture was taken");
			return;
		}
	judge(&state->secure_boot, DRTMON_ANSWER_UNKNOWN, "unknown", "not in this capture");
}

static void judge_module(struct drtmon_state *state, const struct drtmon_evidence *ev)
{
	const char *version = ev->facts.module;

	if (version[0])
		judge(&state->module, DRTMON_ANSWER_YES, "loaded",
		      "drtmon.ko %s was loaded; how its hooks were is not in a capture", version);
	else if (ev->facts.tool[0]) /* whoever else made the capture did not look */
		judge(&state->module, DRTMON_ANSWER_NO, "absent",
		      "drtmon.ko was not loaded when the capture was taken");
	else
		judge(&state->module, DRTMON_ANSWER_UNKNOWN, "unknown",
		      "the capture does not say whether drtmon.ko was loaded");
	snprintf(state->machine.platform.module_version,
		 sizeof(state->machine.platform.module_version), "%s", version);
	if (version[0])
		state->machine.platform.have |= 1ull << DRTMON_A_PLATFORM_MODULE_VERSION;
}

static void alert_event(void *ctx, json_t *event, uint32_t severity)
{
	struct drtmon_state *state = ctx;
	struct drtmon_judgement judgement;
	struct drtmon_event known;

	drtmon_events_file_event(&known, event);
	drtmon_judge_event(state->judge, &known, &judgement);
	if (judgement.severity < DRTMON_SEVERITY_WARNING)
		return;
	json_decref(state->alert_json);
	state->alert_json = json_incref(event);
	state->alert_judgement = judgement;
}

/*
 * The capture's last alert. Where the end of its events is missing or a line
 * cannot be read there may have been a newer one, or one at all.
 */
static void take_alert(struct drtmon_state *state, const struct drtmon_item *item)
{
	struct drtmon_events_file file = { .event = alert_event, .ctx = state };

	state->alert = DRTMON_ALERT_UNKNOWN;
	if (drtmon_events_file_read(&file, item, &state->alert_err))
		return;
	state->alert_lost = file.gone;
	if (item->blob.truncated)
		drtmon_err_set(&state->alert_err, -ENODATA,
			       "events.ndjson is cut off: what came last is not in it");
	else if (file.bad)
		drtmon_err_set(&state->alert_err, -EBADMSG,
			       "%llu lines of events.ndjson are no "
			       "events",
			       (unsigned long long)file.bad);
	if (state->alert_json) {
		state->alert = DRTMON_ALERT_FOUND;
		drtmon_events_file_event(&state->last_alert, state->alert_json);
	} else if (!state->alert_err.code) {
		state->alert = file.gone ? DRTMON_ALERT_LOST : DRTMON_ALERT_NONE;
	}
}

void drtmon_state_evidence(struct drtmon_state *state, const struct drtmon_evidence *ev,
			   const struct drtmon_chain *chain, const struct drtmon_judge *judge)
{
	struct drtmon_machine *m = &state->machine;

	memset(state, 0, sizeof(*state));
	state->judge = judge;
	take_chips(m, ev);
	m->acpi_tpm2 = fact(drtmon_facts_acpi(&ev->facts, "TPM2"));
	m->acpi_tcpa = fact(drtmon_facts_acpi(&ev->facts, "TCPA"));
	m->acpi_drtm = fact(drtmon_facts_acpi(&ev->facts, "DRTM"));
	m->lockdown = lockdown(ev->facts.lockdown);
	drtmon_verdict_tpm(m, &state->tpm);
	drtmon_chain_answer(chain, &state->launch.verdict);
	state->launch.by_chain = true;
	judge_secure_boot(state, ev->facts.secure_boot);
	judge_module(state, ev);
	take_alert(state, &ev->item[DRTMON_ITEM_EVENTS]);
}

int drtmon_state_evidence_exit(const struct drtmon_state *state)
{
	if (state->tpm.answer == DRTMON_ANSWER_NO)
		return EXIT_NO_TPM;
	if (state->launch.verdict.answer == DRTMON_ANSWER_UNKNOWN ||
	    strcmp(state->tpm.state, "present"))
		return EXIT_FINDING;
	return EXIT_GOOD;
}
