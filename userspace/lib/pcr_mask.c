// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/pcr_mask.h"

#include <ctype.h>
#include <stdio.h>

#define PCRS 32

static bool number(const char **text, unsigned int *value)
{
	const char *p = *text;

	if (!isdigit((unsigned char)*p))
		return false;
	for (*value = 0; isdigit((unsigned char)*p) && *value < PCRS; p++)
		*value = *value * 10 + (unsigned int)(*p - '0');
	*text = p;
	return *value < PCRS;
}

bool drtmon_pcr_mask_parse(const char *text, uint32_t *mask)
{
	unsigned int first, last;

	*mask = 0;
	do {
		if (!number(&text, &first))
			return false;
		last = first;
		if (*text == '-') {
			text++;
			if (!number(&text, &last) || last < first)
				return false;
		}
		for (; first <= last; first++)
			*mask |= UINT32_C(1) << first;
	} while (*text++ == ',');
	return !text[-1];
}

char *drtmon_pcr_mask_text(char *dst, uint32_t mask)
{
	unsigned int i, last;
	int n = 0;

	dst[0] = '\0';
	for (i = 0; i < PCRS; i = last + 1) {
		last = i;
		if (!(mask >> i & 1))
			continue;
		while (last + 1 < PCRS && mask >> (last + 1) & 1)
			last++;
		n += snprintf(dst + n, (size_t)(DRTMON_PCR_MASK_MAX - n), "%s%u", n ? ", " : "", i);
		if (last > i)
			n += snprintf(dst + n, (size_t)(DRTMON_PCR_MASK_MAX - n), "-%u", last);
	}
	return dst;
}
