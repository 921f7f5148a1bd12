// SPDX-License-Identifier: GPL-2.0-or-later
/* What takes long is library code that knows nothing of terminals: a thread watches the clock. */
#include "tool/progress.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define QUIET_NS 1000000000l /* most things are done by then */
#define STEP_NS	 250000000l

static struct {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	const char *what;
	bool running;
	bool done;
} progress = { .lock = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER };

/* Sleeps until drtmon_progress_end() or for so long; with the lock held. */
static void sleep_for(long ns)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += ns;
	until.tv_sec += until.tv_nsec / 1000000000l;
	until.tv_nsec %= 1000000000l;
	pthread_cond_timedwait(&progress.wake, &progress.lock, &until);
}

static void *watch(void *ctx)
{
	static const char *const turns[] = { "|", "/", "-", "\\" };
	struct timespec begin, now;
	unsigned int turn = 0;

	clock_gettime(CLOCK_MONOTONIC, &begin);
	pthread_mutex_lock(&progress.lock);
	if (!progress.done)
		sleep_for(QUIET_NS);
	while (!progress.done) {
		clock_gettime(CLOCK_MONOTONIC, &now);
		fprintf(stderr, "\r%s %s, %ld s", turns[turn++ % 4], progress.what,
			(long)(now.tv_sec - begin.tv_sec));
		fflush(stderr);
		sleep_for(STEP_NS);
	}
	if (turn)
		fprintf(stderr, "\r\033[K");
	pthread_mutex_unlock(&progress.lock);
	return NULL;
}

void drtmon_progress_begin(const struct drtmon_opts *opts, const char *what)
{
	sigset_t all, before;

	if (opts->quiet || progress.running || !isatty(STDERR_FILENO))
		return;
	progress.what = what;
	progress.done = false;
	/* Signals are for the thread that does the work. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	progress.running = !pthread_create(&progress.thread, NULL, watch, NULL);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void drtmon_progress_end(void)
{
	if (!progress.running)
		return;
	pthread_mutex_lock(&progress.lock);
	progress.done = true;
	pthread_cond_signal(&progress.wake);
	pthread_mutex_unlock(&progress.lock);
	pthread_join(progress.thread, NULL);
	progress.running = false;
}
