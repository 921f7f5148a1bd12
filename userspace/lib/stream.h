/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_STREAM_H
#define DRTMON_LIB_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/err.h"
#include "lib/event.h"

/* Every event of the module, once and in order; opaque. */
struct drtmon_stream;

/* Where to begin: with whatever comes next. */
#define DRTMON_STREAM_NOW UINT64_MAX

/**
 * struct drtmon_stream_ops - who hears the stream
 * @event: the next event; a non-zero result ends the call that delivers it and
 *	is its result
 * @lost: these are gone for good: first and last sequence; may be NULL
 * @module: the module was unloaded (false), or another load of it began and
 *	sequences restart at 1 (true); may be NULL
 * @ctx: for all of them
 */
struct drtmon_stream_ops {
	int (*event)(void *ctx, const struct drtmon_event *event);
	void (*lost)(void *ctx, uint64_t first, uint64_t last);
	void (*module)(void *ctx, bool there);
	void *ctx;
};

/**
 * drtmon_stream_open() - subscribe
 * @stream: the stream; release with drtmon_stream_close()
 * @ops: copied
 * @since: first sequence to deliver, or DRTMON_STREAM_NOW
 * @wait: an absent module is no error: wait until it is loaded
 * @err: what failed
 *
 * Nothing is delivered yet. From here on no event is missed: first comes the
 * subscription, then the question what there was before it.
 *
 * Return: 0; -ERANGE when @since has not come yet, unless @wait, as then it may
 * be of another load of the module; or another negative errno.
 */
int drtmon_stream_open(struct drtmon_stream **stream, const struct drtmon_stream_ops *ops,
		       uint64_t since, bool wait, struct drtmon_err *err);

/**
 * drtmon_stream_close() - unsubscribe
 * @stream: may be NULL
 */
void drtmon_stream_close(struct drtmon_stream *stream);

/**
 * drtmon_stream_fd() - poll this for POLLIN, then call drtmon_stream_read()
 * @stream: the stream
 *
 * Return: a descriptor that stays the stream's.
 */
int drtmon_stream_fd(const struct drtmon_stream *stream);

/**
 * drtmon_stream_next() - the sequence the next event will have
 * @stream: the stream
 *
 * Return: a sequence; DRTMON_STREAM_NOW while it is not known.
 */
uint64_t drtmon_stream_next(const struct drtmon_stream *stream);

/**
 * drtmon_stream_attached() - is there a module to hear?
 * @stream: the stream
 *
 * Return: false while it waits for the module to be loaded.
 */
bool drtmon_stream_attached(const struct drtmon_stream *stream);

/**
 * drtmon_stream_load_id() - which load of the module is heard
 * @stream: the stream
 *
 * Return: the module's random number of that load, 0 before there was any;
 * the last one's while the stream waits.
 */
uint64_t drtmon_stream_load_id(const struct drtmon_stream *stream);

/**
 * drtmon_stream_seek() - begin elsewhere
 * @stream: a stream just opened
 * @seq: first sequence to deliver
 */
void drtmon_stream_seek(struct drtmon_stream *stream, uint64_t seq);

/**
 * drtmon_stream_past() - what the ring still holds, beside the stream's own course
 * @stream: the stream; what it delivers itself stays as it is
 * @ops: @event and @lost are called
 * @since: first sequence
 * @err: what failed
 *
 * Not to be called from within an event of the stream.
 *
 * Return: 0, a negative errno (-ESTALE: it is another load of the module by
 * now), or what @ops->event returned.
 */
int drtmon_stream_past(struct drtmon_stream *stream, const struct drtmon_stream_ops *ops,
		       uint64_t since, struct drtmon_err *err);

/**
 * drtmon_stream_replay() - deliver what the ring holds already
 * @stream: a stream just opened
 * @err: what failed
 *
 * Return: 0, a negative errno, or what @ops->event returned.
 */
int drtmon_stream_replay(struct drtmon_stream *stream, struct drtmon_err *err);

/**
 * drtmon_stream_read() - deliver what has come in, never waiting for more
 * @stream: the stream
 * @err: what failed
 *
 * When the kernel dropped notifications or a sequence is missing, the missing
 * events are fetched from the ring before anything newer is delivered. What
 * the ring does not hold any more is reported to @ops->lost.
 *
 * Return: 0, a negative errno, or what @ops->event returned.
 */
int drtmon_stream_read(struct drtmon_stream *stream, struct drtmon_err *err);

/**
 * drtmon_stream_dump() - what the ring holds, without subscribing
 * @ops: @event and @lost are called
 * @since: first sequence
 * @err: what failed
 *
 * Return: 0, -ERANGE when @since has not come yet, another negative errno, or
 * what @ops->event returned.
 */
int drtmon_stream_dump(const struct drtmon_stream_ops *ops, uint64_t since, struct drtmon_err *err);

#endif
