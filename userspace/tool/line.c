// SPDX-License-Identifier: GPL-2.0-or-later
#include "tool/line.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/alg.h"
#include "lib/cc.h"
#include "lib/hex.h"
#include "lib/text.h"
#include "lib/tss.h"

/* Digest bytes shown on a line: enough to tell values apart at a glance. */
#define BRIEF 8

static enum drtmon_tone line_tone(const struct drtmon_event *event)
{
	switch (event->severity) {
	case DRTMON_SEVERITY_INFO:
		return DRTMON_TONE_DIM;
	case DRTMON_SEVERITY_NOTICE:
		return DRTMON_TONE_NOTICE;
	case DRTMON_SEVERITY_WARNING:
		return DRTMON_TONE_WARNING;
	default:
		return DRTMON_TONE_BAD;
	}
}

/* Lines of a stream on a terminal, where the day has a line of its own. */
static bool streaming;

void drtmon_line_stream(void)
{
	streaming = isatty(STDOUT_FILENO);
}

/*
 * A person at a terminal wants the time of the clock on the wall, and the date
 * where it changes; a file or a program wants all of it, in UTC. Milliseconds
 * are what an eye can use; JSON has the nanoseconds.
 */
static void print_time(const struct drtmon_opts *opts, const struct drtmon_event *event)
{
	static char shown[16];
	char text[DRTMON_TEXT_TIME_MAX], day[16];
	time_t seconds = (time_t)(event->realtime / 1000000000u);
	struct tm tm;

	if (!streaming || !localtime_r(&seconds, &tm)) {
		drtmon_text_time(text, event->realtime);
		printf("%.23sZ ", text);
		return;
	}
	strftime(day, sizeof(day), "%Y-%m-%d", &tm);
	if (strcmp(day, shown))
		printf("%s%s%s\n", drtmon_out_tone(opts, DRTMON_TONE_DIM), day,
		       drtmon_out_tone(opts, DRTMON_TONE_PLAIN));
	snprintf(shown, sizeof(shown), "%s", day);
	strftime(text, sizeof(text), "%H:%M:%S", &tm);
	printf("%s.%03u ", text, (unsigned int)(event->realtime / 1000000u % 1000u));
}

/* In columns: the eye finds severity and kind at one place in each line. */
static void print_head(const struct drtmon_opts *opts, const struct drtmon_event *event,
		       const char *kind)
{
	const char *severity = drtmon_event_severity_name(event->severity);
	char seq[24] = "";

	print_time(opts, event);
	if (drtmon_event_has(event, DRTMON_A_EVENT_SEQ))
		snprintf(seq, sizeof(seq), "#%llu", (unsigned long long)event->seq);
	printf("%-6s %s%-8s %-15s%s", seq, drtmon_out_tone(opts, line_tone(event)),
	       severity ? severity : "unknown", kind ? kind : "unknown",
	       drtmon_out_tone(opts, DRTMON_TONE_PLAIN));
}

/* The first digest of a list stands for all. */
static void print_digest(const struct drtmon_event_digest *digest, uint32_t count, const char *what)
{
	const struct drtmon_alg *alg = count ? drtmon_alg_by_id(digest->alg) : NULL;
	char hex[2 * BRIEF + 1];

	if (count && digest->value.len >= BRIEF)
		printf(" %s%s:%s…", what, alg ? alg->name : "digest",
		       drtmon_hex_encode(hex, digest->value.data, BRIEF));
}

static void print_what(const struct drtmon_event *event)
{
	const char *command = drtmon_cc_name(event->command);
	char text[sizeof(event->chip_name) * DRTMON_TEXT_GROWTH + 1];

	if (drtmon_event_has(event, DRTMON_A_EVENT_CHIP_NAME))
		printf(" %s", drtmon_text_safe(text, sizeof(text), event->chip_name,
					       strlen(event->chip_name)));
	if (drtmon_event_has(event, DRTMON_A_EVENT_PCR))
		printf(" PCR %u", event->pcr);
	if (event->kind == DRTMON_EVENT_KIND_TPM_COMMAND && command)
		printf(" %s", command);
	else if (event->kind == DRTMON_EVENT_KIND_TPM_COMMAND)
		printf(" command 0x%x", event->command);
	print_digest(event->digest, event->digests, "");
	print_digest(event->expected, event->expecteds, "expected ");
	if (drtmon_event_has(event, DRTMON_A_EVENT_REGISTER))
		printf(" register 0x%03x 0x%llx -> 0x%llx", event->reg,
		       (unsigned long long)event->old, (unsigned long long)event->new);
	if (event->lost_first)
		printf(" %llu events, #%llu to #%llu", (unsigned long long)event->count,
		       (unsigned long long)event->lost_first, (unsigned long long)event->lost_last);
	else if (drtmon_event_has(event, DRTMON_A_EVENT_COUNT))
		printf(" %llu", (unsigned long long)event->count);
}

static void print_who(const struct drtmon_event *event)
{
	char text[sizeof(event->comm) * DRTMON_TEXT_GROWTH + 1];

	if (drtmon_event_has(event, DRTMON_A_EVENT_COMM))
		printf(" by %s",
		       drtmon_text_safe(text, sizeof(text), event->comm, strlen(event->comm)));
	else if (drtmon_event_origin_name(event->origin) &&
		 drtmon_event_has(event, DRTMON_A_EVENT_ORIGIN))
		printf(" by %s", event->origin == DRTMON_ORIGIN_SELF
					 ? "drtmon itself"
					 : drtmon_event_origin_name(event->origin));
	if (drtmon_event_has(event, DRTMON_A_EVENT_PID))
		printf("[%u]", event->pid);
	if (drtmon_event_has(event, DRTMON_A_EVENT_UID))
		printf(" uid %u", event->uid);
	if (event->device[0])
		printf(" via %s",
		       drtmon_text_safe(text, sizeof(text), event->device, strlen(event->device)));
	if (drtmon_event_has(event, DRTMON_A_EVENT_ORIGIN) && event->origin == DRTMON_ORIGIN_KERNEL)
		printf(" in the kernel");
}

static void print_more(const struct drtmon_opts *opts, const struct drtmon_event *event)
{
	char text[DRTMON_EVENT_EXE_MAX * DRTMON_TEXT_GROWTH + 1];

	if (drtmon_event_has(event, DRTMON_A_EVENT_RC) && event->rc)
		printf(" refused: %s", drtmon_tss_rc_text(text, 256, event->rc));
	if (drtmon_event_has(event, DRTMON_A_EVENT_ERROR))
		printf(" failed: %s", drtmon_event_error_text(event));
	if (opts->verbose && event->exe[0])
		printf(" exe %s",
		       drtmon_text_safe(text, sizeof(text), event->exe, strlen(event->exe)));
}

static void print_event(const struct drtmon_opts *opts, const struct drtmon_event *event,
			const char *file)
{
	print_head(opts, event, drtmon_event_kind_name(event->kind));
	print_what(event);
	if (file)
		printf(" measured %s", file);
	print_who(event);
	print_more(opts, event);
	putchar('\n');
	drtmon_out_flush();
}

void drtmon_line_event(const struct drtmon_opts *opts, const struct drtmon_event *event)
{
	if (opts->json)
		drtmon_out_line(drtmon_event_json(event));
	else
		print_event(opts, event, NULL);
}

void drtmon_line_measured(const struct drtmon_opts *opts, const struct drtmon_event *event,
			  const char *file)
{
	char safe[4096];
	json_t *obj;

	if (file)
		drtmon_text_copy(safe, sizeof(safe), file);
	if (!opts->json) {
		print_event(opts, event, file ? safe : NULL);
		return;
	}
	obj = drtmon_event_json(event);
	json_object_set_new(obj, "ima_file", file ? json_string(safe) : json_null());
	drtmon_out_line(obj);
}

void drtmon_line_lost(const struct drtmon_opts *opts, uint64_t first, uint64_t last)
{
	struct drtmon_event event;

	drtmon_event_lost(&event, first, last);
	drtmon_line_event(opts, &event);
}

/* The module cannot send an event about its own end: these two kinds are the tool's. */
void drtmon_line_module(const struct drtmon_opts *opts, bool there)
{
	const char *kind = there ? "module-load" : "module-unload";
	struct drtmon_event event;
	json_t *obj;

	drtmon_event_lost(&event, 1, 1);
	event.have &= ~(1ull << DRTMON_A_EVENT_COUNT);
	event.lost_first = 0;
	if (opts->json) {
		obj = drtmon_event_json(&event);
		json_object_set_new(obj, "kind", json_string(kind));
		drtmon_out_line(obj);
		return;
	}
	print_head(opts, &event, kind);
	printf(" %s\n",
	       there ? "sequence numbers begin again" : "waiting for it to be loaded again");
	drtmon_out_flush();
}
