/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_LOG_IMA_TEXT_H
#define DRTMON_LIB_LOG_IMA_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Ways to read one line; see drtmon_ima_text_data(). */
#define DRTMON_IMA_READINGS 8

/**
 * drtmon_ima_text_data() - template data from the fields of an ASCII line
 * @out: filled, as IMA hashes it
 * @max: bytes of @out
 * @name: template name
 * @name_len: characters
 * @fields: from the blank before the first field to the end of the line
 * @len: characters
 * @reading: 0: as the kernel wrote it; 1 to 7: as if that many blanks, which
 *	stood for empty fields, were lost from the end of the line
 * @big_endian: of lengths and numbers: the kernel's own order, which text does not tell
 *
 * Return: bytes, or -EINVAL when the line cannot be read so.
 */
ssize_t drtmon_ima_text_data(uint8_t *out, size_t max, const char *name, size_t name_len,
			     const char *fields, size_t len, unsigned int reading, bool big_endian);

#endif
