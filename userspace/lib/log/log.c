// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/log/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/log/reader.h"
#include "lib/text.h"

static const struct {
	const char *name;
	const struct drtmon_parser *parser;
} formats[] = {
	[DRTMON_LOG_UNKNOWN] = { "unknown", NULL },
	[DRTMON_LOG_TCG12] = { "tcg-1.2", &drtmon_parser_tcg12 },
	[DRTMON_LOG_TCG20] = { "tcg-2.0", &drtmon_parser_tcg20 },
	[DRTMON_LOG_CCEL] = { "ccel", &drtmon_parser_tcg20 },
	[DRTMON_LOG_TXT12] = { "txt-1.2", &drtmon_parser_tcg12 },
	[DRTMON_LOG_TXT20] = { "txt-2.0", &drtmon_parser_tcg12 },
	[DRTMON_LOG_IMA] = { "ima-binary", &drtmon_parser_ima },
	[DRTMON_LOG_IMA_ASCII] = { "ima-ascii", &drtmon_parser_ima_ascii },
	[DRTMON_LOG_CEL_JSON] = { "cel-json", &drtmon_parser_cel_json },
	[DRTMON_LOG_CEL_SEQ] = { "cel-json-seq", &drtmon_parser_cel_json },
	[DRTMON_LOG_CEL_TLV] = { "cel-tlv", &drtmon_parser_cel_tlv },
	[DRTMON_LOG_EVENTS] = { "drtmon-events", &drtmon_parser_events },
};

#define FORMATS (sizeof(formats) / sizeof(formats[0]))

const char *drtmon_log_format_name(enum drtmon_log_format format)
{
	return (size_t)format < FORMATS ? formats[format].name : formats[0].name;
}

int drtmon_log_format_by_name(const char *name, enum drtmon_log_format *format)
{
	size_t i;

	for (i = 1; i < FORMATS; i++) {
		if (!strcmp(formats[i].name, name)) {
			*format = (enum drtmon_log_format)i;
			return 0;
		}
	}
	return -EINVAL;
}

/* What is quoted, a key or a JSON parser's "near", is the log's own text. */
static void problem_add(struct drtmon_log *log, uint64_t offset, int64_t event, const char *fmt,
			va_list ap)
{
	struct drtmon_log_info *info = &log->info;

	if (info->n_problems < DRTMON_LOG_PROBLEMS) {
		struct drtmon_log_problem *p = &info->problem[info->n_problems];

		char raw[2 * sizeof(p->what)];

		p->offset = offset;
		p->event = event;
		vsnprintf(raw, sizeof(raw), fmt, ap);
		drtmon_text_safe(p->what, sizeof(p->what), raw, strlen(raw));
	}
	if (info->n_problems < UINT32_MAX)
		info->n_problems++;
}

void drtmon_log_problem(struct drtmon_log *log, uint64_t at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	problem_add(log, log->src.offset + at, (int64_t)(log->first + log->info.events), fmt, ap);
	va_end(ap);
}

void drtmon_log_cut(struct drtmon_log *log, uint64_t at, const char *fmt, ...)
{
	va_list ap;

	log->info.cut = true;
	va_start(ap, fmt);
	problem_add(log, log->src.offset + at, (int64_t)(log->first + log->info.events), fmt, ap);
	va_end(ap);
}

void drtmon_log_event_problem(struct drtmon_log *log, const struct drtmon_log_event *event,
			      const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	problem_add(log, event->offset, (int64_t)event->index, fmt, ap);
	va_end(ap);
}

void drtmon_log_note(struct drtmon_log *log, uint64_t offset, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	problem_add(log, offset, -1, fmt, ap);
	va_end(ap);
}

int drtmon_log_bank_add(struct drtmon_log *log, uint16_t id, uint16_t size)
{
	struct drtmon_log_info *info = &log->info;
	const struct drtmon_alg *alg = drtmon_alg_by_id(id);
	unsigned int i;

	for (i = 0; i < info->n_banks; i++)
		if (info->bank[i].id == id)
			return 0;
	if (info->n_banks == DRTMON_LOG_DIGESTS)
		return -ENOSPC;
	/* A known algorithm with a foreign size cannot be replayed. */
	info->bank[i].alg = alg && alg->size == size ? alg : NULL;
	info->bank[i].id = id;
	info->bank[i].size = size;
	info->n_banks++;
	return 0;
}

bool drtmon_log_filler(struct drtmon_log *log)
{
	struct drtmon_source *src = &log->src;
	size_t have = drtmon_source_fill(src, 16), i;
	uint8_t fill;

	if (!have || (*src->cur != 0x00 && *src->cur != 0xff))
		return false;
	fill = *src->cur;
	for (i = 0; i < have && i < 16; i++)
		if (src->cur[i] != fill)
			return false;
	while ((have = drtmon_source_fill(src, 1))) {
		for (i = 0; i < have && src->cur[i] == fill; i++)
			;
		drtmon_source_eat(src, i);
		if (i < have) {
			drtmon_log_note(log, src->offset,
					"bytes that are no padding behind padding");
			return true;
		}
	}
	log->info.padding = true;
	return true;
}

/* What Windows programs put before UTF-8. */
static bool bom_skip(struct drtmon_log *log)
{
	struct drtmon_source *src = &log->src;
	bool bom = !src->offset && drtmon_source_fill(src, 3) >= 3 &&
		   !memcmp(src->cur, "\xef\xbb\xbf", 3);

	if (bom)
		drtmon_source_eat(src, 3);
	return bom;
}

static bool format_is_text(enum drtmon_log_format format)
{
	return format == DRTMON_LOG_IMA_ASCII || format == DRTMON_LOG_CEL_JSON ||
	       format == DRTMON_LOG_CEL_SEQ || format == DRTMON_LOG_EVENTS;
}

static enum drtmon_log_format log_format(struct drtmon_log *log, enum drtmon_log_format format)
{
	bool bom;

	if (format != DRTMON_LOG_UNKNOWN) {
		if (format_is_text(format))
			bom_skip(log);
		return format;
	}
	bom = bom_skip(log);
	format = drtmon_log_detect(log);
	return bom && !format_is_text(format) ? DRTMON_LOG_UNKNOWN : format;
}

static void not_a_log(struct drtmon_log *log)
{
	const char *foreign = drtmon_log_foreign(log);

	if (log->src.end == log->src.cur)
		drtmon_log_note(log, log->src.offset, "log is empty");
	else
		drtmon_log_note(log, log->src.offset, "format is not recognised%s%s",
				foreign ? "; " : "", foreign ? foreign : "");
}

static int log_start(struct drtmon_log *log, const struct drtmon_log_args *args)
{
	enum drtmon_log_format format;

	if (args->skip && drtmon_source_skip(&log->src, args->skip)) {
		drtmon_log_note(log, log->src.offset, "log ends before byte %llu",
				(unsigned long long)args->skip);
		return 0;
	}
	format = log_format(log, args->format);
	log->info.format = format;
	log->parser = (size_t)format < FORMATS ? formats[format].parser : NULL;
	if (!log->parser) {
		not_a_log(log);
		return log->src.error;
	}
	return log->parser->begin ? log->parser->begin(log) : 0;
}

int drtmon_log_open(struct drtmon_log **log, const struct drtmon_log_args *args,
		    struct drtmon_err *err)
{
	struct drtmon_log *l = calloc(1, sizeof(*l));
	int ret = 0;

	*log = NULL;
	if (!l)
		return drtmon_err_set(err, -ENOMEM, "out of memory");
	l->info.startup_locality = -1;
	l->first = args->first;
	l->digest_id = args->digest_id;
	if (args->path)
		ret = drtmon_source_open(&l->src, args->path, err);
	else
		drtmon_source_memory(&l->src, args->data, args->len);
	if (ret) {
		free(l);
		return ret;
	}
	ret = log_start(l, args);
	if (ret) {
		drtmon_err_set(err, ret, "cannot read the log: %s", strerror(-ret));
		drtmon_log_close(l);
		return ret;
	}
	*log = l;
	return 0;
}

/* A log of measurement registers never touches PCR 0; a TPM's always does. */
static bool looks_like_ccel(const struct drtmon_log *log)
{
	const struct drtmon_log_info *info = &log->info;

	return info->format == DRTMON_LOG_TCG20 && info->n_banks == 1 &&
	       info->bank[0].id == 0x000c && log->pcrs && !(log->pcrs & ~UINT64_C(0x1e)) &&
	       info->startup_locality < 0;
}

static int log_finish(struct drtmon_log *log)
{
	struct drtmon_source *src = &log->src;

	log->done = true;
	if (looks_like_ccel(log))
		log->info.format = DRTMON_LOG_CCEL;
	if (src->idle)
		drtmon_log_note(log, src->offset, "nothing came from the source for a while");
	if (src->capped)
		drtmon_log_note(log, src->offset,
				"log is larger than %llu bytes; the rest is not read",
				(unsigned long long)DRTMON_LOG_BYTES_MAX);
	log->info.complete = log->parser && !src->error && !src->idle && !src->capped && src->eof &&
			     src->cur == src->end;
	return src->error;
}

bool drtmon_log_rereadable(const struct drtmon_log_args *args)
{
	struct stat st;

	return !args->path || (!stat(args->path, &st) && S_ISREG(st.st_mode));
}

int drtmon_log_next(struct drtmon_log *log, struct drtmon_log_event *event)
{
	int ret;

	if (log->done)
		return 0;
	drtmon_source_eat(&log->src, log->held);
	log->held = 0;
	ret = log->parser ? log->parser->next(log, event) : 0;
	if (ret <= 0) {
		int end = log_finish(log);

		return ret ? ret : end;
	}
	event->index = log->first + log->info.events++;
	log->info.end = log->src.offset + log->held;
	return 1;
}

const struct drtmon_log_info *drtmon_log_info(const struct drtmon_log *log)
{
	return &log->info;
}

void drtmon_log_close(struct drtmon_log *log)
{
	if (!log)
		return;
	if (log->parser && log->parser->end)
		log->parser->end(log);
	else
		free(log->state);
	drtmon_source_close(&log->src);
	free(log);
}

const struct drtmon_log_digest *drtmon_log_digest(const struct drtmon_log_event *event,
						  const struct drtmon_alg *alg)
{
	unsigned int i;

	for (i = 0; i < event->n_digests; i++)
		if (event->digest[i].alg == alg)
			return &event->digest[i];
	return NULL;
}
