// SPDX-License-Identifier: GPL-2.0-or-later
/* Incremental replay of an IMA list that grows, shrinks and is replaced. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/log/cursor.h"
#include "lib/log/hash.h"
#include "lib/log/ima_follow.h"
#include "lib/log/replay.h"

static const struct drtmon_alg *banks[3];
static const struct drtmon_replay_args how = { .banks = banks, .check_templates = true };
static struct drtmon_cursor_news news;

/* One ima-ng entry for file number @n. */
static void entry_write(FILE *f, unsigned int n)
{
	uint8_t data[128] = { 40, 0, 0, 0, 's', 'h', 'a', '2', '5', '6', ':', 0 };
	struct drtmon_hash *hash = drtmon_hash_new(banks[0]);
	uint8_t head[34] = { 10, [24] = 6, [28] = 'i', 'm', 'a', '-', 'n', 'g' };
	uint32_t len;
	char name[32];

	memcpy(data + 12, &n, sizeof(n));
	len = (uint32_t)snprintf(name, sizeof(name), "/bin/file-%u", n) + 1;
	memcpy(data + 44, &len, 4);
	memcpy(data + 48, name, len);
	len += 48;
	assert_int_equal(drtmon_hash(hash, head + 4, data, len), 0);
	fwrite(head, 1, sizeof(head), f);
	fwrite(&len, 4, 1, f);
	fwrite(data, 1, len, f);
	drtmon_hash_free(hash);
}

static void list_write(const char *path, const char *mode, unsigned int from, unsigned int to)
{
	FILE *f = fopen(path, mode);

	assert_non_null(f);
	for (; from < to; from++)
		entry_write(f, from);
	fclose(f);
}

/* What a full replay of the file says. */
static void expect(const struct drtmon_cursor *c, const char *path)
{
	struct drtmon_log_args args = { .path = path };
	struct drtmon_replay_args rargs = { .banks = banks };
	const struct drtmon_pcrs *pcrs;
	struct drtmon_replay *replay;
	struct drtmon_log *log;
	unsigned int i;

	assert_int_equal(drtmon_log_open(&log, &args, NULL), 0);
	assert_int_equal(drtmon_replay_new(&replay, &rargs, NULL), 0);
	assert_int_equal(drtmon_replay_run(replay, log, NULL), 0);
	assert_int_equal(drtmon_log_info(log)->events, c->count);
	pcrs = drtmon_replay_pcrs(replay);
	for (i = 0; i < 2; i++)
		assert_memory_equal(drtmon_pcrs_get(pcrs, banks[i], 10), c->value[i],
				    banks[i]->size);
	drtmon_replay_free(replay);
	drtmon_log_close(log);
}

static int64_t update(struct drtmon_cursor *c, const char *path, const char *boot,
		      enum drtmon_cursor_change want)
{
	struct drtmon_err err = { 0 };
	int64_t n = drtmon_cursor_update(c, path, boot, &how, &news, &err);

	if (n >= 0)
		assert_string_equal(drtmon_cursor_change_name(news.change),
				    drtmon_cursor_change_name(want));
	return n;
}

static void test_cursor(void **state)
{
	char path[] = "/tmp/drtmon-cursor-XXXXXX", other[64];
	struct drtmon_cursor c = { 0 };
	FILE *f;

	banks[0] = drtmon_alg_by_name("sha1", 4);
	banks[1] = drtmon_alg_by_name("sha256", 6);
	close(mkstemp(path));
	list_write(path, "w", 0, 1000);
	assert_int_equal(update(&c, path, "boot", DRTMON_CURSOR_NEW), 1000);
	expect(&c, path);
	assert_int_equal(update(&c, path, "boot", DRTMON_CURSOR_GROWN), 0);
	list_write(path, "a", 1000, 1100);
	assert_int_equal(update(&c, path, "boot", DRTMON_CURSOR_GROWN), 100);
	expect(&c, path);
	/* The same file, shorter. */
	list_write(path, "w", 0, 50);
	assert_int_equal(update(&c, path, "boot", DRTMON_CURSOR_REWOUND), 50);
	expect(&c, path);
	/* The same file and length, other entries. */
	list_write(path, "w", 20, 70);
	assert_int_equal(update(&c, path, "boot", DRTMON_CURSOR_REWOUND), 50);
	expect(&c, path);
	/* Another boot. */
	assert_int_equal(update(&c, path, "next", DRTMON_CURSOR_REPLACED), 50);
	/* Another file under the name, of the same boot: its entries decide. */
	snprintf(other, sizeof(other), "%s.new", path);
	list_write(other, "w", 0, 60);
	assert_int_equal(rename(other, path), 0);
	assert_int_equal(update(&c, path, "next", DRTMON_CURSOR_REWOUND), 60);
	expect(&c, path);
	/* A cut entry waits. */
	f = fopen(path, "a");
	assert_false(news.rest);
	fwrite("\x0a\0\0\0", 1, 4, f);
	fclose(f);
	assert_int_equal(update(&c, path, "next", DRTMON_CURSOR_GROWN), 0);
	assert_true(news.rest);
	assert_int_equal(news.rest_at, c.offset);
	assert_non_null(strstr(news.rest_what, "4 trailing bytes"));
	unlink(path);
	assert_int_equal(update(&c, path, "next", DRTMON_CURSOR_GROWN), -ENOENT);
}

/* Told, counted, extended as it is logged, and passed: it stops nothing. */
static void test_bad_entry(void **state)
{
	char path[] = "/tmp/drtmon-cursor-XXXXXX";
	struct drtmon_replay_args unchecked = { .banks = banks };
	struct drtmon_cursor c = { 0 };
	FILE *f;

	banks[0] = drtmon_alg_by_name("sha1", 4);
	banks[1] = drtmon_alg_by_name("sha256", 6);
	close(mkstemp(path));
	list_write(path, "w", 0, 61);
	f = fopen(path, "r+");
	fseek(f, -1, SEEK_END);
	fputc('x', f);
	fclose(f);
	list_write(path, "a", 61, 70);
	assert_int_equal(update(&c, path, "boot", DRTMON_CURSOR_NEW), 70);
	assert_int_equal(news.bad, 1);
	assert_int_equal(news.problem[0].event, 60);
	assert_non_null(strstr(news.problem[0].what, "template digest is not that"));
	assert_false(news.rest);
	assert_int_equal(c.bad, 1);
	expect(&c, path);
	/* What is known does not become good by being old. */
	list_write(path, "a", 70, 75);
	assert_int_equal(update(&c, path, "boot", DRTMON_CURSOR_GROWN), 5);
	assert_int_equal(news.bad, 0);
	assert_int_equal(c.bad, 1);
	expect(&c, path);
	memset(&c, 0, sizeof(c));
	assert_int_equal(drtmon_cursor_update(&c, path, "boot", &unchecked, &news, NULL), 75);
	assert_int_equal(c.bad, 0);
	expect(&c, path);
	unlink(path);
}

/* A copy is another file each time, and of no boot that is known. */
static void test_copies(void **state)
{
	char path[] = "/tmp/drtmon-cursor-XXXXXX", other[64];
	struct drtmon_cursor c = { 0 };

	banks[0] = drtmon_alg_by_name("sha1", 4);
	banks[1] = drtmon_alg_by_name("sha256", 6);
	close(mkstemp(path));
	snprintf(other, sizeof(other), "%s.new", path);
	list_write(path, "w", 0, 100);
	assert_int_equal(update(&c, path, NULL, DRTMON_CURSOR_NEW), 100);
	list_write(other, "w", 0, 130);
	assert_int_equal(rename(other, path), 0);
	assert_int_equal(update(&c, path, NULL, DRTMON_CURSOR_GROWN), 30);
	expect(&c, path);
	list_write(other, "w", 0, 60);
	assert_int_equal(rename(other, path), 0);
	assert_int_equal(update(&c, path, NULL, DRTMON_CURSOR_REWOUND), 60);
	expect(&c, path);
	/* A read that fails says nothing of the list. */
	assert_int_equal(update(&c, "/proc/self/mem", NULL, DRTMON_CURSOR_GROWN), -EIO);
	assert_int_equal(c.count, 60);
	unlink(path);
}

/* Zero-padded SHA-1 of @path's entries in banks[1], as ima_pcr_extend() does without the hash. */
static void padded_chain(const char *path, uint8_t *value)
{
	struct drtmon_log_args args = { .path = path };
	struct drtmon_hash *hash = drtmon_hash_new(banks[1]);
	uint8_t both[64] = { 0 };
	struct drtmon_log_event event;
	struct drtmon_log *log;

	assert_int_equal(drtmon_log_open(&log, &args, NULL), 0);
	while (drtmon_log_next(log, &event) > 0) {
		memset(both + 32, 0, 32);
		memcpy(both + 32, event.digest[0].value, 20);
		assert_int_equal(drtmon_hash(hash, both, both, 64), 0);
	}
	drtmon_log_close(log);
	drtmon_hash_free(hash);
	memcpy(value, both, 32);
}

/* Kernels without a bank's hash pad: the cursor follows both rules, over many updates. */
static void test_padded(void **state)
{
	char path[] = "/tmp/drtmon-cursor-XXXXXX", store[64];
	struct drtmon_pcrs expected = { 0 };
	struct drtmon_cursor c = { 0 };
	uint8_t value[32];
	bool padded;

	banks[0] = drtmon_alg_by_name("sha1", 4);
	banks[1] = drtmon_alg_by_name("sha256", 6);
	close(mkstemp(path));
	snprintf(store, sizeof(store), "%s.cursor", path);
	list_write(path, "w", 0, 30);
	assert_int_equal(update(&c, path, NULL, DRTMON_CURSOR_NEW), 30);
	list_write(path, "a", 30, 50);
	assert_int_equal(drtmon_cursor_save(&c, store, NULL), 0);
	assert_int_equal(drtmon_cursor_load(&c, store, NULL), 0);
	assert_int_equal(update(&c, path, NULL, DRTMON_CURSOR_GROWN), 20);
	expect(&c, path);
	padded_chain(path, value);
	assert_memory_equal(c.padded[1], value, 32);
	assert_memory_equal(c.padded[0], c.value[0], 20);
	drtmon_pcrs_set(&expected, banks[1], 10, value);
	assert_memory_equal(drtmon_cursor_value(&c, 1, &expected, &padded), value, 32);
	assert_true(padded);
	assert_ptr_equal(drtmon_cursor_value(&c, 1, NULL, &padded), c.value[1]);
	assert_false(padded);
	drtmon_pcrs_set(&expected, banks[1], 10, c.value[1]);
	assert_ptr_equal(drtmon_cursor_value(&c, 1, &expected, &padded), c.value[1]);
	assert_false(padded);
	/* Neither rule makes it. */
	value[0] ^= 1;
	drtmon_pcrs_set(&expected, banks[1], 10, value);
	assert_ptr_equal(drtmon_cursor_value(&c, 1, &expected, &padded), c.value[1]);
	assert_false(padded);
	unlink(store);
	unlink(path);
}

static bool has_bank(const struct drtmon_cursor *c, const char *name)
{
	unsigned int i;

	for (i = 0; i < c->n_banks; i++)
		if (c->alg[i] == drtmon_alg_by_name(name, strlen(name))->id)
			return true;
	return false;
}

/* As many banks as a TPM has; the usual and those expected; once begun, the same. */
static void test_banks(void **state)
{
	static const char *const five[] = { "sha1", "sha256", "sha384", "sha512", "sha3_256" };
	const struct drtmon_alg *list[6] = { 0 }, *one[2] = { 0 };
	char path[] = "/tmp/drtmon-cursor-XXXXXX";
	struct drtmon_replay_args args = { .banks = list };
	struct drtmon_pcrs expected = { 0 };
	uint8_t value[64] = { 0 };
	struct drtmon_cursor c = { 0 };
	size_t i;

	for (i = 0; i < 5; i++)
		list[i] = drtmon_alg_by_name(five[i], strlen(five[i]));
	close(mkstemp(path));
	list_write(path, "w", 0, 5);
	assert_int_equal(drtmon_cursor_update(&c, path, NULL, &args, &news, NULL), 5);
	assert_int_equal(c.n_banks, 5);
	list_write(path, "a", 5, 7);
	assert_int_equal(drtmon_cursor_update(&c, path, NULL, &args, &news, NULL), 2);
	for (i = 0; i < 5; i++)
		assert_true(has_bank(&c, five[i]));
	memset(&c, 0, sizeof(c));
	drtmon_pcrs_set(&expected, list[3], 10, value);
	args = (struct drtmon_replay_args){ .expect = &expected };
	assert_int_equal(drtmon_cursor_update(&c, path, NULL, &args, &news, NULL), 7);
	assert_int_equal(c.n_banks, 4);
	assert_true(has_bank(&c, "sha512"));
	/* Begun with one, and the list is another boot's: still that one. */
	memset(&c, 0, sizeof(c));
	one[0] = list[1];
	args = (struct drtmon_replay_args){ .banks = one };
	assert_int_equal(drtmon_cursor_update(&c, path, "a", &args, &news, NULL), 7);
	args.banks = NULL;
	assert_int_equal(drtmon_cursor_update(&c, path, "b", &args, &news, NULL), 7);
	assert_int_equal(news.change, DRTMON_CURSOR_REPLACED);
	assert_int_equal(c.n_banks, 1);
	assert_true(has_bank(&c, "sha256"));
	unlink(path);
}

static void text_is(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

#define ZEROS "0000000000000000000000000000000000000000"

/* What is kept is what comes back; what is no cursor is none. */
static void test_store(void **state)
{
	static const char *const bad[] = {
		"",
		"[]",
		"{\"schema\":1,\"kind\":\"ima-cursor\"}",
		"{\"schema\":2,\"kind\":\"ima-cursor\"}",
		"{\"schema\":2,\"kind\":\"ima-cursor\",\"count\":1,\"bad\":0,\"offset\":9,"
		"\"last\":9,\"last_digest\":\"\",\"boot_id\":\"\",\"pcr\":10,"
		"\"banks\":{\"sha1\":\"" ZEROS "\"},\"padded\":{\"sha1\":\"" ZEROS "\"}}",
		"{\"schema\":2,\"kind\":\"ima-cursor\",\"count\":1,\"bad\":0,\"offset\":9,"
		"\"last\":0,\"last_digest\":\"\",\"boot_id\":\"\",\"pcr\":32,"
		"\"banks\":{\"sha1\":\"" ZEROS "\"},\"padded\":{\"sha1\":\"" ZEROS "\"}}",
		"{\"schema\":2,\"kind\":\"ima-cursor\",\"count\":1,\"bad\":2,\"offset\":9,"
		"\"last\":0,\"last_digest\":\"\",\"boot_id\":\"\",\"pcr\":10,"
		"\"banks\":{\"sha1\":\"" ZEROS "\"},\"padded\":{\"sha1\":\"" ZEROS "\"}}",
		"{\"schema\":2,\"kind\":\"ima-cursor\",\"count\":1,\"bad\":0,\"offset\":9,"
		"\"last\":0,\"last_digest\":\"\",\"boot_id\":\"\",\"pcr\":10,"
		"\"banks\":{\"sha1\":\"" ZEROS "\"},\"padded\":{}}",
		"{\"schema\":2,\"kind\":\"ima-cursor\",\"count\":1,\"bad\":0,\"offset\":9,"
		"\"last\":0,\"last_digest\":\"\",\"boot_id\":\"\",\"pcr\":10,"
		"\"banks\":{\"sha1\":\"00\"},\"padded\":{\"sha1\":\"" ZEROS "\"}}",
		"{\"schema\":2,\"kind\":\"ima-cursor\",\"count\":1,\"bad\":0,\"offset\":9,"
		"\"last\":0,\"last_digest\":\"\",\"boot_id\":\"\",\"pcr\":10,"
		"\"banks\":{\"md5\":\"00\"},\"padded\":{}}",
		"{\"schema\":2,\"kind\":\"ima-cursor\",\"count\":1,\"bad\":0,\"offset\":9,"
		"\"last\":0,\"last_digest\":\"\",\"boot_id\":\"\",\"pcr\":10,"
		"\"banks\":{},\"padded\":{}}",
		"{\"schema\":2,\"kind\":\"ima-cursor\",\"count\":1,\"bad\":0,\"offset\":9,"
		"\"last\":0,\"last_digest\":\"zz\",\"boot_id\":\"\",\"pcr\":10,"
		"\"banks\":{\"sha1\":\"" ZEROS "\"},\"padded\":{\"sha1\":\"" ZEROS "\"}}",
		"{\"schema\":2,\"kind\":\"ima-cursor\",\"count\":-1,\"bad\":0,\"offset\":9,"
		"\"last\":0,\"last_digest\":\"\",\"boot_id\":\"\",\"pcr\":10,"
		"\"banks\":{\"sha1\":\"" ZEROS "\"},\"padded\":{\"sha1\":\"" ZEROS "\"}}",
	};
	char path[] = "/tmp/drtmon-cursor-XXXXXX", store[64];
	struct drtmon_cursor c = { 0 }, back;
	struct drtmon_err err = { 0 };
	size_t i;

	banks[0] = drtmon_alg_by_name("sha1", 4);
	banks[1] = drtmon_alg_by_name("sha256", 6);
	close(mkstemp(path));
	snprintf(store, sizeof(store), "%s.cursor", path);
	assert_int_equal(drtmon_cursor_load(&back, store, &err), 0);
	assert_memory_equal(&back, &c, sizeof(c));
	/* Empty, and with entries. */
	for (i = 0; i < 2; i++) {
		assert_int_equal(update(&c, path, "boot",
					i ? DRTMON_CURSOR_GROWN : DRTMON_CURSOR_NEW),
				 i ? 20 : 0);
		assert_int_equal(drtmon_cursor_save(&c, store, &err), 0);
		memset(&back, 0x55, sizeof(back));
		assert_int_equal(drtmon_cursor_load(&back, store, &err), 0);
		assert_memory_equal(&back, &c, sizeof(c));
		list_write(path, "a", 0, 20);
	}
	assert_int_equal(update(&back, path, "boot", DRTMON_CURSOR_GROWN), 20);
	expect(&back, path);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		text_is(store, bad[i]);
		assert_int_equal(drtmon_cursor_load(&back, store, &err), -EBADMSG);
		assert_non_null(strstr(err.msg, "is no cursor"));
		/* It may be the list itself. */
		assert_null(strstr(err.msg, "remove"));
	}
	assert_int_equal(drtmon_cursor_load(&back, "/tmp", &err), -EISDIR);
	assert_true(drtmon_cursor_save(&c, "/nonexistent/cursor", &err) < 0);
	unlink(store);
	unlink(path);
}

/* A list of two PCRs is not followed by one value. */
static void test_two_pcrs(void **state)
{
	char path[] = "/tmp/drtmon-cursor-XXXXXX";
	struct drtmon_cursor c = { 0 };
	struct drtmon_err err = { 0 };
	FILE *f;

	banks[0] = drtmon_alg_by_name("sha1", 4);
	close(mkstemp(path));
	list_write(path, "w", 0, 2);
	f = fopen(path, "r+");
	fputc(11, f);
	fclose(f);
	assert_int_equal(drtmon_cursor_update(&c, path, NULL, &how, &news, &err), -EBADMSG);
	assert_non_null(strstr(err.msg, "entry 1 is of PCR 10, those before it of PCR 11"));
	assert_int_equal(c.count, 0);
	unlink(path);
}

/* The extend that follows when file number @n is measured, in one bank. */
static void extend_of(struct drtmon_event *event, uint8_t *digest, unsigned int n, uint32_t bank)
{
	uint8_t data[128] = { 40, 0, 0, 0, 's', 'h', 'a', '2', '5', '6', ':', 0 };
	struct drtmon_hash *hash = drtmon_hash_new(banks[bank]);
	int len = snprintf((char *)data + 48, sizeof(data) - 48, "/bin/file-%u", n) + 1;

	memcpy(data + 12, &n, sizeof(n));
	memcpy(data + 44, &len, 4);
	assert_int_equal(drtmon_hash(hash, digest, data, 48 + (size_t)len), 0);
	drtmon_hash_free(hash);
	memset(event, 0, sizeof(*event));
	event->kind = DRTMON_EVENT_KIND_PCR_EXTEND;
	event->origin = DRTMON_ORIGIN_KERNEL;
	event->pcr = 10;
	event->digests = 1;
	event->digest[0].alg = banks[bank]->id;
	memcpy(event->digest[0].value.data, digest, banks[bank]->size);
	event->digest[0].value.len = banks[bank]->size;
}

/* Entries that come while the list is followed, a half one, and what is no file's. */
static void test_follow(void **state)
{
	char path[] = "/tmp/drtmon-follow-XXXXXX", one[] = "/tmp/drtmon-entry-XXXXXX";
	struct drtmon_ima_follow *follow;
	uint8_t digest[DRTMON_ALG_DIGEST_MAX], bytes[512];
	struct drtmon_event event;
	size_t len;
	FILE *f;

	banks[0] = drtmon_alg_by_name("sha1", 4);
	banks[1] = drtmon_alg_by_name("sha256", 6);
	close(mkstemp(path));
	list_write(path, "w", 0, 5000);
	assert_int_equal(drtmon_ima_follow_open(&follow, path, NULL), 0);
	extend_of(&event, digest, 4999, 0);
	assert_string_equal(drtmon_ima_follow_find(follow, &event), "/bin/file-4999");
	/* Told once. */
	assert_null(drtmon_ima_follow_find(follow, &event));
	/* Too long ago to be known. */
	extend_of(&event, digest, 1, 0);
	assert_null(drtmon_ima_follow_find(follow, &event));
	list_write(path, "a", 5000, 5002);
	extend_of(&event, digest, 5001, 1);
	assert_string_equal(drtmon_ima_follow_find(follow, &event), "/bin/file-5001");
	/* Userspace's own extend, and another PCR's. */
	extend_of(&event, digest, 5000, 0);
	event.origin = DRTMON_ORIGIN_USER;
	assert_null(drtmon_ima_follow_find(follow, &event));
	event.origin = DRTMON_ORIGIN_KERNEL;
	event.pcr = 11;
	assert_null(drtmon_ima_follow_find(follow, &event));
	/* The second half of an entry comes later. */
	close(mkstemp(one));
	list_write(one, "w", 5002, 5003);
	f = fopen(one, "r");
	len = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	unlink(one);
	extend_of(&event, digest, 5002, 0);
	f = fopen(path, "a");
	fwrite(bytes, 1, 50, f);
	fflush(f);
	assert_null(drtmon_ima_follow_find(follow, &event));
	fwrite(bytes + 50, 1, len - 50, f);
	fclose(f);
	assert_string_equal(drtmon_ima_follow_find(follow, &event), "/bin/file-5002");
	/* A violation is zeros in the list and ones in the PCR. */
	memset(bytes + 4, 0, 20);
	f = fopen(path, "a");
	fwrite(bytes, 1, len, f);
	fclose(f);
	memset(event.digest[0].value.data, 0xff, 20);
	assert_string_equal(drtmon_ima_follow_find(follow, &event), "violation: /bin/file-5002");
	drtmon_ima_follow_close(follow);
	assert_null(drtmon_ima_follow_find(NULL, &event));
	unlink(path);
	assert_int_equal(drtmon_ima_follow_open(&follow, path, NULL), -ENOENT);
	assert_null(follow);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cursor),	 cmocka_unit_test(test_bad_entry),
		cmocka_unit_test(test_copies),	 cmocka_unit_test(test_padded),
		cmocka_unit_test(test_banks),	 cmocka_unit_test(test_store),
		cmocka_unit_test(test_two_pcrs), cmocka_unit_test(test_follow)
	};

	return cmocka_run_group_tests_name("log-cursor", tests, NULL, NULL);
}
