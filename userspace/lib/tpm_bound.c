// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/tpm_bound.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/luks.h"
#include "lib/sysfs.h"
#include "lib/text.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* A credential begins with its key's ID; that much of its base64 is enough. */
#define CREDENTIAL_HEAD 64

/**
 * struct bound - what was found
 * @items: for the answer
 * @unseen: for the answer
 */
struct bound {
	json_t *items;
	json_t *unseen;
};

static json_t *text(const char *bytes)
{
	char safe[1024];

	return json_string(drtmon_text_utf8(safe, sizeof(safe), bytes, strlen(bytes)));
}

static void add(struct bound *bound, const char *kind, const char *where, const char *what,
		json_t *lost)
{
	json_array_append_new(bound->items,
			      json_pack("{s:s,s:o,s:o,s:o}", "kind", kind, "where", text(where),
					"what", text(what), "lost", lost));
}

static void unseen(struct bound *bound, const char *where, int error)
{
	char line[PATH_MAX + 64];

	snprintf(line, sizeof(line), "%s: %s", where, strerror(error < 0 ? -error : error));
	json_array_append_new(bound->unseen, text(line));
}

static void tokens(struct bound *bound, const char *device, json_t *metadata)
{
	json_t *token;
	const char *id;
	char what[128];

	json_object_foreach (json_object_get(metadata, "tokens"), id, token) {
		const char *type = json_string_value(json_object_get(token, "type"));

		if (!drtmon_luks_tpm_token(token))
			continue;
		snprintf(what, sizeof(what),
			 "token %.16s, %.32s: have a passphrase or recovery key first", id, type);
		add(bound, "luks", device, what, json_true());
	}
}

static void volume(struct bound *bound, const char *root, const char *name)
{
	struct drtmon_blob blob = { 0 };
	char path[PATH_MAX], *slash;
	json_t *metadata;
	int ret;

	snprintf(path, sizeof(path), "%.*s/dev/%s", PATH_MAX - 300, root, name);
	/* sysfs writes "cciss!c0d0" for what lies in a folder. */
	for (slash = path + strlen(path) - strlen(name); (slash = strchr(slash, '!'));)
		*slash = '/';
	ret = drtmon_blob_read(&blob, path, DRTMON_LUKS_MAX, NULL);
	if (ret && !blob.len) {
		/* An empty drive is no place where anything could be. */
		if (ret != -ENOMEDIUM && ret != -ENXIO)
			unseen(bound, path + strlen(root), ret);
		drtmon_blob_free(&blob);
		return;
	}
	switch (drtmon_luks_parse(blob.data ? blob.data : (const uint8_t *)"", blob.len,
				  &metadata)) {
	case DRTMON_LUKS_2:
		tokens(bound, path + strlen(root), metadata);
		break;
	case DRTMON_LUKS_1:
		add(bound, "luks", path + strlen(root),
		    "LUKS1, where clevis may have bound a key: see clevis luks list", json_null());
		break;
	case DRTMON_LUKS_DAMAGED:
		add(bound, "luks", path + strlen(root), "LUKS2 whose metadata cannot be read",
		    json_null());
		break;
	case DRTMON_LUKS_BITLOCKER:
		add(bound, "bitlocker", path + strlen(root),
		    "BitLocker, most likely bound to the TPM: have its recovery key first",
		    json_null());
		break;
	default:
		break;
	}
	json_decref(metadata);
	drtmon_blob_free(&blob);
}

static void volumes(struct bound *bound, const char *root)
{
	char path[PATH_MAX];
	struct dirent **list = NULL;
	int n, i;

	snprintf(path, sizeof(path), "%.*s/sys/class/block", PATH_MAX - 32, root);
	n = scandir(path, &list, NULL, alphasort);
	if (n < 0)
		unseen(bound, "/sys/class/block", errno);
	for (i = 0; i < n; i++) {
		const char *name = list[i]->d_name;

		/* RAM and loop devices that hold nothing are noise. */
		if (name[0] != '.' && strncmp(name, "ram", 3) && strncmp(name, "zram", 4))
			volume(bound, root, name);
		free(list[i]);
	}
	free(list);
}

/* Base64 of the key IDs of systemd's creds-util.h whose key the TPM has a part in. */
static bool is_tpm_credential(const char *head)
{
	static const char *const ids[] = {
		"DHzAexF2RZGcSwvqCLwg/", /* TPM2_HMAC */
		"+vfrk0HjQSyhpDb5Wik2L", /* TPM2_HMAC_WITH_PK */
		"k6iUCUh0RJCQyvL8k8q1U", /* HOST_AND_TPM2_HMAC */
		"70rBNnmpSA6n22iJf58WX", /* HOST_AND_TPM2_HMAC_SCOPED */
		"r0lQqEkTTrGnOEYwT/MMB", /* HOST_AND_TPM2_HMAC_WITH_PK */
		"rbxMo++2QgG6iBtvLkCV6", /* HOST_AND_TPM2_HMAC_WITH_PK_SCOPED */
	};
	size_t i;

	for (i = 0; i < COUNT(ids); i++)
		if (!strncmp(head, ids[i], strlen(ids[i])))
			return true;
	return false;
}

static void credentials(struct bound *bound, const char *root, const char *dir)
{
	char path[PATH_MAX], where[PATH_MAX];
	struct dirent **list = NULL;
	int n, i;

	snprintf(path, sizeof(path), "%.*s%s", PATH_MAX - 300, root, dir);
	n = scandir(path, &list, NULL, alphasort);
	if (n < 0 && errno != ENOENT)
		unseen(bound, dir, errno);
	for (i = 0; i < n; i++) {
		struct drtmon_blob blob = { 0 };
		int ret = 0;

		snprintf(where, sizeof(where), "%.*s/%s", PATH_MAX - 300, path, list[i]->d_name);
		if (list[i]->d_type == DT_REG)
			ret = drtmon_blob_read(&blob, where, CREDENTIAL_HEAD, NULL);
		if (ret && !blob.len)
			unseen(bound, where + strlen(root), ret);
		else if (blob.data && is_tpm_credential((const char *)blob.data))
			add(bound, "systemd-credential", where + strlen(root),
			    "encrypted for this TPM: have its plain text elsewhere first",
			    json_true());
		drtmon_blob_free(&blob);
		free(list[i]);
	}
	free(list);
}

/* Of the TPM's own objects, only those that its platform made outlive a clear. */
static void objects(struct bound *bound, const json_t *info, const char *path, const char *name,
		    const char *kind)
{
	const json_t *list = json_object_get(info, path);
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);
		const char *use = json_string_value(json_object_get(one, "use"));
		json_t *lost = json_object_get(one, "lost_on_clear");

		add(bound, kind, json_string_value(json_object_get(one, name)),
		    use ? use : "not known what for", json_incref(lost));
	}
	if (!json_is_array(list))
		json_array_append_new(bound->unseen,
				      json_sprintf("%s of the TPM could not be listed", path));
}

json_t *drtmon_tpm_bound(const char *root, const struct drtmon_tpm_info *info)
{
	static const char *const stores[] = {
		"/etc/credstore.encrypted",
		"/run/credstore.encrypted",
		"/usr/local/lib/credstore.encrypted",
		"/usr/lib/credstore.encrypted",
		"/etc/credstore",
		"/boot/loader/credentials",
		"/efi/loader/credentials",
	};
	struct bound bound = { json_array(), json_array() };
	json_t *tpm = drtmon_tpm_info_json(info);
	size_t i;

	volumes(&bound, root);
	for (i = 0; i < COUNT(stores); i++)
		credentials(&bound, root, stores[i]);
	objects(&bound, tpm, "persistent_keys", "handle", "persistent-key");
	objects(&bound, tpm, "nv_indices", "index", "nv-index");
	json_decref(tpm);
	return json_pack("{s:o,s:o}", "items", bound.items, "unseen", bound.unseen);
}
