// SPDX-License-Identifier: GPL-2.0-or-later
/* Records of a dynamic launch (SDG 315168-013, appendix G). */
#include "lib/log/decode_out.h"
#include "lib/log/tcg.h"

static const char *meaning(uint32_t type)
{
	switch (type) {
	case DRTMON_EV_TXT_PCR_MAPPING:
		return "PCR mapping";
	case DRTMON_EV_TXT_HASH_START:
		return "SINIT module";
	case 0x404:
		return "launched environment";
	case 0x40a:
		return "BIOS module registration";
	case 0x40b:
		return "processor S-CRTM status";
	case 0x40c:
		return "launch control policy control";
	case 0x40e:
		return "SMM transfer monitor";
	case 0x40f:
		return "requested capabilities";
	case 0x410:
		return "SINIT signing key";
	case 0x412:
		return "launch control policy details";
	case 0x413:
		return "launch control policy authorities";
	case 0x414:
		return "TPM NV area";
	case DRTMON_EV_TXT_CAP_VALUE:
		return "bank capped: not measured further";
	case DRTMON_EV_TXT_LAUNCHER:
		return "measured by the launcher";
	case DRTMON_EV_TXT_SLAUNCH:
		return "Secure Launch";
	case DRTMON_EV_SKINIT:
		return "landing zone, measured by SKINIT";
	case DRTMON_EV_SKINIT_CODE:
		return "measured by the landing zone";
	default:
		return NULL;
	}
}

static bool is_label(uint32_t type)
{
	return type == DRTMON_EV_TXT_SLAUNCH || type == DRTMON_EV_SKINIT ||
	       type == DRTMON_EV_SKINIT_CODE || type > DRTMON_EV_ARM_DRTM_BASE;
}

void drtmon_decode_drtm(struct drtmon_decoded *out, const struct drtmon_log_event *event)
{
	const char *what = meaning(event->type);

	if (what)
		drtmon_put(out, "%s%s", what, event->len ? ": " : "");
	if (what)
		drtmon_detail(out, "meaning", json_string(what));
	if (event->type == DRTMON_EV_TXT_PCR_MAPPING && event->len >= 4) {
		bool details = event->data[0] & 1;

		drtmon_put(out, "%s", details ? "details and authorities" : "legacy");
		drtmon_detail(out, "details_authorities", json_boolean(details));
	} else if (is_label(event->type)) {
		drtmon_decode_text(out, event->data, event->len);
	} else if (event->len == 4) {
		drtmon_put(out, "0x%08x", drtmon_le32(event->data));
		drtmon_detail(out, "value", json_sprintf("0x%08x", drtmon_le32(event->data)));
	} else if (event->len) {
		drtmon_put_hex(out, event->data, event->len);
		drtmon_detail(out, "data", drtmon_json_hexed(event->data, event->len));
	}
}
