// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/pcrs.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
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
 * @heading: a bank's heading was seen at all
 * @selection: in the list of a "selected-pcrs"
 * @table: in systemd-analyze's table: a name stands before the value
 * @tpm: "tpmN" of the first path that has one
 */
struct text_state {
	const struct drtmon_alg *alg;
	bool heading;
	bool selection;
	bool table;
	struct span tpm;
};

/* "SHA-256" is sha256, "SHA3-256" sha3_256: hyphens go, or stand for what a name has. */
static const struct drtmon_alg *alg_any_case(const char *name, size_t len)
{
	const struct drtmon_alg *alg;
	char bare[16], low[16];
	size_t i, n = 0;

	if (len >= sizeof(low))
		return NULL;
	for (i = 0; i < len; i++) {
		low[i] = name[i] == '-' ? '_' : (char)tolower((unsigned char)name[i]);
		if (name[i] != '-')
			bare[n++] = low[i];
	}
	alg = drtmon_alg_by_name(low, len);
	return alg ? alg : drtmon_alg_by_name(bare, n);
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
	const uint8_t *known = drtmon_pcrs_get(pcrs, alg, index);
	uint8_t value[DRTMON_ALG_DIGEST_MAX];

	if (index >= DRTMON_PCRS_COUNT)
		return drtmon_err_set(err, -EINVAL, "line %u: there is no PCR %u", line, index);
	if (span_digest(digest, alg, value))
		return drtmon_err_set(err, -EINVAL, "line %u: PCR %u is not a %s value of %u bytes",
				      line, index, alg->name, alg->size);
	if (known && memcmp(known, value, alg->size))
		return drtmon_err_set(err, -EINVAL,
				      "line %u: PCR %u of bank %s has another value above; give "
				      "the values of one TPM at one time",
				      line, index, alg->name);
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

/* Behind "PCR": the number, or "-", a bank, "/" and the number. */
static size_t pcr_number(struct span s)
{
	size_t at = 3;

	if (s.len > at && (s.at[at] == ' ' || s.at[at] == '_' || s.at[at] == '-'))
		at++;
	return s.len > at && isdigit((unsigned char)s.at[at]) ? at : 0;
}

/*
 * "…/pcr-sha256/N: <hex>"; "PCR_N: <hex>" of the bank above it; "PCR-NN: AA BB …"
 * of TPM 1.2's sysfs, where nothing names a bank.
 */
static int pcr_line(struct drtmon_pcrs *pcrs, const struct text_state *state, struct span s,
		    struct drtmon_err *err, unsigned int line)
{
	const struct drtmon_alg *alg = state->heading ? state->alg : drtmon_alg_by_name("sha1", 4);
	size_t skip = pcr_number(s);
	const char *slash;
	uint32_t index;

	s.at += skip ? skip : 4;
	s.len -= skip ? skip : 4;
	slash = skip ? NULL : memchr(s.at, '/', s.len);
	if (slash) {
		alg = alg_any_case(s.at, (size_t)(slash - s.at));
		s.len -= (size_t)(slash + 1 - s.at);
		s.at = slash + 1;
	}
	if (span_number(&s, &index))
		return drtmon_err_set(err, -EINVAL, "line %u: no PCR number", line);
	/* Values of a bank that is not known are left out; this may be of another one. */
	if (!alg && !slash)
		return drtmon_err_set(err, -EINVAL, "line %u: what stands above names no bank",
				      line);
	return value_line(pcrs, alg, index, s, err, line);
}

static const char *span_find_pcr(struct span s)
{
	size_t i;

	for (i = 0; i + 4 < s.len; i++)
		if (!strncasecmp(s.at + i, "pcr", 3) && (i == 0 || s.at[i - 1] == '/') &&
		    (s.at[i + 3] == '-' || pcr_number((struct span){ s.at + i, s.len - i })))
			return s.at + i;
	return NULL;
}

static void span_word(struct span *s, struct span *word)
{
	size_t n = 0;

	span_trim(s);
	while (n < s->len && !isspace((unsigned char)s->at[n]))
		n++;
	*word = (struct span){ s->at, n };
	s->at += n;
	s->len -= n;
	span_trim(s);
}

static bool span_is(struct span s, const char *word)
{
	return s.len == strlen(word) && !strncasecmp(s.at, word, s.len);
}

/* "tpmN" of "…/tpmN/pcr-sha256/0", @len characters of which stand before "pcr". */
static struct span path_tpm(const char *at, size_t len)
{
	struct span tpm = { at, len ? len - 1 : 0 };
	size_t i;

	for (i = tpm.len; i > 0 && at[i - 1] != '/'; i--)
		;
	tpm.at += i;
	tpm.len -= i;
	if (tpm.len < 4 || strncmp(tpm.at, "tpm", 3) || !isdigit((unsigned char)tpm.at[3]))
		tpm.len = 0;
	return tpm;
}

/* The values of two TPMs are no set. */
static int one_tpm(struct text_state *state, struct span tpm, struct drtmon_err *err,
		   unsigned int line)
{
	if (!tpm.len)
		return 0;
	if (!state->tpm.len)
		state->tpm = tpm;
	if (tpm.len == state->tpm.len && !memcmp(tpm.at, state->tpm.at, tpm.len))
		return 0;
	return drtmon_err_set(err, -EINVAL,
			      "line %u is of %.*s, those above are of %.*s; give the values of one "
			      "TPM",
			      line, (int)(tpm.len < 16 ? tpm.len : 16), tpm.at,
			      (int)(state->tpm.len < 16 ? state->tpm.len : 16), state->tpm.at);
}

/* What tpm2_quote, tpm2_checkquote and tpm2_getcap print around the values; nothing else. */
static bool other_key(struct text_state *state, struct span s)
{
	static const char *const words[] = { "quoted", "alg", "sig", "calcDigest" };
	static const char *const titles[] = { "signature", "pcrs" };
	static const char selected[] = "selected-pcrs";
	const char *colon = memchr(s.at, ':', s.len);
	struct span key = { s.at, colon ? (size_t)(colon - s.at) : 0 };
	bool known = false;
	size_t i;

	span_trim(&key);
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		known |= strlen(words[i]) == key.len && !strncasecmp(words[i], key.at, key.len);
	/* Behind these there is nothing: a value there would be lost. */
	for (i = 0; colon == s.at + s.len - 1 && i < sizeof(titles) / sizeof(titles[0]); i++)
		known |= strlen(titles[i]) == key.len && !strncasecmp(titles[i], key.at, key.len);
	state->selection = colon == s.at + s.len - 1 && key.len == strlen(selected) &&
			   !strncasecmp(selected, key.at, key.len);
	if (known || state->selection)
		state->heading = false;
	return known || state->selection;
}

/* "- sha256: [ 0, 1 ]" */
static bool selection_item(const struct text_state *state, struct span s)
{
	const char *colon = memchr(s.at, ':', s.len);
	struct span list;

	if (!state->selection || *s.at != '-' || !colon)
		return false;
	list.at = colon + 1;
	list.len = s.len - (size_t)(list.at - s.at);
	span_trim(&list);
	return list.len >= 2 && *list.at == '[' && list.at[list.len - 1] == ']';
}

/* "Bank/Algorithm: TPM_ALG_SHA256(0x000b)", as tpm2_listpcrs had it. */
static bool listpcrs_heading(struct span s, struct span *name)
{
	static const char key[] = "Bank/Algorithm:", prefix[] = "TPM_ALG_";
	const char *end;

	if (s.len <= strlen(key) || strncasecmp(s.at, key, strlen(key)))
		return false;
	*name = (struct span){ s.at + strlen(key), s.len - strlen(key) };
	span_trim(name);
	if (name->len > strlen(prefix) && !strncasecmp(name->at, prefix, strlen(prefix))) {
		name->at += strlen(prefix);
		name->len -= strlen(prefix);
	}
	end = memchr(name->at, '(', name->len);
	if (end)
		name->len = (size_t)(end - name->at);
	return true;
}

/* "NR NAME SHA256" */
static bool table_heading(struct span s, struct span *name)
{
	struct span nr, title;

	span_word(&s, &nr);
	span_word(&s, &title);
	*name = s;
	return span_is(nr, "nr") && span_is(title, "name") && s.len;
}

/* Also the plain "sha256:". */
static bool bank_heading(struct text_state *state, struct span s)
{
	struct span name;
	const bool table = table_heading(s, &name);

	if (!table && !listpcrs_heading(s, &name)) {
		if (s.at[s.len - 1] != ':' || !isalpha((unsigned char)*s.at))
			return false;
		name = (struct span){ s.at, s.len - 1 };
	}
	span_trim(&name);
	state->alg = alg_any_case(name.at, name.len);
	state->heading = true;
	state->table = table;
	return true;
}

static int text_line(struct drtmon_pcrs *pcrs, struct text_state *state, struct span s,
		     struct drtmon_err *err, unsigned int line)
{
	struct span name;
	const char *pcr;
	uint32_t index;

	span_trim(&s);
	if (!s.len || *s.at == '#' || selection_item(state, s))
		return 0;
	pcr = span_find_pcr(s);
	if (pcr && one_tpm(state, path_tpm(s.at, (size_t)(pcr - s.at)), err, line))
		return -EINVAL;
	if (pcr)
		return pcr_line(pcrs, state, (struct span){ pcr, s.len - (size_t)(pcr - s.at) },
				err, line);
	if (other_key(state, s) || bank_heading(state, s))
		return 0;
	if (!state->heading || span_number(&s, &index))
		return drtmon_err_set(err, -EINVAL, "line %u is no PCR value", line);
	if (state->table)
		span_word(&s, &name);
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

	/* What a tool that knows of the bank, and has no value of it, writes. */
	if (json_is_null(values))
		return 0;
	if (!json_is_object(values))
		return drtmon_err_set(err, -EINVAL, "bank %s is no JSON object", alg->name);
	json_object_foreach (values, key, value) {
		struct span number = { key, strlen(key) };
		struct span hex = { json_string_value(value), json_string_length(value) };
		uint32_t index;

		if (span_number(&number, &index) || number.len || (!hex.at && !json_is_null(value)))
			return drtmon_err_set(err, -EINVAL, "bank %s: \"%.32s\" is no PCR value",
					      alg->name, key);
		if (!hex.at)
			continue;
		/* One bank may be spelled in two ways, one number as well. */
		if (index < DRTMON_PCRS_COUNT && drtmon_pcrs_get(pcrs, alg, index))
			return drtmon_err_set(err, -EINVAL, "PCR %u of bank %s is there twice",
					      index, alg->name);
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

static int root_object(struct drtmon_pcrs *pcrs, json_t *root, struct drtmon_err *err)
{
	json_t *banks = json_banks(root, err), *values;
	int count = 0, ret;
	const char *key;

	if (!banks)
		return -EINVAL;
	json_object_foreach (banks, key, values) {
		const struct drtmon_alg *alg = alg_any_case(key, strlen(key));

		ret = alg ? json_bank(pcrs, alg, values, err) : 0;
		if (ret < 0)
			return ret;
		count += ret;
	}
	return count;
}

/* {"nr":10,"name":"ima","sha256":"<hex>"} */
static int json_pcr(struct drtmon_pcrs *pcrs, json_t *pcr, size_t i, struct drtmon_err *err)
{
	json_t *nr = json_object_get(pcr, "nr"), *value;
	json_int_t index = json_is_integer(nr) ? json_integer_value(nr) : -1;
	const char *key;
	int count = 0;

	if (index < 0 || index >= DRTMON_PCRS_COUNT)
		return drtmon_err_set(err, -EINVAL, "element %zu has no PCR number \"nr\"", i);
	json_object_foreach (pcr, key, value) {
		const struct drtmon_alg *alg = alg_any_case(key, strlen(key));
		struct span hex = { json_string_value(value), json_string_length(value) };

		if (!alg || json_is_null(value))
			continue;
		if (drtmon_pcrs_get(pcrs, alg, (uint32_t)index))
			return drtmon_err_set(err, -EINVAL, "PCR %d of bank %s is there twice",
					      (int)index, alg->name);
		if (!hex.at || value_set(pcrs, alg, (uint32_t)index, hex, NULL, 0) < 0)
			return drtmon_err_set(err, -EINVAL,
					      "bank %s: PCR %d is not %u bytes of hex", alg->name,
					      (int)index, alg->size);
		count++;
	}
	return count;
}

/* What systemd-analyze pcrs --json says. */
static int root_array(struct drtmon_pcrs *pcrs, json_t *root, struct drtmon_err *err)
{
	int count = 0, ret;
	json_t *pcr;
	size_t i;

	json_array_foreach (root, i, pcr) {
		ret = json_pcr(pcrs, pcr, i, err);
		if (ret < 0)
			return ret;
		count += ret;
	}
	return count;
}

static int json_parse(struct drtmon_pcrs *pcrs, const char *text, size_t len,
		      struct drtmon_err *err)
{
	json_error_t where;
	json_t *root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &where);
	int ret;

	if (!root)
		return drtmon_err_set(err, -EINVAL, "line %d: %s", where.line, where.text);
	ret = json_is_array(root) ? root_array(pcrs, root, err) : root_object(pcrs, root, err);
	json_decref(root);
	return ret;
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
	if (i < len && (text[i] == '{' || text[i] == '['))
		return json_parse(pcrs, text, len, err);
	return text_parse(pcrs, text, len, err);
}
