// SPDX-License-Identifier: GPL-2.0-or-later
/* Event data alone, under any event type: first four bytes are the type. */
#include <string.h>

#include "fuzz/fuzz_log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct drtmon_log_event event = { .content = DRTMON_LOG_CONTENT_TCG };
	struct drtmon_check *check = drtmon_check_new();
	struct drtmon_decoded out;
	const char *why;

	if (len >= 4) {
		memcpy(&event.type, data, 4);
		event.data = data + 4;
		event.len = len - 4;
		drtmon_check_event(check, NULL, &event, &why);
		drtmon_decode(&out, &event, false, true);
		if (out.len >= sizeof(out.text))
			abort();
		drtmon_decoded_free(&out);
	}
	drtmon_check_free(check);
	return 0;
}
