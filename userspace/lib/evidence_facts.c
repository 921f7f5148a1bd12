// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/evidence_facts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TXT_PUBLIC_BASE 0xfed30000u

enum drtmon_known drtmon_facts_msr(const struct drtmon_facts *facts, uint32_t index,
				   uint64_t *value)
{
	unsigned int i;

	for (i = 0; i < facts->msrs; i++) {
		if (facts->msr[i].index != index)
			continue;
		if (!facts->msr[i].readable)
			return DRTMON_KNOWN_NO;
		*value = facts->msr[i].value;
		return DRTMON_KNOWN_YES;
	}
	return DRTMON_KNOWN_NOTHING;
}

enum drtmon_known drtmon_facts_acpi(const struct drtmon_facts *facts, const char *signature)
{
	unsigned int i;

	for (i = 0; i < facts->acpis; i++)
		if (!strcmp(facts->acpi[i].signature, signature))
			return facts->acpi[i].present;
	return DRTMON_KNOWN_NOTHING;
}

void drtmon_facts_set_acpi(struct drtmon_facts *facts, const char *signature,
			   enum drtmon_known present)
{
	struct drtmon_facts_acpi *acpi = &facts->acpi[facts->acpis];

	if (facts->acpis == DRTMON_FACTS_ACPI || strlen(signature) >= sizeof(acpi->signature))
		return;
	strcpy(acpi->signature, signature);
	acpi->present = present;
	facts->acpis++;
}

const struct drtmon_facts_nv *drtmon_facts_nv(const struct drtmon_facts *facts, uint32_t index)
{
	unsigned int i;

	for (i = 0; i < facts->nvs; i++)
		if (facts->nv[i].index == index)
			return &facts->nv[i];
	return NULL;
}

bool drtmon_facts_lab(const struct drtmon_facts *facts)
{
	return facts->have_base && facts->txt_base && facts->txt_base != TXT_PUBLIC_BASE;
}
