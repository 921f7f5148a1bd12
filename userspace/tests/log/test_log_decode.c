// SPDX-License-Identifier: GPL-2.0-or-later
/* Names, and the words for what an event's data holds. */
#include "tests/log/build.h"

#include <errno.h>
#include <stdlib.h>

#include "lib/log/check.h"
#include "lib/log/decode.h"
#include "lib/log/tcg.h"

static void test_names(void **state)
{
	enum drtmon_log_format format;
	uint32_t type;

	assert_int_equal(drtmon_log_format_by_name("ima-binary", &format), 0);
	assert_int_equal(format, DRTMON_LOG_IMA);
	assert_int_equal(drtmon_log_format_by_name("unknown", &format), -EINVAL);
	assert_string_equal(drtmon_log_format_name((enum drtmon_log_format)99), "unknown");
	assert_int_equal(drtmon_tcg_type_by_name("ev_separator", &type), 0);
	assert_int_equal(type, DRTMON_EV_SEPARATOR);
	assert_int_equal(drtmon_tcg_type_by_name("EV_X", &type), -EINVAL);
	assert_string_equal(drtmon_tcg_type_name(0x80000007), "EV_EFI_ACTION");
	assert_null(drtmon_tcg_type_name(0x99));
	assert_string_equal(drtmon_compare_name((enum drtmon_compare)99), "none");
	assert_string_equal(drtmon_check_result_name(DRTMON_CHECK_MISMATCH), "mismatch");
}

static void decode_is(uint32_t type, const void *data, size_t len, const char *want)
{
	struct drtmon_log_event event = { .content = DRTMON_LOG_CONTENT_TCG, .type = type };
	struct drtmon_decoded out;
	char *text;

	event.data = data;
	event.len = len;
	drtmon_decode(&out, &event, false, true);
	text = json_dumps(out.details, 0);
	if (!strstr(out.text, want))
		fail_msg("\"%s\" does not hold \"%s\"", out.text, want);
	assert_non_null(text);
	free(text);
	drtmon_decoded_free(&out);
}

/* Parts no log of the set has, and data that does not fit its format. */
static void test_decode(void **state)
{
	static const uint8_t nodes[] = {
		0, 0,  0,  0, 0,   0,	0,   0,	  1,   0,   0,	 0, 0, 0, 0, 0,	 0, 0, 0,
		0, 0,  0,  0, 0,   88,	0,   0,	  0,   0,   0,	 0, 0, 1, 3, 24, 0, 0, 0,
		0, 0,  1,  0, 0,   0,	0,   0,	  0,   0,   2,	 0, 0, 0, 0, 0,	 0, 0, /* memory */
		3, 11, 37, 0, 2,   0,	0,   0,	  0,   1,   0,	 0, 0, 0, 0, 0,	 0, 0, 0,
		0, 0,  0,  0, 0,   0,	0,   0,	  0,   0,   0,	 0, 0, 0, 0, 0,	 0, 0, /* MAC */
		3, 12, 12, 0, 0,   0,	0,   0,	  10,  0,   0,	 1,		       /* IPv4 */
		3, 24, 11, 0, 'h', 't', 't', 'p', ':', '/', '/',		       /* URI */
		9, 9,  4,  0,
	};
	static const uint8_t emoji[] = { 'a', 0, 0x3d, 0xd8, 0x00, 0xde, 0, 0 };
	uint8_t variable[80] = { 0 };

	decode_is(0x80000003, nodes, sizeof(nodes),
		  "MemoryMapped(0x1,0x2)/MAC(02:00:00:00:00:01)/"
		  "IPv4(10.0.0.1)/Uri(http://)/Path(9,9,0 bytes)");
	decode_is(0x80000003, nodes, 40, "path of 88 bytes does not fit");
	decode_is(0x80000003, nodes, 4, "00000000");
	decode_is(0x80000006, nodes, 20, "00000000");
	decode_is(0x80000001, nodes, 20, "00000000");
	decode_is(DRTMON_EV_NO_ACTION, "SP800-155 Event3\1\2\3\4aaaaaaaaaaaaaaaaaaaa", 40,
		  "SP800-155");
	decode_is(DRTMON_EV_NO_ACTION, "text", 4, "text");
	decode_is(DRTMON_EV_IPL, emoji, sizeof(emoji), "6100");
	decode_is(0x8000000a, "\5name\0", 5, "056e61");
	decode_is(0x8000000b, "\4name", 5, "name");
	decode_is(0x80000009, "\1\0\0\0\0\0\0\0aaaaaaaaaaaaaaaaaaaaaaaa", 32, "1 tables");
	decode_is(0x501, "ab", 2, "measured by the launcher: 6162");
	decode_is(0x402, "", 0, "SINIT module");
	decode_is(0x4f0, "\1\0\0\0", 4, "0x00000001");
	decode_is(DRTMON_EV_EVENT_TAG, "\1\0\0\0\xff\xff\xff\xff", 8, "01000000");
	variable[16] = 0xff;
	variable[23] = 0xff;
	decode_is(0x80000001, variable, sizeof(variable), "does not fit");
	variable[16] = 2;
	variable[23] = 0;
	variable[24] = 0xff;
	variable[32] = 'd';
	variable[34] = 'b';
	decode_is(0x80000001, variable, sizeof(variable), "255 bytes do not fit");
	variable[24] = 44;
	decode_is(0x80000001, variable, sizeof(variable), "then bytes that are no list");
	decode_is(0x800000e0, variable, sizeof(variable), "db");
}

/* A path of one node: its kind, its size, and a few bytes of its data. */
static void node_is(unsigned int type, unsigned int subtype, unsigned int size, const char *data,
		    size_t len, const char *want)
{
	uint8_t path[8 + 64] = { 0 };

	path[0] = (uint8_t)type;
	path[1] = (uint8_t)subtype;
	path[2] = (uint8_t)size;
	memcpy(path + 4, data, len);
	path[size] = 0x7f;
	path[size + 1] = 0xff;
	path[size + 2] = 4;
	/* An EFI_IMAGE_LOAD_EVENT holds it, behind 32 bytes. */
	{
		uint8_t event[32 + sizeof(path)] = { 0 };

		event[24] = (uint8_t)(size + 4);
		memcpy(event + 32, path, size + 4);
		decode_is(0x80000003, event, 32 + size + 4, want);
	}
}

#define NODE(type, subtype, size, data, want) \
	node_is(type, subtype, size, data, sizeof(data) - 1, want)

/* Every node that is known, whole; and one byte too short to be what it says. */
static void test_paths(void **state)
{
	NODE(1, 1, 6, "\x02\x1f", "Pci(1f,2)");
	NODE(1, 1, 5, "\x02", "Path(1,1,1 bytes)");
	NODE(1, 3, 23, "", "Path(1,3,19 bytes)");
	NODE(1, 4, 20, "\1", "VenHw(00000001-");
	NODE(1, 4, 19, "\1", "Path(1,4,15 bytes)");
	NODE(2, 1, 12, "\xd0\x41\x03\x0a\0\0\0\0", "PciRoot(0)");
	NODE(2, 1, 12, "\xd0\x41\x08\x0a\1\0\0\0", "PciRoot(1)");
	NODE(2, 1, 12, "\xd0\x41\x06\x04\2\0\0\0", "Acpi(0x040641d0,2)");
	NODE(2, 1, 11, "\xd0\x41\x03\x0a", "Path(2,1,7 bytes)");
	NODE(2, 2, 12, "", "Path(2,2,8 bytes)");
	NODE(3, 1, 8, "\1\2", "Ata(1,2)");
	NODE(3, 1, 7, "\1\2", "Path(3,1,3 bytes)");
	NODE(3, 2, 8, "\1\1\2", "Scsi(257,2)");
	NODE(3, 2, 7, "", "Path(3,2,3 bytes)");
	NODE(3, 5, 6, "\3\4", "Usb(3,4)");
	NODE(3, 5, 5, "", "Path(3,5,1 bytes)");
	NODE(3, 11, 9, "", "Path(3,11,5 bytes)");
	NODE(3, 12, 11, "", "Path(3,12,7 bytes)");
	NODE(3, 13, 4, "", "IPv6()");
	NODE(3, 18, 10, "\1\0\2\0", "Sata(1,2)");
	NODE(3, 18, 9, "", "Path(3,18,5 bytes)");
	NODE(3, 23, 8, "\7", "NVMe(7)");
	NODE(3, 23, 7, "", "Path(3,23,3 bytes)");
	NODE(4, 1, 42, "\1", "HD(1,MBR,0x00000000)");
	NODE(4, 1, 42,
	     "\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\4\0\0\0\0\0\0\0\0\0\0\0"
	     "\0\0\0\0\2\2",
	     "HD(1,GPT,00000004-");
	NODE(4, 1, 41, "\1", "Path(4,1,37 bytes)");
	NODE(4, 2, 8, "\5", "CDROM(5)");
	NODE(4, 2, 7, "\5", "Path(4,2,3 bytes)");
	NODE(4, 3, 20, "\6", "VenMedia(00000006-");
	NODE(4, 3, 19, "", "Path(4,3,15 bytes)");
	NODE(4, 4, 12, "\\\0a\0\x3d\xd8\x00\xde", "File(\\a\xf0\x9f\x98\x80)");
	NODE(4, 4, 10, "\\\0a\0\x3d\xd8", "File(\\a\xef\xbf\xbd)");
	NODE(4, 6, 20, "\7", "FvFile(00000007-");
	NODE(4, 6, 19, "", "Path(4,6,15 bytes)");
	NODE(4, 7, 20, "\x08", "Fv(00000008-");
	NODE(4, 7, 19, "", "Path(4,7,15 bytes)");
	NODE(4, 8, 24, "\0\0\0\0\1\0\0\0\0\0\0\0\2", "Offset(0x1,0x2)");
	NODE(4, 8, 23, "", "Path(4,8,19 bytes)");
	NODE(4, 9, 8, "", "Path(4,9,4 bytes)");
	NODE(5, 1, 12, "\x80\0\0\0disk", "BBS(128,disk)");
	NODE(5, 1, 8, "\x80", "Path(5,1,4 bytes)");
	NODE(5, 2, 9, "", "Path(5,2,5 bytes)");
	/* A node that is smaller than its head, or longer than the path. */
	{
		uint8_t event[40] = { [24] = 8, [32] = 1, [33] = 1, [34] = 3 };

		decode_is(0x80000003, event, sizeof(event), "(node of 3 bytes does not fit)");
		event[34] = 9;
		decode_is(0x80000003, event, sizeof(event), "(node of 9 bytes does not fit)");
	}
}

/* Records of a launch, by their meaning. */
static void test_launch_words(void **state)
{
	decode_is(DRTMON_EV_TXT_CAP_VALUE, "", 0, "bank capped: not measured further");
	decode_is(DRTMON_EV_TXT_SLAUNCH, "Measured OS-MLE", 15, "Secure Launch: Measured OS-MLE");
	decode_is(DRTMON_EV_SKINIT, "", 0, "landing zone, measured by SKINIT");
	decode_is(DRTMON_EV_SKINIT_CODE, "kernel", 6, "measured by the landing zone: kernel");
	decode_is(0x9004, "DLME", 4, "DLME");
	decode_is(DRTMON_EV_TXT_PCR_MAPPING, "\1\0\0\0", 4, "details and authorities");
	decode_is(DRTMON_EV_TXT_PCR_MAPPING, "\0\0\0\0", 4, "PCR mapping: legacy");
	decode_is(DRTMON_EV_TXT_PCR_MAPPING, "\0\0", 2, "PCR mapping: 0000");
	decode_is(0x414, "\1\2\3\4\5", 5, "TPM NV area: 0102030405");
	decode_is(0x4f0, "\1", 1, "01");
}

static void ima_is(const char *name, const void *data, size_t len, unsigned int flags,
		   const char *want, const char *detail)
{
	struct drtmon_log_event event = { .content = DRTMON_LOG_CONTENT_IMA,
					  .data = data,
					  .len = len,
					  .flags = flags,
					  .name = name,
					  .name_len = name ? strlen(name) : 0 };
	struct drtmon_decoded out;
	char *text;

	drtmon_decode(&out, &event, false, true);
	text = json_dumps(out.details, JSON_COMPACT);
	if (strcmp(out.text, want))
		fail_msg("%s: \"%s\" is not \"%s\"", name ? name : "none", out.text, want);
	if (!strstr(text, detail))
		fail_msg("%s does not hold %s", text, detail);
	free(text);
	drtmon_decoded_free(&out);
}

#define IMA(name, data, flags, want, detail) \
	ima_is(name, data, sizeof(data) - 1, flags, want, detail)

/* Every field of IMA's templates, and data that is not what its template says. */
static void test_ima_fields(void **state)
{
	IMA("n|sig", "\2\0\0\0/a\2\0\0\0\3\4", 0, "/a, signed", "\"signature\":\"0304\"");
	IMA("n|sig", "\2\0\0\0/a\0\0\0\0", 0, "/a", "\"signature\":null");
	IMA("n|modsig", "\2\0\0\0/a\1\0\0\0\3", 0, "/a, modsig", "\"modsig\":\"03\"");
	IMA("n|evmsig", "\2\0\0\0/a\1\0\0\0\3", 0, "/a, evmsig", "\"modsig\":\"03\"");
	IMA("n|buf", "\2\0\0\0/a\3\0\0\0abc", 0, "/a, 3 bytes", "\"buffer\":\"616263\"");
	IMA("d-modsig|n", "\6\0\0\0sha1:\0\1\0\0\0b", 0, "b", "\"modsig_digest\":\"sha1:\"");
	IMA("d|n", "\2\0\0\0\xab\xcd\1\0\0\0b", 0, "b", "\"file_digest\":\"abcd\"");
	IMA("n||n", "\1\0\0\0a\1\0\0\0b\1\0\0\0c", 0, "ac", "\"file\"");
	IMA("uid|n", "\1\0\0\0\5\1\0\0\0b", 0, "b", "\"file\":\"b\"");
	IMA("xyz|abcdef|n", "\0\0\0\0\0\0\0\0\1\0\0\0b", 0, "b", "\"file\":\"b\"");
	IMA("n|sig", "\2\0\0\0/a\2\0\0\0\3", 0, "020000002f610200000003", "{");
	IMA("unheard-of", "ab", 0, "6162", "{");
	ima_is("ima", NULL, 0, DRTMON_LOG_VIOLATION, "violation: template data is not known", "{");
	ima_is(NULL, "a", 1, 0, "template data is not known", "{");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),	   cmocka_unit_test(test_decode),
		cmocka_unit_test(test_paths),	   cmocka_unit_test(test_launch_words),
		cmocka_unit_test(test_ima_fields),
	};

	return cmocka_run_group_tests_name("log-decode", tests, NULL, NULL);
}
