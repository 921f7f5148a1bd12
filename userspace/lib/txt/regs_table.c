// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The public TXT register window: names, offsets and bits. Intel TXT SDG
 * 315168, appendix B; entries marked UNCONFIRMED stand in one source only
 * (mostly chipsec) or differ between sources.
 */
#include "lib/txt/regs.h"

#define UNCONFIRMED true
#define FLAG(bit, key)                                    \
	{                                                 \
		key, bit, 1, DRTMON_TXT_FLAG, false, NULL \
	}
#define FLAG_U(bit, key)                                        \
	{                                                       \
		key, bit, 1, DRTMON_TXT_FLAG, UNCONFIRMED, NULL \
	}
#define BITS(hi, lo, key, format)                                          \
	{                                                                  \
		key, lo, (hi) - (lo) + 1, DRTMON_TXT_##format, false, NULL \
	}
#define BITS_U(hi, lo, key, format)                                              \
	{                                                                        \
		key, lo, (hi) - (lo) + 1, DRTMON_TXT_##format, UNCONFIRMED, NULL \
	}
#define NAMES(hi, lo, key, names)                                         \
	{                                                                 \
		key, lo, (hi) - (lo) + 1, DRTMON_TXT_NUMBER, false, names \
	}
#define END                                \
	{                                  \
		NULL, 0, 0, 0, false, NULL \
	}

static const struct drtmon_txt_field sts[] = { FLAG(0, "senter_done"),
					       FLAG(1, "sexit_done"),
					       FLAG(4, "mem_unlock"),
					       FLAG(5, "base_locked"),
					       FLAG(6, "mem_config_lock"),
					       FLAG(7, "private_open"),
					       FLAG_U(10, "nodma_enable"),
					       FLAG(11, "mem_config_ok"),
					       FLAG_U(12, "pmrc_lock"),
					       FLAG_U(13, "smm_open"),
					       FLAG_U(14, "locality_3_open"),
					       FLAG(15, "locality_1_open"),
					       FLAG(16, "locality_2_open"),
					       FLAG_U(17, "sequence_in_progress"),
					       END };

static const struct drtmon_txt_field ests[] = {
	FLAG(0, "txt_reset"),	  FLAG_U(1, "rogue"),	 FLAG_U(2, "memory_attack"),
	FLAG_U(5, "alias_fault"), FLAG(6, "wake_error"), END
};

static const struct drtmon_txt_field errorcode[] = { BITS(3, 0, "module", NUMBER),
						     BITS(9, 4, "class", HEX),
						     BITS(14, 10, "major", HEX),
						     FLAG(15, "mle_source"),
						     BITS(27, 16, "minor", HEX),
						     BITS(29, 28, "implementation", NUMBER),
						     FLAG(30, "software"),
						     FLAG(31, "valid"),
						     END };

static const struct drtmon_txt_field spad[] = { BITS(29, 0, "acm_internal", HEX),
						FLAG(30, "txt_startup_success"),
						BITS(46, 31, "boot_status", HEX),
						FLAG(47, "memory_power_down_executed"),
						FLAG_U(48, "boot_guard_failed"),
						FLAG(53, "txt_policy_enabled"),
						FLAG(59, "bios_trusted"),
						FLAG(60, "txt_disabled_by_policy"),
						FLAG_U(61, "boot_guard_startup_error"),
						FLAG(62, "startup_acm_authentication_failed"),
						FLAG(63, "startup_acm_success"),
						END };

static const struct drtmon_txt_field version[] = { FLAG(31, "production_fused"), END };

static const struct drtmon_txt_field qpiif[] = { FLAG(19, "pmrc_capable"), FLAG(26, "dpr_capable"),
						 FLAG(31, "production_fused"), END };

static const struct drtmon_txt_field didvid[] = { BITS(15, 0, "vendor_id", HEX),
						  BITS(31, 16, "device_id", HEX),
						  BITS(47, 32, "revision_id", HEX),
						  BITS(63, 48, "extended_id", HEX), END };

static const struct drtmon_txt_field acm_status[] = { BITS(3, 0, "module", NUMBER),
						      BITS(9, 4, "class", HEX),
						      BITS(14, 10, "major", HEX),
						      FLAG(15, "acm_started"),
						      BITS(27, 16, "minor", HEX),
						      FLAG(31, "valid"),
						      END };

static const struct drtmon_txt_field dpr[] = { FLAG(0, "lock"), BITS(11, 4, "size", MIB),
					       BITS(31, 20, "top", MIB), END };

static const struct drtmon_txt_field fit_status[] = { FLAG_U(0, "fit_failed"),
						      FLAG_U(1, "startup_acm_failed"),
						      FLAG_U(2, "fit_measured"),
						      FLAG_U(3, "fallback"), END };

static const char *const tpm_types[] = { "none", "dTPM 1.2", "dTPM 2.0", "PTT", NULL };
static const char *const scrtm[] = { "none", "Boot Guard", "TXT", "unknown", "PFR", NULL };
static const char *const startup_locality[] = { "locality 3", "locality 0", NULL };

static const struct drtmon_txt_field acm_policy[] = { BITS(3, 0, "key_manifest_id", NUMBER),
						      FLAG(4, "boot_guard_measured"),
						      FLAG(5, "boot_guard_verified"),
						      FLAG(6, "hap"),
						      FLAG(7, "txt_supported"),
						      FLAG_U(8, "boot_media"),
						      FLAG(9, "disable_cpu_debug"),
						      FLAG(10, "disable_bsp_init"),
						      FLAG(11, "protect_bios_environment"),
						      FLAG_U(12, "bios_boot_policy"),
						      NAMES(14, 13, "tpm_type", tpm_types),
						      FLAG(15, "tpm_success"),
						      FLAG_U(17, "boot_policies_2"),
						      BITS(19, 18, "backup_action", NUMBER),
						      BITS(24, 20, "txt_profile", NUMBER),
						      BITS(26, 25, "memory_scrub_policy", NUMBER),
						      FLAG_U(27, "km_anti_rollback"),
						      FLAG_U(28, "bpm_anti_rollback"),
						      FLAG(29, "ibb_dma_protection"),
						      NAMES(34, 32, "scrtm", scrtm),
						      FLAG(35, "cpu_cosigning"),
						      NAMES(36, 36, "tpm_startup",
							    startup_locality),
						      END };

static const char *const tpm_interface[] = { "none",	 "LPC",	      "reserved",
					     "reserved", "reserved",  "SPI",
					     "reserved", "CRB (PTT)", NULL };

static const struct drtmon_txt_field ftif[] = { NAMES(19, 16, "tpm_interface", tpm_interface),
						END };

static const struct drtmon_txt_field insmm[] = { FLAG_U(0, "in_smm"), END };

static const struct drtmon_txt_field e2sts[] = { FLAG_U(0, "sleep_entry_error"), FLAG(1, "secrets"),
						 FLAG_U(2, "block_mem"),	 FLAG_U(3, "reset"),
						 FLAG_U(32, "reset_policy"),	 END };

#define REG(reg, off, bytes, key, text, bits)                        \
	{                                                            \
		DRTMON_TXT_##reg, off, bytes, false, key, text, bits \
	}
#define OTHER(off, bytes, key, text, bits)                               \
	{                                                                \
		DRTMON_TXT_REG_OTHER, off, bytes, false, key, text, bits \
	}
#define OTHER_U(off, bytes, key, text, bits)                                   \
	{                                                                      \
		DRTMON_TXT_REG_OTHER, off, bytes, UNCONFIRMED, key, text, bits \
	}

/*
 * Slots are 64 bits wide. Registers that share a slot (ACM_STATUS with
 * ACM_BIOS_POLICY) or whose upper half is not documented as part of them
 * (ERRORCODE) are read as 32 bits.
 */
static const struct drtmon_txt_reg regs[] = {
	REG(STS, 0x000, 8, "sts", "STS", sts),
	REG(ESTS, 0x008, 8, "ests", "ESTS", ests),
	OTHER_U(0x010, 8, "threads_exist", "THREADS.EXIST", NULL),
	OTHER_U(0x020, 8, "threads_join", "THREADS.JOIN", NULL),
	REG(ERRORCODE, 0x030, 4, "errorcode", "ERRORCODE", errorcode),
	OTHER_U(0x050, 4, "crash2", "CRASH2", NULL),
	REG(SPAD, 0x0a0, 8, "spad", "SPAD (BOOTSTATUS)", spad),
	REG(VER_FSBIF, 0x100, 8, "ver_fsbif", "VER.FSBIF", version),
	REG(DIDVID, 0x110, 8, "didvid", "DIDVID", didvid),
	OTHER_U(0x118, 8, "eid", "EID", NULL),
	REG(VER_QPIIF, 0x200, 8, "ver_qpiif", "VER.QPIIF (VER.EMIF)", qpiif),
	REG(SINIT_BASE, 0x270, 8, "sinit_base", "SINIT.BASE", NULL),
	REG(SINIT_SIZE, 0x278, 8, "sinit_size", "SINIT.SIZE", NULL),
	OTHER(0x290, 8, "mle_join", "MLE.JOIN", NULL),
	REG(HEAP_BASE, 0x300, 8, "heap_base", "HEAP.BASE", NULL),
	REG(HEAP_SIZE, 0x308, 8, "heap_size", "HEAP.SIZE", NULL),
	OTHER(0x310, 8, "mseg_base", "MSEG.BASE", NULL),
	OTHER(0x318, 8, "mseg_size", "MSEG.SIZE", NULL),
	REG(ACM_STATUS, 0x328, 4, "acm_status", "ACM_STATUS", acm_status),
	OTHER_U(0x32c, 4, "acm_bios_policy", "ACM_BIOS_POLICY", NULL),
	REG(DPR, 0x330, 8, "dpr", "DPR", dpr),
	OTHER_U(0x340, 8, "fit_status", "FIT_STATUS", fit_status),
	REG(ACM_POLICY_STATUS, 0x378, 8, "acm_policy_status", "ACM_POLICY_STATUS", acm_policy),
	OTHER(0x400, 32, "public_key", "PUBLIC.KEY", NULL),
	REG(VER_FTIF, 0x800, 4, "ver_ftif", "VER.FTIF", ftif),
	OTHER_U(0x810, 8, "pch_didvid", "PCH.DIDVID", didvid),
	OTHER_U(0x880, 8, "insmm_sts", "INSMM.STS", insmm),
	REG(E2STS, 0x8f0, 8, "e2sts", "E2STS", e2sts),
};

const struct drtmon_txt_reg *drtmon_txt_reg_at(size_t i)
{
	return i < sizeof(regs) / sizeof(regs[0]) ? &regs[i] : NULL;
}
