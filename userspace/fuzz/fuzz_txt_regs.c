// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdint.h>
#include <stddef.h>
#include <string.h>

#include "lib/txt/errorcode.h"
#include "lib/txt/regs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct drtmon_txt_errorcode code;
	uint64_t value, base, top;
	char text[64];
	unsigned int i;

	json_decref(drtmon_txt_regs_json(data, len));
	for (i = 0; i < DRTMON_TXT_REG_OTHER; i++)
		if (drtmon_txt_reg_read(i, data, len, &value))
			drtmon_txt_dpr_range(value, &base, &top);
	if (len >= 4) {
		uint32_t word;

		memcpy(&word, data, sizeof(word));
		code = drtmon_txt_errorcode_decode(word);
		drtmon_txt_errorcode_meaning(&code, text, sizeof(text));
		json_decref(drtmon_txt_errorcode_json(&code));
		code = drtmon_txt_acm_status_decode(word);
		drtmon_txt_errorcode_meaning(&code, text, sizeof(text));
	}
	return 0;
}
