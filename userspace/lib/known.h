/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_KNOWN_H
#define DRTMON_LIB_KNOWN_H

/* Whether a thing is so. All zero is "nobody looked". */
enum drtmon_known {
	DRTMON_KNOWN_NOTHING,
	DRTMON_KNOWN_NO,
	DRTMON_KNOWN_YES,
};

#endif
