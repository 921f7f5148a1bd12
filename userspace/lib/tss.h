/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_TSS_H
#define DRTMON_LIB_TSS_H

#include <stddef.h>
#include <stdint.h>

/**
 * drtmon_tss_rc_text() - a TPM 2.0 response code in words
 * @dst: room for @max bytes
 * @max: size of @dst
 * @rc: response code
 *
 * Return: @dst.
 */
char *drtmon_tss_rc_text(char *dst, size_t max, uint32_t rc);

#endif
