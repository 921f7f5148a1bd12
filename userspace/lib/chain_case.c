// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/chain_case.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/text.h"

static void case_window(struct drtmon_case *c)
{
	const struct drtmon_item *item = &c->ev->item[DRTMON_ITEM_REGISTERS];
	unsigned int i;

	if (item->state != DRTMON_ITEM_PRESENT)
		return;
	c->have_window = true;
	c->window = drtmon_txt_window_state(item->blob.data, item->blob.len);
	if (c->window < DRTMON_TXT_WINDOW_SHORT)
		return;
	for (i = 0; i < DRTMON_TXT_REG_OTHER; i++)
		if (drtmon_txt_reg_read(i, item->blob.data, item->blob.len, &c->reg[i]))
			c->have |= UINT32_C(1) << i;
	c->error = drtmon_txt_errorcode_decode((uint32_t)c->reg[DRTMON_TXT_ERRORCODE]);
}

const char *drtmon_case_cut(const struct drtmon_case *c)
{
	const struct drtmon_blob *blob = &c->ev->item[DRTMON_ITEM_REGISTERS].blob;

	if (blob->len < 8)
		return "are not one register";
	return *blob->data ? "with STS all ones: it takes 0x118 to tell that there is none"
			   : "that are all zero: it takes 0x118 to tell that there is none";
}

const char *drtmon_case_unseen(const struct drtmon_case *c)
{
	if (!c->have_window)
		return "was not read";
	if (c->window == DRTMON_TXT_WINDOW_EMPTY)
		return "is empty";
	return c->window == DRTMON_TXT_WINDOW_CUT ? "is truncated" : NULL;
}

/*
 * SENTER.DONE alone is not enough: with TXT off some chipsets read 3 there.
 * HEAP.BASE tells, because only a BIOS that enabled TXT writes it.
 */
static enum drtmon_case_launch case_launch(const struct drtmon_case *c)
{
	uint64_t sts = c->reg[DRTMON_TXT_STS];
	bool senter = sts & 1, sexit = sts & 2;

	if (drtmon_case_unseen(c))
		return DRTMON_CASE_LAUNCH_UNKNOWN;
	if (c->window == DRTMON_TXT_WINDOW_NONE)
		return DRTMON_CASE_LAUNCH_NO_WINDOW;
	if (drtmon_case_has(c, DRTMON_TXT_HEAP_BASE) && !c->reg[DRTMON_TXT_HEAP_BASE])
		return DRTMON_CASE_LAUNCH_OFF;
	if (!senter)
		return DRTMON_CASE_LAUNCH_NOT;
	if (sexit)
		return DRTMON_CASE_LAUNCH_BOTH;
	return drtmon_case_has(c, DRTMON_TXT_HEAP_BASE) ? DRTMON_CASE_LAUNCH_YES
							: DRTMON_CASE_LAUNCH_UNKNOWN;
}

static void case_heap(struct drtmon_case *c)
{
	const struct drtmon_item *item = &c->ev->item[DRTMON_ITEM_HEAP];

	if (item->state != DRTMON_ITEM_PRESENT || !item->blob.len)
		return;
	drtmon_txt_view_init(&c->heap, item->blob.data, item->blob.len,
			     c->reg[DRTMON_TXT_HEAP_BASE]);
	c->have_heap = true;
}

static enum drtmon_case_tpm tpm_missing(const struct drtmon_facts *facts)
{
	enum drtmon_known tpm2 = drtmon_facts_acpi(facts, "TPM2");
	enum drtmon_known tcpa = drtmon_facts_acpi(facts, "TCPA");

	if (tpm2 == DRTMON_KNOWN_YES || tcpa == DRTMON_KNOWN_YES)
		return DRTMON_CASE_TPM_DRIVER;
	if (tpm2 == DRTMON_KNOWN_NOTHING || tcpa == DRTMON_KNOWN_NOTHING)
		return facts->tpm_class == DRTMON_KNOWN_NO ? DRTMON_CASE_TPM_ABSENT
							   : DRTMON_CASE_TPM_UNKNOWN;
	return facts->smbios_tpm == DRTMON_KNOWN_YES ? DRTMON_CASE_TPM_HIDDEN
						     : DRTMON_CASE_TPM_ABSENT;
}

static enum drtmon_case_tpm case_tpm(const struct drtmon_case *c)
{
	const struct drtmon_facts *facts = &c->ev->facts;
	const struct drtmon_facts_chip *chip = &facts->chip[0];

	if (facts->chips && chip->enabled == DRTMON_KNOWN_NO)
		return DRTMON_CASE_TPM_DISABLED;
	if (facts->chips && chip->active == DRTMON_KNOWN_NO)
		return DRTMON_CASE_TPM_DEACTIVATED;
	if (facts->chips || c->ev->pcrs.bank[0].alg)
		return DRTMON_CASE_TPM_PRESENT;
	if (c->ev->item[DRTMON_ITEM_PCRS].state == DRTMON_ITEM_UNREADABLE)
		return DRTMON_CASE_TPM_UNKNOWN;
	if (c->ev->item[DRTMON_ITEM_FACTS].state != DRTMON_ITEM_PRESENT && !c->ev->live)
		return DRTMON_CASE_TPM_UNKNOWN;
	return tpm_missing(facts);
}

void drtmon_case_init(struct drtmon_case *c, const struct drtmon_evidence *evidence, bool list)
{
	memset(c, 0, sizeof(*c));
	c->ev = evidence;
	if (evidence->item[DRTMON_ITEM_FACTS].state == DRTMON_ITEM_UNREADABLE)
		snprintf(c->facts_text, sizeof(c->facts_text), "facts.json could not be read: %s",
			 evidence->item[DRTMON_ITEM_FACTS].why);
	c->lab = drtmon_facts_lab(&evidence->facts);
	c->virtual_machine = evidence->facts.hypervisor == DRTMON_KNOWN_YES;
	case_window(c);
	c->amd = evidence->facts.vendor == DRTMON_FACTS_VENDOR_AMD && !c->lab &&
		 c->window < DRTMON_TXT_WINDOW_SHORT;
	c->launch = case_launch(c);
	case_heap(c);
	c->pcr17 = drtmon_pcrs_drtm(&evidence->pcrs, 17);
	c->belied = drtmon_pcrs_belied(&evidence->pcrs,
				       c->launch == DRTMON_CASE_LAUNCH_YES ||
					       evidence->facts.vendor == DRTMON_FACTS_VENDOR_INTEL);
	c->tpm = case_tpm(c);
	drtmon_drtm_init(&c->drtm, &evidence->pcrs, list);
	drtmon_case_log(c);
}

void drtmon_case_free(struct drtmon_case *c)
{
	drtmon_drtm_free(&c->drtm);
}

bool drtmon_case_failure(const struct drtmon_case *c)
{
	return c->error.failure || c->reg[DRTMON_TXT_ESTS] & 1;
}

const char *drtmon_case_facts(const struct drtmon_case *c, const char *nobody)
{
	return c->facts_text[0] ? c->facts_text : nobody;
}

static void append(char *dst, size_t max, const char *fmt, va_list ap)
{
	size_t len = strlen(dst);

	if (len && len + 2 < max) {
		strcpy(dst + len, "; ");
		len += 2;
	}
	drtmon_text_vprintf(dst + len, max - len, fmt, ap);
}

void drtmon_link_set(struct drtmon_link *link, enum drtmon_link_state state, const char *fmt, ...)
{
	va_list ap;

	link->state = state;
	link->evidence[0] = '\0';
	va_start(ap, fmt);
	append(link->evidence, sizeof(link->evidence), fmt, ap);
	va_end(ap);
}

void drtmon_link_add(struct drtmon_link *link, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	append(link->evidence, sizeof(link->evidence), fmt, ap);
	va_end(ap);
}

void drtmon_link_fix(struct drtmon_link *link, const char *fmt, ...)
{
	va_list ap;

	link->fix[0] = '\0';
	va_start(ap, fmt);
	append(link->fix, sizeof(link->fix), fmt, ap);
	va_end(ap);
}
