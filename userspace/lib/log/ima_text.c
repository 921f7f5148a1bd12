// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/log/ima_text.h"

#include <errno.h>
#include <string.h>

#include "lib/hex.h"
#include "lib/log/ima.h"

/**
 * struct text_out - template data under construction
 * @at: next free byte
 * @left: bytes of room
 * @big: lengths and numbers are big-endian
 * @file: the name is that of a file
 * @no_number: a number is empty, as it is where no file was measured
 */
struct text_out {
	uint8_t *at;
	size_t left;
	bool big;
	bool file;
	bool no_number;
};

static int out_bytes(struct text_out *out, const void *data, size_t len)
{
	if (len > out->left)
		return -EINVAL;
	memcpy(out->at, data, len);
	out->at += len;
	out->left -= len;
	return 0;
}

static int out_number(struct text_out *out, uint32_t value, size_t width)
{
	uint8_t bytes[4];
	size_t i;

	for (i = 0; i < width; i++)
		bytes[out->big ? width - 1 - i : i] = (uint8_t)(value >> (8 * i));
	return out_bytes(out, bytes, width);
}

static int out_length(struct text_out *out, size_t len)
{
	return out_number(out, (uint32_t)len, sizeof(uint32_t));
}

static int out_hex(struct text_out *out, const char *text, size_t len)
{
	ssize_t n = drtmon_hex_decode(out->at, out->left, text, len);

	if (n < 0)
		return -EINVAL;
	out->at += n;
	out->left -= (size_t)n;
	return 0;
}

/* "sha256:hex", "ima:sha256:hex": the part before the hex, a NUL, the bytes. */
static int out_digest(struct text_out *out, const char *text, size_t len)
{
	const char *colon = memrchr(text, ':', len);
	size_t head = colon ? (size_t)(colon + 1 - text) : 0;

	if (!colon || (len - head) % 2)
		return -EINVAL;
	if (out_length(out, head + 1 + (len - head) / 2) || out_bytes(out, text, head) ||
	    out_bytes(out, "", 1))
		return -EINVAL;
	return out_hex(out, text + head, len - head);
}

/* "1000" and the width the kernel keeps it in: text does not tell that. */
static int out_decimal(struct text_out *out, const char *text, size_t len, size_t width)
{
	uint64_t value = 0;
	size_t i;

	for (i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -EINVAL;
		value = value * 10 + (uint64_t)(text[i] - '0');
		if (value >> (8 * width))
			return -EINVAL;
	}
	return out_length(out, width) ? -EINVAL : out_number(out, (uint32_t)value, width);
}

static int out_string(struct text_out *out, const char *text, size_t len)
{
	if (out_length(out, len + 1) || out_bytes(out, text, len))
		return -EINVAL;
	return out_bytes(out, "", 1);
}

static int out_bytes_hex(struct text_out *out, const char *text, size_t len)
{
	return out_length(out, len / 2) ? -EINVAL : out_hex(out, text, len);
}

/**
 * struct text_field - how a field is printed
 * @id: in the template's format
 * @put: text to what is hashed; NULL: decimal
 * @width: of the number, in bytes
 *
 * supported_fields[] of the kernel's ima_template.c; but for "d-…".
 */
struct text_field {
	const char *id;
	int (*put)(struct text_out *out, const char *text, size_t len);
	size_t width;
};

static const struct text_field text_fields[] = {
	{ "d", out_bytes_hex, 0 },
	{ "n", out_string, 0 },
	{ "n-ng", out_string, 0 },
	{ "sig", out_bytes_hex, 0 },
	{ "buf", out_bytes_hex, 0 },
	{ "modsig", out_bytes_hex, 0 },
	{ "evmsig", out_bytes_hex, 0 },
	{ "xattrnames", out_string, 0 },
	{ "xattrlengths", out_bytes_hex, 0 },
	{ "xattrvalues", out_bytes_hex, 0 },
	{ "iuid", NULL, sizeof(uint32_t) },
	{ "igid", NULL, sizeof(uint32_t) },
	{ "imode", NULL, sizeof(uint16_t) },
};

static const struct text_field *text_field(const char *id, size_t len)
{
	size_t i;

	for (i = 0; i < sizeof(text_fields) / sizeof(text_fields[0]); i++)
		if (strlen(text_fields[i].id) == len && !memcmp(text_fields[i].id, id, len))
			return &text_fields[i];
	return NULL;
}

static int out_field(struct text_out *out, const char *id, size_t id_len, const char *text,
		     size_t len)
{
	const struct text_field *field = text_field(id, id_len);

	if (!len && id[0] != 'n') {
		out->no_number |= field && !field->put;
		return out_length(out, 0);
	}
	if (id_len >= 2 && id[0] == 'd' && id[1] == '-')
		return out_digest(out, text, len);
	if (!field)
		return -EINVAL;
	out->file |= id[0] == 'n' && len && text[0] == '/';
	return field->put ? field->put(out, text, len) : out_decimal(out, text, len, field->width);
}

static ssize_t data_old(struct text_out *out, const char *text, size_t len)
{
	/* " " 40 hex " " name */
	if (len < 42 || text[41] != ' ' || len - 42 >= DRTMON_IMA_NAME_PAD ||
	    out->left < DRTMON_IMA_OLD_SIZE)
		return -EINVAL;
	memset(out->at, 0, DRTMON_IMA_OLD_SIZE);
	if (drtmon_hex_decode(out->at, 20, text + 1, 40) != 20)
		return -EINVAL;
	memcpy(out->at + 20, text + 42, len - 42);
	return DRTMON_IMA_OLD_SIZE;
}

/**
 * struct text_split - a line cut into fields
 * @at: where each field begins
 * @len: its characters
 */
struct text_split {
	const char *at[DRTMON_IMA_FIELDS];
	size_t len[DRTMON_IMA_FIELDS];
};

/*
 * Only the name, field 1, may hold blanks: cut field 0 at the front and the
 * ones behind the name from the back; @lost of those lost their blank.
 */
static int line_split(struct text_split *s, const char *text, size_t len, unsigned int n,
		      unsigned int lost)
{
	const char *p = len ? memchr(text + 1, ' ', len - 1) : NULL, *b;
	size_t end = len;
	unsigned int i;

	if (!len || text[0] != ' ' || n < 2 || (!p && n > 1) || lost > n - 2)
		return -EINVAL;
	s->at[0] = text + 1;
	s->len[0] = (size_t)(p - s->at[0]);
	for (i = n - 1; i >= 2; i--) {
		if (i >= n - lost) {
			s->len[i] = 0;
			s->at[i] = text + len;
			continue;
		}
		b = memrchr(p + 1, ' ', end - (size_t)(p + 1 - text));
		if (!b)
			return -EINVAL;
		s->at[i] = b + 1;
		s->len[i] = end - (size_t)(b + 1 - text);
		end = (size_t)(b - text);
	}
	s->at[1] = p + 1;
	s->len[1] = end - (size_t)(p + 1 - text);
	return 0;
}

static unsigned int format_count(const char *format, size_t len)
{
	unsigned int n = 1;
	size_t i;

	for (i = 0; i < len; i++)
		n += format[i] == '|';
	return n;
}

ssize_t drtmon_ima_text_data(uint8_t *out, size_t max, const char *name, size_t name_len,
			     const char *fields, size_t len, unsigned int reading, bool big_endian)
{
	struct text_out o = { .at = out, .left = max, .big = big_endian };
	const char *format, *id;
	struct text_split split;
	size_t format_len;
	unsigned int n, i;

	if (drtmon_ima_is_old(name, name_len))
		return reading ? -EINVAL : data_old(&o, fields, len);
	format_len = drtmon_ima_template_format(name, name_len, &format);
	n = format_count(format, format_len);
	if (!format_len || n > DRTMON_IMA_FIELDS || line_split(&split, fields, len, n, reading))
		return -EINVAL;
	for (i = 0, id = format; i < n; i++) {
		const char *bar = memchr(id, '|', format_len - (size_t)(id - format));
		size_t id_len = bar ? (size_t)(bar - id) : format_len - (size_t)(id - format);

		if (out_field(&o, id, id_len, split.at[i], split.len[i]))
			return -EINVAL;
		id += id_len + 1;
	}
	/* A file has an owner and a mode: a blank in its name was not a lost field's. */
	return o.file && o.no_number ? -EINVAL : o.at - out;
}
