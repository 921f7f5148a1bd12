// SPDX-License-Identifier: GPL-2.0-or-later
/* The only file that knows tpm2-tss. */
#include "lib/tss.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tss2/tss2_esys.h>
#include <tss2/tss2_rc.h>
#include <tss2/tss2_tctildr.h>

#define NONE ESYS_TR_NONE

struct drtmon_tss {
	TSS2_TCTI_CONTEXT *tcti;
	ESYS_CONTEXT *esys;
};

char *drtmon_tss_rc_text(char *dst, size_t max, uint32_t rc)
{
	snprintf(dst, max, "%s", rc ? Tss2_RC_Decode(rc) : "success");
	return dst;
}

int drtmon_tss_open(struct drtmon_tss **tss, const char *tcti, struct drtmon_err *err)
{
	struct drtmon_tss *t = calloc(1, sizeof(*t));
	TSS2_RC rc;

	*tss = NULL;
	if (!t)
		return drtmon_err_set(err, -ENOMEM, "out of memory");
	setenv("TSS2_LOG", "all+NONE", 0);
	rc = Tss2_TctiLdr_Initialize(tcti, &t->tcti);
	if (!rc)
		rc = Esys_Initialize(&t->esys, t->tcti, NULL);
	if (rc) {
		drtmon_tss_close(t);
		return drtmon_err_set(err, -EIO, "%s: %s", tcti, Tss2_RC_Decode(rc));
	}
	*tss = t;
	return 0;
}

void drtmon_tss_close(struct drtmon_tss *tss)
{
	if (!tss)
		return;
	if (tss->esys)
		Esys_Finalize(&tss->esys);
	if (tss->tcti)
		Tss2_TctiLdr_Finalize(&tss->tcti);
	free(tss);
}

static int capability(struct drtmon_tss *tss, TPM2_CAP cap, uint32_t first, uint32_t count,
		      TPMS_CAPABILITY_DATA **data, bool *more)
{
	TPMI_YES_NO yes = TPM2_NO;

	*data = NULL;
	if (Esys_GetCapability(tss->esys, NONE, NONE, NONE, cap, first, count, &yes, data))
		return -EIO;
	*more = yes == TPM2_YES;
	return 0;
}

int drtmon_tss_property(struct drtmon_tss *tss, uint32_t property, uint32_t *value)
{
	TPMS_CAPABILITY_DATA *data;
	const TPML_TAGGED_TPM_PROPERTY *list;
	bool more;
	int ret = capability(tss, TPM2_CAP_TPM_PROPERTIES, property, 1, &data, &more);

	if (ret)
		return ret;
	/* Asked for one it lacks, a TPM answers with the next. */
	list = &data->data.tpmProperties;
	if (list->count && list->tpmProperty[0].property == property)
		*value = list->tpmProperty[0].value;
	else
		ret = -ENOENT;
	Esys_Free(data);
	return ret;
}

int drtmon_tss_algs(struct drtmon_tss *tss, uint32_t *alg, size_t max)
{
	TPMS_CAPABILITY_DATA *data;
	uint32_t first = 0;
	bool more = true;
	size_t n = 0, i;

	while (more) {
		int ret = capability(tss, TPM2_CAP_ALGS, first, TPM2_MAX_CAP_ALGS, &data, &more);
		const TPML_ALG_PROPERTY *list;

		if (ret)
			return ret;
		list = &data->data.algorithms;
		more = more && list->count;
		for (i = 0; i < list->count && n < max; i++)
			alg[n++] = list->algProperties[i].alg;
		first = n ? alg[n - 1] + 1 : 0;
		more = more && n < max;
		Esys_Free(data);
	}
	return (int)n;
}

int drtmon_tss_banks(struct drtmon_tss *tss, uint32_t *alg, size_t max)
{
	TPMS_CAPABILITY_DATA *data;
	const TPML_PCR_SELECTION *list;
	size_t i, k, n = 0;
	bool more;
	int ret = capability(tss, TPM2_CAP_PCRS, 0, 1, &data, &more);

	if (ret)
		return ret;
	list = &data->data.assignedPCR;
	for (i = 0; i < list->count && n < max; i++) {
		const TPMS_PCR_SELECTION *bank = &list->pcrSelections[i];
		BYTE any = 0;

		for (k = 0; k < bank->sizeofSelect; k++)
			any |= bank->pcrSelect[k];
		if (any)
			alg[n++] = bank->hash;
	}
	Esys_Free(data);
	return (int)n;
}

int drtmon_tss_handles(struct drtmon_tss *tss, uint32_t first, uint32_t *handle, size_t max)
{
	const uint32_t range = first & TPM2_HR_RANGE_MASK;
	TPMS_CAPABILITY_DATA *data;
	bool more = true;
	size_t n = 0, i;

	while (more) {
		int ret = capability(tss, TPM2_CAP_HANDLES, first, TPM2_MAX_CAP_HANDLES, &data,
				     &more);
		const TPML_HANDLE *list;

		if (ret)
			return ret;
		list = &data->data.handles;
		more = more && list->count;
		for (i = 0; i < list->count && n < max; i++)
			if ((list->handle[i] & TPM2_HR_RANGE_MASK) == range)
				handle[n++] = list->handle[i];
		if (list->count)
			first = list->handle[list->count - 1] + 1;
		more = more && n < max && (first & TPM2_HR_RANGE_MASK) == range;
		Esys_Free(data);
	}
	return (int)n;
}

int drtmon_tss_nv_public(struct drtmon_tss *tss, uint32_t index, struct drtmon_tss_nv *nv)
{
	TPM2B_NV_PUBLIC *public = NULL;
	ESYS_TR tr;

	if (Esys_TR_FromTPMPublic(tss->esys, index, NONE, NONE, NONE, &tr))
		return -EIO;
	if (Esys_NV_ReadPublic(tss->esys, tr, NONE, NONE, NONE, &public, NULL)) {
		Esys_TR_Close(tss->esys, &tr);
		return -EIO;
	}
	nv->attributes = public->nvPublic.attributes;
	nv->size = public->nvPublic.dataSize;
	Esys_Free(public);
	Esys_TR_Close(tss->esys, &tr);
	return 0;
}

int drtmon_tss_key_public(struct drtmon_tss *tss, uint32_t handle, struct drtmon_tss_key *key)
{
	TPM2B_PUBLIC *public = NULL;
	const TPMT_PUBLIC *area;
	ESYS_TR tr;

	memset(key, 0, sizeof(*key));
	if (Esys_TR_FromTPMPublic(tss->esys, handle, NONE, NONE, NONE, &tr))
		return -EIO;
	if (Esys_ReadPublic(tss->esys, tr, NONE, NONE, NONE, &public, NULL, NULL)) {
		Esys_TR_Close(tss->esys, &tr);
		return -EIO;
	}
	area = &public->publicArea;
	key->type = area->type;
	key->attributes = area->objectAttributes;
	if (area->type == TPM2_ALG_RSA)
		key->bits = area->parameters.rsaDetail.keyBits;
	else if (area->type == TPM2_ALG_ECC)
		key->curve = area->parameters.eccDetail.curveID;
	Esys_Free(public);
	Esys_TR_Close(tss->esys, &tr);
	return 0;
}

int drtmon_tss_random(struct drtmon_tss *tss)
{
	TPM2B_DIGEST *bytes = NULL;
	int ret;

	if (Esys_GetRandom(tss->esys, NONE, NONE, NONE, 16, &bytes))
		return -EIO;
	ret = bytes->size ? 0 : -ENODATA;
	Esys_Free(bytes);
	return ret;
}
