// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names: TCG Vendor ID Registry, TCG Algorithm Registry, TCG Registry of
 * Reserved TPM 2.0 Handles and Localities, TCG EK Credential Profile 2.5
 * (2.2.1.4 and 2.2.1.5), Intel TXT SDG 315168 appendix J.
 */
#include <stdio.h>
#include <string.h>

#include "lib/chain_nv.h"
#include "lib/tpm_info.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const struct {
	char id[5];
	const char *name;
	const char *kind; /* what this maker's TPMs are; NULL: of more than one kind */
} makers[] = {
	{ "AMD", "AMD", "firmware" },
	{ "ANT", "Ant Group", NULL },
	{ "ATML", "Atmel", "discrete" },
	{ "BRCM", "Broadcom", "discrete" },
	{ "CSCO", "Cisco", NULL },
	{ "FLYS", "Flyslice Technologies", NULL },
	{ "GOOG", "Google", NULL },
	{ "HISI", "Huawei", "firmware" },
	{ "HPE", "HPE", NULL },
	{ "HPI", "HPI", NULL },
	{ "IBM", "IBM", NULL },
	{ "IFX", "Infineon", "discrete" },
	{ "INTC", "Intel", "firmware" },
	{ "LEN", "Lenovo", NULL },
	{ "MSFT", "Microsoft", "virtual" },
	{ "NSG", "NSING Technologies", "discrete" },
	{ "NSM", "National Semiconductor", "discrete" },
	{ "NTC", "Nuvoton Technology", "discrete" },
	{ "NTZ", "Nationz", "discrete" },
	{ "QCOM", "Qualcomm", "firmware" },
	{ "ROCC", "Rockchip", "firmware" },
	{ "SEAL", "Wisekey", "discrete" },
	{ "SECE", "SecEdge", NULL },
	{ "SMSC", "SMSC", "discrete" },
	{ "SMSN", "Samsung", NULL },
	{ "SNS", "Sinosun", "discrete" },
	{ "STM", "STMicroelectronics", "discrete" },
	{ "TXN", "Texas Instruments", "discrete" },
	{ "VMW", "VMware", "virtual" },
	{ "WEC", "Winbond", "discrete" },
};

const char *drtmon_tpm_maker(const char *manufacturer)
{
	size_t i;

	for (i = 0; i < COUNT(makers); i++)
		if (!strcmp(makers[i].id, manufacturer))
			return makers[i].name;
	return NULL;
}

static const char *maker_kind(const char *manufacturer)
{
	size_t i;

	for (i = 0; i < COUNT(makers); i++)
		if (!strcmp(makers[i].id, manufacturer))
			return makers[i].kind;
	return NULL;
}

/* libtpms writes this; so do others built from TCG's reference code. */
static bool is_software(const struct drtmon_tpm_info *info)
{
	return !strncmp(info->vendor, "SW", 2) || strstr(info->vendor, "swtpm") ||
	       strstr(info->vendor, "fTPM SW");
}

void drtmon_tpm_kind(struct drtmon_tpm_info *info, enum drtmon_known hypervisor)
{
	const char *kind = maker_kind(info->manufacturer);

	info->kind = "unknown";
	if (!info->manufacturer[0]) {
		snprintf(info->kind_reason, sizeof(info->kind_reason),
			 "the TPM did not name its maker");
	} else if (is_software(info) || (kind && !strcmp(kind, "virtual"))) {
		info->kind = "virtual";
		snprintf(info->kind_reason, sizeof(info->kind_reason),
			 "made by software: maker %s, model \"%s\"; its host can write what it "
			 "likes into it",
			 info->manufacturer, info->vendor);
	} else if (hypervisor == DRTMON_KNOWN_YES) {
		snprintf(info->kind_reason, sizeof(info->kind_reason),
			 "it says %s, but this is a virtual machine: passed through or imitated",
			 info->manufacturer);
	} else if (!kind) {
		snprintf(info->kind_reason, sizeof(info->kind_reason),
			 "maker %s, which has TPMs of more than one kind, or is not known here",
			 info->manufacturer);
	} else {
		info->kind = kind;
		snprintf(info->kind_reason, sizeof(info->kind_reason),
			 "%s makes %s; a virtual one could say so, too",
			 drtmon_tpm_maker(info->manufacturer),
			 !strcmp(kind, "firmware") ? "TPMs in the processor's firmware"
						   : "TPMs that are chips");
	}
}

const char *drtmon_tpm_nv_use(uint32_t index)
{
	static const char *const txt[] = { "TXT launch policy, platform (PS)",
					   "TXT launch policy, owner (PO)", "TXT AUX" };
	static const struct {
		uint32_t first;
		uint32_t last;
		const char *use;
	} ranges[] = {
		{ 0x01c00002, 0x01c00002, "EK certificate, RSA 2048" },
		{ 0x01c00003, 0x01c00003, "EK nonce, RSA 2048" },
		{ 0x01c00004, 0x01c00004, "EK template, RSA 2048" },
		{ 0x01c0000a, 0x01c0000a, "EK certificate, ECC P-256" },
		{ 0x01c0000b, 0x01c0000b, "EK nonce, ECC P-256" },
		{ 0x01c0000c, 0x01c0000c, "EK template, ECC P-256" },
		{ 0x01c00012, 0x01c00012, "EK certificate, RSA 2048 (high range)" },
		{ 0x01c00014, 0x01c00014, "EK certificate, ECC P-256 (high range)" },
		{ 0x01c00016, 0x01c00016, "EK certificate, ECC P-384" },
		{ 0x01c00018, 0x01c00018, "EK certificate, ECC P-521" },
		{ 0x01c0001a, 0x01c0001a, "EK certificate, SM2 P-256" },
		{ 0x01c0001c, 0x01c0001c, "EK certificate, RSA 3072" },
		{ 0x01c0001e, 0x01c0001e, "EK certificate, RSA 4096" },
		{ 0x01c00100, 0x01c001ff, "EK certificate chain" },
		{ 0x01c10100, 0x01c1013f, "Intel" },
		{ 0x01c90000, 0x01c9ffff, "platform certificate" },
		{ 0x01880001, 0x01880011, "HP or Windows" },
		{ 0x01400000, 0x017fffff, "platform maker" },
		{ 0x01800000, 0x01bfffff, "owner" },
		{ 0x01c00000, 0x01c07fff, "TPM maker or EK" },
	};
	size_t i;

	for (i = 0; i < DRTMON_CHAIN_NVS; i++)
		if (drtmon_chain_nv[i].index == index)
			return txt[drtmon_chain_nv[i].use];
	for (i = 0; i < COUNT(ranges); i++)
		if (index >= ranges[i].first && index <= ranges[i].last)
			return ranges[i].use;
	return NULL;
}

const char *drtmon_tpm_key_use(uint32_t handle)
{
	if (handle == 0x81000001)
		return "storage root key";
	if (handle == 0x81000002)
		return "storage root key, by some tools";
	if (handle >= 0x81010001 && handle <= 0x8101ffff)
		return "endorsement key";
	if (handle >= 0x81800000 && handle <= 0x81ffffff)
		return "platform's";
	if (handle >= 0x81000000 && handle <= 0x8100ffff)
		return "storage hierarchy";
	return NULL;
}

const char *drtmon_tpm_alg_name(char *dst, size_t max, uint32_t alg)
{
	static const struct {
		uint16_t id;
		const char *name;
	} algs[] = {
		{ 0x01, "rsa" },       { 0x03, "tdes" },
		{ 0x04, "sha1" },      { 0x05, "hmac" },
		{ 0x06, "aes" },       { 0x07, "mgf1" },
		{ 0x08, "keyedhash" }, { 0x0a, "xor" },
		{ 0x0b, "sha256" },    { 0x0c, "sha384" },
		{ 0x0d, "sha512" },    { 0x12, "sm3_256" },
		{ 0x13, "sm4" },       { 0x14, "rsassa" },
		{ 0x15, "rsaes" },     { 0x16, "rsapss" },
		{ 0x17, "oaep" },      { 0x18, "ecdsa" },
		{ 0x19, "ecdh" },      { 0x1a, "ecdaa" },
		{ 0x1b, "sm2" },       { 0x1c, "ecschnorr" },
		{ 0x1d, "ecmqv" },     { 0x20, "kdf1_sp800_56a" },
		{ 0x21, "kdf2" },      { 0x22, "kdf1_sp800_108" },
		{ 0x23, "ecc" },       { 0x25, "symcipher" },
		{ 0x26, "camellia" },  { 0x27, "sha3_256" },
		{ 0x28, "sha3_384" },  { 0x29, "sha3_512" },
		{ 0x3f, "cmac" },      { 0x40, "ctr" },
		{ 0x41, "ofb" },       { 0x42, "cbc" },
		{ 0x43, "cfb" },       { 0x44, "ecb" },
	};
	size_t i;

	for (i = 0; i < COUNT(algs); i++)
		if (algs[i].id == alg) {
			snprintf(dst, max, "%s", algs[i].name);
			return dst;
		}
	snprintf(dst, max, "0x%04x", alg);
	return dst;
}
