// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two sockets: notifications pile up in the large buffer of the one while the
 * other asks for what is missing. Only sequence numbers count loss: a burst
 * that loses thousands of notifications raises ENOBUFS a few times.
 */
#include "lib/stream.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/nl.h"
#include "lib/platform.h"
#include "lib/stats.h"

struct drtmon_stream {
	struct drtmon_stream_ops ops;
	struct drtmon_nl *listen;
	struct drtmon_nl *ask;
	bool there; /* joined the module's group */
	bool stale; /* the module came or went: find out */
	uint64_t load_id;
	uint64_t next; /* the sequence to deliver next */
	bool fresh;    /* a dump begins: a gap in front of its first event is final */
	bool again;    /* a dump had a gap further in: ask once more from there */
	struct drtmon_event event;
};

static void stream_lost(struct drtmon_stream *stream, uint64_t end)
{
	if (stream->next < end && stream->ops.lost)
		stream->ops.lost(stream->ops.ctx, stream->next, end - 1);
}

/* Deliver @event unless it was delivered before; a gap in front of it is final. */
static int stream_deliver(struct drtmon_stream *stream, const struct drtmon_event *event)
{
	if (!drtmon_event_has(event, DRTMON_A_EVENT_SEQ) || event->seq < stream->next)
		return 0;
	stream_lost(stream, event->seq);
	stream->next = event->seq + 1;
	return stream->ops.event(stream->ops.ctx, event);
}

static void stream_dump_begin(void *ctx)
{
	struct drtmon_stream *stream = ctx;

	stream->fresh = true;
	stream->again = false;
}

static int stream_dump_msg(void *ctx, const struct drtmon_attrs *attrs, struct drtmon_err *err)
{
	struct drtmon_stream *stream = ctx;
	/* Not stream->event: that one may be waiting for this dump to end. */
	struct drtmon_event event;
	int ret = drtmon_event_decode(&event, attrs, err);

	if (ret || stream->again || !drtmon_event_has(&event, DRTMON_A_EVENT_SEQ))
		return ret;
	if (event.seq > stream->next && !stream->fresh) {
		stream->again = true;
		return 0;
	}
	stream->fresh = false;
	return stream_deliver(stream, &event);
}

/* Deliver everything from stream->next on that the ring still holds. */
static int stream_fill(struct drtmon_stream *stream, struct drtmon_err *err)
{
	struct drtmon_nl_arg since = { DRTMON_A_EVENT_SINCE, DRTMON_ATTR_U64, 0 };
	struct drtmon_nl_req req = {
		.cmd = DRTMON_CMD_EVENT_GET,
		.dump = true,
		.args = &since,
		.count = 1,
		.begin = stream_dump_begin,
		.msg = stream_dump_msg,
		.ctx = stream,
	};
	int ret;

	/* Every round delivers at least one event, or is the last. */
	do {
		since.value = stream->next;
		ret = drtmon_nl_call(stream->ask, &req, err);
	} while (ret >= 0 && stream->again);
	/* Sequences vouch for what was delivered, whether interrupted or not. */
	return ret < 0 ? ret : 0;
}

/* Where "now" is. */
static int stream_locate(struct drtmon_stream *stream, struct drtmon_err *err)
{
	struct drtmon_stats stats;
	int ret;

	if (stream->next != DRTMON_STREAM_NOW)
		return 0;
	ret = drtmon_stats_get(stream->ask, &stats, err);
	if (ret)
		return ret;
	if (!drtmon_attr_has(stats.have, DRTMON_A_STATS_RING_NEXT))
		return drtmon_err_set(
			err, -EBADMSG,
			"the module did not say where its events end; run: drtmon doctor");
	stream->next = stats.ring_next;
	return 0;
}

/* What has not come yet cannot be asked for: all before it would be hidden. */
static int stream_beyond(struct drtmon_nl *ask, uint64_t since, struct drtmon_err *err)
{
	struct drtmon_stats stats;
	int ret = since > 1 && since != DRTMON_STREAM_NOW ? drtmon_stats_get(ask, &stats, err) : 1;

	if (ret)
		return ret < 0 ? ret : 0;
	if (!drtmon_attr_has(stats.have, DRTMON_A_STATS_RING_NEXT) || since <= stats.ring_next)
		return 0;
	return drtmon_err_set(err, -ERANGE,
			      "there is no event %" PRIu64 " yet: the next one will be %" PRIu64
			      "; a module that was loaded anew begins at 1",
			      since, stats.ring_next);
}

static void stream_gone(struct drtmon_stream *stream)
{
	bool was = stream->there;

	stream->there = false;
	if (was && stream->ops.module)
		stream->ops.module(stream->ops.ctx, false);
}

/* A load of the module that this stream has not seen begins again at 1. */
static int stream_identify(struct drtmon_stream *stream, bool first, struct drtmon_err *err)
{
	struct drtmon_platform platform;
	int ret = drtmon_platform_get(stream->ask, &platform, err);

	if (ret)
		return ret;
	if (!first && (platform.load_id != stream->load_id || stream->next == DRTMON_STREAM_NOW)) {
		stream_gone(stream);
		stream->next = 1;
		stream->load_id = platform.load_id;
		stream->there = true;
		if (stream->ops.module)
			stream->ops.module(stream->ops.ctx, true);
	}
	stream->load_id = platform.load_id;
	return 0;
}

/* As often as a group may be gone between two words: the module registers anew, see nl.c. */
#define JOIN_TRIES 4

static int stream_join(struct drtmon_stream *stream, struct drtmon_err *err)
{
	int tries = 0, ret;

	do {
		ret = drtmon_nl_resolve(stream->ask, err);
		drtmon_nl_adopt(stream->listen, stream->ask);
		if (!ret)
			ret = drtmon_nl_join(stream->listen, err);
	} while (ret == -ENOENT && ++tries < JOIN_TRIES);
	return ret;
}

/* Find the family, subscribe, and learn which load of the module it is. */
static int stream_attach(struct drtmon_stream *stream, bool first, struct drtmon_err *err)
{
	int ret = stream_join(stream, err);

	if (!ret)
		ret = stream_identify(stream, first, err);
	if (!ret)
		stream->there = true;
	return ret;
}

int drtmon_stream_open(struct drtmon_stream **out, const struct drtmon_stream_ops *ops,
		       uint64_t since, bool wait, struct drtmon_err *err)
{
	struct drtmon_stream *stream = calloc(1, sizeof(*stream));
	int ret;

	*out = NULL;
	if (!stream)
		return drtmon_err_set(err, -ENOMEM, "out of memory");
	stream->ops = *ops;
	stream->next = since ? since : 1;
	ret = drtmon_nl_open(&stream->listen, err);
	if (!ret)
		ret = drtmon_nl_open(&stream->ask, err);
	if (!ret)
		ret = drtmon_nl_watch(stream->listen, err);
	if (!ret)
		ret = stream_attach(stream, true, err);
	if (!ret)
		ret = stream_locate(stream, err);
	if (!ret && !wait)
		ret = stream_beyond(stream->ask, since, err);
	if (ret == DRTMON_NL_ABSENT && wait)
		ret = 0;
	if (ret)
		drtmon_stream_close(stream);
	else
		*out = stream;
	return ret;
}

void drtmon_stream_close(struct drtmon_stream *stream)
{
	if (!stream)
		return;
	drtmon_nl_close(stream->listen);
	drtmon_nl_close(stream->ask);
	free(stream);
}

int drtmon_stream_fd(const struct drtmon_stream *stream)
{
	return drtmon_nl_fd(stream->listen);
}

uint64_t drtmon_stream_next(const struct drtmon_stream *stream)
{
	return stream->next;
}

bool drtmon_stream_attached(const struct drtmon_stream *stream)
{
	return stream->there;
}

uint64_t drtmon_stream_load_id(const struct drtmon_stream *stream)
{
	return stream->load_id;
}

void drtmon_stream_seek(struct drtmon_stream *stream, uint64_t seq)
{
	stream->next = seq ? seq : 1;
}

int drtmon_stream_past(struct drtmon_stream *stream, const struct drtmon_stream_ops *ops,
		       uint64_t since, struct drtmon_err *err)
{
	struct drtmon_stream past = { .ops = *ops, .ask = stream->ask, .next = since ? since : 1 };
	struct drtmon_platform platform;
	int ret;

	if (!stream->there)
		return drtmon_err_set(err, DRTMON_NL_ABSENT, "the drtmon module is not loaded");
	ret = drtmon_platform_get(past.ask, &platform, err);
	if (ret)
		return ret;
	if (platform.load_id != stream->load_id)
		return drtmon_err_set(err, -ESTALE, "the drtmon module was loaded anew");
	return stream_fill(&past, err);
}

int drtmon_stream_replay(struct drtmon_stream *stream, struct drtmon_err *err)
{
	return stream->there ? stream_fill(stream, err) : 0;
}

/* Trust nothing: is it still there, is it the same load, what was missed? */
static int stream_resync(struct drtmon_stream *stream, struct drtmon_err *err)
{
	int ret = stream_attach(stream, false, err);

	stream->stale = false;
	if (ret == DRTMON_NL_ABSENT) {
		stream_gone(stream);
		return 0;
	}
	return ret ? ret : stream_fill(stream, err);
}

static int stream_msg(void *ctx, const struct drtmon_attrs *attrs, struct drtmon_err *err)
{
	struct drtmon_stream *stream = ctx;
	struct drtmon_event *event = &stream->event;
	int ret = drtmon_event_decode(event, attrs, err);

	if (!ret && event->seq > stream->next)
		ret = stream_fill(stream, err);
	return ret ? ret : stream_deliver(stream, event);
}

/*
 * That it went is no news yet: a module that is being loaded may register anew.
 * What there is when all is read decides.
 */
static void stream_family(void *ctx)
{
	struct drtmon_stream *stream = ctx;

	stream->stale = true;
}

int drtmon_stream_read(struct drtmon_stream *stream, struct drtmon_err *err)
{
	const struct drtmon_nl_sink sink = { stream_msg, stream_family, stream };
	int ret = 0;

	while (!ret) {
		ret = drtmon_nl_listen(stream->listen, &sink, err);
		/*
		 * The kernel reports an overrun before it hands over what it kept
		 * from before: those events come first. Until the queue is empty it
		 * drops all that is new.
		 */
		if (ret == -ENOBUFS) {
			stream->stale = true;
			ret = 0;
		} else if (ret == -EAGAIN) {
			if (!stream->stale)
				return 0;
			ret = stream_resync(stream, err);
		}
	}
	return ret;
}

int drtmon_stream_dump(const struct drtmon_stream_ops *ops, uint64_t since, struct drtmon_err *err)
{
	struct drtmon_stream stream = { .ops = *ops, .next = since ? since : 1 };
	int ret = drtmon_nl_open(&stream.ask, err);

	if (!ret)
		ret = drtmon_nl_resolve(stream.ask, err);
	if (!ret)
		ret = stream_beyond(stream.ask, since, err);
	if (!ret)
		ret = stream_fill(&stream, err);
	drtmon_nl_close(stream.ask);
	return ret;
}
