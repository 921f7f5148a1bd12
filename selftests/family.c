// SPDX-License-Identifier: GPL-2.0-or-later
/* What the family's messages hold, as the contract says, and how to ask for them. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "family.h"

static const struct attr_rule digest_rules[] = {
	[DRTMON_A_DIGEST_ALG] = ATTR_ONE(ATTR_U32, digest, alg),
	[DRTMON_A_DIGEST_VALUE] = ATTR_ONE(ATTR_BINARY, digest, value),
};
static ATTR_SET(digest_set, digest_rules);

static const struct attr_rule event_rules[] = {
	[DRTMON_A_EVENT_FOLDED] = ATTR_ONE(ATTR_U64, event, folded),
	[DRTMON_A_EVENT_SEQ] = ATTR_ONE(ATTR_U64, event, seq),
	[DRTMON_A_EVENT_BOOTTIME] = ATTR_ONE(ATTR_U64, event, boottime),
	[DRTMON_A_EVENT_REALTIME] = ATTR_ONE(ATTR_U64, event, realtime),
	[DRTMON_A_EVENT_KIND] = ATTR_ONE(ATTR_U32, event, kind),
	[DRTMON_A_EVENT_SEVERITY] = ATTR_ONE(ATTR_U32, event, severity),
	[DRTMON_A_EVENT_CHIP_ID] = ATTR_ONE(ATTR_U32, event, chip_id),
	[DRTMON_A_EVENT_CHIP_NAME] = ATTR_ONE(ATTR_STRING, event, chip_name),
	[DRTMON_A_EVENT_PCR] = ATTR_ONE(ATTR_U32, event, pcr),
	[DRTMON_A_EVENT_DIGEST] = ATTR_MANY_NESTS(event, digest, digests, &digest_set),
	[DRTMON_A_EVENT_LOCALITY] = ATTR_ONE(ATTR_U32, event, locality),
	[DRTMON_A_EVENT_COMMAND] = ATTR_ONE(ATTR_U32, event, command),
	[DRTMON_A_EVENT_HANDLE] = ATTR_ONE(ATTR_U32, event, handle),
	[DRTMON_A_EVENT_RC] = ATTR_ONE(ATTR_U32, event, rc),
	[DRTMON_A_EVENT_ORIGIN] = ATTR_ONE(ATTR_U32, event, origin),
	[DRTMON_A_EVENT_DEVICE] = ATTR_ONE(ATTR_STRING, event, device),
	[DRTMON_A_EVENT_PID] = ATTR_ONE(ATTR_U32, event, pid),
	[DRTMON_A_EVENT_TGID] = ATTR_ONE(ATTR_U32, event, tgid),
	[DRTMON_A_EVENT_UID] = ATTR_ONE(ATTR_U32, event, uid),
	[DRTMON_A_EVENT_COMM] = ATTR_ONE(ATTR_STRING, event, comm),
	[DRTMON_A_EVENT_EXE] = ATTR_ONE(ATTR_STRING, event, exe),
	[DRTMON_A_EVENT_CGROUP_ID] = ATTR_ONE(ATTR_U64, event, cgroup_id),
	[DRTMON_A_EVENT_COUNT] = ATTR_ONE(ATTR_U64, event, count),
	[DRTMON_A_EVENT_EXPECTED] = ATTR_MANY_NESTS(event, expected, expecteds, &digest_set),
	[DRTMON_A_EVENT_LAST_EVENT] = ATTR_ONE(ATTR_U64, event, last_event),
	[DRTMON_A_EVENT_REGISTER] = ATTR_ONE(ATTR_U32, event, reg),
	[DRTMON_A_EVENT_OLD] = ATTR_ONE(ATTR_U64, event, old),
	[DRTMON_A_EVENT_NEW] = ATTR_ONE(ATTR_U64, event, new),
	[DRTMON_A_EVENT_ERROR] = ATTR_ONE(ATTR_U32, event, error),
};
static ATTR_SET(event_set, event_rules);

static const struct attr_rule snapshot_rules[] = {
	[DRTMON_A_SNAPSHOT_STATE] = ATTR_ONE(ATTR_U32, snapshot, state),
	[DRTMON_A_SNAPSHOT_ERROR] = ATTR_ONE(ATTR_U32, snapshot, error),
	[DRTMON_A_SNAPSHOT_COMMANDS] = ATTR_ONE(ATTR_U32, snapshot, commands),
	[DRTMON_A_SNAPSHOT_DIGESTS] = ATTR_ONE(ATTR_U32, snapshot, digests),
	[DRTMON_A_SNAPSHOT_ATTEMPTS] = ATTR_ONE(ATTR_U32, snapshot, attempts),
	[DRTMON_A_SNAPSHOT_BOOTTIME] = ATTR_ONE(ATTR_U64, snapshot, boottime),
	[DRTMON_A_SNAPSHOT_UPDATE_COUNTER] = ATTR_ONE(ATTR_U32, snapshot, update_counter),
};
static ATTR_SET(snapshot_set, snapshot_rules);

static const struct attr_rule bank_rules[] = {
	[DRTMON_A_BANK_ALG] = ATTR_ONE(ATTR_U32, bank, alg),
	[DRTMON_A_BANK_DIGEST_SIZE] = ATTR_ONE(ATTR_U32, bank, digest_size),
};
static ATTR_SET(bank_set, bank_rules);

static const struct attr_rule chip_rules[] = {
	[DRTMON_A_CHIP_ID] = ATTR_ONE(ATTR_U32, chip, id),
	[DRTMON_A_CHIP_NAME] = ATTR_ONE(ATTR_STRING, chip, name),
	[DRTMON_A_CHIP_VERSION] = ATTR_ONE(ATTR_U32, chip, version),
	[DRTMON_A_CHIP_BANK] = ATTR_MANY_NESTS(chip, bank, banks, &bank_set),
	[DRTMON_A_CHIP_SNAPSHOT] = ATTR_ONE_NEST(chip, snapshot, &snapshot_set),
	[DRTMON_A_CHIP_COMMANDS] = ATTR_ONE(ATTR_U64, chip, commands),
	[DRTMON_A_CHIP_SELF_COMMANDS] = ATTR_ONE(ATTR_U64, chip, self_commands),
	[DRTMON_A_CHIP_HOOK_STATE] = ATTR_ONE(ATTR_U32, chip, hook_state),
	[DRTMON_A_CHIP_NO_INCREMENT] = ATTR_ONE(ATTR_U32, chip, no_increment),
	[DRTMON_A_CHIP_CHECKED] = ATTR_ONE(ATTR_U64, chip, checked),
	[DRTMON_A_CHIP_RECONCILES] = ATTR_ONE(ATTR_U64, chip, reconciles),
	[DRTMON_A_CHIP_CHECKPOINT_SEQ] = ATTR_ONE(ATTR_U64, chip, checkpoint_seq),
};
static ATTR_SET(chip_set, chip_rules);

static const struct attr_rule pcr_rules[] = {
	[DRTMON_A_PCR_INDEX] = ATTR_ONE(ATTR_U32, pcr, index),
	[DRTMON_A_PCR_STATE] = ATTR_ONE(ATTR_U32, pcr, state),
	[DRTMON_A_PCR_HARDWARE] = ATTR_ONE(ATTR_BINARY, pcr, hardware),
	[DRTMON_A_PCR_SHADOW] = ATTR_ONE(ATTR_BINARY, pcr, shadow),
	[DRTMON_A_PCR_BASELINE] = ATTR_ONE(ATTR_BINARY, pcr, baseline),
	[DRTMON_A_PCR_BASELINE_STATE] = ATTR_ONE(ATTR_U32, pcr, baseline_state),
	[DRTMON_A_PCR_CHECKPOINT] = ATTR_ONE(ATTR_BINARY, pcr, checkpoint),
	[DRTMON_A_PCR_LAST_EVENT] = ATTR_ONE(ATTR_U64, pcr, last_event),
};
static ATTR_SET(pcr_set, pcr_rules);

static const struct attr_rule pcr_bank_rules[] = {
	[DRTMON_A_PCRS_CHIP_ID] = ATTR_ONE(ATTR_U32, pcr_bank, chip_id),
	[DRTMON_A_PCRS_CHIP_NAME] = ATTR_ONE(ATTR_STRING, pcr_bank, chip_name),
	[DRTMON_A_PCRS_SNAPSHOT] = ATTR_ONE_NEST(pcr_bank, snapshot, &snapshot_set),
	[DRTMON_A_PCRS_ALG] = ATTR_ONE(ATTR_U32, pcr_bank, alg),
	[DRTMON_A_PCRS_PCR] = ATTR_MANY_NESTS(pcr_bank, pcr, pcrs, &pcr_set),
	[DRTMON_A_PCRS_CHECKPOINT_SEQ] = ATTR_ONE(ATTR_U64, pcr_bank, checkpoint_seq),
};
static ATTR_SET(pcr_bank_set, pcr_bank_rules);

static const struct attr_rule stats_rules[] = {
	[DRTMON_A_STATS_COMMANDS] = ATTR_ONE(ATTR_U64, stats, commands),
	[DRTMON_A_STATS_EVENTS] = ATTR_ONE(ATTR_U64, stats, events),
	[DRTMON_A_STATS_RING_SIZE] = ATTR_ONE(ATTR_U32, stats, ring_size),
	[DRTMON_A_STATS_RING_FIRST] = ATTR_ONE(ATTR_U64, stats, ring_first),
	[DRTMON_A_STATS_RING_NEXT] = ATTR_ONE(ATTR_U64, stats, ring_next),
	[DRTMON_A_STATS_QUEUE_LOST] = ATTR_ONE(ATTR_U64, stats, queue_lost),
	[DRTMON_A_STATS_HOOK_MISSED] = ATTR_ONE(ATTR_U64, stats, hook_missed),
	[DRTMON_A_STATS_MALFORMED] = ATTR_ONE(ATTR_U64, stats, malformed),
	[DRTMON_A_STATS_NOTIFY_FAILED] = ATTR_ONE(ATTR_U64, stats, notify_failed),
};
static ATTR_SET(stats_set, stats_rules);

static const struct attr_rule hook_rules[] = {
	[DRTMON_A_HOOK_SYMBOL] = ATTR_ONE(ATTR_STRING, hook, symbol),
	[DRTMON_A_HOOK_REQUIRED] = ATTR_ONE(ATTR_U32, hook, required),
	[DRTMON_A_HOOK_STATE] = ATTR_ONE(ATTR_U32, hook, state),
	[DRTMON_A_HOOK_MISSED] = ATTR_ONE(ATTR_U64, hook, missed),
	[DRTMON_A_HOOK_LOSS] = ATTR_ONE(ATTR_STRING, hook, loss),
};
static ATTR_SET(hook_set, hook_rules);

static const struct attr_rule msr_rules[] = {
	[DRTMON_A_MSR_INDEX] = ATTR_ONE(ATTR_U32, msr, index),
	[DRTMON_A_MSR_VALUE] = ATTR_ONE(ATTR_U64, msr, value),
};
static ATTR_SET(msr_set, msr_rules);

static const struct attr_rule acpi_rules[] = {
	[DRTMON_A_ACPI_SIGNATURE] = ATTR_ONE(ATTR_STRING, acpi, signature),
	[DRTMON_A_ACPI_LENGTH] = ATTR_ONE(ATTR_U32, acpi, length),
};
static ATTR_SET(acpi_set, acpi_rules);

static const struct attr_rule region_rules[] = {
	[DRTMON_A_REGION_STATE] = ATTR_ONE(ATTR_U32, region, state),
	[DRTMON_A_REGION_ADDR] = ATTR_ONE(ATTR_U64, region, addr),
	[DRTMON_A_REGION_SIZE] = ATTR_ONE(ATTR_U32, region, size),
	[DRTMON_A_REGION_ELEM] = ATTR_ONE(ATTR_U32, region, elem),
	[DRTMON_A_REGION_ALG] = ATTR_ONE(ATTR_U32, region, alg),
	[DRTMON_A_REGION_FIRST] = ATTR_ONE(ATTR_U32, region, first),
	[DRTMON_A_REGION_NEXT] = ATTR_ONE(ATTR_U32, region, next),
};
static ATTR_SET(region_set, region_rules);

static const struct attr_rule txt_rules[] = {
	[DRTMON_A_TXT_STATE] = ATTR_ONE(ATTR_U32, txt, state),
	[DRTMON_A_TXT_BASE] = ATTR_ONE(ATTR_U64, txt, base),
	[DRTMON_A_TXT_REGISTERS] = ATTR_ONE(ATTR_LENGTH, txt, registers),
	[DRTMON_A_TXT_HEAP] = ATTR_ONE_NEST(txt, heap, &region_set),
	[DRTMON_A_TXT_LOG] = ATTR_MANY_NESTS(txt, log, logs, &region_set),
};
static ATTR_SET(txt_set, txt_rules);

static const struct attr_rule platform_rules[] = {
	[DRTMON_A_PLATFORM_MODULE_VERSION] = ATTR_ONE(ATTR_STRING, platform, module_version),
	[DRTMON_A_PLATFORM_UAPI_VERSION] = ATTR_ONE(ATTR_U32, platform, uapi_version),
	[DRTMON_A_PLATFORM_LOAD_ID] = ATTR_ONE(ATTR_U64, platform, load_id),
	[DRTMON_A_PLATFORM_MODULE_STATE] = ATTR_ONE(ATTR_U32, platform, module_state),
	[DRTMON_A_PLATFORM_HOOK] = ATTR_MANY_NESTS(platform, hook, hooks, &hook_set),
	[DRTMON_A_PLATFORM_CPU_VENDOR] = ATTR_ONE(ATTR_U32, platform, cpu_vendor),
	[DRTMON_A_PLATFORM_CPU_SIGNATURE] = ATTR_ONE(ATTR_U32, platform, cpu_signature),
	[DRTMON_A_PLATFORM_CPU_FEATURES] = ATTR_ONE(ATTR_U32, platform, cpu_features),
	[DRTMON_A_PLATFORM_MSR] = ATTR_MANY_NESTS(platform, msr, msrs, &msr_set),
	[DRTMON_A_PLATFORM_ACPI_TABLE] = ATTR_MANY_NESTS(platform, table, tables, &acpi_set),
	[DRTMON_A_PLATFORM_BASELINE_LOCKED] = ATTR_ONE(ATTR_U32, platform, baseline_locked),
	[DRTMON_A_PLATFORM_TXT] = ATTR_ONE_NEST(platform, txt, &txt_set),
};
static ATTR_SET(platform_set, platform_rules);

/* A message that is not as the contract says is its own error, and told of. */
static int decode(const struct attr_set *set, void *into, const void *data, size_t len)
{
	const char *why = attr_decode(set, into, data, len);

	if (why)
		fprintf(stderr, "# %s\n", why);
	return why ? -EBADMSG : 0;
}

struct single {
	__u8 cmd;
	const struct attr_set *set;
	void *into;
	unsigned int messages;
};

static int take_single(const struct genlmsghdr *genl, const void *attrs, size_t len, void *arg)
{
	struct single *single = arg;

	if (genl->cmd != single->cmd || genl->version != DRTMON_FAMILY_VERSION ||
	    single->messages++)
		return -EBADMSG;
	return decode(single->set, single->into, attrs, len);
}

static int get(struct nl *nl, struct nl_req *req, const struct attr_set *set, void *into)
{
	struct single single = { .cmd = req->genl.cmd, .set = set, .into = into };
	int ret = nl_ask(nl, req, take_single, &single);

	return ret || single.messages ? ret : -ENOMSG;
}

/**
 * platform_get() - the reply to platform-get
 * @nl: the socket
 * @platform: filled
 *
 * Return: 0; -EBADMSG for a reply that breaks the contract; or another errno.
 */
int platform_get(struct nl *nl, struct platform *platform)
{
	struct nl_req req;

	memset(platform, 0, sizeof(*platform));
	nl_begin(&req, DRTMON_CMD_PLATFORM_GET, 0);
	return get(nl, &req, &platform_set, platform);
}

/**
 * stats_get() - the reply to stats-get
 * @nl: the socket
 * @stats: filled
 *
 * Return: as platform_get().
 */
int stats_get(struct nl *nl, struct stats *stats)
{
	struct nl_req req;

	memset(stats, 0, sizeof(*stats));
	nl_begin(&req, DRTMON_CMD_STATS_GET, 0);
	return get(nl, &req, &stats_set, stats);
}

/**
 * chip_get() - the reply to chip-get
 * @nl: the socket
 * @id: which chip
 * @chip: filled
 *
 * Return: as platform_get().
 */
int chip_get(struct nl *nl, __u32 id, struct chip *chip)
{
	struct nl_req req;

	memset(chip, 0, sizeof(*chip));
	nl_begin(&req, DRTMON_CMD_CHIP_GET, 0);
	nl_put_u32(&req, DRTMON_A_CHIP_ID, id);
	return get(nl, &req, &chip_set, chip);
}

static int take_chip(const struct genlmsghdr *genl, const void *attrs, size_t len, void *arg)
{
	struct chips *chips = arg;

	if (genl->cmd != DRTMON_CMD_CHIP_GET || chips->count == CHIPS_MAX)
		return -EBADMSG;
	return decode(&chip_set, &chips->chip[chips->count++], attrs, len);
}

/**
 * chip_dump() - all chips
 * @nl: the socket
 * @chips: filled
 *
 * Return: as platform_get().
 */
int chip_dump(struct nl *nl, struct chips *chips)
{
	struct nl_req req;

	memset(chips, 0, sizeof(*chips));
	nl_begin(&req, DRTMON_CMD_CHIP_GET, NLM_F_DUMP);
	return nl_ask(nl, &req, take_chip, chips);
}

/* Whether it only says that the TPM is being read. */
static bool is_wait(const void *attrs, size_t len)
{
	const struct nlattr *attr = attrs;

	return len == NLA_HDRLEN && attr->nla_len == NLA_HDRLEN &&
	       attr->nla_type == DRTMON_A_PCRS_REFRESH;
}

static int take_pcr_bank(const struct genlmsghdr *genl, const void *attrs, size_t len, void *arg)
{
	struct pcr_banks *banks = arg;

	if (genl->cmd != DRTMON_CMD_PCR_GET ||
	    banks->count == sizeof(banks->bank) / sizeof(banks->bank[0]))
		return -EBADMSG;
	/* Only the first message may, and once. */
	if (is_wait(attrs, len))
		return banks->count || banks->waits++ ? -EBADMSG : 0;
	return decode(&pcr_bank_set, &banks->bank[banks->count++], attrs, len);
}

/**
 * pcr_dump() - PCRs, by a request of the caller's
 * @nl: the socket
 * @req: a dump of pcr-get
 * @banks: filled
 *
 * Return: as platform_get().
 */
int pcr_dump(struct nl *nl, struct nl_req *req, struct pcr_banks *banks)
{
	memset(banks, 0, sizeof(*banks));
	return nl_ask(nl, req, take_pcr_bank, banks);
}

/**
 * pcr_read() - PCRs of all chips
 * @nl: the socket
 * @refresh: read the TPM first
 * @banks: filled
 *
 * Return: as platform_get().
 */
int pcr_read(struct nl *nl, bool refresh, struct pcr_banks *banks)
{
	struct nl_req req;

	nl_begin(&req, DRTMON_CMD_PCR_GET, NLM_F_DUMP);
	if (refresh)
		nl_put(&req, DRTMON_A_PCRS_REFRESH, NULL, 0);
	return pcr_dump(nl, &req, banks);
}

/**
 * pcr_refresh() - PCRs of one chip, read from its TPM now
 * @nl: the socket
 * @chip: its number
 * @banks: filled
 *
 * Return: as platform_get().
 */
int pcr_refresh(struct nl *nl, __u32 chip, struct pcr_banks *banks)
{
	struct nl_req req;

	nl_begin(&req, DRTMON_CMD_PCR_GET, NLM_F_DUMP);
	nl_put_u32(&req, DRTMON_A_PCRS_CHIP_ID, chip);
	nl_put(&req, DRTMON_A_PCRS_REFRESH, NULL, 0);
	return pcr_dump(nl, &req, banks);
}

static int take_event(struct events *events, const void *attrs, size_t len)
{
	struct event *event;

	if (events->count == events->room) {
		size_t room = events->room ? 2 * events->room : 64;
		void *grown = realloc(events->event, room * sizeof(*event));

		if (!grown)
			return -ENOMEM;
		events->event = grown;
		events->room = room;
	}
	event = &events->event[events->count++];
	memset(event, 0, sizeof(*event));
	return decode(&event_set, event, attrs, len);
}

static int take_dumped(const struct genlmsghdr *genl, const void *attrs, size_t len, void *arg)
{
	return genl->cmd == DRTMON_CMD_EVENT_GET ? take_event(arg, attrs, len) : -EBADMSG;
}

/**
 * event_dump() - the events since
 * @nl: the socket
 * @since: sequence number; 0 asks without one
 * @events: those found are added
 *
 * Return: as platform_get().
 */
int event_dump(struct nl *nl, __u64 since, struct events *events)
{
	struct nl_req req;

	nl_begin(&req, DRTMON_CMD_EVENT_GET, NLM_F_DUMP);
	if (since)
		nl_put_u64(&req, DRTMON_A_EVENT_SINCE, since);
	return nl_ask(nl, &req, take_dumped, events);
}

/**
 * events_free() - let go
 * @events: empty afterwards
 */
void events_free(struct events *events)
{
	free(events->event);
	memset(events, 0, sizeof(*events));
}

/**
 * pcr_bank_find() - one bank of a chip
 * @banks: from pcr_dump()
 * @chip: the chip's number
 * @alg: TPM_ALG_ID
 *
 * Return: the bank or NULL.
 */
const struct pcr_bank *pcr_bank_find(const struct pcr_banks *banks, __u32 chip, __u32 alg)
{
	__u32 i;

	for (i = 0; i < banks->count; i++)
		if (banks->bank[i].chip_id == chip && banks->bank[i].alg == alg)
			return &banks->bank[i];
	return NULL;
}

/**
 * pcr_find() - one PCR of a bank
 * @bank: the bank
 * @index: the PCR's
 *
 * Return: the PCR or NULL.
 */
const struct pcr *pcr_find(const struct pcr_bank *bank, __u32 index)
{
	__u32 i;

	for (i = 0; i < bank->pcrs; i++)
		if (bank->pcr[i].index == index)
			return &bank->pcr[i];
	return NULL;
}

/**
 * digest_find() - the digest of one bank
 * @event: the event
 * @alg: TPM_ALG_ID
 *
 * Return: the digest or NULL.
 */
const struct digest *digest_find(const struct event *event, __u32 alg)
{
	__u32 i;

	for (i = 0; i < event->digests; i++)
		if (event->digest[i].alg == alg)
			return &event->digest[i];
	return NULL;
}

/**
 * event_open() - a socket that hears every event from now on
 * @nl: filled
 *
 * Return: 0 or a negative errno.
 */
int event_open(struct nl *nl)
{
	int ret = nl_open(nl);

	if (ret)
		return ret;
	ret = nl_join(nl, nl->group[NL_GROUP_EVENTS]);
	if (ret)
		nl_close(nl);
	return ret;
}

static bool fits(const struct sought *sought, const struct event *event)
{
	return (!sought->kind || sought->kind == event->kind) &&
	       (!sought->command || sought->command == event->command) &&
	       (!sought->tgid || sought->tgid == event->tgid) &&
	       (!sought->pcr ||
		(attr_has(event, DRTMON_A_EVENT_PCR) && sought->pcr == event->pcr + 1)) &&
	       (!sought->chip ||
		(attr_has(event, DRTMON_A_EVENT_CHIP_ID) && sought->chip == event->chip_id + 1));
}

struct collection {
	const struct sought *sought;
	struct events *events;
	size_t until;
};

static int take_heard(const struct genlmsghdr *genl, const void *attrs, size_t len, void *arg)
{
	struct collection *collection = arg;
	struct events *events = collection->events;
	int ret;

	if (genl->cmd != DRTMON_CMD_EVENT_NTF)
		return -EBADMSG;
	ret = take_event(events, attrs, len);
	if (ret)
		return ret;
	if (!fits(collection->sought, &events->event[events->count - 1]))
		events->count--;
	return events->count >= collection->until;
}

/**
 * event_collect() - wait for notifications
 * @nl: from event_open()
 * @sought: which ones; the others are dropped
 * @count: how many
 * @events: they are added here
 *
 * Return: 0; -ETIMEDOUT when they did not all come; -ENOBUFS; -EBADMSG.
 */
int event_collect(struct nl *nl, const struct sought *sought, size_t count, struct events *events)
{
	struct collection collection = {
		.sought = sought,
		.events = events,
		.until = events->count + count,
	};

	return count ? nl_listen(nl, EVENT_TIMEOUT_MS, take_heard, &collection) : 0;
}

/**
 * event_wait() - wait for one notification
 * @nl: from event_open()
 * @sought: which one
 * @event: filled
 *
 * Return: as event_collect().
 */
int event_wait(struct nl *nl, const struct sought *sought, struct event *event)
{
	struct events events = {};
	int ret = event_collect(nl, sought, 1, &events);

	if (!ret)
		*event = events.event[0];
	events_free(&events);
	return ret;
}
