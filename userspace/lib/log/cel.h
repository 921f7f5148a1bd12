/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_LOG_CEL_H
#define DRTMON_LIB_LOG_CEL_H

#include <stdint.h>

#include "lib/log/log.h"

/* TCG Canonical Event Log 1.0, 5.1: types of the record's fields and contents */
#define DRTMON_CEL_RECNUM	0
#define DRTMON_CEL_PCR		1
#define DRTMON_CEL_NV_INDEX	2
#define DRTMON_CEL_DIGESTS	3
#define DRTMON_CEL_MGMT		4
#define DRTMON_CEL_PCCLIENT_STD 5
#define DRTMON_CEL_IMA_TEMPLATE 7
#define DRTMON_CEL_IMA_TLV	8
/* Registers of confidential computing, as Google's CEL writes them; not in the specification. */
#define DRTMON_CEL_CCMR 108

/**
 * drtmon_cel_content() - what a CEL content type holds
 * @type: number of the content type
 *
 * Return: DRTMON_LOG_CONTENT_OTHER for an unknown one.
 */
enum drtmon_log_content drtmon_cel_content(uint32_t type);

/**
 * drtmon_cel_content_name() - name of a content type in CEL-JSON
 * @type: number
 *
 * Return: a constant string, or NULL.
 */
const char *drtmon_cel_content_name(uint32_t type);

/**
 * drtmon_cel_content_by_name() - the reverse
 * @name: for example "pcclient_std"
 *
 * Return: number, or -1.
 */
int drtmon_cel_content_by_name(const char *name);

#endif
