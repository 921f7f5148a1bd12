// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/blob.h"
#include "lib/capture.h"
#include "tool/cmd_log.h"
#include "tool/values.h"

/* Values of a whole TPM in any form are a few kilobytes. */
#define PCRS_MAX (1u << 20)

static int from_tpm(struct drtmon_pcrs *pcrs, struct drtmon_err *err)
{
	struct drtmon_chips chips = { 0 };
	int ret = drtmon_values_read(0, false, &chips, err);

	if (!ret && (!chips.count || !chips.chip[0].pcrs.bank[0].alg))
		ret = drtmon_err_set(err, -ENODEV, "there is no TPM whose PCRs can be read");
	if (!ret)
		*pcrs = chips.chip[0].pcrs;
	drtmon_chips_free(&chips);
	return ret;
}

static int from_capture(struct drtmon_pcrs *pcrs, const char *path, struct drtmon_err *err)
{
	struct drtmon_evidence *evidence = calloc(1, sizeof(*evidence));
	const struct drtmon_item *item;
	int ret;

	if (!evidence)
		return drtmon_err_set(err, -ENOMEM, "out of memory");
	ret = drtmon_capture_read(evidence, path, err);
	item = &evidence->item[DRTMON_ITEM_PCRS];
	if (!ret && item->state != DRTMON_ITEM_PRESENT)
		ret = drtmon_err_set(err, -ENODATA, "%s: no PCR values: %s", path,
				     item->why[0] ? item->why : "they are not in the capture");
	if (!ret)
		*pcrs = evidence->pcrs;
	drtmon_evidence_free(evidence);
	free(evidence);
	return ret;
}

/* A tar is known by what is in it, as its name may end in anything. */
static int from_file(struct drtmon_pcrs *pcrs, const char *path, struct drtmon_err *err)
{
	struct drtmon_err text = { 0 }, capture = { 0 };
	struct drtmon_blob blob;
	struct stat st = { 0 };
	int ret;

	if (!stat(path, &st) && S_ISDIR(st.st_mode))
		return from_capture(pcrs, path, err);
	ret = drtmon_blob_read(&blob, path, PCRS_MAX, err);
	if (ret) {
		drtmon_blob_free(&blob);
		return ret;
	}
	if (blob.truncated)
		ret = drtmon_err_set(&text, -EFBIG, "more than %u bytes are no values of a TPM",
				     PCRS_MAX);
	else
		ret = drtmon_pcrs_parse(pcrs, (const char *)blob.data, blob.len, &text);
	drtmon_blob_free(&blob);
	if (ret >= 0 || (S_ISREG(st.st_mode) && !from_capture(pcrs, path, &capture)))
		return 0;
	/* A capture that holds no values says so itself; what is none was to be text. */
	if (capture.code == -ENODATA)
		return drtmon_err_set(err, -ENODATA, "%s", capture.msg);
	return drtmon_err_set(err, ret, "%s: %s", path, text.msg);
}

int drtmon_log_pcrs(struct drtmon_pcrs *pcrs, const char *where, struct drtmon_err *err)
{
	return strcmp(where, "tpm") ? from_file(pcrs, where, err) : from_tpm(pcrs, err);
}
