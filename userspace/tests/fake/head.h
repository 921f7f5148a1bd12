/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_TESTS_FAKE_HEAD_H
#define DRTMON_TESTS_FAKE_HEAD_H

/* cmocka.h wants these in front of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
