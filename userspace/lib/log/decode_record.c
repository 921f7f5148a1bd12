// SPDX-License-Identifier: GPL-2.0-or-later
/* Records that are JSON: systemd's measurements, CEL's own, drtmon's events. */
#include <string.h>

#include "lib/log/decode_out.h"

static void put_string(struct drtmon_decoded *out, const json_t *value)
{
	if (json_is_string(value))
		drtmon_put_bytes(out, json_string_value(value), json_string_length(value));
}

/* systemd: {"string":"enter-initrd","eventType":"phase",…} */
static void systemd(struct drtmon_decoded *out, const json_t *content)
{
	const json_t *type = json_object_get(content, "eventType");

	if (json_is_string(type)) {
		put_string(out, type);
		drtmon_put(out, ": ");
	}
	put_string(out, json_object_get(content, "string"));
}

/* "pcr-extend by sd-pcrphase (pid 312, uid 0) through tpmrm0" */
static void drtmon(struct drtmon_decoded *out, const json_t *record)
{
	const json_t *process = json_object_get(record, "process");
	const json_t *rc = json_object_get(record, "rc");

	put_string(out, json_object_get(record, "origin"));
	if (json_is_object(process)) {
		drtmon_put(out, ", ");
		put_string(out, json_object_get(process, "comm"));
		drtmon_put(out, " (pid %lld, uid %lld)",
			   (long long)json_integer_value(json_object_get(process, "tgid")),
			   (long long)json_integer_value(json_object_get(process, "uid")));
	}
	if (json_is_string(json_object_get(record, "device"))) {
		drtmon_put(out, " through ");
		put_string(out, json_object_get(record, "device"));
	}
	if (json_is_string(rc) && strspn(json_string_value(rc), "0x") != json_string_length(rc)) {
		drtmon_put(out, ", refused with ");
		put_string(out, rc);
	}
}

void drtmon_decode_record(struct drtmon_decoded *out, const struct drtmon_log_event *event)
{
	json_t *content = json_object_get(event->record, "content");

	if (event->content == DRTMON_LOG_CONTENT_DRTMON) {
		drtmon(out, event->record);
		drtmon_detail(out, "event", json_incref(event->record));
		return;
	}
	if (event->content == DRTMON_LOG_CONTENT_SYSTEMD)
		systemd(out, content);
	else
		put_string(out, json_object_get(content, "type"));
	drtmon_detail(out, "content", json_incref(content));
}
