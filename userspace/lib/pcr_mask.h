/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_PCR_MASK_H
#define DRTMON_LIB_PCR_MASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Room for the longest text: every second PCR. */
#define DRTMON_PCR_MASK_MAX 80

#define DRTMON_PCR_MASK_ALL UINT32_MAX

/**
 * drtmon_pcr_mask_parse() - read "0-7,17"
 * @text: numbers and ranges, separated by commas
 * @mask: bit n: PCR n
 *
 * Return: false when @text is no such list, or names a PCR beyond 31.
 */
bool drtmon_pcr_mask_parse(const char *text, uint32_t *mask);

/**
 * drtmon_pcr_mask_text() - write "0-7, 17"
 * @dst: room for DRTMON_PCR_MASK_MAX bytes
 * @mask: bit n: PCR n
 *
 * Return: @dst, "" for none.
 */
char *drtmon_pcr_mask_text(char *dst, uint32_t mask);

#endif
