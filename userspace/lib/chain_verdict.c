// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/chain_case.h"

#include <stdarg.h>

#include "lib/text.h"

static void conclude(struct drtmon_chain *chain, enum drtmon_chain_verdict verdict, const char *fmt,
		     ...) __attribute__((format(printf, 3, 4)));

static void conclude(struct drtmon_chain *chain, enum drtmon_chain_verdict verdict, const char *fmt,
		     ...)
{
	va_list ap;

	chain->verdict = verdict;
	va_start(ap, fmt);
	drtmon_text_vprintf(chain->reason, sizeof(chain->reason), fmt, ap);
	va_end(ap);
}

static const char *evidence(const struct drtmon_chain *chain, enum drtmon_link_id id)
{
	return chain->link[id].evidence;
}

static bool broken(const struct drtmon_chain *chain, enum drtmon_link_id id)
{
	return chain->link[id].state == DRTMON_LINK_BROKEN;
}

static bool pcrs_contradict(const struct drtmon_case *c)
{
	return c->pcr17 == DRTMON_PCRS_DRTM_CONTRADICTORY || c->belied;
}

/* A platform that cannot launch: the only question is whether PCR 17 agrees. */
static void conclude_unsupported(struct drtmon_chain *chain, const struct drtmon_case *c)
{
	enum drtmon_link_id id = broken(chain, DRTMON_LINK_CPU_SMX) ? DRTMON_LINK_CPU_SMX
								    : DRTMON_LINK_TXT_WINDOW;

	if (c->launch == DRTMON_CASE_LAUNCH_YES)
		conclude(chain, DRTMON_CHAIN_CONTRADICTORY,
			 "the registers say launched (%s), but %s",
			 evidence(chain, DRTMON_LINK_SENTER), evidence(chain, id));
	else if (c->pcr17 == DRTMON_PCRS_DRTM_MEASURED && c->virtual_machine)
		conclude(chain, DRTMON_CHAIN_CONTRADICTORY,
			 "PCR 17 holds a measurement, but this "
			 "virtual machine cannot have made it: %s. Its virtual TPM was started or "
			 "resumed with that value by the host, and only the host can say why",
			 evidence(chain, id));
	else if (c->pcr17 == DRTMON_PCRS_DRTM_MEASURED)
		conclude(chain, DRTMON_CHAIN_CONTRADICTORY,
			 "PCR 17 holds a measurement that only a "
			 "dynamic launch can make, but %s",
			 evidence(chain, id));
	else
		conclude(chain, DRTMON_CHAIN_UNSUPPORTED, "this platform has no dynamic launch: %s",
			 evidence(chain, id));
}

static const char *log_words(const struct drtmon_case *c)
{
	if (c->log == DRTMON_CASE_LOG_EXPLAINS_17)
		return "the event log explains PCR 17 (PCR 18 was not compared)";
	return c->log >= DRTMON_CASE_LOG_EXPLAINS ? "the event log explains it"
						  : "there is no event log to hold against it";
}

/* There is a log, but not one that could be compared. */
static bool log_not_held(const struct drtmon_case *c)
{
	return c->log == DRTMON_CASE_LOG_OUT_OF_REACH || c->log == DRTMON_CASE_LOG_CAPPED ||
	       c->log == DRTMON_CASE_LOG_NOT_COMPARED || c->log == DRTMON_CASE_LOG_UNRECOGNISED ||
	       c->log == DRTMON_CASE_LOG_TRUNCATED;
}

/* The registers say launched: everything else has to agree. */
static void conclude_launched(struct drtmon_chain *chain, const struct drtmon_case *c)
{
	if (c->tpm == DRTMON_CASE_TPM_DRIVER)
		conclude(chain, DRTMON_CHAIN_UNKNOWN,
			 "the registers say launched, but the TPM that "
			 "would prove it cannot be read: %s",
			 evidence(chain, DRTMON_LINK_TPM));
	else if (chain->broken != DRTMON_LINKS)
		conclude(chain, DRTMON_CHAIN_CONTRADICTORY,
			 "the registers say launched (%s), but %s: "
			 "%s",
			 evidence(chain, DRTMON_LINK_SENTER), drtmon_link_name(chain->broken),
			 evidence(chain, chain->broken));
	else if (c->pcr17 == DRTMON_PCRS_DRTM_UNKNOWN)
		conclude(chain, DRTMON_CHAIN_UNKNOWN, "the registers say launched, but %s",
			 evidence(chain, DRTMON_LINK_PCR17));
	else if (log_not_held(c))
		conclude(chain, DRTMON_CHAIN_UNKNOWN,
			 "registers and PCR 17 say launched, but the "
			 "event log could not be held against the PCRs: %s",
			 c->log_text);
	else if (c->log == DRTMON_CASE_LOG_LATER)
		conclude(chain, DRTMON_CHAIN_UNKNOWN,
			 "registers and PCR 17 say launched, but the event log does not explain "
			 "every PCR that it extends: %s",
			 c->log_text);
	else
		conclude(chain, DRTMON_CHAIN_MEASURED,
			 "SENTER is done, PCR 17 holds a measurement, "
			 "and %s",
			 log_words(c));
}

static void conclude_not(struct drtmon_chain *chain, const struct drtmon_case *c)
{
	const char *senter = evidence(chain, DRTMON_LINK_SENTER);

	if (c->pcr17 == DRTMON_PCRS_DRTM_MEASURED)
		conclude(chain, DRTMON_CHAIN_CONTRADICTORY,
			 "PCR 17 holds a measurement, but the "
			 "registers do not say launched: %s",
			 senter);
	else if (c->launch == DRTMON_CASE_LAUNCH_BOTH)
		conclude(chain, DRTMON_CHAIN_CONTRADICTORY, "%s", senter);
	else if (pcrs_contradict(c))
		conclude(chain, DRTMON_CHAIN_CONTRADICTORY, "%s",
			 evidence(chain, DRTMON_LINK_PCR17));
	else if (drtmon_case_failure(c))
		conclude(chain, DRTMON_CHAIN_FAILED, "a launch was tried and failed: %s", senter);
	else if (c->pcr17 == DRTMON_PCRS_DRTM_RESET)
		conclude(chain, DRTMON_CHAIN_CONTRADICTORY,
			 "PCR 17 was reset as only a launch resets "
			 "it, but the registers know of none: %s",
			 senter);
	else if (chain->broken < DRTMON_LINK_SENTER)
		conclude(chain, DRTMON_CHAIN_NOT_LAUNCHED,
			 "no launch happened; the first link that "
			 "is broken is %s: %s",
			 drtmon_link_name(chain->broken), evidence(chain, chain->broken));
	else
		conclude(chain, DRTMON_CHAIN_NOT_LAUNCHED, "no launch happened: %s", senter);
}

/* AMD: SKINIT leaves no register behind, so PCR 17 and its log decide. */
static void conclude_amd(struct drtmon_chain *chain, const struct drtmon_case *c)
{
	if (c->pcr17 == DRTMON_PCRS_DRTM_MEASURED &&
	    broken(chain, DRTMON_LINK_BIOS_FEATURE_CONTROL))
		conclude(chain, DRTMON_CHAIN_CONTRADICTORY, "PCR 17 holds a measurement, but %s",
			 evidence(chain, DRTMON_LINK_BIOS_FEATURE_CONTROL));
	else if (c->pcr17 == DRTMON_PCRS_DRTM_MEASURED && chain->broken != DRTMON_LINKS)
		conclude(chain, DRTMON_CHAIN_CONTRADICTORY,
			 "PCR 17 holds a measurement, but %s: %s", drtmon_link_name(chain->broken),
			 evidence(chain, chain->broken));
	else if (c->pcr17 == DRTMON_PCRS_DRTM_MEASURED && !c->virtual_machine &&
		 c->log >= DRTMON_CASE_LOG_EXPLAINS_17)
		conclude(chain, DRTMON_CHAIN_MEASURED,
			 "PCR 17 holds a measurement that only SKINIT "
			 "can have begun, and %s",
			 log_words(c));
	else if (c->pcr17 == DRTMON_PCRS_DRTM_NONE && !c->belied)
		conclude(chain, DRTMON_CHAIN_NOT_LAUNCHED, "%s",
			 evidence(chain, DRTMON_LINK_PCR17));
	else if (pcrs_contradict(c))
		conclude(chain, DRTMON_CHAIN_CONTRADICTORY, "%s",
			 evidence(chain, DRTMON_LINK_PCR17));
	else
		conclude(chain, DRTMON_CHAIN_UNKNOWN,
			 "SKINIT leaves no register that proves a launch; "
			 "%s; event log: %s",
			 evidence(chain, DRTMON_LINK_PCR17), c->log_text);
}

/* No register window was looked at: a TPM can still say that there was no launch. */
static void conclude_blind(struct drtmon_chain *chain, const struct drtmon_case *c)
{
	const char *window =
		evidence(chain, c->have_window ? DRTMON_LINK_SENTER : DRTMON_LINK_TXT_WINDOW);

	if (pcrs_contradict(c))
		conclude(chain, DRTMON_CHAIN_CONTRADICTORY, "%s",
			 evidence(chain, DRTMON_LINK_PCR17));
	else if (c->pcr17 == DRTMON_PCRS_DRTM_MEASURED && chain->broken != DRTMON_LINKS)
		conclude(chain, DRTMON_CHAIN_CONTRADICTORY,
			 "PCR 17 holds a measurement, but %s: %s", drtmon_link_name(chain->broken),
			 evidence(chain, chain->broken));
	else if (c->pcr17 == DRTMON_PCRS_DRTM_NONE && !c->belied)
		conclude(chain, DRTMON_CHAIN_NOT_LAUNCHED, "%s",
			 evidence(chain, DRTMON_LINK_PCR17));
	else if (c->pcr17 == DRTMON_PCRS_DRTM_UNKNOWN && !c->have_window)
		conclude(chain, DRTMON_CHAIN_UNKNOWN,
			 "neither the TXT registers nor PCR 17 were "
			 "read");
	else
		conclude(chain, DRTMON_CHAIN_UNKNOWN, "%s; %s", evidence(chain, DRTMON_LINK_PCR17),
			 window);
}

void drtmon_chain_conclude(struct drtmon_chain *chain, const struct drtmon_case *c)
{
	if (broken(chain, DRTMON_LINK_CPU_SMX) || c->launch == DRTMON_CASE_LAUNCH_NO_WINDOW)
		conclude_unsupported(chain, c);
	else if (c->amd)
		conclude_amd(chain, c);
	else if (c->launch == DRTMON_CASE_LAUNCH_UNKNOWN)
		conclude_blind(chain, c);
	else if (c->launch == DRTMON_CASE_LAUNCH_YES)
		conclude_launched(chain, c);
	else
		conclude_not(chain, c);
}
