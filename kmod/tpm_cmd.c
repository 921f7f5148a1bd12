// SPDX-License-Identifier: GPL-2.0-only
/*
 * Decoding of the TPM 1.2 and 2.0 commands that change something, and of
 * their responses. Pure: bytes in, struct out. Both directions are hostile:
 * a process writes the command, and a TPM may answer anything.
 */
#include "tpm_cmd.h"

#define TPM12_TAG_RQU_COMMAND	0x00c1
#define TPM12_TAG_RQU_AUTH2	0x00c3
#define TPM2_ST_NO_SESSIONS	0x8001
#define TPM2_ST_SESSIONS	0x8002

/* TPM 2.0 Part 2, 6.6.3 */
#define TPM2_RC_FAILURE		0x101
#define TPM2_RC_LOCKOUT		0x921
/* TPM 1.2 Part 2, 16 */
#define TPM12_FAILEDSELFTEST	0x1c
#define TPM12_DEFEND_LOCK_RUNNING	0x803

/* TPM 1.2 PCR selections name at most this many bytes of PCRs here. */
#define PCR_SELECT_BYTES	4
#define PCR_COUNT		32

/* Where the object that a TPM 2.0 command is about stands. */
enum subject {
	SUBJECT_FIRST,		/* the first handle */
	SUBJECT_SECOND,		/* the second handle */
	SUBJECT_PARAM,		/* a handle that is the first parameter */
	SUBJECT_NV_PUBLIC,	/* nvIndex in the second parameter, TPM2B_NV_PUBLIC */
};

struct command {
	u8 class;
	u8 handles;
	u8 subject;
	u32 code;	/* TPM 1.2 only: the others stand where their code says */
};

/* TPM 2.0 Part 3; handle counts from the command tables there. By code: looked up for each. */
#define CC_FIRST	0x11f

static const struct command tpm2_commands[] = {
	[0x11f - CC_FIRST] = { DRTMON_TPM_CLASS_NV, 2, SUBJECT_FIRST }, /* NV_UndefineSpecial */
	[0x120 - CC_FIRST] = { DRTMON_TPM_CLASS_OWNER, 2, SUBJECT_PARAM }, /* EvictControl */
	[0x121 - CC_FIRST] = { DRTMON_TPM_CLASS_OWNER, 1, SUBJECT_PARAM }, /* HierarchyControl */
	[0x122 - CC_FIRST] = { DRTMON_TPM_CLASS_NV, 2, SUBJECT_SECOND }, /* NV_UndefineSpace */
	[0x124 - CC_FIRST] = { DRTMON_TPM_CLASS_OWNER, 1, SUBJECT_FIRST }, /* ChangeEPS */
	[0x125 - CC_FIRST] = { DRTMON_TPM_CLASS_OWNER, 1, SUBJECT_FIRST }, /* ChangePPS */
	[0x126 - CC_FIRST] = { DRTMON_TPM_CLASS_OWNER, 1, SUBJECT_FIRST }, /* Clear */
	[0x127 - CC_FIRST] = { DRTMON_TPM_CLASS_OWNER, 1, SUBJECT_FIRST }, /* ClearControl */
	[0x128 - CC_FIRST] = { DRTMON_TPM_CLASS_ADMIN, 1, SUBJECT_FIRST }, /* ClockSet */
	[0x129 - CC_FIRST] = { DRTMON_TPM_CLASS_OWNER, 1, SUBJECT_FIRST }, /* HierarchyChangeAuth */
	[0x12a - CC_FIRST] = { DRTMON_TPM_CLASS_NV, 1, SUBJECT_NV_PUBLIC }, /* NV_DefineSpace */
	[0x12b - CC_FIRST] = { DRTMON_TPM_CLASS_ADMIN, 1, SUBJECT_FIRST }, /* PCR_Allocate */
	[0x12c - CC_FIRST] = { DRTMON_TPM_CLASS_OWNER, 1, SUBJECT_FIRST }, /* PCR_SetAuthPolicy */
	[0x12d - CC_FIRST] = { DRTMON_TPM_CLASS_OWNER, 1, SUBJECT_FIRST }, /* PP_Commands */
	[0x12e - CC_FIRST] = { DRTMON_TPM_CLASS_OWNER, 1, SUBJECT_FIRST }, /* SetPrimaryPolicy */
	[0x12f - CC_FIRST] = { DRTMON_TPM_CLASS_ADMIN, 2, SUBJECT_FIRST }, /* FieldUpgradeStart */
	[0x132 - CC_FIRST] = { DRTMON_TPM_CLASS_NV, 1, SUBJECT_FIRST }, /* NV_GlobalWriteLock */
	[0x134 - CC_FIRST] = { DRTMON_TPM_CLASS_NV, 2, SUBJECT_SECOND }, /* NV_Increment */
	[0x135 - CC_FIRST] = { DRTMON_TPM_CLASS_NV, 2, SUBJECT_SECOND }, /* NV_SetBits */
	[0x136 - CC_FIRST] = { DRTMON_TPM_CLASS_NV, 2, SUBJECT_SECOND }, /* NV_Extend */
	[0x137 - CC_FIRST] = { DRTMON_TPM_CLASS_NV, 2, SUBJECT_SECOND }, /* NV_Write */
	[0x138 - CC_FIRST] = { DRTMON_TPM_CLASS_NV, 2, SUBJECT_SECOND }, /* NV_WriteLock */
	[0x139 - CC_FIRST] = { DRTMON_TPM_CLASS_OWNER, 1, SUBJECT_FIRST }, /* DA lock reset */
	[0x13a - CC_FIRST] = { DRTMON_TPM_CLASS_OWNER, 1, SUBJECT_FIRST }, /* DA parameters */
	[0x13b - CC_FIRST] = { DRTMON_TPM_CLASS_NV, 1, SUBJECT_FIRST }, /* NV_ChangeAuth */
	[0x13c - CC_FIRST] = { DRTMON_TPM_CLASS_HASH_EXTEND, 1, SUBJECT_FIRST }, /* PCR_Event */
	[0x13d - CC_FIRST] = { DRTMON_TPM_CLASS_RESET, 1, SUBJECT_FIRST }, /* PCR_Reset */
	[0x13f - CC_FIRST] = { DRTMON_TPM_CLASS_ADMIN, 1, SUBJECT_FIRST }, /* SetAlgorithmSet */
	[0x140 - CC_FIRST] = { DRTMON_TPM_CLASS_ADMIN, 1, SUBJECT_FIRST }, /* SetCommandAudit */
	[0x144 - CC_FIRST] = { DRTMON_TPM_CLASS_STARTUP, 0, SUBJECT_FIRST }, /* Startup */
	[0x145 - CC_FIRST] = { DRTMON_TPM_CLASS_ADMIN, 0, SUBJECT_FIRST }, /* Shutdown */
	[0x14f - CC_FIRST] = { DRTMON_TPM_CLASS_NV, 2, SUBJECT_SECOND }, /* NV_ReadLock */
	[0x182 - CC_FIRST] = { DRTMON_TPM_CLASS_EXTEND, 1, SUBJECT_FIRST }, /* PCR_Extend */
	[0x183 - CC_FIRST] = { DRTMON_TPM_CLASS_OWNER, 1, SUBJECT_FIRST }, /* PCR_SetAuthValue */
	[0x185 - CC_FIRST] = { DRTMON_TPM_CLASS_HASH_EXTEND, 2, SUBJECT_FIRST }, /* EventComplete */
};

/* TPM 1.2 Part 3. Sorted by code. */
static const struct command tpm12_commands[] = {
	{ DRTMON_TPM_CLASS_OWNER, 0, SUBJECT_FIRST, 0x0d }, /* TakeOwnership */
	{ DRTMON_TPM_CLASS_OWNER, 0, SUBJECT_FIRST, 0x10 }, /* ChangeAuthOwner */
	{ DRTMON_TPM_CLASS_EXTEND, 0, SUBJECT_FIRST, 0x14 }, /* Extend */
	{ DRTMON_TPM_CLASS_OWNER, 0, SUBJECT_FIRST, 0x23 }, /* KeyControlOwner */
	{ DRTMON_TPM_CLASS_OWNER, 0, SUBJECT_FIRST, 0x3f }, /* SetCapability */
	{ DRTMON_TPM_CLASS_OWNER, 0, SUBJECT_FIRST, 0x40 }, /* ResetLockValue */
	{ DRTMON_TPM_CLASS_OWNER, 0, SUBJECT_FIRST, 0x5b }, /* OwnerClear */
	{ DRTMON_TPM_CLASS_OWNER, 0, SUBJECT_FIRST, 0x5c }, /* DisableOwnerClear */
	{ DRTMON_TPM_CLASS_OWNER, 0, SUBJECT_FIRST, 0x5d }, /* ForceClear */
	{ DRTMON_TPM_CLASS_OWNER, 0, SUBJECT_FIRST, 0x5e }, /* DisableForceClear */
	{ DRTMON_TPM_CLASS_OWNER, 0, SUBJECT_FIRST, 0x6e }, /* OwnerSetDisable */
	{ DRTMON_TPM_CLASS_OWNER, 0, SUBJECT_FIRST, 0x6f }, /* PhysicalEnable */
	{ DRTMON_TPM_CLASS_OWNER, 0, SUBJECT_FIRST, 0x70 }, /* PhysicalDisable */
	{ DRTMON_TPM_CLASS_OWNER, 0, SUBJECT_FIRST, 0x71 }, /* SetOwnerInstall */
	{ DRTMON_TPM_CLASS_OWNER, 0, SUBJECT_FIRST, 0x72 }, /* PhysicalSetDeactivated */
	{ DRTMON_TPM_CLASS_OWNER, 0, SUBJECT_FIRST, 0x73 }, /* SetTempDeactivated */
	{ DRTMON_TPM_CLASS_OWNER, 0, SUBJECT_FIRST, 0x75 }, /* SetOwnerPointer */
	{ DRTMON_TPM_CLASS_OWNER, 0, SUBJECT_FIRST, 0x78 }, /* CreateEndorsementKeyPair */
	{ DRTMON_TPM_CLASS_OWNER, 0, SUBJECT_FIRST, 0x7e }, /* DisablePubekRead */
	{ DRTMON_TPM_CLASS_OWNER, 0, SUBJECT_FIRST, 0x7f }, /* CreateRevocableEK */
	{ DRTMON_TPM_CLASS_OWNER, 0, SUBJECT_FIRST, 0x80 }, /* RevokeTrust */
	{ DRTMON_TPM_CLASS_ADMIN, 0, SUBJECT_FIRST, 0x8d }, /* SetOrdinalAuditStatus */
	{ DRTMON_TPM_CLASS_STARTUP, 0, SUBJECT_FIRST, 0x99 }, /* Startup */
	{ DRTMON_TPM_CLASS_ADMIN, 0, SUBJECT_FIRST, 0x9a }, /* SetRedirection */
	{ DRTMON_TPM_CLASS_HASH_EXTEND, 0, SUBJECT_FIRST, 0xa3 }, /* SHA1CompleteExtend */
	{ DRTMON_TPM_CLASS_ADMIN, 0, SUBJECT_FIRST, 0xaa }, /* FieldUpgrade */
	{ DRTMON_TPM_CLASS_RESET, 0, SUBJECT_FIRST, 0xc8 }, /* PCR_Reset */
	{ DRTMON_TPM_CLASS_NV, 0, SUBJECT_FIRST, 0xcc }, /* NV_DefineSpace */
	{ DRTMON_TPM_CLASS_NV, 0, SUBJECT_FIRST, 0xcd }, /* NV_WriteValue */
	{ DRTMON_TPM_CLASS_NV, 0, SUBJECT_FIRST, 0xce }, /* NV_WriteValueAuth */
	{ DRTMON_TPM_CLASS_OWNER, 0, SUBJECT_FIRST, 0xd2 }, /* Delegate_Manage */
	{ DRTMON_TPM_CLASS_OWNER, 0, SUBJECT_FIRST, 0xd8 }, /* Delegate_LoadOwnerDelegation */
	{ DRTMON_TPM_CLASS_WRAPPED, 0, SUBJECT_FIRST, 0xe7 }, /* ExecuteTransport */
	{ DRTMON_TPM_CLASS_OWNER, 0, SUBJECT_FIRST, 0x4000000a }, /* TSC_PhysicalPresence */
	{ DRTMON_TPM_CLASS_ADMIN, 0, SUBJECT_FIRST, 0x4000000b }, /* TSC_ResetEstablishmentBit */
};

/**
 * drtmon_tpm_alg_size() - digest size of a hash algorithm
 * @alg: TPM_ALG_ID (TCG Algorithm Registry, table 3)
 *
 * Context: any.
 * Return: bytes, 0 for an algorithm that is not known here.
 */
u16 drtmon_tpm_alg_size(u16 alg)
{
	switch (alg) {
	case DRTMON_TPM_ALG_SHA1:
		return 20;
	case DRTMON_TPM_ALG_SHA256:
	case DRTMON_TPM_ALG_SM3_256:
	case DRTMON_TPM_ALG_SHA3_256:
		return 32;
	case DRTMON_TPM_ALG_SHA384:
	case DRTMON_TPM_ALG_SHA3_384:
		return 48;
	case DRTMON_TPM_ALG_SHA512:
	case DRTMON_TPM_ALG_SHA3_512:
		return 64;
	default:
		return 0;
	}
}

static const struct command *tpm2_find(u32 code)
{
	code -= CC_FIRST;
	if (code >= sizeof(tpm2_commands) / sizeof(tpm2_commands[0]))
		return NULL;
	return tpm2_commands[code].class ? &tpm2_commands[code] : NULL;
}

static const struct command *tpm12_find(u32 code)
{
	size_t lo = 0, hi = sizeof(tpm12_commands) / sizeof(tpm12_commands[0]);

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (tpm12_commands[mid].code == code)
			return &tpm12_commands[mid];
		if (tpm12_commands[mid].code < code)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

/**
 * drtmon_tpm_is_txt_index() - does an NV index hold Intel TXT's policy or state?
 * @handle: NV index
 *
 * PS, PO, AUX and SGX SVN in TPM 1.2 and in both TPM 2.0 sets (Intel TXT
 * Software Development Guide 315168-013, appendix J).
 *
 * Context: any.
 */
bool drtmon_tpm_is_txt_index(u32 handle)
{
	switch (handle) {
	case 0x50000001 ... 0x50000004:
	case 0x40000001:
	case 0x01800001:
	case 0x01800003:
	case 0x01800004:
	case 0x01400001:
	case 0x01c10102 ... 0x01c10104:
	case 0x01c10106:
		return true;
	default:
		return false;
	}
}

/**
 * drtmon_tpm_outcome() - sort a response code
 * @tpm2: of a TPM 2.0
 * @rc: response code
 *
 * Context: any.
 */
enum drtmon_tpm_outcome drtmon_tpm_outcome(bool tpm2, u32 rc)
{
	if (!rc)
		return DRTMON_TPM_OUTCOME_DONE;
	if (rc == (tpm2 ? TPM2_RC_FAILURE : TPM12_FAILEDSELFTEST))
		return DRTMON_TPM_OUTCOME_FAILURE;
	if (rc == (tpm2 ? TPM2_RC_LOCKOUT : TPM12_DEFEND_LOCK_RUNNING))
		return DRTMON_TPM_OUTCOME_LOCKOUT;
	return DRTMON_TPM_OUTCOME_REFUSED;
}

static void add_digest(struct drtmon_tpm_cmd *cmd, u16 alg, const u8 *value, u16 size)
{
	struct drtmon_tpm_digest *digest;

	if (cmd->digest_count == DRTMON_TPM_DIGESTS_MAX) {
		cmd->incomplete = true;
		return;
	}
	digest = &cmd->digest[cmd->digest_count++];
	digest->alg = alg;
	digest->size = size;
	memcpy(digest->value, value, size);
}

/* TPML_DIGEST_VALUES (TPM 2.0 Part 2, 10.9.7) */
static void take_digest_values(struct drtmon_tpm_cmd *cmd, struct drtmon_cursor *c)
{
	u32 count = drtmon_cursor_be32(c);

	/* The cursor runs dry long before a hostile count does. */
	while (count-- && !c->bad) {
		u16 alg = drtmon_cursor_be16(c);
		u16 size = drtmon_tpm_alg_size(alg);
		const u8 *value;

		if (!c->bad && !size) {
			cmd->incomplete = true;
			return;
		}
		value = drtmon_cursor_take(c, size);
		if (value)
			add_digest(cmd, alg, value, size);
	}
}

static void set_pcr(struct drtmon_tpm_cmd *cmd, u32 pcr)
{
	if (pcr < PCR_COUNT)
		cmd->pcr_mask = 1u << pcr;
}

static void decode_tpm2(struct drtmon_tpm_cmd *cmd, const struct command *command,
			struct drtmon_cursor *c, u16 tag)
{
	bool has_handle = c->left >= sizeof(u32);
	u32 handle[2] = { 0, 0 };
	u32 i;

	for (i = 0; i < command->handles; i++)
		handle[i] = drtmon_cursor_be32(c);
	cmd->handle = handle[command->subject == SUBJECT_SECOND];

	/* The authorisation area says how long it is: no need to look inside. */
	if (tag == TPM2_ST_SESSIONS)
		drtmon_cursor_take(c, drtmon_cursor_be32(c));

	if (command->subject == SUBJECT_PARAM)
		cmd->handle = drtmon_cursor_be32(c);
	if (command->subject == SUBJECT_NV_PUBLIC) {
		drtmon_cursor_take(c, drtmon_cursor_be16(c));
		drtmon_cursor_be16(c);
		cmd->handle = drtmon_cursor_be32(c);
	}
	switch (command->class) {
	case DRTMON_TPM_CLASS_EXTEND:
		take_digest_values(cmd, c);
		fallthrough;
	case DRTMON_TPM_CLASS_HASH_EXTEND:
	case DRTMON_TPM_CLASS_RESET:
		/* 0 of a command that is cut before it is no PCR 0. */
		if (has_handle)
			set_pcr(cmd, cmd->handle);
		break;
	default:
		break;
	}
}

static bool changes_pcr(u32 class)
{
	return class == DRTMON_TPM_CLASS_EXTEND || class == DRTMON_TPM_CLASS_HASH_EXTEND ||
	       class == DRTMON_TPM_CLASS_RESET;
}

/*
 * A command in a transport session (TPM 1.2 Part 1, 18): its ordinal is in
 * clear, what follows may be encrypted. So which PCR it changed, and by what,
 * is not known, nor whether the TPM did it.
 */
static void decode_wrapped(struct drtmon_tpm_cmd *cmd, struct drtmon_cursor *c)
{
	const struct command *command;

	drtmon_cursor_be32(c); /* size of the wrapped command */
	drtmon_cursor_take(c, DRTMON_TPM_HEADER_LEN - sizeof(u32));
	cmd->handle = drtmon_cursor_be32(c);
	command = tpm12_find(cmd->handle);
	cmd->class = command && command->class != DRTMON_TPM_CLASS_WRAPPED ?
			     command->class :
			     DRTMON_TPM_CLASS_NONE;
	if (changes_pcr(cmd->class)) {
		cmd->class = DRTMON_TPM_CLASS_WRAPPED;
		cmd->incomplete = true;
	}
}

static void take_pcr(struct drtmon_tpm_cmd *cmd, struct drtmon_cursor *c)
{
	cmd->handle = drtmon_cursor_be32(c);
	if (!c->bad)
		set_pcr(cmd, cmd->handle);
}

static void decode_tpm12(struct drtmon_tpm_cmd *cmd, struct drtmon_cursor *c)
{
	const u8 *value;
	u32 i, bytes;

	switch (cmd->class) {
	case DRTMON_TPM_CLASS_EXTEND:
		take_pcr(cmd, c);
		value = drtmon_cursor_take(c, 20);
		if (value)
			add_digest(cmd, DRTMON_TPM_ALG_SHA1, value, 20);
		break;
	case DRTMON_TPM_CLASS_HASH_EXTEND:
		take_pcr(cmd, c);
		break;
	case DRTMON_TPM_CLASS_RESET:
		/* TPM_PCR_SELECTION: little-endian bits within each byte */
		bytes = drtmon_cursor_be16(c);
		value = drtmon_cursor_take(c, bytes);
		for (i = 0; value && i < bytes && i < PCR_SELECT_BYTES; i++)
			cmd->pcr_mask |= (u32)value[i] << (8 * i);
		break;
	case DRTMON_TPM_CLASS_NV:
		/* TPM_NV_DATA_PUBLIC begins with a 2-byte tag, NV_WriteValue with the index */
		if (cmd->code == 0xcc)
			drtmon_cursor_be16(c);
		cmd->handle = drtmon_cursor_be32(c);
		break;
	case DRTMON_TPM_CLASS_WRAPPED:
		decode_wrapped(cmd, c);
		break;
	default:
		break;
	}
}

/*
 * Out of line, as is what looks into a response: most commands that pass are of
 * no class, and a stack frame and its guard would be set up for each of them.
 */
static noinline void decode_body(struct drtmon_tpm_cmd *cmd, const struct command *command,
				 const u8 *buf, u32 size)
{
	struct drtmon_cursor c = {
		.p = buf + DRTMON_TPM_HEADER_LEN,
		.left = size - DRTMON_TPM_HEADER_LEN,
	};

	cmd->class = command->class;
	if (cmd->tpm2)
		decode_tpm2(cmd, command, &c, drtmon_get_be16(buf));
	else
		decode_tpm12(cmd, &c);
	cmd->malformed = c.bad;
}

/**
 * drtmon_tpm_cmd_decode() - what a command is about to do
 * @cmd: filled; all fields set whatever the result
 * @buf: the command as it goes to the TPM
 * @len: bytes readable at @buf, at least those of the command
 *
 * Context: any, including handlers with preemption off; no allocation.
 * Return: 0; -EINVAL when there is no sound header, and @cmd then is of class
 * NONE. A sound header with broken contents is 0 with @cmd->malformed set.
 */
int drtmon_tpm_cmd_decode(struct drtmon_tpm_cmd *cmd, const u8 *buf, size_t len)
{
	const struct command *command;
	u32 size;
	u16 tag;

	/* Not a memset of all: the digests are most of it and guarded by their count. */
	memset(cmd, 0, offsetof(struct drtmon_tpm_cmd, digest));
	if (len < DRTMON_TPM_HEADER_LEN)
		return -EINVAL;
	tag = drtmon_get_be16(buf);
	size = drtmon_get_be32(buf + 2);
	cmd->code = drtmon_get_be32(buf + 6);
	cmd->tpm2 = tag == TPM2_ST_NO_SESSIONS || tag == TPM2_ST_SESSIONS;
	if (size < DRTMON_TPM_HEADER_LEN || size > len)
		return -EINVAL;
	if (!cmd->tpm2 && (tag < TPM12_TAG_RQU_COMMAND || tag > TPM12_TAG_RQU_AUTH2))
		return -EINVAL;

	command = cmd->tpm2 ? tpm2_find(cmd->code) : tpm12_find(cmd->code);
	if (command)
		decode_body(cmd, command, buf, size);
	return 0;
}

static noinline void response_body(struct drtmon_tpm_cmd *cmd, const u8 *buf, u32 size)
{
	struct drtmon_cursor c = {
		.p = buf + DRTMON_TPM_HEADER_LEN,
		.left = size - DRTMON_TPM_HEADER_LEN,
	};
	const u8 *value;

	if (cmd->tpm2) {
		if (drtmon_get_be16(buf) == TPM2_ST_SESSIONS)
			drtmon_cursor_be32(&c);
		take_digest_values(cmd, &c);
	} else {
		value = drtmon_cursor_take(&c, 20);
		if (value)
			add_digest(cmd, DRTMON_TPM_ALG_SHA1, value, 20);
	}
	cmd->malformed |= c.bad;
}

/**
 * drtmon_tpm_cmd_response() - what the TPM said to a command
 * @cmd: the decoded command; digests found in the response are added to it
 * @buf: the response
 * @len: its length as the transport reports it
 * @rc: response code, 0 for success; set only when 0 is returned
 *
 * PCR_Event, EventSequenceComplete and SHA1CompleteExtend hash inside the TPM:
 * only the response tells what the PCR was extended by.
 *
 * Context: any, including handlers with preemption off; no allocation.
 * Return: 0, or -EINVAL when the response has no sound header.
 */
int drtmon_tpm_cmd_response(struct drtmon_tpm_cmd *cmd, const u8 *buf, size_t len, u32 *rc)
{
	u32 size;

	if (len < DRTMON_TPM_HEADER_LEN)
		return -EINVAL;
	size = drtmon_get_be32(buf + 2);
	if (size < DRTMON_TPM_HEADER_LEN || size > len)
		return -EINVAL;
	*rc = drtmon_get_be32(buf + 6);
	if (!*rc && cmd->class == DRTMON_TPM_CLASS_HASH_EXTEND)
		response_body(cmd, buf, size);
	return 0;
}
