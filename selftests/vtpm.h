/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SELFTESTS_VTPM_H
#define SELFTESTS_VTPM_H

#include <linux/types.h>
#include <pthread.h>
#include <stdatomic.h>

#define VTPM_BANKS   2
#define VTPM_PCRS    24
#define VTPM_DIGESTS (VTPM_BANKS * VTPM_PCRS)

/* How a TPM answers. All but the first begin once the TPM core has registered it. */
enum vtpm_mode {
	VTPM_GOOD,
	VTPM_FAILURE,	      /* failure mode: refuses everything */
	VTPM_NEGATIVE,	      /* refuses everything, with a code that looks like an errno */
	VTPM_LOCKOUT,	      /* refuses everything that is authorised */
	VTPM_SHORT,	      /* half a header */
	VTPM_LONG,	      /* more bytes than the header says */
	VTPM_WRONG_LENGTH,    /* fewer bytes than the header says */
	VTPM_EMPTY,	      /* a response of no bytes */
	VTPM_SILENT,	      /* none at all */
	VTPM_SILENT_EXTEND,   /* none to PCR_Extend alone */
	VTPM_SILENT_READ,     /* none to PCR_Read alone */
	VTPM_CUT,	      /* a true header, and not all that belongs behind it */
	VTPM_READ_NOTHING,    /* PCR_Read: no value */
	VTPM_READ_TOO_MANY,   /* nine values where eight are allowed */
	VTPM_READ_MISCOUNTED, /* fewer values than PCRs named */
	VTPM_READ_WRONG_SIZE, /* values of another hash */
	VTPM_READ_OTHERS,     /* PCRs nobody asked for */
	VTPM_READ_ENDLESS,    /* the same PCR again and again */
	VTPM_READ_HUGE,	      /* four billion banks */
	VTPM_READ_ONE,	      /* one value a command: allowed */
	VTPM_READ_MOVING,     /* the counter moves with every command */
	VTPM_COUNTS_COMMANDS, /* it moves by one with an extend of any number of banks: allowed */
	VTPM_BANKS_16,	      /* more banks than anybody follows */
	VTPM_BANKS_HUGE,      /* four billion of them */
	VTPM_BANKS_NONE,
	VTPM_BANKS_DIFFER,   /* one bank, then both, then one */
	VTPM_UNTOLD,	     /* not which PCRs leave the counter alone: allowed */
	VTPM_TOLD_OTHERWISE, /* PCR 16 leaves it alone, then 16 and 23, then 16 */
	VTPM_BANK_UNHASHED,  /* its second bank is of a hash that this kernel may lack */
	VTPM_MUTATED,	     /* any byte, length or number of any answer is another */
	VTPM_TPM12,	     /* a good TPM 1.2, whose PCRs can all be reset; from the start */
};

/**
 * struct vtpm - a TPM in software behind tpm_vtpm_proxy
 * @fd: the server's end; closing it removes the chip
 * @number: the N of tpmN
 * @name: "tpmN"
 * @mode: how it answers, changed at any time
 * @registered: the TPM core has asked all it asks before it registers a chip
 * @left: the thread ended: the chip is gone, or never came to be
 * @asked: commands that came
 * @looked_at: when its clock was first asked for, as the module does and the TPM
 *	core does not, in ns since boot; 0 before
 * @counter: pcrUpdateCounter
 * @resets: resetCount
 * @chance: what VTPM_MUTATED does next; the same seed, set before it begins,
 *	does the same again
 * @mutated: answers that VTPM_MUTATED changed
 * @told: times that VTPM_BANKS_DIFFER told its banks, or VTPM_TOLD_OTHERWISE those PCRs
 * @pcr: values, sha1 then sha256
 * @stop: a pipe that ends the thread
 * @thread: answers
 */
struct vtpm {
	int fd;
	__u32 number;
	char name[16];
	_Atomic int mode;
	_Atomic int registered;
	_Atomic int left;
	_Atomic __u32 asked;
	_Atomic __u64 looked_at;
	_Atomic __u32 counter;
	_Atomic __u32 resets;
	_Atomic __u64 chance;
	_Atomic __u32 mutated;
	_Atomic __u32 told;
	__u8 pcr[VTPM_BANKS][VTPM_PCRS][32];
	int stop[2];
	pthread_t thread;
};

/* The second bank in VTPM_BANK_UNHASHED: SHA3-256. */
#define VTPM_ALG_UNHASHED 0x0027

extern const __u16 vtpm_alg[VTPM_BANKS];

int vtpm_start(struct vtpm *vtpm, enum vtpm_mode mode);
int vtpm_wait(struct vtpm *vtpm);
void vtpm_pause(struct vtpm *vtpm);
void vtpm_forget(const struct vtpm *vtpm);
void vtpm_stop(struct vtpm *vtpm);
const char *vtpm_mode_name(enum vtpm_mode mode);
const char *need_vtpm(void);

#endif /* SELFTESTS_VTPM_H */
