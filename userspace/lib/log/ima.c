// SPDX-License-Identifier: GPL-2.0-or-later
/* Template descriptors: Documentation/security/IMA-templates.rst of the kernel. */
#include "lib/log/ima.h"

#include <errno.h>
#include <string.h>

#include "lib/log/bytes.h"
#include "lib/log/hash.h"

static const struct {
	const char *name;
	const char *format;
} templates[] = {
	{ "ima", "d|n" },
	{ "ima-ng", "d-ng|n-ng" },
	{ "ima-sig", "d-ng|n-ng|sig" },
	{ "ima-ngv2", "d-ngv2|n-ng" },
	{ "ima-sigv2", "d-ngv2|n-ng|sig" },
	{ "ima-buf", "d-ng|n-ng|buf" },
	{ "ima-modsig", "d-ng|n-ng|sig|d-modsig|modsig" },
	{ "evm-sig", "d-ng|n-ng|evmsig|xattrnames|xattrlengths|xattrvalues|iuid|igid|imode" },
};

static bool template_name(const uint8_t *name, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (!((name[i] >= 'a' && name[i] <= 'z') || (name[i] >= '0' && name[i] <= '9') ||
		      name[i] == '-' || name[i] == '|' || name[i] == '_'))
			return false;
	return len >= 1 && name[0] >= 'a' && name[0] <= 'z';
}

static bool layout_fits(const uint8_t *data, size_t len, uint16_t digest, bool big)
{
	uint32_t pcr, n;

	if (len < 8u + digest + 1u)
		return false;
	pcr = big ? drtmon_be32(data) : drtmon_le32(data);
	n = big ? drtmon_be32(data + 4 + digest) : drtmon_le32(data + 4 + digest);
	return pcr < 32 && n >= 1 && n < 256 && 8u + digest + n <= len &&
	       template_name(data + 8 + digest, n);
}

int drtmon_ima_layout(struct drtmon_ima_layout *layout, const uint8_t *data, size_t len)
{
	static const uint16_t sizes[] = { 20, 32, 48, 64 };
	size_t i;
	int big;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		for (big = 0; big < 2; big++) {
			if (!layout_fits(data, len, sizes[i], big))
				continue;
			layout->digest_size = sizes[i];
			layout->big_endian = big;
			return 0;
		}
	}
	return -EINVAL;
}

bool drtmon_ima_is_old(const char *name, size_t len)
{
	return len == 3 && !memcmp(name, "ima", 3);
}

static bool digest_is(const struct drtmon_alg *alg, const struct drtmon_log_event *event)
{
	struct drtmon_hash *hash = drtmon_hash_new(alg);
	uint8_t digest[DRTMON_ALG_DIGEST_MAX];
	bool is = hash && !drtmon_hash(hash, digest, event->data, event->len) &&
		  !memcmp(digest, event->digest[0].value, alg->size);

	drtmon_hash_free(hash);
	return is;
}

const struct drtmon_alg *drtmon_ima_alg_32(const struct drtmon_log_event *event)
{
	const struct drtmon_alg *sha256 = drtmon_alg_by_id(0x000b), *sm3 = drtmon_alg_by_id(0x0012);

	if (digest_is(sha256, event))
		return sha256;
	return digest_is(sm3, event) ? sm3 : NULL;
}

size_t drtmon_ima_template_format(const char *name, size_t len, const char **out)
{
	size_t i;

	for (i = 0; i < sizeof(templates) / sizeof(templates[0]); i++) {
		if (strlen(templates[i].name) == len && !memcmp(templates[i].name, name, len)) {
			*out = templates[i].format;
			return strlen(templates[i].format);
		}
	}
	/* A custom format stands in the name's place. */
	*out = name;
	return memchr(name, '|', len) ? len : 0;
}

static int fields_old(struct drtmon_ima_field *field, const uint8_t *data, size_t len)
{
	if (len != DRTMON_IMA_OLD_SIZE)
		return -EINVAL;
	field[0].data = data;
	field[0].len = 20;
	field[1].data = data + 20;
	field[1].len = strnlen((const char *)data + 20, DRTMON_IMA_NAME_PAD);
	return 2;
}

int drtmon_ima_fields(struct drtmon_ima_field field[DRTMON_IMA_FIELDS], const uint8_t *data,
		      size_t len, const char *name, size_t name_len, bool big_endian)
{
	int n = 0;

	if (drtmon_ima_is_old(name, name_len))
		return fields_old(field, data, len);
	while (len) {
		uint32_t size;

		if (n == DRTMON_IMA_FIELDS || len < 4)
			return -EINVAL;
		size = big_endian ? drtmon_be32(data) : drtmon_le32(data);
		if (size > len - 4)
			return -EINVAL;
		field[n].data = data + 4;
		field[n].len = size;
		n++;
		data += 4 + (size_t)size;
		len -= 4 + (size_t)size;
	}
	return n;
}
