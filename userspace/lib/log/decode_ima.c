// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "lib/hex.h"
#include "lib/log/decode_out.h"
#include "lib/log/ima.h"

/* d-ng: "sha256:" NUL digest; d-ngv2: "ima:sha256:" NUL digest; d: 20 bytes */
static void digest(struct drtmon_decoded *out, const struct drtmon_ima_field *f, const char *key)
{
	const uint8_t *nul = memchr(f->data, 0, f->len < 64 ? f->len : 64);
	char text[256], hex[2 * DRTMON_ALG_DIGEST_MAX + 1];
	size_t head = nul && nul > f->data && nul[-1] == ':' ? (size_t)(nul - f->data) : 0;
	size_t n = f->len - head - (head ? 1 : 0);

	if (!out->details)
		return;
	if (n > DRTMON_ALG_DIGEST_MAX)
		n = DRTMON_ALG_DIGEST_MAX;
	drtmon_hex_encode(hex, f->data + head + (head ? 1 : 0), n);
	snprintf(text, sizeof(text), "%.*s%s", (int)head, (const char *)f->data, hex);
	drtmon_detail_bytes(out, key, text, strlen(text));
}

static void field(struct drtmon_decoded *out, const struct drtmon_ima_field *f, const char *id,
		  size_t len)
{
	if (id[0] == 'd' && (len == 1 || id[1] == '-')) {
		digest(out, f, len > 2 && id[2] == 'm' ? "modsig_digest" : "file_digest");
	} else if (id[0] == 'n') {
		drtmon_put_bytes(out, f->data, f->len);
		drtmon_detail_bytes(out, "file", f->data, f->len);
	} else if (len == 3 && !memcmp(id, "buf", 3)) {
		drtmon_put(out, ", %zu bytes", f->len);
		drtmon_detail(out, "buffer", drtmon_json_hexed(f->data, f->len));
	} else if ((len == 3 && !memcmp(id, "sig", 3)) || (len == 6 && !memcmp(id + 3, "sig", 3))) {
		if (f->len)
			drtmon_put(out, ", %.*s", len == 3 ? 6 : (int)len,
				   len == 3 ? "signed" : id);
		drtmon_detail(out, len == 3 ? "signature" : "modsig",
			      f->len ? drtmon_json_hexed(f->data, f->len) : json_null());
	}
}

void drtmon_decode_ima(struct drtmon_decoded *out, const struct drtmon_log_event *event,
		       bool big_endian)
{
	struct drtmon_ima_field f[DRTMON_IMA_FIELDS];
	const char *id;
	size_t left;
	int n, i;

	if (event->flags & DRTMON_LOG_VIOLATION)
		drtmon_put(out, "violation: ");
	if (!event->data || !event->name) {
		drtmon_put(out, "template data is not known");
		return;
	}
	n = drtmon_ima_fields(f, event->data, event->len, event->name, event->name_len, big_endian);
	left = drtmon_ima_template_format(event->name, event->name_len, &id);
	if (n <= 0 || !left) {
		drtmon_put_hex(out, event->data, event->len);
		return;
	}
	for (i = 0; i < n && left; i++) {
		const char *bar = memchr(id, '|', left);
		size_t len = bar ? (size_t)(bar - id) : left;

		if (len)
			field(out, &f[i], id, len);
		id += len + (bar ? 1 : 0);
		left -= len + (bar ? 1 : 0);
	}
}
