// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/txt/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/blob.h"
#include "lib/txt/errorcode.h"
#include "lib/txt/regs.h"

/* A line has about 120 bytes: enough for thousands of failed launches. */
#define JOURNAL_MAX  (1u << 20)
#define JOURNAL_LINE 1024u

static json_t *line_decode(const char *line, size_t len)
{
	struct drtmon_txt_errorcode code;
	json_t *entry = json_loadb(line, len, 0, NULL);
	const char *text = json_string_value(json_object_get(entry, "errorcode"));

	if (!text) {
		json_decref(entry);
		return NULL;
	}
	code = drtmon_txt_errorcode_decode((uint32_t)strtoul(text, NULL, 16));
	json_object_set_new(entry, "decoded", drtmon_txt_errorcode_json(&code));
	return entry;
}

int drtmon_txt_journal_read(const char *path, json_t **list, struct drtmon_err *err)
{
	struct drtmon_blob blob;
	const char *p, *end;
	json_t *entry;
	int ret;

	*list = json_array();
	if (!*list)
		return drtmon_err_set(err, -ENOMEM, "out of memory");
	ret = drtmon_blob_read(&blob, path, JOURNAL_MAX, err);
	if (ret == -ENOENT)
		ret = 0;
	p = (const char *)blob.data;
	end = p ? p + blob.len : p;
	while (!ret && p < end) {
		const char *eol = memchr(p, '\n', (size_t)(end - p));
		size_t len = (size_t)((eol ? eol : end) - p);

		entry = line_decode(p, len);
		if (entry)
			json_array_append_new(*list, entry);
		p += len + 1;
	}
	drtmon_blob_free(&blob);
	if (ret) {
		json_decref(*list);
		*list = NULL;
	}
	return ret;
}

static bool known(const char *path, const char *boot, const char *code, const char *ests)
{
	const char *keys[] = { "boot_id", "errorcode", "ests" };
	const char *values[] = { boot, code, ests };
	json_t *list, *entry;
	bool found = false;
	size_t i, k;

	if (drtmon_txt_journal_read(path, &list, NULL))
		return false;
	json_array_foreach (list, i, entry) {
		bool same = true;

		for (k = 0; k < 3; k++) {
			const char *text = json_string_value(json_object_get(entry, keys[k]));

			same &= text && !strcmp(text, values[k]);
		}
		found |= same;
	}
	json_decref(list);
	return found;
}

static int append(const char *path, json_t *entry, struct drtmon_err *err)
{
	char *line = json_dumps(entry, JSON_COMPACT), *dir = strdup(path), *slash;
	int fd, ret = 0;

	slash = dir ? strrchr(dir, '/') : NULL;
	if (slash && slash != dir) {
		*slash = '\0';
		mkdir(dir, 0755);
	}
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0 || !line || flock(fd, LOCK_EX) || dprintf(fd, "%s\n", line) < 0 || fsync(fd))
		ret = drtmon_err_set(err, errno ? -errno : -EIO, "cannot write %s: %m", path);
	if (fd >= 0)
		close(fd);
	free(line);
	free(dir);
	return ret;
}

/* Behind what is read nothing is known: every look would append once more. */
static void rotate(const char *path)
{
	char old[PATH_MAX];
	struct stat st;

	if (lstat(path, &st) || !S_ISREG(st.st_mode) || st.st_size < JOURNAL_MAX - JOURNAL_LINE ||
	    snprintf(old, sizeof(old), "%s.1", path) >= (int)sizeof(old))
		return;
	rename(path, old);
}

int drtmon_txt_journal_note(const char *path, const struct drtmon_evidence *evidence,
			    struct drtmon_err *err)
{
	const struct drtmon_item *item = &evidence->item[DRTMON_ITEM_REGISTERS];
	const struct drtmon_facts *facts = &evidence->facts;
	uint64_t code = 0, ests = 0;
	char code_text[24], ests_text[24];
	json_t *entry;
	int ret;

	if (item->state != DRTMON_ITEM_PRESENT ||
	    drtmon_txt_window_state(item->blob.data, item->blob.len) < DRTMON_TXT_WINDOW_SHORT)
		return 0;
	drtmon_txt_reg_read(DRTMON_TXT_ERRORCODE, item->blob.data, item->blob.len, &code);
	drtmon_txt_reg_read(DRTMON_TXT_ESTS, item->blob.data, item->blob.len, &ests);
	if (!drtmon_txt_errorcode_decode((uint32_t)code).failure && !(ests & 1))
		return 0;
	snprintf(code_text, sizeof(code_text), "0x%08llx", (unsigned long long)code);
	snprintf(ests_text, sizeof(ests_text), "0x%llx", (unsigned long long)ests);
	rotate(path);
	if (known(path, facts->boot_id, code_text, ests_text))
		return 0;
	entry = json_pack("{s:s, s:s, s:s, s:s, s:s}", "time", facts->created, "boot_id",
			  facts->boot_id, "kernel", facts->kernel, "errorcode", code_text, "ests",
			  ests_text);
	ret = append(path, entry, err);
	json_decref(entry);
	return ret ? ret : 1;
}
