/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SELFTESTS_TPM_H
#define SELFTESTS_TPM_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* TPM 2.0 Part 2 */
#define TPM2_ST_NO_SESSIONS		0x8001
#define TPM2_ST_SESSIONS		0x8002
#define TPM2_RS_PW			0x40000009
#define TPM2_RH_OWNER			0x40000001
#define TPM2_RH_NULL			0x40000007
#define TPM2_RH_LOCKOUT			0x4000000a
#define TPM2_RH_PLATFORM		0x4000000c
#define TPM2_ALG_SHA1			0x0004
#define TPM2_ALG_HMAC			0x0005
#define TPM2_ALG_KEYEDHASH		0x0008
#define TPM2_ALG_SHA256			0x000b
#define TPM2_ALG_SHA384			0x000c
#define TPM2_ALG_SHA512			0x000d
#define TPM2_ALG_NULL			0x0010

#define TPM2_CC_EVICT_CONTROL		0x120
#define TPM2_CC_NV_UNDEFINE_SPACE	0x122
#define TPM2_CC_CLEAR			0x126
#define TPM2_CC_CLEAR_CONTROL		0x127
#define TPM2_CC_HIERARCHY_CHANGE_AUTH	0x129
#define TPM2_CC_NV_DEFINE_SPACE		0x12a
#define TPM2_CC_NV_WRITE		0x137
#define TPM2_CC_CREATE_PRIMARY		0x131
#define TPM2_CC_DA_LOCK_RESET		0x139
#define TPM2_CC_PCR_EVENT		0x13c
#define TPM2_CC_PCR_RESET		0x13d
#define TPM2_CC_SELF_TEST		0x143
#define TPM2_CC_STARTUP			0x144
#define TPM2_CC_FLUSH_CONTEXT		0x165
#define TPM2_CC_GET_CAPABILITY		0x17a
#define TPM2_CC_GET_RANDOM		0x17b
#define TPM2_CC_PCR_READ		0x17e
#define TPM2_CC_PCR_EXTEND		0x182
#define TPM2_CC_EVENT_SEQUENCE_COMPLETE 0x185
#define TPM2_CC_HASH_SEQUENCE_START	0x186

#define TPM2_RC_INITIALIZE		0x100
#define TPM2_RC_FAILURE			0x101
#define TPM2_RC_LOCALITY		0x907
#define TPM2_RC_LOCKOUT			0x921

#define TPM12_TAG_COMMAND		0x00c1
#define TPM12_ORD_EXTEND		0x14
#define TPM12_ORD_PCR_READ		0x15
#define TPM12_ORD_PCR_RESET		0xc8

#define TPM_HEADER			10
#define TPM_MESSAGE_MAX			4096

/**
 * struct tpm_msg - a command or a response
 * @len: bytes
 * @data: as it goes over the device file
 */
struct tpm_msg {
	size_t len;
	__u8 data[TPM_MESSAGE_MAX];
};

void tpm_begin(struct tpm_msg *cmd, __u16 tag, __u32 code);
void tpm_u8(struct tpm_msg *cmd, __u8 value);
void tpm_u16(struct tpm_msg *cmd, __u16 value);
void tpm_u32(struct tpm_msg *cmd, __u32 value);
void tpm_bytes(struct tpm_msg *cmd, const void *data, size_t len);
void tpm_sized(struct tpm_msg *cmd, const void *data, size_t len);
void tpm_auth(struct tpm_msg *cmd, const char *password);
void tpm_auths(struct tpm_msg *cmd, unsigned int count, const char *password);
void tpm_end(struct tpm_msg *cmd);

__u16 tpm_get_u16(const struct tpm_msg *msg, size_t offset);
__u32 tpm_get_u32(const struct tpm_msg *msg, size_t offset);
__u32 tpm_code(const struct tpm_msg *msg);

int tpm_open(const char *device, int flags);
int tpm_write(int fd, const struct tpm_msg *cmd);
int tpm_read(int fd, struct tpm_msg *rsp);
int tpm_do(int fd, const struct tpm_msg *cmd, struct tpm_msg *rsp);
int tpm_rc(int fd, const struct tpm_msg *cmd);
int tpm_rc_again(int fd, const struct tpm_msg *cmd);

size_t tpm_alg_size(__u16 alg);
const char *tpm_alg_name(__u16 alg);
unsigned int tpm_banks(const char *chip, __u16 *alg, unsigned int max);
void tpm_pattern(__u8 *digest, __u16 alg, __u32 seed);
void tpm_extend(struct tpm_msg *cmd, __u32 pcr, const __u16 *alg, unsigned int count, __u32 seed);
int tpm_sysfs_pcr(const char *chip, __u16 alg, __u32 pcr, __u8 *digest);

#endif /* SELFTESTS_TPM_H */
