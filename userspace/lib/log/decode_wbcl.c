// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tagged events: u32 id, u32 size, data (PFP 10.4.2.1). Windows nests its
 * SIPA events (wbcl.h of the Windows SDK) in them; Linux uses two ids.
 */
#include <string.h>

#include "lib/log/decode_out.h"

/* Set in the id of an event that holds other events. */
#define SIPA_AGGREGATION 0x40000000u
#define SIPA_DEPTH	 4
#define SIPA_LISTED	 256

static const struct {
	uint32_t id;
	const char *name;
} names[] = {
	{ 0x40010001, "TrustBoundary" },
	{ 0x40010002, "ELAMAggregation" },
	{ 0x40010003, "LoadedModuleAggregation" },
	{ 0xc0010004, "TrustpointAggregation" },
	{ 0x40010005, "KSRAggregation" },
	{ 0x40010006, "KSRSignedMeasurementAggregation" },
	{ 0x00020001, "Information" },
	{ 0x00020002, "BootCounter" },
	{ 0x00020003, "TransferControl" },
	{ 0x00020004, "ApplicationReturn" },
	{ 0x00020005, "BitlockerUnlock" },
	{ 0x00020006, "EventCounter" },
	{ 0x00020007, "CounterID" },
	{ 0x00020008, "MORBitNotCancelable" },
	{ 0x00020009, "ApplicationSVN" },
	{ 0x0002000a, "SVNChainStatus" },
	{ 0x0002000b, "MORBitAPIStatus" },
	{ 0x00030001, "FirmwareFailure" },
	{ 0x80030002, "TPMFailure" },
	{ 0x00030003, "InternalFailure" },
	{ 0x00040001, "BootDebugging" },
	{ 0x00040002, "BootRevocationList" },
	{ 0x00050001, "OSKernelDebug" },
	{ 0x00050002, "CodeIntegrity" },
	{ 0x00050003, "TestSigning" },
	{ 0x00050004, "DataExecutionPrevention" },
	{ 0x00050005, "SafeMode" },
	{ 0x00050006, "WinPE" },
	{ 0x00050007, "PhysicalAddressExtension" },
	{ 0x00050008, "OSDevice" },
	{ 0x00050009, "SystemRoot" },
	{ 0x0005000a, "HypervisorLaunchType" },
	{ 0x0005000b, "HypervisorPath" },
	{ 0x0005000c, "HypervisorIOMMUPolicy" },
	{ 0x0005000d, "HypervisorDebug" },
	{ 0x0005000e, "DriverLoadPolicy" },
	{ 0x0005000f, "SIPolicy" },
	{ 0x00050010, "HypervisorMMIONXPolicy" },
	{ 0x00050011, "HypervisorMSRFilterPolicy" },
	{ 0x00050012, "VSMLaunchType" },
	{ 0x00050013, "OSRevocationList" },
	{ 0x00050014, "SMTStatus" },
	{ 0x00050020, "VSMIDKInfo" },
	{ 0x00050021, "FlightSigning" },
	{ 0x00050022, "PagefileEncryptionEnabled" },
	{ 0x00050023, "VSMIDKSInfo" },
	{ 0x00050024, "HibernationDisabled" },
	{ 0x00050025, "DumpsDisabled" },
	{ 0x00050026, "DumpEncryptionEnabled" },
	{ 0x00050027, "DumpEncryptionKeyDigest" },
	{ 0x00050028, "LSAISOConfig" },
	{ 0x00050029, "SBCPInfo" },
	{ 0x00050030, "HypervisorBootDMAProtection" },
	{ 0x00060001, "NoAuthority" },
	{ 0x00060002, "AuthorityPubKey" },
	{ 0x00070001, "FilePath" },
	{ 0x00070002, "ImageSize" },
	{ 0x00070003, "HashAlgorithmID" },
	{ 0x00070004, "AuthenticodeHash" },
	{ 0x00070005, "AuthorityIssuer" },
	{ 0x00070006, "AuthoritySerial" },
	{ 0x00070007, "ImageBase" },
	{ 0x00070008, "AuthorityPublisher" },
	{ 0x00070009, "AuthoritySHA1Thumbprint" },
	{ 0x0007000a, "ImageValidated" },
	{ 0x0007000b, "ModuleSVN" },
	{ 0x80080001, "Quote" },
	{ 0x80080002, "QuoteSignature" },
	{ 0x80080003, "AIKID" },
	{ 0x80080004, "AIKPubDigest" },
	{ 0x00090001, "ELAMKeyname" },
	{ 0x00090002, "ELAMConfiguration" },
	{ 0x00090003, "ELAMPolicy" },
	{ 0x00090004, "ELAMMeasured" },
	{ 0x000a0001, "VBSVSMRequired" },
	{ 0x000a0002, "VBSSecurebootRequired" },
	{ 0x000a0003, "VBSIOMMURequired" },
	{ 0x000a0004, "VBSNXRequired" },
	{ 0x000a0005, "VBSMSRFilteringRequired" },
	{ 0x000a0006, "VBSMandatoryEnforcement" },
	{ 0x000a0007, "VBSHVCIPolicy" },
	{ 0x000a0008, "VBSMicrosoftBootChainRequired" },
	{ 0x000a0009, "VBSDumpUsesAMERoot" },
	{ 0x000a000a, "VBSVSMNoSecretsEnforced" },
	{ 0x000b0001, "KSRSignature" },
	{ 0x000c0001, "DRTMStateAuth" },
	{ 0x000c0002, "DRTMSMMLevel" },
	{ 0x000c0003, "DRTMAMDSMMHash" },
	{ 0x000c0004, "DRTMAMDSMMSignerKey" },
	/* Linux: EFI stub and systemd */
	{ 0x8f3b22ec, "LinuxInitrd" },
	{ 0x8f3b22ed, "LinuxLoadOptions" },
};

static const char *name_of(uint32_t id)
{
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].id == id)
			return names[i].name;
	return NULL;
}

static json_t *value_json(const uint8_t *p, uint32_t len)
{
	char text[512];

	if (len == 1)
		return json_integer(p[0]);
	if (len == 4)
		return json_integer(drtmon_le32(p));
	if (len == 8)
		return json_sprintf("0x%016llx", (unsigned long long)drtmon_le64(p));
	if (drtmon_is_utf16(p, len)) {
		drtmon_utf16(text, sizeof(text), p, len / 2);
		return json_string(text);
	}
	return drtmon_json_hexed(p, len < 256 ? len : 256);
}

static void value_put(struct drtmon_decoded *out, const uint8_t *p, uint32_t len)
{
	char text[256];

	if (len == 1)
		drtmon_put(out, "=%u", p[0]);
	else if (len == 4)
		drtmon_put(out, "=%u", drtmon_le32(p));
	else if (len == 8)
		drtmon_put(out, "=0x%llx", (unsigned long long)drtmon_le64(p));
	else if (drtmon_is_utf16(p, len)) {
		drtmon_utf16(text, sizeof(text), p, len / 2);
		drtmon_put(out, "=");
		drtmon_put_bytes(out, text, strlen(text));
	}
}

/* One level; returns what did not fit the format. */
static size_t tagged(struct drtmon_decoded *out, json_t *list, const uint8_t *p, size_t len,
		     int depth, unsigned int *count)
{
	while (len >= 8) {
		uint32_t id = drtmon_le32(p), size = drtmon_le32(p + 4);
		const char *name = name_of(id);

		if (size > len - 8 || ++*count > SIPA_LISTED)
			return len;
		drtmon_put(out, "%s%s", *count > 1 ? " " : "", name ? name : "");
		if (!name)
			drtmon_put(out, "0x%08x", id);
		if (id & SIPA_AGGREGATION && depth < SIPA_DEPTH) {
			json_t *inner = list ? json_array() : NULL;

			drtmon_put(out, "{");
			tagged(out, inner, p + 8, size, depth + 1, count);
			drtmon_put(out, "}");
			if (list)
				json_array_append_new(list,
						      json_pack("{s:s?,s:o,s:o}", "name", name,
								"id", json_sprintf("0x%08x", id),
								"events", inner));
		} else {
			value_put(out, p + 8, size);
			if (list)
				json_array_append_new(list,
						      json_pack("{s:s?,s:o,s:o}", "name", name,
								"id", json_sprintf("0x%08x", id),
								"value", value_json(p + 8, size)));
		}
		p += 8 + size;
		len -= 8 + size;
	}
	return len;
}

void drtmon_decode_tagged(struct drtmon_decoded *out, const uint8_t *data, size_t len)
{
	json_t *list = out->details ? json_array() : NULL;
	unsigned int count = 0;

	if (len < 8 || drtmon_le32(data + 4) > len - 8) {
		json_decref(list);
		drtmon_decode_text(out, data, len);
		return;
	}
	if (drtmon_le32(data) == 0x8f3b22ec || drtmon_le32(data) == 0x8f3b22ed) {
		drtmon_put(out, "%s: ", name_of(drtmon_le32(data)));
		json_decref(list);
		drtmon_decode_text(out, data + 8, drtmon_le32(data + 4));
		return;
	}
	tagged(out, list, data, len, 0, &count);
	drtmon_detail(out, "tagged", list);
}
