// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/log/decode.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/log/decode_out.h"
#include "lib/log/dynamic.h"
#include "lib/log/tcg.h"

const char *drtmon_decode_type(const struct drtmon_log_event *event, char *buf, size_t size)
{
	const char *name;

	if (event->content == DRTMON_LOG_CONTENT_TCG) {
		name = drtmon_tcg_type_name(event->type);
		snprintf(buf, size, "0x%08x", event->type);
		return name ? name : buf;
	}
	if (event->name && event->name_len < size) {
		size_t i;

		for (i = 0; i < event->name_len; i++)
			buf[i] = isgraph((unsigned char)event->name[i]) ? event->name[i] : '?';
		buf[i] = '\0';
		return buf;
	}
	return "unknown";
}

static bool is_text(const uint8_t *data, size_t len)
{
	size_t i;

	while (len && !data[len - 1])
		len--;
	for (i = 0; i < len; i++)
		if (data[i] < 0x20 && data[i] != '\n' && data[i] != '\t')
			return false;
	return len;
}

void drtmon_decode_text(struct drtmon_decoded *out, const uint8_t *data, size_t len)
{
	char *text;
	size_t n;

	if (drtmon_is_utf16(data, len)) {
		text = malloc(DRTMON_UTF16_ROOM(len / 2) + 4);
		if (!text)
			return;
		n = drtmon_utf16(text, DRTMON_UTF16_ROOM(len / 2) + 4, data, len / 2);
		drtmon_put_bytes(out, text, n);
		drtmon_detail_bytes(out, "text", text, n);
		free(text);
	} else if (is_text(data, len)) {
		drtmon_put_bytes(out, data, len);
		drtmon_detail_bytes(out, "text", data, len);
	} else {
		drtmon_put_hex(out, data, len);
		drtmon_detail(out, "data", drtmon_json_hexed(data, len));
	}
}

/* EV_NO_ACTION is told apart by its signature. */
static void no_action(struct drtmon_decoded *out, const uint8_t *data, size_t len)
{
	if (len >= 17 && !memcmp(data, "StartupLocality", 16)) {
		drtmon_put(out, "TPM was started at locality %u", data[16]);
		drtmon_detail(out, "startup_locality", json_integer(data[16]));
	} else if (len >= 16 && !memcmp(data, "SP800-155 Event", 15)) {
		drtmon_put(out, "SP800-155 reference manifest");
		if (len >= 36)
			drtmon_put(out, " of vendor %u", drtmon_le32(data + 16));
	} else if (len >= 16 && !memcmp(data, "Spec ID Event", 13)) {
		drtmon_put(out, "specification of the log: ");
		drtmon_put_bytes(out, data, 15);
	} else if (len >= 8 && drtmon_le32(data) == 0xc0010004) {
		drtmon_decode_tagged(out, data, len);
	} else {
		drtmon_decode_text(out, data, len);
	}
}

static void decode_tcg(struct drtmon_decoded *out, const struct drtmon_log_event *event)
{
	switch (event->type) {
	case DRTMON_EV_NO_ACTION:
		no_action(out, event->data, event->len);
		break;
	case DRTMON_EV_SEPARATOR:
		if (event->len == 4 && memcmp(event->data, "WBCL", 4))
			drtmon_put_hex(out, event->data, event->len);
		else
			drtmon_decode_text(out, event->data, event->len);
		break;
	case DRTMON_EV_EVENT_TAG:
		drtmon_decode_tagged(out, event->data, event->len);
		break;
	case DRTMON_EV_EFI_VARIABLE_DRIVER_CONFIG:
	case DRTMON_EV_EFI_VARIABLE_BOOT:
	case DRTMON_EV_EFI_VARIABLE_BOOT2:
	case DRTMON_EV_EFI_VARIABLE_AUTHORITY:
		drtmon_decode_variable(out, event);
		break;
	case DRTMON_EV_EFI_BOOT_SERVICES_APPLICATION:
	case DRTMON_EV_EFI_BOOT_SERVICES_DRIVER:
	case DRTMON_EV_EFI_RUNTIME_SERVICES_DRIVER:
		drtmon_decode_image(out, event);
		break;
	case DRTMON_EV_EFI_GPT_EVENT:
	case DRTMON_EV_EFI_GPT_EVENT2:
		drtmon_decode_gpt(out, event);
		break;
	case DRTMON_EV_POST_CODE:
	case DRTMON_EV_EFI_PLATFORM_FIRMWARE_BLOB:
	case DRTMON_EV_EFI_PLATFORM_FIRMWARE_BLOB2:
	case DRTMON_EV_EFI_HANDOFF_TABLES:
	case DRTMON_EV_EFI_HANDOFF_TABLES2:
		drtmon_decode_firmware(out, event);
		break;
	default:
		if (drtmon_dynamic_type(event->type))
			drtmon_decode_drtm(out, event);
		else
			drtmon_decode_text(out, event->data, event->len);
	}
}

void drtmon_decode(struct drtmon_decoded *out, const struct drtmon_log_event *event,
		   bool big_endian, bool details)
{
	out->text[0] = '\0';
	out->len = 0;
	out->details = details ? json_object() : NULL;
	if (event->content == DRTMON_LOG_CONTENT_IMA)
		drtmon_decode_ima(out, event, big_endian);
	else if (event->record && event->content != DRTMON_LOG_CONTENT_TCG)
		drtmon_decode_record(out, event);
	else if (event->content == DRTMON_LOG_CONTENT_TCG && event->data)
		decode_tcg(out, event);
	else if (event->data)
		drtmon_put_hex(out, event->data, event->len);
}

void drtmon_decoded_free(struct drtmon_decoded *out)
{
	json_decref(out->details);
	out->details = NULL;
}
