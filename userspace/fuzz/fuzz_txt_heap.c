// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdint.h>
#include <stddef.h>
#include <stdlib.h>

#include "lib/txt/heap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct drtmon_txt_view view;
	const uint8_t *log;
	size_t log_len;
	uint32_t i;

	drtmon_txt_view_init(&view, data, len, 0);
	json_decref(drtmon_txt_heap_json(&view));
	for (i = 0; i < view.logs.count; i++) {
		log = drtmon_txt_view_log(&view, &view.logs.log[i], &log_len);
		/* What is handed out has to be inside what came in. */
		if (log && (log < data || log + log_len > data + len))
			abort();
	}
	return 0;
}
