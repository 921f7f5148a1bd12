// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The ring: smaller than what happened, it still leads from a checkpoint to the
 * present; and a reader that slept fetches what it missed, nothing twice.
 */
#include <errno.h>
#include <sys/socket.h>

#include "engine.h"
#include "harness.h"
#include "kmod.h"
#include "vtpm.h"

#define SMALL	      "ring_size=16384 reconcile_seconds=0"
#define LARGE	      "ring_size=8388608 reconcile_seconds=0"
#define STANDARD      "reconcile_seconds=0"

#define BURST	      600
#define BURST_STALLED 10000

/* Of a burst that the TPM core gave up on. */
#define TRIES 3

/* What a socket has that nobody enlarged. */
#define BUFFER_DEFAULT 212992

/* What a subscriber of the library asks for; the kernel doubles it. */
#define BUFFER_LIBRARY (8 * 1024 * 1024)

FIXTURE(ring)
{
	struct engine engine;
	struct vtpm vtpm;
	struct event event;
	struct pcr_banks pcrs;
	int fd;
};

FIXTURE_VARIANT(ring)
{
	const char *parameters;
	int buffer;
	__u32 burst;
};

FIXTURE_VARIANT_ADD(ring, small){
	.parameters = SMALL,
	.buffer = BUFFER_LIBRARY,
	.burst = BURST,
};

FIXTURE_VARIANT_ADD(ring, large){
	.parameters = LARGE,
	.buffer = BUFFER_DEFAULT / 2,
	.burst = BURST,
};

FIXTURE_VARIANT_ADD(ring, standard){
	.parameters = STANDARD,
	.buffer = BUFFER_LIBRARY,
	.burst = BURST_STALLED,
};

static void plug(struct __test_metadata *_metadata, FIXTURE_DATA(ring) * self)
{
	struct chip chip;

	ASSERT_EQ(0, vtpm_start(&self->vtpm, VTPM_GOOD));
	ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_CHIP_ADD, self->vtpm.number,
				 &self->event));
	/* Answered when it has been read for the first time. */
	ASSERT_EQ(0, chip_get(&self->engine.nl, self->vtpm.number, &chip));
	ASSERT_EQ(VTPM_BANKS, chip.banks);
	self->fd = tpm_open(self->vtpm.name, 0);
	ASSERT_LE(0, self->fd);
}

static void pull(FIXTURE_DATA(ring) * self)
{
	close(self->fd);
	vtpm_stop(&self->vtpm);
}

static void begin_again(struct __test_metadata *_metadata, FIXTURE_DATA(ring) * self)
{
	pull(self);
	engine_close(&self->engine);
	ASSERT_EQ(0, engine_open(&self->engine, "tpm0"));
	plug(_metadata, self);
}

FIXTURE_SETUP(ring)
{
	ASSERT_EQ(NULL, engine_reload(variant->parameters));
	ASSERT_EQ(0, engine_open(&self->engine, "tpm0"));
	plug(_metadata, self);
}

FIXTURE_TEARDOWN(ring)
{
	pull(self);
	engine_close(&self->engine);
}

static int reset(int fd, __u32 pcr)
{
	struct tpm_msg cmd;

	tpm_begin(&cmd, TPM2_ST_SESSIONS, TPM2_CC_PCR_RESET);
	tpm_u32(&cmd, pcr);
	tpm_auth(&cmd, "");
	tpm_end(&cmd);
	return tpm_rc_again(fd, &cmd);
}

/* Commands between the hook and the module's worker, which has room for 256. */
#define AHEAD 100

struct awaited {
	struct nl *nl;
	__u64 next;
};

static bool is_told(void *arg)
{
	const struct awaited *awaited = arg;
	struct stats stats;

	return !stats_get(awaited->nl, &stats) && stats.ring_next >= awaited->next;
}

/*
 * No faster than the module takes note of, which KCSAN stops at every turn. False when
 * the TPM core gave up on an extend, as it does after 750 ms in which this machine stood
 * still: nobody knows whether the TPM took it.
 */
static bool burst(struct __test_metadata *_metadata, FIXTURE_DATA(ring) * self, __u32 count)
{
	struct awaited awaited = { .nl = &self->engine.nl };
	struct tpm_msg cmd;
	struct stats stats;
	int rc = 0;
	__u32 i;

	ASSERT_EQ(0, stats_get(&self->engine.nl, &stats));
	for (i = 0; i < count && rc != -ETIME; i++) {
		awaited.next = stats.ring_next + i;
		if (i % AHEAD == AHEAD - 1)
			ASSERT_EQ(0, engine_until(is_told, &awaited));
		if (i % 50 == 49) {
			ASSERT_EQ(0, reset(self->fd, 16));
			continue;
		}
		tpm_extend(&cmd, i % 3 ? 16 : i % 24, vtpm_alg, i % 5 ? VTPM_BANKS : 1, i);
		rc = tpm_rc(self->fd, &cmd);
		ASSERT_TRUE(!rc || rc == -ETIME);
	}
	return rc != -ETIME;
}

/* The module has told of all that happened before when this has been told. */
static void catch_up(struct __test_metadata *_metadata, FIXTURE_DATA(ring) * self)
{
	ASSERT_EQ(0, pcr_read(&self->engine.nl, true, &self->pcrs));
}

static void replay_event(struct pcr_bank *bank, const struct event *event)
{
	const struct digest *digest = digest_find(event, bank->alg);
	struct pcr *pcr = (struct pcr *)pcr_find(bank, event->pcr);

	if (event->kind == DRTMON_EVENT_KIND_PCR_RESET)
		memset(pcr->checkpoint.data, 0, pcr->checkpoint.len);
	else if (event->kind == DRTMON_EVENT_KIND_PCR_EXTEND && digest)
		engine_hash_extend(bank->alg, pcr->checkpoint.data, digest->value.data);
}

/* Checkpoint and the events behind it make the present. */
static void replay(struct __test_metadata *_metadata, FIXTURE_DATA(ring) * self,
		   struct pcr_bank *bank)
{
	struct events events = {};
	size_t i;

	ASSERT_EQ(0, event_dump(&self->engine.nl, bank->checkpoint_seq + 1, &events));
	for (i = 0; i < events.count; i++) {
		if (events.event[i].chip_id != bank->chip_id)
			continue;
		/* The checkpoint stands at the last that is gone: none is missing. */
		ASSERT_EQ(0, events.event[i].folded);
		replay_event(bank, &events.event[i]);
	}
	events_free(&events);
	for (i = 0; i < bank->pcrs; i++) {
		const struct pcr *pcr = &bank->pcr[i];

		EXPECT_EQ(0, memcmp(pcr->checkpoint.data, pcr->shadow.data, pcr->shadow.len))
		{
			TH_LOG("%s PCR %u", tpm_alg_name(bank->alg), pcr->index);
		}
		EXPECT_EQ(0, memcmp(pcr->hardware.data, pcr->shadow.data, pcr->shadow.len));
	}
}

TEST_F(ring, replays_to_the_present)
{
	struct events events = {};
	struct stats stats;
	__u32 i;

	for (i = 0; !burst(_metadata, self, BURST); i++) {
		ASSERT_GT(TRIES, i);
		begin_again(_metadata, self);
	}
	catch_up(_metadata, self);
	for (i = 0; i < self->pcrs.count; i++)
		if (self->pcrs.bank[i].chip_id == self->vtpm.number)
			replay(_metadata, self, &self->pcrs.bank[i]);

	/* What is gone is counted to the last one. */
	ASSERT_EQ(0, stats_get(&self->engine.nl, &stats));
	ASSERT_EQ(0, event_dump(&self->engine.nl, 1, &events));
	ASSERT_LT(0, events.count);
	EXPECT_EQ(stats.ring_first, events.event[0].seq);
	EXPECT_EQ(events.event[0].seq - 1, events.event[0].folded);
	EXPECT_EQ(stats.ring_next - stats.ring_first, events.count);
	for (i = 1; i < events.count; i++) {
		EXPECT_EQ(events.event[i - 1].seq + 1, events.event[i].seq);
		EXPECT_EQ(0, events.event[i].folded);
	}
	EXPECT_EQ(strcmp(variant->parameters, SMALL) != 0, stats.ring_first == 1);
	events_free(&events);
}

struct reader {
	__u64 next;
	__u64 heard;
	bool twice;
	bool gap;
};

static int take_seq(const struct genlmsghdr *genl, const void *attrs, size_t len, void *arg)
{
	const struct nlattr *attr = attrs;
	struct reader *reader = arg;
	__u64 seq = 0;

	while ((const char *)attr < (const char *)attrs + len) {
		if ((attr->nla_type & NLA_TYPE_MASK) == DRTMON_A_EVENT_SEQ)
			memcpy(&seq, attr + 1, sizeof(seq));
		attr = (const void *)((const char *)attr + NLA_ALIGN(attr->nla_len));
	}
	if (seq < reader->next)
		reader->twice = true;
	if (seq != reader->next)
		reader->gap = true;
	reader->next = seq + 1;
	reader->heard++;
	return 0;
}

/* Takes what its socket kept, then asks for the rest. */
static int resynchronise(struct nl *asleep, struct nl *nl, struct reader *reader)
{
	struct nl_req req;
	int ret;

	do
		ret = nl_listen(asleep, 0, take_seq, reader);
	while (ret == -ENOBUFS);
	if (ret != -ETIMEDOUT)
		return ret;
	nl_begin(&req, DRTMON_CMD_EVENT_GET, NLM_F_DUMP);
	nl_put_u64(&req, DRTMON_A_EVENT_SINCE, reader->next);
	return nl_ask(nl, &req, take_seq, reader);
}

/* Its socket is heard no more from here on. */
static void fall_asleep(struct __test_metadata *_metadata, FIXTURE_DATA(ring) * self, int buffer,
			struct nl *asleep, struct reader *reader)
{
	struct stats stats;

	ASSERT_EQ(0, event_open(asleep));
	ASSERT_EQ(0, setsockopt(asleep->ear, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof(buffer)));
	ASSERT_EQ(0, stats_get(&self->engine.nl, &stats));
	reader->next = stats.ring_next;
}

/* Ten thousand commands take a debug kernel minutes. */
TEST_F_TIMEOUT(ring, stalled_reader_misses_nothing, 900)
{
	struct reader reader = {};
	struct nl asleep;
	__u32 i;

	fall_asleep(_metadata, self, variant->buffer, &asleep, &reader);
	for (i = 0; !burst(_metadata, self, variant->burst); i++) {
		ASSERT_GT(TRIES, i);
		nl_close(&asleep);
		begin_again(_metadata, self);
		fall_asleep(_metadata, self, variant->buffer, &asleep, &reader);
	}
	catch_up(_metadata, self);
	ASSERT_EQ(0, resynchronise(&asleep, &self->engine.nl, &reader));
	EXPECT_EQ(variant->burst, reader.heard);
	EXPECT_FALSE(reader.twice);
	EXPECT_FALSE(reader.gap);
	nl_close(&asleep);
}

TEST(ring_of_a_size_out_of_bounds)
{
	ASSERT_EQ(0, kmod_loaded() ? kmod_unload() : 0);
	EXPECT_NE(0, kmod_load("ring_size=0"));
	EXPECT_NE(0, kmod_load("ring_size=16383"));
	EXPECT_NE(0, kmod_load("ring_size=16777217"));
	EXPECT_NE(0, kmod_load("ring_size=4294967295"));
	EXPECT_NE(0, kmod_load("ring_size=-1"));
	EXPECT_FALSE(kmod_loaded());
	EXPECT_EQ(0, kmod_load("ring_size=16384"));
}

static const char *prepare(void)
{
	return need_vtpm();
}

TEST_MAIN(prepare);
