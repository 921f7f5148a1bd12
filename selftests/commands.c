// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What each command becomes: extends and resets that were done, extends that
 * the TPM refused, commands that change who owns the TPM, and silence for the
 * rest.
 */
#include <fcntl.h>

#include "family.h"
#include "harness.h"
#include "kmod.h"
#include "tpm.h"

#define NV_INDEX   0x01500001
#define PERSISTENT 0x81000001

FIXTURE(commands)
{
	struct nl nl;
	struct tpm_msg cmd;
	struct tpm_msg rsp;
	struct event event;
	__u16 alg[DRTMON_BANKS_MAX];
	unsigned int banks;
	int fd;
};

FIXTURE_SETUP(commands)
{
	ASSERT_EQ(0, event_open(&self->nl));
	self->banks = tpm_banks("tpm0", self->alg, DRTMON_BANKS_MAX);
	ASSERT_LT(0, self->banks);
	/* Handles are the TPM's own here, the resource manager would change some. */
	self->fd = tpm_open("tpm0", 0);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(commands)
{
	close(self->fd);
	nl_close(&self->nl);
}

/* Sends the command and takes the very next event of this process, which has to be its. */
static void send_and_hear(struct __test_metadata *_metadata, FIXTURE_DATA(commands) * self)
{
	struct sought sought = { .tgid = getpid() };

	tpm_end(&self->cmd);
	ASSERT_EQ(0, tpm_do(self->fd, &self->cmd, &self->rsp));
	ASSERT_EQ(0, event_wait(&self->nl, &sought, &self->event));
	EXPECT_EQ(tpm_code(&self->cmd), self->event.command);
	EXPECT_EQ(tpm_code(&self->rsp), self->event.rc);
	EXPECT_STREQ("tpm0", self->event.device);
	EXPECT_EQ(DRTMON_ORIGIN_USER, self->event.origin);
}

/* A command with one handle and an empty password. */
static void begin(FIXTURE_DATA(commands) * self, __u32 code, __u32 handle)
{
	tpm_begin(&self->cmd, TPM2_ST_SESSIONS, code);
	tpm_u32(&self->cmd, handle);
	tpm_auth(&self->cmd, "");
}

static void expect_done(struct __test_metadata *_metadata, FIXTURE_DATA(commands) * self,
			__u32 kind, __u32 severity, __u32 handle)
{
	EXPECT_EQ(0, self->event.rc);
	EXPECT_EQ(kind, self->event.kind);
	EXPECT_EQ(severity, self->event.severity);
	EXPECT_EQ(handle, self->event.handle);
}

/* The response of PCR_Event and its like: a TPML_DIGEST_VALUES behind the parameter size. */
static void expect_digests_of_response(struct __test_metadata *_metadata,
				       FIXTURE_DATA(commands) * self)
{
	size_t at = TPM_HEADER + 4;
	__u32 count = tpm_get_u32(&self->rsp, at);

	EXPECT_EQ(self->banks, count);
	ASSERT_EQ(count, self->event.digests);
	for (at += 4; count; count--) {
		__u16 alg = tpm_get_u16(&self->rsp, at);
		const struct digest *digest = digest_find(&self->event, alg);

		ASSERT_NE(NULL, digest);
		EXPECT_EQ(tpm_alg_size(alg), digest->value.len);
		EXPECT_EQ(0,
			  memcmp(self->rsp.data + at + 2, digest->value.data, digest->value.len));
		at += 2 + tpm_alg_size(alg);
	}
}

TEST_F(commands, extend_at_the_wrong_locality)
{
	__u32 pcr;

	for (pcr = 17; pcr <= 22; pcr++) {
		tpm_extend(&self->cmd, pcr, self->alg, self->banks, 1);
		send_and_hear(_metadata, self);
		EXPECT_EQ(TPM2_RC_LOCALITY, self->event.rc);
		EXPECT_EQ(DRTMON_EVENT_KIND_TPM_COMMAND, self->event.kind);
		EXPECT_EQ(DRTMON_SEVERITY_NOTICE, self->event.severity);
		EXPECT_EQ(pcr, self->event.handle);
	}
}

TEST_F(commands, extend_with_the_wrong_password)
{
	tpm_begin(&self->cmd, TPM2_ST_SESSIONS, TPM2_CC_PCR_EXTEND);
	tpm_u32(&self->cmd, 16);
	tpm_auth(&self->cmd, "wrong");
	tpm_u32(&self->cmd, 0);
	send_and_hear(_metadata, self);
	EXPECT_NE(0, self->event.rc);
	EXPECT_EQ(DRTMON_EVENT_KIND_TPM_COMMAND, self->event.kind);
}

TEST_F(commands, extend_without_authorisation)
{
	tpm_begin(&self->cmd, TPM2_ST_NO_SESSIONS, TPM2_CC_PCR_EXTEND);
	tpm_u32(&self->cmd, 16);
	tpm_u32(&self->cmd, 0);
	send_and_hear(_metadata, self);
	EXPECT_NE(0, self->event.rc);
	EXPECT_EQ(DRTMON_EVENT_KIND_TPM_COMMAND, self->event.kind);
}

TEST_F(commands, extend_of_a_pcr_that_does_not_exist)
{
	static const __u32 unknown[] = { 24, 31, 32, 255, 0x01000000, 0xffffffff };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(unknown); i++) {
		tpm_extend(&self->cmd, unknown[i], self->alg, self->banks, 1);
		send_and_hear(_metadata, self);
		EXPECT_NE(0, self->event.rc);
		EXPECT_EQ(DRTMON_EVENT_KIND_TPM_COMMAND, self->event.kind);
		EXPECT_EQ(unknown[i], self->event.handle);
	}
}

/* The null handle stands for no PCR: the TPM agrees and does nothing. */
TEST_F(commands, extend_of_nothing)
{
	tpm_extend(&self->cmd, TPM2_RH_NULL, self->alg, self->banks, 1);
	send_and_hear(_metadata, self);
	EXPECT_EQ(0, self->event.rc);
	EXPECT_EQ(DRTMON_EVENT_KIND_TPM_COMMAND, self->event.kind);
	EXPECT_FALSE(attr_has(&self->event, DRTMON_A_EVENT_PCR));
}

TEST_F(commands, extend_of_each_bank_alone)
{
	__u8 digest[BLOB_MAX];
	unsigned int i;

	for (i = 0; i < self->banks; i++) {
		tpm_extend(&self->cmd, 16, &self->alg[i], 1, i);
		send_and_hear(_metadata, self);
		expect_done(_metadata, self, DRTMON_EVENT_KIND_PCR_EXTEND, DRTMON_SEVERITY_NOTICE,
			    16);
		EXPECT_EQ(16, self->event.pcr);
		ASSERT_EQ(1, self->event.digests);
		tpm_pattern(digest, self->alg[i], i);
		EXPECT_EQ(self->alg[i], self->event.digest[0].alg);
		EXPECT_EQ(0, memcmp(digest, self->event.digest[0].value.data,
				    tpm_alg_size(self->alg[i])));
	}
}

TEST_F(commands, pcr_reset)
{
	static const __u32 resettable[] = { 16, 23 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(resettable); i++) {
		begin(self, TPM2_CC_PCR_RESET, resettable[i]);
		send_and_hear(_metadata, self);
		expect_done(_metadata, self, DRTMON_EVENT_KIND_PCR_RESET, DRTMON_SEVERITY_NOTICE,
			    resettable[i]);
		EXPECT_EQ(resettable[i], self->event.pcr);
		EXPECT_EQ(0, self->event.digests);
	}
}

TEST_F(commands, pcr_reset_refused)
{
	static const __u32 fixed[] = { 0, 17, 22 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(fixed); i++) {
		begin(self, TPM2_CC_PCR_RESET, fixed[i]);
		send_and_hear(_metadata, self);
		EXPECT_EQ(TPM2_RC_LOCALITY, self->event.rc);
		EXPECT_EQ(DRTMON_EVENT_KIND_TPM_COMMAND, self->event.kind);
	}
}

TEST_F(commands, pcr_event)
{
	begin(self, TPM2_CC_PCR_EVENT, 23);
	tpm_sized(&self->cmd, "an event", 8);
	send_and_hear(_metadata, self);
	expect_done(_metadata, self, DRTMON_EVENT_KIND_PCR_EXTEND, DRTMON_SEVERITY_NOTICE, 23);
	EXPECT_EQ(23, self->event.pcr);
	expect_digests_of_response(_metadata, self);
}

TEST_F(commands, pcr_event_of_nothing)
{
	begin(self, TPM2_CC_PCR_EVENT, TPM2_RH_NULL);
	tpm_sized(&self->cmd, "an event", 8);
	send_and_hear(_metadata, self);
	EXPECT_EQ(0, self->event.rc);
	EXPECT_EQ(DRTMON_EVENT_KIND_TPM_COMMAND, self->event.kind);
	EXPECT_FALSE(attr_has(&self->event, DRTMON_A_EVENT_PCR));
}

/* A sequence that hashes for all banks. Starting it is no event. */
static __u32 start_sequence(struct __test_metadata *_metadata, FIXTURE_DATA(commands) * self)
{
	tpm_begin(&self->cmd, TPM2_ST_NO_SESSIONS, TPM2_CC_HASH_SEQUENCE_START);
	tpm_sized(&self->cmd, NULL, 0);
	tpm_u16(&self->cmd, TPM2_ALG_NULL);
	tpm_end(&self->cmd);
	EXPECT_EQ(0, tpm_do(self->fd, &self->cmd, &self->rsp));
	EXPECT_EQ(0, tpm_code(&self->rsp));
	return tpm_get_u32(&self->rsp, TPM_HEADER);
}

static void complete_sequence(struct __test_metadata *_metadata, FIXTURE_DATA(commands) * self,
			      __u32 pcr, __u32 sequence)
{
	tpm_begin(&self->cmd, TPM2_ST_SESSIONS, TPM2_CC_EVENT_SEQUENCE_COMPLETE);
	tpm_u32(&self->cmd, pcr);
	tpm_u32(&self->cmd, sequence);
	tpm_auths(&self->cmd, 2, "");
	tpm_sized(&self->cmd, "the last part", 13);
	send_and_hear(_metadata, self);
}

TEST_F(commands, event_sequence)
{
	complete_sequence(_metadata, self, 16, start_sequence(_metadata, self));
	expect_done(_metadata, self, DRTMON_EVENT_KIND_PCR_EXTEND, DRTMON_SEVERITY_NOTICE, 16);
	EXPECT_EQ(16, self->event.pcr);
	expect_digests_of_response(_metadata, self);
}

TEST_F(commands, event_sequence_of_nothing)
{
	complete_sequence(_metadata, self, TPM2_RH_NULL, start_sequence(_metadata, self));
	EXPECT_EQ(0, self->event.rc);
	EXPECT_EQ(DRTMON_EVENT_KIND_TPM_COMMAND, self->event.kind);
	EXPECT_FALSE(attr_has(&self->event, DRTMON_A_EVENT_PCR));
}

TEST_F(commands, event_sequence_refused)
{
	complete_sequence(_metadata, self, 16, 0x80ffffff);
	EXPECT_NE(0, self->event.rc);
	EXPECT_EQ(DRTMON_EVENT_KIND_TPM_COMMAND, self->event.kind);
	EXPECT_EQ(0, self->event.digests);
}

TEST_F(commands, clear)
{
	begin(self, TPM2_CC_CLEAR, TPM2_RH_LOCKOUT);
	send_and_hear(_metadata, self);
	expect_done(_metadata, self, DRTMON_EVENT_KIND_TPM_COMMAND, DRTMON_SEVERITY_WARNING,
		    TPM2_RH_LOCKOUT);
}

TEST_F(commands, clear_control)
{
	begin(self, TPM2_CC_CLEAR_CONTROL, TPM2_RH_LOCKOUT);
	tpm_u8(&self->cmd, 1);
	send_and_hear(_metadata, self);
	expect_done(_metadata, self, DRTMON_EVENT_KIND_TPM_COMMAND, DRTMON_SEVERITY_WARNING,
		    TPM2_RH_LOCKOUT);
	begin(self, TPM2_CC_CLEAR, TPM2_RH_LOCKOUT);
	send_and_hear(_metadata, self);
	EXPECT_NE(0, self->event.rc);
	EXPECT_EQ(DRTMON_SEVERITY_NOTICE, self->event.severity);
}

TEST_F(commands, hierarchy_change_auth)
{
	begin(self, TPM2_CC_HIERARCHY_CHANGE_AUTH, TPM2_RH_OWNER);
	tpm_sized(&self->cmd, "secret", 6);
	send_and_hear(_metadata, self);
	expect_done(_metadata, self, DRTMON_EVENT_KIND_TPM_COMMAND, DRTMON_SEVERITY_WARNING,
		    TPM2_RH_OWNER);
	tpm_begin(&self->cmd, TPM2_ST_SESSIONS, TPM2_CC_HIERARCHY_CHANGE_AUTH);
	tpm_u32(&self->cmd, TPM2_RH_OWNER);
	tpm_auth(&self->cmd, "secret");
	tpm_sized(&self->cmd, NULL, 0);
	send_and_hear(_metadata, self);
	expect_done(_metadata, self, DRTMON_EVENT_KIND_TPM_COMMAND, DRTMON_SEVERITY_WARNING,
		    TPM2_RH_OWNER);
}

TEST_F(commands, dictionary_attack_lock_reset)
{
	begin(self, TPM2_CC_DA_LOCK_RESET, TPM2_RH_LOCKOUT);
	send_and_hear(_metadata, self);
	expect_done(_metadata, self, DRTMON_EVENT_KIND_TPM_COMMAND, DRTMON_SEVERITY_WARNING,
		    TPM2_RH_LOCKOUT);
}

/* What the operations on an index are about is the index, wherever the command has it. */
TEST_F(commands, nv_index)
{
	begin(self, TPM2_CC_NV_DEFINE_SPACE, TPM2_RH_OWNER);
	tpm_sized(&self->cmd, "auth", 4);
	tpm_u16(&self->cmd, 14);
	tpm_u32(&self->cmd, NV_INDEX);
	tpm_u16(&self->cmd, TPM2_ALG_SHA256);
	/* OWNERWRITE, OWNERREAD, NO_DA */
	tpm_u32(&self->cmd, 1 << 1 | 1 << 17 | 1 << 25);
	tpm_u16(&self->cmd, 0);
	tpm_u16(&self->cmd, 8);
	send_and_hear(_metadata, self);
	expect_done(_metadata, self, DRTMON_EVENT_KIND_TPM_COMMAND, DRTMON_SEVERITY_NOTICE,
		    NV_INDEX);

	tpm_begin(&self->cmd, TPM2_ST_SESSIONS, TPM2_CC_NV_WRITE);
	tpm_u32(&self->cmd, TPM2_RH_OWNER);
	tpm_u32(&self->cmd, NV_INDEX);
	tpm_auth(&self->cmd, "");
	tpm_sized(&self->cmd, "contents", 8);
	tpm_u16(&self->cmd, 0);
	send_and_hear(_metadata, self);
	expect_done(_metadata, self, DRTMON_EVENT_KIND_TPM_COMMAND, DRTMON_SEVERITY_NOTICE,
		    NV_INDEX);

	tpm_begin(&self->cmd, TPM2_ST_SESSIONS, TPM2_CC_NV_UNDEFINE_SPACE);
	tpm_u32(&self->cmd, TPM2_RH_OWNER);
	tpm_u32(&self->cmd, NV_INDEX);
	tpm_auth(&self->cmd, "");
	send_and_hear(_metadata, self);
	expect_done(_metadata, self, DRTMON_EVENT_KIND_TPM_COMMAND, DRTMON_SEVERITY_NOTICE,
		    NV_INDEX);
}

/* A primary object that is quickly made: a key of HMAC. Returns its handle. */
static __u32 create_primary(struct __test_metadata *_metadata, FIXTURE_DATA(commands) * self)
{
	begin(self, TPM2_CC_CREATE_PRIMARY, TPM2_RH_OWNER);
	tpm_u16(&self->cmd, 4);
	tpm_u32(&self->cmd, 0);
	tpm_u16(&self->cmd, 16);
	tpm_u16(&self->cmd, TPM2_ALG_KEYEDHASH);
	tpm_u16(&self->cmd, TPM2_ALG_SHA256);
	/* fixedTPM, fixedParent, sensitiveDataOrigin, userWithAuth, sign */
	tpm_u32(&self->cmd, 1 << 1 | 1 << 4 | 1 << 5 | 1 << 6 | 1 << 18);
	tpm_u16(&self->cmd, 0);
	tpm_u16(&self->cmd, TPM2_ALG_HMAC);
	tpm_u16(&self->cmd, TPM2_ALG_SHA256);
	tpm_u16(&self->cmd, 0);
	tpm_u16(&self->cmd, 0);
	tpm_u32(&self->cmd, 0);
	tpm_end(&self->cmd);
	EXPECT_EQ(0, tpm_do(self->fd, &self->cmd, &self->rsp));
	EXPECT_EQ(0, tpm_code(&self->rsp));
	return tpm_get_u32(&self->rsp, TPM_HEADER);
}

static void evict_control(struct __test_metadata *_metadata, FIXTURE_DATA(commands) * self,
			  __u32 object)
{
	tpm_begin(&self->cmd, TPM2_ST_SESSIONS, TPM2_CC_EVICT_CONTROL);
	tpm_u32(&self->cmd, TPM2_RH_OWNER);
	tpm_u32(&self->cmd, object);
	tpm_auth(&self->cmd, "");
	tpm_u32(&self->cmd, PERSISTENT);
	send_and_hear(_metadata, self);
	expect_done(_metadata, self, DRTMON_EVENT_KIND_TPM_COMMAND, DRTMON_SEVERITY_WARNING,
		    PERSISTENT);
}

TEST_F(commands, persistent_object)
{
	__u32 object = create_primary(_metadata, self);

	evict_control(_metadata, self, object);
	evict_control(_metadata, self, PERSISTENT);
	tpm_begin(&self->cmd, TPM2_ST_NO_SESSIONS, TPM2_CC_FLUSH_CONTEXT);
	tpm_u32(&self->cmd, object);
	tpm_end(&self->cmd);
	EXPECT_EQ(0, tpm_rc(self->fd, &self->cmd));
}

/* Already started: the TPM says so, and that somebody tried is worth an event. */
TEST_F(commands, startup)
{
	tpm_begin(&self->cmd, TPM2_ST_NO_SESSIONS, TPM2_CC_STARTUP);
	tpm_u16(&self->cmd, 0);
	send_and_hear(_metadata, self);
	EXPECT_EQ(TPM2_RC_INITIALIZE, self->event.rc);
	EXPECT_EQ(DRTMON_EVENT_KIND_TPM_COMMAND, self->event.kind);
}

/* What changes nothing is silent. The extend behind it is the first to be heard. */
TEST_F(commands, silent_ones)
{
	tpm_begin(&self->cmd, TPM2_ST_NO_SESSIONS, TPM2_CC_GET_RANDOM);
	tpm_u16(&self->cmd, 8);
	tpm_end(&self->cmd);
	EXPECT_EQ(0, tpm_rc(self->fd, &self->cmd));

	tpm_begin(&self->cmd, TPM2_ST_NO_SESSIONS, TPM2_CC_PCR_READ);
	tpm_u32(&self->cmd, 1);
	tpm_u16(&self->cmd, TPM2_ALG_SHA256);
	tpm_u8(&self->cmd, 3);
	tpm_bytes(&self->cmd, "\xff\xff\xff", 3);
	tpm_end(&self->cmd);
	EXPECT_EQ(0, tpm_rc(self->fd, &self->cmd));

	/* No such command. */
	tpm_begin(&self->cmd, TPM2_ST_NO_SESSIONS, 0x1fff);
	tpm_end(&self->cmd);
	EXPECT_LT(0, tpm_rc(self->fd, &self->cmd));

	tpm_extend(&self->cmd, 16, self->alg, self->banks, 1);
	send_and_hear(_metadata, self);
}

TEST_F(commands, own_reads_are_silent)
{
	struct pcr_banks banks;

	EXPECT_EQ(0, pcr_read(&self->nl, true, &banks));
	tpm_extend(&self->cmd, 16, self->alg, self->banks, 1);
	send_and_hear(_metadata, self);
	EXPECT_EQ(DRTMON_EVENT_KIND_PCR_EXTEND, self->event.kind);
}

TEST_MAIN(need_tpm2);
