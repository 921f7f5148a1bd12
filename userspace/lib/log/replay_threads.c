// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * IMA replay on two threads. The chain is strictly serial, and the processor
 * idles for much of it: so the thread that does the chain hashes templates
 * between its steps, and the thread that reads the list hashes the others.
 * Who hashes how many follows from who had to wait for whom.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "lib/log/reader.h"
#include "lib/log/replay_ima.h"

#define BATCH_ENTRIES 256u
#define BATCH_BYTES   (64u << 10)
#define BATCHES	      4u

/**
 * struct batch - entries that change hands together
 * @entry: the entries; they point into @bytes and @digests
 * @n: used elements of @entry
 * @hashed: of those, how many have their digests
 * @used: bytes of @bytes in use
 * @bad: an entry has @bad set
 * @offset: where each record began in the log
 * @digests: of the entries
 * @bytes: logged digests, and the padded template data that is still needed
 */
struct batch {
	struct drtmon_ima_entry entry[BATCH_ENTRIES];
	unsigned int n;
	unsigned int hashed;
	size_t used;
	bool bad;
	uint64_t offset[BATCH_ENTRIES];
	uint8_t *digests;
	uint8_t bytes[BATCH_BYTES];
};

/**
 * struct pipe - the two threads' common ground
 * @replay: its chains belong to the worker
 * @hashes: the worker's
 * @second: the reader's, as @job, @jobs and @waiting are: for every second entry
 * @job: of one entry or two
 * @jobs: used elements of @job
 * @waiting: its jobs are not done yet
 * @lock: of all below
 * @more: signalled when @head, @tail or @stop changes
 * @batch: ring
 * @head: batches handed to the worker
 * @tail: batches the worker is done with
 * @stop: no more will come
 * @error: of the worker
 * @starved: the worker had to wait
 *
 * What one of them writes for every entry has cache lines of its own, and so
 * has the whole: beside it on the stack is the record that is being read.
 */
struct pipe {
	struct drtmon_replay *replay;
	struct drtmon_ima_hashes hashes __attribute__((aligned(64)));
	struct drtmon_ima_hashes second __attribute__((aligned(64)));
	struct drtmon_hash_job job[2 * DRTMON_IMA_JOBS];
	size_t jobs;
	struct drtmon_ima_entry *waiting;
	pthread_mutex_t lock __attribute__((aligned(64)));
	pthread_cond_t more;
	struct batch *batch;
	unsigned int head;
	unsigned int tail;
	bool stop;
	int error;
	bool starved;
} __attribute__((aligned(64)));

/*
 * What the other processor wrote or read last has to come from there. Asked
 * for some entries ahead, that is not waited for.
 */
#define AHEAD 8u

static inline void fetch_to_write(const void *p)
{
#ifdef __x86_64__
	__asm__ volatile("prefetchw %0" : : "m"(*(const char *)p));
#else
	__builtin_prefetch(p, 1);
#endif
}

/*
 * One step of the chain, and beside it the hashes of one entry further on:
 * none of these waits for another.
 */
static int step(struct pipe *pipe, struct batch *batch, unsigned int i, unsigned int ahead)
{
	struct drtmon_hash_job job[DRTMON_REPLAY_BANKS + DRTMON_IMA_JOBS];
	struct drtmon_ima_entry *next = ahead < batch->n ? &batch->entry[ahead] : NULL;
	size_t n = drtmon_ima_extend_jobs(pipe->replay, &batch->entry[i], job);

	if (i + AHEAD < batch->n) {
		__builtin_prefetch(&batch->entry[i + AHEAD]);
		__builtin_prefetch(batch->digests + (i + AHEAD) * pipe->replay->digests_len);
	}
	if (next && next->data)
		__builtin_prefetch(next->data + AHEAD * (next->padded + 20));
	if (next)
		n += drtmon_ima_digest_jobs(pipe->replay, &pipe->hashes, next, &job[n]);
	if (drtmon_hash_run(job, n))
		return -EIO;
	if (next) {
		drtmon_ima_digest_done(&pipe->hashes, next);
		batch->bad |= next->bad;
	}
	return drtmon_ima_extend_done(pipe->replay, &batch->entry[i]);
}

/* Entries without digests are spread over the steps, ahead of the chain. */
static int batch_work(struct pipe *pipe, struct batch *batch)
{
	const unsigned int n = batch->n, left = n - batch->hashed;
	unsigned int i, done = batch->hashed;
	int ret = 0;

	for (i = 0; i < n && !ret; i++) {
		unsigned int due = batch->hashed + (i + 2) * left / n;

		for (; done < n && done + 1 < due && !ret; done++) {
			ret = drtmon_ima_digest(pipe->replay, &pipe->hashes, &batch->entry[done]);
			batch->bad |= batch->entry[done].bad;
		}
		if (ret)
			break;
		ret = step(pipe, batch, i, done < due ? done : n);
		done += done < due && done < n;
	}
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

static void batch_ahead(struct batch *batch, size_t digests, size_t bytes)
{
	unsigned int i = batch->n + AHEAD < BATCH_ENTRIES ? batch->n + AHEAD : BATCH_ENTRIES - 1;
	size_t at = batch->used + AHEAD * bytes;

	fetch_to_write(&batch->entry[i]);
	fetch_to_write(batch->digests + i * digests);
	for (; bytes && at + 64 < BATCH_BYTES; at += 64, bytes -= bytes < 64 ? bytes : 64)
		fetch_to_write(batch->bytes + at);
}

/* The jobs of one that waits, if there is one, and of another. */
static int own_run(struct pipe *pipe, struct batch *batch, struct drtmon_ima_entry *other)
{
	struct drtmon_ima_entry *first = pipe->waiting ? pipe->waiting : other;
	int ret = drtmon_hash_run(pipe->job, pipe->jobs);

	drtmon_ima_digest_done(&pipe->replay->hashes, first);
	batch->bad |= first->bad;
	if (pipe->waiting && other) {
		drtmon_ima_digest_done(&pipe->second, other);
		batch->bad |= other->bad;
	}
	pipe->waiting = NULL;
	pipe->jobs = 0;
	return ret ? -EIO : 0;
}

/*
 * The reader's own entries are hashed by twos, block by block in turns: neither
 * waits for the other. What was padded no longer needs the reader's window.
 */
static int own_hash(struct pipe *pipe, struct batch *batch, struct drtmon_ima_entry *entry)
{
	struct drtmon_ima_hashes *hashes = pipe->waiting ? &pipe->second : &pipe->replay->hashes;

	pipe->jobs += drtmon_ima_digest_jobs(pipe->replay, hashes, entry, &pipe->job[pipe->jobs]);
	if (pipe->waiting || !entry->padded)
		return own_run(pipe, batch, entry);
	pipe->waiting = entry;
	return 0;
}

/*
 * Take a record into the batch; 0 when it has no room left. The first @mine
 * entries are hashed at once, straight from the reader's window, and so is
 * what no batch could hold.
 */
static int batch_add(struct pipe *pipe, struct batch *batch, const struct drtmon_log_event *event,
		     unsigned int mine)
{
	struct drtmon_ima_entry *entry = &batch->entry[batch->n];
	const size_t digest = event->digest[0].size, padded = DRTMON_HASH_PADDED(event->len);
	const bool fits = padded <= BATCH_BYTES - batch->used &&
			  digest <= BATCH_BYTES - batch->used - padded;
	int ret = 0;

	if (batch->n == BATCH_ENTRIES || (batch->n && !fits))
		return 0;
	drtmon_ima_entry_set(entry, event);
	entry->digests = batch->digests + batch->n * pipe->replay->digests_len;
	if (batch->n < mine || !fits) {
		ret = own_hash(pipe, batch, entry);
		batch->hashed = batch->n + 1;
	}
	memcpy(batch->bytes + batch->used, event->digest[0].value, digest);
	entry->logged = batch->bytes + batch->used;
	batch->used += digest;
	entry->data = NULL;
	entry->padded = 0;
	if (event->data && fits && (batch->hashed <= batch->n || entry->old)) {
		uint8_t *p = batch->bytes + batch->used;

		entry->data = p;
		entry->padded = (uint32_t)drtmon_hash_message(p, event->data, event->len);
		batch->used += padded;
	}
	batch_ahead(batch, pipe->replay->digests_len, digest + entry->padded);
	batch->offset[batch->n++] = event->offset;
	return ret ? ret : 1;
}

/* Problems found by either thread, when the batch is back in the reader's hands. */
static void batch_recycle(struct drtmon_log *log, struct batch *batch)
{
	struct drtmon_log_event event;
	unsigned int i;

	for (i = 0; batch->bad && i < batch->n; i++) {
		if (!batch->entry[i].bad)
			continue;
		event.offset = batch->offset[i];
		event.index = batch->entry[i].index;
		drtmon_log_event_problem(log, &event,
					 "template digest is not that of the template data");
	}
	batch->n = 0;
	batch->hashed = 0;
	batch->used = 0;
	batch->bad = false;
}

/* Hand over the batch in work; wait until the next one is free. */
static void batch_submit(struct pipe *pipe, unsigned int *mine)
{
	bool waited = false;

	pthread_mutex_lock(&pipe->lock);
	pipe->head++;
	pthread_cond_signal(&pipe->more);
	while (pipe->head - pipe->tail == BATCHES) {
		waited = true;
		pthread_cond_wait(&pipe->more, &pipe->lock);
	}
	if (waited && *mine < BATCH_ENTRIES)
		*mine += 4;
	else if (!waited && pipe->starved && *mine)
		*mine -= 4;
	pipe->starved = false;
	pthread_mutex_unlock(&pipe->lock);
}

static int read_all(struct pipe *pipe, struct drtmon_log *log, struct drtmon_log_event *event)
{
	/* Of a full batch, how many entries this thread hashes itself. */
	unsigned int mine = BATCH_ENTRIES / 4;
	int more = 1, ret = 0;

	while (more > 0 && ret >= 0) {
		struct batch *batch = &pipe->batch[pipe->head % BATCHES];

		batch_recycle(log, batch);
		while (more > 0 && (ret = batch_add(pipe, batch, event, mine)) > 0)
			more = drtmon_log_next(log, event);
		if (pipe->waiting && own_run(pipe, batch, NULL))
			ret = -EIO;
		batch_submit(pipe, &mine);
	}
	return ret < 0 ? ret : more;
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

static int pipe_run(struct pipe *pipe, struct drtmon_log *log, struct drtmon_log_event *event)
{
	pthread_t thread;
	int ret;

	pthread_mutex_init(&pipe->lock, NULL);
	pthread_cond_init(&pipe->more, NULL);
	ret = -pthread_create(&thread, NULL, worker, pipe);
	if (!ret) {
		ret = read_all(pipe, log, event);
		pipe_finish(pipe, log, thread);
	}
	pthread_cond_destroy(&pipe->more);
	pthread_mutex_destroy(&pipe->lock);
	return ret ? ret : pipe->error;
}

static int batches_new(struct pipe *pipe)
{
	const size_t size = BATCHES * sizeof(struct batch);
	unsigned int i;

	pipe->batch = aligned_alloc(_Alignof(struct batch), size);
	if (!pipe->batch)
		return -ENOMEM;
	memset(pipe->batch, 0, size);
	for (i = 0; i < BATCHES; i++) {
		pipe->batch[i].digests = malloc(BATCH_ENTRIES * pipe->replay->digests_len);
		if (!pipe->batch[i].digests)
			return -ENOMEM;
	}
	return 0;
}

static void batches_free(struct pipe *pipe)
{
	unsigned int i;

	for (i = 0; pipe->batch && i < BATCHES; i++)
		free(pipe->batch[i].digests);
	free(pipe->batch);
}

int drtmon_ima_run(struct drtmon_replay *replay, struct drtmon_log *log)
{
	struct pipe pipe = { .replay = replay };
	struct drtmon_log_event event;
	int ret = drtmon_log_next(log, &event);

	if (ret <= 0)
		return ret;
	ret = drtmon_ima_setup(replay, event.digest[0].alg);
	if (!ret)
		ret = drtmon_ima_hashes_init(&replay->hashes, replay, event.digest[0].alg);
	if (!ret)
		ret = drtmon_ima_hashes_init(&pipe.hashes, replay, event.digest[0].alg);
	if (!ret)
		ret = drtmon_ima_hashes_init(&pipe.second, replay, event.digest[0].alg);
	if (!ret)
		ret = batches_new(&pipe);
	if (!ret)
		ret = pipe_run(&pipe, log, &event);
	drtmon_ima_hashes_fini(&pipe.hashes);
	drtmon_ima_hashes_fini(&pipe.second);
	batches_free(&pipe);
	return ret;
}
