// SPDX-License-Identifier: GPL-2.0-or-later
/* The only file that knows tpm2-tss. */
#include "lib/tss.h"

#include <stdio.h>

#include <tss2/tss2_rc.h>

char *drtmon_tss_rc_text(char *dst, size_t max, uint32_t rc)
{
	snprintf(dst, max, "%s", rc ? Tss2_RC_Decode(rc) : "success");
	return dst;
}
