// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/pcrs.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "lib/hex.h"

/* One line of text, or what is left of it. */
struct span {
	const char *at;
	size_t len;
};

/**
 * struct text_state - where the line parser stands
 * @alg: bank the last heading named; NULL for an unknown bank
 * @heading: a heading was seen at all
 */
struct text_state {
	const struct drtmon_alg *alg;
	int heading;
};

static const struct drtmon_alg *alg_any_case(const char *name, size_t len)
{
	char low[16];
	size_t i;

	if (len >= sizeof(low))
		return NULL;
	for (i = 0; i < len; i++)
		low[i] = (char)tolower((unsigned char)name[i]);
	return drtmon_alg_by_name(low, len);
}

static void span_trim(struct span *s)
{
	while (s->len && isspace((unsigned char)*s->at)) {
		s->at++;
		s->len--;
	}
	while (s->len && isspace((unsigned char)s->at[s->len - 1]))
		s->len--;
}

static int span_number(struct span *s, uint32_t *value)
{
	size_t n = 0;

	*value = 0;
	while (n < s->len && n < 4 && isdigit((unsigned char)s->at[n]))
		*value = *value * 10 + (uint32_t)(s->at[n++] - '0');
	s->at += n;
	s->len -= n;
	return n ? 0 : -EINVAL;
}

/* Hex with or without 0x, and with blanks between bytes as TPM 1.2's sysfs has it. */
static int span_digest(struct span s, const struct drtmon_alg *alg, uint8_t *value)
{
	char hex[2 * DRTMON_ALG_DIGEST_MAX];
	size_t i, n = 0;

	if (s.len > 2 && s.at[0] == '0' && (s.at[1] == 'x' || s.at[1] == 'X')) {
		s.at += 2;
		s.len -= 2;
	}
	for (i = 0; i < s.len; i++) {
		if (isspace((unsigned char)s.at[i]))
			continue;
		if (n == sizeof(hex))
			return -EINVAL;
		hex[n++] = s.at[i];
	}
	return drtmon_hex_decode(value, alg->size, hex, n) == alg->size ? 0 : -EINVAL;
}

static int value_set(struct drtmon_pcrs *pcrs, const struct drtmon_alg *alg, uint32_t index,
		     struct span digest, struct drtmon_err *err, unsigned int line)
{
	uint8_t value[DRTMON_ALG_DIGEST_MAX];

	if (index >= DRTMON_PCRS_COUNT)
		return drtmon_err_set(err, -EINVAL, "line %u: there is no PCR %u", line, index);
	if (span_digest(digest, alg, value))
		return drtmon_err_set(err, -EINVAL, "line %u: PCR %u is not a %s value of %u bytes",
				      line, index, alg->name, alg->size);
	if (drtmon_pcrs_set(pcrs, alg, index, value))
		return drtmon_err_set(err, -EINVAL, "line %u: too many banks", line);
	return 1;
}

/* "N : 0x<hex>"; *@s stands behind N. Also '=' or blanks between the two. */
static int value_line(struct drtmon_pcrs *pcrs, const struct drtmon_alg *alg, uint32_t index,
		      struct span s, struct drtmon_err *err, unsigned int line)
{
	span_trim(&s);
	if (s.len && (*s.at == ':' || *s.at == '=')) {
		s.at++;
		s.len--;
		span_trim(&s);
	}
	return alg ? value_set(pcrs, alg, index, s, err, line) : 0;
}

/* "…/pcr-sha256/N: <hex>", and "PCR-NN: AA BB …" of TPM 1.2's sysfs */
static int sysfs_line(struct drtmon_pcrs *pcrs, struct span s, struct drtmon_err *err,
		      unsigned int line)
{
	const struct drtmon_alg *alg = drtmon_alg_by_name("sha1", 4);
	struct span rest;
	const char *slash;
	uint32_t index;

	rest.at = s.at + 4;
	rest.len = s.len - 4;
	slash = memchr(rest.at, '/', rest.len);
	if (slash) {
		alg = alg_any_case(rest.at, (size_t)(slash - rest.at));
		rest.len -= (size_t)(slash + 1 - rest.at);
		rest.at = slash + 1;
	}
	if (span_number(&rest, &index))
		return drtmon_err_set(err, -EINVAL, "line %u: no PCR number", line);
	return value_line(pcrs, alg, index, rest, err, line);
}

static const char *span_find_pcr(struct span s)
{
	size_t i;

	for (i = 0; i + 4 < s.len; i++)
		if (!strncasecmp(s.at + i, "pcr-", 4) && (i == 0 || s.at[i - 1] == '/'))
			return s.at + i;
	return NULL;
}

static int text_line(struct drtmon_pcrs *pcrs, struct text_state *state, struct span s,
		     struct drtmon_err *err, unsigned int line)
{
	const char *pcr;
	uint32_t index;

	span_trim(&s);
	if (!s.len || *s.at == '#')
		return 0;
	pcr = span_find_pcr(s);
	if (pcr)
		return sysfs_line(pcrs, (struct span){ pcr, s.len - (size_t)(pcr - s.at) }, err,
				  line);
	if (s.at[s.len - 1] == ':' && isalpha((unsigned char)*s.at)) {
		s.len--;
		span_trim(&s);
		state->alg = alg_any_case(s.at, s.len);
		state->heading = 1;
		return 0;
	}
	if (!state->heading || span_number(&s, &index))
		return drtmon_err_set(err, -EINVAL, "line %u is no PCR value", line);
	return value_line(pcrs, state->alg, index, s, err, line);
}

static int text_parse(struct drtmon_pcrs *pcrs, const char *text, size_t len,
		      struct drtmon_err *err)
{
	struct text_state state = { 0 };
	unsigned int line = 0;
	int count = 0;

	while (len) {
		const char *nl = memchr(text, '\n', len);
		size_t n = nl ? (size_t)(nl - text) : len;
		int ret;

		line++;
		ret = text_line(pcrs, &state, (struct span){ text, n }, err, line);
		if (ret < 0)
			return ret;
		count += ret;
		n += nl ? 1 : 0;
		text += n;
		len -= n;
	}
	return count;
}

static int json_bank(struct drtmon_pcrs *pcrs, const struct drtmon_alg *alg, json_t *values,
		     struct drtmon_err *err)
{
	const char *key;
	json_t *value;
	int count = 0;

	if (!json_is_object(values))
		return drtmon_err_set(err, -EINVAL, "bank %s is no JSON object", alg->name);
	json_object_foreach (values, key, value) {
		struct span number = { key, strlen(key) };
		struct span hex = { json_string_value(value), json_string_length(value) };
		uint32_t index;

		if (span_number(&number, &index) || number.len || !hex.at)
			return drtmon_err_set(err, -EINVAL, "bank %s: \"%.32s\" is no PCR value",
					      alg->name, key);
		if (value_set(pcrs, alg, index, hex, NULL, 0) < 0)
			return drtmon_err_set(err, -EINVAL,
					      "bank %s: PCR %s is not %u bytes of hex", alg->name,
					      key, alg->size);
		count++;
	}
	return count;
}

/* drtmon's own answers carry the values one level down, or in a list of TPMs. */
static json_t *json_banks(json_t *root, struct drtmon_err *err)
{
	json_t *chips = json_object_get(root, "chips"), *banks = json_object_get(root, "pcrs");

	if (json_is_array(chips) && json_array_size(chips) != 1) {
		drtmon_err_set(err, -EINVAL, "it holds the values of %zu TPMs instead of one",
			       json_array_size(chips));
		return NULL;
	}
	if (json_is_array(chips))
		banks = json_object_get(json_array_get(chips, 0), "pcrs");
	return json_is_object(banks) ? banks : root;
}

static int json_parse(struct drtmon_pcrs *pcrs, const char *text, size_t len,
		      struct drtmon_err *err)
{
	int count = 0, ret = 0;
	json_error_t where;
	json_t *root, *banks, *values;
	const char *key;

	root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &where);
	if (!root)
		return drtmon_err_set(err, -EINVAL, "line %d: %s", where.line, where.text);
	banks = json_banks(root, err);
	if (!banks) {
		json_decref(root);
		return -EINVAL;
	}
	json_object_foreach (banks, key, values) {
		const struct drtmon_alg *alg = alg_any_case(key, strlen(key));

		ret = alg ? json_bank(pcrs, alg, values, err) : 0;
		if (ret < 0)
			break;
		count += ret;
	}
	json_decref(root);
	return ret < 0 ? ret : count;
}

int drtmon_pcrs_parse(struct drtmon_pcrs *pcrs, const char *text, size_t len,
		      struct drtmon_err *err)
{
	size_t i;

	/* What Windows programs put before UTF-8. */
	if (len >= 3 && !memcmp(text, "\xef\xbb\xbf", 3)) {
		text += 3;
		len -= 3;
	}
	for (i = 0; i < len && isspace((unsigned char)text[i]); i++)
		;
	if (i < len && text[i] == '{')
		return json_parse(pcrs, text, len, err);
	return text_parse(pcrs, text, len, err);
}
