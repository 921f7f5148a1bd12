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

/* A cursor of eight banks takes about 3 KB. */
#define STORE_MAX 16384u

static int digest_take(uint8_t *out, const struct drtmon_alg *alg, json_t *value)
{
	const char *hex = json_string_value(value);

	return hex && drtmon_hex_decode(out, alg->size, hex, strlen(hex)) == (ssize_t)alg->size
		       ? 0
		       : -EBADMSG;
}

/* A list without an entry may not have said yet which banks it makes. */
static int banks_take(struct drtmon_cursor *c, json_t *banks, json_t *padded)
{
	const char *name;
	json_t *value;

	json_object_foreach (banks, name, value) {
		const struct drtmon_alg *alg = drtmon_alg_by_name(name, strlen(name));

		if (!alg || c->n_banks == DRTMON_CURSOR_BANKS ||
		    digest_take(c->value[c->n_banks], alg, value) ||
		    digest_take(c->padded[c->n_banks], alg, json_object_get(padded, name)))
			return -EBADMSG;
		c->alg[c->n_banks++] = alg->id;
	}
	return c->n_banks || !c->count ? 0 : -EBADMSG;
}

static int cursor_take(struct drtmon_cursor *c, json_t *doc)
{
	json_int_t count, bad, offset, last, pcr;
	const char *digest, *boot, *kind;
	json_t *banks, *padded;
	int schema;

	if (json_unpack(doc, "{s:i,s:s,s:I,s:I,s:I,s:I,s:s,s:s,s:I,s:o,s:o}", "schema", &schema,
			"kind", &kind, "count", &count, "bad", &bad, "offset", &offset, "last",
			&last, "last_digest", &digest, "boot_id", &boot, "pcr", &pcr, "banks",
			&banks, "padded", &padded) ||
	    schema != 2 || strcmp(kind, "ima-cursor") || count < 0 || bad < 0 || bad > count ||
	    offset < 0 || last < 0 || strlen(boot) >= sizeof(c->boot_id) ||
	    (count && (last >= offset || pcr < 0 || pcr >= 32)))
		return -EBADMSG;
	if (drtmon_hex_decode(c->last_digest, sizeof(c->last_digest), digest, strlen(digest)) < 0)
		return -EBADMSG;
	c->valid = 1;
	c->count = (uint64_t)count;
	c->bad = (uint64_t)bad;
	c->offset = (uint64_t)offset;
	c->last = (uint64_t)last;
	c->pcr = count ? (uint32_t)pcr : UINT32_MAX;
	strcpy(c->boot_id, boot);
	return banks_take(c, banks, padded);
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
					     "%s is no cursor of this version: name another file "
					     "after --cursor",
					     path);
		}
		json_decref(doc);
	}
	drtmon_blob_free(&blob);
	return ret;
}

static json_t *banks_json(const struct drtmon_cursor *c,
			  const uint8_t value[][DRTMON_ALG_DIGEST_MAX])
{
	char hex[2 * DRTMON_ALG_DIGEST_MAX + 1];
	json_t *banks = json_object();
	unsigned int i;

	for (i = 0; i < c->n_banks; i++) {
		const struct drtmon_alg *alg = drtmon_alg_by_id(c->alg[i]);

		json_object_set_new(banks, alg->name,
				    json_string(drtmon_hex_encode(hex, value[i], alg->size)));
	}
	return banks;
}

static json_t *cursor_json(const struct drtmon_cursor *c)
{
	char hex[2 * DRTMON_ALG_DIGEST_MAX + 1];

	return json_pack("{s:i,s:s,s:I,s:I,s:I,s:I,s:s,s:s,s:I,s:o,s:o}", "schema", 2, "kind",
			 "ima-cursor", "count", (json_int_t)c->count, "bad", (json_int_t)c->bad,
			 "offset", (json_int_t)c->offset, "last", (json_int_t)c->last,
			 "last_digest",
			 drtmon_hex_encode(hex, c->last_digest, sizeof(c->last_digest)), "boot_id",
			 c->boot_id, "pcr", (json_int_t)(c->count ? c->pcr : 0), "banks",
			 banks_json(c, c->value), "padded", banks_json(c, c->padded));
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
