// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/judged.h"

#include <string.h>
#include <sys/stat.h>

#include <jansson.h>

static bool take_verdict(struct judged *judged, const char *name)
{
	enum drtmon_chain_verdict verdict;

	for (verdict = DRTMON_CHAIN_MEASURED; verdict <= DRTMON_CHAIN_UNKNOWN; verdict++)
		if (name && !strcmp(name, drtmon_chain_verdict_name(verdict))) {
			judged->verdict = verdict;
			return true;
		}
	return false;
}

static void take_link(struct judged *judged, const char *name, const char *word)
{
	enum drtmon_link_state state;
	unsigned int id;

	for (id = 0; name && word && id < DRTMON_LINKS; id++) {
		if (strcmp(name, drtmon_link_name(id)))
			continue;
		for (state = DRTMON_LINK_OK; state <= DRTMON_LINK_NOT_APPLICABLE; state++)
			if (!strcmp(word, drtmon_link_state_name(state)))
				judged->link[id] = state;
	}
}

static void take_tpm(struct judged *judged, const char *word)
{
	if (word && (!strcmp(word, "disabled") || !strcmp(word, "deactivated")))
		strcpy(judged->tpm_off, word);
}

static const char *text_of(const json_t *obj, const char *key)
{
	return json_string_value(json_object_get(obj, key));
}

void judged_read(struct judged *judged, const char *path)
{
	json_t *doc = json_load_file(path, JSON_REJECT_DUPLICATES, NULL), *link;
	struct stat st;
	size_t i;

	memset(judged, 0, sizeof(*judged));
	for (i = 0; i < DRTMON_LINKS; i++)
		judged->link[i] = DRTMON_LINK_UNKNOWN;
	judged->there = doc && !stat(path, &st) && take_verdict(judged, text_of(doc, "verdict"));
	json_array_foreach (json_object_get(doc, "links"), i, link)
		take_link(judged, text_of(link, "id"), text_of(link, "state"));
	take_tpm(judged, text_of(doc, "tpm"));
	if (judged->there)
		judged->when =
			(uint64_t)st.st_mtim.tv_sec * 1000000000u + (uint64_t)st.st_mtim.tv_nsec;
	json_decref(doc);
}

/* The chain judged the first one, as the verdict on the TPM does. */
void judged_tpm(const struct judged *judged, struct drtmon_machine *machine)
{
	struct drtmon_chip *chip = machine->chips.chip;

	if (machine->chips.count && chip->version == DRTMON_CHIP_VERSION_TPM12)
		strcpy(chip->off, judged->tpm_off);
}

bool judged_apply(const struct judged *judged, struct drtmon_launch *launch)
{
	enum drtmon_answer now = launch->verdict.answer;
	struct drtmon_verdict then;
	unsigned int i;

	if (!judged->there || launch->by_chain || judged->verdict == DRTMON_CHAIN_UNKNOWN)
		return false;
	launch->chain.verdict = judged->verdict;
	for (i = 0; i < DRTMON_LINKS; i++)
		launch->chain.link[i].state = judged->link[i];
	drtmon_chain_answer(&launch->chain, &then);
	/* PCRs that cannot be read now support nothing. */
	if (now == DRTMON_ANSWER_UNKNOWN)
		return true;
	if (then.answer != DRTMON_ANSWER_UNKNOWN && then.answer != now) {
		launch->verdict.answer = DRTMON_ANSWER_UNKNOWN;
		launch->verdict.state = drtmon_chain_verdict_name(DRTMON_CHAIN_CONTRADICTORY);
		return true;
	}
	launch->verdict.answer = then.answer;
	launch->verdict.state = then.state;
	return true;
}
