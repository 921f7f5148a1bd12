// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A TPM 2.0 in software, as much of one as the TPM core and the module ask
 * for, that lies on demand. It sits behind the kernel's tpm_vtpm_proxy.
 */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/vtpm_proxy.h>
#include <openssl/evp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "kmod.h"
#include "tpm.h"
#include "vtpm.h"
#include "vtpm12.h"

#define CC_GET_TEST_RESULT 0x17c
#define CC_SHUTDOWN	   0x145
#define CC_READ_CLOCK	   0x181

#define CAP_COMMANDS	   2
#define CAP_PCRS	   5
#define CAP_TPM_PROPERTIES 6
#define CAP_PCR_PROPERTIES 7
#define PT_TOTAL_COMMANDS  0x129

#define RC_COMMAND_CODE	   0x143
#define RC_VALUE	   0x084

#define DIGESTS_MAX	   8

/* For device files to appear. */
#define WAIT_SECONDS 60

const __u16 vtpm_alg[VTPM_BANKS] = { TPM2_ALG_SHA1, TPM2_ALG_SHA256 };

/* TPMA_CC: the code, and in bits 25 to 27 the number of handles. */
static const __u32 commands[] = {
	TPM2_CC_PCR_EVENT | 1 << 25,
	TPM2_CC_PCR_RESET | 1 << 25,
	TPM2_CC_SELF_TEST,
	TPM2_CC_STARTUP,
	CC_SHUTDOWN,
	TPM2_CC_HIERARCHY_CHANGE_AUTH | 1 << 25,
	TPM2_CC_CLEAR | 1 << 25,
	TPM2_CC_FLUSH_CONTEXT,
	TPM2_CC_GET_CAPABILITY,
	TPM2_CC_GET_RANDOM,
	CC_GET_TEST_RESULT,
	TPM2_CC_PCR_READ,
	CC_READ_CLOCK,
	TPM2_CC_PCR_EXTEND | 1 << 25,
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

/* How the mode is called on a command line. */
static const char *const names[] = {
	[VTPM_GOOD] = "good",
	[VTPM_FAILURE] = "failure",
	[VTPM_NEGATIVE] = "negative",
	[VTPM_LOCKOUT] = "lockout",
	[VTPM_SHORT] = "short",
	[VTPM_LONG] = "long",
	[VTPM_WRONG_LENGTH] = "wrong-length",
	[VTPM_EMPTY] = "empty",
	[VTPM_SILENT] = "silent",
	[VTPM_SILENT_EXTEND] = "silent-extend",
	[VTPM_SILENT_READ] = "silent-read",
	[VTPM_CUT] = "cut",
	[VTPM_READ_NOTHING] = "read-nothing",
	[VTPM_READ_TOO_MANY] = "read-too-many",
	[VTPM_READ_MISCOUNTED] = "read-miscounted",
	[VTPM_READ_WRONG_SIZE] = "read-wrong-size",
	[VTPM_READ_OTHERS] = "read-others",
	[VTPM_READ_ENDLESS] = "read-endless",
	[VTPM_READ_HUGE] = "read-huge",
	[VTPM_READ_ONE] = "read-one",
	[VTPM_READ_MOVING] = "read-moving",
	[VTPM_COUNTS_COMMANDS] = "counts-commands",
	[VTPM_BANKS_16] = "banks-16",
	[VTPM_BANKS_HUGE] = "banks-huge",
	[VTPM_BANKS_NONE] = "banks-none",
	[VTPM_BANKS_DIFFER] = "banks-differ",
	[VTPM_UNTOLD] = "untold",
	[VTPM_TOLD_OTHERWISE] = "told-otherwise",
	[VTPM_BANK_UNHASHED] = "bank-unhashed",
	[VTPM_MUTATED] = "mutated",
	[VTPM_TPM12] = "tpm12",
};

/**
 * vtpm_mode_name() - what a mode is called
 * @mode: the mode
 *
 * Return: the name, NULL past the last mode.
 */
const char *vtpm_mode_name(enum vtpm_mode mode)
{
	return mode < sizeof(names) / sizeof(names[0]) ? names[mode] : NULL;
}

static __u16 alg_of(int mode, int bank)
{
	return mode == VTPM_BANK_UNHASHED && bank ? VTPM_ALG_UNHASHED : vtpm_alg[bank];
}

static int bank_of(__u16 alg)
{
	int i;

	if (alg == VTPM_ALG_UNHASHED)
		return 1;
	for (i = 0; i < VTPM_BANKS; i++)
		if (vtpm_alg[i] == alg)
			return i;
	return -1;
}

static void refuse(struct tpm_msg *rsp, __u32 rc)
{
	tpm_begin(rsp, TPM2_ST_NO_SESSIONS, rc);
}

static void put_selection(struct tpm_msg *rsp, __u16 alg, __u32 mask)
{
	tpm_u16(rsp, alg);
	tpm_u8(rsp, 3);
	tpm_u8(rsp, mask);
	tpm_u8(rsp, mask >> 8);
	tpm_u8(rsp, mask >> 16);
}

static void tell_banks(struct vtpm *vtpm, int mode, struct tpm_msg *rsp)
{
	__u32 i, banks = mode == VTPM_BANKS_DIFFER && !(vtpm->told++ % 2) ? 1 : VTPM_BANKS;

	switch (mode) {
	case VTPM_BANKS_16:
		tpm_u32(rsp, 16);
		for (i = 0; i < 16; i++)
			put_selection(rsp, 0x100 + i, 0xffffff);
		break;
	case VTPM_BANKS_HUGE:
		tpm_u32(rsp, 0xffffffff);
		put_selection(rsp, TPM2_ALG_SHA256, 0xffffff);
		break;
	case VTPM_BANKS_NONE:
		tpm_u32(rsp, 0);
		break;
	default:
		tpm_u32(rsp, banks);
		for (i = 0; i < banks; i++)
			put_selection(rsp, alg_of(mode, i), 0xffffff);
	}
}

static void get_capability(struct vtpm *vtpm, int mode, const struct tpm_msg *cmd,
			   struct tpm_msg *rsp)
{
	__u32 capability = tpm_get_u32(cmd, TPM_HEADER),
	      property = tpm_get_u32(cmd, TPM_HEADER + 4);
	__u32 i;

	tpm_u8(rsp, 0);
	tpm_u32(rsp, capability);
	switch (capability) {
	case CAP_COMMANDS:
		tpm_u32(rsp, COMMANDS);
		for (i = 0; i < COMMANDS; i++)
			tpm_u32(rsp, commands[i]);
		break;
	case CAP_PCRS:
		tell_banks(vtpm, mode, rsp);
		vtpm->registered = true;
		break;
	case CAP_TPM_PROPERTIES:
		tpm_u32(rsp, 1);
		tpm_u32(rsp, property);
		tpm_u32(rsp, property == PT_TOTAL_COMMANDS ? COMMANDS : 0);
		break;
	case CAP_PCR_PROPERTIES:
		tpm_u32(rsp, mode != VTPM_UNTOLD);
		if (mode == VTPM_UNTOLD)
			break;
		tpm_u32(rsp, property);
		tpm_u8(rsp, 3);
		/* PCRs 16 and 23 do not move the counter. */
		tpm_bytes(rsp,
			  mode == VTPM_TOLD_OTHERWISE && !(vtpm->told++ % 2) ? "\0\0\x01"
									     : "\0\0\x81",
			  3);
		break;
	default:
		refuse(rsp, RC_VALUE);
	}
}

struct reading {
	__u32 mask[VTPM_BANKS];
	__u32 values;
};

/* The first PCRs of those asked for, as many as one response holds. */
static void choose(const struct tpm_msg *cmd, __u32 max, struct reading *reading)
{
	__u32 count = tpm_get_u32(cmd, TPM_HEADER), i, pcr;
	size_t at = TPM_HEADER + 4;

	memset(reading, 0, sizeof(*reading));
	for (i = 0; i < count && at < cmd->len; i++) {
		int bank = bank_of(tpm_get_u16(cmd, at));
		__u8 bytes = cmd->data[at + 2];

		for (pcr = 0; bank >= 0 && pcr < 8u * bytes && pcr < VTPM_PCRS; pcr++) {
			if (!(cmd->data[at + 3 + pcr / 8] >> pcr % 8 & 1) || reading->values == max)
				continue;
			reading->mask[bank] |= 1u << pcr;
			reading->values++;
		}
		at += 3 + bytes;
	}
}

static void distort(int mode, struct reading *reading)
{
	switch (mode) {
	case VTPM_READ_NOTHING:
		memset(reading, 0, sizeof(*reading));
		break;
	case VTPM_READ_TOO_MANY:
		reading->mask[0] = 0x1ff;
		reading->mask[1] = 0;
		break;
	case VTPM_READ_MISCOUNTED:
		reading->mask[1] |= 0xffffff;
		break;
	case VTPM_READ_OTHERS:
		reading->mask[0] = ~reading->mask[0] & 0xff00;
		reading->mask[1] = 0;
		break;
	case VTPM_READ_ENDLESS:
		reading->mask[0] = 1;
		reading->mask[1] = 0;
		break;
	}
}

static void put_values(struct vtpm *vtpm, int mode, const struct reading *reading,
		       struct tpm_msg *rsp)
{
	__u32 max = mode == VTPM_READ_TOO_MANY ? DIGESTS_MAX + 1 : DIGESTS_MAX;
	size_t count_at = rsp->len;
	__u32 count = 0, pcr;
	int bank;

	tpm_u32(rsp, 0);
	for (bank = 0; bank < VTPM_BANKS; bank++) {
		size_t size = tpm_alg_size(vtpm_alg[bank]);

		for (pcr = 0; pcr < VTPM_PCRS; pcr++) {
			if (!(reading->mask[bank] >> pcr & 1) || count == max)
				continue;
			tpm_sized(rsp, vtpm->pcr[bank][pcr],
				  mode == VTPM_READ_WRONG_SIZE ? size - 1 : size);
			count++;
		}
	}
	rsp->data[count_at + 3] = count;
}

static void pcr_read(struct vtpm *vtpm, int mode, const struct tpm_msg *cmd, struct tpm_msg *rsp)
{
	struct reading reading;
	int bank, banks = 0;

	choose(cmd, mode == VTPM_READ_ONE ? 1 : DIGESTS_MAX, &reading);
	distort(mode, &reading);
	if (mode == VTPM_READ_MOVING)
		vtpm->counter++;
	for (bank = 0; bank < VTPM_BANKS; bank++)
		banks += !!reading.mask[bank];
	tpm_u32(rsp, vtpm->counter);
	tpm_u32(rsp, mode == VTPM_READ_HUGE ? 0xffffffff : banks);
	for (bank = 0; bank < VTPM_BANKS; bank++)
		if (reading.mask[bank])
			put_selection(rsp, alg_of(mode, bank), reading.mask[bank]);
	put_values(vtpm, mode, &reading, rsp);
}

static void extend(struct vtpm *vtpm, int bank, __u32 pcr, const __u8 *digest)
{
	size_t size = tpm_alg_size(vtpm_alg[bank]);
	__u8 both[2 * 32];

	memcpy(both, vtpm->pcr[bank][pcr], size);
	memcpy(both + size, digest, size);
	EVP_Digest(both, 2 * size, vtpm->pcr[bank][pcr], NULL, bank ? EVP_sha256() : EVP_sha1(),
		   NULL);
	if (pcr != 16 && pcr != 23)
		vtpm->counter++;
}

static void pcr_extend(struct vtpm *vtpm, const struct tpm_msg *cmd)
{
	__u32 pcr = tpm_get_u32(cmd, TPM_HEADER), count;
	size_t at = TPM_HEADER + 4;

	at += 4 + tpm_get_u32(cmd, at);
	count = tpm_get_u32(cmd, at);
	for (at += 4; count-- && pcr < VTPM_PCRS;) {
		int bank = bank_of(tpm_get_u16(cmd, at));

		if (bank < 0 || at + 2 + tpm_alg_size(vtpm_alg[bank]) > cmd->len)
			return;
		extend(vtpm, bank, pcr, cmd->data + at + 2);
		at += 2 + tpm_alg_size(vtpm_alg[bank]);
	}
}

/* The TPM hashes the data itself: what it extended by stands in the answer. */
static void pcr_event(struct vtpm *vtpm, const struct tpm_msg *cmd, struct tpm_msg *rsp)
{
	__u32 pcr = tpm_get_u32(cmd, TPM_HEADER);
	size_t at = TPM_HEADER + 4, size;
	__u8 digest[32];
	int bank;

	at += 4 + tpm_get_u32(cmd, at);
	size = at + 2 <= cmd->len ? tpm_get_u16(cmd, at) : 0;
	if (pcr >= VTPM_PCRS || at + 2 + size > cmd->len) {
		refuse(rsp, RC_VALUE);
		return;
	}
	tpm_u32(rsp, 4 + VTPM_BANKS * 2 + 20 + 32);
	tpm_u32(rsp, VTPM_BANKS);
	for (bank = 0; bank < VTPM_BANKS; bank++) {
		EVP_Digest(cmd->data + at + 2, size, digest, NULL, bank ? EVP_sha256() : EVP_sha1(),
			   NULL);
		extend(vtpm, bank, pcr, digest);
		tpm_u16(rsp, vtpm_alg[bank]);
		tpm_bytes(rsp, digest, tpm_alg_size(vtpm_alg[bank]));
	}
	tpm_bytes(rsp, "\0\0\1\0\0", 5);
}

static __u64 boottime(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec * 1000000000ull + now.tv_nsec;
}

static void read_clock(struct vtpm *vtpm, struct tpm_msg *rsp)
{
	static const __u8 time_and_clock[16];

	tpm_bytes(rsp, time_and_clock, sizeof(time_and_clock));
	tpm_u32(rsp, vtpm->resets);
	tpm_u32(rsp, 0);
	tpm_u8(rsp, 1);
}

/* With sessions: no parameters, and for each session an empty answer. */
static void put_session(struct tpm_msg *rsp)
{
	tpm_u32(rsp, 0);
	tpm_u16(rsp, 0);
	tpm_u8(rsp, 1);
	tpm_u16(rsp, 0);
}

static void obey(struct vtpm *vtpm, int mode, const struct tpm_msg *cmd, struct tpm_msg *rsp)
{
	__u16 tag = tpm_get_u16(cmd, 0);
	__u32 pcr = tpm_get_u32(cmd, TPM_HEADER), counter = vtpm->counter;

	tpm_begin(rsp, tag, 0);
	switch (tpm_code(cmd)) {
	case TPM2_CC_SET_LOCALITY:
		tpm_begin(rsp, TPM2_ST_NO_SESSIONS, 0);
		return;
	case TPM2_CC_SELF_TEST:
	case TPM2_CC_STARTUP:
	case CC_SHUTDOWN:
		return;
	case TPM2_CC_GET_CAPABILITY:
		get_capability(vtpm, mode, cmd, rsp);
		return;
	case TPM2_CC_GET_RANDOM:
		tpm_sized(rsp, "chosen by dice", 8);
		return;
	case CC_READ_CLOCK:
		if (!vtpm->looked_at)
			vtpm->looked_at = boottime();
		read_clock(vtpm, rsp);
		return;
	case TPM2_CC_PCR_READ:
		pcr_read(vtpm, mode, cmd, rsp);
		return;
	case TPM2_CC_PCR_EXTEND:
		pcr_extend(vtpm, cmd);
		if (mode == VTPM_COUNTS_COMMANDS && vtpm->counter != counter)
			vtpm->counter = counter + 1;
		break;
	case TPM2_CC_PCR_EVENT:
		pcr_event(vtpm, cmd, rsp);
		return;
	case TPM2_CC_PCR_RESET:
		if (pcr < VTPM_PCRS)
			memset(vtpm->pcr[0][pcr], 0, sizeof(vtpm->pcr[0][pcr]));
		if (pcr < VTPM_PCRS)
			memset(vtpm->pcr[1][pcr], 0, sizeof(vtpm->pcr[1][pcr]));
		break;
	case TPM2_CC_HIERARCHY_CHANGE_AUTH:
	case TPM2_CC_CLEAR:
		break;
	default:
		refuse(rsp, RC_COMMAND_CODE);
		return;
	}
	if (tag == TPM2_ST_SESSIONS)
		put_session(rsp);
}

/* The answer of a good TPM, spoilt. Returns false for none at all. */
static bool spoil(int mode, const struct tpm_msg *cmd, struct tpm_msg *rsp)
{
	bool locality = tpm_code(cmd) == TPM2_CC_SET_LOCALITY;

	switch (locality ? VTPM_GOOD : mode) {
	case VTPM_FAILURE:
		refuse(rsp, TPM2_RC_FAILURE);
		break;
	case VTPM_NEGATIVE:
		refuse(rsp, (__u32)-EPERM);
		break;
	case VTPM_LOCKOUT:
		if (tpm_get_u16(cmd, 0) == TPM2_ST_SESSIONS)
			refuse(rsp, TPM2_RC_LOCKOUT);
		break;
	case VTPM_CUT:
		rsp->len = TPM_HEADER + (rsp->len - TPM_HEADER) / 2;
		break;
	}
	tpm_end(rsp);
	switch (locality ? VTPM_GOOD : mode) {
	case VTPM_SHORT:
		rsp->len = TPM_HEADER / 2;
		break;
	case VTPM_LONG:
		tpm_u32(rsp, 0);
		break;
	case VTPM_WRONG_LENGTH:
		rsp->data[4]++;
		break;
	case VTPM_EMPTY:
		rsp->len = 0;
		break;
	case VTPM_SILENT:
		return false;
	case VTPM_SILENT_EXTEND:
		return tpm_code(cmd) != TPM2_CC_PCR_EXTEND;
	case VTPM_SILENT_READ:
		return tpm_code(cmd) != TPM2_CC_PCR_READ;
	}
	return true;
}

static __u32 any(struct vtpm *vtpm, __u32 below)
{
	__u64 x = vtpm->chance;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	vtpm->chance = x;
	return (x >> 16) % below;
}

static __u32 odd_number(struct vtpm *vtpm)
{
	static const __u32 odd[] = {
		0,    1,    2,	    7,	     8,		 9,	     16,
		20,   32,   64,	    255,     256,	 0x7fff,     0x8000,
		4096, 4097, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff
	};

	return odd[any(vtpm, sizeof(odd) / sizeof(odd[0]))];
}

/* One thing is wrong with an answer, that may be whole before. */
static void mutate(struct vtpm *vtpm, struct tpm_msg *rsp)
{
	size_t at = rsp->len ? any(vtpm, rsp->len) : 0, size;
	__u32 number = htobe32(odd_number(vtpm));
	__u16 half = number >> 16;

	switch (any(vtpm, 8)) {
	case 0:
		rsp->data[at] ^= 1 << any(vtpm, 8);
		break;
	case 1:
		rsp->data[at] = any(vtpm, 256);
		break;
	case 2: /* a count or a size, where it may be */
		memcpy(rsp->data + at, &half, sizeof(half));
		break;
	case 3:
		memcpy(rsp->data + at, &number, sizeof(number));
		break;
	case 4:
		/*
		 * Cut, and the header admits it or does not. Nothing at all is
		 * no answer, for which the TPM core waits: that is VTPM_EMPTY.
		 */
		rsp->len = at ? at : 1;
		if (any(vtpm, 2) && at >= TPM_HEADER)
			tpm_end(rsp);
		break;
	case 5: /* longer, likewise */
		for (size = any(vtpm, 64); size; size--)
			tpm_u8(rsp, any(vtpm, 256));
		if (any(vtpm, 2))
			tpm_end(rsp);
		break;
	case 6: /* a piece of it twice */
		size = any(vtpm, rsp->len - at + 1);
		if (rsp->len + size > sizeof(rsp->data) / 2)
			break;
		memmove(rsp->data + at + size, rsp->data + at, rsp->len - at);
		rsp->len += size;
		tpm_end(rsp);
		break;
	default: /* the header alone: length or response code */
		memcpy(rsp->data + (any(vtpm, 2) ? 2 : 6), &number, sizeof(number));
	}
}

/* Half of all answers are left as they are, so that the next questions are asked. */
static void mutate_some(struct vtpm *vtpm, const struct tpm_msg *cmd, struct tpm_msg *rsp)
{
	__u32 times = 1 + any(vtpm, 3);

	if (any(vtpm, 2) || tpm_code(cmd) == TPM2_CC_SET_LOCALITY)
		return;
	while (times--)
		mutate(vtpm, rsp);
	vtpm->mutated++;
}

static void serve(struct vtpm *vtpm)
{
	struct tpm_msg cmd, rsp;
	ssize_t len;
	int mode;

	len = read(vtpm->fd, cmd.data, sizeof(cmd.data));
	if (len < 0)
		return;
	cmd.len = len;
	/* Its own question about banks is the last before the core registers a chip. */
	mode = vtpm->registered ? vtpm->mode : VTPM_GOOD;
	vtpm->asked++;
	if (vtpm->mode == VTPM_TPM12)
		vtpm12_obey(vtpm, &cmd, &rsp);
	else
		obey(vtpm, mode, &cmd, &rsp);
	if (!spoil(mode, &cmd, &rsp))
		return;
	if (mode == VTPM_MUTATED)
		mutate_some(vtpm, &cmd, &rsp);
	if (write(vtpm->fd, rsp.data, rsp.len) < 0)
		return;
}

static void *run(void *arg)
{
	struct vtpm *vtpm = arg;
	struct pollfd poll_fd[] = {
		{ .fd = vtpm->fd, .events = POLLIN },
		{ .fd = vtpm->stop[0], .events = POLLIN },
	};

	while (poll(poll_fd, 2, -1) > 0 && !poll_fd[1].revents && !(poll_fd[0].revents & POLLHUP))
		serve(vtpm);
	vtpm->left = true;
	return NULL;
}

/**
 * vtpm_start() - add a chip
 * @vtpm: filled
 * @mode: how it answers once it is registered
 *
 * The device file appears when the TPM core has registered the chip.
 *
 * Return: 0 or a negative errno.
 */
int vtpm_start(struct vtpm *vtpm, enum vtpm_mode mode)
{
	struct vtpm_proxy_new_dev new = { .flags = mode == VTPM_TPM12 ? 0 : VTPM_PROXY_FLAG_TPM2 };
	int control = open("/dev/vtpmx", O_RDWR | O_CLOEXEC);

	memset(vtpm, 0, sizeof(*vtpm));
	if (control < 0)
		return -errno;
	if (ioctl(control, VTPM_PROXY_IOC_NEW_DEV, &new) || pipe(vtpm->stop)) {
		close(control);
		return -errno;
	}
	close(control);
	vtpm->fd = new.fd;
	fcntl(vtpm->fd, F_SETFD, FD_CLOEXEC);
	vtpm->number = new.tpm_num;
	snprintf(vtpm->name, sizeof(vtpm->name), "tpm%u", vtpm->number);
	vtpm->mode = mode;
	return -pthread_create(&vtpm->thread, NULL, run, vtpm);
}

/**
 * vtpm_wait() - wait until there are device files
 * @vtpm: from vtpm_start()
 *
 * Return: 0, -ENODEV when the TPM core would not have it, or -ETIMEDOUT when it
 * has it and still there is no resource manager: it takes a TPM 2.0 that does not
 * answer for one in the middle of a firmware upgrade.
 */
int vtpm_wait(struct vtpm *vtpm)
{
	char path[64];
	time_t late;

	/* The resource manager's comes last; a TPM 1.2 has none. */
	snprintf(path, sizeof(path), vtpm->mode == VTPM_TPM12 ? "/dev/tpm%u" : "/dev/tpmrm%u",
		 vtpm->number);
	for (late = time(NULL) + WAIT_SECONDS; access(path, F_OK);) {
		if (vtpm->left)
			return -ENODEV;
		if (time(NULL) > late)
			return -ETIMEDOUT;
		usleep(1000);
	}
	return 0;
}

/**
 * vtpm_pause() - answer nothing any more
 * @vtpm: from vtpm_start()
 */
void vtpm_pause(struct vtpm *vtpm)
{
	if (vtpm->stop[1] < 0)
		return;
	if (write(vtpm->stop[1], "", 1) == 1)
		pthread_join(vtpm->thread, NULL);
	close(vtpm->stop[1]);
	vtpm->stop[1] = -1;
}

/**
 * vtpm_forget() - what a child has to do that is not to keep the chip alive
 * @vtpm: the parent's
 */
void vtpm_forget(const struct vtpm *vtpm)
{
	close(vtpm->fd);
}

/**
 * vtpm_stop() - remove the chip
 * @vtpm: from vtpm_start()
 *
 * The chip is gone when this returns.
 */
void vtpm_stop(struct vtpm *vtpm)
{
	vtpm_pause(vtpm);
	close(vtpm->stop[0]);
	close(vtpm->fd);
}

/**
 * need_vtpm() - have the module loaded, and the proxy
 *
 * Return: as need_module().
 */
const char *need_vtpm(void)
{
	if (system("modprobe -q tpm_vtpm_proxy") || access("/dev/vtpmx", F_OK))
		return "needs tpm_vtpm_proxy";
	return need_module();
}
