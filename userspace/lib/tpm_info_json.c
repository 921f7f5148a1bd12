// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "lib/tpm_info.h"

/* TPMA_NV_PLATFORMCREATE (TPM 2.0 Part 2, 13.4): outlives TPM2_Clear. */
#define NV_PLATFORM_CREATE  0x40000000u
#define PERSISTENT_PLATFORM 0x81800000u

static json_t *known_json(enum drtmon_known known)
{
	return known ? json_boolean(known == DRTMON_KNOWN_YES) : json_null();
}

static json_t *value_json(const struct drtmon_tpm_value *v)
{
	return v->known ? json_integer(v->value) : json_null();
}

static json_t *bit_json(const struct drtmon_tpm_value *v, uint32_t bit)
{
	return v->known ? json_boolean(v->value & bit) : json_null();
}

static json_t *text_json(const char *text)
{
	return text && text[0] ? json_string(text) : json_null();
}

static json_t *algs_json(const uint32_t *alg, int count)
{
	json_t *list = json_array();
	char name[32];
	int i;

	if (count < 0) {
		json_decref(list);
		return json_null();
	}
	for (i = 0; i < count; i++)
		json_array_append_new(list,
				      json_string(drtmon_tpm_alg_name(name, sizeof(name), alg[i])));
	return list;
}

static json_t *key_json(const struct drtmon_tpm_key *key)
{
	const struct drtmon_tss_key *p = &key->public;
	json_t *obj = json_object();
	char name[32];

	json_object_set_new(obj, "handle", json_sprintf("0x%08x", key->handle));
	json_object_set_new(obj, "use", text_json(drtmon_tpm_key_use(key->handle)));
	json_object_set_new(obj, "type",
			    key->known
				    ? json_string(drtmon_tpm_alg_name(name, sizeof(name), p->type))
				    : json_null());
	json_object_set_new(obj, "bits",
			    key->known && p->bits ? json_integer(p->bits) : json_null());
	json_object_set_new(obj, "curve",
			    key->known && p->curve ? json_sprintf("0x%04x", p->curve)
						   : json_null());
	json_object_set_new(obj, "attributes",
			    key->known ? json_sprintf("0x%08x", p->attributes) : json_null());
	json_object_set_new(obj, "lost_on_clear", json_boolean(key->handle < PERSISTENT_PLATFORM));
	return obj;
}

static json_t *nv_json(const struct drtmon_tpm_nv *nv)
{
	const char *use = drtmon_tpm_nv_use(nv->index);
	json_t *obj = json_object();

	json_object_set_new(obj, "index", json_sprintf("0x%08x", nv->index));
	json_object_set_new(obj, "use", text_json(use));
	json_object_set_new(obj, "txt", json_boolean(use && !strncmp(use, "TXT", 3)));
	json_object_set_new(obj, "size", nv->known ? json_integer(nv->public.size) : json_null());
	json_object_set_new(obj, "attributes",
			    nv->known ? json_sprintf("0x%08x", nv->public.attributes)
				      : json_null());
	json_object_set_new(obj, "lost_on_clear",
			    nv->known ? json_boolean(!(nv->public.attributes & NV_PLATFORM_CREATE))
				      : json_null());
	return obj;
}

static json_t *lists(json_t *obj, const struct drtmon_tpm_info *info)
{
	json_t *keys = info->keys < 0 ? json_null() : json_array();
	json_t *nvs = info->nvs < 0 ? json_null() : json_array();
	int i;

	for (i = 0; i < info->keys; i++)
		json_array_append_new(keys, key_json(&info->key[i]));
	for (i = 0; i < info->nvs; i++)
		json_array_append_new(nvs, nv_json(&info->nv[i]));
	json_object_set_new(obj, "persistent_keys", keys);
	json_object_set_new(obj, "nv_indices", nvs);
	return obj;
}

static json_t *lockout_json(const struct drtmon_tpm_info *info)
{
	json_t *obj = json_object();
	uint64_t seconds;

	json_object_set_new(obj, "locked", bit_json(&info->permanent, DRTMON_TPM_IN_LOCKOUT));
	json_object_set_new(obj, "failed_tries", value_json(&info->lockout_counter));
	json_object_set_new(obj, "max_tries", value_json(&info->lockout_max));
	json_object_set_new(obj, "interval_s", value_json(&info->lockout_interval));
	json_object_set_new(obj, "recovery_s", value_json(&info->lockout_recovery));
	json_object_set_new(obj, "unlocked_in_s",
			    drtmon_tpm_recovery(info, &seconds) ? json_integer((json_int_t)seconds)
								: json_null());
	return obj;
}

static json_t *ownership_json(const struct drtmon_tpm_info *info)
{
	const struct drtmon_tpm_value *p = &info->permanent, *s = &info->startup;
	json_t *obj = json_object();

	json_object_set_new(obj, "owner_auth_set", bit_json(p, DRTMON_TPM_OWNER_AUTH));
	json_object_set_new(obj, "endorsement_auth_set", bit_json(p, DRTMON_TPM_ENDORSEMENT_AUTH));
	json_object_set_new(obj, "lockout_auth_set", bit_json(p, DRTMON_TPM_LOCKOUT_AUTH));
	json_object_set_new(obj, "clear_disabled", bit_json(p, DRTMON_TPM_DISABLE_CLEAR));
	json_object_set_new(obj, "owner_enabled", bit_json(s, DRTMON_TPM_OWNER_ENABLED));
	json_object_set_new(obj, "endorsement_enabled",
			    bit_json(s, DRTMON_TPM_ENDORSEMENT_ENABLED));
	json_object_set_new(obj, "owned", known_json(info->owned));
	json_object_set_new(obj, "enabled", known_json(info->enabled));
	json_object_set_new(obj, "active", known_json(info->active));
	return obj;
}

json_t *drtmon_tpm_info_json(const struct drtmon_tpm_info *info)
{
	json_t *obj = json_object(), *random = json_object();

	json_object_set_new(obj, "name", json_sprintf("tpm%u", info->chip));
	json_object_set_new(obj, "version", text_json(info->version));
	json_object_set_new(obj, "problem", text_json(info->why));
	json_object_set_new(obj, "manufacturer", text_json(info->manufacturer));
	json_object_set_new(obj, "maker", text_json(drtmon_tpm_maker(info->manufacturer)));
	json_object_set_new(obj, "model", text_json(info->vendor));
	json_object_set_new(obj, "kind", json_string(info->kind));
	json_object_set_new(obj, "kind_reason", json_string(info->kind_reason));
	json_object_set_new(obj, "firmware", text_json(info->firmware));
	json_object_set_new(obj, "spec_revision",
			    info->revision.known
				    ? json_sprintf("%u.%02u", info->revision.value / 100,
						   info->revision.value % 100)
				    : json_null());
	json_object_set_new(obj, "spec_year", value_json(&info->spec_year));
	json_object_set_new(obj, "spec_day", value_json(&info->spec_day));
	json_object_set_new(obj, "banks", algs_json(info->bank, info->banks));
	json_object_set_new(obj, "algorithms", algs_json(info->alg, info->algs));
	json_object_set_new(random, "answers", known_json(info->random));
	json_object_set_new(random, "offered_to_kernel", known_json(info->hwrng));
	json_object_set_new(random, "used_by_kernel", known_json(info->hwrng_current));
	json_object_set_new(obj, "random", random);
	json_object_set_new(obj, "lockout", lockout_json(info));
	json_object_set_new(obj, "ownership", ownership_json(info));
	json_object_set_new(obj, "ek_certificate", known_json(info->ek_certificate));
	return lists(obj, info);
}
