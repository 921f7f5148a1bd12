// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * IMA replay on two threads. The chain is strictly serial and costs about as
 * much as hashing the templates: one thread reads and hashes most templates,
 * the other hashes the rest and does the chain. How much "most" is follows
 * from who had to wait for whom.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "lib/log/reader.h"
#include "lib/log/replay_ima.h"

#define BATCH_ENTRIES 128u
#define BATCH_BYTES   (128u << 10)
#define BATCHES	      4u

/**
 * struct batch - entries that change hands together
 * @n: used entries
 * @hashed: of those, how many have their digests
 * @used: bytes of @bytes in use
 * @entry: the entries; they point into @bytes
 * @offset: where each record began in the log
 * @bytes: logged digests and template data
 * @big: template data that does not fit, for a batch of one; or NULL
 */
struct batch {
	unsigned int n;
	unsigned int hashed;
	size_t used;
	struct drtmon_ima_entry entry[BATCH_ENTRIES];
	uint64_t offset[BATCH_ENTRIES];
	uint8_t bytes[BATCH_BYTES];
	uint8_t *big;
};

/**
 * struct pipe - the two threads' common ground
 * @replay: its chains belong to the worker
 * @hashes: the worker's
 * @lock: of all below
 * @more: signalled when @head, @tail or @stop changes
 * @batch: ring
 * @head: batches handed to the worker
 * @tail: batches the worker is done with
 * @stop: no more will come
 * @error: of the worker
 * @starved: the worker had to wait
 */
struct pipe {
	struct drtmon_replay *replay;
	struct drtmon_ima_hashes hashes;
	pthread_mutex_t lock;
	pthread_cond_t more;
	struct batch *batch;
	unsigned int head;
	unsigned int tail;
	bool stop;
	int error;
	bool starved;
};

static int batch_work(struct pipe *pipe, struct batch *batch)
{
	unsigned int i;
	int ret = 0;

	for (i = batch->hashed; i < batch->n && !ret; i++)
		ret = drtmon_ima_digest(pipe->replay, &pipe->hashes, &batch->entry[i]);
	for (i = 0; i < batch->n && !ret; i++)
		ret = drtmon_ima_extend(pipe->replay, &batch->entry[i]);
	return ret;
}

static void *worker(void *arg)
{
	struct pipe *pipe = arg;
	int ret;

	pthread_mutex_lock(&pipe->lock);
	for (;;) {
		while (pipe->head == pipe->tail && !pipe->stop) {
			pipe->starved = true;
			pthread_cond_wait(&pipe->more, &pipe->lock);
		}
		if (pipe->head == pipe->tail)
			break;
		pthread_mutex_unlock(&pipe->lock);
		ret = batch_work(pipe, &pipe->batch[pipe->tail % BATCHES]);
		pthread_mutex_lock(&pipe->lock);
		if (ret)
			pipe->error = ret;
		pipe->tail++;
		pthread_cond_signal(&pipe->more);
	}
	pthread_mutex_unlock(&pipe->lock);
	return NULL;
}

/* Copy a record into the batch; false when it has no room left. */
static bool batch_add(struct batch *batch, const struct drtmon_log_event *event)
{
	struct drtmon_ima_entry *entry = &batch->entry[batch->n];
	size_t digest = event->digest[0].size;
	uint8_t *p;

	if (batch->n == BATCH_ENTRIES || batch->big ||
	    (batch->n && batch->used + digest + event->len > BATCH_BYTES))
		return false;
	drtmon_ima_entry_set(entry, event);
	p = batch->bytes + batch->used;
	memcpy(p, event->digest[0].value, digest);
	entry->logged = p;
	batch->used += digest;
	p += digest;
	if (batch->used + event->len > BATCH_BYTES) {
		p = batch->big = malloc(event->len);
		entry->flags |= p ? 0 : DRTMON_LOG_NO_DATA;
	} else {
		batch->used += event->len;
	}
	if (p && event->data)
		memcpy(p, event->data, event->len);
	entry->data = event->data ? p : NULL;
	batch->offset[batch->n++] = event->offset;
	return true;
}

/* Problems found by either thread, when the batch is back in the reader's hands. */
static void batch_recycle(struct drtmon_log *log, struct batch *batch)
{
	struct drtmon_log_event event;
	unsigned int i;

	for (i = 0; i < batch->n; i++) {
		if (!batch->entry[i].bad)
			continue;
		event.offset = batch->offset[i];
		event.index = batch->entry[i].index;
		drtmon_log_event_problem(log, &event,
					 "template digest is not that of the template data");
	}
	free(batch->big);
	batch->big = NULL;
	batch->n = 0;
	batch->hashed = 0;
	batch->used = 0;
}

/* Hand over the batch in work; wait until the next one is free. */
static void batch_submit(struct pipe *pipe, unsigned int *share)
{
	bool waited = false;

	pthread_mutex_lock(&pipe->lock);
	pipe->head++;
	pthread_cond_signal(&pipe->more);
	while (pipe->head - pipe->tail == BATCHES) {
		waited = true;
		pthread_cond_wait(&pipe->more, &pipe->lock);
	}
	if (waited && *share < 256)
		*share += 4;
	else if (!waited && pipe->starved && *share > 8)
		*share -= 4;
	pipe->starved = false;
	pthread_mutex_unlock(&pipe->lock);
}

static int batch_hash(struct pipe *pipe, struct drtmon_ima_hashes *hashes, struct batch *batch,
		      unsigned int share)
{
	int ret = 0;

	batch->hashed = 0;
	while (!ret && batch->hashed < batch->n * share / 256)
		ret = drtmon_ima_digest(pipe->replay, hashes, &batch->entry[batch->hashed++]);
	return ret;
}

static int read_all(struct pipe *pipe, struct drtmon_log *log, struct drtmon_log_event *event,
		    struct drtmon_ima_hashes *hashes)
{
	/* Of 256 entries, how many this thread hashes itself. */
	unsigned int share = 192;
	int more = 1, ret = 0;

	while (more > 0 && !ret) {
		struct batch *batch = &pipe->batch[pipe->head % BATCHES];

		batch_recycle(log, batch);
		while (more > 0 && batch_add(batch, event))
			more = drtmon_log_next(log, event);
		ret = batch_hash(pipe, hashes, batch, share);
		batch_submit(pipe, &share);
	}
	return ret ? ret : more;
}

static void pipe_finish(struct pipe *pipe, struct drtmon_log *log, pthread_t thread)
{
	unsigned int i;

	pthread_mutex_lock(&pipe->lock);
	pipe->stop = true;
	pthread_cond_signal(&pipe->more);
	pthread_mutex_unlock(&pipe->lock);
	pthread_join(thread, NULL);
	for (i = 0; i < BATCHES; i++)
		batch_recycle(log, &pipe->batch[(pipe->head + i) % BATCHES]);
}

static int pipe_run(struct pipe *pipe, struct drtmon_log *log, struct drtmon_log_event *event,
		    struct drtmon_ima_hashes *hashes)
{
	pthread_t thread;
	int ret;

	pthread_mutex_init(&pipe->lock, NULL);
	pthread_cond_init(&pipe->more, NULL);
	ret = -pthread_create(&thread, NULL, worker, pipe);
	if (!ret) {
		ret = read_all(pipe, log, event, hashes);
		pipe_finish(pipe, log, thread);
	}
	pthread_cond_destroy(&pipe->more);
	pthread_mutex_destroy(&pipe->lock);
	return ret ? ret : pipe->error;
}

int drtmon_ima_run(struct drtmon_replay *replay, struct drtmon_log *log)
{
	struct drtmon_ima_hashes *hashes = &replay->hashes;
	struct pipe pipe = { .replay = replay };
	struct drtmon_log_event event;
	int ret = drtmon_log_next(log, &event);

	if (ret <= 0)
		return ret;
	ret = drtmon_ima_setup(replay, event.digest[0].alg);
	if (!ret)
		ret = drtmon_ima_hashes_init(hashes, replay, event.digest[0].alg);
	if (!ret)
		ret = drtmon_ima_hashes_init(&pipe.hashes, replay, event.digest[0].alg);
	pipe.batch = ret ? NULL : calloc(BATCHES, sizeof(*pipe.batch));
	if (!ret)
		ret = pipe.batch ? pipe_run(&pipe, log, &event, hashes) : -ENOMEM;
	drtmon_ima_hashes_fini(&pipe.hashes);
	free(pipe.batch);
	return ret;
}
