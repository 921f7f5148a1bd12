/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_TOOL_TXT_H
#define DRTMON_TOOL_TXT_H

#include "lib/evidence.h"
#include "tool/cmd.h"

/**
 * struct drtmon_txt_args - where the bytes of a "txt" command come from
 * @registers: --registers FILE, or NULL
 * @heap: --heap FILE, or NULL
 * @log: --log FILE, or NULL
 * @pcrs: --pcrs FILE, or NULL
 * @argc: arguments that are no options
 * @argv: those
 */
struct drtmon_txt_args {
	const char *registers;
	const char *heap;
	const char *log;
	const char *pcrs;
	int argc;
	char **argv;
};

/**
 * drtmon_txt_parse() - options of "txt" and its parts
 * @args: filled
 * @argc: as given to the command
 * @argv: as given to the command
 *
 * Return: EXIT_GOOD or EXIT_USAGE.
 */
int drtmon_txt_parse(struct drtmon_txt_args *args, int argc, char **argv);

/**
 * drtmon_txt_evidence() - evidence from files, a capture or this machine
 * @evidence: filled; release with drtmon_evidence_free() whatever the result
 * @opts: has --from
 * @args: has the files; with any of them nothing else is looked at
 *
 * Return: EXIT_GOOD, or the exit code of the failure that was reported.
 */
int drtmon_txt_evidence(struct drtmon_evidence *evidence, const struct drtmon_opts *opts,
			const struct drtmon_txt_args *args);

/**
 * drtmon_evidence_open() - evidence from --from or this machine
 * @evidence: filled; release with drtmon_evidence_free() whatever the result
 * @opts: has --from
 *
 * Return: EXIT_GOOD, or EXIT_FINDING when the capture cannot be read, which is
 * then reported.
 */
int drtmon_evidence_open(struct drtmon_evidence *evidence, const struct drtmon_opts *opts);

/* The parts of "txt"; argv[0] is the part's name. */
int drtmon_txt_errorcode(const struct drtmon_opts *opts, int argc, char **argv);
int drtmon_txt_log(const struct drtmon_opts *opts, int argc, char **argv);
int drtmon_txt_acm(const struct drtmon_opts *opts, int argc, char **argv);
int drtmon_txt_history(const struct drtmon_opts *opts, int argc, char **argv);

#endif
