// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <getopt.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <systemd/sd-daemon.h>

#include "daemon/daemon.h"

enum daemon_exit {
	EXIT_GOOD = 0,
	EXIT_FAILURE_ANY = 1,
	EXIT_USAGE = 2,
	EXIT_PERMISSION = 4,
};

static const char help[] =
	"Usage: drtmond [OPTION]...\n"
	"\n"
	"Writes what happens to the TPM, and who did it, into the journal, a history and\n"
	"metrics, and runs a command on alerts. Waits for the drtmon module when it is not\n"
	"loaded, and for the next one when it goes.\n"
	"\n"
	"  --config FILE    this configuration instead of " CONFIG_FILE "\n"
	"  --check-config   name what is wrong with the configuration, and end\n"
	"  --severity WORD  this severity and above into the journal: info, notice (the\n"
	"                   default), warning, critical\n"
	"  --stdout         JSON lines on standard output, and nothing else\n"
	"  -h, --help       this text\n"
	"  -V, --version    version and interface version\n"
	"\n"
	"Needs CAP_NET_ADMIN. Exit codes: 0 ended by SIGTERM or SIGINT, or nothing is wrong\n"
	"with the configuration; 1 a failure, 2 usage, 4 not permitted.\n";

struct arguments {
	const char *file; /* NULL for the usual one */
	bool check;
	int severity; /* -1 for the configuration's */
	bool to_stdout;
};

static void keep_problem(void *ctx, const struct drtmon_ini_entry *entry,
			 const struct drtmon_err *why)
{
	json_t *text;

	if (entry->key[0])
		text = json_sprintf("%s:%u: [%s] %s: %s", entry->file, entry->line, entry->section,
				    entry->key, why->msg);
	else
		text = json_sprintf("%s:%u: %s", entry->file, entry->line, why->msg);
	json_array_append_new(ctx, text ? text : json_string("an entry that is no UTF-8"));
}

/* A file that was named must be there; of the usual ones it may be missing. */
static void read_failed(json_t *problems, bool named, int ret, const struct drtmon_err *err)
{
	if (ret < 0 && (named || ret != -ENOENT))
		json_array_append_new(problems, json_sprintf("%s", err->msg));
}

static void configure(struct daemon_options *options, const struct arguments *args)
{
	const char *file = args->file ? args->file : CONFIG_FILE;
	struct config *config = &options->config;
	struct drtmon_err err = { 0 };
	int ret;

	config_init(config);
	drtmon_policy_init(&options->policy);
	ret = config_read(config, file, keep_problem, options->problems, &err);
	read_failed(options->problems, args->file != NULL, ret, &err);
	if (config->policy_file[0]) {
		ret = drtmon_policy_read(&options->policy, config->policy_file, keep_problem,
					 options->problems, &err);
		read_failed(options->problems, config->policy_required, ret, &err);
	}
	if (args->severity >= 0)
		config->journal_severity = (uint32_t)args->severity;
	options->target = args->to_stdout ? JOURNAL_STDOUT : JOURNAL_SYSTEM;
}

static int check_config(const struct daemon_options *options)
{
	size_t i;

	for (i = 0; i < json_array_size(options->problems); i++)
		fprintf(stderr, "%s\n", json_string_value(json_array_get(options->problems, i)));
	return i ? EXIT_FAILURE_ANY : EXIT_GOOD;
}

static int run(const struct daemon_options *options)
{
	struct drtmon_err err = { 0 };
	int ret;

	/* Memory that a burst took goes back to the system. */
	mallopt(M_ARENA_MAX, 1);
	mallopt(M_TRIM_THRESHOLD, 128 * 1024);
	ret = daemon_run(options, &err);
	if (!ret)
		return EXIT_GOOD;
	fprintf(stderr, SD_ERR "drtmond: %s\n", err.code ? err.msg : strerror(-ret));
	return ret == -EPERM || ret == -EACCES ? EXIT_PERMISSION : EXIT_FAILURE_ANY;
}

static int usage(const char *what, const char *arg)
{
	fprintf(stderr, "drtmond: %s \"%s\"; run: drtmond --help\n", what, arg);
	return EXIT_USAGE;
}

static int say(const char *text)
{
	fputs(text, stdout);
	return fflush(stdout) ? EXIT_FAILURE_ANY : EXIT_GOOD;
}

/* Return: an exit code when that is all, -1 to go on. */
static int parse(struct arguments *args, int argc, char **argv)
{
	static const struct option options[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "check-config", no_argument, NULL, 'k' },
		{ "severity", required_argument, NULL, 's' },
		{ "stdout", no_argument, NULL, 'o' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "hV", options, NULL)) != -1) {
		switch (c) {
		case 'c':
			args->file = optarg;
			break;
		case 'k':
			args->check = true;
			break;
		case 's':
			args->severity = drtmon_event_severity_parse(optarg);
			if (args->severity < 0)
				return usage("there is no severity", optarg);
			break;
		case 'o':
			args->to_stdout = true;
			break;
		case 'h':
			return say(help);
		case 'V':
			printf("drtmond %s (interface %d)\n", DRTMON_VERSION,
			       DRTMON_FAMILY_VERSION);
			return say("");
		default:
			fprintf(stderr, "run: drtmond --help\n");
			return EXIT_USAGE;
		}
	}
	return optind < argc ? usage("drtmond takes no", argv[optind]) : -1;
}

int main(int argc, char **argv)
{
	struct daemon_options options = { .problems = json_array() };
	struct arguments args = { .severity = -1 };
	int ret = parse(&args, argc, argv);

	/* History names users and programs; what is for others says so itself. */
	umask(077);
	if (ret >= 0) {
		json_decref(options.problems);
		return ret;
	}
	configure(&options, &args);
	ret = args.check ? check_config(&options) : run(&options);
	drtmon_policy_free(&options.policy);
	json_decref(options.problems);
	return ret;
}
