/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_TPM_INFO_H
#define DRTMON_LIB_TPM_INFO_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "lib/err.h"
#include "lib/known.h"
#include "lib/tss.h"

#define DRTMON_TPM_ALGS	   128
#define DRTMON_TPM_BANKS   16
#define DRTMON_TPM_HANDLES 256

/* TPMA_PERMANENT and TPMA_STARTUP_CLEAR (TPM 2.0 Part 2, 8.6 and 8.7). */
#define DRTMON_TPM_OWNER_AUTH	       0x1u
#define DRTMON_TPM_ENDORSEMENT_AUTH    0x2u
#define DRTMON_TPM_LOCKOUT_AUTH	       0x4u
#define DRTMON_TPM_DISABLE_CLEAR       0x100u
#define DRTMON_TPM_IN_LOCKOUT	       0x200u
#define DRTMON_TPM_OWNER_ENABLED       0x2u
#define DRTMON_TPM_ENDORSEMENT_ENABLED 0x4u

/**
 * struct drtmon_tpm_key - a persistent object
 * @handle: 0x81…
 * @known: @public could be read
 * @public: its public area
 */
struct drtmon_tpm_key {
	uint32_t handle;
	bool known;
	struct drtmon_tss_key public;
};

/**
 * struct drtmon_tpm_nv - an NV index
 * @index: 0x01…
 * @known: @public could be read
 * @public: its public area
 */
struct drtmon_tpm_nv {
	uint32_t index;
	bool known;
	struct drtmon_tss_nv public;
};

/**
 * struct drtmon_tpm_value - a property the TPM has or has not
 * @known: the TPM told it
 * @value: as in TPM 2.0 Part 2, 6.13
 */
struct drtmon_tpm_value {
	bool known;
	uint32_t value;
};

/**
 * struct drtmon_tpm_info - what a TPM says of itself
 * @chip: the N of tpmN
 * @version: "2.0", "1.2" or ""
 * @manufacturer: the four characters of its TCG vendor ID, ends trimmed
 * @vendor: its vendor string
 * @firmware: as its maker writes it, "a.b.c.d"
 * @revision: TPM 2.0: of the specification, times 100
 * @spec_day: day of the year of that revision
 * @spec_year: its year
 * @banks: used entries of @bank; -1: not known
 * @bank: TPM_ALG_ID of allocated banks
 * @algs: used entries of @alg; -1: not known
 * @alg: TPM_ALG_ID
 * @random: TPM2_GetRandom answers
 * @hwrng: the kernel offers it as a source of random numbers
 * @hwrng_current: and is using it
 * @permanent: TPMA_PERMANENT
 * @startup: TPMA_STARTUP_CLEAR
 * @lockout_counter: failed tries that still count
 * @lockout_max: so many, and the TPM locks
 * @lockout_interval: seconds until one is forgiven
 * @lockout_recovery: seconds until the lockout hierarchy may try again
 * @keys: used entries of @key; -1: not known
 * @key: persistent objects
 * @nvs: used entries of @nv; -1: not known
 * @nv: NV indices
 * @ek_certificate: is there an index that holds an endorsement certificate?
 * @kind: "virtual", "firmware", "discrete" or "unknown"
 * @kind_reason: why
 * @owned: TPM 1.2
 * @enabled: TPM 1.2
 * @active: TPM 1.2
 * @why: why there is not more; "" when there is
 */
struct drtmon_tpm_info {
	uint32_t chip;
	char version[8];
	char manufacturer[8];
	char vendor[20];
	char firmware[32];
	struct drtmon_tpm_value revision;
	struct drtmon_tpm_value spec_day;
	struct drtmon_tpm_value spec_year;
	int banks;
	uint32_t bank[DRTMON_TPM_BANKS];
	int algs;
	uint32_t alg[DRTMON_TPM_ALGS];
	enum drtmon_known random;
	enum drtmon_known hwrng;
	enum drtmon_known hwrng_current;
	struct drtmon_tpm_value permanent;
	struct drtmon_tpm_value startup;
	struct drtmon_tpm_value lockout_counter;
	struct drtmon_tpm_value lockout_max;
	struct drtmon_tpm_value lockout_interval;
	struct drtmon_tpm_value lockout_recovery;
	int keys;
	struct drtmon_tpm_key key[DRTMON_TPM_HANDLES];
	int nvs;
	struct drtmon_tpm_nv nv[DRTMON_TPM_HANDLES];
	enum drtmon_known ek_certificate;
	const char *kind;
	char kind_reason[160];
	enum drtmon_known owned;
	enum drtmon_known enabled;
	enum drtmon_known active;
	char why[512];
};

/**
 * drtmon_tpm_info_look() - ask a TPM about itself
 * @info: filled
 * @chip: the N of tpmN
 * @version: "2.0", "1.2", or "" when it is not known
 * @hypervisor: is this a virtual machine?
 *
 * Nothing here changes the TPM. What cannot be had is marked as such; @info->why
 * says what failed as a whole.
 */
void drtmon_tpm_info_look(struct drtmon_tpm_info *info, uint32_t chip, const char *version,
			  enum drtmon_known hypervisor);

/**
 * drtmon_tpm_info_ask() - ask one TPM 2.0, wherever it is
 * @info: filled in; all zero at first
 * @tcti: see drtmon_tss_open()
 */
void drtmon_tpm_info_ask(struct drtmon_tpm_info *info, const char *tcti);

/**
 * drtmon_tpm_info_json() - the object of "tpm -j"
 * @info: looked at
 *
 * Return: a new reference, NULL when out of memory.
 */
json_t *drtmon_tpm_info_json(const struct drtmon_tpm_info *info);

/**
 * drtmon_tpm_kind() - is a TPM real? Fills @kind and @kind_reason
 * @info: with its manufacturer and vendor
 * @hypervisor: is this a virtual machine?
 */
void drtmon_tpm_kind(struct drtmon_tpm_info *info, enum drtmon_known hypervisor);

/**
 * drtmon_tpm_maker() - the company behind a TCG vendor ID
 * @manufacturer: four characters, ends trimmed
 *
 * Return: its name, NULL when it is not known.
 */
const char *drtmon_tpm_maker(const char *manufacturer);

/**
 * drtmon_tpm_recovery() - seconds until the TPM takes wrong authorisations again
 * @info: looked at
 * @seconds: filled when known; 0 when it does not refuse any
 *
 * While locked, one failed try is forgiven each interval; the first makes room.
 *
 * Return: whether it is known.
 */
bool drtmon_tpm_recovery(const struct drtmon_tpm_info *info, uint64_t *seconds);

/**
 * drtmon_tpm_nv_use() - what an NV index is for, by the ranges TCG and Intel give out
 * @index: NV index
 *
 * Return: a few words, NULL when it is not known.
 */
const char *drtmon_tpm_nv_use(uint32_t index);

/**
 * drtmon_tpm_key_use() - what a persistent handle is for, by TCG's registry
 * @handle: handle
 *
 * Return: a few words, NULL when it is not known.
 */
const char *drtmon_tpm_key_use(uint32_t handle);

/**
 * drtmon_tpm_alg_name() - an algorithm as TCG's registry names it, lower case
 * @dst: room for @max bytes
 * @max: size of @dst
 * @alg: TPM_ALG_ID
 *
 * Return: @dst; "0x…" for one that is not known here.
 */
const char *drtmon_tpm_alg_name(char *dst, size_t max, uint32_t alg);

#endif
