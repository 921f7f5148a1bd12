/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_CHAIN_NV_H
#define DRTMON_LIB_CHAIN_NV_H

#include <stdint.h>

/* What an NV index is for. */
enum drtmon_chain_nv_use {
	DRTMON_CHAIN_NV_PS,  /* platform supplier's policy */
	DRTMON_CHAIN_NV_PO,  /* owner's policy */
	DRTMON_CHAIN_NV_AUX, /* the ACMs' mailbox */
	DRTMON_CHAIN_NV_USES
};

#define DRTMON_CHAIN_NVS 10

/**
 * struct drtmon_chain_nv - an NV index that TXT uses
 * @index: handle
 * @use: what for
 * @set: TPM 2.0: 'A' or 'B'; which one counts is bit 6 of the ACM's TPM
 *	capabilities. TPM 1.2: '1'
 */
struct drtmon_chain_nv {
	uint32_t index;
	enum drtmon_chain_nv_use use;
	char set;
};

/* Intel TXT SDG 315168, appendix J; the second set since Converged Boot Guard and TXT */
extern const struct drtmon_chain_nv drtmon_chain_nv[DRTMON_CHAIN_NVS];

#endif
