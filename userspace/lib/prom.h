/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_PROM_H
#define DRTMON_LIB_PROM_H

#include <stddef.h>
#include <stdio.h>

/*
 * Prometheus' text format, version 0.0.4: a family's head, then its samples.
 * Errors are the stream's, to be asked for with ferror().
 */

/**
 * struct drtmon_prom_label - a label of a sample
 * @name: fit for a label, static
 * @value: any UTF-8
 */
struct drtmon_prom_label {
	const char *name;
	const char *value;
};

/**
 * drtmon_prom_family() - the head of a family
 * @out: where to
 * @name: of the metric; "_total" at its end makes it a counter, else it is a gauge
 * @help: one sentence
 */
void drtmon_prom_family(FILE *out, const char *name, const char *help);

/**
 * drtmon_prom_sample() - a sample
 * @out: where to
 * @name: of its family
 * @label: @labels of them
 * @labels: how many
 * @value: whole numbers are exact up to 2^53
 */
void drtmon_prom_sample(FILE *out, const char *name, const struct drtmon_prom_label *label,
			size_t labels, double value);

/**
 * drtmon_prom_states() - one sample for each state there can be: 1 for the one
 *	that is, 0 for all others
 * @out: where to
 * @name: of its family
 * @label: @labels of them; the last one is the state's, its value is written here
 * @labels: how many
 * @state: all states, NULL ends them
 * @now: the state that is; when it is none of them it is one more
 */
void drtmon_prom_states(FILE *out, const char *name, struct drtmon_prom_label *label, size_t labels,
			const char *const *state, const char *now);

#endif
