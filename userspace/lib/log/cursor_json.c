// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/log/cursor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "lib/blob.h"
#include "lib/file.h"
#include "lib/hex.h"

/* A cursor takes about 600 bytes. */
#define STORE_MAX 16384u

static int banks_take(struct drtmon_cursor *c, json_t *banks)
{
	const char *name;
	json_t *value;

	json_object_foreach (banks, name, value) {
		const struct drtmon_alg *alg = drtmon_alg_by_name(name, strlen(name));
		const char *hex = json_string_value(value);

		if (!alg || !hex || c->n_banks == DRTMON_CURSOR_BANKS ||
		    drtmon_hex_decode(c->value[c->n_banks], alg->size, hex, strlen(hex)) !=
			    (ssize_t)alg->size)
			return -EBADMSG;
		c->alg[c->n_banks++] = alg->id;
	}
	return c->n_banks ? 0 : -EBADMSG;
}

static int cursor_take(struct drtmon_cursor *c, json_t *doc)
{
	json_int_t count, offset, last, device, inode, pcr;
	const char *digest, *boot, *kind;
	json_t *banks;
	int schema;

	if (json_unpack(doc, "{s:i,s:s,s:I,s:I,s:I,s:s,s:I,s:I,s:s,s:I,s:o}", "schema", &schema,
			"kind", &kind, "count", &count, "offset", &offset, "last", &last,
			"last_digest", &digest, "device", &device, "inode", &inode, "boot_id",
			&boot, "pcr", &pcr, "banks", &banks) ||
	    schema != 1 || strcmp(kind, "ima-cursor") || count < 0 || offset < 0 || last < 0 ||
	    strlen(boot) >= sizeof(c->boot_id) ||
	    (count && (last >= offset || pcr < 0 || pcr >= 32)))
		return -EBADMSG;
	if (drtmon_hex_decode(c->last_digest, sizeof(c->last_digest), digest, strlen(digest)) < 0)
		return -EBADMSG;
	c->valid = 1;
	c->count = (uint64_t)count;
	c->offset = (uint64_t)offset;
	c->last = (uint64_t)last;
	c->dev = (uint64_t)device;
	c->inode = (uint64_t)inode;
	c->pcr = count ? (uint32_t)pcr : UINT32_MAX;
	strcpy(c->boot_id, boot);
	return banks_take(c, banks);
}

int drtmon_cursor_load(struct drtmon_cursor *cursor, const char *path, struct drtmon_err *err)
{
	struct drtmon_blob blob = { 0 };
	json_t *doc;
	int ret;

	memset(cursor, 0, sizeof(*cursor));
	if (access(path, F_OK) && errno == ENOENT)
		return 0;
	ret = drtmon_blob_read(&blob, path, STORE_MAX, err);
	if (!ret) {
		doc = json_loadb((const char *)blob.data, blob.len, JSON_REJECT_DUPLICATES, NULL);
		if (blob.truncated || cursor_take(cursor, doc)) {
			memset(cursor, 0, sizeof(*cursor));
			ret = drtmon_err_set(err, -EBADMSG,
					     "%s is no cursor; remove it to begin with the list's "
					     "first entry",
					     path);
		}
		json_decref(doc);
	}
	drtmon_blob_free(&blob);
	return ret;
}

static json_t *cursor_json(const struct drtmon_cursor *c)
{
	char hex[2 * DRTMON_ALG_DIGEST_MAX + 1];
	json_t *banks = json_object();
	unsigned int i;

	for (i = 0; i < c->n_banks; i++) {
		const struct drtmon_alg *alg = drtmon_alg_by_id(c->alg[i]);

		json_object_set_new(banks, alg->name,
				    json_string(drtmon_hex_encode(hex, c->value[i], alg->size)));
	}
	return json_pack("{s:i,s:s,s:I,s:I,s:I,s:s,s:I,s:I,s:s,s:I,s:o}", "schema", 1, "kind",
			 "ima-cursor", "count", (json_int_t)c->count, "offset",
			 (json_int_t)c->offset, "last", (json_int_t)c->last, "last_digest",
			 drtmon_hex_encode(hex, c->last_digest, sizeof(c->last_digest)), "device",
			 (json_int_t)c->dev, "inode", (json_int_t)c->inode, "boot_id", c->boot_id,
			 "pcr", (json_int_t)(c->count ? c->pcr : 0), "banks", banks);
}

int drtmon_cursor_save(const struct drtmon_cursor *cursor, const char *path, struct drtmon_err *err)
{
	json_t *doc = cursor_json(cursor);
	char *text = doc ? json_dumps(doc, JSON_INDENT(2)) : NULL;
	int ret = text ? drtmon_file_write(path, text, strlen(text), err)
		       : drtmon_err_set(err, -ENOMEM, "out of memory");

	free(text);
	json_decref(doc);
	return ret;
}
