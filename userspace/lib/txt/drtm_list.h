/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_TXT_DRTM_LIST_H
#define DRTMON_LIB_TXT_DRTM_LIST_H

#include <jansson.h>

#include "lib/log/log.h"

/* Records kept; a real log has 20 to 60. */
#define DRTMON_DRTM_LIST_MAX 4096

/**
 * drtmon_drtm_list_add() - a record as JSON at the end of a list
 * @list: array; nothing is added behind DRTMON_DRTM_LIST_MAX entries
 * @event: record
 */
void drtmon_drtm_list_add(json_t *list, const struct drtmon_log_event *event);

#endif
