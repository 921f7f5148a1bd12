// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/log/cel.h"

#include <stddef.h>
#include <string.h>

/* systemd's is named only; it has no number in the specification. */
#define CEL_SYSTEMD 0x10000

static const struct {
	uint32_t type;
	const char *name;
	enum drtmon_log_content content;
} contents[] = {
	{ DRTMON_CEL_MGMT, "cel", DRTMON_LOG_CONTENT_CEL },
	{ DRTMON_CEL_PCCLIENT_STD, "pcclient_std", DRTMON_LOG_CONTENT_TCG },
	{ DRTMON_CEL_IMA_TEMPLATE, "ima_template", DRTMON_LOG_CONTENT_IMA },
	{ DRTMON_CEL_IMA_TLV, "ima_tlv", DRTMON_LOG_CONTENT_OTHER },
	{ CEL_SYSTEMD, "systemd", DRTMON_LOG_CONTENT_SYSTEMD },
	{ CEL_SYSTEMD + 1, "drtmon", DRTMON_LOG_CONTENT_DRTMON },
};

#define CONTENTS (sizeof(contents) / sizeof(contents[0]))

enum drtmon_log_content drtmon_cel_content(uint32_t type)
{
	size_t i;

	for (i = 0; i < CONTENTS; i++)
		if (contents[i].type == type)
			return contents[i].content;
	return DRTMON_LOG_CONTENT_OTHER;
}

const char *drtmon_cel_content_name(uint32_t type)
{
	size_t i;

	for (i = 0; i < CONTENTS; i++)
		if (contents[i].type == type)
			return contents[i].name;
	return NULL;
}

int drtmon_cel_content_by_name(const char *name)
{
	size_t i;

	for (i = 0; i < CONTENTS; i++)
		if (!strcmp(contents[i].name, name))
			return (int)contents[i].type;
	return -1;
}
