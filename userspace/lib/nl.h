/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_NL_H
#define DRTMON_LIB_NL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/attr.h"
#include "lib/err.h"

/*
 * The family is not there. Not -ENOENT: a file that is missing must not read
 * as a module that is missing.
 */
#define DRTMON_NL_ABSENT (-ENOPKG)

/* Receive buffer asked for: the default holds about 166 events. */
#define DRTMON_NL_BUFFER (8 * 1024 * 1024)

/* One socket to the drtmon family; opaque, only nl.c knows libnl. */
struct drtmon_nl;

/**
 * struct drtmon_nl_arg - one attribute of a request
 * @type: attribute type
 * @kind: DRTMON_ATTR_U32, _U64, _FLAG, _BYTES or _NEST
 * @value: the number; of bytes or of nested attributes how many; unused for a flag
 * @data: the bytes, or an array of struct drtmon_nl_arg
 */
struct drtmon_nl_arg {
	uint16_t type;
	enum drtmon_attr_kind kind;
	uint64_t value;
	const void *data;
};

/**
 * struct drtmon_nl_req - a request and what becomes of its answers
 * @cmd: enum drtmon_cmd
 * @dump: ask for all there is
 * @args: attributes
 * @count: number of @args
 * @begin: forget what was collected: the answer starts, or starts again; may be NULL
 * @msg: one message of the answer; a non-zero result ends the collecting and is
 *	the call's result; NULL for a request that is only acknowledged
 * @ctx: for @begin and @msg
 */
struct drtmon_nl_req {
	uint8_t cmd;
	bool dump;
	const struct drtmon_nl_arg *args;
	size_t count;
	void (*begin)(void *ctx);
	int (*msg)(void *ctx, const struct drtmon_attrs *attrs, struct drtmon_err *err);
	void *ctx;
};

/**
 * struct drtmon_nl_sink - where notifications go
 * @msg: an event notification
 * @family: the family came or went: ask what there is now
 * @ctx: for both
 */
struct drtmon_nl_sink {
	int (*msg)(void *ctx, const struct drtmon_attrs *attrs, struct drtmon_err *err);
	void (*family)(void *ctx);
	void *ctx;
};

/**
 * drtmon_nl_open() - a socket, not yet bound to the family
 * @nl: the socket; release with drtmon_nl_close()
 * @err: what failed
 *
 * Return: 0 or a negative errno.
 */
int drtmon_nl_open(struct drtmon_nl **nl, struct drtmon_err *err);

/**
 * drtmon_nl_close() - release a socket
 * @nl: may be NULL
 */
void drtmon_nl_close(struct drtmon_nl *nl);

/**
 * drtmon_nl_resolve() - find the family, and refuse another version of it
 * @nl: the socket
 * @err: what failed
 *
 * Asks for the list of families: asking for this one by name would make the
 * kernel load the module, and a look must not change what it looks at.
 *
 * Return: 0, DRTMON_NL_ABSENT, -EPROTONOSUPPORT for another version, or
 * another negative errno.
 */
int drtmon_nl_resolve(struct drtmon_nl *nl, struct drtmon_err *err);

/**
 * drtmon_nl_adopt() - take the family over from another socket
 * @nl: the socket
 * @from: a resolved socket
 *
 * For a socket whose queue holds notifications: a question asked on it would
 * wait behind them, drop them, and take an overrun for its own failure.
 */
void drtmon_nl_adopt(struct drtmon_nl *nl, const struct drtmon_nl *from);

/**
 * drtmon_nl_version() - version of the family last resolved
 * @nl: the socket
 *
 * Return: the version, 0 when no family was found.
 */
uint32_t drtmon_nl_version(const struct drtmon_nl *nl);

/**
 * drtmon_nl_call() - send a request, collect its answer
 * @nl: a resolved socket
 * @req: the request
 * @err: what failed; the module's own words where it sent any
 *
 * A dump that the module marks as interrupted is asked for again, three times
 * in all.
 *
 * Return: 0; 1 when the dump was interrupted every time and the last one was
 * kept; DRTMON_NL_ABSENT when the module went meanwhile; or another negative
 * errno.
 */
int drtmon_nl_call(struct drtmon_nl *nl, const struct drtmon_nl_req *req, struct drtmon_err *err);

/**
 * drtmon_nl_watch() - hear of families that come and go, with a large buffer
 * @nl: the socket
 * @err: what failed
 *
 * Return: 0 or a negative errno.
 */
int drtmon_nl_watch(struct drtmon_nl *nl, struct drtmon_err *err);

/**
 * drtmon_nl_join() - hear the family's events
 * @nl: a resolved socket
 * @err: what failed
 *
 * Return: 0 or a negative errno.
 */
int drtmon_nl_join(struct drtmon_nl *nl, struct drtmon_err *err);

/**
 * drtmon_nl_fd() - the descriptor, to poll for POLLIN
 * @nl: the socket
 *
 * Return: a descriptor that stays the socket's.
 */
int drtmon_nl_fd(const struct drtmon_nl *nl);

/**
 * drtmon_nl_listen() - hand one datagram of notifications over, never waiting
 * @nl: a socket that watches or joined
 * @sink: where to
 * @err: what failed
 *
 * Return: 0, -EAGAIN when nothing waits, -ENOBUFS when the kernel dropped
 * some, or another negative errno.
 */
int drtmon_nl_listen(struct drtmon_nl *nl, const struct drtmon_nl_sink *sink,
		     struct drtmon_err *err);

#endif
