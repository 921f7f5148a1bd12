/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_ERR_H
#define DRTMON_LIB_ERR_H

/**
 * struct drtmon_err - why a library call failed, in one sentence for a person
 * @code: negative errno, 0 while nothing failed
 * @msg: one sentence without a newline or a program name in front
 *
 * The library never prints: a function that can fail takes one of these (or
 * NULL) and returns the same negative errno that it stores here.
 */
struct drtmon_err {
	int code;
	char msg[512];
};

/**
 * drtmon_err_set() - store a failure and return its code
 * @err: where to store it; may be NULL
 * @code: negative errno
 * @fmt: printf format of the sentence
 *
 * Return: @code.
 */
int drtmon_err_set(struct drtmon_err *err, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
