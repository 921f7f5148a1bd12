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
 * @big: lengths are big-endian
 */
struct text_out {
	uint8_t *at;
	size_t left;
	bool big;
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

static int out_length(struct text_out *out, size_t len)
{
	uint8_t bytes[4];
	size_t i;

	for (i = 0; i < sizeof(bytes); i++)
		bytes[out->big ? 3 - i : i] = (uint8_t)(len >> (8 * i));
	return out_bytes(out, bytes, sizeof(bytes));
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

static int out_field(struct text_out *out, const char *id, size_t id_len, const char *text,
		     size_t len)
{
	if (!len && id[0] != 'n')
		return out_length(out, 0);
	if (id_len >= 2 && id[0] == 'd' && id[1] == '-')
		return out_digest(out, text, len);
	if (id_len == 4 && !memcmp(id, "n-ng", 4)) {
		if (out_length(out, len + 1) || out_bytes(out, text, len))
			return -EINVAL;
		return out_bytes(out, "", 1);
	}
	if ((id_len == 3 && (!memcmp(id, "sig", 3) || !memcmp(id, "buf", 3))) ||
	    (id_len == 6 && (!memcmp(id, "modsig", 6) || !memcmp(id, "evmsig", 6)))) {
		if (out_length(out, len / 2))
			return -EINVAL;
		return out_hex(out, text, len);
	}
	/* Fields printed as numbers: their width is not in the text. */
	return -EINVAL;
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
	struct text_out o = { out, max, big_endian };
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
	return o.at - out;
}
