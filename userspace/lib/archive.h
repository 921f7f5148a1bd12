/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_ARCHIVE_H
#define DRTMON_LIB_ARCHIVE_H

#include <archive.h>
#include <archive_entry.h>

#include "lib/err.h"

/*
 * libarchive, loaded when the first archive is opened. Linked in the ordinary
 * way it makes every command map libxml2, ICU and libstdc++ as well: 3 MB of
 * the 8 MB that replaying a log may take, and half of the time to start.
 */
#define DRTMON_ARCHIVE_FUNCTIONS(X)         \
	X(archive_entry_filetype)           \
	X(archive_entry_free)               \
	X(archive_entry_hardlink)           \
	X(archive_entry_new)                \
	X(archive_entry_pathname)           \
	X(archive_entry_set_filetype)       \
	X(archive_entry_set_mtime)          \
	X(archive_entry_set_pathname)       \
	X(archive_entry_set_perm)           \
	X(archive_entry_set_size)           \
	X(archive_entry_size)               \
	X(archive_errno)                    \
	X(archive_error_string)             \
	X(archive_read_data)                \
	X(archive_read_free)                \
	X(archive_read_new)                 \
	X(archive_read_next_header)         \
	X(archive_read_open_filename)       \
	X(archive_read_support_filter_all)  \
	X(archive_read_support_filter_gzip) \
	X(archive_read_support_filter_xz)   \
	X(archive_read_support_filter_zstd) \
	X(archive_read_support_format_raw)  \
	X(archive_read_support_format_tar)  \
	X(archive_write_close)              \
	X(archive_write_data)               \
	X(archive_write_free)               \
	X(archive_write_header)             \
	X(archive_write_new)                \
	X(archive_write_open_fd)            \
	X(archive_write_set_format_pax_restricted)

/* sym_archive_read_new() is libarchive's archive_read_new(), and so on. */
#define DRTMON_ARCHIVE_DECLARE(name) extern __typeof__(name) *sym_##name;
DRTMON_ARCHIVE_FUNCTIONS(DRTMON_ARCHIVE_DECLARE)
#undef DRTMON_ARCHIVE_DECLARE

/**
 * drtmon_archive_load() - make the functions above callable
 * @err: why they are not; may be NULL
 *
 * Loads once; may be called again, and by any thread.
 *
 * Return: 0, or -ENOPKG when this machine has no usable libarchive.
 */
int drtmon_archive_load(struct drtmon_err *err);

#endif
