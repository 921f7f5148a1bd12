/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_TESTS_TXT_STAT_H
#define DRTMON_TESTS_TXT_STAT_H

/*
 * What txt-stat or GRUB's slaunch_state printed, as people mail it, turned
 * back into the register window it was read from.
 */

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tests/txt_case.h"

#define STAT_FLAGS 32

struct txt_stat_flag {
	char reg[16];
	char name[32];
	bool value;
};

struct txt_stat {
	uint8_t window[0x900];
	bool have_sts;
	bool have_heap;
	bool have_banner;
	bool banner; /* "TXT measured launch" */
	bool secrets;
	unsigned int flags;
	struct txt_stat_flag flag[STAT_FLAGS];
};

static const struct {
	const char *key;
	uint16_t offset;
	uint8_t size;
} stat_keys[] = {
	{ "STS:", 0x000, 8 },	     { "ESTS:", 0x008, 8 },	  { "E2STS:", 0x8f0, 8 },
	{ "ERRORCODE:", 0x030, 4 },  { "DIDVID:", 0x110, 8 },	  { "FSBIF:", 0x100, 8 },
	{ "VER.FSBIF:", 0x100, 8 },  { "QPIIF:", 0x200, 8 },	  { "VER.QPIIF:", 0x200, 8 },
	{ "SINIT.BASE:", 0x270, 8 }, { "SINIT.SIZE:", 0x278, 8 }, { "HEAP.BASE:", 0x300, 8 },
	{ "HEAP.SIZE:", 0x308, 8 },  { "DPR:", 0x330, 8 },
};

/* Sizes stand as "917504B (0xe0000)": the number in hex counts. */
static uint64_t stat_number(const char *p)
{
	const char *hex = strstr(p, "0x");

	return hex ? strtoull(hex, NULL, 16) : 0;
}

static void stat_key_bytes(struct txt_stat *s, const char *line, unsigned int *row)
{
	unsigned int i;
	char *end;

	for (i = 0; i < 16; i++) {
		unsigned long byte = strtoul(line, &end, 16);

		if (end - line < 2 || end - line > 3 || byte > 255)
			return;
		s->window[0x400 + *row * 16 + i] = (uint8_t)byte;
		line = end;
	}
	++*row;
}

static void stat_flag(struct txt_stat *s, const char *reg, const char *line, const char *colon)
{
	struct txt_stat_flag *flag = &s->flag[s->flags];
	const char *value = colon + 1 + strspn(colon + 1, " ");
	bool yes = !strncmp(value, "TRUE", 4), no = !strncmp(value, "FALSE", 5);

	if ((!yes && !no) || !*reg || s->flags == STAT_FLAGS ||
	    (size_t)(colon - line) >= sizeof(flag->name))
		return;
	strcpy(flag->reg, reg);
	memcpy(flag->name, line, (size_t)(colon - line));
	flag->name[colon - line] = '\0';
	flag->value = yes;
	s->flags++;
}

static void stat_line(struct txt_stat *s, const char *line, char *reg, unsigned int *row)
{
	const char *colon;
	size_t i;

	while (*line && strchr("> \t", *line))
		line++;
	if (!strncmp(line, "TXT measured launch:", 20)) {
		s->have_banner = true;
		s->banner = strstr(line, "TRUE");
		*reg = '\0';
		return;
	}
	if (!strncmp(line, "TXT.", 4))
		line += 4;
	for (i = 0; i < sizeof(stat_keys) / sizeof(stat_keys[0]); i++) {
		const char *key = stat_keys[i].key;

		if (strncmp(line, key, strlen(key)))
			continue;
		put(s->window + stat_keys[i].offset, stat_number(line), stat_keys[i].size);
		s->have_sts |= stat_keys[i].offset == 0;
		s->have_heap |= stat_keys[i].offset == 0x300;
		for (i = 0; key[i] != ':'; i++)
			reg[i] = (char)tolower(key[i]);
		reg[i] = '\0';
		return;
	}
	if (!strncmp(line, "PUBLIC.KEY:", 11))
		*row = 0;
	else if (*row < 2 && isxdigit((unsigned char)line[0]) && isxdigit((unsigned char)line[1]))
		stat_key_bytes(s, line, row);
	colon = strchr(line, ':');
	if (colon)
		stat_flag(s, reg, line, colon);
}

/* Only the part that begins with a register STS: tboot's own log follows it. */
static UNUSED bool stat_parse(struct txt_stat *s, char *text)
{
	char *line, *save = NULL, reg[16] = "";
	unsigned int row = 2;

	memset(s, 0, sizeof(*s));
	for (line = strtok_r(text, "\r\n", &save); line; line = strtok_r(NULL, "\r\n", &save)) {
		if (strstr(line, "TBOOT log:") || (s->have_banner && strstr(line, "secrets flag")))
			break;
		if (!s->have_sts && !strstr(line, "STS: 0x"))
			continue;
		stat_line(s, line, reg, &row);
	}
	return s->have_sts;
}

#endif
