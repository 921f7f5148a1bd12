// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/log/diff.h"

const char *drtmon_diff_kind_name(enum drtmon_diff_kind kind)
{
	static const char *const names[] = { "removed", "added", "changed" };

	return (size_t)kind < 3 ? names[kind] : "unknown";
}

static json_t *index_json(int64_t index)
{
	return index < 0 ? json_null() : json_integer(index);
}

static json_t *line_json(const struct drtmon_diff_line *line)
{
	return json_pack("{s:s,s:i,s:o,s:o,s:s,s:s?,s:s?}", "change",
			 drtmon_diff_kind_name(line->kind), "pcr", (int)line->pcr, "old_event",
			 index_json(line->old_index), "new_event", index_json(line->new_index),
			 "name", line->name, "old", line->old_text, "new", line->new_text);
}

static json_t *pcrs_json(uint32_t bits)
{
	json_t *list = json_array();
	uint32_t i;

	for (i = 0; i < DRTMON_PCRS_COUNT; i++)
		if (bits & UINT32_C(1) << i)
			json_array_append_new(list, json_integer(i));
	return list;
}

json_t *drtmon_diff_json(const struct drtmon_diff *diff)
{
	json_t *lines = json_array();
	size_t i;

	for (i = 0; i < diff->count; i++)
		json_array_append_new(lines, line_json(&diff->line[i]));
	return json_pack("{s:i,s:o,s:o,s:s?,s:o,s:o,s:o,s:o,s:o}", "schema", 1, "old",
			 drtmon_analysis_json(&diff->old), "new", drtmon_analysis_json(&diff->new),
			 "bank", diff->alg ? diff->alg->name : NULL, "changes", lines,
			 "pcrs_unordered", pcrs_json(diff->unordered), "pcrs_moved",
			 pcrs_json(diff->moved), "pcrs_kept", pcrs_json(diff->kept),
			 "pcrs_not_compared", pcrs_json(diff->not_compared));
}
