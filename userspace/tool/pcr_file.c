// SPDX-License-Identifier: GPL-2.0-or-later
#include "tool/pcr_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/blob.h"
#include "tool/cmd.h"

/* The values of every bank are far below this, whatever the form. */
#define FILE_MAX (1u << 20)

int drtmon_pcr_file(const char *path, struct drtmon_pcrs *pcrs)
{
	struct drtmon_err err = { 0 };
	struct drtmon_blob blob;
	struct drtmon_err said;
	int ret;

	memset(pcrs, 0, sizeof(*pcrs));
	ret = drtmon_blob_read(&blob, path, FILE_MAX, &err);
	if (!ret && blob.truncated)
		ret = drtmon_err_set(&err, -EFBIG, "it is too large to hold PCR values");
	if (!ret)
		ret = drtmon_pcrs_parse(pcrs, blob.data ? (const char *)blob.data : "", blob.len,
					&err);
	drtmon_blob_free(&blob);
	if (!ret)
		drtmon_err_set(&err, -ENODATA, "it has no PCR value of a known bank");
	if (ret > 0)
		return EXIT_GOOD;
	drtmon_err_set(&said, -EINVAL, "no PCR values from %s: %s", path, err.msg);
	return drtmon_cmd_fail(&said);
}
