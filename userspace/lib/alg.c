// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/alg.h"

#include <string.h>

/* TCG Algorithm Registry, table 3 */
static const struct drtmon_alg algs[] = {
	{ 0x0004, 20, "sha1", "SHA1" },		{ 0x000b, 32, "sha256", "SHA2-256" },
	{ 0x000c, 48, "sha384", "SHA2-384" },	{ 0x000d, 64, "sha512", "SHA2-512" },
	{ 0x0012, 32, "sm3_256", "SM3" },	{ 0x0027, 32, "sha3_256", "SHA3-256" },
	{ 0x0028, 48, "sha3_384", "SHA3-384" }, { 0x0029, 64, "sha3_512", "SHA3-512" },
};

const struct drtmon_alg *drtmon_alg_at(size_t i)
{
	return i < sizeof(algs) / sizeof(algs[0]) ? &algs[i] : NULL;
}

const struct drtmon_alg *drtmon_alg_by_id(uint32_t id)
{
	const struct drtmon_alg *alg;
	size_t i;

	for (i = 0; (alg = drtmon_alg_at(i)); i++)
		if (alg->id == id)
			return alg;
	return NULL;
}

const struct drtmon_alg *drtmon_alg_by_name(const char *name, size_t len)
{
	const struct drtmon_alg *alg;
	size_t i;

	for (i = 0; (alg = drtmon_alg_at(i)); i++)
		if (strlen(alg->name) == len && !memcmp(alg->name, name, len))
			return alg;
	return NULL;
}
