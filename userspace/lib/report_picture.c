// SPDX-License-Identifier: GPL-2.0-or-later
/* Which links of the chain make up which layer of the picture. */
#include <string.h>

#include "lib/html.h"
#include "lib/report.h"

#define LINKS_MAX 4

static const struct {
	const char *id;
	const char *title;
	const char *link[LINKS_MAX];
} layers[] = {
	{ "hardware", "Hardware", { "cpu-smx", "txt-window", "tpm" } },
	{ "firmware", "Firmware", { "bios-feature-control", "bios-heap", "tpm-nv", "dma" } },
	{ "acm", "ACM", { "acm-startup" } },
	{ "launcher", "Launcher", { "launcher", "senter" } },
	{ "kernel", "Kernel", { "pcr17", "event-log" } },
	{ "user-space", "User space", { NULL } },
};

/* Worst first. */
static const char *const states[] = { "broken", "warning", "unknown", "ok", "not-applicable" };

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static size_t rank(const char *state)
{
	size_t i;

	for (i = 0; i < COUNT(states); i++)
		if (!strcmp(states[i], state))
			return i;
	return 2; /* a word from the future is not known here */
}

static const json_t *link_find(const json_t *report, const char *id)
{
	const json_t *links = drtmon_html_get(report, "why.links");
	size_t i;

	for (i = 0; i < json_array_size(links); i++)
		if (!strcmp(drtmon_html_word(json_array_get(links, i), "id"), id))
			return json_array_get(links, i);
	return NULL;
}

static json_t *layer_links(const json_t *report, size_t layer)
{
	size_t worst = COUNT(states) - 1, i;
	json_t *links = json_array(), *obj;
	const char *reason = "";

	for (i = 0; i < LINKS_MAX && layers[layer].link[i]; i++) {
		const json_t *link = link_find(report, layers[layer].link[i]);
		size_t r = link ? rank(drtmon_html_word(link, "state")) : rank("");

		json_array_append_new(links, json_string(layers[layer].link[i]));
		if (r < worst || !*reason)
			reason = link ? drtmon_html_word(link, "evidence") : "nobody looked";
		if (r < worst)
			worst = r;
	}
	obj = json_pack("{s:s,s:s,s:s,s:s}", "id", layers[layer].id, "title", layers[layer].title,
			"state", states[worst], "reason", reason);
	json_object_set_new(obj, "links", links);
	return obj;
}

/* What a log's result says of the layer it measured; worst first, as in states[]. */
static size_t log_rank(const char *result)
{
	if (!strcmp(result, "mismatch"))
		return rank("broken");
	if (!strcmp(result, "ahead") || !strcmp(result, "problem"))
		return rank("warning");
	return !strcmp(result, "match") ? rank("ok") : rank("unknown");
}

/* What runs in user space is known by what IMA and systemd measured of it. */
static json_t *layer_user(const json_t *report)
{
	static const char *const reasons[] = {
		"its event log does not explain its PCRs",
		"its event log has problems, or went on after the TPM's values",
		"its event log was compared with nothing",
		"its event log explains its PCRs",
	};
	const json_t *logs = drtmon_html_get(report, "logs");
	const char *reason = "nothing measured it: there is no IMA list and no log of systemd";
	size_t i, worst = rank("ok"), present = 0, r;

	for (i = 0; i < json_array_size(logs); i++) {
		const json_t *log = json_array_get(logs, i);
		const char *id = drtmon_html_word(log, "id");

		if ((strcmp(id, "ima") && strcmp(id, "userspace")) ||
		    !strcmp(drtmon_html_word(log, "state"), "absent"))
			continue;
		present++;
		r = log_rank(drtmon_html_word(log, "result"));
		worst = r < worst ? r : worst;
	}
	if (present)
		reason = reasons[worst];
	else
		worst = rank("unknown");
	return json_pack("{s:s,s:s,s:s,s:s,s:[]}", "id", "user-space", "title", "User space",
			 "state", states[worst], "reason", reason, "links");
}

json_t *drtmon_report_picture(const json_t *report)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < COUNT(layers); i++)
		if (json_array_append_new(list, layers[i].link[0] ? layer_links(report, i)
								  : layer_user(report))) {
			json_decref(list);
			return NULL;
		}
	return list;
}
