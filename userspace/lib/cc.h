/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_CC_H
#define DRTMON_LIB_CC_H

#include <stdint.h>

/**
 * drtmon_cc_name() - what a TPM command is called
 * @cc: TPM 2.0 command code or TPM 1.2 ordinal; the two do not overlap
 *
 * Return: the name in the TCG's spelling without its prefix, or NULL.
 */
const char *drtmon_cc_name(uint32_t cc);

#endif
