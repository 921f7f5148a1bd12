// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/blob.h"
#include "lib/txt/heap.h"
#include "tests/log/data.h"
#include "tests/txt_case.h"

static json_t *decode(const uint8_t *buf, size_t len, uint64_t base)
{
	struct drtmon_txt_view view;
	json_t *doc;

	drtmon_txt_view_init(&view, buf, len, base);
	doc = drtmon_txt_heap_json(&view);
	assert_non_null(doc);
	return doc;
}

static json_int_t integer(const json_t *doc, const char *table, const char *name)
{
	const json_t *value = json_object_get(json_object_get(doc, table), name);

	assert_true(json_is_integer(value));
	return json_integer_value(value);
}

static void expect_text(const json_t *doc, const char *table, const char *name, const char *text)
{
	const char *got = json_string_value(json_object_get(json_object_get(doc, table), name));

	assert_non_null(got);
	assert_string_equal(got, text);
}

static const json_t *element(const json_t *doc, const char *table, const char *name)
{
	const json_t *entry;
	size_t i;

	json_array_foreach (json_object_get(json_object_get(doc, table), "elements"), i, entry)
		if (!strcmp(json_string_value(json_object_get(entry, "name")), name))
			return entry;
	return NULL;
}

/* A Purley server, as the index of the data describes it. */
static void real_heap(const char *name)
{
	struct drtmon_blob blob;
	const json_t *log, *madt;
	json_t *doc;

	if (!data_dir())
		skip();
	assert_int_equal(drtmon_blob_read(&blob, data_path(name), DRTMON_TXT_HEAP_MAX, NULL), 0);
	doc = decode(blob.data, blob.len, 0);
	assert_int_equal(integer(doc, "bios_data", "version"), 3);
	assert_int_equal(integer(doc, "bios_data", "size"), 0x2c);
	expect_text(doc, "bios_data", "lcp_pd_base", "0x6fb00000");
	expect_text(doc, "bios_data", "lcp_pd_size", "0x300c");
	assert_int_equal(integer(doc, "bios_data", "num_logical_procs"), 72);
	assert_int_equal(integer(doc, "os_mle_data", "size"), 0x15120);
	assert_int_equal(integer(doc, "os_sinit_data", "version"), 7);
	assert_int_equal(integer(doc, "os_sinit_data", "size"), 0x88);
	expect_text(doc, "os_sinit_data", "flags", "0x1");
	assert_int_equal(integer(doc, "sinit_mle_data", "version"), 9);
	assert_int_equal(integer(doc, "sinit_mle_data", "size"), 0x1a3e);
	log = json_array_get(json_object_get(doc, "event_logs"), 0);
	assert_int_equal(json_integer_value(json_object_get(log, "element")), 8);
	assert_string_equal(json_string_value(json_object_get(log, "address")), "0x1014c");
	assert_int_equal(json_integer_value(json_object_get(log, "allocated")), 0x2000);
	assert_int_equal(json_integer_value(json_object_get(log, "first")), 0);
	assert_int_equal(json_integer_value(json_object_get(log, "next")), 0x6ba);
	assert_int_equal(json_integer_value(json_object_get(log, "heap_offset")), 0x1014c);
	madt = json_object_get(element(doc, "sinit_mle_data", "madt"), "data");
	assert_string_equal(json_string_value(json_object_get(madt, "oem_table_id")), "S2600WF");
	assert_string_equal(json_string_value(json_object_get(doc, "launcher")), "tboot");
	json_decref(doc);
	drtmon_blob_free(&blob);
}

static void test_real_heap(void **state)
{
	(void)state;
	real_heap("txt-bin/intel-secl__txt_heap_only.bin");
}

static void test_real_image(void **state)
{
	(void)state;
	real_heap("txt-bin/intel-secl__txt_heap_info.bin");
}

static void test_made_heap(void **state)
{
	static struct txt_case c;
	struct drtmon_txt_view view;
	const uint8_t *log;
	size_t len;
	json_t *doc;

	(void)state;
	case_good(&c);
	drtmon_txt_view_init(&view, c.heap, c.heap_len, CASE_HEAP_BASE);
	assert_int_equal(view.walk.count, 4);
	assert_int_equal(view.walk.stop, DRTMON_TXT_HEAP_COMPLETE);
	assert_int_equal(view.logs.count, 1);
	assert_int_equal(view.logs.error, 0);
	log = drtmon_txt_view_log(&view, &view.logs.log[0], &len);
	assert_ptr_equal(log, c.heap + CASE_LOG_AT);
	assert_int_equal(len, CASE_LOG_SIZE);
	assert_int_equal(drtmon_txt_view_launcher(&view), DRTMON_TXT_LAUNCHER_SLAUNCH);
	doc = decode(c.heap, c.heap_len, 0);
	assert_true(json_is_true(json_object_get(doc, "base_inferred")));
	expect_text(doc, "os_sinit_data", "capabilities", "0x202");
	json_decref(doc);
}

/* Sizes of the first table that no walk may follow. */
static void test_bad_sizes(void **state)
{
	static const struct {
		uint64_t size;
		uint32_t stop;
	} sizes[] = {
		{ 0, DRTMON_TXT_HEAP_ZERO },	       { 1, DRTMON_TXT_HEAP_SMALL },
		{ 7, DRTMON_TXT_HEAP_SMALL },	       { UINT64_C(1) << 63, DRTMON_TXT_HEAP_LARGE },
		{ UINT64_MAX, DRTMON_TXT_HEAP_LARGE }, { UINT64_MAX - 7, DRTMON_TXT_HEAP_LARGE },
		{ 0x4001, DRTMON_TXT_HEAP_LARGE },
	};
	static struct txt_case c;
	struct drtmon_txt_view view;
	char text[160];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		case_good(&c);
		put(c.heap, sizes[i].size, 8);
		drtmon_txt_view_init(&view, c.heap, c.heap_len, 0);
		assert_int_equal(view.walk.count, 0);
		assert_int_equal(view.walk.stop, sizes[i].stop);
		assert_int_equal(view.logs.count, 0);
		assert_true(drtmon_txt_heap_stop_text(&view.walk, text, sizeof(text))[0]);
		json_decref(decode(c.heap, c.heap_len, 0));
	}
	/* Tables that would overlap are tables that would run over: the last one is too long. */
	case_good(&c);
	put(c.heap + CASE_SINIT_MLE - 8, sizeof(c.heap), 8);
	drtmon_txt_view_init(&view, c.heap, c.heap_len, 0);
	assert_int_equal(view.walk.count, 3);
}

static void test_elements(void **state)
{
	static struct txt_case c;
	uint8_t *elem = c.heap + CASE_OS_SINIT + 92;
	struct drtmon_txt_view view;
	const json_t *problems;
	json_t *doc;

	(void)state;
	/* An element that is its own successor would never end. */
	case_good(&c);
	put(elem + 4, 0, 4);
	drtmon_txt_view_init(&view, c.heap, c.heap_len, 0);
	assert_int_equal(view.logs.error, -EINVAL);
	/* No END */
	case_good(&c);
	put(elem + 28, 99, 4);
	doc = decode(c.heap, c.heap_len, 0);
	assert_non_null(element(doc, "os_sinit_data", "unknown"));
	problems = json_object_get(json_object_get(doc, "os_sinit_data"), "problems");
	assert_int_equal(json_array_size(problems), 1);
	json_decref(doc);
	/* Runs over the table */
	case_good(&c);
	put(elem + 4, 0xfffffff8, 4);
	drtmon_txt_view_init(&view, c.heap, c.heap_len, 0);
	assert_int_equal(view.logs.error, -EINVAL);
	json_decref(decode(c.heap, c.heap_len, 0));
}

static void test_per_hash_logs(void **state)
{
	static struct txt_case c;
	uint8_t *elem = c.heap + CASE_OS_SINIT + 92;
	struct drtmon_txt_view view;

	(void)state;
	case_good(&c);
	memset(elem, 0, 36);
	put(elem, 7, 4);
	put(elem + 4, 36, 4);
	put(elem + 8, 1, 4);
	put(elem + 12, 0xb, 2);
	put(elem + 16, CASE_HEAP_BASE + CASE_LOG_AT, 8);
	put(elem + 24, CASE_LOG_SIZE, 4);
	put(elem + 32, 100, 4);
	drtmon_txt_view_init(&view, c.heap, c.heap_len, CASE_HEAP_BASE);
	assert_int_equal(view.logs.count, 1);
	assert_int_equal(view.logs.log[0].alg, 0xb);
	assert_int_equal(view.logs.log[0].next, 100);
	assert_true(drtmon_txt_log_valid(&view.logs.log[0]));
	put(elem + 8, 0x10000001, 4);
	drtmon_txt_view_init(&view, c.heap, c.heap_len, CASE_HEAP_BASE);
	assert_int_equal(view.logs.count, 0);
	assert_int_equal(view.logs.error, -EINVAL);
}

/* An element's header, and room for its data. */
static uint8_t *elem(uint8_t **p, uint32_t type, uint32_t len)
{
	uint8_t *data = *p + 8;

	put(*p, type, 4);
	put(*p + 4, len + 8, 4);
	memset(data, 0, len);
	*p += len + 8;
	return data;
}

/* The data of element @i of a list, as text; "" for none. */
static const char *elem_data(const json_t *list, size_t i)
{
	static char text[512];
	char *dump = json_dumps(json_object_get(json_array_get(list, i), "data"),
				JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);

	snprintf(text, sizeof(text), "%s", dump ? dump : "");
	free(dump);
	return text;
}

/* Every kind of element there is, whole; then each too short for what it is. */
static void test_every_element(void **state)
{
	static const uint32_t types[] = { 1, 2, 2, 3, 4, 5, 6, 7, 7, 8, 9 };
	static const uint32_t least[] = { 6, 4, 12, 0, 16, 8, 36, 4, 28, 20, 36 };
	uint8_t table[512], *p = table, *data;
	const char *problem;
	json_t *list;
	size_t i;

	data = elem(&p, DRTMON_TXT_ELEM_BIOS_SPEC_VER, 6);
	data[0] = 2;
	data = elem(&p, DRTMON_TXT_ELEM_ACM, 20);
	put(data, 2, 4);
	put(data + 4, 0x1000, 8);
	put(data + 12, UINT64_MAX, 8);
	elem(&p, DRTMON_TXT_ELEM_STM, 3);
	data = elem(&p, DRTMON_TXT_ELEM_CUSTOM, 18);
	data[0] = 0xab;
	data[17] = 0xcd;
	data = elem(&p, DRTMON_TXT_ELEM_LOG_TPM12, 8);
	put(data, 0x2000, 8);
	data = elem(&p, DRTMON_TXT_ELEM_MCFG, 36);
	memcpy(data, "MCFG$\0\0\0\1\0ABC \0 TABLE 7 ", 24);
	data = elem(&p, DRTMON_TXT_ELEM_LOG_TPM20, 28);
	put(data, 1, 4);
	put(data + 4, 0xc, 2);
	put(data + 8, 0x3000, 8);
	put(data + 16, 64, 4);
	data = elem(&p, DRTMON_TXT_ELEM_LOG_TCG, 20);
	put(data, 0x4000, 8);
	put(data + 16, 5, 4);
	elem(&p, DRTMON_TXT_ELEM_END, 0);
	list = drtmon_txt_elems_json(table, (size_t)(p - table), 0, &problem);
	assert_null(problem);
	assert_int_equal(json_array_size(list), 8);
	assert_string_equal(elem_data(list, 0), "{\"major\":2,\"minor\":0,\"revision\":0}");
	assert_string_equal(elem_data(list, 1),
			    "{\"addresses\":[\"0x1000\",\"0xffffffffffffffff\"],\"count\":2}");
	assert_string_equal(elem_data(list, 2), "");
	assert_string_equal(elem_data(list, 3),
			    "{\"data\":\"00cd\",\"uuid\":\"ab000000000000000000000000000000\"}");
	assert_string_equal(elem_data(list, 4), "{\"address\":\"0x2000\"}");
	assert_non_null(strstr(elem_data(list, 5), "\"signature\":\"MCFG\""));
	assert_string_equal(elem_data(list, 6),
			    "{\"logs\":[{\"address\":\"0x3000\",\"alg\":12,\"allocated\":64,"
			    "\"first\":0,\"next\":0}]}");
	assert_non_null(strstr(elem_data(list, 7), "\"next\":5"));
	json_decref(list);
	/* One byte less, with the counts as they were: no data, and never an address. */
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		uint32_t size = least[i] ? least[i] - 1 : 0;

		p = table;
		data = elem(&p, types[i], size);
		if (size > 3)
			put(data, size / 8 + 1, 4);
		elem(&p, DRTMON_TXT_ELEM_END, 0);
		list = drtmon_txt_elems_json(table, (size_t)(p - table), 0, &problem);
		assert_int_equal(json_array_size(list), 1);
		assert_string_equal(elem_data(list, 0), "");
		json_decref(list);
	}
}

/* The first element of a made heap's OsSinitData, another one in its place. */
static void put_log(struct txt_case *c, struct drtmon_txt_view *view, uint32_t type, uint32_t size)
{
	uint8_t *at = c->heap + CASE_OS_SINIT + 92;

	put(at, type, 4);
	put(at + 4, size, 4);
	put(at + size, DRTMON_TXT_ELEM_END, 4);
	put(at + size + 4, 8, 4);
	drtmon_txt_view_init(view, c->heap, c->heap_len, CASE_HEAP_BASE);
}

/* What a TPM 1.2 platform leaves, what is no log, and more of them than anyone has. */
static void test_other_logs(void **state)
{
	static struct txt_case c;
	uint8_t *table = c.heap + CASE_OS_SINIT;
	struct drtmon_txt_view view;
	size_t len;

	case_good(&c);
	put_log(&c, &view, DRTMON_TXT_ELEM_LOG_TPM12, 16);
	assert_int_equal(view.logs.count, 1);
	assert_int_equal(view.logs.log[0].elem, DRTMON_TXT_ELEM_LOG_TPM12);
	assert_true(drtmon_txt_log_valid(&view.logs.log[0]));
	assert_ptr_equal(drtmon_txt_view_log(&view, &view.logs.log[0], &len), c.heap + CASE_LOG_AT);
	put_log(&c, &view, DRTMON_TXT_ELEM_LOG_TPM12, 15);
	assert_int_equal(view.logs.error, -EINVAL);
	put_log(&c, &view, DRTMON_TXT_ELEM_LOG_TCG, 27);
	assert_int_equal(view.logs.error, -EINVAL);
	put_log(&c, &view, DRTMON_TXT_ELEM_LOG_TPM20, 11);
	assert_int_equal(view.logs.error, -EINVAL);
	put_log(&c, &view, DRTMON_TXT_ELEM_STM, 28);
	assert_int_equal(view.logs.error, 0);
	assert_int_equal(view.logs.count, 0);
	/* A table of a version without elements has none, whatever follows. */
	put_log(&c, &view, DRTMON_TXT_ELEM_LOG_TPM12, 16);
	put(table, 5, 4);
	drtmon_txt_view_init(&view, c.heap, c.heap_len, CASE_HEAP_BASE);
	assert_int_equal(view.logs.count, 0);
	assert_int_equal(view.logs.error, 0);
}

static void test_many_logs(void **state)
{
	static uint8_t buf[DRTMON_TXT_HEAP_MAX + 1];
	uint8_t *p = buf;
	struct drtmon_txt_heap heap;
	struct drtmon_txt_logs logs;
	unsigned int i;

	put(p, 12, 8);
	put(p + 12, 12, 8);
	p += 24;
	put(p, 4096, 8);
	p += 8;
	put(p, 7, 4);
	p += 92;
	for (i = 0; i <= DRTMON_TXT_LOGS_MAX; i++)
		put(elem(&p, DRTMON_TXT_ELEM_LOG_TPM12, 8), 0x1000 * (i + 1), 8);
	drtmon_txt_heap_walk(&heap, buf, 4120);
	drtmon_txt_heap_logs(&logs, &heap, buf);
	assert_int_equal(logs.count, DRTMON_TXT_LOGS_MAX);
	assert_int_equal(logs.error, -E2BIG);
	p = buf + 32 + 92;
	put(elem(&p, DRTMON_TXT_ELEM_LOG_TPM20, 4 + 24 * (DRTMON_TXT_LOGS_MAX + 1)),
	    DRTMON_TXT_LOGS_MAX + 1, 4);
	drtmon_txt_heap_logs(&logs, &heap, buf);
	assert_int_equal(logs.count, DRTMON_TXT_LOGS_MAX);
	assert_int_equal(logs.error, -E2BIG);
	/* Beyond what any heap has, nothing is looked at. */
	put(buf + 4120, DRTMON_TXT_HEAP_MAX + 1 - 4120, 8);
	drtmon_txt_heap_walk(&heap, buf, sizeof(buf));
	assert_int_equal(heap.count, 3);
	assert_int_equal(heap.stop, DRTMON_TXT_HEAP_LARGE);
	/* A table without room for its version. */
	put(buf + 24, 11, 8);
	drtmon_txt_heap_walk(&heap, buf, 35);
	assert_int_equal(heap.count, 3);
	drtmon_txt_heap_logs(&logs, &heap, buf);
	assert_int_equal(logs.count, 0);
}

static void test_log_geometry(void **state)
{
	struct drtmon_txt_log log = {
		.elem = 8, .addr = 0x1000, .size = 100, .first = 0, .next = 50
	};

	(void)state;
	assert_true(drtmon_txt_log_valid(&log));
	log.next = 101;
	assert_false(drtmon_txt_log_valid(&log));
	log.next = 10;
	log.first = 11;
	assert_false(drtmon_txt_log_valid(&log));
	log.first = 0;
	log.addr = 0;
	assert_false(drtmon_txt_log_valid(&log));
}

/* Cut anywhere, and with every byte of the tables changed once. */
static void test_damage(void **state)
{
	static struct txt_case c;
	size_t len, i;

	(void)state;
	case_good(&c);
	for (len = 0; len < CASE_SINIT_MLE + 200; len++) {
		uint8_t *copy = malloc(len ? len : 1);

		memcpy(copy, c.heap, len);
		json_decref(decode(copy, len, CASE_HEAP_BASE));
		free(copy);
	}
	for (i = 0; i < CASE_SINIT_MLE + 160; i++) {
		c.heap[i] ^= 0xff;
		json_decref(decode(c.heap, c.heap_len, 0));
		c.heap[i] ^= 0xff;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_real_heap),     cmocka_unit_test(test_real_image),
		cmocka_unit_test(test_made_heap),     cmocka_unit_test(test_bad_sizes),
		cmocka_unit_test(test_elements),      cmocka_unit_test(test_per_hash_logs),
		cmocka_unit_test(test_log_geometry),  cmocka_unit_test(test_damage),
		cmocka_unit_test(test_every_element), cmocka_unit_test(test_other_logs),
		cmocka_unit_test(test_many_logs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
