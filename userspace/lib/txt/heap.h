/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_TXT_HEAP_H
#define DRTMON_LIB_TXT_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "../kmod/txt_heap.h"

/* Who prepared the launch, as far as OsMleData shows by its shape. */
enum drtmon_txt_launcher {
	DRTMON_TXT_LAUNCHER_NONE, /* no OsMleData was written */
	DRTMON_TXT_LAUNCHER_UNKNOWN,
	DRTMON_TXT_LAUNCHER_TBOOT,
	DRTMON_TXT_LAUNCHER_SLAUNCH
};

/**
 * struct drtmon_txt_view - a heap's bytes, walked
 * @buf: first byte of the heap; borrowed
 * @len: bytes
 * @base: physical address of @buf; see @base_known
 * @base_known: @base is HEAP.BASE, or was worked out from where the log lies
 * @base_inferred: the latter
 * @walk: the four tables
 * @logs: the event logs it points at
 */
struct drtmon_txt_view {
	const uint8_t *buf;
	size_t len;
	uint64_t base;
	bool base_known;
	bool base_inferred;
	struct drtmon_txt_heap walk;
	struct drtmon_txt_logs logs;
};

/**
 * drtmon_txt_view_init() - walk a heap
 * @view: filled; borrows @buf
 * @buf: copy of the heap, or a memory image that begins with the heap's u64
 *	base and u64 size and holds the heap at that base
 * @len: bytes
 * @base: HEAP.BASE, 0 when it is not known
 */
void drtmon_txt_view_init(struct drtmon_txt_view *view, const uint8_t *buf, size_t len,
			  uint64_t base);

/**
 * drtmon_txt_view_log() - an event log's bytes, where they lie in the heap
 * @view: the heap
 * @log: one of @view->logs
 * @len: bytes of the log's allocation that lie in the heap
 *
 * Return: pointer into the heap, or NULL when the log is elsewhere.
 */
const uint8_t *drtmon_txt_view_log(const struct drtmon_txt_view *view,
				   const struct drtmon_txt_log *log, size_t *len);

/**
 * drtmon_txt_view_launcher() - who wrote OsMleData
 * @view: the heap
 *
 * OsMleData belongs to the launcher and carries no name: this goes by version
 * and size, and is a hint.
 *
 * Return: see enum drtmon_txt_launcher.
 */
enum drtmon_txt_launcher drtmon_txt_view_launcher(const struct drtmon_txt_view *view);

/**
 * drtmon_txt_launcher_name() - "none", "unknown", "tboot", "secure-launch"
 * @launcher: which
 *
 * Return: a static string.
 */
const char *drtmon_txt_launcher_name(enum drtmon_txt_launcher launcher);

/**
 * drtmon_txt_heap_stop_text() - why a walk ended, as one clause
 * @walk: result of the walk
 * @buf: @len bytes, always ended by NUL
 * @len: size of @buf
 *
 * Return: @buf.
 */
const char *drtmon_txt_heap_stop_text(const struct drtmon_txt_heap *walk, char *buf, size_t len);

/**
 * drtmon_txt_view_u32() - a 32-bit field of a table
 * @view: the heap
 * @table: which table
 * @offset: of the field in the table's data
 * @value: filled when the result is true
 *
 * Return: false when the table is missing or too short.
 */
bool drtmon_txt_view_u32(const struct drtmon_txt_view *view, enum drtmon_txt_table table,
			 uint32_t offset, uint32_t *value);

/**
 * drtmon_txt_view_u64() - a 64-bit field of a table
 * @view: the heap
 * @table: which table
 * @offset: of the field in the table's data
 * @value: filled when the result is true
 *
 * Return: false when the table is missing or too short.
 */
bool drtmon_txt_view_u64(const struct drtmon_txt_view *view, enum drtmon_txt_table table,
			 uint32_t offset, uint64_t *value);

/**
 * drtmon_txt_heap_json() - everything the heap says
 * @view: the heap
 *
 * {"base","size","walk":{…},"bios_data":{…}|null,"os_mle_data","os_sinit_data",
 * "sinit_mle_data","event_logs":[…],"launcher"}.
 *
 * Return: a new reference, NULL when out of memory.
 */
json_t *drtmon_txt_heap_json(const struct drtmon_txt_view *view);

/**
 * drtmon_txt_elems_json() - a table's extended data elements
 * @table: the table's data
 * @len: bytes
 * @start: offset of the first element
 * @problem: set to a static sentence when the list ends badly, else NULL
 *
 * Return: a new array, NULL when out of memory.
 */
json_t *drtmon_txt_elems_json(const uint8_t *table, size_t len, uint32_t start,
			      const char **problem);

#endif
