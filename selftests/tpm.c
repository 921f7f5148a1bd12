// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * TPM commands by hand, over the device files: a library would send neither a
 * malformed one nor say which process and which file it used.
 */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tpm.h"

/* The TPM core gives up before. */
#define RESPONSE_TIMEOUT_MS 150000

/**
 * tpm_begin() - begin a command
 * @cmd: overwritten
 * @tag: with or without sessions
 * @code: which command
 */
void tpm_begin(struct tpm_msg *cmd, __u16 tag, __u32 code)
{
	cmd->len = 0;
	tpm_u16(cmd, tag);
	tpm_u32(cmd, 0);
	tpm_u32(cmd, code);
}

/**
 * tpm_bytes() - add bytes as they are
 * @cmd: begun
 * @data: the bytes
 * @len: how many
 */
void tpm_bytes(struct tpm_msg *cmd, const void *data, size_t len)
{
	if (len > sizeof(cmd->data) - cmd->len)
		abort();
	if (len)
		memcpy(cmd->data + cmd->len, data, len);
	cmd->len += len;
}

/**
 * tpm_u8() - add a byte
 * @cmd: begun
 * @value: the byte
 */
void tpm_u8(struct tpm_msg *cmd, __u8 value)
{
	tpm_bytes(cmd, &value, sizeof(value));
}

/**
 * tpm_u16() - add a number, big-endian
 * @cmd: begun
 * @value: the number
 */
void tpm_u16(struct tpm_msg *cmd, __u16 value)
{
	value = htobe16(value);
	tpm_bytes(cmd, &value, sizeof(value));
}

/**
 * tpm_u32() - add a number, big-endian
 * @cmd: begun
 * @value: the number
 */
void tpm_u32(struct tpm_msg *cmd, __u32 value)
{
	value = htobe32(value);
	tpm_bytes(cmd, &value, sizeof(value));
}

/**
 * tpm_sized() - add a TPM2B
 * @cmd: begun
 * @data: contents
 * @len: bytes
 */
void tpm_sized(struct tpm_msg *cmd, const void *data, size_t len)
{
	tpm_u16(cmd, len);
	tpm_bytes(cmd, data, len);
}

/**
 * tpm_auths() - add an authorisation area of password sessions
 * @cmd: its handles are in
 * @count: sessions
 * @password: of each
 */
void tpm_auths(struct tpm_msg *cmd, unsigned int count, const char *password)
{
	tpm_u32(cmd, count * (4 + 2 + 1 + 2 + strlen(password)));
	while (count--) {
		tpm_u32(cmd, TPM2_RS_PW);
		tpm_u16(cmd, 0);
		tpm_u8(cmd, 0);
		tpm_sized(cmd, password, strlen(password));
	}
}

/**
 * tpm_auth() - add an authorisation area of one password session
 * @cmd: its handles are in
 * @password: may be empty
 */
void tpm_auth(struct tpm_msg *cmd, const char *password)
{
	tpm_auths(cmd, 1, password);
}

/**
 * tpm_end() - write down how long the command became
 * @cmd: complete
 */
void tpm_end(struct tpm_msg *cmd)
{
	__u32 len = htobe32(cmd->len);

	memcpy(cmd->data + 2, &len, sizeof(len));
}

/**
 * tpm_get_u16() - a number in a message
 * @msg: the message
 * @offset: of its first byte
 *
 * Return: the number, 0 behind the end.
 */
__u16 tpm_get_u16(const struct tpm_msg *msg, size_t offset)
{
	__u16 value;

	if (offset + sizeof(value) > msg->len)
		return 0;
	memcpy(&value, msg->data + offset, sizeof(value));
	return be16toh(value);
}

/**
 * tpm_get_u32() - a number in a message
 * @msg: the message
 * @offset: of its first byte
 *
 * Return: the number, 0 behind the end.
 */
__u32 tpm_get_u32(const struct tpm_msg *msg, size_t offset)
{
	__u32 value;

	if (offset + sizeof(value) > msg->len)
		return 0;
	memcpy(&value, msg->data + offset, sizeof(value));
	return be32toh(value);
}

/**
 * tpm_code() - command code or response code
 * @msg: a message with a header
 *
 * Return: the code.
 */
__u32 tpm_code(const struct tpm_msg *msg)
{
	return tpm_get_u32(msg, 6);
}

/**
 * tpm_open() - open a device file
 * @device: its name, without /dev
 * @flags: O_NONBLOCK or 0
 *
 * Return: the descriptor or a negative errno.
 */
int tpm_open(const char *device, int flags)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/dev/%s", device);
	fd = open(path, O_RDWR | O_CLOEXEC | flags);
	return fd < 0 ? -errno : fd;
}

/**
 * tpm_write() - send a command
 * @fd: from tpm_open()
 * @cmd: complete
 *
 * Return: 0 or a negative errno.
 */
int tpm_write(int fd, const struct tpm_msg *cmd)
{
	ssize_t ret = write(fd, cmd->data, cmd->len);

	if (ret < 0)
		return -errno;
	return (size_t)ret == cmd->len ? 0 : -EIO;
}

/**
 * tpm_read() - wait for the response
 * @fd: from tpm_open()
 * @rsp: filled
 *
 * Return: 0 or a negative errno.
 */
int tpm_read(int fd, struct tpm_msg *rsp)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	ssize_t ret;

	if (poll(&poll_fd, 1, RESPONSE_TIMEOUT_MS) != 1)
		return -ETIMEDOUT;
	ret = read(fd, rsp->data, sizeof(rsp->data));
	if (ret < 0)
		return -errno;
	rsp->len = ret;
	return ret < TPM_HEADER ? -EBADMSG : 0;
}

/**
 * tpm_do() - a command and its response
 * @fd: from tpm_open()
 * @cmd: complete
 * @rsp: filled
 *
 * Return: 0 when there is a response, whatever it says; or a negative errno.
 */
int tpm_do(int fd, const struct tpm_msg *cmd, struct tpm_msg *rsp)
{
	int ret = tpm_write(fd, cmd);

	return ret ? ret : tpm_read(fd, rsp);
}

/**
 * tpm_rc() - do a command, for its response code
 * @fd: from tpm_open()
 * @cmd: complete
 *
 * Return: the TPM's response code, 0 for success; or a negative errno.
 */
int tpm_rc(int fd, const struct tpm_msg *cmd)
{
	struct tpm_msg rsp;
	int ret = tpm_do(fd, cmd, &rsp);

	return ret ? ret : (int)tpm_code(&rsp);
}

/**
 * tpm_rc_again() - do a command, and again when the TPM core gave up
 * @fd: from tpm_open()
 * @cmd: complete
 *
 * The core waits 750 ms for most of them, in which a busy machine may stand still.
 * The TPM may have done it each time.
 *
 * Return: as tpm_rc() does; -ETIME for the third time.
 */
int tpm_rc_again(int fd, const struct tpm_msg *cmd)
{
	int ret = -ETIME, i;

	for (i = 0; i < 3 && ret == -ETIME; i++)
		ret = tpm_rc(fd, cmd);
	return ret;
}

/**
 * tpm_alg_size() - digest size
 * @alg: TPM_ALG_ID
 *
 * Return: bytes, 0 for one that is not known.
 */
size_t tpm_alg_size(__u16 alg)
{
	switch (alg) {
	case TPM2_ALG_SHA1:
		return 20;
	case TPM2_ALG_SHA256:
		return 32;
	case TPM2_ALG_SHA384:
		return 48;
	case TPM2_ALG_SHA512:
		return 64;
	default:
		return 0;
	}
}

/**
 * tpm_alg_name() - as the TPM core and tpm2-tools write it
 * @alg: TPM_ALG_ID
 *
 * Return: the name, "" for one that is not known.
 */
const char *tpm_alg_name(__u16 alg)
{
	switch (alg) {
	case TPM2_ALG_SHA1:
		return "sha1";
	case TPM2_ALG_SHA256:
		return "sha256";
	case TPM2_ALG_SHA384:
		return "sha384";
	case TPM2_ALG_SHA512:
		return "sha512";
	default:
		return "";
	}
}

/**
 * tpm_pattern() - a digest that no other bank or seed has
 * @digest: filled, as long as @alg's are
 * @alg: TPM_ALG_ID
 * @seed: any number
 */
void tpm_pattern(__u8 *digest, __u16 alg, __u32 seed)
{
	size_t i;

	for (i = 0; i < tpm_alg_size(alg); i++)
		digest[i] = alg + i + (seed >> (8 * (i % 4)));
}

/**
 * tpm_extend() - a PCR_Extend of patterns
 * @cmd: filled, complete
 * @pcr: the PCR's handle
 * @alg: banks
 * @count: how many
 * @seed: of the patterns
 */
void tpm_extend(struct tpm_msg *cmd, __u32 pcr, const __u16 *alg, unsigned int count, __u32 seed)
{
	__u8 digest[64];
	unsigned int i;

	tpm_begin(cmd, TPM2_ST_SESSIONS, TPM2_CC_PCR_EXTEND);
	tpm_u32(cmd, pcr);
	tpm_auth(cmd, "");
	tpm_u32(cmd, count);
	for (i = 0; i < count; i++) {
		tpm_pattern(digest, alg[i], seed);
		tpm_u16(cmd, alg[i]);
		tpm_bytes(cmd, digest, tpm_alg_size(alg[i]));
	}
	tpm_end(cmd);
}
