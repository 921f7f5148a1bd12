// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/cc.h"

#include <stddef.h>

static const struct cc_name {
	uint32_t cc;
	const char *name;
} names[] = {
	/* TPM 1.2 Main Part 2, section 17 */
	{ 0x0014, "Extend" },
	{ 0x0015, "PCRRead" },
	{ 0x00c8, "PCR_Reset" },
	/* TPM 2.0 Part 2, table 12 */
	{ 0x011f, "NV_UndefineSpaceSpecial" },
	{ 0x0120, "EvictControl" },
	{ 0x0121, "HierarchyControl" },
	{ 0x0122, "NV_UndefineSpace" },
	{ 0x0124, "ChangeEPS" },
	{ 0x0125, "ChangePPS" },
	{ 0x0126, "Clear" },
	{ 0x0127, "ClearControl" },
	{ 0x0128, "ClockSet" },
	{ 0x0129, "HierarchyChangeAuth" },
	{ 0x012a, "NV_DefineSpace" },
	{ 0x012b, "PCR_Allocate" },
	{ 0x012c, "PCR_SetAuthPolicy" },
	{ 0x012d, "PP_Commands" },
	{ 0x012e, "SetPrimaryPolicy" },
	{ 0x012f, "FieldUpgradeStart" },
	{ 0x0130, "ClockRateAdjust" },
	{ 0x0131, "CreatePrimary" },
	{ 0x0132, "NV_GlobalWriteLock" },
	{ 0x0134, "NV_Increment" },
	{ 0x0135, "NV_SetBits" },
	{ 0x0136, "NV_Extend" },
	{ 0x0137, "NV_Write" },
	{ 0x0138, "NV_WriteLock" },
	{ 0x0139, "DictionaryAttackLockReset" },
	{ 0x013a, "DictionaryAttackParameters" },
	{ 0x013b, "NV_ChangeAuth" },
	{ 0x013c, "PCR_Event" },
	{ 0x013d, "PCR_Reset" },
	{ 0x013e, "SequenceComplete" },
	{ 0x013f, "SetAlgorithmSet" },
	{ 0x0140, "SetCommandCodeAuditStatus" },
	{ 0x0144, "Startup" },
	{ 0x0145, "Shutdown" },
	{ 0x0147, "ActivateCredential" },
	{ 0x014e, "NV_Read" },
	{ 0x014f, "NV_ReadLock" },
	{ 0x0150, "ObjectChangeAuth" },
	{ 0x0153, "Create" },
	{ 0x0157, "Load" },
	{ 0x0158, "Quote" },
	{ 0x015c, "SequenceUpdate" },
	{ 0x015d, "Sign" },
	{ 0x015e, "Unseal" },
	{ 0x0161, "ContextLoad" },
	{ 0x0162, "ContextSave" },
	{ 0x0165, "FlushContext" },
	{ 0x0169, "NV_ReadPublic" },
	{ 0x0173, "ReadPublic" },
	{ 0x0176, "StartAuthSession" },
	{ 0x017a, "GetCapability" },
	{ 0x017b, "GetRandom" },
	{ 0x017d, "Hash" },
	{ 0x017e, "PCR_Read" },
	{ 0x0181, "ReadClock" },
	{ 0x0182, "PCR_Extend" },
	{ 0x0183, "PCR_SetAuthValue" },
	{ 0x0185, "EventSequenceComplete" },
	{ 0x0186, "HashSequenceStart" },
};

const char *drtmon_cc_name(uint32_t cc)
{
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].cc == cc)
			return names[i].name;
	return NULL;
}
