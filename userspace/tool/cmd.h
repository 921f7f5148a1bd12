/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_TOOL_CMD_H
#define DRTMON_TOOL_CMD_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/err.h"

/* Exit codes of every command but "check"; listed in --help and drtmon(8). */
enum drtmon_exit {
	EXIT_GOOD = 0,
	EXIT_FINDING = 1, /* a finding, or a failure that is none of the below */
	EXIT_USAGE = 2,
	EXIT_NO_MODULE = 3,
	EXIT_PERMISSION = 4,
	EXIT_NO_TPM = 5,
};

/**
 * struct drtmon_opts - options every command understands
 * @json: -j: JSON on standard output
 * @quiet: -q
 * @verbose: how many -v
 * @color: standard output is a terminal and neither --no-color nor NO_COLOR says no
 * @from: --from CAPTURE, or NULL for this machine
 */
struct drtmon_opts {
	bool json;
	bool quiet;
	int verbose;
	bool color;
	const char *from;
};

/**
 * struct drtmon_command - one command; help and dispatch are made from these
 * @name: as typed
 * @args: synopsis behind the name, may be ""
 * @summary: one line, lower case, no full stop
 * @help: the rest of its --help: options, one per line, examples; may be NULL
 * @from: understands --from
 * @exits: exit codes of its own, which its help names
 * @run: argv[0] is no argument; common options are already taken out of argv.
 *	Returns an enum drtmon_exit.
 */
struct drtmon_command {
	const char *name;
	const char *args;
	const char *summary;
	const char *help;
	bool from;
	bool exits;
	int (*run)(const struct drtmon_opts *opts, int argc, char **argv);
};

extern const struct drtmon_command drtmon_cmd_baseline;
extern const struct drtmon_command drtmon_cmd_capture;
extern const struct drtmon_command drtmon_cmd_check;
extern const struct drtmon_command drtmon_cmd_doctor;
extern const struct drtmon_command drtmon_cmd_events;
extern const struct drtmon_command drtmon_cmd_log;
extern const struct drtmon_command drtmon_cmd_monitor;
extern const struct drtmon_command drtmon_cmd_pcr;
extern const struct drtmon_command drtmon_cmd_report;
extern const struct drtmon_command drtmon_cmd_status;
extern const struct drtmon_command drtmon_cmd_tpm;
extern const struct drtmon_command drtmon_cmd_txt;
extern const struct drtmon_command drtmon_cmd_why;

/**
 * drtmon_cmd_usage() - say what is wrong with the command line
 * @cmd: the command
 * @fmt: one sentence
 *
 * Return: EXIT_USAGE.
 */
int drtmon_cmd_usage(const struct drtmon_command *cmd, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * drtmon_cmd_fail() - print a library error as one sentence
 * @err: what failed
 *
 * Return: the exit code its errno stands for: DRTMON_NL_ABSENT (-ENOPKG) is
 * EXIT_NO_MODULE, -EPERM and -EACCES are EXIT_PERMISSION, -ENODEV is
 * EXIT_NO_TPM, all else is EXIT_FINDING.
 */
int drtmon_cmd_fail(const struct drtmon_err *err);

struct option;

/**
 * drtmon_cmd_getopt() - getopt_long() that complains like everything else here
 * @cmd: the command, for the complaint
 * @argc: as given to the command
 * @argv: as given to the command
 * @letters: short options
 * @options: long options
 *
 * Return: as getopt_long() does; '?' was reported, so that EXIT_USAGE is left to do.
 */
int drtmon_cmd_getopt(const struct drtmon_command *cmd, int argc, char **argv, const char *letters,
		      const struct option *options);

/**
 * drtmon_cmd_number() - a whole number from the command line
 * @text: decimal, or hexadecimal after "0x"; nothing else around it
 * @value: the number
 *
 * Return: false when @text is no such number.
 */
bool drtmon_cmd_number(const char *text, uint64_t *value);

/**
 * drtmon_cmd_chip() - a chip from the command line
 * @text: "tpm0"
 *
 * Return: its number, -1 when @text names no chip.
 */
int drtmon_cmd_chip(const char *text);

#endif
