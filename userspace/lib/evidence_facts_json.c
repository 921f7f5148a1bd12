// SPDX-License-Identifier: GPL-2.0-or-later
/* facts.json, both ways. Documentation/capture.rst describes every key. */
#include "lib/evidence_facts.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"

#define FIELD(member) offsetof(struct drtmon_facts, member)

struct key {
	const char *object; /* NULL: top level */
	const char *name;
	size_t offset;
	size_t size; /* strings only */
};

static const struct key flags[] = {
	{ "cpu", "smx", FIELD(smx), 0 },
	{ "cpu", "vmx", FIELD(vmx), 0 },
	{ "cpu", "svm", FIELD(svm), 0 },
	{ "cpu", "skinit", FIELD(skinit), 0 },
	{ "cpu", "hypervisor", FIELD(hypervisor), 0 },
	{ "tpm", "smbios", FIELD(smbios_tpm), 0 },
	{ "tpm", "class", FIELD(tpm_class), 0 },
	{ "launcher", "tboot", FIELD(tboot), 0 },
	{ "launcher", "slaunch", FIELD(slaunch), 0 },
	{ NULL, "iommu", FIELD(iommu), 0 },
};

#define TEXT(member) FIELD(member), sizeof(((struct drtmon_facts *)0)->member)

static const struct key texts[] = {
	{ NULL, "secure_boot", TEXT(secure_boot) },
	{ NULL, "lockdown", TEXT(lockdown) },
	{ NULL, "module", TEXT(module) },
	{ NULL, "tool", TEXT(tool) },
	{ NULL, "kernel", TEXT(kernel) },
	{ NULL, "boot_id", TEXT(boot_id) },
	{ NULL, "created", TEXT(created) },
	{ NULL, "system", TEXT(system) },
	{ NULL, "bios", TEXT(bios) },
};

static const char *const vendors[] = { "", "intel", "amd", "other" };

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const json_t *find(const json_t *root, const struct key *key)
{
	return json_object_get(key->object ? json_object_get(root, key->object) : root, key->name);
}

static int wrong(struct drtmon_err *err, const char *key)
{
	return drtmon_err_set(err, -EINVAL, "facts.json: \"%s\" is not what it should be", key);
}

static enum drtmon_known known(const json_t *value)
{
	if (!json_is_boolean(value))
		return DRTMON_KNOWN_NOTHING;
	return json_is_true(value) ? DRTMON_KNOWN_YES : DRTMON_KNOWN_NO;
}

/* 64-bit numbers travel as "0x…", so that no reader rounds them. */
static bool number(const json_t *value, uint64_t *out)
{
	const char *text = json_string_value(value);
	char *end;

	if (!text || text[0] != '0' || text[1] != 'x')
		return false;
	errno = 0;
	*out = strtoull(text + 2, &end, 16);
	return !*end && end != text + 2 && !errno;
}

/* Present, it has to be what it should be: an array or an object taken for another is lost. */
static bool typed(const json_t *object, const char *key, json_type type)
{
	const json_t *value = json_object_get(object, key);

	return !value || json_is_null(value) || json_typeof(value) == type;
}

static int parse_shape(const json_t *root, struct drtmon_err *err)
{
	static const char *const objects[] = { "cpu", "msrs", "acpi", "tpm", "launcher", "items" };
	const json_t *schema = json_object_get(root, "schema"), *tpm = json_object_get(root, "tpm");
	size_t i;

	if (schema && (!json_is_integer(schema) || json_integer_value(schema) != 1))
		return drtmon_err_set(err, -EINVAL,
				      "facts.json is of a schema that this drtmon does not know");
	for (i = 0; i < COUNT(objects); i++)
		if (!typed(root, objects[i], JSON_OBJECT))
			return wrong(err, objects[i]);
	if (!typed(tpm, "chips", JSON_ARRAY))
		return wrong(err, "chips");
	if (!typed(tpm, "nv", JSON_OBJECT))
		return wrong(err, "nv");
	return typed(json_object_get(root, "cpu"), "vendor", JSON_STRING) ? 0
									  : wrong(err, "vendor");
}

static int parse_flat(struct drtmon_facts *facts, const json_t *root, struct drtmon_err *err)
{
	const json_t *value;
	size_t i;

	for (i = 0; i < COUNT(flags); i++) {
		value = find(root, &flags[i]);
		if (value && !json_is_null(value) && !json_is_boolean(value))
			return wrong(err, flags[i].name);
		*(enum drtmon_known *)((char *)facts + flags[i].offset) = known(value);
	}
	for (i = 0; i < COUNT(texts); i++) {
		value = find(root, &texts[i]);
		if (value && !json_is_null(value) && !json_is_string(value))
			return wrong(err, texts[i].name);
		if (json_is_string(value))
			drtmon_text_copy((char *)facts + texts[i].offset, texts[i].size,
					 json_string_value(value));
	}
	return 0;
}

static int parse_cpu(struct drtmon_facts *facts, const json_t *root, struct drtmon_err *err)
{
	const json_t *cpu = json_object_get(root, "cpu"), *txt = json_object_get(root, "txt_base");
	const char *vendor = json_string_value(json_object_get(cpu, "vendor"));
	uint64_t value;
	size_t i;

	for (i = 1; vendor && i < COUNT(vendors); i++)
		if (!strcmp(vendor, vendors[i]))
			facts->vendor = (enum drtmon_facts_vendor)i;
	if (json_object_get(cpu, "signature")) {
		if (!number(json_object_get(cpu, "signature"), &value) || value > UINT32_MAX)
			return wrong(err, "signature");
		facts->have_signature = true;
		facts->signature = (uint32_t)value;
	}
	if (txt && !json_is_null(txt)) {
		if (!number(txt, &facts->txt_base))
			return wrong(err, "txt_base");
		facts->have_base = true;
	}
	return 0;
}

static int parse_msrs(struct drtmon_facts *facts, json_t *root, struct drtmon_err *err)
{
	json_t *object = json_object_get(root, "msrs"), *value;
	struct drtmon_facts_msr *msr;
	const char *key;
	char *end;

	json_object_foreach (object, key, value) {
		if (facts->msrs == DRTMON_FACTS_MSRS)
			break;
		msr = &facts->msr[facts->msrs];
		msr->index = (uint32_t)strtoul(key, &end, 16);
		msr->readable = number(value, &msr->value);
		if (*end || (!msr->readable && !json_is_null(value)))
			return wrong(err, "msrs");
		facts->msrs++;
	}
	return 0;
}

static int parse_acpi(struct drtmon_facts *facts, json_t *root, struct drtmon_err *err)
{
	json_t *value;
	const char *key;

	json_object_foreach (json_object_get(root, "acpi"), key, value) {
		if (!json_is_boolean(value))
			return wrong(err, "acpi");
		drtmon_facts_set_acpi(facts, key, known(value));
	}
	return 0;
}

static int parse_chips(struct drtmon_facts *facts, json_t *root, struct drtmon_err *err)
{
	json_t *list = json_object_get(json_object_get(root, "tpm"), "chips"), *value;
	struct drtmon_facts_chip *chip;
	size_t i;

	json_array_foreach (list, i, value) {
		const char *name = json_string_value(json_object_get(value, "name"));
		const char *version = json_string_value(json_object_get(value, "version"));

		if (facts->chips == DRTMON_FACTS_CHIPS)
			break;
		if (!name)
			return wrong(err, "chips");
		chip = &facts->chip[facts->chips++];
		drtmon_text_copy(chip->name, sizeof(chip->name), name);
		drtmon_text_copy(chip->version, sizeof(chip->version), version ? version : "");
		chip->enabled = known(json_object_get(value, "enabled"));
		chip->active = known(json_object_get(value, "active"));
		chip->owned = known(json_object_get(value, "owned"));
	}
	return 0;
}

static int parse_nv(struct drtmon_facts *facts, json_t *root, struct drtmon_err *err)
{
	json_t *object = json_object_get(json_object_get(root, "tpm"), "nv"), *value;
	struct drtmon_facts_nv *nv;
	const char *key;
	uint64_t n = 0;
	char *end;

	json_object_foreach (object, key, value) {
		if (facts->nvs == DRTMON_FACTS_NV)
			break;
		nv = &facts->nv[facts->nvs];
		nv->index = (uint32_t)strtoul(key, &end, 16);
		if (*end || (!json_is_object(value) && !json_is_false(value)))
			return wrong(err, "nv");
		nv->present = json_is_object(value) ? DRTMON_KNOWN_YES : DRTMON_KNOWN_NO;
		nv->size = (uint32_t)json_integer_value(json_object_get(value, "size"));
		if (number(json_object_get(value, "attributes"), &n))
			nv->attributes = (uint32_t)n;
		facts->nvs++;
	}
	return 0;
}

int drtmon_facts_parse(struct drtmon_facts *facts, const char *text, size_t len, json_t **items,
		       struct drtmon_err *err)
{
	json_error_t error;
	json_t *root;
	int ret;

	memset(facts, 0, sizeof(*facts));
	root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
	if (!root)
		return drtmon_err_set(err, -EINVAL, "facts.json, line %d: %s", error.line,
				      error.text);
	ret = json_is_object(root) ? 0 : wrong(err, "the whole");
	ret = ret ? ret : parse_shape(root, err);
	ret = ret ? ret : parse_flat(facts, root, err);
	ret = ret ? ret : parse_cpu(facts, root, err);
	ret = ret ? ret : parse_msrs(facts, root, err);
	ret = ret ? ret : parse_acpi(facts, root, err);
	ret = ret ? ret : parse_chips(facts, root, err);
	ret = ret ? ret : parse_nv(facts, root, err);
	if (items)
		*items = ret ? NULL : json_incref(json_object_get(root, "items"));
	json_decref(root);
	return ret;
}

static json_t *hex_json(uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "0x%llx", (unsigned long long)value);
	return json_string(text);
}

static json_t *object_of(json_t *root, const char *name)
{
	if (!name)
		return root;
	if (!json_object_get(root, name))
		json_object_set_new(root, name, json_object());
	return json_object_get(root, name);
}

static void put_known(json_t *object, const char *name, enum drtmon_known value)
{
	if (value)
		json_object_set_new(object, name, json_boolean(value == DRTMON_KNOWN_YES));
}

static void flat_json(json_t *root, const struct drtmon_facts *facts)
{
	const char *text;
	size_t i;

	for (i = 0; i < COUNT(texts); i++) {
		text = (const char *)facts + texts[i].offset;
		if (*text)
			json_object_set_new(object_of(root, texts[i].object), texts[i].name,
					    json_string(text));
	}
	for (i = 0; i < COUNT(flags); i++)
		put_known(object_of(root, flags[i].object), flags[i].name,
			  *(const enum drtmon_known *)((const char *)facts + flags[i].offset));
	if (facts->vendor)
		json_object_set_new(object_of(root, "cpu"), "vendor",
				    json_string(vendors[facts->vendor]));
	if (facts->have_signature)
		json_object_set_new(object_of(root, "cpu"), "signature",
				    hex_json(facts->signature));
	if (facts->have_base)
		json_object_set_new(root, "txt_base", hex_json(facts->txt_base));
}

static json_t *chip_json(const struct drtmon_facts_chip *chip)
{
	json_t *object = json_object();

	json_object_set_new(object, "name", json_string(chip->name));
	if (chip->version[0])
		json_object_set_new(object, "version", json_string(chip->version));
	put_known(object, "enabled", chip->enabled);
	put_known(object, "active", chip->active);
	put_known(object, "owned", chip->owned);
	return object;
}

static json_t *nv_json(const struct drtmon_facts_nv *nv)
{
	if (nv->present != DRTMON_KNOWN_YES)
		return json_false();
	return json_pack("{s:I, s:o}", "size", (json_int_t)nv->size, "attributes",
			 hex_json(nv->attributes));
}

json_t *drtmon_facts_json(const struct drtmon_facts *facts)
{
	json_t *root = json_pack("{s:i, s:{}, s:{}, s:{s:[], s:{}}}", "schema", 1, "msrs", "acpi",
				 "tpm", "chips", "nv");
	json_t *tpm = json_object_get(root, "tpm");
	unsigned int i;
	char key[16];

	if (!root)
		return NULL;
	flat_json(root, facts);
	for (i = 0; i < facts->msrs; i++) {
		snprintf(key, sizeof(key), "0x%x", facts->msr[i].index);
		json_object_set_new(json_object_get(root, "msrs"), key,
				    facts->msr[i].readable ? hex_json(facts->msr[i].value)
							   : json_null());
	}
	for (i = 0; i < facts->acpis; i++)
		put_known(json_object_get(root, "acpi"), facts->acpi[i].signature,
			  facts->acpi[i].present);
	for (i = 0; i < facts->chips; i++)
		json_array_append_new(json_object_get(tpm, "chips"), chip_json(&facts->chip[i]));
	for (i = 0; i < facts->nvs; i++) {
		snprintf(key, sizeof(key), "0x%08x", facts->nv[i].index);
		json_object_set_new(json_object_get(tpm, "nv"), key, nv_json(&facts->nv[i]));
	}
	return root;
}
