/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside the chain: evidence decoded once, and the links that look at it. */
#ifndef DRTMON_LIB_CHAIN_CASE_H
#define DRTMON_LIB_CHAIN_CASE_H

#include "lib/chain.h"
#include "lib/txt/drtm.h"
#include "lib/txt/errorcode.h"
#include "lib/txt/heap.h"
#include "lib/txt/regs.h"

/* What the register window alone says about a launch. */
enum drtmon_case_launch {
	DRTMON_CASE_LAUNCH_UNKNOWN,   /* no window to look at, or too short */
	DRTMON_CASE_LAUNCH_NO_WINDOW, /* all ones or all zero */
	DRTMON_CASE_LAUNCH_OFF,	      /* HEAP.BASE is 0: the BIOS did not set TXT up */
	DRTMON_CASE_LAUNCH_NOT,
	DRTMON_CASE_LAUNCH_YES,
	DRTMON_CASE_LAUNCH_BOTH, /* SENTER.DONE and SEXIT.DONE at once */
};

/* Why there is no TPM to look at. */
enum drtmon_case_tpm {
	DRTMON_CASE_TPM_UNKNOWN,
	DRTMON_CASE_TPM_PRESENT,
	DRTMON_CASE_TPM_ABSENT,
	DRTMON_CASE_TPM_HIDDEN,
	DRTMON_CASE_TPM_DISABLED,
	DRTMON_CASE_TPM_DEACTIVATED,
	DRTMON_CASE_TPM_DRIVER,
};

/* What the event log says about PCR 17 and 18, and those of 19 to 22 that it extends. */
enum drtmon_case_log {
	DRTMON_CASE_LOG_NOT_KNOWN,    /* nothing says that there is one */
	DRTMON_CASE_LOG_OUT_OF_REACH, /* there is one, but not its bytes */
	DRTMON_CASE_LOG_EMPTY,
	DRTMON_CASE_LOG_BAD,	      /* its geometry or its records make no sense */
	DRTMON_CASE_LOG_UNRECOGNISED, /* these bytes are no log that drtmon knows */
	DRTMON_CASE_LOG_TRUNCATED,    /* cut off: what is missing may explain the PCRs */
	DRTMON_CASE_LOG_NOT_COMPARED,
	DRTMON_CASE_LOG_CAPPED,
	DRTMON_CASE_LOG_LATER,	     /* 17 and 18 fit, of 19 to 22 some do not */
	DRTMON_CASE_LOG_EXPLAINS_17, /* PCR 17, but PCR 18 was not compared */
	DRTMON_CASE_LOG_EXPLAINS,
	DRTMON_CASE_LOG_EXTENDED,
	DRTMON_CASE_LOG_DISAGREES,
};

/**
 * struct drtmon_case - evidence, decoded
 * @ev: the evidence
 * @window: state of the register window; meaningful with @have_window
 * @have_window: there are bytes of a window
 * @have: bit n: register n of enum drtmon_txt_reg_id was inside
 * @reg: values
 * @error: ERRORCODE
 * @launch: see enum drtmon_case_launch
 * @have_heap: @heap is filled
 * @heap: the heap
 * @pcr17: what PCR 17 says
 * @belied: a PCR that contradicts it, 18 to 22, or 0
 * @tpm: see enum drtmon_case_tpm
 * @log: see enum drtmon_case_log
 * @log_text: what was compared, and how it came out
 * @drtm: the replay
 * @amd: an AMD processor without a TXT window: the chain is SKINIT's
 * @virtual_machine: a hypervisor says so
 * @lab: the window was put elsewhere by hand
 * @facts_text: why facts.json could not be read
 */
struct drtmon_case {
	const struct drtmon_evidence *ev;
	enum drtmon_txt_window window;
	bool have_window;
	uint32_t have;
	uint64_t reg[DRTMON_TXT_REG_OTHER];
	struct drtmon_txt_errorcode error;
	enum drtmon_case_launch launch;
	bool have_heap;
	struct drtmon_txt_view heap;
	enum drtmon_pcrs_drtm pcr17;
	unsigned int belied;
	enum drtmon_case_tpm tpm;
	enum drtmon_case_log log;
	char log_text[512];
	struct drtmon_drtm drtm;
	bool amd;
	bool virtual_machine;
	bool lab;
	char facts_text[256];
};

/**
 * drtmon_case_init() - decode evidence
 * @c: filled; release with drtmon_case_free()
 * @evidence: kept by reference
 * @list: keep the event log's records as JSON
 */
void drtmon_case_init(struct drtmon_case *c, const struct drtmon_evidence *evidence, bool list);

/**
 * drtmon_case_free() - release
 * @c: case
 */
void drtmon_case_free(struct drtmon_case *c);

/**
 * drtmon_case_log() - read and replay the event log, and compare it
 * @c: case with registers, heap and PCRs decoded; its log members are filled
 */
void drtmon_case_log(struct drtmon_case *c);

/**
 * drtmon_case_log_failed() - does the event log make no sense, or not fit the PCRs?
 * @c: case
 *
 * Return: true or false; false also where nothing was compared.
 */
static inline bool drtmon_case_log_failed(const struct drtmon_case *c)
{
	return c->log == DRTMON_CASE_LOG_BAD || c->log == DRTMON_CASE_LOG_LATER ||
	       c->log == DRTMON_CASE_LOG_DISAGREES;
}

/**
 * drtmon_case_has() - was a register inside the window?
 * @c: case
 * @id: register
 *
 * Return: true or false.
 */
static inline bool drtmon_case_has(const struct drtmon_case *c, enum drtmon_txt_reg_id id)
{
	return c->have & UINT32_C(1) << id;
}

/**
 * drtmon_case_cut() - why a window that is cut or empty tells nothing
 * @c: case with such a window
 *
 * Return: what follows "N bytes".
 */
const char *drtmon_case_cut(const struct drtmon_case *c);

/**
 * drtmon_case_unseen() - why not one register is known
 * @c: case
 *
 * Return: what follows "the register window": "was not read", "is empty", "is
 * truncated"; NULL when there are registers, or surely no window.
 */
const char *drtmon_case_unseen(const struct drtmon_case *c);

/**
 * drtmon_case_failure() - do the registers record a failed launch?
 * @c: case
 *
 * Return: true for a failure in ERRORCODE, or ESTS.TXT_RESET.
 */
bool drtmon_case_failure(const struct drtmon_case *c);

/**
 * drtmon_case_facts() - why a fact is not known
 * @c: case
 * @nobody: what to say when nobody looked
 *
 * Return: @nobody, or that facts.json could not be read, and why.
 */
const char *drtmon_case_facts(const struct drtmon_case *c, const char *nobody);

/**
 * drtmon_link_set() - state and evidence of a link
 * @link: link
 * @state: state
 * @fmt: printf format of the evidence
 */
void drtmon_link_set(struct drtmon_link *link, enum drtmon_link_state state, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * drtmon_link_add() - one more sentence of evidence
 * @link: link
 * @fmt: printf format
 */
void drtmon_link_add(struct drtmon_link *link, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * drtmon_link_fix() - what to do
 * @link: link
 * @fmt: printf format
 */
void drtmon_link_fix(struct drtmon_link *link, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* The links; each fills state, evidence and fix. */
void drtmon_link_cpu_smx(const struct drtmon_case *c, struct drtmon_link *link);
void drtmon_link_feature_control(const struct drtmon_case *c, struct drtmon_link *link);
void drtmon_link_txt_window(const struct drtmon_case *c, struct drtmon_link *link);
void drtmon_link_acm_startup(const struct drtmon_case *c, struct drtmon_link *link);
void drtmon_link_bios_heap(const struct drtmon_case *c, struct drtmon_link *link);
void drtmon_link_tpm(const struct drtmon_case *c, struct drtmon_link *link);
void drtmon_link_tpm_nv(const struct drtmon_case *c, struct drtmon_link *link);
void drtmon_link_dma(const struct drtmon_case *c, struct drtmon_link *link);
void drtmon_link_launcher(const struct drtmon_case *c, struct drtmon_link *link);
void drtmon_link_senter(const struct drtmon_case *c, struct drtmon_link *link);
void drtmon_link_pcr17(const struct drtmon_case *c, struct drtmon_link *link);
void drtmon_link_event_log(const struct drtmon_case *c, struct drtmon_link *link);

/**
 * drtmon_chain_conclude() - the verdict that follows from the links
 * @chain: with its links judged; verdict and reason are filled
 * @c: case
 */
void drtmon_chain_conclude(struct drtmon_chain *chain, const struct drtmon_case *c);

#endif
