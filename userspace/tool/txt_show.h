/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_TOOL_TXT_SHOW_H
#define DRTMON_TOOL_TXT_SHOW_H

#include <jansson.h>

#include "lib/evidence.h"
#include "tool/cmd.h"

/**
 * drtmon_txt_show_registers() - the register window as a table
 * @opts: decides about colour
 * @item: the window, present
 */
void drtmon_txt_show_registers(const struct drtmon_opts *opts, const struct drtmon_item *item);

/**
 * drtmon_txt_show_object() - a JSON object as indented lines
 * @object: the object
 * @depth: indentation in steps of two
 */
void drtmon_txt_show_object(const json_t *object, int depth);

/**
 * drtmon_txt_show_log() - a replayed log: records, PCRs, quirks
 * @opts: -v shows the records' data
 * @log: as drtmon_drtm_json() makes it
 */
void drtmon_txt_show_log(const struct drtmon_opts *opts, const json_t *log);

#endif
