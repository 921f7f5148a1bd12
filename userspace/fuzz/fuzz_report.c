// SPDX-License-Identifier: GPL-2.0-or-later
/* A report of any shape makes a page that asks for nothing and holds no markup of others. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	json_t *doc = json_loadb((const char *)data, len, 0, NULL);
	char *page;

	if (!doc)
		return 0;
	json_decref(drtmon_report_picture(doc));
	page = drtmon_report_html(doc);
	if (page && (strstr(page, "<script") || strstr(page, "<!--")))
		abort();
	free(page);
	json_decref(drtmon_report_diff(doc, doc));
	json_decref(doc);
	return 0;
}
