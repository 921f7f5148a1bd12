// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>
#include <cmocka.h>

#include "lib/capture.h"
#include "lib/chain.h"
#include "tests/txt_case.h"

static char dir[64];

static const char *path(const char *name)
{
	static char full[4][128];
	static unsigned int n;
	char *p = full[n++ % 4];

	snprintf(p, sizeof(full[0]), "%s/%s", dir, name);
	return p;
}

static int setup(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/drtmon-test-XXXXXX");
	return mkdtemp(dir) ? 0 : -1;
}

static int teardown(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

static void write_file(const char *name, const void *data, size_t len)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, len), len);
	close(fd);
}

static void tar_add(struct archive *a, const char *name, unsigned int type, const char *text)
{
	struct archive_entry *entry = archive_entry_new();
	size_t len = type == AE_IFREG ? strlen(text) : 0;

	archive_entry_set_pathname(entry, name);
	archive_entry_set_filetype(entry, type);
	archive_entry_set_perm(entry, 0644);
	archive_entry_set_size(entry, (la_int64_t)len);
	if (type == AE_IFLNK)
		archive_entry_set_symlink(entry, text);
	assert_int_equal(archive_write_header(a, entry), ARCHIVE_OK);
	if (len)
		archive_write_data(a, text, len);
	archive_entry_free(entry);
}

static struct archive *tar_open(const char *name)
{
	struct archive *a = archive_write_new();

	archive_write_set_format_ustar(a);
	assert_int_equal(archive_write_open_filename(a, name), ARCHIVE_OK);
	return a;
}

static int tar_one(const char *name, unsigned int type, const char *text,
		   struct drtmon_evidence *ev, struct drtmon_err *err)
{
	struct archive *a = tar_open(path("one.tar"));

	tar_add(a, name, type, text);
	archive_write_close(a);
	archive_write_free(a);
	memset(err, 0, sizeof(*err));
	return drtmon_capture_read(ev, path("one.tar"), err);
}

static const char pcrs_text[] = "{\"sha1\":{\"17\":\"ffffffffffffffffffffffffffffffffffffffff\"}}";

static const char *verdict(const struct drtmon_evidence *ev)
{
	struct drtmon_chain chain;

	drtmon_chain_judge(&chain, ev);
	return drtmon_chain_verdict_name(chain.verdict);
}

/* Written in one form and read back in both, nothing changes. */
static void round_trip(const char *name)
{
	static struct txt_case c;
	struct drtmon_evidence ev, back;
	struct drtmon_err err = { 0 };
	unsigned int i;
	struct stat st;
	json_t *a, *b;

	case_good(&c);
	case_evidence(&ev, &c);
	drtmon_item_set(&ev.item[DRTMON_ITEM_IMA_LOG], DRTMON_ITEM_UNREADABLE, "locked away");
	assert_int_equal(drtmon_capture_write(&ev, path(name), &err), 0);
	assert_int_equal(drtmon_capture_write(&ev, path(name), &err), -EEXIST);
	assert_int_equal(stat(path(name), &st), 0);
	assert_int_equal(st.st_mode & 077, 0);
	assert_int_equal(drtmon_capture_read(&back, path(name), &err), 0);
	for (i = 0; i < DRTMON_ITEMS; i++) {
		assert_int_equal(back.item[i].state, ev.item[i].state);
		if (i != DRTMON_ITEM_FACTS && i != DRTMON_ITEM_PCRS)
			assert_int_equal(back.item[i].blob.len, ev.item[i].blob.len);
	}
	assert_string_equal(back.item[DRTMON_ITEM_IMA_LOG].why, "locked away");
	assert_memory_equal(back.item[DRTMON_ITEM_HEAP].blob.data, c.heap, c.heap_len);
	assert_memory_equal(&back.pcrs, &ev.pcrs, sizeof(ev.pcrs));
	a = drtmon_facts_json(&ev.facts);
	b = drtmon_facts_json(&back.facts);
	assert_true(json_equal(a, b));
	json_decref(a);
	json_decref(b);
	assert_string_equal(verdict(&back), "measured");
	drtmon_evidence_free(&back);
	drtmon_evidence_free(&ev);
}

static void test_directory(void **state)
{
	(void)state;
	round_trip("case");
}

static void test_tar(void **state)
{
	(void)state;
	round_trip("case.tar");
}

static void test_smallest(void **state)
{
	static struct txt_case c;
	struct drtmon_evidence ev;
	struct drtmon_err err = { 0 };
	struct drtmon_chain chain;
	unsigned int i, truncated = 0;
	char text[256], a[65];

	(void)state;
	case_good(&c);
	mkdir(path("small"), 0700);
	assert_int_equal(drtmon_capture_read(&ev, path("small"), &err), 0);
	assert_string_equal(verdict(&ev), "unknown");
	drtmon_evidence_free(&ev);
	mkdir(path("small/txt"), 0700);
	write_file(path("small/txt/registers.bin"), c.window, c.window_len);
	snprintf(text, sizeof(text), "{\"sha256\":{\"17\":\"%s\"}}",
		 drtmon_hex_encode(a, c.pcr[0], 32));
	write_file(path("small/pcrs.json"), text, strlen(text));
	assert_int_equal(drtmon_capture_read(&ev, path("small"), &err), 0);
	assert_string_equal(verdict(&ev), "measured");
	drtmon_evidence_free(&ev);
	write_file(path("small/txt/registers.bin"), "x", 1);
	assert_int_equal(drtmon_capture_read(&ev, path("small"), &err), 0);
	assert_string_equal(verdict(&ev), "unknown");
	drtmon_chain_judge(&chain, &ev);
	for (i = 0; i < DRTMON_LINKS; i++)
		truncated += !!strstr(chain.link[i].evidence, "truncated");
	assert_true(truncated >= 2);
	drtmon_evidence_free(&ev);
}

static void test_tar_paths(void **state)
{
	static const char *const good[] = { "pcrs.json", "./pcrs.json", "././pcrs.json",
					    "case/pcrs.json", "./case/pcrs.json" };
	static const char *const bad[] = { "/pcrs.json",  "../pcrs.json", "a/../pcrs.json",
					   "/etc/passwd", "txt/..",	  "x/../../y",
					   ".." };
	struct drtmon_evidence ev;
	struct drtmon_err err;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(tar_one(good[i], AE_IFREG, pcrs_text, &ev, &err), 0);
		assert_int_equal(ev.item[DRTMON_ITEM_PCRS].state, DRTMON_ITEM_PRESENT);
		drtmon_evidence_free(&ev);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(tar_one(bad[i], AE_IFREG, pcrs_text, &ev, &err), -EINVAL);
		assert_non_null(strstr(err.msg, "leads out"));
		drtmon_evidence_free(&ev);
	}
	assert_int_equal(tar_one("a/b/c/pcrs.json", AE_IFREG, pcrs_text, &ev, &err), 0);
	assert_int_equal(ev.item[DRTMON_ITEM_PCRS].state, DRTMON_ITEM_ABSENT);
	drtmon_evidence_free(&ev);
	assert_int_equal(tar_one("pcrs.json", AE_IFLNK, "/etc/passwd", &ev, &err), 0);
	assert_int_equal(ev.item[DRTMON_ITEM_PCRS].state, DRTMON_ITEM_UNREADABLE);
	drtmon_evidence_free(&ev);
}

static void test_no_capture(void **state)
{
	static uint8_t junk[4096];
	struct drtmon_evidence ev;
	struct drtmon_err err = { 0 };
	size_t i;

	(void)state;
	assert_int_equal(drtmon_capture_read(&ev, path("none"), &err), -ENOENT);
	drtmon_evidence_free(&ev);
	assert_int_equal(mkfifo(path("fifo"), 0600), 0);
	assert_int_equal(drtmon_capture_read(&ev, path("fifo"), &err), -EINVAL);
	drtmon_evidence_free(&ev);
	write_file(path("byte"), "x", 1);
	assert_int_equal(drtmon_capture_read(&ev, path("byte"), &err), -EINVAL);
	drtmon_evidence_free(&ev);
	for (i = 0; i < sizeof(junk); i++)
		junk[i] = (uint8_t)(i * 7 + i / 256);
	write_file(path("junk"), junk, sizeof(junk));
	assert_true(drtmon_capture_read(&ev, path("junk"), &err) < 0);
	drtmon_evidence_free(&ev);
	/* A pipe inside a directory is no evidence, and does not block. */
	mkdir(path("pipes"), 0700);
	assert_int_equal(mkfifo(path("pipes/facts.json"), 0600), 0);
	assert_int_equal(drtmon_capture_read(&ev, path("pipes"), &err), 0);
	assert_int_equal(ev.item[DRTMON_ITEM_FACTS].state, DRTMON_ITEM_UNREADABLE);
	drtmon_evidence_free(&ev);
}

/* A header that no library would write: its size in GNU's base-256. */
static void tar_header(uint8_t header[512], const char *name, uint64_t size)
{
	unsigned int i, sum = 0;

	memset(header, 0, 512);
	snprintf((char *)header, 100, "%s", name);
	memcpy(header + 100, "0000644", 8);
	header[124] = 0x80;
	for (i = 0; i < 8; i++)
		header[128 + i] = (uint8_t)(size >> (56 - 8 * i));
	header[156] = '0';
	memcpy(header + 257, "ustar\00000", 8);
	memset(header + 148, ' ', 8);
	for (i = 0; i < 512; i++)
		sum += header[i];
	snprintf((char *)header + 148, 8, "%06o", sum);
}

static void test_sizes(void **state)
{
	static uint8_t tar[4 * 512];
	struct drtmon_evidence ev;
	struct drtmon_err err = { 0 };

	(void)state;
	tar_header(tar, "pcrs.json", 2);
	memcpy(tar + 512, "{}", 2);
	tar_header(tar + 1024, "txt/heap.bin", INT64_MAX - 1);
	write_file(path("sizes.tar"), tar, sizeof(tar));
	assert_int_equal(drtmon_capture_read(&ev, path("sizes.tar"), &err), -E2BIG);
	assert_non_null(strstr(err.msg, "larger than any capture"));
	drtmon_evidence_free(&ev);
}

static void test_twice_and_cut(void **state)
{
	struct archive *a = tar_open(path("twice.tar"));
	struct drtmon_evidence ev;
	struct drtmon_err err = { 0 };

	(void)state;
	tar_add(a, "pcrs.json", AE_IFREG, pcrs_text);
	tar_add(a, "x/pcrs.json", AE_IFREG, pcrs_text);
	archive_write_close(a);
	archive_write_free(a);
	assert_int_equal(drtmon_capture_read(&ev, path("twice.tar"), &err), -EINVAL);
	drtmon_evidence_free(&ev);
	assert_int_equal(truncate(path("twice.tar"), 520), 0);
	assert_int_equal(drtmon_capture_read(&ev, path("twice.tar"), &err), -EBADMSG);
	drtmon_evidence_free(&ev);
}

/* As in a tar, a link in a directory is no evidence: it leads to other files. */
static void test_directory_links(void **state)
{
	struct drtmon_evidence ev;
	struct drtmon_err err = { 0 };

	(void)state;
	mkdir(path("links"), 0700);
	write_file(path("elsewhere"), pcrs_text, strlen(pcrs_text));
	assert_int_equal(symlink(path("elsewhere"), path("links/pcrs.json")), 0);
	mkdir(path("away"), 0700);
	write_file(path("away/registers.bin"), "12345678", 8);
	assert_int_equal(symlink(path("away"), path("links/txt")), 0);
	assert_int_equal(drtmon_capture_read(&ev, path("links"), &err), 0);
	assert_int_equal(ev.item[DRTMON_ITEM_PCRS].state, DRTMON_ITEM_UNREADABLE);
	assert_int_equal(ev.item[DRTMON_ITEM_REGISTERS].state, DRTMON_ITEM_UNREADABLE);
	assert_non_null(strstr(ev.item[DRTMON_ITEM_PCRS].why, "link"));
	drtmon_evidence_free(&ev);
}

/* Text that is no facts or no PCRs makes that item unreadable, nothing more. */
static void test_bad_text(void **state)
{
	static const char *const facts[] = {
		"",
		"[",
		"[]",
		"{\"cpu\":{\"smx\":1}}",
		"{\"kernel\":[]}",
		"{\"txt_base\":5}",
		"{\"msrs\":{\"0x3a\":7}}",
		"{\"msrs\":{\"zz\":null}}",
		"{\"acpi\":{\"DMAR\":3}}",
		"{\"tpm\":{\"chips\":[{}]}}",
		"{\"tpm\":{\"nv\":{\"0x1\":7}}}",
		"{\"cpu\":{\"signature\":\"0x1ffffffff\"}}",
		"{\"kernel\":\"a\",\"kernel\":\"b\"}",
		"{\"cpu\":5}",
		"{\"tpm\":[]}",
		"{\"items\":3}",
		"{\"msrs\":[]}",
		"{\"tpm\":{\"chips\":{}}}",
		"{\"cpu\":{\"vendor\":1}}",
		"{\"schema\":2}",
		"{\"schema\":\"1\"}",
	};
	struct drtmon_evidence ev;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
		memset(&ev, 0, sizeof(ev));
		case_item(&ev, DRTMON_ITEM_FACTS, facts[i], strlen(facts[i]));
		case_item(&ev, DRTMON_ITEM_PCRS, "nonsense", 8);
		drtmon_evidence_decode(&ev);
		assert_int_equal(ev.item[DRTMON_ITEM_FACTS].state, DRTMON_ITEM_UNREADABLE);
		assert_true(ev.item[DRTMON_ITEM_FACTS].why[0]);
		assert_int_equal(ev.item[DRTMON_ITEM_PCRS].state, DRTMON_ITEM_UNREADABLE);
		assert_string_equal(verdict(&ev), "unknown");
		drtmon_evidence_free(&ev);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_directory),	cmocka_unit_test(test_tar),
		cmocka_unit_test(test_smallest),	cmocka_unit_test(test_tar_paths),
		cmocka_unit_test(test_no_capture),	cmocka_unit_test(test_twice_and_cut),
		cmocka_unit_test(test_sizes),		cmocka_unit_test(test_bad_text),
		cmocka_unit_test(test_directory_links),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
