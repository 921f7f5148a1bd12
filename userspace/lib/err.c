// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/err.h"

#include <stdarg.h>

#include "lib/text.h"

int drtmon_err_set(struct drtmon_err *err, int code, const char *fmt, ...)
{
	va_list ap;

	if (!err)
		return code;
	err->code = code;
	va_start(ap, fmt);
	drtmon_text_vprintf(err->msg, sizeof(err->msg), fmt, ap);
	va_end(ap);
	return code;
}
