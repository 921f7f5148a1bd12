// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/event.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "lib/alg.h"
#include "lib/cc.h"
#include "lib/hex.h"
#include "lib/text.h"
#include "lib/tss.h"

#define AT(kind, member) DRTMON_ATTR_AT(kind, struct drtmon_event, member)

static const struct drtmon_attr_field event_field[] = {
	[DRTMON_A_EVENT_FOLDED] = AT(U64, folded),
	[DRTMON_A_EVENT_SEQ] = AT(U64, seq),
	[DRTMON_A_EVENT_BOOTTIME] = AT(U64, boottime),
	[DRTMON_A_EVENT_REALTIME] = AT(U64, realtime),
	[DRTMON_A_EVENT_KIND] = AT(U32, kind),
	[DRTMON_A_EVENT_SEVERITY] = AT(U32, severity),
	[DRTMON_A_EVENT_CHIP_ID] = AT(U32, chip_id),
	[DRTMON_A_EVENT_CHIP_NAME] = AT(STRING, chip_name),
	[DRTMON_A_EVENT_PCR] = AT(U32, pcr),
	[DRTMON_A_EVENT_DIGEST] = DRTMON_ATTR_IN_NEST,
	[DRTMON_A_EVENT_LOCALITY] = AT(U32, locality),
	[DRTMON_A_EVENT_COMMAND] = AT(U32, command),
	[DRTMON_A_EVENT_HANDLE] = AT(U32, handle),
	[DRTMON_A_EVENT_RC] = AT(U32, rc),
	[DRTMON_A_EVENT_ORIGIN] = AT(U32, origin),
	[DRTMON_A_EVENT_DEVICE] = AT(STRING, device),
	[DRTMON_A_EVENT_PID] = AT(U32, pid),
	[DRTMON_A_EVENT_TGID] = AT(U32, tgid),
	[DRTMON_A_EVENT_UID] = AT(U32, uid),
	[DRTMON_A_EVENT_COMM] = AT(STRING, comm),
	[DRTMON_A_EVENT_EXE] = AT(STRING, exe),
	[DRTMON_A_EVENT_CGROUP_ID] = AT(U64, cgroup_id),
	[DRTMON_A_EVENT_COUNT] = AT(U64, count),
	[DRTMON_A_EVENT_EXPECTED] = DRTMON_ATTR_IN_NEST,
	[DRTMON_A_EVENT_LAST_EVENT] = AT(U64, last_event),
	[DRTMON_A_EVENT_REGISTER] = AT(U32, reg),
	[DRTMON_A_EVENT_OLD] = AT(U64, old),
	[DRTMON_A_EVENT_NEW] = AT(U64, new),
	[DRTMON_A_EVENT_ERROR] = AT(U32, error),
};

static const struct drtmon_attr_field digest_field[] = {
	[DRTMON_A_DIGEST_ALG] = DRTMON_ATTR_AT(U32, struct drtmon_event_digest, alg),
	[DRTMON_A_DIGEST_VALUE] = DRTMON_ATTR_AT(BYTES, struct drtmon_event_digest, value),
};

static const struct drtmon_attr_set digest_set = {
	"digest",
	digest_field,
	sizeof(digest_field) / sizeof(digest_field[0]),
	NULL,
};

static int event_nest(void *obj, const struct drtmon_attr *attr, struct drtmon_err *err)
{
	struct drtmon_event *event = obj;
	bool expected = attr->type == DRTMON_A_EVENT_EXPECTED;
	struct drtmon_event_digest *list = expected ? event->expected : event->digest;
	uint32_t *count = expected ? &event->expecteds : &event->digests;

	if (*count == DRTMON_BANKS_MAX)
		return drtmon_err_set(
			err, -EBADMSG,
			"the module sent an event with more than %u digests; run: drtmon doctor",
			DRTMON_BANKS_MAX);
	return drtmon_attr_decode(&digest_set, &attr->body, &list[(*count)++], err);
}

static const struct drtmon_attr_set event_set = {
	"event",
	event_field,
	sizeof(event_field) / sizeof(event_field[0]),
	event_nest,
};

int drtmon_event_decode(struct drtmon_event *event, const struct drtmon_attrs *attrs,
			struct drtmon_err *err)
{
	memset(event, 0, sizeof(*event));
	return drtmon_attr_decode(&event_set, attrs, event, err);
}

static uint64_t event_clock(clockid_t clock)
{
	struct timespec ts = { 0 };

	clock_gettime(clock, &ts);
	return (uint64_t)ts.tv_sec * 1000000000ull + (uint64_t)ts.tv_nsec;
}

void drtmon_event_lost(struct drtmon_event *event, uint64_t first, uint64_t last)
{
	memset(event, 0, sizeof(*event));
	event->lost_first = first;
	event->lost_last = last;
	event->count = last - first + 1;
	event->kind = DRTMON_EVENT_KIND_EVENTS_LOST;
	event->severity = DRTMON_SEVERITY_WARNING;
	event->origin = DRTMON_ORIGIN_SELF;
	event->boottime = event_clock(CLOCK_BOOTTIME);
	event->realtime = event_clock(CLOCK_REALTIME);
	event->have = 1ull << DRTMON_A_EVENT_COUNT | 1ull << DRTMON_A_EVENT_KIND |
		      1ull << DRTMON_A_EVENT_SEVERITY | 1ull << DRTMON_A_EVENT_ORIGIN |
		      1ull << DRTMON_A_EVENT_BOOTTIME | 1ull << DRTMON_A_EVENT_REALTIME;
}

static const char *const kinds[] = {
	[DRTMON_EVENT_KIND_PCR_EXTEND] = "pcr-extend",
	[DRTMON_EVENT_KIND_PCR_RESET] = "pcr-reset",
	[DRTMON_EVENT_KIND_PCR_MISMATCH] = "pcr-mismatch",
	[DRTMON_EVENT_KIND_PCR_DRIFT] = "pcr-drift",
	[DRTMON_EVENT_KIND_TPM_COMMAND] = "tpm-command",
	[DRTMON_EVENT_KIND_TPM_RESET] = "tpm-reset",
	[DRTMON_EVENT_KIND_TPM_LOCKOUT] = "tpm-lockout",
	[DRTMON_EVENT_KIND_TPM_ERROR] = "tpm-error",
	[DRTMON_EVENT_KIND_CHIP_ADD] = "chip-add",
	[DRTMON_EVENT_KIND_CHIP_REMOVE] = "chip-remove",
	[DRTMON_EVENT_KIND_TXT_CHANGE] = "txt-change",
	[DRTMON_EVENT_KIND_RESUME] = "resume",
	[DRTMON_EVENT_KIND_HOOK_DEAD] = "hook-dead",
	[DRTMON_EVENT_KIND_HOOK_DEGRADED] = "hook-degraded",
	[DRTMON_EVENT_KIND_EVENTS_LOST] = "events-lost",
	[DRTMON_EVENT_KIND_BASELINE_CHANGE] = "baseline-change",
	[DRTMON_EVENT_KIND_PCR_MATCH] = "pcr-match",
	[DRTMON_EVENT_KIND_HOOK_ALIVE] = "hook-alive",
};

static const char *const severities[] = {
	[DRTMON_SEVERITY_INFO] = "info",
	[DRTMON_SEVERITY_NOTICE] = "notice",
	[DRTMON_SEVERITY_WARNING] = "warning",
	[DRTMON_SEVERITY_CRITICAL] = "critical",
};

static const char *const origins[] = {
	[DRTMON_ORIGIN_KERNEL] = "kernel",
	[DRTMON_ORIGIN_USER] = "user",
	[DRTMON_ORIGIN_SELF] = "self",
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

const char *drtmon_event_kind_name(uint32_t kind)
{
	return kind < COUNT(kinds) ? kinds[kind] : NULL;
}

uint32_t drtmon_event_kind_parse(const char *name)
{
	uint32_t i;

	for (i = 1; i < COUNT(kinds); i++)
		if (kinds[i] && !strcmp(kinds[i], name))
			return i;
	return DRTMON_EVENT_KIND_UNSPEC;
}

const char *drtmon_event_severity_name(uint32_t severity)
{
	return severity < COUNT(severities) ? severities[severity] : NULL;
}

int drtmon_event_severity_parse(const char *name)
{
	size_t i;

	for (i = 0; i < COUNT(severities); i++)
		if (!strcmp(severities[i], name))
			return (int)i;
	return -EINVAL;
}

const char *drtmon_event_origin_name(uint32_t origin)
{
	return origin < COUNT(origins) ? origins[origin] : NULL;
}

/* JSON of one attribute, null when it was not there. */

static json_t *json_number(const struct drtmon_event *event, unsigned int type, uint64_t value)
{
	return drtmon_event_has(event, type) ? json_integer((json_int_t)value) : json_null();
}

static json_t *json_hex(const struct drtmon_event *event, unsigned int type, uint32_t value,
			int digits)
{
	return drtmon_event_has(event, type) ? json_sprintf("0x%0*x", digits, value) : json_null();
}

static json_t *json_text(const struct drtmon_event *event, unsigned int type, const char *value)
{
	char text[DRTMON_EVENT_EXE_MAX * DRTMON_TEXT_GROWTH + 1];

	if (!drtmon_event_has(event, type))
		return json_null();
	return json_string(drtmon_text_utf8(text, sizeof(text), value, strlen(value)));
}

static json_t *json_register(const struct drtmon_event *event, unsigned int type, uint64_t value)
{
	return drtmon_event_has(event, type) ? json_sprintf("0x%016" PRIx64, value) : json_null();
}

/* A process may call itself "", but a device or an executable of that name is none. */
static json_t *json_path(const struct drtmon_event *event, unsigned int type, const char *value)
{
	return value[0] ? json_text(event, type, value) : json_null();
}

static json_t *json_name(const struct drtmon_event *event, unsigned int type, uint32_t value,
			 const char *(*name)(uint32_t value))
{
	if (!drtmon_event_has(event, type))
		return json_null();
	return name(value) ? json_string(name(value)) : json_sprintf("unknown-%u", value);
}

static json_t *json_time(const struct drtmon_event *event)
{
	char text[DRTMON_TEXT_TIME_MAX];

	if (!drtmon_event_has(event, DRTMON_A_EVENT_REALTIME))
		return json_null();
	return json_string(drtmon_text_time(text, event->realtime));
}

static json_t *json_rc_text(const struct drtmon_event *event)
{
	char text[256];

	if (!drtmon_event_has(event, DRTMON_A_EVENT_RC))
		return json_null();
	return json_string(drtmon_tss_rc_text(text, sizeof(text), event->rc));
}

const char *drtmon_event_error_text(const struct drtmon_event *event)
{
	/* Of no command: it was the module that looked, see look.c there. */
	if (!drtmon_event_has(event, DRTMON_A_EVENT_COMMAND) && event->error == EAGAIN)
		return "PCRs change while nobody else may use the TPM";
	if (!drtmon_event_has(event, DRTMON_A_EVENT_COMMAND) && event->error == EBUSY)
		return "the TPM waits for new firmware";
	if (!drtmon_event_has(event, DRTMON_A_EVENT_COMMAND) && event->error == EHOSTDOWN)
		return "something keeps the machine on its way to sleep: no PCR is read meanwhile";
	return strerror((int)event->error);
}

static json_t *json_error_text(const struct drtmon_event *event)
{
	if (!drtmon_event_has(event, DRTMON_A_EVENT_ERROR))
		return json_null();
	return json_string(drtmon_event_error_text(event));
}

static json_t *json_command_name(const struct drtmon_event *event)
{
	const char *name = drtmon_cc_name(event->command);

	if (!drtmon_event_has(event, DRTMON_A_EVENT_COMMAND) || !name)
		return json_null();
	return json_string(name);
}

static json_t *json_digests(const struct drtmon_event_digest *list, uint32_t count)
{
	json_t *obj = json_object();
	uint32_t i;

	for (i = 0; i < count; i++) {
		const struct drtmon_event_digest *digest = &list[i];
		const struct drtmon_alg *alg = drtmon_alg_by_id(digest->alg);
		char key[16], hex[2 * DRTMON_ALG_DIGEST_MAX + 1];

		snprintf(key, sizeof(key), "0x%04x", digest->alg);
		drtmon_hex_encode(hex, digest->value.data, digest->value.len);
		json_object_set_new(obj, alg ? alg->name : key, json_string(hex));
	}
	return obj;
}

static json_t *json_process(const struct drtmon_event *e)
{
	const uint64_t any = 1ull << DRTMON_A_EVENT_PID | 1ull << DRTMON_A_EVENT_TGID |
			     1ull << DRTMON_A_EVENT_UID | 1ull << DRTMON_A_EVENT_COMM;
	json_t *obj;

	if (!(e->have & any))
		return json_null();
	obj = json_object();
	json_object_set_new(obj, "pid", json_number(e, DRTMON_A_EVENT_PID, e->pid));
	json_object_set_new(obj, "tgid", json_number(e, DRTMON_A_EVENT_TGID, e->tgid));
	json_object_set_new(obj, "comm", json_text(e, DRTMON_A_EVENT_COMM, e->comm));
	json_object_set_new(obj, "uid", json_number(e, DRTMON_A_EVENT_UID, e->uid));
	json_object_set_new(obj, "exe", json_path(e, DRTMON_A_EVENT_EXE, e->exe));
	json_object_set_new(obj, "cgroup_id",
			    json_number(e, DRTMON_A_EVENT_CGROUP_ID, e->cgroup_id));
	return obj;
}

static void put_head(json_t *obj, const struct drtmon_event *e)
{
	json_object_set_new(obj, "schema", json_integer(1));
	json_object_set_new(obj, "seq", json_number(e, DRTMON_A_EVENT_SEQ, e->seq));
	json_object_set_new(obj, "time", json_time(e));
	json_object_set_new(obj, "kind",
			    json_name(e, DRTMON_A_EVENT_KIND, e->kind, drtmon_event_kind_name));
	json_object_set_new(obj, "severity",
			    json_name(e, DRTMON_A_EVENT_SEVERITY, e->severity,
				      drtmon_event_severity_name));
	json_object_set_new(obj, "chip", json_path(e, DRTMON_A_EVENT_CHIP_NAME, e->chip_name));
	json_object_set_new(obj, "chip_id", json_number(e, DRTMON_A_EVENT_CHIP_ID, e->chip_id));
	json_object_set_new(obj, "pcr", json_number(e, DRTMON_A_EVENT_PCR, e->pcr));
	json_object_set_new(obj, "digests", json_digests(e->digest, e->digests));
}

static void put_command(json_t *obj, const struct drtmon_event *e)
{
	json_object_set_new(obj, "rc", json_hex(e, DRTMON_A_EVENT_RC, e->rc, 3));
	json_object_set_new(obj, "rc_text", json_rc_text(e));
	json_object_set_new(obj, "error", json_number(e, DRTMON_A_EVENT_ERROR, e->error));
	json_object_set_new(obj, "error_text", json_error_text(e));
	json_object_set_new(obj, "origin",
			    json_name(e, DRTMON_A_EVENT_ORIGIN, e->origin,
				      drtmon_event_origin_name));
	json_object_set_new(obj, "device", json_path(e, DRTMON_A_EVENT_DEVICE, e->device));
	json_object_set_new(obj, "process", json_process(e));
	json_object_set_new(obj, "command", json_hex(e, DRTMON_A_EVENT_COMMAND, e->command, 8));
	json_object_set_new(obj, "command_name", json_command_name(e));
	json_object_set_new(obj, "handle", json_hex(e, DRTMON_A_EVENT_HANDLE, e->handle, 8));
	json_object_set_new(obj, "locality", json_number(e, DRTMON_A_EVENT_LOCALITY, e->locality));
}

static void put_rest(json_t *obj, const struct drtmon_event *e)
{
	json_object_set_new(obj, "boottime_ns",
			    json_number(e, DRTMON_A_EVENT_BOOTTIME, e->boottime));
	json_object_set_new(obj, "count", json_number(e, DRTMON_A_EVENT_COUNT, e->count));
	json_object_set_new(obj, "expected", json_digests(e->expected, e->expecteds));
	json_object_set_new(obj, "last_event",
			    json_number(e, DRTMON_A_EVENT_LAST_EVENT, e->last_event));
	json_object_set_new(obj, "register", json_hex(e, DRTMON_A_EVENT_REGISTER, e->reg, 3));
	json_object_set_new(obj, "old", json_register(e, DRTMON_A_EVENT_OLD, e->old));
	json_object_set_new(obj, "new", json_register(e, DRTMON_A_EVENT_NEW, e->new));
	if (!e->lost_first)
		return;
	json_object_set_new(obj, "first_seq", json_integer((json_int_t)e->lost_first));
	json_object_set_new(obj, "last_seq", json_integer((json_int_t)e->lost_last));
}

json_t *drtmon_event_json(const struct drtmon_event *event)
{
	json_t *obj = json_object();

	put_head(obj, event);
	put_command(obj, event);
	put_rest(obj, event);
	return obj;
}
