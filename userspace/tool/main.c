// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/drtmon.h>

#include "lib/nl.h"
#include "lib/platform.h"
#include "lib/profile.h"
#include "lib/text.h"
#include "tool/cmd.h"
#include "tool/out.h"

static const struct drtmon_command *const cmds[] = {
	&drtmon_cmd_status,  &drtmon_cmd_why,	   &drtmon_cmd_txt,   &drtmon_cmd_capture,
	&drtmon_cmd_pcr,     &drtmon_cmd_baseline, &drtmon_cmd_log,   &drtmon_cmd_events,
	&drtmon_cmd_monitor, &drtmon_cmd_report,   &drtmon_cmd_check, &drtmon_cmd_tpm,
	&drtmon_cmd_doctor,
};

/* Options that main() takes out of argv, wherever they stand. */
struct common {
	struct drtmon_opts opts;
	bool no_color;
	bool help;
	bool version;
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const char common_help[] =
	"Common options:\n"
	"  -j, --json       JSON on standard output\n"
	"  -q, --quiet      no text; the exit code says it\n"
	"  -v, --verbose    more detail\n"
	"      --no-color   plain text, as with NO_COLOR in the environment\n"
	"  -h, --help       this text\n"
	"  -V, --version    versions of tool, module and their interface\n";

static const char from_help[] = "      --from FILE  look at a capture instead of this machine\n";

static const char exits_help[] =
	"\nExit codes: 0 good, 1 a finding or a failure, 2 usage, 3 the module is needed and\n"
	"not loaded, 4 not permitted, 5 no TPM.\n";

static const struct drtmon_command *cmd_find(const char *name)
{
	size_t i;

	for (i = 0; i < COUNT(cmds); i++)
		if (!strcmp(cmds[i]->name, name))
			return cmds[i];
	return NULL;
}

static void help_all(void)
{
	size_t i;

	printf("Usage: drtmon [OPTION]... [COMMAND [ARGUMENT]...]\n\n"
	       "Shows and watches TPM, TXT and DRTM state.\n\nCommands:\n");
	for (i = 0; i < COUNT(cmds); i++)
		printf("  %-10s %s\n", cmds[i]->name, cmds[i]->summary);
	printf("  %-10s %s\n\n", "help", "explain a command: drtmon help COMMAND");
	fputs(common_help, stdout);
	printf("\nOption of");
	for (i = 0; i < COUNT(cmds); i++)
		if (cmds[i]->from)
			printf(" %s", cmds[i]->name);
	printf(":\n%s%s", from_help, exits_help);
}

static void help_one(const struct drtmon_command *cmd)
{
	printf("Usage: drtmon %s%s%s [OPTION]...\n\n%s\n\n", cmd->name, cmd->args[0] ? " " : "",
	       cmd->args, cmd->summary);
	if (cmd->help)
		printf("%s\n", cmd->help);
	fputs(common_help, stdout);
	if (cmd->from)
		fputs(from_help, stdout);
	if (!cmd->exits)
		fputs(exits_help, stdout);
}

static void vcomplain(const char *fmt, va_list ap)
{
	char text[DRTMON_TEXT_FORMAT_MAX];

	fprintf(stderr, "drtmon: %s", drtmon_text_vprintf(text, sizeof(text), fmt, ap));
}

int drtmon_cmd_usage(const struct drtmon_command *cmd, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vcomplain(fmt, ap);
	va_end(ap);
	fprintf(stderr, "; run: drtmon %s%s--help\n", cmd ? cmd->name : "", cmd ? " " : "");
	return EXIT_USAGE;
}

int drtmon_cmd_fail(const struct drtmon_err *err)
{
	fprintf(stderr, "drtmon: %s\n", err->msg);
	switch (err->code) {
	case DRTMON_NL_ABSENT:
		return EXIT_NO_MODULE;
	case -EPERM:
	case -EACCES:
		return EXIT_PERMISSION;
	case -ENODEV:
		return EXIT_NO_TPM;
	default:
		return EXIT_FINDING;
	}
}

/* One of -j -q -v -h -V, alone or several in one word. */
static bool take_letters(struct common *common, const char *word)
{
	const char *p;

	if (word[0] != '-' || !word[1] || word[1 + strspn(word + 1, "jqvhV")])
		return false;
	for (p = word + 1; *p; p++) {
		common->opts.json |= *p == 'j';
		common->opts.quiet |= *p == 'q';
		common->opts.verbose += *p == 'v';
		common->help |= *p == 'h';
		common->version |= *p == 'V';
	}
	return true;
}

static bool take_word(struct common *common, const char *word)
{
	const struct {
		const char *name;
		bool *flag;
	} flags[] = {
		{ "--json", &common->opts.json },    { "--quiet", &common->opts.quiet },
		{ "--no-color", &common->no_color }, { "--help", &common->help },
		{ "--version", &common->version },
	};
	size_t i;

	for (i = 0; i < COUNT(flags); i++)
		if (!strcmp(word, flags[i].name))
			return *flags[i].flag = true;
	if (!strcmp(word, "--verbose"))
		return ++common->opts.verbose;
	return take_letters(common, word);
}

/*
 * Commands have options of their own, so getopt_long() cannot do this: it
 * would stumble over what it does not know.
 *
 * Return: the new argc, or -1 when --from lacks its argument.
 */
static int take_common(struct common *common, int argc, char **argv)
{
	int in, out = 1;

	for (in = 1; in < argc && strcmp(argv[in], "--"); in++) {
		if (!strncmp(argv[in], "--from=", 7)) {
			common->opts.from = argv[in] + 7;
		} else if (!strcmp(argv[in], "--from")) {
			if (++in == argc)
				return -1;
			common->opts.from = argv[in];
		} else if (!take_word(common, argv[in])) {
			argv[out++] = argv[in];
		}
	}
	while (in < argc)
		argv[out++] = argv[in++];
	argv[out] = NULL;
	return out;
}

/* Not being able to ask the module is no reason not to say one's own version. */
static int show_versions(const struct common *common)
{
	struct drtmon_platform platform = { 0 };
	struct drtmon_nl *nl = NULL;
	uint32_t family = 0;

	if (!drtmon_nl_open(&nl, NULL)) {
		if (!drtmon_nl_resolve(nl, NULL))
			drtmon_platform_get(nl, &platform, NULL);
		family = drtmon_nl_version(nl);
		drtmon_nl_close(nl);
	}
	if (common->opts.json) {
		drtmon_out_json(json_pack("{s:i,s:s,s:i,s:s?,s:o}", "schema", 1, "tool",
					  DRTMON_VERSION, "tool_uapi", DRTMON_FAMILY_VERSION,
					  "module", platform.have ? platform.module_version : NULL,
					  "module_uapi",
					  family ? json_integer(family) : json_null()));
		return EXIT_GOOD;
	}
	printf("drtmon %s (interface %d)\n", DRTMON_VERSION, DRTMON_FAMILY_VERSION);
	if (family)
		printf("module %s (interface %u)\n",
		       platform.have ? platform.module_version : "of unknown version", family);
	else
		printf("module not loaded\n");
	return EXIT_GOOD;
}

static int run(struct common *common, int argc, char **argv)
{
	const char *name = argc > 1 && strcmp(argv[1], "--") ? argv[1] : "status";
	const struct drtmon_command *cmd;
	bool help = !strcmp(name, "help");

	if (common->version)
		return show_versions(common);
	if ((common->help && argc < 2) || (help && argc < 3)) {
		help_all();
		return EXIT_GOOD;
	}
	if (help)
		name = argv[2];
	cmd = cmd_find(name);
	if (!cmd)
		return drtmon_cmd_usage(NULL, "there is no %s \"%s\"",
					name[0] == '-' ? "option" : "command", name);
	if (help || common->help) {
		help_one(cmd);
		return EXIT_GOOD;
	}
	if (common->opts.from && !cmd->from)
		return drtmon_cmd_usage(cmd, "%s looks at this machine only, not at a capture",
					name);
	if (argc > 1) {
		argv++;
		argc--;
	}
	return cmd->run(&common->opts, argc, argv);
}

int main(int argc, char **argv)
{
	struct common common = { 0 };
	const char *env = getenv("NO_COLOR");

	/* Only for the width of characters: numbers and messages stay as they are. */
	setlocale(LC_CTYPE, "");
	/* A reader that leaves shall change the exit code, not kill us halfway. */
	signal(SIGPIPE, SIG_IGN);
	/* Else the next file that is opened takes its place, and is written to. */
	if (fcntl(STDOUT_FILENO, F_GETFD) < 0) {
		fprintf(stderr, "drtmon: standard output is closed\n");
		return EXIT_FINDING;
	}
	argc = take_common(&common, argc, argv);
	if (argc < 0) {
		drtmon_cmd_usage(NULL, "--from needs a file");
		/* For check 2 is CRITICAL: wrong use is UNKNOWN, which is 3. */
		return strcmp(argv[1], "check") ? EXIT_USAGE : DRTMON_PROFILE_UNKNOWN;
	}
	common.opts.color = isatty(STDOUT_FILENO) && !common.no_color && !(env && *env);
	return drtmon_out_finish(run(&common, argc, argv));
}
