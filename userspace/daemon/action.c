// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The command gets the event in a memory file, which never blocks, and a
 * process group of its own, which ends with it: what it leaves behind is
 * killed as it is itself when it takes too long.
 */
#include "daemon/action.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/fields.h"
#include "daemon/message.h"

#define WAITING_MAX 64
#define ARGS_MAX    32
#define USEC	    UINT64_C(1000000)

struct action {
	struct action_config config;
	char *words; /* @config.command in pieces */
	char *argv[ARGS_MAX + 1];
	sd_event *loop;
	sd_event_source *child;
	sd_event_source *timer;
	pid_t pid; /* of what runs, 0 for nothing */
	bool killed;
	struct item *waiting[WAITING_MAX];
	size_t head;
	size_t count;
	uint64_t since;	 /* begin of the interval, us */
	uint64_t runs;	 /* within it */
	uint64_t silent; /* alerts suppressed since the last command */
	struct action_stats stats;
};

static void action_next(struct action *action);

static void say(const struct action *action, uint32_t severity, const char *word, const char *text)
{
	action->config.note(action->config.ctx, severity, word, text);
}

int action_start(struct action **out, sd_event *loop, const struct action_config *config)
{
	struct action *action = calloc(1, sizeof(*action));
	char *save = NULL, *word;
	size_t n = 0;

	*out = NULL;
	if (!action)
		return -ENOMEM;
	action->config = *config;
	action->words = strdup(config->command);
	if (!action->words) {
		free(action);
		return -ENOMEM;
	}
	for (word = strtok_r(action->words, " \t", &save); word && n < ARGS_MAX;
	     word = strtok_r(NULL, " \t", &save))
		action->argv[n++] = word;
	action->loop = sd_event_ref(loop);
	*out = action;
	return 0;
}

static struct item *waiting_take(struct action *action)
{
	struct item *item = action->waiting[action->head];

	action->head = (action->head + 1) % WAITING_MAX;
	action->count--;
	return item;
}

void action_stop(struct action *action)
{
	if (!action)
		return;
	if (action->pid) {
		kill(-action->pid, SIGKILL);
		waitpid(action->pid, NULL, 0);
	}
	while (action->count)
		item_unref(waiting_take(action));
	sd_event_source_unref(action->child);
	sd_event_source_unref(action->timer);
	sd_event_unref(action->loop);
	free(action->words);
	free(action);
}

const struct action_stats *action_stats(const struct action *action)
{
	return &action->stats;
}

/* How it ended, as a sentence; NULL when all is well. */
static const char *ending(const struct action *action, const siginfo_t *si, char *dst, size_t max)
{
	const char *name = action->argv[0];

	if (action->killed)
		snprintf(dst, max, "the alert command %s took longer than %llu s and was killed",
			 name, (unsigned long long)action->config.timeout);
	else if (si->si_code != CLD_EXITED)
		snprintf(dst, max, "the alert command %s was ended by signal %d", name,
			 si->si_status);
	else if (si->si_status)
		snprintf(dst, max, "the alert command %s ended with status %d", name,
			 si->si_status);
	else
		return NULL;
	return dst;
}

static int action_ended(sd_event_source *source, const siginfo_t *si, void *ctx)
{
	struct action *action = ctx;
	const char *sentence;
	char text[512];

	/* Those it left behind have its group still. */
	kill(-action->pid, SIGKILL);
	sentence = ending(action, si, text, sizeof(text));
	if (action->killed)
		action->stats.timeout++;
	else if (sentence)
		action->stats.failed++;
	else
		action->stats.ok++;
	if (sentence)
		say(action, DRTMON_SEVERITY_WARNING, MESSAGE_ALERT_FAILED, sentence);
	action->pid = 0;
	action->child = sd_event_source_unref(action->child);
	action->timer = sd_event_source_unref(action->timer);
	action_next(action);
	return 0;
}

static int action_late(sd_event_source *source, uint64_t usec, void *ctx)
{
	struct action *action = ctx;

	action->killed = true;
	kill(-action->pid, SIGKILL);
	return 0;
}

/* The event as a file to read. */
static int event_file(const struct item *item)
{
	int fd = memfd_create("drtmon-event", MFD_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (write(fd, item->text, item->len) != (ssize_t)item->len || write(fd, "\n", 1) != 1 ||
	    lseek(fd, 0, SEEK_SET)) {
		close(fd);
		return -EIO;
	}
	return fd;
}

static void environment(struct fields *fields, const struct item *item, uint64_t suppressed)
{
	json_t *event = json_loads(item->text, 0, NULL);

	fields_add(fields, "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
	fields_add(fields, "DRTMON_EVENT=%s", item->text);
	fields_add(fields, "DRTMON_SUPPRESSED=%llu", (unsigned long long)suppressed);
	fields_event(fields, event);
	json_decref(event);
}

static int spawn(struct action *action, int input, char **env)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none, all;
	int ret;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&files);
	posix_spawnattr_init(&attr);
	posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&files, STDERR_FILENO, STDOUT_FILENO);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
						POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &all);
	ret = posix_spawnp(&action->pid, action->argv[0], &files, &attr, action->argv, env);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);
	if (ret)
		action->pid = 0;
	return -ret;
}

static int action_run(struct action *action, const struct item *item)
{
	struct fields fields = { 0 };
	int input = event_file(item), ret = input;

	environment(&fields, item, action->silent);
	if (input >= 0) {
		ret = spawn(action, input, fields.text);
		close(input);
	}
	fields_free(&fields);
	if (ret)
		return ret;
	action->killed = false;
	action->silent = 0;
	ret = sd_event_add_child(action->loop, &action->child, action->pid, WEXITED, action_ended,
				 action);
	if (ret >= 0)
		ret = sd_event_add_time_relative(action->loop, &action->timer, CLOCK_MONOTONIC,
						 action->config.timeout * USEC, USEC / 10,
						 action_late, action);
	return ret < 0 ? ret : 0;
}

static void run_failed(struct action *action, int ret)
{
	char text[512];

	snprintf(text, sizeof(text), "the alert command %s cannot be run: %s", action->argv[0],
		 strerror(-ret));
	say(action, DRTMON_SEVERITY_WARNING, MESSAGE_ALERT_FAILED, text);
	action->stats.failed++;
	if (action->pid) {
		kill(-action->pid, SIGKILL);
		waitpid(action->pid, NULL, 0);
		action->pid = 0;
	}
	action->child = sd_event_source_unref(action->child);
	action->timer = sd_event_source_unref(action->timer);
}

static void action_next(struct action *action)
{
	struct item *item;
	int ret;

	while (!action->pid && action->count) {
		item = waiting_take(action);
		ret = action_run(action, item);
		item_unref(item);
		if (ret)
			run_failed(action, ret);
	}
}

static bool rate_allows(struct action *action)
{
	uint64_t now = 0;

	sd_event_now(action->loop, CLOCK_MONOTONIC, &now);
	if (!action->runs || now - action->since >= action->config.interval * USEC) {
		action->since = now;
		action->runs = 0;
	}
	if (action->runs >= action->config.burst || action->count == WAITING_MAX)
		return false;
	action->runs++;
	return true;
}

static void suppress(struct action *action)
{
	char text[256];

	action->stats.suppressed++;
	/* Once for a burst, not for each. */
	if (action->silent++)
		return;
	snprintf(text, sizeof(text),
		 "more than %llu alerts within %llu s: the alert command is not run for the rest",
		 (unsigned long long)action->config.burst,
		 (unsigned long long)action->config.interval);
	say(action, DRTMON_SEVERITY_NOTICE, MESSAGE_ALERT_SUPPRESSED, text);
}

void action_event(struct action *action, struct item *item)
{
	if (!action->argv[0] || item->severity < action->config.severity)
		return;
	if (!rate_allows(action)) {
		suppress(action);
		return;
	}
	action->waiting[(action->head + action->count++) % WAITING_MAX] = item_ref(item);
	action_next(action);
}
