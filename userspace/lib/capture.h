/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_CAPTURE_H
#define DRTMON_LIB_CAPTURE_H

#include "lib/evidence.h"

/*
 * A capture is a directory, or a tar of one, with evidence taken elsewhere:
 * Documentation/capture.rst.
 */

/**
 * drtmon_capture_read() - evidence from a capture
 * @evidence: filled; release with drtmon_evidence_free() whatever the result
 * @path: directory or tar (plain, or compressed with gzip, xz or zstd)
 * @err: what is wrong
 *
 * A tar may hold the files at its top or in one directory. Files that drtmon
 * does not know are skipped. A tar with an absolute path or a parent path is
 * refused as a whole: nobody makes one by accident.
 *
 * Return: 0, also for a capture that holds nothing; -ENOENT and the like when
 * @path cannot be opened; -EINVAL when it is no capture or has such paths;
 * -EBADMSG when the tar is damaged; -E2BIG when it is too large.
 */
int drtmon_capture_read(struct drtmon_evidence *evidence, const char *path, struct drtmon_err *err);

/**
 * drtmon_capture_write() - evidence into a new capture
 * @evidence: what to write; items that are not present are noted in facts.json
 * @path: a name that ends in ".tar" becomes a tar, any other a directory
 * @err: what failed
 *
 * Nothing that exists is overwritten. Files are readable by their owner only:
 * logs name keys, programs and users. What was begun is removed on failure.
 *
 * Return: 0, -EEXIST, or another negative errno.
 */
int drtmon_capture_write(const struct drtmon_evidence *evidence, const char *path,
			 struct drtmon_err *err);

#endif
